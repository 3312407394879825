"""`afstem explain`: the receipt of a figure, or all about a document."""

from __future__ import annotations

from collections import Counter
from typing import Any

from pipeline.commands.terminal import say, width
from pipeline.commands.workspace import Workspace
from pipeline.present.document import Dossier, dossier
from pipeline.present.receipt import Receipt, receipt


def explain(workspace: Workspace, name: str) -> None:
    """Print what is known of a figure or a document."""
    kind, table, id = workspace.figure_or_document(name)
    if kind == "figure":
        say(receipt(find_receipt(workspace, table, id), workspace.command, width()))
    else:
        say(dossier(_dossier(workspace, id), workspace.command, width()))


def find_receipt(workspace: Workspace, table: str, id: str) -> Receipt:
    """Everything that the tables say of one figure."""
    is_text = table == "amounts"
    column = "amount_id" if is_text else "line_item_id"
    gone = table == "line_items_history"
    row = max(workspace.rows(table, column, id), key=lambda r: r.get("revision", 0))
    relations = [] if gone else workspace.rows_with("relations", f"{column}s", id)
    wanted = {i for q in relations for i in q["line_item_ids"]} | set(row.get("line_item_ids", ()))
    others: dict[str, dict[str, Any]] = workspace.rows_of_ids("line_items", "line_item_id", wanted)
    others |= workspace.rows_of_ids("amounts", "amount_id", {i for q in relations for i in q["amount_ids"]})
    return Receipt(
        row=row, is_text=is_text, document=_revision(workspace, row), relations=relations, others=others,
        findings=[] if is_text else workspace.rows_with("findings", "line_item_ids", id),
        history=[] if is_text else workspace.rows("line_items_history", "line_item_id", id),
        changes=[] if is_text else workspace.rows("changes", "line_item_id", id),
        texts=[] if is_text else workspace.rows_with("amounts", "line_item_ids", id), gone=gone,
    )  # fmt: skip


def _revision(workspace: Workspace, row: dict[str, Any]) -> dict[str, Any] | None:
    """The row of `documents` for the revision that prints a figure."""
    revisions = workspace.rows("documents", "document_id", row["document_id"])
    wanted = row.get("revision")
    return next((d for d in revisions if d["revision"] == wanted or (wanted is None and d["is_current"])), None)


def _dossier(workspace: Workspace, document_id: str) -> Dossier:
    last = workspace.state.published(document_id) or workspace.state.latest(document_id)
    kept = workspace.extraction(last)
    rows = {t: workspace.rows(t, "document_id", document_id) for t in
            ("documents", "line_items", "proposals", "amounts", "relations", "findings")}  # fmt: skip
    return Dossier(
        sorted(rows["documents"], key=lambda d: d["revision"]), last.rule_id if last else None,
        rows["line_items"], len(rows["proposals"]), rows["amounts"], rows["relations"], rows["findings"],
        Counter(t.status for t in kept.tokens) if kept else {},
    )  # fmt: skip
