"""The second witness: true claims pass without a word, every kind of false one is found by every witness that is asked."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from pipeline.model import Box
from pipeline.read import read_pages
from pipeline.read.witness import Claim, Difference, cross_examine
from pipeline.read.witness_text import is_same
from pipeline.tables import find_tables
from pipeline.text import join_lines

SAMPLES = Path(__file__).parents[1] / "raw" / "eksempelby" / "2024"
CATALOGUE = SAMPLES / "fob-omprioriteringskatalog.pdf"
PROPOSALS = SAMPLES / "aeo-velfaerdspuljen.pdf"

EMPTY = Box(320.0, 2.0, 340.0, 8.0)  # in the top margin
BOTH = ("pdfplumber", "camelot")


def claims_of(path: Path, pages: Iterable[int] | None = None) -> list[Claim]:
    """Every figure of a PDF's tables as our reader has it: first cell the label, first row the headings."""
    out = []
    wanted = None if pages is None else set(pages)
    for page in read_pages(path):
        if wanted is not None and page.number not in wanted:
            continue
        for t, table in enumerate(find_tables(page)):
            for r, row in enumerate(table.rows[1:], 1):
                for k, cell in enumerate(row[1:], 1):
                    head = table.rows[0][k]
                    if cell and head and cell.raw and cell.raw[-1].isdigit():
                        box = Box(cell.x0, cell.top, cell.x1, cell.bottom)
                        label = join_lines(row[0].lines) if row[0] else ""
                        key = f"p{page.number} t{t} r{r} c{k}"
                        out.append(Claim(key, page.number, box, cell.raw, label, join_lines(head.lines), table.ruled))
    return out


def found(path: Path, claims: Sequence[Claim]) -> set[tuple[str, str, str]]:
    """Witness, key and kind of each difference."""
    return {(d.witness, d.key, d.kind) for d in cross_examine(path, claims)}


def draw(path: Path, paint: Callable[[Canvas], None], size: tuple[float, float] = (400.0, 300.0)) -> Path:
    canvas = Canvas(str(path), pagesize=size)
    canvas.setFont("Helvetica", 10)
    paint(canvas)
    canvas.showPage()
    canvas.save()
    return path


def put(canvas: Canvas, rows: Sequence[Sequence[str]], *, top: float = 250.0, pitch: float = 20.0) -> None:
    """Labels at 60, figures right-aligned at 220, 280 …; one row every `pitch` points."""
    for i, (label, *figures) in enumerate(rows):
        canvas.drawString(60, top - pitch * i, label)
        for k, figure in enumerate(figures):
            canvas.drawRightString(220 + 60 * k, top - pitch * i, figure)


def rule(canvas: Canvas, xs: Sequence[float], ys: Sequence[float]) -> None:
    canvas.setLineWidth(0.5)
    for x in xs:
        canvas.line(x, ys[0], x, ys[-1])
    for y in ys:
        canvas.line(xs[0], y, xs[-1], y)


ROWS = [
    ("Forslag", "2024", "2025"),
    ("Drift", "-1.600", "-900"),
    ("1. Løn og pension", "450", "0"),
    ("I alt", "-1.150", "-900"),
]
GRID = ([55.0, 165.0, 225.0, 285.0], [264.0, 244.0, 224.0, 204.0, 184.0])


@pytest.fixture(scope="module")
def catalogue() -> list[Claim]:
    """Overview with wrapped labels, a continued word, a footnote mark on a label."""
    return claims_of(CATALOGUE, (3, 5, 8))


def test_samples_hold_up() -> None:
    """Both witnesses confirm every figure of the sample round."""
    for path, count in ((CATALOGUE, 120), (PROPOSALS, 32)):
        claims = claims_of(path)
        assert len(claims) == count
        assert cross_examine(path, claims) == []


def wrong_digit(claims: list[Claim]) -> list[Claim]:
    return [replace(c, value=c.value[:-1] + str((int(c.value[-1]) + 1) % 10)) for c in claims]


