"""Which rows of a table close a sum: the reading under which most sums close, found by trying.

    Folkeskoler         100   item         `item = subtotal`
    Fritidshjem          40   item         `item + subtotal = total`
    Børn og unge i alt  140   subtotal
    Plejehjem            60   item         A row closes when it is the sum of the rows above it that nothing has taken in
    I alt               200   total        yet, in every column (in most of them, where its words say that it is a sum).

The rows that nothing has taken in yet lie on a pile. Many readings are followed at once; most of their piles is the same, and shared,
and what a row may close is found without a look at every row of the pile: tables run over dozens of pages.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

Vector = tuple[Decimal | None, ...]

_BEAM = 60


@dataclass(frozen=True, slots=True)
class Row:
    """A row of figures: its label, whether that is bold, and its values by column."""

    label: str
    bold: bool
    values: Vector
    label_bold: bool
    half: Decimal  # half of the last printed digit: how far a figure may be off


@dataclass(frozen=True, slots=True)
class Closed:
    """A reading of a table: the level of each row, and which rows nothing has taken in."""

    score: float
    levels: tuple[int, ...]  # 0: an item; n: a sum of level n; -1: a row printed beside the sum above it
    left: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _State:
    """A reading as far as it goes."""

    score: float
    pile: _Pile
    levels: _Levels
    beside: bool = False  # the next row is one that is printed beside this sum


_Levels = tuple["_Levels", int] | None  # of every row so far, the last one first: what readings have in common is shared
_Sought = tuple[tuple[int, Decimal], ...]


class _Pile:
    """Rows that nothing has taken in, from the top: one row, and the pile below it. At the bottom lies no row."""

    __slots__ = ("at", "below", "depth", "far", "high", "level", "low", "outer", "upto", "values")
    below: _Pile
    outer: _Pile  # the nearest below of a higher level
    far: _Pile  # one some way below, so that any is reached in few leaps
    depth: int
    upto: tuple[Decimal, ...]  # sums of the columns over all rows of the pile
    low: tuple[Decimal, ...]  # the least of these sums from here to `far`, without that
    high: tuple[Decimal, ...]

    def __init__(self, level: float, values: Vector, at: int, below: _Pile | None) -> None:
        self.level, self.values, self.at = level, values, at
        if below is None:
            self.below = self.outer = self.far = self
            self.depth = 0
            self.upto = self.low = self.high = tuple(Decimal(0) for _ in values)
            return
        self.below = below
        self.depth = below.depth + 1
        self.upto = tuple(a if b is None else a + b for a, b in zip(below.upto, values, strict=True))
        outer = below
        while outer.level <= level:
            outer = outer.outer
        self.outer = outer
        leap = below.far  # two leaps of one length make a longer one
        if below.depth and below.depth - leap.depth == leap.depth - leap.far.depth:
            self.far = leap.far
            self.low = tuple(map(min, self.upto, below.low, leap.low))
            self.high = tuple(map(max, self.upto, below.high, leap.high))
        else:
            self.far, self.low, self.high = below, self.upto, self.upto

    def highest(self, rest: _Pile) -> int:
        """The highest level above a pile that lies in this one."""
        pile = self
        while pile.outer.depth > rest.depth:
            pile = pile.outer
        return int(pile.level)

    def until(self, rest: _Pile) -> Iterator[_Pile]:
        """This pile and those below it, down to one that is left out."""
        pile = self
        while pile.depth > rest.depth:
            yield pile
            pile = pile.below


def search(rows: Sequence[Row], says_sum: Callable[[str], bool], groups: bool = False) -> Closed:
    """The best reading of one table. `groups`: sums that leave alone what stands beyond the rows right beside them."""
    sums = [says_sum(r.label) for r in rows]
    few_bold = 0 < sum(r.bold for r in rows) * 2 <= len(rows)
    states = [_State(0.0, _Pile(math.inf, rows[0].values if rows else (), -1, None), None)]
    for n, row in enumerate(rows):
        said = sums[n] or not row.label
        marked = (row.bold and few_bold) or n == len(rows) - 1
        following: list[_State] = []
        after = rows[n + 1] if sums[n] and n + 1 < len(rows) and not sums[n + 1] else None
        sought, both = _sought(row.values), _sought(_plus(row.values, after.values) if after else ())
        for s in states:
            if s.beside:
                following.append(_State(s.score, s.pile, (s.levels, -1)))
                continue
            miss = 1.5 if said else 0.2 if marked else 0.0
            following.append(_State(s.score - miss, _Pile(0, row.values, n, s.pile), (s.levels, 0)))
            for rest, quality in _rests(s.pile, sought, row.half, said, groups):
                level = 1 + s.pile.highest(rest)
                length = s.pile.depth - rest.depth
                alone = length < 2 and not said  # the only row of its group, told from others by the weight of its sum
                if alone and not (row.bold and few_bold and sum(bool(v) for _, v in sought) > 1):
                    continue
                gain = 3.0 if said else 1.0 if alone else 2.0 if marked else 0.4
                if not (said or marked) and (length < 3 or _alike(s.pile, rest)):
                    continue
                following.append(_State(s.score + gain * quality, _Pile(level, row.values, n, rest), (s.levels, level)))
            rest = s.pile.outer
            enough = s.pile.depth - rest.depth > 1 or sum(bool(v) for _, v in both) > 1
            if both and enough and not s.pile.level and (quality := _quality(s.pile, rest, both, row.half, False)):
                following.append(_State(s.score + 2.0 * quality, _Pile(1, row.values, n, rest), (s.levels, 1), True))
        states = sorted(following, key=lambda s: (-s.score, s.pile.depth))[:_BEAM]
    best = max(states, key=lambda s: (s.score - 0.02 * s.pile.depth, -s.pile.depth))
    return _closed(best)


def _closed(s: _State) -> Closed:
    levels: list[int] = []
    told = s.levels
    while told:
        told, level = told
        levels.append(level)
    left = [p.at for p in s.pile.until(_bottom(s.pile))]
    return Closed(s.score, tuple(levels[::-1]), tuple(left[::-1]))


def _bottom(pile: _Pile) -> _Pile:
    while pile.depth:
        pile = pile.far
    return pile


def _sought(values: Vector) -> _Sought:
    """The values that a sum has to come to, with their columns; none where all are nought."""
    return tuple((c, v) for c, v in enumerate(values) if v is not None) if any(values) else ()


def _rests(pile: _Pile, sought: _Sought, half: Decimal, said: bool, groups: bool) -> Iterator[tuple[_Pile, float]]:
    """What is left of a pile when a row takes in all that lies above, and in which share of the columns it is the sum of that."""
    if sought:
        for rest in _near_sums(pile, sought, half, said) if groups else _below_higher(pile):
            if quality := _quality(pile, rest, sought, half, said):
                yield rest, quality


def _below_higher(pile: _Pile) -> Iterator[_Pile]:
    """Where a sum may begin that leaves no lower level below it: on top of what is higher than all that it takes in."""
    while pile.depth:
        pile = pile.outer
        yield pile


def _near_sums(pile: _Pile, sought: _Sought, half: Decimal, said: bool) -> Iterator[_Pile]:
    """Where the sum of what lies above may be what is sought, leaping over piles where it cannot."""
    wanted = [(c, pile.upto[c] - v) for c, v in sought]
    needed = min(len(sought), max(2, len(sought) // 2 + 1)) if said else len(sought)
    rest = pile.below
    while rest.depth:
        slack = half * (pile.depth - rest.far.depth)
        may = sum(rest.low[c] - slack < v < rest.high[c] + slack for c, v in wanted)
        if may >= needed:
            yield rest
        rest = rest.below if may >= needed else rest.far
    if pile.depth:
        yield rest


def _quality(pile: _Pile, rest: _Pile, sought: _Sought, half: Decimal, said: bool) -> float:
    """In which share of the columns what is sought is the sum of what lies above `rest`; 0 where it is in too few."""
    slack = half * (pile.depth - rest.depth + 1)
    held = sum(abs(pile.upto[c] - rest.upto[c] - v) < slack for c, v in sought)
    if held == len(sought):
        return 1.0
    return 0.4 * held / len(sought) if said and held * 2 > len(sought) and held >= 2 else 0.0


def _plus(a: Vector, b: Vector) -> Vector:
    return tuple(None if x is None and y is None else (x or 0) + (y or Decimal(0)) for x, y in zip(a, b, strict=True))


def _alike(pile: _Pile, rest: _Pile) -> bool:
    """Whether all columns of some rows are one another's like, so that closing in each of them says nothing more."""
    return all(len(set(p.values)) < 2 for p in pile.until(rest))
