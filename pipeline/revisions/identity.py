"""Two readings of one document -> which figures are the same, so that they keep their ids."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from pipeline.model import LineItem
from pipeline.text import likeness, normal

_SAME_ROW = 80.0  # labels at least this alike are one row that was reworded
_SAME_WORDS = 99.0  # and where the proposal was renumbered as well

_Words = tuple[str, str | None, str, str]  # table kind, proposal, row kind, normal label
_Row = dict[tuple[str, int], LineItem]  # by heading, and a number among equal ones
_Pair = tuple[_Row, _Row]


def with_aliases(items: Iterable[LineItem], aliases: Mapping[str, str]) -> tuple[LineItem, ...]:
    """Line items under the ids that they keep from an earlier revision."""
    return tuple(
        replace(i, line_item_id=aliases[i.line_item_id]) if i.line_item_id in aliases else i for i in items
    )


def identities(old: Sequence[LineItem], new: Sequence[LineItem]) -> dict[str, str]:
    """Own id of a figure in `new` -> the id that it keeps, where that is another; `old` has the ids as published.

    Rows are matched as wholes, one to one: those that say the same, of several such the ones with the same figures, and of
    what is left the likest, because a row was reworded or its proposal renumbered.
    """
    before, after = _rows(old), _rows(new)
    pairs: list[_Pair] = []
    for words in before.keys() & after.keys():
        same = list(_aligned(before[words], after[words]))
        pairs += same
        before[words] = [r for r in before[words] if not any(r is a for a, _ in same)]
        after[words] = [r for r in after[words] if not any(r is b for _, b in same)]
    pairs += _likest(before, after)
    ids = {b[column].line_item_id: a[column].line_item_id for a, b in pairs for column in a.keys() & b.keys()}
    # a figure without a past may have the very id that another brings along: it takes one that has become free
    taken = set(ids.values())
    own = [i.line_item_id for i in new]
    free = iter([i for i in own if i not in taken and i in ids])
    for i in own:
        if i not in ids and i in taken:
            ids[i] = next(free)
    return {a: b for a, b in ids.items() if a != b}


def _rows(items: Iterable[LineItem]) -> dict[_Words, list[_Row]]:
    rows: dict[tuple[str, int], _Row] = defaultdict(dict)
    seen: Counter[tuple[str, int, str]] = Counter()
    for i in items:
        heading = normal(i.column_printed)
        seen[i.table_id, i.row, heading] += 1
        rows[i.table_id, i.row][heading, seen[i.table_id, i.row, heading]] = i
    out: dict[_Words, list[_Row]] = defaultdict(list)
    for row in rows.values():
        parts: dict[_Words, _Row] = defaultdict(dict)  # staffing may stand in the row of an amount
        for column, i in row.items():
            parts[i.table_kind, i.proposal_code, i.row_kind, normal(i.label)][column] = i
        for words, part in parts.items():
            out[words].append(part)
    return out


def _aligned(old: Sequence[_Row], new: Sequence[_Row]) -> Iterator[_Pair]:
    """Rows that say the same, in their order: where one was put in or taken out, the others stay what they were."""
    a, b = ([tuple(sorted((c, i.value_printed) for c, i in r.items())) for r in rows] for rows in (old, new))
    for _, i, i_end, j, j_end in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        yield from zip(old[i:i_end], new[j:j_end], strict=False)


def _likest(old: Mapping[_Words, Sequence[_Row]], new: Mapping[_Words, Sequence[_Row]]) -> Iterator[_Pair]:
    pairs: list[tuple[float, str, _Row, _Row]] = []
    for a, lost in old.items():
        for b, found in new.items():
            if a == b or a[0] != b[0] or a[2] != b[2] or not lost or not found:
                continue
            alike, same_place = likeness(a[3], b[3]), a[1] == b[1]
            if alike >= (_SAME_ROW if same_place else _SAME_WORDS):
                pairs += [(-alike - same_place, str((a, b)), x, y) for x, y in zip(lost, found, strict=False) if x.keys() & y.keys()]
    used: list[_Row] = []
    for _, _, x, y in sorted(pairs, key=lambda p: p[:2]):
        if not any(r is x or r is y for r in used):
            used += [x, y]
            yield x, y
