"""Which documents round: told by their equations, so that a difference inside the tolerance is no error there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from pipeline.checks.record import Relation

_ROUNDED_APART = 2  # equations off within tolerance, without a common figure, before a document is held to round
_ROUNDING_SHARE = 0.2  # a document rounds when at least this share of its equations is off within tolerance


def rounding_documents(relations: Iterable[Relation]) -> set[str]:
    """Documents whose equations show rounding throughout: several are off that have no figure in common.

    One wrong figure puts all equations off that it stands in; those count once. Rounding makes small differences between
    figures that end in any digit; what is off by much for so few figures, or among round figures, is a misprint.
    """
    total: dict[str, int] = defaultdict(int)
    off: dict[str, int] = defaultdict(int)
    apart: dict[str, list[set[str]]] = defaultdict(list)
    for r in relations:
        if r.exact and len(r.terms) > 2:
            total[r.document_id] += 1
            if r.residual and _looks_rounded(r):
                off[r.document_id] += 1
                figures = {t.figure for t in r.terms}
                if all(not figures & known for known in apart[r.document_id]):
                    apart[r.document_id].append(figures)
    return {d for d, n in off.items() if len(apart[d]) >= _ROUNDED_APART and n >= total[d] * _ROUNDING_SHARE}


def _looks_rounded(r: Relation) -> bool:
    """Whether an equation is off as rounding makes it: within three standard deviations, and its figures are not round."""
    quantum = r.result.quantum
    spread = sum(t.weight * t.weight for t in r.terms) * quantum * quantum / 12
    if abs(r.residual) > r.tolerance or r.residual * r.residual > max(9 * spread, quantum * quantum):
        return False
    uneven = sum(t.value / quantum % 10 != 0 for t in r.terms)
    return 2 * uneven >= sum(t.value != 0 for t in r.terms)
