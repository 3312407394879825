"""What a document says of itself: its language, the lines it is known by, captures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import regex

from pipeline.draft.columns import heading_row, said_by
from pipeline.draft.patterns import YEAR, generalise, text_of
from pipeline.model import Line, Page, Table
from pipeline.numbers import Locale, parse
from pipeline.rules.language import Language

_WORD = regex.compile(r"\p{L}+")
_LETTERS = regex.compile(r"\p{L}{3,}")
_FEW = 12  # running words by which no language can be told
_KNOWN = 0.06  # share of the running words that are common words of a language in which a document is
_OWN, _LONG = 3, 4  # words of its own, and their letters, that tell it as well
_DIFFERENT = 5  # common words that a document in a language has at least
_LONGEST = 90  # a longer line is running text, no heading


@dataclass(frozen=True, slots=True)
class Found:
    """A pattern and the printed text it was made from."""

    pattern: str
    example: str
    page: int
    doubt: str | None = None

    def as_data(self) -> dict[str, Any]:
        return {"pattern": self.pattern, "examples": [self.example]}


@dataclass(slots=True)
class Words:
    """All that was found, and what was looked for in vain."""

    recognise: list[Found] = field(default_factory=list)
    captures: dict[str, Found] = field(default_factory=dict)
    title: str = ""
    kind: str = "document"
    stage: str = "unknown"
    doubts: list[str] = field(default_factory=list)

    @property
    def saves(self) -> bool:
        return self.kind == "catalogue"


def best_language(pages: Sequence[Page], tables: Sequence[Table], languages: Mapping[str, Language]) -> Language:
    """The language whose words, letters, units and way to write numbers the document shares most with."""
    text = "\n".join(line.text for p in pages for line in p.lines)
    words = {w.casefold() for w in _WORD.findall(text) if len(w) > 1}
    letters = {c for c in text.casefold() if c.isalpha() and not c.isascii()}
    own = {name: _vocabulary(lang) for name, lang in languages.items()}
    cells = [t for table in tables for row in table.rows for c in row[1:] if (t := text_of(c)) and any(x.isdigit() for x in t)]
    known = Counter(w for v in own.values() for w in v)

    def score(name: str) -> float:
        language = languages[name]
        canonical = sum(1 for t in cells if (n := parse(t, Locale(language.decimal, language.group))) and n.canonical)
        group = sum(language.group in t for t in cells)
        # a word tells the less the more languages have it: two files may be of one language, with other numbers or units
        shared = sum((8 if len(w) == 1 else 1) / known[w] ** 2 for w in own[name] & (words | letters))
        units = language.units[-1].search(text) is not None
        return shared + 60 * share_known(pages, language) + (4 * canonical + 3 * group) / max(1, len(cells)) + 4 * units

    return languages[max(sorted(languages), key=score)]


def share_known(pages: Sequence[Page], language: Language) -> float:
    """Which share of the running words are common words of a language; of too few words nothing can be told."""
    words = [w.casefold() for p in pages for line in p.lines for w in _WORD.findall(line.text)]
    common = set(language.draft.common)
    return sum(w in common for w in words) / len(words) if len(words) >= _FEW else 0.0


def fits_language(pages: Sequence[Page], language: Language, languages: Mapping[str, Language]) -> bool:
    """Whether a document is in a language, as far as its words tell; `de` and `en` alone are words of many. A page that is nothing but
    a table has few common ones, but such of public finance as no other language of `languages` has."""
    words = {w.casefold() for p in pages for line in p.lines for w in _WORD.findall(line.text)}
    if share_known(pages, language) >= _KNOWN and len(words & set(language.draft.common)) >= _DIFFERENT:
        return True
    others = {w for lang in languages.values() if lang.draft.common != language.draft.common for w in _vocabulary(lang)}
    return len({w for w in words & _vocabulary(language) - others if len(w) >= _LONG}) >= _OWN


def _vocabulary(language: Language) -> set[str]:
    """Words and special letters of a language file."""
    text = language.model_dump_json().casefold()
    return {w for w in _WORD.findall(text) if len(w) > 1} | {c for c in text if c.isalpha() and not c.isascii()}


def find_words(pages: Sequence[Page], tables: Sequence[Table], language: Language,
               others: Sequence[Sequence[str]]) -> Words:  # fmt: skip
    """Everything but tables and units. `others`: the text of the other documents, a string for each page."""
    out = Words()
    inside = {(c.page, ln) for t in tables for row in t.rows for c in row if c for ln, _ in c.words}
    titles = _titles(pages, inside)
    heads = _heads(pages, tables, language)
    out.title = titles[0][1].text if titles else ""
    _recognise(out, pages, heads, titles, others)
    _captures(out, pages, inside, titles, heads, language)
    front = " ".join(line.text for _, line in titles[:6])
    out.kind = said_by(language.draft.documents, front) or ("document" if tables else "letter")
    out.stage = said_by(language.draft.stages, front) or "unknown"
    return out


def _titles(pages: Sequence[Page], inside: set[tuple[int, int]]) -> list[tuple[int, Line]]:
    """Lines outside tables that look like headings, the largest first; those of one size in reading order."""
    found = [
        (p.number, line) for p in pages for i, line in enumerate(p.lines)
        if (p.number, i) not in inside and _LETTERS.search(line.text) and len(line.text) <= _LONGEST and not line.words[0].turn
    ]  # fmt: skip
    sizes = sorted(line.words[0].size for _, line in found)
    usual = sizes[len(sizes) // 2] if sizes else 0.0
    heads = [(n, line) for n, line in found if line.bold or line.words[0].size > usual * 1.1]
    first = found[:1] if not heads else []
    return sorted([*heads, *first], key=lambda x: (x[0] > 1, -round(x[1].words[0].size)))


def _heads(pages: Sequence[Page], tables: Sequence[Table], language: Language) -> list[tuple[int, Line]]:
    """The lines of the headings of tables; first those with words."""
    rows: list[tuple[int, Line]] = []
    for t in tables:
        head = heading_row(t, language)
        for row in t.rows[: head + 1][::-1] if head is not None else ():  # the lowest says most
            lines = {(c.page, ln) for c in row if c for ln, _ in c.words}
            rows += [(page, pages[page - 1].lines[ln]) for page, ln in sorted(lines)]
    rows = [r for r in rows if regex.search(r"\p{L}{3}|20\d\d.*20\d\d", r[1].text) and len(r[1].text) <= _LONGEST]
    return sorted(rows, key=lambda r: not _LETTERS.search(r[1].text))


def _recognise(out: Words, pages: Sequence[Page], heads: Sequence[tuple[int, Line]], titles: Sequence[tuple[int, Line]],
               others: Sequence[Sequence[str]]) -> None:  # fmt: skip
    """One heading row and one heading that no other document has; more where that does not tell them apart."""
    rest = [(p.number, line) for p in pages[:1] for line in p.lines if _LETTERS.search(line.text) and len(line.text) <= _LONGEST]
    texts = ["\n".join(pages_).split("\n") for pages_ in others]

    def shared(found: Found, among: Sequence[Sequence[str]]) -> list[Sequence[str]]:
        p = regex.compile(found.pattern)
        return [lines for lines in among if any(p.search(line) for line in lines)]

    left: list[Sequence[str]] = list(texts)
    for group in (heads[:3], titles[:8], rest[:20]):
        if group == rest[:20] and not left and out.recognise:
            break
        candidates = [Found(f"^{generalise(line.text)}$", line.text, n) for n, line in group]
        candidates = [c for c in candidates if c.pattern not in {f.pattern for f in out.recognise}]
        if not candidates or (out.recognise and not left and len(out.recognise) > 1):
            continue
        best = min(candidates, key=lambda c: (len(shared(c, left)), candidates.index(c)))
        out.recognise.append(best)
        left = shared(best, left)
    if left and texts:
        out.doubts.append("recognise: another document of the workspace has all these lines as well: find one it lacks")


def _captures(out: Words, pages: Sequence[Page], inside: set[tuple[int, int]], titles: Sequence[tuple[int, Line]],
              heads: Sequence[tuple[int, Line]], language: Language) -> None:  # fmt: skip
    lines = [(p.number, line.text) for p in pages for line in p.lines]
    words = language.draft
    if titles:
        number, line = titles[0]
        out.captures["title"] = Found(f"^(?P<value>{generalise(line.text)})$", line.text, number)
    for capture in words.municipality:
        _first(out, "municipality", capture.pattern, lines)
    prose = [(p.number, line.text) for p in pages for i, line in enumerate(p.lines) if (p.number, i) not in inside]
    _first(out, "department", r"\((?P<value>\p{Lu}{2,4})\)", prose, "an abbreviation in parentheses: the department's?")
    if (found := out.captures.get("department")) and any(f"({u.currency})" in found.example for u in language.units):
        del out.captures["department"]
    if language.months:
        day = rf"(?i)\b(?P<value>\d{{1,2}}\.? (?:{'|'.join(language.months)}) 20\d\d)$"
        _first(out, "date", day, lines, "the date of the document?")
    _budget_year(out, lines, [(n, t.text) for n, t in titles[:6]], [(n, h.text) for n, h in heads], language)
    for name in ("municipality", "budget_year"):
        if name not in out.captures:
            out.doubts.append(f"{name}: found nowhere; the folders of raw/ say it, or capture it from a line")


def _budget_year(out: Words, lines: Sequence[tuple[int, str]], titles: Sequence[tuple[int, str]],
                 heads: Sequence[tuple[int, str]], language: Language) -> None:  # fmt: skip
    """The year after the word budget, in a title or anywhere; else, as a guess, that of a title or of most headings.

    A year in a reference (`XII/87/2024`) is none.
    """
    for capture in language.draft.budget_year:
        for number, text in titles:
            if "budget_year" not in out.captures and (m := capture.search(text)):
                out.captures["budget_year"] = Found(_up_to(text, m.start("value")), text, number)
        said = Counter(m["value"] for _, text in lines if (m := capture.search(text)))
        earliest = next((m["value"] for _, text in lines if (m := capture.search(text))), None)
        doubt = "the first of several years that are named so" if earliest and said[earliest] < max(said.values()) else None
        _first(out, "budget_year", capture.pattern, lines, doubt)
    if "budget_year" in out.captures:
        return
    in_title = next(((n, text, m[0]) for n, text in titles if (m := YEAR.search(text))), None)
    years = Counter(m[0] for _, text in heads for m in YEAR.finditer(text))
    most = max(years, key=lambda y: (years[y], -int(y)), default="")
    in_heads = next(((n, text, most) for n, text in heads if most and most in YEAR.findall(text)), None)
    if found := in_title or in_heads:
        number, text, year = found
        where = "a title" if in_title else "most headings"
        out.captures["budget_year"] = Found(_up_to(text, text.index(year)), text, number, f"the year of {where}: is it the budget's?")


def _up_to(text: str, at: int) -> str:
    """A pattern that takes the year at a place of a text, and others of its century."""
    return f"^{generalise(text[:at])}(?P<value>{text[at : at + 2]}\\d\\d)"


def _first(out: Words, name: str, pattern: str, lines: Iterable[tuple[int, str]], doubt: str | None = None) -> None:
    """Keep the first line that a pattern finds, where nothing is kept yet."""
    if name in out.captures:
        return
    p = regex.compile(pattern)
    hit = next(((n, t, m) for n, t in lines if (m := p.search(t))), None)
    if hit:
        number, text, m = hit
        start = text.rfind(" ", 0, max(0, m.start() - 20)) + 1 if m.start() > 20 else 0
        end = text.find(" ", m.end() + 30)
        example = text[start : end if end > 0 else len(text)]
        out.captures[name] = Found(pattern, example if p.search(example) else text, number, doubt)


