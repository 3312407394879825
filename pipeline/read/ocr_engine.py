"""Calls Tesseract, once for many pictures that each hold one line of text.

The executable itself is called: it takes a list of pictures, so that a page costs one start of it, where the wrappers on
PyPI start it for every picture (pytesseract) or bring another build of it without its language data (tesserocr).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pipeline.said import Said, Told, same

if TYPE_CHECKING:
    from pipeline.read.ocr_picture import Grey

LANGUAGE = "dan"
REMEDY = Said(
    "install tesseract-ocr and tesseract-ocr-dan (apt-get install tesseract-ocr tesseract-ocr-dan) and run again",
    "installér tesseract-ocr og tesseract-ocr-dan (apt-get install tesseract-ocr tesseract-ocr-dan), og kør igen",
)
_FIGURES = "0123456789.,-()%+"
_LINE = "7"  # page segmentation mode: the picture is one line of text
_WORD_ROW = "5"


class OcrFailed(Told):
    """Tesseract gave no result for a page. The message says why."""


class Printed(NamedTuple):
    """A word as Tesseract reads it: its text, how sure it is (0 to 1), its left and right side in the picture."""

    text: str
    confidence: float
    x0: int
    x1: int


def engine() -> str | None:
    """Name and version of the Tesseract that can read Danish; `None` when it or its language data is missing."""
    program = shutil.which("tesseract")
    return _probe(program, os.environ.get("TESSDATA_PREFIX", "")) if program else None


@lru_cache(maxsize=8)
def _probe(program: str, data: str) -> str | None:
    """What `engine` says of a program; `data` is where the environment tells it to look for languages."""
    languages = _say(program, "--list-langs")
    version = re.search(r"tesseract v?(\S+)", _say(program, "--version"))
    return f"tesseract {version[1]} {LANGUAGE}" if version and LANGUAGE in languages.split() else None


def _say(program: str, option: str) -> str:
    try:
        done = subprocess.run([program, option], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout + done.stderr  # old versions answer on the second


def read_lines(pictures: Sequence[Grey], seconds: float, figures: bool = False) -> list[list[Printed]]:
    """The words of each picture from left to right; `figures`: of nothing but digits and what stands among them.

    Raises `OcrFailed` when Tesseract fails or takes longer than `seconds`.
    """
    if not pictures:
        return []
    import cv2  # slow to import, and only scans need it

    program = shutil.which("tesseract")
    if program is None:
        raise OcrFailed(Said("Tesseract is gone", "Tesseract er væk"))
    with tempfile.TemporaryDirectory(prefix="afstem-") as folder:
        names = []
        for k, picture in enumerate(pictures):
            names.append(str(Path(folder) / f"{k}.png"))
            cv2.imwrite(names[-1], picture, [cv2.IMWRITE_PNG_COMPRESSION, 1])
        listing = Path(folder) / "pictures.txt"
        listing.write_text("\n".join(names) + "\n", encoding="utf-8")
        command = [program, str(listing), "-", "-l", LANGUAGE, "--psm", _LINE, "--dpi", "300",
                   "-c", "tessedit_do_invert=0"]  # fmt: skip
        command += ["-c", f"tessedit_char_whitelist={_FIGURES}"] if figures else []
        own = {**os.environ, "OMP_THREAD_LIMIT": "1"}  # the workers of a run share the processors already
        try:
            done = subprocess.run([*command, "tsv"], capture_output=True, env=own, timeout=seconds, check=False)
        except subprocess.TimeoutExpired:
            raise OcrFailed(Said("Tesseract took too long", "Tesseract var for længe om det")) from None
    if done.returncode:
        words = " ".join(done.stderr.decode("utf-8", "replace").split())[-100:]
        told = same(words) if words else Said("exit code ", "exitkode ") + str(done.returncode)
        raise OcrFailed(Said(f"Tesseract failed on it ({told.en})", f"Tesseract fejlede på den ({told.da})"))
    return _parse(done.stdout.decode("utf-8", "replace"), len(pictures))


def _parse(table: str, count: int) -> list[list[Printed]]:
    """Tesseract's table -> words by picture. Its columns: level, page, block, paragraph, line, word, left, top, width,
    height, confidence, text; a picture is a page."""
    out: list[list[Printed]] = [[] for _ in range(count)]
    for row in table.split("\n"):
        cells = row.split("\t")
        if len(cells) == 12 and cells[0] == _WORD_ROW and (text := cells[11].strip()):
            x0, width = int(cells[6]), int(cells[8])
            out[int(cells[1]) - 1].append(Printed(text, max(0.0, float(cells[10]) / 100), x0, x0 + width))
    return out
