"""Relations that reach further than a table: amounts on top of each other, wholes and parts, wages, the next round."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from click import unstyle
from click.testing import CliRunner

from pipeline.checks import Reconciled, reconcile
from pipeline.checks.record import Document, Relation
from pipeline.cli import main
from pipeline.rules import RuleError, RuleSet, load_rules
from tests.documents import Numbered, Row, Section, Sectioned, Sheet, row
from tests.test_checks import read, reconciled
from tests.workspaces import RULES, Saves, Workspace

NET, STAFF = "Nettoændringer i driftsudgifter i alt", "Personaleændringer (fuldtidsstillinger)"


def catalogue(figures: Sequence[int], *text: str, rows: Sequence[Row] = (), title: str = "Ny vagtplan",
              total: str = "OMPRIORITERINGSTILTAG, I ALT") -> Sectioned:  # fmt: skip
    """One proposal in the layout in which a saving is negative."""
    own = (*(rows or [row("Omlægning af vagter", *figures)]), row(NET, *figures))
    if any(r.label == STAFF for r in own):
        own = tuple(sorted(own, key=lambda r: r.label == STAFF))
    overview = (row(title.upper(), *figures), row(total, *figures, bold=True))
    return Sectioned(overview, (Section("BFU-1", title, own, text=text or ("Uden beløb.",)),))


def tied(done: Reconciled, printed: str) -> list[tuple[int | None, str]]:
    """Year and printed figure of what the one amount with that print restates."""
    [tie] = [t for t in done.ties if t.amount.printed == printed]
    return [(i.year, i.value_printed) for _, i in tie.figures]


def of_kind(done: Reconciled, kind: str) -> list[Relation]:
    return [r for r in done.relations if r.kind == kind]


def opened(document: Saves, rules: RuleSet, name: str) -> Document:
    with tempfile.TemporaryDirectory() as folder:
        return read(document.save(Path(folder) / "x.pdf"), rules, name)


# --- text over the years ---------------------------------------------------------------------------------------------


def test_rising_to_ties_both_years(rules: RuleSet) -> None:
    """`3,5 stigende til 4,0 mio. kr. i 2027`: the first amount borrows the unit and means the first year."""
    done = reconciled(catalogue((-3500, -3500, -3800, -4000), "Det giver 3,5 stigende til 4,0 mio. kr. i 2027."), rules)
    assert tied(done, "3,5") == [(2024, "-3.500")] and tied(done, "4,0 mio.") == [(2027, "-4.000")]
    wrong = reconciled(catalogue((-3500, -3500, -4000, -3900), "Det giver 3,5 stigende til 4,0 mio. kr. i 2027."), rules)
    assert [t.amount.printed for t in wrong.ties] == ["3,5"], "4,0 in 2026 is not 4,0 in 2027"


CHAINS = {
    "2,0 mio. kr. i 2024 og yderligere 1,5 mio. kr. i 2025 og frem": ((-2000, -3500, -3500, -3500), [2025, 2026, 2027]),
    "2,0 mio. kr. i 2024, yderligere 1,5 mio. kr. i 2025": ((-2000, -3500, -3600, -3700), [2025]),
    "2,0 mio. kr. i 2024 samt yderligere 1,5 mio. kr. i 2026 og fremefter": ((-2000, -2000, -3500, -3500), [2026, 2027]),
}


@pytest.mark.parametrize("text", CHAINS)
def test_amounts_on_top_of_each_other_add_up(text: str, rules: RuleSet) -> None:
    """The later years are the sum, as an equation of the two amounts and the figure, which it verifies."""
    figures, years = CHAINS[text]
    done = reconciled(catalogue(figures, f"Forslaget giver {text}."), rules)
    assert tied(done, "2,0 mio.") == [(2024, "-2.000")]
    assert [y for y, _ in tied(done, "1,5 mio.")] == years
    sums = [r for r in of_kind(done, "text-meets-table") if len(r.terms) == 3]
    assert [(r.year, r.residual) for r in sums] == [(y, 0) for y in years]
    assert sums[0].equation.replace("−", "").replace(" ", "") == "2,0mio.1,5mio.=-3.500"
    assert set(done.amount_verdicts.values()) == {"verified"} and not done.violated


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("2,0 mio. kr. i 2024 og yderligere 1,5 mio. kr. i 2025 og frem", (-2000, -3500, -3500, -4800)),  # not in 2027
        ("2,0 mio. kr. i 2024 og yderligere 1,5 mio. kr. i 2025", (-2000, -1500, -1500, -1500)),  # not on top, as printed
        ("2,0 mio. kr. i 2024 og 3,5 mio. kr. i 2025", (-2000, -5500, -5500, -5500)),  # not said to come on top
    ],
)
def test_amounts_that_do_not_add_up_prove_nothing(text: str, figures: Sequence[int], rules: RuleSet) -> None:
    done = reconciled(catalogue(figures, f"Forslaget giver {text}."), rules)
    assert not [r for r in of_kind(done, "text-meets-table") if len(r.terms) == 3]
    assert [f.check for f in done.findings if f.severity == "error"] == []
    later = [n for n, a in done.amounts["document"] if a.printed != "2,0 mio."]
    assert {done.amount_verdicts[n] for n in later} == {"unverifiable"}


@pytest.mark.parametrize(
    ("text", "figure", "verified"),
    [("1 mio. kr.", -1450, False), ("1 mio. kr.", -1000, False), ("2 mio. kr.", -2000, False), ("0,6 mio. kr.", -600, False),
     ("1,0 mio. kr.", -1000, True), ("1,4 mio. kr.", -1440, True), ("10 mio. kr.", -10400, True), ("600.000 kr.", -600, True)],
)  # fmt: skip
def test_an_amount_of_one_digit_verifies_nothing(text: str, figure: int, verified: bool, rules: RuleSet) -> None:
    """It was tied because it agrees, and nearly any figure would: only with two significant digits does that say something."""
    alone = replace(catalogue((figure, figure, figure, figure), f"Der spares {text} i 2024."), overview=())
    one = replace(alone.sections[0], rows=alone.sections[0].rows[:1])
    done = reconciled(replace(alone, sections=(one,)), rules)
    [tie] = done.ties
    assert done.amount_verdicts[tie.amount_id] == ("verified" if verified else "unverifiable")
    [item] = [i for d in done.documents for i in d.items if i.year == 2024]
    assert item.verification == ("verified" if verified else "unverifiable")


# --- a whole and its parts -------------------------------------------------------------------------------------------


class Memo:
    """A memo that names a pool."""

    def __init__(self, pool: str) -> None:
        self.pool = pool

    def save(self, path: Path) -> Path:
        sheet = Sheet(path)
        sheet.line("1. Baggrund", bold=True)
        sheet.line(f"I Budgetforliget for 2024 i Prøveby Kommune er det besluttet, at der skal omprioriteres {self.pool} til")
        sheet.line("Velfærdspuljen. Ældre og Omsorg (AEO) har samlet sine forslag i bilag 1.")
        return sheet.save()


def numbered(total: int) -> Numbered:
    return Numbered((row("1. Færre biler", total, total, total, total), row("Nettoændringer i driftsudgifter", *[total] * 4)),
                    (("Færre biler", "Uden beløb."),))  # fmt: skip


def pool(rules: RuleSet, whole: str, *catalogues: Saves) -> Reconciled:
    documents = [opened(Memo(whole), rules, "memo")]
    documents += [opened(c, rules, f"catalogue {n}") for n, c in enumerate(catalogues)]
    return reconcile(documents)


def test_the_catalogues_are_parts_of_the_pool_that_a_memo_names(rules: RuleSet) -> None:
    """Whatever sign each catalogue prints a saving with. It holds as a bound, and proves nothing by that."""
    done = pool(rules, "75 mio. kr.", numbered(17700), catalogue((-19730,) * 4))
    [relation] = of_kind(done, "parts-of-whole")
    assert relation.equation == "17.700 + 19.730 ≤ 75 mio." and relation.fits and relation.year == 2024
    assert relation.relation_id not in done.violated
    [amount] = [n for n, a in done.amounts["memo"] if a.printed == "75 mio."]
    assert done.amount_verdicts[amount] == "unverifiable" and relation.result.figure == amount
    assert all(relation.relation_id not in i.verified_by for d in done.documents for i in d.items)
    assert [f.check for f in done.findings if f.severity == "error"] == []


def test_parts_that_come_to_more_than_the_pool_are_an_error(rules: RuleSet) -> None:
    """Half the last digit of `37 mio.` is room; a `ca.` makes it an info; no part at all is told."""
    done = pool(rules, "37 mio. kr.", numbered(17700), catalogue((-19730,) * 4))
    assert [f for f in done.findings if f.check == "parts-of-whole"] == [], "37,43 is 37 to the million"
    done = pool(rules, "36 mio. kr.", numbered(17700), catalogue((-19730,) * 4))
    [error] = [f for f in done.findings if f.check == "parts-of-whole"]
    assert (error.severity, error.document_id, error.expected, error.actual) == ("error", "memo", 37_430_000, 36_000_000)
    assert "17.700 + 19.730 > 36 mio." in error.message and len(error.line_item_ids) == 2
    assert done.violated == {r.relation_id for r in of_kind(done, "parts-of-whole")}
    done = pool(rules, "ca. 36 mio. kr.", numbered(17700), catalogue((-19730,) * 4))
    assert [f.severity for f in done.findings if f.check == "parts-of-whole"] == ["info"]
    done = pool(rules, "36 mio. kr.", catalogue((-19730,) * 4, total="I ALT"))
    assert [f.check for f in done.findings if f.severity == "info" and f.score is None] == ["restated-figure-missing"]


def with_rule(folder: Path, name: str, old: str, new: str) -> Path:
    """The rules of the repository in a folder of their own, with one text of one rule replaced or, without `old`, added."""
    shutil.copytree(RULES, folder)
    file = folder / f"{name}.yaml"
    text = file.read_text("utf-8")
    assert not old or text.count(old) == 1
    file.write_text(text.replace(old, new) if old else text + new, "utf-8")
    return folder


def test_parts_that_make_up_the_whole_are_an_equation(tmp_path: Path) -> None:
    """`complete: true` with weights: a part may be taken off. Then it verifies, and a difference is an error."""
    folder = with_rule(tmp_path / "rules", "memo", "    parts:  ", "    complete: true\n    parts:  ")
    rules = load_rules(folder)
    done = pool(rules, "37,43 mio. kr.", numbered(17700), catalogue((-19730,) * 4))
    [relation] = of_kind(done, "parts-of-whole")
    assert relation.equation == "17.700 + 19.730 = 37,43 mio." and "verified" in done.amount_verdicts.values()
    done = pool(rules, "37,34 mio. kr.", numbered(17700), catalogue((-19730,) * 4))
    [error] = [f for f in done.findings if f.severity == "error"]
    assert error.check == "parts-of-whole" and error.difference == -90_000
    taken_off = with_rule(tmp_path / "less", "memo", "        label: {pattern: '(?i)^ompr",
                          "        weight: -1\n        label: {pattern: '(?i)^ompr")  # fmt: skip
    done = pool(load_rules(taken_off), "1 mio. kr.", numbered(20000), catalogue((-19730,) * 4))
    assert of_kind(done, "parts-of-whole")[0].equation == "20.000 − 19.730 ≤ 1 mio."


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("  - name: pool\n", "  - name: pool\n    document: {pattern: x, examples: [x]}\n", "each part has its own"),
        ("  - name: administration\n", "  - name: administration\n    complete: true\n", "need `parts`"),
        ("  - name: pool\n", "  - name: administration\n", "'administration' stands twice"),
        ("      - document: {pattern: '^OMPR", "      - wait: 2\n        document: {pattern: '^OMPR", "unknown key 'wait'"),
    ],
)
def test_a_whole_that_is_declared_wrongly_is_told_with_its_line(tmp_path: Path, old: str, new: str, words: str) -> None:
    with pytest.raises(RuleError) as caught:
        load_rules(with_rule(tmp_path / "rules", "memo", old, new))
    assert words in str(caught.value) and "memo.yaml:" in str(caught.value)


# --- staffing and wages ----------------------------------------------------------------------------------------------

PRICES = """
prices:
  - name: average_wage
    pattern: 'gennemsnitsløn på (?P<amount>[\\d.]+ kr\\.)'
    examples: ['en gennemsnitsløn på 500.000 kr.']
    wages: {pattern: '^(?:Løn|Personaleudgifter)', examples: [Personaleudgifter]}
