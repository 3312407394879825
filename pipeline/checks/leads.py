"""Leads: what a journalist may want to ask about, as findings of severity info with a score.

A lead says in one sentence what the figures show; it accuses no figure and proves none. The score is half for the amount at
stake, half for how unusual it is (`lead_record.score`); what each takes for these stands in docs/checks.md.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from pipeline.checks.lead_money import first_year_only, one_off_saving, outsized_saving, saves_nothing, shrinking_saving
from pipeline.checks.lead_record import Case, open_case
from pipeline.checks.lead_staff import saving_costs_staff, saving_without_staff
from pipeline.checks.lead_text import text_differs
from pipeline.checks.record import Document
from pipeline.model import Finding, TextAmount

LEADS: tuple[Callable[[Case], Iterable[Finding]], ...] = (
    shrinking_saving,
    first_year_only,
    saves_nothing,
    one_off_saving,
    outsized_saving,
    saving_costs_staff,
    saving_without_staff,
    text_differs,
)


def find_leads(document: Document, amounts: Sequence[tuple[str, TextAmount]] = (),
               tied: Collection[str] = frozenset()) -> Iterator[Finding]:  # fmt: skip
    """The leads of one document whose figures have their verdicts. `tied`: the amounts in text that restate a figure."""
    case = open_case(document, amounts, tied)
    for find in LEADS:
        yield from find(case)
