"""What is printed across a page and over its text: `UDKAST` in large letters, told from titles by the words that it runs over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from pipeline.model import Word
from pipeline.read.words import ASCENT, DESCENT

_TALL = 2.0  # times as large as most words of the page
_CAPITAL = 0.7  # share of the font size that a capital stands above its baseline
_OVER = 1.0  # points by which a letter runs over a word
_LEVEL = 2  # lines between whose words it stands


def tall_across(words: Sequence[Word]) -> set[Word]:
    """Words that stand level with words much smaller, and run over one of them or between those of several lines."""
    if not words:
        return set()
    sizes = sorted([w.size for w in words])
    least = _TALL * sizes[len(sizes) // 2]
    if sizes[-1] < least:
        return set()
    runs: dict[tuple[int, int], list[Word]] = defaultdict(list)  # by baseline and size
    for w in words:
        if w.size >= least:
            runs[round(_base(w)), round(w.size)].append(w)
    small = [w for w in words if w.size < least]
    found = [key for key, run in runs.items() if _is_across(run, small)]
    # text that is hardly aslant has each of its words on a baseline of its own
    beside = {(base, size) for base, size in runs for own, as_large in found if size == as_large and abs(base - own) < size}
    return {w for key in beside for w in runs[key]}


def _is_across(run: Sequence[Word], small: Sequence[Word]) -> bool:
    base = _base(run[0])
    top = base - _CAPITAL * run[0].size
    level = [s for s in small if top < (s.top + s.bottom) / 2 < base]
    if any(min(s.x1, w.x1) - max(s.x0, w.x0) > _OVER for w in run for s in level):
        return True
    left, right = min(w.x0 for w in run), max(w.x1 for w in run)
    before = {round(_base(s)) for s in level if s.x1 <= left}
    after = {round(_base(s)) for s in level if s.x0 >= right}
    return len(before & after) >= _LEVEL


def _base(w: Word) -> float:
    return w.bottom - DESCENT * (w.bottom - w.top) / (ASCENT + DESCENT)
