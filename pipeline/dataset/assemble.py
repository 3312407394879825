"""Reconciled rounds and revisions -> the rows of the tables in DATASET.md."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from pipeline.checks import Reconciled
from pipeline.checks.proof import Proof
from pipeline.checks.record import Document, Relation, amount_quantum, amount_value, percents
from pipeline.checks.single import kept
from pipeline.checks.text import Tie
from pipeline.ids import make_id
from pipeline.model import Box, Finding, LineItem, Proposal, TextAmount
from pipeline.numbers import fits
from pipeline.revisions.state import State

Row = dict[str, object]



def round_rows(done: Reconciled, revisions: Mapping[str, int]) -> Iterator[tuple[Document, dict[str, list[Row]]]]:
    """Rows of line_items, proposals, amounts and relations of a round, document by document.

    `revisions`: document_id -> revision.
    """
    kinds = {r.relation_id: r.kind for r in done.relations}
    ties = {t.amount_id: t for t in done.ties}
    amounts = {name for named in done.amounts.values() for name, _ in named}
    relations: dict[str, list[Relation]] = defaultdict(list)
    for r in done.relations:
        relations[r.document_id].append(r)  # one with the next round is published there
    for d in done.documents:
        yield d, {
            "line_items": [item_row(i, d, revisions[d.document_id], kinds) for i in d.items],
            "proposals": [_proposal_row(p, d) for p in d.extraction.proposals],
            "amounts": [
                _amount_row(name, a, d, ties.get(name), done.amount_verdicts[name]) for name, a in done.amounts[d.document_id]
            ],
            "relations": [_relation_row(r, r.relation_id in done.violated, amounts) for r in relations[d.document_id]],
        }


def _amount_row(name: str, a: TextAmount, d: Document, tie: Tie | None, verdict: str) -> Row:
    return {
        "amount_id": name, "document_id": d.document_id, "sentence": a.sentence, "value_printed": a.printed,
        "unit_borrowed": a.unit_borrowed, "amount": amount_value(a), "currency": a.currency, "quantum": amount_quantum(a),
        "approximate": a.approximate,
        "role": "table" if tie else a.role, "year": a.years[0] if len(a.years) == 1 else None,
        "line_item_ids": [i.line_item_id for _, i in tie.figures] if tie else [], "verification": verdict, "page": a.page,
        **dict(zip(Box._fields, a.box, strict=True)),
    }  # fmt: skip


def item_row(i: LineItem, d: Document, revision: int, kinds: dict[str, str]) -> Row:
    """One row of `line_items`."""
    value = i.value if kept(i) else None  # what the dataset cannot hold exactly is left empty
    money = value if i.is_money else None
    whole = money is not None and i.currency == "DKK" and money == money.to_integral_value()
    dkk = int(money) if money is not None and whole else None
    staffing = value if i.measure == "staffing" else None
    share = value if any(map(str.isdigit, i.value_printed)) else None  # a dash for a share says that there is none
    return {
        "line_item_id": i.line_item_id, "document_id": d.document_id, "revision": revision,
        "department": d.department, "table_id": i.table_id, "table_kind": i.table_kind,
        "proposal_code": i.proposal_code, "proposal_title": i.proposal_title, "theme_code": i.theme_code,
        "sector": i.sector, "label": i.label, "heading": i.heading, "row_kind": i.row_kind, "column_printed": i.column_printed,
        "year": i.year, "phase": i.phase, "measure": i.measure, "attributes": dict(i.attributes),
        "amount": money, "currency": i.currency if money is not None else None,
        "amount_dkk": dkk, "saving_dkk": dkk * i.saving_sign if dkk is not None and i.saving_sign else None,
        "fte": staffing, "fte_change": staffing * (i.staffing_sign or 1) if staffing is not None else None,
        "percent": share if i.measure == "percent" else None, "quantity": value if i.measure == "count" else None,
        "counted": i.counted,
        "value_printed": i.value_printed, "unit_printed": i.unit_printed or None, "price_level": i.price_level,
        "footnote": i.footnote, "page": i.page,
        "x0": i.box.x0, "top": i.box.top, "x1": i.box.x1, "bottom": i.box.bottom,
        "rule_id": d.extraction.rule_id, "reader": i.reader, "confidence": i.confidence,
        "decided_by": i.decided_by, "verification": i.verification,
        "verified_by": sorted({kinds[r] for r in i.verified_by}),
    }  # fmt: skip


def _proposal_row(p: Proposal, d: Document) -> Row:
    areas = [
        amount_value(a) for a in d.extraction.amounts
        if a.proposal_code == p.code and a.field == "area_budget" and a.role == "area_budget"
    ]  # fmt: skip
    number = next((read for _, read in percents(p.saving_percent_printed, d.language)), None)
    return {
        "document_id": d.document_id, "proposal_code": p.code, "title": p.title, "theme_code": p.theme_code,
        "theme_title": p.theme_title, "sector": p.sector, "description": p.description,
        "area_budget_printed": p.area_budget_printed, "area_budget": areas[0] if areas else None,
        "saving_percent_printed": p.saving_percent_printed,
        "saving_percent": number.value if number and fits(number.value, 3) else None,
        "saving_type": p.saving_type, "has_section": p.has_section, "page": p.page or None,
    }  # fmt: skip


def finding_rows(findings: Iterable[Finding], places: dict[str | None, Row]) -> list[Row]:
    """Rows of `findings`, each with an id of its own."""
    seen: Counter[str] = Counter()
    out = []
    for f in findings:
        place = places.get(f.document_id, {"municipality": "unknown", "budget_year": 0})
        base = make_id("finding", f.check, f.document_id or "", str(f.year), *f.line_item_ids, f.key)
        seen[base] += 1
        box = dict(zip(Box._fields, f.box, strict=True)) if f.box else {}
        out.append({
            "finding_id": base if seen[base] == 1 else make_id(base, str(seen[base])), "check": f.check,
            "severity": f.severity, "status": f.status, "message": f.message, "message_da": f.message_da, "document_id": f.document_id,
            "page": f.page, **box, "year": f.year, "expected": _four(f.expected),
            "actual": _four(f.actual), "difference": _four(f.difference), "tolerance": _four(f.tolerance),
            "within_rounding": f.within_rounding,
            "line_item_ids": list(f.line_item_ids), "suggestion": f.suggestion,
            "suggestion_da": f.suggestion_da, "waiver_reason": f.waiver_reason,
            "score": f.score, **place,
        })  # fmt: skip
    return out


def _four(value: Decimal | None) -> Decimal | None:
    """A derived value to four decimals: with weights a quotient may have more. One past all bounds is left out."""
    if value is None or abs(value) >= Decimal(10) ** 15:
        return None
    return value.quantize(Decimal("0.0001"))


def _relation_row(r: Relation, violated: bool, amounts: set[str]) -> Row:
    return {
        "relation_id": r.relation_id, "relation": r.kind, "document_id": r.document_id, "page": r.result.page,
        "year": r.year, "equation": r.equation,
        "status": "violated" if violated else "holds" if r.bound == "=" or r.fits else "undecided",
        "expected": _four(r.expected), "actual": _four(r.result.value),
        "difference": _four(r.result.value - r.expected), "tolerance": _four(r.tolerance),
        "line_item_ids": [t.figure for t in r.terms if t.figure not in amounts],
        "amount_ids": [t.figure for t in r.terms if t.figure in amounts],
    }  # fmt: skip


def document_rows(state: State, place_of: dict[str, tuple[str, int]], proofs: Mapping[str, Proof]) -> list[Row]:
    """Rows of `documents`: one per revision, the current one with what is proved of it."""
    out: list[Row] = []
    for document_id, revisions in state.revisions.items():
        municipality, year = place_of.get(document_id, ("unknown", 0))
        published = state.published(document_id)
        for r in revisions:
            current = published is not None and published.revision == r.revision
            proof = proofs.get(document_id, Proof()) if current else None
            out.append({
                "document_id": document_id, "revision": r.revision, "is_current": current, "path": r.path,
                "sha256": r.sha256, "title": r.meta.get("title"), "department": r.meta.get("department"),
                "kind": r.meta.get("kind"), "stage": r.meta.get("stage") or "unknown",
                "document_date": _date(r.meta.get("document_date")), "years": list(r.meta.get("years") or ()),
                "pages": r.pages, "status": r.status, "error": r.error, "known_from": instant(r.known_from),
                "figures": proof.figures if proof else None, "amounts": proof.amounts if proof else None,
                "amounts_verified": proof.verified if proof else None,
                "amount_total_dkk": proof.kroner if proof else None,
                "amount_verified_dkk": proof.kroner_verified if proof else None,
                "numbers": proof.numbers if proof else None, "numbers_unclaimed": proof.unclaimed if proof else None,
                "municipality": municipality, "budget_year": year,
            })  # fmt: skip
    return out


def change_rows(state: State, place_of: dict[str, tuple[str, int]]) -> Iterator[Row]:
    """Rows of `changes`."""
    for change in state.changes:
        municipality, year = place_of.get(change["document_id"], ("unknown", 0))
        amounts = {k: Decimal(v) if (v := change[k]) is not None else None for k in ("old_amount", "new_amount")}
        yield {"differs": [], **change, **amounts, "municipality": municipality, "budget_year": year}


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _date(logged: str | None) -> date | None:
    """The date that a revision was logged with; `None` where the log of an earlier version has it as printed."""
    try:
        return date.fromisoformat(logged or "")
    except ValueError:
        return None
