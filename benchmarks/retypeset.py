"""Sets a document anew from what was read of it: every word and ruling line in its place, with edits applied.

A document set anew without edits gives the same line items and findings as the original. Pictures, fills and fonts are
left out: words are set in Helvetica, regular or bold, as wide as they were.

    python -m benchmarks.retypeset IN.pdf OUT.pdf
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.textobject import PDFTextObject

from pipeline.model import Edge, Page, Word
from pipeline.read import read_pages

_DESCENT = 0.2  # share of the size by which a word's box reaches below its baseline
_MARK_SIZE, _MARK_RAISED = 0.6, 0.35  # of a superscript, in shares of the size of its word
_NEAR = 1.0  # points: a ruling line this near to the border of a band is that border
_LEAST = 3.0  # points: what is left of a ruling line that a cut made shorter is left out


@dataclass(frozen=True, slots=True)
class Retext:
    """Another text for a word (`None`: the word is left out); its right end stays where it is, as in a column of figures."""

    page: int
    line: int
    word: int
    text: str | None


@dataclass(frozen=True, slots=True)
class Band:
    """A row of a table: the strip of a page between two heights, as wide as the table."""

    page: int
    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Drop:
    """A row is left out; what stands below it moves up."""

    band: Band


@dataclass(frozen=True, slots=True)
class Double:
    """A row is printed twice; what stands below it moves down and the page grows by as much."""

    band: Band


Edit = Retext | Drop | Double


@dataclass(frozen=True, slots=True)
class _Sheet:
    width: float
    height: float
    words: tuple[Word, ...]
    edges: tuple[Edge, ...]


def retypeset(pages: Sequence[Page], edits: Iterable[Edit] = ()) -> bytes:
    """The PDF of the pages with the edits applied; the same bytes each time."""
    wanted = list(edits)
    out = BytesIO()
    canvas = Canvas(out, invariant=1, pageCompression=0)
    for page in pages:
        _draw(canvas, _edited(page, wanted))
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _edited(page: Page, edits: Sequence[Edit]) -> _Sheet:
    texts = {(e.line, e.word): e.text for e in edits if isinstance(e, Retext) and e.page == page.number}
    words = []
    for i, line in enumerate(page.lines):
        for j, word in enumerate(line.words):
            if (i, j) not in texts:
                words.append(word)
            elif text := texts[i, j]:
                words.append(_retexted(word, text))
    sheet = _Sheet(page.width, page.height, tuple(words), page.edges)
    for e in edits:
        if isinstance(e, Drop) and e.band.page == page.number:
            sheet = _dropped(sheet, e.band)
        elif isinstance(e, Double) and e.band.page == page.number:
            sheet = _doubled(sheet, e.band)
    return sheet


def _retexted(word: Word, text: str) -> Word:
    font = _font(word)
    old = stringWidth(_settable(word.text), font, word.size)
    share = (word.x1 - word.x0) / old if old else 1.0
    return word._replace(text=text, x0=word.x1 - share * stringWidth(_settable(text), font, word.size))


def _dropped(sheet: _Sheet, band: Band) -> _Sheet:
    h = band.bottom - band.top
    words = [
        _moved(w, -h) if _middle(w) >= band.bottom else w for w in sheet.words if not _is_in(w, band)
    ]  # fmt: skip
    edges: list[Edge] = []
    for e in sheet.edges:
        if e.top == e.bottom:
            if e.top >= band.bottom - _NEAR:
                edges.append(_shifted(e, -h))
            elif e.top <= band.top + _NEAR:
                edges.append(e)
        else:
            edges += [*_cut(e, -1e9, band.top), *(_shifted(c, -h) for c in _cut(e, band.bottom, 1e9))]
    return replace(sheet, words=tuple(words), edges=tuple(edges))


def _doubled(sheet: _Sheet, band: Band) -> _Sheet:
    h = band.bottom - band.top
    words = [_moved(w, h) if _middle(w) >= band.bottom else w for w in sheet.words]
    words += [_moved(w, h) for w in sheet.words if _is_in(w, band)]
    edges: list[Edge] = []
    for e in sheet.edges:
        if e.top == e.bottom:
            if e.top < band.bottom + _NEAR:
                edges.append(e)
            if e.top > band.top + _NEAR:
                edges.append(_shifted(e, h))
        else:
            edges += [*_cut(e, -1e9, band.bottom), *(_shifted(c, h) for c in _cut(e, band.top, 1e9))]
    return replace(sheet, height=sheet.height + h, words=tuple(words), edges=tuple(edges))


def _middle(w: Word) -> float:
    return (w.top + w.bottom) / 2


def _is_in(w: Word, band: Band) -> bool:
    return band.top <= _middle(w) < band.bottom and band.x0 <= (w.x0 + w.x1) / 2 <= band.x1


def _moved(w: Word, by: float) -> Word:
    return w._replace(top=w.top + by, bottom=w.bottom + by)


def _shifted(e: Edge, by: float) -> Edge:
    return e._replace(top=e.top + by, bottom=e.bottom + by)


def _cut(e: Edge, top: float, bottom: float) -> list[Edge]:
    """What of an upright edge lies between two heights."""
    part = e._replace(top=max(e.top, top), bottom=min(e.bottom, bottom))
    return [part] if part.bottom - part.top >= min(_LEAST, e.bottom - e.top) else []


def _draw(canvas: Canvas, sheet: _Sheet) -> None:
    canvas.setPageSize((sheet.width, sheet.height))
    canvas.setLineWidth(0.5)
    for e in sheet.edges:
        canvas.line(e.x0, sheet.height - e.top, e.x1, sheet.height - e.bottom)
    text = canvas.beginText()
    for w in sheet.words:
        if not w.turn:
            _set(text, w, w.x0, sheet.height - (w.bottom - w.size * _DESCENT))
    canvas.drawText(text)
    for w in sheet.words:
        if w.turn:
            _draw_turned(canvas, w, sheet.height)


def _draw_turned(canvas: Canvas, w: Word, height: float) -> None:
    """A word that is set up or down the page, or upside down."""
    x, y = {90: (w.x1, w.bottom), 270: (w.x0, w.top)}.get(w.turn, (w.x1, w.top))
    long = w.bottom - w.top if w.turn in (90, 270) else w.x1 - w.x0
    canvas.saveState()
    canvas.translate(x, height - y)
    canvas.rotate(w.turn)
    text = canvas.beginText()
    _set(text, w._replace(x0=0.0, x1=long), 0.0, w.size * _DESCENT)
    canvas.drawText(text)
    canvas.restoreState()


def _set(text: PDFTextObject, w: Word, x: float, baseline: float) -> None:
    """One word in a text object, and a blank behind it; its mark small and raised."""
    font, shown = _font(w), _settable(w.text)
    natural = stringWidth(shown, font, w.size)
    text.setHorizScale(100 * (w.x1 - w.x0) / natural if natural else 100)
    text.setTextOrigin(x, baseline)
    text.setFont(font, w.size)
    text.textOut(shown if w.mark else shown + " ")
    if w.mark:
        text.setHorizScale(100)
        text.setTextOrigin(x + w.x1 - w.x0, baseline + w.size * _MARK_RAISED)
        text.setFont(font, w.size * _MARK_SIZE)
        text.textOut(_settable(w.mark) + " ")


def _font(w: Word) -> str:
    return "Helvetica-Bold" if w.bold else "Helvetica"


def _settable(text: str) -> str:
    """The text with a bullet for every character that Helvetica lacks (those are bullets of symbol fonts)."""
    return "".join(ch if ch.encode("cp1252", "ignore") else "•" for ch in text)


def main(arguments: Sequence[str]) -> int:
    """Set one document anew."""
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    Path(arguments[1]).write_bytes(retypeset(read_pages(Path(arguments[0]))))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
