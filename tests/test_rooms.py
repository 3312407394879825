"""The walk through the rooms of `pipeline/` is one-way: a module imports from its own room and from those before it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.workspaces import ROOT

CODE = ROOT / "pipeline"
ORDER = (  # files and folders of `pipeline/`; those of one line know nothing of each other
    ("said", "text", "ids"),  # how things are said, compared and named
    ("model",),  # the records
    ("numbers", "sources", "store"),
    ("read",),  # the stages
    ("tables",),
    ("rules",),
    ("parse",),
    ("count",),
    ("normalize",),
    ("checks", "revisions"),
    ("draft",),  # tries a rule with the stages
    ("extract",),  # the stages of one document
    ("readings",),
    ("witnesses",),
    ("dataset",),
    ("rounds",),
    ("pool",),
    ("intake",),
    ("gather",),
    ("run",),
    ("present",),
    ("commands",),
    ("cli",),
)
ENTRANCES = ("__init__", "__main__")  # what is imported of the whole from outside
LEVEL = {room: n for n, line in enumerate(ORDER) for room in line}


def room(name: str) -> str:
    return name.split(".")[1]


def imports(file: Path) -> Iterator[str]:
    """The rooms that a file imports from, at its top, in a function or for types alone."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (room(a.name) for a in node.names if a.name.startswith("pipeline."))
        elif isinstance(node, ast.ImportFrom) and node.module == "pipeline":
            yield from (a.name for a in node.names if a.name != "__version__")
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pipeline."):
            yield room(str(node.module))


def test_no_room_imports_from_a_later_one() -> None:
    """Rules know nothing of tables, parsing of checks, and no stage of the dataset or of the command line."""
    wrong = [
        f"{file.relative_to(ROOT)} imports pipeline.{other}"
        for file in sorted(CODE.rglob("*.py")) if (own := file.relative_to(CODE).with_suffix("").parts[0]) not in ENTRANCES
        for other in imports(file) if other != own and LEVEL[other] >= LEVEL[own]
    ]  # fmt: skip
    assert not wrong, "\n".join(wrong)


def test_every_room_has_its_place() -> None:
    """A new room is put in order; one that is gone is taken out."""
    rooms = {p.stem for p in CODE.iterdir() if p.suffix == ".py" or (p.is_dir() and any(p.glob("*.py")))}
    assert rooms - set(ENTRANCES) == set(LEVEL)


def test_what_workers_are_forked_from_has_one_thread() -> None:
    """A fork copies one thread, and the locks that others hold: the code for reading starts none, nor loads what does."""
    code = "import pipeline.extract, sys; print(open('/proc/self/status').read()); print('pyarrow' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT)
    assert re.search(r"^Threads:\s+1$", done.stdout, re.M) and done.stdout.rstrip().endswith("False")
