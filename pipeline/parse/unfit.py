"""What is wrong between a table and the rule that is to read it: no entry fits it, or one does and cannot tell its columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.model import Box, Note, Table
from pipeline.numbers import parse
from pipeline.parse.headings import Column, fitting_but_for_the_label, headings
from pipeline.parse.walk import PlacedTable
from pipeline.rules.language import Language
from pipeline.rules.schema import Rule


def without_rule(rule: Rule, placed: PlacedTable, language: Language) -> Note:
    """That no table rule fits a table: its headings, and which rule only its label column keeps away."""
    table = placed.table
    heads = ", ".join(headings(table, language))
    near = [(t.name, reads, t.label.pattern) for t, reads in fitting_but_for_the_label(rule, placed) if t.label]
    but = "".join(f"; `{name}` would, but its label column reads “{reads}”, not {wanted}" for name, reads, wanted in near)
    but_da = "".join(f"; det ville `{name}`, men over teksterne står “{reads}”, ikke {wanted}" for name, reads, wanted in near)
    return Note("table-without-rule", "warning", f"no table rule of {rule.id} fits this table (headings: {heads or 'none'}){but}",
                table.page, _box(table),
                "let `label` take in what that column reads" if near else "add an entry under `tables` to the rule",
                message_da=f"ingen tabelregel i {rule.id} passer på denne tabel (overskrifter: {heads or 'ingen'}){but_da}",
                suggestion_da="lad `label` omfatte det, der står der" if near
                else "tilføj en post under `tables` i reglen")  # fmt: skip


def alike(columns: Sequence[Column], table: Table) -> list[Note]:
    """That nothing tells two columns of figures apart, where it is so: a heading was missed, or the rule says too little of it."""
    seen: dict[tuple[object, ...], Column] = {}
    for c in columns:
        key = (c.rule.attribute,) if c.rule.attribute else (c.printed, c.year, c.rule.name, c.rule.measure, c.rule.phase)
        if not c.rule.ignore and seen.setdefault(key, c) is not c:
            return [Note("columns-alike", "error", f"two columns of this table are both read as {c.printed!r}",
                         table.page, _box(table), "let the patterns of the columns take in the whole heading",
                         message_da=f"to kolonner i denne tabel er begge læst som {c.printed!r}",
                         suggestion_da="lad kolonnernes mønstre omfatte hele overskriften")]  # fmt: skip
    return []


def attributes_of_amounts(columns: Sequence[Column], table: Table, head: int) -> Iterator[Note]:
    """Columns that a rule reads as words beside the figures, and that hold amounts all the same: none of these is a figure."""
    for c in columns:
        texts = [cell.raw for row in table.rows[head + 1 :] if (cell := row[c.index]) and cell.lines]
        amounts = [t for t in texts if not t.isdigit() and (n := parse(t)) and n.canonical and not n.nil]  # no codes
        if c.rule.attribute and len(amounts) * 2 > len(texts):
            yield Note("attribute-of-amounts", "warning",
                       f"the column {c.printed!r} is read as the attribute {c.rule.attribute!r} and holds amounts such as "
                       f"{amounts[0]}: none of them is in the dataset", table.page, _box(table),
                       "let the pattern of the attribute take in less, or give the column a measure",
                       message_da=f"kolonnen {c.printed!r} er læst som attributten {c.rule.attribute!r} og rummer beløb som "
                       f"{amounts[0]}: ingen af dem er i datasættet",
                       suggestion_da="lad attributtens mønster omfatte mindre, eller giv kolonnen et `measure`")  # fmt: skip


def _box(table: Table) -> Box:
    return Box(table.x0, table.top, table.x1, table.bottom)
