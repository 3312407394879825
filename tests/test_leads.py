"""What a journalist would ask about: each lead where it is due, and silence beside it."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.checks import reconcile
from pipeline.checks.lead_record import median, money, score
from pipeline.checks.record import Document
from pipeline.model import Finding
from pipeline.rules import RuleSet
from tests.documents import Numbered, Row, Section, Sectioned, altered, danish, row
from tests.test_checks import read
from tests.workspaces import Saves, Workspace

NET, STAFF = "Nettoændringer i driftsudgifter i alt", "Personaleændringer (fuldtidsstillinger)"
TITLES = ("Færre biler", "Ny vagtplan i hjemmeplejen", "Digital selvbetjening", "Samling af tre kontorer",
          "Kortere åbningstid på biblioteket", "Genbrug af hjælpemidler")  # fmt: skip


def opened(document: Saves, rules: RuleSet, name: str = "document") -> Document:
    with tempfile.TemporaryDirectory() as folder:
        return read(document.save(Path(folder) / "x.pdf"), rules, name)


def leads(document: Saves, rules: RuleSet) -> dict[str, list[Finding]]:
    """The leads of a document by check, the best first."""
    out: dict[str, list[Finding]] = {}
    for f in sorted(reconcile([opened(document, rules)]).findings, key=lambda f: -(f.score or 0)):
        if f.score is not None:
            out.setdefault(f.check, []).append(f)
    return out


def numbered(*savings: Sequence[int], staff: Sequence[str] = ()) -> Numbered:
    """A catalogue in which a saving is positive, and a positive staffing figure is fewer positions."""
    rows = [row(f"{n}. {t}", *s, tail="Eff.") for n, (t, s) in enumerate(zip(TITLES, savings, strict=False), 1)]
    rows.append(row("Nettoændringer i driftsudgifter", *(sum(c) for c in zip(*savings, strict=True))))
    if staff:
        rows.append(Row("Personaleændringer", tuple(staff)))
    return Numbered(tuple(rows), tuple((t, "Teksten nævner ingen beløb.") for t, _ in zip(TITLES, savings, strict=False)))


def sectioned(*proposals: Section) -> Sectioned:
    """A catalogue in which a saving is negative, and a positive staffing figure is more positions. The overview is made."""
    nets = [[int(f.replace(".", "")) for f in next(r for r in s.rows if r.label == NET).figures] for s in proposals]
    overview = [row(s.title.upper(), *net) for s, net in zip(proposals, nets, strict=True)]
    return Sectioned((*overview, row("I ALT", *(sum(c) for c in zip(*nets, strict=True)), bold=True)), proposals)


def proposal(n: int, net: Sequence[int], staff: str | None = None, text: Sequence[str] = ("Teksten nævner ingen beløb.",),
             label: str = "Ændring", rows: Sequence[Row] = ()) -> Section:  # fmt: skip
    own = [*rows] or [row(label, *net)]
    own.append(row(NET, *net))
    if staff is not None:
        own.append(row(STAFF, *[staff] * 4))
    return Section(f"BFU-{n}", TITLES[n - 1], tuple(own), text=tuple(text))


# --- years -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("figures", "check", "words"),
    [
        ((2800, 900, 400, 300), "shrinking-saving", "saves 2,8 mio. kr. in 2024 and only 300.000 kr. in 2027"),
        ((900, 1000, 500, 0), "shrinking-saving", "saves 1 mio. kr. in 2025 and nothing in 2027"),
        ((900, 900, 0, -200), "shrinking-saving", "saves 900.000 kr. in 2024, but costs 200.000 kr. in 2027"),
        ((2800, 0, 0, 0), "first-year-only", "saves 2,8 mio. kr. in 2024 and nothing after that; that is 74 % of what"),
        ((2800, -100, 0, 0), "first-year-only", "and costs up to 100.000 kr. a year after that"),
        ((-2000, -3000, -3000, 500), "saves-nothing", "stands among the savings, and costs 7,5 mio. kr. in 2024–2027"),
        ((1000, 1000, 1000, 910), None, ""),  # less than a tenth
        ((500, 1000, 1000, 1000), None, ""),
        ((-600, 500, 1000, 1400), None, ""),
        ((0, 0, 0, 0), None, ""),
    ],
)  # fmt: skip
def test_savings_over_the_years(figures: Sequence[int], check: str | None, words: str, rules: RuleSet) -> None:
    """One lead for each kind of course, with the figures of its row; a steady or growing saving has none."""
    found = leads(numbered(figures, (1000, 1000, 1000, 1000)), rules)
    assert list(found) == ([check] if check else [])
    for [lead] in found.values():
        assert words in lead.message and lead.severity == "info" and lead.page == 1
        assert len(lead.line_item_ids) == 4 and lead.difference


def test_a_row_that_a_sum_contradicts_gives_no_lead(rules: RuleSet) -> None:
    """`9.000` for `900`: the saving only seems to shrink."""
    document = numbered((900, 900, 900, 900), (1000, 1000, 1000, 1000))
    assert leads(document, rules) == {}
    slipped = replace(document, rows=altered(document.rows, 0, 0, "9.000"))
    assert leads(slipped, rules) == {}


# --- one-off money -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("Salg af bygning på Torvet", "would cost 1 mio. kr."), ("Engangsindtægt fra staten", "would cost 1 mio. kr."),
        ("Salg af pladser til andre kommuner", None), ("Færre anbringelser", None),
    ],
)  # fmt: skip
def test_one_off_money_sold_as_a_saving(label: str, words: str | None, rules: RuleSet) -> None:
    """The wording is the language file's; a row that costs something is no saving, however it is worded."""
    rows = (row(label, -3000, -3000, -3000, -3000), row("Nye stillinger", 1000, 1000, 1000, 1000))
    document = sectioned(proposal(1, (-2000,) * 4, rows=rows), proposal(2, (-500,) * 4))
    found = leads(document, rules)
    assert list(found) == (["one-off-saving"] if words else [])
    if words:
        [lead] = found["one-off-saving"]
        assert words in lead.message and "again in each year to 2027" in lead.message and len(lead.line_item_ids) == 4
        assert lead.difference == 3_000_000
    costs = (row(label, 300, 300, 300, 300), row("Færre ture", -2300, -2300, -2300, -2300))
    assert leads(sectioned(proposal(1, (-2000,) * 4, rows=costs), proposal(2, (-500,) * 4)), rules) == {}


