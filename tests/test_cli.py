"""The commands on the sample round, in this process: what they say, and with which exit code."""

from __future__ import annotations

import csv
import importlib
import io
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from PIL import Image

import pipeline
from pipeline.cli import main
from pipeline.commands.terminal import FORESEEN
from pipeline.present.text import paint
from tests.documents import CATALOGUE, altered
from tests.workspaces import RULES, SAMPLES, Workspace

FOB = "eksempelby/2024/fob-omprioriteringskatalog"
AEO = "eksempelby/2024/aeo-velfaerdspuljen"
Afstem = Callable[..., Result]


def call(folder: Path, *args: str, env: dict[str, str | None] | None = None, input: str | None = None) -> Result:
    """`afstem -w FOLDER …`; an exception that the command line lets through fails the test."""
    return CliRunner(catch_exceptions=False).invoke(main, ["-w", str(folder), *args], env=env, input=input)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample round, read once. The tests that use it leave it as it is."""
    folder = tmp_path_factory.mktemp("sample")
    assert call(folder / "ws", "status").exit_code == 2  # there is no such folder yet
    result = CliRunner().invoke(main, ["init", str(folder / "ws"), "--sample"])
    assert result.exit_code == 0, result.output
    assert call(folder / "ws", "run", "--jobs", "1").exit_code == 1
    return folder / "ws"


@pytest.fixture
def afstem(sample: Path) -> Afstem:
    return lambda *args, **more: call(sample, *args, **more)


@pytest.fixture(scope="module")
def suspect(sample: Path) -> dict[str, Any]:
    """The planted contradiction: the figure that two equations contradict."""
    [row] = [r for r in rows(sample, "line_items") if r["verification"] == "contradicted"]
    assert row["value_printed"] == "-1.540"
    return row


def rows(folder: Path, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pipeline.open(folder).arrow(table).to_pylist()
    return found


# --- init and run -----------------------------------------------------------------------------------------


def test_init_makes_a_workspace_that_runs(sample: Path) -> None:
    """The default rules and, on request, the sample round; the run has read them (the fixture saw exit 1)."""
    assert {p.name for p in (sample / "rules").glob("*.yaml")} == {p.name for p in RULES.glob("*.yaml")} - {"waivers.yaml"}
    assert (sample / "rules" / "shared" / "danish.yaml").is_file()
    wanted = {p.relative_to(SAMPLES) for p in (SAMPLES / "eksempelby").rglob("*.pdf")}
    assert {p.relative_to(sample / "raw") for p in (sample / "raw").rglob("*.pdf")} == wanted


def test_init_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "mine.yaml").write_text("id: mine")
    result = CliRunner().invoke(main, ["init", str(tmp_path), "--sample"])
    assert result.exit_code == 2
    assert "nothing was changed" in result.stderr
    assert [p.name for p in tmp_path.rglob("*")] == ["rules", "mine.yaml"]


def test_init_without_samples_leaves_raw_empty(tmp_path: Path) -> None:
    assert CliRunner().invoke(main, ["init", str(tmp_path / "new")]).exit_code == 0
    assert list((tmp_path / "new" / "raw").iterdir()) == []
    result = call(tmp_path / "new", "run")
    assert result.exit_code == 0
    assert "holds no PDF" in result.stdout


def test_run_ends_with_what_to_look_at_first(afstem: Afstem, suspect: dict[str, Any]) -> None:
    """Counts, findings by severity, and for the open error its document, page, message and the next commands."""
    result = afstem("run", "--jobs", "1")
    assert result.exit_code == 1  # the error is still open, though nothing had to be done
    assert "0 documents read, 3 unchanged" in result.stdout
    assert "1 error" in result.stdout
    _, told = result.stdout.split("FIRST THINGS TO LOOK AT")
    assert f"{FOB}, page 3" in told
    assert "-1.450" in told
    assert f"explain {suspect['line_item_id']}" in told
    assert f"show {suspect['line_item_id']}" in told


def test_run_tells_what_counts_nowhere(sample: Path, tmp_path: Path) -> None:
    """A document without a rule, and numbers that nothing claims, are no errors and are missing in the figures all the same."""
    shutil.copytree(sample, tmp_path / "ws", symlinks=True)
    assert "--check" not in call(tmp_path / "ws", "run", "--jobs", "1").stdout
    (tmp_path / "ws" / "rules" / "proposal-catalogue.yaml").unlink()
    told = [line for line in call(tmp_path / "ws", "run", "--jobs", "1").stdout.splitlines() if "--check" in line]
    checks = [line.split("--check ")[1] for line in told]
    assert checks == ["unclaimed-number", "no-rule"] and "1 document that no rule fits" in told[1]
    for check, line in zip(checks, told, strict=True):
        found = json.loads(call(tmp_path / "ws", "findings", "--check", check, "--format", "json").stdout)
        assert f": {len(found)} " in line


def test_what_is_printed_next_can_be_typed(sample: Path, afstem: Afstem) -> None:
    """The commands that `run` proposes name the workspace, and work."""
    proposed = [line.split("explain ")[1] for line in afstem("run", "--jobs", "1").stdout.splitlines() if " explain " in line]
    assert proposed
    assert f"afstem -w {sample} explain {proposed[0]}" in afstem("run", "--jobs", "1").stdout
    assert afstem("explain", proposed[0]).exit_code == 0


def test_run_of_a_path_that_is_not_there_fails_and_says_what_stands(afstem: Afstem) -> None:
    result = afstem("run", "raw/nowhere.pdf")
    assert result.exit_code == 2
    assert "nowhere.pdf" in result.stderr
    assert "previous dataset stands" in result.stderr


def test_run_with_a_wrong_rule_names_file_and_line(tmp_path: Path) -> None:
    CliRunner().invoke(main, ["init", str(tmp_path / "ws")])
    (tmp_path / "ws" / "rules" / "memo.yaml").write_text("id: memo\ntitel: x\n")
    for command in (["run"], ["rules", "check"]):
        result = call(tmp_path / "ws", *command)
        assert result.exit_code == 2
        assert "memo.yaml:2" in result.output
    assert "Nothing was published" in call(tmp_path / "ws", "run").stderr


def test_a_folder_that_is_no_workspace_is_told(tmp_path: Path) -> None:
    for command in (["run"], ["status"], ["findings"], ["query", "SELECT 1"]):
        result = call(tmp_path, *command)
        assert result.exit_code == 2
        assert "no workspace" in result.stderr


def test_commands_before_the_first_run_say_to_run(tmp_path: Path) -> None:
    CliRunner().invoke(main, ["init", str(tmp_path / "ws")])
    for command in (["status"], ["explain", "x"], ["diff", "x"], ["query", "SELECT 1"]):
        result = call(tmp_path / "ws", *command)
        assert result.exit_code == 2
        assert "afstem run" in result.stderr


def test_our_own_bug_is_one_line_that_names_the_document(
    sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No traceback, unless AFSTEM_DEBUG asks for it."""

    def broken(*args: object, **more: object) -> None:
        error = KeyError("lost")
        error.add_note("while reading some/document")
        raise error

    monkeypatch.setattr("pipeline.run.run", broken)
    result = call(sample, "run")
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert "while reading some/document" in result.stderr
    assert "bug in Afstem" in result.stderr
    assert "previous dataset stands" in result.stderr
    result = call(sample, "run", env={"AFSTEM_DEBUG": "1"})
    assert result.exit_code == 2
    assert "Traceback" in result.stderr


