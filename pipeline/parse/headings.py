"""Which table rule fits a table: the row that is its heading, and what its columns are by it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

import regex

from pipeline.model import Cell, Table
from pipeline.numbers import Locale, parse
from pipeline.parse.units import unit_value
from pipeline.parse.walk import PlacedTable
from pipeline.rules.language import Language
from pipeline.rules.schema import ColumnRule, Rule, TableRule
from pipeline.tables.lines import is_numbering
from pipeline.text import join_lines

_YEAR = regex.compile(r"(?:19|20)\d\d")
_CODE = 3  # digits of a code at least
_OF_WORDS = regex.compile(r"(?<=\p{L}[. ] ?)(?:19|20)\d\d(?![\d.,])|(?<![\d.,])(?:19|20)\d\d(?= \p{L})")  # `Netto 2024`, `2024 netto`
_YEARS = regex.compile(r"(?<![\d.,])\p{L}*(?P<first>(?:19|20)\d\d|(?<=\p{L})\d\d)[/–-]\p{L}*(?:20)?(?P<next>\d\d)(?![\d.,])")
_PRINTED_YEAR = regex.compile(r"(?:\d\d)?\d\d")
HEADING_ROWS = 5  # rows among which the heading is looked for


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table as its heading declares it."""

    index: int
    printed: str
    rule: ColumnRule
    year: int | None
    unit: str | None  # printed in the heading
    over: str = ""  # all that stands over the column


def choose(rule: Rule, placed: PlacedTable) -> tuple[TableRule, int, list[Column]] | None:
    """The first table rule that fits a table, the index of its heading row, and its columns."""
    for candidate in _candidates(rule, placed):
        found = _columns(candidate, placed.table)
        if found:
            return candidate, *found
    return None


def _candidates(rule: Rule, placed: PlacedTable) -> Iterator[TableRule]:
    """The table rules for where a table stands."""
    here = "outside_sections" if placed.section is None else "in_section"
    return (t for t in rule.tables if t.where in ("anywhere", here))


def fitting_but_for_the_label(rule: Rule, placed: PlacedTable) -> Iterator[tuple[TableRule, str]]:
    """The table rules whose columns fit a table, and whose label column does not: with what that column reads."""
    for candidate in _candidates(rule, placed):
        found = _columns(candidate.model_copy(update={"label": None}), placed.table)
        if found and candidate.label:
            yield candidate, _label_heading(placed.table, *found)[1]


def headings(table: Table, language: Language) -> list[str]:
    """What stands over each column: the rows above the first that holds a figure."""
    first = next(
        (r for r, row in enumerate(table.rows) if any(c and is_figure(c, language) for c in row[1:])), len(table.rows)
    )  # fmt: skip
    rows = range(min(max(first, 1), HEADING_ROWS))
    columns = (" ".join(h for _, h in _over(table, rows[-1], k)) for k in range(len(table.rows[0])))
    return [text for text in columns if text]


def is_figure(cell: Cell, language: Language) -> bool:
    """Whether a cell holds a number that is no year and no unit, as `1.000 kr.` over the labels is one."""
    text = " ".join(cell.lines)
    number = parse(text, Locale(language.decimal, language.group))
    return number is not None and not _YEAR.fullmatch(number.printed) and unit_value(text, language) is None


def _label_heading(table: Table, r: int, columns: Sequence[Column]) -> tuple[str, str]:
    """What stands over the labels, the first column that is no column of the rule: in a row, and down to that row."""
    taken = {c.index for c in columns}
    k = next((k for k in range(len(table.rows[r])) if k not in taken), 0)
    return _heading(table, r, k), " ".join(h for _, h in _over(table, r, k))