# --- staffing ------------------------------------------------------------------------------------------------------


def test_staffing_has_one_sign_in_both_kinds_of_catalogue(rules: RuleSet) -> None:
    """`2,5` is fewer positions in the one (`positions: fewer`) and more in the other; a lead only where there are more."""
    savings = (1000, 1000, 1000, 1000)
    assert leads(numbered(savings, staff=("2,5", "2,5", "3", "3")), rules) == {}
    [lead, *_] = leads(numbered(savings, staff=("-2,5", "0", "0", "0")), rules)["saving-costs-staff"]
    assert (lead.year, lead.actual) == (2024, Decimal("2.5")) and "as a whole saves 1 mio. kr. in 2024 and adds 2,5" in lead.message
    assert leads(sectioned(proposal(1, (-1000,) * 4, "-2,5")), rules) == {}
    [lead] = leads(sectioned(proposal(1, (-1000,) * 4, "+2,5")), rules)["saving-costs-staff"]
    assert "saves 1 mio. kr. in 2024 and adds 2,5 positions" in lead.message and lead.actual == Decimal("2.5")


def test_an_expense_that_hires_is_no_lead(rules: RuleSet) -> None:
    document = sectioned(proposal(1, (1000,) * 4, "+3"), proposal(2, (-2000,) * 4, "-4"))
    assert "saving-costs-staff" not in leads(document, rules)


