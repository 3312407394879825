"""Leads in staffing: savings that hire people, and savings without a position where the others cut some.

Positions have one sign here, whatever the document prints: more is positive (`positions` in the rule).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from pipeline.checks.lead_record import Case, Plan, about, median, money, number, positions, score
from pipeline.model import Finding
from pipeline.said import NOTHING, Said

_CUTTERS = 2  # other proposals that cut positions, before one without stands out


def saving_costs_staff(case: Case) -> Iterator[Finding]:
    """`saving-costs-staff`: a saving with more positions than before."""
    staffed = [p for p in case.plans if p.positions]
    for p in staffed:
        years = [y for y in p.years if p.positions.get(y, 0) > 0 and p.savings[y] > 0]
        if years:
            others = [q for q in staffed if q is not p]
            hiring = sum(any(n > 0 for n in q.positions.values()) for q in others)
            yield about(case, p, _hires(p, years, Decimal(len(others) - hiring) / len(others) if others else Decimal(1)))
    yield from _whole_document(case)


def _hires(p: Plan, years: list[int], unusual: Decimal) -> Finding:
    year = max(years, key=lambda y: (p.positions[y], -y))
    figures = [i for i in p.staffing if i.year == year]
    n = p.positions[year]
    return Finding(
        "saving-costs-staff", "info",
        f"{p.name} saves {money(p.savings[year], p.currency)} in {year} and adds {_staff(n)}",
        None, figures[0].page, figures[0].box, year, Decimal(0), n, n,
        line_item_ids=(*(i.line_item_id for i in figures), *(i.line_item_id for i in p.items if i.year == year)),
        score=score(p.savings[year], unusual),
        message_da=f"{p.name} sparer {money(p.savings[year], p.currency)} i {year} og øger personalet med {number(n)} årsværk",
    )  # fmt: skip


def _whole_document(case: Case) -> Iterator[Finding]:
    """A catalogue that prints staffing for all its proposals together, and hires people all in all."""
    rows = [i for i in case.items.get(None, ()) if i.row_kind == "staffing" and i.year is not None and i.table_kind == "overview"]
    for year, n in positions(rows).items():
        saved = sum((p.savings.get(year, Decimal(0)) for p in case.plans), Decimal(0))
        if n > 0 and saved > 0:
            figures = [i for i in rows if i.year == year]
            yield Finding(
                "saving-costs-staff", "info",
                f"the catalogue as a whole saves {money(saved, case.plans[0].currency)} in {year} and adds {_staff(n)}",
                case.document.document_id, figures[0].page, figures[0].box, year, Decimal(0), n, n,
                line_item_ids=tuple(i.line_item_id for i in figures), score=score(saved, Decimal(1)), key="whole",
                message_da=f"kataloget som helhed sparer {money(saved, case.plans[0].currency)} i {year} og øger personalet med "
                f"{number(n)} årsværk",
            )  # fmt: skip


def saving_without_staff(case: Case) -> Iterator[Finding]:
    """`saving-without-staff`: no position less for what costs the other proposals at least one.

    Only where at least half of the others cut positions; how much they save for each of these is the measure.
    """
    staffed = [p for p in case.plans if p.positions]
    for p in staffed:
        if any(p.positions.values()) or p.most <= 0:
            continue
        others = [q for q in staffed if q is not p]
        cutters = [q for q in others if min(q.positions.values()) < 0 and q.most > 0]
        if len(cutters) < _CUTTERS or len(cutters) * 2 < len(others):
            continue
        each = median([q.most / -min(q.positions.values()) for q in cutters])
        if p.most < each:
            continue
        up_to = Said("up to ", "op til ") if len(set(p.savings.values())) > 1 else NOTHING
        about_each = money(each.quantize(Decimal("1e4")).quantize(Decimal(1)), p.currency)
        yield about(case, p, Finding(
            "saving-without-staff", "info",
            f"{p.name} saves {up_to.en}{money(p.most, p.currency)} a year without cutting a position; {len(cutters)} of the other "
            f"{len(others)} proposals cut one for about every {about_each}",
            None, p.staffing[0].page, p.staffing[0].box, actual=p.most, expected=Decimal(0), difference=p.most,
            line_item_ids=(*(i.line_item_id for i in p.staffing), *p.figures),
            score=score(p.most, Decimal(len(cutters)) / len(others)),
            message_da=f"{p.name} sparer {up_to.da}{money(p.most, p.currency)} om året uden at skære i personalet; {len(cutters)} af "
            f"de {len(others)} øvrige forslag skærer et årsværk for omtrent hver {about_each}",
        ))  # fmt: skip


def _staff(n: Decimal) -> str:
    return f"{number(n)} position{'' if n == 1 else 's'}"
