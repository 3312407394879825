"""The tables of the dataset: Arrow schemas with a description and a unit on every column.

The two partition columns stand in the path of a file, never in it, so they are in `PARTITION`, not in `SCHEMAS`.
The unit of a column that is text, a flag or a list of ids is the empty string; `1` is a plain number.
"""

from __future__ import annotations

import pyarrow as pa

TEXT = pa.string()
TEXTS = pa.list_(pa.string())
FLAG = pa.bool_()
YEAR = pa.int16()
COUNT = pa.int32()
KRONER = pa.int64()
MONEY = pa.decimal128(20, 2)
EXACT = pa.decimal128(20, 4)  # half of a last printed digit, and sums of positions, do not fit two decimals
RATIO = pa.decimal128(12, 3)
POINTS = pa.float64()
SHARE = pa.float64()
INSTANT = pa.timestamp("s", tz="UTC")

CURRENCY = "currency unit"  # whole units of the ISO currency in the `currency` column


def _must(name: str, kind: pa.DataType, description: str, unit: str = "") -> pa.Field:
    """A column that every row fills."""
    return pa.field(name, kind, nullable=False, metadata={"description": description, "unit": unit})


def _may(name: str, kind: pa.DataType, description: str, unit: str = "") -> pa.Field:
    """A column that a row may leave null."""
    return pa.field(name, kind, nullable=True, metadata={"description": description, "unit": unit})


def _box(what: str) -> list[pa.Field]:
    """The sides of a rectangle on a page that a row may leave null."""
    sides = {"x0": "left", "top": "upper", "x1": "right", "bottom": "lower"}
    where = f"side of {what}, from the top left of the page"
    return [_may(name, POINTS, f"{side} {where}", "points") for name, side in sides.items()]


def _filled(fields: list[pa.Field]) -> list[pa.Field]:
    """The same columns where every row fills them."""
    return [f.with_nullable(False) for f in fields]


_DOCUMENT = _must("document_id", TEXT, "path below raw/ without suffix, Unicode NFC")
_REVISION = _must("revision", COUNT, "revision of the document, from 1", "1")
_DEPARTMENT = _may("department", TEXT, "department that wrote the document, as MSB, MSO, BA")
_CURRENCY = _may("currency", TEXT, "ISO code of the currency; null unless money")
_VERIFICATION = _must(
    "verification", TEXT, "verified (in a passing equation, in no failing one), contradicted (suspect), unverifiable"
)

_LINE_ITEM = [
    _must("line_item_id", TEXT, "id of the figure, the same across revisions; never made of value, page or box"),
    _DOCUMENT,
    _REVISION,
    _DEPARTMENT,
    _must("table_id", TEXT, "table of the document that holds the figure"),
    _must("table_kind", TEXT, "overview (rows stand for proposals), proposal, other"),
    _may("proposal_code", TEXT, "proposal that the figure belongs to, as VJH-3, or 2 where they are only numbered"),
    _may("proposal_title", TEXT, "title of that proposal"),
    _may("theme_code", TEXT, "theme that the proposal stands under"),
    _may("sector", TEXT, "sector that the proposal stands under"),
    _must("label", TEXT, "label of the row: lines joined, hyphenation undone, footnote marks and enumerator removed"),
    _may("heading", TEXT, "text of the last heading row above the row in its table; null where there is none"),
    _must("row_kind", TEXT, "item, subtotal, total, staffing, memo (printed beside the sum, not in it)"),
    _must("column_printed", TEXT, "heading over the figure as printed"),
    _may("year", YEAR, "year that the figure is for; null where a column spans years", "year"),
    _may("phase", TEXT, "proposal, budget, adjusted_budget, forecast, actual, deviation, or null"),
    _must("measure", TEXT, "net, expenditure, income, staffing, count, percent"),
    _must("attributes", pa.map_(TEXT, TEXT), "further columns that the rule names; possibly empty"),
    _may("amount", MONEY, "exact amount, unit of the caption applied; null unless money", CURRENCY),
    _CURRENCY,
    _may("amount_dkk", KRONER, "amount in kroner; null unless DKK", "DKK"),
    _may("saving_dkk", KRONER, "the amount as a saving: a saving is positive everywhere; null unless DKK", "DKK"),
    _may("fte", RATIO, "staffing as printed", "positions"),
    _may("fte_change", RATIO, "change in staffing: fewer positions is negative everywhere", "positions"),
    _may("percent", RATIO, "22.9 for 22,9 %", "percent"),
    _may("quantity", RATIO, "a number of things that are neither money nor positions, as inhabitants", "1"),
    _must("counted", FLAG, "true for exactly one set of figures per proposal, year and phase: the one to add up"),
    _must("value_printed", TEXT, "the figure as printed"),
    _may("unit_printed", TEXT, "unit over the table as printed, as 1.000 kr."),
    _may("price_level", TEXT, "price level as printed, as 2024-PL"),
    _may("footnote", TEXT, "footnote mark or text of the row"),
    _must("page", COUNT, "page of the figure, from 1", "1"),
    *_filled(_box("the figure")),
    _may("rule_id", TEXT, "rule that read the figure; null where no rule fits the document"),
    _must("reader", TEXT, "reader that read the page: text or ocr"),
    _may("confidence", SHARE, "how sure OCR is of the figure, 0 to 1; null where the page has text", "1"),
    _may("decided_by", TEXT, "relation that settled an ambiguous reading, or null"),
    _VERIFICATION,
    _must("verified_by", TEXTS, "names of the checks that the figure passed"),
]