def test_what_is_foreseen_is_named_as_it_is() -> None:
    """The names of our exceptions, which the terminal knows without importing them, are those of where they are made."""
    for module, name in FORESEEN.items():
        foreseen = getattr(importlib.import_module(module), name)
        assert issubclass(foreseen, Exception) and foreseen.__module__ == module


# --- status and findings --------------------------------------------------------------------------------


def test_status_tells_shares_and_numbers_accounted_for(afstem: Afstem) -> None:
    result = afstem("status")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    [line] = [x for x in lines if x.startswith(FOB)]
    assert "1 error" in line
    assert any("amounts verified" in x and "%" in x for x in lines)
    assert any("kroner verified" in x and "kr." in x for x in lines)
    assert any("numbers accounted" in x and "100 %" in x for x in lines)
    assert "since the last run" not in result.stdout


def test_status_tells_when_something_changed_last(make_workspace: Callable[..., Workspace], monkeypatch: pytest.MonkeyPatch) -> None:
    """The time that the log has; neither a run that changes nothing nor a dry one moves it."""
    workspace = make_workspace(aeo=CATALOGUE)
    for day, dry in (("1704110400", False), ("1704196800", False), ("1704283200", True)):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", day)
        workspace.run(dry=dry)
        [line] = [x for x in call(workspace.path, "status").stdout.splitlines() if "last change" in x]
        assert line.endswith("2024-01-01 12:00 UTC")


