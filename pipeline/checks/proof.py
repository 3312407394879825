"""How much of a document is read and proved, in figures and in kroner: a wrong figure of millions weighs more than others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from decimal import Decimal

from pipeline.model import LineItem, Token
from pipeline.numbers import fits


@dataclass(frozen=True, slots=True)
class Proof:
    """Figures in tables, those of them that are money (`amounts`), and how many of these are verified; absolute kroner of the
    amounts and of the verified ones, where other currencies do not count; words with a digit, and those that nothing claims."""

    figures: int = 0
    amounts: int = 0
    verified: int = 0
    kroner: Decimal = Decimal(0)
    kroner_verified: Decimal = Decimal(0)
    numbers: int = 0
    unclaimed: int = 0

    def __add__(self, other: Proof) -> Proof:
        return Proof(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))


def prove(items: Iterable[LineItem], tokens: Iterable[Token] = ()) -> Proof:
    """What is proved of some figures that have their verdicts, and what became of the numbers around them.

    Every printed figure counts, totals as well as their rows: what is asked is how much of the print is proved.
    """
    figures = amounts = verified = numbers = unclaimed = 0
    kroner = kroner_verified = Decimal(0)
    for i in items:
        figures += 1
        if not i.is_money:
            continue
        amounts += 1
        proved = i.verification == "verified"
        verified += proved
        if i.currency == "DKK" and fits(value := abs(i.value), 2):
            kroner += value
            if proved:
                kroner_verified += value
    for t in tokens:
        numbers += 1
        unclaimed += t.status == "unclaimed"
    return Proof(figures, amounts, verified, kroner, kroner_verified, numbers, unclaimed)
