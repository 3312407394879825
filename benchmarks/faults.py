"""Whether the checks find faults: typesets the documents with one fault at a time and counts what is found.

    python -m benchmarks.faults [FOLDER] [--sample 100] [--seed 1] [--jobs 2] [--kind digit …] [--missed]

FOLDER holds the PDFs of one or more rounds (by default the sample round). Each fault is applied to the print of one document;
that document is read again and its whole round is reconciled. What counts as guilty comes from the fault, never from the
checks; which equations are printed comes from the documents without a fault. The tables are explained in docs/faults.md.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from benchmarks.retypeset import Band, Double, Drop, Edit, Retext, retypeset
from pipeline.checks import Reconciled, reconcile
from pipeline.checks.record import Document, Relation
from pipeline.extract import Quarantined, default_language, extract, read_tables
from pipeline.model import Box, Extraction, Finding, LineItem, Page, Table
from pipeline.numbers import DANISH, MINUS, parse
from pipeline.read import read_pages
from pipeline.rules import RuleSet, load_rules
from pipeline.text import slug

ROOT = Path(__file__).resolve().parent.parent
_CAPTION = re.compile(r"^(\(?)1\.?000$")
_PADDING = 2.0  # points between the words of a table's last row and where the row ends, if no ruling line says it


# --- the documents without a fault ------------------------------------------------------------------------------


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
        return tuple(_reconciled([s.document for s in self.sources]))

    @cached_property
    def equations(self) -> tuple[Relation, ...]:
        """The equations that stand whatever the figures are: not those that tie an amount in text to a figure by its value."""
        declared = {t.amount_id for done in self.done for t in done.ties if t.declared}
        return tuple(
            r for done in self.done for r in done.relations
            if r.kind != "text-meets-table" or r.result.figure in declared
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
        document = _document(file, file.relative_to(folder).with_suffix("").as_posix(), loaded)
        sources.append(Source(document, pages, tables, _spots(document, pages, tables)))
    return Corpus(loaded, tuple(sources))


def _document(file: Path, document_id: str, rules: RuleSet) -> Document:
    extraction = extract(file, document_id, document_id, rules)
    rule = next((r for r in rules.rules if r.id == extraction.rule_id), None)
    language = rules.languages[rule.language] if rule else default_language(rules)
    meta = extraction.meta
    return Document(document_id, slug(meta.municipality or "") or "unknown", meta.budget_year or 0, extraction, rule, language)


def _reconciled(documents: Iterable[Document]) -> Iterator[Reconciled]:
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


# --- faults -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault in one document: the edits of its print, and the figures that are guilty."""

    kind: str
    source: int
    edits: tuple[Edit, ...]
    guilty: tuple[str, ...]
    said: str  # what was done, for people
    row: bool = False  # a whole row is at fault: a cell of its equations may stand for it


def _retext(source: Source, figure: str, text: str | None) -> Retext:
    at = source.spots[figure]
    return Retext(at.page, at.line, at.word, text)


Printed = Callable[[str, random.Random], Iterator[str]]


def _other_digits(printed: str, _: random.Random) -> Iterator[str]:
    for at, ch in enumerate(printed):
        if ch.isdigit():
            yield from (printed[:at] + d + printed[at + 1 :] for d in "0123456789" if d != ch)


def _other_signs(printed: str, _: random.Random) -> Iterator[str]:
    if any(ch in "123456789" for ch in printed):
        yield printed[1:] if printed[0] in MINUS else "-" + printed


def _transposed(printed: str, _: random.Random) -> Iterator[str]:
    at = [k for k, ch in enumerate(printed) if ch.isdigit()]
    for a, b in zip(at, at[1:], strict=False):
        if printed[a] != printed[b]:
            yield printed[:a] + printed[b] + printed[a + 1 : b] + printed[a] + printed[b + 1 :]


def _glued(printed: str, _: random.Random) -> Iterator[str]:
    if any(ch.isdigit() for ch in printed):
        yield from (printed + d for d in "123")


def _misplaced(printed: str, _: random.Random) -> Iterator[str]:
    """`1.600` -> `16.00`, `160.0`; `600` -> `6,00`, `60,0`"""
    sign, digits = (printed[0], printed[1:]) if printed[0] in MINUS else ("", printed)
    plain = digits.replace(".", "").replace(",", "")
    mark = next((ch for ch in digits if ch in ".,"), ",")
    if plain.isdigit() and int(plain):
        for k in range(max(1, len(plain) - 2), len(plain)):
            changed = plain[:k] + mark + plain[k:]
            if changed != digits and len(digits) - len(plain) < 2:
                yield sign + changed


