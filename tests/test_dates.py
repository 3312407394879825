"""The date a document gives itself, in the words of its language."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipeline.parse.dates import read_date
from pipeline.rules import RuleSet
from tests.documents import Sheet
from tests.test_checks import read
from tests.workspaces import Workspace


@pytest.mark.parametrize(
    ("language", "printed", "day"),
    [
        ("danish", "22. november 2023", date(2023, 11, 22)),
        ("danish", "22 november 2023", date(2023, 11, 22)),
        ("danish", "22. NOVEMBER 2023", date(2023, 11, 22)),
        ("danish", "den 5. jan. 2024", date(2024, 1, 5)),
        ("danish", "22.11.2023", date(2023, 11, 22)),
        ("danish", "22-11-2023", date(2023, 11, 22)),
        ("swedish", "14 mars 2024", date(2024, 3, 14)),
        ("swedish", "2024-02-19", date(2024, 2, 19)),
        ("norwegian", "11. desember 2024", date(2024, 12, 11)),
        ("german", "12. März 2024", date(2024, 3, 12)),
        ("english", "1st April 2024", date(2024, 4, 1)),
        ("english", "April 1, 2024", date(2024, 4, 1)),
        ("dutch", "7 november 2024", date(2024, 11, 7)),
        ("french", "1er août 2024", date(2024, 8, 1)),
        ("italian", "7 novembre 2024", date(2024, 11, 7)),
        ("polish", "7 listopada 2024 r.", date(2024, 11, 7)),
        ("spanish", "7 de noviembre de 2024", date(2024, 11, 7)),
        ("finnish", "7. marraskuuta 2024", date(2024, 11, 7)),
        ("swiss", "7. März 2024", date(2024, 3, 7)),
        ("danish", "31. februar 2024", None),
        ("danish", "14 mars 2024", None),
        ("danish", "juni-juli 2024", None),
        ("danish", "22. ju 2023", None),
        ("danish", "5. maj", None),
        ("danish", "22.11.23", date(2023, 11, 22)),
        ("danish", "22. november 99999999999999999999", None),
    ],
)
def test_a_date_is_read_in_its_language(language: str, printed: str, day: date | None, rules: RuleSet) -> None:
    """With or without a full stop, in capitals, shortened, in digits; what is no day of the calendar is no date."""
    assert read_date(printed, rules.languages[language]) == day


class Memo:
    """A memo with a date."""

    def __init__(self, dated: str) -> None:
        self.dated = dated

    def save(self, path: Path) -> Path:
        sheet = Sheet(path)
        sheet.line("1. Baggrund", bold=True)
        sheet.line("I Budgetforliget for 2024 i Prøveby Kommune er det besluttet, at der skal omprioriteres 75 mio. kr. til")
        sheet.line("Velfærdspuljen. Ældre og Omsorg (AEO) har samlet sine forslag i bilag 1.")
        sheet.line(self.dated, gap=40)
        return sheet.save()


@pytest.mark.parametrize(("dated", "told"), [("31. februar 2024", True), ("11. november 2023", False)])
def test_a_date_that_is_none_is_told(dated: str, told: bool, rules: RuleSet, tmp_path: Path) -> None:
    """A pattern catches it, no calendar has it: the date stays empty, with a finding that quotes it."""
    found = read(Memo(dated).save(tmp_path / "a.pdf"), rules).extraction
    notes = [n.message for n in found.notes if n.check == "date-unread"]
    assert bool(notes) is told and all(dated in m for m in notes)
    assert found.meta.document_date == (None if told else date(2023, 11, 11))


def test_the_date_stands_in_the_dataset(tmp_path: Path) -> None:
    """As a date, also after a run that has nothing to read."""
    workspace = Workspace.make(tmp_path, notat=Memo("11. november 2023"))
    for _ in range(2):
        workspace.run()
        assert [d["document_date"] for d in workspace.rows("documents")] == [date(2023, 11, 11)]
