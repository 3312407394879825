"""Printed text -> the pattern that a rule finds it by: words stay, numbers give way."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from pipeline.model import Cell
from pipeline.text import join_lines, slug

YEAR = regex.compile(r"(?<![\d/])(?:19|20)\d\d(?!\d)")
THOUSAND = regex.compile(r"(?<!\d)1[., ]?000(?!\d)")  # a unit, no number
_LONG = 24  # letters of a name
_GIVES_WAY = regex.compile(
    rf"(?P<thousand>{THOUSAND.pattern})|(?P<date>(?<!\d)\d{{1,2}}\.? \p{{L}}+ 20\d\d)|(?P<roman>\b[IVXLCDM]+(?=/\d))|\d+"
)


def text_of(cell: Cell | None) -> str:
    return join_lines(cell.lines) if cell else ""


def escape(text: str) -> str:
    """A pattern for the text itself."""
    return regex.sub(r"[\\.^$*+?{}\[\]|()]", r"\\\g<0>", text)


def generalise(text: str) -> str:
    """A pattern for the text with other numbers: `Forslag 2024 2025` -> `Forslag(?: 20\\d\\d){2,}`.

    A day and a reference (`XII/87`) give way whole; `1.000` is a unit and stays.
    """
    out, at = "", 0
    for m in _GIVES_WAY.finditer(text):
        out += escape(text[at : m.start()])
        if m["thousand"]:
            out += escape(m[0])
        elif m["date"]:
            out += r"\d{1,2}" + (r"\." if "." in m[0] else "") + r" \p{L}+ 20\d\d"
        elif m["roman"]:
            out += "[IVXLCDM]+"
        else:
            out += r"20\d\d" if regex.fullmatch(r"20\d\d", m[0]) else r"\d+" if len(m[0]) > 1 else r"\d{1,2}"
        at = m.end()
    return regex.sub(r"(?: 20\\d\\d){2,}", r"(?: 20\\d\\d){2,}", out + escape(text[at:]))


def listed(texts: Sequence[str]) -> str:
    """A pattern for each of some texts and nothing else."""
    unique = list(dict.fromkeys(texts))
    return f"^{escape(unique[0])}$" if len(unique) == 1 else "^(?:" + "|".join(map(escape, unique)) + ")$"


def named(text: str, otherwise: str) -> str:
    """A name that a rule may give to what is printed so."""
    name = slug(text).replace("-", "_").strip("_")
    name = name if len(name) <= _LONG else name[: _LONG + 1].rpartition("_")[0] or name[:_LONG]
    return name if regex.match("[a-z]", name) else otherwise
