"""Amounts in running text: `ca. 2,5 mio. kr. i 2024`, with the sentence, the years it names and its role."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import regex

from pipeline.model import ENDS, Page, Rises, TextAmount
from pipeline.numbers import BLANKS, MINUS, Locale, fits, parse
from pipeline.parse.stream import Paragraph, WordKey, around, box_of
from pipeline.rules.language import Language, Unit
from pipeline.rules.patterns import TIME_LIMIT, PatternTimeout
from pipeline.rules.schema import Price, Restates, Rule

_DASH = f"[{regex.escape(MINUS)}]"
# A dash is a sign at the start, after a blank or a bracket; after a number it makes a range, unless that number is a year.
_SIGN = rf"(?:(?<=^|[^\p{{L}}\d.,\s)]|[^\d\s]\s|\b(?:19|20)\d\d\s){_DASH})?"
# A number is taken whole or not at all, and no longer than any amount is: a page may hold long rows of digits.
_NUMBER = (
    rf"{_SIGN}(?<![\p{{L}}\d]|\d[.,'’])(?<!\p{{L}}{_DASH})"
    rf"(?>\d{{1,3}}(?:[{BLANKS}]\d{{3}}){{1,4}}(?!\d)(?:[.,]\d{{1,6}})?|\d(?:[.,'’]?\d){{0,20}})(?![.,'’]?\d)"
)
_NO_YEAR = rf"(?!(?:19|20)\d\d(?![.,]?\d|\s?{_DASH}\s?\d{{4}}(?!\d)))"  # `2024 -4 mio. kr.`, but `2000-3000 kr.`
_DIGITS = regex.compile(r"\d+")
_YEAR = regex.compile(r"^(?:19|20)\d\d$")
_LAST_WORD = regex.compile(r"[\p{L}.]+$")
_SENTENCE_END = regex.compile(r"[.!?]['”)]?\s+(?=[\p{Lu}\d•])|\s+•\s")
_IN = regex.compile(r" ?\(?| \p{Ll}{1,2} ")  # between an amount and its currency: `1,5 mio. (euro)`, `1,5 mio. i euro`
_REACH = 60  # characters before an amount in which its wording is looked for
_MAGNITUDE = 1_000_000  # from this unit on the print of an amount leaves the currency out: `17,7 mio.`


@dataclass(frozen=True, slots=True)
class Found:
    """An amount in a paragraph. `borrowed`: the unit as printed beside another number, where it has none of its own.

    `foreign`: in a currency that none of the units is in, so that nobody knows what it is worth.
    """

    start: int
    end: int
    number: str
    unit: Unit
    printed: str
    borrowed: str | None = None
    rises: Rises = ""
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class _Patterns:
    """How a language writes amounts.

    `amount`: a number with its unit before or after it, perhaps as the upper end of a range; or a unit alone, which no number
    after it may take. `bare`: a number, perhaps as the upper end of a range. `currency`: what names no more than a currency.
    """

    amount: regex.Pattern[str]
    bare: regex.Pattern[str]
    currency: regex.Pattern[str]


@lru_cache(maxsize=16)
def _patterns(units: tuple[str, ...], leading: tuple[int, ...], currencies: tuple[int, ...], between: str) -> _Patterns:
    """The patterns of the units, the numbers of those that may lead and of the mere currencies, what parts a range."""
    after = "|".join(f"(?P<u{i}>{u})" for i, u in enumerate(units))
    before = "|".join(f"(?P<b{i}>{units[i]})" for i in leading) or "(?!)"
    lead = rf"(?<!\p{{L}})(?:{before})\s?"
    number = rf"(?:(?P<low>{_NO_YEAR}{_NUMBER})(?:{between})(?P<again>{lead})?)?(?P<number>{_NUMBER})"
    currency = "|".join(units[i] for i in currencies)
    return _Patterns(
        regex.compile(
            rf"(?:{lead})?{number}\s?(?:{after})(?![\p{{L}}\d])|{lead}{number}(?![\p{{L}}\d]|[.,]\d)"
            rf"|(?<!\p{{L}})(?:{after})(?![\p{{L}}\d])"
        ),
        regex.compile(number),
        regex.compile(rf"\s?(?<!\p{{L}})(?:{currency})(?!\p{{L}})"),
    )


def _patterns_of(language: Language) -> _Patterns:
    units = language.units
    return _patterns(
        tuple(u.pattern for u in units), tuple(i for i, u in enumerate(units) if u.leads),
        tuple(i for i, u in enumerate(units) if u.value == 1), language.range.pattern,
    )  # fmt: skip


def read_amounts(pages: Sequence[Page], paragraphs: Sequence[Paragraph], rule: Rule,
                 language: Language) -> tuple[list[TextAmount], dict[WordKey, str]]:  # fmt: skip
    """Amounts in reading order, and the words they are printed with, those in a foreign currency as unclaimed.

    Raises `PatternTimeout`.
    """
    out: list[TextAmount] = []
    claims: dict[WordKey, str] = {}
    try:
        for n, paragraph in enumerate(paragraphs):
            for amount, keys in _amounts_in(paragraph, n, pages, rule, language):
                claims.update(dict.fromkeys(keys, "amount" if amount else "unclaimed"))
                out += [amount] if amount else []
    except TimeoutError:
        raise PatternTimeout(f"the units of {language.language}") from None
    return out, claims


def _amounts_in(paragraph: Paragraph, n: int, pages: Sequence[Page], rule: Rule,
                language: Language) -> Iterator[tuple[TextAmount | None, Sequence[WordKey]]]:  # fmt: skip
    """The amounts of the paragraph with number `n`, each with its words; `None` for one that is foreign. Raises `TimeoutError`."""
    found = find_amounts(paragraph.text, language)
    if not found:
        return
    locale = Locale(language.decimal, language.group)
    restated = _restated(paragraph.text, [*rule.restates, *rule.prices])
    ends = sentence_ends(paragraph.text, language)
    rate_before = False
    for k, f in enumerate(found):
        if f.foreign:
            yield None, paragraph.words(f.start, f.end)
            continue
        start = max((e for e in ends if e <= f.start), default=0)
        end = min((e for e in ends if e >= f.end), default=len(paragraph.text))
        number = parse(f.number, locale)
        if number is None or not fits(number.value * f.unit.value, 2):
            continue  # no amount of money: it stays unclaimed
        previous = max([start, *(g.end for g in found[:k] if g.end > start)])
        following = min([end, *(g.start for g in found[k + 1 :] if g.start < end)])
        before = paragraph.text[max(previous, f.start - _REACH) : f.start]
        rate = language.rate.search(paragraph.text[f.end : end]) is not None
        rate_before = rate or (rate_before and language.restating.search(before) is not None)
        role: Literal["area_budget", "other"] = "other"
        end_of_range = f.rises in ENDS
        if paragraph.kind == "area_budget" and not rate_before and not end_of_range:
            sentence = paragraph.text[start:end]
            if start == 0 or language.budget_words.search(sentence):
                role = "area_budget"
        keys = paragraph.words(f.start, f.end)
        page, box = box_of(pages, keys)
        years, onwards = _years(paragraph.text, start, previous, f, following, end, language)
        yield TextAmount(
            sentence=paragraph.text[start:end].strip(), printed=f.printed, number=number, unit=f.unit.value,
            unit_borrowed=f.borrowed, currency=f.unit.currency, role=role, years=years, onwards=onwards, rises=f.rises,
            approximate=end_of_range or language.approximately.search(before) is not None,
            proposal_code=paragraph.proposal_code, field=paragraph.kind, paragraph=n, start=f.start, page=page, box=box,
            restates=None if end_of_range else next((n for a, b, n in restated if a < f.end and b > f.start), None),
            confidence=_confidence(pages, keys),
        ), keys  # fmt: skip


def _confidence(pages: Sequence[Page], keys: Sequence[WordKey]) -> float | None:
    """How sure OCR is of the digits among some words; `None` where the page has text."""
    read = [pages[page - 1].lines[line].words[word] for page, line, word in keys if pages[page - 1].reader == "ocr"]
    return min((w.confidence for w in read if any(ch.isdigit() for ch in w.text)), default=None)


def find_amounts(text: str, language: Language) -> list[Found]:
    """Amounts of a text; also the first of `3,5 stigende til 4,0 mio. kr.` and of `3-4 mio. kr.`, which borrow the unit."""
    patterns, locale = _patterns_of(language), Locale(language.decimal, language.group)
    out: list[Found] = []
    windows = around(text, [m.span() for m in _DIGITS.finditer(text)])
    for m in (m for w in windows for m in patterns.amount.finditer(text, *w, timeout=TIME_LIMIT)):
        if m["number"] is None:
            continue
        own, unit_printed = _own(text, m, patterns, language, locale)
        start, end = own[0].start, out[-1].end if out else 0
        between = _link(text[end:start], patterns, language)
        elided = _elided(text, end, start, patterns, language)
        ranged = bool(out) and len(own) == 1 and _is_range(out[-1], own[0], text, language, locale)
        if elided:
            out += _borrowing(elided, own[0].unit, unit_printed, locale)
        elif ranged:
            out[-1] = replace(out[-1], rises="least")
        if len(own) == 1:
            further = end and language.further.search(text[end:start])
            rises: Rises = "most" if ranged else "to" if elided or language.rising.search(between) else "further" if further else ""
            own = [replace(own[0], rises=rises)]
        out += own
    return _told_foreign(out, text, patterns, language) if out else out


def _told_foreign(found: Sequence[Found], text: str, patterns: _Patterns, language: Language) -> list[Found]:
    """The amounts, those beside a foreign currency marked, and what borrows the unit of one: `2-3 mio. euro`, `$2,5 mio.`"""
    spans = list(language.foreign_in(text))
    out: list[Found] = []
    for f in reversed(found):
        beside = any(
            (b <= f.start and text[b : f.start] in ("", " ")) or (a >= f.end and _IN.fullmatch(text, f.end, a)) for a, b in spans
        )
        named = patterns.currency.search(text, f.start, f.end, timeout=TIME_LIMIT)
        with_next = bool(out) and out[-1].foreign and f.borrowed is not None
        out.append(replace(f, foreign=with_next or (beside and not named)))
    return out[::-1]


def _own(text: str, m: regex.Match[str], patterns: _Patterns, language: Language, locale: Locale) -> tuple[list[Found], str]:
    """The amount that a match is, or both ends of its range; and its unit as printed, for numbers that borrow it."""
    groups = m.groupdict()
    after = next((i for i in range(len(language.units)) if groups[f"u{i}"] is not None), None)
    before = next((i for i in range(len(language.units)) if groups.get(f"b{i}") is not None), None)
    name = f"u{after}" if after is not None else f"b{before}"
    unit = language.units[int(name[1:])]
    unit_printed = _without_currency(m[name], unit, patterns)
    low, high = m["low"], m["number"]
    if low is None or not _rises(low, high, locale):
        start, end, number = m.start(), m.end(), high
        if low is not None and after is not None:
            start = m.start("number")
        elif low is not None:
            end, number = m.end("low"), low
        return [Found(start, end, number, unit, _without_currency(text[start:end], unit, patterns))], unit_printed
    at = m.start("again") if m["again"] else m.start("number")
    first, last = text[m.start() : m.end("low")], text[at : m.end()]
    return [
        Found(m.start(), m.end("low"), low, unit, first, unit_printed if after is not None else None, "least"),
        Found(at, m.end(), high, unit, _without_currency(last, unit, patterns),
               None if after is not None or m["again"] else unit_printed, "most"),
    ], unit_printed  # fmt: skip


def _borrowing(m: regex.Match[str], unit: Unit, unit_printed: str, locale: Locale) -> list[Found]:
    """A number without a unit, or both ends of a range, as amounts in the unit of another."""
    ends = ("low", "number") if m["low"] and _rises(m["low"], m["number"], locale) else ("number",)
    rises: tuple[Rises, ...] = ENDS if len(ends) == 2 else ("from",)
    return [Found(*m.span(e), m[e], unit, m[e], unit_printed, r) for e, r in zip(ends, rises, strict=True)]


def _rises(low: str, high: str, locale: Locale) -> bool:
    """Whether two numbers are the ends of a range of amounts; `2024-2027` is one of years."""
    a, b = parse(low, locale), parse(high, locale)
    return a is not None and b is not None and a.value < b.value and not (_YEAR.match(low) and _YEAR.match(high))


def _is_range(a: Found, b: Found, text: str, language: Language, locale: Locale) -> bool:
    """Whether two amounts, each with its unit, are the ends of a range: `mellem 5 mio. kr. og 10 mio. kr.`"""
    between = language.range.match(text, a.end)
    low, high = parse(a.number, locale), parse(b.number, locale)
    if between is None or between.end() != b.start or low is None or high is None or a.rises in ENDS:
        return False
    return a.unit.currency == b.unit.currency and low.value * a.unit.value < high.value * b.unit.value


def _without_currency(printed: str, unit: Unit, patterns: _Patterns) -> str:
    """The print of an amount; after a word of magnitude the currency is left out: `17,7 mio.`"""
    if unit.value < _MAGNITUDE:
        return printed
    ends = [m.start() for m in patterns.currency.finditer(printed, timeout=TIME_LIMIT) if m.end() == len(printed)]
    return printed[: ends[0]] if ends and ends[0] else printed


def _link(between: str, patterns: _Patterns, language: Language) -> str:
    """What links an amount to the one before it; a currency, its years and `ca.` left out."""
    currency = patterns.currency.match(between, timeout=TIME_LIMIT)
    rest = between[currency.end() :] if currency else between
    dated = language.years.search(rest)
    if dated and not rest[: dated.start()].strip():
        rest = rest[dated.end() :]
    rough = language.approximately.search(rest)
    return rest[: rough.start()] if rough else rest


def _elided(text: str, start: int, end: int, patterns: _Patterns, language: Language) -> regex.Match[str] | None:
    """The number before `stigende til`, when it has no unit of its own."""
    numbers = [n for n in patterns.bare.finditer(text, start, end, timeout=TIME_LIMIT) if not _YEAR.match(n["number"])]
    last = numbers[-1] if numbers else None
    return last if last and language.rising.search(_link(text[last.end() : end], patterns, language)) else None


def _years(text: str, start: int, previous: int, f: Found, following: int, end: int,
           language: Language) -> tuple[tuple[int, ...], bool]:  # fmt: skip
    """Years that date an amount: those named after it, before the next amount; else those named just before it. Where one
    stands before it, one that is set apart from it and stands right before the next amount is that amount's.

    And whether the years that follow these are meant as well.
    """
    before = list(language.years.finditer(text[previous : f.start]))
    if before and previous > start and _beside(text[previous : previous + before[-1].start()], language):
        before = []  # it dates the amount before
    for m in language.years.finditer(text[f.end : following]):
        theirs = following < end and _beside(text[f.end + m.end() : following], language)
        if before and theirs and not _beside(text[f.end : f.end + m.start()], language):
            break
        return _span(m), language.onwards.search(text[f.end + m.end() : following]) is not None
    return (_span(before[-1]) if before else ()), False


def _beside(between: str, language: Language) -> bool:
    """Whether nothing but a currency or `ca.` stands between an amount and a year."""
    currency = _patterns_of(language).currency.match(between, timeout=TIME_LIMIT)
    rest = between[currency.end() :] if currency else between
    rough = language.approximately.search(rest)
    return not (rest[: rough.start()] if rough else rest).strip()


def _span(m: regex.Match[str]) -> tuple[int, ...]:
    printed, last = m["first"], m.groupdict().get("last")
    if not (printed and printed.isdecimal() and len(printed) == 4):
        return ()  # a pattern that finds something else
    first = int(printed)
    if not (last and last.isdecimal()):
        return (first,)
    end = int(last) if len(last) == 4 else first // 100 * 100 + int(last)
    return tuple(range(first, end + 1)) if first <= end <= first + 30 else (first,)


def _restated(text: str, rules: Sequence[Restates | Price]) -> list[tuple[int, int, str]]:
    return [(m.start("amount"), m.end("amount"), r.name) for r in rules for m in r.finditer(text)]


def sentence_ends(text: str, language: Language) -> list[int]:
    """Offsets at which a sentence is over; a full stop after an abbreviation or a number ends none."""
    short = {a.casefold() for a in language.abbreviations}
    currency = _patterns_of(language).currency
    percents = {m.end() for m in language.percent.finditer(text)}
    out = []
    for m in _SENTENCE_END.finditer(text):
        word = _LAST_WORD.search(text, max(0, m.start() - 24), m.start())
        nxt = text[m.end() : m.end() + 3]
        if word is None and text[m.start()] == ".":
            if not nxt[:1].isupper():
                continue  # `11. november`, `2. 300`
        elif word and text[m.start()] == "." and word[0].casefold() in short:
            ends_amount = m.start() in percents or any(u.compiled.fullmatch(word[0], timeout=TIME_LIMIT) for u in language.units)
            if not ends_amount or not nxt[:1].isupper() or currency.match(text, m.end(), timeout=TIME_LIMIT):
                continue  # `mio. Kr.`: the currency goes with the word before it
        out.append(m.end())
    return out
