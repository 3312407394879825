"""The published dataset -> Arrow, pandas and SQL, all from one snapshot."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.dataset import DatasetError
from pipeline.dataset.snapshots import LINK, is_whole, present, read_manifest

if TYPE_CHECKING:  # loaded where they are used: each takes longer than the command line may
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.dataset as ds

__all__ = ["Dataset", "DatasetError", "open_dataset"]

# Without external access DuckDB reads and writes no file, loads no extension, attaches nothing, and sees no variable of
# Python's; what is registered as an Arrow source is all there is. Views over the Parquet files would need
# `allowed_directories`, and there DuckDB 2 also writes: `WITH x AS (COPY ... TO ...) SELECT ...`.
_CLOSED: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": False,
    "temp_directory": "",  # else a large sort leaves a `.tmp` in the current folder
}


class Dataset:
    """One snapshot of the dataset. A publish that happens meanwhile does not touch what is read here."""

    def __init__(self, snapshot: Path, files: dict[str, list[str]]) -> None:
        self._snapshot = snapshot
        self._files = files

    def tables(self) -> tuple[str, ...]:
        """The names of the tables."""
        return tuple(self._files)

    def arrow(self, name: str, where: pc.Expression | None = None) -> pa.Table:
        """A table with `municipality` and `budget_year` as its last columns; with `where` only some of its rows.

        Raises DatasetError when there is no such table, or its files are gone or damaged.
        """
        import pyarrow as pa

        source = self._source(name)
        try:
            return source.to_table(filter=where)
        except (OSError, pa.ArrowException) as error:
            raise DatasetError(f"{name} cannot be read: {error}") from error

    def pandas(self, name: str) -> pd.DataFrame:
        """A table as a DataFrame: whole numbers in nullable integer types, exact amounts as Decimal, maps as dicts.

        Raises DatasetError as `arrow` does.
        """
        import pandas as pd
        import pyarrow as pa

        # Without the mapping a column of kroner with one null becomes floating point.
        whole = {pa.int16(): pd.Int16Dtype(), pa.int32(): pd.Int32Dtype(), pa.int64(): pd.Int64Dtype()}
        return self.arrow(name).to_pandas(types_mapper=whole.get, maps_as_pydicts="strict")

    def sql(self, text: str) -> pa.Table:
        """What a query gives, with the tables under their names. It can read nothing else and write nothing.

        Raises DatasetError, with DuckDB's words, when the query is wrong, wants what is closed, or has no result.
        """
        import duckdb

        with duckdb.connect(config=_CLOSED) as connection:
            for name in self._files:
                connection.register(name, self._source(name))
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute("SET lock_configuration = true")
            try:
                result = connection.sql(text)
                if result is None:
                    raise DatasetError("the query has no result")
                return result.to_arrow_table()
            except duckdb.Error as error:
                raise DatasetError(str(error)) from error

    def _source(self, name: str) -> ds.Dataset:
        import pyarrow as pa
        import pyarrow.dataset as ds

        from pipeline.dataset.schemas import PARTITION, SCHEMAS

        if name not in self._files:
            raise DatasetError(f"there is no table {name!r}; there are {', '.join(self._files)}")
        try:
            return ds.dataset(
                self._files[name],
                schema=pa.schema([*SCHEMAS[name], *PARTITION]),
                format="parquet",
                # Typed, because a municipality may look like a number; based on the table's folder, because a
                # folder `year=2025` above the workspace is no column.
                partitioning=ds.partitioning(PARTITION, flavor="hive"),
                partition_base_dir=str(self._snapshot / name),
            )
        except OSError as error:
            raise DatasetError(f"{name} cannot be read: {error}") from error


def open_dataset(workspace: Path) -> Dataset:
    """The dataset as it is now. The link is followed once, so that a switch in between never mixes two.

    Raises DatasetError when there is none, or files of it are missing.
    """
    from pipeline.dataset.schemas import SCHEMAS

    snapshot = present(workspace) or workspace / LINK
    snapshot = Path(os.path.realpath(snapshot))
    files = {name: _parquet_files(snapshot / name) for name in SCHEMAS}
    manifest = read_manifest(snapshot)
    if manifest and not is_whole(snapshot, manifest):
        raise DatasetError("the dataset is damaged, files are missing or changed: run `afstem run`")
    files = {name: paths for name, paths in files.items() if paths}
    if not files:
        raise DatasetError("no dataset yet: run `afstem run`")
    return Dataset(snapshot, files)


def _parquet_files(folder: Path) -> list[str]:
    """The Parquet files of a table, in the order of their partitions."""
    return sorted(
        os.path.join(place, name)
        for place, _, names in os.walk(folder)
        for name in names
        if name.endswith(".parquet") and not name.startswith(".")
    )