def test_a_saving_without_a_position_stands_out_where_the_others_cut(rules: RuleSet) -> None:
    """Only when it is worth a position by what the others save for one, and only where most of them cut."""

    def catalogue(net: int, *staff: str) -> Sectioned:
        own = [proposal(n, (-1000,) * 4, s) for n, s in enumerate(staff, 2)]
        return sectioned(proposal(1, (net,) * 4, "0"), *own)

    [lead] = leads(catalogue(-1200, "-2", "-2", "0,0"), rules)["saving-without-staff"][:1]
    assert "BFU-1" in lead.message and "2 of the other 3 proposals cut one for about every 500.000 kr." in lead.message
    assert leads(catalogue(-400, "-2", "-2"), rules) == {}, "less than one position is worth"
    assert leads(catalogue(-1200, "-2"), rules) == {}, "one other is no pattern"
    few = leads(catalogue(-1200, "-2", "-2", "0", "0", "0"), rules)
    assert "saving-without-staff" not in few, "most of the others cut none either"


# --- the area's budget, the text -----------------------------------------------------------------------------------


def budgets(*millions: int) -> Sectioned:
    return sectioned(*(
        replace(proposal(n, (-1000,) * 4), after=(f"Budget for området: {m} mio. kr.",)) for n, m in enumerate(millions, 1)
    ))  # fmt: skip


def test_a_saving_that_takes_most_of_its_budget(rules: RuleSet) -> None:
    """One of five takes half of its budget, the others one or two per cent."""
    found = leads(budgets(100, 90, 2, 80, 50), rules)
    [lead] = found["outsized-saving"]
    assert "BFU-3" in lead.message and "takes 50 % of its area's budget (1 mio. kr.)" in lead.message
    assert "take 1,2 % or less" in lead.message
    assert leads(budgets(100, 90, 60, 80, 50), rules) == {}
    assert leads(budgets(4, 3, 2, 5, 3), rules) == {}, "all of them take much"
    assert leads(budgets(100, 90, 2), rules) == {}, "too few to say what is usual"


@pytest.mark.parametrize(
    ("sentence", "lead"),
    [
        ("Forslaget giver en besparelse på 1,9 mio. kr. om året.", True),
        ("Forslaget sparer 1,9 mio. kr. i 2025.", True),
        ("Forslaget giver en besparelse på 1,6 mio. kr. om året.", False),  # as the table says
        ("Forslaget giver en besparelse på ca. 1,9 mio. kr. om året.", False),
        ("Der er i dag udgifter på 1,9 mio. kr.", False),
        ("Forslaget sparer 1,9 mio. kr. i 2031.", False),  # no year of the table
        ("Forslaget giver over fire år en besparelse på 6,4 mio. kr.", False),  # the sum of its years
        ("Der skal på landsplan spares 50 mio. kr.", False),  # speaks of something else
        ("Nattevagten giver en besparelse på 2,0 mio. kr.", False),  # the cuts alone
    ],
)
def test_a_text_that_puts_the_saving_differently(sentence: str, lead: bool, rules: RuleSet) -> None:
    """The figure of the table is -1.600 in every year, a cut of 2.000 less 400 for equipment."""
    rows = (row("Omlægning af nattevagt", *[-2000] * 4), row("Udstyr", *[400] * 4))
    found = leads(sectioned(proposal(1, (-1600,) * 4, text=(sentence,), rows=rows)), rules)
    assert list(found) == (["text-differs"] if lead else [])
    if lead:
        [told] = found["text-differs"]
        assert "speaks of a saving of 1,9 mio. kr., the table of 1,6 mio. kr." in told.message
        assert (told.expected, told.actual, told.difference) == (1_600_000, 1_900_000, 300_000)


# --- what is wrong in print ------------------------------------------------------------------------------------------


