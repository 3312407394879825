"""Pages and tables -> one stream of lines and tables in reading order, and paragraphs that remember their words."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import regex

from pipeline.model import Box, Line, Page, Table
from pipeline.tables import is_margin
from pipeline.text import seam

_DIGITS = regex.compile(r"\d+")

WordKey = tuple[int, int, int]  # page, index of the line, index of the word


@dataclass(frozen=True, slots=True)
class Spot:
    """A line of the stream and where it stands. `gap`: baseline distance to the line before it, in font sizes."""

    page: int
    index: int
    line: Line
    gap: float
    furniture: bool = False


def stream(pages: Sequence[Page], tables: Sequence[Table]) -> Iterator[Spot | Table]:
    """Lines outside tables, and tables, from the first page to the last and from top to bottom."""
    taken: dict[int, set[tuple[int, int]]] = {}
    starts: dict[int, list[Table]] = {}
    for table in tables:
        starts.setdefault(table.page, []).append(table)
        for row in table.rows:
            for cell in row:
                if cell:
                    taken.setdefault(cell.page, set()).update(cell.words)
    repeated = _furniture(pages)
    for page in pages:
        words = taken.get(page.number, set())
        waiting = sorted(starts.get(page.number, []), key=lambda t: (t.top, t.x0))
        last_bottom: float | None = None
        for i, line in enumerate(page.lines):
            while waiting and waiting[0].top <= (line.top + line.bottom) / 2:
                yield waiting.pop(0)
                last_bottom = None
            if line.words[0].turn:
                continue  # set sideways: no part of the running text
            if words and any((i, j) in words for j in range(len(line.words))):
                continue
            size = line.words[0].size
            gap = (line.bottom - last_bottom) / size if last_bottom is not None else 99.0
            last_bottom = line.bottom
            yield Spot(page.number, i, line, gap, (page.number, i) in repeated)
        yield from waiting


def _furniture(pages: Sequence[Page]) -> set[tuple[int, int]]:
    """Lines in the outer margin whose text, digits aside, stands in the same place on at least half of the pages."""
    if len(pages) < 3:
        return set()
    seen: Counter[tuple[str, int]] = Counter()
    places: list[tuple[tuple[str, int], tuple[int, int]]] = []
    for page in pages:
        for i, line in enumerate(page.lines):
            if is_margin(line.top, line.bottom, page):
                key = (_DIGITS.sub("#", line.text), round(line.top / 4))
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
        for j, w in enumerate(words, first_word):
            self.offsets.append(at)
            self.keys.append((spot.page, spot.index, j))
            at += len(w.text) + 1
        self.text = start + " ".join([w.text for w in words])

    def words(self, start: int, end: int) -> list[WordKey]:
        """The words that the range of characters touches."""
        return self.keys[max(0, bisect_right(self.offsets, start) - 1) : bisect_left(self.offsets, end)]


def box_of(pages: Sequence[Page], keys: Sequence[WordKey]) -> tuple[int, Box]:
    """Page and box of some words; where they run over a line or page end, of those on the first one."""
    page, line, _ = keys[0]
    words = [pages[p - 1].lines[i].words[j] for p, i, j in keys if p == page and i == line]
    return page, Box(
        min(w.x0 for w in words), min(w.top for w in words), max(w.x1 for w in words), max(w.bottom for w in words)
    )
