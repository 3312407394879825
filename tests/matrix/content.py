"""One invented savings table, the layouts in which it is set, and the line items that each must give.

Forslag                                   2024      2025      2026
Ældre og omsorg                                                        <- section row
Omlægning af nattevagt og               -1.600    -1.650    -1.700
vikardækning
…                                                                      <- labels of up to five lines
heraf engangsudgifter                      500         0         -     <- kept out of the sums
Ældre og omsorg i alt                  -13.100   -15.850   -17.295
                                                                       <- blank row
…
I alt                                  -13.135   -14.150   -17.904
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, NamedTuple

Align = Literal["left", "center", "right", "decimal"]
Kind = Literal["item", "memo", "subtotal", "total", "section", "blank"]
Style = Literal["-", "−", "–", "after", "brackets", "apart"]

LINE = 12.0  # points from one baseline to the next, in every document
SIZE = 9.0
PAD = 2.0  # points above and below the text of a cell
MARGIN = 50.0
A4 = (595.0, 842.0)
FOOTNOTE = "Forventes fuldt indfaset i 2026."


# --- what is set -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cell:
    """Printed lines; `mark` is a superscript after them, `span` the columns that the cell takes."""

    lines: tuple[str, ...] = ("",)
    align: Align = "right"
    bold: bool = False
    mark: str = ""
    span: int = 1


Rules = Literal["full", "horizontal", "zebra", "none"]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as a typesetter takes it; the first `head` rows are its header."""

    widths: tuple[float, ...]
    rows: tuple[tuple[Cell, ...], ...]
    head: int = 1
    repeat: bool = False
    rules: Rules = "full"
    valign: Literal["top", "middle", "bottom"] = "top"


class Text(NamedTuple):
    text: str
    bold: bool = False


class Gap(NamedTuple):
    """Empty room of some height."""

    height: float


class Beside(NamedTuple):
    """Two tables side by side."""

    left: Grid
    right: Grid


Block = Text | Gap | Grid | Beside


class Sheet(NamedTuple):
    """Blocks that begin a new page, and run on as long as they need."""

    blocks: tuple[Block, ...]
    landscape: bool = False


Finish = Literal["", "rotated", "sideways", "twice", "invisible"]


class Item(NamedTuple):
    """A line item that a document must give: what is printed (blanks out, one kind of dash), and what it means."""

    label: str
    row_kind: str
    column: str
    year: int | None
    measure: str
    printed: str
    amount: Decimal | None
    footnote: str | None


@dataclass(frozen=True, slots=True)
class Layout:
    """One document of the matrix: how it is set, and what must be read from it."""

    name: str
    sheets: tuple[Sheet, ...]
    expected: tuple[Item, ...]
    finish: Finish = ""


# --- the content -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the savings table: three amounts in 1.000 kr.; a text is printed as it is, for nil or nothing."""

    kind: Kind
    lines: tuple[str, ...] = ("",)
    amounts: tuple[int | str, ...] = ("", "", "")
    style: Style = "-"
    mark: bool = False
    code: str = ""
    account: str = ""

    @property
    def label(self) -> str:
        """The label on one line: words that were hyphenated joined, `pleje- og` kept."""
        out = self.lines[0]
        for line in self.lines[1:]:
            broken = out.endswith("-") and not line.startswith("og ")
            out = out[:-1] + line if broken else f"{out} {line}"
        return out


