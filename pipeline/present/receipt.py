"""The receipt of a figure: what is printed where, what was made of it, and what proves or contradicts it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.present.diff import also
from pipeline.present.findings import block
from pipeline.present.text import Row, count, danish, moment, money, paint, pairs, paragraph, plain


@dataclass(frozen=True, slots=True)
class Receipt:
    """All that the dataset knows of one figure (`is_text`: an amount in running text), as rows of its tables."""

    row: Row
    is_text: bool
    document: Row | None  # the revision that prints it
    relations: Sequence[Row]
    others: Mapping[str, Row]  # the figures and amounts that it shares a relation with, by id
    findings: Sequence[Row]
    history: Sequence[Row]  # its rows in earlier revisions
    changes: Sequence[Row]
    texts: Sequence[Row]  # amounts in running text that restate it
    gone: bool = False  # it stands in no current document

    @property
    def id(self) -> str:
        return str(self.row["amount_id" if self.is_text else "line_item_id"])


def value(row: Row) -> str:
    """What a figure is worth, in its own measure."""
    if row.get("amount") is not None:
        return money(row["amount"], row["currency"])
    if row.get("fte") is not None:
        return f"{danish(row['fte'])} positions"
    if row.get("percent") is not None:
        return f"{danish(row['percent'])} %"
    if row.get("quantity") is not None:
        return danish(row["quantity"])
    return plain(row["value_printed"])


def title(row: Row) -> str:
    """`“Rehabilitering”, 2024: 2.400`; for an amount in running text its printed form."""
    if "label" not in row:
        return f"“{plain(row['value_printed'])}” in the text of page {row['page']}"
    year = row["year"] or plain(row["column_printed"])
    return f"“{plain(row['label'])}”, {year}: {plain(row['value_printed'])}"


def receipt(r: Receipt, command: str, width: int | None) -> Iterator[str]:
    """Everything about one figure."""
    yield from paragraph(f"{title(r.row)} = {value(r.row)}", width)
    if r.gone:
        yield paint("this figure stands in no current document: it was removed, or its document withdrawn", "warning")
    yield from pairs([*(_text_facts(r) if r.is_text else _facts(r)), *_places(r)], width)
    yield from _relations(r, width)
    yield from _texts(r, width)
    if r.findings:
        yield from _section("findings about it")
        for f in r.findings:
            yield from block(f, None, width)
    yield from _history(r, width)
    if not r.gone:
        yield ""
        yield f"next: {paint(f'{command} show {r.id}', 'command')}"


def _section(name: str) -> Iterator[str]:
    yield ""
    yield paint(name, "heading")


def _facts(r: Receipt) -> Iterator[tuple[str, str | None]]:
    row = r.row
    unit = f" under “{plain(row['unit_printed'])}”" if row["unit_printed"] else ", with no unit over it"
    level = f", {row['price_level']}" if row["price_level"] else ""
    yield "printed", f"“{plain(row['value_printed'])}”{unit}{level}"
    saving, change = row["saving_dkk"], row["fte_change"]
    yield "saving", None if saving is None else money(saving) + (" (negative: an expense)" if saving < 0 else "")
    yield "staffing", None if change is None else f"{danish(change)} positions (fewer is negative)"
    yield "counted", _counted(row)
    yield "row", f"{row['row_kind']} of table {row['table_id']} ({row['table_kind']})"
    yield "label", plain(row["label"])
    yield "below", f"“{plain(row['heading'])}”" if row["heading"] else None
    phase = f"{row['phase']}, " if row["phase"] else ""
    year = f"{row['year']}, " if row["year"] else ""
    yield "column", f"“{plain(row['column_printed'])}”: {year}{phase}{row['measure']}"
    code, name = row["proposal_code"], row["proposal_title"]
    yield "proposal", f"{plain(code)} {plain(name or '')}".strip() if code else None
    theme = f"theme {row['theme_code']}" if row["theme_code"] else None
    yield "sector", ", ".join(plain(p) for p in (row["sector"], theme) if p) or None
    more = dict(row["attributes"] or ())
    yield "also", ", ".join(f"{k} = {plain(v)}" for k, v in more.items()) or None
    yield "footnote", plain(row["footnote"]) if row["footnote"] else None


def _counted(row: Row) -> str:
    """Whether a figure counts in sums over the dataset, and why not."""
    if row["counted"]:
        return "yes, in sums over proposals"
    if row["measure"] != "net":
        return f"no, sums are of net amounts, and its measure is {row['measure']}"
    if row["year"] is None or row["phase"] == "deviation":
        return "no, it is no figure of one year and phase"
    if row["row_kind"] not in ("item", "total"):
        return f"no, a row of the kind {row['row_kind']} is not added up"
    return "no, another figure stands for it in sums, or its rule does not count such tables"


def _text_facts(r: Receipt) -> Iterator[tuple[str, str | None]]:
    row = r.row
    rough = ", approximate" if row["approximate"] else ""
    yield "printed", f"“{plain(row['value_printed'])}”{rough}, to the nearest {money(row['quantum'], row['currency'])}"
    yield "sentence", plain(row["sentence"])
    yield "role", {"table": "restates a table", "area_budget": "budget of the area"}.get(row["role"], "other")
    yield "year", str(row["year"]) if row["year"] else None
    restated = [r.others[i] for i in row["line_item_ids"] if i in r.others]
    yield "restates", "; ".join(title(o) for o in restated) or None


def _places(r: Receipt) -> Iterator[tuple[str, str | None]]:
    row, document = r.row, r.document
    yield "document", plain(row["document_id"]) + (f", revision {document['revision']}" if document else "")
    if document:
        yield "file", f"raw/{plain(document['path'])}"
        yield "sha256", document["sha256"]
    x0, top, x1, bottom = (f"{row[k]:.1f}" for k in ("x0", "top", "x1", "bottom"))
    yield "page", f"{row['page']}, from ({x0}, {top}) to ({x1}, {bottom}), in points from the top left"
    if not r.is_text:
        yield "rule", f"{row['rule_id'] or 'none fits'}; reader: {row['reader']}"
        decided = next((q for q in r.relations if q["relation_id"] == row["decided_by"]), None)
        equation = f": {plain(decided['equation'])}" if decided else ""
        yield "decided by", f"the only reading with which this closes{equation}" if row["decided_by"] else None
    by = ", by " + ", ".join(row["verified_by"]) if row.get("verified_by") else ""
    why = "" if r.relations or row["verification"] != "unverifiable" else ": it takes part in no equation"
    yield "verification", f"{row['verification']}{by}{why}"
    yield "id", r.id


def _relations(r: Receipt, width: int | None) -> Iterator[str]:
    if not r.relations:
        return
    yield from _section(f"takes part in {count(len(r.relations), 'equation')}")
    for q in sorted(r.relations, key=lambda q: (q["status"] == "holds", q["relation"])):
        year = f", {q['year']}" if q["year"] else ""
        room = q["status"] == "holds" and " ≤ " in q["equation"]
        off = f", {'room for' if room else 'off by'} {danish(abs(q['difference']))}" if q["difference"] else ""
        yield f"  {paint(q['status'])}  {q['relation']}{year}{off}"
        members = [r.others[i] for i in [*q["line_item_ids"], *q["amount_ids"]] if i in r.others]
        yield from paragraph(f"{plain(q['equation'])}  ({_pages(members)})", width, "     ")
        if q["status"] != "holds" or len(members) <= 3:
            for m in members:
                yield from paragraph(_member(m, r), width, "       ", "         ")


def _member(m: Row, r: Receipt) -> str:
    own = "  (this figure)" if m.get("line_item_id", m.get("amount_id")) == r.id else ""
    what = plain(m["label"]) if "label" in m else f"text: {_short(m['sentence'])}"
    elsewhere = f"{plain(m['document_id'])}, " if m["document_id"] != r.row["document_id"] else ""
    return f"{plain(m['value_printed'])}  {what}, {elsewhere}page {m['page']}{own}"


def _pages(rows: Sequence[Row]) -> str:
    pages = sorted({m["page"] for m in rows})
    return ("page " if len(pages) == 1 else "pages ") + ", ".join(map(str, pages)) if pages else "page unknown"


def _short(sentence: str) -> str:
    text = plain(sentence)
    return text if len(text) <= 70 else text[:69] + "…"


def _texts(r: Receipt, width: int | None) -> Iterator[str]:
    if not r.texts:
        return
    yield from _section("restated in the text")
    for t in r.texts:
        elsewhere = f"{plain(t['document_id'])}, " if t["document_id"] != r.row["document_id"] else ""
        yield f"  {paint(t['verification'])}  “{plain(t['value_printed'])}”, {elsewhere}page {t['page']}"
        yield from paragraph(plain(t["sentence"]), width, "     ")


def _history(r: Receipt, width: int | None) -> Iterator[str]:
    if not r.history and not r.changes:
        return
    yield from _section("history")
    for h in sorted(r.history, key=lambda h: h["revision"]):
        known = f"{moment(h['known_from'])} to {moment(h['known_to'])}"
        yield from paragraph(
            f"revision {h['revision']}, current from {known}: {plain(h['value_printed'])} = {value(h)}", width, "  "
        )
    for c in sorted(r.changes, key=lambda c: c["to_revision"]):
        step = f"revision {c['from_revision']} → {c['to_revision']}, because of the {c['cause']}"
        old, new = (plain(c[k]) if c[k] is not None else "nothing" for k in ("old_value_printed", "new_value_printed"))
        more = f"; {told}" if (told := also(c)) else ""
        yield from paragraph(f"{step}: {c['change']}, {old} → {new}{more}", width, "  ")
