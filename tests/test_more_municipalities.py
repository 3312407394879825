"""Two more invented municipalities, taken in by rules alone: a Danish overview of appropriations, a Swedish follow-up.

Their data in `samples/more/` is what the figures are compared with; `samples/typeset.py` proves that its sums close.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipeline.dataset.reading import open_dataset
from pipeline.extract import choose_rule
from pipeline.parse.document import page_text
from pipeline.read import read_pages
from pipeline.rules import RuleSet, check_rules, load_rules
from pipeline.rules.equations import SumRule
from pipeline.rules.identify import identify
from pipeline.rules.load import RuleError
from pipeline.run import Summary
from samples import typeset
from tests.workspaces import RULES, SAMPLES, Workspace, hashes

NORDSUND, SJOEVIK = "nordsund/2025/bevillingsoversigt", "sjoevik/2024/uppfoljning"
RULE_OF = {NORDSUND: "appropriations", SJOEVIK: "follow-up"}
COLUMNS: dict[str, tuple[int | None, str, str]] = {  # heading -> year, phase, measure
    "Udgifter": (2025, "budget", "expenditure"),
    "Indtægter": (2025, "budget", "income"),
    "Netto": (2025, "budget", "net"),
    "Utfall 2023": (2023, "actual", "net"),
    "Budget 2024": (2024, "budget", "net"),
    "Avvikelse": (None, "deviation", "net"),
}


def source(document: str) -> Path:
    return typeset.MORE / f"{document}.toml"


def publish(path: Path, *pdfs: tuple[str, Path]) -> tuple[Workspace, Summary]:
    """A workspace with the rules of the repository and some documents, run once."""
    shutil.copytree(RULES, path / "rules")
    for document, pdf in pdfs:
        target = path / "raw" / f"{document}.pdf"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(pdf, target)
    workspace = Workspace(path)
    return workspace, workspace.run()


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Summary]:
    """Both documents, published."""
    pdfs = [(d, typeset.STATEMENTS / f"{d}.pdf") for d in RULE_OF]
    return publish(tmp_path_factory.mktemp("more"), *pdfs)


def expected(document: str) -> Counter[tuple[object, ...]]:
    """Every figure that the data of a document prints, with what the dataset must say of it."""
    statement = typeset.read_statement(source(document))
    currency, units = ("DKK", {1_000: "t.kr."}) if document == NORDSUND else ("SEK", {1_000: "tkr", 1_000_000: "mkr"})
    out: Counter[tuple[object, ...]] = Counter()
    for number, table in enumerate(statement.tables, 1):
        top = max(row.level for row in table.rows)
        for row in table.rows:
            kind = "item" if row.level == 1 else "total" if row.level == top else "subtotal"
            for column, printed in zip(table.columns[-3:], row.figures, strict=False):
                year, phase, measure = COLUMNS[column]
                amount = statement.value(printed) * table.unit
                counted = number == 1 and (kind, measure) == ("item", "net") and phase != "deviation"
                out[
                    f"t{number:03d}", row.name, row.account or None, kind, column, year, phase, measure, amount,
                    currency, int(amount) if currency == "DKK" else None, printed, units[table.unit], counted,
                ] += 1  # fmt: skip
    return out


def found(workspace: Workspace, document: str) -> Counter[tuple[object, ...]]:
    """The same of what is published."""
    columns = ("row_kind", "column_printed", "year", "phase", "measure", "amount", "currency", "amount_dkk",
               "value_printed", "unit_printed", "counted")  # fmt: skip
    return Counter(
        (r["table_id"], r["label"], dict(r["attributes"]).get("account_number"), *(r[c] for c in columns))
        for r in workspace.rows("line_items", document_id=document)
    )


@pytest.mark.parametrize(("document", "figures"), [(NORDSUND, 165), (SJOEVIK, 93)])
def test_every_figure_is_exact_and_there_is_none_too_many(
    published: tuple[Workspace, Summary], document: str, figures: int
) -> None:
    """All that the data prints, wherever it stands; also behind the page break, and with its account number."""
    wanted, got = expected(document), found(published[0], document)
    assert (wanted - got, got - wanted) == (Counter(), Counter())
    assert got.total() == figures
    ids = [r["line_item_id"] for r in published[0].rows("line_items", document_id=document)]
    assert len(set(ids)) == figures


def test_everything_is_verified_and_nothing_is_found(published: tuple[Workspace, Summary]) -> None:
    """No finding of any severity: no unclaimed number, no table without rule, no sum that does not close."""
    workspace, summary = published
    assert (summary.exit_code, summary.quarantined, summary.findings) == (0, (), ())
    assert summary.proof.figures == summary.proof.amounts == summary.proof.verified == 258
    assert all(
        {"columns-in-row", "items-to-total"} <= set(r["verified_by"]) for r in workspace.rows("line_items")
    )  # every figure in its row and in a sum
    assert {r["document_id"]: r["rule_id"] for r in workspace.rows("line_items")} == RULE_OF


def test_every_level_of_subtotals_is_an_equation_of_its_own(published: tuple[Workspace, Summary]) -> None:
    """Each sum takes in the rows of the level below, each row once."""
    for document, tables in ((NORDSUND, 1), (SJOEVIK, 2)):
        sums = published[0].rows("relations", document_id=document, relation="items-to-total")
        statement = typeset.read_statement(source(document))
        assert len(statement.tables) == tables
        rows = [row for table in statement.tables for row in table.rows if row.level]
        assert len(sums) == 3 * sum(row.level > 1 for row in rows)
        taken = Counter(i for r in sums for i in r["line_item_ids"][:-1])
        assert set(taken.values()) == {1} and len(taken) == 3 * (len(rows) - tables)  # all but the last total
        across = published[0].rows("relations", document_id=document, relation="columns-in-row")
        assert len(across) == len(rows)


def test_the_equation_of_a_row_reads_as_it_is_meant(published: tuple[Workspace, Summary]) -> None:
    """Income is printed with a minus, and a deviation is the outturn less the budget."""
    equations = {r["equation"] for r in published[0].rows("relations", relation="columns-in-row")}
    assert {"9.555 − 459 = 9.096", "14.938 − 15.734 = -796"} <= equations
    assert {"−97 656 + 98 400 = 744", "−89 506 + 88 400 = −1 106", "6,2 − 4,2 = 2,0"} <= equations


def test_what_counts_adds_up_to_the_grand_total(published: tuple[Workspace, Summary]) -> None:
    """The one line that never counts twice, in two currencies."""
    sums = open_dataset(published[0].path).sql(
        "SELECT municipality, currency, year, phase, sum(amount)::BIGINT AS amount, count(saving_dkk) AS savings "
        "FROM line_items WHERE counted GROUP BY ALL ORDER BY ALL"
    )
    assert [tuple(r.values()) for r in sums.to_pylist()] == [
        ("nordsund", "DKK", 2025, "budget", 1_601_424_000, 0),
        ("sjoevik", "SEK", 2023, "actual", 9_456_000, 0),
        ("sjoevik", "SEK", 2024, "budget", 9_710_000, 0),
    ]


def test_what_the_documents_say_of_themselves(published: tuple[Workspace, Summary]) -> None:
    """Municipality and year are captured, amounts in the text read in their own currency."""
    about = ("municipality", "budget_year", "title", "kind", "stage", "pages", "status")
    assert [tuple(r[c] for c in about) for r in published[0].rows("documents")] == [
        ("nordsund", 2025, "Bevillingsoversigt til budget 2025", "appropriations", "adopted", 2, "ok"),
        ("sjoevik", 2024, "Ekonomisk uppföljning 2024", "follow-up", "followup", 1, "ok"),
    ]
    amounts = {(r["value_printed"], r["amount"], r["currency"]) for r in published[0].rows("amounts")}
    assert amounts == {
        ("1.601,4 mio.", Decimal(1_601_400_000), "DKK"),
        ("9,5 mkr", Decimal(9_500_000), "SEK"),
        ("9 710 tkr", Decimal(9_710_000), "SEK"),
    }


# --- one digit ------------------------------------------------------------------------------------------------------

Alter = Callable[[str, str, str], Path]


@pytest.fixture
def alter(tmp_path: Path) -> Alter:
    """Typesets a document anew with one piece of its data replaced, unproved."""

    def typeset_altered(document: str, old: str, new: str) -> Path:
        folder = tmp_path / "samples"
        shutil.copytree(typeset.SAMPLES, folder, ignore=shutil.ignore_patterns("*.pdf", "__pycache__"))
        path = folder / "more" / f"{document}.toml"
        text = path.read_text("utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), "utf-8")
        layout = folder / typeset.read_statement(path).layout
        typeset.compile_pdf(layout, path.relative_to(folder).as_posix(), tmp_path / "altered.pdf")
        return tmp_path / "altered.pdf"

    return typeset_altered


SLIPS = {
    "an item": (NORDSUND, '"9.555", "-459"', '"9.565", "-459"', "Grønne områder og naturpladser", "Udgifter", "9.555", 2025),
    "income behind the page break": (NORDSUND, '"-7.170"', '"-7.710"', "Botilbud til længerevarende ophold", "Indtægter",
                                     "-7.170", 2025),
    "the sum of a main account": (NORDSUND, '"37.598"', '"37.958"', "Sundhed for børn og unge", "Netto", "37.598", 2025),
    "the grand total": (NORDSUND, '"-124.932"', '"-124.982"', "Bevillinger i alt", "Indtægter", "-124.932", 2025),
    "a budget in millions": (SJOEVIK, '"−112,4"', '"−112,9"', "Ombyggnad av Norra skolan", "Budget 2024", "-112,4", 2024),
    "the sign of a deviation": (SJOEVIK, '"−1 106"', '"1 106"', "Stöd till personer med funktionsnedsättning", "Avvikelse",
                                "-1.106", None),
}  # fmt: skip


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS.keys())
def test_a_changed_digit_is_an_error_that_names_the_cell(
    alter: Alter, tmp_path: Path, slip: tuple[str, str, str, str, str, str, int | None]
) -> None:
    """Row and column cross in the one figure that is wrong, and say what it should be."""
    document, old, new, label, column, right, year = slip
    workspace, summary = publish(tmp_path / "workspace", (document, alter(document, old, new)))
    assert summary.exit_code == 1
    [error] = summary.errors
    [guilty] = error["line_item_ids"]
    [cell] = workspace.rows("line_items", line_item_id=guilty)
    assert (cell["label"], cell["column_printed"], cell["year"]) == (label, column, year)
    assert cell["verification"] == "contradicted" and label in error["message"]
    unit = 1_000_000 if "," in right else 1_000
    assert error["expected"] == Decimal(right.replace(".", "").replace(",", ".")) * unit
    assert [r["label"] for r in workspace.rows("line_items", verification="contradicted")] == [label]


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS.keys())
def test_no_such_slip_is_typeset_by_accident(slip: tuple[Any, ...]) -> None:
    """The proof before typesetting refuses it."""
    document, old, new = slip[:3]
    data = typeset.tomllib.loads(source(document).read_text("utf-8").replace(old, new))
    with pytest.raises(AssertionError):
        typeset.prove_statement(typeset.Statement.model_validate(data), document)


@pytest.mark.parametrize(
    ("document", "old", "new"), [(NORDSUND, "1.601,4", "1.601,5"), (SJOEVIK, "9 710 tkr", "9 711 tkr")]
)
def test_the_amounts_in_the_text_are_proved_too(document: str, old: str, new: str) -> None:
    data = typeset.tomllib.loads(source(document).read_text("utf-8").replace(old, new))
    with pytest.raises(AssertionError, match="in the text is off"):
        typeset.prove_statement(typeset.Statement.model_validate(data), document)


def test_the_documents_are_what_their_sources_typeset(tmp_path: Path) -> None:
    """To the byte."""
    assert len(list(typeset.typeset_statements(tmp_path))) == 2
    assert hashes(tmp_path) == hashes(typeset.STATEMENTS)


# --- the rules ------------------------------------------------------------------------------------------------------


def test_the_rules_are_without_fault() -> None:
    """Examples both ways, the Swedish language included."""
    assert check_rules(RULES) == []


def test_each_document_fits_its_own_rule_and_no_other(rules: RuleSet) -> None:
    """Neither of the two fits a document of the sample round, nor any rule of the round one of these."""
    fits = {}
    for folder in (SAMPLES, typeset.STATEMENTS):
        for path in folder.rglob("*.pdf"):
            text = tuple(page_text(p) for p in read_pages(path))
            fits[path.stem] = [r.id for r in identify(rules, text)]
            assert choose_rule(rules, text, False) is not None
    wanted = {
        "aeo-notat": "memo",
        "aeo-velfaerdspuljen": "numbered-catalogue",
        "fob-omprioriteringskatalog": "proposal-catalogue",
    }
    wanted |= {d.rpartition("/")[2]: rule for d, rule in RULE_OF.items()}
    assert fits == {document: [rule] for document, rule in wanted.items()}


@pytest.mark.parametrize(("equation", "result"), [
    ("net = expenditure - income", "net"), ("expenditure + income = net", "net"), ("budget = adjusted", "adjusted"),
])  # fmt: skip
def test_an_equation_between_columns_works_out_the_term_that_stands_alone(equation: str, result: str) -> None:
    assert SumRule(equation=equation).result == result


def test_years_counted_from_the_budget_year_need_one(tmp_path: Path) -> None:
    """A rule that says how many years after the budget year must say where the budget year stands."""
    shutil.copytree(RULES, tmp_path / "rules")
    path = tmp_path / "rules" / "appropriations.yaml"
    text = path.read_text("utf-8")
    start = text.index("  budget_year:")
    path.write_text(text[:start] + text[text.index("\nmoney:") :], "utf-8")
    with pytest.raises(RuleError, match="`budget_year_plus` needs `budget_year` under `document`"):
        load_rules(tmp_path / "rules")