def lost_digit(claims: list[Claim]) -> list[Claim]:
    return [replace(c, value=c.value[:-1] or "7") for c in claims]


def lost_sign(claims: list[Claim]) -> list[Claim]:
    return [replace(c, value=c.value[1:] if c.value[0] in "+-\u2212" else "-" + c.value) for c in claims]


def swapped_rows(claims: list[Claim]) -> list[Claim]:
    """Each label moved to the next row of its page."""
    labels = {p: list(dict.fromkeys(c.label for c in claims if c.page == p)) for p in {c.page for c in claims}}
    return [replace(c, label=ls[(ls.index(c.label) + 1) % len(ls)]) for c in claims for ls in [labels[c.page]]]


def shifted_columns(claims: list[Claim]) -> list[Claim]:
    years = sorted({c.column for c in claims})
    return [replace(c, column=years[(years.index(c.column) + 1) % len(years)]) for c in claims]


def swapped_columns(claims: list[Claim]) -> list[Claim]:
    return [
        replace(c, column={"2024": "2027", "2025": "2026", "2026": "2025", "2027": "2024"}[c.column]) for c in claims
    ]


def moved_away(claims: list[Claim]) -> list[Claim]:
    return [replace(c, box=EMPTY) for c in claims]


FAULTS = [(wrong_digit, "value"), (lost_digit, "value"), (lost_sign, "value"), (swapped_rows, "label"),
          (shifted_columns, "column"), (moved_away, "missing")]  # fmt: skip


@pytest.mark.parametrize(("fault", "kind"), FAULTS)
def test_faults_in_ruled_tables(catalogue: list[Claim], fault: Callable[[list[Claim]], list[Claim]], kind: str) -> None:
    """Each false claim is found by both witnesses, as what it is and as nothing else."""
    assert found(CATALOGUE, fault(catalogue)) == {(w, c.key, kind) for w in BOTH for c in catalogue}


def test_one_fault_among_true_claims(catalogue: list[Claim]) -> None:
    """A single pair of exchanged labels is found, and what the witnesses read instead is said."""
    first, second = (next(c for c in catalogue if c.label.startswith(t)) for t in ("FLERE", "SAMLING"))
    exchanged = {first.key: second.label, second.key: first.label}
    claims = [replace(c, label=exchanged.get(c.key, c.label)) for c in catalogue]
    differences = cross_examine(CATALOGUE, claims)
    assert [(d.witness, d.key, d.kind) for d in differences] == [(w, k, "label") for w in BOTH for k in exchanged]
    assert differences[0] == Difference(first.key, "pdfplumber", "label", second.label, first.label)


