"""Minus signs set apart from their digits: told from a dash that stands for nothing in the column before.

        Regnskab       Budget
        -    4.112   -     85        a sign stands at the left of its column, also where it nearly touches the one before
               520          -        a dash for nothing stands as the figures above and below it do
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from pipeline.model import Line, Table
from pipeline.tables.segments import YEAR, Segment, overlap, segment

_SIGNS = ("-", "−", "–")
_APART = re.compile(r"[-−–] \d")
_FIGURES = 2  # that end where a dash does, at least
_NEAR = 1.0  # font sizes between digits and a sign behind them at most
_EDGE = 1.0  # points by which a dash may reach over what stands in its column
_ASIDE = 2.5  # points by which a dash may miss an edge or the middle of what stands in its column


def join_signs_behind(rows: Sequence[Sequence[Segment]], heads: Sequence[Sequence[Segment]], size: float) -> list[list[Segment]]:
    """Rows in which signs set apart behind their digits are one segment with these, that ends where the digits do. `size`: of the
    font, in points.

    That they stand behind is told by signs right of all figures and near them, below no heading of their own, where none
    stands left of all that are in its column; as far from its digits as those do each of the others stands.
    """
    figures = [s for row in rows for s in row if s.figure]
    right = max((f.x1 for f in figures), default=0.0)
    over = [h for row in heads for h in row]
    pairs = [(row[-2], row[-1]) for row in rows if len(row) > 1 and row[-1].text in _SIGNS and row[-2].figure]
    ends = [s.x0 - f.x1 for f, s in pairs if s.x0 > right - _EDGE and s.x0 - f.x1 < size * _NEAR
            and not any(_over(h, s) and not _over(h, f) for h in over)]  # fmt: skip
    if not ends or max(ends) - min(ends) > _ASIDE or any(_leads(row, figures) for row in rows):
        return [list(row) for row in rows]
    out: list[list[Segment]] = []
    for row in rows:
        own: list[Segment] = []
        for s in row:
            last = own[-1] if own else None
            if last and last.figure and s.text in _SIGNS and abs(s.x0 - last.x1 - ends[0]) <= _ASIDE:
                own[-1] = last._replace(last=s.last, text=f"{last.text} {s.text}")
            else:
                own.append(s)
        out.append(own)
    return out


def _over(h: Segment, s: Segment) -> bool:
    return overlap((h.x0, h.x1), (s.x0, s.x1)) > 0


def _leads(row: Sequence[Segment], figures: Sequence[Segment]) -> bool:
    """Whether a sign stands before the first figure of a row, and no figure above or below it."""
    first = next((k for k, s in enumerate(row) if s.figure or s.text in _SIGNS), len(row))
    if first + 1 >= len(row) or row[first].figure or not row[first + 1].figure:
        return False
    return all(overlap((f.x0, f.x1), (row[first].x0, row[first].x1)) <= 0 for f in figures)


def part_nils(lines: Sequence[Line], rows: Sequence[Sequence[Segment]]) -> list[list[Segment]]:
    """Rows in which a dash that ends exactly where figures of the column before end is no sign of the number close behind it."""
    ends = Counter(round(s.x1, 1) for row in rows for s in row if s.figure)
    out: list[list[Segment]] = []
    for line, row in zip(lines, rows, strict=True):
        own: list[Segment] = []
        for s in row:
            at = line.words[s.first].x1
            if s.figure and _APART.match(s.text) and sum(ends[round(at + d, 1)] for d in (-0.1, 0.0, 0.1)) >= _FIGURES:
                own += [segment(line.words, s.line, s.first, s.first + 1), segment(line.words, s.line, s.first + 1, s.last)]
            else:
                own.append(s)
        out.append(own)
    return out


def part_signs(lines: Sequence[Line], rows: Sequence[Sequence[Segment]]) -> list[list[Segment]]:
    """Rows in which a sign that stands between two figures is a segment of its own, unless signs stand behind digits there."""
    figures = [s for row in rows for s in row if s.figure]
    behind = any(s.text[-1] in _SIGNS and not _is_between(row, k) for row in rows for k, s in enumerate(row) if s.figure)
    return [
        [part for k, s in enumerate(row) for part in (_parted(line, s, figures) if not behind and _is_between(row, k) else [s])]
        for line, row in zip(lines, rows, strict=True)
    ]


def _is_between(row: Sequence[Segment], k: int) -> bool:
    """Whether the last word of a figure is a sign, and digits without a sign before them stand to its right."""
    s = row[k]
    apart = s.figure and s.last > s.first + 1 and s.text[-2] == " " and s.text[-1] in _SIGNS
    return apart and k + 1 < len(row) and row[k + 1].figure and row[k + 1].text[0].isdigit()


def _parted(line: Line, s: Segment, figures: Sequence[Segment]) -> list[Segment]:
    """A figure and the sign to its right, where the figures above and below it end as its digits do; else both as one."""
    parts = [segment(line.words, s.line, s.first, s.last - 1), segment(line.words, s.line, s.last - 1, s.last)]
    others = [f for f in figures if f.text[-1] not in _SIGNS and overlap((f.x0, f.x1), (s.x0, s.x1)) > 0]
    ends = [f for f in others if abs(f.x1 - s.x1) < abs(f.x1 - parts[0].x1)]
    return [s] if ends else parts


def join_signs(rows: Sequence[Sequence[Segment]], heads: Sequence[Sequence[Segment]] = ()) -> list[list[Segment]]:
    """Rows in which a sign and its digits are one segment, that stands where the digits do."""
    figures = [s for row in rows for s in row if s.figure]
    return [_joined(row, lambda dash, s: not _is_nil(dash, s, figures, heads)) for row in rows]


def join_signs_as(row: Sequence[Segment], table: Table) -> list[Segment]:
    """A row below those of a table: a sign and its digits are one segment where signs set apart stand so in the table."""
    signs = [c.x0 for cells in table.rows for c in cells if c and _APART.match(c.raw)]
    return _joined(row, lambda dash, _: any(abs(dash.x0 - x) < _ASIDE for x in signs))


def _joined(row: Sequence[Segment], is_sign: Callable[[Segment, Segment], bool]) -> list[Segment]:
    """A row in which a dash before digits is one segment with these where it is their sign."""
    out: list[Segment] = []
    for s in row:
        dash = out[-1] if out else None
        if dash and dash.text in _SIGNS and s.figure and s.text[0].isdigit() and is_sign(dash, s):
            out[-1] = s._replace(first=dash.first, text=f"{dash.text} {s.text}")
        else:
            out.append(s)
    return out


def _is_nil(dash: Segment, after: Segment, figures: Sequence[Segment], heads: Sequence[Sequence[Segment]]) -> bool:
    """Whether a dash stands in a column of its own: below or above other figures than the next one, or below a heading."""
    others = [f for f in figures if overlap((f.x0, f.x1), (after.x0, after.x1)) <= 0]
    above = [h for row in heads for h in row if overlap((h.x0, h.x1), (after.x0, after.x1)) <= 0]
    begins = sum(abs(f.x0 - dash.x0) < _ASIDE for f in others if f.text[0].isdigit())  # one may be the heading
    within = any(_covers(f, dash) for f in others if not YEAR.fullmatch(f.text))
    return begins > 1 or within or _is_headed(dash, after, heads) or any(_ends_below(dash, s) for s in (*others, *above))


def _is_headed(dash: Segment, after: Segment, heads: Sequence[Sequence[Segment]]) -> bool:
    """Whether a dash stands below one of the headings nearest to the figures, and the figure to its right below the next."""
    inner = next((row for row in reversed(heads) if len(row) > 1), ())
    own = [h for h in inner if overlap((h.x0, h.x1), (after.x0, after.x1)) > 0]
    return any(_covers(h, dash) for h in inner if h not in own) and any(dash.x1 < h.x0 for h in own)


def _covers(s: Segment, dash: Segment) -> bool:
    return s.x0 - _EDGE < dash.x0 and dash.x1 < s.x1 + _EDGE


def _ends_below(dash: Segment, s: Segment) -> bool:
    """Whether a dash stands below the end or the middle of something; signs begin where figures with a sign begin."""
    return min(abs(s.x1 - dash.x1), abs(s.x0 + s.x1 - dash.x0 - dash.x1) / 2) < _ASIDE
