"""Relations inside one document: rows add up to their total, overview rows equal their proposals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby

from pipeline.checks.record import Document, Relation, item_term
from pipeline.model import LineItem
from pipeline.rules.schema import SumRule


def sum_relations(document: Document) -> Iterator[Relation]:
    """`items-to-total`: the equations that the rule declares, one for each closing row and column.

    The closing row is the first term on an equation's right side. It takes in the rows above it that no closing row has
    taken yet (below it, where totals are printed first), and is then itself open to the next higher one; rows of the other
    terms that follow it, printed beside the sum, are taken in as well.
    """
    if document.rule is None:
        return
    tables = {t.name: t for t in document.rule.tables}
    for _, group in groupby(document.items, key=lambda i: i.table_id):
        items = list(group)
        rule = tables.get(items[0].table_rule)
        if rule is None or not rule.sums:
            continue
        columns: dict[tuple[str, str, int | None], list[LineItem]] = defaultdict(list)
        for item in items:
            if item.measure not in ("staffing", "percent"):  # those do not add up
                columns[item.measure, item.column_printed, item.year].append(item)
        for column in columns.values():
            for _, block in groupby(column, key=lambda i: i.block):
                rows = list(block)
                yield from _close(document.document_id, rows[::-1] if rule.totals_first else rows, rule.sums)


def _close(document_id: str, rows: Sequence[LineItem], sums: Sequence[SumRule]) -> Iterator[Relation]:
    """The relations of one column of one block, its rows in the order in which they are summed up."""
    closers = {s.closer: s for s in sums}
    open_rows: list[LineItem] = []
    taken: list[LineItem] = []  # by the closing row that may still have rows beside it
    closing: LineItem | None = None
    rule: SumRule | None = None

    def closes(item: LineItem) -> SumRule | None:
        return closers.get(item.row_name) or closers.get(item.row_kind)

    def relation() -> Iterator[Relation]:
        if closing is not None and rule is not None and taken:
            terms = (*taken, closing)
            yield Relation("items-to-total", document_id, closing.year,
                           tuple(item_term(i, _weight(i, rule.terms), document_id) for i in terms))  # fmt: skip

    for item in rows:
        closer = closes(item)
        if closer is not None:
            yield from relation()
            # a closing row never takes in one of its own kind: the sums of two groups stand side by side
            taken = [i for i in open_rows if closes(i) is not closer and _named(i, closer.terms)]
            open_rows = [i for i in open_rows if closes(i) is closer or not _named(i, closer.terms)] + [item]
            closing, rule = item, closer
        elif closing is not None and rule is not None and _named(item, rule.beside):
            taken.append(item)
        else:
            yield from relation()
            closing = None
            open_rows.append(item)
    yield from relation()


def _named(item: LineItem, terms: Collection[str]) -> bool:
    return item.row_name in terms or item.row_kind in terms


def _weight(item: LineItem, terms: dict[str, Decimal]) -> Decimal:
    return terms[item.row_name] if item.row_name in terms else terms[item.row_kind]


def column_relations(document: Document) -> Iterator[Relation]:
    """`columns-in-row`: the equations that the rule declares between the columns of every row (`income` less `net` …).

    Columns of one year go together, and a column without a year goes with each; where no name stands twice, all columns go
    together, whatever their years (`Utfall 2023`, `Budget 2024`, `Avvikelse`). A blank cell adds nothing.
    """
    if document.rule is None:
        return
    tables = {t.name: t for t in document.rule.tables if t.column_sums}
    rows: dict[tuple[str, int], list[LineItem]] = defaultdict(list)
    years: dict[tuple[str, str], set[int | None]] = defaultdict(set)  # table and column name -> years it is printed for
    for item in document.items:
        if item.table_rule in tables and item.measure != "staffing":
            rows[item.table_id, item.row].append(item)
            years[item.table_id, item.column_name].add(item.year)
    for (table_id, _), row in rows.items():
        cells = {(i.column_name, i.year): i for i in row}
        for rule in tables[row[0].table_rule].column_sums:
            printed = {name: own for name in rule.terms if (own := years.get((table_id, name)))}
            for columns in _together(printed):
                found = {name: cell for name, year in columns.items() if (cell := cells.get((name, year)))}
                result = found.pop(rule.result, None)
                if result is None or not found:
                    continue
                terms = [(i, rule.terms[name]) for name, i in found.items()]
                terms.append((result, rule.terms[rule.result]))
                yield Relation("columns-in-row", document.document_id, result.year,
                               tuple(item_term(i, weight, document.document_id) for i, weight in terms))  # fmt: skip


def _together(printed: Mapping[str, Collection[int | None]]) -> Iterator[dict[str, int | None]]:
    """Which columns make up one equation, by name and year, from the years for which each name is printed."""
    if all(len(years) == 1 for years in printed.values()):
        yield {name: year for name, [year] in printed.items()}
        return
    for year in sorted({y for years in printed.values() for y in years if y is not None}):
        if all(year in years or None in years for years in printed.values()):
            yield {name: year if year in years else None for name, years in printed.items()}


def overview_relations(document: Document) -> Iterator[Relation]:
    """`overview-equals-proposal`: an overview row is the net total of its proposal, else the sum of its items."""
    totals: dict[tuple[str, int | None, str], list[LineItem]] = defaultdict(list)
    rows: dict[tuple[str, int | None, str], list[LineItem]] = defaultdict(list)
    for item in document.items:
        if item.table_kind == "proposal" and item.proposal_code and item.is_money:
            key = (item.proposal_code, item.year, item.measure)
            if item.row_kind == "total":
                totals[key].append(item)
            elif item.row_kind == "item":
                rows[key].append(item)
    for item in document.items:
        if item.table_kind != "overview" or item.row_kind != "item" or not item.proposal_code:
            continue
        own = (item.proposal_code, item.year, item.measure)
        parts = totals[own][:1] or rows[own]
        if parts:
            terms = [item_term(p, 1, document.document_id) for p in parts]
            yield Relation("overview-equals-proposal", document.document_id, item.year,
                           (*terms, item_term(item, -1, document.document_id)))  # fmt: skip
