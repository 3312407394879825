"""Signs that are drawn and not set: a short line before a figure may be its minus, which no text says."""

from __future__ import annotations

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
    single = [s for s in strokes if not any(_leads_to(o, s) for o in strokes)]
    out = []
    for w in words if single else ():
        if w.turn or not w.text[:1].isdigit():
            continue
        height = w.bottom - w.top
        for s in single:
            level = w.bottom - _HIGH * height < s.top < w.bottom - _LOW * height
            if level and -_OWN * (s.x1 - s.x0) <= w.x0 - s.x1 <= _NEAR * w.size:
                out.append(Box(s.x0, w.top, w.x1, w.bottom))
                break
    return tuple(out)


def _leads_to(a: Edge, b: Edge) -> bool:
    """Whether one stroke stands close before another."""
    return a is not b and abs(a.top - b.top) < 1 and 0 <= b.x0 - a.x1 < 2 * (b.x1 - b.x0)
