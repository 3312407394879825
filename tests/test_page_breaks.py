"""Tables that go on: below the heading of a section at the foot of a page, and past rows whose figures are words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

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
