"""What a rules folder is put to the test with: examples both ways, neighbours, patterns that run away."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from pathlib import Path
from time import process_time
from typing import NamedTuple

import regex

from pipeline.rules.language import Context, Unit, Word
from pipeline.rules.load import read_files
from pipeline.rules.mistakes import Loc, Problem, line_of
from pipeline.rules.patterns import TIME_LIMIT, Capture, Matcher, PatternTimeout, Strict
from pipeline.rules.schema import ColumnRule, FieldRule, RowRule

PROBE_LIMIT = 0.2  # seconds of computing that a pattern may take on a text made to trip it
_LINE, _PARAGRAPH = 250, 2000  # lengths of such texts
_FIRST_ENTRY = (Capture, ColumnRule, FieldRule, RowRule, Word)  # lists of which the first entry that finds anything counts
_LEFTMOST = (Context, Unit)  # … the entry that finds something furthest left, then the first of them
_RUN = regex.compile(r"\p{L}+|\d+|\s+|.", regex.DOTALL)


def check_rules(folder: Path) -> list[Problem]:
    """All that is wrong with the rules of a folder: what `load_rules` finds, and patterns that fail their own test.

    Each example is found by its pattern and no `not_examples` is; an example is not taken by a neighbour; each named
    group is filled by an example; no pattern runs away on texts made from its examples.
    """
    files, problems = read_files(folder)
    for file in files:
        if file.model is not None:
            line = partial(line_of, file.node)
            problems += [Problem(file.path, line(*f.loc), f.message, f.hint) for f in faults(file.model, line)]
    return sorted(problems, key=lambda p: (p.path.as_posix(), p.line or 0))


class Fault(NamedTuple):
    """A pattern that fails its own test: where it stands, what is wrong, what would help."""

    loc: Loc
    message: str
    hint: str | None = None


def faults(model: Strict, line: Callable[..., int] = lambda *loc: 0) -> Iterator[Fault]:
    """What `check_rules` says of one file; `line`: the line on which a place stands."""
    for loc, matcher, siblings in _matchers(model, ()):
        try:
            yield from _trial(loc, matcher, siblings, line)
        except PatternTimeout as e:
            yield Fault(loc, str(e))


def _matchers(model: Strict, at: Loc) -> Iterator[tuple[Loc, Matcher, Sequence[Matcher]]]:
    """Every matcher that was written inside `model`: its place, itself, and the list it stands in."""
    for name in type(model).model_fields:
        if name not in model.model_fields_set:
            continue
        value = getattr(model, name)
        entries = value if isinstance(value, list) else []
        siblings = [m for m in entries if isinstance(m, Matcher)]
        places = [((*at, name), value), *(((*at, name, i), m) for i, m in enumerate(entries))]
        for loc, child in places:
            if isinstance(child, Matcher):
                yield loc, child, siblings
            if isinstance(child, Strict):
                yield from _matchers(child, loc)


def _trial(loc: Loc, m: Matcher, siblings: Sequence[Matcher], line: Callable[..., int]) -> Iterator[Fault]:
    def problem(message: str, hint: str | None, *within: int | str) -> Fault:
        return Fault((*loc, *within), message, hint)

    slow = _runs_away(m.pattern, tuple(m.examples))
    if slow is not None:
        yield problem(f"the pattern runs away on {slow}", "rewrite it without nested repetition", "pattern")
        return
    hits = [m.search(e) for e in m.examples]
    for i, (example, hit) in enumerate(zip(m.examples, hits, strict=True)):
        if hit is None:
            yield problem(f"example {example!r} is not found by its own pattern", None, "examples", i)
        elif (other := _taken(example, hit, m, siblings)) is not None:
            mine, theirs = line(*loc), line(*loc[:-1], other)
            message = f"example {example!r} of the entry on line {mine} is taken by the entry on line {theirs}"
            yield problem(message, "narrow that pattern, or put the narrower entry first", "examples", i)
    for i, text in enumerate(m.not_examples):
        if found := m.search(text):
            yield problem(f"not_example {text!r} is found by the pattern, as {found[0]!r}", None, "not_examples", i)
    for group in sorted(m.groups() if all(hits) else ()):
        called = f"(?&{group})" in m.pattern  # a part that is only called never captures
        if not called and not any((hit[group] or "").strip() for hit in hits if hit):
            yield problem(f"no example fills (?P<{group}>…)", "add an example that does", "pattern")


def _taken(text: str, hit: regex.Match[str], m: Matcher, siblings: Sequence[Matcher]) -> int | None:
    """Which sibling reads `text` in the place of `m`, as entries of their kind are tried; `None`: m itself does."""
    if any(_runs_away(s.pattern, tuple(s.examples)) for s in siblings):
        return None  # that is told already, and nothing can be tried beside it
    own = next((i for i, s in enumerate(siblings) if s is m), 0)
    if isinstance(m, _FIRST_ENTRY):
        return next((i for i, s in enumerate(siblings[:own]) if s.search(text)), None)
    if not isinstance(m, _LEFTMOST):
        return None
    at, takers = 0, []
    while found := [(f.start(), i, f.end()) for i, s in enumerate(siblings) if (f := _from(s, text, at))]:
        start, i, end = min(found)
        if i == own:
            return None
        if start < hit.end() and end > hit.start():
            takers.append(i)
        at = max(end, start + 1)
    return takers[0] if takers else None


def _from(m: Matcher, text: str, at: int) -> regex.Match[str] | None:
    try:
        return m.compiled.search(text, at, timeout=TIME_LIMIT)
    except TimeoutError:
        raise PatternTimeout(m.pattern) from None


# --- patterns that run away --------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def _runs_away(pattern: str, examples: tuple[str, ...]) -> str | None:
    """A text on which the pattern takes longer than `PROBE_LIMIT`, shown shortened."""
    compiled, slowest, longest = regex.compile(pattern), ("", "a", "!"), 0.0
    text = ""
    try:
        for probe in _probes(examples):
            text = _pumped(probe, _LINE)
            started = process_time()
            compiled.search(text, timeout=PROBE_LIMIT)
            if (took := process_time() - started) > longest:
                slowest, longest = probe, took
            if longest > PROBE_LIMIT / 10:
                break  # a paragraph is eight lines long: there it will be over the limit
        # What is worst on a line is tried on a paragraph as well; all of them would take long.
        for probe in (slowest, *(("", e, end) for e in examples for end in ("", "!"))):
            text = _pumped(probe, _PARAGRAPH)
            compiled.search(text, timeout=PROBE_LIMIT)
    except TimeoutError:
        return f"{text[:24]!r}… of {len(text)} characters"
    return None


def _pumped(probe: tuple[str, str, str], length: int) -> str:
    before, repeated, after = probe
    return before + (repeated * length)[: length - len(before) - len(after)] + after


def _probes(examples: Sequence[str]) -> list[tuple[str, str, str]]:
    """Beginnings, what to repeat after them, and ends that let the search fail late.

    Each part of an example is drawn out in turn. The rest of the example follows once, because a pattern is not even
    begun on a text that lacks a letter it needs.
    """
    runs = [("", unit, "!") for unit in ("a", "1", " ", "(a", "a ", "1.", "1 ", "-", ". ", "A")]
    parts = [(e[: m.end()], m[0][-1], e[m.end() :]) for e in examples for m in _RUN.finditer(e[:120])]
    pumps = [(head, unit, end + tail) for head, unit, rest in parts for end in "!a0 " for tail in ("", rest)]
    return list(dict.fromkeys([*runs, *pumps]))
