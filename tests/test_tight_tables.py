"""Tables that are set tight, or beside text: what stands near a figure is no part of it, and what stands beside a table neither."""

from __future__ import annotations

from pathlib import Path

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from tests.painted import FONT, SIZE, set_lines, set_rows, tables_of

PROSE = ("Byrådet vedtog i foråret, at driften skal tilpasses over", "de næste tre år, og at områderne selv finder vejen dertil",
         "inden for de rammer, som er aftalt med udvalgene. Det", "følges op hvert kvartal, og der meldes tilbage til byrådet",
         "med en samlet status, som også viser, hvad der mangler.", "Hvor et område ikke når i mål, findes beløbet i den fælles",
         "pulje, som er sat af til formålet, og som kan bruges frit.")  # fmt: skip
ROWS = (("Område", "2024", "2025"), ("Skoler", "-1.200", "-2.400"), ("Veje", "-500", "900"), ("I alt", "-1.700", "-1.500"))


def test_headings_far_apart_are_no_words_apart(tmp_path: Path) -> None:
    """On a page without a phrase the gaps between headings do not make near figures one."""
    rows = (("Sted", "Drift", "Anlæg"), ("Nord", "50.405", "3.469"), ("Syd", "54.269", "19.370"), ("Øst", "9.439", "39.937"))
    assert tables_of(tmp_path / "a.pdf", lambda c: set_rows(c, rows, 60, (130, 168))) == [[list(r) for r in rows]]


def test_a_label_that_reaches_up_to_its_figure(tmp_path: Path) -> None:
    """Its figure ends where those above and below it end; a number of the label's own stays with it."""
    rows = (("Område", "Regnskab", "Budget"), ("Kort", "1.204", "12"), ("Tilskud til selvejende institutioner mv.", "21.204", "14"),
            ("Skole 12", "", "15"), ("I alt", "22.408", "41"))  # fmt: skip
    right = 60 + stringWidth(rows[2][0], FONT, SIZE) + 3.5 + stringWidth("21.204", FONT, SIZE)
    assert tables_of(tmp_path / "a.pdf", lambda c: set_rows(c, rows, 60, (right, right + 50))) == [[list(r) for r in rows]]


def test_headings_of_several_words_nearly_touch(tmp_path: Path) -> None:
    """Each stands over its column where the gaps between them are wider than those between their words."""
    rows = (("Formål", "Regnskab 2022", "Budget 2023", "Budget 2024"), ("Skole 12", "12.104", "12.300", "12.511"),
            ("Pulje 2024", "400", "", "500"), ("I alt", "12.504", "12.300", "13.011"))  # fmt: skip
    width = stringWidth("Budget 2023", FONT, SIZE) + 6
    found = tables_of(tmp_path / "a.pdf", lambda c: set_rows(c, rows, 60, (230, 230 + width, 230 + 2 * width)))
    assert found == [[list(r) for r in rows]]


@pytest.mark.parametrize("side", ["left", "right"])
def test_notes_beside_a_table(side: str, tmp_path: Path) -> None:
    """A column of notes whose lines stand as they come, with numbers of its own, is no part of the rows."""
    notes = ("Kort fortalt", "Der spares i alt", "4,3 mio. kr. frem", "til 2028, og alle", "beløb er i 1.000",
             "kr. og faste", "priser.")  # fmt: skip
    rows = (ROWS[0], ("Ældre og omsorg", "-12.200", "-400"), ("Børn og unge", "15", "25"), *ROWS[1:])

    def paint(canvas: Canvas) -> None:
        set_lines(canvas, notes, 50 if side == "left" else 420, 731, 11.3, 8)
        set_rows(canvas, rows, 160, (330, 390))

    assert tables_of(tmp_path / "a.pdf", paint) == [[list(r) for r in rows]]


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_table_in_a_page_of_two_columns(side: str, tmp_path: Path) -> None:
    """The text of the other column is no label, even where its lines stand level with the rows."""
    text, table = (40, 320) if side == "left" else (320, 40)

    def paint(canvas: Canvas) -> None:
        set_lines(canvas, [*PROSE, *PROSE], text, 760)
        set_lines(canvas, PROSE[:3], table, 760)
        set_rows(canvas, ROWS, table, (table + 150, table + 220), 700, 12.0)
        set_lines(canvas, PROSE[:3], table, 640)

    assert tables_of(tmp_path / "a.pdf", paint) == [[list(r) for r in ROWS]]


def test_figures_on_both_sides_of_their_label(tmp_path: Path) -> None:
    """One table, whose label stands in its middle."""
    rows = (("568.500", "-83.700", "Børn og unge", "484.800"), ("615.500", "-46.000", "Sundhed og ældre", "569.500"),
            ("380.300", "-161.000", "Arbejdsmarked", "219.300"))  # fmt: skip

    def paint(canvas: Canvas) -> None:
        for k, (gross, income, label, net) in enumerate((("Udgifter", "Indtægter", "Område", "Netto"), *rows)):
            y = 700 - 15 * k
            canvas.drawRightString(110, y, gross)
            canvas.drawRightString(180, y, income)
            canvas.drawString(200, y, label)
            canvas.drawRightString(400, y, net)

    [found] = tables_of(tmp_path / "a.pdf", paint)
    assert found[1:] == [list(r) for r in rows]


