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
from pipeline.dataset.history import has_history, keep_history, published_rows
from pipeline.dataset.reading import Dataset
from pipeline.extract import Quarantined, choose_rule, default_language
from pipeline.model import Extraction, Finding
from pipeline.pool import Outcome, Refused, Workers
from pipeline.readings import Job, Taken, kept, made_again, rule_digest, rule_then, software_digest, stage_key
from pipeline.revisions.compare import changes
from pipeline.revisions.identity import identities, with_aliases
from pipeline.revisions.state import Revision, State, superseded
from pipeline.rounds import UNKNOWN
from pipeline.rules import RuleSet
from pipeline.said import Said
from pipeline.sources import Source, place, read, unread_digest, why
from pipeline.store import Store, StoreError
from pipeline.text import slug

Progress = Callable[[str, int, int], None]  # what is going on, how many are done, of how many


@dataclass(slots=True)
class Run:
    """What one run knows on its way."""

    workspace: Path
    store: Store
    rules: RuleSet
    workers: Workers
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


def take_in(now: Run, wanted: Sequence[Source], force: bool, tell: Progress) -> None:
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
            _quarantine(now, source, unread_digest(source), Refused(said))
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
    outcomes = now.workers.extract_all(missing, lambda n: tell("reading", n, len(missing)))
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
    same_rules = now.before.rules.get(source.document_id) == now.rules.digest
    if last.status == "quarantined":
        return same_rules and not last.passing
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
    """The revision that a file at a path is: the last one when the bytes are the same, else the next number.

    What has become history stays history: when the same bytes count again, they are the next revision.
    """
    last = now.before.latest(source.document_id)
    if last and last.sha256 == sha and (not last.known_to or last.status == status):
        return replace(last, status=status, path=source.path, error=None, error_da=None, passing=False)
    return Revision(source.document_id, last.revision + 1 if last else 1, source.path, sha, status, now.at)


def _pair(now: Run, source: Source, sha: str, first: str) -> None:
    """A file that has a twin at an earlier path: what was published of it becomes history."""
    old = now.before.published(source.document_id)
    said = Said(f"the same file as raw/{first}", f"den samme fil som raw/{first}")
    revision = replace(_next(now, source, sha, "duplicate"), error=said.en, error_da=said.da)
    if old:
        _becomes_history(now, old)
        if old.revision == revision.revision:
            revision = replace(revision, known_to=now.at)
    now.after.put(revision)


def _quarantine(now: Run, source: Source, sha: str, refused: Refused) -> None:
    said, revision = refused.said, _next(now, source, sha, "quarantined")
    now.after.put(replace(revision, error=said.en, error_da=said.da, passing=refused.passing, software=software_digest()))


def _take(now: Run, source: Source, job: Job, outcome: Outcome) -> None:
    """The outcome of reading one file -> its revision and what changed."""
    now.read += 1
    if isinstance(outcome, Refused):
        _quarantine(now, source, job.sha256, outcome)
        return
    revision = _read_as(_next(now, source, job.sha256, "ok"), outcome)
    revision = replace(revision, current_from=revision.current_from or now.at)
    old = now.before.published(source.document_id)
    previous = old or _last_good(now, source.document_id)
    if previous is not None and previous.key:
        revision = _compare(now, previous, revision, outcome)
    if old is not None and old.revision != revision.revision:
        _becomes_history(now, old)
    now.after.put(revision)


def _read_as(revision: Revision, taken: Taken) -> Revision:
    meta = taken.meta
    return replace(
        revision, key=taken.key, rule_id=taken.rule_id, rule_digest=taken.rule_digest, software=software_digest(), pages=taken.pages,
        meta={"title": meta.title, "department": meta.department, "kind": meta.kind, "stage": meta.stage,
              "document_date": meta.document_date.isoformat() if meta.document_date else None, "years": list(meta.years),
              "municipality": meta.municipality, "budget_year": meta.budget_year},
    )  # fmt: skip


