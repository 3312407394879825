"""Violated relations -> findings: which cell, what it likely should be, and what kind of slip it looks like."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType

from pipeline.checks.record import Relation, Term
from pipeline.model import Finding

_ROUNDED_APART = 2  # equations off within tolerance, without a common figure, before a document is held to round
_ROUNDING_SHARE = 0.2  # a document rounds when at least this share of its equations is off within tolerance


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What the relations say of each figure, and the findings about those that are violated."""

    findings: tuple[Finding, ...]
    verified: dict[str, tuple[str, ...]]  # figure -> relations that hold
    contradicted: frozenset[str]
    violated: frozenset[str]  # relations


def judge(relations: Sequence[Relation], weak: frozenset[str] = frozenset(),
          beside: Mapping[str, Sequence[Decimal]] = MappingProxyType({})) -> Verdicts:  # fmt: skip
    """Verdict on every figure that takes part in a relation.

    `weak` relations never verify (an approximate amount in text). `beside`: for each figure the values of the other years
    in its row; a value that a slip made stands out among them.
    """
    rounding = _rounding_documents(relations)
    holds = [r for r in relations if _holds(r, rounding)]
    violated = [r for r in relations if not _holds(r, rounding)]
    passing: dict[str, list[str]] = defaultdict(list)
    for r in holds:
        if r.relation_id not in weak:
            for t in r.terms:
                passing[t.figure].append(r.relation_id)
    findings: list[Finding] = []
    contradicted: set[str] = set()
    vouching: dict[str, list[Relation]] = defaultdict(list)
    for r in holds:
        if r.relation_id not in weak:
            for t in r.terms:
                vouching[t.figure].append(r)
    web = Web(vouching, rounding, beside)
    for component in _components(violated):
        found, suspects = _explain(component, web)
        findings += found
        contradicted |= suspects
    failing = {t.figure for r in violated for t in r.terms}
    for r in holds:
        if r.residual and r.exact:
            findings.append(_rounded(r))
    verified = {f: tuple(ids) for f, ids in passing.items() if f not in contradicted and f not in failing}
    return Verdicts(tuple(findings), verified, frozenset(contradicted), frozenset(r.relation_id for r in violated))


def _rounding_documents(relations: Sequence[Relation]) -> set[str]:
    """Documents whose equations show rounding throughout: several are off that have no figure in common.

    One wrong figure puts all equations off that it stands in; those count once.
    """
    total: dict[str, int] = defaultdict(int)
    off: dict[str, int] = defaultdict(int)
    apart: dict[str, list[set[str]]] = defaultdict(list)
    for r in relations:
        if r.exact and len(r.terms) > 2:
            total[r.document_id] += 1
            if r.residual and abs(r.residual) <= r.tolerance:
                off[r.document_id] += 1
                figures = {t.figure for t in r.terms}
                if all(not figures & known for known in apart[r.document_id]):
                    apart[r.document_id].append(figures)
    return {d for d, n in off.items() if len(apart[d]) >= _ROUNDED_APART and n >= total[d] * _ROUNDING_SHARE}


def _holds(r: Relation, rounding: Collection[str]) -> bool:
    """Figures printed to the same digit must agree exactly unless the document rounds; others within half a digit."""
    if not r.residual:
        return True
    if r.exact and r.document_id not in rounding:
        return False
    return abs(r.residual) <= r.tolerance


def _components(relations: Sequence[Relation]) -> list[list[Relation]]:
    """Violated relations that share a figure, in reading order."""
    groups: list[tuple[set[str], list[Relation]]] = []
    for r in relations:
        figures = {t.figure for t in r.terms}
        touching = [g for g in groups if g[0] & figures]
        merged: tuple[set[str], list[Relation]] = (set(figures), [r])
        for g in touching:
            merged[0].update(g[0])
            merged[1][:0] = g[1]
            groups.remove(g)
        groups.append(merged)
    return [sorted(g[1], key=lambda r: (r.document_id, r.result.page, r.result.box.top)) for g in groups]