def test_status_notices_what_changed_since(sample: Path, tmp_path: Path) -> None:
    """New, changed and gone documents, and mistakes in the rules, each with what to type."""
    shutil.copytree(sample, tmp_path / "ws", symlinks=True)
    raw = tmp_path / "ws" / "raw" / "eksempelby" / "2024"
    (raw / "aeo-notat.pdf").rename(raw / "renamed.pdf")
    with open(raw / "aeo-velfaerdspuljen.pdf", "ab") as f:
        f.write(b"\n% touched\n")
    (tmp_path / "ws" / "rules" / "memo.yaml").write_text("id: [")
    told = call(tmp_path / "ws", "status").stdout
    for words in ("1 document in raw/ new", "1 document in raw/ changed", "1 document in raw/ gone", "rules check"):
        assert words in told


def test_findings_can_be_narrowed_and_taken_as_data(afstem: Afstem, suspect: dict[str, Any]) -> None:
    every = json.loads(afstem("findings", "--format", "json").stdout)
    assert {f["severity"] for f in every} == {"error", "info"}
    [error] = json.loads(afstem("findings", "--severity", "error", "--format", "json").stdout)
    assert error["line_item_ids"][0] == suspect["line_item_id"]
    assert error["expected"] == -1_450_000
    [same] = csv.DictReader(io.StringIO(afstem("findings", "--severity", "error", "--format", "csv").stdout))
    assert same["finding_id"] == error["finding_id"]
    assert "1 finding" in afstem("findings", "--check", error["check"]).stdout
    assert json.loads(afstem("findings", "--document", "aeo-notat", "--format", "json").stdout) == []


def test_a_check_that_found_nothing_is_no_misuse(afstem: Afstem) -> None:
    assert json.loads(afstem("findings", "--check", "no-such-check", "--format", "json").stdout) == []
    result = afstem("findings", "--check", "overview-onyl")
    assert result.exit_code == 0
    assert "overview-only" in result.stdout


# --- explain and show -------------------------------------------------------------------------------------


def test_explain_gives_the_receipt_of_a_figure(sample: Path, afstem: Afstem, suspect: dict[str, Any]) -> None:
    """Print, value, place, file, rule, verdict, both equations with their pages, and the next command."""
    result = afstem("explain", suspect["line_item_id"][:10])
    assert result.exit_code == 0
    [document] = [d for d in rows(sample, "documents") if d["document_id"] == FOB]
    for words in ("-1.540", "-1.540.000 kr.", "1.000 KR.", document["sha256"], "page", "proposal-catalogue", "contradicted",
                  "takes part in 2 equations", "violated", "pages 3, 5", f"show {suspect['line_item_id']}"):  # fmt: skip
        assert words in result.stdout


def test_explain_tells_where_the_text_restates_a_figure(sample: Path, afstem: Afstem) -> None:
    amount = next(a for a in rows(sample, "amounts") if a["line_item_ids"] and a["document_id"] == AEO)
    told = afstem("explain", amount["line_item_ids"][0]).stdout
    assert amount["value_printed"] in told
    assert "restated in the text" in told
    told = afstem("explain", amount["amount_id"]).stdout
    assert amount["sentence"][:40] in told
    assert "restates" in told


