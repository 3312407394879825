"""What a revision changed, figure by figure, and what that does to the totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from pipeline.present.grid import grid
from pipeline.present.text import Row, count, danish, paint, plain
from pipeline.revisions.compare import TELLING, same_form

_KINDS = ("changed", "added", "removed")


def step_title(c: Row) -> str:
    """From which revision to which, and why."""
    if c["from_revision"] == c["to_revision"]:
        return f"revision {c['to_revision']}, read otherwise because of the {c['cause']}"
    why = "" if c["cause"] == "document" else f", read otherwise because of the {c['cause']}"
    return f"revision {c['from_revision']} → {c['to_revision']}{why}"


def diff(document_id: str, changes: Sequence[Row], width: int | None) -> Iterator[str]:
    """The changes of one or more steps, a table for each."""
    steps: dict[str, list[Row]] = {}
    for c in changes:
        steps.setdefault(step_title(c), []).append(c)
    for step, own in steps.items():
        kinds = Counter(c["change"] for c in own)
        told = ", ".join(f"{n} {kind}" for kind, n in sorted(kinds.items()))
        yield paint(f"{plain(document_id)}, {step}: {count(len(own), 'figure')} ({told})", "heading")
        own.sort(key=lambda c: _KINDS.index(c["change"]))
        rows = [[c["change"], c["label"], c["year"] or "", _printed(c), _amounts(c), _by(c), also(c)] for c in own]
        heads = ["", "label", "year", "printed", "amount", "by", "also"]
        shown = len(heads) if any(row[-1] for row in rows) else len(heads) - 1
        yield from grid(heads[:shown], [row[:shown] for row in rows], width, right={2, 5})


def _arrow(old: str | None, new: str | None) -> str:
    return f"{'–' if old is None else old} → {'–' if new is None else new}"


def _printed(c: Row) -> str:
    return _arrow(c["old_value_printed"], c["new_value_printed"])


def _amounts(c: Row) -> str:
    old, new = c["old_amount"], c["new_amount"]
    if old is None and new is None:
        return ""
    return _arrow(danish(old) if old is not None else None, danish(new) if new is not None else None)


def also(c: Row) -> str:
    """What differs besides the figure itself, as where a rule gives it another sign or row kind."""
    more = [d.replace("_", " ") for d in c["differs"] if d not in ("value_printed", "amount", "saving_dkk")]
    old, new = c["old_saving_dkk"], c["new_saving_dkk"]
    if "saving_dkk" in c["differs"] and (c["old_amount"] == c["new_amount"] or None in (old, new)):
        more.insert(0, "saving " + _arrow(danish(old) if old is not None else None, danish(new) if new is not None else None))
    return ", ".join(more)


def _by(c: Row) -> str:
    old, new = c["old_amount"], c["new_amount"]
    if old is None or new is None:
        return ""
    by = new - old
    return f"+{danish(by)}" if by > 0 else danish(by)


def totals(before: Mapping[int | None, Decimal], after: Mapping[int | None, Decimal],
           width: int | None) -> Iterator[str]:  # fmt: skip
    """Counted savings by year, before and after."""
    years = sorted({*before, *after}, key=lambda y: y or 0)
    rows = []
    for y in years:
        old, new = before.get(y, Decimal(0)), after.get(y, Decimal(0))
        by = "" if old == new else f"{'+' if new > old else ''}{danish(new - old)}"
        rows.append([y or "", danish(old), danish(new), by])
    if rows:
        yield paint("savings that count, in kr.", "heading")
        yield from grid(["year", "before", "after", "by"], rows, width, right={0, 1, 2, 3})


def span(before: Sequence[Row], after: Sequence[Row], old: int, new: int) -> list[dict[str, object]]:
    """Changes between two revisions that are not neighbours, from their rows; the cause is the document."""
    a, b = ({i["line_item_id"]: i for i in rows} for rows in (before, after))
    out: list[dict[str, object]] = []
    for key in [*a, *(k for k in b if k not in a)]:
        x, y = a.get(key), b.get(key)
        differs = [c for c in TELLING if x and y and same_form(x[c]) != same_form(y[c])]
        if x and y and not differs:
            continue
        one = y or x
        assert one is not None
        out.append({
            "from_revision": old, "to_revision": new, "cause": "document", "line_item_id": key, "label": one["label"],
            "change": "changed" if x and y else "added" if y else "removed", "year": one["year"],
            "differs": differs,
            **{f"{age}_{column}": r[column] if r else None
               for column in ("amount", "saving_dkk", "value_printed") for age, r in (("old", x), ("new", y))},
        })  # fmt: skip
    return out


def saved(rows: Sequence[Row]) -> dict[int | None, Decimal]:
    """Counted savings by year."""
    out: dict[int | None, Decimal] = {}
    for i in rows:
        if i["counted"] and i["saving_dkk"] is not None:
            out[i["year"]] = out.get(i["year"], Decimal(0)) + i["saving_dkk"]
    return out


