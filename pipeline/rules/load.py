"""YAML -> typed rules. A mistake is told with file, line and what was probably meant; all mistakes at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from yaml.error import MarkedYAMLError
from yaml.nodes import Node, ScalarNode, SequenceNode
from yaml.reader import ReaderError

from pipeline.rules.language import Language
from pipeline.rules.mistakes import Problem, Say, explain, line_of, suggest
from pipeline.rules.patterns import Strict
from pipeline.rules.schema import Rule
from pipeline.rules.waivers import Waiver, Waivers

_YAML_HINTS = (  # what the YAML reader says -> what helps
    ("unknown escape", "write patterns in single quotes"),
    ("character escape code", "write the character itself"),
    ("mapping values are not allowed", "quote a text that holds `: `"),
    ("cannot start any token", "quote the text; indent with blanks, not tabs"),
    ("tab character", "indent with blanks, not tabs"),
    ("expected ':'", "write `key: value`, with a blank behind the colon"),
    ("end of stream", "a quote is not closed"),
    ("expected key", "check indentation and quotes; within single quotes write '' for '"),
    ("expected <document start>", "check indentation and quotes"),
    ("expected '-'", "check indentation"),
    ("expected ','", "a bracket is not closed, or a comma is missing"),
    ("expected node content", "a bracket is not closed"),
    ("another document", "one file holds one rule"),
    ("alias", "quote a text that begins with *"),
    ("nesting depth", "some brackets were opened and never closed"),
    ("incompatible", "leave out the line `%YAML`"),
)
_MOST = 200_000  # texts, lists and mappings of one file, counted wherever an alias repeats them
_DEEP = 50  # lists and mappings within each other

_Model = Rule | Language | Waivers
_Kind = type[Rule] | type[Language] | type[Waivers]
_Wrong = tuple[int | None, str, str | None]  # line, message, hint


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
    kind: _Kind
    node: Node
    said: Mapping[str, object]
    model: _Model | None


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
    if not rules and not languages:  # with a language alone, every document still yields its generic tables
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
            hint = suggest(wanted, known, "known are") if known else "there is no file in `shared`"
            problems.append(Problem(f.path, line_of(f.node, "language"), f"unknown language {wanted!r}", hint))
    return files, sorted(problems, key=lambda p: (p.path.as_posix(), p.line or 0))


def _read(path: Path, kind: _Kind, problems: list[Problem]) -> RuleFile | None:
    """One file, what is wrong with it added to `problems`; `None` where it is no YAML mapping."""
    try:
        content = path.read_bytes()
    except OSError as e:
        problems.append(Problem(path, None, f"the file cannot be read: {e.strerror}"))
        return None
    understood, wrong = _understand(content, kind)
    problems += [Problem(path, *told) for told in wrong]
    return RuleFile(path, kind, *understood) if understood else None


@lru_cache(maxsize=256)  # a dry run, a trial and a draft each load all rules, of which few have changed
def _understand(content: bytes, kind: _Kind) -> tuple[tuple[Node, Mapping[str, object], _Model | None] | None, list[_Wrong]]:
    wrong: list[_Wrong] = []
    told: set[_Wrong] = set()

    def say(line: int | None, message: str, hint: str | None) -> None:
        if (line, message, hint) not in told:  # aliases repeat what is wrong
            told.add((line, message, hint))
            wrong.append((line, message, hint))

    node = _compose(content, say)
    if node is None:
        return None, wrong
    plain = _Plain(say)
    said = plain.of(node)
    if plain.left < 0:
        return None, wrong
    if not isinstance(said, dict):
        say(line_of(node), "the file is no mapping", "it holds lines like `title: …`")
        return None, wrong
    try:
        return (node, said, kind.model_validate(said)), wrong
    except ValidationError as e:
        explain(e.errors(include_url=False), kind, node, say)
        return (node, said, None), wrong


def _compose(content: bytes, say: Say) -> Node | None:
    try:
        node: Node | None = yaml.compose(content.decode("utf-8"), Loader=yaml.CBaseLoader)
        if node is None:
            say(None, "the file is empty", None)
        return node
    except UnicodeDecodeError as e:
        say(e.object.count(b"\n", 0, e.start) + 1, "the file is no UTF-8 text", "save it as UTF-8")
    except ReaderError as e:
        say(content.count(b"\n", 0, e.position) + 1, f"YAML forbids the character #x{e.character:02x}", None)
    except MarkedYAMLError as e:
        # The end of the file says nothing about a quote that was never closed: tell where it opened.
        what = (e.problem or "").removeprefix("but ")
        mark = e.context_mark if "end of stream" in what and e.context_mark else e.problem_mark
        say(mark.line + 1 if mark else None, f"no valid YAML: {what}", next((h for part, h in _YAML_HINTS if part in what), None))
    return None


class _Plain:
    """What nodes say: every scalar a string as written, `None` where there is nothing."""

    def __init__(self, say: Say) -> None:
        self.say, self.left = say, _MOST

    def of(self, node: Node, above: frozenset[int] = frozenset()) -> object:
        """What one node says. `above`: the nodes that hold it."""
        line = node.start_mark.line + 1
        self.left -= 1
        if self.left < 0:
            if self.left == -1:
                self.say(line, "aliases repeat too much", f"a file holds no more than {_MOST:,} texts")
            return None
        if isinstance(node, ScalarNode):
            return self._scalar(node, line)
        if id(node) in above:
            self.say(line, "an alias that holds itself", None)
            return None
        if len(above) > _DEEP:
            self.left = -_MOST  # nothing more is read
            self.say(line, "lists and mappings are nested too deep", f"a file holds no more than {_DEEP} within each other")
            return None
        above |= {id(node)}
        if isinstance(node, SequenceNode):
            return [self.of(v, above) for v in node.value if self.left >= 0]
        out: dict[str, object] = {}
        lines: dict[str, int] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, ScalarNode):
                self.say(line, "a key must be a word", None)
            elif key.value in lines:
                self.say(line, f"key {key.value!r} stands twice", f"first on line {lines[key.value]}")
            else:
                lines[key.value] = line
                out[key.value] = self.of(value, above)
        return out

    def _scalar(self, node: ScalarNode, line: int) -> str | None:
        if str(node.tag).startswith("!"):
            self.say(line, f"{node.tag} is a YAML tag, no text", "quote a text that begins with !")
            return str(node.tag)
        text = str(node.value)
        return None if text == "" and not node.style else text