_PROPOSALS = [
    _DOCUMENT,
    _must("proposal_code", TEXT, "code of the proposal, unique in its document"),
    _may("title", TEXT, "title of the proposal"),
    _may("theme_code", TEXT, "theme that the proposal stands under"),
    _may("theme_title", TEXT, "title of that theme"),
    _may("sector", TEXT, "sector that the proposal stands under"),
    _may("description", TEXT, "running text of the proposal"),
    _may("area_budget_printed", TEXT, "budget of the whole area as printed"),
    _may("area_budget", MONEY, "budget of the whole area", CURRENCY),
    _may("saving_percent_printed", TEXT, "saving in percent of the area budget as printed"),
    _may("saving_percent", RATIO, "saving in percent of the area budget", "percent"),
    _may("saving_type", TEXT, "type of the saving as printed"),
    _must("has_section", FLAG, "false for a row that only an overview names"),
    _may("page", COUNT, "page on which the proposal begins, from 1", "1"),
]

_AMOUNTS = [
    _must("amount_id", TEXT, "id of the amount, unique in the dataset"),
    _DOCUMENT,
    _must("sentence", TEXT, "sentence of the running text that holds the amount"),
    _must("value_printed", TEXT, "the amount as printed; the currency after a word of magnitude is left out"),
    _may("unit_borrowed", TEXT, "unit that a number without one takes from another, as in 3,5 stigende til 4,0 mio. kr."),
    _must("amount", MONEY, "exact amount, printed unit applied", CURRENCY),
    _must("currency", TEXT, "ISO code of the currency"),
    _must("quantum", EXACT, "value of the last printed digit", CURRENCY),
    _must("approximate", FLAG, "true for ca., godt, knap and their like, and for the ends of a range"),
    _must("role", TEXT, "table (restates table figures), area_budget, other"),
    _may("year", YEAR, "year that the sentence names for the amount", "year"),
    _must("line_item_ids", TEXTS, "figures that the amount restates; possibly empty"),
    _VERIFICATION,
    _must("page", COUNT, "page of the amount, from 1", "1"),
    *_filled(_box("the amount")),
]

_DOCUMENTS = [
    _DOCUMENT,
    _REVISION,
    _must("is_current", FLAG, "true for the revision whose rows stand in the other tables"),
    _must("path", TEXT, "path of the file below raw/"),
    _must("sha256", TEXT, "SHA-256 of the file, in hexadecimal"),
    _may("title", TEXT, "title of the document"),
    _DEPARTMENT,
    _may("kind", TEXT, "kind of document that its rule names"),
    _must("stage", TEXT, "draft, hearing, adopted, followup, unknown"),
    _may("document_date", pa.date32(), "date that the document gives itself", "date"),
    _must("years", pa.list_(YEAR), "years that the document budgets for; possibly empty", "year"),
    _may("pages", COUNT, "number of pages; null where the file cannot be opened", "1"),
    _must("status", TEXT, "ok, quarantined, duplicate, withdrawn"),
    _may("error", TEXT, "why the revision is quarantined"),
    _must("known_from", INSTANT, "when the revision was first read", "UTC time"),
    _may("figures", COUNT, "table figures; null unless current", "1"),
    _may("amounts", COUNT, "table figures that are money; null unless current", "1"),
    _may("amounts_verified", COUNT, "those of them that are verified; null unless current", "1"),
    _may("amount_total_dkk", MONEY, "absolute kroner of all table figures; null unless current", "DKK"),
    _may("amount_verified_dkk", MONEY, "absolute kroner of those that are verified; null unless current", "DKK"),
    _may("numbers", COUNT, "words with a digit on its pages; null unless current", "1"),
    _may("numbers_unclaimed", COUNT, "those that nothing claims; null unless current", "1"),
]

