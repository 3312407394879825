"""What people write in `rules/shared`, typed: numbers, units and words of a language."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated

from pydantic import Field, model_validator

from pipeline.model import Measure, Phase, Stage
from pipeline.rules.patterns import TIME_LIMIT, Matcher, Strict, needs


class Unit(Matcher):
    """A way to write a unit, and what one of it is worth in whole currency units."""

    value: Decimal = Field(gt=0, le=10**12)
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
    municipality: list[Annotated[Matcher, needs("value")]] = Field(default_factory=list)
    budget_year: list[Annotated[Matcher, needs("value")]] = Field(default_factory=list)
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
_FOREIGN = Matcher(
    pattern=r"(?<!\p{L})(?:EUR|USD|GBP|CHF|DKK|SEK|NOK|ISK|PLN|CZK|HUF|RON|JPY|(?i:euros?|(?:US[- ]?)?dollars?))(?!\p{L})|[€$£¥]",
    examples=["EUR", "$", "US-dollar"],
)
_NUMBERED_NOTHING = Matcher(pattern=r"\b\B(?P<number>)", examples=["-"])
_DATED_NOTHING = Matcher(pattern=r"\b\B(?P<first>)", examples=["-"])


class Language(Strict):
    """Number locale, units and words of a language: one file in `rules/shared`. Only numbers and units must be there."""

    language: str = Field(pattern="^[a-z]+$")
    decimal: str = Field(pattern="^[.,]$")
    group: str = Field(pattern="^[., ']$")
    units: list[Unit] = Field(min_length=1, description="In captions and headings; also after amounts in text.")
    foreign: Matcher = Field(_FOREIGN, description="Currencies that no unit is in: money in one of them is told, and never taken for "
                             "the unit's. What is a unit as well is none.")  # fmt: skip
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

    def foreign_in(self, text: str) -> Iterator[tuple[int, int]]:
        """Where a text names a currency that none of the units is in. Raises `PatternTimeout`."""
        for m in self.foreign.finditer(text):
            if not any(unit.compiled.fullmatch(m[0], timeout=TIME_LIMIT) for unit in self.units):
                yield m.span()

    @model_validator(mode="after")
    def _marks_differ(self) -> Language:
        if self.decimal == self.group:
            raise ValueError(f"`decimal` and `group` are both {self.group!r}: no number could be read")
        return self
