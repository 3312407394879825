"""Sheets -> one HTML document with a named page for each size, for a browser to print."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from tests.matrix.content import (
    A4,
    LINE,
    MARGIN,
    PAD,
    SIZE,
    Beside,
    Block,
    Cell,
    Gap,
    Grid,
    Layout,
    Text,
    split_decimals,
)

STYLE = f"""
@page upright {{ size: {A4[0]}pt {A4[1]}pt; margin: {MARGIN}pt }}
@page landscape {{ size: {A4[1]}pt {A4[0]}pt; margin: {MARGIN}pt }}
body {{ margin: 0; font: {SIZE}pt/{LINE}pt "Liberation Sans", Arial, sans-serif; print-color-adjust: exact }}
.upright {{ page: upright }} .landscape {{ page: landscape }}
.sheet {{ break-before: page }} .sheet:first-child {{ break-before: auto }}
p {{ margin: 0 }} b {{ font-weight: bold }}
table {{ border-collapse: collapse; table-layout: fixed; hyphens: none }}
td {{ padding: {PAD}pt 3pt; white-space: nowrap; line-height: {LINE}pt; height: {LINE}pt }}
sup {{ font-size: 60%; line-height: 0; vertical-align: super }}
i {{ visibility: hidden; font-style: normal }}
.full td {{ border: .5pt solid black }}
.horizontal td {{ border-top: .5pt solid black; border-bottom: .5pt solid black }}
.zebra tr:nth-child(even) td {{ background: #e4e4e4 }}
.beside {{ display: flex; gap: 18pt; align-items: flex-start }}
"""


def html(layouts: Iterable[Layout]) -> str:
    """All layouts, one after the other."""
    sheets = (
        f'<div class="sheet {"landscape" if s.landscape else "upright"}">{"".join(map(_block, s.blocks))}</div>'
        for layout in layouts for s in layout.sheets
    )  # fmt: skip
    return f'<!doctype html><html lang="da"><meta charset="utf-8"><style>{STYLE}</style><body>{"".join(sheets)}</body></html>'


def _block(block: Block) -> str:
    if isinstance(block, Text):
        return f"<p>{_bold(escape(block.text), block.bold)}</p>"
    if isinstance(block, Gap):
        return f'<div style="height:{block.height}pt"></div>'
    if isinstance(block, Beside):
        return f'<div class="beside">{_table(block.left)}{_table(block.right)}</div>'
    return _table(block)


def _bold(text: str, bold: bool) -> str:
    return f"<b>{text}</b>" if bold else text


def _table(grid: Grid) -> str:
    columns = "".join(f'<col style="width:{w}pt">' for w in grid.widths)
    rows = ["<tr>" + "".join(_cell(c, grid) for c in row) + "</tr>" for row in grid.rows]
    if grid.repeat:
        rows[: grid.head] = ["<thead>" + "".join(rows[: grid.head]) + "</thead><tbody>"]
        rows.append("</tbody>")
    return f'<table class="{grid.rules}" style="width:{sum(grid.widths)}pt">{columns}{"".join(rows)}</table>'


def _cell(cell: Cell, grid: Grid) -> str:
    align = "right" if cell.align == "decimal" else cell.align
    text = "<br>".join(escape(line) for line in cell.lines)
    if cell.align == "decimal":
        whole, rest = split_decimals(cell.lines[0])
        text = f"{escape(whole)}{escape(rest)}<i>{'0' * max(0, 4 - len(rest))}</i>"
    text = _bold(text + (f"<sup>{cell.mark}</sup>" if cell.mark else ""), cell.bold)
    return f'<td colspan="{cell.span}" style="text-align:{align};vertical-align:{grid.valign}">{text or "&nbsp;"}</td>'
