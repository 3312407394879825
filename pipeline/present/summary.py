"""What a run did, what the dataset now says, and the first things to look at."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pipeline.present.findings import block, ordered
from pipeline.present.text import Row, count, danish, is_lead, paint, paragraph, plain, severities, share

if TYPE_CHECKING:
    from pipeline.run import Summary

_FIRST = 5  # errors told at length; the others are one command away


def summary(done: Summary, dataset: str, command: str, width: int | None) -> Iterator[str]:
    """The end of `afstem run`."""
    if not done.documents and not done.quarantined and not (done.read or done.unchanged):
        yield "raw/ holds no PDF: put documents there, for instance as raw/<municipality>/<year>/<name>.pdf"
        return
    proof = done.proof
    new = "" if done.published else "; the dataset is as it was"
    yield f"{count(done.read, 'document')} read, {done.unchanged} unchanged, in {danish_seconds(done.seconds)}{new}"
    yield (
        f"{dataset}: {count(proof.figures, 'figure')} of {count(done.documents, 'document')}; "
        f"{danish(proof.verified)} of {count(proof.amounts, 'amount')} verified ({share(proof.verified, proof.amounts)})"
        + (f", {share(proof.kroner_verified, proof.kroner)} of their kroner" if proof.kroner else "")
    )
    yield from _changed(done.changes, command, width)
    yield f"open findings: {severities(done.findings)}" + _waived(done.findings)
    yield from _missing(done.findings, command)
    yield from _first_things(done, command, width)
    if any(is_lead(f) and f["status"] == "open" for f in done.findings):
        yield f"what to ask about: {paint(f'{command} findings --leads', 'command')}"


def danish_seconds(seconds: float) -> str:
    """`0,4 s`, `12 s`, `3 min`."""
    if seconds >= 120:
        return f"{seconds / 60:.0f} min"
    return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1f} s".replace(".", ",")


def _changed(changes: Sequence[Row], command: str, width: int | None) -> Iterator[str]:
    steps: dict[tuple[str, int, int, str], Counter[str]] = {}
    for c in changes:
        key = (c["document_id"], c["from_revision"], c["to_revision"], c["cause"])
        steps.setdefault(key, Counter())[c["change"]] += 1
    for (document, old, new, cause), kinds in steps.items():
        step = f"revision {old} → {new}" if old != new else f"revision {new}, read otherwise because of the {cause}"
        told = ", ".join(f"{n} {kind}" for kind, n in sorted(kinds.items()))
        yield from paragraph(f"{plain(document)}, {step}: {told}", width, "changed: ")
        yield "         " + paint(f"{command} diff {shlex.quote(plain(document))}", "command")


def _waived(findings: Sequence[Row]) -> str:
    waived = sum(f["status"] == "waived" for f in findings)
    return f" ({waived} waived)" if waived else ""


def _missing(findings: Sequence[Row], command: str) -> Iterator[str]:
    """What is printed and is not in the dataset, or counts nowhere in it: it need be no error, and nobody can see it there."""
    open_ = Counter(f["check"] for f in findings if f["status"] == "open")
    for check, what, one, many in (
        ("unclaimed-number", "in no row of the dataset", "number that nothing claims", "numbers that nothing claims"),
        ("no-rule", "counted nowhere", "document that no rule fits", "documents that no rule fits"),
    ):
        if n := open_[check]:
            yield f"{what}: {count(n, one, many)}: {paint(f'{command} findings --check {check}', 'command')}"


def _first_things(done: Summary, command: str, width: int | None) -> Iterator[str]:
    errors = ordered(done.errors)
    if not errors:
        warnings = sum(f["severity"] == "warning" and f["status"] == "open" for f in done.findings)
        yield "no open error"
        if warnings:
            yield f"the warnings: {paint(f'{command} findings --severity warning', 'command')}"
        return
    yield ""
    yield paint("FIRST THINGS TO LOOK AT", "heading")
    for n, f in enumerate(errors[:_FIRST], 1):
        yield from block(f, command, width, n)
    if len(errors) > _FIRST:
        yield f"and {count(len(errors) - _FIRST, 'more error')}: " + paint(
            f"{command} findings --severity error", "command"
        )