@pytest.fixture(scope="module")
def unruled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Figures under years without any rules, labels that wrap below and above their figures."""

    def paint(canvas: Canvas) -> None:
        put(canvas, ROWS[:2])
        put(canvas, [("Natte-",), ("vagt på bosteder", "-2.000", "-2.500")], top=206, pitch=12)
        put(canvas, [("Omlægning af 2 tilbud", "1 450", "350"), ("og salg af bygning",)], top=170, pitch=12)
        put(canvas, [("I alt", "-2.150", "-3.050")], top=134)

    return draw(tmp_path_factory.mktemp("witness") / "unruled.pdf", paint)


def unruled_claims(path: Path) -> list[Claim]:
    labels = ["Drift", "Nattevagt på bosteder", "Omlægning af 2 tilbud og salg af bygning", "I alt"]
    values = [("-1.600", "-900"), ("-2.000", "-2.500"), ("1 450", "350"), ("-2.150", "-3.050")]
    heights = [230.0, 194.0, 170.0, 134.0]
    return [
        Claim(f"{label} {year}", 1, Box(x - 5.6 * len(v), 300 - y - 8, x, 300 - y + 2), v, label, year, False)
        for label, vs, y in zip(labels, values, heights, strict=True)
        for year, x, v in zip(("2024", "2025"), (220.0, 280.0), vs, strict=True)
    ]


def test_unruled_tables_hold_up(unruled: Path) -> None:
    """By position alone pdfplumber confirms figures with wrapped labels; camelot is not asked."""
    assert cross_examine(unruled, unruled_claims(unruled)) == []
    assert cross_examine(unruled, claims_of(unruled)) == []


@pytest.mark.parametrize(("fault", "kind"), FAULTS)
def test_faults_in_unruled_tables(unruled: Path, fault: Callable[[list[Claim]], list[Claim]], kind: str) -> None:
    claims = unruled_claims(unruled)
    assert found(unruled, fault(claims)) == {("pdfplumber", c.key, kind) for c in claims}


def test_half_a_figure(unruled: Path) -> None:
    """`450`, read off the end of `1 450`, is not what stands there."""
    claim = next(c for c in unruled_claims(unruled) if c.value == "1 450")
    half = replace(claim, value="450", box=claim.box._replace(x0=claim.box.x1 - 17))
    assert [(d.kind, d.theirs) for d in cross_examine(unruled, [half])] == [("value", "1 450")]


@pytest.fixture(scope="module")
def ruled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A grid in which a small raised digit stands right behind a label and behind a figure."""

    def paint(canvas: Canvas) -> None:
        put(canvas, ROWS)
        rule(canvas, *GRID)
        canvas.setFont("Helvetica", 6)
        canvas.drawString(60 + canvas.stringWidth("Drift", "Helvetica", 10), 234, "1")
        canvas.drawString(220, 234, "2")

    return draw(tmp_path_factory.mktemp("witness") / "ruled.pdf", paint)


def test_footnote_marks(ruled: Path) -> None:
    """A raised digit is no part of a label or figure; a claim that has swallowed it is false."""
    claims = claims_of(ruled)
    assert [(c.label, c.value) for c in claims[:2]] == [("Drift", "-1.600"), ("Drift", "-900")]
    assert cross_examine(ruled, claims) == []
    glued = replace(claims[0], value="-1.6002", box=claims[0].box._replace(x1=claims[0].box.x1 + 4))
    assert found(ruled, [glued]) == {(w, glued.key, "value") for w in BOTH}


def test_enumerators(ruled: Path) -> None:
    """A label without its number is the same label, another label is not."""
    claims = [c for c in claims_of(ruled) if c.label == "1. Løn og pension"]
    assert cross_examine(ruled, [replace(c, label="Løn og pension") for c in claims]) == []
    assert len(cross_examine(ruled, [replace(c, label="og pension") for c in claims])) == 2 * len(claims) == 4


def test_empty_cell(ruled: Path) -> None:
    """A box in a cell where nothing stands, and one in the empty part of a cell with a figure."""
    claim = claims_of(ruled)[0]
    heading = replace(claim, box=Box(170.0, 41.0, 180.0, 49.0))
    assert found(ruled, [heading]) == {(w, claim.key, "missing") for w in BOTH}


def test_continued_without_heading(tmp_path: Path) -> None:
    """On a later page without a heading row there is nothing to hold a column against; rows and figures are compared."""

    def paint(canvas: Canvas) -> None:
        put(canvas, ROWS)
        rule(canvas, *GRID)
        canvas.showPage()
        canvas.setFont("Helvetica", 10)
        put(canvas, [("Anlæg", "77", "88"), ("I alt", "2000", "3000")])
        rule(canvas, GRID[0], GRID[1][:3])

    path = draw(tmp_path / "two.pdf", paint)
    claims = claims_of(path, [1])
    more = [
        Claim(
            f"{label} {k}", 2, Box(200 + 60 * k, top, 220.0 + 60 * k, top + 10), values[k], label, f"{2024 + k}", True
        )
        for label, values, top in (("Anlæg", ("77", "88"), 42.0), ("I alt", ("2000", "3000"), 62.0))
        for k in (0, 1)
    ]
    assert cross_examine(path, claims + more) == []
    wrong = shifted_columns(claims) + swapped_rows(more)
    kinds = {c.key: "column" for c in claims} | {c.key: "label" for c in more}
    assert found(path, wrong) == {(w, key, kind) for w in BOTH for key, kind in kinds.items()}


