"""Tables as budgets print them: a mark across them, dots, labels above their figures, rows that a page break parts."""

from __future__ import annotations

from pathlib import Path

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from pipeline.extract import read_tables
from pipeline.read import read_pages
from tests.painted import FONT, SIZE, set_lines, set_rows, tables_of

ROWS = (("Område", "2024", "2025"), ("Skoler og dagtilbud", "-1.200", "-2.400"), ("Veje", "-500", "900"),
        ("Ældre og omsorg", "12.300", "11.700"), ("Kultur", "85", "90"), ("I alt", "10.685", "10.290"))  # fmt: skip
RIGHTS = (300, 370)


@pytest.mark.parametrize("mark", ["UDKAST", "Høring 2"])
@pytest.mark.parametrize(("angle", "size"), [(0, 70), (4, 70), (35, 70), (45, 40), (60, 120), (90, 90)])
@pytest.mark.parametrize("below", [True, False])
def test_a_mark_across_a_table(mark: str, angle: int, size: int, below: bool, tmp_path: Path) -> None:
    """It is no part of any row, and parts none."""

    def stamp(canvas: Canvas) -> None:
        canvas.saveState()
        canvas.setFont("Helvetica-Bold", size)
        canvas.setFillGray(0.8)
        canvas.translate(220, 650)
        canvas.rotate(angle)
        canvas.drawCentredString(0, 0, mark)
        canvas.restoreState()

    def paint(canvas: Canvas) -> None:
        if below:
            stamp(canvas)
        set_rows(canvas, ROWS, 60, RIGHTS)
        if not below:
            stamp(canvas)

    assert tables_of(tmp_path / "a.pdf", paint) == [[list(r) for r in ROWS]]


def test_a_large_title_stays_where_it_stands(tmp_path: Path) -> None:
    """Nothing runs below it: it is read before what follows it."""
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(595, 842))
    set_lines(canvas, ["Budget 2024"], 60, 760, size=30)
    set_rows(canvas, ROWS, 60, RIGHTS)
    canvas.save()
    [page] = read_pages(tmp_path / "a.pdf")
    assert page.lines[0].text == "Budget 2024"
    assert not page.lines[0].words[0].turn


@pytest.mark.parametrize("dots", ["apart", "touching", "one by one", "spaced", "with blanks", "ellipses", "behind the label"])
@pytest.mark.parametrize("columns", [1, 2])
def test_dots_lead_to_the_figures(dots: str, columns: int, tmp_path: Path) -> None:
    """They are part of neither the label nor the figure, however they are set."""
    rows = [row[: columns + 1] for row in ROWS]

    def paint(canvas: Canvas) -> None:
        set_rows(canvas, rows if dots != "behind the label" else [("", *row[1:]) for row in rows], 60, RIGHTS[:columns])
        for k, (label, first, *_) in enumerate(rows):
            y, x0 = 700.0 - 15 * k, 60 + stringWidth(label, FONT, SIZE)
            x1 = RIGHTS[0] - stringWidth(first, FONT, SIZE)
            dot = stringWidth(".", FONT, SIZE)
            if not k:
                canvas.drawString(60, y, label)
                continue
            if dots == "behind the label":
                canvas.drawString(60, y, label + "." * int((x1 - x0 - 2) / dot))
            if dots == "apart":
                canvas.drawString(x0 + 4, y, "." * int((x1 - x0 - 8) / dot))
            if dots == "touching":
                canvas.drawString(x0, y, "." * int((x1 - x0) / dot))
            if dots == "with blanks":
                canvas.drawString(x0 + 3, y, ". " * int((x1 - x0 - 6) / 2 / dot))
            if dots == "ellipses":
                canvas.drawString(x0 + 3, y, "…" * int((x1 - x0 - 6) / stringWidth("…", FONT, SIZE)))
            step = {"one by one": dot, "spaced": 6.0}.get(dots)
            x = x0 + 3
            while step and x < x1 - 3:
                canvas.drawString(x, y, ".")
                x += step

    assert tables_of(tmp_path / "a.pdf", paint) == [[list(r) for r in rows]]


