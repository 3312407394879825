"""What the figures say of each other: a document that agrees is proved, a slip is found, and its cell is among the suspects."""

from __future__ import annotations

import shutil
import tempfile
import tomllib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pipeline.checks import Reconciled, reconcile
from pipeline.checks.record import Document
from pipeline.checks.single import note_finding
from pipeline.dataset.assemble import finding_rows
from pipeline.extract import extract
from pipeline.model import Box, Finding, LineItem, Note
from pipeline.rules import RuleSet
from samples import typeset
from tests.documents import CATALOGUE, Numbered, Row, Section, Sectioned, altered, danish, row
from tests.workspaces import ROOT, Saves

PLANTED = ("-1.540 -1.900 -2.100 -2.100", "-1.450 -1.900 -2.100 -2.100")
FOB, AEO, MEMO = "fob-omprioriteringskatalog", "aeo-velfaerdspuljen", "aeo-notat"


def read(path: Path, rules: RuleSet, name: str = "document") -> Document:
    """One PDF up to the point where checks begin."""
    extraction = extract(path, name, name, rules)
    rule = next((r for r in rules.rules if r.id == extraction.rule_id), None)
    return Document(name, "proeveby", 2024, extraction, rule, rules.languages["danish"])


def reconciled(document: Saves, rules: RuleSet) -> Reconciled:
    with tempfile.TemporaryDirectory() as folder:
        return reconcile([read(document.save(Path(folder) / "x.pdf"), rules)])


def test_a_note_keeps_its_finding_id_in_other_words_and_among_other_notes() -> None:
    """Its id is made of its check and place; of equals the order tells."""
    def note(message: str, top: float, check: str = "unclaimed-number") -> Note:
        return Note(check, "warning", message, 2, Box(10.0, top, 20.0, top + 8), message_da=message)

    def ids(*notes: Note) -> list[str]:
        return [r["finding_id"] for r in finding_rows([note_finding("d", n) for n in notes], {})]

    first = ids(note("a", 10), note("b", 30), note("c", 30))
    assert len({*first}) == 3
    again = ids(note("x", 50), note("in other words", 10), note("b", 30), note("c", 30), note("a", 10, "page-without-text"))
    assert again[1:4] == first and len({*again}) == 5


def errors(done: Reconciled) -> list[Finding]:
    return [f for f in done.findings if f.severity == "error"]


def items(done: Reconciled) -> list[LineItem]:
    return [i for d in done.documents for i in d.items]


# --- one slip in the sample round -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sample(rules: RuleSet, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Reconciled]:
    """Typesets the sample round with some of its text replaced, and reconciles it. The planted slip is put right first."""
    sources = tmp_path_factory.mktemp("samples")
    for file in (ROOT / "samples").glob("*.t*"):
        shutil.copy(file, sources)
    texts = {p.stem: p.read_text("utf-8") for p in sources.glob("*.toml")}
    assert PLANTED[0] in texts[FOB]
    texts[FOB] = texts[FOB].replace(*PLANTED)
    known: dict[tuple[str, str], Document] = {}

    def make(*edits: tuple[str, str, str]) -> Reconciled:
        documents = []
        for name, original in texts.items():
            text = original
            for _, old, new in (e for e in edits if e[0] == name):
                assert text.count(old) == 1, (name, old, text.count(old))
                text = text.replace(old, new)
            if (name, text) not in known:
                with pytest.MonkeyPatch.context() as patch:
                    patch.setattr(typeset, "SAMPLES", sources)
                    (sources / f"{name}.toml").write_text(text, "utf-8")
                    document = typeset.Document.model_validate(tomllib.loads(text))
                    [pdf] = typeset.typeset({name: document}, tmp_path_factory.mktemp("out"))
                known[name, text] = read(pdf, rules, name)
            documents.append(known[name, text])
        return reconcile(documents)

    return make


