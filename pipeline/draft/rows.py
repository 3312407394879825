"""Which kind of row each label stands for, and the sums between the kinds: what `search` found, as entries of a rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import regex

from pipeline.draft.columns import said_by
from pipeline.draft.patterns import YEAR, escape, listed
from pipeline.draft.search import Row, search
from pipeline.rules.language import DraftWords
from pipeline.rules.patterns import Matcher

_CODE = regex.compile(r"(?:§ ?)?\d+(?:\.\d+)*(?= )")  # before the words of a label
_WORDS = 4  # of a label that is no more than the name of what its row counts
_MANY = 1000  # below a longer label, what is as much is money and neither positions nor per cent


@dataclass(slots=True)
class RowGuess:
    """Rows and sums of a table rule, as data."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    sums: list[dict[str, Any]] = field(default_factory=list)


def is_staffing(label: str, words: DraftWords) -> bool:
    return bool(said_by(words.measures, label) == "staffing")


def guess_rows(tables: Sequence[Sequence[Row]], words: DraftWords) -> list[RowGuess]:
    """The row kinds under which the sums of all tables of one kind may close, the likeliest first."""
    out = RowGuess()
    beside = {r.label: kind for rows in tables for r in rows if (kind := _beside(r, words))}
    for kind in ("staffing", "memo", "percent", "count", "ignore"):
        own = [lb for lb in beside if beside[lb] == kind]
        if own:
            others = [r.label for rows in tables for r in rows if r.label not in own]
            said = {"kind": "item", "measure": kind} if kind in ("percent", "count") else {"kind": kind}
            out.rows.append({**said, "pattern": _words_of(own, others, words), "examples": own[:3]})
    plain = [[r for r in rows if r.label not in beside] for rows in tables]
    closings = _closings(plain, words) or [RowGuess(_named_totals(plain, words))]
    return [replace(out, rows=[*out.rows, *g.rows], sums=g.sums) for g in closings]


def _named_totals(tables: Sequence[Sequence[Row]], words: DraftWords) -> list[dict[str, Any]]:
    """The rows that say that they are sums, where none closes one: no items, for these would count twice."""
    labels = list(dict.fromkeys(r.label for rows in tables for r in rows))
    own = [lb for lb in labels if _says_sum(lb, words)]
    if not own or len(own) == len(labels):
        return []
    return [{"kind": "total", "pattern": pattern_for(own, [lb for lb in labels if lb not in own], words), "examples": own[:3]}]


def _says_sum(label: str, words: DraftWords) -> bool:
    return any(m.search(label) for m in words.totals)


def _closings(tables: Sequence[Sequence[Row]], words: DraftWords) -> list[RowGuess]:
    """The rows that may close sums, the likeliest first: below what they sum up, above it, or groups above and results below."""
    found: list[tuple[float, RowGuess]] = []

    says = partial(_says_sum, words=words)
    below = [search(rows, says) for rows in tables]
    above = [search(rows[::-1], says) for rows in tables]
    if any(lv > 0 for s in below for lv in s.levels):
        found.append((sum(s.score for s in below), _written(tables, [s.levels for s in below], words)))
    if any(lv > 0 for s in above for lv in s.levels):
        guess = _written(tables, [s.levels[::-1] for s in above], words)
        above_all = replace(guess, sums=[{**s, "totals": "above"} for s in guess.sums])
        found.append((sum(s.score for s in above) - 0.5, above_all))
    grouped = [search(rows[::-1], says, groups=True) for rows in tables]
    outer = [[rows[::-1][at] for at in s.left][::-1] for rows, s in zip(tables, grouped, strict=True)]
    results = [search(rows, says) for rows in outer]
    if all(any(lv > 0 for s in some for lv in s.levels) for some in (grouped, results)):
        levels = [s.levels[::-1] for s in grouped]
        mixed = _with_groups(_written(outer, [s.levels for s in results], words), levels, tables, words)
        found.append((sum(s.score for s in grouped) + sum(s.score for s in results) - 1.0, mixed))
    return [g for _, g in sorted(found, key=lambda f: -f[0])]


