"""What stands on each line of a page: segments, figures that are amounts, headings of years."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from pipeline.model import Line, Page, Word
from pipeline.tables.columns import Column
from pipeline.tables.justified import justified_parts
from pipeline.tables.segments import Segment, segment, split, word_space

NEAR = 2.6  # a heading stands at most this many font sizes above the figures below it
WIDEST = 150.0  # points: what is wider and stands in the columns of figures is a sentence
_ASIDE = 2.5  # points by which what stands in one column may miss its edge
_EXACT = 0.5  # points
_BLANK = 0.3  # font sizes: the blank between the groups of a number is narrower
_WIDER = 1.3
_NUMBERED = re.compile(r"\d[\d.]{2,}$")
_DIGIT = re.compile(r"\d")
_ACCOUNTS, _MOST = 4, 0.8  # numbers that stand for accounts; share of the rows that begin with one
_GROUP = re.compile(r"\d{3}")
YEAR = re.compile(r"(?:19|20)\d\d")


class Segments(dict[int, list[Segment]]):
    """The segments of each line of a page, made when they are asked for: most lines of running text never are."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page
        self.space = 0.0  # between words, measured when the first line is asked for
        self.justified: dict[int, tuple[int, int]] | None = None

    def __missing__(self, i: int) -> list[Segment]:
        self.space = self.space or word_space(self.page.lines)
        found = split(self.page.lines[i], i, self.space)
        if sum(not (s.figure or s.nil) for s in found) > 1:
            if self.justified is None:
                self.justified = justified_parts(self.page.lines)
            if part := self.justified.get(i):
                found = self._whole(i, found, *part)
        self[i] = found
        return found

    def _whole(self, i: int, found: list[Segment], first: int, last: int) -> list[Segment]:
        """The segments of a line with those made one that its words from `first` to before `last` are."""
        before = [s for s in found if s.last <= first]
        after = [s for s in found if s.first >= last]
        if sum(s.last - s.first for s in found) - sum(s.last - s.first for s in (*before, *after)) != last - first:
            return found
        return [*before, segment(self.page.lines[i].words, i, first, last), *after]


def has_figures(segments: Sequence[Segment]) -> bool:
    """A line of a table: a figure that stands apart from other words."""
    return any(s.figure for s in segments) and len(segments) > 1


def amounts(segments: Sequence[Segment]) -> list[Segment]:
    """The figures of a line; not those before its label, which are account numbers, codes or enumerators."""
    text = next((k for k, s in enumerate(segments) if not (s.figure or s.nil)), 0)
    after = [s for s in segments[text:] if s.figure or s.nil]
    return after or [s for s in segments if s.figure or s.nil]


def is_below(s: Segment, a: Segment | Column) -> bool:
    """Whether one thing stands below another: on its right, its left or its middle."""
    return min(abs(s.x1 - a.x1), abs(s.x0 - a.x0), abs(s.x0 + s.x1 - a.x0 - a.x1) / 2) < _ASIDE


def is_head(page: Page, i: int, segments: dict[int, list[Segment]]) -> bool:
    return is_years(segments[i]) or _is_one_year(page.lines[i], segments[i])


def is_years(segments: Sequence[Segment]) -> bool:
    """Whether the figures of a line are years that follow each other; before them a unit may stand (`1.000 kr.`)."""
    figures = [s.text for s in segments if s.figure]
    if len(figures) > 2 and segments[0].figure and not YEAR.fullmatch(figures[0]):
        figures = figures[1:]
    years = [int(t) for t in figures if YEAR.fullmatch(t)]
    steps = {b - a for a, b in zip(years, years[1:], strict=False)}
    return len(years) == len(figures) and (steps == {1} or steps == {-1})


def _is_one_year(line: Line, segments: Sequence[Segment]) -> bool:
    """Whether the only figure of a line is a year that is set as a heading is: bold, or without anything beside it."""
    figures = [s for s in segments if s.figure or s.nil]
    if len(figures) != 1 or not YEAR.fullmatch(figures[0].text):
        return False
    return len(segments) == 1 or line.words[figures[0].first].bold


