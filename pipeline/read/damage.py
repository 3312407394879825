"""What of a PDF's bytes does not hold together. pdfium reads on past damage and gives the text that is left, without a word.

Three things are looked at, none of which needs the pages to be understood: whether every stream can be decoded whole (a
compressed one carries a checksum), whether every object is written as PDF is, and whether the cross-reference table leads to
the objects that it names. A figure that was changed without any of these being hurt cannot be seen here; sums can.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from pipeline.model import Note
from pipeline.read.objects import Objects, read_objects
from pipeline.said import Said, joined

_STREAMS = re.compile(rb"/(Contents|ToUnicode|FontFile[23]?)[\s\0]*(\[[^\]]*\]|\d+[\s\0]+\d+[\s\0]+R)")
_DRAWN = re.compile(rb"/Type[\s\0]*/(?:Page|Font|FontDescriptor)(?![A-Za-z])")
_ENTRY = re.compile(rb"/([^\s\0()<>\[\]{}/%]+)[\s\0]+(\d+)[\s\0]+\d+[\s\0]+R")
_INNER = re.compile(rb"<<(?:[^<>]|(?<!<)<(?!<)|(?<!>)>(?!>))*>>")
_HELD = {b"Contents", b"Thumb", b"Metadata", b"FontFile", b"FontFile2", b"FontFile3", b"ToUnicode", b"Encoding", b"CIDToGIDMap",
         b"CIDSet"}  # fmt: skip
_PARTS = re.compile(rb"/(?:Resources|Font|XObject|DescendantFonts|FontDescriptor)[\s\0]*(\[[^\]]*\]|\d+[\s\0]+\d+[\s\0]+R)")
_REFERENCE = re.compile(rb"(?<!\d)(\d{1,10})[\s\0]+\d{1,5}[\s\0]+R(?![a-zA-Z])")
_UPWARDS = re.compile(rb"/(?:Parent|P|Annots|Dest|StructParents?|Prev|Next)[\s\0]*(?:\[[^\]]*\]|\d+[\s\0]+\d+[\s\0]+R)")
_PAGE = re.compile(rb"/Type[\s\0]*/Page(?![A-Za-z])")
_KIDS = re.compile(rb"/Kids[\s\0]*\[([^\]]*)\]")
_TREE = re.compile(rb"/Pages[\s\0]+(\d+)[\s\0]+\d+[\s\0]+R")
_SECTION = re.compile(rb"xref[\s\0]+((?:\d+ +\d+[\s\0]+(?:\d{10} \d{5} [nf][\s\0]{0,2})*[\s\0]*)*)trailer(.*?)startxref", re.DOTALL)
_SUBSECTION = re.compile(rb"(\d+) +(\d+)[\s\0]+((?:\d{10} \d{5} [nf][\s\0]{0,2})*)")
_PREVIOUS = re.compile(rb"/Prev[\s\0]+(\d+)")

_ASTRAY = Said("is not where the cross-reference table says", "står ikke, hvor krydsreferencetabellen siger")


class Damage(NamedTuple):
    """Something that is broken: on which page, where that can be told, and what."""

    page: int | None
    what: Said


def find_damage(data: bytes, objects: Objects, copy: Callable[[], bytes], pages: int) -> list[Damage]:
    """What is broken in a PDF with these objects, page by page. `pages`: how many of them pdfium finds.

    `copy` gives the file as pdfium writes it anew, with every object by itself.
    """
    loose = [Said("something between its objects is no PDF", "noget mellem dens objekter er ikke PDF")] if objects.strays else []
    for number in _astray(data, objects):
        objects.broken.setdefault(number, _ASTRAY)
    if not objects.packed:
        for number, what in _missing(objects):
            objects.broken.setdefault(number, what)
        tree = _page_numbers(objects.bodies)
        if tree and len(tree) != pages:
            loose.append(Said(f"its page tree holds {len(tree)} pages, of which {pages} can be read",
                              f"dens sidetræ rummer {len(tree)} sider, hvoraf {pages} kan læses"))  # fmt: skip
    if not objects.broken:
        return [Damage(None, what) for what in loose]
    written = read_objects(copy(), decode=False).bodies
    return [*_by_page(objects.broken, objects.bodies if not objects.packed else written), *(Damage(None, w) for w in loose)]


def damage_notes(damage: Sequence[Damage]) -> list[Note]:
    """What is told of a damaged document: a finding for each page that may have lost figures."""
    notes = []
    for d in damage:
        head = Said("the file is damaged", "filen er beskadiget")
        if d.page:
            head = Said(f"page {d.page} is damaged in the file", f"side {d.page} er beskadiget i filen")
        notes.append(Note(
            "damaged-file", "error", f"{head.en}: {d.what.en}; figures may be missing or wrong", d.page or 1, None,
            "fetch the file again", suggestion_da="hent filen igen",
            message_da=f"{head.da}: {d.what.da}; tal kan mangle eller være forkerte",
        ))  # fmt: skip
    return notes


def _astray(data: bytes, objects: Objects) -> Iterator[int]:
    """The objects that a cross-reference table in text looks for at a wrong place, or gives up although they are needed."""
    mark = re.match(rb"startxref[\s\0]+(\d+)", data[data.rfind(b"startxref") :])
    base, seen, known = max(0, data.find(b"%PDF-")), set(), set()
    needed = {int(r) for body in objects.bodies.values() for r in _REFERENCE.findall(body)}
    places = set().union(*objects.starts.values())
    at = int(mark[1]) if mark else -1
    while at not in seen and (section := _SECTION.match(data, base + at) if at >= 0 else None):
        seen.add(at)
        for first, _, entries in _SUBSECTION.findall(section[1]):
            for number, entry in enumerate(re.findall(rb"(\d{10}) \d{5} ([nf])", entries), int(first)):
                if number in known:
                    continue
                known.add(number)
                there = base + int(entry[0])
                if number not in objects.bodies:  # many tables name objects that were taken out
                    if there in places:
                        yield number
                elif entry[1] == b"f":
                    if number in needed and len(seen) == 1 and b"/Prev" not in section[2]:
                        yield number
                elif not any(0 <= place - there <= 2 for place in objects.starts[number]):
                    yield number
        previous = _PREVIOUS.search(section[2])
        at = int(previous[1]) if previous else -1


def _missing(objects: Objects) -> Iterator[tuple[int, Said]]:
    """The objects that lack a part without which a page loses text."""
    for number, body in objects.bodies.items():
        for name, found in _STREAMS.findall(body):
            for part in map(int, _REFERENCE.findall(found)):
                if part not in objects.bodies or (part not in objects.streams and not objects.bodies[part].strip().startswith(b"[")):
                    yield number, Said(f"needs {name.decode()} that is not there", f"kræver {name.decode()}, som ikke er der")
        if _DRAWN.search(body):
            for name, part in _ENTRY.findall(_outer(body)):
                if int(part) in objects.streams and name not in _HELD:
                    kind = f"({name.decode('ascii', 'replace')})"
                    yield number, Said(f"has a part of no known kind {kind}", f"har en del af ukendt slags {kind}")
        for found in _PARTS.findall(body):
            if any(int(part) not in objects.bodies for part in _REFERENCE.findall(found)):
                yield number, Said("needs an object that is not there", "kræver et objekt, som ikke er der")


def _outer(body: bytes) -> bytes:
    """A dictionary without those in it."""
    inner, count = body.strip()[2:], 1
    while count:
        inner, count = _INNER.subn(b"", inner)
    return inner


def _page_numbers(bodies: Mapping[int, bytes]) -> dict[int, int]:
    """Object -> number of the page that it is, by the page tree."""
    roots = [int(m[1]) for body in bodies.values() if b"/Catalog" in body and (m := _TREE.search(body))]
    pages: dict[int, int] = {}
    todo, seen = roots[-1:], set()
    while todo:
        number = todo.pop()
        if number in seen or number not in bodies:
            continue
        seen.add(number)
        kids = _KIDS.search(bodies[number])
        if kids:
            todo += reversed([int(k) for k in _REFERENCE.findall(kids[1])])
        elif _PAGE.search(bodies[number]):
            pages[number] = len(pages) + 1
    return pages


def _by_page(broken: Mapping[int, Said], bodies: Mapping[int, bytes]) -> Iterator[Damage]:
    """What is broken by the pages that need it, the worst page by page; the rest is told of the file."""
    left = dict(broken)
    for page, number in sorted((n, o) for o, n in _page_numbers(bodies).items()):
        hurt = [n for n in _reached(number, bodies) if n in broken]
        for n in hurt:
            left.pop(n, None)
        if hurt:
            yield Damage(page, joined([_object(n, broken[n]) for n in sorted(hurt)[:3]], "; "))
    for n, what in sorted(left.items()):
        yield Damage(None, _object(n, what))


def _object(number: int, what: Said) -> Said:
    return Said(f"object {number} ", f"objekt {number} ") + what


def _reached(number: int, bodies: Mapping[int, bytes]) -> Collection[int]:
    """The objects that a page is drawn from, itself included."""
    seen: set[int] = set()
    todo = [number]
    while todo:
        n = todo.pop()
        if n in seen:
            continue
        seen.add(n)
        todo += map(int, _REFERENCE.findall(_UPWARDS.sub(b"", bodies.get(n, b""))))
    return seen
