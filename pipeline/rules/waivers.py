"""What people write in `rules/waivers.yaml`, typed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pydantic import Field

from pipeline.rules.patterns import Strict


class Waiver(Strict):
    """A finding that somebody has looked at and accepts. All that is given must match."""

    check: str
    document: str | None = Field(default=None, description="document_id")
    figure: str | None = Field(default=None, min_length=4, description="Start of the line_item_id of a suspect.")
    label: str | None = Field(default=None, description="Label of a suspect's row.")
    year: int | None = None
    page: int | None = None
    difference: Decimal | None = Field(default=None, description="What the finding is off by; needed where it says.")
    reason: str = Field(min_length=8)
    who: str = Field(min_length=2)
    until: date | None = None


class Waivers(Strict):
    """The file `rules/waivers.yaml`."""

    waivers: list[Waiver]
