"""A table -> what stands in each of its columns: codes, labels, figures of which kind.

    Dział | Rozdział |  §   | Treść               | Plan 2025 |  %        codes and words before the figures: the label
    010   |          |      | Rolnictwo           |   801 700 | 93,7 %
          |  01095   |      | Pozostała           |   801 700 | 93,7 %    a percentage in each cell: measure percent
          |          | 0750 | Wpływy z najmu      |     9 150 | 108,0 %
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import regex

from pipeline.draft.patterns import THOUSAND, YEAR, escape, generalise, named, text_of
from pipeline.model import Number, Table
from pipeline.numbers import Locale, parse
from pipeline.parse.headings import HEADING_ROWS
from pipeline.rules.language import Language, Unit, Word
from pipeline.tables.lines import is_numbering

_SEASON = regex.compile(r"[/–-]\d\d(?!\d)")  # `2025/26`
_SHORT_YEAR = regex.compile(r"^\p{L}{1,3}\.?\s?(?P<y>\d\d)$")
_LETTER = regex.compile(r"\p{L}")
_CODE = regex.compile(r"(?:§ ?|\p{L}+\.? )?\p{Lu}{0,5}[-.]?\d+(?:[.\-/]\d+)*\.?|\p{L}[.)]?")
_GROUPED = regex.compile(r"-?\d{1,3}(?:[.,\s]\d{3})+(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """One column entry of a table rule: `said` is what goes into the rule beside pattern and examples."""

    pattern: str
    examples: tuple[str, ...]
    said: tuple[tuple[str, Any], ...] = ()
    doubt: str | None = None

    @property
    def figures(self) -> bool:
        return not any(k in ("attribute", "ignore") for k, _ in self.said)

    @property
    def measure(self) -> str:
        return str(dict(self.said).get("measure", "net"))

    def as_data(self) -> dict[str, Any]:
        return {"pattern": self.pattern, **dict(self.said), "examples": list(self.examples)}


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one table, the heading over its labels, and what cannot be told."""

    guesses: tuple[ColumnGuess, ...]
    label: str
    first: int  # column of figures
    doubts: tuple[str, ...]


def said_by(words: Iterable[Word], text: str) -> Any:
    """What the first of some words that a text has says of it."""
    return next((w.says for w in words if w.search(text)), None)


def unit_in(text: str, language: Language) -> tuple[Unit, regex.Match[str]] | None:
    """The unit that a text names, and not within a word; the larger ones are tried first."""

    def within(m: regex.Match[str]) -> bool:
        before, after = text[: m.start()][-1:], text[m.end() :][:1]
        return (m[0][0].isalpha() and before.isalpha()) or (m[0][-1].isalpha() and after.isalpha())

    return next(((u, m) for u in language.units for m in u.finditer(text) if m[0].strip() and not within(m)), None)


def locale_of(language: Language) -> Locale:
    return Locale(language.decimal, language.group)


def heading_row(table: Table, language: Language) -> int | None:
    """The last of the rows over the first figures that read like headings; `None` where there is none."""
    locale = locale_of(language)

    def is_heading(text: str) -> bool:
        if YEAR.fullmatch(text) or text == "%" or parse(text, locale) is None:
            return True
        unit = unit_in(text, language)
        return unit is not None and unit[1][0] == text

    found = None
    width = len(table.rows[0])
    every = {k: [t for row in table.rows if (t := text_of(row[k]))] for k in range(1, width)}
    numeric = {k for k, texts in every.items() if sum(parse(t, locale) is not None for t in texts) * 2 > len(texts)}
    for r, row in enumerate(table.rows[:HEADING_ROWS]):
        texts = [t for c in row[1:] if (t := text_of(c))]
        if not texts or (numeric and not any(text_of(row[k]) for k in numeric)):
            continue  # the heading of a group of rows
        if not all(is_heading(t) for t in texts):
            break
        years = all(YEAR.fullmatch(t) for t in texts)
        if found is not None and years and any(YEAR.fullmatch(text_of(c)) for c in table.rows[found][1:]):
            break  # figures that look like years
        found = r
    return found


