"""Reruns and revisions: what a new file, a removed file or a changed rule leaves behind, figure by figure."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline import readings
from pipeline.dataset.reading import open_dataset
from pipeline.revisions.state import fold
from pipeline.store import Store
from tests.documents import CATALOGUE, SECTIONED, Numbered, altered, row
from tests.workspaces import ROOT, Workspace, checks, messages

AEO, FOB = "proeveby/2024/aeo", "proeveby/2024/fob"
A = CATALOGUE
# One figure less and its total with it: still a document that agrees with itself.
B = replace(A, rows=altered(altered(A.rows, 2, 1, "900"), 3, 1, "4.300"))


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[], datetime]:
    """A clock that a test moves by a day; without it two runs of one second could not be told apart."""
    now = datetime.fromisoformat("2024-01-01T12:00:00+00:00")

    def tick() -> datetime:
        nonlocal now
        now += timedelta(days=1)
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(now.timestamp())))
        return now

    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(now.timestamp())))
    return tick


def put(workspace: Workspace, document: Numbered, name: str = "aeo") -> None:
    document.save(workspace.raw / f"{name}.pdf")


def revisions(workspace: Workspace, document_id: str = AEO) -> list[tuple[int, str, bool]]:
    rows = workspace.rows("documents", document_id=document_id)
    return sorted((r["revision"], r["status"], r["is_current"]) for r in rows)


def figures(rows: list[dict[str, Any]]) -> dict[str, str]:
    """Line item -> what is printed."""
    assert len({r["line_item_id"] for r in rows}) == len(rows)
    return {r["line_item_id"]: r["value_printed"] for r in rows}


def same_but(rows: list[dict[str, Any]], *columns: str) -> list[dict[str, Any]]:
    return [{k: v for k, v in r.items() if k not in columns} for r in rows]


def by_place(row: dict[str, Any]) -> tuple[int, float, float]:
    return row["page"], row["top"], row["x0"]


# --- a file replaced ------------------------------------------------------------------------------------------


def test_a_file_replaced_and_put_back_is_three_revisions(workspace: Workspace) -> None:
    """A, B, A: the third has the content of the first and a number of its own; the figures keep their ids."""
    first = figures(workspace.rows("line_items", document_id=AEO))
    for n, document in ((2, B), (3, A)):
        put(workspace, document)
        assert workspace.run().read == 1
        assert {r["revision"] for r in workspace.rows("line_items", document_id=AEO)} == {n}
        assert figures(workspace.rows("line_items", document_id=AEO)).keys() == first.keys()
    assert revisions(workspace) == [(1, "ok", False), (2, "ok", False), (3, "ok", True)]
    hashes = {r["revision"]: r["sha256"] for r in workspace.rows("documents", document_id=AEO)}
    assert hashes[1] == hashes[3] != hashes[2]
    assert figures(workspace.rows("line_items", document_id=AEO)) == first
    assert {r["revision"] for r in workspace.rows("line_items", document_id=FOB)} == {1}


def test_the_difference_stands_in_changes_figure_by_figure(workspace: Workspace) -> None:
    """Old and new, amount and print, by the figure's own id; a first revision writes nothing."""
    assert workspace.rows("changes") == []
    put(workspace, B)
    summary = workspace.run()
    told = [(c["label"], c["year"], c["old_amount"], c["new_amount"], c["old_value_printed"], c["new_value_printed"])
            for c in workspace.rows("changes")]  # fmt: skip
    assert told == [
        ("Fælles indkøb af hjælpemidler", 2025, 1_000_000, 900_000, "1.000", "900"),
        ("Nettoændringer i driftsudgifter", 2025, 4_400_000, 4_300_000, "4.400", "4.300"),
    ]
    assert {(c["change"], c["cause"], c["from_revision"], c["to_revision"]) for c in workspace.rows("changes")} == {
        ("changed", "document", 1, 2)
    }
    new = figures(workspace.rows("line_items", document_id=AEO))
    assert all(new[c["line_item_id"]] == c["new_value_printed"] for c in workspace.rows("changes"))
    assert len(summary.changes) == 2


def test_rows_that_come_and_go_are_added_and_removed(workspace: Workspace) -> None:
    """A new proposal is no change of another one, though it moves every row below it."""
    rows = list(A.rows)
    rows[2] = row("3. Nyt natteam", 100, 100, 100, 100)
    rows[3] = row("Nettoændringer i driftsudgifter", 1900, 3500, 4000, 4400)
    put(workspace, replace(A, rows=tuple(rows)))
    workspace.run()
    changes = workspace.rows("changes")
    by_kind = {k: {c["label"] for c in changes if c["change"] == k} for k in ("added", "removed", "changed")}
    assert by_kind == {
        "added": {"Nyt natteam"}, "removed": {"Fælles indkøb af hjælpemidler"},
        "changed": {"Nettoændringer i driftsudgifter"},
    }  # fmt: skip
    assert all(c["old_amount"] is None for c in changes if c["change"] == "added")
    assert all(c["new_value_printed"] is None for c in changes if c["change"] == "removed")


