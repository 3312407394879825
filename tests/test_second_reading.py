"""Where our reader and a witness read a figure otherwise, the sums choose: our reader is made to misread, the page is as it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import extract, readings, witnesses
from pipeline.model import Page
from pipeline.read.pdfium import Reading
from tests.documents import SECTIONED
from tests.workspaces import Workspace


def misread(monkeypatch: pytest.MonkeyPatch, printed: str, read: str, most: int = 1) -> None:
    """Let our reader take the first words that are printed so for another text; the witnesses read the file."""
    right = extract.read_pdf

    def wrong(path: Path) -> Reading:
        pages, notes = right(path)
        left = most

        def page(p: Page) -> Page:
            nonlocal left
            lines = []
            for line in p.lines:
                words = list(line.words)
                for k, w in enumerate(words):
                    if w.text == printed and left:
                        words[k], left = w._replace(text=read), left - 1
                lines.append(line._replace(words=tuple(words), text=" ".join(w.text for w in words)))
            return replace(p, lines=tuple(lines))

        return Reading(tuple(page(p) for p in pages), notes)

    monkeypatch.setattr(extract, "read_pdf", wrong)


def figure_of(workspace: Workspace) -> dict[str, object]:
    """A row's figure that its sum and the overview both prove, as published without a fault."""
    rows = workspace.rows("line_items", table_kind="proposal", row_kind="total", verification="verified")
    printed = [r["value_printed"] for r in workspace.rows("line_items")]
    return next(r for r in rows if len(set(str(r["value_printed"]))) > 3 and printed.count(r["value_printed"]) == 2)


def test_the_reading_with_which_the_sums_close_is_taken(
    make_workspace: Callable[..., Workspace], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The witness's number is published, the string as we read it stays, and the figure says which relation decided."""
    right = make_workspace(fob=SECTIONED)
    right.run()
    figure = figure_of(right)
    printed = str(figure["value_printed"])
    wrong = printed[:-3] + ("1" if printed[-3] != "1" else "2") + printed[-2:]
    misread(monkeypatch, printed, wrong)
    workspace = make_workspace(fob=SECTIONED)
    assert workspace.run().exit_code == 0
    [row] = [r for r in workspace.rows("line_items") if r["value_printed"] == wrong]
    [true] = [r for r in right.rows("line_items") if r["line_item_id"] == row["line_item_id"]]
    assert (row["amount"], row["verification"]) == (true["amount"], "verified")
    assert row["decided_by"] in {r["relation_id"] for r in workspace.rows("relations", status="holds")}
    told = workspace.rows("findings", check="witness")
    assert told and all(f["severity"] == "warning" and f["line_item_ids"] == [row["line_item_id"]] for f in told)
    assert all(repr(wrong) in f["message"] and printed in f["message"] and "is taken" in f["message"] for f in told)


def test_where_no_sum_decides_both_readings_are_told_as_an_error(
    make_workspace: Callable[..., Workspace], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A staffing figure stands in no sum: asked on request, the witness contradicts it, and ours stays, flagged."""
    right = make_workspace(fob=SECTIONED)
    right.run()
    staffing = right.rows("line_items", row_kind="staffing")
    printed = [r["value_printed"] for r in right.rows("line_items")]
    figure = str(staffing[0]["value_printed"])
    wrong = next(w for d in "987" if (w := figure[:-1] + d) not in printed)
    misread(monkeypatch, figure, wrong)
    workspace = make_workspace(fob=SECTIONED)
    assert workspace.run(witness=True).exit_code == 1
    [row] = workspace.rows("line_items", value_printed=wrong)
    assert (row["decided_by"], row["verification"]) == (None, "unverifiable")
    told = workspace.rows("findings", check="witness", severity="error")
    assert told and all(f["line_item_ids"] == [row["line_item_id"]] for f in told)


@pytest.fixture
def contradicted(make_workspace: Callable[..., Workspace], monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace in which the witness, asked on request, has contradicted a figure that stands in no sum."""
    right = make_workspace(fob=SECTIONED)
    right.run()
    figure = str(right.rows("line_items", row_kind="staffing")[0]["value_printed"])
    printed = [r["value_printed"] for r in right.rows("line_items")]
    misread(monkeypatch, figure, next(w for d in "987" if (w := figure[:-1] + d) not in printed))
    workspace = make_workspace(fob=SECTIONED)
    workspace.run(witness=True)
    assert workspace.rows("findings", check="witness", severity="error")
    return workspace


def test_what_a_witness_said_stays_in_the_runs_that_follow(contradicted: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is asked again, also after the rule has changed in what no witness is asked about, or Afstem itself has."""
    told = contradicted.rows("findings", check="witness")
    asked: list[object] = []
    monkeypatch.setattr(witnesses, "cross_examine", lambda path, claims: asked.extend(claims) or [])
    assert contradicted.run().exit_code == 1 and contradicted.rows("findings", check="witness") == told
    rule = contradicted.path / "rules" / "proposal-catalogue.yaml"
    rule.write_text(rule.read_text("utf-8").replace("saving: negative", "saving: positive"), "utf-8")
    assert not contradicted.run(dry=True).published
    assert contradicted.run().read == 1 and contradicted.rows("findings", check="witness") == told
    monkeypatch.setattr(readings, "_code_digest", lambda: "another version")
    assert contradicted.run().read == 1 and contradicted.rows("findings", check="witness") == told
    assert asked == []


def test_another_witness_is_asked_again(contradicted: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was kept of one is no answer of another: its code and its libraries are in the name of the answer."""
    pages = {r["page"] for r in contradicted.rows("line_items")}
    monkeypatch.setattr(witnesses, "witness_digest", lambda: "another witness")
    asked: list[int] = []
    monkeypatch.setattr(witnesses, "cross_examine", lambda path, claims: asked.extend(c.page for c in claims) or [])
    contradicted.run()
    assert set(asked) == pages and contradicted.rows("findings", check="witness") == []


def test_only_the_page_that_is_read_otherwise_is_asked_again(contradicted: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Our reader mends its mistake: the witness is asked of that page once more, and contradicts no longer."""
    [page] = {f["page"] for f in contradicted.rows("findings", check="witness")}
    monkeypatch.undo()
    asked: list[int] = []
    monkeypatch.setattr(witnesses, "cross_examine", lambda path, claims: asked.extend(c.page for c in claims) or [])
    assert contradicted.run(force=True).exit_code == 0
    assert set(asked) == {page} and contradicted.rows("findings", check="witness") == []


def test_the_digests_know_code_and_libraries(tmp_path: Path) -> None:
    """A changed file or another version of a package is another digest."""
    file = tmp_path / "code.py"
    file.write_text("a = 1\n")
    first = readings.digest_of([file], ["regex"])
    assert readings.digest_of([file], ["regex"]) == first
    assert readings.digest_of([file], ["regex", "rapidfuzz"]) != first
    file.write_text("a = 2\n")
    assert readings.digest_of([file], ["regex"]) != first
