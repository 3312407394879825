"""Relations inside one document: rows add up to their total, overview rows equal their proposals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.checks.record import Document, Relation, column_of, comparable, item_term, relation
from pipeline.model import LineItem
from pipeline.rules.equations import SumRule
from pipeline.rules.schema import TableRule
from pipeline.text import normal

_ONE = Decimal(1)
_ENDS = 3  # columns: an equation of more runs over several from one end to the other


@dataclass(frozen=True, slots=True)
class Sum:
    """What a closing row takes in by an equation: places in a sequence of rows, those beside the closing row last.

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


@dataclass(frozen=True, slots=True)
class Formed:
    """An equation of a rule between figures of a document: by which rule it was formed; `None` for a repeated closing row."""

    table: TableRule
    rule: SumRule | None
    relation: Relation


def blocks(document: Document) -> Iterator[Block]:
    """The blocks of a document's tables whose rule declares sums. Percentages do not add up, nor do rows of staffing below
    money unless an equation names them."""
    if document.rule is None:
        return
    tables = {t.name: t for t in document.rule.tables if t.sums}
    terms = {name: {term for s in t.sums for term in s.terms} for name, t in tables.items()}
    found: dict[tuple[str, int], list[LineItem]] = defaultdict(list)
    for item in document.items:
        if item.table_rule in tables and item.measure != "percent" and (
            item.row_kind != "staffing" or item.row_name in terms[item.table_rule]
        ):  # fmt: skip
            found[item.table_id, item.block].append(item)
    for items in found.values():
        yield Block(tables[items[0].table_rule], tuple(items))


def sum_relations(document: Document) -> Iterator[Relation]:
    """`items-to-total`: the equations that the rule declares, one for each closing row and column.

    `total-repeated`: a closing row that is printed again, with nothing in between, says the same.
    """
    return (f.relation for f in form_sums(document))


def form_sums(document: Document) -> Iterator[Formed]:
    """The equations between rows, each with the rule that declares it."""
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
                if not comparable([*(column[k] for k in s.rows), closing]):
                    continue
                if s.repeats is not None:
                    terms = [(column[s.repeats], _ONE), (closing, -_ONE)]
                    yield Formed(block.rule, None, relation(
                        "total-repeated", document.document_id, closing.year,
                        tuple([item_term(i, w, document.document_id) for i, w in terms])))  # fmt: skip
                elif s.rows:
                    own = [column[k] for k in (*s.rows, s.closing)]
                    yield Formed(block.rule, s.rule, relation(
                        "items-to-total", document.document_id, closing.year,
                        tuple([item_term(i, s.rule.terms[i.row_name], document.document_id) for i in own])))  # fmt: skip


def close(rows: Sequence[LineItem], table: TableRule) -> list[Sum]:
    """Which rows each closing row takes in, of rows that stand below each other.

    The closing row is the first term on an equation's right side. It takes in the rows above it that no closing row has
    taken yet (below it, with `totals: above`), and is then itself open to the next higher one; rows of the other
    terms that follow it, printed beside the sum, are taken in as well. Of several equations that it closes, each takes in its own.
    """
    reach = {s.equation: _reach(s, table.sums) for s in table.sums}
    sides = {s.totals: [o for o in table.sums if o.totals == s.totals] for s in table.sums}
    out: list[Sum] = []
    # the side that sums up the lower levels goes first: what it takes in, the other side leaves alone
    for totals in sorted(sides, key=lambda side: min(len(reach[s.equation]) for s in sides[side])):
        across = {s.closer for s in table.sums if s.totals != totals}
        walls = [k for k, i in enumerate(rows) if i.row_name in across]
        done = {k for s in out for k in (*s.rows, *([s.closing] if s.repeats is not None else []))}
        found = _close(rows, sides[totals], totals == "above", done, [(k, rows[k].row_name) for k in walls], reach)
        out += [s for s in found if s.repeats is None or not any(
            o.repeats is not None and {o.closing, o.repeats} == {s.closing, s.repeats} for o in out)]  # fmt: skip
    return out


def _reach(rule: SumRule, sums: Sequence[SumRule]) -> frozenset[str]:
    """The rows that an equation speaks of, and those that these sum up in turn."""
    out: set[str] = set()
    new = set(rule.terms) - {rule.closer}
    while new:
        out |= new
        new = {term for s in sums if s.closer in new for term in s.terms} - out
    return frozenset(out)


