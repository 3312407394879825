"""Pictures on a page of text that hold writing: a table pasted as a picture of the screen, a scan in a corner of the page.

What is written in them nobody has read, so they are told. Photographs, logos and shadings are not: they are no paper with ink on it.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Sequence
from typing import Any

import pypdfium2.raw as c

from pipeline.model import Box, Page
from pipeline.read.display import display
from pipeline.read.sides import Sides

_WIDTH, _HEIGHT = 100.0, 40.0  # points: smaller pictures are logos, signatures, icons
_READ = 0.25  # share of the height of a picture
_SAMPLES = 480  # pixels along the longer side of a picture as it is looked at
_TILE = 20  # of these along the side of a tile, which is judged by itself: the light on a scan is uneven
_LIGHT, _INK = 30, 60  # shades by which paper is darker than the brightest of its tile at most, and ink at least
_PAPER, _TILES = 0.6, 0.75  # share of a tile, and of the tiles, that is paper
_INKED = 0.12  # share of the tiles that have ink on them
_MOST_INK = 0.4  # share of a tile: more is no writing
_DIM = 0.55  # times the brightness of the brightest paper has any other


def written_pictures(pdf: Any, page: object, read: Page, pictures: Sequence[tuple[object, Sides]]) -> tuple[Box, ...]:
    """The boxes of those pictures on a page, as read by its text, that are large enough for a table and look like paper with writing
    on it. Not those on which text stands nearly everywhere: it is what is written there.

    `pictures`: image objects and where they stand in page space.
    """
    out = []
    to_page = display(page)
    for picture, sides in pictures:
        box = Box(*to_page(*sides))
        seen = min(box.x1, read.width) - max(box.x0, 0.0), min(box.bottom, read.height) - max(box.top, 0.0)
        large = seen[0] >= _WIDTH and seen[1] >= _HEIGHT
        if large and _text_on(box, read) < _READ * (box.bottom - box.top) and is_writing(_shades(pdf, page, picture)):
            out.append(box)
    return tuple(out)


def _text_on(box: Box, read: Page) -> float:
    """How much of the height of a picture has lines of text on it, by how far they reach over it."""
    inside = [ln for ln in read.lines if ln.x0 < box.x1 and ln.x1 > box.x0 and ln.top < box.bottom and ln.bottom > box.top]
    return sum((ln.bottom - ln.top) * (min(ln.x1, box.x1) - max(ln.x0, box.x0)) / (ln.x1 - ln.x0) for ln in inside)


def _shades(pdf: Any, page: object, picture: object) -> Any:
    """A picture in shades of grey on white, drawn small, as an array of rows; an empty one where it cannot be drawn."""
    import numpy as np  # only pages with pictures need it

    placed, small = c.FS_MATRIX(), c.FS_MATRIX()
    if not c.FPDFPageObj_GetMatrix(picture, placed):
        return np.zeros((0, 0))
    sides = math.hypot(placed.a, placed.b), math.hypot(placed.c, placed.d)
    scale = _SAMPLES / max(*sides, 1e-6)  # it is drawn as large as it is placed, which in a form may be any size
    small.a, small.d = max(1.0, sides[0] * scale), max(1.0, sides[1] * scale)
    c.FPDFPageObj_SetMatrix(picture, small)
    bitmap = c.FPDFImageObj_GetRenderedBitmap(pdf.raw, page, picture)
    c.FPDFPageObj_SetMatrix(picture, placed)
    if not bitmap:
        return np.zeros((0, 0))
    try:
        width, height, stride = (f(bitmap) for f in (c.FPDFBitmap_GetWidth, c.FPDFBitmap_GetHeight, c.FPDFBitmap_GetStride))
        depth = {c.FPDFBitmap_Gray: 1, c.FPDFBitmap_BGR: 3}.get(c.FPDFBitmap_GetFormat(bitmap), 4)
        raw = np.frombuffer(ctypes.string_at(c.FPDFBitmap_GetBuffer(bitmap), stride * height), np.uint8).reshape(height, stride)
        pixels = raw[:, : width * depth].reshape(height, width, depth).astype(float)
        shades = pixels[:, :, :3].mean(axis=2)
        if c.FPDFBitmap_GetFormat(bitmap) == c.FPDFBitmap_BGRA:
            clear = 1 - pixels[:, :, 3] / 255
            shades = shades * (1 - clear) + 255 * clear
        return shades
    finally:
        c.FPDFBitmap_Destroy(bitmap)


def is_writing(shades: Any) -> bool:
    """Whether shades of grey, an array of rows, are those of paper with writing on it, be the light on it uneven."""
    import numpy as np

    rows, columns = (n // _TILE for n in shades.shape)
    if rows * columns < 4:
        return False
    tiles = shades[: rows * _TILE, : columns * _TILE].reshape(rows, _TILE, columns, _TILE).swapaxes(1, 2).reshape(rows * columns, -1)
    bright = np.percentile(tiles, 90, axis=1, keepdims=True)
    paper = ((tiles >= bright - _LIGHT).mean(axis=1) >= _PAPER) & (bright[:, 0] >= _DIM * bright.max())
    ink = (tiles <= bright - _INK).mean(axis=1)
    inked = paper & (ink > 0) & (ink <= _MOST_INK)
    return bool(paper.mean() >= _TILES and inked.mean() >= _INKED)
