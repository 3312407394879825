"""Scans: pages of the sample round drawn, turned, blurred and strewn with noise, read again through OCR.

What a scan gives is held against what the pages themselves give, figure by figure; where a figure is wrong, arithmetic must not
have confirmed it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image, ImageChops
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from benchmarks.scanner import Scanned, Wear, drawn, save, scanned, turned, wear
from pipeline.checks.localize import judge
from pipeline.checks.record import Term, relation
from pipeline.extract import Quarantined, extract
from pipeline.model import Box, Extraction, LineItem, Page
from pipeline.read import read_pages
from pipeline.read.ocr_engine import engine
from pipeline.read.ocr_segments import Piece
from pipeline.read.ocr_shapes import begins_with_dash, fits, put_into, shape_of, shapes_of
from pipeline.read.turns import as_displayed
from pipeline.rules import RuleSet
from pipeline.rules.patterns import Matcher, PatternTimeout
from pipeline.run import Summary
from tests.documents import Sheet
from tests.workspaces import SAMPLES, Workspace, checks, messages

TURNS = (0.7, -1.2)  # degrees, of one page after the other
ROUND = SAMPLES / "eksempelby" / "2024"
SCANNED = {"aeo-velfaerdspuljen": (0, 1), "fob-omprioriteringskatalog": (1, 2, 3, 4, 8)}  # pages, from 0


@pytest.fixture(autouse=True)
def tesseract(request: pytest.FixtureRequest) -> None:
    """A machine without Tesseract cannot tell whether scans are read: that is a failure, not something to pass over."""
    if engine() is None and "no_tesseract" not in request.fixturenames:
        pytest.fail("Tesseract cannot read Danish here: apt-get install tesseract-ocr tesseract-ocr-dan")


# --- making scans ---------------------------------------------------------------------------------------------


def scan(path: Path, page: int = 0, degrees: float = 0.7, seed: int = 1, **changes: int) -> Scanned:
    """A page of a PDF as an office scanner gives it; pages from 0."""
    wear = Wear(degrees=degrees, **changes)
    return scanned(drawn(path, page, wear), wear, seed)


def picture(path: Path, degrees: float) -> ImageReader:
    """The scan of a one-page PDF, to be set on a page."""
    return ImageReader(Image.fromarray(scan(path, degrees=degrees).picture))


def small_page(path: Path, rows: Sequence[Sequence[str]], ruled: bool = True) -> Path:
    """A small page with a heading and one table."""
    sheet = Sheet(path, size=(420, 240))
    sheet.line("Budget for 2024 og 2025 i 1.000 kr.", bold=True, x=30)
    if ruled:
        sheet.grid(rows, (150, 60, 60, 60), x=30)
    else:
        for row in rows:
            for k, text in enumerate(row):
                sheet.put(30 if not k else 170 + 60 * k, text, right=k > 0)
            sheet.y += 15
    return sheet.save()


TABLE = (
    ("Forslag", "2024", "2025", "2026"),
    ("Færre møder", "-1.600", "0", "-5"),
    ("Flere kurser", "2.450", "-", "7"),
    ("Nye lokaler", "12.000", "-750", "-0,5"),
)
FIGURES = ("-1.600", "0", "-5", "2.450", "-", "7", "12.000", "-750", "-0,5")


def figures(items: Sequence[LineItem]) -> tuple[str, ...]:
    return tuple(i.value_printed for i in items)


def scan_of(path: Path, degrees: float = 0.7, **options: str) -> Path:
    """A scan of a one-page PDF, beside it."""
    return save(path.with_name("scan.pdf"), [scan(path, degrees=degrees)], **options)


# --- the sample round -----------------------------------------------------------------------------------------


Rounds = tuple[Workspace, Workspace, Summary]


@pytest.fixture(scope="module")
def rounds(tmp_path_factory: pytest.TempPathFactory) -> Rounds:
    """Pages of the sample round as they are, and the same pages scanned, both published; what the second run said."""
    if engine() is None:
        pytest.fail("Tesseract cannot read Danish here: apt-get install tesseract-ocr tesseract-ocr-dan")
    born, scans = (Workspace.make(tmp_path_factory.mktemp(name) / "w") for name in ("born", "scans"))
    for name, pages in SCANNED.items():
        with pdfium.PdfDocument(ROUND / f"{name}.pdf") as pdf, pdfium.PdfDocument.new() as part:
            part.import_pages(pdf, list(pages))
            part.save(born.raw / f"{name}.pdf")
        save(scans.raw / f"{name}.pdf", [scan(ROUND / f"{name}.pdf", p, TURNS[n % 2], n) for n, p in enumerate(pages)])
    born.run()
    return born, scans, scans.run(jobs=2)


def test_the_figures_of_a_scan_are_those_of_the_pages(rounds: Rounds) -> None:
    """At least 99 of 100, by document, page, label, column and order; none too many."""
    born, scans, _ = rounds
    order = ("document_id", "page", "table_id", "top", "x0")
    columns = ("document_id", "page", "label", "column_printed", "year", "row_kind", "proposal_code", "amount_dkk", "fte",
               "value_printed")  # fmt: skip
    wanted, found = (sorted(w.rows("line_items"), key=lambda r: [r[k] for k in order[:3]]) for w in (born, scans))
    expected = [tuple(r[k] for k in columns) for r in wanted]
    read = [tuple(r[k] for k in columns) for r in found]
    same = sum(min(expected.count(r), read.count(r)) for r in set(expected))
    assert len(read) == len(expected) > 100
    assert same >= 0.99 * len(expected), sorted(set(expected) ^ set(read))[:20]


def test_a_wrong_figure_is_never_verified(rounds: Rounds) -> None:
    """A figure that is not in print as it was read stands in no equation that holds."""
    born, scans, _ = rounds
    columns = ("document_id", "page", "label", "column_printed", "value_printed")
    printed = {tuple(r[k] for k in columns) for r in born.rows("line_items")}
    wrong = [r for r in scans.rows("line_items") if tuple(r[k] for k in columns) not in printed]
    assert [r for r in wrong if r["verification"] == "verified"] == []


def test_the_amounts_in_the_text_of_a_scan_are_read(rounds: Rounds) -> None:
    """Those of the pages, in their order."""
    born, scans, _ = rounds
    columns = ("document_id", "page", "value_printed", "role")
    wanted, found = ([tuple(r[k] for k in columns) for r in w.rows("amounts")] for w in (born, scans))
    assert sorted(found) == sorted(wanted) and len(found) > 20


def test_each_figure_of_a_scan_says_by_whom_and_how_surely_it_was_read(rounds: Rounds) -> None:
    """Reader and confidence; a page with text has neither OCR nor confidence."""
    born, scans, summary = rounds
    assert {(r["reader"], r["confidence"]) for r in born.rows("line_items")} == {("text", None)}
    rows = scans.rows("line_items")
    assert {r["reader"] for r in rows} == {"ocr"} and all(0 <= r["confidence"] <= 1 for r in rows)
    assert "each of the pages 1–5 is a picture and was read by OCR (tesseract" in messages(summary, "read-by-ocr")


def test_what_no_equation_confirms_is_told_page_by_page(rounds: Rounds) -> None:
    """One finding a page names every unverifiable figure of it; where all is verified there is none."""
    _, scans, summary = rounds
    loose: dict[tuple[str, int], set[str]] = {}
    for r in scans.rows("line_items", verification="unverifiable"):
        loose.setdefault((r["document_id"], r["page"]), set()).add(r["line_item_id"])
    told = [f for f in summary.findings if f["check"] == "ocr-unconfirmed"]
    named = {(f["document_id"], f["page"]): set(f["line_item_ids"]) for f in told if f["line_item_ids"]}
    assert named == loose and len(told) == len({(f["document_id"], f["page"]) for f in told})
    assert {f["severity"] for f in told} == {"warning"}


def test_the_boxes_of_a_scan_lie_on_the_page_as_it_was_scanned(rounds: Rounds) -> None:
    """Although the page was straightened: the box of a figure is where the turned page shows it."""
    born, scans, _ = rounds
    columns = ("document_id", "page", "label", "column_printed", "value_printed")
    at = {tuple(r[k] for k in columns): r for r in scans.rows("line_items")}
    for row in born.rows("line_items"):
        seen = at.get(tuple(row[k] for k in columns))
        if seen is None:
            continue
        dx, dy = turned((row["x0"] + row["x1"]) / 2 - 595.3 / 2, (row["top"] + row["bottom"]) / 2 - 841.9 / 2,
                        TURNS[(row["page"] - 1) % 2])  # fmt: skip
        x, y = 595.3 / 2 + dx, 841.9 / 2 + dy
        assert abs((seen["x0"] + seen["x1"]) / 2 - x) < 2.5 and abs((seen["top"] + seen["bottom"]) / 2 - y) < 2.5, seen


# --- single pages ---------------------------------------------------------------------------------------------


def read(path: Path, rules: RuleSet) -> Extraction:
    return extract(path, "x", "scan", rules)


@pytest.mark.parametrize("ruled", [True, False])
def test_lone_digits_dashes_and_short_figures_are_not_lost(tmp_path: Path, rules: RuleSet, ruled: bool) -> None:
    """In a grid and without rules: a nought, a single digit, a dash for nil, a sign before one digit."""
    path = small_page(tmp_path / "page.pdf", TABLE, ruled)
    wanted, found = read(path, rules), read(scan_of(path, -1.2), rules)
    assert figures(found.items) == figures(wanted.items) == FIGURES
    assert [i.label for i in found.items] == [i.label for i in wanted.items]


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_page_that_lies_on_its_side_is_turned(tmp_path: Path, rules: RuleSet, quarters: int) -> None:
    """Also one that stands on its head; the boxes are on the page as it lies."""
    path = small_page(tmp_path / "page.pdf", TABLE)
    side = scan(path, quarters=quarters)
    found = read(save(tmp_path / "scan.pdf", [side]), rules)
    assert figures(found.items) == FIGURES
    for item, printed in zip(found.items, read(path, rules).items, strict=True):
        where = side.at((printed.box.x0 + printed.box.x1) / 2, (printed.box.top + printed.box.bottom) / 2)
        middle = (item.box.x0 + item.box.x1) / 2, (item.box.top + item.box.bottom) / 2
        assert math.dist(middle, where) < 4, printed


def test_white_figures_on_a_dark_heading_are_read(tmp_path: Path, rules: RuleSet) -> None:
    """The years of a table whose heading is set in white, its rows on a grey ground."""
    sheet = Sheet(tmp_path / "page.pdf", size=(420, 240))
    for r, row in enumerate(TABLE):
        sheet.y = 80 + 20 * r
        sheet.canvas.setFillGray(0.2 if r == 0 else 0.85 if r % 2 else 1.0)
        sheet.canvas.rect(30, sheet.height - sheet.y - 6, 350, 20, stroke=0, fill=1)
        sheet.canvas.setFillGray(1.0 if r == 0 else 0.0)
        for k, text in enumerate(row):
            sheet.put(35 if not k else 170 + 60 * k, text, right=k > 0)
    found = read(scan_of(sheet.save()), rules)
    assert figures(found.items) == FIGURES
    assert [i.column_printed for i in found.items[:3]] == ["2024", "2025", "2026"]


def test_bold_white_years_that_fill_a_dark_band_are_read(tmp_path: Path, rules: RuleSet) -> None:
    """Letters that reach the edge of their band bite pieces out of it."""
    sheet = Sheet(tmp_path / "page.pdf", size=(420, 240))
    for r, row in enumerate(TABLE):
        sheet.y = 80 + 16 * r
        if not r:
            sheet.canvas.setFillColorRGB(0.12, 0.24, 0.45)
            sheet.canvas.rect(30, sheet.height - sheet.y - 2.2, 350, 11.2, stroke=0, fill=1)
        sheet.canvas.setFillGray(0.0 if r else 1.0)
        for k, text in enumerate(row):
            sheet.put(35 if not k else 170 + 60 * k, text, right=k > 0, bold=not r)
    found = read(save(tmp_path / "scan.pdf", [scan(sheet.save(), degrees=0.6, dpi=200)]), rules)
    assert figures(found.items) == FIGURES
    assert [i.column_printed for i in found.items[:3]] == ["2024", "2025", "2026"]


def test_text_that_a_scanner_put_there_invisibly_is_not_believed(tmp_path: Path, rules: RuleSet) -> None:
    """The page is read by our own OCR."""
    path = small_page(tmp_path / "page.pdf", TABLE)
    found = read(scan_of(path, hidden="Forslag 9.999 8.888"), rules)
    assert figures(found.items) == FIGURES and not any("9.999" in text for text in found.text)


def test_a_stamp_on_a_scan_does_not_hide_it(tmp_path: Path, rules: RuleSet) -> None:
    """A page that is a picture but for a few words set on top of it is read as a picture, the words included."""
    path = small_page(tmp_path / "page.pdf", TABLE)
    canvas = Canvas(str(tmp_path / "scan.pdf"), pagesize=(420, 240), invariant=1)
    canvas.drawImage(picture(path, 0.7), 0, 0, 420, 240)
    canvas.drawString(300, 15, "Bilag 3, side 1")
    canvas.save()
    found = read(tmp_path / "scan.pdf", rules)
    assert figures(found.items) == FIGURES and "Bilag 3" in found.text[0]


def on_colours(path: Path, grounds: Sequence[str]) -> Path:
    """A page of text, and one whose only content is the scan of a small table on stripes of some colours."""
    ink = Image.fromarray(scan(small_page(path, TABLE)).picture)
    ground = Image.new("RGB", ink.size)
    for k, colour in enumerate(grounds):
        ground.paste(colour, (0, k * ink.height // len(grounds), ink.width, ink.height))
    canvas = Canvas(str(path), pagesize=(420, 240), invariant=1)
    canvas.drawString(30, 200, "Kommunen i tal")
    canvas.showPage()
    canvas.drawImage(ImageReader(ImageChops.multiply(ground, ink.convert("RGB"))), 0, 0, 420, 240)
    canvas.save()
    return path


def test_a_scan_may_be_of_coloured_paper(tmp_path: Path, rules: RuleSet) -> None:
    """Its ground is bright and of one colour."""
    assert figures(read(on_colours(tmp_path / "a.pdf", ["#fff48c"]), rules).items) == FIGURES


def test_a_map_is_no_scan(tmp_path: Path, rules: RuleSet) -> None:
    """What is written on grounds of several strong colours is no table: the page is told as one without text, and costs no OCR."""
    path = on_colours(tmp_path / "a.pdf", ["#00e0ff", "#ffff99", "#90e060"])
    assert [(p.reader, len(p.lines)) for p in read_pages(path)] == [("text", 1), ("text", 0)]
    assert [n.page for n in read(path, rules).notes if n.check == "page-without-text"] == [2]


def test_figures_that_ocr_does_not_find_keep_a_page_from_being_a_scan(tmp_path: Path) -> None:
    """A picture of a page with much in it, and figures of the page's own that run upwards over it: none of these is lost."""
    path = small_page(tmp_path / "page.pdf", TABLE)
    canvas = Canvas(str(tmp_path / "scan.pdf"), pagesize=(420, 240), invariant=1)
    canvas.drawImage(picture(path, 0.7), 0, 0, 420, 240)
    canvas.rotate(90)
    canvas.setFont("Helvetica", 6)
    for k in range(8):
        canvas.drawString(5, -330 - 10 * k, f"{k + 1}.234 {k + 2}.345")
    canvas.save()
    [page] = read_pages(tmp_path / "scan.pdf")
    assert page.reader == "text" and sum(len(line.words) for line in page.lines) == 16


