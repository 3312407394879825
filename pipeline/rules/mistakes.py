"""What is wrong in a rule file, in plain English: where, what, and what was probably meant."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import regex
from pydantic_core import ErrorDetails
from rapidfuzz import process
from rapidfuzz.distance import OSA
from yaml.nodes import MappingNode, Node, SequenceNode

from pipeline.rules.patterns import Strict

Loc = tuple[int | str, ...]
Say = Callable[[int | None, str, str | None], None]  # line, message, hint

_PLAIN: dict[str, tuple[str, str | None]] = {  # how pydantic's kind of error begins -> what is wrong, what helps
    "list": ("must be a list", "as in [a, b], or lines that begin with `- `"),
    "string_too_short": ("must not be empty", None),
    "string": ("must be a text", None),
    "bool": ("must be yes or no", None),
    "decimal": ("must be a number", "as in 1000 or 0.5"),
    "finite": ("must be a number", "as in 1000 or 0.5"),
    "greater_than": ("must be a larger number", None),
    "less_than": ("must be a smaller number", None),
    "int": ("must be a whole number", "as in 12"),
    "date": ("must be a date", "as in 2025-12-31"),
    "too_short": ("needs at least one entry", None),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake in a rule file: where, what, and what would help."""

    path: Path
    line: int | None
    message: str
    hint: str | None = None

    def __str__(self) -> str:
        where = self.path.as_posix() if self.line is None else f"{self.path.as_posix()}:{self.line}"
        return f"{where}: {self.message}" + (f" ({self.hint})" if self.hint else "")


def line_of(node: Node, *loc: int | str) -> int:
    """The line of a key or list entry; of what should hold it, where it is missing."""
    line = int(node.start_mark.line)
    for part in loc:
        if isinstance(node, SequenceNode) and isinstance(part, int):
            node = node.value[part]
            line = node.start_mark.line
        elif isinstance(node, MappingNode) and isinstance(part, str):
            found = next(((k, v) for k, v in node.value if k.value == part), None)
            if found is None:
                break
            line, node = found[0].start_mark.line, found[1]
        # else: a single capture, written without the list that pydantic counts
    return line + 1


def explain(errors: list[ErrorDetails], kind: type[Strict], node: Node, say: Say) -> None:
    """Pydantic's errors in plain English."""
    meant = set()  # a mistyped key is one mistake: the key it stands for is not missing as well
    for e in errors:
        if e["type"] == "extra_forbidden":
            meant.add((*e["loc"][:-1], _nearest(str(e["loc"][-1]), _keys(kind, e["loc"][:-1]))))
    for e in errors:
        if e["type"] != "missing" or e["loc"] not in meant:
            message, hint = _words(e, kind)
            loc = (*e["loc"], "pattern") if message.startswith("the pattern") else e["loc"]
            say(line_of(node, *loc), message, hint)


def _words(e: ErrorDetails, kind: type[Strict]) -> tuple[str, str | None]:
    loc, given, context = e["loc"], e["input"], e.get("ctx", {})
    last = loc[-1] if loc else "rule"
    it = repr(last) if isinstance(last, str) else f"entry {last + 1} of {loc[-2]!r}"
    match e["type"]:
        case "missing":
            return f"missing key {last!r}", None
        case "extra_forbidden":
            return f"unknown key {last!r}", suggest(str(last), _keys(kind, loc[:-1]), "keys here are")
        case "value_error":
            told = str(context["error"])
            return (f"{given!r} {told}" if last == "pattern" else told), None
        case _ if given is None:
            return f"{it} has no value", None
        case "literal_error":
            choices = regex.findall(r"'([^']+)'", context["expected"])
            return f"{it} cannot be {given!r}", suggest(str(given), choices, "one of")
        case "string_pattern_mismatch":
            tries = [given.upper(), *(regex.sub(r"[^a-z0-9]+", by, given.lower()).strip(by) for by in "-_")]
            fits = next((t for t in tries if regex.search(context["pattern"], t)), None)
            return f"{it} cannot be {given!r}: it must fit {context['pattern']}", fits and f"did you mean {fits!r}?"
        case "string_too_short" if context["min_length"] > 1:
            return f"{it} must say more than {given!r}", f"at least {context['min_length']} characters"
        case "model_type":
            return f"{it} must be a mapping", "with the keys " + ", ".join(_keys(kind, loc))
    what, hint = next((v for k, v in _PLAIN.items() if e["type"].startswith(k)), (f"is wrong: {e['msg']}", None))
    return f"{it} {what}" + (f", not {given!r}" if isinstance(given, str) and given else ""), hint


def _keys(kind: type[Strict], loc: Loc) -> Collection[str]:
    """The keys that the schema knows at a place."""
    for part in loc:
        if isinstance(part, str):
            kind = _model(kind.model_fields[part].annotation) or kind
    return list(kind.model_fields)


def _model(annotation: object) -> type[Strict] | None:
    """The one model inside `Annotated[list[Model], …] | None`."""
    if isinstance(annotation, type) and issubclass(annotation, Strict):
        return annotation
    return next((m for a in get_args(annotation) if (m := _model(a))), None)


def _nearest(word: str, choices: Collection[str]) -> str | None:
    best = process.extractOne(word.casefold(), choices, scorer=OSA.distance, score_cutoff=max(1, len(word) // 2))
    return best[0] if best else None


def suggest(word: str, choices: Collection[str], otherwise: str) -> str:
    near = _nearest(word, choices)
    return f"did you mean {near!r}?" if near else f"{otherwise} {', '.join(choices)}"
