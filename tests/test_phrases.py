"""What becomes of the numbers of a sentence: an amount with its exact print, what a language calls something else, or told."""

from __future__ import annotations

import time
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

import pytest

from pipeline.model import Line, Page, TextAmount, Word
from pipeline.parse.amounts import find_amounts, read_amounts, sentence_ends
from pipeline.parse.ledger import keep_ledger
from pipeline.parse.stream import Paragraph, Spot
from pipeline.rules import RuleSet
from pipeline.rules.language import Language
from pipeline.rules.patterns import PatternTimeout
from pipeline.rules.schema import Rule
from tests.test_checks import reconciled
from tests.test_relations import catalogue


def sheet(text: str, top: float = 400.0) -> Page:
    """A page of one line."""
    words, x = [], 50.0
    for w in text.split(" "):
        words.append(Word(w, x, top, x + 5 * len(w), top + 10, 10.0, False))
        x = words[-1].x1 + 2.8
    return Page(1, 595.0, 842.0, (Line(text, tuple(words), 50.0, top, words[-1].x1, top + 10),), ())


def told(text: str, rules: RuleSet, language: str = "danish", top: float = 400.0) -> tuple[list[TextAmount], dict[str, str]]:
    """The amounts of a paragraph, and the status of each word with a digit."""
    return told_in(rules.languages[language], text, rules, top)


def told_in(language: Language, text: str, rules: RuleSet, top: float = 400.0) -> tuple[list[TextAmount], dict[str, str]]:
    page = sheet(text, top)
    paragraph = Paragraph("prose", None)
    paragraph.add(Spot(1, 0, page.lines[0], 99.0))
    rule: Rule = next(r for r in rules.rules if r.id == "letter")
    amounts, claims = read_amounts([page], [paragraph], rule, language)
    tokens = keep_ledger([page], [paragraph], claims, rule, language)
    return amounts, {t.text: t.status for t in tokens}


def prints(amounts: Sequence[TextAmount]) -> list[tuple[str, Decimal, bool]]:
    return [(a.printed, a.number.value * a.unit, a.approximate) for a in amounts]


RANGES = {
    "danish": ["3-4 mio. kr.", "3 - 4 mio. kr.", "3–4 mio. kr.", "3 -4 mio. kr.", "3 til 4 mio. kr.", "mellem 3 og 4 mio. kr.",
               "mellem 3 mio. kr. og 4 mio. kr.", "3 mio. kr. - 4 mio. kr.", "kr. 3-4 mio."],
    "swedish": ["3-4 mkr", "3 till 4 mkr", "mellan 3 och 4 mkr", "mellan 3 mkr och 4 mkr"],
    "norwegian": ["3-4 mill. kroner", "3 til 4 mill. kr", "mellom 3 og 4 mill. kr"],
    "german": ["3-4 Mio. €", "3 bis 4 Mio. €", "zwischen 3 und 4 Mio. €", "€ 3–4 Mio."],
    "english": ["£3-4 million", "£3 to £4 million", "between £3 and £4 million", "between £3m and £4m"],
}  # fmt: skip


@pytest.mark.parametrize(("language", "printed"), [(n, p) for n, ps in RANGES.items() for p in ps])
def test_the_ends_of_a_range_are_two_amounts_and_approximate(language: str, printed: str, rules: RuleSet) -> None:
    """The dash of a range is no sign, and its first number is no count."""
    amounts, statuses = told(f"X {printed} Y", rules, language)
    assert [(a.number.value * a.unit, a.approximate, a.rises) for a in amounts] == [
        (3_000_000, True, "least"), (4_000_000, True, "most"),
    ]  # fmt: skip
    assert set(statuses.values()) == {"amount"}


@pytest.mark.parametrize(
    ("text", "value"),
    [("Effekten er -4 mio. kr.", -4), ("-4 mio. kr.", -4), ("(-4 mio. kr.)", -4), ("I 2024 -4 mio. kr.", -4),
     ("Tema 5 – 4 mio. kr. i alt", 4), ("I 2024 – 4 mio. kr. i alt", 4), ("Rammen 2024-4 mio. kr.", 4)],
)  # fmt: skip
def test_a_sign_is_told_from_the_dash_of_a_range(text: str, value: int, rules: RuleSet) -> None:
    """After a word or a bracket it is a sign; numbers that do not rise are no range."""
    amounts, _ = told(text, rules)
    assert prints(amounts) == [(f"{value} mio.", Decimal(value * 1_000_000), False)]


