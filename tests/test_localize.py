"""Which figures are named: two faults at once, whole rows, readings in doubt, documents that round."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.checks import Reconciled, localize, reconcile
from pipeline.checks.record import Place, Relation, Term, relation
from pipeline.checks.slips import as_printed
from pipeline.checks.told import violated
from pipeline.model import Box, Finding
from pipeline.rules import RuleSet
from pipeline.said import NOTHING
from tests.documents import Numbered, Row, Sectioned, altered, danish, row
from tests.test_checks import errors, items, read
from tests.test_closing import TITLES, catalogue, shifted, with_rows
from tests.workspaces import Saves

Make = Callable[[Saves], Reconciled]


@pytest.fixture
def make(rules: RuleSet, tmp_path: Path) -> Make:
    """Sets a document, reads and reconciles it."""

    def made(document: Saves) -> Reconciled:
        return reconcile([read(document.save(tmp_path / "x.pdf"), rules)])

    return made


def printed(done: Reconciled, finding: Finding) -> list[str]:
    by_id = {i.line_item_id: i.value_printed for i in items(done)}
    return [by_id[f] for f in finding.line_item_ids]


# --- two faults at once ---------------------------------------------------------------------------------------------


def misprinted(document: Sectioned, *cells: tuple[int, int, str]) -> Sectioned:
    """The document with figures of its overview printed otherwise: (row, column, printed)."""
    for n, column, text in cells:
        document = replace(document, overview=altered(document.overview, n, column, text))
    return document


def test_two_misprints_in_one_column_are_each_named_alone(make: Make) -> None:
    """Each of them stands in another equation as well: two figures explain all three, and no other two do."""
    done = make(misprinted(catalogue(), (0, 1, "-272"), (2, 1, "-672")))  # -212, -612
    found = errors(done)
    assert sorted((*printed(done, f), f.suggestion) for f in found) == sorted([
        ("-272", f"-272 → -212 satisfies 2 relations, with -672 → -612 for “{TITLES[2].upper()}” (page 2)"),
        ("-672", f"-672 → -612 satisfies 2 relations, with -272 → -212 for “{TITLES[0].upper()}” (page 2)"),
    ])  # fmt: skip
    assert {i.value_printed for i in items(done) if i.verification == "contradicted"} == {"-272", "-672"}


def test_two_misprints_that_cancel_are_named_together(make: Make) -> None:
    """The overview's sum holds with both, and ties them together: one cannot be wrong without the other."""
    done = make(misprinted(catalogue(), (0, 0, "-310"), (2, 0, "-510")))  # -210, -610
    assert sorted(printed(done, f) for f in errors(done)) == [["-310"], ["-510"]]


def test_a_total_and_its_overview_row_that_are_wrong_alike_accuse_no_one_alone(make: Make) -> None:
    """They agree with each other: the rows may be wrong as well as they, and the overview's sum says that one more is."""
    document = with_rows(catalogue(1), 1, lambda r: (r[0], replace(r[1], figures=("-260", *r[1].figures[1:])), *r[2:]))
    done = make(misprinted(document, (1, 0, "-260")))  # -200
    accused = errors(done)
    assert all(len(f.line_item_ids) > 1 for f in accused)
    assert {"-260", "-200"} <= {p for f in accused for p in printed(done, f)}


def test_what_is_certain_is_named_alone_and_the_rest_are_suspects(make: Make) -> None:
    """A row of the overview and one of its total's columns: the row is determined by its proposal, the other is not."""
    document = catalogue(2)
    extra = (*document.overview[:5], row("ET FORSLAG UDEN AFSNIT", 0, -7, 0, 0), document.overview[5])
    extra = altered(extra, 6, 1, f"{int(document.overview[5].figures[1].replace('.', '')) - 7:,}".replace(",", "."))
    document = replace(document, overview=extra)
    assert errors(make(document)) == []
    done = make(misprinted(document, (0, 1, "-272"), (5, 1, "-8")))
    alone = [f for f in errors(done) if len(f.line_item_ids) == 1]
    assert [printed(done, f) for f in alone] == [["-272"]]
    [rest] = [f for f in errors(done) if len(f.line_item_ids) > 1]
    assert "-8" in printed(done, rest) and "-272" not in printed(done, rest)


