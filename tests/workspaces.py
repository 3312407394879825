"""A workspace as a test uses it: documents go in, a run is made, tables come out."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from pipeline.dataset import rows as dataset_rows
from pipeline.dataset.reading import open_dataset
from pipeline.dataset.rows import Row, arrow_table, table_files, tabulate
from pipeline.run import Summary, run

ROOT = Path(__file__).resolve().parent.parent
RULES = ROOT / "rules"
SAMPLES = ROOT / "raw"


class Saves(Protocol):
    def save(self, path: Path) -> Path: ...


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder with `raw/` and `rules/`."""

    path: Path

    @classmethod
    def make(cls, path: Path, **documents: Saves) -> Workspace:
        """A new workspace with the rules of the repository and some documents of one round."""
        path.mkdir(parents=True, exist_ok=True)
        shutil.copytree(RULES, path / "rules")
        workspace = cls(path)
        workspace.raw.mkdir(parents=True)
        for name, document in documents.items():
            document.save(workspace.raw / f"{name}.pdf")
        return workspace

    @property
    def raw(self) -> Path:
        """The folder of the round."""
        return self.path / "raw" / "proeveby" / "2024"

    @property
    def extracted(self) -> Path:
        return self.path / "extracted"

    def run(self, *paths: Path, jobs: int = 1, **options: Any) -> Summary:
        return run(self.path, paths, jobs=jobs, **options)

    def rows(self, table: str, **wanted: object) -> list[dict[str, Any]]:
        """Rows of a published table, those whose columns have the wanted values."""
        rows: list[dict[str, Any]] = open_dataset(self.path).arrow(table).to_pylist()
        return [r for r in rows if all(r[k] == v for k, v in wanted.items())]

    def bytes(self) -> dict[str, str]:
        """Every file of the published dataset with the hash of its bytes."""
        return hashes(self.extracted.resolve())

    def status(self) -> dict[str, str]:
        """Document -> status of its latest revision, by the name of its file."""
        rows = sorted(self.rows("documents"), key=lambda r: int(r["revision"]))
        return {str(r["document_id"]).rpartition("/")[2]: str(r["status"]) for r in rows}


def hashes(folder: Path) -> dict[str, str]:
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*")) if p.is_file()
    }  # fmt: skip


def checks(findings: Sequence[dict[str, Any]], severity: str | None = None) -> list[str]:
    """The checks that have something to say, in order; leads are no fault and left out."""
    return sorted(f["check"] for f in findings if severity in (None, f["severity"]) and f["score"] is None)


def messages(summary: Summary, check: str) -> str:
    """What the findings of one check say, a line each."""
    return "\n".join(f["message"] for f in summary.findings if f["check"] == check)


def encode(rows: Mapping[str, Iterable[Row]]) -> dict[str, bytes]:
    """The files of a whole dataset by their paths, of some rows of its tables. Raises ValueError as `tabulate` does."""
    for table in rows:
        arrow_table(table, ())  # a table that is unknown is an error before any work
    files: dict[str, bytes] = {}
    for table in dataset_rows.SCHEMAS:
        files |= table_files(table, {partition: [made] for partition, made in tabulate(table, rows.get(table, ())).items()})
    return files
