"""Plan -> read what is new or changed -> reconcile every round -> publish, all or nothing."""

from __future__ import annotations

import hashlib
import os
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.checks import Reconciled, reconcile
from pipeline.checks.record import Document
from pipeline.dataset import PublishError
from pipeline.dataset.assemble import change_rows, document_rows, finding_rows, history_rows, round_rows
from pipeline.dataset.history import keep_history, load_history
from pipeline.dataset.publish import check_place, publish
from pipeline.dataset.snapshots import verify
from pipeline.extract import Quarantined, choose_rule, default_language
from pipeline.model import Extraction, Finding
from pipeline.pool import Job, Outcome, extract_all
from pipeline.revisions.compare import changes, match, with_aliases
from pipeline.revisions.state import Revision, State, difference, fold, superseded
from pipeline.rules import RuleSet, load_rules
from pipeline.sources import Source, scan
from pipeline.store import Store, StoreError, software_digest
from pipeline.text import slug
from pipeline.witnesses import examine

Progress = Callable[[str, int, int], None]  # what is going on, how many are done, of how many


class RunError(Exception):
    """The run cannot be done; the previous dataset stands. The message names the place and the remedy."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did and what the dataset now says."""

    read: int
    unchanged: int
    documents: int
    quarantined: tuple[tuple[str, str], ...]  # document_id, why
    changes: tuple[dict[str, Any], ...]
    findings: tuple[dict[str, Any], ...]
    figures: int
    amounts: int
    verified: int
    published: bool
    seconds: float

    @property
    def errors(self) -> tuple[dict[str, Any], ...]:
        return tuple(f for f in self.findings if f["severity"] == "error" and f["status"] == "open")

    @property
    def exit_code(self) -> int:
        """0 when no error is open, else 1."""
        return 1 if self.errors or self.quarantined else 0


@dataclass(slots=True)
class _Run:
    """What one run knows on its way."""

    workspace: Path
    store: Store
    rules: RuleSet
    before: State
    after: State
    at: str
    sources: Sequence[Source] = ()
    findings: list[Finding] = field(default_factory=list)
    extractions: dict[tuple[str, int], Extraction] = field(default_factory=dict)
    changes: list[dict[str, Any]] = field(default_factory=list)
    read: int = 0


def run(workspace: Path, paths: Sequence[Path] = (), jobs: int | None = None, witness: bool = False,
        force: bool = False, progress: Progress | None = None) -> Summary:  # fmt: skip
    """Bring the dataset of a workspace up to date with its `raw/` and `rules/`.

    With `paths` only those files (or the files below those folders) are read; the rest is published as it is.

    Raises `RunError`, `StoreError`, `PublishError` or `RuleError`: the previous dataset stands in each case.
    """
    started = time.monotonic()
    tell = progress or (lambda what, done, total: None)
    rules = load_rules(workspace / "rules")
    raw = workspace / "raw"
    if not raw.is_dir():
        raise RunError(f"there is no folder {raw}: make it and put PDFs into it, or name the workspace with -w")
    check_place(workspace)
    store = Store(workspace)
    with store.lock():
        before = fold(store.read_log())
        now = _Run(workspace, store, rules, before, before.copy(), _now())
        sources, now.findings = scan(raw)
        now.sources = sources
        wanted = _wanted(sources, paths, raw)
        _read(now, wanted, jobs, force, tell)
        if not paths:
            _withdraw(now, {s.document_id for s in sources})
        now.after.rules_digest = rules.digest
        now.after.changes += now.changes
        rows, rounds = _assemble(now, witness, tell)
        published = _publish(now, rows, tell)
    return _summary(now, rows, rounds, len(wanted), published, time.monotonic() - started)


