"""The rows of a table as its rule reads them: their labels, and what stands for a figure while it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import regex

from pipeline.model import RowKind
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


def find_row_rule(rule: TableRule, label: str, bold: bool) -> tuple[regex.Match[str] | None, RowRule | None]:
    for candidate in rule.rows:
        m = candidate.search(label) if bold or not candidate.bold else None
        if m:
            return m, candidate
    return None, None
