"""How exact a nought is: `-` and `0` among `1,45` and `0,30` stand for nothing at all, not for less than half a million."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from pipeline.model import RawLine, Reading


def with_exact_noughts(lines: Sequence[RawLine]) -> list[RawLine]:
    """Each nought printed to the same digit as the other figures of its row; where they say nothing, of its table.

    Else a nought would widen what rounding allows in the sums it stands in, and faults would pass as rounding.
    """
    rows: dict[tuple[object, ...], list[Decimal]] = defaultdict(list)
    tables: dict[tuple[object, ...], list[Decimal]] = defaultdict(list)
    unsure: dict[tuple[object, ...], list[Decimal]] = defaultdict(list)  # of figures that may be read in two ways
    for line in lines:
        if line.number.ambiguous:
            unsure[_table(line)].append(line.number.readings[0].quantum)
        elif line.number.value:
            for known, key in ((rows, _row(line)), (tables, _table(line))):
                known[key].append(line.number.readings[0].quantum)
    out = []
    for line in lines:
        if line.number.value == 0 and not line.number.ambiguous:
            like = rows.get(_row(line)) or tables.get(_table(line)) or unsure.get(_table(line)) or ()
            finest = min(like, default=Decimal(1))
            if finest < line.number.readings[0].quantum:
                line = replace(line, number=replace(line.number, readings=(Reading(Decimal(0), finest),)))
        out.append(line)
    return out


def _row(line: RawLine) -> tuple[object, ...]:
    return *_table(line), line.row


def _table(line: RawLine) -> tuple[object, ...]:
    return line.table_id, line.measure == "staffing", line.unit