@pytest.mark.parametrize("heading", [True, False])
@pytest.mark.parametrize("beside", ["first", "last"])
@pytest.mark.parametrize("following", [0, 1, 3])
def test_a_row_that_a_page_break_parts(heading: bool, beside: str, following: int, tmp_path: Path) -> None:
    """Its label is whole, and its figures stand beside it: on the page before or after, below a repeated heading or none."""
    parted = ("Udskydelse af vedligeholdelse på veje,", "broer og cykelstier i kommunen")
    more = (("Øget tilsyn med", "private tilbud"), ("Flere pladser på", "kommunens egne tilbud"), ("Fælles indkøb af", "fødevarer"))
    figures = [(f"{k}.{100 + k}", f"-{200 + k}") for k in range(1, 8)]

    def paint(canvas: Canvas) -> None:
        rows: list[tuple[str, ...]] = [("Forslag", "2024", "2025")]
        for own, (a, b) in zip(figures, [*more, parted, *more], strict=True):
            rows += [(a, *own), (b, "", "")] if beside == "first" else [(a, "", ""), (b, *own)]
        at = 2 * len(more) + 2
        set_rows(canvas, rows[:at], 60, (330, 400), 62 + 12 * (at - 1), 12.0)
        canvas.showPage()
        set_rows(canvas, [*(rows[:1] if heading else []), *rows[at : at + 1 + 2 * following]], 60, (330, 400), 780, 12.0)

    whole = [[" ".join(label), *own] for label, own in zip([*more, parted, *more], figures, strict=True)]
    found = tables_of(tmp_path / "a.pdf", paint)
    assert found == [[["Forslag", "2024", "2025"], *whole[: 4 + following]]]


@pytest.mark.parametrize("foot", ["Udvalget for kultur", "Kilde: Danmarks Statistik."])
def test_a_heading_at_the_foot_is_no_first_line(foot: str, tmp_path: Path) -> None:
    """What the next page begins with has its own label, with a capital."""

    def paint(canvas: Canvas) -> None:
        set_rows(canvas, ROWS, 60, RIGHTS, 62 + 15 * len(ROWS))
        set_lines(canvas, [foot], 60, 62)
        canvas.showPage()
        set_rows(canvas, [("Musikskole", "12", "13"), ("Teater", "14", "15"), ("Bio", "16", "17")], 60, RIGHTS, 790)

    rows = [row for table in tables_of(tmp_path / "a.pdf", paint) for row in table]
    assert [list(r) for r in ROWS] == rows[: len(ROWS)]
    assert ["Musikskole", "12", "13"] in rows


LONG = ("Omlægning af nattevagter og vikardækning på alle plejecentre i kommunen", "Musikskole", "Færre køb af pladser",
        "Fælles indkøb af fødevarer og kontorartikler")  # fmt: skip


@pytest.mark.parametrize("rights", [(300, 370), (120, 200), (300,)])
@pytest.mark.parametrize("gap", [0.0, 8.0])
def test_labels_above_their_figures(rights: tuple[int, ...], gap: float, tmp_path: Path) -> None:
    """Each label stands on a line of its own, above its figures, and may run on over their columns."""
    own = [(label, *(f"{k}.{200 + 7 * k}", f"-{300 + k}")[: len(rights)]) for k, label in enumerate(LONG, 1)]
    heads = ("2024", "2025")[: len(rights)]

    def paint(canvas: Canvas) -> None:
        set_rows(canvas, [("", *heads)], 60, rights, 720)
        for k, (label, *cells) in enumerate(own):
            set_rows(canvas, [(label, *[""] * len(cells)), ("", *cells)], 60, rights, 700 - k * (24 + gap), 12.0)

    assert tables_of(tmp_path / "a.pdf", paint) == [[["", *heads], *map(list, own)]]


def test_labels_between_figures_are_of_neither(tmp_path: Path) -> None:
    """Where every line of words has figures right above and below, and at equal distances, no label is taken for theirs."""

    def paint(canvas: Canvas) -> None:
        for k, label in enumerate(LONG):
            set_rows(canvas, [("", f"{k + 2}.{200 + 7 * k}", f"{400 + k}"), (label, "", "")], 60, RIGHTS, 700 - 24 * k, 12.0)

    labelled = [row for table in tables_of(tmp_path / "a.pdf", paint) for row in table if row[0]]
    assert not any(any(row[1:]) for row in labelled)


HEADS = ("Regnskab 2023", "Budget 2024", "Ældre og omsorg")


