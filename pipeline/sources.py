"""The files below `raw/`: their document ids, folders and duplicates."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import regex

from pipeline.model import Finding, Severity
from pipeline.said import Said
from pipeline.text import slug

_YEAR = regex.compile(r"^(?:19|20)\d\d$")
_NOT_DOCUMENTS = regex.compile(r"(?i)^(?:\..*|readme.*|thumbs\.db|desktop\.ini)$")

_RENAME = Said("rename it", "omdøb den")
_NO_FILE = Said("it is no file but a pipe, a socket or a device", "det er ikke en fil, men en pipe, en socket eller en enhed")
_SYSTEM_DA = {
    errno.EACCES: "adgang nægtet", errno.EPERM: "handlingen er ikke tilladt", errno.ENOENT: "den findes ikke",
    errno.ELOOP: "linket går i ring", errno.EIO: "læsefejl på disken", errno.EISDIR: "det er en mappe",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """A PDF below `raw/`."""

    document_id: str  # path without suffix, Unicode NFC
    path: str  # path below raw/
    file: Path
    municipality: str | None  # slug of the first folder
    budget_year: int | None  # a folder that is a year


@dataclass(frozen=True, slots=True)
class Scan:
    """What there is below `raw/`."""

    sources: list[Source]  # in the order of their paths; also what is named as a PDF and cannot be read
    findings: list[Finding]
    closed: list[str]  # folders below raw/ that cannot be looked into

    def tell(self, severity: Severity, path: str, what: Said, remedy: Said) -> None:
        """Note what is wrong with a file or folder."""
        self.findings.append(Finding("not-read", severity, f"raw/{path}{what.en}", None, key=path, suggestion=remedy.en,
                                     message_da=f"raw/{path}{what.da}", suggestion_da=remedy.da))  # fmt: skip


def scan(raw: Path) -> Scan:
    """The PDFs below `raw`, links to files and folders followed, and what is wrong with the files there."""
    out = Scan([], [], [])
    by_name: dict[str, list[Source]] = defaultdict(list)
    for file in _files(raw, raw, (), out):
        relative = _relative(raw, file)
        if relative.encode("utf-8", "replace").decode() != relative:
            readable = relative.encode("utf-8", "replace").decode()
            out.tell("error", readable, Said(
                ": the name of this file is not in UTF-8 (at the ?), and it was not read",
                ": filens navn er ikke i UTF-8 (ved ?), og den er ikke læst",
            ), _RENAME)  # fmt: skip
        elif file.suffix.lower() != ".pdf":
            out.tell("warning", relative, Said(
                " is no PDF by its name and was not read: only PDFs are",
                " er efter navnet ikke en PDF og er ikke læst: det er kun PDF'er",
            ), Said("save it as PDF, or move it out of raw/", "gem den som PDF, eller flyt den ud af raw/"))  # fmt: skip
        else:
            document_id = relative[: -len(file.suffix)]
            by_name[document_id.casefold()].append(Source(document_id, relative, file, *place(relative)))
    for first, *others in by_name.values():
        out.sources.append(first)
        for other in others:
            how = Said("differ only in case or suffix", "er ens på nær store og små bogstaver eller endelsen")
            if other.path == first.path:
                how = Said("differ only in how their letters are encoded", "er ens på nær den måde, bogstaverne er kodet på")
            out.findings.append(Finding(
                "same-name", "error", f"raw/{first.path} and raw/{other.path} {how.en}: the first is read, the other is not",
                first.document_id, key=other.path, suggestion="rename one of them", suggestion_da="omdøb en af dem",
                message_da=f"raw/{first.path} og raw/{other.path} {how.da}: den første er læst, den anden ikke",
            ))  # fmt: skip
    out.sources.sort(key=lambda s: s.path)
    return out


def read(source: Source) -> bytes:
    """The bytes of a source. Raises `OSError`, also for what is no file; nothing is waited for."""
    if not stat.S_ISREG(source.file.stat().st_mode):
        raise OSError(errno.EINVAL, _NO_FILE.en)
    return source.file.read_bytes()


def why(e: OSError) -> Said:
    """What the system says of a file or folder that it does not give."""
    said = e.strerror or str(e)
    return Said(said, _NO_FILE.da if said == _NO_FILE.en else _SYSTEM_DA.get(e.errno or 0, said))


def unread_digest(source: Source) -> str:
    """What stands for the sha256 of a file that cannot be read."""
    return hashlib.sha256(source.path.encode()).hexdigest()


def place(path: str) -> tuple[str | None, int | None]:
    """Municipality and year that the folders of a path below `raw/` name."""
    folders = path.split("/")[:-1]
    year = next((int(f) for f in folders if _YEAR.match(f)), None)
    municipality = slug(folders[0]) if folders and not _YEAR.match(folders[0]) else None
    return municipality or None, year


def _files(raw: Path, folder: Path, above: tuple[tuple[int, int], ...], out: Scan) -> Iterator[Path]:
    """The files below a folder in the order of their names, but for hidden ones. A link that leads back up is not followed."""
    try:
        found = folder.stat()
        entries = sorted(os.scandir(folder), key=lambda e: e.name)
    except OSError as e:
        name = _relative(raw, folder)
        out.closed.append(name)
        out.tell("error", name, Said(
            f" cannot be looked into ({why(e).en}): what is known of the documents in it stands",
            f" kan ikke åbnes ({why(e).da}): det, der er kendt om dokumenterne i den, gælder fortsat",
        ), Said("make it readable, or take it out of raw/", "gør den læsbar, eller flyt den ud af raw/"))  # fmt: skip
        return
    here = (found.st_dev, found.st_ino)
    if here in above:
        out.tell("warning", _relative(raw, folder), Said(
            " is a link to a folder that it lies in, and was not followed",
            " er et link til en mappe, som det selv ligger i, og er ikke fulgt",
        ), Said("remove it", "fjern det"))  # fmt: skip
        return
    for entry in entries:
        if _NOT_DOCUMENTS.match(entry.name):
            continue
        if _is_folder(entry):
            if entry.name.lower().endswith(".pdf"):
                told = Said(" is a folder: the files in it are read", " er en mappe: filerne i den er læst")
                out.tell("warning", _relative(raw, folder / entry.name), told, _RENAME)
            yield from _files(raw, folder / entry.name, (*above, here), out)
        else:
            yield folder / entry.name


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads in a circle: as a file it will tell so when it is read
        return False


def _relative(raw: Path, path: Path) -> str:
    return unicodedata.normalize("NFC", path.relative_to(raw).as_posix())
