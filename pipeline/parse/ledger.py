"""The ledger of numbers: every word with a digit, on every page, gets one status."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import regex

from pipeline.model import Box, Page, Token
from pipeline.parse.apart import Apart
from pipeline.parse.stream import Paragraph, WordKey, around
from pipeline.read.turns import in_margin
from pipeline.rules.language import Context, Language
from pipeline.rules.schema import Rule

_DIGIT = re.compile(r"\d")  # by the standard library, which finds a digit in half the time
_FRACTIONS = "¼½¾"
_NUMBER = regex.compile(rf"[\d{_FRACTIONS}]+")


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
                    around_it = line.text if status == "unclaimed" else ""
                    out.append(Token(w.text, status, page.number, Box(w.x0, w.top, w.x1, w.bottom), around_it))
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
    windows = around(text, [n for n in numbers if not all(key in claims for key in paragraph.words(*n))])
    for context, m in (found for window in windows for found in _find(language.contexts, text, *window)):
        keys = paragraph.words(m.start(), m.end())
        printed = [key for key in keys if _DIGIT.search(pages[key[0] - 1].lines[key[1]].words[key[2]].text)]
        named = keys[:1] != printed[:1]  # by words before the number, which may be a label
        if all(word in apart[page, line] for page, line, word in (printed if named else keys)):
            continue  # a context says what a number in a sentence is, and no label names a figure beside it
        if m[0][-1] in _FRACTIONS and _unit_follows(text, m.end(), language):
            continue  # `12½ mio. kr.` is money that nothing reads, and no count
        if context.margin and not all(in_margin(pages[page - 1], pages[page - 1].lines[line]) for page, line, _ in keys):
            continue
        for key in keys:
            claims.setdefault(key, context.status)


def _find(contexts: Sequence[Context], text: str, start: int, end: int) -> Iterator[tuple[Context, regex.Match[str]]]:
    """What contexts find in a part of a text, from left to right; where two overlap, what begins first, else what is listed first.

    Each by itself: one pattern of them all takes longer. Raises `PatternTimeout`.
    """
    found = [context.search(text, start, end) for context in contexts]
    while (first := min(((m.start(), k) for k, m in enumerate(found) if m), default=None)) is not None:
        m = found[first[1]]
        assert m is not None
        if m[0]:
            yield contexts[first[1]], m
        start = max(m.end(), m.start() + 1)
        found = [c.search(text, start, end) if m and m.start() < start else m for c, m in zip(contexts, found, strict=True)]


def _unit_follows(text: str, at: int, language: Language) -> bool:
    return any(unit.match(text, at + text[at:].startswith(" ")) for unit in language.units)


def _claim(paragraph: Paragraph, claims: dict[WordKey, str], start: int, end: int, status: str) -> None:
    for key in paragraph.words(start, end):
        claims.setdefault(key, status)
