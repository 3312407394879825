"""What a reader of a page sees is read, wherever in the file it stands; what the page hides is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from pipeline.model import Page
from pipeline.read import read_pdf
from tests.documents import LEFT, Sheet
from tests.painted import by_hand


def _words(path: Path) -> list[str]:
    return [w.text for p in read_pdf(path).pages for line in p.lines for w in line.words]


def _placed(path: Path, content: bytes, width: int) -> Page:
    """A page on which a form with a box so wide is placed at half its size, its lower left corner at 100, 300."""
    form = b"<< /Type /XObject /Subtype /Form /BBox [0 0 %d 850] /Resources << /Font << /F1 5 0 R >> >> /Length %d >>\n"
    form += b"stream\n%s\nendstream"
    made = by_hand(path, b"q .5 0 0 .5 100 300 cm /X Do Q", more=[form % (width, len(content), content)])
    [page] = read_pdf(made).pages
    return page


def test_values_of_form_fields_are_read_where_they_stand(tmp_path: Path) -> None:
    """A form that was filled in, as a reporting template is: its figures stand in fields, not in the page's content."""
    sheet = Sheet(tmp_path / "form.pdf")
    for k, (label, figure) in enumerate([("Skole", "1.200"), ("Hal", "2.000")]):
        sheet.line(label)
        sheet.canvas.acroForm.textfield(name=f"f{k}", x=300, y=sheet.height - sheet.y + 10, width=60, height=14, value=figure,
                                        fontSize=10, borderWidth=0)  # fmt: skip
    [page] = read_pdf(sheet.save()).pages
    words = {w.text: w for line in page.lines for w in line.words}
    assert words.keys() == {"Skole", "Hal", "1.200", "2.000"}
    assert 300 <= words["1.200"].x0 < 320 and LEFT - 1 < words["Skole"].x0 < LEFT + 1
    assert abs(words["1.200"].bottom - words["Skole"].bottom) < 6 > abs(words["2.000"].bottom - words["Hal"].bottom)


def test_text_of_a_form_stands_where_the_form_is_placed(tmp_path: Path) -> None:
    """A table that was placed on the page as a picture of another page, shifted and scaled: rows and sizes are those one sees."""
    table = b"BT /F1 10 Tf 57 700 Td (Skole) Tj ET BT /F1 10 Tf 200 600 Td (1.200) Tj ET"
    page = _placed(tmp_path / "a.pdf", table, 600)
    words = {w.text: w for line in page.lines for w in line.words}
    for text, x, y in (("Skole", 57, 700), ("1.200", 200, 600)):
        word = words[text]
        assert abs(word.x0 - (100 + x / 2)) < 1 and word.size == 5
        assert word.top < page.height - (300 + y / 2) - 1 < word.bottom


def test_text_outside_the_box_of_a_form_is_cut_away_and_told(tmp_path: Path) -> None:
    """As a page that was placed and cropped shows only a part of what it holds."""
    table = b"BT /F1 10 Tf 57 700 Td (Skole) Tj ET BT /F1 10 Tf 200 700 Td (1.200) Tj ET BT /F1 10 Tf 300 700 Td (1.999) Tj ET"
    page = _placed(tmp_path / "a.pdf", table, 250)
    assert [w.text for line in page.lines for w in line.words] == ["Skole", "1.200"]
    [box] = page.covered
    assert abs(box.x0 - 250) < 1 and abs(box.bottom - (page.height - 650)) < 2


LAYERS = b"/OCProperties << /OCGs [6 0 R 7 0 R] /D << /OFF [7 0 R] >> >>"
LAYER = b"<< /Type /OCG /Name (%s) >>"
TWO = b"BT /F1 10 Tf 57 700 Td (100) Tj ET /OC /MC0 BDC BT /F1 10 Tf 57 650 Td (200) Tj ET EMC " + (
    b"/OC /MC1 BDC BT /F1 10 Tf 57 600 Td (300) Tj ET EMC"
)


