"""Figures aligned in columns, without ruling lines.

        Forslag                              2024     2025     2026
        Omlægning af nattevagt og          -1.600   -1.600   -1.600     a label may wrap above, beside or below
        vikardækning                                                    its figures
        I alt                              -1.600   -1.600   -1.600

A table is a run of lines whose figures stand below each other; running text has figures, but not apart from its words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.model import Cell, Edge, Line, Page, Table
from pipeline.tables.beside import beside_tables
from pipeline.tables.columns import Column, column_of, find_columns
from pipeline.tables.parts import part_tables, without
from pipeline.tables.rows import Placed, build_cell, group_rows
from pipeline.tables.segments import Segment, is_leader, overlap, segment, split, word_space

_FAR = 4.5  # lines with figures further apart than this many font sizes belong to different tables
_FAR_ALIKE = 7.0  # the same, where two figures of theirs stand below each other to the point
_NEAR = 2.6  # a heading stands at most this many font sizes above the figures below it
_HEADINGS = 6  # lines that a heading may have
_WIDER = 30.0  # points by which a heading may begin before the figures below it, whatever stands beside
_WIDEST = 150.0  # points: a wider one is a sentence
_ASIDE = 2.5  # points by which what stands in one column may miss its edge
_CENTRED = 0.15  # share of their width by which a heading may miss the middle of the columns that it spans
_CUT = 1.05  # a gap between two headings is wider than one between words by this factor, be it ever so narrow
_SIGNS = "-−–"
_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"(?:19|20)\d\d")


class _Segments(dict[int, list[Segment]]):
    """The segments of each line of a page, made when they are asked for: most lines of running text never are."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page
        self.space = 0.0  # between words, measured when the first line is asked for

    def __missing__(self, i: int) -> list[Segment]:
        self.space = self.space or word_space(self.page.lines) or 0.3
        self[i] = found = split(self.page.lines[i], i, self.space)
        return found


def unruled_tables(page: Page) -> list[Table]:
    """Every table of a page; those side by side are parted first."""
    segments = _Segments(page)
    free = [i for i, line in enumerate(page.lines) if not line.words[0].turn]
    runs = _runs(page, free, segments)
    out = beside_tables(page, segments, unruled_tables) if runs else []
    if out:
        rest = without(page, out)
        return [*out, *part_tables(page, rest, unruled_tables)]
    runs = [r for r in runs if _is_table(r, segments) or _is_headed(page, r, free, segments)]
    done = -1
    for n, run in enumerate(runs):
        later = [r[0] for r in runs[n + 1 :]]
        table = _table(page, run, free, segments, done, min(later, default=len(page.lines)))
        if table is not None:
            out.append(table[0])
            done = table[1]
    return out


def _has_figures(segments: Sequence[Segment]) -> bool:
    """A line of a table: a figure that stands apart from other words."""
    return any(s.figure for s in segments) and len(segments) > 1


def _amounts(segments: Sequence[Segment]) -> list[Segment]:
    """The figures of a line; not those before its label, which are account numbers, codes or enumerators."""
    text = next((k for k, s in enumerate(segments) if not (s.figure or s.nil)), 0)
    after = [s for s in segments[text:] if s.figure or s.nil]
    return after or [s for s in segments if s.figure or s.nil]


def _runs(page: Page, free: Sequence[int], segments: dict[int, list[Segment]]) -> list[list[int]]:
    """Lines with figures that stand in the same columns, near each other."""
    runs: list[list[int]] = []
    for i in free:
        line = page.lines[i]
        if not _DIGIT.search(line.text) and not _are_nil(segments[i]):
            continue
        if not _has_figures(segments[i]):
            if runs and _is_below(runs[-1], segments[i], segments) and _joins(page, runs[-1], i, free, segments):
                runs[-1].append(i)  # beside the middle of a label of two lines, or a total without a label
            continue
        if runs and _joins(page, runs[-1], i, free, segments):
            runs[-1].append(i)
        else:
            runs.append([i])
    return [r for r in runs if not _are_contents(page, r, segments)]


def _are_nil(line: Sequence[Segment]) -> bool:
    return all(s.nil for s in line)


