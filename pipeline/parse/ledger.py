"""The ledger of numbers: every word with a digit, on every page, gets one status."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import regex

from pipeline.model import Box, Page, Token
from pipeline.parse.stream import Paragraph, WordKey
from pipeline.rules.schema import TIME_LIMIT, Language, PatternTimeout, Rule


@lru_cache(maxsize=16)
def _combined(contexts: tuple[str, ...]) -> regex.Pattern[str]:
    """All contexts in one pass over a text: each alternative is a named group."""
    return regex.compile("|".join(f"(?P<c{i}>{c})" for i, c in enumerate(contexts)))


def keep_ledger(pages: Sequence[Page], paragraphs: Sequence[Paragraph], claims: dict[WordKey, str], rule: Rule,
                language: Language) -> tuple[Token, ...]:  # fmt: skip
    """Every word with a digit and its status; what no claim, rule or context of the language explains is `unclaimed`.

    Adds what the contexts explain to `claims`.
    """
    for paragraph in paragraphs:
        if any(ch.isdigit() or ch in "¼½¾" for ch in paragraph.text):
            _explain(paragraph, claims, rule, language)
    out: list[Token] = []
    for page in pages:
        for i, line in enumerate(page.lines):
            if not any(ch.isdigit() for ch in line.text):
                continue
            for j, w in enumerate(line.words):
                if any(ch.isdigit() for ch in w.text):
                    status = claims.get((page.number, i, j), "unclaimed")
                    out.append(Token(w.text, status, page.number, Box(w.x0, w.top, w.x1, w.bottom)))
    return tuple(out)


def _explain(paragraph: Paragraph, claims: dict[WordKey, str], rule: Rule, language: Language) -> None:
    text = paragraph.text
    for ignore in rule.ignore:
        for m in ignore.finditer(text):
            _claim(paragraph, claims, m.start(), m.end(), f"ignored: {ignore.reason}")
    try:
        contexts = _combined(tuple(c.pattern for c in language.contexts))
        for m in contexts.finditer(text, timeout=TIME_LIMIT):
            index = next(i for i in range(len(language.contexts)) if m[f"c{i}"] is not None)
            _claim(paragraph, claims, m.start(), m.end(), language.contexts[index].status)
    except TimeoutError:
        raise PatternTimeout(f"the contexts of {language.language}") from None


def _claim(paragraph: Paragraph, claims: dict[WordKey, str], start: int, end: int, status: str) -> None:
    for key in paragraph.words(start, end):
        claims.setdefault(key, status)
