"""Plan -> read what is new or changed -> reconcile every round -> publish, all or nothing."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.checks.proof import Proof
from pipeline.dataset import DatasetError, PublishError
from pipeline.dataset.publish import check_place, publish
from pipeline.dataset.reading import Dataset, open_dataset
from pipeline.dataset.snapshots import oldest, present
from pipeline.gather import Gathered, gather
from pipeline.intake import Progress, Run, renew, take_in, withdraw
from pipeline.pool import RARE, Workers, prepare_workers
from pipeline.revisions.state import difference, fold
from pipeline.rules import load_rules
from pipeline.sources import Source, scan
from pipeline.store import Store, StoreError


class RunError(Exception):
    """The run cannot be done; the previous dataset stands. The message names the place and the remedy."""


@dataclass(frozen=True, slots=True)
class Would:
    """What a dry run would publish: the rows of some tables, and of every document why it is read as it is now."""

    rows: Mapping[str, list[dict[str, Any]]]  # line_items, relations, findings
    causes: Mapping[str, str]  # document_id -> new, document, rule, software, withdrawn, quarantined


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did and what the dataset now says."""

    read: int
    unchanged: int
    documents: int
    quarantined: tuple[tuple[str, str], ...]  # document_id, why
    changes: tuple[dict[str, Any], ...]
    findings: tuple[dict[str, Any], ...]
    proof: Proof  # how many figures there are, and how much of them is proved
    published: bool
    seconds: float
    would: Would | None = None  # of a dry run: what it would publish

    @property
    def errors(self) -> tuple[dict[str, Any], ...]:
        return tuple(f for f in self.findings if f["severity"] == "error" and f["status"] == "open")

    @property
    def exit_code(self) -> int:
        """0 when no error is open, else 1."""
        return 1 if self.errors or self.quarantined else 0


def run(workspace: Path, paths: Sequence[Path] = (), jobs: int | None = None, witness: bool = False,
        force: bool = False, progress: Progress | None = None, dry: bool = False) -> Summary:  # fmt: skip
    """Bring the dataset of a workspace up to date with its `raw/` and `rules/`; `dry`: say what that would publish.

    With `paths` only those files (or the files below those folders) are read; the rest is published as it is. With `witness`
    they are read a second time by independent readers, now and, where they change, in every run to come.

    Raises `RunError`, `StoreError`, `PublishError`, `RuleError` or `PatternTimeout`: the previous dataset stands in each case.
    """
    started, began = time.monotonic(), time.time()
    tell = progress or (lambda what, done, total: None)
    raw, count = workspace / "raw", jobs or os.cpu_count() or 1
    if count > 1 and raw.is_dir():
        prepare_workers()
    rules = load_rules(workspace / "rules")
    if not raw.is_dir():
        raise RunError(f"there is no folder {raw}: make it and put PDFs into it, or name the workspace with -w")
    check_place(workspace)
    store = Store(workspace)
    with store.lock(), _rare_collections(), Workers(count, store, rules) as workers:
        before = fold(store.read_log())
        now = Run(workspace, store, rules, workers, before, before.copy(), _now(), dry=dry)
        now.published = _published(workspace)
        gone = now.published is None
        if gone and not dry:
            now.published = _brought_back(now, tell)
        found = scan(raw)
        now.sources, now.findings = found.sources, found.findings
        now.by_id = {s.document_id: s for s in found.sources}
        wanted = _wanted(found.sources, paths, raw)
        take_in(now, wanted, force, tell)
        looked_at = {s.document_id for s in wanted}
        if not paths:
            withdraw(now, set(now.by_id), found.closed)
            looked_at |= {d for d, revisions in now.after.revisions.items() if revisions[-1].status == "withdrawn"}
        now.after.rules |= dict.fromkeys(looked_at, rules.digest)
        renew(now, tell)
        now.after.witnessed |= {s.document_id for s in wanted} if witness else set()
        now.after.changes += now.changes
        gathered = gather(now, tell)
        published = not dry and (_publish(now, gathered.files, tell) or gone)
        if published:
            _sweep(now, began)
    done = _summary(now, gathered, len(wanted), published, time.monotonic() - started)
    return replace(done, would=Would(_would(gathered), _causes(now))) if dry else done


def _published(workspace: Path) -> Dataset | None:
    try:
        return open_dataset(workspace)
    except DatasetError:
        return None