def _is_below(run: Sequence[int], line: Sequence[Segment], segments: dict[int, list[Segment]]) -> bool:
    """Whether a line has nothing but figures, and each ends, begins or stands in the middle as one above it does."""
    known = [s for k in run for s in _amounts(segments[k])]
    return all(
        (s.figure or s.nil)
        and any(_beside(s, a) for a in known)
        for s in line
    )


def _beside(s: Segment, a: Segment | Column) -> bool:
    """Whether one thing stands below another: on its right, its left or its middle."""
    return min(abs(s.x1 - a.x1), abs(s.x0 - a.x0), abs(s.x0 + s.x1 - a.x0 - a.x1) / 2) < _ASIDE


def _are_contents(page: Page, run: Sequence[int], segments: dict[int, list[Segment]]) -> bool:
    """Whether rows of dots lead to page numbers: whole numbers, one a line, that never fall."""
    if not all(is_leader(page.lines[i]) for i in run):
        return False
    figures = [[s.text for s in segments[i] if s.figure] for i in run]
    numbers = [int(f[0]) for f in figures if len(f) == 1 and f[0].isdigit()]
    return len(numbers) == len(run) and numbers == sorted(numbers)


def _joins(page: Page, run: Sequence[int], i: int, free: Sequence[int], segments: dict[int, list[Segment]]) -> bool:
    between = [k for k in free if run[-1] < k < i]
    lines = [page.lines[k] for k in (run[-1], *between, i)]
    known = [s for k in run[-12:] for s in _amounts(segments[k])]
    own = _amounts(segments[i])
    alike = sum(any(_beside(s, a) for a in known) for s in own)
    far = (_FAR if alike < 2 else _FAR_ALIKE) * max(ln.words[0].size for ln in lines)
    if lines[-1].bottom - lines[0].bottom > far and not _are_labels(run, lines, between, segments, far):
        return False
    if _is_head(page, i, segments) and not _is_head(page, run[-1], segments):
        return False  # the heading of the next table
    if not any(overlap((a.x0, a.x1), (b.x0, b.x1)) > 0 for a in own for b in [*known, *_over(page, run[0], free, segments)]):
        return False
    left, labels = min(s.x0 for s in known), min(page.lines[k].x0 for k in run[-4:])
    if any(sum(s.x0 > left and not (s.figure or s.nil) for s in segments[k]) > 1 for k in between):
        return False  # words over several columns of figures: a heading
    if any(_is_worded_head(page, k, run[-1], i, segments, left) for k in between):
        return False
    return not any(
        s.x0 < left - 1 and s.x1 > left + 20 and (s.x0 < labels + 10 or not any(_beside(s, a) for a in known))
        for k in between for s in segments[k]
    )  # fmt: skip


def _over(page: Page, first: int, free: Sequence[int], segments: dict[int, list[Segment]]) -> list[Segment]:
    """The headings right above a line, that of the labels left out: a column may have its first figure further down."""
    above = max((k for k in free if k < first), default=None)
    if above is None or page.lines[first].top - page.lines[above].bottom > _NEAR * page.lines[first].words[0].size:
        return []
    return segments[above][1:] if segments[above][0].x0 < page.lines[first].x0 + 10 else segments[above]


def _is_head(page: Page, i: int, segments: dict[int, list[Segment]]) -> bool:
    return _is_years(segments[i]) or _is_one_year(page.lines[i], segments[i])


def _is_worded_head(page: Page, k: int, before: int, after: int, segments: dict[int, list[Segment]], left: float) -> bool:
    """Whether a line of words, some over figures or apart, is bold between rows that are not: the heading of the next table."""
    words = [s for s in segments[k] if not (s.figure or s.nil)]
    plain = not page.lines[before].words[-1].bold and not page.lines[after].words[-1].bold
    return (len(words) > 1 or any(s.x1 > left for s in words)) and plain and page.lines[k].bold


