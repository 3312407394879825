"""Reads pages with pdfium: words with box, size and weight, ruling edges, images.

pdfium is not thread-safe: one process per worker, never threads. A call through ctypes costs about as much as
the work behind it, so a word of letters costs two calls (its first and last character) and only a word with a digit, where
a superscript or a gap changes the figure, is measured character by character.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as c

from pipeline.model import Page, Word
from pipeline.read.edges import page_edges
from pipeline.read.ocr_pages import as_picture, is_picture
from pipeline.read.words import ASCENT, DESCENT, Glyph, build_lines, split_word

Transform = Callable[[float, float, float, float], tuple[float, float, float, float]]

def _address(function: Any) -> int:
    return ctypes.cast(function, ctypes.c_void_p).value or 0


# The two functions that are called for every word, with plain addresses: converting typed pointers costs more than the
# call itself. They are short and call nothing back, so they need not let other threads run.
_text_object = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)(_address(c.FPDFText_GetTextObject))
_loose_box = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)(
    _address(c.FPDFText_GetLooseCharBox)
)

_WORD = re.compile(r"[^\s\x00]+")
_DIGIT = re.compile(r"\d")
_BOLD = re.compile(r"bold|black|heavy", re.I)
_INVISIBLE = c.FPDF_TEXTRENDERMODE_INVISIBLE
_STROKED = c.FPDF_TEXTRENDERMODE_FILL_STROKE
_LINE = 0.7  # characters further apart across their direction than this share of the size stand on different lines
_PASSWORD = c.FPDF_ERR_PASSWORD
_REPAIRED = "its cross-reference table is damaged and was rebuilt; pages or figures may be missing"


class Style(NamedTuple):
    """What the characters of one text object share."""

    bold: bool
    invisible: bool
    size: float
    base: float  # the baseline, which all of them stand on
    turn: int  # as in `Word.turn`: the direction on the page as displayed


_PLAIN = Style(False, False, 10.0, 0.0, 0)


class Unreadable(Exception):
    """The file cannot be read as a PDF with pages. The message says why and what to do."""


def open_pdf(path: Path) -> pdfium.PdfDocument:
    """Open a PDF. Raises `Unreadable` for a file that is empty, no PDF, truncated, encrypted or without pages."""
    data = path.read_bytes()
    if not data:
        raise Unreadable("the file is empty (0 bytes): fetch it again")
    if b"%PDF-" not in data[:1024]:
        raise Unreadable("the file is no PDF (it does not begin with %PDF-): check what was saved")
    try:
        pdf = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as e:
        # pypdfium2 takes a file without pages for one that cannot be loaded, and tells the error of the file before it
        if raw := c.FPDF_LoadMemDocument64(data, len(data), None):
            c.FPDF_CloseDocument(raw)
            raise Unreadable("the PDF has no pages: check what was saved") from e
        if c.FPDF_GetLastError() == _PASSWORD:
            raise Unreadable("the file is encrypted and needs a password: save it without one") from e
        raise Unreadable("the file is a damaged or truncated PDF: fetch it again") from e
    if not c.FPDF_DocumentHasValidCrossReferenceTable(pdf.raw) and b"%%EOF" not in data[-2048:]:
        pdf.close()
        raise Unreadable("the file is truncated (its end is missing): fetch it again")
    return pdf


class Reading(NamedTuple):
    """A PDF as read: its pages, and what is wrong with the file all the same (`None`: nothing)."""

    pages: tuple[Page, ...]
    damage: str | None


def read_pdf(path: Path) -> Reading:
    """Every page of a PDF. Raises `Unreadable`; a page that pdfium cannot load is unreadable as well."""
    pdf = open_pdf(path)
    damage = None if c.FPDF_DocumentHasValidCrossReferenceTable(pdf.raw) else _REPAIRED
    return Reading(tuple(_pages(pdf)), damage)


def read_pages(path: Path) -> tuple[Page, ...]:
    """The pages of `read_pdf`."""
    return read_pdf(path).pages


def _pages(pdf: pdfium.PdfDocument) -> Iterator[Page]:
    try:
        fonts: dict[int, bool] = {}
        for index in range(len(pdf)):
            page = c.FPDF_LoadPage(pdf.raw, index)
            if not page:
                raise Unreadable(f"page {index + 1} is damaged and cannot be loaded: fetch the file again")
            try:
                read = _read_page(page, index + 1, fonts)
                yield as_picture(pdf, read) if is_picture(page, read) else read
            finally:
                c.FPDF_ClosePage(page)
    finally:
        pdf.close()


def _read_page(page: object, number: int, fonts: dict[int, bool]) -> Page:
    width, height = c.FPDF_GetPageWidthF(page), c.FPDF_GetPageHeightF(page)
    to_page = display_transform(page)
    textpage = c.FPDFText_LoadPage(page)
    try:
        words, unmapped = _words(textpage, to_page, fonts)
    finally:
        c.FPDFText_ClosePage(textpage)
    edges, images, paths = page_edges(page, to_page)
    clipped = [w for w in words if w.x1 > 0 and w.x0 < width and w.bottom > 0 and w.top < height]
    return Page(number, width, height, build_lines(clipped), edges, images, paths, unmapped)


def display_transform(page: object) -> Transform:
    """Page space (origin bottom left, unrotated) -> the page as displayed (origin top left of the crop box)."""
    box = c.FS_RECTF()
    c.FPDF_GetPageBoundingBox(page, box)  # crop and media box, its own or inherited, intersected
    x_min, y_min, x_max, y_max = box.left, min(box.bottom, box.top), box.right, max(box.bottom, box.top)
    rotation = c.FPDFPage_GetRotation(page)
    if rotation == 1:
        return lambda x0, y0, x1, y1: (y0 - y_min, x0 - x_min, y1 - y_min, x1 - x_min)
    if rotation == 2:
        return lambda x0, y0, x1, y1: (x_max - x1, y0 - y_min, x_max - x0, y1 - y_min)
    if rotation == 3:
        return lambda x0, y0, x1, y1: (y_max - y1, x_max - x1, y_max - y0, x_max - x0)
    return lambda x0, y0, x1, y1: (x0 - x_min, y_max - y1, x1 - x_min, y_max - y0)


def _words(textpage: object, to_page: Transform, fonts: dict[int, bool]) -> tuple[list[Word], int]:
    """Visible words in the order of the content stream, and how many characters the fonts could not name."""
    n = c.FPDFText_CountChars(textpage)
    if n <= 0:
        return [], 0
    rect = c.FS_RECTF()
    address, place = _address(textpage), ctypes.addressof(rect)
    styles: dict[int | None, Style] = {None: _PLAIN}

    def style(i: int) -> Style:
        key = _text_object(address, i)
        found = styles.get(key)
        if found is None:
            found = styles[key] = _style(c.FPDFText_GetTextObject(textpage, i), fonts, to_page)
        return found

    def box(i: int) -> tuple[float, float, float, float]:
        _loose_box(address, i, place)
        return to_page(rect.left, rect.bottom, rect.right, rect.top)

    def glyph(i: int) -> Glyph:
        x0, _, x1, _ = box(i)
        at = style(i)
        return Glyph(x0, x1, at.base, at.size)

    out: list[Word] = []
    unmapped = 0
    spans = [(m[0], *m.span()) for m in _WORD.finditer(_text(textpage, n))]
    nexts = [style(a) for _, a, _ in spans]
    nexts.append(_PLAIN)
    for k, (s, a, b) in enumerate(spans):
        first = nexts[k]
        if first.invisible:
            continue
        if not s.isascii():
            s = s.replace("\ufffe", "-").replace("\uffff", "-")
            unmapped += sum(1 for ch in s if ch == "\ufffd" or "\ue000" <= ch <= "\uf8ff")
        if "\x02" in s:
            s = s.replace("\x02", "-")
        x0, top, x1, bottom = box(a)
        if b - a > 1:
            last = box(b - 1)
            if first.turn:
                out += [Word(s[i:j], *_around(boxes), first.size, first.bold, turn=first.turn)
                        for i, j, boxes in _turned_lines([box(i) for i in range(a, b)], first)]  # fmt: skip
                continue
            x1 = last[2]
            # characters of one text object stand together: where the next word begins in it, this one ends in it
            one_run = nexts[k + 1] is first or style(b - 1) is first
            widest = (b - a) * first.size * (0.8 if _DIGIT.search(s) else 1.3)
            if not one_run or x1 - x0 > widest or x1 < x0:
                out.extend(split_word(s, [glyph(i) for i in range(a, b)], first.bold))
                continue
        if not first.turn:
            top, bottom = first.base - first.size * ASCENT, first.base + first.size * DESCENT
        out.append(Word(s, x0, top, x1, bottom, first.size, first.bold, turn=first.turn))
    return out, unmapped


_Sides = tuple[float, float, float, float]


def _turned_lines(boxes: list[_Sides], style: Style) -> Iterator[tuple[int, int, list[_Sides]]]:
    """Characters of a turned word by the line they stand on: pdfium takes a word that a hyphen breaks for one."""
    side = 1 if style.turn == 180 else 0
    start = 0
    for i in range(1, len(boxes) + 1):
        if i == len(boxes) or abs(boxes[i][side] - boxes[i - 1][side]) > style.size * _LINE:
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


def _style(handle: object, fonts: dict[int, bool], to_page: Transform) -> Style:
    """Weight, visibility, size and direction of a text object as displayed."""
    mode = c.FPDFTextObj_GetTextRenderMode(handle)
    font = c.FPDFTextObj_GetFont(handle)
    key = ctypes.addressof(font.contents) if font else 0
    bold = fonts.get(key)
    if bold is None:
        bold = fonts[key] = _is_bold(font) if font else False
    points, m = ctypes.c_float(), c.FS_MATRIX()
    c.FPDFTextObj_GetFontSize(handle, points)
    turn, scale, base = 0, 1.0, 0.0
    if c.FPDFPageObj_GetMatrix(handle, m):
        scale = math.hypot(m.c, m.d)
        base = to_page(m.e, m.f, m.e, m.f)[1]
        ox, oy, _, _ = to_page(0, 0, 0, 0)
        ax, ay, _, _ = to_page(m.a, m.b, m.a, m.b)
        dx, dy = ax - ox, ay - oy  # where the text runs to
        if abs(dy) > abs(dx):
            turn = 90 if dy < 0 else 270
        elif dx < 0:
            turn = 180
    return Style(bold or mode == _STROKED, mode == _INVISIBLE, abs(points.value * scale) or 1.0, base, turn)


def _is_bold(font: object) -> bool:
    buffer = ctypes.create_string_buffer(256)
    size = c.FPDFFont_GetBaseFontName(font, buffer, 256)
    name = buffer.raw[: max(0, min(size, 256) - 1)].decode("utf-8", "replace")
    return bool(_BOLD.search(name)) or c.FPDFFont_GetWeight(font) >= 600

