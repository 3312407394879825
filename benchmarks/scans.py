"""How well scans are read: printed pages scanned by `scanner`, read end to end, every figure held against the page itself.

    python -m benchmarks.scans [--kinds plain,fax] [--documents matrix,sample,corpus] [--every 7] [--seeds 1] [--show]

The documents are those of the typesetting matrix (by every producer that is installed), the sample round, and the corpus
where it is at hand. `--every N` takes each N-th of them for each kind of scan, another N-th for another kind. For each kind:

    right        shares of figures as printed, with value, year, row kind and place
    row kind     … of which only the kind of row is read otherwise, by its label;  separator: … only a point or comma
    wrong        another value, year or column;  missing: printed, and not in the dataset;  invented: not printed
    unflagged    wrong figures that no finding names: must be none;  verified: that count as verified: must be none
    untold       missing figures that no finding tells of: must be none
    labels       those that are right to the letter;  s/page: seconds of CPU a page

`--show` lists every figure that is not right.
"""

from __future__ import annotations

import argparse
import hashlib
import resource
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

from benchmarks.scanner import KINDS, Scanned, drawn, save, scanned, wear
from pipeline.checks import Reconciled, reconcile
from pipeline.checks.record import Document
from pipeline.extract import Quarantined, default_language, extract
from pipeline.model import Box, Extraction, Finding, LineItem
from pipeline.numbers import MINUS
from pipeline.rules import RuleSet, load_rules
from tests.matrix.content import layouts
from tests.matrix.press import PROGRAMS, missing, typeset

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT.parent / "shared" / "corpus"

_NEAR = 6.0  # points that the middle of a figure may be off


class Printed(NamedTuple):
    """A printed document, and the folder of the rules that read it."""

    name: str
    path: Path
    rules: Path


@dataclass(slots=True)
class Count:
    """What became of the figures of some scans."""

    pages: int = 0
    seconds: float = 0.0
    figures: int = 0
    labels: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)

    def add(self, other: Count) -> None:
        self.pages += other.pages
        self.seconds += other.seconds
        self.figures += other.figures
        self.labels += other.labels
        self.kinds += other.kinds
        self.told += other.told


