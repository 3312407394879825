"""Walks down a document and says what each line is: heading, title, field, caption, footnote or running text."""

from __future__ import annotations

from dataclasses import dataclass, field

import regex

from pipeline.model import Box, Page, Table
from pipeline.parse.stream import Paragraph, Spot, WordKey, box_of, stream
from pipeline.parse.units import names_other_unit
from pipeline.read.turns import in_margin
from pipeline.rules.language import Language
from pipeline.rules.patterns import Matcher
from pipeline.rules.schema import FieldRule, Rule
from pipeline.text import join_lines

_PARAGRAPH_GAP = 1.75  # baselines further apart than this many font sizes begin a new paragraph
_TITLE_LINES = 6  # a title that runs longer is no title


@dataclass(frozen=True, slots=True)
class Caption:
    """Unit and price level in force for the tables below."""

    unit: str
    price_level: str | None
    page: int


@dataclass(slots=True)
class Section:
    """A proposal's section."""

    code: str
    theme_code: str | None
    title: list[str]
    page: int
    box: Box
    fields: dict[str, Paragraph] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlacedTable:
    """A table, the caption in force and the section it stands in."""

    table: Table
    caption: Caption | None
    section: Section | None


@dataclass(slots=True)
class Footnote:
    mark: str
    paragraph: Paragraph
    page: int


@dataclass(slots=True)
class Announcement:
    """`Tabel 1. …`: a heading that promises a table; `kept` once one follows."""

    number: str
    text: str
    page: int
    box: Box
    kept: bool = False


@dataclass(slots=True)
class Walk:
    """What a document consists of."""

    sections: list[Section] = field(default_factory=list)
    tables: list[PlacedTable] = field(default_factory=list)
    paragraphs: list[Paragraph] = field(default_factory=list)
    fields: dict[str, Paragraph] = field(default_factory=dict)  # those that hold for the whole document
    footnotes: list[Footnote] = field(default_factory=list)
    announcements: list[Announcement] = field(default_factory=list)
    claims: dict[WordKey, str] = field(default_factory=dict)


def walk(pages: list[Page], tables: list[Table], rule: Rule, language: Language) -> Walk:
    """Read a document from top to bottom under a rule."""
    return _Walker(pages, rule, language).run(tables)


