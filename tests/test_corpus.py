"""Five real documents against figures that were transcribed and summed independently of any extractor.

The corpus lies beside the repository and is not part of it: without it these tests are reported as skipped.
"""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest

from pipeline.dataset.reading import open_dataset
from pipeline.run import Summary
from tests.workspaces import ROOT, RULES, Workspace, checks

CORPUS = ROOT.parent / "shared" / "corpus"

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="the corpus of real documents is not beside the repository, at ../shared/corpus"
)

Figure = tuple[str, str, str]  # document, label, year


def expected(name: str) -> list[dict[str, str]]:
    with open(CORPUS / f"expected_{name}.csv", encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def document(row: dict[str, Any]) -> str:
    """`aarhus/2024/mso-notat-2024` -> `mso-notat-2024`"""
    return str(row["document_id"]).rpartition("/")[2]


def plain(value: object) -> str:
    """As a CSV cell: empty for null, no trailing noughts."""
    return "" if value is None else f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def number(text: str) -> str:
    return plain(Decimal(text)) if text else ""


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Summary]:
    """The five documents, published."""
    path = tmp_path_factory.mktemp("corpus")
    shutil.copytree(RULES, path / "rules")
    (path / "raw" / "aarhus").mkdir(parents=True)
    for file in CORPUS.glob("*.pdf"):
        shutil.copy(file, path / "raw" / "aarhus")
    workspace = Workspace(path)
    return workspace, workspace.run()


def test_all_432_line_items_are_exact_and_there_is_none_too_many(corpus: tuple[Workspace, Summary]) -> None:
    """Every column of the transcription: where the figure belongs, what it is worth with one sign, how it is printed."""
    workspace, summary = corpus
    columns = ("table_kind", "proposal_code", "label", "row_kind", "year", "amount_dkk", "saving_dkk", "fte",
               "fte_change", "value_printed")  # fmt: skip
    exact = ("amount_dkk", "saving_dkk", "fte", "fte_change")
    items = workspace.rows("line_items")
    found = Counter((document(r), *(plain(r[c]) for c in columns)) for r in items)
    wanted = Counter(
        (r["document"], *(number(r[c]) if c in exact else r[c] for c in columns)) for r in expected("line_items")
    )
    assert (wanted - found, found - wanted) == (Counter(), Counter())
    assert summary.proof.figures == len(items) == 432 and len({r["line_item_id"] for r in items}) == 432


def test_all_31_proposal_sections_are_found_with_their_fields(corpus: tuple[Workspace, Summary]) -> None:
    """Titles, sectors and percentages as printed; what only an overview names is told apart from them."""
    workspace, _ = corpus
    columns = ("proposal_code", "theme_code", "title", "sector", "saving_percent_printed")
    found = Counter((document(r), *(plain(r[c]) for c in columns)) for r in workspace.rows("proposals", has_section=True))
    wanted = Counter(
        (r["document"], r["proposal_code"], r["theme"], r["title"], r["sector"], r["saving_percent_printed"])
        for r in expected("proposals")
    )
    assert (wanted - found, found - wanted) == (Counter(), Counter())
    assert found.total() == 31


