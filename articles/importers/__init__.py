"""A foreign archive becomes plain records, records become articles; every run can be run again."""

from .keep import Outcome, keep
from .plain_text import NotAnArticle, read_article
from .record import Record

__all__ = ["NotAnArticle", "Outcome", "Record", "keep", "read_article"]
