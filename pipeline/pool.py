"""Work over worker processes. A document that crashes its worker or never ends is quarantined, not the run."""

from __future__ import annotations

import gc
import multiprocessing
import resource
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import forkserver, resource_tracker
from multiprocessing.context import BaseContext
from pathlib import Path

from pebble import ProcessExpired, ProcessPool

from pipeline.dataset.rows import leave_pandas_out
from pipeline.extract import Quarantined, extract
from pipeline.readings import Job, Taken, keep, rules_of
from pipeline.rounds import Entry, Part, reconcile_group
from pipeline.rules import RuleSet
from pipeline.said import Said
from pipeline.store import Store, StoreError

_SECONDS = 120.0  # that a document may take, and as many more
_SECONDS_PER_MB = 60.0
_WORTH_WORKERS = 150  # documents; of fewer all are reconciled before a worker has begun
_MEMORY = 3 << 30  # bytes that reading a document may take: for forms that hold each other over and over pdfium takes all there are


# Records are frozen and make no cycles: looking for garbage among all of them again and again costs a tenth of a run.
RARE = (200_000, 50, 50)


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a document is quarantined. `passing`: for want of time or memory, which another run may have."""

    said: Said
    passing: bool = False


Outcome = Taken | Refused

_here: tuple[Store, RuleSet] | None = None  # what a worker works with


class Workers:
    """The worker processes of one run: started when there is first something for them, and kept for what comes next.

    With `count` 1 there are none, and everything happens here. Leaving the context ends them, whatever it is left by.
    """

    def __init__(self, count: int, store: Store, rules: RuleSet) -> None:
        self.count, self.store, self.rules = count, store, rules
        self._pool: ProcessPool | None = None
        self._size = 0

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *raised: object) -> None:
        self._end()

    def extract_all(self, jobs: Sequence[Job], done: Callable[[int], None]) -> list[Outcome]:
        """What each job gives, in their order; what was read is kept in the store.

        `done` is told how many are. An error of the program is raised with a note that names the document.
        """
        out: dict[str, Outcome] = {}
        if self.count == 1 or not jobs:
            for k, job in enumerate(jobs, 1):
                with _noted(job):
                    out[job.document_id] = _read(job, self.store, self.rules)
                done(k)
            return list(out.values())
        with _interrupts_withheld():
            pool = self._started(len(jobs))
            futures: dict[Future[Outcome], Job] = {
                pool.schedule(_read_there, args=(job,), timeout=_limit(job.path)): job for job in jobs
            }
        for finished, future in enumerate(as_completed(futures), 1):
            job = futures[future]
            try:
                with _noted(job):
                    out[job.document_id] = future.result()
            except TimeoutError:
                limit = f"{_limit(job.path):.0f} s"
                out[job.document_id] = _passing(
                    f"reading it took longer than {limit} and was given up", f"læsningen tog mere end {limit} og blev opgivet"
                )
            except ProcessExpired as e:
                out[job.document_id] = _passing(
                    f"the PDF library crashed on it (exit code {e.exitcode}): save it anew as PDF",
                    f"PDF-biblioteket gik ned på den (exitkode {e.exitcode}): gem den på ny som PDF",
                )
            done(finished)
        return [out[job.document_id] for job in jobs]

    def reconcile_all(self, groups: Sequence[Sequence[Entry]]) -> Iterator[tuple[int, Part]]:
        """What each group of documents gives, with its number, as soon as it is there.

        Raises `StoreError` where a worker is lost, as when the memory does not suffice.
        """
        worth = self._pool is not None or sum(map(len, groups)) >= _WORTH_WORKERS
        if self.count == 1 or len(groups) < 2 or not worth:
            for k, group in enumerate(groups):
                yield k, reconcile_group(group, self.store, self.rules)
            return
        with _interrupts_withheld():
            pool = self._started(len(groups))
            order = sorted(range(len(groups)), key=lambda k: -len(groups[k]))  # the longest first, so that none waits for it
            futures: dict[Future[Part], int] = {pool.schedule(_reconcile_there, args=(groups[k],)): k for k in order}
        for future in as_completed(futures):
            try:
                yield futures[future], future.result()
            except ProcessExpired as e:
                raise StoreError(f"a process that reconciled was lost (exit code {e.exitcode}): is there memory enough? "
                                 "The previous dataset stands") from e  # fmt: skip
            del futures[future]

    def _started(self, tasks: int) -> ProcessPool:
        """Workers for so many tasks: those that run, unless more are wanted."""
        wanted = min(self.count, tasks)
        if self._pool is None or self._size < wanted:
            self._end()
            self._pool = ProcessPool(max_workers=wanted, initializer=_begin, initargs=(self.store, self.rules), context=_workers())
            self._size = wanted
        return self._pool

    def _end(self) -> None:
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]  # pebble leaves it without annotations
            self._pool.join()
            self._pool = None


def prepare_workers() -> None:
    """Start the process that workers come from: it loads the code for reading while this one goes on with something else."""
    _workers()
    with _interrupts_withheld():
        forkserver.ensure_running()


def _workers() -> BaseContext:
    """Where workers come from: a process with a single thread, that has loaded the code for reading and has read nothing, is forked
    for each.

    This one itself must not be forked: pdfium keeps state of what it has read, and pyarrow has threads.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([extract.__module__])
    return context


@contextmanager
def _noted(job: Job) -> Iterator[None]:
    """An error of our own goes on up, with the name of the document."""
    try:
        yield
    except (TimeoutError, ProcessExpired):
        raise
    except Exception as e:
        e.add_note(f"while reading {job.document_id}")
        raise


@contextmanager
def _interrupts_withheld() -> Iterator[None]:
    """Keep Ctrl-C from the threads and workers that begin here; it reaches every process of a terminal at once."""
    resource_tracker.ensure_running()  # where Python starts it for the first worker, it lets interrupts through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _read(job: Job, store: Store, rules: RuleSet) -> Outcome:
    rules = rules_of(store, rules, job)
    try:
        extraction = extract(job.path, job.sha256, job.document_id, rules)
        return keep(store, rules, job, extraction)
    except Quarantined as e:
        return Refused(e.said)
    except MemoryError:
        return _passing("reading it took more memory than there is", "læsningen krævede mere hukommelse, end der er")


def _passing(en: str, da: str) -> Refused:
    return Refused(Said(f"{en}; the next run tries again", f"{da}; næste kørsel prøver igen"), passing=True)


def _limit(path: Path) -> float:
    return _SECONDS + _SECONDS_PER_MB * path.stat().st_size / 1e6


def _begin(store: Store, rules: RuleSet) -> None:
    global _here
    _here = store, rules
    gc.set_threshold(*RARE)
    leave_pandas_out()


def _read_there(job: Job) -> Outcome:
    assert _here is not None
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY if most == resource.RLIM_INFINITY else min(_MEMORY, most), most))
    try:
        return _read(job, *_here)
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def _reconcile_there(group: Sequence[Entry]) -> Part:
    assert _here is not None
    return reconcile_group(group, *_here)
