"""One document: walk, figures, amounts, ledger, and what the document says of itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import regex

from pipeline.model import DocumentMeta, Note, Page, Proposal, RawLine, Table, TextAmount, Token
from pipeline.parse.amounts import read_amounts
from pipeline.parse.dates import read_date
from pipeline.parse.figures import FigureReader
from pipeline.parse.ledger import keep_ledger
from pipeline.parse.noughts import with_exact_noughts
from pipeline.parse.stray import unread_headings, years_that_differ
from pipeline.parse.stream import Paragraph
from pipeline.parse.walk import Walk, footnote_text, full_title, walk
from pipeline.rules.language import Language
from pipeline.rules.patterns import Capture
from pipeline.rules.schema import Rule
from pipeline.said import Said
from pipeline.text import excerpt

_YEARS = regex.compile(r"(?<!\d)(20\d\d)\s?[-–]\s?(20\d\d)(?!\d)")


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a rule finds in a document."""

    meta: DocumentMeta
    lines: tuple[RawLine, ...]
    proposals: tuple[Proposal, ...]
    amounts: tuple[TextAmount, ...]
    tokens: tuple[Token, ...]
    notes: tuple[Note, ...]


def page_text(page: Page) -> str:
    """Plain text of a page, one printed line a line."""
    return "\n".join(line.text for line in page.lines)


def parse(pages: Sequence[Page], tables: Sequence[Table], rule: Rule, language: Language) -> Parsed:
    """Everything that `rule` finds. Raises `PatternTimeout` when one of its patterns runs away."""
    found = walk(list(pages), list(tables), rule, language)
    reader = FigureReader(pages, rule, language)
    for placed in found.tables:
        reader.read(placed)
    claims = {**found.claims, **reader.claims}
    paragraphs = _in_order(found.paragraphs, reader.remarks)
    amounts, amount_claims = read_amounts(pages, paragraphs, rule, language)
    claims.update(amount_claims)
    tokens = keep_ledger(pages, paragraphs, claims, rule, language)
    lines = with_exact_noughts(_with_footnotes(reader.lines, found))
    proposals = _proposals(found, lines)
    dated = _take(rule.document.date, "\n".join(page_text(p) for p in pages))
    meta = replace(_meta(pages, rule, found), document_date=read_date(dated, language) if dated else None)
    notes = [*_date_note(dated, meta), *_page_notes(pages), *reader.notes, *_table_notes(found), *_unit_notes(lines),
             *_unclaimed(tokens), *unread_headings(pages, found, rule), *years_that_differ(lines, meta.budget_year)]  # fmt: skip
    return Parsed(meta, tuple(lines), proposals, tuple(amounts), tokens, tuple(notes))


def _in_order(paragraphs: Sequence[Paragraph], remarks: Sequence[Paragraph]) -> list[Paragraph]:
    """Paragraphs with the remarks of tables among them, each before the first that begins further down."""
    out: list[Paragraph] = []
    waiting = sorted(remarks, key=lambda p: p.keys[0], reverse=True)
    for paragraph in paragraphs:
        while waiting and paragraph.keys and waiting[-1].keys[0] < paragraph.keys[0]:
            out.append(waiting.pop())
        out.append(paragraph)
    return [*out, *reversed(waiting)]


def _take(captures: Sequence[Capture], text: str) -> str | None:
    """What the first capture that is found in some line gives."""
    for capture in captures:
        found = capture.find_lines(text, most=1)
        if found and (value := capture.take(found[min(found)])):
            return value.strip()
    return None


def _meta(pages: Sequence[Page], rule: Rule, found: Walk) -> DocumentMeta:
    text = "\n".join(page_text(p) for p in pages)
    doc = rule.document
    spans = _YEARS.search(text)
    years = tuple(range(int(spans[1]), int(spans[2]) + 1)) if spans and int(spans[2]) - int(spans[1]) < 20 else ()
    fields = found.fields
    area, percent = fields.get("area_budget"), fields.get("saving_percent")
    return DocumentMeta(
        title=_take(doc.title, text), municipality=_take(doc.municipality, text),
        budget_year=doc.find_budget_year(text), department=_take(doc.department, text),
        kind=doc.kind, stage=doc.stage, years=years,
        sector=fields["sector"].text if "sector" in fields else None,
        area_budget_printed=area.text if area else None, saving_percent_printed=percent.text if percent else None,
    )  # fmt: skip


