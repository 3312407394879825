"""Amounts in running text meet table figures: within a section, in the document, from a memo to the catalogues."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import regex

from pipeline.checks.record import (
    Document,
    Relation,
    Term,
    amount_id,
    amount_quantum,
    amount_value,
    item_term,
    relation,
)
from pipeline.model import ENDS, Finding, LineItem, TextAmount
from pipeline.text import normal


@dataclass(frozen=True, slots=True)
class Tie:
    """An amount in text and the figures it restates: each of them, or (`sum`) all of them together."""

    document_id: str
    amount_id: str
    amount: TextAmount
    figures: tuple[tuple[str, LineItem], ...]  # (document_id, item)
    sum: bool = False
    declared: bool = False
    on_top_of: tuple[tuple[str, TextAmount], ...] = ()  # amounts that the figure holds as well (`og yderligere …`)


Named = dict[str, list[tuple[str, TextAmount]]]  # document_id -> its amounts with their ids


def name_amounts(documents: Sequence[Document]) -> Named:
    """Every amount with its id, in reading order."""
    out: Named = {}
    for d in documents:
        seen: Counter[tuple[str, str, str]] = Counter()
        named = []
        for a in d.extraction.amounts:
            key = (a.proposal_code or "", a.field, a.printed)
            seen[key] += 1
            named.append((amount_id(d.document_id, a, seen[key]), a))
        out[d.document_id] = named
    return out


def tie_amounts(documents: Sequence[Document], named: Named) -> tuple[list[Tie], list[Finding]]:
    """Which figures each amount restates. Declared restatements are tied whatever they say; the others by value.

    An amount is tied by value only to figures that its place speaks of: those of its own section, of the proposal with the
    same title in a sister document, the totals of its document, and, where a document has no table, those of its sisters.
    The ends of a range restate nothing.
    """
    ties: list[Tie] = []
    findings: list[Finding] = []
    shelves = [_shelve(d) for d in documents]
    by_department: dict[tuple[int, str | None], list[Shelf]] = defaultdict(list)
    for shelf in shelves:
        by_department[shelf.document.budget_year, shelf.document.department].append(shelf)
    for shelf in shelves:
        d = shelf.document
        near = by_department[d.budget_year, d.department]
        sisters = [s for s in near if s is not shelf and _sisters(d, s.document)]
        own: list[Tie] = []
        for name, amount in named[d.document_id]:
            if amount.restates:
                tie, problem = _declared(d, [s.document for s in sisters], name, amount)
                findings += problem
            else:
                loose = amount.role == "other" and amount.rises not in ("further", *ENDS)
                tie = _by_value(shelf, sisters, name, amount) if loose else None
            if tie:
                own.append(tie)
        ties += own + list(_sums(d, named[d.document_id], own))
    return ties, findings


def _sisters(a: Document, b: Document) -> bool:
    """Documents of one department, round and municipality; an unknown municipality may be the same."""
    unknown = "unknown" in (a.municipality, b.municipality)
    return (
        a.budget_year == b.budget_year
        and (a.municipality == b.municipality or unknown)
        and a.department is not None
        and a.department == b.department
    )


def _declared(d: Document, sisters: Sequence[Document], name: str,
              amount: TextAmount) -> tuple[Tie | None, list[Finding]]:  # fmt: skip
    assert d.rule is not None
    rule = next((r for r in d.rule.restates if r.name == amount.restates and not r.parts), None)
    if rule is None:
        return None, []  # a whole or a price: `wholes`, `wages`
    targets = [d]
    if rule.document:
        targets = [s for s in sisters if rule.document.search(s.extraction.meta.title or "")]
    figures = [
        (t.document_id, i) for t in targets for i in t.items
        if i.row_kind == rule.row and i.is_money and i.year is not None and i.table_kind == "overview"
    ]  # fmt: skip
    years = amount.years if rule.year == "named" and amount.years else ()
    if figures and not years:
        years = (min(i.year for _, i in figures if i.year is not None),)
    figures = [(t, i) for t, i in figures if i.year in years]
    if len({(t, i.label, i.block) for t, i in figures}) > 1:
        closest = [f for f in figures if _meets(amount, f[1].value)]
        figures = closest if len({(t, i.label, i.block) for t, i in closest}) == 1 else []
    if figures:
        return Tie(d.document_id, name, amount, tuple(figures), declared=True), []
    message = (
        f"“{amount.printed}” (page {amount.page}) restates a figure ({rule.name}) of a document that is not there, or of "
        "several that cannot be told apart"
    )
    message_da = (
        f"“{amount.printed}” (side {amount.page}) gengiver et tal ({rule.name}) fra et dokument, der ikke foreligger, eller fra "
        "flere, der ikke kan skelnes fra hinanden"
    )
    return None, [Finding("restated-figure-missing", "info", message, d.document_id, amount.page, amount.box,
                          actual=amount_value(amount), key=name, message_da=message_da)]  # fmt: skip


def _meets(amount: TextAmount, value: Decimal, quantum: Decimal = Decimal(0)) -> bool:
    """Whether an amount, printed without a sign, is the figure within half a digit of both."""
    return abs(abs(amount_value(amount)) - abs(value)) <= (amount_quantum(amount) + quantum) / 2


def _by_value(shelf: Shelf, sisters: Sequence[Shelf], name: str, amount: TextAmount) -> Tie | None:
    for places in _places(shelf, sisters, amount):
        rows: dict[tuple[str, str, int, int], list[LineItem]] = defaultdict(list)
        for document_id, item in places:
            rows[document_id, item.table_id, item.block, item.row].append(item)
        matches = [(key[0], hit) for key, row in rows.items() if (hit := _matching(amount, row))]
        chosen = choose(matches, amount)
        if chosen:
            return Tie(shelf.document.document_id, name, amount, tuple((chosen[0], i) for i in chosen[1]))
    return None


def _places(shelf: Shelf, sisters: Sequence[Shelf], amount: TextAmount) -> Iterator[list[Place]]:
    """Where the figure may stand that an amount restates, the nearest place first."""
    if amount.proposal_code:
        yield shelf.by_code.get(amount.proposal_code, [])
        title = shelf.titles.get(amount.proposal_code)
        if title:
            yield [place for s in sisters for place in s.by_label.get(title, ())]
    yield shelf.totals
    if not shelf.document.items:
        for s in sisters:
            yield s.totals


Place = tuple[str, LineItem]  # document_id and figure


@dataclass(frozen=True, slots=True)
class Shelf:
    """A document's amounts of money by the ways in which text speaks of them."""

    document: Document
    by_code: dict[str, list[Place]]
    by_label: dict[str, list[Place]]  # overview items
    totals: list[Place]  # of tables that are no proposal's
    titles: dict[str, str]  # code -> normal title


