"""Rule files: what is read from them, how mistakes are told, and which patterns fail their own test."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path
from time import process_time
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.rules import RuleError, check_rules, load_rules, rule_schema
from pipeline.rules.language import Language
from pipeline.rules.patterns import Matcher, Strict
from pipeline.rules.schema import Rule

REPOSITORY = Path(__file__).parent.parent

RULE = r"""# A comment on line 1.
id: msb
title: Catalogue
language: dansk
recognise:
  - {pattern: '^Sparekatalog', examples: [Sparekatalog 2024]}
document:
  kind: catalogue
  title: {pattern: '^Titel: (?P<value>.+)', examples: ['Titel: Budget']}
money:
  saving: positive
sections:
  heading: {pattern: '^(?P<code>\d+) ', examples: [12 Drift]}
  fields:
    - {name: sector, pattern: '^Sektor: (?P<value>.+)', examples: ['Sektor: 1.20']}
tables:
  - name: overview
    kind: overview
    columns:
      - {pattern: '20\d\d', examples: [2024]}
    rows:
      - pattern: '^I alt'
        examples: [I alt]
        kind: total
    sums:
      - equation: item = total
restates:
  - {name: pool, pattern: 'på (?P<amount>\d+)', examples: [på 12], parts: [{document: {pattern: Tillæg, examples: [Tillæg 1]}}]}
ignore:
  - {pattern: '^Side \d+$', reason: page number, examples: [Side 2]}
prices:
  - {name: wage, pattern: løn (?P<amount>\d+), examples: [løn 5], wages: {pattern: Løn, examples: [Løn]}}
"""

LANGUAGE = r"""language: dansk
decimal: ','
group: '.'
units:
  - {pattern: 'mio\.', value: 1000000, examples: [mio.]}
  - {pattern: 'kr\.', value: 1, examples: [kr.]}
contexts:
  - {status: date, pattern: '\d+\. maj', examples: [5. maj]}
  - {status: year, pattern: '20\d\d', examples: ['2024']}
abbreviations: [bl.a.]
months: [jan, feb, mar, apr, maj, jun, jul, aug, sep, okt, nov, dec]
years: {pattern: 'i (?P<first>20\d\d)', examples: [i 2024]}
percent: {pattern: '(?P<number>\d+) pct', examples: [5 pct]}
announces_table: {pattern: 'Tabel (?P<number>\d+)', examples: [Tabel 1]}
draft:
  documents:
    - {says: budget, pattern: Budget, examples: [Budget 2025]}
  stages:
    - {says: draft, pattern: Udkast, examples: [Udkast]}
  measures:
    - {says: expenditure, pattern: Udgifter, examples: [Udgifter]}
  phases:
    - {says: actual, pattern: Regnskab, examples: [Regnskab]}