def test_text_on_a_layer_that_is_off_is_not_read(tmp_path: Path) -> None:
    """As designers leave an earlier draft below the final one; what stands on a layer that is on is read."""
    more = [LAYER % b"vist", LAYER % b"udkast \\(gammelt\\)"]
    assert _words(by_hand(tmp_path / "a.pdf", TWO, catalog=LAYERS, more=more)) == ["100", "200"]
    assert _words(by_hand(tmp_path / "b.pdf", TWO, catalog=LAYERS.replace(b"/OFF [7 0 R]", b""), more=more)) == ["100", "200", "300"]


@pytest.mark.parametrize(("settings", "words"), [
    (b"/BaseState /OFF", ["100"]), (b"/BaseState /OFF /ON [6 0 R]", ["100", "200"]), (b"/BaseState /ON", ["100", "200", "300"]),
    (b"/BaseState /OFF /ON [6 0 R 7 0 R] /OFF [6 0 R]", ["100", "300"]),
    (b"/BaseState /OFF /AS [<< /Event /View /OCGs [6 0 R] /Category [/View] >>] /ON [6 0 R]", ["100", "200"]),
])  # fmt: skip
def test_layers_that_are_off_unless_they_are_said_to_be_on(settings: bytes, words: list[str], tmp_path: Path) -> None:
    more = [LAYER % b"vist", LAYER % b"udkast"]
    catalog = b"/OCProperties << /D << %s >> /OCGs [6 0 R 7 0 R] >>" % settings
    assert _words(by_hand(tmp_path / "a.pdf", TWO, catalog=catalog, more=more)) == words


@pytest.mark.parametrize("invisible", [b"1.200", b"1.260"])
def test_invisible_text_below_what_is_printed_takes_nothing_away(invisible: bytes, tmp_path: Path) -> None:
    """A scanner's own reading of a page, under which a program has set the text anew; of two alike the visible one is read."""
    hidden = b"BT 3 Tr /F1 10 Tf 57 700 Td (Skole) Tj ET BT 3 Tr /F1 10 Tf 200 700 Td (%s) Tj ET BT 0 Tr ET " % invisible
    assert _words(by_hand(tmp_path / "a.pdf", hidden + _LINE % b"1.200")) == ["Skole", "1.200"]


@pytest.mark.parametrize("kind", [b"Square", b"Redact"])
def test_an_area_that_a_remark_draws_over_a_figure_hides_it(kind: bytes, tmp_path: Path) -> None:
    """As a pen of a PDF program blackens it: nobody sees the figure, so none is read, and it is told."""
    look = b"<< /Type /XObject /Subtype /Form /BBox [0 0 60 14] /Length 22 >>\nstream\n0 g 0 0 60 14 re f     \nendstream"
    remark = b"<< /Type /Annot /Subtype /%s /Rect [195 696 255 710] /F 4 /AP << /N 6 0 R >> >>" % kind
    file = by_hand(tmp_path / "a.pdf", _LINE % b"1.200", b"/Annots [7 0 R]", more=[look, remark])
    [page] = read_pdf(file).pages
    assert [w.text for line in page.lines for w in line.words] == ["Skole"] and len(page.covered) == 1


@pytest.mark.parametrize(("mask", "words"), [(b"", ["Skole"]), (b"/Mask [255 255]", ["Skole", "1.200"])])
def test_a_picture_drawn_over_text_hides_it(mask: bytes, words: list[str], tmp_path: Path) -> None:
    """As the picture of a scan lies over what was read of it; through a clear one the text is seen, and read."""
    picture = b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray %s /Length 1 >>\n"
    picture = picture % mask + b"stream\n\xff\nendstream"
    file = by_hand(tmp_path / "a.pdf", _LINE % b"1.200" + b"q 60 0 0 14 195 696 cm /X Do Q", more=[picture])
    [page] = read_pdf(file).pages
    assert [w.text for line in page.lines for w in line.words] == words and len(page.covered) == 2 - len(words)


