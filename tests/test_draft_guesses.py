"""What a draft guesses and what it only asks: units, years, languages, columns, and that it never fails its own check."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.layouts_content import random_document
from benchmarks.layouts_draw import draw
from pipeline.draft import Draft, draft
from pipeline.draft.columns import unit_in
from pipeline.draft.mend import mend
from pipeline.draft.patterns import generalise
from pipeline.extract import read_tables
from pipeline.model import LineItem
from pipeline.normalize import normalize
from pipeline.parse import parse
from pipeline.read import read_pdf
from pipeline.rules import RuleSet, check_rules, load_rules
from pipeline.rules.language import Language
from tests.documents import Sheet
from tests.workspaces import RULES

LANGUAGES = load_rules(RULES).languages
Block = str | tuple[Sequence[Sequence[str]], Sequence[float]]  # a line, or the rows of a table and the widths of its columns


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft and the figures that it reads."""

    made: Draft
    items: Sequence[LineItem]

    def asks(self, words: str) -> bool:
        return any("# ? " in line and words in line for line in self.made.text.splitlines())

    def amounts(self, column: str) -> list[object]:
        return [i.value for i in self.items if i.column_printed == column and i.unit]


def drafted(path: Path, *blocks: Block, bold: Sequence[int] = (), languages: Sequence[str] = tuple(LANGUAGES)) -> Drafted:
    """Set a document and have a rule drafted for it; what it reads is read anew from the text of the draft."""
    sheet = Sheet(path / "d.pdf")
    for block in blocks:
        if isinstance(block, str):
            sheet.line(block, bold=block is blocks[0])
        else:
            sheet.line("")
            sheet.grid(*block, bold=bold)
    pages, _ = read_pdf(sheet.save())
    tables = read_tables(pages)
    made = draft(pages, tables, {n: LANGUAGES[n] for n in languages}, [], "drafted", "d")
    shutil.copytree(RULES / "shared", path / "rules" / "shared")
    (path / "rules" / "drafted.yaml").write_text(made.text, "utf-8")
    assert check_rules(path / "rules") == []
    [rule] = load_rules(path / "rules").rules
    parsed = parse(pages, tables, rule, LANGUAGES[rule.language])
    return Drafted(made, normalize("d", parsed.lines, parsed.proposals, parsed.meta)[0])


ROWS = [["Område", "2025", "2026"], ["Skoler", "100", "210"], ["Ældre", "200", "190"], ["I alt", "300", "400"]]
TABLE = (ROWS, [200, 60, 60])


# --- units


def test_a_sentence_is_no_caption(tmp_path: Path) -> None:
    """A line of running text that begins with a unit says nothing of the table below it: the unit is asked for."""
    found = drafted(tmp_path, "Budget 2025", "Byrådet har bedt om forslag, der i alt frigør 4,3 mio.",
                    "kr. frigøres i 2025 af de syv forslag, som er beskrevet her", TABLE)  # fmt: skip
    assert "captions:" not in found.made.text
    assert found.asks("'kr.' is a guess")


@pytest.mark.parametrize(
    "caption", ["Beløb i 1.000 kr.", "Hovedoversigt, 1.000 kr.", "Udgifter og indtægter (1.000 kr.)", "1.000 kr., netto"]
)
def test_captions(tmp_path: Path, caption: str) -> None:
    """Short lines over a table that end in its unit, or have it in parentheses."""
    found = drafted(tmp_path, "Budget 2025", caption, TABLE)
    assert found.amounts("2025") == [100000, 200000, 300000]
    assert not found.asks("names its unit")


def test_a_unit_alone_on_a_line_of_the_heading(tmp_path: Path) -> None:
    """It is the table's caption, and no part of the heading of the column that it stands over."""
    rows = [["", "", "bedragen x € 1.000"], ["Programma", "Begroting 2025", "Begroting 2026"],
            ["Bestuur en veiligheid", "100", "210"], ["Openbare ruimte", "200", "190"], ["Totaal lasten", "300", "400"]]  # fmt: skip
    text = "In dit overzicht staan de lasten en de baten van het jaar en van de jaren die op de begroting volgen"
    found = drafted(tmp_path, "Programmabegroting 2025 van de gemeente Waterland", text, (rows, [200, 110, 110]))
    assert found.amounts("Begroting 2026") == [210000, 190000, 400000]
    assert not found.asks("names its unit")


