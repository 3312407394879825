"""Which equations a rule's sums form: on either side of the rows, several on one row, of staffing; and what is told of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from pipeline.checks import reconcile
from pipeline.checks.effect import declared
from pipeline.checks.record import Document
from pipeline.checks.sums import column_relations, sum_relations
from pipeline.model import DocumentMeta, Extraction
from pipeline.normalize import normalize
from pipeline.rules import RuleSet
from pipeline.rules.equations import SumRule
from pipeline.rules.schema import ColumnRule, RowRule, TableRule
from tests.test_normalize import line

Make = Callable[..., Document]
KINDS = ("item", "subtotal", "total", "staffing", "memo")


def a_sum(text: str) -> SumRule:
    """`item = total`, or `item = total above`."""
    return SumRule(equation=text.removesuffix(" above"), totals="above" if text.endswith(" above") else "below")


@pytest.fixture
def make(rules: RuleSet) -> Make:
    """A document of one table, read by a rule with these sums. A row is `kind value`, or `name value` for a named subtotal."""

    def made(rows: Sequence[str], *sums: str, **of_figures: Any) -> Document:
        own = [(name, int(value)) for name, value in map(str.split, rows)]
        terms = [n for s in sums for n in a_sum(s).terms]
        kind: dict[str, Any] = {n: n if n in KINDS else "subtotal" for n in (*(n for n, _ in own), *terms)}
        table = TableRule(
            name="budget", kind="other", columns=[ColumnRule(pattern="x", examples=["x"])], sums=[a_sum(s) for s in sums],
            rows=[RowRule(pattern=n, examples=[n], kind=k, name=None if n in KINDS else n) for n, k in kind.items()],
        )  # fmt: skip
        lines = [
            replace(line("t001", "other", n, f"{name} {n}", kind[name], 2024, value, None), row_name=name, table_rule="budget",
                    **of_figures)
            for n, (name, value) in enumerate(own)
        ]  # fmt: skip
        items, _, _ = normalize("d", lines, [], DocumentMeta())
        rule = rules.rules[0].model_copy(update={"tables": [table]})
        return Document("d", "proeveby", 2024, Extraction("", rule.id, 1, (), items=items), rule, rules.languages["danish"])

    return made


def formed(document: Document) -> Counter[str]:
    """The equations, each with the sign that holds between its sides."""
    return Counter(r.written("≠" if r.residual else "=") for r in sum_relations(document))


STATEMENT = ("income 30", "item 10", "item 20", "costs -50", "item -20", "item -30", "margin -20", "state 60", "finance -5",
             "item 1", "item -6", "result 35")  # fmt: skip


def test_each_sum_finds_its_rows_on_its_own_side(make: Make) -> None:
    """Groups printed above their items, and results below the groups."""
    document = make(STATEMENT, "item = income above", "item = costs above", "income + costs = margin", "item = finance above",
                    "margin + state + finance = result")  # fmt: skip
    assert formed(document) == Counter(
        ["10 + 20 = 30", "-20 − 30 = -50", "30 − 50 = -20", "1 − 6 = -5", "-20 + 60 − 5 = 35"]
    )


def test_the_order_in_which_sums_are_listed_does_not_matter(make: Make) -> None:
    sums = ("item = income above", "item = costs above", "income + costs = margin", "item = finance above",
            "margin + state + finance = result")  # fmt: skip
    assert formed(make(STATEMENT, *sums)) == formed(make(STATEMENT, *sums[::-1]))


def test_a_grand_total_below_groups_that_stand_above_their_items(make: Make) -> None:
    """Three levels, and a total that is broken down below itself: it closes an equation on either side."""
    rows = ("dzial 30", "rozdzial 30", "item 10", "item 20", "dzial 5", "rozdzial 5", "item 5", "total 35", "share 15", "share 20")
    sums = ("item = rozdzial above", "rozdzial = dzial above", "dzial = total", "share = total above")
    assert formed(make(rows, *sums)) == Counter(["10 + 20 = 30", "5 = 5", "5 = 5", "30 = 30", "30 + 5 = 35", "15 + 20 = 35"])


def test_a_group_ends_at_a_result_that_it_is_part_of(make: Make) -> None:
    """The items below the margin belong to the result, not to the costs above it."""
    rows = ("income 30", "item 30", "costs -50", "item -50", "margin -20", "item 5", "result -15")
    sums = ("item = income above", "item = costs above", "income + costs = margin", "margin + item = result")
    assert formed(make(rows, *sums)) == Counter(["30 = 30", "-50 = -50", "30 − 50 = -20", "-20 + 5 = -15"])


def test_items_of_groups_are_not_summed_up_again(make: Make) -> None:
    """A total above takes in groups that stand below their items, and the items that stand in no group."""
    rows = ("total 40", "item 10", "item 20", "group 30", "item 5", "item 5")
    assert formed(make(rows, "item + group = total above", "item = group")) == Counter(["10 + 20 = 30", "30 + 5 + 5 = 40"])


@pytest.mark.parametrize(("rows", "sums", "equations"), [
    (STATEMENT[:7], ("item = income above", "item = costs above", "margin = income + costs above"),
     ["10 + 20 = 30", "-20 − 30 = -50", "50 − 20 = 30"]),
    (("group 4", "group 6", "spending 10", "funding -3", "net 7"), ("group = spending", "net = spending + funding above"),
     ["4 + 6 = 10", "3 + 7 = 10"]),
    (("item 4", "share 7", "item 6", "share 3", "total 10"), ("item = total", "share = total"), ["4 + 6 = 10", "7 + 3 = 10"]),
])  # fmt: skip
def test_two_sums_that_close_on_one_row_are_both_formed(
    make: Make, rows: Sequence[str], sums: Sequence[str], equations: Sequence[str]
) -> None:
    assert formed(make(rows, *sums)) == Counter(equations)


def test_a_total_with_one_of_its_sums_lacks_no_rows(make: Make) -> None:
    """Its other equation takes in nothing here; nothing is told as long as one does."""
    done = reconcile([make(("item 4", "item 6", "total 10"), "item = total", "share + item = total")])
    assert [f.check for f in done.findings] == []


def test_a_total_printed_again_is_no_further_term(make: Make) -> None:
    """The group at the foot of a page and at the head of the next counts once in the total that looks to the other side."""
    document = make(("total 10", "item 4", "item 6", "group 10", "group 10"), "item = group", "group = total above")
    again = [replace(i, page=2, label="group 3") if i.row == 4 else i for i in document.items]
    assert formed(document.with_items(tuple(again))) == Counter(["4 + 6 = 10", "10 = 10", "10 = 10"])


# --- what a term means ------------------------------------------------------------------------------------------


def test_a_kind_means_the_rows_without_a_name(make: Make) -> None:
    """An item that has a name of its own is meant by it and by nothing else."""
    document = make(("item 4", "item 6", "memo 3", "total 10"), "item = total")
    named = [replace(i, row_kind="item", row_name="reserve") if i.row_kind == "memo" else i for i in document.items]
    assert formed(document.with_items(tuple(named))) == Counter(["4 + 6 = 10"])


def test_a_figure_that_counts_twice_is_printed_with_how_often(make: Make) -> None:
    assert formed(make(("item 4", "item 6", "total 5"), "item = total + total")) == Counter(["4 + 6 = 2 × 5"])
    assert formed(make(("item 4", "memo -2", "total 3"), "2 item + 2.5 memo = total")) == Counter(["2 × 4 − 2,5 × 2 = 3"])


def test_positions_add_up_too(make: Make) -> None:
    """In a table of positions; a row of positions below money stands in no sum that does not name it."""
    document = make(("item 2", "item -5", "total -3"), "item = total", measure="staffing", unit=None, currency=None)
    assert formed(document) == Counter(["2 − 5 = -3"])
    assert {i.verification for i in reconcile([document]).documents[0].items} == {"verified"}
    below = make(("item 4", "staffing 1", "item 6", "total 10"), "item = total")
    assert formed(below) == Counter(["4 + 6 = 10"])
    assert formed(make(("item 4", "item 6", "staffing 10"), "item = staffing", measure="staffing")) == Counter(["4 + 6 = 10"])


@pytest.mark.parametrize(("equation", "fault"), [
    ("item = item", "has 'item' on both sides"), ("item + total = total", "has 'total' on both sides"),
    ("= total", "both sides of an equation need a term"), ("item =", "both sides of an equation need a term"),
    ("item - item = total", "counts 'item' no times"), ("0 item = total", "counts 'item' no times"),
])  # fmt: skip
def test_an_equation_that_says_nothing_is_a_fault_of_the_rule(equation: str, fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        SumRule(equation=equation)


@pytest.mark.parametrize(("rows", "fault"), [
    ([], "names 'total', which is no kind or name of a row rule"),
    ([{"kind": "total", "name": "all"}], "every row rule of the kind 'total' has a name; say all"),
    ([{"kind": "heading"}, {"kind": "total", "name": "memo"}], "'memo' is a kind of row"),
])  # fmt: skip
def test_a_sum_of_rows_that_no_row_rule_has_is_a_fault_of_the_rule(rows: Sequence[dict[str, str]], fault: str) -> None:
    """Also of a kind whose rows all have names: it would be formed nowhere."""
    own = [{"pattern": "x", "examples": ["x"], **r} for r in rows]
    with pytest.raises(ValidationError, match=fault):
        TableRule.model_validate({"name": "t", "kind": "other", "columns": [{"pattern": "x", "examples": ["x"]}], "rows": own,
                                  "sums": [{"equation": "item = total"}]})  # fmt: skip


# --- equations without effect -----------------------------------------------------------------------------------


def test_an_equation_that_is_formed_nowhere_is_told(make: Make) -> None:
    """The total stands above its groups, and the rule says below: the other equations hold, and nothing proves the total."""
    rows = ("total 10", "group 4", "item 4", "group 6", "item 6")
    done = reconcile([make(rows, "item = group above", "group = total")])
    [finding] = [f for f in done.findings if f.check == "sum-without-effect"]
    assert finding.severity == "warning" and "`group = total`" in finding.message and "`group = total`" in finding.message_da
    [total] = [i for i in done.documents[0].items if i.row_kind == "total"]
    assert finding.line_item_ids == (total.line_item_id,) and total.verification == "unverifiable"
    assert [f.check for f in reconcile([make(rows, "item = group above", "group = total above")]).findings] == []


def test_an_equation_of_rows_that_are_not_there_is_not_told(make: Make) -> None:
    """A rule may know rows that this document lacks: `total-missing` says what is to be said of them."""
    done = reconcile([make(("item 4", "item 6", "total 10"), "item = total", "share = total")])
    assert [f.check for f in done.findings] == []


def test_an_equation_between_columns_that_share_no_year_is_told(make: Make) -> None:
    """Each of its columns is there, and no row has two of them for one year."""
    document = make(("item 4", "item 6"))
    assert document.rule is not None
    one, two = document.items
    items = (one, replace(one, line_item_id="x", year=2023), replace(two, column_name="income", measure="income", year=2025))
    columns = [ColumnRule(pattern="x", examples=["x"]), ColumnRule(pattern="y", examples=["y"], measure="income")]
    table = document.rule.tables[0].model_copy(update={"columns": columns, "column_sums": [SumRule(equation="net = income")]})
    changed = replace(document, rule=document.rule.model_copy(update={"tables": [table]})).with_items(items)
    [finding] = [f for f in reconcile([changed]).findings if f.check == "sum-without-effect"]
    assert "has columns of both sides" in finding.message and finding.suggestion == "see whether the columns are of one year"


@pytest.mark.parametrize(("printed", "formed"), [
    ({"before": 100, "after": 120}, False), ({"before": 100, "after": 100}, True), ({"before": 100, "price": 5, "after": 120}, True),
    ({"savings": 100, "after": 120}, True),
])  # fmt: skip
def test_a_row_that_prints_only_its_ends_has_no_equation_between_them(printed: dict[str, int], formed: bool, make: Make) -> None:
    """Between last year's budget and this year's nothing is said of prices and savings; where one stands there, all count."""
    names = ("before", "price", "savings", "after")
    document = make((*(f"item {k}" for k in range(1, 5)), *(f"item {v}" for v in printed.values())))
    assert document.rule is not None
    cells = [*((0, name) for name in names), *((1, name) for name in printed)]
    items = tuple(replace(i, row=row, column_name=name, year=None) for i, (row, name) in zip(document.items, cells, strict=True))
    columns = [ColumnRule(pattern=name, examples=[name], name=name) for name in names]
    sums = [SumRule(equation="before + price + savings = after")]
    table = document.rule.tables[0].model_copy(update={"columns": columns, "column_sums": sums})
    changed = replace(document, rule=document.rule.model_copy(update={"tables": [table]})).with_items(items)
    assert len(list(column_relations(changed))) == 1 + formed


def test_each_equation_is_told_with_how_often_it_is_formed(make: Make) -> None:
    document = make(("group 4", "item 4", "group 6", "item 7", "total 11"), "item = group above", "group = total", "total = group")
    assert [(d.rule.equation, len(d.formed), sum(not r.residual for r in d.formed)) for d in declared(document)] == [
        ("item = group", 2, 1), ("group = total", 1, 0), ("total = group", 0, 0),
    ]  # fmt: skip
