"""What counts once: of the rows that print a proposal's figures, the one that sums over the dataset take."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from pipeline.model import MONEY, LineItem, Note, RawLine
from pipeline.text import ALIKE, likeness, normal

Row = tuple[str, int]  # table, row
_When = tuple[int | None, str | None]  # year, phase

_OVERVIEW, _OTHER, _TOTAL, _ITEM = range(4)  # what is taken before what


def repeated_rows(lines: Sequence[RawLine]) -> tuple[dict[Row, Row], list[Note]]:
    """Items of an overview that an earlier overview prints as well -> the row there, as by area what stood by theme.

    Two tables are about the same proposals where most rows of the smaller one stand in the other, with the same figures; rows
    of noughts tell nothing. Then a row with the same label is the same proposal, though its figures differ; of a single row that
    agrees nothing follows for the others. A note tells how many rows of a table count elsewhere.
    """
    tables: dict[str, dict[tuple[str, int], Row]] = defaultdict(dict)  # by label, and which of those with one label it is
    figures: dict[Row, dict[_When, Decimal]] = defaultdict(dict)
    first: dict[Row, RawLine] = {}
    seen: Counter[tuple[str, str]] = Counter()
    for ln in lines:
        row = ln.table_id, ln.row
        if ln.table_kind == "overview" and ln.row_kind == "item" and ln.measure == "net":
            if row not in first:
                label = f"{ln.proposal_code or ''} {normal(ln.label)}"
                tables[ln.table_id][label, seen[ln.table_id, label]] = row
                seen[ln.table_id, label] += 1
                first[row] = ln
            figures[row].setdefault((ln.year, ln.phase), ln.number.value * (ln.unit or 1))
    telling = {name: sum(any(figures[row].values()) for row in own.values()) for name, own in tables.items()}
    out: dict[Row, Row] = {}
    notes: list[Note] = []
    for n, (name, later) in enumerate(tables.items()):
        for other, earlier in list(tables.items())[:n]:
            common = later.keys() & earlier.keys()
            same = {k for k in common if _agree(figures[later[k]], figures[earlier[k]])}
            if 2 * len(same) > min(telling[name], telling[other]):
                for k in common if len(same) > 1 else same:
                    out.setdefault(later[k], out.get(earlier[k], earlier[k]))
        if rows := [row for row in later.values() if row in out]:
            notes.append(_printed_again([first[row] for row in rows], first[out[rows[0]]]))
    return out, notes


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
    proposals, notes = _proposals(items)
    gross = _gross(items, may_count)
    sources: dict[tuple[object, _When], list[tuple[int, LineItem]]] = defaultdict(list)
    for item, may in zip(items, may_count, strict=True):
        rank = _rank(item, listed, gross) if may else None
        if rank is not None:
            sources[_about(item, repeated, proposals), (item.year, item.phase)].append((rank, item))
    counted: set[str] = set()
    differing: dict[object, Note] = {}
    for (about, _), own in sources.items():
        best = min(rank for rank, _ in own)
        first: dict[Row | None, LineItem] = {}  # all items of a proposal without a total add up; of other rows one counts
        for item in (i for rank, i in own if rank == best):
            taken = first.setdefault((item.table_id, item.row) if best == _ITEM else None, item)
            if taken is not item and not _values(taken) & _values(item):
                differing.setdefault(about, _differs(taken, item))
        counted |= {i.line_item_id for i in first.values()}
    return (tuple(replace(i, counted=True) if i.line_item_id in counted else i for i in items),
            [*notes, *differing.values()])  # fmt: skip


def _proposals(items: Sequence[LineItem]) -> tuple[dict[tuple[str, str], object], list[Note]]:
    """(overview, code) -> the proposal, where overviews begin their numbers anew: 1, 2, 3 for each area.

    A table does so where most of the codes that it shares with an earlier one stand beside other words and other figures.
    """
    tables: dict[str, dict[str, LineItem]] = defaultdict(dict)
    figures: dict[tuple[str, str], dict[_When, Decimal]] = defaultdict(dict)
    for i in items:
        if i.table_kind == "overview" and i.row_kind == "item" and i.measure == "net" and i.proposal_code and i.value is not None:
            own = tables[i.table_id].setdefault(i.proposal_code, i)
            if own.row == i.row:
                figures[i.table_id, i.proposal_code].setdefault((i.year, i.phase), i.value)
    out: dict[tuple[str, str], object] = {}
    notes: list[Note] = []
    for n, (name, later) in enumerate(tables.items()):
        same: dict[str, object] = {}
        other: dict[str, LineItem] = {}
        for before, earlier in list(tables.items())[:n]:
            common = later.keys() & earlier.keys()
            unlike = {c for c in common if likeness(later[c].label, earlier[c].label) < ALIKE
                      and not _agree(figures[name, c], figures[before, c])}  # fmt: skip
            anew = 2 * len(unlike) > len(common)
            for c in common:
                if anew and c in unlike:
                    other.setdefault(c, earlier[c])
                else:
                    same.setdefault(c, out[before, c])
        new = {c: row for c, row in other.items() if c not in same}
        for c in later:
            out[name, c] = (name, c) if c in new else same.get(c, c)
        if new:
            code, row = next(iter(new.items()))
            notes.append(_begins_anew(later[code], row, len(new)))
    return out, notes


def _gross(items: Sequence[LineItem], may_count: Sequence[bool]) -> str | None:
    """The measure of all money that may count, where it is one: a plan of expenditure has no net of which it were a part."""
    measures = {i.measure for i, may in zip(items, may_count, strict=True) if may and i.measure in MONEY}
    return measures.pop() if len(measures) == 1 else None


def _rank(item: LineItem, listed: Collection[str | None], gross: str | None) -> int | None:
    """How soon a figure is taken, `None` where it never counts."""
    alone = item.table_kind == "other" and item.measure == gross
    if not (item.measure == "net" or alone) or item.year is None or item.phase == "deviation":
        return None
    if item.table_kind != "proposal":
        return None if item.row_kind != "item" else _OVERVIEW if item.table_kind == "overview" else _OTHER
    if None in listed and item.proposal_code not in listed:
        return None
    return {"total": _TOTAL, "item": _ITEM}.get(item.row_kind)


def _about(item: LineItem, repeated: Mapping[Row, Row], proposals: Mapping[tuple[str, str], object]) -> object:
    """What a figure is a figure of: a proposal; without a code the row itself, or the proposal's own table."""
    if item.proposal_code:
        return proposals.get((item.table_id, item.proposal_code), item.proposal_code)
    row = item.table_id, item.row
    return (item.table_id, "block", item.block) if item.table_kind == "proposal" else repeated.get(row, row)


