"""Names that are the same on every run and machine, because they depend on nothing but what they name."""

from __future__ import annotations

import hashlib


def make_id(*parts: str) -> str:
    """A short name that depends on nothing but the parts."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]
