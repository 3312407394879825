"""What people write in a rule file, typed. Unknown keys are errors; every pattern carries examples."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, get_args

from pydantic import Field, ValidationInfo, field_validator, model_validator

from pipeline.model import AmountRow, Measure, Phase, RowKind, Stage, TableKind
from pipeline.rules.equations import SumRule
from pipeline.rules.patterns import Captures, Matcher, Strict, needs


class DocumentRule(Strict):
    """What to take from the document as a whole. Of several captures the first that finds something counts."""

    kind: str = Field(description="What such documents are: catalogue, memo, letter …")
    stage: Stage = "unknown"
    title: Captures
    municipality: Captures
    department: Captures
    budget_year: Captures
    date: Captures

    def find_budget_year(self, text: str) -> int | None:
        """The budget year that the lines of a document's text name. Raises `PatternTimeout`."""
        for capture in self.budget_year:
            found = capture.find_lines(text, most=1)
            if found and (value := capture.take(found[min(found)])):
                return int(year) if (year := value.strip()).isdecimal() and len(year) == 4 else None
        return None


class Money(Strict):
    """How amounts and positions are signed, and the unit where no caption names one."""

    currency: str = Field(default="DKK", pattern="^[A-Z]{3}$")
    unit: str | None = Field(default=None, description="Unit where no caption gives one, as it would be printed.")
    saving: Literal["positive", "negative", "none"] = Field(description="Sign of a saving as printed.")
    positions: Literal["more", "fewer"] = Field(default="more", description="What a positive staffing figure means.")


class Heading(Matcher):
    """The line that opens a section: captures `code`, perhaps `theme_code` and `title`."""

    bold: bool = Field(default=False, description="Only a line in bold type is a heading.")
    title_until: Matcher | None = Field(
        default=None, description="The title stands on the following lines, up to the line this finds."
    )


class FieldRule(Matcher):
    """A labelled value in a section, `Sektor: 1.20 Drift`; it runs on until the next known line or a gap."""

    name: Literal["sector", "area_budget", "saving_percent", "saving_type", "theme", "other"]
    document: bool = Field(default=False, description="Holds for the whole document, not for the section.")


class Sections(Strict):
    """Proposals that have a section of their own."""

    heading: Annotated[Heading, needs("code")]
    fields: list[Annotated[FieldRule, needs("value")]] = Field(default_factory=list)


class ColumnRule(Matcher):
    """What stands under a heading. `year` captured by the pattern; without `attribute` the column holds figures.

    The first column may be an attribute or ignored (account numbers); the labels then stand in the next one.
    """

    measure: Measure = "net"
    phase: Phase | None = None
    name: str | None = Field(default=None, pattern="^[a-z][a-z0-9_]*$", description="Name used in `column_sums`.")
    attribute: str | None = Field(default=None, pattern="^[a-z][a-z0-9_]*$", description="Name of a text column.")
    ignore: bool = Field(default=False, description="The column's figures are no amounts (account numbers, codes).")
    budget_year_plus: int | None = Field(
        default=None,
        ge=-20,
        le=20,
        description="Where the heading names no year: how many years after the document's budget year (0 is that year itself).",
    )


class RowRule(Matcher):
    """What a row whose label matches stands for. The first rule that matches counts; the others are items."""

    kind: Literal[RowKind, "heading", "ignore"]
    name: str | None = Field(default=None, pattern="^[a-z][a-z0-9_]*$", description="Name used in `sums`.")
    block: bool = Field(default=False, description="A heading that opens a new block: sums do not reach above it.")
    bold: bool = Field(default=False, description="Only a row whose label is in bold type.")
    measure: Measure | None = Field(
        default=None,
        description="What its figures are, where they are not what their columns say; of a heading: what those in the columns of "
        "money below it are, up to the next heading.",
    )
    unit: str | None = Field(
        default=None, description="Unit of its figures as it would be printed, or captured from the label as (?P<unit>…)."
    )

    @model_validator(mode="after")
    def _name_is_no_kind(self) -> RowRule:
        if self.name in get_args(RowKind) and self.name != self.kind:
            raise ValueError(f"{self.name!r} is a kind of row: a row rule of the kind {self.kind!r} needs another name")
        return self


