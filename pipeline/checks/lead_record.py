"""What leads look at: what each proposal of a document saves, year by year; and how a lead is scored and worded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.checks.record import Document
from pipeline.checks.slips import show
from pipeline.model import Finding, LineItem, TextAmount

_HALF = 2_000_000  # the amount that counts half of what any amount can count
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Plan:
    """What one proposal saves, by year: a saving is positive, whatever its document prints."""

    code: str | None
    title: str
    currency: str
    savings: dict[int, Decimal]
    items: tuple[LineItem, ...]  # the counted figures that say so, in order of years
    positions: dict[int, Decimal]  # change of staffing by year, more is positive; empty where nothing is printed
    staffing: tuple[LineItem, ...]

    @property
    def years(self) -> list[int]:
        return sorted(self.savings)

    @property
    def best_year(self) -> int:
        """The year in which it saves most; of several the first."""
        return max(self.years, key=lambda y: (self.savings[y], -y))

    @property
    def most(self) -> Decimal:
        return self.savings[self.best_year]

    @property
    def name(self) -> str:
        return f"{self.code} “{self.title}”" if self.code else f"“{self.title}”"

    @property
    def figures(self) -> tuple[str, ...]:
        return tuple(i.line_item_id for i in self.items)


@dataclass(frozen=True, slots=True)
class Case:
    """A document with its verdicts, what its proposals save, and its amounts in text (`tied`: those that restate a figure)."""

    document: Document
    plans: tuple[Plan, ...]
    items: Mapping[str | None, Sequence[LineItem]]  # by the code of their proposal
    amounts: Sequence[tuple[str, TextAmount]] = ()
    tied: Collection[str] = frozenset()


def open_case(document: Document, amounts: Sequence[tuple[str, TextAmount]] = (),
              tied: Collection[str] = frozenset()) -> Case:  # fmt: skip
    """What the leads of a document are found in."""
    items: dict[str | None, list[LineItem]] = defaultdict(list)
    for i in document.items:
        items[i.proposal_code].append(i)
    return Case(document, tuple(plans(document)), items, amounts, tied)


def plans(document: Document) -> list[Plan]:
    """What each proposal of a document saves, by its counted figures; without those that some equation contradicts."""
    counted: dict[str, list[LineItem]] = defaultdict(list)
    staffing: dict[str | None, list[LineItem]] = defaultdict(list)
    for i in document.items:
        if i.counted and i.is_money and i.saving_sign and i.year is not None:
            counted[i.proposal_code or f"{i.table_id} {i.row}"].append(i)
        elif i.row_kind == "staffing" and i.measure == "staffing" and i.year is not None:
            staffing[i.proposal_code].append(i)
    out = []
    for items in counted.values():
        if any(i.verification == "contradicted" for i in items) or len({i.currency for i in items}) > 1:
            continue
        savings: dict[int, Decimal] = defaultdict(Decimal)
        for i in items:
            savings[i.year or 0] += i.value * i.saving_sign
        first = items[0]
        own = tuple(staffing.get(first.proposal_code, ())) if first.proposal_code else ()
        out.append(Plan(
            first.proposal_code, first.proposal_title or first.label, first.currency or "", dict(savings),
            tuple(sorted(items, key=lambda i: i.year or 0)), positions(own), own,
        ))  # fmt: skip
    return out


def positions(staffing: Sequence[LineItem]) -> dict[int, Decimal]:
    """Change of staffing by year, more positions is positive; the first row of each year counts."""
    out: dict[int, Decimal] = {}
    for i in staffing:
        out.setdefault(i.year or 0, i.value * (i.staffing_sign or 1))
    return out


def about(case: Case, p: Plan, lead: Finding) -> Finding:
    """The lead with its document; where it names no figures of its own, with the place and the figures of the proposal."""
    first = p.items[0]
    at = (lead.page, lead.box) if lead.page else (first.page, first.box)
    return replace(lead, document_id=case.document.document_id, page=at[0], box=at[1],
                   line_item_ids=lead.line_item_ids or p.figures, key=f"{p.code or p.title} {lead.key}".strip())  # fmt: skip


def score(stake: Decimal, unusual: Decimal) -> float:
    """Half for the amount at stake (2 mio. count half of what any amount can), half for how unusual it is; 0 to 1."""
    weight = abs(stake) / (abs(stake) + _HALF)
    return float(((weight + min(max(unusual, Decimal(0)), Decimal(1))) / 2).quantize(Decimal("0.01")))


def money(value: Decimal, currency: str) -> str:
    """An amount as people say it, exactly: `8,41 mio. kr.`, `520.000 kr.`"""
    unit = "kr." if currency == "DKK" else currency
    millions = value / _MILLION
    if abs(millions) >= 1 and millions == millions.quantize(Decimal("0.001")):
        return f"{f'{millions.normalize():f}'.replace('.', ',')} mio. {unit}"
    return f"{show(value)} {unit}"


def number(value: Decimal) -> str:
    """`2,5`: a number of positions, or a share, as Danes write it."""
    return f"{value.normalize():f}".replace(".", ",")


def median(values: Sequence[Decimal]) -> Decimal:
    """The middle value; of an even number the mean of the two. Raises `IndexError` where there is none."""
    ranked = sorted(values)
    half = len(ranked) // 2
    return ranked[half] if len(ranked) % 2 else (ranked[half - 1] + ranked[half]) / 2
