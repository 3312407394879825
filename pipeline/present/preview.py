"""What a dry run would change, document by document: figures, equations, findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pipeline.present.grid import grid
from pipeline.present.text import Row, count, danish, paint, paragraph, plain
from pipeline.revisions.compare import TELLING, same_form

if TYPE_CHECKING:
    from pipeline.run import Would

_SHOWN = 20  # figures, equations, findings told of each document
_KINDS = ("changed", "added", "removed")
_WHY = {
    "new": "a new document", "document": "because of the document", "rule": "because of the rule",
    "software": "because of the software", "withdrawn": "withdrawn: its file is gone", "quarantined": "quarantined",
    "duplicate": "the same file as another",
}  # fmt: skip
# a reworded label is no change in `changes`, but whoever edits a rule wants to see it
_ALSO = ("label", *(c for c in TELLING if c not in ("value_printed", "amount")), "proposal_title")


def preview(before: Mapping[str, Sequence[Row]], would: Would, exit_code: int, width: int | None) -> Iterator[str]:
    """Everything that publishing would change; `before` holds the tables as they are published."""
    old = {t: before.get(t, ()) for t in ("line_items", "relations", "findings")}
    figures = _figures(old["line_items"], would.rows.get("line_items", ()))
    equations = _equations(old["relations"], would.rows.get("relations", ()))
    findings = _findings(old["findings"], would.rows.get("findings", ()))
    touched = sorted({*figures, *equations, *findings}, key=lambda d: (d is None, d or ""))
    if not touched:
        yield "dry run: nothing would change"
    else:
        kinds = Counter(c["change"] for own in figures.values() for c in own)
        told = ", ".join(f"{danish(kinds[k])} {k}" for k in _KINDS if kinds[k]) or "no figure changed"
        yield f"dry run: {count(len(touched), 'document')} would change; figures: {told}"
    for document in touched:
        yield ""
        why = _WHY.get(would.causes.get(document or "", ""), "reconciled anew, as others changed")
        yield paint(f"{plain(document or 'the round')}: {why}", "heading")
        yield from _told_figures(figures.get(document, []), width)
        yield from _told_equations(equations.get(document, []), width)
        yield from _told_findings(findings.get(document, []), width)
    yield ""
    yield f"nothing was published; `afstem run` would exit with {exit_code}"


_By = dict[str | None, list[dict[str, Any]]]


def _figures(old: Sequence[Row], new: Sequence[Row]) -> _By:
    """Figures that are added, removed or changed, by document."""
    a, b = ({r["line_item_id"]: r for r in rows} for rows in (old, new))
    out: _By = {}
    for key in [*a, *(k for k in b if k not in a)]:
        x, y = a.get(key), b.get(key)
        also = [f for f in _ALSO if x and y and same_form(x[f]) != same_form(y[f])]
        if x and y and (x["value_printed"], x["amount"]) == (y["value_printed"], y["amount"]) and not also:
            continue
        one = y or x
        assert one is not None
        out.setdefault(one["document_id"], []).append({
            "change": "changed" if x and y else "added" if y else "removed", "old": x, "new": y, "label": one["label"],
            "heading": one["column_printed"], "page": one["page"], "also": also,
        })  # fmt: skip
    return out


def _equations(old: Sequence[Row], new: Sequence[Row]) -> _By:
    """Equations whose verdict flips, or that are new and do not hold, or that are gone."""
    a, b = ({r["relation_id"]: r for r in rows} for rows in (old, new))
    out: _By = {}
    for key in [*a, *(k for k in b if k not in a)]:
        x, y = a.get(key), b.get(key)
        one = y or x
        assert one is not None
        was, now = (r["status"] if r else None for r in (x, y))
        if was != now:
            out.setdefault(one["document_id"], []).append({"was": was, "now": now, "row": one})
    return out


def _findings(old: Sequence[Row], new: Sequence[Row]) -> _By:
    """Open findings that would appear, and those that would vanish."""
    a, b = ({r["finding_id"]: r for r in rows if r["status"] == "open"} for rows in (old, new))
    out: _By = {}
    for change, rows in (("appears", [b[k] for k in b if k not in a]), ("vanishes", [a[k] for k in a if k not in b])):
        for r in rows:
            out.setdefault(r["document_id"], []).append({"change": change, "row": r})
    return out


# --- told


def _told_figures(changes: list[dict[str, Any]], width: int | None) -> Iterator[str]:
    if not changes:
        return
    changes.sort(key=lambda c: _KINDS.index(c["change"]))
    rows = []
    for c in changes[:_SHOWN]:
        printed, amount = (_arrow(c, f) for f in ("value_printed", "amount"))
        also = "; ".join(f"{f} {_word(c['old'][f])} → {_word(c['new'][f])}" for f in c["also"])
        rows.append([c["change"], c["page"], c["label"], c["heading"], printed, amount, also])
    yield from grid(["figure", "page", "label", "column", "printed", "amount", "also"], rows, width, right={1})
    yield from _more(len(changes), "figure")


def _arrow(c: Mapping[str, Any], field: str) -> str:
    old, new = (_word(r[field]) if r else "–" for r in (c["old"], c["new"]))
    return old if old == new else f"{old} → {new}"


def _word(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool | str):
        return plain(value)
    if isinstance(value, int) and 1900 < value < 2100:
        return str(value)
    return danish(value) if not isinstance(value, list | tuple | dict) else plain(same_form(value))


def _told_equations(changes: list[dict[str, Any]], width: int | None) -> Iterator[str]:
    flips = [c for c in changes if c["was"] and c["now"]]
    wrong = [c for c in changes if not c["was"] and c["now"] == "violated"]
    for c in [*flips, *wrong][:_SHOWN]:
        verdict = f"{c['was']} → {c['now']}" if c["was"] else "new, violated"
        row = c["row"]
        yield from paragraph(f"{plain(row['equation'])}  ({row['relation']}, page {row['page']})", width,
                             f"equation {paint(verdict, c['now'])}: ", "  ")  # fmt: skip
    yield from _more(len(flips) + len(wrong), "equation")
    new = sum(c["was"] is None and c["now"] == "holds" for c in changes)
    gone = [c["was"] for c in changes if c["now"] is None]
    if new or gone:
        held = f" ({sum(w == 'holds' for w in gone)} of them held)" if gone else ""
        parts = [f"{count(new, 'new one')} would hold"] if new else []
        parts += [f"{count(len(gone), 'would', 'would')} go{held}"] if gone else []
        yield "equations: " + ", ".join(parts)


def _told_findings(changes: list[dict[str, Any]], width: int | None) -> Iterator[str]:
    for c in changes[:_SHOWN]:
        row = c["row"]
        page = f", page {row['page']}" if row["page"] else ""
        yield from paragraph(f"{row['severity']}  {row['check']}{page}: {plain(row['message'])}", width,
                             f"finding {c['change']}: ", "  ")  # fmt: skip
    yield from _more(len(changes), "finding")


def _more(n: int, what: str) -> Iterator[str]:
    if n > _SHOWN:
        yield f"and {count(n - _SHOWN, f'more {what}')}"