def test_a_remark_printed_on_a_page_is_read(tmp_path: Path) -> None:
    """Text that somebody typed onto the page in a PDF program; a hidden one is not read."""
    look = b"<< /Type /XObject /Subtype /Form /BBox [0 0 60 14] /Resources << /Font << /F1 5 0 R >> >> /Length 36 >>\nstream\n" + (
        b"BT /F1 10 Tf 2 4 Td (9.999) Tj ET   \nendstream"
    )
    for flags, found in ((4, ["100", "9.999"]), (2, ["100"])):
        remark = b"<< /Type /Annot /Subtype /FreeText /Rect [400 690 460 704] /F %d /Contents (9.999) /AP << /N 6 0 R >> >>" % flags
        content = b"BT /F1 10 Tf 57 700 Td (100) Tj ET"
        assert _words(by_hand(tmp_path / "a.pdf", content, b"/Annots [7 0 R]", more=[look, remark])) == found


@pytest.mark.parametrize("kind", ["attachment", "form-unread"])
def test_what_stands_on_no_page_is_told_of(tmp_path: Path, kind: str) -> None:
    """Attached files, and forms that only the program that opens them draws."""
    catalog = {
        "attachment": b"/Names << /EmbeddedFiles << /Names [(bilag.pdf) 6 0 R] >> >>",
        "form-unread": b"/AcroForm << /XFA 7 0 R /Fields [] >> /NeedsRendering true",
    }[kind]
    more = [b"<< /Type /Filespec /F (bilag.pdf) /UF (bilag.pdf) /EF << /F 7 0 R >> >>", b"<< /Length 6 >>\nstream\n<xdp/>\nendstream"]
    file = by_hand(tmp_path / "a.pdf", b"BT /F1 10 Tf 57 700 Td (100) Tj ET", catalog=catalog, more=more)
    [note] = read_pdf(file).notes
    assert note.check == kind and (kind != "attachment" or "bilag.pdf" in note.message)


_LINE = b"BT /F1 10 Tf 57 700 Td (Skole) Tj ET BT /F1 10 Tf 200 700 Td (%s) Tj ET "
_OVER = b"1 1 1 rg %s re f 0 g "
_AREA = b"195 696 60 14"
CLEAR = b"/ExtGState << /G << /ca .4 >> >>"


@pytest.mark.parametrize(("content", "words", "told"), [
    (_LINE % b"1.200" + _OVER % _AREA + b"BT /F1 10 Tf 200 700 Td (1.300) Tj ET", ["Skole", "1.300"], 1),
    (_OVER % _AREA + _LINE % b"1.200", ["Skole", "1.200"], 0),
    (_LINE % b"1.200" + b"/G gs " + _OVER % _AREA, ["Skole", "1.200"], 0),
    (_LINE % b"1.200" + b"q 400 600 10 10 re W n " + _OVER % b"0 0 595 842" + b"Q", ["Skole", "1.200"], 0),
    (_LINE % b"1.200" + b"q 195 690 80 30 re W n " + _OVER % b"0 0 595 842" + b"Q", ["Skole"], 1),
    (_LINE % b"1.200 og 300" + _OVER % b"195 696 30 14", ["Skole", "1.200", "og", "300"], 1),
    (b"".join(_OVER % b"50 %d 300 14" % (696 - 16 * k) + b"BT /F1 10 Tf 57 %d Td (%d) Tj ET " % (700 - 16 * k, k) for k in range(3)),
     ["0", "1", "2"], 0),
], ids=["pasted over", "drawn before", "transparent", "clipped away", "clipped to the figure", "in part", "bands"])  # fmt: skip
def test_text_below_a_filled_area_is_hidden_and_told(content: bytes, words: list[str], told: int, tmp_path: Path) -> None:
    """Of a figure that was pasted over the new one is read; areas that hide nothing change nothing."""
    content = content.replace(b"0 g ", b"0 g /F gs " if b"/G gs" in content else b"0 g ")
    path = by_hand(tmp_path / "a.pdf", content)
    data = path.read_bytes().replace(b"/XObject << /X 6 0 R >>", CLEAR.ljust(len(b"/XObject << /X 6 0 R >>")))
    path.write_bytes(data)
    [page] = read_pdf(path).pages
    assert [w.text for line in page.lines for w in line.words] == words
    assert len(page.covered) == told


