"""`afstem diff`: what a revision changed."""

from __future__ import annotations

from typing import Any

from pipeline.commands.terminal import Misuse, say, width
from pipeline.commands.workspace import Rows, Workspace
from pipeline.present.diff import diff as tell_diff
from pipeline.present.diff import saved, span, totals
from pipeline.present.text import plain


def diff(workspace: Workspace, name: str, old: int | None, new: int | None) -> None:
    """Print what changed between two revisions, by default at the last step at which anything changed."""
    document = workspace.document(name)
    revisions = [d["revision"] for d in workspace.rows("documents", "document_id", document)]
    for n in (old, new):
        if n is not None and n not in revisions:
            raise Misuse(f"{document} has no revision {n}; it has {', '.join(map(str, sorted(revisions)))}")
    changes = workspace.rows("changes", "document_id", document)
    if not changes:
        one = "it has one revision" if len(revisions) == 1 else f"of its {len(revisions)} revisions none changed a figure"
        say([f"{plain(document)}: nothing has changed; {one}"])
        return
    if old is None and new is None:
        new = max(c["to_revision"] for c in changes)
        old = min(c["from_revision"] for c in changes if c["to_revision"] == new)
    elif new is None:
        new = max(revisions)
    elif old is None:
        old = max((c["from_revision"] for c in changes if c["to_revision"] == new), default=new - 1)
    assert old is not None and new is not None
    if old > new:
        raise Misuse(f"--from {old} is later than --to {new}")
    steps = [c for c in changes if old <= c["from_revision"] and c["to_revision"] <= new]
    before, after = (_rows(workspace, document, n) for n in (old, new))
    if {(c["from_revision"], c["to_revision"]) for c in steps} - {(old, new), (new, new)} and before and after:
        steps = [_step(c, document) for c in span(before, after, old, new)]
    if not steps:
        say([f"{plain(document)}: no figure changed between revision {old} and {new}"])
        return
    say(tell_diff(document, steps, width()))
    if old != new and before and after:
        say(["", *totals(saved(before), saved(after), width())])


def _rows(workspace: Workspace, document: str, revision: int) -> Rows:
    """The figures of a revision, current or past."""
    own = [
        r for table in ("line_items", "line_items_history")
        for r in workspace.rows(table, "document_id", document) if r["revision"] == revision
    ]  # fmt: skip
    return own


def _step(change: dict[str, Any], document: str) -> dict[str, Any]:
    return {**change, "document_id": document}
