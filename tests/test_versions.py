"""Two versions of one catalogue that bear the same stage: both count, and it is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.checks import reconcile
from pipeline.rules import RuleSet
from tests.documents import CATALOGUE, SECTIONED, Numbered, Sectioned, altered, row
from tests.test_checks import read

OTHERS = replace(CATALOGUE, rows=(
    row("1. Færre møder", 100, 200, 300, 400), row("2. Samlet lager", 10, 20, 30, 40),
    row("Nettoændringer i driftsudgifter", 110, 220, 330, 440)), sections=(("Færre møder", "Færre."), ("Samlet lager", "Et lager.")),
)  # fmt: skip
LATER = replace(CATALOGUE, rows=(*altered(CATALOGUE.rows[:3], 1, 3, "1.600"), *altered(CATALOGUE.rows[3:], 0, 3, "5.500")))


@pytest.mark.parametrize(
    ("other", "told"),
    [(LATER, ["counted-twice"]), (replace(CATALOGUE, foreword=("Rettet udgave.",)), ["same-figures"]), (OTHERS, []), (SECTIONED, []),
     (replace(LATER, department="Børn og Unge (BU)"), [])],
    ids=["another figure", "same figures", "other proposals", "another catalogue", "another department"],
)  # fmt: skip
def test_two_versions_of_one_catalogue(other: Numbered | Sectioned, told: list[str], rules: RuleSet, tmp_path: Path) -> None:
    """A figure that was changed between them does not hide that the others are counted twice."""
    documents = [read(d.save(tmp_path / f"{n}.pdf"), rules, n) for n, d in (("a", CATALOGUE), ("b", other))]
    findings = reconcile(documents).findings
    assert [f.check for f in findings if f.check in ("counted-twice", "same-figures")] == told