"""


@pytest.fixture(scope="module")
def priced(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    return load_rules(with_rule(tmp_path_factory.mktemp("priced") / "rules", "proposal-catalogue", "", PRICES))


def staffed(wages: int, staff: str, *text: str, label: str = "Personaleudgifter") -> Sectioned:
    rows = (row(label, *[wages] * 4), row("Udstyr", *[100] * 4), Row(STAFF, (staff,) * 4))
    return catalogue((wages + 100,) * 4, *text, rows=rows)


@pytest.mark.parametrize(
    ("wages", "staff", "fits"),
    [(-1780, "-3,5", True), (-1750, "-3,5", True), (-1200, "-3,5", False), (1780, "-3,5", False), (1000, "+2", True)],
)  # fmt: skip
def test_positions_times_price_come_near_the_wages(wages: int, staff: str, fits: bool, priced: RuleSet) -> None:
    """Within 5 % and the half position that `-3,5` leaves open in its last digit; it proves nothing either way."""
    done = reconciled(staffed(wages, staff, "Der regnes med en gennemsnitsløn på 500.000 kr."), priced)
    relations = of_kind(done, "staffing-meets-wages")
    assert [r.year for r in relations] == [2024, 2025, 2026, 2027] and {r.fits for r in relations} == {fits}
    assert relations[0].equation == f"{staff.removeprefix('+')} × 500.000 kr. ≈ {wages:,}".replace(",", ".").replace("3.5", "3,5")
    [staff_item] = [i for d in done.documents for i in d.items if i.row_kind == "staffing" and i.year == 2024]
    assert staff_item.line_item_id in [t.figure for t in relations[0].terms] and staff_item.verification == "unverifiable"
    leads = [f for f in done.findings if f.check == "staffing-meets-wages"]
    assert [f.severity for f in leads] == ([] if fits else ["info"]), "one for the row, not one a year"
    assert not done.violated and not [f for f in done.findings if f.severity == "error"]


def test_without_a_price_or_a_row_of_wages_nothing_is_compared(priced: RuleSet) -> None:
    assert not of_kind(reconciled(staffed(-1780, "-3,5"), priced), "staffing-meets-wages")
    text = "Der regnes med en gennemsnitsløn på 500.000 kr."
    assert not of_kind(reconciled(staffed(-1780, "-3,5", text, label="Færre ture"), priced), "staffing-meets-wages")
    assert not of_kind(reconciled(staffed(-1780, "0", text), priced), "staffing-meets-wages")


# --- one round and the next ------------------------------------------------------------------------------------------


def next_round(first: int, figures: Sequence[int], level: str = "2024-PL", title: str = "Færre biler",
               municipality: str = "Prøveby") -> Numbered:  # fmt: skip
    rows = (row(f"1. {title}", *figures, tail="Eff."), row("2. Ny vagtplan", *[500] * 4, tail="Eff."),
            row("Nettoændringer i driftsudgifter", *(f + 500 for f in figures)))  # fmt: skip
    return Numbered(rows, ((title, "Uden beløb."), ("Ny vagtplan", "Uden beløb.")), years=tuple(range(first, first + 4)),
                    caption=f"({level} i 1.000 kr.)", municipality=municipality)  # fmt: skip


def two_rounds(path: Path, later: Numbered) -> Workspace:
    workspace = Workspace.make(path, aeo=next_round(2024, (1000, 1200, 1200, 1200)))
    later.save(workspace.path / "raw" / "proeveby" / f"{later.years[0]}" / "aeo.pdf")
    workspace.run()
    return workspace


def test_equal_figures_of_two_rounds_verify_each_other(tmp_path: Path) -> None:
    """Each is printed once in either round; the relation stands with the later one, and both figures name it."""
    workspace = two_rounds(tmp_path / "ws", next_round(2025, (1200, 1200, 1200, 1300)))
    relations = workspace.rows("relations", relation="plan-meets-next-round")
    assert {(r["status"], r["budget_year"]) for r in relations} == {("holds", 2025)}
    assert sorted(r["year"] for r in relations) == [2025, 2025, 2026, 2026, 2027, 2027]
    for year, n in ((2024, 6), (2025, 6)):
        own = [i for i in workspace.rows("line_items", budget_year=year) if "plan-meets-next-round" in i["verified_by"]]
        assert len(own) == n and all(i["counted"] for i in own)
    assert workspace.rows("findings", check="plan-changed") == []
    [figure] = [i for i in workspace.rows("line_items", budget_year=2024, year=2025) if i["label"] == "Færre biler"]
    told = unstyle(CliRunner().invoke(main, ["-w", str(workspace.path), "explain", figure["line_item_id"]]).output)
    assert "holds  plan-meets-next-round, 2025" in told and "1.200 = 1.200" in told
    assert "proeveby/2025/aeo, page 1" in told


def test_a_changed_plan_is_a_lead_and_no_contradiction(tmp_path: Path) -> None:
    """One for the row, for the year that changed most; the comparison is undecided and no figure loses its verdict."""
    workspace = two_rounds(tmp_path / "ws", next_round(2025, (900, 700, 1200, 1300)))
    [lead] = workspace.rows("findings", check="plan-changed")
    assert (lead["severity"], lead["year"], lead["difference"], lead["budget_year"]) == ("info", 2026, -500_000, 2025)
    assert "“Færre biler” was to save 1,2 mio. kr. in 2026 by the round before (proeveby/2024/aeo, page 1)" in lead["message"]
    assert "is now to save 700.000 kr." in lead["message"] and lead["score"] > 0
    status = {r["year"]: r["status"] for r in workspace.rows("relations", relation="plan-meets-next-round") if r["difference"]}
    assert status == {2025: "undecided", 2026: "undecided"}
    assert {i["verification"] for i in workspace.rows("line_items") if i["amount"] is not None} == {"verified"}


@pytest.mark.parametrize(
    ("later", "checks"),
    [
        (next_round(2025, (1230, 1240, 1240, 1240), level="2025-PL"), []),  # what prices have risen by
        (next_round(2025, (1500, 1240, 1240, 1240), level="2025-PL"), ["plan-changed"]),
        (next_round(2025, (900, 700, 700, 700), title="Færre busser"), []),  # another proposal
        (next_round(2026, (900, 700, 700, 700)), []),  # not the next round
        (next_round(2025, (900, 700, 700, 700), municipality="Andetsted"), []),
        (replace(next_round(2025, (900, 700, 700, 700)), department="Teknik (TEK)"), []),
    ],
)
def test_only_the_same_row_of_the_next_round_is_compared(tmp_path: Path, later: Numbered, checks: list[str]) -> None:
    workspace = two_rounds(tmp_path / "ws", later)
    assert [f["check"] for f in workspace.rows("findings", check="plan-changed")] == checks


def test_a_row_that_stands_twice_is_compared_with_neither(tmp_path: Path) -> None:
    """Two rows of one name in a round: nothing tells which of them is meant."""
    later = next_round(2025, (900, 700, 700, 700))
    twice = replace(later, rows=(later.rows[0], row("2. Færre biler", *[500] * 4, tail="Eff."), later.rows[2]),
                    sections=(("Færre biler", "Uden beløb."), ("Færre biler", "Uden beløb.")))  # fmt: skip
    workspace = two_rounds(tmp_path / "ws", twice)
    assert not [r for r in workspace.rows("relations", relation="plan-meets-next-round")]


