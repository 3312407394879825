"""`afstem tables`: every table of any PDF as read, no rule needed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.commands.table import as_csv
from pipeline.commands.terminal import Misuse, say, width
from pipeline.present.grid import grid
from pipeline.present.text import count, paint
from pipeline.text import join_lines

if TYPE_CHECKING:
    from pipeline.model import Cell, Table


def tables(file: Path, form: str, page: int | None) -> None:
    """Print the tables of a PDF, of one page or of all."""
    from pipeline.extract import read_tables
    from pipeline.read import Unreadable, read_pages
    from pipeline.read.turns import table_as_displayed

    try:
        pages = list(read_pages(file))
    except Unreadable as e:
        raise Misuse(f"{file}: {e}") from None
    if page is not None and page > len(pages):
        raise Misuse(f"{file} has {count(len(pages), 'page')}, no page {page}")
    found = [table_as_displayed(t, pages) for t in read_tables(pages) if page is None or t.page <= page <= (t.last_page or t.page)]
    if form == "json":
        say(_json(found))
    elif form == "csv":
        say(_csv(found))
    else:
        say(_text(found, f"page {page}" if page else count(len(pages), "page")))


def _texts(row: Sequence[Cell | None]) -> list[str]:
    return [join_lines(c.lines) if c else "" for c in row]


def _text(found: Sequence[Table], where: str) -> Iterator[str]:
    for n, t in enumerate(found, 1):
        span = f"page {t.page}" if t.last_page in (0, t.page) else f"pages {t.page}–{t.last_page}"
        lines = "ruled" if t.ruled else "without rules"
        yield paint(f"table {n}, {span}, {lines}, {len(t.rows)} rows × {len(t.columns) - 1} columns", "heading")
        rows = [_texts(r) for r in t.rows]
        words = {k for k, column in enumerate(zip(*rows, strict=True)) if sum(_wordy(c) for c in column[1:]) * 2 > len(column)}
        right = set(range(len(rows[0]))) - words if len(rows) > 1 else set()
        yield from grid(rows[0], rows[1:], width(), right, indent="  ", colours=False)
        yield ""
    yield f"{count(len(found), 'table')} on {where}"


def _wordy(text: str) -> bool:
    return any(c.isalpha() for c in text)


def _box(x: Cell | Table) -> dict[str, float]:
    return {k: round(getattr(x, k), 1) for k in ("x0", "top", "x1", "bottom")}


def _json(found: Sequence[Table]) -> Iterator[str]:
    """An array of tables, a line for each row of cells."""
    yield "["
    for n, t in enumerate(found, 1):
        head = {"table": n, "page": t.page, "last_page": t.last_page or t.page, **_box(t), "ruled": t.ruled}
        yield json.dumps(head)[:-1] + ', "rows": ['
        for k, row in enumerate(t.rows, 1):
            cells = [
                None if c is None else {"text": join_lines(c.lines), "lines": list(c.lines), "page": c.page, **_box(c)}
                for c in row
            ]
            yield "  " + json.dumps(cells, ensure_ascii=False) + ("," if k < len(t.rows) else "")
        yield "]}" + ("," if n < len(found) else "")
    yield "]"


def _csv(found: Sequence[Table]) -> Iterator[str]:
    """A line for each row: where it stands, then its cells."""
    widest = max((len(r) for t in found for r in t.rows), default=0)
    columns = ["table", "page", "row", "x0", "top", "x1", "bottom", *(f"cell_{k}" for k in range(1, widest + 1))]
    rows = []
    for n, t in enumerate(found, 1):
        for k, row in enumerate(t.rows, 1):
            cells = [c for c in row if c]
            sides = [
                round(min(c.x0 for c in cells), 1), round(min(c.top for c in cells), 1),
                round(max(c.x1 for c in cells), 1), round(max(c.bottom for c in cells), 1),
            ] if cells else [None] * 4  # fmt: skip
            rows.append([n, cells[0].page if cells else t.page, k, *sides, *_texts(row), *[None] * (widest - len(row))])
    return as_csv(columns, rows)