@pytest.mark.parametrize("upwards", [True, False])
@pytest.mark.parametrize("ruled", [True, False])
@pytest.mark.parametrize("two_lines", [True, False])
def test_headings_set_upwards(upwards: bool, ruled: bool, two_lines: bool, tmp_path: Path) -> None:
    """They stand over the columns of a table that stands upright, beside the heading of its labels."""
    rows = [("Skoler", "1.200", "1.250", "-12"), ("Veje", "480", "-5.400", "7"), ("Kultur", "85", "90", "1.105")]
    rights = (220, 275, 330)

    def paint(canvas: Canvas) -> None:
        set_rows(canvas, rows, 60, rights, 600)
        set_lines(canvas, ["Område"], 60, 615)
        for head, right in zip(HEADS, rights, strict=True):
            lines = head.split(" ", 1) if two_lines else [head]
            for k, text in enumerate(lines):
                canvas.saveState()
                away = (k if upwards else -k) * 10
                canvas.translate(right - 12 + away if upwards else right - 14 + away, 615 if upwards else 690)
                canvas.rotate(90 if upwards else -90)
                canvas.drawString(0, 0, text)
                canvas.restoreState()
        for y in (695, 611, 596, 581, 564) if ruled else ():
            canvas.line(56, y, 334, y)
        for x in (56, 170, 224, 279, 334) if ruled else ():
            canvas.line(x, 695, x, 564)

    assert tables_of(tmp_path / "a.pdf", paint) == [[["Område", *HEADS], *map(list, rows)]]


def test_labels_set_to_full_width(tmp_path: Path) -> None:
    """However far their words stand apart, they are one label; headings that stand so are not one heading."""
    rows = [(("Omlægning af nattevagt", "og vikardækning på alle", "plejecentre"), ("-1.600", "-1.650")),
            (("Rehabilitering til", "borgere med handicap"), ("480", "90")),
            (("Fælles indkøb af varer", "til alle områder"), ("-75", "1.105"))]  # fmt: skip
    width = 125

    def paint(canvas: Canvas) -> None:
        set_rows(canvas, [("Forslag", "2024", "2025")], 60, (260, 320), 715)
        y = 700.0
        for lines, figures in rows:
            for k, line in enumerate(lines):
                words = line.split()
                gap = (width - sum(stringWidth(w, FONT, SIZE) for w in words)) / (len(words) - 1 or 1)
                x = 60.0
                for w in words:
                    canvas.drawString(x, y, w)
                    x += stringWidth(w, FONT, SIZE) + (gap if k < len(lines) - 1 else 3)
                set_rows(canvas, [("", *figures)] if not k else [], 60, (260, 320), y)
                y -= 12
            y -= 4

    whole = [[" ".join(lines), *figures] for lines, figures in rows]
    assert tables_of(tmp_path / "a.pdf", paint) == [[["Forslag", "2024", "2025"], *whole]]


def test_headings_as_far_apart_as_each_other(tmp_path: Path) -> None:
    """Two tables with the same headings in the same places: what is equal in them is no label set to full width."""
    rows = (("Sted", "Drift", "Anlæg"), ("Nord", "50.405", "3.469"), ("Syd", "54.269", "19.370"), ("Øst", "9.439", "39.937"))

    def paint(canvas: Canvas) -> None:
        set_rows(canvas, rows, 60, (130, 180), 700)
        set_rows(canvas, rows, 60, (130, 180), 500)

    assert tables_of(tmp_path / "a.pdf", paint) == [[list(r) for r in rows]] * 2


@pytest.mark.parametrize("off", [-9.0, -6.0, 6.0, 9.0])
def test_figures_off_the_line_of_their_label(off: float, tmp_path: Path) -> None:
    """Those of the label that they are nearest to, in tall rows."""
    figures = [("", *row[1:]) for row in ROWS[1:]]

    def paint(canvas: Canvas) -> None:
        set_rows(canvas, ROWS[:1], 60, RIGHTS, 725)
        set_rows(canvas, [(row[0], "", "") for row in ROWS[1:]], 60, RIGHTS, 700, 24.0)
        set_rows(canvas, figures, 60, RIGHTS, 700 + off, 24.0)

    assert tables_of(tmp_path / "a.pdf", paint) == [[list(r) for r in ROWS]]