@dataclass(frozen=True, slots=True)
class Web:
    """What speaks for a figure: the relations that hold with it, and its row."""

    vouching: Mapping[str, Sequence[Relation]]
    rounding: Collection[str]
    beside: Mapping[str, Sequence[Decimal]]

    def may_be(self, term: Term, value: Decimal) -> bool:
        """Whether a figure could have another value without breaking a relation that holds."""
        return all(_holds(_with(r, term, value), self.rounding) for r in self.vouching.get(term.figure, ()))

    def surprise(self, term: Term, value: Decimal) -> tuple[int, int, int, int]:
        """How unlikely it is that `term` was printed where `value` was meant; lower is likelier.

        By the row's other years (what is printed agrees with them; what was meant does not), then by the kind of slip, then
        by how round the figures are: budgets are planned in round figures, slips rarely make one.
        """
        others = self.beside.get(term.figure, ())
        rounder = _zeros(term.value, term.quantum) - _zeros(value, term.quantum)
        return (int(term.value in others), int(value not in others), slip_cost(term, value), rounder)


def _with(r: Relation, term: Term, value: Decimal) -> Relation:
    """The relation with another value for a figure. Running text prints no sign, so it vouches for the size only."""
    turned = r.kind == "text-meets-table" and (value < 0) != (term.value < 0)
    return replace(r, terms=tuple(
        replace(t, value=value, weight=-t.weight if turned else t.weight) if t.figure == term.figure else t
        for t in r.terms
    ))  # fmt: skip


def _explain(component: Sequence[Relation], web: Web) -> tuple[list[Finding], set[str]]:
    """Findings for violated relations that hang together, and their suspects.

    A cell explains them all when it stands in each of them, when all imply the same value for it, and when no relation
    that holds would break by changing it. A single such cell is the suspect, with a suggestion; of several all are, the
    likeliest first.
    """
    candidates = _candidates(component, web)
    if len(candidates) == 1:
        term, value = candidates[0]
        return [_single(component, term, value)], {term.figure}
    findings = []
    suspects: set[str] = set()
    for r in component:
        ranked = _ranked(r, component, candidates, web)
        suspects |= {t.figure for t in ranked}
        findings.append(_violated(r, ranked))
    return findings, suspects


def implied(relation: Relation, term: Term) -> Decimal:
    """The value with which `term` would close the relation."""
    return term.value - relation.residual / term.weight


def _candidates(component: Sequence[Relation], web: Web) -> list[tuple[Term, Decimal]]:
    out = []
    for term in component[0].terms:
        terms = [next((t for t in r.terms if t.figure == term.figure), None) for r in component]
        if any(t is None for t in terms):
            continue
        values = {implied(r, t) for r, t in zip(component, terms, strict=True) if t is not None}
        if len(values) == 1 and web.may_be(term, value := values.pop()):
            out.append((term, value))
    return sorted(out, key=lambda c: web.surprise(*c))


def _ranked(r: Relation, component: Sequence[Relation], candidates: Sequence[tuple[Term, Decimal]],
            web: Web) -> list[Term]:  # fmt: skip
    """The suspects of a relation, the likeliest first: the cells that explain everything, else those free to change."""
    named = {t.figure for t, _ in candidates}
    if named:
        terms = {t.figure: t for t in r.terms}
        return [terms[t.figure] for t, _ in candidates if t.figure in terms]
    free = [t for t in r.terms if web.may_be(t, implied(r, t))] or list(r.terms)
    counts = {t.figure: sum(any(u.figure == t.figure for u in o.terms) for o in component) for t in free}
    return sorted(free, key=lambda t: (-counts[t.figure], web.surprise(t, implied(r, t)), t.page, t.box.top))


def slip(term: Term, value: Decimal) -> str | None:
    """The kind of slip that turns `value` into what is printed, or `None`."""
    printed, meant = term.value, value
    if meant == -printed:
        return "its sign is flipped"
    if not printed or not meant:
        return None
    a, b = _digits(printed, term.quantum), _digits(meant, term.quantum)
    if (printed < 0) == (meant < 0):
        if len(a) == len(b) and sum(x != y for x, y in zip(a, b, strict=True)) == 1:
            return "one digit differs"
        if len(a) == len(b) and sorted(a) == sorted(b):
            return "digits are transposed"
        if a[:-1] == b or a[1:] == b:
            return "it has a digit too many, perhaps a footnote mark"
        if b[:-1] == a or b[1:] == a:
            return "it lacks a digit"
    ratio = abs(printed / meant)
    if ratio in (Decimal(10), Decimal(100), Decimal(1000), Decimal("0.1"), Decimal("0.01"), Decimal("0.001")):
        return "its separator is misplaced"
    return None


