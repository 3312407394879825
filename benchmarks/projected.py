"""Documents that round: the documents of a folder with every amount multiplied and rounded by itself, as for new prices.

What one error alone singles out is put right first, so that a round with a planted misprint rounds as well. Documents without
amounts in tables are left out: a memo would not say what the tables then say.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from benchmarks.corpus import Corpus
from benchmarks.retypeset import Retext, retypeset
from pipeline.model import LineItem

FACTOR = Decimal("1.037")


def project(corpus: Corpus, folder: Path) -> None:
    """Set every document with amounts in tables anew, in another folder."""
    meant = {i.line_item_id: i.value for done in corpus.done for d in done.documents for i in d.items}
    meant |= {
        f.line_item_ids[0]: f.expected for done in corpus.done for f in done.findings
        if f.severity == "error" and len(f.line_item_ids) == 1 and f.expected is not None
    }  # fmt: skip
    for source in corpus.sources:
        if corpus.amounts(source):
            edits = [
                Retext(at.page, at.line, at.word, projected(i, meant[i.line_item_id]))
                for i in corpus.amounts(source) if i.value for at in (source.spots[i.line_item_id],)
            ]  # fmt: skip
            file = folder / f"{source.document.document_id}.pdf"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(retypeset(source.pages, edits))


def projected(item: LineItem, value: Decimal) -> str:
    """A value times the factor, rounded to whole printed units, in Danish."""
    assert item.unit is not None
    units = (value * FACTOR / item.unit).quantize(Decimal(1), ROUND_HALF_UP)
    return f"{units:,}".replace(",", ".")
