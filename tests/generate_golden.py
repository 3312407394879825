"""Write the golden files of the sample round: what `tests/test_sample_round.py` compares the dataset with.

    python -m tests.generate_golden [--force]

Read the difference before you commit it: every changed line is a figure, a verdict or a message that others will see.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import sys
import tempfile
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipeline.dataset.reading import open_dataset
from pipeline.run import run
from tests.workspaces import RULES, SAMPLES

GOLDEN = Path(__file__).resolve().parent / "golden"
TABLES = {  # table -> columns that are left out: boxes move with the PDF library, and time moves by itself
    "line_items": {"x0", "top", "x1", "bottom"},
    "proposals": set(),
    "amounts": {"x0", "top", "x1", "bottom"},
    "documents": {"known_from"},
    "findings": {"x0", "top", "x1", "bottom"},
    "relations": set(),
}
AS_JSON = ("findings", "proposals", "documents")  # long texts: a line per column, so that a difference is readable


def make_sample_workspace(path: Path) -> Path:
    """The repository's `raw/` and `rules/` in a folder of their own."""
    shutil.copytree(SAMPLES, path / "raw")
    shutil.copytree(RULES, path / "rules")
    return path


def golden_files(workspace: Path) -> dict[str, str]:
    """Name -> text of the golden files, from the published dataset of a workspace."""
    dataset = open_dataset(workspace)
    out = {}
    for table, volatile in TABLES.items():
        rows = [_plain(r, volatile) for r in dataset.arrow(table).to_pylist()]
        as_json = table in AS_JSON
        text = json.dumps(rows, ensure_ascii=False, indent=1) + "\n" if as_json else _csv(rows)
        out[f"{table}.{'json' if as_json else 'csv'}"] = text
    return out


def _plain(row: Mapping[str, Any], volatile: set[str]) -> dict[str, Any]:
    return {k: _value(v) for k, v in row.items() if k not in volatile}


def _value(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if value is None or isinstance(value, bool | int | str | float):
        return value
    return [_value(v) for v in value] if isinstance(value, list | tuple) else str(value)


def _csv(rows: list[dict[str, Any]]) -> str:
    sink = io.StringIO()
    writer = csv.DictWriter(sink, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({
            k: json.dumps(v, ensure_ascii=False) if isinstance(v, list | bool) else v for k, v in row.items()
        })  # fmt: skip
    return sink.getvalue()


def main(arguments: list[str], folder: Path = GOLDEN) -> int:
    """Write the files; those that are there stay, unless `--force` is given."""
    if any(folder.glob("*")) and "--force" not in arguments:
        print(f"{folder} holds golden files: --force overwrites them", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as temporary:
        workspace = make_sample_workspace(Path(temporary))
        run(workspace, jobs=1)
        files = golden_files(workspace)
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
        print(folder / name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
