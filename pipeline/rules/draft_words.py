"""What a document says of itself: its language, the lines it is known by, captures, the captions of its units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import regex

from pipeline.model import Line, Page, Table
from pipeline.numbers import Locale, parse
from pipeline.parse.units import unit_value
from pipeline.rules.draft_tables import escape, generalise, heading_row, text_of
from pipeline.rules.schema import Language

_WORD = regex.compile(r"\p{L}{2,}")
_YEAR = regex.compile(r"(?<!\d)20\d\d(?!\d)")
_LETTERS = regex.compile(r"\p{L}{3,}")
_PRICES = regex.compile(r"(?i)\b(?:20)?\d\d-?\s?(?:PL|P/L|priser|prisniveau)\b|\b(?:PL|prisniveau|prisnivå) 20\d\d\b")
_BEFORE_UNIT = (
    r"(?:\(|\b(?:i|in|beløb i|belopp i|beløp i|alle tal i|Angaben in|amounts in|all figures in) |(?<=20\d\d-PL )|^)"
)
_SAVINGS = regex.compile(
    r"(?i)besparelse|spareforslag|sparekatalog|omprioritering|reduktion|effektivisering|besparing|neddragning|innsparing"
    r"|einsparung|konsolidierung|\bsavings?\b|bezuiniging"
)
_KINDS = (
    ("catalogue", _SAVINGS),
    ("accounts", regex.compile(r"(?i)^(?:års)?regnskab|årsredovisning|bokslut|^årsregnskap|jahresabschluss|statement of accounts")),
    ("budget", regex.compile(r"(?i)budget|bevilling|anslag|budsjett|økonomiplan|haushalt|begroting|financial (?:strategy|plan)")),
    ("memo", regex.compile(r"(?i)notat|\bmemo|pm\b")),
)
_STAGES = (
    ("adopted", regex.compile(r"(?i)vedtaget|antagen|antaget|vedtatt|beschlossen|adopted|approved")),
    ("hearing", regex.compile(r"(?i)høring|remiss|anhörung|consultation")),
    ("followup", regex.compile(r"(?i)opfølgning|regnskab|uppföljning|bokslut|regnskap|outturn")),
    ("draft", regex.compile(r"(?i)forslag|udkast|katalog|förslag|oplæg|entwurf|draft|proposal")),
)
_FAR = 14  # lines over a table among which its caption is looked for
_LONGEST = 90  # a longer line is running text, no heading


@dataclass(frozen=True, slots=True)
class Found:
    """A pattern and the printed text it was made from. `value`: a fixed value for a capture."""

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
    captions: list[Found] = field(default_factory=list)
    title: str = ""
    kind: str = "document"
    stage: str = "unknown"
    saves: bool = False
    doubts: list[str] = field(default_factory=list)


def best_language(pages: Sequence[Page], tables: Sequence[Table], languages: Mapping[str, Language]) -> Language:
    """The language whose words, letters and way to write numbers the document shares most with."""
    text = "\n".join(line.text for p in pages for line in p.lines)
    words = {w.casefold() for w in _WORD.findall(text)}
    letters = {c for c in text.casefold() if c.isalpha() and not c.isascii()}
    own = {name: _vocabulary(lang) for name, lang in languages.items()}
    cells = [t for table in tables for row in table.rows for c in row[1:] if (t := text_of(c)) and any(x.isdigit() for x in t)]

    known = Counter(w for v in own.values() for w in v)

    def score(name: str) -> float:
        locale = Locale(languages[name].decimal, languages[name].group)
        canonical = sum(1 for t in cells if (n := parse(t, locale)) and n.canonical) / max(1, len(cells))
        group = sum(languages[name].group in t for t in cells) / max(1, len(cells))
        # a word tells the less the more languages have it: two files may be of one language, with other numbers or units
        shared = sum((8 if len(w) == 1 else 1) / known[w] ** 2 for w in own[name] & (words | letters))
        return shared + 4 * canonical + 3 * group

    return languages[max(sorted(languages), key=score)]


def _vocabulary(language: Language) -> set[str]:
    """Words and special letters of a language file."""
    text = language.model_dump_json().casefold()
    return {w for w in _WORD.findall(text)} | {c for c in text if c.isalpha() and not c.isascii()}


def find_words(pages: Sequence[Page], tables: Sequence[Table], language: Language,
               others: Sequence[Sequence[str]]) -> Words:  # fmt: skip
    """Everything but tables. `others`: the text of the other documents, a string for each page."""
    out = Words()
    inside = {(c.page, ln) for t in tables for row in t.rows for c in row if c for ln, _ in c.words}
    titles = _titles(pages, inside)
    out.title = titles[0][1].text if titles else ""
    _recognise(out, pages, tables, titles, language, others)
    _captures(out, pages, titles, out.recognise, language.months)
    front = " ".join(line.text for _, line in titles[:6])
    out.saves = bool(_SAVINGS.search(front))
    out.kind = next((k for k, p in _KINDS if p.search(front)), "document" if tables else "letter")
    out.stage = next((s for s, p in _STAGES if p.search(front)), "unknown")
    _captions(out, pages, tables, language)
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


def _recognise(out: Words, pages: Sequence[Page], tables: Sequence[Table], titles: Sequence[tuple[int, Line]],
               language: Language, others: Sequence[Sequence[str]]) -> None:  # fmt: skip
    """One heading row and one heading that no other document has; more where that does not tell them apart."""
    locale = Locale(language.decimal, language.group)
    rows: list[tuple[int, Line]] = []
    for t in tables:
        head = heading_row(t, locale)
        cells = [c for c in t.rows[head] if c and c.words] if head is not None else []
        lines = {ln for c in cells for ln, _ in c.words}
        rows += [(t.page, pages[t.page - 1].lines[ln]) for ln in sorted(lines)]
    rows = [r for r in rows if regex.search(r"\p{L}{3}|20\d\d.*20\d\d", r[1].text)]
    rest = [(p.number, line) for p in pages[:1] for line in p.lines if _LETTERS.search(line.text) and len(line.text) <= _LONGEST]
    texts = ["\n".join(pages_).split("\n") for pages_ in others]

    def shared(found: Found, among: Sequence[Sequence[str]]) -> list[Sequence[str]]:
        p = regex.compile(found.pattern)
        return [lines for lines in among if any(p.search(line) for line in lines)]

    left: list[Sequence[str]] = list(texts)
    for group in (rows[:3], titles[:8], rest[:20]):
        if group is rest[:20] and not left:
            break
        candidates = [Found(f"^{generalise(line.text)}$", line.text, n) for n, line in group if len(line.text) <= _LONGEST]
        candidates = [c for c in candidates if c.pattern not in {f.pattern for f in out.recognise}]
        if not candidates or (out.recognise and not left and len(out.recognise) > 1):
            continue
        best = min(candidates, key=lambda c: (len(shared(c, left)), candidates.index(c)))
        out.recognise.append(best)
        left = shared(best, left)
    if left and texts:
        out.doubts.append("recognise: another document of the workspace has all these lines as well: find one it lacks")


def _captures(out: Words, pages: Sequence[Page], titles: Sequence[tuple[int, Line]], heads: Sequence[Found],
              months: Sequence[str]) -> None:  # fmt: skip
    lines = [(p.number, line.text) for p in pages for line in p.lines]
    if titles:
        number, line = titles[0]
        out.captures["title"] = Found(f"^(?P<value>{generalise(line.text)})$", line.text, number)
    for pattern, doubt in (
        (r"\b(?P<value>\p{Lu}[\p{L}-]+(?: \p{Lu}[\p{L}-]+)?) [Kk]ommune\b", None),
        (r"\b(?P<value>\p{Lu}[\p{L}-]+?)s? kommun\b", "the name without the s of the genitive?"),
        (r"\b(?:Stadt|Gemeinde|Landkreis|[Gg]emeente|(?:City|Borough|County|District) of) (?P<value>\p{Lu}[\p{L}-]+)", None),
        (r"\b(?P<value>\p{Lu}[\p{L}-]+(?: \p{Lu}[\p{L}-]+)?) (?:City|Borough|County|District) Council\b", None),
    ):
        _first(out, "municipality", pattern, lines, doubt)
    _first(out, "department", r"\((?P<value>(?!DKK|SEK|EUR|KR|PL|IT)\p{Lu}{2,4})\)", lines, None)
    _first(out, "date", rf"(?i)\b(?P<value>\d{{1,2}}\.? (?:{'|'.join(months)}) 20\d\d)$", lines, "the date of the document?")
    for text in [*(h.example for h in heads[1:]), *(t.text for _, t in titles[:6])]:
        year = _YEAR.search(text)
        if year and "budget_year" not in out.captures:
            out.captures["budget_year"] = Found(f"^{generalise(text[: year.start()])}(?P<value>20\\d\\d)", text, 1)
    _first(out, "budget_year", r"(?i)\bbudget\p{L}*(?: for)? (?P<value>20\d\d)\b", lines, None)
    if heads and (year := _YEAR.search(heads[0].example)):
        before = generalise(heads[0].example[: year.start()])
        _first(out, "budget_year", f"^{before}(?P<value>20\\d\\d)", lines, "the first year of the table?")
    for name in ("municipality", "budget_year"):
        if name not in out.captures:
            out.doubts.append(f"{name}: found nowhere; the folders of raw/ say it, or capture it from a line")


def _first(out: Words, name: str, pattern: str, lines: Sequence[tuple[int, str]], doubt: str | None) -> None:
    """Keep the first line that a pattern finds, where nothing is kept yet."""
    if name in out.captures:
        return
    p = regex.compile(pattern)
    hit = next(((n, t, m) for n, t in lines if (m := p.search(t))), None)
    if hit:
        number, text, m = hit
        start = text.rfind(" ", 0, max(0, m.start() - 20)) + 1 if m.start() > 20 else 0
        end = text.find(" ", m.end() + 30)
        out.captures[name] = Found(pattern, text[start : end if end > 0 else len(text)], number, doubt)


# --- units


def _captions(out: Words, pages: Sequence[Page], tables: Sequence[Table], language: Language) -> None:
    """The line over each table, or the heading of its labels, that names the unit."""
    units = "|".join(f"(?:{u.pattern.replace('(?i)', '(?i:')}{')' if '(?i)' in u.pattern else ''})" for u in language.units)
    unit = regex.compile(rf"(?i){_BEFORE_UNIT}\s?(?P<unit>{units})(?=[\s),.:;]|$)")
    locale = Locale(language.decimal, language.group)
    without: list[int] = []
    kept: dict[str, Found] = {}
    for t in tables:
        head = heading_row(t, locale)
        texts = [(t.page, text_of(row[0])) for row in t.rows[: (head or 0) + 1]]
        page = pages[t.page - 1]
        above = [line.text for line in page.lines if line.bottom <= t.top + 2][::-1][:_FAR]
        texts += [(t.page, line) for line in above]
        found = next((f for n, text in texts if (f := _caption(text, n, unit, language))), None)
        if found:
            kept.setdefault(found.pattern, found)
        else:
            without.append(t.page)
    if without:
        anywhere = [(p.number, line.text) for p in pages for line in p.lines]
        found = next((f for n, text in anywhere if (f := _caption(text, n, unit, language))), None) if not kept else None
        if found:
            kept[found.pattern] = found
    out.captions = sorted(kept.values(), key=lambda f: "price_level" not in f.pattern)


def _caption(text: str, page: int, unit: regex.Pattern[str], language: Language) -> Found | None:
    m = unit.search(text)
    if not m or unit_value(m["unit"], language) is None or len(text) > 2 * _LONGEST:
        return None
    spans = [(*m.span("unit"), f"(?P<unit>{escape(m['unit'])})")]
    prices = _PRICES.search(text)
    if prices and (prices.end() <= m.start("unit") or prices.start() >= m.end("unit")):
        spans.append((*prices.span(), f"(?P<price_level>{generalise(prices[0])})"))
    short = len(text) <= 50
    start = 0 if short else min(m.start(), *(a for a, _, _ in spans))
    if start and text[start - 1] == "(":
        start -= 1
    end = len(text) if short else max(b for _, b, _ in spans)
    end += text[end : end + 1] == ")"
    pattern, at = "^" if not start else "", start
    for a, b, part in sorted(spans):
        pattern += generalise(text[at:a]) + part
        at = b
    pattern += generalise(text[at:end]) + ("$" if end == len(text) and short else "")
    return Found(pattern, text, page)
