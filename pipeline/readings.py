"""What reading a PDF gave, under the name by which it is found again; a run keeps only the little that it needs in mind."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

from pydantic import ValidationError

from pipeline.extract import Quarantined, default_language, extract
from pipeline.model import DocumentMeta, Extraction
from pipeline.read.ocr_engine import engine
from pipeline.rules import RuleSet
from pipeline.rules.language import Language
from pipeline.rules.schema import Rule
from pipeline.store import Store

_ROOT = Path(__file__).parent
_LIBRARIES = ("pypdfium2", "regex", "rapidfuzz", "opencv-python-headless", "numpy")  # that what is read may hang on

Under = tuple[str, str]  # id and digest of the rule under which something was read


@dataclass(frozen=True, slots=True)
class Job:
    """One file to read. `under`: the rule under which it was read before, where it is to be read so again."""

    path: Path
    sha256: str
    document_id: str
    under: Under | None = None


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
    if taken.rule_id and store.get_rule(taken.rule_digest) is None:
        rule = next(r for r in rules.rules if r.id == taken.rule_id)
        said = {"rule": rule.model_dump(mode="json"), "language": rules.languages[rule.language].model_dump(mode="json")}
        store.put_rule(taken.rule_digest, said)
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


# --- what was read under rules as they were


def rule_then(store: Store, rules: RuleSet, under: Under | None) -> tuple[Rule | None, Language] | None:
    """A rule as it was, with its language; `None` where it is no longer what `rules` say and was not kept."""
    if under is None:
        return None, default_language(rules)
    rule_id, digest = under
    if rules.digests.get(rule_id) == digest:
        rule = next(r for r in rules.rules if r.id == rule_id)
        return rule, rules.languages[rule.language]
    said = store.get_rule(digest)
    try:
        return (Rule.model_validate(said["rule"]), Language.model_validate(said["language"])) if said else None
    except ValidationError:
        return None  # written by another version


def rules_of(store: Store, rules: RuleSet, job: Job) -> RuleSet:
    """What a job is read under: the rules, or the one that it names, as it was, where that was kept."""
    rule, language = rule_then(store, rules, job.under) or (None, None)
    if job.under is None or rule is None or language is None:
        return rules
    rule_id, digest = job.under
    return RuleSet((rule,), {rule.language: language}, {rule_id: digest}, {rule_id: Path(f"{rule_id}.yaml")}, digest)


def made_again(store: Store, rules: RuleSet, job: Job, key: str) -> Extraction | None:
    """The stage result of this key, where it is lost, made again from the kept PDF by the same code under the rule as it was.

    `None` where the code or the rule is another by now, so that what it said can no longer be told.
    """
    rules = rules_of(store, rules, job)
    try:
        taken = keep(store, rules, job, extract(job.path, job.sha256, job.document_id, rules))
    except (Quarantined, OSError):
        return None
    return store.get(key) if taken.key == key else None


# --- code


def software_digest() -> str:
    """Hash of what turns a PDF into figures, our code, the libraries it reads with and the OCR there is: when it changes,
    documents are read again."""
    return hashlib.sha256(f"{_code_digest()} {engine()}".encode()).hexdigest()


@cache
def _code_digest() -> str:
    parts = ["count.py", "extract.py", "ids.py", "normalize.py", "numbers.py", "said.py", "text.py"]
    files = [_ROOT / p for p in parts] + sorted(
        f for folder in ("model", "read", "tables", "parse", "rules") for f in (_ROOT / folder).glob("*.py")
    )
    figureless = ("witness", "picture")  # they make no figures
    return digest_of([f for f in files if not f.name.startswith(figureless)], _LIBRARIES)


def digest_of(files: Iterable[Path], packages: Iterable[str]) -> str:
    """Hash of source files and of the versions of packages."""
    digest = hashlib.sha256()
    for f in files:
        digest.update(f.read_bytes())
    digest.update(" ".join(f"{p} {version(p)}" for p in packages).encode())
    return digest.hexdigest()
