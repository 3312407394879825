"""Editions of one document, a draft and a later stage: which proposals have another amount in the later one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from pipeline.checks.lead_record import Plan, money, plans, score
from pipeline.checks.record import Document
from pipeline.checks.stages import STAGES_DA, replaces, several_stages
from pipeline.model import Finding
from pipeline.text import normal


def edition_leads(documents: Sequence[Document]) -> Iterator[Finding]:
    """`two-amounts` between editions. `documents` are those of a round before the earlier editions stop counting."""
    for own in several_stages(documents):
        for later in own:
            for earlier in own:
                if replaces(later, earlier):
                    yield from _changed(earlier, later)


def _changed(earlier: Document, later: Document) -> Iterator[Finding]:
    before = {(p.code, normal(p.title)): p for p in plans(earlier)}
    for p in plans(later):
        old = before.get((p.code, normal(p.title)))
        if old is not None and old.currency == p.currency:
            yield from _compare(earlier, old, later, p)


def _compare(earlier: Document, old: Plan, later: Document, p: Plan) -> Iterator[Finding]:
    differing = [y for y in p.years if y in old.savings and old.savings[y] != p.savings[y]]
    if not differing:
        return
    year = max(differing, key=lambda y: (abs(p.savings[y] - old.savings[y]), -y))
    a, b, stage = old.savings[year], p.savings[year], earlier.extraction.meta.stage
    first = next(i for i in p.items if i.year == year)
    yield Finding(
        "two-amounts", "info",
        f"{p.name} is to save {money(b, p.currency)} in {year}; in the edition before ({stage}, {earlier.document_id}) it was "
        f"{money(a, p.currency)}",
        later.document_id, first.page, first.box, year, a, b, b - a,
        line_item_ids=tuple(i.line_item_id for q in (p, old) for i in q.items if i.year in differing),
        score=score(b - a, abs(b - a) / max(abs(a), abs(b), Decimal(1))), key=p.code or p.title,
        message_da=f"{p.name} skal spare {money(b, p.currency)} i {year}; i den forrige udgave ({STAGES_DA[stage]}, "
        f"{earlier.document_id}) var det {money(a, p.currency)}",
    )  # fmt: skip
