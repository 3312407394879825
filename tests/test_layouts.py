"""Tables in layouts of every kind, set with reportlab: each printed figure is in its row and column, or is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pdfplumber
import pytest

from benchmarks.layouts import judge, rule_for
from benchmarks.layouts_content import Column, Document, Look, Row, Sheet, Table, random_document
from benchmarks.layouts_draw import draw
from benchmarks.layouts_press import plain
from pipeline.extract import read_tables
from pipeline.parse import parse
from pipeline.read import read_pages
from pipeline.read.turns import table_as_displayed
from pipeline.rules import RuleSet, load_rules
from tests.workspaces import RULES

SEEDS = range(3000, 3300)

LOOK = Look(
    rules="none", valign="top", gap=1.5, pad=2.0, label_width=20.0, head_align="same", span_align="center",
    hyphenate=False, soft=False, leaders=False, far_minus=False, repeat=True, split=False, break_before_last=False,
    full_width=False, label_heading="Forslag",
)  # fmt: skip
SHEET = Sheet(font="Vera", size=9.0, leading=1.2, run="line", spacing=0.0)
YEARS = tuple(Column((str(y),)) for y in (2024, 2025, 2026))
ROWS = (
    Row("Ældre og omsorg", ("", "", ""), bold=True),
    Row("Omlægning af nattevagt og vikardækning i hjemmeplejen", ("-1.600", "-1.650", "-1.700")),
    Row("Sundhedspleje", ("", "-410", "-420")),
    Row("Bedre brug af velfærdsteknologi", ("9.503", "-", "-2.345")),
    Row("I alt", ("7.903", "-2.060", "-4.465"), bold=True),
)
TABLE = Table(YEARS, ROWS, LOOK, "Oversigt (i 1.000 kr.)")
SPANNED = tuple(Column((f"Budget {y}", w)) for y in (2024, 2025) for w in ("Udgifter", "Indtægter"))
OTHER = Table(
    (Column(("Ramme",)), Column(("Korrigeret ramme",))),
    (Row("Biblioteker", ("611", "612")), Row("Idræt og svømmehaller", ("-71", "")), Row("Veje", ("1.813", "1.814"))),
    replace(LOOK, label_heading="Område", label_width=12.0),
)


def looked(**changes: object) -> Table:
    return replace(TABLE, look=replace(LOOK, **changes))  # type: ignore[arg-type]


ONE = replace(TABLE, rows=ROWS[1:2])
CASES: dict[str, tuple[Sheet, tuple[Table | tuple[Table, Table], ...]]] = {
    "one row": (SHEET, (ONE,)),
    "one row of one column": (SHEET, (replace(ONE, columns=YEARS[:1], rows=(Row("Trafik", ("876",)),)),)),
    "one row, figures beside the middle": (SHEET, (replace(ONE, look=replace(LOOK, valign="middle", label_width=12.0)),)),
    "total without a label": (SHEET, (replace(TABLE, rows=(*ROWS[:-1], replace(ROWS[-1], label=""))),)),
    "total alone on the next page": (SHEET, (looked(repeat=False, break_before_last=True),)),
    "total on the next page below the heading": (SHEET, (looked(break_before_last=True),)),
    "headings wider than their figures": (SHEET, (replace(
        TABLE, columns=tuple(Column((f"Regnskab {c.printed}",)) for c in YEARS)),)),
    "headings to the left of their figures": (SHEET, (looked(head_align="left", gap=5.0),)),
    "headings of two lines, repeated": (SHEET, (replace(
        TABLE, columns=tuple(Column((f"Overslag\n{c.printed}",)) for c in YEARS), look=replace(LOOK, break_before_last=True)),)),
    "spanning headings to the left": (SHEET, (Table(
        SPANNED, (Row("Skoler", ("11", "-12", "13", "-14")), Row("Klubber", ("15", "", "17", "-18"))),
        replace(LOOK, span_align="left")),)),
    "a column without a figure": (SHEET, (replace(
        TABLE, rows=tuple(replace(r, cells=(r.cells[0], "", r.cells[2])) for r in ROWS)),)),
    "narrow gaps": (SHEET, (looked(gap=0.5),)),
    "narrow gaps in a grid": (SHEET, (looked(gap=0.4, rules="full"),)),
    "minus far from its digits": (SHEET, (looked(far_minus=True),)),
    "minus far from its digits in a grid": (SHEET, (looked(far_minus=True, rules="full"),)),
    "dots that lead to the figures": (SHEET, (looked(leaders=True, label_width=30.0),)),
    "a currency in each cell": (SHEET, (replace(
        TABLE, rows=tuple(replace(r, cells=tuple(f"kr. {t}" if len(t) > 1 else t for t in r.cells)) for r in ROWS)),)),
    "letters set apart": (replace(SHEET, run="glyph", spacing=0.7), (TABLE,)),
    "a run of text for each character": (replace(SHEET, run="glyph", order="mixed"), (TABLE,)),
    "words in any order": (replace(SHEET, run="word", order="mixed"), (TABLE,)),
    "a form that is scaled": (replace(SHEET, scale=0.6), (looked(rules="full"), OTHER)),
    "a mark on a sideways page": (replace(SHEET, sideways=90), (replace(
        TABLE, rows=(*ROWS[:2], replace(ROWS[2], mark="1"), *ROWS[3:]), caption=""),)),
    "a sideways table with caption, heads and feet, over two pages": (replace(SHEET, sideways=270), (
        looked(break_before_last=True, repeat=False),)),
    "minus that nearly touches the column before": (SHEET, (replace(
        TABLE, rows=tuple(replace(r, cells=cells) for r, cells in zip(ROWS[1:], (
            ("7.903", "-2.060", "-1"), ("6.904", "-3.061", "-4.465"), ("5.905", "4.062", "3"), ("8.906", "-5.063", "-77")),
            strict=True)),
        look=replace(LOOK, far_minus=True, gap=0.4)),)),
    "side by side with other headings": (replace(SHEET, landscape=True), (
        (replace(TABLE, look=replace(LOOK, label_width=14.0)), OTHER),)),
    "side by side, one of them a grid": (replace(SHEET, landscape=True), (
        (replace(TABLE, look=replace(LOOK, label_width=14.0, rules="full")), OTHER),)),
    "stacked with headings in words": (SHEET, (replace(TABLE, caption=""), OTHER, replace(
        OTHER, rows=tuple(replace(r, cells=tuple(t and t + "9" for t in r.cells)) for r in OTHER.rows)))),
    "text in a column of figures": (SHEET, (replace(
        TABLE, rows=(*ROWS[:2], Row("Madordning", ("ikke relevant", "", "17")), *ROWS[2:])),)),
    "labels of twelve lines": (SHEET, (replace(TABLE, rows=(
        ROWS[1], Row("Samling af alle administrative opgaver i kommunens dagtilbud skoler klubber og fritidshjem til et fælles "
                     "center med egen ledelse", ("1", "2", "3")), *ROWS[3:]), look=replace(LOOK, label_width=5.0)),)),
}  # fmt: skip


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return load_rules(RULES)


def set_as(sheet: Sheet, blocks: tuple[Table | tuple[Table, Table], ...]) -> Document:
    return Document("layout-0", sheet, blocks)


@pytest.mark.parametrize("name", CASES)
def test_every_figure_is_read(name: str, rules: RuleSet, tmp_path: Path) -> None:
    """The line items are the printed figures, each with its label and its heading, and no number is left over."""
    verdict = judge(set_as(*CASES[name]), tmp_path / "a.pdf", rules)
    assert verdict.figures > 0
    assert (verdict.told, verdict.silent, verdict.wrong, verdict.loose, verdict.generic) == ([], [], [], [], [])


def test_random_layouts(rules: RuleSet, tmp_path: Path) -> None:
    """Nearly all figures of random layouts are read; of the others nearly all are told; hardly one is read wrongly.

    The shares are below those of docs/layouts.md by what other seeds vary.
    """
    verdicts = [judge(random_document(seed), tmp_path / "a.pdf", rules) for seed in SEEDS]
    figures = sum(v.figures for v in verdicts)
    assert figures > 5000
    assert sum(v.right for v in verdicts) >= 0.93 * figures
    assert sum(len(v.silent) + len(v.wrong) for v in verdicts) <= 0.01 * figures
    assert sum(v.clean for v in verdicts) >= 0.88 * len(verdicts)


def test_what_is_said_to_be_printed_is_printed(tmp_path: Path) -> None:
    """Another reader finds each figure in the box that the generator tells."""
    checked = 0
    for seed in range(40):
        document = random_document(seed)
        sheet = replace(document.sheet, rotate=0, crop=(0.0, 0.0), scale=1.0, sideways=0, twice=False, ghost=False, run="line",
                        spacing=0.0, two_fonts=False, blanks=False, order="rows")  # fmt: skip
        figures = draw(replace(document, sheet=sheet), tmp_path / "a.pdf")
        with pdfplumber.open(tmp_path / "a.pdf") as pdf:
            for f in figures[:60]:
                x0, top, x1, bottom = f.box
                chars = [c for c in pdf.pages[f.page - 1].chars if x0 - 0.6 < (c["x0"] + c["x1"]) / 2 < x1 + 0.6
                         and top < (c["top"] + c["bottom"]) / 2 < bottom]  # fmt: skip
                text = plain("".join(c["text"] for c in sorted(chars, key=lambda c: c["x0"]) if c["size"] > 0.8 * (bottom - top)))
                assert text == f.printed, (seed, f)
                checked += 1
    assert checked > 500


def test_the_same_seed_gives_the_same_document(tmp_path: Path) -> None:
    for seed in (1, 2):
        draw(random_document(seed), tmp_path / "a.pdf")
        draw(random_document(seed), tmp_path / "b.pdf")
        assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


@pytest.mark.parametrize("turn", [90, 270])
def test_a_page_on_its_side_keeps_unit_and_places(turn: int, rules: RuleSet, tmp_path: Path) -> None:
    """The caption of a sideways page names the unit, and boxes lie on the page as displayed."""
    document = set_as(replace(SHEET, sideways=turn), (TABLE,))
    truth = draw(document, tmp_path / "a.pdf")
    pages = read_pages(tmp_path / "a.pdf")
    parsed = parse(pages, read_tables(pages), rule_for(document), rules.languages["danish"])
    assert {line.unit for line in parsed.lines} == {1000}
    tables = [table_as_displayed(t, pages) for t in read_tables(pages)]
    cells = {c.raw: c for t in tables for row in t.rows for c in row if c and c.raw}
    for f in truth:
        if f.printed != "-":
            c = cells[f.printed]
            assert (c.x0, c.top, c.x1, c.bottom) == pytest.approx(f.box, abs=2.5)
