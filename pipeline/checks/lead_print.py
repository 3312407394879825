"""Leads in print: what the municipality itself got wrong, once a second witness has read the figures alike."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from pipeline.checks.lead_record import score
from pipeline.checks.record import Relation
from pipeline.model import Finding
from pipeline.said import NOTHING, Said

_SUMS = ("items-to-total", "columns-in-row")


def misprints(violated: Sequence[Relation], findings: Sequence[Finding], agreed: Collection[str]) -> Iterator[Finding]:
    """Leads from equations that fail although every figure in them was read alike by all witnesses (`agreed`).

    `two-amounts`: a proposal has one amount in the overview and another in its section. `wrong-total`: figures do not add
    up as printed; not told where the one cell at fault is already told by its two amounts.
    """
    sure = [r for r in violated if all(t.figure in agreed for t in r.terms)]
    twice = [r for r in sure if r.kind == "overview-equals-proposal"]
    alone = {f.line_item_ids[0] for f in findings if f.severity == "error" and len(f.line_item_ids) == 1}
    explained = alone & {t.figure for r in twice for t in r.terms}
    for r in twice:
        row, parts = r.result, NOTHING if len(r.terms) == 2 else Said(", added up,", ", lagt sammen,")
        yield _lead(Finding(
            "two-amounts", "info",
            f"“{row.label}” has two amounts for {r.year}: {row.printed} in the overview (page {row.page}), and "
            f"{_left(r)}{parts.en} in its own section (page {r.terms[0].page})",
            row.document_id,
            message_da=f"“{row.label}” har to beløb for {r.year}: {row.printed} i oversigten (side {row.page}) og "
            f"{_left(r)}{parts.da} i sit eget afsnit (side {r.terms[0].page})",
        ), r)  # fmt: skip
    for r in sure:
        if r.kind in _SUMS and not any(t.figure in explained for t in r.terms):
            total = r.result
            yield _lead(Finding(
                "wrong-total", "info",
                f"“{total.label}”{f', {r.year},' if r.year else ''} is printed as {total.printed}, but the figures that make it "
                f"up do not add up to that: {r.written('≠')}",
                total.document_id,
                message_da=f"“{total.label}” står{f' for {r.year}' if r.year else ''} som {total.printed}, men tallene bag giver "
                f"noget andet: {r.written('≠')}",
            ), r)  # fmt: skip


def _left(r: Relation) -> str:
    return r.written("=").rpartition(" = ")[0]


def _lead(f: Finding, r: Relation) -> Finding:
    """The lead with place, figures and score: the difference is at stake, and none should be there at all."""
    at, off = r.result, r.result.value - r.expected
    return replace(f, page=at.page, box=at.box, year=r.year, expected=r.expected, actual=at.value, difference=off,
                   line_item_ids=(at.figure, *(t.figure for t in r.terms[:-1])), score=score(off, Decimal(1)))  # fmt: skip