def _english(printed: str, _: random.Random) -> Iterator[str]:
    """`1.600` -> `1,600`"""
    if "." in printed and "," not in printed:
        yield printed.replace(".", ",")


PRINTED: dict[str, Printed] = {
    "digit": _other_digits,
    "sign": _other_signs,
    "transposed": _transposed,
    "glued footnote": _glued,
    "separator misplaced": _misplaced,
    "comma for point": _english,
}


def _in_print(corpus: Corpus, kind: str, chance: random.Random) -> list[Fault]:
    """Every way to print one amount otherwise."""
    return [
        Fault(kind, n, (_retext(s, i.line_item_id, text),), (i.line_item_id,), f"{i.value_printed} → {text}")
        for n, s in enumerate(corpus.sources) for i in corpus.amounts(s)
        for text in PRINTED[kind](i.value_printed, chance)
    ]  # fmt: skip


def _rows(corpus: Corpus, source: Source) -> dict[tuple[int, int], list[LineItem]]:
    """The rows of a document's tables whose figures take part in equations, and are not all nought."""
    out: dict[tuple[int, int], list[LineItem]] = defaultdict(list)
    for i in corpus.amounts(source):
        out[source.spots[i.line_item_id][:2]].append(i)
    return {k: row for k, row in out.items() if any(i.value for i in row)}


def _ids(*rows: Iterable[LineItem]) -> tuple[str, ...]:
    return tuple(i.line_item_id for row in rows for i in row)


def _band(source: Source, table: Table, row: int) -> Band | None:
    """The strip that a row takes, from ruling line to ruling line or half way to the rows beside it."""
    def extent(r: int) -> tuple[int, float, float] | None:
        beside = [c for other in (r - 1, r + 1) if 0 <= other < len(table.rows) for c in table.rows[other]]
        own = [c for c in table.rows[r] if c and c.lines and not any(c is b for b in beside)]
        pages = {c.page for c in own}
        return (pages.pop(), min(c.top for c in own), max(c.bottom for c in own)) if len(pages) == 1 else None

    here = extent(row)
    above = extent(row - 1) if row else None
    below = extent(row + 1) if row + 1 < len(table.rows) else None
    if here is None or above is None or above[0] != here[0]:
        return None
    page, top, bottom = here
    next_top = below[1] if below and below[0] == page else None
    rulings = [e.top for e in source.pages[page - 1].edges
               if e.top == e.bottom and e.x0 < table.x0 + 20 and e.x1 > table.x0 + 20]  # fmt: skip
    middle = (top + bottom) / 2
    upper = [y for y in rulings if (above[1] + above[2]) / 2 < y < middle]
    end = next_top if next_top is not None else bottom + 3 * (bottom - top)
    lower = [y for y in rulings if middle < y < end + 2]
    start = max(upper) if upper else (above[2] + top) / 2
    stop = min(lower) if lower else (bottom + next_top) / 2 if next_top is not None else bottom + _PADDING
    return Band(page, table.x0, start, table.x1, stop)


def _whole_rows(corpus: Corpus, kind: str, _: random.Random) -> list[Fault]:
    """Rows left out or printed twice; closing rows (totals) apart from the others."""
    edit: Callable[[Band], Edit] = Drop if kind.startswith("dropped") else Double
    out = []
    for n, s in enumerate(corpus.sources):
        for (t, r), row in _rows(corpus, s).items():
            band = _band(s, s.tables[t], r)
            if band and (row[0].row_kind in ("total", "subtotal")) == kind.endswith("total"):
                out.append(Fault(kind, n, (edit(band),), _ids(row), f"row “{row[0].label}”, page {row[0].page}", True))
    return out


def _swapped(corpus: Corpus, kind: str, _: random.Random) -> list[Fault]:
    """Two rows of a table with each other's figures; apart, the pairs that every equation treats alike."""
    out = []
    for n, s in enumerate(corpus.sources):
        rows = _rows(corpus, s)
        for (a, one), (b, two) in combinations(rows.items(), 2):
            if a[0] != b[0]:
                continue
            columns = [{s.spots[i.line_item_id].column: i for i in row} for row in (one, two)]
            pairs = [(i, columns[1][k]) for k, i in columns[0].items() if k in columns[1]]
            if len(pairs) < max(len(one), len(two)) or all(i.value == j.value for i, j in pairs):
                continue
            values = {i.line_item_id: j.value for i, j in pairs} | {j.line_item_id: i.value for i, j in pairs}
            if _shows(corpus, values) == (kind == "swapped rows"):
                edits = [_retext(s, i.line_item_id, j.value_printed) for i, j in (*pairs, *((j, i) for i, j in pairs))]
                out.append(Fault(kind, n, tuple(edits), tuple(values),
                                 f"“{one[0].label}” and “{two[0].label}”, page {one[0].page}", True))  # fmt: skip
    return out


