"""Files that differ in their bytes and print the same figures: a document that was saved twice counts twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from pipeline.checks.record import Document
from pipeline.model import Finding
from pipeline.text import normal

_FEW = 4  # counted figures that two documents may have in common by chance


def copies(documents: Sequence[Document]) -> list[list[Document]]:
    """Documents of one municipality and round that count the same figures, each group in the order given."""
    alike: dict[object, list[Document]] = defaultdict(list)
    for d in documents:
        counted = [(i.proposal_code, normal(i.label), i.year, i.phase, i.value) for i in d.items if i.counted]
        if len(counted) >= _FEW:
            alike[d.municipality, d.budget_year, d.department, frozenset(counted)].append(d)
    return [own for own in alike.values() if len(own) > 1]


def check_copies(documents: Sequence[Document]) -> Iterator[Finding]:
    """`same-figures`: a document whose counted figures are all those of another; in sums over the dataset they count twice."""
    for first, *others in copies(documents):
        for d in others:
            yield Finding(
                "same-figures", "warning",
                f"all of its figures that count are those of {first.document_id} as well, though the files differ: in sums over "
                "the dataset they count twice", d.document_id, 1, suggestion="keep one of the two in raw/", key=first.document_id,
                message_da=f"alle de tal, som tæller med, er også tallene i {first.document_id}, selv om filerne er forskellige: "
                "i summer over datasættet tæller de dobbelt", suggestion_da="behold kun den ene i raw/",
            )  # fmt: skip
