"""Tables -> kinds: which row is the heading, what stands under each heading, which tables have the same columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import regex

from pipeline.model import Cell, Table
from pipeline.numbers import Locale, parse
from pipeline.rules.schema import Language
from pipeline.text import join_lines, slug

_HEADING_ROWS = 5
_YEAR = regex.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_SHORT_YEAR = regex.compile(r"^\p{L}{1,3}\.?\s?(?P<y>\d\d)$")
_LETTER = regex.compile(r"\p{L}")
_CODES = regex.compile(
    r"(?i)^(?:konto|kto|art|nr|løbenr|kode|kod|gruppering|sted|psp|funktion|ansvar|id|account|code|produktnr|kostenstelle)\b\.?"
)
_PERCENT = regex.compile(r"(?i)%|\bpct\b|pro[cs]ent|prozent|per ?cent")
_MEASURES = (
    ("percent", _PERCENT),
    ("net", regex.compile(r"(?i)^netto(?:budget|\b)|^nettoudg|nettokostnad")),
    ("expenditure", regex.compile(r"(?i)\budg(?:ift|\b)|utgift|kostnad|aufw(?:a|e)nd|ausgabe|expenditure|uitgave|\blasten\b")),
    ("income", regex.compile(r"(?i)\bindt(?:ægt|\b)|intäkt|inkomst|inntekt|ertr[aä]g|einnahme|\bincome\b|\bbaten\b")),
    ("staffing", regex.compile(r"(?i)årsværk|stilling|fuldtid|årsarbet|tjänst|planstellen|\bFTEs?\b")),
    ("count", regex.compile(r"(?i)^antal\b|enheder$|pladser$")),
)  # fmt: skip
_PHASES = (  # the first that matches counts
    ("deviation", regex.compile(r"(?i)afvig|avvik|ændring|förändr|forskel|endring|abweich|veränd|variance|\bchange\b|\bdiff")),
    ("adjusted_budget", regex.compile(r"(?i)korr|tillægs|revider|justert|nachtrag|revised|^KB\s?\d")),
    ("actual", regex.compile(r"(?i)regnskab|utfall|bokslut|regnskap|ergebnis|rechnung|outturn|\bactuals?\b|^R\s?\d")),
    ("proposal", regex.compile(r"(?i)forslag|förslag|entwurf|\bproposed\b|^BF\s?\d")),
    ("forecast", regex.compile(r"(?i)forvent|skøn|prognos|forecast|hochrechnung|^FR?\s?\d")),
    ("budget", regex.compile(r"(?i)budget|overslag|budsjett|øk\.? ?plan|ansatz|haushalt|begroting|estimate|^BO?\s?\d|^VB\s?\d")),
)  # fmt: skip


def escape(text: str) -> str:
    """A pattern for the text itself."""
    return regex.sub(r"[\\.^$*+?{}\[\]|()]", r"\\\g<0>", text)


def generalise(text: str) -> str:
    """A pattern for the text with other numbers: `Forslag 2024 2025` -> `Forslag(?: 20\\d\\d){2,}`."""
    parts = regex.split(r"(\d+)", text)
    out = "".join(
        escape(p) if n % 2 == 0 else r"20\d\d" if regex.fullmatch(r"20\d\d", p) else r"\d+" if len(p) > 1 else r"\d{1,2}"
        for n, p in enumerate(parts)
    )
    return regex.sub(r"(?: 20\\d\\d){2,}", r"(?: 20\\d\\d){2,}", out)


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """One column entry of a table rule: `said` is what goes into the rule beside pattern and examples."""

    pattern: str
    examples: tuple[str, ...]
    said: tuple[tuple[str, Any], ...] = ()
    doubt: str | None = None

    @property
    def figures(self) -> bool:
        return not any(k in ("attribute", "ignore") for k, _ in self.said)

    def as_data(self) -> dict[str, Any]:
        return {"pattern": self.pattern, **dict(self.said), "examples": list(self.examples)}


@dataclass(slots=True)
class KindGuess:
    """Tables with the same columns."""

    columns: list[ColumnGuess]
    tables: list[Table] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)  # of the label column
    label: str | None = None  # set where only that tells it from another kind

    def as_columns(self) -> list[dict[str, Any]]:
        return [c.as_data() for c in self.columns]


def text_of(cell: Cell | None) -> str:
    return join_lines(cell.lines) if cell else ""


def heading_row(table: Table, locale: Locale) -> int | None:
    """The last of the rows over the first figures that read like headings; `None` where there is none."""
    found = None
    width = len(table.rows[0])
    every = {k: [t for row in table.rows if (t := text_of(row[k]))] for k in range(1, width)}
    numeric = {k for k, texts in every.items() if sum(parse(t, locale) is not None for t in texts) * 2 > len(texts)}
    for r, row in enumerate(table.rows[:_HEADING_ROWS]):
        texts = [t for c in row[1:] if (t := text_of(c))]
        if not texts or (numeric and not any(text_of(row[k]) for k in numeric)):
            continue  # the heading of a group of rows
        if not all(_is_heading(t, locale) for t in texts):
            break
        years = all(_YEAR.fullmatch(t) for t in texts)
        if found is not None and years and any(_YEAR.fullmatch(text_of(c)) for c in table.rows[found][1:]):
            break
        found = r
    return found


def _is_heading(text: str, locale: Locale) -> bool:
    if _YEAR.fullmatch(text) or _PERCENT.fullmatch(text):
        return True
    return parse(text, locale) is None


def _heading(table: Table, head: int, k: int) -> str:
    """The heading of a column as the figure reader sees it: its own, or with those above where there are some."""
    parts = []
    for r in range(head + 1):
        j = k
        while j > 1 and table.rows[r][j] is None:
            j -= 1
        parts.append(text_of(table.rows[r][j]))
    return " ".join(p for p in parts if p)


def guess_columns(table: Table, head: int, language: Language) -> tuple[list[ColumnGuess], list[str]]:
    """What each column after the first is, and what cannot be told."""
    locale = Locale(language.decimal, language.group)
    labels = label_column(table, head, locale)
    body = table.rows[head + 1 :]
    width = len(table.rows[0])
    texts = {k: [t for row in body if (t := text_of(row[k]))] for k in range(width)}
    numeric = {k: [t for t in texts[k] if parse(t, locale)] for k in range(width)}
    codes_first = sum(bool(_LETTER.search(t)) for t in texts[0]) * 2 < len(texts[0])
    out = [_named(text_of(table.rows[head][0]), "account", None)] if labels else []
    doubts: list[str] = []
    amounts = (k for k in range(1, width) if len(numeric[k]) * 2 > len(texts[k]) and not _CODES.search(_heading(table, head, k)))
    first_figures = next(amounts, width)
    for k in range(labels + 1, width):
        heading = _heading(table, head, k)
        if not heading:
            if texts[k] and k >= first_figures:
                doubts.append(f"column {k + 1} has no heading ({texts[k][0]!r} …): it is not read")
            continue
        mostly_text = len(numeric[k]) * 2 < len(texts[k])
        if _CODES.search(heading) or (_is_codes(texts[k]) and k < width - 1 and not _YEAR.search(heading)):
            out.append(_named(heading, "account", "codes, not amounts"))
        elif mostly_text and k < first_figures and codes_first:
            continue  # the words of the label, after its number
        elif mostly_text or (not texts[k] and not _YEAR.search(heading) and not _LETTER.search(heading)):
            out.append(_named(heading, _name(heading, "note"), None))
        else:
            out.append(_figures(heading, language))
    return merged(out), doubts


def label_column(table: Table, head: int, locale: Locale) -> int:
    """Where the labels stand: in the second column when the first, under a heading, holds codes only."""
    if len(table.rows[0]) < 3 or not text_of(table.rows[head][0]) or not text_of(table.rows[head][1]):
        return 0
    first, second = ([t for row in table.rows[head + 1 :] if (t := text_of(row[k]))] for k in (0, 1))
    codes = sum(not _LETTER.search(t) or bool(regex.fullmatch(r"\p{Lu}{1,4}[-.]?\d+", t)) for t in first)
    words = sum(parse(t, locale) is None and bool(_LETTER.search(t)) for t in second)
    return 1 if first and codes * 5 >= len(first) * 4 and words * 5 >= len(second) * 4 else 0


def _is_codes(texts: Sequence[str]) -> bool:
    """Numbers that are names: all of the same three digits or more, none twice, rising."""
    if len(texts) < 3 or not all(regex.fullmatch(r"\d{3,}|\d+(?:\.\d\d){2,}", t) for t in texts):
        return False
    return len({len(t) for t in texts}) == 1 and sorted(set(texts)) == list(texts)


def _named(heading: str, name: str, doubt: str | None) -> ColumnGuess:
    return ColumnGuess(f"^{generalise(heading)}$", (heading,), (("attribute", name),), doubt)


def _name(heading: str, otherwise: str) -> str:
    name = slug(heading).replace("-", "_")[:24].strip("_")
    return name if regex.match("[a-z]", name) else otherwise


def _figures(heading: str, language: Language) -> ColumnGuess:
    said: list[tuple[str, Any]] = []
    measure = next((m for m, p in _MEASURES if p.search(heading)), None)
    phase = next((p for p, q in _PHASES if q.search(heading)), None)
    if measure:
        said.append(("measure", measure))
    if phase:
        said.append(("phase", phase))
    doubt = None if measure or phase or _YEAR.search(heading) else f"what {heading!r} stands for"
    return ColumnGuess(_column_pattern(heading, language), (heading,), tuple(said), doubt)


def _column_pattern(heading: str, language: Language) -> str:
    """`R2022` -> `^R(?P<year>20\\d\\d)$`; a unit in the heading is captured as well."""
    spans: list[tuple[int, int, str]] = []
    short = _SHORT_YEAR.search(heading)
    year = _YEAR.search(heading)
    if year:
        spans.append((*year.span(), rf"(?P<year>{year[0][:2]}\d\d)"))
    elif short:
        spans.append((*short.span("y"), r"(?P<year>\d\d)"))
    unit = next((m for u in language.units if (m := u.search(heading)) and m[0].strip()), None)
    if unit and not (year and unit.start() < year.end() and year.start() < unit.end()):
        spans.append((*unit.span(), f"(?P<unit>{escape(unit[0])})"))
    out, at = "^", 0
    for a, b, pattern in sorted(spans):
        out += generalise(heading[at:a]) + pattern
        at = b
    return out + generalise(heading[at:]) + "$"


def merged(columns: Iterable[ColumnGuess]) -> list[ColumnGuess]:
    """Columns with the same pattern are one entry with all their examples."""
    out: dict[str, ColumnGuess] = {}
    for c in columns:
        old = out.get(c.pattern)
        examples = tuple(dict.fromkeys((*(old.examples if old else ()), *c.examples)))[:3]
        out[c.pattern] = replace(old or c, examples=examples)
    return list(out.values())


def guess_kinds(tables: Sequence[Table], language: Language) -> tuple[list[KindGuess], list[str]]:
    """Kinds of tables, the one with most columns first; what cannot be told of any table."""
    locale = Locale(language.decimal, language.group)
    kinds: list[KindGuess] = []
    doubts: list[str] = []
    for table in tables:
        head = heading_row(table, locale)
        if head is None:
            first = " ".join(text_of(c) for c in table.rows[0])[:50]
            doubts.append(f"the table on page {table.page} has no heading row ({first!r}): no rule can read it")
            continue
        columns, told = guess_columns(table, head, language)
        doubts += [f"page {table.page}: {t}" for t in told]
        if not any(c.figures for c in columns):
            doubts.append(f"the table on page {table.page} holds no column of figures")
            continue
        own = KindGuess(columns, [table], [text_of(table.rows[head][label_column(table, head, locale)])])
        same = next((k for k in kinds if {c.pattern for c in k.columns} == {c.pattern for c in columns}), None)
        if same is None:
            kinds.append(own)
        else:
            _join(same, own)
    return _apart(kinds), doubts


def _join(kind: KindGuess, other: KindGuess) -> None:
    kind.columns = merged([*kind.columns, *other.columns])
    kind.tables += other.tables
    kind.headings += other.headings


def _apart(kinds: list[KindGuess]) -> list[KindGuess]:
    """Kinds that share a figure column are told apart by the heading of their labels, else they are one."""
    out: list[KindGuess] = []
    for kind in sorted(kinds, key=lambda k: -len(k.columns)):
        rival = next((k for k in out if _shared(k, kind)), None)
        if rival is None:
            out.append(kind)
        elif not set(rival.headings) & set(kind.headings) and all(rival.headings) and all(kind.headings):
            for k in (rival, kind):
                k.label = "^(?:" + "|".join(generalise(h) for h in dict.fromkeys(k.headings)) + ")$"
            out.append(kind)
        else:
            _join(rival, kind)
    return out


def _shared(a: KindGuess, b: KindGuess) -> bool:
    return bool({c.pattern for c in a.columns if c.figures} & {c.pattern for c in b.columns if c.figures})
