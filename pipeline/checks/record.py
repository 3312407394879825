"""What the checks look at: the documents of a round, and the relations between their figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal, NamedTuple

from pipeline.ids import make_id
from pipeline.model import MONEY, Box, Extraction, LineItem, Number, TextAmount
from pipeline.numbers import MINUS, Locale, parse
from pipeline.rules.language import Language
from pipeline.rules.schema import Rule

_NOUGHT = Decimal(0)


@dataclass(frozen=True, slots=True)
class Document:
    """The current revision of one document, with the rule that read it."""

    document_id: str
    municipality: str
    budget_year: int
    extraction: Extraction
    rule: Rule | None
    language: Language

    @property
    def items(self) -> tuple[LineItem, ...]:
        return self.extraction.items

    @property
    def department(self) -> str | None:
        return self.extraction.meta.department

    def with_items(self, items: tuple[LineItem, ...]) -> Document:
        return replace(self, extraction=replace(self.extraction, items=items))


class Place(NamedTuple):
    """The cell of a table that a figure stands in; `column` names a column within its table."""

    table: str
    row: int
    column: tuple[str, str, int | None]  # its name in the rule, or what else it measures; heading, year


class Term(NamedTuple):
    """One printed figure in a relation: `weight` times its value. A named tuple because a round holds millions.

    `figure` is a line_item_id or an amount_id; `at` is `None` for amounts in running text.
    """

    figure: str
    weight: Decimal
    value: Decimal
    quantum: Decimal
    printed: str
    label: str
    page: int
    box: Box
    document_id: str
    at: Place | None = None
    unit: Decimal = Decimal(1)  # what 1 of what is printed is worth


Bound = Literal["=", "≤", "≈"]


@dataclass(frozen=True, slots=True)
class Relation:
    """An equation between printed figures: the weighted values of `terms` add up to nothing.

    The last term is the one printed as the result (a total, the other printing of a figure). `bound`: `≤` where the others
    need only be parts of the result, `≈` where they need only come near it (within `slack` more than rounding explains);
    neither proves a figure. Terms of weight 0 take part in what the others say and are not written. `relation` makes one.
    """

    kind: str
    document_id: str
    year: int | None
    terms: tuple[Term, ...]
    bound: Bound
    slack: Decimal
    residual: Decimal
    exact: bool
    """Whether all terms are printed to the same digit, so that rounding explains nothing by itself."""
    relation_id: str

    @property
    def tolerance(self) -> Decimal:
        """Half the last printed digit of every term, added up."""
        return sum((abs(t.weight) * t.quantum for t in self.terms), _NOUGHT) / 2 + self.slack

    @property
    def result(self) -> Term:
        return self.terms[-1]

    @property
    def expected(self) -> Decimal:
        """What the other terms imply for the result."""
        last = self.result
        return -(self.residual - last.weight * last.value) / last.weight

    @property
    def fits(self) -> bool:
        """Whether it is as its bound says, within the tolerance."""
        over = self.expected - self.result.value
        return over <= self.tolerance if self.bound == "≤" else abs(over) * abs(self.result.weight) <= self.tolerance

    @property
    def equation(self) -> str:
        """The equation in printed figures: `-1.600 + 100 + 100 = -1.400`."""
        return self.written(self.bound)

    def written(self, sign: str) -> str:
        """The equation with another sign between its sides."""
        turn = -1 if self.result.weight > 0 else 1
        left = ""
        for t in (t for t in self.terms[:-1] if t.weight):
            printed, minus = t.printed, t.weight * turn < 0
            if (left or minus) and t.value < 0 and printed[:1] in MINUS:
                printed, minus = printed[1:].strip(), not minus  # `+ -600` is written `− 600`
            printed = _times(t) + printed
            left += (" − " if minus else " + ") + printed if left else ("−" if minus else "") + printed
        return f"{left} {sign} {_times(self.result)}{self.result.printed}"


def relation(kind: str, document_id: str, year: int | None, terms: tuple[Term, ...], bound: Bound = "=",
             slack: Decimal = _NOUGHT) -> Relation:  # fmt: skip
    """A relation, with what every one is asked for worked out once."""
    quantum = terms[0].quantum
    residual, exact = _NOUGHT, True
    for t in terms:
        residual += t.weight * t.value
        exact = exact and t.quantum == quantum
    name = make_id(kind, *[t.figure for t in terms])
    return Relation(kind, document_id, year, terms, bound, slack, residual, exact, name)


def _times(t: Term) -> str:
    """How often a figure counts, as written before it: `2 × `; nothing where it counts once."""
    often = abs(t.weight)
    return "" if often == 1 else f"{often.normalize():f} × ".replace(".", ",")


def percents(printed: str | None, language: Language) -> Iterator[tuple[str, Number]]:
    """The percentages of a printed field: each as printed, and its number."""
    for m in language.percent.finditer(printed or ""):
        number = parse(m["number"], Locale(language.decimal, language.group))
        if number is not None:
            yield m[0], number


def amount_value(amount: TextAmount) -> Decimal:
    """An amount of the running text in whole currency units, as its locale reads it."""
    return amount.number.value * amount.unit


def amount_quantum(amount: TextAmount) -> Decimal:
    return amount.number.readings[0].quantum * amount.unit


def amount_id(document_id: str, amount: TextAmount, ordinal: int) -> str:
    """Stable name of an amount: where it stands among equal ones of its proposal, never its page."""
    return make_id(document_id, "amount", amount.proposal_code or "", amount.field, amount.printed, str(ordinal))


def item_term(item: LineItem, weight: Decimal | int, document_id: str) -> Term:
    return Term(item.line_item_id, Decimal(weight), item.value, item.quantum, item.value_printed, item.label, item.page,
                item.box, document_id, Place(item.table_id, item.row, column_of(item)),
                item.unit if item.unit is not None and item.is_money else Decimal(1))  # fmt: skip


def comparable(items: Sequence[LineItem]) -> bool:
    """Whether figures can stand in one equation: 12 of a unit that nobody knows is nothing beside 4.100 in 1.000 kr."""
    unknown = [i.unit_printed for i in items if i.currency and i.unit is None]
    return not unknown or (len(unknown) == len(items) and len(set(unknown)) == 1)


def column_of(item: LineItem) -> tuple[str, str, int | None]:
    """What tells a column from the others of its table: in a column of money, rows of costs, of revenue and of what is left are all
    of one."""
    return item.column_name if item.measure in MONEY else item.measure, item.column_printed, item.year