ELDERLY = (
    Row("section", ("Ældre og omsorg",)),
    Row("item", ("Omlægning af nattevagt og", "vikardækning"), (-1600, -1650, -1700), code="Eff.", account="532301"),
    Row("item", ("Samling af de administrative op-", "gaver i pleje- og omsorgsdistrikter"), (-12450, -13000, -13250), "−",
        code="AM", account="645511"),
    Row("item", ("Bedre brug af velfærdsteknologi i", "hjemmeplejen, herunder skærm-", "besøg, medicinrobotter og",
                 "fælles indkøb til pleje-", "og aktivitetscentre"), (950, -1200, -2345), "–", code="Eff.", account="532302"),
    Row("memo", ("heraf engangsudgifter",), (500, 0, "-"), account="532303"),
    Row("subtotal", ("Ældre og omsorg i alt",), (-13100, -15850, -17295)),
)  # fmt: skip
CHILDREN = (
    Row("section", ("Børn og unge",)),
    Row("item", ("Sundhedspleje",), ("–", -400, -400), "brackets", mark=True, code="Eff.", account="462889"),
    Row("item", ("Færre åbningsdage i klubber og", "fritidshjem i skolernes ferier", "og på lukkedage"), ("", "-", -1075),
        "after", code="AM", account="522810"),
    Row("item", ("Madordning i dagtilbud",), (0, 2100, 2100), account="525810"),
    Row("item", ("Tilskud til pasning af børn på", "0-2 år i private ordninger med", "egen bestyrelse og", "eget køkken"),
        (-35, 0, -1234), "apart", code="AM", account="525811"),
    Row("subtotal", ("Børn og unge i alt",), (-35, 1700, -609), "−"),
)  # fmt: skip
BLANK = Row("blank")
TOTAL = Row("total", ("I alt",), (-13135, -14150, -17904))
ROWS = (*ELDERLY, BLANK, *CHILDREN, TOTAL)


class Column(NamedTuple):
    """A figure column: its heading (a line for each row of the header), and the figure that a row has in it."""

    heading: tuple[str, ...]
    year: int | None
    figure: Callable[[Row], int | str | Decimal]
    measure: str = "net"
    attribute: bool = False  # no figure: a code, an account
    width: float = 52.0

    @property
    def printed(self) -> str:
        return " ".join(h for h in self.heading if h)


def amount(n: int) -> Callable[[Row], int | str]:
    return lambda row: row.amounts[n]


def years(*headings: str, first: int = 2024) -> tuple[Column, ...]:
    """One column per heading, for the years from `first` on; a blank line break in a heading is `\\n`."""
    return tuple(Column((h,), first + n, amount(n)) for n, h in enumerate(headings))


def number(value: Decimal, group: str, decimals: int | None) -> str:
    """Digits in Danish, without a sign."""
    text = f"{abs(value):,f}" if decimals is None else f"{abs(value):,.{decimals}f}"
    whole, _, rest = text.partition(".")
    return whole.replace(",", group) + ("," + rest if rest else "")


def signed(value: Decimal, digits: str, style: Style) -> str:
    if value >= 0:
        return digits
    return {"after": f"{digits}-", "brackets": f"({digits})", "apart": f"- {digits}"}.get(style, f"{style}{digits}")


def plain(printed: str) -> str:
    """Blanks out, one kind of dash."""
    return "".join("-" if c in "−–" else c for c in printed if not c.isspace())


@dataclass(frozen=True, slots=True)
class Look:
    """How the table is set in one layout."""

    rules: Rules = "full"
    align: Align = "right"
    valign: Literal["top", "middle", "bottom"] = "top"
    group: str = "."
    unit: str = "1.000 kr."
    scale: Decimal = Decimal(1)  # what is printed, for 1.000 kr.
    decimals: int | None = 0
    mark: str = "*"  # printed after the label; a digit is set as superscript
    repeat: bool = False
    label_width: float = 165.0
    label_heading: str = "Forslag"
    account_first: bool = False
    totals: bool = True


def shown(row: Row, column: Column, look: Look) -> tuple[str, Decimal | None]:
    """What a cell prints, and its amount in kroner."""
    figure = column.figure(row)
    if isinstance(figure, str):
        return figure, (Decimal(0) if figure else None)
    if column.measure == "percent":
        return signed(Decimal(figure), number(Decimal(figure), look.group, 1), row.style), None
    value = Decimal(figure) * look.scale
    if look.decimals is not None:
        value = value.quantize(Decimal(1).scaleb(-look.decimals))
    if look.decimals is None:  # as few as will do
        value = value.normalize() if value else Decimal(0)
    return signed(value, number(value, look.group, look.decimals), row.style), value * 1000 / look.scale


