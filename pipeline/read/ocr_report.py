"""What a document says of its pages that were read as pictures."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.model import Note, Page
from pipeline.read.ocr_engine import REMEDY, engine
from pipeline.said import Said

MISSING = Said("no Tesseract", "ingen Tesseract")
_PICTURE = Said("is a picture", "er et billede")
_FONT = Said("has a font without a usable character map", "har en skrifttype uden brugbar tegntabel")
_COMPARE = Said("compare it with the page: `afstem show`", "sammenlign med siden: `afstem show`")

def unread(pages: Sequence[Page]) -> Said:
    """Why a document without any text cannot be processed, and what to do."""
    none = Said("its only page has no text", "dens eneste side har ingen tekst")
    if len(pages) > 1:
        none = Said(f"none of its {len(pages)} pages has text", f"ingen af dens {len(pages)} sider har tekst")
    reasons = [(p.number, p.unread) for p in pages if p.unread]
    if any(why == MISSING for _, why in reasons):
        return none + Said(": it is a scan; ", ": den er en scanning; ") + REMEDY
    if reasons:
        page, why = reasons[0]
        return none + Said(f", and page {page} cannot be read as a picture: {why.en}; get it as text",
                           f", og side {page} kan ikke læses som billede: {why.da}; få fat i den som tekst")  # fmt: skip
    if any(p.reader == "ocr" for p in pages):
        none += Said(", and OCR finds none in its pictures", ", og OCR finder ingen i dens billeder")
    return none + Said(": get it as text", ": få fat i den som tekst")


def scan_notes(pages: Sequence[Page]) -> list[Note]:
    """Which pages were read as pictures, which should have been, and why they were not."""
    notes = []
    for broken, what in ((False, _PICTURE), (True, _FONT)):
        own = [p for p in pages if (p.unmapped > 0) == broken and (p.reader == "ocr" or p.unread)]
        read = [p.number for p in own if p.reader == "ocr"]
        missing = [p.number for p in own if p.unread == MISSING]
        if read:
            told = _named(read, what)
            notes.append(Note("read-by-ocr", "info", f"{told.en} and was read by OCR ({engine()}): what no sum verifies is worth a "
                              "look", read[0], None, _COMPARE.en, suggestion_da=_COMPARE.da,
                              message_da=f"{told.da} og er læst med OCR ({engine()}): det, ingen sum bekræfter, er værd at se "
                              "efter"))  # fmt: skip
        if missing:
            told = _named(missing, what)
            notes.append(Note("ocr-missing", "error", f"{told.en} and was not read by OCR: {REMEDY.en}", missing[0], None, REMEDY.en,
                              message_da=f"{told.da} og er ikke læst med OCR: {REMEDY.da}", suggestion_da=REMEDY.da))  # fmt: skip
        notes += [
            Note("ocr-failed", "error", f"page {p.number} {what.en} and could not be read by OCR: {p.unread.en}", p.number, None,
                 "get the document as text, or read the page by eye",
                 message_da=f"side {p.number} {what.da} og kunne ikke læses med OCR: {p.unread.da}",
                 suggestion_da="få fat i dokumentet som tekst, eller læs selv siden")
            for p in own if p.unread and p.unread != MISSING
        ]  # fmt: skip
    return notes


def _named(pages: Sequence[int], what: Said) -> Said:
    """`page 3 is a picture`, `each of the pages 3–5, 9 is a picture`"""
    spans: list[list[int]] = []
    for page in pages:
        if spans and page == spans[-1][-1] + 1:
            spans[-1].append(page)
        else:
            spans.append([page])
    text = ", ".join(str(s[0]) if len(s) == 1 else f"{s[0]}–{s[-1]}" for s in spans)
    if len(pages) == 1:
        return Said(f"page {text} {what.en}", f"side {text} {what.da}")
    return Said(f"each of the pages {text} {what.en}", f"hver af siderne {text} {what.da}")
