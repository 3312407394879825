"""What must not be lost: every PDF ever read, the log of revisions and runs, stage results. Lives in `.afstem/`.

    .afstem/pdf/<sha256>.pdf        every PDF as it was read
    .afstem/log.jsonl               one line per run that changed something; appended, never rewritten
    .afstem/stage/<key>.json        what the stages made of one PDF under one rule
    .afstem/rules/<digest>.json     the rules under which they were made, as they were then
    .afstem/history/<key>.parquet   the published rows of revisions that were superseded or withdrawn
    .afstem/lock                    held while a run is going on
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec

from pipeline.model import Extraction

_RECENT = 200_000  # figures and other numbers that are kept in memory, not only on disk


class StoreError(Exception):
    """The workspace cannot be used as it is. The message names the place and the remedy."""


_encoder, _decoder = msgspec.json.Encoder(), msgspec.json.Decoder(Extraction)


class Store:
    """The memory of one workspace."""

    def __init__(self, workspace: Path) -> None:
        self.root = workspace / ".afstem"
        self._recent: dict[str, Extraction] = {}  # what was put and will be asked for again, while it is little
        self._room = _RECENT

    def __reduce__(self) -> tuple[type[Store], tuple[Path]]:
        return Store, (self.root.parent,)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the workspace for one run. Raises `StoreError` when another run holds it."""
        self._make(self.root)
        path = self.root / "lock"
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as e:
            raise StoreError(f"cannot write {path}: {e.strerror or e}; the previous dataset stands") from e
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                other = os.read(handle, 100).decode("ascii", "replace").strip()
                raise StoreError(
                    f"another run is going on in this workspace{f' (process {other})' if other else ''}: wait for it to end"
                ) from None
            with suppress(OSError):  # a full disk: the lock holds all the same, only whose it is cannot be told
                os.ftruncate(handle, 0)
                os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
            try:
                yield
            finally:
                with suppress(OSError):
                    os.ftruncate(handle, 0)
        finally:
            os.close(handle)

    def _make(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as e:
            raise StoreError(f"cannot make {folder}: {e.strerror or e}; make the workspace writable") from e

    def _write(self, path: Path, data: bytes, lasting: bool = False) -> None:
        """Write a file so that it is there whole or not at all; a `lasting` one also survives a power cut."""
        self._make(path.parent)
        temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        try:
            with open(temporary, "wb") as f:
                f.write(data)
                f.flush()
                if lasting:
                    os.fsync(f.fileno())
            os.replace(temporary, path)
        except OSError as e:
            temporary.unlink(missing_ok=True)
            raise StoreError(f"cannot write {path}: {e.strerror or e}; the previous dataset stands") from e

    # --- PDFs

    def keep_pdf(self, data: bytes) -> str:
        """Keep a PDF under the sha256 of its bytes, which is returned."""
        digest = hashlib.sha256(data).hexdigest()
        path = self.pdf(digest)
        if not path.exists() or path.stat().st_size != len(data):
            self._write(path, data, lasting=True)
        return digest

    def pdf(self, sha256: str) -> Path:
        return self.root / "pdf" / f"{sha256}.pdf"

    # --- stage results

    def get(self, key: str) -> Extraction | None:
        """The stage result kept under `key`, or `None` when there is none that can be read."""
        if key in self._recent:
            return self._recent[key]
        try:
            data = (self.root / "stage" / f"{key}.json").read_bytes()
        except FileNotFoundError:
            return None
        try:
            return _decoder.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None  # written by another version, or damaged: it is made again

    def has(self, key: str) -> bool:
        """Whether a stage result is kept under `key`, readable or not."""
        return key in self._recent or (self.root / "stage" / f"{key}.json").exists()

    def put(self, key: str, extraction: Extraction) -> None:
        """Keep a stage result. Raises `StoreError` when it cannot be written."""
        self._room -= len(extraction.items) + len(extraction.tokens)
        if self._room > 0:
            self._recent[key] = extraction
        self._write(self.root / "stage" / f"{key}.json", _encoder.encode(extraction))

    def get_note(self, key: str) -> Any:
        """A small result kept as JSON under `key`, or `None`. What is asked for is in use, and `sweep` leaves it."""
        path = self.root / "stage" / f"{key}.note.json"
        try:
            said = json.loads(path.read_bytes())
        except (FileNotFoundError, ValueError):
            return None
        with suppress(OSError):  # a disk that cannot be written: swept too early it is only made again
            os.utime(path)
        return said

    def put_note(self, key: str, value: Any) -> None:
        self._write(self.root / "stage" / f"{key}.note.json", json.dumps(value, ensure_ascii=False).encode())

    # --- rules as they were

    def get_rule(self, digest: str) -> Any:
        """What a rule of this digest said, or `None` where that was not kept."""
        try:
            return json.loads((self.root / "rules" / f"{digest}.json").read_bytes())
        except (FileNotFoundError, ValueError):
            return None

    def put_rule(self, digest: str, said: Any) -> None:
        self._write(self.root / "rules" / f"{digest}.json", json.dumps(said, ensure_ascii=False).encode())

    def sweep(self, named: Collection[str], before: float) -> None:
        """Delete stage results and rules that nothing names and that were not in use since a time (seconds since 1970)."""
        for folder in ("stage", "rules"):
            for path in (self.root / folder).glob("*.json"):
                with suppress(OSError):  # what cannot be deleted now is deleted by a later run
                    if path.name.removesuffix(".json") not in named and path.stat().st_mtime < before:
                        path.unlink()

    def history(self, key: str) -> Path:
        return self.root / "history" / f"{key}.parquet"

    # --- the log

    def read_log(self) -> list[dict[str, Any]]:
        """Every run that was logged. Half a line at the end (a crash while it was written) does not count."""
        try:
            lines = (self.root / "log.jsonl").read_bytes().split(b"\n")
        except FileNotFoundError:
            return []
        entries: list[dict[str, Any]] = []
        for n, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                entries.append(json.loads(line))
            except ValueError as e:
                if n < len(lines):
                    raise StoreError(
                        f"{self.root / 'log.jsonl'}:{n} is damaged ({e}): restore the file from a backup"
                    ) from e
        return entries

    def log_size(self) -> int:
        """Where the log ends now."""
        path = self.root / "log.jsonl"
        return path.stat().st_size if path.exists() else 0

    def cut_log(self, size: int) -> None:
        """Take back what was appended since the log had this size, because the dataset could not be switched."""
        path = self.root / "log.jsonl"
        try:
            os.truncate(path, size)
        except OSError as e:
            raise StoreError(f"the dataset could not be switched, and what was logged of it cannot be taken out of {path} again "
                             f"({e.strerror or e}): make it writable; the next run publishes what the log says") from e  # fmt: skip

    def append_log(self, entry: dict[str, Any]) -> None:
        """Append one run. A torn last line of an earlier crash is cut off first."""
        path = self.root / "log.jsonl"
        self._make(self.root)
        try:
            with open(path, "a+b") as f:
                end = f.seek(0, os.SEEK_END)
                if end:
                    f.seek(0)
                    data = f.read()
                    whole = data.rfind(b"\n") + 1
                    if whole != end:
                        f.truncate(whole)
                f.seek(0, os.SEEK_END)
                f.write(json.dumps(entry, ensure_ascii=False, sort_keys=True).encode() + b"\n")
                f.flush()
                os.fsync(f.fileno())
        except OSError as e:
            raise StoreError(f"cannot write {path}: {e.strerror or e}; the previous dataset stands") from e