def _with_groups(results: RowGuess, levels: Sequence[Sequence[int]], tables: Sequence[Sequence[Row]], words: DraftWords) -> RowGuess:
    """Results below, of groups that stand above their items, and those above groups of their own."""
    labels = list(dict.fromkeys(r.label for rows in tables for r in rows))
    closing = {lb for lb in labels if any(regex.search(r["pattern"], lb) for r in results.rows)}
    of: dict[str, int] = {}  # a label has one level: the highest it was given
    for rows, own in zip(tables, levels, strict=True):
        for row, level in zip(rows, own, strict=True):
            if level > 0 and row.label not in closing:
                of[row.label] = max(of.get(row.label, 0), level)
    if not of:
        return results
    used = sorted(set(of.values()))
    names = {lv: "group" if len(used) == 1 else f"group_{k}" for k, lv in enumerate(used, 1)}
    entries: list[dict[str, Any]] = []
    for level in reversed(used):
        own_labels = [lb for lb in labels if of.get(lb) == level]
        pattern = pattern_for(own_labels, [lb for lb in labels if of.get(lb, 0) < level], words)
        entries.append({"kind": "subtotal", "name": names[level], "pattern": pattern, "examples": own_labels[:3]})
    sums: list[dict[str, Any]] = [
        {"equation": " + ".join(["item", *(names[lv] for lv in used if lv < level)]) + f" = {names[level]}", "totals": "above"}
        for level in used
    ]
    outer = [{"equation": " + ".join([*names.values(), s["equation"]])} for s in results.sums]
    return RowGuess([*entries, *results.rows], [*sums, *outer])


def _beside(row: Row, words: DraftWords) -> str | None:
    """Rows that no sum takes in: positions, what is a part of the row above, percentages, counts, the numbers of the columns."""
    known = [v for v in row.values if v is not None]
    # a short label names a kind of figures, a longer one may speak of it: `Abbau von 3,5 Stellen`, `Verzicht auf freie Stellen`
    short, few = len(row.label.split()) <= _WORDS, all(abs(v) < _MANY for v in known)
    named = (short or few) and not any(ch.isdigit() for ch in YEAR.sub("", row.label))
    if named and is_staffing(row.label, words):
        return "staffing"
    if words.of_which and words.of_which.search(row.label):
        return "memo"
    numbers = [int(t) for t in row.label.split() if t.isdigit()]
    if numbers and len(numbers) == len(row.label.split()) and known == [numbers[-1] + k for k in range(1, len(known) + 1)]:
        return "ignore"
    says = said_by(words.measures, row.label)
    return says if (named and says == "percent") or (says == "count" and _counts(row.label, words)) else None


def _counts(label: str, words: DraftWords) -> bool:
    """Whether a label begins with what says that it counts things: `Antal pladser`; `Tilskud pr. antal pladser` does not."""
    return any(w.says == "count" and (m := w.search(label)) and not m.start() for w in words.measures)


def _words_of(labels: Sequence[str], others: Sequence[str], words: DraftWords) -> str:
    """The words that some labels were known by, where no other label has them; else the labels themselves."""
    known: list[Matcher] = [*words.measures, *([words.of_which] if words.of_which else [])]
    found: dict[str, None] = {}
    for label in labels:
        m = next((m for w in known if (m := w.search(label))), None)
        if m is None:
            return listed(labels)
        start, end = ("^" if not m.start() else r"\b"), (r"\b" if m[0][-1:].isalnum() else "")
        found[start + escape(m[0].casefold()) + end] = None
    form = "(?i)" + "|".join(found)
    works = all(regex.search(form, lb) for lb in labels) and not any(regex.search(form, lb) for lb in others)
    return form if works else listed(labels)


# --- what was found -> rows and sums