def _shelve(d: Document) -> Shelf:
    out = Shelf(d, defaultdict(list), defaultdict(list), [], {p.code: normal(p.title) for p in d.extraction.proposals})
    for i in sorted(d.items, key=lambda i: i.table_kind == "overview"):
        if not i.is_money or i.year is None or not i.value:
            continue
        place = (d.document_id, i)
        if i.proposal_code:
            out.by_code[i.proposal_code].append(place)
        if i.table_kind == "overview" and i.row_kind == "item":
            out.by_label[normal(i.label)].append(place)
        elif i.table_kind != "proposal" and i.row_kind == "total":
            out.totals.append(place)
    return out


def _matching(amount: TextAmount, row: Sequence[LineItem]) -> list[LineItem]:
    """The figures of a row that an amount restates: those of the years it names, else of the first year that meets it.

    `stigende til` means the last such year. A range of years is met only when all of them are.
    """
    dated = sorted((i for i in row), key=lambda i: i.year or 0)
    if amount.years:
        wanted = [i for i in dated if i.year in amount.years]
        ok = len(wanted) == len(amount.years) and all(_meets(amount, i.value, i.quantum) for i in wanted)
        return wanted if ok else []
    hits = [i for i in dated if _meets(amount, i.value, i.quantum)]
    if not hits:
        return []
    return [hits[-1]] if amount.rises == "to" else [hits[0]]


