"""What clients send, taken whole before anyone works on it.

A client that sends slowly keeps one of a few places for those who send, and never a thread that
readers or the database's answers need. Those of whom nothing is known have places of their own, and
send little, so that they never stand in an editor's way; what is no longer than the form in which
somebody signs in has more of them. No address keeps more than half, so one that sends slowly is in
nobody's way but its own. granian can neither stop reading a body nor answer meanwhile; so where all
places are kept by clients who take too long, whoever started this process is asked for another, and
their connections end with this one.
"""

import threading
import time
from collections.abc import Callable
from contextlib import contextmanager, suppress
from io import BytesIO
from ipaddress import ip_address, ip_network

LARGEST_BYTES = 32 * 1024 * 1024  # more than the largest picture that the desk takes; in memory
STRANGERS_BYTES = 1024 * 1024  # of one who has not signed in, and wants to
PATIENCE_SECONDS = 20
SLOWEST_BYTES_PER_SECOND = 32 * 1024  # that make the patience longer
FORM_BYTES = 8 * 1024  # as one signs in with, which is sent at once
FORMS = 8  # of strangers at a time
FORM_PATIENCE = 1 / 4  # of that for others
REST = 3  # times the patience between two replacements, so that nobody keeps the site at that


class Refused(Exception):
    """The request is not taken; ``status`` is what its sender is told."""

    def __init__(self, status: str):
        super().__init__(status)
        self.status = status


class Bodies:
    """Requests with a body may arrive ``places`` at a time in this process, and beside them those
    of ``strangers``, and FORMS of theirs that are short.

    ``when_stuck`` is called once, when somebody is refused because all who are in the way take
    longer than ``patience_seconds`` and what their length adds to it.
    """

    def __init__(self, places: int, strangers: int, *, patience_seconds: float = PATIENCE_SECONDS):
        self._known = _Places(places, LARGEST_BYTES, patience_seconds, share=places)
        self._strangers = _Places(strangers, STRANGERS_BYTES, patience_seconds)
        self._forms = _Places(FORMS, FORM_BYTES, FORM_PATIENCE * patience_seconds)
        self._rests_until = time.monotonic() + REST * patience_seconds
        self.when_stuck: Callable[[], None] = lambda: None

    def take(self, environ, *, is_known: Callable[[], bool]) -> None:
        """Put the whole body in place of ``wsgi.input``; raises Refused.

        ``is_known`` tells of the sender, and is asked only if there is a body.
        """
        length = environ.get("CONTENT_LENGTH") or "0"
        is_chunked = "HTTP_TRANSFER_ENCODING" in environ
        if not length.isascii() or not length.isdigit():
            raise Refused("400 Bad Request")
        if length == "0" and not is_chunked:
            return
        is_short = not is_chunked and int(length) <= FORM_BYTES
        strangers = self._forms if is_short else self._strangers
        places = self._known if is_known() else strangers
        address = _network(environ.get("REMOTE_ADDR", ""))
        most = places.largest_bytes + 1 if is_chunked else int(length)
        if most > places.largest_bytes and not is_chunked:
            raise Refused("413 Content Too Large")
        with places.one(address, most / SLOWEST_BYTES_PER_SECOND) as is_free:
            if not is_free:
                self._refuse(places, address)
            body = _read(environ["wsgi.input"], most)
        if len(body) > places.largest_bytes:
            raise Refused("413 Content Too Large")
        if len(body) < most and not is_chunked:  # they went away: half a text is none
            raise Refused("400 Bad Request")
        environ["wsgi.input"], environ["CONTENT_LENGTH"] = BytesIO(body), str(len(body))
        environ.pop("HTTP_TRANSFER_ENCODING", None)

    def _refuse(self, places, address):
        if places.are_stuck(address) and time.monotonic() >= self._rests_until:
            tell, self.when_stuck = self.when_stuck, lambda: None
            tell()
        raise Refused("503 Service Unavailable")


class _Places:
    """``number`` of them, of which one address may keep its ``share``, by default half."""

    def __init__(self, number, largest_bytes, patience_seconds, *, share=None):
        self.largest_bytes = largest_bytes
        self._number, self._share = number, share or -(-number // 2)
        self._patience_seconds = patience_seconds
        self._guard, self._kept = threading.Lock(), []  # (address, deadline)

    @contextmanager
    def one(self, address, seconds):
        """Yields whether there is a place, which is kept meanwhile; ``seconds`` more than the
        patience are no reproach."""
        place = address, time.monotonic() + self._patience_seconds + seconds
        with self._guard:
            is_free = len(self._kept) < self._number and len(self._of(address)) < self._share
            if is_free:
                self._kept.append(place)
        try:
            yield is_free
        finally:
            if is_free:
                with self._guard:
                    self._kept.remove(place)

    def are_stuck(self, address):
        """Whether all who keep ``address`` out take too long."""
        with self._guard:
            theirs = self._of(address)
            in_the_way = theirs if len(theirs) >= self._share else self._kept
            return all(deadline < time.monotonic() for _, deadline in in_the_way)

    def _of(self, address):
        return [place for place in self._kept if place[0] == address]


def _network(address):
    """What one client may be taken for: an address, or in IPv6 the network that it has whole."""
    with suppress(ValueError):
        found = ip_address(address)
        if found.version == 6 and not found.ipv4_mapped:
            return str(ip_network((found, 64), strict=False))
    return address


def drop(environ) -> None:
    """Forget the body of a request that means nothing by it (RFC 9110, 9.3.1)."""
    environ["wsgi.input"], environ["CONTENT_LENGTH"] = BytesIO(), "0"


def _read(source, most):
    body = bytearray()
    while len(body) < most and (part := source.read(min(65_536, most - len(body)))):
        body += part
    return body