def _are_labels(run: Sequence[int], lines: Sequence[Line], between: Sequence[int], segments: dict[int, list[Segment]],
                far: float) -> bool:  # fmt: skip
    """Whether the lines between two lines with figures are near each other and begin where the labels above begin."""

    def start(k: int) -> float:
        return next((s.x0 for s in segments[k] if not s.figure), segments[k][0].x0)  # an account may stand before it

    labels = [s.x0 for k in run[-4:] for s in segments[k][:2] if not s.figure] or [start(k) for k in between]
    size = lines[0].words[0].size
    near = all(b.bottom - a.bottom <= far for a, b in zip(lines, lines[1:], strict=False))
    return near and all(min(labels, default=0.0) - 2 * size < start(k) < max(labels, default=0.0) + 3 * size for k in between)


def _is_years(segments: Sequence[Segment]) -> bool:
    """Whether the figures of a line are years that follow each other."""
    years = [int(s.text) for s in segments if s.figure and _YEAR.fullmatch(s.text)]
    steps = {b - a for a, b in zip(years, years[1:], strict=False)}
    return len(years) == sum(s.figure for s in segments) and (steps == {1} or steps == {-1})


def _is_one_year(line: Line, segments: Sequence[Segment]) -> bool:
    """Whether the only figure of a line is a year that is set as a heading is."""
    figures = [s for s in segments if s.figure or s.nil]
    return len(figures) == 1 and bool(_YEAR.fullmatch(figures[0].text)) and line.words[figures[0].first].bold


def _is_table(run: Sequence[int], segments: dict[int, list[Segment]]) -> bool:
    """At least two lines with two columns of figures in common, or three with one."""
    if len(run) < 2:
        return False
    if len(run) > 3 and _YEAR.fullmatch(next(s.text for s in segments[run[0]] if s.figure)):
        run = run[1:]  # the heading may stand beside the middle of its figures
    columns = find_columns([[s for s in segments[i] if s.figure or s.nil] for i in run])
    full = [c for c in columns if c.figures >= 2]
    return len(full) >= 2 or (len(full) == 1 and len(run) >= 3 and _aligned(run, segments, full[0]))


def _is_headed(page: Page, run: Sequence[int], free: Sequence[int], segments: dict[int, list[Segment]]) -> bool:
    """Whether few rows stand below headings, one over each of their figures: a table all the same."""
    if _is_head(page, run[0], segments):
        run, free = run[1:], [i for i in free if i <= run[0]] + list(run[1:])
    if not run:
        return False
    area = _area(page, run, segments)
    labels = [k for k in free if run[0] - _HEADINGS <= k <= run[-1]]
    if not any(s.x1 < area.left and not s.figure for i in labels for s in segments[i]):
        return False
    below = page.lines[run[0]]
    for i in (k for k in reversed(free) if k < run[0]):
        line = page.lines[i]
        if below.top - line.bottom > _NEAR * line.words[0].size or area.crosses(segments[i]):
            return False
        over = [w for w in line.words if w.x1 > area.left]
        if over or (line.bold and area.over_columns(segments[i])):
            apart = all(b.x0 > a.x1 for a, b in zip(area.columns, area.columns[1:], strict=False))
            each = all(any(overlap((w.x0, w.x1), (c.x0, c.x1)) > 0 for w in over) for c in area.columns)
            heads = [s for s in segments[i] if s.x0 > area.labels + 10]
            return apart and (each or (line.bold and len(heads) == len(area.columns))) and not any(s.x1 - s.x0 > _WIDEST and s.x1 > area.left for s in segments[i])
        below = line
    return False


def _aligned(run: Sequence[int], segments: dict[int, list[Segment]], column: Column) -> bool:
    own = [s for i in run for s in segments[i] if s.figure and overlap((s.x0, s.x1), (column.x0, column.x1)) > 0]
    edges = ([s.x1 for s in own], [s.x0 for s in own], [(s.x0 + s.x1) / 2 for s in own])
    return any(max(e) - min(e) < 4.0 for e in edges)


