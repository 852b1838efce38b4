"""How often a line is followed, without watching anybody.

The link of a line is the plain address of its story; beside it stands, in ``ping``, an address
here (``/follow/SOURCE/TARGET/``, two stories; the source of a line on About is ``page-3``), which
browsers tell after the reader has gone on. It is answered before Django, from no database, with 204
and nothing else, and passed on to one process of this machine, the background worker, through a
socket in memory: nobody waits for it, and if it is not there or has too much to do, a follow is not
counted.

The worker counts a reader once for a line and day. To know a reader again that day it keeps, in its
memory and nowhere else, a keyed digest of network address and browser; key and digests are thrown
away at midnight (UTC) and when the process ends. What it writes down are numbers: source, target,
day, how many.
"""

import hashlib
import logging
import os
import re
import socket
import time
from collections import Counter
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from ipaddress import ip_address, ip_network
from pathlib import Path
from secrets import token_bytes
from urllib.parse import urlsplit

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection

from articles.links.following import record_follows

logger = logging.getLogger(__name__)

PATH = re.compile(r"/follow/((?:page-)?[1-9][0-9]{0,17})/([1-9][0-9]{0,17})/", re.ASCII)
WRITE_SECONDS = 5
MOST_WAITING = 10_000  # lines with follows that are not written down yet
MOST_OF_ONE = 100  # follows of one network address a day: more is no reader
MOST_READERS = 500_000  # digests kept on a day (50 MB); beyond that nothing is counted
LARGEST = 1_024  # bytes of a message
LONGEST_PATH = 100  # bytes of a socket's; Linux has room for 107, others for 103
LOOK_SECONDS = 1  # between two looks whether the socket is still there


# In the processes that answer readers


def at(path):
    """The WSGI application at ``path``, if it is the address of a line's follows."""
    match = settings.COUNT_FOLLOWS and PATH.fullmatch(path)
    return match and (
        lambda environ, start_response: _told(match[1], match[2], environ, start_response)
    )


def _told(source, target, environ, start_response):
    if environ["REQUEST_METHOD"] != "POST":
        headers = [("Allow", "POST"), ("Content-Length", "0"), ("Cache-Control", "no-store")]
        start_response("405 Method Not Allowed", headers)
        return []
    if _is_from_a_page_of_ours(environ) and not _asks_not_to_be_counted(environ):
        agent = environ.get("HTTP_USER_AGENT", "")[:300]
        _send(f"{source} {target} {address_of(environ)} {agent}".encode("utf-8", "replace"))
    start_response("204 No Content", [("Cache-Control", "no-store")])
    return []


def _is_from_a_page_of_ours(environ):
    said = environ.get("HTTP_ORIGIN") or environ.get("HTTP_PING_FROM") or ""
    try:
        host = urlsplit(said).netloc
    except ValueError:  # no address
        return False
    return (
        environ.get("HTTP_SEC_FETCH_SITE", "same-origin") == "same-origin"
        and bool(host)
        and host in (environ.get("HTTP_HOST"), urlsplit(settings.SITE_URL).netloc)
    )


def _asks_not_to_be_counted(environ):
    return environ.get("HTTP_SEC_GPC") == "1" or environ.get("HTTP_DNT") == "1"


def address_of(environ) -> str:
    """The reader's network address: what the proxy on our side saw, if there is one.

    A proxy adds to the end of ``X-Forwarded-For`` whom it speaks for; who speaks to us from the
    internet itself cannot choose an address by sending one.
    """
    address = environ.get("REMOTE_ADDR", "")
    with suppress(ValueError):
        if not ip_address(address).is_global:
            last = environ.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
            return str(ip_address(last))
    return address


_socket = None


def _send(message):
    global _socket
    if _socket is None:
        _socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        _socket.setblocking(False)
    with suppress(OSError), _address() as address:  # nobody there, or too much to do
        _socket.sendto(message[:LARGEST], address)


