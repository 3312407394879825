"""The characters of a page -> its words, with box, size, weight and direction.

A call through ctypes costs about as much as the work behind it, so a word of letters costs two calls (its first and last
character) and only a word with a digit, where a superscript or a gap changes the figure, is measured character by character.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Iterable, Iterator
from operator import methodcaller
from typing import Any, NamedTuple

import pypdfium2.raw as c

from pipeline.model import Box, Word
from pipeline.read.display import Display
from pipeline.read.turns import ASLANT
from pipeline.read.unseen import plain
from pipeline.read.words import ASCENT, DESCENT, Glyph, led, split_word


def _address(function: Any) -> int:
    return ctypes.cast(function, ctypes.c_void_p).value or 0


_POINTER, _INT = ctypes.c_void_p, ctypes.c_int
_text_object = plain(c.FPDFText_GetTextObject, _POINTER, _INT, returns=_POINTER)
_loose_box = plain(c.FPDFText_GetLooseCharBox, _POINTER, _INT, _POINTER)
_render_mode = plain(c.FPDFTextObj_GetTextRenderMode, _POINTER)
_font = plain(c.FPDFTextObj_GetFont, _POINTER, returns=_POINTER)
_font_size = plain(c.FPDFTextObj_GetFontSize, _POINTER, _POINTER)
_char_box = plain(c.FPDFText_GetCharBox, _POINTER, _INT, *[_POINTER] * 4)
_matrix = plain(c.FPDFText_GetMatrix, _POINTER, ctypes.c_int, _POINTER)

_HYPHENS = "\x02\ufffe\uffff"  # what pdfium writes for a hyphen at the end of a line, before what goes on in the next
_WORD = re.compile(rf"[^\s\x00{_HYPHENS}]+[{_HYPHENS}]?|[{_HYPHENS}]")
_ODD = re.compile("[\u200b-\u200f\u2060\ufeff\uff0b-\uff19\u2024\u2014\u2015\u2043\u02d7\ufe63\xad]")
_NOTHING = re.compile("[\u200b-\u200f\u2060\ufeff]")  # marks that nobody sees
_MINUSES = re.compile(r"[\u2014\u2015\u2043\u02d7\ufe63\xad](?=\d)")  # what programs set for one, and look like one
# broad digits with their signs, and a leader for a point
_AS_ASCII: dict[int, int | str] = {**{k: k - 0xFEE0 for k in range(0xFF0B, 0xFF1A)}, 0x2024: "."}
_SPAN = methodcaller("span")
_DIGIT = re.compile(r"\d")
_NAMELESS = re.compile("[\ufffd\ue000-\uf8ff]")  # characters that the font could not name
_BOLD = re.compile(r"bold|black|heavy", re.I)
_INVISIBLE = c.FPDF_TEXTRENDERMODE_INVISIBLE
_STROKED = c.FPDF_TEXTRENDERMODE_FILL_STROKE
_WIDE, _LETTERS_WIDER = 0.8, 1.3 / 0.8  # a digit is hardly wider than this share of the size; letters are, by this factor
_LINE = 0.7  # characters further apart across their direction than this share of the size stand on different lines
_BLANKS = " \t\xa0\u2007\u2009\u202f"
_INK = 0.1  # points that the box of a character is wide and high at least which is more than room
_ASLANT = 0.2  # text that rises or falls by more than this share of its length; a page scanned askew does not

_Sides = tuple[float, float, float, float]  # as displayed: x0, top, x1, bottom


class Style(NamedTuple):
    """What the characters of one text object share."""

    bold: bool
    invisible: bool
    size: float
    base: float  # the baseline, which all of them stand on
    turn: int  # as in `Word.turn`: the direction on the page as displayed


_new = tuple.__new__
_PLAIN = Style(False, False, 10.0, 0.0, 0)
_HIDDEN = _PLAIN._replace(invisible=True)


class Read(NamedTuple):
    """Visible words in the order of the content stream; how many characters the fonts could not name; whether some are invisible;
    ink right beside figures that its font says is a blank, as displayed."""

    words: list[Word]
    unmapped: int
    invisible: bool
    blanks: list[Box]


def read_words(textpage: object, to_page: Display, fonts: dict[int, bool], hidden: Iterable[int]) -> Read:
    """The words of a page. `hidden`: addresses of text objects that are not shown.

    The loop runs once a word, hundreds of times a page: what it can do without a call or a pattern, it does without.
    """
    n = c.FPDFText_CountChars(textpage)
    if n <= 0:
        return Read([], 0, False, [])
    sides = (ctypes.c_float * 4)()  # an FS_RECTF
    address, place = _address(textpage), ctypes.addressof(sides)
    left, right, factor, summand = to_page.across
    styles = _Styles(address, fonts, to_page)
    styles.update(dict.fromkeys(hidden, _HIDDEN))

    def box(i: int) -> _Sides:
        _loose_box(address, i, place)
        return to_page(sides[0], sides[3], sides[2], sides[1])

    def glyph(i: int) -> Glyph:
        _loose_box(address, i, place)
        at = styles.of(i)
        return Glyph(factor * sides[left] + summand, factor * sides[right] + summand, at.base, at.size)

    raw = _plain(_text(textpage, n))
    text, nameless = _legible(raw)
    spans = [(text[a:b], a, b) for a, b in map(_SPAN, _WORD.finditer(raw))]
    known, look_up, veiled = styles.get, styles.of, bool(styles.keys() - {None})
    nexts = [known(_text_object(address, a)) or look_up(a) for _, a, _ in spans]
    nexts.append(_PLAIN)
    out: list[Word] = []
    unmapped = 0
    dots = led(text)
    for k, (s, a, b) in enumerate(spans):
        first = nexts[k]
        bold, invisible, size, base, turn = first
        if invisible or (veiled and b - a > 1):
            # what is hidden and what was drawn over it stand in one place, and are one word to pdfium
            for i, j in _visible_runs(styles, a, b):
                out.extend(split_word(text[i:j], [glyph(n) for n in range(i, j)], styles.of(i).bold))
            continue
        if nameless:
            unmapped += len(_NAMELESS.findall(s))
        if turn or (styles.turned and b - a > 1 and any(styles.of(i).turn for i in range(a, b))):
            for first_of, end, way in _in_one_direction(styles, a, b):
                if not way:
                    out.extend(split_word(text[first_of:end], [glyph(i) for i in range(first_of, end)], styles.of(first_of).bold))
                    continue
                own = [styles.of(i).size for i in range(first_of, end)]
                out += [Word(text[first_of + i : first_of + j], *_around(boxes), own[i], bold, turn=way)
                        for i, j, boxes in _turned_lines([box(i) for i in range(first_of, end)], own, way)]  # fmt: skip
            continue
        _loose_box(address, a, place)
        x0, x1 = factor * sides[left] + summand, factor * sides[right] + summand
        if b - a > 1:
            if dots and led(s):
                out.extend(split_word(s, [glyph(i) for i in range(a, b)], bold))
                continue
            _loose_box(address, b - 1, place)
            x1 = factor * sides[right] + summand
            # characters of one text object stand together: where the next word begins in it, this one ends in it
            one_run = nexts[k + 1] is first or styles.of(b - 1) is first
            usual = (b - a) * size * _WIDE
            if not one_run or x1 < x0 or (x1 - x0 > usual and (x1 - x0 > usual * _LETTERS_WIDER or _DIGIT.search(s))):
                out.extend(split_word(s, [glyph(i) for i in range(a, b)], bold))
                continue
        # as Word(…) makes it, in half the time
        out.append(_new(Word, (s, x0, base - size * ASCENT, x1, base + size * DESCENT, size, bold, "", 0, 1.0)))
    if not text.isascii() and _NOTHING.search(text):
        out = [w._replace(text=seen) for w in out if (seen := _NOTHING.sub("", w.text))]
    blanks = [Box(*to_page(*sides)) for sides in _inked_blanks(address, text, spans)]
    return Read(out, unmapped, any(s.invisible and s is not _HIDDEN for s in styles.values()), blanks)


def _inked_blanks(textpage: int, text: str, spans: Iterable[tuple[str, int, int]]) -> Iterator[_Sides]:
    """The boxes, in page space, of the blanks right before and behind figures that are drawn all the same: a minus, or a digit, that
    a font gives the meaning of a blank."""
    box = (ctypes.c_double * 4)()  # left, right, bottom, top
    places = [ctypes.addressof(box) + 8 * k for k in range(4)]
    for s, a, b in spans:
        for i in (*((a - 1,) if s[0].isdigit() and a else ()), *((b,) if s[-1].isdigit() and b < len(text) else ())):
            if text[i] in _BLANKS and _char_box(textpage, i, *places) and box[1] - box[0] > _INK and box[3] - box[2] > _INK:
                yield box[0], box[2], box[1], box[3]


def _visible_runs(styles: _Styles, first: int, last: int) -> Iterator[tuple[int, int]]:
    """Characters from `first` to before `last` that stand upright and are shown: where each run of them begins and ends."""
    start = first
    for i in range(first, last + 1):
        if i == last or styles.of(i).invisible or styles.of(i).turn:
            if i > start:
                yield start, i
            start = i + 1


def _in_one_direction(styles: _Styles, first: int, last: int) -> Iterator[tuple[int, int, int]]:
    """A word's characters in runs that are set in one direction, and which: what runs aslant over a page may touch others."""
    start = first
    for i in range(first + 1, last + 1):
        if i == last or styles.of(i).turn != styles.of(start).turn:
            yield start, i, styles.of(start).turn
            start = i