def test_explain_of_a_document_tells_tables_equations_and_numbers(afstem: Afstem) -> None:
    told = afstem("explain", "fob").stdout
    for words in (FOB, "proposal-catalogue", "t001", "2 violated", "accounted for", "1 error"):
        assert words in told


def test_names_are_resolved_or_refused_with_candidates(sample: Path, afstem: Afstem) -> None:
    """Any unique part of a document's name will do, also its path; else exit 2 with what may be meant."""
    for name in (AEO, "velfaerdspuljen", "AEO-VELF", f"raw/{AEO}.pdf", str(sample / "raw" / f"{AEO}.pdf")):
        assert afstem("explain", name).stdout.startswith(AEO), name
    for name, wanted in (("aeo", AEO), ("velfaerdspulen", AEO), ("zzz", FOB), ("5", "give more of the id")):
        result = afstem("explain", name)
        assert result.exit_code == 2
        assert wanted in result.stderr


def test_show_draws_the_page_of_a_figure(sample: Path, afstem: Afstem, suspect: dict[str, Any], tmp_path: Path) -> None:
    """The path is printed; the figure's box is drawn at its place, the other terms of its equations in another colour."""
    result = afstem("show", suspect["line_item_id"])
    assert result.exit_code == 0
    path = Path(result.stdout.strip())
    assert path.parent == sample / ".afstem" / "pictures"
    afstem("show", "fob", "--page", "3", "-o", str(tmp_path / "page.png"))
    with Image.open(path) as figure, Image.open(tmp_path / "page.png") as page:
        scale = 150 / 72
        box = tuple(round(suspect[k] * scale) for k in ("x0", "top", "x1", "bottom"))
        around = (box[0] - 12, box[1] - 12, box[2] + 12, box[3] + 12)
        pink, blue = (225, 0, 120), (20, 90, 230)
        assert pink in colours(figure, around)
        assert pink not in colours(page, (0, 0, *page.size))
        assert blue in colours(figure, (0, 0, *figure.size))
        assert figure.height > 842 * scale  # the page, and the legend below it


def colours(picture: Image.Image, box: tuple[int, int, int, int]) -> set[Any]:
    found = picture.crop(box).getcolors(maxcolors=1 << 24)
    assert found is not None
    return {colour for _, colour in found}


def test_show_refuses_pages_and_folders_that_are_not_there(afstem: Afstem, tmp_path: Path) -> None:
    for args, words in ((["fob", "--page", "99"], "9 pages"), (["fob", "-o", str(tmp_path / "no" / "x.png")], "no folder")):
        result = afstem("show", *args)
        assert result.exit_code == 2
        assert words in result.stderr


# --- query --------------------------------------------------------------------------------------------------


def test_query_prints_rows_in_three_forms(afstem: Afstem) -> None:
    sql = "SELECT label, amount, verified_by FROM line_items WHERE value_printed = '-1.540'"
    assert "-1540000.00" in afstem("query", sql).stdout
    [row] = json.loads(afstem("query", sql, "--format", "json").stdout)
    assert row == {"label": "FLERE PLEJEFAMILIER OG FÆRRE OPHOLDSSTEDER", "amount": -1540000, "verified_by": []}
    assert afstem("query", sql, "--format", "csv").stdout.splitlines()[0] == "label,amount,verified_by"


def test_query_takes_a_file_or_standard_input(afstem: Afstem, tmp_path: Path) -> None:
    (tmp_path / "q.sql").write_text("SELECT 40 + 2 AS answer")
    assert "42" in afstem("query", "--file", str(tmp_path / "q.sql")).stdout
    assert "43" in afstem("query", "--file", "-", input="SELECT 43").stdout
    assert afstem("query").exit_code == 2
    assert afstem("query", "SELECT 1", "--file", "-").exit_code == 2


def test_query_aligns_numbers_right_and_says_what_it_leaves_out(afstem: Afstem) -> None:
    result = afstem("query", "SELECT * FROM (VALUES (5, 'a'), (12345, 'b'), (7, 'c')) AS t(n, word)", "--limit", "2")
    assert result.stdout.splitlines()[:3] == ["    n  word", "    5  a", "12345  b"]
    assert "1 more row" in result.output


