"""Text set sideways, upside down or aslant, and pages lying so: upright for reading, and back to the page as displayed.

A word's `turn` (90: set upwards, 270: downwards, 180: upside down) is the angle by which the page is turned clockwise until
the word stands upright. What runs aslant or across other text (`ASLANT`) is left as it lies, and is in nobody's way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeVar

from pipeline.model import Box, Cell, Edge, Line, LineItem, Note, Page, Proposal, Table, TextAmount, Token, Word
from pipeline.read.across import tall_across
from pipeline.read.words import build_lines

TURNS = (90, 270, 180)
ASLANT = 45

Placed = TypeVar("Placed", LineItem, Note, Proposal, TextAmount, Token)


class Frame(NamedTuple):
    """A sheet and the angle by which it is turned clockwise; its sides are those before it is turned."""

    turn: int
    width: float
    height: float

    @property
    def sides(self) -> tuple[float, float]:
        """Width and height once it is turned."""
        return (self.width, self.height) if self.turn in (0, 180, ASLANT) else (self.height, self.width)

    @property
    def back(self) -> tuple[float, float, float, float, float, float]:
        """From the turned sheet to the sheet, as `Page.shown` is written."""
        return {
            0: (1.0, 0.0, 0.0, 0.0, 1.0, 0.0),
            ASLANT: (1.0, 0.0, 0.0, 0.0, 1.0, 0.0),
            90: (0.0, 1.0, 0.0, -1.0, 0.0, self.height),
            180: (-1.0, 0.0, self.width, 0.0, -1.0, self.height),
            270: (0.0, -1.0, self.width, 1.0, 0.0, 0.0),
        }[self.turn]

    def upright(self, b: Box | Edge | Word | Line | Table) -> Box:
        """A box of the sheet on the turned sheet."""
        if self.turn in (0, ASLANT):
            return Box(b.x0, b.top, b.x1, b.bottom)
        if self.turn == 90:
            return Box(self.height - b.bottom, b.x0, self.height - b.top, b.x1)
        if self.turn == 270:
            return Box(b.top, self.width - b.x1, b.bottom, self.width - b.x0)
        return Box(self.width - b.x1, self.height - b.bottom, self.width - b.x0, self.height - b.top)

    def upright_line(self, line: Line) -> Line:
        """A line of words that stand upright once the sheet is turned, on the turned sheet."""
        words = tuple(_moved(w, self.upright(w), _less(w.turn, self.turn)) for w in line.words)
        return Line(line.text, words, *self.upright(line))

    def displayed(self, b: Box | Edge | Word | Line) -> Box:
        """A box of the turned sheet on the sheet."""
        return mapped(self.back, b)


def frame(page: Page, turn: int) -> Frame:
    return Frame(turn, page.width, page.height)


def mapped(shown: tuple[float, float, float, float, float, float], box: Box | Edge | Word | Line) -> Box:
    """The box around a box whose corners are moved as `Page.shown` says."""
    a, b, c, d, e, f = shown
    corners = [(x, y) for x in (box.x0, box.x1) for y in (box.top, box.bottom)]
    xs, ys = [a * x + b * y + c for x, y in corners], [d * x + e * y + f for x, y in corners]
    return Box(min(xs), min(ys), max(xs), max(ys))


def as_displayed(page: Page, box: Box) -> Box:
    """A box of a page that was straightened or turned as it lies on the page as displayed."""
    return mapped(page.shown, box) if page.shown else box


def placed(records: Iterable[Placed], pages: Mapping[int, Page]) -> tuple[Placed, ...]:
    """Records with their boxes on the page as displayed; `pages`: those that were straightened or turned, by number."""
    out = []
    for r in records:
        page = pages.get(r.page or 0)
        out.append(replace(r, box=as_displayed(page, r.box)) if page and r.box is not None else r)
    return tuple(out)


def table_as_displayed(table: Table, pages: Sequence[Page]) -> Table:
    """A table with its box and those of its cells on the pages as displayed; `columns` stay those it was read with."""

    def back(cell: Cell | None) -> Cell | None:
        return replace(cell, **as_displayed(pages[cell.page - 1], _box(cell))._asdict()) if cell else None

    rows = tuple(tuple(back(c) for c in row) for row in table.rows)
    return replace(table, rows=rows, **as_displayed(pages[table.page - 1], _box(table))._asdict())


def lines_in_each_direction(words: list[Word], width: float, height: float) -> tuple[Line, ...]:
    """Words in any direction -> lines, each of one direction: the upright ones first, each kind in its reading order.

    A word that runs aslant or across other text is a line of its own, and comes last.
    """
    upright = [w for w in words if not w.turn]
    aslant = [w for w in words if w.turn == ASLANT]
    if across := tall_across(upright):
        aslant += [w for w in upright if w in across]
        upright = [w for w in upright if w not in across]
    lines = build_lines(upright)
    for turn in TURNS if len(upright) < len(words) else ():
        sheet = Frame(turn, width, height)
        set_so = [_moved(w, sheet.upright(w), 0) for w in words if w.turn == turn]
        across = tall_across(set_so)
        aslant += [_moved(w, sheet.displayed(w), ASLANT) for w in set_so if w in across]
        for line in build_lines([w for w in set_so if w not in across]):
            back = tuple(_moved(w, sheet.displayed(w), turn) for w in line.words)
            lines += (Line(line.text, back, *sheet.displayed(line)),)
    moved = (w._replace(turn=ASLANT) for w in aslant)
    return lines + tuple(Line(w.text, (w,), w.x0, w.top, w.x1, w.bottom) for w in moved)


def turned_upright(page: Page) -> Page:
    """The page turned so that its text stands upright, where nothing but its running head and foot does so as it is."""
    if not page.lines or not page.lines[-1].words[0].turn:
        return page  # what stands upright comes first
    count = Counter(line.words[0].turn for line in page.lines for _ in line.words)
    turn = count.most_common(1)[0][0]
    sheet = frame(page, turn)
    inside = any(not ln.words[0].turn and not is_margin(ln.top, ln.bottom, page.height) for ln in page.lines)
    if turn in (0, ASLANT) or inside:
        return page
    words = [_moved(w, sheet.upright(w), _less(w.turn, turn)) for line in page.lines for w in line.words]
    sides = sheet.sides
    edges = tuple(Edge(*sheet.upright(e)) for e in page.edges)
    return replace(page, width=sides[0], height=sides[1], lines=lines_in_each_direction(words, *sides), edges=edges,
                   covered=tuple(map(sheet.upright, page.covered)), pictures=tuple(map(sheet.upright, page.pictures)),
                   signed=tuple(map(sheet.upright, page.signed)), shown=sheet.back)  # fmt: skip


def in_margin(page: Page, line: Line) -> bool:
    """Whether a line stands in the margin at the head or the foot of its page, as it is read."""
    sheet = frame(page, line.words[0].turn)
    place = sheet.upright(line) if sheet.turn else line
    return is_margin(place.top, place.bottom, sheet.sides[1])


def is_margin(top: float, bottom: float, height: float) -> bool:
    """Whether something stands in the outer twelfth of a page so high, where running heads and page numbers are."""
    return bottom < height / 12 or top > height * 11 / 12


def _box(thing: Cell | Table) -> Box:
    return Box(thing.x0, thing.top, thing.x1, thing.bottom)


def _less(turn: int, by: int) -> int:
    return turn if turn == ASLANT else turn - by


def _moved(w: Word, box: Box, turn: int) -> Word:
    return w._replace(x0=box.x0, top=box.top, x1=box.x1, bottom=box.bottom, turn=turn % 360)
