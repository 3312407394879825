"""Afstem: printed municipal budgets -> a dataset whose figures prove each other. Importing this loads no library.

    >>> import pipeline                                       # doctest: +SKIP
    >>> pipeline.open("workspace").pandas("line_items")       # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os

    from pipeline.dataset.reading import Dataset

__version__ = "0.1.0"
__all__ = ["__version__", "open"]


def open(path: str | os.PathLike[str] = ".") -> Dataset:
    """The dataset of a workspace, as it is now. Raises `pipeline.dataset.DatasetError` when there is none."""
    from pathlib import Path

    from pipeline.dataset.reading import open_dataset

    return open_dataset(Path(path))