def _with_footnotes(lines: Sequence[RawLine], found: Walk) -> list[RawLine]:
    """Footnote marks replaced by the text of the next footnote with that mark."""
    out = []
    for line in lines:
        note = next((f for f in found.footnotes if f.mark == line.footnote and f.page >= line.page), None)
        out.append(replace(line, footnote=footnote_text(note)) if note else line)
    return out


def _proposals(found: Walk, lines: Sequence[RawLine]) -> tuple[Proposal, ...]:
    """Sections first, in reading order; then proposals that only an overview row names by its code."""
    out: dict[str, Proposal] = {}
    kinds: dict[str | None, str] = {}  # the first that the overview prints
    for line in lines:
        for name, text in line.attributes if line.table_kind == "overview" else ():
            if name == "saving_type":
                kinds.setdefault(line.proposal_code, text)
    for section in found.sections:
        if section.code in out:
            continue
        texts = [p.text for p in found.paragraphs if p.proposal_code == section.code and p.kind == "prose"]
        value = {name: p.text for name, p in section.fields.items()}
        out[section.code] = Proposal(
            code=section.code, title=full_title(section), theme_code=section.theme_code,
            sector=value.get("sector"), description="\n".join(texts) or None,
            area_budget_printed=value.get("area_budget"), saving_percent_printed=value.get("saving_percent"),
            saving_type=value.get("saving_type") or kinds.get(section.code),
            has_section=True, page=section.page, box=section.box,
        )  # fmt: skip
    for line in lines:
        code = line.proposal_code
        if line.table_kind == "overview" and code and code not in out:
            out[code] = Proposal(code, line.label, line.theme, line.theme_title, saving_type=kinds.get(code), has_section=False,
                                 page=line.page, box=line.box)  # fmt: skip
    return tuple(out.values())


def _date_note(printed: str | None, meta: DocumentMeta) -> list[Note]:
    if printed is None or meta.document_date is not None:
        return []
    return [Note("date-unread", "warning", f"“{printed}” is caught as the date of the document and is none", suggestion="look at the "
                 "pattern of `document: date:`, and at `months` in the language file",
                 message_da=f"“{printed}” er fanget som dokumentets dato og er ingen",
                 suggestion_da="se på mønstret i `document: date:` og på `months` i sprogfilen")]  # fmt: skip


def _page_notes(pages: Sequence[Page]) -> list[Note]:
    notes = []
    for page in pages:
        characters = sum(len(line.text) for line in page.lines)
        if not characters and page.reader == "ocr":
            notes.append(Note("page-without-text", "info", f"page {page.number} is a picture in which OCR finds no text",
                              page.number,
                              message_da=f"side {page.number} er et billede, som OCR ikke finder tekst i"))  # fmt: skip
        elif not characters and page.unread is None and (page.images or page.paths):
            what = Said("a picture", "et billede") if page.images else Said("drawings", "tegninger")
            notes.append(Note("page-without-text", "warning", f"page {page.number} has no text, only {what.en}: its figures are not "
                              "read", page.number, None, "get the document as text, or read the page by eye",
                              message_da=f"side {page.number} har ingen tekst, kun {what.da}: dens tal er ikke læst",
                              suggestion_da="få fat i dokumentet som tekst, eller læs selv siden"))  # fmt: skip
        if page.signed:
            n = len(page.signed)
            notes.append(Note("drawn-sign", "error", f"page {page.number}: a short line is drawn right beside {n} "
                              f"figure{'s' if n > 1 else ''}; where it is a minus, the figure is read without", page.number,
                              page.signed[0], "look at the page: `afstem show`; get the document with its signs as text",
                              message_da=f"side {page.number}: lige ved {n} tal er der tegnet en kort streg; er den et minus, er "
                              "tallet læst uden",
                              suggestion_da="se på siden: `afstem show`; få fat i dokumentet med fortegn som tekst"))  # fmt: skip
        for box in page.pictures if characters and page.reader == "text" else ():
            notes.append(Note("picture-unread", "warning", f"page {page.number}: a picture with writing in it, as of a table; what is "
                              "written there is not read", page.number, box, "look at the page: `afstem show`; where it holds "
                              "figures, get the document with them as text",
                              message_da=f"side {page.number}: et billede med skrift, måske en tabel; det, der står i det, er ikke "
                              "læst", suggestion_da="se på siden: `afstem show`; er der tal i det, så få fat i dokumentet med dem "
                              "som tekst"))  # fmt: skip
        if page.covered:
            n = len(page.covered)
            notes.append(Note("covered-text", "warning", f"page {page.number}: {n} piece{'s' if n > 1 else ''} of text nobody "
                              "sees, or not whole: below a filled area, white on white, or cut away; what is hidden whole is not read",
                              page.number, page.covered[0], "look at the page: `afstem show`",
                              message_da=f"side {page.number}: {n} stykke{'r' if n > 1 else ''} tekst kan ikke ses, eller "
                              "kun delvist: under et udfyldt felt, hvidt på hvidt eller skåret væk; det helt skjulte er ikke læst",
                              suggestion_da="se på siden: `afstem show`"))  # fmt: skip
        if page.broken and page.reader == "text":
            notes.append(Note("broken-font", "error", f"page {page.number}: a font without a usable character map; "
                              f"{page.unmapped} characters cannot be named, figures may be misread", page.number,
                              message_da=f"side {page.number}: en skrifttype uden brugbar tegntabel; {page.unmapped} tegn kan ikke "
                              "genkendes, og tal kan være læst forkert"))  # fmt: skip
    return notes