@pytest.mark.parametrize(("drawn", "seen"), [(b"0 0 m 4 4 l S", True), (b"0 0 4 4 re f", False)], ids=["hatched", "filled"])
def test_a_pattern_hides_what_does_not_show_through_it(drawn: bytes, seen: bool, tmp_path: Path) -> None:
    """A hatching over a cell marks it, a pattern of full tiles blackens it: what the page looks like decides."""
    tile = b"<< /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 4 4] /XStep 4 /YStep 4 /Resources << >> /Length %d >>\n"
    tile += b"stream\n%s\nendstream"
    content = _LINE % b"1.200" + b"/Pattern cs /P scn " + _AREA + b" re f "
    path = by_hand(tmp_path / "a.pdf", content, more=[tile % (len(drawn), drawn)])
    path.write_bytes(path.read_bytes().replace(b"/XObject << /X 6 0 R >>", b"/Pattern << /P 6 0 R >>"))
    [page] = read_pdf(path).pages
    assert [w.text for line in page.lines for w in line.words] == ["Skole", *(["1.200"] if seen else [])]
    assert len(page.covered) == (not seen)


_FIGURE = b"BT /F1 10 Tf 200 700 Td (1.200) Tj ET "
_LABEL = b"BT /F1 10 Tf 57 700 Td (Skole) Tj ET "
_BLUE = b".1 .2 .5 rg %s re f 1 g "


@pytest.mark.parametrize(("content", "seen"), [
    (b"1 g " + _FIGURE, False),
    (b"1 g 195 696 60 14 re f " + _FIGURE, False),
    (b"q 50 600 80 300 re W n " + _FIGURE + b"Q ", False),
    (b"q 50 600 80 300 re W n q 190 600 80 300 re W n " + _FIGURE + b"Q Q ", False),
    (_BLUE % b"150 690 200 20" + _FIGURE, True),
    (b".1 .2 .5 RG 20 w 150 703 m 350 703 l S 1 g " + _FIGURE, True),
    (b"1 Tr 1 g " + _FIGURE, True),
    (b"q 50 600 200 300 re W n " + _FIGURE + b"Q ", True),
    (b"/Pattern cs /P scn 150 690 200 20 re f 1 g " + _FIGURE, True),
    (b".9 g " + _FIGURE, True),
], ids=["white", "white on a white area", "outside its clip path", "outside one of two", "white on blue", "white on a broad stroke",
        "an outline", "cut in part", "white on a shading", "pale"])  # fmt: skip
def test_text_that_nobody_sees_is_told_and_not_read(content: bytes, seen: bool, tmp_path: Path) -> None:
    """Figures in white may be a total in its band, or what a program left behind: what the page looks like decides."""
    path = by_hand(tmp_path / "a.pdf", _LABEL + content)
    shading = b"<< /PatternType 2 /Shading << /ShadingType 2 /ColorSpace /DeviceRGB /Coords [50 0 350 0] /Function "
    shading += b"<< /FunctionType 2 /Domain [0 1] /C0 [0 0 .5] /C1 [0 .3 .6] /N 1 >> /Extend [true true] >> >>"
    data = path.read_bytes().replace(b"/XObject << /X 6 0 R >>", b"/Pattern << /P %s >>" % shading)
    path.write_bytes(data)
    [page] = read_pdf(path).pages
    assert [w.text for line in page.lines for w in line.words] == ["Skole", *(["1.200"] if seen else [])]
    assert len(page.covered) == (not seen)


@pytest.mark.parametrize(("drawn", "told"), [
    (b"194 703 4.4 .7 re f", 1), (b".7 w 194 703.3 m 198.4 703.3 l S", 1),
    (b"194 703 2 .7 re f", 0),
    (b"150 703 4.4 .7 re f 160 703 4.4 .7 re f 172 703 4.4 .7 re f 184 703 4.4 .7 re f 194 703 4.4 .7 re f", 0),
    (b"185 703 4.4 .7 re f", 0), (b"194 698 4.4 .7 re f", 0), (b"100 703 98 .7 re f", 0), (b"194 700 .7 7 re f", 0),
], ids=["a bar", "a stroke", "far from the figure", "a leader", "of a list", "at its foot", "a rule", "upright"])  # fmt: skip
def test_a_minus_that_is_drawn_is_told(drawn: bytes, told: int, tmp_path: Path) -> None:
    """No text says it, so the figure is read without, and it is said where."""
    [page] = read_pdf(by_hand(tmp_path / "a.pdf", _LINE % b"1.200" + drawn)).pages
    assert len(page.signed) == told
    assert [(round(b.x0), round(b.x1)) for b in page.signed] == [(194, 225)] * told


