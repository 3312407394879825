"""What scanners, copiers, faxes and people do to a printed page: the picture of a page made worse, by kinds.

    plain        200 dpi, up to 1.5 degrees askew, a little blur and noise, JPEG
    fax          black and white only, grainy
    …            see `KINDS`

Where a point of the page lies on the scan is known (`Scanned.at`), so that what is read there can be held against it.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

Grey = npt.NDArray[np.uint8]
Picture = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Wear:
    """How a page is scanned. Lengths are in points, grey levels from 0 (black) to 255, angles in degrees."""

    dpi: int = 200
    degrees: float = 0.0  # counter-clockwise
    quarters: int = 0  # quarter turns, counter-clockwise
    shrunk: float = 1.0  # how much smaller the page is printed
    blur: float = 0.22
    noise: float = 12.0  # standard deviation of the grey level
    ink: float = 8.0
    paper: float = 243.0
    specks: float = 0.0  # share of pixels that are black or white by chance
    shade: float = 0.0  # by how much one side is darker
    keystone: float = 0.0  # share of the width by which the upper edge is narrower
    spread: float = 0.0  # by how much ink is thicker; negative: thinner
    bilevel: bool = False
    jpeg: int = 80  # quality; 0: no loss
    stamps: int = 0
    strokes: int = 0


class Scanned(NamedTuple):
    """A scan of a page, and the map from points of the page to pixels of the scan."""

    picture: Grey
    forth: npt.NDArray[np.float64]
    wear: Wear

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the page lies on the page of the scan, both in points."""
        a, b, c = self.forth @ (x, y, 1.0)
        return float(a / c) * 72 / self.wear.dpi, float(b / c) * 72 / self.wear.dpi


def drawn(path: Path, page: int, wear: Wear) -> Grey:
    """A page of a PDF in grey, drawn sharply; pages from 0."""
    with pdfium.PdfDocument(path) as pdf:
        picture = pdf[page].render(scale=wear.dpi / 72, grayscale=True).to_numpy()
    return np.array(picture if picture.ndim == 2 else picture[:, :, 0])


def scanned(picture: Grey, wear: Wear, seed: int) -> Scanned:
    """The picture of a page as a scanner gives it."""
    rng = np.random.default_rng(seed)
    scale = wear.dpi / 72
    height, width = picture.shape
    paper = picture.astype(np.float64)
    for _ in range(wear.stamps):
        _stamp(paper, scale, rng)
    for _ in range(wear.strokes):
        _stroke(paper, scale, rng)
    forth = _placed(width, height, wear)
    grey = cv2.warpPerspective(paper, forth, (width, height), flags=cv2.INTER_CUBIC, borderValue=(255.0,))
    if wear.spread:
        soft = cv2.GaussianBlur(grey, (0, 0), abs(wear.spread) * scale)
        grey = np.minimum(grey, soft - 60) if wear.spread > 0 else np.maximum(grey, np.minimum(255, soft + 60))
    grey = cv2.GaussianBlur(np.clip(grey, 0, 255), (0, 0), max(0.05, wear.blur * scale))
    grey = wear.ink + grey / 255 * (wear.paper - wear.ink)
    if wear.shade:
        across = np.linspace(0, 1, width)[None, :] * 0.7 + np.linspace(0, 1, height)[:, None] * 0.3
        grey = grey * (1 - wear.shade * across)
    grey += rng.normal(0, wear.noise, grey.shape)
    chance = rng.random(grey.shape)
    grey[chance < wear.specks / 2] = 0
    grey[(chance > 0.5) & (chance < 0.5 + wear.specks / 2)] = 255
    out = np.clip(grey, 0, 255).astype(np.uint8)
    if wear.bilevel:
        level = int((wear.ink + wear.paper) / 2 + 10)
        out = np.where(out < level, 0, 255).astype(np.uint8)
    to_pixels = forth @ np.diag([scale, scale, 1.0])
    turned = np.ascontiguousarray(np.rot90(out, wear.quarters))
    return Scanned(turned, _quarter(wear.quarters, width, height) @ to_pixels, wear)


def _placed(width: int, height: int, wear: Wear) -> npt.NDArray[np.float64]:
    """Pixels of the sharp picture -> pixels of the scan: shrunk, askew, narrower at the top."""
    turn = np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), wear.degrees, wear.shrunk), (0.0, 0.0, 1.0)])
    if not wear.keystone:
        return turn
    d = wear.keystone * width / 2
    before = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    after = np.array([(d, d / 2), (width - d, d / 2), (width, height), (0, height)], np.float32)
    return np.asarray(cv2.getPerspectiveTransform(before, after) @ turn, np.float64)


def _quarter(quarters: int, width: int, height: int) -> npt.NDArray[np.float64]:
    maps = {
        0: ((1, 0, 0), (0, 1, 0)), 1: ((0, 1, 0), (-1, 0, width - 1)),
        2: ((-1, 0, width - 1), (0, -1, height - 1)), 3: ((0, -1, height - 1), (1, 0, 0)),
    }  # fmt: skip
    return np.array([*maps[quarters % 4], (0, 0, 1)], np.float64)


