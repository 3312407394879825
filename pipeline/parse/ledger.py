"""The ledger of numbers: every word with a digit, on every page, gets one status."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import regex

from pipeline.model import Box, Page, Token
from pipeline.parse.apart import Apart
from pipeline.parse.stream import Paragraph, WordKey, around
from pipeline.read.turns import in_margin
from pipeline.rules.language import Language
from pipeline.rules.patterns import TIME_LIMIT, PatternTimeout
from pipeline.rules.schema import Rule

_DIGIT = re.compile(r"\d")  # by the standard library, which finds a digit in half the time
_FRACTIONS = "¼½¾"
_NUMBER = regex.compile(rf"[\d{_FRACTIONS}]+")


@lru_cache(maxsize=16)
def _combined(contexts: tuple[str, ...]) -> regex.Pattern[str]:
    """All contexts in one pass over a text: each alternative is a named group."""
    return regex.compile("|".join(f"(?P<c{i}>{c})" for i, c in enumerate(contexts)))


def keep_ledger(pages: Sequence[Page], paragraphs: Sequence[Paragraph], claims: dict[WordKey, str], rule: Rule,
                language: Language) -> tuple[Token, ...]:  # fmt: skip
    """Every word with a digit and its status; what no claim, rule or context of the language explains is `unclaimed`.

    Adds what the contexts explain to `claims`.
    """
    apart = Apart(pages)
    for paragraph in paragraphs:
        _explain(paragraph, claims, rule, language, pages, apart)
    out: list[Token] = []
    for page in pages:
        for i, line in enumerate(page.lines):
            if not _DIGIT.search(line.text):
                continue
            for j, w in enumerate(line.words):
                if _DIGIT.search(w.text):
                    status = claims.get((page.number, i, j), "unclaimed")
                    out.append(Token(w.text, status, page.number, Box(w.x0, w.top, w.x1, w.bottom)))
    return tuple(out)


def _explain(paragraph: Paragraph, claims: dict[WordKey, str], rule: Rule, language: Language, pages: Sequence[Page],
             apart: Apart) -> None:  # fmt: skip
    text = paragraph.text
    numbers = [m.span() for m in _NUMBER.finditer(text)]
    if not numbers:
        return
    for ignore in rule.ignore:
        for m in ignore.finditer(text):
            _claim(paragraph, claims, m.start(), m.end(), f"ignored: {ignore.reason}")
    if not language.contexts:
        return
    windows = around(text, [n for n in numbers if not all(key in claims for key in paragraph.words(*n))])
    contexts = _combined(tuple(c.pattern for c in language.contexts))
    try:
        for start, end in windows:
            for m in contexts.finditer(text, start, end, timeout=TIME_LIMIT):
                index = next(i for i in range(len(language.contexts)) if m[f"c{i}"] is not None)
                context = language.contexts[index]
                keys = paragraph.words(m.start(), m.end())
                if all(word in apart[page, line] for page, line, word in keys):
                    continue  # a context says what a number in a sentence is
                if m[0][-1] in _FRACTIONS and _unit_follows(text, m.end(), language):
                    continue  # `12½ mio. kr.` is money that nothing reads, and no count
                if context.margin and not all(in_margin(pages[page - 1], pages[page - 1].lines[line]) for page, line, _ in keys):
                    continue
                for key in keys:
                    claims.setdefault(key, context.status)
    except TimeoutError:
        raise PatternTimeout(f"the contexts of {language.language}") from None


def _unit_follows(text: str, at: int, language: Language) -> bool:
    return any(unit.match(text, at + text[at:].startswith(" ")) for unit in language.units)


def _claim(paragraph: Paragraph, claims: dict[WordKey, str], start: int, end: int, status: str) -> None:
    for key in paragraph.words(start, end):
        claims.setdefault(key, status)
