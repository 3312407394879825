"""Draws a page as people see it, with boxes around what was read, and a legend below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PIL import Image, ImageDraw, ImageFont

from pipeline.model import Box
from pipeline.read.pdfium import open_pdf

Kind = Literal["figure", "term", "verified", "contradicted", "unverifiable", "unclaimed", "finding"]

DPI = 150
_LARGEST = 5000  # pixels on the longer side, whatever the size of the page
_COLOURS: dict[Kind, tuple[int, int, int]] = {
    "figure": (225, 0, 120), "term": (20, 90, 230), "verified": (0, 140, 60), "contradicted": (215, 20, 20),
    "unverifiable": (225, 135, 0), "unclaimed": (215, 20, 20), "finding": (130, 40, 190),
}  # fmt: skip
_ORDER: tuple[Kind, ...] = (
    "verified", "unverifiable", "contradicted", "unclaimed", "finding", "term", "figure",
)  # fmt: skip
_GROW: dict[Kind, float] = {"finding": 4.0, "term": 2.5, "figure": 2.5}  # points around the box; the others get 1
_WIDTH: dict[Kind, float] = {"figure": 2.2, "term": 1.5, "contradicted": 1.4, "finding": 1.0}  # points; else 0.8
_FONTS = ("DejaVuSans.ttf", "LiberationSans-Regular.ttf", "NotoSans-Regular.ttf", "Arial.ttf", "Helvetica.ttc")
_PLAIN = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "Æ": "AE", "Ø": "OE", "Å": "AA", "“": '"', "”": '"',
                        "–": "-", "−": "-", "→": "->", "…": "..."})  # fmt: skip

_Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@dataclass(frozen=True, slots=True)
class Mark:
    """A box on a page and what it stands for. An amount in running text (`underline`) gets a line below it only."""

    kind: Kind
    box: Box
    underline: bool = False


def draw_page(pdf: Path, number: int, marks: Sequence[Mark], titles: Sequence[str], legend: dict[Kind, str],
              out: Path) -> None:  # fmt: skip
    """Write a PNG of page `number` with `marks` on it; below it `titles`, and what the marks mean.

    Raises `Unreadable` for a PDF that cannot be opened, `IndexError` when it has no such page.
    """
    page, scale = _render(pdf, number)
    layer = Image.new("RGBA", page.size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(layer)
    for kind in _ORDER:
        for m in marks:
            if m.kind == kind:
                _draw(pen, m, scale)
    page = Image.alpha_composite(page.convert("RGBA"), layer).convert("RGB")
    counts = {kind: sum(m.kind == kind for m in marks) for kind in _ORDER}
    entries = [(k, f"{legend[k]} ({counts[k]})") for k in reversed(_ORDER) if counts[k]]
    below = [*titles, "lines below words: amounts in the running text"] if any(m.underline for m in marks) else titles
    _with_legend(page, below, entries).save(out, format="PNG", optimize=True)


def _render(pdf: Path, number: int) -> tuple[Image.Image, float]:
    """The page as displayed, and pixels for each point."""
    document = open_pdf(pdf)
    try:
        if not 1 <= number <= len(document):
            raise IndexError(f"page {number} of {len(document)}")
        page = document[number - 1]
        scale = min(DPI / 72, _LARGEST / max(page.get_size()))
        return page.render(scale=scale).to_pil().convert("RGB"), scale
    finally:
        document.close()


def _draw(pen: ImageDraw.ImageDraw, mark: Mark, scale: float) -> None:
    colour = _COLOURS[mark.kind]
    grow = _GROW.get(mark.kind, 1.0)
    width = max(1, round(_WIDTH.get(mark.kind, 0.8) * scale))
    x0, top = ((v - grow) * scale for v in mark.box[:2])
    x1, bottom = ((v + grow) * scale for v in mark.box[2:])
    if mark.underline:
        pen.line((x0, bottom, x1, bottom), fill=(*colour, 255), width=max(2, 2 * width))
        return
    faint = 70 if mark.kind == "unclaimed" else 40 if mark.kind in ("contradicted", "figure") else 0
    pen.rectangle((x0, top, x1, bottom), fill=(*colour, faint) if faint else None)
    if mark.kind in ("unclaimed", "finding"):
        _dashed(pen, (x0, top, x1, bottom), (*colour, 255), width, 3 * scale)
    else:
        pen.rectangle((x0, top, x1, bottom), outline=(*colour, 255), width=width)


def _dashed(pen: ImageDraw.ImageDraw, box: tuple[float, float, float, float], colour: tuple[int, int, int, int],
            width: int, dash: float) -> None:  # fmt: skip
    x0, top, x1, bottom = box
    for a, b in (((x0, top), (x1, top)), ((x1, top), (x1, bottom)), ((x1, bottom), (x0, bottom)),
                 ((x0, bottom), (x0, top))):  # fmt: skip
        length = abs(b[0] - a[0]) + abs(b[1] - a[1])
        steps = max(1, round(length / dash))
        for k in range(0, steps, 2):
            s, e = k / steps, min(1.0, (k + 1) / steps)
            pen.line([(a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t) for t in (s, e)], fill=colour, width=width)


def _font(size: int) -> tuple[_Font, bool]:
    """A font with Danish letters; else the one inside Pillow, which has none (`False`)."""
    for name in _FONTS:
        try:
            return ImageFont.truetype(name, size), True
        except OSError:
            continue
    return ImageFont.load_default(size), False


def _with_legend(page: Image.Image, titles: Sequence[str], entries: Sequence[tuple[Kind, str]]) -> Image.Image:
    """The page with a band below it: the titles, and a swatch and words for each kind of mark."""
    scale = DPI / 72
    size, line = round(9 * scale), round(16 * scale)
    font, danish = _font(size)
    lines = [_shortened(t, font, danish, page.width - 2 * size) for t in titles]
    rows: list[list[tuple[Kind, str, float]]] = [[]]
    x = float(size)
    for kind, words in entries:
        wide = 3.5 * size + font.getlength(words)
        if rows[-1] and x + wide > page.width:
            rows.append([])
            x = float(size)
        rows[-1].append((kind, words, x))
        x += wide
    band = Image.new("RGBA", (page.width, line * (len(lines) + len(rows)) + size), (244, 244, 244, 255))
    swatches = Image.new("RGBA", band.size, (0, 0, 0, 0))
    pen, brush = ImageDraw.Draw(band), ImageDraw.Draw(swatches)
    pen.line((0, 0, band.width, 0), fill=(150, 150, 150, 255), width=2)
    for n, text in enumerate(lines):
        pen.text((size, size * 0.6 + n * line), text, font=font, fill=(0, 0, 0, 255))
    for n, row in enumerate(rows, len(lines)):
        y = size * 0.6 + n * line
        for kind, words, x in row:
            # The swatch is a mark itself, so that it looks as it does on the page.
            inside = Box(x / scale, y / scale + 1, (x + 1.8 * size) / scale, (y + size) / scale)
            grow = _GROW.get(kind, 1.0)
            _draw(brush, Mark(kind, Box(inside.x0 + grow, inside.top + grow - 1, inside.x1 - grow, inside.bottom - grow + 2)), scale)
            pen.text((x + 2.2 * size, y), words, font=font, fill=(0, 0, 0, 255))
    out = Image.new("RGB", (page.width, page.height + band.height), "white")
    out.paste(page, (0, 0))
    out.paste(Image.alpha_composite(band, swatches).convert("RGB"), (0, page.height))
    return out


def _shortened(text: str, font: _Font, danish: bool, room: float) -> str:
    """A title that fits on one line, in letters that the font has."""
    if not danish:
        text = text.translate(_PLAIN).encode("ascii", "replace").decode()
    if font.getlength(text) <= room:
        return text
    end = "…" if danish else "..."
    while text and font.getlength(text + end) > room:
        text = text[:-1]
    return text.rstrip() + end
