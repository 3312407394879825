"""The sample round of `raw/`, end to end: what comes out, what is found, and that the same in gives the same out."""

from __future__ import annotations

import difflib
import re
from pathlib import Path

import pdfplumber
import pytest

from pipeline.dataset.reading import open_dataset
from pipeline.dataset.snapshots import verify
from pipeline.run import Summary, run
from samples import typeset
from tests.generate_golden import GOLDEN, TABLES, golden_files, main, make_sample_workspace
from tests.workspaces import SAMPLES, Workspace, hashes

SHOWN = 40  # lines of a difference that a failure prints


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Summary]:
    """The sample round, published once."""
    workspace = Workspace(make_sample_workspace(tmp_path_factory.mktemp("sample")))
    return workspace, workspace.run()


@pytest.mark.parametrize("table", TABLES)
def test_every_table_is_as_its_golden_file(sample: tuple[Workspace, Summary], table: str) -> None:
    """Compared as text: a failure shows the lines that differ. Meant so? `python -m tests.generate_golden --force`"""
    workspace, _ = sample
    [(name, text)] = [(n, t) for n, t in golden_files(workspace.path).items() if n.partition(".")[0] == table]
    golden = (GOLDEN / name).read_text("utf-8")
    lines = difflib.unified_diff(golden.splitlines(), text.splitlines(), f"golden/{name}", "this run", n=0, lineterm="")
    difference = list(lines)
    assert not difference, "\n".join([*difference[:SHOWN], *(["…"] if len(difference) > SHOWN else [])])


def test_golden_files_are_not_overwritten_by_accident(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without `--force` the command leaves what is there, says so and fails."""
    (tmp_path / "amounts.csv").write_text("kept")
    assert main([], tmp_path) == 1
    assert [p.read_text() for p in tmp_path.iterdir()] == ["kept"]
    assert "--force" in capsys.readouterr().err


def test_the_one_contradiction_is_the_only_error_and_names_the_cell(sample: tuple[Workspace, Summary]) -> None:
    """The overview transposes two digits of BFU-1; its section and its total say what was meant. So the run exits with 1."""
    workspace, summary = sample
    assert summary.exit_code == 1 and not summary.quarantined
    [error] = summary.errors
    [guilty] = error["line_item_ids"]
    [cell] = workspace.rows("line_items", line_item_id=guilty)
    where = ("table_kind", "proposal_code", "year", "value_printed", "verification")
    assert [cell[k] for k in where] == ["overview", "BFU-1", 2024, "-1.540", "contradicted"]
    assert (error["expected"], error["actual"]) == (-1_450_000, -1_540_000)
    assert "-1.540 → -1.450" in error["suggestion"] and "digits are transposed" in error["message"]
    box = [error["page"], *(error[k] for k in ("x0", "top", "x1", "bottom"))]
    assert box == pytest.approx([cell[k] for k in ("page", "x0", "top", "x1", "bottom")], abs=0.01)


def test_only_the_figures_of_the_violated_sums_are_unproved(sample: tuple[Workspace, Summary]) -> None:
    """Every other amount is verified; a figure in a sum that fails never is."""
    workspace, summary = sample
    items = workspace.rows("line_items")
    doubtful = {i["line_item_id"] for i in items if i["amount"] is not None and i["verification"] != "verified"}
    failing = {i for r in workspace.rows("relations", status="violated") for i in r["line_item_ids"]}
    assert doubtful == failing and len(failing) == summary.proof.amounts - summary.proof.verified
    assert [i["value_printed"] for i in items if i["verification"] == "contradicted"] == ["-1.540"]


def test_nothing_is_altered_to_make_a_sum_close(sample: tuple[Workspace, Summary]) -> None:
    """The amount of every figure is what its printed string says in its unit, the contradicted one included."""
    workspace, _ = sample
    money = [i for i in workspace.rows("line_items") if i["amount"] is not None]
    assert {i["unit_printed"] for i in money} == {"1.000 kr.", "1.000 KR."}
    assert all(i["amount_dkk"] == 1000 * int(i["value_printed"].replace(".", "")) for i in money)


def number(printed: str) -> str:
    """`17,7 mio.` -> `17,7`"""
    return printed.split()[0]


def test_every_receipt_leads_to_the_printed_figure(sample: tuple[Workspace, Summary]) -> None:
    """Another PDF library, given page and box of a figure, finds exactly its printed string there."""
    workspace, _ = sample
    for document in workspace.rows("documents"):
        with pdfplumber.open(workspace.path / "raw" / document["path"]) as pdf:
            for table in ("line_items", "amounts"):
                for row in workspace.rows(table, document_id=document["document_id"]):
                    page = pdf.pages[row["page"] - 1]
                    box = (row["x0"] + 0.5, row["top"] + 2, row["x1"] - 0.5, row["bottom"] - 2)
                    found = re.sub(r"\s+", " ", page.crop(box, strict=False).extract_text())
                    # an amount may run on to the next line; its box is that of its beginning
                    if table == "amounts":
                        found, row["value_printed"] = number(found), number(row["value_printed"])
                    assert found == row["value_printed"], row


def test_savings_have_one_sign_and_count_once(sample: tuple[Workspace, Summary]) -> None:
    """One catalogue prints savings as positive, the other as negative; the sum is the one each of them announces."""
    workspace, _ = sample
    table = open_dataset(workspace.path).sql(
        "SELECT department, year, sum(saving_dkk)::BIGINT AS saving FROM line_items WHERE counted GROUP BY ALL"
    )
    saving = {(r["department"], r["year"]): r["saving"] for r in table.to_pylist()}
    assert [saving["AEO", year] for year in (2024, 2025, 2026, 2027)] == [6_500_000] * 4
    # The overview's own 4.000 and 2.400, and the 90 by which its planted figure is too high.
    assert saving["FOB", 2024] == 4_000_000 + 2_400_000 + 90_000
    assert saving["FOB", 2027] == 5_600_000 + 1_600_000


def test_a_second_run_reads_nothing_and_changes_nothing(sample: tuple[Workspace, Summary]) -> None:
    """Not one byte, and not one file written anew; the exit code is still that of the dataset."""
    workspace, first = sample
    before, inodes = workspace.bytes(), {p: p.stat().st_ino for p in workspace.extracted.resolve().rglob("*")}
    again = workspace.run()
    assert (again.read, again.unchanged, again.published) == (0, 3, False)
    assert (again.exit_code, again.findings) == (1, first.findings)
    assert workspace.bytes() == before
    assert {p: p.stat().st_ino for p in workspace.extracted.resolve().rglob("*")} == inodes


def test_a_fresh_workspace_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the clock held still: in another folder, by worker processes instead of one, and read by force once more."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    made = []
    for name, options in (("one", {"jobs": 1}), ("two", {"jobs": 2})):
        workspace = make_sample_workspace(tmp_path / name)
        run(workspace, **options)
        assert verify(workspace)
        made.append(hashes((workspace / "extracted").resolve()))
    assert run(tmp_path / "two", jobs=1, force=True).read == 3
    made.append(hashes((tmp_path / "two" / "extracted").resolve()))
    assert made[0] == made[1] == made[2] and len(made[0]) > 6


def test_the_sample_documents_are_what_their_sources_typeset(tmp_path: Path) -> None:
    """`samples/typeset.py` proves the arithmetic of the round and sets the PDFs of `raw/` to the byte."""
    typeset.main(tmp_path)
    assert hashes(tmp_path) == hashes(SAMPLES / "eksempelby" / "2024")
