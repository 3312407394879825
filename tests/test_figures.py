"""From a table to figures: what is heading and what is not, rows with a measure and unit of their own, tables that no rule fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from reportlab.pdfgen.canvas import Canvas

from pipeline.checks.record import Document
from pipeline.checks.sums import sum_relations
from pipeline.dataset.assemble import item_row
from pipeline.extract import read_tables
from pipeline.parse import parse
from pipeline.parse.document import Parsed
from pipeline.parse.headings import headings, year_of
from pipeline.present.receipt import Receipt, receipt
from pipeline.read import read_pages
from pipeline.rules import RuleSet
from pipeline.rules.equations import SumRule
from pipeline.rules.patterns import Matcher
from pipeline.rules.schema import RowRule, Rule
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
    (("1.000 kr.", "Budgetforslag", "Overslag 1"), []),
])  # fmt: skip
def test_figures_above_the_heading_are_left_over(above: Sequence[str], left: list[str], rules: RuleSet, tmp_path: Path) -> None:
    """They are in no row that a rule reads: said, not swallowed with the headings."""
    found = document(rules, tmp_path, above, HEAD, *ROWS).extraction
    assert [i.value_printed for i in found.items] == ["-240", "-570"] * 2
    assert [t.text for t in found.tokens if t.status == "unclaimed"] == left
    assert sum(n.check == "unclaimed-number" for n in found.notes) == len(left)


@pytest.mark.parametrize(("label", "left"), [
    ("Anlæg               1.250          3.400", ["1.250", "3.400"]), ("Anlæg               -1.250", ["-1.250"]),
    ("Puljer              (1.000 kr.)", []), ("Politikområde       301", []), ("Puljer fra 2023 på 2,5 pct.", []),
])  # fmt: skip
def test_amounts_within_the_label_of_a_row_without_figures_are_left_over(label: str, left: list[str], rules: RuleSet,
                                                                         tmp_path: Path) -> None:  # fmt: skip
    """A row of another table that was drawn into this one's labels is told, not swallowed as a heading."""
    found = document(rules, tmp_path, HEAD, (label, "", ""), *ROWS).extraction
    assert [i.value_printed for i in found.items] == ["-240", "-570"] * 2
    assert [t.text for t in found.tokens if t.status == "unclaimed"] == left


def test_a_heading_that_is_printed_again_inside_the_table_is_no_row(rules: RuleSet, tmp_path: Path) -> None:
    """Its years are no figures, and no number is left over."""
    found = document(rules, tmp_path, HEAD, ROWS[0], HEAD, *ROWS).extraction
    assert [i.value_printed for i in found.items] == ["-240", "-570"] * 3
    assert not [n for n in found.notes if n.check in ("unclaimed-number", "unreadable-figure")]


def test_a_row_that_prints_figures_above_the_heading_again_is_a_row(rules: RuleSet, tmp_path: Path) -> None:
    """Only headings are let go."""
    frame = "Nettoramme", "9.100", "9.200"
    found = document(rules, tmp_path, frame, HEAD, frame, *ROWS).extraction
    assert [i.value_printed for i in found.items if i.label == "Nettoramme"] == ["9.100", "9.200"]


@pytest.mark.parametrize(("years", "parts"), [(("2027", "2028"), True), (("2027", "2029"), False)])
def test_a_heading_of_other_years_inside_a_table_begins_another(years: Sequence[str], parts: bool, rules: RuleSet,
                                                                tmp_path: Path) -> None:  # fmt: skip
    """What stands below it is of those years; two figures that only look like years are figures."""
    found = document(rules, tmp_path, HEAD, *ROWS, ("Anlæg", *years), ("Broer", "-7", "-8")).extraction
    figures = [(i.label, i.year, i.value_printed) for i in found.items][4:]
    broer = [("Broer", 2027, "-7"), ("Broer", 2028, "-8")]
    assert figures == (broer if parts else [("Anlæg", 2025, "2027"), ("Anlæg", 2026, "2029"),
                                            ("Broer", 2025, "-7"), ("Broer", 2026, "-8")])  # fmt: skip
    assert not [t for t in found.tokens if t.status == "unclaimed"]


