"""Leads between text and table: a saving that the text of its own section puts otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from pipeline.checks.lead_record import Case, Plan, about, money, score
from pipeline.checks.record import amount_quantum, amount_value
from pipeline.model import Finding, LineItem, TextAmount

_FAR = 2  # an amount more than so many times the saving, or less than one part in so many, speaks of something else


def text_differs(case: Case) -> Iterator[Finding]:
    """`text-differs`: the text of a section speaks of a saving that none of its figures is.

    Only an exact amount counts, called a saving (`saving_words` in the language file), for a year of the table or for none.
    Of several in a section the one that differs most is told.
    """
    for p in case.plans:
        found = [t for name, a in case.amounts if name not in case.tied and (t := _differs(case, p, a))]
        if found:
            yield about(case, p, max(found, key=lambda f: f.score or 0))


def _differs(case: Case, p: Plan, a: TextAmount) -> Finding | None:
    if p.code is None or a.proposal_code != p.code or a.approximate or a.role != "other" or a.currency != p.currency:
        return None
    if a.restates or a.rises == "further":  # it says something else: a whole, a price, what comes on top
        return None
    before = a.sentence.partition(a.printed)[0]
    years = [y for y in p.years if y in a.years] if a.years else p.years
    if not years or not case.document.language.saving_words.search(before):
        return None
    said, own = abs(amount_value(a)), [i for i in case.items[p.code] if i.is_money]
    if any(_meets(a, abs(v)) for v in _sayable(p, own)):
        return None
    year = min(years, key=lambda y: abs(abs(p.savings[y]) - said))
    printed = abs(p.savings[year])
    if not printed or not printed / _FAR <= said <= printed * _FAR:
        return None
    figures = tuple(i.line_item_id for i in p.items if i.year == year)
    told = money(said, a.currency)
    return Finding(
        "text-differs", "info",
        f"{p.name}: the text (page {a.page}) speaks of a saving of {told}, the table of {money(printed, p.currency)} in {year}",
        None, a.page, a.box, year, printed, said, said - printed, line_item_ids=figures,
        score=score(said - printed, abs(said - printed) / printed),
        message_da=f"{p.name}: teksten (side {a.page}) taler om en besparelse på {told}, tabellen om {money(printed, p.currency)} i "
        f"{year}",
    )  # fmt: skip


def _sayable(p: Plan, own: list[LineItem]) -> Iterator[Decimal]:
    """What a text may say of a proposal: any of its figures, what it saves over all years, or in all up to one."""
    yield from (i.value for i in own)
    total = Decimal(0)
    for y in p.years:
        total += p.savings[y]
        yield total
    for y in p.years:  # the cuts alone, or the new expenses alone
        rows = [i.value * i.saving_sign for i in own if i.year == y and i.row_kind == "item" and i.table_kind == "proposal"]
        yield sum((v for v in rows if v > 0), Decimal(0))
        yield sum((v for v in rows if v < 0), Decimal(0))


def _meets(a: TextAmount, value: Decimal) -> bool:
    return abs(abs(amount_value(a)) - value) <= amount_quantum(a) / 2
