"""`afstem status` and `afstem findings`: where the dataset stands."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pipeline.commands.table import as_csv, as_json
from pipeline.commands.terminal import say, width
from pipeline.commands.workspace import Workspace, alternatives
from pipeline.present.findings import list_findings, ordered
from pipeline.present.status import Standing
from pipeline.present.status import status as tell_status
from pipeline.present.text import count, plain

if TYPE_CHECKING:
    from pipeline.sources import Source

_NAMED = 3  # files named in a hint


def status(workspace: Workspace) -> None:
    """Print where every document stands."""
    documents, findings = workspace.rows("documents"), workspace.rows("findings")
    told = defaultdict(list)
    current = {d["document_id"]: d for d in documents if d["is_current"]}
    for f in findings:
        told[f["document_id"]].append(f)
    latest: dict[str, dict[str, Any]] = {}
    for d in sorted(documents, key=lambda d: d["revision"]):
        latest[d["document_id"]] = d
    standings = [_standing(d, current.get(name, {}), told[name]) for name, d in sorted(latest.items())]
    at = workspace.state.at
    say(tell_status(standings, findings, datetime.fromisoformat(at) if at else None, list(_hints(workspace)), width()))


def _standing(d: dict[str, Any], current: dict[str, Any], findings: Sequence[dict[str, Any]]) -> Standing:
    """The last revision of a document, and how much is proved of the one whose rows are current."""
    counts = {n: current.get(n) or 0 for n in ("figures", "amounts", "amounts_verified", "numbers", "numbers_unclaimed")}
    kroner, proved = (current.get(n) or Decimal(0) for n in ("amount_total_dkk", "amount_verified_dkk"))
    return Standing(
        d["document_id"], d["revision"], d["status"], d["pages"], counts["figures"], counts["amounts"], counts["amounts_verified"],
        kroner, proved, (d["municipality"], d["budget_year"], d["department"]), findings, counts["numbers"],
        counts["numbers_unclaimed"],
    )  # fmt: skip


def _hints(workspace: Workspace) -> Iterator[str]:
    """What has changed since the last run, and what to do about it."""
    from pipeline.readings import software_digest
    from pipeline.rules import RuleError, load_rules
    from pipeline.sources import scan

    state, raw = workspace.state, workspace.root / "raw"
    run = f"`{workspace.command} run`"
    sources = {s.document_id: s for s in scan(raw).sources} if raw.is_dir() else {}
    if not sources and not state.revisions:
        yield "raw/ holds no document: put PDFs there, for instance as raw/<municipality>/<year>/<name>.pdf"
    new, changed = [], []
    for name, source in sources.items():
        last = state.latest(name)
        if last is None or last.status == "withdrawn":
            new.append(source.path)
        elif last.sha256 != _sha256(source):
            changed.append(source.path)
    gone = [rs[-1].path for n, rs in state.revisions.items() if n not in sources and rs[-1].status != "withdrawn"]
    for what, paths in (("new", new), ("changed", changed), ("gone", gone)):
        if paths:
            named = ", ".join(plain(p) for p in sorted(paths)[:_NAMED]) + (", …" if len(paths) > _NAMED else "")
            yield f"{count(len(paths), 'document')} in raw/ {what} since the last run ({named}): {run}"
    try:
        digest = load_rules(workspace.root / "rules").digest
        if any(state.rules.get(name) != digest for name in state.revisions):
            yield f"the rules changed since the last run: {run}"
    except RuleError as e:
        yield f"the rules have {count(len(e.problems), 'mistake')}: `{workspace.command} rules check`"
    published = [r for name in state.revisions if (r := state.published(name))]
    if any(r.software != software_digest() for r in published):
        yield f"Afstem itself changed since the last run, which may change what is read: {run}"


def _sha256(source: Source) -> str:
    from pipeline.sources import read, unread_digest

    try:
        return hashlib.sha256(read(source)).hexdigest()
    except OSError:
        return unread_digest(source)


def findings(workspace: Workspace, check: str | None, severity: str | None, document: str | None, leads: bool,
             form: str) -> None:  # fmt: skip
    """Print the findings that are asked for."""
    rows = ordered(workspace.rows("findings"))
    known = sorted({f["check"] for f in rows})
    if document:
        name = workspace.document(document)
        rows = [f for f in rows if f["document_id"] == name]
    rows = [f for f in rows if check in (None, f["check"]) and severity in (None, f["severity"])]
    if leads:
        rows = sorted((f for f in rows if f["score"] is not None), key=lambda f: (f["status"] != "open", -f["score"]))
    if form == "table":
        if check and check not in known:
            say([f"no finding is of the check {check!r}{alternatives(check, known)}"])
            return
        say(list_findings(rows, workspace.command, width(), every=leads or check is not None))
        return
    columns = workspace.dataset.arrow("findings").column_names
    cells = [[f[c] for c in columns] for f in rows]
    say(as_csv(columns, cells) if form == "csv" else as_json(columns, cells))
