"""Revisions -> groups of documents -> the files of every table, each partition as soon as it is whole."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from pipeline.checks.proof import Proof
from pipeline.checks.waive import waive
from pipeline.dataset.assemble import Row, change_rows, document_rows, finding_rows
from pipeline.dataset.history import load_history
from pipeline.dataset.rows import Partition, partition_file, table_files, tabulate
from pipeline.dataset.schemas import SCHEMAS
from pipeline.intake import Progress, Run, place_of
from pipeline.model import Finding
from pipeline.rounds import Entry, Part, group
from pipeline.said import NOTHING, Said
from pipeline.text import slug

_OF_ROUNDS = ("line_items", "proposals", "amounts", "relations")
_HISTORY = Said(": its figures are history now", ": dens tal hører nu til historikken")

Tables = dict[str, dict[Partition, list[pa.Table]]]


@dataclass(frozen=True, slots=True)
class Gathered:
    """The whole dataset as files, or, where it is only looked at, as tables; and what a summary tells of it."""

    files: dict[str, bytes]
    tables: Tables
    findings: tuple[Row, ...]
    documents: int
    proof: Proof  # of all of them together


def gather(now: Run, tell: Progress) -> Gathered:
    """Reconcile every round and make the dataset of it. Raises `StoreError` when something that was kept is lost."""
    entries = [e for e in (_entry(now, d) for d in now.after.revisions) if e]
    groups = group(entries)
    files: dict[str, bytes] = {}
    tables: Tables = {table: defaultdict(list) for table in SCHEMAS}
    missing = Counter(partition for g in groups for partition in _partitions(g))
    parts: dict[int, Part] = {}
    for k, part in now.workers.reconcile_all(groups):
        for table, made in part.tables.items():
            for partition, rows in made.items():
                tables[table][partition] += rows
        part.tables.clear()
        parts[k] = part
        for partition in _partitions(groups[k]):
            missing[partition] -= 1
            if not missing[partition] and not now.dry:
                files |= _close(tables, partition)
        tell("reconciling", len(parts), len(groups))
    findings = _other_tables(now, [parts[k] for k in range(len(groups))], tables)
    for table, of_table in tables.items() if not now.dry else ():
        if of_table or not any(name.startswith(f"{table}/") for name in files):
            files |= table_files(table, of_table)
    proofs = [proof for p in parts.values() for proof in p.proofs.values()]
    return Gathered(files, tables, tuple(findings), len(proofs), sum(proofs, Proof()))


def _partitions(entries: Iterable[Entry]) -> set[Partition]:
    return {(e.municipality, e.budget_year) for e in entries}


def _close(tables: Tables, partition: Partition) -> dict[str, bytes]:
    """The files of a partition to which no group has anything more to give; its rows are let go of."""
    return dict(
        partition_file(table, partition, rows)
        for table in _OF_ROUNDS if (rows := tables[table].pop(partition, None))
    )  # fmt: skip


def _other_tables(now: Run, parts: Sequence[Part], tables: Tables) -> list[Row]:
    """Fill the tables that are made of the log and the findings; returns the rows of findings."""
    places = {d: place_of(now.after.published(d) or rs[-1]) for d, rs in now.after.revisions.items()}
    of_finding: dict[str | None, Row] = {d: {"municipality": m, "budget_year": y} for d, (m, y) in places.items()}
    findings = [*(f for p in parts for f in p.findings), *now.findings, *_state_findings(now)]
    labels = {figure: label for p in parts for figure, label in p.labels.items()}
    unread = {d for d, rs in now.after.revisions.items() if rs[-1].status == "quarantined" and not now.after.published(d)}
    waived = waive(findings, now.rules.waivers, labels, date.fromisoformat(now.at[:10]), unread)
    rows = {
        "findings": finding_rows(waived, of_finding),
        "documents": document_rows(now.after, places, {d: proof for p in parts for d, proof in p.proofs.items()}),
        "changes": list(change_rows(now.after, places)),
    }
    for table, own in rows.items():
        for partition, made in tabulate(table, own).items():
            tables[table][partition].append(made)
    for revision in (r for rs in now.after.revisions.values() for r in rs if r.known_to and r.key):
        for partition, made in load_history(now.store, revision).items():
            tables["line_items_history"][partition].append(made)
    return rows["findings"]


def _entry(now: Run, document_id: str) -> Entry | None:
    """The document as it is to be published; `None` where nothing of it is."""
    r = now.after.published(document_id)
    if r is None or r.key is None:
        return None
    return Entry(document_id, *place_of(r), r.meta.get("department"), r.revision, r.sha256, r.key, r.under,
                 document_id in now.after.witnessed, r.aliases)  # fmt: skip


def _state_findings(now: Run) -> list[Finding]:
    """Quarantined, withdrawn, moved and duplicate documents, and those whose folder says otherwise."""
    out = []
    places = {r.sha256: r.path for d in now.after.revisions if (r := now.after.published(d))}  # of files that count
    for document_id in sorted(now.after.revisions):
        last = now.after.revisions[document_id][-1]
        published = now.after.published(document_id)
        if last.status == "quarantined":
            stands = NOTHING
            if published:
                stands = Said(f"; revision {published.revision} stays published", f"; version {published.revision} gælder fortsat")
            out.append(Finding("quarantined", "error", f"raw/{last.path} cannot be processed: {last.error}{stands.en}",
                               document_id, key=last.sha256,
                               message_da=f"raw/{last.path} kan ikke behandles: {last.error_da}{stands.da}"))  # fmt: skip
        elif last.status == "withdrawn" and last.sha256 in places:
            there = places[last.sha256]
            out.append(Finding("moved", "info", f"raw/{last.path} is gone, and the same file counts as raw/{there}",
                               document_id, key=last.sha256,
                               message_da=f"raw/{last.path} er væk, og den samme fil tæller med som raw/{there}"))  # fmt: skip
        elif last.status == "withdrawn":
            past = [r for r in now.after.revisions[document_id] if r.known_to and r.key]
            stay = _HISTORY if past and not past[-1].lost else NOTHING
            out.append(Finding("withdrawn", "warning", f"raw/{last.path} is gone{stay.en}",
                               document_id, key=last.sha256, suggestion="put it back if it should count",
                               message_da=f"raw/{last.path} er væk{stay.da}",
                               suggestion_da="læg den tilbage, hvis den skal tælle med"))  # fmt: skip
        elif last.status == "duplicate":
            out.append(Finding("duplicate", "info", f"raw/{last.path} is {last.error}: it has no rows of its own",
                               document_id, key=last.sha256,
                               message_da=f"raw/{last.path} er {last.error_da}: den har ingen rækker for sig selv"))  # fmt: skip
        for r in (r for r in now.after.revisions[document_id] if r.lost):
            out.append(Finding("history-lost", "warning", f"the figures of raw/{r.path}, revision {r.revision}, are lost: extracted/ "
                               "was gone, and they could not be made again before they became history", document_id,
                               key=str(r.revision), suggestion="restore the workspace from a backup, if there is one",
                               message_da=f"tallene i raw/{r.path}, version {r.revision}, er tabt: extracted/ var væk, og de kunne "
                               "ikke dannes igen, før de blev historik",
                               suggestion_da="gendan arbejdsmappen fra en sikkerhedskopi, hvis der er en"))  # fmt: skip
        source = now.by_id.get(document_id)
        if source and published:
            captured = slug(published.meta.get("municipality") or "")
            year = published.meta.get("budget_year")
            if captured and source.municipality and captured != source.municipality:
                out.append(Finding("folder-disagrees", "warning", f"raw/{source.path} lies in the folder of "
                                   f"{source.municipality}, but speaks of {captured}", document_id, key="place",
                                   message_da=f"raw/{source.path} ligger i mappen for {source.municipality}, men handler om "
                                   f"{captured}"))  # fmt: skip
            if year and source.budget_year and year != source.budget_year:
                out.append(Finding("folder-disagrees", "warning", f"raw/{source.path} lies in the folder of "
                                   f"{source.budget_year}, but its round begins in {year}", document_id, key="year",
                                   message_da=f"raw/{source.path} ligger i mappen for {source.budget_year}, men budgetrunden "
                                   f"begynder i {year}"))  # fmt: skip
    return out