def test_a_unit_that_goes_on_is_asked_about(tmp_path: Path) -> None:
    """Of two captions with different units, the second is not taken for a third table without a word."""
    other = ([["Puljer", "2025", "2026"], *ROWS[1:]], TABLE[1])
    third = ([["Anlæg", "2025", "2026"], *ROWS[1:]], TABLE[1])
    found = drafted(tmp_path, "Budget 2025", "Beløb i mio. kr.", TABLE, "Beløb i 1.000 kr.", other, "Nye anlæg", third)
    assert found.asks("no line over the table names its unit, it is taken to go on in '1.000 kr.'")


# --- columns and rows


def test_codes_in_three_columns(tmp_path: Path) -> None:
    """They join the label, a row that numbers the columns is ignored, a total stands above its parts."""
    rows = [["Afsnit", "Konto", "§", "Tekst", "Budget 2025", "Budget 2026"], ["1", "2", "3", "4", "5", "6"],
            ["010", "", "", "Landbrug", "300", "330"], ["", "01095", "0750", "Leje", "100", "110"],
            ["", "01096", "2010", "Tilskud", "200", "220"], ["020", "", "", "Boliger", "50", "71"],
            ["", "02005", "0550", "Arealer", "20", "30"], ["", "02006", "0770", "Salg", "30", "41"]]  # fmt: skip
    found = drafted(tmp_path, "Budget 2025", "Beløb i 1.000 kr.", (rows, [50, 50, 40, 140, 80, 80]), bold=[2, 5])
    assert [i.label for i in found.items if i.year == 2025] == [
        "010 Landbrug", "01095 0750 Leje", "01096 2010 Tilskud", "020 Boliger", "02005 0550 Arealer", "02006 0770 Salg",
    ]  # fmt: skip
    assert {i.column_printed for i in found.items} == {"Budget 2025", "Budget 2026"}
    assert {i.label for i in found.items if i.row_kind == "total"} == {"010 Landbrug", "020 Boliger"}
    assert found.made.tried.held == 4 and not found.made.tried.violated


def test_years_below_some_of_the_headings(tmp_path: Path) -> None:
    """A heading of two lines of which the second has only the years that the first has not; the label stands in the first."""
    rows = [["Ramme", "Regnskab", "Budget", "BO 2026"], ["", "2024", "2025", ""], ["Skoler", "100", "210", "220"],
            ["Ældre", "200", "190", "180"], ["I alt", "300", "400", "400"]]  # fmt: skip
    other = (["Puljer", "Budget 2025", "BO 2026"], ["Vækst", "11", "12"], ["Klima", "13", "14"])
    found = drafted(tmp_path, "Budget 2025", "Beløb i 1.000 kr.", (rows, [150, 80, 80, 80]), (other, [150, 80, 80]))
    assert {(i.table_rule, i.column_printed, i.year) for i in found.items if i.label == "Skoler"} == {
        ("main", "Regnskab 2024", 2024), ("main", "Budget 2025", 2025), ("main", "BO 2026", 2026),
    }  # fmt: skip
    assert len(found.items) == 13


def test_headings_of_years_in_two_parts(tmp_path: Path) -> None:
    """`2025/26` below a heading over all of them is a heading and no figure; one entry reads every year."""
    rows = [["Proposal", "Saving", "", ""], ["", "2025/26", "2026/27", "2027/28"], ["Leisure contract", "100", "210", "220"],
            ["Legal costs", "200", "190", "180"], ["Total", "300", "400", "400"]]  # fmt: skip
    found = drafted(tmp_path, "Budget 2025/26 savings of the council", "All figures in £000", (rows, [150, 80, 80, 80]))
    assert [(i.label, i.year) for i in found.items if i.label == "Total"] == [("Total", y) for y in (2025, 2026, 2027)]
    assert r"(?P<year>20\d\d)/\d\d$" in found.made.text and not found.made.tried.left


def test_a_total_over_the_codes_and_the_labels(tmp_path: Path) -> None:
    """Where its words stand in the column of codes, it has a label all the same."""
    rows = [["Konto", "Tekst", "2025", "2026"], ["01-2", "Skoler", "100", "210"], ["01-3", "Ældre", "200", "190"],
            ["I alt", "", "300", "400"]]  # fmt: skip
    found = drafted(tmp_path, "Budget 2025", "Beløb i 1.000 kr.", (rows, [60, 150, 60, 60]))
    assert [(i.label, i.row_kind) for i in found.items if i.year == 2025] == [
        ("Skoler", "item"), ("Ældre", "item"), ("I alt", "total")]  # fmt: skip
    assert found.made.tried.held == 2


