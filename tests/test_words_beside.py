"""Columns of words beside the labels, set at the top, the middle or the foot of their rows: each text in its row, no label cut."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.words_beside import PLACES, Content, Setting, expected, read

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
