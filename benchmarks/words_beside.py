"""Random tables with words beside their labels: the names of groups before them, remarks behind the figures, all of which wrap.

    python -m benchmarks.words_beside [--seeds 0:400] [--verbose]

Everything in a row, and the name of a group in its rows, is set at the top, in the middle or at the foot of them; rows are tight or
apart. Told is how many tables come out with every label, figure and remark in its row, how many with every label and figure, how
many with less.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from benchmarks.layouts_content import WORDS
from pipeline.extract import read_tables
from pipeline.read import read_pages
from pipeline.text import join_lines

SIZE, PITCH = 9, 13.5  # points: of letters, between the lines of a text
PLACES = {"top": 0.0, "middle": 0.5, "bottom": 1.0}  # share of the room in a cell that is left above what stands in it
_RIGHTS = (330, 390)

Lines = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """What a table holds: the lines of each label and remark, the figures of each row, the lines of the name of every two rows."""

    labels: Sequence[Lines]
    remarks: Sequence[Lines]
    figures: Sequence[tuple[str, str]]
    groups: Sequence[Lines]


@dataclass(frozen=True, slots=True)
class Setting:
    """How a table is set: the place in a cell, the room above and below it in points, whether there are groups and remarks."""

    place: str
    pad: float
    grouped: bool
    remarked: bool


def paint(canvas: Canvas, content: Content, setting: Setting) -> None:
    """Set a table on a page of A4."""
    canvas.setFont("Helvetica", SIZE)
    top, left, share = 740.0, 150 if setting.grouped else 40, PLACES[setting.place]
    for x, text in [(40, "Område")] * setting.grouped + [(left, "Forslag")] + [(420, "Bemærkning")] * setting.remarked:
        canvas.drawString(x, top - SIZE, text)
    for x, text in zip(_RIGHTS, ("2025", "2026"), strict=True):
        canvas.drawRightString(x, top - SIZE, text)
    top -= PITCH + 2 * setting.pad

    def put(x: float, lines: Lines, y: float, height: float) -> None:
        first = y - share * (height - len(lines) * PITCH) - SIZE
        for k, line in enumerate(lines):
            canvas.drawString(x, first - k * PITCH, line)

    heights = [max(len(label), len(remark) if setting.remarked else 1) * PITCH
               for label, remark in zip(content.labels, content.remarks, strict=True)]  # fmt: skip
    for k, label in enumerate(content.labels):
        inside = top - setting.pad
        put(left, label, inside, heights[k])
        for x, text in zip(_RIGHTS, content.figures[k], strict=True):
            canvas.drawRightString(x, inside - share * (heights[k] - PITCH) - SIZE, text)
        if setting.remarked:
            put(420, content.remarks[k], inside, heights[k])
        if setting.grouped and k % 2 == 0:
            put(40, content.groups[k // 2], inside, heights[k] + heights[k + 1] + 2 * setting.pad)
        top -= heights[k] + 2 * setting.pad


def expected(content: Content, setting: Setting) -> list[list[str]]:
    """The rows as they are to be read, the names of groups left out."""
    rows = zip(content.labels, content.figures, content.remarks, strict=True)
    return [[" ".join(label), *figures, *([" ".join(remark)] if setting.remarked else [])] for label, figures, remark in rows]


def read(content: Content, setting: Setting, path: Path) -> list[list[list[str]]]:
    """The tables that are read of a table as set."""
    canvas = Canvas(str(path), pagesize=(595, 842))
    paint(canvas, content, setting)
    canvas.save()
    return [[[join_lines(c.lines) if c else "" for c in row] for row in t.rows] for t in read_tables(read_pages(path))]


def _random(seed: int) -> tuple[Content, Setting]:
    r = random.Random(seed)

    def text(most: int, room: int) -> Lines:
        lines = [r.choice(WORDS).capitalize()]
        for _ in range(r.randint(0, most - 1)):
            word = r.choice(WORDS)
            if len(lines[-1]) + 1 + len(word) > room:
                lines.append(word)
            else:
                lines[-1] += f" {word}"
        return tuple(lines)

    content = Content(
        labels=[text(r.choice((2, 5, 9)), 26) for _ in range(6)], remarks=[text(r.choice((3, 9, 16)), 24) for _ in range(6)],
        figures=[(str(-r.randint(100, 999)), str(-r.randint(100, 999))) for _ in range(6)], groups=[text(4, 17) for _ in range(3)],
    )  # fmt: skip
    grouped, remarked = r.choice(((False, True), (True, False), (True, True)))
    return content, Setting(r.choice(list(PLACES)), r.choice((0.0, 1.0, 3.0, 5.0)), grouped, remarked)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--seeds", default="0:400")
    ask.add_argument("--verbose", action="store_true")
    given = ask.parse_args()
    first, last = map(int, given.seeds.split(":"))
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(first, last):
            content, setting = _random(seed)
            tables = read(content, setting, Path(folder) / "table.pdf")
            rows = [row[setting.grouped :] for row in tables[0][1:]] if tables else []
            wanted = expected(content, setting)
            whole = len(tables) == 1 and rows == wanted
            verdict = "whole" if whole else "labels and figures" if all(w[:3] in [r[:3] for r in rows] for w in wanted) else "less"
            counts[verdict] += 1
            if given.verbose and not whole:
                print(seed, setting, verdict)
    print(f"{last - first} tables")
    for verdict in ("whole", "labels and figures", "less"):
        print(f"  {counts[verdict]:6}  {100 * counts[verdict] / (last - first):6.2f} %  {verdict}")


if __name__ == "__main__":
    main()