def test_a_range_that_rises_to_another_has_four_ends(rules: RuleSet) -> None:
    """All borrow the one unit; years are no ends, and a number of four digits may be one."""
    amounts, statuses = told("Det giver 3-4 i 2024 stigende til 5-6 mio. kr. i 2027.", rules)
    assert [a.number.value for a in amounts] == [3, 4, 5, 6] and {a.rises for a in amounts} == {"least", "most"}
    assert statuses["3-4"] == statuses["5-6"] == "amount"
    assert [a.rises for a in told("De koster 2000-3000 kr. hver", rules)[0]] == ["least", "most"]
    assert told("Priserne for 2024-2027 kr.", rules)[0][0].rises == ""


def test_the_ends_of_a_range_restate_nothing(rules: RuleSet) -> None:
    """A figure inside it, or at its end, is neither verified nor contradicted by it."""
    for text in ("Der spares 3-4 mio. kr. i 2024.", "Der spares mellem 3 og 4 mio. kr. i 2024 og yderligere 1,0 mio. kr. i 2025."):
        done = reconciled(catalogue((-4000, -4000, -5000, -5000), text), rules)
        assert not done.ties and not [f for f in done.findings if f.severity == "error"]
        assert set(done.amount_verdicts.values()) == {"unverifiable"}


@pytest.mark.parametrize(
    ("text", "years"),
    [("I 2024 spares 2,4 mio. kr., i 2025 2,9 mio. kr.", [2024, 2025]),
     ("Forslaget sparer i 2024 2,4 mio. kr. og i 2025 2,9 mio. kr.", [2024, 2025]),
     ("Der spares 2,4 mio. kr. i 2024, 2,9 mio. kr. i 2025 og 3,1 mio. kr. i 2026.", [2024, 2025, 2026]),
     ("Budgettet for 2024 er 10 mio. kr., heraf kommer fra 2023 ca. 2 mio. kr.", [2024, 2023]),
     ("Der spares 2,4 mio. kr. i 2024, og fra 2025 2,9 mio. kr.", [2024, 2025]),
     ("I 2024 spares 2,4 mio. kr., som stiger til 2,9 mio. kr. i 2025.", [2024, 2025])],
)  # fmt: skip
def test_a_year_dates_the_amount_that_it_stands_beside(text: str, years: list[int], rules: RuleSet) -> None:
    assert [a.years for a in told(text, rules)[0]] == [(year,) for year in years]