def test_a_wrong_total_is_a_lead_once_the_witness_has_read_it_alike(tmp_path: Path) -> None:
    """The rows make 2.000, the total says 2.100 in each year: an error for whoever keeps the data, a lead for others."""
    document = numbered((1000,) * 4, (1000,) * 4)
    wrong = replace(document, rows=altered(document.rows, 2, 1, danish(2100)))
    workspace = Workspace.make(tmp_path / "ws", aeo=wrong)
    summary = workspace.run()
    [lead] = [f for f in summary.findings if f["check"] == "wrong-total"]
    assert (lead["severity"], lead["year"], lead["difference"]) == ("info", 2025, 100_000)
    assert "printed as 2.100" in lead["message"] and "1.000 + 1.000 ≠ 2.100" in lead["message"]
    assert [f["check"] for f in summary.errors] == ["items-to-total"]
    assert workspace.rows("findings", check="wrong-total")[0]["score"] == lead["score"] == 0.52


def test_two_amounts_of_one_proposal_are_told_once(tmp_path: Path) -> None:
    """The overview says -1.900, the section -1.600: the total that the overview's row breaks is not told as well."""
    document = sectioned(proposal(1, (-1600,) * 4), proposal(2, (-500,) * 4))
    wrong = replace(document, overview=altered(document.overview, 0, 0, "-1.900"))
    summary = Workspace.make(tmp_path / "ws", fob=wrong).run()
    [lead] = [f for f in summary.findings if f["check"] in ("two-amounts", "wrong-total")]
    assert lead["check"] == "two-amounts"
    assert "-1.900 in the overview (page 2), and -1.600 in its own section (page 3)" in lead["message"]


def test_a_proposal_that_changed_between_draft_and_adoption(rules: RuleSet) -> None:
    """The later edition counts and names the earlier amount; an unchanged proposal, another department's, are silent."""

    def edition(net: int, stage: str, name: str) -> Document:
        d = opened(sectioned(proposal(1, (net, -1000, -1000, -1000)), proposal(2, (-500,) * 4)), rules, name)
        return replace(d, extraction=replace(d.extraction, meta=replace(d.extraction.meta, stage=stage)))

    draft, adopted = edition(-1600, "draft", "a"), edition(-1200, "adopted", "b")
    [lead] = [f for f in reconcile([draft, adopted]).findings if f.check == "two-amounts"]
    assert "is to save 1,2 mio. kr. in 2024; in the edition before (draft, a) it was 1,6 mio. kr." in lead.message
    assert (lead.document_id, lead.difference, lead.severity) == ("b", -400_000, "info")
    assert len(lead.line_item_ids) == 2
    same = reconcile([draft, edition(-1600, "adopted", "b")])
    assert not [f for f in same.findings if f.check == "two-amounts"]
    elsewhere = replace(adopted.extraction, meta=replace(adopted.extraction.meta, department="AEO"))
    apart = reconcile([draft, replace(adopted, extraction=elsewhere)])
    assert not [f for f in apart.findings if f.check == "two-amounts"]


# --- scores ----------------------------------------------------------------------------------------------------------


def test_a_score_grows_with_the_amount_and_with_how_unusual_it_is() -> None:
    """From 0 to 1; 2 million count half of what any amount can."""
    assert score(Decimal(2_000_000), Decimal(1)) == 0.75 and score(Decimal(0), Decimal(0)) == 0.0
    assert score(Decimal(-2_000_000), Decimal(0)) == 0.25
    assert score(Decimal(10**12), Decimal(5)) == 1.0, "more than wholly unusual is wholly unusual"
    ranked = [score(Decimal(n), Decimal("0.5")) for n in (0, 100_000, 500_000, 5_000_000, 10**9)]
    assert ranked == sorted(set(ranked))


def test_amounts_are_told_exactly() -> None:
    assert [money(Decimal(n), "DKK") for n in (8_410_000, 520_000, 1_000_000, 1_234_567, -2_500_000)] == [
        "8,41 mio. kr.", "520.000 kr.", "1 mio. kr.", "1.234.567 kr.", "-2,5 mio. kr."
    ]  # fmt: skip
    assert money(Decimal(3_000_000), "SEK") == "3 mio. SEK"
    assert (median([Decimal(3), Decimal(1), Decimal(2)]), median([Decimal(1), Decimal(2)])) == (2, Decimal("1.5"))
