"""Rows written by the ten thousand, three times as fast as ``bulk_create``.

Most of what ``bulk_create`` takes goes into preparing each value of each object (measured on
SQLite in November 2026: 1.5 ms for the 18 rows of a story, 0.2 ms of it the database's).
"""

from functools import cache, lru_cache
from itertools import batched, chain
from operator import attrgetter

from django.db import connection, models

TOGETHER = 100  # rows in a statement on SQLite; it allows 32,766 values


def reserve(model: type[models.Model], count: int) -> list[int]:
    """So many ids for new rows of ``model``. Call it in the transaction that writes them."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [table, count],
            )
            return [pk for (pk,) in cursor.fetchall()]
        # Our transactions on SQLite begin as the only writer, so nobody takes these meanwhile.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        (last,) = cursor.fetchone() or (0,)
        return list(range(last + 1, last + 1 + count))


def columns_of(row: models.Model) -> list:
    """All values of an unsaved row, in the order of the model's columns, its id included."""
    return list(_getter(type(row))(row))


@cache
def _getter(model):
    return attrgetter(*(field.attname for field in model._meta.concrete_fields))


def insert(model: type[models.Model], names: tuple[str, ...] | None, rows: list[list]) -> None:
    """Write ``rows``, whose values stand in the order of ``names``; None means all columns."""
    meta, quote = model._meta, connection.ops.quote_name
    fields = [meta.get_field(name) for name in names] if names else meta.concrete_fields
    for place, field in enumerate(fields):
        if isinstance(field, models.DateTimeField):
            for row in rows:
                row[place] = _moment(row[place])
        elif isinstance(field, models.JSONField):
            for row in rows:
                row[place] = field.get_db_prep_value(row[place], connection)
    table, columns = quote(meta.db_table), ", ".join(quote(field.column) for field in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # twice as fast as INSERT
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        # Because of the trigger against overlaps, each statement costs a journal of its own.
        row, whole = f"({', '.join(['%s'] * len(fields))})", len(rows) // TOGETHER * TOGETHER
        for size, some in (TOGETHER, rows[:whole]), (1, rows[whole:]):
            cursor.executemany(
                f"INSERT INTO {table} ({columns}) VALUES {', '.join([row] * size)}",  # noqa: S608
                [[*chain.from_iterable(part)] for part in batched(some, size)],
            )


@lru_cache(maxsize=100)  # the rows of a story share their moments, and stand together
def _moment(moment):
    return connection.ops.adapt_datetimefield_value(moment)
