"""A table and its rule -> raw lines: columns from the heading, row kinds from the labels, one line per figure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import groupby
from typing import cast

import regex

from pipeline.model import MONEY, Box, Cell, Measure, Note, Number, Page, RawLine, RowKind, Table
from pipeline.numbers import Locale, parse
from pipeline.parse.apart import Apart
from pipeline.parse.columns import Part
from pipeline.parse.headings import (
    Column,
    choose,
    is_figure,
    label_columns,
    part,
    repeated_headings,
    stands_alone,
)
from pipeline.parse.rows import Label, Reading, Row, column_of_codes, find_row_rule, is_sentence, is_worded
from pipeline.parse.stream import Paragraph, Spot, WordKey
from pipeline.parse.unfit import alike, attributes_of_amounts, without_rule
from pipeline.parse.units import (
    heading_names_other_unit,
    is_power,
    label_names_other_unit,
    names_other_unit,
    unit_value,
)
from pipeline.parse.walk import Caption, PlacedTable
from pipeline.rules.language import Language
from pipeline.rules.schema import ColumnRule, RowRule, Rule, TableRule
from pipeline.said import Said
from pipeline.text import join_lines

_SHORT_YEAR = regex.compile(r"\d\d-")
_MARK = regex.compile(r"\s*(\*+|(?<!(?:^|[\s\d/(])[kcdm]?m)[¹²³⁴⁵⁶⁷⁸⁹]+)\s*$")  # `m²` bears none


class FigureReader:
    """Reads the tables of one document, one after the other; tables and blocks are numbered in reading order."""

    def __init__(self, pages: Sequence[Page], rule: Rule, language: Language) -> None:
        self.pages, self.rule, self.language = pages, rule, language
        self.locale = Locale(language.decimal, language.group)
        self.lines: list[RawLine] = []
        self.notes: list[Note] = []
        self.claims: dict[WordKey, str] = {}
        self.remarks: list[Paragraph] = []  # running text within tables
        self.apart = Apart(pages)
        self.count = 0
        self.percents: set[tuple[int, str]] = set()  # rows, by page and label, of which it is told that they name per cent
        # A row asks for each of its figures what its label says, a column for each of its rows.
        self.unit_value = cache(lambda printed: unit_value(printed, language))
        self.names_other_unit = cache(lambda label, in_force: label_names_other_unit(label, in_force, language))
        self.over_names_other = cache(lambda over, in_force: heading_names_other_unit(over, in_force, language))
        self.is_per_cent = cache(lambda text: language.per_cent.search(text) is not None)
        dated = any(c.budget_year_plus is not None for t in rule.tables for c in t.columns)
        text = "\n".join(line.text for page in pages for line in page.lines) if dated else ""
        self.budget_year = rule.document.find_budget_year(text)

    def read(self, placed: PlacedTable) -> None:
        """Read one table; without a fitting table rule its numbers stay unclaimed and a note says so."""
        chosen = choose(self.rule, placed)
        table = placed.table
        if chosen is None:
            if any(parse(c.raw, self.locale) for row in table.rows for c in row[1:] if c):
                self.notes.append(without_rule(self.rule, placed, self.language))
            return
        rule, head, columns = chosen
        table, below = part(rule, table, head, columns, self.language)
        placed = replace(placed, table=table)
        self.count += 1
        first = min(c.index for c in columns if not c.rule.attribute and not c.rule.ignore)
        caption = self._caption_in_heading(table, head, first, placed.caption) or placed.caption
        for cell in (cell for row in table.rows[:head] for cell in row):
            if cell and not is_figure(cell, self.language):
                self._claim(cell, "heading")
        for k, cell in enumerate(table.rows[head]):
            if cell and (not is_figure(cell, self.language) or any(c.index == k for c in columns)):
                self._claim(cell, "heading")
        columns = [self._dated(self._with_own_unit(c, caption)) for c in columns]
        self.notes += [*alike(columns, table), *attributes_of_amounts(columns, table, head)]
        reading = Reading(placed, f"t{self.count:03d}", rule, tuple(columns), caption)
        rows = table.rows[head + 1 :]
        again = repeated_headings(table, head, first, self.language)
        for cell in (cell for row in again for cell in row):
            self._claim(cell, "heading")
        rows = tuple(row for row in rows if row not in again)
        units: dict[int, str] = {}  # column -> unit that stands in it, above its figures
        for row, cells in zip(self._rows(reading, rows), rows, strict=True):
            own = self._units_of_columns(reading, cells, row.label.text) if row else {}
            units |= own
            for column in reading.figure_columns if row and not own else ():
                cell = cells[column.index]
                if row and cell and cell.lines:
                    self._figure(reading, row, replace(column, unit=units.get(column.index, column.unit)), cell)
        if below:
            self.read(replace(placed, table=below))

    def _dated(self, column: Column) -> Column:
        """The column with its year, where only its distance from the budget year is known: `BO1`, `Netto`."""
        after = column.rule.budget_year_plus
        if column.year is not None or after is None or self.budget_year is None:
            return column
        return replace(column, year=self.budget_year + after)

    def _with_own_unit(self, column: Column, caption: Caption | None) -> Column:
        """The column with the unit that its heading names, where the rule does not know it and it is not the one in force."""
        in_force = caption.unit if caption else self.rule.money.unit
        if column.unit or not in_force or not self.over_names_other(column.over, in_force):
            return column
        return replace(column, unit=column.over)

    def _units_of_columns(self, reading: Reading, cells: Sequence[Cell | None], label: str) -> dict[int, str]:
        """Column -> unit, of a row that holds nothing but units: the second line of a heading."""
        printed = {c.index: cell for c in reading.figure_columns if (cell := cells[c.index]) and cell.lines}
        texts = {k: join_lines(cell.lines) for k, cell in printed.items()}
        units = {k: text.strip("() ") for k, text in texts.items()}
        if any(parse(t, self.locale) and (label or not is_power(t)) for t in texts.values()):  # `kr. (4.311)` is an amount
            return {}
        if any(self.unit_value(t) is None for t in units.values()):
            return {}
        for cell in printed.values():
            self._claim(cell, "heading")
        if label and len(units) == 1:  # at the right edge, beside the title of what stands below
            return dict.fromkeys((c.index for c in reading.figure_columns), *units.values())
        return units

    def _caption_in_heading(self, table: Table, head: int, first: int, in_force: Caption | None) -> Caption | None:
        """A unit over the labels (left of the `first` figures), or alone on a line of the heading, holds for the table:
        `24-PL (1.000 KR.)`. Where no pattern knows how it is put, it is another than the one in force all the same."""
        texts = [
            join_lines(cell.lines)
            for r, row in enumerate(table.rows[: head + 1])
            for k, cell in enumerate(row) if cell and cell.lines and (k < first or stands_alone(table, r))
        ]  # fmt: skip
        return self._caption_among(texts, in_force, table.page)

    def _caption_among(self, texts: Sequence[str], in_force: Caption | None, page: int) -> Caption | None:
        for text in texts:
            for matcher in self.rule.captions:
                m = matcher.search(text) if text else None
                if m:
                    return Caption(m["unit"], m.groupdict().get("price_level"), page)
        unit = in_force.unit if in_force else self.rule.money.unit
        other = next((t for t in texts if unit and names_other_unit(f"({t})", unit, self.language)), None)
        return Caption(other, None, page) if other else None

    def _claim(self, cell: Cell | None, status: str) -> None:
        for place in cell.places if cell else ():
            self.claims[place] = status

    def _leave(self, cell: Cell | None) -> None:
        """Amounts within a label are no part of it, but the row of another table: they are left to be told. A unit is none, nor
        is a whole number, which may be a code."""
        places = set(cell.places) if cell else set()
        for page, line in {(p, i) for p, i, _ in places}:
            apart = [j for j in sorted(self.apart[page, line]) if (page, line, j) in places]
            text = " ".join(self.pages[page - 1].lines[line].words[j].text for j in apart).strip("()[]")
            if not text.isdigit() and unit_value(text, self.language) is None:
                for j in apart:
                    self.claims.pop((page, line, j), None)

    def _remark(self, cells: Sequence[Cell], code: str | None) -> None:
        """Running text that stands in a table, across its columns: its amounts are those of text."""
        paragraph = Paragraph("prose", code)
        for (page, i), places in groupby((p for cell in cells for p in cell.places), key=lambda p: p[:2]):
            words = [j for _, _, j in places]
            part = Part(i, words[0], words[-1] + 1)
            paragraph.add(Spot(page, i, part.of(self.pages[page - 1]), 0.0, first=part.first))
        self.remarks.append(paragraph)

    def _rows(self, reading: Reading, rows: Sequence[tuple[Cell | None, ...]]) -> Iterator[Row | None]:
        """What each row is, `None` for one that holds no figures to be read; its labels and attributes are claimed."""
        block, caption = 0, reading.caption
        heading: Label | None = None  # the last row above that heads others
        measuring: Label | None = None  # the last that the rule calls a heading: its measure holds until the next such one
        theme: tuple[str | None, str | None] = (reading.placed.section.theme_code if reading.placed.section else None, None)
        described = {c.index for c in reading.columns}
        until = min((c.index for c in reading.figure_columns), default=1)
        labelled = label_columns(rows, until, described)
        codes = column_of_codes(reading, rows, until)
        for r, row in enumerate(rows):
            own = [cell for k in labelled if (cell := row[k]) and cell.lines]
            spans = None  # the column of codes, where the words of a total begin in it
            if not own and codes is not None and (cell := row[codes]) and is_worded(cell):
                spans, own = codes, [cell]
            label = self._label(reading.rule, own)
            attributes = self._attributes(reading, row, spans)
            has_figures = any((cell := row[c.index]) and cell.lines for c in reading.figure_columns)
            for k in labelled:
                self._claim(row[k], "label")
                if not has_figures and label.rule is None:
                    self._leave(row[k])
            if not has_figures and label.rule is None and is_sentence(label.text):
                self._remark(own, reading.placed.section.code if reading.placed.section else None)
            for c in reading.columns:
                if c.rule.attribute or c.rule.ignore:
                    self._claim(row[c.index], f"column: {c.rule.attribute or 'ignored'}")
            if label.kind == "ignore":
                for cell in row:
                    self._claim(cell, "ignored: row")
                yield None
                continue
            if label.kind == "heading" or (not has_figures and label.text):
                theme = (label.groups.get("theme_code") or theme[0], label.groups.get("theme_title") or theme[1])
                if label.rule and label.rule.block:
                    block, theme = block + 1, (None, None)
            if not has_figures and label.text:
                caption = self._caption_among([label.text], caption, reading.placed.table.page) or caption
            # figures on a heading row are figures all the same
            kind = cast(RowKind, "item" if label.kind == "heading" else label.kind)
            yield Row(r, label, kind, block, heading, measuring, theme, attributes, caption) if has_figures else None
            if label.kind == "heading":
                heading = measuring = label
            elif not has_figures and label.text and label.rule is None and not is_sentence(label.text):
                heading = label

    def _attributes(self, reading: Reading, row: Sequence[Cell | None], but: int | None) -> tuple[tuple[str, str], ...]:
        return tuple(
            (c.rule.attribute, value)
            for c in reading.columns
            if c.rule.attribute and c.index != but and (cell := row[c.index]) and (value := join_lines(cell.lines))
            and not self.language.irrelevant.search(value)
        )  # fmt: skip

    def _misread(self, rule: TableRule, text: str, cell: Cell) -> RowRule | None:
        """The kind of row whose label OCR misread: of one kind only it has all letters but one or two. A note says so."""
        for errors in (1, 2):
            near = [r for r in rule.rows if r.nearly(text, errors)]
            if len(near) == 1:
                box = Box(cell.x0, cell.top, cell.x1, cell.bottom)
                wrong = Said("a letter", "et bogstav") if errors == 1 else Said("two letters", "to bogstaver")
                self.notes.append(Note("ocr-row", "info", f"“{text}” on page {cell.page} is taken for a row of the kind "
                                       f"{near[0].kind!r}, such as “{near[0].examples[0]}”: OCR seems to have misread {wrong.en}",
                                       cell.page, box,
                                       message_da=f"“{text}” på side {cell.page} regnes for en række af slagsen {near[0].kind!r} "
                                       f"ligesom “{near[0].examples[0]}”: OCR har vist læst {wrong.da} forkert"))  # fmt: skip
                return near[0]
            if near:
                return None
        return None

    def _label(self, rule: TableRule, cells: Sequence[Cell]) -> Label:
        """A label may stand in several columns before the figures: an enumerator and its text."""
        text = " ".join(join_lines(c.lines) for c in cells)
        mark = cells[-1].mark or None if cells else None
        m = _MARK.search(text)
        if m:
            mark, text = m[1], text[: m.start()]
        code = None
        if rule.enumerator:
            e = rule.enumerator.search(text)
            if e:
                code, text = e["code"], text[e.end() :]
        text = text.strip()
        found, row_rule = find_row_rule(rule, text, bool(cells) and all(c.bold for c in cells))
        if row_rule is None and cells and self.pages[cells[0].page - 1].reader == "ocr":
            row_rule = self._misread(rule, text, cells[0])
        return Label(text, " ".join(c.raw for c in cells), mark, code, row_rule, found.groupdict() if found else {})

    def _figure(self, reading: Reading, row: Row, column: Column, cell: Cell) -> None:
        """One line for a cell of figures; a note where it cannot be read, or where a percentage would become money."""
        printed, mark = " ".join(cell.lines), cell.mark
        if (m := _MARK.search(printed)) and m.start() > 0:  # `1.204*`
            printed, mark = printed[: m.start()], mark or m[1]
        number = parse(printed, self.locale)
        box = Box(cell.x0, cell.top, cell.x1, cell.bottom)
        label, rule, caption, section = row.label, reading.rule, row.caption, reading.placed.section
        if number is None:
            if self.language.irrelevant.search(printed):
                self._claim(cell, "text")
            else:
                self.notes.append(Note("unreadable-figure", "error",
                                       f"{printed!r} beside {label.text!r} under {column.printed} is no number that can be"
                                       " read", cell.page, box, "look at the page", suggestion_da="se på siden",
                                       message_da=f"{printed!r} ud for {label.text!r} under {column.printed} er ikke et tal, der kan "
                                       "læses"))  # fmt: skip
            return
        self._claim(cell, "figure")
        staffing = row.kind == "staffing"
        measure = (label.rule.measure if label.rule else None) or ("staffing" if staffing else _measure(column.rule, row.measuring))
        money = measure in MONEY
        if money and number.percent:  # `2,4 %` is no amount, whatever its column holds
            measure, money = "percent", False
        unit_text = label.groups.get("unit") or (label.rule.unit if label.rule else None)  # the row's own
        if money:
            in_force = column.unit or (caption.unit if caption else self.rule.money.unit)
            if not unit_text and in_force and self.names_other_unit(label.text, in_force):
                unit_text = label.text
            unit_text = next((printed[a:b] for a, b in self.language.foreign_in(printed)), unit_text or in_force)
            self._doubt_percent(row, column, number, cell, box)
        reader = self.pages[cell.page - 1].reader
        self.lines.append(RawLine(
            table_id=reading.table_id, table_rule=rule.name, table_kind=rule.kind, block=row.block, row=row.number,
            label=label.text, label_printed=label.printed, heading=row.heading.text if row.heading else None, row_kind=row.kind,
            row_name=(label.rule.name if label.rule else None) or row.kind,
            column_printed=column.printed, column_name=column.rule.name or column.rule.measure, year=column.year,
            phase=column.rule.phase or rule.phase, measure=measure, counts=rule.kind != "other" or rule.counted,
            printed=printed, number=number, unit_printed=unit_text or "",
            unit=self.unit_value(unit_text) if unit_text and money else None,
            currency=self.rule.money.currency if money else None,
            price_level=_price_level(caption.price_level) if caption and money else None,
            proposal_code=label.code or (section.code if section and rule.kind == "proposal" else None),
            theme=row.theme[0], theme_title=row.theme[1], footnote=label.mark or mark or None, attributes=row.attributes,
            saving_sign={"positive": 1, "negative": -1, "none": 0}[self.rule.money.saving] if money else 0,
            staffing_sign={"more": 1, "fewer": -1}[self.rule.money.positions] if staffing else 0,
            page=cell.page, box=box, ruled=reading.placed.table.ruled, reader=reader,
            confidence=cell.confidence if reader == "ocr" else None,
        ))  # fmt: skip

    def _doubt_percent(self, row: Row, column: Column, number: Number, cell: Cell, box: Box) -> None:
        """Tell of a row or a column, at its first figure, that names per cent and is read as money."""
        text = next((t for t in (row.label.text, column.over) if self.is_per_cent(t)), None)
        if text is None or (cell.page, text) in self.percents:
            return
        self.percents.add((cell.page, text))
        self.notes.append(Note("percent-as-money", "warning",
                               f"“{text}” (page {cell.page}) is a percentage by its words, and {number.printed} is read as an amount "
                               "of money", cell.page, box, "give the row a `measure: percent` in the rule, or the column",
                               message_da=f"“{text}” (side {cell.page}) er efter ordene en procentdel, men {number.printed} er læst "
                               "som et beløb", suggestion_da="giv rækken `measure: percent` i reglen, eller kolonnen"))  # fmt: skip


def _measure(column: ColumnRule, heading: Label | None) -> Measure:
    """What the figures of a column are below a heading whose rule says it: those of a column of money may be costs or revenue."""
    said = heading.rule.measure if heading and heading.rule and column.measure in MONEY else None
    return said or column.measure


def _price_level(printed: str | None) -> str | None:
    """`24-PL` and `2024-PL` are one price level."""
    return f"20{printed}" if printed and _SHORT_YEAR.match(printed) else printed
