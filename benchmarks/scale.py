"""How long a round of thousands of documents takes to reconcile and publish, and how much memory.

    python benchmarks/scale.py [--documents 3000] [--figures 500] [--municipalities 98] [--faults 300] [--jobs 2]

The documents are generated: what reading each of them would have given is written to the store of a workspace, catalogues
with an overview, a section for each proposal and amounts in the text that restate them, so that a run finds nothing to read and does
all the rest. In `--faults` of them one digit is wrong. Prints seconds, the largest memory of any process, and what was found.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from shutil import copytree

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from pipeline.model import (  # noqa: E402  # the repository's own code, wherever this is started
    Box,
    DocumentMeta,
    Extraction,
    Proposal,
    RawLine,
    RowKind,
    TableKind,
    TextAmount,
)
from pipeline.normalize import normalize  # noqa: E402
from pipeline.numbers import parse  # noqa: E402
from pipeline.readings import Job, keep, software_digest  # noqa: E402
from pipeline.revisions.state import Revision, State, difference  # noqa: E402
from pipeline.rules import RuleSet, load_rules  # noqa: E402
from pipeline.store import Store  # noqa: E402

YEARS = (2024, 2025, 2026, 2027)
RULE = "proposal-catalogue"
AT = "2024-01-01T00:00:00+00:00"
_RUN = """
import resource, sys, time
from pathlib import Path
from pipeline.run import run
started = time.perf_counter()
done = run(Path(sys.argv[1]), jobs=int(sys.argv[2]))
seconds = time.perf_counter() - started
used = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
print(seconds, sum(u.ru_utime + u.ru_stime for u in used), *(u.ru_maxrss // 1024 for u in used), done.read, done.documents,
      done.proof.figures, done.proof.amounts, done.proof.verified, len(done.errors))
"""


def main() -> None:
    """Generate a workspace, run it in a fresh process, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=3000)
    parser.add_argument("--figures", type=int, default=500, help="in each document, about")
    parser.add_argument("--municipalities", type=int, default=98)
    parser.add_argument("--faults", type=int, default=300)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder)
        started = time.perf_counter()
        generate(workspace, options)
        print(f"generated {options.documents} documents in {time.perf_counter() - started:.0f} s")
        # the log says that all was published once: the first run brings that back, then does its own work, so it does all twice
        for what in ("dataset made anew from the log, and brought up to date", "brought up to date, every figure reconciled"):
            done = subprocess.run([sys.executable, "-c", _RUN, folder, str(options.jobs)], check=True, capture_output=True,
                                  text=True, cwd=ROOT).stdout.split()  # fmt: skip
            seconds, cpu, own, worker, read, documents, figures, amounts, verified, errors = done
            print(f"{what}: {float(seconds):.1f} s on {options.jobs} processes ({float(cpu):.1f} s of processor time); at most "
                  f"{own} MB in the main process and {worker} MB in a worker; {read} read, {documents} documents, {figures} "
                  f"figures, {verified} of {amounts} amounts verified, {errors} errors open")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """A document to be generated."""

    document_id: str
    municipality: str
    department: str
    proposals: int