def _table_notes(found: Walk) -> list[Note]:
    """Tables that the text announces and that are not there; sections that occur twice."""
    notes = [
        Note("announced-table-missing", "warning", f"“{a.text}” announces table {a.number}, but no table follows it",
             a.page, a.box, message_da=f"“{a.text}” varsler tabel {a.number}, men der kommer ingen tabel efter")
        for a in found.announcements if not a.kept
    ]  # fmt: skip
    seen: dict[str, int] = {}
    for s in found.sections:
        if s.code in seen:
            notes.append(Note("section-twice", "warning", f"proposal {s.code} has a second section on page {s.page}, "
                              f"after the one on page {seen[s.code]}", s.page, s.box,
                              message_da=f"forslag {s.code} har endnu et afsnit på side {s.page} efter det på side "
                              f"{seen[s.code]}"))  # fmt: skip
        seen.setdefault(s.code, s.page)
    return notes


def _unit_notes(lines: Sequence[RawLine]) -> list[Note]:
    """Amounts without a unit, told once for each table and each text that should have named it."""
    notes, seen = [], set()
    for line in lines:
        if line.currency and line.unit is None and (line.table_id, line.unit_printed) not in seen:
            seen.add((line.table_id, line.unit_printed))
            what = Said("no caption names the unit", "ingen overskrift nævner enheden")
            if line.unit_printed:
                what = Said(f"the rule reads no unit in {line.unit_printed!r}", f"reglen læser ingen enhed i {line.unit_printed!r}")
            notes.append(Note("unit-missing", "error", f"{what.en}, over or beside “{line.label}” in the table on page {line.page}: "
                              "amounts are left empty", line.page, line.box,
                              "add a pattern under `captions`, or `money: unit:`, or (?P<unit>…) to the pattern of a column or row",
                              message_da=f"{what.da}, over eller ved “{line.label}” i tabellen på side {line.page}: beløb er udeladt",
                              suggestion_da="tilføj et mønster under `captions`, eller `money: unit:`, eller (?P<unit>…) i mønstret "
                              "for en kolonne eller række"))  # fmt: skip
    return notes


def _unclaimed(tokens: Sequence[Token]) -> list[Note]:
    out = []
    for t in tokens:
        if t.status == "unclaimed":
            beside = f" (“{excerpt(t.line, t.text)}”)" if t.line != t.text else ""
            out.append(Note("unclaimed-number", "warning", f"{t.text!r} on page {t.page}{beside} is claimed by nothing", t.page, t.box,
                            "name it in the rule: a column, a row, or an entry under `ignore`",
                            message_da=f"{t.text!r} på side {t.page}{beside} er der intet, der gør rede for",
                            suggestion_da="nævn det i reglen: en kolonne, en række eller en post under `ignore`"))  # fmt: skip
    return out
