"""Whole rows at fault over several columns by one cause: printed twice, exchanged, shifted, with the wrong sign, left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from pipeline.checks.record import Relation, Term
from pipeline.checks.slips import show
from pipeline.checks.suspects import Web, implied
from pipeline.checks.told import row_at_fault, where
from pipeline.model import Finding
from pipeline.said import Said
from pipeline.text import normal

_RIGHT, _LEFT = Said("right", "højre"), Said("left", "venstre")
_LEFT_OUT = Said(
    "the row is exactly what the sum is off by: it is left out of the total, or does not belong here",
    "rækken er præcis, hvad summen afviger med: den er ikke talt med i totalen, eller den hører ikke til her",
)
_TRIES = 2000  # explanations tried for the rows of one table before its columns are looked at one by one
_SMALL, _LARGE = Said("small", "små"), Said("large", "store")
_SIZES = [(f, size, x) for f in map(Decimal, (10, 100, 1000)) for size, x in ((_SMALL, f), (_LARGE, 1 / f))]

Column = tuple[str, str, int | None]
Row = Mapping[Column, Term]


class Name(NamedTuple):
    """A row of a table of a document."""

    document: str
    table: str
    row: int


@dataclass(frozen=True, slots=True)
class Cause:
    """Why rows are off: what it says, and the values that their figures would then have."""

    said: Said
    changes: dict[str, Decimal]
    suspects: tuple[Term, ...]
    suggestion: Said | None = None
    free: tuple[Term, ...] = ()  # figures of which the cause does not say what they should be
    missing: tuple[Column, Decimal] | None = None  # a figure that belongs where the row has none


def explain_rows(violated: Sequence[Relation], relations: Iterable[Relation],
                 web: Web) -> tuple[list[Finding], set[str], list[Relation]]:  # fmt: skip
    """Findings for rows that one cause explains in two columns or more, their suspects, and the relations left over.

    `relations`: all those of the documents that have a violated one. A cause is taken only where with it every relation
    holds that it touches.
    """
    off: dict[Name, set[Column]] = defaultdict(set)
    for r in violated:
        for t in r.terms:
            if t.at:
                off[name(t)].add(t.at.column)
    relations = list(relations)
    tables = _tables(relations, {(n.document, n.table) for n in off})
    sisters = {_seat(r, r.result.at.column): r for r in relations if r.result.at}
    left = {id(r): r for r in violated}
    findings: list[Finding] = []
    suspects: set[str] = set()
    for rows in tables.values():
        for tried, cause in enumerate(_causes(rows, off, web)):
            if tried == _TRIES:
                break
            explained, columns = _explained(cause, web, left, sisters)
            if len(columns) > 1:
                findings.append(_told(cause, explained))
                suspects |= {t.figure for t in cause.suspects}
                left = {k: r for k, r in left.items() if not any(r is e for e in explained)}
    return findings, suspects, list(left.values())


def name(t: Term) -> Name:
    assert t.at is not None
    return Name(t.document_id, t.at.table, t.at.row)


def _tables(relations: Iterable[Relation], wanted: set[tuple[str, str]]) -> dict[tuple[str, str], dict[Name, Row]]:
    """The rows of some tables as far as they stand in relations, their figures from left to right."""
    cells: dict[tuple[str, str], dict[Name, dict[Column, Term]]] = {key: defaultdict(dict) for key in sorted(wanted)}
    for r in relations:
        for t in r.terms:
            if t.at and (t.document_id, t.at.table) in wanted:
                cells[t.document_id, t.at.table][name(t)][t.at.column] = t
    return {
        key: {n: dict(sorted(row.items(), key=lambda c: c[1].box.x1)) for n, row in rows.items()} for key, rows in cells.items()
    }


def _causes(rows: Mapping[Name, Row], off: Mapping[Name, Collection[Column]], web: Web) -> Iterator[Cause]:
    """What may have happened to rows of a table, the most telling first; `off`: in which columns a row is in doubt."""
    names = sorted(n for n in rows if len(off.get(n, ())) > 1)
    columns = _columns(rows.values())
    yield from _twins([rows[n] for n in names])
    every = tuple(t for row in rows.values() for t in row.values())
    for factor, size, change in _SIZES:
        said = Said(
            f"every figure of its table is too {size.en} by a factor of {show(factor)}: is the unit in its caption right?",
            f"alle tal i tabellen er en faktor {show(factor)} for {size.da}: er enheden i dens overskrift rigtig?",
        )
        yield Cause(said, {t.figure: t.value * change for t in every}, every)
    yield from _exchanges(names, rows, off, web)
    for n in sorted(n for n in rows if n in off):
        yield from _shifts(rows[n], columns)
    for n in names:
        own = tuple(rows[n].values())
        yield Cause(Said("the signs of the row are flipped", "rækkens fortegn er vendt om"), {t.figure: -t.value for t in own}, own,
                    Said("turn the signs of the row", "vend rækkens fortegn"))  # fmt: skip
        for factor, size, change in _SIZES:
            said = Said(
                f"the row is too {size.en} by a factor of {show(factor)}: has it another unit, or a misplaced separator?",
                f"rækkens tal er en faktor {show(factor)} for {size.da}: har den en anden enhed, eller står et skilletegn forkert?",
            )
            yield Cause(said, {t.figure: t.value * change for t in own}, own)
        yield Cause(_LEFT_OUT, dict.fromkeys((t.figure for t in own), Decimal(0)), own)


def _twins(rows: Iterable[Row]) -> Iterator[Cause]:
    alike: dict[object, list[Row]] = defaultdict(list)
    for row in rows:
        if any(t.value for t in row.values()):
            label = normal(next(iter(row.values())).label)
            alike[label, tuple((c, t.value) for c, t in row.items())].append(row)
    for first, *others in alike.values():
        for row in others:
            label = next(iter(row.values())).label
            yield Cause(
                Said("the row is printed twice", "rækken er trykt to gange"),
                dict.fromkeys((t.figure for t in row.values()), Decimal(0)), (*row.values(), *first.values()),
                Said(f"leave out the second printing of “{label}”", f"udelad gentagelsen af “{label}”"),
            )  # fmt: skip


def _exchanges(names: Sequence[Name], rows: Mapping[Name, Row], off: Mapping[Name, Collection[Column]],
               web: Web) -> Iterator[Cause]:  # fmt: skip
    """Rows of which each has in one column what the equations of the other need there."""
    by_value: dict[tuple[Column, Decimal], list[Name]] = defaultdict(list)
    for n in names:
        for c, t in rows[n].items():
            by_value[c, t.value].append(n)
    tried = set()
    for n in names:
        c, t = next((c, t) for c, t in rows[n].items() if c in off[n])
        needs = set()
        for r in web.of[t.figure]:
            weight = next(u.weight for u in r.terms if u.figure == t.figure)
            # in an equation in which the other has the opposite sign (a row and its total) it makes good for half
            needs |= {t.value - r.residual / weight, t.value - r.residual / weight / 2} if r.residual else set()
        for other in sorted({m for v in needs for m in by_value[c, v]} - {n}):
            a, b = (rows[x] for x in sorted((n, other)))
            if frozenset((n, other)) not in tried and a.keys() == b.keys():
                tried.add(frozenset((n, other)))
                changes = {a[c].figure: b[c].value for c in a} | {b[c].figure: a[c].value for c in a}
                one, two = next(iter(a.values())), next(iter(b.values()))
                at = where(two)
                yield Cause(
                    Said(f"its figures and those of {at.en} have changed places", f"dens tal og tallene i {at.da} har byttet plads"),
                    changes, (*a.values(), *b.values()),
                    Said(f"exchange the figures of “{one.label}” and “{two.label}”", f"byt tallene i “{one.label}” og “{two.label}”"),
                )  # fmt: skip


def _columns(rows: Iterable[Row]) -> list[Column]:
    """The columns of a table from left to right."""
    right: dict[Column, float] = {}
    for row in rows:
        for c, t in row.items():
            right[c] = max(right.get(c, 0.0), t.box.x1)
    return sorted(right, key=lambda c: right[c])


def _shifts(row: Row, columns: Sequence[Column]) -> Iterator[Cause]:
    """The row one column further to the left or right, where the cell that it would have left is empty."""
    own = [row.get(c) for c in columns]
    printed = [t.value if t else None for t in own]
    if sum(t is not None for t in own) < 2:
        return
    for side, back, end, meant in ((_RIGHT, _LEFT, 0, [*printed[1:], None]), (_LEFT, _RIGHT, -1, [None, *printed[:-1]])):
        if own[end] is None:
            present = [(t, v) for t, v in zip(own, meant, strict=True) if t]
            value = meant[end]
            changes = {t.figure: v for t, v in present if v is not None}
            yield Cause(Said("its figures stand one column too far to the ", "dens tal står en kolonne for langt til ") + side,
                        changes, tuple(t for t in own if t),
                        Said("move the row one column to the ", "flyt rækken en kolonne til ") + back,
                        tuple(t for t, v in present if v is None),
                        None if value is None else (columns[end], value))  # fmt: skip


def _seat(r: Relation, column: Column) -> tuple[str, str, str, int, Column]:
    """Where the sister of a relation in another column has its result."""
    assert r.result.at is not None
    return r.document_id, r.kind, r.result.at.table, r.result.at.row, column


def _explained(cause: Cause, web: Web, left: Mapping[int, Relation],
               sisters: Mapping[tuple[str, str, str, int, Column], Relation]) -> tuple[list[Relation], set[Column]]:  # fmt: skip
    """The violated relations that a cause explains, and in which columns; none if one that it touches would not hold with it."""
    changes = dict(cause.changes)
    for t in cause.free:
        needs = [r for r in web.of.get(t.figure, ()) if id(r) in left and not any(u.figure in changes for u in r.terms)]
        if needs:
            changes[t.figure] = implied(needs[0], next(u for u in needs[0].terms if u.figure == t.figure))
    # an amount in text that holds may have been tied to what it meets by accident: it does not speak against a whole row
    touched = {id(r): r for f in changes for r in web.of.get(f, ()) if id(r) in left or r.kind != "text-meets-table"}
    if not all(web.holds(r, changes) for r in touched.values()):
        return [], set()
    explained = [r for k, r in touched.items() if k in left]
    columns = {t.at.column for r in explained for t in r.terms if t.at and changes.get(t.figure, t.value) != t.value}
    if cause.missing:
        column, value = cause.missing
        own = {t.figure for t in cause.suspects}
        for r in list(touched.values()):
            weight = sum(t.weight for t in r.terms[:-1] if t.figure in own)
            sister = sisters.get(_seat(r, column)) if weight and r.result.at else None
            if sister and abs(sister.residual + weight * value) > web.slack(sister):
                return [], set()
            if sister and id(sister) in left and not any(sister is e for e in explained):
                explained.append(sister)
                columns.add(column)
    return explained, columns


def _told(cause: Cause, explained: Sequence[Relation]) -> Finding:
    ordered = sorted(explained, key=lambda r: (r.result.page, r.result.box.top, r.result.box.x0))
    cells = [(t, cause.changes.get(t.figure, t.value)) for t in cause.suspects]
    own = [c for c in cells if c[0].at and cells[0][0].at and c[0].at.row == cells[0][0].at.row] or cells
    return row_at_fault(ordered, own, cause.said, cause.suspects, cause.suggestion)
