"""Tables side by side without rules: parted where one heading stands twice on one line, each half read for itself.

        Forslag         2024   2025      Forslag        2024   2025
        Nattevagt       -900   -900      Madordning        0    100
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from pipeline.model import Cell, Page, Table
from pipeline.read.words import build_lines
from pipeline.tables.segments import Segment, split


def beside_tables(page: Page, find: Callable[[Page], Sequence[Table]]) -> list[Table]:
    """Tables of the lines from a doubled heading down to the first line that runs across the gutter."""
    out: list[Table] = []
    end = -1
    doubled = [line.words[0].text in [w.text for w in line.words[2:]] for line in page.lines]  # says most are not, at once
    for i in (i for i, twice in enumerate(doubled) if twice and not page.lines[i].words[0].turn):
        cut = _gutter(split(page.lines[i], i)) if i > end else None
        if cut is None:
            continue
        end = next((k for k in range(i, len(page.lines)) if _crosses(page, k, cut)), len(page.lines)) - 1
        halves = [_half(page, range(i, end + 1), span, find) for span in ((0.0, cut), (cut, page.width))]
        if all(halves):
            out += [t for half in halves for t in half]
    return out


def _gutter(segments: Sequence[Segment]) -> float | None:
    """Where the second half of a line begins that says the same as its first half: a label and figure columns."""
    texts = [s.text for s in segments]
    half, odd = divmod(len(texts), 2)
    if odd or half < 2 or texts[:half] != texts[half:] or not any(c.isalpha() for c in texts[0]):
        return None
    return segments[half].x0 - 1


def _crosses(page: Page, i: int, cut: float) -> bool:
    return any(s.x0 < cut - 1 and s.x1 > cut + 1 for s in split(page.lines[i], i))


def _half(page: Page, lines: Sequence[int], span: tuple[float, float],
          find: Callable[[Page], Sequence[Table]]) -> list[Table]:  # fmt: skip
    places = [(i, j) for i in lines for j, w in enumerate(page.lines[i].words) if not w.turn and span[0] <= w.x0 < span[1]]
    origin = {page.lines[i].words[j]: (i, j) for i, j in places}
    part = replace(page, lines=build_lines(list(origin)))

    def back(cell: Cell | None) -> Cell | None:
        if cell is None:
            return None
        words = (part.lines[i].words[j] for i, j in cell.words)
        return replace(cell, words=tuple(origin[w] for w in words if w in origin))

    return [replace(t, rows=tuple(tuple(back(c) for c in row) for row in t.rows)) for t in find(part)]
