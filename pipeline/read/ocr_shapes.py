"""The shape of a figure: what its ink says without being read.

        -1.600      dash, digit, point, digit, digit, digit:  -D.DDD

A sign that is lost, a point taken for a comma, or a digit too many shows here, whatever the digits are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from statistics import median

import cv2
import numpy as np

from pipeline.numbers import parse
from pipeline.read.ocr_picture import Grey
from pipeline.read.ocr_segments import Piece

_LEVELS = (210, 190, 170)  # grey: the darker only, the better do characters that touch come apart
_GRAIN = 5  # pixels: less ink is no character
# Measures in heights of a digit:
_DIGIT = 0.75  # a digit is at least this high
_BRACKET = 1.17  # a bracket is higher
_WIDEST = 1.05  # what is wider is several digits that touch: so wide is one, so far apart are two
_ONE, _PITCH = 0.68, 0.76
_STUCK, _THIN = 0.22, 0.25  # length of a dash at least, thickness at most
_LOW = 0.045  # a comma reaches this far below the line, a point does not
_FIGURE = re.compile(r"[-+(]?D[D.,]*[-(]?")


def shapes_of(pieces: Sequence[Piece], grey: Grey) -> tuple[str, ...]:
    """The shapes of figures that a word's ink may have, the likeliest first; none where it is no figure.

    In a shape `D` is a digit, `(` a bracket of either side.
    """
    inside = _inside(pieces, grey)
    found = Counter([shape_of(pieces)])
    before = behind = False
    for level in _LEVELS:
        ink = (inside < level).astype(np.uint8)
        left, right = _dash_at(ink), _dash_at(ink[:, ::-1])
        for column in ([left] if left else []) + ([ink.shape[1] - 1 - right] if right else []):
            ink[:, column] = 0
        before, behind = before or left > 0, behind or right > 0
        _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
        found[shape_of([Piece(x, y, x + w, y + h, a) for x, y, w, h, a in stats[1:].tolist() if a >= _GRAIN])] += 1
    likely = [shape for shape, _ in found.most_common() if _FIGURE.fullmatch(shape)]
    signed = [shape for shape in likely if (shape[0] in "-+" or not before) and (shape[-1] in "-+" or not behind)]
    return tuple(signed or likely)


def begins_with_dash(pieces: Sequence[Piece], grey: Grey) -> bool:
    """Whether a word's ink begins with a dash, whatever the rest of it is."""
    inside = _inside(pieces, grey)
    return any(_dash_at((inside < level).astype(np.uint8)) > 0 for level in _LEVELS)


def _inside(pieces: Sequence[Piece], grey: Grey) -> Grey:
    rows = slice(min(p.y0 for p in pieces), max(p.y1 for p in pieces))
    return grey[rows, min(p.x0 for p in pieces) : max(p.x1 for p in pieces)]


def _dash_at(ink: Grey) -> int:
    """How many columns at the left end hold nothing but a dash, which may touch the digit behind it; 0 for no dash."""
    height = ink.shape[0]
    rows = np.arange(height)[:, None]
    upper = np.where(ink > 0, rows, height).min(axis=0)
    lower = np.where(ink > 0, rows, -1).max(axis=0)
    thin = (lower - upper < _THIN * height) & (upper > 0.25 * height) & (lower < 0.85 * height) & (lower >= 0)
    length = len(thin) if thin.all() else int(thin.argmin())
    return length if length >= _STUCK * height and length < len(thin) else 0


def shape_of(pieces: Sequence[Piece]) -> str:
    """The ink of a word as signs, with `?` for what is none.

    >>> shape_of([Piece(0, 14, 9, 17, 27), Piece(12, 0, 28, 30, 200), Piece(32, 26, 36, 30, 16), Piece(40, 0, 56, 30, 200)])
    '-D.D'
    """
    if not pieces:
        return ""
    tall = max(p.y1 - p.y0 for p in pieces)
    digits = [p for p in pieces if p.y1 - p.y0 > _DIGIT * tall]
    top, base = median(p.y0 for p in digits), median(p.y1 for p in digits)
    return "".join(_sign(p, top, base) for p in sorted(pieces))


def _sign(p: Piece, top: float, base: float) -> str:
    """One piece of ink, measured against the height of the digits beside it."""
    height = base - top
    w, h, middle = (p.x1 - p.x0) / height, (p.y1 - p.y0) / height, ((p.y0 + p.y1) / 2 - top) / height
    if h > _BRACKET and w < 0.5:
        return "("
    if h > _DIGIT:
        return "D" * (1 if w < _WIDEST else round((w - _ONE) / _PITCH) + 1)
    if h > 0.4 and w > 0.4 and 0.3 < middle < 0.8:
        return "+"
    if h < 0.4 and w > 1.25 * h and 0.3 < middle < 0.85:
        return "-"
    if middle > 0.7 and h < 0.6:
        return "," if p.y1 > base + _LOW * height else "."
    return "" if h < 0.4 and p.area < 12 else "?"


def is_dash(pieces: Sequence[Piece], letter: float) -> bool:
    """Whether ink is a dash that stands alone, measured against the height of a usual letter of the page."""
    width, height = pieces[0].x1 - pieces[0].x0, pieces[0].y1 - pieces[0].y0
    return len(pieces) == 1 and height < 0.4 * letter and width > 1.5 * height


def fits(text: str, shapes: Sequence[str]) -> bool:
    """Whether a text has one of the shapes."""
    return "".join("D" if ch.isdigit() else "(" if ch == ")" else ch for ch in text) in shapes


def put_into(shape: str, text: str) -> str | None:
    """The digits of a text in a shape of as many digits; signs misread as digits (`71.600` for `-D.DDD`) drop out.

    >>> put_into("-D.DDD", "71.600"), put_into("-D.DDD", "1,600"), put_into("-D.DDD", "160")
    ('-1.600', '-1.600', None)
    """
    digits = [ch for ch in text if ch.isdigit()]
    if len(text) == len(shape):
        at_their_place = [ch for ch, sign in zip(text, shape, strict=True) if sign == "D"]
        digits = at_their_place if all(ch.isdigit() for ch in at_their_place) else digits
    if len(digits) != shape.count("D"):
        return None
    rest = iter(digits)
    out = "".join(next(rest) if sign == "D" else ")" if sign == "(" and k else sign for k, sign in enumerate(shape))
    return out if parse(out) else None
