"""Random layouts, read with and without a rule: is every printed figure in its row and column, or told?

    python -m benchmarks.layouts [--seeds 0:1000] [--keep FOLDER] [--verbose]
"""

from __future__ import annotations

import argparse
import re
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.layouts_content import Document, random_document
from benchmarks.layouts_draw import draw, headings
from benchmarks.layouts_press import Figure, plain
from pipeline.extract import read_tables
from pipeline.normalize import normalize
from pipeline.parse import parse
from pipeline.read import read_pages
from pipeline.read.turns import placed
from pipeline.rules import RuleSet, load_rules
from pipeline.rules.schema import Rule
from pipeline.text import join_lines

RULES = Path(__file__).parents[1] / "rules"
TOLD = ("unclaimed-number", "unreadable-figure", "table-without-rule", "columns-alike", "broken-font")


@dataclass(slots=True)
class Verdict:
    """What became of the figures of one document."""

    document: Document
    figures: int = 0
    right: int = 0
    told: list[Figure] = field(default_factory=list)
    silent: list[Figure] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)  # line items that are not printed
    loose: list[str] = field(default_factory=list)  # other numbers that are left unclaimed
    generic: list[str] = field(default_factory=list)  # figures that stand beside another label without a rule

    @property
    def clean(self) -> bool:
        return self.right == self.figures and not self.wrong and not self.loose


def rule_for(document: Document) -> Rule:
    """The rule that a person would write for a document, knowing its headings."""
    columns = []
    for c in headings(document):
        what = {"figure": {}, "attribute": {"attribute": "saving_type"}, "ignore": {"ignore": True}}[c.kind]
        if c.percent:
            what = {"measure": "percent"}
        columns.append({"pattern": f"^{re.escape(c.printed)}$", "examples": [c.printed], **what})
    return Rule.model_validate({
        "id": "random", "title": "Random layouts", "language": "danish",
        "recognise": [{"pattern": "^Prøveby Kommune, prøvetryk", "examples": ["Prøveby Kommune, prøvetryk 1"]}],
        "document": {"kind": "catalogue"}, "money": {"saving": "none", "unit": "kr."},
        "captions": [{"pattern": r"\(i (?P<unit>1\.000 kr\.|t\.kr\.|mio\. kr\.|hele kr\.)\)", "examples": ["x (i t.kr.)"]}],
        "footnote": {"pattern": r"^(?P<mark>\d)\)?\s*(?P<text>\p{Lu}.+)$", "examples": ["1) Forventes"]},
        "tables": [{"name": "any", "kind": "other", "columns": columns}],
        "ignore": [{"pattern": r"^Budget 2024-2027, bind 3$", "reason": "head", "line": True,
                    "examples": ["Budget 2024-2027, bind 3"]},
                   {"pattern": r"prøvetryk layout-\d+", "reason": "name", "examples": ["prøvetryk layout-1"]}],
    })  # fmt: skip


def judge(document: Document, path: Path, rules: RuleSet) -> Verdict:
    """Set a document, read it, and compare."""
    truth = draw(document, path)
    pages = read_pages(path)
    tables = read_tables(pages)
    rule = rule_for(document)
    parsed = parse(pages, tables, rule, rules.languages["danish"])
    items, _, _ = normalize("x", parsed.lines, parsed.proposals, parsed.meta)
    out = Verdict(document, len(truth))
    read = Counter((i.label, i.column_printed, plain(i.value_printed)) for i in items)
    missing: list[Figure] = []
    for f in truth:
        key = f.label, f.column, f.printed
        if read[key]:
            read[key] -= 1
            out.right += 1
        else:
            missing.append(f)
    out.wrong = [" | ".join(k) for k, n in read.items() for _ in range(n)]
    turned = {p.number: p for p in pages if p.shown}
    notes = [n for n in placed(parsed.notes, turned) if n.check in TOLD and n.page]
    for f in missing:
        told = any(n.page == f.page and (n.box is None or _meets(n.box, f.box)) for n in notes)
        (out.told if told else out.silent).append(f)
    for t in placed(parsed.tokens, turned):
        if t.status == "unclaimed" and not any(f.page == t.page and _meets(t.box, f.box) for f in truth):
            out.loose.append(t.text)
    out.generic = _generic(truth, tables)
    return out


def _meets(a: Sequence[float], b: Sequence[float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _generic(truth: Sequence[Figure], tables: Sequence[object]) -> list[str]:
    """Figures that the tables alone, without any rule, put beside another label, or two columns put into one."""
    labels: dict[str, list[str]] = defaultdict(list)  # by figure, which may be printed in several rows
    for table in tables:
        for row in table.rows:  # type: ignore[attr-defined]
            words = [c for c in row if c and any(ch.isalpha() for ch in c.raw)]
            label = join_lines(words[0].lines) if words else ""
            for c in row:
                if c and c is not (words[0] if words else None):
                    labels[plain(" ".join(c.lines))].append(label)
    out = []
    for f in sorted(truth, key=lambda f: -len(f.label)):
        if len(f.printed) < 3 or not f.label or not (found := labels.get(f.printed)):
            continue
        own = next((label for label in found if f.label in label), None)
        if own is None and any(found):
            out.append(f"{f.printed}: {next(filter(None, found))!r}, not {f.label!r}")
        found.remove(found[0] if own is None else own)
    return out


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--seeds", default="0:300")
    ask.add_argument("--keep", type=Path, help="keep the documents in this folder")
    ask.add_argument("--verbose", action="store_true")
    given = ask.parse_args()
    first, last = map(int, given.seeds.split(":"))
    rules = load_rules(RULES)
    folder = given.keep or Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    verdicts = []
    for seed in range(first, last):
        document = random_document(seed)
        v = judge(document, folder / f"{document.name}.pdf", rules)
        verdicts.append(v)
        if given.verbose and not v.clean:
            print(f"{seed}: {v.right}/{v.figures} told {len(v.told)} silent {len(v.silent)} wrong {len(v.wrong)} loose {len(v.loose)}")
            for name, some in (("silent", v.silent), ("told", v.told), ("wrong", v.wrong), ("loose", v.loose), ("generic", v.generic)):
                for f in some[:3]:
                    print(f"     {name:7}", f if isinstance(f, str) else (f.label, f.column, f.printed, f.page))
    _report(verdicts)
    if not given.keep:
        shutil.rmtree(folder)


def _report(verdicts: Sequence[Verdict]) -> None:
    of = sum(v.figures for v in verdicts)
    counts = {
        "right": sum(v.right for v in verdicts), "told": sum(len(v.told) for v in verdicts),
        "missing in silence": sum(len(v.silent) for v in verdicts), "line items that are wrong": sum(len(v.wrong) for v in verdicts),
        "beside another label without a rule": sum(len(v.generic) for v in verdicts),
    }  # fmt: skip
    print(f"{len(verdicts)} documents, {of} figures")
    for name, n in counts.items():
        print(f"  {n:6}  {100 * n / of:6.2f} %  {name}")
    print(f"{sum(v.clean for v in verdicts)} of {len(verdicts)} documents without any difference, no other number left unclaimed")
    tried: Counter[str] = Counter()
    failed: dict[str, int] = defaultdict(int)
    for v in verdicts:
        for f in v.document.features:
            tried[f] += 1
            failed[f] += not v.clean
    for f, k in sorted(failed.items(), key=lambda x: -x[1] / tried[x[0]]):
        if k:
            print(f"  {100 * k / tried[f]:5.1f} %  {k:4} of {tried[f]:4}  {f}")


if __name__ == "__main__":
    main()