def _page_with(path: Path, picture: Image.Image, box: tuple[float, float, float, float], text: bool = False) -> Page:
    """A page with a line of text and a picture at `box` (x, y, width, height), which lines of text may stand on."""
    canvas = Canvas(str(path), pagesize=(595, 842))
    canvas.drawImage(ImageReader(picture), *box)
    canvas.drawString(57, 790, "Udgifterne fremgår af tabellen herunder")
    for k in range(20) if text else ():
        canvas.drawString(box[0] + 10, box[1] + 10 + k * box[3] / 20, "Tekst på papir")
    canvas.save()
    [page] = read_pdf(path).pages
    return page


def _table_as_picture(light: bool = False) -> Image.Image:
    """A table as a program shows it on the screen; `light`: brighter on one side, as a photograph of paper is."""
    picture = Image.new("L", (900, 400), 255)
    pen = ImageDraw.Draw(picture)
    for k in range(12):
        pen.text((20, 15 + 32 * k), f"Omlægning af vagter {k}", fill=0, font_size=22)
        for x in (500, 640, 780):
            pen.text((x, 15 + 32 * k), f"-{k + 1}.{x}", fill=0, font_size=22)
    if light:
        shade = Image.linear_gradient("L").rotate(90).resize(picture.size).point(lambda v: 150 + v * 100 // 255)
        picture = ImageChops.multiply(picture, shade)
    return picture


def test_a_table_that_is_pasted_into_a_form_is_told_where_it_stands(tmp_path: Path) -> None:
    """A form may be placed at any scale; the text beside the picture in it is not on the picture."""
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(595, 842))
    canvas.beginForm("f", 0, 0, 59500, 84200)
    canvas.scale(100, 100)
    canvas.drawImage(ImageReader(_table_as_picture()), 60, 300, 450, 200)
    for k in range(20):
        canvas.drawString(60, 800 - 14 * k, "Udgifterne fremgår af tabellen herunder")
    canvas.endForm()
    canvas.scale(0.01, 0.01)
    canvas.doForm("f")
    canvas.save()
    [page] = read_pdf(tmp_path / "a.pdf").pages
    [box] = page.pictures
    assert (round(box.x0), round(box.top), round(box.x1), round(box.bottom)) == (60, 342, 510, 542)


@pytest.mark.parametrize("light", [False, True])
def test_a_table_that_is_pasted_as_a_picture_is_told(light: bool, tmp_path: Path) -> None:
    """At its place: what is written in it nobody has read."""
    [box] = _page_with(tmp_path / "a.pdf", _table_as_picture(light), (60, 300, 450, 200)).pictures
    assert (round(box.x0), round(box.top), round(box.x1), round(box.bottom)) == (60, 342, 510, 542)


@pytest.mark.parametrize("kind", ["photograph", "shading", "logo", "read"])
def test_pictures_without_unread_writing_are_not_told(kind: str, tmp_path: Path) -> None:
    noise = Image.effect_noise((600, 400), 120).filter(ImageFilter.GaussianBlur(6))
    picture = {"photograph": ImageOps.autocontrast(noise), "shading": Image.linear_gradient("L")}.get(kind, _table_as_picture())
    box = (60, 300, 60, 25) if kind == "logo" else (60, 300, 450, 200)
    assert _page_with(tmp_path / "a.pdf", picture, box, text=kind == "read").pictures == ()


def test_a_photograph_over_text_is_no_scan(tmp_path: Path) -> None:
    """Nobody sees the text, and there is nothing to be read in the picture: it is told, and no time is spent on it."""
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(595, 842))
    canvas.drawString(57, 600, "Budget 2026")
    noise = Image.effect_noise((600, 800), 120).filter(ImageFilter.GaussianBlur(6))
    canvas.drawImage(ImageReader(ImageOps.autocontrast(noise)), 0, 0, 595, 842)
    canvas.save()
    [page] = read_pdf(tmp_path / "a.pdf").pages
    assert (page.reader, page.lines, len(page.covered), page.pictures) == ("text", (), 1, ())
