"""Rows -> a whole new dataset behind `extracted`, switched to in one step."""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from pipeline.dataset import PublishError
from pipeline.dataset.snapshots import (
    LINK,
    STORE,
    Manifest,
    is_whole,
    manifest_path,
    present,
    read_manifest,
    snapshot_id,
    verify,
)

__all__ = ["PublishError", "Snapshot", "publish", "verify"]

_KEPT = 2  # snapshots kept behind the present one, for readers that are still in them
_TEMPORARY = "tmp-"
_TEMPORARY_LINK = f".{LINK}-"
_FULL = (errno.ENOSPC, errno.EDQUOT)
_NO_HARD_LINK = (errno.EPERM, errno.EMLINK, errno.EXDEV, errno.ENOTSUP, errno.ENOSYS)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The dataset after a publish. `id` stands for its content; `changed` is false when nothing was written."""

    id: str
    path: Path
    files: tuple[str, ...]
    changed: bool


def publish(workspace: Path, files: Mapping[str, bytes]) -> Snapshot:
    """Make these files the dataset, each by its path below the snapshot, as `rows.table_files` gives them.

    A crash at any instant leaves the old or the new dataset, whole. The same files give the same snapshot, and where
    that is already there, nothing is written. A reader that is caught by the switch finds a file missing; one that
    must not be caught resolves the link `extracted` first and reads there, as `reading.open_dataset` does.

    Raises PublishError when `extracted` is not ours to replace or the disk refuses; the previous dataset stands.
    """
    with _told_as_publish_error(workspace):
        check_place(workspace)
        store = workspace / STORE
        store.mkdir(parents=True, exist_ok=True)
        with _locked(store):
            try:
                path, changed = _bring_about(workspace, files)
            finally:
                _sweep(workspace)
    return Snapshot(snapshot_id(files), path, tuple(sorted(files)), changed)


def check_place(workspace: Path) -> None:
    """Raise PublishError when something stands at `extracted` that is not ours, or nothing can be written."""
    link = workspace / LINK
    if not workspace.is_dir():
        raise PublishError(f"{workspace}: no such folder")
    if link.exists() and present(workspace) is None:
        if not link.is_dir():
            raise PublishError(f"{link} is a file, and the dataset belongs there: move it away and run again")
        if any(link.iterdir()):
            raise PublishError(f"{link} holds files that Afstem did not write: move it away and run again")
    for place in (workspace, link):
        if place.exists() and not os.access(place, os.W_OK | os.X_OK):
            raise PublishError(f"{place} is not writable; the dataset stays as it is")


def _bring_about(workspace: Path, files: Mapping[str, bytes]) -> tuple[Path, bool]:
    """The folder of a snapshot with these files that `extracted` links to, and whether it had to be made."""
    before = present(workspace)
    known = read_manifest(before) if before else None
    name = snapshot_id(files)
    if before and known and known.id == name and is_whole(before, known) and _holds(before, files):
        return before, False
    previous = (before.name, *(known.previous if known else ()))[:_KEPT] if before else ()
    manifest = Manifest(name, {file: len(data) for file, data in files.items()}, previous)
    target = _free_place(workspace / STORE, name, previous)
    _build(target, files, manifest, before)
    _switch(workspace, target)
    return target, True


def _holds(snapshot: Path, files: Mapping[str, bytes]) -> bool:
    return all(_same(snapshot / name, data) for name, data in files.items())


def _same(path: Path, data: bytes) -> bool:
    """True when the file is there with these bytes; one that cannot be read counts as damaged."""
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False


def _free_place(store: Path, name: str, taken: tuple[str, ...]) -> Path:
    """A folder for the snapshot: its id, with a number where a kept snapshot has the name.

    That happens when the present one is damaged, or when its content has been published before.
    """
    number = 1
    target = store / name
    while target.name in taken:
        number += 1
        target = store / f"{name}-{number}"
    if target.exists():  # left by a crash before the switch
        shutil.rmtree(target)
    return target


def _build(target: Path, files: Mapping[str, bytes], manifest: Manifest, before: Path | None) -> None:
    """Write the snapshot under a temporary name, bring it to the disk, and only then give it its own."""
    temporary = target.with_name(_TEMPORARY + secrets.token_hex(8))
    for name, data in files.items():
        path = temporary / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if before is None or not _same(before / name, data) or not _hard_link(before / name, path):
            _write(path, data)
    for place, _, _ in os.walk(temporary, topdown=False):
        _sync_folder(Path(place))
    _write(manifest_path(temporary), manifest.text().encode())
    os.replace(manifest_path(temporary), manifest_path(target))
    os.replace(temporary, target)
    for folder in (target.parent, *target.parent.parents[: len(STORE.parts)]):
        _sync_folder(folder)


def _switch(workspace: Path, target: Path) -> None:
    link = workspace / LINK
    temporary = workspace / (_TEMPORARY_LINK + secrets.token_hex(8))
    temporary.symlink_to(STORE / target.name)
    if link.is_dir() and not link.is_symlink():
        link.rmdir()  # empty, or it refuses
    os.replace(temporary, link)
    with suppress(OSError):  # switched already; should a power cut undo it, the previous dataset is there, whole
        _sync_folder(workspace)


def _hard_link(old: Path, new: Path) -> bool:
    """Give a file a second name; False where the file system or its owner does not allow that."""
    try:
        os.link(old, new)
    except OSError as error:
        if error.errno not in _NO_HARD_LINK:
            raise
        return False
    return True


def _write(path: Path, data: bytes) -> None:
    with open(path, "xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sweep(workspace: Path) -> None:
    """Delete what no reader needs: leftovers of failed and crashed runs, and snapshots older than the kept ones.

    What is kept follows from the link as it stands, so this is right after a success and after a failure. A file
    that cannot be deleted now is deleted by a later run.
    """
    now = present(workspace)
    manifest = read_manifest(now) if now else None
    kept = {now.name, *manifest.previous} if now and manifest else None
    with suppress(OSError):
        for link in workspace.glob(_TEMPORARY_LINK + "*"):
            if link.is_symlink():
                link.unlink()
        for entry in (workspace / STORE).iterdir():
            leftover = entry.name.startswith(_TEMPORARY)
            outdated = kept is not None and entry.name.removesuffix(".json") not in kept
            if (leftover or outdated) and entry.is_dir():
                shutil.rmtree(entry)
            elif leftover or outdated:
                entry.unlink()


@contextmanager
def _locked(store: Path) -> Iterator[None]:
    """Hold the store, so that of two runs at a time one does not sweep away what the other builds."""
    handle = os.open(store, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise PublishError("another run is writing this dataset: wait for it and run again") from error
        yield
    finally:
        os.close(handle)


@contextmanager
def _told_as_publish_error(workspace: Path) -> Iterator[None]:
    """Turn what the disk refuses into a PublishError that says what stands now."""
    try:
        yield
    except OSError as error:
        stands = "the previous dataset stands" if os.path.isdir(workspace / LINK) else "there is no dataset yet"
        where = error.filename or workspace / LINK
        if error.errno in _FULL:
            raise PublishError(f"the disk is full ({where}); {stands}") from error
        raise PublishError(f"cannot write the dataset: {error.strerror} ({where}); {stands}") from error