def test_a_reworded_label_is_the_same_figure(workspace: Workspace) -> None:
    """It keeps its id through further revisions, and rewording alone is no change."""
    before = workspace.rows("line_items", document_id=AEO, label="Fælles indkøb af hjælpemidler")
    reworded = [replace(r, label=r.label.replace("Fælles indkøb af", "Fælles indkøb og genbrug af")) for r in A.rows]
    put(workspace, replace(A, rows=tuple(reworded)))
    workspace.run()
    after = workspace.rows("line_items", document_id=AEO, label="Fælles indkøb og genbrug af hjælpemidler")
    assert figures(after) == figures(before) and len(after) == 4
    assert workspace.rows("changes") == []
    put(workspace, replace(A, rows=altered(altered(reworded, 2, 1, "900"), 3, 1, "4.300")))
    workspace.run()
    [change] = [c for c in workspace.rows("changes") if "genbrug" in c["label"]]
    assert (change["old_value_printed"], change["new_value_printed"]) == ("1.000", "900")
    assert change["line_item_id"] in figures(before)


def _labelled(*labels: tuple[str, int]) -> Numbered:
    rows = [row(f"1. {label}", *[figure] * 4) for label, figure in labels]
    return replace(A, rows=(*rows, row("Nettoændringer i driftsudgifter", *[sum(f for _, f in labels)] * 4)))


def test_a_row_put_in_among_equals_leaves_the_others_what_they_were(make_workspace: Callable[..., Workspace]) -> None:
    """Three rows with one label: the one in the middle is new, and going again it takes no other with it."""
    workspace = make_workspace(aeo=_labelled(("Andet", 100), ("Andet", 200)))
    workspace.run()
    before = figures(workspace.rows("line_items", label="Andet"))
    put(workspace, _labelled(("Andet", 100), ("Andet", 50), ("Andet", 200)))
    workspace.run()
    after = figures(workspace.rows("line_items", label="Andet"))
    assert before.items() <= after.items() and len(after) == 12
    told = [c for c in workspace.rows("changes") if c["label"] == "Andet"]
    assert [(c["change"], c["new_value_printed"]) for c in told] == [("added", "50")] * 4
    put(workspace, _labelled(("Andet", 100), ("Andet", 200)))
    workspace.run()
    assert figures(workspace.rows("line_items", label="Andet")) == before


def test_a_label_that_was_given_up_and_comes_back_makes_no_two_figures_one(workspace: Workspace) -> None:
    """The reworded row has kept the id that the old words make; a new row with the old words gets another."""
    reworded = [replace(r, label=r.label.replace("Fælles indkøb af", "Fælles indkøb og genbrug af")) for r in A.rows]
    put(workspace, replace(A, rows=tuple(reworded)))
    workspace.run()
    before = figures(workspace.rows("line_items", document_id=AEO, row_kind="item"))
    again = replace(A.rows[2], figures=("1", "2", "3", "4"))
    total = row("Nettoændringer i driftsudgifter", 2501, 4402, 4903, 5304)
    put(workspace, replace(A, rows=(*reworded[:3], again, total, reworded[4])))
    workspace.run()
    after = figures(workspace.rows("line_items", document_id=AEO, row_kind="item"))
    assert before.items() <= after.items()
    assert sorted(v for k, v in after.items() if k not in before) == ["1", "2", "3", "4"]


def test_changes_tell_the_amounts_that_were_published(make_workspace: Callable[..., Workspace]) -> None:
    """`2,500` under 1.000 kr. is settled by its sum, and stands in `changes` as it was settled, not as 2.500 kr."""
    doubtful = replace(A, rows=altered(A.rows, 3, 0, "2,500"))
    workspace = make_workspace(aeo=doubtful)
    workspace.run()
    for document, printed in ((A, ("2,500", "2.500")), (doubtful, ("2.500", "2,500"))):
        put(workspace, document)
        workspace.run()
        change = workspace.rows("changes")[-1]
        assert (change["old_value_printed"], change["new_value_printed"]) == printed
        assert (change["old_amount"], change["new_amount"], change["differs"]) == (2_500_000, 2_500_000, ["value_printed"])


def test_a_figure_too_large_to_be_kept_is_told_in_changes_without_an_amount(workspace: Workspace) -> None:
    """What the dataset cannot hold is left empty there too, and stops no run."""
    put(workspace, replace(A, rows=altered(A.rows, 2, 1, "999.999.999.999.999.999.999")))
    assert workspace.run().exit_code == 1
    [change] = [c for c in workspace.rows("changes") if c["old_value_printed"] == "1.000"]
    assert (change["old_amount"], change["new_amount"]) == (1_000_000, None)
    put(workspace, A)
    assert workspace.run().exit_code == 0


