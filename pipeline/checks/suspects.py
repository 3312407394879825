"""Which figures are at fault: the smallest sets whose change satisfies every relation, those that hold included."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from pipeline.checks.record import Relation, Term
from pipeline.checks.slips import slip_cost, zeros

MOST = 3  # figures at fault at once that are looked for in violated relations that hang together
TRIES = 3000  # sets of figures looked at in one such group before the search is given up

Changes = Mapping[str, Decimal]  # figure -> another value


@dataclass(frozen=True, slots=True)
class Web:
    """What speaks for a figure: the relations that it stands in, and its row."""

    of: Mapping[str, Sequence[Relation]]  # figure -> its relations, violated or not; of the weak ones only the violated
    rounding: Collection[str]  # documents whose equations show rounding
    beside: Mapping[str, Sequence[Decimal]]  # figure -> the values of the other years in its row

    def slack(self, r: Relation) -> Decimal:
        """By how much a relation may be off: nothing where all figures are printed to one digit and nothing is rounded."""
        return Decimal(0) if r.exact and r.document_id not in self.rounding else r.tolerance

    def holds(self, r: Relation, changes: Changes) -> bool:
        """Whether a relation holds with other values for some of its figures."""
        residual = residual_with(r, changes)
        return not residual or abs(residual) <= self.slack(r)

    def may_be(self, term: Term, value: Decimal) -> bool:
        """Whether a figure could have another value without breaking a relation that holds."""
        return all(self.holds(r, {term.figure: value}) or not self.holds(r, {}) for r in self.of.get(term.figure, ()))

    def surprise(self, term: Term, value: Decimal) -> tuple[int, int, int, int]:
        """How unlikely it is that `term` was printed where `value` was meant; lower is likelier.

        By the row's other years (what is printed agrees with them; what was meant does not), then by the kind of slip, then
        by how round the figures are: budgets are planned in round figures, slips rarely make one.
        """
        others = self.beside.get(term.figure, ())
        rounder = zeros(term.value, term.quantum) - zeros(value, term.quantum)
        return (int(term.value in others), int(value not in others), slip_cost(term, value), rounder)


def residual_with(r: Relation, changes: Changes) -> Decimal:
    """By how much a relation is off with other values. Running text prints no sign, so it vouches for the size only."""
    out = r.residual
    for t in r.terms:
        value = changes.get(t.figure)
        if value is not None:
            turned = r.kind == "text-meets-table" and (value < 0) != (t.value < 0)
            out += (-t.weight if turned else t.weight) * value - t.weight * t.value
    return out


def implied(relation: Relation, term: Term) -> Decimal:
    """The value with which `term` would close the relation."""
    return term.value - relation.residual / term.weight


@dataclass(frozen=True, slots=True)
class Guess:
    """Figures that together explain violated relations, each with the value that it must then have."""

    cells: tuple[tuple[Term, Decimal], ...]

    @property
    def changes(self) -> dict[str, Decimal]:
        return {t.figure: v for t, v in self.cells}


def guesses(component: Sequence[Relation], web: Web) -> list[Guess]:
    """The smallest sets of figures that explain violated relations which hang together, the likeliest first.

    A set explains them when its figures can be changed so that all of them hold and none of the others breaks, in one way
    only. At most `MOST` figures and `TRIES` sets are tried, then what is forced; none where nothing is found.
    """
    search = _Search(component, web)
    for size in range(1, MOST + 1):
        if size * search.reach < len(component):
            continue  # so many relations cannot be touched by so few figures
        found = list(search.sets(size))
        if found:
            return sorted(found, key=lambda g: _unlikely(g, web))
        if not search.left:
            break
    return _forced(component, web)


def _forced(component: Sequence[Relation], web: Web) -> list[Guess]:
    """The figures that must be at fault one after the other, if with all of them every relation holds; however many.

    A violated relation forces a figure when every other one in it would break a relation that holds.
    """
    changes: dict[str, Decimal] = {}
    cells: list[tuple[Term, Decimal]] = []
    for r in sorted(component, key=lambda r: len(r.terms)):
        if not web.holds(r, changes):
            free = [t for t in r.terms if t.figure not in changes and web.may_be(t, implied(r, t))]
            if len(free) != 1:
                return []
            [t] = free
            changes[t.figure] = t.value - residual_with(r, changes) / t.weight
            cells.append((t, changes[t.figure]))
    touched = {id(r): r for f in changes for r in web.of.get(f, ())}.values()
    return [Guess(tuple(cells))] if all(web.holds(r, changes) for r in (*touched, *component)) else []


def _unlikely(guess: Guess, web: Web) -> tuple[int, ...]:
    scores = [web.surprise(t, v) for t, v in guess.cells]
    return tuple(sum(column) for column in zip(*scores, strict=True))


@dataclass(slots=True)
class _Search:
    """Sets of figures of a component, grown by what they leave unexplained."""

    component: Sequence[Relation]
    web: Web
    left: int = TRIES
    cells: dict[str, Term] = field(init=False)
    figures: list[frozenset[str]] = field(init=False)
    reach: int = field(init=False)  # the most violated relations that one figure stands in

    def __post_init__(self) -> None:
        self.cells = {t.figure: t for r in self.component for t in r.terms}
        self.figures = sorted((frozenset(t.figure for t in r.terms) for r in self.component), key=len)
        self.reach = max(Counter(f for own in self.figures for f in own).values())

    def sets(self, size: int) -> Iterator[Guess]:
        seen: set[frozenset[str]] = set()
        stack: list[frozenset[str]] = [frozenset()]
        while stack:
            chosen = stack.pop()
            if chosen in seen:
                continue
            seen.add(chosen)
            if not self.left:
                return
            self.left -= 1
            need = self._need(chosen)
            if len(chosen) < size:
                if sum(not own & chosen for own in self.figures) <= (size - len(chosen)) * self.reach:
                    stack += [chosen | {f} for f in sorted(self.cells.keys() if need is None else need) if f not in chosen]
            elif need is None and (guess := self._solved(chosen)):
                yield guess

    def _need(self, chosen: frozenset[str]) -> Iterable[str] | None:
        """The figures one of which must be in the set as well, `None` if there is no such need.

        A violated relation needs one of its figures changed; an equation that holds exactly never just one.
        """
        for own in self.figures:
            if not own & chosen:
                return own
        for f in chosen:
            for r in self.web.of.get(f, ()):
                if not r.residual and r.kind != "text-meets-table" and not self.web.slack(r):
                    own = frozenset(t.figure for t in r.terms)
                    if len(own & chosen) == 1:
                        return own & self.cells.keys()
        return None

    def _solved(self, chosen: frozenset[str]) -> Guess | None:
        """The one way to change all of these figures so that every relation holds, if there is one."""
        names = sorted(chosen)
        touched = {id(r): r for f in names for r in self.web.of.get(f, ())}.values()
        equations = [(self.web.slack(r), r) for r in touched]
        pivots: list[tuple[int, list[Fraction]]] = []
        for slack, r in sorted(equations, key=lambda e: e[0]):
            if slack and self.web.holds(r, {}):
                continue
            line = [Fraction(sum(t.weight for t in r.terms if t.figure == f)) for f in names] + [-Fraction(r.residual)]
            for at, pivot in pivots:
                line = [a - line[at] * b for a, b in zip(line, pivot, strict=True)]
            first = next((k for k, a in enumerate(line[:-1]) if a), None)
            if first is None:
                if line[-1] and not slack and r.kind != "text-meets-table":
                    return None
                continue
            line = [a / line[first] for a in line]
            pivots = [(at, [a - p[first] * b for a, b in zip(p, line, strict=True)]) for at, p in pivots] + [(first, line)]
        by = {names[at]: p[-1] for at, p in pivots}
        if len(by) < len(names) or not all(by.values()):
            return None
        cells = tuple((self.cells[f], self.cells[f].value + _decimal(by[f])) for f in names)
        guess = Guess(cells)
        return guess if all(self.web.holds(r, guess.changes) for r in touched) else None


def _decimal(x: Fraction) -> Decimal:
    return Decimal(x.numerator) / Decimal(x.denominator)


T = TypeVar("T", str, int)


def groups(links: Iterable[Sequence[T]]) -> list[list[T]]:
    """What hangs together through links, directly or through others, in the order in which it is first named."""
    parent: dict[T, T] = {}
    for link in links:
        top = _root(parent, link[0])
        for other in link:
            parent[_root(parent, other)] = top
    out: dict[T, list[T]] = {}
    for x in list(parent):
        out.setdefault(_root(parent, x), []).append(x)
    return list(out.values())


def _root(parent: dict[T, T], x: T) -> T:
    while parent.setdefault(x, x) != x:
        parent[x] = parent[parent[x]]
        x = parent[x]
    return x
