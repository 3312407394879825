"""Two readings of one document -> which figures are the same, and what changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from pipeline.model import LineItem
from pipeline.normalize import likeness
from pipeline.text import normal

_SAME_ROW = 80.0  # labels at least this alike are one row that was reworded

Row = tuple[str, str | None, str, str]  # table kind, proposal, row kind, normal label


def with_aliases(items: Iterable[LineItem], aliases: dict[str, str]) -> tuple[LineItem, ...]:
    """Line items under the ids that they keep from an earlier revision."""
    return tuple(
        replace(i, line_item_id=aliases[i.line_item_id]) if i.line_item_id in aliases else i for i in items
    )


def match(old: Sequence[LineItem], new: Sequence[LineItem]) -> dict[str, str]:
    """Ids of `new` that take over an id of `old`, because a row was reworded or its proposal renumbered.

    `old` has the ids as published, `new` its own. Rows are matched as wholes, the likest first, one to one; a row that keeps
    its words keeps its id without being matched.
    """
    known = {i.line_item_id for i in old}
    fresh = {i.line_item_id for i in new}
    lost, found = _rows([i for i in old if i.line_item_id not in fresh]), _rows(
        [i for i in new if i.line_item_id not in known]
    )
    pairs = []
    for a, theirs in lost.items():
        for b, ours in found.items():
            if a[0] != b[0] or a[2] != b[2] or not set(theirs) & set(ours):
                continue
            alike = likeness(a[3], b[3])
            same_place = a[1] == b[1]
            if alike >= (_SAME_ROW if same_place else 99.0):
                pairs.append((alike + same_place, a, b))
    out: dict[str, str] = {}
    used: set[Row] = set()
    for _, a, b in sorted(pairs, key=lambda p: (-p[0], str(p[1:]))):
        if a in used or b in used:
            continue
        used |= {a, b}
        for column, item in found[b].items():
            if column in lost[a]:
                out[item.line_item_id] = lost[a][column].line_item_id
    return out


def _rows(items: Iterable[LineItem]) -> dict[Row, dict[str, LineItem]]:
    rows: dict[Row, dict[str, LineItem]] = defaultdict(dict)
    for i in items:
        row = (i.table_kind, i.proposal_code, i.row_kind, normal(i.label))
        rows[row].setdefault(normal(i.column_printed), i)
    return rows


def changes(document_id: str, old: Sequence[LineItem], new: Sequence[LineItem], from_revision: int, to_revision: int,
            cause: str) -> list[dict[str, Any]]:  # fmt: skip
    """What differs figure by figure, as the `changes` table has it (amounts as text)."""
    before = {i.line_item_id: i for i in old}
    after = {i.line_item_id: i for i in new}
    out = []
    for key in [*before, *(k for k in after if k not in before)]:
        a, b = before.get(key), after.get(key)
        if a and b and a.value == b.value and a.value_printed == b.value_printed and a.is_money == b.is_money:
            continue
        one = b or a
        assert one is not None
        out.append({
            "document_id": document_id, "from_revision": from_revision, "to_revision": to_revision, "cause": cause,
            "change": "changed" if a and b else "added" if b else "removed", "line_item_id": key, "label": one.label,
            "year": one.year,
            "old_amount": str(a.value) if a and a.is_money else None,
            "new_amount": str(b.value) if b and b.is_money else None,
            "old_value_printed": a.value_printed if a else None, "new_value_printed": b.value_printed if b else None,
        })  # fmt: skip
    return out
