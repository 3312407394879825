"""Tables set sideways on a page that stands upright: turned, read as any other, and turned back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from pipeline.model import Box, Cell, Edge, Line, Page, Table, Word
from pipeline.read.words import build_lines

_FEW = 6  # words; fewer are a note in the margin


def turned_tables(page: Page, find: Callable[[Page], Sequence[Table]]) -> list[Table]:
    """Tables of the words that run up or down the page, or upside down, with boxes on the page as displayed."""
    out: list[Table] = []
    for turn in (90, 270, 180):
        # words of one line have one direction
        places = [(i, j) for i, line in enumerate(page.lines) if line.words[0].turn == turn for j in range(len(line.words))]
        if len(places) < _FEW:
            continue
        upright, origin = _turn(page, places, turn)
        out += [_turn_back(t, page, upright, origin, turn) for t in find(upright)]
    return out


def _turn(page: Page, places: Sequence[tuple[int, int]], turn: int) -> tuple[Page, dict[Box, tuple[int, int]]]:
    """The page with these words upright, and where each of them stands on the page as it is."""
    origin: dict[Box, tuple[int, int]] = {}
    words: list[Word] = []
    for i, j in places:
        w = page.lines[i].words[j]
        box = _upright_box(Box(w.x0, w.top, w.x1, w.bottom), page, turn)
        words.append(w._replace(x0=box.x0, top=box.top, x1=box.x1, bottom=box.bottom, turn=0))
        origin[box] = (i, j)
    edges = tuple(Edge(*_upright_box(Box(*e), page, turn)) for e in page.edges)
    sides = (page.width, page.height) if turn == 180 else (page.height, page.width)
    return Page(page.number, *sides, build_lines(words), edges), origin


def _upright_box(b: Box, page: Page, turn: int) -> Box:
    if turn == 90:
        return Box(page.height - b.bottom, b.x0, page.height - b.top, b.x1)
    if turn == 270:
        return Box(b.top, page.width - b.x1, b.bottom, page.width - b.x0)
    return Box(page.width - b.x1, page.height - b.bottom, page.width - b.x0, page.height - b.top)


def _displayed_box(b: Box, page: Page, turn: int) -> Box:
    if turn == 90:
        return Box(b.top, page.height - b.x1, b.bottom, page.height - b.x0)
    if turn == 270:
        return Box(page.width - b.bottom, b.x0, page.width - b.top, b.x1)
    return _upright_box(b, page, 180)


def _turn_back(table: Table, page: Page, upright: Page, origin: dict[Box, tuple[int, int]], turn: int) -> Table:
    def places(cell: Cell) -> tuple[tuple[int, int], ...]:
        out: list[tuple[int, int]] = []
        for i, j in cell.words:
            box = _box(upright.lines[i], j)
            # a word put together from several stands where they stand, its mark to its right
            parts = [p for b, p in origin.items() if _is_part(b, box)] if box not in origin or cell.mark else [origin[box]]
            out += parts
        return tuple(dict.fromkeys(out))

    def cell_back(cell: Cell | None) -> Cell | None:
        if cell is None:
            return None
        b = _displayed_box(Box(cell.x0, cell.top, cell.x1, cell.bottom), page, turn)
        return replace(cell, x0=b.x0, top=b.top, x1=b.x1, bottom=b.bottom, words=places(cell))

    b = _displayed_box(Box(table.x0, table.top, table.x1, table.bottom), page, turn)
    rows = tuple(tuple(cell_back(c) for c in row) for row in table.rows)
    return replace(table, x0=b.x0, top=b.top, x1=b.x1, bottom=b.bottom, rows=rows, last_bottom=b.bottom)


def _box(line: Line, j: int) -> Box:
    w = line.words[j]
    return Box(w.x0, w.top, w.x1, w.bottom)


def _is_part(b: Box, whole: Box) -> bool:
    """Whether a box is that of a part of a word, or of the mark raised at its end."""
    height = whole.bottom - whole.top
    raised = whole.top - height / 3 < (b.top + b.bottom) / 2 < whole.bottom
    return raised and whole.x0 - 0.5 <= b.x0 and b.x1 <= whole.x1 + height
