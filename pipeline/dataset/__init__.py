"""Rows -> the Parquet dataset behind `extracted`, and back. Importing this package loads no library.

`publish.publish` writes, `snapshots.verify` looks whether all is there, `reading.open_dataset` reads, `schemas` says
what the columns mean.
"""

from __future__ import annotations


class PublishError(Exception):
    """The dataset could not be written; what was there before still stands."""


class DatasetError(Exception):
    """The dataset, or what was asked of it, cannot be read."""
