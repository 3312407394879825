"""Opens PDFs and reads their pages with pdfium: words, ruling edges, images.

pdfium is not thread-safe: one process per worker, never threads.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as c

from pipeline.model import Box, Note, Page
from pipeline.read.characters import Read, read_words
from pipeline.read.damage import Damage, damage_notes, find_damage
from pipeline.read.display import Display, display
from pipeline.read.edges import page_drawing
from pipeline.read.objects import read_objects
from pipeline.read.ocr_pages import as_picture, is_picture
from pipeline.read.shown import hidden_layers, hidden_objects, invisible_text, load_page, read_as_drawn, unread_notes
from pipeline.read.strokes import signed
from pipeline.read.turns import lines_in_each_direction, turned_upright
from pipeline.read.written import written_pictures
from pipeline.said import Said, Told

_PASSWORD = c.FPDF_ERR_PASSWORD
_REPAIRED = Said("its cross-reference table is damaged and was rebuilt",
                 "dens krydsreferencetabel er beskadiget og er bygget op på ny")  # fmt: skip
_EMPTY = Said("the file is empty (0 bytes): fetch it again", "filen er tom (0 bytes): hent den igen")
_NO_PDF = Said("the file is no PDF (it does not begin with %PDF-): check what was saved",
               "filen er ikke en PDF (den begynder ikke med %PDF-): se efter, hvad der er gemt")  # fmt: skip
_NO_PAGES = Said("the PDF has no pages: check what was saved", "PDF'en har ingen sider: se efter, hvad der er gemt")
_ENCRYPTED = Said("the file is encrypted and needs a password: save it without one",
                  "filen er krypteret og kræver en adgangskode: gem den uden")  # fmt: skip
_DAMAGED = Said("the file is a damaged or truncated PDF: fetch it again",
                "filen er en beskadiget eller ufuldstændig PDF: hent den igen")  # fmt: skip
_TRUNCATED = Said("the file is truncated (its end is missing): fetch it again",
                  "filen er ufuldstændig (dens slutning mangler): hent den igen")  # fmt: skip

class Unreadable(Told):
    """The file cannot be read as a PDF with pages. The message says why and what to do."""


def open_pdf(path: Path) -> pdfium.PdfDocument:
    """Open a PDF. Raises `Unreadable` for a file that is empty, no PDF, truncated, encrypted or without pages."""
    data = path.read_bytes()
    if not data:
        raise Unreadable(_EMPTY)
    if b"%PDF-" not in data[:1024]:
        raise Unreadable(_NO_PDF)
    try:
        pdf = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as e:
        # pypdfium2 takes a file without pages for one that cannot be loaded, and tells the error of the file before it
        if raw := c.FPDF_LoadMemDocument64(data, len(data), None):
            c.FPDF_CloseDocument(raw)
            raise Unreadable(_NO_PAGES) from e
        if c.FPDF_GetLastError() == _PASSWORD:
            raise Unreadable(_ENCRYPTED) from e
        raise Unreadable(_DAMAGED) from e
    if not c.FPDF_DocumentHasValidCrossReferenceTable(pdf.raw) and b"%%EOF" not in data[-2048:]:
        pdf.close()
        raise Unreadable(_TRUNCATED)
    return pdf


class Reading(NamedTuple):
    """A PDF as read: its pages, and what is wrong with the file all the same or was left in it."""

    pages: tuple[Page, ...]
    notes: tuple[Note, ...]


def read_pdf(path: Path) -> Reading:
    """Every page of a PDF. Raises `Unreadable`; a page that pdfium cannot load is unreadable as well."""
    pdf = open_pdf(path)

    def copy() -> bytes:
        """The file as pdfium writes it anew: without encryption, every object by itself."""
        out = io.BytesIO()
        pdf.save(out, flags=c.FPDF_REMOVE_SECURITY)
        return out.getvalue()

    data = path.read_bytes()
    encrypted = c.FPDF_GetSecurityHandlerRevision(pdf.raw) != -1
    objects = read_objects(data, decode=not encrypted)
    if encrypted:
        open_ = read_objects(copy(), decode=True)
        objects.broken |= open_.broken
        objects.layered |= open_.layered
    damage = find_damage(data, objects, copy, len(pdf))
    if not c.FPDF_DocumentHasValidCrossReferenceTable(pdf.raw):
        damage.insert(0, Damage(None, _REPAIRED))
    layers = hidden_layers(copy) if objects.layered else frozenset()
    notes = [*damage_notes(damage), *unread_notes(pdf)]  # before the pages: reading them closes the file
    return Reading(tuple(_pages(pdf, layers)), tuple(notes))


def read_pages(path: Path) -> tuple[Page, ...]:
    """The pages of `read_pdf`."""
    return read_pdf(path).pages


def _pages(pdf: pdfium.PdfDocument, layers: frozenset[str]) -> Iterator[Page]:
    try:
        if pdf.get_formtype() == c.FORMTYPE_ACRO_FORM:
            pdf.init_forms()
        fonts: dict[int, bool] = {}
        for index in range(len(pdf)):
            page = load_page(pdf, index)
            if not page:
                raise Unreadable(Said(f"page {index + 1} is damaged and cannot be loaded: fetch the file again",
                                      f"side {index + 1} er beskadiget og kan ikke indlæses: hent filen igen"))  # fmt: skip
            try:
                read = _read_page(pdf, page, index + 1, fonts, hidden_objects(page, layers) if layers else set())
                yield as_picture(pdf, read) if is_picture(page, read) else turned_upright(read)
            finally:
                c.FPDF_ClosePage(page)
    finally:
        pdf.close()


def _read_page(pdf: pdfium.PdfDocument, page: object, number: int, fonts: dict[int, bool], hidden: Iterable[int]) -> Page:
    width, height = c.FPDF_GetPageWidthF(page), c.FPDF_GetPageHeightF(page)
    to_page = display(page)
    drawing = page_drawing(page, to_page)
    _remove(page, drawing.hidden)
    read_as_drawn(page)
    hidden = {*hidden, *drawing.cut}
    words, unmapped, invisible, blanks = _words(page, to_page, fonts, hidden)
    if invisible and _remove(page, invisible_text(page)):
        words, unmapped, _, blanks = _words(page, to_page, fonts, hidden)
    covered = tuple(Box(*to_page(*sides)) for sides in drawing.covered)
    clipped = [w for w in words if w.x1 > 0 and w.x0 < width and w.bottom > 0 and w.top < height]
    lines = lines_in_each_direction(clipped, width, height)
    read = Page(number, width, height, lines, drawing.edges, drawing.images, drawing.paths, unmapped, covered=covered,
                signed=(*signed(clipped, drawing.strokes), *blanks))  # fmt: skip
    if not drawing.pictures or not (lines or covered) or read.broken:
        return read
    return replace(read, pictures=written_pictures(pdf, page, read, drawing.pictures))


def _words(page: object, to_page: Display, fonts: dict[int, bool], hidden: Iterable[int]) -> Read:
    textpage = c.FPDFText_LoadPage(page)
    try:
        return read_words(textpage, to_page, fonts, hidden)
    finally:
        c.FPDFText_ClosePage(textpage)


def _remove(page: object, texts: Iterable[object]) -> bool:
    """Take text off a page: left there, it would hide characters like its own that are drawn in the same place."""
    removed = [text for text in texts if c.FPDFPage_RemoveObject(page, text)]
    for text in removed:
        c.FPDFPageObj_Destroy(text)
    return bool(removed)
