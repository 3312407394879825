"""How much of a document is proved, in kroner: a wrong figure of millions weighs more than one of thousands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from pipeline.checks.single import kept
from pipeline.model import LineItem


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
        if i.is_money and i.currency == "DKK" and kept(i):
            total += abs(i.value)
            if i.verification == "verified":
                verified += abs(i.value)
    return Proof(total, verified)
