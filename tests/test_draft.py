"""`afstem rules draft`: a rule proposed for a layout that no rule knows reads the document, and its sums hold."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import regex
from click.testing import CliRunner, Result
from PIL import Image

from pipeline.cli import main
from pipeline.draft import draft
from pipeline.draft.patterns import generalise
from pipeline.draft.rows import guess_rows
from pipeline.draft.search import Row
from pipeline.extract import extract, read_tables
from pipeline.parse.document import page_text
from pipeline.read import read_pages, read_pdf
from pipeline.rules import RuleSet, check_rules, load_rules
from pipeline.rules.schema import Rule
from tests.documents import Sheet
from tests.workspaces import ROOT, RULES, SAMPLES, Workspace

DANISH = load_rules(RULES).languages["danish"].draft
Figures = dict[tuple[str, str], str]  # label and heading -> what is printed


@dataclass(frozen=True, slots=True)
class Layout:
    """A document set for one test: words over a table, the table, words below it."""

    above: Sequence[tuple[str, bool]]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float]
    bold: Sequence[int] = ()
    ruled: bool = True
    below: Sequence[str] = ()

    def save(self, path: Path) -> Path:
        sheet = Sheet(path)
        for text, bold in self.above:
            sheet.line(text, bold=bold)
        sheet.line("")
        if self.ruled:
            sheet.grid(self.rows, self.widths, bold=self.bold)
        else:
            for n, row in enumerate(self.rows):
                x = 57.0
                for k, (cell, width) in enumerate(zip(row, self.widths, strict=True)):
                    sheet.put(x if not k else x + width, cell, bold=n in self.bold, right=k > 0)
                    x += width
                sheet.y += 14
        sheet.line("", *self.below)
        return sheet.save()

    def figures(self, label: int = 0) -> Figures:
        """What the table prints; `label`: the column of the labels."""
        head = self.rows[0]
        return {(row[label], head[k]): row[k] for row in self.rows[1:] for k in range(label + 1, len(row)) if row[k]}


FRAMES = Layout(  # accounts, three kinds of figures, sums of two levels, set bold
    above=[("Rammeoversigt 2026", True), ("Hedeby Kommune", False), ("Alle beløb i t.kr.", False)],
    rows=[
        ["Konto", "Ramme", "Udgifter", "Indtægter", "Netto"],
        ["3.22.01", "Folkeskoler", "41.200", "-1.200", "40.000"],
        ["3.22.05", "Skolefritidsordninger", "9.800", "-4.300", "5.500"],
        ["", "Skoler i alt", "51.000", "-5.500", "45.500"],
        ["5.25.13", "Dagpleje", "12.750", "-3.100", "9.650"],
        ["5.25.14", "Børnehaver", "22.340", "-6.020", "16.320"],
        ["5.25.19", "Specialtilbud", "1.910", "0", "1.910"],
        ["", "Dagtilbud i alt", "37.000", "-9.120", "27.880"],
        ["", "Rammer i alt", "88.000", "-14.620", "73.380"],
    ],
    widths=[60, 180, 70, 70, 70], bold=[0, 3, 7, 8],
)  # fmt: skip

MILLIONS = Layout(  # no lines; three years of which each is another kind of figure; no word says which row is the sum
    above=[("Hovedtal for budgetforslag 2024", True), ("Nørreå Kommune, økonomi", False), ("Beløb i mio. kr.", False)],
    rows=[
        ["Udvalg", "R2022", "B2023", "BF2024"],
        ["Økonomi og erhverv", "212,4", "220,1", "219,0"],
        ["Børn og unge", "845,9", "861,3", "870,2"],
        ["Ældre og sundhed", "702,2", "715,8", "733,4"],
        ["Teknik og miljø", "131,0", "128,6", "126,9"],
        ["Serviceudgifter", "1.891,5", "1.925,8", "1.949,5"],
    ],
    widths=[200, 70, 70, 70], bold=[0, 5], ruled=False, below=["Tallene er afrundede."],
)  # fmt: skip

LIST = Layout(  # savings printed with a minus, numbered, staffing below the sum
    above=[("Spareforslag på kulturområdet 2025-2028", True), ("Kultur og Fritid (KF) i Strandby Kommune", False),
           ("1.000 kr., 2025-priser", False)],
    rows=[
        ["Tiltag", "2025", "2026", "2027", "2028"],
        ["1. Kortere åbningstid", "-350", "-700", "-700", "-700"],
        ["2. Færre bøger", "-120", "-120", "-240", "-240"],
        ["3. Fælles administration", "80", "-410", "-820", "-820"],
        ["I ALT", "-390", "-1.230", "-1.760", "-1.760"],
        ["Årsværk", "-1,5", "-3", "-3,5", "-3,5"],
    ],
    widths=[220, 60, 60, 60, 60],
)  # fmt: skip


def cli(workspace: Workspace, *arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["-w", str(workspace.path), *map(str, arguments)])


def drafted(workspace: Workspace, name: str) -> str:
    """Draft a rule for a document and keep it."""
    path = workspace.path / "rules" / f"{name}.yaml"
    done = cli(workspace, "rules", "draft", name, "-o", path)
    assert done.exit_code == 0, done.output
    return path.read_text("utf-8")


@pytest.mark.parametrize(
    ("layout", "label", "unit", "equations", "closing"),
    [
        (FRAMES, 1, 1000, 17, {"Skoler i alt": "subtotal", "Dagtilbud i alt": "subtotal", "Rammer i alt": "total"}),
        (MILLIONS, 0, 1000000, 3, {"Serviceudgifter": "total"}),
        (LIST, 0, 1000, 4, {"I ALT": "total"}),
    ],
    ids=["accounts", "millions", "savings"],
)  # fmt: skip
def test_a_drafted_rule_reads_its_document(make_workspace: Callable[..., Workspace], layout: Layout, label: int, unit: int,
                                           equations: int, closing: dict[str, str]) -> None:  # fmt: skip
    """Kept as drafted it is clean, fits the document, reads every figure, and every sum of the document holds."""
    workspace = make_workspace(nyt=layout)
    text = drafted(workspace, "nyt")
    assert check_rules(workspace.path / "rules") == []
    assert len(text.splitlines()) <= 80
    summary = workspace.run()
    assert summary.exit_code == 0, summary.findings
    assert workspace.status() == {"nyt": "ok"}
    items = workspace.rows("line_items")
    assert {i["rule_id"] for i in items} == {"nyt"}
    printed = {(i["label"], i["column_printed"]): i["value_printed"] for i in items}
    numbered = {(k[0].split(". ", 1)[-1], k[1]): v for k, v in layout.figures(label).items()}
    assert printed == numbered
    assert {i["label"]: i["row_kind"] for i in items if i["row_kind"] in ("total", "subtotal")} == closing
    money = [i for i in items if i["measure"] != "staffing"]
    assert all(i["amount_dkk"] == Decimal(i["value_printed"].replace(".", "").replace(",", ".")) * unit for i in money)
    assert {i["verification"] for i in money} == {"verified"}
    assert len(workspace.rows("relations", status="holds")) == len(workspace.rows("relations")) == equations
    assert not workspace.rows("findings", check="unclaimed-number")


def test_what_columns_stand_for(make_workspace: Callable[..., Workspace]) -> None:
    """Years and phases from the headings, accounts as text, expenditure and income told apart, the staffing row apart."""
    workspace = make_workspace(nyt=MILLIONS)
    drafted(workspace, "nyt")
    workspace.run()
    found = {(i["column_printed"], i["year"], i["phase"]) for i in workspace.rows("line_items")}
    assert found == {("R2022", 2022, "actual"), ("B2023", 2023, "budget"), ("BF2024", 2024, "proposal")}
    other = make_workspace(nyt=FRAMES)
    drafted(other, "nyt")
    other.run()
    found = {(i["column_printed"], i["measure"], i["year"]) for i in other.rows("line_items")}
    assert found == {("Udgifter", "expenditure", 2026), ("Indtægter", "income", 2026), ("Netto", "net", 2026)}
    assert dict(other.rows("line_items", label="Dagpleje")[0]["attributes"]) == {"account": "5.25.13"}


def test_what_the_document_says_of_itself(make_workspace: Callable[..., Workspace]) -> None:
    """Municipality, department, year; a saving is printed with a minus there, and that is a question to a person."""
    workspace = make_workspace(nyt=LIST)
    text = drafted(workspace, "nyt")
    workspace.run()
    [document] = workspace.rows("documents")
    assert (document["municipality"], document["budget_year"], document["department"]) == ("strandby", 2025, "KF")
    assert [line for line in text.splitlines() if line.startswith("# ? a saving is printed negative?")]
    rows = workspace.rows("line_items", label="Kortere åbningstid", year=2026)
    assert [(r["saving_dkk"], r["price_level"], r["proposal_code"]) for r in rows] == [(700000, "2025-priser", "1")]
    assert {r["fte_change"] for r in workspace.rows("line_items", label="Årsværk", year=2025)} == {Decimal("-1.5")}


def test_it_recognises_its_document_alone(make_workspace: Callable[..., Workspace]) -> None:
    """Beside two documents of other layouts with headings alike, the draft fits its own only."""
    other = Layout([("Spareforslag på skoleområdet 2025-2028", True), ("Skole (SK) i Strandby Kommune", False)],
                   LIST.rows, LIST.widths)  # fmt: skip
    workspace = make_workspace(nyt=LIST, gammelt=other)
    drafted(workspace, "nyt")
    workspace.run()
    found = {(i["document_id"].rpartition("/")[2], i["rule_id"]) for i in workspace.rows("line_items")}
    assert found == {("nyt", "nyt"), ("gammelt", None)}


def test_printed_without_o_and_never_over_a_file(make_workspace: Callable[..., Workspace]) -> None:
    """Without -o the rule goes to stdout, and nothing is written; a file that is there is left alone."""
    workspace = make_workspace(nyt=LIST)
    before = sorted((workspace.path / "rules").iterdir())
    done = cli(workspace, "rules", "draft", "nyt")
    assert done.exit_code == 0
    assert done.stdout.startswith("# Drafted by `afstem rules draft`") and "\nid: nyt\n" in done.stdout
    assert "4 of 4 sums hold" in done.stderr
    assert sorted((workspace.path / "rules").iterdir()) == before
    path = workspace.path / "rules" / "memo.yaml"
    was = path.read_bytes()
    refused = cli(workspace, "rules", "draft", "nyt", "-o", path)
    assert refused.exit_code == 2 and "is there already" in refused.stderr
    assert path.read_bytes() == was


def test_a_document_without_tables(make_workspace: Callable[..., Workspace]) -> None:
    """Its amounts in the text are all that is taken."""
    letter = Layout([("Orientering om budget 2027", True), ("Hedeby Kommune sparer 3,5 mio. kr. i 2027.", False)], [], [], ruled=False)
    workspace = make_workspace(brev=letter)
    text = drafted(workspace, "brev")
    assert "\ntables:" not in text and "# ? it has no tables" in text
    assert check_rules(workspace.path / "rules") == []
    assert workspace.run().exit_code == 0
    assert [a["amount"] for a in workspace.rows("amounts")] == [3500000]


def test_a_misprint_stays_a_finding(make_workspace: Callable[..., Workspace]) -> None:
    """A sum that fails in one column of four is still the sum: the run says which."""
    rows = [list(r) for r in LIST.rows]
    rows[2][3] = "-420"
    workspace = make_workspace(nyt=Layout(LIST.above, rows, LIST.widths))
    text = drafted(workspace, "nyt")
    assert "# ? 1 of 4 sums do not hold" in text
    summary = workspace.run()
    assert [f["check"] for f in summary.errors] == ["items-to-total"]


# --- documents for which people have written a rule

SAMPLED = {
    "numbered-catalogue": SAMPLES / "eksempelby/2024/aeo-velfaerdspuljen.pdf",
    "proposal-catalogue": SAMPLES / "eksempelby/2024/fob-omprioriteringskatalog.pdf",
    "appropriations": ROOT / "samples/rounds/nordsund/2025/bevillingsoversigt.pdf",
    "follow-up": ROOT / "samples/rounds/sjoevik/2024/uppfoljning.pdf",
}  # fmt: skip


def _figures(path: Path, rules: RuleSet) -> list[tuple[Any, ...]]:
    return sorted(
        (i.page, i.label, i.column_printed, i.year or 0, i.value, i.unit or 0, i.measure) for i in extract(path, "", "d", rules).items
    )  # fmt: skip


@pytest.mark.parametrize("rule_id", sorted(SAMPLED))
def test_a_draft_reads_what_the_written_rule_reads(rule_id: str, tmp_path: Path) -> None:
    """For each sample, its own rule taken away: the same labels, years and amounts."""
    path = SAMPLED[rule_id]
    folder = tmp_path / "rules"
    shutil.copytree(RULES, folder)
    wanted = _figures(path, load_rules(folder))
    rules = load_rules(folder)
    rules.paths[rule_id].unlink()
    pages, _ = read_pdf(path)
    others = [[page_text(p) for p in read_pages(f)] for f in SAMPLED.values() if f != path]
    made = draft(pages, read_tables(pages), rules.languages, others, "drafted", path.stem)
    (folder / "drafted.yaml").write_text(made.text, "utf-8")
    assert check_rules(folder) == []
    again = load_rules(folder)
    assert extract(path, "", "d", again).rule_id == "drafted"
    assert _figures(path, again) == wanted
    assert len(made.text.splitlines()) <= 80
    for token in made.tried.left:
        assert any("# ?" in line and repr(token.text) in line for line in made.text.splitlines()), token


# --- the parts


def row(label: str, *values: int, bold: bool = False) -> Row:
    return Row(label, bold, tuple(map(Decimal, values)), bold, Decimal("0.5"))


def test_subtotals_without_a_word_for_it() -> None:
    """Only arithmetic and bold type tell which rows are sums; equal columns alone prove nothing."""
    rows = [row("Skoler", 10, 12), row("Klubber", 5, 4), row("Børn", 15, 16, bold=True), row("Pleje", 7, 9),
            row("Alle", 22, 25, bold=True)]  # fmt: skip
    found = guess_rows([rows], DANISH)[0]
    assert {e: r["kind"] for r in found.rows for e in r["examples"]} == {"Børn": "subtotal", "Alle": "total"}
    assert [s["equation"] for s in found.sums] == ["item = subtotal", "item + subtotal = total"]
    chance = [row("A", 1, 1), row("B", 2, 2), row("C", 3, 3), row("D", 4, 4)]
    assert guess_rows([chance], DANISH)[0].sums == []


def test_totals_printed_first() -> None:
    """A total above the rows that it sums up."""
    found = guess_rows([[row("I alt", 30, 41), row("A", 10, 20), row("B", 20, 21)]], DANISH)[0]
    assert found.sums == [{"equation": "item = total", "totals": "above"}] and [r["kind"] for r in found.rows] == ["total"]


@pytest.mark.parametrize("above", [False, True])
def test_the_groups_of_a_long_table(above: bool) -> None:
    """Each of 60 groups of items is closed by the row that sums it up, and all of them by the last row, or the first."""
    rows: list[Row] = []
    groups = [[(7 * n + 13 * k * k + 5, 11 * k + n * n % 97 + 3) for k in range(2 + n % 5)] for n in range(60)]
    for n, items in enumerate(groups):
        rows += [row(f"Post {n}.{k}", *values) for k, values in enumerate(items)]
        rows.append(row(f"Gruppe {n}", *map(sum, zip(*items, strict=True)), bold=True))
    rows.append(row("Kommunen", *(sum(v[c] for items in groups for v in items) for c in (0, 1)), bold=True))
    found = guess_rows([rows[::-1] if above else rows], DANISH)[0]
    side = {"totals": "above"} if above else {}
    assert found.sums == [{"equation": "item = subtotal", **side}, {"equation": "item + subtotal = total", **side}]
    kinds = {r.label: next((e["kind"] for e in found.rows if regex.search(e["pattern"], r.label)), "item") for r in rows}
    assert kinds == {r.label: {"P": "item", "G": "subtotal", "K": "total"}[r.label[0]] for r in rows}


def test_an_amount_kept_beside_the_total() -> None:
    """The row below the total makes up the difference."""
    rows = [row("A", -100, -300), row("B", -50, -20), row("Netto i alt", -120, -260), row("Internt råderum", -30, -60)]
    found = guess_rows([rows], DANISH)[0]
    assert [s["equation"] for s in found.sums] == ["item = total + memo"]
    assert {e: r["kind"] for r in found.rows for e in r["examples"]} == {"Netto i alt": "total", "Internt råderum": "memo"}


def test_percentages_are_in_no_sum(make_workspace: Callable[..., Workspace]) -> None:
    """A column of percentages beside money: the sums of the money hold, and prove nothing of the percentages."""
    rows = [["Område", "2025", "2026", "Ændring i %"], ["Skole", "200", "210", "5,0"], ["Ældre", "100", "90", "-10,0"],
            ["I alt", "300", "300", "0,0"]]  # fmt: skip
    above = [("Rammer for budget 2025", True), ("Alle beløb i t.kr.", False)]
    workspace = make_workspace(nyt=Layout(above, rows, [200, 60, 60, 80]))
    drafted(workspace, "nyt")
    assert workspace.run().exit_code == 0
    items = workspace.rows("line_items")
    assert {i["verification"] for i in items if i["measure"] == "net"} == {"verified"}
    assert [i["percent"] for i in items if i["measure"] == "percent"] == [5, -10, 0]


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("Forslag 2024 2025 2026 *", r"Forslag(?: 20\d\d){2,} \*"),
        ("R2022 (t.kr.)", r"R20\d\d \(t\.kr\.\)"),
        ("Tabel 3. Kvartal 12", r"Tabel \d{1,2}\. Kvartal \d+"),
    ],
)
def test_generalise(text: str, pattern: str) -> None:
    """Numbers give way, words stay."""
    assert generalise(text) == pattern


def test_a_draft_is_a_rule(rules: RuleSet) -> None:
    """What is tried in memory is a rule like any other."""
    pages, _ = read_pdf(SAMPLED["numbered-catalogue"])
    assert isinstance(draft(pages, read_tables(pages), rules.languages, [], "x", "x").tried.rule, Rule)


# --- rules try --picture


def test_the_picture_of_a_trial(make_workspace: Callable[..., Workspace]) -> None:
    """What the rule catches in its colours, what it leaves in red; the path is printed last."""
    workspace = make_workspace(nyt=LIST)
    drafted(workspace, "nyt")
    done = cli(workspace, "rules", "try", "nyt", "--picture")
    assert done.exit_code == 0, done.output
    path = Path(done.stdout.splitlines()[-1])
    assert path.parent == workspace.path / ".afstem" / "pictures" and path.name == "try-proeveby_2024_nyt-p1.png"
    with Image.open(path) as picture:
        caught = {c for _, c in picture.convert("RGB").getcolors(maxcolors=1 << 24) or ()}
    assert (0, 140, 60) in caught and (20, 90, 230) in caught and (215, 20, 20) not in caught
    other = cli(workspace, "rules", "try", "nyt", "--rule", "letter", "--picture")
    with Image.open(other.stdout.splitlines()[-1]) as picture:
        left = {c for _, c in picture.convert("RGB").getcolors(maxcolors=1 << 24) or ()}
    assert (215, 20, 20) in left and (0, 140, 60) not in left
