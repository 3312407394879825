"""Waivers: findings that a person has looked at and accepts, with a reason. They go stale loudly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from pipeline.model import Finding
from pipeline.rules.schema import Waiver
from pipeline.text import normal


def waive(findings: Sequence[Finding], waivers: Sequence[Waiver], labels: dict[str, str],
          today: date) -> list[Finding]:  # fmt: skip
    """The findings, those that a waiver covers marked as waived; an error for each waiver that is stale.

    `labels`: line_item_id -> label. A waiver is stale when it is over, when it matches nothing any more, and when what it
    covers now differs by another amount than the one it was given for; then it covers nothing.
    """
    out = list(findings)
    for n, w in enumerate(waivers, 1):
        name = f"waiver {n} in rules/waivers.yaml ({w.check}{f', {w.document}' if w.document else ''})"
        if w.until and w.until < today:
            out.append(_stale(n, w, f"{name} was given until {w.until}: look at it again, then renew or delete it"))
            continue
        covered = [k for k, f in enumerate(findings) if _covers(w, f, labels)]
        if not covered:
            out.append(_stale(n, w, f"{name} matches no finding any more: delete it"))
        for k in covered:
            f = findings[k]
            if f.difference is not None and f.difference != w.difference:
                given = "no amount" if w.difference is None else f"{w.difference:f}"
                out.append(_stale(n, w, f"{name} was given for {given}, but the finding is off by "
                                  f"{f.difference.normalize():f}: look again, then write `difference: "
                                  f"{f.difference.normalize():f}`", f))  # fmt: skip
            else:
                out[k] = replace(f, status="waived", waiver_reason=f"{w.reason} ({w.who})")
    return out


def _covers(w: Waiver, f: Finding, labels: dict[str, str]) -> bool:
    if w.check != f.check:
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


def _stale(n: int, w: Waiver, message: str, f: Finding | None = None) -> Finding:
    return Finding("stale-waiver", "error", message, f.document_id if f else None, f.page if f else None,
                   f.box if f else None, f.year if f else None, key=f"{n} {w.check}")  # fmt: skip