@pytest.mark.parametrize("cells", [("1.204 t.kr.", "1.305 t.kr."), ("1,2 mia.", "200 mio."), ("12,5 årsværk", "13 årsværk")])
def test_a_unit_in_every_cell(cells: tuple[str, str], tmp_path: Path) -> None:
    """Figures all the same."""
    rows = (("Område", "2023", "2024"), ("Skoler", *cells), ("Veje", *cells[::-1]), ("I alt", *cells))
    assert tables_of(tmp_path / "a.pdf", lambda c: set_rows(c, rows, 60, (220, 320))) == [[list(r) for r in rows]]


@pytest.mark.parametrize(("foot", "joins"), [("Ældre og omsorg", True), ("1) Forventes ikke genbesat.", False),
                                             ("Tabel 2 viser resten.", False)])  # fmt: skip
def test_the_heading_of_a_section_at_the_foot_of_a_page(foot: str, joins: bool, tmp_path: Path) -> None:
    """It goes on with the table on the next page; a note or a sentence ends the table."""
    body = [(f"Forslag {'abcdefghijklmnopqrstuvwxyz'[k]}", f"-{100 + k}", f"-{200 + k}") for k in range(26)]
    rest = [(f"Tiltag {'abcdefgh'[k]}", f"{300 + k}", f"{400 + k}") for k in range(8)]

    def paint(canvas: Canvas) -> None:
        set_rows(canvas, [ROWS[0], *body], 60, (300, 380), 560, 15.0)
        set_lines(canvas, [foot], 60, 560 - 27 * 15)
        canvas.showPage()
        set_rows(canvas, rest, 60, (300, 380), 790, 15.0)

    found = tables_of(tmp_path / "a.pdf", paint)
    labels = [row[0] for row in found[0]]
    assert labels[:27] == ["Område", *(r[0] for r in body)]
    assert (len(found) == 1 and labels[27:] == [foot, *(r[0] for r in rest)]) is joins


def test_headings_wider_than_their_figures_in_a_group_of_columns(tmp_path: Path) -> None:
    """Rules part the groups only; the headings end where the figures end, and reach over the middle of the gaps."""
    rights = (240, 285, 340, 400, 445, 500)
    heads = (("", "Under 18", "18 år og", "", "Under 18", "18 år og"), ("I alt", "år", "derover", "I alt", "år", "derover"))
    rows = (("Skoler", "1.204,6", "954,0", "250,6", "804,3", "700,1", "104,2"),
            ("Veje", "67,9", "69,1", "-1,2", "80,2", "56,5", "23,7"),
            ("I alt", "1.272,5", "1.023,1", "249,4", "884,5", "756,6", "127,9"))  # fmt: skip

    def paint(canvas: Canvas) -> None:
        for y in (735, 719, 690, 640):
            canvas.line(190 if y == 719 else 60, y, 510, y)
        for x in (190, 350):
            canvas.line(x, 735, x, 640)
        canvas.setFont(FONT, SIZE)
        canvas.drawString(62, 705, "Område")
        canvas.drawCentredString(270, 723, "Drift")
        canvas.drawCentredString(430, 723, "Anlæg")
        for y, words in zip((707, 694), heads, strict=True):
            for right, word in zip(rights, words, strict=True):
                canvas.drawRightString(right, y, word)
        set_rows(canvas, rows, 62, rights, top=676)

    columns = [" ".join(filter(None, column)) for column in zip(*heads, strict=True)]
    (table,) = tables_of(tmp_path / "a.pdf", paint)
    assert table == [["Område", "Drift", "", "", "Anlæg", "", ""], ["Område", *columns], *(list(r) for r in rows)]


def test_a_row_of_its_own_between_tables_that_stand_side_by_side(tmp_path: Path) -> None:
    """Its label stands below those of the left ones, its figures below the labels of the right ones: it is one row all the same."""
    wide = (("Tekst", "Budget 2026", "BO 2027"), ("Idræt", "896", "60.221"))

    def paint(canvas: Canvas) -> None:
        for y, names in ((760, ("Skoler", "Veje")), (600, ("Bad", "Haller"))):
            for x, name in zip((40, 300), names, strict=True):
                set_rows(canvas, (("", "2024", "2025"), (f"{name} nord", "-1.200", "400"), (f"{name} syd", "500", "9")), x,
                         (x + 150, x + 210), y)  # fmt: skip
        set_rows(canvas, wide, 40, (340, 440), 690)

    found = tables_of(tmp_path / "a.pdf", paint)
    assert [list(r) for r in wide] in found
    assert len(found) == 5 and all(row[0] and not row[0][0].isdigit() for table in found for row in table[1:])