@pytest.mark.parametrize("numbers", [("1", "2", "3"), ("(1)", "(2)", "(3)"), ("", "2", "3")])
def test_numbers_that_count_the_columns_are_no_figures(numbers: Sequence[str], rules: RuleSet, tmp_path: Path) -> None:
    """Below the headings stands what each column is called in the text: no row of money, and nothing is left over."""
    found = document(rules, tmp_path, HEAD, numbers, *ROWS).extraction
    counts = numbers != ("", "2", "3")  # two numbers may be figures
    assert [i.value_printed for i in found.items] == [*([] if counts else ["2", "3"]), *["-240", "-570"] * 2]
    assert not [t for t in found.tokens if t.status == "unclaimed"]


def test_a_mark_behind_a_figure_is_no_part_of_it(rules: RuleSet, tmp_path: Path) -> None:
    """An asterisk refers to a note, be it raised or not."""
    found = document(rules, tmp_path, HEAD, ("Køb", "-240*", "-570**"), ROWS[1]).extraction
    assert [(i.value_printed, i.footnote) for i in found.items][:2] == [("-240", "*"), ("-570", "**")]
    assert not [n for n in found.notes if n.check == "unreadable-figure"]


def read_by(rules: RuleSet, folder: Path, rows: Sequence[Sequence[str]], *attributes: str) -> list[tuple[str, int | None, str]]:
    """Label, year and print of the figures of a grid with the headings `R 2023`, `B 2025`."""
    return [(ln.label, ln.year, ln.printed) for ln in parsed_by(rules, folder, rows, *attributes).lines]


def left_over(rules: RuleSet, folder: Path, rows: Sequence[Sequence[str]], *attributes: str) -> list[str]:
    """The numbers that nothing claims."""
    return [t.text for t in parsed_by(rules, folder, rows, *attributes).tokens if t.status == "unclaimed"]


def parsed_by(rules: RuleSet, folder: Path, rows: Sequence[Sequence[str]], *attributes: str) -> Parsed:
    sheet = Sheet(folder / "a.pdf")
    sheet.grid(rows, [90.0] * len(rows[0]))
    pages = read_pages(sheet.save())
    columns: list[dict[str, object]] = [{"pattern": f"^{a}$", "examples": [a], "attribute": "account"} for a in attributes]
    columns += [{"pattern": rf"^{c} (?P<year>20\d\d)$", "examples": [f"{c} 2024"]} for c in ("R", "B")]
    rule = Rule.model_validate({
        "id": "d", "title": "d", "language": "danish", "recognise": [{"pattern": "^Område", "examples": ["Område"]}],
        "document": {"kind": "budget"}, "money": {"saving": "none", "unit": "kr."},
        "tables": [{"name": "main", "kind": "other", "columns": columns}],
    })  # fmt: skip
    return parse(pages, read_tables(pages), rule, rules.languages["danish"])


