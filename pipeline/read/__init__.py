"""PDF -> `Page`s. Nothing outside this folder imports a PDF library."""

from pipeline.read.pdfium import Unreadable, read_pages

__all__ = ["Unreadable", "read_pages"]
