"""A row that a page break parts: the rest of its label, or its figures, stand at the head of the next page.

        Omlægning af nattevagt og          -1.600   -1.600        the foot of a page
        ------------------------------------------------------
        vikardækning                                              the head of the next
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.model import Cell
from pipeline.tables.rows import is_open, is_rest

_DIGIT = re.compile(r"\d")

Row = tuple[Cell | None, ...]


def joined(upper: Sequence[Row], lower: Sequence[Row]) -> tuple[Row, ...]:
    """Rows at the foot of a page and those at the head of the next; what the page break parts is one row."""
    if upper and lower and _is_parted(upper[-1], lower[0], [*upper[:-1], *lower[1:]]):
        return (*upper[:-1], _one(upper[-1], lower[0]), *lower[1:])
    return (*upper, *lower)


def _is_parted(upper: Row, lower: Row, others: Sequence[Row]) -> bool:
    """Whether of two rows one has all the figures, and the label of the second goes on with that of the first.

    Figures without a label are those of the label above them where no other row has such.
    """
    figures = _figures(upper), _figures(lower)
    own, rest = _label(upper), _label(lower)
    if bool(figures[0]) == bool(figures[1]) or own is None or any(a is None or b is None for a, b in zip(upper, lower, strict=True)):
        return False
    if any(a.lines and b.lines for a, b in zip(upper, lower, strict=True) if a and b and (a in figures[0] or b in figures[1])):
        return False  # words over figures: the heading of the next table
    if rest is None:
        alone = any(_figures(r) and _label(r) is None for r in others) or any(_label(r) and not _figures(r) for r in others[1:])
        return not alone and not own.bold
    if own.x0 > rest.x0 + 2 * _size(rest) or own.bold != rest.bold:
        return False
    return is_rest(rest.lines[0]) or is_open(own.lines[-1].split()[-1])


def _figures(row: Row) -> list[Cell]:
    """The cells beside the label that have a number or a dash for none."""
    label = _label(row)
    after = row[row.index(label) + 1 :] if label else row
    return [c for c in after if c and c.lines and (_DIGIT.search(c.raw) or not any(ch.isalnum() for ch in c.raw))]


def _label(row: Row) -> Cell | None:
    return next((c for c in row if c and any(ch.isalpha() for ch in c.raw)), None)


def _size(cell: Cell) -> float:
    return (cell.bottom - cell.top) / len(cell.lines)


def _one(upper: Row, lower: Row) -> Row:
    """Two parts of a row as one: each cell stands where its figures stand, or the first part of its label."""
    stands = lower if _figures(lower) else upper
    out: list[Cell | None] = []
    for a, b, own in zip(upper, lower, stands, strict=True):
        assert a is not None and b is not None and own is not None
        other = b if own is a else a
        elsewhere = tuple((other.page, i, j) for i, j in other.words)
        if not (own.lines and other.lines):
            own, elsewhere = (own, ()) if own.lines else (other, ())
        out.append(replace(own, lines=a.lines + b.lines, mark=b.mark or a.mark, elsewhere=elsewhere,
                           confidence=min(a.confidence, b.confidence)))  # fmt: skip
    return tuple(out)