@pytest.mark.parametrize("below", ["2025", "Netto 2025", "2025 i alt"])
def test_a_year_below_a_heading_that_spans_it(below: str, rules: RuleSet, tmp_path: Path) -> None:
    """The column beside it needs no second line; in the line below words may stand with the year."""
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(595, 842))
    canvas.setFont("Helvetica", 9)
    for y in (700, 668, 652, 636):
        canvas.line(40, y, 400, y)
    canvas.line(240, 684, 400, 684)
    for x, top in ((40, 700), (140, 700), (240, 700), (320, 684), (400, 700)):
        canvas.line(x, top, x, 636)
    for y, *texts in ((680, "Sted", "Regnskab 2024", "", ""), (688, "", "", "Budget", ""),
                      (672, "", "", below, below.replace("5", "6")), (656, "Skoler", "300", "100", "200"),
                      (640, "Veje", "50", "20", "30")):  # fmt: skip
        for x, text in zip((44, 144, 244, 324), texts, strict=True):
            canvas.drawString(x, y, text)
    canvas.save()
    columns = [{"pattern": r"(?P<year>20\d\d)", "examples": ["Regnskab 2024"]}]
    rule = Rule.model_validate({
        "id": "x", "title": "x", "language": "danish", "recognise": [{"pattern": "Sted", "examples": ["Sted"]}],
        "document": {"kind": "catalogue"}, "money": {"saving": "none", "unit": "kr."},
        "tables": [{"name": "any", "kind": "other", "columns": columns}],
    })  # fmt: skip
    pages = read_pages(tmp_path / "a.pdf")
    lines = parse(pages, read_tables(pages), rule, rules.languages["danish"]).lines
    assert [(ln.label, ln.year, ln.printed) for ln in lines] == [
        ("Skoler", 2024, "300"), ("Skoler", 2025, "100"), ("Skoler", 2026, "200"), ("Veje", 2024, "50"), ("Veje", 2025, "20"),
        ("Veje", 2026, "30")]  # fmt: skip


@pytest.mark.parametrize("behind", [1, 3])
def test_labels_behind_figures(behind: int, rules: RuleSet, tmp_path: Path) -> None:
    """Years stand to the left of the labels, or all do: each figure has its row's label, and none is taken for one."""
    rows = [["R 2023", "B 2024", "B 2025"], ["90", "95", "100"], ["80", "85", "200"], ["170", "180", "300"]]
    for row, label in zip(rows, ("Område", "Skoler", "Ældre", "I alt"), strict=True):
        row.insert(behind, label)
    found = read_by(rules, tmp_path, rows)
    assert found[:6] == [("Skoler", 2023, "90"), ("Skoler", 2024, "95"), ("Skoler", 2025, "100"),
                         ("Ældre", 2023, "80"), ("Ældre", 2024, "85"), ("Ældre", 2025, "200")]  # fmt: skip
    assert len(found) == 9


def test_codes_below_a_year_are_no_figures(rules: RuleSet, tmp_path: Path) -> None:
    """The title of a table stands over its codes: these are part of the labels."""
    rows = [["B 2025", "Tekst", "R 2024", "B 2025"], ["1001", "Skoler", "100", "210"], ["1002", "Ældre", "200", "190"]]
    assert read_by(rules, tmp_path, rows) == [("1001 Skoler", 2024, "100"), ("1001 Skoler", 2025, "210"),
                                              ("1002 Ældre", 2024, "200"), ("1002 Ældre", 2025, "190")]  # fmt: skip


def test_years_are_labels_beside_a_column_of_remarks(rules: RuleSet, tmp_path: Path) -> None:
    rows = [["År", "R 2024", "B 2025", "Bemærkning"], ["2021", "40", "41", "Faldende"], ["2022", "50", "51", "Ny"],
            ["2023", "60", "61", ""]]  # fmt: skip
    assert [label for label, year, _ in read_by(rules, tmp_path, rows) if year == 2025] == ["2021", "2022", "2023"]


def test_amounts_are_no_labels_where_every_word_is_an_attribute(rules: RuleSet, tmp_path: Path) -> None:
    """A column that the rule forgot is told, figure by figure, and is no label of the others."""
    rows = [["Udvalg", "Regnskab", "R 2024", "B 2025"], ["Kultur", "1.250,00", "7", "8"], ["Natur", "-310,50", "2", "3"]]
    assert read_by(rules, tmp_path, rows, "Udvalg") == [("", 2024, "7"), ("", 2025, "8"), ("", 2024, "2"), ("", 2025, "3")]
    assert left_over(rules, tmp_path, rows, "Udvalg") == ["1.250,00", "-310,50"]


