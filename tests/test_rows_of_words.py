"""Words in and around rows: remarks, headings of sections, labels that wrap or end in numbers, columns of words between figures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from tests.painted import FONT, SIZE, set_rows, tables_of

RIGHTS = (300.0, 360.0, 420.0)
HEAD = ("Område", "2024", "2025", "2026")


def set_at(canvas: Canvas, rows: Sequence[Sequence[tuple[float, str]]], top: float = 700.0, pitch: float = 12.0) -> None:
    """Texts at their x, one line below the other; a negative x is the right end."""
    canvas.setFont(FONT, SIZE)
    for k, row in enumerate(rows):
        for x, text in row:
            (canvas.drawString if x >= 0 else canvas.drawRightString)(abs(x), top - k * pitch, text)


@pytest.mark.parametrize("name", ["Distrikt", "Plejecenter nr.", "Lokalplan"])
def test_numbers_at_the_ends_of_labels_are_no_column(name: str, tmp_path: Path) -> None:
    """They end below each other, as figures do, and no figure of another row ends there."""
    rows = (HEAD, *((f"{name} {k}", f"{k + 40}.204", f"-{k}.100", f"{k}50") for k in range(1, 7)))
    assert tables_of(tmp_path / "a.pdf", lambda c: set_rows(c, rows, 60, RIGHTS)) == [[list(r) for r in rows]]


@pytest.mark.parametrize("across", [
    "Teknik-, miljø-, klima- og landdistriktsudvalget i alt og under et",
    "Her er regnet med den ramme, som er meldt ud i foråret, jf. bilag 3 til aftalen mellem alle parter",
])  # fmt: skip
def test_words_across_the_columns_are_a_row(across: str, tmp_path: Path) -> None:
    """The heading of a section, or a remark to the row above: the table goes on below it, under its headings."""
    rows = (HEAD, ("Skoler", "1.204", "-50", "310"), ("Veje", "900", "-40", "1.200"), (across, "", "", ""),
            ("Kultur", "7.100", "60", "75"), ("I alt", "9.204", "-30", "1.585"))  # fmt: skip
    assert tables_of(tmp_path / "a.pdf", lambda c: set_rows(c, rows, 60, (250.0, 310.0, 370.0))) == [[list(r) for r in rows]]


def test_words_across_right_below_the_headings(tmp_path: Path) -> None:
    across = "Børne-, unge- og uddannelsesudvalget under et"
    rows = (HEAD, (across, "", "", ""), ("Skoler", "1.204", "-50", "310"), ("Veje", "900", "-40", "1.200"))
    assert tables_of(tmp_path / "a.pdf", lambda c: set_rows(c, rows, 60, (250.0, 310.0, 370.0))) == [[list(r) for r in rows]]


def test_the_last_row_keeps_what_wraps_in_two_columns(tmp_path: Path) -> None:
    """A label and a description that wrap: the lines below the last row are its own."""
    lines: list[list[tuple[float, str]]] = [[(60, "Forslag"), (160, "Beskrivelse"), (-360, "2025"), (-420, "2026")]]
    for name in "ABC":
        lines += [[(60, f"Forslag {name} om"), (160, "Færre afgange på alle"), (-360, "8.192"), (-420, "-357")],
                  [(60, "kollektiv trafik"), (160, "ruter, dog ikke på")], [(60, "i oplandet"), (160, "skoleruter")]]  # fmt: skip
    found = tables_of(tmp_path / "a.pdf", lambda c: set_at(c, lines))
    text = "Færre afgange på alle ruter, dog ikke på skoleruter"
    rows = [[f"Forslag {name} om kollektiv trafik i oplandet", text, "8.192", "-357"] for name in "ABC"]
    assert found == [[["Forslag", "Beskrivelse", "2025", "2026"], *rows]]


def test_remarks_that_wrap_stand_in_their_rows(tmp_path: Path) -> None:
    """Every row has three lines of remarks with numbers of their own; the first stands beside the figures."""
    lines: list[list[tuple[float, str]]] = [[(60, "Område"), (-250, "2025"), (-310, "2026"), (330, "Bemærkning")]]
    names = ("Skoler", "Veje og", "Kultur", "Idræt")
    for k, name in enumerate(names):
        lines += [[(60, name), (-250, f"{k}.204"), (-310, f"-{k}50"), (330, "Mindre udgift til el og varme i alle")],
                  [*([(60.0, "parker")] if k == 1 else []), (330, "kommunens bygninger, som følge af et")],
                  [(330, f"lavere forbrug på {k + 2}.100 t.kr. om året")]]  # fmt: skip
    found = tables_of(tmp_path / "a.pdf", lambda c: set_at(c, lines))
    remark = "Mindre udgift til el og varme i alle kommunens bygninger, som følge af et lavere forbrug på {}.100 t.kr. om året"
    rows = [[name if k != 1 else "Veje og parker", f"{k}.204", f"-{k}50", remark.format(k + 2)] for k, name in enumerate(names)]
    assert found == [[["Område", "2025", "2026", "Bemærkning"], *rows]]


def test_a_column_of_words_between_figures(tmp_path: Path) -> None:
    """Some of its cells are empty, one holds a year: these are no labels of a second table."""
    rows = [("Område", "2024", "Bemærkning", "2025"), ("Skoler", "1.200", "Ny ramme", "1.250"), ("Dagtilbud", "800", "", "820"),
            ("Ældre", "2.400", "Flere hjem", "2.450"), ("Kultur", "300", "2026", "310"), ("Veje", "150", "", "155")]  # fmt: skip
    lines = [[(60.0, a), (-250.0, b), *([(270.0, c)] if c else []), (-450.0, d)] for a, b, c, d in rows]
    assert tables_of(tmp_path / "a.pdf", lambda c: set_at(c, lines)) == [[list(r) for r in rows]]


def test_a_year_on_the_last_line_of_a_label_heads_nothing(tmp_path: Path) -> None:
    lines: list[list[tuple[float, str]]] = [[(60, "t.kr."), (-250, "Budget 2025"), (-330, "Overslag 2026")]]
    for year in (2022, 2023, 2024):
        lines += [[(60, "Budgetaftalen for"), (-250, "14.907"), (-330, "-8.447")], [(60, str(year))]]
    found = tables_of(tmp_path / "a.pdf", lambda c: set_at(c, lines))
    rows = [[f"Budgetaftalen for {year}", "14.907", "-8.447"] for year in (2022, 2023, 2024)]
    assert found == [[["t.kr.", "Budget 2025", "Overslag 2026"], *rows]]


def test_numbers_and_signs_before_labels_are_columns(tmp_path: Path) -> None:
    """As in a German plan of results: neither is a table beside another, and a bracket left open goes on with a capital."""
    rows = [("Nr.", "", "Bezeichnung", "2024", "2025"), ("1", "+", "Steuern", "1.200", "1.250"),
            ("2", "-", "Personal", "800", "820"),
            ("3", "=", "Ergebnis der Verwaltung (=", "400", "430"), ("", "", "Zeilen 1 und 2)", "", ""),
            ("4", "+", "Zinsen", "40", "41"), ("5", "=", "Gesamt", "440", "471")]  # fmt: skip
    lines = [[(-75.0, a), (85.0, s), (100.0, t), (-380.0, b), (-450.0, d)] for a, s, t, b, d in rows]
    found = tables_of(tmp_path / "a.pdf", lambda c: set_at(c, [[(x, t) for x, t in line if t] for line in lines]))
    rows[3:5] = [("3", "=", "Ergebnis der Verwaltung (= Zeilen 1 und 2)", "400", "430")]
    assert found == [[list(r) for r in rows]]


def test_a_number_before_a_capital_begins_a_group(tmp_path: Path) -> None:
    """It is not the rest of the label above it, though that one ends in a number."""
    rows = (HEAD, ("11 Innere Verwaltung", "", "", ""), ("1101 Gremien", "100", "110", "120"), ("Summe 11", "100", "110", "120"),
            ("12 Sicherheit", "", "", ""), ("1201 Ordnung", "200", "210", "220"), ("Summe 12", "200", "210", "220"))  # fmt: skip
    found = tables_of(tmp_path / "a.pdf", lambda c: set_rows(c, rows, 60, RIGHTS, pitch=11))
    assert found == [[list(r) for r in rows]]


def test_a_table_beside_another_with_a_row_without_a_label(tmp_path: Path) -> None:
    """A sum that has none, beside a row of the other table: two tables all the same."""
    rows = [("Drift", "2025", "Anlæg", "2027"), ("Skoler", "1.100", "Svømmehal", "40"), ("Veje", "2.100", "Bibliotek", "50"),
            ("Kultur", "3.100", "Rådhus", "60"), ("Idræt", "10", "", "150"), ("Ældre", "20", "Havn", "15")]  # fmt: skip
    lines = [[(60.0, a), (-200.0, b), (-250.0, b), *([(300.0, c)] if c else []), (-450.0, d), (-500.0, d)] for a, b, c, d in rows]
    found = tables_of(tmp_path / "a.pdf", lambda c: set_at(c, lines))
    assert found == [[[a, b, b] for a, b, _, _ in rows], [[c, d, d] for _, _, c, d in rows]]


def test_a_bracket_that_is_never_closed(tmp_path: Path) -> None:
    """The heading of a section below it is no part of its label."""
    rows = (HEAD, ("Skoler (inkl. SFO", "5", "8", "9"), ("Kultur og fritid", "", "", ""), ("Museer", "15", "18", "19"),
            ("Idræt", "25", "28", "29"))  # fmt: skip
    assert tables_of(tmp_path / "a.pdf", lambda c: set_rows(c, rows, 60, RIGHTS, pitch=12)) == [[list(r) for r in rows]]


def test_a_row_that_counts_one_two_three_parts_no_table(tmp_path: Path) -> None:
    """Only right below the headings such a row numbers the columns."""
    rows = (HEAD, ("Skoler", "1", "2", "5"), ("Veje", "11", "12", "15"), ("", "1", "2", "3"), ("Bro", "7", "8", "9"),
            ("Tunnel", "7", "8", "9"))  # fmt: skip
    assert tables_of(tmp_path / "a.pdf", lambda c: set_rows(c, rows, 60, RIGHTS)) == [[list(r) for r in rows]]


def test_text_beside_a_table_is_no_column_of_remarks(tmp_path: Path) -> None:
    """Its lines stand level with the rows, and most go on with a sentence."""
    text = ("Byrådet vedtog i foråret, at driften", "skal tilpasses over de næste tre år,", "og at områderne selv finder vejen",
            "dertil inden for de rammer, som er", "aftalt med udvalgene. Det følges op", "hvert kvartal, og der meldes tilbage",
            "til byrådet med en samlet status.", "Den viser også, hvad der mangler.")  # fmt: skip
    rows = (HEAD, *((name, "1.204", "-50", "310") for name in ("Skoler", "Veje", "Kultur", "Idræt", "Ældre", "Natur")))

    def paint(canvas: Canvas) -> None:
        set_at(canvas, [[(40, line)] for line in text], 712, 12)
        set_rows(canvas, rows, 300, (430, 480, 530), pitch=12)

    assert tables_of(tmp_path / "a.pdf", paint) == [[list(r) for r in rows]]


@pytest.mark.parametrize("left", [True, False])
def test_text_within_the_height_of_a_table_is_no_column_of_it(left: bool, tmp_path: Path) -> None:
    """Its lines are set closer than the rows, and sentences end in it: level with the rows they may be, and none of their labels."""
    text = ("Budgettet lukker med et lille", "overskud. Skatten er den samme", "som i år. Sidste år var tallet",
            "næsten det samme. Renterne", "stiger på grund af den nye hal", "ved Søndergade.")  # fmt: skip
    rows = (HEAD, *((name, "1.204", "-50", "310") for name in ("Skoler", "Veje", "Kultur", "Idræt", "Ældre", "Natur")))

    def paint(canvas: Canvas) -> None:
        set_rows(canvas, rows, 220 if left else 60, (350, 400, 450) if left else (200, 250, 300), pitch=14)
        set_at(canvas, [[(60 if left else 340, line)] for line in text], 694, 10.5)

    assert tables_of(tmp_path / "a.pdf", paint) == [[list(r) for r in rows]]


def test_lines_set_tighter_than_rows_are_one_label(tmp_path: Path) -> None:
    """Even where the second begins with a capital, and codes stand before the labels."""
    rows = [("Nr.", "Anlæg", "2025", "2026"), ("A-101", "Renovering af tag og facade på skolen i", "100", "110"),
            ("A-102", "Nyt inventar", "40", "41"), ("A-103", "Nye lamper", "50", "51"), ("A-104", "Leg", "60", "61")]  # fmt: skip

    def paint(canvas: Canvas) -> None:
        top = 700
        for k, (code, label, *cells) in enumerate(rows):
            set_at(canvas, [[(60, code), (110, label), (-380, cells[0]), (-450, cells[1])]], top)
            if k == 1:
                top -= 9
                canvas.drawString(110, top, "Sønderby og omegn")
            top -= 12

    expected = [list(r) for r in rows]
    expected[1][1] += " Sønderby og omegn"
    assert tables_of(tmp_path / "a.pdf", paint) == [expected]


def test_figures_beside_the_middle_of_labels(tmp_path: Path) -> None:
    """Labels of one to five lines without any room between the rows: some figures stand between two lines of theirs."""
    names = (("Bidrag til staten for", "elever på private skoler", "og efterskoler samt", "husholdningsskoler"), ("Folkeskoler",),
             ("Ressourcer til", "undervisning af", "tosprogede elever i", "modtageklasser og", "lignende"), ("Tandpleje",),
             ("Botilbud til midlertidigt", "ophold"))  # fmt: skip

    def paint(canvas: Canvas) -> None:
        set_rows(canvas, [HEAD], 60, RIGHTS)
        top = 683.0
        for k, label in enumerate(names):
            for n, line in enumerate(label):
                canvas.drawString(60, top - 12 * n, line)
            for right, text in zip(RIGHTS, (f"{k}.204", "-50", "310"), strict=True):
                canvas.drawRightString(right, top - 5.5 * (len(label) - 1), text)
            top -= 12 * len(label)

    assert [[r[0] for r in t] for t in tables_of(tmp_path / "a.pdf", paint)] == [["Område", *map(" ".join, names)]]


def test_the_exponent_of_a_unit_is_no_footnote(tmp_path: Path) -> None:
    rows = (HEAD, ("Areal i m", "100", "110", "120"), ("Vand", "40", "41", "42"))

    def paint(canvas: Canvas) -> None:
        set_rows(canvas, rows, 60, RIGHTS)
        end = 60 + canvas.stringWidth("Areal i m", FONT, SIZE)
        canvas.setFont(FONT, 6)
        canvas.drawString(end, 700 - 15 + 4, "2")

    assert tables_of(tmp_path / "a.pdf", paint)[0][1][0] == "Areal i m²"


@pytest.mark.parametrize(("first", "rest"), [("Entschädigungen Behörden und", "Kommissionen"), ("Dépenses de personnel des", "Écoles"),
                                             ("Administration of", "Parks")])  # fmt: skip
def test_the_last_label_goes_on_behind_a_word_that_ends_none(first: str, rest: str, tmp_path: Path) -> None:
    """In any language, and though the next word begins with a capital."""
    rows = (("Konto", "2025", "2026"), ("Skoler", "120", "55"), ("Veje", "40", "60"), (first, "15", "-4"))
    lines: list[list[tuple[float, str]]] = [[(60, label), (-300, a), (-360, b)] for label, a, b in rows]
    lines.append([(60, rest)])
    [found] = tables_of(tmp_path / "a.pdf", lambda c: set_at(c, lines))
    assert found[-1] == [f"{first} {rest}", "15", "-4"]