@pytest.mark.parametrize(
    ("sql", "wanted"),
    [
        ("SELECT saving_dk FROM line_items", "saving_dkk"),
        ("SELECT * FROM lineitems", "line_items"),
        ("SELECT a.sentense FROM amounts a", "sentence"),
        ("SELEC 1", "syntax error"),
        ("COPY line_items TO 'x.csv'", "disabled"),
        ("", "SELECT"),
    ],
)
def test_a_wrong_query_is_one_clear_message(afstem: Afstem, sql: str, wanted: str) -> None:
    result = afstem("query", sql)
    assert result.exit_code == 2
    assert wanted in result.stderr
    assert "Traceback" not in result.output


# --- diff ---------------------------------------------------------------------------------------------------


def test_diff_tells_each_figure_and_the_totals(make_workspace: Callable[..., Workspace]) -> None:
    """What a revision changed, from any revision to any; what it did to the sums."""
    made = make_workspace(aeo=CATALOGUE)
    made.run()
    changed = altered(altered(CATALOGUE.rows, 0, 0, "2.450"), 3, 0, "2.550")
    replace(CATALOGUE, rows=changed).save(made.raw / "aeo.pdf")
    told = call(made.path, "run", "--jobs", "1").stdout
    assert "revision 1 → 2" in told
    assert f"diff {made.raw.relative_to(made.path / 'raw').as_posix()}/aeo" in told
    told = call(made.path, "diff", "aeo").stdout
    for words in ("2.400 → 2.450", "2.400.000 → 2.450.000", "+50.000", "2 figures", "2.500.000"):
        assert words in told
    [line] = [x for x in told.splitlines() if x.startswith("2024")]
    assert line.split() == ["2024", "2.500.000", "2.550.000", "+50.000"]
    figure = next(r for r in made.rows("line_items") if r["value_printed"] == "2.450")
    receipt = call(made.path, "explain", figure["line_item_id"]).stdout
    assert "history" in receipt
    assert "2.400 → 2.450" in receipt

    CATALOGUE.save(made.raw / "aeo.pdf")
    made.run()
    assert "no figure changed" in call(made.path, "diff", "aeo", "--from", "1", "--to", "3").stdout
    assert "2.450 → 2.400" in call(made.path, "diff", "aeo").stdout
    assert "2.400 → 2.450" in call(made.path, "diff", "aeo", "--to", "2").stdout
    result = call(made.path, "diff", "aeo", "--from", "7")
    assert result.exit_code == 2
    assert "1, 2, 3" in result.stderr


def test_diff_of_a_document_with_one_revision(afstem: Afstem) -> None:
    result = afstem("diff", "fob")
    assert result.exit_code == 0
    assert "one revision" in result.stdout


def test_a_figure_of_the_past_can_be_explained(make_workspace: Callable[..., Workspace]) -> None:
    """A document that is gone from raw/: its figures are history, and are told as such; its pages can still be seen."""
    made = make_workspace(aeo=CATALOGUE)
    made.run()
    figure = made.rows("line_items")[0]
    (made.raw / "aeo.pdf").unlink()
    made.run()
    result = call(made.path, "explain", figure["line_item_id"])
    assert result.exit_code == 0
    assert "no current document" in result.stdout
    assert call(made.path, "show", figure["line_item_id"]).exit_code == 0
    assert "withdrawn" in call(made.path, "status").stdout


# --- tables and rules -----------------------------------------------------------------------------------------