STATUSES = {
    "danish": {
        "-150": ["unclaimed"], "150": ["unclaimed"], "150.": ["unclaimed"], "12.500": ["unclaimed"], "12/15": ["unclaimed"],
        "-150 Forslaget sparer penge": ["unclaimed"],
        "Der er 12½ mio. kr. til bus": ["unclaimed"], "Der er 1½ time til pause": ["count"],
        "Det koster 12.500 euro om året": ["unclaimed"], "Prisen er EUR 70.000 i alt": ["unclaimed"],
        "Prisen er EUR70.000 i alt": ["unclaimed"], "Det koster 2400 Euro og $ 5": ["unclaimed", "unclaimed"],
        "Beløbet 1.250 dækkes af puljen": ["unclaimed"], "et beløb på 1.250 til drift": ["unclaimed"],
        "henholdsvis 2,4 og 2,9 mio. kr.": ["unclaimed", "amount"], "2,4 i 2024 og 2,9 mio. kr.": ["unclaimed", "year", "amount"],
        "fra 2,4 til 2,9 mio. kr.": ["amount", "amount"], "mellem 5 og 10 mio. kr.": ["amount", "amount"],
        "afsat 1.250 i 2024": ["unclaimed", "year"], "stiger med 2,4 fra 2025": ["unclaimed", "year"],
        "Idræt B 63.061": ["unclaimed"], "Pulje D 39.211": ["unclaimed"],
        "i B 25 og B2026": ["year", "year"], "den 11. i 2024": ["date", "year"],
        "Beløb 2024 og 2025": ["year", "year"], "I 2024 og 2,9 mio. kr.": ["year", "amount"],
        "Bilag 3 og 2,9 mio. kr.": ["enumeration", "amount"],
        "36 terapeuter og 2.400 borgere": ["count", "count"], "de 0,5 medarbejdere": ["count"], "i stedet for 100.": ["count"],
        "mellem 5 og 10 borgere": ["count", "count"], "en nedgang på -2 stillinger": ["count"], "0,5-1 stilling": ["count"],
        "5 borgere og 2,9 mio. kr.": ["count", "amount"], "de 5 i gruppen": ["count"],
        "8260 Viby J.": ["address"], "Side 3": ["page_number"], "Side 3 af 12": ["page_number"] * 2,
    },
    "swedish": {
        "-150": ["unclaimed"], "Det kostar 12 500 euro": ["unclaimed", "unclaimed"], "Beloppet 1 250 täcks": ["unclaimed"] * 2,
        "2,4 och 2,9 mkr": ["unclaimed", "amount"], "mellan 5 och 10 mkr": ["amount"] * 2, "2 400 elever": ["count"] * 2,
        "36 lärare": ["count"], "Sida 1 av 2": ["page_number"] * 2, "avsatt 1 250 för 2024": ["unclaimed", "unclaimed", "year"],
    },
    "norwegian": {
        "-150": ["unclaimed"], "Det koster 12 500 euro": ["unclaimed", "unclaimed"], "Beløpet 1 250 dekkes": ["unclaimed"] * 2,
        "2,4 og 2,9 mill. kr": ["unclaimed", "amount"], "mellom 5 og 10 mill. kr": ["amount"] * 2, "2 400 elever": ["count"] * 2,
        "36 lærere": ["count"], "Side 1 av 2": ["page_number"] * 2,
    },
    "german": {
        "-150": ["unclaimed"], "Es kostet 12.500 Franken": ["unclaimed"], "CHF 70.000 im Jahr": ["unclaimed"],
        "Der Betrag 1.250 wird gedeckt": ["unclaimed"], "2,4 und 2,9 Mio. €": ["unclaimed", "amount"],
        "zwischen 5 und 10 Mio. €": ["amount"] * 2, "2.400 Schüler": ["count"], "36 Stellen": ["count"], "Seite 3": ["page_number"],
    },
    "english": {
        "-150": ["unclaimed"], "It costs 12,500 euros": ["unclaimed"], "EUR 70,000 a year": ["unclaimed"],
        "The amount 1,250 is met": ["unclaimed"], "2.4 and 2.9 million": ["unclaimed", "amount"],
        "between 5 and 10 million": ["amount"] * 2, "2,400 pupils": ["count"], "36 posts": ["count"], "Page 3": ["page_number"],
    },
}  # fmt: skip


@pytest.mark.parametrize(("language", "text"), [(n, t) for n, ts in STATUSES.items() for t in ts])
def test_what_a_language_says_of_the_numbers_of_a_phrase(language: str, text: str, rules: RuleSet) -> None:
    """No money passes for a count, and a number that stands apart for a page number: it is told."""
    _, statuses = told(text, rules, language)
    assert list(statuses.values()) == STATUSES[language][text]


@pytest.mark.parametrize("text", ["4", "- 4 -", "4 / 12", "4 af 12"])
def test_a_lone_number_is_a_page_number_only_in_the_margin(text: str, rules: RuleSet) -> None:
    """At the foot of the page, and not below a table; a number with a minus nowhere."""
    assert set(told(text, rules, top=810.0)[1].values()) == {"page_number"}
    assert set(told(text, rules, top=400.0)[1].values()) <= {"unclaimed", "count"} - ({"count"} if text != "4 af 12" else set())
    assert set(told("-150", rules, top=810.0)[1].values()) == {"unclaimed"}


