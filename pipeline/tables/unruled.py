"""Figures aligned under year headings, without any rules.

        Forslag                              2024     2025     2026
        Omlægning af nattevagt og          -1.600   -1.600   -1.600     a label may wrap above, beside or below
        vikardækning                                                    its figures
        I alt                              -1.600   -1.600   -1.600
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.model import Cell, Edge, Line, Page, Table
from pipeline.tables.rows import Placed, build_cell, group_rows, is_figure

_YEAR = re.compile(r"^\(?(?:[A-ZÆØÅ]{1,3})?(?:19|20)\d\d\)?\*?$")
_APART = 0.8  # share of the font size between two headings of a table; closer years are prose
_END = 3.2  # a gap of more than this many font sizes ends a table


def unruled_tables(page: Page, taken: Sequence[Table] = ()) -> list[Table]:
    """Tables whose heading line ends in at least two years, outside the tables already found."""
    out: list[Table] = []
    i = 0
    while i < len(page.lines):
        line = page.lines[i]
        heads = _heading(line)
        if heads and not any(t.top - 1 <= line.top and line.bottom <= t.bottom + 1 for t in taken):
            found = _table(page, i, heads, taken)
            if found:
                table, i = found
                out.append(table)
                continue
        i += 1
    return out


def _heading(line: Line) -> list[int]:
    """Indices of the year words that end a heading line, and of short codes after them; [] if it is none."""
    words = line.words
    years = [k for k, w in enumerate(words) if _YEAR.match(w.text)]
    if len(years) < 2 or years[-1] - years[0] != len(years) - 1:
        return []
    if any(words[b].x0 - words[a].x1 < words[a].size * _APART for a, b in zip(years, years[1:], strict=False)):
        return []
    if years[0] and words[years[0]].x0 - words[years[0] - 1].x1 < words[years[0]].size * _APART:
        return []
    return years + list(range(years[-1] + 1, len(words)))


def _table(page: Page, at: int, heads: Sequence[int], taken: Sequence[Table]) -> tuple[Table, int] | None:
    head = page.lines[at]
    columns = [head.words[k] for k in heads]
    limit = columns[0].x0 - (columns[1].x0 - columns[0].x1) * 0.75
    floor = min((t.top for t in taken if t.top > head.top), default=page.height)
    body: list[int] = []
    last_bottom = head.bottom
    for i in range(at + 1, len(page.lines)):
        line = page.lines[i]
        if line.top - last_bottom > line.words[0].size * _END or line.bottom > floor or _heading(line):
            break
        kind = _kind(line, limit)
        if kind == "prose":
            break
        body.append(i)
        last_bottom = line.bottom
    while body and _kind(page.lines[body[-1]], limit) != "figures" and not _wraps(page, body, limit):
        body.pop()
    flags = [_kind(page.lines[i], limit) == "figures" for i in body]
    if sum(flags) < 1:
        return None
    lines = [page.lines[i] for i in body]
    ranges = group_rows(lines, flags, [ln.words[0].x0 < limit for ln in lines])
    borders = _borders(lines, columns, limit, head)
    rows: list[tuple[Cell | None, ...]] = [_row(page, [at], borders)]
    rows += [_row(page, body[a:b], borders) for a, b in ranges]
    bottom = lines[-1].bottom
    table = Table(page.number, min(head.x0, *(ln.x0 for ln in lines)), head.top, borders[-1], bottom, tuple(rows), False,
                  tuple(borders), page.number, bottom)  # fmt: skip
    return table, body[-1] + 1


def _kind(line: Line, limit: float) -> str:
    """`figures`: numbers in the columns; `label`: text left of them only; `prose`: text that runs into them."""
    right = [w for w in line.words if w.x1 > limit]
    if not right:
        return "label"
    numbers = [w for w in right if is_figure(w.text)]
    if not numbers:
        return "prose"
    first = right[0]
    if not is_figure(first.text) and first.x0 < limit:
        return "prose" if len(right) > len(numbers) + 1 or len(numbers) < 2 else "figures"
    return "figures" if all(is_figure(w.text) for w in right[:-1]) else "prose"


def _wraps(page: Page, body: Sequence[int], limit: float) -> bool:
    """Whether the last line, a label without figures, still belongs to the row above it."""
    line, above = page.lines[body[-1]], page.lines[body[-2]] if len(body) > 1 else None
    if above is None or line.bold != above.words[0].bold:
        return False
    tight = line.bottom - above.bottom < line.words[0].size * 1.6
    label = " ".join(w.text for w in above.words if w.x1 <= limit)
    return tight and (line.text[:1].islower() or label.endswith("-")) and line.x1 <= limit


def _borders(lines: Sequence[Line], columns: Sequence[object], limit: float, head: Line) -> list[float]:
    """x of the column borders: midway between the widest contents of neighbouring columns."""
    spans = [[getattr(w, "x0", 0.0), getattr(w, "x1", 0.0)] for w in columns]
    for line in lines:
        for w in line.words:
            if w.x1 > limit and is_figure(w.text):
                centre = (w.x0 + w.x1) / 2
                near = min(spans, key=lambda s: min(abs(w.x1 - s[1]), abs(centre - (s[0] + s[1]) / 2)))  # noqa: B023
                near[0], near[1] = min(near[0], w.x0), max(near[1], w.x1)
    left = min(head.x0, *(ln.x0 for ln in lines))
    labels = [w.x1 for ln in lines for w in ln.words if w.x1 < spans[0][0]]
    borders = [left, (max(labels, default=left) + spans[0][0]) / 2]
    for a, b in zip(spans, spans[1:], strict=False):
        borders.append((a[1] + b[0]) / 2)
    borders.append(spans[-1][1] + 1)
    return borders


def _row(page: Page, indices: Sequence[int], borders: Sequence[float]) -> tuple[Cell | None, ...]:
    columns: list[list[Placed]] = [[] for _ in range(len(borders) - 1)]
    for i in indices:
        for j, w in enumerate(page.lines[i].words):
            centre = (w.x0 + w.x1) / 2
            k = next((k for k in range(len(columns)) if centre < borders[k + 1]), len(columns) - 1)
            columns[k].append(Placed(i, j, w))
    top, bottom = page.lines[indices[0]].top, page.lines[indices[-1]].bottom
    return tuple(
        build_cell(page, c, Edge(borders[k], top, borders[k + 1], bottom)) for k, c in enumerate(columns)
    )
