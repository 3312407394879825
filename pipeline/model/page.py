"""What a page holds: words, lines and ruling edges, and the tables that geometry makes of them.

Coordinates are points from the top left of the page as displayed (crop box and rotation applied): ``x0 top x1 bottom``,
pages numbered from 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

from pipeline.said import Said


class Box(NamedTuple):
    """A rectangle on a page, in points."""

    x0: float
    top: float
    x1: float
    bottom: float


class Word(NamedTuple):
    """Characters without a blank between them. A named tuple because a page holds hundreds.

    `mark` is a superscript that was glued to the end of the word (``alt¹`` -> text ``alt``, mark ``1``).
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    bold: bool
    mark: str = ""
    turn: int = 0  # 90: set upwards, to be read with the head to the left; 270: downwards; 180: upside down; 45: across text
    confidence: float = 1.0  # how sure OCR is of it, 0 to 1


class Edge(NamedTuple):
    """A ruling line or one side of a rectangle; horizontal when `top` equals `bottom`."""

    x0: float
    top: float
    x1: float
    bottom: float


class Line(NamedTuple):
    """Words on one baseline, from left to right. `text` joins them with one blank (superscripts left out)."""

    text: str
    words: tuple[Word, ...]
    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def bold(self) -> bool:
        """True when every word of the line is bold."""
        return all(w.bold for w in self.words)


USUAL_SPACE = 0.3  # font sizes between two words, on a page that does not tell
_WIDEST = 1.4  # the same, that may be a word space
_UNEQUAL = 2.2  # word spaces of lines set to full width differ by no more than this factor, nearly always
_MANY = 8  # word spaces that are wider than a letter
_ENOUGH = 30  # lines of a page whose gaps between words are measured
_BROKEN = 0.02  # share of characters without meaning


@dataclass(frozen=True)  # without slots: what is measured once is kept
class Page:
    """One page as read: lines of words from top to bottom, ruling edges, and how much else is drawn.

    A picture is read straightened, a page whose text lies on its side is turned, and the coordinates are those of the
    straightened page; `shown` (a b c d e f: x becomes
    ax + by + c, y becomes dx + ey + f) maps them to the page as displayed, `None` where they are the same.
    """

    number: int
    width: float
    height: float
    lines: tuple[Line, ...]
    edges: tuple[Edge, ...]
    images: int = 0
    paths: int = 0
    unmapped: int = 0  # characters for which the font has no meaning
    reader: Literal["text", "ocr"] = "text"
    shown: tuple[float, float, float, float, float, float] | None = None
    covered: tuple[Box, ...] = ()  # text that a filled area hides, whole or in part, or that cannot be seen otherwise
    signed: tuple[Box, ...] = ()  # figures before which a short line is drawn that may be a minus; ink beside others that is no text
    pictures: tuple[Box, ...] = ()  # pictures with writing that is not read
    unread: Said | None = None  # why a page that has to be read as a picture was not

    @property
    def broken(self) -> bool:
        """Whether so many characters have no meaning that the text cannot be trusted."""
        return self.unmapped > max(3.0, _BROKEN * sum(len(line.text) for line in self.lines))

    @cached_property
    def word_space(self) -> float:
        """The usual gap between two words, in font sizes; a part of a long page tells it as well.

        Headings stand further apart than words: gaps much wider than the narrowest are no word spaces, nor are few wide ones.
        """
        gaps = sorted(
            gap for line in self.lines[:: 1 + len(self.lines) // _ENOUGH] for a, b in zip(line.words, line.words[1:], strict=False)
            if 0 < (gap := (b.x0 - a.x1) / b.size) < _WIDEST and a.text[-1].isalpha() and b.text[0].isalpha()
        )  # fmt: skip
        narrow = [g for g in gaps if g <= _UNEQUAL * gaps[len(gaps) // 10]]
        space = narrow[len(narrow) // 2] if narrow else 0.0
        return space if space and (len(narrow) >= _MANY or space <= _letter(self.lines)) else USUAL_SPACE


def _letter(lines: Sequence[Line]) -> float:
    """The usual width of a letter, in font sizes, and a little more: the blank of a typewriter is as wide."""
    widths = sorted((w.x1 - w.x0) / len(w.text) / w.size for line in lines[:_ENOUGH] for w in line.words)
    return 1.1 * widths[len(widths) // 2] if widths else 0.0


# --- tables by geometry --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell: its printed lines and the box of its words (of the cell itself when empty)."""

    lines: tuple[str, ...]
    page: int
    x0: float
    top: float
    x1: float
    bottom: float
    bold: bool = False
    mark: str = ""
    words: tuple[tuple[int, int], ...] = ()  # (line index, word index) on the page
    confidence: float = 1.0  # of its least sure word
    elsewhere: tuple[tuple[int, int, int], ...] = ()  # (page, line, word): the part that stands beyond a page break

    @property
    def places(self) -> tuple[tuple[int, int, int], ...]:
        """Page, line and place of each of its words."""
        return tuple((self.page, i, j) for i, j in self.words) + self.elsewhere

    @property
    def raw(self) -> str:
        """The lines as printed, one below the other."""
        return "\n".join(self.lines)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; every row has as many cells as the table has columns, `None` where a neighbour spans.

    A label that spans several rows is the same cell in each of them.
    """

    page: int
    x0: float
    top: float
    x1: float
    bottom: float
    rows: tuple[tuple[Cell | None, ...], ...]
    ruled: bool
    columns: tuple[float, ...]  # x of the column borders, left to right, one more than there are columns
    last_page: int = 0  # where a table continues on the next page(s); else equal to `page`
    last_bottom: float = 0.0
