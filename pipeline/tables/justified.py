"""Labels set to full width: their words stand as far apart as headings do, and are one label all the same.

        Omlægning      af      nattevagter        -1.600     the gaps of a line are equal, those of two lines differ,
        og  vikardækning  på  plejecentre                    and the lines begin and end below each other
        i kommunen
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.model import Line, Word
from pipeline.tables.rows import is_figure

_EQUAL = 0.06  # font sizes by which the gaps of one line may differ
_DIFFER = 0.1  # font sizes by which those of two lines do
_WIDEST = 6.0  # font sizes between two words at most
_SNAP = 2.0  # points within which lines begin and end
_ALIGNED = 1.0  # points by which words below each other miss each other's beginning
_MANY = 3  # lines that need no gaps to compare
_NEAR = 4  # lines within which another is set so: two headings may begin and end as some line of text far from them does


class _Run(NamedTuple):
    """Words of a line that stand equally far apart: from `first` to before `last`."""

    line: int
    first: int
    last: int
    gap: float
    second: float  # where the second word begins


def justified_parts(lines: Sequence[Line]) -> dict[int, tuple[int, int]]:
    """The words, from the first to before the last, that are set to full width, by the line that they are part of."""
    spans: dict[tuple[int, int], list[_Run]] = defaultdict(list)
    for i, line in enumerate(lines):
        if not line.words[0].turn and (run := _run(line.words, i)):
            spans[round(line.words[run.first].x0 / _SNAP), round(line.words[run.last - 1].x1 / _SNAP)].append(run)
    out: dict[int, tuple[int, int]] = {}
    for (left, right), own in spans.items():
        near = [r for a in (-1, 0, 1) for b in (-1, 0, 1) for r in spans.get((left + a, right + b), ())]
        gaps = [r.gap for r in near]
        told = any(r.last - r.first > 2 for r in near) or len(near) >= _MANY
        seconds = [r.second for r in near]  # that begin below each other where they are those of another column
        if len(near) > 1 and told and max(gaps) - min(gaps) > _DIFFER and max(seconds) - min(seconds) > _ALIGNED:
            out.update({r.line: (r.first, r.last) for r in own if any(0 < abs(o.line - r.line) <= _NEAR for o in near)})
    return out


def _run(words: Sequence[Word], i: int) -> _Run | None:
    """The words at the beginning of a line, an account aside, that stand equally far apart."""
    first = 1 if is_figure(words[0].text) else 0
    if len(words) < first + 2 or is_figure(words[first].text):
        return None
    gap = (words[first + 1].x0 - words[first].x1) / words[first].size
    last = first + 1
    while last < len(words) and not is_figure(words[last].text):
        own = (words[last].x0 - words[last - 1].x1) / words[last].size
        if abs(own - gap) > _EQUAL:
            break
        last += 1
    return _Run(i, first, last, gap, words[first + 1].x0) if last > first + 1 and gap < _WIDEST else None
