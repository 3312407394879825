"""Closing rows and cells that are not there: each fault that a check is there to find, and the innocent layout beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.checks import Reconciled, reconcile
from pipeline.checks.record import Document
from pipeline.rules import RuleSet
from tests.documents import CATALOGUE, Numbered, Row, Section, Sectioned, row
from tests.test_checks import NET, STAFF, errors, items, read
from tests.workspaces import Saves

Make = Callable[..., Document]
TITLES = ("Færre biler", "Ny vagtplan i hjemmeplejen", "Digital selvbetjening", "Samling af tre kontorer", "Lavere husleje")


@pytest.fixture
def make(rules: RuleSet, tmp_path: Path) -> Make:
    """Sets a document and reads it."""

    def made(document: Saves, name: str = "document") -> Document:
        return read(document.save(tmp_path / f"{name}.pdf"), rules, name)

    return made


def figures(n: int, part: int = 0) -> list[int]:
    return [-100 * n - 10 * part - k for k in range(4)]


def catalogue(rows: int = 2, staff: str = "-1", titles: Sequence[str] = TITLES) -> Sectioned:
    """An overview and five proposals, each with so many rows, a total and a row of positions."""
    sections, overview, nets = [], [], []
    for n, title in enumerate(titles, 1):
        parts = [figures(n, p) for p in range(rows)]
        net = [sum(column) for column in zip(*parts, strict=True)]
        own = [row(f"Del {p + 1} af forslaget", *f) for p, f in enumerate(parts)]
        sections.append(Section(f"BFU-{n}", title, (*own, row(NET, *net), row(STAFF, staff, "0", "-2", "-2"))))
        overview.append(row(title.upper(), *net))
        nets.append(net)
    total = [sum(column) for column in zip(*nets, strict=True)]
    return Sectioned((*overview, row("I ALT", *total, bold=True)), tuple(sections))


def with_rows(document: Sectioned, n: int, change: Callable[[tuple[Row, ...]], Sequence[Row]]) -> Sectioned:
    """The document with other rows in its n-th section."""
    changed = replace(document.sections[n], rows=tuple(change(document.sections[n].rows)))
    return replace(document, sections=(*document.sections[:n], changed, *document.sections[n + 1 :]))


def told(*documents: Document) -> list[str]:
    return sorted(f.check for f in reconcile(documents).findings if f.severity == "error")


def label_of(done: Reconciled, figure: str) -> tuple[str | None, str]:
    [item] = [i for i in items(done) if i.line_item_id == figure]
    return item.proposal_code, item.label


@pytest.mark.parametrize("rows", [1, 2])
def test_a_catalogue_that_is_whole_raises_nothing(make: Make, rows: int) -> None:
    """With several rows above each total, and with a single one."""
    assert [f.message for f in reconcile([make(catalogue(rows))]).findings] == []


# --- totals printed twice ---------------------------------------------------------------------------------------


def test_a_total_printed_twice_is_one_error_that_names_both(make: Make) -> None:
    """And nothing else: the sums hold, once."""
    done = reconcile([make(with_rows(catalogue(), 1, lambda r: (*r[:3], r[2], r[3])))])
    [error] = errors(done)
    assert error.check == "total-twice" and len(error.line_item_ids) == 8 and not done.violated
    assert {label_of(done, i) for i in error.line_item_ids} == {("BFU-2", NET)}


def _on_page(document: Document, n: int, page: int) -> Document:
    """The document with its n-th total on another page, as where a table goes on there."""
    totals = sorted({i.row for i in document.items if i.row_kind == "total" and i.proposal_code == "BFU-2"})
    moved = [replace(i, page=page) if i.proposal_code == "BFU-2" and i.row == totals[n] else i for i in document.items]
    return document.with_items(tuple(moved))


def test_a_total_carried_over_to_the_next_page_is_no_error_and_is_proved(make: Make) -> None:
    """It is not added up twice, and a misprint in it is found."""
    whole = with_rows(catalogue(), 1, lambda r: (*r[:3], r[2], r[3]))
    done = reconcile([_on_page(make(whole), 1, 9)])
    assert errors(done) == [] and {i.verification for i in items(done) if i.is_money} == {"verified"}
    wrong = with_rows(catalogue(), 1, lambda r: (*r[:3], replace(r[2], figures=("-411", *r[2].figures[1:])), r[3]))
    done = reconcile([_on_page(make(wrong), 1, 9)])
    [error] = errors(done)
    assert error.check == "total-repeated" and "-411 → -410" in (error.suggestion or "")


# --- totals without rows, rows without totals ---------------------------------------------------------------------


def test_a_total_without_rows_is_an_error_where_the_others_have_some(make: Make) -> None:
    """Its figures are not claimed to be proved by rows that are not there."""
    done = reconcile([make(with_rows(catalogue(1), 2, lambda r: r[1:]))])
    [error] = errors(done)
    assert error.check == "total-without-rows"
    assert {label_of(done, i) for i in error.line_item_ids} == {("BFU-3", NET)}


def test_rows_without_a_total_are_an_error_where_the_others_have_one(make: Make) -> None:
    """Of several rows, and of a single one among single ones of the same overview."""
    for rows in (1, 2):
        done = reconcile([make(with_rows(catalogue(rows), 2, lambda r: [x for x in r if x.label != NET]))])
        [error] = errors(done)
        assert error.check == "total-missing" and len(error.line_item_ids) == 4 * rows
        assert {label_of(done, i)[0] for i in error.line_item_ids} == {"BFU-3"}


def test_a_catalogue_without_totals_in_its_sections_says_nothing(make: Make) -> None:
    """What none of them has is not missed; nor is the total of a single row where few or none stand beside it."""
    bare = catalogue()
    for n in range(5):
        bare = with_rows(bare, n, lambda r: [x for x in r if x.label != NET])
    assert told(make(bare)) == []
    few = catalogue(1, titles=TITLES[:3])
    assert told(make(with_rows(few, 0, lambda r: [x for x in r if x.label != NET]))) == []


def test_a_single_row_under_a_heading_of_its_own_needs_no_total(make: Make) -> None:
    """Others print one, but they stand in another block of the overview."""
    document = catalogue(1)
    own, rest = document.overview[0], document.overview[1:-1]
    total = row("I ALT", *[sum(int(r.figures[k]) for r in rest) for k in range(4)], bold=True)
    blocks = (row("ADMINISTRATIVE BESPARELSER", bold=True), own, replace(own, label="I ALT", bold=True),
              row("OMPRIORITERINGSTILTAG", bold=True), *rest, total)  # fmt: skip
    apart = replace(document, overview=blocks)
    assert told(make(apart)) == []
    assert told(make(with_rows(apart, 0, lambda r: [x for x in r if x.label != NET]))) == []
    assert told(make(with_rows(apart, 1, lambda r: [x for x in r if x.label != NET]))) == ["total-missing"]


def test_an_overview_without_its_total_is_missed_where_a_sister_document_has_one(make: Make) -> None:
    """One table a document: the others of the round that the same rule reads show that a total belongs there.

    Alone it is a warning, for its rule declares the sum; in a catalogue whose sections print totals it is an error.
    """
    bare = replace(CATALOGUE, rows=CATALOGUE.rows[:3], title="Besparelser på administration", sections=())
    whole = make(CATALOGUE, "whole")
    alone = [(f.check, f.severity) for f in reconcile([make(bare, "bare")]).findings]
    assert alone == [("total-missing", "warning")]
    headless = replace(catalogue(), overview=catalogue().overview[:-1])
    assert told(make(headless)) == ["total-missing"]
    assert told(whole, make(bare, "bare")) == ["total-missing"]


def test_a_total_that_the_rule_does_not_know_is_told_from_an_item(make: Make) -> None:
    """`Samlet effekt` is read as one more proposal: the columns show that it is none."""
    rows = tuple(replace(r, label="Samlet effekt") if r.label.startswith("Netto") else r for r in CATALOGUE.rows)
    document = make(Numbered(rows))
    [error] = [f for f in reconcile([document]).findings if f.check == "total-not-named"]
    assert "Samlet effekt" in error.message and len(error.line_item_ids) == 4
    other = tuple(replace(r, figures=("2.500", "4.400", "4.900", "5.200")) if r.label == "Samlet effekt" else r for r in rows)
    assert told(make(Numbered(other))) == []


# --- cells left empty -----------------------------------------------------------------------------------------------


def shifted(r: Row, left: bool) -> Row:
    return replace(r, figures=(*r.figures[1:], "") if left else ("", *r.figures[:-1]))


@pytest.mark.parametrize("left", [True, False])
def test_a_row_of_equal_figures_that_is_shifted_leaves_an_empty_cell(make: Make, left: bool) -> None:
    """No sum is off: the single row, or its total, has no figure where the other has one."""
    same = row("Del 1 af forslaget", -600, -600, -600, -600)
    whole = with_rows(catalogue(1), 1, lambda r: (same, replace(same, label=NET), r[2]))
    rows = (whole.overview[0], replace(same, label=TITLES[1].upper()), *whole.overview[2:5])
    total = [sum(int(r.figures[k].replace(".", "")) for r in rows) for k in range(4)]
    whole = replace(whole, overview=(*rows, row("I ALT", *total, bold=True)))
    assert told(make(whole)) == []
    for n in (0, 1):
        done = reconcile([make(with_rows(whole, 1, lambda r, n=n: [shifted(x, left) if k == n else x for k, x in enumerate(r)]))])
        [error] = [f for f in errors(done) if f.check == "figure-missing"]
        assert error.year == (2027 if left else 2024)
        assert {label_of(done, i)[0] for i in error.line_item_ids} == {"BFU-2"}


def test_a_blank_where_nothing_is_meant_is_no_error(make: Make) -> None:
    """In a row whose sum closes without it, in a total whose rows add up to nothing, and in a column without any total."""
    rows = (row("Del 1", -100, "", -100, -100), row("Del 2", 100, -50, "", -100), row(NET, "", -50, -100, -200))
    overview = (row(TITLES[0].upper(), 0, -50, -100, -200), row("I ALT", 0, -50, -100, -200, bold=True))
    assert told(make(Sectioned(overview, (Section("BFU-1", TITLES[0], rows),)))) == []
    half = (*rows[:2], row(NET, "", "", -100, -200))
    assert "figure-missing" not in told(make(Sectioned(overview, (Section("BFU-1", TITLES[0], half),))))


def test_an_overview_and_its_proposals_lack_no_year_that_the_other_has(make: Make) -> None:
    """A shifted row of the overview, a section without amounts; years that only one of them prints are not missed."""
    document = catalogue()
    gap = replace(document, overview=(shifted(document.overview[0], True), *document.overview[1:]))
    assert "overview-gap" in told(make(gap))
    empty = with_rows(document, 1, lambda r: r[3:])
    done = reconcile([make(empty)])
    [error] = errors(done)
    assert error.check == "overview-gap" and "none in its own section" in error.message
    short = replace(document, overview=tuple(replace(r, figures=(*r.figures[:3], "")) for r in document.overview))
    assert told(make(short)) == []


def test_a_shifted_row_of_positions_is_told_by_its_sisters(make: Make) -> None:
    """They print a nought where there is nothing; where none does, a blank may be meant."""

    def without(document: Sectioned) -> Sectioned:
        return with_rows(document, 2, lambda r: [shifted(x, False) if x.label == STAFF else x for x in r])

    done = reconcile([make(without(catalogue()))])
    [error] = errors(done)
    assert error.check == "staffing-gap" and {label_of(done, i)[1] for i in error.line_item_ids} == {STAFF}
    blank = catalogue()
    for n in range(5):
        blank = with_rows(blank, n, lambda r: [replace(x, figures=("-1", "", "-2", "-2")) if x.label == STAFF else x for x in r])
    assert told(make(blank)) == [] == told(make(without(blank)))


def test_totals_printed_first_are_closed_all_the_same(make: Make) -> None:
    """A rule that reads them so finds no total without rows, and a total printed twice is seen there too."""
    document = make(with_rows(catalogue(), 1, lambda r: (r[2], r[0], r[1], r[3])))
    assert document.rule is not None

    def first(d: Document) -> Document:
        assert d.rule is not None
        tables = []
        for t in d.rule.tables:
            sums = [s.model_copy(update={"totals": "above"}) for s in t.sums]
            tables.append(t.model_copy(update={"sums": sums}) if t.kind == "proposal" else t)
        return replace(d, rule=d.rule.model_copy(update={"tables": tables}))

    whole = catalogue()
    for n in range(5):
        whole = with_rows(whole, n, lambda r: (r[2], r[0], r[1], r[3]))
    assert told(first(make(whole))) == []
    assert told(first(make(with_rows(whole, 1, lambda r: (r[0], *r))))) == ["total-twice"]
    assert items(reconcile([first(make(whole))]))[0].verification == "verified"