_FINDINGS = [
    _must("finding_id", TEXT, "id of the finding"),
    _must("check", TEXT, "check that found it"),
    _must("severity", TEXT, "error, warning, info"),
    _must("status", TEXT, "open, or waived by an entry in rules/"),
    _must("message", TEXT, "what does not reconcile, in English"),
    _may("message_da", TEXT, "the same in Danish"),
    _may("document_id", TEXT, "document that it is about; null for a whole round"),
    _may("page", COUNT, "page, from 1", "1"),
    *_box("what the finding points at"),
    _may("year", YEAR, "year that the figures are for", "year"),
    _may("expected", EXACT, "what the other figures imply", "unit of the figures"),
    _may("actual", EXACT, "what is printed", "unit of the figures"),
    _may("difference", EXACT, "actual less expected", "unit of the figures"),
    _may("tolerance", EXACT, "difference that rounding explains", "unit of the figures"),
    _must("within_rounding", FLAG, "true where the difference is not above the tolerance"),
    _must("line_item_ids", TEXTS, "figures that take part, suspects first; possibly empty"),
    _may("suggestion", TEXT, "what to look at, or what would make the figures agree"),
    _may("suggestion_da", TEXT, "the same in Danish"),
    _may("waiver_reason", TEXT, "reason that the waiver gives"),
    _may("score", SHARE, "of a lead: half for the amount at stake, half for how unusual it is, 0 to 1; null elsewhere", "1"),
]

_CHANGES = [
    _DOCUMENT,
    _must("from_revision", COUNT, "revision before", "1"),
    _must("to_revision", COUNT, "revision after", "1"),
    _must("cause", TEXT, "document, rule, software"),
    _must("change", TEXT, "added, removed, changed"),
    _must("line_item_id", TEXT, "figure that changed"),
    _must("label", TEXT, "label of its row"),
    _may("year", YEAR, "year that the figure is for", "year"),
    _must("differs", TEXTS, "columns of line_items in which the figure differs; empty where added or removed"),
    _may("old_amount", MONEY, "amount before; null unless money, or added", CURRENCY),
    _may("new_amount", MONEY, "amount after; null unless money, or removed", CURRENCY),
    _may("old_saving_dkk", KRONER, "saving before; null where it was none, or added", "DKK"),
    _may("new_saving_dkk", KRONER, "saving after; null where it is none, or removed", "DKK"),
    _may("old_value_printed", TEXT, "printed string before; null where added"),
    _may("new_value_printed", TEXT, "printed string after; null where removed"),
]

_RELATIONS = [
    _must("relation_id", TEXT, "id of the tested equation or equality"),
    _must("relation", TEXT, "name of the check that tested it"),
    _may("document_id", TEXT, "document whose figures it ties; null where it spans documents"),
    _may("page", COUNT, "page of its first figure, from 1", "1"),
    _may("year", YEAR, "year that its figures are for", "year"),
    _must("equation", TEXT, "the equation in readable form"),
    _must("status", TEXT, "holds, violated, undecided (≈ that is further off: a changed plan, wages; contradicts nothing)"),
    _may("expected", EXACT, "what the other figures imply", "unit of the figures"),
    _may("actual", EXACT, "what is printed", "unit of the figures"),
    _may("difference", EXACT, "actual less expected", "unit of the figures"),
    _may("tolerance", EXACT, "difference that rounding explains", "unit of the figures"),
    _must("line_item_ids", TEXTS, "table figures that take part; possibly empty"),
    _must("amount_ids", TEXTS, "amounts in running text that take part; possibly empty"),
]

_KNOWN = [
    _must("known_from", INSTANT, "when the revision became current", "UTC time"),
    _must("known_to", INSTANT, "when it was superseded or withdrawn", "UTC time"),
]

SCHEMAS: dict[str, pa.Schema] = {
    "line_items": pa.schema(_LINE_ITEM),
    "line_items_history": pa.schema([*_LINE_ITEM, *_KNOWN]),
    "proposals": pa.schema(_PROPOSALS),
    "amounts": pa.schema(_AMOUNTS),
    "documents": pa.schema(_DOCUMENTS),
    "findings": pa.schema(_FINDINGS),
    "changes": pa.schema(_CHANGES),
    "relations": pa.schema(_RELATIONS),
}

PARTITION = pa.schema(
    [
        _must("municipality", TEXT, "slug of the municipality, or unknown"),
        _must("budget_year", COUNT, "first year of the budget round, or 0", "year"),
    ]
)

# What the rows of a file are sorted by, null last; equal rows are told apart by the remaining columns.
SORT: dict[str, tuple[str, ...]] = {
    "line_items": ("document_id", "page", "top", "x0", "line_item_id"),
    "line_items_history": ("document_id", "revision", "page", "top", "x0", "line_item_id"),
    "proposals": ("document_id", "page", "proposal_code"),
    "amounts": ("document_id", "page", "top", "x0", "amount_id"),
    "documents": ("document_id", "revision"),
    "findings": ("document_id", "page", "top", "x0", "check", "finding_id"),
    "changes": ("document_id", "to_revision", "label", "year", "line_item_id"),
    "relations": ("document_id", "page", "relation", "year", "relation_id"),
}