MOVED: dict[str, tuple[Numbered, str, int]] = {  # what is printed otherwise -> the column that differs, in how many figures
    "the department": (replace(A, department="Noget Andet (NA)"), "department", 20),
    "the number of a proposal": (replace(A, rows=(replace(A.rows[0], label="4. Rehabilitering før varig\nhjemmehjælp"),
                                                  *A.rows[1:])), "proposal_code", 4),
    "the price level": (replace(A, caption="(2025-PL i 1.000 kr.)"), "price_level", 16),
}  # fmt: skip


@pytest.mark.parametrize("what", MOVED)
def test_a_figure_that_belongs_elsewhere_has_changed(workspace: Workspace, what: str) -> None:
    """Its number is the same, but whoever adds up by department or proposal gets other sums."""
    document, column, count = MOVED[what]
    put(workspace, document)
    workspace.run()
    changes = workspace.rows("changes")
    assert [c["differs"] for c in changes] == [[column]] * count
    assert all(c["old_amount"] == c["new_amount"] for c in changes)


def test_superseded_figures_stay_readable_as_they_were(workspace: Workspace, clock: Callable[[], datetime]) -> None:
    """The history has every column of the rows as published, and the time for which they were current."""
    start = datetime.fromisoformat("2024-01-01T12:00:00+00:00")
    before = workspace.rows("line_items", document_id=AEO)
    assert workspace.rows("line_items_history") == []
    second = clock()
    put(workspace, B)
    workspace.run()
    middle = workspace.rows("line_items", document_id=AEO)
    history = workspace.rows("line_items_history")
    assert same_but(history, "known_from", "known_to") == before
    assert {(r["known_from"], r["known_to"]) for r in history} == {(start, second)}
    third = clock()
    put(workspace, A)
    workspace.run()
    history = workspace.rows("line_items_history")
    assert {(r["revision"], r["known_from"], r["known_to"]) for r in history} == {(1, start, second), (2, second, third)}
    assert same_but([r for r in history if r["revision"] == 2], "known_from", "known_to") == middle
    at = second + timedelta(hours=1)  # what did the dataset say then?
    then = {r["line_item_id"]: r["value_printed"] for r in history if r["known_from"] <= at < r["known_to"]}
    assert then == figures(middle)


def test_a_run_without_a_change_moves_no_time(workspace: Workspace, clock: Callable[[], datetime]) -> None:
    """Known since when is when it became known, not when it was last looked at."""
    before = workspace.bytes()
    clock()
    assert not workspace.run().published
    clock()
    assert workspace.run(force=True).read == 2
    assert workspace.bytes() == before


# --- files that go, come back, or are twice there ---------------------------------------------------------------


def test_a_file_that_is_removed_is_withdrawn_and_may_come_back(workspace: Workspace, clock: Callable[[], datetime]) -> None:
    """Its rows go to history with a warning that names it; back again, the same figures are current as before."""
    before, other = workspace.rows("line_items", document_id=AEO), workspace.rows("line_items", document_id=FOB)
    kept = (workspace.raw / "aeo.pdf").read_bytes()
    gone = clock()
    (workspace.raw / "aeo.pdf").unlink()
    summary = workspace.run()
    assert summary.exit_code == 0 and "raw/proeveby/2024/aeo.pdf is gone" in messages(summary, "withdrawn")
    assert checks(summary.findings, "warning") == ["withdrawn"]
    assert revisions(workspace) == [(1, "withdrawn", False)]
    assert workspace.rows("line_items") == other
    history = workspace.rows("line_items_history")
    assert same_but(history, "known_from", "known_to") == before and {r["known_to"] for r in history} == {gone}
    clock()
    assert (workspace.run().read, workspace.rows("line_items_history")) == (0, history)
    (workspace.raw / "aeo.pdf").write_bytes(kept)
    summary = workspace.run()
    assert checks(summary.findings) == [] and revisions(workspace) == [(1, "withdrawn", False), (2, "ok", True)]
    assert same_but(workspace.rows("line_items", document_id=AEO), "revision") == same_but(before, "revision")
    assert workspace.rows("line_items_history") == history and workspace.rows("changes") == []


def test_a_twin_that_counts_again_keeps_its_history(workspace: Workspace, clock: Callable[[], datetime]) -> None:
    """It was a duplicate for a while: what it said before that stays, and it says the same again as its next revision."""
    before = workspace.rows("line_items", document_id=FOB)
    shutil.copy(workspace.raw / "fob.pdf", workspace.raw / "a.pdf")
    clock()
    workspace.run()
    history = workspace.rows("line_items_history")
    assert same_but(history, "known_from", "known_to") == before
    clock()
    (workspace.raw / "a.pdf").unlink()
    workspace.run()
    assert workspace.rows("line_items_history", document_id=FOB) == history
    assert revisions(workspace, FOB) == [(1, "duplicate", False), (2, "ok", True)]
    assert same_but(workspace.rows("line_items", document_id=FOB), "revision") == same_but(before, "revision")


