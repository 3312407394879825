"""Units of amounts: what a printed unit is worth, and whether a line over a table names one that no rule expects."""

from __future__ import annotations

from decimal import Decimal

import regex

from pipeline.rules.language import Language

_NUMBER = regex.compile(r"\d[\d.,’' ]*$")
_POWER = regex.compile(r"1[0.,’' ]*\Z")  # `10.000 kr.` over a table is a unit, `2,5 mio. kr.` an amount
_CLOSES = regex.compile(r"[\s.:*]*(?:\Z|[()\[\],;])")  # what may follow a unit that stands for a table: no further words


def unit_value(text: str, language: Language) -> Decimal | None:
    """What one of a printed unit is worth in whole currency units; `None` for a unit nobody knows."""
    for unit in language.units:
        m = unit.search(text)
        if m and m.start() == 0:
            return unit.value
    return None


def names_other_unit(text: str, in_force: str, language: Language) -> bool:
    """Whether a line ends in a unit, as `(2025-PL i kroner)` does, that is worth something else than the one in force.

    An amount names none; nor does a line that begins with one: `mio. kr.` may belong to a number at the end of the line before.
    """
    value = unit_value(in_force, language)
    if value is None:
        return False
    taken: list[tuple[int, int]] = []
    for unit in language.units:  # the first that matches counts
        for m in unit.finditer(text):
            if any(m.start() < end and start < m.end() for start, end in taken):
                continue
            taken.append(m.span())
            before = text[: m.start()]
            if not before or before[-1].isalpha() or not _CLOSES.match(text, m.end()):
                continue
            number = _NUMBER.search(before.rstrip())
            if number and (not _POWER.match(number[0]) or not before[: number.start()]):
                continue
            digits = "".join(ch for ch in number[0] if ch.isdigit()) if number else "1"
            if unit.value * Decimal(digits) != value:
                return True
    return False