def grid(columns: Sequence[Column], look: Look, rows: Sequence[Row] = ROWS) -> Grid:
    """The table as it is set."""
    depth = max(len(c.heading) for c in columns)
    head: list[tuple[Cell, ...]] = []
    for level in range(depth):
        line: list[Cell] = [Cell((look.label_heading if level == depth - 1 else "",), "left", True)]
        if look.account_first:
            line.insert(0, Cell(("Konto" if level == depth - 1 else "",), "left", True))
        at = 0
        while at < len(columns):
            c = columns[at]
            text = c.heading[level - depth + len(c.heading)] if level >= depth - len(c.heading) else ""
            span = 1
            while level < depth - 1 and text and at + span < len(columns) and columns[at + span].heading[0] == text:
                span += 1
            align: Align = "center" if span > 1 or c.attribute or look.align == "center" else "right"
            line.append(Cell(tuple(text.split("\n")), align, True, span=span))
            at += span
        head.append(tuple(line))
    body = []
    for row in rows:
        bold = row.kind in ("section", "subtotal", "total")
        raised = look.mark if row.mark and look.mark.isdigit() else ""
        lines = row.lines if not row.mark or raised else (*row.lines[:-1], row.lines[-1] + look.mark)
        cells = [Cell(lines, "left", bold, raised)]
        if look.account_first:
            cells.insert(0, Cell((row.account,), "left", bold))
        for c in columns:
            if c.attribute:
                cells.append(Cell((str(c.figure(row)),), "center", bold))
            else:
                cells.append(Cell((shown(row, c, look)[0],), look.align, bold))
        body.append(tuple(cells))
    widths = (look.label_width, *(c.width for c in columns))
    return Grid(
        (42.0, *widths) if look.account_first else widths, (*head, *body), depth, look.repeat, look.rules, look.valign
    )


def items(columns: Sequence[Column], look: Look, rows: Sequence[Row] = ROWS) -> list[Item]:
    """The line items that the table holds, row by row."""
    out = []
    for row in rows:
        for c in columns:
            if c.attribute:
                continue
            printed, value = shown(row, c, look)
            if printed:
                money = c.measure != "percent"
                out.append(Item(row.label, row.kind, c.printed.replace("\n", " "), c.year, c.measure, plain(printed),
                                value if money else None, FOOTNOTE if row.mark else None))  # fmt: skip
    return out


def caption(look: Look, what: str = "Oversigt") -> Text:
    return Text(f"{what} over forslag (i {look.unit})", True)


def footnote(look: Look) -> Text:
    return Text(f"{look.mark} {FOOTNOTE}")


def title(name: str) -> Text:
    return Text(f"Prøveby Kommune, prøvetryk {name}", True)


def single(name: str, columns: Sequence[Column], look: Look, *, landscape: bool = False, gap: float = 0,
           finish: Finish = "") -> Layout:  # fmt: skip
    """A document of one table."""
    blocks: list[Block] = [title(name), *([Gap(gap)] if gap else ()), caption(look), Gap(6), grid(columns, look), Gap(8),
                           footnote(look)]  # fmt: skip
    return Layout(name, (Sheet(tuple(blocks), landscape),), tuple(items(columns, look)), finish)


# --- the layouts -----------------------------------------------------------------------------------------

YEARS = years("2024", "2025", "2026")
BUDGET = (Column(("Budget 2024",), 2024, amount(0), width=66), Column(("BO 2025",), 2025, amount(1)),
          Column(("BO 2026",), 2026, amount(2)))  # fmt: skip
RESULTS = (
    Column(("R2022",), 2022, amount(0)),
    Column(("B2023",), 2023, amount(1)),
    Column(("BF2024",), 2024, amount(2)),
)


