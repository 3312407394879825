"""Which rules fit a document."""

from __future__ import annotations

from pathlib import Path
from time import process_time

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from pipeline.rules import RuleSet, identify
from pipeline.rules.patterns import Matcher, PatternTimeout
from pipeline.rules.schema import DocumentRule, Money, Rule


def matcher(pattern: str) -> Matcher:
    return Matcher(pattern=pattern, examples=["-"])


def rule(name: str, *recognise: str, reject: tuple[str, ...] = ()) -> Rule:
    document = DocumentRule.model_validate({"kind": "x"})
    return Rule(
        id=name, title=name, language="danish", document=document, money=Money(saving="none"),
        recognise=[matcher(p) for p in recognise], reject=[matcher(p) for p in reject],
    )  # fmt: skip


def rule_set(*rules: Rule) -> RuleSet:
    return RuleSet(rules, {}, {}, {r.id: Path(f"{r.id}.yaml") for r in rules}, "")


def fitting(text: list[str], *rules: Rule) -> list[str]:
    return [r.id for r in identify(rule_set(*rules), text)]


def test_every_recognise_pattern_is_found_somewhere_in_the_document() -> None:
    """On whichever pages; all rules that fit are given, in their order."""
    both = rule("b", "^Sparekatalog", "^Bilag 1$")
    one = rule("c", "katalog 2024")
    assert fitting(["Forside\nSparekatalog 2024", "Bilag 1"], rule("a", "^Bilag 2$"), both, one) == ["b", "c"]
    assert fitting(["Sparekatalog 2025"], both, one) == []


def test_a_reject_pattern_anywhere_rules_it_out() -> None:
    memo = rule("memo", "^Notat", reject=("^Forslag 20", "^Høring"))
    assert fitting(["Notat\nForslag i 2024"], memo) == ["memo"]
    assert fitting(["Notat", "x\nForslag 2024"], memo) == []


@pytest.mark.parametrize("pattern", ["i\\salt", "I[^x]alt", "(?s)I.alt", "^I\\s+alt$", "(?:I)\\s*+alt", "total\\s*I"])
def test_a_pattern_does_not_reach_across_a_line_end(pattern: str) -> None:
    text = ["total\nI\nalt\ni\nalt"]
    assert fitting(text, rule("a", pattern)) == []
    assert fitting(text, rule("a", "alt", reject=(pattern,))) == ["a"]


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (r"\ABilag", "Bilag 1"),
        (r"Bilag\Z", "Bilag"),
        (r"(?<!\s)Bilag", "Bilag"),
        (r"Bilag(?!\s)", "Bilag"),
        (r"Bilag\s*+$", "Bilag  "),
        (r"(?-m:^Bilag$)", "Bilag"),
        (r"^$", ""),
    ],
)
def test_a_line_is_searched_as_if_it_stood_alone(pattern: str, line: str) -> None:
    assert fitting([f"før\n{line}\nefter"], rule("a", pattern)) == ["a"]


PIECES = (
    r"a,b, ,\s,\s*,\s+,a*,^,$,\b,\B,.,.*,[^a],(?=a),(?!a),(?<=b),(?<!\s),(?!\s),(?>a*),a*+,\A,\Z,(?i),|,(?:a|ab),(?s)"
)


@given(
    st.lists(st.sampled_from(PIECES.split(",")), min_size=1, max_size=6).map("".join),
    st.lists(st.text("abA \n", max_size=12), max_size=3),
)
def test_pages_are_searched_as_their_lines_are(pattern: str, pages: list[str]) -> None:
    """The quick way over whole pages gives what a search of every line gives, whatever the pattern."""
    try:
        alone = regex.compile(pattern)
    except regex.error:
        return
    by_line = any(alone.search(line) for page in pages for line in page.split("\n"))
    assert (fitting(pages, rule("a", pattern)) == ["a"]) == by_line


def test_a_pattern_that_runs_away_stops_with_its_name() -> None:
    with pytest.raises(PatternTimeout, match=r"\(a\|a\)\*b\$"):
        fitting(["a" * 60 + "bc"], rule("a", "(a|a)*b$"))


def test_a_pattern_slow_on_a_page_may_be_quick_on_its_lines() -> None:
    """`\\s` runs over a page of empty lines; no line gives it anything to run over."""
    assert fitting(["\n" * 6000 + "x"], rule("a", r"\s*\s*\s*y"), rule("b", "x")) == ["b"]


def test_two_hundred_pages_and_forty_rules_take_no_time() -> None:
    line = "Driftsudgifter til administration {} kr. 1.000 2.500 -3.750 i alt {}"
    pages = ["\n".join(line.format(p, n) for n in range(50)) for p in range(200)]
    rules = [rule(f"r{i:02}", rf"^Sparekatalog {i}\b", "(?i)forslag") for i in range(30)]
    rules += [rule(f"s{i:02}", "administration", rf"\bTema {i}: \p{{Lu}}", reject=("^Notat",)) for i in range(10)]
    started = process_time()
    assert fitting(pages, *rules) == []
    assert process_time() - started < 20
