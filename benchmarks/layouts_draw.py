"""Sets random documents with reportlab, and tells of every figure where it was printed, beside which label, under which heading."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.layouts_content import Column, Columns, Document, Table
from benchmarks.layouts_press import MARGIN, Figure, Press
from benchmarks.layouts_table import Setting


def draw(document: Document, path: Path) -> list[Figure]:
    """Set a document; its figures in the order in which they are printed."""
    p = Press(document, path)
    size = document.sheet.size
    p.space(size * 1.6)
    p.put(MARGIN, p.y, f"Prøveby Kommune, prøvetryk {document.name}", True, size * 1.2)
    p.y += size
    number = 0
    for block in document.blocks:
        if isinstance(block, str):
            p.prose(block)
            continue
        if isinstance(block, Columns):
            p.columns(block)
            continue
        if document.sheet.sideways:
            p.finish()
            p.turned = document.sheet.sideways
            p.start()
        pair: Sequence[Table] = block if isinstance(block, tuple) else (block,)
        room = p.room[0] - 2 * MARGIN
        for t in pair:
            if t.caption:
                p.space(size * 1.5)
                p.put(MARGIN, p.y, t.caption, True)
        p.y += size * 0.6
        if len(pair) == 1:
            Setting(p, pair[0], number, MARGIN, room).draw()
            number += 1
        else:
            number = _beside(p, pair, number, room)
        for note in dict.fromkeys(t.footnote for t in pair if t.footnote):
            p.space(size * 1.5)
            p.put(MARGIN, p.y, note)
        p.y += size * 1.6
        if p.turned:
            p.finish()
            p.turned = 0
            p.start()
    p.finish()
    p.canvas.save()
    return p.figures


def _beside(p: Press, pair: Sequence[Table], number: int, room: float) -> int:
    """Two tables that begin at one height, on one page."""
    half = (room - 2 * p.sheet.size) / 2
    need = max(s.head_height() + sum(map(s.height, s.t.rows))
               for s in (Setting(p, t, 0, MARGIN, half) for t in pair))  # fmt: skip
    if p.y + need > p.bottom:
        p.break_page()
    top = bottom = p.y
    for n, t in enumerate(pair):
        p.y = top
        Setting(p, t, number + n, MARGIN + n * (half + 2 * p.sheet.size), half).draw()
        bottom = max(bottom, p.y)
    p.y = bottom
    return number + 2


def headings(document: Document) -> list[Column]:
    """Every column of a document, once."""
    return list({c.printed: c for t in document.tables for c in t.columns}.values())