def test_without_the_planted_slip_the_sample_round_is_proved(sample: Callable[..., Reconciled]) -> None:
    """No error, no warning, every amount verified; staffing stands in no sum and is not claimed to be proved."""
    done = sample()
    assert {f.check for f in done.findings if f.score is None or f.check == "overview-only"} == {"overview-only"}
    assert Counter((i.is_money, i.verification) for i in items(done)) == {(True, "verified"): 124, (False, "unverifiable"): 28}
    assert not done.violated


@dataclass(frozen=True)
class Slip:
    """A fault in print: which figures of a row become which, and where the guilty cell stands."""

    document: str
    old: str
    new: str
    table: str
    code: str | None
    row: str
    year: int
    alone: bool  # it stands in two relations, so that it can be singled out

    def guilty(self, done: Reconciled) -> list[str]:
        return [i.line_item_id for i in items(done)
                if (i.table_kind, i.proposal_code, i.year) == (self.table, self.code, self.year) and i.row_kind == self.row
                and i.value_printed in self.new.split()]  # fmt: skip


NEXT = '"\n[[overview]]'  # what follows a row of an overview
TOTAL = '"Nettoændringer i driftsudgifter i alt", figures = "'


def slip(document: str, old: str, new: str, *where: object, alone: bool = False) -> Slip:
    return Slip(document, old, new, *where, alone)  # type: ignore[arg-type]  # the rest as in the class


SLIPS = {
    "a digit in an item": slip(
        FOB, "-3.100 -3.100 -3.400 -3.400", "-3.100 -3.700 -3.400 -3.400", "proposal", "JYD-1", "item", 2025),
    "a digit in an overview": slip(
        FOB, "-1.350 -1.350 -1.650 -1.650" + NEXT, "-1.850 -1.350 -1.650 -1.650" + NEXT, "overview", "JYD-1", "item", 2024,
        alone=True),
    "a digit in a total": slip(
        FOB, TOTAL + "-240 -570 -730", TOTAL + "-240 -570 -780", "proposal", "JYD-2", "total", 2026, alone=True),
    "a sign": slip(FOB, "1.750 1.750 1.750 1.750", "1.750 1.750 -1.750 1.750", "proposal", "JYD-1", "item", 2026),
    "a sign in an overview": slip(AEO, "-600 500 1.000 1.400", "600 500 1.000 1.400", "overview", "2", "item", 2024),
    "swapped digits": slip(FOB, "-240 -240 -240 -240", "-240 -420 -240 -240", "proposal", "BFU-2", "item", 2025),
    "swapped digits in an overview total": slip(
        FOB, "-4.000 -4.900 -5.560 -5.600", "-4.000 -9.400 -5.560 -5.600", "overview", None, "total", 2025),
    "a digit lost": slip(FOB, "-2.850 -3.300 -3.600 -3.600", "-285 -3.300 -3.600 -3.600", "proposal", "BFU-1", "item", 2024),
    "a digit too many": slip(FOB, "900 900 1.000 1.000", "900 9.001 1.000 1.000", "proposal", "BFU-1", "item", 2025),
    "a separator moved": slip(AEO, "2.400 2.900 2.900 2.900", "24.00 2.900 2.900 2.900", "overview", "1", "item", 2024),
    "a nought too many": slip(FOB, "500 500 500 500", "500 500 5.000 500", "proposal", "BFU-1", "item", 2026),
}  # fmt: skip


@pytest.mark.parametrize("kind", SLIPS)
def test_a_slip_is_an_error_that_names_the_guilty_cell(sample: Callable[..., Reconciled], kind: str) -> None:
    """First of the suspects where it stands in two relations, else among the few that one relation leaves."""
    slip = SLIPS[kind]
    done = sample((slip.document, slip.old, slip.new))
    guilty = slip.guilty(done)
    assert len(guilty) >= 1
    accused = [f for f in errors(done) if set(guilty) & set(f.line_item_ids)]
    assert accused and all(f.document_id == slip.document and f.year == slip.year for f in accused)
    item = next(i for i in items(done) if i.line_item_id in guilty)
    assert item.verification == "contradicted" and not item.verified_by
    if slip.alone:
        assert [f.line_item_ids for f in accused] == [tuple(guilty)]
        assert item.value_printed in (accused[0].suggestion or "")
    untouched = [i for i in items(done) if i.year != slip.year and i.is_money]
    assert {i.verification for i in untouched} == {"verified"}