def _written(tables: Sequence[Sequence[Row]], levels: Sequence[Sequence[int]], words: DraftWords) -> RowGuess:
    out = RowGuess()
    highest = max(lv for own in levels for lv in own)
    beside: list[str] = []
    of: dict[str, int] = {}  # a label has one level: the highest it was given
    inner = {r.label for rows, own in zip(tables, levels, strict=True) for r, lv in zip(rows, own, strict=True) if 0 < lv < max(own)}
    for rows, own in zip(tables, levels, strict=True):
        top = max(own, default=0)
        for row, level in zip(rows, own, strict=True):
            if level < 0:
                beside.append(row.label)
            elif level:
                outer = level == top and _says_sum(row.label, words) and row.label not in inner
                of[row.label] = max(of.get(row.label, 0), highest if outer else level)
    # what closes a table as the total of another does, and says so, is one too, be it that nothing was found to sum up to it
    ends = [(rows[-1].label, own[-1]) for rows, own in zip(tables, levels, strict=True) if rows and _says_sum(rows[-1].label, words)]
    if any(level == highest for _, level in ends):
        of |= {label: highest for label, level in ends if level == 0}
    beside = [lb for lb in dict.fromkeys(beside) if lb not in of]
    others = [r.label for rows in tables for r in rows if r.label not in of]
    names = {highest: "total", **{lv: "subtotal" if highest == 2 else f"level_{lv}" for lv in range(1, highest)}}
    used = [lv for lv in range(highest, 0, -1) if lv in of.values()]
    entries: list[dict[str, Any]] = []
    for level in used:
        own_labels = [lb for lb, lv in of.items() if lv == level]
        rest = [*others, *beside, *(lb for lb, lv in of.items() if lv < level)]  # those above it are taken already
        entry: dict[str, Any] = {"kind": "total" if level == highest else "subtotal"}
        if names[level] not in ("total", "subtotal"):
            entry["name"] = names[level]
        pattern = pattern_for(own_labels, rest, words)
        bold = {r.label: r.label_bold for rows in tables for r in rows}
        if pattern.startswith("^(?:") and all(bold[lb] for lb in own_labels) and not any(bold.get(lb) for lb in rest):
            entry, pattern = entry | {"bold": True}, r"\p{L}"
        entries.append({**entry, "pattern": pattern, "examples": own_labels[:3]})
    out.rows += entries
    if beside:
        out.rows.append({"kind": "memo", "pattern": listed(beside), "examples": beside[:3]})
    for level in sorted(used):
        below = [names[lv] for lv in sorted(used) if lv < level]
        kept = " + memo" if beside and level == 1 else ""
        out.sums.append({"equation": " + ".join(["item", *below]) + f" = {names[level]}{kept}"})
    return out


def pattern_for(labels: Sequence[str], others: Sequence[str], words: DraftWords) -> str:
    """A pattern that finds all labels and none of the others, in words or codes that other documents may share."""
    for form in [*(m.pattern for m in words.totals), *_code_forms(labels)]:
        p = regex.compile(form)
        if all(p.search(lb) for lb in labels) and not any(p.search(lb) for lb in others):
            return form
    if len(labels) > 2:
        for form in (f"{escape(_common([lb[::-1] for lb in labels])[::-1])}$", f"^{escape(_common(labels))}"):
            if len(form) > 5 and not any(regex.search(form, lb) for lb in others):
                return form
    return listed(labels)


def _code_forms(labels: Sequence[str]) -> list[str]:
    """Codes of one length before the labels: `010 Rolnictwo`, `700 Gospodarka` -> `^\\d{3} \\p{L}`."""
    codes = [m[0] if (m := _CODE.match(lb)) else "" for lb in labels]
    shapes = {regex.sub(r"\d+", lambda m: rf"\d{{{len(m[0])}}}", escape(c)) for c in codes}
    return [f"^{shapes.pop()} \\p{{L}}"] if len(shapes) == 1 and codes[0] and len(labels) > 1 else []


def _common(labels: Sequence[str]) -> str:
    """What all labels begin with."""
    first, last = min(labels), max(labels)
    return next((first[:n] for n, c in enumerate(first) if n >= len(last) or last[n] != c), first)
