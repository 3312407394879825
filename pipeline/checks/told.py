"""What is said of relations that do not hold: the findings, in plain sentences."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from pipeline.checks.record import Relation, Term
from pipeline.checks.slips import as_printed, show, slip
from pipeline.checks.suspects import implied
from pipeline.model import Finding

_MANY = 3  # more other figures at fault are not told one by one

Cell = tuple[Term, Decimal]  # a figure and the value that it must have

_NAMES = {
    "items-to-total": "the rows do not add up to their total",
    "columns-in-row": "the columns of the row do not add up",
    "overview-equals-proposal": "the overview and the proposal disagree",
    "text-meets-table": "the text and the table disagree",
    "total-repeated": "a total and its repetition disagree",
    "parts-of-whole": "the parts do not make up the whole",
}


def where(t: Term) -> str:
    return f"“{t.label}” (page {t.page})"


def years_of(relations: Sequence[Relation]) -> str:
    """`, 2024`, `, 2024–2027`, `, 2024 and 2026`, or nothing where no year is known."""
    years = sorted({r.year for r in relations if r.year is not None})
    if len(years) > 2 and years[-1] - years[0] == len(years) - 1:
        return f", {years[0]}–{years[-1]}"
    head = ", ".join(map(str, years[:-1]))
    return f", {f'{head} and ' if head else ''}{years[-1]}" if years else ""


def proof(relations: Sequence[Relation]) -> str:
    """`The rows do not add up to their total: -1.540 − 600 ≠ -4.000 (and so in 3 more); …`: the first of each kind in full."""
    parts = []
    for kind in dict.fromkeys(r.kind for r in relations):
        first, *more = [r for r in relations if r.kind == kind]
        parts.append(f"{_NAMES.get(kind, kind)}: {first.written('≠')}{f' (and so in {len(more)} more)' if more else ''}")
    text = "; ".join(parts)
    return text[0].upper() + text[1:]


def single(relations: Sequence[Relation], term: Term, value: Decimal, others: Sequence[Cell]) -> Finding:
    """One figure is at fault in all of these relations; `others` are at fault besides it, and stand in them too."""
    head = relations[0]
    kind = slip(term, value)
    n = len(relations)
    beside = "".join(f", with {t.printed} → {as_printed(v, t)} for {where(t)}" for t, v in others[:_MANY])
    beside += f" and {len(others) - _MANY} more" if len(others) > _MANY else ""
    message = (
        f"{where(term)}{years_of([head])}: printed {term.printed}, but {'one equation needs' if n == 1 else f'{n} equations need'} "
        f"{as_printed(value, term)}{beside}{f': {kind}' if kind else ''}. {proof(relations)}."
    )
    return Finding(
        head.kind, "error", message, term.document_id, term.page, term.box, head.year, value, term.value,
        term.value - value, max(r.tolerance for r in relations),
        all(abs(r.residual) <= r.tolerance for r in relations), (term.figure,),
        f"{term.printed} → {as_printed(value, term)} satisfies {n} relation{'s' if n > 1 else ''}{beside}",
    )  # fmt: skip


def violated(r: Relation, ranked: Sequence[Term], guessed: bool, note: str, beside: Sequence[Term]) -> Finding:
    """A relation with several suspects, the likeliest first; before them `beside`, the figures of a row with a cell left empty.

    A suggestion is made only where one of the suspects explains all that is off (`guessed`).
    """
    result, first = r.result, ranked[0]
    ids = tuple(dict.fromkeys(t.figure for t in (*beside, *ranked)))
    kind = slip(first, implied(r, first)) if guessed else None
    hint = ""
    if kind:
        hint = f"; if {where(first)} is at fault, {kind}: {first.printed} → {as_printed(implied(r, first), first)}"
    doubled = next((t for t in r.terms[:-1] if t.value and abs(t.weight * t.value) == abs(r.residual)), None)
    if doubled:
        hint += f"; the difference is the row {where(doubled)}: is it missing from the total, or printed twice?"
    message = (
        f"{where(result)}{years_of([r])}: {_NAMES.get(r.kind, r.kind)}, by {show(abs(r.residual))}: {r.written('≠')}{hint}{note}"
    )
    return Finding(
        r.kind, "error", message, result.document_id, result.page, result.box, r.year, r.expected, result.value,
        result.value - r.expected, r.tolerance, abs(r.residual) <= r.tolerance, ids,
        f"{first.printed} → {as_printed(implied(r, first), first)}" if kind else None,
    )  # fmt: skip


def row_at_fault(relations: Sequence[Relation], cells: Sequence[Cell], cause: str, suspects: Sequence[Term],
                 suggestion: str | None) -> Finding:  # fmt: skip
    """A whole row that is at fault over several columns by one cause; the amounts are those of its columns added up."""
    head, first = relations[0], cells[0][0]
    actual = sum((t.value for t, _ in cells), Decimal(0))
    expected = sum((v for _, v in cells), Decimal(0))
    ids = dict.fromkeys([t.figure for t in suspects] + [t.figure for r in relations for t in r.terms])
    message = f"{where(first)}{years_of(relations)}: {cause}{'' if cause[-1] == '?' else '.'} {proof(relations)}."
    return Finding(
        head.kind, "error", message, first.document_id, first.page, first.box, None, expected, actual, actual - expected,
        max(r.tolerance for r in relations), all(abs(r.residual) <= r.tolerance for r in relations), tuple(ids), suggestion,
    )  # fmt: skip


def rounded(r: Relation) -> Finding:
    """An equation that is off by no more than its figures may be rounded, in a document that rounds."""
    t = r.result
    return Finding(
        "rounding", "info", f"{where(t)}: {r.equation} is off by {show(abs(r.residual))}, within the rounding of "
        f"{len(r.terms)} figures (± {show(r.tolerance)})", t.document_id, t.page, t.box, r.year, r.expected, t.value,
        t.value - r.expected, r.tolerance, True, tuple(u.figure for u in r.terms),
    )  # fmt: skip
