"""`afstem init`: a new workspace with the default rules, on request with the sample round."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from pipeline.commands.terminal import Misuse, say

_ROUND = "eksempelby"  # the sample round, in raw/ of a checkout


def init(folder: Path, sample: bool) -> None:
    """Make the workspace. Nothing that is there already is overwritten."""
    taken = [name for name in ("raw", "rules", ".afstem", "extracted") if (folder / name).exists()]
    if taken:
        raise Misuse(f"{folder} has {' and '.join(n + '/' for n in taken)} already: nothing was changed")
    rules, round_ = _defaults("rules"), _defaults("sample")
    copied = list(_copy(rules, folder / "rules", ".yaml"))
    (folder / "raw").mkdir(parents=True)
    samples = list(_copy(round_, folder / "raw", ".pdf")) if sample else []
    cd = "" if folder.resolve() == Path.cwd() else f"cd {shlex.quote(str(folder))}"
    lines = [f"{folder}: a workspace with {len(copied)} rule files" + (f" and {len(samples)} sample documents" if sample else "")]
    todo = [cd] if cd else []
    todo += [] if sample else ["cp …/*.pdf raw/    # documents as received, for instance raw/<municipality>/<year>/"]
    say([*lines, "next:", *(f"  {line}" for line in [*todo, "afstem run"])])


def _defaults(what: str) -> Traversable:
    """`rules` or `sample`: inside an installed package, or at the root of a checkout."""
    installed = files("pipeline") / "defaults" / what
    if installed.is_dir():
        return installed
    root = Path(__file__).resolve().parents[2]
    checkout = root / "rules" if what == "rules" else root / "raw"
    if not (checkout / ("shared" if what == "rules" else _ROUND)).is_dir():
        raise Misuse(f"the default {what} are missing from this installation: install Afstem again")
    return checkout


def _copy(source: Traversable, target: Path, suffix: str) -> Iterator[str]:
    """Copy the files with a suffix, folders and all; a workspace's own waivers are no defaults."""
    for entry in sorted(source.iterdir(), key=lambda e: e.name):
        if entry.is_dir():
            if suffix == ".yaml" or source.name != "raw" or entry.name == _ROUND:  # a checkout may hold other rounds
                yield from _copy(entry, target / entry.name, suffix)
        elif entry.name.endswith(suffix) and entry.name != "waivers.yaml":
            target.mkdir(parents=True, exist_ok=True)
            with entry.open("rb") as a, open(target / entry.name, "wb") as b:
                shutil.copyfileobj(a, b)
            yield entry.name
