"""Every check has a section in docs/checks.md, and no section is about a check that does not exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def _checks_in_code() -> set[str]:
    """First arguments of every Finding(…), Note(…) and relation(…) in the code."""
    out: set[str] = set()
    for file in (ROOT / "pipeline").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
                first = node.args[0]
                named = node.func.id in ("Finding", "Note", "relation") and isinstance(first, ast.Constant)
                if named and isinstance(first.value, str):
                    out.add(first.value)
    return out


def test_every_check_has_a_section() -> None:
    """The sections of docs/checks.md are the checks that the code can report."""
    text = (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^### ([a-z-]+)$", text, re.M))
    known = _checks_in_code()
    assert {"items-to-total", "quarantined", "unclaimed-number"} <= known, "the code is not read as expected"
    assert documented == known
