"""Text under a filled area that was drawn after it: a correction pasted over a figure, a blackened line."""

from __future__ import annotations

import ctypes
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import pypdfium2.raw as c

_BUCKET = 16.0  # points of height in which fills are looked for
_FAR = 2e4  # points: no page is so high
_INSIDE = 0.5  # points by which text may reach over the area that covers it
_PARTLY = 0.4  # share of the height of text from which on it is covered in part
_SMALL = 4.0  # points: what is smaller in either direction covers no text
_OPAQUE = 255

_Sides = tuple[float, float, float, float]


class Fill(NamedTuple):
    """A filled rectangle in page space (left, bottom, right, top), and how many objects are drawn before it."""

    order: int
    sides: _Sides


class Covered(NamedTuple):
    """Text that an area hides: the text objects that it hides whole, boxes in page space of all that it meets."""

    hidden: tuple[object, ...]
    sides: tuple[_Sides, ...]


def opaque_fill(obj: object, order: int, points: Sequence[tuple[float, float]]) -> Fill | None:
    """An object of a page as an area that hides what is below it; `None` where it is small, no rectangle or lets it through."""
    xs, ys = sorted({round(x, 1) for x, _ in points}), sorted({round(y, 1) for _, y in points})
    if not 4 <= len(points) <= 5 or len(xs) != 2 or len(ys) != 2 or min(xs[1] - xs[0], ys[1] - ys[0]) < _SMALL:
        return None
    alpha, rest = ctypes.c_uint(), ctypes.c_uint()
    known = c.FPDFPageObj_GetFillColor(obj, *(ctypes.byref(rest) for _ in range(3)), ctypes.byref(alpha))
    if not known or alpha.value < _OPAQUE or c.FPDFPageObj_HasTransparency(obj):
        return None
    sides = _clipped(obj, (xs[0], ys[0], xs[1], ys[1]))
    return Fill(order, sides) if sides else None


def _clipped(obj: object, sides: _Sides) -> _Sides | None:
    """What is seen of a rectangle through its clip path; `None` where that is no rectangle either."""
    clip = c.FPDFPageObj_GetClipPath(obj)
    left, bottom, right, top = sides
    x, y = ctypes.c_float(), ctypes.c_float()
    for path in range(max(0, c.FPDFClipPath_CountPaths(clip)) if clip else 0):
        xs, ys = set(), set()
        for k in range(c.FPDFClipPath_CountPathSegments(clip, path)):
            segment = c.FPDFClipPath_GetPathSegment(clip, path, k)
            c.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
            xs.add(round(x.value, 1))
            ys.add(round(y.value, 1))
        if len(xs) != 2 or len(ys) != 2:
            return None
        left, right = max(left, min(xs)), min(right, max(xs))
        bottom, top = max(bottom, min(ys)), min(top, max(ys))
    return (left, bottom, right, top) if right - left >= _SMALL and top - bottom >= _SMALL else None


def covered_text(texts: Sequence[tuple[int, object]], fills: Sequence[Fill]) -> Covered:
    """Which text objects, given with how many objects are drawn before them, lie below a fill that is drawn after them."""
    waiting = sorted(fills)
    above: dict[int, list[_Sides]] = defaultdict(list)
    hidden: list[object] = []
    met: list[_Sides] = []
    numbers = [ctypes.c_float() for _ in range(4)]
    places = [ctypes.byref(n) for n in numbers]
    for order, obj in reversed(texts):
        while waiting and waiting[-1].order > order:
            fill = waiting.pop().sides
            for k in range(int(max(fill[1], -_FAR) // _BUCKET), int(min(fill[3], _FAR) // _BUCKET) + 1):
                above[k].append(fill)
        if not above or not c.FPDFPageObj_GetBounds(obj, *places):
            continue
        left, bottom, right, top = (n.value for n in numbers)
        middle = (bottom + top) / 2
        for fill in above.get(int(middle // _BUCKET), ()):
            if not fill[1] < middle < fill[3]:
                continue
            if fill[0] - _INSIDE <= left and right <= fill[2] + _INSIDE:
                hidden.append(obj)
            elif min(right, fill[2]) - max(left, fill[0]) < _PARTLY * (top - bottom):
                continue
            met.append((left, bottom, right, top))
            break
    return Covered(tuple(hidden), tuple(reversed(met)))
