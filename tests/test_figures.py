"""From a table to figures: what is heading and what is not, rows with a measure and unit of their own, tables that no rule fits."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from pipeline.checks.record import Document
from pipeline.rules import RuleSet
from tests.documents import Sheet
from tests.test_checks import read

WIDTHS = (244.0, 50.0, 50.0)
HEAD = ("", "2025", "2026")
ROWS = (("Køb", "-240", "-570"), ("Nettoændringer i driftsudgifter i alt", "-240", "-570"))


class One:
    """A catalogue of one section with one table."""

    def __init__(self, *rows: Sequence[str]) -> None:
        self.rows = rows

    def save(self, path: Path) -> Path:
        sheet = Sheet(path)
        sheet.line("OMPRIORITERINGSKATALOG", "Børn og Unge (BU) i Prøveby Kommune har gennemgået sine områder.")
        sheet.page()
        sheet.line("Omprioriteringstiltag 2025-2028      Tema 1A, BFU-1", "Forslag nummer 1")
        sheet.line("Beskrivelse af tiltaget, herunder ændring i værdi for borgerne", "Der spares.")
        sheet.line("Økonomiske konsekvenser (2025-PL i 1.000 kr.)", bold=True)
        sheet.grid(self.rows, WIDTHS)
        return sheet.save()


def document(rules: RuleSet, folder: Path, *rows: Sequence[str]) -> Document:
    return read(One(*rows).save(folder / "a.pdf"), rules)


@pytest.mark.parametrize(("above", "left"), [
    (("Nettoramme i alt", "9.100", "9.200"), ["9.100", "9.200"]), (("", "Budgetforslag", "Overslag 1"), []),
])  # fmt: skip
def test_figures_above_the_heading_are_left_over(above: Sequence[str], left: list[str], rules: RuleSet, tmp_path: Path) -> None:
    """They are in no row that a rule reads: said, not swallowed with the headings."""
    found = document(rules, tmp_path, above, HEAD, *ROWS).extraction
    assert [i.value_printed for i in found.items] == ["-240", "-570"] * 2
    assert [t.text for t in found.tokens if t.status == "unclaimed"] == left
    assert sum(n.check == "unclaimed-number" for n in found.notes) == len(left)
