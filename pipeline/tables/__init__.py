"""Pages -> tables, by geometry alone: ruled grids, and figures aligned under year headings without any rules."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.model import Line, Page, Table
from pipeline.tables.parts import part_tables, without
from pipeline.tables.ruled import ruled_tables
from pipeline.tables.turned import turned_tables
from pipeline.tables.unruled import unruled_tables

_SIDEWAYS = 4.0  # points by which the borders of a table, or a running head, may differ from one page to the next
_DIGITS = re.compile(r"\d+")
_NUMBER = re.compile(r"(?i)\W*(?:side\s*)?\d{1,4}(?:\s*(?:af|/)\s*\d{1,4})?\W*$")


def find_tables(page: Page) -> tuple[Table, ...]:
    """The tables of one page from top to bottom; no word belongs to two of them."""
    found = [*_upright(page), *turned_tables(page, _upright)]
    return tuple(sorted(found, key=lambda t: (t.top, t.x0)))


def _upright(page: Page) -> list[Table]:
    ruled = ruled_tables(page) if page.edges else []
    return [*ruled, *part_tables(page, without(page, ruled), unruled_tables)] if ruled else unruled_tables(page)


def join_pages(pages: Sequence[Page], tables: Sequence[Sequence[Table]]) -> list[Table]:
    """Tables of all pages in reading order; one that goes on at the top of the next page is one table.

    It goes on when it was the last thing on its page, the next page begins with a table of the same columns, and
    that table brings no heading of its own or repeats the heading row.
    """
    out: list[Table] = []
    for found in tables:
        for table in found:
            last = out[-1] if out else None
            if last is not None and table is found[0] and _goes_on(last, table, pages):
                rows = table.rows[1:] if _texts(table.rows[0]) == _texts(last.rows[0]) else table.rows
                out[-1] = replace(
                    last, rows=(*last.rows, *rows), last_page=table.last_page, last_bottom=table.last_bottom
                )
            else:
                out.append(table)
    return out


def _texts(row: Sequence[object]) -> list[str | None]:
    return [getattr(cell, "raw", None) for cell in row]


def _goes_on(last: Table, table: Table, pages: Sequence[Page]) -> bool:
    if last.last_page != table.page - 1 or not _same_columns(last, table):
        return False
    before, after = pages[last.last_page - 1], pages[table.page - 1]
    below = [ln for ln in before.lines if ln.top > last.last_bottom and not _is_furniture(ln, before, after)]
    above = [ln for ln in after.lines if ln.bottom < table.top and not _is_furniture(ln, after, before)]
    if below or above:
        return False
    repeats = _texts(last.rows[0]) == _texts(table.rows[0])
    first, heading = table.rows[0], last.rows[0]
    own_heading = not repeats and _headings(first) >= 2 and _headings(heading) >= 2
    return not own_heading


def _same_columns(a: Table, b: Table) -> bool:
    """Ruled columns have the same borders; without rules, the middle of each column lies in its like."""
    if len(a.columns) != len(b.columns) or a.ruled != b.ruled:
        return False
    if a.ruled:
        return all(abs(x - y) <= _SIDEWAYS for x, y in zip(a.columns, b.columns, strict=True))
    spans = [list(zip(t.columns, t.columns[1:], strict=False)) for t in (a, b)]
    return all(
        other[0] <= sum(own) / 2 <= other[1]
        for mine, theirs in (spans, spans[::-1]) for own, other in zip(mine, theirs, strict=True)
    )  # fmt: skip


def _is_furniture(line: Line, page: Page, other: Page) -> bool:
    """A running head or foot: in the margin, and the other page has the same there, digits aside; or a page number."""
    if not is_margin(line.top, line.bottom, page):
        return False
    text = _DIGITS.sub("#", line.text)
    return _NUMBER.match(line.text) is not None or any(
        abs(ln.top - line.top) <= _SIDEWAYS and _DIGITS.sub("#", ln.text) == text for ln in other.lines
    )


def _headings(row: Sequence[object]) -> int:
    """How many cells of a row read like the heading of a figure column."""
    return sum(1 for cell in row if (raw := getattr(cell, "raw", None)) and raw[-4:].isdigit() and raw[-4:-2] == "20")


def is_margin(top: float, bottom: float, page: Page) -> bool:
    """Whether something stands in the page's outer twelfth, where running heads and page numbers are."""
    return bottom < page.height / 12 or top > page.height * 11 / 12
