"""Files of `raw/` -> revisions: which are new, changed, gone or twice there; reads what has to be read."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pipeline.checks import relate
from pipeline.checks.record import Document
from pipeline.checks.settle import settle
from pipeline.dataset.assemble import item_row
from pipeline.dataset.history import keep_history, published_rows
from pipeline.dataset.reading import Dataset
from pipeline.extract import Quarantined, choose_rule, default_language
from pipeline.model import Extraction, Finding
from pipeline.pool import Outcome, extract_all
from pipeline.readings import Job, Taken, kept, rule_digest
from pipeline.revisions.compare import changes
from pipeline.revisions.identity import identities, with_aliases
from pipeline.revisions.state import Revision, State, superseded
from pipeline.rounds import UNKNOWN
from pipeline.rules import RuleSet
from pipeline.said import Said
from pipeline.sources import Source, place, read, unread_digest, why
from pipeline.store import Store, software_digest
from pipeline.text import slug

Progress = Callable[[str, int, int], None]  # what is going on, how many are done, of how many


@dataclass(slots=True)
class Run:
    """What one run knows on its way."""

    workspace: Path
    store: Store
    rules: RuleSet
    before: State
    after: State
    at: str
    sources: Sequence[Source] = ()
    by_id: dict[str, Source] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    read: int = 0
    published: Dataset | None = None  # as it is before this run
    dry: bool = False  # nothing is published, so nothing becomes history


def take_in(now: Run, wanted: Sequence[Source], jobs: int | None, force: bool, tell: Progress) -> None:
    """Revisions for every wanted source: kept as they are, or read anew."""
    todo: list[tuple[Job, Source]] = []
    ready: dict[str, Outcome] = {}  # what a run has read that did not come to its end
    seen = _first_paths(now, wanted)
    for k, source in enumerate(wanted):
        tell("looking", k, len(wanted))
        try:
            data = read(source)
        except OSError as e:
            said = Said("the file cannot be read: ", "filen kan ikke læses: ") + _why(source, e)
            _quarantine(now, source, unread_digest(source), said)
            continue
        sha = now.store.keep_pdf(data)
        first = seen.setdefault(sha, source.path)
        if first != source.path:
            _pair(now, source, sha, first)
            continue
        if not force and _unchanged(now, source, sha):
            continue
        job = Job(now.store.pdf(sha), sha, source.document_id)
        todo.append((job, source))
        if not force and (taken := kept(now.store, now.rules, job)):
            ready[job.document_id] = taken
    missing = [job for job, _ in todo if job.document_id not in ready]
    tell("reading", 0, len(missing))
    outcomes = extract_all(missing, now.store, now.rules, jobs, lambda n: tell("reading", n, len(missing)))
    ready.update({job.document_id: outcome for job, outcome in zip(missing, outcomes, strict=True)})
    for job, source in todo:
        _take(now, source, job, ready[job.document_id])


def _why(source: Source, e: OSError) -> Said:
    if isinstance(e, FileNotFoundError) and source.file.is_symlink():
        target = os.readlink(source.file)
        return Said(
            f"it is a link to {target}, where nothing is; put the file there, or remove the link",
            f"den er et link til {target}, hvor der ikke er noget; læg filen der, eller fjern linket",
        )
    return why(e)


def _first_paths(now: Run, wanted: Sequence[Source]) -> dict[str, str]:
    """sha256 -> path, for the files that this run does not read: duplicates are told from those as well."""
    chosen = {s.document_id for s in wanted}
    out: dict[str, str] = {}
    for source in now.sources:
        last = now.before.latest(source.document_id)
        if source.document_id not in chosen and last and last.status == "ok":
            out.setdefault(last.sha256, source.path)
    return out


def _unchanged(now: Run, source: Source, sha: str) -> bool:
    """Whether the last revision stands: the same bytes, the same fitting rule, the same code."""
    last = now.before.latest(source.document_id)
    if last is None or last.sha256 != sha or last.status == "withdrawn" or last.software != software_digest():
        return False
    same_rules = now.before.rules_digest == now.rules.digest
    if last.status == "quarantined":
        return same_rules
    if last.status != "ok" or last.key is None:
        return False
    if not now.store.has(last.key):
        return False
    if not same_rules:
        before = now.store.get(last.key)
        if before is None:
            return False
        try:
            rule = choose_rule(now.rules, before.text, any(n.check == "read-by-ocr" for n in before.notes))
        except Quarantined:
            return False
        used = rule.id if rule else None
        if used != last.rule_id or rule_digest(now.rules, used) != last.rule_digest:
            return False
    return True


def _next(now: Run, source: Source, sha: str, status: Any) -> Revision:
    """The revision that a file at a path is: the last one when the bytes are the same, else the next number."""
    last = now.before.latest(source.document_id)
    if last and last.sha256 == sha:
        return replace(last, status=status, path=source.path, error=None, error_da=None, known_to=None)
    return Revision(source.document_id, last.revision + 1 if last else 1, source.path, sha, status, now.at)


def _pair(now: Run, source: Source, sha: str, first: str) -> None:
    """A file that has a twin at an earlier path: what was published of it becomes history."""
    last, old = now.before.latest(source.document_id), now.before.published(source.document_id)
    said = Said(f"the same file as raw/{first}", f"den samme fil som raw/{first}")
    revision = replace(_next(now, source, sha, "duplicate"), error=said.en, error_da=said.da)
    same = last is not None and last.revision == revision.revision
    if old:
        _becomes_history(now, old)
    if last and same:
        revision = replace(revision, known_to=now.at if old else last.known_to)
    now.after.put(revision)


def _quarantine(now: Run, source: Source, sha: str, said: Said) -> None:
    revision = _next(now, source, sha, "quarantined")
    now.after.put(replace(revision, error=said.en, error_da=said.da, software=software_digest()))


def _take(now: Run, source: Source, job: Job, outcome: Outcome) -> None:
    """The outcome of reading one file -> its revision and what changed."""
    now.read += 1
    if isinstance(outcome, Said):
        _quarantine(now, source, job.sha256, outcome)
        return
    meta = outcome.meta
    revision = replace(
        _next(now, source, job.sha256, "ok"), key=outcome.key, rule_id=outcome.rule_id, rule_digest=outcome.rule_digest,
        software=software_digest(), pages=outcome.pages,
        meta={"title": meta.title, "department": meta.department, "kind": meta.kind, "stage": meta.stage,
              "document_date": meta.document_date.isoformat() if meta.document_date else None, "years": list(meta.years),
              "municipality": meta.municipality, "budget_year": meta.budget_year},
    )  # fmt: skip
    revision = replace(revision, current_from=revision.current_from or now.at)
    old = now.before.published(source.document_id)
    previous = old or _last_good(now, source.document_id)
    if previous is not None and previous.key:
        revision = _compare(now, previous, revision, outcome)
    if old is not None and old.revision != revision.revision:
        _becomes_history(now, old)
    now.after.put(revision)


def _becomes_history(now: Run, revision: Revision) -> None:
    """Rows of a revision that others replace."""
    if not now.dry:
        keep_history(now.store, revision, published_rows(now.published, revision, place_of(revision)))
    now.after.put(superseded(revision, now.at))


def _last_good(now: Run, document_id: str) -> Revision | None:
    return next((r for r in reversed(now.before.revisions.get(document_id, [])) if r.key), None)


def _compare(now: Run, old: Revision, new: Revision, outcome: Taken) -> Revision:
    """The new revision with the ids that its figures keep; what changed is noted."""
    earlier, now_read = now.store.get(old.key or ""), now.store.get(outcome.key)
    if earlier is None or now_read is None:
        return new
    new = replace(new, aliases=identities(with_aliases(earlier.items, old.aliases), now_read.items))
    cause = "document" if old.sha256 != new.sha256 else "rule" if old.rule_digest != new.rule_digest else "software"
    now.changes += changes(new.document_id, _rows_before(now, old, earlier), _rows(now, new, now_read), old.revision,
                           new.revision, cause)  # fmt: skip
    return new


def _rows_before(now: Run, revision: Revision, extraction: Extraction) -> dict[str, dict[str, Any]]:
    """The figures of a revision as readers see them; where the dataset is gone, as they would be published now."""
    rows = _rows(now, revision, extraction)
    published = published_rows(now.published, revision, place_of(revision))
    for row in published.to_pylist() if published is not None else ():
        # what counts may hang on other documents, and is compared as this one alone has it
        rows[row["line_item_id"]] = row | {"counted": rows.get(row["line_item_id"], row)["counted"]}
    return rows


def _rows(now: Run, revision: Revision, extraction: Extraction) -> dict[str, dict[str, Any]]:
    """Figures as they are published, before they meet those of other documents."""
    rule = next((r for r in now.rules.rules if r.id == extraction.rule_id), None)
    language = now.rules.languages[rule.language] if rule else default_language(now.rules)
    extraction = replace(extraction, items=with_aliases(extraction.items, revision.aliases))
    document, _ = settle(Document(revision.document_id, *place_of(revision), extraction, rule, language), relate)
    return {i.line_item_id: item_row(i, document, revision.revision, {}) for i in document.items}


def place_of(revision: Revision) -> tuple[str, int]:
    """Municipality and first year of a document: what its rule captured, else its folders, else unknown."""
    own_place = slug(revision.meta.get("municipality") or "") or None
    municipality, year = place(revision.path)  # of a file that is gone as well
    return own_place or municipality or UNKNOWN, revision.meta.get("budget_year") or year or 0


def withdraw(now: Run, present: set[str], closed: Sequence[str]) -> None:
    """Documents whose file is gone: their rows become history. Of those in `closed` folders nobody knows."""
    for document_id in now.before.revisions:
        last = now.after.latest(document_id)
        if document_id in present or last is None or last.status == "withdrawn" or any(
            folder == "." or document_id.startswith(f"{folder}/") for folder in closed
        ):
            continue
        current = now.before.published(document_id)
        if current:
            _becomes_history(now, current)
        now.after.put(replace(now.after.latest(document_id) or last, status="withdrawn"))
