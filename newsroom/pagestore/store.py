"""The file: pages by name, the keys they show, what was spoiled, how far its follower has come.

The file may be lost at any time, and damage to it is noticed and means an empty store: bytes carry
a check sum, and whatever SQLite complains about is thrown away whole. So nothing is synced to disk,
and a file from before the machine's last start is not trusted. The rollback journal keeps it whole
when a process is killed (why not WAL: see ``SQLITE_JOURNAL`` in the settings).
"""

import json
import logging
import mmap
import os
import sqlite3
import struct
import threading
import time
import zlib
from collections.abc import Iterable
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from . import http

logger = logging.getLogger(__name__)

FORMAT = 1
WAIT_SECONDS = 5  # for another process that writes
SPOILS_KEPT_SECONDS = 3600  # longer than any render takes
EVICTED_AT_ONCE = 64
HOT_BYTES = 48 * 1024 * 1024  # of pages in the memory of each process
CLOSED = bytes(8)

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

FIND = {
    coding: f"""
    SELECT page.id, fresh_until, stale_until, stored_at, head,
        coalesce({coding}, identity), {coding} IS NOT NULL
    FROM page JOIN body USING (id) WHERE path = ? AND query = ?
    """  # noqa: S608  the codings are ours
    for coding in http.CODINGS
}


class Name(NamedTuple):
    """What makes one page another: path (decoded as WSGI has it) and the parameters that count."""

    path: str
    query: str = ""


@dataclass(slots=True)
class Page:
    """A page in one coding, ready to be sent."""

    id: int
    status: str
    headers: list[tuple[str, str]]
    body: bytes
    stored_at: float
    fresh_until: float  # 0 when it was spoiled
    stale_until: float  # not to be shown to anybody from then on
    generation: bytes = CLOSED
    is_used: bool = True  # since that was last written to the file


class Spoiled(NamedTuple):
    key: str
    is_final: bool  # no page that shows it may be seen again, whatever happens


class Damaged(Exception):
    """The file holds something that was not written here."""


class Unwritable(Exception):
    """A spoil could not be written, so the store is closed. Try again."""


# SQLite quotes what it found when it complains, which need not be text.
FAILURES = (sqlite3.Error, OSError, Damaged, UnicodeDecodeError)
# Nothing is wrong with what the file holds when one of these keeps us from writing to it.
HARMLESS = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
}


