"""How much of the print is proved, in kroner: by document, department and round, and never with another currency mixed in."""

from __future__ import annotations

import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from click import unstyle
from click.testing import CliRunner

import pipeline
from pipeline.cli import main
from samples import typeset
from tests.documents import CATALOGUE, altered
from tests.generate_golden import make_sample_workspace
from tests.workspaces import Workspace

SJOEVIK = "sjoevik/2024/uppfoljning"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The sample round, and a Swedish follow-up in kronor."""
    workspace = Workspace(make_sample_workspace(tmp_path_factory.mktemp("proof")))
    (workspace.path / "raw" / SJOEVIK).parent.mkdir(parents=True)
    shutil.copy(typeset.STATEMENTS / f"{SJOEVIK}.pdf", workspace.path / "raw" / f"{SJOEVIK}.pdf")
    workspace.run()
    return workspace


def test_the_columns_are_the_sums_of_the_figures(published: Workspace) -> None:
    """Absolute kroner of every printed amount, and of the verified ones; nought for a document in another currency."""
    for d in published.rows("documents"):
        own = [i for i in published.rows("line_items", document_id=d["document_id"]) if i["amount_dkk"] is not None]
        assert d["amount_total_dkk"] == sum(abs(i["amount_dkk"]) for i in own)
        verified = sum(abs(i["amount_dkk"]) for i in own if i["verification"] == "verified")
        assert d["amount_verified_dkk"] == verified
    [swedish] = published.rows("documents", document_id=SJOEVIK)
    assert (swedish["amount_total_dkk"], swedish["amount_verified_dkk"]) == (0, 0)
    assert any(i["amount"] for i in published.rows("line_items", document_id=SJOEVIK))


def test_the_share_of_a_department_is_one_line_of_sql(published: Workspace) -> None:
    """The one planted contradiction leaves all of AEO proved, and FOB but for the sums that it breaks."""
    rows = pipeline.open(published.path).sql(
        "SELECT department, sum(amount_verified_dkk) / sum(amount_total_dkk) AS verified FROM documents "
        "WHERE is_current AND amount_total_dkk > 0 GROUP BY ALL"
    )
    shares = {r["department"]: r["verified"] for r in rows.to_pylist()}
    assert shares["AEO"] == 1 and 0.9 < shares["FOB"] < 1


def test_status_and_run_tell_it(published: Workspace) -> None:
    """By document and by department and round; the Swedish one has a dash and no line of its own."""
    output = unstyle(CliRunner().invoke(main, ["-w", str(published.path), "status"]).output)
    lines = output.splitlines()
    [swedish] = [x for x in lines if SJOEVIK in x]
    assert "  –  " in swedish and "100 %" in swedish
    assert [x.split() for x in lines if x.startswith("eksempelby  ")] == [
        ["eksempelby", "2024", "AEO", "2", "53.200.000", "100", "%"],
        ["eksempelby", "2024", "FOB", "1", "129.240.000", "93", "%"],
    ]
    assert "172.900.000 of 182.440.000 kr. (95 %)" in output
    again = unstyle(CliRunner().invoke(main, ["-w", str(published.path), "run", "--jobs", "1"]).output)
    assert "95 % of their kroner" in again


def test_only_the_current_revision_carries_it(tmp_path: Path) -> None:
    """A superseded revision has none; a quarantined file leaves the last good one its own."""
    workspace = Workspace.make(tmp_path / "ws", aeo=CATALOGUE)
    workspace.run()
    slipped = replace(CATALOGUE, rows=altered(CATALOGUE.rows, 0, 0, "2.900"))
    slipped.save(workspace.raw / "aeo.pdf")
    workspace.run()
    (workspace.raw / "aeo.pdf").write_bytes(b"%PDF-")
    workspace.run()
    rows = {r["revision"]: r for r in workspace.rows("documents")}
    assert [(rows[n]["status"], rows[n]["is_current"]) for n in (1, 2, 3)] == [
        ("ok", False), ("ok", True), ("quarantined", False)
    ]  # fmt: skip
    assert [rows[n]["amount_total_dkk"] for n in (1, 3)] == [None, None] == [rows[n]["amount_verified_dkk"] for n in (1, 3)]
    assert Decimal(0) < rows[2]["amount_verified_dkk"] < rows[2]["amount_total_dkk"]
