"""What is said of relations that do not hold: the findings, in plain sentences."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from pipeline.checks.record import Relation, Term
from pipeline.checks.slips import as_printed, show, slip
from pipeline.checks.suspects import implied
from pipeline.model import Finding
from pipeline.said import NOTHING, Said, counted, joined, same

_MANY = 3  # more other figures at fault are not told one by one
_ALIKE = 3  # figures that are named where a slip of one kind in any of them explains what is off

Cell = tuple[Term, Decimal]  # a figure and the value that it must have

_NAMES = {
    "items-to-total": Said("the rows do not add up to their total", "rækkerne summer ikke til totalen"),
    "columns-in-row": Said("the columns of the row do not add up", "rækkens kolonner stemmer ikke indbyrdes"),
    "overview-equals-proposal": Said("the overview and the proposal disagree", "oversigten og forslaget stemmer ikke overens"),
    "text-meets-table": Said("the text and the table disagree", "teksten og tabellen stemmer ikke overens"),
    "total-repeated": Said("a total and its repetition disagree", "en total og dens gentagelse stemmer ikke overens"),
    "parts-of-whole": Said("the parts do not make up the whole", "delene giver ikke tilsammen det hele"),
}


def where(t: Term) -> Said:
    return Said(f"“{t.label}” (page {t.page})", f"“{t.label}” (side {t.page})")


def years_of(relations: Sequence[Relation]) -> Said:
    """`, 2024`, `, 2024–2027`, `, 2024 and 2026`, or nothing where no year is known."""
    years = sorted({r.year for r in relations if r.year is not None})
    if len(years) > 2 and years[-1] - years[0] == len(years) - 1:
        return same(f", {years[0]}–{years[-1]}")
    return ", " + joined([same(str(y)) for y in years], ", ", Said(" and ", " og ")) if years else NOTHING


def proof(relations: Sequence[Relation]) -> Said:
    """`The rows do not add up to their total: -1.540 − 600 ≠ -4.000 (and so in 3 more); …`: the first of each kind in full."""
    parts = []
    for kind in dict.fromkeys(r.kind for r in relations):
        first, *more = [r for r in relations if r.kind == kind]
        again = Said(f" (and so in {len(more)} more)", f" (og tilsvarende i {len(more)} til)") if more else NOTHING
        parts.append(_name(kind) + f": {first.written('≠')}" + again)
    return joined(parts, "; ").capital()


def _name(kind: str) -> Said:
    return _NAMES.get(kind, same(kind))


def single(relations: Sequence[Relation], term: Term, value: Decimal, others: Sequence[Cell]) -> Finding:
    """One figure is at fault in all of these relations; `others` are at fault besides it, and stand in them too."""
    head, n = relations[0], len(relations)
    kind, meant = slip(term, value), as_printed(value, term)
    beside = joined(Said(", with ", ", med ") + f"{t.printed} → {as_printed(v, t)} for " + where(t)
                    for t, v in others[:_MANY])  # fmt: skip
    if len(others) > _MANY:
        beside += Said(f" and {len(others) - _MANY} more", f" og {len(others) - _MANY} til")
    need = Said("one equation needs", "en ligning kræver") if n == 1 else Said(f"{n} equations need", f"{n} ligninger kræver")
    place, what, why = where(term) + years_of([head]), ": " + kind if kind else NOTHING, proof(relations)
    solved = counted(n, ("relation", "relations"), ("ligning", "ligninger"))
    return Finding(
        head.kind, "error",
        f"{place.en}: printed {term.printed}, but {need.en} {meant}{beside.en}{what.en}. {why.en}.",
        term.document_id, term.page, term.box, head.year, value, term.value,
        term.value - value, max(r.tolerance for r in relations),
        all(abs(r.residual) <= r.tolerance for r in relations), (term.figure,),
        f"{term.printed} → {meant} satisfies {solved.en}{beside.en}",
        message_da=f"{place.da}: der står {term.printed}, men {need.da} {meant}{beside.da}{what.da}. {why.da}.",
        suggestion_da=f"{term.printed} → {meant} får {solved.da} til at stemme{beside.da}",
    )  # fmt: skip


def violated(r: Relation, ranked: Sequence[Term], guessed: bool, note: Said, beside: Sequence[Term]) -> Finding:
    """A relation with several suspects, the likeliest first; before them `beside`, the figures of a row with a cell left empty.

    A suggestion is made only where one of the suspects explains all that is off (`guessed`).
    """
    result, first = r.result, ranked[0]
    ids = tuple(dict.fromkeys(t.figure for t in (*beside, *ranked)))
    kind = slip(first, implied(r, first)) if guessed else None
    alike = [t for t in ranked if kind and slip(t, implied(r, t)) == kind][:_ALIKE]
    change = [f"{t.printed} → {as_printed(implied(r, t), t)}" for t in alike]
    hint = NOTHING
    if kind:
        named = [Said(f"“{t.label}” (page {t.page}, {c})", f"“{t.label}” (side {t.page}, {c})")
                 for t, c in zip(alike, change, strict=True)]  # fmt: skip
        at = joined(named, ", ", Said(" or ", " eller "))
        hint = Said(f"; if {at.en} is at fault, {kind.en}", f"; ligger fejlen i {at.da}, ser det ud til, at {kind.da}")
    doubled = next((t for t in r.terms[:-1] if t.value and abs(t.weight * t.value) == abs(r.residual)), None)
    if doubled:
        at = where(doubled)
        hint += Said(
            f"; the difference is the row {at.en}: is it missing from the total, or printed twice?",
            f"; afvigelsen svarer til rækken {at.da}: mangler den i totalen, eller er den trykt to gange?",
        )
    place, name, off, equation = where(result) + years_of([r]), _name(r.kind), show(abs(r.residual)), r.written("≠")
    return Finding(
        r.kind, "error", f"{place.en}: {name.en}, by {off}: {equation}{hint.en}{note.en}",
        result.document_id, result.page, result.box, r.year, r.expected, result.value,
        result.value - r.expected, r.tolerance, abs(r.residual) <= r.tolerance, ids, " or ".join(change) or None,
        message_da=f"{place.da}: {name.da} (afvigelse {off}): {equation}{hint.da}{note.da}",
        suggestion_da=" eller ".join(change) or None,
    )  # fmt: skip


def row_at_fault(relations: Sequence[Relation], cells: Sequence[Cell], cause: Said, suspects: Sequence[Term],
                 suggestion: Said | None) -> Finding:  # fmt: skip
    """A whole row that is at fault over several columns by one cause; the amounts are those of its columns added up."""
    head, first = relations[0], cells[0][0]
    actual = sum((t.value for t, _ in cells), Decimal(0))
    expected = sum((v for _, v in cells), Decimal(0))
    ids = dict.fromkeys([t.figure for t in suspects] + [t.figure for r in relations for t in r.terms])
    said = where(first) + years_of(relations) + ": " + cause + ("" if cause.en[-1] == "?" else ".") + " " + proof(relations) + "."
    return Finding(
        head.kind, "error", said.en, first.document_id, first.page, first.box, None, expected, actual, actual - expected,
        max(r.tolerance for r in relations), all(abs(r.residual) <= r.tolerance for r in relations), tuple(ids),
        suggestion.en if suggestion else None, message_da=said.da, suggestion_da=suggestion.da if suggestion else None,
    )  # fmt: skip


def rounded(r: Relation) -> Finding:
    """An equation that is off by no more than its figures may be rounded, in a document that rounds."""
    t, at, off, slack = r.result, where(r.result), show(abs(r.residual)), show(r.tolerance)
    return Finding(
        "rounding", "info",
        f"{at.en}: {r.equation} is off by {off}, within the rounding of {len(r.terms)} figures (± {slack})",
        t.document_id, t.page, t.box, r.year, r.expected, t.value,
        t.value - r.expected, r.tolerance, True, tuple(u.figure for u in r.terms),
        message_da=f"{at.da}: {r.equation} afviger med {off}, inden for afrundingen af {len(r.terms)} tal (± {slack})",
    )  # fmt: skip
