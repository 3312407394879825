"""The frozen records that flow between the stages, one file for each part of the walk. Import them from here.

They know nothing of ours but how things are said.
"""

from pipeline.model.found import (
    ENDS,
    MONEY,
    AmountRow,
    DocumentMeta,
    Measure,
    MoneyMeasure,
    Note,
    Number,
    Phase,
    Proposal,
    RawLine,
    Reading,
    Rises,
    RowKind,
    Severity,
    Stage,
    TableKind,
    TextAmount,
    Token,
)
from pipeline.model.page import USUAL_SPACE, Box, Cell, Edge, Line, Page, Table, Word
from pipeline.model.published import Extraction, Finding, LineItem

__all__ = [
    "ENDS", "MONEY", "USUAL_SPACE", "AmountRow", "Box", "Cell", "DocumentMeta", "Edge", "Extraction", "Finding", "Line",
    "LineItem", "Measure", "MoneyMeasure", "Note", "Number", "Page", "Phase", "Proposal", "RawLine", "Reading",
    "Rises", "RowKind", "Severity", "Stage", "Table", "TableKind", "TextAmount", "Token", "Word",
]  # fmt: skip
