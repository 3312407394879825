"""A document -> a proposed rule for its layout, commented, with examples from its pages, tried before it is shown.

What is a guess stands below a line that begins with `# ?`. Of the readings that are possible the one is proposed under
which most sums close: the rule is built and the document read with it in memory. What would fail `rules check` is left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline.draft.attempt import Tried, attempt, column_equations, enumerator, enumerator_of, rows_of
from pipeline.draft.columns import unit_in
from pipeline.draft.kinds import KindGuess, guess_kinds
from pipeline.draft.left import left_over, running_lines
from pipeline.draft.mend import mend
from pipeline.draft.patterns import listed
from pipeline.draft.rows import guess_rows, is_staffing
from pipeline.draft.units import Units, find_units, unit_doubts
from pipeline.draft.words import Words, best_language, find_words, fits_language
from pipeline.draft.write import remark, write
from pipeline.model import Page, RawLine, Table
from pipeline.parse.headings import choose
from pipeline.parse.walk import PlacedTable
from pipeline.rules.language import Language
from pipeline.rules.schema import Rule, TableRule

_KINDS = 6  # kinds of tables in one draft; a document with more needs a person first
_Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Draft:
    """A proposed rule: its text, and what it made of the document."""

    id: str
    text: str
    tried: Tried
    questions: int


class _Drafter:
    """One draft on its way: the rule as data and the remarks beside it."""

    def __init__(self, pages: Sequence[Page], tables: Sequence[Table], language: Language, words: Words, units: Units,
                 id: str) -> None:  # fmt: skip
        self.pages, self.tables, self.language, self.words, self.units = pages, tables, language, words, units
        self.remarks: dict[str, list[str]] = defaultdict(list)
        kinds, self.doubts = guess_kinds(pages, tables, language)
        largest = sorted(kinds, key=lambda k: -sum(len(t.rows) * len(t.columns) for t in k.tables))[:_KINDS]
        self.kinds = [k for k in kinds if k in largest]
        self.left = sorted({t.page for k in kinds if k not in largest for t in k.tables})
        self.data = self._frame(id)
        self._order()

    def _order(self) -> None:
        """Put the entries so that each table is read by the one that was made for it, where any order does that."""
        for _ in self.kinds:
            entries = [TableRule.model_validate(_entry(k, n)) for n, k in enumerate(self.kinds)]
            rule = Rule.model_validate({**self.data, "tables": entries})
            for n, kind in enumerate(self.kinds):
                read = [choose(rule, PlacedTable(t, None, None)) for t in kind.tables]
                before = [k for r in read if r and (k := entries.index(r[0])) < n]
                if before and not (kind.label is None and self.kinds[before[0]].label):
                    self.kinds.insert(before[0], self.kinds.pop(n))
                    break
            else:
                return

    def ask(self, place: str, text: str) -> None:
        self.remarks[place].append(remark(text, ask=True))

    def tell(self, place: str, text: str) -> None:
        self.remarks[place].append(remark(text))

    def _frame(self, id: str) -> _Data:
        """All but the tables."""
        w = self.words
        document: _Data = {"kind": w.kind, "stage": w.stage}
        for name in ("title", "municipality", "department", "budget_year", "date"):
            if found := w.captures.get(name):
                document[name] = [found.as_data()]
                if found.doubt:
                    self.ask(f"document.{name}", f"page {found.page}: {found.doubt}")
        currency = self._currency()
        money: _Data = ({"currency": currency} if currency != "DKK" else {}) | {"saving": "none"}
        self.ask("document", "kind and stage (draft, hearing, adopted, followup, unknown)")
        captions = [{"pattern": c.pattern, "examples": [c.example]} for c in self.units.captions]
        return {
            "id": id, "title": w.title or id, "language": self.language.language,
            "recognise": [f.as_data() for f in w.recognise], "document": document, "money": money,
            "captions": captions, "tables": [], "ignore": [],
        }  # fmt: skip

    def _currency(self) -> str:
        """The currency of the first unit over a table; else the language's own."""
        headings = (h for kind in self.kinds for column in kind.columns for h in column.examples)
        over = [*(c.example for c in self.units.captions), *headings]
        found = next(filter(None, (unit_in(text, self.language) for text in over)), None)
        return (found[0] if found else self.language.units[0]).currency

    def run(self) -> Tried:
        for n, kind in enumerate(self.kinds):
            self.data["tables"].append(self._table(kind, n))
        tried = self.tried()
        for n in range(len(self.kinds)) if self.words.saves else ():
            self._proposals(n, tried)
        tried = self._unit(self.tried())
        for n in range(len(self.kinds)):
            tried = self._sums(n, tried)
        self._money(tried)
        tried = self._ignores(self.tried())
        self._units(tried)
        self._notes(tried)
        return tried

    def tried(self) -> Tried:
        return attempt(self.data, self.pages, self.tables, self.language)

    def _table(self, kind: KindGuess, n: int) -> _Data:
        saves = self.words.saves
        table = _entry(kind, n)
        if saves:
            table["kind"] = "overview"
            table["phase"] = "proposal"
        elif _counts(table["columns"]):
            table["counted"] = True
            self.ask(f"tables.{n}.counted", "do its items count in sums over the dataset? not where another table has them too")
        dated = any("(?P<year>" in c.pattern for c in kind.columns)
        if not dated and "budget_year" in self.words.captures:
            for c, guess in zip(table["columns"], kind.columns, strict=True):
                if guess.figures:
                    c["budget_year_plus"] = 0
            self.ask(f"tables.{n}.columns", "the headings name no year: are the figures of the budget year?")
        elif not dated:
            self.ask(f"tables.{n}.columns", "the headings name no year, and none was found in the text: these figures have no year, "
                     "and count nowhere. Give `document` a `budget_year`, and the columns `budget_year_plus: 0`")  # fmt: skip
        pages = list(dict.fromkeys(t.page for t in kind.tables))
        shown = ", ".join(map(str, pages[:8])) + (" …" if len(pages) > 8 else "")
        one = "1 table" if len(kind.tables) == 1 else f"{len(kind.tables)} tables"
        self.tell(f"tables.{n}", f"{one} with these columns, page{'s' if len(pages) > 1 else ''} {shown}")
        if len(kind.tables) > 1:
            self.ask(f"tables.{n}", "where one of them sums up the others, give it an entry of its own (`label`, `where`, `sections`)")
        for doubt in dict.fromkeys(kind.doubts):
            self.ask(f"tables.{n}", doubt)
        for c, guess in enumerate(kind.columns):
            phase = dict(guess.said).get("phase")
            if guess.doubt:
                self.ask(f"tables.{n}.columns.{c}", guess.doubt)
            elif phase:
                self.ask(f"tables.{n}.columns.{c}", f"phase {phase}?")
        return table

    def _proposals(self, n: int, tried: Tried) -> None:
        """What names the proposals of a table of savings: the number before each label, or what stands in a column of codes."""
        name = self.data["tables"][n]["name"]
        own = [ln for ln in tried.lines if ln.table_rule == name and not is_staffing(ln.label, self.language.draft)]
        if codes := enumerator([ln.label for ln in own]):
            self.tell(f"tables.{n}.enumerator", "the number before the label names the proposal")
        elif codes := self._column_of_proposals(n, own):
            self.ask(f"tables.{n}.enumerator", "what stands before the label names the proposal? else let its column be an attribute")
        if codes:
            self.data["tables"][n] |= {"enumerator": codes, "kind": "overview"}
            self.data["tables"][n].pop("counted", None)

    def _column_of_proposals(self, n: int, lines: Sequence[RawLine]) -> _Data | None:
        """The enumerator for what stands in a column of codes, each before another label; the column is a part of the label then."""
        kind, table = self.kinds[n], self.data["tables"][n]
        own = [c for c in kind.columns if ("attribute", "account") in c.said]
        rows = {(ln.table_id, ln.row): (code, ln.label) for ln in lines if (code := dict(ln.attributes).get("account"))}
        by_code = dict(rows.values())
        codes = enumerator_of(by_code)
        if len(own) != 1 or codes is None or len(by_code) < len(rows):
            return None
        self.kinds[n] = replace(kind, columns=[c for c in kind.columns if c is not own[0]], headings=list(own[0].examples),
                                label=kind.label and own[0].pattern)  # fmt: skip
        self.data["tables"][n] = {**_entry(self.kinds[n], n), "enumerator": codes}
        read = {ln.row for ln in self.tried().lines if ln.table_rule == table["name"] and ln.proposal_code in by_code}
        if len(read) < len({row for _, row in rows}):
            self.kinds[n], self.data["tables"][n] = kind, table
            return None
        for place in [p for p in self.remarks if f"{p}.".startswith(f"tables.{n}.")]:
            del self.remarks[place]
        self.data["tables"][n] = self._table(self.kinds[n], n)
        return codes

    def _sums(self, n: int, before: Tried) -> Tried:
        """Row kinds and sums of one table rule: of what may be, that under which most sums close."""
        table = self.data["tables"][n]
        name = table["name"]
        aside = self.kinds[n].aside
        rows = [[r for r in own if r.label not in aside] for own in rows_of(before.lines, name, self.tables)]
        own_units: list[_Data] = []
        for said in dict.fromkeys(aside.values()):
            labels = [lb for lb in aside if aside[lb] == said]
            own_units.append({"kind": "item", said[0]: said[1], "pattern": listed(labels), "examples": labels[:3]})
        guesses = guess_rows(rows, self.language.draft)
        plain = [r for r in guesses[0].rows if r["kind"] not in ("total", "subtotal")]
        tries: list[tuple[Tried, _Data]] = []
        for some, sums in [*((g.rows, g.sums) for g in guesses), (plain, [])]:
            table |= {"rows": [*own_units, *some], "sums": sums}
            tries.append((self.tried(), {k: table[k] for k in ("rows", "sums")}))
        best, chosen = max(tries, key=lambda t: t[0].score)  # of equal ones the first
        without = tries[-1][0]  # what holds without any sum of this table
        clean = [t for t in tries if t[0].violated < best.violated and (t[0].held - without.held) * 2 >= best.held - without.held]
        best, chosen = max(clean, key=lambda t: t[0].score, default=(best, chosen))  # fewer sums that hold are nearer the truth
        table |= chosen
        for key in [k for k in chosen if not chosen[k]]:
            del table[key]
        best = self._column_sums(n, table, best)
        if table.get("sums"):
            own = [ln for ln in best.lines if ln.table_rule == name]
            closing = len({(ln.table_id, ln.row) for ln in own if ln.row_kind in ("subtotal", "total")})
            self.tell(f"tables.{n}.sums", f"chosen so that sums close, over {closing} closing rows")
        else:
            so = "its totals, if it has any, count as items" if table.get("column_sums") else "nothing proves these figures"
            self.ask(f"tables.{n}.columns", f"no row is the sum of others: {so}")
        return best

    def _column_sums(self, n: int, table: _Data, before: Tried) -> Tried:
        """Equations between the columns, where one is always the sum or the difference of others."""
        found, names = column_equations(before.lines, table)
        if not found:
            return before
        for place, name in names.items():
            table["columns"][place]["name"] = name
        table["column_sums"] = [{"equation": e} for e in found]
        after = self.tried()
        if after.score >= before.score:
            return after
        for place in names:
            del table["columns"][place]["name"]
        del table["column_sums"]
        return before

    def _unit(self, tried: Tried) -> Tried:
        """A unit for the tables that no caption speaks of: a guess, whatever it is made from."""
        if not any(n.check == "unit-missing" for n in tried.notes):
            return tried
        self.data["money"]["unit"] = self.units.guess
        self.ask("money", f"no line over a table names its unit: {self.units.guess!r} is a guess; {self.units.why}")
        return self.tried()

    def _units(self, tried: Tried) -> None:
        """Tables that take their unit from far away, or whose figures are in two."""
        place = {t["name"]: n for n, t in enumerate(self.data["tables"])}
        for name, text in unit_doubts(self.tables, tried.lines, self.units, "unit" in self.data["money"]):
            self.ask(f"tables.{place[name]}", text)

    def _money(self, tried: Tried) -> None:
        """Which sign means saving."""
        money = self.data["money"]
        own = [ln for ln in tried.lines if ln.measure == "net" and ln.row_kind in ("total", "item")]
        totals = [ln for ln in own if ln.row_kind == "total"] or own
        less = sum(ln.number.value < 0 for ln in totals) * 2 > len(totals)
        if self.words.saves and totals:
            money["saving"] = "negative" if less else "positive"
            self.ask("money", f"a saving is printed {money['saving']}? The words speak of savings; most sums are so")
        else:
            self.ask("money", "`none`: the figures are no savings. Else `positive` or `negative`, as a saving is printed")
        staff = [ln for ln in tried.lines if ln.row_kind == "staffing"]
        if staff:
            fewer = self.words.saves and not less and sum(ln.number.value > 0 for ln in staff) * 2 > len(staff)
            money["positions"] = "fewer" if fewer else "more"
            self.ask("money", f"a positive staffing figure means {money['positions']} positions?")

    def _ignores(self, tried: Tried) -> Tried:
        """Entries for the heads and feet of pages that hold a number."""
        found = running_lines(tried, self.pages)
        self.data["ignore"] += [
            {"pattern": f.pattern, "reason": "head or foot of the page", "line": True, "examples": [f.example]} for f in found
        ]  # fmt: skip
        return self.tried() if found else tried

    def _notes(self, tried: Tried) -> None:
        """What is left to a person, at the end of the rule; where its patterns were found."""
        unread = {(n.page, n.box.top) for n in tried.notes if n.check == "table-without-rule" and n.box}
        read = {t for t in self.tables if (t.page, t.top) not in unread}
        doubts = [text for table, text in self.doubts if table not in read or "column" in text]
        if self.left:
            doubts.append(f"smaller tables of other kinds have no entry, pages {self.left}")
        for text in left_over(tried, self.pages, [*self.words.doubts, *doubts]):
            self.ask("end", text)
        if len(self.data["tables"]) > 1:
            self.tell("tables", "the first entry that fits a table reads it: narrow ones come first")
        for name, found in (("captions", self.units.captions), ("recognise", self.words.recognise)):
            where = list(dict.fromkeys(str(f.page) for f in found))
            if where:
                self.tell(name, f"found on page{'s' if len(where) > 1 else ''} {', '.join(where)}")


