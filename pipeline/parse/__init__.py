"""Pages, tables and a rule -> raw lines, proposals, amounts in text and the ledger of numbers."""

from pipeline.parse.document import Parsed, parse

__all__ = ["Parsed", "parse"]
