"""Characters are read as they look on the page, whatever the file says that they mean, and told where that cannot be known."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.read import read_pdf
from tests.painted import by_hand

_LINE = b"BT /F1 10 Tf 57 700 Td (Skole) Tj ET BT /F%d 10 Tf 200 700 Td (%s) Tj ET "
_REMARK = b"<< /Type /Annot /Subtype /%s /Rect [195 696 260 712] /F %d /AP << /N 7 0 R >> >>"
_LOOK = (b"<< /Type /XObject /Subtype /Form /BBox [0 0 65 16] /Resources << /Font << /F1 5 0 R >> >> /Length 37 >>\n"
         b"stream\nBT /F1 10 Tf 5 4 Td (1.200) Tj ET    \nendstream")  # fmt: skip


def _page(path: Path, printed: bytes, meanings: dict[str, str]) -> tuple[list[str], int]:
    """The words of a page whose figure is set in a font that gives some characters other meanings; how many signs are told."""
    pairs = b"".join(b"<%02X> <%s>\n" % (ord(k), v.encode("utf-16-be").hex().encode()) for k, v in meanings.items())
    cmap = (b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /M def /CMapType 2 def\n"
            b"1 begincodespacerange <00> <FF> endcodespacerange\n%d beginbfchar\n%sendbfchar\nendcmap end end"
            % (len(meanings), pairs))  # fmt: skip
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding /ToUnicode 7 0 R >>"
    file = by_hand(path, _LINE % (2, printed), more=[font, b"<< /Length %d >>\nstream\n%s\nendstream" % (len(cmap), cmap)])
    data = file.read_bytes().replace(b"/Font << /F1 5 0 R >>", b"/Font << /F1 5 0 R /F2 6 0 R >>")
    file.write_bytes(data)
    [page] = read_pdf(file).pages
    return [w.text for line in page.lines for w in line.words], len(page.signed)


@pytest.mark.parametrize("blank", [" ", "\u00a0", "\u2009"])
@pytest.mark.parametrize("printed", [b"-1.200", b"1.200-"])
def test_a_sign_that_means_a_blank_is_told(blank: str, printed: bytes, tmp_path: Path) -> None:
    """No text says that it is a minus, and the page shows one."""
    assert _page(tmp_path / "a.pdf", printed, {"-": blank}) == (["Skole", "1.200"], 1)


def test_a_blank_that_is_one_is_no_sign(tmp_path: Path) -> None:
    assert _page(tmp_path / "a.pdf", b"1 200 300", {"-": " "}) == (["Skole", "1", "200", "300"], 0)


@pytest.mark.parametrize("dash", [*"\u2014\u2015\u2043\u02d7\ufe63\uff0d"])
def test_what_looks_like_a_minus_before_digits_is_one(dash: str, tmp_path: Path) -> None:
    assert _page(tmp_path / "a.pdf", b"-1.200", {"-": dash}) == (["Skole", "-1.200"], 0)


def test_broad_digits_and_points_are_digits_and_points(tmp_path: Path) -> None:
    broad = {str(k): chr(0xFF10 + k) for k in range(10)}
    assert _page(tmp_path / "a.pdf", b"-1.200", {**broad, ".": "\u2024"}) == (["Skole", "-1.200"], 0)


def test_marks_that_nobody_sees_are_no_part_of_a_figure(tmp_path: Path) -> None:
    """A font may have them as characters without ink."""
    assert _page(tmp_path / "a.pdf", b"-1.\xa0200", {"\xa0": "\u200b"}) == (["Skole", "-1.200"], 0)


@pytest.mark.parametrize(("said", "read"), [(b"-1.800", "-1.200"), (b"minus 1.200", "-1.200"), (b" ", "-1.200"), (b"ingen", "ingen")])
def test_figures_are_those_that_are_drawn(said: bytes, read: str, tmp_path: Path) -> None:
    """What a tagged file says in their stead is for reading aloud; words may stand for others, as a whole one for its parts."""
    figure = b"/Span << /ActualText (%s) >> BDC BT /F1 10 Tf 200 700 Td (-1.200) Tj ET EMC" % said
    [page] = read_pdf(by_hand(tmp_path / "a.pdf", b"BT /F1 10 Tf 57 700 Td (Skole) Tj ET " + figure)).pages
    assert [w.text for line in page.lines for w in line.words] == ["Skole", read]


@pytest.mark.parametrize(("kind", "flags", "seen"), [(b"Watermark", 4, True), (b"Line", 4, True), (b"Link", 4, True),
                                                     (b"Stamp", 4, True), (b"Stamp", 36, False), (b"Popup", 4, False)])  # fmt: skip
def test_remarks_that_show_text_are_read(kind: bytes, flags: int, seen: bool, tmp_path: Path) -> None:
    """Of whatever kind they are; one that is not to be viewed is not."""
    label = b"BT /F1 10 Tf 57 700 Td (Skole) Tj ET"
    file = by_hand(tmp_path / "a.pdf", label, b"/Annots [6 0 R]", more=[_REMARK % (kind, flags), _LOOK])
    [page] = read_pdf(file).pages
    assert [w.text for line in page.lines for w in line.words] == ["Skole", *(["1.200"] if seen else [])]


def test_a_layer_that_has_the_name_of_one_that_is_off(tmp_path: Path) -> None:
    """Merged files have layers of one name: what may be seen is read."""
    layers = [b"<< /Type /OCG /Name (A) >>", b"<< /Type /OCG /Name (A) >>"]
    content = b"BT /F1 10 Tf 57 700 Td (Skole) Tj ET /OC /MC1 BDC BT /F1 10 Tf 200 700 Td (1.200) Tj ET EMC"
    catalog = b"/OCProperties << /OCGs [6 0 R 7 0 R] /D << /OFF [6 0 R] >> >>"
    [page] = read_pdf(by_hand(tmp_path / "a.pdf", content, catalog=catalog, more=layers)).pages
    assert [w.text for line in page.lines for w in line.words] == ["Skole", "1.200"]
