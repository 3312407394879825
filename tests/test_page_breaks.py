"""Tables that go on at page breaks and past rows whose figures are words; headings that stand near each other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from pipeline.extract import read_tables
from pipeline.read import read_pages
from pipeline.text import join_lines
from tests.painted import FONT, tables_of

BOLD = "Helvetica-Bold"
Row = tuple[str, ...]


def set_coded(canvas: Canvas, rows: Sequence[Row], top: float, size: float, lead: float, bold: Sequence[Row] = ()) -> None:
    """Rows of an account, a label and two figures from `top` downwards, `lead` points apart."""
    for k, row in enumerate(rows):
        canvas.setFont(BOLD if row in bold else FONT, size)
        account, label, *figures = row
        canvas.drawString(60, top - lead * k, account)
        canvas.drawString(110, top - lead * k, label)
        for x, text in zip((340, 420), figures, strict=True):
            canvas.drawRightString(x, top - lead * k, text)


@pytest.mark.parametrize(("size", "lead", "blank"), [(9, 14, False), (9, 14, True), (5, 14, False), (5, 14, True)])
@pytest.mark.parametrize("coded", [True, False])
def test_a_section_of_which_only_the_heading_fits_on_the_page(size: float, lead: float, blank: bool, coded: bool,
                                                              tmp_path: Path) -> None:  # fmt: skip
    """It stands where the labels do, be accounts before them or not, perhaps after a blank row; rows may be far apart."""
    head = ("Konto" if coded else "", "Tekst", "Budget 2024", "Budget 2025")
    words = "abcdefghijklmnopqrstuvwxyz"
    body = [(f"{4100 + k}" if coded else "", f"Forslag {words[k]}", f"-{100 + k}", f"-{200 + k}") for k in range(12)]
    section = ("", "Kultur", "", "")
    rest = [(f"{4200 + k}" if coded else "", f"Tiltag {words[k]}", f"{300 + k}", f"{400 + k}") for k in range(8)]

    def paint(canvas: Canvas) -> None:
        foot = [("", "", "", "")] * blank + [section]
        set_coded(canvas, [head, *body, *foot], 80 + lead * (12 + len(foot)), size, lead, (head, section))
        canvas.showPage()
        set_coded(canvas, rest, 790, size, lead)

    rows = [list(r if coded else r[1:]) for r in (head, *body, section, *rest)]
    assert tables_of(tmp_path / "a.pdf", paint) == [rows]


@pytest.mark.parametrize(("words", "bold"), [(("–", "ikke relevant"), True), (("ikke relevant", "ikke relevant"), False)])
def test_a_row_whose_figures_are_words_begins_no_table(words: tuple[str, str], bold: bool, tmp_path: Path) -> None:
    """Also a bold one over others that are not: no heading has a dash for nothing, or the same words in every column."""
    row = ("", "Ældre og omsorg", *words)
    rows = [("", "Tekst", "Udgifter", "Netto"), ("", "Skoler", "-1.200", "-2.400"), ("", "Veje", "-500", "900"),
            ("", "Havne", "710", "-20"), row, ("", "Musik", "5.775", "-8.690"), ("", "Museer", "23", "32")]  # fmt: skip
    found = tables_of(tmp_path / "a.pdf", lambda c: set_coded(c, rows, 700, 9, 14, [rows[0], row] if bold else rows[:1]))
    assert found == [[list(r[1:]) for r in rows]]


def test_words_for_a_figure_right_behind_a_page_break(tmp_path: Path) -> None:
    """They and the label before them are no heading of a new table."""
    head = ("Konto", "Forslag", "", "Udgifter")
    body = [(f"{4100 + k}", f"Forslag {'abcdefghij'[k]}", "", f"-{100 + k}") for k in range(10)]
    rest = [("4201", "Musikskoler", "", "ikke relevant"), ("4202", "Havne", "", "41"), ("4203", "Veje", "", "-5"),
            ("4204", "Broer", "", "1.250")]  # fmt: skip

    def paint(canvas: Canvas) -> None:
        set_coded(canvas, [head, *body], 80 + 14 * 10, 9, 14, [head])
        canvas.showPage()
        set_coded(canvas, rest, 790, 9, 14)

    assert tables_of(tmp_path / "a.pdf", paint) == [[[*r[:2], r[3]] for r in (head, *body, *rest)]]


def test_the_rest_of_a_label_above_the_rows_of_the_next_page(tmp_path: Path) -> None:
    """A page break parts the label of the last row; the rest of it belongs to that, and the table goes on."""
    head = ("", "Tekst", "2024", "2025")
    body = [("", f"Forslag {'abcdefghij'[k]}", f"-{100 + k}", f"-{200 + k}") for k in range(10)]
    last = ("", "Udlån af cykler til", "-7", "12")
    rest = [("", f"Tiltag {'abcdefgh'[k]}", f"{300 + k}", f"{400 + k}") for k in range(8)]

    def paint(canvas: Canvas) -> None:
        set_coded(canvas, [head, *body, last], 80 + 14 * 11, 9, 14, [head])
        canvas.showPage()
        set_coded(canvas, [("", "fritidshjem", "", "")], 790, 9, 14)
        set_coded(canvas, rest, 770, 9, 14)

    whole = ("Udlån af cykler til fritidshjem", *last[2:])
    rows = [head[1:], *(r[1:] for r in body), whole, *(r[1:] for r in rest)]
    assert tables_of(tmp_path / "a.pdf", paint) == [[list(r) for r in rows]]


def test_a_repeated_heading_that_stands_far_above_its_rows(tmp_path: Path) -> None:
    """The heading of a section follows it below a blank row, at the foot of the page before as well."""
    head, section, blank = ("", "", "Regnskab 2023", "Budget 2024"), ("", "Kultur", "", ""), ("", "", "", "")
    words, other = "abcdefghijkl", ("", "Fritid", "", "")
    first = [("", f"Forslag {words[k]}", f"-{100 + k}", f"-{200 + k}") for k in range(10)]
    rest = [("", f"Tiltag {words[k]}", f"{300 + k}", f"{400 + k}") for k in range(10)]

    def paint(canvas: Canvas) -> None:
        set_coded(canvas, [head, blank, section, *first], 80 + 20 * 13, 9, 20, [head, section])
        canvas.showPage()
        set_coded(canvas, [head, blank, other, *rest], 760, 9, 20, [head, other])

    rows = [list(r[1:]) for r in (head, section, *first, other, *rest)]
    assert tables_of(tmp_path / "a.pdf", paint) == [rows]


def test_headings_hardly_further_apart_than_words_that_end_where_their_columns_do(tmp_path: Path) -> None:
    """Each is the heading of its column, be the gaps between them like those between their words."""
    head = ("", "Ramme", "Korrigeret ramme", "Forbrug")
    rows = [("Skoler", "1.200", "1.250", "990"), ("Veje", "300", "-310", "42"), ("Havne", "85", "90", "77"),
            ("I alt", "1.585", "1.030", "1.109")]  # fmt: skip
    second = 330 + stringWidth("Korrigeret ramme", FONT, 10) + stringWidth(" ", FONT, 10) * 1.2

    def paint(canvas: Canvas) -> None:
        for k, row in enumerate([head, *rows]):
            canvas.setFont(FONT, 10)
            canvas.drawString(60, 700 - 15 * k, row[0])
            for x, text in zip((330, second, second + 90), row[1:], strict=True):
                canvas.drawRightString(x, 700 - 15 * k, text)

    assert tables_of(tmp_path / "a.pdf", paint) == [[list(r) for r in (head, *rows)]]


def _grid_with_tall_headings(canvas: Canvas, headings: Sequence[str], rows: Sequence[Row]) -> None:
    """A grid whose first two headings are as high as two rows; a third stands over two columns, each with one of its own."""
    xs, top, high = (60, 90, 240, 320, 400), 700, 18
    bottom = top - high * (2 + len(rows))
    for x in xs:
        canvas.line(x, top - high * (x == xs[3]), x, bottom)
    for r in range(3 + len(rows)):
        canvas.line(xs[2] if r == 1 else xs[0], top - high * r, xs[-1], top - high * r)
    for x, y, text in zip((64, 94, 290, 244, 324), (682, 682, 687, 669, 669), headings, strict=True):
        canvas.drawString(x, y, text)
    for r, row in enumerate(rows):
        for k, text in enumerate(row):
            canvas.drawString(xs[k] + 4, top - high * (3 + r) + 5, text)


@pytest.mark.parametrize("code", ["§", "Nr", ""])
@pytest.mark.parametrize("label", ["Opgave", ""])
def test_headings_as_high_as_two_rows_of_a_grid(code: str, label: str, tmp_path: Path) -> None:
    """Each stands over its own column, though it be no word or empty: none has that of the column to its left."""
    rows = (("4300", "Skoler", "1.200", "-30"), ("4400", "Veje", "500", "90"), ("4500", "Havne", "85", "12"))
    path = tmp_path / "a.pdf"
    canvas = Canvas(str(path), pagesize=(595, 842))
    canvas.setFont(FONT, 9)
    _grid_with_tall_headings(canvas, (code, label, "Plan", "2024", "2025"), rows)
    canvas.save()
    [table] = read_tables(read_pages(path))
    over = [" ".join(dict.fromkeys(t for r in (0, 1) if (c := table.rows[r][k]) and (t := join_lines(c.lines)))) for k in (0, 1)]
    assert over == [code, label]
    assert None not in [*table.rows[0][:2], *table.rows[1]]
    assert [[join_lines(c.lines) for c in row if c] for row in table.rows[2:]] == [list(r) for r in rows]


@pytest.mark.parametrize("counts", [True, False])
def test_a_running_head_that_counts_the_pages_heads_no_column(counts: bool, tmp_path: Path) -> None:
    """It stands right above the headings, over a column of figures; without numbers of pages it may be the heading of the table."""
    head = ("", "Programa", "Previsión 2024", "Previsión 2025")
    parts = [[("", f"{name} {k}", f"{100 + k}", f"{200 + k}") for k in range(5)] for name in ("Vías", "Parques")]

    def paint(canvas: Canvas) -> None:
        for n, rows in enumerate(parts, 1):
            canvas.setFont(FONT, 9)
            canvas.drawString(110, 810, "AYUNTAMIENTO")
            canvas.drawRightString(420, 810, f"Pág.: {n}" if counts else "en euros")
            set_coded(canvas, [head, *rows], 796, 9, 13)
            canvas.showPage()

    found = tables_of(tmp_path / "a.pdf", paint)
    if counts:
        assert found == [[list(r[1:]) for r in (head, *parts[0], *parts[1])]]
    else:
        assert all("euros" in " ".join(map(" ".join, t)) for t in found)
