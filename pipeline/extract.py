"""One PDF -> its `Extraction`: read, tables, rule, parse, normalize. Pure but for reading the file; runs in a worker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.model import Extraction, Note, Page, Table
from pipeline.normalize import normalize
from pipeline.parse import parse
from pipeline.parse.document import page_text
from pipeline.read import Unreadable, read_pdf
from pipeline.read.ocr_report import scan_notes, unread
from pipeline.read.turns import placed
from pipeline.rules import RuleSet
from pipeline.rules.generic import generic_rule
from pipeline.rules.identify import identify, identify_misread
from pipeline.rules.language import Language
from pipeline.rules.schema import Rule
from pipeline.said import Said, Told, joined, same
from pipeline.tables import find_tables, join_pages, without_heads


class Quarantined(Told):
    """The document cannot be processed: the file is unreadable, or more than one rule fits it."""


def extract(path: Path, sha256: str, document_id: str, rules: RuleSet) -> Extraction:
    """Everything one PDF gives before any check.

    Raises `Quarantined` with the reason and the remedy, and `PatternTimeout` when a rule's pattern runs away.
    """
    try:
        pages, told = read_pdf(path)
    except Unreadable as e:
        raise Quarantined(e.said) from e
    text = tuple(page_text(p) for p in pages)
    if not any(text):
        raise Quarantined(unread(pages))
    rule = choose_rule(rules, text, any(p.reader == "ocr" for p in pages))
    tables = read_tables(pages)
    used = rule or generic_rule(default_language(rules))
    language = rules.languages[used.language]
    parsed = parse(pages, tables, used, language)
    notes = list(parsed.notes)
    if rule is None:
        notes = [n if n.severity != "error" else replace(n, severity="warning") for n in notes]
        notes.insert(0, Note("no-rule", "warning", "no rule fits this document: its tables are read without knowing what "
                             "they mean, and count nowhere", 1, None, "write a rule in rules/ (CONTRIBUTING.md)",
                             message_da="ingen regel passer på dokumentet: dets tabeller er læst uden viden om, hvad de betyder, og "
                             "tæller ikke med", suggestion_da="skriv en regel i rules/ (CONTRIBUTING.md)"))  # fmt: skip
    notes = [*told, *notes]
    items, proposals, loose = normalize(document_id, parsed.lines, parsed.proposals, parsed.meta)
    notes = [*scan_notes(pages), *notes, *loose]
    turned = {p.number: p for p in pages if p.shown}
    return Extraction(
        sha256=sha256, rule_id=rule.id if rule else None, pages=len(pages), text=text, meta=parsed.meta,
        items=placed(items, turned), proposals=placed(proposals, turned), amounts=placed(parsed.amounts, turned),
        tokens=placed(parsed.tokens, turned), notes=placed(notes, turned),
    )  # fmt: skip


def choose_rule(rules: RuleSet, text: tuple[str, ...], scanned: bool) -> Rule | None:
    """The rule that fits, or `None`; in a document with scans some letters may be misread. Raises `Quarantined` when
    several fit."""
    fitting = identify(rules, text)
    if len(fitting) > 1:
        names = joined([same(rules.paths[r.id].name) for r in fitting], ", ", Said(" and ", " og "))
        raise Quarantined(Said(
            f"{len(fitting)} rules fit it, {names.en}: make their `recognise` or `reject` tell them apart",
            f"{len(fitting)} regler passer på den, {names.da}: lad deres `recognise` eller `reject` skelne mellem dem",
        ))  # fmt: skip
    if not fitting and scanned:
        return identify_misread(rules, text)
    return fitting[0] if fitting else None


def default_language(rules: RuleSet) -> Language:
    """The language in which most rules are written; while there is none yet, the first by name."""
    names = [r.language for r in rules.rules] or list(rules.languages)
    return rules.languages[max(sorted(set(names)), key=names.count)]


def read_tables(pages: Sequence[Page]) -> list[Table]:
    """The tables of all pages in reading order, those that run over a page break joined."""
    return join_pages(pages, without_heads(pages, [find_tables(p) for p in pages], find_tables))


