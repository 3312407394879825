"""Line items -> findings and verdicts. A check is a function; the registries are the tuples below."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from operator import attrgetter
from typing import Any

from pipeline.checks.chains import tie_chains
from pipeline.checks.closing import check_closing, habits
from pipeline.checks.copies import check_copies, check_versions
from pipeline.checks.editions import edition_leads
from pipeline.checks.effect import check_effect
from pipeline.checks.gaps import check_overview_gaps, check_staffing
from pipeline.checks.leads import find_leads
from pipeline.checks.localize import judge
from pipeline.checks.record import Document, Relation
from pipeline.checks.scans import check_scans
from pipeline.checks.settle import settle
from pipeline.checks.single import check_format, check_loose_ends, check_percent, check_range, from_notes
from pipeline.checks.stages import supersede_stages
from pipeline.checks.sums import column_relations, overview_relations, sum_relations
from pipeline.checks.text import Named, Tie, name_amounts, text_relations, tie_amounts
from pipeline.checks.wages import wage_leads, wage_relations
from pipeline.checks.wholes import whole_relations
from pipeline.model import Finding, LineItem

RELATIONS: tuple[Callable[[Document], Iterable[Relation]], ...] = (
    sum_relations,
    column_relations,
    overview_relations,
)
CHECKS: tuple[Callable[[Document], Iterable[Finding]], ...] = (
    from_notes,
    check_format,
    check_range,
    check_percent,
    check_loose_ends,
    check_overview_gaps,
    check_staffing,
    check_effect,
)


@dataclass(frozen=True, slots=True)
class Reconciled:
    """A round with verdicts on every figure."""

    documents: tuple[Document, ...]
    relations: tuple[Relation, ...]
    violated: frozenset[str]
    findings: tuple[Finding, ...]
    amounts: Named
    ties: tuple[Tie, ...]
    amount_verdicts: dict[str, str]


def relate(document: Document) -> Iterator[Relation]:
    """Every relation inside one document."""
    for build in RELATIONS:
        yield from build(document)


def _other_years(documents: Iterable[Document]) -> dict[str, tuple[Decimal, ...]]:
    """For each figure the values that its row has in the other years."""
    rows: dict[tuple[str, str, int, str], list[LineItem]] = defaultdict(list)
    for d in documents:
        for i in d.items:
            rows[d.document_id, i.table_id, i.row, i.measure].append(i)
    return {i.line_item_id: tuple(o.value for o in row if o is not i) for row in rows.values() for i in row}


def _scanned(documents: Iterable[Document], amounts: Named) -> frozenset[str]:
    """Figures and amounts that OCR read."""
    figures = {i.line_item_id for d in documents for i in d.items if i.confidence is not None}
    return frozenset(figures | {name for named in amounts.values() for name, a in named if a.confidence is not None})


_BEFORE_VERDICT = tuple(f.name for f in fields(LineItem) if f.name not in ("verification", "verified_by"))
_values_before = attrgetter(*_BEFORE_VERDICT)
_LINE_ITEM: Any = LineItem  # called with fields that only run time knows


def _judged(i: LineItem, verification: str, verified_by: tuple[str, ...] = ()) -> LineItem:
    """A figure with its verdict: what `replace` gives, in less time, and there are millions of them."""
    before = dict(zip(_BEFORE_VERDICT, _values_before(i), strict=True))
    made: LineItem = _LINE_ITEM(**before, verification=verification, verified_by=verified_by)
    return made


def reconcile(documents: Sequence[Document], beyond: Sequence[Relation] = ()) -> Reconciled:
    """Settle readings, test every relation of a round, and say of each figure what proves or contradicts it.

    `beyond`: relations between figures of this round and of the one before or after (`follow`).
    """
    findings: list[Finding] = []
    settled: list[Document] = []
    for d in documents:
        document, told = settle(d, relate)
        settled.append(document)
        findings += told
    findings += edition_leads(settled)
    settled = supersede_stages(settled)
    findings += check_copies(settled)
    findings += check_versions(settled)
    relations = [r for d in settled for r in relate(d)]
    amounts = name_amounts(settled)
    ties, told = tie_amounts(settled, amounts)
    findings += told
    ties = tie_chains(settled, amounts, ties)
    textual = text_relations(ties)
    relations += [r for r, _ in textual]
    more, told = _looser(settled, amounts)
    findings += told
    relations += [r for r in (*more, *beyond) if r.bound == "="]
    bounds = [r for r in (*more, *beyond) if r.bound != "="]
    vague = frozenset(r.relation_id for r, is_vague in textual if is_vague)
    verdicts = judge(relations, vague, lambda: _other_years(settled), _scanned(settled, amounts))
    findings += verdicts.findings
    closed = sum((habits(d) for d in settled), Counter())
    for document in settled:
        findings += check_closing(document, closed)
        for check in CHECKS:
            findings += check(document)
    judged = tuple(
        d.with_items(tuple(
            _judged(i, "contradicted") if i.line_item_id in verdicts.contradicted
            else _judged(i, "verified", verdicts.verified[i.line_item_id])
            if i.line_item_id in verdicts.verified else i
            for i in d.items
        ))
        for d in settled
    )  # fmt: skip
    tied = {t.amount_id for t in ties}
    for document in judged:
        findings += find_leads(document, amounts[document.document_id], tied)
    of_amounts = {
        name: "contradicted" if name in verdicts.contradicted
        else "verified" if name in verdicts.verified else "unverifiable"
        for named in amounts.values() for name, _ in named
    }  # fmt: skip
    for document in judged:
        findings += check_scans(document, amounts[document.document_id], of_amounts)
    violated = verdicts.violated | {r.relation_id for r in bounds if r.bound == "≤" and not r.fits}
    return Reconciled(judged, (*relations, *bounds), violated, tuple(findings), amounts, tuple(ties), of_amounts)


def _looser(documents: Sequence[Document], amounts: Named) -> tuple[list[Relation], list[Finding]]:
    """Relations that hold by a bound or nearly, and what they show where they do not."""
    relations, findings = whole_relations(documents, amounts)
    for d in documents:
        wages = list(wage_relations(d, amounts[d.document_id]))
        findings += wage_leads(wages, d.rule.money.currency if d.rule else "")
        relations += wages
    return relations, findings
