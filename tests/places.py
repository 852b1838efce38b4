"""A folder and a database of a newsroom's own, on the engine that the tests run on; an editor."""

import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from .processes import ROOT, SECONDS, environment, manage

URL = os.environ.get("DATABASE_URL", "")
IS_POSTGRESQL = URL.startswith("postgres")


@dataclass(frozen=True)
class Place:
    """``folder`` is its DATA_DIR; ``database`` the name of one on PostgreSQL, else empty."""

    folder: Path
    database: str = ""

    @classmethod
    def made(cls, folder, template="template1"):
        """A place with nothing in it; to be dropped by whoever asks for it."""
        place = cls(folder, f"newsroom_{secrets.token_hex(6)}" if IS_POSTGRESQL else "")
        place._ask_server(f"CREATE DATABASE {{}} TEMPLATE {template}")
        return place

    @property
    def url(self):
        return urlunsplit(urlsplit(URL)._replace(path=f"/{self.database}")) if self.database else ""

    def url_by_way_of(self, port):
        """Of its database, asked for on another port of this machine."""
        user, at, _ = urlsplit(URL).netloc.rpartition("@")
        return urlunsplit(urlsplit(self.url)._replace(netloc=f"{user}{at}127.0.0.1:{port}"))

    @property
    def variables(self):
        """What tells a process of ours that it works here."""
        url = {"DATABASE_URL": self.url} if self.database else {}
        return {"DATA_DIR": str(self.folder)} | url

    def copied(self, folder):
        return self.made(Path(shutil.copytree(self.folder, folder)), template=self.database)

    def drop(self):
        """The database goes, whoever uses it; the folder is the test's."""
        self._ask_server("DROP DATABASE IF EXISTS {} WITH (FORCE)")

    def rows(self, sql):
        connect = psycopg.connect if self.database else sqlite3.connect
        with closing(connect(self.url or self._file)) as connection:
            return connection.execute(sql).fetchall()

    def take_database_away(self):
        """Nobody gets at it any longer, also who had opened it."""
        if self.database:
            self._ask_server("ALTER DATABASE {} ALLOW_CONNECTIONS false")
            self._ask_server(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                f" WHERE datname = '{self.database}'"
            )
        else:
            self._file.rename(self._file.with_name("elsewhere"))

    def bring_database_back(self):
        if self.database:
            self._ask_server("ALTER DATABASE {} ALLOW_CONNECTIONS true")
        else:
            self._file.with_name("elsewhere").replace(self._file)

    @property
    def _file(self):
        return self.folder / "newsroom.sqlite3"

    def _ask_server(self, sql):
        if self.database:
            with psycopg.connect(URL, autocommit=True) as connection:
                connection.execute(sql.replace("{}", self.database))


# An editor in a process of its own; each line of standard input is an act, each answer a line.
EDITOR = """
import sys, django
from datetime import timedelta
sys.path.insert(0, sys.argv[1])
django.setup()
from django.utils import timezone
from django.db import close_old_connections
from tests.builders import change_article, make_live
from articles import publishing
from articles.models import Article
from newsroom import serving
article = make_live(headline="Story 0") if not Article.objects.exists() else Article.objects.get()
print(article.editions.last().path, flush=True)
for line in sys.stdin:
    act, _, words = line.strip().partition(" ")
    close_old_connections()  # as before each request
    if act == "publish":
        change_article(article, headline=words)
        publishing.publish(article)
    elif act == "plan":
        change_article(article, headline=words)
        publishing.publish(article, at=timezone.now() + timedelta(seconds=4))
    elif act == "withdraw":
        publishing.withdraw(article)
    elif act == "die":
        serving.deliver.__code__ = (lambda sender, rows, **k: __import__("os")._exit(9)).__code__
        change_article(article, headline=words)
        publishing.publish(article)
    print("done", flush=True)
"""


class Editor:
    def __init__(self, place):
        self.process = subprocess.Popen(
            [sys.executable, "-c", EDITOR, ROOT],
            env=environment(**place.variables, DJANGO_SETTINGS_MODULE="newsroom.settings"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.path = self.process.stdout.readline().strip()

    def does(self, act):
        self.process.stdin.write(f"{act}\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def close(self):
        with suppress(BrokenPipeError):
            self.process.communicate(timeout=SECONDS)


@pytest.fixture(scope="session")
def prepared_place(tmp_path_factory):
    place = Place.made(tmp_path_factory.mktemp("prepared"))
    made = "from articles.models import Publication; Publication.objects.create(pk=1)"
    for step in (["migrate"], ["shell", "--no-imports", "--command", made], ["prepare"]):
        done = manage(*step, **place.variables)
        assert done.returncode == 0, done.stderr
    yield place
    place.drop()


@pytest.fixture
def place(prepared_place, tmp_path):
    place = prepared_place.copied(tmp_path / "data")
    yield place
    place.drop()