class Store:
    """All pages of one site on one machine; any number of processes and threads share a folder.

    ``release`` names the code and settings that pages are rendered with: under another, all pages
    are out of date. Nothing raises for what happens to the files.
    """

    def __init__(self, folder: Path, *, release: str = "", largest_bytes: int = 1024**3):
        self.folder = Path(folder)
        self.path = self.folder / "pages.sqlite3"
        self._release, self._largest_bytes = release, largest_bytes
        self._free = []  # connections that no thread uses now, each with the file it is to
        self._guard = threading.Lock()
        self._hot, self._hot_bytes = {}, 0
        self._shared = self._shared_file = None
        self._number_seen = None
        self._map()

    # Reading

    def find(self, name: Name, coding: str, now: float) -> Page | None:
        """The page in ``coding`` if that is worth it; look at its moments before showing it.

        One that is not fresh at ``now`` is as the file has it.
        """
        try:
            generation = self._shared[:8]
        except TypeError:  # no folder to keep anything in
            return None
        page = self._hot.get((name, coding))
        if page is not None and page.generation == generation and page.fresh_until > now:
            page.is_used = True
            return page
        if generation == CLOSED:
            return None
        return self._read(name, coding, generation)

    def _read(self, name, coding, generation):
        try:
            with self._connected() as connection:
                row = connection.execute(FIND[coding], name).fetchone()
                page = row and _page(name, coding, row)
        except FAILURES as error:
            self._failed(error)
            return None
        if page:
            page.generation = generation  # as it was before the look
            self._remember((name, coding), page)
        return page

    def cool(self) -> None:
        """Forget what is in memory."""
        with self._guard:
            self._hot, self._hot_bytes = {}, 0

    def _remember(self, key, page):
        with self._guard:
            before = self._hot.get(key)
            self._hot_bytes += len(page.body) - (len(before.body) if before else 0)
            if self._hot_bytes > HOT_BYTES:
                self._hot, self._hot_bytes = {}, len(page.body)
            self._hot[key] = page

    # Keeping

    def number(self) -> int | None:
        """Of the last spoil; None while nothing may be kept. To be asked before a render begins."""
        state = self._state()
        if state.get("position") is None or state.get("release") != self._release:
            return None
        return state["number"]

    def keep(
        self,
        name: Name,
        encoded: http.Encoded,
        lifetime: http.Lifetime,
        *,
        began_at: float,
        number: int,
    ) -> bool:
        """Keep what was rendered from ``began_at`` on, when the last spoil had ``number``.

        Returns whether it was kept: not if one of its keys was spoiled since.
        """
        fresh_until = began_at + lifetime.fresh_seconds
        head = _head(name, encoded, fresh_until)
        bodies = {coding: _sealed(body) for coding, body in encoded.bodies.items()}
        keys = sorted(lifetime.keys)
        try:
            with self._transaction() as connection:
                if not self._is_still_true(connection, keys, number):
                    return False
                self._make_room(connection)
                connection.execute("DELETE FROM page WHERE path = ? AND query = ?", name)
                (page,) = connection.execute(
                    "INSERT INTO page (path, query, fresh_until, stale_until, stored_at, used_at) "
                    "VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
                    (*name, fresh_until, fresh_until + lifetime.stale_seconds, began_at, began_at),
                ).fetchone()
                connection.execute(
                    "INSERT INTO body (id, head, br, gzip, identity) VALUES (?, ?, ?, ?, ?)",
                    (page, head, *map(bodies.get, http.CODINGS)),
                )
                connection.executemany(
                    "INSERT INTO page_key (key, page) VALUES (?, ?)", [(key, page) for key in keys]
                )
        except FAILURES as error:
            self._failed(error)
            return False
        return True

    def _is_still_true(self, connection, keys, number):
        state = _state(connection)
        if state["release"] != self._release or state["position"] is None:
            return False
        if state["all_spoiled"] > number:
            return False
        marks = ",".join("?" * len(keys))
        since = f"SELECT 1 FROM spoiled WHERE key IN ({marks}) AND number > ?"  # noqa: S608
        return not connection.execute(since, (*keys, number)).fetchone()

    def _make_room(self, connection):
        size, unused, pages = (
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_size", "freelist_count", "page_count")
        )
        if size * (pages - unused) > self._largest_bytes:
            connection.execute(
                "DELETE FROM page WHERE id IN (SELECT id FROM page ORDER BY used_at LIMIT ?)",
                (EVICTED_AT_ONCE,),
            )

    # Spoiling

    def position(self) -> str | None:
        """How far the follower of the outbox has come; None when the store is new."""
        return self._state().get("position")

    def spoil(
        self, spoils: Iterable[Spoiled], *, since: str | None = None, position: str | None = None
    ) -> list[Name] | None:
        """Mark the pages that show one of these keys, delete those whose key is final.

        With ``position``, the follower has come from ``since`` so far; None is returned, and
        nothing done, if another process was faster. Returns the names of the pages that are out of
        date now, the most used first. When this returns, no process shows one of them as fresh.
        """
        names = {}
        with self._spoiling() as (connection, number):
            if position is not None and _state(connection)["position"] != since:
                return None
            now = time.time()
            for key, is_final in spoils:
                connection.execute(
                    "INSERT OR REPLACE INTO spoiled VALUES (?, ?, ?)", (key, number, now)
                )
                shown = "id IN (SELECT page FROM page_key WHERE key = ?)"
                found = connection.execute(
                    f"SELECT used_at, path, query FROM page WHERE fresh_until > 0 AND {shown}",  # noqa: S608
                    (key,),
                )
                names |= {Name(path, query): used_at for used_at, path, query in found}
                act = "DELETE FROM page" if is_final else "UPDATE page SET fresh_until = 0"
                where = shown if is_final else f"fresh_until > 0 AND {shown}"
                connection.execute(f"{act} WHERE {where}", (key,))
            connection.execute(
                "DELETE FROM spoiled WHERE spoiled_at < ?", (now - SPOILS_KEPT_SECONDS,)
            )
            if position is not None:
                _set(connection, position=position)
        return sorted(names, key=names.get, reverse=True)

    def spoil_all(self, *, position: str) -> None:
        """Forget every page: nobody can say which of them are out of date."""
        with self._spoiling() as (connection, number):
            connection.execute("DELETE FROM page")
            _set(connection, position=position, all_spoiled=number)

    def check(self) -> None:
        """What each process does twice a second: see what it could not be told.

        The files may have been deleted, and a process may have been killed after it spoiled pages
        and before it said so.
        """
        if self._shared is None or not _is_same_file(self._shared_file, self.folder / "generation"):
            self._map()
        number = self.number()
        if number != self._number_seen:
            self._number_seen = number
            if self._shared and self._shared[:8] != CLOSED:
                self._say(os.urandom(8))

    def close(self) -> None:
        """No process uses the store until a spoil is written again."""
        self._say(CLOSED)

    def is_open(self) -> bool:
        return self._shared is not None and self._shared[:8] != CLOSED

    @contextmanager
    def _spoiling(self):
        """A transaction that spoils: (connection, its number). Any failure closes the store."""
        number = None
        try:
            with self._transaction() as connection:
                number = _state(connection)["number"] + 1
                yield connection, number
                _set(connection, number=number)
        except FAILURES as error:
            self.close()
            self._failed(error, is_spoil=True)
            raise Unwritable from error
        self._say(os.urandom(8))

    # What is counted

    def note(self, counts: dict[str, float]) -> None:
        """Add ``counts`` to those of all processes, and write which pages were used."""
        now = time.time()
        used = []
        for page in list(self._hot.values()):
            if page.is_used:
                page.is_used = False
                used.append((now, page.id))
        counts = {name: value for name, value in counts.items() if value}
        if not used and not counts:
            return
        try:
            with self._transaction() as connection:
                connection.executemany("UPDATE page SET used_at = ? WHERE id = ?", used)
                connection.executemany(
                    "INSERT INTO counter VALUES (?, ?) "
                    "ON CONFLICT (name) DO UPDATE SET value = value + excluded.value",
                    counts.items(),
                )
        except FAILURES as error:
            self._failed(error)

    def counted(self) -> dict[str, float]:
        """The counts of all processes, with ``pages``, ``pages_fresh`` and ``bytes``."""
        try:
            with self._connected() as connection:
                found = dict(connection.execute("SELECT name, value FROM counter"))
                found["pages"], found["pages_fresh"] = connection.execute(
                    "SELECT count(*), count(*) FILTER (WHERE fresh_until > ?) FROM page",
                    (time.time(),),
                ).fetchone()
                found["bytes"] = self.path.stat().st_size
        except FAILURES as error:
            self._failed(error)
            return {}
        return found

    def names(self) -> list[Name]:
        """Of all pages that are fresh."""
        try:
            with self._connected() as connection:
                found = connection.execute(
                    "SELECT path, query FROM page WHERE fresh_until > ?", (time.time(),)
                )
                return [Name(*row) for row in found]
        except FAILURES as error:
            self._failed(error)
            return []

    # The files

    def _map(self):
        """Share eight bytes with the other processes: the number under which pages are hot."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            file = os.open(self.folder / "generation", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                if os.fstat(file).st_size != 8:
                    os.ftruncate(file, 8)
                self._shared, self._shared_file = mmap.mmap(file, 8), _identity(os.fstat(file))
            finally:
                os.close(file)
        except OSError as error:
            logger.warning("The page store has no folder to write to: %s", error)

    def _say(self, generation):
        if self._shared is not None:
            self._shared[:8] = generation

    def begin(self) -> None:
        """Once in a process: pages of another release are out of date from now on."""
        try:
            with self._transaction() as connection:
                state = _state(connection)
                if state["release"] == self._release:
                    return
                number = state["number"] + 1
                connection.execute("UPDATE page SET fresh_until = 0")
                _set(connection, release=self._release, number=number, all_spoiled=number)
        except FAILURES as error:
            self.close()
            self._failed(error, is_spoil=True)
            return
        if self.is_open():
            self._say(os.urandom(8))

    def disconnect(self) -> None:
        while self._free:
            self._free.pop()[0].close()

    @contextmanager
    def _connected(self):
        """A connection to the file that is at ``path`` now, for this thread alone."""
        connection, file = self._free.pop() if self._free else (None, None)
        if connection and not _is_same_file(file, self.path):
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

    def _connect(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(
            self.path, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA cache_size = -4096")
            (made,) = connection.execute("PRAGMA user_version").fetchone()
            if made == 0:
                self._make(connection)
            elif made != FORMAT:
                raise Damaged("another format")
            if _state(connection)["boot"] != _boot():
                raise Damaged("from before the machine was started")
            return connection, _identity(self.path.stat())
        except BaseException:
            connection.close()
            raise

    def _make(self, connection):
        connection.execute("BEGIN IMMEDIATE")
        if connection.execute("PRAGMA user_version").fetchone() == (0,):
            for statement in SCHEMA.split(";\n"):
                connection.execute(statement)
            number = time.time_ns()  # beyond those of the files before, if renders know them still
            _set(connection, number=number, all_spoiled=number, position=None)
            _set(connection, release=self._release, boot=_boot())
            connection.execute(f"PRAGMA user_version = {FORMAT}")
        connection.execute("COMMIT")

    @contextmanager
    def _transaction(self):
        with self._connected() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def _state(self):
        try:
            with self._connected() as connection:
                return _state(connection)
        except FAILURES as error:
            self._failed(error)
            return {}

    def _failed(self, error, *, is_spoil=False):
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


def _page(name, coding, row):
    id_, fresh_until, stale_until, stored_at, head, body, is_coded = row
    head, body = json.loads(_opened(head)), _opened(body)
    if head["name"] != list(name) or fresh_until not in (0, head["fresh_until"]):
        raise Damaged("a page under another's name")
    headers = [tuple(pair) for pair in head["headers"]]
    coding = coding if is_coded else "identity"
    return Page(
        id_,
        head["status"],
        http.headers_in(coding, headers, head["etag"], len(body)),
        body,
        stored_at,
        fresh_until,
        stale_until,
    )


def _head(name, encoded, fresh_until):
    head = {
        "name": name,
        "status": encoded.status,
        "headers": encoded.headers,
        "etag": encoded.etag,
        "fresh_until": fresh_until,
    }
    return _sealed(json.dumps(head).encode())


def _sealed(content):
    return struct.pack("<I", zlib.crc32(content)) + content


def _opened(sealed):
    content = sealed[4:]
    if len(sealed) < 4 or struct.unpack("<I", sealed[:4])[0] != zlib.crc32(content):
        raise Damaged("a wrong check sum")
    return content


def _state(connection):
    state = dict(connection.execute("SELECT name, value FROM state"))
    for name, kind in STATE.items():
        if not isinstance(state.get(name, ...), kind):
            raise Damaged(f"no {name}")
    return state


def _set(connection, **values):
    connection.executemany("INSERT OR REPLACE INTO state VALUES (?, ?)", values.items())


def _identity(status):
    return status.st_dev, status.st_ino


def _is_same_file(identity, path):
    try:
        return identity == _identity(os.stat(path))  # noqa: PTH116  once a look-up: half the time
    except FileNotFoundError:
        return False


def _boot():
    """What tells one run of the machine from the next, where the system says."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""