def test_a_slip_that_arithmetic_can_settle_is_settled(sample: Callable[..., Reconciled]) -> None:
    """`-2,850` under 1.000 kr.: only as -2.850 does the sum close. A warning about the print, and the relation is named."""
    done = sample((FOB, "-2.850 -3.300 -3.600 -3.600", "-2,850 -3.300 -3.600 -3.600"))
    assert errors(done) == []
    [item] = [i for i in items(done) if i.value_printed == "-2,850"]
    assert item.value == -2_850_000 and item.decided_by in {r.relation_id for r in done.relations}
    assert item.verification == "verified"
    [warning] = [f for f in done.findings if f.check == "number-format"]
    assert (warning.severity, warning.line_item_ids) == ("warning", (item.line_item_id,))


def test_an_ambiguous_figure_that_no_sum_decides_is_an_error(sample: Callable[..., Reconciled]) -> None:
    """Both readings are told; the Danish one stands, and nothing is claimed to be proved by it."""
    done = sample((FOB, "-2.850 -3.300 -3.600 -3.600", "-3,850 -3.300 -3.600 -3.600"))
    [item] = [i for i in items(done) if i.value_printed == "-3,850"]
    [finding] = [f for f in errors(done) if f.check == "ambiguous-number"]
    assert finding.line_item_ids == (item.line_item_id,) and item.decided_by is None
    assert "-3.850 or -3.850.000" in finding.message
    assert item.verification == "contradicted"


def line_of(label: str) -> str:
    """The line of the source that sets a row of a table."""
    lines = (ROOT / "samples" / f"{FOB}.toml").read_text("utf-8").splitlines()
    [line] = [t for t in lines if f'{{ kind = "item", label = "{label}"' in t]
    return line


def test_a_dropped_row_leaves_its_total_in_doubt(sample: Callable[..., Reconciled]) -> None:
    """One finding for its four years, which says how the row would read that is not there; no cell is named alone."""
    line = line_of("Kortere åbningstid")
    done = sample((FOB, line + "\n", ""))
    [found] = [f for f in errors(done) if f.check == "items-to-total"]
    assert found.year is None and "2024–2027" in found.message and "a row that reads -420 -420 -420 -420" in found.message
    assert abs(found.difference or 0) == 4 * 420_000 and len(found.line_item_ids) == 8
    own = [i for i in items(done) if (i.proposal_code, i.table_kind, i.row_kind) == ("JYD-2", "proposal", "item")]
    rest = {i.line_item_id for i in own}
    assert rest < set(found.line_item_ids)


def test_a_row_that_stands_twice_is_named(sample: Callable[..., Reconciled]) -> None:
    """One finding: both its copies are the suspects, in all years, and nothing else is contradicted."""
    line = line_of("Fælles leder og vagtplan")
    done = sample((FOB, line + "\n", line + "\n" + line + "\n"))
    [found] = [f for f in errors(done) if f.check == "items-to-total"]
    twice = [i for i in items(done) if i.label == "Fælles leder og vagtplan" and i.proposal_code == "BFU-2"]
    assert len({i.line_item_id for i in twice}) == 8
    assert {i.line_item_id for i in twice} == set(found.line_item_ids[:8])
    assert "the row is printed twice" in found.message and "Fælles leder og vagtplan" in found.message
    assert {i.line_item_id for i in items(done) if i.verification == "contradicted"} == {i.line_item_id for i in twice}


def test_an_overview_that_moves_a_row_is_found_where_it_was_moved(sample: Callable[..., Reconciled]) -> None:
    """Two errors that cancel in the overview's total do not cancel against the proposals."""
    done = sample(
        (FOB, "-600 -720 -720 -720\"\n[[overview]]", "-700 -720 -720 -720\"\n[[overview]]"),
        (FOB, "-360 -360 -360 -360\"\n[[overview]]", "-260 -360 -360 -360\"\n[[overview]]"),
    )
    accused = {i for f in errors(done) for i in f.line_item_ids}
    wrong = {i.line_item_id for i in items(done) if i.table_kind == "overview" and i.value_printed in ("-700", "-260")}
    assert len(wrong) == 2 and wrong <= accused


