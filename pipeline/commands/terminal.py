"""The terminal: how wide it is, how to print on it, and what a failure looks like there."""

from __future__ import annotations

import os
import shutil
import sys
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NoReturn

import click

from pipeline.present.text import safe

DEBUG = "AFSTEM_DEBUG"
FORESEEN = {  # what the house raises where, by name: to import it all would take longer than most commands
    "pipeline.run": "RunError",
    "pipeline.store": "StoreError",
    "pipeline.rules.load": "RuleError",
    "pipeline.rules.patterns": "PatternTimeout",
    "pipeline.extract": "Quarantined",
    "pipeline.read.pdfium": "Unreadable",
}
_PIPE_CLOSED = 141  # what a shell reports of a program that ended by SIGPIPE


class Misuse(click.ClickException):
    """What was asked for cannot be done; the message says why and what would work."""

    exit_code = 2

    def format_message(self) -> str:
        return safe(self.message)


def width() -> int | None:
    """Columns of the terminal; `None` where the output goes to a file or a pipe and lines may be long."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


class OutputClosed(Exception):
    """Whoever reads what we print, `head` for one, has seen enough."""


def say(lines: Iterable[str]) -> None:
    """Print lines."""
    for line in lines:
        try:
            click.echo(line)
        except BrokenPipeError:
            # What is still buffered is written when Python ends: let that go nowhere.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise OutputClosed from None
        except OSError as e:
            raise Misuse(f"cannot print: {e.strerror or e}") from e


def prepare(ctx: click.Context) -> None:
    """No character that a stream cannot write ends the program; no colours where the user wants none.

    What the caller closed is opened to nowhere, before a file of ours gets its number.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            null = os.open(os.devnull, os.O_RDWR)
            if null != number:
                os.dup2(null, number)
            setattr(sys, name, os.fdopen(number, "r" if name == "stdin" else "w", encoding="utf-8", closefd=False))
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)  # a captured stream may have none
        if reconfigure:
            reconfigure(errors="replace")
    if os.environ.get("NO_COLOR"):
        ctx.color = False


def guarded(ctx: click.Context, work: Callable[[], object]) -> object:
    """Do the work of a command; whatever goes wrong becomes a message and an exit code, never a traceback."""
    try:
        return work()
    except (click.ClickException, click.exceptions.Exit, click.Abort):
        raise
    except KeyboardInterrupt:
        _interrupted(ctx)
    except OutputClosed:
        ctx.exit(_PIPE_CLOSED)
    except Exception as e:  # the one place where everything is caught: the edge to the person at the terminal
        if os.environ.get(DEBUG) == "1":
            traceback.print_exc()
            ctx.exit(2)
        stands = f"\n{_stands(ctx).capitalize()}." if ctx.invoked_subcommand == "run" else ""
        raise Misuse(in_words(e) + stands) from e


def _interrupted(ctx: click.Context) -> NoReturn:
    kept = f"; {_stands(ctx)}; what was read is kept, run again to go on" if ctx.invoked_subcommand == "run" else ""
    click.echo(f"\ninterrupted{kept}", err=True)
    ctx.exit(130)


def _stands(ctx: click.Context) -> str:
    """What a run that failed leaves behind."""
    before = Path(ctx.params["workspace"], "extracted").exists()
    return "the previous dataset stands" if before else "nothing was published"


def in_words(e: Exception) -> str:
    """A failure in words: what the house foresees as it says it, what the system refuses, and our own bugs."""
    from pipeline.dataset import DatasetError, PublishError

    known: tuple[type[Exception], ...] = (DatasetError, PublishError)
    modules = sys.modules  # an error of a module that was never loaded cannot have been raised
    known += tuple(getattr(modules[module], name) for module, name in FORESEEN.items() if module in modules)
    notes = "".join(f"; {n}" for n in getattr(e, "__notes__", ()))
    if isinstance(e, known):
        return str(e).removesuffix("; the previous dataset stands") + notes
    if isinstance(e, OSError) and e.strerror:
        at = f": {e.filename}" if e.filename else ""
        return f"{e.strerror}{at}{notes}"
    what = f"{type(e).__name__}: {e}" if str(e) else type(e).__name__
    first = what.splitlines()[0]
    return f"{first}{notes}; this is a bug in Afstem, please report it ({DEBUG}=1 shows where it happened)"
