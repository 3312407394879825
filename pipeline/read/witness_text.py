"""A witness's characters -> rows of text, and how texts compare. Grouped anew: not by our reader, with its mistakes."""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pipeline.numbers import DASHES
from pipeline.read.witness_sheet import Glyph
from pipeline.text import join_lines, normal

# In shares of the font size:
_BLANK = 0.15  # a wider gap is a blank
_WIDE = 0.8  # and one wider than this parts two pieces of text
_MARK_SIZE, _MARK_RAISED, _MARK_NEAR = 0.85, 0.15, 0.4  # a footnote mark: no larger, no lower, no further from its text
_TWICE = 0.1  # the same character this close is printed twice, as a shadow or for weight
_LEADING = 2.2  # the rows of one label are no further apart
_LONGEST = 7  # rows that one label may have

_DASH = str.maketrans(dict.fromkeys(DASHES + "\u00ad", "-"))
_RAISED = "\u00b9\u00b2\u00b3\u2070-\u2079"
_MARKS = re.compile(rf"(?:\*+|[{_RAISED}]+)$")
_FIGURE = re.compile(r"[(+-]*[.,]?\d[\d.,'’]*[)%-]?|[+-]|%")
_YEAR = re.compile(r"\D{0,3}(?:19|20)\d\d\D{0,2}")
_LABEL_MARK = re.compile(rf"\s*(?:\*+|\(?\d{{1,2}}\)|[{_RAISED}]+)$")
_ENUMERATOR = re.compile(r"\(?(?:[A-ZÆØÅ]{0,5}[-.]?\d+(?:[.-]\d+)*[A-Za-z]?|[A-Za-z]{1,4}(?=[.)]))[.):]*\s+")


class Row(NamedTuple):
    """Characters on one line from left to right: `printed` all of them, `glyphs` without footnote marks."""

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
        return self._replace(
            glyphs=tuple(g for g in self.glyphs if g.x1 <= x), printed=tuple(g for g in self.printed if g.x1 <= x)
        )


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


def _row(glyphs: Sequence[Glyph], middle: float) -> Row:
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


# --- the label beside a figure ------------------------------------------------------------------------------


def runs_beside(rows: Sequence[Row], figures: Sequence[float], middle: float) -> list[Sequence[Row]]:
    """Rows that may make up the label of the figure at height `middle`, the shortest first.

    They follow each other closely, none of the other `figures` stands beside one of them, and among them is the row on
    the figure's own line or, where there is none, the one right above or below it.
    """
    own = [k for k, r in enumerate(rows) if abs(r.middle - middle) <= r.size / 2]
    above = sum(r.middle < middle for r in rows)
    last, first = (own[0], own[-1]) if own else (above, above - 1)
    out: list[Sequence[Row]] = []
    for i in range(min(last + 1, len(rows))):
        for j in range(i, min(len(rows), i + _LONGEST)):
            r = rows[j]
            if j > i and not is_close(rows[j - 1], r):
                break
            if j not in own and any(abs(f - r.middle) <= r.size / 2 for f in figures):
                break
            run = rows[i : j + 1]
            if j >= first and min(abs(q.middle - middle) for q in run) <= r.size * _LEADING:
                out.append(run)
    return sorted(out, key=len)


def is_close(a: Row, b: Row) -> bool:
    """Whether two rows may belong to one text."""
    return abs(a.middle - b.middle) <= max(a.size, b.size) * _LEADING


def label_texts(rows: Sequence[Row]) -> tuple[str, ...]:
    """What a label in these rows may read: all of it, without footnote marks or with them; its first or last column.

    With them, because our reader takes off raised digits only; columns, because a number may stand before the label.
    """
    if not rows:
        return ("",)
    pieces = [pieces_of(r) for r in rows]
    columns = [join_lines(p[k].text for p in pieces) for k in (0, -1) if max(map(len, pieces)) > 1]
    return join_lines(r.text for r in rows), join_lines(text_of(r.printed) for r in rows), *columns


# --- comparing ----------------------------------------------------------------------------------------------


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
    """Whether texts differ in nothing but case, blanks, hyphens, punctuation, and what our reader takes off labels."""
    wanted = _folded(ours)
    return any(_folded(text) == wanted for text in (_stripped(theirs) if wanted else [theirs]))


def ends_with(ours: str, theirs: str) -> bool:
    """Whether our text ends with theirs: a heading that runs over several columns may stand before it."""
    end = _folded(theirs)
    return bool(end) and _folded(ours).endswith(end)


def _folded(text: str) -> str:
    return normal(text).replace(" ", "")


def _stripped(text: str) -> Iterator[str]:
    """A text as printed; without its footnote mark; without its enumerator; without both."""
    for t in (text, _LABEL_MARK.sub("", text)):
        yield t
        m = _ENUMERATOR.match(t)
        if m:
            yield t[m.end() :]
