"""Data in, text out: what the command line says. Nothing here reads a file or prints."""
