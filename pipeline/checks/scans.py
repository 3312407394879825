"""What confirms a figure that OCR read; and one finding a page, which names each that nothing confirms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from pipeline.checks.record import Document, Relation, Term
from pipeline.model import Finding, LineItem, TextAmount

_DOUBTFUL = 0.6  # a figure read with less confidence is told with it
_NAMED = 8  # figures that are written out


def pins(r: Relation, t: Term) -> bool:
    """Whether a relation that holds proves a figure to its last digit: it would fail if that were one more or less."""
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
    parts = [_share(len(loose), figures, "figure")] if loose else []
    parts += [_share(len(said), amounts, "amount", " in its text")] if said else []
    read: list[tuple[float, str]] = []
    read += [(i.confidence or 0.0, f"{i.value_printed} beside “{i.label}” under {i.column_printed}") for i in loose]
    read += [(a.confidence or 0.0, f"{a.printed} in the text") for a in said]
    read.sort(key=lambda r: r[0] if r[0] < _DOUBTFUL else 1.0)  # those that are sure enough in reading order
    named = [f"{what} (sure by {sure:.0%} only)" if sure < _DOUBTFUL else what for sure, what in read[:_NAMED]]
    more = f"; and {len(read) - _NAMED} more" if len(read) > _NAMED else ""
    alone = loose[0].box if len(loose) == 1 and not said else said[0].box if len(said) == 1 and not loose else None
    return Finding(
        "ocr-unconfirmed", "warning",
        f"page {page} is read by OCR, and no equation confirms {' and '.join(parts)}: {'; '.join(named)}{more}",
        document_id, page, alone, suggestion="compare them with the page", key=f"page {page}",
        line_item_ids=tuple(i.line_item_id for i in sorted(loose, key=lambda i: i.confidence or 0.0)),
    )  # fmt: skip


def _share(part: int, whole: int, what: str, where: str = "") -> str:
    if whole == 1:
        return f"its only {what}{where}"
    return f"{'any' if part == whole else part} of its {whole} {what}s{where}"
