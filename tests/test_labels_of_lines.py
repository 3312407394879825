"""Labels of several lines beside codes and groups, and headings of two lines, with units, with years over again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from tests.painted import FONT, SIZE, set_rows, tables_of

LINE, ROW = 10.2, 13.2  # points between two lines of a label, and from row to row
LABEL, RIGHTS = 90.0, (330.0, 390.0)


def set_rows_of_lines(canvas: Canvas, rows: Sequence[tuple[str, Sequence[str], Sequence[str]]], top: float = 700.0) -> None:
    """A code, the lines of a label and the figures of each row, these and the code level with the middle of the label."""
    canvas.setFont(FONT, SIZE)
    for code, lines, figures in rows:
        middle = top - LINE * (len(lines) - 1) / 2
        canvas.drawString(50, middle, code)
        for k, line in enumerate(lines):
            canvas.drawString(LABEL if code or figures or line.islower() else 50, top - LINE * k, line)
        for x, figure in zip(RIGHTS, figures, strict=False):
            canvas.drawRightString(x, middle, figure)
        top -= LINE * (len(lines) - 1) + ROW


HEAD = ("Nr.", ["Forslag"], ("2025", "2026"))


@pytest.mark.parametrize("group", ["Skole", "Social- og Sundhedsudvalget"])
def test_labels_of_three_lines_beside_codes(group: str, tmp_path: Path) -> None:
    """Each code keeps its label, be the lines of that level with no code; the name of a group begins where the codes do."""
    long = ["Gennemgang af dyre anbringelser", "Forhandling med leverandører om", "Bedre priser"]
    rows = [HEAD, ("", [group], ()), ("S01", long, ("486", "440")), ("S02", ["Færre vikarer"], ("155", "11")), ("", ["Vej"], ()),
            ("S03", long, ("17", "23")), ("S04", ["Færre vikarer"], ("1", "2")), ("S05", ["Nye takster på", "Havnen"], ("7", "8"))]
    [table] = tables_of(tmp_path / "a.pdf", lambda c: set_rows_of_lines(c, rows))
    assert table == [[code, " ".join(lines), *(figures or ("", ""))] for code, lines, figures in rows]


@pytest.mark.parametrize("first", [0, 3])
def test_labels_of_three_lines_that_begin_with_capitals(first: int, tmp_path: Path) -> None:
    """Lines that are evenly set around their figures, clear of the rows above and below, are one label, at the ends of a table too."""
    labels = [["Indtægter", "Bedre Pleje", "Puljen"], ["Skoler"], ["Kultur og", "Fritid"], ["Renter og", "Kapital", "Indtægter"],
              ["Veje"], ["Statens", "Generelle", "Tilskud"], ["I alt"], ["Lov og", "Demokratiske", "Ydelser"]]  # fmt: skip
    rows = [("", lines, (f"{k}40", f"-{k}9")) for k, lines in enumerate([*labels[first:], *labels[:first]], 1)]
    [table] = tables_of(tmp_path / "a.pdf", lambda c: set_rows_of_lines(c, [("", ["Område"], HEAD[2]), *rows]))
    words = [[t for t in row if t] for row in table[1:]]
    assert words == [[" ".join(lines), *figures] for _, lines, figures in rows]


def test_groups_set_as_close_as_rows_are_no_label(tmp_path: Path) -> None:
    """Three lines clear of the next are one label only where the table has such labels between its rows."""
    lines = [(636, "Anlæg", ()), (624, "Broer", ("21", "22")), (612, "Renter", ()), (588, "Lån", ("31", "32")),
             (576, "I alt", ("52", "54"))]  # fmt: skip

    def paint(canvas: Canvas) -> None:
        canvas.setFont(FONT, SIZE)
        for y, label, figures in lines:
            canvas.drawString(LABEL, y, label)
            for x, figure in zip(RIGHTS, figures, strict=False):
                canvas.drawRightString(x, y, figure)

    [table] = tables_of(tmp_path / "a.pdf", paint)
    assert [row[0] for row in table] in ([label for _, label, _ in lines], [label for _, label, _ in lines[1:]])


def test_counts_that_look_like_years_are_a_row(tmp_path: Path) -> None:
    rows = [("Tekst", "2023", "2024", "2025"), ("Lærere", "140", "150", "160"), ("Elever", "2024", "2025", "2025"),
            ("Pladser", "2024", "2025", "2024"), ("I alt", "4188", "4200", "4209")]  # fmt: skip
    assert tables_of(tmp_path / "a.pdf", lambda c: set_rows(c, rows, 50, (160.0, 230.0, 310.0), pitch=14)) == [[list(r) for r in rows]]


def test_a_heading_close_above_its_first_row_is_no_line_of_its_label(tmp_path: Path) -> None:
    def paint(canvas: Canvas) -> None:
        canvas.setFont(FONT, SIZE)
        tops = [700.0]
        for gap in (ROW, LINE, ROW, ROW, LINE, ROW):
            tops.append(tops[-1] - gap)
        for y, label, figure in zip(tops, ("Område", "Skoler", "Lærere", "Bøger", "Veje", "Asfalt", "I alt"),
                                    ("2025", "", "40", "50", "", "60", "150"), strict=True):  # fmt: skip
            canvas.drawString(LABEL, y, label)
            canvas.drawRightString(RIGHTS[0], y, figure)
            canvas.drawRightString(RIGHTS[1], y, figure and (figure if figure != "2025" else "2026"))

    [table] = tables_of(tmp_path / "a.pdf", paint)
    assert [row[0] for row in table] == ["Område", "Skoler", "Lærere", "Bøger", "Veje", "Asfalt", "I alt"]


@pytest.mark.parametrize("unit", ["1.000 kr.", "(1.000 kr.)", "£000", "1 000 €"])
def test_a_unit_over_the_labels_is_of_the_heading(unit: str, tmp_path: Path) -> None:
    """So the heading beside it spans the years below it, which may begin over again."""
    rights = [250.0, 310.0, 370.0, 430.0]

    def paint(canvas: Canvas) -> None:
        canvas.setFont(FONT, SIZE)
        canvas.drawString(50, 700, unit)
        canvas.drawCentredString(268, 700, "Udgifter")
        canvas.drawCentredString(388, 700, "Indtægter")
        for k, row in enumerate((("", "2024", "2025", "2024", "2025"), ("Skoler", "40", "139", "437", "-97"),
                                 ("Veje", "803", "87", "590", "-27"), ("Havn", "-39", "871", "-54", "72"))):  # fmt: skip
            canvas.drawString(50, 686 - 12 * k, row[0])
            for x, text in zip(rights, row[1:], strict=True):
                canvas.drawRightString(x, 686 - 12 * k, text)

    [table] = tables_of(tmp_path / "a.pdf", paint)
    assert table[0] == [unit, "Udgifter", "", "Indtægter", ""]
    assert table[1:] == [["", "2024", "2025", "2024", "2025"], ["Skoler", "40", "139", "437", "-97"],
                         ["Veje", "803", "87", "590", "-27"], ["Havn", "-39", "871", "-54", "72"]]  # fmt: skip


def test_a_heading_of_two_lines_over_words(tmp_path: Path) -> None:
    """The others stand level with its middle; the name of a group right below is no part of it."""

    def paint(canvas: Canvas) -> None:
        canvas.setFont(FONT, SIZE)
        canvas.drawString(220, 706, "Drift/")
        canvas.drawString(220, 694, "anlæg")
        rows = [("Forslag", "", "2026", "2027"), ("Børneudvalget", ""), ("Færre ledere", "Drift", "-40", "-60"),
                ("Ny hal", "Anlæg", "-10", "-20"), ("I alt", "", "-50", "-80")]  # fmt: skip
        for k, (label, kind, *figures) in enumerate(rows):
            y = 700 - 17 * k
            canvas.drawString(60, y, label)
            canvas.drawString(220, y, kind)
            for x, figure in zip(RIGHTS, figures, strict=False):
                canvas.drawRightString(x, y, figure)

    [table] = tables_of(tmp_path / "a.pdf", paint)
    assert table == [["Forslag", "Drift/ anlæg", "2026", "2027"], ["Børneudvalget", "", "", ""],
                     ["Færre ledere", "Drift", "-40", "-60"], ["Ny hal", "Anlæg", "-10", "-20"],
                     ["I alt", "", "-50", "-80"]]  # fmt: skip


@pytest.mark.parametrize("dates", [("2024", "2023", "30.06.2023"), ("31.12.2023", "30.06.2024", "31.12.2024")])
def test_dates_are_of_the_heading(dates: Sequence[str], tmp_path: Path) -> None:
    """So the name of a group right below it, wider than the labels, is a row of the table."""
    rows = [("Gruppe", *dates), ("Højere tjeneste i forvaltningen", "", "", ""), ("A 16", "36,00", "30,50", "28,25"),
            ("A 15", "3,00", "14,50", "33,25"), ("Øvrige", "", "", ""), ("A 13", "13,00", "21,50", "34,25")]  # fmt: skip
    assert tables_of(tmp_path / "a.pdf", lambda c: set_rows(c, rows, 50, (160.0, 230.0, 310.0), pitch=14)) == [[list(r) for r in rows]]


def test_a_row_of_dates_inside_a_table_is_a_row(tmp_path: Path) -> None:
    rows = [("Tekst", "2024", "2025", "2026"), ("Skoler", "140", "150", "160"), ("Frist", "01.03.2024", "01.09.2025", "01.02.2026"),
            ("Veje", "10", "20", "30"), ("I alt", "150", "170", "190")]  # fmt: skip
    assert tables_of(tmp_path / "a.pdf", lambda c: set_rows(c, rows, 50, (200.0, 290.0, 380.0), pitch=14)) == [[list(r) for r in rows]]
