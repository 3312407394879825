"""Puts runs of text and rules on the pages of a PDF, under all that may be done to a page: turned, cropped, scaled, doubled."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from benchmarks.layouts_content import Columns, Document, Look

pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))
pdfmetrics.registerFont(TTFont("Vera-Bold", "VeraBd.ttf"))
_BOLD = {"Helvetica": "Helvetica-Bold", "Times-Roman": "Times-Bold", "Courier": "Courier-Bold", "Vera": "Vera-Bold"}
_OTHER = {"Helvetica": "Times-Roman", "Times-Roman": "Helvetica", "Courier": "Helvetica", "Vera": "Helvetica"}
MARGIN = 45.0
_THIN = "\u2009"
THIN_WIDTH = 0.17


class Figure(NamedTuple):
    """A printed figure, blanks out and one kind of dash: what a reader has to give, and where it stands."""

    label: str
    column: str
    printed: str
    page: int
    table: int
    box: tuple[float, float, float, float]


def plain(printed: str) -> str:
    """Blanks out, one kind of dash, without currency."""
    text = "".join("-" if c in "−–" else c for c in printed if not c.isspace())
    return text.replace("kr.", "")


@dataclass(slots=True)
class Run:
    """A text to be drawn: left end, baseline from the top of the page."""

    x: float
    y: float
    text: str
    font: str
    size: float
    order: float = 0.0


class Press:
    """Draws one document. Coordinates are points from the top left of the page as displayed."""

    def __init__(self, document: Document, path: Path) -> None:
        self.document, self.sheet = document, document.sheet
        s = self.sheet
        self.width, self.height = (842.0, 595.0) if s.landscape else (595.0, 842.0)
        self.canvas = Canvas(str(path), invariant=1)
        self.r = random.Random(document.name)
        self.page = 1
        self.y = 0.0
        self.runs: list[Run] = []
        self.lines: list[tuple[float, float, float, float, float]] = []
        self.fills: list[tuple[float, float, float, float]] = []
        self.figures: list[Figure] = []
        self.turned = 0
        self.start()

    # --- pages

    @property
    def room(self) -> tuple[float, float]:
        """Width and height to set in; on a sideways page its table's."""
        return (self.height, self.width) if self.turned else (self.width, self.height)

    @property
    def bottom(self) -> float:
        return self.room[1] - MARGIN - 12

    def start(self) -> None:
        self.y = MARGIN + 8
        if self.turned:
            return
        if self.sheet.head:
            self.put(MARGIN, 24, self.sheet.head, size=7)
        if self.sheet.foot:
            self.put(self.width / 2, self.height - 18, str(self.page), size=7)

    def finish(self) -> None:
        """Draw what the page holds, under the transformations of the sheet, and end it."""
        c, s = self.canvas, self.sheet
        w, h = self.width, self.height
        px, py = (h, w) if s.rotate in (90, 270) else (w, h)
        cx, cy = s.crop
        sides = (px + 2 * cx, py + 2 * cy)
        c.setPageSize(sides[::-1] if s.rotate in (90, 270) else sides)  # reportlab turns them itself
        if cx:
            c.setCropBox((cx, cy, cx + px, cy + py))
        c.setPageRotation(s.rotate)
        c.saveState()
        c.translate(cx, cy)
        matrix = {0: (1, 0, 0, 1, 0, 0), 90: (0, 1, -1, 0, h, 0), 180: (-1, 0, 0, -1, w, h), 270: (0, -1, 1, 0, 0, w)}
        c.transform(*matrix[s.rotate])
        if self.turned:  # what is set lies on its side
            c.transform(*{90: (0, 1, -1, 0, w, 0), 270: (0, -1, 1, 0, 0, h)}[self.turned])
        if s.scale != 1.0:
            name = f"page{self.page}"
            wide, high = (h, w) if self.turned else (w, h)  # what is outside the box of a form is not shown
            c.beginForm(name, 0, 0, wide / s.scale, high / s.scale)
            c.scale(1 / s.scale, 1 / s.scale)
            self._draw()
            c.endForm()
            c.scale(s.scale, s.scale)
            c.doForm(name)
        else:
            self._draw()
        c.restoreState()
        if s.ghost:
            self._ghost()
        c.showPage()
        self.runs, self.lines, self.fills = [], [], []
        self.page += 1

    def break_page(self) -> None:
        self.finish()
        self.start()

    def _draw(self) -> None:
        c, height = self.canvas, self.room[1]
        c.setFillGray(0.9)
        for x0, y0, x1, y1 in self.fills:
            c.rect(x0, height - y1, x1 - x0, y1 - y0, stroke=0, fill=1)
        c.setFillGray(0)
        for x0, y0, x1, y1, w in self.lines:
            c.setLineWidth(w)
            c.line(x0, height - y0, x1, height - y1)
        runs = self.runs
        if self.sheet.order == "columns":
            runs = sorted(runs, key=lambda r: r.order)
        elif self.sheet.order == "mixed":
            runs = self.r.sample(runs, len(runs))
        for run in runs:
            for _ in range(1 + self.sheet.twice):
                self._run(run, height)

    def _run(self, run: Run, height: float) -> None:
        mode, x = self.sheet.run, run.x
        for part in self._parts(run.text):
            if part == _THIN:
                x += THIN_WIDTH * run.size
                continue
            width = self.measure(part, run.font, run.size)
            if part.strip(" \u00a0") or mode == "line":
                font = self._font(part, run.font)
                if mode == "glyph":
                    for ch in part:
                        self.canvas.setFont(font, run.size)
                        self.canvas.drawString(x, height - run.y, ch)
                        x += self.measure(ch, run.font, run.size)
                    continue
                self.canvas.setFont(font, run.size)
                self.canvas.drawString(x, height - run.y, part, charSpace=self.sheet.spacing)
                if self.sheet.blanks and any(ch.isdigit() for ch in part):
                    self.canvas.drawString(x - 2, height - run.y, "     ")
            x += width

    def _parts(self, text: str) -> Iterator[str]:
        """A text in the pieces in which it is drawn."""
        cut = {_THIN} | ({" ", "\u00a0"} if self.sheet.run != "line" else set())
        part, digit = "", False
        for ch in text:
            changes = self.sheet.two_fonts and part and (ch in "0123456789.,") != digit
            if ch in cut or changes:
                if part:
                    yield part
                part = ""
            if ch in cut:
                yield ch
                continue
            part, digit = part + ch, ch in "0123456789.,"
        if part:
            yield part

    def _font(self, text: str, font: str) -> str:
        return _OTHER.get(font, font) if self.sheet.two_fonts and text[0] in "0123456789.," else font

    def _ghost(self) -> None:
        text = self.canvas.beginText(60, 500)
        text.setFont("Helvetica", 9)
        text.setTextRenderMode(3)
        for n in range(12):
            text.textLine(f"Forslag nr. {n}        {n * 1111}        {n * 777}")
        self.canvas.drawText(text)

    # --- text

    def bold(self, font: str) -> str:
        return _BOLD[font]

    def measure(self, text: str, font: str, size: float) -> float:
        out = 0.0
        for part in self._parts(text):
            if part == _THIN:
                out += THIN_WIDTH * size
            else:
                out += pdfmetrics.stringWidth(part, self._font(part, font), size) + self.sheet.spacing * len(part)
        return out

    def put(self, x: float, y: float, text: str, bold: bool = False, size: float | None = None, order: float = 0.0) -> None:
        font = self.bold(self.sheet.font) if bold else self.sheet.font
        self.runs.append(Run(x, y, text, font, size or self.sheet.size, order))

    def wrap(self, text: str, width: float, font: str, size: float, look: Look | None = None) -> list[str]:
        out, line = [], ""
        for word in text.split(" "):
            tried = f"{line} {word}" if line else word
            if self.measure(tried, font, size) <= width:
                line = tried
                continue
            if look and look.hyphenate and len(word) > 7 and word.isalpha():
                hyphen = "\u00ad" if look.soft else "-"
                at = next((k for k in range(len(word) - 3, 3, -1)
                           if self.measure(f"{line} {word[:k]}-".strip(), font, size) <= width), None)  # fmt: skip
                if at:
                    out.append(f"{line} {word[:at]}{hyphen}".strip())
                    line = word[at:]
                    continue
            if line:
                out.append(line)
            line = word
        return [*out, line]

    def prose(self, text: str) -> None:
        size = self.sheet.size
        for line in self.wrap(text, self.room[0] - 2 * MARGIN, self.sheet.font, size):
            self.space(size * 1.3)
            self.put(MARGIN, self.y, line)
        self.y += size * 1.2

    def columns(self, text: Columns) -> None:
        """Running text in two columns."""
        size, half = self.sheet.size, (self.room[0] - 2 * MARGIN) / 2 - self.sheet.size
        sides = [self.wrap(t, half, self.sheet.font, size) for t in text]
        for left, right in zip_longest(*sides, fillvalue=""):
            self.space(size * 1.3)
            for x, line in ((MARGIN, left), (MARGIN + half + 2 * size, right)):
                if line:
                    self.put(x, self.y, line)
        self.y += size * 1.2

    def space(self, height: float) -> None:
        """Move the baseline down; a new page where there is no room."""
        if self.y + height > self.bottom:
            self.break_page()
        self.y += height
