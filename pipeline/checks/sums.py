"""Relations inside one document: rows add up to their total, overview rows equal their proposals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby

from pipeline.checks.record import Document, Relation, item_term
from pipeline.model import LineItem
from pipeline.rules.schema import SumRule


def sum_relations(document: Document) -> Iterator[Relation]:
    """`items-to-total`: the equations that the rule declares, one for each closing row and column.

    The closing row is the total or subtotal that an equation names. It takes in the rows above it back to the closing row
    before it, and those that follow up to the next item (an amount printed beside the sum).
    """
    if document.rule is None:
        return
    rules = {kind: [t for t in document.rule.tables if t.kind == kind] for kind in ("overview", "proposal", "other")}
    for _, group in groupby(document.items, key=lambda i: i.table_id):
        items = list(group)
        declared = {s.equation: s for t in rules[items[0].table_kind] for s in t.sums}
        columns: dict[tuple[str, str, int | None], list[LineItem]] = defaultdict(list)
        for item in items:
            if item.measure != "staffing":
                columns[item.measure, item.column_printed, item.year].append(item)
        for column in columns.values():
            for rule in declared.values():
                yield from _column(document.document_id, column, rule)


def _column(document_id: str, column: Sequence[LineItem], rule: SumRule) -> Iterator[Relation]:
    terms = rule.terms
    closer = next((k for k in ("total", "subtotal") if k in terms), None)
    if closer is None:
        return
    open_rows: list[LineItem] = []
    closed: LineItem | None = None
    beside: list[LineItem] = []
    block = column[0].block

    def relation() -> Iterator[Relation]:
        if closed is not None and open_rows:
            rows = [*open_rows, *beside, closed]
            yield Relation("items-to-total", document_id, closed.year,
                           tuple(item_term(i, _weight(i, terms), document_id) for i in rows))  # fmt: skip

    for item in column:
        if item.block != block:
            yield from relation()
            open_rows, closed, beside, block = [], None, [], item.block
        if item.row_kind == closer:
            yield from relation() if closed else ()
            closed = item
        elif item.row_name in terms or item.row_kind in terms:
            if closed is not None and item.row_kind in ("item", "subtotal"):
                yield from relation()
                open_rows, closed, beside = [], None, []
            (beside if closed is not None else open_rows).append(item)
    yield from relation()


def _weight(item: LineItem, terms: dict[str, Decimal]) -> Decimal:
    return terms[item.row_name] if item.row_name in terms else terms[item.row_kind]


def overview_relations(document: Document) -> Iterator[Relation]:
    """`overview-equals-proposal`: an overview row is the net total of its proposal, else the sum of its items."""
    totals: dict[tuple[str, int | None, str], list[LineItem]] = defaultdict(list)
    rows: dict[tuple[str, int | None, str], list[LineItem]] = defaultdict(list)
    for item in document.items:
        if item.table_kind == "proposal" and item.proposal_code and item.measure != "staffing":
            key = (item.proposal_code, item.year, item.measure)
            if item.row_kind == "total":
                totals[key].append(item)
            elif item.row_kind == "item":
                rows[key].append(item)
    for item in document.items:
        if item.table_kind != "overview" or item.row_kind != "item" or not item.proposal_code:
            continue
        key = (item.proposal_code, item.year, item.measure)
        parts = totals[key][:1] or rows[key]
        if parts:
            terms = [item_term(p, 1, document.document_id) for p in parts]
            yield Relation("overview-equals-proposal", document.document_id, item.year,
                           (*terms, item_term(item, -1, document.document_id)))  # fmt: skip