def test_tables_of_any_pdf(tmp_path: Path) -> None:
    """Rows of cells, with page and boxes where the form has room for them; no workspace is needed."""
    pdf = SAMPLES / f"{FOB}.pdf"
    runner = CliRunner()
    found = json.loads(runner.invoke(main, ["tables", str(pdf), "--format", "json"]).stdout)
    assert found[0]["page"] == 3
    cells = [c for row in found[0]["rows"] for c in row if c]
    [cell] = [c for c in cells if c["text"] == "-1.540"]
    assert cell["page"] == 3
    assert 0 < cell["x0"] < cell["x1"] < 600
    by_row = list(csv.DictReader(io.StringIO(runner.invoke(main, ["tables", str(pdf), "--format", "csv"]).stdout)))
    assert any(r["cell_2"] == "-1.540" and r["page"] == "3" for r in by_row)
    text = runner.invoke(main, ["tables", str(pdf), "--page", "3"]).stdout
    assert "-1.540" in text
    assert "1 table on page 3" in text
    (tmp_path / "no.pdf").write_text("hello")
    for args, words in (([str(tmp_path / "no.pdf")], "no PDF"), ([str(pdf), "--page", "99"], "9 pages")):
        result = runner.invoke(main, ["tables", *args])
        assert result.exit_code == 2
        assert words in result.stderr


def test_rules_check_passes_the_default_rules(afstem: Afstem) -> None:
    result = afstem("rules", "check")
    assert result.exit_code == 0
    assert "nothing is wrong" in result.stdout


def test_rules_schema_is_json(afstem: Afstem) -> None:
    schema = json.loads(afstem("rules", "schema").stdout)
    assert "recognise" in schema["properties"]


def test_rules_try_tells_what_is_caught_and_what_is_left(sample: Path, afstem: Afstem, tmp_path: Path) -> None:
    """On a document of raw/, on any file, and with a rule that does not fit."""
    before = os.stat(sample / "extracted").st_mtime_ns
    told = afstem("rules", "try", "fob").stdout
    for words in ("rule proposal-catalogue fits", "120", "all accounted for", "t001", "do not hold"):
        assert words in told
    shutil.copy(SAMPLES / f"{FOB}.pdf", tmp_path / "any.pdf")
    told = afstem("rules", "try", str(tmp_path / "any.pdf"), "--rule", "memo").stdout
    assert "memo" in told
    assert "not found" in told
    assert "left over" in told
    assert "table-without-rule" in told
    assert os.stat(sample / "extracted").st_mtime_ns == before
    assert afstem("rules", "try", "fob", "--rule", "mem").exit_code == 2
    assert afstem("rules", "try", "nothing-like-it").exit_code == 2


def test_rules_try_tells_of_each_equation_how_often_it_is_formed(sample: Path, tmp_path: Path) -> None:
    """Also of one that is formed nowhere, in the colour of a warning, and of a table that the document lacks."""
    shutil.copytree(sample, tmp_path / "ws", symlinks=True)
    told = call(tmp_path / "ws", "rules", "try", "fob").stdout
    assert "  overview: item = total: formed 8 times, holds 7 times\n" in told
    assert "  proposal: item = total + memo: formed 20 times, holds each time\n" in told
    rule = tmp_path / "ws" / "rules" / "proposal-catalogue.yaml"
    text = rule.read_text("utf-8")
    columns = "{pattern: Nowhere, examples: [Nowhere]}, {pattern: No, measure: income, examples: [No]}"
    more = f"  - {{name: more, kind: other, columns: [{columns}], column_sums: [{{equation: net = income}}]}}"
    text = text.replace("{equation: item = total}", "{equation: item = total, totals: above}")
    text = text.replace("\nignore:", f"{more}\n\nignore:")
    rule.write_text(text, "utf-8")
    told = CliRunner().invoke(main, ["-w", str(tmp_path / "ws"), "rules", "try", "fob"], color=True).stdout
    assert f"  {paint('overview: item = total: formed 0 times', 'warning')}\n" in told
    assert "  more: net = income: the document has no such table\n" in told


def test_rules_try_says_why_no_rule_fits(sample: Path, tmp_path: Path) -> None:
    shutil.copytree(sample, tmp_path / "ws", symlinks=True)
    (tmp_path / "ws" / "rules" / "proposal-catalogue.yaml").unlink()
    told = call(tmp_path / "ws", "rules", "try", "fob").stdout
    assert "no rule fits" in told
    assert "memo" in told
    assert "not found" in told


