"""Damaged files: pdfium reads past damage in silence, so what is hurt is looked for in the bytes, and told by page."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption

from pipeline.read import Reading, Unreadable, read_pdf
from tests.documents import CATALOGUE, Sheet
from tests.workspaces import SAMPLES, Workspace, messages

FILE = SAMPLES / "eksempelby" / "2024" / "aeo-velfaerdspuljen.pdf"
WHOLE = FILE.read_bytes()
STREAMS = [m.span(1) for m in re.finditer(rb"stream\r?\n(\x78.*?)\r?\nendstream", WHOLE, re.DOTALL)]  # the packed ones


@pytest.fixture(autouse=True)
def without_ocr(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that lost its text is no scan; looking at its picture would only take time."""
    monkeypatch.setattr("pipeline.read.ocr_pages.engine", lambda: None)


def _read(data: bytes, path: Path) -> Reading | None:
    path.write_bytes(data)
    try:
        return read_pdf(path)
    except Unreadable:
        return None


def _words(read: Reading) -> list[list[str]]:
    return [[w.text for line in p.lines for w in line.words] for p in read.pages]


@pytest.mark.parametrize("length", [1, 64])
def test_nothing_is_lost_in_silence_wherever_a_packed_stream_is_hurt(tmp_path: Path, length: int) -> None:
    """Bytes are changed at 40 places of pages, fonts and character maps: each time that is told."""
    good = _read(WHOLE, tmp_path / "whole.pdf")
    assert good is not None and not good.notes
    chance, lost = random.Random(length), 0
    for k in range(40):
        start, end = STREAMS[k % len(STREAMS)]
        at = chance.randrange(start, max(start + 1, end - length))
        read = _read(WHOLE[:at] + bytes(255 - b for b in WHOLE[at : at + length]) + WHOLE[at + length :], tmp_path / "hurt.pdf")
        assert read is None or read.notes, at
        lost += read is not None and _words(read) != _words(good)
    assert lost > 5  # the damage did take words away


def _replaced(old: bytes, new: bytes, last: bool = False) -> bytes:
    at = WHOLE.rfind(old) if last else WHOLE.find(old)
    assert at >= 0 and len(old) == len(new)
    return WHOLE[:at] + new + WHOLE[at + len(old) :]


def _entry() -> bytes:
    """The cross-reference entry of the first page's content, which begins one object too late."""
    content = re.search(rb"/Contents (\d+) 0 R", WHOLE)
    assert content is not None
    place = re.search(rb"(?<!\d)%s 0 obj" % content[1], WHOLE)
    assert place is not None
    return _replaced(b"%010d 00000 n" % place.start(), b"%010d 00000 n" % (place.start() + 30))


HURT = {  # what is wrong -> the bytes, what is said
    "the content of a page is called something else": (_replaced(b"/Contents", b"/Cantents"), "Cantents"),
    "a filter that nobody knows": (_replaced(b"/FlateDecode", b"/FlateDecoda"), "unknown way"),
    "a filter that is not said": (_replaced(b"/Filter/FlateDecode" if b"/Filter/FlateDecode" in WHOLE else b"/Filter /FlateDecode",
                                            b"/Filt " + b" " * (13 if b"/Filter/FlateDecode" in WHOLE else 14)), "does not say how"),
    "a reference that is none": (re.sub(rb"(/Contents \d+ 0 )R", rb"\1P", WHOLE, count=1), "not written as PDF is"),
    "a cross-reference that is astray": (_entry(), "cross-reference"),
}  # fmt: skip


@pytest.mark.parametrize("kind", HURT)
def test_what_takes_a_page_away_without_a_word_is_told(tmp_path: Path, kind: str) -> None:
    """Each of these makes pdfium give an empty page, or the right one by luck."""
    data, said = HURT[kind]
    read = _read(data, tmp_path / "hurt.pdf")
    assert read is not None and said in " ".join(n.message for n in read.notes)


def test_damage_is_told_by_its_page_and_leaves_the_others_alone(workspace: Workspace) -> None:
    """Two pages of three are whole: their figures are published, and the finding names the third."""
    sheet = Sheet(workspace.raw / "ny.pdf")
    for k in range(3):
        sheet.line(f"Side {k + 1}", "Anlæg 2024")
        sheet.grid([["Projekt", "2024"], [f"Skole {k}", "1.200"]])
        sheet.page()
    sheet.save()
    data = (workspace.raw / "ny.pdf").read_bytes()
    spans = [m.span(1) for m in re.finditer(rb"stream\r?\n(.*?)endstream", data, re.DOTALL)]
    start = spans[1][0]
    (workspace.raw / "ny.pdf").write_bytes(data[: start + 50] + b"!" * 8 + data[start + 58 :])
    summary = workspace.run()
    assert summary.exit_code == 1 and workspace.status()["ny"] == "ok"
    told = [f for f in summary.findings if f["check"] == "damaged-file"]
    assert [(f["page"], f["severity"]) for f in told] == [(2, "error")]
    assert "cannot be decoded whole" in messages(summary, "damaged-file")
    assert {i["page"] for i in workspace.rows("line_items", document_id="proeveby/2024/ny")} >= {1, 3}


class _Locked(Sheet):
    def __init__(self, path: Path) -> None:
        super().__init__(path, encrypt=StandardEncryption("", ownerPassword="ejer", canPrint=0))


@pytest.mark.parametrize("locked", [False, True])
def test_a_file_that_is_whole_is_not_called_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, locked: bool) -> None:
    """Encrypted or not, and neither is one with a later version of a page behind it; hurt behind its lock it is found."""
    if locked:
        monkeypatch.setattr("tests.documents.Sheet", _Locked)
    file = CATALOGUE.save(tmp_path / "a.pdf")
    assert read_pdf(file).notes == () and all(read_pdf(f).notes == () for f in SAMPLES.rglob("*.pdf"))
    data = file.read_bytes()
    spans = [m.span(1) for m in re.finditer(rb"stream\r?\n(.*?)endstream", data, re.DOTALL)]
    start, end = max(spans, key=lambda s: s[1] - s[0])
    file.write_bytes(data[: (start + end) // 2] + b"?" * 40 + data[(start + end) // 2 + 40 :])
    assert [n.page for n in read_pdf(file).notes] == [1]


def test_a_later_version_of_an_object_counts(tmp_path: Path) -> None:
    """A file that was saved by appending: the earlier version of a page may be hurt, nobody sees it."""
    file = CATALOGUE.save(tmp_path / "a.pdf")
    data = file.read_bytes()
    page = re.search(rb"(?<!\d)(\d+) 0 obj\r?\n(<<\s*/Contents.*?)endobj", data, re.DOTALL)
    mark = re.search(rb"startxref\s+(\d+)\s+%%EOF\s*$", data)
    trailer = re.search(rb"trailer\s+<<(.*?)>>\s*startxref", data, re.DOTALL)
    assert page and mark and trailer
    at = len(data)
    body = b"%s 0 obj\n%sendobj\n" % (page[1], page[2])
    table = b"xref\n%s 1\n%010d 00000 n \ntrailer\n<<%s /Prev %s>>\nstartxref\n%d\n%%%%EOF\n" % (
        page[1], at, trailer[1], mark[1], at + len(body))  # fmt: skip
    file.write_bytes(data + body + table)
    assert read_pdf(file).notes == ()
    file.write_bytes(data.replace(b"/Contents", b"/Cantents", 1) + body + table)
    assert read_pdf(file).notes == ()
    assert len(read_pdf(file).pages[0].lines) > 5
