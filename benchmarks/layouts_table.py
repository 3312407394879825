"""Sets one table of a random document, row by row, over as many pages as it needs."""

from __future__ import annotations

from benchmarks.layouts_content import Row, Table
from benchmarks.layouts_press import Figure, Press, Run, plain


class Setting:
    """One table on its way onto the page."""

    def __init__(self, press: Press, table: Table, number: int, x: float, room: float) -> None:
        self.p, self.t, self.number, self.x = press, table, number, x
        self.size = press.sheet.size
        self.lead = press.sheet.leading
        widths = self._widths()
        if sum(widths) > room:
            self.size *= room / sum(widths)
            widths = self._widths()
            share = min(1.0, room / sum(widths))
            widths = [w * share for w in widths]
        elif table.look.full_width:
            more = (room - sum(widths)) / len(widths)
            widths = [w + more for w in widths]
        self.xs = [x]
        for w in widths:
            self.xs.append(self.xs[-1] + w)

    def _widths(self) -> list[float]:
        """The label column and the others, in the order in which they are set."""
        p, look, size = self.p, self.t.look, self.size
        gap = look.gap * size
        longest = max((p.measure(w, p.bold(p.sheet.font), size) for r in self.t.rows for w in r.label.split(" ")), default=0)
        label = max(look.label_width * size, longest + 3 * size) + gap
        out = []
        for k, c in enumerate(self.t.columns):
            texts = [line for h in c.heading[-1:] for line in h.split("\n")] + [r.cells[k] for r in self.t.rows]
            mark = any(r.marks and r.marks[k] for r in self.t.rows)
            own = max(p.measure(t, p.bold(p.sheet.font), size) for t in texts) + (0.5 * size if mark else 0)
            out.append(own + gap + (1.2 * size if look.far_minus else 0) + (1.5 * size if c.align == "decimal" else 0))
        self._share_spans(out, gap)
        return [out[0], label, *out[1:]] if look.number_first else [label, *out]

    def _share_spans(self, widths: list[float], gap: float) -> None:
        for first, last, text in self._spans():
            need = self.p.measure(text, self.p.bold(self.p.sheet.font), self.size) + gap
            own = sum(widths[first : last + 1])
            for k in range(first, last + 1):
                widths[k] *= max(1.0, need / own)

    def _spans(self) -> list[tuple[int, int, str]]:
        """First and last column of each outer heading, and its text."""
        out: list[tuple[int, int, str]] = []
        for k, c in enumerate(self.t.columns):
            if len(c.heading) > 1:
                if out and out[-1][2] == c.heading[0] and out[-1][1] == k - 1:
                    out[-1] = (out[-1][0], k, c.heading[0])
                else:
                    out.append((k, k, c.heading[0]))
        return out

    def at(self, k: int) -> tuple[float, float]:
        """Left and right end of a column of figures."""
        place = 0 if self.t.look.number_first and k == 0 else k + 1
        return self.xs[place], self.xs[place + 1]

    @property
    def label_at(self) -> tuple[float, float]:
        place = 1 if self.t.look.number_first else 0
        return self.xs[place], self.xs[place + 1]

    def draw(self) -> None:
        p, look = self.p, self.t.look
        heights = [self.height(r) for r in self.t.rows]
        if p.y + self.head_height() + heights[0] > p.bottom:
            p.break_page()
        self.top = self.below_spans = p.y  # where the borders of this page begin
        self._head()
        for r, row in enumerate(self.t.rows):
            last = r == len(self.t.rows) - 1
            splits = look.split and len(self._lines(row)) > 2 and p.y + self.pitch * 2 + look.pad < p.bottom
            if (p.y + heights[r] > p.bottom and not splits) or (last and r and look.break_before_last):
                self._close()
                p.break_page()
                self.top = self.below_spans = p.y
                if look.repeat:
                    self._head()
                elif look.rules in ("full", "horizontal"):
                    self._rule(p.y)
            self._row(row, r, heights[r])
        self._close()

    @property
    def pitch(self) -> float:
        return self.size * self.lead

    def _lines(self, row: Row) -> list[str]:
        x0, x1 = self.label_at
        font = self.p.bold(self.p.sheet.font) if row.bold else self.p.sheet.font
        room = x1 - x0 - max(self.t.look.gap, 0.4) * self.size - row.indent * self.size
        return self.p.wrap(row.label, room, font, self.size, self.t.look)

    def height(self, row: Row) -> float:
        return len(self._lines(row)) * self.pitch + 2 * self.t.look.pad

    # --- rules

    def _rule(self, y: float, width: float = 0.5) -> None:
        self.p.lines.append((self.xs[0], y, self.xs[-1], y, width))

    def _close(self) -> None:
        """End the table, or its part on this page."""
        look, p = self.t.look, self.p
        if look.rules in ("booktabs", "frame"):
            self._rule(p.y, 0.8)
        if look.rules in ("full", "frame"):
            within = {self.at(k)[0] for a, b, _ in self._spans() for k in range(a + 1, b + 1)}
            for x in self.xs if look.rules == "full" else (self.xs[0], self.xs[-1]):
                p.lines.append((x, self.below_spans if x in within else self.top, x, p.y, 0.5))

    # --- heading

    def _head_lines(self) -> tuple[int, int]:
        """Lines of the outer headings, and of the inner ones."""
        inner = max(c.heading[-1].count("\n") + 1 for c in self.t.columns)
        return (1 if self._spans() else 0), inner

    def head_height(self) -> float:
        outer, inner = self._head_lines()
        return (outer + inner) * self.pitch + 2 * self.t.look.pad * (1 + bool(outer))

    def _head(self) -> None:
        p, look, size = self.p, self.t.look, self.size
        outer, inner = self._head_lines()
        if look.rules in ("full", "horizontal", "booktabs", "frame"):
            self._rule(p.y, 0.8)
        if outer:
            y = p.y + look.pad + self.pitch * 0.8
            for first, last, text in self._spans():
                x0, x1 = self.at(first)[0], self.at(last)[1]
                width = p.measure(text, p.bold(p.sheet.font), size)
                x = x0 + look.gap * size if look.span_align == "left" else (x0 + x1 - width) / 2
                p.put(x, y, text, True, size, -1.0)
            p.y += self.pitch + 2 * look.pad
            self.below_spans = p.y
            if look.rules in ("full", "horizontal"):
                self._rule(p.y)
        base = p.y + look.pad + self.pitch * (inner - 1) + size * 0.8
        if look.label_heading:
            p.put(self.label_at[0] + self._inset, base, look.label_heading, True, size, -1.0)
        for k, c in enumerate(self.t.columns):
            lines = c.heading[-1].split("\n")
            for n, text in enumerate(lines):
                align = c.align if look.head_align == "same" else look.head_align
                x = self._aligned(k, text, "right" if align == "decimal" else align, True)
                p.put(x, base - (len(lines) - 1 - n) * self.pitch, text, True, size, k - 0.5)
        p.y += self.pitch * inner + 2 * look.pad
        if look.rules in ("full", "horizontal", "booktabs"):
            self._rule(p.y)

    @property
    def _inset(self) -> float:
        return 0.25 * self.size if self.t.look.rules in ("full", "frame") else 0.0

    def _aligned(self, k: int, text: str, align: str, bold: bool, decimals: int = 0) -> float:
        p = self.p
        font = p.bold(p.sheet.font) if bold else p.sheet.font
        x0, x1 = self.at(k)
        x0, x1 = x0 + self.t.look.gap * self.size / 2, x1 - self.t.look.gap * self.size / 2
        if k == len(self.t.columns) - 1 and self.t.look.rules not in ("full", "frame"):
            x1 += self.t.look.gap * self.size / 2
        width = p.measure(text, font, self.size)
        if align == "left":
            return x0
        if align == "center":
            return (x0 + x1 - width) / 2
        if align == "decimal":
            whole = text.split(",")[0] if any(ch.isdigit() for ch in text) else text
            return x1 - 1.4 * self.size - p.measure(whole, font, self.size)
        return x1 - width

    # --- rows

    def _row(self, row: Row, r: int, height: float) -> None:
        p, look, size = self.p, self.t.look, self.size
        lines = self._lines(row)
        font = p.bold(p.sheet.font) if row.bold else p.sheet.font
        n = len(lines)
        at = {"top": 0.0, "middle": (n - 1) / 2, "bottom": n - 1.0}[look.valign]
        if look.rules == "zebra" and r % 2:
            p.fills.append((self.xs[0], p.y, self.xs[-1], min(p.y + height, p.bottom)))
        base = p.y + look.pad + size * 0.8
        figures_at: float | None = base + at * self.pitch
        y = base
        for k, text in enumerate(lines):
            if look.split and y + size * 0.2 > p.bottom:
                if figures_at is not None and at < k:
                    self._figures(row, figures_at)
                    figures_at = None
                self._close()
                p.break_page()
                self.top = self.below_spans = p.y
                if look.repeat:
                    self._head()
                y = p.y + look.pad + size * 0.8
                p.y = y - k * self.pitch - look.pad - size * 0.8  # the row's imagined top
                if figures_at is not None:
                    figures_at = y + (max(at, k) - k) * self.pitch
            x = self.label_at[0] + self._inset + row.indent * size
            shown = text.upper() if look.caps and row.bold else text
            p.put(x, y, shown, row.bold, size, -0.8)
            end = x + p.measure(shown, font, size)
            if k == n - 1 and row.mark:
                p.runs.append(Run(end, y - size * 0.33, row.mark, p.sheet.font, size * 0.6, -0.8))
            if look.leaders and figures_at is not None and abs(y - figures_at) < 0.1 and row.label and any(row.cells):
                first = min(self._left(j, t, row) for j, t in enumerate(row.cells) if t)
                dot = p.measure(".", p.sheet.font, size)
                dots = int((first - end - 1.6 * size) / dot)
                if dots > 3 and not row.mark and not look.number_first:
                    p.put(end + 0.4 * size, y, "." * dots, False, size, -0.7)
            y += self.pitch
        if figures_at is not None:
            self._figures(row, figures_at)
        p.y += height
        if look.rules in ("full", "horizontal"):
            self._rule(p.y)

    def _left(self, k: int, text: str, row: Row) -> float:
        c = self.t.columns[k]
        return self._aligned(k, text, c.align, row.bold)

    def _figures(self, row: Row, y: float) -> None:
        p, look, size = self.p, self.t.look, self.size
        font = p.bold(p.sheet.font) if row.bold else p.sheet.font
        for k, (c, text) in enumerate(zip(self.t.columns, row.cells, strict=True)):
            if not text:
                continue
            x = self._aligned(k, text, c.align, row.bold)
            width = p.measure(text, font, size)
            left = x
            mark = row.marks[k] if row.marks else ""
            if mark and c.align == "right":
                x -= 0.4 * size
                left = x
            if look.far_minus and text[0] in "-−–" and len(text) > 1 and c.kind == "figure":
                body = text[1:].strip()
                left = self.at(k)[0] + look.gap * size / 2
                p.put(left, y, text[0], row.bold, size, k)
                p.put(x + width - p.measure(body, font, size), y, body, row.bold, size, k)
            else:
                p.put(x, y, text, row.bold, size, k)
            if mark:
                p.runs.append(Run(x + width, y - size * 0.33, mark, p.sheet.font, size * 0.6, k))
            if c.kind == "figure" and text != "ikke relevant":
                label = " ".join(self._printed_label(row).split())
                box = self._on_page(left, y - size * 0.8, x + width, y + size * 0.2)
                p.figures.append(Figure(label, c.printed, plain(text), p.page, self.number, box))

    def _printed_label(self, row: Row) -> str:
        return row.label.upper() if self.t.look.caps and row.bold else row.label

    def _on_page(self, x0: float, top: float, x1: float, bottom: float) -> tuple[float, float, float, float]:
        p = self.p
        if p.turned == 90:
            return top, p.height - x1, bottom, p.height - x0
        if p.turned == 270:
            return p.width - bottom, x0, p.width - top, x1
        return x0, top, x1, bottom