def _equation(n: int, *cells: tuple[str, int, int]) -> Relation:
    """An equation of figures given as name, weight and value."""
    box = Box(0, n, 10, n + 1)
    terms = [Term(f, Decimal(w), Decimal(v), Decimal(1), str(v), f, 1, box, "d", Place("t", int(f[1:]), ("net", f[0], None)))
             for f, w, v in cells]  # fmt: skip
    return relation("items-to-total", "d", None, tuple(terms))


def test_figures_that_one_slip_each_would_explain_are_all_named() -> None:
    """Either of two with one digit misprinted makes up for what is off: neither is said to be the only one."""
    r = _equation(0, ("a0", 1, 207529), ("a1", 1, 98752), ("a2", 1, 30), ("a3", -1, 300311))  # off by 6.000
    told = violated(r, r.terms[:3], True, NOTHING, ())
    assert told.suggestion == "207529 → 201529 or 98752 → 92752"
    assert "“a0” (page 1, 207529 → 201529) or “a1” (page 1, 98752 → 92752) is at fault, one digit differs" in told.message


@given(st.data())
def test_up_to_three_wrong_cells_of_a_grid_are_all_that_is_named(data: st.DataObject) -> None:
    """Rows and columns of a grid add up. Up to three cells in different rows and columns are named, each alone."""
    size = data.draw(st.integers(3, 5))
    cells = {(r, c): data.draw(st.integers(-500, 500)) for r in range(size) for c in range(size)}
    sums = {("r", r): sum(cells[r, c] for c in range(size)) for r in range(size)}
    sums |= {("c", c): sum(cells[r, c] for r in range(size)) for c in range(size)}
    guilty = data.draw(st.lists(st.sampled_from(sorted(cells)), min_size=1, max_size=3, unique_by=(lambda k: k[0], lambda k: k[1])))
    by = data.draw(st.lists(st.sampled_from([3, 10, 70, 100, 500]), min_size=3, max_size=3, unique=True))
    for k, b in zip(guilty, by, strict=False):
        cells[k] += b

    def name(r: int, c: int) -> str:
        return f"{'abcde'[c]}{r}"

    relations = [
        _equation(r, *((name(r, c), 1, cells[r, c]) for c in range(size)), (f"z{r}", -1, sums["r", r])) for r in range(size)
    ] + [
        _equation(9 + c, *((name(r, c), 1, cells[r, c]) for r in range(size)), (f"{'abcde'[c]}9", -1, sums["c", c]))
        for c in range(size)
    ]  # fmt: skip
    verdicts = localize.judge(relations)
    wanted = {name(*k) for k in guilty}
    assert verdicts.contradicted == wanted
    assert {f.line_item_ids for f in verdicts.findings} == {(w,) for w in wanted}
    for f in verdicts.findings:
        assert f.expected is not None and f.actual is not None and f.actual - f.expected in by


# --- whole rows -------------------------------------------------------------------------------------------------------


def _swap(rows: Sequence[Row], a: int, b: int) -> tuple[Row, ...]:
    out = list(rows)
    out[a], out[b] = replace(rows[a], figures=rows[b].figures), replace(rows[b], figures=rows[a].figures)
    return tuple(out)


def _flipped(r: Row) -> Row:
    return replace(r, figures=tuple(f[1:] if f.startswith("-") else f"-{f}" for f in r.figures))


