"""`afstem show`: a page as a picture with boxes on it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.commands.explain import find_receipt
from pipeline.commands.terminal import Misuse, say
from pipeline.commands.workspace import Rows, Workspace
from pipeline.present.receipt import title, value
from pipeline.present.text import Row, plain

if TYPE_CHECKING:
    from pipeline.read.picture import Kind, Mark

_LEGEND: dict[Kind, str] = {
    "figure": "this figure", "term": "in an equation with it", "verified": "verified", "contradicted": "contradicted",
    "unverifiable": "unverifiable", "unclaimed": "number not accounted for", "finding": "finding",
}  # fmt: skip


def show(workspace: Workspace, name: str, page: int | None, out: Path | None) -> None:
    """Draw a page and print where the picture is."""
    kind, table, id = workspace.figure_or_document(name)
    if kind == "document":
        document, number, marks = id, page, []
        words, stem = [], _stem(id)
    else:
        r = find_receipt(workspace, table, id)
        document, number = r.row["document_id"], page or r.row["page"]
        marks = _figure_marks(r.row, r.others.values(), number, r.id)
        words, stem = [f"{title(r.row)} = {value(r.row)}, {r.row['verification']}"], f"{_stem(document)}-{r.id[:8]}"
    revision = _revision(workspace, document, r.row.get("revision") if kind == "figure" else None)
    rows = {t: workspace.rows(t, "document_id", document) for t in ("line_items", "amounts", "findings")}
    number = number or _telling_page(rows)
    pages = revision["pages"]
    if pages and number > pages:
        raise Misuse(f"{document} has {pages} page{'s' if pages > 1 else ''}, no page {number}")
    if revision["is_current"]:
        marks = [*_page_marks(workspace, document, rows, number), *marks]
    path = out or workspace.root / ".afstem" / "pictures" / f"{stem}-p{number}.png"
    heading = f"{plain(document)}, revision {revision['revision']}, page {number}" + (f" of {pages}" if pages else "")
    _draw(workspace, revision["sha256"], number, marks, [heading, *words], path, made=out is None)
    say([str(path)])


def _stem(document: str) -> str:
    return re.sub(r"[^\w.-]+", "_", document)


def _revision(workspace: Workspace, document: str, number: int | None) -> dict[str, Any]:
    """The revision to draw: the one asked for, else the current one, else the last."""
    revisions = sorted(workspace.rows("documents", "document_id", document), key=lambda d: d["revision"])
    fitting = [d for d in revisions if d["revision"] == number or (number is None and d["is_current"])]
    return fitting[-1] if fitting else revisions[-1]


def _telling_page(rows: dict[str, Rows]) -> int:
    """The page of the gravest open finding, else the first with a figure, else the first."""
    for severity in ("error", "warning"):
        told = [f["page"] for f in rows["findings"] if f["page"] and f["severity"] == severity and f["status"] == "open"]
        if told:
            return int(min(told))
    return int(min((i["page"] for i in rows["line_items"]), default=1))


def _box(row: Row) -> Any:
    from pipeline.model import Box

    return Box(*(row[k] for k in ("x0", "top", "x1", "bottom")))


def _figure_marks(row: Row, others: Iterable[Row], page: int, id: str) -> list[Mark]:
    """The figure itself, and the other terms of its equations."""
    from pipeline.read.picture import Mark

    terms = [
        Mark("term", _box(o)) for o in others
        if o["page"] == page and o["document_id"] == row["document_id"] and id not in (o.get("line_item_id"), o.get("amount_id"))
    ]  # fmt: skip
    return [*terms, *([Mark("figure", _box(row))] if row["page"] == page else [])]


def _page_marks(workspace: Workspace, document: str, rows: dict[str, Rows], page: int) -> list[Mark]:
    """Everything that was read on the page: figures and amounts by verdict, findings, numbers left over."""
    from pipeline.read.picture import Mark

    marks = [Mark(i["verification"], _box(i)) for i in rows["line_items"] if i["page"] == page]
    marks += [Mark(a["verification"], _box(a), underline=True) for a in rows["amounts"] if a["page"] == page]
    marks += [
        Mark("finding", _box(f)) for f in rows["findings"]
        if f["page"] == page and f["status"] == "open" and f["x0"] is not None and f["check"] != "unclaimed-number"
    ]  # fmt: skip
    kept = workspace.extraction(workspace.state.published(document))
    tokens = kept.tokens if kept else ()
    return [*marks, *(Mark("unclaimed", t.box) for t in tokens if t.page == page and t.status == "unclaimed")]


def _draw(workspace: Workspace, sha256: str, page: int, marks: Sequence[Mark], titles: Sequence[str], path: Path,
          made: bool) -> None:  # fmt: skip
    from pipeline.read import Unreadable
    from pipeline.read.picture import draw_page

    if made:
        path.parent.mkdir(parents=True, exist_ok=True)
    elif not path.parent.is_dir():
        raise Misuse(f"there is no folder {path.parent}")
    pdf = workspace.store.pdf(sha256)
    if not pdf.exists():
        raise Misuse(f"{pdf} is missing: put the document back into raw/ and run again")
    try:
        draw_page(pdf, page, marks, titles, _LEGEND, path)
    except Unreadable as e:
        raise Misuse(f"there is no picture of it: {e}") from None
    except IndexError as e:
        raise Misuse(f"the document has no such page: {e}") from None
