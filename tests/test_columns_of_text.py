"""Running text set in columns is read down each column; page numbers stand by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from pipeline.parse.columns import in_columns
from pipeline.read import read_pages
from pipeline.rules import RuleSet
from tests.documents import Sheet
from tests.test_checks import read

LEFT = (
    "Kommunen har i de seneste år brugt flere", "penge på området end forventet, og der er",
    "behov for at spare. Rammen er i alt på 12", "mio. kr. i 2025. Herudover forventes det at",
    "udgifterne til dagtilbud falder med ca. 3,5", "mio. kr. fra 2026.",
)  # fmt: skip
RIGHT = (
    "Den nye skole koster 140 mio. kr. og den", "mio. projekter er udskudt, men driften på",
    "området er fastholdt helt uændret. Der er", "kr. 2.500 pr. elev. Det er således uændret.",
    "mio. kr. mangler stadig, siger forvaltningen,", "som har 75.000 kr. til tilskud.",
)  # fmt: skip


def set_columns(canvas: Canvas, columns: Sequence[Sequence[str]], lefts: Sequence[float], offset: float = 0.0) -> None:
    for n, (own, x) in enumerate(zip(columns, lefts, strict=True)):
        for k, line in enumerate(own):
            canvas.drawString(x, 700 - 13 * k - n * offset, line)


def order(path: Path, columns: Sequence[Sequence[str]], lefts: Sequence[float], offset: float = 0.0) -> list[str]:
    canvas = Canvas(str(path), pagesize=(595, 842))
    canvas.setFont("Helvetica", 9)
    canvas.drawString(lefts[0], 770, "En overskrift over begge spalter, som går fra den ene side af papiret til den anden side")
    set_columns(canvas, columns, lefts, offset)
    canvas.drawString(lefts[0], 560, "Teksten under spalterne går igen fra den ene side af papiret til den anden side af det")
    canvas.save()
    [page] = read_pages(path)
    return [part.of(page).text for part in in_columns(page, range(len(page.lines)))][1:-1]


@pytest.mark.parametrize("offset", [0.0, 5.0])
def test_columns_are_read_one_after_the_other(offset: float, tmp_path: Path) -> None:
    """On one baseline or on two; what stands above and below them stays there."""
    assert order(tmp_path / "a.pdf", (LEFT, RIGHT), (60, 320), offset) == [*LEFT, *RIGHT]


def test_three_columns(tmp_path: Path) -> None:
    short = [tuple(line[:26] for line in own) for own in (LEFT, RIGHT, LEFT)]
    assert order(tmp_path / "a.pdf", short, (60, 230, 400)) == [line.strip() for own in short for line in own]


def test_labels_and_their_values_are_no_columns(tmp_path: Path) -> None:
    """What stands beside a label belongs to it."""
    labels, values = ("Forvaltning", "Sektor", "Dato", "Sagsnummer og titel", "Kontakt"), ("Børn og Unge",) * 5
    rows = [f"{a} {b}" for a, b in zip(labels, values, strict=True)]
    assert order(tmp_path / "a.pdf", (labels, values), (60, 320)) == rows


def test_a_form_is_no_text_in_columns(tmp_path: Path) -> None:
    """Be its labels and its values as broad as columns: none goes on with a sentence."""
    labels = ("Ansvarlig forvaltning i kommunen", "Samlet udgift til anlæg i alt", "Heraf finansieret af staten",
              "Udgift til drift om året", "Forventet år for ibrugtagning")  # fmt: skip
    values = ("Teknik og Miljø i Prøveby Kommune", "140 mio. kr. over fire år i alt", "35 mio. kr. efter ansøgning",
              "4,5 mio. kr. fra det år", "Anden halvdel af det år, 2028")  # fmt: skip
    rows = [f"{a} {b}" for a, b in zip(labels, values, strict=True)]
    assert order(tmp_path / "a.pdf", (labels, values), (60, 320)) == rows


def test_a_right_column_that_begins_above_the_left(tmp_path: Path) -> None:
    assert order(tmp_path / "a.pdf", (LEFT, RIGHT), (60, 320), -26.0) == [*LEFT, *RIGHT]


def test_amounts_of_text_in_columns(rules: RuleSet, tmp_path: Path) -> None:
    """No amount is made of the end of one column's line and the beginning of the other's, and none is lost between two lines."""
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.line("OMPRIORITERINGSKATALOG", "Børn og Unge (BU) i Prøveby Kommune har gennemgået sine områder.")
    sheet.page()
    sheet.line("Omprioriteringstiltag 2025-2028      Tema 1A, BFU-1", "Forslag nummer 1")
    sheet.line("Beskrivelse af tiltaget, herunder ændring i værdi for borgerne")
    sheet.canvas.setFont("Helvetica", 9)
    set_columns(sheet.canvas, (LEFT, RIGHT), (60, 320))
    found = read(sheet.save(), rules).extraction
    assert [a.printed for a in found.amounts] == ["12 mio.", "3,5 mio.", "140 mio.", "kr. 2.500", "75.000 kr."]


def test_a_page_number_is_no_part_of_the_text_around_it(rules: RuleSet, tmp_path: Path) -> None:
    """A sentence goes on over the page as if it did not stand between."""
    sheet = Sheet(tmp_path / "a.pdf")
    sheet.line("OMPRIORITERINGSKATALOG", "Børn og Unge (BU) i Prøveby Kommune har gennemgået sine områder.")
    sheet.y = 740.0
    sheet.line("Der spares på alle områder, og rammen falder derfor i de kommende år med i alt 12")
    sheet.y = 815.0
    sheet.line("1", x=300)
    sheet.page()
    sheet.line("mio. kr. Der er ikke andre ændringer.")
    sheet.y = 815.0
    sheet.line("2", x=300)
    found = read(sheet.save(), rules).extraction
    assert [a.printed for a in found.amounts] == ["12 mio."]
    assert [(t.text, t.status) for t in found.tokens if t.text in ("1", "2")] == [("1", "page_number"), ("2", "page_number")]
