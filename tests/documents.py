"""Documents made for tests: sheets of text and tables set with reportlab, and the two catalogue layouts of `rules/`.

The same document is the same bytes, and a different figure is a different document.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from unittest import mock

from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

YEARS = (2024, 2025, 2026, 2027)
SIZE, PITCH, LEFT = 10.0, 13.2, 57.0
WIDTHS = (244.0, 50.0, 50.0, 50.0, 50.0, 40.0)  # label, four years, a code


def danish(n: int) -> str:
    """`-1600` -> `-1.600`"""
    return f"{n:,}".replace(",", ".")


class Sheet:
    """Pages that fill from top to bottom."""

    def __init__(self, path: Path, size: tuple[float, float] = A4, encrypt: StandardEncryption | None = None) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with mock.patch.dict(os.environ):  # whatever a test does to the clock, the same document is the same bytes
            os.environ.pop("SOURCE_DATE_EPOCH", None)
            self.canvas = Canvas(str(path), pagesize=size, invariant=1, encrypt=encrypt)
        self.path, self.height = path, size[1]
        self.y = 62.0  # the baseline of the next line, from the top

    def put(self, x: float, text: str, bold: bool = False, right: bool = False, size: float = SIZE, up: float = 0) -> None:
        """Text with its baseline at the present height; `x` is its left end, or with `right` its right one."""
        self.canvas.setFont("Helvetica-Bold" if bold else "Helvetica", size)
        draw = self.canvas.drawRightString if right else self.canvas.drawString
        draw(x, self.height - self.y + up, text)

    def line(self, *texts: str, bold: bool = False, x: float = LEFT, gap: float = 0) -> None:
        """Printed lines, one below the other."""
        self.y += gap
        for text in texts:
            self.put(x, text, bold)
            self.y += PITCH

    def rule(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """A ruling line; `y` from the top."""
        self.canvas.setLineWidth(0.5)
        self.canvas.line(x0, self.height - y0, x1, self.height - y1)

    def grid(self, rows: Sequence[Sequence[str]], widths: Sequence[float] = WIDTHS, x: float = LEFT,
             bold: Sequence[int] = ()) -> None:  # fmt: skip
        """A fully ruled table: the first column left-aligned, the others right-aligned; "\\n" wraps within a cell."""
        xs = [x]
        for width in widths[: len(rows[0])]:
            xs.append(xs[-1] + width)
        top = edge = self.y - SIZE
        for r, row in enumerate(rows):
            self.rule(xs[0], edge, xs[-1], edge)
            for k, cell in enumerate(row):
                for n, text in enumerate(cell.split("\n")):
                    self.y = edge + 11 + n * 11.5
                    self.put(xs[k + 1] - 4 if k else xs[k] + 4, text, r in bold, right=k > 0)
            edge += 3.5 + 11.5 * max(cell.count("\n") + 1 for cell in row)
        self.rule(xs[0], edge, xs[-1], edge)
        for at in xs:
            self.rule(at, top, at, edge)
        self.y = edge + 2 * SIZE

    def page(self) -> None:
        self.canvas.showPage()
        self.y = 62.0

    def save(self) -> Path:
        self.canvas.save()
        return self.path


# --- catalogues -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """A table row as printed, `\\n` where its label wraps. What it stands for follows from its label."""

    label: str
    figures: tuple[str, ...] = ()
    bold: bool = False
    tail: str = ""  # what a last column prints

    def cells(self) -> list[str]:
        return [self.label, *(self.figures or ("",) * len(YEARS))]


def row(label: str, *figures: int | str, bold: bool = False, tail: str = "") -> Row:
    """A row of figures, integers in Danish."""
    return Row(label, tuple(f if isinstance(f, str) else danish(f) for f in figures), bold, tail)


@dataclass(frozen=True, slots=True)
class Numbered:
    """A catalogue of one table and numbered sections; a saving is positive. Read by `numbered-catalogue`."""

    rows: tuple[Row, ...]
    sections: tuple[tuple[str, str], ...] = ()  # title, text
    department: str = "Ældre og Omsorg (AEO)"
    title: str = "Omprioriteringer til Velfærdspuljen i Ældre og Omsorg"
    municipality: str = "Prøveby"
    caption: str = "(2024-PL i 1.000 kr.)"
    years: tuple[int, ...] = YEARS
    foreword: tuple[str, ...] = ()

    def save(self, path: Path) -> Path:
        sheet = Sheet(path)
        sheet.line(f"Spareforslag {self.years[0]}-{self.years[-1]}    {self.department.split(' (')[0]}")
        sheet.line(self.title, bold=True)
        sheet.line(f"Økonomiske konsekvenser og personaleændringer {self.caption}:", bold=True)
        head = ["Forslag", *map(str, self.years), "*"]
        sheet.grid([head, *([*r.cells(), r.tail] for r in self.rows)])
        sheet.line(f"{self.department} i {self.municipality} Kommune har gennemgået sine områder.")
        sheet.line(*self.foreword)
        for n, (title, text) in enumerate(self.sections, 1):
            sheet.line(f"{n}. {title}", bold=True, gap=PITCH)
            sheet.line(*text.split("\n"))
        return sheet.save()


@dataclass(frozen=True, slots=True)
class Section:
    """One proposal of a catalogue with sections."""

    code: str
    title: str
    rows: tuple[Row, ...]
    theme: str = "1A"
    text: tuple[str, ...] = ("Forslaget ændrer en arbejdsgang.",)
    after: tuple[str, ...] = ()  # below the table: footnotes, fields


@dataclass(frozen=True, slots=True)
class Sectioned:
    """A catalogue with an overview and a page per proposal; a saving is negative. Read by `proposal-catalogue`."""

    overview: tuple[Row, ...]
    sections: tuple[Section, ...]
    department: str = "Familie og Beskæftigelse (FOB)"
    municipality: str = "Prøveby"
    years: tuple[int, ...] = YEARS
    cover: tuple[str, ...] = field(default=())

    def save(self, path: Path) -> Path:
        head = list(map(str, self.years))
        sheet = Sheet(path)
        sheet.line("OMPRIORITERINGSKATALOG", bold=True)
        sheet.line(f"{self.department} i {self.municipality} Kommune har gennemgået sine områder.", *self.cover)
        sheet.page()
        bold = [n for n, r in enumerate(self.overview, 1) if r.bold]
        sheet.grid([["24-PL (1.000 KR.)", *head], *(r.cells() for r in self.overview)], bold=bold)
        for s in self.sections:
            sheet.page()
            sheet.line(f"Omprioriteringstiltag {head[0]}-{head[-1]}      Tema {s.theme}, {s.code}")
            sheet.line(*s.title.split("\n"))
            sheet.line("Beskrivelse af tiltaget, herunder ændring i værdi for borgerne", bold=True)
            sheet.line(*s.text)
            sheet.line("Økonomiske konsekvenser og personaleændringer (2024-PL i 1.000 kr.)", bold=True)
            sheet.grid([["", *head], *(r.cells() for r in s.rows)])
            sheet.line(*s.after)
        return sheet.save()


def altered(rows: Sequence[Row], n: int, column: int, printed: str) -> tuple[Row, ...]:
    """The rows with another figure printed in one cell."""
    figures = list(rows[n].figures)
    figures[column] = printed
    return tuple(replace(r, figures=tuple(figures)) if k == n else r for k, r in enumerate(rows))


# What most tests start from: a catalogue whose figures agree.
CATALOGUE = Numbered(
    rows=(
        row("1. Rehabilitering før varig\nhjemmehjælp", 2400, 2900, 2900, 2900, tail="Eff."),
        row("2. Skærmbesøg i hjemmesygeplejen", -600, 500, 1000, 1400, tail="Eff."),
        row("3. Fælles indkøb af hjælpemidler", 700, 1000, 1000, 1000, tail="AM"),
        row("Nettoændringer i driftsudgifter", 2500, 4400, 4900, 5300),
        row("Personaleændringer", "2,5", "5", "5,5", "6"),
    ),
    sections=(
        ("Rehabilitering før varig hjemmehjælp", "Borgere får et forløb, før hjælpen gøres varig."),
        ("Skærmbesøg i hjemmesygeplejen", "Nogle besøg kan klares over en skærm."),
        ("Fælles indkøb af hjælpemidler", "Et fælles indkøb giver bedre priser."),
    ),
)

SECTIONED = Sectioned(
    overview=(
        row("OMPRIORITERINGSTILTAG", bold=True),
        row("FLERE PLEJEFAMILIER", -1450, -1900, -2100, -2100),
        row("KORTERE ÅBNINGSTID I YDELSESSERVICE", -240, -570, -730, -770),
        row("OMPRIORITERINGSTILTAG, I ALT", -1690, -2470, -2830, -2870, bold=True),
    ),
    sections=(
        Section(
            "BFU-1", "Flere plejefamilier",
            (
                row("Færre køb af pladser på opholds-\nsteder", -2850, -3300, -3600, -3600),
                row("Honorarer til plejefamilier", 1400, 1400, 1500, 1500),
                row("Nettoændringer i driftsudgifter i alt", -1450, -1900, -2100, -2100),
                row("Personaleændringer (fuldtidsstillinger)", "+1", "+1", "+1", "+1"),
            ),
        ),
        Section(
            "JYD-2", "Kortere åbningstid i Ydelsesservice",
            (
                row("Kortere åbningstid", -420, -420, -420, -420),
                row("Selvbetjening", 180, -150, -310, -350),
                row("Nettoændringer i driftsudgifter i alt", -240, -570, -730, -770),
            ),
            theme="2A",
        ),
    ),
)  # fmt: skip
