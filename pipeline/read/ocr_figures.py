"""A second look at every figure: read once more as digits only, and held against the shape of its ink.

        -1.600      the ink says: dash, digit, point, digit, digit, digit

Two readings and the shape vote. What they agree on is sure; a figure they quarrel about is read a third time, larger; what then
has no majority keeps its first reading and little confidence. Nothing is decided by what would be plausible.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from statistics import median

import cv2
import numpy as np

from pipeline.numbers import parse
from pipeline.read.ocr_engine import Grey, Printed
from pipeline.read.ocr_segments import Piece
from pipeline.read.ocr_words import Read, cut_out

Reader = Callable[[Sequence[Grey]], list[list[Printed]]]

UNREAD = "\ufffd"  # ink that nobody can read
_LONGEST = 14  # pieces of ink that a figure may have
_SLIPS = str.maketrans({**dict.fromkeys("—–−‐‑~=_", "-"), "O": "0", "o": "0", "l": "1", "I": "1", "|": "1"})
_LIKE = re.compile(r"[-—–−‐‑~=_+(]*[\dOolI|][\dOolI|.,:'’-]*[)%-]*|[-—–−‐‑~=_+]{1,2}")
_LETTERS = re.compile(r"[^\W\d_]{3}")
_DASHES = re.compile(r"[-—–−‐‑~=_]{1,2}")
_ENLARGED = 1.5
_DARKEST = 140  # grey: nothing but the middle of a stroke is darker
# How sure a figure is:
_ALL_AGREE, _MOST_AGREE, _ONE_LOOK, _QUARREL = 0.95, 0.75, 0.5, 0.3


def confirm(words: Sequence[Read], grey: Grey, read: Reader) -> list[Read]:
    """The words, every figure among them looked at again; words without a figure are left as they are."""
    asked = [k for k, w in enumerate(words) if _is_doubtful(w)]
    seconds = [_joined(ps) for ps in read([cut_out(grey, words[k].box) for k in asked])]
    shapes = {k: _shapes(words[k], grey) for k in asked}
    out = list(words)
    quarrels: list[tuple[int, str, str]] = []
    for k, second in zip(asked, seconds, strict=True):
        first = _plain(words[k].text)
        if _fits(first, shapes[k]) and (first == second or _DASHES.fullmatch(first)):
            out[k] = words[k]._replace(text=first, confidence=max(_ALL_AGREE, words[k].confidence))
        else:
            quarrels.append((k, first, second))
    larger = [cv2.resize(cut_out(grey, words[k].box), None, fx=_ENLARGED, fy=_ENLARGED, interpolation=cv2.INTER_CUBIC)
              for k, _, _ in quarrels]  # fmt: skip
    thirds = [_joined(ps) for ps in read([cv2.GaussianBlur(p, (0, 0), 1.0).astype(np.uint8) for p in larger])]
    for (k, first, second), third in zip(quarrels, thirds, strict=True):
        out[k] = _settle(words[k], first, second, third, shapes[k])
    return out


def _is_doubtful(w: Read) -> bool:
    """Whether a word is a figure, or so short and so badly read that it may be one."""
    if _LIKE.fullmatch(w.text):
        return True
    return len(w.pieces) <= _LONGEST and w.confidence < 0.6 and not _LETTERS.search(w.text)


def _plain(text: str) -> str:
    """A text with the signs that are mistaken for digits and dashes put right, when that makes it a number."""
    plain = text.translate(_SLIPS)
    return plain if parse(plain) else text


def _joined(printed: Sequence[Printed]) -> str:
    return "".join(p.text for p in printed)


def _settle(word: Read, first: str, second: str, third: str, shapes: Collection[str]) -> Read:
    """The reading that most agree on; what is no number does not vote."""
    votes: dict[str, float] = {}
    for text, weight in ((first, 1.0), (second, 1.0), (third, 0.9)):
        if text and parse(text):
            votes[text] = votes.get(text, 0.0) + weight
    for text in votes:
        votes[text] += 1.0 if _fits(text, shapes) else 0.0
    if not votes:
        letters = word.text if any(ch.isalpha() for ch in word.text) else ""
        return word._replace(text=letters or word.text or UNREAD, confidence=min(word.confidence, _QUARREL))
    if _is_word(word) and max(votes.values()) < 2.5:
        return word
    best = max(votes, key=lambda text: votes[text])
    count = sum(text == best for text in (first, second, third))
    fits = _fits(best, shapes)
    if not fits and _fits("-" + best, shapes):
        return word._replace(text="-" + best, confidence=_ONE_LOOK)  # the dash is there, though nobody read it
    sure = _MOST_AGREE if count >= 2 and fits else _ONE_LOOK if count >= 2 or fits else _QUARREL
    return word._replace(text=best, confidence=sure)


def _is_word(word: Read) -> bool:
    return any(ch.isalpha() for ch in word.text) and not _LIKE.fullmatch(word.text)


# --- the shape of a figure ------------------------------------------------------------------------------------


def shape_of(pieces: Sequence[Piece]) -> str:
    """The ink of a word as signs: `D` a digit, `-`, `+`, `(`, `.`, `,`, and `?` for what is none of these.

    >>> shape_of([Piece(0, 14, 9, 17, 27), Piece(12, 0, 28, 30, 200), Piece(32, 26, 36, 30, 16), Piece(40, 0, 56, 30, 200)])
    '-D.D'
    """
    tall = max(p.y1 - p.y0 for p in pieces)
    digits = [p for p in pieces if p.y1 - p.y0 > 0.75 * tall]
    top, base = median(p.y0 for p in digits), median(p.y1 for p in digits)
    return "".join(_sign(p, top, base) for p in pieces)


def _sign(p: Piece, top: float, base: float) -> str:
    """One piece of ink, measured against the height of the digits beside it."""
    height = base - top
    w, h, middle = (p.x1 - p.x0) / height, (p.y1 - p.y0) / height, ((p.y0 + p.y1) / 2 - top) / height
    if h > 1.17 and w < 0.5:
        return "("
    if h > 0.75:
        return "D" * (1 if w < 1.05 else round((w - 0.68) / 0.76) + 1)  # digits that touch
    if 0.4 < h and w > 0.4 and 0.3 < middle < 0.8:
        return "+"
    if h < 0.4 and w > 1.25 * h and 0.3 < middle < 0.85:
        return "-"
    if middle > 0.7 and h < 0.6:
        return "," if p.y1 > base + 0.1 * height else "."
    return "" if h < 0.4 and p.area < 12 else "?"


def _shapes(word: Read, grey: Grey) -> set[str]:
    """What the ink of a word looks like: as it is, and where it is darkest, which parts what touches."""
    x0, y0, x1, y1 = word.box
    _, _, stats, _ = cv2.connectedComponentsWithStats((grey[y0:y1, x0:x1] < _DARKEST).astype(np.uint8), connectivity=8)
    parts = sorted(Piece(x, y, x + w, y + h, area) for x, y, w, h, area in stats[1:].tolist() if area >= 5)
    return {shape_of(word.pieces), shape_of(parts) if parts else ""}


def _fits(text: str, shapes: Collection[str]) -> bool:
    """Whether a text can be what ink of this shape says; point and comma are too much alike to be told apart here."""
    own = "".join("D" if ch.isdigit() else "(" if ch == ")" else ch for ch in text)
    if _DASHES.fullmatch(text):
        return True  # alone, a dash has no digit to be measured against
    return any(own.replace(",", ".") == shape.replace(",", ".") for shape in shapes)