ROWS: dict[str, tuple[Callable[[tuple[Row, ...]], Sequence[Row]], str]] = {
    "swapped": (lambda r: _swap(r, 0, 2), "have changed places"),
    "shifted": (lambda r: (r[0], shifted(r[1], False), *r[2:]), "one column too far to the right"),
    "shifted back": (lambda r: (r[0], shifted(r[1], True), *r[2:]), "one column too far to the left"),
    "sign": (lambda r: (r[0], _flipped(r[1]), *r[2:]), "signs of the row are flipped"),
    "unit": (lambda r: (r[0], replace(r[1], figures=tuple(f"{f}.000" for f in r[1].figures)), *r[2:]), "by a factor of 1.000"),
    "lagging": (lambda r: (row(r[0].label, -205, -230, -219, -228), *r[1:]), "but the other figures need -210 -212 -214 -216"),
    "missing": (lambda r: (r[0], *r[2:]), "a row that reads -410 -412 -414 -416 would: is one missing?"),
}


@pytest.mark.parametrize("kind", ROWS)
def test_a_row_that_is_off_in_all_its_years_is_told_once_with_its_cause(make: Make, kind: str) -> None:
    """In an overview, whose rows stand in the sections as well."""
    change, said = ROWS[kind]
    document = catalogue()
    done = make(replace(document, overview=tuple(change(document.overview))))
    found = [f for f in errors(done) if f.check != "overview-gap"]
    assert len(found) == 1, [f.message for f in found]
    assert said in found[0].message and found[0].year is None
    assert not any(f.message.count("≠") > 3 for f in found), "the first equation of a kind stands for the others"


def test_an_overview_that_lags_behind_in_many_rows_has_a_finding_for_each_row(make: Make) -> None:
    """More figures than are tried together: each is forced by its proposal, and with all of them the overview's sum closes."""
    document = catalogue()
    rows = [replace(r, figures=tuple(danish(int(f.replace(".", "")) - 7 * k - n) for k, f in enumerate(r.figures, 1)))
            for n, r in enumerate(document.overview[:5])]  # fmt: skip
    found = errors(make(replace(document, overview=(*rows, document.overview[5]))))
    assert len(found) == 5 and all("but the other figures need" in f.message for f in found)
    assert {(f.suggestion or "").partition(" → ")[2] for f in found} == {" ".join(r.figures) for r in document.overview[:5]}


def test_two_misprints_of_a_row_stay_two_findings(make: Make) -> None:
    """They have no cause in common."""
    done = make(misprinted(catalogue(), (0, 1, "-272"), (0, 3, "-276")))
    assert sorted(printed(done, f) for f in errors(done)) == [["-272"], ["-276"]]


# --- readings in doubt ------------------------------------------------------------------------------------------------


def thousands(document: Sectioned, column: int, mark: str) -> Sectioned:
    """The overview's figures of one column a thousand times as large, grouped by a mark, and its sections' by a point."""

    def big(rows: Sequence[Row], mark: str) -> tuple[Row, ...]:
        out = []
        for r in rows:
            own = list(r.figures)
            if not r.label.startswith("Personale"):
                own[column] = f"{int(own[column].replace('.', '')) * 10:,}".replace(",", mark)
            out.append(replace(r, figures=tuple(own)))
        return tuple(out)

    sections = tuple(replace(s, rows=big(s.rows, ".")) for s in document.sections)
    return replace(document, overview=big(document.overview, mark), sections=sections)


def decided(done: Reconciled) -> dict[str, int]:
    return {i.value_printed: int(i.value) for i in items(done) if i.decided_by}


def test_a_whole_column_with_commas_is_decided_by_what_it_restates(make: Make) -> None:
    """Among themselves the figures close either way; the proposals of which each is the total say which."""
    done = make(thousands(catalogue(), 1, ","))
    assert errors(done) == []
    assert decided(done) == {f"-{n},{rest}": -int(f"{n}{rest}") * 1000 for n, rest in
                             (("2", "120"), ("4", "120"), ("6", "120"), ("8", "120"), ("10", "120"), ("30", "600"))}  # fmt: skip


