"""Printed numbers -> exact readings. The only number parser of the house.

A reading is what the locale prescribes, or what a common slip would have meant: ``12,000`` is twelve with three
decimals in Danish, and twelve thousand to someone who grouped with a comma. Both are kept; arithmetic may settle it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from pipeline.model import Number, Reading

BLANKS = "\u0020\u00a0\u2009\u202f\u2007"  # space, no-break, thin, narrow no-break, figure space
MINUS = "-\u2212\u2013\u2010\u2011"  # hyphen-minus, minus, en dash, hyphen, no-break hyphen
DASHES = MINUS + "\u2014"

_MINUS = re.escape(MINUS)
_CURRENCY = r"(?:kr\.?|[€$£]|DKK|SEK|NOK|EUR|GBP|CHF)"  # printed beside a figure; what it is worth the rule says
_SHAPE = re.compile(
    rf"""^(?:{_CURRENCY}\s*)?(?P<open>\()?\s*
    (?:{_CURRENCY}\s*)?(?P<sign>[+{_MINUS}])?\s*
    (?P<body>[0-9](?:[0-9.,'’{BLANKS}]*[0-9])?)\s*
    (?P<after>[{_MINUS}])?\s*
    (?P<close>\))?\s*
    (?P<percent>%|pct\.?|procent)?\s*(?P<late>\))?\s*(?:{_CURRENCY}|,-)?$""",
    re.X,
)


@dataclass(frozen=True, slots=True)
class Locale:
    """How a language writes numbers: one decimal mark, and the marks that may group thousands."""

    decimal: str = ","
    group: str = "."

    def __post_init__(self) -> None:
        if len(self.decimal) != 1 or self.decimal not in ".,":
            raise ValueError(f"decimal mark must be ',' or '.', not {self.decimal!r}")
        if self.decimal == self.group:
            raise ValueError("decimal mark and thousands separator cannot be the same")


DANISH = Locale()


def parse(text: str, locale: Locale = DANISH) -> Number | None:
    """Every reading of a printed number, or `None` when the text is not one number.

    Signs may lead, trail or be parentheses; thousands are grouped by the locale's mark or by a blank. A lone dash is
    nil and reads as 0.

    >>> parse("-1.600").value
    Decimal('-1600')
    >>> [str(r.value) for r in parse("12,000").readings]
    ['12.000', '12000']
    """
    return _parse(text.strip(), locale)


def fits(value: Decimal, decimals: int) -> bool:
    """Whether a value can be kept exactly with so many decimals and 14 digits before them."""
    return abs(value) < _TOO_LARGE and value == value.quantize(_SMALLEST[decimals])


_TOO_LARGE = Decimal(10) ** 14
_SMALLEST = {n: Decimal(1).scaleb(-n) for n in range(5)}


@lru_cache(maxsize=4096)  # what a table asks for a figure, its headings and its labels ask as well
def _parse(text: str, locale: Locale) -> Number | None:
    if text and len(text) <= 2 and all(c in DASHES for c in text):
        return Number(text, (Reading(Decimal(0), Decimal(1)),), True, nil=True)
    m = _SHAPE.match(text)
    if not m:
        return None
    opened, closed = bool(m["open"]), bool(m["close"] or m["late"])
    signs = (m["sign"] or "") + (m["after"] or "")
    if opened != closed or len(signs) > 1 or (opened and signs):
        return None
    found = _body(m["body"].replace("’", "'"), locale)
    if not found:
        return None
    readings, canonical = found
    if opened or (signs and signs != "+"):
        readings = tuple(Reading(-r.value, r.quantum) for r in readings)
    return Number(text, readings, canonical, percent=m["percent"] is not None)


def _reading(digits: str, decimals: str = "") -> Reading:
    number = Decimal(f"{digits}.{decimals}") if decimals else Decimal(digits)
    return Reading(number, Decimal(1).scaleb(-len(decimals)))


def _body(body: str, locale: Locale) -> tuple[tuple[Reading, ...], bool] | None:
    """Readings of the digits and separators, and whether the locale writes them so."""
    marks = [c for c in body if not c.isdigit()]
    if not marks:
        return (_reading(body),), body == "0" or not body.startswith("0")
    whole, _, decimals = body.rpartition(marks[-1])
    last, others = marks[-1], set(marks[:-1])
    if last == locale.decimal:
        if others and last in others:  # 1,234,567
            return _grouped_only(body, last)
        if not others:
            if not whole.isdigit() or not decimals.isdigit():
                return None
            first = _reading(whole, decimals)
            if len(decimals) == 3 and len(whole) <= 3 and not whole.startswith("0"):
                return (first, _reading(whole + decimals)), True
            return (first,), len(whole) == 1 or not whole.startswith("0")
        group = marks[0]
        if len(others) == 1 and group in _groups(locale) and _is_grouped(whole, group):
            return (_reading(_digits(whole), decimals),), True
        return None
    if last in _groups(locale):
        if others - {last}:  # the other mark stands before: 1,234.50
            if others == {locale.decimal} and marks.count(last) == 1 and _is_grouped(whole, locale.decimal):
                return (_reading(_digits(whole), decimals),), False
            return None
        if _is_grouped(body, last):
            if body.startswith("0") and len(marks) > 1:
                return (_reading(_digits(body)),), False
            if body.startswith("0"):
                readings = (_reading(whole, decimals), _reading(_digits(body)))
                return readings if readings[0].value else readings[:1], False  # `0.000` is nought either way
            return (_reading(_digits(body)),), True
        if last == locale.group and last in ".," and len(marks) == 1:  # 13.59: the wrong mark for decimals
            return (_reading(whole, decimals),), False
        return None
    return _grouped_only(body, last)


def _grouped_only(body: str, mark: str) -> tuple[tuple[Reading, ...], bool] | None:
    """A number grouped by a mark that the locale does not group with: `1,234,567`, `1'600`."""
    if set(c for c in body if not c.isdigit()) != {mark} or not _is_grouped(body, mark):
        return None
    return (_reading(_digits(body)),), False


def _groups(locale: Locale) -> str:
    return locale.group + BLANKS


def _is_grouped(text: str, mark: str) -> bool:
    first, *rest = text.split(mark)
    return 1 <= len(first) <= 3 and first.isdigit() and bool(rest) and all(len(p) == 3 and p.isdigit() for p in rest)


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())
