"""The command line: what can be typed. What is done stands in `commands`, how it reads in `present`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from pipeline import __version__
from pipeline.commands.terminal import guarded, prepare
from pipeline.commands.workspace import Workspace

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_WIDEST = 100
_F = TypeVar("_F", bound=Callable[..., Any])


class _CommandLine(click.Group):
    """A group whose commands never end in a traceback, listed in the order in which they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        prepare(ctx)
        return guarded(ctx, lambda: super(_CommandLine, self).invoke(ctx))


def _format(*forms: str) -> Callable[[_F], _F]:
    return click.option("--format", "form", type=click.Choice(forms), default="table", show_default=True,
                        help="How to print the rows.")  # fmt: skip


def _example(*lines: str) -> str:
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


@click.group(
    cls=_CommandLine, context_settings={"max_content_width": _WIDEST, "help_option_names": ["-h", "--help"]},
    epilog=_example("afstem init budgets --sample && cd budgets", "afstem run", "afstem status"),
)  # fmt: skip
@click.option("-w", "--workspace", type=click.Path(exists=True, file_okay=False, path_type=Path), default=".",
              help="Folder with raw/ and rules/; by default the current one.")  # fmt: skip
@click.option("--lang", type=click.Choice(["en", "da"]), default="en", show_default=True, envvar="AFSTEM_LANG",
              help="Language in which findings are told; also set by AFSTEM_LANG.")  # fmt: skip
@click.version_option(__version__, prog_name="afstem")
@click.pass_context
def main(ctx: click.Context, workspace: Path, lang: str) -> None:
    """Read printed municipal budgets into a dataset whose figures prove each other.

    \b
    Put PDFs into raw/, type `afstem run`, and look at what it says first.
    """
    ctx.obj = Workspace(workspace, lang)


@main.command(epilog=_example("afstem init budgets", "afstem init trial --sample"))
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--sample", is_flag=True, help="With the sample round, to try things on.")
def init(folder: Path, sample: bool) -> None:
    """Make a new workspace with the default rules."""
    from pipeline.commands.init import init as make

    make(folder, sample)


@main.command(epilog=_example("afstem run", "afstem run raw/aarhus/2024 --jobs 2", "afstem run --witness", "afstem run --dry-run"))
@click.argument("paths", nargs=-1, metavar="[PATH]…", type=click.Path(path_type=Path))
@click.option("--jobs", type=click.IntRange(min=1), help="Worker processes; by default one for each processor.")
@click.option("--witness", is_flag=True, help="Read every figure a second time by independent means (slow), in later runs too.")
@click.option("--force", is_flag=True, help="Read documents again that have not changed.")
@click.option("--dry-run", "dry", is_flag=True, help="Publish nothing; say what would change: figures, sums, findings.")
@click.pass_context
def run(ctx: click.Context, paths: tuple[Path, ...], jobs: int | None, witness: bool, force: bool, dry: bool) -> None:
    """Bring the dataset up to date with raw/ and rules/.

    With a PATH only that document, or the documents of that folder, are read.

    Exit code: 0 no open error, 1 open errors or documents that cannot be processed, 2 this run failed and the
    previous dataset stands, 130 interrupted.
    """
    from pipeline.commands.run import run as run_all

    ctx.exit(run_all(ctx.obj, paths, jobs, witness, force, dry))


@main.command(epilog=_example("afstem status"))
@click.pass_obj
def status(workspace: Workspace) -> None:
    """Where every document stands, and what to do next."""
    from pipeline.commands.status import status as tell

    tell(workspace)


@main.command(epilog=_example("afstem findings", "afstem findings --severity error --format json", "afstem findings --leads"))
@click.option("--check", help="Only findings of this check.")
@click.option("--severity", type=click.Choice(["error", "warning", "info"]), help="Only findings of this severity.")
@click.option("--document", metavar="DOCUMENT", help="Only findings about this document.")
@click.option("--leads", is_flag=True, help="Only what a journalist may want to ask about, the best first.")
@_format("table", "json", "csv")
@click.pass_obj
def findings(workspace: Workspace, check: str | None, severity: str | None, document: str | None, leads: bool,
             form: str) -> None:  # fmt: skip
    """What does not reconcile: page, suspect, next command."""
    from pipeline.commands.status import findings as tell

    tell(workspace, check, severity, document, leads, form)


@main.command(epilog=_example("afstem explain 83fc34", "afstem explain velfaerdspuljen"))
@click.argument("name", metavar="FIGURE|DOCUMENT")
@click.pass_obj
def explain(workspace: Workspace, name: str) -> None:
    """Why a figure is what it is, or all about a document.

    Where it is printed, what was made of it, the sums it takes part in, findings, history. A figure is named by a
    unique start of its id, a document by its id or any unique part of it.
    """
    from pipeline.commands.explain import explain as tell

    tell(workspace, name)


