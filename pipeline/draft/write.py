"""A drafted rule as commented YAML, in the manner of the rules that people write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import regex

_BARE = regex.compile(r"^[\p{L}][\p{L}\d_. =+/-]*$")
_NOT_BARE = regex.compile(r"(?i)^(?:yes|no|on|off|true|false|null)$|: |\s#|\s$")


def scalar(value: object) -> str:
    """A value as YAML writes it; patterns and examples in single quotes."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    text = str(value)
    if not text.isprintable():  # single quotes know no escapes
        return '"' + "".join(c if c.isprintable() and c not in '\\"' else f"\\U{ord(c):08x}" for c in text) + '"'
    return text if _BARE.match(text) and not _NOT_BARE.search(text) else "'" + text.replace("'", "''") + "'"


def flow(data: Mapping[str, Any]) -> str:
    """A mapping on one line."""
    return "{" + ", ".join(f"{k}: {_value(v)}" for k, v in data.items()) + "}"


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return flow(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(_quoted(v) for v in value) + "]"
    return scalar(value)


def _quoted(value: object) -> str:
    """An entry of a list: a comma would end it."""
    return scalar(value) if "," not in str(value) else "'" + str(value).replace("'", "''") + "'"


def remark(text: str, indent: int = 0, ask: bool = False) -> str:
    """A comment; `ask`: one that a person answers."""
    return " " * indent + ("# ? " if ask else "# ") + " ".join(text.split())


def entries(name: str, data: Sequence[Mapping[str, Any]], indent: int, remarks: Mapping[int, Sequence[str]]) -> Iterator[str]:
    """A list of mappings, one a line, each below its remarks."""
    pad = " " * indent
    yield f"{pad}{name}:"
    for n, entry in enumerate(data):
        yield from remarks.get(n, ())
        yield f"{pad}  - {flow(entry)}"


def write(data: Mapping[str, Any], head: Sequence[str], remarks: Mapping[str, Sequence[str]]) -> str:
    """The rule as text. `remarks` by place: a key, `tables.0`, `tables.0.columns.1` …, without indentation."""

    def told(place: str, indent: int) -> list[str]:
        return [" " * indent + r for r in remarks.get(place, ())]

    def numbered(place: str, n: int, indent: int) -> dict[int, list[str]]:
        return {k: told(f"{place}.{k}", indent) for k in range(n)}

    out = [*head]
    out += [f"{k}: {scalar(data[k])}" for k in ("id", "title")]
    out += [*told("language", 0), f"language: {scalar(data['language'])}", ""]
    out += [*told("recognise", 0), *entries("recognise", data["recognise"], 0, numbered("recognise", len(data["recognise"]), 2)), ""]
    out += [*told("document", 0), "document:"]
    for key, value in data["document"].items():
        out += told(f"document.{key}", 2)
        out += [f"  {key}: {scalar(value)}"] if isinstance(value, str) else [f"  {key}:", *(f"    - {flow(v)}" for v in value)]
    out += ["", *told("money", 0), f"money: {flow(data['money'])}"]
    if data.get("captions"):
        own = numbered("captions", len(data["captions"]), 2)
        out += ["", *told("captions", 0), *entries("captions", data["captions"], 0, own)]
    if data.get("tables"):
        out += ["", *told("tables", 0), "tables:"]
    for t, table in enumerate(data.get("tables", ())):
        out += told(f"tables.{t}", 2)
        lead = "  - "
        for key, value in table.items():
            place = f"tables.{t}.{key}"
            if lead == "    ":
                out += told(place, 4)
            if isinstance(value, list):
                listed = list(entries(key, value, 4, numbered(place, len(value), 6)))
                out += listed
            else:
                out.append(f"{lead}{key}: {_value(value)}")
            lead = "    "
    if data.get("ignore"):
        out += ["", *told("ignore", 0), *entries("ignore", data["ignore"], 0, numbered("ignore", len(data["ignore"]), 2))]
    out += ["", *told("end", 0)] if remarks.get("end") else []
    return "\n".join(out) + "\n"