def test_the_first_lines_of_an_indented_label_head_no_column(tmp_path: Path) -> None:
    """In a table of one column of figures, which stand beside the last line of their label."""

    def paint(canvas: Canvas) -> None:
        set_rows(canvas, [("Tekst", "Regnskab")], 60, (320,), 700)
        set_lines(canvas, ["Ældre"], 60, 685)
        set_lines(canvas, ["Genoptræning i samarbejde med", "kommunens boligafdeling og"], 73, 668, 12)
        set_rows(canvas, [("frivillige", "21.114")], 73, (320,), 644)
        for y, label in ((626, "Bygninger"), (608, "Parker")):
            set_rows(canvas, [(label, "-34")], 73, (320,), y)
        set_rows(canvas, [("I alt", "21.046")], 60, (320,), 590)

    [found] = tables_of(tmp_path / "a.pdf", paint)
    label = "Genoptræning i samarbejde med kommunens boligafdeling og frivillige"
    assert found == [["Tekst", "Regnskab"], ["Ældre", ""], [label, "21.114"], ["Bygninger", "-34"], ["Parker", "-34"],
                     ["I alt", "21.046"]]  # fmt: skip


def test_the_last_line_of_a_label_beside_its_account(tmp_path: Path) -> None:
    """The account says nothing of where the label begins, be its last line a word or the number of a section."""

    def paint(canvas: Canvas) -> None:
        set_rows(canvas, [("Konto", "", "2025", "2026")], 60, (130, 320, 380), 700)
        canvas.drawString(110, 700, "Område")
        y = 694
        for account, lines, figure in (("", ("Ældre",), ""), ("120023", ("Støtte til boliger efter §", "85"), "0,7"),
                                       ("473952", ("Omlægning",), "0,0"), ("", ("Børn",), ""),
                                       ("432946", ("Biblioteker og", "befordring"), "2,1"), ("463117", ("Veje",), "6,1")):  # fmt: skip
            y -= 6
            for line in lines:
                y -= 11
                canvas.setFont(FONT if account else "Helvetica-Bold", SIZE)
                canvas.drawString(110 if account else 104, y, line)
            set_rows(canvas, [(account, figure, figure)], 60, (320, 380), y)

    [found] = tables_of(tmp_path / "a.pdf", paint)
    assert [row[:3] for row in found[1:]] == [
        ["", "Ældre", ""], ["120023", "Støtte til boliger efter § 85", "0,7"], ["473952", "Omlægning", "0,0"],
        ["", "Børn", ""], ["432946", "Biblioteker og befordring", "2,1"], ["463117", "Veje", "6,1"],
    ]  # fmt: skip


def test_accounts_before_the_labels_of_the_second_of_two_tables(tmp_path: Path) -> None:
    """They are the second table's first column, not the last of the first one; rows of the two are not level."""
    right = (("Konto", "Område", "2024", "2025"), ("975938", "Børn og unge", "-", "70.422"), ("193747", "Veje", "-2.757", "2.537"),
             ("642650", "Parker", "56", "514"), ("573568", "Beredskab i alt", "31.176", "563"))  # fmt: skip

    def paint(canvas: Canvas) -> None:
        set_rows(canvas, ROWS, 40, (190, 240), 700, 18.0)
        for k, (account, *rest) in enumerate(right):
            canvas.drawString(280, 700 - 18 * k, account)
            set_rows(canvas, [rest], 318, (450, 510), 700 - 18 * k)

    assert sorted(tables_of(tmp_path / "a.pdf", paint)) == sorted([[list(r) for r in ROWS], [list(r) for r in right]])


def test_a_dash_within_the_breadth_of_a_column_is_no_sign_of_the_next(tmp_path: Path) -> None:
    """Figures set on their decimal comma, and the dash for nothing where their last digit before it stands."""
    rows = (("", "2026", "2027", "2028"), ("Opgaver", "4 198,71", "–", "1 549,13"), ("Private", "5,75", "(52,10)", "(473,75)"),
            ("Klubber", "12,00", "–", "2 560,64"))  # fmt: skip

    def paint(canvas: Canvas) -> None:
        for k, (label, *cells) in enumerate(rows):
            set_rows(canvas, [(label,)], 60, (), 700 - 17 * k)
            for x, text in zip((230, 310, 400), cells, strict=True):
                canvas.drawRightString(x if k else x + 20, 700 - 17 * k, text.split(",")[0])
                canvas.drawString(x, 700 - 17 * k, text[text.index(",") :] if "," in text else "")

    [found] = tables_of(tmp_path / "a.pdf", paint)
    assert found[1:] == [list(r) for r in rows[1:]]


def test_a_table_of_one_row_beside_another(tmp_path: Path) -> None:
    """Its headings stand alone on their line; its figures are level with a row of the other one, and are not that row's."""
    one = (("Område", "Udgifter", "Netto"), ("Kultur", "0,88", "-477,09"))

    def paint(canvas: Canvas) -> None:
        set_rows(canvas, [("Total", "83", "", "-7")], 40, (170, 340, 500), 745)
        set_rows(canvas, ROWS, 40, (170, 230), 700, 18.0)
        set_rows(canvas, [one[0]], 303, (410, 500), 691)
        set_rows(canvas, [one[1]], 303, (410, 500), 682)

    found = tables_of(tmp_path / "a.pdf", paint)
    assert [list(r) for r in one] in found and [list(r) for r in ROWS] in found


