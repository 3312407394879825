"""Fixtures that several files share. Documents are made in tests/documents.py, workspaces in tests/workspaces.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from pipeline.model import Finding
from pipeline.rules import RuleSet, load_rules
from tests.bilingual import differences
from tests.documents import CATALOGUE, SECTIONED
from tests.workspaces import RULES, Saves, Workspace

# Every run tries the same examples, so that a change is judged by what it changes; `--hypothesis-seed=0` and
# `--hypothesis-profile=explore` go looking for new ones. A slow machine is no fault: there is no deadline.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("explore", max_examples=2000, deadline=None)
settings.load_profile("same")


@pytest.fixture(autouse=True, scope="session")
def told_in_two_languages() -> Iterator[None]:
    """Whatever finding any test makes says the same in English and in Danish."""
    plain = Finding.__init__

    def made(finding: Finding, *values: Any, **named: Any) -> None:
        plain(finding, *values, **named)
        found = differences(finding.message, finding.message_da) + differences(finding.suggestion, finding.suggestion_da)
        assert not found, "\n".join(found)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Finding, "__init__", made)
        yield


@pytest.fixture(scope="session")
def rules() -> RuleSet:
    """The rules of the repository."""
    return load_rules(RULES)


@pytest.fixture
def make_workspace(tmp_path: Path) -> Callable[..., Workspace]:
    """Makes workspaces below `tmp_path`, each with the documents it is given by name."""
    count = 0

    def make(**documents: Saves) -> Workspace:
        nonlocal count
        count += 1
        return Workspace.make(tmp_path / f"workspace-{count}", **documents)

    return make


@pytest.fixture
def workspace(make_workspace: Callable[..., Workspace]) -> Workspace:
    """A workspace with two catalogues whose figures agree, already published."""
    made = make_workspace(aeo=CATALOGUE, fob=SECTIONED)
    summary = made.run()
    assert (summary.exit_code, summary.proof.figures) == (0, 60)
    return made
