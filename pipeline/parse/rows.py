"""The rows of a table as its rule reads them: their labels, and what stands for a figure while it is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import regex

from pipeline.model import Cell, RowKind
from pipeline.parse.headings import Column
from pipeline.parse.walk import Caption, PlacedTable
from pipeline.rules.schema import RowRule, TableRule


@dataclass(frozen=True, slots=True)
class Reading:
    """A table that is being read: where it stands, the rule that fits it, its columns and unit."""

    placed: PlacedTable
    table_id: str
    rule: TableRule
    columns: tuple[Column, ...]
    caption: Caption | None

    @property
    def figure_columns(self) -> list[Column]:
        return [c for c in self.columns if not c.rule.attribute and not c.rule.ignore]


@dataclass(frozen=True, slots=True)
class Label:
    """What the label of a row says: its text without enumerator and footnote mark, and the row rule that it fits."""

    text: str
    printed: str
    mark: str | None
    code: str | None
    rule: RowRule | None
    groups: Mapping[str, str | None]  # what the row rule's pattern captured

    @property
    def kind(self) -> str:
        return self.rule.kind if self.rule else "item"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of figures, with what the rows above it say of it."""

    number: int
    label: Label
    kind: RowKind
    block: int
    theme: tuple[str | None, str | None]  # code, title
    attributes: tuple[tuple[str, str], ...]
    caption: Caption | None  # the unit in force in this row


def label_cells(rows: Sequence[tuple[Cell | None, ...]], label_columns: Sequence[int],
            figure_columns: Sequence[int]) -> list[list[Cell]]:  # fmt: skip
    """The label cells of each row; where a page break splits a row, both parts of its label stand beside its figures."""
    out = [[cell for k in label_columns if (cell := row[k]) and cell.lines] for row in rows]
    bare = [not any((cell := row[k]) and cell.lines for k in figure_columns) for row in rows]
    for r in range(1, len(rows)):
        if not out[r - 1] or not out[r] or bare[r - 1] == bare[r]:
            continue
        upper, lower = out[r - 1][-1], out[r][-1]
        goes_on = lower.lines[0][:1].islower() or upper.lines[-1].endswith("-")
        if upper.page != lower.page and upper.bold == lower.bold and goes_on:
            whole = replace(upper, lines=upper.lines + lower.lines, mark=lower.mark or upper.mark)
            out[r if bare[r - 1] else r - 1] = [*out[r - 1][:-1], whole]
    return out


def find_row_rule(rule: TableRule, label: str, bold: bool) -> tuple[regex.Match[str] | None, RowRule | None]:
    for candidate in rule.rows:
        m = candidate.search(label) if bold or not candidate.bold else None
        if m:
            return m, candidate
    return None, None