def test_a_page_whose_font_has_no_meaning_is_read_as_a_picture(tmp_path: Path, rules: RuleSet,
                                                               monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """Its characters are there, but nobody can say what they mean; the note says why it was read so."""
    path = small_page(tmp_path / "page.pdf", TABLE)
    monkeypatch.setattr("pipeline.read.characters._text", lambda textpage, n: "\ue000" * n)
    found = read(path, rules)
    assert figures(found.items) == FIGURES
    [note] = [n for n in found.notes if n.check == "read-by-ocr"]
    assert note.message.startswith("page 1 has a font without a usable character map and was read by OCR")
    assert "broken-font" not in {n.check for n in found.notes}


def test_a_page_that_takes_too_long_is_told_of(tmp_path: Path, rules: RuleSet, monkeypatch: pytest.MonkeyPatch) -> None:
    """Alone it is quarantined; beside pages with text it is an error with its number."""
    path = scan_of(small_page(tmp_path / "page.pdf", TABLE))
    monkeypatch.setattr("pipeline.read.ocr.SECONDS", 0.0)
    with pytest.raises(Quarantined, match="page 1 cannot be read as a picture: Tesseract took too long"):
        read(path, rules)


# --- bad copies -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["150-dpi", "specks", "faint", "fax", "grey-paper"])
def test_bad_copies_are_read(tmp_path: Path, rules: RuleSet, kind: str) -> None:
    """Coarse, strewn with specks, pale, black and white, on grey paper: what a person reads at a glance."""
    path = small_page(tmp_path / "page.pdf", TABLE)
    own = wear(kind, seed=3)
    found = read(save(tmp_path / "scan.pdf", [scanned(drawn(path, 0, own), own, seed=3)]), rules)
    assert figures(found.items) == FIGURES


def test_a_dash_that_touches_its_digit_is_seen() -> None:
    """A thin band before the digit; the tip of a 4, which is short, is none."""
    grey = np.full((30, 60), 255, np.uint8)
    grey[0:30, 12:18] = 0  # the digit
    grey[0:30, 30:36] = 0
    whole = [Piece(0, 0, 18, 30, 200), Piece(30, 0, 36, 30, 180)]
    grey[14:17, 8:12] = 0
    assert not begins_with_dash([Piece(8, 0, 18, 30, 190), *whole[1:]], grey)
    grey[14:17, 0:12] = 0
    assert begins_with_dash(whole, grey) and shapes_of(whole, grey)[0] == "-DD"


def term(name: str, value: int, quantum: int, weight: int) -> Term:
    return Term(name, Decimal(weight), Decimal(value), Decimal(quantum), str(value), name, 1, Box(0, 0, 1, 1), "x")


def test_a_rounded_sum_does_not_vouch_for_the_last_digit_of_a_scan() -> None:
    """A text that says 17,7 mio. kr. verifies a printed 17.653, and not one that OCR read; an exact sum verifies both."""
    text, figure = term("text", 17_700_000, 100_000, -1), term("figure", 17_653_000, 1000, 1)
    loose = relation("text-meets-table", "x", 2024, (figure, text))
    exact = relation("items-to-total", "x", 2024, (term("part", 17_653_000, 1000, 1), term("figure", 17_653_000, 1000, -1)))
    assert "figure" in judge([loose]).verified
    assert "figure" not in judge([loose], scanned=frozenset({"figure"})).verified
    assert "figure" in judge([loose, exact], scanned=frozenset({"figure"})).verified


def test_a_row_is_known_by_its_label_though_a_letter_is_misread() -> None:
    """One letter in a short pattern, two in a long one, none in one that is hardly more than that."""
    total, memo = (Matcher(pattern=p, examples=["x"]) for p in ("^I alt$", "^heraf "))
    assert total.nearly("l alt", 1) and memo.nearly("hcraf engangsudgifter", 1)
    assert not total.nearly("l ait", 1) and not total.nearly("Moms", 2)
    assert not Matcher(pattern=r"^\d{4}$", examples=["2024"]).nearly("20x4", 2)


def test_how_fast_the_machine_is_decides_no_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pattern that takes too long is told of, as in any other search: it does not just find nothing."""
    monkeypatch.setattr("pipeline.rules.patterns.TIME_LIMIT", 0.05)
    with pytest.raises(PatternTimeout, match="took longer than"):
        Matcher(pattern="^(?:(?:netto|nettonetto)+ )+ialt$", examples=["x"]).nearly("netto" * 40 + " " + "netto" * 40, 2)


# --- without Tesseract ----------------------------------------------------------------------------------------


@pytest.fixture
def no_tesseract(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], None]:
    """A machine on which Tesseract is not installed; call it to install it."""
    before = engine()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert engine() is None

    def install() -> None:
        monkeypatch.undo()
        if before is None:
            pytest.fail("Tesseract cannot read Danish here: apt-get install tesseract-ocr tesseract-ocr-dan")

    return install


def test_without_tesseract_a_scan_says_what_to_install_and_is_read_once_it_is(
    make_workspace: Callable[..., Workspace], tmp_path: Path, no_tesseract: Callable[[], None]
) -> None:
    """A document of scans is quarantined, one with pages of text goes on with an error that names its scans."""
    workspace = make_workspace()
    page = small_page(tmp_path / "page.pdf", TABLE)
    save(workspace.raw / "scan.pdf", [scan(page)])
    mixed = Sheet(workspace.raw / "mixed.pdf", size=(420, 240))
    mixed.grid(TABLE, (150, 60, 60, 60), x=30)
    mixed.page()
    mixed.canvas.drawImage(picture(page, -1.2), 0, 0, 420, 240)
    mixed.save()
    summary = workspace.run()
    remedy = "install tesseract-ocr and tesseract-ocr-dan (apt-get install tesseract-ocr tesseract-ocr-dan) and run again"
    assert workspace.status() == {"mixed": "ok", "scan": "quarantined"}
    assert f"its only page has no text: it is a scan; {remedy}" in messages(summary, "quarantined")
    assert messages(summary, "ocr-missing") == f"page 2 is a picture and was not read by OCR: {remedy}"
    assert "page-without-text" not in checks(summary.findings) and len(workspace.rows("line_items")) == 9
    assert workspace.run().read == 0
    no_tesseract()
    summary = workspace.run()
    assert (summary.read, workspace.status()) == (2, {"mixed": "ok", "scan": "ok"})
    assert len(workspace.rows("line_items")) == 27 and not {"ocr-missing", "quarantined"} & set(checks(summary.findings))
    assert workspace.run().read == 0


# --- parts ----------------------------------------------------------------------------------------------------


def test_a_box_of_a_straightened_page_is_mapped_to_the_page_as_displayed() -> None:
    """A page without a map is left as it is; a quarter turn exchanges the sides."""
    page = Page(1, 100, 200, (), (), shown=(0.0, -1.0, 200.0, 1.0, 0.0, 0.0))
    assert as_displayed(page, Box(10, 20, 30, 40)) == Box(160, 10, 180, 30)
    assert as_displayed(Page(1, 100, 200, (), ()), Box(10, 20, 30, 40)) == Box(10, 20, 30, 40)


def test_the_shape_of_ink_tells_signs_and_separators() -> None:
    """A dash, a comma that reaches below the line, a point that does not; digits that touch are counted by their width."""
    minus, point, comma = Piece(0, 14, 9, 17, 27), Piece(30, 26, 34, 30, 16), Piece(30, 26, 34, 34, 24)
    one, other, touching = Piece(12, 0, 28, 30, 200), Piece(38, 0, 54, 30, 200), Piece(38, 0, 82, 30, 420)
    assert shape_of([minus, one, point, other]) == "-D.D"
    assert shape_of([one, comma, touching]) == "D,DD"


def test_digits_are_put_into_the_shape_of_their_ink() -> None:
    """Signs that were lost, or taken for digits, are those of the ink; another number of digits does not fit."""
    assert [put_into("-D.DDD", text) for text in ("1.600", "71.600", "-1,600")] == ["-1.600"] * 3
    assert put_into("-D.DDD", "-160") is None
    assert fits("(1.600)", ["(D.DDD("]) and not fits("1.600", ["-D.DDD"])


def test_pages_with_text_are_not_touched() -> None:
    """No page of the sample round is taken for a picture."""
    pages = [p for f in sorted(ROUND.glob("*.pdf")) for p in read_pages(f)]
    assert {(p.reader, p.unread, p.shown) for p in pages} == {("text", None, None)}
