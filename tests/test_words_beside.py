"""Columns of words beside the labels, set at the top, the middle or the foot of their rows: each text in its row, no label cut."""

from __future__ import annotations

from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from tests.painted import tables_of

SIZE, PITCH = 9, 13.5
LABELS = (("Omlægning af", "nattevagt"), ("Tilskud til private", "foreninger i hele", "kommunen"), ("Færre vikarer",),
          ("Sammenlægning af", "rengøring og pedeller på", "skoler"), ("Ny takst",), ("Energirenovering",))  # fmt: skip
REMARKS = (("Aftalt med de faglige", "organisationer i maj og", "gælder fra januar."), ("Foreningerne er hørt.",),
           ("Kræver ændret", "vagtplan, og effekten", "indtræder først efter en", "indkøring på et halvt år."), ("Se bilag 3.",),
           ("Brugerbetaling", "stiger tilsvarende."), ("Finansieres af", "anlægspuljen over fire", "år."))  # fmt: skip
GROUPS = (("Ældre og", "handicap"), ("Børn, unge og", "familier i udsatte", "positioner"), ("Kultur",))
FIGURES = (("-2.651", "-1.146"), ("-2.928", "-2.770"), ("-218", "-2.007"), ("-2.758", "-312"), ("-563", "-1.622"),
           ("-1.109", "-1.659"))  # fmt: skip
SHARE = {"top": 0.0, "middle": 0.5, "bottom": 1.0}  # of the room in a cell, above what stands in it


def _set(canvas: Canvas, x: float, lines: tuple[str, ...], top: float, height: float, place: str) -> None:
    """Lines in a cell of some height, from `top` (points from the foot of the page) down."""
    y = top - SHARE[place] * (height - len(lines) * PITCH) - SIZE
    for k, line in enumerate(lines):
        canvas.drawString(x, y - k * PITCH, line)


def _paint(canvas: Canvas, place: str, pad: float, grouped: bool, remarked: bool) -> None:
    canvas.setFont("Helvetica", SIZE)
    top = 740.0
    left = 150 if grouped else 40
    heads = [(40, "Område")] * grouped + [(left, "Forslag")] + [(420, "Bemærkning")] * remarked
    for x, text in heads:
        canvas.drawString(x, top - SIZE, text)
    for x, text in ((330, "2025"), (390, "2026")):
        canvas.drawRightString(x, top - SIZE, text)
    top -= PITCH + 2 * pad
    heights = [max(len(label), len(remark) if remarked else 1) * PITCH for label, remark in zip(LABELS, REMARKS, strict=True)]
    for k, (label, remark, figures) in enumerate(zip(LABELS, REMARKS, FIGURES, strict=True)):
        _set(canvas, left, label, top - pad, heights[k], place)
        for x, text in zip((330, 390), figures, strict=True):
            canvas.drawRightString(x, top - pad - SHARE[place] * (heights[k] - PITCH) - SIZE, text)
        if remarked:
            _set(canvas, 420, remark, top - pad, heights[k], place)
        if grouped and k % 2 == 0:
            _set(canvas, 40, GROUPS[k // 2], top - pad, heights[k] + heights[k + 1] + 2 * pad, place)
        top -= heights[k] + 2 * pad


@pytest.mark.parametrize("pad", [0.0, 3.0])
@pytest.mark.parametrize("place", ["top", "middle", "bottom"])
@pytest.mark.parametrize(("grouped", "remarked"), [(False, True), (True, False), (True, True)])
def test_texts_beside_labels_that_wrap(place: str, pad: float, grouped: bool, remarked: bool, tmp_path: Path) -> None:
    """Whatever lines they share with the rows above and below: labels, figures and remarks of a row stand in it, whole."""
    [table] = tables_of(tmp_path / "a.pdf", lambda canvas: _paint(canvas, place, pad, grouped, remarked))
    heading, *rows = table
    assert heading == ["Område"] * grouped + ["Forslag", "2025", "2026"] + ["Bemærkning"] * remarked
    expected = [[" ".join(label), *figures] + [" ".join(remark)] * remarked
                for label, figures, remark in zip(LABELS, FIGURES, REMARKS, strict=True)]  # fmt: skip
    assert [row[grouped:] for row in rows] == expected


@pytest.mark.parametrize("remarked", [False, True])
def test_the_name_of_a_group_reaches_over_its_rows(remarked: bool, tmp_path: Path) -> None:
    """Set level with the middle of some rows, it is the name of each of them, as in a cell that spans them."""
    [table] = tables_of(tmp_path / "a.pdf", lambda canvas: _paint(canvas, "middle", 3.0, True, remarked))
    assert [row[0] for row in table[1:]] == [" ".join(GROUPS[k // 2]) for k in range(len(LABELS))]
