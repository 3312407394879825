"""Lines -> segments: runs of words that a gap wider than a word space sets apart; which of them are figures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pipeline.model import USUAL_SPACE, Line, Word
from pipeline.tables.leaders import leaders

_SPACE = 0.7  # share of the font size; a wider gap between two words is no word space
_NARROW = 0.36  # a gap wider than this, and wider than usual, sets a figure apart
_UNUSUAL = 1.3
_TOUCHING = 0.15  # a gap that may stand within a number
_NUMBERED = re.compile(r"\d[\d.]{2,}$")  # an account before its text
_OPENS = "0123456789(-−–+<>≤≥~±[‐€$£k"  # what a figure may begin with
_CURRENCY = ("kr.", "kr", "€", "$", "£")
_DECIMALS = re.compile(r"\d[,.]\d{1,2}\D?$")
_GROUPED = re.compile(r"\d[.,'’]\d{3}$")
_BEGINS = re.compile(r"\d{1,2}[.,'’]\d{3}(?!\d)")  # the groups of a number may follow it, but it follows none
_SIGNS = ("-", "−", "–", "+", "kr.", "kr", "(", "€", "§", "§§")
_DASHES = ("-", "−", "–", "—")
_MAY_CUT = frozenset((*_OPENS, *_DASHES))  # what a word begins with that may be another phrase though it stands near
YEAR = re.compile(r"(?:19|20)\d\d")
_GROUP = re.compile(r"\d{3}(?!\d)")
_LEADER = re.compile(r"\.{4,}|(?:\. ){4,}|…{2,}|_{4,}")

# a number with sign, brackets, unit or mark, its share of a whole in brackets behind it; or what stands for none
_FIGURE = re.compile(
    r"""^[(\[<>≤≥~±+\-−–‐]*\s?(?:[€$£]|kr\.?)?\s?[(+\-−–‐]?\s?
    \d[\d.,'’\s\u00a0\u2009\u202f]*
    (?:\s?[%‰€$£)\]*†‡°−–-]|\s?[a-z]\)|\s?(?:t\.?\s?kr\.?|tkr|mio\.?|mia\.?|kr\.?|pct\.?|årsværk|stk\.?|[km]?m[²³2]?|ha))*
    (?:\s\([+\-−–]?\d[\d.,]*\s?%\))?$""",
    re.X,
)
_NIL = re.compile(r"^(?:[-–—−‐]+|\.{2,3}|…|:|n\.?\s?[ad]\.?|n/a|\*|x|c|u)$", re.I)


class Segment(NamedTuple):
    """Neighbouring words of one line. `first` and `last` are word indices, `last` not included."""

    x0: float
    x1: float
    line: int
    first: int
    last: int
    text: str
    figure: bool
    nil: bool


def is_leader(line: Line) -> bool:
    """Whether a row of dots leads to a number, as in a table of contents."""
    return bool(_LEADER.search(line.text))


def split(line: Line, index: int, space: float = USUAL_SPACE) -> list[Segment]:
    """The segments of a line from left to right; `space` is the gap between words that is usual there."""
    return pieces(line, index, 0, len(line.words), space)


def pieces(line: Line, index: int, first: int, last: int, space: float = USUAL_SPACE) -> list[Segment]:
    """The segments of a part of a line, its words from `first` to before `last`."""
    words = line.words
    dots = leaders(words, line.text)
    cuts, apart = [first], first
    wide = max(_SPACE, _UNUSUAL * space)
    narrow = max(_NARROW, _UNUSUAL * space)
    for k in range(first + 1, last):
        a, b = words[k - 1], words[k]
        gap = (b.x0 - a.x1) / max(a.size, b.size)
        if gap > wide or (dots and (k in dots) != (k - 1 in dots)) or (
            gap > _TOUCHING and (gap > narrow or b.text[0] in _MAY_CUT) and _is_cut(words, k, cuts[-1], apart, last, gap > narrow)
        ):  # fmt: skip
            cuts.append(k)
            apart = k if gap > wide else apart
    cuts.append(last)
    out = [segment(words, index, a, b) for a, b in zip(cuts, cuts[1:], strict=False)]
    return ([s for s in out if s.first not in dots] or out) if dots else out


def _is_cut(words: Sequence[Word], k: int, start: int, first: int, last: int, unusual: bool) -> bool:
    """Whether two words that stand near each other are hardly one phrase; `start`: where the phrase begins, `first`: the last
    word that stands far from the one before it, `unusual`: they stand a little further apart than words do."""
    before, after = words[k - 1].text, words[k].text
    if after in _CURRENCY:
        return _is_priced(words, k, start, last)
    if (YEAR.fullmatch(before) and YEAR.fullmatch(after)) or (before in _DASHES and after in _DASHES):
        return True  # four digits are no group of another number; of two dashes one is a sign or both stand for nothing
    if not (unusual or after[0] in _OPENS):
        return False
    numbered = k - 1 == first and after[0].isalpha() and _NUMBERED.match(before) is not None
    return _ends(before, after) or (unusual and (numbered or _parts(before, after) or _is_measured(words, start, k)))


def _is_measured(words: Sequence[Word], start: int, k: int) -> bool:
    """Whether a phrase is a figure with its unit, and another figure follows: `5,2 mio. kr.` beside `1,7 mio. kr.`"""
    if k - start < 2 or not (words[start].text[-1].isdigit() and _FIGURE.match(words[k].text)):
        return False
    return not words[k - 1].text[0].isdigit() and _FIGURE.match(" ".join(w.text for w in words[start:k])) is not None


def _ends(before: str, after: str) -> bool:
    """Whether a number is over, however near the next one stands: it has decimals or ends with a sign, the next begins with one,
    or groups parted by points or commas stand before a blank or begin after it."""
    if not (_FIGURE.match(before) and _FIGURE.match(after)) or "%" in after:
        return False  # `1269 (19,9 %)` is one figure
    grouped = (before[-1].isdigit() and _BEGINS.match(after)) or (_GROUPED.search(before) and after[:2].isdigit())
    signed = (before[0].isdigit() and before[-1] in _DASHES) or (after[0] in "-−–(" and before[-1] in "0123456789)")
    return bool(_DECIMALS.search(before) or grouped or signed)


def _is_priced(words: Sequence[Word], k: int, start: int, last: int) -> bool:
    """Whether a figure begins with its currency: `kr. 318` beside `kr. 447`."""
    if words[k].text not in _CURRENCY or k + 1 >= last or not _FIGURE.match(words[k - 1].text):
        return False
    if words[start].text in _CURRENCY and _FIGURE.match(words[k + 1].text):
        return True  # as the figure before it does
    before, after = words[k].x0 - words[k - 1].x1, words[k + 1].x0 - words[k].x1
    return before > after * 1.05


def _parts(before: str, after: str) -> bool:
    """Whether two words are hardly one phrase: a figure stands beside the other, and they are no groups of one number."""
    figure = bool(_FIGURE.match(after) or _NIL.match(after))
    return figure and not (before[-1:].isdigit() and _GROUP.match(after)) and before not in _SIGNS


def segment(words: Sequence[Word], line: int, first: int, last: int) -> Segment:
    """The words from `first` to before `last` as one segment."""
    part = words[first:last]
    text = " ".join(w.text for w in part)
    nil = bool(_NIL.match(text))
    figure = not nil and bool(_FIGURE.match(text))
    return Segment(part[0].x0, max(w.x1 for w in part), line, first, last, text, figure, nil)


def overlap(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Length that two spans of x have in common; negative: the gap between them."""
    return min(a[1], b[1]) - max(a[0], b[0])


def span(segments: Iterable[Segment]) -> tuple[float, float]:
    """Left and right end of some segments."""
    own = list(segments)
    return min(s.x0 for s in own), max(s.x1 for s in own)