def test_rows_without_rules_between(tmp_path: Path) -> None:
    """Several figures below each other in one cell: each still has its own row of the label's cell."""

    def paint(canvas: Canvas) -> None:
        put(canvas, ROWS[:1])
        put(canvas, [("Drift af", "-1.600", "-900"), ("nattevagt",), ("Salg", "450", "0"), ("I alt", "-1.150", "-900")],
            top=230, pitch=12)  # fmt: skip
        rule(canvas, GRID[0], [264.0, 244.0, 184.0])

    path = draw(tmp_path / "stacked.pdf", paint)
    claims = claims_of(path)
    assert [c.label for c in claims[::2]] == ["Drift af nattevagt", "Salg", "I alt"]
    assert cross_examine(path, claims) == []
    for fault, kind in FAULTS:
        assert found(path, fault(claims)) == {(w, c.key, kind) for w in BOTH for c in claims}


def test_open_grid(tmp_path: Path) -> None:
    """Without its outer rules a grid has no cells at the sides: pdfplumber goes by position, and camelot says nothing."""

    def paint(canvas: Canvas) -> None:
        put(canvas, ROWS)
        rule(canvas, GRID[0][1:3], [GRID[1][0], GRID[1][-1]])
        for y in GRID[1]:
            canvas.line(GRID[0][0], y, GRID[0][-1], y)

    path = draw(tmp_path / "open.pdf", paint)
    claims = claims_of(path)
    assert {c.ruled for c in claims} == {True}
    assert cross_examine(path, claims) == []
    for fault, kind in FAULTS:
        assert {(key, k) for w, key, k in found(path, fault(claims)) if w == "pdfplumber"} == {
            (c.key, kind) for c in claims
        }


def test_figures_without_rules_between(tmp_path: Path) -> None:
    """Rules between the rows only: a cell that holds the whole row is no cell of a figure."""

    def paint(canvas: Canvas) -> None:
        put(canvas, ROWS)
        rule(canvas, [GRID[0][0], GRID[0][-1]], GRID[1])

    path = draw(tmp_path / "rows.pdf", paint)
    claims = [replace(c, ruled=True) for c in claims_of(path)]
    assert len(claims) == 6
    assert cross_examine(path, claims) == []
    for fault, kind in FAULTS:
        assert found(path, fault(claims)) >= {("pdfplumber", c.key, kind) for c in claims}


def test_headings_and_labels_of_several_cells(tmp_path: Path) -> None:
    """A heading may be said in full or by its last row, a label with the number beside it or without."""

    def paint(canvas: Canvas) -> None:
        canvas.drawCentredString(225, 270, "Budget")
        put(canvas, ROWS)
        rule(canvas, [25.0, *GRID[0]], GRID[1])
        for y in (244.0, 264.0, 284.0):
            canvas.line(25, y, 285, y)
        for x in (25.0, 55.0, 165.0, 285.0):
            canvas.line(x, 264, x, 284)
        canvas.drawString(32, 230, "A1")

    path = draw(tmp_path / "tiers.pdf", paint)
    box = Box(192.0, 61.0, 220.0, 71.0)
    for label in ("Drift", "A1", "A1 Drift"):
        for column in ("2024", "Budget 2024", "Budget"):
            assert cross_examine(path, [Claim("x", 1, box, "-1.600", label, column, True)]) == []
            assert cross_examine(path, [Claim("x", 1, box, "-1.600", label, column, False)]) == [] or column == "Budget"
    for label, column, kind in (
        ("A2 Drift", "2024", "label"),
        ("Drift", "2025", "column"),
        ("Drift", "Budget 2025", "column"),
    ):
        assert found(path, [Claim("x", 1, box, "-1.600", label, column, True)]) == {(w, "x", kind) for w in BOTH}


