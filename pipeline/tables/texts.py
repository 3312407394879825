"""Columns of words beside the labels -> the rows that each of their texts belongs to, whatever lines the labels wrap over.

        Område      Forslag             2024    2025    Bemærkning
                    Nattevagt           -900    -900    Aftalt i maj
        Ældre og                                        og gælder fra       its lines stand at the top, the middle or the
        handicap                                        januar.             foot of the rows, on no baseline of theirs
                    Madordning             0     100

A text is placed where it is level with a row. One before the labels may be level with the middle of several: those of a group.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.tables.rows import is_rest

_LONGEST = 16  # lines of a text
_LEVEL = 0.35  # font sizes by which a text may miss the row that it is level with
_CLOSE = 0.5  # what is cheaper to join than that is close
_EMPTY = 0.3  # what a row without a text costs, in font sizes
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
    """The texts of a column by the rows they are level with, all at the top, the foot or the middle of theirs; `None` where there are
    none, or some are level with no row. `grouping`: they may be names of groups that follow each other from the first row on, each
    level with the middle of its rows. `heads`: how many of the first lines may be those of a heading, and of no text."""
    if not lines or not rows:
        return None
    keys = ([r.first for r in rows], [r.last for r in rows], [(r.first + r.last) / 2 for r in rows])
    found = [_cheapest(lines, rows, heads, key, share) for key, share in zip(keys, _SHARES, strict=True)]
    if grouping:
        found.insert(2, _cheapest(lines, rows, heads, None, 0.5))
    known = [f for f in found if f]
    return min(known, key=lambda f: round(f[0], 6))[1] if known else None


_SHARES = (0.0, 1.0, 0.5)  # where a text is held beside its row: its first line, its last, its middle


def _cheapest(lines: Sequence[Text], rows: Sequence[Extent], heads: int, keys: Sequence[float] | None,
              share: float) -> tuple[float, list[Level]] | None:  # fmt: skip
    """The cheapest way to cut lines into texts, each level with rows below those of the one before, and what it costs; `None` where
    there is none. `keys`: where each row is held; without any, texts take in all rows one after the other, from the first on."""
    pairs = list(zip(lines, lines[1:], strict=False))
    tight = max(min((b.base - a.base for a, b in pairs), default=1.0), 1.0)
    wide = [_WIDE * max(0.0, (b.base - a.base) / tight - 1.0) for a, b in pairs]
    join = [w + (0.0 if is_rest(b.words) else _ANEW) for w, (_, b) in zip(wide, pairs, strict=True)]
    part = [_HUGE if is_rest(b.words) and w < _CLOSE else 0.0 for w, (_, b) in zip(wide, pairs, strict=True)]
    lasts = [r.last for r in rows]
    empty = _EMPTY if keys else _HUGE
    n, m = len(lines), len(rows)
    cost = [[_HUGE] * (m + 1) for _ in range(n + 1)]
    back: list[list[Level | None]] = [[None] * (m + 1) for _ in range(n + 1)]
    for end in range(heads + 1):
        cost[end] = [_HEAD * end + empty * r for r in range(m + 1)]
    for end in range(1, n + 1):
        inside = 0.0
        for first in range(end - 1, max(-1, end - 1 - _LONGEST), -1):
            inside += join[first] if first < end - 1 else 0.0
            if inside > _TOO_WIDE:
                break
            begun = inside + (part[first - 1] if first else 0.0)
            top, foot, reach = lines[first].base, lines[end - 1].base, _LEVEL * lines[first].size
            at = top + share * (foot - top)
            if keys:
                level = ((r, r + 1, keys[r]) for r in range(bisect_left(keys, at - reach), bisect_right(keys, at + reach)))
            else:
                level = (
                    (a, b + 1, (rows[a].first + lasts[b]) / 2) for a in range(m) if cost[first][a] < _HUGE
                    for b in range(bisect_left(lasts, 2 * (at - reach) - rows[a].first, a),
                                   bisect_right(lasts, 2 * (at + reach) - rows[a].first, a))
                )  # fmt: skip
            for a, b, key in level:
                total = cost[first][a] + begun + abs(key - at) / lines[first].size
                if total < cost[end][b]:
                    cost[end][b], back[end][b] = total, Level(first, end, a, b)
        for r in range(1, m + 1) if keys else ():
            if cost[end][r - 1] + empty < cost[end][r]:
                cost[end][r], back[end][r] = cost[end][r - 1] + empty, None
    r = m if keys else min(range(m + 1), key=lambda r: cost[n][r])
    total, end = cost[n][r], n
    if total >= _HUGE:
        return None
    out: list[Level] = []
    while r and end:
        step = back[end][r]
        if step is None:
            r -= 1
        else:
            out.append(step)
            end, r = step.first, step.top
    taken = sum(step.bottom - step.top for step in out)
    return (total - (empty * (m - taken) if keys else 0.0), out[::-1]) if out else None