def test_the_memo_must_say_what_the_catalogue_says(sample: Callable[..., Reconciled]) -> None:
    """A declared restatement is tied whatever it says: 5,6 for 6,5 mio. kr. is an error that points at the text."""
    done = sample((MEMO, "andel af puljen er 6,5 mio. kr.", "andel af puljen er 5,6 mio. kr."))
    [error] = errors(done)
    assert (error.check, error.document_id) == ("text-meets-table", MEMO)
    assert "5,6 mio." in error.message and "6.500" in error.message
    total = next(i for i in items(done) if i.row_kind == "total" and i.value_printed == "6.500" and i.year == 2024)
    assert total.verification == "unverifiable", "not accused, since its rows vouch for it, and not proved either"
    assert [v for v in done.amount_verdicts.values() if v == "contradicted"] == ["contradicted"]


def test_an_amount_in_the_text_that_fits_nothing_is_not_forced_on_a_figure(sample: Callable[..., Reconciled]) -> None:
    """1,57 for 1,75 mio. kr.: no figure of its section is that, so it is unverifiable, and nothing is accused."""
    done = sample((FOB, "virksomhedskonsulenter for 1,75 mio. kr.", "virksomhedskonsulenter for 1,57 mio. kr."))
    assert errors(done) == []
    [name] = [n for n, a in done.amounts[FOB] if a.printed == "1,57 mio."]
    assert done.amount_verdicts[name] == "unverifiable" and name not in {t.amount_id for t in done.ties}


@pytest.mark.parametrize(("printed", "severity"), [("5,7 %", "warning"), ("ca. 11 %", "info"), ("ca. 7 %", None)])
def test_a_percentage_is_held_against_its_base(
    sample: Callable[..., Reconciled], printed: str, severity: str | None
) -> None:
    """A wrong one is a warning that computes the right one; one called approximate is held to less."""
    done = sample((FOB, 'percent = "7,5 %"', f'percent = "{printed}"'))
    found = [f for f in done.findings if f.check == "saving-percent"]
    assert [f.severity for f in found] == ([severity] if severity else [])
    assert all("FOB-1" in f.message and "32.000.000" in f.message for f in found)
    assert errors(done) == []


def test_of_a_budget_of_nothing_there_is_no_share(sample: Callable[..., Reconciled]) -> None:
    done = sample((FOB, "lønbudget i FOB er 32,0 mio. kr.", "lønbudget i FOB er 0 kr."))
    assert not [f for f in done.findings if f.check == "saving-percent" and "FOB-1" in f.message]


# --- rounding ------------------------------------------------------------------------------------------------------


def _rounded(off: Sequence[int]) -> Numbered:
    """A catalogue whose totals are off by so much in each year."""
    words = ("ledelse", "kørsel", "indkøb")
    rows = [row(f"{n}. Forslag om {word}", *(n * 110 + k for k in range(4))) for n, word in enumerate(words, 1)]
    sums = [sum(n * 110 + k for n in (1, 2, 3)) for k in range(4)]
    return Numbered((*rows, row("Nettoændringer i driftsudgifter", *(s + o for s, o in zip(sums, off, strict=True)))))


def test_one_sum_within_rounding_is_an_error_where_all_others_close(rules: RuleSet) -> None:
    """Off by one in the last digit: rounding would explain it, the rest of the document does not round."""
    done = reconciled(_rounded([0, 1, 0, 0]), rules)
    [error] = errors(done)
    assert (error.check, error.year, error.within_rounding, error.difference) == ("items-to-total", 2025, True, 1000)


def test_a_document_that_rounds_throughout_is_told_so_and_no_more(rules: RuleSet) -> None:
    """Each sum that does not close exactly is an info with its tolerance; the figures count as verified."""
    done = reconciled(_rounded([1, -1, 0, 1]), rules)
    assert errors(done) == []
    found = [f for f in done.findings if f.check == "rounding"]
    assert [(f.severity, f.year, f.tolerance) for f in found] == [("info", y, 2000) for y in (2024, 2025, 2027)]
    assert {i.verification for i in items(done)} == {"verified"}


