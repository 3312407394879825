"""A page as it is drawn: what shadings, patterns and mixed colours come to is known by nothing else."""

from __future__ import annotations

import ctypes
from typing import NamedTuple

import pypdfium2.raw as c

from pipeline.read.display import Display
from pipeline.read.sides import Sides

_SCALE = 2.0  # pixels a point
_LARGEST = 8000  # pixels of a side: larger pages are drawn smaller


class Pixels(NamedTuple):
    """A page in shades of grey, one byte a pixel, its rows from the top down; `scale`: pixels a point."""

    data: bytes
    width: int
    height: int
    stride: int
    scale: float
    to_page: Display

    def rows(self, sides: Sides, inside: int = 0) -> list[bytes]:
        """The rows of pixels of an area in page space; without those that are nearer to its sides than `inside` pixels, where it is
        broad enough."""
        x0, top, x1, bottom = (side * self.scale for side in self.to_page(*sides))
        inside = inside if min(x1 - x0, bottom - top) > 2 * inside else 0
        left, right = max(0, int(x0) + inside), min(self.width, int(x1) + 1 - inside)
        ys = range(max(0, int(top) + inside), min(self.height, int(bottom) + 1 - inside))
        return [self.data[y * self.stride + left : y * self.stride + max(left, right)] for y in ys]


def draw(page: object, to_page: Display) -> Pixels | None:
    """The page with its annotations on white paper; `None` where memory does not suffice."""
    sides = c.FPDF_GetPageWidthF(page), c.FPDF_GetPageHeightF(page)
    scale = min(_SCALE, _LARGEST / max(*sides, 1.0))
    width, height = (max(1, round(side * scale)) for side in sides)
    bitmap = c.FPDFBitmap_CreateEx(width, height, c.FPDFBitmap_Gray, None, 0)
    if not bitmap:
        return None
    try:
        c.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
        c.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, c.FPDF_ANNOT)
        stride = c.FPDFBitmap_GetStride(bitmap)
        buffer = c.FPDFBitmap_GetBuffer(bitmap)
        return Pixels(ctypes.string_at(buffer, stride * height), width, height, stride, scale, to_page)
    finally:
        c.FPDFBitmap_Destroy(bitmap)
