"""The boxes of objects in page space, and a look-up by the height at which they stand."""

from __future__ import annotations

import ctypes
from collections import defaultdict
from typing import Generic, TypeVar

import pypdfium2.raw as c

Sides = tuple[float, float, float, float]  # left, bottom, right, top

T = TypeVar("T")

_BUCKET = 16.0  # points of height
_FAR = 2e4  # points: no page is so high


def bounds(obj: object) -> Sides | None:
    """The box of an object of a page; `None` where it has none."""
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if not c.FPDFPageObj_GetBounds(obj, *map(ctypes.byref, (left, bottom, right, top))):
        return None
    return left.value, bottom.value, right.value, top.value


class ByHeight(Generic[T]):
    """Things by the stretch of height that they take, in the order in which they were added."""

    def __init__(self) -> None:
        self._buckets: dict[int, list[T]] = defaultdict(list)

    def add(self, sides: Sides, thing: T) -> None:
        for k in range(int(max(-_FAR, sides[1]) // _BUCKET), int(min(_FAR, sides[3]) // _BUCKET) + 1):
            self._buckets[k].append(thing)

    def near(self, y: float) -> list[T]:
        """What may stand at a height: all that does, and some that stands close by."""
        return self._buckets.get(int(y // _BUCKET), []) if -_FAR <= y <= _FAR else []