def _now() -> str:
    """The time of the run in UTC, to the second; SOURCE_DATE_EPOCH (reproducible-builds.org) stands in for it."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    moment = datetime.fromtimestamp(int(epoch), UTC) if epoch and epoch.isdigit() else datetime.now(UTC)
    return moment.replace(microsecond=0).isoformat()


def _wanted(sources: Sequence[Source], paths: Sequence[Path], raw: Path) -> list[Source]:
    if not paths:
        return list(sources)
    out: list[Source] = []
    for path in paths:
        candidates = [p.resolve() for p in (path, raw / path, raw.parent / path) if p.exists()]
        found = [s for s in sources if any(s.file.resolve().is_relative_to(c) for c in candidates)]
        if not found:
            raise RunError(f"{path} is no PDF below {raw}, nor a folder with one")
        out += [s for s in found if s not in out]
    return out


# --- reading ----------------------------------------------------------------------------------------------


def _read(now: _Run, wanted: Sequence[Source], jobs: int | None, force: bool, tell: Progress) -> None:
    """Revisions for every wanted source: kept as they are, or read anew."""
    todo: list[tuple[Job, Source]] = []
    seen = _first_paths(now, wanted)
    for k, source in enumerate(wanted):
        tell("looking", k, len(wanted))
        try:
            data = source.file.read_bytes()
        except OSError as e:
            sha = hashlib.sha256(source.path.encode()).hexdigest()
            _quarantine(now, source, sha, f"the file cannot be read: {e.strerror or e}")
            continue
        sha = now.store.keep_pdf(data)
        first = seen.setdefault(sha, source.path)
        if first != source.path:
            revision = _next(now, source, sha, "duplicate")
            now.after.put(replace(revision, error=f"the same file as raw/{first}"))
            continue
        if not force and _unchanged(now, source, sha):
            continue
        todo.append((Job(now.store.pdf(sha), sha, source.document_id), source))
    outcomes = extract_all([job for job, _ in todo], now.rules, jobs, lambda n: tell("reading", n, len(todo)))
    for (job, source), outcome in zip(todo, outcomes, strict=True):
        _take(now, source, job, outcome)


def _first_paths(now: _Run, wanted: Sequence[Source]) -> dict[str, str]:
    """sha256 -> path, for the files that this run does not read: duplicates are told from those as well."""
    chosen = {s.document_id for s in wanted}
    out: dict[str, str] = {}
    for source in now.sources:
        last = now.before.latest(source.document_id)
        if source.document_id not in chosen and last and last.status == "ok":
            out.setdefault(last.sha256, source.path)
    return out


def stage_key(document_id: str, sha256: str, rule_digest: str | None, software: str) -> str:
    """Name of a stage result: the same document, bytes, rule and code give the same result."""
    return hashlib.sha256("\x1f".join((document_id, sha256, rule_digest or "", software)).encode()).hexdigest()[:32]


def _unchanged(now: _Run, source: Source, sha: str) -> bool:
    """Whether the last revision stands: the same bytes, the same fitting rule, the same code."""
    last = now.before.latest(source.document_id)
    if last is None or last.sha256 != sha or last.status == "withdrawn" or last.software != software_digest():
        return False
    same_rules = now.before.rules_digest == now.rules.digest
    if last.status == "quarantined":
        return same_rules
    if last.status != "ok" or last.key is None:
        return False
    kept = now.store.get(last.key)
    if kept is None:
        return False
    if not same_rules:
        try:
            rule = choose_rule(now.rules, kept.text)
        except Quarantined:
            return False
        used = rule.id if rule else None
        if used != last.rule_id or _rule_digest(now.rules, used) != last.rule_digest:
            return False
    now.extractions[last.document_id, last.revision] = kept
    return True


def _rule_digest(rules: RuleSet, rule_id: str | None) -> str:
    """What a document was read under: its rule, or without one the language of the generic tables."""
    return rules.digests[rule_id] if rule_id else f"generic:{default_language(rules).language}"


def _next(now: _Run, source: Source, sha: str, status: Any) -> Revision:
    """The revision that a file at a path is: the last one when the bytes are the same, else the next number."""
    last = now.before.latest(source.document_id)
    if last and last.sha256 == sha:
        return replace(last, status=status, path=source.path, error=None, known_to=None)
    return Revision(source.document_id, last.revision + 1 if last else 1, source.path, sha, status, now.at)


def _quarantine(now: _Run, source: Source, sha: str, why: str) -> None:
    revision = _next(now, source, sha, "quarantined")
    now.after.put(replace(revision, error=why, software=software_digest()))


def _take(now: _Run, source: Source, job: Job, outcome: Outcome) -> None:
    """The outcome of reading one file -> its revision and what changed."""
    now.read += 1
    if isinstance(outcome, str):
        _quarantine(now, source, job.sha256, outcome)
        return
    digest = _rule_digest(now.rules, outcome.rule_id)
    key = stage_key(source.document_id, job.sha256, digest, software_digest())
    now.store.put(key, outcome)
    meta = outcome.meta
    revision = replace(
        _next(now, source, job.sha256, "ok"), key=key, rule_id=outcome.rule_id, rule_digest=digest,
        software=software_digest(), pages=outcome.pages,
        meta={"title": meta.title, "department": meta.department, "kind": meta.kind, "stage": meta.stage,
              "document_date": meta.document_date, "years": list(meta.years), "municipality": meta.municipality,
              "budget_year": meta.budget_year},
    )  # fmt: skip
    revision = replace(revision, current_from=revision.current_from or now.at)
    old = now.before.published(source.document_id)
    previous = old or _last_good(now, source.document_id)
    if previous is not None and previous.key:
        revision = _compare(now, previous, revision, outcome)
    if old is not None and old.revision != revision.revision:
        keep_history(now.workspace, now.store, old)
        now.after.put(superseded(old, now.at))
    now.after.put(revision)
    now.extractions[revision.document_id, revision.revision] = outcome


def _last_good(now: _Run, document_id: str) -> Revision | None:
    return next((r for r in reversed(now.before.revisions.get(document_id, [])) if r.key), None)


def _compare(now: _Run, old: Revision, new: Revision, outcome: Extraction) -> Revision:
    """The new revision with the ids that its figures keep; what changed is noted."""
    kept = now.store.get(old.key or "")
    if kept is None:
        return new
    before = with_aliases(kept.items, old.aliases)
    aliases = {**{k: v for k, v in old.aliases.items()}, **match(before, with_aliases(outcome.items, old.aliases))}
    present = {i.line_item_id for i in outcome.items}
    new = replace(new, aliases={k: v for k, v in aliases.items() if k in present})
    cause = "document" if old.sha256 != new.sha256 else "rule" if old.rule_digest != new.rule_digest else "software"
    now.changes += changes(
        new.document_id, before, with_aliases(outcome.items, new.aliases), old.revision, new.revision, cause
    )
    return new


def _withdraw(now: _Run, present: set[str]) -> None:
    """Documents whose file is gone: their rows become history."""
    for document_id in now.before.revisions:
        last = now.after.latest(document_id)
        if document_id in present or last is None or last.status == "withdrawn":
            continue
        current = now.before.published(document_id)
        if current:
            keep_history(now.workspace, now.store, current)
            now.after.put(superseded(current, now.at))
        now.after.put(replace(now.after.latest(document_id) or last, status="withdrawn"))


# --- rounds ------------------------------------------------------------------------------------------------


def place_of(now: _Run, revision: Revision) -> tuple[str, int]:
    """Municipality and first year of a document: what its rule captured, else its folders, else unknown."""
    source = next((s for s in now.sources if s.document_id == revision.document_id), None)
    own_place = slug(revision.meta.get("municipality") or "") or None
    own_year = revision.meta.get("budget_year")
    municipality = own_place or (source.municipality if source else None) or "unknown"
    return municipality, own_year or (source.budget_year if source else None) or 0


def _documents(now: _Run) -> list[Document]:
    out = []
    for document_id in sorted(now.after.revisions):
        revision = now.after.published(document_id)
        if revision is None or revision.key is None:
            continue
        extraction = now.extractions.get((document_id, revision.revision)) or now.store.get(revision.key)
        if extraction is None:
            raise RunError(f"the stage result of {document_id} is lost: run again with --force to read it anew")
        rule = next((r for r in now.rules.rules if r.id == extraction.rule_id), None)
        language = now.rules.languages[rule.language] if rule else default_language(now.rules)
        municipality, year = place_of(now, revision)
        extraction = replace(extraction, items=with_aliases(extraction.items, revision.aliases))
        out.append(Document(document_id, municipality, year, extraction, rule, language))
    return out


def _assemble(now: _Run, witness: bool, tell: Progress) -> tuple[dict[str, list[dict[str, object]]], list[Reconciled]]:
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
    rows["findings"] += finding_rows([*now.findings, *_state_findings(now)], places)
    rows["documents"] = document_rows(now.after, of)
    rows["changes"] = list(change_rows(now.after, of))
    past = [r for rs in now.after.revisions.values() for r in rs if r.known_to and r.key]
    rows["line_items_history"] = list(history_rows([(r, load_history(now.store, r)) for r in past]))
    return rows, rounds


def _state_findings(now: _Run) -> list[Finding]:
    """Quarantined, withdrawn and duplicate documents, and those whose folder says otherwise."""
    out = []
    folders: Mapping[str, Source] = {s.document_id: s for s in now.sources}
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
        source = folders.get(document_id)
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


def _publish(now: _Run, rows: Mapping[str, list[dict[str, object]]], tell: Progress) -> bool:
    """Log what is new and switch the dataset; the log is taken back when the dataset cannot be switched."""
    tell("publishing", 0, 1)
    altered = difference(now.before, now.after)
    entry = {"at": now.at, "revisions": altered, "changes": now.changes, "rules": now.rules.digest}
    logged = bool(altered or now.changes or now.before.rules_digest != now.rules.digest)
    mark = now.store.log_size()
    if logged:
        now.store.append_log(entry)
    try:
        snapshot = publish(now.workspace, rows)
    except (PublishError, KeyboardInterrupt):
        if logged:
            now.store.cut_log(mark)
        raise
    return snapshot.changed


def _summary(now: _Run, rows: Mapping[str, list[dict[str, object]]], rounds: Sequence[Reconciled], wanted: int,
             published: bool, seconds: float) -> Summary:  # fmt: skip
    items = [i for done in rounds for d in done.documents for i in d.items]
    money = [i for i in items if i.is_money]
    quarantined = tuple(
        (document_id, rs[-1].error or "") for document_id, rs in now.after.revisions.items()
        if rs[-1].status == "quarantined"
    )  # fmt: skip
    return Summary(
        now.read, wanted - now.read, len({d.document_id for done in rounds for d in done.documents}), quarantined,
        tuple(now.changes), tuple(rows["findings"]), len(items), len(money),
        sum(i.verification == "verified" for i in money), published, seconds,
    )  # fmt: skip


__all__ = ["PublishError", "RunError", "StoreError", "Summary", "run", "stage_key", "verify"]
