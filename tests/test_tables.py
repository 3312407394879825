"""Tables by geometry: rows of cells from pages that reportlab and typst have set, whatever is drawn around them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import typst
from hypothesis import given
from hypothesis import strategies as st
from reportlab.lib.pagesizes import A4

from pipeline.extract import read_tables
from pipeline.model import Page, Table
from pipeline.read import read_pages
from tests.documents import LEFT, SIZE, Sheet

WIDTH, HEIGHT = A4
XS = (LEFT, 301.0, 351.0, 401.0)  # borders of a label column and two figure columns
ROWS = [["Forslag", "2024", "2025"], ["Omlægning af nattevagt", "-1.600", "-1.600"], ["Ny vagtplan", "200", "100"],
        ["I alt", "-1.400", "-1.500"]]  # fmt: skip


def tables(path: Path) -> list[Table]:
    return read_tables(list(read_pages(path)))


def cells(table: Table) -> list[list[str | None]]:
    """Cells as printed, `None` where a neighbour reaches into the place."""
    return [[c.raw if c else None for c in row] for row in table.rows]


def read(path: Path) -> list[list[list[str | None]]]:
    return [cells(t) for t in tables(path)]


@pytest.fixture
def sheet(tmp_path: Path) -> Sheet:
    return Sheet(tmp_path / "x.pdf")


def write(sheet: Sheet, rows: Sequence[Sequence[str]], xs: Sequence[float] = XS, top: float = 100, pitch: float = 15,
          place: str = "first", lead: float = 11.5) -> list[float]:  # fmt: skip
    """The words of a table without its lines: labels left-aligned, figures right-aligned beside the first, middle or last
    line of the label. Returns the heights between the rows."""
    ys, y = [top], top
    for row in rows:
        lines = row[0].split("\n")
        at = {"first": 0, "middle": (len(lines) - 1) // 2, "last": len(lines) - 1}[place]
        for n, text in enumerate(lines):
            sheet.y = y + 11 + n * lead
            if text:
                sheet.put(xs[0] + 4, text)
        sheet.y = y + 11 + at * lead
        for k, text in enumerate(row[1:], 1):
            if text:
                sheet.put(xs[k + 1] - 4, text, right=True)
        y += pitch + (len(lines) - 1) * lead
        ys.append(y)
    return ys


def rule(sheet: Sheet, xs: Sequence[float], ys: Sequence[float], across: Sequence[float] | None = None,
         down: Sequence[float] | None = None) -> None:  # fmt: skip
    """Horizontal lines at `across`, vertical ones at `down`; by default all of them."""
    for y in ys if across is None else across:
        sheet.rule(xs[0], y, xs[-1], y)
    for x in xs if down is None else down:
        sheet.rule(x, ys[0], x, ys[-1])


def compile_typst(source: str, path: Path) -> Path:
    typst.compile(source.encode(), output=path, ignore_system_fonts=True, pdf_tags=False)
    return path


TYPST = """#set page("a4", margin: 2cm)
#set text(size: 10pt, hyphenate: false, lang: "da")
"""


# --- ruled ------------------------------------------------------------------------------------------------------


def test_a_ruled_grid(sheet: Sheet) -> None:
    """Row by row, wrapped lines below each other; the table knows its page, its box and that it is ruled."""
    rows = [ROWS[0], ["Omlægning af natte-\nvagt og vikardækning", "-1.600", "-1.600"], *ROWS[2:]]
    ys = write(sheet, rows)
    rule(sheet, XS, ys)
    [table] = tables(sheet.save())
    assert cells(table) == rows
    assert table.ruled and table.page == 1
    assert (table.x0, table.top, table.x1, table.bottom) == pytest.approx((XS[0], ys[0], XS[-1], ys[-1]), abs=1)


def test_a_ruled_grid_by_typst(tmp_path: Path) -> None:
    """The same from another typesetter: other fonts, other ways to draw a line."""
    body = "#table(columns: (200pt, 50pt, 50pt), align: (x, y) => if x == 0 { left } else { right },\n" + ",".join(
        f'"{c}"' for row in ROWS for c in row
    ) + ")"
    assert read(compile_typst(TYPST + body, tmp_path / "x.pdf")) == [ROWS]


def test_short_figures_below_each_other_are_figures_of_their_own(sheet: Sheet) -> None:
    """Also where a PDF is written column by column, so that nothing but their height parts them."""
    rows = [["Forslag", "2024", "2025"], ["A", "1", "10"], ["B", "2", "0"], ["C", "30", "7"]]
    ys = [100 + 15 * k for k in range(5)]
    for k in range(3):
        for r, row in enumerate(rows):
            sheet.y = ys[r] + 11
            sheet.put(XS[k + 1] - 4 if k else XS[k] + 4, row[k], right=k > 0)
    rule(sheet, XS, ys)
    assert read(sheet.save()) == [rows]


def test_empty_cells_stay_where_they_are(sheet: Sheet) -> None:
    """A blank is no figure, and moves none into its place."""
    rows = [["", "2024", "2025"], ["A", "", "5"], ["", "7", ""], ["B", "", ""]]
    rule(sheet, XS, write(sheet, rows))
    assert read(sheet.save()) == [rows]


@pytest.mark.parametrize("maker", ["reportlab", "typst"])
def test_a_heading_cell_over_several_columns(tmp_path: Path, maker: str) -> None:
    """It belongs to the first of them, and the second has none of its own. A label beside two rows stands before both."""
    if maker == "typst":
        path = compile_typst(TYPST + """#table(columns: (200pt, 50pt, 50pt), align: center,
            table.cell(rowspan: 2)[Forslag], table.cell(colspan: 2)[Budget for], [2024], [2025], [Ny vagtplan], [200], [100])""",
            tmp_path / "x.pdf")  # fmt: skip
    else:
        sheet = Sheet(tmp_path / "x.pdf")
        ys = write(sheet, [["Forslag", "", ""], ["", "2024", "2025"], ["Ny vagtplan", "200", "100"]])
        sheet.y = ys[0] + 11
        sheet.put(XS[1] + 25, "Budget for")
        rule(sheet, XS, ys, across=(ys[0], *ys[2:]), down=(XS[0], XS[1], XS[3]))
        sheet.rule(XS[1], ys[1], XS[3], ys[1])
        sheet.rule(XS[2], ys[1], XS[2], ys[-1])
        path = sheet.save()
    assert read(path) == [[["Forslag", "Budget for", None], ["Forslag", "2024", "2025"], ["Ny vagtplan", "200", "100"]]]


@pytest.mark.parametrize("left_out", ["outer verticals", "all verticals but one", "outer frame"])
def test_a_grid_that_is_open_at_its_sides(sheet: Sheet, left_out: str) -> None:
    """Borders that are not drawn are where the lines end."""
    ys = write(sheet, ROWS)
    if left_out == "outer verticals":
        rule(sheet, XS, ys, down=XS[1:-1])
    elif left_out == "all verticals but one":
        rule(sheet, XS, ys, down=XS[1:2])
    else:
        for x in XS[1:-1]:
            sheet.rule(x, ys[0] - 2, x, ys[-1] + 2)
        for y in ys[1:-1]:
            sheet.rule(XS[0], y, XS[-1], y)
    [table] = read(sheet.save())
    assert table == ROWS


@pytest.mark.parametrize("place", ["first", "last"])
def test_rows_without_lines_between_them_inside_a_frame(sheet: Sheet, place: str) -> None:
    """Frame, heading and columns are ruled, the rows are not: figures one below the other are rows all the same."""
    rows = [*ROWS[:2], ["Fælles vagtplan for\nhjemmepleje og sygepleje", "-300", "-350"], *ROWS[2:]]
    ys = write(sheet, rows, place=place)
    rule(sheet, XS, ys, across=(ys[0], ys[1], ys[-1]))
    assert read(sheet.save()) == [rows]


def test_lines_only_above_and_below_the_heading_and_the_total(sheet: Sheet) -> None:
    """The look of printed accounts: no vertical line at all."""
    ys = write(sheet, ROWS)
    for y in (ys[0], ys[1], ys[-2], ys[-1]):
        sheet.rule(XS[0], y, XS[-1], y)
    assert read(sheet.save()) == [ROWS]


def test_lines_drawn_as_thin_bars_cell_by_cell(sheet: Sheet) -> None:
    """As word processors export them: filled rectangles half a point thick, a piece for each cell, drawn twice."""
    ys = write(sheet, ROWS)
    for _ in range(2):
        for y in ys:
            for a, b in zip(XS, XS[1:], strict=False):
                sheet.canvas.rect(a, HEIGHT - y - 0.25, b - a, 0.5, stroke=0, fill=1)
        for x in XS:
            for a, b in zip(ys, ys[1:], strict=False):
                sheet.canvas.rect(x - 0.25, HEIGHT - b, 0.5, b - a, stroke=0, fill=1)
    assert read(sheet.save()) == [ROWS]


def test_cells_drawn_as_stroked_rectangles_over_a_shaded_heading(sheet: Sheet) -> None:
    """A filled area is no line; the sides of a stroked rectangle are."""
    ys = [100 + 15 * k for k in range(len(ROWS) + 1)]
    sheet.canvas.setFillGray(0.85)
    sheet.canvas.rect(XS[0], HEIGHT - ys[1], XS[-1] - XS[0], 15, stroke=0, fill=1)
    sheet.canvas.setFillGray(0)
    write(sheet, ROWS)
    for top, bottom in zip(ys, ys[1:], strict=False):
        for a, b in zip(XS, XS[1:], strict=False):
            sheet.canvas.rect(a, HEIGHT - bottom, b - a, bottom - top)
    assert read(sheet.save()) == [ROWS]


word = st.text("abcdefghijklmnoprstuvæøåABC", min_size=1, max_size=6)
figure = st.integers(-99_999, 999_999).map(lambda n: f"{n:,}".replace(",", "."))


@given(
    body=st.integers(1, 5).flatmap(
        lambda columns: st.lists(
            st.tuples(
                st.lists(word, min_size=1, max_size=4).map("\n".join),
                st.lists(st.one_of(figure, st.just("")), min_size=columns, max_size=columns),
            ).map(lambda row: [row[0], *row[1]]),
            min_size=1, max_size=12,
        )
    )
)  # fmt: skip
def test_any_ruled_grid_reads_back_cell_by_cell(tmp_path_factory: pytest.TempPathFactory, body: list[list[str]]) -> None:
    """However many rows and columns, wherever labels wrap, whichever cells are empty."""
    sheet = Sheet(tmp_path_factory.mktemp("grid") / "x.pdf")
    columns = len(body[0]) - 1
    rows = [["Forslag", *(str(2024 + k) for k in range(columns))], *body]
    sheet.y = 50
    sheet.grid(rows, (150.0, *[60.0] * columns))
    [table] = read(sheet.save())
    assert table == rows


# --- without rules ----------------------------------------------------------------------------------------------

WRAPPED = {
    "two lines": "Omlægning af nattevagt og\nvikardækning",
    "three lines": "Omlægning af nattevagt i alle\ndistrikter og fælles vikar-\ndækning",
    "a bracket": "Personaleændringer\n(fuldtidsstillinger)",
}


@pytest.mark.parametrize("label", WRAPPED)
@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_year_columns_without_lines_and_wrapped_labels(sheet: Sheet, place: str, label: str) -> None:
    """The figures may stand beside the first, the middle or the last line of a label that wraps."""
    rows = [ROWS[0], [WRAPPED[label], "-1.600", "-1.600"], ["Ny vagtplan", "200", "100"],
            [WRAPPED[label].replace("natte", "dag"), "-300", "0"], ROWS[3]]  # fmt: skip
    write(sheet, rows, place=place, pitch=16)
    [table] = tables(sheet.save())
    assert cells(table) == rows and not table.ruled


BLANK = {
    "sections": [["Forslag", "2024", "2025"], ["Drift", "", ""], ["Løn", "-100", "-200"], ["Varer", "-30", "-40"],
                 ["Anlæg 2024", "", ""], ["Ny hal i byens nordlige del", "900", "0"], ["Bro", "70", "80"]],
    "figures missing": [["Opgave", "2024", "2025"], ["Tilsyn", "12", "40"], ["Rådgivning", "", ""], ["Myndighed", "3", ""],
                        ["Klagesager", "", ""], ["Aktindsigt", "", "9"], ["Høringer", "", ""], ["Møder", "4", "8"]],
    "a label that wraps among them": [["Opgave", "2024", "2025"], ["Samling af alle opgaver i vagt og\nvikardækning", "12", "40"],
                                      ["Skoler", "", ""], ["Veje", "3", ""], ["Idræt", "7", "8"]],
    "a name that a label goes on with": [["Opgave", "2024", "2025"], ["Fælles vagt for skolerne i\nNørrebyen", "12", "40"],
                                         ["Skoler", "3", "5"], ["Veje", "6", "7"]],
}  # fmt: skip


@pytest.mark.parametrize("kind", BLANK)
def test_rows_without_figures_as_close_as_all_others_stay_rows(sheet: Sheet, kind: str) -> None:
    """Nothing but the capital and the room on the line above tells that they are no part of a label beside them."""
    write(sheet, BLANK[kind], pitch=12.0, lead=12.0)
    assert read(sheet.save()) == [BLANK[kind]]


def test_year_columns_by_typst(tmp_path: Path) -> None:
    """A grid without strokes, in running text: the sentences above and below are not taken for rows."""
    body = "\n".join([
        "Byrådet har vedtaget budgettet for 2024 og 2025. Tabellen viser, hvad hvert område sparer, i 1.000 kr.",
        "#v(8pt)",
        "#grid(columns: (200pt, 50pt, 50pt), row-gutter: 6pt, align: (x, y) => if x == 0 { left } else { right },",
        ",".join(f'"{c}"' for row in ROWS for c in row) + ")",
        "#v(8pt)",
        "I 2024 spares 1.400, og i 2025 spares 1.500, fordi vagtplanen da er indført i alle distrikter.",
    ])  # fmt: skip
    assert read(compile_typst(TYPST + body, tmp_path / "x.pdf")) == [ROWS]


def test_figures_of_different_length_stay_in_their_columns(sheet: Sheet) -> None:
    """Right-aligned under a short heading, and some with a blank for thousands or a dash for nothing."""
    rows = [["Område", "2024", "2025"], ["Skoler", "1.234.567", "-"], ["Veje", "3", "12.000"], ["Idræt", "–", "1"],
            ["I alt", "1.234.570", "12.001"]]  # fmt: skip
    write(sheet, rows, xs=(LEFT, 250.0, 330.0, 410.0))
    assert read(sheet.save()) == [rows]


def test_figures_grouped_with_blanks_are_one_cell(sheet: Sheet) -> None:
    """`1 600` is one number, not two columns."""
    rows = [["Forslag", "2024", "2025"], ["Nattevagt", "-1 600", "-1 600"], ["Vagtplan", "2 200", "1 100"], ["I alt", "600", "-500"]]
    write(sheet, rows)
    assert read(sheet.save()) == [rows]


@pytest.mark.parametrize(
    "prose",
    [
        ["Budgettet for 2024 er på 1.600 mio. kr., og budgettet for 2025 er på 1.650 mio. kr.",
         "I 2026 og 2027 ventes 1.700 mio. kr. om året."],
        ["Indhold", "1. Forord . . . . . . . . . . . . . . . . . 2", "2. Budget 2024-2027 . . . . . . . . . . . . 3",
         "3. Bilag . . . . . . . . . . . . . . . . . 14"],
        ["Byrådet besluttede den 5. oktober 2023:", "1. at vedtage budgettet for 2024", "2. at hæve skatten i 2025",
         "3. at sælge Rådhusgade 12"],
        ["Rådhuset, Torvet 1, 9999 Eksempelby", "Telefon 12 34 56 78", "CVR 12 34 56 78", "Den 11. november 2023"],
    ],
    ids=["sentences", "contents", "list", "address"],
)  # fmt: skip
def test_running_text_with_numbers_is_no_table(sheet: Sheet, prose: list[str]) -> None:
    """Sentences, a table of contents, a list, an address."""
    sheet.line(*prose)
    assert read(sheet.save()) == []


TEXTS: dict[str, list[tuple[str, str, str]]] = {  # left, at 80 points, at the right margin
    "contents": [("Indhold", "", ""), ("", "Indledning", "3"), ("", "Skoler", "12"), ("", "Ældre", "24")],
    "numbered contents": [("1.", "Indledning", "3"), ("1.1", "Læsevejledning", "3"), ("1.2", "Tal", "4"), ("2.", "Skoler", "12")],
    "numbered headings": [row for n, word in enumerate(("Skoler", "Veje", "Idræt"), 1) for row in (
        (str(n), word, ""), ("Effekten er stor, og beslutningen evalueres af udvalget.", "", ""))],
    "a listing": [("1", "hvis tal > 0:", ""), ("2", "  skriv(tal)", ""), ("3", "ellers:", ""), ("4", "  stop", "")],
    "sentences that end with a number": [("Det er på en ny side, hvis niveauet er mindst", "", f"{n}.") for n in (2, 1, 3)],
}  # fmt: skip


@pytest.mark.parametrize("kind", TEXTS)
def test_numbers_that_count_lines_headings_and_pages_are_no_table(sheet: Sheet, kind: str) -> None:
    """Enumerators one after another, page numbers that never fall, a number before a full stop."""
    for left, text, right in TEXTS[kind]:
        sheet.put(LEFT, left)
        sheet.put(LEFT + 23, text)
        sheet.put(WIDTH - LEFT, right, right=True)
        sheet.y += 13.2
    assert read(sheet.save()) == []


def test_a_numbered_table_with_one_column_is_no_table_of_contents(sheet: Sheet) -> None:
    """Figures that rise below a heading are figures."""
    rows = [["Forslag", "2024"], ["1. Nattevagt", "12"], ["2. Vagtplan", "40"], ["3. Madordning", "110"]]
    write(sheet, rows)
    assert read(sheet.save()) == [rows]


# --- several tables, several pages -------------------------------------------------------------------------------


@pytest.mark.parametrize("ruled", [True, False])
def test_two_tables_on_one_page(sheet: Sheet, ruled: bool) -> None:
    """In reading order, with the text between them belonging to neither."""
    other = [["Område", "2026", "2027"], ["Skoler", "10", "20"], ["Veje", "30", "40"]]
    for top, rows in ((100.0, ROWS), (300.0, other)):
        ys = write(sheet, rows, top=top)
        if ruled:
            rule(sheet, XS, ys)
        sheet.y = ys[-1] + 40
        sheet.put(LEFT, "Tabellen herover viser besparelser i 1.000 kr.")
    assert read(sheet.save()) == [ROWS, other]


def test_a_ruled_table_above_one_without_lines(sheet: Sheet) -> None:
    """No word belongs to two tables."""
    ys = write(sheet, ROWS)
    rule(sheet, XS, ys)
    write(sheet, ROWS, top=ys[-1] + 40)
    found = tables(sheet.save())
    assert [cells(t) for t in found] == [ROWS, ROWS] and [t.ruled for t in found] == [True, False]
    words = [w for t in found for row in t.rows for c in row if c for w in c.words]
    assert len(words) == len(set(words))


def test_two_ruled_tables_side_by_side(sheet: Sheet) -> None:
    """Lines of text that run through both are parted at the border."""
    right = [["Område", "2024"], ["Skoler", "10"], ["Veje", "30"], ["I alt", "40"]]
    xs = (420.0, 490.0, 540.0)
    rule(sheet, XS, write(sheet, ROWS))
    rule(sheet, xs, write(sheet, right, xs=xs))
    assert read(sheet.save()) == [ROWS, right]


@pytest.mark.parametrize("ruled", [True, False])
@pytest.mark.parametrize("repeated", [True, False])
def test_a_table_that_goes_on_on_the_next_page(sheet: Sheet, ruled: bool, repeated: bool) -> None:
    """One table, its heading once; page numbers and running heads do not come between."""
    rest = [["Kørsel", "50", "60"], ["Indkøb", "70", "80"], ["I alt, begge sider", "-1.280", "-1.360"]]
    for page, rows in ((1, ROWS), (2, [ROWS[0], *rest] if repeated else rest)):
        sheet.y = 40
        sheet.put(LEFT, "Budget 2024-2027")
        ys = write(sheet, rows, top=HEIGHT - 75 - 15 * len(rows) if page == 1 else 80)
        if ruled:
            rule(sheet, XS, ys)
        sheet.y = HEIGHT - 25
        sheet.put(WIDTH - 80, f"Side {page} af 2")
        sheet.page()
    [table] = tables(sheet.save())
    assert cells(table) == [*ROWS, *rest]
    assert (table.page, table.last_page) == (1, 2)
    assert [c.page for row in table.rows if (c := row[0])] == [1] * 4 + [2] * 3


@pytest.mark.parametrize("reason", ["text before it", "other columns", "other years"])
def test_a_new_table_on_the_next_page_is_a_new_table(sheet: Sheet, reason: str) -> None:
    """Where it has text before it, other columns, or a heading of its own."""
    rule(sheet, XS, write(sheet, ROWS, top=HEIGHT - 140))
    sheet.page()
    if reason == "text before it":
        sheet.line("Tabel 2. Besparelser på administration")
    head = ["Forslag", "2026", "2027"] if reason == "other years" else ROWS[0]
    xs = (LEFT, 251.0, 331.0, 401.0) if reason == "other columns" else XS
    rule(sheet, xs, write(sheet, [head, *ROWS[1:]], xs=xs))
    assert read(sheet.save()) == [ROWS, [head, *ROWS[1:]]]


# --- the page as displayed ----------------------------------------------------------------------------------------


def boxes(table: Table) -> list[float]:
    return [v for row in table.rows for c in row if c for v in (c.x0, c.top, c.x1, c.bottom)]


def flat(path: Path) -> Table:
    """The table as it is on an ordinary page."""
    sheet = Sheet(path)
    rule(sheet, XS, write(sheet, ROWS))
    [table] = tables(sheet.save())
    return table


TURNS: dict[int, Callable[[float, float], tuple[float, ...]]] = {  # how to draw what /Rotate turns upright again
    90: lambda w, h: (0, 1, -1, 0, h, 0),
    180: lambda w, h: (-1, 0, 0, -1, w, h),
    270: lambda w, h: (0, -1, 1, 0, 0, w),
}


@pytest.mark.parametrize("ruled", [True, False])
@pytest.mark.parametrize("turn", TURNS)
def test_a_page_with_a_rotation_is_read_as_displayed(tmp_path: Path, turn: int, ruled: bool) -> None:
    """Scanners and office programs store landscape pages so. The boxes are those that a reader sees."""
    sheet = Sheet(tmp_path / "x.pdf")  # reportlab takes the size as displayed
    sheet.canvas.setPageRotation(turn)
    sheet.canvas.transform(*TURNS[turn](WIDTH, HEIGHT))
    ys = write(sheet, ROWS)
    if ruled:
        rule(sheet, XS, ys)
    path = sheet.save()
    [table] = tables(path)
    assert cells(table) == ROWS and table.ruled == ruled
    if ruled:
        assert boxes(table) == pytest.approx(boxes(flat(tmp_path / "flat.pdf")), abs=1)
    [page] = read_pages(path)
    assert (page.width, page.height) == pytest.approx((WIDTH, HEIGHT), abs=1)


def test_a_crop_box_moves_the_origin_and_hides_what_is_outside(tmp_path: Path) -> None:
    """Boxes count from the corner of what is shown; marks of the printer outside it are not text of the document."""
    sheet = Sheet(tmp_path / "x.pdf")
    sheet.canvas.setCropBox((40, 100, WIDTH - 30, HEIGHT - 60))
    rule(sheet, XS, write(sheet, ROWS))
    sheet.y = 30
    sheet.put(LEFT, "Udskrift 2024 2025 123")
    path = sheet.save()
    [table] = tables(path)
    moved = [v - d for v, d in zip(boxes(flat(tmp_path / "flat.pdf")), [40.0, 60.0] * 99, strict=False)]
    assert cells(table) == ROWS and boxes(table) == pytest.approx(moved, abs=1)
    [page] = read_pages(path)
    assert (page.width, page.height) == pytest.approx((WIDTH - 70, HEIGHT - 160), abs=1)
    assert "Udskrift" not in text_of(page)


def test_a_media_box_that_does_not_begin_at_the_origin(tmp_path: Path) -> None:
    """Its corner is the origin."""
    sheet = Sheet(tmp_path / "x.pdf")
    rule(sheet, XS, write(sheet, ROWS))
    data = sheet.save().read_bytes()
    old = re.search(rb"/MediaBox \[ 0 0 [\d. ]+\]", data)
    assert old
    new = b"/MediaBox [ 20 0 595 801 ]".ljust(len(old[0]))
    (tmp_path / "moved.pdf").write_bytes(data.replace(old[0], new))
    [table] = tables(tmp_path / "moved.pdf")
    moved = [v - d for v, d in zip(boxes(flat(tmp_path / "flat.pdf")), [20.0, HEIGHT - 801] * 99, strict=False)]
    assert cells(table) == ROWS and boxes(table) == pytest.approx(moved, abs=1)


def text_of(page: Page) -> str:
    return "\n".join(line.text for line in page.lines)


# --- what stands in a cell ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("ruled", [True, False])
def test_a_superscript_is_a_mark_and_no_digit(sheet: Sheet, ruled: bool) -> None:
    """`-1.600¹` is -1.600 with mark 1, on a label, on a figure and on a heading alike."""
    ys = write(sheet, [["Forslag", "2024", "2025"], ["Omlægning af nattevagt", "-1.600", "-1.600"], ["I alt", "-1.600", "-1.600"]])
    if ruled:
        rule(sheet, XS, ys)
    end = LEFT + 4 + sheet.canvas.stringWidth("Omlægning af nattevagt", "Helvetica", SIZE)
    for x, y, mark in ((end, ys[1] + 11, "2"), (XS[2] - 4, ys[1] + 11, "1"), (XS[3] - 4, ys[0] + 11, "3")):
        sheet.y = y
        sheet.put(x, mark, size=6, up=3.5)
    [table] = tables(sheet.save())
    assert cells(table) == [["Forslag", "2024", "2025"], ["Omlægning af nattevagt", "-1.600", "-1.600"], ["I alt", "-1.600", "-1.600"]]
    assert [[c.mark for c in row if c] for row in table.rows] == [["", "", "3"], ["2", "1", ""], ["", "", ""]]


def test_small_print_is_no_superscript(sheet: Sheet) -> None:
    """A table set small throughout, and a small figure on the same baseline, are figures."""
    rows = [["Forslag", "2024", "2025"], ["A", "1.600", "2"], ["B", "3", "4"]]
    ys = [100 + 10 * k for k in range(4)]
    for r, (row, y) in enumerate(zip(rows, ys, strict=False)):
        sheet.y = y + 7
        sheet.put(XS[0] + 4, row[0], size=5)
        for k in (1, 2):
            sheet.put(XS[k + 1] - 4, row[k], right=True, size=5 if r else 4)
    rule(sheet, XS, ys)
    assert read(sheet.save()) == [rows]


def test_text_printed_twice_counts_once(sheet: Sheet) -> None:
    """As some programs embolden: the same characters a fraction of a point beside themselves."""
    ys = write(sheet, ROWS)
    rule(sheet, XS, ys)
    write(sheet, ROWS, xs=[x + 0.3 for x in XS])
    assert read(sheet.save()) == [ROWS]


def test_hidden_text_is_not_read(sheet: Sheet) -> None:
    """Invisible words behind a page, as recognition of a scan leaves them, are no figures of the print."""
    rule(sheet, XS, write(sheet, ROWS))
    text = sheet.canvas.beginText(LEFT + 4, HEIGHT - 118)
    text.setTextRenderMode(3)
    text.textOut("9.999.999")
    sheet.canvas.drawText(text)
    assert read(sheet.save()) == [ROWS]
