"""Which pages have to be read as pictures, and what becomes of them."""

from __future__ import annotations

import ctypes
from dataclasses import replace

import pypdfium2 as pdfium
import pypdfium2.raw as c

from pipeline.model import Page
from pipeline.read.ocr_engine import OcrFailed, engine
from pipeline.read.ocr_report import MISSING

_PART = 0.2  # share of a page without text that its pictures cover when they may be a scan
_WHOLE = 0.6  # and of a page with some words on it: a stamp, a page number
_WORDS, _FEW = 150, 40  # with more of them a page is no scan; with so few it is, if it looks like paper at all
_OUTLINES = 100  # paths on a page without text that may be letters drawn as outlines
_PAPER = 0.6  # share of a scan that is as bright as its paper
_NUMBERS = 6  # on a stamp are fewer
_MORE = 2  # OCR must find so many times the words of the text layer before it stands for the page


def is_picture(page: object, read: Page) -> bool:
    """Whether a page, as read by its text, has to be read as a picture.

    That is a scan, with or without the invisible text of someone's OCR, letters drawn as outlines, a font that does not
    say what its characters mean; and a picture of a page with only a stamp for text.
    """
    if read.lines and not read.broken:
        words = sum(len(line.words) for line in read.lines)
        if not read.images or words > _WORDS or _cover(page, read) < _WHOLE:
            return False
        return bool(read.pictures) or (words <= _FEW and _is_paper(page, read))
    if read.covered and not read.pictures and not read.broken:
        return False  # a photograph over text
    return read.broken or read.paths >= _OUTLINES or (read.images > 0 and _cover(page, read) >= _PART)


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
    """Whether most of a page is as bright as its brightest parts: paper, no photograph. Judged by a small picture."""
    width, height = (max(1, round(v / 2)) for v in (read.width, read.height))
    bitmap = c.FPDFBitmap_Create(width, height, 0)
    try:
        c.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
        c.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, c.FPDF_GRAYSCALE)
        buffer = ctypes.string_at(c.FPDFBitmap_GetBuffer(bitmap), c.FPDFBitmap_GetStride(bitmap) * height)
    finally:
        c.FPDFBitmap_Destroy(bitmap)
    greys = sorted(buffer[::4])
    bright = greys[int(0.95 * (len(greys) - 1))]
    return sum(g >= bright - 30 for g in greys) >= _PAPER * len(greys)
