"""What the checks look at: the documents of a round, and the relations between their figures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from pipeline.model import Box, Extraction, LineItem, TextAmount
from pipeline.numbers import MINUS
from pipeline.rules.schema import Language, Rule


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


@dataclass(frozen=True, slots=True)
class Term:
    """One printed figure in a relation: `weight` times its value. `figure` is a line_item_id or an amount_id."""

    figure: str
    weight: Decimal
    value: Decimal
    quantum: Decimal
    printed: str
    label: str
    page: int
    box: Box
    document_id: str


Bound = Literal["=", "≤", "≈"]


@dataclass(frozen=True, slots=True)
class Relation:
    """An equation between printed figures: the weighted values of `terms` add up to nothing.

    The last term is the one printed as the result (a total, the other printing of a figure). `bound`: `≤` where the others
    need only be parts of the result, `≈` where they need only come near it (within `slack` more than rounding explains);
    neither proves a figure. Terms of weight 0 take part in what the others say and are not written.
    """

    kind: str
    document_id: str
    year: int | None
    terms: tuple[Term, ...]
    bound: Bound = "="
    slack: Decimal = Decimal(0)

    @property
    def relation_id(self) -> str:
        from pipeline.normalize import make_id

        return make_id(self.kind, *(t.figure for t in self.terms))

    @property
    def residual(self) -> Decimal:
        return sum((t.weight * t.value for t in self.terms), Decimal(0))

    @property
    def tolerance(self) -> Decimal:
        """Half the last printed digit of every term, added up."""
        return sum((abs(t.weight) * t.quantum for t in self.terms), Decimal(0)) / 2 + self.slack

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
    def exact(self) -> bool:
        """Whether all terms are printed to the same digit, so that rounding explains nothing by itself."""
        return len({t.quantum for t in self.terms}) == 1

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
            left += (" − " if minus else " + ") + printed if left else ("−" if minus else "") + printed
        return f"{left} {sign} {self.result.printed}"


def amount_value(amount: TextAmount) -> Decimal:
    """An amount of the running text in whole currency units, as its locale reads it."""
    return amount.number.value * amount.unit


def amount_quantum(amount: TextAmount) -> Decimal:
    return amount.number.readings[0].quantum * amount.unit


def amount_id(document_id: str, amount: TextAmount, ordinal: int) -> str:
    """Stable name of an amount: where it stands among equal ones of its proposal, never its page."""
    from pipeline.normalize import make_id

    return make_id(document_id, "amount", amount.proposal_code or "", amount.field, amount.printed, str(ordinal))


def item_term(item: LineItem, weight: Decimal | int, document_id: str) -> Term:
    return Term(item.line_item_id, Decimal(weight), item.value, item.quantum, item.value_printed, item.label,
                item.page, item.box, document_id)  # fmt: skip