@pytest.mark.parametrize(("cells", "told"), [(("1.250,00", "-310"), True), (("1.10", "10.22"), False), (("4300", "4400"), False)])
def test_an_attribute_that_holds_amounts_is_told(cells: tuple[str, str], told: bool, rules: RuleSet, tmp_path: Path) -> None:
    """None of them becomes a figure; codes are none."""
    rows = [["Udvalg", "Konto", "R 2024", "B 2025"], ["Kultur", cells[0], "7", "8"], ["Natur", cells[1], "2", "3"]]
    notes = parsed_by(rules, tmp_path, rows, "Konto").notes
    assert [n.check for n in notes if n.check == "attribute-of-amounts"] == ["attribute-of-amounts"] * told


def test_two_columns_that_are_one_attribute_are_told(rules: RuleSet, tmp_path: Path) -> None:
    """Of one of them nothing is in the dataset."""
    rows = [["Område", "Udvalg", "Udvalg", "R 2024"], ["Skoler", "Kultur", "Børn", "7"], ["Veje", "Teknik", "Miljø", "2"]]
    assert "columns-alike" in {n.check for n in parsed_by(rules, tmp_path, rows, "Udvalg").notes}


def test_codes_with_points_are_of_the_labels_that_follow_them(rules: RuleSet, tmp_path: Path) -> None:
    rows = [["Nr.", "Tekst", "R 2024", "B 2025"], ["1.10", "Skoler", "7", "8"], ["10.22", "Ældre", "2", "3"]]
    assert [label for label, *_ in read_by(rules, tmp_path, rows)] == ["1.10 Skoler"] * 2 + ["10.22 Ældre"] * 2


def test_words_of_an_attribute_are_no_label(rules: RuleSet, tmp_path: Path) -> None:
    """Only in a column of codes they may span the labels."""
    rows = [["Udvalg", "Tekst", "R 2024", "B 2025"], ["Kultur", "Museer", "7", "8"], ["Natur", "", "2", "3"]]
    assert read_by(rules, tmp_path, rows, "Udvalg")[2:] == [("", 2024, "2"), ("", 2025, "3")]


def test_a_remark_in_a_table_is_running_text(rules: RuleSet, tmp_path: Path) -> None:
    """Its amounts are read as those of text; the unit that they have is not that of the rows below it."""
    remark = "Der er indregnet en mindreudgift på 1,4\nmio. kr. i 2025 som følge af den nye aftale."
    found = document(rules, tmp_path, HEAD, ROWS[0], (remark, "", ""), *ROWS).extraction
    assert [(a.printed, a.years) for a in found.amounts] == [("1,4 mio.", (2025,))]
    assert {(i.label, i.unit_printed) for i in found.items} == {(ROWS[0][0], "1.000 kr."), (ROWS[1][0], "1.000 kr.")}
    assert not [t for t in found.tokens if t.status == "unclaimed"]


# --- rows with a measure and a unit of their own ---------------------------------------------------------------------

KEY_FIGURES = (
    ("Indbyggere 1. januar", "18.420", "18.366"), ("Udskrivningsprocent", "25,75", "25,60"), ("Gæld, mio. kr.", "41,2", "45,8"),
    ("Skatteindtægter", "382", "328"),
)  # fmt: skip


def with_rows(rules: RuleSet, *rows: dict[str, Any]) -> RuleSet:
    """The rules, that for catalogues with further kinds of rows in the table of a proposal."""
    own = [RowRule.model_validate({"kind": "item", "examples": [r["pattern"]], **r}) for r in rows]
    out = []
    for rule in rules.rules:
        tables = [t.model_copy(update={"rows": [*own, *t.rows]}) if t.name == "proposal" else t for t in rule.tables]
        out.append(rule.model_copy(update={"tables": tables}))
    return replace(rules, rules=tuple(out))


