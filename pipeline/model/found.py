"""What a rule finds in a document: figures as printed and every way to read them, proposals, amounts in text, loose ends.

Amounts are exact (`Decimal` or `int`), never floats.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal, get_args

from pipeline.model.page import Box

TableKind = Literal["overview", "proposal", "other"]
AmountRow = Literal["item", "subtotal", "total", "memo"]  # those that a sentence may repeat
RowKind = Literal[AmountRow, "staffing"]
MoneyMeasure = Literal["net", "expenditure", "income"]
Measure = Literal[MoneyMeasure, "staffing", "count", "percent"]
MONEY: tuple[Measure, ...] = get_args(MoneyMeasure)
Phase = Literal["proposal", "budget", "adjusted_budget", "forecast", "actual", "deviation"]
Stage = Literal["draft", "hearing", "adopted", "followup", "unknown"]
Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a printed number: its value and the value of its last printed digit (`quantum`)."""

    value: Decimal
    quantum: Decimal


@dataclass(frozen=True, slots=True)
class Number:
    """A printed number with every reading its string allows, the one the locale prescribes first."""

    printed: str
    readings: tuple[Reading, ...]
    canonical: bool  # written the way the locale prescribes
    percent: bool = False
    nil: bool = False  # a dash that stands for nothing

    @property
    def value(self) -> Decimal:
        return self.readings[0].value

    @property
    def ambiguous(self) -> bool:
        return len(self.readings) > 1


@dataclass(frozen=True, slots=True)
class RawLine:
    """One figure of a table as printed, with everything the page says of it."""

    table_id: str
    table_rule: str  # name of the table rule that read it
    table_kind: TableKind
    block: int  # sums do not reach from one block into another
    row: int
    label: str
    label_printed: str
    row_kind: RowKind
    row_name: str  # the name a rule gave to the row, else its kind
    column_printed: str
    column_name: str  # the name a rule gave to the column, else its measure
    year: int | None
    phase: str | None
    measure: Measure
    counts: bool  # by its table and column it may count in sums over the dataset
    printed: str
    number: Number
    unit_printed: str
    unit: Decimal | None  # value of 1 in whole units of the currency
    currency: str | None
    price_level: str | None
    proposal_code: str | None
    theme: str | None
    theme_title: str | None
    footnote: str | None
    attributes: tuple[tuple[str, str], ...]
    saving_sign: int  # +1: a positive figure is a saving; -1: a negative one; 0: no savings here
    staffing_sign: int  # +1: a positive figure is more positions; -1: fewer
    page: int
    box: Box
    ruled: bool  # the table has ruling lines
    heading: str | None = None  # the last heading row above it in its table
    reader: str = "text"
    confidence: float | None = None  # how sure OCR is of it; None where the page has text


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal of a document: its section, or the overview row that names it."""

    code: str
    title: str
    theme_code: str | None = None
    theme_title: str | None = None
    sector: str | None = None
    description: str | None = None
    area_budget_printed: str | None = None
    saving_percent_printed: str | None = None
    saving_type: str | None = None
    has_section: bool = True
    page: int = 0
    box: Box | None = None


# How an amount goes with the one beside it: before or after `stigende til`; on top of the one before (`og yderligere`); an end of
# a range (`3-4 mio. kr.`), which is no figure.
Rises = Literal["", "from", "to", "further", "least", "most"]
ENDS: tuple[Rises, ...] = ("least", "most")


@dataclass(frozen=True, slots=True)
class TextAmount:
    """An amount in running text. `years`: the years its sentence names for it, () when it names none."""

    sentence: str
    printed: str
    number: Number
    unit: Decimal
    currency: str
    approximate: bool
    role: Literal["table", "area_budget", "other"]
    years: tuple[int, ...]
    rises: Rises
    proposal_code: str | None
    field: str  # the kind of text it stands in: prose, footnote, or the field's name
    paragraph: int
    start: int  # offset in its paragraph
    page: int
    box: Box
    restates: str | None = None  # the entry of the rule's `restates` or `prices` that caught it
    onwards: bool = False  # `i 2025 og frem`: the year it names and all later ones
    confidence: float | None = None  # how sure OCR is of it; None where the page has text
    unit_borrowed: str | None = None  # unit that it takes from another amount: `3,5 stigende til 4,0 mio. kr.`


@dataclass(frozen=True, slots=True)
class Token:
    """A word with a digit and what became of it; `unclaimed` when nothing explains it."""

    text: str
    status: str
    page: int
    box: Box
    line: str = ""  # what is printed on its line, where nothing explains it


@dataclass(frozen=True, slots=True)
class DocumentMeta:
    """What a document says of itself."""

    title: str | None = None
    municipality: str | None = None
    budget_year: int | None = None
    department: str | None = None
    kind: str | None = None
    stage: str = "unknown"
    document_date: date | None = None
    years: tuple[int, ...] = ()
    sector: str | None = None
    area_budget_printed: str | None = None
    saving_percent_printed: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Something a stage noticed in one document, before any arithmetic: becomes a finding."""

    check: str
    severity: Severity
    message: str
    page: int | None = None
    box: Box | None = None
    suggestion: str | None = None
    message_da: str = field(kw_only=True)  # the same sentences in Danish
    suggestion_da: str | None = None
