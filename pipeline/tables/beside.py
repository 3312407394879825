"""Tables side by side without rules: parted where the labels of the second begin, each half read for itself.

        Forslag         2024   2025      Område        Budget   Regnskab
        Nattevagt       -900   -900      Madordning         0        100
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.model import Page, Table
from pipeline.tables.columns import Column, find_columns
from pipeline.tables.parts import Find, part_tables
from pipeline.tables.segments import Segment, overlap

_SHORT = 4.0  # letters that a label has at least, on average; codes have fewer
_DISTINCT = 0.7  # share of the labels of a table that occur once


def beside_tables(page: Page, runs: Sequence[Sequence[int]], segments: dict[int, list[Segment]], find: Find) -> list[Table]:
    """Tables of the lines around each run of lines with figures that has labels between its figures."""
    out: list[Table] = []
    done = -1
    for run in runs:
        cut = _gutter([segments[i] for i in run]) if run[0] > done else None
        if cut is None:
            continue
        first, last = run[0], run[-1]
        while first - 1 > done and not _crosses(segments[first - 1], cut):
            first -= 1
        while last + 1 < len(page.lines) and not _crosses(segments[last + 1], cut):
            last += 1
        halves = [_half(page, range(first, last + 1), span, find) for span in ((0.0, cut), (cut, page.width))]
        if all(halves):
            out += [t for half in halves for t in half]
            done = last
    return out


def _gutter(rows: Sequence[Sequence[Segment]]) -> float | None:
    """Where the labels of a second table begin: words between figures, as the words before the figures are."""
    columns = find_columns(rows)
    figures = [k for k, c in enumerate(columns) if c.figures * 2 >= c.size]
    for k in range(2, len(columns) - 1):
        c = columns[k]
        if k in figures or c.size < 2 or not (figures[0] < k < figures[-1]) or not any(j < figures[0] for j in range(k)):
            continue
        texts = [s.text for row in rows for s in row if _within(s, c)]
        if len(set(texts)) >= _DISTINCT * len(texts) and sum(map(len, texts)) >= _SHORT * len(texts):
            return c.x0 - 1
    return None


def _within(s: Segment, c: Column) -> bool:
    return not s.figure and not s.nil and overlap((s.x0, s.x1), (c.x0, c.x1)) > 0


def _crosses(line: Sequence[Segment], cut: float) -> bool:
    return any(s.x0 < cut - 1 and s.x1 > cut + 1 for s in line)


def _half(page: Page, lines: Sequence[int], span: tuple[float, float], find: Find) -> list[Table]:
    places = [(i, j) for i in lines for j, w in enumerate(page.lines[i].words) if not w.turn and span[0] <= w.x0 < span[1]]
    return part_tables(page, places, find)
