"""Publishing: what others read, what a crash leaves, and what may stand at `extracted` before."""

from __future__ import annotations

import builtins
import errno
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow.dataset as ds
import pytest

from pipeline.dataset import DatasetError, PublishError
from pipeline.dataset import publish as publish_module
from pipeline.dataset.publish import Snapshot, publish, verify
from pipeline.dataset.reading import open_dataset
from pipeline.dataset.schemas import SCHEMAS
from tests.workspaces import encode

Rows = dict[str, list[dict[str, object]]]
WRITES = ("replace", "link", "symlink", "mkdir", "rmdir", "unlink", "fsync")  # what publishing does through `os`


def edition(name: str, places: tuple[str, ...] = ("aarhus", "odense")) -> Rows:
    """A dataset in which every row of every place says which edition it is of."""
    changes = [
        {
            "document_id": f"{place}/{number}",
            "from_revision": 1,
            "to_revision": 2,
            "cause": "document",
            "change": "changed",
            "line_item_id": f"{number}",
            "label": name,
            "differs": ["amount"],
            "old_amount": Decimal("1600.25"),
            "municipality": place,
            "budget_year": 2024,
        }
        for place in places
        for number in range(3)
    ]
    known = {"relation_id": "r", "relation": "total", "status": "holds", "line_item_ids": ["a"], "amount_ids": []}
    relations = [{**known, "equation": name, "municipality": place, "budget_year": 2024} for place in places]
    return {"changes": changes, "relations": relations}


def seen(workspace: Path) -> str:
    """The one edition that the published dataset shows; fails when it shows a mixture or a part."""
    dataset = open_dataset(workspace)
    labels = dataset.arrow("changes").column("label").to_pylist()
    equations = dataset.arrow("relations").column("equation").to_pylist()
    assert (len(labels), len(equations)) == (6, 2)
    (name,) = {*labels, *equations}
    return str(name)


def contents(workspace: Path) -> dict[str, tuple[int, int]]:
    """Everything below the workspace with inode and time of change."""
    found = [workspace, *workspace.rglob("*")]
    return {str(p): (p.lstat().st_ino, p.lstat().st_mtime_ns) for p in found}


def leftovers(workspace: Path) -> list[str]:
    """Temporary names that a publish left."""
    places = [workspace, workspace / ".afstem" / "snapshots"]
    return [p.name for place in places if place.is_dir() for p in place.iterdir() if p.name.startswith((".ex", "tmp-"))]


# --- what others read ------------------------------------------------------------------------------------