def test_rounding_explains_only_what_it_can(rules: RuleSet) -> None:
    """In a document that rounds, a sum that is off by more than its figures could be rounded is an error all the same."""
    done = reconciled(_rounded([1, -1, 30, 1]), rules)
    assert [(f.year, f.within_rounding) for f in errors(done)] == [(2026, False)]


# --- any catalogue -------------------------------------------------------------------------------------------------

TITLES = ("Færre biler", "Ny vagtplan i hjemmeplejen", "Digital selvbetjening", "Samling af tre kontorer", "Lavere husleje",
          "Flere plejefamilier", "Genbrug af hjælpemidler", "Kortere åbningstid på biblioteket")  # fmt: skip
PARTS = ("Opsigelse af aftaler", "Ansættelse af konsulenter", "Oplæring", "Udstyr til skærmbesøg", "Refusion fra staten")
NET, STAFF = "Nettoændringer i driftsudgifter i alt", "Personaleændringer (fuldtidsstillinger)"

amount = st.one_of(st.integers(-9_999, 9_999), st.integers(-250_000, 250_000))
years = st.lists(amount, min_size=4, max_size=4)


def totals(rows: Sequence[Sequence[int]]) -> list[int]:
    return [sum(column) for column in zip(*rows, strict=True)]


@st.composite
def sectioned(draw: st.DrawFn) -> Sectioned:
    """A catalogue with an overview and sections that agrees with itself to the last digit."""
    titles = draw(st.lists(st.sampled_from(TITLES), min_size=1, max_size=5, unique=True))
    closed = draw(st.booleans())  # whether the sections print totals
    sections, nets = [], []
    for n, title in enumerate(titles, 1):
        parts = draw(st.lists(years, min_size=1, max_size=4))
        rows = [row(label, *figures) for label, figures in zip(PARTS, parts, strict=False)]
        net = totals(parts)
        if closed:
            rows.append(row(NET, *net))
        if draw(st.booleans()):
            rows.append(row(STAFF, "-1", "-1,5", "+2", "0"))
        sections.append(Section(f"BFU-{n}", title, tuple(rows)))
        nets.append(net)
    overview = [row(t.upper(), *net) for t, net in zip(titles, nets, strict=True)]
    return Sectioned((*overview, row("I ALT", *totals(nets), bold=True)), tuple(sections))


@st.composite
def numbered(draw: st.DrawFn) -> Numbered:
    """A catalogue of one table that agrees with itself."""
    titles = draw(st.lists(st.sampled_from(TITLES), min_size=1, max_size=6, unique=True))
    parts = [draw(years) for _ in titles]
    rows = [row(f"{n}. {t}", *f, tail="Eff.") for n, (t, f) in enumerate(zip(titles, parts, strict=True), 1)]
    rows += [row("Nettoændringer i driftsudgifter", *totals(parts)), row("Personaleændringer", "2,5", "5", "0", "6")]
    return Numbered(tuple(rows), tuple((t, "Teksten nævner ingen beløb.") for t in titles))


catalogues = st.one_of(sectioned(), numbered())
many = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def tables(document: Sectioned | Numbered) -> list[tuple[Row, ...]]:
    return [document.rows] if isinstance(document, Numbered) else [document.overview, *(s.rows for s in document.sections)]


def with_figure(document: Sectioned | Numbered, t: int, n: int, k: int, printed: str) -> Sectioned | Numbered:
    """The document with another figure printed in column k of row n of table t."""
    if isinstance(document, Numbered):
        return replace(document, rows=altered(document.rows, n, k, printed))
    if t == 0:
        return replace(document, overview=altered(document.overview, n, k, printed))
    changed = replace(document.sections[t - 1], rows=altered(document.sections[t - 1].rows, n, k, printed))
    return replace(document, sections=(*document.sections[: t - 1], changed, *document.sections[t:]))


