"""Printed dates, in the words of a language."""

from __future__ import annotations

from datetime import date

import regex

from pipeline.rules.language import Language

_PARTS = regex.compile(r"\d+|\p{L}+")
_SHORT = 3  # letters from which on a month is known by its beginning: `nov. 2023`


def read_date(printed: str, language: Language) -> date | None:
    """`22. november 2023`, `1st April 2024`, `22.11.2023`, `2023-11-22` -> a date; `None` for what is no date.

    Where no month is named, the day stands before the month unless the year stands first. A year of two digits is of this century.
    """
    parts = _PARTS.findall(printed.casefold())
    numbers = [int(p) for p in parts if p.isdigit()]
    months = [m for p in parts if not p.isdigit() and (m := _month(p, language))]
    if len(months) == 1 and len(numbers) == 2:
        day, month, year = numbers[0], months[0], numbers[1]
    elif not months and len(numbers) == 3:
        day, month, year = numbers if numbers[0] < 1000 else numbers[::-1]
    else:
        return None
    try:
        return date(year + 2000 if year < 100 else year, month, day)
    except (ValueError, OverflowError):  # no such day, or more digits than a year has
        return None


def _month(word: str, language: Language) -> int | None:
    """The number of a month, by its name or a beginning that no other month has."""
    found = [n for n, name in enumerate(language.months, 1) if name.casefold().startswith(word) and len(word) >= _SHORT]
    return found[0] if len(found) == 1 else None
