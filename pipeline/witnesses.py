"""Asks the second witness: for every figure on request, by itself for the figures of equations that do not close.

What it was asked of one page, and what it said, is kept, and asked again only where the page, our reading of it or the witness
is another. So a document that was once witnessed stays witnessed in every later run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path

from pipeline.checks import Reconciled
from pipeline.checks.lead_print import misprints
from pipeline.checks.record import Document, Term
from pipeline.ids import make_id
from pipeline.model import Finding, LineItem, Reading
from pipeline.numbers import Locale, parse
from pipeline.read.witness import Claim, Difference, cross_examine
from pipeline.read.witness_pages import ABSENT, FAILED
from pipeline.readings import digest_of
from pipeline.said import NOTHING, Said
from pipeline.store import Store

_AGREE = Said(
    " An independent reading of the page gives the same figures: the print itself disagrees.",
    " En uafhængig læsning af siden giver de samme tal: det er selve trykket, der ikke stemmer.",
)
_WHAT = {
    "value": Said("the figure", "tallet"),
    "label": Said("the label of the row", "rækkens tekst"),
    "column": Said("the heading over it", "overskriften over det"),
}


def examine(done: Reconciled, documents: Sequence[Document], again: Callable[[Sequence[Document]], Reconciled], store: Store,
            files: Mapping[str, str], wholly: Collection[str] = ()) -> Reconciled:  # fmt: skip
    """The round with findings about what the second witness reads otherwise. `files`: document_id -> sha256; `wholly`: the
    documents of which it is asked about every figure.

    What a witness reads otherwise becomes a further reading of the figure, and the round (`documents` as they were read) is
    reconciled `again`: where the sums admit one of the two readings only, it is taken, and the figure says by which relation.
    A finding about figures that all witnesses read alike says so: then the document is at fault, not the reading.
    """
    disputed: dict[str, set[str]] = defaultdict(set)
    for t in _disputed(done):
        disputed[t.document_id].add(t.figure)
    asked: dict[str, set[str]] = {}
    differences: dict[str, list[Difference]] = {}
    for d in done.documents:
        wanted = {i.line_item_id for i in d.items} if d.document_id in wholly else disputed.get(d.document_id, set())
        items = [i for i in d.items if i.line_item_id in wanted and i.reader == "text"]
        if items:
            asked[d.document_id] = {i.line_item_id for i in items}
            differences[d.document_id] = _ask(store, files[d.document_id], items)
    offered = {d.document_id: _offered(d, differences.get(d.document_id, ())) for d in documents}
    if any(offered.values()):
        done = again([_with_readings(d, offered[d.document_id]) for d in documents])
        figures = {figure for own in offered.values() for figure in own}
        kept = [f for f in done.findings if f.check not in _OF_READINGS or not figures & {*f.line_item_ids}]
        done = replace(done, findings=tuple(kept))
    findings = list(done.findings)
    agreed: set[str] = set()  # figures that all witnesses read alike
    for d in done.documents:
        own = {i.line_item_id: i for i in d.items}
        told = differences.get(d.document_id, [])
        findings += [_finding(d, own[x.key], x, offered[d.document_id].get(x.key)) for x in told]
        contested = {x.key for x in told}
        findings = [_with_word(f, d, asked.get(d.document_id, set()), contested) for f in findings]
        agreed |= asked.get(d.document_id, set()) - contested
    violated = [r for r in done.relations if r.relation_id in done.violated]
    findings += misprints(violated, findings, agreed)
    return replace(done, findings=tuple(findings))


_OF_READINGS = ("number-format", "ambiguous-number")  # checks that tell of readings; of a witness's own finding tells


def _disputed(done: Reconciled) -> Iterator[Term]:
    return (t for r in done.relations if r.relation_id in done.violated for t in r.terms)


def _offered(d: Document, differences: Iterable[Difference]) -> dict[str, Reading]:
    """For each figure that a witness reads as another number, that number; the first witness that does counts."""
    locale = Locale(d.language.decimal, d.language.group)
    items = {i.line_item_id: i for i in d.items}
    out: dict[str, Reading] = {}
    for x in differences:
        number = parse(x.theirs, locale) if x.kind == "value" else None
        if number and number.value not in [r.value for r in items[x.key].number.readings]:
            out.setdefault(x.key, number.readings[0])
    return out


def _with_readings(d: Document, offered: Mapping[str, Reading]) -> Document:
    return d.with_items(tuple(
        replace(i, number=replace(i.number, readings=(*i.number.readings, offered[i.line_item_id])))
        if i.line_item_id in offered else i for i in d.items
    )) if offered else d  # fmt: skip


def _ask(store: Store, sha256: str, items: list[LineItem]) -> list[Difference]:
    """What the witnesses say, kept page by page so that they are asked once."""
    pages: dict[int, list[Claim]] = defaultdict(list)
    for i in items:
        label = i.label or next((value for _, value in i.attributes), "")  # the words beside it may all be in columns of their own
        pages[i.page].append(Claim(i.line_item_id, i.page, i.box, i.value_printed, label, i.column_printed, i.ruled))
    keys = {page: make_id("witness", sha256, witness_digest(), *(str(c) for c in own)) for page, own in pages.items()}
    said = {page: [Difference(**d) for d in kept] for page, key in keys.items() if (kept := store.get_note(key)) is not None}
    unasked = {page: own for page, own in pages.items() if page not in said}
    fresh = cross_examine(store.pdf(sha256), [c for own in unasked.values() for c in own])
    for page, own in unasked.items():
        figures = {c.key for c in own}
        said[page] = [x for x in fresh if x.key in figures]
        store.put_note(keys[page], [asdict(x) for x in said[page]])
    return [x for page in pages for x in said[page]]


@cache
def witness_digest() -> str:
    """Hash of what the answers of the witnesses hang on: their code, and the libraries with which they read."""
    root = Path(__file__).parent
    files = [Path(__file__), root / "text.py", *sorted((root / "model").glob("*.py")), *sorted((root / "read").glob("witness*.py"))]
    return digest_of(files, ("pdfplumber", "pdfminer.six", "camelot-py"))


def _finding(d: Document, i: LineItem, x: Difference, offered: Reading | None) -> Finding:
    """What a witness reads otherwise; `offered`: its number, which the relations may have decided for or against."""
    place, place_da = (f"“{i.label}” under {i.column_printed} ({page} {i.page})" for page in ("page", "side"))
    if x.kind == "missing":
        why = _reason(x.theirs)
        return Finding("witness", "warning", f"{place}: {x.witness} does not find {x.ours!r} there{why.en}", d.document_id,
                       i.page, i.box, i.year, line_item_ids=(x.key,), key=f"{x.witness} {x.kind}",
                       message_da=f"{place_da}: {x.witness} finder ikke {x.ours!r} der{why.da}")  # fmt: skip
    what = _WHAT[x.kind]
    decided = NOTHING
    if offered and i.decided_by:
        taken = x.theirs if i.number.readings[i.reading] == offered else x.ours
        decided = Said(f"; {taken} is taken, the only one of the two with which its sums close",
                       f"; {taken} gælder, for kun med det stemmer summerne")  # fmt: skip
    return Finding("witness", "warning" if decided.en else "error",
                   f"{place}: we read {what.en} as {x.ours!r}, {x.witness} reads {x.theirs!r}{decided.en}",
                   d.document_id, i.page, i.box, i.year, line_item_ids=(x.key,), key=f"{x.witness} {x.kind}",
                   suggestion="look at the page", suggestion_da="se på siden",
                   message_da=f"{place_da}: vi læser {what.da} som {x.ours!r}, {x.witness} læser {x.theirs!r}"
                   f"{decided.da}")  # fmt: skip


def _reason(theirs: str) -> Said:
    """Why a witness cannot tell, after a colon; nothing where it says nothing. What a library says stays as it is."""
    said = next((s for s in (ABSENT, FAILED) if theirs.startswith(s.en)), NOTHING)
    return Said(f": {theirs}", f": {said.da}{theirs.removeprefix(said.en)}") if theirs else NOTHING


def _with_word(f: Finding, d: Document, asked: set[str], contested: set[str]) -> Finding:
    own = set(f.line_item_ids)
    agreed = f.document_id == d.document_id and f.severity == "error" and own and own <= asked and not own & contested
    if not agreed or f.check == "witness" or f.message.endswith(_AGREE.en):
        return f
    en, da = (text if text.endswith((".", "?")) else f"{text}." for text in (f.message, f.message_da or ""))
    return replace(f, message=en + _AGREE.en, message_da=da + _AGREE.da)
