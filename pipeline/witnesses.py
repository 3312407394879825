"""Asks the second witness: for every figure on request, by itself for the figures of equations that do not close."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, replace

from pipeline.checks import Reconciled
from pipeline.checks.lead_print import misprints
from pipeline.checks.record import Document
from pipeline.model import Finding, LineItem
from pipeline.normalize import make_id
from pipeline.read.witness import Claim, Difference, cross_examine
from pipeline.read.witness_pages import ABSENT, FAILED
from pipeline.said import NOTHING, Said
from pipeline.store import Store, software_digest

_AGREE = Said(
    " An independent reading of the page gives the same figures: the print itself disagrees.",
    " En uafhængig læsning af siden giver de samme tal: det er selve trykket, der ikke stemmer.",
)
_WHAT = {
    "value": Said("the figure", "tallet"),
    "label": Said("the label of the row", "rækkens tekst"),
    "column": Said("the heading over it", "overskriften over det"),
}


def examine(done: Reconciled, store: Store, files: Mapping[str, str], everything: bool = False) -> Reconciled:
    """The round with findings about what the second witness reads otherwise. `files`: document_id -> sha256.

    A finding about figures that all witnesses read alike says so: then the document is at fault, not the reading.
    """
    disputed: dict[str, set[str]] = defaultdict(set)
    violated = [r for r in done.relations if r.relation_id in done.violated] if done.violated else []
    for t in (t for r in violated for t in r.terms):
        disputed[t.document_id].add(t.figure)
    findings = list(done.findings)
    agreed: set[str] = set()  # figures that all witnesses read alike
    for d in done.documents:
        wanted = {i.line_item_id for i in d.items} if everything else disputed.get(d.document_id, set())
        items = [i for i in d.items if i.line_item_id in wanted and i.reader == "text"]
        if not items:
            continue
        differences = _ask(store, files[d.document_id], items)
        findings += [_finding(d, by_id, x) for by_id in [{i.line_item_id: i for i in items}] for x in differences]
        contested = {x.key for x in differences}
        asked = {i.line_item_id for i in items}
        findings = [_with_word(f, d, asked, contested) for f in findings]
        agreed |= asked - contested
    findings += misprints(violated, findings, agreed)
    return replace(done, findings=tuple(findings))


def _ask(store: Store, sha256: str, items: list[LineItem]) -> list[Difference]:
    """What the witnesses say, kept so that they are asked once."""
    claims = [
        Claim(i.line_item_id, i.page, i.box, i.value_printed, i.label, i.column_printed, i.ruled) for i in items
    ]
    key = make_id("witness", sha256, software_digest(), *(str(c) for c in claims))
    kept = store.get_note(key)
    if kept is not None:
        return [Difference(**d) for d in kept]
    differences = cross_examine(store.pdf(sha256), claims)
    store.put_note(key, [asdict(d) for d in differences])
    return differences


def _finding(d: Document, items: dict[str, LineItem], x: Difference) -> Finding:
    i = items[x.key]
    place, place_da = (f"“{i.label}” under {i.column_printed} ({page} {i.page})" for page in ("page", "side"))
    if x.kind == "missing":
        why = _reason(x.theirs)
        return Finding("witness", "warning", f"{place}: {x.witness} does not find {x.ours!r} there{why.en}", d.document_id,
                       i.page, i.box, i.year, line_item_ids=(x.key,), key=f"{x.witness} {x.kind}",
                       message_da=f"{place_da}: {x.witness} finder ikke {x.ours!r} der{why.da}")  # fmt: skip
    what = _WHAT[x.kind]
    return Finding("witness", "error", f"{place}: we read {what.en} as {x.ours!r}, {x.witness} reads {x.theirs!r}",
                   d.document_id, i.page, i.box, i.year, line_item_ids=(x.key,), key=f"{x.witness} {x.kind}",
                   suggestion="look at the page", suggestion_da="se på siden",
                   message_da=f"{place_da}: vi læser {what.da} som {x.ours!r}, {x.witness} læser {x.theirs!r}")  # fmt: skip


def _reason(theirs: str) -> Said:
    """Why a witness cannot tell, after a colon; nothing where it says nothing. What a library says stays as it is."""
    said = next((s for s in (ABSENT, FAILED) if theirs.startswith(s.en)), NOTHING)
    return Said(f": {theirs}", f": {said.da}{theirs.removeprefix(said.en)}") if theirs else NOTHING


def _with_word(f: Finding, d: Document, asked: set[str], contested: set[str]) -> Finding:
    own = set(f.line_item_ids)
    agreed = f.document_id == d.document_id and f.severity == "error" and own and own <= asked and not own & contested
    if not agreed or f.check == "witness" or f.message.endswith(_AGREE.en):
        return f
    return replace(f, message=f.message + _AGREE.en, message_da=f"{f.message_da}{_AGREE.da}")
