"""Kinds of faults: what is done to the print of a document, and which figures are guilty of it."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from benchmarks.corpus import Corpus, Source
from benchmarks.retypeset import Band, Double, Drop, Edit, Retext
from pipeline.model import LineItem, Table
from pipeline.numbers import DANISH, MINUS, parse

_CAPTION = re.compile(r"^(\(?)1\.?000$")
_PADDING = 2.0  # points between the words of a table's last row and where the row ends, if no ruling line says it


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault in one document: the edits of its print, and the figures that are guilty."""

    kind: str
    source: int
    edits: tuple[Edit, ...]
    guilty: tuple[str, ...]
    said: str  # what was done, for people
    row: bool = False  # a whole row is at fault: a cell of its equations may stand for it
    values: tuple[Decimal, ...] = ()  # what the guilty figures now say, where they are changed one by one


def _retext(source: Source, figure: str, text: str | None) -> Retext:
    at = source.spots[figure]
    return Retext(at.page, at.line, at.word, text)


Printed = Callable[[str, random.Random], Iterator[str]]


def _other_digits(printed: str, _: random.Random) -> Iterator[str]:
    for at, ch in enumerate(printed):
        if ch.isdigit():
            yield from (printed[:at] + d + printed[at + 1 :] for d in "0123456789" if d != ch)


def _other_signs(printed: str, _: random.Random) -> Iterator[str]:
    if any(ch in "123456789" for ch in printed):
        yield printed[1:] if printed[0] in MINUS else "-" + printed


def _transposed(printed: str, _: random.Random) -> Iterator[str]:
    at = [k for k, ch in enumerate(printed) if ch.isdigit()]
    for a, b in zip(at, at[1:], strict=False):
        if printed[a] != printed[b]:
            yield printed[:a] + printed[b] + printed[a + 1 : b] + printed[a] + printed[b + 1 :]


def _glued(printed: str, _: random.Random) -> Iterator[str]:
    if any(ch.isdigit() for ch in printed):
        yield from (printed + d for d in "123")


def _misplaced(printed: str, _: random.Random) -> Iterator[str]:
    """`1.600` -> `16.00`, `160.0`; `600` -> `6,00`, `60,0`"""
    sign, digits = (printed[0], printed[1:]) if printed[0] in MINUS else ("", printed)
    plain = digits.replace(".", "").replace(",", "")
    mark = next((ch for ch in digits if ch in ".,"), ",")
    if plain.isdigit() and int(plain):
        for k in range(max(1, len(plain) - 2), len(plain)):
            changed = plain[:k] + mark + plain[k:]
            if changed != digits and len(digits) - len(plain) < 2:
                yield sign + changed


def _english(printed: str, _: random.Random) -> Iterator[str]:
    """`1.600` -> `1,600`"""
    if "." in printed and "," not in printed:
        yield printed.replace(".", ",")


PRINTED: dict[str, Printed] = {
    "digit": _other_digits,
    "sign": _other_signs,
    "transposed": _transposed,
    "glued footnote": _glued,
    "separator misplaced": _misplaced,
    "comma for point": _english,
}


def _in_print(corpus: Corpus, kind: str, chance: random.Random) -> list[Fault]:
    """Every way to print one amount otherwise."""
    return [f for n, s in enumerate(corpus.sources) for i in corpus.amounts(s) for f in _misprints(n, s, i, kind, kind, chance)]


def _misprints(n: int, source: Source, item: LineItem, kind: str, how: str, chance: random.Random) -> Iterator[Fault]:
    for text in PRINTED[how](item.value_printed, chance):
        number = parse(text)
        value = (number.value * item.unit,) if number and item.unit is not None else ()
        edit = _retext(source, item.line_item_id, text)
        yield Fault(kind, n, (edit,), (item.line_item_id,), f"{item.value_printed} → {text}", values=value)


_PAIRS = 150  # pairs of faults in one document to draw from, for each document


