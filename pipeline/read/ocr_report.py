"""What a document says of its pages that were read as pictures, and where on the page as displayed their boxes lie."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from pipeline.model import Box, LineItem, Note, Page, Proposal, TextAmount, Token
from pipeline.read.ocr_engine import REMEDY, engine

MISSING = "no Tesseract"

Placed = TypeVar("Placed", LineItem, Note, Proposal, TextAmount, Token)


def as_displayed(page: Page, box: Box) -> Box:
    """A box of a straightened page as it lies on the page as displayed."""
    if page.shown is None:
        return box
    a, b, c, d, e, f = page.shown
    corners = [(x, y) for x in (box.x0, box.x1) for y in (box.top, box.bottom)]
    xs, ys = [a * x + b * y + c for x, y in corners], [d * x + e * y + f for x, y in corners]
    return Box(min(xs), min(ys), max(xs), max(ys))


def placed(records: Iterable[Placed], pages: Mapping[int, Page]) -> tuple[Placed, ...]:
    """Records with their boxes on the page as displayed; `pages`: those that were straightened, by number."""
    out = []
    for r in records:
        page = pages.get(r.page or 0)
        out.append(replace(r, box=as_displayed(page, r.box)) if page and r.box is not None else r)
    return tuple(out)


def unread(pages: Sequence[Page]) -> str:
    """Why a document without any text cannot be processed, and what to do."""
    none = f"none of its {len(pages)} pages has text" if len(pages) > 1 else "its only page has no text"
    reasons = [(p.number, p.unread) for p in pages if p.unread]
    if any(why == MISSING for _, why in reasons):
        return f"{none}: it is a scan; {REMEDY}"
    if reasons:
        return f"{none}, and page {reasons[0][0]} cannot be read as a picture: {reasons[0][1]}; get it as text"
    seen = ", and OCR finds none in its pictures" if any(p.reader == "ocr" for p in pages) else ""
    return f"{none}{seen}: get it as text"


def scan_notes(pages: Sequence[Page]) -> list[Note]:
    """Which pages were read as pictures, which should have been, and why they were not."""
    notes = []
    for broken, what in ((False, "is a picture"), (True, "has a font without a usable character map")):
        own = [p for p in pages if (p.unmapped > 0) == broken and (p.reader == "ocr" or p.unread)]
        read = [p.number for p in own if p.reader == "ocr"]
        missing = [p.number for p in own if p.unread == MISSING]
        if read:
            notes.append(Note("read-by-ocr", "info", f"{_named(read, what)} and was read by OCR ({engine()}): what no sum "
                              "verifies is worth a look", read[0], None, "compare it with the page: `afstem show`"))  # fmt: skip
        if missing:
            notes.append(Note("ocr-missing", "error", f"{_named(missing, what)} and was not read by OCR: {REMEDY}", missing[0],
                              None, REMEDY))  # fmt: skip
        notes += [
            Note("ocr-failed", "error", f"page {p.number} {what} and could not be read by OCR: {p.unread}", p.number, None,
                 "get the document as text, or read the page by eye")
            for p in own if p.unread not in (None, MISSING)
        ]  # fmt: skip
    return notes


def _named(pages: Sequence[int], what: str) -> str:
    """`page 3 is a picture`, `each of the pages 3–5, 9 is a picture`"""
    spans: list[list[int]] = []
    for page in pages:
        if spans and page == spans[-1][-1] + 1:
            spans[-1].append(page)
        else:
            spans.append([page])
    text = ", ".join(str(s[0]) if len(s) == 1 else f"{s[0]}–{s[-1]}" for s in spans)
    return f"page {text} {what}" if len(pages) == 1 else f"each of the pages {text} {what}"
