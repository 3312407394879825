"""A table and its rule -> raw lines: columns from the heading, row kinds from the labels, one line per figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import regex

from pipeline.model import Box, Cell, Note, Page, RawLine, RowKind, Table
from pipeline.numbers import Locale, parse
from pipeline.parse.headings import Column, choose, label_columns, stands_alone
from pipeline.parse.stream import WordKey
from pipeline.parse.units import names_other_unit, unit_value
from pipeline.parse.walk import Caption, PlacedTable
from pipeline.rules.schema import Language, RowRule, Rule, TableRule
from pipeline.said import Said
from pipeline.text import join_lines

_SHORT_YEAR = regex.compile(r"\d\d-")
_MARK = regex.compile(r"\s*(\*+|[¹²³⁴⁵⁶⁷⁸⁹])\s*$")


class FigureReader:
    """Reads the tables of one document, one after the other; tables and blocks are numbered in reading order."""

    def __init__(self, pages: Sequence[Page], rule: Rule, language: Language) -> None:
        self.pages, self.rule, self.language = pages, rule, language
        self.locale = Locale(language.decimal, language.group)
        self.lines: list[RawLine] = []
        self.notes: list[Note] = []
        self.claims: dict[WordKey, str] = {}
        self.count = 0
        self.units: dict[str, Decimal | None] = {}  # by how they are printed
        dated = any(c.budget_year_plus is not None for t in rule.tables for c in t.columns)
        text = "\n".join(line.text for page in pages for line in page.lines) if dated else ""
        self.budget_year = rule.document.find_budget_year(text)

    def read(self, placed: PlacedTable) -> None:
        """Read one table; without a fitting table rule its numbers stay unclaimed and a note says so."""
        chosen = choose(self.rule, placed)
        table = placed.table
        if chosen is None:
            if any(parse(c.raw, self.locale) for row in table.rows for c in row[1:] if c):
                box = Box(table.x0, table.top, table.x1, table.bottom)
                heads = ", ".join(join_lines(c.lines) for c in table.rows[0] if c and c.lines)
                self.notes.append(Note("table-without-rule", "warning",
                                       f"no table rule of {self.rule.id} fits this table (headings: {heads or 'none'})",
                                       table.page, box, "add an entry under `tables` to the rule",
                                       message_da=f"ingen tabelregel i {self.rule.id} passer på denne tabel (overskrifter: "
                                       f"{heads or 'ingen'})",
                                       suggestion_da="tilføj en post under `tables` i reglen"))  # fmt: skip
            return
        rule, head, columns = chosen
        self.count += 1
        first = min(c.index for c in columns if not c.rule.attribute and not c.rule.ignore)
        caption = self._caption_in_heading(table, head, first, placed.caption) or placed.caption
        for row in table.rows[: head + 1]:
            for cell in row:
                self._claim(cell, "heading")
        columns = [self._dated(c) for c in columns]
        self._alike(columns, table)
        self._rows(placed, rule, columns, table.rows[head + 1 :], caption)

    def _dated(self, column: Column) -> Column:
        """The column with its year, where only its distance from the budget year is known: `BO1`, `Netto`."""
        after = column.rule.budget_year_plus
        if column.year is not None or after is None or self.budget_year is None:
            return column
        return replace(column, year=self.budget_year + after)

    def _alike(self, columns: Sequence[Column], table: Table) -> None:
        """Tell of columns of figures that nothing tells apart: a heading was missed, or the rule says too little of it."""
        seen: dict[tuple[object, ...], Column] = {}
        for c in columns:
            key = c.printed, c.year, c.rule.name, c.rule.measure, c.rule.phase
            if not c.rule.attribute and not c.rule.ignore and seen.setdefault(key, c) is not c:
                self.notes.append(Note("columns-alike", "error", f"two columns of this table are both read as {c.printed!r}",
                                       table.page, Box(table.x0, table.top, table.x1, table.bottom),
                                       "let the patterns of the columns take in the whole heading",
                                       message_da=f"to kolonner i denne tabel er begge læst som {c.printed!r}",
                                       suggestion_da="lad kolonnernes mønstre omfatte hele overskriften"))  # fmt: skip
                return

    def _caption_in_heading(self, table: Table, head: int, first: int, in_force: Caption | None) -> Caption | None:
        """A unit over the labels (left of the `first` figures), or alone on a line of the heading, holds for the table:
        `24-PL (1.000 KR.)`. Where no pattern knows how it is put, it is another than the one in force all the same."""
        texts = [
            join_lines(cell.lines)
            for r, row in enumerate(table.rows[: head + 1])
            for k, cell in enumerate(row) if cell and cell.lines and (k < first or stands_alone(table, r))
        ]  # fmt: skip
        for text in texts:
            for matcher in self.rule.captions:
                m = matcher.search(text) if text else None
                if m:
                    return Caption(m["unit"], m.groupdict().get("price_level"), table.page)
        unit = in_force.unit if in_force else self.rule.money.unit
        other = next((t for t in texts if unit and names_other_unit(f"({t})", unit, self.language)), None)
        return Caption(other, None, table.page) if other else None

    def _claim(self, cell: Cell | None, status: str) -> None:
        if cell:
            for line, word in cell.words:
                self.claims[cell.page, line, word] = status

    def _rows(self, placed: PlacedTable, rule: TableRule, columns: list[Column],
              rows: Sequence[tuple[Cell | None, ...]], caption: Caption | None) -> None:  # fmt: skip
        block = 0
        theme: tuple[str | None, str | None] = (placed.section.theme_code if placed.section else None, None)
        figure_columns = [c for c in columns if not c.rule.attribute and not c.rule.ignore]
        described = {c.index for c in columns}
        until = min((c.index for c in figure_columns), default=1)
        labelled = label_columns(rows, [k for k in range(until) if k not in described])
        whole_labels = _labels(rows, labelled, [c.index for c in figure_columns])
        for r, row in enumerate(rows):
            # a label may stand in several columns before the figures: an enumerator and its text
            labels = whole_labels[r]
            printed = " ".join(c.raw for c in labels)
            text, mark, code = self._label(rule, labels)
            m, row_rule = _row_rule(rule, text, bool(labels) and all(c.bold for c in labels))
            if row_rule is None and labels and self.pages[labels[0].page - 1].reader == "ocr":
                row_rule = self._misread(rule, text, labels[0])
            kind = row_rule.kind if row_rule else "item"
            for k in labelled:
                self._claim(row[k], "label")
            for c in columns:
                if c.rule.attribute or c.rule.ignore:
                    self._claim(row[c.index], f"column: {c.rule.attribute or 'ignored'}")
            figures = [c for c in figure_columns if (cell := row[c.index]) and cell.lines]
            if kind == "heading" or (not figures and text and kind not in ("ignore",)):
                if m:
                    groups = m.groupdict()
                    theme = (groups.get("theme_code") or theme[0], groups.get("theme_title") or theme[1])
                if row_rule and row_rule.block:
                    block, theme = block + 1, (None, None)
                if kind != "heading" or not figures:
                    continue
                kind = "item"  # figures on a heading row are figures all the same
            if kind == "ignore":
                for cell in row:
                    self._claim(cell, "ignored: row")
                continue
            attributes = tuple(
                (c.rule.attribute, value)
                for c in columns
                if c.rule.attribute and (cell := row[c.index]) and (value := join_lines(cell.lines))
                and not self.language.irrelevant.search(value)
            )  # fmt: skip
            for c in figures:
                cell = row[c.index]
                assert cell is not None
                self._figure(placed, rule, row_rule, kind, c, cell, (text, printed), code, mark,
                             block, r, theme, attributes, caption)  # fmt: skip

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

    def _label(self, rule: TableRule, cells: Sequence[Cell]) -> tuple[str, str | None, str | None]:
        """Label without enumerator and footnote mark; the mark; the code of the proposal."""
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
        return text.strip(), mark, code

    def _figure(self, placed: PlacedTable, rule: TableRule, row_rule: RowRule | None, kind: RowKind, column: Column,
                cell: Cell, label: tuple[str, str], code: str | None, mark: str | None, block: int, row: int,
                theme: tuple[str | None, str | None], attributes: tuple[tuple[str, str], ...],
                caption: Caption | None) -> None:  # fmt: skip
        printed = " ".join(cell.lines)
        number = parse(printed, self.locale)
        box = Box(cell.x0, cell.top, cell.x1, cell.bottom)
        staffing = kind == "staffing"
        measure = "staffing" if staffing else column.rule.measure
        if number is None:
            if self.language.irrelevant.search(printed):
                self._claim(cell, "text")
            else:
                self.notes.append(Note("unreadable-figure", "error",
                                       f"{printed!r} beside {label[0]!r} under {column.printed} is no number that can be"
                                       " read", cell.page, box, "look at the page", suggestion_da="se på siden",
                                       message_da=f"{printed!r} ud for {label[0]!r} under {column.printed} er ikke et tal, der kan "
                                       "læses"))  # fmt: skip
            return
        self._claim(cell, "figure")
        money = measure in ("net", "expenditure", "income")
        unit_text = column.unit or (caption.unit if caption else self.rule.money.unit) if money else None
        if unit_text and unit_text not in self.units:
            self.units[unit_text] = unit_value(unit_text, self.language)
        unit = self.units[unit_text] if unit_text else None
        reader = self.pages[cell.page - 1].reader
        self.lines.append(RawLine(
            table_id=f"t{self.count:03d}", table_rule=rule.name, table_kind=rule.kind, block=block, row=row, label=label[0],
            label_printed=label[1], row_kind=kind, row_name=(row_rule.name if row_rule else None) or kind,
            column_printed=column.printed, column_name=column.rule.name or column.rule.measure, year=column.year,
            phase=column.rule.phase or rule.phase, measure=measure, counts=rule.kind != "other" or rule.counted,
            printed=printed, number=number, unit_printed=unit_text or "", unit=unit,
            currency=self.rule.money.currency if money else None,
            price_level=_price_level(caption.price_level) if caption and money else None,
            proposal_code=code or (placed.section.code if placed.section and rule.kind == "proposal" else None),
            theme=theme[0], theme_title=theme[1], footnote=mark or cell.mark or None, attributes=attributes,
            saving_sign={"positive": 1, "negative": -1, "none": 0}[self.rule.money.saving] if money else 0,
            staffing_sign={"more": 1, "fewer": -1}[self.rule.money.positions] if staffing else 0,
            page=cell.page, box=box, ruled=placed.table.ruled, reader=reader,
            confidence=cell.confidence if reader == "ocr" else None,
        ))  # fmt: skip


def _labels(rows: Sequence[tuple[Cell | None, ...]], label_columns: Sequence[int],
            figure_columns: Sequence[int]) -> list[list[Cell]]:  # fmt: skip
    """The label cells of each row; where a page break splits a row, both parts of its label stand beside its figures."""
    out = [[cell for k in label_columns if (cell := row[k]) and cell.lines] for row in rows]
    bare = [not any((cell := row[k]) and cell.lines for k in figure_columns) for row in rows]
    for r in range(1, len(rows)):
        if not out[r - 1] or not out[r] or bare[r - 1] == bare[r]:
            continue
        upper, lower = out[r - 1][-1], out[r][-1]
        goes_on = lower.lines[0][:1].islower() or upper.lines[-1].endswith("-")
        if upper.page != lower.page and upper.bold == lower.bold and goes_on:
            whole = replace(upper, lines=upper.lines + lower.lines, mark=lower.mark or upper.mark)
            out[r if bare[r - 1] else r - 1] = [*out[r - 1][:-1], whole]
    return out


def _row_rule(rule: TableRule, label: str, bold: bool) -> tuple[regex.Match[str] | None, RowRule | None]:
    for candidate in rule.rows:
        m = candidate.search(label) if bold or not candidate.bold else None
        if m:
            return m, candidate
    return None, None


def _price_level(printed: str | None) -> str | None:
    """`24-PL` and `2024-PL` are one price level."""
    return f"20{printed}" if printed and _SHORT_YEAR.match(printed) else printed
