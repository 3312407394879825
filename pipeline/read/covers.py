"""Text under a filled area or a picture that was drawn after it: a correction pasted over a figure, a blackened line, a scan."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import NamedTuple

import pypdfium2.raw as c

from pipeline.read.display import Display
from pipeline.read.pixels import draw
from pipeline.read.sides import ByHeight, Sides, bounds

_INSIDE = 0.5  # points by which text may reach over the area that covers it
_PARTLY = 0.4  # share of the height of text from which on it is covered in part
_SMALL = 4.0  # points: what is smaller in either direction covers no text
_OPAQUE = 255
_EDGE = 2  # pixels beside the edge of an area that are mixed of both


class Fill(NamedTuple):
    """A filled rectangle, or a picture, in page space (left, bottom, right, top), and how many objects are drawn before it."""

    order: int
    sides: Sides


class Covered(NamedTuple):
    """A text object below an area, the boxes in page space of the text and of the area, and whether all of the text is."""

    text: object
    sides: Sides
    fill: Sides
    whole: bool


def is_large(sides: Sides) -> bool:
    """Whether an area may cover text."""
    return min(sides[2] - sides[0], sides[3] - sides[1]) >= _SMALL


def opaque_fill(obj: object, order: int, points: Sequence[tuple[float, float]], clipped: bool) -> Fill | None:
    """An object of a page as an area that hides what is below it; `None` where it is small, no rectangle or lets it through.

    `clipped`: its clip path is in page space, as that of an object in a form is not.
    """
    xs, ys = sorted({round(x, 1) for x, _ in points}), sorted({round(y, 1) for _, y in points})
    if not 4 <= len(points) <= 5 or len(xs) != 2 or len(ys) != 2 or not is_large((xs[0], ys[0], xs[1], ys[1])):
        return None
    alpha, rest = ctypes.c_uint(), ctypes.c_uint()
    known = c.FPDFPageObj_GetFillColor(obj, *(ctypes.byref(rest) for _ in range(3)), ctypes.byref(alpha))
    if not known or alpha.value < _OPAQUE or c.FPDFPageObj_HasTransparency(obj):
        return None
    sides: Sides | None = xs[0], ys[0], xs[1], ys[1]
    if clipped:
        sides = _clipped(obj, (xs[0], ys[0], xs[1], ys[1]))
    return Fill(order, sides) if sides else None


def _clipped(obj: object, sides: Sides) -> Sides | None:
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


def covered_text(page: object, to_page: Display, texts: Sequence[tuple[int, object]], fills: Sequence[Fill]) -> list[Covered]:
    """Which text objects, given with how many objects are drawn before them, are hidden by a fill that is drawn after them."""
    found = _below(texts, fills)
    return _not_seen(page, to_page, found) if found else []


def _below(texts: Sequence[tuple[int, object]], fills: Sequence[Fill]) -> list[Covered]:
    waiting = sorted(fills)
    above = ByHeight[Sides]()
    out: list[Covered] = []
    for order, obj in reversed(texts):
        while waiting and waiting[-1].order > order:
            fill = waiting.pop().sides
            above.add(fill, fill)
        if len(waiting) == len(fills) or (sides := bounds(obj)) is None:
            continue
        left, bottom, right, top = sides
        middle = (bottom + top) / 2
        for fill in above.near(middle):
            if not fill[1] < middle < fill[3]:
                continue
            whole = fill[0] - _INSIDE <= left and right <= fill[2] + _INSIDE
            if whole or min(right, fill[2]) - max(left, fill[0]) >= _PARTLY * (top - bottom):
                out.append(Covered(obj, sides, fill, whole))
                break
    return out[::-1]


def _not_seen(page: object, to_page: Display, found: Sequence[Covered]) -> list[Covered]:
    """Those of which nothing shows through: a hatching has a colour as an area has, and lets most of what is below it through."""
    drawn = draw(page, to_page)
    for one in found:
        c.FPDFPageObj_SetIsActive(one.text, False)
    without = draw(page, to_page)
    for one in found:
        c.FPDFPageObj_SetIsActive(one.text, True)
    if drawn is None or without is None:
        return list(found)
    out = []
    for one in found:
        a, b = one.sides, one.fill
        below = max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])
        if drawn.rows(below, _EDGE) == without.rows(below, _EDGE):
            out.append(one)
    return out