def choose(matches: Sequence[tuple[str, list[LineItem]]],
            amount: TextAmount) -> tuple[str, list[LineItem]] | None:  # fmt: skip
    """One row of several that fit: an item before its own total; among items the one the sentence names."""
    if not matches:
        return None
    own = [m for m in matches if m[1][0].table_kind == "proposal"] or list(matches)  # the overview only repeats it
    items = [m for m in own if m[1][0].row_kind == "item"] or own
    if len({(m[0], m[1][0].table_id, m[1][0].row) for m in items}) == 1:
        return items[0]
    words = set(normal(amount.sentence).split())
    scored = sorted(((_named(m[1][0].label, words), k) for k, m in enumerate(items)), reverse=True)
    if scored[0][0] > scored[1][0]:
        return items[scored[0][1]]
    return None


def _named(label: str, words: set[str]) -> float:
    own = [w for w in normal(label).split() if len(w) > 3]
    return sum(any(w[:6] == v[:6] for v in words) for w in own) / len(own) if own else 0.0


def _sums(d: Document, named: Sequence[tuple[str, TextAmount]], ties: Sequence[Tie]) -> Iterator[Tie]:
    """Amounts that are the sum of the next two tied ones: `2,5 mio. kr., heraf 1,4 …, resten 1,1 …`."""
    tied = {t.amount_id: t for t in ties}
    for k, (name, amount) in enumerate(named):
        if name in tied or amount.role != "other" or amount.years or amount.rises in ENDS:
            continue
        following = [(n, a) for n, a in named[k + 1 : k + 3] if a.paragraph == amount.paragraph and n in tied]
        if len(following) != 2:
            continue
        parts = [f for n, _ in following for f in tied[n].figures]
        if len(parts) != 2 or not _parted(d, amount, following[-1][1]):
            continue
        if _meets(amount, sum((abs(i.value) for _, i in parts), Decimal(0))):
            yield Tie(d.document_id, name, amount, tuple(parts), sum=True)


def _parted(d: Document, first: TextAmount, last: TextAmount) -> bool:
    """Whether the text says that the later amounts are parts of the first."""
    between = first.sentence + " " + last.sentence
    return d.language.parts.search(between) is not None


def text_relations(ties: Sequence[Tie]) -> list[tuple[Relation, bool]]:
    """`text-meets-table`: a relation for each tie, and whether it is too vague to verify anything."""
    out = []
    for tie in ties:
        rough = tie.amount.approximate or any(a.approximate for _, a in tie.on_top_of)
        for group in [tie.figures] if tie.sum else [(f,) for f in tie.figures]:
            figures = [item_term(i, 1 if i.value >= 0 else -1, document_id) for document_id, i in group]
            text = text_term(tie.document_id, tie.amount_id, tie.amount, -1)
            terms = (*figures, text)
            if tie.on_top_of:
                before = [text_term(tie.document_id, name, a, -1) for name, a in tie.on_top_of]
                terms = (*before, text, *figures)
            restated = relation("text-meets-table", tie.document_id, group[0][1].year, terms)
            out.append((restated, rough or _is_coarse(restated)))
    return out


# An amount is tied because it agrees with a figure, so that they agree proves the less, the more figures would have agreed. Two
# significant digits leave 5 % either way at most (1,0 mio. is 0,95 to 1,05); one leaves up to half (1 mio.), as any figure may have.
_LEAST = 10  # times its last digit: what a number of two significant digits is at least


def _is_coarse(relation: Relation) -> bool:
    """Whether one of the amounts is smaller than ten of the coarsest last digit, so that agreeing with it says little."""
    coarsest = max(t.quantum for t in relation.terms)
    return any(abs(t.value) < _LEAST * coarsest for t in relation.terms)


def text_term(document_id: str, name: str, a: TextAmount, weight: Decimal | int) -> Term:
    """An amount of the running text, without a sign, as a term."""
    return Term(name, Decimal(weight), abs(amount_value(a)), amount_quantum(a), a.printed, _short(a.sentence), a.page, a.box,
                document_id, unit=a.unit)  # fmt: skip


def _short(sentence: str) -> str:
    text = regex.sub(r"\s+", " ", sentence)
    return text if len(text) <= 60 else text[:57] + "…"
