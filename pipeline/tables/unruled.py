"""Figures aligned in columns, without ruling lines.

        Forslag                              2024     2025     2026
        Omlægning af nattevagt og          -1.600   -1.600   -1.600     a label may wrap above, beside or below
        vikardækning                                                    its figures
        I alt                              -1.600   -1.600   -1.600

A table is a run of lines whose figures stand below each other; running text has figures, but not apart from its words.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from pipeline.model import Page, Table
from pipeline.tables.above import tables_below_labels
from pipeline.tables.area import (
    HEADINGS,
    Area,
    area_of,
    goes_on,
    is_headed,
    is_heading_of_next,
    is_last_row,
    is_text,
    label_of,
    runs_on,
)
from pipeline.tables.asides import aside, text_columns
from pipeline.tables.beside import beside_tables
from pipeline.tables.build import build_table
from pipeline.tables.lines import NEAR, Segments, is_half_a_line
from pipeline.tables.parts import part_tables, without
from pipeline.tables.runs import find_runs, is_table
from pipeline.tables.segments import Segment, overlap

_HIGH = 1.3  # font sizes that a blank row is high


def unruled_tables(page: Page) -> list[Table]:
    """Every table of a page; those side by side are parted first."""
    segments = Segments(page)
    free = [i for i, line in enumerate(page.lines) if not line.words[0].turn]
    below, unsure = tables_below_labels(page, segments)
    if below or unsure:
        return [*below, *part_tables(page, [(i, j) for i, j in without(page, below) if i not in unsure], unruled_tables)]
    runs = find_runs(page, free, segments)
    if runs and (columns := text_columns(page, segments)):
        return _parted(page, *columns)
    out = beside_tables(page, segments, unruled_tables) if runs else []
    if out:
        rest = without(page, out)
        return [*out, *part_tables(page, rest, unruled_tables)]
    runs = [r for r in runs if is_table(r, segments) or is_headed(page, r, free, segments)]
    done = -1
    for n, run in enumerate(runs):
        later = [r[0] for r in runs[n + 1 :]]
        table = _grow(page, run, free, segments, done, min(later, default=len(page.lines)))
        if table is not None:
            if beside := aside(page, table[0], segments):
                return _parted(page, *beside)
            out.append(table[0])
            done = table[1]
    return out


def _parted(page: Page, x: float, first: int, last: int) -> list[Table]:
    """The tables of a page on which text stands beside one: what is left and right of `x` from line to line is read by itself."""
    places = [(i, j) for i, line in enumerate(page.lines) if not line.words[0].turn for j in range(len(line.words))]
    middle = {p: (page.lines[p[0]].words[p[1]].x0 + page.lines[p[0]].words[p[1]].x1) / 2 for p in places}
    left = [p for p in places if first <= p[0] <= last and middle[p] < x]
    right = [p for p in places if first <= p[0] <= last and middle[p] >= x]
    others = [p for p in places if not first <= p[0] <= last]
    return [t for part in (left, right, others) if part for t in part_tables(page, part, unruled_tables)]


def _grow(page: Page, run: Sequence[int], free: Sequence[int], segments: Segments,
           done: int, limit: int) -> tuple[Table, int] | None:  # fmt: skip
    """The table that grows from a run of lines with figures; lines up to `done` and from `limit` on belong to others."""
    area = area_of(page, run, segments)
    first, last = run[0], run[-1]
    inside = [i for i in free if first <= i <= last]
    above = [i for i in reversed(free) if done < i < first]
    top: list[int] = []
    below = page.lines[first]
    for i in above[:HEADINGS]:
        line = page.lines[i]
        if below.top - line.bottom > _reach(page, run, i, segments, area):
            break
        if area.crosses(segments[i]) and not area.heads(line, page.word_space) and not _is_section(page, i, free, segments, area):
            break
        top.insert(0, i)
        below = line
    rest_of_row = len(top) == len(above) and top and page.lines[top[0]].text[:1].islower()  # of the page before
    beside = [i for i in inside if label_of(segments[i], area)][:1]
    while top and not rest_of_row and not area.over_columns(segments[top[0]]) and not runs_on(page, [*top, *beside], segments, area):
        following = [*top, first][1]
        if is_half_a_line(page.lines[top[0]], page.lines[following]) and area.over_columns(segments[following]):
            break  # beside the headings of one line, one of two lines over words
        top.pop(0)  # the heading of a table begins over its columns
    top = top[max((n + 1 for n, i in enumerate(top) if is_text(segments[i])), default=0) :]
    bottom: list[int] = []
    for i in (k for k in free if last < k < limit):
        own = [*top, *inside, *bottom]
        if is_heading_of_next(page, i, limit, segments, area):
            break
        if not goes_on(page, own, i, segments, area) and not is_last_row(page, own, i, segments, area):
            break
        bottom.append(i)
    own = [*top, *inside, *bottom]
    table = build_table(page, own, segments)
    return (table, own[-1]) if table else None


def _is_section(page: Page, i: int, free: Sequence[int], segments: Segments, area: Area) -> bool:
    """Whether a line that reaches into the figures is a row of its own, right below headings, one over each column."""
    above = max((k for k in free if k < i), default=None)
    if above is None or len(segments[i]) > 1:
        return False
    line, head = page.lines[i], page.lines[above]
    return line.top - head.bottom <= NEAR * line.words[0].size and _heads_each_column(segments[above], area)


def _heads_each_column(line: Sequence[Segment], area: Area) -> bool:
    """Whether of a line one segment stands over each column of figures, and none but that of the labels elsewhere."""
    over = [s for s in line if s.x0 > area.labels + 10]
    return len(over) == len(area.columns) > 1 and all(
        overlap((s.x0, s.x1), (c.x0, c.x1)) > 0 for s, c in zip(over, area.columns, strict=True))  # fmt: skip


def _reach(page: Page, run: Sequence[int], i: int, segments: Segments, area: Area) -> float:
    """How far above a table, or a heading of it, a line of its heading may stand, in points; a blank row may be below one that has a
    heading for each column."""
    size = page.lines[i].words[0].size
    rooms = sorted(page.lines[b].top - page.lines[a].bottom for a, b in pairwise(run) if b == a + 1)
    blank = 2 * rooms[len(rooms) // 2] + _HIGH * size if rooms and _heads_each_column(segments[i], area) else 0.0
    return max(NEAR * size, blank)
