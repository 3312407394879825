"""Typeset the sample budget round of the invented Eksempelby Kommune into `raw/eksempelby/2024/`, and the statements of two
more invented municipalities, in which nothing is wrong, into `samples/rounds/`.

    python samples/typeset.py [ROUND_FOLDER [STATEMENTS_FOLDER]]

Each `*.toml` here is one document of the round, each below `more/` one statement: its prose, and its figures as printed.
The layout it names is a `*.typ`. Before anything is typeset the arithmetic is proved: every table, percentage and amount in
the text agrees with every other, except for the one contradiction that the data of the round declares as `planted`. The
same sources and the same version of typst give the same bytes.
"""

import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Literal

import typst
from pydantic import BaseModel, ConfigDict

SAMPLES = Path(__file__).resolve().parent
ROUND = SAMPLES.parent / "raw" / "eksempelby" / "2024"
MORE = SAMPLES / "more"
STATEMENTS = SAMPLES / "rounds"

AMOUNT = re.compile(r"\d[\d.,]*\s(?:mio\. kr\.|t\.kr\.|kr\.)")
PERCENT = re.compile(r"(\d[\d,]*)\s?%(?: i (\d{4}))?")
KRONER = {"mio. kr.": 1_000_000, "t.kr.": 1_000, "kr.": 1, "mkr": 1_000_000, "tkr": 1_000}