def _brought_back(now: Run, tell: Progress) -> Dataset | None:
    """The dataset published again as the log says it was, so that what this run replaces can become history."""
    if not any(now.before.published(d) for d in now.before.revisions):
        return None
    with suppress(StoreError):  # something that was kept is lost: what becomes history without its rows is told (`history-lost`)
        publish(now.workspace, gather(replace(now, after=now.before.copy()), tell).files)
    return _published(now.workspace)


def _would(gathered: Gathered) -> dict[str, list[dict[str, Any]]]:
    tables = ("line_items", "relations", "findings")
    return {t: [row for parts in gathered.tables[t].values() for p in parts for row in p.to_pylist()] for t in tables}


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Look for garbage as seldom as workers do."""
    before = gc.get_threshold()
    gc.set_threshold(*RARE)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _now() -> str:
    """The time of the run in UTC, to the second; SOURCE_DATE_EPOCH (reproducible-builds.org) stands in for it."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    moment = datetime.fromtimestamp(int(epoch), UTC) if epoch and epoch.isdigit() else datetime.now(UTC)
    return moment.replace(microsecond=0).isoformat()


def _wanted(sources: Sequence[Source], paths: Sequence[Path], raw: Path) -> list[Source]:
    if not paths:
        return list(sources)
    out: list[Source] = []
    real = [(Path(os.path.realpath(s.file)), s) for s in sources]
    for path in paths:
        candidates = [Path(os.path.realpath(p)) for p in (path, raw / path, raw.parent / path) if os.path.lexists(p)]
        found = [s for file, s in real if any(file.is_relative_to(c) for c in candidates)]
        if not found:
            raise RunError(f"{path} is no PDF below {raw}, nor a folder with one")
        out += [s for s in found if s not in out]
    return out


def _publish(now: Run, files: Mapping[str, bytes], tell: Progress) -> bool:
    """Log what is new and switch the dataset; the log is taken back when the dataset cannot be switched."""
    tell("publishing", 0, 1)
    altered = difference(now.before, now.after)
    entry = {"at": now.at, "revisions": altered, "changes": now.changes, "rules": now.rules.digest}
    looked_at = [d for d in now.after.revisions if now.after.rules.get(d) == now.rules.digest]
    if len(looked_at) < len(now.after.revisions):
        entry["only"] = looked_at
    if witnessed := now.after.witnessed - now.before.witnessed:
        entry["witnessed"] = sorted(witnessed)
    logged = bool(altered or now.changes or witnessed or now.before.rules != now.after.rules)
    mark = now.store.log_size()
    if logged:
        now.store.append_log(entry)
    stands = present(now.workspace)
    try:
        snapshot = publish(now.workspace, files)
    except BaseException:  # Ctrl-C may also come when all that is left to do is tidying up
        if logged and present(now.workspace) == stands:
            now.store.cut_log(mark)
        raise
    return snapshot.changed


def _sweep(now: Run, began: float) -> None:
    """Delete what was read by rules and code of the past: no revision names it, and the snapshots kept for readers are younger."""
    revisions = [r for rs in now.after.revisions.values() for r in rs]
    now.store.sweep({name for r in revisions for name in (r.key, r.rule_digest) if name}, min(began, oldest(now.workspace) or 0))


def _causes(now: Run) -> dict[str, str]:
    """Why each document whose figures may differ from the published ones is read as it is."""
    out: dict[str, str] = {}
    for document_id, revisions in now.after.revisions.items():
        old, new = now.before.published(document_id), now.after.published(document_id)
        if revisions[-1].status != "ok" and (new is None or new is old):
            out[document_id] = revisions[-1].status
        elif new is not None and old is None:
            out[document_id] = "new"
        elif new is not None and old is not None:
            pairs = ((old.sha256, new.sha256), (old.rule_digest, new.rule_digest), (old.software, new.software))
            differing = [why for why, (a, b) in zip(("document", "rule", "software"), pairs, strict=True) if a != b]
            if differing:
                out[document_id] = differing[0]
    return out


def _summary(now: Run, gathered: Gathered, wanted: int, published: bool, seconds: float) -> Summary:
    quarantined = tuple(
        (document_id, rs[-1].error or "") for document_id, rs in now.after.revisions.items()
        if rs[-1].status == "quarantined"
    )  # fmt: skip
    return Summary(
        now.read, wanted - now.read, gathered.documents, quarantined, tuple(now.changes), gathered.findings,
        gathered.proof, published, seconds,
    )  # fmt: skip


__all__ = ["PublishError", "RunError", "StoreError", "Summary", "Would", "run"]
