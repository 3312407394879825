"""The rounds of documents that belong together: loaded, reconciled and made into rows. Runs in a worker.

No relation reaches from one group into another, so groups are reconciled each for itself, and a dataset of thousands of
documents never stands in memory as a whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import pyarrow as pa

from pipeline.checks import Reconciled, reconcile
from pipeline.checks.follow import follow
from pipeline.checks.proof import Proof, prove
from pipeline.checks.record import Document, Relation
from pipeline.dataset.assemble import round_rows
from pipeline.dataset.rows import Partition, arrow_table
from pipeline.model import Finding
from pipeline.readings import Job, made_again, rule_then
from pipeline.revisions.identity import with_aliases
from pipeline.rules import RuleSet
from pipeline.store import Store, StoreError
from pipeline.witnesses import examine

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Entry:
    """A document as it is published, before what was read of it is loaded."""

    document_id: str
    municipality: str
    budget_year: int
    department: str | None
    revision: int
    sha256: str
    key: str  # of its stage result
    under: tuple[str, str] | None  # id and digest of the rule that it was read under
    witnessed: bool  # every figure is read a second time
    aliases: dict[str, str]  # ids that figures keep from an earlier revision


@dataclass(frozen=True, slots=True)
class Part:
    """What reconciling one group gives: rows of line_items, proposals, amounts and relations, and the findings."""

    tables: dict[str, dict[Partition, list[pa.Table]]]
    findings: tuple[Finding, ...]
    labels: dict[str, str]  # of the figures that the findings name
    proofs: dict[str, Proof]  # document_id -> how much of it is proved


def group(entries: Iterable[Entry]) -> list[tuple[Entry, ...]]:
    """Documents by municipality; one whose municipality is unknown belongs to the only one that has its department in its round.

    Where several have it, nothing tells whose it is, and it stands with the others of unknown municipality.
    """
    known: dict[tuple[int, str | None], set[str]] = defaultdict(set)
    entries = sorted(entries, key=lambda e: e.document_id)
    for e in entries:
        if e.municipality != UNKNOWN and e.department:
            known[e.budget_year, e.department].add(e.municipality)
    groups: dict[str, list[Entry]] = defaultdict(list)
    for e in entries:
        candidates = known[e.budget_year, e.department] if e.municipality == UNKNOWN else ()
        groups[next(iter(candidates)) if len(candidates) == 1 else e.municipality].append(e)
    return [tuple(groups[name]) for name in sorted(groups)]


def reconcile_group(entries: Sequence[Entry], store: Store, rules: RuleSet) -> Part:
    """Reconcile the rounds of one group, one after the other.

    Raises `StoreError` when a stage result is lost and cannot be made again.
    """
    rounds: dict[int, list[Entry]] = defaultdict(list)
    for e in entries:
        rounds[e.budget_year].append(e)
    tables: dict[str, dict[Partition, list[pa.Table]]] = defaultdict(lambda: defaultdict(list))
    findings: list[Finding] = []
    labels: dict[str, str] = {}
    proofs: dict[str, Proof] = {}
    following: list[Document] = []
    before: list[Relation] = []  # comparisons with the round before, and what they show
    changed: list[Finding] = []
    for year, own in sorted(rounds.items()):
        documents = following or [_load(e, store, rules) for e in own]
        following = [_load(e, store, rules) for e in rounds[year + 1]] if year + 1 in rounds else []
        after, next_changed = follow(documents, following)
        beyond = [*before, *after]
        done = reconcile(documents, beyond)
        files = {e.document_id: e.sha256 for e in own}
        wholly = {e.document_id for e in own if e.witnessed}
        done = examine(done, documents, partial(reconcile, beyond=beyond), store, files, wholly)
        done = replace(done, findings=(*done.findings, *changed))
        # one document after the other: rows as dictionaries are large, and what is let go of soon stays near the processor
        for d, rows_of in round_rows(done, {e.document_id: e.revision for e in own}):
            for table, rows in rows_of.items():
                tables[table][d.municipality, d.budget_year].append(arrow_table(table, rows))
        findings += done.findings
        labels |= _labels(done)
        proofs |= {d.document_id: prove(d.items, d.extraction.tokens) for d in done.documents}
        before, changed = after, next_changed
    plain = {table: dict(parts) for table, parts in tables.items()}
    return Part(plain, tuple(findings), labels, proofs)


def _labels(done: Reconciled) -> dict[str, str]:
    named = {figure for f in done.findings for figure in f.line_item_ids}
    return {i.line_item_id: i.label for d in done.documents for i in d.items if i.line_item_id in named}


def _load(entry: Entry, store: Store, rules: RuleSet) -> Document:
    """What was read of a document, with the rule it was read under: its equations hold for no other reading."""
    job = Job(store.pdf(entry.sha256), entry.sha256, entry.document_id, entry.under)
    extraction = store.get(entry.key) or made_again(store, rules, job, entry.key)
    then = rule_then(store, rules, entry.under)
    if extraction is None or then is None:
        raise StoreError(f"what was read of {entry.document_id} is lost: `afstem run --force` reads it again")
    rule, language = then
    extraction = replace(extraction, items=with_aliases(extraction.items, entry.aliases))
    return Document(entry.document_id, entry.municipality, entry.budget_year, extraction, rule, language)
