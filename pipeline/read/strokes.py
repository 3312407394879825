"""Signs that are drawn and not set: a short line before a figure may be its minus, which no text says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from pipeline.model import Box, Edge, Word

SHORTEST, LONGEST = 1.5, 8.0  # points: how long a stroke may be that is a sign
_NEAR = 0.35  # font sizes between a sign and its figure at most: what marks a paragraph stands further away
_LOW, _HIGH = 0.2, 0.65  # share of the height of a figure, from its foot, between which a minus stands
_OWN = 0.2  # share of its length by which a stroke may reach into the figure


def signed(words: Sequence[Word], strokes: Sequence[Edge]) -> tuple[Box, ...]:
    """The boxes of the figures right before which a short line is drawn at half their height, each with the line.

    Several lines in a row lead to a figure, and are no sign of it.
    """
    if not strokes:
        return ()
    by_height: dict[int, list[Edge]] = defaultdict(list)  # a drawing may have thousands
    for s in strokes:
        by_height[int(s.top)].append(s)
    out = []
    for w in words:
        if w.turn or not w.text[:1].isdigit():
            continue
        low, high = (w.bottom - share * (w.bottom - w.top) for share in (_LOW, _HIGH))
        level = [s for k in range(int(high), int(low) + 1) for s in by_height.get(k, ()) if high < s.top < low]
        before = [s for s in level if -_OWN * (s.x1 - s.x0) <= w.x0 - s.x1 <= _NEAR * w.size]
        if any(not any(_leads_to(o, s) for o in level) for s in before):
            out.append(Box(min(s.x0 for s in before), w.top, w.x1, w.bottom))
    return tuple(out)


def _leads_to(a: Edge, b: Edge) -> bool:
    """Whether one stroke stands close before another."""
    return a is not b and abs(a.top - b.top) < 1 and 0 <= b.x0 - a.x1 < 2 * (b.x1 - b.x0)
