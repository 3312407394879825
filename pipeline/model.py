"""The frozen records that flow between the stages. Imports nothing of ours but how things are said.

Coordinates are points from the top left of the page as displayed (crop box and rotation applied):
``x0 top x1 bottom``, pages numbered from 1. Amounts are exact (`Decimal` or `int`), never floats.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple, get_args

from pipeline.said import Said

# --- what a page holds -------------------------------------------------------------------------


class Box(NamedTuple):
    """A rectangle on a page, in points."""

    x0: float
    top: float
    x1: float
    bottom: float


class Word(NamedTuple):
    """Characters without a blank between them. A named tuple because a page holds hundreds.

    `mark` is a superscript that was glued to the end of the word (``alt¹`` -> text ``alt``, mark ``1``).
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    bold: bool
    mark: str = ""
    turn: int = 0  # 90: set upwards, to be read with the head to the left; 270: downwards; 180: upside down; 45: across text
    confidence: float = 1.0  # how sure OCR is of it, 0 to 1


class Edge(NamedTuple):
    """A ruling line or one side of a rectangle; horizontal when `top` equals `bottom`."""

    x0: float
    top: float
    x1: float
    bottom: float


class Line(NamedTuple):
    """Words on one baseline, from left to right. `text` joins them with one blank (superscripts left out)."""

    text: str
    words: tuple[Word, ...]
    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def bold(self) -> bool:
        """True when every word of the line is bold."""
        return all(w.bold for w in self.words)


@dataclass(frozen=True, slots=True)
class Page:
    """One page as read: lines of words from top to bottom, ruling edges, and how much else is drawn.

    A picture is read straightened, a page whose text lies on its side is turned, and the coordinates are those of the
    straightened page; `shown` (a b c d e f: x becomes
    ax + by + c, y becomes dx + ey + f) maps them to the page as displayed, `None` where they are the same.
    """

    number: int
    width: float
    height: float
    lines: tuple[Line, ...]
    edges: tuple[Edge, ...]
    images: int = 0
    paths: int = 0
    unmapped: int = 0  # characters for which the font has no meaning
    reader: Literal["text", "ocr"] = "text"
    shown: tuple[float, float, float, float, float, float] | None = None
    covered: tuple[Box, ...] = ()  # text that a filled area hides, whole or in part, or that cannot be seen otherwise
    unread: Said | None = None  # why a page that has to be read as a picture was not

    @property
    def broken(self) -> bool:
        """Whether so many characters have no meaning that the text cannot be trusted."""
        return self.unmapped > max(3.0, _BROKEN * sum(len(line.text) for line in self.lines))


_BROKEN = 0.02  # share of characters without meaning


# --- tables by geometry --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell: its printed lines and the box of its words (of the cell itself when empty)."""

    lines: tuple[str, ...]
    page: int
    x0: float
    top: float
    x1: float
    bottom: float
    bold: bool = False
    mark: str = ""
    words: tuple[tuple[int, int], ...] = ()  # (line index, word index) on the page
    confidence: float = 1.0  # of its least sure word
    elsewhere: tuple[tuple[int, int, int], ...] = ()  # (page, line, word): the part that stands beyond a page break

    @property
    def places(self) -> tuple[tuple[int, int, int], ...]:
        """Page, line and place of each of its words."""
        return tuple((self.page, i, j) for i, j in self.words) + self.elsewhere

    @property
    def raw(self) -> str:
        """The lines as printed, one below the other."""
        return "\n".join(self.lines)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; every row has as many cells as the table has columns, `None` where a neighbour spans.

    A label that spans several rows is the same cell in each of them.
    """

    page: int
    x0: float
    top: float
    x1: float
    bottom: float
    rows: tuple[tuple[Cell | None, ...], ...]
    ruled: bool
    columns: tuple[float, ...]  # x of the column borders, left to right, one more than there are columns
    last_page: int = 0  # where a table continues on the next page(s); else equal to `page`
    last_bottom: float = 0.0


# --- numbers -----------------------------------------------------------------------------------------


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


# --- what a rule finds in a document -------------------------------------------------------------------

TableKind = Literal["overview", "proposal", "other"]
AmountRow = Literal["item", "subtotal", "total", "memo"]
RowKind = Literal[AmountRow, "staffing"]
MoneyMeasure = Literal["net", "expenditure", "income"]
Measure = Literal[MoneyMeasure, "staffing", "count", "percent"]
MONEY: tuple[Measure, ...] = get_args(MoneyMeasure)
Phase = Literal["proposal", "budget", "adjusted_budget", "forecast", "actual", "deviation"]
Stage = Literal["draft", "hearing", "adopted", "followup", "unknown"]
Severity = Literal["error", "warning", "info"]


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


# --- what is published ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LineItem:
    """One printed table figure, normalized. The columns of `line_items` in DATASET.md, and its readings."""

    line_item_id: str
    table_id: str
    table_rule: str
    table_kind: TableKind
    block: int
    row: int
    proposal_code: str | None
    proposal_title: str | None
    theme_code: str | None
    sector: str | None
    label: str
    row_kind: RowKind
    row_name: str
    column_printed: str
    column_name: str
    year: int | None
    phase: str | None
    measure: Measure
    attributes: tuple[tuple[str, str], ...]
    number: Number
    unit: Decimal | None
    currency: str | None
    saving_sign: int
    staffing_sign: int
    value_printed: str
    unit_printed: str
    price_level: str | None
    footnote: str | None
    page: int
    box: Box
    ruled: bool
    reader: str
    confidence: float | None = None  # how sure OCR is of it; None where the page has text
    reading: int = 0  # which of `number.readings` holds
    counted: bool = False
    decided_by: str | None = None
    verification: Literal["verified", "contradicted", "unverifiable"] = "unverifiable"
    verified_by: tuple[str, ...] = ()

    @property
    def is_money(self) -> bool:
        return self.unit is not None and self.measure in MONEY

    @property
    def value(self) -> Decimal:
        """The printed value under the reading that holds, in whole currency units where it is money."""
        v = self.number.readings[self.reading].value
        return v * self.unit if self.unit is not None and self.measure in MONEY else v

    @property
    def quantum(self) -> Decimal:
        """Value of the last printed digit, in the units of `value`."""
        q = self.number.readings[self.reading].quantum
        return q * self.unit if self.unit is not None and self.measure in MONEY else q


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not reconcile, or that a person should know."""

    check: str
    severity: Severity
    message: str
    document_id: str | None
    page: int | None = None
    box: Box | None = None
    year: int | None = None
    expected: Decimal | None = None
    actual: Decimal | None = None
    difference: Decimal | None = None
    tolerance: Decimal | None = None
    within_rounding: bool = False
    line_item_ids: tuple[str, ...] = ()
    suggestion: str | None = None
    status: Literal["open", "waived"] = "open"
    waiver_reason: str | None = None
    key: str = ""  # what the finding is about, where two of one document would else look alike
    score: float | None = None  # of a lead: how much it is worth a journalist's look, 0 to 1 (`checks.leads`)
    message_da: str = field(kw_only=True)  # the same sentences in Danish
    suggestion_da: str | None = None


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that one PDF and one rule give: the result of the stages up to `normalize`, before any check."""

    sha256: str
    rule_id: str | None
    pages: int
    text: tuple[str, ...]  # plain text per page: what rules are recognised by
    meta: DocumentMeta = field(default_factory=DocumentMeta)
    items: tuple[LineItem, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    amounts: tuple[TextAmount, ...] = ()
    tokens: tuple[Token, ...] = ()
    notes: tuple[Note, ...] = ()
