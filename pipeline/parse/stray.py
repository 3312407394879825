"""Tables that may not be what their place says: below a heading that was not read, or under the years of another round."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz

from pipeline.model import Note, Page, RawLine
from pipeline.parse.stream import box_of
from pipeline.parse.walk import Walk
from pipeline.rules.schema import Rule

_NO_LETTERS = re.compile(r"[\W\d_]+")
_LEAST = 8  # letters that all headings begin with before a line can be told to begin like them
_ALIKE = 85.0  # per cent of letters in common


def unread_headings(pages: Sequence[Page], found: Walk, rule: Rule) -> Iterator[Note]:
    """Lines that begin as a section's heading does, unread, over a table that so went to the section before."""
    heads = [(s.page, s.box.top) for s in found.sections]
    begins = _beginnings(pages, found, rule)
    if not begins:
        return
    for page in pages:
        for index, line in enumerate(page.lines):
            if not line.words or found.claims.get((page.number, index, 0)) in ("heading", "furniture", "caption"):
                continue
            letters = _letters(line.text)
            if not any(len(letters) >= len(b) and _alike(letters[: len(b)], b) for b in begins):
                continue
            _, box = box_of(pages, [(page.number, index, j) for j in range(len(line.words))])
            here = page.number, box.top
            nxt = min((h for h in heads if h > here), default=None)
            table = next((t for t in found.tables if here < (t.table.page, t.table.top)), None)
            if table is None or table.section is None or (nxt and nxt < (table.table.page, table.table.top)):
                continue
            code = table.section.code
            if (table.section.page, table.section.box.top) < here and code not in line.text:
                yield Note("heading-unread", "warning", f"“{line.text}” begins as the headings of sections do and is not read as one: "
                           f"the table below it stands in proposal {code}", page.number, box,
                           "widen the pattern of `sections: heading:`",
                           message_da=f"“{line.text}” begynder som afsnittenes overskrifter og er ikke læst som en: "
                           f"tabellen under den står i forslag {code}",
                           suggestion_da="udvid mønstret i `sections: heading:`")  # fmt: skip


def _beginnings(pages: Sequence[Page], found: Walk, rule: Rule) -> set[str]:
    """The letters before what the heading's pattern captures, in each heading that was read."""
    if not rule.sections:
        return set()
    heading, out = rule.sections.heading, set()
    for page in pages:
        for index, line in enumerate(page.lines):
            m = heading.search(line.text) if found.claims.get((page.number, index, 0)) == "heading" else None
            if m:
                starts = [m.start(name) for name in heading.compiled.groupindex if m.start(name) >= 0]
                out.add(_letters(line.text[: min(starts, default=0)]))
    return {b for b in out if len(b) >= _LEAST}


def _letters(text: str) -> str:
    return _NO_LETTERS.sub("", text.casefold())


def _alike(a: str, b: str) -> bool:
    return fuzz.ratio(a, b, score_cutoff=_ALIKE) > 0


def years_that_differ(lines: Sequence[RawLine], budget_year: int | None) -> Iterator[Note]:
    """Tables of proposals whose first year is not that of the round."""
    first: dict[str, RawLine] = {}
    for line in lines:
        if line.phase == "proposal" and line.table_kind != "other" and line.year is not None:
            known = first.get(line.table_id)
            if known is None or known.year is None or line.year < known.year:
                first[line.table_id] = line
    for line in first.values():
        if budget_year is not None and line.year != budget_year:
            yield Note("years-differ", "warning",
                       f"the table on page {line.page} begins with {line.year}, its round with {budget_year}", line.page, line.box,
                       "look at the headings of its columns",
                       message_da=f"tabellen på side {line.page} begynder med {line.year}, dens runde med {budget_year}",
                       suggestion_da="se på overskrifterne over dens kolonner")  # fmt: skip
