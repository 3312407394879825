"""`afstem rules`: check the rules, try one on a document, print the schema."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.commands.terminal import Misuse, say, width
from pipeline.commands.workspace import Workspace, alternatives, fitting, listed
from pipeline.present.catch import Equation, Fit, catch, fits
from pipeline.present.text import count, paint

if TYPE_CHECKING:
    from pipeline.checks import Reconciled
    from pipeline.model import Extraction
    from pipeline.rules import RuleSet
    from pipeline.rules.patterns import Matcher
    from pipeline.rules.schema import Rule


def check(workspace: Workspace) -> int:
    """Print every problem of the rules; 0 when there is none, else 2."""
    from pipeline.rules import check_rules

    folder = workspace.root / "rules"
    problems = check_rules(folder)
    if problems:
        say([*map(str, problems), count(len(problems), "problem")])
        return 2
    files = [*folder.glob("*.yaml"), *(folder / "shared").glob("*.yaml")]
    say([f"{count(len(files), 'file')} in {folder}: every pattern finds its examples, nothing is wrong"])
    return 0


def schema() -> None:
    """Print the JSON Schema of a rule file."""
    from pipeline.rules import rule_schema

    say([json.dumps(rule_schema(), ensure_ascii=False, indent=1)])


def attempt(workspace: Workspace, name: str, rule_id: str | None, picture: bool = False) -> None:
    """Print which rule fits a document, and what it catches and leaves, on request as pictures; nothing is published."""
    from pipeline.checks.effect import declared
    from pipeline.extract import Quarantined, extract
    from pipeline.parse.document import page_text
    from pipeline.read import Unreadable, read_pages
    from pipeline.rules import load_rules

    rules = load_rules(workspace.root / "rules")
    if rule_id is not None and rule_id not in rules.paths:
        raise Misuse(f"there is no rule {rule_id!r}{alternatives(rule_id, sorted(rules.paths))}")
    file, document_id = file_named(workspace, name)
    try:
        found = _fits(rules, [page_text(p) for p in read_pages(file)])
    except Unreadable as e:
        raise Misuse(f"{file}: {e}") from None
    say(fits(found, rule_id, width()))
    if rule_id is None and sum(f.fits for f in found) > 1:
        first = next(f.rule_id for f in found if f.fits)
        say(["try one of them: " + paint(f"{workspace.command} rules try {name} --rule {first}", "command")])
        return
    if rule_id is not None:
        rules = _only(rules, rule_id)
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    try:
        extraction = extract(file, sha256, document_id, rules)
    except Quarantined as e:
        raise Misuse(f"{file}: {e}") from None
    used = f"rule {rule_id}" if rule_id else f"rule {extraction.rule_id}" if extraction.rule_id else "the generic reading"
    done = _reconciled(rules, document_id, extraction)
    equations = [(r.kind, r.relation_id not in done.violated, r.equation) for r in done.relations]
    of_rule = [
        Equation(d.table.name, d.rule.equation, len(d.formed) if d.occurs else None,
                 sum(r.relation_id not in done.violated for r in d.formed))
        for d in declared(done.documents[0])
    ]  # fmt: skip
    say(["", paint(f"{used} on {file}", "heading"), *catch(extraction, equations, of_rule, width())])
    if picture:
        from pipeline.commands.picture import draw_catch

        items = done.documents[0].items
        say(draw_catch(workspace.root / ".afstem" / "pictures", file, document_id, used, extraction, items))


def file_named(workspace: Workspace, name: str) -> tuple[Path, str]:
    """A PDF and its document id: the file of that name, or the document of `raw/` that the name means."""
    path = Path(name)
    if path.is_file():
        return path, path.stem
    from pipeline.sources import scan

    raw = workspace.root / "raw"
    sources = {s.document_id: s for s in scan(raw).sources} if raw.is_dir() else {}
    found = fitting(name, list(sources))
    if not found:
        raise Misuse(f"there is no file and no document {name!r}{alternatives(name, list(sources))}")
    if len(found) > 1:
        raise Misuse(f"{name!r} may be any of\n{listed(found)}")
    return sources[found[0]].file, found[0]


def _fits(rules: RuleSet, text: Sequence[str]) -> list[Fit]:
    from pipeline.rules import identify

    def occurs(rule: Rule, m: Matcher) -> bool:
        alone = rule.model_copy(update={"recognise": [m], "reject": []})
        return bool(identify(replace(rules, rules=(alone,)), text))

    return [
        Fit(rule.id, rules.paths[rule.id].as_posix(), [m.pattern for m in rule.recognise if not occurs(rule, m)],
            [m.pattern for m in rule.reject if occurs(rule, m)])
        for rule in rules.rules
    ]  # fmt: skip


def _only(rules: RuleSet, rule_id: str) -> RuleSet:
    """The rules with this one alone, made to fit everything."""
    from pipeline.rules.patterns import Matcher

    rule = next(r for r in rules.rules if r.id == rule_id)
    anything = Matcher(pattern=r"\S", examples=["x"])
    return replace(rules, rules=(rule.model_copy(update={"recognise": [anything], "reject": []}),))


def _reconciled(rules: RuleSet, document_id: str, extraction: Extraction) -> Reconciled:
    """The document by itself, as if it were a round."""
    from pipeline.checks import reconcile
    from pipeline.checks.record import Document
    from pipeline.extract import default_language

    rule = next((r for r in rules.rules if r.id == extraction.rule_id), None)
    language = rules.languages[rule.language] if rule else default_language(rules)
    return reconcile([Document(document_id, "unknown", 0, extraction, rule, language)])
