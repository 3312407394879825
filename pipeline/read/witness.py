"""The second witness: pdfplumber, and camelot for ruled tables, asked of every figure of ours what they read there.

A claim says: this string stands in this box, in the row of this label, under this heading. A witness answers with its
own characters in its own cells; where it has no cell, pdfplumber goes by position alone:

        Forslag                              2024     2025      the heading: above the figure
        Omlægning af nattevagt og        ┌─▶-1.600   -1.600     the label: left of it, with the lines that belong to it
        vikardækning ────────────────────┘

Only what contradicts the claim is a difference. Blanks, hyphens at line ends, enumerators and footnote marks, which our
reader takes off, never are.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, takewhile
from pathlib import Path
from typing import Literal

from pipeline.model import Box
from pipeline.read.witness_pages import Seen, camelot_sheets, pdfplumber_sheets
from pipeline.read.witness_sheet import SLACK, Glyph, Sheet, centre, height, is_in, turned
from pipeline.read.witness_text import (
    Row,
    bare,
    ends_with,
    is_close,
    is_figure,
    is_same,
    is_year,
    label_texts,
    pieces_of,
    rows_of,
    runs_beside,
    text_of,
)
from pipeline.text import join_lines

_OVERHANG = 3.0  # points by which a figure may stand out of its cell
_LABEL_COLUMNS = 4  # that one label may run over
_ADJOINS = 0.4  # characters closer than this share of their size are one figure: `1 600`
_CHANGES_FIGURE = re.compile(r"[\d()+%-]")  # beside a figure, these would be part of it

Witness = Literal["pdfplumber", "camelot"]
Kind = Literal["value", "label", "column", "missing"]


@dataclass(frozen=True, slots=True)
class Claim:
    """One figure as our reader has it: its string and box, the label of its row, the heading of its column."""

    key: str
    page: int
    box: Box
    value: str
    label: str
    column: str
    ruled: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """What a witness reads otherwise. `missing`: nothing stands there, or `theirs` says why it cannot tell."""

    key: str
    witness: Witness
    kind: Kind
    ours: str
    theirs: str


def cross_examine(path: Path, claims: Sequence[Claim]) -> list[Difference]:
    """Everything the witnesses read otherwise, pdfplumber's differences first, each witness's in the order of `claims`.

    camelot, which sees only closed grids, says nothing of a figure outside them that pdfplumber has found.
    """
    ruled = {c.page for c in claims if c.ruled}
    out: list[Difference] = []
    if claims:
        out += _examine("pdfplumber", pdfplumber_sheets(path, {c.page for c in claims}, ruled), claims)
    if ruled:
        lost = {d.key for d in out if d.kind == "missing"}
        out += _examine("camelot", camelot_sheets(path, ruled), [c for c in claims if c.ruled], lost)
    return out


def _examine(witness: Witness, seen: Seen, claims: Sequence[Claim], lost: Collection[str] = ()) -> Iterator[Difference]:
    asked: dict[int, tuple[Claim, _Reading]] = {}
    for number, sheet in seen.items():
        if isinstance(sheet, Sheet):
            asked |= _readings(sheet, {k: c for k, c in enumerate(claims) if c.page == number})
    for k, claim in enumerate(claims):
        if k not in asked:
            yield Difference(claim.key, witness, "missing", claim.value, str(seen[claim.page]))
            continue
        upright, reading = asked[k]
        at = reading.cell_at(upright)
        if at or witness == "pdfplumber":
            found = reading.compare(upright, at)
        else:
            found = iter([("missing", claim.value, "")] if claim.key in lost else [])
        for kind, ours, theirs in found:
            yield Difference(claim.key, witness, kind, ours, theirs)


def _readings(sheet: Sheet, claims: dict[int, Claim]) -> dict[int, tuple[Claim, _Reading]]:
    """Each claim of a page with the page as its text reads from left to right: a table may be set sideways."""
    level = all(g.turn == 0 for g in sheet.glyphs)
    turns = {k: 0 if level else sheet.turn_at(c.box) for k, c in claims.items()}
    out: dict[int, tuple[Claim, _Reading]] = {}
    for turn in set(turns.values()):
        upright = {k: replace(c, box=turned(c.box, turn)) for k, c in claims.items() if turns[k] == turn}
        reading = _Reading(sheet.upright(turn), list(upright.values()))
        out |= {k: (c, reading) for k, c in upright.items()}
    return out


Found = Iterator[tuple[Kind, str, str]]
Grid = tuple[Box, ...]


class _Reading:
    """One page as one witness reads it, and the claims about it."""

    def __init__(self, sheet: Sheet, claims: Sequence[Claim]) -> None:
        self.sheet, self.claims = sheet, claims
        self.glyphs = sorted(sheet.glyphs, key=height)
        self.heights = [height(g) for g in self.glyphs]
        self.cells: dict[Box, list[Row]] = {}
        self.page_rows: list[Row] = []

    def compare(self, claim: Claim, at: tuple[Grid, Box] | None) -> Found:
        """What the page says otherwise, in the cell of a grid or, without one, by position."""
        own = _rows_at(self.rows_in(at[1]) if at else self.rows_on_page(), claim.box)
        if not own:
            yield "missing", claim.value, ""
            return
        inside = [g for r in own for g in r.glyphs if is_in(claim.box, g)]
        printed = [g for r in own for g in (r.glyphs if at else self._adjoining(r, claim))]
        if not _is_value(claim.value, inside, printed):
            yield "value", claim.value, text_of(printed)
        labels = self._labels_in_grid(claim, *at) if at else self._labels_by_position(claim)
        if not any(is_same(claim.label, text) for text in labels):
            yield "label", claim.label, labels[0]
        headings = self._headings_in_grid(claim, *at) if at else self._headings_by_position(claim, own[0])
        if headings and not any(is_same(claim.column, text) for text in headings):
            yield "column", claim.column, headings[0]

    def rows_on_page(self) -> list[Row]:
        self.page_rows = self.page_rows or rows_of(self.sheet.glyphs)
        return self.page_rows

    def rows_in(self, cell: Box) -> list[Row]:
        if cell not in self.cells:
            level = self.glyphs[bisect_left(self.heights, cell.top) : bisect_left(self.heights, cell.bottom)]
            self.cells[cell] = rows_of(g for g in level if cell.x0 <= centre(g)[0] < cell.x1)
        return self.cells[cell]

    def cell_at(self, claim: Claim) -> tuple[Grid, Box] | None:
        """The smallest cell that holds a figure of a ruled table, and its grid; none where more than it stands there.

        Then there are no rules between the columns, and the cell says nothing of the figure's.
        """
        if not claim.ruled:
            return None
        x, y = centre(claim.box)
        cells = [(grid, cell) for grid in self.sheet.grids for cell in grid if _holds(cell, x, y)
                 and cell.x0 - _OVERHANG <= claim.box.x0 and claim.box.x1 <= cell.x1 + _OVERHANG]  # fmt: skip
        found = min(cells, key=lambda found: _area(found[1]), default=None)
        if found and any(len(pieces_of(r)) > 1 for r in _rows_at(self.rows_in(found[1]), claim.box)):
            return None
        return found

    def _adjoining(self, row: Row, claim: Claim) -> list[Glyph]:
        """The characters in a figure's box and those that adjoin it without being another figure."""
        others = [c.box for c in self.claims if c is not claim and _overlap(c.box, claim.box)]
        free = [g for g in row.glyphs if is_in(claim.box, g) or not any(is_in(box, g) for box in others)]
        inside = [k for k, g in enumerate(free) if is_in(claim.box, g)]
        first, last = inside[0], inside[-1]
        while first and free[first].x0 - free[first - 1].x1 <= row.size * _ADJOINS:
            first -= 1
        while last + 1 < len(free) and free[last + 1].x0 - free[last].x1 <= row.size * _ADJOINS:
            last += 1
        return free[first : last + 1]

    def _labels_in_grid(self, claim: Claim, grid: Grid, cell: Box) -> list[str]:
        """What the label may read: each cell left of the figure, and those together; the likeliest first."""
        middle = height(claim.box)
        level = sorted(c for c in grid if c.top <= middle < c.bottom)
        left = [c for c in level if c.x1 <= cell.x0 + SLACK]
        if not left:
            return self._labels_by_position(claim)
        right = [r for c in level if c.x0 >= cell.x0 - SLACK for r in self.rows_in(c)]
        figures = [r.middle for r in right if is_figure(r.text)]
        stacked = any(abs(f - middle) > (claim.box.bottom - claim.box.top) / 2 for f in figures)
        texts = []
        worded = next((k for k, c in enumerate(left) if any(not is_figure(r.text) for r in self.rows_in(c))), 0)
        for k, c in enumerate(left):
            rows = self.rows_in(c)
            if k <= worded or not rows or not all(is_figure(r.text) for r in rows):  # else another year's figure
                runs = runs_beside(rows, figures, middle) if stacked else [rows]
                texts.append([text for run in runs or [[]] for text in label_texts(run)])
        first = next((t[0] for t in texts if t[0]), "")
        if not claim.label:
            return [first]
        outside = self._labels_by_position(claim) if is_figure(first) else []  # the labels may stand left of the grid
        own = [t[0] for t in texts[:_LABEL_COLUMNS]]
        joined = (" ".join(some) for n in range(2, len(own) + 1) for some in combinations(own, n))
        return [*outside, first, *(text for t in texts for text in t), *joined]

    def _labels_by_position(self, claim: Claim) -> list[str]:
        """What the label may read: the text left of the figures, with neighbouring rows that have no figures."""
        rows = self.rows_on_page()
        row = _rows_at(rows, claim.box)[0]
        edge = claim.box.x0 + SLACK
        pieces = [p for p in pieces_of(row) if p.x1 <= edge]
        numbers = [p.text for p in pieces[:1] if is_figure(p.text)]  # a label may be one
        while pieces and is_figure(pieces[-1].text):
            edge = pieces.pop().x0
        figures = [r.middle for r in rows if any(p.x0 >= edge - SLACK and is_figure(p.text) for p in pieces_of(r))]
        zone = [part for r in rows if (part := r.left_of(edge)).glyphs]
        texts = [text for run in runs_beside(zone, figures, row.middle) for text in label_texts(run)]
        return [*texts, *numbers] or [""]

    def _headings_in_grid(self, claim: Claim, grid: Grid, cell: Box) -> list[str]:
        """What stands over a figure: each cell from the top down to the first figure, and cells that follow each other.

        Nothing where a table goes on from the page before without a heading row. A cell over all columns, or over labels and
        figures, is no heading.
        """
        middle = height(claim.box)
        left = sorted(c for c in grid if c.top <= middle < c.bottom and c.x1 <= cell.x0 + SLACK)
        labels = takewhile(lambda c: not (rows := self.rows_in(c)) or not all(is_figure(r.text) for r in rows), left)
        x, start = (cell.x0 + cell.x1) / 2, max([min(c.x0 for c in grid), *(c.x0 for c in labels)]) + SLACK
        column = [c for c in grid if c.x0 <= x < c.x1 and c.top < cell.top and (c.x0 > start or cell.x0 <= start)]
        above = [self.rows_in(c) for c in sorted(column, key=lambda c: c.top)]
        own = [r for r in self.rows_in(cell) if r.middle < claim.box.top]  # without rules between the rows
        above.append(list(takewhile(lambda r: not is_figure(r.text) or is_year(r.text), own)))
        texts: list[str] = []
        for rows in above:
            text = join_lines(r.text for r in rows)
            if (is_figure(text) and not is_year(text)) or any(self._is_claimed(r) for r in rows):
                break
            texts += [text] * bool(text)
        return [" ".join(texts[i:j]) for i in range(len(texts)) for j in range(i + 1, len(texts) + 1)]

    def _is_claimed(self, row: Row) -> bool:
        """Whether a row holds a figure that is asked about."""
        return any(_rows_at([row], c.box) for c in self.claims)

    def _headings_by_position(self, claim: Claim, row: Row) -> list[str]:
        """What stands over a figure: the nearest text above that is no figure, alone and with the rows above it.

        Only a year, or what heads another column, is sure to be a heading: other text may only run past.
        """
        margin = row.glyphs[0].x0 + 2 * row.size  # what begins at the labels runs across the columns
        out: list[str] = []
        last = row
        for r in reversed([r for r in self.rows_on_page() if r.middle < row.middle - row.size / 2]):
            over = [p.text for p in pieces_of(r) if p.x0 < claim.box.x1 and p.x1 > claim.box.x0 and p.x0 > margin]
            if out and not (over and is_close(r, last)):
                break
            if over and (is_year(over[0]) or not is_figure(over[0])):
                out.append(over[0])
                last = r
        sure = out and (is_year(out[0]) or any(is_same(c.column, out[0]) for c in self.claims))
        if not sure or ends_with(claim.column, out[0]):  # `Budget`, which runs over all years, and one of them
            return []
        return [*out, *(" ".join(out[k::-1]) for k in range(1, len(out)))]


def _is_value(ours: str, inside: Sequence[Glyph], printed: Sequence[Glyph]) -> bool:
    """Whether a figure is what a witness reads in its box, and what adjoins it there cannot belong to it."""
    if bare(ours) == bare(text_of(printed)):
        return True
    rest = text_of([g for g in printed if g not in inside])
    return bare(ours) == bare(text_of(inside)) and not _CHANGES_FIGURE.search(bare(rest))


def _rows_at(rows: Sequence[Row], box: Box) -> list[Row]:
    """The rows that have characters in a box."""
    return [r for r in rows if abs(r.middle - height(box)) <= r.size and any(is_in(box, g) for g in r.glyphs)]


def _overlap(a: Box, b: Box) -> bool:
    return a.top < b.bottom and b.top < a.bottom


def _holds(box: Box, x: float, y: float) -> bool:
    return box.x0 <= x < box.x1 and box.top <= y < box.bottom


def _area(box: Box) -> float:
    return (box.x1 - box.x0) * (box.bottom - box.top)
