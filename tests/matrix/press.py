"""The three producers, and what is done to a finished PDF: turned, printed twice, covered with invisible text."""

from __future__ import annotations

import ctypes
import io
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw
import typst
from reportlab.pdfgen.canvas import Canvas

from tests.matrix.content import A4, Layout
from tests.matrix.html import html
from tests.matrix.office import flat
from tests.matrix.typ import markup

PROGRAMS = {"libreoffice": "soffice", "chromium": "chromium", "typst": ""}
MARK = "prøvetryk "  # what stands before the name of the layout, in the first line of each document


def missing(producer: str) -> str | None:
    """Why a producer cannot be used here, or `None`."""
    program = PROGRAMS[producer]
    if not program or shutil.which(program):
        return None
    package = {"soffice": "libreoffice-writer-nogui"}.get(program, program)
    return f"{producer} is not installed: apt-get install --no-install-recommends {package} fonts-liberation"


def typeset(producer: str, layouts: Sequence[Layout], folder: Path) -> dict[str, Path]:
    """Every layout as a PDF, by its name."""
    folder.mkdir(parents=True, exist_ok=True)
    set_all = {"libreoffice": _libreoffice, "chromium": _chromium, "typst": _typst}[producer]
    out = set_all(layouts, folder)
    for layout in layouts:
        _finish(layout, out[layout.name])
    return out


def _typst(layouts: Sequence[Layout], folder: Path) -> dict[str, Path]:
    out = {}
    for layout in layouts:
        out[layout.name] = folder / f"{layout.name}.pdf"
        out[layout.name].write_bytes(typst.compile(markup(layout).encode()))
    return out


def _libreoffice(layouts: Sequence[Layout], folder: Path) -> dict[str, Path]:
    sources = []
    for layout in layouts:
        sources.append(folder / f"{layout.name}.fodt")
        sources[-1].write_text(flat(layout), encoding="utf-8")
    _run("soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", "pdf",
         "--outdir", str(folder), *map(str, sources))  # fmt: skip
    return {layout.name: folder / f"{layout.name}.pdf" for layout in layouts}


def _chromium(layouts: Sequence[Layout], folder: Path) -> dict[str, Path]:
    """All layouts in one printing, taken apart by the first line of each."""
    source, whole = folder / "all.html", folder / "all.pdf"
    source.write_text(html(layouts), encoding="utf-8")
    _run("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-pdf-header-footer",
         f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={whole}", source.as_uri())  # fmt: skip
    pages: dict[str, list[int]] = {}
    name = ""
    with pdfium.PdfDocument(whole) as pdf:
        for n in range(len(pdf)):
            first = pdf[n].get_textpage().get_text_bounded().split("\n")[0].strip()
            if MARK in first:
                name = first.split(MARK)[1]
            pages.setdefault(name, []).append(n)
        out = {}
        for layout in layouts:
            out[layout.name] = folder / f"{layout.name}.pdf"
            part = pdfium.PdfDocument.new()
            part.import_pages(pdf, pages[layout.name])
            part.save(out[layout.name])
            part.close()
    return out


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}: {done.stderr[-2000:]}")


# --- finishing -------------------------------------------------------------------------------------------


def _finish(layout: Layout, path: Path) -> None:
    if not layout.finish:
        return
    pdf = pdfium.PdfDocument(path.read_bytes())
    if layout.finish == "rotated":
        for page in pdf:
            width, height = page.get_size()
            _turn(page, (0, 1, -1, 0, height, 0), (height, width))
            page.set_rotation(90)
    elif layout.finish == "sideways":
        _turn(pdf[1], (0, 1, -1, 0, A4[0], 0), A4)
        _cover(pdf[1], pdf, 0)
        pdf.del_page(0)
    else:
        over = pdf if layout.finish == "twice" else pdfium.PdfDocument(_wrong_layer())
        for n in range(len(pdf)):
            _cover(pdf[n], over, n if layout.finish == "twice" else 0)
    buffer = io.BytesIO()
    pdf.save(buffer)
    pdf.close()
    path.write_bytes(buffer.getvalue())


def _turn(page: pdfium.PdfPage, matrix: tuple[float, ...], size: tuple[float, float]) -> None:
    """Turn what is drawn on a page, and give the page another size."""
    clip = raw.FS_RECTF(0, max(A4), max(A4), 0)
    raw.FPDFPage_TransFormWithClip(page, ctypes.byref(raw.FS_MATRIX(*matrix)), ctypes.byref(clip))
    page.set_mediabox(0, 0, *size)
    page.set_cropbox(0, 0, *size)


def _cover(page: pdfium.PdfPage, source: pdfium.PdfDocument, n: int) -> None:
    """Draw a page of a document over a page."""
    form = source.capture_page_as_xobject(n, page.pdf) if hasattr(source, "capture_page_as_xobject") else None
    handle = form.raw if form else raw.FPDF_NewXObjectFromPage(page.pdf, source, n)
    page.insert_obj(pdfium.PdfObject(raw.FPDF_NewFormObjectFromXObject(handle)))
    page.gen_content()


def _wrong_layer() -> bytes:
    """A page of figures that nobody sees, as a careless text recognition leaves them."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    text = canvas.beginText(60, A4[1] - 120)
    text.setFont("Helvetica", 9)
    text.setTextRenderMode(3)
    for n in range(30):
        text.textLine(f"Forslag nr. {n}        {n * 1111}        {n * 777}")
    canvas.drawText(text)
    canvas.save()
    return buffer.getvalue()
