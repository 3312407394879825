"""`afstem rules draft`: propose a rule for a document."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

import click

from pipeline.commands.rules import file_named
from pipeline.commands.terminal import Misuse, say
from pipeline.commands.workspace import Workspace
from pipeline.draft import Draft
from pipeline.draft import draft as propose
from pipeline.present.text import count, paint, plain
from pipeline.rules import RuleSet, check_rules, identify, load_rules
from pipeline.text import slug


def draft(workspace: Workspace, name: str, out: Path | None) -> None:
    """Print a drafted rule, or write it to a file that is not there yet; what came of it goes to stderr."""
    from pipeline.extract import read_tables
    from pipeline.parse.document import page_text
    from pipeline.read import Unreadable, read_pdf

    if out is not None:
        if out.exists():
            raise Misuse(f"{out} is there already and was left alone: give another name, or remove it first")
        if not out.parent.is_dir():
            raise Misuse(f"there is no folder {out.parent}")
        if out.suffix != ".yaml":
            raise Misuse(f"{out}: the name of a rule file ends in .yaml")
    rules = load_rules(workspace.root / "rules")
    file, document_id = file_named(workspace, name)
    try:
        pages, _ = read_pdf(file)
    except Unreadable as e:
        raise Misuse(f"{file}: {e}") from None
    text = [page_text(p) for p in pages]
    if not any(text):
        raise Misuse(f"{file}: none of its pages has text: there is nothing to draft a rule from")
    id = _free(out.stem if out else document_id.rpartition("/")[2], rules)
    made = propose(pages, read_tables(pages), rules.languages, _others(workspace, file), id, document_id)
    problems = _problems(workspace.root / "rules", made)
    if out is not None:
        out.write_text(made.text, "utf-8")
        say([str(out)])
    else:
        click.echo(made.text, nl=False)
    fitting = [r.id for r in identify(rules, text)]
    for line in _told(workspace, name, out, made, problems, fitting):
        click.echo(line, err=True)


def _free(name: str, rules: RuleSet) -> str:
    """An id that no rule has, made from a name."""
    base = re.sub(r"^[^a-z]+", "", slug(name)) or "drafted"
    taken = [base, *(f"{base}-{n}" for n in range(2, 1000))]
    return next(t for t in taken if t not in rules.paths)


def _others(workspace: Workspace, file: Path) -> list[list[str]]:
    """The text of the other documents of the workspace, as it was read last, else read now."""
    from pipeline.parse.document import page_text
    from pipeline.read import Unreadable, read_pages
    from pipeline.sources import read, scan

    raw = workspace.root / "raw"
    own = file.read_bytes()
    out = []
    for source in scan(raw).sources if raw.is_dir() else ():
        try:
            if read(source) == own:
                continue
            last = workspace.state.latest(source.document_id)
            kept = workspace.extraction(last)
            out.append(list(kept.text) if kept else [page_text(p) for p in read_pages(source.file)])
        except (Unreadable, OSError):
            continue  # a run tells what is wrong with it
    return out


def _problems(folder: Path, made: Draft) -> list[str]:
    """What `rules check` says of the draft by itself."""
    with tempfile.TemporaryDirectory() as place:
        shutil.copytree(folder / "shared", Path(place, "shared"))
        path = Path(place, f"{made.id}.yaml")
        path.write_text(made.text, "utf-8")
        return [str(p).replace(str(path), "draft") for p in check_rules(Path(place)) if p.path == path]


def _told(workspace: Workspace, name: str, out: Path | None, made: Draft, problems: Iterable[str],
          fitting: Iterable[str]) -> Iterable[str]:  # fmt: skip
    t = made.tried
    yield (
        f"{count(len(t.lines), 'figure')}; {t.held} of {count(t.held + t.violated, 'sum')} hold; "
        f"{count(len(t.left), 'number')} unexplained; {count(made.questions, 'line')} marked `# ?`"
    )
    yield from (paint(f"rules check: {p}", "error") for p in problems)
    for other in fitting:
        yield paint(f"rule {other} fits this document too: with both in rules/ it would be quarantined", "warning")
    if out is not None:
        yield "next: " + paint(f"{workspace.command} rules try {plain(name)} --rule {made.id}", "command")
    else:
        yield f"keep it: {paint(f'{workspace.command} rules draft {plain(name)} -o rules/{made.id}.yaml', 'command')}"
