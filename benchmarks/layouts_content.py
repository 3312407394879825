"""Random documents of tables: what is printed, and how it is to be set. The truth comes from here, never from a reader.

Every printed amount of a document has digits of its own, so that each can be told from all others wherever it is read.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeVar

T = TypeVar("T")

Rules = Literal["full", "horizontal", "booktabs", "zebra", "frame", "none"]
Place = Literal["top", "middle", "bottom"]

WORDS = (
    "omlægning", "af", "nattevagt", "og", "vikardækning", "samling", "administrative", "opgaver", "bedre",
    "brug", "velfærdsteknologi", "hjemmeplejen", "herunder", "skærmbesøg", "medicinrobotter", "fælles",
    "indkøb", "til", "færre", "åbningsdage", "i", "klubber", "fritidshjem", "skolernes", "ferier", "lukkedage",
    "madordning", "dagtilbud", "tilskud", "pasning", "børn", "private", "ordninger", "med", "egen",
    "bestyrelse", "køkken", "ved", "sundhedspleje", "kørsel", "genoptræning", "vedligeholdelse", "bygninger",
    "veje", "parker", "kollektiv", "trafik", "biblioteker", "kultur", "idræt", "beredskab", "effektivisering",
    "befordring", "specialtilbud", "kontanthjælp", "førtidspension", "boligstøtte", "flygtninge", "sygedagpenge",
)  # fmt: skip
HYPHENED = ("pleje- og omsorg", "syge- og sundhedspolitik", "for 0-2 år", "efter § 85", "på 18 år og derover", "(netto)",
            "i 2. etape", "fra 1. januar", "- drift")  # fmt: skip
SECTIONS = ("Ældre og omsorg", "Børn og unge", "Teknik og miljø", "Social og beskæftigelse", "Kultur", "Fælles formål")
CODES = ("Eff.", "AM", "Omp.", "Serv.", "Bes.")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. `heading`: level by level, the outermost first; equal outer headings span."""

    heading: tuple[str, ...]
    kind: Literal["figure", "attribute", "ignore"] = "figure"
    align: Literal["left", "center", "right", "decimal"] = "right"
    decimals: int = 0
    percent: bool = False
    large: int = 5  # digits of its largest figures

    @property
    def printed(self) -> str:
        return " ".join(h.replace("\n", " ") for h in self.heading if h)


@dataclass(frozen=True, slots=True)
class Row:
    """A row as printed: its label, a text for each column."""

    label: str
    cells: tuple[str, ...]
    bold: bool = False
    indent: int = 0
    mark: str = ""  # a superscript after the label
    marks: tuple[str, ...] = ()  # superscripts after the figures


@dataclass(frozen=True, slots=True)
class Look:
    """How one table is set."""

    rules: Rules
    valign: Place
    gap: float  # room between two columns, in font sizes
    pad: float  # points above and below the text of a row
    label_width: float  # in font sizes
    head_align: Literal["same", "center", "left"]
    span_align: Literal["center", "left"]
    hyphenate: bool
    soft: bool
    leaders: bool
    far_minus: bool
    repeat: bool
    split: bool  # a row may be split by the end of a page
    break_before_last: bool
    full_width: bool
    label_heading: str = ""
    number_first: bool = False  # the first column stands before the labels
    caps: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    look: Look
    caption: str = ""
    footnote: str = ""


class Columns(NamedTuple):
    """Running text in two columns."""

    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """How a document is printed."""

    font: str
    size: float
    leading: float  # in font sizes
    run: Literal["line", "word", "glyph"]
    spacing: float  # between letters, points
    landscape: bool = False
    rotate: int = 0
    crop: tuple[float, float] = (0.0, 0.0)
    scale: float = 1.0  # of a form that holds all the page's content
    sideways: int = 0  # the table is turned on an upright page
    twice: bool = False
    ghost: bool = False  # invisible figures over the page
    blanks: bool = False  # strings of blanks printed over the figures
    two_fonts: bool = False  # digits set in another font than letters
    order: Literal["rows", "columns", "mixed"] = "rows"  # in which the words are drawn
    head: str = ""
    foot: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    name: str
    sheet: Sheet
    blocks: tuple[str | Columns | Table | tuple[Table, Table], ...]  # text, a table, or two side by side
    features: frozenset[str] = field(default_factory=frozenset)

    @property
    def tables(self) -> list[Table]:
        out: list[Table] = []
        for b in self.blocks:
            out += [b] if isinstance(b, Table) else [t for t in b if isinstance(t, Table)] if isinstance(b, tuple) else []
        return out


