"""Amounts in running text: `ca. 2,5 mio. kr. i 2024`, with the sentence, the years it names and its role."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import regex

from pipeline.model import Page, TextAmount
from pipeline.numbers import BLANKS, Locale, fits, parse
from pipeline.parse.stream import Paragraph, WordKey, box_of
from pipeline.rules.schema import Language, Price, Restates, Rule, Unit

_NUMBER = rf"[-−–]?(?<![\p{{L}}\d])(?:\d{{1,3}}(?:[{BLANKS}]\d{{3}})+(?:,\d+)?|\d[\d.,]*\d|\d)"
_YEAR = regex.compile(r"^(?:19|20)\d\d$")
_TAIL = regex.compile(r"(?i)\s?(?<!\p{L})(?:kr|kroner|kronor)\b\.?")
_LAST_WORD = regex.compile(r"[\p{L}.]+$")
_SENTENCE_END = regex.compile(r"[.!?]['”)]?\s+(?=[\p{Lu}\d•])|\s+•\s")
_NUMBERS = regex.compile(_NUMBER)
_DATED = regex.compile(r"(?i)^\s*(?:i|fra|for)\s+20\d\d\b")
_REACH = 60  # characters before an amount in which its wording is looked for


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    number_start: int
    number_end: int
    unit: Unit
    printed: str
    rises: str


@lru_cache(maxsize=16)
def _pattern(units: tuple[str, ...]) -> regex.Pattern[str]:
    alternatives = "|".join(f"(?P<u{i}>{u})" for i, u in enumerate(units))
    return regex.compile(
        rf"(?P<number>{_NUMBER})\s?(?:{alternatives})(?![\p{{L}}\d])|(?P<before>\bkr\.?|\bDKK)\s?(?P<after>{_NUMBER})"
    )


def read_amounts(pages: Sequence[Page], paragraphs: Sequence[Paragraph], rule: Rule,
                 language: Language) -> tuple[list[TextAmount], dict[WordKey, str]]:  # fmt: skip
    """Amounts in reading order, and the words they are printed with."""
    locale = Locale(language.decimal, language.group)
    out: list[TextAmount] = []
    claims: dict[WordKey, str] = {}
    for n, paragraph in enumerate(paragraphs):
        found = list(_find(paragraph.text, language, locale))
        if not found:
            continue
        restated = _restated(paragraph.text, [*rule.restates, *rule.prices])
        ends = sentence_ends(paragraph.text, language)
        rate_before = False
        for k, f in enumerate(found):
            start = max((e for e in ends if e <= f.start), default=0)
            end = min((e for e in ends if e >= f.end), default=len(paragraph.text))
            number = parse(f.printed[: f.number_end - f.number_start], locale)
            if number is None or not fits(number.value * f.unit.value, 2):
                continue  # no amount of money: it stays unclaimed
            previous = max([start, *(g.end for g in found[:k] if g.end > start)])
            following = min([end, *(g.start for g in found[k + 1 :] if g.start < end)])
            before = paragraph.text[max(previous, f.start - _REACH) : f.start]
            rate = language.rate.search(paragraph.text[f.end : end]) is not None
            rate_before = rate or (rate_before and language.restating.search(before) is not None)
            role: Literal["area_budget", "other"] = "other"
            if paragraph.kind == "area_budget" and not rate_before:
                sentence = paragraph.text[start:end]
                if start == 0 or language.budget_words.search(sentence):
                    role = "area_budget"
            keys = paragraph.words(f.start, f.end)
            page, box = box_of(pages, keys)
            years, onwards = _years(paragraph.text, previous, f, following, language)
            for key in keys:
                claims[key] = "amount"
            out.append(TextAmount(
                sentence=paragraph.text[start:end].strip(), printed=f.printed, number=number, unit=f.unit.value,
                currency=f.unit.currency, approximate=language.approximately.search(before) is not None, role=role,
                years=years, onwards=onwards,
                rises=f.rises,  # type: ignore[arg-type]  # one of four literals by construction
                proposal_code=paragraph.proposal_code, field=paragraph.kind, paragraph=n, start=f.start, page=page, box=box,
                restates=next((name for a, b, name in restated if a < f.number_end and b > f.number_start), None),
                confidence=_confidence(pages, keys),
            ))  # fmt: skip
    return out, claims


def _confidence(pages: Sequence[Page], keys: Sequence[WordKey]) -> float | None:
    """How sure OCR is of the digits among some words; `None` where the page has text."""
    read = [pages[page - 1].lines[line].words[word] for page, line, word in keys if pages[page - 1].reader == "ocr"]
    return min((w.confidence for w in read if any(ch.isdigit() for ch in w.text)), default=None)


def _find(text: str, language: Language, locale: Locale) -> Iterator[_Found]:
    """Amounts of a text; also the first of `3,5 stigende til 4,0 mio. kr.`, which borrows the unit of the second."""
    last_end = 0
    for m in _pattern(tuple(u.pattern for u in language.units)).finditer(text):
        if m["after"]:
            unit = next((u for u in language.units if u.value == 1), language.units[-1])
            yield _Found(m.start(), m.end(), m.start("after"), m.end("after"), unit, m["after"] + " kr.", "")
            last_end = m.end()
            continue
        unit = next(u for i, u in enumerate(language.units) if m[f"u{i}"] is not None)
        link, rises = _elided(text, last_end, m.start(), language), ""
        end = m.end()
        printed = _printed(m, unit)
        if link and parse(link[0], locale):
            word = printed[len(m["number"]) :]
            yield _Found(link[1], link[2], link[1], link[2], unit, link[0] + word, "from")
            rises = "to"
        elif language.rising.search(_between(text, last_end, m.start())):
            rises = "to"
        elif last_end and language.further.search(text[last_end : m.start()]):
            rises = "further"
        yield _Found(m.start(), end, m.start("number"), m.end("number"), unit, printed, rises)
        last_end = end


def _printed(m: regex.Match[str], unit: Unit) -> str:
    """The amount as printed; after a word of magnitude the currency is left out: `17,7 mio.`"""
    text = " ".join(m[0].split())
    if unit.value >= 1_000_000:
        text = _TAIL.sub("", text)
    return text


def _between(text: str, start: int, end: int) -> str:
    """What links an amount to the one before it, a currency and its years left out."""
    part = _TAIL.sub("", text[start:end]) if start else ""
    return _DATED.sub(" ", part).replace("ca.", "").replace("  ", " ")


def _elided(text: str, start: int, end: int, language: Language) -> tuple[str, int, int] | None:
    """The number before `stigende til`, when it has no unit of its own."""
    numbers = list(_NUMBERS.finditer(text[start:end]))
    if not numbers:
        return None
    last = numbers[-1]
    if _YEAR.match(last[0]) or not language.rising.search(text[start + last.end() : end]):
        return None
    return last[0], start + last.start(), start + last.end()


def _years(text: str, previous: int, f: _Found, following: int, language: Language) -> tuple[tuple[int, ...], bool]:
    """Years that date an amount: those named after it, before the next amount; else those named just before it.

    And whether the years that follow these are meant as well.
    """
    for m in language.years.finditer(text[f.end : following]):
        return _span(m), language.onwards.search(text[f.end + m.end() : following]) is not None
    before = language.years.finditer(text[previous : f.start])
    return (_span(before[-1]) if before else ()), False


def _span(m: regex.Match[str]) -> tuple[int, ...]:
    first = int(m["first"])
    last = m.groupdict().get("last")
    if not last:
        return (first,)
    end = int(last) if len(last) == 4 else first // 100 * 100 + int(last)
    return tuple(range(first, end + 1)) if first <= end <= first + 30 else (first,)


def _restated(text: str, rules: Sequence[Restates | Price]) -> list[tuple[int, int, str]]:
    return [(m.start("amount"), m.end("amount"), r.name) for r in rules for m in r.finditer(text)]


def sentence_ends(text: str, language: Language) -> list[int]:
    """Offsets at which a sentence is over; a full stop after an abbreviation or a number ends none."""
    short = {a.casefold() for a in language.abbreviations}
    out = []
    for m in _SENTENCE_END.finditer(text):
        word = _LAST_WORD.search(text, max(0, m.start() - 24), m.start())
        nxt = text[m.end() : m.end() + 3]
        if word is None and text[m.start()] == ".":
            if not nxt[:1].isupper():
                continue  # `11. november`, `2. 300`
        elif word and text[m.start()] == "." and word[0].casefold() in short:
            ends_amount = word[0].casefold() in ("kr", "mio", "mia", "t.kr", "pct")
            if not ends_amount or not nxt[:1].isupper() or nxt.casefold().startswith("kr"):
                continue
        out.append(m.end())
    return out
