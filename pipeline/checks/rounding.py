"""Which documents round: told by their equations, so that a difference inside the tolerance is no error there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from pipeline.checks.record import Relation

_ROUNDED_APART = 2  # equations off within tolerance, without a common figure, before a document is held to round
_ROUNDING_SHARE = 0.2  # a document rounds when at least this share of its equations is off within tolerance


def rounding_documents(relations: Iterable[Relation]) -> set[str]:
    """Documents whose equations show rounding throughout: several are off that have no figure in common.

    One wrong figure puts all equations off that it stands in; those count once.
    """
    total: dict[str, int] = defaultdict(int)
    off: dict[str, int] = defaultdict(int)
    apart: dict[str, list[set[str]]] = defaultdict(list)
    for r in relations:
        if r.exact and len(r.terms) > 2:
            total[r.document_id] += 1
            if r.residual and abs(r.residual) <= r.tolerance:
                off[r.document_id] += 1
                figures = {t.figure for t in r.terms}
                if all(not figures & known for known in apart[r.document_id]):
                    apart[r.document_id].append(figures)
    return {d for d, n in off.items() if len(apart[d]) >= _ROUNDED_APART and n >= total[d] * _ROUNDING_SHARE}
