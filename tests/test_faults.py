"""The benchmark of faults: what is set anew reads the same, and faults in the sample round are caught."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.corpus import Corpus, load
from benchmarks.faults import judge, unfaithful
from benchmarks.kinds import KINDS, Fault, plan
from benchmarks.projected import project
from benchmarks.retypeset import retypeset
from pipeline.read import read_pages
from tests.workspaces import SAMPLES

OF_FIGURES = ("digit", "sign", "transposed", "glued footnote", "separator misplaced")
OF_ROWS = ("dropped row", "doubled row", "doubled total", "swapped rows", "shifted row", "unit", "lagging overview")
PAIRS = ("two anywhere", "two in one sum", "two in linked sums")


@pytest.fixture(scope="module")
def sample() -> Corpus:
    """The sample round without a fault."""
    return load(SAMPLES)


def test_a_document_set_anew_gives_the_same_figures_and_findings(sample: Corpus) -> None:
    """Every line item in every column, its box to the tenth of a point, and every finding."""
    assert len(sample.sources) == 3 and not unfaithful(sample)


def test_a_document_set_anew_has_the_same_words_and_marks(tmp_path: Path) -> None:
    """Each word with its weight, its superscript and its place; the same bytes each time."""
    for original in sorted(SAMPLES.rglob("*.pdf")):
        pages = read_pages(original)
        again = tmp_path / original.name
        again.write_bytes(retypeset(pages))
        assert again.read_bytes() == retypeset(pages)
        for old, new in zip(pages, read_pages(again), strict=True):
            assert (new.width, new.height) == pytest.approx((old.width, old.height), abs=0.01)
            for a, b in zip(old.lines, new.lines, strict=True):
                assert [(w.text, w.bold, w.mark) for w in a.words] == [(w.text, w.bold, w.mark) for w in b.words]
                assert [w.x0 for w in a.words] == pytest.approx([w.x0 for w in b.words], abs=0.25)


def test_every_amount_can_be_made_a_fault(sample: Corpus) -> None:
    """All amounts of the sample round take part in a printed equation and are found on their page."""
    figures = [i for s in sample.sources for i in s.document.items if i.is_money]
    assert sum(len(sample.amounts(s)) for s in sample.sources) == len(figures) == 124


def test_the_same_seed_gives_the_same_faults(sample: Corpus) -> None:
    """Of every kind, and other ones for another seed."""
    assert plan(sample, KINDS, 3, 1) == plan(load(SAMPLES), KINDS, 3, 1) != plan(sample, KINDS, 3, 2)


@pytest.mark.parametrize("kind", OF_FIGURES)
def test_a_figure_misprinted_is_an_error_that_names_it(sample: Corpus, kind: str) -> None:
    """Whatever figure is drawn; where arithmetic alone determines it, with what was printed before."""
    for fault in plan(sample, [kind], 2 if kind == "digit" else 1, 1):
        outcome = judge(sample, fault)
        assert outcome.caught and outcome.named, fault.said
        assert outcome.solved or not outcome.determined, fault.said


@pytest.mark.parametrize("kind", OF_ROWS)
def test_a_row_misprinted_is_an_error_in_its_equations(sample: Corpus, kind: str) -> None:
    """Left out, printed twice, exchanged, shifted, in another unit, or behind its section."""
    [fault] = plan(sample, [kind], 1, 1)
    outcome = judge(sample, fault)
    assert outcome.caught and outcome.named, fault.said


@pytest.mark.parametrize("kind", PAIRS)
def test_two_misprints_at_once_accuse_no_other_figure_alone(sample: Corpus, kind: str) -> None:
    """Both are found; what is not guilty is never named alone."""
    for fault in plan(sample, [kind], 2, 1):
        outcome = judge(sample, fault)
        assert len(fault.guilty) == 2 and outcome.caught and not outcome.misled, fault.said


def test_the_documents_projected_for_new_prices_round(sample: Corpus, tmp_path: Path) -> None:
    """Each amount is rounded by itself: sums are off by a unit here and there, and no planted misprint is left."""
    project(sample, tmp_path)
    rounded = load(tmp_path)
    assert [rounded.state(s) for s in rounded.sources] == ["rounding", "rounding"]
    assert not unfaithful(rounded)
    off = [f for done in rounded.done for f in done.findings if f.check == "rounding"]
    assert off and all(f.severity == "info" for f in off)


def test_what_is_counted_as_found_can_also_be_missed(sample: Corpus) -> None:
    """No fault, no error: the judgement is not fulfilled by the document as it is."""
    fault = plan(sample, ["digit"], 1, 1)[0]
    outcome = judge(sample, Fault("digit", fault.source, (), fault.guilty, "nothing"))
    assert not outcome.caught and not outcome.named and outcome.read_right
