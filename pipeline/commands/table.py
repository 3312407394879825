"""Rows as CSV and JSON for other programs: exact, whole, and the same on a terminal as in a file."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal


def as_csv(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    """A header and a line for each row; a list as its values with blanks between them, nothing for null."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="")
    for row in [columns, *rows]:
        writer.writerow([cell_text(c) for c in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def as_json(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    """An array of objects, one on each line."""
    yield "["
    for n, row in enumerate(rows, 1):
        values = {name: json_value(v) for name, v in zip(columns, row, strict=True)}
        yield json.dumps(values, ensure_ascii=False, allow_nan=False) + ("," if n < len(rows) else "")
    yield "]"


def cell_text(value: object) -> str:
    """A value as plain text: numbers with a decimal point and no exponent, times in ISO 8601."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}"
        case datetime():
            return value.isoformat()
        case list() if all(isinstance(v, str) for v in value):
            return " ".join(value)
        case list() | dict():
            return json.dumps(json_value(value), ensure_ascii=False)
        case bytes():
            return value.hex()
    return str(value)


def json_value(value: object) -> object:
    """What JSON can say of a value. Exact numbers stay exact: one that a JSON reader would round is a string."""
    match value:
        case None | bool() | int() | str():
            return value
        case Decimal() if value == value.to_integral_value():
            return int(value)
        case Decimal():
            return float(value) if Decimal(repr(float(value))) == value else f"{value:f}"
        case float():
            return value if math.isfinite(value) else None
        case date():
            return value.isoformat()
        case list() if value and all(isinstance(v, tuple) and len(v) == 2 for v in value):  # a map
            return {str(k): json_value(v) for k, v in value}
        case list() | tuple():
            return [json_value(v) for v in value]
        case dict():
            return {str(k): json_value(v) for k, v in value.items()}
    return cell_text(value)
