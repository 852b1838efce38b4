"""Which database's full text it is. Both modules have the same functions."""

from django.db import connection


def engine():
    if connection.vendor == "postgresql":
        from . import postgresql

        return postgresql
    from . import sqlite

    return sqlite