def _columns(rule: TableRule, table: Table) -> tuple[int, list[Column]] | None:
    """The heading row that the rule's columns fit, and the columns. A heading may run over several rows.

    Of two rows that both fit, the lower one is the heading where it says more of every column: `Netto` below `2024`.
    """
    found: tuple[int, list[Column]] | None = None
    for r in range(len(table.rows[:HEADING_ROWS])):
        columns = _columns_of(rule, table, r)
        if found:
            own = [_heading(table, r, c.index) for c in columns if not _reaches_down(table, found[0], r, c.index)]
            # `2023`, `Netto 2024` below `Regnskab`, `Budget`, and nothing below the headings that need no second line
            more = len(columns) > len(found[1]) and all(_YEAR.fullmatch(t) or not _has_number(_OF_WORDS.sub("", t)) for t in own)
            if not more and (len(columns) < len(found[1]) or not all(own) or any(map(_has_number, own))):
                break  # figures, or the heading of a section
        if rule.label:
            own_label, whole_label = _label_heading(table, r, columns)
            if not any(text and rule.label.search(text) for text in (own_label, whole_label)):
                continue
        if any(not c.rule.attribute and not c.rule.ignore for c in columns):
            found = r, columns
    return found


def _reaches_down(table: Table, above: int, r: int, k: int) -> bool:
    """Whether the cell of a column in a row is that of a row above it."""
    a, b = table.rows[above][k], table.rows[r][k]
    return a is not None and b is not None and bool(a.lines) and a.places == b.places


def _has_number(text: str) -> bool:
    """Whether a text has digits, but for those of a span of years: `2025/26`, `TA24/TAE25`."""
    rest = _YEARS.sub(lambda m: "" if int(m["next"]) == (int(m["first"]) + 1) % 100 else m[0], text)
    return any(ch.isdigit() for ch in rest)


def part(rule: TableRule, table: Table, head: int, columns: Sequence[Column], language: Language) -> tuple[Table, Table | None]:
    """A table up to the next row that heads its columns anew, with other headings, and the table that begins there.

    Two tables in one grid, or set right below each other. Years alone are headings where they follow each other.
    """
    figures = [c.index for c in columns if not c.rule.attribute and not c.rule.ignore]
    for r in range(head + 2, len(table.rows)):
        row = [_heading(table, r, k) for k in figures]
        years = [int(text) for text in row if _YEAR.fullmatch(text)]
        steps = {b - a for a, b in zip(years, years[1:], strict=False)}
        if (
            all(text and any(c.search(text) for c in rule.columns) and not language.irrelevant.search(text) for text in row)
            and not any((cell := table.rows[r][k]) and is_figure(cell, language) for k in figures)
            and (len(years) < len(row) or steps in ({1}, {-1}))
            and any(row[n] != _heading(table, head, k) for n, k in enumerate(figures))
        ):
            own = [cell for cell in table.rows[r] if cell]
            top = min(cell.top for cell in own)
            return (replace(table, rows=table.rows[:r], bottom=top),
                    replace(table, rows=table.rows[r:], page=own[0].page, top=top))  # fmt: skip
    return table, None


def repeated_headings(table: Table, head: int, first: int, language: Language) -> list[tuple[Cell | None, ...]]:
    """Rows below the heading that print one of its rows again, as over the next page: texts over the figures, which begin at
    the column `first`, and no figure among them; the row right below it that numbers the columns is one of these."""

    def texts(row: Sequence[Cell | None]) -> list[str]:
        return [cell.raw if cell else "" for cell in row]

    own = [t for row in table.rows[: head + 1] if any((t := texts(row))[first:])
           and not any(cell and is_figure(cell, language) for cell in row[first:])]  # fmt: skip
    if len(table.rows) > head + 1 and _numbers_columns(counted := texts(table.rows[head + 1]), first):
        following = texts(table.rows[head + 2])[0] if len(table.rows) > head + 2 else ""
        own += [counted] if following != "2" or counted[0] != "1" else []  # rows that are numbered themselves
    return [row for row in table.rows[head + 1 :] if texts(row) in own]


def _numbers_columns(texts: Sequence[str], first: int) -> bool:
    """Whether a row numbers its columns, all from the first of figures on."""
    return all(texts[first:]) and is_numbering([t for t in texts if t])


