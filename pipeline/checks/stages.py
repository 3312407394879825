"""Of a draft and an adopted edition of one document only the latest stage is counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.checks.record import Document
from pipeline.text import normal

_ORDER = ("unknown", "draft", "hearing", "adopted", "followup")
STAGES_DA = {"unknown": "ukendt", "draft": "udkast", "hearing": "høringsudgave", "adopted": "vedtaget", "followup": "opfølgning"}
_SAME = 0.5  # share of proposals that two editions of one document have in common at least


def supersede_stages(documents: Sequence[Document]) -> list[Document]:
    """Documents in order, with `counted` taken from figures of an edition that a later stage replaces."""
    old = {d.document_id for own in several_stages(documents) for d in own if any(replaces(other, d) for other in own)}
    return [_uncounted(d) if d.document_id in old else d for d in documents]


def several_stages(documents: Sequence[Document]) -> Iterator[list[Document]]:
    """Documents of one department and kind, where they are not all of one stage."""
    alike: dict[tuple[object, ...], list[Document]] = defaultdict(list)
    for d in documents:
        meta = d.extraction.meta
        alike[d.municipality, d.budget_year, meta.department, meta.kind].append(d)
    yield from (own for own in alike.values() if len({d.extraction.meta.stage for d in own}) > 1)


def replaces(later: Document, earlier: Document) -> bool:
    a, b = later.extraction.meta, earlier.extraction.meta
    if (later.municipality, later.budget_year, a.department, a.kind) != (
        earlier.municipality, earlier.budget_year, b.department, b.kind
    ):  # fmt: skip
        return False
    if "followup" in (a.stage, b.stage) or _ORDER.index(a.stage) <= _ORDER.index(b.stage):
        return False
    ours, theirs = _proposals(later), _proposals(earlier)
    common = len(ours & theirs)
    return bool(common) and common >= _SAME * min(len(ours), len(theirs))


def _proposals(d: Document) -> set[tuple[str, str]]:
    return {(p.code, normal(p.title)) for p in d.extraction.proposals}


def _uncounted(d: Document) -> Document:
    return d.with_items(tuple(replace(i, counted=False) if i.counted else i for i in d.items))
