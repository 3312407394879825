"""Where a workspace stands: documents, shares verified, numbers accounted for, what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from pipeline.present.grid import grid
from pipeline.present.text import Row, count, danish, moment, money, pairs, paragraph, plain, severities, share

_NAMED = 3  # documents named for the numbers that are left over


@dataclass(frozen=True, slots=True)
class Standing:
    """One document as it stands. Amounts are those of table figures, in number and, but for other currencies, in kroner."""

    document_id: str
    revision: int
    status: str
    pages: int | None
    figures: int
    amounts: int
    verified: int
    kroner: Decimal
    kroner_verified: Decimal
    round: tuple[str, int, str | None]  # municipality, budget year, department
    findings: Sequence[Row]
    tokens: int  # words with a digit
    unclaimed: int


def status(documents: Sequence[Standing], findings: Sequence[Row], last_change: datetime | None, hints: Sequence[str],
           width: int | None) -> Iterator[str]:  # fmt: skip
    """A line for each document, the totals, and hints."""
    heads = ["document", "rev", "status", "pages", "figures", "verified", "of kroner", "open findings"]
    rows = [
        [d.document_id, d.revision, d.status, d.pages, d.figures, share(d.verified, d.amounts),
         share(d.kroner_verified, d.kroner), severities(d.findings)]
        for d in documents
    ]  # fmt: skip
    yield from grid(heads, rows, width, right={1, 3, 4, 5, 6}, lead=True)
    yield from _rounds(documents, width)
    yield ""
    yield from _totals(documents, findings, last_change, width)
    for hint in hints:
        yield from paragraph(hint, width, "! ")


def _rounds(documents: Sequence[Standing], width: int | None) -> Iterator[str]:
    """Which share of its kroner is proved, by department and round; where there is more than one."""
    rounds = sorted({d.round for d in documents if d.kroner}, key=lambda r: (r[0], r[1], r[2] or ""))
    if len(rounds) < 2:
        return
    rows = []
    for r in rounds:
        own = [d for d in documents if d.round == r]
        kroner, verified = sum((d.kroner for d in own), Decimal(0)), sum((d.kroner_verified for d in own), Decimal(0))
        rows.append([r[0], r[1] or "", r[2] or "–", len(own), danish(kroner), share(verified, kroner)])
    yield ""
    yield from grid(["municipality", "year", "department", "documents", "kroner", "verified"], rows, width, right={1, 3, 4, 5})


def _totals(documents: Sequence[Standing], findings: Sequence[Row], last_change: datetime | None,
            width: int | None) -> Iterator[str]:  # fmt: skip
    amounts, verified = sum(d.amounts for d in documents), sum(d.verified for d in documents)
    kroner = sum((d.kroner for d in documents), Decimal(0))
    kroner_verified = sum((d.kroner_verified for d in documents), Decimal(0))
    tokens, unclaimed = sum(d.tokens for d in documents), sum(d.unclaimed for d in documents)
    alive = [d for d in documents if d.status != "withdrawn"]
    left = sorted((d for d in documents if d.unclaimed), key=lambda d: -d.unclaimed)
    places = [f"{d.unclaimed} in {plain(d.document_id)}" for d in left[:_NAMED]]
    places += [f"the others in {count(len(left) - _NAMED, 'document')}"] if len(left) > _NAMED else []
    yield from pairs(
        [
            ("documents", f"{count(len(alive), 'document')}, {count(sum(d.figures for d in documents), 'figure')}"),
            ("amounts verified", f"{danish(verified)} of {danish(amounts)} ({share(verified, amounts)})"),
            ("kroner verified",
             f"{danish(kroner_verified)} of {money(kroner)} ({share(kroner_verified, kroner)})" if kroner else None),
            ("numbers accounted", f"{danish(tokens - unclaimed)} of {danish(tokens)} ({share(tokens - unclaimed, tokens)})"
             + (f"; left over: {', '.join(places)}" if places else "")),
            ("open findings", severities(findings)),
            ("last change", moment(last_change) if last_change else None),
        ],
        width,
    )  # fmt: skip
