"""A part of a page, some of its words alone, read as a page of its own; the cells point back to the whole page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from pipeline.model import Cell, Line, Page, Table, Word
from pipeline.read.words import build_lines

Find = Callable[[Page], Sequence[Table]]


def part_tables(page: Page, places: Sequence[tuple[int, int]], find: Find) -> list[Table]:
    """The tables that `find` sees when the page holds nothing but the words at `places` (line, word), in their order."""
    own: dict[int, list[int]] = {}
    for i, j in places:
        own.setdefault(i, []).append(j)
    lines: list[Line] = []
    origin: list[list[tuple[int, int]] | None] = []  # of the words of each line; `None`: a line that is whole
    whole: list[int] = []
    for i, js in own.items():
        line = page.lines[i]
        parts: tuple[Line, ...] = (line,)
        places_of: dict[Word, tuple[int, int]] = {}
        if len(js) < len(line.words):
            parts = build_lines([line.words[j] for j in js])
            places_of = {line.words[j]: (i, j) for j in js}
        for part in parts:
            lines.append(part)
            origin.append([places_of.get(w, _NOWHERE) for w in part.words] if places_of else None)
            whole.append(i)

    def back(cell: Cell | None) -> Cell | None:
        if cell is None:
            return None
        words = (o[j] if (o := origin[i]) else (whole[i], j) for i, j in cell.words)
        return replace(cell, words=tuple(w for w in words if w is not _NOWHERE))

    found = find(replace(page, lines=tuple(lines)))
    return [replace(t, rows=tuple(tuple(back(c) for c in row) for row in t.rows)) for t in found]


_NOWHERE = (-1, -1)  # of a word that was put together from several


def without(page: Page, tables: Sequence[Table]) -> list[tuple[int, int]]:
    """Places of the words that run across the page and stand in none of some tables."""
    out: list[tuple[int, int]] = []
    for i, line in enumerate(page.lines):
        if line.words[0].turn:
            continue
        near = [t for t in tables if t.top - 1 <= line.bottom and line.top <= t.bottom + 1]
        out += [(i, j) for j, w in enumerate(line.words) if not any(_stands_in(w, t) for t in near)] if near else [
            (i, j) for j in range(len(line.words))
        ]  # fmt: skip
    return out


def _stands_in(w: Word, t: Table) -> bool:
    return t.x0 <= (w.x0 + w.x1) / 2 <= t.x1 and t.top - 1 <= (w.top + w.bottom) / 2 <= t.bottom + 1