def _place() -> Path:
    return settings.PAGE_STORE_DIR / "follows"


@contextmanager
def _address():
    """The place as sockets take it: a longer path is named by its folder, which Linux allows."""
    place = _place()
    if len(os.fsencode(place)) <= LONGEST_PATH:
        yield str(place)
        return
    folder = os.open(place.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{place.name}"
    finally:
        os.close(folder)


# In the background worker


class Follows:
    """What was told and is not written down yet."""

    def __init__(self):
        self.waiting: Counter[tuple[int | str, int, date]] = Counter()
        self._begin(None)

    def _begin(self, day):
        self.day, self._key = day, token_bytes(32)
        self._seen, self._of_one = set(), Counter()

    def told(self, message: bytes, *, day: date) -> bool:
        """Count what a process passed on; False if it does not count."""
        if day != self.day:
            self._begin(day)
        try:
            source, target, address, agent = message.decode().split(" ", 3)
            line = _source(source), int(target)
            network = _network(address)
        except ValueError:
            return False
        reader = self._digest(network, agent, source, target)
        one = self._digest(network)
        if (
            reader in self._seen
            or self._of_one[one] >= MOST_OF_ONE
            or len(self._seen) >= MOST_READERS
            or ((*line, day) not in self.waiting and len(self.waiting) >= MOST_WAITING)
        ):
            return False
        self._seen.add(reader)
        self._of_one[one] += 1
        self.waiting[*line, day] += 1
        return True

    def _digest(self, *parts):
        said = "\0".join(parts).encode()
        return int.from_bytes(hashlib.blake2b(said, key=self._key, digest_size=8).digest())

    def write(self) -> None:
        """Write down what waits; it goes on waiting while the database does not answer."""
        if self.waiting:
            record_follows(self.waiting)
            self.waiting.clear()


def _source(said):
    """The id of a story, or what a page is called."""
    number = int(said.removeprefix("page-"))
    return f"page-{number}" if said.startswith("page-") else number


def _network(address):
    """Who has an IPv6 address has 2^64 of them."""
    ip = ip_address(address.partition("%")[0])
    return str(ip if ip.version == 4 else ip_network(f"{ip}/64", strict=False))


class Ear:
    """The socket that other processes pass follows on to; made again when its folder is deleted."""

    def __init__(self):
        self._socket = None
        self._has_complained = False

    def hear(self) -> bytes | None:
        """The next message, or None when none came for LOOK_SECONDS."""
        if self._socket is None or not _place().exists():
            self._listen()
        if self._socket is None:
            time.sleep(LOOK_SECONDS)
            return None
        try:
            return self._socket.recv(LARGEST)
        except TimeoutError:
            return None

    def close(self) -> None:
        if self._socket:
            self._socket.close()
            self._socket = None

    def _listen(self):
        self.close()
        place = _place()
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.unlink(missing_ok=True)
            with _address() as address:
                listening.bind(address)
            place.chmod(0o600)
        except OSError as error:
            listening.close()
            if not self._has_complained:
                logger.error("Follows of lines are not counted: %s: %s", place, error)
            self._has_complained = True
            return
        listening.settimeout(LOOK_SECONDS)
        self._socket, self._has_complained = listening, False


def follow() -> None:
    """Beside the background worker, for ever: count what the other processes pass on."""
    if not settings.COUNT_FOLLOWS:
        with suppress(OSError):
            _place().unlink()  # of a process that counted
        return
    follows, ear, written_at = Follows(), Ear(), time.monotonic()
    while True:
        if message := ear.hear():
            follows.told(message, day=datetime.now(UTC).date())
        if time.monotonic() - written_at > WRITE_SECONDS:
            written_at = time.monotonic()
            try:
                follows.write()
            except DatabaseError:
                connection.close()
            except Exception:
                logger.exception("Follows of lines could not be written down.")
                follows.waiting.clear()
            if connection.vendor == "sqlite":
                connection.close()
