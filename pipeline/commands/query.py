"""`afstem query`: SQL over the dataset, read-only."""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.commands.table import as_csv, as_json, cell_text
from pipeline.commands.terminal import Misuse, say, width
from pipeline.commands.workspace import Workspace
from pipeline.present.grid import fits, grid
from pipeline.present.text import count

if TYPE_CHECKING:
    import pyarrow as pa

ON_SCREEN = 40  # rows shown on a terminal unless asked otherwise
ON_SCREEN_AS_RECORDS = 5  # where a row takes many lines


def query(workspace: Workspace, sql: str | None, file: Path | None, form: str, limit: int | None) -> None:
    """Run a query and print its rows."""
    from pipeline.dataset import DatasetError

    if (sql is None) == (file is None):
        raise Misuse('give the query in quotes, or --file: afstem query "SHOW TABLES"')
    text = sql if sql is not None else _read(file)
    try:
        found = workspace.dataset.sql(text)
    except DatasetError as e:
        raise Misuse(_message(str(e), workspace)) from None
    columns, right = found.column_names, _numeric(found)
    screen = width() if form == "table" else None
    if limit is None:
        limit = ON_SCREEN if screen else 0
        head = [[cell_text(c) for c in row] for row in _rows(found.slice(0, limit))] if screen else []
        if screen and not fits(columns, head, screen, right):
            limit = ON_SCREEN_AS_RECORDS
    rows = _rows(found.slice(0, limit) if limit else found)
    if form == "table":
        say(_table(columns, rows, right, screen))
    else:
        say(as_csv(columns, rows) if form == "csv" else as_json(columns, rows))
    if left := found.num_rows - len(rows):
        click.echo(f"{count(left, 'more row')}: --limit 0 gives all", err=form != "table")


def _rows(found: pa.Table) -> list[list[object]]:
    """Rows by column number: two columns of a query may have the same name."""
    numbered = found.rename_columns([str(k) for k in range(found.num_columns)])
    return [list(row.values()) for row in numbered.to_pylist()]


def _numeric(found: pa.Table) -> set[int]:
    import pyarrow.types as is_type

    kinds = (is_type.is_integer, is_type.is_floating, is_type.is_decimal)
    return {k for k, t in enumerate(found.schema.types) if any(is_kind(t) for is_kind in kinds)}


def _table(columns: Sequence[str], rows: Sequence[Sequence[object]], right: set[int],
           screen: int | None) -> Iterator[str]:  # fmt: skip
    if len(rows) == 1 and any(isinstance(c, str) and "\n" in c for c in rows[0]):
        for head, cell in zip(columns, rows[0], strict=True):  # a long text or a query plan: line by line as it is
            yield f"{head}:"
            yield from ("".join(c if c.isprintable() else " " for c in line) for line in cell_text(cell).split("\n"))
        return
    yield from grid(columns, [[cell_text(c) for c in row] for row in rows], screen, right, colours=False)


def _read(file: Path | None) -> str:
    try:
        return sys.stdin.read() if file is None or str(file) == "-" else file.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise Misuse(f"{file} is no UTF-8 text") from None


def _message(error: str, workspace: Workspace) -> str:
    """DuckDB's words, and the nearest names where it has none."""
    text = error.strip()
    column = re.search(r'(?:column|named) "([^"]+)"', text)
    table = re.search(r"Table with name (\S+) does not exist", text)
    if table:
        known = workspace.dataset.tables()
        near = difflib.get_close_matches(table[1], known, n=1)
        text = re.sub(r"\n?Did you mean .*\?", "", text)  # DuckDB knows tables of its own too
        text += (f"\nDid you mean {near[0]}?" if near else "") + "\nTables: " + ", ".join(known)
    elif column and "Candidate" not in text:
        columns = {c for t in workspace.dataset.tables() for c in workspace.dataset.arrow(t).column_names}
        near = difflib.get_close_matches(column[1], sorted(columns), n=4)
        text += f"\nDid you mean {', '.join(near)}?" if near else ""
    elif "no result" in text:
        text += ": give a SELECT"
    return text
