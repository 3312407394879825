"""The workspace of a command: its dataset, its memory, and the documents and figures that people name."""

from __future__ import annotations

import difflib
import re
import shlex
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.commands.terminal import Misuse
from pipeline.present.findings import in_language

if TYPE_CHECKING:
    from pipeline.dataset.reading import Dataset
    from pipeline.model import Extraction
    from pipeline.revisions.state import Revision, State
    from pipeline.store import Store

Rows = list[dict[str, Any]]

_ID_START = re.compile(r"[0-9a-f]{1,16}")
_SHOWN = 10  # candidates told of a name that fits several


@dataclass(frozen=True)
class Workspace:
    """A folder with `raw/` and `rules/`. What is read of it is read once."""

    root: Path
    language: str = "en"  # of the sentences in findings

    @property
    def command(self) -> str:
        """How to call Afstem for this workspace, in this language."""
        where = "" if self.root == Path() else f" -w {shlex.quote(str(self.root))}"
        return "afstem" + where + ("" if self.language == "en" else f" --lang {self.language}")

    def check(self) -> None:
        """Raise `Misuse` where this is no workspace at all."""
        if not any((self.root / name).exists() for name in ("raw", "rules", ".afstem")):
            raise Misuse(
                f"{self.root.resolve()} is no workspace: it has neither raw/ nor rules/. Make one with "
                "`afstem init DIR`, or name one: afstem -w DIR …"
            )

    @cached_property
    def dataset(self) -> Dataset:
        """The dataset as it is now; every table is read from the same snapshot."""
        from pipeline.dataset.reading import open_dataset

        self.check()
        return open_dataset(self.root)

    @cached_property
    def store(self) -> Store:
        from pipeline.store import Store

        return Store(self.root)

    @cached_property
    def state(self) -> State:
        """The revisions that the log knows."""
        from pipeline.revisions.state import fold

        self.check()
        return fold(self.store.read_log())

    def extraction(self, revision: Revision | None) -> Extraction | None:
        """What the stages made of a revision, where it is still kept."""
        return self.store.get(revision.key) if revision and revision.key else None

    # --- rows

    def rows(self, table: str, column: str | None = None, value: object = None,
             columns: Sequence[str] | None = None) -> Rows:  # fmt: skip
        """Rows of a table, all or those in which a column has a value; with all columns or some."""
        found = self.dataset.arrow(table)
        found = found.select(list(columns)) if columns else found
        if column is not None:
            import pyarrow.compute as pc

            found = found.filter(pc.equal(found[column], value))
        rows = found.to_pylist()
        return in_language(rows, self.language) if table == "findings" else rows

    def rows_with(self, table: str, column: str, value: str) -> Rows:
        """Rows in whose list column a value stands."""
        import pyarrow as pa

        found = self.dataset.arrow(table)
        places = [k for k, ids in enumerate(found[column].to_pylist()) if value in ids]
        rows = found.take(pa.array(places, pa.int64())).to_pylist()
        return in_language(rows, self.language) if table == "findings" else rows

    def rows_of_ids(self, table: str, column: str, values: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Rows by the id in a column."""
        import pyarrow as pa
        import pyarrow.compute as pc

        found = self.dataset.arrow(table)
        wanted = pa.array(sorted(set(values)), pa.string())
        return {row[column]: row for row in found.filter(pc.is_in(found[column], value_set=wanted)).to_pylist()}

    # --- names

    @cached_property
    def document_ids(self) -> list[str]:
        """Every document that the dataset knows, also withdrawn ones."""
        return sorted(set(self.dataset.arrow("documents")["document_id"].to_pylist()))

    def document(self, name: str) -> str:
        """The document that a name means: its id, or any end or part of it that no other has."""
        found = fitting(name, self.document_ids)
        if len(found) == 1:
            return found[0]
        if found:
            raise Misuse(f"{name!r} may be any of\n" + listed(found))
        raise Misuse(f"there is no document {name!r}{alternatives(name, self.document_ids)}")

    def figure_or_document(self, name: str) -> tuple[str, str, str]:
        """`(kind, table, id)` of what a name means: `("figure", "line_items", …)`, `("document", "documents", …)`.

        A figure is named by a unique start of its id, also an amount in running text, also a figure of the past.
        """
        documents = fitting(name, self.document_ids)
        figures = self._figures(name) if name not in documents else []
        if len(figures) == 1 or (figures and not documents):
            if len(figures) > 1:
                told = listed([f"{id}  {where}" for _, id, where in figures])
                raise Misuse(f"{len(figures)} ids begin with {name!r}: give more of the id\n{told}")
            return "figure", figures[0][0], figures[0][1]
        if not documents and _ID_START.fullmatch(name) and re.search(r"\d", name):
            raise Misuse(f"no figure's id begins with {name!r}; `{self.command} query` finds ids, for instance with "
                         "\"SELECT line_item_id, label, year, value_printed FROM line_items\"")  # fmt: skip
        return "document", "documents", self.document(name)

    def _figures(self, start: str) -> list[tuple[str, str, str]]:
        """Table, id and place of the figures whose id begins so; those of the past only where no other does."""
        if not _ID_START.fullmatch(start.lower()):
            return []
        import pyarrow.compute as pc

        out: dict[str, tuple[str, str, str]] = {}
        for table, column in (("line_items", "line_item_id"), ("amounts", "amount_id"),
                              ("line_items_history", "line_item_id")):  # fmt: skip
            if table == "line_items_history" and out:
                break
            rows = self.dataset.arrow(table)
            for row in rows.filter(pc.starts_with(rows[column], start.lower())).to_pylist():
                what = f"{row['label']}, {row['column_printed']}" if "label" in row else "in the text"
                where = f"{row['document_id']}, page {row['page']}: {row['value_printed']}  {what}"
                out.setdefault(row[column], (table, row[column], where))
        return list(out.values())


def fitting(name: str, ids: Sequence[str]) -> list[str]:
    """The ids that a name may mean: the same, else those with that end, else those with that part."""
    wanted = unicodedata.normalize("NFC", name).casefold().strip("/")
    tries = [wanted]
    if wanted.endswith(".pdf"):
        wanted = wanted[:-4]
        tries.append(wanted)
    for prefix in ("/raw/", "./"):
        tries.append(f"/{wanted}".rpartition(prefix)[2].strip("/"))
    for match in (str.__eq__, lambda i, w: i.endswith("/" + w), str.endswith, str.__contains__):
        for t in dict.fromkeys(t for t in tries if t):
            found = [i for i in ids if match(i.casefold(), t)]
            if found:
                return found
    return []


def alternatives(name: str, choices: Sequence[str]) -> str:
    """`; did you mean …`: the choices that look most like a name by their last part; else which there are."""
    by_end = {c.rpartition("/")[2].casefold(): c for c in choices}
    close = difflib.get_close_matches(name.casefold().rpartition("/")[2], list(by_end), n=3, cutoff=0.5)
    if close:
        return "; did you mean\n" + listed([by_end[c] for c in close])
    return f"; there are\n{listed(choices)}" if choices else "; there is none at all"


def listed(names: Sequence[str]) -> str:
    """Names on lines of their own; how many more there are."""
    more = len(names) - _SHOWN
    return "\n".join(f"  {n}" for n in names[:_SHOWN]) + (f"\n  and {more} more" if more > 0 else "")
