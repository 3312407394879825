"""Page space -> the page as displayed: rotation and crop box applied, the origin at the top left."""

from __future__ import annotations

from typing import NamedTuple

import pypdfium2.raw as c


class Display(NamedTuple):
    """Page space (origin bottom left, unrotated) -> the page as displayed (origin top left of the crop box)."""

    rotation: int  # quarter turns clockwise
    left: float
    bottom: float
    right: float
    top: float

    def __call__(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        """A box of page space as `x0 top x1 bottom`."""
        if self.rotation == 1:
            return y0 - self.bottom, x0 - self.left, y1 - self.bottom, x1 - self.left
        if self.rotation == 2:
            return self.right - x1, y0 - self.bottom, self.right - x0, y1 - self.bottom
        if self.rotation == 3:
            return self.top - y1, self.right - x1, self.top - y0, self.right - x0
        return x0 - self.left, self.top - y1, x1 - self.left, self.top - y0

    @property
    def across(self) -> tuple[int, int, float, float]:
        """Which sides of a box in page space are its left and right side as displayed (0 left, 1 top, 2 right, 3 bottom, as
        in FS_RECTF), and the factor and summand that turn them into `x0` and `x1`."""
        return ((0, 2, 1.0, -self.left), (3, 1, 1.0, -self.bottom), (2, 0, -1.0, self.right), (1, 3, -1.0, self.top))[self.rotation]


def display(page: object) -> Display:
    """How a page is displayed: its rotation, and its crop and media box, its own or inherited, intersected."""
    box = c.FS_RECTF()
    c.FPDF_GetPageBoundingBox(page, box)
    low, high = min(box.bottom, box.top), max(box.bottom, box.top)
    return Display(c.FPDFPage_GetRotation(page) % 4, box.left, low, box.right, high)
