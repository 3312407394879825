"""Typeset the sample budget round of the invented Eksempelby Kommune into `raw/eksempelby/2024/`.

    python samples/typeset.py [OUTPUT_FOLDER]

Each `*.toml` here is one document: its prose, and its figures as printed. The layout it names is a `*.typ`. Before
anything is typeset the arithmetic of the round is proved: every table, percentage and amount in the text agrees with
every other, except for the one contradiction that the data declares as `planted`. The same sources and the same
version of typst give the same bytes.
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

AMOUNT = re.compile(r"\d[\d.,]*\s(?:mio\. kr\.|t\.kr\.|kr\.)")
PERCENT = re.compile(r"(\d[\d,]*)\s?%(?: i (\d{4}))?")
KRONER = {"mio. kr.": 1_000_000, "t.kr.": 1_000, "kr.": 1}


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
        """The label on one line, hyphenation undone."""
        return self.label.replace("-\n", "").replace("\n", " ")


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
    folder.mkdir(parents=True, exist_ok=True)
    for name, document in documents.items():
        path = folder / f"{name}.pdf"
        typst.compile(
            SAMPLES / document.layout,
            output=path,
            ignore_system_fonts=True,
            sys_inputs={"data": f"{name}.toml"},
            pdf_tags=False,
        )
        yield path


def main(folder: Path = ROUND) -> None:
    sources = sorted(SAMPLES.glob("*.toml"))
    documents = {source.stem: Document.model_validate(tomllib.loads(source.read_text("utf-8"))) for source in sources}
    prove(documents)
    for path in typeset(documents, folder):
        print(path)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