def heading_of(table: Table, head: int, k: int) -> str:
    """The heading of a column as the figure reader sees it: its own, or with those above where there are some."""
    parts: list[str] = []
    last = None
    for r in range(head + 1):
        alone = [t for c in table.rows[r] if (t := text_of(c))]
        if r < head and len(alone) == 1 and THOUSAND.search(alone[0]):
            continue  # a unit alone on its line is said of the whole table
        j = k
        while j > 1 and table.rows[r][j] is None:
            j -= 1
        cell = table.rows[r][j]
        if cell is None or last is None or cell.places != last.places:  # one that reaches over several rows counts once
            parts.append(text_of(cell))
        last = cell or last
    return " ".join(p for p in parts if p)


def guess_columns(table: Table, head: int, language: Language) -> Columns:
    """What each column is."""
    width = len(table.rows[0])
    locale = locale_of(language)
    body = [row for row in table.rows[head + 1 :] if not is_numbering([t for c in row if (t := text_of(c))])]
    headings = [heading_of(table, head, k) for k in range(width)]
    texts = [[t for row in body if (t := text_of(row[k])) and not language.irrelevant.search(t)] for k in range(width)]
    numbers = [[n for t in own if (n := parse(t, locale))] for own in texts]
    codes = {k for k in range(width) if _is_codes(headings[k], texts[k], k, language)}
    figures = [k for k in range(width) if k not in codes and len(numbers[k]) * 2 > len(texts[k])]
    words = _label_column(texts, codes, figures)
    first = next((k for k in figures if k > words), width)
    decimals = {k: _decimals(numbers[k]) for k in figures if k >= first}
    out: list[ColumnGuess] = []
    doubts: list[str] = []
    described: set[int] = set()
    before = [k for k in codes if k < words]
    for k, heading in enumerate(headings):
        if k <= words:
            if k in figures and heading and k != words:
                doubt = "figures to the left of the labels cannot be read: the column is left out"
                out.append(_entry(heading, ("ignore", True), doubt))
            elif len(before) == 1 and k in before and heading:
                out.append(_entry(heading, ("attribute", "account"), None))
            else:
                continue  # part of the label
        elif not heading:
            if texts[k] and k >= first:
                doubts.append(f"column {k + 1} has no heading ({texts[k][0]!r} …): it is not read")
            continue
        elif k in codes:
            out.append(_entry(heading, ("attribute", "account"), "codes, not amounts"))
        elif texts[k] and all(YEAR.fullmatch(t) for t in texts[k]) and not YEAR.fullmatch(heading):
            out.append(_entry(heading, ("attribute", named(heading, "year")), "years, not amounts"))
        elif (texts[k] and k not in figures) or (not texts[k] and not YEAR.search(heading) and not _LETTER.search(heading)):
            out.append(_entry(heading, ("attribute", named(heading, "note")), None))
        else:
            counts = decimals.get(k) == 0 and 2 in decimals.values()
            out.append(_figures(heading, numbers[k], counts, language))
        described.add(k)
    label = next((k for k in range(width) if k not in described), 0)  # a rule's `label` is held against its heading
    return Columns(tuple(merged(out)), headings[label], first, tuple(doubts))


