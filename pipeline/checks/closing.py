"""Closing rows and cells that should be there: what no equation can miss, because without them there is no equation.

An error only where the document's other tables, blocks or columns of the same kind, or other documents of the same rule,
show that something belongs there; else the figures are unverifiable, and that is all that can be said.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from pipeline.checks.record import Document, column_of
from pipeline.checks.slips import show
from pipeline.checks.sums import Block, Sum, blocks, close
from pipeline.model import Finding, LineItem
from pipeline.said import Said

_MOST = 0.9  # share of the others of its kind that must have what one lacks
_CLOSERS_DA = {"total": "total", "subtotal": "mellemsum"}  # other closing rows have the name that their rule gives them
_SPANS = {  # by whether the closing row stands above its rows, and whether it closes one only
    (False, False): Said("the {n} rows down to", "de {n} rækker til og med"), (False, True): Said("the row", "rækken"),
    (True, False): Said("the {n} rows from", "de {n} rækker fra og med"), (True, True): Said("the row", "rækken"),
}  # fmt: skip
_FEW = 3  # as many others with a single row must there be before one without a total stands out among them


class Habit(NamedTuple):
    """A kind of closing row: of which tables of which rule."""

    rule: str
    table: str
    closer: str


@dataclass(frozen=True, slots=True)
class Shape:
    """The rows of a block, a figure standing for each, and what its closing rows take in."""

    block: Block
    rows: tuple[LineItem, ...]
    sums: tuple[Sum, ...]
    open: tuple[LineItem, ...]  # rows that a declared equation speaks of and none takes in
    group: tuple[str, int] | None  # the block of the overview that its proposal stands in

    def has(self, closer: str) -> bool:
        return any(s.rule.closer == closer for s in self.sums)

    @property
    def single(self) -> bool:
        """Whether there is only one row to be summed up, so that a total is a matter of taste."""
        return len({i.row for s in self.sums for k in s.rows for i in (self.rows[k],)} | {i.row for i in self.open}) < 2


def shapes(document: Document) -> list[Shape]:
    """How the blocks of a document are closed."""
    groups = {
        i.proposal_code: (i.table_id, i.block) for i in document.items if i.table_kind == "overview" and i.row_kind == "item"
    }
    out = []
    for block in blocks(document):
        first = {i.row: i for i in reversed(block.items)}
        rows = tuple(first[r] for r in sorted(first))
        sums = tuple(close(rows, block.rule))
        taken = {k for s in sums for k in (*s.rows, s.closing)}
        loose = tuple(
            i for k, i in enumerate(rows) if k not in taken and any(i.row_name in s.terms for s in block.rule.sums)
        )  # fmt: skip
        out.append(Shape(block, rows, sums, loose, groups.get(rows[0].proposal_code) if rows[0].proposal_code else None))
    return out


def habits(document: Document) -> Counter[tuple[Habit, bool]]:
    """How many blocks of several rows have their closing row, and how many lack it."""
    out: Counter[tuple[Habit, bool]] = Counter()
    if document.rule is None:
        return out
    for shape in shapes(document):
        if not shape.single:
            for s in shape.block.rule.sums:
                out[Habit(document.rule.id, shape.block.rule.name, s.closer), shape.has(s.closer)] += 1
    return out


def check_closing(document: Document, elsewhere: Mapping[tuple[Habit, bool], int]) -> Iterator[Finding]:
    """All checks of this file. `elsewhere`: the habits of all documents of the round, this one among them."""
    found = shapes(document)
    for shape in found:
        yield from _twice(document, shape)
        yield from _without_rows(document, shape, found)
        yield from _unclosed(document, shape, found, elsewhere)
        yield from _unnamed(document, shape)
        yield from _blanks(document, shape)


def _mostly(have: int, lack: int, least: int = 1) -> bool:
    return have >= least and have >= _MOST * (have + lack)


def _ids(*rows: Iterable[LineItem]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(i.line_item_id for row in rows for i in row))


def _row(shape: Shape, row: LineItem) -> list[LineItem]:
    return [i for i in shape.block.items if i.row == row.row]


def _twice(document: Document, shape: Shape) -> Iterator[Finding]:
    """`total-twice`: a closing row is printed again right below itself; carried over to another page it may be."""
    for s in shape.sums:
        if s.repeats is not None and shape.rows[s.repeats].page == shape.rows[s.closing].page:
            first, second = shape.rows[s.repeats], shape.rows[s.closing]
            message = (
                f"“{second.label}” (page {second.page}) is printed twice, one below the other, and there is nothing between "
                "that it could sum up"
            )  # fmt: skip
            message_da = (
                f"“{second.label}” (side {second.page}) er trykt to gange, den ene under den anden, uden noget imellem at lægge sammen"
            )
            yield Finding("total-twice", "error", message, document.document_id, second.page, second.box,
                          line_item_ids=_ids(_row(shape, second), _row(shape, first)), message_da=message_da)  # fmt: skip


def _without_rows(document: Document, shape: Shape, found: Sequence[Shape]) -> Iterator[Finding]:
    """`total-without-rows`: a closing row closes nothing, where those of the other blocks do."""
    closes = {s.closing for s in shape.sums if s.rows or s.repeats is not None}  # by whichever of its equations
    for s in shape.sums:
        if s.closing in closes:
            continue
        others = [
            bool(o.rows) for other in found if other.block.rule is shape.block.rule for o in other.sums
            if o.rule is s.rule and o.repeats is None and (other is not shape or o is not s)
        ]  # fmt: skip
        own = _row(shape, shape.rows[s.closing])
        if any(i.value for i in own) and _mostly(sum(others), len(others) - sum(others)):
            at = shape.rows[s.closing]
            have = sum(others)
            others_have = f"{have} other of its kind has" if have == 1 else f"{have} others of its kind have"
            message = (
                f"“{at.label}” (page {at.page}) has no rows that it could sum up, where {others_have}: "
                "is a row missing, or not read as one?"
            )  # fmt: skip
            message_da = (
                f"“{at.label}” (side {at.page}) har ingen rækker at lægge sammen, mens {have} {'anden' if have == 1 else 'andre'} af "
                "samme slags har det: mangler der en række, eller er den ikke læst som en række?"
            )  # fmt: skip
            yield Finding("total-without-rows", "error", message, document.document_id, at.page, at.box, line_item_ids=_ids(own),
                          message_da=message_da)  # fmt: skip


def _unclosed(document: Document, shape: Shape, found: Sequence[Shape],
              elsewhere: Mapping[tuple[Habit, bool], int]) -> Iterator[Finding]:  # fmt: skip
    """`total-missing`: rows without a closing row, where the other blocks of its kind have one.

    With a single row a total says nothing new, and many leave it out. It is missed only where it stands out: among the
    proposals that the same block of the overview adds up, when all others with a single row print one.
    """
    assert document.rule is not None
    rule = shape.block.rule
    for s in rule.sums:
        own = [i for i in shape.open if i.row_name in s.terms]
        if not own or shape.has(s.closer):
            continue
        alike = [o for o in found if o is not shape and o.block.rule is rule]
        if shape.single:
            alike = [o for o in alike if o.single and o.group == shape.group and o.group is not None]
        else:
            alike = [o for o in alike if not o.single or o.has(s.closer)]
        have = sum(o.has(s.closer) for o in alike)
        lack = len(alike) - have
        if not alike and not shape.single:
            habit = Habit(document.rule.id, rule.name, s.closer)
            have, lack = elsewhere.get((habit, True), 0), elsewhere.get((habit, False), 0) - 1
            if not have + lack:  # the tables of other kinds in the document, if there are some
                others = [o.has(s.closer) for o in found if o is not shape and any(t.closer == s.closer for t in o.block.rule.sums)]
                have, lack = (sum(others), len(others) - sum(others)) if len(others) >= _FEW else (0, 0)
        last = own[0] if s.totals == "above" else own[-1]
        closer = _CLOSERS_DA.get(s.closer, s.closer)
        items = [i for row in own for i in _row(shape, row)]
        told = _SPANS[s.totals == "above", len(own) == 1]
        which, which_da = (f"{words.format(n=len(own))} “{last.label}” ({page} {last.page})"
                           for words, page in ((told.en, "page"), (told.da, "side")))  # fmt: skip
        closed, them, them_da = ("is", "it", "den") if len(own) == 1 else ("are", "them", "dem")
        if _mostly(have, lack, _FEW if shape.single else 1):
            message = (
                f"{which} {closed} closed by no {s.closer}, where {have} {'other' if have == 1 else 'others'} of the kind "
                f"{'is' if have == 1 else 'are'}: is a row missing, or not read as one?"
            )  # fmt: skip
            message_da = (
                f"{which_da} afsluttes ikke af en {closer}, mens {have} {'anden' if have == 1 else 'andre'} af samme slags gør: "
                "mangler der en række, eller er den ikke læst som en række?"
            )  # fmt: skip
            yield Finding("total-missing", "error", message, document.document_id, last.page, last.box, line_item_ids=_ids(items),
                          message_da=message_da)  # fmt: skip
            return
        if not have + lack and not shape.single and rule.kind != "proposal":
            message = f"{which} {closed} closed by no {s.closer}, which the rule says such a table has: nothing proves {them}"
            message_da = (
                f"{which_da} afsluttes ikke af en {closer}, som sådan en tabel ellers har ifølge reglen: intet bekræfter {them_da}"
            )
            yield Finding("total-missing", "warning", message, document.document_id, last.page, last.box,
                          line_item_ids=_ids(items), message_da=message_da)  # fmt: skip
            return


def _unnamed(document: Document, shape: Shape) -> Iterator[Finding]:
    """`total-not-named`: no closing row, but the last row (or the first) adds up the others in every column."""
    if shape.sums or len(shape.open) < 3:
        return
    columns: dict[tuple[str, str, int | None], dict[int, LineItem]] = defaultdict(dict)
    own = {i.row for i in shape.open}
    for i in shape.block.items:
        if i.row in own:
            columns[column_of(i)][i.row] = i
    for at in (shape.open[-1], shape.open[0]):
        parts = [[i for r, i in column.items() if r != at.row] for column in columns.values()]
        results = [column[at.row].value if at.row in column else None for column in columns.values()]
        vectors = {tuple(i.value for i in part) for part in parts}
        worth = {i.row for part in parts for i in part if i.value}  # rows of noughts add nothing to what is told
        if (
            len(worth) > 1 and (len(vectors) > 1 or len(worth) > 3)
            and all(v == sum(i.value for i in part) for v, part in zip(results, parts, strict=True))
        ):  # fmt: skip
            message = (
                f"“{at.label}” (page {at.page}) is exactly what the {len(shape.open) - 1} other rows add up to, in every "
                "column, and is read as one of them: is it their total?"
            )  # fmt: skip
            message_da = (
                f"“{at.label}” (side {at.page}) er i alle kolonner præcis summen af de {len(shape.open) - 1} andre rækker, men er "
                "læst som en af dem: er det deres total?"
            )  # fmt: skip
            yield Finding("total-not-named", "error", message, document.document_id, at.page, at.box,
                          line_item_ids=_ids(_row(shape, at)), message_da=message_da)  # fmt: skip
            return


def _blanks(document: Document, shape: Shape) -> Iterator[Finding]:
    """`figure-missing`: a closing row and the rows that it takes in, of which one side is empty in a column of years.

    A closing row that is empty in several columns leaves them out on purpose.
    """
    if len(shape.block.items) == len(shape.rows) * len({column_of(i) for i in shape.block.items}):
        return  # no cell is empty
    cells = {(i.row, *column_of(i)): i for i in shape.block.items}
    years: dict[tuple[str, str | None, str], list[LineItem]] = defaultdict(list)  # columns that differ by their year only
    seen = set()
    for i in shape.block.items:
        if i.year is not None and column_of(i) not in seen:
            seen.add(column_of(i))
            years[column_of(i)[0], i.phase, i.column_name].append(i)
    for s in shape.sums:
        if not s.rows or s.repeats is not None:
            continue
        closing = shape.rows[s.closing]
        for columns in years.values():
            totals: list[LineItem | None] = [cells.get((closing.row, *column_of(c))) for c in columns]
            sides = [[cell for k in s.rows if (cell := cells.get((shape.rows[k].row, *column_of(c))))] for c in columns]
            if not any(t and side for t, side in zip(totals, sides, strict=True)):
                continue
            lone = sum(t is None and bool(side) for t, side in zip(totals, sides, strict=True)) == 1
            for column, side, total in zip(columns, sides, totals, strict=True):
                if total is None and lone and (off := _worth(side, s)):
                    message = (
                        f"“{closing.label}” (page {closing.page}) has no figure under {column.column_printed}, where its rows "
                        f"add up to {show(off)}"
                    )  # fmt: skip
                    message_da = (
                        f"“{closing.label}” (side {closing.page}) har intet tal under {column.column_printed}, hvor dens rækker giver "
                        f"{show(off)}"
                    )  # fmt: skip
                    yield Finding("figure-missing", "error", message, document.document_id, closing.page, closing.box, column.year,
                                  off, line_item_ids=_ids(_row(shape, closing), side), message_da=message_da)  # fmt: skip
                elif total is not None and total.value and not side:
                    rows = [i for k in s.rows for i in _row(shape, shape.rows[k])]
                    message = (
                        f"“{total.label}” (page {total.page}) is {total.value_printed} under {column.column_printed}, where none "
                        "of its rows has a figure, as they have in other columns"
                    )  # fmt: skip
                    message_da = (
                        f"“{total.label}” (side {total.page}) er {total.value_printed} under {column.column_printed}, hvor ingen af "
                        "dens rækker har et tal, selv om de har det i andre kolonner"
                    )  # fmt: skip
                    yield Finding("figure-missing", "error", message, document.document_id, total.page, total.box, column.year,
                                  line_item_ids=_ids([total], rows), message_da=message_da)  # fmt: skip


def _worth(side: Sequence[LineItem], s: Sum) -> Decimal:
    """What the closing row must be with these rows."""
    terms = s.rule.terms
    return -sum((i.value * terms[i.row_name] for i in side), Decimal(0)) / terms[s.rule.closer]
