"""The log folded into the revisions of every document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

Status = Literal["ok", "quarantined", "duplicate", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Revision:
    """One file that stood at a path. `key` names its stage result; `aliases` the figures that keep an older id."""

    document_id: str
    revision: int
    path: str
    sha256: str
    status: Status
    known_from: str  # ISO 8601, UTC
    known_to: str | None = None  # since when its rows are history
    error: str | None = None
    error_da: str | None = None  # the same in Danish
    passing: bool = False  # the error may be gone when it is read once more
    key: str | None = None
    rule_id: str | None = None
    rule_digest: str | None = None
    software: str | None = None
    pages: int | None = None
    meta: dict[str, Any] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    lost: bool = False  # its rows were gone before they could be kept as history
    current_from: str | None = None  # when its rows were first published

    @property
    def under(self) -> tuple[str, str] | None:
        """Id and digest of the rule that it was read under; `None` where no rule fitted."""
        return (self.rule_id, self.rule_digest) if self.rule_id and self.rule_digest else None


@dataclass(slots=True)
class State:
    """Every revision of every document, oldest first, and the changes that were logged."""

    revisions: dict[str, list[Revision]] = field(default_factory=dict)
    changes: list[dict[str, Any]] = field(default_factory=list)
    rules: dict[str, str] = field(default_factory=dict)  # document_id -> digest of all rules when a run last looked at it
    witnessed: set[str] = field(default_factory=set)  # documents that were read a second time on request, and stay so
    at: str | None = None  # when the last run was that changed anything; ISO 8601, UTC

    def latest(self, document_id: str) -> Revision | None:
        """The revision that the file now at the path is, or was last."""
        found = self.revisions.get(document_id)
        return found[-1] if found else None

    def published(self, document_id: str) -> Revision | None:
        """The revision whose rows are current: the last good one, unless the document was withdrawn or is a duplicate."""
        last = self.latest(document_id)
        if last is None or last.status in ("withdrawn", "duplicate"):
            return None
        # a revision that was good and is quarantined now, because of a rule, keeps what it was read as
        return next((r for r in reversed(self.revisions[document_id])
                     if r.status in ("ok", "quarantined") and r.key and not r.known_to), None)  # fmt: skip

    def put(self, revision: Revision) -> None:
        """Add a revision, or replace the one of the same number."""
        own = self.revisions.setdefault(revision.document_id, [])
        for k, r in enumerate(own):
            if r.revision == revision.revision:
                own[k] = revision
                return
        own.append(revision)

    def copy(self) -> State:
        return State({k: list(v) for k, v in self.revisions.items()}, list(self.changes), dict(self.rules),
                     set(self.witnessed), self.at)  # fmt: skip


def fold(entries: Iterable[dict[str, Any]]) -> State:
    """The state after all logged runs."""
    state = State()
    for entry in entries:
        for r in entry.get("revisions", ()):
            state.put(Revision(**r))
        state.changes += entry.get("changes", ())
        state.at = entry["at"]
        state.rules |= dict.fromkeys(entry.get("only", state.revisions), entry["rules"])  # a run of some paths looks at those only
        state.witnessed |= set(entry.get("witnessed", ()))
    return state


def difference(before: State, after: State) -> list[dict[str, Any]]:
    """The revisions that are new or altered, as they are logged."""
    old = {(r.document_id, r.revision): r for rs in before.revisions.values() for r in rs}
    return [
        asdict(r) for rs in after.revisions.values() for r in rs if old.get((r.document_id, r.revision)) != r
    ]


def superseded(revision: Revision, at: str) -> Revision:
    """The revision as history."""
    return replace(revision, known_to=at)
