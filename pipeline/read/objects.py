"""The objects of a PDF by its bytes: what is written in them, and which streams cannot be decoded whole."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from dataclasses import dataclass, field

import regex

from pipeline.said import Said

_OBJECT = re.compile(rb"(?<!\d)(\d{1,10})[\s\0]+\d{1,5}[\s\0]+obj(?![a-z])")
# What objects are made of, and what stands between them: blanks, comments, brackets, names, strings, numbers. Possessive, so that
# damage is found in one pass; in steps, because `regex` keeps a record of each repetition.
_ITEMS = (
    rb"[\s\0]++|%[^\r\n]*+|<<|>>|[\[\]]|/[^\0-\x20()<>\[\]{}/%]*+|(?P<text>\((?:[^()\\]++|\\.|(?&text))*+\))|<[0-9A-Fa-f\s]*+>"
    rb"|(?:true|false|null)(?![a-zA-Z0-9])|"
)
_INSIDE = regex.compile(
    rb"(?:" + _ITEMS + rb"\d++[\s\0]++\d++[\s\0]++R(?![a-zA-Z0-9])"
    rb"|(?!\d+[\s\0]+\d+[\s\0]+obj)[+-]*+(?:\d++\.?\d*+|\.\d++)(?![a-zA-Z])){1,10000}+", regex.DOTALL,
)  # fmt: skip
_BETWEEN = regex.compile(
    rb"(?:" + _ITEMS + rb"[+-]?+\d++\.?\d*+(?![a-zA-Z])"
    rb"|(?:R|xref|trailer|startxref|endobj|n|f)(?![a-zA-Z0-9])){1,10000}+", regex.DOTALL,
)  # fmt: skip
_END = re.compile(rb"(endobj|stream(?=\r?\n|\r)|(?=\d+[\s\0]+\d+[\s\0]+obj|xref|trailer|startxref))")
_TEXT = regex.compile(rb"\((?:[^()\\]++|\\.|(?R))*+\)|(?<!<)<[0-9A-Fa-f\s]*+>", regex.DOTALL)
_STARTS = re.compile(rb"\r\n|\n|\r")
_FILTER = re.compile(rb"/Filter[\s\0]*(\[[^\]]*\]|/[^\s\0()<>\[\]{}/%]+)")
_NAME = re.compile(rb"/([^\s\0()<>\[\]{}/%]+)")
_KNOWN = {b"FlateDecode", b"Fl", b"LZWDecode", b"LZW", b"ASCII85Decode", b"A85", b"ASCIIHexDecode", b"AHx", b"RunLengthDecode",
          b"RL", b"CCITTFaxDecode", b"CCF", b"DCTDecode", b"DCT", b"JPXDecode", b"JBIG2Decode", b"Crypt"}  # fmt: skip
_NO_PDF = Said("is not written as PDF is", "er ikke skrevet som PDF")
_NOT_WHOLE = Said("cannot be decoded whole", "kan ikke afkodes helt")
_BOMB = 1 << 30  # a stream that grows beyond this is not looked at further
_STEP = 1 << 20


@dataclass(slots=True)
class Objects:
    """The objects of a file: what is written in them, which are streams, and what is wrong with which."""

    bodies: dict[int, bytes] = field(default_factory=dict)
    streams: set[int] = field(default_factory=set)
    starts: dict[int, set[int]] = field(default_factory=dict)  # object -> where versions of it begin
    broken: dict[int, Said] = field(default_factory=dict)
    strays: bool = False  # something between them is no PDF
    layered: bool = False  # there are layers, which may be hidden
    packed: bool = False  # some objects stand in streams, where they are not looked at


def read_objects(data: bytes, decode: bool) -> Objects:
    """The objects of a file in the order of its bytes; a later version of one takes the place of an earlier."""
    out = Objects()
    end = max(data.rfind(b"%%EOF"), data.rfind(b"startxref"))
    at = 0
    while head := _OBJECT.search(data, at):
        if at and _past(_BETWEEN, data, at, head.start()) < head.start():
            out.strays = True
        number = int(head[1])
        last = _END.match(data, _past(_INSIDE, data, head.end(), len(data)))
        out.starts.setdefault(number, set()).add(head.start(1))
        out.broken.pop(number, None)
        out.streams.discard(number)
        if last is None:
            out.broken[number] = _NO_PDF
            out.bodies[number] = b""
            after = _OBJECT.search(data, head.end())
            at = max(head.end(), data.rfind(b"endobj", head.end(), after.start() if after else end) + 6)
            continue
        inner = out.bodies[number] = data[head.end() : last.start()]
        out.layered |= b"/OCProperties" in inner
        at = last.end()
        if not _is_balanced(inner) and not _is_balanced(_TEXT.sub(b"", inner)):
            out.broken[number] = _NO_PDF
        if last[1] == b"stream":
            out.streams.add(number)
            if b"/ObjStm" in inner:
                out.packed = True
                out.layered |= decode and _packed_holds(b"/OCProperties", data, at)
            start = _STARTS.match(data, at)
            assert start is not None
            at, what = _stream(data, start.end(), inner, decode)
            if what:
                out.broken[number] = what
    if 0 < at < end and _past(_BETWEEN, data, at, end) < end:
        out.strays = True
    return out


def _is_balanced(body: bytes) -> bool:
    return body.count(b"<<") == body.count(b">>") and body.count(b"[") == body.count(b"]")


def _past(pattern: regex.Pattern[bytes], data: bytes, start: int, end: int) -> int:
    """Where what a pattern knows comes to its end."""
    while found := pattern.match(data, start, end):
        start = found.end()
    return start


def _stream(data: bytes, start: int, dictionary: bytes, decode: bool) -> tuple[int, Said | None]:
    """Where a stream ends, and what is wrong with it."""
    end = data.find(b"endstream", start)
    if end < 0:
        return len(data), Said("has no end", "har ingen slutning")
    found = _FILTER.search(dictionary)
    filters = _NAME.findall(found[1]) if found else []
    if unknown := [f for f in filters if f not in _KNOWN]:
        name = f"({unknown[0].decode('ascii', 'replace')})"
        return end + 9, Said(f"is packed in an unknown way {name}", f"er pakket på en ukendt måde {name}")
    if not decode:
        return end + 9, None
    for k, name in enumerate(filters):
        if name in (b"ASCII85Decode", b"A85", b"ASCIIHexDecode", b"AHx"):
            text = _letters(data[start:end], b"85" in name)
            if text is None:
                return end + 9, _NOT_WHOLE
            if filters[k + 1 : k + 2] in ([b"FlateDecode"], [b"Fl"]) and not _inflates(text, 0, len(text)):
                return end + 9, _NOT_WHOLE
        elif name in (b"FlateDecode", b"Fl") and k == 0:
            for _ in range(4):  # the word may stand by chance among packed bytes
                whole = _inflates(data, start, end)
                further = -1 if whole else data.find(b"endstream", end + 9)
                if further < 0:
                    break
                end = further
            if not whole:
                return data.find(b"endstream", start) + 9, _NOT_WHOLE
        elif name in (b"DCTDecode", b"DCT") and k == 0 and data.rfind(b"\xff\xd9", start, end) < 0:
            return end + 9, Said("is a picture that is cut short", "er et billede, der er skåret af")
        break
    else:
        if data[start : start + 1] in b"\x48\x58\x68\x78" and _inflates(data, start, end):
            return end + 9, Said("is packed and does not say how", "er pakket uden at sige hvordan")
    return end + 9, None


def _packed_holds(word: bytes, data: bytes, at: int) -> bool:
    start = _STARTS.match(data, at)
    try:
        return start is not None and word in zlib.decompressobj().decompress(data[start.end() : data.find(b"endstream", at)], _BOMB)
    except zlib.error:
        return False


def _letters(text: bytes, of_85: bool) -> bytes | None:
    """Bytes written in letters; `None` where they are not whole."""
    inner, mark, _ = text.partition(b"~>" if of_85 else b">")
    try:
        if of_85:
            return base64.a85decode(inner) if mark else None
        digits = b"".join(inner.split())
        return binascii.unhexlify(digits + b"0" * (len(digits) % 2)) if mark else None
    except ValueError:
        return None


def _inflates(data: bytes, start: int, end: int) -> bool:
    """Whether packed bytes unpack whole and as their checksum says."""
    if end - start < 2 or data[start] & 15 != 8 or (data[start] * 256 + data[start + 1]) % 31:
        return False
    unpack, total, size = zlib.decompressobj(-zlib.MAX_WBITS), 1, 0
    rest: bytes | memoryview = memoryview(data)[start + 2 : end]
    try:
        while True:
            piece = unpack.decompress(rest, _STEP)
            total, size, rest = zlib.adler32(piece, total), size + len(piece), unpack.unconsumed_tail
            if size > _BOMB:
                return True
            if unpack.eof or not (rest or piece):
                break
    except zlib.error:
        return False
    left = unpack.unused_data
    # some programs leave the checksum out; then nothing but a line end is left
    return unpack.eof and (left[:4] == total.to_bytes(4, "big") or not left.strip(b"\r\n"))
