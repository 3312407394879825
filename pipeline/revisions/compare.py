"""Two readings of one document -> what changed, figure by figure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

# What a reader of the dataset may have taken over, or added up by: a figure in which one of these differs has changed.
TELLING = ("value_printed", "amount", "currency", "saving_dkk", "fte", "fte_change", "percent", "year", "phase", "measure",
           "row_kind", "counted", "department", "proposal_code", "attributes", "price_level")  # fmt: skip

Row = Mapping[str, Any]  # of line_items


def changes(document_id: str, before: Mapping[str, Row], after: Mapping[str, Row], from_revision: int, to_revision: int,
            cause: str) -> list[dict[str, Any]]:  # fmt: skip
    """What differs figure by figure, as the `changes` table has it (amounts as text). `before`, `after`: published rows by id."""
    out = []
    for key in [*before, *(k for k in after if k not in before)]:
        a, b = before.get(key), after.get(key)
        differs = [column for column in TELLING if a and b and same_form(a[column]) != same_form(b[column])]
        if a and b and not differs:
            continue
        one = b or a
        assert one is not None
        out.append({
            "document_id": document_id, "from_revision": from_revision, "to_revision": to_revision, "cause": cause,
            "change": "changed" if a and b else "added" if b else "removed", "line_item_id": key, "label": one["label"],
            "year": one["year"], "differs": differs,
            **{f"{age}_{column}": _logged(row[column]) if row else None
               for column in ("amount", "saving_dkk", "value_printed") for age, row in (("old", a), ("new", b))},
        })  # fmt: skip
    return out


def same_form(value: Any) -> Any:
    """A value of a published row so that equal ones are equal: maps come from the dataset as lists of pairs."""
    return sorted(value.items() if isinstance(value, dict) else value) if isinstance(value, list | tuple | dict) else value


def _logged(value: Any) -> Any:
    return f"{value:f}" if isinstance(value, Decimal) else value
