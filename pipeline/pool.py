"""Documents over worker processes. A document that crashes its worker or never ends is quarantined, not the run."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import resource_tracker
from pathlib import Path

from pebble import ProcessExpired, ProcessPool

from pipeline.extract import Quarantined, extract
from pipeline.model import Extraction
from pipeline.rules import RuleSet

_SECONDS = 120.0  # that a document may take, and as many more
_SECONDS_PER_MB = 60.0


@dataclass(frozen=True, slots=True)
class Job:
    """One file to read."""

    path: Path
    sha256: str
    document_id: str


Outcome = Extraction | str  # or why the document is quarantined

_rules: RuleSet | None = None


def extract_all(jobs: Sequence[Job], rules: RuleSet, workers: int | None, done: Callable[[int], None],
                keep: Callable[[Job, Outcome], None] | None = None) -> list[Outcome]:  # fmt: skip
    """What each job gives, in their order. With one worker everything happens in this process.

    `keep` is given each outcome as soon as it is there, then `done` is told how many are. An error of the program is
    raised with a note that names the document.
    """
    keep = keep or (lambda job, outcome: None)
    if workers == 1 or not jobs:
        return [_told(job, rules, k, done, keep) for k, job in enumerate(jobs)]
    count = min(workers or os.cpu_count() or 1, len(jobs))
    context = multiprocessing.get_context("spawn")  # pdfium keeps state that must not be forked
    out: dict[str, Outcome] = {}
    with ProcessPool(max_workers=count, initializer=_begin, initargs=(rules,), context=context) as pool:
        with _interrupts_withheld():
            futures: dict[Future[Outcome], Job] = {pool.schedule(_work, args=(job,), timeout=_limit(job.path)): job for job in jobs}
        try:
            for finished, future in enumerate(as_completed(futures), 1):
                job = futures[future]
                try:
                    out[job.document_id] = future.result()
                except TimeoutError:
                    out[job.document_id] = f"reading it took longer than {_limit(job.path):.0f} s and was given up"
                except ProcessExpired as e:
                    out[job.document_id] = f"the PDF library crashed on it (exit code {e.exitcode}): save it anew as PDF"
                except Exception as e:  # our own bug: it goes on up, with the name of the document
                    e.add_note(f"while reading {job.document_id}")
                    raise
                keep(job, out[job.document_id])
                done(finished)
        except BaseException:
            pool.stop()  # type: ignore[no-untyped-call]  # pebble leaves it without annotations
            raise
    return [out[job.document_id] for job in jobs]


@contextmanager
def _interrupts_withheld() -> Iterator[None]:
    """Keep Ctrl-C from the threads and workers that begin here; it reaches every process of a terminal at once."""
    resource_tracker.ensure_running()  # where Python starts it for the first worker, it lets interrupts through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _told(job: Job, rules: RuleSet, k: int, done: Callable[[int], None],
          keep: Callable[[Job, Outcome], None]) -> Outcome:  # fmt: skip
    try:
        outcome: Outcome = extract(job.path, job.sha256, job.document_id, rules)
    except Quarantined as e:
        outcome = str(e)
    except Exception as e:  # as above
        e.add_note(f"while reading {job.document_id}")
        raise
    keep(job, outcome)
    done(k + 1)
    return outcome


def _limit(path: Path) -> float:
    return _SECONDS + _SECONDS_PER_MB * path.stat().st_size / 1e6


def _begin(rules: RuleSet) -> None:
    global _rules
    _rules = rules


def _work(job: Job) -> Outcome:
    assert _rules is not None
    try:
        return extract(job.path, job.sha256, job.document_id, _rules)
    except Quarantined as e:
        return str(e)
