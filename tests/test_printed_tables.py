"""Tables as budgets print them: a mark across them, dots, labels above their figures, rows that a page break parts."""

from __future__ import annotations

from pathlib import Path

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

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
