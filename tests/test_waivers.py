"""Waivers cover what they were given for, and nothing else; every other one is an error that says what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.checks.waive import waive
from pipeline.model import Finding
from pipeline.rules.waivers import Waiver
from pipeline.run import Summary
from tests.documents import CATALOGUE, Numbered, altered, row
from tests.workspaces import Workspace

TODAY = date(2025, 6, 30)
FIGURE = "5674eb1b52cdc74a"
ERROR = Finding("items-to-total", "error", "…", "by/2024/aeo", 3, None, 2024, Decimal(100), Decimal(10), Decimal(-90),
                line_item_ids=(FIGURE, "f00dbabe00000000"), message_da="…")  # fmt: skip
LEAD = Finding("shrinking-saving", "info", "…", "by/2024/aeo", 1, difference=Decimal(-500), line_item_ids=("aaaa",), score=0.5,
               message_da="…")  # fmt: skip
PLAIN = Finding("unclaimed-number", "warning", "…", "by/2024/aeo", 2, message_da="…")
NOWHERE = Finding("not-read", "warning", "…", None, message_da="…")
ALL = (ERROR, LEAD, PLAIN, NOWHERE)


def given(check: str = "items-to-total", document: str | None = "by/2024/aeo", difference: int | str | None = -90,
          **more: object) -> Waiver:  # fmt: skip
    return Waiver.model_validate({"check": check, "document": document, "difference": difference, "who": "the data team",
                                  "reason": "a misprint that the municipality confirmed", **more})  # fmt: skip


def outcome(*waivers: Waiver, findings: Sequence[Finding] = ALL, unread: Sequence[str] = ()) -> tuple[list[str], list[str]]:
    """The checks that are waived, and what the stale waivers say."""
    out = waive(findings, waivers, {FIGURE: "Kørsel"}, TODAY, unread)
    assert len(out) >= len(findings) and [f.check for f in out[: len(findings)]] == [f.check for f in findings]
    return [f.check for f in out if f.status == "waived"], [f.message for f in out[len(findings) :]]


@pytest.mark.parametrize(
    "waiver",
    [
        given(), given(year=2024, page=3), given(figure=FIGURE[:6]), given(figure=FIGURE[:6], document=None),
        given(label="KØRSEL"), given(difference="-90.0000"), given(until="2025-06-30"),
    ],
)  # fmt: skip
def test_a_waiver_covers_what_it_was_given_for(waiver: Waiver) -> None:
    """All keys that are given match; it holds through its last day."""
    assert outcome(waiver) == (["items-to-total"], [])


@pytest.mark.parametrize(
    ("waiver", "words"),
    [
        (given(until="2025-06-29"), "was given until 2025-06-29"),
        (given(year=2025), "matches no finding any more: delete it"),
        (given(page=4), "matches no finding"),
        (given(label="Ledelse"), "matches no finding"),
        (given(figure="aaaa"), "matches no finding"),
        (given(document="by/2024/fob"), "matches no finding"),
        (given(difference=-80), "was given for -80, but the finding is off by -90: look again, then write `difference: -90`"),
        (given(difference=90), "was given for 90, but"),
        (given(difference=None), "was given for no amount, but"),
        (given("unclaimed-number", difference=5), "the finding is off by no amount: look again, then delete `difference`"),
        (given("unclaimed-number", document=None, difference=None), "or name the `document`"),
        (given("stale-waiver", document=None, difference=None), "matches no finding"),
    ],
)  # fmt: skip
def test_a_stale_waiver_covers_nothing_and_is_an_error(waiver: Waiver, words: str) -> None:
    waived, [message] = outcome(waiver)
    assert waived == [] and words in message and "waiver 1 in rules/waivers.yaml" in message


def test_a_lead_is_waived_by_its_amount() -> None:
    """When the saving shrinks by another amount, the waiver is stale as any other."""
    assert outcome(given("shrinking-saving", difference=-500)) == (["shrinking-saving"], [])
    changed = replace(LEAD, difference=Decimal(-900))
    waived, [message] = outcome(given("shrinking-saving", difference=-500), findings=(changed,))
    assert waived == [] and "off by -900" in message


def test_a_finding_about_no_document_needs_none() -> None:
    assert outcome(given("not-read", document=None, difference=None)) == (["not-read"], [])


def test_a_second_waiver_for_one_finding_is_too_many() -> None:
    """The first counts, with its reason; the second is named with it. It is none where it covers more."""
    waived, [message] = outcome(given(), given(year=2024, reason="another reason for it"))
    assert waived == ["items-to-total"] and "waiver 2" in message and "covers only what waiver 1 covers" in message
    [first, *_] = waive([ERROR], [given(), given(year=2024, reason="another reason for it")], {}, TODAY)
    assert first.waiver_reason == "a misprint that the municipality confirmed (the data team)"
    twin = replace(ERROR, year=2025)
    assert outcome(given(year=2024), given(), findings=(ERROR, twin)) == (["items-to-total"] * 2, [])
    assert outcome(given(until="2024-01-01"), given())[0] == ["items-to-total"], "one that is over does not stand in the way"


def test_a_waiver_for_several_findings_covers_those_of_its_amount() -> None:
    other = replace(ERROR, year=2025, difference=Decimal(-10))
    waived, [message] = outcome(given(), findings=(ERROR, other))
    assert waived == ["items-to-total"] and "off by -10" in message


def test_a_document_that_cannot_be_read_keeps_its_waivers_waiting() -> None:
    """Neither covered nor stale, until it can be read again; those of other documents are told."""
    gone = given(document="by/2024/broken")
    assert outcome(gone, unread=["by/2024/broken"]) == ([], [])
    assert outcome(given(figure="0000", document=None), unread=["by/2024/broken"]) == ([], [])
    assert len(outcome(given(document="by/2024/fob"), unread=["by/2024/broken"])[1]) == 1


# --- on real documents -------------------------------------------------------------------------------------------------

SLIPPED = replace(CATALOGUE, rows=altered(CATALOGUE.rows, 0, 0, "2.900"))


def waivers(workspace: Workspace, *entries: str) -> None:
    text = "waivers:\n" + "".join(f"  - {{{e}, reason: a misprint in the hearing, who: the data team}}\n" for e in entries)
    (workspace.path / "rules" / "waivers.yaml").write_text(text, "utf-8")


def stale(summary: Summary) -> list[str]:
    return [f["message"] for f in summary.findings if f["check"] == "stale-waiver"]


def test_a_waiver_outlives_a_file_that_cannot_be_read_and_not_one_that_is_mended(tmp_path: Path) -> None:
    """A broken file leaves the last good revision, whose finding stays waived; the corrected one makes the waiver stale."""
    workspace = Workspace.make(tmp_path / "ws", aeo=SLIPPED)
    waivers(workspace, "check: items-to-total, document: proeveby/2024/aeo, year: 2024, difference: -500000")
    summary = workspace.run()
    assert (summary.exit_code, stale(summary)) == (0, []), [f["message"] for f in summary.errors]
    assert [r["waiver_reason"] for r in workspace.rows("findings", status="waived")] == ["a misprint in the hearing (the data team)"]
    (workspace.raw / "aeo.pdf").write_bytes(b"%PDF-")
    assert stale(workspace.run()) == []
    CATALOGUE.save(workspace.raw / "aeo.pdf")
    assert "matches no finding any more: delete it" in stale(workspace.run())[0]


def test_a_document_that_was_never_read_keeps_its_waiver_waiting(tmp_path: Path) -> None:
    workspace = Workspace.make(tmp_path / "ws", aeo=SLIPPED)
    waivers(workspace, "check: items-to-total, document: proeveby/2024/aeo, year: 2024, difference: -500000")
    (workspace.raw / "aeo.pdf").write_bytes(b"%PDF-")
    summary = workspace.run()
    assert (stale(summary), summary.exit_code) == ([], 1), "the document itself is the open error"


def test_a_lead_of_a_document_is_waived(tmp_path: Path) -> None:
    """Its amount stands in the findings under `difference`; a waived lead is listed after the open ones."""
    shrinking = Numbered((row("1. Færre biler", 900, 900, 500, 500), row("Nettoændringer i driftsudgifter", 900, 900, 500, 500)))
    workspace = Workspace.make(tmp_path / "ws", aeo=shrinking)
    workspace.run()
    [lead] = workspace.rows("findings", check="shrinking-saving")
    waivers(workspace, f"check: shrinking-saving, document: {lead['document_id']}, difference: {lead['difference']}")
    assert stale(workspace.run()) == []
    assert [f["status"] for f in workspace.rows("findings", check="shrinking-saving")] == ["waived"]
