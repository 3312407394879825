"""The headings over the columns of a table without rules: cut, set each over its column, spanned."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.model import Cell, Line, Page, Word
from pipeline.tables.columns import Column, column_of
from pipeline.tables.lines import is_head
from pipeline.tables.segments import YEAR, Segment, overlap, segment

_CENTRED = 0.15  # share of their width by which a heading may miss the middle of the columns that it spans
_ASKEW, _BESIDE = 0.35, 0.5  # columns by which one misses that middle at least; points by which it may miss the end of its column
_INDENT = 10.0  # points
_MANY = 3  # headings that end where their columns do, by no chance
_ALIKE = 0.5  # points by which labels that begin at one place differ
_CUT = 1.05  # a gap between two headings is wider than one between words by this factor, be it ever so narrow


def heading_lines(page: Page, own: Sequence[int], with_figures: Sequence[int], segments: dict[int, list[Segment]]) -> list[int]:
    """The lines over the rows with figures, those with years among them."""
    body = next((i for i in with_figures if not is_head(page, i, segments)), with_figures[0])
    return [i for i in own if i < body]


def cut_headings(line: Line, parts: Sequence[Segment], columns: Sequence[Column], first: int, labels: Sequence[float],
                 space: float) -> list[Segment]:  # fmt: skip
    """Headings with those cut that run into each other, where there are as many as columns when the widest gaps part them.

    `labels`: where the labels of the table begin (x).
    """
    right = _beside_labels(parts, columns, first, labels)
    missing = len(columns) - first - len(right)
    words = line.words
    gaps = sorted(
        ((words[k].x0 - words[k - 1].x1) / words[k].size, k)
        for s in right for k in range(s.first + 1, s.last) if not YEAR.fullmatch(words[k].text)
    )[::-1]  # fmt: skip
    if 0 < missing <= len(gaps) and gaps[missing - 1][0] >= space * _CUT:
        cuts = {k for _, k in gaps[:missing]}
    else:  # not one for each: then those that stand over different columns
        over = [{n for n, c in enumerate(columns) if overlap((w.x0, w.x1), (c.x0, c.x1)) > 0} for w in words]
        each = len(right) == 1 and right[0].last - right[0].first == len(columns) - first > 2  # a word for each column
        cuts = {
            k for gap, k in gaps if (each or gap >= space * _CUT) and over[k - 1] and over[k] and not over[k - 1] & over[k]
        }  # fmt: skip
        if len(cuts) < missing and (ends := ends_as_columns(words, columns[first:])):
            cuts = {k for s in right for k in ends if s.first < k < s.last}
    out: list[Segment] = []
    for s in parts:
        ends = [*(k for k in range(s.first + 1, s.last) if k in cuts), s.last]
        out += [segment(words, s.line, a, b) for a, b in zip([s.first, *ends], ends, strict=False)]
    return out


def ends_as_columns(words: Sequence[Word], columns: Sequence[Column]) -> list[int]:
    """Behind which words of a line, by their numbers, headings end that end where what stands in their columns does, the last of them
    with the line; none where not all do, or there are so few that some words may do so by chance."""
    ends: list[int] = []
    for c in columns:
        ends += [k for k, w in enumerate(words, 1) if abs(w.x1 - c.x1) <= _BESIDE and k > max(ends, default=0)][:1]
    return ends if len(ends) == len(columns) >= _MANY and ends[-1] == len(words) else []


def place_heads(lines: Sequence[Sequence[Segment]], columns: Sequence[Column], first: int,
                labels: Sequence[float]) -> dict[tuple[int, int], int]:  # fmt: skip
    """By line and first word of each heading the column that it stands over: the one below it, as broad as the headings that
    are nearer to its figures. `labels`: where the labels of the table begin (x)."""
    at: dict[tuple[int, int], int] = {}
    broad = list(columns)
    for line in reversed(lines):
        own = {(s.line, s.first): column_of(s, broad) for s in line}
        own |= _placed(line, broad, own, first, labels)
        at |= own
        right = [(s, k) for s in line if (k := own[s.line, s.first]) >= first]
        if len({k for _, k in right}) == len(right) == len(columns) - first > 1:
            for s, k in right:
                broad[k] = broad[k]._replace(x0=min(s.x0, broad[k].x0), x1=max(s.x1, broad[k].x1))
    return at


def _placed(line: Sequence[Segment], columns: Sequence[Column], at: dict[tuple[int, int], int],
            first: int, labels: Sequence[float]) -> dict[tuple[int, int], int]:  # fmt: skip
    """Headings of which two would stand over one column: each over a column of its own, from left to right."""
    count = len(columns) - first
    right = _beside_labels(line, columns, first, labels)
    if len(right) == count:  # one for each, however far from its figures
        return {(s.line, s.first): first + k for k, s in enumerate(right)}
    heads = [s for s in line if at[s.line, s.first] >= first]
    places = [at[s.line, s.first] for s in heads]
    if len(set(places)) == len(places) or len(heads) > count:
        return {}
    best: list[tuple[float, tuple[int, ...]]] = [(0.0, ())]
    for s in heads:
        step: list[tuple[float, tuple[int, ...]]] = []
        for cost, used in best:
            for k in range(used[-1] + 1 if used else first, len(columns)):
                step.append((cost + max(0.0, -overlap((s.x0, s.x1), (columns[k].x0, columns[k].x1))), (*used, k)))
        shortest: dict[int, tuple[float, tuple[int, ...]]] = {}  # of those that end in one column the best is enough
        for one in step:
            if one[1][-1] not in shortest or one < shortest[one[1][-1]]:
                shortest[one[1][-1]] = one
        best = list(shortest.values())
    return {(s.line, s.first): k for s, k in zip(heads, min(best)[1], strict=True)}


def _beside_labels(line: Sequence[Segment], columns: Sequence[Column], first: int, labels: Sequence[float]) -> list[Segment]:
    """What may head a column of figures: it begins neither at the left end of the labels nor where one of them does."""
    left = columns[max(0, first - 1)].x0 + _INDENT
    return [s for s in line if s.x0 > left and not any(abs(s.x0 - x) < _ALIKE for x in labels)]


def span_headings(row: Sequence[Cell], columns: Sequence[Column], first: int, inner: Sequence[Cell]) -> tuple[Cell | None, ...]:
    """A heading row in which a cell stands over several columns; it spans them, and stands in the first of them."""
    printed = [k for k in range(first, len(columns)) if row[k].lines]
    out: list[Cell | None] = list(row)
    over_own = len(printed) == 1 and printed[0] != first and _is_over(row[printed[0]], columns[printed[0]], columns[first:])
    if inner is not row and printed and not over_own and (parts := _parts_of(row, printed, inner, first)):
        for own, group in zip(printed, parts, strict=True):
            out[group[0] : group[-1] + 1] = [row[own], *[None] * (len(group) - 1)]
        return tuple(out)
    middles = [(c.x0 + c.x1) / 2 for c in columns]
    groups: dict[int, list[int]] = {k: [] for k in printed}
    for k in range(first, len(columns)) if printed else ():
        groups[k if row[k].lines else min(printed, key=lambda p: abs((row[p].x0 + row[p].x1) / 2 - middles[k]))].append(k)
    for own, group in groups.items():
        off = abs((row[own].x0 + row[own].x1) / 2 - (columns[group[0]].x0 + columns[group[-1]].x1) / 2) if group else 0.0
        wide = len(group) > 1 and off < (columns[group[-1]].x1 - columns[group[0]].x0) * _CENTRED
        if own in group and wide and not _is_over(row[own], columns[own], columns[group[0] : group[-1] + 1]):
            out[group[0] : group[-1] + 1] = [row[own], *[None] * (len(group) - 1)]
    return tuple(out)


def _is_over(heading: Cell, column: Column, group: Sequence[Column]) -> bool:
    """Whether a heading ends or begins where its own column does, over no other and far from the middle of a group: the first of
    more lines than the other headings have."""
    off = abs((heading.x0 + heading.x1) / 2 - (group[0].x0 + group[-1].x1) / 2)
    apart = (group[-1].x1 - group[0].x0) / max(1, len(group) - 1)
    alone = not any(overlap((heading.x0, heading.x1), (c.x0, c.x1)) > 0 for c in group if c is not column)
    return alone and off > _ASKEW * apart and min(abs(heading.x1 - column.x1), abs(heading.x0 - column.x0)) < _BESIDE


def _parts_of(row: Sequence[Cell], printed: Sequence[int], inner: Sequence[Cell], first: int) -> list[list[int]]:
    """Columns below each of the outer headings: where the inner ones begin anew; below a single year all of them."""
    texts = [inner[k].raw for k in range(first, len(row))]
    if any(YEAR.search(t) for t in texts) or not all(YEAR.search(row[k].raw) for k in printed):
        return []
    groups: list[list[int]] = [[]]
    for k, text in enumerate(texts, first):
        if text in [inner[j].raw for j in groups[-1]]:
            groups.append([])
        groups[-1].append(k)
    return groups if len(groups) == len(printed) else []
