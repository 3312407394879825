"""Bad input: each kind has one clear outcome, the other documents are published, nothing published before is lost."""

from __future__ import annotations

import builtins
import errno
import io
import os
import re
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader

from pipeline import intake, pool
from pipeline.cli import main
from pipeline.dataset import PublishError
from pipeline.dataset.snapshots import verify
from pipeline.model import Extraction
from pipeline.pool import Workers
from pipeline.readings import Job, Taken
from pipeline.rules import RuleError, RuleSet
from pipeline.rules.patterns import PatternTimeout
from pipeline.run import RunError
from pipeline.store import Store, StoreError
from tests.documents import CATALOGUE, SECTIONED, Sheet, altered
from tests.workspaces import ROOT, SAMPLES, Workspace, messages

OCR = shutil.which("tesseract") is not None  # pictures are read where it is installed
SAMPLE = (SAMPLES / "eksempelby" / "2024" / "fob-omprioriteringskatalog.pdf").read_bytes()
OTHER = replace(CATALOGUE, rows=(*altered(CATALOGUE.rows, 4, 0, "3,5"),))  # other bytes, the same amounts


# --- files that cannot be processed ---------------------------------------------------------------------------


def _picture() -> ImageReader:
    data = io.BytesIO()
    Image.new("L", (40, 40), 255).save(data, "PNG")
    data.seek(0)
    return ImageReader(data)


def _pages(path: Path, draw: Callable[[Sheet], object], count: int = 2, **options: Any) -> bytes:
    sheet = Sheet(path, **options)
    for _ in range(count):
        draw(sheet)
        sheet.page()
    return sheet.save().read_bytes()


def _encrypted(path: Path, user: str) -> bytes:
    def draw(sheet: Sheet) -> None:
        sheet.line("Spareforslag 2024-2027")

    return _pages(path, draw, encrypt=StandardEncryption(user, ownerPassword="ejer", canPrint=0))


