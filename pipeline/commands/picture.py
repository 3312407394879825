"""Pages as pictures with what a rule catches on them and what it leaves: `afstem rules try --picture`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.commands.terminal import Misuse
from pipeline.model import Extraction, LineItem
from pipeline.present.text import count
from pipeline.read import Unreadable
from pipeline.read.picture import Kind, Mark, draw_page

_MOST = 12  # pages drawn
_LEGEND: dict[Kind, str] = {
    "verified": "figure, proved by a sum", "unverifiable": "figure that no sum proves",
    "contradicted": "figure of a sum that does not hold", "term": "heading", "figure": "amount in the text",
    "unclaimed": "number that nothing explains",
}  # fmt: skip


def draw_catch(folder: Path, file: Path, stem: str, used: str, e: Extraction,
               items: Sequence[LineItem]) -> Iterator[str]:  # fmt: skip
    """Draw the pages on which a rule catches or leaves something below `folder`; their paths, a line each.

    `items` are the figures of `e` with their verdicts.
    """
    marks: dict[int, list[Mark]] = {}
    for i in items:
        marks.setdefault(i.page, []).append(Mark(i.verification, i.box))
    for a in e.amounts:
        marks.setdefault(a.page, []).append(Mark("figure", a.box, underline=True))
    for p in e.proposals:
        if p.has_section and p.box:
            marks.setdefault(p.page, []).append(Mark("term", p.box))
    for t in e.tokens:
        if t.status in ("heading", "caption", "unclaimed"):
            marks.setdefault(t.page, []).append(Mark("unclaimed" if t.status == "unclaimed" else "term", t.box))
    folder.mkdir(parents=True, exist_ok=True)
    pages, name = sorted(marks), re.sub(r"[^\w.-]+", "_", stem)
    for number in pages[:_MOST]:
        path = folder / f"try-{name}-p{number}.png"
        left = sum(m.kind == "unclaimed" for m in marks[number])
        titles = [f"{used} on {stem}, page {number} of {e.pages}: {count(left, 'number')} left over"]
        try:
            draw_page(file, number, marks[number], titles, _LEGEND, path)
        except Unreadable as error:
            raise Misuse(f"there is no picture of it: {error}") from None
        yield str(path)
    if len(pages) > _MOST:
        yield f"and {count(len(pages) - _MOST, 'more page')}, not drawn"
    if not pages:
        yield "no picture: the rule catches nothing on any page, and no number is left"
