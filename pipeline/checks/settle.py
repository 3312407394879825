"""Which of two readings holds: taken only where the relations admit exactly one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import product

from pipeline.checks.record import Document, Relation
from pipeline.checks.slips import show
from pipeline.model import Finding, LineItem

_TRIES = 4096  # combinations of readings tried in one group of relations


def settle(document: Document, relate: Callable[[Document], Iterable[Relation]]) -> tuple[Document, list[Finding]]:
    """Choose the reading of every ambiguous figure; one that no relation decides is a finding.

    Figures that share a relation are decided together. Nothing printed is altered: the line item records the reading
    and the relation that decided it.
    """
    doubtful = {i.line_item_id: i for i in document.items if i.number.ambiguous}
    if not doubtful:
        return document, []
    relations = [r for r in relate(document) if any(t.figure in doubtful for t in r.terms)]
    chosen: dict[str, tuple[int, str | None]] = {}
    for group, own in _groups(relations, doubtful):
        found = _decide(group, own, doubtful)
        if found:
            chosen.update(found)
    for key, item in doubtful.items():
        if key not in chosen:
            chosen[key] = (_like_its_row(item, document.items), None)
    items = tuple(
        replace(i, reading=chosen[i.line_item_id][0], decided_by=chosen[i.line_item_id][1])
        if i.line_item_id in chosen
        else i
        for i in document.items
    )
    findings = []
    for item in items:
        if item.line_item_id in doubtful:
            findings += _tell(document, item)
    return document.with_items(items), findings


def _groups(relations: Sequence[Relation],
            doubtful: dict[str, LineItem]) -> list[tuple[list[Relation], list[str]]]:  # fmt: skip
    """Relations that share doubtful figures, with those figures."""
    parent: dict[str, str] = {k: k for k in doubtful}

    def root(k: str) -> str:
        while parent[k] != k:
            k = parent[k]
        return k

    for r in relations:
        own = [t.figure for t in r.terms if t.figure in doubtful]
        for figure in own[1:]:
            parent[root(figure)] = root(own[0])
    groups: dict[str, tuple[list[Relation], list[str]]] = defaultdict(lambda: ([], []))
    for r in relations:
        groups[root(next(t.figure for t in r.terms if t.figure in doubtful))][0].append(r)
    for k in doubtful:
        groups[root(k)][1].append(k)
    return [g for g in groups.values() if g[0]]


def _decide(relations: Sequence[Relation], figures: Sequence[str],
            doubtful: dict[str, LineItem]) -> dict[str, tuple[int, str | None]] | None:  # fmt: skip
    """The one combination of readings that fulfils every relation, or `None` when there are none or several."""
    options = [range(len(doubtful[f].number.readings)) for f in figures]
    count = 1
    for o in options:
        count *= len(o)
    if count > _TRIES:
        return None
    solutions = []
    for combination in product(*options):
        reading = dict(zip(figures, combination, strict=True))
        if all(_residual_is_zero(r, reading, doubtful) for r in relations):
            solutions.append(reading)
            if len(solutions) > 1:
                return None
    if not solutions:
        return None
    by = {t.figure: r.relation_id for r in reversed(relations) for t in r.terms}
    return {f: (k, by.get(f)) for f, k in solutions[0].items()}


def _residual_is_zero(relation: Relation, reading: dict[str, int], doubtful: dict[str, LineItem]) -> bool:
    residual = relation.residual
    for t in relation.terms:
        if t.figure in reading:
            item = replace(doubtful[t.figure], reading=reading[t.figure])
            residual += t.weight * (item.value - t.value)
    return residual == 0


def _like_its_row(item: LineItem, items: Iterable[LineItem]) -> int:
    """The reading for the time being of a figure that nothing decides: the one that its row has in other years too."""
    row = {i.value for i in items if (i.table_id, i.row) == (item.table_id, item.row) and not i.number.ambiguous}
    same = [k for k in range(len(item.number.readings)) if replace(item, reading=k).value in row]
    return same[0] if len(same) == 1 else 0


def _tell(document: Document, item: LineItem) -> list[Finding]:
    place = f"{item.value_printed!r} beside “{item.label}” under {item.column_printed} (page {item.page})"
    values = [replace(item, reading=k).value for k in range(len(item.number.readings))]
    both = " or ".join(show(v) for v in values)
    if item.decided_by is None:
        return [Finding("ambiguous-number", "error", f"{place} may be read as {both}, and no sum decides which; it stands as "
                        f"{show(item.value)}",
                        document.document_id, item.page, item.box, item.year, actual=item.value,
                        line_item_ids=(item.line_item_id,))]  # fmt: skip
    if item.reading:
        return [Finding("number-format", "warning",
                        f"{place} is not written as the document writes numbers; it is read as {show(item.value)}, the only "
                        "reading with which its sum closes", document.document_id, item.page, item.box, item.year,
                        actual=item.value, line_item_ids=(item.line_item_id,))]  # fmt: skip
    return []
