"""One document: its revisions, rule, tables, equations, numbers and findings."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.present.findings import block, ordered
from pipeline.present.grid import grid
from pipeline.present.text import Row, danish, moment, paint, pairs, plain, severities, share

_FINDINGS = 5  # told at length; the others are one command away


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that is known of one document."""

    revisions: Sequence[Row]
    rule_id: str | None
    items: Sequence[Row]
    proposals: int
    amounts: Sequence[Row]
    relations: Sequence[Row]
    findings: Sequence[Row]
    ledger: Mapping[str, int]  # status -> how many numbers of the pages


def dossier(d: Dossier, command: str, width: int | None) -> Iterator[str]:
    """Everything about one document."""
    current = next((r for r in d.revisions if r["is_current"]), d.revisions[-1])
    yield f"{paint(plain(current['document_id']), 'heading')}  {plain(current['title'] or '')}".rstrip()
    years = current["years"]
    yield from pairs(
        [
            ("what", ", ".join(plain(p) for p in (current["kind"], current["stage"], current["department"]) if p)),
            ("round", f"{current['municipality']}, {current['budget_year'] or 'year unknown'}"),
            ("years", f"{years[0]}–{years[-1]}" if years else None),
            ("dated", str(current["document_date"]) if current["document_date"] else None),
            ("rule", d.rule_id or "none fits"),
            ("proposals", danish(d.proposals)),
            ("figures", _verdicts(d.items)),
            ("amounts in text", _verdicts(d.amounts)),
            ("equations", _equations(d.relations)),
            ("numbers", ledger_line(d.ledger)),
        ],
        width,
    )
    yield ""
    heads = ["revision", "status", "known from", "pages", "sha256", ""]
    yield from grid(
        heads,
        [[r["revision"], r["status"], moment(r["known_from"]), r["pages"], r["sha256"][:16],
          r["error"] or ("current" if r["is_current"] else "")] for r in d.revisions],
        width, right={0, 3},
    )  # fmt: skip
    if d.items:
        yield ""
        yield from _tables(d.items, width)
    yield ""
    yield f"open findings: {severities(d.findings)}"
    name = shlex.quote(plain(current["document_id"]))
    shown = ordered(d.findings)[:_FINDINGS]
    for f in shown:
        yield from block(f, command if f["page"] or f["line_item_ids"] else None, width)  # else it leads back to here
    if len(d.findings) > len(shown):
        yield f"all {len(d.findings)}: " + paint(f"{command} findings --document {name}", "command")
    if not shown:
        yield f"next: {paint(f'{command} show {name}', 'command')}"


def _verdicts(rows: Sequence[Row]) -> str:
    """`60: 56 verified, 4 unverifiable`."""
    verdicts = Counter(r["verification"] for r in rows)
    told = [f"{danish(verdicts[v])} {v}" for v in ("verified", "contradicted", "unverifiable") if verdicts[v]]
    return danish(len(rows)) + (f": {', '.join(told)}" if told else "")


def _equations(relations: Sequence[Row]) -> str:
    if not relations:
        return "none"
    violated, open_ = (sum(r["status"] == s for r in relations) for s in ("violated", "undecided"))
    kinds = ", ".join(f"{n} {kind}" for kind, n in sorted(Counter(r["relation"] for r in relations).items()))
    told = [f"{danish(len(relations) - violated - open_)} hold"]
    told += [f"{n} {what}" for n, what in ((violated, "violated"), (open_, "differ and contradict nothing")) if n]
    return ", ".join(told) + f" ({kinds})" if violated or open_ else f"all {told[0]} ({kinds})"


def ledger_line(ledger: Mapping[str, int]) -> str:
    """`320, all accounted for: 240 figure, 60 amount, 20 year`."""
    total, unclaimed = sum(ledger.values()), ledger.get("unclaimed", 0)
    if not total:
        return "none on its pages"
    done = "all" if not unclaimed else f"{danish(total - unclaimed)} ({share(total - unclaimed, total)})"
    kinds = sorted(((n, k) for k, n in ledger.items() if k != "unclaimed"), reverse=True)
    told = ", ".join(f"{danish(n)} {plain(k).replace('_', ' ')}" for n, k in kinds)
    return f"{danish(total)}, {done} accounted for" + (f": {told}" if told else "")


def _tables(items: Sequence[Row], width: int | None) -> Iterator[str]:
    tables: dict[str, list[Row]] = {}
    for i in items:
        tables.setdefault(i["table_id"], []).append(i)
    rows = []
    for name, own in tables.items():
        pages = sorted({i["page"] for i in own})
        codes = list(dict.fromkeys(i["proposal_code"] for i in own if i["proposal_code"]))
        verdicts = Counter(i["verification"] for i in own)
        of = f" {codes[0]}" if len(codes) == 1 else f" of {len(codes)}" if codes else ""
        rows.append([
            name, f"{pages[0]}–{pages[-1]}" if len(pages) > 1 else pages[0], own[0]["table_kind"] + of, len(own),
            verdicts["verified"], verdicts["contradicted"] or "", verdicts["unverifiable"] or "",
        ])  # fmt: skip
    heads = ["table", "page", "kind", "figures", "verified", "contradicted", "unverifiable"]
    yield from grid(heads, rows, width, right={1, 3, 4, 5, 6})