def _shows(corpus: Corpus, values: Mapping[str, Decimal]) -> bool:
    """Whether an equation comes to something else with these values."""
    relations = {r.relation_id: r for f in values for r in corpus.of_figure[f]}
    return any(sum(t.weight * (values.get(t.figure, t.value) - t.value) for t in r.terms) for r in relations.values())


def _shifted(corpus: Corpus, kind: str, _: random.Random) -> list[Fault]:
    """The figures of a row one column further to the right or left: one leaves the table, one cell is left empty."""
    out = []
    for n, s in enumerate(corpus.sources):
        for row in _rows(corpus, s).values():
            ordered = sorted(row, key=lambda i: s.spots[i.line_item_id].column)
            if len(ordered) < 2:
                continue
            printed: list[str | None] = [i.value_printed for i in ordered]
            for direction, texts in (("right", [None, *printed[:-1]]), ("left", [*printed[1:], None])):
                gone = ordered[-1] if direction == "right" else ordered[0]
                empty = ordered[0] if direction == "right" else ordered[-1]
                if (row[0].row_kind in ("total", "subtotal")) != kind.endswith("total"):
                    continue
                if not gone.value and not empty.value:
                    continue
                edits = [_retext(s, i.line_item_id, text) for i, text in zip(ordered, texts, strict=True)]
                out.append(Fault(kind, n, tuple(edits), _ids(row),
                                 f"row “{row[0].label}”, page {row[0].page}, to the {direction}", True))  # fmt: skip
    return out


def _unit(corpus: Corpus, kind: str, _: random.Random) -> list[Fault]:
    """`1.000 kr.` -> `kr.` in the caption of one table."""
    out = []
    for n, s in enumerate(corpus.sources):
        tables: dict[str, list[LineItem]] = defaultdict(list)
        for i in corpus.amounts(s):
            tables[i.table_id].append(i)
        for page in s.pages:
            for k, line in enumerate(page.lines):
                for j, (a, b) in enumerate(zip(line.words, line.words[1:], strict=False)):
                    m = _CAPTION.match(a.text)
                    if not m or not b.text.lower().startswith("kr"):
                        continue
                    below = [row for row in tables.values() if row[0].page == page.number and row[0].box.top > a.top]
                    if below:
                        guilty = min(below, key=lambda row: row[0].box.top)
                        edits = (Retext(page.number, k, j, None), Retext(page.number, k, j + 1, m[1] + b.text))
                        out.append(Fault(kind, n, edits, _ids(guilty), f"{line.text!r}, page {page.number}", True))
    return out


def _lagging(corpus: Corpus, kind: str, chance: random.Random) -> list[Fault]:
    """Every figure of an overview row has another value, as in an overview that was not brought up to date."""
    out = []
    for n, s in enumerate(corpus.sources):
        for row in _rows(corpus, s).values():
            if row[0].table_kind != "overview" or row[0].row_kind != "item":
                continue
            edits = []
            for i in row:
                number = parse(i.value_printed)
                if number and number.value and number.value == int(number.value):
                    by = chance.choice([5, 10, 25, 50, 100, 150, 200, 500]) * chance.choice([1, -1])
                    edits.append(_retext(s, i.line_item_id, f"{int(number.value) + by:,}".replace(",", DANISH.group)))
            said = f"row “{row[0].label}”, page {row[0].page}"
            out.append(Fault(kind, n, tuple(edits), _ids(i for i in row if i.value), said, True))
    return out


KINDS: dict[str, Callable[[Corpus, str, random.Random], list[Fault]]] = {
    **dict.fromkeys(PRINTED, _in_print),
    "dropped row": _whole_rows,
    "dropped total": _whole_rows,
    "doubled row": _whole_rows,
    "doubled total": _whole_rows,
    "swapped rows": _swapped,
    "swapped in one sum": _swapped,
    "shifted row": _shifted,
    "shifted total": _shifted,
    "unit": _unit,
    "lagging overview": _lagging,
}


