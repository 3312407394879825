"""Tables side by side without rules: parted where the labels of the second begin, each half read for itself.

        Forslag         2024   2025      Område        Budget   Regnskab
        Nattevagt       -900   -900      Madordning         0        100
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from pipeline.model import Page, Table
from pipeline.tables.parts import Find, part_tables
from pipeline.tables.segments import Segment

_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"(?:19|20)\d\d")
_SHORT = 4.0  # letters that a label has at least, on average; codes have fewer
_DISTINCT = 0.7  # share of the labels of a table that occur once


def beside_tables(page: Page, segments: dict[int, list[Segment]], find: Find) -> list[Table]:
    """Tables of the lines around each column of words that has figures on both of its sides."""
    out: list[Table] = []
    done: set[int] = set()
    for cut, first, last in _gutters(page, segments):
        if any(i in done or _crosses(segments[i], cut) for i in range(first, last + 1)):
            continue
        while first and first - 1 not in done and _keeps(segments[first - 1], cut):
            first -= 1
        while last + 1 < len(page.lines) and last + 1 not in done and _keeps(segments[last + 1], cut):
            last += 1
        halves = [_half(page, range(first, last + 1), span, find) for span in ((0.0, cut), (cut, page.width))]
        if all(halves):
            out += [t for half in halves for t in half]
            done |= set(range(first, last + 1))
    return out


def _gutters(page: Page, segments: dict[int, list[Segment]]) -> list[tuple[float, int, int]]:
    """Where the labels of a second table may begin, and the first and last line that has one."""
    columns: dict[int, list[Segment]] = defaultdict(list)
    for i, line in enumerate(page.lines):
        parts = segments[i] if _DIGIT.search(line.text) and not line.words[0].turn else []
        if any(s.figure for s in parts):
            for s in parts:
                if not (s.figure or s.nil):
                    columns[round(s.x0)].append(s)
    out = []
    for x in sorted(columns, key=lambda x: (-len(columns[x]), x)):
        own = columns[x] + columns.get(x + 1, [])
        texts = [s.text for s in own]
        letters = sum(c.isalpha() for t in texts for c in t)
        if len(own) < 2 or len(set(texts)) < _DISTINCT * len(texts) or letters < _SHORT * len(texts):
            continue
        first, last = min(s.line for s in own), max(s.line for s in own)
        beside = [segments[i] for i in range(first, last + 1) if _DIGIT.search(page.lines[i].text)]
        left = [s for row in beside for s in row if s.x1 < x]
        right = any(s.figure and s.x0 > x for row in beside for s in row)
        if right and any(s.figure for s in left) and _has_labels(beside, x):
            out.append(((max(s.x1 for s in left) + x) / 2, first, last))
    return out


def _has_labels(rows: Sequence[Sequence[Segment]], x: float) -> bool:
    """Whether there are words or years to the left of `x`: figures on both sides of their label are one table."""
    left = [[s for s in row if s.x1 < x] for row in rows]
    return 2 * sum(any((not s.figure and not s.nil) or _YEAR.fullmatch(s.text) for s in row) for row in left) >= sum(map(bool, left))


def _keeps(line: Sequence[Segment], cut: float) -> bool:
    """Whether a line may stand in two tables: nothing runs over the gutter, and no figures without a label beside it."""
    right = [s for s in line if s.x0 > cut]
    return not _crosses(line, cut) and (not right or not right[0].figure or bool(_YEAR.fullmatch(right[0].text)))


def _crosses(line: Sequence[Segment], cut: float) -> bool:
    return any(s.x0 < cut - 1 and s.x1 > cut + 1 for s in line)


def _half(page: Page, lines: Sequence[int], span: tuple[float, float], find: Find) -> list[Table]:
    places = [(i, j) for i in lines for j, w in enumerate(page.lines[i].words) if not w.turn and span[0] <= w.x0 < span[1]]
    return part_tables(page, places, find)
