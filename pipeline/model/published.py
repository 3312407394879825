"""What is published: figures, normalized, and what was found of them; and all that one document gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from pipeline.model.found import (
    MONEY,
    DocumentMeta,
    Measure,
    Note,
    Number,
    Proposal,
    RowKind,
    Severity,
    TableKind,
    TextAmount,
    Token,
)
from pipeline.model.page import Box


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
    heading: str | None = None
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