def test_figures_half_way_between_two_labels(tmp_path: Path) -> None:
    """They may be those of either, and are told as those of none."""

    def paint(canvas: Canvas) -> None:
        set_rows(canvas, [(row[0], "", "") for row in ROWS[1:]], 60, RIGHTS, 700, 16.0)
        set_rows(canvas, [("", *row[1:]) for row in ROWS[1:]], 60, RIGHTS, 692, 16.0)

    found = [row for table in tables_of(tmp_path / "a.pdf", paint) for row in table]
    assert not any(row[0] and any(row[1:]) for row in found)


@pytest.mark.parametrize("line", [0, 1])
def test_a_footnote_mark_that_figures_stand_level_with(line: int, tmp_path: Path) -> None:
    """Half-way between two lines of a label, as the figures are: the mark goes with the word that it is raised behind."""
    label = ("Boligstøtte til flygtninge og øvrige", "ordninger")
    figures = ("98,50", "0,76")

    def paint(canvas: Canvas) -> None:
        for y in (690, 662, 646):
            canvas.line(58, y, 420, y)
        set_lines(canvas, label, 60, 679, 10, 9)
        set_lines(canvas, ["1"], 60 + stringWidth(label[line], FONT, 9), 682.5 - 10 * line, size=5.4)
        set_rows(canvas, [("", *figures)], 60, RIGHTS, 674, size=9)
        set_rows(canvas, [("Veje", "29,65", "1,00")], 60, RIGHTS, 651, size=9)
        set_rows(canvas, [("Område", "2024", "2025")], 60, RIGHTS, 694, size=9)

    [table] = tables_of(tmp_path / "a.pdf", paint)
    assert table == [["Område", "2024", "2025"], [" ".join(label), *figures], ["Veje", "29,65", "1,00"]]


@pytest.mark.parametrize("x", [2, 3.9, 8, 14, 20])
def test_a_page_number_right_below_a_table_is_no_row(x: float, tmp_path: Path) -> None:
    """It stands over the middle of a column as it happens; a lone figure near the rows is one of theirs."""
    rows = [(f"Område {chr(65 + k)}", f"-{k + 1}.200", f"{k}40") for k in range(30)]
    head = ("Område", "2024", "2025")

    def paint(canvas: Canvas) -> None:
        set_rows(canvas, [head, *rows], 60, RIGHTS, 55 + 15 * 30)
        set_lines(canvas, ["5"], RIGHTS[0] - x, 22, size=7)

    assert tables_of(tmp_path / "a.pdf", paint) == [[list(r) for r in (head, *rows)]]
    below = [*rows, ("", "", "412")]
    assert tables_of(tmp_path / "b.pdf", lambda c: set_rows(c, [head, *below], 60, RIGHTS, 35 + 15 * 31)) == [
        [list(r) for r in (head, *below)]
    ]


def test_a_total_on_the_next_page_beside_a_label_shorter_than_all_before(tmp_path: Path) -> None:
    """What stands in its columns stands below the figures of the page before, be there ever so much room to their left."""
    head = ("", "Forslag", "2025", "2026", "2027")
    rows = [("A1", "Gennemgang af alle tilbud til voksne med handicap i kommunen", "-850", "-420", "-270"),
            ("A2", "Længere tid i eget hjem, nye hjælpemidler og rehabilitering", "-640", "-310", "-50")]  # fmt: skip
    total = ("", "I alt", "-1.490", "-730", "-320")

    def paint(canvas: Canvas, own: list[tuple[str, ...]], top: float) -> None:
        canvas.setFont(FONT, SIZE)
        for k, (code, label, *cells) in enumerate([head, *own]):
            canvas.drawString(60, top - 14 * k, code)
            canvas.drawString(85, top - 14 * k, label)
            for x, text in zip((400, 450, 500), cells, strict=True):
                canvas.drawRightString(x, top - 14 * k, text)

    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(595, 842))
    paint(canvas, rows, 100)
    canvas.showPage()
    paint(canvas, [("A3", "Kørsel", "-10", "-10", "-20"), total], 800)
    canvas.save()
    [table] = read_tables(read_pages(tmp_path / "a.pdf"))
    assert (table.page, table.last_page) == (1, 2)
    assert [[c.raw for c in row if c and c.lines] for row in table.rows[-2:]] == [["A3", "Kørsel", "-10", "-10", "-20"], [*total[1:]]]
