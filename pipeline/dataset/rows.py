"""Rows -> Arrow tables -> the bytes of Parquet files: every value checked, rows sorted, the same bytes each time."""

from __future__ import annotations

import hashlib
import math
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Context, Decimal
from importlib.abc import MetaPathFinder
from itertools import chain
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.dataset.schemas import PARTITION, SCHEMAS, SORT

Row = Mapping[str, object]

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NOWHERE = ("unknown", 0)  # the partition of a table without rows


Partition = tuple[str, int]  # municipality, budget year


class _NoPandas(MetaPathFinder):
    """Says that pandas is not there."""

    def find_spec(self, fullname: str, path: object, target: object = None) -> None:
        if fullname == "pandas":
            raise ImportError(fullname)


def leave_pandas_out() -> None:
    """Let pyarrow convert lists without pandas, which it loads to ask whether they are of its kind: that takes longer than all
    tables of a small run. Only for processes that are ours alone: from then on lists cannot hold pandas' NaT."""
    if "pandas" in sys.modules:
        return
    absent = _NoPandas()
    sys.meta_path.insert(0, absent)
    try:
        pa.array([])
    finally:
        sys.meta_path.remove(absent)


def tabulate(table: str, rows: Iterable[Row]) -> dict[Partition, pa.Table]:
    """Rows that carry `municipality` and `budget_year` beside their columns, as one table for each partition.

    Raises ValueError as `arrow_table` does, and for a partition that cannot be.
    """
    parts: dict[Partition, list[Row]] = defaultdict(list)
    for row in rows:
        parts[_partition(table, row)].append(row)
    return {partition: arrow_table(table, members) for partition, members in parts.items()}


