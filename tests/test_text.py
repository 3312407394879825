"""Joined lines, and the forms in which labels and names are compared."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.text import join_lines, normal, seam, slug

LETTERS = "abcdefghijklmnopqrstuvwxyzæøå"
KEEP = ("og", "eller", "samt", "men", "til", "och", "till", "and", "or", "und", "oder", "sowie")
word = st.text(LETTERS, min_size=2, max_size=9)
text = st.text(st.sampled_from([*LETTERS, *"ABCÆØÅ 0123-–.,()§½é\u00ad\u00a0\n"]))


@given(st.lists(word, min_size=1, max_size=12), st.integers(0), st.integers(1))
def test_a_word_hyphenated_at_a_line_end_is_whole_again(words: list[str], which: int, where: int) -> None:
    """Wherever the line breaks inside a word, the label reads as before."""
    n = which % len(words)
    cut = where % (len(words[n]) - 1) + 1
    rest = words[n][cut:]
    assume(rest not in KEEP)  # `pleje-` + `til` is not the word `plejetil`
    upper = " ".join([*words[:n], words[n][:cut]]) + "-"
    lower = " ".join([rest, *words[n + 1 :]])
    assert join_lines([upper, lower]) == " ".join(words)


@given(st.lists(word, min_size=2, max_size=12), st.data())
def test_lines_that_break_between_words_are_joined_with_a_blank(words: list[str], data: st.DataObject) -> None:
    """However many lines a label wraps over."""
    breaks = data.draw(st.lists(st.booleans(), min_size=len(words) - 1, max_size=len(words) - 1))
    printed = words[0] + "".join(("\n" if b else " ") + w for b, w in zip(breaks, words[1:], strict=True))
    assert join_lines(printed.split("\n")) == " ".join(words)


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (["pleje-", "og omsorg"], "pleje- og omsorg"),
        (["drifts-", "eller anlægsudgift"], "drifts- eller anlægsudgift"),
        (["Kinder-", "und Jugendhilfe"], "Kinder- und Jugendhilfe"),
        (["drift-", "till investering"], "drift- till investering"),
        (["kon-", "to"], "konto"),
        (["P-", "Hus"], "P-Hus"),
        (["2024-", "2027"], "2024-2027"),
        (["bespa\u00ad", "relse"], "besparelse"),
        (["AFVIKLING –", "fase 1"], "AFVIKLING – fase 1"),
        (["i alt -", "1.000"], "i alt - 1.000"),
        (["", " indrykket ", ""], "indrykket"),
        ([], ""),
    ],
)
def test_hyphens_that_belong_to_the_text_stay(lines: list[str], joined: str) -> None:
    """A hyphen goes only where it parts one word."""
    assert join_lines(lines) == joined


@given(st.lists(text, max_size=6))
def test_joining_loses_no_letter_and_no_digit(lines: list[str]) -> None:
    """Only blanks and hyphens at line ends come or go, and the order stays."""
    kept = [c for c in join_lines(lines) if c.isalnum()]
    assert kept == [c for c in "".join(lines) if c.isalnum()]


@given(text, text)
def test_seam_says_what_joining_does(before: str, after: str) -> None:
    """Paragraphs are built word by word with `seam`; they read as `join_lines` would have it."""
    upper, lower = before.strip(), after.strip()
    if upper and lower:
        between = seam(upper, lower)
        assert join_lines([upper, lower]) == (upper[:-1] + lower if between is None else upper + between + lower)


@given(st.text())
def test_normal_forms_are_stable(any_text: str) -> None:
    """Normalizing twice is normalizing once; case, punctuation and blanks around words make no difference."""
    once = normal(any_text)
    assert normal(once) == once
    assert normal(f"  {any_text} .\n") == once
    assert " " * 2 not in once and once == once.strip()


@given(st.lists(word, min_size=1, max_size=6))
def test_labels_that_differ_in_case_or_punctuation_are_equal(words: list[str]) -> None:
    """As an overview in capitals names a proposal; other words are another label."""
    label = " ".join(words)
    assert normal(label.upper()) == normal(f"{' – '.join(words)}:") == normal(label) == label
    assert normal(label + " x") != normal(label)


@given(st.text())
def test_a_slug_is_safe_as_a_folder_name(name: str) -> None:
    """Lower-case ASCII words joined by hyphens, or nothing; stable."""
    made = slug(name)
    assert re.fullmatch(r"(?:[a-z0-9]+(?:-[a-z0-9]+)*)?", made)
    assert slug(made) == made


@pytest.mark.parametrize(
    ("name", "made"),
    [("Lyngby-Taarbæk", "lyngby-taarbaek"), ("ÆRØ", "aeroe"), ("Aabenraa ", "aabenraa"), ("Åbenrå", "aabenraa"),
     ("Høje-Taastrup 2024", "hoeje-taastrup-2024"), ("!?", "")],
)  # fmt: skip
def test_slugs_of_danish_names(name: str, made: str) -> None:
    assert slug(name) == made