def _values(item: LineItem) -> set[Decimal]:
    return {r.value * (item.unit or 1) for r in item.number.readings}


def _differs(first: LineItem, other: LineItem) -> Note:
    code = f"{first.proposal_code} " if first.proposal_code else ""
    one_row = (first.table_id, first.row) == (other.table_id, other.row)
    where = f"under {other.column_printed}" if one_row else f"beside “{other.label}” on page {other.page}"
    where_da = f"under {other.column_printed}" if one_row else f"ud for “{other.label}” på side {other.page}"
    return Note(
        "sources-differ", "warning",
        f"{code}“{first.label}” is {first.value_printed} under {first.column_printed} on page {first.page}, and {other.value_printed} "
        f"{where}; the first counts", other.page, other.box,
        "let the rule say which column is the net" if one_row
        else "see which of the two is meant, and whether both are figures of one proposal",
        message_da=f"{code}“{first.label}” er {first.value_printed} under {first.column_printed} på side {first.page} og "
        f"{other.value_printed} {where_da}; det første tæller med",
        suggestion_da="lad reglen sige, hvilken kolonne der er nettobeløbet" if one_row
        else "se, hvilket af de to der menes, og om begge er tal for ét forslag",
    )  # fmt: skip


def _printed_again(rows: Sequence[RawLine], first: RawLine) -> Note:
    row, n = rows[0], len(rows)
    rows_en, rows_da = ("one row", "én række") if n == 1 else (f"{n} rows", f"{n} rækker")
    return Note(
        "printed-again", "info",
        f"the overview on page {row.page} prints {rows_en} of an earlier one again, from “{row.label}” on (page {first.page}); they "
        "count there", row.page, row.box,
        message_da=f"oversigten på side {row.page} gentager {rows_da} fra en tidligere oversigt, begyndende med “{row.label}” "
        f"(side {first.page}); de tæller med dér",
    )  # fmt: skip


def _begins_anew(row: LineItem, earlier: LineItem, n: int) -> Note:
    code = row.proposal_code
    return Note(
        "numbers-begin-anew", "warning",
        f"{code} is “{earlier.label}” in the overview on page {earlier.page} and “{row.label}” in that on page {row.page}"
        f"{f', and so for {n} numbers' if n > 1 else ''}; they count as proposals of their own", row.page, row.box,
        "let the rule take a code that tells them apart, such as one with the area",
        message_da=f"{code} er “{earlier.label}” i oversigten på side {earlier.page} og “{row.label}” i den på side {row.page}"
        f"{f', og sådan er det med {n} numre' if n > 1 else ''}; de tæller som hver sit forslag",
        suggestion_da="lad reglen læse en kode, der skiller dem ad, for eksempel en med området i",
    )  # fmt: skip
