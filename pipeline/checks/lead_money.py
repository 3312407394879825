"""Leads in what proposals save: less and less, once only, nothing at all, out of one-off money, most of a budget."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from pipeline.checks.lead_record import Case, Plan, about, median, money, number, score
from pipeline.checks.record import amount_value, percents
from pipeline.model import Finding, LineItem
from pipeline.said import NOTHING, Said

_SHRUNK = Decimal("0.1")  # a saving shrinks when it loses at least this share of its first year
_MANY = 4  # other proposals with a budget, before one can stand out among them
_TIMES, _QUARTILE, _LEAST = 5, 2, Decimal("0.05")  # how far it must stand out, and the least share of a budget


def shrinking_saving(case: Case) -> Iterator[Finding]:
    """`shrinking-saving`: a proposal saves less in its last year than in an earlier one."""
    for p in case.plans:
        top, last = p.best_year, p.savings[p.years[-1]]
        most = p.savings[top]
        if most <= 0 or most - last < most * _SHRUNK or _only_first(p):
            continue
        least = money(abs(last), p.currency)
        end = Said(" and nothing", " og intet")
        if last:
            end = Said(f" and only {least}", f" og kun {least}") if last > 0 else Said(f", but costs {least}", f", men koster {least}")
        yield about(case, p, Finding(
            "shrinking-saving", "info", f"{p.name} saves {money(most, p.currency)} in {top}{end.en} in {p.years[-1]}",
            None, expected=most, actual=last, difference=last - most, score=score(most - last, (most - last) / most),
            message_da=f"{p.name} sparer {money(most, p.currency)} i {top}{end.da} i {p.years[-1]}",
        ))  # fmt: skip


def _only_first(p: Plan) -> bool:
    """Whether it saves in its first year and in no other."""
    first, *later = (p.savings[y] for y in p.years)
    return first > 0 and bool(later) and max(later) <= 0


def first_year_only(case: Case) -> Iterator[Finding]:
    """`first-year-only`: a proposal saves in its first year and in no other: one-off money sold as a saving."""
    for p in filter(_only_first, case.plans):
        first, *later = (p.savings[y] for y in p.years)
        whole = sum((q.savings.get(p.years[0], Decimal(0)) for q in case.plans), Decimal(0))
        part, rest = NOTHING, Said("nothing", "intet")
        if first < whole:
            share = _percent(first / whole)
            part = Said(f"; that is {share} of what its catalogue saves that year",
                        f"; det er {share} af, hvad kataloget sparer det år")  # fmt: skip
        if any(later):
            cost = money(-min(later), p.currency)
            rest = Said(f"costs up to {cost} a year", f"koster op til {cost} om året")
        yield about(case, p, Finding(
            "first-year-only", "info",
            f"{p.name} saves {money(first, p.currency)} in {p.years[0]} and {rest.en} after that{part.en}",
            None, year=p.years[0], expected=first, actual=later[-1], difference=later[-1] - first,
            score=score(first, Decimal(1)),
            message_da=f"{p.name} sparer {money(first, p.currency)} i {p.years[0]} og {rest.da} derefter{part.da}",
        ))  # fmt: skip


def saves_nothing(case: Case) -> Iterator[Finding]:
    """`saves-nothing`: a proposal in a savings catalogue that over all its years costs money."""
    for p in case.plans:
        total = sum(p.savings.values(), Decimal(0))
        if total >= 0 or all(q.most <= 0 for q in case.plans):
            continue
        span = f"{p.years[0]}–{p.years[-1]}" if len(p.years) > 1 else str(p.years[0])
        yield about(case, p, Finding(
            "saves-nothing", "info", f"{p.name} stands among the savings, and costs {money(-total, p.currency)} in {span}",
            None, expected=Decimal(0), actual=total, difference=total, score=score(min(p.savings.values()), Decimal(1)),
            message_da=f"{p.name} står blandt besparelserne, men koster {money(-total, p.currency)} i {span}",
        ))  # fmt: skip


def one_off_saving(case: Case) -> Iterator[Finding]:
    """`one-off-saving`: a saving out of money that comes once.

    A row whose label says so (`one_off` in the language file: a sale, a refund), or a row of income in one year only.
    """
    words = case.document.language.one_off
    for p in case.plans:
        rows: dict[tuple[str, int], list[LineItem]] = defaultdict(list)
        for i in case.items[p.code] if p.code else p.items:
            if i.is_money and i.year is not None and i.row_kind == "item":
                rows[i.table_id, i.row].append(i)
        told: set[str] = set()
        for row in sorted(rows.values(), key=lambda r: r[0].table_kind == "overview"):  # which repeats what a section says
            saving = [i for i in row if i.value * i.saving_sign > 0 and i.verification != "contradicted"]
            once = row[0].measure == "income" and len(saving) == 1 < len(row)
            if saving and not told and (once or words.search(row[0].label)):
                told.add(row[0].label)
                yield about(case, p, _one_off(p, saving))


def _one_off(p: Plan, saving: Sequence[LineItem]) -> Finding:
    first = saving[0]
    amount = first.value * first.saving_sign
    year = first.year or 0
    net = p.savings.get(year, Decimal(0))
    last = saving[-1].year
    span = Said(f"in {year}", f"i {year}")
    if len(saving) > 1:
        span = Said(f"in {year}, and again in each year to {last}", f"i {year} og igen hvert år til og med {last}")
    if len(saving) == 2:
        span = Said(f"in {year} and {last}", f"i {year} og {last}")
    without = of_all = NOTHING
    if net < amount:
        cost = money(amount - net, p.currency)
        without = Said(f"; without it the proposal would cost {cost}", f"; uden det ville forslaget koste {cost}")
    elif net > amount:
        of_all = Said(f", of {money(net, p.currency)} in all", f" ud af {money(net, p.currency)} i alt")
    return Finding(
        "one-off-saving", "info",
        f"{p.name} counts “{first.label}” as a saving of {money(amount, p.currency)} {span.en}{of_all.en}: "
        f"by its wording money that comes once{without.en}",
        None, first.page, first.box, expected=net - amount, actual=net, difference=amount,
        line_item_ids=tuple(i.line_item_id for i in saving),
        score=score(amount, amount / net if net > 0 else Decimal(1)),
        message_da=f"{p.name} regner “{first.label}” for en besparelse på {money(amount, p.currency)} {span.da}{of_all.da}: efter "
        f"ordlyden er det et engangsbeløb{without.da}",
    )  # fmt: skip


def outsized_saving(case: Case) -> Iterator[Finding]:
    """`outsized-saving`: a proposal takes a far larger share of its area's budget than the others of its document."""
    shares = {p.code: share for p in case.plans if p.code and (share := _share(case, p))}
    for p in case.plans:
        own = shares.get(p.code or "")
        others = sorted(s for code, s in shares.items() if code != p.code)
        if own is None or len(others) < _MANY:
            continue
        usual, upper = median(others), others[len(others) * 3 // 4]
        if own < max(_LEAST, _TIMES * usual, _QUARTILE * upper):
            continue
        yield about(case, p, Finding(
            "outsized-saving", "info",
            f"{p.name} takes {_percent(own)} of its area's budget ({money(p.most, p.currency)}); half of the other proposals "
            f"take {_percent(usual)} or less",
            None, actual=p.most, expected=p.most / own * usual, difference=p.most - p.most / own * usual,
            score=score(p.most, own),
            message_da=f"{p.name} tager {_percent(own)} af sit områdes budget ({money(p.most, p.currency)}); halvdelen af de øvrige "
            f"forslag tager {_percent(usual)} eller mindre",
        ))  # fmt: skip


def _share(case: Case, p: Plan) -> Decimal | None:
    """The best year's saving over the area's budget; of several budgets the largest, without one the printed percentage."""
    if p.most <= 0:
        return None
    areas = [abs(amount_value(a)) for _, a in case.amounts
             if a.proposal_code == p.code and a.role == "area_budget" and a.currency == p.currency]  # fmt: skip
    largest = max(areas, default=Decimal(0))
    if largest:
        return p.most / largest
    section = next((s for s in case.document.extraction.proposals if s.code == p.code), None)
    printed = percents(section.saving_percent_printed, case.document.language) if section else iter(())
    return next((read.value / 100 for _, read in printed), None)


def _percent(share: Decimal) -> str:
    return number((share * 100).quantize(Decimal("0.1") if share < Decimal("0.1") else Decimal(1))) + " %"
