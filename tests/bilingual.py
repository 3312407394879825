"""Whether the English and the Danish of a finding say the same, as far as that can be told without knowing the languages."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"\d(?:[\d.,]*\d)?")
_QUOTED = re.compile(r"“[^”]*”|(?<!\w)'[^']*'(?!\w)|`[^`]*`")
_PATH = re.compile(r"\braw/\S+")
_PAGE = {"en": re.compile(r"\bpages? (\d+)"), "da": re.compile(r"\bside(?:n|r|rne)? (\d+)")}
_ENGLISH = re.compile(r"\b(?:the|is|are|was|not|which|page|pages)\b", re.I)


def differences(en: str | None, da: str | None) -> list[str]:
    """What one of two sentences has and the other lacks: quoted text, numbers, pages; and English left in the Danish."""
    if en is None or da is None:
        return [] if en == da else [f"said in one language only: {en or da}"]
    out = []
    for what, pattern in (("quoted", _QUOTED), ("numbers", _NUMBER)):
        ours, theirs = ({*pattern.findall(text)} for text in (en, da))
        if ours != theirs:
            out.append(f"{what}: {sorted(ours)} and {sorted(theirs)}")
    plain = {"en": _unquoted(en), "da": _unquoted(da)}
    pages = {language: {*_PAGE[language].findall(text)} for language, text in plain.items()}
    if pages["en"] != pages["da"]:
        out.append(f"pages: {pages}")
    if english := _ENGLISH.findall(plain["da"]):
        out.append(f"English words: {english}")
    return [f"{problem}\n{en}\n{da}" for problem in out]


def _unquoted(text: str) -> str:
    return _PATH.sub("", _QUOTED.sub("", text))
