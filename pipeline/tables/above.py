"""Tables without rules in which no figures stand on the line of their label, but below it, or a little above or below.

                                            2024     2025
        Omlægning af nattevagter og vikardækning på plejecentre
                                          -1.600   -1.600
        Musikskole
                                             300      300

A label on lines of its own may run on over the columns of its figures; one beside which they stand higher or lower does not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.model import Cell, Edge, Line, Page, Table
from pipeline.tables.columns import Column, borders, column_of, find_columns
from pipeline.tables.lines import is_below
from pipeline.tables.rows import Placed, build_cell, is_open, is_rest
from pipeline.tables.segments import YEAR, Segment, overlap

_BELOW = 0.9  # font sizes that figures stand below a label of several lines at least; beside the middle of one they stand less
_NEAR = 1.7  # the same, at most
_FAR = 4.0  # font sizes from one row to the next
_WIDER = 0.15  # font sizes by which the space above a label is wider than that above its figures, where it is
_LABELS = 3  # lines of a label
_HEADINGS = 3  # lines of a heading
_ROWS, _ROWS_OF_ONE = 2, 3  # rows that tell such a table; more where each has a single figure
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[^\W\d_]{5}")  # units are shorter
_COUNTED = re.compile(r"\d{1,3}[.)]?")  # a list may set its numbers so


class _Row(NamedTuple):
    """The lines of a label, after those of section headings, and the line of figures below them, or above them."""

    labels: tuple[int, ...]
    figures: int

    @property
    def first(self) -> int:
        """The first of its lines."""
        return min(self.labels[0], self.figures)

    @property
    def last(self) -> int:
        """The last of its lines."""
        return max(self.labels[-1], self.figures)


def tables_below_labels(page: Page, segments: dict[int, list[Segment]]) -> tuple[list[Table], set[int]]:
    """Every such table of a page, and the lines of figures that stand half-way between two labels: they are in no table."""
    lone = [
        i for i, line in enumerate(page.lines)  # running text is told from figures without being cut into segments
        if not line.words[0].turn and not _WORD.search(line.text) and _are_figures(line, segments[i])
    ]  # fmt: skip
    if len(lone) < _ROWS:
        return [], set()
    near = {i - k for i in lone for k in range(_LABELS + 1)}
    out: list[Table] = []
    unsure: set[int] = set()
    start = 0
    while start < len(page.lines):
        if start not in near:
            start += 1
            continue
        rows = _rows(page, start, segments)
        if (table := _table(page, rows, start, segments)) is not None:
            out.append(table)
        elif len(rows) >= _ROWS_OF_ONE and _are_between(page, rows):
            unsure.update(r.figures for r in rows)
        start = rows[-1].last + 1 if rows and table else start + 1
    return out, unsure


def _rows(page: Page, start: int, segments: dict[int, list[Segment]]) -> list[_Row]:
    """The rows that follow each other from a line on; none where that line begins no label above figures."""
    rows: list[_Row] = []
    i = start
    raised = not page.lines[start].words[0].turn and _are_figures(page.lines[start], segments[start])
    while (row := (_raised if raised else _row)(page, i, segments)) is not None:
        if rows and _drop(page, rows[-1].last, i) > _FAR:
            break
        rows.append(row)
        i = row.last + 1
    return rows


def _raised(page: Page, i: int, segments: dict[int, list[Segment]]) -> _Row | None:
    """Figures that stand a little higher than their label does."""
    if i + 1 >= len(page.lines) or page.lines[i + 1].words[0].turn or not _are_figures(page.lines[i], segments[i]):
        return None
    return _Row((i + 1,), i) if _drop(page, i, i + 1) < _NEAR and _is_label(segments[i + 1]) else None


def _row(page: Page, i: int, segments: dict[int, list[Segment]]) -> _Row | None:
    labels: list[int] = []
    while i < len(page.lines) and not page.lines[i].words[0].turn:
        line = page.lines[i]
        if labels and not (0 if len(labels) == 1 else _BELOW) < _drop(page, labels[-1], i) < _NEAR:
            return None
        if labels and _are_figures(line, segments[i]):
            return _Row(tuple(labels), i)
        if not _is_label(segments[i]) or len(labels) == _LABELS or (labels and _drop(page, labels[-1], i) < _BELOW):
            return None
        labels.append(i)
        i += 1
    return None


def _drop(page: Page, upper: int, lower: int) -> float:
    """Font sizes from one baseline to the next."""
    return (page.lines[lower].bottom - page.lines[upper].bottom) / page.lines[upper].words[0].size


def _are_figures(line: Line, own: Sequence[Segment]) -> bool:
    """Whether a line has nothing but figures, and they are no years."""
    digits = _DIGIT.search(line.text) is not None
    return digits and all(s.figure or s.nil for s in own) and not all(YEAR.fullmatch(s.text) for s in own)


def _is_label(own: Sequence[Segment]) -> bool:
    """Whether a line is words in one piece; an account may stand before them."""
    words = own[1:] if len(own) > 1 and own[0].figure else own
    return len(words) == 1 and not (words[0].figure or words[0].nil) and any(ch.isalpha() for ch in words[0].text)


def _table(page: Page, rows: Sequence[_Row], start: int, segments: dict[int, list[Segment]]) -> Table | None:
    if len(rows) < _ROWS:
        return None
    columns = find_columns([segments[r.figures] for r in rows])
    left = min(page.lines[i].x0 for r in rows for i in r.labels)
    if not _are_columns(rows, columns, segments) or not _is_certain(page, rows, left, segments):
        return None
    heads = _headings(page, start, left, columns, segments)
    if sum(c.size > 1 for c in columns) < 2 and (len(rows) < _ROWS_OF_ONE or (not heads and _is_list(page, rows))):
        return None
    labels = Column(min(left, columns[0].x0 - 1), columns[0].x0 - 0.5, len(rows), 0)
    grid = [labels, *columns]
    made: list[tuple[Cell | None, ...]] = []
    for i in heads:
        over = [(s, 0 if s.x1 < columns[0].x0 and not _is_over(s, columns) else column_of(s, columns) + 1) for s in segments[i]]
        made.append(_cells(page, [i], over, grid))
    for r in rows:
        *sections, label = _labels(page, r.labels)
        made += [_cells(page, own, [(s, 0) for i in own for s in segments[i]], grid) for own in sections]
        placed = [(s, 0) for i in label for s in segments[i]] + [(s, column_of(s, columns) + 1) for s in segments[r.figures]]
        made.append(_cells(page, sorted([*label, r.figures]), placed, grid))
    first, last = page.lines[heads[0] if heads else start], page.lines[rows[-1].last]
    sides = borders(grid)
    right = max(sides[-1], *(page.lines[i].x1 for r in rows for i in r.labels))
    return Table(page.number, sides[0], first.top, right, last.bottom, tuple(made), False, (*sides[:-1], right), page.number,
                 last.bottom)  # fmt: skip


def _are_columns(rows: Sequence[_Row], columns: Sequence[Column], segments: dict[int, list[Segment]]) -> bool:
    """Whether the figures stand below each other, and no column has but few."""
    return all(2 * c.size >= len(rows) for c in columns) and all(
        any(is_below(s, c) for c in columns) for r in rows for s in segments[r.figures]
    )


def _is_certain(page: Page, rows: Sequence[_Row], left: float, segments: dict[int, list[Segment]]) -> bool:
    """Whether each label is that of the figures below it: they are nearer than those above, or labels come first and figures
    last."""
    inner = max(_drop(page, *sorted((r.labels[-1], r.figures))) for r in rows)
    outer = min(_drop(page, a.last, b.first) for a, b in zip(rows, rows[1:], strict=False))
    if outer > inner + _WIDER:
        return True
    if inner < _BELOW or rows[0].first == rows[0].figures:
        return False
    above, below = rows[0].labels[0] - 1, rows[-1].figures + 1
    after = page.lines[below] if below < len(page.lines) and not page.lines[below].words[0].turn else None
    label_below = after is not None and abs(after.x0 - left) < 1 and _drop(page, below - 1, below) < inner + _WIDER
    figures_above = above >= 0 and _are_figures(page.lines[above], segments[above]) and _drop(page, above, above + 1) < _NEAR
    return outer > inner - _WIDER and not label_below and not figures_above


def _are_between(page: Page, rows: Sequence[_Row]) -> bool:
    """Whether the figures of rows whose labels have one line stand level with two of these, as near to one as to the other."""
    inner = max(_drop(page, *sorted((r.labels[-1], r.figures))) for r in rows)
    outer = [_drop(page, a.last, b.first) for a, b in zip(rows, rows[1:], strict=False)]
    alike = max(inner, *outer) < _BELOW and all(abs(x - inner) <= _WIDER for x in outer)
    return alike and all(len(r.labels) == 1 for r in rows)


def _headings(page: Page, start: int, left: float, columns: Sequence[Column], segments: dict[int, list[Segment]]) -> list[int]:
    """The lines right above that stand over the columns, each of their parts over one, but for the heading of the labels."""
    out: list[int] = []
    for i in range(start - 1, max(-1, start - 1 - _HEADINGS), -1):
        own = segments[i]
        right = own[1:] if abs(own[0].x0 - left) < 2 and not _is_over(own[0], columns) else own
        places = [column_of(s, columns) for s in right if _is_over(s, columns)]
        if _drop(page, i, i + 1) > _FAR or not right or len(set(places)) < len(right):
            break
        out.insert(0, i)
    return out


def _is_over(s: Segment, columns: Sequence[Column]) -> bool:
    return any(overlap((s.x0, s.x1), (c.x0, c.x1)) > 0 for c in columns)


def _is_list(page: Page, rows: Sequence[_Row]) -> bool:
    """Whether the figures count what stands between them, or begin where it begins."""
    lines = [page.lines[r.figures] for r in rows]
    counted = all(_COUNTED.fullmatch(line.text) for line in lines)
    return counted or any(line.x0 < page.lines[r.labels[-1]].x0 + line.words[0].size for line, r in zip(lines, rows, strict=True))


def _labels(page: Page, lines: Sequence[int]) -> list[list[int]]:
    """The lines of a label, after those of the headings of sections above it, if any."""
    out: list[list[int]] = [[lines[0]]]
    for i in lines[1:]:
        above = page.lines[out[-1][-1]]
        if is_rest(page.lines[i].text) or is_open(above.words[-1].text):
            out[-1].append(i)
        else:
            out.append([i])
    return out


def _cells(page: Page, lines: Sequence[int], placed: Sequence[tuple[Segment, int]],
           grid: Sequence[Column]) -> tuple[Cell | None, ...]:  # fmt: skip
    """A row of cells: segments and the column that each stands in."""
    words: list[list[Placed]] = [[] for _ in grid]
    for s, k in placed:
        words[k] += [Placed(s.line, j, page.lines[s.line].words[j]) for j in range(s.first, s.last)]
    top, bottom = page.lines[lines[0]].top, page.lines[lines[-1]].bottom
    return tuple(build_cell(page, own, Edge(c.x0, top, c.x1, bottom)) for own, c in zip(words, grid, strict=True))
