"""Relations -> verdicts on figures, and findings: which figure is at fault, what it likely should be, what slip it looks like."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.checks import rowwise, together, told
from pipeline.checks.record import Relation, Term
from pipeline.checks.rounding import rounding_documents
from pipeline.checks.scans import pins
from pipeline.checks.suspects import MOST, Guess, Web, groups, guesses, implied
from pipeline.model import Finding
from pipeline.said import NOTHING, Said, joined


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What the relations say of each figure, and the findings about those that are violated."""

    findings: tuple[Finding, ...]
    verified: dict[str, tuple[str, ...]]  # figure -> relations that hold
    contradicted: frozenset[str]
    violated: frozenset[str]  # relations


def judge(relations: Sequence[Relation], weak: frozenset[str] = frozenset(),
          beside: Callable[[], Mapping[str, Sequence[Decimal]]] = dict,
          scanned: frozenset[str] = frozenset()) -> Verdicts:  # fmt: skip
    """Verdict on every figure that takes part in a relation.

    `weak` relations never verify (an approximate amount in text). `beside`, asked for only where something is
    violated: for each figure the values of the other years in its row; a value that a slip made stands out among them.
    `scanned` figures are verified only by a relation that pins them: what is read from a picture may be wrong in any digit.
    """
    rounding = rounding_documents(relations)
    passing: dict[str, list[str]] = defaultdict(list)
    violated: list[Relation] = []
    findings: list[Finding] = []
    for r in relations:
        if r.residual and not _within(r, rounding):
            violated.append(r)
            continue
        if r.residual and r.exact:
            findings.append(told.rounded(r))
        if r.relation_id not in weak:
            for t in r.terms:
                if _speaks_of(r, t) and (t.figure not in scanned or pins(r, t)):
                    passing[t.figure].append(r.relation_id)
    contradicted: set[str] = set()
    if violated:
        found, contradicted = _explain(violated, relations, weak, rounding, beside())
        findings = found + findings
    failing = {t.figure for r in violated for t in r.terms} | contradicted
    verified = {f: tuple(ids) for f, ids in passing.items() if f not in failing}
    return Verdicts(tuple(findings), verified, frozenset(contradicted), frozenset(r.relation_id for r in violated))


def _within(r: Relation, rounding: set[str]) -> bool:
    """Figures printed to the same digit must agree exactly unless the document rounds; others within half a digit."""
    return (not r.exact or r.document_id in rounding) and abs(r.residual) <= r.tolerance


_TWO_DIGITS = Decimal("0.05")  # half a unit of a number of two digits, over the least of them


def _speaks_of(r: Relation, t: Term) -> bool:
    """Whether an equation that holds says anything of a figure: `4.100 + 3.000 + 12 = 7 mio.` says nothing of 12.

    Where it closes only because one figure is coarser than another, what the others leave open must be little beside the figure.
    """
    others = r.tolerance - abs(t.weight) * t.quantum / 2
    return not r.residual or r.exact or others <= _TWO_DIGITS * abs(t.weight * t.value)


def _explain(violated: Sequence[Relation], relations: Iterable[Relation], weak: frozenset[str], rounding: set[str],
             beside: Mapping[str, Sequence[Decimal]]) -> tuple[list[Finding], set[str]]:  # fmt: skip
    """Findings for all violated relations, and the suspects: whole rows first, then what hangs together."""
    documents = {t.document_id for r in violated for t in r.terms}
    failing = {id(r) for r in violated}
    near = [
        r for r in relations
        if any(t.document_id in documents for t in r.terms) and (id(r) in failing or r.relation_id not in weak)
    ]  # fmt: skip
    of: dict[str, list[Relation]] = defaultdict(list)
    for r in near:
        for t in r.terms:
            of[t.figure].append(r)
    web = Web(of, rounding, beside)
    findings, suspects, left = rowwise.explain_rows(violated, near, web)
    said = [s for component, found in _guessed(left, near, web) for s in _weigh(component, found, web)]
    more, accused = _tell(said, web, near)
    return findings + more, suspects | accused


Solved = tuple[list[Relation], list[Guess]]


def _guessed(violated: Sequence[Relation], near: Iterable[Relation], web: Web) -> list[Solved]:
    """Violated relations that hang together, with what explains them.

    Those that an equation which holds ties together are looked at together: two figures that are wrong alike, an overview and
    its proposal say, agree with each other, and what contradicts them would else be taken for the fault.
    """
    parts = _components(violated)
    of = {t.figure: n for n, part in enumerate(parts) for r in part for t in r.terms}
    spanned = (sorted({of[t.figure] for t in r.terms if t.figure in of}) for r in near)
    links = [own for own in spanned if len(own) > 1]
    solved = [(part, guesses(part, web)) for part in parts]
    out: list[Solved] = []
    for group in groups([*([n] for n in range(len(parts))), *links]):
        own = [solved[n] for n in group]
        together = [r for part, _ in own for r in part]
        found = guesses(together, web) if len(own) > 1 else []
        fewest = sum(len(g[0].cells) if g else MOST for _, g in own)
        out += [(sorted(together, key=_reading_order), found)] if found and len(found[0].cells) <= fewest else own
    return sorted(out, key=lambda c: _reading_order(c[0][0]))