class _Walker:
    """State of one walk: the section, the open paragraph and the caption in force."""

    def __init__(self, pages: list[Page], rule: Rule, language: Language) -> None:
        self.pages, self.rule, self.language = pages, rule, language
        self.out = Walk()
        self.section: Section | None = None
        self.caption: Caption | None = None
        self.above: list[tuple[Spot, str]] = []  # short lines right above that no pattern reads, and the text before each
        self.caption_open = False
        self.title_open = False
        self.open: Paragraph | None = None
        self.page = 0
        self.hits: dict[tuple[int, str], dict[int, regex.Match[str]]] = {}  # page and pattern -> line -> match
        self.texts = {p.number: "\n".join(line.text for line in p.lines) for p in pages}

    def _hit(self, matcher: Matcher, spot: Spot) -> regex.Match[str] | None:
        """`matcher.search` on a line; the lines of a page are searched in one go."""
        if len(spot.line.words) < len(self.pages[spot.page - 1].lines[spot.index].words):
            return matcher.search(spot.line.text)
        key = (spot.page, matcher.pattern)
        if key not in self.hits:
            self.hits[key] = matcher.find_lines(self.texts[spot.page])
        return self.hits[key].get(spot.index)

    def run(self, tables: list[Table]) -> Walk:
        for piece in stream(self.pages, tables):
            if isinstance(piece, Table):
                self._table(piece)
            else:
                self._line(piece)
        return self.out

    def _table(self, table: Table) -> None:
        self.open, self.title_open, self.caption_open = None, False, False
        self.caption = self._misread() or self.caption
        self.above.clear()
        self.out.tables.append(PlacedTable(table, self.caption, self.section))
        if self.out.announcements:
            self.out.announcements[-1].kept = True

    def _claim(self, spot: Spot, status: str) -> None:
        self.out.claims.update(dict.fromkeys(spot.keys, status))

    def _line(self, spot: Spot) -> None:
        if spot.line.text.endswith(".") or spot.line.x1 - spot.line.x0 > self.pages[spot.page - 1].width / 2:
            self.above.clear()  # running text; a short line may stand between a caption and its table
        if self._heading(spot) or self._title(spot):
            return
        for ignore in self.rule.ignore:
            if ignore.line and self._hit(ignore, spot):
                self._claim(spot, f"ignored: {ignore.reason}")
                self.open = None
                return
        if self._caption(spot):
            return
        found = self._field(spot)
        if found:
            return
        if spot.furniture:
            self._claim(spot, "furniture")
            return
        if self._footnote(spot):
            return
        self._announcement(spot)
        self._prose(spot)

    def _heading(self, spot: Spot) -> bool:
        sections = self.rule.sections
        if not sections or (sections.heading.bold and not spot.line.bold):
            return False
        m = self._hit(sections.heading, spot)
        if not m:
            return False
        groups = m.groupdict()
        _, box = box_of(self.pages, spot.keys)
        title = [groups["title"]] if groups.get("title") else []
        self.section = Section(m["code"], groups.get("theme_code"), title, spot.page, box)
        self.out.sections.append(self.section)
        self.title_open, self.open, self.caption_open = True, None, False
        self._claim(spot, "heading")
        return True

    def _title(self, spot: Spot) -> bool:
        """Lines of the title below a heading line."""
        if not self.title_open or not self.section or not self.rule.sections:
            return False
        heading = self.rule.sections.heading
        if heading.title_until is None:
            goes_on = bool(self.section.title) and spot.line.bold and spot.gap < _PARAGRAPH_GAP
        else:
            goes_on = self._hit(heading.title_until, spot) is None and len(self.section.title) < _TITLE_LINES
        if not goes_on or spot.page != self.section.page:
            self.title_open = False
            return False
        self.section.title.append(spot.line.text)
        self._claim(spot, "heading")
        return True

    def _caption(self, spot: Spot) -> bool:
        for matcher in self.rule.captions:
            m = self._hit(matcher, spot)
            if m:
                self.caption = Caption(m["unit"], m.groupdict().get("price_level"), spot.page)
                self.caption_open, self.open = True, None
                self.above.clear()
                self._claim(spot, "caption")
                return True
        if self.caption_open and spot.line.bold and spot.gap < _PARAGRAPH_GAP:
            self._claim(spot, "caption")
            return True
        self.caption_open = False
        self.above.append((spot, self.open.text if self.open and spot.gap < _PARAGRAPH_GAP else ""))
        return False

    def _misread(self) -> Caption | None:
        """The last line above a table that is a caption, though no pattern reads it."""
        unit = self.caption.unit if self.caption else self.rule.money.unit
        for spot, before in reversed(self.above):
            text, scanned = spot.line.text, self.pages[spot.page - 1].reader == "ocr"
            if (scanned and any(m.nearly(text, 2) for m in self.rule.captions)) or (
                unit and names_other_unit(text, unit, self.language, before)
            ):
                # the unit before must not go on: what the line says is a unit that nobody knows
                return Caption(text, None, spot.page)
        return None

    def _field(self, spot: Spot) -> bool:
        for rule in self.rule.sections.fields if self.rule.sections else ():
            m = self._hit(rule, spot)
            if m:
                first = spot.line.text[: m.start("value")].count(" ")
                self._open_field(rule, spot, first)
                return True
        if self.open is not None and self.open.kind not in ("prose", "footnote"):
            if spot.gap < _PARAGRAPH_GAP and spot.page == self.page and not self._footnote_match(spot):
                self.open.add(spot)
                return True
            self.open = None
        return False

    def _open_field(self, rule: FieldRule, spot: Spot, first: int) -> None:
        code = None if rule.document or not self.section else self.section.code
        self.open = Paragraph(rule.name, code, rule.document or self.section is None)
        self.open.add(spot, first)
        coded = len(spot.line.words) if rule.name in ("sector", "theme") else 0
        for j, key in enumerate(spot.keys[: max(first, coded)]):
            self.out.claims[key] = "heading" if j < first else "code"
        self.page = spot.page
        self.out.paragraphs.append(self.open)
        if self.open.document:
            self.out.fields.setdefault(rule.name, self.open)
        elif self.section:
            self.section.fields.setdefault(rule.name, self.open)

    def _footnote_match(self, spot: Spot) -> str | None:
        """The mark a line begins with, when a table above bears it."""
        if not self.rule.footnote or not self.out.tables:
            return None
        m = self._hit(self.rule.footnote, spot)
        if not m:
            return None
        placed = self.out.tables[-1]
        cells = (c for row in placed.table.rows for c in row if c)
        return m["mark"] if any(m["mark"] == c.mark or c.raw.endswith(m["mark"]) for c in cells) else None

    def _footnote(self, spot: Spot) -> bool:
        mark = self._footnote_match(spot)
        if mark is None:
            return False
        self.open = Paragraph("footnote", self.section.code if self.section else None)
        own_word = spot.line.words[0].text == mark
        self.open.add(spot, 1 if own_word else 0)
        if own_word:
            self.out.claims[spot.keys[0]] = "footnote_mark"
        self.out.paragraphs.append(self.open)
        self.out.footnotes.append(Footnote(mark, self.open, spot.page))
        return True

    def _announcement(self, spot: Spot) -> None:
        m = self._hit(self.language.announces_table, spot)
        if m:
            _, box = box_of(self.pages, spot.keys)
            self.out.announcements.append(Announcement(m["number"], spot.line.text, spot.page, box))

    def _prose(self, spot: Spot) -> None:
        code = self.section.code if self.section else None
        if self._is_aside(spot):
            aside = Paragraph("prose", code)  # the text around it goes on without it
            aside.add(spot)
            self.out.paragraphs.append(aside)
            return
        same = self.open is not None and self.open.kind in ("prose", "footnote") and self.open.proposal_code == code
        # a page break does not end a paragraph; a wide gap does, except right at the top of a page
        if not same or (spot.gap >= _PARAGRAPH_GAP and spot.page == self.page):
            self.open = Paragraph("prose", code)
            self.out.paragraphs.append(self.open)
        assert self.open is not None
        self.open.add(spot)
        self.page = spot.page

    def _is_aside(self, spot: Spot) -> bool:
        """Whether a line is no part of the text around it: it stands apart in the margin of its page, as a page number does, and
        holds no more than numbers, or is a short one at the end of the page."""
        page, line = self.pages[spot.page - 1], spot.line
        if spot.gap < _PARAGRAPH_GAP or not in_margin(page, line):
            return False
        short = spot.index == len(page.lines) - 1 and line.x1 - line.x0 < page.width / 2  # a sentence that goes on fills its line
        return short or not any(ch.isalpha() for ch in line.text)


def footnote_text(footnote: Footnote) -> str:
    """The text of a footnote without its mark."""
    return footnote.paragraph.text.removeprefix(footnote.mark).strip()


def full_title(section: Section) -> str:
    return join_lines(section.title)

