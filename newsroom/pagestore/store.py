"""The store: pages found by name, kept, and spoiled by key, over all processes of a machine."""

import json
import time
from collections.abc import Iterable
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from . import http
from .file import FAILURES, File, set_state, state_in
from .generation import NEVER, TOKEN, Generation
from .memory import Memory
from .page import Name, Page, Rendered, head_of, page_from, sealed
from .turns import Turns

SPOILS_KEPT_SECONDS = 3600  # longer than any render takes
EVICTED_AT_ONCE = 64
ANY_AGE = -1.0  # in place of a moment

FIND = {
    coding: f"""
    SELECT page.id, fresh_until, stale_until, stored_at, head,
        coalesce({coding}, identity), {coding} IS NOT NULL
    FROM page JOIN body USING (id) WHERE path = ? AND query = ?
    """  # noqa: S608  the codings are ours
    for coding in http.CODINGS
}


class Spoiled(NamedTuple):
    key: str
    is_final: bool  # no page that shows it may be seen again, whatever happens


class Unwritable(Exception):
    """A spoil could not be written, so the store is closed. Try again."""


class _Overtaken(Exception):
    """Another process did what this one was about to do."""


class Store:
    """All pages of one site on one machine; any number of processes and threads share a folder.

    ``release`` names the code and settings that pages are rendered with: under another, all pages
    are out of date. Nothing raises for what happens to the files.
    """

    def __init__(self, folder: Path, *, release: str = "", largest_bytes: int = 1024**3):
        self.folder = Path(folder)
        self.path = self.folder / "pages.sqlite3"
        self._release, self._largest_bytes = release, largest_bytes
        self._file = File(self.path, release=release)
        self._generation = Generation(self.folder / "generation")
        self._memory = Memory()
        self.turns = Turns(self.folder / "turns")

    def begin(self) -> bool:
        """Once in a process: pages of another release are out of date from now on.

        Returns whether that is so; else nobody uses the store, and it is to be tried again.
        """
        try:
            with self._file.transaction() as connection:
                state = state_in(connection)
                if state["release"] == self._release:
                    return True
                number = state["number"] + 1
                connection.execute("UPDATE page SET fresh_until = 0")
                set_state(connection, release=self._release, number=number, all_spoiled=number)
        except FAILURES as error:
            self.close()
            self._file.failed(error, is_spoil=True)
            return False
        self._generation.change(number)
        return True

    def is_of_this_release(self) -> bool:
        """Whether the pages of the file are such as this process would render."""
        return self._state().get("release") == self._release

    # Reading

    def find(self, name: Name, coding: str, now: float) -> Page | None:
        """The page in ``coding`` if that is worth it; look at its moments before showing it.

        One that is not fresh at ``now``, or at ANY_AGE, is as the file has it.
        """
        try:
            generation = self._generation.shared[TOKEN]
        except TypeError:  # no folder to keep anything in
            return None
        page = self._memory.get((name, coding))
        is_known = page is not None and page.generation == generation
        if is_known and (now == ANY_AGE or page.is_fresh(now)):
            page.is_used = True
            return page
        if self._generation.opened() == NEVER:
            return None
        return self._read(name, coding, generation)

    def _read(self, name, coding, generation):
        try:
            with self._file.connected() as connection:
                row = connection.execute(FIND[coding], name).fetchone()
                page = row and page_from(name, coding, row)
        except FAILURES as error:
            self._file.failed(error)
            return None
        if page:
            page.generation = generation  # as it was before the look
            self._memory.remember((name, coding), page)
        return page

    def cool(self) -> None:
        """Forget what is in memory."""
        self._memory.forget()

    # Keeping

    def number(self) -> int | None:
        """Of the last spoil; None while nothing may be kept. To be asked before a render begins."""
        state = self._state()
        if state.get("position") is None or state.get("release") != self._release:
            return None
        return state["number"]

    def keep(self, rendered: Rendered) -> bool:
        """Whether it was kept: not if one of its keys was spoiled since its render began."""
        try:
            with self._file.transaction() as connection:
                if not self._is_still_true(connection, rendered):
                    return False
                self._make_room(connection)
                self._put(connection, rendered, used_at=rendered.began_at)
        except FAILURES as error:
            self._file.failed(error)
            return False
        return True

    def _put(self, connection, rendered, *, used_at):
        name, encoded, lifetime, began_at, _ = rendered
        fresh_until = began_at + lifetime.fresh_seconds
        bodies = {coding: sealed(body) for coding, body in encoded.bodies.items()}
        connection.execute("DELETE FROM page WHERE path = ? AND query = ?", name)
        (page,) = connection.execute(
            "INSERT INTO page (path, query, fresh_until, stale_until, stored_at, used_at) "
            "VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
            (*name, fresh_until, fresh_until + lifetime.stale_seconds, began_at, used_at),
        ).fetchone()
        connection.execute(
            "INSERT INTO body (id, head, br, gzip, identity) VALUES (?, ?, ?, ?, ?)",
            (page, head_of(name, encoded, fresh_until), *map(bodies.get, http.CODINGS)),
        )
        keys = [(key, page) for key in sorted(lifetime.keys)]
        connection.executemany("INSERT INTO page_key (key, page) VALUES (?, ?)", keys)

    def _is_still_true(self, connection, rendered):
        state, number = state_in(connection), rendered.number
        if state["release"] != self._release or state["position"] is None:
            return False
        if not state["all_spoiled"] <= number <= state["number"]:  # the file may be another
            return False
        since = "key IN (SELECT value FROM json_each(?)) AND number > ?"  # however many they are
        spoiled = connection.execute(
            f"SELECT 1 FROM spoiled WHERE {since}",  # noqa: S608
            (json.dumps([*rendered.lifetime.keys]), number),
        )
        return not spoiled.fetchone()

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
        """How far the follower of the outbox has come; None when the store is to begin anew.

        When this returns, no process shows as fresh what was spoiled on the way there: whoever
        wrote that may have been killed or held up before saying so. The files may have been deleted
        too.
        """
        self._generation.map()
        state = self._state()
        if state and state["number"] != self._generation.number():
            self._generation.change(state["number"])
        return state.get("position") if self.is_open() else None

    def shown(self, keys: Iterable[str], *, used_since: float, most: int) -> list[Name]:
        """Of the fresh pages that show one of these keys and were used since, the most used."""
        try:
            with self._file.connected() as connection:
                found = connection.execute(
                    "SELECT path, query FROM page WHERE fresh_until > ? AND used_at >= ? "
                    "AND id IN (SELECT page FROM page_key "
                    "WHERE key IN (SELECT value FROM json_each(?))) ORDER BY used_at DESC LIMIT ?",
                    (time.time(), used_since, json.dumps([*keys]), most),
                )
                return [Name(*row) for row in found]
        except FAILURES as error:
            self._file.failed(error)
            return []

    def spoil(
        self,
        spoils: Iterable[Spoiled],
        *,
        since: str | None = None,
        position: str | None = None,
        renewed: Iterable[Rendered] = (),
    ) -> list[Name] | None:
        """Mark the pages that show one of these keys, delete those whose key is final.

        With ``position``, the follower has come from ``since`` so far; None is returned, and
        nothing done, if another process was faster. Returns the names of the pages that are out of
        date now, the most used first. When this returns, no process shows one of them as fresh.

        ``renewed`` pages take their places at the same moment. Their renders began when the change
        had been made, so these spoils do not concern them, but any other since then does.
        """
        names = {}
        with suppress(_Overtaken), self._spoiling() as (connection, number):
            if position is not None and state_in(connection)["position"] != since:
                raise _Overtaken
            now = time.time()
            renewed = [page for page in renewed if self._is_still_true(connection, page)]
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
            for page in renewed:  # not used again by being rendered
                self._put(connection, page, used_at=names.get(page.name, now))
            if position is not None:
                set_state(connection, position=position)
            return sorted(names, key=names.get, reverse=True)
        return None

    def spoil_all(self, *, position: str) -> None:
        """Forget every page: nobody can say which of them are out of date. Opens the store."""
        opened = self._generation.opened()
        with self._spoiling() as (connection, number):
            connection.execute("DELETE FROM page")
            set_state(connection, position=position, all_spoiled=number)
        self._generation.open(opened)

    def close(self) -> None:
        """No process uses the store until it began anew: a spoil is missing in it."""
        self._generation.close()

    def last_spoil(self) -> int | None:
        """The number of the last that every process knows of; a look into shared memory."""
        return self._generation.number()

    def is_open(self) -> bool:
        return self._generation.opened() != NEVER

    @contextmanager
    def _spoiling(self):
        """A transaction that spoils: (connection, its number). Any failure closes the store."""
        try:
            with self._file.transaction() as connection:
                number = state_in(connection)["number"] + 1
                yield connection, number
                set_state(connection, number=number)
        except FAILURES as error:
            self.close()
            self._file.failed(error, is_spoil=True)
            raise Unwritable from error
        self._generation.change(number)

    # What is counted

    def note(self, counts: dict[str, float]) -> None:
        """Add ``counts`` to those of all processes, and write which pages were used."""
        now = time.time()
        used = [(now, page) for page in self._memory.used()]
        counts = {name: value for name, value in counts.items() if value}
        if not used and not counts:
            return
        try:
            with self._file.transaction() as connection:
                connection.executemany("UPDATE page SET used_at = ? WHERE id = ?", used)
                connection.executemany(
                    "INSERT INTO counter VALUES (?, ?) "
                    "ON CONFLICT (name) DO UPDATE SET value = value + excluded.value",
                    counts.items(),
                )
        except FAILURES as error:
            self._file.failed(error)

    def counted(self) -> dict[str, float]:
        """The counts of all processes, with ``pages``, ``pages_fresh`` and ``bytes``."""
        try:
            with self._file.connected() as connection:
                found = dict(connection.execute("SELECT name, value FROM counter"))
                found["pages"], found["pages_fresh"] = connection.execute(
                    "SELECT count(*), count(*) FILTER (WHERE fresh_until > ?) FROM page",
                    (time.time(),),
                ).fetchone()
                found["bytes"] = self.path.stat().st_size
        except FAILURES as error:
            self._file.failed(error)
            return {}
        return found

    def names(self) -> list[Name]:
        """Of all pages that are fresh."""
        try:
            with self._file.connected() as connection:
                found = connection.execute(
                    "SELECT path, query FROM page WHERE fresh_until > ?", (time.time(),)
                )
                return [Name(*row) for row in found]
        except FAILURES as error:
            self._file.failed(error)
            return []

    def disconnect(self) -> None:
        self._file.disconnect()

    def _state(self):
        try:
            with self._file.connected() as connection:
                return state_in(connection)
        except FAILURES as error:
            self._file.failed(error)
            return {}