@many
@given(document=catalogues)
def test_a_catalogue_that_agrees_is_read_to_the_digit_and_proved(document: Sectioned | Numbered, rules: RuleSet) -> None:
    """Every printed figure is there once, in its place and as printed; no finding but leads; every amount verified."""
    done = reconciled(document, rules)
    assert [f.message for f in done.findings if f.score is None] == []
    printed = [f for rows in tables(document) for r in rows for f in r.figures]
    assert [i.value_printed for i in items(done)] == printed
    assert all(i.verification == ("verified" if i.is_money else "unverifiable") for i in items(done))
    saving = 1 if isinstance(document, Numbered) else -1
    first = tables(document)[0]
    whole = next(r for r in first if r.label in ("I ALT", "Nettoændringer i driftsudgifter")).figures[0]
    counted = sum(i.value * i.saving_sign for i in items(done) if i.counted and i.year == 2024)
    assert counted == saving * 1000 * int(whole.replace(".", ""))


@many
@given(document=catalogues, data=st.data())
def test_one_changed_digit_is_always_found_and_its_cell_suspected(
    document: Sectioned | Numbered, data: st.DataObject, rules: RuleSet
) -> None:
    """In whichever amount of whichever table."""
    cells = [(t, n, k) for t, rows in enumerate(tables(document)) for n, r in enumerate(rows) for k, f in enumerate(r.figures)
             if not r.label.startswith("Personale")]  # fmt: skip
    t, n, k = data.draw(st.sampled_from(cells))
    old = tables(document)[t][n].figures[k]
    at = data.draw(st.sampled_from([p for p, c in enumerate(old) if c.isdigit()]))
    new = old[:at] + data.draw(st.sampled_from([d for d in "0123456789" if d != old[at]])) + old[at + 1 :]
    number = int(new.replace(".", ""))
    assume(new == danish(number))  # no leading nought: that would be another fault
    done = reconciled(with_figure(document, t, n, k, new), rules)
    order = [(a, b, c) for a, rows in enumerate(tables(document)) for b, r in enumerate(rows) for c in range(len(r.figures))]
    guilty = items(done)[order.index((t, n, k))]
    assert guilty.value_printed == new
    assert any(guilty.line_item_id in f.line_item_ids for f in errors(done)), [f.message for f in done.findings]
    assert guilty.verification == "contradicted"


def test_a_total_without_rows_and_rows_without_a_total_are_unverifiable(rules: RuleSet) -> None:
    """Neither proves anything, and neither passes for proved."""
    lonely = replace(CATALOGUE, rows=CATALOGUE.rows[3:4], sections=())
    open_ended = replace(CATALOGUE, rows=CATALOGUE.rows[:3])
    for document in (lonely, open_ended):
        done = reconciled(document, rules)
        assert errors(done) == [] and {i.verification for i in items(done)} == {"unverifiable"}


def test_a_row_beside_the_sum_is_taken_in_by_the_equation_that_names_it(rules: RuleSet) -> None:
    """`item = total + memo`: an internal room below the total belongs to what the items add up to."""

    def catalogue(memo: int) -> Sectioned:
        rows = (row("Færre anbringelser", -3500, -3700, -4000, -4000), row(NET, -3115, -3400, -2400, -2400),
                row("Internt FOB-råderum", memo, -300, -1600, -1600))  # fmt: skip
        overview = (row("FÆRRE ANBRINGELSER", -3115, -3400, -2400, -2400), row("I ALT", -3115, -3400, -2400, -2400))
        return Sectioned(overview, (Section("BFU-1", "Færre anbringelser", rows),))

    done = reconciled(catalogue(-385), rules)
    assert errors(done) == [] and {i.verification for i in items(done)} == {"verified"}
    assert not any(i.counted for i in items(done) if i.row_kind == "memo")
    done = reconciled(catalogue(-358), rules)
    [error] = errors(done)
    [memo] = [i for i in items(done) if i.value_printed == "-358"]
    assert error.line_item_ids[0] == memo.line_item_id and "digits are transposed" in error.message
