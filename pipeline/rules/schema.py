"""What people write in `rules/`, typed. Unknown keys are errors; every pattern carries examples.

Patterns are those of the `regex` package (``\\p{Lu}`` is a capital letter), searched in one printed line unless said
otherwise, and always matched with a time limit.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Annotated, Any, Literal

import regex
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

TIME_LIMIT = 1.0  # seconds that one pattern may take on one text


# Constructs by which a pattern may find a line and yet miss it inside a page: anything in `(?…)` but plain groups,
# names, positive look-arounds and `i`; verbs; possessive quantifiers; the ends of the text. Too careful is only slow.
_NEEDS_LINES = regex.compile(r"\(\?(?!:|=|<=|P<|i\)|i:)|\(\*|[*+?}]\+|\\[AZzGX]")


class PatternTimeout(Exception):
    """A pattern ran away: it needs rewriting. The argument is the pattern."""

    def __str__(self) -> str:
        return f"the pattern {self.args[0]!r} took longer than {TIME_LIMIT:g} s on one text: rewrite it without nested repetition"


class Strict(BaseModel):
    """Base of everything in a rule file."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


def _compiles(text: str) -> str:
    try:
        regex.compile(text)
    except (regex.error, ValueError) as e:  # ValueError: flags that exclude each other, `x{1d<`
        raise ValueError(f"is no valid pattern: {e}") from None
    return text


Pattern = Annotated[str, Field(min_length=1), AfterValidator(_compiles)]


_SHORT, _LONG = 4, 12  # letters of a pattern from which on one or two of them may be misread


@lru_cache(maxsize=4096)
def _misread(pattern: str, errors: int) -> regex.Pattern[str]:
    return regex.compile(f"(?:{pattern}){{e<={errors}}}")


class Matcher(Strict):
    """A pattern and lines it must find. `not_examples` are lines that it must leave alone."""

    pattern: Pattern = Field(description="Pattern searched in a printed line.")
    examples: list[str] = Field(min_length=1, description="Printed text that the pattern must find.")
    not_examples: list[str] = Field(default_factory=list, description="Printed text that it must not find.")

    @cached_property
    def compiled(self) -> regex.Pattern[str]:
        return regex.compile(self.pattern)

    def search(self, text: str) -> regex.Match[str] | None:
        """First match in `text`. Raises `PatternTimeout`."""
        try:
            return self.compiled.search(text, timeout=TIME_LIMIT)
        except TimeoutError:
            raise PatternTimeout(self.pattern) from None

    def nearly(self, text: str, errors: int) -> bool:
        """Whether `text` has what the pattern finds but for some characters that OCR misread: none in a pattern of less than
        four letters, one in a pattern of less than twelve, else two; at most `errors`. Raises `PatternTimeout`."""
        letters = sum(ch.isalpha() for ch in self.pattern)
        errors = min(errors, 0 if letters < _SHORT else 1 if letters < _LONG else 2)
        try:
            return errors > 0 and _misread(self.pattern, errors).search(text, timeout=TIME_LIMIT) is not None
        except TimeoutError:
            raise PatternTimeout(self.pattern) from None

    def finditer(self, text: str) -> list[regex.Match[str]]:
        """All matches in `text`. Raises `PatternTimeout`."""
        try:
            return list(self.compiled.finditer(text, timeout=TIME_LIMIT))
        except TimeoutError:
            raise PatternTimeout(self.pattern) from None

    @cached_property
    def _sieve(self) -> regex.Pattern[str] | None:
        """The pattern for whole pages, where it finds at least what it finds line by line; else `None`."""
        return None if _NEEDS_LINES.search(self.pattern) else regex.compile(self.pattern, regex.MULTILINE)

    def find_lines(self, text: str, most: int | None = None) -> dict[int, regex.Match[str]]:
        """Number of a line of `text` -> first match in that line, for all lines (the first `most`) that have one.

        Equal to `search` on every line, in one pass over the text. Raises `PatternTimeout`.
        """
        out: dict[int, regex.Match[str]] = {}
        sieve = self._sieve
        if sieve is None:
            for number, line in enumerate(text.split("\n")):
                if m := self.search(line):
                    out[number] = m
                    if len(out) == most:
                        break
            return out
        at = number = 0
        try:
            while hit := sieve.search(text, at, timeout=TIME_LIMIT):
                number += text.count("\n", at, hit.start())
                start = text.rfind("\n", 0, hit.start()) + 1
                end = text.find("\n", hit.start())
                end = len(text) if end < 0 else end
                m = self.search(text[start:end])  # the hit may have run over the end of the line
                if m:
                    out[number] = m
                if end == len(text) or len(out) == most:
                    break
                at, number = end + 1, number + 1
        except TimeoutError:
            raise PatternTimeout(self.pattern) from None
        return out

    def groups(self) -> set[str]:
        return set(self.compiled.groupindex)


