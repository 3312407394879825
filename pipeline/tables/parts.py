"""A part of a page, some of its words alone, read as a page of its own; the cells point back to the whole page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from pipeline.model import Cell, Page, Table
from pipeline.read.words import build_lines

Find = Callable[[Page], Sequence[Table]]


def part_tables(page: Page, places: Sequence[tuple[int, int]], find: Find) -> list[Table]:
    """The tables that `find` sees when the page holds nothing but the words at `places` (line, word)."""
    origin = {page.lines[i].words[j]: (i, j) for i, j in places}
    part = replace(page, lines=build_lines(list(origin)))

    def back(cell: Cell | None) -> Cell | None:
        if cell is None:
            return None
        words = (part.lines[i].words[j] for i, j in cell.words)
        return replace(cell, words=tuple(origin[w] for w in words if w in origin))

    return [replace(t, rows=tuple(tuple(back(c) for c in row) for row in t.rows)) for t in find(part)]


def without(page: Page, tables: Sequence[Table]) -> list[tuple[int, int]]:
    """Places of the words that run across the page and stand in none of some tables."""
    return [
        (i, j)
        for i, line in enumerate(page.lines) for j, w in enumerate(line.words)
        if not w.turn and not any(
            t.x0 <= (w.x0 + w.x1) / 2 <= t.x1 and t.top - 1 <= (w.top + w.bottom) / 2 <= t.bottom + 1 for t in tables)
    ]  # fmt: skip
