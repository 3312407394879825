"""Pages painted by hand, and the tables as they are read from them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from pipeline.extract import read_tables
from pipeline.read import read_pages
from pipeline.text import join_lines

FONT, SIZE = "Helvetica", 10


def tables_of(path: Path, paint: Callable[[Canvas], None]) -> list[list[list[str]]]:
    """The texts of the tables of a page that `paint` sets."""
    canvas = Canvas(str(path), pagesize=(595, 842))
    canvas.setFont(FONT, SIZE)
    paint(canvas)
    canvas.save()
    return [[[join_lines(c.lines) if c else "" for c in row] for row in t.rows] for t in read_tables(read_pages(path))]


def set_rows(canvas: Canvas, rows: Sequence[Sequence[str]], left: float, rights: Sequence[float], top: float = 700.0,
             pitch: float = 15.0, size: float = SIZE) -> None:  # fmt: skip
    """Labels at `left`, figures that end at `rights`; blank cells are left out."""
    canvas.setFont(FONT, size)
    for k, (label, *cells) in enumerate(rows):
        canvas.drawString(left, top - k * pitch, label)
        for right, text in zip(rights, cells, strict=True):
            canvas.drawRightString(right, top - k * pitch, text)


def set_lines(canvas: Canvas, lines: Sequence[str], x: float, top: float, pitch: float = 12.0, size: float = SIZE) -> None:
    canvas.setFont(FONT, size)
    for k, line in enumerate(lines):
        canvas.drawString(x, top - k * pitch, line)
