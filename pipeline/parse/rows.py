"""The rows of a table as its rule reads them: their labels, and what stands for a figure while it is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import regex

from pipeline.model import Cell, RowKind
from pipeline.parse.headings import Column
from pipeline.parse.walk import Caption, PlacedTable
from pipeline.rules.schema import RowRule, TableRule

_ENDS = (".", "!", "?")  # of a sentence
_LONG = 9  # words of a heading at most


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
    heading: Label | None  # the last heading row above it
    measuring: Label | None  # the last that a rule calls a heading
    theme: tuple[str | None, str | None]  # code, title
    attributes: tuple[tuple[str, str], ...]
    caption: Caption | None  # the unit in force in this row


def find_row_rule(rule: TableRule, label: str, bold: bool) -> tuple[regex.Match[str] | None, RowRule | None]:
    for candidate in rule.rows:
        m = candidate.search(label) if bold or not candidate.bold else None
        if m:
            return m, candidate
    return None, None


def is_sentence(text: str) -> bool:
    """Whether the words of a row without figures are running text, and no heading."""
    return text.endswith(_ENDS) or text.count(" ") >= _LONG


def column_of_codes(reading: Reading, rows: Sequence[Sequence[Cell | None]], until: int) -> int | None:
    """The column of codes before the figures, if there is one: in it the words of a total may begin, and span the labels."""
    before = [c.index for c in reading.columns if c.rule.attribute and c.index < until]
    texts = {k: [cell.raw for row in rows if (cell := row[k]) and cell.lines] for k in before}
    codes = [k for k, own in texts.items() if 2 * sum(any(ch.isdigit() for ch in t) for t in own) >= len(own) > 0]
    return codes[0] if len(codes) == 1 else None


def is_worded(cell: Cell) -> bool:
    """Whether a cell holds words and no number."""
    return any(ch.isalpha() for ch in cell.raw) and not any(ch.isdigit() for ch in cell.raw)