def test_rows_of_different_measures_and_units_in_one_table(rules: RuleSet, tmp_path: Path) -> None:
    """Persons, per cent, a unit that the label prints, and the unit over the table."""
    known = with_rows(
        rules, {"pattern": "Indbyggere", "measure": "count", "kind": "memo"}, {"pattern": "Udskrivningsprocent", "measure": "percent"},
        {"pattern": r"Gæld, (?P<unit>mio\. kr\.)", "examples": ["Gæld, mio. kr."]},
        {"pattern": "Skatteindtægter", "measure": "income", "unit": "kr."},
    )  # fmt: skip
    read = document(known, tmp_path, HEAD, *KEY_FIGURES, *ROWS)
    assert {(i.label, i.measure, i.value, i.unit_printed, i.currency) for i in read.items if i.year == 2025} == {
        ("Indbyggere 1. januar", "count", Decimal(18420), "", None),
        ("Udskrivningsprocent", "percent", Decimal("25.75"), "", None),
        ("Gæld, mio. kr.", "net", Decimal(41_200_000), "mio. kr.", "DKK"),
        ("Skatteindtægter", "income", Decimal(382), "kr.", "DKK"),
        ("Køb", "net", Decimal(-240_000), "1.000 kr.", "DKK"),
        (ROWS[1][0], "net", Decimal(-240_000), "1.000 kr.", "DKK"),
    }
    assert [n.check for n in read.extraction.notes if n.check == "percent-as-money"] == []


def test_a_percentage_that_becomes_money_is_told_once_for_its_row(rules: RuleSet, tmp_path: Path) -> None:
    """By the words of its label; a label that only names a percentage says nothing of its figures. A figure with the sign is none."""
    rows = (*KEY_FIGURES, ("Solvens", "12 %", "11 %"), ("Lønstigning på 2 %", "-80", "-80"))
    found = document(rules, tmp_path, HEAD, *rows, *ROWS).extraction
    told = [n for n in found.notes if n.check == "percent-as-money"]
    assert [n.message.split("”")[0] for n in told] == ["“Udskrivningsprocent"] and told[0].severity == "warning"
    printed = [(i.measure, i.is_money, i.value) for i in found.items if i.label == "Solvens"]
    assert printed == [("percent", False, 12), ("percent", False, 11)]


def test_a_count_is_a_quantity_and_no_other_figure_stands_for_it(rules: RuleSet, tmp_path: Path) -> None:
    """It is no amount of anything; the receipt says what it is worth, and why it does not count."""
    known = with_rows(rules, {"pattern": "Indbyggere", "measure": "count", "kind": "memo"})
    read = document(known, tmp_path, HEAD, KEY_FIGURES[0], *ROWS)
    [item] = [i for i in read.items if (i.measure, i.year) == ("count", 2025)]
    row = item_row(item, read, 1, {})
    assert row["value_printed"] == "18.420" and row["measure"] == "count" and not row["counted"]
    assert {row[c] for c in ("amount", "amount_dkk", "saving_dkk", "fte", "percent", "unit_printed")} == {None}
    assert row["quantity"] == 18420
    told = " ".join(receipt(Receipt(row, False, None, (), {}, (), (), (), ()), "afstem", None))
    assert "2025: 18.420 = 18.420" in told
    assert "no, sums are of net amounts, and its measure is count" in told and "another figure" not in told


def test_a_dash_for_a_share_is_no_share(rules: RuleSet, tmp_path: Path) -> None:
    """Of nothing there is no percentage; a dash for an amount is nought."""
    known = with_rows(rules, {"pattern": "Ændring i procent", "measure": "percent", "kind": "memo"})
    read = document(known, tmp_path, HEAD, ("Ændring i procent", "-", "2,4"), ("Køb", "-", "-570"), ROWS[1])
    rows = [item_row(i, read, 1, {}) for i in read.items if i.value_printed in ("-", "2,4")]
    assert [(r["percent"], r["amount"]) for r in rows] == [(None, None), (Decimal("2.4"), None), (None, 0)]


COSTS = ("Lasten", ("Skoler", "900", "800"), ("Veje", "300", "250"), ("Kosten i alt", "1.200", "1.050"))
REVENUE = ("Baten", ("Skoler", "100", "90"), ("Veje", "50", "60"), ("Opbrengst i alt", "150", "150"), ("Saldo", "-1.050", "-900"))


