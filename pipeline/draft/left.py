"""What a drafted rule leaves over of its document: lines in the margins, which it may ignore; the rest is asked about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from pipeline.draft.attempt import Tried
from pipeline.draft.patterns import generalise
from pipeline.draft.words import Found
from pipeline.model import Page, Token

_SHOWN = 8
_MOST_LINES = 4  # of heads and feet that get an entry


def running_lines(tried: Tried, pages: Sequence[Page]) -> list[Found]:
    """Lines in the margins that hold a number nobody needs, of those that run from page to page."""
    seen: dict[str, Found] = {}
    places: dict[str, set[int]] = defaultdict(set)
    for token in tried.left:
        page = pages[token.page - 1]
        text = _context(token, pages)
        if not page.height / 12 < token.box.top < page.height * 11 / 12 and len(text) < 70:
            pattern = f"^{generalise(text)}$"
            seen.setdefault(pattern, Found(pattern, text, token.page))
            places[pattern].add(token.page)
    running = [f for p, f in seen.items() if len(places[p]) > 1 or len(pages) == 1]  # else it may be a heading
    return running[:_MOST_LINES]


def left_over(tried: Tried, pages: Sequence[Page], doubts: Sequence[str]) -> Iterator[str]:
    """What a person has to look at: doubts, what cannot be read, numbers that nothing explains, sums that do not hold."""
    yield from doubts[:_SHOWN]
    for note in [n for n in tried.notes if n.check in ("unreadable-figure", "table-without-rule")][:3]:
        yield f"page {note.page}: {note.message}"
    alike: dict[str, list[Token]] = {}
    for token in tried.left:
        alike.setdefault(generalise(_context(token, pages)), []).append(token)
    for tokens in list(alike.values())[:_SHOWN]:
        numbers = sorted({t.page for t in tokens})
        texts = ", ".join(dict.fromkeys(repr(t.text) for t in tokens))[:60]
        shown = ", ".join(map(str, numbers[:6])) + (" …" if len(numbers) > 6 else "")
        yield (
            f"nothing explains {texts}, page {shown}: {_context(tokens[0], pages)[:70]!r}; an entry under `ignore`, or a field?"
        )
    if more := sum(map(len, list(alike.values())[_SHOWN:])):
        yield f"and {more} more numbers: `afstem rules try` lists them"
    if tried.violated:
        of = tried.held + tried.violated
        yield f"{tried.violated} of {of} sums do not hold: a misprint, or a row that means something else"


def _context(token: Token, pages: Sequence[Page]) -> str:
    """The printed line in which a number stands."""
    page = pages[token.page - 1]
    return next((ln.text for ln in page.lines if any((w.x0, w.top) == token.box[:2] for w in ln.words)), token.text)
