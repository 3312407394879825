"""Printed numbers: what is written in Danish reads back exactly, and what is no number is none."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.model import Reading
from pipeline.numbers import BLANKS, DASHES, MINUS, Locale, parse

ENGLISH = Locale(decimal=".", group=",")
MARKS = ("", ".", *BLANKS)  # what may group thousands in Danish
SIGNS = ("{}", "+{}", "({})", "( {} )", *(f"{m}{{}}" for m in MINUS), *(f"{m} {{}}" for m in MINUS), *(f"{{}}{m}" for m in MINUS))
AFTER = ("", "%", " %", " pct.", " procent")


def grouped(digits: str, mark: str) -> str:
    """`1234567` -> `1.234.567`"""
    head = len(digits) % 3 or 3
    return mark.join([digits[:head], *(digits[k : k + 3] for k in range(head, len(digits), 3))])


def sign_of(style: str) -> int:
    return -1 if "(" in style or set(style) & set(MINUS) else 1


whole = st.integers(0, 10**15)
decimals = st.text("0123456789", min_size=1, max_size=6)


@given(whole, st.sampled_from(MARKS), st.sampled_from(SIGNS), st.sampled_from(AFTER))
def test_an_integer_reads_back_exactly_whatever_its_sign_and_grouping(n: int, mark: str, style: str, after: str) -> None:
    """One reading, the value to the last digit, a quantum of one, and it is canonical."""
    number = parse(style.format(grouped(str(n), mark)) + after)
    assert number is not None
    assert number.readings == (Reading(Decimal(sign_of(style) * n), Decimal(1)),)
    assert number.canonical and number.percent == bool(after) and not number.nil


@given(whole, decimals, st.sampled_from(MARKS), st.sampled_from(SIGNS))
def test_a_decimal_reads_back_exactly_with_the_value_of_its_last_digit(n: int, tail: str, mark: str, style: str) -> None:
    """The first reading is the Danish one; a second exists only where three decimals might be a group of thousands."""
    number = parse(style.format(f"{grouped(str(n), mark)},{tail}"))
    assert number is not None
    danish = Reading(Decimal(f"{n}.{tail}") * sign_of(style), Decimal(1).scaleb(-len(tail)))
    assert number.readings[0] == danish and str(number.readings[0].value.copy_abs()) == f"{n}.{tail}"
    grouping = bool(mark) and n >= 1000
    might_be_thousands = len(tail) == 3 and 0 < n < 1000 and not grouping
    rest = (Reading(Decimal(sign_of(style) * int(f"{n}{tail}")), Decimal(1)),) if might_be_thousands else ()
    assert number.readings[1:] == rest


@given(whole, decimals, st.sampled_from(["'", "’"]))
def test_thousands_grouped_in_a_foreign_way_are_read_and_told(n: int, tail: str, mark: str) -> None:
    """`1,234,567`, `1,234.50` and `1'600` can mean one thing only, but nobody writes so in Danish."""
    text = grouped(str(n), ",")
    if n >= 10**6:
        number = parse(text)
        assert number is not None and number.readings == (Reading(Decimal(n), Decimal(1)),) and not number.canonical
    if n >= 1000:
        swiss = parse(grouped(str(n), mark))
        assert swiss is not None and swiss.readings == (Reading(Decimal(n), Decimal(1)),) and not swiss.canonical
        english = parse(f"{text}.{tail}")
        if len(tail) != 3:  # else the point would be a group of thousands, and the comma nothing
            assert english is not None and english.value == Decimal(f"{n}.{tail}") and not english.canonical


@given(whole, decimals, st.sampled_from(["", ","]))
def test_another_locale_swaps_the_marks(n: int, tail: str, mark: str) -> None:
    """What Danish writes `1.234,5`, English writes `1,234.5`: the same number, and canonical in its own locale."""
    ours, theirs = parse(f"{grouped(str(n), '.' if mark else '')},{tail}"), parse(f"{grouped(str(n), mark)}.{tail}", ENGLISH)
    assert ours is not None and theirs is not None
    assert (ours.readings, ours.canonical) == (theirs.readings, theirs.canonical)


@pytest.mark.parametrize(
    ("text", "values", "canonical"),
    [
        ("12,000", ["12.000", "12000"], True),
        ("-12,000", ["-12.000", "-12000"], True),
        ("(1,250)", ["-1.250", "-1250"], True),
        ("0,123", ["0.123"], True),  # no thousands begin with a nought
        ("1.234,567", ["1234.567"], True),  # the point already groups
        ("0.600", ["0.600", "600"], False),
        ("13.59", ["13.59"], False),  # a point for decimals
        ("-1.600", ["-1600"], True),
        ("007", ["7"], False),
        ("22,9 %", ["22.9"], True),
        ("(22,9 %)", ["-22.9"], True),
        ("(22,9) %", ["-22.9"], True),
        ("0.123.456", ["123456"], False),
        ("0 123 456", ["123456"], False),
        ("5 kr.", ["5"], True),
        ("kr. -1.600", ["-1600"], True),
        ("€ 12,50", ["12.50"], True),
        ("100,-", ["100"], True),
    ],
)
def test_readings_of_what_documents_print(text: str, values: list[str], canonical: bool) -> None:
    """Both readings where a string allows two, the one that Danish prescribes first."""
    number = parse(text)
    assert number is not None
    assert [str(r.value) for r in number.readings] == values
    assert (number.canonical, number.ambiguous, number.printed) == (canonical, len(values) > 1, text)


@pytest.mark.parametrize("dash", [*DASHES, "--", " – "])
def test_a_lone_dash_is_nil(dash: str) -> None:
    number = parse(dash)
    assert number is not None and number.nil and number.readings == (Reading(Decimal(0), Decimal(1)),)


@pytest.mark.parametrize(
    "text",
    ["", " ", "abc", "Ja", "12a", "a12", "1.2.3", "1.23.456", "12 34", "1..000", "1.000.00", "1,2,3", "1,000,00", ",5",
     "5,", ".", ",", "1,2.3,4", "2024-2027", "1/2", "1:2", "5 børn", "(5", "5)", "(-5)", "-5-", "+-5", "--5", "- -", "---", "+",
     "()", "%", "1.000 2.000", "1.600\n1.600", "1 000.000", "12²", "½", "¹", "五", "0x10", "1e5", "1_000", "nan", "inf", "٣", "١.٢٣٤"],
)  # fmt: skip
def test_what_is_no_number_gives_none(text: str) -> None:
    assert parse(text) is None


@given(st.one_of(st.text(), st.text(f"0123456789.,'’()+%{BLANKS}{DASHES}", max_size=14)))
@example("1.234.567,89-")
@example("(1 234)")
@example("0.000")
def test_any_text_is_read_or_refused_and_never_invents_a_digit(text: str) -> None:
    """Nothing raises. Every reading is made of the printed digits, all of them in their order, and of nothing else."""
    for locale in (Locale(), ENGLISH):
        number = parse(text, locale)
        if number is None:
            continue
        digits = "".join(c for c in text if c.isdigit())
        assert number.nil == (digits == "")
        for r in number.readings:
            assert int(abs(r.value / r.quantum)) == int(digits or 0)
            assert r.value <= 0 or not set(text) & set(MINUS + "(")
        values = [r.value for r in number.readings]
        assert len(set(values)) == len(values)


@given(st.text(st.characters(exclude_categories=["Nd"], exclude_characters=DASHES)))
def test_text_without_a_digit_is_no_number(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(("decimal", "group"), [(",", ","), (".", "."), (";", "."), ("", "."), (",,", ".")])
def test_a_locale_needs_two_marks_that_differ(decimal: str, group: str) -> None:
    with pytest.raises(ValueError, match=r"decimal mark"):
        Locale(decimal, group)
