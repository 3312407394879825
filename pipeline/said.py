"""What findings say, in English and in Danish side by side: the same words, figures and pages. Imports nothing of ours."""

from __future__ import annotations

from typing import NamedTuple


class Said(NamedTuple):
    """A sentence, or a part of one, in both languages."""

    en: str
    da: str


NOTHING = Said("", "")
