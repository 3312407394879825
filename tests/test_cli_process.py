"""The command line as a process: how long it takes, closed pipes, interrupts, odd encodings."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.documents import Numbered, row
from tests.workspaces import ROOT, SAMPLES, Workspace

COMMAND = [sys.executable, "-m", "pipeline"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


def afstem(*args: str, **more: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*COMMAND, *args], env={**ENVIRONMENT, **more}, capture_output=True, timeout=60)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The sample round, read once."""
    folder = tmp_path_factory.mktemp("sample") / "ws"
    assert afstem("init", str(folder), "--sample").returncode == 0
    done = afstem("-w", str(folder), "run", "--jobs", "1")
    assert done.returncode == 1, done.stderr.decode()
    yield folder


@pytest.mark.parametrize("args", [["--help"], ["--version"], ["run", "--help"], ["rules", "try", "--help"]])
def test_help_is_there_at_once(args: list[str]) -> None:
    """Within 0.3 s of computing, whatever else the machine does: no heavy library is loaded for it."""
    took = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert afstem(*args).returncode == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        took.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(took) < 0.3, took


def test_importing_the_package_loads_nothing_heavy() -> None:
    """Neither `import pipeline` nor the definitions of the commands load a library for data, PDFs or rules."""
    heavy = {"pyarrow", "pandas", "duckdb", "pypdfium2", "rich", "pydantic", "numpy", "regex", "PIL"}
    code = "import sys; import pipeline; a = set(sys.modules); import pipeline.cli; print(*(a | set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], env=ENVIRONMENT, capture_output=True, text=True, check=True)
    assert not heavy & set(done.stdout.split())


@pytest.mark.parametrize("command", [["--help"], ["findings"], ["query", "SELECT * FROM range(20000)"], ["status"]])
def test_a_reader_that_leaves_is_no_error(sample: Path, command: list[str]) -> None:
    """As with `afstem … | head -1`: nothing is said, and nothing hangs."""
    process = subprocess.Popen(
        [*COMMAND, "-w", str(sample), *command], env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout and process.stderr
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(timeout=30) in (0, 1, 141)


@pytest.mark.parametrize("closed", ["", ">&-", ">&- 2>&- <&-"])
def test_output_that_was_closed_stops_no_command(sample: Path, closed: str) -> None:
    """As of a job of cron: the command does its work, and no file of ours is written to by who means to print."""
    done = subprocess.run(["sh", "-c", f'"$@" {closed}', "-", *COMMAND, "-w", str(sample), "run"], env=ENVIRONMENT,
                          capture_output=True, timeout=60)  # fmt: skip
    assert done.returncode == 1 and b"bug" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_output_that_cannot_be_written_is_told_as_such(sample: Path) -> None:
    """And not as if the dataset could not be."""
    with open("/dev/full", "wb") as full:
        done = subprocess.run([*COMMAND, "-w", str(sample), "run"], env=ENVIRONMENT, stdout=full, stderr=subprocess.PIPE, timeout=60)
    assert done.returncode == 2 and b"cannot print" in done.stderr and b"stands" not in done.stderr


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_no_encoding_stops_the_output(sample: Path, encoding: str) -> None:
    done = afstem("-w", str(sample), "explain", "fob", PYTHONIOENCODING=encoding)
    assert done.returncode == 0
    assert b"proposal-catalogue" in done.stdout
    assert done.stderr == b""


def test_an_interrupted_run_stops_at_once_and_goes_on_later(tmp_path: Path) -> None:
    """Ctrl-C reaches every process of the terminal. No dataset appears, and what was read need not be read again."""
    folder = tmp_path / "ws"
    afstem("init", str(folder))
    data = (SAMPLES / "eksempelby" / "2024" / "aeo-velfaerdspuljen.pdf").read_bytes()
    many = 96  # more than are read before a busy machine sends the interrupt
    for k in range(many):
        (folder / "raw" / f"{k:02}.pdf").write_bytes(data + f"\n% {k}\n".encode())
    # whoever runs the tests may have had interrupts ignored, which processes inherit
    heed = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    code = f"{heed}; from pipeline.cli import main; main(prog_name='afstem')"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "-w", str(folder), "run", "--jobs", "2"], env=ENVIRONMENT, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    stage = folder / ".afstem" / "stage"
    for _ in range(1500):
        if len(list(stage.glob("*.json"))) >= 2 or process.poll() is not None:
            break
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    out, error = process.communicate(timeout=20)
    assert process.returncode == 130
    assert out == ""
    assert "interrupted" in error
    assert "run again to go on" in error
    assert "Traceback" not in error
    assert not (folder / "extracted").exists()

    done = afstem("-w", str(folder), "run", "--jobs", "2")
    assert done.returncode == 0
    assert f"{many} documents read".encode() in done.stdout
    [line] = [x for x in done.stderr.decode().splitlines() if x.startswith("reading")]
    assert int(line.split()[1]) < many


def test_the_seed_of_hashes_is_not_in_the_dataset(tmp_path: Path) -> None:
    """Two processes, one document, the same bytes; of two types that an overview prints for a proposal the first counts."""
    twice = [row(f"{n}. Forslag nummer {n}", *[n * 100] * 4, tail=kind) for n in range(1, 7) for kind in ("Eff.", "AM")]
    document = Numbered((*twice, row("Nettoændringer i driftsudgifter", *[4200] * 4)), (("Forslag nummer 1", "Uden beløb."),))
    found = []
    for seed in ("1", "2"):
        workspace = Workspace.make(tmp_path / seed, aeo=document)
        afstem("-w", str(workspace.path), "run", "--jobs", "1", PYTHONHASHSEED=seed, SOURCE_DATE_EPOCH="1700000000")
        found.append(workspace)
    one, two = found
    assert one.bytes() == two.bytes()
    assert {p["saving_type"] for p in one.rows("proposals")} == {"Eff."} and len(one.rows("proposals")) == 6
