"""A page as a witness sees it: its characters and the cells of its grids, as displayed or turned upright."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.model import Box

SLACK = 1.0  # points by which a witness may place a character outside our box


class Glyph(NamedTuple):
    """A character as a witness places it, in points from the top left of the page as displayed; `turn` as in `Word`."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    turn: int = 0

    @property
    def size(self) -> float:
        """The font size, of a character that stands upright: both witnesses make their boxes as high as that."""
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Sheet:
    """Characters and grids of one page. A cell that spans rows or columns is one box."""

    glyphs: tuple[Glyph, ...]
    grids: tuple[tuple[Box, ...], ...]

    def turn_at(self, box: Box) -> int:
        """Which way the text in a box is turned."""
        turns = Counter(g.turn for g in self.glyphs if is_in(box, g))
        return max(turns, key=lambda t: turns[t], default=0)

    def upright(self, turn: int) -> Sheet:
        """The page turned so that the text of this turn reads from left to right, and without any other text."""
        return Sheet(
            tuple(Glyph(g.text, *turned(g, turn)) for g in self.glyphs if g.turn == turn),
            tuple(tuple(turned(cell, turn) for cell in grid) for grid in self.grids),
        )


def turned(box: Box | Glyph, turn: int) -> Box:
    """A box on the page turned upright. The origin stays where it was, so that its coordinates may be negative."""
    if turn == 90:
        return Box(-box.bottom, box.x0, -box.top, box.x1)
    if turn == 270:
        return Box(box.top, -box.x1, box.bottom, -box.x0)
    if turn == 180:
        return Box(-box.x1, -box.bottom, -box.x0, -box.top)
    return Box(box.x0, box.top, box.x1, box.bottom)


def turn_of(matrix: Sequence[float]) -> int:
    """The direction of a character's baseline by its text matrix, whose y runs upwards."""
    a, b = matrix[:2]
    if abs(b) > abs(a):
        return 90 if b > 0 else 270
    return 180 if a < 0 else 0


def crop_offset(media: Sequence[float], crop: Sequence[float], turn: int) -> tuple[float, float]:
    """How far the crop box lies right of and below the top left of the media box, as displayed.

    Both witnesses place things in the media box, which they turn like the page; what is displayed is the crop box.
    """
    (x0, x1), (y0, y1) = sorted(media[::2]), sorted(media[1::2])
    (crop_x0, crop_x1), (crop_y0, crop_y1) = sorted(crop[::2]), sorted(crop[1::2])
    left, right = max(crop_x0 - x0, 0), max(x1 - crop_x1, 0)
    low, high = max(crop_y0 - y0, 0), max(y1 - crop_y1, 0)
    offsets = {90: (low, left), 180: (right, low), 270: (high, right)}
    return offsets.get(turn % 360, (left, high))


def is_in(box: Box, g: Glyph) -> bool:
    """Whether the middle of a character lies in a box."""
    x, y = centre(g)
    return box.x0 - SLACK <= x <= box.x1 + SLACK and box.top - SLACK <= y <= box.bottom + SLACK


def centre(box: Box | Glyph) -> tuple[float, float]:
    """The middle of a box."""
    return (box.x0 + box.x1) / 2, (box.top + box.bottom) / 2


def height(box: Box | Glyph) -> float:
    """How far down the page the middle of a box lies."""
    return (box.top + box.bottom) / 2