def _label_column(texts: Sequence[Sequence[str]], codes: set[int], figures: Sequence[int]) -> int:
    """The column of the labels: of those that hold words, before the last figures, the fullest."""
    last = figures[-1] if figures else len(texts)
    words = [
        k for k in range(last)
        if k not in codes and k not in figures and sum(bool(_LETTER.search(t)) for t in texts[k]) * 5 >= len(texts[k]) * 4 > 0
    ]  # fmt: skip
    leading = [k for k in words if not any(f < k for f in figures)] or words
    return max(leading, key=lambda k: (len(texts[k]) * 10 // max(1, max(map(len, texts))), -k), default=0)


def _is_codes(heading: str, texts: Sequence[str], k: int, language: Language) -> bool:
    """Whether a column holds codes: its heading says so, or what stands in it cannot be amounts."""
    known = language.draft.codes
    if known and known.search(heading) and not YEAR.search(heading):
        return True
    if not texts or YEAR.search(heading) or said_by(language.draft.measures, heading) or unit_in(heading, language):
        return False
    grouped = sum(bool(_GROUPED.fullmatch(t)) for t in texts)
    if grouped * 2 > len(texts) or sum(bool(_CODE.fullmatch(t)) for t in texts) * 5 < len(texts) * 4:
        return False
    if any(regex.fullmatch(r"0\d+", t) for t in texts) or any(_LETTER.search(t) or "§" in t for t in texts):
        return True
    # mere numbers: to the left of everything, or all of the same three digits or more, none twice, rising
    same = len({len(t) for t in texts}) == 1 and sorted(set(texts)) == list(texts) and len(texts) > 2
    return k == 0 or heading == "" or (same and all(regex.fullmatch(r"\d{3,}|\d+(?:\.\d\d){2,}", t) for t in texts))


def _decimals(numbers: Sequence[Number]) -> int:
    """The most decimals with which the amounts of a column are printed."""
    return max((-int(n.readings[0].quantum.adjusted()) for n in numbers if not n.nil and not n.percent), default=0)


def _entry(heading: str, said: tuple[str, Any], doubt: str | None) -> ColumnGuess:
    return ColumnGuess(f"^{_literal(heading)}$", (heading,), (said,), doubt)


def _figures(heading: str, numbers: Sequence[Number], counts: bool, language: Language) -> ColumnGuess:
    said: list[tuple[str, Any]] = []
    measure = said_by(language.draft.measures, heading)
    phase = said_by(language.draft.phases, heading)
    doubt = None if measure or phase or YEAR.search(heading) else f"what {heading!r} stands for"
    amounts = [n for n in numbers if not n.nil]
    if amounts and all(n.percent for n in amounts):
        measure = "percent"
    elif counts and measure is None:
        measure, doubt = "count", "whole numbers beside amounts with decimals: counts?"
    if measure:
        said.append(("measure", measure))
    if phase and measure != "percent":
        said.append(("phase", phase))
    return ColumnGuess(_column_pattern(heading, language), (heading,), tuple(said), doubt)


def _column_pattern(heading: str, language: Language) -> str:
    """`R2022` -> `^R(?P<year>20\\d\\d)$`; a unit in the heading is captured as well. Two years are the year of neither."""
    spans: list[tuple[int, int, str]] = []
    short = _SHORT_YEAR.search(heading)
    years = list(YEAR.finditer(heading))
    if len(years) == 1 and not regex.match(r"\s?[-–]\s?$", heading[years[0].end() :]):
        begins = rf"(?P<year>{years[0][0][:2]}\d\d)"
        season = _SEASON.match(heading, years[0].end())
        spans.append((years[0].start(), season.end(), begins + season[0][0] + r"\d\d") if season else (*years[0].span(), begins))
    elif short:
        spans.append((*short.span("y"), r"(?P<year>\d\d)"))
    unit = unit_in(heading, language)
    if unit and not any(unit[1].start() < b and a < unit[1].end() for a, b in [y.span() for y in years]):
        spans.append((*unit[1].span(), f"(?P<unit>{escape(unit[1][0])})"))
    out, at = "^", 0
    for a, b, pattern in sorted(spans):
        out += _literal(heading[at:a]) + pattern
        at = b
    return out + _literal(heading[at:]) + "$"


def _literal(heading: str) -> str:
    """A heading with other years; its other numbers tell columns apart (`Cap. 1`, `Cap. 2`) and stay."""
    parts = YEAR.split(heading)
    years = [generalise(y) if y[:2] == "20" else r"19\d\d" for y in YEAR.findall(heading)]
    return "".join(escape(p) + y for p, y in zip(parts, [*years, ""], strict=True))


def merged(columns: Iterable[ColumnGuess]) -> list[ColumnGuess]:
    """Columns with the same pattern are one entry with all their examples."""
    out: dict[str, ColumnGuess] = {}
    for c in columns:
        old = out.get(c.pattern)
        examples = tuple(dict.fromkeys((*(old.examples if old else ()), *c.examples)))[:3]
        out[c.pattern] = replace(old or c, examples=examples)
    return list(out.values())