def test_a_misprint_in_another_equation_does_not_keep_a_reading_open(make: Make) -> None:
    """The overview's sum closes with no reading, for another figure in it is wrong: the proposal decides alone."""
    document = thousands(catalogue(), 1, ".")
    done = make(misprinted(document, (0, 1, "-2,120"), (2, 1, "-6.720")))
    assert decided(done) == {"-2,120": -2_120_000}
    [error] = errors(done)
    assert printed(done, error) == ["-6.720"]


def test_a_column_that_closes_either_way_is_left_open(make: Make) -> None:
    """Twelve or twelve thousand: where every figure of the only sum may be read in two ways, no reading is taken."""
    rows = (row("1. Færre biler", "1,200"), row("2. Ny vagtplan", "2,400"), row("Nettoændringer i driftsudgifter", "3,600"))
    wide = tuple(replace(r, figures=(r.figures[0], "100", "100", "100" if not r.label.startswith("N") else "200")) for r in rows)
    wide = tuple(replace(r, figures=(r.figures[0], "200", "200", "200")) if r.label.startswith("N") else r for r in wide)
    done = make(Numbered(wide))
    assert decided(done) == {} and [f.check for f in errors(done)] == ["ambiguous-number"] * 3
    fixed = (*wide[:2], replace(wide[2], figures=("3.600", "200", "200", "200")))
    assert decided(make(Numbered(fixed))) == {"1,200": 1_200_000, "2,400": 2_400_000}


def test_thirty_figures_in_doubt_are_decided_together(rules: RuleSet, tmp_path: Path) -> None:
    """More than could be tried one by one; their total is printed with a point."""
    rows = [row(f"{n}. Forslag om nr {n} på listen", f"{n},{n}00" if n < 10 else f"{n},100", "0", "0", "0") for n in range(1, 31)]
    total = sum(int(r.figures[0].replace(",", "")) for r in rows)
    done = reconcile([read(Numbered((*rows, row("Nettoændringer i driftsudgifter", total, 0, 0, 0))).save(tmp_path / "x.pdf"), rules)])
    assert len(decided(done)) == 30 and errors(done) == []


# --- documents that round -----------------------------------------------------------------------------------------------


