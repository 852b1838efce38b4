"""A folder that holds what cannot be made again: the database and the pictures as they came in.

In: a folder. Out: the newsroom in it, or from it. ``backup.json`` names the rest and is put in its
place last, so a run that was killed leaves the backup of before; and one that restores changes the
database in one transaction. The copy is of the database's own kind, so a backup of SQLite is
restored to SQLite and one of PostgreSQL to PostgreSQL, of its version or a newer one.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from articles.models import Article, Image

INDEX = "backup.json"
PART = ".part"  # ends the name of what is being written
ORIGINALS = "originals"


class Refused(Exception):
    """Nothing was done; the message says why, and what to do."""


def back_up(folder: Path) -> dict:
    """Write the newsroom into ``folder``, over the backup that it may hold; what ``INDEX`` says.

    Pictures that are there already stay. Raises Refused.
    """
    if folder.exists() and not all(map(_is_ours, folder.iterdir())):
        raise Refused(f"{folder} holds other things than a backup; name a new folder.")
    folder.mkdir(parents=True, exist_ok=True)
    made_at = datetime.now(UTC)
    name = f"database-{made_at:%Y%m%dT%H%M%S%f}.{connection.vendor}"
    part = folder / (name + PART)
    _ENGINES[connection.vendor].dump(part)
    _settle(part, folder / name)
    pictures = _copy_pictures(Path(settings.MEDIA_ROOT) / ORIGINALS, folder / ORIGINALS)
    said = {
        "made_at": made_at.isoformat(),
        "database": name,
        "sha256": _digest(folder / name),
        "bytes": (folder / name).stat().st_size,
        "pictures": pictures,
        "tables": sorted(connection.introspection.table_names()),
        "stories": Article.objects.count(),
        "migrations": sorted(map(list, MigrationRecorder(connection).applied_migrations())),
    }
    part = folder / (INDEX + PART)
    part.write_text(json.dumps(said, indent=1))
    _settle(part, folder / INDEX)
    for old in folder.glob("database-*"):
        if old.name != name:
            old.unlink()
    return said


def restore(folder: Path, *, replaces: bool) -> dict:
    """Put what ``folder`` holds into the database and beside it; what ``INDEX`` says.

    Raises Refused, also where there are stories or pictures already, unless it ``replaces`` them.
    """
    said = _read(folder)
    database = folder / said["database"]
    if database.suffix != f".{connection.vendor}":
        raise Refused(
            f"This is a backup of {database.suffix[1:]}, "
            f"and DATABASE_URL is of {connection.display_name}."
        )
    unknown = {tuple(row) for row in said["migrations"]} - _migrations_of_code()
    if unknown:
        raise Refused("This is a backup of a newer newsroom; install that first.")
    if not replaces and _is_used():
        raise Refused(
            "There are stories or pictures here; --replace puts the backup in their place."
        )
    if database.stat().st_size != said["bytes"] or _digest(database) != said["sha256"]:
        raise Refused(f"{database} is damaged; nothing was restored.")
    _copy_pictures(folder / ORIGINALS, Path(settings.MEDIA_ROOT) / ORIGINALS)
    _ENGINES[connection.vendor].load(database, said["tables"])
    return said


def _is_ours(path):
    name = path.name
    return name in (INDEX, ORIGINALS) or name.startswith("database-") or name.endswith(PART)


def _read(folder):
    try:
        said = json.loads((folder / INDEX).read_text())
        (folder / said["database"]).stat()
    except (OSError, ValueError, KeyError, TypeError):
        raise Refused(f"{folder} holds no whole backup.")
    return said


def _migrations_of_code():
    return set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def _is_used():
    tables = connection.introspection.table_names()
    return any(
        model._meta.db_table in tables and model.objects.exists() for model in (Article, Image)
    )


def _copy_pictures(source, goal):
    """How many there are. A picture's name is its digest, so one of that name and size is it."""
    number = 0
    for path in sorted(source.rglob("*")) if source.exists() else ():
        if not path.is_file() or path.name.endswith(PART):
            continue
        number += 1
        copy = goal / path.relative_to(source)
        if copy.exists() and copy.stat().st_size == path.stat().st_size:
            continue
        copy.parent.mkdir(parents=True, exist_ok=True)
        part = copy.with_name(copy.name + PART)
        shutil.copyfile(path, part)
        part.chmod(settings.FILE_UPLOAD_PERMISSIONS)
        _settle(part, copy)
    return number


def _settle(part, path):
    """``part`` takes the place of ``path``, once all of it is on the disk."""
    for place, flags in ((part, os.O_RDWR), (part.parent, os.O_RDONLY)):
        if place == part.parent:
            part.replace(path)
        descriptor = os.open(place, flags)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _digest(path):
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _SQLite:
    """By SQLite's own online backup, which leaves readers alone and lets writers wait."""

    @classmethod
    def dump(cls, path):
        path.unlink(missing_ok=True)
        cls._copy(connection.settings_dict["NAME"], path)

    @classmethod
    def load(cls, path, tables):
        connection.close()
        cls._copy(path, connection.settings_dict["NAME"])

    @staticmethod
    def _copy(source, goal):
        """Within one transaction: whoever is killed meanwhile has not begun."""
        with closing(sqlite3.connect(source)) as ours, closing(sqlite3.connect(goal)) as theirs:
            try:
                ours.backup(theirs)
            except sqlite3.OperationalError as error:
                raise Refused(f"The database is in use: {error}. Stop the site, and try again.")


class _PostgreSQL:
    """By pg_dump and pg_restore, which come with PostgreSQL's client."""

    @classmethod
    def dump(cls, path):
        cls._run("pg_dump", "--format=custom", f"--file={path}")

    @classmethod
    def load(cls, path, tables):
        if more := set(connection.introspection.table_names()) - set(tables):
            raise Refused(
                f"The database has tables that the backup does not know ({min(more)}); "
                "name a new one in DATABASE_URL."
            )
        connection.close()
        cls._run("pg_restore", "--single-transaction", "--clean", "--if-exists", str(path))
        with connection.cursor() as cursor:  # it would do so by itself, some minutes later
            cursor.execute("ANALYZE")

    @staticmethod
    def _run(program, *arguments):
        options = {
            name: value
            for name, value in connection.get_connection_params().items()
            if isinstance(value, str | int) and name != "client_encoding"
        }
        # On a command line everybody could read it.
        env = {"PGPASSWORD": options.pop("password", None) or os.environ.get("PGPASSWORD", "")}
        from psycopg.conninfo import make_conninfo  # which a site on SQLite does not need

        database = f"--dbname={make_conninfo(**options)}"
        try:
            done = subprocess.run(  # noqa: S603  a program of PostgreSQL, and our own words
                [program, "--no-owner", "--no-acl", database, *arguments],
                env={**os.environ, **env},
                capture_output=True,
                text=True,
            )
        except FileNotFoundError:
            raise Refused(f"{program} is not installed; on Debian: apt install postgresql-client.")
        if done.returncode:
            raise Refused(f"{program} failed: {done.stderr.strip().splitlines()[0]}")


_ENGINES = {"sqlite": _SQLite, "postgresql": _PostgreSQL}