PRINTS = [
    ("danish", "Der er kr. 2.400.000 til drift.", [("kr. 2.400.000", 2_400_000)]),
    ("danish", "Der er DKK 500.000.", [("DKK 500.000", 500_000)]),
    ("danish", "Der er kr. 2,5 mio. til drift", [("kr. 2,5 mio.", 2_500_000)]),
    ("danish", "Der er 17,7 mio. kr. i alt", [("17,7 mio.", 17_700_000)]),
    ("danish", "Der er 12'500 kr. i alt", [("12'500 kr.", 12_500)]),
    ("danish", "Det hedder '500 kr.' i alt", [("500 kr.", 500)]),
    ("german", "Es sind 12’500 € im Jahr", [("12’500 €", 12_500)]),
    ("swiss", "Es sind 1’012’500 CHF im Jahr", [("1’012’500 CHF", 1_012_500)]),
    ("swiss", "Es sind CHF 12'500.50 im Jahr", [("CHF 12'500.50", Decimal("12500.50"))]),
    ("swiss", "Es sind CHF 2.5 Mio. im Jahr", [("CHF 2.5 Mio.", 2_500_000)]),
    ("danish", "Beløb i mio. kr. 5 skoler", []),
    ("danish", "Der er 2.400 kroner 3 gange", [("2.400 kroner", 2_400)]),
    ("german", "Es kostet € 146.000.", [("€ 146.000", 146_000)]),
    ("german", "Es kostet EUR 70.000 im Jahr", [("EUR 70.000", 70_000)]),
    ("german", "Es kostet 146.000 €.", [("146.000 €", 146_000)]),
    ("german", "Es kostet TEUR 70 im Jahr", [("TEUR 70", 70_000)]),
    ("german", "Es kostet € 1,2 Mio. im Jahr", [("€ 1,2 Mio.", 1_200_000)]),
    ("german", "Es kostet 1,2 Mio. € im Jahr", [("1,2 Mio.", 1_200_000)]),
    ("english", "It costs £146,000.", [("£146,000", 146_000)]),
    ("english", "It costs £1.2 million, or £3m.", [("£1.2 million", 1_200_000), ("£3m", 3_000_000)]),
    ("english", "It costs £1.234x a year", []),
    ("norwegian", "Det koster kr 70 000 i året", [("kr 70 000", 70_000)]),
    ("norwegian", "Det koster NOK 70 000.", [("NOK 70 000", 70_000)]),
    ("swedish", "Det kostar SEK 70 000.", [("SEK 70 000", 70_000)]),
    ("swedish", "Det kostar 70 000 kronor.", [("70 000 kronor", 70_000)]),
]


@pytest.mark.parametrize(("language", "text", "wanted"), PRINTS)
def test_an_amount_is_printed_as_it_stands(language: str, text: str, wanted: list[tuple[str, int | Decimal]], rules: RuleSet) -> None:
    """With its currency before or after the number; of a magnitude the currency after it is left out."""
    amounts, _ = told(text, rules, language)
    assert prints(amounts) == [(p, Decimal(v), False) for p, v in wanted]
    assert all(a.printed in text and a.unit_borrowed is None for a in amounts)


def test_a_borrowed_unit_is_kept_apart(rules: RuleSet) -> None:
    """The print of a number without a unit has none."""
    first, second = told("Det giver 3,5 i 2024 stigende til 4,0 mio. kr. i 2027.", rules)[0]
    assert (first.printed, first.unit_borrowed, first.rises, first.number.value * first.unit) == ("3,5", "mio.", "from", 3_500_000)
    assert (second.printed, second.unit_borrowed, second.rises) == ("4,0 mio.", None, "to")
    low, high = told("Det koster kr. 500-600 hver", rules)[0]
    assert [(a.printed, a.unit_borrowed) for a in (low, high)] == [("kr. 500", None), ("600", "kr.")]


ENDS_OF_SENTENCES = [
    ("danish", "Det koster 5 kr. Resten er sparet.", ["Det koster 5 kr. ", "Resten er sparet."]),
    ("danish", "Det koster 5 mio. Kr. i alt", ["Det koster 5 mio. Kr. i alt"]),
    ("danish", "Det er 5 pct. Resten er sparet.", ["Det er 5 pct. ", "Resten er sparet."]),
    ("danish", "Det er bl.a. Resten", ["Det er bl.a. Resten"]),
    ("swedish", "Det kostar 5 kr. Kraven är nya.", ["Det kostar 5 kr. ", "Kraven är nya."]),
    ("norwegian", "Det koster 5 mill. Resten spares.", ["Det koster 5 mill. ", "Resten spares."]),
    ("german", "Es kostet 5 Mio. Euro im Jahr", ["Es kostet 5 Mio. Euro im Jahr"]),
    ("german", "Es kostet 5 Mio. Der Rest bleibt.", ["Es kostet 5 Mio. ", "Der Rest bleibt."]),
]


