"""What becomes of the equations that a rule declares: how often each is formed, and those that are formed nowhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.checks.record import Document, Relation
from pipeline.checks.sums import form_column_sums, form_sums
from pipeline.model import Finding, LineItem
from pipeline.rules.schema import SumRule, TableRule
from pipeline.said import Said

_ROWS, _COLUMNS = Said("rows", "rækker"), Said("columns", "kolonner")


@dataclass(frozen=True, slots=True)
class Declared:
    """An equation of a table rule, and what a document makes of it."""

    table: TableRule
    rule: SumRule
    parts: Said  # what it stands between: rows or columns
    formed: tuple[Relation, ...]
    occurs: bool  # whether the document has such a table
    closing: tuple[LineItem, ...]  # the figures of its closing row or column, where some of its other terms are there too


def declared(document: Document) -> Iterator[Declared]:
    """Every equation of the document's rule, in the order of the rule."""
    if document.rule is None:
        return
    formed: dict[tuple[str, str, str], list[Relation]] = defaultdict(list)
    for f in (*form_sums(document), *form_column_sums(document)):
        if f.rule is not None:
            formed[f.table.name, f.rule.equation, f.relation.kind].append(f.relation)
    for table in document.rule.tables:
        items = [i for i in document.items if i.table_rule == table.name]
        for sums, parts, kind in ((table.sums, _ROWS, "items-to-total"), (table.column_sums, _COLUMNS, "columns-in-row")):
            for s in sums:
                # a row of staffing below money is in no equation between columns, a percentage in none between rows
                own = [(i.column_name, i) for i in items if i.row_kind != "staffing"] if parts is _COLUMNS else \
                    [(i.row_name, i) for i in items if i.measure != "percent"]  # fmt: skip
                closer = s.result if parts is _COLUMNS else s.closer
                others = any(name in s.terms and name != closer for name, _ in own)
                yield Declared(table, s, parts, tuple(formed[table.name, s.equation, kind]), bool(items),
                               tuple(i for name, i in own if name == closer) if others else ())  # fmt: skip


def check_effect(document: Document) -> Iterator[Finding]:
    """`sum-without-effect`: an equation of the rule is formed nowhere, though the document has rows that it speaks of."""
    for d in declared(document):
        if d.formed or not d.closing:
            continue
        first, what = d.closing[0], d.parts
        yield Finding(
            "sum-without-effect", "warning",
            f"the rule says `{d.rule.equation}` of tables of the kind `{d.table.name}`; this document has {what.en} of both "
            "sides, and the equation is formed nowhere: it proves nothing",
            document.document_id, first.page, first.box, line_item_ids=tuple(i.line_item_id for i in d.closing), key=d.rule.equation,
            suggestion="see whether `totals` says on which side of its rows the total stands, and whether another equation takes them",
            message_da=f"reglen siger `{d.rule.equation}` om tabeller af slagsen `{d.table.name}`; dokumentet har {what.da} fra begge "
            "sider, men ligningen opstår ingen steder: den beviser intet",
            suggestion_da="se, om `totals` siger, på hvilken side af sine rækker totalen står, og om en anden ligning tager dem",
        )  # fmt: skip
