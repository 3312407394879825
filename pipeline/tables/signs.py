"""Minus signs set apart from their digits: told from a dash that stands for nothing in the column before.

        Regnskab       Budget
        -    4.112   -     85        a sign stands at the left of its column
               520          -        a dash for nothing stands as the figures above and below it do
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.tables.segments import Segment, overlap

_SIGNS = ("-", "−", "–")
_ASIDE = 2.5  # points by which a dash may miss the edge or the middle of what stands in its column


def join_signs(rows: Sequence[Sequence[Segment]], heads: Sequence[Sequence[Segment]] = ()) -> list[list[Segment]]:
    """Rows in which a sign and its digits are one segment, that stands where the digits do."""
    figures = [s for row in rows for s in row if s.figure]
    over = [s for row in heads for s in row]
    return [_joined(row, figures, over) for row in rows]


def _joined(row: Sequence[Segment], figures: Sequence[Segment], heads: Sequence[Segment]) -> list[Segment]:
    out: list[Segment] = []
    for s in row:
        dash = out[-1] if out else None
        if dash and dash.text in _SIGNS and s.figure and s.text[0].isdigit() and not _is_nil(dash, s, figures, heads):
            out[-1] = s._replace(first=dash.first, text=f"{dash.text} {s.text}")
        else:
            out.append(s)
    return out


def _is_nil(dash: Segment, after: Segment, figures: Sequence[Segment], heads: Sequence[Segment]) -> bool:
    """Whether a dash stands in a column of its own: below or above other figures than the next one, or below a heading."""
    others = [f for f in figures if overlap((f.x0, f.x1), (after.x0, after.x1)) <= 0]
    edges = any(min(abs(f.x1 - dash.x1), abs(f.x0 + f.x1 - dash.x0 - dash.x1) / 2) < _ASIDE for f in others)
    above = [h for h in heads if overlap((h.x0, h.x1), (after.x0, after.x1)) <= 0]
    return edges or any(min(abs(h.x1 - dash.x1), abs(h.x0 + h.x1 - dash.x0 - dash.x1) / 2) < _ASIDE for h in above)