def test_rules_try_names_two_rules_that_fit(sample: Path, tmp_path: Path) -> None:
    shutil.copytree(sample, tmp_path / "ws", symlinks=True)
    text = (tmp_path / "ws" / "rules" / "memo.yaml").read_text()
    (tmp_path / "ws" / "rules" / "other.yaml").write_text(text.replace("id: memo", "id: other"))
    told = call(tmp_path / "ws", "rules", "try", "aeo-notat").stdout
    assert "2 rules fit" in told
    assert "--rule memo" in told
    assert call(tmp_path / "ws", "run", "--jobs", "1").exit_code == 1


# --- the terminal ---------------------------------------------------------------------------------------------


def test_every_command_has_help_with_an_example() -> None:
    def each(group: Any, path: tuple[str, ...]) -> Any:
        for name, command in group.commands.items():
            yield (*path, name)
            if hasattr(command, "commands"):
                yield from each(command, (*path, name))

    for path in ((), *each(main, ())):
        result = CliRunner().invoke(main, [*path, "--help"])
        assert result.exit_code == 0
        assert "afstem " + " ".join(path) in result.stdout
        assert "Examples:" in result.stdout, path


def test_output_that_is_no_terminal_has_no_colours(afstem: Afstem) -> None:
    for args in (["status"], ["findings"], ["explain", "fob"], ["run", "--jobs", "1"]):
        assert "\x1b" not in afstem(*args).output


def test_no_color_is_respected(sample: Path) -> None:
    def coloured(env: dict[str, str | None]) -> bool:
        result = CliRunner().invoke(main, ["-w", str(sample), "findings"], color=True, env=env)
        return "\x1b" in result.stdout

    assert coloured({"NO_COLOR": None})
    assert not coloured({"NO_COLOR": "1"})


def test_what_a_name_holds_does_not_steer_the_terminal(sample: Path, tmp_path: Path) -> None:
    shutil.copytree(sample, tmp_path / "ws", symlinks=True)
    raw = tmp_path / "ws" / "raw"
    (raw / "evil\x1b[31m.pdf").write_bytes((raw / "eksempelby" / "2024" / "aeo-notat.pdf").read_bytes() + b"\n%1\n")
    assert "\x1b" not in call(tmp_path / "ws", "run", "--jobs", "1").output
    for args in (["status"], ["explain", "evil"], ["explain", "zzz"]):
        result = call(tmp_path / "ws", *args)
        assert "evil" in result.output
        assert "\x1b" not in result.output


def test_the_dataset_opens_from_python(sample: Path) -> None:
    """`pipeline.open` gives tables as pandas, Arrow and SQL."""
    dataset = pipeline.open(sample)
    assert len(dataset.pandas("line_items")) == dataset.arrow("line_items").num_rows
    assert dataset.sql("SELECT count(*) AS n FROM documents").to_pylist() == [{"n": 3}]
    assert pipeline.__version__ in CliRunner().invoke(main, ["--version"]).stdout


# --- leads and relations across documents -----------------------------------------------------------------------


def test_leads_come_best_first(afstem: Afstem, sample: Path) -> None:
    """`--leads` alone, or among what is told of severity info; each with its score. Errors are none."""
    listed = list(csv.DictReader(io.StringIO(afstem("findings", "--leads", "--format", "csv").stdout)))
    scores = [float(r["score"]) for r in listed]
    assert scores == sorted(scores, reverse=True) and len(scores) == 6 and {r["severity"] for r in listed} == {"info"}
    told = afstem("findings", "--severity", "info").stdout
    assert told.index("score 0,79") < told.index("score 0,52") < told.index("score 0,2")
    assert "findings --leads" in afstem("run", "--jobs", "1").stdout


def test_explain_tells_the_parts_of_a_whole_with_document_and_page(afstem: Afstem, sample: Path) -> None:
    """The memo's 30 million, and the two catalogues that put something into them."""
    [pool] = [a for a in rows(sample, "amounts") if a["value_printed"] == "30 mio." and a["document_id"].endswith("notat")]
    told = afstem("explain", pool["amount_id"]).stdout
    assert "parts-of-whole, 2024, room for 19.500.000" in told and "6.500 + 4.000 ≤ 30 mio." in told
    assert f"{AEO}, page 1" in told and f"{FOB}, page 3" in told
