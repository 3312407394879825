"""The rule for a document that no rule fits: its tables under year headings, and nothing claimed about their meaning."""

from __future__ import annotations

from pipeline.rules.language import Language
from pipeline.rules.patterns import Captures, Matcher
from pipeline.rules.schema import ColumnRule, DocumentRule, Money, Rule, TableRule

GENERIC = "generic"


def generic_rule(language: Language) -> Rule:
    """Year columns of every table, as kind `other`; the unit where a line names it as `i 1.000 kr.` or `(t.kr.)`."""
    units = "|".join(f"(?:{u.pattern})" for u in language.units)
    example = language.units[-1].examples[0]
    return Rule(
        id=GENERIC,
        title="Tables of a document without a rule",
        language=language.language,
        recognise=[Matcher(pattern=r"\S", examples=["x"])],
        document=DocumentRule(
            kind="unknown", title=_none(), municipality=_none(), department=_none(), budget_year=_none(), date=_none()
        ),
        money=Money(saving="none"),
        captions=[
            Matcher(
                pattern=rf"(?:\(|\b(?:i|in|beløb i) )(?P<unit>{units})(?=[\s),.:;]|$)", examples=[f"Beløb i {example}"]
            )
        ],
        tables=[
            TableRule(
                name="any",
                kind="other",
                columns=[ColumnRule(pattern=r"(?<!\d)(?P<year>(?:19|20)\d\d)(?!\d)", examples=["2024", "Budget 2024"])],
            )
        ],
    )


def _none() -> Captures:
    return []
