"""What the witnesses see of a page: their own characters, and the cells of their own grids.

Nothing here goes through pdfium, by which our reader sees: pdfplumber parses with pdfminer, camelot with playa. camelot
runs with its `vector` engine. The one it has by default renders the page with pdfium, takes twelve times as long, and
finds no more.
"""

from __future__ import annotations

import logging
import struct
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import Any

from pipeline.model import Box
from pipeline.read.witness_sheet import Glyph, Sheet, crop_offset, turn_of, turned
from pipeline.said import Said

_MANY_CROSSINGS = 10_000  # a chart or a map: pdfplumber would look for cells in it for seconds or minutes
_SNAP = 3.0  # points: lines closer than this are one, as pdfplumber has it by itself
_THIN = 2.0  # points: a filled bar no thicker than this is a line

_AT_ONCE = 50  # pages that camelot reads at once: it keeps about a megabyte of each
ABSENT = Said("there is no such page", "den side findes ikke")
FAILED = Said("could not be read", "kunne ikke læses")

# What the libraries let through on damaged files besides exceptions of their own: found by damaging two thousand files.
# Only calls of theirs stand inside the `try`s below, so that none of this can hide a mistake of ours.
_DAMAGE = (ValueError, TypeError, LookupError, ArithmeticError, NotImplementedError, RecursionError, StopIteration,
           struct.error)  # fmt: skip


Seen = dict[int, "Sheet | str"]  # by page number; a string says why the page could not be read


def pdfplumber_sheets(path: Path, pages: Collection[int], ruled: Collection[int]) -> Seen:
    """Pages as pdfplumber sees them; grids are looked for on the `ruled` ones only."""
    from pdfminer.psexceptions import PSException
    from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

    own = (PdfminerException, MalformedPDFException, PSException, *_DAMAGE)
    out: Seen = dict.fromkeys(pages, ABSENT.en)
    with _quiet(), path.open("rb") as file:
        for number, page in _plumbed_pages(file, sorted(pages), own):
            if isinstance(page, str):
                out[number] = page
                continue
            try:
                shapes = [*page.lines, *page.curves, *page.rects] if number in ruled else []
                chars = page.chars
                media, crop, turn = page.page_obj.mediabox, page.page_obj.cropbox, page.rotation
                left, top = page.mediabox[:2]
            except own as e:
                out[number] = _reason(e)
                continue
            dx, dy = crop_offset(media, crop, turn)
            dx, dy = dx + left, dy + top
            out[number] = Sheet(
                tuple(Glyph(c["text"], c["x0"] - dx, c["top"] - dy, c["x1"] - dx, c["bottom"] - dy,
                            turn_of(c["matrix"])) for c in chars),
                tuple(tuple(Box(c[0] - dx, c[1] - dy, c[2] - dx, c[3] - dy) for c in cells)
                      for cells in _plumbed_grids(page, shapes)),
            )  # fmt: skip
            page.close()  # its objects take some megabytes
    return out


def _plumbed_pages(file: BufferedReader, pages: list[int], own: tuple[type[Exception], ...]) -> Iterator[tuple[int, Any]]:
    """pdfplumber's pages, or the reason why there is none; one by one where one of them keeps it from all others."""
    import pdfplumber

    try:
        pdf = pdfplumber.open(file, pages=pages)
    except own as e:
        yield from ((n, _reason(e)) for n in pages)
        return
    try:
        found = pdf.pages
    except own as e:
        if len(pages) == 1:
            yield pages[0], _reason(e)
        else:
            for n in pages:
                yield from _plumbed_pages(file, [n], own)
        return
    yield from ((p.page_number, p) for p in found)


def _plumbed_grids(page: Any, shapes: Sequence[dict[str, Any]]) -> list[Any]:
    """Cells by grid. The sides of filled areas are left out: pdfplumber would take the shading of words for borders."""
    from pdfplumber.table import merge_edges
    from pdfplumber.utils.geometry import obj_to_edges

    drawn = (s for s in shapes if s["object_type"] != "rect" or s["stroke"] or min(s["width"], s["height"]) <= _THIN)
    straight = [e for s in drawn for e in obj_to_edges(s) if e["orientation"]]
    merged = merge_edges(straight, _SNAP, _SNAP, _SNAP, _SNAP)
    across = [e for e in merged if e["orientation"] == "h"]
    down = [e for e in merged if e["orientation"] == "v"]
    if min(len(across), len(down)) < 2 or len(across) * len(down) > _MANY_CROSSINGS:
        return []
    settings = {"vertical_strategy": "explicit", "explicit_vertical_lines": down,
                "horizontal_strategy": "explicit", "explicit_horizontal_lines": across}  # fmt: skip
    return [t.cells for t in page.find_tables(settings)]