def generate(workspace: Path, options: argparse.Namespace) -> None:
    """Write the PDFs (never opened), the stage results and the log of a workspace in which everything was read."""
    copytree(ROOT / "rules", workspace / "rules")
    rules = load_rules(workspace / "rules")
    store, state, rng = Store(workspace), State(), random.Random(options.seed)
    faulty = set(rng.sample(range(options.documents), min(options.faults, options.documents)))
    for k in range(options.documents):
        name, nth = f"kommune{k % options.municipalities:02d}", k // options.municipalities
        plan = Plan(f"{name}/2024/katalog-{nth:03d}", name, f"F{nth % 7}", max(1, options.figures // 24))
        state.put(_document(workspace, store, rules, plan, rng, k in faulty))
    store.append_log({"at": AT, "revisions": difference(State(), state), "changes": [], "rules": rules.digest})


def _document(workspace: Path, store: Store, rules: RuleSet, plan: Plan, rng: random.Random, faulty: bool) -> Revision:
    path = workspace / "raw" / f"{plan.document_id}.pdf"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(f"%PDF-1.7\n% {plan.document_id}\n".encode())
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    store.keep_pdf(path.read_bytes())
    made = extraction(plan, sha256, rng, faulty)
    taken = keep(store, rules, Job(path, sha256, plan.document_id), made)
    meta = {"municipality": made.meta.municipality, "budget_year": 2024, "department": plan.department}
    return Revision(
        plan.document_id, 1, f"{plan.document_id}.pdf", sha256, "ok", AT, key=taken.key, rule_id=RULE,
        rule_digest=taken.rule_digest, software=software_digest(), pages=made.pages, meta=meta, current_from=AT,
    )  # fmt: skip


def extraction(plan: Plan, sha256: str, rng: random.Random, faulty: bool) -> Extraction:
    """What reading a catalogue would give: an overview, for each proposal a section of four rows, its total, an amount in text."""
    codes = [f"{plan.department}-{n + 1}" for n in range(plan.proposals)]
    rows = {c: [[-100 * rng.randint(1, 900) for _ in YEARS] for _ in range(4)] for c in codes}
    totals = {c: [sum(column) for column in zip(*rows[c], strict=True)] for c in codes}
    proposals = tuple(Proposal(c, f"Forslag om {_words(c, rng)}", "1", page=n + 2) for n, c in enumerate(codes))
    titles = {p.code: p.title for p in proposals}
    lines = [line for c in codes for line in _row("t001", "overview", titles[c], "item", totals[c], None, 1)]
    lines += _row("t001", "overview", "I ALT", "total", [sum(t) for t in zip(*totals.values(), strict=True)], None, 1)
    for n, c in enumerate(codes):
        table = f"t{n + 2:03d}"
        for k, row in enumerate(rows[c]):
            lines += _row(table, "proposal", f"Post {k + 1} {_words(c, rng)}", "item", row, c, n + 2, k)
        lines += _row(table, "proposal", "Nettoændringer i driftsudgifter i alt", "total", totals[c], c, n + 2, 4)
    if faulty:
        k = rng.randrange(len(lines))
        lines[k] = _with_wrong_digit(lines[k], rng)
    meta = DocumentMeta(title="OMPRIORITERINGSKATALOG", municipality=plan.municipality, budget_year=2024,
                        department=plan.department, kind="catalogue", stage="draft", years=YEARS)  # fmt: skip
    items, themed, notes = normalize(plan.document_id, lines, proposals, meta)
    amounts = tuple(_amount(c, totals[c][0], n) for n, c in enumerate(codes))
    return Extraction(sha256, RULE, plan.proposals + 1, ("",), meta, items, themed, amounts, notes=notes)


def _words(code: str, rng: random.Random) -> str:
    stems = ("pleje", "drift", "skole", "vej", "indkøb", "bygning", "natte", "ledelse", "kørsel", "rengøring", "park", "it")
    return " ".join(rng.choice(stems) + rng.choice(("hjem", "område", "aftaler", "opgaver", "enheder")) for _ in range(3)) + f" {code}"


def _row(table: str, kind: TableKind, label: str, row_kind: RowKind, values: list[int], code: str | None, page: int,
         row: int = 0) -> Iterator[RawLine]:  # fmt: skip
    row = int(hashlib.md5(label.encode()).hexdigest()[:6], 16) if kind == "overview" else row
    for k, (year, value) in enumerate(zip(YEARS, values, strict=True)):
        printed = f"{value:,}".replace(",", ".")
        number = parse(printed)
        assert number is not None
        yield RawLine(
            table_id=table, table_rule=kind, table_kind=kind, block=0, row=row, label=label, label_printed=label,
            row_kind=row_kind, row_name=row_kind, column_printed=str(year), column_name="net", year=year, phase="proposal",
            measure="net", counts=True, printed=printed, number=number, unit_printed="1.000 kr.", unit=Decimal(1000),
            currency="DKK", price_level="2024-PL", proposal_code=code, theme=None, theme_title=None, footnote=None,
            attributes=(), saving_sign=-1, staffing_sign=0, page=page,
            box=Box(300.0 + 60 * k, 100.0 + 14 * (row % 40), 350.0 + 60 * k, 112.0 + 14 * (row % 40)), ruled=True,
        )  # fmt: skip


def _with_wrong_digit(line: RawLine, rng: random.Random) -> RawLine:
    at = rng.choice([k for k, ch in enumerate(line.printed) if ch.isdigit() and ch != "0"])
    printed = line.printed[:at] + rng.choice([d for d in "123456789" if d != line.printed[at]]) + line.printed[at + 1 :]
    number = parse(printed)
    assert number is not None
    return replace(line, printed=printed, number=number)


def _amount(code: str, value: int, n: int) -> TextAmount:
    printed = f"{-value:,}".replace(",", ".") + ".000 kr."
    number = parse(printed.removesuffix(" kr."))
    assert number is not None
    return TextAmount(
        sentence=f"Forslaget giver {printed} i 2024.", printed=printed, number=number, unit=Decimal(1), currency="DKK",
        approximate=False, role="other", years=(2024,), rises="", proposal_code=code, field="prose", paragraph=n, start=16,
        page=n + 2, box=Box(80.0, 400.0, 140.0, 412.0),
    )  # fmt: skip


if __name__ == "__main__":
    main()
