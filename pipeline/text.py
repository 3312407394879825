"""Printed lines -> running text, and the normal forms by which labels and titles are compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz import fuzz

ALIKE = 72.0  # titles below this likeness are of different things

_ABBREVIATED = re.compile(r"(?:[^\W\d_a-zæøåäöüß]{2}|\d).$")  # `SFO-` + `pædagoger`, `2-` + `årig`: the hyphen is printed anywhere
_HYPHENS = "-\u2010\u00ad"
# `pleje- og omsorg` keeps its hyphen. Lines are joined before it is known which language they are in: words of all of them.
_KEEP = frozenset(("og", "eller", "samt", "men", "til", "och", "till", "and", "or", "und", "oder", "sowie"))


def join_lines(lines: Iterable[str]) -> str:
    """Lines joined with blanks, words that were hyphenated at a line end joined again.

    >>> join_lines(["administrative be-", "sparelser"])
    'administrative besparelser'
    >>> join_lines(["pleje-", "og omsorg"])
    'pleje- og omsorg'
    >>> join_lines(["Løn, SFO-", "pædagoger"])
    'Løn, SFO-pædagoger'
    """
    out = ""
    for line in lines:
        line = line.strip()
        between = seam(out, line)
        if line:
            out = out[:-1] + line if between is None else out + between + line
    return out


def excerpt(text: str, around: str, most: int = 60) -> str:
    """A part of a text, cut where words end, of at most so many characters beside those that it is to be read around.

    >>> excerpt("Udgifter til 30 pladser i alt på de to centre", "30", 12)
    '… til 30 …'
    """
    found = re.search(rf"(?<!\S){re.escape(around)}(?!\S)", text)  # by itself, not within another number
    at = found.start() if found else max(text.find(around), 0)
    first, last = at - most // 2, at + len(around) + most // 2
    start = 0 if first <= 0 else min(text.find(" ", first, at) + 1 or at, at)
    end = len(text) if last >= len(text) else max(text.rfind(" ", at + len(around), last), at + len(around))
    return ("… " if start else "") + text[start:end].strip() + (" …" if end < len(text) else "")


def seam(before: str, after: str) -> str | None:
    """What stands between two lines when they are joined: a blank, nothing, or `None`: the hyphen goes too."""
    if not before:
        return ""
    if len(before) < 2 or before[-1] not in _HYPHENS or not before[-2].isalnum() or not after:
        return " "
    if before[-1] == "\u00ad":
        return None
    if not after[0].isalpha():
        return "" if after[0].isdigit() and before[-2].isdigit() else " "
    first = re.match(r"[^\W\d_]*", after)
    if first and first[0].lower() in _KEEP:
        return " "
    if after[0].islower():
        return "" if _ABBREVIATED.search(before) else None
    return ""  # `P-` + `Hus`: a hyphen that belongs to the word


@lru_cache(maxsize=65536)
def normal(text: str) -> str:
    """Case, punctuation, blanks and Unicode form folded away: equal labels are equal strings."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.findall(r"[^\W_]+", folded))


def slug(text: str) -> str:
    """A folder-safe name: `Lyngby-Taarbæk` -> `lyngby-taarbaek`."""
    text = text.casefold()
    for a, b in (("æ", "ae"), ("ø", "oe"), ("å", "aa"), ("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        text = text.replace(a, b)
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def likeness(a: str, b: str) -> float:
    """How alike two titles are, 0 to 100; leaving words out costs less than changing them."""
    a, b = normal(a), normal(b)
    if a == b:
        return 100.0
    return 0.5 * fuzz.token_set_ratio(a, b) + 0.5 * fuzz.token_sort_ratio(a, b)