@main.command(epilog=_example("afstem show 83fc34", "afstem show velfaerdspuljen --page 2 -o page.png"))
@click.argument("name", metavar="FIGURE|DOCUMENT")
@click.option("--page", type=click.IntRange(min=1), help="Page to draw; by default the one that tells most.")
@click.option("-o", "out", metavar="PNG", type=click.Path(dir_okay=False, path_type=Path),
              help="Where to write the picture; by default below .afstem/pictures.")  # fmt: skip
@click.pass_obj
def show(workspace: Workspace, name: str, page: int | None, out: Path | None) -> None:
    """A page as a picture with boxes around what was read.

    Prints the path of the picture. A figure is named by a unique start of its id, a document by any unique part of it.
    """
    from pipeline.commands.show import show as draw

    draw(workspace, name, page, out)


@main.command(epilog=_example('afstem query "SELECT year, sum(saving_dkk) FROM line_items WHERE counted GROUP BY year"',
                              'afstem query "DESCRIBE line_items"', "afstem query --file sums.sql --format csv"))  # fmt: skip
@click.argument("sql", required=False)
@click.option("--file", type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True),
              help="Take the query from this file; - is standard input.")  # fmt: skip
@_format("table", "csv", "json")
@click.option("--limit", type=click.IntRange(min=0), help="Rows to print, 0 for all; by default all, or 40 on a terminal.")
@click.pass_obj
def query(workspace: Workspace, sql: str | None, file: Path | None, form: str, limit: int | None) -> None:
    """DuckDB SQL over the dataset, read-only.

    \b
    Tables: line_items, line_items_history, proposals, amounts, documents,
    findings, changes, relations. DESCRIBE <table> gives the columns.
    """
    from pipeline.commands.query import query as ask

    ask(workspace, sql, file, form, limit)


@main.command(epilog=_example("afstem diff velfaerdspuljen", "afstem diff velfaerdspuljen --from 1 --to 3"))
@click.argument("document")
@click.option("--from", "old", type=click.IntRange(min=1), help="Earlier revision; by default the one before.")
@click.option("--to", "new", type=click.IntRange(min=1), help="Later revision; by default the last that changed anything.")
@click.pass_obj
def diff(workspace: Workspace, document: str, old: int | None, new: int | None) -> None:
    """What a revision of a document changed, figure by figure."""
    from pipeline.commands.diff import diff as compare

    compare(workspace, document, old, new)


@main.command(epilog=_example("afstem tables budget.pdf", "afstem tables budget.pdf --page 3 --format csv > page3.csv"))
@click.argument("file", type=_FILE)
@_format("table", "json", "csv")
@click.option("--page", type=click.IntRange(min=1), help="Only the tables of this page.")
def tables(file: Path, form: str, page: int | None) -> None:
    """Every table of any PDF; needs no workspace, no rule."""
    from pipeline.commands.tables import tables as read

    read(file, form, page)


@main.group(epilog=_example("afstem rules draft new.pdf", "afstem rules check", "afstem rules try velfaerdspuljen"))
def rules() -> None:
    """Check the rules, try one on a document, or draft a new one."""


@rules.command(epilog=_example("afstem rules check"))
@click.pass_context
def check(ctx: click.Context) -> None:
    """Lint and self-test: every mistake with file and line. Exit code 2 when there is one."""
    from pipeline.commands.rules import check as lint

    ctx.exit(lint(ctx.obj))


@rules.command("try", epilog=_example("afstem rules try velfaerdspuljen", "afstem rules try new.pdf --rule memo --picture"))
@click.argument("name", metavar="DOCUMENT|FILE")
@click.option("--rule", "rule_id", metavar="ID", help="Use this rule, also if it does not fit.")
@click.option("--picture", is_flag=True, help="Draw the pages with what is caught and what is left; prints the paths.")
@click.pass_obj
def attempt(workspace: Workspace, name: str, rule_id: str | None, picture: bool) -> None:
    """Which rule fits a document, what it catches and leaves.

    Or why no rule fits. Publishes nothing.
    """
    from pipeline.commands.rules import attempt as try_rule

    try_rule(workspace, name, rule_id, picture)


@rules.command(epilog=_example("afstem rules draft new.pdf", "afstem rules draft raw/ny/2025/budget.pdf -o rules/ny-budget.yaml"))
@click.argument("name", metavar="DOCUMENT|FILE")
@click.option("-o", "out", metavar="YAML", type=click.Path(dir_okay=False, path_type=Path),
              help="Where to write the rule; by default it is printed. A file that is there is left alone.")  # fmt: skip
@click.pass_obj
def draft(workspace: Workspace, name: str, out: Path | None) -> None:
    """Propose a rule for a document that no rule fits.

    Recognition, captures, units, columns, row kinds and sums, chosen so that sums close, with examples from its pages. What
    a person should check stands below a line that begins with `# ?`.
    """
    from pipeline.commands.draft import draft as propose

    propose(workspace, name, out)


@rules.command(epilog=_example("afstem rules schema > rule.schema.json"))
def schema() -> None:
    """JSON Schema of a rule file, for editors."""
    from pipeline.commands.rules import schema as tell

    tell()
