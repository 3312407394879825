"""Which pages have to be read as pictures, and what becomes of them."""

from __future__ import annotations

import ctypes
from dataclasses import replace
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as c

from pipeline.model import Page
from pipeline.read.ocr_engine import OcrFailed, engine
from pipeline.read.ocr_report import MISSING

_PART = 0.2  # share of a page without text that its pictures cover when they may be a scan
_WHOLE = 0.6  # and of a page with some words on it: a stamp, a page number
_WORDS, _FEW = 150, 40  # with more of them a page is no scan; with so few it is, if it looks like paper at all
_OUTLINES = 100  # paths on a page without text that may be letters drawn as outlines
_PAPER, _AS_BRIGHT = 0.6, 30  # share of a scan that is as bright as its paper, and shades by which it may be darker
_STRONG = 90  # by how much the parts of a colour differ, of 255, that no light gives to white paper
_MANY, _SHADE = 0.5, 64  # share of the pictures of a page that has strong colours on maps and photographs; width of a shade
_NUMBERS = 6  # on a stamp are fewer
_MORE = 2  # OCR must find so many times the words of the text layer before it stands for the page


def is_picture(page: object, read: Page) -> bool:
    """Whether a page, as read by its text, has to be read as a picture.

    That is a scan, with or without the invisible text of someone's OCR, letters drawn as outlines, a font that does not
    say what its characters mean; and a picture of a page with only a stamp for text. A map or a photograph is none.
    """
    if read.lines and not read.broken:
        words = sum(len(line.words) for line in read.lines)
        if not read.images or words > _WORDS or (cover := _cover(page, read)) < _WHOLE:
            return False
        return (bool(read.pictures) or (words <= _FEW and _is_paper(page, read))) and not _is_coloured(page, read, cover)
    if read.covered and not read.pictures and not read.broken:
        return False  # a photograph over text
    if read.broken or read.paths >= _OUTLINES:
        return True
    return read.images > 0 and (cover := _cover(page, read)) >= _PART and not _is_coloured(page, read, cover)


def as_picture(pdf: pdfium.PdfDocument, read: Page) -> Page:
    """A page read by OCR; where that cannot be done the page as it was, with the reason."""
    if engine() is None:
        return replace(read, unread=MISSING)
    from pipeline.read.ocr import ocr_page  # its libraries are slow to import, and only scans need them

    page = pdf[read.number - 1]
    try:
        seen = ocr_page(page, read.number)
    except OcrFailed as e:
        return replace(read, unread=e.said)
    finally:
        page.close()
    words, before = (sum(len(line.words) for line in p.lines) for p in (seen, read))
    if read.lines and not read.broken and (words < _MORE * before or not _holds_figures(seen, read)):
        return read
    return replace(seen, images=read.images, paths=read.paths, unmapped=read.unmapped if read.broken else 0)


def _holds_figures(seen: Page, read: Page) -> bool:
    """Whether OCR finds half of the numbers that stand on a page as text, where that has some: else it would lose them."""
    found, known = ({w.text for line in p.lines for w in line.words if any(map(str.isdigit, w.text))} for p in (seen, read))
    return len(known) < _NUMBERS or len(known & found) * 2 >= len(known)


def _cover(page: object, read: Page) -> float:
    """The share of a page that its pictures cover."""
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    area = 0.0
    for i in range(c.FPDFPage_CountObjects(page)):
        obj = c.FPDFPage_GetObject(page, i)
        if c.FPDFPageObj_GetType(obj) in (c.FPDF_PAGEOBJ_IMAGE, c.FPDF_PAGEOBJ_FORM):
            sides = [ctypes.byref(side) for side in (left, bottom, right, top)]
            if c.FPDFPageObj_GetBounds(obj, *sides):
                area += (right.value - left.value) * (top.value - bottom.value)
    return area / max(1.0, read.width * read.height)


def _is_paper(page: object, read: Page) -> bool:
    """Whether most of a page is as bright as its brightest parts: paper, no photograph."""
    import numpy as np  # only pages with pictures need it

    bright = np.sort(_drawn(page, read).max(axis=1))
    return bool((bright >= int(bright[int(0.95 * (len(bright) - 1))]) - _AS_BRIGHT).mean() >= _PAPER)


def _is_coloured(page: object, read: Page, cover: float) -> bool:
    """Whether most of the pictures of a page has strong colours, and not a single one, as coloured paper has: a map, a chart, a
    photograph."""
    import numpy as np

    pixels = _drawn(page, read)
    strong = pixels[pixels.max(axis=1) >= pixels.min(axis=1) + _STRONG]
    of_pictures = len(pixels) * min(cover, 1.0)
    if len(strong) < _MANY * of_pictures:
        return False
    _, shades = np.unique(strong // _SHADE, axis=0, return_counts=True)
    return bool(shades.max() < _PAPER * of_pictures)


def _drawn(page: object, read: Page) -> Any:
    """The pixels of a small picture of a page as an array: blue, green and red of each."""
    import numpy as np

    width, height = (max(1, round(v / 2)) for v in (read.width, read.height))
    bitmap = c.FPDFBitmap_Create(width, height, 0)
    try:
        c.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
        c.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, 0)
        buffer = ctypes.string_at(c.FPDFBitmap_GetBuffer(bitmap), c.FPDFBitmap_GetStride(bitmap) * height)
    finally:
        c.FPDFBitmap_Destroy(bitmap)
    return np.frombuffer(buffer, np.uint8).reshape(-1, 4)[:, :3].astype(np.int16)
