"""What confirms a figure that OCR read; and one finding a page, which names each that nothing confirms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from pipeline.checks.record import Document, Relation, Term
from pipeline.model import Finding, LineItem, TextAmount
from pipeline.said import NOTHING, Said, joined, same

_DOUBTFUL = 0.6  # a figure read with less confidence is told with it
_NAMED = 8  # figures that are written out


def pins(r: Relation, t: Term) -> bool:
    """Whether a relation that holds proves a figure to its last digit: it would fail if that were one more or less.

    A dash for nothing is never proved: a speck in an empty cell looks like one, and adds as little.
    """
    if not any(ch.isdigit() for ch in t.printed):
        return False
    if r.exact:
        return not r.residual
    step = t.weight * t.quantum
    return min(abs(r.residual + step), abs(r.residual - step)) > r.tolerance


def check_scans(document: Document, amounts: Sequence[tuple[str, TextAmount]], verdicts: Mapping[str, str]) -> Iterator[Finding]:
    """`ocr-unconfirmed`: what OCR read on a page and no equation confirms, the least sure first.

    `amounts` are those of the document's running text with their ids, `verdicts` what the equations say of them.
    """
    figures: dict[int, list[LineItem]] = defaultdict(list)
    texts: dict[int, list[tuple[str, TextAmount]]] = defaultdict(list)
    for i in document.items:
        if i.confidence is not None:
            figures[i.page].append(i)
    for name, a in amounts:
        if a.confidence is not None:
            texts[a.page].append((name, a))
    for page in sorted({*figures, *texts}):
        loose = [i for i in figures[page] if i.verification == "unverifiable"]
        said = [a for name, a in texts[page] if verdicts.get(name, "unverifiable") == "unverifiable"]
        if loose or said:
            yield _finding(document.document_id, page, loose, len(figures[page]), said, len(texts[page]))


def _finding(document_id: str, page: int, loose: Sequence[LineItem], figures: int, said: Sequence[TextAmount],
             amounts: int) -> Finding:  # fmt: skip
    parts = [_share(len(loose), figures, Said("figure", "tal"), Said("figures", "tal"))] if loose else []
    in_text = Said(" in its text", " i teksten")
    parts += [_share(len(said), amounts, Said("amount", "beløb"), Said("amounts", "beløb")) + in_text] if said else []
    read: list[tuple[float, Said]] = []
    read += [(i.confidence or 0.0, i.value_printed + Said(" beside ", " ud for ") + f"“{i.label}” under {i.column_printed}")
             for i in loose]  # fmt: skip
    read += [(a.confidence or 0.0, a.printed + Said(" in the text", " i teksten")) for a in said]
    read.sort(key=lambda r: r[0] if r[0] < _DOUBTFUL else 1.0)  # those that are sure enough in reading order
    named = joined([what + _sure(sure) for sure, what in read[:_NAMED]], "; ")
    if len(read) > _NAMED:
        named += Said(f"; and {len(read) - _NAMED} more", f"; og {len(read) - _NAMED} til")
    of = joined(parts, last=Said(" and ", " og "))
    alone = loose[0].box if len(loose) == 1 and not said else said[0].box if len(said) == 1 and not loose else None
    return Finding(
        "ocr-unconfirmed", "warning",
        f"page {page} is read by OCR, and no equation confirms {of.en}: {named.en}",
        document_id, page, alone, suggestion="compare them with the page", key=f"page {page}",
        suggestion_da="sammenlign dem med siden",
        message_da=f"side {page} er læst med OCR, og ingen ligning bekræfter {of.da}: {named.da}",
        line_item_ids=tuple(i.line_item_id for i in sorted(loose, key=lambda i: i.confidence or 0.0)),
    )  # fmt: skip


def _sure(confidence: float) -> Said:
    if confidence >= _DOUBTFUL:
        return NOTHING
    return Said(f" (sure by {confidence:.0%} only)", f" (kun {confidence:.0%} sikker)")


def _share(part: int, whole: int, one: Said, many: Said) -> Said:
    if whole == 1:
        return Said("its only ", "dens eneste ") + one
    some = Said("any", "nogen") if part == whole else same(str(part))
    return some + Said(f" of its {whole} ", f" af dens {whole} ") + many
