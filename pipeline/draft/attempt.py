"""A drafted rule put to the test in memory: what it reads, which sums close, which numbers are left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import permutations
from typing import Any

import regex

from pipeline.checks import reconcile
from pipeline.checks.record import Document
from pipeline.draft.patterns import escape, named
from pipeline.draft.search import Row
from pipeline.model import MONEY, Extraction, Note, Page, RawLine, Table, Token
from pipeline.normalize import normalize
from pipeline.parse import parse
from pipeline.rules.language import Language
from pipeline.rules.schema import Rule


@dataclass(frozen=True, slots=True)
class Tried:
    """What a rule makes of a document."""

    rule: Rule
    lines: tuple[RawLine, ...]
    held: int
    violated: int
    left: tuple[Token, ...]  # numbers that nothing explains
    notes: tuple[Note, ...]

    @property
    def score(self) -> int:
        """The more sums close the better; one that fails outweighs three, but a misprint among many is borne."""
        return self.held - 3 * self.violated


def attempt(data: Mapping[str, Any], pages: Sequence[Page], tables: Sequence[Table], language: Language) -> Tried:
    """Read a document with a drafted rule, by the same stages as a run."""
    rule = Rule.model_validate(data)
    parsed = parse(pages, tables, rule, language)
    items, proposals, _ = normalize("draft", parsed.lines, parsed.proposals, parsed.meta)
    extraction = Extraction(
        sha256="", rule_id=rule.id, pages=len(pages), text=(), meta=parsed.meta, items=items, proposals=proposals,
        amounts=parsed.amounts, tokens=parsed.tokens, notes=parsed.notes,
    )  # fmt: skip
    done = reconcile([Document("draft", "unknown", 0, extraction, rule, language)])
    sums = [r for r in done.relations if r.kind in ("items-to-total", "columns-in-row")]
    violated = sum(r.relation_id in done.violated for r in sums)
    left = tuple(t for t in parsed.tokens if t.status == "unclaimed")
    return Tried(rule, parsed.lines, len(sums) - violated, violated, left, parsed.notes)


def rows_of(lines: Sequence[RawLine], table_rule: str, tables: Sequence[Table]) -> list[list[Row]]:
    """The rows of figures of every table that one table rule has read; columns without money left out."""
    heavy: dict[tuple[int, float, float], bool] = {}  # figure -> whether its label is bold
    for t in tables:
        for row in t.rows:
            words = [c for c in row if c and any(ch.isalpha() for ch in c.raw)][:1]
            heavy |= {(c.page, c.x0, c.top): bool(words) and words[0].bold for c in row if c and c.lines}
    bold = {
        (c.page, c.x0, c.top): c.bold or heavy[c.page, c.x0, c.top]
        for t in tables for row in t.rows for c in row[1:] if c and c.lines
    }  # fmt: skip
    by_table: dict[str, dict[int, list[RawLine]]] = {}
    for line in lines:
        if line.table_rule == table_rule and line.measure in MONEY:
            by_table.setdefault(line.table_id, {}).setdefault(line.row, []).append(line)
    out = []
    for rows in by_table.values():
        columns = list(dict.fromkeys((ln.column_printed, ln.year, ln.measure) for own in rows.values() for ln in own))
        made = []
        for own in rows.values():
            values = {(ln.column_printed, ln.year, ln.measure): ln.number for ln in own}
            half = max(ln.number.readings[0].quantum for ln in own if not ln.number.nil or len(own) == 1) / 2 if any(
                not ln.number.nil for ln in own) else Decimal("0.5")  # fmt: skip
            marked = all(bold.get((ln.page, ln.box.x0, ln.box.top), False) for ln in own)
            label = all(heavy.get((ln.page, ln.box.x0, ln.box.top), False) for ln in own)
            shown = tuple(values[c].value if c in values else None for c in columns)
            made.append(Row(own[0].label, marked, shown, label, half))
        out.append(made)
    return out


def column_equations(lines: Sequence[RawLine], table: Mapping[str, Any]) -> tuple[list[str], dict[int, str]]:
    """Equations between the columns of a row that hold nearly everywhere, and the names they need, by column entry.

    By what the columns measure, where each year has them (`net = income - expenditure`); else between columns of which each
    has an entry of its own, whatever their years (`zmiana = plan_na - wykonanie`, `total = cap_1 + cap_2 + …`).
    """
    own = [ln for ln in lines if ln.table_rule == table["name"] and ln.measure in MONEY and ln.row_kind != "staffing"]
    if {"expenditure", "income", "net"} <= {ln.measure for ln in own}:
        by_year: dict[object, dict[str, Decimal]] = {}
        for ln in own:
            by_year.setdefault((ln.table_id, ln.row, ln.year), {})[ln.measure] = ln.number.value
        for a, b, sign in (("expenditure", "income", "-"), ("expenditure", "income", "+"), ("income", "expenditure", "-")):
            if _holds(list(by_year.values()), "net", {a: 1, b: 1 if sign == "+" else -1}):
                return [f"net = {a} {sign} {b}"], {}
    entry = {ln.column_printed: _entry_of(ln.column_printed, table["columns"]) for ln in own}
    places = [p for p in entry.values() if p is not None]
    rows: dict[object, dict[str, Decimal]] = {}
    for ln in own:
        if places.count(place := entry[ln.column_printed] or 0) == 1:
            rows.setdefault((ln.table_id, ln.row), {})[str(place)] = ln.number.value
    columns = sorted({c for row in rows.values() for c in row}, key=int)
    for whole, terms in _candidates(columns):
        if _holds(list(rows.values()), whole, terms):
            names = _names([int(c) for c in (whole, *terms)], table["columns"])
            right = " ".join(f"{'-' if w < 0 else '+'} {names[int(c)]}" for c, w in sorted(terms.items(), key=lambda t: -t[1]))
            return [f"{names[int(whole)]} = {right.removeprefix('+ ')}"], names
    return [], {}


def _entry_of(printed: str, columns: Sequence[Mapping[str, Any]]) -> int | None:
    return next((n for n, c in enumerate(columns) if regex.search(c["pattern"], printed)), None)


def _candidates(columns: Sequence[str]) -> Iterator[tuple[str, dict[str, int]]]:
    """Which column may be the sum of all others, or the sum or difference of two."""
    for whole in columns[::-1]:
        others = [c for c in columns if c != whole]
        if len(others) > 2:
            yield whole, dict.fromkeys(others, 1)
        for a, b in permutations(others, 2):
            yield whole, {a: 1, b: -1}
            if int(a) < int(b):
                yield whole, {a: 1, b: 1}


def _holds(rows: Sequence[Mapping[str, Decimal]], whole: str, terms: Mapping[str, int]) -> bool:
    """Whether an equation holds in nearly all rows that have all its columns; exactly, for rounding is for the check.

    A blank or a nought adds nothing; where most terms are that, an equation says nothing.
    """
    full = [r for r in rows if whole in r and any(c in r for c in terms)]
    held = [r for r in full if sum((w * r.get(c, Decimal(0)) for c, w in terms.items()), Decimal(0)) == r[whole]]
    telling = [r for r in held if sum(bool(r.get(c)) for c in terms) > 1]
    return len(full) >= 3 and len(held) * 5 >= len(full) * 4 and len(telling) >= 2


def _names(places: Sequence[int], columns: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    """A name for each column of an equation: of its heading, or what phase it is where that tells them apart."""
    phases = [columns[p].get("phase") for p in places]
    made: dict[int, str] = {}
    for n, (place, phase) in enumerate(zip(places, phases, strict=True)):
        heading = regex.sub(r"\d{4}", "", columns[place]["examples"][0])
        name = phase if phase and phases.count(phase) == 1 else named(heading, f"column_{n + 1}")
        made[place] = name if name not in made.values() else f"{name}_{n + 1}"
    return made


_ENUMERATORS = (
    r"^(?P<code>\d{1,2})\.\s+", r"^(?P<code>\d{1,2})\)\s+", r"^(?P<code>\p{Lu}{1,5}-\d+\p{Lu}?)[.:]?\s+",
    r"^(?P<code>\p{Lu}{1,3}\d{1,3})[.:]?\s+", r"^(?P<code>\d{1,2})\s+(?=\p{L})",
)  # fmt: skip


_NAMES = regex.compile(r"(?=.*\p{L})(?=.*\d)\S{1,12}|\d{1,3}\.?|\d{1,2}\.\d{1,2}")
_SHAPES = 2  # of the codes in one column


def enumerator(labels: Sequence[str]) -> dict[str, Any] | None:
    """The number or code before most labels, each another: it names the proposal."""
    for pattern in _ENUMERATORS:
        hits = [(m["code"], lb) for lb in dict.fromkeys(labels) if (m := regex.search(pattern, lb))]
        codes = [c for c, _ in hits]
        if len(hits) < 2 or len(hits) * 2 < len(set(labels)) or len(set(codes)) < len(codes):
            continue
        if r"\.\s" not in pattern and codes[0].isdigit() and [int(c) for c in codes] != list(range(1, len(codes) + 1)):
            continue
        return {"pattern": pattern, "examples": [lb for _, lb in hits[:2]]}
    return None


def enumerator_of(codes: Mapping[str, str]) -> dict[str, Any] | None:
    """What finds the codes that stand in a column of their own (code -> label), where each names another row.

    Longer numbers without a letter are accounts: they name no proposal.
    """
    if len(codes) < 2 or not all(_NAMES.fullmatch(code) for code in codes):
        return None
    shapes = {regex.sub(r"\d+", r"\\d+", regex.sub(r"\p{L}+", r"\\p{L}+", escape(code))) for code in codes}
    if len(shapes) > _SHAPES:
        return None
    return {"pattern": rf"^(?P<code>{'|'.join(sorted(shapes, reverse=True))})\s+",
            "examples": [f"{code} {label}" for code, label in list(codes.items())[:2]]}  # fmt: skip
