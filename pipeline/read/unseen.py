"""Text that is printed and not seen: white on white paper, of no colour at all, or wholly outside its clip path.

Nearly every page has none, and is asked nothing but the colour and the clip path of each piece of text, through plain addresses.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Sequence
from typing import Any

import pypdfium2.raw as c

from pipeline.read.display import Display

_WHITE = 250  # of 255 in red, green and blue: no eye tells it from paper
_MISSES = 0.5  # points by which text stands outside its clip path
_BUCKET = 16.0  # points of height in which areas are looked for
_FAR = 2e4  # points: no page is so high
_NOWHERE = -(1 << 30)  # no such bucket
_SCALE = 2.0  # pixels a point
_LARGEST = 8000  # pixels of a side that are drawn

_Sides = tuple[float, float, float, float]  # left, bottom, right, top


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


def unseen_text(page: object, to_page: Display, texts: Sequence[tuple[int, object]]) -> tuple[list[object], list[_Sides]]:
    """Which text objects of a page, given with how many objects are drawn before them, nobody sees, and where they stand."""
    color = (ctypes.c_uint * 4)()
    parts = [ctypes.addressof(color) + 4 * k for k in range(4)]
    found: list[tuple[object, _Sides]] = []
    white: list[tuple[object, _Sides]] = []
    grounds: dict[int, list[tuple[int, _Sides]]] = {}
    for order, obj in texts:
        clip = _clip_path(obj)
        clipped = clip and _paths(clip) > 0 and _is_outside(obj, clip)
        pale = not clipped and _fill_color(obj, *parts) and (color[3] == 0 or min(color[:3]) >= _WHITE)
        if not (clipped or (pale and c.FPDFTextObj_GetTextRenderMode(obj) == c.FPDF_TEXTRENDERMODE_FILL)):
            continue
        sides = _bounds(obj)
        if sides is None or sides[0] >= sides[2] or sides[1] >= sides[3]:
            continue  # blanks
        if clipped or color[3] == 0:
            found.append((obj, sides))
        elif not _may_be_seen(page, sides, order, grounds):
            white.append((obj, sides))
    blank = _blank(page, to_page, [sides for _, sides in white]) if white else []
    found += [one for one, empty in zip(white, blank, strict=True) if empty]
    return [obj for obj, _ in found], [sides for _, sides in found]


def _bounds(obj: object) -> _Sides | None:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if not c.FPDFPageObj_GetBounds(obj, *map(ctypes.byref, (left, bottom, right, top))):
        return None
    return left.value, bottom.value, right.value, top.value


def _is_outside(obj: object, clip: int) -> bool:
    """Whether nothing of a text shows through one of the areas that it is clipped to."""
    own = None
    for path in range(_paths(clip)):
        count = _segments(clip, path)
        if count <= 0:
            continue
        own = own or _bounds(obj)
        if own is None:
            return False
        # two corners tell nearly always that there is something in between
        if _apart(own, _around(clip, path, (0, count // 2))) and _apart(own, _around(clip, path, range(count))):
            return True
    return False


def _around(clip: int, path: int, places: Iterable[int]) -> _Sides:
    """The box around some points of a path."""
    at = (ctypes.c_float * 2)()
    x, y = ctypes.addressof(at), ctypes.addressof(at) + 4
    points = [(at[0], at[1]) for k in places if (s := _segment(clip, path, k)) and _point(s, x, y)]
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return min(xs, default=0.0), min(ys, default=0.0), max(xs, default=0.0), max(ys, default=0.0)


def _apart(a: _Sides, b: _Sides) -> bool:
    return min(a[2], b[2]) - max(a[0], b[0]) < -_MISSES or min(a[3], b[3]) - max(a[1], b[1]) < -_MISSES


def _may_be_seen(page: object, sides: _Sides, order: int, grounds: dict[int, list[tuple[int, _Sides]]]) -> bool:
    """Whether something darker than white is drawn below a piece of text: an area, a picture, a form."""
    if not grounds:
        grounds[_NOWHERE] = []  # looked for once
        for k in range(c.FPDFPage_CountObjects(page)):
            obj = c.FPDFPage_GetObject(page, k)
            if _is_ground(obj) and (at := _bounds(obj)):
                low, high = max(-_FAR, at[1]), min(_FAR, at[3])
                for bucket in range(int(low // _BUCKET), int(high // _BUCKET) + 1):
                    grounds.setdefault(bucket, []).append((k, at))
    x, y = (sides[0] + sides[2]) / 2, (sides[1] + sides[3]) / 2
    return any(k < order and g[0] < x < g[2] and g[1] < y < g[3] for k, g in grounds.get(int(y // _BUCKET), ()))


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


def _blank(page: object, to_page: Display, places: Sequence[_Sides]) -> list[bool]:
    """Which places of a page are white all over once it is drawn: shadings and what mixes colours are known by nothing else."""
    width, height = (max(1, round(side * _SCALE)) for side in (c.FPDF_GetPageWidthF(page), c.FPDF_GetPageHeightF(page)))
    bitmap = c.FPDFBitmap_CreateEx(width, height, c.FPDFBitmap_Gray, None, 0) if max(width, height) <= _LARGEST else None
    if not bitmap:
        return [False] * len(places)
    try:
        c.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
        c.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, c.FPDF_ANNOT)
        stride = c.FPDFBitmap_GetStride(bitmap)
        pixels = ctypes.string_at(c.FPDFBitmap_GetBuffer(bitmap), stride * height)
    finally:
        c.FPDFBitmap_Destroy(bitmap)
    out = []
    for sides in places:
        x0, top, x1, bottom = (side * _SCALE for side in to_page(*sides))
        left, right = max(0, int(x0)), min(width, int(x1) + 1)
        rows = [pixels[y * stride + left : y * stride + right] for y in range(max(0, int(top)), min(height, int(bottom) + 1))]
        out.append(all(min(row, default=255) >= _WHITE for row in rows))
    return out
