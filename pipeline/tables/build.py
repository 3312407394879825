"""Some lines of a page -> the table that they are: columns, headings, rows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from pipeline.model import Cell, Edge, Line, Page, Table
from pipeline.read.words import baseline
from pipeline.tables.columns import Column, borders, column_of, first_figure_of, table_columns
from pipeline.tables.headings import cut_headings, heading_lines, place_heads, span_headings
from pipeline.tables.lines import has_bar, has_figures, is_half_a_line, is_head
from pipeline.tables.parting import part_accounts, part_below, part_touching
from pipeline.tables.rows import Placed, build_cell, group_rows
from pipeline.tables.segments import Segment, overlap
from pipeline.tables.signs import join_signs, join_signs_behind, part_nils, part_signs
from pipeline.tables.texts import Extent, Text, level_texts

_CODES = 2  # of a column that holds nothing else
_LEVEL = 0.08  # font sizes by which the baselines of one row differ at most


def build_table(page: Page, own: Sequence[int], segments: dict[int, list[Segment]]) -> Table | None:
    """The table of some lines; `None` where they have no figures, or nothing but one column."""
    with_figures = [i for i in own if has_figures(segments[i])]
    if not with_figures:
        return None
    heads = heading_lines(page, own, with_figures, segments)
    body = [i for i in own if i not in heads]
    segments = {i: segments[i] for i in own}
    segments |= part_touching(page, body, {i: segments[i] for i in body})  # a heading may end in a number: `Actual to 30`
    segments = part_accounts(page, own, segments)
    over = [(page.lines[i], segments[i]) for i in heads]
    segments |= {i: part_below(page.lines[i], segments[i], over) for i in body}
    size = page.lines[own[0]].words[0].size
    nils = part_nils([page.lines[i] for i in body], [segments[i] for i in body])
    behind = join_signs_behind(nils, [segments[i] for i in heads], size)
    parted = part_signs([page.lines[i] for i in body], behind)
    signed = join_signs(parted, [segments[i] for i in heads])
    segments = {**{i: segments[i] for i in heads}, **dict(zip(body, signed, strict=True))}
    columns = table_columns(own, heads, with_figures, segments)
    if len(columns) < 2:
        return None
    first_figure = first_figure_of(columns, sum(i not in heads for i in with_figures))
    begin = [s.x0 for i in body for s in segments[i] if column_of(s, columns) < first_figure]
    cut = {i: cut_headings(page.lines[i], segments[i], columns, first_figure, begin, page.word_space) for i in heads}
    segments = {i: cut.get(i) or segments[i] for i in own}
    at = {(s.line, s.first): column_of(s, columns) for i in own for s in segments[i]}
    at |= place_heads([segments[i] for i in heads], columns, first_figure, begin)
    headed = max((i for i in heads if any(at[s.line, s.first] >= first_figure for s in segments[i][1:])), default=-1)
    below = [i for i in heads if i > headed >= 0]  # the name of the first group
    begin_left = [i for i in below if first_figure and segments[i][0].x0 < columns[first_figure - 1].x1]
    across = _across([*begin_left, *body], segments, columns, first_figure)
    at |= {(i, segments[i][0].first): first_figure - 1 for i in across}
    codes = _code_columns(body, segments, at, first_figure)
    for s in (segments[i][0] for i in (*below, *body) if len(segments[i]) == 1):
        if at[s.line, s.first] in codes and not _is_code(s):
            at[s.line, s.first] = min(k for k in range(first_figure) if k not in codes)  # the name of a group
    grid = _Grid(page, columns, first_figure, segments, at, across, codes, _beside_headings(page, heads, columns, segments, at))
    grouped = _grouped(grid, own, body)
    made: list[list[Cell]] = []
    depth, heading = 0, True  # how many rows the heading has
    for row in grouped:
        cells: list[list[Placed]] = [[] for _ in columns]
        for s in row.parts:
            cells[at[s.line, s.first]] += [Placed(s.line, j, page.lines[s.line].words[j]) for j in range(s.first, s.last)]
        top, bottom = page.lines[row.lines[0]].top, page.lines[row.lines[-1]].bottom
        made.append([build_cell(page, c, Edge(k.x0, top, k.x1, bottom)) for c, k in zip(cells, columns, strict=True)])
        heading = heading and not any(i in with_figures and i not in heads for i in row.lines)
        depth += heading
    inner = next((r for r in made[:depth][::-1] if any(c.lines for c in r[first_figure:])), made[0])
    rows = [span_headings(r, columns, first_figure, inner) if n < depth else tuple(r) for n, r in enumerate(made)]
    sides = borders(columns)
    top, bottom = page.lines[own[0]].top, page.lines[own[-1]].bottom
    return Table(page.number, sides[0], top, sides[-1], bottom, tuple(rows), False, sides, page.number, bottom)


class _Grid(NamedTuple):
    """The columns of a table, the first that has figures, and what stands in which: `at` by line and first word."""

    page: Page
    columns: Sequence[Column]
    first_figure: int
    segments: dict[int, list[Segment]]
    at: dict[tuple[int, int], int]
    across: set[int]  # lines of words across the columns
    codes: set[int]  # columns before the figures that hold codes
    beside: dict[int, int]  # lines over words only, half a line above or below the headings -> the line of these

    def column(self, s: Segment) -> int:
        return self.at[s.line, s.first]

    def words(self) -> list[int]:
        """The columns of words before the figures; codes are none where there are others."""
        before = range(self.first_figure)
        words = [k for k in before if self.columns[k].figures * 2 < self.columns[k].size]
        return [k for k in words if k not in self.codes] or words or list(before)


class _Row(NamedTuple):
    """The lines of a row with its label and its figures, and everything that stands in it."""

    lines: Sequence[int]
    parts: list[Segment]


def _grouped(grid: _Grid, own: Sequence[int], body: Sequence[int]) -> list[_Row]:
    """The rows of a table: labels that wrap with their figures, then the texts of other columns of words that are level with them."""
    heads, inside = [i for i in own if i < body[0]], [i for i in body if i not in grid.across]
    loose = _loose_columns(grid, heads, inside)
    while not isinstance(found := _with_texts(grid, own, heads, inside, loose), list):
        loose.remove(found)  # its lines are no others than those of the labels
    return found


def _with_texts(grid: _Grid, own: Sequence[int], heads: Sequence[int], inside: Sequence[int],
                loose: Sequence[int]) -> list[_Row] | int:  # fmt: skip
    """The rows of a table with the texts of some columns in them; where those of a column are level with no row, that column."""
    texts = {k: _lines_of(grid, k, heads, inside) for k in loose}
    apart = {(s.line, s.first) for lines in texts.values() for line in lines for s in line}
    rows = _labelled_rows(grid, own, apart)
    within = set(inside)
    data = [n for n, row in enumerate(rows) if not within.isdisjoint(row.lines)]
    extents = [_extent(grid, rows[n].parts) for n in data]
    for k, parts in texts.items():
        lines = [Text(_base(grid.page, line[0]), grid.page.lines[line[0].line].words[line[0].first].size,
                      " ".join(s.text for s in line)) for line in parts]  # fmt: skip
        levels = level_texts(lines, extents, k < grid.first_figure, sum(line[0].line in heads for line in parts))
        if levels is None or (levels[0].first and not data[0]):
            return k
        for line in parts[: levels[0].first]:
            rows[data[0] - 1].parts.extend(line)  # of its heading
        for level in levels:
            for n in range(level.top, level.bottom):
                rows[data[n]].parts.extend(s for line in parts[level.first : level.end] for s in line)
            if level.bottom - level.top == 1:
                extents[level.top] = _around(extents[level.top], lines[level.first : level.end])
    return rows


def _loose_columns(grid: _Grid, heads: Sequence[int], inside: Sequence[int]) -> list[int]:
    """The columns of words beside that of the labels that have lines on no baseline of labels or figures, or above all of these; those
    behind the figures first, which make their rows higher."""
    words = grid.words()
    label = max(words, key=lambda k: (grid.columns[k].size, k), default=-1)
    last = max((k for k, c in enumerate(grid.columns) if c.figures * 2 >= c.size), default=-1)
    others = [k for k, c in enumerate(grid.columns) if k != label and c.size and c.figures * 2 < c.size
              and not grid.first_figure <= k < last]  # words between figures may be the labels of another table
    alone = [grid.segments[i][0] for i in heads[1:] if len(grid.segments[i]) == 1 and i not in grid.beside]
    loose = {k for s in alone if (k := grid.column(s)) in others}
    for i in inside:
        level = [_base(grid.page, s) for s in grid.segments[i] if grid.column(s) not in others]
        for s in grid.segments[i]:
            size = grid.page.lines[i].words[s.first].size
            if grid.column(s) in others and not any(abs(_base(grid.page, s) - b) <= _LEVEL * size for b in level):
                loose.add(grid.column(s))
    return sorted(loose, reverse=True)


def _lines_of(grid: _Grid, k: int, heads: Sequence[int], inside: Sequence[int]) -> list[list[Segment]]:
    """What a column of words has on each line; its first text may begin above the first figures, below their headings."""
    of_figures = max((i for i in heads if any(grid.first_figure <= grid.column(s) != k for s in grid.segments[i])), default=-1)
    lines = ([s for s in grid.segments[i] if grid.column(s) == k] for i in (*heads, *inside)
             if i > of_figures and i not in grid.beside)  # fmt: skip
    return [line for line in lines if line]


def _labelled_rows(grid: _Grid, own: Sequence[int], apart: set[tuple[int, int]]) -> list[_Row]:
    """The rows of labels and figures; what is `apart`, by line and first word, left out."""
    left = {i: [s for s in grid.segments[i] if (s.line, s.first) not in apart] for i in own}
    parts = {i: some for i, some in left.items() if some}
    kept = [i for i in parts if grid.beside.get(i) not in parts]
    words = grid.words()
    of_figures = {k for k in range(grid.first_figure, len(grid.columns)) if grid.columns[k].figures * 2 >= grid.columns[k].size}
    flags = [any(grid.column(s) in of_figures for s in parts[i]) for i in kept]
    labels = [[s for s in parts[i] if grid.column(s) in words] for i in kept]  # an account is none
    whole = [_line_of(grid.page.lines[i], parts[i]) if apart else grid.page.lines[i] for i in kept]
    bars = [
        has_bar(grid.page, a, b) or (i in grid.across) != (k in grid.across)  # no label reaches into the figures
        for (a, b), (i, k) in zip(pairwise(whole), pairwise(kept), strict=True)
    ]
    texts = [_without_accounts(line, own_labels) for line, own_labels in zip(whole, labels, strict=True)]
    ranges = group_rows(texts, flags, list(map(bool, labels)), bars)
    rows = [sorted([*kept[a:b], *(i for i, k in grid.beside.items() if i in parts and k in kept[a:b])]) for a, b in ranges]
    return [_Row(lines, [s for i in lines for s in parts[i]]) for lines in rows]


def _code_columns(body: Sequence[int], segments: dict[int, list[Segment]], at: dict[tuple[int, int], int],
                  first_figure: int) -> set[int]:  # fmt: skip
    """The columns before the figures in which nothing but codes stand beside others: `S01`, `TM-2`; none where all are such."""
    out: set[int] = set()
    for k in range(first_figure):
        own = [s for i in body for s in segments[i] if at[s.line, s.first] == k and (len(segments[i]) > 1 or _is_code(s))]
        if len(own) >= _CODES and all(map(_is_code, own)) and not all(s.figure for s in own):
            out.add(k)
    return out if len(out) < first_figure else set()


def _is_code(s: Segment) -> bool:
    """Whether a text is one word with a digit."""
    return " " not in s.text and any(map(str.isdigit, s.text))


def _beside_headings(page: Page, heads: Sequence[int], columns: Sequence[Column], segments: dict[int, list[Segment]],
                     at: dict[tuple[int, int], int]) -> dict[int, int]:  # fmt: skip
    """The lines of a heading in two lines over a column of words, level with the middle of which the other headings stand."""
    of_words = {k for k, c in enumerate(columns) if c.figures * 2 < c.size}
    out: dict[int, int] = {}
    for k in (k for k in heads if len(segments[k]) > 1):
        if any(s.figure or s.nil for s in segments[k]) and not is_head(page, k, segments):
            continue  # a row with nothing but dashes
        near = [i for i in heads if len(segments[i]) == 1 and at[i, segments[i][0].first] in of_words
                and is_half_a_line(page.lines[i], page.lines[k])]  # fmt: skip
        for a, b in ((a, b) for a in near for b in near if a < k < b and at[a, segments[a][0].first] == at[b, segments[b][0].first]):
            above, below = (abs(page.lines[i].bottom - page.lines[k].bottom) for i in (a, b))
            if abs(above - below) < _LEVEL * page.lines[k].words[0].size:
                out |= {a: k, b: k}
    return out


def _extent(grid: _Grid, parts: Sequence[Segment]) -> Extent:
    """Where the label of a row stands, or its figures where it has none."""
    words = grid.words()
    bases = [_base(grid.page, s) for s in parts if grid.column(s) in words] or [_base(grid.page, s) for s in parts]
    return Extent(min(bases), max(bases))


def _around(extent: Extent, lines: Sequence[Text]) -> Extent:
    return Extent(min(extent.first, lines[0].base), max(extent.last, lines[-1].base))


def _base(page: Page, s: Segment) -> float:
    return baseline(page.lines[s.line].words[s.first])


def _line_of(line: Line, parts: Sequence[Segment]) -> Line:
    """A line with nothing but some of its parts."""
    words = tuple(line.words[j] for s in parts for j in range(s.first, s.last))
    text = " ".join(w.text for w in words)
    return Line(text, words, words[0].x0, min(w.top for w in words), max(w.x1 for w in words), max(w.bottom for w in words))


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
    first = labels[0].x0 if labels else line.x0
    kept = tuple(w for w in line.words if w.x0 >= first)
    return line._replace(text=" ".join(w.text for w in kept), words=kept, x0=kept[0].x0) if len(kept) < len(line.words) else line