def _two(corpus: Corpus, kind: str, chance: random.Random) -> list[Fault]:
    """Two misprints of a document at once: anywhere in it, in one equation, or in equations that have a figure in common."""
    out = []
    for n, s in enumerate(corpus.sources):
        items = {i.line_item_id: i for i in corpus.amounts(s)}
        near = {f: {t.figure for r in corpus.of_figure[f] for t in r.terms} & items.keys() - {f} for f in items}
        far = {f: {h for g in near[f] for h in near[g]} - near[f] - {f} for f in items}
        for _ in range(_PAIRS if len(items) > 1 else 0):
            one = chance.choice(list(items))
            pool = sorted({"two anywhere": items.keys() - {one}, "two in one sum": near[one]}.get(kind, far[one]))
            if pool:
                pair = [
                    chance.choice(list(_misprints(n, s, items[f], kind, chance.choice(["digit", "digit", "transposed", "sign"]),
                                                  chance)) or [None])
                    for f in (one, chance.choice(pool))
                ]  # fmt: skip
                both = [f for f in pair if f]
                if len(both) == 2:
                    a, b = both
                    out.append(Fault(kind, n, a.edits + b.edits, a.guilty + b.guilty, f"{a.said}, {b.said}",
                                     values=a.values + b.values))  # fmt: skip
    return out


def _rows(corpus: Corpus, source: Source) -> dict[tuple[int, int], list[LineItem]]:
    """The rows of a document's tables whose figures take part in equations, and are not all nought."""
    out: dict[tuple[int, int], list[LineItem]] = defaultdict(list)
    for i in corpus.amounts(source):
        out[source.spots[i.line_item_id][:2]].append(i)
    return {k: row for k, row in out.items() if any(i.value for i in row)}


def _ids(*rows: Iterable[LineItem]) -> tuple[str, ...]:
    return tuple(i.line_item_id for row in rows for i in row)


def _band(source: Source, table: Table, row: int) -> Band | None:
    """The strip that a row takes, from ruling line to ruling line or half way to the rows beside it."""
    def extent(r: int) -> tuple[int, float, float] | None:
        beside = [c for other in (r - 1, r + 1) if 0 <= other < len(table.rows) for c in table.rows[other]]
        own = [c for c in table.rows[r] if c and c.lines and not any(c is b for b in beside)]
        pages = {c.page for c in own}
        return (pages.pop(), min(c.top for c in own), max(c.bottom for c in own)) if len(pages) == 1 else None

    here = extent(row)
    above = extent(row - 1) if row else None
    below = extent(row + 1) if row + 1 < len(table.rows) else None
    if here is None or above is None or above[0] != here[0]:
        return None
    page, top, bottom = here
    next_top = below[1] if below and below[0] == page else None
    rulings = [e.top for e in source.pages[page - 1].edges
               if e.top == e.bottom and e.x0 < table.x0 + 20 and e.x1 > table.x0 + 20]  # fmt: skip
    middle = (top + bottom) / 2
    upper = [y for y in rulings if (above[1] + above[2]) / 2 < y < middle]
    end = next_top if next_top is not None else bottom + 3 * (bottom - top)
    lower = [y for y in rulings if middle < y < end + 2]
    start = max(upper) if upper else (above[2] + top) / 2
    stop = min(lower) if lower else (bottom + next_top) / 2 if next_top is not None else bottom + _PADDING
    return Band(page, table.x0, start, table.x1, stop)


def _whole_rows(corpus: Corpus, kind: str, _: random.Random) -> list[Fault]:
    """Rows left out or printed twice; closing rows (totals) apart from the others."""
    edit: Callable[[Band], Edit] = Drop if kind.startswith("dropped") else Double
    out = []
    for n, s in enumerate(corpus.sources):
        for (t, r), row in _rows(corpus, s).items():
            band = _band(s, s.tables[t], r)
            if band and (row[0].row_kind in ("total", "subtotal")) == kind.endswith("total"):
                out.append(Fault(kind, n, (edit(band),), _ids(row), f"row “{row[0].label}”, page {row[0].page}", True))
    return out


def _swapped(corpus: Corpus, kind: str, _: random.Random) -> list[Fault]:
    """Two rows of a table with each other's figures; apart, the pairs that every equation treats alike."""
    out = []
    for n, s in enumerate(corpus.sources):
        rows = _rows(corpus, s)
        for (a, one), (b, two) in combinations(rows.items(), 2):
            if a[0] != b[0]:
                continue
            columns = [{s.spots[i.line_item_id].column: i for i in row} for row in (one, two)]
            pairs = [(i, columns[1][k]) for k, i in columns[0].items() if k in columns[1]]
            if len(pairs) < max(len(one), len(two)) or all(i.value == j.value for i, j in pairs):
                continue
            values = {i.line_item_id: j.value for i, j in pairs} | {j.line_item_id: i.value for i, j in pairs}
            if _shows(corpus, values) == (kind == "swapped rows"):
                edits = [_retext(s, i.line_item_id, j.value_printed) for i, j in (*pairs, *((j, i) for i, j in pairs))]
                out.append(Fault(kind, n, tuple(edits), tuple(values),
                                 f"“{one[0].label}” and “{two[0].label}”, page {one[0].page}", True))  # fmt: skip
    return out