def test_pandas_duckdb_and_pyarrow_read_it_with_no_plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each reads a table by its folder, with the partition columns from the path; an empty table too."""
    publish(tmp_path, encode(edition("old")))
    monkeypatch.chdir(tmp_path)
    frame = pd.read_parquet("extracted/changes")
    assert frame["label"].tolist() == ["old"] * 6
    assert set(frame["old_amount"]) == {Decimal("1600.25")}
    assert sorted(set(frame["municipality"])) == ["aarhus", "odense"]
    assert frame["budget_year"].tolist() == [2024] * 6
    every = "read_parquet('extracted/changes/**/*.parquet', hive_partitioning=true)"
    query = f"SELECT municipality, budget_year, sum(old_amount) FROM {every} GROUP BY ALL ORDER BY ALL"
    summed = Decimal("4800.75")
    assert duckdb.execute(query).fetchall() == [("aarhus", 2024, summed), ("odense", 2024, summed)]
    table = ds.dataset("extracted/changes", partitioning="hive").to_table()
    assert table.num_rows == 6
    for name in SCHEMAS:
        assert len(pd.read_parquet(f"extracted/{name}")) == {"changes": 6, "relations": 2}.get(name, 0)
        assert duckdb.execute(f"FROM read_parquet('extracted/{name}/*/*/*.parquet')").description


def test_files_stand_where_the_contract_says(tmp_path: Path) -> None:
    """Table, municipality, year, and a name that carries the hash of the content; nothing else in the folder."""
    snapshot = publish(tmp_path, encode(edition("old")))
    assert os.readlink(tmp_path / "extracted") == f".afstem/snapshots/{snapshot.id}"
    found = sorted(p.relative_to(snapshot.path).as_posix() for p in snapshot.path.rglob("*") if p.is_file())
    assert found == list(snapshot.files)
    assert sum(f.startswith("changes/municipality=aarhus/budget_year=2024/changes-") for f in found) == 1
    assert sum(f.startswith("line_items/municipality=unknown/budget_year=0/line_items-") for f in found) == 1
    assert {f.split("/")[0] for f in found} == set(SCHEMAS)


def test_two_processes_write_the_same_bytes(tmp_path: Path) -> None:
    """Neither the seed of hashes, nor the order of rows, nor the clock is in the files."""
    code = (
        "import sys; from pathlib import Path; sys.path[:0] = [sys.argv[1], str(Path(sys.argv[1]).parent)]\n"
        "from test_dataset_publish import edition, encode, publish\n"
        "rows = {t: r[::int(sys.argv[3])] for t, r in edition('old').items()}\n"
        "publish(Path(sys.argv[2]), encode(rows))"
    )
    for seed, step in (("1", "1"), ("2", "-1")):
        (tmp_path / seed).mkdir()
        command = [sys.executable, "-c", code, str(Path(__file__).parent), str(tmp_path / seed), step]
        subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": seed}, check=True)
    one, two = (
        [(p.relative_to(tmp_path / seed), p.read_bytes()) for p in sorted((tmp_path / seed).rglob("*.[pj]*"))]
        for seed in ("1", "2")
    )
    assert len(one) == len(SCHEMAS) + 3  # two tables have two municipalities, and there is the manifest
    assert one == two


# --- runs after runs -------------------------------------------------------------------------------------


def test_an_unchanged_run_writes_nothing(tmp_path: Path) -> None:
    """The same rows are the same snapshot, and no file, folder or link is touched."""
    first = publish(tmp_path, encode(edition("old")))
    before = contents(tmp_path)
    second = publish(tmp_path, encode({table: rows[::-1] for table, rows in edition("old").items()}))
    assert (first.changed, second.changed) == (True, False)
    assert second == Snapshot(first.id, first.path, first.files, False)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("linkable", [True, False])
def test_unchanged_files_are_linked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, linkable: bool) -> None:
    """Only what changed is written; where the file system has no hard links, everything is."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "no hard links here")

    old = publish(tmp_path, encode(edition("old")))
    if not linkable:
        monkeypatch.setattr(os, "link", refuse)
    rows = edition("old")
    rows["changes"][0]["label"] = "new"
    new = publish(tmp_path, encode(rows))
    for name in new.files:
        same = name in old.files and (old.path / name).stat().st_ino == (new.path / name).stat().st_ino
        assert same == (linkable and not name.startswith("changes/municipality=aarhus")), name
    assert verify(tmp_path)


def test_the_two_snapshots_before_are_kept(tmp_path: Path) -> None:
    """A reader that is still in one of them goes on; an older one is deleted, and a content can come back."""
    paths = [publish(tmp_path, encode(edition(name))).path for name in ("a", "b", "c", "d")]
    assert [p.is_dir() for p in paths] == [False, True, True, True]
    again = publish(tmp_path, encode(edition("c")))
    assert again.changed
    assert again.path.is_dir() and paths[2].is_dir() and paths[3].is_dir() and not paths[1].exists()
    assert again.path != paths[2] and seen(tmp_path) == "c"
    store = tmp_path / ".afstem" / "snapshots"
    assert len(list(store.iterdir())) == 6  # three folders, three manifests


# --- what may stand at `extracted` ------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["nothing", "empty folder", "dangling", "snapshot deleted", "loop", "link to empty"])
def test_what_holds_no_dataset_is_replaced(tmp_path: Path, state: str) -> None:
    """Nothing is lost by replacing these."""
    link = tmp_path / "extracted"
    if state == "empty folder":
        link.mkdir()
    elif state == "dangling":
        link.symlink_to("nowhere")
    elif state == "snapshot deleted":
        publish(tmp_path, encode(edition("old")))
        shutil.rmtree(tmp_path / ".afstem")
    elif state == "loop":
        link.symlink_to("extracted")
    elif state == "link to empty":
        (tmp_path / "elsewhere").mkdir()
        link.symlink_to("elsewhere")
    assert not verify(tmp_path)
    assert publish(tmp_path, encode(edition("new"))).changed
    assert verify(tmp_path) and seen(tmp_path) == "new" and not leftovers(tmp_path)


