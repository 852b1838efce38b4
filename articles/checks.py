"""What would fail at midnight fails at start-up."""

import sqlite3

from django.conf import settings
from django.core.checks import Info, Tags, register


@register(Tags.database)
def sqlite_journal(app_configs, **kwargs):
    """Says which journal SQLite uses, and why, when the library is too old for WAL."""
    if not settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        return []
    if settings.SQLITE_JOURNAL == "WAL":
        return []
    return [
        Info(
            f"SQLite {sqlite3.sqlite_version} can corrupt a WAL database, so the rollback journal "
            "is used; readers wait while an editor saves.",
            hint="SQLite 3.51.3 or newer has the fix. PostgreSQL is not concerned.",
            id="articles.I001",
        )
    ]
