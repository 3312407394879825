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


def by_hand(path: Path, content: bytes, page: bytes = b"", catalog: bytes = b"", more: Sequence[bytes] = ()) -> Path:
    """A PDF of one page, its objects as they are given: `more` begins with number 6."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> "
        b"/Properties << /MC0 6 0 R /MC1 7 0 R >> /XObject << /X 6 0 R >> >> %s >>" % page,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>", *more,
    ]  # fmt: skip
    out, places = b"%PDF-1.6\n", []
    for n, o in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (n, o)
    table = b"".join(b"%010d 00000 n \n" % p for p in places)
    size = len(objects) + 1
    path.write_bytes(out + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
                     % (size, table, size, len(out)))  # fmt: skip
    return path
