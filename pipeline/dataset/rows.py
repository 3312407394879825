"""Rows -> the bytes of Parquet files: every value checked against its column, rows sorted, the same bytes each time."""

from __future__ import annotations

import hashlib
import math
import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Context, Decimal

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.dataset.schemas import PARTITION, SCHEMAS, SORT

Row = Mapping[str, object]

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NOWHERE = ("unknown", 0)  # the partition of a table without rows


def encode(rows: Mapping[str, Iterable[Row]]) -> dict[str, bytes]:
    """Path below the snapshot -> bytes of the file, for every table of the dataset and each of its partitions.

    Rows carry the columns of their table, and `municipality` and `budget_year`. The order of rows does not matter.

    Raises ValueError that names table, column and value: an unknown table or column, a required value that is
    missing, a value that the type of its column cannot hold exactly.
    """
    for table in rows:
        if table not in SCHEMAS:
            raise ValueError(f"{table}: no such table; there are {', '.join(SCHEMAS)}")
    files: dict[str, bytes] = {}
    for table, schema in SCHEMAS.items():
        known = {*schema.names, *PARTITION.names}
        parts: dict[tuple[str, int], list[Row]] = defaultdict(list)
        for row in rows.get(table, ()):
            for column in sorted(row.keys() - known):
                raise ValueError(f"{table}.{column}: no such column (value {row[column]!r})")
            parts[_partition(table, row)].append(row)
        for (municipality, budget_year), members in sorted(parts.items()) or [(_NOWHERE, [])]:
            data = _parquet(table, members)
            name = f"{table}-{hashlib.sha256(data).hexdigest()[:16]}.parquet"
            files[f"{table}/municipality={municipality}/budget_year={budget_year}/{name}"] = data
    return files


def _partition(table: str, row: Row) -> tuple[str, int]:
    """Municipality and budget year of a row."""
    municipality, budget_year = row.get("municipality"), row.get("budget_year")
    if not isinstance(municipality, str) or not _SLUG.fullmatch(municipality):
        raise ValueError(f"{table}.municipality: {municipality!r} is not a slug as aarhus or lyngby-taarbaek")
    if not isinstance(budget_year, int) or isinstance(budget_year, bool) or not 0 <= budget_year <= 9999:
        raise ValueError(f"{table}.budget_year: {budget_year!r} is not a year, and not 0")
    return municipality, budget_year


def _parquet(table: str, rows: Sequence[Row]) -> bytes:
    schema = SCHEMAS[table]
    columns = {field.name: _column(table, field, rows) for field in schema}
    order = _order(table, columns, len(rows))
    arrays = [pa.array([columns[f.name][i] for i in order], type=f.type) for f in schema]
    sink = pa.BufferOutputStream()
    # Everything that shapes the bytes is said here, so that a default that moves does not move them.
    pq.write_table(
        pa.Table.from_arrays(arrays, schema=schema),
        sink,
        version="2.6",
        data_page_version="1.0",
        compression="zstd",
        compression_level=6,
        use_dictionary=True,
        row_group_size=1 << 20,
        store_schema=True,
    )
    data: bytes = sink.getvalue().to_pybytes()
    return data


def _column(table: str, field: pa.Field, rows: Sequence[Row]) -> list[object]:
    """The values of a column in the one form in which they are stored."""
    fit = _fitter(field.type)
    name = field.name
    column: list[object] = []
    known: dict[tuple[type, Hashable], object] = {}  # by type as well: True and 1 are equal, and different values
    for row in rows:
        value = row.get(name)
        if value is None:
            fitted = None
        elif isinstance(value, _REPEATED):
            key = (value.__class__, value)
            fitted = known[key] if key in known else known.setdefault(key, fit(value))
        else:
            fitted = fit(value)
        if fitted is None and (value is not None or not field.nullable):
            where = row.get("document_id")
            problem = "is required and missing" if value is None else f"{value!r} does not fit {field.type}"
            raise ValueError(f"{table}.{field.name}: {problem} (document {where})")
        column.append(fitted)
    return column