def plan(corpus: Corpus, kinds: Iterable[str], sample: int, seed: int) -> list[Fault]:
    """At most `sample` faults of each kind, taken at random; the same for the same seed."""
    out = []
    for kind in kinds:
        chance = random.Random(f"{seed} {kind}")
        possible = KINDS[kind](corpus, kind, chance)
        out += chance.sample(possible, min(sample, len(possible)))
    return out


# --- what is found ---------------------------------------------------------------------------------------------


class Outcome(NamedTuple):
    """What the checks made of a fault."""

    fault: Fault
    state: str  # of the document without the fault
    determined: bool  # arithmetic alone tells which cell it is
    caught: bool  # there is an error that was not there
    told: bool  # at least a warning
    read_right: bool  # the figure is read as it was meant all the same
    named: bool  # an error names the guilty cell (a row: one of its cells, or of its equations)
    first: bool  # every error that names it names it first
    alone: bool  # an error names it alone
    solved: bool  # and suggests what was printed before


def judge(corpus: Corpus, fault: Fault) -> Outcome:
    """Typeset a fault, read the document again, reconcile, and compare with what was found before."""
    source = corpus.sources[fault.source]
    state = corpus.state(source)
    determined = len(fault.guilty) == 1 and not corpus.twins[fault.guilty[0]]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "fault.pdf"
        file.write_bytes(retypeset(source.pages, fault.edits))
        try:
            changed = _document(file, source.document.document_id, corpus.rules)
        except Quarantined:
            return Outcome(fault, state, determined, True, True, False, False, False, False, False)
    documents = [changed if s is source else s.document for s in corpus.sources]
    rounds = list(_reconciled(documents))
    before = Counter(_key(f) for done in corpus.done for f in done.findings)
    fresh = []
    for f in (f for done in rounds for f in done.findings):
        if before[_key(f)]:
            before[_key(f)] -= 1
        else:
            fresh.append(f)
    errors = [f for f in fresh if f.severity == "error"]
    guilty = set(fault.guilty)
    if any(isinstance(e, Double) for e in fault.edits):
        guilty |= {i.line_item_id for i in changed.items} - set(source.items)
    near = set(guilty)
    if fault.row:
        near |= {t.figure for g in fault.guilty for r in corpus.of_figure[g] for t in r.terms}
    boxes = [(i.page, i.box) for i in source.document.items if i.line_item_id in fault.guilty]
    naming = [f for f in errors if near & set(f.line_item_ids) or _points_at(f, boxes)]
    own = [f for f in naming if not f.line_item_ids or guilty & set(f.line_item_ids)]
    first = bool(own) and all(not f.line_item_ids or f.line_item_ids[0] in guilty for f in own)
    lone = [f for f in own if set(f.line_item_ids) <= guilty]
    meant = source.items[fault.guilty[0]].value
    solved = [f for f in lone if f.line_item_ids == fault.guilty and f.suggestion and f.expected == meant]
    after = {i.line_item_id: i for done in rounds for d in done.documents for i in d.items}
    right = all(g in after and after[g].value == source.items[g].value for g in fault.guilty) and not fault.row
    told = any(f.severity in ("error", "warning") for f in fresh)
    return Outcome(fault, state, determined, bool(errors), told, right, bool(naming), first, bool(lone), bool(solved))


def _key(f: Finding) -> tuple[object, ...]:
    """What a finding says, but for where on the page it stands."""
    amounts = (f.expected, f.actual, f.difference)
    return (f.check, f.severity, f.document_id, f.year, amounts, f.line_item_ids, "" if f.line_item_ids else f.message)


def _points_at(f: Finding, boxes: Iterable[tuple[int, Box]]) -> bool:
    """Whether a finding that names no figure marks a guilty cell on the page."""
    if f.line_item_ids or f.box is None:
        return False
    x, y = (f.box.x0 + f.box.x1) / 2, (f.box.top + f.box.bottom) / 2
    return any(p == f.page and b.x0 - 9 <= x <= b.x1 + 9 and b.top <= y <= b.bottom for p, b in boxes)


def unfaithful(corpus: Corpus) -> list[str]:
    """Documents that, set anew without a fault, do not give the same line items and findings."""
    out = []
    for source in corpus.sources:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "same.pdf"
            file.write_bytes(retypeset(source.pages))
            again = _document(file, source.document.document_id, corpus.rules)
        done = list(_reconciled([again if s is source else s.document for s in corpus.sources]))
        findings = [sorted(map(repr, map(_key, (f for d in ds for f in d.findings)))) for ds in (done, corpus.done)]
        if not _same(again.extraction, source.document.extraction) or findings[0] != findings[1]:
            out.append(source.document.document_id)
    return out