def _close(rows: Sequence[LineItem], sums: Sequence[SumRule], upwards: bool, done: Collection[int],
           walls: Sequence[tuple[int, str]], reach: Mapping[str, Collection[str]]) -> list[Sum]:  # fmt: skip
    """The sums that look to one side. `done`: rows that the other side has taken in. `walls`: closing rows of the other side,
    over which a sum does not reach unless they are among what it sums up."""
    rules = [tuple(s for s in sums if s.closer == i.row_name) for i in rows]
    out: list[Sum] = []
    open_rows: list[int] = []
    fresh = False  # whether a row has been opened since the last closing row

    def takes(s: SumRule, closing: int, k: int) -> bool:
        # a closing row never takes in one of its own kind: the sums of two groups stand side by side
        return rows[k].row_name in s.terms and rows[k].row_name != s.closer and not any(
            min(k, closing) < at < max(k, closing) and name not in reach[s.equation] for at, name in walls
        )  # fmt: skip

    for k in reversed(range(len(rows))) if upwards else range(len(rows)):
        last = out[-1] if out else None
        if rules[k]:
            if last is not None and not fresh and last.rule in rules[k] and _again(rows[last.closing], rows[k]):
                out.append(Sum(k, (), last.rule, last.closing if last.repeats is None else last.repeats))
                continue
            found = [Sum(k, tuple(sorted(n for n in open_rows if takes(s, k, n))), s) for s in rules[k]]
            taken = {n for s in found for n in s.rows}
            open_rows = [n for n in open_rows if n not in taken] + ([] if k in done else [k])
            out += found
            fresh = False
            continue
        follows = last is not None and not fresh and last.repeats is None and k not in done  # right upon a closing row
        beside = [n for n, s in enumerate(out) if follows and last and s.closing == last.closing and rows[k].row_name in s.rule.beside]
        for n in beside:
            out[n] = replace(out[n], rows=(*out[n].rows, k))
        if not beside:
            open_rows += [] if k in done else [k]
            fresh = True
    return out


def _again(first: LineItem, second: LineItem) -> bool:
    """Whether a closing row is the one before it printed again: right below it, or on another page."""
    beside = abs(second.row - first.row) == 1 or second.page != first.page
    return beside and normal(first.label) == normal(second.label)


def column_relations(document: Document) -> Iterator[Relation]:
    """`columns-in-row`: the equations that the rule declares between the columns of every row (`income` less `net` …)."""
    return (f.relation for f in form_column_sums(document))


def form_column_sums(document: Document) -> Iterator[Formed]:
    """The equations between columns, each with the rule that declares it.

    Columns of one year go together, and a column without a year goes with each; where no name stands twice, all columns go
    together, whatever their years (`Utfall 2023`, `Budget 2024`, `Avvikelse`). A blank cell adds nothing; where all cells
    between the two ends of a longer equation are blank, the row has none, unless its ends are the same.
    """
    if document.rule is None:
        return
    tables = {t.name: t for t in document.rule.tables if t.column_sums}
    rows: dict[tuple[str, int], list[LineItem]] = defaultdict(list)
    years: dict[tuple[str, str], set[int | None]] = defaultdict(set)  # table and column name -> years it is printed for
    for item in document.items:
        if item.table_rule in tables and item.row_kind != "staffing":
            rows[item.table_id, item.row].append(item)
            years[item.table_id, item.column_name].add(item.year)
    for (table_id, _), row in rows.items():
        cells = {(i.column_name, i.year): i for i in row}
        table = tables[row[0].table_rule]
        for rule in table.column_sums:
            printed = {name: own for name in rule.terms if (own := years.get((table_id, name)))}
            for columns in _together(printed):
                found = {name: cell for name, year in columns.items() if (cell := cells.get((name, year)))}
                result = found.pop(rule.result, None)
                if result is None or not found or not comparable([*found.values(), result]):
                    continue
                terms = [(i, rule.terms[name]) for name, i in found.items()]
                terms.append((result, rule.terms[rule.result]))
                ends = list(found) == list(rule.terms)[:1] and len(columns) > _ENDS
                if ends and sum((i.value * weight for i, weight in terms), Decimal(0)) != 0:
                    continue  # a row that is printed where it begins and where it ends says nothing of what lies between
                yield Formed(table, rule, relation(
                    "columns-in-row", document.document_id, result.year,
                    tuple(item_term(i, weight, document.document_id) for i, weight in terms)))  # fmt: skip


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
        if parts and comparable([*(p for p, _ in parts), item]):
            terms = [item_term(p, w, document.document_id) for p, w in parts]
            yield relation("overview-equals-proposal", document.document_id, item.year,
                           (*terms, item_term(item, -_ONE, document.document_id)))  # fmt: skip


def _net(rows: Sequence[LineItem], tables: Mapping[str, TableRule]) -> list[tuple[LineItem, Decimal]]:
    """The rows of a table without a total, weighted as the equation that makes up its total weights them; else its items."""
    if not any(i.row_kind == "item" for i in rows):
        return []
    table = tables.get(rows[0].table_rule)
    sums = [s for s in table.sums if s.closer == "total" and any(i.row_name in s.terms for i in rows)] if table else []
    if not sums:
        return [(i, _ONE) for i in rows if i.row_kind == "item"]
    terms = sums[0].terms
    return [(i, -terms[i.row_name] / terms["total"]) for i in rows if i.row_name in terms]
