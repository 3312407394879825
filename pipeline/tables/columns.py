"""Segments of the rows of a table -> its columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pipeline.tables.segments import Segment, overlap

_ASIDE = 1.0  # points by which a column may miss the edge or the middle of its heading


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


def table_columns(own: Sequence[int], heads: Sequence[int], with_figures: Sequence[int],
             segments: dict[int, list[Segment]]) -> list[Column]:  # fmt: skip
    """Columns by the rows with figures; columns of labels that stand in one row only are part of their neighbour."""
    body = [segments[i] for i in with_figures if i not in heads]
    over = [segments[i] for i in heads]
    columns = find_columns(body or [segments[i] for i in with_figures])
    first = first_figure_of(columns, len(body))
    first = first or _before_labels(columns, [s for i in own if i not in heads for s in segments[i] if not (s.figure or s.nil)])
    labels = [*_of_groups(columns, own, heads, segments), *columns[:first]]
    if all(c.figures * 2 >= c.size for c in labels):  # they stand above or below all their figures
        left, right = labels[-1].x1 if labels else 0.0, columns[first].x0 if first < len(columns) else 0.0
        beside = [s for i in own for s in segments[i] if left < s.x0 and s.x1 < right and not (s.figure or s.nil)]
        if beside:
            labels = [*labels, Column(min(s.x0 for s in beside), max(s.x1 for s in beside), len(beside), 0)]
    accounts = [c for c in labels if c.figures * 2 >= c.size]
    words = [c for c in labels if c not in accounts]
    headed = [c for c in words[1:] if c.size < words[0].size and any(_is_below(c, s) for line in over for s in line)]
    figures = [*(c._replace(figures=c.size) for c in headed), *columns[first:]]  # words for figures, such as `ikke relevant`
    words = [c for c in words if c not in headed]
    if words and sum(c.size * 2 >= len(body) for c in words) < 2 and not _have_headings(words, over):
        words = [Column(words[0].x0, words[-1].x1, sum(c.size for c in words), 0)]
    labels = sorted([*accounts, *words])
    return [*labels, *_with_empty(figures, labels, over)]


def _of_groups(columns: Sequence[Column], own: Sequence[int], heads: Sequence[int],
               segments: dict[int, list[Segment]]) -> list[Column]:  # fmt: skip
    """The column of words before all others that stand on no line with figures, below a heading of theirs: names of groups."""
    left = columns[0].x0
    words = [s for i in own if i not in heads for s in segments[i] if s.x1 < left and not (s.figure or s.nil)]
    if not words:
        return []
    groups = Column(min(s.x0 for s in words), max(s.x1 for s in words), 1, 0)
    return [groups] if _have_headings([groups, columns[0]], [segments[i] for i in heads]) else []


def _have_headings(words: Sequence[Column], over: Sequence[Sequence[Segment]]) -> bool:
    """Whether each of some columns has a heading that stands over no other of them, all on one line."""
    for line in over:
        heads = [[k for k, c in enumerate(words) if overlap((s.x0, s.x1), (c.x0, c.x1)) > 0] for s in line]
        if all([k] in heads for k in range(len(words))):
            return True
    return False


def _is_below(c: Column, head: Segment) -> bool:
    """Whether a column ends where a heading does, or has its middle there; words that begin where it does are text."""
    begins = abs(c.x0 - head.x0) < _ASIDE
    return not begins and min(abs(c.x1 - head.x1), abs(c.x0 + c.x1 - head.x0 - head.x1) / 2) < _ASIDE


def _before_labels(columns: Sequence[Column], words: Sequence[Segment]) -> int:
    """How many columns of accounts stand before labels that have lines of their own: all of these begin right of them."""
    inside = [sum(a.x1 < s.x0 and s.x1 < b.x0 for s in words) for a, b in zip(columns, columns[1:], strict=False)]
    return inside.index(len(words)) + 1 if len(words) > 1 and len(words) in inside else 0


def first_figure_of(columns: Sequence[Column], rows: int) -> int:
    """The first column of figures; account numbers may stand before the labels."""
    figures = [k for k, c in enumerate(columns) if c.figures]
    texts = [k for k, c in enumerate(columns) if c.figures * 2 < c.size and (c.size * 2 >= rows or c.size >= 2)]

    return next((k for k in figures if texts and k > texts[0]), figures[0] if figures else len(columns))


def _with_empty(columns: list[Column], labels: Sequence[Column], heads: Sequence[Sequence[Segment]]) -> list[Column]:
    """Columns of figures with those added that have a heading and no figure."""
    start = labels[-1].x1 if labels else 0.0
    for line in heads:
        right = [s for s in line if s.x0 > start]
        if len(right) > len(columns):
            empty = [Column(s.x0, s.x1, 0, 1) for s in right if all(overlap((s.x0, s.x1), (c.x0, c.x1)) <= 0 for c in columns)]
            if len(empty) + len(columns) == len(right):
                columns = sorted([*columns, *empty])
    return columns


def borders(columns: Sequence[Column]) -> tuple[float, ...]:
    inner = [(a.x1 + b.x0) / 2 for a, b in zip(columns, columns[1:], strict=False)]
    return (columns[0].x0, *inner, columns[-1].x1)