def _no_pages() -> bytes:
    """A PDF that is whole and has a page tree without pages."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>"]
    out, offsets = b"%PDF-1.4\n", []
    for n, o in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (n, o)
    table = b"".join(b"%010d 00000 n \n" % o for o in offsets)
    return out + b"xref\n0 3\n0000000000 65535 f \n" + table + (
        b"trailer\n<< /Size 3 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(out)
    )


def _image_only(path: Path) -> bytes:
    return _pages(path, lambda s: s.canvas.drawImage(_picture(), 50, 50, 400, 400))


def _drawings_only(path: Path) -> bytes:
    return _pages(path, lambda s: [s.rule(50, 50 + 9 * k, 400, 50 + 9 * k) for k in range(9)])


BROKEN: dict[str, tuple[Callable[[Path], bytes], str, str]] = {  # what it is -> how to make it, what is said, what helps
    "a text file": (lambda p: b"Budget 2024: 1.600 kr.\n", "is no PDF", "check what was saved"),
    "a web page": (lambda p: b"<!DOCTYPE html><title>404</title>" * 90, "is no PDF", "check what was saved"),
    "nothing": (lambda p: b"", "is empty", "fetch it again"),
    "cut at 30 %": (lambda p: SAMPLE[: len(SAMPLE) * 3 // 10], "truncated", "fetch it again"),
    "cut at 60 %": (lambda p: SAMPLE[: len(SAMPLE) * 6 // 10], "truncated", "fetch it again"),
    "cut at 90 %": (lambda p: SAMPLE[: len(SAMPLE) * 9 // 10], "truncated", "fetch it again"),
    "cut by a few bytes": (lambda p: SAMPLE[:-9], "truncated", "fetch it again"),
    "only a head": (lambda p: b"%PDF-1.7\n%%EOF\n", "damaged", "fetch it again"),
    "encrypted": (lambda p: _encrypted(p, "hemmelig"), "password", "save it without one"),
    "without pages": (lambda p: _no_pages(), "no pages", "check what was saved"),
    "pictures only": (_image_only, "none of its 2 pages has text", "get it as text" if OCR else "tesseract-ocr"),
    "drawings only": (_drawings_only, "none of its 2 pages has text", "get it as text"),
}  # fmt: skip
broken = pytest.mark.parametrize("kind", BROKEN)


@broken
def test_a_file_that_cannot_be_read_is_quarantined_and_the_others_are_published(workspace: Workspace, kind: str) -> None:
    """It is named with what is wrong and what helps; it has no rows; the run ends with 1."""
    make, what, remedy = BROKEN[kind]
    before = workspace.rows("line_items")
    (workspace.raw / "ny.pdf").write_bytes(make(workspace.path / "made.pdf"))
    OTHER.save(workspace.raw / "ogsaa-ny.pdf")
    summary = workspace.run()
    assert summary.exit_code == 1
    [error] = summary.errors
    assert (error["check"], error["document_id"]) == ("quarantined", "proeveby/2024/ny")
    assert "raw/proeveby/2024/ny.pdf" in error["message"]
    assert what in error["message"] and remedy in error["message"], error["message"]
    assert workspace.status() == {"aeo": "ok", "fob": "ok", "ny": "quarantined", "ogsaa-ny": "ok"}
    after = workspace.rows("line_items")
    known = {i["line_item_id"] for i in before}
    assert [i for i in after if i["line_item_id"] in known] == before
    assert {i["document_id"] for i in after if i["line_item_id"] not in known} == {"proeveby/2024/ogsaa-ny"}


@broken
def test_a_bad_new_file_leaves_the_last_good_revision_published(workspace: Workspace, kind: str) -> None:
    """It takes a number, its message says which revision stands, and the good file coming back ends it."""
    make, what, _ = BROKEN[kind]
    good = (workspace.raw / "aeo.pdf").read_bytes()
    before = workspace.rows("line_items")
    (workspace.raw / "aeo.pdf").write_bytes(make(workspace.path / "made.pdf"))
    summary = workspace.run()
    assert summary.exit_code == 1 and what in messages(summary, "quarantined")
    assert "revision 1 stays published" in messages(summary, "quarantined")
    assert workspace.rows("line_items") == before
    revisions = {r["revision"]: (r["status"], r["is_current"]) for r in workspace.rows("documents", document_id="proeveby/2024/aeo")}
    assert revisions == {1: ("ok", True), 2: ("quarantined", False)}
    again = workspace.run()
    assert (again.read, again.exit_code, again.published) == (0, 1, False)
    (workspace.raw / "aeo.pdf").write_bytes(good)
    summary = workspace.run()
    assert summary.exit_code == 0
    assert [{**r, "revision": 0} for r in workspace.rows("line_items")] == [{**r, "revision": 0} for r in before]


def test_a_password_that_only_its_owner_needs_keeps_nobody_out(workspace: Workspace, tmp_path: Path) -> None:
    """A PDF that may be read but not printed or changed is read."""

    class Locked(Sheet):
        def __init__(self, path: Path) -> None:
            super().__init__(path, encrypt=StandardEncryption("", ownerPassword="ejer", canPrint=0, canModify=0))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.documents.Sheet", Locked)
        OTHER.save(workspace.raw / "laast.pdf")
    assert b"/Encrypt" in (workspace.raw / "laast.pdf").read_bytes()
    assert workspace.run().exit_code == 0
    figures = [i["value_printed"] for i in workspace.rows("line_items", document_id="proeveby/2024/laast")]
    assert figures == [f for r in OTHER.rows for f in r.figures]


def test_one_page_without_text_is_a_warning_and_the_others_are_read(workspace: Workspace) -> None:
    """A scanned page in the middle of a document: its figures cannot be read, and that is said with its number."""
    sheet = Sheet(workspace.raw / "blandet.pdf")
    sheet.line("Bilag med indtægter i 2024")
    sheet.page()
    sheet.canvas.drawImage(_picture(), 50, 50, 400, 400)
    sheet.save()
    summary = workspace.run()
    assert workspace.status()["blandet"] == "ok"
    check, severity = ("page-without-text", "info") if OCR else ("ocr-missing", "error")
    [told] = [f for f in summary.findings if f["check"] == check]
    assert (told["severity"], told["page"]) == (severity, 2) and "picture" in told["message"]


def test_files_with_the_same_content_count_once(workspace: Workspace) -> None:
    """The first path counts; the other has no rows, and is told of as what it is. When the first goes, it takes over."""
    before = workspace.rows("line_items")
    shutil.copy(workspace.raw / "aeo.pdf", workspace.raw / "kopi.pdf")
    summary = workspace.run()
    assert (summary.exit_code, summary.read) == (0, 0)
    assert workspace.rows("line_items") == before
    assert workspace.status()["kopi"] == "duplicate"
    [info] = [f for f in summary.findings if f["check"] == "duplicate"]
    assert info["severity"] == "info" and all(name in info["message"] for name in ("kopi.pdf", "aeo.pdf"))
    (workspace.raw / "aeo.pdf").unlink()
    workspace.run()
    assert workspace.status() == {"aeo": "withdrawn", "fob": "ok", "kopi": "ok"}
    assert len(workspace.rows("line_items")) == len(before)


def test_files_that_are_no_documents_are_told_of(workspace: Workspace) -> None:
    """A Word file is named in a warning; a hidden file and a README are nobody's figures."""
    for name in ("bilag.docx", ".hidden.pdf", "README.md"):
        (workspace.raw / name).write_bytes(b"x")
    summary = workspace.run()
    [warning] = [f for f in summary.findings if f["check"] == "not-read"]
    assert "raw/proeveby/2024/bilag.docx" in warning["message"] and "PDF" in warning["suggestion"]
    assert summary.exit_code == 0


def test_two_paths_that_differ_only_in_case_or_suffix_are_an_error(workspace: Workspace) -> None:
    """They would be one document; the first is read, both are named."""
    OTHER.save(workspace.raw / "aeo.PDF")
    summary = workspace.run()
    [error] = summary.errors
    assert error["check"] == "same-name" and "aeo.PDF" in error["message"] and "aeo.pdf" in error["message"]
    assert "rename" in error["suggestion"] and workspace.run().exit_code == 1