"""
# The other words of the language are alike; the schema gains one now and then.
LANGUAGE += "".join(
    f"{name}: {{pattern: {name}, examples: [{name}]}}\n"
    for name, field in Language.model_fields.items()
    if field.annotation is Matcher and f"\n{name}:" not in LANGUAGE
)


def folder(at: Path, rule: str = RULE, language: str = LANGUAGE) -> Path:
    rules = at / "rules"
    (rules / "shared").mkdir(parents=True, exist_ok=True)
    (rules / "msb.yaml").write_text(rule, encoding="utf-8")
    (rules / "shared" / "dansk.yaml").write_text(language, encoding="utf-8")
    return rules


def swap(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, f"{old!r} must stand once in the sample"
    return text.replace(old, new)


def told(rules: Path) -> list[str]:
    """The problems that `load_rules` raises, paths as seen from the workspace."""
    with pytest.raises(RuleError) as caught:
        load_rules(rules)
    assert str(caught.value).split("\n") == [str(p) for p in caught.value.problems]
    return [str(p).replace(f"{rules.parent.as_posix()}/", "") for p in caught.value.problems]


def checked(rules: Path) -> list[str]:
    return [str(p).replace(f"{rules.parent.as_posix()}/", "") for p in check_rules(rules)]


# --- what is read ---------------------------------------------------------------------------------------------


def test_scalars_are_strings_until_the_schema_wants_something_else(tmp_path: Path) -> None:
    """`no` and `010` stay text where text is meant, and become a boolean where one is meant."""
    rule = swap(RULE, "[2024]}", "[2024, 010, 1.20, no, 2024-01-01], ignore: no, not_examples: [~]}")
    loaded = load_rules(folder(tmp_path, swap(rule, "title: Catalogue", "title: no")))
    column = loaded.rules[0].tables[0].columns[0]
    assert loaded.rules[0].title == "no"
    assert column.examples == ["2024", "010", "1.20", "no", "2024-01-01"]
    assert column.not_examples == ["~"]
    assert column.ignore is False
    assert loaded.languages["dansk"].units[0].value == 1_000_000


def test_rules_come_in_the_order_of_their_ids_with_their_files(tmp_path: Path) -> None:
    rules = folder(tmp_path)
    (rules / "a.yaml").write_text(swap(RULE, "id: msb", "id: zebra"), encoding="utf-8-sig")  # as Notepad saves it
    (rules / "waivers.yaml").write_text("waivers: []\n", encoding="utf-8")
    loaded = load_rules(rules)
    assert [r.id for r in loaded.rules] == ["msb", "zebra"]
    assert loaded.paths == {"msb": rules / "msb.yaml", "zebra": rules / "a.yaml"}
    assert loaded.digests["msb"] != loaded.digests["zebra"]


def test_a_set_that_was_used_reaches_another_process(tmp_path: Path) -> None:
    loaded = load_rules(folder(tmp_path))
    loaded.rules[0].recognise[0].search("x")
    assert pickle.loads(pickle.dumps(loaded)) == loaded


# --- digests --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# A comment on line 1.\n", "\n\n# Another\n"),
        ("id: msb\ntitle: Catalogue\n", "title: 'Catalogue'   # why\nid: msb\n"),
        ("{pattern: '20\\d\\d', examples: [2024]}", "examples:\n        - '2024'\n        pattern: 20\\d\\d"),
        ("title: {pattern: '^Titel: (?P<value>.+)', examples: ['Titel: Budget']}",
         "title: [{pattern: '^Titel: (?P<value>.+)', examples: ['Titel: Budget']}]"),
        ("kind: total\n", "kind: total\n        block: off\n"),
    ],
)  # fmt: skip
def test_writing_the_same_rule_otherwise_keeps_the_digests(tmp_path: Path, old: str, new: str) -> None:
    before = load_rules(folder(tmp_path))
    after = load_rules(folder(tmp_path, swap(RULE, old, new), LANGUAGE + "# end\n"))
    assert (after.digests, after.digest) == (before.digests, before.digest)


def test_a_changed_pattern_changes_the_digests_that_depend_on_it(tmp_path: Path) -> None:
    before = load_rules(folder(tmp_path))
    in_rule = load_rules(folder(tmp_path, swap(RULE, "'^I alt'", "'^I al'")))
    in_language = load_rules(folder(tmp_path, RULE, swap(LANGUAGE, "pattern: rising", "pattern: ris")))
    assert len({s.digests["msb"] for s in (before, in_rule, in_language)}) == 3
    assert len({s.digest for s in (before, in_rule, in_language)}) == 3


def test_rules_of_another_language_keep_their_digest(tmp_path: Path) -> None:
    rules = folder(tmp_path)
    (rules / "shared" / "norsk.yaml").write_text(swap(LANGUAGE, ": dansk", ": norsk"), encoding="utf-8")
    before = load_rules(rules)
    changed = swap(swap(LANGUAGE, ": dansk", ": norsk"), "[bl.a.]", "[bl.a., osv.]")
    (rules / "shared" / "norsk.yaml").write_text(changed, encoding="utf-8")
    after = load_rules(rules)
    assert after.digests == before.digests
    assert after.digest != before.digest


# --- mistakes -------------------------------------------------------------------------------------------------

MISTAKES = [
    ("recognise:", "recognize:", "5: unknown key 'recognize' (did you mean 'recognise'?)"),
    ("  heading:", "  header:", "13: unknown key 'header' (did you mean 'heading'?)"),
    ("title: Catalogue\n", "", "2: missing key 'title'"),
    ("title: Catalogue", "title:", "3: 'title' has no value"),
    ("title: Catalogue", "title: [a, b]", "3: 'title' must be a text"),
    ("  kind: catalogue\n", "", "7: missing key 'kind'"),
    ("saving: positive", "saving: positiv", "11: 'saving' cannot be 'positiv' (did you mean 'positive'?)"),
    ("saving: positive", "saving: yes", "11: 'saving' cannot be 'yes' (one of positive, negative, none)"),
    ("saving: positive", "saving: none\n  currency: dkk",
     "12: 'currency' cannot be 'dkk': it must fit ^[A-Z]{3}$ (did you mean 'DKK'?)"),
    ("money:\n  saving: positive", "money: positive",
     "10: 'money' must be a mapping (with the keys currency, unit, saving, positions)"),
    ("language: dansk", "language: danks", "4: unknown language 'danks' (did you mean 'dansk'?)"),
    ("language: dansk", "language: suomi", "4: unknown language 'suomi' (known are dansk)"),
    ("id: msb", "id: MSB 2", "2: 'id' cannot be 'MSB 2': it must fit ^[a-z][a-z0-9-]*$ (did you mean 'msb-2'?)"),
    ("'^I alt'", "'^(I alt'", "22: '^(I alt' is no valid pattern: missing ) at position 7"),
    ("'^I alt'", "''", "22: 'pattern' must not be empty"),
    ("'^I alt'", "!alt", "22: !alt is a YAML tag, no text (quote a text that begins with !)"),
    ("kind: total", "kind: totals", "24: 'kind' cannot be 'totals' (did you mean 'total'?)"),
    ("kind: total", "kind: total\n        block: maybe", "25: 'block' must be yes or no, not 'maybe'"),
    ("kind: total", "kind: total\n        kind: item", "25: key 'kind' stands twice (first on line 24)"),
    ("kind: total", "kind: total\n        colour: red",
     "25: unknown key 'colour' (keys here are pattern, examples, not_examples, kind, name, block, bold, measure, unit)"),
    ("[I alt]", "I alt", "23: 'examples' must be a list, not 'I alt' (as in [a, b], or lines that begin with `- `)"),
    ("[I alt]", "[]", "23: 'examples' needs at least one entry"),
    ("[I alt]", "[I alt, [a]]", "23: entry 2 of 'examples' must be a text"),
    ("(?P<code>", "(", "13: the pattern must capture (?P<code>…)"),
    ("{pattern: '^(?P<code>\\d+) ', examples: [12 Drift]}", "\n    examples: [12 Drift]\n    pattern: '^12'",
     "15: the pattern must capture (?P<code>…)"),
    ("[2024]}", "[2024], zzz: x}", "20: unknown key 'zzz' (keys here are pattern, examples, not_examples, measure, "
     "phase, name, attribute, ignore, budget_year_plus)"),
    ("['Titel: Budget']}", "['Titel: Budget'], valu: x}", "9: unknown key 'valu' (did you mean 'value'?)"),
    ("(?P<value>.+)', examples: ['Titel", "(.+)', examples: ['Titel",
     "9: the pattern must capture (?P<value>…), or give a fixed `value`"),
    ("item = total", "item == total", "26: an equation has one `=`, as in `item = total`"),
    ("item = total", "item = sum",
     "17: `item = sum` names 'sum', which is no kind or name of a row rule of this table"),
    ("title: Catalogue", "title: A: B", "3: no valid YAML: mapping values are not allowed in this context "
     "(quote a text that holds `: `)"),
    ("'^I alt'", '"^\\d"', "22: no valid YAML: found unknown escape character (write patterns in single quotes)"),
    ("reason: page number, examples: [Side 2]}", "reason: 'page number, examples: [Side 2]}",
     "30: no valid YAML: found unexpected end of stream (a quote is not closed)"),
    ("title: Catalogue", "title", "4: no valid YAML: could not find expected ':' (write `key: value`, with a blank behind the colon)"),
    ("# A comment on line 1.", "id: x\n---", "2: no valid YAML: found another document (one file holds one rule)"),
    ("Catalogue", "Cata\x07logue", "3: YAML forbids the character #x07"),
    ("Catalogue", '"\\uD800"', "3: no valid YAML: found invalid Unicode character escape code (write the character itself)"),
    ("language: dansk", "? [a]\n: b\nlanguage: dansk", "4: a key must be a word"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected"), MISTAKES)
def test_a_mistake_is_told_once_with_line_and_remedy(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert told(folder(tmp_path, swap(RULE, old, new))) == [f"rules/msb.yaml:{expected}"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "rules/msb.yaml: the file is empty"),
        (b"# nothing\n", "rules/msb.yaml: the file is empty"),
        (b"\n- id: x\n", "rules/msb.yaml:2: the file is no mapping (it holds lines like `title: \u2026`)"),
        (b"[" * 5000, "rules/msb.yaml:1: no valid YAML: exceeded maximum nesting depth (some brackets were opened and never closed)"),
        (b"id: x\n%YAML 1.3\n---\n", "rules/msb.yaml:2: no valid YAML: found incompatible YAML document (leave out the line `%YAML`)"),
        (b'id: "\\UFFFFFFFF"\n',
         "rules/msb.yaml:1: no valid YAML: found invalid Unicode character escape code (write the character itself)"),
        (b"a: &a [x,x,x,x,x,x,x,x]\n" + b"".join(b"a%d: &b%d [%s]\n" % (k, k, b",".join([b"*b%d" % (k - 1) if k else b"*a"] * 8))
                                                for k in range(12)),
         "rules/msb.yaml:1: aliases repeat too much (a file holds no more than 200,000 texts)"),
        (b"- &a0 [x]\n" + b"".join(b"- &a%d [*a%d]\n" % (k, k - 1) for k in range(1, 1500)),
         "rules/msb.yaml:1: lists and mappings are nested too deep (a file holds no more than 50 within each other)"),
        ("id: x\ntitle: næste\n".encode("latin-1"), "rules/msb.yaml:2: the file is no UTF-8 text (save it as UTF-8)"),
    ],
)
def test_a_file_that_holds_no_rule(tmp_path: Path, content: bytes, expected: str) -> None:
    rules = folder(tmp_path)
    (rules / "msb.yaml").write_bytes(content)
    assert told(rules) == [expected]


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    """Also what only shows between files: an id that is taken. A faulty language is not unknown on top."""
    wrong = swap(swap(RULE, "saving: positive", "savings: positive"), "'^I alt'", "'I alt)'")
    rules = folder(tmp_path, wrong, swap(LANGUAGE, "value: 1,", "value: 1.00.0,"))
    (rules / "other.yaml").write_text(RULE, encoding="utf-8")
    (rules / "third.yaml").write_text("id: [a\n", encoding="utf-8")
    (rules / "fourth.yml").write_text(RULE, encoding="utf-8")
    assert told(rules) == [
        "rules/fourth.yml: the file is not read (its name must end in .yaml)",
        "rules/msb.yaml:11: unknown key 'savings' (did you mean 'saving'?)",
        "rules/msb.yaml:22: 'I alt)' is no valid pattern: unbalanced parenthesis at position 5",
        "rules/other.yaml:2: id 'msb' is taken (by rules/msb.yaml:2)",
        "rules/shared/dansk.yaml:6: 'value' must be a number, not '1.00.0' (as in 1000 or 0.5)",
        "rules/third.yaml:2: no valid YAML: did not find expected ',' or ']' "
        "(a bracket is not closed, or a comma is missing)",
    ]


def test_a_language_that_cannot_be_read_is_not_unknown_as_well(tmp_path: Path) -> None:
    assert told(folder(tmp_path, RULE, "language: [a\n"))[1:] == []


def test_an_alias_that_holds_itself_is_told(tmp_path: Path) -> None:
    rules = folder(tmp_path, swap(RULE, "title: Catalogue", "title: &a [*a]"))
    assert "rules/msb.yaml:3: an alias that holds itself" in told(rules)


def test_wrong_types_in_a_waiver_are_told_in_plain_words(tmp_path: Path) -> None:
    """Every one of them, with what would be right."""
    rules = folder(tmp_path)
    waiver = "waivers:\n  - check: unit-missing\n    reason: seen\n    who: me\n    page: two\n    until: 2024-13-45\n"
    (rules / "waivers.yaml").write_text(waiver, encoding="utf-8")
    assert told(rules) == [
        "rules/waivers.yaml:3: 'reason' must say more than 'seen' (at least 8 characters)",
        "rules/waivers.yaml:5: 'page' must be a whole number, not 'two' (as in 12)",
        "rules/waivers.yaml:6: 'until' must be a date, not '2024-13-45' (as in 2025-12-31)",
    ]


def test_without_rules_the_remedy_is_named(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    assert told(rules) == ["rules: there is no such folder (`afstem init DIR` makes one with default rules)"]
    rules.mkdir()
    assert told(rules) == ["rules: the folder holds no rules (`afstem init DIR` makes some)"]


def models(kind: type[Strict]) -> Iterator[type[Strict]]:
    """`kind` and every model that its files may hold."""
    yield kind
    inside = [field.annotation for field in kind.model_fields.values()]
    while inside:
        annotation = inside.pop()
        if isinstance(annotation, type) and issubclass(annotation, Strict):
            yield from models(annotation)
        inside += get_args(annotation)


# Where in the samples a key of each model can be added, and how. A new model of the schema needs a place here.
PLACES = {
    "Rule": ("id: msb\n", "id: msb\n{}: x\n"),
    "Matcher": ("[Sparekatalog 2024]}", "[Sparekatalog 2024], {}: x}}"),
    "DocumentRule": ("kind: catalogue", "kind: catalogue\n  {}: x"),
    "Capture": ("['Titel: Budget']}", "['Titel: Budget'], {}: x}}"),
    "Money": ("saving: positive", "saving: positive\n  {}: x"),
    "Sections": ("sections:", "sections:\n  {}: x"),
    "Heading": ("[12 Drift]}", "[12 Drift], {}: x}}"),
    "FieldRule": ("{name: sector,", "{{{}: x, name: sector,"),
    "TableRule": ("    kind: overview", "    kind: overview\n    {}: x"),
    "ColumnRule": ("[2024]}", "[2024], {}: x}}"),
    "RowRule": ("kind: total", "kind: total\n        {}: x"),
    "SumRule": ("equation: item = total", "equation: item = total\n        {}: x"),
    "Restates": ("{name: pool,", "{{{}: x, name: pool,"),
    "Part": ("parts: [{", "parts: [{{{}: x, "),
    "Price": ("{name: wage,", "{{{}: x, name: wage,"),
    "Ignore": ("[Side 2]}", "[Side 2], {}: x}}"),
    "Language": ("abbreviations: [bl.a.]", "abbreviations: [bl.a.]\n{}: x"),
    "Unit": ("[mio.]}", "[mio.], {}: x}}"),
    "Context": ("[5. maj]}", "[5. maj], {}: x}}"),
    "DraftWords": ("draft:\n", "draft:\n  {}: x\n"),
    "Word": ("[Budget 2025]}", "[Budget 2025], {}: x}}"),
    "StageWord": ("[Udkast]}", "[Udkast], {}: x}}"),
    "MeasureWord": ("[Udgifter]}", "[Udgifter], {}: x}}"),
    "PhaseWord": ("[Regnskab]}", "[Regnskab], {}: x}}"),
}
KEYS = sorted({(m.__name__, key) for m in (*models(Rule), *models(Language)) for key in m.model_fields})


@st.composite
def slips(draw: st.DrawFn) -> tuple[str, str, str]:
    """A model, one of its keys, and the key with one slip of the finger."""
    model, key = draw(st.sampled_from(KEYS))
    at = draw(st.integers(0, len(key) - 1))
    letter = draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz_"))
    swapped = key[:at] + key[at + 1 : at + 2] + key[at] + key[at + 2 :]
    slip = draw(st.sampled_from([
        key[:at] + key[at + 1 :], key[:at] + letter + key[at:], key[:at] + letter + key[at + 1 :], swapped, key.title(),
    ]))  # fmt: skip
    return model, key, slip


@settings(deadline=None)  # writes files; how fast the disk is does not matter here
@given(slips())
def test_a_mistyped_key_is_answered_with_the_right_one(
    tmp_path_factory: pytest.TempPathFactory, slip: tuple[str, str, str]
) -> None:
    model, key, word = slip
    if word in ("", key):
        return
    old, new = PLACES[model]
    texts = [swap(t, old, new.format(word)) if old in t else t for t in (RULE, LANGUAGE)]
    rules = folder(tmp_path_factory.mktemp("slip"), *texts)
    assert any(f"unknown key '{word}' (did you mean '{key}'?)" in line for line in told(rules))


# --- patterns put to the test -----------------------------------------------------------------------------------


def test_the_samples_pass_their_own_test(tmp_path: Path) -> None:
    assert checked(folder(tmp_path)) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("[I alt]", "[I alt, ialt]", "23: example 'ialt' is not found by its own pattern"),
        ("[I alt]", "[I alt]\n        not_examples: [Ialt, I alt netto]",
         "24: not_example 'I alt netto' is found by the pattern, as 'I alt'"),
        ("'20\\d\\d'", "'20\\d\\d(?: (?P<phase>forslag))?'",
         "20: no example fills (?P<phase>…) (add an example that does)"),
        ("(?P<code>\\d+)", "(?P<code>\\d*)", None),
        ("[12 Drift]", "[' Drift']", "13: example ' Drift' is not found by its own pattern"),
        ("'^(?P<code>\\d+) ', examples: [12 Drift]", "'(?P<code>\\d*) ', examples: [' Drift']",
         "13: no example fills (?P<code>…) (add an example that does)"),
        ("    rows:\n", "    rows:\n      - {pattern: '(?i)i', kind: item, examples: [i]}\n",
         "24: example 'I alt' of the entry on line 23 is taken by the entry on line 22 "
         "(narrow that pattern, or put the narrower entry first)"),
        ("      - {pattern: '20\\d\\d'", "      - {pattern: '\\d', examples: ['1']}\n      - {pattern: '20\\d\\d'",
         "21: example '2024' of the entry on line 21 is taken by the entry on line 20 "
         "(narrow that pattern, or put the narrower entry first)"),
        ("['Titel: Budget']}", "['Titel: Budget']}\n  date: [{pattern: (?P<value>b), examples: [b]}, "
         "{pattern: (?P<value>ab), examples: [ab]}]",
         "10: example 'ab' of the entry on line 10 is taken by the entry on line 10 "
         "(narrow that pattern, or put the narrower entry first)"),
        ("    - {name: sector", "    - {name: other, pattern: '(?P<value>:)', examples: [':']}\n    - {name: sector",
         "16: example 'Sektor: 1.20' of the entry on line 16 is taken by the entry on line 15 "
         "(narrow that pattern, or put the narrower entry first)"),
    ],
)  # fmt: skip
def test_examples_both_ways_in_a_rule(tmp_path: Path, old: str, new: str, expected: str | None) -> None:
    rules = folder(tmp_path, swap(RULE, old, new))
    assert checked(rules) == ([f"rules/msb.yaml:{expected}"] if expected else [])


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        # Another number of the example may be read by another entry; the one in question may not.
        ("[5. maj]", "[5. maj, 5. maj 2024]", None),
        ("examples: ['2024']", "examples: ['2024', 'den 5. maj 2024']", None),
        ("[5. maj]", "[2024. maj]", None),
        ("'20\\d\\d'", "'\\d+|1 2024. maj'", None),
        ("examples: ['2024']", "examples: ['2024. maj']",
         "9: example '2024. maj' of the entry on line 9 is taken by the entry on line 8 "
         "(narrow that pattern, or put the narrower entry first)"),
        ("abbreviations:", "  - {status: code, pattern: '4S', examples: ['4S', '5. maj 2024S']}\nabbreviations:",
         "10: example '5. maj 2024S' of the entry on line 10 is taken by the entry on line 9 "
         "(narrow that pattern, or put the narrower entry first)"),
        # A later entry wins where it finds something further left.
        ("'20\\d\\d'", "'2 5|20\\d\\d'", None),
        ("[5. maj]", "[2 5. maj]", None),
        ("pattern: 'kr\\.', value: 1, examples: [kr.]", "pattern: 'o\\. kr', value: 1, examples: [o. kr, mio. kr]",
         "6: example 'mio. kr' of the entry on line 6 is taken by the entry on line 5 "
         "(narrow that pattern, or put the narrower entry first)"),
    ],
)  # fmt: skip
def test_examples_both_ways_in_a_language(tmp_path: Path, old: str, new: str, expected: str | None) -> None:
    rules = folder(tmp_path, RULE, swap(LANGUAGE, old, new))
    assert checked(rules) == ([f"rules/shared/dansk.yaml:{expected}"] if expected else [])


def test_a_later_entry_that_begins_further_left_takes_the_example(tmp_path: Path) -> None:
    language = swap(swap(LANGUAGE, "'20\\d\\d'", "'1 5|20\\d\\d'"), "[5. maj]", "[5. maj, 1 5. maj]")
    assert checked(folder(tmp_path, RULE, language)) == [
        "rules/shared/dansk.yaml:8: example '1 5. maj' of the entry on line 8 is taken by the entry on line 9 "
        "(narrow that pattern, or put the narrower entry first)"
    ]


@pytest.mark.parametrize(
    ("pattern", "example"),
    [
        ("(a+)+$", "aa"),
        ("(a|a)*$", "aa"),
        ("^Sektor: (?:\\w|\\w\\w)*;$", "Sektor: drift;"),
        ("(?:\\w{3,}\\s?)+$", "drift og mere"),
        ("(?:\\d|\\d\\d)+ kroner", "1234 kroner"),
    ],
)
def test_a_pattern_that_runs_away_is_told_quickly(tmp_path: Path, pattern: str, example: str) -> None:
    """With the line of the pattern, also in a list whose other entries are tried on its examples."""
    added = f"      - pattern: '{pattern}'\n        examples: ['{example}']\n        kind: item\n"
    rules = folder(tmp_path, swap(RULE, "    sums:\n", added + "    sums:\n"))
    started = process_time()
    (problem,) = checked(rules)
    assert process_time() - started < 30  # by itself it would take longer than anyone waits
    assert problem.startswith("rules/msb.yaml:25: the pattern runs away on ")
    assert problem.endswith("(rewrite it without nested repetition)")


def test_mistakes_and_failed_examples_are_told_together(tmp_path: Path) -> None:
    """The files without mistakes are put to the test although another file has some."""
    rules = folder(tmp_path, swap(RULE, "[I alt]", "[Ialt]"))
    (rules / "other.yaml").write_text(swap(RULE, "id: msb", "id: x\nidd: y"), encoding="utf-8")
    assert checked(rules) == [
        "rules/msb.yaml:23: example 'Ialt' is not found by its own pattern",
        "rules/other.yaml:3: unknown key 'idd' (did you mean 'id'?)",
    ]


def test_the_rules_of_this_repository_pass() -> None:
    assert check_rules(REPOSITORY / "rules") == []


# --- for editors ----------------------------------------------------------------------------------------------


def test_the_schema_allows_what_may_be_written(tmp_path: Path) -> None:
    """One capture without a list, numbers as examples; and no unknown keys."""
    schema = rule_schema()
    definitions = schema["$defs"]
    assert isinstance(definitions, dict)
    title = definitions["DocumentRule"]["properties"]["title"]
    assert [option.get("$ref", option.get("type")) for option in title["anyOf"]] == ["#/$defs/Capture", "array"]
    assert definitions["Matcher"]["properties"]["examples"]["items"] == {"type": ["string", "number"]}
    assert schema["additionalProperties"] is False
    assert all(d["additionalProperties"] is False for d in definitions.values())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [("value: 1000,", "value: 0,", "'value' must be a larger number, not '0'"),
     ("value: 1000,", "value: -5,", "'value' must be a larger number, not '-5'"),
     ("value: 1000,", "value: 1e400,", "'value' must be a smaller number, not '1e400'"),
     ("group: '.'", "group: ','", "`decimal` and `group` are both ',': no number could be read")],
)  # fmt: skip
def test_a_language_in_which_no_number_could_be_read(old: str, new: str, said: str, tmp_path: Path) -> None:
    text = (REPOSITORY / "rules/shared/danish.yaml").read_text("utf-8")
    assert old in text
    problems = told(folder(tmp_path, RULE, text.replace(old, new, 1)))
    assert any(said in line for line in problems), problems
