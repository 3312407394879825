"""What people write to find something in print: a pattern with examples.

Patterns are those of the `regex` package (``\\p{Lu}`` is a capital letter), searched in one printed line unless said
otherwise, and always matched with a time limit.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import Annotated, Any

import regex
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

TIME_LIMIT = 1.0  # seconds that one pattern may take on one text

# Constructs by which a pattern may find a line and yet miss it inside a page: anything in `(?…)` but plain groups,
# names, positive look-arounds and `i`; verbs; possessive quantifiers; the ends of the text. Too careful is only slow.
_NEEDS_LINES = regex.compile(r"\(\?(?!:|=|<=|P<|i\)|i:)|\(\*|[*+?}]\+|\\[AZzGX]")
_LITERAL = regex.compile(r"\\(?:[pP]\{[^}]*\}|[^AZzGXpP])")  # escapes that are none of these, whatever stands behind them


class PatternTimeout(Exception):
    """A pattern ran away: it needs rewriting. The argument is the pattern."""

    def __str__(self) -> str:
        return f"the pattern {self.args[0]!r} took longer than {TIME_LIMIT:g} s on one text: rewrite it without nested repetition"


class Strict(BaseModel):
    """Base of everything in a rule file."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


def _compiles(text: str) -> str:
    try:
        regex.compile(text)
    except (regex.error, ValueError) as e:  # ValueError: flags that exclude each other, `x{1d<`
        raise ValueError(f"is no valid pattern: {e}") from None
    return text


Pattern = Annotated[str, Field(min_length=1), AfterValidator(_compiles)]


_SHORT, _LONG = 4, 12  # letters of a pattern from which on one or two of them may be misread


@lru_cache(maxsize=4096)
def _misread(pattern: str, errors: int) -> regex.Pattern[str]:
    return regex.compile(f"(?:{pattern}){{e<={errors}}}")


class Matcher(Strict):
    """A pattern and lines it must find. `not_examples` are lines that it must leave alone."""

    pattern: Pattern = Field(description="Pattern searched in a printed line.")
    examples: list[str] = Field(min_length=1, description="Printed text that the pattern must find.")
    not_examples: list[str] = Field(default_factory=list, description="Printed text that it must not find.")

    @cached_property
    def compiled(self) -> regex.Pattern[str]:
        return regex.compile(self.pattern)

    def search(self, text: str, start: int = 0, end: int | None = None) -> regex.Match[str] | None:
        """First match in `text`, or between two places of it. Raises `PatternTimeout`."""
        try:
            return self.compiled.search(text, start, end, timeout=TIME_LIMIT)
        except TimeoutError:
            raise PatternTimeout(self.pattern) from None

    def match(self, text: str, at: int = 0) -> regex.Match[str] | None:
        """The match that begins at a place of `text`. Raises `PatternTimeout`."""
        try:
            return self.compiled.match(text, at, timeout=TIME_LIMIT)
        except TimeoutError:
            raise PatternTimeout(self.pattern) from None

    def nearly(self, text: str, errors: int) -> bool:
        """Whether `text` has what the pattern finds but for some characters that OCR misread: none in a pattern of less than
        four letters, one in a pattern of less than twelve, else two; at most `errors`. Raises `PatternTimeout`."""
        letters = sum(ch.isalpha() for ch in self.pattern)
        errors = min(errors, 0 if letters < _SHORT else 1 if letters < _LONG else 2)
        try:
            return errors > 0 and _misread(self.pattern, errors).search(text, timeout=TIME_LIMIT) is not None
        except TimeoutError:
            raise PatternTimeout(self.pattern) from None

    def finditer(self, text: str) -> list[regex.Match[str]]:
        """All matches in `text`. Raises `PatternTimeout`."""
        try:
            return list(self.compiled.finditer(text, timeout=TIME_LIMIT))
        except TimeoutError:
            raise PatternTimeout(self.pattern) from None

    @cached_property
    def sieve(self) -> regex.Pattern[str] | None:
        """The pattern for whole pages, where it finds at least what it finds line by line; else `None`."""
        return None if _NEEDS_LINES.search(_LITERAL.sub("x", self.pattern)) else regex.compile(self.pattern, regex.MULTILINE)

    def find_lines(self, text: str, most: int | None = None) -> dict[int, regex.Match[str]]:
        """Number of a line of `text` -> first match in that line, for all lines (the first `most`) that have one.

        Equal to `search` on every line, in one pass over the text. Raises `PatternTimeout`.
        """
        out: dict[int, regex.Match[str]] = {}
        if self.sieve is None:
            for number, line in enumerate(text.split("\n")):
                if m := self.search(line):
                    out[number] = m
                    if len(out) == most:
                        break
            return out
        at = number = 0
        try:
            while hit := self.sieve.search(text, at, timeout=TIME_LIMIT):
                number += text.count("\n", at, hit.start())
                start = text.rfind("\n", 0, hit.start()) + 1
                end = text.find("\n", hit.start())
                end = len(text) if end < 0 else end
                m = self.search(text[start:end])  # the hit may have run over the end of the line
                if m:
                    out[number] = m
                if end == len(text) or len(out) == most:
                    break
                at, number = end + 1, number + 1
        except TimeoutError:
            raise PatternTimeout(self.pattern) from None
        return out

    def groups(self) -> set[str]:
        return set(self.compiled.groupindex)


def needs(*names: str) -> AfterValidator:
    """Check that a matcher captures the given named groups."""

    def check(m: Any) -> Any:
        missing = [n for n in names if n not in m.groups()]
        if missing:
            raise ValueError("the pattern must capture " + ", ".join(f"(?P<{n}>…)" for n in missing))
        return m

    return AfterValidator(check)


class Capture(Matcher):
    """Finds a value in the document: the group `value`, or a fixed `value` wherever the pattern is found."""

    value: str | None = Field(default=None, description="Fixed value; without it the pattern captures (?P<value>…).")

    @model_validator(mode="after")
    def _has_value(self) -> Capture:
        if self.value is None and "value" not in self.groups():
            raise ValueError("the pattern must capture (?P<value>…), or give a fixed `value`")
        return self

    def take(self, m: regex.Match[str]) -> str | None:
        """The value that a match gives; `None` where its group took no part in it."""
        return self.value if self.value is not None else m["value"]


def _listed(v: Any) -> Any:
    return [v] if isinstance(v, dict) else v


Captures = Annotated[list[Capture], BeforeValidator(_listed), Field(default_factory=list)]
