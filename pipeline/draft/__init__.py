"""A document -> a proposed rule for its layout. The room behind all stages: a draft is tried by reading the document with it."""

from pipeline.draft.propose import Draft, draft

__all__ = ["Draft", "draft"]
