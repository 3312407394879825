"""Where the dataset lies on disk: `extracted` is a link to one of the snapshot folders below `.afstem/snapshots`.

::

    extracted -> .afstem/snapshots/<id>
    .afstem/snapshots/<id>/<table>/municipality=<slug>/budget_year=<yyyy>/<table>-<content hash>.parquet
    .afstem/snapshots/<id>.json      which files the snapshot has, their sizes, and the snapshots before it
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

LINK = "extracted"
STORE = Path(".afstem", "snapshots")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot holds. `previous`: names of the snapshots published before it, latest first."""

    id: str
    files: Mapping[str, int]  # path below the snapshot -> size in bytes
    previous: tuple[str, ...]

    def text(self) -> str:
        """The manifest as it stands in its file."""
        content = {"id": self.id, "files": dict(sorted(self.files.items())), "previous": list(self.previous)}
        return json.dumps(content, indent=1) + "\n"


def snapshot_id(names: Iterable[str]) -> str:
    """The id of a snapshot with these files. Their names carry content hashes, so it stands for all the bytes."""
    return hashlib.sha256("\n".join(sorted(names)).encode()).hexdigest()[:16]


def present(workspace: Path) -> Path | None:
    """The snapshot folder that `extracted` links to; None when it is no link to an existing snapshot of ours."""
    link = workspace / LINK
    if not link.is_symlink():
        return None
    target = workspace / os.readlink(link)
    ours = target.parent.resolve() == (workspace / STORE).resolve()
    return target if ours and target.is_dir() else None


def manifest_path(snapshot: Path) -> Path:
    """Beside the folder, not in it: readers take every file of a table folder for Parquet."""
    return snapshot.with_name(snapshot.name + ".json")


def read_manifest(snapshot: Path) -> Manifest | None:
    """The manifest of a snapshot; None when it is missing, damaged, or does not agree with its own id."""
    try:
        content = json.loads(manifest_path(snapshot).read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    match content:
        case {"id": str(name), "files": dict(files), "previous": list(previous)}:
            if snapshot_id(files) == name:
                return Manifest(name, files, tuple(map(str, previous)))
    return None


def oldest(workspace: Path) -> float | None:
    """When the oldest snapshot that is kept for readers was made, in seconds since 1970; None where there is no dataset."""
    now = present(workspace)
    manifest = read_manifest(now) if now else None
    if now is None or manifest is None:
        return None
    paths = [manifest_path(now.with_name(name)) for name in (now.name, *manifest.previous)]
    return min(p.stat().st_mtime for p in paths if p.exists())


def is_whole(snapshot: Path, manifest: Manifest) -> bool:
    """True when the snapshot has the files of its manifest, each of the right size, and no others.

    Hidden files are left out: file managers scatter them, and readers pass over them.
    """
    found: dict[str, int] = {}
    for folder, _, names in os.walk(snapshot):
        for name in names:
            if not name.startswith("."):
                path = Path(folder, name)
                found[path.relative_to(snapshot).as_posix()] = path.lstat().st_size
    return found == manifest.files


def verify(workspace: Path) -> bool:
    """True when the published dataset is whole. Looks at names and sizes only, so it costs next to nothing."""
    snapshot = present(workspace)
    manifest = read_manifest(snapshot) if snapshot else None
    return snapshot is not None and manifest is not None and is_whole(snapshot, manifest)
