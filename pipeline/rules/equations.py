"""Equations that people write in a rule: `item = total + memo`."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import Literal

import regex
from pydantic import Field, field_validator

from pipeline.rules.patterns import Strict


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
