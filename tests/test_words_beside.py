"""Columns of words beside the labels, set at the top, the middle or the foot of their rows: each text in its row, no label cut."""

from __future__ import annotations

from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from benchmarks.words_beside import PLACES, Content, Setting, expected, read
from pipeline.tables.texts import Extent, Level, Text, level_texts
from tests.painted import set_rows, tables_of

CONTENT = Content(
    labels=(("Omlægning af", "nattevagt"), ("Tilskud til private", "foreninger i hele", "kommunen"), ("Færre vikarer",),
            ("Sammenlægning af", "rengøring og pedeller på", "skoler"), ("Ny takst",), ("Energirenovering",)),
    remarks=(("Aftalt med de faglige", "organisationer i maj og", "gælder fra januar."), ("Foreningerne er hørt.",),
             ("Kræver ændret", "vagtplan, og effekten", "indtræder først efter en", "indkøring på et halvt år."), ("Se bilag 3.",),
             ("Brugerbetaling", "stiger tilsvarende."), ("Finansieres af", "anlægspuljen over fire", "år.")),
    figures=(("-2.651", "-1.146"), ("-2.928", "-2.770"), ("-218", "-2.007"), ("-2.758", "-312"), ("-563", "-1.622"),
             ("-1.109", "-1.659")),
    groups=(("Ældre og", "handicap"), ("Børn, unge og", "familier i udsatte", "positioner"), ("Kultur",)),
)  # fmt: skip


@pytest.mark.parametrize("pad", [0.0, 3.0])
@pytest.mark.parametrize("place", sorted(PLACES))
@pytest.mark.parametrize(("grouped", "remarked"), [(False, True), (True, False), (True, True)])
def test_texts_beside_labels_that_wrap(place: str, pad: float, grouped: bool, remarked: bool, tmp_path: Path) -> None:
    """Whatever lines they share with the rows above and below: labels, figures and remarks of a row stand in it, whole."""
    setting = Setting(place, pad, grouped, remarked)
    [table] = read(CONTENT, setting, tmp_path / "a.pdf")
    heading, *rows = table
    assert heading == ["Område"] * grouped + ["Forslag", "2025", "2026"] + ["Bemærkning"] * remarked
    assert [row[grouped:] for row in rows] == expected(CONTENT, setting)


@pytest.mark.parametrize("remarked", [False, True])
def test_the_name_of_a_group_reaches_over_its_rows(remarked: bool, tmp_path: Path) -> None:
    """Set level with the middle of some rows, it is the name of each of them, as in a cell that spans them."""
    [table] = read(CONTENT, Setting("middle", 3.0, True, remarked), tmp_path / "a.pdf")
    assert [row[0] for row in table[1:]] == [" ".join(CONTENT.groups[k // 2]) for k in range(len(CONTENT.labels))]


@pytest.mark.parametrize("sizes", [(1, 4, 3), (3, 4, 3), (2, 4, 2), (2, 2, 2)])
def test_groups_of_any_size_above_a_total(sizes: tuple[int, ...], tmp_path: Path) -> None:
    """A name reaches over its own rows alone, whatever else its middle would be the middle of; the total is of no group."""
    groups = [(name, n) for name, n in zip(("Ældre", "Børn", "Kultur"), sizes, strict=True)]
    rows = [("Område", "Forslag", "2025", "2026"),
            *((name, f"Om {name} {word}", f"-10{k}", f"-20{k}") for name, n in groups for k, word in enumerate("abcd"[:n])),
            ("", "I alt", "-900", "-1.800")]  # fmt: skip

    def put(canvas: Canvas) -> None:
        for k, (_, *cells) in enumerate(rows):
            set_rows(canvas, [cells], 130, (300, 360), 700 - 15 * k)
        canvas.drawString(40, 700, "Område")
        y = 685.0
        for name, n in groups:
            canvas.drawString(40, y - 15 * (n - 1) / 2, name)
            y -= 15 * n

    assert tables_of(tmp_path / "a.pdf", put) == [[list(row) for row in rows]]


def test_remarks_of_two_parts_on_a_line(tmp_path: Path) -> None:
    """Words set far apart in a line of a text are of that line: the others join it as they would without."""
    lines = [Text(100.0, 9.0, "Aftalt med parter"), Text(113.0, 9.0, "og gælder"), Text(140.0, 9.0, "Ingen")]
    assert level_texts(lines, [Extent(100.0, 100.0), Extent(140.0, 140.0)], grouping=False) == [Level(0, 2, 0, 1), Level(2, 3, 1, 2)]
    assert level_texts([], [Extent(1.0, 1.0)], grouping=True) is None and level_texts(lines, [], grouping=True) is None
