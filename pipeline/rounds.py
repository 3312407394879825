"""Revisions -> reconciled rounds -> the rows of every table."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date

from pipeline.checks import Reconciled, reconcile
from pipeline.checks.record import Document
from pipeline.checks.waive import waive
from pipeline.dataset.assemble import change_rows, document_rows, finding_rows, history_rows, round_rows
from pipeline.dataset.history import load_history
from pipeline.extract import Quarantined, default_language, extract
from pipeline.intake import Progress, Run
from pipeline.model import Extraction, Finding
from pipeline.revisions.compare import with_aliases
from pipeline.revisions.state import Revision
from pipeline.sources import place
from pipeline.store import StoreError
from pipeline.text import slug
from pipeline.witnesses import examine


def place_of(now: Run, revision: Revision) -> tuple[str, int]:
    """Municipality and first year of a document: what its rule captured, else its folders, else unknown."""
    own_place = slug(revision.meta.get("municipality") or "") or None
    municipality, year = place(revision.path)  # of a file that is gone as well
    return own_place or municipality or "unknown", revision.meta.get("budget_year") or year or 0


def _documents(now: Run) -> list[Document]:
    out = []
    for document_id in sorted(now.after.revisions):
        revision = now.after.published(document_id)
        if revision is None or revision.key is None:
            continue
        extraction = now.extractions.get((document_id, revision.revision)) or now.store.get(revision.key) or _again(now, revision)
        rule = next((r for r in now.rules.rules if r.id == extraction.rule_id), None)
        language = now.rules.languages[rule.language] if rule else default_language(now.rules)
        municipality, year = place_of(now, revision)
        extraction = replace(extraction, items=with_aliases(extraction.items, revision.aliases))
        out.append(Document(document_id, municipality, year, extraction, rule, language))
    return out


def _again(now: Run, revision: Revision) -> Extraction:
    """A stage result that is lost, or was written by another version, made again from the kept PDF."""
    try:
        made = extract(now.store.pdf(revision.sha256), revision.sha256, revision.document_id, now.rules)
    except (Quarantined, OSError) as e:
        raise StoreError(f"the stage result of {revision.document_id} is lost and cannot be made again: {e}") from e
    assert revision.key is not None
    now.store.put(revision.key, made)
    return made


def assemble(now: Run, witness: bool, tell: Progress) -> tuple[dict[str, list[dict[str, object]]], list[Reconciled]]:
    """Rows of every table, and the reconciled rounds."""
    by_year: dict[int, list[Document]] = defaultdict(list)
    for d in _documents(now):
        by_year[d.budget_year].append(d)
    places: dict[str | None, dict[str, object]] = {}
    rows: dict[str, list[dict[str, object]]] = defaultdict(list)
    rounds = []
    for n, (_, documents) in enumerate(sorted(by_year.items())):
        tell("reconciling", n, len(by_year))
        done = reconcile(documents)
        done = examine(done, now.store, now.after, everything=witness)
        rounds.append(done)
        for table, more in round_rows(done, now.after).items():
            rows[table] += more
    of: dict[str, tuple[str, int]] = {}
    for document_id, revisions in now.after.revisions.items():
        of[document_id] = place_of(now, now.after.published(document_id) or revisions[-1])
        places[document_id] = {"municipality": of[document_id][0], "budget_year": of[document_id][1]}
    findings = [*(f for done in rounds for f in done.findings), *now.findings, *_state_findings(now)]
    labels = {i.line_item_id: i.label for done in rounds for d in done.documents for i in d.items}
    today = date.fromisoformat(now.at[:10])
    rows["findings"] = finding_rows(waive(findings, now.rules.waivers, labels, today), places)
    rows["documents"] = document_rows(now.after, of)
    rows["changes"] = list(change_rows(now.after, of))
    past = [r for rs in now.after.revisions.values() for r in rs if r.known_to and r.key]
    rows["line_items_history"] = list(history_rows([(r, load_history(now.store, r)) for r in past]))
    return rows, rounds


def _state_findings(now: Run) -> list[Finding]:
    """Quarantined, withdrawn and duplicate documents, and those whose folder says otherwise."""
    out = []
    for document_id in sorted(now.after.revisions):
        last = now.after.revisions[document_id][-1]
        published = now.after.published(document_id)
        if last.status == "quarantined":
            stands = f"; revision {published.revision} stays published" if published else ""
            out.append(Finding("quarantined", "error", f"raw/{last.path} cannot be processed: {last.error}{stands}",
                               document_id, key=last.sha256))  # fmt: skip
        elif last.status == "withdrawn":
            out.append(Finding("withdrawn", "warning", f"raw/{last.path} is gone: its figures are history now",
                               document_id, key=last.sha256, suggestion="put it back if it should count"))  # fmt: skip
        elif last.status == "duplicate":
            out.append(Finding("duplicate", "info", f"raw/{last.path} is {last.error}: it has no rows of its own",
                               document_id, key=last.sha256))  # fmt: skip
        source = now.by_id.get(document_id)
        if source and published:
            captured = slug(published.meta.get("municipality") or "")
            year = published.meta.get("budget_year")
            if captured and source.municipality and captured != source.municipality:
                out.append(Finding("folder-disagrees", "warning", f"raw/{source.path} lies in the folder of "
                                   f"{source.municipality}, but speaks of {captured}", document_id, key="place"))  # fmt: skip
            if year and source.budget_year and year != source.budget_year:
                out.append(Finding("folder-disagrees", "warning", f"raw/{source.path} lies in the folder of "
                                   f"{source.budget_year}, but its round begins in {year}", document_id, key="year"))  # fmt: skip
    return out
