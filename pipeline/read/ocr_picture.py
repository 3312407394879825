"""The picture of a page, made ready for reading: upright, paper white, ruling lines found and taken out.

Constants in pixels hold at the scale at which pages are drawn for OCR, 300 dots an inch. The ways are the usual ones: the
background by a grey-scale closing, the slant by the sharpest projection profile, ruling lines by a morphological opening.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

Grey = npt.NDArray[np.uint8]  # rows of pixels, 0 is black
Matrix = npt.NDArray[np.float64]  # 2 rows of 3: an affine map

_STEEPEST = 5.0  # degrees
_DARK = 120  # a ground darker than this bears white text
_PRINT, _FAINT = 60.0, 110.0  # mean grey of ink as it is printed, and from which on it is faint
_EMPTY = 0.25  # share of a page that is darker than the rest when nothing is on it but noise
_GRAIN, _GRAINY = 4, 0.5  # pixels of a speck at most, share of all pieces of ink that are specks on a bad copy
_RIM = 6  # pixels on either side of the edge of a dark ground
_SMALL = 4  # the ground is measured in a picture this much smaller
_RULE, _POST = 60, 40  # shortest ruling line: across, down
_THICK = 14  # and the thickest
_LONG = 210  # a line at least this long is hardly ever made of letters
_BAR = 80  # a shorter upright stroke is a ruling line only between two others
_BUSY_LONG, _BUSY = 0.5, 0.12  # share of a line's length at which ink adjoins it: letters have more
_SOLID = 0.9  # share of its length that is really drawn


class Rule(NamedTuple):
    """A ruling line: its box in pixels, and whether it runs across."""

    x0: int
    y0: int
    x1: int
    y1: int
    across: bool


class Sheet(NamedTuple):
    """A straightened page: grey with white paper and without ruling lines; its ink (0 and 1); the ruling
    lines; the map from its pixels back to those of the picture it was made from."""

    grey: Grey
    ink: Grey
    rules: tuple[Rule, ...]
    back: Matrix


def straighten(picture: Grey, quarter_turns: int = 0) -> Sheet:
    """The sheet of a page picture, turned counter-clockwise by quarters and then by its slant, up to 5 degrees."""
    turned = np.ascontiguousarray(np.rot90(picture, quarter_turns))
    white = _blacken(_whiten(_unreverse(_without_specks(turned))))
    slant = _slant(_ink(white)[0])
    height, width = white.shape
    cos, sin = abs(math.cos(math.radians(slant))), abs(math.sin(math.radians(slant)))
    wide, high = math.ceil(width * cos + height * sin), math.ceil(width * sin + height * cos)
    forth = cv2.getRotationMatrix2D((width / 2, height / 2), slant, 1.0)
    forth[:, 2] += ((wide - width) / 2, (high - height) / 2)
    if slant:
        white = cv2.warpAffine(white, forth, (wide, high), flags=cv2.INTER_CUBIC, borderValue=(255,)).astype(np.uint8)
    ink, level = _ink(white)
    rules, drawn = _find_rules(ink)
    taken = cv2.dilate(drawn, np.ones((5, 5), np.uint8)) > 0
    ink[taken] = 0
    white[taken] = 255
    back = _after(cv2.invertAffineTransform(forth), _unturn(quarter_turns, picture.shape))
    return Sheet(_clear(white, ink, level), ink, tuple(rules), back)


def _without_specks(grey: Grey) -> Grey:
    """The picture without the single black and white pixels of a bad copy, where there are more of them than of letters."""
    dark = (grey < _DARK).astype(np.uint8)
    areas = cv2.connectedComponentsWithStats(dark, connectivity=4)[2][1:, cv2.CC_STAT_AREA]
    return np.asarray(cv2.medianBlur(grey, 3), np.uint8) if (areas <= _GRAIN).sum() > _GRAINY * len(areas) else grey


def _after(first: npt.ArrayLike, then: Matrix) -> Matrix:
    """The map that applies `first`, then `then`."""
    a, b = (np.vstack([np.asarray(m, dtype=np.float64), (0.0, 0.0, 1.0)]) for m in (first, then))
    return np.asarray((b @ a)[:2], dtype=np.float64)


def _unturn(quarter_turns: int, shape: tuple[int, ...]) -> Matrix:
    """Pixels of a picture that was turned by quarters -> pixels of the picture as it was."""
    height, width = shape[:2]
    maps = {
        0: ((1, 0, 0), (0, 1, 0)), 1: ((0, -1, width - 1), (1, 0, 0)),
        2: ((-1, 0, width - 1), (0, -1, height - 1)), 3: ((0, 1, 0), (-1, 0, height - 1)),
    }  # fmt: skip
    return np.array(maps[quarter_turns % 4], dtype=np.float64)


def _ground(grey: Grey) -> Grey:
    """The level of the paper around every pixel, text and lines left out, in a smaller picture."""
    small = cv2.resize(grey, None, fx=1 / _SMALL, fy=1 / _SMALL, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.medianBlur(cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8)), 5), np.uint8)


def _unreverse(grey: Grey) -> Grey:
    """White text on a dark ground made black on white."""
    dark = (_ground(grey) < _DARK).astype(np.uint8)
    if not dark.any():
        return grey
    whole = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((9, 25), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(whole)
    bands = [i for i in range(1, count) if stats[i][3] >= 6 and stats[i][2] >= 15 and stats[i][4] > 0.6 * stats[i][2] * stats[i][3]]
    if not bands:
        return grey
    mask = np.zeros_like(whole)
    for i in bands:  # whole, for letters that reach its edge bite pieces out of it
        corners = cv2.boxPoints(cv2.minAreaRect(np.asarray(cv2.findNonZero((labels == i).astype(np.uint8)))))
        cv2.fillPoly(mask, [corners.round().astype(np.int32)], (1,))
    mask = cv2.resize(mask, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_NEAREST).astype(np.uint8)
    out = np.where(mask > 0, 255 - grey, grey).astype(np.uint8)
    near = np.ones((2 * _RIM + 1, 2 * _RIM + 1), np.uint8)
    rim = cv2.dilate(mask, near) != cv2.erode(mask, near, borderValue=(1,))  # neither ground: it would look like thin strokes
    out[rim] = cv2.dilate(out, np.ones((4 * _RIM + 1, 4 * _RIM + 1), np.uint8))[rim]
    return out


def _whiten(grey: Grey) -> Grey:
    """The picture with its ground, shaded or not, made white."""
    ground = cv2.resize(_ground(grey), (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(grey, np.maximum(ground, 1), scale=255), np.uint8)


def _blacken(white: Grey) -> Grey:
    """The picture with faint ink made as dark as print; an empty page, whose darkest pixels are noise, is left as it is."""
    soft = cv2.GaussianBlur(white, (5, 5), 0)
    level, _ = cv2.threshold(soft, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    dark = soft <= level
    if not dark.any() or dark.mean() > _EMPTY:
        return white
    ink = float(soft[dark].mean())
    if ink < _FAINT:
        return white
    stretched = 255 - (255 - white.astype(np.float32)) * ((255 - _PRINT) / (255 - ink))
    return np.asarray(np.clip(stretched, 0, 255), np.uint8)


def _ink(white: Grey) -> tuple[Grey, float]:
    """Where the ink is, and the level that parts it from paper."""
    soft = cv2.GaussianBlur(white, (3, 3), 0)
    level, _ = cv2.threshold(soft, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    level = min(max(float(level), 110.0), 200.0)
    return (soft < level).astype(np.uint8), level


def _clear(white: Grey, ink: Grey, level: float) -> Grey:
    """The grey around ink, stretched; everything else is white: no noise is left for the reader to wonder at."""
    near = cv2.dilate(ink, np.ones((3, 3), np.uint8)) > 0
    dark, light = 30.0, min(level + 40.0, 250.0)
    stretched = np.clip((white.astype(np.float32) - dark) * (255.0 / (light - dark)), 0, 255)
    return np.where(near, stretched, 255).astype(np.uint8)


def _slant(ink: Grey) -> float:
    """Degrees by which lines fall to the right: the slant at which the rows of a page are told apart most clearly."""
    small = cv2.resize(ink * 255, None, fx=1 / 3, fy=1 / 3, interpolation=cv2.INTER_AREA)
    ys, xs = np.nonzero(small > 100)
    if len(ys) < 200:
        return 0.0
    across = xs - small.shape[1] / 2
    room = small.shape[1] // 8

    def clarity(degrees: float) -> float:
        at = (ys + across * math.tan(math.radians(-degrees))).astype(np.int64) + room
        profile = np.bincount(np.maximum(at, 0), minlength=small.shape[0] + 2 * room).astype(np.float64)
        return float(np.square(np.diff(profile)).sum())

    best = 0.0
    for step, reach in ((0.5, _STEEPEST), (0.1, 0.5), (0.02, 0.1)):
        candidates = best + np.arange(-reach, reach + step / 2, step)
        best = float(max(candidates, key=clarity))
    return 0.0 if abs(best) < 0.015 else max(-_STEEPEST, min(_STEEPEST, best))


# --- ruling lines ---------------------------------------------------------------------------------------------


def _find_rules(ink: Grey) -> tuple[list[Rule], Grey]:
    """Ruling lines, and a mask of their pixels."""
    drawn = np.zeros_like(ink)
    across = [Rule(x0, y0, x1, y1, True) for x0, y0, x1, y1 in _strokes(ink, drawn, _RULE, [])]
    upright = _strokes(np.ascontiguousarray(ink.T), drawn.T, _POST, across)
    return [*across, *(Rule(y0, x0, y1, x1, False) for x0, y0, x1, y1 in upright)], drawn


def _strokes(ink: Grey, drawn: Grey, shortest: int, between: list[Rule]) -> list[tuple[int, int, int, int]]:
    """Long thin strokes along the rows of a picture. A short one counts only where both its ends meet one of `between`."""
    fat = cv2.dilate(ink, np.ones((3, 1), np.uint8))
    joined = cv2.morphologyEx(fat, cv2.MORPH_CLOSE, np.ones((1, 5), np.uint8))
    runs = cv2.morphologyEx(joined, cv2.MORPH_OPEN, np.ones((1, shortest), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(runs)
    out = []
    for i in range(1, count):
        x, y, w, h, area = (int(v) for v in stats[i])
        if area > _THICK * w:
            continue
        own = labels[y : y + h, x : x + w] == i
        if (own & (fat[y : y + h, x : x + w] > 0)).any(axis=0).mean() < _SOLID:
            continue
        if _busy(ink, own, x, y) > (_BUSY_LONG if w >= _LONG else _BUSY):
            continue
        if shortest == _POST and w < _BAR and not _is_between(x, x + w, y + h / 2, between):
            continue
        drawn[y : y + h, x : x + w] |= own.astype(np.uint8)
        out.append((x, y, x + w, y + h))
    return out


def _busy(ink: Grey, own: npt.NDArray[np.bool_], x: int, y: int) -> float:
    """The share of a stroke's length at which ink adjoins it, on the side that has more."""
    height, width = own.shape
    columns = np.arange(x, x + width)
    above = y + own.argmax(axis=0)
    below = y + height - 1 - own[::-1].argmax(axis=0)

    def beside(rows: npt.NDArray[np.int64], step: int) -> float:
        near, far = (ink[np.clip(rows + step * k, 0, ink.shape[0] - 1), columns] for k in (2, 4))
        return float((near | far).mean())

    return max(beside(above, -1), beside(below, 1))


def _is_between(top: int, bottom: int, x: float, across: list[Rule]) -> bool:
    return all(any(r.x0 - 8 <= x <= r.x1 + 8 and abs((r.y0 + r.y1) / 2 - y) < 10 for r in across) for y in (top, bottom))
