"""Segments that hold more than one cell, parted by what stands above and below them in their table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from pipeline.model import Line, Page, Word
from pipeline.tables.lines import are_accounts, has_figures
from pipeline.tables.segments import YEAR, Segment, segment

_EXACT = 0.5  # points
_ASIDE = 1.0  # points by which a cell may miss the end of its heading
_APART = 1.15  # figures stand further apart than the groups of one by this factor
_BLANK = 0.3  # font sizes: the blank between the groups of a number is narrower
_WIDER = 1.3
_NUMBERED = re.compile(r"\d[\d.]{2,}$")
_MOST = 0.8  # share of the rows that begin with an account
_LONG = 5  # digits and points of an account; years and counts have fewer
_GROUP = re.compile(r"\d{3}")


def part_touching(page: Page, own: Sequence[int], segments: dict[int, list[Segment]]) -> dict[int, list[Segment]]:
    """Segments with figures cut from the labels or figures that reach up to them: the right ends of what is parted are those
    of figures above and below, and nothing else in their row ends there."""
    edges = [(s.x1, i) for i in own for s in segments[i] if s.figure]
    touched = [(s.x1, i) for i in own for s in segments[i] if not s.figure and s.text[-1].isdigit()]  # by their labels

    def ends(x1: float, row: int) -> int:
        rows = [i for end, i in edges if abs(end - x1) <= _EXACT]
        if not rows or row in rows:
            return 0  # `Distrikt 1`, `Distrikt 2` below each other tell of no column
        return len(rows) + sum(abs(end - x1) <= _EXACT and i != row for end, i in touched)

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
    gap = 0.0  # between the groups of the number
    while cut > s.first + 1 and segment(words, s.line, cut - 1, s.last).figure and _GROUP.fullmatch(words[cut].text):
        before = words[cut].x0 - words[cut - 1].x1
        if before > _APART * gap > 0:
            break
        cut, gap = cut - 1, before
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
    if not below and not _have_accounts([firsts[i] for i in numbered], [firsts[i] for i in own if has_figures(segments[i])]):
        return segments
    out = dict(segments)
    for i, x in glued.items():
        if (abs(x - starts[0]) <= _EXACT) if below else i in numbered:  # the heading of the accounts among them
            s, words = segments[i][0], page.lines[i].words
            out[i] = [segment(words, i, s.first, s.first + 1), segment(words, i, s.first + 1, s.last), *segments[i][1:]]
    return out


def _have_accounts(numbers: Sequence[Word], firsts: Sequence[Word]) -> bool:
    """Whether numbers that begin labels are accounts, and nearly every row begins with one."""
    rows = sum(_NUMBERED.match(w.text) is not None for w in firsts)
    return are_accounts(numbers, _LONG) and rows >= _MOST * len(firsts)


def part_below(line: Line, own: Sequence[Segment], heads: Sequence[tuple[Line, Sequence[Segment]]]) -> list[Segment]:
    """Segments of a row that begin with a figure, cut where a word of the headings nearest to the rows ends and the next begins:
    what is cut apart ends, and begins or ends, as these do. One cut at most: of three figures nothing
    tells which of the gaps are wide. `heads`: the lines of the heading, from the top down."""
    over = next((h.words for h, parts in reversed(heads) if len(parts) > 1), ())
    out: list[Segment] = []
    for s in own:
        places = range(s.first + 1, s.last) if over else ()
        cut = next((k for k in places if _is_cut_below(line.words, s, k, over)), None)
        ends = [s.first, *([cut] if cut else []), s.last]
        out += [segment(line.words, s.line, a, b) for a, b in pairwise(ends)] if cut else [s]
    return out


def _is_cut_below(words: Sequence[Word], s: Segment, k: int, over: Sequence[Word]) -> bool:
    left, right, last = words[k - 1], words[k], words[s.last - 1]
    if not segment(words, s.line, s.first, k).figure:
        return False
    below = [b for a, b in pairwise(over) if abs(left.x1 - a.x1) < _ASIDE]
    begins = any(abs(right.x0 - b.x0) < _ASIDE for b in below)
    if right.text[0].isalpha():
        return begins and not s.figure  # `1.200 kr.` below `Budget kr.` is one cell
    others = [words[n].x0 - words[n - 1].x1 for n in range(s.first + 1, s.last) if n != k]
    apart = bool(others) and right.x0 - left.x1 > _APART * max(others)  # two groups alone may be one number
    ends = any(abs(last.x1 - b.x1) < _ASIDE for b in below)
    return apart and (begins or ends) and segment(words, s.line, k, s.last).figure
