"""Ink -> segments: pieces of ink that stand side by side on one line, with nothing left out that may be a figure.

Tesseract's own search for text loses lone digits and whole columns of tables. Here every piece of ink finds its neighbour on
the same line, as far as a wide gap or a ruling line; each such segment is then read as one line of text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.read.ocr_picture import Grey, Rule

_SPECK = 7  # pixels: less ink than this is noise
_LETTER = 12  # pixels: lower pieces are points, accents and dashes
_HIGH, _WIDE = 240, 500  # pixels: larger pieces are pictures
# In heights of a usual letter:
_BODY = 0.55  # lower pieces join a segment, they make none
_TALL = 4.0
_GAP = 1.6  # a wider gap ends a segment
_BESIDE, _ABOVE = 0.9, 0.5  # how far from its segment a point or an accent may stand

Ints = npt.NDArray[np.int64]


class Piece(NamedTuple):
    """A connected piece of ink, in pixels."""

    x0: int
    y0: int
    x1: int
    y1: int
    area: int


class Segment(NamedTuple):
    """Pieces on one line from left to right, and the box around them."""

    x0: int
    y0: int
    x1: int
    y1: int
    pieces: tuple[Piece, ...]


class Segments(NamedTuple):
    """The segments of a page, and the height of a usual letter."""

    segments: list[Segment]
    letter: float


def find_segments(ink: Grey, rules: Sequence[Rule]) -> Segments:
    """Every segment of a page, from top to bottom."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    x, y, w, h, area = (stats[1:, k].astype(np.int64) for k in range(5))
    kept = (area >= _SPECK) & (h < _HIGH) & (w < _WIDE)
    x, y, w, h, area = (v[kept] for v in (x, y, w, h, area))
    letters = h[h >= _LETTER]
    letter = float(np.median(letters)) if len(letters) else 25.0
    pieces = [Piece(*(int(v) for v in p)) for p in zip(x, y, x + w, y + h, area, strict=True)]
    body = [i for i in np.argsort(x, kind="stable").tolist() if _BODY * letter <= h[i] <= _TALL * letter]
    posts = [r for r in rules if not r.across]
    groups = _chains(pieces, body, letter, posts)
    groups += _attach(groups, pieces, [i for i in range(len(pieces)) if h[i] < _BODY * letter], letter, posts)
    out = [_segment([pieces[i] for i in g]) for g in groups]
    return Segments(sorted(out, key=lambda s: (s.y0, s.x0)), letter)


def _segment(pieces: Sequence[Piece]) -> Segment:
    own = tuple(sorted(pieces))
    return Segment(own[0].x0, min(p.y0 for p in own), max(p.x1 for p in own), max(p.y1 for p in own), own)


def _chains(pieces: Sequence[Piece], body: Sequence[int], letter: float, posts: Sequence[Rule]) -> list[list[int]]:
    """Letters and digits tied to their right-hand neighbours on the same line; `body` is sorted by x."""
    parent = {i: i for i in body}

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    x0, x1 = (np.array([pieces[i][k] for i in body], dtype=np.int64) for k in (0, 2))
    y0, y1 = (np.array([pieces[i][k] for i in body], dtype=np.int64) for k in (1, 3))
    reach = np.searchsorted(x0, x1 + _GAP * letter, side="right")
    for k, i in enumerate(body):
        near = np.arange(k + 1, reach[k])
        shared = np.minimum(y1[near], y1[k]) - np.maximum(y0[near], y0[k])
        beside = near[shared > 0.5 * np.minimum(y1[near] - y0[near], y1[k] - y0[k])]
        for j in (body[n] for n in beside[:3]):
            if not _is_parted(pieces[i], pieces[j], posts):
                parent[root(j)] = root(i)
    groups: dict[int, list[int]] = {}
    for i in body:
        groups.setdefault(root(i), []).append(i)
    return list(groups.values())


def _is_parted(a: Piece, b: Piece, posts: Sequence[Rule]) -> bool:
    """Whether an upright ruling line stands between two neighbours."""
    if b.x0 - a.x1 < 3:
        return False
    y = (max(a.y0, b.y0) + min(a.y1, b.y1)) / 2
    return any(a.x1 - 4 <= (r.x0 + r.x1) / 2 <= b.x0 + 4 and r.y0 - 4 <= y <= r.y1 + 4 for r in posts)


def _attach(groups: list[list[int]], pieces: Sequence[Piece], small: Sequence[int], letter: float,
            posts: Sequence[Rule]) -> list[list[int]]:  # fmt: skip
    """Points, commas, accents and dashes put to the segment beside them; what stands alone and may mean something, a
    dash or an asterisk, is a segment of its own."""
    x0, y0, x1, y1 = _boxes(groups, pieces)
    alone: list[list[int]] = []
    for i in small:
        p = pieces[i]
        dx = np.maximum(0, np.maximum(x0 - p.x1, p.x0 - x1))
        dy = np.maximum(0, np.maximum(y0 - p.y1, p.y0 - y1))
        near = np.nonzero((dx < _BESIDE * letter) & (dy < _ABOVE * letter))[0]
        for n in near[np.argsort((dx + 2 * dy)[near], kind="stable")].tolist():
            box = Piece(int(x0[n]), int(y0[n]), int(x1[n]), int(y1[n]), 0)
            left, right = sorted((p, box))
            if not _is_parted(left, right, posts):
                groups[n].append(i)
                break
        else:
            if _may_mean_something(p, letter):
                alone.append([i])
    return alone


def _boxes(groups: Sequence[Sequence[int]], pieces: Sequence[Piece]) -> tuple[Ints, Ints, Ints, Ints]:
    rows = [
        (min(pieces[i].x0 for i in g), min(pieces[i].y0 for i in g), max(pieces[i].x1 for i in g), max(pieces[i].y1 for i in g))
        for g in groups
    ]
    table = np.array(rows, dtype=np.int64).reshape(-1, 4)
    return table[:, 0], table[:, 1], table[:, 2], table[:, 3]


def _may_mean_something(p: Piece, letter: float) -> bool:
    width, height = p.x1 - p.x0, p.y1 - p.y0
    dash = width >= 0.3 * letter and height <= 0.5 * letter and width >= 1.5 * height
    mark = height >= 0.3 * letter and width >= 0.25 * letter and p.area >= 25
    return dash or mark