@pytest.mark.parametrize("turn", [90, 270, 180])
@pytest.mark.parametrize("prose", [False, True])
def test_tables_set_sideways(tmp_path: Path, turn: int, prose: bool) -> None:
    """A table that lies on its side, alone on its page or beside more text that stands upright."""

    def table(canvas: Canvas) -> None:
        put(canvas, ROWS)
        rule(canvas, *GRID)

    def paint(canvas: Canvas) -> None:
        if prose:
            for k in range(12):
                canvas.drawString(15, 380 - 12 * k if k < 4 else 70 - 12 * (k - 4), "Brødtekst om budgettet og om")
        canvas.translate(200, 200)
        canvas.rotate(turn)
        canvas.translate(-200, -200)
        table(canvas)

    def lay(b: Box) -> Box:
        x0, top, x1, bottom = 400 - b.x1, 400 - b.bottom, 400 - b.x0, 400 - b.top
        return {90: Box(b.top, x0, b.bottom, x1), 270: Box(top, b.x0, bottom, b.x1), 180: Box(x0, top, x1, bottom)}[
            turn
        ]

    upright = claims_of(draw(tmp_path / "upright.pdf", table, (400.0, 400.0)))
    claims = [replace(c, box=lay(c.box)) for c in upright]
    path = draw(tmp_path / "sideways.pdf", paint, (400.0, 400.0))
    assert len(claims) == 6
    assert cross_examine(path, claims) == []
    for fault, kind in FAULTS:
        assert found(path, fault(claims)) == {(w, c.key, kind) for w in BOTH for c in claims}


def test_single_claims(catalogue: list[Claim]) -> None:
    """What is found does not hang on what else is asked."""
    for claim in catalogue[::9]:
        assert cross_examine(CATALOGUE, [claim]) == []
        assert found(CATALOGUE, swapped_columns([claim])) == {(w, claim.key, "column") for w in BOTH}


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_cropped_and_turned_pages(tmp_path: Path, turn: int) -> None:
    """Boxes are those of the page as displayed, however the file has it."""

    def paint(canvas: Canvas) -> None:
        canvas.setPageRotation(turn)
        canvas.setCropBox((20, 10, 385, 370))
        canvas.translate(200, 200)
        canvas.rotate(turn)
        canvas.translate(-200, -200)
        put(canvas, ROWS)
        rule(canvas, *GRID)

    path = draw(tmp_path / "turned.pdf", paint, (400.0, 400.0))
    claims = claims_of(path)
    assert len(claims) == 6
    assert cross_examine(path, claims) == []


def test_unreadable_file(tmp_path: Path) -> None:
    """Witnesses that cannot read say why, and nobody stops."""
    path = tmp_path / "no.pdf"
    path.write_bytes(b"%PDF-1.7\nnothing")
    claims = [Claim("a", 1, EMPTY, "100", "Drift", "2024", True), Claim("b", 2, EMPTY, "100", "Drift", "2024", False)]
    differences = cross_examine(path, claims)
    assert [(d.witness, d.key, d.kind) for d in differences] == [
        ("pdfplumber", "a", "missing"), ("pdfplumber", "b", "missing"), ("camelot", "a", "missing"),
    ]  # fmt: skip
    assert all(d.ours == "100" and d.theirs.startswith("could not be read (") for d in differences)


