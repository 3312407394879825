"""What becomes of the equations that a rule declares: how often each is formed, and those that are formed nowhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.checks.record import Document, Relation
from pipeline.checks.sums import form_column_sums, form_sums
from pipeline.model import Finding, LineItem
from pipeline.rules.equations import SumRule
from pipeline.rules.schema import TableRule
from pipeline.said import Said

_ROWS, _COLUMNS = Said("rows", "rækker"), Said("columns", "kolonner")
_LOOK = {
    "rows": Said("see whether `totals` says on which side of its rows the total stands, and whether another equation takes them",
                 "se, om `totals` siger, på hvilken side af sine rækker totalen står, og om en anden ligning tager dem"),
    "columns": Said("see whether the columns are of one year", "se, om kolonnerne gælder samme år"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Declared:
    """An equation of a table rule, and what a document makes of it."""

    table: TableRule
    rule: SumRule
    formed: tuple[Relation, ...]
    occurs: bool  # whether the document has such a table


def declared(document: Document) -> Iterator[Declared]:
    """Every equation of the document's rule, in the order of the rule."""
    formed: dict[_Key, list[Relation]] = defaultdict(list)
    for equation, relation in _formed(document):
        formed[equation].append(relation)
    there = {i.table_rule for i in document.items}
    for table in document.rule.tables if document.rule else ():
        for parts, sums in ((_ROWS, table.sums), (_COLUMNS, table.column_sums)):
            for s in sums:
                yield Declared(table, s, tuple(formed[_key(table, s, parts)]), table.name in there)


_Key = tuple[str, str, str, str]  # table, equation, on which side its totals stand, between rows or columns


def _key(table: TableRule, s: SumRule, parts: Said) -> _Key:
    return table.name, s.equation, s.totals, parts.en


def _formed(document: Document) -> Iterator[tuple[_Key, Relation]]:
    for parts, found in ((_ROWS, form_sums(document)), (_COLUMNS, form_column_sums(document))):
        yield from ((_key(f.table, f.rule, parts), f.relation) for f in found if f.rule)


def check_effect(document: Document) -> Iterator[Finding]:
    """`sum-without-effect`: an equation of the rule is formed nowhere, though the document has rows that it speaks of."""
    waiting = {_key(table, s, parts): (table, s, parts) for table, s, parts in _spoken_of(document)}
    for equation, _ in _formed(document) if waiting else ():
        waiting.pop(equation, None)
        if not waiting:
            return  # mostly after the first table
    for table, s, parts in waiting.values():
        closer = s.closer if parts is _ROWS else s.result
        own = [i for i in document.items if i.table_rule == table.name and closer == _names(i)[parts is _COLUMNS]]
        first = own[0]
        yield Finding(
            "sum-without-effect", "warning",
            f"the rule says `{s.equation}` of tables of the kind `{table.name}`; this document has {parts.en} of both "
            "sides, and the equation is formed nowhere: it proves nothing",
            document.document_id, first.page, first.box, line_item_ids=tuple(i.line_item_id for i in own), key=s.equation,
            suggestion=_LOOK[parts.en].en,
            message_da=f"reglen siger `{s.equation}` om tabeller af slagsen `{table.name}`; dokumentet har {parts.da} fra begge "
            "sider, men ligningen opstår ingen steder: den beviser intet",
            suggestion_da=_LOOK[parts.en].da,
        )  # fmt: skip


def _spoken_of(document: Document) -> Iterator[tuple[TableRule, SumRule, Said]]:
    """The equations of which the document has the closing row or column, and another of its terms."""
    there: dict[str, tuple[set[str | None], set[str | None]]] = defaultdict(lambda: (set(), set()))
    for i in document.items:
        row, column = _names(i)
        there[i.table_rule][0].add(row)
        there[i.table_rule][1].add(column)
    for table in document.rule.tables if document.rule else ():
        rows, columns = there[table.name]
        yield from ((table, s, _ROWS) for s in table.sums if s.closer in rows and rows & (s.terms.keys() - {s.closer}))
        yield from ((table, s, _COLUMNS) for s in table.column_sums if s.result in columns and columns & (s.terms.keys() - {s.result}))


def _names(i: LineItem) -> tuple[str | None, str | None]:
    """By what equations between rows and between columns speak of a figure: never of percentages, nor of positions below money."""
    return None if i.measure == "percent" else i.row_name, None if i.row_kind == "staffing" else i.column_name