def _table(page: Page, run: Sequence[int], free: Sequence[int], segments: dict[int, list[Segment]],
           done: int, limit: int) -> tuple[Table, int] | None:  # fmt: skip
    """The table that grows from a run of lines with figures; lines up to `done` and from `limit` on belong to others."""
    area = _area(page, run, segments)
    first, last = run[0], run[-1]
    inside = [i for i in free if first <= i <= last]
    above = [i for i in reversed(free) if done < i < first]
    top: list[int] = []
    below = page.lines[first]
    for i in above[:_HEADINGS]:
        line = page.lines[i]
        if below.top - line.bottom > _NEAR * line.words[0].size or area.crosses(segments[i]):
            break
        top.insert(0, i)
        below = line
    rest_of_row = len(top) == len(above) and top and page.lines[top[0]].text[:1].islower()  # of the page before
    beside = [i for i in inside if page.lines[i].x0 < area.left][:1]
    while top and not rest_of_row and not area.over_columns(segments[top[0]]) and not _runs_on(page, [*top, *beside], area):
        top.pop(0)  # the heading of a table begins over its columns
    bottom: list[int] = []
    for i in (k for k in free if last < k < limit):
        own = [*top, *inside, *bottom]
        if not _goes_on(page, own, i, segments, area) and not _is_last_row(page, own, i, segments, area):
            break
        bottom.append(i)
    own = [*top, *inside, *bottom]
    table = _build(page, own, segments)
    return (table, own[-1]) if table else None


class _Area(NamedTuple):
    """Where labels and figures of a run of lines stand."""

    labels: float  # left end of the labels
    labels_end: float
    left: float  # left end of the figures
    columns: list[Column]  # of figures, and of words to the right of some

    def crosses(self, line: Sequence[Segment]) -> bool:
        """Whether something in a line reaches from the labels into the figures: running text."""
        beside = min(self.left - _WIDER, max(self.labels_end - 1, self.labels + 10))
        return any(s.x0 < beside and s.x1 > self.left + 10 for s in line)

    def over_columns(self, line: Sequence[Segment]) -> bool:
        """Whether something stands over the figures that is no title, which begins where the labels do."""
        return any((s.x1 > self.left or s.x0 > self.labels_end + 10) and s.x0 > self.labels + 10 for s in line)

    def fits(self, s: Segment) -> bool:
        """Whether a segment stands in a column of figures, on its right, its left or its middle."""
        return any(
            _beside(s, c) or c.x0 <= s.x0 and s.x1 <= c.x1
            for c in self.columns
        )


def _area(page: Page, run: Sequence[int], segments: dict[int, list[Segment]]) -> _Area:
    left = min(s.x0 for i in run for s in _amounts(segments[i]))
    ends = [s.x1 for i in run for s in segments[i] if s.x1 < left]
    columns = find_columns([[s for s in segments[i] if s.x1 > left] for i in run])
    return _Area(min(page.lines[i].x0 for i in range(run[0], run[-1] + 1)), max(ends, default=left), left, columns)


def _runs_on(page: Page, lines: Sequence[int], area: _Area) -> bool:
    """Whether lines are one label, down to beside the figures: near each other, and none but the first begins anew."""
    own = [page.lines[i] for i in lines if page.lines[i].x0 < area.left]
    return len(own) > 1 and all(
        b.bottom - a.bottom <= a.words[0].size * 1.6 and abs(a.x0 - b.x0) < 2.0 and a.words[0].bold == b.words[0].bold
        and b.text[:1].islower()
        for a, b in zip(own, own[1:], strict=False)
    )  # fmt: skip


def _goes_on(page: Page, own: Sequence[int], i: int, segments: dict[int, list[Segment]], area: _Area) -> bool:
    """Whether a line without figures is the rest of the last label."""
    beside = max((k for k in own if segments[k][0].x0 < area.left), default=own[-1])
    line, last = page.lines[i], page.lines[beside]
    label = next((s for s in segments[beside] if not s.figure), segments[beside][0])  # an account may stand before it
    if line.bottom - last.bottom > line.words[0].size * 1.6 or line.x1 > area.left or len(segments[i]) > 1:
        return False
    if line.bold != last.words[0].bold or abs(line.x0 - label.x0) > line.words[0].size * 2:
        return False
    aligned = abs(line.x0 - label.x0) < 1.0 and line.text[:1] in "0123456789(-–" and not _has_bar(page, last, line)
    return line.text[:1].islower() or label.text.endswith("-") or aligned


