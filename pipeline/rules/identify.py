"""Which rules fit a document: every `recognise` pattern is found in some line of it, no `reject` pattern is."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from pipeline.rules.load import RuleSet
from pipeline.rules.patterns import TIME_LIMIT, Matcher
from pipeline.rules.schema import Rule


def identify(rules: RuleSet, text: Sequence[str]) -> tuple[Rule, ...]:
    """The rules that fit a document, in the order of their ids; `text` is a string per page, of printed lines.

    Raises `PatternTimeout`.
    """
    pages = tuple(dict.fromkeys(text))
    return tuple(rule for rule in rules.rules if _fits(rule, pages))


def identify_misread(rules: RuleSet, text: Sequence[str]) -> Rule | None:
    """The one rule that fits a scan in which some letters are misread; `None` when there are none or several.

    Raises `PatternTimeout`.
    """
    lines = [line for page in text for line in page.split("\n")]
    fitting = [
        r for r in rules.rules
        if all(any(m.search(line) or m.nearly(line, 2) for line in lines) for m in r.recognise)
        and not any(_occurs(m, text) for m in r.reject)
    ]  # fmt: skip
    return fitting[0] if len(fitting) == 1 else None


def _fits(rule: Rule, pages: Sequence[str]) -> bool:
    return all(_occurs(m, pages) for m in rule.recognise) and not any(_occurs(m, pages) for m in rule.reject)


def _occurs(m: Matcher, pages: Sequence[str]) -> bool:
    """Whether `m` is found in a line. Whole pages are sifted first: searching 10,000 lines one by one takes long."""
    return any(
        m.search(line) is not None for page in pages if _may_hold(m.sieve, page) for line in page.split("\n")
    )  # only a line counts: on a page `\s` reaches across the line end


def _may_hold(sieve: regex.Pattern[str] | None, page: str) -> bool:
    if sieve is None:
        return True
    try:
        return sieve.search(page, timeout=TIME_LIMIT) is not None
    except TimeoutError:  # what is slow on a page may be quick on its lines; those decide
        return True