def test_history_that_is_lost_is_told(workspace: Workspace) -> None:
    """The dataset deleted, and the PDF with what was read of it, before its file is withdrawn: no message speaks of history."""
    for folder in (".afstem/stage", ".afstem/snapshots"):
        shutil.rmtree(workspace.path / folder)
    (workspace.path / ".afstem" / "pdf" / f"{hashlib.sha256((workspace.raw / 'aeo.pdf').read_bytes()).hexdigest()}.pdf").unlink()
    (workspace.raw / "aeo.pdf").unlink()
    for _ in range(2):
        summary = workspace.run()
        assert workspace.rows("line_items_history") == []
        assert checks(summary.findings, "warning") == ["history-lost", "withdrawn"]
        assert "aeo.pdf, revision 1, are lost" in messages(summary, "history-lost")
        assert "history" not in messages(summary, "withdrawn")


@pytest.mark.parametrize("place", ["b.pdf", "../2025/aeo.pdf"])
def test_a_file_that_is_moved_is_told_as_moved(workspace: Workspace, place: str) -> None:
    """Under another name or in another folder: nobody is asked to put it back. When it goes from there too, it is withdrawn."""
    new = workspace.raw / place
    new.parent.mkdir(exist_ok=True)
    (workspace.raw / "aeo.pdf").rename(new)
    told = [f for f in workspace.run().findings if f["document_id"] == AEO]
    assert [(f["check"], f["severity"], f["suggestion"]) for f in told] == [("moved", "info", None)]
    assert told[0]["message"].endswith(f"as raw/{new.resolve().relative_to(workspace.path.resolve() / 'raw')}")
    new.unlink()
    assert {f["document_id"] for f in workspace.run().findings if f["check"] == "withdrawn"} >= {AEO}


def test_a_withdrawn_document_stays_where_its_folder_put_it(make_workspace: Callable[..., Workspace]) -> None:
    """Also where only the folder knew the municipality and the year."""
    workspace = make_workspace(aeo=replace(A, municipality="prøveby"))  # no capture takes a small letter for a name
    workspace.run()
    (workspace.raw / "aeo.pdf").unlink()
    workspace.run()
    [row] = workspace.rows("documents")
    assert (row["status"], row["municipality"], row["budget_year"]) == ("withdrawn", "proeveby", 2024)


def test_a_different_file_in_the_place_of_a_withdrawn_one_is_the_next_revision(workspace: Workspace) -> None:
    """The changes are told against what was published last."""
    (workspace.raw / "aeo.pdf").unlink()
    workspace.run()
    put(workspace, B)
    workspace.run()
    assert revisions(workspace) == [(1, "withdrawn", False), (2, "ok", True)]
    assert {(c["from_revision"], c["to_revision"]) for c in workspace.rows("changes")} == {(1, 2)}
    assert len(workspace.rows("changes")) == 2


def test_a_quarantined_file_takes_a_number_and_history_has_no_gap(workspace: Workspace) -> None:
    """The last good revision is compared with the next good one."""
    before = workspace.rows("line_items", document_id=AEO)
    (workspace.raw / "aeo.pdf").write_bytes(b"%PDF-")
    workspace.run()
    assert revisions(workspace) == [(1, "ok", True), (2, "quarantined", False)]
    assert workspace.rows("line_items", document_id=AEO) == before and workspace.rows("line_items_history") == []
    put(workspace, B)
    workspace.run()
    assert revisions(workspace) == [(1, "ok", False), (2, "quarantined", False), (3, "ok", True)]
    assert {(c["from_revision"], c["to_revision"]) for c in workspace.rows("changes")} == {(1, 3)}
    assert same_but(workspace.rows("line_items_history"), "known_from", "known_to") == before


def test_identical_twins_have_one_set_of_figures(make_workspace: Callable[..., Workspace]) -> None:
    """The first path counts, in whichever order they arrive; the other points to it, and its rows are history."""
    workspace = make_workspace(b=A)
    workspace.run()
    before = workspace.rows("line_items")
    put(workspace, A, "a")
    for _ in range(2):
        summary = workspace.run()
        assert summary.exit_code == 0 and workspace.status() == {"a": "ok", "b": "duplicate"}
        assert "raw/proeveby/2024/b.pdf is the same file as raw/proeveby/2024/a.pdf" in messages(summary, "duplicate")
        assert {r["document_id"] for r in workspace.rows("line_items")} == {"proeveby/2024/a"}
        assert len(workspace.rows("line_items")) == 20
        assert same_but(workspace.rows("line_items_history"), "known_from", "known_to") == before
    put(workspace, B, "b")
    workspace.run()
    assert workspace.status() == {"a": "ok", "b": "ok"} and len(workspace.rows("line_items")) == 40