def has_bar(page: Page, upper: Line, lower: Line) -> bool:
    """Whether a ruling line is drawn between two lines of text, across the beginning of either."""
    middles = (upper.top + upper.bottom) / 2, (lower.top + lower.bottom) / 2
    return any(
        e.top == e.bottom and middles[0] < e.top < middles[1] and e.x0 < max(upper.x0, lower.x0) + 1 and e.x1 > e.x0 + 20
        for e in page.edges if e.x1 > max(upper.x0, lower.x0)
    )  # fmt: skip


def part_touching(page: Page, own: Sequence[int], segments: dict[int, list[Segment]]) -> dict[int, list[Segment]]:
    """Segments with figures cut from the labels or figures that reach up to them: the right ends of what is parted are those
    of figures above and below, and nothing else in their row ends there."""
    edges = [(s.x1, i) for i in own for s in segments[i] if s.figure]

    def ends(x1: float, row: int) -> int:
        rows = [i for end, i in edges if abs(end - x1) <= _EXACT]
        return 0 if row in rows else len(rows)

    out = dict(segments)
    for i in own:
        words = page.lines[i].words
        parts: list[Segment] = []
        for s in segments[i]:
            cuts: list[int] = []
            if s.last - s.first > 1 and s.figure:
                cuts = [k for k in _wide_gaps(words, s) if ends(words[k - 1].x1, i) >= 2]
            elif s.last - s.first > 1 and ends(s.x1, i) >= 2:
                cuts = _number_at_end(words, s)
            parts += [segment(words, i, a, b) for a, b in pairwise((s.first, *cuts, s.last))] if cuts else [s]
        out[i] = parts
    return out


def _wide_gaps(words: Sequence[Word], s: Segment) -> list[int]:
    """The words of a figure before which there is more room than a blank takes, and than there is between its other groups."""
    gaps = {k: (words[k].x0 - words[k - 1].x1) / words[k].size for k in range(s.first + 1, s.last)}
    narrowest = min(gaps.values())
    even = max(gaps.values()) < _WIDER * narrowest
    return [k for k, gap in gaps.items() if gap > _BLANK and (even or gap > _WIDER * narrowest)]


def _number_at_end(words: Sequence[Word], s: Segment) -> list[int]:
    """Where the number at the end of a label begins; nowhere, if it is none by itself, a year, or all there is."""
    last = words[s.last - 1].text
    if not last[-1:].isdigit() or YEAR.fullmatch(last):
        return []
    cut = s.last - 1
    while cut > s.first + 1 and segment(words, s.line, cut - 1, s.last).figure and _GROUP.fullmatch(words[cut].text):
        cut -= 1
    return [cut] if segment(words, s.line, cut, s.last).figure else []


def part_accounts(page: Page, own: Sequence[int], segments: dict[int, list[Segment]]) -> dict[int, list[Segment]]:
    """Segments with account numbers cut from the labels they stand near, where all labels begin at one place, or all numbers
    do and have as many digits."""
    firsts = {i: page.lines[i].words[segments[i][0].first] for i in own}
    glued = {i: page.lines[i].words[s.first + 1].x0 for i in own if (s := segments[i][0]).last > s.first + 1}
    numbered = [i for i in glued if _NUMBERED.match(firsts[i].text)]
    starts = [glued[i] for i in numbered]
    alone = [w.x0 for w in firsts.values() if not _NUMBERED.match(w.text)]
    if len(starts) < 2:
        return segments
    below = max(starts) - min(starts) <= _EXACT and any(abs(x - starts[0]) <= _EXACT for x in alone)
    if not below and not _are_accounts([firsts[i] for i in numbered], [firsts[i] for i in own if has_figures(segments[i])]):
        return segments
    out = dict(segments)
    for i, x in glued.items():
        if (abs(x - starts[0]) <= _EXACT) if below else i in numbered:  # the heading of the accounts among them
            s, words = segments[i][0], page.lines[i].words
            out[i] = [segment(words, i, s.first, s.first + 1), segment(words, i, s.first + 1, s.last), *segments[i][1:]]
    return out


def _are_accounts(numbers: Sequence[Word], firsts: Sequence[Word]) -> bool:
    """Whether numbers that stand below each other have as many digits each, and nearly every row begins with one."""
    forms = {_DIGIT.sub("0", w.text) for w in numbers}
    left = [w.x0 for w in numbers]
    rows = sum(_NUMBERED.match(w.text) is not None for w in firsts)
    return len(numbers) >= _ACCOUNTS and len(forms) == 1 and max(left) - min(left) <= _EXACT and rows >= _MOST * len(firsts)
