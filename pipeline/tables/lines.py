"""What stands on each line of a page: segments, figures that are amounts, headings of years."""

from __future__ import annotations

import re
from collections.abc import Sequence

import regex

from pipeline.model import Line, Page, Word
from pipeline.tables.columns import Column
from pipeline.tables.justified import justified_parts
from pipeline.tables.segments import YEAR, Segment, segment, split

NEAR = 2.6  # a heading stands at most this many font sizes above the figures below it
WIDEST = 150.0  # points: what is wider and stands in the columns of figures is a sentence
_DIGIT = re.compile(r"\d")
_ACCOUNT = re.compile(r"0[0.]*")
_AMOUNT = re.compile(r"0{1,3}(?:\.000)+")
_UNIT = regex.compile(r"[€$£] ?0{3}|(?:1(?:[.,'’ ]?000){1,2}|000)(?: ?(?:[€$£]|\p{L}[\p{L}.]*))+")
_DATE = regex.compile(r"[0-3]?\d\.[01]?\d\.(?:19|20)\d\d")
_SPAN = regex.compile(r"(?:19|20)?(?P<first>\d\d)[/–-](?:19|20)?(?P<last>\d\d)")
_SENTENCE = regex.compile(r"\p{L}{3}\. \p{Lu}")
_PAIR = 2  # years: a part of so few once more may be counts
_NUMBERED = 3  # columns at least that numbers below their headings count
_ACCOUNTS = 3  # numbers at least that tell a column of accounts
_ASIDE = 2.5  # points by which what stands in one column may miss its edge
_LEAST, _MOST = 0.35, 0.95  # font sizes between the baselines of two lines of which one is level with the middle of a text


class Segments(dict[int, list[Segment]]):
    """The segments of each line of a page, made when they are asked for: most lines of running text never are."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page
        self.justified: dict[int, tuple[int, int]] | None = None

    def __missing__(self, i: int) -> list[Segment]:
        found = split(self.page.lines[i], i, self.page.word_space)
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
    return behind_label(segments) or [s for s in segments if s.figure or s.nil]


def behind_label(segments: Sequence[Segment]) -> list[Segment]:
    """The figures of a line after its first words; none where it has no words, or none after them."""
    text = next((k for k, s in enumerate(segments) if not (s.figure or s.nil)), len(segments))
    return [s for s in segments[text:] if s.figure or s.nil]


def is_below(s: Segment, a: Segment | Column) -> bool:
    """Whether one thing stands below another: on its right, its left or its middle."""
    return min(abs(s.x1 - a.x1), abs(s.x0 - a.x0), abs(s.x0 + s.x1 - a.x0 - a.x1) / 2) < _ASIDE


def is_head(page: Page, i: int, segments: dict[int, list[Segment]]) -> bool:
    """Whether the numbers of a line are those of a heading: years, dates, a unit, the numbers of the columns."""
    own = segments[i]
    numbered = is_numbering([s.text for s in own])
    return is_years(own) or are_dates(own) or _is_one_year(page.lines[i], own) or _has_units_only(own) or numbered


def is_numbering(texts: Sequence[str]) -> bool:
    """Whether what stands in a row only numbers the columns: `1`, `2`, `3` below their headings; that of the labels may have none."""
    plain = [t.strip("()") for t in texts]
    begins = len(plain) >= _NUMBERED and plain[0] in ("1", "2", "3")
    return begins and plain == [str(int(plain[0]) + k) for k in range(len(plain))]


def is_years(segments: Sequence[Segment]) -> bool:
    """Whether the figures of a line are years that follow each other, perhaps over again below each of several headings, and dates
    among them; before them a unit may stand (`1.000 kr.`)."""
    figures = [s.text for s in segments if s.figure and not _DATE.fullmatch(s.text)]
    if len(figures) > 2 and segments[0].figure and not YEAR.fullmatch(figures[0]):
        figures = figures[1:]
    years = [int(t) for t in figures if YEAR.fullmatch(t)]
    if not years or len(years) < len(figures):
        return False
    run = years.index(years[0], 1) if years[0] in years[1:] else len(years)
    steps = {b - a for a, b in zip(years, years[1:run], strict=False)}
    again = all(y == years[k % run] for k, y in enumerate(years)) and (len(years) % run == 0 or run > _PAIR)
    return again and (steps == {1} or steps == {-1})


def are_dates(segments: Sequence[Segment]) -> bool:
    """Whether the figures of a line are dates: of a heading, where they stand above all others, or of a row that says when."""
    figures = [s.text for s in segments if s.figure]
    return len(figures) > 1 and all(map(_DATE.fullmatch, figures))


def _has_units_only(segments: Sequence[Segment]) -> bool:
    """Whether all that a line has for figures is a unit where the labels stand (`1.000 kr.`, `£000`), or it holds nothing but spans
    of years (`24-23`)."""
    figures = [s for s in segments if s.figure or s.nil]
    if figures and len(figures) == len(segments):
        spans = [_SPAN.fullmatch(s.text) for s in figures]
        if all(m and abs(int(m["first"]) - int(m["last"])) == 1 for m in spans):
            return True
    return figures == list(segments[:1]) and len(segments) > 1 and _UNIT.fullmatch(figures[0].text.strip("()[]")) is not None


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


def are_accounts(numbers: Sequence[Word | Segment], digits: int) -> bool:
    """Whether numbers that begin labels, or stand before them, are accounts: some, below each other, with as many digits each,
    that are at least so many and not grouped as those of amounts are."""
    forms = {_DIGIT.sub("0", n.text) for n in numbers}
    form = forms.pop() if len(forms) == 1 else ""
    starts = [n.x0 for n in numbers]
    alike = len(form) >= digits and _ACCOUNT.fullmatch(form) and not _AMOUNT.fullmatch(form)
    return bool(alike) and len(numbers) >= _ACCOUNTS and max(starts) - min(starts) <= _ASIDE


def is_half_a_line(a: Line, b: Line) -> bool:
    """Whether two lines stand too near to each other for one text, and too far for one line: they are level with its middle."""
    size = min(a.words[0].size, b.words[0].size)
    return _LEAST * size < abs(a.bottom - b.bottom) < _MOST * size


def is_sentence(text: str) -> bool:
    """Whether in a text a sentence ends and the next begins; in `ekskl. moms` none does."""
    return _SENTENCE.search(text) is not None