def _reading_order(r: Relation) -> tuple[str, int, float]:
    return r.document_id, r.result.page, r.result.box.top


def _components(relations: Sequence[Relation]) -> list[list[Relation]]:
    """Relations that share a figure, directly or through others, in reading order."""
    of: dict[str, int] = {}
    for n, figures in enumerate(groups([t.figure for t in r.terms] for r in relations)):
        of |= dict.fromkeys(figures, n)
    out: dict[int, list[Relation]] = defaultdict(list)
    for r in relations:
        out[of[r.terms[0].figure]].append(r)
    return [sorted(own, key=_reading_order) for own in out.values()]


@dataclass(frozen=True, slots=True)
class _Singled:
    """A figure that is at fault whichever of the smallest sets it is, with its value, and what else is at fault with it."""

    term: Term
    value: Decimal
    relations: list[Relation]
    beside: list[told.Cell]


@dataclass(frozen=True, slots=True)
class _Doubt:
    """A relation with its suspects; `alone` where but for rows or figures that are missing one would be singled out."""

    relation: Relation
    ranked: list[Term]
    guessed: bool = True  # whether there is a set of figures that explains it
    note: Said = NOTHING
    alone: _Singled | None = None


def _weigh(component: Sequence[Relation], found: Sequence[Guess], web: Web) -> Iterator[_Singled | _Doubt]:
    """What is to be said of relations that hang together.

    A figure that is at fault in every guess, with the same value, is singled out; of the others all are suspects.
    """
    certain = [c for c in found[0].cells if all(c in g.cells for g in found)] if found else []
    sure = {t.figure: (t, v) for t, v in certain}
    for term, value in certain:
        own = [r for r in component if any(t.figure == term.figure for t in r.terms)]
        beside = {t.figure: sure[t.figure] for r in own for t in r.terms if t.figure in sure and t.figure != term.figure}
        singled = _Singled(term, value, own, list(beside.values()))
        if len(own) == 1 and own[0].kind == "items-to-total":
            yield _Doubt(own[0], [term], alone=singled)
        else:
            yield singled
    if len(found) != 1:
        note = NOTHING
        if not found and len(component) > 1:
            note = Said(f"; no {MOST} figures or fewer explain it", f"; det kan ikke forklares med {MOST} tal eller færre")
        for r in component:
            ranked = _ranked(r, component, found, sure, web)
            if ranked:
                yield _Doubt(r, ranked, bool(found), note)


def _tell(said: Sequence[_Singled | _Doubt], web: Web, near: Sequence[Relation]) -> tuple[list[Finding], set[str]]:
    """The findings, what belongs to one row in one of them, and the suspects."""
    widths: Counter[rowwise.Name] = Counter(together.names_of(web.of))
    out: list[Finding] = []
    sisters = together.sisters_of(near)
    sums: dict[object, list[_Doubt]] = defaultdict(list)
    singled = [s for s in said if isinstance(s, _Singled)]
    suspects = {s.term.figure for s in singled}
    for d in said:
        if isinstance(d, _Doubt):
            r = d.relation
            sums[rowwise.name(r.result) if r.kind == "items-to-total" and r.result.at else id(r)].append(d)
    for doubts in sums.values():
        suspects |= {t.figure for d in doubts for t in d.ranked}
        if together.one_gap([d.relation for d in doubts], widths):
            out.append(together.missing_row([d.relation for d in doubts], [t for d in doubts for t in d.ranked]))
            continue
        for d in doubts:
            holes = together.holes(d.relation, sisters)
            if d.alone and not holes:
                singled.append(d.alone)
            else:
                blank = joined("; " + told.where(row[0]) + Said(" has no figure there", " har intet tal der") for row in holes[:3])
                out.append(told.violated(d.relation, d.ranked, d.guessed, blank + d.note, [t for row in holes for t in row]))
    whole = together.whole_rows([(s.term, s.value, s.relations) for s in singled], widths)
    out += [together.whole_row(cells) for cells in whole]
    done = {t.figure for cells in whole for t, _, _ in cells}
    out += [told.single(s.relations, s.term, s.value, s.beside) for s in singled if s.term.figure not in done]
    return out, suspects


def _ranked(r: Relation, component: Sequence[Relation], found: Sequence[Guess], sure: Mapping[str, object],
            web: Web) -> list[Term]:  # fmt: skip
    """The suspects of a relation, the likeliest first: the figures of the guesses; without any, all, those free to change first.

    Empty when those that are singled out explain it.
    """
    if found:
        terms = {t.figure: t for t in r.terms}
        named = dict.fromkeys(t.figure for g in found for t, _ in g.cells if t.figure not in sure)
        return [terms[f] for f in named if f in terms]
    free = {t.figure for t in r.terms if web.may_be(t, implied(r, t))}
    counts = {t.figure: sum(any(u.figure == t.figure for u in o.terms) for o in component) for t in r.terms}
    return sorted(r.terms, key=lambda t: (t.figure not in free, -counts[t.figure], web.surprise(t, implied(r, t)), t.page,
                                          t.box.top))  # fmt: skip