def times(n: int, factor: int) -> Callable[[Row], int | str]:
    """An amount multiplied, so that what added up still does."""

    def figure(row: Row) -> int | str:
        a = row.amounts[n]
        return a if isinstance(a, str) else a * factor

    return figure


def accounts(year: int, n: int, *above: str) -> tuple[Column, ...]:
    """`Udgifter Indtægter Netto` of a year, below a heading that spans them."""
    return (
        Column((*above, "Udgifter"), year, amount(n), "expenditure", width=48),
        Column((*above, "Indtægter"), year, times(n, -2), "income", width=50),
        Column((*above, "Netto"), year, times(n, 3), width=48),
    )


def _percent(row: Row) -> Decimal | str:
    a, b = row.amounts[0], row.amounts[1]
    if isinstance(a, str) or isinstance(b, str) or not a:
        return ""
    return (Decimal(b - a) * 100 / abs(a)).quantize(Decimal("0.1"))


CODE = Column(("Type",), None, lambda row: row.code, attribute=True, width=50)
ACCOUNT = Column(("Konto",), None, lambda row: row.account, attribute=True, width=46)
PERCENT = Column(("Ændring i %",), None, _percent, "percent", width=66)
TWO_LINES = tuple(
    Column((heading,), 2024 + n, amount(n), width=58)
    for n, heading in enumerate(("Budget\n2024", "Overslag\n2025", "Overslag\n2026"))
)


def _plain_layouts() -> list[Layout]:
    """Every ruling with every alignment of figures at every height; headings and separators take turns."""
    out = []
    heads = {"full": YEARS, "horizontal": BUDGET, "zebra": RESULTS, "none": YEARS}
    for rules, columns in heads.items():
        for align in ("right", "center", "decimal"):
            for valign in ("top", "middle", "bottom"):
                scale = (Decimal("0.001"), None, "mio. kr.") if align == "decimal" else (Decimal(1), 0, "1.000 kr.")
                look = Look(rules, align, valign, scale=scale[0], decimals=scale[1], unit=scale[2],
                            mark="1" if valign == "middle" else "*")  # fmt: skip
                out.append(single(f"{rules}-{align}-{valign}", columns, look))
    return out


def _broken(rules: Rules, name: str, repeat: bool, at: float, valign: Literal["top", "bottom"] = "top") -> Layout:
    """The table pushed down the page so that the page ends `at` points below the top of its first row."""
    look = Look(rules, valign=valign, repeat=repeat)
    room = A4[1] - 2 * MARGIN - 2 * LINE - 6
    return single(name, YEARS, look, gap=room - at)


HEAD = LINE + 2 * PAD  # height of a header row, as of every row of one line
ROW = LINE + 2 * PAD


