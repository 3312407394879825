"""Tables that run over a page break: joined, where nothing stands between their parts but the margins of the pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.model import Cell, Edge, Line, Page, Table
from pipeline.read.turns import is_margin
from pipeline.tables.rows import Placed, build_cell, group_rows, is_open, is_rest
from pipeline.tables.seams import joined
from pipeline.tables.segments import YEAR, Segment, overlap, split
from pipeline.tables.signs import join_signs_as

_SIDEWAYS = 4.0  # points by which the borders of a table, or a running head, may differ from one page to the next
_BLANK_ROW, _NO_BLANK = 4.0, 2.0  # font sizes between the lines above and below one, and between other rows
_HIGH = 1.3  # font sizes that a row is high, and times the usual room between rows that there may be
_FAR = 4.5  # font sizes between two rows at the top of a page
_DIGITS = re.compile(r"\d+")
_MOST_LINES = 2  # of a label that a page break parts, on the next page
_MOST_HEADS = 3  # rows of a heading
_MOST_LABELS = 3  # headings of sections one below the other
_NOTE = re.compile(r"^[*†‡¹²³]|^\d+[ )]|[.:;,]$")  # how a footnote begins and a sentence ends
# A page number, in a margin. Tables are read before it is known which language they are in: words of all of them.
_NUMBER = re.compile(r"(?i)\W*(?:(?:side|sida?|seite|page)\.?\s*)?\d{1,4}(?:\s*(?:af|av|von|of|/)\s*\d{1,4})?\W*$")


def join_pages(pages: Sequence[Page], tables: Sequence[Sequence[Table]]) -> list[Table]:
    """Tables of all pages in reading order; one that goes on at the top of the next page is one table.

    It goes on when it was the last thing on its page, the next page begins with a table of the same columns, and
    that table brings no heading of its own or repeats the heading row.
    """
    out: list[Table] = []
    for page, found in zip(pages, tables, strict=True):
        goes_on = bool(out and found) and _goes_on(out[-1], found[0], pages)
        if out and not goes_on and (rows := _rest(out[-1], page, found, pages)):
            bottom = max(c.bottom for row in rows for c in row if c and c.lines)
            before = pages[out[-1].last_page - 1]
            below = _labels_below(out[-1], rows, before, page) if _after(out[-1], before, page) else []
            out[-1] = replace(out[-1], rows=joined((*out[-1].rows, *below), rows), last_page=page.number, last_bottom=bottom)
        for table in found:
            if goes_on and table is found[0]:
                last = out[-1]
                before = pages[last.last_page - 1]
                own = _body(last, table, page)
                below = _labels_below(last, own, before, page, _may_be_blank(last, table))
                above = _labels_above(last, table, page, before)
                out[-1] = replace(last, rows=joined((*last.rows, *below), (*above, *own)), last_page=table.last_page,
                                  last_bottom=table.last_bottom)  # fmt: skip
            else:
                out.append(table)
    return out


def _rest(last: Table, page: Page, found: Sequence[Table], pages: Sequence[Page]) -> list[tuple[Cell | None, ...]]:
    """Rows at the top of a page, in no table there, that stand in the columns of the last table of the page before."""
    if last.ruled or last.last_page != page.number - 1:
        return []
    before = pages[last.last_page - 1]
    end = min((t.top for t in found), default=page.height)
    space = page.word_space
    heads = _heading_lines(last)
    own: list[int] = []
    parts: dict[int, list[Segment]] = {}
    for i, line in enumerate(page.lines):
        if line.bottom > end or line.words[0].turn:
            break
        if _is_furniture(line, page, before) or (not own and line.text in heads):
            continue
        parts[i] = join_signs_as(split(line, i, space), last)
        near = not own or line.bottom - page.lines[own[-1]].bottom < _FAR * line.words[0].size
        if not near or not (_is_label(line, last) or all(_column(s, last) is not None for s in parts[i])):
            break
        own.append(i)
    figures = [any((s.figure or s.nil) and _column(s, last) for s in parts[i]) for i in own]
    if not any(figures) and not _is_rest_alone(page, own, last):
        return []
    while any(figures) and not figures[-1] and not _is_rest_of_label(page, own, figures):
        own.pop()
        figures.pop()
    lines = [page.lines[i] for i in own]
    labels = [any(_column(s, last) == 0 for s in parts[i]) for i in own]
    rows: list[tuple[Cell | None, ...]] = []
    for a, b in group_rows(lines, figures, labels):
        cells: list[list[Placed]] = [[] for _ in last.columns[1:]]
        for i in own[a:b]:
            for s in parts[i]:
                cells[_column(s, last) or 0] += [Placed(i, j, page.lines[i].words[j]) for j in range(s.first, s.last)]
        top, bottom = lines[a].top, lines[b - 1].bottom
        rows.append(tuple(
            build_cell(page, c, Edge(x0, top, x1, bottom))
            for c, x0, x1 in zip(cells, last.columns, last.columns[1:], strict=False)
        ))  # fmt: skip
    rows = list(_body(last, replace(last, rows=tuple(rows)), page))
    if _after(last, before, page) and not _labels_below(last, rows, before, page):
        return []
    return rows


def _heading_lines(table: Table) -> set[str]:
    """The lines of a heading that may be repeated; a label alone heads a section."""
    return {
        " ".join(filter(None, texts)) for row in table.rows[:_MOST_HEADS] if any((texts := _texts(row))[1:]) and not _has_amounts(row)
    }


def _labels_above(last: Table, table: Table, page: Page, before: Page) -> list[tuple[Cell | None, ...]]:
    """Rows of the labels alone that stand right above a table, at the top of a page: the heading of a section."""
    rows: list[tuple[Cell | None, ...]] = []
    below = table.top
    for i, line in reversed(list(enumerate(page.lines))):
        if line.bottom >= table.top + 1 or line.words[0].turn:
            continue
        far = below - line.bottom > _room(last, line.words[0].size, blank=False)
        if far or not _is_label(line, last) or _is_furniture(line, page, before):
            break
        below = line.top
        rows.insert(0, _label_row(last, page, [i]))
    return rows


def _labels_below(last: Table, rows: Sequence[tuple[Cell | None, ...]], page: Page, following: Page,
                  blank: bool = True) -> list[tuple[Cell | None, ...]]:  # fmt: skip
    """Rows of the labels alone that stand below a table, at the foot of a page: the heading of a section whose rows stand on
    the next page, or the first lines of a label. Footnotes and sentences are none. `rows`: those on the next page; `blank`: a blank
    row may be between.
    """
    goes_on = any(is_rest(c.lines[0]) for row in rows[:1] for c in row[:2] if c and c.lines)
    labels: list[list[int]] = []
    above = last.last_bottom
    for i, line in enumerate(page.lines):
        if line.top < last.last_bottom - 1 or line.words[0].turn or _is_furniture(line, page, following):
            continue
        if line.top - above > _room(last, line.words[0].size, blank) or not _is_label(line, last):
            return []
        if _NOTE.search(line.text[:-1] if goes_on and line.text[-1] == "," else line.text):
            return []
        above = line.bottom
        if labels and line.text[0].islower():
            labels[-1].append(i)
        else:
            labels.append([i])
    return [_label_row(last, page, own) for own in labels] if len(labels) <= _MOST_LABELS else []


def _may_be_blank(last: Table, table: Table) -> bool:
    """Whether a blank row may stand above the heading of a section at the foot of a page. Where the table on the next page has the
    same heading it may be another table, and that its title, unless the table before has sections."""
    return not _repeated(last, table) or any(_is_section(row) for row in last.rows)


def _is_section(row: Sequence[Cell | None]) -> bool:
    """Whether a row has nothing but the words of one cell, all bold."""
    own = [c for c in row if c and c.lines]
    return len(own) == 1 and own[0].bold and any(map(str.isalpha, own[0].raw))


def _room(table: Table, size: float, blank: bool) -> float:
    """How far below each other two rows of a table may stand, in points, or two with a blank row between: rows of small letters
    may be far apart."""
    ends = [(min(c.top for c in own), max(c.bottom for c in own)) for row in table.rows if (own := [c for c in row if c and c.lines])]
    gaps = sorted(b[0] - a[1] for a, b in zip(ends, ends[1:], strict=False) if b[0] > a[1])
    usual = gaps[len(gaps) // 2] if gaps else 0.0
    return max(_BLANK_ROW * size, 2 * usual + _HIGH * size) if blank else max(_NO_BLANK * size, _HIGH * usual)


def _body(last: Table, table: Table, page: Page) -> tuple[tuple[Cell | None, ...], ...]:
    """The rows of a table without those of the heading that it repeats; what goes on there with a label of the page before is
    a row, though it stands as near to the heading as a second line of it would."""
    n = _repeated(last, table)
    rows = table.rows[n:]
    heading = last.rows[n] if n < len(last.rows) and not _has_amounts(last.rows[n]) else None
    if heading is None or not rows or table.ruled:
        return rows
    own = _texts(rows[0]) != _texts(heading) and [
        (a, b) for a, b in zip(heading, rows[0], strict=True) if _texts([a]) != _texts([b])
    ]  # fmt: skip
    if not own or len(own) > 1:
        return rows
    printed, found = own[0]
    if printed is None or found is None or found is not rows[0][0]:
        return rows
    k = len(printed.lines)
    if found.lines[:k] != printed.lines or len(found.lines) == k or not is_rest(found.lines[k]):
        return rows
    lines = sorted({i for i, _ in found.words})[-(len(found.lines) - k) :]
    words = {i: [Placed(i, j, page.lines[i].words[j]) for n, j in found.words if n == i] for i in lines}
    rest = build_cell(page, [p for own in words.values() for p in own], Edge(found.x0, found.top, found.x1, found.bottom))
    return (tuple(rest if c is found else build_cell(page, [], Edge(c.x0, rest.top, c.x1, rest.bottom)) if c else None
                  for c in rows[0]), *rows[1:])  # fmt: skip


def _is_label(line: Line, table: Table) -> bool:
    """Whether a line stands before the figures of a table without rules: in its first column, or that of labels behind accounts."""
    if table.ruled:
        return False
    behind = _column_of_words(table) + 1
    right = min((c.x0 for row in table.rows for c in row[behind:] if c and c.lines), default=0.0)
    return table.columns[0] - _SIDEWAYS <= line.x0 and line.x1 < max(table.columns[behind] + _SIDEWAYS, right)


def _column_of_words(table: Table) -> int:
    """The first column where most rows hold words: accounts may stand before it. The first of all where there is none."""
    for k in range(len(table.columns) - 2):
        texts = [c.raw for row in table.rows if (c := row[k]) and c.lines]
        if sum(any(map(str.isalpha, text)) for text in texts) * 2 > len(texts):
            return k
    return 0


def _label_row(table: Table, page: Page, own: Sequence[int]) -> tuple[Cell | None, ...]:
    """A row of a table that has nothing but a label, of these lines."""
    top, bottom = page.lines[own[0]].top, page.lines[own[-1]].bottom
    label = [Placed(i, j, w) for i in own for j, w in enumerate(page.lines[i].words)]
    words = _column_of_words(table)
    at = words if page.lines[own[0]].x0 >= table.columns[words] - _SIDEWAYS else 0
    cells = [label if k == at else [] for k in range(len(table.columns) - 1)]
    sides = zip(table.columns, table.columns[1:], strict=False)
    return tuple(build_cell(page, c, Edge(a, top, b, bottom)) for c, (a, b) in zip(cells, sides, strict=True))


def _is_rest_of_label(page: Page, own: Sequence[int], figures: Sequence[bool]) -> bool:
    """Whether the lines after the last one with figures go on with its label."""
    last = len(figures) - 1 - list(figures)[::-1].index(True)
    lines = [page.lines[i] for i in own[last:]]
    return all(
        (b.text[:1].islower() or is_open(a.words[-1].text)) and b.bottom - a.bottom < 1.6 * b.words[0].size
        for a, b in zip(lines, lines[1:], strict=False)
    )


def _is_rest_alone(page: Page, own: Sequence[int], last: Table) -> bool:
    """Whether lines at the head of a page are the rest of the last label before it, with nothing near below."""
    lines = [page.lines[i] for i in own]
    if not lines or not all(is_rest(ln.text) and _is_label(ln, last) for ln in lines) or not _has_amounts(last.rows[-1]):
        return False
    below = page.lines[own[-1] + 1] if own[-1] + 1 < len(page.lines) else None
    return len(lines) <= _MOST_LINES and (below is None or below.top - lines[-1].bottom > lines[-1].words[0].size)


def _column(s: Segment, table: Table) -> int | None:
    """The column that a segment lies in; `None` where it runs over a border."""
    for k, (x0, x1) in enumerate(zip(table.columns, table.columns[1:], strict=False)):
        if x0 - _SIDEWAYS <= s.x0 and s.x1 <= x1 + _SIDEWAYS and x0 <= (s.x0 + s.x1) / 2 <= x1:
            return k
    return None


def _after(last: Table, page: Page, following: Page) -> bool:
    """Whether something but the foot of the page stands below a table."""
    return any(ln.top > last.last_bottom and not _is_furniture(ln, page, following) for ln in page.lines)


def _repeated(last: Table, table: Table) -> int:
    """How many rows of the heading a table repeats."""
    n = 0
    for row, first in zip(table.rows, last.rows, strict=False):
        if _texts(row) != _texts(first) or _has_amounts(row):
            break
        n += 1
    return n


def _has_amounts(row: Sequence[Cell | None]) -> bool:
    """Whether a row has digits beside its label that are no years."""
    return any(c.isdigit() for cell in row[1:] if cell and not YEAR.search(cell.raw) for c in cell.raw)


def _texts(row: Sequence[object]) -> list[str]:
    """The texts of a row; a cell that another spans is as blank as one without text."""
    return [getattr(cell, "raw", "") for cell in row]


def _goes_on(last: Table, table: Table, pages: Sequence[Page]) -> bool:
    if last.last_page != table.page - 1 or not _same_columns(last, table):
        return False
    before, after = pages[last.last_page - 1], pages[table.page - 1]
    heads = _heading_lines(last)  # set so far above the table that they are none of its rows
    above = [ln for ln in after.lines if ln.bottom < table.top and not _is_furniture(ln, after, before) and ln.text not in heads]
    if len(above) != len(_labels_above(last, table, after, before)):
        return False
    own = _body(last, table, after)
    repeats = len(own) < len(table.rows) or own[0] is not table.rows[0]
    below = (repeats or _has_amounts(table.rows[0])) and _labels_below(last, own, before, after, _may_be_blank(last, table))
    if _after(last, before, after) and not below:
        return False
    first, heading = table.rows[0], last.rows[0]
    own_heading = not repeats and (
        (_headings(first) >= 2 and _headings(heading) >= 2) or _is_worded(first[_column_of_words(last) + 1 :])
    )
    return not own_heading


def _same_columns(a: Table, b: Table) -> bool:
    """Ruled columns have the same borders; without rules, the middle of each column lies in its like, or what stands in it shares
    some x with what stands in that: beside shorter labels the first figures are given more room."""
    if len(a.columns) != len(b.columns) or a.ruled != b.ruled:
        return False
    if a.ruled:
        return all(abs(x - y) <= _SIDEWAYS for x, y in zip(a.columns, b.columns, strict=True))
    spans = [list(zip(t.columns, t.columns[1:], strict=False)) for t in (a, b)]
    filled = [_filled(t) for t in (a, b)]
    return all(
        all(other[0] <= sum(own) / 2 <= other[1] for own, other in ((first, second), (second, first)))
        or (k in filled[0] and k in filled[1] and overlap(filled[0][k], filled[1][k]) > 0)
        for k, (first, second) in enumerate(zip(*spans, strict=True))
    )


def _filled(table: Table) -> dict[int, tuple[float, float]]:
    """From where to where the cells of each column reach that hold something; those that span others left out."""
    out: dict[int, tuple[float, float]] = {}
    for row in table.rows:
        for k, cell in enumerate(row):
            if cell and cell.lines and not (k + 1 < len(row) and row[k + 1] is None):
                x0, x1 = out.get(k, (cell.x0, cell.x1))
                out[k] = min(x0, cell.x0), max(x1, cell.x1)
    return out


def _is_furniture(line: Line, page: Page, other: Page) -> bool:
    """A running head or foot: in the margin, and the other page has the same there, digits aside; or a page number."""
    if not is_margin(line.top, line.bottom, page.height):
        return False
    text = _DIGITS.sub("#", line.text)
    return _NUMBER.match(line.text) is not None or any(
        abs(ln.top - line.top) <= _SIDEWAYS and _DIGITS.sub("#", ln.text) == text for ln in other.lines
    )


def _is_worded(cells: Sequence[Cell | None]) -> bool:
    """Whether words stand over every column of figures, each its own: a heading."""
    over = [c.raw for c in cells if c]
    return len(set(over)) == len(over) > 1 and all(any(map(str.isalpha, t)) and not any(map(str.isdigit, t)) for t in over)


def _headings(row: Sequence[object]) -> int:
    """How many cells of a row read like the heading of a figure column."""
    return sum(1 for cell in row if (raw := getattr(cell, "raw", None)) and raw[-4:].isdigit() and raw[-4:-2] == "20")
