"""Tables -> kinds: those with the same columns and the same heading over their labels are one entry of a rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import regex

from pipeline.draft.columns import (
    ColumnGuess,
    guess_columns,
    heading_row,
    locale_of,
    merged,
    said_by,
    unit_in,
)
from pipeline.draft.patterns import generalise, text_of
from pipeline.model import Page, Table
from pipeline.numbers import parse
from pipeline.rules.language import Language

_CODE = regex.compile(r"\p{Lu}{1,5}[-.]?\d+")
_MOST_LABELS = 4  # kinds that only the heading of their labels tells apart; where there are more it numbers them


@dataclass(slots=True)
class KindGuess:
    """Tables that one entry of a rule reads."""

    columns: list[ColumnGuess]
    tables: list[Table] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)  # of the label column
    label: str | None = None  # set where only that tells it from another kind
    aside: dict[str, tuple[str, str]] = field(default_factory=dict)  # labels of key figures: their measure or unit
    doubts: list[str] = field(default_factory=list)

    def as_columns(self) -> list[dict[str, Any]]:
        return [c.as_data() for c in self.columns]

    @property
    def patterns(self) -> set[str]:
        return {c.pattern for c in self.columns if c.figures}


def guess_kinds(pages: Sequence[Page], tables: Sequence[Table], language: Language) -> tuple[list[KindGuess], list[tuple[Table, str]]]:
    """Kinds of tables, in the order in which their entries have to stand; what cannot be told of any table."""
    kinds: list[KindGuess] = []
    doubts: list[tuple[Table, str]] = []
    for table in tables:
        head = heading_row(table, language)
        if head is None:
            first = " ".join(text_of(c) for c in table.rows[0])[:50]
            doubts.append((table, f"the table on page {table.page} has no heading row ({first!r}): no entry is made for it"))
            continue
        found = guess_columns(table, head, language)
        doubts += [(table, f"page {table.page}: {t}") for t in found.doubts]
        if not any(c.figures for c in found.guesses):
            doubts.append((table, f"the table on page {table.page} holds no column of figures"))
            continue
        sentence = found.label.endswith(".") and not unit_in(found.label, language)
        label = "" if sentence or _CODE.fullmatch(found.label) else found.label  # those are no headings
        own = KindGuess(list(found.guesses), [table], [label])
        if _of_staff(pages, table, label, language) and not any(c.measure == "staffing" for c in own.columns):
            _measure(own, "staffing", f"page {table.page}: positions, not amounts?")
        elif aside := _key_figures(table, head, found.first, language):
            own.aside = aside
            own.doubts.append(f"page {table.page}: rows with units of their own: key figures?")
        same = next((k for k in kinds if _same(k, own)), None)
        if same is None:
            kinds.append(own)
        else:
            _join(same, own)
    return _apart(kinds), doubts


def _label(row: Sequence[Any], first: int) -> str:
    return " ".join(t for c in row[:first] if (t := text_of(c)))


def _measure(kind: KindGuess, measure: str, doubt: str) -> None:
    """Let all columns of figures that say nothing of it hold what `measure` says."""
    kind.columns = [
        ColumnGuess(c.pattern, c.examples, (("measure", measure), *c.said), c.doubt)
        if c.figures and not any(k == "measure" for k, _ in c.said) else c
        for c in kind.columns
    ]  # fmt: skip
    kind.doubts.append(doubt)


def _of_staff(pages: Sequence[Page], table: Table, label: str, language: Language) -> bool:
    """Whether the line right above a table, or the heading of its labels, says that it counts positions and no money."""
    above = [line.text for line in pages[table.page - 1].lines if line.bottom <= table.top + 2]
    texts = [t for t in (*above[-1:], label) if len(t) < 60 and not t.endswith(".") and not t[:1].islower()]
    says = [said_by(language.draft.measures, t) for t in texts if not unit_in(t, language)]
    return "staffing" in says and not unit_in(label, language)


def _key_figures(table: Table, head: int, first: int, language: Language) -> dict[str, tuple[str, str]]:
    """What each row of a table measures, or its unit, where its rows have two units or more and none sums up others."""
    locale = locale_of(language)
    out: dict[str, tuple[str, str]] = {}
    units: set[object] = set()
    for row in table.rows[head + 1 :]:
        label = _label(row, first)
        cells = [t for c in row[first:] if (t := text_of(c)) and (n := parse(t, locale)) and not n.nil]
        named = unit_in(label, language)
        unit = named if named and regex.search(r"[,(/]|\bi\b|\bin\b", label[: named[1].start()]) else None
        unit = unit or (unit_in(cells[0], language) if cells else None)
        if cells and all(t.endswith("%") for t in cells):
            said = "measure", "percent"
        elif unit:
            said = "unit", unit[1][0]
        elif any(m.search(label) for m in language.draft.totals):
            return {}
        else:
            said = "measure", said_by(language.draft.measures, label) or "count"
        out[label] = said
        units |= {unit[0].value if unit and said[0] == "unit" else said[1]} - {"count", "staffing"}
    columns = ([t for row in table.rows[head + 1 :] if (t := text_of(row[k]))] for k in range(first, len(table.rows[0])))
    return out if len(units) > 1 and not any(own and all(t.endswith("%") for t in own) for own in columns) else {}


def _same(a: KindGuess, b: KindGuess) -> bool:
    return (
        [generalise(h) for h in a.headings[:1]] == [generalise(h) for h in b.headings[:1]]
        and {(c.pattern, c.measure) for c in a.columns} == {(c.pattern, c.measure) for c in b.columns}
    )  # fmt: skip


def _join(kind: KindGuess, other: KindGuess) -> None:
    """Make one of two; where one counts positions and the other money, the money stays."""
    staff = [k for k in (kind, other) if k.patterns and {c.measure for c in k.columns if c.figures} == {"staffing"}]
    first, second = (other, kind) if staff == [kind] else (kind, other)
    if len(staff) == 1:
        pages = ", ".join(map(str, sorted({t.page for t in staff[0].tables})))
        kind.doubts = [d for d in (first.doubts if staff == [kind] else kind.doubts)]
        kind.doubts.append(f"page {pages}: positions, in a table that no heading tells from those with money: they are read as money")
    else:
        kind.doubts += other.doubts
    kind.columns = merged([*first.columns, *second.columns])
    kind.tables += other.tables
    kind.headings += other.headings
    kind.aside |= other.aside


def _apart(kinds: Sequence[KindGuess]) -> list[KindGuess]:
    """Kinds that share a column of figures are told apart by the heading of their labels; else they are one.

    Of entries that fit a table the first counts: those with a `label` come first, what is left has none.
    """
    out: list[KindGuess] = []
    staff_first = sorted(kinds, key=lambda k: (not all(k.headings), all(c.measure != "staffing" for c in k.columns), -len(k.tables)))
    for kind in staff_first:
        rivals = [k for k in out if k.patterns & kind.patterns]
        same = next((k for k in rivals if _overlap(k, kind)), None)
        few = sum(k.patterns == kind.patterns for k in rivals) < _MOST_LABELS
        rest = next((k for k in rivals if not all(k.headings)), None)
        if same and (all(kind.headings) or same is rest):
            _join(same, kind)
        elif rest:
            _join(rest, kind)
        elif not rivals or few or not all(kind.headings):
            out.append(kind)
        else:
            _join(min(rivals, key=lambda k: len(k.tables)), kind)
    for kind in out:
        if all(kind.headings) and any(k is not kind and k.patterns & kind.patterns for k in out):
            kind.label = _any(kind.headings)
    return sorted(out, key=lambda k: (k.label is None, -len(k.columns)))


def _overlap(a: KindGuess, b: KindGuess) -> bool:
    return bool({generalise(h) for h in a.headings} & {generalise(h) for h in b.headings})


def _any(headings: Sequence[str]) -> str:
    forms = list(dict.fromkeys(generalise(h) for h in headings))
    return f"^{forms[0]}$" if len(forms) == 1 else "^(?:" + "|".join(forms) + ")$"
