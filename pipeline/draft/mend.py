"""A drafted rule without what would fail `rules check`: a draft is never printed that its own check rejects."""

from __future__ import annotations

from typing import Any

from pipeline.draft.patterns import escape
from pipeline.rules.schema import Rule
from pipeline.rules.trial import faults

Data = dict[str, Any]
Remarks = dict[str, list[str]]


def mend(data: Data, remarks: Remarks) -> list[str]:
    """Take out of a rule every pattern that fails its own test, and the remarks beside it; the places of what was taken."""
    out: list[str] = []
    while fault := next(faults(Rule.model_validate(data)), None):
        out.append(".".join(map(str, fault.loc[:3])))
        match fault.loc:
            case ("tables", int(n), ("label" | "enumerator") as key, *_):
                del data["tables"][n][key]
            case ("tables", int(n), "columns", int(c), *_) if len(data["tables"][n]["columns"]) > 1:
                data["tables"][n].pop("column_sums", None)
                _drop(data["tables"][n]["columns"], f"tables.{n}.columns", c, remarks)
            case ("tables", int(n), "rows", int(r), *_) if "total" not in data["tables"][n]["rows"][r]["kind"]:
                _drop(data["tables"][n]["rows"], f"tables.{n}.rows", r, remarks)
            case ("tables", int(n), "rows", *_):
                for key in ("rows", "sums"):
                    data["tables"][n].pop(key, None)
            case ("recognise", 0, *_) if len(data["recognise"]) == 1:
                example = data["recognise"][0]["examples"][0]
                data["recognise"] = [{"pattern": f"^{escape(example)}$", "examples": [example]}]
            case ("document", str(key), *_):
                del data["document"][key]
                if key == "budget_year":
                    for column in (c for t in data["tables"] for c in t["columns"]):
                        column.pop("budget_year_plus", None)
            case (str(key), int(n), *_):
                _drop(data[key], key, n, remarks)
    return out


def _drop(entries: list[Data], place: str, n: int, remarks: Remarks) -> None:
    """Take an entry out of a list, and the remarks beside it."""
    del entries[n]
    remarks.pop(f"{place}.{n}", None)
    for k in range(n + 1, len(entries) + 1):
        for old in [r for r in remarks if r == f"{place}.{k}" or r.startswith(f"{place}.{k}.")]:
            remarks[f"{place}.{k - 1}{old.removeprefix(f'{place}.{k}')}"] = remarks.pop(old)
