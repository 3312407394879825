"""The tables, the values they take, and how they are read back."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.dataset import DatasetError
from pipeline.dataset.publish import publish
from pipeline.dataset.reading import open_dataset
from pipeline.dataset.schemas import PARTITION, SCHEMAS, SORT
from tests.workspaces import encode

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
COLUMNS = {  # the contract, in its own words and order
    "line_items": "line_item_id document_id revision department table_id table_kind proposal_code proposal_title"
    " theme_code sector label row_kind column_printed year phase measure attributes amount currency amount_dkk"
    " saving_dkk fte fte_change percent counted value_printed unit_printed price_level footnote page x0 top x1 bottom"
    " rule_id reader decided_by verification verified_by",
    "line_items_history": "line_item_id saving_dkk known_from known_to",
    "proposals": "document_id proposal_code title theme_code theme_title sector description area_budget_printed"
    " area_budget saving_percent_printed saving_percent saving_type has_section page",
    "amounts": "amount_id document_id sentence value_printed amount currency quantum approximate role year"
    " line_item_ids verification page x0 top x1 bottom",
    "documents": "document_id revision is_current path sha256 title department kind stage document_date years pages"
    " status error known_from",
    "findings": "finding_id check severity status message document_id page x0 top x1 bottom year expected actual"
    " difference tolerance within_rounding line_item_ids suggestion waiver_reason",
    "changes": "document_id from_revision to_revision cause change line_item_id label year old_amount new_amount"
    " old_value_printed new_value_printed",
    "relations": "relation_id relation document_id page year equation status expected actual difference tolerance"
    " line_item_ids amount_ids",
}


def filled(table: str, **values: object) -> dict[str, object]:
    """A row of the table: the given values, and plain ones where a column is required."""
    plain = {"string": "x", "bool": True, "double": 1.5, "timestamp[s, tz=UTC]": NOON, "map<string, string>": {}}
    row: dict[str, object] = {"municipality": "aarhus", "budget_year": 2024}
    for field in SCHEMAS[table]:
        if not field.nullable:
            row[field.name] = [] if pa.types.is_list(field.type) else plain.get(str(field.type), 1)
    return row | values


# --- the schemas -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", COLUMNS)
def test_every_column_of_the_contract_is_there(table: str) -> None:
    """No table and no column of the contract is missing."""
    assert set(COLUMNS[table].split()) <= set(SCHEMAS[table].names)
    assert set(COLUMNS) == set(SCHEMAS) == set(SORT)


@pytest.mark.parametrize("table", SCHEMAS)
def test_every_column_says_what_it_means(table: str) -> None:
    """Each column has a description and names its unit; a quantity never has an empty one."""
    for field in [*SCHEMAS[table], *PARTITION]:
        assert field.metadata[b"description"].strip(), field.name
        quantity = str(field.type).startswith(("int", "decimal", "double", "timestamp", "date"))
        assert bool(field.metadata[b"unit"]) or not quantity, field.name


@pytest.mark.parametrize("table", SCHEMAS)
def test_partition_columns_stay_out_of_the_files(table: str) -> None:
    """Readers fail on a column that stands both in the path and in the file; rows sort by columns that exist."""
    assert not set(PARTITION.names) & set(SCHEMAS[table].names)
    assert set(SORT[table]) <= set(SCHEMAS[table].names)


def test_history_is_line_items_and_two_instants() -> None:
    """A superseded row has the columns of a current one."""
    assert SCHEMAS["line_items_history"].names == [*SCHEMAS["line_items"].names, "known_from", "known_to"]


# --- values that do not fit ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("line_items", "nonsense", 1),
        ("line_items", "label", None),
        ("line_items", "label", 7),
        ("line_items", "label", "\udcff"),
        ("line_items", "year", 2024.0),
        ("line_items", "year", 70000),
        ("line_items", "year", True),
        ("line_items", "year", "2024"),
        ("line_items", "amount", 1.5),
        ("line_items", "amount", "1.5"),
        ("line_items", "amount", Decimal("1.005")),
        ("line_items", "amount", Decimal("1E18")),
        ("line_items", "amount", Decimal("NaN")),
        ("line_items", "amount_dkk", Decimal(1)),
        ("line_items", "amount_dkk", 2**63),
        ("line_items", "x0", float("nan")),
        ("line_items", "x0", "1"),
        ("line_items", "counted", 1),
        ("line_items", "attributes", [("a", "b"), ("a", "c")]),
        ("line_items", "attributes", {"a": None}),
        ("line_items", "attributes", "ab"),
        ("line_items", "verified_by", "total"),
        ("line_items", "verified_by", {"total"}),
        ("line_items", "verified_by", [None]),
        ("documents", "years", [2024, 70000]),
        ("documents", "document_date", "2024-05-01"),
        ("documents", "document_date", NOON),
        ("documents", "known_from", datetime(2024, 5, 1, 12)),
        ("documents", "known_from", NOON.replace(microsecond=1)),
        ("documents", "municipality", "Aarhus"),
        ("documents", "municipality", "../aarhus"),
        ("documents", "municipality", None),
        ("documents", "budget_year", "2024"),
        ("documents", "budget_year", None),
        ("documents", "budget_year", 20240),
    ],
    ids=repr,
)
def test_a_value_that_does_not_fit_is_named(table: str, column: str, value: object) -> None:
    """Table, column and value are in the message; pyarrow alone would take several of these and alter them."""
    with pytest.raises(ValueError, match=f"{table}.{column}: ") as caught:
        encode({table: [filled(table, **{column: value})]})
    assert repr(value) in str(caught.value) or value is None


def test_a_missing_required_column_and_an_unknown_table_are_named() -> None:
    """What is not nullable has to be in every row."""
    row = filled("changes")
    del row["cause"]
    with pytest.raises(ValueError, match=r"changes\.cause: is required and missing"):
        encode({"changes": [row]})
    with pytest.raises(ValueError, match="lineitems: no such table"):
        encode({"lineitems": []})


def test_values_take_one_stored_form(tmp_path: Path) -> None:
    """Points have two decimals, instants are UTC, maps go by their keys, and amounts stay exact."""
    row = filled(
        "line_items_history",
        x0=10.123456,
        top=-0.001,
        amount=Decimal("-99999999999999999.99"),
        saving_dkk=2**53 + 1,
        attributes={"b": "1", "a": "2"},
        known_from=NOON.astimezone(timezone(timedelta(hours=2))),
    )
    publish(tmp_path, encode({"line_items_history": [row]}))
    table = open_dataset(tmp_path).arrow("line_items_history")
    (read,) = table.to_pylist()
    assert (read["x0"], str(read["top"])) == (10.12, "0.0")
    assert read["amount"] == Decimal("-99999999999999999.99")
    assert read["saving_dkk"] == 2**53 + 1
    assert read["attributes"] == [("a", "2"), ("b", "1")]
    assert read["known_from"] == NOON
    assert (read["municipality"], read["budget_year"]) == ("aarhus", 2024)
    assert table.schema == pa.schema([*SCHEMAS["line_items_history"], *PARTITION])


# --- any rows in any order -------------------------------------------------------------------------------


def _values(kind: pa.DataType) -> st.SearchStrategy[object]:
    if pa.types.is_decimal(kind):
        whole = kind.precision - kind.scale
        return st.decimals(-(10**whole) + 1, 10**whole - 1, places=kind.scale)
    if pa.types.is_integer(kind):
        return st.integers(-(2 ** (kind.bit_width - 1)), 2 ** (kind.bit_width - 1) - 1)
    if pa.types.is_list(kind):
        return st.lists(_values(kind.value_type), max_size=3)
    by_name: dict[str, st.SearchStrategy[object]] = {
        "string": st.text(max_size=8),
        "bool": st.booleans(),
        "double": st.integers(-100000, 100000).map(lambda n: n / 100),
        "date32[day]": st.dates(),
        "timestamp[s, tz=UTC]": st.datetimes(timezones=st.just(UTC)).map(lambda t: t.replace(microsecond=0)),
        "map<string, string>": st.dictionaries(st.text(max_size=3), st.text(max_size=3), max_size=3).map(
            lambda found: sorted(found.items())
        ),
    }
    return by_name[str(kind)]


def _rows(table: str) -> st.SearchStrategy[list[dict[str, object]]]:
    columns: dict[str, st.SearchStrategy[object]] = {
        "municipality": st.sampled_from(["aarhus", "007", "unknown"]),
        "budget_year": st.sampled_from([0, 2024]),
    }
    for field in SCHEMAS[table]:
        values = _values(field.type)
        columns[field.name] = values | st.none() if field.nullable else values
    alike = (*PARTITION.names, *SORT[table])

    def with_ties(rows: list[dict[str, object]]) -> list[dict[str, object]]:
        """One row a second time, and one that sorts with it and differs in the rest."""
        return [*rows, *rows[:1], *(row | {name: rows[0][name] for name in alike} for row in rows[1:2])]

    return st.lists(st.fixed_dictionaries(columns), max_size=4).map(with_ties)


@settings(max_examples=40, deadline=None)
@given(st.data(), st.sampled_from(sorted(SCHEMAS)), st.randoms(use_true_random=False))
def test_what_is_published_is_what_is_read(data: st.DataObject, table: str, shuffler: random.Random) -> None:
    """Every row comes back as it was, and the order in which rows are given leaves no trace."""
    rows = data.draw(_rows(table))
    shuffled = shuffler.sample(rows, len(rows))
    assert encode({table: rows}) == encode({table: shuffled})
    with tempfile.TemporaryDirectory() as folder:
        publish(Path(folder), encode({table: shuffled}))
        read = open_dataset(Path(folder)).arrow(table).to_pylist()
    for row in rows:
        read.remove(row)
    assert read == []


# --- reading ---------------------------------------------------------------------------------------------


def _published(workspace: Path) -> Path:
    workspace.mkdir(parents=True, exist_ok=True)
    rows = [
        filled("line_items", municipality="aarhus", budget_year=2024, year=2030, amount_dkk=0),
        filled("line_items", municipality="007", budget_year=2025, year=None, amount_dkk=1),
    ]
    publish(workspace, encode({"line_items": rows, "documents": [filled("documents", document_date=date(2024, 5, 1))]}))
    return workspace


def test_sql_sees_the_tables(tmp_path: Path) -> None:
    """A municipality is text even where it looks like a number, the year of the round is a number."""
    dataset = open_dataset(_published(tmp_path))
    assert dataset.tables() == tuple(SCHEMAS)
    found = dataset.sql("SELECT municipality, budget_year + 1 AS next FROM line_items ORDER BY ALL").to_pylist()
    assert found == [{"municipality": "007", "next": 2026}, {"municipality": "aarhus", "next": 2025}]
    assert dataset.sql("SELECT known_from FROM documents").to_pylist() == [{"known_from": NOON}]
    assert dataset.sql("PIVOT line_items ON municipality USING sum(amount_dkk)").num_columns > 0
    assert dataset.sql("SELECT * FROM findings").num_rows == 0


def test_a_folder_above_the_workspace_is_no_column(tmp_path: Path) -> None:
    """`year=7` above the workspace would replace the column `year`, and `[` would be taken for a pattern."""
    dataset = open_dataset(_published(tmp_path / "year=7" / "it's [a]*?" / "municipality=x"))
    query = "SELECT municipality, year FROM line_items ORDER BY ALL"
    assert [tuple(row.values()) for row in dataset.sql(query).to_pylist()] == [("007", None), ("aarhus", 2030)]
    assert dataset.arrow("line_items").column("year").to_pylist() == [None, 2030]


def test_pandas_keeps_whole_numbers_whole(tmp_path: Path) -> None:
    """A null does not turn kroner and years into floating point."""
    frame = open_dataset(_published(tmp_path)).pandas("line_items")
    assert frame["year"].dtype == pd.Int16Dtype()
    assert frame["amount_dkk"].tolist() == [1, 0]
    assert frame["attributes"].tolist() == [{}, {}]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM '{file}'",
        "SELECT * FROM read_csv('{file}')",
        "SELECT * FROM read_text('{file}')",
        "SELECT * FROM glob('{folder}/*')",
        "SELECT * FROM read_parquet('{folder}/extracted/line_items/**/*.parquet')",
        "COPY (SELECT 1) TO '{folder}/out.csv'",
        "COPY (SELECT 1) TO '{folder}/extracted/line_items/out.parquet'",
        "WITH x AS (COPY (SELECT 1) TO '{folder}/extracted/out.csv') SELECT 1",
        "EXPLAIN ANALYZE COPY (SELECT 1) TO '{folder}/out.csv'",
        "EXPORT DATABASE '{folder}/out'",
        "ATTACH '{folder}/out.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET TimeZone = 'Europe/Copenhagen'",
        "SELECT * FROM visible_here",
        "INSERT INTO line_items SELECT * FROM line_items",
        "DELETE FROM line_items",
        "SELECT nonsense",
        "SELEC 1",
        "",
    ],
)
def test_sql_reads_only_the_dataset(query: str, tmp_path: Path) -> None:
    """Files, the network, extensions, settings and Python's variables are out of reach, and nothing is written."""
    visible_here = pa.table({"a": [1]})
    file = _published(tmp_path) / "secret.csv"
    file.write_text("a,b\n1,2\n")
    before = sorted(map(str, tmp_path.rglob("*")))
    with pytest.raises(DatasetError):
        open_dataset(tmp_path).sql(query.format(file=file, folder=tmp_path))
    assert sorted(map(str, tmp_path.rglob("*"))) == before
    assert visible_here.num_rows == 1