class TableRule(Strict):
    """One kind of table: how to know it, what its columns and rows mean, which sums hold."""

    name: str = Field(pattern="^[a-z][a-z0-9_]*$")
    kind: TableKind
    where: Literal["anywhere", "in_section", "outside_sections"] = "anywhere"
    label: Matcher | None = Field(default=None, description="What the heading of the label column reads.")
    columns: list[ColumnRule] = Field(min_length=1)
    enumerator: Annotated[Matcher, needs("code")] | None = Field(
        default=None, description="A number before the label that names the proposal; taken off the label."
    )
    rows: list[RowRule] = Field(default_factory=list)
    sums: list[SumRule] = Field(default_factory=list)
    column_sums: list[SumRule] = Field(
        default_factory=list, description="Equations between the columns of each row: `net = expenditure - income`."
    )
    counted: bool = Field(default=False, description="Items of a table of kind `other` count in sums over the dataset.")
    phase: Phase | None = None

    @model_validator(mode="after")
    def _sums_name_rows(self) -> TableRule:
        known = {"item", *(r.name or r.kind for r in self.rows)} - {"heading", "ignore"}
        for s in self.sums:
            for term in s.terms:
                if term not in known:
                    named = [r.name for r in self.rows if r.kind == term and r.name]
                    if named:
                        raise ValueError(f"`{s.equation}`: every row rule of the kind {term!r} has a name; say {' or '.join(named)}")
                    raise ValueError(f"`{s.equation}` names {term!r}, which is no kind or name of a row rule of this table")
        columns = {c.name or c.measure for c in self.columns if not c.attribute and not c.ignore}
        for s in self.column_sums:
            for term in s.terms:
                if term not in columns:
                    raise ValueError(f"`{s.equation}` names {term!r}, which is no column name or measure of this table")
        return self


    @model_validator(mode="after")
    def _something_counts(self) -> TableRule:
        measures = {c.measure for c in self.columns if not c.attribute and not c.ignore} & {"net", "expenditure", "income"}
        if self.counted and len(measures) > 1 and "net" not in measures and not any(r.measure for r in self.rows):
            raise ValueError("`counted` adds up net amounts, or a table all of expenditure or all of income: no column here is net")
        return self


class Part(Strict):
    """Documents whose printed figure is a part of the whole that a sentence names."""

    document: Matcher = Field(description="Title of such a document, of any department of the round.")
    row: AmountRow = "total"
    label: Matcher | None = Field(default=None, description="Label of the row, where a document has several of that kind.")
    weight: Decimal = Field(default=Decimal(1), description="How often it counts; a minus takes it off.")


class Restates(Matcher):
    """A sentence that repeats a table figure: the amount captured as `amount` must equal the figure named.

    With `parts` the amount is a whole of which those figures are parts: together they may not be more.
    """

    name: str = Field(pattern="^[a-z][a-z0-9_]*$")
    row: AmountRow = "total"
    document: Matcher | None = Field(
        default=None, description="Title of the document that prints the figure; without it, this document."
    )
    year: Literal["first", "named", "each"] = Field(
        default="first", description="Of the table's years the first, those that the sentence names, or (of parts) each."
    )
    parts: list[Part] = Field(default_factory=list, description="Figures, also of other documents, that are parts of it.")
    complete: bool = Field(default=False, description="The parts make up the whole, so that they must equal it.")

    @model_validator(mode="after")
    def _is_one_or_the_other(self) -> Restates:
        if self.parts and self.document:
            raise ValueError("`document` names the one figure that is repeated; with `parts` each part has its own")
        if not self.parts and (self.complete or self.year == "each"):
            raise ValueError("`complete` and `year: each` need `parts`")
        return self


class Price(Matcher):
    """A sentence that gives what one position costs a year, as `amount`: staffing times price comes near the wages."""

    name: str = Field(pattern="^[a-z][a-z0-9_]*$")
    wages: Matcher = Field(description="Label of the rows that hold wages, in the table with the staffing.")
    within_percent: Decimal = Field(default=Decimal(5), ge=0, le=50, description="How near, in percent of the wages.")


class Ignore(Matcher):
    """Numbers that are no figures, and why. `line` takes whole lines out of the running text."""

    reason: str
    line: bool = False


class Rule(Strict):
    """A layout: one file in `rules/`."""

    id: str = Field(pattern="^[a-z][a-z0-9-]*$")
    title: str
    language: str = Field(description="A file in rules/shared: number locale, units and words of the language.")
    recognise: list[Matcher] = Field(min_length=1, description="Each must be found in some line of the document.")
    reject: list[Matcher] = Field(default_factory=list, description="None may be found.")
    document: DocumentRule
    money: Money
    captions: list[Annotated[Matcher, needs("unit")]] = Field(
        default_factory=list, description="Lines that give the unit (and `price_level`) of the tables below them."
    )
    sections: Sections | None = None
    tables: list[TableRule] = Field(default_factory=list)
    footnote: Annotated[Matcher, needs("mark", "text")] | None = None
    restates: list[Annotated[Restates, needs("amount")]] = Field(default_factory=list)
    prices: list[Annotated[Price, needs("amount")]] = Field(default_factory=list)
    ignore: list[Ignore] = Field(default_factory=list)

    @field_validator("tables")
    @classmethod
    def _knows_the_budget_year(cls, tables: list[TableRule], info: ValidationInfo) -> list[TableRule]:
        document = info.data.get("document")  # missing where it has faults of its own
        if (
            document
            and not document.budget_year
            and any(c.budget_year_plus is not None for t in tables for c in t.columns)
        ):
            raise ValueError("`budget_year_plus` needs `budget_year` under `document`")
        return tables

    @model_validator(mode="after")
    def _names_each_sentence_once(self) -> Rule:
        names = [r.name for r in self.restates] + [p.name for p in self.prices]
        twice = sorted({n for n in names if names.count(n) > 1})
        if twice:
            raise ValueError(f"{twice[0]!r} stands twice among the names of `restates` and `prices`")
        return self