def _plain(text: str) -> str:
    """The text, character for character, with the minuses, digits and points that look like the usual ones put as these."""
    if text.isascii() or not _ODD.search(text):
        return text
    return _MINUSES.sub("-", text.translate(_AS_ASCII))


def _legible(text: str) -> tuple[str, bool]:
    """The text with the marks by which pdfium tells hyphens as hyphens, and whether it holds characters without meaning."""
    for hyphen in _HYPHENS:
        text = text.replace(hyphen, "-")
    return text, not text.isascii() and _NAMELESS.search(text) is not None


def _turned_lines(boxes: list[_Sides], sizes: list[float], turn: int) -> Iterator[tuple[int, int, list[_Sides]]]:
    """Characters of a turned word by the line they stand on and by their size, so that a superscript stands apart.

    pdfium takes a word that a hyphen breaks for one. What runs aslant is left whole.
    """
    side = 1 if turn == 180 else 0
    start = 0
    for i in range(1, len(boxes) + 1):
        if i < len(boxes) and turn == ASLANT:
            continue
        if i == len(boxes) or abs(boxes[i][side] - boxes[i - 1][side]) > sizes[i] * _LINE or sizes[i] != sizes[i - 1]:
            yield start, i, boxes[start:i]
            start = i


def _around(boxes: list[_Sides]) -> _Sides:
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)


