"""Pages -> tables, by geometry alone: ruled grids, and figures aligned under year headings without any rules."""

from __future__ import annotations

import re

from pipeline.model import Page, Table
from pipeline.tables.pages import join_pages
from pipeline.tables.parts import part_tables, without
from pipeline.tables.ruled import ruled_tables
from pipeline.tables.running import without_heads
from pipeline.tables.turned import turned_tables
from pipeline.tables.unruled import unruled_tables
from pipeline.tables.upended import upended_headings

__all__ = ["find_tables", "join_pages", "without_heads"]

_DIGIT = re.compile(r"\d")


def find_tables(page: Page) -> tuple[Table, ...]:
    """The tables of one page from top to bottom; no word belongs to two of them."""
    upright, headings = upended_headings(page, _upright(page))
    found = [*upright, *turned_tables(page, _upright, headings)]
    return tuple(sorted(found, key=lambda t: (t.top, t.x0)))


def _upright(page: Page) -> list[Table]:
    ruled = ruled_tables(page) if page.edges else []
    if not ruled:
        return unruled_tables(page)
    rest = without(page, ruled)
    numbers = sum(1 for i, j in rest if _DIGIT.search(page.lines[i].words[j].text))
    return [*ruled, *part_tables(page, rest, unruled_tables)] if numbers > 1 else ruled
