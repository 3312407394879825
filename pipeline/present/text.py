"""Words and numbers as people read them: Danish amounts, counts, shares, wrapped paragraphs, colours."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import click

Row = Mapping[str, Any]

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
_COLOURS: dict[str, dict[str, Any]] = {
    "error": {"fg": "red", "bold": True}, "contradicted": {"fg": "red", "bold": True},
    "violated": {"fg": "red", "bold": True}, "quarantined": {"fg": "red", "bold": True},
    "warning": {"fg": "yellow"}, "unverifiable": {"fg": "yellow"}, "withdrawn": {"fg": "yellow"},
    "verified": {"fg": "green"}, "holds": {"fg": "green"}, "ok": {"fg": "green"},
    "info": {"fg": "cyan"}, "command": {"fg": "cyan"}, "heading": {"bold": True},
}  # fmt: skip


def safe(text: str) -> str:
    """Text without characters that would steer the terminal: what a PDF prints, or is named, is not to be trusted."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def plain(text: object) -> str:
    """Text on one line, and safe."""
    return safe(" ".join(str(text).split()))


def paint(text: str, kind: str | None = None) -> str:
    """Text in the colour of its kind, by default of the word it is."""
    colour = _COLOURS.get(kind or text.strip())
    return click.style(text, **colour) if colour else text


def danish(value: Decimal | int) -> str:
    """A number as Danes write it: `1.450.000`, `12,5`."""
    exact = Decimal(value)
    whole = exact == exact.to_integral_value()
    text = f"{exact:,.0f}" if whole else f"{exact.normalize():,f}"
    return text.translate(str.maketrans(",.", ".,"))


def money(value: Decimal | int, currency: str | None = "DKK") -> str:
    """An amount with its currency: `1.450.000 kr.`"""
    return f"{danish(value)} {'kr.' if currency in ('DKK', None) else currency}"


def count(n: int, one: str, many: str | None = None) -> str:
    """`1 document`, `3 documents`."""
    return f"{danish(n)} {one if n == 1 else many or one + 's'}"


def share(part: Decimal | int, whole: Decimal | int) -> str:
    """A percentage; never `100 %` of less than all, nor `0 %` of something."""
    if not whole:
        return "–"
    percent = Decimal(part) * 100 / Decimal(whole)
    rounded = int(percent.to_integral_value())
    if part != whole and rounded == 100:
        return ">99 %"
    return "<1 %" if part and not rounded else f"{rounded} %"


def moment(at: datetime) -> str:
    """A time to the minute, in UTC as the dataset has it."""
    return at.strftime("%Y-%m-%d %H:%M UTC")


def paragraph(text: str, width: int | None, first: str = "", indent: str | None = None) -> Iterator[str]:
    """Text in lines no longer than `width`; one line where there is no terminal."""
    rest = " " * len(first) if indent is None else indent
    if width is None:
        yield first + text
        return
    yield from textwrap.wrap(
        text, max(width, len(first) + 20), initial_indent=first, subsequent_indent=rest, break_on_hyphens=False
    ) or [first]


def pairs(entries: Iterable[tuple[str, str | None]], width: int | None) -> Iterator[str]:
    """Names and values in two columns; a value that is `None` is left out."""
    told = [(name, value) for name, value in entries if value is not None]
    column = max((len(name) for name, _ in told), default=0) + 2
    for name, value in told:
        yield from paragraph(value, width, first=f"  {name.ljust(column)}")


def severities(findings: Iterable[Row]) -> str:
    """`1 error, 2 warnings, 3 leads`: the open findings, those of severity info with a score as leads; else `none`."""
    levels = ["lead" if is_lead(f) else f["severity"] for f in findings if f["status"] == "open"]
    words = [("error", None), ("warning", None), ("info", "info"), ("lead", None)]
    return ", ".join(count(n, one, many) for one, many in words if (n := levels.count(one))) or "none"


def is_lead(f: Row) -> bool:
    """Whether a finding is there for a journalist: it has a score and no figure is wrong by it."""
    return f["severity"] == "info" and f["score"] is not None