@pytest.mark.parametrize("state", ["folder", "file", "link"])
def test_what_is_not_ours_is_left_alone(tmp_path: Path, state: str) -> None:
    """The message names the path and the remedy."""
    link = tmp_path / "extracted"
    place = tmp_path / "elsewhere" if state == "link" else link
    if state == "file":
        link.write_text("mine")
    else:
        place.mkdir()
        (place / "mine.txt").write_text("mine")
    if state == "link":
        link.symlink_to("elsewhere")
    before = contents(tmp_path)
    with pytest.raises(PublishError, match=f"{link} .*: move it away and run again"):
        publish(tmp_path, encode(edition("new")))
    assert contents(tmp_path) == before and not verify(tmp_path)


@pytest.mark.parametrize("place", ["", "extracted"])
def test_what_is_not_writable_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    """Simulated, because a test that runs as root may write everywhere."""
    publish(tmp_path, encode(edition("old")))
    monkeypatch.setattr(os, "access", lambda path, _mode: Path(path) != tmp_path / place)
    before = contents(tmp_path)
    with pytest.raises(PublishError, match=f"{tmp_path / place} is not writable"):
        publish(tmp_path, encode(edition("new")))
    assert contents(tmp_path) == before
    with pytest.raises(PublishError, match="no such folder"):
        publish(tmp_path / "absent", encode(edition("new")))


@pytest.mark.parametrize("damage", ["all gone", "one gone", "cut", "altered", "foreign file", "no manifest", "no list"])
def test_a_damaged_snapshot_is_written_anew(tmp_path: Path, damage: str) -> None:
    """The same rows repair it, by a new folder and a switch, never by linking the damaged file again."""
    old = publish(tmp_path, encode(edition("old")))
    file = old.path / next(f for f in old.files if f.startswith("changes/"))
    manifest = old.path.with_name(f"{old.id}.json")
    if damage == "all gone":  # rm -rf extracted/*
        for folder in (tmp_path / "extracted").iterdir():
            shutil.rmtree(folder)
    elif damage == "one gone":
        file.unlink()
    elif damage == "cut":
        os.truncate(file, 10)
    elif damage == "altered":
        file.write_bytes(file.read_bytes()[:-1] + b"?")
    elif damage == "foreign file":
        (file.parent / "mine.parquet").write_bytes(b"")
    elif damage == "no manifest":
        manifest.unlink()
    else:
        manifest.write_text(json.dumps({"id": old.id, "files": {}, "previous": []}))
    assert verify(tmp_path) == (damage == "altered")  # names and sizes are all that `verify` looks at
    new = publish(tmp_path, encode(edition("old")))
    assert new.changed and new.id == old.id
    assert verify(tmp_path) and seen(tmp_path) == "old"
    assert not publish(tmp_path, encode(edition("old"))).changed


def test_a_hidden_file_is_no_damage(tmp_path: Path) -> None:
    """File managers leave them, and readers pass over them."""
    publish(tmp_path, encode(edition("old")))
    (tmp_path / "extracted" / "changes" / ".DS_Store").write_bytes(b"x")
    assert verify(tmp_path) and seen(tmp_path) == "old"
    assert not publish(tmp_path, encode(edition("old"))).changed


# --- what goes wrong while writing --------------------------------------------------------------------------


class Killed(BaseException):
    """Stands for the end of the process: nothing in the program may catch it."""