@pytest.mark.parametrize(("language", "text", "sentences"), ENDS_OF_SENTENCES)
def test_a_sentence_ends_after_an_amount_in_any_language(language: str, text: str, sentences: list[str], rules: RuleSet) -> None:
    """What ends an amount is what the language calls a unit or a percentage; its currency goes with it."""
    cuts = [0, *sentence_ends(text, rules.languages[language]), len(text)]
    assert [text[a:b] for a, b in pairwise(cuts) if b > a] == sentences


@pytest.mark.parametrize("text", ["1" * 3000, "1.1" * 1000, "123 " * 800, "1-" * 1500, "kr. " * 800, "mellem 5 mio. kr. " * 200])
def test_long_rows_of_digits_take_no_time(text: str, rules: RuleSet) -> None:
    """As a row of dots or a bar code may be: the time grows with the length of the text, in every language."""
    start = time.process_time()
    for language in rules.languages.values():
        find_amounts(text, language)
    assert time.process_time() - start < 20


def test_a_unit_that_runs_away_is_ended_and_named(rules: RuleSet) -> None:
    """Beside a number the pattern of a unit is tried in running text too, and within the same time."""
    danish = rules.languages["danish"]
    slow = danish.units[0].model_copy(update={"pattern": r"(?:\p{L}|\p{L}\p{L}|\s)+kroner"})
    language = danish.model_copy(update={"units": [slow, *danish.units[1:]]})
    with pytest.raises(PatternTimeout, match="the units of danish"):
        told_in(language, "Det koster 200 " + "ogsaavidere" * 8, rules)


FOREIGN = {
    "danish": ["2,5 mio. euro", "2,5 mio. (euro)", "2,5 mio. i euro",
               "2,5 mio. svenske kroner", "EUR 2,5 mio.", "2,5 mio. US-dollar", "€2,5 mio."],
    "swedish": ["2,5 miljoner euro", "2,5 miljoner danska kronor"],
    "norwegian": ["2,5 mill. euro", "2,5 millioner danske kroner"],
    "german": ["2,5 Mio. Franken", "2,5 Millionen Schweizer Franken", "2,5 Mio. US-Dollar"],
    "swiss": ["2.5 Mio. Euro", "EUR 2.5 Mio."],
    "english": ["$2.5 million", "2.5 million euros", "€2.5m"],
    "french": ["2,5 millions de dollars", "2,5 millions de francs suisses"],
    "dutch": ["2,5 miljoen dollar"],
    "italian": ["2,5 milioni di dollari"],
    "spanish": ["2,5 millones de dólares"],
    "polish": ["2,5 mln euro", "2,5 mln EUR"],
    "finnish": ["2,5 miljoonaa dollaria"],
}


@pytest.mark.parametrize(("language", "text"), [(name, text) for name, texts in FOREIGN.items() for text in texts])
def test_money_of_another_currency_is_told_and_never_taken_for_the_own(language: str, text: str, rules: RuleSet) -> None:
    amounts, statuses = told(text, rules, language)
    assert amounts == [] and set(statuses.values()) == {"unclaimed"}


def test_what_borrows_its_unit_from_foreign_money_is_foreign_too(rules: RuleSet) -> None:
    """And what has a currency of its own beside it is none."""
    amounts, statuses = told("3-4 mio. euro", rules)
    assert amounts == [] and set(statuses.values()) == {"unclaimed"}
    amounts, statuses = told("2 stigende til 3 mio. euro", rules)
    assert amounts == [] and set(statuses.values()) == {"unclaimed"}
    amounts, _ = told("Der er 2,5 mio. kr. EUR 70.000 og 3 mio. danske kroner", rules)
    assert [a.printed for a in amounts] == ["2,5 mio.", "3 mio."]


def test_a_language_without_a_list_of_currencies_knows_those_of_others(rules: RuleSet) -> None:
    """And none of them is foreign that its units are in."""
    short = rules.languages["dutch"].model_dump()
    del short["foreign"]
    language = Language.model_validate(short)
    assert [a.printed for a in told_in(language, "Dat kost 2,5 miljoen euro", rules)[0]]
    assert told_in(language, "Dat kost 2,5 miljoen dollar", rules)[0] == []
