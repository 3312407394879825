"""Relations inside one document: rows add up to their total, overview rows equal their proposals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.checks.record import Document, Relation, column_of, item_term
from pipeline.model import LineItem
from pipeline.rules.schema import SumRule, TableRule
from pipeline.text import normal

_ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Sum:
    """What a closing row takes in: places in a sequence of rows, in the order in which they are summed up.

    `repeats`: the place of the closing row that this one only prints again, as at the top of the next page.
    """

    closing: int
    rows: tuple[int, ...]
    rule: SumRule
    repeats: int | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """The figures of a block of a table that its rule sums up; sums do not reach from one block into another."""

    rule: TableRule
    items: tuple[LineItem, ...]


def blocks(document: Document) -> Iterator[Block]:
    """The blocks of a document's tables whose rule declares sums; staffing and percentages do not add up."""
    if document.rule is None:
        return
    tables = {t.name: t for t in document.rule.tables if t.sums}
    found: dict[tuple[str, int], list[LineItem]] = defaultdict(list)
    for item in document.items:
        if item.table_rule in tables and item.measure not in ("staffing", "percent"):
            found[item.table_id, item.block].append(item)
    for items in found.values():
        yield Block(tables[items[0].table_rule], tuple(items))


def sum_relations(document: Document) -> Iterator[Relation]:
    """`items-to-total`: the equations that the rule declares, one for each closing row and column.

    `total-repeated`: a closing row that is printed again, with nothing in between, says the same.
    """
    for block in blocks(document):
        columns: dict[tuple[str, str, int | None], list[LineItem]] = defaultdict(list)
        for item in block.items:
            columns[column_of(item)].append(item)
        plans: dict[tuple[int, ...], list[Sum]] = {}  # most columns have figures in the same rows
        for column in columns.values():
            key = tuple([i.row for i in column])
            if key not in plans:
                plans[key] = close(column, block.rule)
            for s in plans[key]:
                closing = column[s.closing]
                if s.repeats is not None:
                    terms = [(column[s.repeats], _ONE), (closing, -_ONE)]
                    yield Relation("total-repeated", document.document_id, closing.year,
                                   tuple([item_term(i, w, document.document_id) for i, w in terms]))  # fmt: skip
                elif s.rows:
                    own = [column[k] for k in (*s.rows, s.closing)]
                    yield Relation("items-to-total", document.document_id, closing.year,
                                   tuple([item_term(i, weight(i, s.rule.terms), document.document_id) for i in own]))  # fmt: skip


def close(rows: Sequence[LineItem], table: TableRule) -> list[Sum]:
    """Which rows each closing row takes in, of rows that stand below each other.

    The closing row is the first term on an equation's right side. It takes in the rows above it that no closing row has
    taken yet (below it, where totals are printed first), and is then itself open to the next higher one; rows of the other
    terms that follow it, printed beside the sum, are taken in as well.
    """
    closers = {s.closer: s for s in table.sums}
    order = range(len(rows))[::-1] if table.totals_first else range(len(rows))
    rules = [closers.get(i.row_name) or closers.get(i.row_kind) for i in rows]
    out: list[Sum] = []
    open_rows: list[int] = []
    fresh = False  # whether a row has been opened since the last closing row
    for k in order:
        rule, last = rules[k], out[-1] if out else None
        if rule is not None:
            if last is not None and not fresh and last.rule is rule and _again(rows[last.closing], rows[k]):
                out.append(Sum(k, (), rule, last.closing if last.repeats is None else last.repeats))
                continue
            # a closing row never takes in one of its own kind: the sums of two groups stand side by side
            taken = [n for n in open_rows if rules[n] is not rule and named(rows[n], rule.terms)]
            open_rows = [n for n in open_rows if rules[n] is rule or not named(rows[n], rule.terms)] + [k]
            out.append(Sum(k, tuple(taken), rule))
            fresh = False
        elif not fresh and last is not None and last.repeats is None and named(rows[k], last.rule.beside):
            out[-1] = replace(last, rows=(*last.rows, k))
        else:
            open_rows.append(k)
            fresh = True
    return out


def _again(first: LineItem, second: LineItem) -> bool:
    """Whether a closing row is the one before it printed again: right below it, or on another page."""
    beside = abs(second.row - first.row) == 1 or second.page != first.page
    return beside and normal(first.label) == normal(second.label)


def named(item: LineItem, terms: Collection[str]) -> bool:
    """Whether an equation that has these terms speaks of the row."""
    return item.row_name in terms or item.row_kind in terms


def weight(item: LineItem, terms: Mapping[str, Decimal]) -> Decimal:
    """With what a row is weighted in an equation that speaks of it."""
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
    """`overview-equals-proposal`: an overview row is the net total of its proposal, else what its rows make of it."""
    tables = {t.name: t for t in document.rule.tables} if document.rule else {}
    totals: dict[tuple[str, int | None, str], list[LineItem]] = defaultdict(list)
    rows: dict[tuple[str, int | None, str], list[LineItem]] = defaultdict(list)
    for item in document.items:
        if item.table_kind == "proposal" and item.proposal_code and item.is_money:
            key = (item.proposal_code, item.year, item.measure)
            (totals if item.row_kind == "total" else rows)[key].append(item)
    for item in document.items:
        if item.table_kind != "overview" or item.row_kind != "item" or not item.proposal_code:
            continue
        own = (item.proposal_code, item.year, item.measure)
        parts = [(t, _ONE) for t in totals[own][:1]] or _net(rows[own], tables)
        if parts:
            terms = [item_term(p, w, document.document_id) for p, w in parts]
            yield Relation("overview-equals-proposal", document.document_id, item.year,
                           (*terms, item_term(item, -_ONE, document.document_id)))  # fmt: skip


def _net(rows: Sequence[LineItem], tables: Mapping[str, TableRule]) -> list[tuple[LineItem, Decimal]]:
    """The rows of a table without a total, weighted as the equation that makes up its total weights them; else its items."""
    if not any(i.row_kind == "item" for i in rows):
        return []
    table = tables.get(rows[0].table_rule)
    sums = [s for s in table.sums if s.closer == "total" and any(named(i, s.terms) for i in rows)] if table else []
    if not sums:
        return [(i, _ONE) for i in rows if i.row_kind == "item"]
    terms = sums[0].terms
    return [(i, -weight(i, terms) / terms["total"]) for i in rows if named(i, terms)]
