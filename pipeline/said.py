"""What findings say, in English and in Danish side by side: the same words, figures and pages. Imports nothing of ours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence, or a part of one, in both languages. What is added as plain text is the same in both."""

    en: str
    da: str

    def __add__(self, more: Said | str) -> Said:
        return Said(self.en + more, self.da + more) if isinstance(more, str) else Said(self.en + more.en, self.da + more.da)

    def __radd__(self, before: str) -> Said:
        return Said(before + self.en, before + self.da)

    def capital(self) -> Said:
        """With a capital letter at its beginning."""
        return Said(self.en[:1].upper() + self.en[1:], self.da[:1].upper() + self.da[1:])


NOTHING = Said("", "")


class Told(Exception):
    """An error that people are told of in both languages; as text it is English."""

    def __init__(self, said: Said) -> None:
        super().__init__(said)
        self.said = said

    def __str__(self) -> str:
        return self.said.en


def same(text: str) -> Said:
    """What is the same in both languages: a figure, a name, a label."""
    return Said(text, text)


def counted(n: int, en: tuple[str, str], da: tuple[str, str]) -> Said:
    """`1 equation`, `2 equations`: a number with the singular or the plural of each language."""
    return Said(f"{n} {en[n != 1]}", f"{n} {da[n != 1]}")


def joined(parts: Iterable[Said], between: str = "", last: Said | None = None) -> Said:
    """Parts one after the other; `last`, where given, stands before the last of several (`and`)."""
    out = NOTHING
    own = list(parts)
    for n, part in enumerate(own):
        if n:
            out += last if last is not None and n == len(own) - 1 else between
        out += part
    return out
