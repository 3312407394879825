"""Small signs that Tesseract mistakes, told by their ink: footnote marks, asterisks, the paragraph sign, small letters.

        alt¹  ->  "alt!"         Velfærdsteknologi*  ->  "Velfærdsteknologi”"         § 83  ->  "8 83"         sats  ->  "Sats"
        I alt  ->  "1 alt"

What stands above the line at the end of a word is its footnote mark; an `8` before a number that reaches below the line is a
paragraph sign, which would else be a number that nobody printed; a capital no higher than the small letters beside it is none; a
plain bar before a word is the word `I`, and no number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from pipeline.read.ocr_segments import Piece
from pipeline.read.ocr_words import Read, columns_of

Column = Sequence[Piece]

_BODY = 0.55  # of a usual letter: lower pieces are no letters
# In heights of a capital:
_RAISED = 0.3  # a mark ends at least this far above the line
_HIGH = 0.55  # and begins at least so far above it
_LEAST, _MOST = 0.28, 0.78  # height of a mark
_FAR = 1.2  # distance of an asterisk from the word it belongs to, at most
_NOUGHT = 0.86  # what is lower is the `o` before an item of a list
_LOW = 0.06  # a comma reaches this far below the line
_DEEP = 0.045  # a paragraph sign reaches so much further below the line than the digits behind it
# In themselves:
_ROUND = (0.7, 1.4)  # width of an asterisk in its heights; a raised digit is narrower
_BAR = (0.35, 0.8)  # width of a plain bar in its heights at most, share of its box that it fills at least; a `1` has a flag
_FILLED = 0.72  # share of its box that an asterisk fills at most; a bullet fills more
_UPRIGHT = frozenset("1l|!][")
_PARAGRAPH = re.compile(r"\(?8\d{0,3}(?:[^\d.,].*|[.,)]*)")
_SAME_IN_BOTH_CASES = frozenset("COSVWXZ")
_SMALL = frozenset("acemnorsuvwxz")


class Line(NamedTuple):
    """Where a segment stands: its baseline, and the height of its capitals."""

    base: float
    capital: float


def find_marks(words: Sequence[Read], letter: float) -> list[Read]:
    """The words with their marks set apart and their mistaken signs put right. A raised digit is still to be read: its
    word has it as `mark_ink`."""
    segments: dict[int, list[Read]] = {}
    for w in words:
        segments.setdefault(w.segment, []).append(w)
    out: list[Read] = []
    stars: list[Read] = []
    for own in segments.values():
        sign = _lone_sign(own[0], letter) if len(own) == 1 else None
        if sign:
            stars.append(own[0]._replace(text=sign, confidence=max(own[0].confidence, 0.8)))
            continue
        line = _line(own, letter)
        out += [_one(w, line) for w in _with_paragraph_signs(_with_capital_i(own))] if line else own
    return _with_stars(out, stars, letter)


def _line(words: Sequence[Read], letter: float) -> Line | None:
    body = [p for w in words for p in w.pieces if p.y1 - p.y0 >= _BODY * letter]
    if not body:
        return None
    feet = sorted(p.y1 for p in body)
    base = feet[int(0.4 * (len(feet) - 1))]
    heights = sorted(base - p.y0 for p in body)
    return Line(base, max(heights[int(0.9 * (len(heights) - 1))], letter))


def _one(word: Read, line: Line) -> Read:
    columns = columns_of(word.pieces)
    if len(columns) < 2 or not word.text:
        if not word.text.isalnum() and _is_raised(columns[0], line) and _is_asterisk(columns[0]):
            return word._replace(text="*")
        low = word.text == "0" and _height(word.pieces) < _NOUGHT * line.capital
        return word._replace(text="o") if low else word
    word = _in_small_letters(word, columns)
    text, last = word.text, columns[-1]
    if _is_raised(columns[0], line) and _is_asterisk(columns[0]) and (len(text) == len(columns) or not text[0].isalnum()):
        text = "*" + text[1:]
    if text[-1:] in (".", ",") and len(text) == len(columns):
        text = text[:-1] + ("," if max(p.y1 for p in last) > line.base + _LOW * line.capital else ".")
    if len(text) < 2 or not _is_raised(last, line):
        return word._replace(text=text)
    rest = tuple(p for p in word.pieces if p not in last)
    if _is_asterisk(last):
        return word._replace(text=text if text[-1].isalnum() else text[:-1], mark="*", pieces=rest)
    narrow = len(last) == 1 and last[0].x1 - last[0].x0 < 0.75 * _height(last) and _height(last) > 0.4 * line.capital
    if narrow and (len(text) == len(columns) or not text[-1].isalnum()):
        return word._replace(text=text[:-1], mark=text[-1], pieces=rest, mark_ink=tuple(last))
    return word._replace(text=text)


def _lone_sign(word: Read, letter: float) -> str | None:
    """`*` or `•` when a word is nothing else."""
    if (word.text.isalnum() and word.confidence >= 0.6) or not 0.25 * letter < _height(word.pieces) < 0.9 * letter:
        return None
    return "*" if _is_asterisk(word.pieces) else "•" if _is_bullet(word.pieces) else None


def _with_stars(words: Sequence[Read], stars: Sequence[Read], letter: float) -> list[Read]:
    """Asterisks that stand beside the end of a word are its mark; the others are words."""
    out = list(words)
    for star in stars:
        x0, y0, _, y1 = star.box
        near = [
            k for k, w in enumerate(out)
            if -2 <= x0 - w.box[2] <= _FAR * letter and w.box[1] - 0.3 * letter <= (y0 + y1) / 2 <= w.box[3] and not w.mark
        ]  # fmt: skip
        if near and star.text == "*":
            k = max(near, key=lambda k: out[k].box[2])
            out[k] = out[k]._replace(mark="*")
        else:
            out.append(star)
    return out


def _with_capital_i(words: Sequence[Read]) -> list[Read]:
    """`I alt` and `Drift i alt`, where a plain bar is read as a digit, another letter or a stroke."""
    out = list(words)
    for k, (w, behind) in enumerate(zip(words, words[1:], strict=False)):
        if w.text in _UPRIGHT and behind.text[:1].isalpha() and _is_bar(w.pieces):
            out[k] = w._replace(text="i" if k and not behind.text.isupper() else "I", confidence=max(w.confidence, 0.8))
    return out


def _is_bar(column: Column) -> bool:
    narrow = _width(column) <= _BAR[0] * _height(column)
    return len(column) == 1 and narrow and _filled(column) >= _BAR[1]


def _with_paragraph_signs(words: Sequence[Read]) -> list[Read]:
    """`§ 83` and `(§104)` in running text, where the sign is read as an `8`."""
    out = list(words)
    if not any(w.text.isalpha() for w in words):
        return out
    for k, w in enumerate(words):
        if not _PARAGRAPH.fullmatch(w.text):
            continue
        columns = columns_of(w.pieces)
        at = w.text.index("8")
        beside = columns[at + 1 :] if len(columns) == len(w.text) else []
        digits = [c for c, ch in zip(beside, w.text[at + 1 :], strict=False) if ch.isdigit()]
        if len(columns) == 1 and k + 1 < len(words) and words[k + 1].text[:1].isdigit():
            digits = [columns_of(words[k + 1].pieces)[0]]
        if digits and len(columns) == len(w.text) and _is_deeper(columns[at], digits):
            out[k] = w._replace(text=w.text.replace("8", "§", 1))
    return out


def _is_deeper(sign: Column, digits: Sequence[Column]) -> bool:
    height = median(_height(d) for d in digits)
    foot = median(max(p.y1 for p in d) for d in digits)
    return max(p.y1 for p in sign) - foot >= _DEEP * height and _height(sign) > (1 + _DEEP) * height


def _in_small_letters(word: Read, columns: Sequence[Column]) -> Read:
    """`Sats` -> `sats`, when its first letter is no higher than the small letters that follow."""
    text = word.text
    if len(columns) != len(text) or text[:1] not in _SAME_IN_BOTH_CASES or not text[1:].islower():
        return word
    small = [_height(c) for c, ch in zip(columns[1:], text[1:], strict=True) if ch in _SMALL]
    return word._replace(text=text.lower()) if small and _height(columns[0]) < 1.15 * median(small) else word


def _height(column: Column) -> int:
    return max(p.y1 for p in column) - min(p.y0 for p in column)


def _is_raised(column: Column, line: Line) -> bool:
    top, foot = min(p.y0 for p in column), max(p.y1 for p in column)
    high = line.base - top >= _HIGH * line.capital and line.base - foot >= _RAISED * line.capital
    return high and _LEAST * line.capital <= foot - top <= _MOST * line.capital


def _is_asterisk(column: Column) -> bool:
    return len(column) == 1 and _ROUND[0] <= _width(column) / _height(column) <= _ROUND[1] and _filled(column) <= _FILLED


def _is_bullet(column: Column) -> bool:
    return len(column) == 1 and _ROUND[0] <= _width(column) / _height(column) <= _ROUND[1] and _filled(column) > _FILLED


def _width(column: Column) -> int:
    return max(p.x1 for p in column) - min(p.x0 for p in column)


def _filled(column: Column) -> float:
    return sum(p.area for p in column) / (_width(column) * _height(column))
