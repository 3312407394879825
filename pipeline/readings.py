"""What reading a PDF gave, under the name by which it is found again; a run keeps only the little that it needs in mind."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from pipeline.extract import default_language
from pipeline.model import DocumentMeta, Extraction
from pipeline.rules import RuleSet
from pipeline.store import Store, software_digest


@dataclass(frozen=True, slots=True)
class Job:
    """One file to read."""

    path: Path
    sha256: str
    document_id: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A document that was read; everything that was found in it lies in the store under `key`."""

    key: str
    rule_id: str | None
    rule_digest: str
    pages: int
    meta: DocumentMeta


def stage_key(document_id: str, sha256: str, rule_digest: str | None, software: str) -> str:
    """Name of a stage result: the same document, bytes, rule and code give the same result."""
    return hashlib.sha256("\x1f".join((document_id, sha256, rule_digest or "", software)).encode()).hexdigest()[:32]


def rule_digest(rules: RuleSet, rule_id: str | None) -> str:
    """What a document is read under: its rule, or without one the language of the generic tables."""
    return rules.digests[rule_id] if rule_id else f"generic:{default_language(rules).language}"


def keep(store: Store, rules: RuleSet, job: Job, extraction: Extraction) -> Taken:
    """Keep what was read as soon as it is there, so that a run that is interrupted need not read it again."""
    taken = _taken(rules, job, extraction)
    store.put(taken.key, extraction)
    store.put_note(_under_all(rules, job), taken.key)
    return taken


def kept(store: Store, rules: RuleSet, job: Job) -> Taken | None:
    """What was read of the same bytes under the same rules by the same code, if it was."""
    key = store.get_note(_under_all(rules, job))
    extraction = store.get(key) if isinstance(key, str) else None
    return _taken(rules, job, extraction) if extraction else None


def _taken(rules: RuleSet, job: Job, extraction: Extraction) -> Taken:
    digest = rule_digest(rules, extraction.rule_id)
    key = stage_key(job.document_id, job.sha256, digest, software_digest())
    return Taken(key, extraction.rule_id, digest, extraction.pages, extraction.meta)


def _under_all(rules: RuleSet, job: Job) -> str:
    return stage_key(job.document_id, job.sha256, f"all:{rules.digest}", software_digest())
