"""A table never takes the unit of another where the line over it says otherwise; a nought does not make sums inexact."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from pipeline.parse.units import heading_names_other_unit, names_other_unit, unit_value
from pipeline.rules import RuleSet
from tests.documents import Sheet
from tests.test_checks import read, reconciled

WIDTHS = (244.0, 50.0, 50.0)
NET = "Nettoændringer i driftsudgifter i alt"


class Two:
    """A catalogue of two sections, the second with its own caption."""

    def __init__(self, caption: str, rows: Sequence[Sequence[str]] = (), corner: str = "", first: str = "1.000 kr.") -> None:
        self.captions = f"Økonomiske konsekvenser (2025-PL i {first})", caption
        self.rows = rows or (("Køb", "-240", "-570"), (NET, "-240", "-570"))
        self.corner = corner

    def save(self, path: Path) -> Path:
        sheet = Sheet(path)
        sheet.line("OMPRIORITERINGSKATALOG", "Børn og Unge (BU) i Prøveby Kommune har gennemgået sine områder.")
        for n, caption in enumerate(self.captions, 1):
            sheet.page()
            sheet.line(f"Omprioriteringstiltag 2025-2028      Tema 1A, BFU-{n}", f"Forslag nummer {n}")
            sheet.line("Beskrivelse af tiltaget, herunder ændring i værdi for borgerne", "Der spares i alt 3 mio. kr.")
            sheet.line(*caption.split("\n"), bold=True)
            sheet.grid([[self.corner if n == 2 else "", "2025", "2026"], *self.rows], WIDTHS)
        return sheet.save()


def units(document: Two, rules: RuleSet, folder: Path) -> tuple[list[object], bool]:
    """The units of the second section's amounts; whether it is told that one is missing."""
    found = read(document.save(folder / "a.pdf"), rules).extraction
    return [i.unit for i in found.items if i.proposal_code == "BFU-2"], "unit-missing" in {n.check for n in found.notes}


@pytest.mark.parametrize(
    "caption", ["(2025-PL i kroner)", "(2025-PL i hele kr.)", "Beløb i DKK", "(2025-PL, 1 kr.)", "(2025-PL i mio.kr.)",
                "(2025-PL i 1.000.000 kr.)", "(i 100.000 kr.)", "Alle beløb er i kr., løbende priser", "Anlæg, mio. kr. netto",
                "Beløb angivet i mio. kr. i løbende priser", "Anlæg i mio. kroner", "Anlæg – mio. kr. – netto",
                "Alle beløb i 1.000 euro", "(mio. euro)", "Beløb i 1.000 svenske kroner",
                "Mio. kr. i 2025-pl", "- 1.000.000 kr. -", "Nettoudgifter (mio. kr./år)", "Beløb i mio. kr.\nLøbende priser"],
)  # fmt: skip
def test_a_caption_that_no_pattern_knows_ends_the_unit_before_it(caption: str, rules: RuleSet, tmp_path: Path) -> None:
    """The amounts below it stay empty, and a finding says why: they are not a thousand times what is printed."""
    assert units(Two(f"Økonomiske konsekvenser {caption}"), rules, tmp_path) == ([None] * 4, True)


@pytest.mark.parametrize(("corner", "unit"), [("Kr.", 1), ("Beløb i hele kroner", None), ("t.kr.", 1000), ("Forslag", 1000)])
def test_a_unit_in_the_corner_of_a_table(corner: str, unit: int | None, rules: RuleSet, tmp_path: Path) -> None:
    """Where it stands alone it is the unit; in other words than a pattern knows it still ends the one before."""
    assert units(Two("Økonomiske konsekvenser", corner=corner), rules, tmp_path) == ([unit] * 4, unit is None)


@pytest.mark.parametrize(
    "line", ["Økonomiske konsekvenser", "Økonomiske konsekvenser (i t.kr.)", "Forslaget koster i alt 2,5 mio. kr.",
             "Forslaget koster 2,5\nmio. kr. i alt.", "Der er mange kr. at spare her", "Mikroskopet"],
)  # fmt: skip
def test_a_line_that_names_no_other_unit_leaves_the_caption_in_force(line: str, rules: RuleSet, tmp_path: Path) -> None:
    """Amounts in running text name no unit of a table."""
    assert units(Two(line), rules, tmp_path) == ([1000] * 4, False)