def _mio(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"), ROUND_HALF_UP)


@st.composite
def rounding(draw: st.DrawFn) -> list[list[list[Decimal]]]:
    """Tables of three columns in mio. kr. with one decimal: rows and a total, each rounded by itself, and no row to whole mio."""
    thousands = st.integers(1_001, 99_999).filter(lambda v: _mio(Decimal(v) / 1000) % 1 != 0)
    out = []
    for _ in range(draw(st.integers(6, 9))):
        rows = draw(st.lists(st.lists(thousands, min_size=3, max_size=3), min_size=3, max_size=7))
        exact = [[Decimal(v) / 1000 for v in r] for r in rows]
        total = [sum(column, Decimal(0)) for column in zip(*exact, strict=True)]
        out.append([[_mio(v) for v in r] for r in (*exact, total)])
    return out


def _judged(tables: Sequence[Sequence[Sequence[Decimal]]]) -> localize.Verdicts:
    relations = []
    for t, rows in enumerate(tables):
        for c in range(3):
            terms = [
                Term(f"{t}.{r}.{c}", Decimal(1 if r < len(rows) - 1 else -1), v[c] * 1_000_000, Decimal(100_000),
                     f"{v[c]}".replace(".", ","), f"row {r}", t + 1, Box(c, r, c + 1, r + 1), "d",
                     Place(f"t{t}", r, ("net", str(c), 2024 + c)))
                for r, v in enumerate(rows)
            ]  # fmt: skip
            relations.append(relation("items-to-total", "d", 2024 + c, tuple(terms)))
    return localize.judge(relations)


def _off(tables: Sequence[Sequence[Sequence[Decimal]]]) -> int:
    return sum(sum(r[c] for r in rows[:-1]) != rows[-1][c] for rows in tables for c in range(3))


@given(tables=rounding(), data=st.data())
def test_a_document_that_rounds_shows_faults_beyond_its_rounding_and_only_those(
    tables: list[list[list[Decimal]]], data: st.DataObject
) -> None:
    """Clean, no error; one figure off by more than all the rounding of its sum, an error that names it; by less, an info."""
    assume(_off(tables) > 6)  # of 27 at most, and one may go: where it hardly rounds, each difference is an error, within rounding
    verdicts = _judged(tables)
    assert {f.severity for f in verdicts.findings} == {"info"} and not verdicts.contradicted
    t = data.draw(st.integers(0, len(tables) - 1))
    r, c = data.draw(st.integers(0, len(tables[t]) - 1)), data.draw(st.integers(0, 2))
    beyond = Decimal(len(tables[t])) / 10 + 1
    tables[t][r][c] += beyond
    [error] = [f for f in _judged(tables).findings if f.severity == "error"]
    assert f"{t}.{r}.{c}" in error.line_item_ids and not error.within_rounding


def test_round_figures_that_are_off_by_one_are_misprints() -> None:
    """Two sums of a document whose figures all end in noughts: nobody rounded 5.000 to 5.001."""
    rows = [[Decimal(v)] * 3 for v in (500, 700, 900, 2100)]
    tables = [[list(r) for r in rows] for _ in range(3)]
    tables[0][0][0] += Decimal("0.1")
    tables[1][1][1] += Decimal("0.1")
    assert [(f.severity, f.within_rounding) for f in _judged(tables).findings] == [("error", True)] * 2


@pytest.mark.parametrize(("net", "quantum", "proved"), [(7100, 100, {"3000", "4041", "net"}), (7000, 1000, {"net"}),
                                                         (7053, 1, {"3000", "4041", "12", "net"})])  # fmt: skip
def test_an_equation_proves_no_figure_of_which_its_rounding_says_nothing(net: int, quantum: int, proved: set[str]) -> None:
    """`3.000 + 4.041 + 12 = 7,1 mio.` holds with any other small figure in the place of 12; `= 7 mio.` proves none but 7."""
    own = [(str(v), 1, v, 1) for v in (3000, 4041, 12)]
    terms = tuple(Term(name, Decimal(w), Decimal(v), Decimal(q), name, name, 1, Box(0, 0, 0, 0), "d")
                  for name, w, v, q in (*own, ("net", -1, net, quantum)))  # fmt: skip
    done = localize.judge([relation("items-to-total", "d", 2024, terms)])
    assert not done.violated and set(done.verified) == proved


@given(
    st.sampled_from([(",", "."), (".", ","), (",", " "), (",", "\u202f"), (".", "'")]), st.integers(0, 2),
    st.integers(1, 10**9), st.integers(-(10**9), 10**9), st.sampled_from([1, 1000, 10**6]),
)  # fmt: skip
def test_what_a_figure_should_be_is_written_as_the_figure_is(
    locale: tuple[str, str], decimals: int, printed: int, meant: int, unit: int
) -> None:
    """Read back by the same locale it is what the equations need, whatever stands for decimals."""
    point, group = locale

    def written(value: int) -> str:
        return f"{Decimal(value).scaleb(-decimals):,f}".replace(".", "\0").replace(",", group).replace("\0", point)

    quantum = Decimal(unit).scaleb(-decimals)
    term = Term("f", Decimal(1), printed * quantum, quantum, written(printed), "", 1, Box(0, 0, 0, 0), "d", unit=Decimal(unit))
    told = as_printed(meant * quantum, term)
    plain = told.replace(group, "").replace(point, ".") if printed >= 1000 * 10**decimals else told.replace(point, ".")
    assert Decimal(plain) * unit == meant * quantum
    assert told == written(meant) or printed < 1000 * 10**decimals
