"""Lines -> rows: which lines of a wrapped label belong to which figures. Cells from placed words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.model import Cell, Edge, Line, Page, Word
from pipeline.tables.leaders import leaders

_FIGURE = re.compile(r"^[(+\-−–]?\d[\d.,]*\d?[)%\-−–]?$|^[-–−—]$")
_LONGEST = 16  # lines that one row may span
_OFF = 0.3  # font sizes by which figures may miss the middle of their label
_CLEAR = 0.9  # font sizes by which a line stands clear of another
_WIDER = 1.2  # lines further apart than the closest by this factor are hardly of one label
_APART = 3.0  # what it costs to join two lines that are hardly one label: more than a row of labels alone
_NUMBER = re.compile(r"\d+(?:\.\d+)*\.?")  # before a label
_OPENING = "\"'»«“”„(§ "  # what may stand before a capital
# A label does not end so. Tables are read before it is known which language they are in: words of all of them.
_OPEN = re.compile(
    r"[-,/&§]$|^(?:og|samt|i|på|af|til|ved|for|fra|med|om|under|over|mellem|och|av|till|från|för|und|oder|der|die|des|für|von|mit|"
    r"zur|zum|im|and|or|of|the|to|in|with|from|de|des|du|la|le|les|aux|en|van|voor|het|een|met|di|del|della|dei|delle|per|el|los|"
    r"ja|sekä)$"
)
_EVEN = 1.03  # lines of one label are set as far from each other, but for this factor
_TIGHTER = 0.9  # share of the distance between two rows
_BLANK = 0.3  # font sizes between two words
_GAP = 0.9  # font sizes; what stands further to the right is no part of the label
_PARTED = 2  # lines with figures at least that tell how rows are parted
_HUGE = 1e9


class Placed(NamedTuple):
    """A word and where it stands on its page: index of its line, place within the line."""

    line: int
    place: int
    word: Word


def _order(p: Placed) -> tuple[int, float]:
    """From left to right; words that are set upwards or downwards as they stand in their line."""
    return (p.line, p.place if p.word.turn else p.word.x0)


def is_figure(text: str) -> bool:
    """Whether a word may stand in a figure column: a number or a dash for nil."""
    return bool(_FIGURE.match(text))


def build_cell(page: Page, placed: Sequence[Placed], edge: Edge) -> Cell:
    """A cell from its words; without words an empty cell with the box of the grid cell."""
    if not placed:
        return Cell((), page.number, *edge)
    lines: dict[int, list[Placed]] = {}
    for p in sorted(placed, key=_order):
        lines.setdefault(p.line, []).append(p)
    dots = [p for i in lines for p in lines[i] if p.place in leaders(page.lines[i].words, page.lines[i].text)]
    for p in dots if len(dots) < len(placed) else ():
        lines[p.line].remove(p)  # they say nothing
    words = [p.word for p in placed]
    last = max(placed, key=_order).word
    return Cell(
        tuple(" ".join(p.word.text for p in ps) for ps in lines.values() if ps),
        page.number,
        min(w.x0 for w in words),
        min(w.top for w in words),
        max(w.x1 for w in words),
        max(w.bottom for w in words),
        all(w.bold for w in words),
        last.mark,
        tuple((p.line, p.place) for p in sorted(placed, key=_order)),
        min(w.confidence for w in words),
    )


def group_rows(lines: Sequence[Line], has_figures: Sequence[bool], has_label: Sequence[bool],
               bars: Sequence[bool] = ()) -> list[tuple[int, int]]:  # fmt: skip
    """Lines -> half-open ranges, one per row; each row has at most one line with figures.

    `bars`: after which lines a ruling line is drawn; no row runs across it.

    Where the figures stand beside a wrapped label (its first, middle or last line) is decided once for all rows: the
    reading is taken under which the whole table is most plausible, by spacing, hyphens, case and weight.
    """
    best: tuple[float, list[tuple[int, int]]] | None = None
    for place in ("first", "last", "middle"):
        cost, ranges = _cheapest(lines, has_figures, has_label, bars or [False] * len(lines), place)
        if best is None or cost < best[0] - 1e-6:
            best = (cost, ranges)
    return best[1] if best else []


def _cheapest(lines: Sequence[Line], figures: Sequence[bool], labels: Sequence[bool], bars: Sequence[bool],
              place: str) -> tuple[float, list[tuple[int, int]]]:  # fmt: skip
    n = len(lines)
    # figures beside the middle of a label stand between two of its lines: the pitch is that of the labels
    pitch = [_foot(lines[i + 1]) - _foot(lines[i]) for i in range(n - 1)]
    labelled = [_foot(ln) for ln, label in zip(lines, labels, strict=True) if label]
    tight = min((b - a for a, b in zip(labelled, labelled[1:], strict=False)), default=min(pitch, default=1.0)) or 1.0
    fresh = _fresh_labels(lines, figures, labels)
    parted = _are_parted(figures, bars)
    closest = min((p for p, a, b in zip(pitch, figures, figures[1:], strict=False) if a and b), default=0.0)
    centred = _centred(figures, labels, pitch)
    join = [
        _HUGE if bars[i] else
        _join_cost(lines[i] if labels[i] or not i else lines[i - 1], lines[i + 1], pitch[i], tight, fresh[i + 1],
                   i in centred or (parted and pitch[i] <= _TIGHTER * closest))
        for i in range(n - 1)
    ]  # fmt: skip
    cost = [0.0] + [_HUGE] * n
    back = [0] * (n + 1)
    for end in range(1, n + 1):
        inside = 0.0
        count = 0
        for start in range(end - 1, max(-1, end - 1 - _LONGEST), -1):
            if start < end - 1:
                inside += join[start]
            count += figures[start]
            if count > 1:
                break
            own = _row_cost(figures[start:end], labels[start:end], lines[start:end], place)
            if not start and not count and lines[0].text[:1].islower():
                own = 0.5  # the rest of a row that began on the page before
            total = cost[start] + inside + own + (0.5 if start else 0.0)
            if total < cost[end]:
                cost[end], back[end] = total, start
    ranges, end = [], n
    while end:
        ranges.append((back[end], end))
        end = back[end]
    return cost[n], ranges[::-1]


def _are_parted(figures: Sequence[bool], bars: Sequence[bool]) -> bool:
    """Whether a ruling line is drawn between all lines with figures, but perhaps below the heading: then no two rows are without one
    between them."""
    own = [i for i, has in enumerate(figures) if has]
    return len(own) > _PARTED and all(any(bars[a:b]) for a, b in zip(own[1:], own[2:], strict=False))


def _centred(figures: Sequence[bool], labels: Sequence[bool], pitch: Sequence[float]) -> set[int]:
    """The gaps inside groups of lines that are evenly set, stand clear of the lines above and below, and have the only figures in
    the middle of three, of five … lines: one label each, whatever its lines begin with."""
    out: set[int] = set()
    at_an_end: set[int] = set()
    for at in (i for i, has in enumerate(figures) if has and labels[i]):
        beside = [k for k in range(1, _LONGEST // 2) if at - k >= 0 and at + k < len(figures)]
        alone = [k for k in beside if all(labels[i] and not figures[i] for i in (at - k, at + k))]
        for k in (k for k, n in zip(alone, beside, strict=False) if k == n):
            inside, outside = pitch[at - k : at + k], [*pitch[at + k : at + k + 1], *pitch[at - k - 1 : at - k][-1:]]
            if max(inside) <= min(inside) * _EVEN and outside and min(outside) * _TIGHTER > max(inside):
                (out if len(outside) > 1 else at_an_end).update(range(at - k, at + k))
    return out | at_an_end if out else out  # at one end of a table nothing but the others tells that labels are set so


def _fresh_labels(lines: Sequence[Line], figures: Sequence[bool], labels: Sequence[bool]) -> list[bool]:
    """Which lines begin a label anew, be they set ever so close: with a capital, and either no label of the table wraps, or
    their first word would have had room on the line above."""
    pairs = list(zip(lines, lines[1:], strict=False))
    rest = [_is_rest(a, b) for a, b in pairs]
    wraps = any(r and label for r, label in zip(rest, labels[1:], strict=True))
    ends = [_label_end(line) for line in lines]
    # where figures begin; what runs on over them is a heading, which is as wide as it likes
    right = min((x for own, (_, x) in zip(figures, ends, strict=True) if own), default=_HUGE)
    # what is set tighter than two rows ever are, to the right of where the row above begins with a code, is the rest of its label
    rows = [_foot(b) - _foot(a) for a, b in pairs if is_figure(a.words[-1].text) and is_figure(b.words[-1].text)]
    tight = _TIGHTER * min(rows, default=0.0)
    widest = max((end for label, (end, _) in zip(labels, ends, strict=True) if label and end < right), default=0.0)
    out = [False]
    for k, (a, b) in enumerate(pairs):
        first = b.words[0]
        room = ends[k][0] + _BLANK * first.size + first.x1 - first.x0 <= widest
        begins = labels[k] and labels[k + 1] and _begins(b) and not rest[k]
        hangs = _foot(b) - _foot(a) <= tight and b.x0 - a.x0 > first.size
        out.append(begins and not hangs and (room or not wraps))
    return out


def _is_rest(upper: Line, lower: Line) -> bool:
    """Whether a line begins, or the one above ends, as a label that wraps does."""
    return is_rest(lower.text) or is_open(_label(upper)) or _closes(upper, lower)


def _foot(line: Line) -> float:
    """The lower end of the words with which a line begins; its figures may stand lower."""
    return max(w.bottom for w in line.words[: _label_length(line)])


def _begins(line: Line) -> bool:
    """Whether a line begins as a label does: with a capital, perhaps behind a number."""
    first, *rest = line.words[:2]
    word = rest[0] if rest and _NUMBER.fullmatch(first.text) else first
    return word.text.lstrip(_OPENING)[:1].isupper()


def _closes(upper: Line, lower: Line) -> bool:
    """Whether a line closes a bracket that the one above it opens."""
    return upper.text.count("(") > upper.text.count(")") and lower.text.count(")") > lower.text.count("(")


def is_rest(text: str) -> bool:
    """Whether a line begins as one does that goes on with a label."""
    return text[:1].islower() or text[:1] == "("


def is_open(word: str) -> bool:
    """Whether no label ends with a word."""
    return _OPEN.search(word) is not None


def _label_end(line: Line) -> tuple[float, float]:
    """Where the label of a line ends, an account before it included, and where the next thing begins."""
    k = _label_length(line)
    return line.words[k - 1].x1, line.words[k].x0 if k < len(line.words) else _HUGE


def _label(line: Line) -> str:
    return line.words[_label_length(line) - 1].text


def _label_length(line: Line) -> int:
    """How many words stand at the beginning of a line without a wide gap between them."""
    words, dots = line.words, leaders(line.words, line.text)
    return next((k for k in range(1, len(words)) if k in dots or words[k].x0 - words[k - 1].x1 > _GAP * words[k].size), len(words))


def _join_cost(upper: Line, lower: Line, pitch: float, tight: float, fresh: bool, together: bool) -> float:
    """What it costs to put two neighbouring lines into one row; negative where they belong together. `together`: they are closer
    than two rows, and no ruling line parts them as one does all rows."""
    cost = 6.0 * max(0.0, pitch - tight) / tight
    last, first = upper.words[0], lower.words[0]
    text = upper.text if not is_figure(upper.words[-1].text) else _label_part(upper)
    if text.endswith("-") and lower.text[:1].islower():
        cost -= 4.0
    elif (pitch < tight * _WIDER and (
        is_rest(lower.text) or (lower.text[:1].isdigit() and is_open((text.split() or [""])[-1])) or _closes(upper, lower)
    )) or together:
        cost -= 2.0
    elif fresh:
        cost += _APART
    elif lower.text[:1].isupper():
        cost += 1.2
    if last.bold != first.bold:
        cost += 4.0
    if abs(last.x0 - first.x0) > upper.words[0].size and not is_figure(first.text) and not is_figure(last.text):
        cost += 0.5
    return cost


def _label_part(line: Line) -> str:
    words = list(line.words)
    while words and is_figure(words[-1].text):
        words.pop()
    return words[-1].text if words else ""


def _row_cost(figures: Sequence[bool], labels: Sequence[bool], lines: Sequence[Line], place: str) -> float:
    n = len(figures)
    if not any(figures):
        return 0.5 if all(ln.bold for ln in lines) else 1.5
    at = list(figures).index(True)
    if not any(labels):
        return 2.0  # figures without a label: a total may stand so
    if not labels[at] and all(abs(ln.bottom - lines[at].bottom) > _CLEAR * ln.words[0].size for ln in lines if ln is not lines[at]):
        return _APART * 2  # a line of their own: of the label above or of the one below
    ok = {"first": at == 0 and labels[at], "last": at == n - 1 and labels[at], "middle": at in ((n - 1) // 2, n // 2)}[place]
    if place == "middle" and ok:
        own = [_foot(ln) for ln, label in zip(lines, labels, strict=True) if label]
        ok = abs(lines[at].bottom - (own[0] + own[-1]) / 2) < lines[at].words[0].size * _OFF
    return 0.0 if ok else 3.0
