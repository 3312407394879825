"""Findings of single columns, put together where they are about one row: a row out of date, a row that is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from pipeline.checks.record import Relation, Term
from pipeline.checks.rowwise import Name, name
from pipeline.checks.slips import as_printed
from pipeline.checks.told import row_at_fault
from pipeline.model import Finding
from pipeline.said import Said, same

Singled = tuple[Term, Decimal, Sequence[Relation]]  # a figure at fault, the value that it must have, by which relations


def names_of(of: Mapping[str, Sequence[Relation]]) -> Iterator[Name]:
    """The row of each figure that stands in a cell."""
    for figure, relations in of.items():
        term = next(t for t in relations[0].terms if t.figure == figure)
        if term.at:
            yield name(term)


def whole_rows(singled: Iterable[Singled], widths: Mapping[Name, int]) -> list[list[Singled]]:
    """Figures singled out one by one, put together where they are a whole row of three columns or more."""
    by_row: dict[Name, list[Singled]] = defaultdict(list)
    for cell in singled:
        if cell[0].at:
            by_row[name(cell[0])].append(cell)
    return [cells for row, cells in by_row.items() if len(cells) > 2 and len(cells) == widths[row]]


def whole_row(cells: Sequence[Singled]) -> Finding:
    """A row of which every figure is another than the relations need, as one that was not brought up to date."""
    ordered = sorted(cells, key=lambda c: c[0].box.x1)
    printed = " ".join(t.printed for t, _, _ in ordered)
    meant = " ".join(as_printed(v, t) for t, v, _ in ordered)
    relations = list({id(r): r for _, _, own in ordered for r in own}.values())
    cause = Said(f"printed {printed}, but the other figures need {meant}", f"der står {printed}, men de øvrige tal kræver {meant}")
    return row_at_fault(relations, [(t, v) for t, v, _ in ordered], cause, [t for t, _, _ in ordered],
                        same(f"{printed} → {meant}"))  # fmt: skip


def one_gap(relations: Sequence[Relation], widths: Mapping[Name, int]) -> bool:
    """Whether sums of one closing row are off by the same in several columns, or off in all of them."""
    return len(relations) > 1 and (
        len(relations) == widths[name(relations[0].result)] or len({r.residual for r in relations}) == 1
    )


def sisters_of(relations: Iterable[Relation]) -> Mapping[tuple[str, Name], list[Relation]]:
    """Relations by what closes them: those of one closing row, in whatever column."""
    out: dict[tuple[str, Name], list[Relation]] = defaultdict(list)
    for r in relations:
        if r.result.at:
            out[r.kind, name(r.result)].append(r)
    return out


def holes(r: Relation, sisters: Mapping[tuple[str, Name], list[Relation]]) -> list[list[Term]]:
    """Rows that stand in the sum of the same closing row in other columns, and have no figure in this one."""
    at = r.result.at
    if at is None:
        return []
    here = {name(t) for t in r.terms if t.at}
    rows: dict[Name, list[Term]] = defaultdict(list)
    for s in sisters[r.kind, name(r.result)]:
        if s.result.at and s.result.at.column[0] == at.column[0]:
            for t in s.terms:
                if t.at and name(t) not in here:
                    rows[name(t)].append(t)
    return list(rows.values())


def missing_row(relations: Sequence[Relation], ranked: Sequence[Term]) -> Finding:
    """Sums of one closing row that are off in several columns, and no printed row explains it."""
    ordered = sorted(relations, key=lambda r: r.result.box.x1)
    gap = " ".join(as_printed(-r.residual if r.result.weight < 0 else r.residual, r.result) for r in ordered)
    cause = Said(
        f"the rows do not add up to this row in {len(ordered)} columns, and none of them explains it; a row that reads {gap} "
        "would: is one missing?",
        f"rækkerne summer ikke til denne række i {len(ordered)} kolonner, og ingen af dem forklarer det; det ville en række med "
        f"{gap}: mangler der en?",
    )  # fmt: skip
    return row_at_fault(ordered, [(r.result, r.expected) for r in ordered], cause, ranked, None)
