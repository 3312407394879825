"""Ruled grids: ruling lines that cross form a grid, words fall into its cells.

    ┌──────────┬───────┬───────┐   A border that is missing between two cells joins them; a grid row that holds
    │          │  2024 │  2025 │   several figures one below the other is split into rows by its text.
    ├──────────┼───────┼───────┤
    │ Label    │  -900 │  -900 │
    └──────────┴───────┴───────┘
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pipeline.model import Cell, Edge, Line, Page, Table, Word
from pipeline.tables.columns import find_columns
from pipeline.tables.rows import Placed, build_cell, group_rows, is_figure
from pipeline.tables.segments import pieces
from pipeline.tables.signs import join_signs

_SNAP = 2.0  # points: edges closer than this are one line
_TOUCH = 3.0  # points by which two lines may miss each other and still cross


class _Stroke(NamedTuple):
    at: float  # y of a horizontal stroke, x of a vertical one
    start: float
    end: float


def ruled_tables(page: Page) -> list[Table]:
    """Every grid of at least one row and two columns that holds words."""
    across = _strokes((e.top, e.x0, e.x1) for e in page.edges if e.top == e.bottom)
    down = _strokes((e.x0, e.top, e.bottom) for e in page.edges if e.top != e.bottom)
    out = []
    for hs, vs in _components(across, down):
        table = _grid(page, hs, vs)
        if table:
            out.append(table)
    return out


def _strokes(parts: Iterable[tuple[float, float, float]]) -> list[_Stroke]:
    """Collinear pieces joined into strokes."""
    out: list[_Stroke] = []
    cluster: list[tuple[float, float, float]] = []

    def flush() -> None:
        if not cluster:
            return
        at = sum(p[0] for p in cluster) / len(cluster)
        start, end = None, 0.0
        for _, a, b in sorted(cluster, key=lambda p: p[1]):
            if start is None:
                start, end = a, b
            elif a <= end + _TOUCH:
                end = max(end, b)
            else:
                out.append(_Stroke(at, start, end))
                start, end = a, b
        if start is not None:
            out.append(_Stroke(at, start, end))

    for part in sorted(parts):
        if cluster and part[0] - cluster[0][0] > _SNAP:
            flush()
            cluster = []
        cluster.append(part)
    flush()
    return out


def _components(across: Sequence[_Stroke], down: Sequence[_Stroke]) -> list[tuple[list[_Stroke], list[_Stroke]]]:
    """Strokes grouped by which of them cross."""
    parent = list(range(len(across) + len(down)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for i, h in enumerate(across):
        for j, v in enumerate(down):
            if (h.start - _TOUCH <= v.at <= h.end + _TOUCH) and (v.start - _TOUCH <= h.at <= v.end + _TOUCH):
                parent[root(len(across) + j)] = root(i)
    groups: dict[int, tuple[list[_Stroke], list[_Stroke]]] = defaultdict(lambda: ([], []))
    for i, h in enumerate(across):
        groups[root(i)][0].append(h)
    for j, v in enumerate(down):
        groups[root(len(across) + j)][1].append(v)
    return [g for g in groups.values() if len(g[0]) >= 2 and g[1]]


def _positions(strokes: Sequence[_Stroke], ends: Sequence[_Stroke]) -> list[float]:
    """Where the strokes lie, plus the outer border that an open side leaves undrawn."""
    at = sorted({s.at for s in strokes})
    out = [at[0]]
    for p in at[1:]:
        if p - out[-1] > _SNAP:
            out.append(p)
    low, high = min(s.start for s in ends), max(s.end for s in ends)
    if low < out[0] - 2 * _TOUCH:
        out.insert(0, low)
    if high > out[-1] + 2 * _TOUCH:
        out.append(high)
    return out


def _grid(page: Page, hs: Sequence[_Stroke], vs: Sequence[_Stroke]) -> Table | None:
    ys, xs = _positions(hs, vs), _positions(vs, hs)
    if len(ys) < 2 or len(xs) < 3:
        return None
    placed = _place(page, xs, ys)
    if not placed:
        return None
    finer = _finer(page, xs, placed)
    if len(finer) > len(xs):
        xs = finer
        placed = _place(page, xs, ys)
    n_rows, n_cols = len(ys) - 1, len(xs) - 1
    owner = _merge(xs, ys, hs, vs, _bridges(page, placed, xs) | _centred(placed, xs, ys, vs))
    by_cell: dict[tuple[int, int], list[Placed]] = defaultdict(list)
    for (r, k), words in placed.items():
        by_cell[owner[r][k]].extend(words)
    rows: list[tuple[Cell | None, ...]] = []
    made: dict[tuple[int, int], Cell] = {}
    for r in range(n_rows):
        words_in_row = [by_cell.get((r, k), []) if owner[r][k] == (r, k) else None for k in range(n_cols)]
        bands = _bands(page, words_in_row)
        for top, bottom in bands:
            cells: list[Cell | None] = []
            for k, own in enumerate(words_in_row):
                if own is None and owner[r][k][1] != k:
                    cells.append(None)
                    continue
                if own is None:
                    above = made.get(owner[r][k])
                    # a label that spans rows stands before each of them; a figure stands once, with room below it
                    spans = above and _is_label(above) and len(bands) == 1
                    cells.append(above if spans else build_cell(page, [], Edge(xs[k], ys[r], xs[k + 1], ys[r + 1])))
                    continue
                inside = [p for p in own if top <= p.line < bottom]
                cell = build_cell(page, inside, Edge(xs[k], ys[r], xs[k + 1], ys[r + 1]))
                made[r, k] = cell
                cells.append(cell)
            rows.append(tuple(cells))
    return Table(page.number, xs[0], ys[0], xs[-1], ys[-1], tuple(rows), True, tuple(xs), page.number, ys[-1])


def _is_label(cell: Cell) -> bool:
    return any(ch.isalpha() for line in cell.lines for ch in line)


def _finer(page: Page, xs: Sequence[float], placed: dict[tuple[int, int], list[Placed]]) -> list[float]:
    """Column borders with those added that are not drawn: where rows have several figures between two strokes."""
    out = [xs[0]]
    for k in range(len(xs) - 1):
        lines: dict[int, list[int]] = defaultdict(list)
        for (_, column), words in placed.items():
            if column == k:
                for p in words:
                    lines[p.line].append(p.place)
        rows = [pieces(page.lines[i], i, min(own), max(own) + 1) for i, own in sorted(lines.items())]
        several = [row for row in join_signs(rows) if sum(s.figure or s.nil for s in row) > 1]
        if len(several) >= 2:
            columns = [c for c in find_columns(several) if c.size * 2 >= len(several)]
            inside = [p.word for (_, column), words in placed.items() if column == k for p in words]
            out += [_parting(a.x1, b.x0, inside) for a, b in zip(columns, columns[1:], strict=False)]
        out.append(xs[k + 1])
    return out


def _parting(x0: float, x1: float, words: Iterable[Word]) -> float:
    """Where in the gap between two columns of figures no word is cut: in its middle, or, where a heading wider than its
    figures reaches over that, in the nearest room beside it."""
    middle = (x0 + x1) / 2
    rooms = [(x0, x1)]
    for w in words:
        if w.x0 > x0 or w.x1 < x1:  # a heading over both columns stands on either side of any border
            rooms = [part for a, b in rooms for part in ((a, min(b, w.x0)), (max(a, w.x1), b)) if part[0] < part[1]]
    nearest = min(rooms, key=lambda room: max(room[0] - middle, middle - room[1], 0.0), default=(x0, x1))
    return middle if nearest[0] < middle < nearest[1] else (nearest[0] + nearest[1]) / 2


def _bridges(page: Page, placed: dict[tuple[int, int], list[Placed]], xs: Sequence[float]) -> set[tuple[int, int]]:
    """(row, border) where words that belong together stand on both sides of a column border."""
    lines: dict[tuple[int, int], list[int]] = defaultdict(list)
    for (r, _), words in placed.items():
        for p in words:
            lines[r, p.line].append(p.place)
    out: set[tuple[int, int]] = set()
    for (r, i), own in lines.items():
        for s in pieces(page.lines[i], i, min(own), max(own) + 1):
            out |= {(r, k) for k, x in enumerate(xs) if s.x0 < x - 1 and s.x1 > x + 1}
    return out


def _centred(placed: dict[tuple[int, int], list[Placed]], xs: Sequence[float], ys: Sequence[float],
             vs: Sequence[_Stroke]) -> set[tuple[int, int]]:  # fmt: skip
    """(row, border) within a cell that spans several columns: no border drawn inside, its only words in its middle."""
    out: set[tuple[int, int]] = set()
    for r in range(len(ys) - 1):
        y = (ys[r] + ys[r + 1]) / 2
        drawn = [k for k in range(len(xs)) if k in (0, len(xs) - 1) or _drawn(vs, xs[k], y)]
        for a, b in zip(drawn, drawn[1:], strict=False):
            cells = [words for k in range(a, b) if (words := placed.get((r, k)))]
            if b - a == 1 or not cells or not any(ch.isalpha() for p in cells[0] for ch in p.word.text):
                continue
            if r + 1 < len(ys) - 1 and (r, a) in placed and _one_phrase(cells):  # over columns parted only below it
                below = (ys[r + 1] + ys[r + 2]) / 2
                if all(_drawn(vs, xs[k], below) for k in range(a + 1, b)):
                    out |= {(r, k) for k in range(a + 1, b)}
                    continue
            if len(cells) > 1:
                continue
            middle = (min(p.word.x0 for p in cells[0]) + max(p.word.x1 for p in cells[0])) / 2
            if abs(middle - (xs[a] + xs[b]) / 2) < _TOUCH:
                out |= {(r, k) for k in range(a + 1, b)}
    return out


def _one_phrase(cells: Sequence[Sequence[Placed]]) -> bool:
    """Whether the words of some cells stand on one line, no further apart than words do."""
    words = sorted((p for own in cells for p in own), key=lambda p: p.word.x0)
    near = all(b.word.x0 - a.word.x1 < a.word.size * 0.5 for a, b in zip(words, words[1:], strict=False))
    return near and len({p.line for p in words}) == 1


def _place(page: Page, xs: Sequence[float], ys: Sequence[float]) -> dict[tuple[int, int], list[Placed]]:
    """Words by the grid cell their middle falls into."""
    out: dict[tuple[int, int], list[Placed]] = defaultdict(list)
    for i, line in enumerate(page.lines):
        if line.bottom < ys[0] or line.top > ys[-1]:
            continue
        for j, w in enumerate(line.words):
            if w.turn:
                continue
            x, y = (w.x0 + w.x1) / 2, (w.top + w.bottom) / 2
            if xs[0] <= x <= xs[-1] and ys[0] <= y <= ys[-1]:
                r, k = bisect_right(ys, y) - 1, bisect_right(xs, x) - 1
                out[min(r, len(ys) - 2), min(k, len(xs) - 2)].append(Placed(i, j, w))
    return out


def _merge(xs: Sequence[float], ys: Sequence[float], hs: Sequence[_Stroke], vs: Sequence[_Stroke],
           bridges: set[tuple[int, int]]) -> list[list[tuple[int, int]]]:  # fmt: skip
    """For each grid cell the cell that owns it: itself, or the upper left one it is joined with.

    Where a column border is not drawn in a row, the cells beside it are one only if words run across it.
    """
    n_rows, n_cols = len(ys) - 1, len(xs) - 1
    owner = [[(r, k) for k in range(n_cols)] for r in range(n_rows)]
    for r in range(n_rows):
        y = (ys[r] + ys[r + 1]) / 2
        for k in range(n_cols):
            x = (xs[k] + xs[k + 1]) / 2
            if r and not _drawn(hs, ys[r], x):
                owner[r][k] = owner[r - 1][k]
            elif k and (r, k) in bridges and not _drawn(vs, xs[k], y) and owner[r][k - 1][0] == r:
                owner[r][k] = owner[r][k - 1]
    return owner


def _drawn(strokes: Sequence[_Stroke], at: float, along: float) -> bool:
    return any(abs(s.at - at) <= _SNAP and s.start - _TOUCH <= along <= s.end + _TOUCH for s in strokes)


def _holds_figures(line: Line, i: int, at: Sequence[int]) -> bool:
    """Whether words of a cell that stand on one line are figures, or begin with one (`12 pladser`), and are no text that speaks of
    numbers: `august 2025.`"""
    words = line.words[min(at) : max(at) + 1]
    begins = is_figure(words[0].text) and words[0].text[-1] != "."
    return begins or (all(s.figure or s.nil for s in pieces(line, i, min(at), max(at) + 1)) and any(is_figure(w.text) for w in words))


def _bands(page: Page, row: Sequence[list[Placed] | None]) -> list[tuple[int, int]]:
    """Line ranges of the rows inside one grid row: one, unless figures stand below each other in it."""
    lines: dict[int, bool] = {}
    stacked = 0
    for k, words in enumerate(row):
        placed: dict[int, list[int]] = defaultdict(list)
        for p in words or ():
            placed[p.line].append(p.place)
        own = {i for i, at in placed.items() if k and _holds_figures(page.lines[i], i, at)}
        lines |= {i: lines.get(i, False) or i in own for i in placed}
        stacked = max(stacked, len(own))
    whole = [(min(lines, default=0), max(lines, default=0) + 1)]
    if stacked < 2:
        return whole
    indices = sorted(lines)
    label = next((k for k, words in enumerate(row) if words), 0)
    labels = {p.line for p in row[label] or ()}
    groups = group_rows([page.lines[i] for i in indices], [lines[i] for i in indices], [i in labels for i in indices])
    return [(indices[a], indices[b - 1] + 1) for a, b in groups]