def _is_last_row(page: Page, own: Sequence[int], i: int, segments: dict[int, list[Segment]], area: _Area) -> bool:
    """Whether a line below is one more row: figures without a label, or a label and words in the columns of figures."""
    line, last = page.lines[i], page.lines[own[-1]]
    if line.top - last.bottom > _NEAR * line.words[0].size:
        return False
    inside = [s for s in segments[i] if s.x1 > area.left]
    if not inside or not all(area.fits(s) for s in inside):
        return False
    labels = [s for s in segments[i] if s.x1 <= area.left]
    if not labels:
        return all(s.figure or s.nil for s in inside)
    return len(labels) == 1 and not labels[0].figure and -2 < labels[0].x0 - area.labels < 4 * line.words[0].size


def _build(page: Page, own: Sequence[int], segments: dict[int, list[Segment]]) -> Table | None:
    with_figures = [i for i in own if _has_figures(segments[i])]
    if not with_figures:
        return None
    heads = _heads(page, own, with_figures, segments)
    columns = _columns(own, heads, with_figures, segments)
    if len(columns) < 2:
        return None
    first_figure = _first_figure(columns, sum(i not in heads for i in with_figures))
    space = word_space(page.lines)
    cut = {i: _apart(page.lines[i], segments[i], columns, first_figure, space) for i in heads}
    segments = {i: cut.get(i) or segments[i] for i in own}
    kept = [s for i in own for s in segments[i]]
    at = {(s.line, s.first): column_of(s, columns) for s in kept}
    for i in heads:
        at.update(_in_order(segments[i], columns, at, first_figure))
    lines = [page.lines[i] for i in own]
    flags = [any(at[s.line, s.first] >= first_figure for s in segments[i]) for i in own]
    labels = [any(at[s.line, s.first] < first_figure for s in segments[i]) for i in own]
    rows: list[tuple[Cell | None, ...]] = []
    made_rows: list[list[Cell]] = []
    heading, depth = True, 0
    bars = [_has_bar(page, a, b) for a, b in zip(lines, lines[1:], strict=False)]
    for a, b in group_rows(lines, flags, labels, bars):
        cells: list[list[Placed]] = [[] for _ in columns]
        for i in own[a:b]:
            for s in segments[i]:
                for j in range(s.first, s.last):
                    cells[at[s.line, s.first]].append(Placed(i, j, page.lines[i].words[j]))
        top, bottom = page.lines[own[a]].top, page.lines[own[b - 1]].bottom
        made = [build_cell(page, c, Edge(col.x0, top, col.x1, bottom)) for c, col in zip(cells, columns, strict=True)]
        made_rows.append(made)
        heading = heading and not any(i in with_figures and i not in heads for i in own[a:b])
        depth += heading
    inner = next((r for r in made_rows[:depth][::-1] if any(c.lines for c in r[first_figure:])), made_rows[0])
    rows += [_spread(made, columns, first_figure, inner) if r < depth else tuple(made) for r, made in enumerate(made_rows)]
    borders = _borders(columns)
    top, bottom = lines[0].top, lines[-1].bottom
    return Table(page.number, borders[0], top, borders[-1], bottom, tuple(rows), False, borders, page.number, bottom)


def _in_order(line: Sequence[Segment], columns: Sequence[Column], at: dict[tuple[int, int], int],
              first: int) -> dict[tuple[int, int], int]:  # fmt: skip
    """Headings of which two would stand over one column: each over a column of its own, from left to right."""
    count = len(columns) - first
    right = [s for s in line if s.x0 > columns[max(0, first - 1)].x0 + 10]
    if len(right) == count:  # one for each, however far from its figures
        return {(s.line, s.first): first + k for k, s in enumerate(right)}
    heads = [s for s in line if at[s.line, s.first] >= first]
    places = [at[s.line, s.first] for s in heads]
    if len(set(places)) == len(places) or len(heads) > count:
        return {}
    best: list[tuple[float, tuple[int, ...]]] = [(0.0, ())]
    for s in heads:
        step: list[tuple[float, tuple[int, ...]]] = []
        for cost, used in best:
            for k in range(used[-1] + 1 if used else first, len(columns)):
                step.append((cost + max(0.0, -overlap((s.x0, s.x1), (columns[k].x0, columns[k].x1))), (*used, k)))
        shortest: dict[int, tuple[float, tuple[int, ...]]] = {}  # of those that end in one column the best is enough
        for one in step:
            if one[1][-1] not in shortest or one < shortest[one[1][-1]]:
                shortest[one[1][-1]] = one
        best = list(shortest.values())
    return {(s.line, s.first): k for s, k in zip(heads, min(best)[1], strict=True)}


