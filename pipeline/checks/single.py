"""Checks that look at one thing at a time: percentages, number format, loose ends between overview and sections."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from pipeline.checks.lead_record import score
from pipeline.checks.record import Document, amount_value, percents
from pipeline.checks.slips import show
from pipeline.model import Finding, LineItem, Note, Proposal
from pipeline.numbers import fits
from pipeline.said import Said

_WHOLE = Said("the whole document", "hele dokumentet")


def from_notes(document: Document) -> list[Finding]:
    """What the stages before noticed."""
    return [note_finding(document.document_id, n) for n in document.extraction.notes]


def note_finding(document_id: str, n: Note) -> Finding:
    """A note as a finding. It is the same finding in other words and among other notes: what tells it from others is its place."""
    place = " ".join(f"{side:.1f}" for side in n.box or ())
    return Finding(n.check, n.severity, n.message, document_id, n.page, n.box, suggestion=n.suggestion,
                   key=f"{n.page} {place}", message_da=n.message_da, suggestion_da=n.suggestion_da)  # fmt: skip


def check_format(document: Document) -> Iterator[Finding]:
    """`number-format`: a number that is not written the way the document's language prescribes."""
    mark = document.language.decimal
    for item in document.items:
        if not item.number.canonical:
            yield Finding("number-format", "warning",
                          f"{item.value_printed!r} beside “{item.label}” under {item.column_printed} (page {item.page}) is "
                          f"not written with {mark!r} for decimals; it is read as {show(item.value)}",
                          document.document_id, item.page, item.box, item.year, actual=item.value,
                          line_item_ids=(item.line_item_id,),
                          message_da=f"{item.value_printed!r} ud for “{item.label}” under {item.column_printed} (side {item.page}) "
                          f"er ikke skrevet med {mark!r} som decimaltegn; tallet er læst som {show(item.value)}")  # fmt: skip
    for n, a in enumerate(document.extraction.amounts):
        if not a.number.canonical:
            yield Finding("number-format", "warning",
                          f"{a.printed!r} in the text of page {a.page} is not written with {mark!r} for decimals; it is "
                          f"read as {show(amount_value(a))}", document.document_id, a.page, a.box,
                          actual=amount_value(a), key=str(n),
                          message_da=f"{a.printed!r} i teksten på side {a.page} er ikke skrevet med {mark!r} som decimaltegn; "
                          f"tallet er læst som {show(amount_value(a))}")  # fmt: skip


def kept(item: LineItem) -> bool:
    """Whether the dataset can hold the value exactly: two decimals for money, three for anything else."""
    value = item.value
    return fits(value, 2) if item.is_money else fits(value, 3) and abs(value) < _MANY


_MANY = Decimal(10) ** 9


def check_range(document: Document) -> Iterator[Finding]:
    """`value-not-kept`: a figure with more digits than the dataset holds; its value is left empty, not rounded."""
    for item in document.items:
        if not kept(item):
            yield Finding("value-not-kept", "error",
                          f"{item.value_printed!r} beside “{item.label}” under {item.column_printed} (page {item.page}) has "
                          "more digits than any amount has: its value is left empty", document.document_id, item.page,
                          item.box, item.year, line_item_ids=(item.line_item_id,),
                          message_da=f"{item.value_printed!r} ud for “{item.label}” under {item.column_printed} (side {item.page}) "
                          "har flere cifre, end noget beløb har: værdien er udeladt")  # fmt: skip


def check_percent(document: Document) -> Iterator[Finding]:
    """`saving-percent`: the printed percentage is a saving of some year over an amount printed as the area's budget."""
    meta = document.extraction.meta
    for p in document.extraction.proposals:
        if p.saving_percent_printed:
            savings = [i for i in document.items if i.proposal_code == p.code]
            bases = [
                amount_value(a) for a in document.extraction.amounts
                if a.proposal_code == p.code and a.field == "area_budget"
            ]  # fmt: skip
            yield from _percent(document, p, p.saving_percent_printed, savings, bases)
    if meta.saving_percent_printed:
        savings = [i for i in document.items if i.table_kind == "overview" and i.row_kind == "total"]
        bases = [
            amount_value(a) for a in document.extraction.amounts
            if a.proposal_code is None and a.field == "area_budget"
        ]  # fmt: skip
        yield from _percent(document, None, meta.saving_percent_printed, savings, bases)


