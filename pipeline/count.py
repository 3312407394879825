"""What counts once: of the rows that print a proposal's figures, the one that sums over the dataset take."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from pipeline.model import LineItem, Note, RawLine
from pipeline.text import normal

Row = tuple[str, int]  # table, row
_When = tuple[int | None, str | None]  # year, phase

_OVERVIEW, _OTHER, _TOTAL, _ITEM = range(4)  # what is taken before what


def repeated_rows(lines: Sequence[RawLine]) -> dict[Row, Row]:
    """Items of an overview that an earlier overview prints as well -> the row there, as by area what stood by theme.

    Two tables are about the same proposals where most rows of the smaller one stand in the other, with the same figures; rows
    of noughts tell nothing. Then a row with the same label is the same proposal, though its figures differ.
    """
    tables: dict[str, dict[tuple[str, int], Row]] = defaultdict(dict)  # by label, and which of those with one label it is
    figures: dict[Row, dict[_When, Decimal]] = defaultdict(dict)
    for ln in lines:
        row = ln.table_id, ln.row
        if ln.table_kind == "overview" and ln.row_kind == "item" and ln.measure == "net":
            if row not in figures:
                label = f"{ln.proposal_code or ''} {normal(ln.label)}"
                tables[ln.table_id][label, sum(own == label for own, _ in tables[ln.table_id])] = row
            figures[row].setdefault((ln.year, ln.phase), ln.number.value * (ln.unit or 1))
    telling = {name: sum(any(figures[row].values()) for row in own.values()) for name, own in tables.items()}
    out: dict[Row, Row] = {}
    for n, (name, later) in enumerate(tables.items()):
        for other, earlier in list(tables.items())[:n]:
            common = later.keys() & earlier.keys()
            same = sum(_agree(figures[later[k]], figures[earlier[k]]) for k in common)
            if 2 * same > min(telling[name], telling[other]):
                for k in common:
                    out.setdefault(later[k], out.get(earlier[k], earlier[k]))
    return out


def _agree(a: Mapping[_When, Decimal], b: Mapping[_When, Decimal]) -> bool:
    """Whether two rows print the same in all years that they have in common, and something else than noughts."""
    common = a.keys() & b.keys()
    return any(a[when] for when in common) and all(a[when] == b[when] for when in common)


def count_once(items: Sequence[LineItem], may_count: Sequence[bool],
               repeated: Mapping[Row, Row]) -> tuple[tuple[LineItem, ...], list[Note]]:  # fmt: skip
    """Mark one set of figures per proposal, year and phase: overview item, else net total, else the items.

    Of several overview items or totals the first counts; a note tells where another says something else. Where an overview
    has rows of which nobody knows the section, a section that it does not name may be one of them, and does not count.
    """
    listed = {i.proposal_code for i in items if i.table_kind == "overview" and i.row_kind == "item"}
    sources: dict[tuple[object, _When], list[tuple[int, LineItem]]] = defaultdict(list)
    for item, may in zip(items, may_count, strict=True):
        rank = _rank(item, listed) if may else None
        if rank is not None:
            sources[_about(item, repeated), (item.year, item.phase)].append((rank, item))
    counted: set[str] = set()
    differing: dict[object, Note] = {}
    for (about, _), own in sources.items():
        best = min(rank for rank, _ in own)
        first, *others = [i for rank, i in own if rank == best]
        taken = [i for i in others if best == _ITEM or (i.table_id, i.row) == (first.table_id, first.row)]
        counted |= {i.line_item_id for i in (first, *taken)}
        for other in others:
            if other not in taken and not _values(first) & _values(other):
                differing.setdefault(about, _differs(first, other))
    return tuple(replace(i, counted=True) if i.line_item_id in counted else i for i in items), list(differing.values())


def _rank(item: LineItem, listed: Collection[str | None]) -> int | None:
    """How soon a figure is taken, `None` where it never counts."""
    if item.measure != "net" or item.year is None or item.phase == "deviation":
        return None
    if item.table_kind != "proposal":
        return None if item.row_kind != "item" else _OVERVIEW if item.table_kind == "overview" else _OTHER
    if None in listed and item.proposal_code not in listed:
        return None
    return {"total": _TOTAL, "item": _ITEM}.get(item.row_kind)


def _about(item: LineItem, repeated: Mapping[Row, Row]) -> object:
    """What a figure is a figure of: a proposal; without a code the row itself, or the proposal's own table."""
    if item.proposal_code:
        return item.proposal_code
    row = item.table_id, item.row
    return (item.table_id, "block", item.block) if item.table_kind == "proposal" else repeated.get(row, row)


def _values(item: LineItem) -> set[Decimal]:
    return {r.value * (item.unit or 1) for r in item.number.readings}


def _differs(first: LineItem, other: LineItem) -> Note:
    code = f"{first.proposal_code} " if first.proposal_code else ""
    return Note(
        "sources-differ", "warning",
        f"{code}“{first.label}” is {first.value_printed} under {first.column_printed} on page {first.page}, and {other.value_printed} "
        f"beside “{other.label}” on page {other.page}; the first counts", other.page, other.box,
        "see which of the two is meant, and whether both are figures of one proposal",
        message_da=f"{code}“{first.label}” er {first.value_printed} under {first.column_printed} på side {first.page} og "
        f"{other.value_printed} ud for “{other.label}” på side {other.page}; det første tæller med",
        suggestion_da="se, hvilket af de to der menes, og om begge er tal for ét forslag",
    )  # fmt: skip
