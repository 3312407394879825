"""YAML -> typed rules. A mistake is told with file, line and what was probably meant; all mistakes at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import regex
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from rapidfuzz import process
from rapidfuzz.distance import OSA
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from pipeline.rules.schema import Language, Rule, Strict, Waiver, Waivers

Loc = tuple[int | str, ...]
_Say = Callable[[int | None, str, str | None], None]  # line, message, hint

_YAML_HINTS = (  # what the YAML reader says -> what helps
    ("unknown escape", "write patterns in single quotes"),
    ("mapping values are not allowed", "quote a text that holds `: `"),
    ("cannot start any token", "quote the text; indent with blanks, not tabs"),
    ("end of stream", "a quote is not closed"),
    ("expected <block end>", "check indentation and quotes; within single quotes write '' for '"),
    ("expected ','", "a bracket is not closed, or a comma is missing"),
    ("another document", "one file holds one rule"),
    ("alias", "quote a text that begins with *"),
)
_PLAIN: dict[str, tuple[str, str | None]] = {  # how pydantic's kind of error begins -> what is wrong, what helps
    "list": ("must be a list", "as in [a, b], or lines that begin with `- `"),
    "string_too_short": ("must not be empty", None),
    "string": ("must be a text", None),
    "bool": ("must be yes or no", None),
    "decimal": ("must be a number", "as in 1000 or 0.5"),
    "finite": ("must be a number", "as in 1000 or 0.5"),
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


class RuleError(Exception):
    """The rules cannot be used. The message is all problems, one a line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules of a workspace. Digests are of the content: comments, layout and the order of keys are not in them."""

    rules: tuple[Rule, ...]  # by id
    languages: Mapping[str, Language]
    digests: Mapping[str, str]  # rule id -> digest of the rule and its language
    paths: Mapping[str, Path]  # rule id -> its file
    digest: str  # of all rules
    waivers: tuple[Waiver, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleFile:
    """A file that is a YAML mapping: what it says, and what that means if it is without mistakes."""

    path: Path
    kind: type[Rule] | type[Language] | type[Waivers]
    node: Node
    said: Mapping[str, object]
    model: Rule | Language | Waivers | None


def load_rules(folder: Path) -> RuleSet:
    """The rules of a folder and the languages in `shared` below it. Raises `RuleError`, which names every problem."""
    files, problems = read_files(folder)
    if problems:
        raise RuleError(problems)
    rules = {f.model.id: f.model for f in files if isinstance(f.model, Rule)}
    languages = {f.model.language: f.model for f in files if isinstance(f.model, Language)}
    digests = {id: _digest(rules[id], languages[rules[id].language]) for id in sorted(rules)}
    paths = {f.model.id: f.path for f in files if isinstance(f.model, Rule)}
    ordered = tuple(rules[id] for id in sorted(rules))
    waivers = tuple(w for f in files if isinstance(f.model, Waivers) for w in f.model.waivers)
    return RuleSet(ordered, languages, digests, paths, _digest(*ordered, *(languages[n] for n in sorted(languages))), waivers)


def _digest(*models: Strict) -> str:
    content = json.dumps([m.model_dump(mode="json", exclude={"draft"}) for m in models], sort_keys=True)  # no reading uses it
    return hashlib.sha256(content.encode()).hexdigest()


def rule_schema() -> dict[str, object]:
    """JSON Schema of a rule file, for editors; it too takes a number for a text, and one capture for a list of one."""
    schema: dict[str, Any] = Rule.model_json_schema()
    capture = {"$ref": "#/$defs/Capture"}
    for part in (schema, *schema["$defs"].values()):
        for name, field in part["properties"].items():
            if field.get("items") == capture:
                part["properties"][name] = {"title": field.pop("title"), "anyOf": [capture, field]}
            elif field.get("items") == {"type": "string"}:
                field["items"] = {"type": ["string", "number"]}
    schema["$defs"]["Capture"]["properties"]["value"]["anyOf"].append({"type": "number"})
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def read_files(folder: Path) -> tuple[list[RuleFile], list[Problem]]:
    """Every file that is a YAML mapping, and what is wrong with any file or with all of them together."""
    if not folder.is_dir():
        return [], [Problem(folder, None, "there is no such folder", "`afstem init DIR` makes one with default rules")]
    problems = [Problem(p, None, "the file is not read", "its name must end in .yaml") for p in folder.rglob("*.yml")]
    rules = [p for p in sorted(folder.glob("*.yaml")) if p.name != "waivers.yaml"]
    languages = sorted((folder / "shared").glob("*.yaml"))
    if not rules:
        problems.append(Problem(folder, None, "the folder holds no rules", "`afstem init DIR` makes some"))
    files = [f for p in rules if (f := _read(p, Rule, problems))]
    files += [f for p in languages if (f := _read(p, Language, problems))]
    files += [f for p in sorted(folder.glob("waivers.yaml")) if (f := _read(p, Waivers, problems))]
    names = {f.path: f.said.get("language") for f in files}
    # A faulty language is known all the same: its own problems say what is wrong.
    known = [name if isinstance(name := names.get(p), str) else p.stem for p in languages]
    first: dict[tuple[str, str], RuleFile] = {}
    for f in files:
        if f.kind is Waivers:
            continue
        key = "id" if f.kind is Rule else "language"
        name, wanted = f.said.get(key), f.said.get("language")
        if isinstance(name, str) and (other := first.setdefault((key, name), f)) is not f:
            where = f"{other.path.as_posix()}:{line_of(other.node, key)}"
            problems.append(Problem(f.path, line_of(f.node, key), f"{key} {name!r} is taken", f"by {where}"))
        if f.kind is Rule and isinstance(wanted, str) and wanted not in known:
            hint = _suggest(wanted, known, "known are") if known else "there is no file in `shared`"
            problems.append(Problem(f.path, line_of(f.node, "language"), f"unknown language {wanted!r}", hint))
    return files, sorted(problems, key=lambda p: (p.path.as_posix(), p.line or 0))


def _read(path: Path, kind: type[Rule] | type[Language] | type[Waivers], problems: list[Problem]) -> RuleFile | None:
    """One file, what is wrong with it added to `problems`; `None` where it is no YAML mapping."""

    def say(line: int | None, message: str, hint: str | None) -> None:
        problems.append(Problem(path, line, message, hint))

    node = _compose(path, say)
    if node is None:
        return None
    said = _plain(node, say)
    if not isinstance(said, dict):
        say(line_of(node), "the file is no mapping", "it holds lines like `title: …`")
        return None
    try:
        return RuleFile(path, kind, node, said, kind.model_validate(said))
    except ValidationError as e:
        _explain(e.errors(include_url=False), kind, node, say)
        return RuleFile(path, kind, node, said, None)


def _compose(path: Path, say: _Say) -> Node | None:
    text = ""
    try:
        text = path.read_bytes().decode("utf-8")
        node: Node | None = YAML(typ="base", pure=True).compose(text)
        if node is None:
            say(None, "the file is empty", None)
        return node
    except OSError as e:
        say(None, f"the file cannot be read: {e.strerror}", None)
    except RecursionError:
        say(None, "brackets are nested too deep", "some were opened and never closed")
    except UnicodeDecodeError as e:
        say(e.object.count(b"\n", 0, e.start) + 1, "the file is no UTF-8 text", "save it as UTF-8")
    except ReaderError as e:
        say(text.count("\n", 0, e.position) + 1, f"YAML forbids the character #x{e.character:02x}", None)
    except MarkedYAMLError as e:
        # The end of the file says nothing about a quote that was never closed: tell where it opened.
        what = (e.problem or "").removeprefix("but ")
        mark = e.context_mark if "end of stream" in what and e.context_mark else e.problem_mark
        say(mark.line + 1, f"no valid YAML: {what}", next((h for part, h in _YAML_HINTS if part in what), None))
    return None


def _plain(node: Node, say: _Say, above: frozenset[int] = frozenset()) -> object:
    """What a node says: every scalar a string as written, `None` where there is nothing."""
    line = node.start_mark.line + 1
    if isinstance(node, ScalarNode):
        if str(node.tag).startswith("!"):
            say(line, f"{node.tag} is a YAML tag, no text", "quote a text that begins with !")
            return str(node.tag)
        return None if node.value == "" and node.style is None else node.value
    if id(node) in above:
        say(line, "an alias that holds itself", None)
        return None
    above |= {id(node)}
    if isinstance(node, SequenceNode):
        return [_plain(v, say, above) for v in node.value]
    out: dict[str, object] = {}
    lines: dict[str, int] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, ScalarNode):
            say(line, "a key must be a word", None)
        elif key.value in lines:
            say(line, f"key {key.value!r} stands twice", f"first on line {lines[key.value]}")
        else:
            lines[key.value] = line
            out[key.value] = _plain(value, say, above)
    return out


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


def _explain(errors: list[ErrorDetails], kind: type[Strict], node: Node, say: _Say) -> None:
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
            return f"unknown key {last!r}", _suggest(str(last), _keys(kind, loc[:-1]), "keys here are")
        case "value_error":
            told = str(context["error"])
            return (f"{given!r} {told}" if last == "pattern" else told), None
        case _ if given is None:
            return f"{it} has no value", None
        case "literal_error":
            choices = regex.findall(r"'([^']+)'", context["expected"])
            return f"{it} cannot be {given!r}", _suggest(str(given), choices, "one of")
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


def _suggest(word: str, choices: Collection[str], otherwise: str) -> str:
    near = _nearest(word, choices)
    return f"did you mean {near!r}?" if near else f"{otherwise} {', '.join(choices)}"
