"""Tables set sideways on a page that stands upright: turned, read as any other, and turned back."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import replace

from pipeline.model import Box, Cell, Edge, Page, Table
from pipeline.read.turns import TURNS, Frame, frame

_FEW = 6  # words; fewer are a note in the margin


def turned_tables(page: Page, find: Callable[[Page], Sequence[Table]], taken: Set[int] = frozenset()) -> list[Table]:
    """Tables of the words that run up or down the page, or upside down, with boxes on the page as it stands; `taken`: lines
    that are part of others."""
    out: list[Table] = []
    for turn in TURNS:
        # words of one line have one direction
        own = [i for i, line in enumerate(page.lines) if line.words[0].turn == turn and i not in taken]
        if sum(len(page.lines[i].words) for i in own) < _FEW:
            continue
        sheet = frame(page, turn)
        lines = tuple(sheet.upright_line(page.lines[i]) for i in own)
        edges = tuple(Edge(*sheet.upright(e)) for e in page.edges)
        width, height = sheet.sides
        upright = Page(page.number, width, height, lines, edges)
        out += [_turn_back(t, sheet, own) for t in find(upright)]
    return out


def _turn_back(table: Table, sheet: Frame, own: Sequence[int]) -> Table:
    """`own`: indices on the page of the lines that were turned."""

    def cell_back(cell: Cell | None) -> Cell | None:
        if cell is None:
            return None
        b = sheet.displayed(Box(cell.x0, cell.top, cell.x1, cell.bottom))
        words = tuple((own[i], j) for i, j in cell.words)
        return replace(cell, x0=b.x0, top=b.top, x1=b.x1, bottom=b.bottom, words=words)

    b = sheet.displayed(Box(table.x0, table.top, table.x1, table.bottom))
    rows = tuple(tuple(cell_back(c) for c in row) for row in table.rows)
    return replace(table, x0=b.x0, top=b.top, x1=b.x1, bottom=b.bottom, rows=rows, last_bottom=b.bottom)