NO_FILES: dict[str, tuple[Callable[[Path], object], str]] = {  # what is named as a PDF -> how it is made, what is said
    "a link to nothing": (lambda p: p.symlink_to("../moved/x.pdf"), "a link to ../moved/x.pdf, where nothing is"),
    "a link to itself": (lambda p: p.symlink_to(p.name), "Too many levels of symbolic links"),
    "a pipe": (os.mkfifo, "no file but a pipe"),
}


@pytest.mark.parametrize("kind", NO_FILES)
def test_what_is_named_as_a_pdf_and_is_no_file_is_quarantined(workspace: Workspace, kind: str) -> None:
    """Nothing is waited for, and what was published under that name stays: nobody took the document away."""
    make, said = NO_FILES[kind]
    before = workspace.rows("line_items")
    (workspace.raw / "aeo.pdf").unlink()
    make(workspace.raw / "aeo.pdf")
    summary = workspace.run()
    assert summary.exit_code == 1 and said in messages(summary, "quarantined")
    assert workspace.status() == {"aeo": "quarantined", "fob": "ok"}
    assert workspace.rows("line_items") == before
    assert workspace.run().published is False


def test_a_linked_folder_is_read_and_one_that_leads_back_up_is_not_followed(workspace: Workspace) -> None:
    """Whoever links the folder of a round into raw/ means its documents."""
    elsewhere = workspace.path / "elsewhere"
    OTHER.save(elsewhere / "ny.pdf")
    (workspace.raw / "linked").symlink_to(elsewhere)
    (elsewhere / "back.pdf").symlink_to(workspace.path / "raw")
    summary = workspace.run()
    assert workspace.status() == {"aeo": "ok", "fob": "ok", "ny": "ok"}
    told = messages(summary, "not-read")
    assert "linked/back.pdf is a link to a folder that it lies in" in told and "linked/back.pdf is a folder" in told