def test_a_power_of_ten_before_a_unit_belongs_to_it(rules: RuleSet) -> None:
    """`i 1.000.000 kr.` is what `mio. kr.` is; 10 kroner at the start of a line may end a sentence."""
    danish = rules.languages["danish"]
    assert not names_other_unit("(i 1.000.000 kr.)", "mio. kr.", danish)
    assert names_other_unit("(i 10.000 kr.)", "1.000 kr.", danish)
    assert not names_other_unit("10.000 kr.", "1.000 kr.", danish, follows="Der spares")
    assert names_other_unit("10.000 kr.", "1.000 kr.", danish)


@pytest.mark.parametrize("nought", ["0", "-", "–", "0,00"])
@pytest.mark.parametrize(("total", "holds"), [("-2,10", True), ("-2,45", False)])
def test_a_nought_does_not_let_a_fault_pass_as_rounding(
    nought: str, total: str, holds: bool, rules: RuleSet, tmp_path: Path
) -> None:
    """`0` beside `-2,10` is nothing, not anything below half a million: a sum with it holds exactly or fails."""
    rows = (("Køb", "-1,45", "-2,10"), ("Løn", "0,25", nought), (NET, "-1,20", total))
    one = reconciled(Two("Økonomiske konsekvenser (2025-PL i mio. kr.)", rows, first="mio. kr."), rules)
    assert ("items-to-total" in {f.check for f in one.findings if f.severity == "error"}) is not holds


class OneTable:
    """A catalogue of one section whose table has a second line of heading, or rows in other units."""

    def __init__(self, *rows: Sequence[str], head: Sequence[str] = ("", "2025", "2026")) -> None:
        self.rows = (head, *rows)

    def save(self, path: Path) -> Path:
        sheet = Sheet(path)
        sheet.line("OMPRIORITERINGSKATALOG", "Børn og Unge (BU) i Prøveby Kommune har gennemgået sine områder.")
        sheet.page()
        sheet.line("Omprioriteringstiltag 2025-2028      Tema 1A, BFU-2", "Forslag nummer 2")
        sheet.line("Beskrivelse af tiltaget, herunder ændring i værdi for borgerne", "Der spares på driften.")
        sheet.line("Økonomiske konsekvenser (2025-PL i 1.000 kr.)", bold=True)
        sheet.grid(self.rows, WIDTHS)
        return sheet.save()


def by_row(document: OneTable, rules: RuleSet, folder: Path) -> tuple[dict[str, list[object]], int]:
    """Label -> the units of its figures; how often a missing unit is told."""
    found = read(document.save(folder / "a.pdf"), rules).extraction
    out: dict[str, list[object]] = {}
    for i in found.items:
        out.setdefault(i.label, []).append(i.unit)
    return out, sum(n.check == "unit-missing" for n in found.notes)


@pytest.mark.parametrize(
    ("label", "other"),
    [("Anlæg (mio. kr.)", True), ("Gæld i mio. kr.", True), ("Takst, kr. pr. plads", True), ("Takst i kr. pr. plads", True),
     ("Anlæg (i 1.000.000 kr.)", True), ("Køb (1.000 kr.)", False), ("Pulje på 5 mio. kr.", False),
     ("Projekter over 1 mio. kr.", False), ("Mange kr. at spare", False), ("Krisecentre", False)],
)  # fmt: skip
def test_a_row_that_names_another_unit_does_not_take_that_of_its_table(label: str, other: bool, rules: RuleSet,
                                                                            tmp_path: Path) -> None:  # fmt: skip
    """Its amounts stay empty, and a finding says why; a label that speaks of an amount names no unit."""
    rows = ("Løn", "-240", "-570"), (label, "12", "13"), (NET, "-228", "-557")
    found, told = by_row(OneTable(*rows), rules, tmp_path)
    assert (found[label], found["Løn"], told) == ([None if other else 1000] * 2, [1000, 1000], int(other))


