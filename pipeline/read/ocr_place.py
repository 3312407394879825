"""Words with their ink -> lines of a `Page`: baseline, size, weight; what is no text is left out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

import cv2

from pipeline.model import Line, Word
from pipeline.read.ocr_figures import UNREAD
from pipeline.read.ocr_picture import Grey, Rule
from pipeline.read.ocr_words import Read
from pipeline.read.words import ASCENT, DESCENT, build_lines

_CAPITAL, _SMALL = 0.72, 0.53  # height of capitals and digits, of small letters without ascender, in font sizes
_TALL = re.compile(r"[A-ZÆØÅÄÖ0-9bdfhklß]")
_TEXT = re.compile(r"[^\W_]|[-–—−*%+&()•=/§]|" + UNREAD)
_DASHES = frozenset("-—–−‐‑~=_")
_RISES = {"-": 0.28, "*": 0.53, "•": 0.3}  # how far above the line the middle of a sign stands, in font sizes
_BODY = 0.55  # of a usual letter: lower pieces are points and accents
_JUNK = 0.3  # a segment without a digit that is read with less confidence is a drawing
_BOLD = 1.09  # strokes so many times as thick as the page's usual ones
_FEW = 6  # a segment with fewer letters is as bold as its line
_USUAL = 0.22  # sizes that differ by less from the usual one are the usual one, as far as strokes go


class Set(NamedTuple):
    """How a segment is set: its baseline, its font size and how thick its strokes are, all in pixels."""

    base: float
    size: float
    stroke: float
    letters: int


def lines_of(words: Sequence[Read], letter: float, rules: Sequence[Rule], ink: Grey, scale: float) -> tuple[Line, ...]:
    """Lines from top to bottom, in points. `letter` and the boxes are in pixels, `scale` of them to a point."""
    segments: dict[int, list[Read]] = {}
    for w in words:
        segments.setdefault(w.segment, []).append(w)
    kept = [ws for ws in segments.values() if _is_text(ws, letter, rules)]
    measured = [_measure(ws, letter) for ws in kept]
    usual = median([m[1] for m in measured if m] or [letter / _SMALL])
    depth = cv2.distanceTransform(ink, cv2.DIST_L2, 3)
    settings = []
    for ws, found in zip(kept, measured, strict=True):
        base, size = found or (_middle(ws) + _RISES.get(ws[0].text, _RISES["-"]) * usual, usual)
        x0, y0, x1, y1 = _box(ws)
        inside = depth[y0:y1, x0:x1]
        stroke = 4 * float(inside[inside > 0].mean()) if found and (inside > 0).any() else 0.0
        settings.append(Set(base, size, stroke, sum(len(w.pieces) for w in ws) if found else 0))
    bold = _bold(settings, usual)
    out: list[Word] = []
    for ws, own, is_bold in zip(kept, settings, bold, strict=True):
        for w in ws:
            if _TEXT.search(w.text):
                x0, _, x1, _ = w.box
                text = _dash(x1 - x0, own.size) if w.text in _DASHES and len(w.pieces) == 1 else w.text
                top, bottom = own.base - ASCENT * own.size, own.base + DESCENT * own.size
                out.append(Word(text, x0 / scale, top / scale, x1 / scale, bottom / scale, own.size / scale, is_bold, w.mark,
                                confidence=round(w.confidence, 3)))  # fmt: skip
    return build_lines(out)


def _bold(settings: Sequence[Set], usual: float) -> list[bool]:
    """Which segments are bold: by their strokes, short ones by the longest segment of their line."""
    weights = [s.stroke / (usual if abs(s.size / usual - 1) < _USUAL else s.size) for s in settings]
    known = sorted(w for s, w in zip(settings, weights, strict=True) for _ in range(s.letters) if w)
    if not known:
        return [False] * len(settings)
    limit = _BOLD * known[len(known) // 2]
    out = []
    for s, weight in zip(settings, weights, strict=True):
        if s.letters < _FEW:
            level = [(o.letters, w) for o, w in zip(settings, weights, strict=True) if abs(o.base - s.base) < 0.4 * usual]
            letters, other = max(level)
            weight = other if letters >= _FEW else weight
        out.append(weight > limit)
    return out


def _dash(width: float, size: float) -> str:
    """Hyphen, en dash or em dash: by its length, which Tesseract often mistakes."""
    return "-" if width < 0.4 * size else "–" if width < 0.75 * size else "—"


def _measure(words: Sequence[Read], letter: float) -> tuple[float, float] | None:
    """Baseline and font size of a segment, by its letters and digits; `None` when it has none."""
    if len(words) == 1 and words[0].text in _RISES:
        return None
    body = [p for w in words for p in w.pieces if p.y1 - p.y0 >= _BODY * letter]
    if not body:
        return None
    feet = sorted(p.y1 for p in body)
    base = feet[int(0.4 * (len(feet) - 1))]  # more letters stand on the line than below it
    heights = sorted(base - p.y0 for p in body)
    if any(_TALL.search(w.text) for w in words):
        return base, heights[int(0.9 * (len(heights) - 1))] / _CAPITAL
    return base, heights[int(0.6 * (len(heights) - 1))] / _SMALL


def _box(words: Sequence[Read]) -> tuple[int, int, int, int]:
    boxes = [w.box for w in words]
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)


def _middle(words: Sequence[Read]) -> float:
    return median((p.y0 + p.y1) / 2 for w in words for p in w.pieces)


def _is_text(words: Sequence[Read], letter: float, rules: Sequence[Rule]) -> bool:
    """Whether a segment is to be kept: what has a digit always, what is unread or hardly read only inside a table."""
    if any(ch.isdigit() for w in words for ch in w.text):
        return True
    if all(w.text == UNREAD for w in words) and not any(p.y1 - p.y0 > 0.7 * letter for w in words for p in w.pieces):
        return False
    length = sum(len(w.pieces) for w in words)
    return sum(w.confidence * len(w.pieces) for w in words) >= _JUNK * length or _is_in_table(words, rules)


def _is_in_table(words: Sequence[Read], rules: Sequence[Rule]) -> bool:
    """Whether ruling lines run above and below."""
    x0, y0, x1, y1 = words[0].box
    over = [r for r in rules if r.across and r.x0 <= (x0 + x1) / 2 <= r.x1]
    return any(r.y0 <= y0 for r in over) and any(r.y1 >= y1 for r in over)