def arrow_table(table: str, rows: Sequence[Row]) -> pa.Table:
    """Rows in stored form, in the order given; any order is as good.

    Raises ValueError that names table, column and value: an unknown table or column, a required value that is
    missing, a value that the type of its column cannot hold exactly.
    """
    if table not in SCHEMAS:
        raise ValueError(f"{table}: no such table; there are {', '.join(SCHEMAS)}")
    schema = SCHEMAS[table]
    known = {*schema.names, *PARTITION.names}
    for row in rows:
        if not known.issuperset(row):
            column = min(row.keys() - known)
            raise ValueError(f"{table}.{column}: no such column (value {row[column]!r})")
    columns = zip(*(tuple(map(row.get, schema.names)) for row in rows), strict=True) if rows else ([] for _ in schema)
    arrays = [_column(table, field, list(values), rows) for field, values in zip(schema, columns, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def table_files(table: str, parts: Mapping[Partition, Sequence[pa.Table]]) -> dict[str, bytes]:
    """The files of one table by their paths, from what `tabulate` made; a table without rows has an empty one."""
    files: dict[str, bytes] = {}
    for partition, made in sorted(parts.items()) or [(_NOWHERE, [])]:
        name, data = partition_file(table, partition, made)
        files[name] = data
    return files


def partition_file(table: str, partition: Partition, parts: Sequence[pa.Table]) -> tuple[str, bytes]:
    """Path and bytes of one partition: its rows sorted, the same rows always the same bytes."""
    whole = _sorted(table, pa.concat_tables(parts) if parts else SCHEMAS[table].empty_table())
    sink = pa.BufferOutputStream()
    # Everything that shapes the bytes is said here, so that a default that moves does not move them.
    pq.write_table(
        whole,
        sink,
        version="2.6",
        data_page_version="1.0",
        compression="zstd",
        compression_level=6,
        use_dictionary=True,
        row_group_size=1 << 18,
        store_schema=True,
    )
    data: bytes = sink.getvalue().to_pybytes()
    municipality, budget_year = partition
    name = f"{table}-{hashlib.sha256(data).hexdigest()[:16]}.parquet"
    return f"{table}/municipality={municipality}/budget_year={budget_year}/{name}", data


def _partition(table: str, row: Row) -> Partition:
    """Municipality and budget year of a row."""
    municipality, budget_year = row.get("municipality"), row.get("budget_year")
    if not isinstance(municipality, str) or not _SLUG.fullmatch(municipality):
        raise ValueError(f"{table}.municipality: {municipality!r} is not a slug as aarhus or lyngby-taarbaek")
    if not isinstance(budget_year, int) or isinstance(budget_year, bool) or not 0 <= budget_year <= 9999:
        raise ValueError(f"{table}.budget_year: {budget_year!r} is not a year, and not 0")
    return municipality, budget_year


def _column(table: str, field: pa.Field, values: list[object], rows: Sequence[Row]) -> pa.Array:
    """The values of a column in the one form in which they are stored. `rows`: where they stand, for errors."""
    kinds = set(map(type, values))
    if type(None) in kinds and not field.nullable:
        raise ValueError(f"{table}.{field.name}: is required and missing ({_where(rows[values.index(None)])})")
    try:
        if (stored := _stored_at_once(field.type, values, kinds - {type(None)})) is not None:
            return pa.array(stored, type=field.type)
    except (pa.ArrowException, OverflowError, UnicodeEncodeError):
        pass  # a number too large, a text that is no Unicode: found below, with its place
    fit = _fitter(field.type)
    for k, value in enumerate(values):
        if value is not None:
            values[k] = fitted = fit(value)
            if fitted is None:
                raise ValueError(f"{table}.{field.name}: {value!r} does not fit {field.type} ({_where(rows[k])})")
    return pa.array(values, type=field.type)


def _where(row: Row) -> str:
    return f"document {row.get('document_id')}"


def _stored_at_once(kind: pa.DataType, values: list[object], kinds: set[type]) -> list[Any] | None:
    """A column whose values all have the usual type, in stored form without a look at each; `None` where some do not.

    What such values may still have wrong, pyarrow refuses.
    """
    if kinds <= _AS_STORED.get(kind.id, frozenset()):
        return values
    if kind == pa.float64() and kinds == {float}:
        rounded: list[Any] = [v if v is None else round(v, 2) + 0.0 for v in values]  # type: ignore[call-overload]
        return rounded if all(map(math.isfinite, filter(None, rounded))) else None
    if kind == _PAIRS and kinds == {dict}:
        return [v and _pairs(v) for v in values] if all(map(_pairs, filter(None, values))) else None
    if pa.types.is_list(kind) and kinds <= {list, tuple}:
        inside = set(map(type, chain.from_iterable(filter(None, values))))  # type: ignore[arg-type]
        return values if inside <= _AS_STORED.get(kind.value_type.id, frozenset()) else None
    return None


def _sorted(table: str, rows: pa.Table) -> pa.Table:
    """Rows in the order in which they are written; rows that compare equal are equal in every column."""
    keys = SORT[table]
    order = pc.sort_indices(rows, sort_keys=[(name, "ascending") for name in keys])  # stable, null last
    rows = rows.take(order).combine_chunks()
    if rows.group_by(list(keys), use_threads=False).aggregate([]).num_rows == rows.num_rows:
        return rows
    columns = [rows[name].to_pylist() for name in (*keys, *(n for n in rows.column_names if n not in keys))]
    told_apart = list(zip(*([(value is None, 0 if value is None else value) for value in c] for c in columns), strict=True))
    return rows.take(sorted(range(rows.num_rows), key=told_apart.__getitem__))


# --- one value ------------------------------------------------------------------------------------------
# pyarrow stores 1.5 in an integer column as 1, a text in a list column as its letters, and drops microseconds.
# So each value is checked here first: a fitter returns the stored form, or None where the type cannot hold it.

_Fitter = Callable[[object], object]
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
_PAIRS = pa.map_(pa.string(), pa.string())
# Values of these types are stored as they are, or pyarrow refuses them: a decimal that would lose a digit, too large a number.
_AS_STORED: dict[int, frozenset[type]] = {
    pa.string().id: frozenset((str,)),
    pa.bool_().id: frozenset((bool,)),
    pa.int16().id: frozenset((int,)),
    pa.int32().id: frozenset((int,)),
    pa.int64().id: frozenset((int,)),
    pa.decimal128(20, 2).id: frozenset((Decimal,)),
}
