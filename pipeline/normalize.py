"""Raw lines -> line items: stable ids, overview rows tied to their proposals, what counts once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from pipeline.count import Row, count_once, repeated_rows
from pipeline.ids import make_id
from pipeline.model import DocumentMeta, LineItem, Note, Proposal, RawLine
from pipeline.text import ALIKE, likeness, normal

_CLEAR = 4.0  # and the best must lead the next by this much


def normalize(document_id: str, lines: Sequence[RawLine], proposals: Sequence[Proposal],
              meta: DocumentMeta) -> tuple[tuple[LineItem, ...], tuple[Proposal, ...], tuple[Note, ...]]:  # fmt: skip
    """Line items of one document with ids, codes and `counted`; its proposals with themes; notes on loose ends."""
    repeated, again = repeated_rows(lines)
    codes, notes = tie_overview([ln for ln in lines if (ln.table_id, ln.row) not in repeated], proposals)
    codes |= {row: codes[first] for row, first in repeated.items() if first in codes}
    themed = _with_themes(lines, codes, proposals, meta)
    by_code = {p.code: p for p in themed}
    equals: Counter[tuple[str, ...]] = Counter()
    items: list[LineItem] = []
    for line in lines:
        code = line.proposal_code or codes.get((line.table_id, line.row))
        proposal = by_code.get(code) if code else None
        key = (line.table_kind, code or "", line.row_kind, normal(line.label), normal(line.column_printed))
        equals[key] += 1
        items.append(LineItem(
            line_item_id=make_id(document_id, *key, str(equals[key])),
            table_id=line.table_id, table_rule=line.table_rule, table_kind=line.table_kind,
            block=line.block, row=line.row, proposal_code=code,
            proposal_title=proposal.title if proposal else None,
            theme_code=(proposal.theme_code if proposal else None) or line.theme,
            sector=proposal.sector if proposal else meta.sector, label=line.label, heading=line.heading, row_kind=line.row_kind,
            row_name=line.row_name, column_printed=line.column_printed, column_name=line.column_name, year=line.year, phase=line.phase,
            measure=line.measure, attributes=line.attributes, number=line.number, unit=line.unit,
            currency=line.currency, saving_sign=line.saving_sign, staffing_sign=line.staffing_sign,
            value_printed=line.printed, unit_printed=line.unit_printed, price_level=line.price_level,
            footnote=line.footnote, page=line.page, box=line.box, ruled=line.ruled,
            reader=line.reader, confidence=line.confidence,
        ))  # fmt: skip
    counted, doubts = count_once(items, [line.counts for line in lines], repeated)
    return counted, themed, (*notes, *_numbered_otherwise(lines, proposals), *again, *doubts)


def tie_overview(lines: Sequence[RawLine],
                 proposals: Sequence[Proposal]) -> tuple[dict[Row, str], list[Note]]:  # fmt: skip
    """(table, row) of overview items -> code of the proposal that has the same title, however it is shortened.

    One row for one proposal. Where titles do not tell, the same figures in every year do, when no other row or section has
    them; and then the place: the one row between two that are tied is the one section between theirs.
    """
    rows = {(ln.table_id, ln.row): ln for ln in lines
            if ln.table_kind == "overview" and ln.row_kind == "item" and not ln.proposal_code}  # fmt: skip
    sections = [p for p in proposals if p.has_section]
    if not rows or not sections:
        return {}, []
    out = _by_title(rows, sections)
    out |= _by_figures(lines, [r for r in rows if r not in out], {p.code for p in sections} - set(out.values()))
    out |= _by_place(list(rows), [p.code for p in sections], out)
    notes = [
        Note("overview-without-section", "warning",
             f"the overview row “{line.label}” (page {line.page}) has no section of its own that its title or its figures name "
             "clearly", line.page, line.box, message_da=f"oversigtens række “{line.label}” (side {line.page}) har intet afsnit, som "
             "dens titel eller tal klart peger på")
        for key, line in rows.items() if key not in out
    ]  # fmt: skip
    return out, notes


def _numbered_otherwise(lines: Sequence[RawLine], proposals: Sequence[Proposal]) -> Iterator[Note]:
    """Overview rows whose printed number is that of one section and whose title is that of another."""
    sections = {p.code: p for p in proposals if p.has_section}
    rows = {(ln.table_id, ln.row): ln for ln in lines if ln.table_kind == "overview" and ln.row_kind == "item"}
    for line in rows.values():
        own = sections.get(line.proposal_code or "")
        if own is None or (like := likeness(line.label, own.title)) >= ALIKE:
            continue
        other = max(sections.values(), key=lambda p: likeness(line.label, p.title))
        if likeness(line.label, other.title) >= max(ALIKE, like + _CLEAR):
            yield Note("numbered-otherwise", "warning",
                       f"the overview row {own.code} “{line.label}” (page {line.page}) has the title of section {other.code}; section "
                       f"{own.code} is “{own.title}”", line.page, line.box, "see which of the two numbers holds",
                       message_da=f"oversigtens række {own.code} “{line.label}” (side {line.page}) har samme titel som "
                       f"afsnit {other.code}; afsnit {own.code} er “{own.title}”",
                       suggestion_da="se, hvilket af de to numre der gælder")  # fmt: skip


def _by_title(rows: Mapping[Row, RawLine], sections: Sequence[Proposal]) -> dict[Row, str]:
    """The likest pairs first, and none that another pair contests."""
    scores = {
        (key, p.code): likeness(line.label, p.title) for key, line in rows.items() for p in sections
    }  # fmt: skip
    out: dict[Row, str] = {}
    taken: set[str] = set()
    for (key, code), score in sorted(scores.items(), key=lambda kv: (-kv[1], kv[0])):
        if score < ALIKE:
            break
        if key in out or code in taken:
            continue
        rivals = [s for (k, c), s in scores.items()
                  if (k == key) != (c == code) and k not in out and c not in taken]  # fmt: skip
        if max(rivals, default=0.0) > score - _CLEAR:
            continue
        out[key] = code
        taken.add(code)
    return out


def _by_figures(lines: Sequence[RawLine], rows: Collection[Row], codes: Collection[str]) -> dict[Row, str]:
    """Rows and sections that print the same figures in the same years, and no other row or section does."""
    printed: dict[Row | str, dict[int | None, Decimal]] = defaultdict(dict)
    for ln in lines:
        if ln.table_kind == "overview" and (ln.table_id, ln.row) in rows and ln.measure == "net":
            printed[ln.table_id, ln.row][ln.year] = ln.number.value * (ln.unit or 1)
        elif ln.table_kind == "proposal" and ln.row_kind == "total" and ln.proposal_code in codes and ln.measure == "net":
            printed[ln.proposal_code or ""][ln.year] = ln.number.value * (ln.unit or 1)
    alike: dict[tuple[tuple[int | None, Decimal], ...], list[Row | str]] = defaultdict(list)
    for key, figures in printed.items():
        if any(figures.values()):
            alike[tuple(sorted(figures.items(), key=lambda f: f[0] or 0))].append(key)
    out: dict[Row, str] = {}
    for keys in alike.values():
        own, theirs = [k for k in keys if isinstance(k, tuple)], [k for k in keys if isinstance(k, str)]
        if len(own) == len(theirs) == 1:
            out[own[0]] = theirs[0]
    return out


def _by_place(rows: Sequence[Row], codes: Sequence[str], tied: Mapping[Row, str]) -> dict[Row, str]:
    """One row and one section that are left between neighbours tied to each other, where both run in the same order."""
    places = [codes.index(tied[r]) for r in rows if r in tied]
    if places != sorted(places) or not places:
        return {}
    out: dict[Row, str] = {}
    gap: list[Row] = []
    last = -1
    for row, place in [*((r, codes.index(tied[r]) if r in tied else None) for r in rows), (None, len(codes))]:
        if row is not None and place is None:
            gap.append(row)
        elif place is not None:
            if len(gap) == 1 and place - last == 2:
                out[gap[0]] = codes[last + 1]
            gap, last = [], place
    return out


def _with_themes(lines: Sequence[RawLine], codes: Mapping[Row, str], proposals: Sequence[Proposal],
                 meta: DocumentMeta) -> tuple[Proposal, ...]:  # fmt: skip
    """Proposals with the theme title under which the overview lists them, and the document's sector."""
    titles: dict[str, str] = {}
    for line in lines:
        code = line.proposal_code or codes.get((line.table_id, line.row))
        if line.table_kind == "overview" and code and line.theme_title:
            titles.setdefault(code, line.theme_title)
    return tuple(
        replace(p, theme_title=p.theme_title or titles.get(p.code), sector=p.sector or meta.sector) for p in proposals
    )
