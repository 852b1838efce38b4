"""A folder and a database of a newsroom's own, on the engine that the tests run on."""

import os
import secrets
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

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