class _Maker:
    """Draws one document."""

    def __init__(self, seed: int) -> None:
        self.r = random.Random(seed)
        self.features: set[str] = set()
        self.odd = self.r.choice((0.3, 1.0))  # how much of all that may be odd comes together
        self.digits = {str(y) for y in range(1990, 2040)}
        self.group = self.one("group", (".", " ", "\u00a0", "thin", ""), (5, 2, 1, 1, 1))
        self.negative = self.one("negative", ("-", "−", "–", "after", "brackets", "apart"), (5, 2, 2, 1, 1, 1))
        self.nil = self.one("nil", ("-", "–", "0", ""))
        self.currency = self.one("currency", ("", "after", "before"), (16, 1, 1))

    def flip(self, name: str, share: float) -> bool:
        yes = self.r.random() < share * self.odd
        if yes:
            self.features.add(name)
        return yes

    def one(self, name: str, of: Sequence[T], weights: Sequence[int] | None = None) -> T:
        chosen = self.r.choices(of, weights)[0]
        self.features.add(f"{name}={chosen}")
        return chosen

    # --- text

    def label(self, most: int = 8) -> str:
        words = [self.r.choice(WORDS) for _ in range(self.r.randint(1, self.r.randint(1, most)))]
        while words[0] in ("af", "og", "i", "til", "ved", "med"):
            words[0] = self.r.choice(WORDS)
        if self.r.random() < 0.12:
            words.append(self.r.choice(HYPHENED))
        text = " ".join(words)
        return text[0].upper() + text[1:]

    def amount(self, column: Column) -> str:
        """A figure with digits that no other figure has; sometimes nil, nothing, or words."""
        chance = self.r.random()
        if chance < 0.06:
            return self.nil
        if chance < 0.09:
            return ""
        if chance < 0.10:
            return "ikke relevant"
        for _ in range(200):
            digits = str(self.r.randint(1, 10 ** self.r.randint(2, column.large)))
            if column.decimals:
                digits = digits.zfill(column.decimals + 1)
            if digits.lstrip("0") not in self.digits and len(digits) > 1:
                break
        self.digits.add(digits.lstrip("0"))
        whole, rest = (digits[: -column.decimals], "," + digits[-column.decimals :]) if column.decimals else (digits, "")
        group = "\u2009" if self.group == "thin" else self.group
        text = f"{int(whole):,}".replace(",", group) + rest
        if self.r.random() < 0.4:
            text = {"after": f"{text}-", "brackets": f"({text})", "apart": f"- {text}"}.get(
                self.negative, f"{self.negative}{text}"
            )
        if column.percent:
            return text + " %"
        if self.currency and not column.decimals:
            return f"{text} kr." if self.currency == "after" else f"kr. {text}"
        return text

    # --- columns

    def columns(self, most: int) -> tuple[Column, ...]:
        first = self.r.randint(2021, 2026)
        n = self.r.randint(1, most)
        form = self.one("headings", ("years", "budget", "phases", "accounts", "spanning", "two lines", "deviation", "words"),
                        (4, 2, 2, 2, 2, 2, 2, 1))  # fmt: skip
        align = self.one("align", ("right", "center", "decimal"), (6, 1, 1))
        decimals = self.one("decimals", (0, 1, 2, 3), (6, 2, 1, 1)) if align != "decimal" else self.r.randint(1, 2)
        large = self.r.choice((3, 4, 5, 6, 8))
        years = [first + k for k in range(n)]
        if form == "years" and self.flip("falling years", 0.15):
            years.reverse()
        heads: list[tuple[str, ...]]
        if form == "years":
            heads = [(str(y),) for y in years]
        elif form == "budget":
            heads = [(f"Budget {y}" if k == 0 else f"BO {y}",) for k, y in enumerate(years)]
        elif form == "phases":
            heads = [(f"{p}{y}",) for p, y in zip(("R", "B", "BF", "BO", "BO", "BO", "BO"), years, strict=False)]
        elif form == "accounts":
            heads = [("Udgifter",), ("Indtægter",), ("Netto",)]
        elif form == "spanning":
            pairs = [(f"Budget {y}", w) for y in years[: max(1, most // 3)] for w in ("Udgifter", "Indtægter", "Netto")]
            heads = list(pairs[:most]) if len(pairs) <= most else [("Budget 2024", "Udgifter"), ("Budget 2024", "Netto")]
        elif form == "two lines":
            heads = [(f"{'Budget' if k == 0 else 'Overslag'}\n{y}",) for k, y in enumerate(years)]
        elif form == "deviation":
            heads = [(f"Regnskab {first}",), (f"Budget {first}",), ("Afvigelse",)]
        else:
            heads = [(w,) for w in ("Ramme", "Korrigeret ramme", "Forbrug", "Forventet forbrug", "Rest")[: max(1, min(5, n))]]
        cols = [Column(h, "figure", align, decimals, False, large) for h in heads[: max(1, most)]]
        if len(cols) > 1 and len(cols) < most and self.flip("percent column", 0.15):
            cols.append(Column(("Ændring i %",), "figure", "right", 1, True, 3))
        if len(cols) < most and self.flip("count column", 0.12):
            cols.insert(self.r.choice((0, len(cols))), Column(("Antal",), "figure", align, 0, False, 2))
        if len(cols) < most and self.flip("code column", 0.12):
            cols.append(Column(("Type",), "attribute", "center" if self.r.random() < 0.5 else "left"))
        if self.flip("account column", 0.12):
            cols.insert(0, Column(("Konto",), "ignore", "left"))
        return tuple(cols)

    # --- rows

    def row(self, columns: tuple[Column, ...], label: str, bold: bool = False, indent: int = 0) -> Row:
        cells = []
        for c in columns:
            if c.kind == "attribute":
                cells.append(self.r.choice((*CODES, "")))
            elif c.kind == "ignore":
                cells.append(f"{self.r.randint(100000, 999999)}")
            else:
                cells.append(self.amount(c))
        if not any(cells[k] for k, c in enumerate(columns) if c.kind == "figure"):
            own = next(k for k, c in enumerate(columns) if c.kind == "figure")
            while not any(ch.isdigit() for ch in cells[own]):
                cells[own] = self.amount(columns[own])
        return Row(label, tuple(cells), bold, indent)

    def rows(self, columns: tuple[Column, ...], most: int) -> tuple[Row, ...]:
        out: list[Row] = []
        n = self.r.choice((1, 2, 3, 5, 8, 12, 20)) if not self.flip("many rows", 0.05) else self.r.randint(100, 300)
        n = min(n, most)
        sections = n > 2 and self.flip("sections", 0.35)
        deep = sections and self.flip("indent", 0.4)
        blank = ("",) * len(columns)
        bold_totals = self.flip("bold totals", 0.7)
        labels = set()
        wordy = self.r.choice((2, 4, 8, 16))
        while len([r for r in out if any(r.cells)]) < n:
            if sections and (not out or self.r.random() < 0.2):
                name = self.r.choice(SECTIONS)
                figures = self.flip("figures on a heading row", 0.15)
                if out and self.r.random() < 0.3:
                    self.features.add("blank row")
                    out.append(Row("", blank))
                out.append(self.row(columns, name, True) if figures else Row(name, blank, True))
            label = self.label(wordy)
            if label in labels:
                continue
            labels.add(label)
            out.append(self.row(columns, label, False, int(deep)))
            if self.r.random() < 0.06:
                self.features.add("heraf")
                out.append(self.row(columns, f"heraf {self.label(3).lower()}", False, int(deep) + 1))
            if sections and self.r.random() < 0.15:
                out.append(self.row(columns, f"{self.label(2)} i alt", bold_totals))
        if n > 1 and self.flip("total", 0.7):
            bare = self.flip("total without a label", 0.08)
            out.append(self.row(columns, "" if bare else "I alt", bold_totals))
        if self.flip("label mark", 0.15):
            k = self.r.choice([i for i, r in enumerate(out) if r.label])
            out[k] = Row(out[k].label, out[k].cells, out[k].bold, out[k].indent, "1")
        if self.flip("figure mark", 0.08):
            k = self.r.choice([i for i, r in enumerate(out) if any(r.cells)])
            marked = tuple("2" if any(ch.isdigit() for ch in t) and c.kind == "figure" and self.r.random() < 0.5 else ""
                           for t, c in zip(out[k].cells, columns, strict=True))  # fmt: skip
            out[k] = Row(out[k].label, out[k].cells, out[k].bold, out[k].indent, out[k].mark, marked)
        return tuple(out)

    def table(self, columns: int, rows: int, beside: bool = False) -> Table:
        cols = self.columns(columns)
        ruled = self.one("rules", ("full", "horizontal", "booktabs", "zebra", "frame", "none"), (3, 3, 2, 2, 1, 5))
        narrow = self.flip("narrow gaps", 0.12)
        tight = self.flip("no room between rows", 0.15)
        body = self.rows(cols, rows)
        number_first = cols[0].kind == "ignore" and not narrow and self.flip("account before label", 0.6)
        look = Look(
            rules=ruled,
            valign=self.one("valign", ("top", "middle", "bottom"), (5, 1, 2)),
            gap=self.r.uniform(0.3, 0.65) if narrow else self.r.uniform(0.9, 3.0),
            pad=0.3 if tight else self.r.uniform(1.5, 4.0),
            label_width=self.r.uniform(9, 16) if beside else self.r.uniform(10, 28),
            head_align=self.one("head align", ("same", "center", "left"), (6, 1, 1)),
            span_align=self.one("span align", ("center", "left"), (3, 1)),
            hyphenate=self.flip("hyphenation", 0.3),
            soft=self.flip("soft hyphen", 0.1),
            leaders=ruled in ("none", "horizontal", "booktabs") and self.flip("leaders", 0.1),
            far_minus=self.negative in "-−–" and self.flip("far minus", 0.06),
            repeat=self.flip("header repeated", 0.5),
            split=ruled == "none" and self.flip("row split", 0.3),
            break_before_last=self.flip("total on next page", 0.04) and not beside,
            full_width=self.flip("full width", 0.4) and not beside,
            label_heading="" if self.flip("no label heading", 0.3) else self.r.choice(("Forslag", "Område", "Tekst")),
            number_first=number_first,
            caps=self.flip("small capitals", 0.04),
        )
        unit = self.r.choice(("1.000 kr.", "t.kr.", "mio. kr.", "hele kr."))
        caption = "" if self.flip("no caption", 0.3) else f"{self.label(3)} (i {unit})"
        footnote = "1) Forventes fuldt indfaset senere." if any(r.mark for r in body) else ""
        return Table(cols, body, look, caption, footnote)

    def document(self, name: str) -> Document:
        landscape = self.flip("landscape", 0.12)
        sheet = Sheet(
            font=self.one("font", ("Helvetica", "Times-Roman", "Vera", "Courier"), (4, 3, 3, 1)),
            size=self.r.choice((6, 7, 7.5, 8, 9, 10, 11, 12, 14)),
            leading=self.r.uniform(1.08, 1.35),
            run=self.one("run", ("line", "word", "glyph"), (4, 2, 2)),
            spacing=self.r.uniform(0.2, 0.9) if self.flip("letter spacing", 0.06) else 0.0,
            landscape=landscape,
            rotate=self.r.choice((90, 180, 270)) if self.flip("rotated page", 0.1) else 0,
            crop=(37.0, 53.0) if self.flip("crop box", 0.1) else (0.0, 0.0),
            scale=self.r.choice((0.5, 0.8, 1.3)) if self.flip("form", 0.08) else 1.0,
            sideways=self.r.choice((90, 270)) if self.flip("sideways", 0.06) else 0,
            twice=self.flip("twice", 0.05),
            ghost=self.flip("invisible", 0.05),
            blanks=self.flip("blanks over", 0.05),
            two_fonts=self.flip("two fonts", 0.06),
            order=self.one("order", ("rows", "columns", "mixed"), (5, 2, 1)),
            head="Budget 2024-2027, bind 3" if self.flip("running head", 0.3) else "",
            foot=self.flip("page number", 0.5),
        )
        room = 842 if landscape or sheet.sideways else 595
        ems = (room - 90) / sheet.size
        wide = int(max(1, min(12, (ems - 16) / 6.5)))
        blocks: list[str | Columns | Table | tuple[Table, Table]] = []
        for _ in range(self.one("tables", (1, 2, 3), (6, 2, 1)) if not sheet.sideways else 1):
            if self.flip("prose", 0.4):
                blocks.append(self.prose())
            if not sheet.sideways and self.flip("two columns of text", 0.08):
                blocks.append(Columns(*(" ".join(f"{self.label(12)}." for _ in range(6)) for _ in range(2))))
            if ems > 70 and not sheet.sideways and self.flip("side by side", 0.2):
                half = int(max(1, min(3, (ems / 2 - 18) / 6.5)))
                blocks.append((self.table(half, 10, True), self.table(half, 10, True)))
            else:
                blocks.append(self.table(self.r.randint(1, wide), 300))
        if self.flip("prose", 0.4):
            blocks.append(self.prose())
        return Document(name, sheet, tuple(blocks), frozenset(self.features))

    def prose(self) -> str:
        said = ("Byrådet besluttede den 11. november 2023 at spare 12,5 mio. kr. i 2024.",
                "Det svarer til ca. 28,4 pct. af rammen.", "Efter § 83 i lov om social service gælder fortsat reglerne.",
                "Udgiften steg i 2023 til 1.277.901 kr. som følge af flere pladser.")  # fmt: skip
        return " ".join(self.r.sample(said, self.r.randint(1, 4)) + [f"{self.label(9)}." for _ in range(self.r.randint(0, 4))])


def random_document(seed: int) -> Document:
    """The document of a seed; the same seed gives the same document."""
    return _Maker(seed).document(f"layout-{seed}")