def slip_cost(term: Term, value: Decimal) -> int:
    """Lower for likelier slips."""
    kinds = ("one digit differs", "digits are transposed", "its sign is flipped")
    found = slip(term, value)
    return kinds.index(found) if found in kinds else 3 if found else 4


def _zeros(value: Decimal, quantum: Decimal) -> int:
    """How many zeros a figure ends in."""
    digits = _digits(value, quantum)
    return len(digits) - len(digits.rstrip("0"))


def _digits(value: Decimal, quantum: Decimal) -> str:
    return str(int(abs(value / quantum)))


def show(value: Decimal) -> str:
    """A value with Danish separators."""
    text = f"{value:,.2f}" if value != value.to_integral_value() else f"{value:,.0f}"
    return text.replace(",", "\u0001").replace(".", ",").replace("\u0001", ".")


def as_printed(value: Decimal, term: Term) -> str:
    """A value written the way the figure beside it is printed (in its unit)."""
    unit = _unit_of(term)
    return show(value / unit)


def _unit_of(term: Term) -> Decimal:
    digits = "".join(c for c in term.printed if c.isdigit())
    own = abs(int(term.value / term.quantum)) if term.quantum else 0
    if digits and own == int(digits):
        decimals = len(term.printed.rpartition(",")[2]) if "," in term.printed else 0
        return term.quantum * Decimal(10) ** decimals
    return Decimal(1)


def _names(r: Relation) -> str:
    return {
        "items-to-total": "the rows do not add up to their total",
        "columns-in-row": "the columns of the row do not add up",
        "overview-equals-proposal": "the overview and the proposal disagree",
        "text-meets-table": "the text and the table disagree",
    }.get(r.kind, r.kind)


def _where(t: Term) -> str:
    return f"“{t.label}” (page {t.page})"


def _single(component: Sequence[Relation], term: Term, value: Decimal) -> Finding:
    head = component[0]
    kind = slip(term, value)
    year = f", {head.year}" if head.year else ""
    proof = "; ".join(f"{_names(r)}: {r.written('≠')}" for r in component)
    n = len(component)
    message = (
        f"{_where(term)}{year}: printed {term.printed}, but {'one equation needs' if n == 1 else f'{n} equations need'} "
        f"{as_printed(value, term)}{f': {kind}' if kind else ''}. {proof[0].upper()}{proof[1:]}."
    )
    return Finding(
        head.kind, "error", message, term.document_id, term.page, term.box, head.year, value, term.value,
        term.value - value, max(r.tolerance for r in component),
        all(abs(r.residual) <= r.tolerance for r in component), (term.figure,),
        f"{term.printed} → {as_printed(value, term)} satisfies {n} relation{'s' if n > 1 else ''}",
    )  # fmt: skip


def _violated(r: Relation, ranked: Sequence[Term]) -> Finding:
    result = r.result
    first = ranked[0]
    kind = slip(first, implied(r, first))
    year = f", {r.year}" if r.year else ""
    off = show(abs(r.residual))
    hint = ""
    if kind:
        hint = f"; if {_where(first)} is at fault, {kind}: {first.printed} → {as_printed(implied(r, first), first)}"
    doubled = next((t for t in r.terms[:-1] if t.value and abs(t.weight * t.value) == abs(r.residual)), None)
    if doubled:
        hint += f"; the difference is the row {_where(doubled)}: is it missing from the total, or printed twice?"
    message = f"{_where(result)}{year}: {_names(r)}, by {off}: {r.written('≠')}{hint}"
    return Finding(
        r.kind, "error", message, result.document_id, result.page, result.box, r.year, r.expected, result.value,
        result.value - r.expected, r.tolerance, abs(r.residual) <= r.tolerance, tuple(t.figure for t in ranked),
        f"{first.printed} → {as_printed(implied(r, first), first)}" if kind else None,
    )  # fmt: skip


def _rounded(r: Relation) -> Finding:
    t = r.result
    return Finding(
        "rounding", "info", f"{_where(t)}: {r.equation} is off by {show(abs(r.residual))}, within the rounding of "
        f"{len(r.terms)} figures (± {show(r.tolerance)})", t.document_id, t.page, t.box, r.year, r.expected, t.value,
        t.value - r.expected, r.tolerance, True, tuple(u.figure for u in r.terms),
    )  # fmt: skip