def _text(textpage: object, n: int) -> str:
    """The text of a page with exactly one character per character index."""
    buffer = (ctypes.c_ushort * (n + 1))()
    if c.FPDFText_GetText(textpage, 0, n, buffer) == n + 1:
        text = bytes(buffer)[: 2 * n].decode("utf-16-le", "replace")
        if len(text) == n:
            return text
    codes = (c.FPDFText_GetUnicode(textpage, i) for i in range(n))
    return "".join(chr(u) if 0 < u < 0xD800 or 0xDFFF < u <= 0x10FFFF else "\ufffd" for u in codes)


class _Styles(dict[int | None, Style]):
    """The styles of a page's text objects by their address, looked up once each. `fonts`: which fonts are bold."""

    def __init__(self, textpage: int, fonts: dict[int, bool], to_page: Display) -> None:
        super().__init__({None: _PLAIN})
        self.textpage, self.fonts, self.to_page = textpage, fonts, to_page
        self.turned = False  # whether any of them stands otherwise than upright
        self.points, self.matrix = ctypes.c_float(), c.FS_MATRIX()
        self.at = ctypes.addressof(self.points), ctypes.addressof(self.matrix)

    def of(self, i: int) -> Style:
        """The style of a character's text object."""
        handle = _text_object(self.textpage, i)
        return self.get(handle) or self._look_up(handle, i)

    def _look_up(self, handle: int, i: int) -> Style:
        """Weight, visibility, size and direction as displayed of the text object that a character is of."""
        mode, font = _render_mode(handle), _font(handle)
        bold = self.fonts.get(font)
        if bold is None:
            bold = self.fonts[font] = _is_bold(ctypes.cast(font, c.FPDF_FONT)) if font else False
        _font_size(handle, self.at[0])
        turn, scale, base, m = 0, 1.0, 0.0, self.matrix
        # that of the character, because the matrix of its object knows nothing of the forms in which it is placed on the page
        if _matrix(self.textpage, i, self.at[1]):
            scale = math.hypot(m.c, m.d)
            base = self.to_page(m.e, m.f, m.e, m.f)[1]
            ox, oy, _, _ = self.to_page(0, 0, 0, 0)
            ax, ay, _, _ = self.to_page(m.a, m.b, m.a, m.b)
            dx, dy = ax - ox, ay - oy  # where the text runs to
            if abs(dy) > abs(dx):
                turn = 90 if dy < 0 else 270
            elif dx < 0:
                turn = 180
            if min(abs(dx), abs(dy)) > _ASLANT * max(abs(dx), abs(dy)):
                turn = ASLANT
        self.turned = self.turned or turn != 0
        size = abs(self.points.value * scale) or 1.0
        found = self[handle] = Style(bold or mode == _STROKED, mode == _INVISIBLE, size, base, turn)
        return found


def _is_bold(font: object) -> bool:
    buffer = ctypes.create_string_buffer(256)
    size = c.FPDFFont_GetBaseFontName(font, buffer, 256)
    name = buffer.raw[: max(0, min(size, 256) - 1)].decode("utf-8", "replace")
    return bool(_BOLD.search(name)) or c.FPDFFont_GetWeight(font) >= 600