def _entry(kind: KindGuess, n: int) -> _Data:
    """The entry that reads the tables of a kind, without its rows."""
    table: _Data = {"name": "main" if not n else f"table_{n + 1}", "kind": "other"}
    if kind.label:
        table["label"] = {"pattern": kind.label, "examples": list(dict.fromkeys(kind.headings))[:3]}
    return {**table, "columns": kind.as_columns()}


def draft(pages: Sequence[Page], tables: Sequence[Table], languages: Mapping[str, Language],
          others: Sequence[Sequence[str]], id: str, name: str) -> Draft:  # fmt: skip
    """Propose a rule called `id` for the document `name`; `others` are the texts of the documents it must not fit."""
    language = best_language(pages, tables, languages)
    words = find_words(pages, tables, language, others)
    drafter = _Drafter(pages, tables, language, words, find_units(pages, tables, language), id)
    tried = drafter.run()
    if left_out := mend(drafter.data, drafter.remarks):
        for what in left_out:
            drafter.ask("end", f"left out, for it would fail `rules check`: an entry of {what}")
        tried = drafter.tried()
    if not fits_language(pages, language, languages):
        drafter.ask("language", "no language file fits the words of the document, this one is the nearest: its units, currency and "
                    "words are guesses; CONTRIBUTING.md shows how to make one in rules/shared")  # fmt: skip
    elif len(languages) > 1:
        drafter.tell("language", "by its words and its way to write numbers")
    data = {k: v for k, v in drafter.data.items() if v not in ([], None)}
    of = tried.held + tried.violated
    head = [
        remark(f"Drafted by `afstem rules draft` from {name} ({len(pages)} page{'s' if len(pages) > 1 else ''}): "
               f"{len(tried.lines)} figures, {tried.held} of {of} sums hold, {len(tried.left)} numbers unexplained."),
        remark("Lines that begin with `# ?` are guesses or gaps: look at the page, correct, take the line away."),
    ]  # fmt: skip
    if not tables:
        drafter.ask("end", "it has no tables: amounts are taken from the text; `restates` ties them to a table figure elsewhere")
    text = write(data, head, drafter.remarks)
    return Draft(id, text, tried, text.count("# ? "))


def _counts(columns: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the columns of a table may count: of costs and revenue alone their net would, which none of them prints."""
    measures = {c.get("measure", "net") for c in columns if not c.get("attribute") and not c.get("ignore")}
    return "net" in measures or not {"expenditure", "income"} <= measures
