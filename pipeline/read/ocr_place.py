"""Words with their ink -> lines of a `Page`: baseline, size, weight; what is no text is left out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median

from pipeline.model import Line, Word
from pipeline.read.ocr_figures import UNREAD
from pipeline.read.ocr_picture import Rule
from pipeline.read.ocr_words import Read
from pipeline.read.words import ASCENT, DESCENT, build_lines

_CAPITAL, _SMALL = 0.72, 0.53  # height of capitals and digits, of small letters without ascender, in font sizes
_TALL = re.compile(r"[A-ZÆØÅÄÖ0-9bdfhklß]")
_TEXT = re.compile(r"[^\W_]|[-–—−*%+&()]|" + UNREAD)
_DASHES = frozenset("-—–−‐‑~=_")
_BODY = 0.55  # of a usual letter: lower pieces are points and accents
_JUNK = 0.3  # a segment without a digit that is read with less confidence is a drawing
_RISES = {"-": 0.28, "*": 0.53}  # how far above the line the middle of a sign stands, in font sizes


def lines_of(words: Sequence[Read], letter: float, rules: Sequence[Rule], scale: float) -> tuple[Line, ...]:
    """Lines from top to bottom, in points. `letter` and the boxes are in pixels, `scale` of them to a point."""
    segments: dict[int, list[Read]] = {}
    for w in words:
        segments.setdefault(w.segment, []).append(w)
    kept = [ws for ws in segments.values() if _is_text(ws, letter, rules)]
    measured = [_measure(ws, letter) for ws in kept]
    usual = median([m[1] for m in measured if m] or [letter / _SMALL])
    out: list[Word] = []
    for ws, found in zip(kept, measured, strict=True):
        base, size = found or (_middle(ws) + _RISES.get(ws[0].text, _RISES["-"]) * usual, usual)
        for w in ws:
            if _TEXT.search(w.text):
                x0, _, x1, _ = w.box
                text = _dash(x1 - x0, size) if w.text in _DASHES else w.text
                top, bottom = base - ASCENT * size, base + DESCENT * size
                out.append(Word(text, x0 / scale, top / scale, x1 / scale, bottom / scale, size / scale, False, w.mark,
                                confidence=round(w.confidence, 3)))  # fmt: skip
    return build_lines(out)


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
