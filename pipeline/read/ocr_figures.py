"""A second look at every figure: read again as digits only, and held against the shape of its ink.

What two readings and the shape agree on is sure. A figure they quarrel about is read twice more, larger and in the company of a
figure that is sure, and the majority is taken, with little confidence. Nothing is decided by what would be plausible.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from statistics import median

import cv2
import numpy as np

from pipeline.numbers import parse
from pipeline.read.ocr_engine import Printed
from pipeline.read.ocr_picture import Grey
from pipeline.read.ocr_segments import Piece
from pipeline.read.ocr_shapes import begins_with_dash, fits, is_dash, put_into, shapes_of
from pipeline.read.ocr_words import MARGIN, Read, cut_out

Reader = Callable[[Sequence[Grey]], list[list[Printed]]]

UNREAD = "\ufffd"  # ink that nobody can read
DOUBTFUL = 0.6  # a word read with less confidence may be anything
_LONGEST = 14  # pieces of ink that a figure may have
_SLIPS = str.maketrans({**dict.fromkeys("—–−‐‑~=_", "-"), **dict.fromkeys("OoQ", "0"), **dict.fromkeys("lI|]", "1")})
_LIKE = re.compile(r"[-—–−‐‑~=_+(]*[OolI|]*\d[\dOolI|.,'’-]*[)%-]*")
_LETTERS = re.compile(r"[^\W\d_]{3}")
_ROUND = frozenset("OoQD")  # what a lone nought is taken for
_SIGNS = frozenset("-*•+&o")  # words that are no figures, however badly they are read
_ENLARGED = 1.5
# How sure a figure is by how many readings say it, with its shape or against it:
_SURE, _WITH_SHAPE, _AGAINST, _QUARREL = 0.95, (0.3, 0.55, 0.75, 0.85, 0.9), (0.2, 0.3, 0.5, 0.7, 0.8), 0.2
_MAYBE_SIGNED = 0.5  # there may be a dash before it that touches, or one that some reading does not see
_COUNTED = 2  # digits of an enumerator at most
_PUT, _LESS = 0.8, 0.5  # votes of a reading put into the shape of its ink; of one that has a point less then, for ink may merge
_SIGNED = frozenset("-+(")
_RANGE = re.compile(r"\d[-—–−‐‑]\d")


def confirm(words: Sequence[Read], grey: Grey, letter: float, read: Reader) -> list[Read]:
    """The words, every figure among them looked at again; words without a figure are left as they are.

    `letter` is the height of a usual letter; `read` gives what pictures say as digits.
    """
    company = Counter(w.segment for w in words)
    out = [_as_dash(w) if company[w.segment] == 1 and is_dash(w.pieces, letter) else w for w in words]
    digit = median([w.box[3] - w.box[1] for w in words if w.text.isdigit()] or [letter])
    asked = [k for k, w in enumerate(out) if _may_be_figure(w, company[w.segment] == 1, digit)]
    inks = {k: shapes_of(words[k].pieces, grey) for k in asked}
    stops = {k: _stop(words[k].text, inks[k], company[words[k].segment] == 1) for k in asked}  # `1.` is a number and what follows it
    shapes = {k: tuple(shape.rstrip(".,") for shape in inks[k]) for k in asked}
    dashed = {k for k in asked if begins_with_dash(words[k].pieces, grey)}
    seconds = dict(zip(asked, map(_joined, read([cut_out(grey, words[k].box) for k in asked])), strict=True))
    quarrels = []
    for k in asked:
        first = _plain(words[k].text)
        lost = k in dashed and first[:1] not in _SIGNED
        if not lost and first == seconds[k] and parse(first) and fits(first, shapes[k]) and not fits("-" + first, shapes[k]):
            out[k] = words[k]._replace(text=first, confidence=max(_SURE, words[k].confidence))
        else:
            quarrels.append(k)
    sure = [out[k] for k in asked if out[k].confidence >= _SURE and len(out[k].text) >= 4]
    friends = {k: _companion(out[k], sure) for k in quarrels}
    marked = [k for k, w in enumerate(out) if w.mark_ink]
    pictures = [_enlarged(out[k], grey) for k in quarrels]
    pictures += [_side_by_side(friend, out[k].pieces, grey) for k in quarrels if (friend := friends[k])]
    pictures += [_side_by_side(friend, out[k].mark_ink, grey) for k in marked if (friend := _companion(out[k], sure))]
    more = iter([_joined(printed) for printed in read(pictures)])
    thirds = {k: next(more) for k in quarrels}
    fourths = {k: next(more).removeprefix(friend.text) for k in quarrels if (friend := friends[k])}
    for k in quarrels:
        out[k] = _settle(words[k], (seconds[k], thirds[k], fourths.get(k, "")), shapes[k], k in dashed)
    out = [w._replace(text=w.text + stops[k]) if stops.get(k) and w.text[-1:].isdigit() else w for k, w in enumerate(out)]
    for k in marked:
        if friend := _companion(out[k], sure):
            mark = next(more).removeprefix(friend.text)
            out[k] = out[k]._replace(mark=mark if mark.isdigit() else out[k].mark)
    return out


def _may_be_figure(w: Read, alone: bool, digit: float) -> bool:
    """Whether a word is a figure, or so short and so badly read that it may be one. `alone`: no other word is near;
    `digit`: the height of a usual digit, which tells a nought from the `o` before an item of a list."""
    if _LIKE.fullmatch(w.text) or (alone and w.text in _ROUND and w.box[3] - w.box[1] > 0.88 * digit):
        return not _RANGE.search(w.text)
    if w.text in _SIGNS:
        return False
    return len(w.pieces) <= _LONGEST and w.confidence < DOUBTFUL and not _LETTERS.search(w.text)


def _as_dash(w: Read) -> Read:
    """A dash that stands alone: its ink says so, whatever it was read as."""
    said = "-" in w.text.translate(_SLIPS)
    return w._replace(text="-", confidence=_SURE if said else _WITH_SHAPE[1])


def _stop(text: str, shapes: Sequence[str], alone: bool) -> str:
    """The point or comma at the end of a word, when its ink has one too. The ink of `1.` may have merged: before other words
    the point is likelier there than not."""
    end = text[len(text.rstrip(".,")) :]
    counts = not alone and len(text) - len(end) <= _COUNTED
    return end if counts or not shapes or any(shape[-1] in ".," for shape in shapes) else ""


def _plain(text: str) -> str:
    """A text with the letters and signs that are mistaken for digits and dashes put right, when that makes it a number;
    without a point or comma at its end."""
    plain = text.translate(_SLIPS).rstrip(".,")
    return plain if parse(plain) else text


def _stops(text: str) -> int:
    return text.count(".") + text.count(",")


def _joined(printed: Sequence[Printed]) -> str:
    return "".join(p.text for p in printed).rstrip(".,")


def _enlarged(word: Read, grey: Grey) -> Grey:
    picture = cv2.resize(cut_out(grey, word.box), None, fx=_ENLARGED, fy=_ENLARGED, interpolation=cv2.INTER_CUBIC)
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 1.0), np.uint8)


def _companion(word: Read, sure: Sequence[Read]) -> Read | None:
    """The nearest figure that is sure and of the same size: company for ink that is too little to be read by itself."""
    height = word.box[3] - word.box[1]
    alike = [s for s in sure if 0.7 < height / (s.box[3] - s.box[1]) < 1.4]
    return min(alike, key=lambda s: abs(s.box[1] - word.box[1]), default=None)


def _side_by_side(friend: Read, ink: Sequence[Piece], grey: Grey) -> Grey:
    """A figure and some other ink as one word, on one line; a raised mark is enlarged to the height of the digits."""
    parts = []
    for pieces in (friend.pieces, ink):
        y0, y1 = min(p.y0 for p in pieces), max(p.y1 for p in pieces)
        tall = max(p.y1 - p.y0 for p in pieces)
        base = round(median(p.y1 for p in pieces if p.y1 - p.y0 > 0.7 * tall))
        parts.append((grey[y0:y1, min(p.x0 for p in pieces) : max(p.x1 for p in pieces)], base - y0))
    factor = parts[0][1] / max(1, parts[1][1])
    if factor > 1.3:
        larger = cv2.resize(parts[1][0], None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC).astype(np.uint8)
        parts[1] = (larger, larger.shape[0])
    above, below = max(base for _, base in parts), max(g.shape[0] - base for g, base in parts)
    gap = np.full((above + below, max(4, above // 4)), 255, np.uint8)
    level = [np.pad(g, ((above - base, below - g.shape[0] + base), (0, 0)), constant_values=255) for g, base in parts]
    return np.pad(np.hstack([level[0], gap, level[1]]), MARGIN, constant_values=255)


def _settle(word: Read, others: Sequence[str], shapes: Sequence[str], dashed: bool) -> Read:
    """The reading that most agree on, put into the shape of the ink; what is no number does not vote. A sign that the ink
    shows (`dashed`), or that half of the readings see, is there: a thin dash is often lost, hardly ever invented."""
    readings = [_plain(word.text), *others]
    if dashed and not shapes:
        readings = [f"-{text}" if text and text[0] not in _SIGNED and parse(f"-{text}") else text for text in readings]
    votes: dict[str, float] = {}
    for text in readings:
        if parse(text) and any(ch.isdigit() for ch in text):
            votes[text] = votes.get(text, 0.0) + 1.0
        for shape in shapes[:1]:
            shaped = put_into(shape, text)
            if shaped and shaped != text:
                votes[shaped] = votes.get(shaped, 0.0) + (_LESS if _stops(shaped) < _stops(text) else _PUT)
    votes = {text: vote + fits(text, shapes) for text, vote in votes.items()}
    named = any(ch.isalpha() for ch in word.text) and not _LIKE.fullmatch(word.text)
    if not votes or (named and max(votes.values()) < 3 and word.confidence > _QUARREL):
        return word if word.text else word._replace(text=UNREAD)
    best = max(votes, key=lambda text: (votes[text], text[0] in _SIGNED))
    count = sum(text == best for text in readings)
    against = bool(shapes) and not fits(best, shapes)
    sure = (_AGAINST if against else _WITH_SHAPE)[count]
    maybe_signed = fits(f"-{best}", shapes) or f"-{best}" in readings or best.removeprefix("-") in set(readings) - {best}
    return word._replace(text=best, confidence=min(sure, _MAYBE_SIGNED) if maybe_signed else sure)
