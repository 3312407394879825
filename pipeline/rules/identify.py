"""Which rules fit a document: every `recognise` pattern is found in some line of it, no `reject` pattern is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import regex

from pipeline.rules.load import RuleSet
from pipeline.rules.schema import TIME_LIMIT, Matcher, Rule

# Constructs by which a pattern may find a line and yet miss it inside a page: anything in `(?…)` but plain groups,
# names, positive look-arounds and `i`; verbs; possessive quantifiers; the ends of the text. Too careful is only slow.
_NEEDS_LINES = regex.compile(r"\(\?(?!:|=|<=|P<|i\)|i:)|\(\*|[*+?}]\+|\\[AZzGX]")


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
    sieve = _sieve(m.pattern)
    return any(
        m.search(line) is not None for page in pages if _may_hold(sieve, page) for line in page.split("\n")
    )  # only a line counts: on a page `\s` reaches across the line end


def _may_hold(sieve: regex.Pattern[str] | None, page: str) -> bool:
    if sieve is None:
        return True
    try:
        return sieve.search(page, timeout=TIME_LIMIT) is not None
    except TimeoutError:  # what is slow on a page may be quick on its lines; those decide
        return True


@lru_cache(maxsize=4096)
def _sieve(pattern: str) -> regex.Pattern[str] | None:
    """The pattern for whole pages, where it finds at least what it finds line by line; else `None`."""
    return None if _NEEDS_LINES.search(pattern) else regex.compile(pattern, regex.MULTILINE)
