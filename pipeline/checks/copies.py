"""Files that differ in their bytes and count the same things: a document that was saved twice, two versions of one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from pipeline.checks.record import Document
from pipeline.model import Finding
from pipeline.text import normal

_FEW = 4  # counted figures that two documents may have in common by chance
_SAME = 0.5  # share of the smaller document's counted figures that is about the same in two versions of one document


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


def check_versions(documents: Sequence[Document]) -> Iterator[Finding]:
    """`counted-twice`: a document that counts mostly what another counts too, with other amounts: two versions of one stage."""
    alike: dict[object, list[tuple[Document, dict[object, object]]]] = defaultdict(list)
    for d in documents:
        counted: dict[object, object] = {
            (i.proposal_code, normal(i.label), i.year, i.phase): i.value for i in d.items if i.counted and i.is_money
        }
        if len(counted) >= _FEW:
            alike[d.municipality, d.budget_year, d.department].append((d, counted))
    for own in alike.values():
        for n, (d, counted) in enumerate(own):
            for other, before in own[:n]:
                common = len(counted.keys() & before.keys())
                if common < max(_FEW, _SAME * min(len(counted), len(before))) or counted == before:
                    continue
                yield Finding(
                    "counted-twice", "warning",
                    f"{common} of its figures that count have a counterpart in {other.document_id}, for the same proposal and year: "
                    "in sums over the dataset both count", d.document_id, 1, key=other.document_id,
                    suggestion="keep the one that holds in raw/, or let the rules tell their stages apart",
                    message_da=f"{common} af de tal, som tæller med, har et modstykke i {other.document_id} for samme forslag og år: "
                    "i summer over datasættet tæller begge",
                    suggestion_da="behold den gældende i raw/, eller lad reglerne skelne mellem deres stadier",
                )  # fmt: skip
                break  # one counterpart says enough