def test_a_document_overwritten_by_a_copy_of_another_leaves_its_figures_in_history(workspace: Workspace) -> None:
    """The file is a duplicate now; what it said before stays readable, and comes back with the file."""
    fob, kept = workspace.rows("line_items", document_id=FOB), (workspace.raw / "fob.pdf").read_bytes()
    shutil.copy(workspace.raw / "aeo.pdf", workspace.raw / "fob.pdf")
    for _ in range(2):
        workspace.run()
        assert revisions(workspace, FOB) == [(1, "ok", False), (2, "duplicate", False)]
        assert workspace.rows("line_items", document_id=FOB) == []
        assert same_but(workspace.rows("line_items_history"), "known_from", "known_to") == fob
    (workspace.raw / "fob.pdf").write_bytes(kept)
    workspace.run()
    assert same_but(workspace.rows("line_items", document_id=FOB), "revision") == same_but(fob, "revision")


def adopted(workspace: Workspace) -> None:
    """A rule for adopted editions, beside the one for drafts."""
    folder = workspace.path / "rules"
    text = (folder / "numbered-catalogue.yaml").read_text("utf-8")
    word = "  - {pattern: '^Vedtaget af byrådet$', examples: ['Vedtaget af byrådet']}\n"
    (folder / "adopted.yaml").write_text(
        text.replace("id: numbered-catalogue", "id: adopted").replace("recognise:\n", "recognise:\n" + word)
        .replace("stage: draft", "stage: adopted"), "utf-8",
    )  # fmt: skip
    draft = text.replace("\ndocument:\n", "reject:\n" + word + "\ndocument:\n", 1)
    (folder / "numbered-catalogue.yaml").write_text(draft, "utf-8")


def counted(workspace: Workspace) -> dict[str, int]:
    table = open_dataset(workspace.path).sql(
        "SELECT document_id, sum(saving_dkk)::BIGINT AS s FROM line_items WHERE counted AND year = 2025 GROUP BY ALL"
    )
    return {r["document_id"].rpartition("/")[2]: r["s"] for r in table.to_pylist()}


def test_of_a_draft_and_an_adopted_edition_only_the_latter_is_counted(make_workspace: Callable[..., Workspace]) -> None:
    """Both stay in the dataset; a sum over the round takes the adopted figures, once. Without it the draft counts."""
    workspace = make_workspace(udkast=A)
    adopted(workspace)
    workspace.run()
    assert counted(workspace) == {"udkast": 4_400_000}
    put(workspace, replace(B, foreword=("Vedtaget af byrådet",)), "vedtaget")
    assert workspace.run().exit_code == 0
    stages = {r["document_id"].rpartition("/")[2]: r["stage"] for r in workspace.rows("documents")}
    assert stages == {"udkast": "draft", "vedtaget": "adopted"}
    assert counted(workspace) == {"vedtaget": 4_300_000}
    assert len(workspace.rows("line_items")) == 40
    (workspace.raw / "vedtaget.pdf").unlink()
    workspace.run()
    assert counted(workspace) == {"udkast": 4_400_000}


# --- what is read again, and what is not -------------------------------------------------------------------------


def edit(workspace: Workspace, old: str, new: str, rule: str = "numbered-catalogue") -> None:
    file = workspace.path / "rules" / f"{rule}.yaml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def test_a_changed_rule_reads_only_its_own_documents(workspace: Workspace) -> None:
    """The sign of a saving: the figures keep ids and print, their savings turn round, the revision stays."""
    before = workspace.rows("line_items")
    edit(workspace, "saving: positive", "saving: negative")
    summary = workspace.run()
    assert (summary.read, summary.unchanged) == (1, 1)
    after = workspace.rows("line_items")
    assert same_but(after, "saving_dkk") == same_but(before, "saving_dkk")
    for old, new in zip(before, after, strict=True):
        turned = -1 if old["document_id"] == AEO and old["saving_dkk"] is not None else 1
        assert new["saving_dkk"] == (old["saving_dkk"] and turned * old["saving_dkk"])
    changes = workspace.rows("changes")
    assert {(c["cause"], c["change"], *c["differs"]) for c in changes} == {("rule", "changed", "saving_dkk")}
    told = {c["line_item_id"]: (c["old_saving_dkk"], c["new_saving_dkk"]) for c in changes}
    real = {a["line_item_id"]: (a["saving_dkk"], b["saving_dkk"]) for a, b in zip(before, after, strict=True)}
    assert told == {k: v for k, v in real.items() if v[0] != v[1]} and len(told) > 10
    assert revisions(workspace) == [(1, "ok", True)]
    assert workspace.run().read == 0


