"""Which of two readings holds: taken only where the relations admit exactly one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.checks.record import Document, Relation
from pipeline.checks.slips import show
from pipeline.checks.suspects import groups
from pipeline.model import Finding, LineItem
from pipeline.said import Said

_SUMS = 20_000  # different sums of the readings of one relation that are looked at before it is left undecided

Readings = Mapping[str, frozenset[int]]  # figure -> which of its readings are admitted


@dataclass(frozen=True, slots=True)
class Choice:
    """A reading, the relation that decided it, and whether that relation closes exactly with it."""

    reading: int
    by: str | None = None
    exact: bool = True


def settle(document: Document, relate: Callable[[Document], Iterable[Relation]]) -> tuple[Document, list[Finding]]:
    """Choose the reading of every ambiguous figure; one that no relation decides is a finding.

    Nothing printed is altered: the line item records the reading and the relation that decided it.
    """
    doubtful = {i.line_item_id: i for i in document.items if i.number.ambiguous}
    if not doubtful:
        return document, []
    relations = [r for r in relate(document) if any(t.figure in doubtful for t in r.terms)]
    chosen = _decide(relations, doubtful)
    for key, item in doubtful.items():
        if key not in chosen:
            chosen[key] = Choice(_like_its_row(item, document.items))
    items = tuple(
        replace(i, reading=choice.reading, decided_by=choice.by) if (choice := chosen.get(i.line_item_id)) else i
        for i in document.items
    )
    findings = []
    for item in items:
        if item.line_item_id in doubtful:
            findings += _tell(document, item, chosen[item.line_item_id])
    return document.with_items(items), findings


def _decide(relations: Sequence[Relation], doubtful: Mapping[str, LineItem]) -> dict[str, Choice]:
    """The figures of which the relations that they stand in admit one reading only.

    Each relation rules out the readings with which it cannot close, whatever the others are; what one has decided helps the
    next. A relation that closes with no reading at all has a fault elsewhere and decides nothing. Where two relations
    that could close each rule out what the other needs, nothing that hangs together with them is decided.
    """
    left: dict[str, frozenset[int]] = {f: frozenset(range(len(i.number.readings))) for f, i in doubtful.items()}
    sound = [r for r in relations if _admitted(r, left, doubtful) is not None]
    by: dict[str, tuple[str, bool]] = {}
    torn: set[str] = set()
    changed = True
    while changed:
        changed = False
        for r in sound:
            found = _admitted(r, left, doubtful)
            if found is None:
                torn |= {t.figure for t in r.terms}
                continue
            readings, exact = found
            for figure, own in readings.items():
                if own < left[figure]:
                    left[figure], by[figure] = own, (r.relation_id, exact)
                    changed = True
    for group in groups([t.figure for t in r.terms] for r in sound) if torn else ():
        if not torn.isdisjoint(group):
            torn.update(group)
    return {f: Choice(next(iter(left[f])), *how) for f, how in by.items() if len(left[f]) == 1 and f not in torn}


def _admitted(relation: Relation, left: Readings,
              doubtful: Mapping[str, LineItem]) -> tuple[Readings, bool] | None:  # fmt: skip
    """The readings with which a relation can close, and whether exactly so; else within the rounding of its figures.

    `None` when it closes with none. All of them where there are too many sums to look at.
    """
    options: dict[str, list[tuple[Decimal, int]]] = {}
    fixed = Decimal(0)
    for t in relation.terms:
        if t.figure in left:
            item = doubtful[t.figure]
            options[t.figure] = [(t.weight * replace(item, reading=k).value, k) for k in sorted(left[t.figure])]
        else:
            fixed += t.weight * t.value
    slack = relation.tolerance
    # those that differ the most first: what they leave open, the others can seldom make good
    ordered = sorted(options.items(), key=lambda o: max(o[1])[0] - min(o[1])[0], reverse=True)
    low = sum((min(own)[0] for own in options.values()), Decimal(0))
    high = sum((max(own)[0] for own in options.values()), Decimal(0))
    sums = {fixed: 0}  # a sum, and all the readings that lead to it, a bit for each
    bits: list[tuple[str, int]] = []
    for figure, own in ordered:
        low -= min(own)[0]
        high -= max(own)[0]
        further: dict[Decimal, int] = defaultdict(int)
        for value, k in own:
            bit = 1 << len(bits)
            bits.append((figure, k))
            for total, how in sums.items():
                if total + value + low <= slack and total + value + high >= -slack:
                    further[total + value] |= how | bit
        sums = further
        if len(sums) > _SUMS:
            return {f: left[f] for f in options}, False
    near = {total: how for total, how in sums.items() if not total} or sums
    if not near:
        return None
    ways = 0
    for how in near.values():
        ways |= how
    admitted = {f: frozenset(k for n, (g, k) in enumerate(bits) if g == f and ways >> n & 1) for f in options}
    return admitted, Decimal(0) in near


def _like_its_row(item: LineItem, items: Iterable[LineItem]) -> int:
    """The reading for the time being of a figure that nothing decides: the one that its row has in other years too."""
    row = {i.value for i in items if (i.table_id, i.row) == (item.table_id, item.row) and not i.number.ambiguous}
    same = [k for k in range(len(item.number.readings)) if replace(item, reading=k).value in row]
    return same[0] if len(same) == 1 else 0


def _tell(document: Document, item: LineItem, choice: Choice) -> list[Finding]:
    place = f"{item.value_printed!r} beside “{item.label}” under {item.column_printed} (page {item.page})"
    place_da = f"{item.value_printed!r} ud for “{item.label}” under {item.column_printed} (side {item.page})"
    values = [replace(item, reading=k).value for k in range(len(item.number.readings))]
    both, both_da = (word.join(show(v) for v in values) for word in (" or ", " eller "))
    if item.decided_by is None:
        return [Finding("ambiguous-number", "error", f"{place} may be read as {both}, and no sum decides which; it stands as "
                        f"{show(item.value)}",
                        document.document_id, item.page, item.box, item.year, actual=item.value,
                        line_item_ids=(item.line_item_id,),
                        message_da=f"{place_da} kan læses som {both_da}, og ingen sum afgør hvilket; det står som "
                        f"{show(item.value)}")]  # fmt: skip
    if item.reading:
        how = Said("its sum closes", "summen stemmer")
        if not choice.exact:
            how = Said("its sum comes within rounding", "summen stemmer inden for afrunding")
        return [Finding("number-format", "warning",
                        f"{place} is not written as the document writes numbers; it is read as {show(item.value)}, the only "
                        f"reading with which {how.en}", document.document_id, item.page, item.box, item.year,
                        actual=item.value, line_item_ids=(item.line_item_id,),
                        message_da=f"{place_da} er ikke skrevet, som dokumentet skriver tal; det er læst som {show(item.value)}, den "
                        f"eneste læsning, hvor {how.da}")]  # fmt: skip
    return []
