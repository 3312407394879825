"""What a rule catches of a document and what it leaves: the view of someone who writes a rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.model import Extraction, LineItem, Token
from pipeline.present.document import ledger_line
from pipeline.present.grid import grid
from pipeline.present.text import count, danish, paint, pairs, paragraph, plain

_SHOWN = 20  # left-over numbers and notes told


@dataclass(frozen=True, slots=True)
class Equation:
    """An equation of a table rule: how often a document forms it, and how often it then holds; `None` without such a table."""

    table: str
    equation: str
    formed: int | None
    held: int


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether a rule recognises a document: its patterns that are missing, and those it rejects that are there."""

    rule_id: str
    path: str
    missing: Sequence[str]
    rejected: Sequence[str]

    @property
    def fits(self) -> bool:
        return not self.missing and not self.rejected


def fits(found: Sequence[Fit], asked: str | None, width: int | None) -> Iterator[str]:
    """Which rule fits; why the one that is asked for does not, or why none does."""
    fitting = [f for f in found if f.fits]
    names = " and ".join(f.rule_id for f in fitting)
    if len(fitting) == 1:
        yield f"rule {paint(names, 'heading')} fits ({fitting[0].path})"
    elif fitting:
        yield paint(f"{len(fitting)} rules fit: {names}; make their `recognise` or `reject` tell them apart", "error")
    else:
        yield paint("no rule fits", "warning")
    for f in found:
        if not f.fits and (f.rule_id == asked or (not fitting and not asked)):
            yield f"  {f.rule_id} ({f.path}) does not:"
            yield from (line for m in f.missing for line in paragraph(f"not found: {m}", width, "    ", "      "))
            yield from (line for m in f.rejected for line in paragraph(f"rejects: {m}", width, "    ", "      "))


def catch(e: Extraction, equations: Sequence[tuple[str, bool, str]], declared: Sequence[Equation],
          width: int | None) -> Iterator[str]:  # fmt: skip
    """Tables, rows, amounts and the ledger of one reading; `equations`: kind, whether it holds, the equation."""
    m = e.meta
    years = f"{m.years[0]}–{m.years[-1]}" if m.years else None
    said = [m.title, m.municipality, m.department, m.kind, m.stage, str(m.document_date or ""), str(m.budget_year or "")]
    sections = sum(p.has_section for p in e.proposals)
    held = sum(ok for _, ok, _ in equations)
    kinds = Counter(str(a.role) for a in e.amounts)
    yield from pairs(
        [
            ("document", ", ".join(plain(s) for s in said if s) or "says nothing of itself that the rule captures"),
            ("years", years),
            ("pages", str(e.pages)),
            ("proposals", f"{danish(len(e.proposals))}, {sections} with a section of their own"),
            ("figures", danish(len(e.items)) + _kinds(Counter(str(i.row_kind) for i in e.items))),
            ("amounts in text", danish(len(e.amounts)) + _kinds(kinds)),
            ("equations", f"{danish(held)} of {danish(len(equations))} hold"),
            ("numbers", ledger_line(Counter(t.status for t in e.tokens))),
        ],
        width,
    )
    if e.items:
        yield ""
        yield from _tables(e.items, width)
    if declared:
        yield paint("equations that the rule declares", "heading")
        yield from map(_declared, declared)
    violated = [(kind, told) for kind, ok, told in equations if not ok]
    if violated:
        yield paint("equations that do not hold", "heading")
        yield from (line for kind, told in violated[:_SHOWN] for line in paragraph(f"{kind}: {plain(told)}", width, "  "))
        yield from _more(len(violated))
    yield from _left(e, width)


def _declared(d: Equation) -> str:
    if d.formed is None:
        return f"  {d.table}: {d.equation}: the document has no such table"
    told = f"{d.table}: {d.equation}: formed {count(d.formed, 'time')}"
    if not d.formed:
        return "  " + paint(told, "warning")
    return f"  {told}, " + ("holds each time" if d.held == d.formed else paint(f"holds {count(d.held, 'time')}", "error"))


def _kinds(kinds: Counter[str]) -> str:
    return ": " + ", ".join(f"{n} {k}" for k, n in kinds.most_common()) if kinds else ""


def _tables(items: Sequence[LineItem], width: int | None) -> Iterator[str]:
    tables: dict[str, list[LineItem]] = {}
    for i in items:
        tables.setdefault(i.table_id, []).append(i)
    rows = []
    for name, own in tables.items():
        labels = dict.fromkeys((i.row, i.row_kind) for i in own)
        kinds = Counter(kind for _, kind in labels)
        columns = list(dict.fromkeys(i.column_printed for i in own))
        unit = next((i.unit_printed for i in own if i.unit_printed), "")
        rows.append([name, own[0].page, own[0].table_kind, unit, ", ".join(f"{n} {k}" for k, n in kinds.items()),
                     ", ".join(columns)])  # fmt: skip
    yield from grid(["table", "page", "kind", "unit", "rows", "columns"], rows, width, right={1})


def _left(e: Extraction, width: int | None) -> Iterator[str]:
    """Notes, and the numbers that nothing explains, by page."""
    notes = [n for n in e.notes if n.check != "unclaimed-number"]  # those are listed below, page by page
    if notes:
        yield paint("noticed", "heading")
        for n in notes[:_SHOWN]:
            page = f"page {n.page}: " if n.page and f"page {n.page}" not in n.message else ""
            yield from paragraph(f"{n.severity}  {n.check}  {page}{plain(n.message)}", width, "  ", "    ")
        yield from _more(len(notes))
    left: dict[int, list[Token]] = {}
    for t in e.tokens:
        if t.status == "unclaimed":
            left.setdefault(t.page, []).append(t)
    if left:
        yield paint(f"left over: {count(sum(map(len, left.values())), 'number')} that nothing explains", "heading")
        lines = [(number, line) for number, tokens in left.items() for line in dict.fromkeys(t.line for t in tokens)]
        for number, line in lines[:_SHOWN]:
            yield from paragraph(plain(line), width, f"  page {number}: ")
        yield from _more(len(lines), "line")


def _more(n: int, what: str = "") -> Iterator[str]:
    if n > _SHOWN:
        yield "  and " + (count(n - _SHOWN, f"more {what}") if what else f"{n - _SHOWN} more")
