"""Wholes and their parts: the totals of several catalogues are parts of the pool that a memo or a decision names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.checks.record import Bound, Document, Relation, Term, amount_value, item_term, relation
from pipeline.checks.text import Named, text_term
from pipeline.model import Finding, LineItem, TextAmount
from pipeline.rules.schema import Part, Restates
from pipeline.said import Said


def whole_relations(documents: Sequence[Document], named: Named) -> tuple[list[Relation], list[Finding]]:
    """`parts-of-whole`: for each amount that a rule calls a whole, its parts in the documents of the round.

    Of an amount that is a bound (not `complete`, or approximate) the relation proves nothing; parts that come to more are a finding.
    """
    relations: list[Relation] = []
    findings: list[Finding] = []
    for d in documents:
        for name, amount in named[d.document_id]:
            rule = _rule(d, amount)
            if rule is None:
                continue
            found = list(_relations(d, documents, name, amount, rule))
            relations += found
            findings += [_too_much(r, amount) for r in found if r.bound != "=" and not r.fits]
            if not found:
                findings.append(Finding(
                    "restated-figure-missing", "info", f"“{amount.printed}” (page {amount.page}) is a whole ({rule.name}) of "
                    "which no part is there, or of which two documents print the same part", d.document_id, amount.page,
                    amount.box, actual=amount_value(amount), key=name,
                    message_da=f"“{amount.printed}” (side {amount.page}) er et samlet beløb ({rule.name}), som der ikke er "
                    "nogen dele til, eller hvor to dokumenter trykker den samme del",
                ))  # fmt: skip
    return relations, findings


def _rule(d: Document, amount: TextAmount) -> Restates | None:
    rules = d.rule.restates if d.rule and amount.restates else []
    return next((r for r in rules if r.name == amount.restates and r.parts), None)


def _relations(d: Document, documents: Sequence[Document], name: str, amount: TextAmount,
               rule: Restates) -> Iterator[Relation]:  # fmt: skip
    found = [(part, o, own) for part in rule.parts for o in documents if (own := _figures(part, o, amount))]
    if len({(id(part), o.department, o.extraction.meta.title) for part, o, _ in found}) < len(found):
        return  # two documents print the same part: a copy, or nobody can tell
    figures = [(term, i.year or 0) for part, o, own in found for i in own if (term := _term(i, part, o)).weight]
    years = sorted({y for _, y in figures})
    if rule.year == "named" and amount.years:
        years = [y for y in years if y in amount.years]
    elif rule.year != "each":
        years = years[:1]
    bound: Bound = "≤" if not rule.complete else "≈" if amount.approximate else "="
    for year in years:
        parts = tuple(term for term, y in figures if y == year)
        yield relation("parts-of-whole", d.document_id, year, (*parts, text_term(d.document_id, name, amount, -1)), bound)


def _term(i: LineItem, part: Part, d: Document) -> Term:
    """A part as a saving, or as printed where its document prints no savings."""
    return item_term(i, part.weight * (i.saving_sign or 1), d.document_id)


def _figures(part: Part, d: Document, amount: TextAmount) -> list[LineItem]:
    """The figures of one document that are a part, one for each year; none where several rows may be meant.

    An edition that a later one replaces is no part.
    """
    if not part.document.search(d.extraction.meta.title or "") or not any(i.counted for i in d.items):
        return []
    found = [i for i in d.items if i.is_money and i.year is not None and i.currency == amount.currency
             and i.row_kind == part.row and i.table_kind != "proposal"
             and (part.label is None or part.label.search(i.label))]  # fmt: skip
    return found if len({i.year for i in found}) == len(found) else []


def _too_much(r: Relation, amount: TextAmount) -> Finding:
    whole = r.result
    more = r.bound == "≤"
    off = Said("come to more than the whole", "mere end det hele") if more else Said("do not make it up", "ikke det hele")
    eq = r.written(">" if more else "≠")
    return Finding(
        "parts-of-whole", "info" if amount.approximate else "error",
        f"the parts of “{whole.printed}” (page {whole.page}){f', {r.year},' if r.year else ''} {off.en}: {eq}",
        whole.document_id, whole.page, whole.box, r.year, r.expected, whole.value,
        whole.value - r.expected, r.tolerance,
        line_item_ids=tuple(t.figure for t in r.terms[:-1]), key=whole.figure,
        message_da=f"delene af “{whole.printed}” (side {whole.page}) giver {f'i {r.year} ' if r.year else ''}tilsammen {off.da}: {eq}",
    )  # fmt: skip