@pytest.mark.parametrize(
    ("sound", "damaged", "lost"),
    [
        (b"/FlateDecode", b"/FlateDekode", {("pdfplumber", 2), ("camelot", 2)}),
        (b"/MediaBox", b"/MediaBux", {("pdfplumber", 2)}),  # playa takes a page without size for letter paper
        (b"0 400 300", b"0 (x) 300", {("pdfplumber", 2), ("camelot", 1), ("camelot", 2)}),  # playa: all pages or none
    ],
)
def test_damaged_page(tmp_path: Path, sound: bytes, damaged: bytes, lost: set[tuple[str, int]]) -> None:
    """A page that a witness cannot read costs that page, not the others."""

    def paint(canvas: Canvas) -> None:
        for _ in range(2):
            put(canvas, ROWS)
            rule(canvas, *GRID)
            canvas.showPage()
            canvas.setFont("Helvetica", 10)

    path = draw(tmp_path / "damaged.pdf", paint)
    claims = claims_of(path, [1, 2])
    data = path.read_bytes()
    at = data.rindex(sound, 0, data.rindex(sound))  # the third page is empty: the second is damaged
    path.write_bytes(data[:at] + damaged + data[at + len(sound) :])
    because = {
        (d.witness, d.key, d.kind) for d in cross_examine(path, claims) if d.theirs.startswith("could not be read (")
    }
    assert because == {(w, c.key, "missing") for w, page in lost for c in claims if c.page == page}


def test_absent_page(ruled: Path) -> None:
    claim = replace(claims_of(ruled)[0], page=9)
    assert {d.theirs for d in cross_examine(ruled, [claim])} == {"there is no such page"}


def test_without_claims() -> None:
    """Nothing to ask, nothing to open."""
    assert cross_examine(Path("absent.pdf"), []) == []


def test_slow_libraries_are_imported_late() -> None:
    code = "import sys, pipeline.read.witness; print({'pdfplumber', 'camelot', 'playa', 'cv2'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                          cwd=Path(__file__).parents[1])  # fmt: skip
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        ("pleje- og omsorg", "Pleje-og omsorg", True),
        ("Nettoændringer i alt", "Nettoændringer i alt¹", True),
        ("Nettoændringer i alt", "Nettoændringer i alt*", True),
        ("Nettoændringer i alt", "Nettoændringer i alt 1)", True),
        ("Ledelse", "5. Ledelse", True),
        ("Ledelse", "BFF-3A Ledelse", True),
        ("Ledelse", "a) Ledelse", True),
        ("Ledelse", "Bedre ledelse", False),
        ("5. Ledelse", "6. Ledelse", False),
        ("Gade 97", "Gade 98", False),
        ("", "Ledelse", False),
        ("Ledelse", "", False),
        ("", "*", True),
    ],
)
def test_same_text(ours: str, theirs: str, same: bool) -> None:
    assert is_same(ours, theirs) is same


def test_codes_before_labels_and_the_heading_of_a_group(tmp_path: Path) -> None:
    """A label may begin with codes that have columns of their own; what runs across labels and figures heads no column."""
    columns = [20.0, 60.0, 110.0, 210.0, 270.0, 330.0]

    def paint(canvas: Canvas) -> None:
        for y, texts in ((230, ("600", "", "Transport", "12,50", "13,50")), (190, ("", "60004", "Lokalne", "7,00", "8,00"))):
            for x, text in zip(columns, texts, strict=False):
                canvas.drawString(x + 4, y, text)
        canvas.drawString(64, 210, "Drogi publiczne")
        for y in (244, 224, 204, 184):
            canvas.line(20, y, 330, y)
        for x in columns:
            canvas.line(x, 244, x, 224)
            canvas.line(x, 204, x, 184)
        for x in (20.0, 60.0, 330.0):
            canvas.line(x, 224, x, 204)

    path = draw(tmp_path / "codes.pdf", paint)
    first, second = Box(214.0, 61.0, 239.0, 71.0), Box(214.0, 101.0, 233.0, 111.0)
    claims = [Claim("a", 1, first, "12,50", "600 Transport", "Plan 2025", True),
              Claim("b", 1, second, "7,00", "60004 Lokalne", "Plan 2025", True)]  # fmt: skip
    assert cross_examine(path, claims) == []
    wrong = [replace(claims[0], label="60004 Transport"), replace(claims[1], label="600 Lokalne")]
    assert found(path, wrong) == {(w, key, "label") for w in BOTH for key in ("a", "b")}
