"""Overview rows find their proposals, and no proposal counts twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import Box, DocumentMeta, Proposal, RawLine, RowKind, TableKind
from pipeline.normalize import normalize, tie_overview
from pipeline.numbers import parse

YEARS = (2024, 2025)
# Titles that have no word in common.
TITLES = ("Nattevagter", "Skolebusser", "Klippekort", "Asfalt", "Rengøring", "Madordning")
OTHER = ("Tidlig hjælp", "Færre rejser", "Digitale breve", "Fælles indkøb", "Lavere husleje", "Ny vagtplan")


@dataclass(frozen=True)
class Entry:
    """A proposal: how its section is called, how its overview row, and its figures in thousands."""

    title: str
    row: str
    figures: tuple[int, ...]


def line(table: str, kind: TableKind, row: int, label: str, row_kind: RowKind, year: int, value: int, code: str | None) -> RawLine:
    number = parse(str(value))
    assert number is not None
    return RawLine(
        table_id=table, table_rule=kind, table_kind=kind, block=0, row=row, label=label, label_printed=label, row_kind=row_kind,
        row_name=row_kind, column_printed=str(year), column_name="net", year=year, phase="proposal", measure="net", counts=True,
        printed=number.printed, number=number, unit_printed="1.000 kr.", unit=Decimal(1000), currency="DKK", price_level=None,
        proposal_code=code, theme=None, theme_title=None, footnote=None, attributes=(), saving_sign=-1, staffing_sign=0,
        page=1, box=Box(0, 0, 1, 1), ruled=True,
    )  # fmt: skip


def catalogue(entries: Sequence[Entry], order: Sequence[int] | None = None) -> tuple[list[RawLine], list[Proposal]]:
    """An overview (its rows in `order`) and a section with a total for each entry."""
    lines, proposals = [], []
    for r, k in enumerate(order if order is not None else range(len(entries))):
        lines += [line("t001", "overview", r, entries[k].row, "item", y, v, None)
                  for y, v in zip(YEARS, entries[k].figures, strict=True)]  # fmt: skip
    for k, e in enumerate(entries):
        proposals.append(Proposal(f"F-{k + 1}", e.title, page=k + 2))
        for y, v in zip(YEARS, e.figures, strict=True):
            lines += [line(f"t{k + 2:03d}", "proposal", 0, "Drift", "item", y, v, f"F-{k + 1}"),
                      line(f"t{k + 2:03d}", "proposal", 1, "I alt", "total", y, v, f"F-{k + 1}")]  # fmt: skip
    return lines, proposals


def tied(entries: Sequence[Entry], order: Sequence[int] | None = None) -> dict[int, str]:
    """Row of the overview -> code."""
    codes, _ = tie_overview(*catalogue(entries, order))
    return {row: code for (_, row), code in codes.items()}


def test_rows_that_are_worded_otherwise_are_tied_by_their_figures() -> None:
    """In any order of the rows."""
    entries = [Entry(t, o, (-100 * k, -200 * k)) for k, (t, o) in enumerate(zip(TITLES, OTHER, strict=True), 1)]
    assert tied(entries, [3, 0, 5, 1, 4, 2]) == {0: "F-4", 1: "F-1", 2: "F-6", 3: "F-2", 4: "F-5", 5: "F-3"}


def test_equal_figures_tie_nothing_but_the_place_between_two_that_are_tied() -> None:
    """Two proposals with the same figures, both worded otherwise: one stands between neighbours, the other two side by side."""
    same = (-100, -100)
    entries = [Entry("Nattevagter", "Nattevagter", (-1, -2)), Entry("Skolebusser", "Tidlig hjælp", same),
               Entry("Klippekort", "Klippekort", (-3, -4)), Entry("Asfalt", "Færre rejser", same),
               Entry("Rengøring", "Digitale breve", same)]  # fmt: skip
    assert tied(entries) == {0: "F-1", 1: "F-2", 2: "F-3"}
    assert tied(entries, [2, 1, 0, 3, 4]) == {0: "F-3", 2: "F-1"}  # in another order no place tells anything


def test_a_section_with_other_figures_is_tied_by_its_place_so_that_the_difference_is_found() -> None:
    """The overview lags behind and words the row otherwise."""
    entries = [Entry(t, t, (-k, -k)) for k, t in enumerate(TITLES, 1)]
    lines, proposals = catalogue(entries)
    lines = [x if x.row != 2 or x.table_id != "t001" else line("t001", "overview", 2, "Ny vagtplan", "item", x.year or 0, -77, None)
             for x in lines]  # fmt: skip
    codes, notes = tie_overview(lines, proposals)
    assert codes["t001", 2] == "F-3"
    assert not notes


def counted(lines: Sequence[RawLine], proposals: Sequence[Proposal]) -> tuple[dict[int, int], list[str]]:
    """What counts adds up to in each year, in thousands; the proposals of which two rows that would count say different things."""
    items, _, notes = normalize("d", lines, proposals, DocumentMeta())
    sums = {y: sum(int(i.value) for i in items if i.counted and i.year == y) // 1000 for y in YEARS}
    return sums, [n.message.partition(" is ")[0] for n in notes if n.check == "sources-differ"]


def again(lines: Sequence[RawLine], order: Sequence[int]) -> list[RawLine]:
    """A second overview of the same proposals, its rows in another order."""
    place = {row: n for n, row in enumerate(order)}
    return [replace(ln, table_id="t900", row=place[ln.row], page=9) for ln in lines if ln.table_id == "t001"]


def test_of_two_overviews_of_the_same_proposals_one_counts() -> None:
    """By theme and by area; with sections, with numbers in the print, and where nothing but the labels tells them."""
    entries = [Entry(t, t, (-100 * k, -200 * k)) for k, t in enumerate(TITLES[:3], 1)]
    lines, proposals = catalogue(entries)
    once = {2024: -600, 2025: -1200}
    assert counted([*lines, *again(lines, (2, 0, 1))], proposals) == (once, [])
    overview = [ln for ln in lines if ln.table_id == "t001"]
    numbered = [replace(ln, proposal_code=str(ln.row)) for ln in overview]
    assert counted([*overview, *again(overview, (1, 2, 0))], []) == (once, [])
    assert counted([*numbered, *again(numbered, (1, 2, 0))], []) == (once, [])


def test_rows_of_one_name_in_two_overviews_are_two_proposals_where_their_figures_differ() -> None:
    """Each department has its `Administration`, and nothing to save on most of its rows."""
    one = [line("t001", "overview", n, t, "item", y, -100, None) for n, t in enumerate(TITLES[:3]) for y in YEARS]
    two = [line("t002", "overview", n, t, "item", y, -7 - n, None) for n, t in enumerate(TITLES[:3]) for y in YEARS]
    assert counted([*one, *two], []) == (dict.fromkeys(YEARS, -324), [])
    noughts = [line(t, "overview", n, label, "item", y, 0, None) for t in ("t001", "t002") for n, label in enumerate(OTHER, 3)
               for y in YEARS]  # fmt: skip
    assert counted([*one, *noughts[:12], *two, *noughts[12:]], []) == (dict.fromkeys(YEARS, -324), [])


def test_a_proposal_on_which_two_overviews_differ_is_told_and_counts_as_the_first_says() -> None:
    entries = [Entry(t, t, (-100, -200)) for t in TITLES[:3]]
    lines, proposals = catalogue(entries)
    second = again(lines, (0, 1, 2))
    wrong = parse("-90")
    assert wrong is not None
    second = [replace(ln, number=wrong, printed="-90") if (ln.row, ln.year) == (1, 2024) else ln for ln in second]
    assert counted([*lines, *second], proposals) == ({2024: -300, 2025: -600}, ["F-2 “Skolebusser”"])


def test_a_total_that_is_printed_again_counts_once() -> None:
    """At the head of the next page, in a section that no overview names; another total there is told of."""
    lines, proposals = catalogue([Entry("Asfalt", "Asfalt", (-100, -200))])
    section = [ln for ln in lines if ln.table_kind == "proposal"]
    repeated = [replace(ln, row=2, page=3) for ln in section if ln.row_kind == "total"]
    assert counted([*section, *repeated], proposals) == ({2024: -100, 2025: -200}, [])
    other = parse("-40")
    assert other is not None
    differing = [replace(ln, number=other, printed="-40") for ln in repeated]
    assert counted([*section, *differing], proposals) == ({2024: -100, 2025: -200}, ["F-1 “I alt”"])


def test_without_a_total_all_items_count() -> None:
    lines, proposals = catalogue([Entry("Asfalt", "Asfalt", (-100, -200))])
    items = [ln for ln in lines if ln.table_kind == "proposal" and ln.row_kind == "item"]
    assert counted([*items, *(replace(ln, row=5, label="Vedligehold") for ln in items)], proposals)[0] == {2024: -200, 2025: -400}


@given(st.lists(st.tuples(st.integers(-3, -1), st.integers(-3, -1), st.booleans()), min_size=1, max_size=6), st.randoms(),
       st.booleans(), st.booleans())  # fmt: skip
def test_whatever_is_tied_no_proposal_counts_twice(
    drawn: list[tuple[int, int, bool]], random: Any, twice: bool, carried: bool
) -> None:
    """What counts adds up to the overview, however many of its rows find no section, whether a second overview prints them
    once more, and totals stand again on the next page."""
    entries = [Entry(TITLES[k], OTHER[k] if other else TITLES[k], (a, b)) for k, (a, b, other) in enumerate(drawn)]
    order = list(range(len(entries)))
    random.shuffle(order)
    lines, proposals = catalogue(entries, order)
    if carried:
        lines += [replace(ln, row=2, page=ln.page + 1) for ln in lines if ln.table_kind == "proposal" and ln.row_kind == "total"]
    if twice:
        random.shuffle(order)
        lines += again(lines, order)
    wanted = {y: sum(e.figures[n] for e in entries) for n, y in enumerate(YEARS)}
    assert counted(lines, proposals) == (wanted, [])


def overview(table: str, rows: Sequence[tuple[str, str | None, int]]) -> list[RawLine]:
    return [line(table, "overview", n, label, "item", y, v, code) for n, (label, code, v) in enumerate(rows) for y in YEARS]


def checks(lines: Sequence[RawLine]) -> list[str]:
    return [n.check for n in normalize("d", lines, [], DocumentMeta())[2]]


def test_numbers_that_begin_anew_are_other_proposals() -> None:
    """Each area numbers its rows from 1: all of them count, and a warning says that the numbers do not tell them apart."""
    one = overview("t001", [(TITLES[0], "1", -100), (TITLES[1], "2", -200), (TITLES[2], "3", -300)])
    two = overview("t002", [(OTHER[0], "1", -7), (OTHER[1], "2", -8), (TITLES[2], "3", -300)])
    lines = [*one, *two]
    assert counted(lines, [])[0] == dict.fromkeys(YEARS, -615)
    assert "numbers-begin-anew" in checks(lines) and "sources-differ" not in checks(lines)
    third = [replace(ln, table_id="t003") for ln in two]
    assert counted([*lines, *third], [])[0] == dict.fromkeys(YEARS, -615)


def test_a_row_whose_number_is_misprinted_in_a_second_overview_does_not_count_twice() -> None:
    one = overview("t001", [(t, str(n), -100 * n) for n, t in enumerate(TITLES[:4], 1)])
    two = [replace(ln, table_id="t002", proposal_code="1") if ln.row == 3 else replace(ln, table_id="t002") for ln in one]
    assert counted([*one, *two], [])[0] == dict.fromkeys(YEARS, -1000)


def test_one_row_that_agrees_tells_nothing_of_the_others() -> None:
    """Two areas have a row of the same name and figures; what else they share by name has figures in one of them only."""
    one = overview("t001", [(TITLES[0], None, -100), (TITLES[1], None, 0)])
    two = overview("t002", [(TITLES[0], None, -100), (TITLES[1], None, -50)])
    assert counted([*one, *two], [])[0] == dict.fromkeys(YEARS, -150)
    assert "printed-again" in checks([*one, *two])


def test_of_two_net_columns_of_one_year_the_first_counts() -> None:
    """One set of figures for a proposal and a year, and a warning where the two differ."""
    lines = overview("t001", [(TITLES[0], "1", -100), (TITLES[1], "2", -200)])
    other = parse("-90")
    assert other is not None
    beside = [replace(ln, column_printed=f"{ln.year} i alt", number=other) for ln in lines[:2]]
    assert counted([*lines, *beside], []) == (dict.fromkeys(YEARS, -300), ["1 “Nattevagter”"])
    assert counted([*lines, *(replace(ln, number=lines[0].number) for ln in beside)], []) == (dict.fromkeys(YEARS, -300), [])