def _same(a: Extraction, b: Extraction) -> bool:
    """Whether the line items are the same in everything, their boxes to the tenth of a point."""
    nowhere = Box(0, 0, 0, 0)
    return len(a.items) == len(b.items) and all(
        replace(i, box=nowhere) == replace(j, box=nowhere)
        and all(abs(u - v) < 0.1 for u, v in zip(i.box, j.box, strict=True))
        for i, j in zip(a.items, b.items, strict=True)
    )


_corpus: Corpus | None = None


def _start(folder: Path) -> None:
    global _corpus
    _corpus = load(folder)


def _judge(fault: Fault) -> Outcome:
    assert _corpus is not None
    return judge(_corpus, fault)


def judge_all(corpus: Corpus, folder: Path, faults: Sequence[Fault], jobs: int) -> list[Outcome]:
    """The outcome of every fault, in order."""
    if jobs < 2:
        return [judge(corpus, f) for f in faults]
    with ProcessPoolExecutor(jobs, initializer=_start, initargs=(folder,)) as pool:
        return list(pool.map(_judge, faults, chunksize=4))


# --- the report -------------------------------------------------------------------------------------------------


def table(outcomes: Sequence[Outcome]) -> str:
    """A row for each kind of fault."""
    lines = [
        "| fault | tried | error | warning only | read as meant | guilty named | first | alone | determined | solved |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for kind in KINDS:
        own = [o for o in outcomes if o.fault.kind == kind]
        if not own:
            continue
        decided = [o for o in own if o.determined]
        solved = share(sum(o.solved for o in decided), len(decided)) if decided else ""
        columns = ("named",) if kind.startswith("dropped") else ("named", "first", "alone")
        shares = [share(sum(getattr(o, c) for o in own), len(own)) for c in columns]
        cells = (
            share(sum(o.caught for o in own), len(own)), str(sum(o.told and not o.caught for o in own)),
            str(sum(o.read_right for o in own)), *shares, *[""] * (3 - len(shares)),
            str(len(decided)) if decided else "", solved,
        )  # fmt: skip
        lines.append(f"| {kind} | {len(own)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def share(n: int, of: int) -> str:
    """`99.3 %`, cut off rather than rounded, so that 100 % means all."""
    tenths = 1000 * n // of
    return f"{tenths // 10}.{tenths % 10} %" if tenths < 1000 else "100 %"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables, a set for each state of documents."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "raw")
    parser.add_argument("--sample", type=int, default=100, help="faults of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--kind", action="append", choices=list(KINDS))
    parser.add_argument("--missed", action="store_true", help="list the faults that raise no error or are not named")
    options = parser.parse_args(arguments)
    corpus = load(options.folder)
    wrong = unfaithful(corpus)
    if wrong:
        print(f"set anew without a fault, these give other figures or findings: {', '.join(wrong)}")
        return 1
    figures = [i for s in corpus.sources for i in s.document.items if i.is_money]
    within = sum(len(corpus.amounts(s)) for s in corpus.sources)
    print(f"{len(corpus.sources)} documents, {len(figures)} amounts in tables, {within} of them in {len(corpus.equations)} "
          f"equations; at most {options.sample} faults of a kind, seed {options.seed}")  # fmt: skip
    faults = plan(corpus, options.kind or KINDS, options.sample, options.seed)
    outcomes = judge_all(corpus, options.folder, faults, options.jobs)
    for state, title in (("exactly", "Documents whose equations close exactly"),
                         ("rounding", "Documents whose equations show rounding"),
                         ("contradicts itself", "Documents that contradict themselves without a fault")):  # fmt: skip
        own = [o for o in outcomes if o.state == state]
        names = [s.document.document_id for s in corpus.sources if corpus.state(s) == state and corpus.amounts(s)]
        print(f"\n{title}: {', '.join(names) or 'none'}.\n")
        if own:
            print(table(own))
    if options.missed:
        for o in outcomes:
            if not (o.caught and o.named):
                print(f"{o.fault.kind}: {corpus.sources[o.fault.source].document.document_id}: {o.fault.said}"
                      f"{'' if not o.caught else ' (caught, not named)'}")  # fmt: skip
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