def needs(*names: str) -> AfterValidator:
    """Check that a matcher captures the given named groups."""

    def check(m: Any) -> Any:
        missing = [n for n in names if n not in m.groups()]
        if missing:
            raise ValueError("the pattern must capture " + ", ".join(f"(?P<{n}>…)" for n in missing))
        return m

    return AfterValidator(check)


class Capture(Matcher):
    """Finds a value in the document: the group `value`, or a fixed `value` wherever the pattern is found."""

    value: str | None = Field(default=None, description="Fixed value; without it the pattern captures (?P<value>…).")

    @model_validator(mode="after")
    def _has_value(self) -> Capture:
        if self.value is None and "value" not in self.groups():
            raise ValueError("the pattern must capture (?P<value>…), or give a fixed `value`")
        return self

    def take(self, m: regex.Match[str]) -> str:
        return self.value if self.value is not None else str(m["value"])


def _listed(v: Any) -> Any:
    return [v] if isinstance(v, dict) else v


Captures = Annotated[list[Capture], BeforeValidator(_listed), Field(default_factory=list)]

Stage = Literal["draft", "hearing", "adopted", "followup", "unknown"]
Measure = Literal["net", "expenditure", "income", "staffing", "count", "percent"]
Phase = Literal["proposal", "budget", "adjusted_budget", "forecast", "actual", "deviation"]


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
            if found:
                year = capture.take(found[min(found)]).strip()
                return int(year) if year.isdigit() else None
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


_ROW_KINDS = ("item", "subtotal", "total", "staffing", "memo")  # those of rows that hold figures


class RowRule(Matcher):
    """What a row whose label matches stands for. The first rule that matches counts; the others are items."""

    kind: Literal["item", "subtotal", "total", "staffing", "memo", "heading", "ignore"]
    name: str | None = Field(default=None, pattern="^[a-z][a-z0-9_]*$", description="Name used in `sums`.")
    block: bool = Field(default=False, description="A heading that opens a new block: sums do not reach above it.")
    bold: bool = Field(default=False, description="Only a row whose label is in bold type.")
    measure: Measure | None = Field(default=None, description="What its figures are, where they are not what their columns say.")
    unit: str | None = Field(
        default=None, description="Unit of its figures as it would be printed, or captured from the label as (?P<unit>…)."
    )

    @model_validator(mode="after")
    def _name_is_no_kind(self) -> RowRule:
        if self.name in _ROW_KINDS and self.name != self.kind:
            raise ValueError(f"{self.name!r} is a kind of row: a row rule of the kind {self.kind!r} needs another name")
        return self


class SumRule(Strict):
    """An equation between row kinds (or names): `item = total + memo`.

    The first term on the right closes it: such a row takes in the rows on its side of the table that none has taken in yet.
    A kind means the rows of that kind that have no `name`; those that have one are meant by it.
    """

    equation: str = Field(
        examples=["item = total"],
        description="Row kinds or names joined by + and - on both sides of =; the first term on the right is the row that closes it. "
        "A kind means the rows of that kind without a `name`.",
    )
    totals: Literal["below", "above"] = Field(
        default="below", description="Where the closing row stands: below the rows that it takes in, or above them."
    )
    why: str | None = Field(default=None, description="Why it is so, where it is not obvious.")

    @cached_property
    def sides(self) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
        """Row kind or name -> how often it counts, left and right of the equals sign."""
        return parse_sides(self.equation)

    @cached_property
    def terms(self) -> dict[str, Decimal]:
        """Row kind or name -> weight; the equation says that the weighted values add up to nothing."""
        left, right = self.sides
        return left | {name: -weight for name, weight in right.items()}

    @property
    def closer(self) -> str:
        """The row kind or name that closes the sum."""
        return next(iter(self.sides[1]))

    @property
    def result(self) -> str:
        """What an equation between columns works out: the term alone on its side; of two such, the right one."""
        left, right = self.sides
        return next(iter(left if len(left) == 1 < len(right) else right))

    @property
    def beside(self) -> frozenset[str]:
        """Rows that may follow the closing row and belong to its sum."""
        return frozenset(self.sides[1]) - {self.closer}

    @field_validator("equation")
    @classmethod
    def _is_equation(cls, text: str) -> str:
        parse_sides(text)
        return text