def _order(table: str, columns: Mapping[str, list[object]], count: int) -> list[int]:
    """Row numbers in the order in which they are written; rows that compare equal are equal in every column."""
    keys = _keys([columns[name] for name in SORT[table]])
    if len(set(keys)) < count:
        rest = [columns[name] for name in columns if name not in SORT[table]]
        keys = _keys([*(columns[name] for name in SORT[table]), *rest])
    return sorted(range(count), key=keys.__getitem__)


def _keys(columns: Sequence[list[object]]) -> list[tuple[tuple[bool, object], ...]]:
    return list(zip(*([(value is None, 0 if value is None else value) for value in c] for c in columns), strict=True))


# --- one value ------------------------------------------------------------------------------------------
# pyarrow stores 1.5 in an integer column as 1, a text in a list column as its letters, and drops microseconds.
# So each value is checked here first: a fitter returns the stored form, or None where the type cannot hold it.

_Fitter = Callable[[object], object]
_REPEATED = (str, int, Decimal)  # values that a column has many times, fitted once
_WIDE = Context(prec=80)


def _fitter(kind: pa.DataType) -> _Fitter:
    if pa.types.is_decimal(kind):
        return lambda value: _decimal(value, kind.precision, kind.scale)
    if pa.types.is_integer(kind):
        return lambda value: _integer(value, kind.bit_width)
    if pa.types.is_list(kind):
        inner = _fitter(kind.value_type)
        return lambda value: _list(value, inner)
    return _FITTERS[kind.id]


def _text(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    try:
        value.encode()  # a lone surrogate, as from a file name that is not UTF-8, has no place in Parquet
    except UnicodeEncodeError:
        return None
    return value


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _integer(value: object, bits: int) -> int | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if -(1 << bits - 1) <= value < 1 << bits - 1 else None


def _decimal(value: object, precision: int, scale: int) -> Decimal | None:
    if not isinstance(value, Decimal | int) or isinstance(value, bool):
        return None
    exact = Decimal(value)
    if not exact.is_finite() or (exact and exact.adjusted() >= precision - scale):
        return None
    stored = exact.quantize(Decimal(1).scaleb(-scale), context=_WIDE)
    return stored if stored == exact else None


def _points(value: object) -> float | None:
    if not isinstance(value, float | int) or isinstance(value, bool) or not math.isfinite(value):
        return None
    return round(float(value), 2) + 0.0  # + 0.0: a stored -0.0 would be other bytes for the same place


def _day(value: object) -> date | None:
    return value if isinstance(value, date) and not isinstance(value, datetime) else None


def _instant(value: object) -> datetime | None:
    if not isinstance(value, datetime) or value.utcoffset() is None or value.microsecond:
        return None
    return value.astimezone(UTC)


def _list(value: object, inner: _Fitter) -> tuple[object, ...] | None:
    if not isinstance(value, list | tuple):
        return None
    items = tuple(None if item is None else inner(item) for item in value)
    return None if None in items else items


def _pairs(value: object) -> tuple[tuple[str, str], ...] | None:
    """A map by its keys in order: the order in which a rule names attributes is not part of the data."""
    pairs = list(value.items()) if isinstance(value, Mapping) else value
    if not isinstance(pairs, list | tuple):
        return None
    found: dict[str, str] = {}
    for pair in pairs:
        if not isinstance(pair, tuple) or len(pair) != 2:
            return None
        key, text = _text(pair[0]), _text(pair[1])
        if key is None or text is None or key in found:
            return None
        found[key] = text
    return tuple(sorted(found.items()))


_FITTERS: dict[int, _Fitter] = {
    pa.string().id: _text,
    pa.bool_().id: _flag,
    pa.float64().id: _points,
    pa.date32().id: _day,
    pa.timestamp("s").id: _instant,
    pa.map_(pa.string(), pa.string()).id: _pairs,
}