def renew(now: Run, tell: Progress) -> None:
    """Documents that are published as they were read, and of which that is lost: read again, and what changes is told.

    So it is with those that a run of some paths leaves alone, and with those whose file cannot be read any more. They are read
    under the rule as it was, where that was kept. Raises `StoreError` where one cannot be read again.
    """
    lost = [r for d in now.after.revisions if (r := now.after.published(d)) and not _stands(now, r)]
    todo = [_job(now, r) for r in lost]
    tell("reading", 0, len(todo))
    outcomes = now.workers.extract_all(todo, lambda n: tell("reading", n, len(todo)))
    for revision, outcome in zip(lost, outcomes, strict=True):
        if isinstance(outcome, Refused):
            raise StoreError(f"what was read of {revision.document_id} is lost and cannot be read again: {outcome.said.en}")
        if outcome.key != revision.key:
            now.after.put(_compare(now, revision, _read_as(revision, outcome), outcome))


def _stands(now: Run, revision: Revision) -> bool:
    """Whether what was read of a revision is there, with the rule it was read under."""
    if not revision.key or rule_then(now.store, now.rules, revision.under) is None:
        return False
    if _is_ours(revision):
        return now.store.has(revision.key)
    return now.store.get(revision.key) is not None  # another version may have written it otherwise


def _is_ours(revision: Revision) -> bool:
    """Whether this very code has made the stage result of a revision."""
    return revision.key == stage_key(revision.document_id, revision.sha256, revision.rule_digest, software_digest())


def _job(now: Run, revision: Revision) -> Job:
    return Job(now.store.pdf(revision.sha256), revision.sha256, revision.document_id, revision.under)


def _earlier(now: Run, revision: Revision) -> Extraction | None:
    """What was read of an earlier revision, if need be made again; `None` where it can no longer be told."""
    found = now.store.get(revision.key or "")
    return found or (made_again(now.store, now.rules, _job(now, revision), revision.key or "") if _is_ours(revision) else None)


def _becomes_history(now: Run, revision: Revision) -> None:
    """Rows of a revision that others replace."""
    own = published_rows(now.published, revision, place_of(revision))
    if own is not None and not now.dry:
        keep_history(now.store, revision, own)
    lost = own is None and not now.dry and not has_history(now.store, revision)
    now.after.put(replace(superseded(revision, now.at), lost=lost))


def _last_good(now: Run, document_id: str) -> Revision | None:
    return next((r for r in reversed(now.before.revisions.get(document_id, [])) if r.key), None)


def _compare(now: Run, old: Revision, new: Revision, outcome: Taken) -> Revision:
    """The new revision with the ids that its figures keep; what changed is noted."""
    earlier, now_read = _earlier(now, old), now.store.get(outcome.key)
    table = published_rows(now.published, old, place_of(old))
    published = table.to_pylist() if table is not None else []
    if now_read is None or (earlier is None and not published):
        return new  # nothing is left of what it was before
    if earlier is not None:
        new = replace(new, aliases=identities(with_aliases(earlier.items, old.aliases), now_read.items))
    before = _rows(now, old, earlier) if earlier is not None else {}
    for row in published:
        # what counts may hang on other documents, and is compared as this one alone has it
        before[row["line_item_id"]] = row | {"counted": before.get(row["line_item_id"], row)["counted"]}
    cause = "document" if old.sha256 != new.sha256 else "rule" if old.rule_digest != new.rule_digest else "software"
    now.changes += changes(new.document_id, before, _rows(now, new, now_read), old.revision, new.revision, cause)
    return new


def _rows(now: Run, revision: Revision, extraction: Extraction) -> dict[str, dict[str, Any]]:
    """Figures as they are published, before they meet those of other documents."""
    then = rule_then(now.store, now.rules, revision.under)
    rule, language = then or (None, default_language(now.rules))
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
