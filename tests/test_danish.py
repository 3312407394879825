"""Every finding can be told in Danish: no site in the code says it in English only, and both languages say the same.

That the findings which the tests make say the same is looked at in all tests (`told_in_two_languages` in conftest.py).
"""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterator

import pytest

from pipeline.extract import Quarantined
from pipeline.model import Finding, Note
from pipeline.read import Unreadable
from pipeline.read.ocr_engine import OcrFailed
from pipeline.said import Said, counted, joined, same
from tests.bilingual import differences
from tests.documents import CATALOGUE, SECTIONED
from tests.test_bad_input import BROKEN
from tests.test_cli import call
from tests.workspaces import ROOT, Workspace

_PLACES = {made.__name__: list(made.__dataclass_fields__) for made in (Finding, Note)}


def _calls() -> Iterator[tuple[str, ast.Call]]:
    """Where it stands, and every call in the code of the pipeline."""
    for file in sorted((ROOT / "pipeline").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield f"{file.relative_to(ROOT)}:{node.lineno}", node


def _given(node: ast.Call) -> set[str]:
    """The fields that a call gives; `replace` gives them all by name."""
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    return {*_PLACES.get(name, ())[: len(node.args)], *(k.arg for k in node.keywords if k.arg)}


def test_whatever_is_said_in_english_is_said_in_danish() -> None:
    """A message or a suggestion is given in both languages, wherever a finding is made or changed."""
    sites = [(where, _given(node)) for where, node in _calls()]
    assert sum("message" in given for _, given in sites) > 60, "the code is not read as expected"
    alone = [
        f"{where}: {name}" for where, given in sites for name in ("message", "suggestion")
        if (name in given) != (f"{name}_da" in given)
    ]  # fmt: skip
    assert not alone


@pytest.mark.parametrize("kind", BROKEN)
def test_why_a_document_is_quarantined_is_told_in_danish(make_workspace: Callable[..., Workspace], kind: str) -> None:
    """The whole sentence, with the reason and what helps; the log keeps it, so that the next run says the same."""
    workspace = make_workspace(aeo=CATALOGUE)
    path = workspace.raw / "oedelagt.pdf"
    path.write_bytes(BROKEN[kind][0](path))
    for _ in range(2):
        workspace.run()
        [row] = workspace.rows("findings", check="quarantined")
        assert row["message_da"].startswith("raw/proeveby/2024/oedelagt.pdf kan ikke behandles: ")
        assert not differences(row["message"], row["message_da"])
        SECTIONED.save(workspace.raw / "ny.pdf")


def test_the_findings_of_a_new_revision_and_of_a_gone_file_are_danish_on_the_command_line(workspace: Workspace) -> None:
    """`--lang da` tells the findings in Danish; the dataset holds both languages, and the programs' words stay."""
    (workspace.raw / "fob.pdf").write_bytes(b"Budget 2024")
    (workspace.raw / "aeo.pdf").unlink()
    workspace.run()
    told = call(workspace.path, "--lang", "da", "findings", "--format", "json").stdout
    by_check = {f["check"]: f for f in json.loads(told)}
    assert "version 1 gælder fortsat" in by_check["quarantined"]["message"]
    assert by_check["withdrawn"]["suggestion"] == "læg den tilbage, hvis den skal tælle med"
    english = {f["check"]: f for f in json.loads(call(workspace.path, "findings", "--format", "json").stdout)}
    assert by_check["withdrawn"]["message"] == english["withdrawn"]["message_da"] != english["withdrawn"]["message"]


def test_what_to_type_next_does_not_hang_on_the_language(workspace: Workspace) -> None:
    """Where two rules fit a document, both languages lead to `rules try`."""
    rule = workspace.path / "rules" / "numbered-catalogue.yaml"
    (rule.parent / "another.yaml").write_text(rule.read_text("utf-8").replace("numbered-catalogue", "another"), "utf-8")
    workspace.run()
    for language in ("en", "da"):
        told = call(workspace.path, "--lang", language, "findings", "--check", "quarantined").stdout
        assert "rules try proeveby/2024/aeo" in told and "another.yaml" in told


def test_what_is_put_together_keeps_both_languages() -> None:
    """Numbers with their nouns, lists with `and` and `og`, reasons of errors."""
    assert [counted(n, ("row", "rows"), ("række", "rækker")) for n in (0, 1, 2)] == [
        Said("0 rows", "0 rækker"), Said("1 row", "1 række"), Said("2 rows", "2 rækker"),
    ]  # fmt: skip
    years = [same(y) for y in ("2024", "2025", "2026")]
    assert ", " + joined(years, ", ", Said(" and ", " og ")) == Said(", 2024, 2025 and 2026", ", 2024, 2025 og 2026")
    assert joined(years[:1], ", ", Said(" and ", " og ")) == same("2024") and joined([]) == same("")
    for error in (Unreadable, Quarantined, OcrFailed):
        assert str(error(Said("it is empty", "den er tom"))) == "it is empty"


def test_a_difference_between_the_languages_is_seen() -> None:
    """Another figure, page or label, a sentence missing, English left over."""
    assert not differences("“Løn” (page 3): 5 rows", "“Løn” (side 3): 5 rækker")
    for da in ("“Løn” (side 3): 6 rækker", "“Lon” (side 3): 5 rækker", "“Løn” (3): 5 rækker", "“Løn” (side 3): the 5", None):
        assert differences("“Løn” (page 3): 5 rows", da)