def camelot_sheets(path: Path, pages: Collection[int]) -> Seen:
    """Pages as camelot sees them."""
    from playa.exceptions import PDFException

    own = (PDFException, *_DAMAGE)
    out: Seen = {}
    offsets: dict[int, tuple[float, float]] = {}
    with _quiet():
        for number, boxes in _playa_boxes(path, sorted(pages), own):
            if isinstance(boxes, str):
                out[number] = boxes
            else:
                offsets[number] = crop_offset(*boxes)
        found = list(offsets)
        for k in range(0, len(found), _AT_ONCE):
            for numbers, tables in _lattices(path, found[k : k + _AT_ONCE], own):
                for n in numbers:
                    if isinstance(tables, str):
                        out[n] = tables
                    else:
                        out[n] = _lattice_sheet([t for t in tables if t.page == n], offsets[n])
    return out


def _playa_boxes(path: Path, pages: Sequence[int], own: tuple[type[Exception], ...]) -> Iterator[tuple[int, Any]]:
    """Media box, crop box and turn of each page, or the reason why not: camelot does not say how a page is cropped."""
    import playa

    with path.open("rb") as file:
        try:
            pdf = playa.Document(file, space="page")
            count = len(pdf.pages)
        except own as e:
            yield from ((n, _reason(e)) for n in pages)
            return
        for n in pages:
            try:
                page = pdf.pages[n - 1] if n <= count else None
                boxes: Any = (page.mediabox, page.cropbox, page.rotate) if page else ABSENT.en
            except own as e:
                boxes = _reason(e)
            yield n, boxes


def _lattices(path: Path, pages: list[int], own: tuple[type[Exception], ...]) -> Iterator[tuple[list[int], Any]]:
    """camelot's tables of pages read in one go, or the reason why not; one by one where one page spoils the rest."""
    from camelot.io import read_pdf

    if not pages:
        return
    try:
        tables = read_pdf(str(path), pages=",".join(map(str, pages)), engine="vector", suppress_stdout=True)
    except own as e:
        if len(pages) == 1:
            yield pages, _reason(e)
        else:
            for n in pages:
                yield from _lattices(path, [n], own)
        return
    yield pages, tables


def _lattice_sheet(tables: Sequence[Any], offset: tuple[float, float]) -> Sheet:
    """Tables of a page, from camelot's origin at the bottom left to ours.

    Where most of the text is set sideways camelot turns the page upright first: everything is turned back.
    """
    if not tables:
        return Sheet((), ())
    turn = {"anticlockwise": 90, "clockwise": 270}.get(tables[0].rotation, 0)  # of the text, as in `Word.turn`
    width, height = tables[0].pdf_size

    def place(x0: float, y0: float, x1: float, y1: float) -> Box:
        box = turned(Box(x0, height - y1, x1, height - y0), -turn % 360)
        dx, dy = {0: (0.0, 0.0), 90: (0.0, width), 270: (height, 0.0)}[turn]
        dx, dy = dx - offset[0], dy - offset[1]
        return Box(box.x0 + dx, box.top + dy, box.x1 + dx, box.bottom + dy)

    chars = (c for line in tables[0].textlines for c in line if hasattr(c, "matrix"))  # the others are inferred blanks
    return Sheet(
        tuple(Glyph(c.get_text(), *place(*c.bbox), (turn_of(c.matrix) + turn) % 360) for c in chars),
        tuple(tuple(place(*cell) for cell in _spans(t.cells)) for t in tables),
    )


def _spans(rows: Sequence[Sequence[Any]]) -> Iterator[tuple[float, float, float, float]]:
    """camelot's cells, those without a line between them joined."""
    parent = {(r, k): (r, k) for r, row in enumerate(rows) for k in range(len(row))}

    def root(key: tuple[int, int]) -> tuple[int, int]:
        while parent[key] != key:
            key = parent[key]
        return key

    for (r, k), cell in ((key, rows[key[0]][key[1]]) for key in parent):
        if k and not cell.left and not rows[r][k - 1].right:
            parent[root((r, k))] = root((r, k - 1))
        if r and not cell.top and not rows[r - 1][k].bottom:
            parent[root((r, k))] = root((r - 1, k))
    groups: dict[tuple[int, int], list[Any]] = {}
    for r, k in parent:
        groups.setdefault(root((r, k)), []).append(rows[r][k])
    for cells in groups.values():
        yield min(c.x1 for c in cells), min(c.y1 for c in cells), max(c.x2 for c in cells), max(c.y2 for c in cells)


def _reason(e: BaseException) -> str:
    text = " ".join(str(e).split())[:80]
    return f"{FAILED.en} ({type(e).__name__}{': ' + text if text else ''})"


@contextmanager
def _quiet() -> Iterator[None]:
    """The libraries log every flaw of a font or colour; a witness is asked for figures only."""
    loggers = [logging.getLogger(name) for name in ("pdfminer", "pdfplumber", "playa", "camelot")]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)
