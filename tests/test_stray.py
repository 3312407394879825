"""A table below a heading that no pattern reads, and a table under the years of another round: told, not taken in silence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.rules import RuleSet
from tests.documents import CATALOGUE, SECTIONED, Numbered, Sectioned, Sheet
from tests.test_checks import read

CHECKS = ("heading-unread", "numbered-otherwise", "years-differ")


class Headed:
    """Three sections without an overview, each below its own heading line and years."""

    def __init__(self, *heads: str, years: tuple[str, ...] = ("2025", "2026")) -> None:
        self.heads, self.years = heads, years

    def save(self, path: Path) -> Path:
        sheet = Sheet(path)
        sheet.line("OMPRIORITERINGSKATALOG", "Børn og Unge (BU) i Prøveby Kommune har gennemgået sine områder.")
        for n, head in enumerate(self.heads, 1):
            sheet.page()
            sheet.line(head, f"Forslag nummer {n}", "Beskrivelse af tiltaget, herunder ændring i værdi for borgerne")
            sheet.line("Økonomiske konsekvenser (2025-PL i 1.000 kr.)", bold=True)
            sheet.grid([["", *self.years], ["Køb", "-1", "-2"], ["Nettoændringer i driftsudgifter i alt", "-1", "-2"]], (244, 50, 50))
        return sheet.save()


def told(document: Headed | Numbered | Sectioned, rules: RuleSet, folder: Path) -> list[tuple[str, int | None]]:
    found = read(document.save(folder / "a.pdf"), rules).extraction
    return [(n.check, n.page) for n in found.notes if n.check in CHECKS]


def head(code: str, tema: str = "Tema 1A", word: str = "Omprioriteringstiltag") -> str:
    return f"{word} 2025-2028      {tema}, {code}"


@pytest.mark.parametrize(
    "broken", [head("BFU 2"), head("BFU-2", "Tema I A"), head("B.2", word="Ompriorteringstiltag"), head("BFU-2", "Tema 1A;")],
)  # fmt: skip
def test_a_heading_that_is_not_read_is_told(broken: str, rules: RuleSet, tmp_path: Path) -> None:
    """Its table is taken for one of the section before: the warning names the line."""
    assert told(Headed(head("BFU-1"), broken, head("BFU-3")), rules, tmp_path) == [("heading-unread", 3)]


@pytest.mark.parametrize("head_again", ["Omprioriteringstiltag 2025-2028", head("BFU-1") + " (fortsat)", "Omprioritering er svært"])
def test_a_running_head_is_no_heading_unread(head_again: str, rules: RuleSet, tmp_path: Path) -> None:
    """A part of a heading, or the heading of the same section over again."""
    assert told(Headed(head("BFU-1"), head_again, head("BFU-3")), rules, tmp_path) == []


@pytest.mark.parametrize("years", [("2024", "2025"), ("2026", "2027"), ("2025", "2026")])
def test_years_of_another_round_are_told(years: tuple[str, str], rules: RuleSet, tmp_path: Path) -> None:
    wanted = [] if years[0] == "2025" else [("years-differ", 2), ("years-differ", 3)]
    assert told(Headed(head("BFU-1"), head("BFU-2"), years=years), rules, tmp_path) == wanted


@pytest.mark.parametrize("document", [CATALOGUE, SECTIONED], ids=["numbered", "sectioned"])
def test_a_catalogue_in_order_is_not_told(document: Numbered | Sectioned, rules: RuleSet, tmp_path: Path) -> None:
    assert told(document, rules, tmp_path) == []


def test_a_row_numbered_otherwise_than_its_section_is_told(rules: RuleSet, tmp_path: Path) -> None:
    """Two numbers that changed places: each row has the title of the other's section."""
    first, second, *others = CATALOGUE.rows
    swapped = (replace(first, label="2" + first.label[1:]), replace(second, label="1" + second.label[1:]), *others)
    assert told(replace(CATALOGUE, rows=swapped), rules, tmp_path) == [("numbered-otherwise", 1)] * 2
    reworded = (replace(first, label="1. Noget helt andet"), second, *others)
    assert told(replace(CATALOGUE, rows=reworded), rules, tmp_path) == []
