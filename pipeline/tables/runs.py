"""Lines with figures -> runs: those that stand in the same columns, near each other, and may be one table."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.model import Line, Page
from pipeline.read.turns import is_margin
from pipeline.tables.columns import Column, find_columns
from pipeline.tables.lines import (
    NEAR,
    WIDEST,
    amounts,
    are_dates,
    behind_label,
    has_figures,
    is_below,
    is_head,
    is_numbering,
)
from pipeline.tables.segments import YEAR, Segment, is_leader, overlap

_FAR = 4.5  # lines with figures further apart than this many font sizes belong to different tables
_FAR_ALIKE = 7.0  # the same, where two figures of theirs stand below each other to the point
_LEADING, _BESIDE = 2.0, 1.0  # font sizes between the lines of one text at most; points by which they begin beside each other
_ROOM = 3.0  # font sizes between the last line of a remark and the next row at most
_MEMORY = 12  # lines of a run that the next one is compared with
_NIL_LENGTH = 4  # letters of the longest word that may stand for nothing
_DIGIT = re.compile(r"\d")
_ENUMERATOR = re.compile(r"(\d{1,3}(?:\.\d{1,3})*)[.):]?")
_CONTENTS = re.compile(r"(?i)(?:indhold(?:sfortegnelse|soversigt)?|(?:table of )?contents)\W*$")
_TITLE = 2  # lines above its first one among which the title of a table of contents stands
_PAGE_LENGTH = 4  # digits of a page number
_NEAR_FOOT = 1.5  # font sizes below a row at which a lone number in the margin may still be a figure


def find_runs(page: Page, free: Sequence[int], segments: dict[int, list[Segment]]) -> list[list[int]]:
    """Lines with figures that stand in the same columns, near each other."""
    runs: list[list[int]] = []
    for i in free:
        line = page.lines[i]
        if not _DIGIT.search(line.text) and not (_may_be_nil(line) and _are_nil(segments[i])):
            continue
        if _is_page_number(page, i, segments):
            last = page.lines[runs[-1][-1]] if runs and _are_below(runs[-1], segments[i], segments) else None
            if last is None or line.top - last.bottom > _NEAR_FOOT * line.words[0].size:
                continue
        if not has_figures(segments[i]):
            if runs and _are_below(runs[-1], segments[i], segments) and _joins(page, runs[-1], i, free, segments):
                runs[-1].append(i)  # beside the middle of a label of two lines, or a total without a label
            continue
        if runs and _joins(page, runs[-1], i, free, segments):
            runs[-1].append(i)
        else:
            runs.append([i])
    return [r for r in runs if not (_are_contents(page, r, free, segments) or _is_text(page, r, segments))]


def _is_page_number(page: Page, i: int, segments: dict[int, list[Segment]]) -> bool:
    """Whether a line in the margin has nothing but a short whole number."""
    line = page.lines[i]
    short = len(line.text) <= _PAGE_LENGTH and line.text.isdigit() and len(segments[i]) == 1
    return short and is_margin(line.top, line.bottom, page.height)


def _may_be_nil(line: Line) -> bool:
    """Whether a line has nothing but words so short that each may stand for nothing; running text has not, and is done with."""
    return all(len(w.text) <= _NIL_LENGTH for w in line.words)


def _are_nil(line: Sequence[Segment]) -> bool:
    return all(s.nil for s in line)


def _are_below(run: Sequence[int], line: Sequence[Segment], segments: dict[int, list[Segment]]) -> bool:
    """Whether a line has nothing but figures, and each ends, begins or stands in the middle as one above it does."""
    known = [s for k in run for s in amounts(segments[k])]
    return all((s.figure or s.nil) and any(is_below(s, a) for a in known) for s in line)


def _are_contents(page: Page, run: Sequence[int], free: Sequence[int], segments: dict[int, list[Segment]]) -> bool:
    """Whether headings, numbered, led on by dots or below `Indhold`, have page numbers: whole ones, one a line, that never fall."""
    pages = [amounts(segments[i]) for i in run]
    figures = [own[0].text for own in pages if len(own) == 1 and own[0].text.isdigit() and len(own[0].text) <= _PAGE_LENGTH]
    numbers = list(map(int, figures))
    if len(numbers) < len(run) or numbers != sorted(numbers):
        return False
    if all(is_leader(page.lines[i]) for i in run):
        return True
    at = min(own[0].x0 for own in pages)
    if any(s.x1 > at for s in _headings_above(page, run[0], free, segments)):
        return False  # figures of a column
    titled = any(_CONTENTS.match(page.lines[k].text) for k in free if run[0] - _TITLE <= k < run[0])
    places = [_enumerator(page.lines[i]) for i in run]
    return titled or (all(places) and places == sorted(set(places)))


def _is_text(page: Page, run: Sequence[int], segments: dict[int, list[Segment]]) -> bool:
    """Whether the figures of a run count its lines or headings, or end sentences."""
    if all(s.text[-1] == "." and s.text[-2:-1].isdigit() for i in run for s in amounts(segments[i])):
        return True
    if not all(segments[i][0].figure and len(segments[i]) <= 2 and not any(s.figure for s in segments[i][1:]) for i in run):
        return False
    left = page.lines[run[0]].x0
    lines = [page.lines[i] for i in range(run[0], run[-1] + 1)]
    places = [n for line in lines if abs(line.x0 - left) < line.words[0].size and (n := _enumerator(line))]
    return len(places) >= len(run) > 1 and all(_follows(a, b) for a, b in zip(places, places[1:], strict=False))


def _enumerator(line: Line) -> tuple[int, ...]:
    """`2.1.3` at the beginning of a line as numbers; nothing where it begins otherwise."""
    found = _ENUMERATOR.fullmatch(line.words[0].text)
    return tuple(map(int, found[1].split("."))) if found else ()


def _follows(before: tuple[int, ...], after: tuple[int, ...]) -> bool:
    """Whether one enumerator comes after another: the next on its level, the first below it, or the next above."""
    return after == (*before, 1) or any(after == (*before[:k], before[k] + 1) for k in range(len(before)))


def _joins(page: Page, run: Sequence[int], i: int, free: Sequence[int], segments: dict[int, list[Segment]]) -> bool:
    between = [k for k in free if run[-1] < k < i]
    lines = [page.lines[k] for k in (run[-1], *between, i)]
    known = [s for k in run[-_MEMORY:] for s in amounts(segments[k])]
    own = amounts(segments[i])
    alike = sum(any(is_below(s, a) for a in known) for s in own)
    far = (_FAR if alike < 2 else _FAR_ALIKE) * max(ln.words[0].size for ln in lines)
    distant = lines[-1].bottom - lines[0].bottom > far
    if distant and not _are_labels(run, lines, between, segments, far) and not _are_remarks(run, lines, between, segments):
        return False
    inside = is_numbering([s.text for s in segments[i]]) or are_dates(segments[i])  # as may stand within a table too
    if is_head(page, i, segments) and not is_head(page, run[-1], segments) and not inside:
        return False  # the heading of the next table
    above = [*known, *_accounts(run, segments), *_headings_above(page, run[0], free, segments)]
    if not any(overlap((a.x0, a.x1), (b.x0, b.x1)) > 0 for a in own for b in above):
        return False
    behind = [s for k in run[-_MEMORY:] for s in behind_label(segments[k])]
    left = min(s.x0 for s in behind or known)
    labels = min(page.lines[k].x0 for k in run[-4:])
    if any(is_head(page, k, segments) and segments[k][0].figure and page.lines[k].x1 > left for k in between):
        return False
    if 1 < alike == len(own):  # a phrase by itself heads no columns: the row goes on below it
        between = [k for k in between if len(segments[k]) > 1]
    if any(_is_over_columns(segments[k], left, known) or _is_worded_head(page, k, i, segments, left) for k in between):
        return False  # words over several columns of figures: a heading
    return not any(
        s.x0 < left - 1 and s.x1 > left + 20 and (s.x0 < labels + 10 or s.x1 - s.x0 > WIDEST)
        for k in between for s in segments[k]
    )  # fmt: skip


def _is_over_columns(line: Sequence[Segment], left: float, figures: Sequence[Segment]) -> bool:
    """Whether several words of a line stand to the right of where figures begin, or over some of these; not where a label has the
    same words in every column, such as `ikke relevant`."""
    if len(line) > 2 and line[0].x1 < left and len({s.text for s in line[1:]}) == 1:
        return False
    words = [s for s in line if not (s.figure or s.nil)]
    over = sum(any(overlap((s.x0, s.x1), (f.x0, f.x1)) > 0 for f in figures) for s in words)
    return over > 1 or sum(s.x0 > left for s in words) > 1


def _accounts(run: Sequence[int], segments: dict[int, list[Segment]]) -> list[Segment]:
    """The numbers or codes before the labels of the last lines of a run: a row may have nothing else but words."""
    texts = [(k, [n for n, s in enumerate(segments[k]) if not (s.figure or s.nil)]) for k in run[-_MEMORY:]]
    coded = {k: 1 if own[:2] == [0, 1] else own[0] for k, own in texts if own}  # `I508-2027` before a label is a code too
    return [s for k, n in coded.items() for s in segments[k][:n]]


def _headings_above(page: Page, first: int, free: Sequence[int], segments: dict[int, list[Segment]]) -> list[Segment]:
    """The headings right above a line, that of the labels left out: a column may have its first figure further down."""
    above = max((k for k in free if k < first), default=None)
    if above is None or page.lines[first].top - page.lines[above].bottom > NEAR * page.lines[first].words[0].size:
        return []
    label = next((s for s in segments[first] if not (s.figure or s.nil)), segments[first][0])
    over = segments[above][0]
    return segments[above][1:] if over.x0 < label.x0 + 10 and over.x1 > label.x0 else segments[above]


def _is_worded_head(page: Page, k: int, after: int, segments: dict[int, list[Segment]], left: float) -> bool:
    """Whether a line of words, some over figures or apart, is bold over rows that are not: the heading of the next table. No
    heading has a dash for nothing."""
    words = [s for s in segments[k] if not (s.figure or s.nil)]
    over = (len(words) > 1 or any(s.x1 > left for s in words)) and not any(s.nil for s in segments[k])
    return over and page.lines[k].bold and not page.lines[after].words[-1].bold


def _are_labels(run: Sequence[int], lines: Sequence[Line], between: Sequence[int], segments: dict[int, list[Segment]],
                far: float) -> bool:  # fmt: skip
    """Whether the lines between two lines with figures are near each other and begin where the labels above begin."""

    def start(k: int) -> float:
        return next((s.x0 for s in segments[k] if not s.figure), segments[k][0].x0)  # an account may stand before it

    labels = [s.x0 for k in run[-4:] for s in segments[k][:2] if not s.figure] or [start(k) for k in between]
    size = lines[0].words[0].size
    near = all(b.bottom - a.bottom <= far for a, b in zip(lines, lines[1:], strict=False))
    return near and all(min(labels, default=0.0) - 2 * size < start(k) < max(labels, default=0.0) + 3 * size for k in between)


def _are_remarks(run: Sequence[int], lines: Sequence[Line], between: Sequence[int], segments: dict[int, list[Segment]]) -> bool:
    """Whether the lines between two lines with figures follow each other closely, and begin where labels or the words behind the
    figures do: of remarks that wrap, and labels beside them."""
    rows = [segments[k] for k in run[-_MEMORY:]]
    behind = [s.x0 for row in rows for s in row if not (s.figure or s.nil) and any(f.figure and f.x1 < s.x0 for f in row)]
    starts = [*behind, *(row[0].x0 for row in rows)]
    beside = [any(abs(s.x0 - x) < _BESIDE for x in behind for s in segments[k]) for k in between]
    ends = [*beside[:1], *(a or b for a, b in zip(beside, beside[1:], strict=False)), *beside[-1:]]  # room may be left between rows
    close = all(b.bottom - a.bottom <= (_ROOM if end else _LEADING) * b.words[0].size
                for a, b, end in zip(lines, lines[1:], ends, strict=False))  # fmt: skip
    return bool(behind) and close and all(any(abs(segments[k][0].x0 - x) < _BESIDE for x in starts) for k in between)


def is_table(run: Sequence[int], segments: dict[int, list[Segment]]) -> bool:
    """At least two lines with two columns of figures in common, or three with one."""
    if len(run) < 2:
        return False
    if len(run) > 3 and YEAR.fullmatch(next(s.text for s in segments[run[0]] if s.figure)):
        run = run[1:]  # the heading may stand beside the middle of its figures
    columns = find_columns([[s for s in segments[i] if s.figure or s.nil] for i in run])
    full = [c for c in columns if c.figures >= 2]
    return len(full) >= 2 or (len(full) == 1 and len(run) >= 3 and _aligned(run, segments, full[0]))


def _aligned(run: Sequence[int], segments: dict[int, list[Segment]], column: Column) -> bool:
    own = [s for i in run for s in segments[i] if s.figure and overlap((s.x0, s.x1), (column.x0, column.x1)) > 0]
    edges = ([s.x1 for s in own], [s.x0 for s in own], [(s.x0 + s.x1) / 2 for s in own])
    return bool(own) and any(max(e) - min(e) < 4.0 for e in edges)  # a column may have nothing but dashes
