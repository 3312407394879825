"""Words and numbers for people: Danish amounts, honest shares, columns that fit."""

from __future__ import annotations

from decimal import Decimal

import pytest
from click import unstyle

from pipeline.commands.table import as_csv, as_json
from pipeline.commands.workspace import fitting
from pipeline.present.grid import grid
from pipeline.present.text import danish, money, paragraph, plain, share


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (Decimal("1450000.00"), "1.450.000"), (Decimal("-0.5"), "-0,5"), (Decimal("1234.50"), "1.234,5"), (0, "0"),
        (Decimal("1E+6"), "1.000.000"), (999, "999"),
    ],
)  # fmt: skip
def test_danish_numbers(value: Decimal, wanted: str) -> None:
    assert danish(value) == wanted


def test_money_has_its_currency() -> None:
    assert money(Decimal(1450000)) == "1.450.000 kr."
    assert money(Decimal(5), "EUR") == "5 EUR"


@pytest.mark.parametrize(
    ("part", "whole", "wanted"),
    [(1, 2, "50 %"), (2, 2, "100 %"), (9999, 10000, ">99 %"), (1, 10000, "<1 %"), (0, 5, "0 %"), (0, 0, "–")],
)
def test_a_share_never_claims_all_of_less_than_all(part: int, whole: int, wanted: str) -> None:
    assert share(part, whole) == wanted


def test_text_from_a_document_cannot_steer_the_terminal() -> None:
    assert plain("a\x1b[31m\nb\u202ec\x9bd") == "a�[31m b�c�d"


def test_paragraphs_are_wrapped_only_for_a_terminal() -> None:
    text = "word " * 40
    assert len(list(paragraph(text.strip(), None))) == 1
    lines = list(paragraph(text.strip(), 50, "   "))
    assert len(lines) > 1
    assert all(len(x) <= 50 and x.startswith("   word") for x in lines)


ROWS = [["first", 1, "some words that may be wrapped if they must"], ["second", 1000, "a few more words"]]


@pytest.mark.parametrize("width", [None, 140, 80, 45, 30, 10])
def test_no_cell_is_ever_cut_off(width: int | None) -> None:
    """Whatever the width, every word is there; the lines fit unless there is no room for them at all."""
    lines = [unstyle(x) for x in grid(["name", "n", "text"], ROWS, width, right={1})]
    told = " ".join(lines).split()
    for row in ROWS:
        for cell in row:
            assert set(str(cell).split()) <= set(told)
    if width and width >= 30:
        assert all(len(x) <= width for x in lines)


def test_numbers_stand_right() -> None:
    lines = [unstyle(x) for x in grid(["n", "x"], [[5, "a"], [1234, "b"]], right={0})]
    assert lines == ["   n  x", "   5  a", "1234  b"]


def test_the_first_column_takes_a_line_of_its_own_where_there_is_no_room() -> None:
    lines = grid(["document", "n"], [["a-very-long-name-of-a-document", 7]], 25, right={1}, lead=True)
    assert [unstyle(x) for x in lines] == ["document", "  n", "a-very-long-name-of-a-document", "  7"]


def test_exact_numbers_stay_exact_in_data() -> None:
    values = [Decimal("2400000.00"), Decimal("0.1"), Decimal("12345678901234567.89"), None, True, [1, 2], float("nan")]
    columns = [f"c{k}" for k in range(len(values))]
    _, line, _ = as_json(columns, [values])
    assert '"c0": 2400000, "c1": 0.1, "c2": "12345678901234567.89", "c3": null, "c4": true' in line
    assert '"c6": null' in line
    assert list(as_csv(["a", "b"], [[Decimal("1E+3"), 'say "x", y']])) == ["a,b", '1000,"say ""x"", y"']


def test_names_of_documents() -> None:
    """The same name first, then an end, then a part; several of a kind are all given."""
    ids = ["a/2024/memo", "b/2024/memo", "memo", "a/2024/long-memo"]
    assert fitting("memo", ids) == ["memo"]
    assert fitting("a/2024/memo", ids) == ["a/2024/memo"]
    assert fitting("2024/memo", ids) == ["a/2024/memo", "b/2024/memo"]
    assert fitting("LONG", ids) == ["a/2024/long-memo"]
    assert fitting("/home/x/raw/a/2024/memo.pdf", ids) == ["a/2024/memo"]
    assert fitting("nothing", ids) == []