def _statement(rules: RuleSet, *rows: dict[str, Any], balance: str) -> RuleSet:
    """Rules for a table of costs and of revenue, each below its heading, and what is left of both."""
    out = []
    for rule in with_rows(rules, *rows).rules:
        known = [t.model_copy(update={"sums": [
            SumRule.model_validate({"equation": e}) for e in ("item = costs", "item = revenue", balance)]})
            if t.name == "proposal" else t for t in rule.tables]  # fmt: skip
        out.append(rule.model_copy(update={"tables": known}))
    return replace(rules, rules=tuple(out))


def test_figures_are_what_the_heading_over_their_rows_says(rules: RuleSet, tmp_path: Path) -> None:
    """Rows of one name are told apart by it; costs and revenue stand in one equation with what they leave."""
    known = _statement(
        rules, {"pattern": "Lasten", "kind": "heading", "measure": "expenditure"},
        {"pattern": "Baten", "kind": "heading", "measure": "income"},
        {"pattern": "Kosten i alt", "kind": "subtotal", "name": "costs"},
        {"pattern": "Opbrengst i alt", "kind": "subtotal", "name": "revenue"},
        {"pattern": "Saldo", "kind": "total", "name": "balance", "measure": "net"}, balance="revenue - costs = balance",
    )  # fmt: skip
    rows = [(r, "", "") if isinstance(r, str) else r for r in (*COSTS, *REVENUE)]
    read = document(known, tmp_path, HEAD, *rows)
    assert [(i.heading, i.label, i.measure) for i in read.items if i.year == 2025] == [
        ("Lasten", "Skoler", "expenditure"), ("Lasten", "Veje", "expenditure"), ("Lasten", "Kosten i alt", "expenditure"),
        ("Baten", "Skoler", "income"), ("Baten", "Veje", "income"), ("Baten", "Opbrengst i alt", "income"), ("Baten", "Saldo", "net"),
    ]  # fmt: skip
    assert {item_row(i, read, 1, {})["heading"] for i in read.items} == {"Lasten", "Baten"}
    sums = list(sum_relations(read))
    assert [len(s.terms) for s in sums] == [3] * 6 and all(s.residual == 0 for s in sums)


@pytest.mark.parametrize("between", ["Anlæg", "Heraf er flere skoler lukket i løbet af året, og det er taget med her."])
def test_a_heading_holds_its_measure_until_the_next_that_the_rule_knows(between: str, rules: RuleSet, tmp_path: Path) -> None:
    """A remark or a row of words between ends it as little as a row rule of another kind begins one."""
    known = with_rows(rules, {"pattern": "Udgifter", "kind": "heading", "measure": "expenditure"},
                      {"pattern": "Indbyggere", "kind": "memo", "measure": "count"})  # fmt: skip
    rows = (("Udgifter", "", ""), ("Skoler", "10", "20"), (between, "", ""), ("Indbyggere", "", ""), ("Veje", "1", "2"))
    read = document(known, tmp_path, HEAD, *rows, *ROWS)
    assert {i.measure for i in read.items} == {"expenditure"}


@pytest.mark.parametrize("measures", [("expenditure",), ("expenditure", "income"), ("expenditure", "income", "net")])
def test_a_plan_of_expenditure_counts(measures: Sequence[str], rules: RuleSet, tmp_path: Path) -> None:
    """Where a table has costs alone; beside income they are parts of a net, whether it is printed or not."""
    known = []
    for rule in with_rows(rules, *({"pattern": f"^{m} ", "measure": m, "examples": [f"{m} of schools"]} for m in measures)).rules:
        tables = [t.model_copy(update={"kind": "other", "counted": True}) if t.name == "proposal" else t for t in rule.tables]
        known.append(rule.model_copy(update={"tables": tables}))
    rows = [(f"{m} of schools", "240", "570") for m in measures]
    read = document(replace(rules, rules=tuple(known)), tmp_path, HEAD, *rows)
    counted = [i.measure for i in read.items if i.counted and i.year == 2025]
    assert counted == {1: ["expenditure"], 2: [], 3: ["net"]}[len(measures)]


