"""Headings set upwards or downwards over the columns of a table that stands upright.

                     R     B
                     e     u
                     g     d
                     n     g
        Område       s     e
        ----------------------
        Skoler     1.200  1.250
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.model import Cell, Edge, Line, Page, Table
from pipeline.tables.rows import Placed, build_cell

_UPENDED = (90, 270)
_NEAR, _HANGING = 4.0, 8.0  # font sizes between the lowest heading and the first row at most; where each column has one
_ASIDE = 1.0  # font sizes by which a heading may stand beside the last column
_MOST = 0.5  # share of the columns that have such a heading

Row = tuple[Cell | None, ...]


def upended_headings(page: Page, tables: Sequence[Table]) -> tuple[list[Table], set[int]]:
    """The tables with such headings, and the lines that these are."""
    upended = [i for i, line in enumerate(page.lines) if line.words[0].turn in _UPENDED]
    out: list[Table] = []
    used: set[int] = set()
    taken = {i for t in tables for row in t.rows for c in row if c for i, _ in c.words} if upended else set()
    for table in tables:
        free = [i for i in upended if i not in used]
        found = (_in_grid(page, table, free) if table.ruled else _above(page, table, free, taken)) if free else None
        out.append(found[0] if found else table)
        used |= found[1] if found else set()
    return out, used


def _in_grid(page: Page, table: Table, free: Sequence[int]) -> tuple[Table, set[int]] | None:
    """Headings in the empty cells of the first rows of a grid."""
    rows: list[Row] = list(table.rows)
    used: set[int] = set()
    for r, row in enumerate(rows):
        if any(c and any(ch.isdigit() for ch in c.raw) for c in row[1:]):
            break
        inside = [[i for i in free if c and not c.lines and _is_in(page.lines[i], c)] for c in row]
        used.update(i for own in inside for i in own)
        rows[r] = tuple(_cell(page, own, c) if own and c else c for c, own in zip(row, inside, strict=True))
    return (replace(table, rows=tuple(rows)), used) if used else None


def _is_in(line: Line, cell: Cell) -> bool:
    return cell.x0 <= (line.x0 + line.x1) / 2 <= cell.x1 and cell.top <= (line.top + line.bottom) / 2 <= cell.bottom


def _above(page: Page, table: Table, free: Sequence[int], taken: set[int]) -> tuple[Table, set[int]] | None:
    """Headings right above the first row with figures of a table without rules, over most of its columns."""
    head = next((r for r, row in enumerate(table.rows) if any(c and c.lines for c in row[1:])), 0)
    first = min((c.top for c in table.rows[head] if c and c.lines), default=table.top)
    columns: dict[int, list[int]] = {}
    over = [i for i in free if _is_over(page.lines[i], table, first)]
    lowest = max((page.lines[i].bottom for i in over), default=0.0)
    level = max((page.lines[i].top for i in over if page.lines[i].bottom == lowest), default=0.0)
    for i in over:
        line = page.lines[i]
        middle = (line.x0 + line.x1) / 2
        if line.bottom > level:
            k = next((k for k, x in enumerate(table.columns[1:]) if middle <= x), len(table.columns) - 2)
            columns.setdefault(k, []).append(i)
    count = len(table.columns) - 2
    used = {i for own in columns.values() for i in own}
    size = max((page.lines[i].words[0].size for i in used), default=0.0)
    if len(columns) < max(1.0, _MOST * count) or first - lowest > size * (_HANGING if len(columns) == count else _NEAR):
        return None
    top, bottom = min(page.lines[i].top for i in used), max(page.lines[i].bottom for i in used)
    above = [c for row in table.rows[:head] for c in row if c and c.lines]  # the heading of the labels, if any
    beside = [] if above else [
        i for i, line in enumerate(page.lines) if not line.words[0].turn and i not in taken
        and table.columns[0] - 1 <= line.x0 and line.x1 <= table.columns[1] and top <= line.bottom <= first + 1
    ]  # fmt: skip
    sides = zip(table.columns, table.columns[1:], strict=False)
    empty = [Cell((), page.number, x0, top, x1, bottom) for x0, x1 in sides]
    row = [_cell(page, columns.get(k, []), c) for k, c in enumerate(empty)]
    if beside:
        row[0] = _cell(page, beside, empty[0])
    rows = table.rows
    if head and not any(c and c.lines for r in rows[:head] for c in r[1:]):
        row[0] = rows[head - 1][0] or row[0]
        rows = (*rows[: head - 1], tuple(row), *rows[head:])
    else:
        rows = (tuple(row), *rows)
    return replace(table, rows=rows, top=min(table.top, top)), used


def _is_over(line: Line, table: Table, first: float) -> bool:
    """Whether a line stands above a row whose top is `first`, over the columns of figures."""
    size, middle = line.words[0].size, (line.x0 + line.x1) / 2
    return line.bottom <= first + size and table.columns[1] <= middle <= table.columns[-1] + _ASIDE * size


def _cell(page: Page, lines: Sequence[int], empty: Cell) -> Cell:
    placed = [Placed(i, j, w) for i in lines for j, w in enumerate(page.lines[i].words)]
    return build_cell(page, placed, Edge(empty.x0, empty.top, empty.x1, empty.bottom)) if placed else empty