def test_documents_of_a_folder_that_cannot_be_looked_into_stand(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are not withdrawn; asked through `os.scandir`, since these tests may run as root."""
    before = workspace.rows("line_items")
    real = os.scandir

    def closed(path: Path) -> Any:
        if Path(path).name == "2024":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr("pipeline.sources.os.scandir", closed)
    summary = workspace.run()
    assert summary.exit_code == 1 and "raw/proeveby/2024 cannot be looked into (Permission denied)" in messages(summary, "not-read")
    assert workspace.rows("line_items") == before and workspace.status() == {"aeo": "ok", "fob": "ok"}


def test_two_spellings_of_one_name_are_told_apart(workspace: Workspace) -> None:
    """An `å` in one code point and in two, as a Mac writes it: the names look the same."""
    replace(CATALOGUE, municipality="Andeby").save(workspace.raw / "m\u00e5l.pdf")
    OTHER.save(workspace.raw / "ma\u030al.pdf")
    summary = workspace.run()
    assert "differ only in how their letters are encoded" in messages(summary, "same-name")
    assert workspace.status()["m\u00e5l"] == "ok"


def test_a_file_name_that_is_no_unicode_is_told_of(workspace: Workspace) -> None:
    """As old archives leave behind; the file could stand in no table, so it is not read, and the others are."""
    made = OTHER.save(workspace.path / "made.pdf")
    shutil.copy(made, os.fsencode(workspace.raw) + b"/omr\xe5de.pdf")
    made.rename(workspace.raw / "ny.pdf")
    summary = workspace.run()
    [error] = summary.errors
    assert error["check"] == "not-read" and "raw/proeveby/2024/omr?de.pdf" in error["message"]
    assert error["suggestion"] == "rename it"
    assert workspace.status() == {"aeo": "ok", "fob": "ok", "ny": "ok"}


# --- documents and their rules ----------------------------------------------------------------------------------


class Unknown:
    """A layout that no rule knows, with a table under year headings."""

    def save(self, path: Path) -> Path:
        sheet = Sheet(path)
        sheet.line("Kulturudvalgets anlægsoversigt")
        sheet.line("Beløb i 1.000 kr.")
        sheet.grid([["Projekt", "2024", "2025"], ["Ny svømmehal", "12.500", "3.000"], ["Bibliotek", "-", "850"]])
        return sheet.save()


def test_a_layout_without_a_rule_still_gives_its_tables(workspace: Workspace) -> None:
    """Year columns are read with unit and year; what they mean is not claimed, so they count nowhere."""
    Unknown().save(workspace.raw / "anlaeg.pdf")
    summary = workspace.run()
    assert summary.exit_code == 0
    [finding] = [f for f in summary.findings if f["check"] == "no-rule"]
    assert finding["severity"] == "warning" and finding["document_id"] == "proeveby/2024/anlaeg"
    assert "rules/" in finding["suggestion"]
    items = workspace.rows("line_items", document_id="proeveby/2024/anlaeg")
    assert [(i["label"], i["year"], i["amount_dkk"]) for i in items] == [
        ("Ny svømmehal", 2024, 12_500_000), ("Ny svømmehal", 2025, 3_000_000), ("Bibliotek", 2024, 0),
        ("Bibliotek", 2025, 850_000),
    ]  # fmt: skip
    assert {(i["table_kind"], i["counted"], i["saving_dkk"], i["verification"]) for i in items} == {
        ("other", False, None, "unverifiable")
    }


def test_before_the_first_rule_tables_are_read_and_a_rule_is_drafted(make_workspace: Callable[..., Workspace]) -> None:
    """A workspace begins with a language alone: the tables are there at once, and a draft of the first rule takes them in."""
    workspace = make_workspace(ny=Unknown())
    for rule in (workspace.path / "rules").glob("*.yaml"):
        rule.unlink()
    summary = workspace.run()
    assert summary.exit_code == 0 and "no-rule" in {f["check"] for f in summary.findings}
    assert len(workspace.rows("line_items")) == 4
    paths = [str(workspace.raw / "ny.pdf"), "-o", str(workspace.path / "rules" / "ny.yaml")]
    drafted = CliRunner().invoke(main, ["-w", str(workspace.path), "rules", "draft", *paths])
    assert drafted.exit_code == 0, drafted.output
    assert "no-rule" not in {f["check"] for f in workspace.run().findings}
    assert {i["rule_id"] for i in workspace.rows("line_items")} == {"ny"}


def _copy_rule(workspace: Workspace, new_id: str) -> None:
    text = (workspace.path / "rules" / "numbered-catalogue.yaml").read_text("utf-8")
    (workspace.path / "rules" / f"{new_id}.yaml").write_text(text.replace("id: numbered-catalogue", f"id: {new_id}"), "utf-8")


def test_two_rules_that_both_fit_quarantine_the_document_and_are_named(make_workspace: Callable[..., Workspace]) -> None:
    """Nobody chooses between them; the documents of other rules are published. One rule less, and all is well."""
    workspace = make_workspace(aeo=CATALOGUE, fob=SECTIONED)
    _copy_rule(workspace, "twin")
    summary = workspace.run()
    assert summary.exit_code == 1 and workspace.status() == {"aeo": "quarantined", "fob": "ok"}
    told = messages(summary, "quarantined")
    assert all(word in told for word in ("raw/proeveby/2024/aeo.pdf", "numbered-catalogue.yaml", "twin.yaml", "reject"))
    (workspace.path / "rules" / "twin.yaml").unlink()
    assert workspace.run().exit_code == 0 and workspace.status() == {"aeo": "ok", "fob": "ok"}


def test_a_rule_that_becomes_ambiguous_takes_nothing_out_of_the_dataset(workspace: Workspace) -> None:
    """What was read before by the one rule stays published while two rules fit."""
    before = workspace.rows("line_items")
    _copy_rule(workspace, "twin")
    summary = workspace.run()
    assert summary.exit_code == 1 and "twin.yaml" in messages(summary, "quarantined")
    assert workspace.rows("line_items") == before
    (workspace.path / "rules" / "twin.yaml").unlink()
    assert workspace.run().exit_code == 0
    assert workspace.rows("line_items") == before


FAULTS = {  # what is changed in a rule -> what the message must hold
    "a key with a typo": ("recognise:", "recognize:", ("numbered-catalogue.yaml:", "recognize", "recognise")),
    "a broken pattern": ("'^Forslag$'", "'^Forslag('", ("numbered-catalogue.yaml:", "pattern", "missing )")),
    "a missing group": ("(?P<unit>1\\.?000 kr\\.)", "(1\\.?000 kr\\.)", ("numbered-catalogue.yaml:", "unit")),
    "no YAML": ("title: Savings", "title: 'Savings", ("numbered-catalogue.yaml:", "YAML")),
    "a wrong value": ("saving: positive", "saving: postive", ("numbered-catalogue.yaml:", "postive", "positive")),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_rule_that_is_wrong_ends_the_run_and_the_dataset_stands(workspace: Workspace, fault: str) -> None:
    """With file, line and what was probably meant; not one byte of the dataset changes, nor is anything logged."""
    old, new, words = FAULTS[fault]
    before, log = workspace.bytes(), (workspace.path / ".afstem" / "log.jsonl").read_bytes()
    file = workspace.path / "rules" / "numbered-catalogue.yaml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    OTHER.save(workspace.raw / "ny.pdf")
    with pytest.raises(RuleError) as e:
        workspace.run()
    assert all(w in str(e.value) for w in words), str(e.value)
    assert re.search(r"yaml:\d+: ", str(e.value))
    assert workspace.bytes() == before and (workspace.path / ".afstem" / "log.jsonl").read_bytes() == log
    file.write_text(text, "utf-8")
    assert workspace.run().exit_code == 0 and workspace.status()["ny"] == "ok"


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_pattern_that_runs_away_ends_the_run_and_the_dataset_stands(workspace: Workspace, jobs: int) -> None:
    """After a second, with the pattern, the document and what helps; no matter in which process."""
    before = workspace.bytes()
    file = workspace.path / "rules" / "numbered-catalogue.yaml"
    text = file.read_text("utf-8")
    runaway = "recognise:\n  - {pattern: '^(?:\\p{L}|\\p{L}\\p{L}|\\s)+$', examples: ['Spareforslag']}\n"
    file.write_text(text.replace("recognise:\n", runaway), "utf-8")
    for name in ("lang", "laengere"):
        sheet = Sheet(workspace.raw / f"{name}.pdf")
        sheet.line(f"{name} og mange andre ord på en linje der ikke slutter som mønstret vil have det i 2024")
        sheet.save()
    started = time.monotonic()
    with pytest.raises(PatternTimeout) as e:
        workspace.run(jobs=jobs)
    assert time.monotonic() - started < 60
    assert all(w in str(e.value) for w in ("{L}|", "took longer than 1 s", "rewrite")), str(e.value)
    assert jobs == 1 or any("proeveby/2024/" in note for note in e.value.__notes__)
    assert workspace.bytes() == before
    file.write_text(text, "utf-8")
    assert workspace.run().exit_code == 0 and {"lang", "laengere"} <= workspace.status().keys()


# --- the workspace -------------------------------------------------------------------------------------------------


def test_without_raw_the_run_says_what_to_make(workspace: Workspace) -> None:
    """A moved `raw/` is no reason to withdraw every document."""
    before = workspace.bytes()
    (workspace.path / "raw").rename(workspace.path / "elsewhere")
    with pytest.raises(RunError, match=r"no folder .*raw.*: make it"):
        workspace.run()
    assert workspace.bytes() == before


def test_an_empty_raw_gives_an_empty_dataset(make_workspace: Callable[..., Workspace]) -> None:
    """All tables are there, without rows, and nothing is wrong."""
    workspace = make_workspace()
    summary = workspace.run()
    assert (summary.exit_code, summary.documents, summary.proof.figures) == (0, 0, 0)
    assert workspace.rows("line_items") == workspace.rows("findings") == workspace.rows("documents") == []


def _a_file(path: Path) -> None:
    path.write_text("mine")


def _a_foreign_folder(path: Path) -> None:
    path.mkdir()
    (path / "notes.txt").write_text("mine")


def _a_foreign_link(path: Path) -> None:
    other = path.with_name("other")
    other.mkdir()
    (other / "notes.txt").write_text("mine")
    path.symlink_to(other)


@pytest.mark.parametrize("make", [_a_file, _a_foreign_folder, _a_foreign_link])
def test_what_stands_at_extracted_and_is_not_ours_stays(
    make_workspace: Callable[..., Workspace], make: Callable[[Path], None]
) -> None:
    """Somebody else's file or folder is neither deleted nor filled; the message says to move it."""
    workspace = make_workspace(aeo=CATALOGUE)
    make(workspace.extracted)
    with pytest.raises(PublishError, match=r"extracted.*move it away"):
        workspace.run()
    kept = workspace.extracted if workspace.extracted.is_file() else workspace.extracted / "notes.txt"
    assert kept.read_text() == "mine"


@pytest.mark.parametrize("place", ["workspace", "extracted"])
def test_an_extracted_that_is_not_writable_ends_the_run(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """Before anything is read; asked through `os.access`, since these tests may run as root."""
    closed = {"workspace": workspace.path, "extracted": workspace.extracted}[place]
    real = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != closed and real(path, mode))
    OTHER.save(workspace.raw / "ny.pdf")
    before = workspace.bytes()
    with pytest.raises(PublishError, match=rf"{closed.name} is not writable; the dataset stays as it is"):
        workspace.run()
    assert workspace.bytes() == before
    monkeypatch.undo()
    assert workspace.run().exit_code == 0


def test_a_workspace_whose_memory_cannot_be_written_ends_the_run(make_workspace: Callable[..., Workspace]) -> None:
    """A file where `.afstem/` belongs."""
    workspace = make_workspace(aeo=CATALOGUE)
    (workspace.path / ".afstem").write_text("mine")
    with pytest.raises(StoreError, match=r"cannot make .*\.afstem.*writable"):
        workspace.run()
    assert not workspace.extracted.exists()


def test_a_log_that_cannot_be_cut_says_what_happens_next(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The dataset was not switched, and neither can its log entry be taken back: the next run publishes it."""
    OTHER.save(workspace.raw / "ny.pdf")

    def refuse(*_: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(os, "truncate", refuse)
    monkeypatch.setattr(os, "symlink", refuse)
    with pytest.raises(StoreError, match=r"log\.jsonl.*make it writable; the next run publishes"):
        workspace.run()
    monkeypatch.undo()
    assert workspace.run().read == 0 and workspace.status()["ny"] == "ok"


# --- a disk that is full -------------------------------------------------------------------------------------------

WRITES = ("replace", "link", "symlink", "mkdir", "fsync", "ftruncate", "pwrite")  # what a run does through `os`


def _full() -> Exception:
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class PowerCut(BaseException):
    """Nothing that the code can answer to."""


ERASES = ("truncate", "unlink", "rmdir")  # what needs no room, but power


@contextmanager
def failing(after: int | None, fault: Callable[[], BaseException] = _full, once: bool = False) -> Iterator[Callable[[], int]]:
    """From the given write on, everything that needs room on the disk fails. Yields how many writes there were."""
    count = 0

    def step() -> None:
        nonlocal count
        count += 1
        if after is not None and (count == after + 1 if once else count > after):
            raise fault()

    with pytest.MonkeyPatch.context() as patch:
        for name in WRITES if fault is _full else (*WRITES, *ERASES):
            real = getattr(os, name)

            def call(*a: Any, _real: Callable[..., Any] = real, **k: Any) -> Any:
                step()
                return _real(*a, **k)

            patch.setattr(os, name, call)
        opened = builtins.open

        def open_(file: Any, mode: str = "r", *a: Any, **k: Any) -> Any:
            if set(mode) & set("wax+"):
                step()
            return opened(file, mode, *a, **k)

        patch.setattr(builtins, "open", open_)
        yield lambda: count


def _revise(workspace: Workspace) -> None:
    """A change that makes a run do all it can: a new file, a revision, a withdrawal."""
    OTHER.save(workspace.raw / "aeo.pdf")
    replace(CATALOGUE, municipality="Andeby").save(workspace.raw / "ny.pdf")
    (workspace.raw / "fob.pdf").unlink(missing_ok=True)


@pytest.fixture
def revised(make_workspace: Callable[..., Workspace], monkeypatch: pytest.MonkeyPatch) -> tuple[Workspace, int, dict[str, str]]:
    """A published workspace before `_revise`, how many writes the run after it makes, and the dataset it then gives."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    workspace = make_workspace(aeo=CATALOGUE, fob=SECTIONED)
    workspace.run()
    done = _copy(workspace, "done")
    _revise(done)
    with failing(None) as count:
        done.run()
    return workspace, count(), done.bytes()


def _copy(workspace: Workspace, name: str) -> Workspace:
    shutil.copytree(workspace.path, workspace.path.with_name(name), symlinks=True)
    return Workspace(workspace.path.with_name(name))


def _points(writes: int, count: int) -> list[int]:
    """Some of the writes of a run, more of them towards its end, where the dataset is switched."""
    return sorted({*range(0, writes, 1 + writes // count), *range(writes - count, writes)})


def test_a_disk_that_fills_up_at_any_write_leaves_the_previous_dataset(revised: tuple[Workspace, int, dict[str, str]]) -> None:
    """Told as a full disk, with the old dataset whole and no word of the run in the log. With room it goes through."""
    begun, writes, done = revised
    failed = 0
    for k in _points(writes, 6):
        workspace = _copy(begun, f"full-{k}")
        before, log = workspace.bytes(), (workspace.path / ".afstem" / "log.jsonl").read_bytes()
        _revise(workspace)
        told = ""
        with failing(k):
            try:
                workspace.run()
            except (StoreError, PublishError) as e:
                told = str(e)
        assert verify(workspace.path), k
        if told:
            failed += 1
            assert re.search(r"(?i)no space|disk is full", told) and re.search("previous dataset stands|writable", told), told
            assert workspace.bytes() == before, k
            assert (workspace.path / ".afstem" / "log.jsonl").read_bytes() == log, k
            workspace.run()
        assert workspace.bytes() == done, k  # what fails after the switch is tidying up, and tells nobody
    assert failed >= 6


@pytest.mark.parametrize("fault", [KeyboardInterrupt, PowerCut])
def test_whatever_the_moment_of_an_interruption_the_next_run_completes(
    revised: tuple[Workspace, int, dict[str, str]], fault: type[BaseException]
) -> None:
    """The dataset is the old one or the new one, never a mixture; revisions, history and changes end up the same."""
    begun, writes, done = revised
    for k in _points(writes, 6):
        workspace = _copy(begun, f"{fault.__name__}-{k}")
        before = workspace.bytes()
        _revise(workspace)
        with failing(k, fault, once=fault is KeyboardInterrupt), suppress(fault):
            workspace.run()
        assert verify(workspace.path) and workspace.bytes() in (before, done), k
        workspace.run()
        assert workspace.bytes() == done, k


FILLING = """
    import sys
    from pathlib import Path
    from pipeline.dataset import PublishError
    from pipeline.run import run
    from pipeline.store import Store, StoreError

    workspace, room = Path(sys.argv[1]), 0
    while True:  # a little more room each time, until the run goes through
        (workspace / "filler").write_bytes(b"")
        stat = __import__("os").statvfs(workspace)
        (workspace / "filler").write_bytes(b"x" * max(0, stat.f_bavail * stat.f_frsize - room))
        try:
            run(workspace, jobs=1)
        except (StoreError, PublishError) as e:
            print(e)
            room += 4096 * 5
        else:
            print("done")
            break
"""


def _namespace() -> list[str] | None:
    """How to get a small file system of one's own; `None` where that is not allowed."""
    command = ["unshare", "--map-root-user", "--mount"]
    try:
        tried = subprocess.run([*command, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return command if tried.returncode == 0 else None


def test_a_disk_that_is_really_full(make_workspace: Callable[..., Workspace]) -> None:
    """On a file system of 1.5 MB the run says so each time, until there is room for all of it."""
    command = _namespace()
    if command is None:
        pytest.skip("mounting a small file system is not allowed here; the test above fails every write instead")
    workspace = make_workspace(aeo=CATALOGUE, fob=SECTIONED)
    script = f"""mount -t tmpfs -o size=1500k none "$2" && cp -r "$1"/. "$2" && exec {sys.executable} -c "$3" "$2" """
    mount = workspace.path.with_name("disk")
    mount.mkdir()
    ran = subprocess.run(
        [*command, "sh", "-c", script, "-", str(workspace.path), str(mount), textwrap.dedent(FILLING)],
        capture_output=True, text=True, timeout=300, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, "")
    *failures, last = ran.stdout.splitlines()
    assert last == "done"
    assert failures and all(re.search(r"(?i)no space|disk is full", told) for told in failures), failures


# --- interruptions -------------------------------------------------------------------------------------------------

HOLDING = """
    import sys
    from pathlib import Path
    from pipeline.store import Store

    with Store(Path(sys.argv[1])).lock():
        print("held", flush=True)
        sys.stdin.read()
"""

RUNNING = """
    import sys
    from pathlib import Path
    from pipeline.run import run

    def tell(what, done, total):
        print(what, done, total, flush=True)

    if __name__ == "__main__":
        run(Path(sys.argv[1]), jobs=int(sys.argv[2]), progress=tell)
"""


def _python(script: str, *arguments: object) -> subprocess.Popen[str]:
    """A Python of our own, in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script), *map(str, arguments)], text=True, start_new_session=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


def _alive(group: int) -> list[int]:
    """The processes of a group that have not ended."""
    out = []
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, own = file.read_text().rpartition(")")[2].split()[:3]
            if int(own) == group and state not in "ZX":
                out.append(int(file.parts[2]))
    return out


def test_of_two_runs_at_once_the_second_waits_for_nobody_and_changes_nothing(workspace: Workspace) -> None:
    """It names the process that holds the workspace; when that ends, however it ends, the next run goes through."""
    before = workspace.bytes()
    OTHER.save(workspace.raw / "ny.pdf")
    with _python(HOLDING, workspace.path) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == "held\n"
        with pytest.raises(StoreError, match=rf"another run .*process {holder.pid}.*wait for it"):
            workspace.run()
        assert workspace.bytes() == before
        holder.kill()
    assert workspace.run().exit_code == 0 and workspace.status()["ny"] == "ok"


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("moment", ["looking", "reading", "reconciling", "publishing"])
def test_ctrl_c_leaves_the_dataset_and_the_next_run_completes(workspace: Workspace, moment: str, jobs: int) -> None:
    """Sent to the whole process group, as a terminal does. No worker stays behind."""
    before = workspace.bytes()
    for k in range(12):
        replace(CATALOGUE, foreword=(f"Bilag {k}.",) * 20).save(workspace.raw / f"bilag-{k:02}.pdf")
    with _python(RUNNING, workspace.path, jobs) as process:
        assert process.stdout is not None and process.stderr is not None
        for line in process.stdout:
            if line.startswith(moment) and (moment != "reading" or line.split()[1] == "3"):
                break
        os.killpg(process.pid, signal.SIGINT)
        told = process.communicate(timeout=60)
    assert process.returncode != 0 and "KeyboardInterrupt" in told[1]
    assert verify(workspace.path) and workspace.bytes() == before
    deadline = time.monotonic() + 20
    while left := _alive(process.pid):
        assert time.monotonic() < deadline, f"processes {left} outlived the run"
        time.sleep(0.1)
    summary = workspace.run()
    assert summary.exit_code == 0 and summary.documents == 14
    assert set(workspace.status().values()) == {"ok"}


# --- documents that bring their worker down --------------------------------------------------------------------------


@pytest.fixture
def stuck(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Makes reading `ny.pdf` wait for ever: its worker is given a named pipe that nobody writes to."""
    OTHER.save(workspace.raw / "ny.pdf")
    pipe = workspace.path / "pipe"
    os.mkfifo(pipe)

    def job(path: Path, sha256: str, document_id: str) -> Job:
        return Job(pipe if document_id.endswith("/ny") else path, sha256, document_id)

    monkeypatch.setattr(intake, "Job", job)
    return pipe


def _kill_the_reader_of(pipe: Path) -> None:
    """Opening a pipe to write goes through as soon as somebody opens it to read; while it is open, that one waits."""
    handle = os.open(pipe, os.O_WRONLY)
    try:
        for fd in Path("/proc").glob("[0-9]*/fd/*"):
            with suppress(OSError):
                if int(fd.parts[2]) != os.getpid() and os.readlink(fd) == str(pipe):
                    os.kill(int(fd.parts[2]), signal.SIGKILL)
                    return
    finally:
        os.close(handle)


def test_a_document_that_never_ends_is_given_up(workspace: Workspace, stuck: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is quarantined with the time it was given; the others are published."""
    monkeypatch.setattr(pool, "_SECONDS", 4.0)
    replace(CATALOGUE, municipality="Andeby").save(workspace.raw / "zz.pdf")
    summary = workspace.run(jobs=2)
    assert summary.exit_code == 1 and "longer than 4 s" in messages(summary, "quarantined")
    assert workspace.status() == {"aeo": "ok", "fob": "ok", "ny": "quarantined", "zz": "ok"}


def test_a_document_that_crashes_its_worker_is_quarantined(workspace: Workspace, stuck: Path) -> None:
    """A worker that dies, here killed as the kernel does when memory runs out, takes no other document with it."""
    replace(CATALOGUE, municipality="Andeby").save(workspace.raw / "zz.pdf")

    killer = threading.Thread(target=_kill_the_reader_of, args=(stuck,))
    killer.start()
    summary = workspace.run(jobs=2)
    killer.join()
    assert summary.exit_code == 1
    told = messages(summary, "quarantined")
    assert "raw/proeveby/2024/ny.pdf" in told and "crashed" in told and "save it anew" in told
    assert workspace.status() == {"aeo": "ok", "fob": "ok", "ny": "quarantined", "zz": "ok"}


def test_what_failed_for_want_of_time_is_tried_again(workspace: Workspace, stuck: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same bytes, rules and code: the next run reads the document, and it is in order; nothing else is read."""
    monkeypatch.setattr(pool, "_SECONDS", 4.0)
    replace(CATALOGUE, municipality="Andeby").save(workspace.raw / "zz.pdf")
    workspace.run(jobs=2)
    assert workspace.status()["ny"] == "quarantined"
    monkeypatch.setattr(intake, "Job", Job)
    summary = workspace.run()
    assert (summary.read, summary.exit_code, workspace.status()["ny"]) == (1, 0, "ok")
    assert workspace.run().read == 0


def test_a_document_for_which_the_memory_does_not_suffice_is_quarantined(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It alone, and until the next run; no bug is told of."""
    OTHER.save(workspace.raw / "ny.pdf")
    read = pool.extract

    def extract(path: Path, sha256: str, document_id: str, rules: RuleSet) -> Extraction:
        if document_id.endswith("/ny"):
            raise MemoryError
        return read(path, sha256, document_id, rules)

    monkeypatch.setattr(pool, "extract", extract)
    summary = workspace.run()
    assert summary.exit_code == 1 and "more memory than there is" in messages(summary, "quarantined")
    assert workspace.status() == {"aeo": "ok", "fob": "ok", "ny": "quarantined"}
    monkeypatch.setattr(pool, "extract", read)
    assert (workspace.run().exit_code, workspace.status()["ny"]) == (0, "ok")


def test_workers_that_have_read_reconcile_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each group of documents in a worker, and none here; with the bytes that one process gives."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    made = {}
    for jobs in (1, 2):
        workspace = Workspace.make(tmp_path / str(jobs), aeo=CATALOGUE)
        elsewhere = workspace.path / "raw" / "naboby" / "2024"
        elsewhere.mkdir(parents=True)
        replace(OTHER, municipality="Naboby").save(elsewhere / "ny.pdf")
        if jobs == 2:
            monkeypatch.setattr(pool, "reconcile_group", lambda *_: pytest.fail("reconciled here"))
        workspace.run(jobs=jobs)
        assert {str(r["municipality"]) for r in workspace.rows("line_items")} == {"proeveby", "naboby"}
        made[jobs] = workspace.bytes()
    assert made[1] == made[2]


def test_an_error_of_the_program_is_no_fault_of_the_document(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug ends the run with the document's name beside it, instead of quarantining what is in order."""
    OTHER.save(workspace.raw / "ny.pdf")
    before = workspace.bytes()

    def broken_parse(*_: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("pipeline.extract.parse", broken_parse)
    with pytest.raises(ZeroDivisionError) as e:
        workspace.run()
    assert e.value.__notes__ == ["while reading proeveby/2024/ny"]
    assert workspace.bytes() == before


def test_workers_give_what_one_process_gives(workspace: Workspace, rules: RuleSet) -> None:
    """In the order of the jobs, whichever worker ends first."""
    files = [*workspace.raw.glob("*.pdf"), *SAMPLES.rglob("*.pdf")]
    jobs = [Job(f, str(n), f.stem) for n, f in enumerate(files)]
    counted: list[int] = []
    there, here = Store(workspace.path / "there"), Store(workspace.path / "here")
    with Workers(2, there, rules) as two, Workers(1, here, rules) as none:
        taken = two.extract_all(jobs, counted.append)
        assert taken == none.extract_all(jobs, lambda n: None)
    assert counted == list(range(1, len(jobs) + 1))
    for t in taken:
        assert isinstance(t, Taken)
        assert there.get(t.key) == here.get(t.key)