def _stamp(paper: Picture, scale: float, rng: np.random.Generator) -> None:
    """A round stamp with a word in it, in an ink that is lighter than print, anywhere on the page."""
    height, width = paper.shape
    layer = np.zeros(paper.shape, np.uint8)
    at = int(rng.uniform(0.2, 0.8) * width), int(rng.uniform(0.1, 0.6) * height)
    radius = int(rng.uniform(32, 48) * scale)
    wide = max(1, round(1.2 * scale))
    cv2.circle(layer, at, radius, 255, wide)
    cv2.circle(layer, at, int(radius * 0.85), 255, max(1, wide // 2))
    cv2.putText(layer, "MODTAGET", (at[0] - int(radius * 0.72), at[1]), cv2.FONT_HERSHEY_SIMPLEX, scale * 0.35, 255, wide)
    tilt = cv2.getRotationMatrix2D((float(at[0]), float(at[1])), float(rng.uniform(-25, 25)), 1.0)
    layer = np.asarray(cv2.warpAffine(layer, tilt, (width, height)), np.uint8)
    np.minimum(paper, 255.0 - layer * 0.55, out=paper)


def _stroke(paper: Picture, scale: float, rng: np.random.Generator) -> None:
    """A wavy line of a pen across some words."""
    height, width = paper.shape
    x = np.linspace(0, rng.uniform(60, 160) * scale, 60)
    y = rng.uniform(2, 6) * scale * np.sin(x / (rng.uniform(4, 14) * scale)) + x * rng.uniform(-0.2, 0.2)
    x0, y0 = rng.uniform(0.1, 0.7) * width, rng.uniform(0.08, 0.6) * height
    points = np.stack([x + x0, y + y0], axis=1).astype(np.int32)
    layer = np.zeros(paper.shape, np.uint8)
    cv2.polylines(layer, [points], False, 255, max(1, round(0.9 * scale)), cv2.LINE_AA)
    np.minimum(paper, 255.0 - layer * 0.8, out=paper)


def save(path: Path, pages: Sequence[Scanned], words: str = "", hidden: str = "") -> Path:
    """A PDF of scans that fill their pages. `words`: real text at the foot of each; `hidden`: invisible text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    canvas = Canvas(str(path), invariant=1)
    for picture, _, wear in pages:
        width, height = (v * 72 / wear.dpi for v in picture.shape[::-1])
        canvas.setPageSize((width, height))
        canvas.drawImage(ImageReader(_packed(picture, wear)), 0, 0, width, height)
        if words:
            canvas.drawString(width / 2 - 20, 20, words)
        if hidden:
            text = canvas.beginText(50, height - 100)
            text.setFont("Helvetica", 10)
            text.setTextRenderMode(3)
            text.textLine(hidden)
            canvas.drawText(text)
        canvas.showPage()
    canvas.save()
    return path


def _packed(picture: Grey, wear: Wear) -> io.BytesIO:
    image, data = Image.fromarray(picture), io.BytesIO()
    if wear.bilevel:
        image.convert("1").save(data, "PNG")
    elif wear.jpeg:
        image.save(data, "JPEG", quality=wear.jpeg)
    else:
        image.save(data, "PNG")
    data.seek(0)
    return data


# --- kinds ----------------------------------------------------------------------------------------------------

Maker = Callable[[np.random.Generator], Wear]


def _plain(rng: np.random.Generator) -> Wear:
    """What an office scanner gives, sometimes better, sometimes worse."""
    return Wear(degrees=float(rng.uniform(-1.5, 1.5)), noise=float(rng.uniform(5, 18)), blur=float(rng.uniform(0.12, 0.3)))


def _but(**changes: float | bool) -> Maker:
    return lambda rng: replace(_plain(rng), **changes)  # type: ignore[arg-type]  # the fields of `Wear`


KINDS: Mapping[str, Maker] = {
    "plain": _plain,
    "150-dpi": _but(dpi=150, blur=0.2),
    "300-dpi": _but(dpi=300),
    "jpeg": _but(jpeg=22),
    "grey-paper": _but(paper=165.0, ink=45.0),
    "faint": _but(ink=130.0, spread=-0.1),
    "heavy": _but(spread=0.25),
    "specks": _but(specks=0.004),
    "photo": lambda rng: replace(_plain(rng), keystone=float(rng.uniform(-0.02, 0.02)), shade=float(rng.uniform(0.2, 0.45)),
                                 blur=0.3),
    "small-type": _but(shrunk=0.8),
    "fax": _but(bilevel=True, noise=25.0),
    "black-white": _but(bilevel=True, dpi=300),
    "stamp": _but(stamps=2),
    "pen": _but(strokes=4),
    "steep": lambda rng: replace(_plain(rng), degrees=float(rng.choice([-1, 1]) * rng.uniform(2, 4))),
    "upside-down": _but(quarters=2),
    "on-its-side": lambda rng: replace(_plain(rng), quarters=int(rng.choice([1, 3]))),
}  # fmt: skip


def wear(kind: str, seed: int) -> Wear:
    """How a page of a kind is scanned, by chance."""
    return KINDS[kind](np.random.default_rng(seed))


def turned(x: float, y: float, degrees: float) -> tuple[float, float]:
    """A point turned counter-clockwise around the origin, y downwards."""
    a = math.radians(degrees)
    return x * math.cos(a) + y * math.sin(a), -x * math.sin(a) + y * math.cos(a)