_TERM = regex.compile(r"\s*([+-])?\s*(?:(\d+(?:\.\d+)?)\s*\*?\s*)?([a-z][a-z0-9_]*)")


def parse_sides(text: str) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """`item = total + memo` -> {item: 1}, {total: 1, memo: 1}. Raises `ValueError` where it is no equation, or says nothing."""
    sides = text.split("=")
    if len(sides) != 2:
        raise ValueError("an equation has one `=`, as in `item = total`")
    left, right = (_parse_side(side) for side in sides)
    if not left or not right:
        raise ValueError("both sides of an equation need a term")
    twice = next((name for name in left if name in right), None)
    if twice:
        raise ValueError(f"`{text}` has {twice!r} on both sides: what is to be summed up, and what is its sum?")
    nothing = next((name for name, weight in (left | right).items() if not weight), None)
    if nothing:
        raise ValueError(f"`{text}` counts {nothing!r} no times")
    return left, right


def _parse_side(side: str) -> dict[str, Decimal]:
    out: dict[str, Decimal] = {}
    at = 0
    while at < len(side.rstrip()):
        m = _TERM.match(side, at)
        if not m or (at and not m[1]):
            raise ValueError(f"cannot read {side[at:].strip()!r}: terms are row kinds or names joined by + and -")
        weight = Decimal(m[2] or 1) * (-1 if m[1] == "-" else 1)
        out[m[3]] = out.get(m[3], Decimal(0)) + weight
        at = m.end()
    return out


class TableRule(Strict):
    """One kind of table: how to know it, what its columns and rows mean, which sums hold."""

    name: str = Field(pattern="^[a-z][a-z0-9_]*$")
    kind: Literal["overview", "proposal", "other"]
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


class Part(Strict):
    """Documents whose printed figure is a part of the whole that a sentence names."""

    document: Matcher = Field(description="Title of such a document, of any department of the round.")
    row: Literal["item", "subtotal", "total", "memo"] = "total"
    label: Matcher | None = Field(default=None, description="Label of the row, where a document has several of that kind.")
    weight: Decimal = Field(default=Decimal(1), description="How often it counts; a minus takes it off.")


class Restates(Matcher):
    """A sentence that repeats a table figure: the amount captured as `amount` must equal the figure named.

    With `parts` the amount is a whole of which those figures are parts: together they may not be more.
    """

    name: str = Field(pattern="^[a-z][a-z0-9_]*$")
    row: Literal["item", "subtotal", "total", "memo"] = "total"
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


# --- waivers ---------------------------------------------------------------------------------------------


class Waiver(Strict):
    """A finding that somebody has looked at and accepts. All that is given must match."""

    check: str
    document: str | None = Field(default=None, description="document_id")
    figure: str | None = Field(default=None, min_length=4, description="Start of the line_item_id of a suspect.")
    label: str | None = Field(default=None, description="Label of a suspect's row.")
    year: int | None = None
    page: int | None = None
    difference: Decimal | None = Field(default=None, description="What the finding is off by; needed where it says.")
    reason: str = Field(min_length=8)
    who: str = Field(min_length=2)
    until: date | None = None


class Waivers(Strict):
    """The file `rules/waivers.yaml`."""

    waivers: list[Waiver]


# --- languages -------------------------------------------------------------------------------------------


class Unit(Matcher):
    """A way to write a unit, and what one of it is worth in whole currency units."""

    value: Decimal
    currency: str = Field(default="DKK", pattern="^[A-Z]{3}$")
    leads: bool = Field(default=False, description="May also stand before its number: `€ 146.000`.")


class Context(Matcher):
    """Numbers in running text that are no amounts: years, dates, paragraphs of a law, telephone numbers …"""

    status: str = Field(pattern="^[a-z][a-z_]*$", description="`unclaimed` leaves them to be told, whatever comes after it says.")
    margin: bool = Field(default=False, description="Only in the margin of a page.")


