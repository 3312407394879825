"""Pages and tables -> one stream of lines and tables in reading order, and paragraphs that remember their words."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import regex

from pipeline.model import Box, Line, Page, Table
from pipeline.parse.columns import Part, in_columns
from pipeline.read.turns import ASLANT, TURNS, frame, in_margin
from pipeline.text import seam

_DIGITS = regex.compile(r"\d+")
_FAR = 99.0  # font sizes, to a line that stands by itself
_BACK = -1.0  # the same, to a line that stands further up
_ENDS, _CLOSING = (".", ":", ";", "!", "?"), ")”’'\""  # of a sentence, and what may stand behind it
_NEAR = 25  # characters beside a number that say what it is

WordKey = tuple[int, int, int]  # page, index of the line, index of the word


@dataclass(frozen=True, slots=True)
class Spot:
    """A line of the stream, or what of it stands in one column, and where: its words are those of the line with the number `index`
    from the number `first` on. `gap`: baseline distance to the line before it, in font sizes."""

    page: int
    index: int
    line: Line
    gap: float
    furniture: bool = False
    first: int = 0

    @property
    def keys(self) -> list[WordKey]:
        """Its words."""
        return [(self.page, self.index, j) for j in range(self.first, self.first + len(self.line.words))]


def stream(pages: Sequence[Page], tables: Sequence[Table]) -> Iterator[Spot | Table]:
    """Lines outside tables, and tables, from the first page to the last and from top to bottom.

    Text set in another direction is read where the first of its tables stands, from its head to its foot; without any it
    comes last on its page.
    """
    taken: dict[int, set[tuple[int, int]]] = {}
    starts: dict[int, list[Table]] = {}
    for table in tables:
        starts.setdefault(table.page, []).append(table)
        for row in table.rows:
            for cell in row:
                for number, i, j in cell.places if cell else ():
                    taken.setdefault(number, set()).add((i, j))
    repeated = _furniture(pages)
    for page in pages:
        words = taken.get(page.number, set())
        free = [i for i, line in enumerate(page.lines) if not words or not any((i, j) in words for j in range(len(line.words)))]
        own = starts.get(page.number, [])
        if not page.lines or not page.lines[-1].words[0].turn:  # as nearly everywhere
            yield from _in_order(page, free, [((t.top, t.x0), [t]) for t in own], repeated)
            continue
        blocks: list[tuple[tuple[float, float], Sequence[Spot | Table]]] = []
        for turn in (*TURNS, ASLANT):
            sheet = frame(page, turn)
            set_so = [t for t in own if _turn(page, t) == turn]
            inner = [((u.top, u.x0), [t]) for t in set_so for u in (sheet.upright(t),)]
            place = min(((t.top, t.x0) for t in set_so), default=(page.height, 0.0))
            blocks.append((place, list(_in_order(page, free, inner, repeated, turn))))
        upright = [((t.top, t.x0), [t]) for t in own if not _turn(page, t)]
        yield from _in_order(page, free, [*upright, *blocks], repeated)


def _in_order(page: Page, free: Sequence[int], blocks: Sequence[tuple[tuple[float, float], Sequence[Spot | Table]]],
              furniture: set[tuple[int, int]], turn: int = 0) -> Iterator[Spot | Table]:  # fmt: skip
    """Lines of one direction with blocks between them, each before the first line whose middle lies below its top."""
    sheet = frame(page, turn)
    waiting = sorted(blocks, key=lambda b: b[0], reverse=True)
    together: list[int] = []  # lines that no block parts
    for i in free:
        line = page.lines[i]
        if line.words[0].turn != turn:
            continue
        place = sheet.upright(line) if turn else line
        if waiting and waiting[-1][0][0] <= (place.top + place.bottom) / 2:
            yield from _spots(page, together, furniture, turn)
            together = []
        while waiting and waiting[-1][0][0] <= (place.top + place.bottom) / 2:
            yield from waiting.pop()[1]
        together.append(i)
    yield from _spots(page, together, furniture, turn)
    for _, pieces in reversed(waiting):
        yield from pieces


def _spots(page: Page, lines: Sequence[int], furniture: set[tuple[int, int]], turn: int) -> Iterator[Spot]:
    """Lines that follow each other, those that are set in columns column by column."""
    sheet = frame(page, turn)
    last: Line | None = None
    last_bottom = 0.0
    for part in in_columns(page, lines) if not turn else [Part(i, 0, len(page.lines[i].words)) for i in lines]:
        line = part.of(page)
        bottom = sheet.upright(line).bottom if turn else line.bottom
        gap = (bottom - last_bottom) / line.words[0].size if last else _FAR
        if last and gap < _BACK:  # at the head of the next column
            goes_on = line.text[:1].islower() and not last.text.rstrip(_CLOSING).endswith(_ENDS)
            gap = 0.0 if goes_on else _FAR
        last, last_bottom = line, bottom
        yield Spot(page.number, part.line, line, gap, (page.number, part.line) in furniture, part.first)


def _turn(page: Page, table: Table) -> int:
    """The direction in which a table is set: that of its last words, because headings may be set upwards."""
    cells = (c for row in reversed(table.rows) for c in row if c and c.words and c.page == page.number)
    cell = next(cells, None)
    return page.lines[cell.words[0][0]].words[0].turn if cell else 0


def _furniture(pages: Sequence[Page]) -> set[tuple[int, int]]:
    """Lines in the outer margin or across the page whose text, digits aside, stands in one place on half of the pages."""
    if len(pages) < 3:
        return set()
    seen: Counter[tuple[str, int]] = Counter()
    places: list[tuple[tuple[str, int], tuple[int, int]]] = []
    for page in pages:
        for i, line in enumerate(page.lines):
            if line.words[0].turn == ASLANT or in_margin(page, line):
                sheet = frame(page, line.words[0].turn)
                key = (_DIGITS.sub("#", line.text), round(sheet.upright(line).top / 4))
                seen[key] += 1
                places.append((key, (page.number, i)))
    return {place for key, place in places if seen[key] * 2 >= len(pages)}


@dataclass(slots=True)
class Paragraph:
    """Running text of one kind in one section. `keys` are its words, `offsets` where each of them begins in `text`."""

    kind: str  # prose, footnote, or the name of a field
    proposal_code: str | None
    document: bool = False
    text: str = ""
    offsets: list[int] = field(default_factory=list)
    keys: list[WordKey] = field(default_factory=list)

    def add(self, spot: Spot, first_word: int = 0) -> None:
        """Append a line, from its word number `first_word` on."""
        words = spot.line.words[first_word:]
        if not words:
            return
        between = seam(self.text, words[0].text)
        start = self.text[:-1] if between is None else self.text + between
        at = len(start)
        for w in words:
            self.offsets.append(at)
            at += len(w.text) + 1
        self.keys += spot.keys[first_word:]
        self.text = start + " ".join([w.text for w in words])

    def words(self, start: int, end: int) -> list[WordKey]:
        """The words that the range of characters touches."""
        return self.keys[max(0, bisect_right(self.offsets, start) - 1) : bisect_left(self.offsets, end)]


def around(text: str, numbers: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The parts of a text, cut at blanks, that say what its numbers are; `numbers`: where they begin and end, in order."""
    out: list[tuple[int, int]] = []
    for start, end in numbers:
        start = text.rfind(" ", 0, max(0, start - _NEAR)) + 1
        end = text.find(" ", end + _NEAR)
        end = len(text) if end < 0 else end
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
    return out


def box_of(pages: Sequence[Page], keys: Sequence[WordKey]) -> tuple[int, Box]:
    """Page and box of some words; where they run over a line or page end, of those on the first one."""
    page, line, _ = keys[0]
    words = [pages[p - 1].lines[i].words[j] for p, i, j in keys if p == page and i == line]
    return page, Box(
        min(w.x0 for w in words), min(w.top for w in words), max(w.x1 for w in words), max(w.bottom for w in words)
    )
