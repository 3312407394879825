"""PDF -> `Page`s. Nothing outside this folder imports a PDF library."""

from pipeline.read.pdfium import Reading, Unreadable, read_pages, read_pdf

__all__ = ["Reading", "Unreadable", "read_pages", "read_pdf"]