class Data(BaseModel):
    """What people write: a key that is not known is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Amount(Data):
    """An amount in the text, and the figures it restates or the thing it stands for."""

    text: str
    row: str = ""
    years: tuple[int, ...] = ()
    stands_for: str = ""


class Row(Data):
    """One table row; `figures` holds one printed figure per year, in 1.000 kr. or positions."""

    kind: Literal["heading", "item", "total", "staffing"]
    label: str
    figures: str = ""
    code: str = ""
    mark: str = ""
    type: str = ""

    @property
    def amounts(self) -> list[int]:
        return [int(figure.replace(".", "")) for figure in self.figures.split()]

    @property
    def name(self) -> str:
        return one_line(self.label)


class Planted(Data):
    """A figure that the overview prints wrongly, on purpose."""

    code: str
    year: int
    printed: str
    true: str


class Text(Data):
    heading: str = ""
    paragraphs: tuple[str, ...]
    amounts: tuple[Amount, ...] = ()


class Proposal(Text):
    code: str
    title: str
    theme: str = ""
    table: tuple[Row, ...] = ()
    footnote: str = ""
    sector: str = ""
    budget: str
    percent: str


class Document(Data):
    layout: str
    municipality: str
    title: str
    created: date
    years: tuple[int, ...]
    foreword: tuple[Text, ...]
    overview: tuple[Row, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    planted: tuple[Planted, ...] = ()
    restates: str = ""
    department: str = ""
    sector: str = ""
    cover: str = ""
    footnote: str = ""
    legend: tuple[str, ...] = ()
    sender: str = ""


class Restated(Data):
    """An amount in the text of a statement, and the one figure that it restates, perhaps rounded."""

    text: str
    row: str
    column: str


class Line(Data):
    """A row of a statement: a heading (level 0), an item (1), or the sum of the open rows of lower levels above it."""

    level: int
    label: str
    account: str = ""
    figures: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return one_line(self.label)


class Ledger(Data):
    """A table of a statement; in every row the figures, each times its weight, add up to nothing."""

    caption: str
    unit: int
    columns: tuple[str, ...]
    weights: tuple[int, ...]
    rows: tuple[Line, ...]


class Statement(Data):
    """Tables whose sums close level by level. `locale`: the marks that group thousands and begin decimals."""

    layout: str
    language: str
    locale: str
    municipality: str
    title: str
    created: date
    margin: str
    foreword: tuple[str, ...]
    amounts: tuple[Restated, ...]
    tables: tuple[Ledger, ...]

    def value(self, printed: str) -> Decimal:
        """`−1 240,5` -> -1240.5; a lone dash is nil."""
        group, decimal = self.locale[0], self.locale[1]
        digits = printed.replace("\N{MINUS SIGN}", "-").replace(group, "").replace(decimal, ".")
        return Decimal(0) if digits == "-" else Decimal(digits)


def prove_statement(statement: Statement, where: str) -> None:
    """Raise AssertionError unless every sum, every row and every amount in the text is right."""
    figures: dict[tuple[str, str], Decimal] = {}
    for table in statement.tables:
        open_rows: list[tuple[int, list[Decimal]]] = []
        for row in table.rows:
            values = [statement.value(figure) for figure in row.figures]
            assert bool(values) == bool(row.level), f"{where}: {row.name}"
            if not values:
                continue
            across = sum(value * weight for value, weight in zip(values, table.weights, strict=True))
            assert across == 0, f"{where}: {row.name} is off by {across} across"
            if row.level > 1:
                parts = [own for level, own in open_rows if level < row.level]
                sums = [sum(column, Decimal(0)) for column in zip(*parts, strict=True)]
                assert values == sums, f"{where}: {row.name} is not {sums}"
                open_rows = [(level, own) for level, own in open_rows if level >= row.level]
            open_rows.append((row.level, values))
            for column, value in zip(table.columns[-len(values) :], values, strict=True):
                figures[row.name, column] = abs(value) * table.unit
        assert len(open_rows) == 1, f"{where}: the last row is not the sum of all"

    for amount in statement.amounts:
        assert sum(amount.text in paragraph for paragraph in statement.foreword) == 1, f"{where}: {amount.text}"
        printed, unit = re.split(r"\s(?=\D)", amount.text, maxsplit=1)
        last_digit = Decimal(1).scaleb(statement.value(printed).as_tuple().exponent) * KRONER[unit]  # type: ignore[arg-type]
        off = abs(statement.value(printed) * KRONER[unit] - figures[amount.row, amount.column])
        assert off <= last_digit / 2, f"{where}: {amount.text} in the text is off by {off}"


def prove(documents: dict[str, Document]) -> None:
    """Raise AssertionError unless the whole round agrees with itself, but for exactly one planted contradiction."""
    for name, document in documents.items():
        overview = true_overview(document)
        sister = documents[document.restates].overview if document.restates else overview
        prove_totals(overview, name)
        for text in document.foreword:
            prove_amounts(text, sister, document.years, name)
        for proposal in document.proposals:
            prove_proposal(proposal, overview, document.years, f"{name} {proposal.code}")

    assert sum(len(document.planted) for document in documents.values()) == 1, "exactly one contradiction is planted"
    named = [amount for document in documents.values() for text in document.foreword for amount in text.amounts]
    meanings = {(amount.stands_for, amount.text) for amount in named if amount.stands_for}
    assert len(meanings) == len({meaning for meaning, _ in meanings}), f"one thing, several amounts: {meanings}"


def true_overview(document: Document) -> tuple[Row, ...]:
    """The overview with the planted figures put right."""
    rows = {row.code or row.label: row for row in document.overview}
    for planted in document.planted:
        assert planted.printed != planted.true and Counter(planted.printed) == Counter(planted.true), planted
        row, column = rows[planted.code], document.years.index(planted.year)
        figures = row.figures.split()
        assert figures[column] == planted.printed, f"not printed: {planted}"
        figures[column] = planted.true
        rows[planted.code] = row.model_copy(update={"figures": " ".join(figures)})
    return tuple(rows.values())


def prove_totals(table: Sequence[Row], where: str) -> None:
    """Every total is the sum of the items since the total before it."""
    items: list[list[int]] = []
    for row in table:
        if row.kind == "item":
            items.append(row.amounts)
        elif row.kind == "total":
            assert row.amounts == column_sums(items), f"{where}: {row.name} is not {column_sums(items)}"
            items = []


def prove_proposal(proposal: Proposal, overview: Sequence[Row], years: Sequence[int], where: str) -> None:
    """A proposal agrees with its table, its row in the overview, its text and its percentages."""
    [listed] = [row for row in overview if row.code == proposal.code]
    table = proposal.table or overview
    if proposal.table:
        prove_totals(table, where)
        net = [row.amounts for row in table if row.kind == "total"] or [r.amounts for r in table if r.kind == "item"]
        assert net == [listed.amounts], f"{where}: the overview prints {listed.figures}"
    prove_amounts(proposal, table, years, where)

    [budget] = AMOUNT.findall(proposal.budget)
    shares = {year: 100_000 * Decimal(abs(n)) / kroner(budget) for year, n in zip(years, listed.amounts, strict=True)}
    for printed, year in PERCENT.findall(proposal.percent):
        percent = number(printed)
        candidates = [shares[int(year)]] if year else shares.values()
        assert any(share.quantize(percent, ROUND_HALF_UP) == percent for share in candidates), f"{where}: {printed} %"


def prove_amounts(text: Text, table: Sequence[Row], years: Sequence[int], where: str) -> None:
    """The amounts in the text are exactly the declared ones, and each equals every figure it restates."""
    found = [amount for paragraph in text.paragraphs for amount in AMOUNT.findall(paragraph)]
    assert found == [amount.text for amount in text.amounts], f"{where}: the text holds {found}"
    for amount in text.amounts:
        assert bool(amount.stands_for) != bool(amount.row and amount.years), f"{where}: {amount}"
        for year in amount.years:
            [row] = [row for row in table if row.name == amount.row]
            figure = abs(row.amounts[years.index(year)]) * 1_000
            assert figure == kroner(amount.text), f"{where}: {amount.text} in the text, {figure} in {amount.row} {year}"


def one_line(label: str) -> str:
    """The label on one line, hyphenation undone."""
    return label.replace("-\n", "").replace("\n", " ")


def column_sums(rows: Sequence[Sequence[int]]) -> list[int]:
    return [sum(column) for column in zip(*rows, strict=True)]


def number(printed: str) -> Decimal:
    return Decimal(printed.replace(".", "").replace(",", "."))


def kroner(printed: str) -> Decimal:
    """`1,45 mio. kr.` -> 1450000"""
    figure, unit = printed.split(" ", 1)
    return number(figure) * KRONER[unit]


def typeset(documents: dict[str, Document], folder: Path) -> Iterator[Path]:
    """Write one PDF per document, with the fonts that come with typst."""
    for name, document in documents.items():
        path = folder / f"{name}.pdf"
        compile_pdf(SAMPLES / document.layout, f"{name}.toml", path)
        yield path


def compile_pdf(layout: Path, data: str, path: Path) -> None:
    """One PDF from a layout and the name of its data, as seen from the layout."""
    path.parent.mkdir(parents=True, exist_ok=True)
    typst.compile(layout, output=path, ignore_system_fonts=True, sys_inputs={"data": data}, pdf_tags=False)


def read_statement(source: Path) -> Statement:
    return Statement.model_validate(tomllib.loads(source.read_text("utf-8")))


def typeset_statements(folder: Path = STATEMENTS) -> Iterator[Path]:
    """Prove and write every statement below `more/`, in the same folders."""
    for source in sorted(MORE.rglob("*.toml")):
        name = source.relative_to(SAMPLES).as_posix()
        statement = read_statement(source)
        prove_statement(statement, name)
        path = folder / source.relative_to(MORE).with_suffix(".pdf")
        compile_pdf(SAMPLES / statement.layout, name, path)
        yield path


def main(folder: Path = ROUND) -> None:
    sources = sorted(SAMPLES.glob("*.toml"))
    documents = {source.stem: Document.model_validate(tomllib.loads(source.read_text("utf-8"))) for source in sources}
    prove(documents)
    for path in typeset(documents, folder):
        print(path)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
    for written in typeset_statements(*map(Path, sys.argv[2:3])):
        print(written)