def main() -> None:
    """Scan, read and compare; print a row for each kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--documents", default="matrix,sample,corpus")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", default="", help="documents whose name has this")
    parser.add_argument("--set", type=Path, help="a folder that keeps the typeset documents from one run to the next")
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    kinds = options.kinds.split(",")
    with tempfile.TemporaryDirectory() as scratch, ProcessPoolExecutor(options.jobs) as pool:
        documents = list(_documents(options.documents.split(","), options.set or Path(scratch)))
        tasks = []
        for n, kind in enumerate(kinds):
            for seed in range(options.seeds):
                own = [d for k, d in enumerate(documents) if (k + n * 3 + seed) % options.every == 0 and options.only in d.name]
                tasks += [(kind, d, _seed(kind, d.name, seed)) for d in own]
        total = Count()
        by_kind = {kind: Count() for kind in kinds}
        for (kind, _, _), done in zip(tasks, pool.map(_one, tasks), strict=True):
            by_kind[kind].add(done)
            total.add(done)
            if options.show:
                for line in done.told:
                    print(line, flush=True)
    columns = ("row kind", "separator", "wrong", "missing", "invented", "unflagged", "verified", "untold")
    print(f"{'':12} pages figures    right " + " ".join(f"{c:>9}" for c in columns) + "   labels s/page")
    for kind, c in [*by_kind.items(), ("all", total)]:
        n = max(1, c.figures)
        print(f"{kind:12} {c.pages:5} {c.figures:7} {c.kinds['right'] / n:8.2%} " + " ".join(f"{c.kinds[k]:9}" for k in columns)
              + f" {c.labels / n:8.2%} {c.seconds / max(1, c.pages):6.2f}")  # fmt: skip


def _seed(kind: str, name: str, seed: int) -> int:
    return int.from_bytes(hashlib.sha256(f"{kind} {name} {seed}".encode()).digest()[:4], "big")


def _documents(wanted: Sequence[str], folder: Path) -> Iterator[Printed]:
    if "matrix" in wanted:
        rules = folder / "rules"
        shutil.copytree(ROOT / "rules" / "shared", rules / "shared", dirs_exist_ok=True)
        shutil.copy(ROOT / "tests" / "matrix" / "rule.yaml", rules / "matrix.yaml")
        every = layouts()
        for producer in PROGRAMS:
            if reason := missing(producer):
                print(f"left out: {reason}")
                continue
            if not (folder / producer).exists():
                typeset(producer, every, folder / producer)
            yield from (Printed(f"{producer}/{one.name}", folder / producer / f"{one.name}.pdf", rules) for one in every)
    for name, place in (("sample", ROOT / "raw"), ("corpus", CORPUS)):
        if name in wanted:
            yield from (Printed(f"{name}/{f.stem}", f, ROOT / "rules") for f in sorted(place.rglob("*.pdf")))


# --- one document ----------------------------------------------------------------------------------------------


@cache
def _rules(folder: Path) -> RuleSet:
    return load_rules(folder)


@cache
def _printed(document: Printed) -> Reconciled:
    return _judged(document, extract(document.path, "0" * 64, document.name, _rules(document.rules)))


def _judged(document: Printed, extraction: Extraction) -> Reconciled:
    rules = _rules(document.rules)
    rule = next((r for r in rules.rules if r.id == extraction.rule_id), None)
    language = rules.languages[rule.language] if rule else default_language(rules)
    return reconcile([Document(document.name, "x", 2024, extraction, rule, language)])


def _one(task: tuple[str, Printed, int]) -> Count:
    """One document scanned and read."""
    kind, document, seed = task
    born = _printed(document)
    pages = born.documents[0].extraction.pages
    scans = []
    for n in range(pages):
        w = wear(kind, seed + n)
        scans.append(scanned(drawn(document.path, n, w), w, seed + n))
    with tempfile.TemporaryDirectory() as scratch:
        path = save(Path(scratch) / "scan.pdf", scans)
        before = _cpu()
        try:
            extraction = extract(path, "0" * 64, document.name, _rules(document.rules))
            found = _judged(document, extraction)
        except Quarantined as e:
            count = Count(pages, 0.0, len(born.documents[0].items))
            count.kinds["missing"] += count.figures
            count.told.append(f"{kind} {document.name} {seed}: quarantined: {e}")
            return count
        return _compare(f"{kind} {document.name} {seed}", born, found, scans, _cpu() - before)


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def _compare(name: str, born: Reconciled, found: Reconciled, scans: Sequence[Scanned], seconds: float) -> Count:
    """Each printed figure with the one that was read at its place."""
    items = list(found.documents[0].items)
    findings = [f for f in found.findings if f.severity != "info"]
    count = Count(len(scans), seconds)
    for printed in born.documents[0].items:
        count.figures += 1
        x, y = scans[printed.page - 1].at((printed.box.x0 + printed.box.x1) / 2, (printed.box.top + printed.box.bottom) / 2)
        item = _nearest(items, printed.page, x, y)
        if item is None:
            told = any(f.page == printed.page and (f.box is None or _inside(f.box, x, y)) for f in findings)
            count.kinds.update(["missing", *(() if told else ("untold",))])
            count.told.append(f"{name}: missing{'' if told else ' UNTOLD'} {_say(printed)} at {x:.0f},{y:.0f}")
            continue
        items.remove(item)
        count.labels += item.label == printed.label
        if _same(printed, item):
            count.kinds["right"] += 1
            if item.label != printed.label:
                count.told.append(f"{name}: label {printed.label!r} read as {item.label!r}")
            continue
        flagged = _is_flagged(item, findings)
        if item.value == printed.value and _place(item) == _place(printed):
            what = "separator" if item.row_kind == printed.row_kind else "row kind"
            count.kinds.update([what, *(() if flagged or what == "separator" else ("unflagged",))])
            count.told.append(f"{name}: {what}{'' if flagged else ' UNFLAGGED'} {_say(printed)} read as {_say(item)}, "
                              f"confidence {item.confidence}, {item.verification}")  # fmt: skip
            continue
        verified = item.verification == "verified" and (item.unit is not None or printed.unit is None)
        count.kinds.update(["wrong", *(() if flagged else ("unflagged",)), *(("verified",) if verified else ())])
        count.told.append(f"{name}: wrong{'' if flagged else ' UNFLAGGED'}{' VERIFIED' if verified else ''} {_say(printed)} "
                          f"read as {_say(item)}, confidence {item.confidence}, {item.verification}")  # fmt: skip
    for item in items:
        flagged = _is_flagged(item, findings)
        verified = item.verification == "verified"
        count.kinds.update(["invented", *(() if flagged else ("unflagged",)), *(("verified",) if verified else ())])
        count.told.append(f"{name}: invented{'' if flagged else ' UNFLAGGED'}{' VERIFIED' if verified else ''} {_say(item)}")
    return count


def _nearest(items: Sequence[LineItem], page: int, x: float, y: float) -> LineItem | None:
    near = [
        (abs((i.box.x0 + i.box.x1) / 2 - x) + abs((i.box.top + i.box.bottom) / 2 - y), k)
        for k, i in enumerate(items)
        if i.page == page and abs((i.box.top + i.box.bottom) / 2 - y) < _NEAR and i.box.x0 - _NEAR < x < i.box.x1 + _NEAR
    ]
    return items[min(near)[1]] if near else None


def _same(a: LineItem, b: LineItem) -> bool:
    """Whether two figures mean the same: value, unit, year, column, row kind, proposal."""
    same = _plain(a.value_printed) == _plain(b.value_printed) and a.value == b.value
    return same and a.row_kind == b.row_kind and _place(a) == _place(b)


def _place(i: LineItem) -> tuple[object, ...]:
    return i.unit, i.year, i.measure, i.proposal_code, i.year is None and i.column_printed


def _plain(printed: str) -> str:
    return "".join("-" if c in MINUS else c for c in printed if not c.isspace())


def _is_flagged(item: LineItem, findings: Sequence[Finding]) -> bool:
    """Whether a finding names a figure or lies on it, or says of its table or document that it is read without its meaning."""
    x, y = (item.box.x0 + item.box.x1) / 2, (item.box.top + item.box.bottom) / 2
    return any(
        f.check in ("unit-missing", "no-rule")
        or item.line_item_id in f.line_item_ids
        or (f.page == item.page and f.box is not None and _inside(f.box, x, y))
        for f in findings
    )


def _inside(box: Box, x: float, y: float) -> bool:
    return box.x0 - _NEAR <= x <= box.x1 + _NEAR and box.top - _NEAR <= y <= box.bottom + _NEAR


def _say(i: LineItem) -> str:
    return f"p{i.page} {i.value_printed!r} ({i.label[:30]!r}, {i.column_printed}, {i.year}, {i.row_kind})"


if __name__ == "__main__":
    main()
