"""Where the labels and the figures of a run of lines stand, and which lines above and below belong to them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from pipeline.model import Line, Page
from pipeline.tables.columns import Column, find_columns
from pipeline.tables.headings import ends_as_columns
from pipeline.tables.lines import NEAR, WIDEST, amounts, has_bar, is_below, is_head, is_sentence
from pipeline.tables.rows import is_open
from pipeline.tables.segments import Segment, overlap

HEADINGS = 9  # lines that a heading and the beginning of the first label may have
_APART = 0.42  # font sizes between two headings at least
_HEADINGS_APART = 1.15  # two headings stand further apart than words by this factor
_LEADING = 1.6  # font sizes between the baselines of one text at most
_MIDDLE = 0.1  # font sizes by which figures may miss the middle between two lines of their label
_INDENT = 10.0  # points by which words behind a label begin to the right of it at least
_BESIDE = 1.0  # points by which the lines of one text may begin beside each other
_NOTE = re.compile(r"\d{1,2}\)")  # how a footnote begins
_BROAD = 100.0  # points: narrower is hardly a line of running text
_WIDER = 30.0  # points by which a heading may begin before the figures below it, whatever stands beside


class Area(NamedTuple):
    """Where labels and figures of a run of lines stand."""

    labels: float  # left end of the labels
    labels_end: float
    left: float  # left end of the figures
    columns: list[Column]  # of figures, and of words to the right of some

    def crosses(self, line: Sequence[Segment]) -> bool:
        """Whether something in a line reaches from the labels into the figures: running text."""
        beside = min(self.left - _WIDER, max(self.labels_end - 1, self.labels + 10))
        return any((s.x0 < beside and s.x1 > self.left + 10) or (s.x0 > beside and s.x1 - s.x0 > WIDEST) for s in line)

    def over_columns(self, line: Sequence[Segment]) -> bool:
        """Whether something stands over the figures that is no title, which begins where the labels do."""
        return any((s.x1 > self.left or s.x0 > self.labels_end + 10) and s.x0 > self.labels + 10 for s in line)

    def heads(self, line: Line, space: float) -> bool:
        """Whether the widest gaps of a line part it into headings, one over each column, and maybe one over the labels.

        They run into each other where they are wider than their columns; in a sentence all gaps are alike. However near, they are
        headings where each ends with its column.
        """
        words, n = line.words, len(self.columns)
        gaps = [((b.x0 - a.x1) / b.size, k) for k, (a, b) in enumerate(zip(words, words[1:], strict=False), 1)]
        gaps.sort(reverse=True)
        for cuts in (n, n - 1):
            if n < 2 or cuts > len(gaps):
                continue
            inside = max(space, gaps[cuts][0]) if cuts < len(gaps) else space  # the widest gap within a heading
            if gaps[cuts - 1][0] < max(_APART, _HEADINGS_APART * inside):
                continue
            starts = [0, *sorted(k for _, k in gaps[:cuts])]
            pieces = [(words[a].x0, words[b - 1].x1) for a, b in zip(starts, [*starts[1:], len(words)], strict=True)]
            narrow = all(x1 - x0 < WIDEST for x0, x1 in pieces)
            over = zip(pieces[cuts + 1 - n :], self.columns, strict=True)
            if narrow and all(overlap(p, (c.x0, c.x1)) > 0 for p, c in over):
                return True
        return bool(ends_as_columns(words, self.columns))

    def fits(self, s: Segment) -> bool:
        """Whether a segment stands in a column of figures, on its right, its left or its middle."""
        return any(
            is_below(s, c) or (c.x0 <= s.x0 and s.x1 <= c.x1)
            for c in self.columns
        )


def area_of(page: Page, run: Sequence[int], segments: dict[int, list[Segment]]) -> Area:
    body = [i for i in run if not is_head(page, i, segments)] or run  # over the labels a heading may have a figure: `1.000 kr.`
    figures = [s for i in body for s in amounts(segments[i])]
    between = [segments[i][0] for i in sorted(set(range(run[0], run[-1] + 1)) - set(run))]
    labels = min((s.x0 for s in between if not (s.figure or s.nil)), default=0.0)
    after = [s for s in figures if s.x0 > labels]  # accounts may stand before labels that have lines of their own
    left = min(s.x0 for s in after or figures)
    ends = [s.x1 for i in run for s in segments[i] if s.x1 < left]
    columns = find_columns([[s for s in segments[i] if s.x1 > left] for i in run])
    return Area(min(page.lines[i].x0 for i in range(run[0], run[-1] + 1)), max(ends, default=left), left, columns)


def is_headed(page: Page, run: Sequence[int], free: Sequence[int], segments: dict[int, list[Segment]]) -> bool:
    """Whether few rows stand below headings, one over each of their figures: a table all the same."""
    if is_head(page, run[0], segments):
        run, free = run[1:], [i for i in free if i <= run[0]] + list(run[1:])
    if not run:
        return False
    area = area_of(page, run, segments)
    labels = [k for k in free if run[0] - HEADINGS <= k <= run[-1]]
    if not any(s.x1 < area.left and not s.figure for i in labels for s in segments[i]):
        return False
    below = page.lines[run[0]]
    for i in (k for k in reversed(free) if k < run[0]):
        line = page.lines[i]
        if below.top - line.bottom > NEAR * line.words[0].size or area.crosses(segments[i]):
            return False
        over = [w for w in line.words if w.x1 > area.left]
        if over or (line.bold and area.over_columns(segments[i])):
            apart = all(b.x0 > a.x1 for a, b in zip(area.columns, area.columns[1:], strict=False))
            each = all(any(overlap((w.x0, w.x1), (c.x0, c.x1)) > 0 for w in over) for c in area.columns)
            heads = [s for s in segments[i] if s.x0 > area.labels + 10]
            sentence = any(s.x1 - s.x0 > WIDEST and s.x1 > area.left for s in segments[i])
            return apart and not sentence and (each or (line.bold and len(heads) == len(area.columns)))
        below = line
    return False


def is_text(line: Sequence[Segment]) -> bool:
    """Whether a line is running text in two columns: of its parts a broad one has the end of a sentence and
    the beginning of the next."""
    return len(line) > 1 and any(s.x1 - s.x0 > _BROAD and is_sentence(s.text) for s in line)


def label_of(line: Sequence[Segment], area: Area) -> Segment | None:
    """The label of a line, an account before it left out; `None` where it has none."""
    return next((s for s in line if not (s.figure or s.nil) and s.x0 < area.left), None)


def runs_on(page: Page, lines: Sequence[int], segments: dict[int, list[Segment]], area: Area) -> bool:
    """Whether lines are one label, down to beside the figures: near each other, and none but the first begins anew."""
    labels = [(i, label_of(segments[i], area)) for i in lines]
    alone = next((n for n, (_, label) in enumerate(labels) if label is None), len(labels))  # figures beside a label
    own = [(page.lines[i], label) for i, label in labels[: alone + 2] if label]
    if len(own) == 2 and _stand_around(page, lines, own, segments, area):
        return True
    return len(own) > 1 and all(
        b.bottom - a.bottom <= a.words[0].size * 1.6 and abs(s.x0 - t.x0) < 2.0
        and a.words[s.first].bold == b.words[t.first].bold and t.text[:1].islower()
        for (a, s), (b, t) in zip(own, own[1:], strict=False)
    )  # fmt: skip


def _stand_around(page: Page, lines: Sequence[int], own: Sequence[tuple[Line, Segment]], segments: dict[int, list[Segment]],
                  area: Area) -> bool:  # fmt: skip
    """Whether figures stand in the middle between two lines of words: of one label, whatever the second begins with."""
    (a, s), (b, t) = own
    between = [i for i in range(lines[0], lines[-1]) if label_of(segments.get(i, []), area) is None]
    middle = [i for i in between if abs((a.bottom + b.bottom) / 2 - page.lines[i].bottom) < _MIDDLE * a.words[0].size]
    close = b.bottom - a.bottom <= a.words[0].size * _LEADING
    return bool(middle) and close and abs(s.x0 - t.x0) < 1.0 and a.bold == b.bold


def goes_on(page: Page, own: Sequence[int], i: int, segments: dict[int, list[Segment]], area: Area) -> bool:
    """Whether a line without figures is the rest of the last label, or of it and of words beside it."""
    line = page.lines[i]
    labels = [s for k in own for s in segments[k] if not (s.figure or s.nil) and s.x0 < area.left]
    below = [s for s in labels if abs(s.x0 - line.x0) <= line.words[0].size * 2]  # the name of a group may stand beside the last label
    label = (below or [label_of(segments[own[-1]], area) or segments[own[-1]][0]])[-1]
    last = page.lines[label.line]
    if _is_rest_of_words(page, own, i, segments):
        return True
    if line.bottom - last.bottom > line.words[0].size * _LEADING or line.x1 > area.left or len(segments[i]) > 1:
        return False
    if line.bold != last.words[0].bold or abs(line.x0 - label.x0) > line.words[0].size * 2:
        return False
    opens = line.text[:1] in "0123456789(-–%" and not _NOTE.match(line.text)
    closes = label.text.count("(") > label.text.count(")") and ")" in line.text
    aligned = abs(line.x0 - label.x0) < 1.0 and not has_bar(page, last, line)
    words = label.text.split()
    rest = line.text[:1].islower() or (len(words) > 1 and is_open(words[-1]))
    return rest or (aligned and (opens or closes or _is_enclosed(page, own, line, segments) or _is_third(page, own, line, segments)))


def _is_enclosed(page: Page, own: Sequence[int], line: Line, segments: dict[int, list[Segment]]) -> bool:
    """Whether ruling lines are drawn between the last rows of a table, and right below a line that none parts from the last one."""
    a, b = ([k for k in own if any(s.figure for s in segments[k])] * 2)[-2:]
    size = line.words[0].size
    closed = any(e.top == e.bottom and 0 < e.top - line.bottom < size and e.x0 < line.x0 + 1 and e.x1 > line.x0 for e in page.edges)
    return closed and a < b and any(has_bar(page, page.lines[i], page.lines[k]) for i, k in pairwise(k for k in own if a <= k <= b))


def _is_third(page: Page, own: Sequence[int], line: Line, segments: dict[int, list[Segment]]) -> bool:
    """Whether a line is set as close to the last row as that is to the line above, which has no figures and stands clear of what is
    above it: three lines of one label, with its figures at the second."""
    if len(own) < 3 or [any(s.figure for s in segments[k]) for k in own[-2:]] != [False, True] or len(segments[own[-2]]) > 1:
        return False
    before, first, second = (page.lines[k] for k in own[-3:])
    above, below = second.bottom - first.bottom, line.bottom - second.bottom
    return abs(above - below) < 0.03 * below and below < 0.9 * (first.bottom - before.bottom) and first.bold == second.bold


def _is_rest_of_words(page: Page, own: Sequence[int], i: int, segments: dict[int, list[Segment]]) -> bool:
    """Whether all that a line holds are words below words of the last row, and some of them go on with a sentence or a label."""
    line, last = page.lines[i], page.lines[own[-1]]
    row = [k for k in own if any(s.figure for s in segments[k])][-2:]  # figures may stand beside the middle of their label
    above = [s for k in own if row and k >= row[0] for s in segments[k] if not (s.figure or s.nil)]
    if line.bottom - last.bottom > line.words[0].size * _LEADING or len(above) < 2 or (line.bold and not last.bold):
        return False
    numbered = [s for s in segments[i] if s.figure or s.nil]
    below = all(any(abs(s.x0 - a.x0) < _BESIDE for a in above) for s in segments[i])
    goes_on = any(s.text[0].islower() or s in numbered or (s.text[0].isdigit() and s.x0 > above[0].x0 + _INDENT) for s in segments[i])
    return below and len(numbered) < 2 and goes_on


def is_heading_of_next(page: Page, i: int, following: int, segments: dict[int, list[Segment]], area: Area) -> bool:
    """Whether a line of words, some of them over columns of figures, stands right above the next lines that have figures."""
    line = page.lines[i]
    over = sum(s.x1 > area.left for s in segments[i])
    if over < 2 or any(s.figure or s.nil for s in segments[i]) or following >= len(page.lines):
        return False
    return page.lines[following].top - line.bottom < NEAR * line.words[0].size


def is_last_row(page: Page, own: Sequence[int], i: int, segments: dict[int, list[Segment]], area: Area) -> bool:
    """Whether a line below is one more row: figures without a label, or a label and words in the columns of figures."""
    line, last = page.lines[i], page.lines[own[-1]]
    if line.top - last.bottom > NEAR * line.words[0].size:
        return False
    inside = [s for s in segments[i] if s.x1 > area.left]
    if not inside or not all(area.fits(s) for s in inside):
        return False
    labels = [s for s in segments[i] if s.x1 <= area.left]
    if not labels:
        return all(s.figure or s.nil for s in inside)
    return len(labels) == 1 and not labels[0].figure and -2 < labels[0].x0 - area.labels < 4 * line.words[0].size
