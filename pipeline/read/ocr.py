"""Pages that are pictures -> `Page`s: drawn, straightened, cut into segments, read by Tesseract, figures looked at twice.

A page is read on its straightened picture, and its coordinates are those of that picture, so that lines and columns are
straight; `Page.shown` maps them to the page as displayed (`turns.as_displayed`).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pypdfium2 as pdfium

from pipeline.model import Edge, Page
from pipeline.read.ocr_again import look_again
from pipeline.read.ocr_engine import read_lines
from pipeline.read.ocr_figures import confirm
from pipeline.read.ocr_marks import find_marks
from pipeline.read.ocr_picture import Grey, Sheet, straighten
from pipeline.read.ocr_place import lines_of
from pipeline.read.ocr_segments import Segment, Segments, find_segments
from pipeline.read.ocr_words import Read, cut_out, words_of

SECONDS = 60.0  # that a page may take

_DPI = 300
_LARGEST = 7000  # pixels on the longer side
_LETTERS = (14.0, 48.0)  # heights of a usual letter that are read well; else the page is drawn larger or smaller
_WANTED = 26.0
_READABLE = 0.6  # a page read with less confidence may lie on its side or stand on its head
_CLEARLY = 0.15  # by how much another side up must be better
_SAMPLE = 12  # segments by which that is judged


class _Try(NamedTuple):
    """A page drawn at a scale (pixels for each point) and straightened, and its segments."""

    scale: float
    picture: Grey
    sheet: Sheet
    found: Segments


def ocr_page(page: pdfium.PdfPage, number: int) -> Page:
    """A page read as a picture. Raises `OcrFailed` when Tesseract fails on it or takes longer than a minute."""
    end = time.monotonic() + SECONDS
    drawn = _draw(page)
    words = _read(drawn, drawn.found.segments, end)
    sure = _confidence(words)
    if words and sure < _READABLE:
        turned = _turned(drawn, sure, end)
        if turned:
            drawn, words = turned, _read(turned, turned.found.segments, end)
    sheet, scale = drawn.sheet, drawn.scale
    words = look_again(words, sheet.grey, lambda ps: read_lines(ps, _left(end)))
    words = find_marks(words, drawn.found.letter)
    words = confirm(words, sheet.grey, drawn.found.letter, lambda ps: read_lines(ps, _left(end), figures=True))
    height, width = sheet.grey.shape
    return Page(number, width / scale, height / scale, lines_of(words, drawn.found.letter, sheet.rules, sheet.ink, scale),
                _edges(sheet, scale), images=1, reader="ocr", shown=_shown(sheet, scale))  # fmt: skip


def _draw(page: pdfium.PdfPage) -> _Try:
    """The page at a scale at which its letters have a size that is read well."""
    largest = _LARGEST / max(page.get_size())
    scale = min(_DPI / 72, largest)
    drawn = _try(page, scale)
    smallest, tallest = _LETTERS
    if drawn.found.segments and not smallest <= drawn.found.letter <= tallest:
        better = min(scale * min(3.0, max(0.25, _WANTED / drawn.found.letter)), largest)
        if abs(better / scale - 1) > 0.2:
            drawn = _try(page, better)
    return drawn


def _try(page: pdfium.PdfPage, scale: float) -> _Try:
    picture = page.render(scale=scale, grayscale=True).to_numpy()
    picture = np.array(picture if picture.ndim == 2 else picture[:, :, 0])
    return _straightened(scale, picture, 0)


def _straightened(scale: float, picture: Grey, quarter_turns: int) -> _Try:
    sheet = straighten(picture, quarter_turns)
    return _Try(scale, picture, sheet, find_segments(sheet.ink, sheet.rules))


def _left(end: float) -> float:
    return max(0.1, end - time.monotonic())


def _read(drawn: _Try, segments: Sequence[Segment], end: float) -> list[Read]:
    pictures = [cut_out(drawn.sheet.grey, (s.x0, s.y0, s.x1, s.y1)) for s in segments]
    said = read_lines(pictures, _left(end))
    return [w for k, (s, ps) in enumerate(zip(segments, said, strict=True)) for w in words_of(s, k, ps)]


def _confidence(words: Sequence[Read]) -> float:
    """How sure the words of a page are in the mean, long ones more heavily than short ones."""
    weights = [len(w.pieces) for w in words]
    return sum(w.confidence * k for w, k in zip(words, weights, strict=True)) / max(1, sum(weights))


def _turned(drawn: _Try, sure: float, end: float) -> _Try | None:
    """The page with another side up, when it reads clearly better so. Judged by its longest segments."""
    best: tuple[float, _Try] | None = None
    for quarter_turns in (1, 3, 2):
        other = _straightened(drawn.scale, drawn.picture, quarter_turns)
        sample = sorted(other.found.segments, key=lambda s: -len(s.pieces))[:_SAMPLE]
        clarity = _confidence(_read(other, sample, end))
        if clarity > sure + _CLEARLY and (best is None or clarity > best[0]):
            best = (clarity, other)
    return best[1] if best else None


def _edges(sheet: Sheet, scale: float) -> tuple[Edge, ...]:
    """The ruling lines by their middles."""
    out = []
    for r in sheet.rules:
        x, y = (r.x0 + r.x1) / 2 / scale, (r.y0 + r.y1) / 2 / scale
        across = Edge(r.x0 / scale, y, r.x1 / scale, y)
        out.append(across if r.across else Edge(x, r.y0 / scale, x, r.y1 / scale))
    return tuple(out)


def _shown(sheet: Sheet, scale: float) -> tuple[float, float, float, float, float, float] | None:
    """The map of a sheet from its points to those of the page as displayed; `None` where nothing was turned."""
    (a, b, c), (d, e, f) = sheet.back.tolist()
    if (a, b, d, e) == (1.0, 0.0, 0.0, 1.0):
        return None
    return a, b, c / scale, d, e, f / scale
