"""What Tesseract says of a segment -> words with the ink they consist of.

Tesseract is trusted with what a word reads, not with where it stands: words are cut at the widest gaps of the ink.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

import numpy as np

from pipeline.read.ocr_engine import Printed
from pipeline.read.ocr_picture import Grey
from pipeline.read.ocr_segments import Piece, Segment

MARGIN = 12  # white around a picture that is read
_OVERLAP = 4  # pixels around the ink that are cut out with it
_BLANK = 0.42  # a wider gap between a digit and a letter, in heights of a capital, is a blank
_APART, _WIDER = 0.3, 3.0  # so is one between letters that is wider than this, and so many times as wide as is usual in the word


class Read(NamedTuple):
    """A word as read: its text, how sure that is (0 to 1), the index of its segment, its ink."""

    text: str
    confidence: float
    segment: int
    pieces: tuple[Piece, ...]
    mark: str = ""  # a footnote mark at its end
    mark_ink: tuple[Piece, ...] = ()  # the ink of a mark that is still to be read

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, upper, right and lower side of the ink, in pixels."""
        ps = self.pieces
        return min(p.x0 for p in ps), min(p.y0 for p in ps), max(p.x1 for p in ps), max(p.y1 for p in ps)


def cut_out(grey: Grey, box: tuple[int, int, int, int]) -> Grey:
    """The picture of a box with a white margin."""
    x0, y0, x1, y1 = box
    inside = grey[max(0, y0 - _OVERLAP) : y1 + _OVERLAP, max(0, x0 - _OVERLAP) : x1 + _OVERLAP]
    return np.pad(inside, MARGIN, constant_values=255)


def words_of(segment: Segment, index: int, printed: Sequence[Printed]) -> list[Read]:
    """The words of a segment, each with its ink; without any a single one with no text, so that no ink is lost."""
    if not printed:
        return [Read("", 0.0, index, segment.pieces)]
    offset = max(0, segment.x0 - _OVERLAP) - MARGIN
    groups = columns_of(segment.pieces)
    cuts = _cuts(groups, [((a.x1 + b.x0) / 2 + offset) for a, b in zip(printed, printed[1:], strict=False)])
    bounds = [0, *cuts, len(groups)]
    out: list[Read] = []
    for w, a, b in zip(printed, bounds, bounds[1:], strict=False):
        if a < b:
            out += _parted(w.text, w.confidence, index, groups[a:b])
        elif out:  # more words than ink: they are one
            out[-1] = out[-1]._replace(text=out[-1].text + w.text, confidence=min(out[-1].confidence, w.confidence))
    return out


def _parted(text: str, confidence: float, index: int, groups: Sequence[Sequence[Piece]]) -> list[Read]:
    """A word, or two where there is a blank between them that Tesseract does not see: `1af`, `Ialt`. Digits stay together."""
    if len(text) == len(groups) and not text.isdigit():
        height = max(p.y1 - p.y0 for g in groups for p in g)
        gaps = [b[0].x0 - max(p.x1 for p in a) for a, b in zip(groups, groups[1:], strict=False)]
        for k, gap in enumerate(gaps, 1):
            a, b = text[k - 1], text[k]
            letters = a.isalpha() and b.isalpha() and gap > max(_APART * height, _WIDER * median(gaps))
            if letters or (gap > _BLANK * height and (a + b).isalnum() and a.isdigit() != b.isdigit()):
                left = Read(text[:k], confidence, index, tuple(p for g in groups[:k] for p in g))
                return [left, *_parted(text[k:], confidence, index, groups[k:])]
    return [Read(text, confidence, index, tuple(p for g in groups for p in g))]


def columns_of(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Pieces from left to right, those above each other together."""
    out: list[list[Piece]] = []
    end = -1
    for p in pieces:
        if out and p.x0 < end:
            out[-1].append(p)
        else:
            out.append([p])
        end = max(end, p.x1)
    return out


def _cuts(groups: Sequence[Sequence[Piece]], wanted: Sequence[float]) -> list[int]:
    """Indices before which words begin. The widest gaps, where Tesseract's boxes do not stand against it; else the nearest."""
    gaps = [(max(p.x1 for p in a), min(p.x0 for p in b)) for a, b in zip(groups, groups[1:], strict=False)]
    widest = sorted(sorted(range(len(gaps)), key=lambda k: gaps[k][0] - gaps[k][1])[: len(wanted)])
    middles = [(gaps[k][0] + gaps[k][1]) / 2 for k in widest]
    height = max((p.y1 - p.y0 for g in groups for p in g), default=1)
    if len(middles) == len(wanted) and all(abs(m - w) <= height for m, w in zip(middles, wanted, strict=True)):
        return [k + 1 for k in widest]
    nearest = [min(range(len(gaps)), key=lambda k: abs(sum(gaps[k]) / 2 - w), default=-1) + 1 for w in wanted]
    return sorted(nearest)