def test_a_heading_over_others_that_begin_far_from_their_figures(tmp_path: Path) -> None:
    """Headings at the left end of broad columns, figures at the right one: the upper heading is over the lower ones."""

    def paint(canvas: Canvas) -> None:
        set_lines(canvas, ["Budget 2024"], 254, 712)
        for x, text in ((60, "Tekst"), (250, "Udgifter"), (402, "Netto")):
            set_lines(canvas, [text], x, 700)
        rows = [("Skoler", "42,5", ""), ("Veje", "-783,4", "150,6"), ("Vedligeholdelse af boliger og veje", "3,5", "-850,7")]
        set_rows(canvas, rows, 60, (394, 550), 685)

    [found] = tables_of(tmp_path / "a.pdf", paint)
    assert found[:2] == [["", "Budget 2024", ""], ["Tekst", "Udgifter", "Netto"]]


def test_figures_that_begin_with_their_currency(tmp_path: Path) -> None:
    """The currency is the next figure's, even where it stands nearer to the one before, as in the type of a typewriter."""
    rows = (("Forslag", "2021", "2022", "2023", "2024"), ("Trafik", "kr. 41", "kr. 612", "kr. 100", "kr. 44"),
            ("Bad", "kr. 12", "kr. 386", "kr. 295", "kr. 791"), ("Veje", "kr. 964", "kr. 14", "kr. 883", "kr. 36"))  # fmt: skip
    wide = stringWidth("kr. 100", "Courier", SIZE)

    def paint(canvas: Canvas) -> None:
        canvas.setFont("Courier", SIZE)
        for k, (label, *cells) in enumerate(rows):
            canvas.drawString(60, 700 - 15 * k, label)
            for right, text in zip((200, 270, 274 + wide, 290 + 2 * wide), cells, strict=True):
                canvas.drawRightString(right, 700 - 15 * k, text)

    assert tables_of(tmp_path / "a.pdf", paint) == [[list(r) for r in rows]]


def test_a_dash_below_a_heading_is_no_sign_of_a_figure_below_the_next(tmp_path: Path) -> None:
    """In a table of one row, where no other figure tells; a sign stands below no other heading than that of its figure."""

    def paint(canvas: Canvas) -> None:
        for x, text in ((60, "Område"), (300, "Udgifter"), (376, "Indtægter"), (455, "Netto")):
            set_lines(canvas, [text], x, 700)
        set_rows(canvas, [("Kultur", "–", "0,61", "0,10")], 60, (330, 428, 482), 685)

    [found] = tables_of(tmp_path / "a.pdf", paint)
    assert found[1] == ["Kultur", "–", "0,61", "0,10"]


@pytest.mark.parametrize("rest", ["1. januar", "0-2 år"])
def test_a_label_goes_on_with_a_number_after_a_word_that_ends_none(rest: str, tmp_path: Path) -> None:
    """Beyond a page break too, where nothing follows it."""
    body = [(f"Forslag {'abcdefghijklmnopqrstuvwxyz'[k]}", f"-{100 + k}", f"-{200 + k}") for k in range(26)]

    def paint(canvas: Canvas) -> None:
        set_rows(canvas, [ROWS[0], *body], 60, (300, 380), 560, 18.0)
        canvas.showPage()
        set_rows(canvas, [("heraf", "36", "30"), ("pladser fra", "", ""), (rest, "", "")], 60, (300, 380), 790, 12.0)

    [found] = tables_of(tmp_path / "a.pdf", paint)
    assert found[-1] == [f"heraf pladser fra {rest}", "36", "30"]


def test_labels_with_lines_of_their_own_behind_accounts(tmp_path: Path) -> None:
    """Accounts and figures stand beside the middle of labels of two lines, and no line has both: the labels are a column all the
    same, down to the last line of the last one."""
    rows = (("299737", ("Fritidshjem og klubber", "ferier"), "113,54", "6,04"),
            ("241696", ("Hjemmeplejen syge- og", "sundhedspolitik"), "8,88", "-324,85"),
            ("139986", ("Vikardækning vikardæk-", "ning"), "-863,90", "781,13"))  # fmt: skip

    def paint(canvas: Canvas) -> None:
        set_rows(canvas, [("Konto", "Ramme", "Forbrug")], 52, (345, 487), 720)
        for k, (account, lines, *figures) in enumerate(rows):
            set_lines(canvas, lines, 98, 700 - 31 * k, 12.0)
            set_rows(canvas, [(account, *figures)], 52, (345, 487), 694 - 31 * k)

    [found] = tables_of(tmp_path / "a.pdf", paint)
    labels = ["Fritidshjem og klubber ferier", "Hjemmeplejen syge- og sundhedspolitik", "Vikardækning vikardækning"]
    assert found[1:] == [[account, label, *figures] for (account, _, *figures), label in zip(rows, labels, strict=True)]