def in_reading_order(rows: Iterable[dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    """Amounts by document and number, as the transcription counts them."""
    count: Counter[str] = Counter()
    out = {}
    for row in sorted(rows, key=lambda r: (r["document_id"], r["page"], r["top"], r["x0"])):
        count[document(row)] += 1
        out[document(row), str(count[document(row)])] = row
    return out


def test_all_86_amounts_in_the_text_are_read(corpus: tuple[Workspace, Summary]) -> None:
    """In reading order, each with its exact value and whether the text calls it approximate; the transcription writes out the
    unit that a number borrows."""
    workspace, _ = corpus
    found = in_reading_order(workspace.rows("amounts"))
    wanted = {(r["document"], r["n"]): r for r in expected("amounts")}
    written = {k: " ".join(filter(None, (r["value_printed"], r["unit_borrowed"]))) for k, r in found.items()}
    assert {k: (written[k], plain(r["amount"]), r["approximate"]) for k, r in found.items()} == {
        k: (r["value_printed"], r["amount_dkk"], r["approximate"] == "1") for k, r in wanted.items()
    }
    assert len(found) == 86


def test_amounts_are_tied_to_the_figures_they_restate_and_to_no_others(corpus: tuple[Workspace, Summary]) -> None:
    """At least 30 of the 32; an amount that restates nothing is tied to nothing, and a tie is the whole tie."""
    workspace, _ = corpus
    items = {r["line_item_id"]: (document(r), r["label"], str(r["year"])) for r in workspace.rows("line_items")}
    found = in_reading_order(workspace.rows("amounts"))
    right, wrong, missing = [], [], []
    for r in expected("amounts"):
        key = r["document"], r["n"]
        wanted = {tuple(t.split("|")) for t in r["restates"].split(";") if t}
        tied = {items[i] for i in found[key]["line_item_ids"]}
        (right if tied == wanted != set() else wrong if tied and tied != wanted else missing if wanted else []).append(key)
    assert wrong == []
    assert len(right) >= 30, f"not tied: {missing}"


def test_roles_of_amounts(corpus: tuple[Workspace, Summary]) -> None:
    """`table` exactly where an amount is tied; the budgets of areas are told from other amounts."""
    workspace, _ = corpus
    amounts = in_reading_order(workspace.rows("amounts"))
    assert all((r["role"] == "table") == bool(r["line_item_ids"]) for r in amounts.values())
    wanted = {(r["document"], r["n"]): r["role"] for r in expected("amounts")}
    other = {k: r["role"] for k, r in amounts.items() if r["role"] != "table" and wanted[k] != "table"}
    assert other == {k: wanted[k] for k in other}


def test_no_error_is_open_and_all_348_amounts_are_verified(corpus: tuple[Workspace, Summary]) -> None:
    """Each in an equation that closes; the 84 staffing figures stand in none and say so."""
    workspace, summary = corpus
    assert (summary.exit_code, summary.errors, summary.quarantined) == (0, (), ())
    items = workspace.rows("line_items")
    money = Counter(i["verification"] for i in items if i["amount"] is not None)
    assert money == {"verified": 348} and (summary.proof.amounts, summary.proof.verified) == (348, 348)
    assert Counter(i["verification"] for i in items if i["measure"] == "staffing") == {"unverifiable": 84}
    assert all(bool(i["verified_by"]) == (i["verification"] == "verified") for i in items)
    assert Counter(r["status"] for r in workspace.rows("relations")).keys() == {"holds"}


def test_the_acceptance_query(corpus: tuple[Workspace, Summary]) -> None:
    """What the three catalogues save in 2024, out of the one line that never counts twice."""
    workspace, _ = corpus
    rows = open_dataset(workspace.path).sql(
        "SELECT department, year, phase, sum(saving_dkk)::BIGINT AS saving FROM line_items WHERE counted GROUP BY ALL"
    )
    saving = {(r["department"], r["phase"]): r["saving"] for r in rows.to_pylist() if r["year"] == 2024}
    assert saving == {("MSO", "proposal"): 17_700_000 + 12_000_000, ("MSB", "proposal"): 28_824_000}
    by_document = Counter[str]()
    for item in workspace.rows("line_items", counted=True, year=2024):
        by_document[document(item)] += item["saving_dkk"]
    assert by_document == {
        "mso-velfaerdspuljen-2024": 17_700_000, "mso-administration-2024": 12_000_000,
        "msb-omprioriteringskatalog-2024": 28_824_000,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("check", "name", "page", "words"),
    [
        ("number-format", "mso-administration-2024", 1, ("12,000", "12.000.000", "its sum closes")),
        ("number-format", "msb-omprioriteringskatalog-2024", 4, ("13.59 mio.", "13.590.000")),
        ("saving-percent", "msb-omprioriteringskatalog-2024", 9, ("JUS-1", "2,1 %", "2,31 %")),
        ("announced-table-missing", "mso-administration-2024", 2, ("Tabel 1", "no table follows")),
    ],
)
def test_what_is_wrong_in_print_stands_as_a_warning_with_its_place(
    corpus: tuple[Workspace, Summary], check: str, name: str, page: int, words: tuple[str, ...]
) -> None:
    """A total with a comma, a million with a point, a percentage that does not fit, a table announced and missing."""
    workspace, _ = corpus
    [finding] = [f for f in workspace.rows("findings", check=check) if document(f) == name]
    assert (finding["severity"], finding["page"], finding["status"]) == ("warning", page, "open")
    assert all(w in finding["message"] for w in words), finding["message"]
    assert finding["top"] is not None or check == "saving-percent"


def test_there_are_no_other_findings_than_leads(corpus: tuple[Workspace, Summary]) -> None:
    """Four warnings: no noise in which they would drown."""
    _, summary = corpus
    assert checks(summary.findings) == [
        "announced-table-missing", "number-format", "number-format", "saving-percent"
    ]  # fmt: skip


def test_the_leads_are_those_that_a_person_finds_in_the_documents(corpus: tuple[Workspace, Summary]) -> None:
    """The bridging money that pays half of the first year, the building sold as a saving, the proposal that only costs …"""
    _, summary = corpus
    found = sorted(((f["score"], f["check"], f["message"]) for f in summary.findings if f["score"] is not None), reverse=True)
    assert Counter(check for _, check, _ in found) == {
        "first-year-only": 1, "overview-only": 2, "one-off-saving": 1, "saves-nothing": 1, "shrinking-saving": 3,
        "saving-costs-staff": 2, "outsized-saving": 3, "text-differs": 1, "saving-without-staff": 4,
    }  # fmt: skip
    first = "\n".join(message for _, _, message in found[:6])
    for words in ("6,04 mio. kr. in 2024 and nothing after that; that is 50 %", "Salg af bygning", "would cost 1,6 mio. kr.",
                  "“Velfærdsteknologi” stands among the savings, and costs 8 mio. kr.",
                  "8,41 mio. kr. in 2024 and only 2"):  # fmt: skip
        assert words in first
    by_check = {check: message for _, check, message in found}
    assert "13,75 mio. kr., the table of 9,094 mio. kr. in 2024" in by_check["text-differs"]
    assert {f["severity"] for f in summary.findings if f["score"] is not None} == {"info"}


def test_the_ambiguous_total_is_settled_by_its_sum(corpus: tuple[Workspace, Summary]) -> None:
    """`12,000` under `1.000 kr.` is 12.000: the row says by which relation, and that relation holds with it."""
    workspace, _ = corpus
    [total] = workspace.rows("line_items", value_printed="12,000")
    assert (total["amount_dkk"], total["row_kind"], total["verification"]) == (12_000_000, "total", "verified")
    [relation] = workspace.rows("relations", relation_id=total["decided_by"])
    assert relation["status"] == "holds" and total["line_item_id"] in relation["line_item_ids"]
    decided = [i["value_printed"] for i in workspace.rows("line_items") if i["decided_by"]]
    assert decided == ["12,000"]


def test_the_second_witness_reads_every_figure_alike(corpus: tuple[Workspace, Summary]) -> None:
    """pdfplumber, and camelot for ruled tables, asked for all 432 figures: not one finding, and nothing else changes."""
    workspace, first = corpus
    before = workspace.bytes()
    summary = workspace.run(witness=True)
    assert "witness" not in checks(summary.findings)
    assert (summary.read, summary.findings) == (0, first.findings)
    assert workspace.bytes() == before


def test_documents_say_what_they_are(corpus: tuple[Workspace, Summary]) -> None:
    """Department, kind and round are captured from the text; the folder only knows the municipality."""
    workspace, _ = corpus
    rows = {document(r): (r["department"], r["kind"], r["budget_year"]) for r in workspace.rows("documents")}
    assert rows == {
        "ba-budgetmateriale-2023": ("BA", "letter", 2023), "msb-omprioriteringskatalog-2024": ("MSB", "catalogue", 2024),
        "mso-administration-2024": ("MSO", "catalogue", 2024), "mso-notat-2024": ("MSO", "memo", 2024),
        "mso-velfaerdspuljen-2024": ("MSO", "catalogue", 2024),
    }  # fmt: skip
    assert {r["municipality"] for r in workspace.rows("documents")} == {"aarhus"}
