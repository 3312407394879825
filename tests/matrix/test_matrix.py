"""The same content through three producers in many layouts: identical line items, and no number unclaimed."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from benchmarks.scanner import Wear, drawn, save, scanned
from pipeline.checks import Reconciled, reconcile
from pipeline.checks.record import Document
from pipeline.extract import extract, read_tables
from pipeline.model import LineItem
from pipeline.parse import parse
from pipeline.read import read_pages
from pipeline.rules import RuleSet, load_rules
from tests.documents import Sheet
from tests.matrix.content import Item, Layout, layouts, plain
from tests.matrix.press import PROGRAMS, missing, typeset
from tests.workspaces import RULES

LAYOUTS = {layout.name: layout for layout in layouts()}

Press = Callable[[str], dict[str, Path]]


@pytest.fixture(scope="session")
def matrix_rules(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    """The rule of the matrix and the languages of the repository."""
    folder = tmp_path_factory.mktemp("rules")
    shutil.copytree(RULES / "shared", folder / "shared")
    shutil.copy(Path(__file__).with_name("rule.yaml"), folder / "matrix.yaml")
    return load_rules(folder)


@pytest.fixture(scope="session")
def press(tmp_path_factory: pytest.TempPathFactory) -> Press:
    """Producer -> the PDFs of all layouts, set once and all in one go, by whichever worker needs them first."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    @cache
    def documents(producer: str) -> dict[str, Path]:
        reason = missing(producer)
        if reason and os.environ.get("CI"):
            pytest.fail(reason)
        if reason:
            pytest.skip(reason)
        folder = shared / f"matrix-{producer}"
        with (shared / f"matrix-{producer}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (folder / "done").exists():
                typeset(producer, list(LAYOUTS.values()), folder)
                (folder / "done").touch()
        return {name: folder / f"{name}.pdf" for name in LAYOUTS}

    return documents


def cases() -> list[object]:
    out = []
    for producer in PROGRAMS:
        for name in LAYOUTS:
            out.append(pytest.param(producer, name, id=f"{producer}-{name}"))
    return out


def seen(item: LineItem) -> Item:
    return Item(item.label, item.row_kind, item.column_printed, item.year, item.measure, plain(item.value_printed),
                item.value if item.is_money else None, item.footnote)  # fmt: skip


def judged(path: Path, name: str, rules: RuleSet) -> Reconciled:
    """A document of the matrix, read and reconciled."""
    extraction = extract(path, "0" * 64, f"matrix/{name}", rules)
    return reconcile([
        Document(f"matrix/{name}", "proeveby", 2024, extraction, rules.rules[0], rules.languages["danish"])
    ])  # fmt: skip


@pytest.mark.parametrize(("producer", "name"), cases())
def test_line_items(producer: str, name: str, press: Press, matrix_rules: RuleSet) -> None:
    """A document gives the line items of its content, its sums hold, and every number in it has a status."""
    layout: Layout = LAYOUTS[name]
    done = judged(press(producer)[name], name, matrix_rules)
    extraction = done.documents[0].extraction
    expected = [i._replace(year=None) if "accounts" in name else i for i in layout.expected]
    assert [seen(i) for i in done.documents[0].items] == expected
    assert [n.message for n in extraction.notes if n.check in ("unclaimed-number", "table-without-rule")] == []
    assert not done.violated
    assert done.relations


SCANNED = {"full-right-top": -1.4, "none-center-middle": 0.8, "horizontal-right-bottom": 1.5}  # degrees


@pytest.mark.parametrize("producer", list(PROGRAMS))
def test_scans(producer: str, press: Press, matrix_rules: RuleSet, tmp_path: Path) -> None:
    """Scanned at 200 dpi, askew and noisy, with rules, without, and with horizontal ones: at least 99 of 100 figures are right;
    none of the others is verified, and each is named by a finding. Footnote marks are not asked for: they are a few pixels."""
    wanted, right = 0, 0
    for name, degrees in SCANNED.items():
        wear = Wear(degrees=degrees, noise=14.0)
        path = save(tmp_path / f"{name}.pdf", [scanned(drawn(press(producer)[name], 0, wear), wear, seed=wanted)])
        done = judged(path, name, matrix_rules)
        expected = {place(i): i._replace(footnote=None) for i in LAYOUTS[name].expected}
        wanted += len(expected)
        found = done.documents[0].items
        assert {i.reader for i in found} == {"ocr"} and all(0 <= (i.confidence or -1.0) <= 1 for i in found)
        named = {x for f in done.findings if f.severity != "info" for x in f.line_item_ids}
        for item in found:
            own = seen(item)._replace(footnote=None)
            if own == expected.get(place(own)):
                right += 1
            else:
                assert item.verification != "verified" and item.line_item_id in named, own
    assert right >= 0.99 * wanted > 90


def place(item: Item) -> tuple[str, str]:
    """Where an item stands in its table."""
    return item.label, item.column


@pytest.mark.parametrize(("caption", "unit"), [("(i mio. kr.)", 1_000_000), ("(i mlo. kr.)", None)])
def test_a_misread_caption_does_not_leave_the_unit_before_it_in_force(
    tmp_path: Path, matrix_rules: RuleSet, caption: str, unit: int | None
) -> None:
    """On a scan: the amounts of its table stay empty, and a finding says why."""
    sheet = Sheet(tmp_path / "page.pdf")
    for text in ("(i 1.000 kr.)", caption):
        sheet.line(f"Oversigt over forslag {text}")
        sheet.grid((("Forslag", "2024"), ("Færre møder", "-1,5"), ("I alt", "-1,5")), (150, 60))
    pages = [replace(p, reader="ocr") for p in read_pages(sheet.save())]
    parsed = parse(pages, read_tables(pages), matrix_rules.rules[0], matrix_rules.languages["danish"])
    assert [line.unit for line in parsed.lines] == [1000, 1000, unit, unit]
    assert ["unit-missing" in {n.check for n in parsed.notes}] == [unit is None]