def test_a_sum_is_not_said_to_hold_with_a_figure_whose_unit_nobody_knows(rules: RuleSet, tmp_path: Path) -> None:
    """12 of something would pass for 12 kroner, which rounding hides among thousands."""
    done = reconciled(OneTable(("Løn", "-240", "-570"), ("Anlæg (mio. kr.)", "-12", "-13"), (NET, "-240", "-570")), rules)
    assert not done.relations and {i.verification for d in done.documents for i in d.items} == {"unverifiable"}


@pytest.mark.parametrize("cell", ["€ 12", "EUR 12", "12 €"])
def test_a_figure_with_a_foreign_currency_in_its_cell_does_not_take_the_unit_of_its_table(cell: str, rules: RuleSet,
                                                                                         tmp_path: Path) -> None:  # fmt: skip
    found, told = by_row(OneTable(("Løn", "-240", "-570"), ("Køb", cell, "kr. 13"), (NET, "-228", "-557")), rules, tmp_path)
    assert (found["Løn"], found["Køb"], told) == ([1000, 1000], [None, 1000], 1)


def test_a_row_of_units_below_the_heading_holds_for_its_columns(rules: RuleSet, tmp_path: Path) -> None:
    """It is no row of figures, and no finding."""
    found, told = by_row(OneTable(("", "1.000 kr.", "(mio. kr.)"), ("Løn", "-240", "-0,6"), (NET, "-240", "-0,6")), rules, tmp_path)
    assert (found, told) == ({"Løn": [1000, 1000000], NET: [1000, 1000000]}, 0)


def test_a_heading_inside_a_table_that_names_another_unit_ends_the_one_before(rules: RuleSet, tmp_path: Path) -> None:
    """`Anlæg, mio. kr.` stands over the rows below it."""
    rows = ("Løn", "-240", "-570"), ("Anlæg, mio. kr.", "", ""), ("Havn", "4", "5")
    found, told = by_row(OneTable(*rows), rules, tmp_path)
    assert (found, told) == ({"Løn": [1000, 1000], "Havn": [None, None]}, 1)


@pytest.mark.parametrize(("head", "other"), [("Budget 2026 mio. kr.", True), ("2026 (mio. kr.)", True), ("2026, t.kr.", False),
                                             ("Budget 2026", False)])  # fmt: skip
def test_a_column_whose_heading_names_another_unit(head: str, other: bool, rules: RuleSet) -> None:
    """The year before the unit is no number of it."""
    assert heading_names_other_unit(head, "1.000 kr.", rules.languages["danish"]) is other


def test_amounts_with_their_currency_are_no_row_of_units(rules: RuleSet, tmp_path: Path) -> None:
    """`kr. (4.311)` in every column is a row of negative amounts: none is lost, and none below it takes another unit."""
    rows = (("Løn", "kr. (1.240)", "kr. (2.570)"), ("", "kr. (40)", "kr. (7)"), ("Køb", "kr. 5", "kr. 7"),
            (NET, "kr. (1.275)", "kr. (2.570)"))  # fmt: skip
    found, _ = by_row(OneTable(*rows), rules, tmp_path)
    assert found == {"Løn": [1000] * 2, "": [1000] * 2, "Køb": [1000] * 2, NET: [1000] * 2}


@pytest.mark.parametrize(("language", "unit", "thousand"), [
    ("danish", "hundrede tusinde kr.", "tusinde kr."), ("danish", "hundredtusinde kroner", "t.kr."),
    ("norwegian", "hundre tusen kroner", "tusen kroner"), ("swedish", "hundratusentals kronor", "tkr"),
    ("english", "hundreds of thousands", "thousand"),
])  # fmt: skip
def test_hundred_thousand_is_no_thousand(language: str, unit: str, thousand: str, rules: RuleSet) -> None:
    own = rules.languages[language]
    assert (unit_value(unit, own), unit_value(thousand, own)) == (100000, 1000)
    assert names_other_unit(f"({unit})", thousand, own)
