"""The documents that faults are put into: as read, where each figure is printed, and which equations it stands in."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from pipeline.checks import Reconciled, reconcile
from pipeline.checks.record import Document, Relation
from pipeline.extract import default_language, extract, read_tables
from pipeline.model import Box, LineItem, Page, Table
from pipeline.read import read_pages
from pipeline.rules import RuleSet, load_rules
from pipeline.text import slug

ROOT = Path(__file__).resolve().parent.parent


class Spot(NamedTuple):
    """Where a figure is printed: its cell in the document's tables, and its word on the page."""

    table: int
    row: int
    column: int
    page: int
    line: int
    word: int


@dataclass(frozen=True, slots=True)
class Source:
    """A document as read, and where each of its figures that is one word stands."""

    document: Document
    pages: tuple[Page, ...]
    tables: tuple[Table, ...]
    spots: Mapping[str, Spot]

    @property
    def items(self) -> dict[str, LineItem]:
        return {i.line_item_id: i for i in self.document.items}


@dataclass(frozen=True)
class Corpus:
    """The documents of a folder, reconciled without a fault."""

    rules: RuleSet
    sources: tuple[Source, ...]

    @cached_property
    def done(self) -> tuple[Reconciled, ...]:
        return tuple(reconciled([s.document for s in self.sources]))

    @cached_property
    def equations(self) -> tuple[Relation, ...]:
        """The equations that stand whatever the figures are: not those that tie an amount in text to a figure by its value.

        What need only come near, or not exceed, is no equation.
        """
        declared = {t.amount_id for done in self.done for t in done.ties if t.declared}
        return tuple(
            r for done in self.done for r in done.relations
            if r.bound == "=" and (r.kind != "text-meets-table" or r.result.figure in declared)
        )  # fmt: skip

    @cached_property
    def of_figure(self) -> dict[str, list[Relation]]:
        out: dict[str, list[Relation]] = defaultdict(list)
        for r in self.equations:
            for t in r.terms:
                out[t.figure].append(r)
        return out

    @cached_property
    def twins(self) -> dict[str, int]:
        """For each figure how many others could close the same equations: 0 where arithmetic alone determines it.

        A figure that the text restates to its last digit is no candidate: to change it would break that equality.
        """
        vague = {t.amount_id for done in self.done for t in done.ties if t.amount.approximate}
        held = {
            t.figure for done in self.done for r in done.relations
            if r.kind == "text-meets-table" and r.result.figure not in vague
            for t in r.terms[:-1] if r.tolerance <= t.quantum
        }  # fmt: skip
        signatures = {}
        for figure, relations in self.of_figure.items():
            weights = {r.relation_id: t.weight for r in relations for t in r.terms if t.figure == figure}
            first = next(iter(weights.values()))
            signatures[figure] = frozenset((k, w / first) for k, w in weights.items())
        free = Counter(s for f, s in signatures.items() if f not in held)
        return {f: free[s] - (f not in held) for f, s in signatures.items()}

    def amounts(self, source: Source) -> list[LineItem]:
        """The amounts of a document that take part in a printed equation and are printed as one word."""
        return [
            i for i in source.document.items
            if i.is_money and i.line_item_id in self.of_figure and i.line_item_id in source.spots
        ]  # fmt: skip

    def state(self, source: Source) -> str:
        """Whether the equations of a document close `exactly`, show `rounding`, or it `contradicts itself`."""
        own = [r for r in self.equations if any(t.document_id == source.document.document_id for t in r.terms)]
        if any(abs(r.residual) > r.tolerance for r in own if r.residual):
            return "contradicts itself"
        return "rounding" if any(r.residual and r.exact for r in own) else "exactly"


def load(folder: Path, rules: Path = ROOT / "rules") -> Corpus:
    """Every PDF below a folder, read."""
    loaded = load_rules(rules)
    sources = []
    for file in sorted(folder.rglob("*.pdf")):
        pages = read_pages(file)
        tables = tuple(read_tables(pages))
        document = read_document(file, file.relative_to(folder).with_suffix("").as_posix(), loaded)
        sources.append(Source(document, pages, tables, _spots(document, pages, tables)))
    return Corpus(loaded, tuple(sources))


def read_document(file: Path, document_id: str, rules: RuleSet) -> Document:
    extraction = extract(file, document_id, document_id, rules)
    rule = next((r for r in rules.rules if r.id == extraction.rule_id), None)
    language = rules.languages[rule.language] if rule else default_language(rules)
    meta = extraction.meta
    return Document(document_id, slug(meta.municipality or "") or "unknown", meta.budget_year or 0, extraction, rule, language)


def reconciled(documents: Iterable[Document]) -> Iterator[Reconciled]:
    """Every round of the documents, as a run does it (the second witness, which reads the same print, is not asked)."""
    by_year: dict[int, list[Document]] = defaultdict(list)
    for d in documents:
        by_year[d.budget_year].append(d)
    for _, own in sorted(by_year.items()):
        yield reconcile(own)


def _spots(document: Document, pages: Sequence[Page], tables: Sequence[Table]) -> dict[str, Spot]:
    by_box: dict[tuple[int, Box], Spot] = {}
    for t, table in enumerate(tables):
        for r, row in enumerate(table.rows):
            for k, cell in enumerate(row):
                if cell and len(cell.words) == 1:
                    box = Box(cell.x0, cell.top, cell.x1, cell.bottom)
                    by_box.setdefault((cell.page, box), Spot(t, r, k, cell.page, *cell.words[0]))
    out = {}
    for i in document.items:
        spot = by_box.get((i.page, i.box))
        if spot and pages[spot.page - 1].lines[spot.line].words[spot.word].text == i.value_printed:
            out[i.line_item_id] = spot
    return out
