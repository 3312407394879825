"""Whether the checks find faults: typesets the documents with one fault at a time and counts what is found.

    python -m benchmarks.faults [FOLDER] [--sample 100] [--seed 1] [--jobs 2] [--kind digit …] [--missed]

FOLDER holds the PDFs of one or more rounds (by default the sample round). Each fault is applied to the print of one document;
that document is read again and its whole round is reconciled. What counts as guilty comes from the fault, never from the
checks; which equations are printed comes from the documents without a fault. The tables are explained in docs/faults.md.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from benchmarks.corpus import ROOT, Corpus, Source, load, read_document, reconciled
from benchmarks.kinds import KINDS, Fault, plan
from benchmarks.projected import project
from benchmarks.retypeset import Double, retypeset
from pipeline.extract import Quarantined
from pipeline.model import Box, Extraction, Finding

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
    misled: bool  # an error names another figure alone, with a suggestion
    within: bool  # all equations still hold within the rounding of their figures: no arithmetic can show it


def judge(corpus: Corpus, fault: Fault) -> Outcome:
    """Typeset a fault, read the document again, reconcile, and compare with what was found before."""
    source = corpus.sources[fault.source]
    state = corpus.state(source)
    determined = not fault.row and not any(corpus.twins[g] for g in fault.guilty)
    within = bool(fault.values) and state == "rounding" and not _beyond(corpus, source, fault)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "fault.pdf"
        file.write_bytes(retypeset(source.pages, fault.edits))
        try:
            changed = read_document(file, source.document.document_id, corpus.rules)
        except Quarantined:
            return Outcome(fault, state, determined, True, True, False, False, False, False, False, False, within)
    documents = [changed if s is source else s.document for s in corpus.sources]
    rounds = list(reconciled(documents))
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
    named, alone = bool(naming), bool(lone)
    if not fault.row and len(guilty) > 1:  # each of them has to be named
        named = all(any(g in f.line_item_ids for f in naming) for g in guilty) or any(not f.line_item_ids for f in naming)
        alone = all(any(f.line_item_ids == (g,) for f in lone) for g in guilty)
    meant = {g: source.items[g].value for g in fault.guilty}
    solved = all(any(f.line_item_ids == (g,) and f.suggestion and f.expected == v for f in lone) for g, v in meant.items())
    misled = any(len(f.line_item_ids) == 1 and f.suggestion and not guilty & set(f.line_item_ids) for f in errors)
    after = {i.line_item_id: i for done in rounds for d in done.documents for i in d.items}
    right = all(g in after and after[g].value == source.items[g].value for g in fault.guilty) and not fault.row
    told = any(f.severity in ("error", "warning") for f in fresh)
    return Outcome(fault, state, determined, bool(errors), told, right, named, first, alone, solved, misled, within)


def _beyond(corpus: Corpus, source: Source, fault: Fault) -> bool:
    """Whether an equation is off by more than the rounding of its figures with the values of a fault."""
    now = dict(zip(fault.guilty, fault.values, strict=True))
    relations = {r.relation_id: r for g in fault.guilty for r in corpus.of_figure[g]}.values()
    return any(
        abs(r.residual + sum(t.weight * (now.get(t.figure, t.value) - t.value) for t in r.terms)) > r.tolerance
        for r in relations
    )


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
            again = read_document(file, source.document.document_id, corpus.rules)
        done = list(reconciled([again if s is source else s.document for s in corpus.sources]))
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
    """A row for each kind of fault; where documents round, a column more."""
    rounds = any(o.state == "rounding" for o in outcomes)
    heads = ("fault", "tried", *(("within rounding",) if rounds else ()), "error", "warning only", "read as meant",
             "guilty named", "first", "alone", "wrongly alone", "determined", "solved")  # fmt: skip
    lines = [f"| {' | '.join(heads)} |", "|---" + "|--:" * (len(heads) - 1) + "|"]
    for kind in KINDS:
        tried = [o for o in outcomes if o.fault.kind == kind]
        own = [o for o in tried if not o.within]
        if not own:
            continue
        decided = [o for o in own if o.determined]
        columns = ("named",) if kind.startswith("dropped") else ("named", "first", "alone")
        shares = [share(sum(getattr(o, c) for o in own), len(own)) for c in columns]
        cells = (
            kind, str(len(tried)), *((str(len(tried) - len(own)),) if rounds else ()),
            share(sum(o.caught for o in own), len(own)), str(sum(o.told and not o.caught for o in own)),
            str(sum(o.read_right for o in own)), *shares, *[""] * (3 - len(shares)),
            share(sum(o.misled for o in own), len(own)), str(len(decided)) if decided else "",
            share(sum(o.solved for o in decided), len(decided)) if decided else "",
        )  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
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
    parser.add_argument("--rounded", action="store_true", help="every amount times 1,037, each rounded by itself")
    parser.add_argument("--missed", action="store_true", help="list the faults that raise no error or are not named")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as made:
        folder: Path = options.folder
        if options.rounded:
            folder = Path(made)
            project(load(options.folder), folder)
        return _report(load(folder), folder, options)


def _report(corpus: Corpus, folder: Path, options: argparse.Namespace) -> int:
    wrong = unfaithful(corpus)
    if wrong:
        print(f"set anew without a fault, these give other figures or findings: {', '.join(wrong)}")
        return 1
    figures = [i for s in corpus.sources for i in s.document.items if i.is_money]
    within = sum(len(corpus.amounts(s)) for s in corpus.sources)
    print(f"{len(corpus.sources)} documents, {len(figures)} amounts in tables, {within} of them in {len(corpus.equations)} "
          f"equations; at most {options.sample} faults of a kind, seed {options.seed}")  # fmt: skip
    faults = plan(corpus, options.kind or KINDS, options.sample, options.seed)
    outcomes = judge_all(corpus, folder, faults, options.jobs)
    for state, title in (("exactly", "Documents whose equations close exactly"),
                         ("rounding", "Documents whose equations show rounding"),
                         ("contradicts itself", "Documents that contradict themselves without a fault")):  # fmt: skip
        own = [o for o in outcomes if o.state == state]
        names = [s.document.document_id for s in corpus.sources if corpus.state(s) == state and corpus.amounts(s)]
        if names:
            print(f"\n{title}: {', '.join(names)}.\n\n{table(own)}")
    false = Counter(f.severity for done in corpus.done for f in done.findings if not f.within_rounding or f.severity == "error")
    print(f"\nWithout a fault: {', '.join(f'{n} {severity}' for severity, n in sorted(false.items())) or 'no finding'}.")
    if options.missed:
        for o in outcomes:
            what = [] if o.caught and o.named else ["not caught" if not o.caught else "not named"]
            what += ["another figure alone"] if o.misled else []
            if what and not o.within:
                name = corpus.sources[o.fault.source].document.document_id
                print(f"{o.fault.kind}: {name}: {o.fault.said}: {', '.join(what)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
