"""Findings as blocks that a person can act on: what, where, why, and the command to type next."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from pipeline.present.text import Row, count, danish, paint, paragraph, plain, severities

LEVELS = ("error", "warning", "info")
_ALIKE = 3  # findings of one check in one document that are told at length


def ordered(findings: Sequence[Row]) -> list[Row]:
    """The open ones first, the gravest of them before the others; leads by their score, the rest in reading order."""
    return sorted(
        findings,
        key=lambda f: (
            f["status"] != "open", LEVELS.index(f["severity"]), -(f["score"] or 0) if f["severity"] == "info" else 0,
            f["document_id"] or "", f["page"] or 0, f["check"],
        ),
    )


def in_language(findings: Iterable[Row], language: str) -> list[dict[str, Any]]:
    """The findings with their sentences in a language, `en` or `da`."""
    if language == "en":
        return [dict(f) for f in findings]
    own = {"message": "message_da", "suggestion": "suggestion_da"}
    return [dict(f) | {name: f.get(other) or f[name] for name, other in own.items() if name in f} for f in findings]


def list_findings(findings: Sequence[Row], command: str, width: int | None, every: bool) -> Iterator[str]:
    """The findings, and how many there are. Without `every`, of many alike in one document the first are told."""
    told: Counter[tuple[str, ...]] = Counter()
    alike = Counter(map(_kind, findings))
    for f in findings:
        kind = _kind(f)
        told[kind] += 1
        if every or told[kind] <= _ALIKE:
            yield from block(f, command, width)
            yield ""
        elif told[kind] == alike[kind]:
            more = f"{command} findings --check {f['check']} --document {shlex.quote(f['document_id'] or '')}"
            yield f"and {alike[kind] - _ALIKE} more {f['check']} in {place({**f, 'page': None})}: {paint(more, 'command')}"
            yield ""
    waived = sum(f["status"] == "waived" for f in findings)
    yield f"{count(len(findings), 'finding')}; open: {severities(findings)}" + (f"; {waived} waived" if waived else "")


def _kind(f: Row) -> tuple[str, ...]:
    return f["status"], f["severity"], f["check"], f["document_id"] or ""


def block(f: Row, command: str | None, width: int | None, number: int | None = None) -> Iterator[str]:
    """One finding: a head line, the message, what is suggested, and (with a `command`) what to type."""
    waived = f["status"] == "waived"
    mark = f"{number}. " if number else ""
    kind = paint("waived" if waived else f["severity"], None if waived else f["severity"])
    score = f"  score {danish(Decimal(str(f['score'])))}" if f["score"] is not None else ""
    yield f"{mark}{kind}  {paint(f['check'], 'heading')}  {place(f)}{score}"
    yield from paragraph(plain(f["message"]), width, "   ")
    if f["suggestion"]:
        yield from paragraph(f"suggestion: {plain(f['suggestion'])}", width, "   ")
    if waived:
        yield from paragraph(f"waived: {plain(f['waiver_reason'])}", width, "   ")
    elif command:
        yield from (f"   {paint(c, 'command')}" for c in next_commands(f, command))


def place(f: Row) -> str:
    """Document and page of a finding."""
    if not f["document_id"]:
        return "the whole round"
    return plain(f["document_id"]) + (f", page {f['page']}" if f["page"] else "")


def next_commands(f: Row, command: str) -> list[str]:
    """What to type to look further into a finding."""
    document = shlex.quote(plain(f["document_id"])) if f["document_id"] else None
    if f["line_item_ids"]:
        first = f["line_item_ids"][0]
        return [f"{command} explain {first}", f"{command} show {first}"]
    if document is None:
        return []
    if f["check"] == "no-rule" or (f["check"] == "quarantined" and "`recognise`" in f["message"]):
        return [f"{command} rules try {document}"]
    return [f"{command} show {document} --page {f['page']}"] if f["page"] else [f"{command} explain {document}"]
