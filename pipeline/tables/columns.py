"""Segments of the rows of a table -> its columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pipeline.tables.segments import Segment, overlap


class Column(NamedTuple):
    """A column by what stands in it: its span, how many segments (`size`), how many of them figures or nil."""

    x0: float
    x1: float
    size: int
    figures: int


def find_columns(rows: Sequence[Sequence[Segment]]) -> list[Column]:
    """Columns of a table from the segments of its rows, left to right.

    Segments that share some x belong to one column, unless they bridge columns that narrower segments keep apart: a heading
    over several columns, a note. Narrow segments are therefore placed first.
    """
    placed: list[list[float]] = []  # x0, x1, count, figures
    segments = sorted((s for row in rows for s in row), key=lambda s: (not (s.figure or s.nil), s.x1 - s.x0))
    for s in segments:
        hit = [c for c in placed if overlap((s.x0, s.x1), (c[0], c[1])) > 0]
        if not hit:
            placed.append([s.x0, s.x1, 1, s.figure or s.nil])
        elif len(hit) == 1:
            c = hit[0]
            c[0], c[1] = min(c[0], s.x0), max(c[1], s.x1)
            c[2] += 1
            c[3] += s.figure or s.nil
        elif s.figure:
            merged = [min(s.x0, *(c[0] for c in hit)), max(s.x1, *(c[1] for c in hit)),
                      1 + sum(c[2] for c in hit), 1 + sum(c[3] for c in hit)]  # fmt: skip
            if _same_column(rows, hit):
                placed = [c for c in placed if c not in hit] + [merged]
    return [Column(c[0], c[1], int(c[2]), int(c[3])) for c in sorted(placed)]


def _same_column(rows: Sequence[Sequence[Segment]], parts: Sequence[Sequence[float]]) -> bool:
    """Whether no row has something in two of the parts: then they are one column, aligned in different ways."""
    return all(
        sum(any(overlap((s.x0, s.x1), (p[0], p[1])) > 0 for s in row) for p in parts) <= 1 or _bridged(row, parts)
        for row in rows
    )


def _bridged(row: Sequence[Segment], parts: Sequence[Sequence[float]]) -> bool:
    return any(all(overlap((s.x0, s.x1), (p[0], p[1])) > 0 for p in parts) for s in row)


def column_of(s: Segment, columns: Sequence[Column]) -> int:
    """Index of the column that a segment stands in: the one it shares most with, else the nearest."""
    return max(range(len(columns)), key=lambda k: overlap((s.x0, s.x1), (columns[k].x0, columns[k].x1)))