@contextmanager
def failing(at: int, error: BaseException, dead_after: bool) -> Iterator[list[str]]:
    """Let the `at`-th thing that publishing does to the disk fail, and all after it when `dead_after`."""
    done: list[str] = []

    def step(name: str) -> None:
        done.append(name)
        if len(done) == at or (dead_after and len(done) > at):
            raise error

    def wrapped(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            step(name)
            return real(*args, **kwargs)

        return call

    def opened(path: Path, mode: str) -> Any:
        step("open")
        file = builtins.open(path, mode)  # noqa: SIM115  # `Half` closes it
        real = file.write

        class Half:
            """A file that takes half of what it is given before it fails."""

            def __enter__(self) -> Any:
                return self

            def __exit__(self, *_: object) -> None:
                file.close()

            def __getattr__(self, name: str) -> Any:
                return getattr(file, name)

            def write(self, data: bytes) -> None:
                real(data[: len(data) // 2])
                file.flush()
                step("write")
                real(data[len(data) // 2 :])

        return Half()

    with pytest.MonkeyPatch.context() as patch:
        for name in WRITES:
            patch.setattr(os, name, wrapped(name, getattr(os, name)))
        patch.setattr(publish_module, "open", opened, raising=False)
        yield done


@pytest.fixture
def few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three tables in place of all, one of them empty, and a disk that need not be waited for."""
    few = {table: SCHEMAS[table] for table in ("changes", "relations", "documents")}
    monkeypatch.setattr("pipeline.dataset.schemas.SCHEMAS", few)
    monkeypatch.setattr("pipeline.dataset.rows.SCHEMAS", few)
    monkeypatch.setattr(os, "fsync", lambda _handle: None)


@pytest.mark.usefixtures("few_steps")
@pytest.mark.parametrize("start", ["none", "old"])
def test_a_crash_at_any_step_leaves_a_whole_dataset(tmp_path: Path, start: str) -> None:
    """Whatever the last thing was that reached the disk: the old or the new dataset, and the next run tidies up."""
    before = tmp_path / "before"
    before.mkdir()
    for name in ("oldest", "older", "older still", "old") if start == "old" else ():
        publish(before, encode(edition(name)))
    for at in range(1, 1000):
        workspace = tmp_path / str(at)
        shutil.copytree(before, workspace, symlinks=True)
        killed = False
        with failing(at, Killed(), dead_after=True) as done:
            try:
                publish(workspace, encode(edition("new")))
            except Killed:
                killed = True
        if start == "none" and not os.path.lexists(workspace / "extracted"):
            with pytest.raises(DatasetError, match="no dataset yet"):
                open_dataset(workspace)
        else:
            switched = done[: at - 1].count("replace") == 3  # manifest, folder, link
            assert verify(workspace) and seen(workspace) == ("new" if switched else start)
        publish(workspace, encode(edition("new")))
        assert verify(workspace) and seen(workspace) == "new" and not leftovers(workspace)
        assert len(list((workspace / ".afstem" / "snapshots").iterdir())) == (6 if start == "old" else 2)
        shutil.rmtree(workspace)
        if not killed:
            assert {*done} >= {"open", "write", "fsync", "replace", "symlink"}
            return
    pytest.fail("publishing takes more steps than the test tries")


def test_all_is_on_the_disk_before_the_switch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file and folder of the snapshot, its manifest, and the folders above it."""
    synced: set[int] = set()
    real = os.replace

    def fsync(handle: int) -> None:
        synced.add(os.fstat(handle).st_ino)

    def replace(old: Path, new: Path) -> None:
        if new == tmp_path / "extracted":
            needed = [tmp_path, tmp_path / ".afstem", *(tmp_path / ".afstem").rglob("*")]
            assert {p.stat().st_ino for p in needed} <= synced
            synced.clear()
        real(old, new)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", replace)
    publish(tmp_path, encode(edition("old")))
    assert synced == {tmp_path.stat().st_ino}  # and the link itself, after it


@pytest.mark.usefixtures("few_steps")
def test_an_error_at_any_step_is_told_and_leaves_no_trace(tmp_path: Path) -> None:
    """Before the switch a PublishError and the old dataset, after it the new one; never temporary files."""
    publish(tmp_path, encode(edition("old")))
    for at in range(1, 1000):
        workspace = tmp_path / str(at)
        shutil.copytree(tmp_path / ".afstem", workspace / ".afstem")
        shutil.copy(tmp_path / "extracted", workspace, follow_symlinks=False)
        told = False
        with failing(at, OSError(errno.EROFS, "Read-only file system"), dead_after=False) as done:
            try:
                publish(workspace, encode(edition("new")))
            except PublishError as error:
                told = True
                assert "cannot write the dataset: Read-only file system" in str(error)
                assert str(error).endswith("the previous dataset stands")
        assert verify(workspace) and seen(workspace) == ("old" if told else "new")
        assert not leftovers(workspace)
        shutil.rmtree(workspace)
        if len(done) < at:
            return
    pytest.fail("publishing takes more steps than the test tries")


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk(tmp_path: Path, code: int) -> None:
    """The message says so, what was written is removed, and the dataset is as it was."""
    full = OSError(code, os.strerror(code))
    with failing(40, full, dead_after=False), pytest.raises(PublishError, match=r"full \(.*; there is no dataset yet"):
        publish(tmp_path, encode(edition("old")))
    assert not leftovers(tmp_path)
    publish(tmp_path, encode(edition("old")))
    before = contents(tmp_path / ".afstem" / "snapshots")
    with failing(20, full, dead_after=False), pytest.raises(PublishError) as caught:
        publish(tmp_path, encode(edition("new")))
    assert str(caught.value).startswith("the disk is full (")
    assert str(caught.value).endswith("; the previous dataset stands")
    after = contents(tmp_path / ".afstem" / "snapshots")
    assert before.keys() == after.keys() and verify(tmp_path) and seen(tmp_path) == "old"


def test_wrong_rows_touch_nothing(tmp_path: Path) -> None:
    """Rows are looked at before the disk is."""
    rows = edition("new")
    rows["changes"][3]["to_revision"] = "2"
    with pytest.raises(ValueError, match=r"changes\.to_revision: '2' does not fit int32"):
        publish(tmp_path, encode(rows))
    assert list(tmp_path.iterdir()) == []


def test_two_runs_at_a_time(tmp_path: Path) -> None:
    """The second is told; it would sweep away what the first builds."""
    publish(tmp_path, encode(edition("old")))
    handle = os.open(tmp_path / ".afstem" / "snapshots", os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with pytest.raises(PublishError, match="another run is writing this dataset"):
            publish(tmp_path, encode(edition("new")))
    finally:
        os.close(handle)
    assert publish(tmp_path, encode(edition("new"))).changed


def test_a_killed_process_leaves_a_whole_dataset(tmp_path: Path) -> None:
    """The real thing: a process that publishes without end, killed at odd moments."""
    code = (
        "import itertools, sys; from pathlib import Path; sys.path[:0] = [sys.argv[1], str(Path(sys.argv[1]).parent)]\n"
        "from test_dataset_publish import edition, encode, publish\n"
        "for number in itertools.count():\n"
        "    publish(Path(sys.argv[2]), encode(edition(str(number % 7))))\n"
        "    print(number, flush=True)"
    )
    command = [sys.executable, "-c", code, str(Path(__file__).parent), str(tmp_path)]
    for number in range(4):
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"0\n"
            time.sleep(0.011 * number)
            process.send_signal(signal.SIGKILL)
        assert verify(tmp_path) and int(seen(tmp_path)) < 7


# --- readers during a switch ----------------------------------------------------------------------------------


def test_a_reader_during_switches_sees_one_edition(tmp_path: Path) -> None:
    """`open_dataset` and plain readers see old or new or a missing file, never some of each."""
    publish(tmp_path, encode(edition("old")))
    stop = threading.Event()
    failed: list[BaseException] = []

    def write() -> None:
        try:
            while not stop.is_set():
                for name in ("new", "old"):
                    publish(tmp_path, encode(edition(name)))
        except (PublishError, OSError) as error:
            failed.append(error)

    def plainly() -> str:
        (name,) = set(pd.read_parquet(tmp_path / "extracted" / "changes")["label"])
        return str(name)

    writer = threading.Thread(target=write)
    writer.start()
    met: dict[str, set[str]] = {"opened": set(), "plain": set()}
    try:
        until = time.monotonic() + 20
        while time.monotonic() < until and not all(names == {"old", "new"} for names in met.values()):
            for _ in range(10):
                with suppress(DatasetError, OSError):  # caught by a switch: told, not misled
                    met["opened"].add(seen(tmp_path))
                with suppress(DatasetError, OSError):
                    met["plain"].add(plainly())
    finally:
        stop.set()
        writer.join()
    assert not failed
    assert met == {"opened": {"old", "new"}, "plain": {"old", "new"}}