def test_a_mark_at_a_figure_that_stands_between_two_lines_of_its_label(tmp_path: Path) -> None:
    """Raised, it stands level with the upper line; it is no figure."""

    def paint(canvas: Canvas) -> None:
        set_rows(canvas, [("Forslag", "2023", "2024"), ("Skoler", "12,5", "10,0")], 60, (260, 320), 700, 18.0)
        set_lines(canvas, ["heraf pladser til børn", "fra andre kommuner"], 60, 664, 11.5)
        set_rows(canvas, [("", "30,1", "-8,3")], 60, (260, 320), 658)
        canvas.setFont(FONT, 6)
        canvas.drawString(320, 662, "2")
        set_rows(canvas, [("Veje", "8,0", "7,1")], 60, (260, 320), 634)

    [found] = tables_of(tmp_path / "a.pdf", paint)
    assert found[2:] == [["heraf pladser til børn fra andre kommuner", "30,1", "-8,3"], ["Veje", "8,0", "7,1"]]


def test_accounts_a_blank_before_labels_of_which_some_are_indented(tmp_path: Path) -> None:
    """A column of their own, because every row begins with as many digits; numbers of which few rows have some are none."""
    rows = (("842519", "Flygtninge", 0, "8,65"), ("917267", "heraf drift", 7, "-21,12"), ("567712", "Egen", 0, "0,00"),
            ("861363", "Kultur", 0, "5,67"), ("826607", "Kørsel", 0, "-1,39"))  # fmt: skip

    def paint(canvas: Canvas) -> None:
        canvas.setFont("Courier", 7)
        for k, (account, label, indent, figure) in enumerate((("Konto", "", 0, "Netto"), *rows)):
            canvas.drawString(50, 700 - 10 * k, account)
            canvas.drawString(50 + stringWidth("842519 ", "Courier", 7) + indent, 700 - 10 * k, label)
            for right in (270, 330):
                canvas.drawRightString(right, 700 - 10 * k, figure)

    [found] = tables_of(tmp_path / "a.pdf", paint)
    assert found[1:] == [[account, label, figure, figure] for account, label, _, figure in rows]


def test_a_sign_set_apart_in_the_one_row_beyond_a_page_break(tmp_path: Path) -> None:
    """Beside a blank cell it is no dash for nothing: the signs of the rows before stand where it does."""
    body = [(f"Forslag {'abcdefghijklmnopqrstuvwxyz'[k]}", "79", "630", str(500 + k)) for k in range(26)]

    def paint(canvas: Canvas) -> None:
        set_rows(canvas, [("", "Udgifter", "Indtægter", "Netto"), *body], 45, (233, 288, 360), 560, 18.0)
        for k in range(2, 26, 3):
            canvas.drawString(297, 560 - 18 * k, "−")
        canvas.showPage()
        set_rows(canvas, [("", "Udgifter", "Indtægter", "Netto"), ("I alt", "847", "", "479")], 45, (233, 288, 360), 790)
        canvas.drawString(297, 775, "−")

    [found] = tables_of(tmp_path / "a.pdf", paint)
    assert found[-1] == ["I alt", "847", "", "− 479"]


def test_figures_in_one_row_that_run_into_each_other_are_parted_by_their_headings(tmp_path: Path) -> None:
    """Where nothing stands above or below: as the headings end and begin. A figure in groups below a heading of two words is one."""
    blank = stringWidth(" ", FONT, SIZE)

    def paint(canvas: Canvas) -> None:
        x = 200.0
        for heading, figure in (("Udgifter", "-15 241"), ("Indtægter", "-1 481"), ("Netto", "8 026 668"), ("Budget 2023", "2 718,7")):
            right = x + stringWidth(heading, FONT, SIZE)
            canvas.drawString(x, 700, heading)
            if figure == "8 026 668":
                canvas.drawString(x, 685, figure)
                right = x + stringWidth(figure, FONT, SIZE) + 10
            else:
                canvas.drawRightString(right, 685, figure)
            x = right + blank * 1.3
        canvas.drawString(60, 700, "Område")
        canvas.drawString(60, 685, "Kultur")

    [found] = tables_of(tmp_path / "a.pdf", paint)
    assert found[1] == ["Kultur", "-15 241", "-1 481", "8 026 668", "2 718,7"]


def test_a_word_beside_a_figure_below_a_heading_of_its_own(tmp_path: Path) -> None:
    """Where the column of figures ends and that of words begins, as their headings do."""
    rows = (("Forslag", "R2023", "Ramme", "Type"), ("Skoler", "75", "76", "Omp."), ("Veje", "170", "171", "AM"),
            ("Brug", "-80", "-87", "Serv."), ("I alt", "165", "160", ""))  # fmt: skip

    def paint(canvas: Canvas) -> None:
        set_rows(canvas, [row[:3] for row in rows], 60, (180, 250))
        set_lines(canvas, [row[3] for row in rows], 250 + 0.4 * SIZE, 700, 15)
        set_lines(canvas, PROSE, 60, 500)  # tells how far apart words are

    assert tables_of(tmp_path / "a.pdf", paint) == [[list(r) for r in rows]]


