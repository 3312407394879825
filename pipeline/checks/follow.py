"""One round and the next: what was planned for a year in one, and what the other says of the same year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.checks.lead_record import money, score
from pipeline.checks.record import Document, Relation, Term, item_term, relation
from pipeline.checks.stages import supersede_stages
from pipeline.model import Finding, LineItem
from pipeline.said import NOTHING, Said
from pipeline.text import normal

_PRICES = Decimal("0.05")  # what a year's rise in prices may add to a figure that is printed at another price level

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Planned:
    """A counted figure as the next round needs it: as a saving where it is one, with its price level."""

    term: Term
    year: int
    price_level: str | None
    currency: str
    row: str  # what it is about, in words
    saving: bool


Digest = Mapping[Key, Planned]


def digest(documents: Sequence[Document]) -> Digest:
    """The counted amounts of a round by what they are about: municipality, department, proposal or row, phase and year.

    Left out are those that two rows of a round may be, those that may be read in two ways, and those of nobody knows whom.
    """
    found: dict[Key, Planned | None] = {}
    for d in supersede_stages([d for d in documents if d.municipality != "unknown"]):
        for i in d.items:
            if i.counted and i.is_money and i.year is not None and not i.number.ambiguous:
                key = _key(d, i)
                term = item_term(i, i.saving_sign or 1, d.document_id)
                planned = Planned(term, i.year, i.price_level, i.currency or "", i.proposal_title or i.label, bool(i.saving_sign))
                found[key] = None if key in found else planned
    return {k: p for k, p in found.items() if p}


def _key(d: Document, i: LineItem) -> Key:
    return (d.municipality, d.department, normal(i.proposal_title or i.label), i.phase, i.measure, i.currency, i.attributes, i.year)


def follow(earlier: Sequence[Document], later: Sequence[Document]) -> tuple[list[Relation], list[Finding]]:
    """The comparisons between a round and the next, and the leads about the later one."""
    if not earlier or not later:
        return [], []
    old, new = digest(earlier), digest(later)
    relations = between(old, new)
    return relations, list(plan_leads(relations, old, new))


def between(earlier: Digest, later: Digest) -> list[Relation]:
    """`plan-meets-next-round`: an equality of two printings where they agree, else a comparison that proves nothing.

    A changed plan contradicts nothing. Where the price levels differ, so may the figures, by what prices rise in a year.
    """
    out = []
    for key, old in earlier.items():
        new = later.get(key)
        if new is None:
            continue
        same = relation("plan-meets-next-round", new.term.document_id, new.year, (old.term, _negative(new.term)))
        if same.residual and not (same.fits and not same.exact):
            rise = bool(old.price_level and new.price_level and old.price_level != new.price_level)
            slack = abs(old.term.value) * _PRICES if rise else Decimal(0)
            same = relation(same.kind, same.document_id, same.year, same.terms, "≈", slack)
        out.append(same)
    return out


def _negative(t: Term) -> Term:
    return t._replace(weight=-t.weight, at=None)


def plan_leads(relations: Iterable[Relation], earlier: Digest, later: Digest) -> Iterator[Finding]:
    """`plan-changed`: a lead for each row whose figure the next round changed, for the year in which it changed most."""
    rows: dict[tuple[str, str], list[Relation]] = {}
    names = {p.term.figure: p for p in later.values()}
    before = {p.term.figure: p for p in earlier.values()}
    for r in relations:
        if r.bound == "≈" and not r.fits:
            rows.setdefault((r.terms[0].document_id, names[r.result.figure].row), []).append(r)
    for (_, row), changed in rows.items():
        r = max(changed, key=lambda r: (abs(r.residual), -(r.year or 0)))
        old, new = before[r.terms[0].figure], names[r.result.figure]
        was, now = old.term.value * old.term.weight, new.term.value * new.term.weight
        a, b = money(was, old.currency), money(now, new.currency)
        levels = _levels(old.price_level, new.price_level)
        verb = "to save" if new.saving else "planned at"
        verb_was, verb_da, verb_is = ("skulle", "spare", "skal") if new.saving else ("var", "sat til", "er")
        yield Finding(
            "plan-changed", "info",
            f"“{row}” was {verb} {a} in {r.year} by the round before ({old.term.document_id}, page {old.term.page}), and is now "
            f"{verb} {b}{levels.en}",
            new.term.document_id, new.term.page, new.term.box, r.year, was, now, now - was,
            line_item_ids=tuple(f for q in changed for f in (q.result.figure, q.terms[0].figure)), key=row,
            score=score(now - was, abs(now - was) / max(abs(was), abs(now), Decimal(1))),
            message_da=f"“{row}” {verb_was} efter den forrige budgetrunde ({old.term.document_id}, side {old.term.page}) {verb_da} "
            f"{a} i {r.year} og {verb_is} nu {verb_da} {b}{levels.da}",
        )  # fmt: skip


def _levels(old: str | None, new: str | None) -> Said:
    """At which price levels two amounts are, where these differ."""
    if old == new:
        return NOTHING
    return Said(f" (at {old or 'unknown'} and {new or 'unknown'})", f" (i {old or 'ukendt'} og {new or 'ukendt'})")
