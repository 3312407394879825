"""A witness's characters -> rows of text, by a grouping of its own, so that our reader's mistakes are not made twice."""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pipeline.numbers import DASHES
from pipeline.read.witness_pages import Glyph
from pipeline.text import normal

_BLANK = 0.15  # share of the font size: a wider gap is a blank
_WIDE = 0.8  # and one wider than this parts two pieces of text
_MARK_SIZE, _MARK_RAISED, _MARK_NEAR = 0.85, 0.15, 0.4  # how a footnote mark stands to the text before it, likewise
_TWICE = 0.1  # the same character this close is printed twice, as a shadow or for weight

_DASH = str.maketrans(dict.fromkeys(DASHES + "\u00ad", "-"))
_MARKS = re.compile(r"(?:\*+|[\u00b9\u00b2\u00b3\u2070-\u2079]+)$")
_FIGURE = re.compile(r"[(+-]*[.,]?\d[\d.,'’]*[)%-]?|[+-]|%")
_YEAR = re.compile(r"\D{0,3}(?:19|20)\d\d\D{0,2}")
_LABEL_MARK = re.compile(r"\s*(?:\*+|\(?\d{1,2}\)|[\u00b9\u00b2\u00b3\u2070-\u2079]+)$")
_ENUMERATOR = re.compile(r"\(?(?:[A-ZÆØÅ]{0,5}[-.]?\d+(?:[.-]\d+)*[A-Za-z]?|[A-Za-z]{1,4}(?=[.)]))[.):]*\s+")


class Row(NamedTuple):
    """Characters on one line from left to right, footnote marks left out of `glyphs` and kept in `printed`."""

    glyphs: tuple[Glyph, ...]
    printed: tuple[Glyph, ...]
    middle: float
    size: float

    @property
    def text(self) -> str:
        """The text without footnote marks."""
        return text_of(self.glyphs)

    def left_of(self, x: float) -> Row:
        """The part of the row left of `x`."""
        return self._replace(glyphs=tuple(g for g in self.glyphs if g.x1 <= x),
                             printed=tuple(g for g in self.printed if g.x1 <= x))  # fmt: skip


class Piece(NamedTuple):
    """Text without a wide gap in it."""

    text: str
    x0: float
    x1: float


def rows_of(glyphs: Iterable[Glyph]) -> list[Row]:
    """Rows from top to bottom. The largest characters make the rows, so that a raised one finds its own."""
    middles: list[float] = []
    found: dict[float, list[Glyph]] = {}
    for g in sorted((g for g in glyphs if g.text.strip()), key=lambda g: -round(g.size, 1)):
        middle = (g.top + g.bottom) / 2
        at = bisect_left(middles, middle)
        near = min(middles[max(0, at - 1) : at + 1], key=lambda m: abs(m - middle), default=None)
        if near is not None and abs(near - middle) <= found[near][0].size / 2:
            found[near].append(g)
        else:
            insort(middles, middle)
            found[middle] = [g]
    return [_row(found[m], m) for m in middles]


def _row(glyphs: list[Glyph], middle: float) -> Row:
    size = glyphs[0].size
    printed: list[Glyph] = []
    plain: list[Glyph] = []
    for g in sorted(glyphs, key=lambda g: g.x0):
        if any(g.text == p.text and abs(g.x0 - p.x0) < size * _TWICE for p in printed[-2:]):
            continue
        if not (plain and _is_mark(g, plain[-1], printed[-1])):
            plain.append(g)
        printed.append(g)
    return Row(tuple(plain), tuple(printed), middle, size)


def _is_mark(g: Glyph, base: Glyph, before: Glyph) -> bool:
    """Whether a character is a footnote mark of the text before it: smaller, raised, and close to it."""
    smaller = g.size <= base.size * _MARK_SIZE
    return smaller and base.bottom - g.bottom >= base.size * _MARK_RAISED and g.x0 - before.x1 < base.size * _MARK_NEAR


def text_of(glyphs: Sequence[Glyph]) -> str:
    """Characters joined, with a blank where there is a gap."""
    out = ""
    for k, g in enumerate(glyphs):
        out += " " * (k > 0 and g.x0 - glyphs[k - 1].x1 > g.size * _BLANK) + g.text
    return out


def pieces_of(row: Row) -> list[Piece]:
    """A row cut at its wide gaps."""
    out: list[list[Glyph]] = []
    for g in row.glyphs:
        if out and g.x0 - out[-1][-1].x1 <= row.size * _WIDE:
            out[-1].append(g)
        else:
            out.append([g])
    return [Piece(text_of(gs), gs[0].x0, gs[-1].x1) for gs in out]


def bare(figure: str) -> str:
    """A printed figure without blanks and footnote marks, its dashes alike."""
    return _MARKS.sub("", "".join(figure.split()).translate(_DASH))


def is_figure(text: str) -> bool:
    """Whether a text is one figure or several."""
    words = text.translate(_DASH).split()
    return bool(words) and all(_FIGURE.fullmatch(_MARKS.sub("", w)) for w in words)


def is_year(text: str) -> bool:
    """Whether a text reads like the heading of a year column."""
    return _YEAR.fullmatch(text.strip()) is not None


def is_same(ours: str, theirs: str) -> bool:
    """Whether two texts are the same but for case, blanks, hyphens, punctuation, and what our reader takes off labels."""
    wanted = _folded(ours)
    if not wanted:
        return not _folded(theirs)
    return any(_folded(text) == wanted for text in _stripped(theirs))


def _folded(text: str) -> str:
    return normal(text).replace(" ", "")


def _stripped(text: str) -> Iterator[str]:
    """A text as printed; without its footnote mark; without its enumerator; without both."""
    for t in (text, _LABEL_MARK.sub("", text)):
        yield t
        m = _ENUMERATOR.match(t)
        if m:
            yield t[m.end() :]
