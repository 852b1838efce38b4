"""Short walks along an index, several in one query."""

from collections.abc import Iterable
from itertools import chain

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL


def any_of(walks: Iterable[QuerySet]) -> RawSQL:
    """What all ``walks`` find, querysets of one column, each cut off at its own length.

    For ``pk__in=``. Django has no union of those for SQLite, which wants each of them in
    parentheses of its own.
    """
    parts = [walk.query.sql_with_params() for walk in walks]
    texts = [f"SELECT * FROM ({sql}) AS part_{n}" for n, (sql, _) in enumerate(parts)]  # noqa: S608
    values = list(chain.from_iterable(params for _, params in parts))
    return RawSQL(" UNION ALL ".join(texts), values)  # noqa: S611  (of what Django made)