def test_what_a_changed_rule_changes_is_told_with_its_cause(workspace: Workspace) -> None:
    """A unit that was misread: the amounts change within a revision, and `changes` says by what."""
    edit(workspace, "i (?P<unit>1\\.?000 kr\\.)", "i 1\\.?000 (?P<unit>kr\\.)")
    summary = workspace.run()
    assert summary.read == 1
    changes = workspace.rows("changes")
    assert len(changes) == 16 and {(c["cause"], c["change"]) for c in changes} == {("rule", "changed")}
    assert {(c["from_revision"], c["to_revision"], c["document_id"]) for c in changes} == {(1, 1, AEO)}
    assert all(c["old_amount"] == 1000 * c["new_amount"] for c in changes)


@pytest.mark.parametrize("edited", ["# a comment\n", "\n\n", "title: Another title\n"])
def test_a_rule_that_says_the_same_reads_nothing_again(workspace: Workspace, edited: str) -> None:
    """Comments and layout are no change; a title is, and is read again, but the figures do not change."""
    before = workspace.bytes()
    file = workspace.path / "rules" / "numbered-catalogue.yaml"
    text = file.read_text("utf-8")
    if edited.startswith("title"):
        start = text.index("title:")
        text = text[:start] + edited + text[text.index("\n", start) + 1 :]
    else:
        text = edited + text
    file.write_text(text, "utf-8")
    assert workspace.run().read == (1 if edited.startswith("title") else 0)
    assert workspace.bytes() == before


