"""Published rows of a revision, kept when it is superseded or withdrawn: exactly what readers saw."""

from __future__ import annotations

import operator
import os
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.dataset import DatasetError
from pipeline.dataset.assemble import instant
from pipeline.dataset.reading import Dataset
from pipeline.dataset.rows import Partition
from pipeline.dataset.schemas import PARTITION, SCHEMAS
from pipeline.ids import make_id
from pipeline.revisions.state import Revision
from pipeline.store import Store, StoreError


def _key(revision: Revision) -> str:
    return f"{make_id(revision.document_id)}-{revision.revision}"


def published_rows(dataset: Dataset | None, revision: Revision, place: Partition) -> pa.Table | None:
    """The figures of a revision as they are published; `None` where the dataset is gone."""
    if dataset is None:
        return None
    where = {"municipality": place[0], "budget_year": place[1], "document_id": revision.document_id, "revision": revision.revision}
    try:
        rows = dataset.arrow("line_items", reduce(operator.and_, (pc.field(k) == v for k, v in where.items())))
    except DatasetError:
        return None
    return rows


def has_history(store: Store, revision: Revision) -> bool:
    """Whether rows of a revision are kept."""
    return store.history(_key(revision)).exists()


def keep_history(store: Store, revision: Revision, own: pa.Table) -> None:
    """Keep the published rows of a revision in the store, before they are replaced.

    Raises `StoreError` when they cannot be written. Where there are none, the rows that were kept before stay.
    """
    path = store.history(_key(revision))
    if not own.num_rows:
        return
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(own, temporary)
        os.replace(temporary, path)
    except OSError as e:
        temporary.unlink(missing_ok=True)
        raise StoreError(f"cannot write {path}: {e.strerror or e}; the previous dataset stands") from e


def load_history(store: Store, revision: Revision) -> dict[Partition, pa.Table]:
    """The rows kept for a revision as `line_items_history` has them; none where it had none, or they were lost.

    Raises `StoreError` when what was kept is damaged.
    """
    path = store.history(_key(revision))
    if not path.exists():
        return {}
    try:
        rows = pq.read_table(path)
    except (OSError, pa.ArrowException) as e:
        raise StoreError(f"{path} is damaged: {e}; restore it from a backup, or delete it") from e
    known = {
        "known_from": instant(revision.current_from or revision.known_from),
        "known_to": instant(revision.known_to or revision.known_from),
    }
    schema = SCHEMAS["line_items_history"]
    columns = [
        pa.repeat(pa.scalar(known[f.name], f.type), rows.num_rows) if f.name in known
        else rows[f.name].cast(f.type).combine_chunks() if f.name in rows.column_names
        else pa.nulls(rows.num_rows, f.type)  # a column that came later
        for f in schema
    ]  # fmt: skip
    whole = pa.Table.from_arrays(columns, schema=schema)
    places = list(zip(*(rows[name].to_pylist() for name in PARTITION.names), strict=True))
    return {place: whole.filter(pa.array([p == place for p in places])) for place in sorted(set(places))}