def _spread(row: Sequence[Cell], columns: Sequence[Column], first: int, inner: Sequence[Cell]) -> tuple[Cell | None, ...]:
    """A heading row in which a cell stands over several columns; it spans them, and stands in the first of them."""
    printed = [k for k in range(first, len(columns)) if row[k].lines]
    out: list[Cell | None] = list(row)
    if inner is not row and printed and (parts := _parts_of(row, printed, inner, first)):
        for own, group in zip(printed, parts, strict=True):
            out[group[0] : group[-1] + 1] = [row[own], *[None] * (len(group) - 1)]
        return tuple(out)
    middles = [(c.x0 + c.x1) / 2 for c in columns]
    groups: dict[int, list[int]] = {k: [] for k in printed}
    for k in range(first, len(columns)) if printed else ():
        groups[k if row[k].lines else min(printed, key=lambda p: abs((row[p].x0 + row[p].x1) / 2 - middles[k]))].append(k)
    for own, group in groups.items():
        off = abs((row[own].x0 + row[own].x1) / 2 - (columns[group[0]].x0 + columns[group[-1]].x1) / 2) if group else 0.0
        if own in group and len(group) > 1 and off < (columns[group[-1]].x1 - columns[group[0]].x0) * _CENTRED:
            out[group[0] : group[-1] + 1] = [row[own], *[None] * (len(group) - 1)]
    return tuple(out)


def _parts_of(row: Sequence[Cell], printed: Sequence[int], inner: Sequence[Cell], first: int) -> list[list[int]]:
    """Columns below each of the outer headings: where the inner ones begin anew; below a single year all of them."""
    texts = [inner[k].raw for k in range(first, len(row))]
    if any(_YEAR.search(t) for t in texts) or not all(_YEAR.search(row[k].raw) for k in printed):
        return []
    groups: list[list[int]] = [[]]
    for k, text in enumerate(texts, first):
        if text in [inner[j].raw for j in groups[-1]]:
            groups.append([])
        groups[-1].append(k)
    return groups if len(groups) == len(printed) else []


def _has_bar(page: Page, upper: Line, lower: Line) -> bool:
    """Whether a ruling line is drawn between two lines of text, across the beginning of either."""
    middles = (upper.top + upper.bottom) / 2, (lower.top + lower.bottom) / 2
    return any(
        e.top == e.bottom and middles[0] < e.top < middles[1] and e.x0 < max(upper.x0, lower.x0) + 1 and e.x1 > e.x0 + 20
        for e in page.edges if e.x1 > max(upper.x0, lower.x0)
    )  # fmt: skip


def _first_figure(columns: Sequence[Column], rows: int) -> int:
    """The first column of figures; account numbers may stand before the labels."""
    figures = [k for k, c in enumerate(columns) if c.figures]
    texts = [k for k, c in enumerate(columns) if c.figures * 2 < c.size and (c.size * 2 >= rows or c.size >= 2)]

    return next((k for k in figures if texts and k > texts[0]), figures[0] if figures else len(columns))


def _heads(page: Page, own: Sequence[int], with_figures: Sequence[int], segments: dict[int, list[Segment]]) -> list[int]:
    """The lines over the rows with figures, those with years among them."""
    body = next((i for i in with_figures if not _is_head(page, i, segments)), with_figures[0])
    return [i for i in own if i < body]


def _columns(own: Sequence[int], heads: Sequence[int], with_figures: Sequence[int],
             segments: dict[int, list[Segment]]) -> list[Column]:  # fmt: skip
    """Columns by the rows with figures; columns of labels that stand in one row only are part of their neighbour."""
    body = [segments[i] for i in with_figures if i not in heads]
    over = [segments[i] for i in heads]
    columns = _with_signs(find_columns(body or [segments[i] for i in with_figures]), body, over)
    first = _first_figure(columns, len(body))
    labels = columns[:first]
    if all(c.figures * 2 >= c.size for c in labels):  # they stand above or below all their figures
        left, right = labels[-1].x1 if labels else 0.0, columns[first].x0 if first < len(columns) else 0.0
        beside = [s for i in own for s in segments[i] if left < s.x0 and s.x1 < right and not (s.figure or s.nil)]
        if beside:
            labels = [*labels, Column(min(s.x0 for s in beside), max(s.x1 for s in beside), len(beside), 0)]
    if any(c.figures for c in labels):
        return [*labels, *_with_empty(columns[first:], labels, over)]
    strong = [c for c in labels if c.size * 2 >= len(body)]
    if len(strong) < 2 and labels:
        labels = [Column(labels[0].x0, labels[-1].x1, sum(c.size for c in labels), 0)]
    return [*labels, *_with_empty(columns[first:], labels, over)]


