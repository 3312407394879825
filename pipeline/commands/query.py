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
from pipeline.present.grid import grid
from pipeline.present.text import count, plain

if TYPE_CHECKING:
    import pyarrow as pa

ON_SCREEN = 40  # rows shown on a terminal unless asked otherwise


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
    if limit is None:
        limit = ON_SCREEN if form == "table" and sys.stdout.isatty() else 0
    rows = [list(r.values()) for r in _numbered(found.slice(0, limit) if limit else found)]
    columns = found.column_names
    if form != "table":
        say(as_csv(columns, rows) if form == "csv" else as_json(columns, rows))
    else:
        say(_table(found, columns, rows))
    if left := found.num_rows - len(rows):
        click.echo(f"{count(left, 'more row')}: --limit 0 gives all", err=form != "table")


def _numbered(found: pa.Table) -> Iterator[dict[int, object]]:
    """Rows by column number: two columns of a query may have the same name."""
    return iter(found.rename_columns([str(k) for k in range(found.num_columns)]).to_pylist())


def _table(found: pa.Table, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    import pyarrow.types as is_type

    right = {
        k for k, t in enumerate(found.schema.types)
        if is_type.is_integer(t) or is_type.is_floating(t) or is_type.is_decimal(t)
    }  # fmt: skip
    if any(isinstance(c, str) and "\n" in c for row in rows for c in row) and len(rows) == 1:
        for head, cell in zip(columns, rows[0], strict=True):  # a long text or a query plan: as it is
            yield f"{head}:"
            yield from (plain_line(line) for line in cell_text(cell).split("\n"))
        return
    yield from grid(columns, [[cell_text(c) for c in row] for row in rows], width(), right, colours=False)


def plain_line(line: str) -> str:
    """A line with its blanks kept."""
    indent = len(line) - len(line.lstrip(" "))
    return " " * indent + plain(line) if "  " not in line.strip() else "".join(c if c.isprintable() else "·" for c in line)


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
        text += "\nTables: " + ", ".join(workspace.dataset.tables())
    elif column and "Candidate" not in text:
        known = sorted({c for t in workspace.dataset.tables() for c in workspace.dataset.arrow(t).column_names})
        near = difflib.get_close_matches(column[1], known, n=4)
        text += f"\nDid you mean {', '.join(near)}?" if near else ""
    elif "no result" in text:
        text += ": give a SELECT"
    return text
