"""Text beside a table that is no part of it: a column of notes on its left or right, whose lines stand as they come.

        Kort fortalt        Forslag             2024    2025
        Alle beløb er i     Nattevagt           -900    -900
        1.000 kr. og        Madordning             0     100
        faste priser.       I alt               -900    -800
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from pipeline.model import Page, Table, Word
from pipeline.read.words import baseline
from pipeline.tables.lines import WIDEST, is_sentence
from pipeline.tables.segments import Segment, segment
from pipeline.tables.texts import Extent, Text, level_texts

_LEVEL = 0.08  # font sizes by which the baselines of one row differ at most
_APART = 0.6  # share of the lines of a column of notes that stand on no row's baseline
_LABELLED = 0.8  # share of the rows of a table that have a label
_ROWS, _BEGIN = 3, 0.7  # rows at least, and the share of them, beside which remarks begin
_GUTTER = 8.0  # points between notes and labels
_LINES = 5  # lines that a column of running text has at least
_EVEN = 1.1  # two lines of one text are set as far from each other, but for this factor
_TRIED = 3  # places where a column may begin
_FULL, _MOST = 0.8, 0.6  # share of the widest line; share of the lines
_NEAR = 5.0  # font sizes within which the notes go on above or below the table


def aside(page: Page, table: Table, segments: dict[int, list[Segment]]) -> tuple[float, int, int] | None:
    """Where the notes beside a table without rules end or begin (x), and the first and last line of the page beside which
    they stand; `None` where every column is one of the table's own.

    Notes have lines that share no baseline with a row, and go on above or below the table, without crossing into it.
    """
    words = [[[page.lines[i].words[j] for i, j in c.words] if c else [] for c in row] for row in table.rows]
    for x, side, parts in _cuts(table, words):
        own, rest = ([w for part in parts for cell in part[n] for w in cell] for n in (0, 1))
        tables = [_is_whole([part[n] for part in parts]) for n in (0, 1)]
        over = any(not any(rest) and any(own) for own, rest in (parts[0], parts[-1])) or _begins_above(*parts[0])
        over = over or _is_running_text(own)
        if tables != [False, True] or not _is_apart(own, rest) or _are_remarks(_beside_figures(own, rest)):
            continue
        if not over and _are_level(parts, side == "left"):
            continue
        if lines := _going_on(page, table, x, side, segments, over):
            return x, lines[0], lines[1]
    return None


_Cells = Sequence[Sequence[Word]]


def _cuts(table: Table, words: Sequence[_Cells]) -> Iterator[tuple[float, str, list[tuple[_Cells, _Cells]]]]:
    """Where a table may be parted, on which side the notes then stand, and of each row what they are and what is left."""
    labels = sorted((w.x0, w.x1) for row in words for w in row[0])
    reach, gaps = labels[0][1] if labels else 0.0, []
    for x0, x1 in labels:  # two columns of words may have been taken for one
        gaps.append((x0 - reach, (x0 + reach) / 2))
        reach = max(reach, x1)
    gap, x = max(gaps, default=(0.0, 0.0))
    if gap >= _GUTTER:
        yield x, "left", [([[w for w in row[0] if w.x1 < x]], [[w for w in row[0] if w.x1 > x], *row[1:]]) for row in words]
    columns = len(table.columns) - 1
    for k in range(1, columns - 1):
        yield table.columns[k], "left", [(row[:k], row[k:]) for row in words]
    for k in range(columns - 1, 1, -1):
        yield table.columns[k], "right", [(row[k:], row[:k]) for row in words]


def text_columns(page: Page, segments: dict[int, list[Segment]]) -> tuple[float, int, int] | None:
    """Where a page set in two columns of which one is running text is parted (x), from which line to which.

    The lines of running text fill their column, all but the last of a paragraph; labels do not.
    """
    starts = Counter(round(s.x0) for i in range(len(page.lines)) for s in segments[i][1:] if not (s.figure or s.nil))
    for x, count in starts.most_common(_TRIED):
        if count < _LINES:
            break
        run: list[int] = []
        for i in range(len(page.lines) + 1):
            if i < len(page.lines) and not page.lines[i].words[0].turn and not any(
                s.x0 < x - 1 and s.x1 > x - 1 for s in segments[i]
            ):  # fmt: skip
                run.append(i)
                continue
            if len(run) >= _LINES:
                left = [[s for s in segments[k] if s.x1 < x] for k in run]
                right = [[s for s in segments[k] if s.x0 >= x - 1] for k in run]
                full = _full(left) if _begins_with_words(right) else []
                full += _full(right) if _begins_with_words(left) else []
                rows = [(a[0].text if a else "") if any(s.figure for s in b) else (b[0].text if b else "")
                        for a, b in zip(left, right, strict=True) if any(s.figure for s in (*a, *b))]  # fmt: skip
                if full and not _are_remarks(rows):
                    return x - 1.0, run[min(full)], run[max(full)]
            run = []
    return None


def _full(side: Sequence[Sequence[Segment]]) -> list[int]:
    """The lines that fill one side, where it is running text: a single segment a line, most as wide as the widest."""
    own = [n for n, line in enumerate(side) if line]
    widths = {n: side[n][-1].x1 - side[n][0].x0 for n in own}
    widest = max(widths.values(), default=0.0)
    full = [n for n in own if widths[n] > _FULL * widest and len(side[n]) == 1 and not side[n][0].figure]
    is_text = len(own) >= _LINES and widest > WIDEST and len(full) >= _MOST * len(own)
    return full if is_text else []


def _begins_with_words(side: Sequence[Sequence[Segment]]) -> bool:
    own = [line[0] for line in side if line]
    return len(own) >= 3 and sum(not (s.figure or s.nil) for s in own) >= _MOST * len(own)


def _are_remarks(beside: Sequence[str]) -> bool:
    """Whether what stands beside the rows of a table, one after the other, begins anew there nearly each time: a column of
    remarks. Lines of running text go on."""
    return len(beside) >= _ROWS and sum(bool(t) and not t[0].islower() for t in beside) >= _BEGIN * len(beside)


def _beside_figures(own: Sequence[Word], rest: Sequence[Word]) -> list[str]:
    """The words with which notes begin on the baselines of a table's figures; nothing where they have no line there."""
    rows = {round(baseline(w), 1): w.size for w in rest if w.text[-1].isdigit()}
    return [next((w.text for w in own if abs(baseline(w) - b) <= _LEVEL * size), "") for b, size in rows.items()]


