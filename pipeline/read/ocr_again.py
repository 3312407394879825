"""A second look at words: one that is doubtful is read twice more, smaller and larger, and is what most readings say; where they
all differ, the one with as many letters as there is ink."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np

from pipeline.read.ocr_engine import Printed
from pipeline.read.ocr_picture import Grey
from pipeline.read.ocr_words import Read, columns_of, cut_out

_SURE = 0.85  # a word read with less confidence is looked at again
_NEARLY = 0.94  # so is one with less confidence that has more or fewer letters than ink
_SCALES = (0.8, 1.3)


def look_again(words: Sequence[Read], grey: Grey, read: Callable[[Sequence[Grey]], list[list[Printed]]]) -> list[Read]:
    """The words in the same order, doubtful ones as most readings have them."""
    out = list(words)
    asked = [k for k, w in enumerate(words) if _is_doubtful(w)]
    said = iter(read([_scaled(cut_out(grey, words[k].box), scale) for k in asked for scale in _SCALES]))
    for k in asked:
        out[k] = _voted(words[k], [next(said) for _ in _SCALES])
    return out


def _is_doubtful(w: Read) -> bool:
    if sum(ch.isalpha() for ch in w.text) < 2:
        return False
    return w.confidence < _SURE or (w.confidence < _NEARLY and not _has_its_ink(w.text, w))


def _has_its_ink(text: str, word: Read) -> bool:
    return len(text) == len(columns_of(word.pieces))


def _scaled(picture: Grey, scale: float) -> Grey:
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=way), np.uint8)


def _voted(word: Read, others: Sequence[Sequence[Printed]]) -> Read:
    """A word by itself does not show whether its letters are capitals: that is left as it was."""
    readings = [(word.text, word.confidence)]
    for printed in others:
        text = "".join(p.text for p in printed)
        text = word.text if text.casefold() == word.text.casefold() else text
        readings.append((text, min((p.confidence for p in printed), default=0.0)))
    votes = {text: sum(t == text for t, _ in readings) for text, _ in readings}
    sure = {text: max(c for t, c in readings if t == text) for text in votes}
    best = max(votes, key=lambda text: (votes[text], _has_its_ink(text, word), sure[text]))
    return word._replace(text=best, confidence=sure[best])