@pytest.mark.parametrize("library", ["pypdfium2", "regex", "rapidfuzz", "opencv-python-headless"])
def test_another_version_of_a_library_reads_everything_again(
    workspace: Workspace, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is read may hang on it. Nothing changes here, so nothing is told."""
    before = workspace.bytes()
    version = readings.version
    monkeypatch.setattr(readings, "version", lambda package: "0" if package == library else version(package))
    readings._code_digest.cache_clear()
    assert workspace.run().read == 2 and workspace.bytes() == before
    monkeypatch.undo()
    readings._code_digest.cache_clear()


def test_the_software_is_all_the_code_that_makes_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every module of ours that reading a document imports, but for those of the store and of what is asked afterwards."""
    hashed: list[Path] = []
    monkeypatch.setattr(readings, "digest_of", lambda files, packages: hashed.extend(files) or "")
    readings._code_digest.__wrapped__()
    code = "import sys, pipeline.extract; print(*sorted(m.__file__ for n, m in sys.modules.items() if n.startswith('pipeline.')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert {Path(f) for f in done.stdout.split()} <= {f.resolve() for f in hashed}
    code = "import sys, pipeline.store; print(*(n for n in sys.modules if n.startswith('pipeline.')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert not [n for n in done.stdout.split() if "ocr" in n]


def test_a_rule_that_is_new_reads_the_documents_it_fits(make_workspace: Callable[..., Workspace]) -> None:
    """A document that no rule knew gets its meaning; those that had a rule are not touched."""
    workspace = make_workspace(aeo=A, fob=SECTIONED)
    rule = workspace.path / "rules" / "numbered-catalogue.yaml"
    rule.rename(workspace.path / "away.yaml")
    assert "no-rule" in checks(workspace.run().findings)
    assert not workspace.rows("line_items", document_id=AEO, counted=True)
    (workspace.path / "away.yaml").rename(rule)
    summary = workspace.run()
    assert (summary.read, summary.exit_code) == (1, 0) and "no-rule" not in checks(summary.findings)
    assert len(workspace.rows("line_items", document_id=AEO, counted=True)) == 12


def test_run_with_a_path_reads_only_that_and_withdraws_nothing(workspace: Workspace) -> None:
    """The rest is published as it was, whatever happened to its files meanwhile; the next full run catches up."""
    fob = workspace.rows("line_items", document_id=FOB)
    (workspace.raw / "fob.pdf").unlink()
    put(workspace, B)
    put(workspace, replace(A, municipality="Andeby"), "ny")
    summary = workspace.run(workspace.raw / "aeo.pdf")
    assert (summary.read, summary.documents) == (1, 2)
    assert workspace.status() == {"aeo": "ok", "fob": "ok"}
    assert workspace.rows("line_items", document_id=FOB) == fob
    assert {r["revision"] for r in workspace.rows("line_items", document_id=AEO)} == {2}
    workspace.run()
    assert workspace.status() == {"aeo": "ok", "fob": "withdrawn", "ny": "ok"}


def test_run_with_a_folder_reads_what_is_below_it(workspace: Workspace) -> None:
    """Named from the workspace or from `raw/`; checks of the round see all documents."""
    deeper = workspace.path / "raw" / "andeby" / "2024"
    replace(A, municipality="Andeby").save(deeper / "aeo.pdf")
    put(workspace, B)
    assert workspace.run(Path("andeby")).read == 1
    assert workspace.status() == {"aeo": "ok", "fob": "ok"} and len(workspace.rows("documents")) == 3
    assert revisions(workspace) == [(1, "ok", True)]
    assert workspace.run(Path("raw/proeveby")).read == 1
    assert revisions(workspace)[-1] == (2, "ok", True)


def test_a_rule_changed_before_a_run_of_a_path_is_not_forgotten(workspace: Workspace) -> None:
    """The others stand as they were, equations and all, until a run looks at them; that one reads them, and back again too."""
    before = workspace.rows("line_items", document_id=AEO), workspace.rows("relations", document_id=AEO)
    edit(workspace, "saving: positive", "saving: negative")
    edit(workspace, "    sums:\n      - {equation: item = total}\n", "")
    assert workspace.run(workspace.raw / "fob.pdf").read == 0
    assert (workspace.rows("line_items", document_id=AEO), workspace.rows("relations", document_id=AEO)) == before
    assert workspace.run().read == 1
    turned = {r["line_item_id"]: r["saving_dkk"] for r in workspace.rows("line_items", document_id=AEO)}
    assert turned == {r["line_item_id"]: r["saving_dkk"] and -r["saving_dkk"] for r in before[0]}
    edit(workspace, "saving: negative", "saving: positive")
    assert workspace.run(workspace.raw / "aeo.pdf").read == 1
    edit(workspace, "saving: positive", "saving: negative")
    assert workspace.run().read == 1


# --- what must not be lost -----------------------------------------------------------------------------------------


@pytest.fixture
def storied(workspace: Workspace, clock: Callable[[], datetime]) -> Workspace:
    """A workspace that has seen revisions, a withdrawal, a quarantine, a reworded label and a changed rule."""
    for step in _story(workspace):
        clock()
        step()
        workspace.run()
    return workspace


def _story(workspace: Workspace) -> Iterator[Callable[[], object]]:
    reworded = tuple(replace(r, label=r.label.replace("Fælles indkøb af", "Fælles indkøb og genbrug af")) for r in B.rows)
    yield lambda: put(workspace, replace(B, rows=reworded))
    yield lambda: (workspace.raw / "fob.pdf").unlink()
    yield lambda: edit(workspace, "saving: positive", "saving: negative")
    yield lambda: (workspace.raw / "aeo.pdf").write_bytes(b"%PDF-")
    yield lambda: put(workspace, A, "ny")


def test_deleting_extracted_loses_nothing(storied: Workspace, clock: Callable[[], datetime]) -> None:
    """Rebuilt from the workspace's memory without reading a PDF: the same bytes, revisions, ids and times."""
    before = storied.bytes()
    assert {r["status"] for r in storied.rows("documents")} == {"ok", "quarantined", "withdrawn"}
    assert storied.rows("line_items_history") and storied.rows("changes")
    clock()
    storied.extracted.unlink()
    summary = storied.run()
    assert (summary.read, summary.published) == (0, True)
    assert storied.bytes() == before
    storied.extracted.unlink()
    shutil.rmtree(storied.path / ".afstem" / "snapshots")
    assert storied.run().read == 0 and storied.bytes() == before


@pytest.mark.parametrize("gone", ["the link", "every file"])
def test_history_has_the_rows_of_a_dataset_that_was_deleted_before_they_were_replaced(workspace: Workspace, gone: str) -> None:
    """Deleted by hand and a new revision in one: what readers saw is brought back first, and kept."""
    before = workspace.rows("line_items", document_id=AEO)
    if gone == "the link":
        workspace.extracted.unlink()
    else:
        shutil.rmtree(workspace.extracted.resolve())
    put(workspace, B)
    workspace.run()
    history = workspace.rows("line_items_history", document_id=AEO)
    assert same_but(history, "known_from", "known_to") == before
    assert len(workspace.rows("changes")) == 2


def test_stage_results_that_are_lost_are_made_again(storied: Workspace) -> None:
    """From the kept PDFs, also for the revision that stands in for a file which cannot be read any more."""
    before = storied.bytes()
    shutil.rmtree(storied.path / ".afstem" / "stage")
    storied.run()
    assert storied.bytes() == before and revisions(storied)[-1][1:] == ("quarantined", False)


def test_stage_results_of_another_version_stop_no_run(storied: Workspace) -> None:
    """As after an upgrade: a run of one path needs those of documents that it does not read."""
    before = storied.bytes()
    for file in (storied.path / ".afstem" / "stage").glob("*.json"):
        file.write_text('{"written by": "another version"}')
    storied.run(storied.raw / "ny.pdf")
    assert storied.bytes() == before


@pytest.mark.parametrize("lost", [("stage",), ("stage", "rules")])
@pytest.mark.parametrize("path", ["", "fob.pdf"])
def test_a_rule_changed_after_stage_results_were_lost_is_told(workspace: Workspace, lost: tuple[str, ...], path: str) -> None:
    """No figure becomes another without a word: it stands as it was read, or the rule is named as the cause."""
    before = {r["line_item_id"]: r["saving_dkk"] for r in workspace.rows("line_items")}
    for folder in lost:
        shutil.rmtree(workspace.path / ".afstem" / folder)
    edit(workspace, "saving: positive", "saving: negative")
    workspace.run(*([workspace.raw / path] if path else []))
    after = {r["line_item_id"]: r["saving_dkk"] for r in workspace.rows("line_items")}
    told = {c["line_item_id"]: (c["old_saving_dkk"], c["new_saving_dkk"]) for c in workspace.rows("changes", cause="rule")}
    assert told == {k: (v, after[k]) for k, v in before.items() if v != after[k]}
    assert len(told) == (0 if path and lost == ("stage",) else 16)
    assert workspace.run().read == (1 if path and not told else 0)


def test_a_reading_that_stands_in_survives_another_version(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rules fit the document now, and the new version cannot read what the old one wrote: it is read under the rule as it was."""
    before = workspace.rows("line_items", document_id=AEO)
    rule = workspace.path / "rules" / "numbered-catalogue.yaml"
    twin = rule.with_name("twin.yaml")
    twin.write_text(rule.read_text("utf-8").replace("id: numbered-catalogue", "id: twin"), "utf-8")
    assert [name for name, _ in workspace.run().quarantined] == [AEO]
    edit(workspace, "saving: positive", "saving: negative")
    workspace.run()
    monkeypatch.setattr(readings, "_code_digest", lambda: "another version")
    for file in (workspace.path / ".afstem" / "stage").glob("*.json"):
        file.write_text('{"written by": "another version"}')
    for _ in range(2):
        workspace.run()
        assert revisions(workspace) == [(1, "quarantined", True)] and workspace.rows("changes") == []
        assert workspace.rows("line_items", document_id=AEO) == before


def test_stage_results_that_nothing_names_go_with_the_snapshots_of_their_time(workspace: Workspace) -> None:
    """Each change of a rule leaves a stage result behind; those younger than the oldest snapshot stay, and all that is named."""
    def kept() -> set[str]:
        return {p.name for folder in ("stage", "rules") for p in (workspace.path / ".afstem" / folder).iterdir()}

    def age() -> None:  # as though it had been yesterday
        for path in workspace.path.glob(".afstem/*/*.json"):
            stat = path.stat()
            os.utime(path, (stat.st_atime - 86_400, stat.st_mtime - 86_400))

    (workspace.raw / "fob.pdf").unlink()  # withdrawn: what was read of it is named by its revision all the same
    sizes, named = [], set()
    for k, (old, new) in enumerate([("positive", "negative"), ("negative", "positive")] * 3):
        age()
        edit(workspace, f"saving: {old}", f"saving: {new}")
        edit(workspace, "title: Savings catalogue", f"title: Savings catalogue {k}")
        workspace.run()
        state = fold(Store(workspace.path).read_log())
        named = {f"{n}.json" for rs in state.revisions.values() for r in rs for n in (r.key, r.rule_digest)}
        assert named <= kept()
        sizes.append(len(kept()))
    assert sizes[-1] == sizes[-2] == sizes[-3] and len(named) == 4
    before = workspace.bytes()
    assert not workspace.run().published and workspace.bytes() == before


def test_every_pdf_ever_read_is_kept(storied: Workspace) -> None:
    """Under the hash that `documents` names, to the byte, the withdrawn and the damaged ones included."""
    for r in storied.rows("documents"):
        kept = storied.path / ".afstem" / "pdf" / f"{r['sha256']}.pdf"
        assert hashlib.sha256(kept.read_bytes()).hexdigest() == r["sha256"]
    assert len(list((storied.path / ".afstem" / "pdf").glob("*.pdf"))) == 4


def test_the_log_is_only_ever_appended_to(workspace: Workspace, clock: Callable[[], datetime]) -> None:
    """Each run that changed something adds one line; what stands there stays to the byte."""
    log = workspace.path / ".afstem" / "log.jsonl"
    for step in _story(workspace):
        before = log.read_bytes()
        clock()
        step()
        workspace.run()
        after = log.read_bytes()
        assert after.startswith(before) and after[len(before) :].count(b"\n") == 1
        workspace.run()
        assert log.read_bytes() == after
    assert all(isinstance(json.loads(line), dict) for line in log.read_bytes().splitlines())


def test_half_a_line_at_the_end_of_the_log_does_not_count(storied: Workspace) -> None:
    """As a power cut leaves it. The dataset stays, and the next entry begins a line of its own."""
    before, log = storied.bytes(), storied.path / ".afstem" / "log.jsonl"
    whole = log.read_bytes()
    log.write_bytes(whole + whole.splitlines()[0][:40])
    assert storied.run().read == 0 and storied.bytes() == before
    put(storied, B, "ny")
    storied.run()
    assert all(isinstance(json.loads(line), dict) for line in log.read_bytes().splitlines())
    assert revisions(storied, "proeveby/2024/ny")[-1] == (2, "ok", True)
