"""Slips of the pen: which kind of slip turns one figure into another, and figures written for people."""

from __future__ import annotations

import re
from decimal import Decimal

from pipeline.checks.record import Term
from pipeline.said import Said

_SIGN = Said("its sign is flipped", "fortegnet er vendt om")
_DIGIT = Said("one digit differs", "et ciffer er forkert")
_TRANSPOSED = Said("digits are transposed", "cifre er byttet om")
_LONG = Said("it has a digit too many, perhaps a footnote mark", "der er et ciffer for meget, måske et fodnotetegn")
_SHORT = Said("it lacks a digit", "der mangler et ciffer")
_PRINTED = re.compile(r"\d(?:[\d.,'’\s]*\d)?")
_DECIMALS = 6  # of a figure that is written for people, where it has more than the one beside it
_SEPARATOR = Said("its separator is misplaced", "skilletegnet står forkert")


def slip(term: Term, value: Decimal) -> Said | None:
    """The kind of slip that turns `value` into what is printed, or `None`."""
    printed, meant = term.value, value
    if meant == -printed:
        return _SIGN
    if not printed or not meant:
        return None
    a, b = _digits(printed, term.quantum), _digits(meant, term.quantum)
    if (printed < 0) == (meant < 0):
        if len(a) == len(b) and sum(x != y for x, y in zip(a, b, strict=True)) == 1:
            return _DIGIT
        if len(a) == len(b) and sorted(a) == sorted(b):
            return _TRANSPOSED
        if a[:-1] == b or a[1:] == b:
            return _LONG
        if b[:-1] == a or b[1:] == a:
            return _SHORT
    ratio = abs(printed / meant)
    if ratio in (Decimal(10), Decimal(100), Decimal(1000), Decimal("0.1"), Decimal("0.01"), Decimal("0.001")):
        return _SEPARATOR
    return None


def slip_cost(term: Term, value: Decimal) -> int:
    """Lower for likelier slips."""
    kinds = (_DIGIT, _TRANSPOSED, _SIGN)
    found = slip(term, value)
    return kinds.index(found) if found in kinds else 3 if found else 4


def zeros(value: Decimal, quantum: Decimal) -> int:
    """How many zeros a figure ends in."""
    digits = _digits(value, quantum)
    return len(digits) - len(digits.rstrip("0"))


def _digits(value: Decimal, quantum: Decimal) -> str:
    return str(int(abs(value / quantum)))


def show(value: Decimal) -> str:
    """A value with Danish separators."""
    text = f"{value:,.2f}" if value != value.to_integral_value() else f"{value:,.0f}"
    return text.replace(",", "\u0001").replace(".", ",").replace("\u0001", ".")


def as_printed(value: Decimal, term: Term) -> str:
    """A value written the way the figure beside it is printed: in its unit, with its decimals and its separators.

    Thousands are not parted where that figure is too small to tell how.
    """
    number = value / term.unit
    decimals = max(_decimals(term.quantum / term.unit), min(_DECIMALS, _decimals(number)))
    point, group = _separators(term)
    return f"{number:,.{decimals}f}".replace(".", "\0").replace(",", group).replace("\0", point)


def _separators(term: Term) -> tuple[str, str]:
    """What stands before the decimals and between the thousands of a printed figure."""
    found = _PRINTED.search(term.printed)
    printed = found[0] if found else ""
    decimals = _decimals(term.quantum / term.unit)
    point = printed[-decimals - 1 : -decimals] if decimals else ""
    whole = printed[: -decimals - 1] if decimals else printed
    group = next((ch for ch in whole if not ch.isdigit()), "")
    return point or ("." if group == "," else ","), group


def _decimals(value: Decimal) -> int:
    return max(0, -int(value.normalize().as_tuple().exponent))
