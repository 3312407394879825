"""Amounts that come on top of each other: `2 mio. kr. i 2024 og yderligere 2 mio. kr. i 2025 og frem` is 4 in 2025."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from pipeline.checks.record import Document, amount_quantum, amount_value
from pipeline.checks.text import Named, Tie, choose
from pipeline.model import ENDS, LineItem, TextAmount

Chain = list[tuple[str, TextAmount]]


def tie_chains(documents: Sequence[Document], named: Named, ties: Sequence[Tie]) -> list[Tie]:
    """The ties with those of chained amounts among them: each to the row that has, in each year, what all so far make up."""
    out = {t.amount_id: t for t in ties}
    for d in documents:
        for chain in _chains(named[d.document_id]):
            for tie in _tie(d, chain):
                out[tie.amount_id] = tie
    return list(out.values())


def _chains(named: Sequence[tuple[str, TextAmount]]) -> Iterator[Chain]:
    """An amount and those of its sentence that follow with `og yderligere`, each dated later than the one before."""
    chain: Chain = []
    for name, a in named:
        last = chain[-1][1] if chain else None
        if a.rises == "further" and last and a.years and last.years and _together(last, a) and a.years[0] > last.years[0]:
            chain.append((name, a))
            continue
        if len(chain) > 1:
            yield chain
        chain = [] if a.rises in ENDS else [(name, a)]
    if len(chain) > 1:
        yield chain


def _together(a: TextAmount, b: TextAmount) -> bool:
    return (a.paragraph, a.sentence, a.currency) == (b.paragraph, b.sentence, b.currency)


def _tie(d: Document, chain: Chain) -> Iterator[Tie]:
    code = chain[0][1].proposal_code
    rows: dict[tuple[str, int, int], list[LineItem]] = defaultdict(list)
    for i in d.items:
        if i.is_money and i.year is not None and i.currency == chain[0][1].currency and (
            i.proposal_code == code if code else i.row_kind == "total" and i.table_kind != "proposal"
        ):  # fmt: skip
            rows[i.table_id, i.block, i.row].append(i)
    found = [(d.document_id, list(row)) for row in rows.values() if _meets(chain, {i.year or 0: i for i in row})]
    chosen = choose(found, chain[0][1])
    if chosen is None:
        return
    by_year = {i.year or 0: i for i in chosen[1]}
    for k, (name, a) in enumerate(chain):
        figures = tuple((d.document_id, by_year[y]) for y in _years(a, by_year))
        yield Tie(d.document_id, name, a, figures, on_top_of=tuple(chain[:k]))


def _meets(chain: Chain, row: Mapping[int, LineItem]) -> bool:
    """Whether a row has in each year that a chained amount names what it and all before it make up."""
    total = quantum = Decimal(0)
    for _, a in chain:
        total, quantum = total + abs(amount_value(a)), quantum + amount_quantum(a)
        years = _years(a, row)
        if not years or any(y not in row or abs(abs(row[y].value) - total) > (quantum + row[y].quantum) / 2 for y in years):
            return False
    return True


def _years(a: TextAmount, row: Mapping[int, LineItem]) -> list[int]:
    """The years that an amount speaks of; `og frem` means all later ones of the row."""
    return sorted({*a.years, *(y for y in row if a.onwards and y > a.years[-1])})