def test_one_row_to_the_right_of_a_table_with_its_headings_level(tmp_path: Path) -> None:
    """Words and figures that one row alone has, below headings of their own, are another table's."""
    rows = (("", "2024", "2025", "Område", "Udgifter", "Netto"), ("Skoler", "-1.200", "-2.400", "Kultur", "88", "-47"),
            ("Parker", "-600", "700"), ("Veje", "-500", "900"), ("I alt", "-2.300", "-800"))  # fmt: skip

    def paint(canvas: Canvas) -> None:
        for k, row in enumerate(rows):
            set_rows(canvas, [row[:3]], 40, (170, 230), 700 - 16 * k)
            if len(row) > 3:
                set_rows(canvas, [row[3:]], 320, (430, 500), 700 - 16 * k)

    found = tables_of(tmp_path / "a.pdf", paint)
    assert sorted(found) == sorted([[list(r[3:]) for r in rows[:2]], [list(r[:3]) for r in rows]])


@pytest.mark.parametrize("gap", [1.5, 4.0, 6.0])
@pytest.mark.parametrize("nil", ["0", "-", ""])
def test_signs_set_apart_behind_their_digits(gap: float, nil: str, tmp_path: Path) -> None:
    """Each is its own figure's, not the next one's; that they stand behind is told by those of the last column."""
    rows = (("Bereich", "2023", "2024", "2025"), ("Schulen", "1.200-", nil, "1.250-"), ("Bauhof", "450", "460-", nil),
            ("Friedhof", nil, "35-", "36"), ("Summe", "750-", "495-", "1.214-"))  # fmt: skip

    def paint(canvas: Canvas) -> None:
        for k, row in enumerate(rows):
            set_rows(canvas, [(row[0], *(c if k == 0 or len(c) < 2 else c.removesuffix("-") for c in row[1:]))], 60, (230, 290, 350),
                     700 - 15 * k)  # fmt: skip
            for right, cell in zip((230, 290, 350), row[1:], strict=True):
                if k and len(cell) > 1 and cell[-1] == "-":
                    canvas.drawString(right + gap, 700 - 15 * k, "-")

    [found] = tables_of(tmp_path / "a.pdf", paint)
    assert [[c.replace(" ", "") for c in row] for row in found] == [list(r) for r in rows]


def test_a_label_that_ends_in_a_number_beside_a_figure_in_groups(tmp_path: Path) -> None:
    """The blank before the figure is wider than that between its groups."""
    rows = (("Skola", "2024", "2025"), ("Skola 7", "12 345", "13 000"), ("Nordskolan 12", "345 678", "345 900"),
            ("Enhet 44", "99", "-100"), ("Hus 101", "112 000", "113 000"))  # fmt: skip

    def paint(canvas: Canvas) -> None:
        for k, row in enumerate(rows):
            set_rows(canvas, [row], 60, (200, 260), 700 - 15 * k)
        width = stringWidth("345 678", FONT, SIZE)
        canvas.drawRightString(200 - width - 3.5, 700 - 15 * 5, "Norra skolan 12")
        canvas.drawRightString(200, 700 - 15 * 5, "345 678")
        canvas.drawRightString(260, 700 - 15 * 5, "345 900")

    [found] = tables_of(tmp_path / "a.pdf", paint)
    assert found[-1] == ["Norra skolan 12", "345 678", "345 900"]


def test_figures_with_signs_behind_a_blank_apart(tmp_path: Path) -> None:
    """As a listing sets them in the type of a typewriter: a sign ends its figure."""
    rows = (("Konto", "R 2023", "B 2024", "B 2025"), ("Skoler", "1.234-", "12.345", "99-"), ("SFO", "12.000", "3.400-", "1.234.000"),
            ("I alt", "10.766", "8.945", "1.233.901"))  # fmt: skip

    def paint(canvas: Canvas) -> None:
        canvas.setFont("Courier", 8)
        for k, row in enumerate(rows):
            text = f"{row[0]:<8}" + "".join(f"{c:>10}" for c in row[1:])
            canvas.drawString(60, 700 - 11 * k, text)

    [found] = tables_of(tmp_path / "a.pdf", paint)
    assert found[1:] == [list(r) for r in rows[1:]]


@pytest.mark.parametrize("gap", [0, 8])
def test_the_heading_of_a_table_right_below_another_is_no_row_of_that(gap: int, tmp_path: Path) -> None:
    first = (("Område", "Udgift", "Netto"), ("Skole", "1.101", "301"), ("Veje", "1.108", "302"), ("I alt", "2.209", "603"))
    second = (("Anlæg", "Ramme", "Rest"), ("Hal", "2.101", "302"), ("Bro", "2.108", "303"), ("I alt", "4.209", "605"))

    def paint(canvas: Canvas) -> None:
        set_rows(canvas, first, 60, (230, 300), 700, 13)
        set_rows(canvas, second, 60, (230, 300), 700 - 4 * 13 - gap, 13)

    assert tables_of(tmp_path / "a.pdf", paint) == [[list(r) for r in first], [list(r) for r in second]]