def _shows(corpus: Corpus, values: Mapping[str, Decimal]) -> bool:
    """Whether an equation comes to something else with these values."""
    relations = {r.relation_id: r for f in values for r in corpus.of_figure[f]}
    return any(sum(t.weight * (values.get(t.figure, t.value) - t.value) for t in r.terms) for r in relations.values())


def _shifted(corpus: Corpus, kind: str, _: random.Random) -> list[Fault]:
    """The figures of a row one column further to the right or left: one leaves the table, one cell is left empty."""
    out = []
    for n, s in enumerate(corpus.sources):
        for row in _rows(corpus, s).values():
            ordered = sorted(row, key=lambda i: s.spots[i.line_item_id].column)
            if len(ordered) < 2:
                continue
            printed: list[str | None] = [i.value_printed for i in ordered]
            for direction, texts in (("right", [None, *printed[:-1]]), ("left", [*printed[1:], None])):
                gone = ordered[-1] if direction == "right" else ordered[0]
                empty = ordered[0] if direction == "right" else ordered[-1]
                if (row[0].row_kind in ("total", "subtotal")) != kind.endswith("total"):
                    continue
                if not gone.value and not empty.value:
                    continue
                edits = [_retext(s, i.line_item_id, text) for i, text in zip(ordered, texts, strict=True)]
                out.append(Fault(kind, n, tuple(edits), _ids(row),
                                 f"row “{row[0].label}”, page {row[0].page}, to the {direction}", True))  # fmt: skip
    return out


def _unit(corpus: Corpus, kind: str, _: random.Random) -> list[Fault]:
    """`1.000 kr.` -> `kr.` in the caption of one table."""
    out = []
    for n, s in enumerate(corpus.sources):
        tables: dict[str, list[LineItem]] = defaultdict(list)
        for i in corpus.amounts(s):
            tables[i.table_id].append(i)
        for page in s.pages:
            for k, line in enumerate(page.lines):
                for j, (a, b) in enumerate(zip(line.words, line.words[1:], strict=False)):
                    m = _CAPTION.match(a.text)
                    if not m or not b.text.lower().startswith("kr"):
                        continue
                    below = [row for row in tables.values() if row[0].page == page.number and row[0].box.top > a.top]
                    if below:
                        guilty = min(below, key=lambda row: row[0].box.top)
                        edits = (Retext(page.number, k, j, None), Retext(page.number, k, j + 1, m[1] + b.text))
                        out.append(Fault(kind, n, edits, _ids(guilty), f"{line.text!r}, page {page.number}", True))
    return out


def _lagging(corpus: Corpus, kind: str, chance: random.Random) -> list[Fault]:
    """Every figure of an overview row has another value, as in an overview that was not brought up to date."""
    out = []
    for n, s in enumerate(corpus.sources):
        for row in _rows(corpus, s).values():
            if row[0].table_kind != "overview" or row[0].row_kind != "item":
                continue
            edits = []
            for i in row:
                number = parse(i.value_printed)
                if number and number.value and number.value == int(number.value):
                    by = chance.choice([5, 10, 25, 50, 100, 150, 200, 500]) * chance.choice([1, -1])
                    edits.append(_retext(s, i.line_item_id, f"{int(number.value) + by:,}".replace(",", DANISH.group)))
            said = f"row “{row[0].label}”, page {row[0].page}"
            out.append(Fault(kind, n, tuple(edits), _ids(i for i in row if i.value), said, True))
    return out


KINDS: dict[str, Callable[[Corpus, str, random.Random], list[Fault]]] = {
    **dict.fromkeys(PRINTED, _in_print),
    "dropped row": _whole_rows,
    "dropped total": _whole_rows,
    "doubled row": _whole_rows,
    "doubled total": _whole_rows,
    "swapped rows": _swapped,
    "swapped in one sum": _swapped,
    "shifted row": _shifted,
    "shifted total": _shifted,
    "unit": _unit,
    "lagging overview": _lagging,
    "two anywhere": _two,
    "two in one sum": _two,
    "two in linked sums": _two,
}


def plan(corpus: Corpus, kinds: Iterable[str], sample: int, seed: int) -> list[Fault]:
    """At most `sample` faults of each kind, taken at random; the same for the same seed."""
    out = []
    for kind in kinds:
        chance = random.Random(f"{seed} {kind}")
        possible = KINDS[kind](corpus, kind, chance)
        out += chance.sample(possible, min(sample, len(possible)))
    return out