@pytest.mark.parametrize(("printed", "year"), [
    ("2024", 2024), ("24", 2024), ("1998", 1998), ("24/25", None), ("²4", None), ("", None),
])  # fmt: skip
def test_a_year_as_a_pattern_captures_it(printed: str, year: int | None) -> None:
    assert year_of(printed) == year


# --- tables that no rule fits ----------------------------------------------------------------------------------------


def test_a_table_that_only_its_label_column_keeps_away_is_told_with_what_was_wanted(rules: RuleSet, tmp_path: Path) -> None:
    """And with the headings of all its columns, over all the rows that they run over."""
    [rule] = [r for r in rules.rules if r.id == "proposal-catalogue"]
    [table] = [t for t in rule.tables if t.name == "proposal"]
    label = Matcher(pattern="^Post$", examples=["Post"])
    strict = rule.model_copy(update={"tables": [table.model_copy(update={"label": label})]})
    rows = (("Tekst", "Forslag", "Forslag"), HEAD, *ROWS)
    told = document(replace(rules, rules=(strict,)), tmp_path, *rows).extraction.notes
    [note] = [n for n in told if n.check == "table-without-rule"]
    assert "(headings: Tekst, Forslag 2025, Forslag 2026)" in note.message
    assert note.message.endswith("`proposal` would, but its label column reads “Tekst”, not ^Post$")
    assert note.message_da.endswith("står “Tekst”, ikke ^Post$")


def test_a_table_whose_columns_no_rule_knows_is_told_with_its_headings_alone(rules: RuleSet, tmp_path: Path) -> None:
    told = document(rules, tmp_path, ("Post", "Nu", "Siden"), *ROWS).extraction.notes
    [note] = [n for n in told if n.check == "table-without-rule"]
    assert note.message.endswith("fits this table (headings: Post, Nu, Siden)")


def test_a_heading_cell_over_several_rows_is_read_once(rules: RuleSet, tmp_path: Path) -> None:
    """Beside headings of two rows, both of which are read; the one that reaches down to the second heads its column as well."""
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(595, 842))
    canvas.setFont("Helvetica", 9)
    for y in (700, 668, 652, 636, 620):
        canvas.line(40, y, 400, y)
    canvas.line(240, 684, 400, 684)
    for x, top in ((40, 700), (140, 700), (240, 700), (320, 684), (400, 700)):
        canvas.line(x, top, x, 620)
    rows = ((672, "Sted", "I alt 2025", "", ""), (688, "", "", "heraf:", ""), (672, "", "", "drift", "anlæg"),
            (656, "Skoler", "300", "100", "200"), (640, "Veje", "50", "20", "30"), (624, "Parker", "9", "4", "5"))  # fmt: skip
    for y, *texts in rows:
        for x, text in zip((44, 144, 244, 324), texts, strict=True):
            canvas.drawString(x, y, text)
    canvas.save()
    [table] = read_tables(read_pages(tmp_path / "a.pdf"))
    assert headings(table, rules.languages["danish"])[1] == "I alt 2025"
    columns = [{"pattern": p, "examples": [e]} for p, e in (
        (r"^I alt (?P<year>20\d\d)$", "I alt 2025"), (r"drift$", "heraf: drift"), (r"anlæg$", "heraf: anlæg"))]  # fmt: skip
    rule = Rule.model_validate({
        "id": "x", "title": "x", "language": "danish", "recognise": [{"pattern": "Sted", "examples": ["Sted"]}],
        "document": {"kind": "catalogue"}, "money": {"saving": "none", "unit": "kr."},
        "tables": [{"name": "any", "kind": "other", "columns": columns}],
    })  # fmt: skip
    parsed = parse(read_pages(tmp_path / "a.pdf"), [table], rule, rules.languages["danish"])
    assert [(ln.label, ln.printed) for ln in parsed.lines] == [
        (label, figure) for label, *figures in (row[1:] for row in rows[3:]) for figure in figures]  # fmt: skip
    assert {ln.year for ln in parsed.lines if ln.column_printed == "I alt 2025"} == {2025}