def test_the_heading_of_a_table_beyond_a_page_break_goes_on_with_no_label(tmp_path: Path) -> None:
    """Though it begins as one that goes on does: words over figures are no part of their row."""
    body = [(f"Sted {'abcdefghijklmnopqrstuvwxyz'[k]}", f"1.1{k:02}", f"{300 + k}") for k in range(26)]
    first = [("mio. kr.", "Udgift", "Netto"), *body]
    second = (("mio. kr.", "Ramme", "Rest"), ("Hal", "2.101", "302"), ("Bro", "2.108", "303"), ("I alt", "4.209", "605"))

    def paint(canvas: Canvas) -> None:
        set_rows(canvas, first, 60, (230, 300), 560, 18.0)
        canvas.showPage()
        set_rows(canvas, second, 60, (230, 300), 770)

    assert tables_of(tmp_path / "a.pdf", paint) == [[list(r) for r in first], [list(r) for r in second]]


@pytest.mark.parametrize(("headings", "unit"), [(("Budget kr.", "Regnskab kr."), "kr."), (("Ændring pct.", "Andel pct."), "pct.")])
def test_a_unit_in_the_cell_and_in_its_heading(headings: tuple[str, str], unit: str, tmp_path: Path) -> None:
    """The figure and its unit are one cell, though both end where a word of the heading does."""
    rows = (("Område", *headings), ("Skoler", f"1.200 {unit}", f"3.400 {unit}"), ("Veje", f"210 {unit}", f"80 {unit}"))
    assert tables_of(tmp_path / "a.pdf", lambda c: set_rows(c, rows, 60, (230, 330))) == [[list(r) for r in rows]]


def test_amounts_before_the_labels_of_a_second_table_are_no_accounts_of_it(tmp_path: Path) -> None:
    """However many digits each has: they are nearer to the column before them than to those labels, or as near."""
    left = (("Område", "2024", "2025"), ("Skoler", "120", "340"), ("Veje", "230", "560"), ("Parker", "310", "410"),
            ("Bad", "640", "220"))  # fmt: skip
    right = (("Formål", "Drift"), ("Ældre", "1.120"), ("Børn", "2.230"), ("Kultur", "1.310"), ("Miljø", "1.640"))

    def paint(canvas: Canvas) -> None:
        set_rows(canvas, left, 40, (150, 190))
        set_rows(canvas, right, 260, (420,))

    assert sorted(tables_of(tmp_path / "a.pdf", paint)) == sorted([[list(r) for r in left], [list(r) for r in right]])


def test_years_that_begin_labels_are_no_accounts(tmp_path: Path) -> None:
    rows = (("År", "Drift", "Netto"), *((f"{2021 + k} regnskab", f"{100 + k}", f"{90 + k}") for k in range(5)))
    assert tables_of(tmp_path / "a.pdf", lambda c: set_rows(c, rows, 60, (230, 300))) == [[list(r) for r in rows]]


def test_running_text_in_two_columns_above_a_table_heads_no_column(tmp_path: Path) -> None:
    """Though the second column stands over figures, and the caption between them is near to both."""

    def paint(canvas: Canvas) -> None:
        text = ["Byrådet vedtog i foråret, at driften skal tilpasses de", "næste tre. Haller og veje følges op hvert kvartal."]
        set_lines(canvas, text, 60, 742)
        set_lines(canvas, ["Hvor målet ikke", "nås. Der er mere."], 330, 742)
        set_lines(canvas, ["Samling (i mio. kr.)"], 60, 716)
        for x, text in ((360, "2024"), (450, "2025")):
            canvas.drawRightString(x, 704, "Budget")
            canvas.drawRightString(x, 692, text)
        set_rows(canvas, [("Skoler", "98", "-7"), ("Veje", "358", "12"), ("I alt", "456", "5")], 60, (360, 450), 677)

    [found] = tables_of(tmp_path / "a.pdf", paint)
    assert found == [["Samling (i mio. kr.)", "", ""], ["", "Budget", "Budget"], ["", "2024", "2025"], ["Skoler", "98", "-7"],
                     ["Veje", "358", "12"], ["I alt", "456", "5"]]  # fmt: skip


def test_of_two_dashes_side_by_side_the_second_is_a_sign(tmp_path: Path) -> None:
    """In columns set tight the dash for nothing stands as near to the next sign as two words do."""
    rows = (("Område", "2027", "2028", "2029"), ("Idræt", "1,5", "937,1", "- 562,4"), ("Tilskud", "4,6", "97,9", "9,7"),
            ("Opgaver", "10,9", "-", "- 8,7"), ("I alt", "17,0", "1.035,0", "- 561,4"))  # fmt: skip

    def paint(canvas: Canvas) -> None:
        for k, row in enumerate(rows):
            set_rows(canvas, [(row[0], *(c.removeprefix("- ") for c in row[1:]))], 60, (230, 300, 342), 700 - 15 * k)
            if row[3].startswith("- "):
                canvas.drawString(304, 700 - 15 * k, "-")

    assert tables_of(tmp_path / "a.pdf", paint) == [[list(r) for r in rows]]