def _columns_of(rule: TableRule, table: Table, r: int) -> list[Column]:
    """The columns that the headings down to a row give."""
    columns: list[Column] = []
    first = _are_figures_before_labels(table.rows[r + 1 :])
    for k in range(len(table.rows[r])):
        own = _heading(table, r, k)
        above = list(_over(table, r, k, spanning=True))
        whole = " ".join(h for _, h in above)
        without = " ".join(h for i, h in above if i == r or not stands_alone(table, i))
        for heading in dict.fromkeys((whole, without, own)):
            may = (c for c in rule.columns if k or first or c.attribute or c.ignore)
            found = next(((c, m) for c in may if heading and (m := c.search(heading))), None)
            if found:
                groups = found[1].groupdict()
                year = groups.get("year")
                columns.append(Column(k, heading, found[0], year_of(year) if year else None, groups.get("unit"),
                                      whole))  # fmt: skip
                break
    return columns


def _over(table: Table, r: int, k: int, spanning: bool = False) -> Iterator[tuple[int, str]]:
    """What stands over a column down to a row, with the rows; a cell that reaches over several of these counts once."""
    last: Cell | None = None
    for i in range(r + 1):
        cell = _cell(table, i, k, spanning)
        if cell and (text := join_lines(cell.lines)) and not (last and cell.places == last.places):
            last = cell
            yield i, text


def _are_figures_before_labels(rows: Sequence[Sequence[Cell | None]]) -> bool:
    """Whether the first column has neither words nor codes, and one behind it has words."""
    first = _texts(rows, 0)
    codes = all(t.isdigit() for t in first) and len({len(t) for t in first}) == 1 and len(first[0]) >= _CODE if first else True
    return not codes and not _is_words(first) and any(t and _is_words(t) for k in range(1, len(rows[0])) if (t := _texts(rows, k)))


def stands_alone(table: Table, r: int) -> bool:
    """Whether a row of a heading has only one text: `bedragen x € 1.000` over the last column is said of all of them."""
    return sum(bool(cell and cell.lines) for cell in table.rows[r]) == 1


def _heading(table: Table, r: int, k: int, spanning: bool = False) -> str:
    """What stands over a column in one row; `spanning`: also in a cell that spans it from the left."""
    cell = _cell(table, r, k, spanning)
    return join_lines(cell.lines) if cell else ""


def _cell(table: Table, r: int, k: int, spanning: bool) -> Cell | None:
    row = table.rows[r]
    while spanning and k > 1 and row[k] is None:
        k -= 1
    return row[k]


def year_of(printed: str) -> int | None:
    """`24` and `2024` are one year; `None` for what a rule's pattern captures otherwise."""
    if not _PRINTED_YEAR.fullmatch(printed):
        return None
    return int(printed) if len(printed) == 4 else 2000 + int(printed)


def label_columns(rows: Sequence[tuple[Cell | None, ...]], until: int, described: Collection[int]) -> list[int]:
    """The columns that hold labels, of those that no rule describes: before the figures, which begin at the column `until`, and
    none to the right of the words there, where figures stand unread; without any, the first that has words in every row.

    Amounts are no labels by themselves: where no rule describes their column they stay unread, and are told.
    """
    free = [k for k in range(len(rows[0]) if rows else 0) if k not in described]
    before = [k for k in free if k < until]
    if not any(_is_words(_texts(rows, k)) for k in before):
        before = [k for k in before if not _is_amounts(_texts(rows, k))]
    if not before:
        return [k for k in free if len(texts := _texts(rows, k)) == len(rows) and _is_words(texts)][:1]
    last = max((n for n, k in enumerate(before) if _is_words(_texts(rows, k))), default=0)
    return before[: last + 1]


def _texts(rows: Sequence[Sequence[Cell | None]], k: int) -> list[str]:
    """What stands in a column, empty cells left out."""
    return [cell.raw for row in rows if (cell := row[k]) and cell.lines]


def _is_words(texts: Sequence[str]) -> bool:
    """Whether half of what stands in a column has letters and is no number."""
    return sum(any(c.isalpha() for c in text) and not parse(text) for text in texts) * 2 >= len(texts)


def _is_amounts(texts: Sequence[str]) -> bool:
    """Whether most of what stands in a column are numbers with a sign or separators: no codes, years or numbers of rows."""
    return sum(not text.isdigit() and parse(text) is not None for text in texts) * 2 > len(texts)
