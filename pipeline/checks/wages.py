"""Staffing and wages: where the text gives what a position costs, so many positions come near the wages of the same table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from pipeline.checks.lead_record import money, number, score
from pipeline.checks.record import Document, Relation, Term, amount_quantum, amount_value, item_term, relation
from pipeline.checks.text import text_term
from pipeline.model import Finding, LineItem, TextAmount
from pipeline.rules.schema import Price

Table = tuple[str | None, int]  # proposal and year


def wage_relations(document: Document, named: Sequence[tuple[str, TextAmount]]) -> Iterator[Relation]:
    """`staffing-meets-wages`: change of staffing times price comes near the change of wages, for each proposal and year.

    A price in a section is for that section, one outside of all for every proposal that gives none of its own. Near is what
    rounding explains and the percentage that the rule allows; such a relation proves nothing.
    """
    prices = [(name, a, p) for name, a in named if (p := _price(document, a))]
    own = {a.proposal_code for _, a, _ in prices}
    for name, a, price in prices:
        staffing, wages = _rows(document, price, a)
        for (code, year), staff in staffing.items():
            meant = code == a.proposal_code if a.proposal_code else code not in own
            pay = wages.get((code, year))
            if meant and pay:
                yield _relation(document, name, a, price, staff, pay)


def _price(document: Document, a: TextAmount) -> Price | None:
    prices = document.rule.prices if document.rule and a.restates else []
    return next((p for p in prices if p.name == a.restates), None)


def _rows(document: Document, price: Price, a: TextAmount) -> tuple[dict[Table, LineItem], dict[Table, list[LineItem]]]:
    """The staffing figure and the rows of wages by proposal and year."""
    staffing: dict[Table, LineItem] = {}
    wages: dict[Table, list[LineItem]] = defaultdict(list)
    for i in document.items:
        if i.year is None or (i.table_kind == "overview" and i.row_kind != "staffing"):
            continue
        if i.row_kind == "staffing" and i.measure == "staffing" and i.value:
            staffing.setdefault((i.proposal_code, i.year), i)
        elif i.is_money and i.row_kind == "item" and i.currency == a.currency and price.wages.search(i.label):
            wages[i.proposal_code, i.year].append(i)
    return staffing, wages


def _relation(d: Document, name: str, a: TextAmount, price: Price, staff: LineItem, pay: Sequence[LineItem]) -> Relation:
    """`-3,5 × 500.000 kr. ≈ -1.780`, a product written as one term: a position less is an expense less."""
    each, change = abs(amount_value(a)), staff.value * (staff.staffing_sign or 1)
    sign = -pay[0].saving_sign or 1  # of an expense as printed
    text = text_term(d.document_id, name, a, 1)
    product = Term(
        name, Decimal(sign), change * each, abs(change) * amount_quantum(a) + each * staff.quantum,
        f"{number(change)} × {a.printed}", text.label, a.page, a.box, d.document_id,
    )  # fmt: skip
    others = [item_term(i, -1, d.document_id) for i in pay]
    slack = abs(sum((i.value for i in pay), Decimal(0))) * price.within_percent / 100
    terms = (product, item_term(staff, 0, d.document_id), *others[:-1], others[-1])
    return relation("staffing-meets-wages", d.document_id, staff.year, terms, "≈", slack)


def wage_leads(relations: Sequence[Relation], currency: str) -> Iterator[Finding]:
    """A lead for each price and row of wages that staffing does not come near: the year in which it is furthest off."""
    worst: dict[tuple[str, str], Relation] = {}
    for r in relations:
        key = (r.terms[0].figure, f"{r.result.label} {r.result.page}")
        if not r.fits and (key not in worst or abs(_off(r)) > abs(_off(worst[key]))):
            worst[key] = r
    for r in worst.values():
        row, off = r.result, _off(r)
        made, says = money(r.expected, currency), money(row.value, currency)
        yield Finding(
            "staffing-meets-wages", "info",
            f"“{row.label}” (page {row.page}), {r.year}: the positions at the price in the text make {made}, the row says {says}: "
            f"{r.equation}",
            row.document_id, row.page, row.box, r.year, r.expected, row.value, off, r.tolerance,
            line_item_ids=tuple(t.figure for t in (row, *r.terms[1:-1])), key=r.terms[0].figure,
            score=score(off, abs(off) / max(abs(r.expected), abs(row.value), Decimal(1))),
            message_da=f"“{row.label}” (side {row.page}), {r.year}: årsværkene til prisen i teksten giver {made}, rækken siger "
            f"{says}: {r.equation}",
        )  # fmt: skip


def _off(r: Relation) -> Decimal:
    return r.result.value - r.expected
