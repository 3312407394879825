"""Tables as budgets print them: a mark across them, dots, labels above their figures, rows that a page break parts."""

from __future__ import annotations

from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from pipeline.read import read_pages
from tests.painted import set_lines, set_rows, tables_of

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