def _with_empty(columns: list[Column], labels: Sequence[Column], heads: Sequence[Sequence[Segment]]) -> list[Column]:
    """Columns of figures with those added that have a heading and no figure."""
    start = labels[-1].x1 if labels else 0.0
    for line in heads:
        right = [s for s in line if s.x0 > start]
        if len(right) > len(columns):
            empty = [Column(s.x0, s.x1, 0, 1) for s in right if all(overlap((s.x0, s.x1), (c.x0, c.x1)) <= 0 for c in columns)]
            if len(empty) + len(columns) == len(right):
                columns = sorted([*columns, *empty])
    return columns


def _apart(line: Line, parts: Sequence[Segment], columns: Sequence[Column], first: int, space: float) -> list[Segment]:
    """Headings with those cut that run into each other, where there are as many as columns when the widest gaps part them."""
    right = [s for s in parts if s.x0 > columns[max(0, first - 1)].x0 + 10]
    missing = len(columns) - first - len(right)
    words = line.words
    gaps = sorted(
        ((words[k].x0 - words[k - 1].x1) / words[k].size, k)
        for s in right for k in range(s.first + 1, s.last) if not _YEAR.fullmatch(words[k].text)
    )[::-1]  # fmt: skip
    if 0 < missing <= len(gaps) and gaps[missing - 1][0] >= space * _CUT:
        cuts = {k for _, k in gaps[:missing]}
    else:  # not one for each: then those that stand over different columns
        over = [{n for n, c in enumerate(columns) if overlap((w.x0, w.x1), (c.x0, c.x1)) > 0} for w in words]
        cuts = {k for gap, k in gaps if gap >= space * _CUT and over[k - 1] and over[k] and not over[k - 1] & over[k]}
    out: list[Segment] = []
    for s in parts:
        ends = [*(k for k in range(s.first + 1, s.last) if k in cuts), s.last]
        out += [segment(words, s.line, a, b) for a, b in zip([s.first, *ends], ends, strict=False)]
    return out


def _with_signs(columns: list[Column], rows: Sequence[Sequence[Segment]], heads: Sequence[Sequence[Segment]]) -> list[Column]:
    """Columns with those joined that hold the minus signs of the next: no heading of their own, and never without a figure."""
    out: list[Column] = []
    for k, c in enumerate(columns):
        if out and _are_signs(out[-1], c, rows) and not _both_headed(out[-1], c, heads):
            out[-1] = Column(out[-1].x0, c.x1, c.size, c.figures)
        else:
            out.append(columns[k])
    return out


def _are_signs(c: Column, following: Column, rows: Sequence[Sequence[Segment]]) -> bool:
    for row in rows:
        own = [s for s in row if overlap((s.x0, s.x1), (c.x0, c.x1)) > 0]
        after = [s for s in row if overlap((s.x0, s.x1), (following.x0, following.x1)) > 0]
        if own and (own[0].text not in _SIGNS or not after or not after[0].figure or not after[0].text[0].isdigit()):
            return False
    return True


def _both_headed(a: Column, b: Column, heads: Sequence[Sequence[Segment]]) -> bool:
    return any(
        len([s for s in line if any(overlap((s.x0, s.x1), (c.x0, c.x1)) > 0 for c in (a, b))]) > 1 for line in heads
    )


def _borders(columns: Sequence[Column]) -> tuple[float, ...]:
    inner = [(a.x1 + b.x0) / 2 for a, b in zip(columns, columns[1:], strict=False)]
    return (columns[0].x0, *inner, columns[-1].x1)

