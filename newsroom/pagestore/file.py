"""The SQLite file: made, opened, written to, and thrown away when anything is wrong with it.

It may be lost at any time, and damage to it is noticed and means an empty store: bytes carry a
check sum, and whatever SQLite complains about is thrown away whole. So nothing is synced to disk,
and a file from before the machine's last start is not trusted. The rollback journal keeps it whole
when a process is killed (why not WAL: see ``SQLITE_JOURNAL`` in the settings).
"""

import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .generation import identity, is_same_file
from .page import Damaged

logger = logging.getLogger(__name__)

FORMAT = 1
WAIT_SECONDS = 5  # for another process that writes

SCHEMA = """
CREATE TABLE state (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE counter (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE spoiled (key TEXT PRIMARY KEY, number INTEGER, spoiled_at REAL) WITHOUT ROWID;
CREATE TABLE page (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL,
    query TEXT NOT NULL,
    fresh_until REAL NOT NULL,  -- 0 when one of its keys was spoiled
    stale_until REAL NOT NULL,
    stored_at REAL NOT NULL,
    used_at REAL NOT NULL,
    UNIQUE (path, query)
);
CREATE INDEX page_by_use ON page (used_at);
CREATE TABLE body (  -- apart, so that marking all pages out of date moves none of it
    id INTEGER PRIMARY KEY REFERENCES page ON DELETE CASCADE,
    head BLOB NOT NULL, br BLOB, gzip BLOB, identity BLOB NOT NULL
);
CREATE TABLE page_key (
    key TEXT,
    page INTEGER REFERENCES page ON DELETE CASCADE,
    PRIMARY KEY (key, page)
) WITHOUT ROWID;
CREATE INDEX key_of_page ON page_key (page);
"""

STATE = {
    "number": int,  # of the last spoil
    "all_spoiled": int,  # the number of the last that took every page
    "position": str | None,  # how far the follower of the outbox has come
    "release": str,  # of the code that renders
    "boot": str,  # which run of the machine the file is from
}

# SQLite quotes what it found when it complains, which need not be text.
FAILURES = (sqlite3.Error, OSError, Damaged, UnicodeDecodeError)
# Nothing is wrong with what the file holds when one of these keeps us from writing to it.
HARMLESS = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
}


class File:
    """Connections to the file at ``path``, which is made by whoever needs it first."""

    def __init__(self, path: Path, *, release: str):
        self.path, self._release = path, release
        self._free = []  # connections that no thread uses now, each with the file it is to

    def __del__(self):
        self.disconnect()

    @contextmanager
    def connected(self) -> Iterator[sqlite3.Connection]:
        """A connection to the file that is at ``path`` now, for this thread alone.

        Here and in ``transaction`` one of FAILURES may be raised, which ``failed`` is to be told.
        """
        try:
            connection, file = self._free.pop()
        except IndexError:
            connection = file = None
        if connection and not is_same_file(file, self.path):
            connection.close()
            connection = None
        if not connection:
            connection, file = self._connect()
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        self._free.append((connection, file))

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        with self.connected() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def failed(self, error: Exception, *, is_spoil: bool = False) -> None:
        """Throw the file away, unless it merely cannot be written to now."""
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (
            HARMLESS - {sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY} if is_spoil else HARMLESS
        ):
            return
        logger.warning("The page store begins anew: %s", error)
        for path in (Path(f"{self.path}-journal"), self.path):
            with suppress(OSError):
                path.unlink(missing_ok=True)

    def disconnect(self) -> None:
        while self._free:
            self._free.pop()[0].close()

    def _connect(self):
        self.path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(
            self.path, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("PRAGMA foreign_keys = ON")
            # Some twenty connections of a process keep as much each, and hot pages are in memory
            # anyway. But what a transaction writes is not spilled: that would lock readers out.
            connection.execute("PRAGMA cache_size = -256")
            connection.execute("PRAGMA cache_spill = OFF")
            (made,) = connection.execute("PRAGMA user_version").fetchone()
            if made == 0:
                self._make(connection)
            elif made != FORMAT:
                raise Damaged("another format")
            if state_in(connection)["boot"] != _boot():
                raise Damaged("from before the machine was started")
            return connection, identity(self.path.stat())
        except BaseException:
            connection.close()
            raise

    def _make(self, connection):
        connection.execute("BEGIN IMMEDIATE")
        if connection.execute("PRAGMA user_version").fetchone() == (0,):
            for statement in SCHEMA.split(";\n"):
                connection.execute(statement)
            number = time.time_ns()  # beyond those of the files before, if renders know them still
            set_state(connection, number=number, all_spoiled=number, position=None)
            set_state(connection, release=self._release, boot=_boot())
            connection.execute(f"PRAGMA user_version = {FORMAT}")
        connection.execute("COMMIT")


def state_in(connection: sqlite3.Connection) -> dict:
    """What STATE lists. Raises Damaged."""
    state = dict(connection.execute("SELECT name, value FROM state"))
    for name, kind in STATE.items():
        if not isinstance(state.get(name, ...), kind):
            raise Damaged(f"no {name}")
    return state


def set_state(connection: sqlite3.Connection, **values) -> None:
    connection.executemany("INSERT OR REPLACE INTO state VALUES (?, ?)", values.items())


def _boot():
    """What tells one run of the machine from the next, where the system says."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""
