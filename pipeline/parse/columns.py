"""Running text that is set in columns, as newspapers set it: read down each column, not across the page.

        Rammen falder med 12       En ny hal koster 140
        mio. kr. i 2025, og        mio. kr. og opføres i
        driften samles.            to etaper.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from pipeline.model import Line, Page

_LINES = 4  # lines that a column has at least, beside another
_TRIED = 6  # places where a column may begin
_GUTTER = 0.8  # font sizes between two columns at least
_NARROWEST = 70.0  # points that the widest line of a column has at least
_FULL, _MOST = 0.7, 0.4  # share of the widest line that a full one has; share of the lines that are full
_GOING_ON = 0.3  # share of the lines that begin with a small letter
_GOES_ON = 1.75  # font sizes between the baselines of a column at most
_INDENT = 2.5  # font sizes by which some lines of a column stand in, behind a bullet
_BULLETS = "•–-*·▪ "
_ASIDE = 1.5  # points by which the lines of a column may begin beside each other


class Part(NamedTuple):
    """Words of the line with a number, from `first` to before `last`."""

    line: int
    first: int
    last: int

    def of(self, page: Page) -> Line:
        """These words as a line."""
        line = page.lines[self.line]
        words = line.words[self.first : self.last]
        if len(words) == len(line.words):
            return line
        return Line(" ".join(w.text for w in words), words, min(w.x0 for w in words), min(w.top for w in words),
                    max(w.x1 for w in words), max(w.bottom for w in words))  # fmt: skip


def in_columns(page: Page, lines: Sequence[int]) -> list[Part]:
    """Upright lines that follow each other, in reading order: those of a column before those of the next."""
    return _ordered(page, [Part(i, 0, len(page.lines[i].words)) for i in lines])


def _ordered(page: Page, parts: Sequence[Part]) -> list[Part]:
    out: list[Part] = []
    rest = list(parts)
    while found := _columns(page, rest):
        x, first, last = found
        left, right = [], []
        for part in rest[first:last]:
            own, other = _parted(page, part, x)
            left += own
            right += other
        out += [*_ordered(page, rest[:first]), *_ordered(page, left), *_ordered(page, right)]
        rest = rest[last:]
    return out + rest


def _columns(page: Page, parts: Sequence[Part]) -> tuple[float, int, int] | None:
    """Where most lines of running text in columns are parted (x), and the parts beside each other, from the first to before the
    last; the text behind a bullet may begin in one place, too."""
    if len(parts) < _LINES:
        return None
    starts: Counter[int] = Counter()
    for line, first, last in parts:
        words = page.lines[line].words
        starts[round(words[first].x0)] += 1
        for a, b in zip(words[first : last - 1], words[first + 1 : last], strict=True):
            if b.x0 - a.x1 >= _GUTTER * b.size:
                starts[round(b.x0)] += 1
    leftmost = min(starts)
    found: list[tuple[float, int, int]] = []
    for x in (x for x, n in starts.most_common(_TRIED) if n >= _LINES and x > leftmost + _NARROWEST):
        free = [_is_free(page, part, x) for part in parts]
        for is_free, run in groupby(range(len(parts)), free.__getitem__):
            if is_free and (ends := _beside(page, parts, list(run), x)):
                found.append((x, *ends))
    return min(found, key=lambda f: (f[1] - f[2], f[0]), default=None)


def _is_free(page: Page, part: Part, x: float) -> bool:
    """Whether no word of a part stands across or right before the place where a column begins."""
    words = page.lines[part.line].words[part.first : part.last]
    after = next((w for w in words if w.x0 >= x - _ASIDE), None)
    room = _GUTTER * after.size if after else 0.0
    return all(w.x0 >= x - _ASIDE or w.x1 <= (after.x0 - room if after else x) for w in words)


def _beside(page: Page, parts: Sequence[Part], run: Sequence[int], x: float) -> tuple[int, int] | None:
    """The first of the parts `run` that has words beside another column, and the one after the last; `None` where they hardly
    are running text."""
    sides = {n: _parted(page, parts[n], x) for n in run}
    both = [[n for n in run if sides[n][k]] for k in (0, 1)]
    if not both[0] or not both[1]:
        return None
    first, last = max(min(own) for own in both), both[1][-1]
    while first - 1 in sides and not sides[first - 1][0] and _gap(page, parts[first - 1], parts[first]) < _GOES_ON:
        first -= 1  # the right column begins above the left one
    while last + 1 in sides and _gap(page, parts[last], parts[last + 1]) < _GOES_ON:
        last += 1  # the left column is longer
    within = [[sides[n][k][0].of(page) for n in own if first <= n <= last] for k, own in enumerate(both)]
    begin = sum(-_ASIDE <= line.x0 - x <= _INDENT * line.words[0].size for line in within[1])
    beside = [[n for n in own if first <= n <= both[1][-1]] for own in both]
    if min(map(len, beside)) < _LINES or begin < _MOST * len(within[1]) or not all(map(_is_text, within)):
        return None
    return first, last + 1


def _is_text(lines: Sequence[Line]) -> bool:
    """Whether lines fill their column, all but the last of each paragraph, and go on in the midst of sentences, as those of
    running text do and labels and values do not."""
    widths = [line.x1 - line.x0 for line in lines]
    widest = max(widths, default=0.0)
    full = widest >= _NARROWEST and sum(w >= _FULL * widest for w in widths) >= _MOST * len(widths)
    return full and sum(line.text.lstrip(_BULLETS)[:1].islower() for line in lines) >= _GOING_ON * len(lines)


def _parted(page: Page, part: Part, x: float) -> tuple[list[Part], list[Part]]:
    """What of a part stands before and what behind the place where a column begins."""
    words = page.lines[part.line].words
    k = next((j for j in range(part.first, part.last) if words[j].x0 >= x - _ASIDE), part.last)
    return [part._replace(last=k)] if k > part.first else [], [part._replace(first=k)] if k < part.last else []


def _gap(page: Page, a: Part, b: Part) -> float:
    above, below = page.lines[a.line], page.lines[b.line]
    return (below.bottom - above.bottom) / below.words[0].size
