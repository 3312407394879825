"""`afstem run --dry-run`: what would change is told as the run then does it, and nothing is published or logged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main
from pipeline.pool import Workers
from tests.documents import CATALOGUE, altered
from tests.workspaces import Workspace, hashes


def dry(workspace: Workspace, *more: str) -> Result:
    """A dry run; it must leave the log and the dataset as they are."""
    log = workspace.path / ".afstem" / "log.jsonl"
    history = workspace.path / ".afstem" / "history"

    def state() -> tuple[object, ...]:
        return (
            log.read_bytes() if log.exists() else None, hashes(workspace.extracted) if workspace.extracted.exists() else None,
            workspace.extracted.resolve(), hashes(history) if history.exists() else None,
        )  # fmt: skip

    before = state()
    done = CliRunner(catch_exceptions=False).invoke(main, ["-w", str(workspace.path), "run", "--dry-run", "--jobs", "1", *more])
    assert state() == before
    return done


def edit(workspace: Workspace, rule: str, old: str, new: str) -> None:
    path = workspace.path / "rules" / f"{rule}.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_nothing_to_do(workspace: Workspace) -> None:
    """An unchanged workspace: nothing would change."""
    done = dry(workspace)
    assert (done.exit_code, done.stdout.splitlines()) == (0, [
        "dry run: nothing would change", "", "nothing was published; `afstem run` would exit with 0"])  # fmt: skip


def test_a_first_run(make_workspace: Callable[..., Workspace]) -> None:
    """Before anything is published every figure is an added one, and there is still no dataset afterwards."""
    workspace = make_workspace(aeo=CATALOGUE)
    done = dry(workspace)
    assert done.exit_code == 0
    assert "figures: 20 added" in done.stdout and "a new document" in done.stdout
    assert not workspace.extracted.exists()
    assert workspace.run().proof.figures == 20


def test_a_changed_figure_flips_its_sum(workspace: Workspace) -> None:
    """A misprint in a new edition: old and new figure, the equation that flips, the finding, and the exit code of the run."""
    replace(CATALOGUE, rows=altered(CATALOGUE.rows, 0, 1, "2.990")).save(workspace.raw / "aeo.pdf")
    done = dry(workspace)
    assert done.exit_code == 1
    assert "proeveby/2024/aeo: because of the document" in done.stdout
    assert "2.900 → 2.990" in done.stdout and "2.900.000 → 2.990.000" in done.stdout
    assert "finding appears: error  items-to-total" in done.stdout
    assert "holds → violated" in done.stdout
    assert "fob" not in done.stdout
    assert workspace.run().exit_code == 1
    replace(CATALOGUE).save(workspace.raw / "aeo.pdf")
    back = dry(workspace)
    assert back.exit_code == 0
    assert "violated → holds" in back.stdout and "finding vanishes: error  items-to-total" in back.stdout


def test_a_changed_rule(workspace: Workspace) -> None:
    """A rule that reads the sign the other way: every saving flips; the document it does not read stays out."""
    edit(workspace, "numbered-catalogue", "saving: positive", "saving: negative")
    done = dry(workspace)
    assert "proeveby/2024/aeo: because of the rule" in done.stdout
    assert "saving_dkk 2.400.000 → -2.400.000" in done.stdout
    assert "fob" not in done.stdout
    workspace.run()
    [row] = workspace.rows("line_items", label="Rehabilitering før varig hjemmehjælp", year=2024)
    assert row["saving_dkk"] == -2400000


def test_a_rule_that_reads_labels_otherwise(workspace: Workspace) -> None:
    """The enumerator stays in the label: each figure of the proposals is told, with its label before and after."""
    old = [r["label"] for r in workspace.rows("line_items", document_id="proeveby/2024/aeo")]
    enumerator = "    enumerator: {pattern: '^(?P<code>\\d{1,2})\\.\\s+', examples: ['1. Samling af administrative opgaver']}\n"
    edit(workspace, "numbered-catalogue", enumerator, "")
    done = dry(workspace)
    edited = "label Rehabilitering før varig hjemmehjælp → 1. Rehabilitering før varig hjemmehjælp"
    assert edited in " ".join(done.stdout.split())
    workspace.run()
    new = [r["label"] for r in workspace.rows("line_items", document_id="proeveby/2024/aeo")]
    assert f"figures: {sum(a != b for a, b in zip(old, new, strict=True))} changed" in done.stdout


def test_a_rule_that_loses_rows(workspace: Workspace) -> None:
    """A total that is ignored, and summed up no more: four figures and their equations go."""
    edit(workspace, "numbered-catalogue", "    sums:\n      - {equation: item = total}\n", "")
    edit(workspace, "numbered-catalogue", "{kind: total, pattern: '^Nettoændringer", "{kind: ignore, pattern: '^Nettoændringer")
    done = dry(workspace)
    assert "figures: 4 removed" in done.stdout
    assert "4 would go (4 of them held)" in done.stdout


def test_a_withdrawn_document(workspace: Workspace) -> None:
    """A file that is gone: its figures would go, and its history is kept only by the run itself."""
    (workspace.raw / "aeo.pdf").unlink()
    done = dry(workspace)
    assert "withdrawn: its file is gone" in done.stdout and "figures: 20 removed" in done.stdout
    workspace.run()
    assert len(workspace.rows("line_items_history")) == 20


def test_a_rule_with_a_mistake(workspace: Workspace) -> None:
    """As a run does: exit code 2, the mistake with its line."""
    edit(workspace, "numbered-catalogue", "language: danish", "langauge: danish")
    done = dry(workspace)
    assert done.exit_code == 2 and "langauge" in done.stderr


def test_after_a_dry_run_the_run_reads_nothing_twice(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a dry run has read is kept; the run after it gives the same dataset as one without."""
    replace(CATALOGUE, rows=altered(CATALOGUE.rows, 0, 1, "2.990")).save(workspace.raw / "aeo.pdf")
    dry(workspace)
    monkeypatch.setattr(Workers, "extract_all", lambda self, jobs, done: [] if not jobs else pytest.fail("read again"))
    assert workspace.run().read == 1