def _percent(document: Document, proposal: Proposal | None, printed: str, savings: Sequence[LineItem],
             bases: Sequence[Decimal]) -> Iterator[Finding]:  # fmt: skip
    rough = document.language.approximate_field.search(printed) is not None
    money = [i for i in savings if i.is_money and i.value]
    bases = [b for b in bases if b]  # of nothing there is no share
    if not money or not bases:
        return
    for said, number in percents(printed, document.language):
        value, slack = number.value, number.readings[0].quantum / 2
        shares = {abs(i.value) / b * 100 for i in money for b in bases}
        nearest = min(shares, key=lambda s: abs(s - value))
        totals = {abs(i.value) / b * 100 for i in money for b in bases if i.row_kind == "total"} or shares
        if abs(nearest - value) <= slack or (rough and abs(nearest - value) <= value / 4):
            continue
        nearest = min(totals, key=lambda s: abs(s - value))
        name = Said(f"proposal {proposal.code}", f"forslag {proposal.code}") if proposal else _WHOLE
        budgets, share = ", ".join(show(b) for b in bases), show(nearest.quantize(Decimal("0.01")))
        page = next((a.page for a in document.extraction.amounts
                     if a.field == "area_budget" and a.proposal_code == (proposal.code if proposal else None)),
                    proposal.page if proposal else None)  # fmt: skip
        yield Finding(
            "saving-percent", "info" if rough else "warning",
            f"{name.en}: {said} is printed, but no saving of any year over the area's budget ({budgets}) gives it; the nearest "
            f"is {share} %",
            document.document_id, page, None, None, nearest.quantize(Decimal("0.01")), value,
            (value - nearest).quantize(Decimal("0.01")), slack, line_item_ids=tuple(i.line_item_id for i in money[:8]),
            key=(proposal.code if proposal else "") + said,
            message_da=f"{name.da}: der står {said}, men ingen af årenes besparelser giver det i forhold til områdets budget "
            f"({budgets}); nærmest kommer {share} %",
        )  # fmt: skip


def check_loose_ends(document: Document) -> Iterator[Finding]:
    """`overview-only`: a proposal that only the overview names; `section-only`: one that it leaves out."""
    listed = {i.proposal_code for i in document.items if i.table_kind == "overview" and i.row_kind == "item"}
    proposals = document.extraction.proposals
    if not listed or not any(p.has_section for p in proposals):
        return
    paired = sum(p.has_section and p.code in listed for p in proposals)
    largest: dict[str, Decimal] = defaultdict(Decimal)
    for i in document.items:
        if i.proposal_code and i.is_money:
            largest[i.proposal_code] = max(largest[i.proposal_code], abs(i.value))
    for p in proposals:
        worth = score(largest[p.code], Decimal(paired) / len(proposals))
        if not p.has_section:
            yield Finding("overview-only", "info", f"proposal {p.code} “{p.title}” stands in the overview and has no "
                          "section", document.document_id, p.page, p.box, key=p.code, score=worth,
                          message_da=f"forslag {p.code} “{p.title}” står i oversigten, men har intet afsnit")  # fmt: skip
        elif p.code not in listed:
            yield Finding("section-only", "warning", f"proposal {p.code} “{p.title}” has a section and does not stand in "
                          "the overview", document.document_id, p.page, p.box, key=p.code, score=worth,
                          message_da=f"forslag {p.code} “{p.title}” har et afsnit, men står ikke i oversigten")  # fmt: skip
