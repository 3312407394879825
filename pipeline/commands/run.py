"""`afstem run`: bring the dataset up to date, with progress and a summary."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click

from pipeline.commands.terminal import say, width
from pipeline.commands.workspace import Rows, Workspace
from pipeline.present.findings import in_language

_Progress = Callable[[str, int, int], None]


def run(workspace: Workspace, paths: Sequence[Path], jobs: int | None, witness: bool, force: bool, dry: bool) -> int:
    """Run, print the summary (of a dry run what would change), return the exit code."""
    workspace.check()
    from pipeline.dataset.rows import leave_pandas_out
    from pipeline.present.preview import preview
    from pipeline.present.summary import summary
    from pipeline.run import run as run_pipeline

    leave_pandas_out()
    with _progress() as tell:
        done = run_pipeline(workspace.root, paths, jobs, witness, force, tell, dry)
    done = replace(done, findings=tuple(in_language(done.findings, workspace.language)))
    if done.would:
        rows = {**done.would.rows, "findings": in_language(done.would.rows["findings"], workspace.language)}
        say(preview(_published(workspace), replace(done.would, rows=rows), done.exit_code, width()))
        return done.exit_code
    say(summary(done, str(workspace.root / "extracted"), workspace.command, width()))
    return done.exit_code


def _published(workspace: Workspace) -> dict[str, Rows]:
    """The tables that a dry run is compared with; none where nothing was published yet."""
    from pipeline.dataset import DatasetError

    try:
        return {table: workspace.rows(table) for table in ("line_items", "relations", "findings")}
    except DatasetError:
        return {}


@contextmanager
def _progress() -> Iterator[_Progress]:
    """A bar on a terminal; else a short line whenever something new begins. Both on stderr."""
    if not sys.stderr.isatty():
        last = ""

        def tell(what: str, done: int, total: int) -> None:
            nonlocal last
            if what != last and total:
                click.echo(f"{what} {total} …" if what in ("looking", "reading") else f"{what} …", err=True)
            last = what

        yield tell
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:12}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("looking", total=None)

        def show(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total)

        yield show
