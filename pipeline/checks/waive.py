"""Waivers: findings that a person has looked at and accepts, with a reason. They go stale loudly."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from pipeline.model import Finding
from pipeline.rules.waivers import Waiver
from pipeline.said import NOTHING, Said, same
from pipeline.text import normal

_KEPT = Decimal("0.0001")  # as exactly as the dataset, from which people copy it, tells a difference


def waive(findings: Sequence[Finding], waivers: Sequence[Waiver], labels: Mapping[str, str], today: date,
          unread: Collection[str] = frozenset()) -> list[Finding]:  # fmt: skip
    """The findings, those that a waiver covers marked as waived; an error for each waiver that is stale.

    `labels`: line_item_id -> label. A waiver is stale when it is over; when it matches nothing any more; when what it covers
    now differs by another amount than the one it was given for, and then it covers nothing; and when earlier waivers cover all
    that it does. One that speaks of a document that cannot be read now and has no earlier revision (`unread`) waits.
    """
    out = list(findings)
    by: dict[int, int] = {}  # finding -> waiver that covers it
    for n, w in enumerate(waivers, 1):
        where = f"rules/waivers.yaml ({w.check}{f', {w.document}' if w.document else ''})"
        name = Said(f"waiver {n} in {where}", f"undtagelse {n} i {where}")
        if w.until and w.until < today:
            out.append(_stale(n, w, Said(
                f"{name.en} was given until {w.until}: look at it again, then renew or delete it",
                f"{name.da} gjaldt til og med {w.until}: se på den igen, og forny eller slet den",
            )))  # fmt: skip
            continue
        matching = [k for k, f in enumerate(findings) if _covers(w, f, labels)]
        if not matching and not (w.document in unread if w.document else unread):
            narrow = _narrow(w, findings)
            out.append(_stale(n, w, Said(
                f"{name.en} matches no finding any more: delete it{narrow.en}",
                f"{name.da} passer ikke længere på nogen anmærkning: slet den{narrow.da}",
            )))  # fmt: skip
        same = [k for k in matching if _off_by(findings[k]) == w.difference]
        for k in matching:
            if k not in same:
                out.append(_stale(n, w, _other_amount(name, w, findings[k]), findings[k]))
        new = [k for k in same if k not in by]
        if same and not new:
            out.append(_stale(n, w, Said(
                f"{name.en} covers only what waiver {by[same[0]]} covers: delete one of the two",
                f"{name.da} dækker kun det, som undtagelse {by[same[0]]} dækker: slet en af de to",
            ), findings[same[0]]))  # fmt: skip
        for k in new:
            by[k] = n
            out[k] = replace(findings[k], status="waived", waiver_reason=f"{w.reason} ({w.who})")
    return out


def _off_by(f: Finding) -> Decimal | None:
    return None if f.difference is None else f.difference.quantize(_KEPT)


def _other_amount(name: Said, w: Waiver, f: Finding) -> Said:
    given = Said("no amount", "intet beløb") if w.difference is None else same(f"{w.difference:f}")
    given = Said(f"{name.en} was given for {given.en}, but", f"{name.da} blev givet for {given.da}, men")
    off = _off_by(f)
    if off is None:
        return Said(
            f"{given.en} the finding is off by no amount: look again, then delete `difference`",
            f"{given.da} anmærkningen har ingen beløbsmæssig afvigelse: se efter igen, og slet så `difference`",
        )
    now = f"{off.normalize():f}"
    return Said(
        f"{given.en} the finding is off by {now}: look again, then write `difference: {now}`",
        f"{given.da} afvigelsen er nu {now}: se efter igen, og skriv så `difference: {now}`",
    )


def _narrow(w: Waiver, findings: Sequence[Finding]) -> Said:
    """What a waiver without a document does not cover, and what would make it."""
    hidden = not w.document and not w.figure and any(f.check == w.check and f.document_id for f in findings)
    if not hidden:
        return NOTHING
    return Said(
        ", or name the `document` or the `figure` that it is for",
        ", eller angiv det `document` eller den `figure`, som den gælder",
    )


def _covers(w: Waiver, f: Finding, labels: Mapping[str, str]) -> bool:
    """Whether all that a waiver gives is true of a finding; without document and figure it is for findings about none."""
    if w.check != f.check or (f.document_id and not w.document and not w.figure):
        return False
    if w.document and w.document != f.document_id:
        return False
    if w.page and w.page != f.page:
        return False
    if w.year and w.year != f.year:
        return False
    if w.figure and not any(i.startswith(w.figure) for i in f.line_item_ids):
        return False
    return not w.label or any(normal(labels.get(i, "")) == normal(w.label) for i in f.line_item_ids)


def _stale(n: int, w: Waiver, said: Said, f: Finding | None = None) -> Finding:
    return Finding("stale-waiver", "error", said.en, f.document_id if f else None, f.page if f else None,
                   f.box if f else None, f.year if f else None, key=f"{n} {w.check}", message_da=said.da)  # fmt: skip