def test_words_where_figures_might_be_in_a_column_without_any(tmp_path: Path) -> None:
    """They stand below their heading, and are no part of the label."""
    rows = (("Konto", "", "Ramme", "Forbrug", "Rest"), ("348569", "Tilskud", "ikke relevant", "0,070", "-0,011"),
            ("650322", "Velfærdsteknologi", "", "-0,346", "0,158"), ("220190", "I alt", "", "-0,276", "0,147"))  # fmt: skip

    def paint(canvas: Canvas) -> None:
        for k, (account, *rest) in enumerate(rows):
            canvas.drawString(50, 700 - 15 * k, account)
            set_rows(canvas, [rest], 100, (330, 400, 470), 700 - 15 * k)

    assert tables_of(tmp_path / "a.pdf", paint) == [[list(r) for r in rows]]


def test_a_row_of_an_account_and_words_alone_is_one_of_its_table(tmp_path: Path) -> None:
    """Below it come the heading of a section and further rows: nothing begins anew."""
    rows = (("491534", "Børn", "-98"), ("352419", "Bestyrelse", "-358"), ("886172", "Kultur", "ikke relevant"), ("", "Ældre", ""),
            ("105313", "Hjemmepleje", "-791"), ("254804", "Plejehjem", "78"))  # fmt: skip

    def paint(canvas: Canvas) -> None:
        for k, (account, label, figure) in enumerate((("Konto", "", "Budget"), *rows)):
            canvas.setFont(FONT if account else "Helvetica-Bold", SIZE)
            canvas.drawString(120, 700 - 14 * k, label)
            canvas.setFont(FONT, SIZE)
            canvas.drawString(50, 700 - 14 * k, account)
            canvas.drawRightString(400, 700 - 14 * k, figure)

    [found] = tables_of(tmp_path / "a.pdf", paint)
    assert found[1:] == [list(r) for r in rows]


def test_notes_beside_a_table_end_above_the_next_one(tmp_path: Path) -> None:
    """Its labels and its figures stand left and right of where the notes end: it is whole."""
    notes = ("Kort fortalt", "Der spares i alt", "en del frem til", "2028, og alle", "beløb er i hele", "kroner.")
    below = (("Forslag", "2026", "2027"), ("Nattevagt", "-746", "948"), ("Madordning", "45", "-73"), ("I alt", "-701", "875"))
    rows = (ROWS[0], ("Ældre og omsorg", "-12.200", "-400"), ("Børn og unge", "15", "25"), *ROWS[1:])

    def paint(canvas: Canvas) -> None:
        set_lines(canvas, notes, 50, 724, 11.3, 8)
        set_rows(canvas, rows, 160, (330, 390))
        set_rows(canvas, below, 50, (330, 390), 590)

    assert tables_of(tmp_path / "a.pdf", paint) == [[list(r) for r in rows], [list(r) for r in below]]


def test_a_heading_of_more_lines_than_the_others_stands_over_its_own_column(tmp_path: Path) -> None:
    """Its first line ends where its column does, and is said of no other."""
    lines = ((400.0, "2025/26"), ), ((280.0, "2024/25 Net"), (340.0, "2025/26 Net"), (400.0, "Gross"), (460.0, "Change"))

    def paint(canvas: Canvas) -> None:
        for k, line in enumerate(lines):
            for x, text in line:
                canvas.drawRightString(x, 726 - 11 * k, text)
        set_rows(canvas, (("Care", "48.215", "26.480", "50.112", "1.897"), ("Roads", "6.384", "3.071", "6.290", "-94")), 60,
                 (280, 340, 400, 460), 700)  # fmt: skip

    [found] = tables_of(tmp_path / "a.pdf", paint)
    assert found[:2] == [["", "", "", "2025/26", ""], ["", "2024/25 Net", "2025/26 Net", "Gross", "Change"]]


def test_a_number_at_the_end_of_a_line_of_a_heading(tmp_path: Path) -> None:
    """It ends where the figures below it do, and is no heading by itself: `Actual to 30` over `Sept`."""
    heads = (("Revised", "Actual to 30", "Full-year", ""), ("Budget", "Sept", "Forecast", "Variance"))

    def paint(canvas: Canvas) -> None:
        for k, line in enumerate(heads):
            for x, text in zip((280, 340, 400, 460), line, strict=True):
                canvas.drawRightString(x, 726 - 11 * k, text)
        set_rows(canvas, (("Care", "48.215", "26.480", "50.112", "1.897"), ("Roads", "6.384", "3.071", "6.290", "-94")), 60,
                 (280, 340, 400, 460), 700)  # fmt: skip

    [found] = tables_of(tmp_path / "a.pdf", paint)
    assert found[:2] == [["", *line] for line in heads]