def test_money_is_no_number_of_positions(tmp_path: Path) -> None:
    """A saving that its label explains with positions or per cent is money, as its heading says."""
    rows = [["Maßnahme", "in EUR 2025", "in EUR 2026"], ["Wegfall von 3,5 Stellen", "228.000", "230.000"],
            ["Anhebung um 1,5 %", "1.120.000", "1.150.000"], ["Summe", "1.348.000", "1.380.000"]]  # fmt: skip
    text = "In dieser Übersicht stehen die Maßnahmen für das Haushaltsjahr und die folgenden Jahre der Stadt"
    found = drafted(tmp_path, "Haushalt 2025 der Stadt Lindenau", text, (rows, [200, 90, 90]))
    assert {(i.row_kind, i.measure) for i in found.items} == {("item", "net"), ("total", "net")}
    assert found.made.tried.held == 2


@pytest.mark.parametrize(("label", "figure"), [
    ("Antal årsværk i alt", "7.500"), ("Årsværk", "1.250"), ("Antal fuldtidsstillinger i hele kommunen og i alle skoler", "250"),
])  # fmt: skip
def test_positions_of_a_large_municipality(label: str, figure: str, tmp_path: Path) -> None:
    rows = [*ROWS, [label, figure, figure]]
    found = drafted(tmp_path, "Budget 2025", "Beløb i 1.000 kr.", (rows, [300, 60, 60]))
    assert {i.row_kind for i in found.items if i.label == label} == {"staffing"}


def test_the_currency_of_the_caption(tmp_path: Path) -> None:
    """A language of several countries: what stands over the table says whose money it is."""
    rows = [["Aufgabe", "2025", "2026"], ["Bildung", "1'100", "1'210"], ["Verkehr", "200", "190"], ["Total", "1'300", "1'400"]]
    found = drafted(tmp_path, "Budget 2025 der Gemeinde Hinterwil", "Beträge in CHF", (rows, [200, 90, 90]))
    assert {i.currency for i in found.items} == {"CHF"} and not found.asks("names its unit")


def test_the_total_of_every_table_is_one(tmp_path: Path) -> None:
    """Be it that a group of a single item hides what sums up to it: it closes its table as the other's total does."""
    head, widths = ["Tekst", "2025", "2026"], [200, 60, 60]
    one = [head, ["Skoler", "100", "210"], ["Ældre", "200", "190"], ["Samlet drift", "300", "400"], ["Afdrag", "50", "60"],
           ["Renter", "10", "12"], ["Samlet finansiering", "60", "72"], ["Total udgifter", "360", "472"]]  # fmt: skip
    two = [head, ["Skat", "270", "380"], ["Tilskud", "80", "82"], ["Samlet drift", "350", "462"], ["Lån", "10", "10"],
           ["Samlet finansiering", "10", "10"], ["Total indtægter", "360", "472"]]  # fmt: skip
    found = drafted(tmp_path, "Budget 2025", "Beløb i 1.000 kr.", (one, widths), "Indtægter i 1.000 kr.", (two, widths))
    assert {i.label for i in found.items if i.row_kind == "total"} == {"Total udgifter", "Total indtægter"}
    assert not found.made.tried.violated


def test_groups_above_their_items_in_two_levels(tmp_path: Path) -> None:
    """Groups above groups above items, one with a single item, results below: each level is told from the others, and every sum of
    every level holds."""
    rows = [["Område", "2025", "2026"],
            ["Skoleudvalget", "1.150", "1.260"], ["Politikområde 10 Skoler", "950", "1.010"], ["Folkeskoler", "700", "810"],
            ["Fritidshjem", "250", "200"], ["Politikområde 11 Tandpleje", "200", "250"], ["Klinikker", "200", "250"],
            ["Teknikudvalget", "420", "395"], ["Politikområde 20 Veje", "420", "395"],
            ["Asfalt", "290", "265"], ["Broer", "120", "110"], ["Skilte", "10", "20"],
            ["Drift i alt", "1.570", "1.655"]]  # fmt: skip
    found = drafted(tmp_path, "Budget 2025", "Beløb i 1.000 kr.", (rows, [200, 60, 60]), bold=(0, 1, 2, 5, 7, 8, 12))
    kinds = {i.label: (i.row_kind, i.row_name) for i in found.items}
    outer, inner = kinds["Skoleudvalget"], kinds["Politikområde 10 Skoler"]
    assert kinds["Teknikudvalget"] == outer != inner == kinds["Politikområde 11 Tandpleje"] == kinds["Politikområde 20 Veje"]
    assert {kind for kind, _ in (outer, inner)} == {"subtotal"} and kinds["Drift i alt"][0] == "total"
    assert {label for label, (kind, _) in kinds.items() if kind == "item"} == {
        "Folkeskoler", "Fritidshjem", "Klinikker", "Asfalt", "Broer", "Skilte"}  # fmt: skip
    assert found.made.tried.violated == 0


