"""Small signs that Tesseract mistakes, told by their ink: footnote marks, asterisks, the paragraph sign.

        alt¹  ->  "alt!"         Velfærdsteknologi*  ->  "Velfærdsteknologi”"         (§104)  ->  "(8104)"

What stands above the line at the end of a word is its footnote mark; a piece that begins like an `8` and reaches below the
line is a paragraph sign. A paragraph sign read as a digit would be a number that nobody printed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pipeline.read.ocr_segments import Piece
from pipeline.read.ocr_words import Read, columns_of

_BODY = 0.55  # of a usual letter: lower pieces are no letters
# In heights of a capital:
_RAISED = 0.3  # a mark ends at least this far above the line
_HIGH = 0.55  # and begins at least so far above it
_LEAST, _MOST = 0.28, 0.78  # height of a mark
_DEEP = 0.1  # a paragraph sign reaches so far below the line, and above it as high as a capital
# In themselves:
_ROUND = (0.7, 1.4)  # width of an asterisk in its heights; a raised digit is narrower
_FILLED = 0.72  # share of its box that an asterisk fills at most; a bullet fills more


class Line(NamedTuple):
    """Where a segment stands: its baseline, and the height of its capitals."""

    base: float
    capital: float


def find_marks(words: Sequence[Read], letter: float) -> list[Read]:
    """The words with their marks set apart and their paragraph signs put right. A raised digit is still to be read: its
    word has it as `mark_ink`."""
    segments: dict[int, list[Read]] = {}
    for w in words:
        segments.setdefault(w.segment, []).append(w)
    lines = {k: _line(ws, letter) for k, ws in segments.items()}
    return [_one(w, lines[w.segment], letter, alone=len(segments[w.segment]) == 1) for w in words]


def _line(words: Sequence[Read], letter: float) -> Line | None:
    body = [p for w in words for p in w.pieces if p.y1 - p.y0 >= _BODY * letter]
    if not body:
        return None
    feet = sorted(p.y1 for p in body)
    base = feet[int(0.4 * (len(feet) - 1))]
    heights = sorted(base - p.y0 for p in body)
    return Line(base, max(heights[int(0.9 * (len(heights) - 1))], letter))


def _one(word: Read, line: Line | None, letter: float, alone: bool) -> Read:
    columns = columns_of(word.pieces)
    if len(columns) == 1:
        if alone and (line is None or word.confidence < 0.6) and _is_asterisk(columns[0]) and _height(columns[0]) < 0.9 * letter:
            return word._replace(text="*", confidence=max(word.confidence, 0.8))
        return word
    if line is None:
        return word
    word = _with_paragraph_signs(word, columns, line)
    text = word.text
    if _is_raised(columns[0], line) and _is_asterisk(columns[0]) and not text[:1].isalnum():
        text = "*" + text[1:]
    last = columns[-1]
    if not _is_raised(last, line) or len(text) < 2:
        return word._replace(text=text)
    if _is_asterisk(last):
        return word._replace(text=text if text[-1].isalnum() else text[:-1], mark="*", pieces=_without(word, last))
    narrow = len(last) == 1 and last[0].x1 - last[0].x0 < 0.75 * _height(last) and _height(last) > 0.4 * line.capital
    if narrow and (len(text) == len(columns) or not text[-1].isalnum()):
        return word._replace(text=text[:-1], mark=text[-1], pieces=_without(word, last), mark_ink=tuple(last))
    return word._replace(text=text)


def _without(word: Read, column: Sequence[Piece]) -> tuple[Piece, ...]:
    return tuple(p for p in word.pieces if p not in column)


def _with_paragraph_signs(word: Read, columns: Sequence[Sequence[Piece]], line: Line) -> Read:
    """The word with `§` for every `8`, `S` or `$` whose ink is taller than a digit."""
    if len(columns) != len(word.text) or not any(ch in "8S$&" for ch in word.text):
        return word
    text = "".join(
        "§" if ch in "8S$&" and _is_deep(column, line) else ch for ch, column in zip(word.text, columns, strict=True)
    )
    return word._replace(text=text)


def _is_deep(column: Sequence[Piece], line: Line) -> bool:
    above, below = line.base - min(p.y0 for p in column), max(p.y1 for p in column) - line.base
    return below > _DEEP * line.capital and above > 0.85 * line.capital


def _height(column: Sequence[Piece]) -> int:
    return max(p.y1 for p in column) - min(p.y0 for p in column)


def _is_raised(column: Sequence[Piece], line: Line) -> bool:
    top, foot = min(p.y0 for p in column), max(p.y1 for p in column)
    high = line.base - top >= _HIGH * line.capital and line.base - foot >= _RAISED * line.capital
    return high and _LEAST * line.capital <= foot - top <= _MOST * line.capital


def _is_asterisk(column: Sequence[Piece]) -> bool:
    if len(column) != 1:
        return False
    p = column[0]
    width, height = p.x1 - p.x0, p.y1 - p.y0
    return _ROUND[0] <= width / height <= _ROUND[1] and p.area <= _FILLED * width * height