def _begins_above(own: _Cells, rest: _Cells) -> bool:
    """Whether notes begin above the first line of what they stand beside: they go on past the ends of the table."""
    notes, others = [w for cell in own for w in cell], [w for cell in rest for w in cell]
    return bool(notes and others) and min(map(baseline, notes)) < min(map(baseline, others)) - _LEVEL * notes[0].size


def _is_running_text(words: Sequence[Word]) -> bool:
    """Whether some words are lines of one text, evenly set, in which a sentence ends and the next begins."""
    lines: dict[float, list[Word]] = {}
    for w in sorted(words, key=lambda w: (w.bottom, w.x0)):
        lines.setdefault(round(baseline(w), 1), []).append(w)
    bases = sorted(lines)
    pitches = [b - a for a, b in zip(bases, bases[1:], strict=False)]
    text = " ".join(w.text for base in bases for w in sorted(lines[base], key=lambda w: w.x0))
    return len(bases) >= _LINES and max(pitches) <= min(pitches) * _EVEN and is_sentence(text)


def _are_level(parts: Sequence[tuple[_Cells, _Cells]], grouping: bool) -> bool:
    """Whether what stands beside a table has a heading on the line of its headings, and is texts level with its rows below: one of its
    columns, whose lines stand at the middle or the foot of the rows."""
    (head, heads), *below = [([w for cell in own for w in cell], [w for cell in rest for w in cell]) for own, rest in parts]
    if not head or not heads or abs(baseline(head[0]) - baseline(heads[0])) > _LEVEL * head[0].size:
        return False
    lines: dict[float, list[Word]] = {}
    for w in (w for own, _ in below for w in own):
        lines.setdefault(round(baseline(w), 1), []).append(w)
    texts = [Text(base, own[0].size, " ".join(w.text for w in own)) for base, own in sorted(lines.items())]
    bases = [[baseline(w) for w in rest] for _, rest in below if rest]
    levels = level_texts(texts, [Extent(min(b), max(b)) for b in bases], grouping)
    return levels is not None and len(levels) > 1


def _is_whole(rows: Sequence[_Cells]) -> bool:
    """Whether some columns of a table are one by themselves: nearly all their rows with figures begin with words."""
    labels = [_is_label(row[0]) for row in rows if any(ch.isdigit() for cell in row[1:] for w in cell for ch in w.text)]
    return len(labels) >= 2 and sum(labels) >= _LABELLED * len(labels)


def _is_label(words: Sequence[Word]) -> bool:
    return any(ch.isalpha() for w in words for ch in w.text) and not segment(words, 0, 0, len(words)).figure


def _is_apart(own: Sequence[Word], rest: Sequence[Word]) -> bool:
    """Whether most lines of some words share no baseline with the rest of the table."""
    known = sorted({round(baseline(w), 1) for w in rest})
    lines = {round(baseline(w), 1): w.size for w in own}
    apart = [b for b, size in lines.items() if not any(abs(b - k) <= _LEVEL * size for k in known)]
    return len(apart) >= 2 and len(apart) >= _APART * len(lines)


def _going_on(page: Page, table: Table, x: float, side: str, segments: dict[int, list[Segment]],
              found: bool) -> tuple[int, int] | None:  # fmt: skip
    """The lines beside which the notes stand; `None` where they have none above or below the table, `found` aside."""

    def noted(i: int) -> bool:
        return any(s.x1 < x if side == "left" else s.x0 > x for s in segments[i])

    def crossed(i: int) -> bool:
        return any(s.x0 < x - 1 and s.x1 > x + 1 for s in segments[i])

    level = [i for i, line in enumerate(page.lines) if not line.words[0].turn]
    inside = [i for i in level if table.top - 1 <= page.lines[i].top and page.lines[i].bottom <= table.bottom + 1]
    if not inside or any(crossed(i) for i in inside):
        return None
    first, last = inside[0], inside[-1]
    size = page.lines[first].words[0].size
    for step in (-1, 1):
        i, edge = (first if step < 0 else last) + step, table.top if step < 0 else table.bottom
        while 0 <= i < len(level) and not page.lines[i].words[0].turn and not crossed(i):
            line = page.lines[i]
            if step > 0 and any(s.x0 > x if side == "left" else s.x1 < x for s in segments[i]):
                break  # of what stands below the table
            if min(abs(line.bottom - edge), abs(line.top - edge)) > _NEAR * size:
                break
            found = found or noted(i)
            edge = line.top if step < 0 else line.bottom
            first, last = min(first, i), max(last, i)
            i += step
    return (first, last) if found else None
