"""Running heads that count the pages: they stand right above tables, over their columns, and head none of them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.model import Line, Page, Table
from pipeline.read.turns import is_margin
from pipeline.tables.parts import Find, part_tables

_NUMBER = re.compile(r"\d+")
_HIGHER = 4.0  # points by which a running head may stand higher or lower on the next page


def without_heads(pages: Sequence[Page], tables: Sequence[Sequence[Table]], find: Find) -> list[Sequence[Table]]:
    """The tables of each page, as `find` sees them without its running head where that became a part of one.

    A head reaches down to the last line that stands on another page too and says how many pages lie between: the heading of a table
    that is repeated does not.
    """
    out = []
    for n, (page, found) in enumerate(zip(pages, tables, strict=True)):
        beside = [p for p in pages[max(0, n - 1) : n + 2] if p is not page]
        first = min((t.top for t in found), default=page.height)
        count = next((k for k in range(_margin(page), 0, -1) if any(_counts(page.lines[k - 1], page, p) for p in beside)), 0)
        if count and page.lines[count - 1].bottom > first:
            found = part_tables(page, [(i, j) for i in range(count, len(page.lines)) for j in range(len(page.lines[i].words))], find)
        out.append(found)
    return out


def _margin(page: Page) -> int:
    """How many lines stand in the upper margin of a page."""
    upper = (k for k, ln in enumerate(page.lines) if ln.words[0].turn or 2 * ln.top > page.height
             or not is_margin(ln.top, ln.bottom, page.height))  # fmt: skip
    return next(upper, len(page.lines))


def _counts(line: Line, page: Page, other: Page) -> bool:
    """Whether a line stands on another page as well, one of its numbers as much higher as the page is."""
    for ln in other.lines[: _margin(other)]:
        if abs(ln.top - line.top) <= _HIGHER and _NUMBER.sub("#", ln.text) == _NUMBER.sub("#", line.text):
            numbers = [[int(m) for m in _NUMBER.findall(one.text)] for one in (line, ln)]
            return any(b - a == other.number - page.number for a, b in zip(*numbers, strict=True))
    return False