def test_totals_that_close_nothing_are_no_items(tmp_path: Path) -> None:
    """A part of what they sum up is not printed: they say that they are totals, and would count twice; the draft says that no sum
    was found."""
    rows = [*ROWS[:3], ["Drift i alt", "450", "610"], ["Havne", "70", "80"], ["Anlæg i alt", "95", "110"]]
    found = drafted(tmp_path, "Budget 2025", "Beløb i 1.000 kr.", (rows, [200, 60, 60]))
    assert {i.row_kind for i in found.items if i.label.endswith("i alt")} == {"total"}
    assert {i.row_kind for i in found.items if not i.label.endswith("i alt")} == {"item"}
    assert found.asks("no row is the sum of others")


def test_columns_that_are_no_amounts(tmp_path: Path) -> None:
    """Percentages in every cell, whole numbers beside amounts with decimals, and years are told by what stands below."""
    rows = [["Projekt", "Stk.", "Budget 2025", "Andel", "Færdig"], ["Skole", "14", "803.585,38", "50,20 %", "2027"],
            ["Hal", "48", "1.465.361,57", "49,80 %", "2026"], ["I alt", "62", "2.268.946,95", "100,00 %", ""]]  # fmt: skip
    found = drafted(tmp_path, "Budget 2025", "Beløb i kr.", (rows, [150, 50, 100, 70, 60]))
    assert {i.column_printed: i.measure for i in found.items} == {"Stk.": "count", "Budget 2025": "net", "Andel": "percent"}
    assert found.asks("counts?") and found.asks("years, not amounts")


@pytest.mark.parametrize(
    ("headings", "signs", "equation"),
    [
        (["Regnskab 2024", "Budget 2025", "Ændring"], (-1, 1), "deviation = budget - actual"),
        (["Udgifter", "Indtægter", "Netto"], (1, -1), "net = expenditure - income"),
        (["Indtægter", "Udgifter", "Netto"], (1, -1), "net = income - expenditure"),
        (["Drift", "Anlæg", "Samlet"], (1, 1), "samlet = drift + anlaeg"),
    ],
)
def test_columns_that_others_make_up(tmp_path: Path, headings: list[str], signs: tuple[int, int], equation: str) -> None:
    """A column that is always the sum or the difference of others is said to be."""
    pairs = [("Skoler", 100, 130), ("Ældre", 290, 250), ("Veje", 70, 75), ("Kultur", 45, 31)]
    rows = [["Område", *headings], *([n, str(a), str(b), str(signs[0] * a + signs[1] * b)] for n, a, b in pairs)]
    found = drafted(tmp_path, "Budget 2025", "Beløb i 1.000 kr.", (rows, [180, 90, 90, 90]))
    assert f"{{equation: {equation}}}" in found.made.text


def test_rows_that_count_things_are_no_amounts(tmp_path: Path) -> None:
    """They begin with the word for it; a label that only speaks of a number is one of money."""
    rows = [ROWS[0], ["Antal indbyggere", "31.842", "31.990"], ["Tilskud efter antal elever", "40", "60"], *ROWS[1:3],
            ["I alt", "340", "460"]]  # fmt: skip
    found = drafted(tmp_path, "Budget 2025", "Beløb i 1.000 kr.", (rows, TABLE[1]))
    assert {i.label: i.measure for i in found.items} == {
        "Antal indbyggere": "count", "Tilskud efter antal elever": "net", "Skoler": "net", "Ældre": "net", "I alt": "net"}  # fmt: skip
    assert (found.made.tried.held, found.made.tried.violated) == (2, 0)


@pytest.mark.parametrize("name", sorted(LANGUAGES))
def test_rows_of_which(name: str) -> None:
    """Every language has words for a row that is a part of the row above."""
    assert LANGUAGES[name].draft.of_which is not None


