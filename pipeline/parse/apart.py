"""Words of figures that stand apart from the words before them, wherever on a page."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.model import Page
from pipeline.read.turns import frame
from pipeline.tables.segments import YEAR, is_leader, split


class Apart(dict[tuple[int, int], frozenset[int]]):
    """By page and line the words of figures that stand apart, to the right of words: of a table, be it read or not."""

    def __init__(self, pages: Sequence[Page]) -> None:
        super().__init__()
        self.pages = pages

    def __missing__(self, key: tuple[int, int]) -> frozenset[int]:
        page = self.pages[key[0] - 1]
        line = page.lines[key[1]]
        line = frame(page, line.words[0].turn).upright_line(line) if line.words[0].turn else line
        parts = [] if is_leader(line) else split(line, key[1], page.word_space)
        first = next((n for n, s in enumerate(parts) if not (s.figure or s.nil)), len(parts))
        figures = [s for s in parts[first:] if s.figure]
        if all(YEAR.fullmatch(s.text.rstrip(".,;:")) for s in figures):
            figures = []
        self[key] = out = frozenset(j for s in figures for j in range(s.first, s.last))
        return out
