"""Rows of cells -> aligned lines that fit the terminal, or one record below the other where they cannot."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterator, Sequence

from pipeline.present.text import paint, plain

_GAP = "  "
_NARROWEST = 12  # to which a column of words may be wrapped


def grid(heads: Sequence[str], rows: Sequence[Sequence[object]], width: int | None = None,
         right: Collection[int] = (), indent: str = "", colours: bool = True,
         lead: bool = False) -> Iterator[str]:  # fmt: skip
    """Aligned columns under their heads. Without a width nothing is wrapped; nothing is ever cut off.

    Columns whose numbers are in `right` are aligned right and never wrapped. Where the columns do not fit, the first
    one stands on a line of its own (`lead`), words are wrapped, or each row becomes a record, a line for each cell.
    """
    cells = [["" if c is None else plain(c) for c in row] for row in rows]
    natural = [max(map(len, column)) for column in zip(heads, *cells, strict=True)]
    if lead and width is not None and sum(natural) + len(_GAP) * (len(natural) - 1) > width - len(indent):
        rest = list(grid(heads[1:], [row[1:] for row in cells], width, {k - 1 for k in right}, indent + "  ", colours))
        if len(rest) == len(cells) + 1:  # else a cell of the others is wrapped as well
            for name, line in zip([paint(heads[0], "heading"), *(row[0] for row in cells)], rest, strict=True):
                yield from (indent + name, line)
            return
    widths = natural if width is None else _fit(natural, width - len(indent), right)
    if widths is None:
        yield from _records(heads, cells, width or 80)
        return
    yield indent + paint(_line(heads, widths, right), "heading")
    for row in cells:
        wrapped = [_wrap(c, w, k in right) for k, (c, w) in enumerate(zip(row, widths, strict=True))]
        for n in range(max(map(len, wrapped), default=0)):
            parts = [w[n] if n < len(w) else "" for w in wrapped]
            yield (indent + _line(parts, widths, right, colours)).rstrip()


def fits(heads: Sequence[str], rows: Sequence[Sequence[object]], width: int, right: Collection[int] = ()) -> bool:
    """Whether rows find room beside each other."""
    natural = [max(len(plain("" if c is None else c)) for c in column) for column in zip(heads, *rows, strict=True)]
    return _fit(natural, width, right) is not None


def _line(parts: Sequence[str], widths: Sequence[int], right: Collection[int], colours: bool = False) -> str:
    out = [p.rjust(w) if k in right else p.ljust(w) for k, (p, w) in enumerate(zip(parts, widths, strict=True))]
    if out and len(out) - 1 not in right:
        out[-1] = out[-1].rstrip()
    return _GAP.join(paint(p) if colours else p for p in out)


def _fit(natural: Sequence[int], width: int, right: Collection[int]) -> list[int] | None:
    """Widths that fit, taken from the widest columns of words; `None` when even the narrowest do not."""
    widths = list(natural)
    free = [k for k in range(len(widths)) if k not in right]
    while sum(widths) + len(_GAP) * (len(widths) - 1) > width:
        widest = max(free, key=lambda k: widths[k], default=None)
        if widest is None or widths[widest] <= _NARROWEST:
            return None
        widths[widest] -= 1
    return widths


def _wrap(text: str, width: int, whole: bool) -> list[str]:
    if whole or len(text) <= width:
        return [text]
    return textwrap.wrap(text, width)


def _records(heads: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    column = max(map(len, heads))
    for n, row in enumerate(rows, 1):
        yield paint(f"── {n} ".ljust(min(width, 40), "─"), "heading")
        for head, cell in zip(heads, row, strict=True):
            first, *rest = textwrap.wrap(cell, max(20, width - column - 3)) or [""]
            yield f"{head.rjust(column)}  {first}".rstrip()
            yield from (" " * (column + 2) + line for line in rest)
