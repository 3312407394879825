"""Sheets -> typst markup."""

from __future__ import annotations

import json

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

START = f"""
#set text(font: "Libertinus Serif", size: {SIZE}pt, lang: "da", hyphenate: false, ligatures: false, top-edge: 0.8em,
          bottom-edge: -0.2em)
#set par(leading: {LINE - SIZE}pt, spacing: {LINE - SIZE}pt, justify: false, linebreaks: "simple")
#set block(spacing: {LINE - SIZE}pt)
"""
STROKES = {
    "full": "0.5pt",
    "horizontal": "(x, y) => (top: 0.5pt, bottom: 0.5pt)",
    "zebra": "none",
    "none": "none",
}
VALIGN = {"top": "top", "middle": "horizon", "bottom": "bottom"}


def markup(layout: Layout) -> str:
    """One document."""
    out = [START]
    for sheet in layout.sheets:
        width, height = (A4[1], A4[0]) if sheet.landscape else A4
        out.append(f"#page(width: {width}pt, height: {height}pt, margin: {MARGIN}pt)[")
        out += [_block(b) for b in sheet.blocks]
        out.append("]")
    return "\n".join(out)


def _text(text: str) -> str:
    return "#" + json.dumps(text, ensure_ascii=False) + ";"


def _block(block: Block) -> str:
    if isinstance(block, Text):
        return f"#par[{_bold(_text(block.text), block.bold)}]"
    if isinstance(block, Gap):
        return f"#block(height: {block.height}pt, spacing: 0pt)"
    if isinstance(block, Beside):
        return f"#grid(columns: 2, column-gutter: 18pt, {_table(block.left)}, {_table(block.right)})"
    return "#" + _table(block)


def _bold(text: str, bold: bool) -> str:
    return f"#strong[{text}]" if bold else text


def _table(grid: Grid) -> str:
    cells = [", ".join(_cell(c, grid) for c in row) for row in grid.rows]
    head, body = ", ".join(cells[: grid.head]), ", ".join(cells[grid.head :])
    start = f"table.header(repeat: true, {head})" if grid.repeat else head
    fill = "(x, y) => if calc.odd(y) { luma(228) }" if grid.rules == "zebra" else "none"
    columns = ", ".join(f"{w}pt" for w in grid.widths)
    return (f"table(columns: ({columns}), inset: (x: 3pt, y: {PAD + (LINE - SIZE) / 2}pt), stroke: {STROKES[grid.rules]}, "
            f"fill: {fill}, {start}, {body})")  # fmt: skip


def _cell(cell: Cell, grid: Grid) -> str:
    align = "right" if cell.align == "decimal" else cell.align
    text = " #linebreak() ".join(_text(line) for line in cell.lines)
    if cell.align == "decimal":
        whole, rest = split_decimals(cell.lines[0])
        text = _text(whole + rest) + f"#hide[{'0' * max(0, 4 - len(rest))}]"
    if cell.mark:
        text += f"#super(typographic: false, size: 5.5pt, baseline: -0.33em)[{cell.mark}]"
    content = _bold(text, cell.bold) if any(cell.lines) else f"#box(height: {SIZE}pt)"
    return f"table.cell(colspan: {cell.span}, align: {align} + {VALIGN[grid.valign]})[{content}]"