def layouts() -> list[Layout]:
    """Every document of the matrix."""
    out = _plain_layouts()
    for name, group in (("blank", " "), ("no-break", "\u00a0"), ("thin", "\u2009"), ("none", "")):
        for rules in ("full", "none"):
            out.append(single(f"thousands-{name}-{rules}", YEARS, Look(rules, group=group)))
        out.append(single(f"thousands-{name}-centred", YEARS, Look("horizontal", "center", "middle", group=group)))
    # the page ends between two rows, or within the label of five lines
    between = HEAD + ROW + 2 * (2 * LINE + 2 * PAD) + 5 * LINE + 2 * PAD + 4
    within = HEAD + ROW + 2 * (2 * LINE + 2 * PAD) + PAD + 3 * LINE + 4
    for rules in ("full", "none"):
        out.append(_broken(rules, f"pages-header-{rules}", True, between))
        out.append(_broken(rules, f"pages-plain-{rules}", False, between))
        out.append(_broken(rules, f"pages-split-row-{rules}", False, within))
        out.append(_broken(rules, f"pages-split-row-header-{rules}", True, within))
    for rules in ("horizontal", "zebra"):
        out.append(_broken(rules, f"pages-header-{rules}", True, between, "bottom"))
        out.append(_broken(rules, f"pages-split-row-{rules}", False, within, "bottom"))
    for rules in ("full", "horizontal", "none"):
        out += [_stacked(rules), _beside(rules)]
        out.append(single(f"accounts-{rules}", accounts(2024, 0), Look(rules, label_heading="Område")))
        spanning = (*accounts(2024, 0, "Budget 2024"), *accounts(2025, 1, "Budget 2025"))
        out.append(single(f"spanning-{rules}", spanning, Look(rules)))
        out.append(single(f"two-line-heading-{rules}", TWO_LINES, Look(rules)))
        out.append(single(f"account-column-{rules}", (ACCOUNT, *YEARS), Look(rules)))
        out.append(single(f"account-first-{rules}", YEARS, Look(rules, account_first=True)))
        out.append(single(f"code-percent-{rules}", (*BUDGET[:2], PERCENT, CODE), Look(rules)))
        out.append(_two_units(rules))
        out.append(single(f"landscape-{rules}", YEARS, Look(rules), landscape=True))
        out.append(single(f"rotated-{rules}", YEARS, Look(rules), finish="rotated"))
        out.append(_sideways(rules))
        out.append(single(f"twice-{rules}", YEARS, Look(rules), finish="twice"))
        out.append(single(f"invisible-{rules}", YEARS, Look(rules), finish="invisible"))
    return out


def _stacked(rules: Rules) -> Layout:
    look = Look(rules)
    blocks = (title(f"stacked-{rules}"), caption(look, "Ældre"), Gap(6), grid(YEARS, look, ELDERLY), Gap(16),
              grid(YEARS, look, CHILDREN), Gap(8), footnote(look))  # fmt: skip
    expected = [*items(YEARS, look, ELDERLY), *items(YEARS, look, CHILDREN)]
    return Layout(f"stacked-{rules}", (Sheet(blocks),), tuple(expected))


def _beside(rules: Rules) -> Layout:
    look = Look(rules, label_width=152)
    columns = tuple(c._replace(width=40) for c in YEARS[:2])
    pair = Beside(grid(columns, look, ELDERLY), grid(columns, look, CHILDREN))
    blocks = (title(f"beside-{rules}"), caption(look), Gap(6), pair, Gap(8), footnote(look))
    expected = [*items(columns, look, ELDERLY), *items(columns, look, CHILDREN)]
    return Layout(f"beside-{rules}", (Sheet(blocks),), tuple(expected))


def _two_units(rules: Rules) -> Layout:
    look, millions = Look(rules), Look(rules, scale=Decimal("0.001"), decimals=None, unit="mio. kr.")
    blocks = (title(f"two-units-{rules}"), caption(look), Gap(6), grid(YEARS, look), Gap(8), footnote(look), Gap(16),
              caption(millions, "Samme tabel"), Gap(6), grid(YEARS, millions, ELDERLY))  # fmt: skip
    return Layout(f"two-units-{rules}", (Sheet(blocks),),
                  (*items(YEARS, look), *items(YEARS, millions, ELDERLY)))  # fmt: skip


def _sideways(rules: Rules) -> Layout:
    look = Look(rules)
    sheets = (Sheet((title(f"sideways-{rules}"), caption(look))), Sheet((grid(YEARS, look),), landscape=True),
              Sheet((footnote(look),)))  # fmt: skip
    return Layout(f"sideways-{rules}", sheets, tuple(items(YEARS, look)), "sideways")


def split_decimals(printed: str) -> tuple[str, str]:
    """A printed figure before and from its decimal comma; without one, before and from its last digit's end."""
    at = printed.find(",")
    if at < 0:
        at = max((i + 1 for i, c in enumerate(printed) if c.isdigit()), default=len(printed))
    return printed[:at], printed[at:]
