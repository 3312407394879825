"""The guide for a new layout is true: its example reads the tables that it draws, its language file is one."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from pipeline.rules import check_rules, load_rules
from tests.documents import Sheet
from tests.workspaces import ROOT, RULES, Workspace

GUIDE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
FRAME = r"""
id: example
title: The example of the guide
language: danish
recognise:
  - {pattern: '^Budget for Prøveby 20\d\d$', examples: ['Budget for Prøveby 2026']}
document: {kind: budget}
money: {saving: negative, unit: 1.000 kr.}
"""


def fenced(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", GUIDE, re.M | re.S)


def cells(drawn: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in drawn.splitlines()]


class Example:
    """The tables of the guide, one below the other."""

    def save(self, path: Path) -> Path:
        sheet = Sheet(path)
        sheet.line("Budget for Prøveby 2026", bold=True)
        groups, proposals = map(cells, fenced("text"))
        sheet.grid(groups, [50, 50, 120, 90, 80, 60], bold=[2, 5])
        sheet.grid(proposals, [200, 60, 60])
        return sheet.save()


def test_the_worked_example(tmp_path: Path) -> None:
    """Every figure of both tables is read and verified, by its own entry; codes join the labels."""
    workspace = Workspace.make(tmp_path / "w", example=Example())
    (workspace.path / "rules" / "example.yaml").write_text(FRAME + fenced("yaml")[0], "utf-8")
    assert check_rules(workspace.path / "rules") == []
    summary = workspace.run()
    assert summary.exit_code == 0, summary.findings
    groups, proposals = map(cells, fenced("text"))
    items = workspace.rows("line_items")

    def read(kind: str) -> list[tuple[str, str]]:
        return [(i["label"], i["value_printed"]) for i in items if i["table_kind"] == kind]

    def drawn(rows: Sequence[Sequence[str]], labels: int) -> list[tuple[str, str]]:
        return [(" ".join(filter(None, row[:labels])), cell) for row in rows for cell in row[labels:]]

    assert read("other") == drawn(groups[2:], 3)
    assert read("overview") == [(re.sub(r"^\d\. ", "", label), cell) for label, cell in drawn(proposals[1:], 1)]
    assert {i["verification"] for i in items} == {"verified"}
    assert {i["proposal_code"] for i in items if i["row_kind"] == "item" and i["table_kind"] == "overview"} == {"1", "2"}


def test_the_short_language_file(tmp_path: Path) -> None:
    """What the guide calls enough for a language is."""
    folder = tmp_path / "rules"
    shutil.copytree(RULES, folder)
    (folder / "shared" / "portuguese.yaml").write_text(fenced("yaml")[1], "utf-8")
    assert check_rules(folder) == []
    assert load_rules(folder).languages["portuguese"].units[0].value == 1000