def test_a_query_leaves_nothing_for_the_next(tmp_path: Path) -> None:
    """Each query begins with the tables as they are."""
    dataset = open_dataset(_published(tmp_path))
    dataset.sql("DROP VIEW line_items; SELECT 1")
    assert dataset.sql("FROM line_items").num_rows == 2


def test_an_open_dataset_stays_in_its_snapshot(tmp_path: Path) -> None:
    """A publish after the opening is not seen."""
    dataset = open_dataset(_published(tmp_path))
    publish(tmp_path, encode({}))
    assert dataset.arrow("line_items").num_rows == dataset.sql("FROM line_items").num_rows == 2
    assert open_dataset(tmp_path).arrow("line_items").num_rows == 0


def test_a_dataset_that_is_not_there_or_not_whole_is_an_error(tmp_path: Path) -> None:
    """Missing files are never read as fewer rows."""
    with pytest.raises(DatasetError, match="no dataset yet: run `afstem run`"):
        open_dataset(tmp_path)
    (tmp_path / "extracted").mkdir()
    with pytest.raises(DatasetError, match="no dataset yet"):
        open_dataset(tmp_path)
    opened = open_dataset(_published(tmp_path))
    with pytest.raises(DatasetError, match="no table 'lines'; there are line_items"):
        opened.arrow("lines")
    next((tmp_path / "extracted" / "line_items").rglob("*.parquet")).unlink()
    with pytest.raises(DatasetError, match="damaged"):
        open_dataset(tmp_path)
    with pytest.raises(DatasetError):
        opened.arrow("line_items")
    with pytest.raises(DatasetError):
        opened.sql("SELECT label FROM line_items")


def test_a_copy_of_the_dataset_can_be_read(tmp_path: Path) -> None:
    """`cp -rL extracted` elsewhere is a dataset too, with no snapshots behind it."""
    _published(tmp_path / "here")
    shutil.copytree(tmp_path / "here" / "extracted", tmp_path / "there" / "extracted")
    assert open_dataset(tmp_path / "there").sql("FROM line_items").num_rows == 2


def test_importing_the_package_loads_no_library() -> None:
    """The command line answers before pyarrow has loaded."""
    code = (
        "import sys, pipeline.dataset, pipeline.dataset.reading, pipeline.dataset.snapshots;"
        "print([m for m in ('pyarrow', 'pandas', 'duckdb', 'numpy') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
