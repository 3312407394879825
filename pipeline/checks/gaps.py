"""Figures that an overview, its proposals or the rows for staffing leave out where their neighbours have one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator

from pipeline.checks.record import Document
from pipeline.model import Finding, LineItem
from pipeline.said import Said

_MOST = 0.9  # share of the others of its kind that must have what one lacks
_FEW = 3  # as many others must there be

Years = dict[int, list[LineItem]]


def check_overview_gaps(document: Document) -> Iterator[Finding]:
    """`overview-gap`: an overview row and its proposal, of which one has a figure in a year and the other has none."""
    listed: dict[tuple[str, str], Years] = defaultdict(lambda: defaultdict(list))
    own: dict[tuple[str, str], Years] = defaultdict(lambda: defaultdict(list))
    for i in document.items:
        if i.proposal_code and i.is_money and i.year is not None:
            if i.table_kind == "overview" and i.row_kind == "item":
                listed[i.proposal_code, i.measure][i.year].append(i)
            elif i.table_kind == "proposal" and i.row_kind in ("item", "total"):
                own[i.proposal_code, i.measure][i.year].append(i)
    years = {year for row in listed.values() for year in row}
    shown = Counter(year for cells in own.values() for year in cells)
    usual = years & {year for year, n in shown.items() if 2 * n > len(own)}  # what both the overview and the sections print
    sections = {p.code for p in document.extraction.proposals if p.has_section}
    both = [k for k in listed if k in own]
    for key, row in listed.items():
        if key in own:
            yield from _gaps(document, row, own[key], usual)
        elif key[0] in sections and len(both) >= _FEW and len(both) >= _MOST * (sum(k[0] in sections for k in listed) - 1):
            figures = [i for cells in row.values() for i in cells]
            if any(i.value for i in figures):
                at = figures[0]
                message = (
                    f"“{at.label}” (page {at.page}) has amounts in the overview and none in its own section, where "
                    f"{len(both)} other proposals have"
                )  # fmt: skip
                message_da = (
                    f"“{at.label}” (side {at.page}) har beløb i oversigten, men ingen i sit eget afsnit, mens {len(both)} andre "
                    "forslag har det"
                )  # fmt: skip
                yield Finding("overview-gap", "error", message, document.document_id, at.page, at.box,
                              line_item_ids=tuple(i.line_item_id for i in figures), message_da=message_da)  # fmt: skip


def _gaps(document: Document, row: Years, own: Years, years: Collection[int]) -> Iterator[Finding]:
    if not row.keys() & own.keys():
        return  # they do not speak of the same years
    for year in sorted(y for y in row.keys() ^ own.keys() if y in years):
        cells = row.get(year) or [i for i in own[year] if i.row_kind == "total"] or own[year]
        others = [i for cells in (own if year in row else row).values() for i in cells]
        if sum(i.value for i in cells):
            at = cells[0]
            lacking = Said("its own section", "dets eget afsnit") if year in row else Said("the overview", "oversigten")
            message = (
                f"“{at.label}” (page {at.page}) is {at.value_printed} under {at.column_printed}, where {lacking.en} has no figure "
                f"for it: “{others[0].label}” (page {others[0].page}) has one in other years"
            )  # fmt: skip
            message_da = (
                f"“{at.label}” (side {at.page}) er {at.value_printed} under {at.column_printed}, men {lacking.da} har intet tal "
                f"for det: “{others[0].label}” (side {others[0].page}) har et i andre år"
            )  # fmt: skip
            yield Finding("overview-gap", "error", message, document.document_id, at.page, at.box, year,
                          line_item_ids=tuple(i.line_item_id for i in (*cells, *others)), message_da=message_da)  # fmt: skip


def check_staffing(document: Document) -> Iterator[Finding]:
    """`staffing-gap`: a row of positions that is empty in a year of its table, in a document that else prints noughts there."""
    tables: dict[tuple[str, str], set[int | None]] = defaultdict(set)  # table -> years with money
    rows: dict[tuple[str, str, int], list[LineItem]] = defaultdict(list)
    for i in document.items:
        if i.measure == "staffing":
            rows[i.table_rule, i.table_id, i.row].append(i)
        elif i.is_money and i.year is not None:
            tables[i.table_rule, i.table_id].add(i.year)
    empty = {key: tables[key[:2]] - {i.year for i in row} for key, row in rows.items()}
    for key, years in empty.items():
        others = [k for k in rows if k[0] == key[0] and k != key]
        full = [k for k in others if not empty[k]]
        noughts = any(not i.value for k in full for i in rows[k])
        if years and noughts and len(full) >= _FEW and len(full) >= _MOST * len(others):
            row = rows[key]
            at = row[0]
            lacking = ", ".join(map(str, sorted(y for y in years if y)))
            message = (
                f"“{at.label}” (page {at.page}) has no figure for {lacking}, where {len(full)} other rows of positions have one in "
                "every year, if only a nought: has the row been shifted?"
            )  # fmt: skip
            message_da = (
                f"“{at.label}” (side {at.page}) har intet tal for {lacking}, mens {len(full)} andre rækker med årsværk har et i "
                "alle år, om så kun et nul: er rækken forskudt?"
            )  # fmt: skip
            yield Finding("staffing-gap", "error", message, document.document_id, at.page, at.box,
                          line_item_ids=tuple(i.line_item_id for i in row), message_da=message_da)  # fmt: skip