def test_a_row_of_which_is_in_no_sum(tmp_path: Path) -> None:
    """The total is the sum of the others."""
    rows = [ROWS[0], ROWS[1], ["heraf løn", "60", "70"], *ROWS[2:]]
    found = drafted(tmp_path, "Budget 2025", "Beløb i 1.000 kr.", (rows, TABLE[1]))
    assert {i.row_kind for i in found.items if i.label == "heraf løn"} == {"memo"}
    assert (found.made.tried.held, found.made.tried.violated) == (2, 0)


def test_tables_with_headings_of_their_own(tmp_path: Path) -> None:
    """Each has its entry, and the draft says that the first that fits is taken; positions are no money."""
    staff = [["Udvalg", "2025", "2026"], ["Skoler", "0,3", "-0,6"], ["Ældre", "-0,2", "-1,9"], ["Årsværk i alt", "0,1", "-2,5"]]
    found = drafted(tmp_path, "Budget 2025", "Beløb i 1.000 kr.", TABLE, "Ændring i årsværk", (staff, TABLE[1]))
    assert {(i.table_rule, i.measure) for i in found.items} == {("main", "staffing"), ("table_2", "net")}
    assert "# the first entry that fits a table reads it" in found.made.text
    assert found.asks("positions, not amounts?")


def test_figures_left_of_the_labels(tmp_path: Path) -> None:
    """No rule can read them: the columns are left out, and that is asked about."""
    rows = [["Udgifter 2025", "Område", "Netto 2025", "Netto 2026"], ["140", "Skoler", "100", "210"], ["260", "Ældre", "200", "190"],
            ["400", "I alt", "300", "400"]]  # fmt: skip
    found = drafted(tmp_path, "Budget 2025", "Beløb i 1.000 kr.", (rows, [80, 150, 80, 80]))
    assert found.amounts("Netto 2025") == [100000, 200000, 300000]
    assert found.asks("figures to the left of the labels cannot be read")


# --- words


@pytest.mark.parametrize(
    ("title", "year", "asked"),
    [
        ("Beslutning nr. XII/87/2024 om budgettet for 2025", 2025, False),
        ("Budget 2025", 2025, False),
        ("Rammer for 2026", 2026, True),
        ("Rammer for 1998", 1998, True),
        ("Rammer XII/87/2024", 2025, True),  # nothing but the headings
    ],
)
def test_the_year_of_the_budget(tmp_path: Path, title: str, year: int, asked: bool) -> None:
    """The year after the word budget; else that of a title or of the headings, as a guess; never one in a reference."""
    found = drafted(tmp_path, title, "Beløb i 1.000 kr.", TABLE)
    assert found.made.tried.rule.document.find_budget_year("\n".join([title, "2025 2026", "Område 2025 2026"])) == year
    assert found.asks("is it the budget's?") == asked


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("UCHWAŁA NR XII/87/2024", r"UCHWAŁA NR [IVXLCDM]+/\d+/20\d\d"),
        ("Vedtaget den 19. december 2024", r"Vedtaget den \d{1,2}\. \p{L}+ 20\d\d"),
        ("Beløb i 1.000 kr. 2024", r"Beløb i 1\.000 kr\. 20\d\d"),
    ],
)
def test_references_and_days_give_way(text: str, pattern: str) -> None:
    """What another document of the layout has otherwise is no part of how it is known."""
    assert generalise(text) == pattern


CZECH = ("Rozpočet města na rok 2025", "Zastupitelstvo schvaluje rozpočet města, který byl zveřejněn na úřední desce podle zákona",
         ([["Kapitola", "2025", "2026"], ["Školy", "100", "210"], ["Doprava", "200", "190"]], [200, 60, 60]))  # fmt: skip


def test_no_language_file_fits(tmp_path: Path) -> None:
    """A document in a language that has no file: the nearest is marked, and so are its unit and what is to be done."""
    found = drafted(tmp_path, *CZECH)
    assert found.asks("no language file fits the words of the document")
    assert found.asks("is a guess")


def test_a_language_by_its_words(tmp_path: Path) -> None:
    """One that fits is not asked about."""
    text = "Rammerne for de enkelte områder er opgjort efter den vedtagne plan og med de nye priser"
    found = drafted(tmp_path, "Budget 2025", text, TABLE)
    assert "\nlanguage: danish\n" in found.made.text and not found.asks("no language file")


# --- its own check


