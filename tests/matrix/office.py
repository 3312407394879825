"""Sheets -> a flat OpenDocument text."""

from __future__ import annotations

from html import escape

from tests.matrix.content import A4, LINE, MARGIN, PAD, SIZE, Beside, Block, Cell, Gap, Grid, Layout, Sheet, Text

SPACES = ("office", "style", "text", "table", "fo", "svg")
URNS = {"office": "office", "style": "style", "text": "text", "table": "table", "fo": "xsl-fo-compatible",
        "svg": "svg-compatible"}  # fmt: skip
DECIMALS = 22.0  # points that a decimal tab leaves for what follows the comma


def flat(layout: Layout) -> str:
    """One document. Styles are collected while the body is written."""
    writer = _Writer()
    body = "".join(writer.sheet(s, n) for n, s in enumerate(layout.sheets))
    spaces = " ".join(f'xmlns:{p}="urn:oasis:names:tc:opendocument:xmlns:{URNS[p]}:1.0"' for p in SPACES)
    pages = "".join(
        f'<style:page-layout style:name="L{name}"><style:page-layout-properties fo:page-width="{w}pt" '
        f'fo:page-height="{h}pt" style:print-orientation="{name}" fo:margin="{MARGIN}pt"/></style:page-layout>'
        for name, w, h in (("portrait", *A4), ("landscape", *A4[::-1]))
    )
    masters = "".join(
        f'<style:master-page style:name="{n}" style:page-layout-name="L{n}"/>' for n in ("portrait", "landscape")
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document {spaces} office:version="1.3" '
        'office:mimetype="application/vnd.oasis.opendocument.text">'
        '<office:font-face-decls><style:font-face style:name="F" svg:font-family="\'Liberation Sans\'"/></office:font-face-decls>'
        '<office:styles><style:default-style style:family="paragraph"><style:paragraph-properties fo:margin="0pt" '
        f'fo:line-height="{LINE}pt" fo:orphans="0" fo:widows="0"/><style:text-properties style:font-name="F" '
        f'fo:font-size="{SIZE}pt" fo:language="da" fo:country="DK" fo:hyphenate="false"/></style:default-style></office:styles>'
        f"<office:automatic-styles>{pages}{''.join(writer.styles.values())}</office:automatic-styles>"
        f"<office:master-styles>{masters}</office:master-styles><office:body><office:text>{body}</office:text></office:body>"
        "</office:document>"
    )


class _Writer:
    def __init__(self) -> None:
        self.styles: dict[str, str] = {}
        self.count = 0
        self.start = ""  # master page that the next paragraph or table opens

    def style(self, family: str, properties: str, attributes: str = "") -> str:
        """The name of a style with these properties."""
        key = family + attributes + properties
        if key not in self.styles:
            name = f"s{len(self.styles)}"
            self.styles[key] = (
                f'<style:style style:name="{name}" style:family="{family}"{attributes}>{properties}</style:style>'
            )
        return self.styles[key].split('"')[1]

    def opening(self) -> str:
        page, self.start = self.start, ""
        return f' style:master-page-name="{page}"' if page else ""

    def sheet(self, sheet: Sheet, n: int) -> str:
        self.start = "landscape" if sheet.landscape else "portrait"
        return "".join(self.block(b) for b in sheet.blocks)

    def paragraph(
        self, content: str, align: str = "left", bold: bool = False, height: float = LINE, tab: float = 0
    ) -> str:
        tabs = (f'<style:tab-stops><style:tab-stop style:position="{tab}pt" style:type="char" style:char=","/>'
                "</style:tab-stops>") if tab else ""  # fmt: skip
        weight = ' fo:font-weight="bold"' if bold else ""
        properties = (f'<style:paragraph-properties fo:text-align="{align}" fo:line-height="{height}pt">{tabs}'
                      f"</style:paragraph-properties><style:text-properties{weight} fo:font-size=\"{SIZE}pt\"/>")  # fmt: skip
        name = self.style("paragraph", properties, self.opening())
        return f'<text:p text:style-name="{name}">{content}</text:p>'

    def block(self, block: Block) -> str:
        if isinstance(block, Text):
            return self.paragraph(escape(block.text), bold=block.bold)
        if isinstance(block, Gap):
            return self.paragraph("", height=block.height)
        if isinstance(block, Beside):
            outer = Grid((sum(block.left.widths), 18.0, sum(block.right.widths)), (), 0, rules="none")
            bare = self.style("table-cell", '<style:table-cell-properties fo:padding="0pt" fo:border="none"/>')
            cells = "".join(
                f'<table:table-cell table:style-name="{bare}">{content}</table:table-cell>'
                for content in (self.table(block.left) + self.paragraph("", height=1), self.paragraph(""),
                                self.table(block.right) + self.paragraph("", height=1))
            )  # fmt: skip
            return self.table(outer, f"<table:table-row>{cells}</table:table-row>")
        return self.table(block)

    def table(self, grid: Grid, content: str | None = None) -> str:
        self.count += 1
        width = sum(grid.widths)
        name = self.style("table", f'<style:table-properties style:width="{width}pt" table:align="left" '
                          'table:border-model="collapsing"/>', self.opening())  # fmt: skip
        columns = "".join(
            '<table:table-column table:style-name="'
            + self.style("table-column", f'<style:table-column-properties style:column-width="{w}pt"/>')
            + '"/>'
            for w in grid.widths
        )
        if content is None:
            rows = [self.row(row, grid, n) for n, row in enumerate(grid.rows)]
            head, body = "".join(rows[: grid.head]), "".join(rows[grid.head :])
            content = (f"<table:table-header-rows>{head}</table:table-header-rows>" if grid.repeat else head) + body
        return f'<table:table table:name="T{self.count}" table:style-name="{name}">{columns}{content}</table:table>'

    def row(self, row: tuple[Cell, ...], grid: Grid, n: int) -> str:
        border = {"full": 'fo:border="0.5pt solid #000000"', "horizontal": 'fo:border-top="0.5pt solid #000000" '
                  'fo:border-bottom="0.5pt solid #000000" fo:border-left="none" fo:border-right="none"'}.get(
                      grid.rules, 'fo:border="none"')  # fmt: skip
        fill = ' fo:background-color="#e4e4e4"' if grid.rules == "zebra" and n % 2 else ""
        style = self.style("table-cell", f'<style:table-cell-properties fo:padding="{PAD}pt" {border}{fill} '
                           f'style:vertical-align="{grid.valign}"/>')  # fmt: skip
        out, at = [], 0
        for cell in row:
            width = grid.widths[at] - 2 * PAD
            span = f' table:number-columns-spanned="{cell.span}"' if cell.span > 1 else ""
            out.append(
                f'<table:table-cell table:style-name="{style}"{span}>{self.cell(cell, width)}</table:table-cell>'
            )
            out.append("<table:covered-table-cell/>" * (cell.span - 1))
            at += cell.span
        return f"<table:table-row>{''.join(out)}</table:table-row>"

    def cell(self, cell: Cell, width: float) -> str:
        text = "<text:line-break/>".join(escape(line) for line in cell.lines)
        if cell.mark:
            raised = self.style("text", '<style:text-properties style:text-position="33% 60%"/>')
            text += f'<text:span text:style-name="{raised}">{cell.mark}</text:span>'
        if cell.align == "decimal":
            return self.paragraph(text, bold=cell.bold, tab=width - DECIMALS)  # within a cell it needs no tab
        align = {"left": "start", "right": "end"}.get(cell.align, cell.align)
        return self.paragraph(text, align, cell.bold)
