"""Tables side by side without rules: parted where the labels of the second begin, each half read for itself.

        Forslag         2024   2025      Område        Budget   Regnskab
        Nattevagt       -900   -900      Madordning         0        100
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from pipeline.model import Line, Page, Table
from pipeline.tables.lines import are_accounts, is_below
from pipeline.tables.parts import Find, part_tables
from pipeline.tables.segments import YEAR, Segment, overlap

_DIGIT = re.compile(r"\d")
_CODE = 3  # digits of an account at least
_ABOVE, _AFTER = 4, 6  # lines above the only row of a table among which its heading stands, and below it that are not of its table
_ROWS = 2  # rows of the table beside that one, as many at least
_FIGURES = 2  # of that row, as many at least
_HEADINGS = 3  # of a table that stands alone, as many at least
_WORDS = 8  # that these have at most
_ALIGNED = 1.0  # points by which labels and their heading may miss each other's beginning
_BELOW = 2.5  # points by which accounts may
_SHORT = 4.0  # letters that a label has at least, on average; codes have fewer
_LACKING = 3  # rows with a label for each without: more of these, and the labels are none
_DISTINCT = 0.7  # share of the labels of a table that occur once


class _Gutter(NamedTuple):
    """Between two tables: where they are parted (x), the first and last line that has labels of the second, and where the
    accounts before those begin, if there are any."""

    cut: float
    first: int
    last: int
    accounts: float | None


def beside_tables(page: Page, segments: dict[int, list[Segment]], find: Find) -> list[Table]:
    """Tables of the lines around each column of words that has figures on both of its sides."""
    out: list[Table] = []
    done: set[int] = set()
    for gutter in _gutters(page, segments):
        cut, first, last, _ = gutter
        if any(i in done or _crosses(segments[i], cut) for i in range(first, last + 1)):
            continue
        while first and first - 1 not in done and _keeps(segments[first - 1], gutter):
            first -= 1
        while last + 1 < len(page.lines) and last + 1 not in done and _keeps(segments[last + 1], gutter):
            last += 1
        halves = [_half(page, range(first, last + 1), span, find) for span in ((0.0, cut), (cut, page.width))]
        if all(halves):
            out += [t for half in halves for t in half]
            done |= set(range(first, last + 1))
    return out


def _gutters(page: Page, segments: dict[int, list[Segment]]) -> list[_Gutter]:
    """The gutters before what may be the labels of a second table; those before most labels first."""
    columns: dict[int, list[Segment]] = defaultdict(list)
    for i, line in enumerate(page.lines):
        parts = segments[i] if not line.words[0].turn and (_DIGIT.search(line.text) or len(line.words) <= _WORDS) else []
        if not any(s.figure for s in parts):
            parts = parts[:1] if len(parts) >= _HEADINGS else []  # headings of a table alone, with nothing to the left of them
        for s in parts:
            if not (s.figure or s.nil):
                columns[round(s.x0)].append(s)
    out = [
        gutter for x in sorted(columns, key=lambda x: (-len(columns[x]), x))
        for own in _unbroken(page, columns[x] + columns.get(x + 1, []), x, segments) if (gutter := _gutter(page, own, x, segments))
    ]  # fmt: skip
    alone = [own[0] for x, own in columns.items() if len(own) == 1 and not columns.get(x - 1) and not columns.get(x + 1)]
    return out + [gutter for label in alone if (gutter := _of_one_row(page, label, segments))]


def _of_one_row(page: Page, label: Segment, segments: dict[int, list[Segment]]) -> _Gutter | None:
    """The gutter before the only row of a second table: below a heading of its label and as many others as it has figures, where
    no row above or below has anything to the right of the gutter."""
    right = [s for s in segments[label.line] if s.x0 > label.x0]
    above = range(max(0, label.line - _ABOVE), label.line)
    words = [s for i in reversed(above) for s in segments[i] if not (s.figure or s.nil)]
    head = next((s for s in words if abs(s.x0 - label.x0) <= _ALIGNED), None)
    if head is None or sum(s.figure or s.nil for s in right) < _FIGURES:
        return None
    headings = [s for s in segments[head.line] if s.x0 > head.x0]
    near = range(head.line + 1, min(len(page.lines), label.line + _AFTER))
    rows = [segments[i] for i in near if i != label.line and any(s.figure for s in segments[i])]
    left = [s for i in (head.line, *near) for s in segments[i] if s.x1 < label.x0]
    x = label.x0 - _ALIGNED
    others = any(s.x0 >= x for row in rows for s in row) or any(_crosses(segments[i], x) for i in near)
    if len(headings) != len(right) or any(s.figure for s in headings) or len(rows) < _ROWS or others:
        return None
    return _Gutter((max(s.x1 for s in left) + label.x0) / 2, head.line, label.line, None)


def _gutter(page: Page, own: Sequence[Segment], x: float, segments: dict[int, list[Segment]]) -> _Gutter | None:
    """The gutter before some labels that begin at `x`; `None` where they hardly are those of a second table."""
    texts = [s.text for s in own]
    letters = sum(c.isalpha() for t in texts for c in t)
    if len(own) < 2 or len(set(texts)) < _DISTINCT * len(texts) or letters < _SHORT * len(texts):
        return None
    first, last = min(s.line for s in own), max(s.line for s in own)
    beside = [segments[i] for i in range(first, last + 1) if _DIGIT.search(page.lines[i].text)]
    right = any(s.figure and s.x0 > x for row in beside for s in row)
    lacking = [i for i in range(first, last + 1) if _lacks_label(segments[i], x) and not _is_words(segments.get(i - 1, ()), x)]
    lacking += _lacking_beyond(page, first, last, x, segments)
    if len(lacking) * _LACKING >= len(own):
        return None  # a column of words between figures, of which cells are empty
    accounts = min(_accounts(page, own, segments), default=None)
    x = x if accounts is None else accounts
    left = [s for row in beside for s in row if s.x1 < x]
    edge = min((s.x0 for s in left), default=x) + _BELOW
    amounts = any(_has_amounts([s for s in row if s.x1 < x], edge) for row in beside)
    if not (right and amounts and _has_labels(beside, x)):
        return None
    return _Gutter((max(s.x1 for s in left) + x) / 2, first, last, accounts)


def _has_amounts(left: Sequence[Segment], edge: float) -> bool:
    """Whether there are figures in a part of a row that are no code: before words, or alone right of its `edge`."""
    words = next((k for k, s in enumerate(left) if not (s.figure or s.nil)), 0)
    return any(s.figure and s.x0 > edge for s in left[words:])


def _lacking_beyond(page: Page, first: int, last: int, x: float, segments: dict[int, list[Segment]]) -> list[int]:
    """The lines right above and below some labels that have a label to the left of `x` and figures alone to its right."""
    out: list[int] = []
    for step, i in ((-1, first - 1), (1, last + 1)):
        while 0 <= i < len(page.lines) and _lacks_label(segments[i], x) and not _crosses(segments[i], x):
            out.append(i)
            i += step
    return out


def _lacks_label(row: Sequence[Segment], x: float) -> bool:
    """Whether a row has a label to the left of `x`, and begins with a figure to its right; beside labels of words a year is none."""
    left, right = [s for s in row if s.x1 < x], [s for s in row if s.x1 >= x]
    labelled = any(not (s.figure or s.nil) for s in left)
    return labelled and bool(right) and (right[0].figure or (right[0].nil and any(s.figure for s in right)))


def _is_words(row: Sequence[Segment], x: float) -> bool:
    """Whether a line has nothing but words to the right of `x`: of a label that wraps."""
    right = [s for s in row if s.x1 >= x]
    return bool(right) and not any(s.figure or s.nil for s in right)


def _accounts(page: Page, labels: Sequence[Segment], segments: dict[int, list[Segment]]) -> list[float]:
    """Where the accounts right before labels begin: nearer to these than to what stands before them, as many digits each, below
    each other, not grouped as amounts are. Short ones count on; what stands below a year is none."""
    before: list[Segment] = []
    for s in labels:
        row = segments[s.line]
        at = row.index(s)
        if at and row[at - 1].figure and (at < 2 or s.x0 - row[at - 1].x1 < row[at - 1].x0 - row[at - 2].x1):
            before.append(row[at - 1])
    by_form: dict[str, list[Segment]] = defaultdict(list)
    for b in before:  # some may be figures of the table on the left
        by_form[_DIGIT.sub("0", b.text)].append(b)
    most = max(by_form.values(), key=len, default=[])
    numbers = [int(b.text) if b.text.isdecimal() else 0 for b in most]
    rising = all(m < n for m, n in pairwise(numbers))
    if 2 * len(most) < len(before) or not are_accounts(most, _CODE) or (len(most[0].text) == _CODE and not rising):
        return []
    above = (s for i in range(max(0, most[0].line - _ABOVE), most[0].line) if not page.lines[i].words[0].turn for s in segments[i])
    dated = any(YEAR.fullmatch(s.text) and overlap((s.x0, s.x1), (b.x0, b.x1)) > 0 for s in above for b in most)
    return [] if dated else [b.x0 for b in most]


def _unbroken(page: Page, labels: Sequence[Segment], x: float, segments: dict[int, list[Segment]]) -> list[list[Segment]]:
    """Labels that begin at `x`, parted wherever a row of another table runs across, from the left of them to the right."""
    own = sorted(labels, key=lambda s: s.line)
    figures = (s for label in own for s in segments[label.line] if s.figure and s.x0 > x)
    known = list({(round(s.x0), round(s.x1)): s for s in figures}.values())  # as many as there are places, on any page
    out = [own[:1]]
    for a, b in pairwise(own):
        if any(_is_across(page.lines[i], segments[i], x, known) for i in range(a.line + 1, b.line)):
            out.append([])
        out[-1].append(b)
    return out


def _is_across(line: Line, own: Sequence[Segment], x: float, known: Sequence[Segment]) -> bool:
    """Whether a line is one row: a label to the left of `x`, figures to its right alone, not all below those of the labels there."""
    if line.words[0].turn or not _DIGIT.search(line.text):
        return False
    left, right = [s for s in own if s.x1 < x], [s for s in own if s.x1 >= x]
    if not left or not right or any(s.figure or s.nil for s in left) or not all(s.figure or s.nil for s in right):
        return False
    if abs(right[0].x0 - x) <= _ALIGNED:
        return False  # a year for a label
    return not all(any(is_below(s, k) for k in known) for s in right)


def _has_labels(rows: Sequence[Sequence[Segment]], x: float) -> bool:
    """Whether there are words or years to the left of `x`: figures on both sides of their label are one table, and so are numbers and
    signs before it."""
    left = [[s for s in row if s.x1 < x] for row in rows]
    labels = [any(any(c.isalpha() for c in s.text) or YEAR.fullmatch(s.text) for s in row if not s.nil) for row in left]
    return 2 * sum(labels) >= sum(map(bool, left))


def _keeps(line: Sequence[Segment], gutter: _Gutter) -> bool:
    """Whether a line may stand in two tables: nothing runs over the gutter, and no figures without a label beside it."""
    right = [s for s in line if s.x0 > gutter.cut]
    if _crosses(line, gutter.cut):
        return False
    if len(right) > 1 and gutter.accounts is not None and abs(right[0].x0 - gutter.accounts) < _BELOW:
        right = right[1:]
    return not right or not (right[0].figure or right[0].nil) or bool(YEAR.fullmatch(right[0].text))


def _crosses(line: Sequence[Segment], cut: float) -> bool:
    return any(s.x0 < cut - 1 and s.x1 > cut + 1 for s in line)


def _half(page: Page, lines: Sequence[int], span: tuple[float, float], find: Find) -> list[Table]:
    places = [(i, j) for i in lines for j, w in enumerate(page.lines[i].words) if not w.turn and span[0] <= w.x0 < span[1]]
    return part_tables(page, places, find)
