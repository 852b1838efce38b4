"""The database's own full text: FTS5 on SQLite, tsvector on PostgreSQL.

In: articles whose editions changed (``index``), and what a reader typed (``find``, ``suggest``) or
a text (``similar``). Out: editions that are live, best first. The index only proposes; what is
shown is always asked of ``Edition.objects.live``: an index that is behind hides, and never shows.

Index rows are written in the transaction that publishes: they are of the same database, take a few
milliseconds, and so there is nothing that could be lost, come late or be done twice.
"""

from .finding import MOST, Filters, Found, find, languages
from .highlight import Marker
from .indexing import catch_up, forget_all, index, missing, succeed
from .likeness import similar
from .names import forget_name, merge_names, remember_names
from .query import Query, Term, parse
from .suggesting import Suggestion, suggest

__all__ = [
    "MOST",
    "Filters",
    "Found",
    "Marker",
    "Query",
    "Suggestion",
    "Term",
    "catch_up",
    "find",
    "forget_all",
    "forget_name",
    "index",
    "languages",
    "merge_names",
    "missing",
    "parse",
    "remember_names",
    "similar",
    "succeed",
    "suggest",
]
