"""Units of amounts: what a printed unit is worth, and whether words about figures name one that no rule expects."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

import regex

from pipeline.rules.language import Language

_NUMBER = regex.compile(r"\d[\d.,’' ]*$")
_DIGITS = regex.compile(r"\d(?:[\d.,’' ]*\d)?")
_POWER = regex.compile(r"1[0.,’' ]*\Z")  # `10.000 kr.` over a table is a unit, `2,5 mio. kr.` an amount
_YEAR = regex.compile(r"(?:19|20)\d\d\Z")  # `Budget 2025 kr.` names a unit and no amount
_FOLLOWS = regex.compile(r" ?(?P<number>\d[\d.,’']*)(?!\d|-?\p{L})")  # `kr. 4.500`, but not `mio. kr. 2025-priser`
_CLOSES = regex.compile(r"[\s.:*–-]*(?:\Z|[()\[\],;])")  # what may follow a unit that stands for a table: no further words
_LEADS = regex.compile(r"(?:[(\[,;:/–-]|(?<!\p{L})\p{Ll}{1,3})\s*\Z")  # before further words: `(kr. netto)`, `i kr. pr.`
_OF_LABEL = regex.compile(r"(?:[(\[,;:/–-]|(?<!\p{L})\p{Ll}{1,2})\s*\Z")


class Named(NamedTuple):
    """A unit as some words name it: what it is worth, and the words before and after it."""

    value: Decimal | None  # of it and the power of ten beside it; `None` for a foreign currency, worth nobody knows what
    worth: Decimal | None  # of it alone
    before: str
    after: str
    number: str  # printed before it: a power of ten that belongs to it, a year, an amount, or nothing

    @property
    def counts(self) -> bool:
        """Whether the number before it makes an amount of it."""
        return bool(self.number) and not _POWER.match(self.number) and not _YEAR.match(self.number)


def unit_value(text: str, language: Language) -> Decimal | None:
    """What one of a printed unit is worth in whole currency units; `None` for a unit nobody knows."""
    for unit in language.units:
        m = unit.search(text)
        if m and m.start() == 0 and _CLOSES.match(text, m.end()):
            return unit.value
    return None


def is_power(text: str) -> bool:
    """Whether the number in some words can belong to a unit: `1.000 kr.`, but not `kr. (4.311)`."""
    number = _DIGITS.search(text)
    return number is None or _POWER.match(number[0]) is not None


def _named(text: str, language: Language) -> Iterator[Named]:
    """The units in some words; where two overlap, the one that the language lists first. Amounts such as `kr. 4.500` are left out."""
    taken: list[tuple[int, int]] = []
    for unit in language.units:
        for m in unit.finditer(text):
            if any(m.start() < end and start < m.end() for start, end in taken):
                continue
            taken.append(m.span())
            if found := _name(text, *m.span(), unit.value):
                yield found
    for start, end in language.foreign_in(text):
        if any(start < b and a < end for a, b in taken):
            continue  # a part of a unit: `mil €`
        own = [a for a, b in taken if text[b:start] in ("", " ") and b <= start]  # `mio. euro`
        if found := _name(text, own[0] if own else start, end, None):
            yield found


def _name(text: str, start: int, end: int, worth: Decimal | None) -> Named | None:
    """What stands between two places of some words as a unit, unless it is a part of a word or of an amount."""
    before, after = text[:start], text[end:]
    if before[-1:].isalpha() or (text[end - 1].isalpha() and after[:1].isalpha()):
        return None
    found = _NUMBER.search(before.rstrip())
    number = found[0].rstrip() if found else ""
    follows = _FOLLOWS.match(after) if not number and not _YEAR.match(after.strip()[:4]) else None
    if follows and not _POWER.match(follows["number"]):
        return None
    power = number if _POWER.match(number) else follows["number"] if follows else ""
    digits = "".join(ch for ch in power if ch.isdigit()) or "1"
    return Named(worth and worth * Decimal(digits), worth, before, after, number)


def names_other_unit(text: str, in_force: str, language: Language, follows: str = "") -> bool:
    """Whether a line over a table names a unit, as `(2025-PL i kroner)` does, that is worth something else than the one in force.

    An amount names none. Nor does a line that begins with one and `follows` another: `mio. kr.` may belong to a number at the
    end of that, and `10.000 kr.` to its sentence.
    """
    value = unit_value(in_force, language)
    if value is None:
        return False
    for unit in _named(text, language):
        first = not unit.before.rstrip().removesuffix(unit.number).strip()
        if unit.counts or (first and (follows if unit.number else follows[-1:].isdigit())):
            continue
        large = unit.worth is not None and unit.worth != 1  # `mange kr. at spare` names no unit
        stands = first or large or _CLOSES.match(unit.after) or _LEADS.search(unit.before)
        if unit.value != value and stands:
            return True
    return False


def heading_names_other_unit(text: str, in_force: str, language: Language) -> bool:
    """Whether the heading of a column names another unit than the one in force; a year before it is none of its digits."""
    value = unit_value(in_force, language)
    return value is not None and any(u.value != value for u in _named(text, language) if not u.counts)


def label_names_other_unit(text: str, in_force: str, language: Language) -> bool:
    """Whether the label of a row names another unit than the one in force: `Anlæg (mio. kr.)`, `Takst i kr. pr. plads`.

    `Projekter over 1 mio. kr.` speaks of an amount.
    """
    value = unit_value(in_force, language)
    if value is None:
        return False
    for unit in _named(text, language):
        number = _NUMBER.search(unit.before.rstrip())
        before = unit.before.rstrip()[: number.start()] if number else unit.before
        held = regex.search(r"[(\[]\s*(?:\p{Ll}{1,2}\s)?\Z", before) is not None
        if not unit.counts and unit.value != value and (held if number else held or _OF_LABEL.search(before)):
            return True
    return False
