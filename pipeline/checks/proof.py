"""How much of a document is proved, in kroner: a wrong figure of millions weighs more than one of thousands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from pipeline.model import LineItem
from pipeline.numbers import fits


@dataclass(frozen=True, slots=True)
class Proof:
    """Absolute kroner of the table figures, and of those among them that are verified. Other currencies do not count."""

    total: Decimal = Decimal(0)
    verified: Decimal = Decimal(0)

    def __add__(self, other: Proof) -> Proof:
        return Proof(self.total + other.total, self.verified + other.verified)


def prove(items: Iterable[LineItem]) -> Proof:
    """The kroner of some figures that have their verdicts.

    Every printed figure counts, totals as well as their rows: what is asked is how much of the print is proved.
    """
    total = verified = Decimal(0)
    for i in items:
        if i.currency == "DKK" and i.is_money and fits(value := abs(i.value), 2):
            total += value
            if i.verification == "verified":
                verified += value
    return Proof(total, verified)
