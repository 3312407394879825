"""Figures aligned in columns, without ruling lines.

        Forslag                              2024     2025     2026
        Omlægning af nattevagt og          -1.600   -1.600   -1.600     a label may wrap above, beside or below
        vikardækning                                                    its figures
        I alt                              -1.600   -1.600   -1.600

A table is a run of lines whose figures stand below each other; running text has figures, but not apart from its words.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.model import Edge, Line, Page, Table
from pipeline.tables.columns import Column, column_of, find_columns
from pipeline.tables.rows import Placed, build_cell, group_rows
from pipeline.tables.segments import Segment, is_leader, overlap, split

_FAR = 4.5  # lines with figures further apart than this many font sizes belong to different tables
_NEAR = 2.6  # a heading stands at most this many font sizes above the figures below it
_HEADINGS = 6  # lines that a heading may have


def unruled_tables(page: Page, taken: Sequence[Table] = ()) -> list[Table]:
    """Tables of the lines that do not stand in one already found."""
    free = [i for i, line in enumerate(page.lines) if not line.words[0].turn and not any(_stands_in(line, t) for t in taken)]
    segments = {i: split(page.lines[i], i) for i in free}
    out: list[Table] = []
    done = -1
    for run in _runs(page, free, segments):
        table = _table(page, run, free, segments, done)
        if table is not None:
            out.append(table[0])
            done = table[1]
    return out


def _stands_in(line: Line, table: Table) -> bool:
    inside = table.top - 1 <= (line.top + line.bottom) / 2 <= table.bottom + 1
    return inside and overlap((line.x0, line.x1), (table.x0, table.x1)) > 0


def _has_figures(segments: Sequence[Segment]) -> bool:
    """A line of a table: a figure that stands apart from other words."""
    return any(s.figure for s in segments) and len(segments) > 1


def _runs(page: Page, free: Sequence[int], segments: dict[int, list[Segment]]) -> list[list[int]]:
    """Lines with figures that stand in the same columns, near each other."""
    runs: list[list[int]] = []
    for i in free:
        if not _has_figures(segments[i]) or is_leader(page.lines[i]):
            continue
        if runs and _joins(page, runs[-1], i, free, segments):
            runs[-1].append(i)
        else:
            runs.append([i])
    return [r for r in runs if _is_table(r, segments)]


def _joins(page: Page, run: Sequence[int], i: int, free: Sequence[int], segments: dict[int, list[Segment]]) -> bool:
    between = [k for k in free if run[-1] < k < i]
    lines = [page.lines[k] for k in (run[-1], *between, i)]
    if any(b.bottom - a.bottom > _FAR * max(a.words[0].size, b.words[0].size) for a, b in zip(lines, lines[1:], strict=False)):
        return False  # what stands between may be the rest of a label: only the room from line to line counts
    known = [s for k in run[-4:] for s in segments[k] if s.figure or s.nil]
    own = [s for s in segments[i] if s.figure or s.nil]
    if not any(overlap((a.x0, a.x1), (b.x0, b.x1)) > 0 for a in own for b in known):
        return False
    left = min(s.x0 for s in known)
    return not any(s.x0 < left - 1 and s.x1 > left + 20 for k in between for s in segments[k])


def _is_table(run: Sequence[int], segments: dict[int, list[Segment]]) -> bool:
    """At least two lines with two columns of figures in common, or three with one."""
    if len(run) < 2:
        return False
    columns = find_columns([[s for s in segments[i] if s.figure or s.nil] for i in run])
    full = [c for c in columns if c.figures >= 2]
    return len(full) >= 2 or (len(full) == 1 and len(run) >= 3 and _aligned(run, segments, full[0]))


def _aligned(run: Sequence[int], segments: dict[int, list[Segment]], column: Column) -> bool:
    own = [s for i in run for s in segments[i] if s.figure and overlap((s.x0, s.x1), (column.x0, column.x1)) > 0]
    edges = ([s.x1 for s in own], [s.x0 for s in own], [(s.x0 + s.x1) / 2 for s in own])
    return any(max(e) - min(e) < 4.0 for e in edges)


def _table(page: Page, run: Sequence[int], free: Sequence[int], segments: dict[int, list[Segment]],
           done: int) -> tuple[Table, int] | None:  # fmt: skip
    figures = [s for i in run for s in segments[i] if s.figure or s.nil]
    left = min(s.x0 for s in figures)
    first, last = run[0], run[-1]
    inside = [i for i in free if first <= i <= last]
    above = [i for i in reversed(free) if done < i < first]
    top: list[int] = []
    below = page.lines[first]
    for i in above[:_HEADINGS]:
        line = page.lines[i]
        if below.top - line.bottom > _NEAR * line.words[0].size or not _is_heading(segments[i], left):
            break
        top.insert(0, i)
        below = line
    while top and not _over_columns(segments[top[0]], left) and len(top) > 0:
        top.pop(0)  # the heading of a table begins over its columns
    bottom: list[int] = []
    for i in (k for k in free if k > last):
        if not _goes_on(page, [*inside, *bottom], i, segments, left):
            break
        bottom.append(i)
    own = [*top, *inside, *bottom]
    table = _build(page, own, segments)
    return (table, own[-1]) if table else None


def _is_heading(segments: Sequence[Segment], left: float) -> bool:
    """A line that may stand over columns: nothing in it reaches from the labels into the figures."""
    return not any(s.x0 < left - 30 and s.x1 > left + 10 for s in segments)


def _over_columns(segments: Sequence[Segment], left: float) -> bool:
    return any(s.x1 > left for s in segments)


def _goes_on(page: Page, own: Sequence[int], i: int, segments: dict[int, list[Segment]], left: float) -> bool:
    """Whether a line without figures is the rest of the last label."""
    line, last = page.lines[i], page.lines[own[-1]]
    if line.bottom - last.bottom > line.words[0].size * 1.6 or line.x1 > left or len(segments[i]) > 1:
        return False
    if line.bold != last.words[0].bold or abs(line.x0 - last.x0) > line.words[0].size * 2:
        return False
    label = segments[own[-1]][0].text
    return line.text[:1].islower() or label.endswith("-")


def _build(page: Page, own: Sequence[int], segments: dict[int, list[Segment]]) -> Table | None:
    with_figures = [i for i in own if _has_figures(segments[i])]
    if not with_figures:
        return None
    columns = _columns(own, with_figures, segments)
    if len(columns) < 2:
        return None
    kept = [s for i in own for s in segments[i]]
    at = {(s.line, s.first): column_of(s, columns) for s in kept}
    figure_columns = {at[s.line, s.first] for i in with_figures for s in segments[i] if s.figure or s.nil}
    first_figure = min(figure_columns)
    lines = [page.lines[i] for i in own]
    flags = [any(at[s.line, s.first] >= first_figure for s in segments[i]) for i in own]
    labels = [any(at[s.line, s.first] < first_figure for s in segments[i]) for i in own]
    rows = []
    for a, b in group_rows(lines, flags, labels):
        cells: list[list[Placed]] = [[] for _ in columns]
        for i in own[a:b]:
            for s in segments[i]:
                for j in range(s.first, s.last):
                    cells[at[s.line, s.first]].append(Placed(i, j, page.lines[i].words[j]))
        top, bottom = page.lines[own[a]].top, page.lines[own[b - 1]].bottom
        rows.append(tuple(build_cell(page, c, Edge(col.x0, top, col.x1, bottom)) for c, col in zip(cells, columns, strict=True)))
    borders = _borders(columns)
    top, bottom = lines[0].top, lines[-1].bottom
    return Table(page.number, borders[0], top, borders[-1], bottom, tuple(rows), False, borders, page.number, bottom)


def _columns(own: Sequence[int], with_figures: Sequence[int], segments: dict[int, list[Segment]]) -> list[Column]:
    """Columns by the rows with figures; columns of labels that stand in one row only are part of their neighbour."""
    columns = find_columns([segments[i] for i in with_figures])
    first = next((k for k, c in enumerate(columns) if c.figures), len(columns))
    labels = columns[:first]
    strong = [c for c in labels if c.size * 2 >= len(with_figures)]
    if len(strong) < 2 and labels:
        labels = [Column(labels[0].x0, labels[-1].x1, sum(c.size for c in labels), 0)]
    return [*labels, *columns[first:]]


def _borders(columns: Sequence[Column]) -> tuple[float, ...]:
    inner = [(a.x1 + b.x0) / 2 for a, b in zip(columns, columns[1:], strict=False)]
    return (columns[0].x0, *inner, columns[-1].x1)

