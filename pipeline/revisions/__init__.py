"""Revisions: what the log says is current, and what changed from one revision to the next."""
