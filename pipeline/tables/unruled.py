"""Figures aligned in columns, without ruling lines.

        Forslag                              2024     2025     2026
        Omlægning af nattevagt og          -1.600   -1.600   -1.600     a label may wrap above, beside or below
        vikardækning                                                    its figures
        I alt                              -1.600   -1.600   -1.600

A table is a run of lines whose figures stand below each other; running text has figures, but not apart from its words.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from pipeline.model import Cell, Edge, Line, Page, Table
from pipeline.tables.above import tables_below_labels
from pipeline.tables.area import (
    HEADINGS,
    Area,
    area_of,
    goes_on,
    is_headed,
    is_heading_of_next,
    is_last_row,
    is_text,
    label_of,
    runs_on,
)
from pipeline.tables.asides import aside, text_columns
from pipeline.tables.beside import beside_tables
from pipeline.tables.columns import Column, borders, column_of, first_figure_of, table_columns
from pipeline.tables.headings import cut_headings, heading_lines, place_heads, span_headings
from pipeline.tables.lines import NEAR, Segments, has_bar, has_figures
from pipeline.tables.parting import part_accounts, part_below, part_touching
from pipeline.tables.parts import part_tables, without
from pipeline.tables.rows import Placed, build_cell, group_rows
from pipeline.tables.runs import find_runs, is_table
from pipeline.tables.segments import Segment, overlap, word_space
from pipeline.tables.signs import join_signs, join_signs_behind, part_signs


def unruled_tables(page: Page) -> list[Table]:
    """Every table of a page; those side by side are parted first."""
    segments = Segments(page)
    free = [i for i, line in enumerate(page.lines) if not line.words[0].turn]
    below, unsure = tables_below_labels(page, segments)
    if below or unsure:
        return [*below, *part_tables(page, [(i, j) for i, j in without(page, below) if i not in unsure], unruled_tables)]
    runs = find_runs(page, free, segments)
    if runs and (columns := text_columns(page, segments)):
        return _parted(page, *columns)
    out = beside_tables(page, segments, unruled_tables) if runs else []
    if out:
        rest = without(page, out)
        return [*out, *part_tables(page, rest, unruled_tables)]
    runs = [r for r in runs if is_table(r, segments) or is_headed(page, r, free, segments)]
    done = -1
    for n, run in enumerate(runs):
        later = [r[0] for r in runs[n + 1 :]]
        table = _grow(page, run, free, segments, done, min(later, default=len(page.lines)))
        if table is not None:
            if beside := aside(page, table[0], segments):
                return _parted(page, *beside)
            out.append(table[0])
            done = table[1]
    return out


def _parted(page: Page, x: float, first: int, last: int) -> list[Table]:
    """The tables of a page on which text stands beside one: what is left and right of `x` from line to line is read by itself."""
    places = [(i, j) for i, line in enumerate(page.lines) if not line.words[0].turn for j in range(len(line.words))]
    middle = {p: (page.lines[p[0]].words[p[1]].x0 + page.lines[p[0]].words[p[1]].x1) / 2 for p in places}
    left = [p for p in places if first <= p[0] <= last and middle[p] < x]
    right = [p for p in places if first <= p[0] <= last and middle[p] >= x]
    others = [p for p in places if not first <= p[0] <= last]
    return [t for part in (left, right, others) if part for t in part_tables(page, part, unruled_tables)]


def _grow(page: Page, run: Sequence[int], free: Sequence[int], segments: Segments,
           done: int, limit: int) -> tuple[Table, int] | None:  # fmt: skip
    """The table that grows from a run of lines with figures; lines up to `done` and from `limit` on belong to others."""
    area = area_of(page, run, segments)
    first, last = run[0], run[-1]
    inside = [i for i in free if first <= i <= last]
    above = [i for i in reversed(free) if done < i < first]
    top: list[int] = []
    below = page.lines[first]
    for i in above[:HEADINGS]:
        line = page.lines[i]
        if below.top - line.bottom > NEAR * line.words[0].size:
            break
        if area.crosses(segments[i]) and not area.heads(line, segments.space) and not _is_section(page, i, free, segments, area):
            break
        top.insert(0, i)
        below = line
    rest_of_row = len(top) == len(above) and top and page.lines[top[0]].text[:1].islower()  # of the page before
    beside = [i for i in inside if label_of(segments[i], area)][:1]
    while top and not rest_of_row and not area.over_columns(segments[top[0]]) and not runs_on(page, [*top, *beside], segments, area):
        top.pop(0)  # the heading of a table begins over its columns
    top = top[max((n + 1 for n, i in enumerate(top) if is_text(segments[i])), default=0) :]
    bottom: list[int] = []
    for i in (k for k in free if last < k < limit):
        own = [*top, *inside, *bottom]
        if is_heading_of_next(page, i, limit, segments, area):
            break
        if not goes_on(page, own, i, segments, area) and not is_last_row(page, own, i, segments, area):
            break
        bottom.append(i)
    own = [*top, *inside, *bottom]
    table = _build(page, own, segments)
    return (table, own[-1]) if table else None


def _is_section(page: Page, i: int, free: Sequence[int], segments: Segments, area: Area) -> bool:
    """Whether a line that reaches into the figures is a row of its own, right below headings, one over each column."""
    above = max((k for k in free if k < i), default=None)
    if above is None or len(segments[i]) > 1:
        return False
    line, head = page.lines[i], page.lines[above]
    over = [s for s in segments[above] if s.x0 > area.labels + 10]
    near = line.top - head.bottom <= NEAR * line.words[0].size
    return near and len(over) == len(area.columns) > 1 and all(
        overlap((s.x0, s.x1), (c.x0, c.x1)) > 0 for s, c in zip(over, area.columns, strict=True))  # fmt: skip


def _build(page: Page, own: Sequence[int], segments: dict[int, list[Segment]]) -> Table | None:
    """The table of some lines; `None` where they have no figures, or nothing but one column."""
    with_figures = [i for i in own if has_figures(segments[i])]
    if not with_figures:
        return None
    segments = part_touching(page, own, {i: segments[i] for i in own})
    segments = part_accounts(page, own, segments)
    heads = heading_lines(page, own, with_figures, segments)
    body = [i for i in own if i not in heads]
    over = [(page.lines[i], segments[i]) for i in heads]
    segments |= {i: part_below(page.lines[i], segments[i], over) for i in body}
    size = page.lines[own[0]].words[0].size
    behind = join_signs_behind([segments[i] for i in body], [segments[i] for i in heads], size)
    parted = part_signs([page.lines[i] for i in body], behind)
    signed = join_signs(parted, [segments[i] for i in heads])
    segments = {**{i: segments[i] for i in heads}, **dict(zip(body, signed, strict=True))}
    columns = table_columns(own, heads, with_figures, segments)
    if len(columns) < 2:
        return None
    first_figure = first_figure_of(columns, sum(i not in heads for i in with_figures))
    space = word_space(page.lines)
    begin = [s.x0 for i in body for s in segments[i] if column_of(s, columns) < first_figure]
    cut = {i: cut_headings(page.lines[i], segments[i], columns, first_figure, begin, space) for i in heads}
    segments = {i: cut.get(i) or segments[i] for i in own}
    at = {(s.line, s.first): column_of(s, columns) for i in own for s in segments[i]}
    at |= place_heads([segments[i] for i in heads], columns, first_figure, begin)
    across = _across(body, segments, columns, first_figure)
    at |= {(i, segments[i][0].first): first_figure - 1 for i in across}
    lines = [page.lines[i] for i in own]
    of_figures = {k for k in range(first_figure, len(columns)) if columns[k].figures * 2 >= columns[k].size}
    flags = [any(at[s.line, s.first] in of_figures for s in segments[i]) for i in own]
    words = [k for k in range(first_figure) if columns[k].figures * 2 < columns[k].size] or list(range(first_figure))
    labels = [any(at[s.line, s.first] in words for s in segments[i]) for i in own]  # an account is none
    made: list[list[Cell]] = []
    depth, heading = 0, True  # how many rows the heading has
    bars = [
        has_bar(page, page.lines[i], page.lines[k]) or (i in across) != (k in across)  # no label reaches into the figures
        for i, k in pairwise(own)
    ]
    texts = [_without_accounts(page.lines[i], [s for s in segments[i] if at[s.line, s.first] in words]) for i in own]
    for a, b in group_rows(texts, flags, labels, bars):
        cells: list[list[Placed]] = [[] for _ in columns]
        for s in (s for i in own[a:b] for s in segments[i]):
            cells[at[s.line, s.first]] += [Placed(s.line, j, page.lines[s.line].words[j]) for j in range(s.first, s.last)]
        top, bottom = page.lines[own[a]].top, page.lines[own[b - 1]].bottom
        made.append([build_cell(page, c, Edge(k.x0, top, k.x1, bottom)) for c, k in zip(cells, columns, strict=True)])
        heading = heading and not any(i in with_figures and i not in heads for i in own[a:b])
        depth += heading
    inner = next((r for r in made[:depth][::-1] if any(c.lines for c in r[first_figure:])), made[0])
    rows = [span_headings(r, columns, first_figure, inner) if n < depth else tuple(r) for n, r in enumerate(made)]
    sides = borders(columns)
    top, bottom = lines[0].top, lines[-1].bottom
    return Table(page.number, sides[0], top, sides[-1], bottom, tuple(rows), False, sides, page.number, bottom)


def _across(body: Sequence[int], segments: dict[int, list[Segment]], columns: Sequence[Column], first_figure: int) -> set[int]:
    """The lines of a table that are nothing but words across its columns: the heading of a section, a remark to a row."""
    if not 0 < first_figure < len(columns):
        return set()
    figures = [c for c in columns[first_figure:] if c.figures * 2 >= c.size]
    alone = [i for i in body if len(segments[i]) == 1 and not (segments[i][0].figure or segments[i][0].nil)]
    out = {i for i in alone if any(overlap((segments[i][0].x0, segments[i][0].x1), (c.x0, c.x1)) > 0 for c in figures)}
    for a, b in pairwise(body):
        if a in out and b in alone and segments[b][0].text[0].islower() and segments[a][0].text[-1] not in ".:":
            out.add(b)  # the rest of the remark
    return out


def _without_accounts(line: Line, labels: Sequence[Segment]) -> Line:
    """A line from its label on: an account before it says nothing of whether the label begins anew."""
    first = min((s.first for s in labels), default=0)
    kept = line.words[first:]
    return line._replace(text=" ".join(w.text for w in kept), words=kept, x0=kept[0].x0) if first else line