@settings(deadline=None, max_examples=12)  # a document takes half a second
@given(st.integers(0, 10**6))
def test_a_draft_passes_its_own_check(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    """Whatever the layout."""
    folder = tmp_path_factory.mktemp("drafted")
    draw(random_document(seed), folder / "d.pdf")
    pages, _ = read_pdf(folder / "d.pdf")
    made = draft(pages, read_tables(pages), {"danish": LANGUAGES["danish"]}, [], "drafted", "d")
    shutil.copytree(RULES / "shared", folder / "rules" / "shared")
    (folder / "rules" / "drafted.yaml").write_text(made.text, "utf-8")
    assert check_rules(folder / "rules") == []


def test_what_would_fail_the_check_is_left_out(tmp_path: Path) -> None:
    """Two headings of which each pattern finds the other's example: the draft goes without the second, and says so."""
    rows = [["Område", "Note 2025", "Note 2026", "Budget 2025"], ["Skoler", "se bilag", "", "100"], ["Ældre", "", "12", "200"],
            ["I alt", "som nævnt", "14", "300"]]  # fmt: skip
    found = drafted(tmp_path, "Budget 2025", "Beløb i 1.000 kr.", (rows, [150, 80, 80, 80]))
    assert found.asks("left out, for it would fail `rules check`")
    assert found.amounts("Budget 2025") == [100000, 200000, 300000]


def test_without_a_budget_year_no_column_counts_from_it() -> None:
    """Where the capture of the budget year fails its own test, what rests on it goes too, and the rest of the rule stands."""
    column = {"pattern": "^Netto$", "examples": ["Netto"], "budget_year_plus": 0}
    data = {
        "id": "d", "title": "d", "language": "danish", "recognise": [{"pattern": "^Netto", "examples": ["Netto"]}],
        "money": {"saving": "none"},
        "document": {"kind": "budget", "budget_year": [{"pattern": r"^År (?P<value>20\d\d)", "examples": ["År 1998"]}]},
        "tables": [{"name": "main", "kind": "other", "columns": [column]}],
    }  # fmt: skip
    assert mend(data, {}) == ["document.budget_year.0"]
    assert data["document"] == {"kind": "budget"} and "budget_year_plus" not in column


def test_a_language_needs_only_numbers_and_units() -> None:
    """What a file leaves out finds nothing."""
    short = Language.model_validate({
        "language": "short", "decimal": ",", "group": ".", "units": [{"pattern": "kr", "value": 1, "examples": ["kr"]}],
    })  # fmt: skip
    assert short.rising.search("stigende til") is None and short.years.search("i 2025") is None and short.contexts == []


def test_a_letter_at_the_end_of_a_word_is_no_unit(rules: RuleSet) -> None:
    """`k` and `m` are units of some languages where they stand by themselves or behind a number."""
    english = rules.languages["english"]
    assert [unit_in(text, english) for text in ("Risk", "Item", "Team k2")] == [None] * 3
    assert [found and found[1][0] for found in (unit_in("Cost 5k", english), unit_in("Total (k)", english))] == ["k", "k"]


@pytest.mark.parametrize(
    ("codes", "proposals"),
    [(("TM-01", "TM-02", "KF-10"), True), (("S26.1", "S26.2", "S26.13"), True), (("1", "2", "3"), True),
     (("3.22.01", "5.25.14", "6.45.51"), False), (("TM-01", "TM-01", "KF-10"), False)],
)  # fmt: skip
def test_codes_in_a_column_of_their_own_name_the_proposals(codes: Sequence[str], proposals: bool, tmp_path: Path) -> None:
    """Where each is another; account numbers name none, and what is repeated names none."""
    rows = [("Nr.", "Forslag", "2026", "2027"), (codes[0], "Færre klipninger", "-300", "-400"),
            (codes[1], "Vinterveje", "-1.200", "-1.500"), (codes[2], "2 nye takster", "-250", "-650"),
            ("", "I alt", "-1.750", "-2.550")]  # fmt: skip
    found = drafted(tmp_path, "Sparekatalog 2026-2027 for Prøveby Kommune", "Beløb i 1.000 kr. til besparelser",
                    (rows, [60, 180, 60, 60]))  # fmt: skip
    assert {i.proposal_code for i in found.items} == {*codes, None} if proposals else {None}
    assert {i.label for i in found.items} == {"Færre klipninger", "Vinterveje", "2 nye takster", "I alt"}
    assert {value for i in found.items for _, value in i.attributes} == (set() if proposals else set(codes))
    assert found.made.tried.held == 2 and found.asks("names the proposal") is proposals