class Word(Matcher):
    """Words of a title, and the kind of document that they say."""

    says: str


class StageWord(Word):
    says: Stage


class MeasureWord(Word):
    """Words of a heading or a label, and what they say of its figures."""

    says: Measure


class PhaseWord(Word):
    says: Phase


class DraftWords(Strict):
    """What `rules draft` knows of a language; no reading uses it. Of several entries the first that matches counts."""

    common: list[str] = Field(default_factory=list, description="Small words of every page: by them the language is known.")
    municipality: Captures
    budget_year: Captures
    documents: list[Word] = Field(default_factory=list, description="Words of titles, and the kind of document.")
    stages: list[StageWord] = Field(default_factory=list, description="Words of titles, and the stage of the budget.")
    amounts_in: Matcher | None = Field(default=None, description="Before a unit: it holds for the figures below.")
    price_level: Matcher | None = None
    measures: list[MeasureWord] = Field(default_factory=list, description="Words of headings; of labels too.")
    phases: list[PhaseWord] = Field(default_factory=list, description="Words of headings.")
    codes: Matcher | None = Field(default=None, description="Headings of columns that hold codes, no amounts.")
    totals: list[Matcher] = Field(default_factory=list, description="Labels of sums.")
    of_which: Matcher | None = Field(default=None, description="Labels of rows that are a part of the row above.")


# A field that a language file leaves out finds nothing.
_NOTHING = Matcher(pattern=r"\b\B", examples=["-"])
_NUMBERED_NOTHING = Matcher(pattern=r"\b\B(?P<number>)", examples=["-"])
_DATED_NOTHING = Matcher(pattern=r"\b\B(?P<first>)", examples=["-"])


class Language(Strict):
    """Number locale, units and words of a language: one file in `rules/shared`. Only numbers and units must be there."""

    language: str = Field(pattern="^[a-z]+$")
    decimal: str = Field(pattern="^[.,]$")
    group: str = Field(pattern="^[., ']$")
    units: list[Unit] = Field(min_length=1, description="In captions and headings; also after amounts in text.")
    approximately: Matcher = _NOTHING
    rising: Matcher = Field(_NOTHING, description="Between two amounts of which only the second names the unit.")
    range: Matcher = Field(_NOTHING, description="Between two numbers or amounts: they are the ends of a range.")
    further: Matcher = Field(_NOTHING, description="Before an amount: it comes on top of the one before it.")
    onwards: Matcher = Field(_NOTHING, description="After a year: and the years that follow.")
    years: Annotated[Matcher, needs("first")] = Field(_DATED_NOTHING, description="A year or range of years that dates an amount.")
    rate: Matcher = Field(_NOTHING, description="After an amount: it is a price for each of something.")
    restating: Matcher = Field(_NOTHING, description="Before an amount: it says the one before it over again.")
    parts: Matcher = Field(_NOTHING, description="A sentence that says which parts an amount consists of.")
    budget_words: Matcher = Field(_NOTHING, description="A sentence that speaks of a budget.")
    saving_words: Matcher = Field(_NOTHING, description="Before an amount: it is a saving.")
    per_cent: Matcher = Field(
        default=Matcher(pattern=r"(?<!\d\s*)%", examples=["Andel i %"], not_examples=["Stigning på 2 %"]),
        description="A label whose figures are percentages.",
    )
    one_off: Matcher = Field(_NOTHING, description="A label of money that comes once: a sale, a refund.")
    percent: Annotated[Matcher, needs("number")] = Field(
        Matcher(pattern=r"(?<![\d.,])(?P<number>\d++(?:[.,]\d++)?)\s?%", examples=["22,9 %"]), description="A printed percentage."
    )
    announces_table: Annotated[Matcher, needs("number")] = _NUMBERED_NOTHING
    approximate_field: Matcher = Field(_NOTHING, description="A field that says it is an estimate.")
    irrelevant: Matcher = Field(_NOTHING, description="A field that says it does not apply.")
    months: list[str] = Field(
        default_factory=list, min_length=12, max_length=12, description="Names of the months, the first of the year first."
    )
    abbreviations: list[str] = Field(default_factory=list, description="Words with a full stop that does not end a sentence.")
    contexts: list[Context] = Field(default_factory=list)
    draft: DraftWords = Field(default_factory=lambda: DraftWords.model_validate({}))
