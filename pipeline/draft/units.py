"""Where a document says in which unit its tables print: captions near over them, else a guess that a person answers.

    Hovedoversigt, 1.000 kr.        a short line over a table that ends in a unit, or has one in parentheses, is its caption;
    (beløb i mio. kr.)              so is a text over the labels, or alone on a line of the heading
    Af de 12 mio. kr. går …         a unit in running text says nothing of any table
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import regex

from pipeline.draft.columns import heading_row
from pipeline.draft.patterns import THOUSAND, escape, generalise, text_of
from pipeline.model import Line, Page, RawLine, Table
from pipeline.rules.language import Language, Unit

_FAR = 14  # lines over a table among which its caption is looked for
_LONGEST = 90  # a longer line is running text
_SHORT = 50  # up to here the whole line makes the pattern
_GAP = 2.0  # font sizes between two headings that stand side by side on a line
_CLOSES = regex.compile(r"[\s.:*]*(?:\Z|[()\[\],;])")
_OPENS = regex.compile(r"(?:^|[(\[,])\s*$")
_SIGN = regex.compile(r"\s?[€£$]")
_Ends = tuple[bool, bool]  # whether a text begins and ends its line
_SAYS_UNITS = regex.compile(r"[(\[]\s*$")


@dataclass(frozen=True, slots=True)
class Caption:
    """A text that names the unit of tables, and the pattern it is found by."""

    pattern: str
    example: str
    page: int
    value: Decimal


@dataclass(slots=True)
class Units:
    """The captions of a document: each once, by table, and what to guess for a table that has none."""

    captions: list[Caption] = field(default_factory=list)
    own: dict[int, Caption] = field(default_factory=dict)  # place of a table in the document -> its own caption
    guess: str = ""
    why: str = ""


def find_units(pages: Sequence[Page], tables: Sequence[Table], language: Language) -> Units:
    """The caption of each table, and a unit for tables that have none and none before them."""
    out = Units()
    kept: dict[str, Caption] = {}
    for n, table in enumerate(tables):
        texts = _texts(pages, tables, table, language)
        found = next((c for text, ends in texts if (c := _caption(text, ends, table.page, language))), None)
        if found:
            out.own[n] = kept.setdefault(found.pattern, found)
    out.captions = sorted(kept.values(), key=lambda c: "price_level" not in c.pattern)
    out.guess, out.why = _guess(pages, language)
    return out


def unit_doubts(tables: Sequence[Table], lines: Sequence[RawLine], units: Units, guessed: bool) -> Iterator[tuple[str, str]]:
    """Tables whose unit is doubtful, by the name of the entry that reads them: in two units, in another than stands over
    them, or in one that a table before them named, where the document has several. `guessed`: one of them is a guess."""
    values = {c.value for c in units.captions}
    for n, table in enumerate(tables):
        own = [ln for ln in lines if ln.page == table.page and ln.unit
               and table.top <= ln.box.top <= table.bottom and table.x0 - 1 <= ln.box.x0 <= table.x1 + 1]  # fmt: skip
        used = {ln.unit for ln in own}
        caption = units.own.get(n)
        if len(used) > 1:
            printed = " and ".join(sorted({ln.unit_printed for ln in own}))
            yield own[0].table_rule, f"page {table.page}: figures of one table are in different units, {printed}"
        elif used and caption and used != {caption.value}:
            text = f"page {table.page}: read in {own[0].unit_printed!r}, but {caption.example!r} stands over the table"
            yield own[0].table_rule, text
        elif used and not caption and len(values | (used if guessed else set())) > 1:
            text = f"page {table.page}: no line over the table names its unit, it is taken to go on in {own[0].unit_printed!r}"
            yield own[0].table_rule, text


def _texts(pages: Sequence[Page], tables: Sequence[Table], table: Table, language: Language) -> Iterator[tuple[str, _Ends]]:
    """Where the unit of a table may stand: in its heading, then over it line by line, up to the table before."""
    head = heading_row(table, language)
    for row in table.rows[: (head or 0) + 1]:
        filled = [k for k, cell in enumerate(row) if text_of(cell)]  # the first is over the labels, or alone
        yield from ((text_of(row[k]), (True, True)) for k in filled[:1])
    page = pages[table.page - 1]
    ends = max((t.bottom for t in tables if t.page == table.page and t.bottom <= table.top + 2), default=0.0)
    over = [line for line in page.lines if ends - 2 <= line.top and line.bottom <= table.top + 2]
    for line in over[::-1][:_FAR]:
        yield from _side_by_side(line)


def _side_by_side(line: Line) -> Iterator[tuple[str, _Ends]]:
    """A line, or the headings that stand beside each other on it."""
    parts: list[list[str]] = [[]]
    for n, word in enumerate(line.words):
        if n and word.x0 - line.words[n - 1].x1 > _GAP * word.size:
            parts.append([])
        parts[-1].append(word.text)
    yield from ((" ".join(p), (not n, n == len(parts) - 1)) for n, p in enumerate(parts))


def units_in(text: str, language: Language) -> Iterator[tuple[Unit, regex.Match[str]]]:
    """The units that a text names; of two that overlap the first in the language counts."""
    taken: list[tuple[int, int]] = []
    for unit in language.units:
        for m in unit.finditer(text):
            letters = m[0][-1:].isalpha() and text[m.end() : m.end() + 1].isalpha()
            if m[0].strip() and not letters and not any(m.start() < b and a < m.end() for a, b in taken):
                taken.append(m.span())
                yield unit, m


def _caption(text: str, ends: _Ends, page: int, language: Language) -> Caption | None:
    """A text as caption; `None` where it names no unit, or only in passing."""
    words = language.draft
    prices = words.price_level.search(text) if words.price_level else None
    for unit, m in units_in(text, language):
        before, after = text[: m.start()], text[m.end() :]
        told = words.amounts_in and words.amounts_in.search(before.rstrip())
        level = prices if prices and (prices.end() <= m.start() or prices.start() >= m.end()) else None
        opens = _OPENS.search(before) or told or (level and not text[level.end() : m.start()].strip())
        if before[-1:].isalpha() or not opens or not _CLOSES.match(after):
            continue
        bracket = before.rfind("(") if ")" in after and ")" not in before[before.rfind("(") + 1 :] else -1
        if len(text) > _LONGEST and bracket < 0:
            continue
        spans = [(*m.span(), f"(?P<unit>{escape(m[0])})")]
        if level:
            spans.append((*level.span(), f"(?P<price_level>{generalise(level[0])})"))
        whole = len(text) <= _SHORT
        start = 0 if whole else max(bracket, 0) if not level else min(a for a, _, _ in spans)
        end = len(text) if whole else max(b for _, b, _ in spans)
        end += not whole and text[end : end + 1] == ")"
        pattern, at = "^" if not start and ends[0] else "", start
        for a, b, part in sorted(spans):
            pattern += generalise(text[at:a]) + part
            at = b
        pattern += generalise(text[at:end]) + ("$" if whole and ends[1] else "")
        return Caption(pattern, text, page, unit.value)
    return None


def _guess(pages: Sequence[Page], language: Language) -> tuple[str, str]:
    """A unit for a table that no caption speaks of, and what it is guessed from."""
    thousand = next((u for u in language.units if u.value == 1000), None)
    whole = next((u for u in language.units if u.value == 1), language.units[-1])
    words = language.draft
    lines = [line.text for page in pages for line in page.lines]
    for text in lines if thousand else ():
        for m in THOUSAND.finditer(text):
            before = text[: m.start()].rstrip()
            said = words.amounts_in and words.amounts_in.search(before)
            alone = len(text) < _SHORT and _CLOSES.match(text, m.end()) and not before[-1:].isalnum()
            if said or alone or (len(text) < _SHORT and _SIGN.match(text, m.end())):
                known = next((u[0] for v, u in units_in(text, language) if v.value == 1000), None)
                example = thousand.examples[0] if thousand else ""
                return known or example, f"{text[:_SHORT]!r} seems to say thousands"
    for text in lines:
        for _, m in units_in(text, language):
            before = text[: m.start()]
            if (words.amounts_in and words.amounts_in.search(before.rstrip())) or _SAYS_UNITS.search(before):
                return m[0], f"only running text names it: {text[max(0, m.start() - 40) : m.end()]!r}"
    return whole.examples[0], "nothing names one"
