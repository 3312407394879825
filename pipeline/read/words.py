"""Characters -> words -> lines: where a word ends, what is a superscript, what stands on one line."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Sequence
from operator import attrgetter
from typing import NamedTuple

from pipeline.model import Line, Word

ASCENT, DESCENT = 0.8, 0.2  # share of the font size that a word's box reaches above and below its baseline
_LENGTH = re.compile(r"(?:^|[\d/(])[kcdm]?m$")  # a unit that an exponent makes one of areas or volumes
_EXPONENTS = {"2": "²", "3": "³"}
_MARK_LENGTH = 3
_BEHIND = 0.2  # share of the size by which a superscript stands apart from its word at most
_TOUCHES = 0.05  # the same behind a figure, beside which smaller ones may stand
_RAISED_SIZE = 0.85  # a superscript is set at no more than this share of its neighbours' size
_LARGER = 2.5  # times the size of a superscript at most has the word that it is raised beside
_RAISED_BY = 0.1  # and its baseline stands at least this share of that size above theirs
_LINE = 0.7  # characters whose baselines differ by more than this share of the size stand on different lines
_JOINS = 0.04  # words closer than this share of the size are parts of one
_SPACED, _WIDEST = 3, 0.2  # unless so many, most of them single letters, do so all along a line; then no further than this
_LEADER = re.compile(r"\.{4,}|…{2,}|_{4,}|\.{3}(?=[-−–+(]?\d)")
_AFTER_DOTS = re.compile(r"\.[-−–+(]?\d")
_GAP = 0.6  # a gap wider than this share of the size ends a word even without a blank


def baseline(w: Word) -> float:
    """Where a word stands, from the top of the page."""
    return w.bottom - DESCENT * w.size


class Glyph(NamedTuple):
    """A character as placed: its left and right side, its baseline, its size."""

    x0: float
    x1: float
    base: float
    size: float


def split_word(text: str, glyphs: Sequence[Glyph], bold: bool) -> list[Word]:
    """One run of characters -> words: cut at wide gaps, a superscript at the end set apart as the word's mark.

    Characters of large letters that run over the text are no part of it, nor are dots that lead to a figure.
    """
    cuts = {i for i in range(1, len(text)) if _is_larger(glyphs[i - 1].size, glyphs[i].size)}
    cuts |= {i for found in _LEADER.finditer(text) for i in found.span()}
    parts = sorted(cuts | {0, len(text)})
    return [w for a, b in zip(parts, parts[1:], strict=False) for w in _split_word(text[a:b], glyphs[a:b], bold)]


def led(text: str) -> bool:
    """Whether dots that lead to a figure touch what stands before or behind them."""
    return _LEADER.search(text) is not None


def _is_larger(a: float, b: float) -> bool:
    return a > _LARGER * b or b > _LARGER * a


def _split_word(text: str, glyphs: Sequence[Glyph], bold: bool) -> list[Word]:
    size = max(g.size for g in glyphs)
    base = max(g.base for g in glyphs if g.size > size * _RAISED_SIZE)
    out: list[Word] = []
    start = 0
    for i in range(1, len(text) + 1):
        ends = i == len(text)
        if not ends:
            gap = glyphs[i].x0 - glyphs[i - 1].x1
            below = abs(glyphs[i].base - glyphs[i - 1].base) > size * _LINE
            ends = below or gap > size * _GAP or glyphs[i].x1 < glyphs[i - 1].x0 - size * _GAP
        if ends:
            out.append(_word(text[start:i], glyphs[start:i], size, base, bold))
            start = i
    return out


def _word(text: str, glyphs: Sequence[Glyph], size: float, base: float, bold: bool) -> Word:
    cut = len(text)
    while cut and _is_raised(glyphs[cut - 1].size, glyphs[cut - 1].base, size, base):
        cut -= 1
    mark, cut = (text[cut:], cut) if cut else ("", len(text))
    own = max(g.size for g in glyphs[:cut])
    own_base = max(g.base for g in glyphs[:cut])
    word = Word(text[:cut], glyphs[0].x0, own_base - own * ASCENT, max(g.x1 for g in glyphs[:cut]),
                own_base + own * DESCENT, own, bold)  # fmt: skip
    return _marked(word, mark, glyphs[-1].x1) if mark else word


def _marked(word: Word, mark: str, x1: float) -> Word:
    """A word with the superscript that stands behind it, to `x1`; that of `m²` is part of the unit. A figure ends before its own."""
    if mark in _EXPONENTS and _LENGTH.search(word.text):
        return word._replace(text=word.text + _EXPONENTS[mark], x1=max(word.x1, x1))
    return word._replace(mark=mark, x1=max(word.x1, x1) if word.text[-1].isalpha() else word.x1)


def _is_raised(size: float, base: float, beside: float, beside_base: float) -> bool:
    """Smaller than its neighbours and standing above their baseline: a superscript."""
    return size <= beside * _RAISED_SIZE and beside_base - base >= beside * _RAISED_BY


def build_lines(words: Sequence[Word]) -> tuple[Line, ...]:
    """Words that stand upright -> lines from top to bottom; text printed twice in one place counts once."""
    words = _with_raised(words)
    rows: list[list[Word]] = []
    centre = limit = 0.0
    placed = [(w.top + w.bottom, w.x0, k) for k, w in enumerate(words)]
    placed.sort()
    for twice, _, k in placed:
        w = words[k]
        middle = twice / 2
        if rows and middle - centre <= limit:
            rows[-1].append(w)
            if w.size > 2 * limit:  # a taller word sets the line
                centre, limit = middle, w.size / 2
        else:
            rows.append([w])
            centre, limit = middle, w.size / 2
    for r in rows:
        r.sort(key=_x0)
    gaps = [_letter_gap(r) for r in rows]
    apart = sorted(g for g in gaps if g > _JOINS)
    joins = apart[len(apart) // 2] if len(apart) * 5 > len(rows) else _JOINS  # a page whose letters are set apart
    return tuple(_line(r, max(joins, g)) for r, g in zip(rows, gaps, strict=True))


def _with_raised(words: Sequence[Word]) -> Sequence[Word]:
    """The words with the superscripts right behind them, which a figure between two lines of a label may stand level with."""
    sizes = sorted(w.size for w in words)
    small = sizes[len(sizes) // 2] * _RAISED_SIZE if sizes else 0.0
    raised = [k for k, w in enumerate(words) if w.size <= small and len(w.text) <= _MARK_LENGTH]
    if not raised:
        return words
    by_end = sorted((w.x1, n) for n, w in enumerate(words))
    out: list[Word | None] = list(words)
    for k in raised:
        w = words[k]
        near = _LARGER * w.size * _BEHIND
        ends = by_end[bisect(by_end, (w.x0 - near, -1)) : bisect(by_end, (w.x0 + near, -1))]
        beside = [(last.bottom, n) for last, n in ((words[n], n) for _, n in ends)
                  if abs(w.x0 - last.x1) < _BEHIND * last.size and w.top < last.bottom and last.top < w.bottom
                  and not last.mark and _raised_beside(w, last)
                  and (last.text[-1].isalpha() or abs(w.x0 - last.x1) < _TOUCHES * last.size)]  # fmt: skip
        if len(beside) == 1 and (own := out[beside[0][1]]) and not own.mark:
            out[beside[0][1]], out[k] = _marked(own, w.text, w.x1), None
    return [w for w in out if w]


_x0, _of_text = attrgetter("x0"), attrgetter("text")


def _letter_gap(words: Sequence[Word]) -> float:
    """The widest gap, in font sizes, between two letters of one word: more where letters are set apart one by one."""
    if len(words) < _SPACED:
        return _JOINS
    letters = [text for text in map(_of_text, words) if len(text) == 1]
    if len(letters) * 2 < len(words) or sum(map(str.isalpha, letters)) * 2 < len(words):
        return _JOINS
    gaps = sorted((b.x0 - a.x1) / b.size for a, b in zip(words, words[1:], strict=False))
    return max(_JOINS, min(_WIDEST, gaps[len(gaps) // 2] * 1.6))


def _line(words: list[Word], joins: float) -> Line:
    """Words from left to right -> a line: parts of one word joined, superscripts tied to what they stand behind."""
    last = words[0]
    out = [last]
    for w in words[1:]:
        gap = w.x0 - last.x1
        # a blank apart and no superscript: so it is with nearly every word
        if gap >= last.size * joins and w.size > last.size * _RAISED_SIZE:
            if last.text == "." and w.text[0] == "." and _AFTER_DOTS.match(w.text):
                w = w._replace(text=w.text[1:], x0=w.x0 + (last.x1 - last.x0))  # the last dot of a row touches its figure
            out.append(w)
            last = w
            continue
        if w.text == last.text and abs(w.x0 - last.x0) < 1.5 and abs(w.top - last.top) < 1.5:
            continue  # printed twice, as a shadow or for weight
        if not last.mark and gap < last.size * 0.4 and len(w.text) <= _MARK_LENGTH and _raised_beside(w, last):
            out[-1] = last = _marked(last, w.text, w.x1)
        elif _leads(w, last, out):
            out.append(w)
            last = w
        elif not last.mark and -0.3 * last.size < gap < joins * last.size and last.size * 0.8 < w.size < last.size * 1.25:
            out[-1] = last = last._replace(text=last.text + w.text, x1=max(last.x1, w.x1), mark=w.mark,
                                           bold=last.bold and w.bold)  # fmt: skip
        else:
            out.append(w)
            last = w
    return Line(" ".join([w.text for w in out]), tuple(out), out[0].x0, min([w.top for w in out]),
                max([w.x1 for w in out]), max([w.bottom for w in out]))  # fmt: skip


def _leads(w: Word, last: Word, before: Sequence[Word]) -> bool:
    """Whether of two words that touch one is dots that lead from a label to its figure."""
    row = last.text == "." and len(before) > 1 and before[-2].text == "." and w.text[0] != "."
    return row or _LEADER.fullmatch(w.text) is not None or _LEADER.fullmatch(last.text) is not None


def _raised_beside(w: Word, last: Word) -> bool:
    return _is_raised(w.size, baseline(w), last.size, baseline(last))
