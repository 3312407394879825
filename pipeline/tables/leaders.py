"""Dots that lead from a label to its figures: words of their own, part of neither, be they set as one string or one by one.

        Skoler ........ 1.200      Skoler . . . . . 1.200      Skoler……….1.200
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.model import Word

_DOTS = re.compile(r"[.…_]+")
_MAY_LEAD = re.compile(r"[.…_]{4}|…{2}|(?:^| )\.(?: |$)|(?:^| )[.…_]+ [.…_]")
_MOST = 3  # dots by themselves may stand for nothing; more lead on
_LONG = "…"  # each is as wide as three dots


def leaders(words: Sequence[Word], text: str) -> frozenset[int]:
    """Which words of a line are dots that lead on: more than three, or several in a row, or one that ends no word.

    `text`: what the line reads, as `Line.text`.
    """
    # most lines have none of these, and the pattern takes ten times as long to say so
    if not (".." in text or " ." in text or "…" in text or "_" in text or text[:1] == ".") or not _MAY_LEAD.search(text):
        return frozenset()
    out: set[int] = set()
    run: list[int] = []
    for k in range(len(words) + 1):
        if k < len(words) and _DOTS.fullmatch(words[k].text):
            run.append(k)
            continue
        dots = "".join(words[j].text for j in run)
        if len(run) > 1 or len(dots) > _MOST or (len(dots) > 1 and set(dots) == {_LONG}) or dots == ".":
            out.update(run)
        run = []
    return frozenset(out)
