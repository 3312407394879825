"""The files below `raw/`: their document ids, folders and duplicates."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import regex

from pipeline.model import Finding
from pipeline.text import slug

_YEAR = regex.compile(r"^(?:19|20)\d\d$")
_NOT_DOCUMENTS = regex.compile(r"(?i)^(?:\..*|readme.*|thumbs\.db|desktop\.ini)$")


@dataclass(frozen=True, slots=True)
class Source:
    """A PDF below `raw/`."""

    document_id: str  # path without suffix, Unicode NFC
    path: str  # path below raw/
    file: Path
    municipality: str | None  # slug of the first folder
    budget_year: int | None  # a folder that is a year


def scan(raw: Path) -> tuple[list[Source], list[Finding]]:
    """PDFs below `raw` in the order of their paths, and what is wrong with the files there."""
    findings: list[Finding] = []
    by_name: dict[str, list[Source]] = defaultdict(list)
    for file in _files(raw):
        relative = unicodedata.normalize("NFC", file.relative_to(raw).as_posix())
        readable = relative.encode("utf-8", "replace").decode()
        if readable != relative:
            findings.append(Finding("not-read", "error", f"raw/{readable}: the name of this file is not in UTF-8 (at the ?), and "
                                    "it was not read", None, key=readable, suggestion="rename it"))  # fmt: skip
            continue
        if file.suffix.lower() != ".pdf":
            findings.append(Finding("not-read", "warning", f"raw/{relative} is no PDF by its name and was not read: only "
                                    "PDFs are", None, key=relative, suggestion="save it as PDF, or move it out of raw/"))  # fmt: skip
            continue
        document_id = relative[: -len(file.suffix)]
        by_name[document_id.casefold()].append(Source(document_id, relative, file, *place(relative)))
    out: list[Source] = []
    for same in by_name.values():
        out.append(same[0])
        for other in same[1:]:
            findings.append(Finding("same-name", "error", f"raw/{other.path} and raw/{same[0].path} differ only in case or "
                                    "suffix: the first is read, the other is not", same[0].document_id, key=other.path,
                                    suggestion="rename one of them"))  # fmt: skip
    return sorted(out, key=lambda s: s.path), findings


def place(path: str) -> tuple[str | None, int | None]:
    """Municipality and year that the folders of a path below `raw/` name."""
    folders = path.split("/")[:-1]
    year = next((int(f) for f in folders if _YEAR.match(f)), None)
    municipality = slug(folders[0]) if folders and not _YEAR.match(folders[0]) else None
    return municipality or None, year


def _files(raw: Path) -> Iterator[Path]:
    for file in sorted(raw.rglob("*")):
        if file.is_file() and not _NOT_DOCUMENTS.match(file.name) and "/." not in f"/{file.relative_to(raw).as_posix()}":
            yield file
