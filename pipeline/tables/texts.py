"""Columns of words beside the labels -> the rows that each of their texts belongs to, whatever lines the labels wrap over.

        Område      Forslag             2024    2025    Bemærkning
                    Nattevagt           -900    -900    Aftalt i maj
        Ældre og                                        og gælder fra       its lines stand at the top, the middle or the
        handicap                                        januar.             foot of the rows, on no baseline of theirs
                    Madordning             0     100

A text is placed where it is level with a row. One before the labels may be level with the middle of several: those of a group.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from pipeline.tables.rows import is_rest

_LONGEST = 16  # lines of a text
_LEVEL = 0.35  # font sizes by which a text may miss the row that it is level with
_CLOSE = 0.5  # what is cheaper to join than that is close
_EMPTY = 0.3  # what a row without a text costs, in font sizes; hence a group reaches over all rows that its name may be level with
_WIDE = 3.0  # what it costs to join lines twice as far apart as the closest
_ANEW = 0.3  # what it costs to join a line that begins with a capital; one that does not is never parted from a close one
_HEAD = 0.5  # what a line of the heading costs
_TOO_WIDE = 6.0  # what no text costs
_HUGE = 1e9


class Text(NamedTuple):
    """What a column of words has on one line: its baseline, its font size, its words."""

    base: float
    size: float
    words: str


class Extent(NamedTuple):
    """Where a row stands: its first and last baseline."""

    first: float
    last: float


class Level(NamedTuple):
    """A text: lines of a column from `first` to before `end`, level with the rows from `top` to before `bottom`."""

    first: int
    end: int
    top: int
    bottom: int


def level_texts(lines: Sequence[Text], rows: Sequence[Extent], grouping: bool, heads: int = 0) -> list[Level] | None:
    """The texts of a column by the rows they are level with, all at the top, the middle or the foot of theirs; `None` where there are
    none, or some are level with no row. `grouping`: a text may be level with several rows. `heads`: how many of the first lines may
    be those of a heading, and of no text."""
    best: tuple[float, list[Level]] | None = None
    ways: tuple[_Way, ...] = (_at_top, _at_foot, _in_groups if grouping else _in_middle)
    for way in ways:
        found = _cheapest(lines, rows, way, heads)
        if found and (best is None or found[0] < best[0] - 1e-6):
            best = found
    return best[1] if best else None


_Way = Callable[[Text, Text, Sequence[Extent]], list[tuple[int, int, float]]]


def _at_top(first: Text, last: Text, rows: Sequence[Extent]) -> list[tuple[int, int, float]]:
    return [(r, r + 1, abs(first.base - row.first) / first.size) for r, row in enumerate(rows)]


def _at_foot(first: Text, last: Text, rows: Sequence[Extent]) -> list[tuple[int, int, float]]:
    return [(r, r + 1, abs(last.base - row.last) / first.size) for r, row in enumerate(rows)]


def _in_middle(first: Text, last: Text, rows: Sequence[Extent]) -> list[tuple[int, int, float]]:
    middle = first.base + last.base
    return [(r, r + 1, abs(middle - row.first - row.last) / 2 / first.size) for r, row in enumerate(rows)]


def _in_groups(first: Text, last: Text, rows: Sequence[Extent]) -> list[tuple[int, int, float]]:
    middle = first.base + last.base
    out: list[tuple[int, int, float]] = []
    for a, top in enumerate(rows):
        for b in range(a, len(rows)):
            off = (top.first + rows[b].last - middle) / 2 / first.size
            if off > _LEVEL:
                break
            out.append((a, b + 1, abs(off)))
    return out


def _cheapest(lines: Sequence[Text], rows: Sequence[Extent], way: _Way, heads: int) -> tuple[float, list[Level]] | None:
    """The cheapest way to cut lines into texts, each level with rows below those of the one before; `None` where there is none."""
    tight = min((b.base - a.base for a, b in zip(lines, lines[1:], strict=False)), default=1.0) or 1.0
    pairs = list(zip(lines, lines[1:], strict=False))
    wide = [_WIDE * max(0.0, (b.base - a.base) / tight - 1.0) for a, b in pairs]
    join = [w + (0.0 if is_rest(b.words) else _ANEW) for w, (_, b) in zip(wide, pairs, strict=True)]
    part = [_HUGE if is_rest(b.words) and w < _CLOSE else 0.0 for w, (_, b) in zip(wide, pairs, strict=True)]
    n, m = len(lines), len(rows)
    cost = [[_HUGE] * (m + 1) for _ in range(n + 1)]
    back: list[list[Level | None]] = [[None] * (m + 1) for _ in range(n + 1)]
    for end in range(heads + 1):
        cost[end] = [_HEAD * end + _EMPTY * r for r in range(m + 1)]
    for end in range(1, n + 1):
        inside = 0.0
        for first in range(end - 1, max(-1, end - 1 - _LONGEST), -1):
            inside += join[first] if first < end - 1 else 0.0
            if inside > _TOO_WIDE:
                break
            begun = part[first - 1] if first else 0.0
            for top, bottom, off in way(lines[first], lines[end - 1], rows):
                total = cost[first][top] + inside + begun + off
                if off <= _LEVEL and total < cost[end][bottom]:
                    cost[end][bottom], back[end][bottom] = total, Level(first, end, top, bottom)
        for r in range(1, m + 1):
            if cost[end][r - 1] + _EMPTY < cost[end][r]:
                cost[end][r], back[end][r] = cost[end][r - 1] + _EMPTY, None
    if cost[n][m] >= _HUGE:
        return None
    out: list[Level] = []
    end, r = n, m
    while r:
        step = back[end][r]
        if step is None:
            r -= 1
        else:
            out.append(step)
            end, r = step.first, step.top
    return (cost[n][m], out[::-1]) if out else None
