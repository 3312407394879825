"""What a page shows beyond its content, and what of its content it does not show: filled-in forms, remarks, hidden layers."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

import pypdfium2 as pdfium
import pypdfium2.raw as c

from pipeline.model import Note
from pipeline.read.objects import read_objects
from pipeline.said import Said, same

# remarks that print text, or cover it
_PRINTED = (c.FPDF_ANNOT_WIDGET, c.FPDF_ANNOT_FREETEXT, c.FPDF_ANNOT_STAMP, c.FPDF_ANNOT_SQUARE, c.FPDF_ANNOT_CIRCLE,
            c.FPDF_ANNOT_POLYGON, c.FPDF_ANNOT_INK, c.FPDF_ANNOT_REDACT)  # fmt: skip
_DRAWN = (c.FPDF_ANNOT_WATERMARK, c.FPDF_ANNOT_LINE, c.FPDF_ANNOT_POLYLINE, c.FPDF_ANNOT_CARET, c.FPDF_ANNOT_LINK)  # some of these
_LAYERS = re.compile(rb"/OCProperties\s*(?:(\d+)\s+\d+\s+R|<<)")
_OFF, _ON = (re.compile(rb"/" + name + rb"\s*\[([^\]]*)\]") for name in (b"OFF", b"ON"))
_ALL = re.compile(rb"/OCGs\s*(?:\[([^\]]*)\]|(\d+)\s+\d+\s+R)")
_ALL_OFF = re.compile(rb"/BaseState\s*/OFF(?![A-Za-z])")
_REFERENCE = re.compile(rb"(\d+)\s+\d+\s+R")
_LAYER_NAME = re.compile(rb"/Name\s*(?:\(((?:[^()\\]|\\.)*)\)|<([0-9A-Fa-f\s]*)>)", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_EMPTY = 2  # bytes of an empty text
_NAMED = 5  # attached files that are named


def load_page(pdf: pdfium.PdfDocument, index: int) -> object:
    """A page as a reader sees it: text of form fields and of remarks that are printed on it becomes part of its content."""
    page = c.FPDF_LoadPage(pdf.raw, index)
    if not page or not _is_printed_on(page):
        return page
    _remove_unviewed(page)
    if pdf.formenv:
        c.FORM_OnAfterLoadPage(page, pdf.formenv)  # fields that bring no picture of their value are given one
    flat = c.FPDFPage_Flatten(page, c.FLAT_NORMALDISPLAY)
    if flat != c.FLATTEN_SUCCESS:
        return page
    c.FPDF_ClosePage(page)
    return c.FPDF_LoadPage(pdf.raw, index)


def _is_printed_on(page: object) -> bool:
    for i in range(c.FPDFPage_GetAnnotCount(page)):
        annotation = c.FPDFPage_GetAnnot(page, i)
        kind = c.FPDFAnnot_GetSubtype(annotation)
        drawn = kind in _DRAWN and c.FPDFAnnot_GetAP(annotation, c.FPDF_ANNOT_APPEARANCEMODE_NORMAL, None, 0) > _EMPTY
        c.FPDFPage_CloseAnnot(annotation)
        if kind in _PRINTED or drawn:
            return True
    return False


def _remove_unviewed(page: object) -> None:
    """Take away the remarks that are printed and not shown on a screen."""
    for i in reversed(range(c.FPDFPage_GetAnnotCount(page))):
        annotation = c.FPDFPage_GetAnnot(page, i)
        unviewed = c.FPDFAnnot_GetFlags(annotation) & c.FPDF_ANNOT_FLAG_NOVIEW
        c.FPDFPage_CloseAnnot(annotation)
        if unviewed:
            c.FPDFPage_RemoveAnnot(page, i)


def unread_notes(pdf: pdfium.PdfDocument) -> list[Note]:
    """What belongs to a document and stands on none of its pages."""
    notes = []
    count = c.FPDFDoc_GetAttachmentCount(pdf.raw)
    if count:
        names = [pdf.get_attachment(i).get_name() for i in range(min(count, _NAMED))]
        told = same(", ".join(names))
        if count > _NAMED:
            told += Said(f" and {count - _NAMED} more", f" og {count - _NAMED} til")
        notes.append(Note("attachment", "warning", f"files are attached to the PDF and are not read: {told.en}",
                          1, None, "if there are figures in them, save them into raw/ as documents of their own",
                          message_da=f"der er vedhæftet filer til PDF'en, som ikke er læst: {told.da}",
                          suggestion_da="hvis der er tal i dem, så gem dem i raw/ som selvstændige dokumenter"))  # fmt: skip
    if c.FPDF_GetFormType(pdf.raw) == c.FORMTYPE_XFA_FULL:
        notes.append(Note("form-unread", "error", "the PDF is an XFA form: what it shows is made by the program that opens it, and "
                          "cannot be read here", 1, None, "open it, and print it to a PDF",
                          message_da="PDF'en er en XFA-formular: det, den viser, dannes af det program, der åbner den, og kan ikke "
                          "læses her", suggestion_da="åbn den, og udskriv den til en PDF"))  # fmt: skip
    return notes


# --- hidden layers -------------------------------------------------------------------------------------------------


def hidden_layers(copy: Callable[[], bytes]) -> frozenset[str]:
    """Names of the layers that are off when the document is opened; `copy`: the file with every object by itself."""
    bodies = read_objects(copy(), decode=False).bodies
    for body in bodies.values():
        if found := _LAYERS.search(body):
            settings = bodies.get(int(found[1]), b"") if found[1] else body[found.start() :]
            if default := re.search(rb"/D\s+(\d+)\s+\d+\s+R", settings):
                settings = bodies.get(int(default[1]), b"")
            whole = bodies.get(int(found[1]), b"") if found[1] else body[found.start() :]
            every: set[int] = set().union(*(_references(m, bodies) for m in _ALL.finditer(whole)))  # settings may name some as well
            off = _references(_OFF.search(settings), bodies)
            if _ALL_OFF.search(settings):
                off |= every - _references(_ON.search(settings), bodies)
            # by its name alone an object says which layer it is on: where another of that name is on, it may be seen
            return _names(off, bodies) - _names(every - off, bodies)
    return frozenset()


def _names(layers: Iterable[int], bodies: Mapping[int, bytes]) -> frozenset[str]:
    return frozenset(_decoded(m) for n in layers if (m := _LAYER_NAME.search(bodies.get(n, b""))))


def _references(m: re.Match[bytes] | None, bodies: Mapping[int, bytes]) -> set[int]:
    """The objects that a list names, which may be an object itself."""
    if m is None:
        return set()
    inner = m[1] if m[1] is not None else bodies.get(int(m[2]), b"")
    return {int(n) for n in _REFERENCE.findall(inner)}


def _decoded(m: re.Match[bytes]) -> str:
    if m[2] is not None:
        digits = b"".join(m[2].split())
        data = bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())
    else:
        data = _ESCAPE.sub(lambda e: bytes([int(e[1], 8) & 255]) if e[1].isdigit() else _ESCAPED.get(e[1], e[1]), m[1])
    return data[2:].decode("utf-16-be", "replace") if data.startswith(b"\xfe\xff") else data.decode("latin-1")


def hidden_objects(page: object, layers: frozenset[str]) -> set[int]:
    """Addresses of the text objects of a page that stand on hidden layers."""
    objects = (c.FPDFPage_GetObject(page, i) for i in range(c.FPDFPage_CountObjects(page)))
    return {address for o in objects if _is_on(o, layers) for address in _texts(o)}


def read_as_drawn(page: object) -> None:
    """Take off the marks by which a page says what else to read for what it draws: figures are what is seen, whatever stands for
    them. Words may stand for others, as a whole one for its two parts."""
    for i in range(c.FPDFPage_CountObjects(page)):
        _take_off(c.FPDFPage_GetObject(page, i))


def _take_off(thing: object) -> None:
    for i in reversed(range(max(0, c.FPDFPageObj_CountMarks(thing)))):
        mark = c.FPDFPageObj_GetMark(thing, i)
        if c.FPDFPageObjMark_GetParamValueType(mark, b"ActualText") == c.FPDF_OBJECT_STRING:
            said = _utf16(lambda b, n, s, m=mark: c.FPDFPageObjMark_GetParamStringValue(m, b"ActualText", b, n, s))
            if any(map(str.isdigit, said)) or not any(map(str.isalpha, said)):
                c.FPDFPageObj_RemoveMark(thing, mark)
    if c.FPDFPageObj_GetType(thing) == c.FPDF_PAGEOBJ_FORM:
        for i in range(c.FPDFFormObj_CountObjects(thing)):
            _take_off(c.FPDFFormObj_GetObject(thing, i))


def invisible_text(page: object) -> list[object]:
    """The text objects of a page itself that are set to be invisible, as a scanner sets what it has read."""
    objects = [c.FPDFPage_GetObject(page, i) for i in range(c.FPDFPage_CountObjects(page))]
    return [o for o in objects if c.FPDFPageObj_GetType(o) == c.FPDF_PAGEOBJ_TEXT
            and c.FPDFTextObj_GetTextRenderMode(o) == c.FPDF_TEXTRENDERMODE_INVISIBLE]  # fmt: skip


def _is_on(thing: object, layers: frozenset[str]) -> bool:
    for i in range(c.FPDFPageObj_CountMarks(thing)):
        mark = c.FPDFPageObj_GetMark(thing, i)
        if _utf16(lambda b, n, s, m=mark: c.FPDFPageObjMark_GetName(m, b, n, s)) == "OC":
            name = _utf16(lambda b, n, s, m=mark: c.FPDFPageObjMark_GetParamStringValue(m, b"Name", b, n, s))
            if name in layers:
                return True
    return False


def _utf16(ask: Callable[..., int]) -> str:
    size = ctypes.c_ulong()
    ask(None, 0, ctypes.byref(size))
    buffer = (ctypes.c_ushort * (size.value // 2 + 1))()
    ask(buffer, size.value, ctypes.byref(size))
    return bytes(buffer)[: size.value].decode("utf-16-le", "replace").rstrip("\0")


def _texts(thing: object) -> Iterator[int]:
    kind = c.FPDFPageObj_GetType(thing)
    if kind == c.FPDF_PAGEOBJ_TEXT:
        yield ctypes.cast(thing, ctypes.c_void_p).value or 0  # type: ignore[arg-type]
    elif kind == c.FPDF_PAGEOBJ_FORM:
        for i in range(c.FPDFFormObj_CountObjects(thing)):
            yield from _texts(c.FPDFFormObj_GetObject(thing, i))
