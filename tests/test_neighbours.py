"""Columns and rows close to each other: words behind short figures, dashes, units, rules between rows, text in ruled cells."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from tests.painted import FONT, SIZE, set_rows, tables_of


def _rows(canvas: Canvas, rows: Sequence[Sequence[str]], places: Sequence[float], top: float = 700.0, pitch: float = 15.0) -> None:
    """Texts of rows at their x; a negative one is the right end."""
    canvas.setFont(FONT, SIZE)
    for k, row in enumerate(rows):
        for x, text in zip(places, row, strict=True):
            (canvas.drawString if x >= 0 else canvas.drawRightString)(abs(x), top - k * pitch, text)


def test_short_figures_before_words_are_no_accounts(tmp_path: Path) -> None:
    """Whole numbers of three digits below a year, a remark behind each: one table."""
    rows = [["Indsats", "2025", "2026", "Bemærkning"], ["Klub", "273", "428", "Lukker kl. 17"], ["SFO", "95", "481", "Taksten stiger"],
            ["Skole", "495", "56", "Der lægges spor sammen"], ["Bibliotek", "53", "162", "Ingen ændring"],
            ["Hal", "15", "57", "Åben søndag"]]  # fmt: skip
    assert tables_of(tmp_path / "a.pdf", lambda c: _rows(c, rows, (40, -180, -230, 240))) == [rows]


@pytest.mark.parametrize("gap", [12, 30])
def test_two_tables_of_which_the_first_ends_in_short_figures(gap: float, tmp_path: Path) -> None:
    """They are its last column, however near the second stands; the row that only the first has is one of its rows."""
    left = [["Drift", "2024", "2025", "2026"], ["Skole", "602", "521", "191"], ["Dagtilbud", "782", "608", "458"],
            ["Ældre", "422", "323", "189"], ["Kultur", "5", "14", "636"], ["I alt", "521", "42", "793"]]  # fmt: skip
    right = [["Nøgletal", "2025"], ["Indbyggere", "867"], ["Børn 0-5 år", "44"], ["Elever", "26"], ["Ældre 80+", "285"]]

    def paint(canvas: Canvas) -> None:
        _rows(canvas, left, (40, -150, -190, -230))
        _rows(canvas, right, (230 + gap, -400))

    assert sorted(tables_of(tmp_path / "a.pdf", paint)) == sorted([left, right])


def test_comments_behind_codes_and_labels(tmp_path: Path) -> None:
    """In some rows only, between codes with labels and figures: a column of one table, whose last row is in it."""
    rows = [["Konto", "Text", "Kommentar", "Budget", "Utfall", "Diff"], ["6991", "Löner", "", "-41", "22", "17 807"],
            ["3774", "Sociala avgifter", "Inkl. retroaktivt", "2 971", "1 428", "212"],
            ["4518", "Lokalhyra", "Se not 4", "11", "36", "73"], ["4497", "Verksamhet", "Se not 5", "5 316", "421", "118"],
            ["5807", "Statsbidrag", "", "414", "724", "54"], ["5410", "Övriga kostnader", "Ny hyra 1 juli", "33", "72", "1 695"],
            ["3710", "Netto", "", "66", "669", "117"]]  # fmt: skip
    assert tables_of(tmp_path / "a.pdf", lambda c: _rows(c, rows, (40, 80, 180, -330, -390, -450))) == [rows]


def test_words_between_figures_in_some_rows(tmp_path: Path) -> None:
    """More words stand behind them: they are no labels of a second table."""
    rows = [["Projekt", "Bevilling", "Ansvarlig", "Forbrug", "I brug", "Rest"],
            ["Ny daginstitution", "3.117", "Børn og Unge", "873", "1. kvartal 2026", "-36.905"],
            ["Renovering", "15.515", "", "51.189", "1. kvartal 2026", "855"],
            ["Cykelsti", "19.604", "Kultur", "87.446", "medio 2027", "50"],
            ["Klimasikring", "17.918", "Børn og Unge", "4.176", "1. kvartal 2026", "3.209"],
            ["Svømmehal", "86.267", "", "878", "", "2.026"],
            ["Kunstgræsbane", "10.234", "Teknik", "26.023", "medio 2027", "474"]]  # fmt: skip
    assert tables_of(tmp_path / "a.pdf", lambda c: _rows(c, rows, (40, -190, 205, -330, 345, -470))) == [rows]


def test_a_dash_that_ends_where_its_column_does(tmp_path: Path) -> None:
    """It stands for nothing there, be the number of the next column ever so near."""
    rows = [["Post", "2025", "2026", "St."], ["Agency spend", "921", "(11)", "4.6"], ["Street lighting", "(479)", "-", "11.0"],
            ["Planning fees", "-", "(562)", "4.2"], ["Transport", "(62)", "-", "12.4"]]  # fmt: skip
    right = 230 + stringWidth("12.4", FONT, SIZE) + 3
    assert tables_of(tmp_path / "a.pdf", lambda c: _rows(c, rows, (40, -180, -230, -right))) == [rows]


def test_figures_that_all_name_their_share(tmp_path: Path) -> None:
    rows = [["Herkomst", "2023", "2024"], ["Gemeentefonds", "738 (60%)", "32.474 (48%)"],
            ["Belastingen", "5.909 (28%)", "5.005 (50%)"], ["Totaal", "5.984 (28%)", "725 (10%)"]]  # fmt: skip
    assert tables_of(tmp_path / "a.pdf", lambda c: _rows(c, rows, (40, -230, -320))) == [rows]


def test_figures_with_units_close_to_each_other(tmp_path: Path) -> None:
    """The widest row fills its columns; the number behind a unit is that of the next column."""
    rows = [["Nøgletal", "2023", "2024", "2025"], ["Indbyggere", "4.060", "1.732", "3.952"],
            ["Anlægsramme", "5.296,7 mio. kr.", "1.790,3 mio. kr.", "2.691,0 mio. kr."],
            ["Årsværk", "8.138", "6.018", "8.270"]]  # fmt: skip
    wide = stringWidth("5.296,7 mio. kr.", FONT, SIZE) + 6
    assert tables_of(tmp_path / "a.pdf", lambda c: _rows(c, rows, (40, -200, -200 - wide, -200 - 2 * wide))) == [rows]


@pytest.mark.parametrize("at", [0, 1])
def test_rows_are_what_ruling_lines_part(at: int, tmp_path: Path) -> None:
    """A label whose second line begins with a capital is one all the same; the last one, too, that nothing else says goes on."""
    rows = (("Personalaufwendungen", "79", "414"), ("Summe der ordentlichen|Aufwendungen", "429", "825"), ("Zinserträge", "27", "20"),
            ("Ordentliches Ergebnis|Nummer 14 bis 18", "15", "13"))  # fmt: skip

    def paint(canvas: Canvas) -> None:
        set_rows(canvas, [("Art", "2024", "2025")], 40, (250, 300), 720)
        y = 708.0
        for label, *figures in rows:
            lines = label.split("|")
            for k, line in enumerate(lines):
                canvas.drawString(40, y - 8 - 11 * k, line)
            for x, text in zip((250, 300), figures, strict=True):
                canvas.drawRightString(x, y - 8 - 11 * at * (len(lines) - 1), text)
            y -= 11 * len(lines) + 5
            canvas.line(40, y, 300, y)

    expected = [["Art", "2024", "2025"], *([label.replace("|", " "), *figures] for label, *figures in rows)]
    assert tables_of(tmp_path / "a.pdf", paint) == [expected]


def test_numbers_in_the_text_of_a_ruled_cell_part_no_row(tmp_path: Path) -> None:
    rows = (("Forslag", "2025", "Bemærkning"), ("Skole nr. 12 og|Skole nr. 14", "-2.661", "på alle skoler fra 1.|august 2025."),
            ("Bibliotek", "-647", "To stillinger."))  # fmt: skip

    def paint(canvas: Canvas) -> None:
        y = 700.0
        for row in rows:
            deep = 1 + max(text.count("|") for text in row)
            for x, text in zip((44, 164, 224), row, strict=True):
                for k, line in enumerate(text.split("|")):
                    canvas.drawString(x, y - 10 - 11 * k, line)
            canvas.grid([40, 160, 220, 360], [y, y - 11 * deep - 5])
            y -= 11 * deep + 5

    assert tables_of(tmp_path / "a.pdf", paint) == [[[text.replace("|", " ") for text in row] for row in rows]]


def test_codes_that_wrap_stay_beside_their_labels(tmp_path: Path) -> None:
    """Their second lines are numbers, and no figures of another table."""
    rows = (("Nr.", "Forslag", "2025", "2026"), ("BU-|01", "Åbningstid i SFO", "-192", "-959"),
            ("BU-|02", "Biblioteket", "-491", "-858"), ("ENV|03", "Rengøring", "-28", "-27"))  # fmt: skip

    def paint(canvas: Canvas) -> None:
        for k, (code, *cells) in enumerate(rows):
            for n, line in enumerate(code.split("|")):
                canvas.drawString(40, 700 - 30 * k - 11 * n, line)
            set_rows(canvas, [cells], 75, (250, 310), 700 - 30 * k)

    [found] = tables_of(tmp_path / "a.pdf", paint)
    assert [row[1:] for row in found] == [list(row[1:]) for row in rows]
    assert [row[0].replace(" ", "") for row in found] == [row[0].replace("|", "") for row in rows]


def test_headings_of_sections_that_no_line_parts_from_their_rows(tmp_path: Path) -> None:
    """Only rows with figures have a line below: the words above one, as far from it as rows are apart, are a row of their own."""
    rows = [["Konto", "2025", "2026"], ["Drift", "", ""], ["Skoler", "120", "55"], ["Veje", "15", "40"], ["Anlæg", "", ""],
            ["Haller", "4", "5"], ["Parker", "3", "8"]]  # fmt: skip

    def paint(canvas: Canvas) -> None:
        _rows(canvas, rows, (40, -300, -360), pitch=13)
        for k, row in enumerate(rows):
            if row[1]:
                canvas.line(40, 697 - 13 * k, 360, 697 - 13 * k)

    assert tables_of(tmp_path / "a.pdf", paint) == [rows]


def test_a_note_below_the_last_row_is_no_part_of_its_label(tmp_path: Path) -> None:
    """Where lines are drawn between rows and none below the last: a line closes what is of it."""
    rows = [["Konto", "2025", "2026"], ["Skoler", "120", "55"], ["Veje", "15", "40"], ["Parker", "3", "8"]]

    def paint(canvas: Canvas) -> None:
        _rows(canvas, [*rows, ["Kilde: Danmarks Statistik", "", ""]], (40, -300, -360), pitch=13)
        for k in range(3):
            canvas.line(40, 697 - 13 * k, 360, 697 - 13 * k)

    assert tables_of(tmp_path / "a.pdf", paint) == [rows]


def test_figures_with_words_behind_them_stand_below_each_other_in_a_ruled_row(tmp_path: Path) -> None:
    """Three rows that only their distance tells apart: each has its own figure."""
    head = ["Forslag", "Antal", "Note"]
    rows = [["Skoler", "12 pladser", "a"], ["Veje", "14 pladser", "b"], ["Haller", "3 pladser", "c"]]

    def paint(canvas: Canvas) -> None:
        canvas.grid([40, 160, 260, 300], [720, 704, 660])
        _rows(canvas, [head], (44, 164, 264), 708)
        _rows(canvas, rows, (44, 164, 264), 693, 13)

    assert tables_of(tmp_path / "a.pdf", paint) == [[head, *rows]]
