"""Text that is printed and not seen: white on white paper, of no colour at all, or wholly outside its clip path.

Nearly every page has none, and is asked nothing but the colour and the clip path of each piece of text, through plain addresses.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Sequence
from typing import Any

import pypdfium2.raw as c

from pipeline.read.display import Display
from pipeline.read.pixels import draw
from pipeline.read.sides import ByHeight, Sides, bounds

_WHITE = 250  # of 255 in red, green and blue: no eye tells it from paper
_MISSES = 0.5  # points by which text stands outside its clip path


def plain(function: Any, *arguments: Any, returns: Any = ctypes.c_int) -> Any:
    """A function of pdfium that takes plain addresses: converting typed pointers costs more than the call itself. Only for
    short ones that call nothing back and need not let other threads run."""
    return ctypes.PYFUNCTYPE(returns, *arguments)(ctypes.cast(function, ctypes.c_void_p).value or 0)


_POINTER, _INT = ctypes.c_void_p, ctypes.c_int
_fill_color = plain(c.FPDFPageObj_GetFillColor, _POINTER, *[_POINTER] * 4)
_clip_path = plain(c.FPDFPageObj_GetClipPath, _POINTER, returns=_POINTER)
_paths = plain(c.FPDFClipPath_CountPaths, _POINTER)
_segments = plain(c.FPDFClipPath_CountPathSegments, _POINTER, _INT)
_segment = plain(c.FPDFClipPath_GetPathSegment, _POINTER, _INT, _INT, returns=_POINTER)
_point = plain(c.FPDFPathSegment_GetPoint, _POINTER, _POINTER, _POINTER)


def unseen_text(page: object, to_page: Display, texts: Sequence[tuple[int, object]]) -> tuple[list[object], list[Sides]]:
    """Which text objects of a page, given with how many objects are drawn before them, nobody sees, and where they stand."""
    color = (ctypes.c_uint * 4)()
    parts = [ctypes.addressof(color) + 4 * k for k in range(4)]
    found: list[tuple[object, Sides]] = []
    white: list[tuple[object, Sides]] = []
    grounds: ByHeight[tuple[int, Sides]] | None = None
    for order, obj in texts:
        clip = _clip_path(obj)
        clipped = clip and _paths(clip) > 0 and _is_outside(obj, clip)
        pale = not clipped and _fill_color(obj, *parts) and (color[3] == 0 or min(color[:3]) >= _WHITE)
        if not (clipped or (pale and c.FPDFTextObj_GetTextRenderMode(obj) == c.FPDF_TEXTRENDERMODE_FILL)):
            continue
        sides = bounds(obj)
        if sides is None or sides[0] >= sides[2] or sides[1] >= sides[3]:
            continue  # blanks
        if clipped or color[3] == 0:
            found.append((obj, sides))
            continue
        grounds = grounds or _grounds(page)
        if not _may_be_seen(sides, order, grounds):
            white.append((obj, sides))
    blank = _blank(page, to_page, [sides for _, sides in white]) if white else []
    found += [one for one, empty in zip(white, blank, strict=True) if empty]
    return [obj for obj, _ in found], [sides for _, sides in found]


def cut_away(texts: Sequence[object]) -> list[object]:
    """Those of some text objects of a form that stand outside what it shows: its box is one of the areas that they are clipped to."""
    return [obj for obj in texts if (clip := _clip_path(obj)) and _paths(clip) > 0 and _is_outside(obj, clip)]


def _is_outside(obj: object, clip: int) -> bool:
    """Whether nothing of a text shows through one of the areas that it is clipped to."""
    own = None
    for path in range(_paths(clip)):
        count = _segments(clip, path)
        if count <= 0:
            continue
        own = own or bounds(obj)
        if own is None:
            return False
        # two corners tell nearly always that there is something in between
        if _apart(own, _around(clip, path, (0, count // 2))) and _apart(own, _around(clip, path, range(count))):
            return True
    return False


def _around(clip: int, path: int, places: Iterable[int]) -> Sides:
    """The box around some points of a path."""
    at = (ctypes.c_float * 2)()
    x, y = ctypes.addressof(at), ctypes.addressof(at) + 4
    points = [(at[0], at[1]) for k in places if (s := _segment(clip, path, k)) and _point(s, x, y)]
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return min(xs, default=0.0), min(ys, default=0.0), max(xs, default=0.0), max(ys, default=0.0)


def _apart(a: Sides, b: Sides) -> bool:
    return min(a[2], b[2]) - max(a[0], b[0]) < -_MISSES or min(a[3], b[3]) - max(a[1], b[1]) < -_MISSES


def _grounds(page: object) -> ByHeight[tuple[int, Sides]]:
    """Whatever on a page is darker than white, with how many objects are drawn before it: areas, pictures, forms."""
    out = ByHeight[tuple[int, Sides]]()
    for k in range(c.FPDFPage_CountObjects(page)):
        obj = c.FPDFPage_GetObject(page, k)
        if _is_ground(obj) and (at := bounds(obj)):
            out.add(at, (k, at))
    return out


def _may_be_seen(sides: Sides, order: int, grounds: ByHeight[tuple[int, Sides]]) -> bool:
    """Whether something darker than white is drawn below a piece of text."""
    x, y = (sides[0] + sides[2]) / 2, (sides[1] + sides[3]) / 2
    return any(k < order and g[0] < x < g[2] and g[1] < y < g[3] for k, g in grounds.near(y))


def _is_ground(obj: object) -> bool:
    kind = c.FPDFPageObj_GetType(obj)
    if kind != c.FPDF_PAGEOBJ_PATH:
        return bool(kind != c.FPDF_PAGEOBJ_TEXT)
    filled, stroked = ctypes.c_int(), ctypes.c_int()
    color = [ctypes.c_uint() for _ in range(4)]
    c.FPDFPath_GetDrawMode(obj, ctypes.byref(filled), ctypes.byref(stroked))
    if not filled.value or not c.FPDFPageObj_GetFillColor(obj, *map(ctypes.byref, color)):
        return False
    darkest: int = min(part.value for part in color[:3])
    return darkest < _WHITE


def _blank(page: object, to_page: Display, places: Sequence[Sides]) -> list[bool]:
    """Which places of a page are white all over once it is drawn."""
    drawn = draw(page, to_page)
    if drawn is None:
        return [False] * len(places)
    return [all(min(row, default=255) >= _WHITE for row in drawn.rows(sides)) for sides in places]
