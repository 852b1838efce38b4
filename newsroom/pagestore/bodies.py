"""What clients send, taken whole before anyone works on it.

A client that sends slowly keeps one of a few places for those who send, and never a thread that
readers or the database's answers need. Those of whom nothing is known have places of their own, and
send little, so that they never stand in an editor's way. granian can neither stop reading a body
nor answer meanwhile; so where all places are kept by clients who take too long, whoever started
this process is asked for another, and their connections end with this one.
"""

import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from io import BytesIO

LARGEST_BYTES = 32 * 1024 * 1024  # more than the largest picture that the desk takes; in memory
STRANGERS_BYTES = 1024 * 1024  # of one who has not signed in, and wants to
PATIENCE_SECONDS = 20
SLOWEST_BYTES_PER_SECOND = 32 * 1024  # that make the patience longer


class Refused(Exception):
    """The request is not taken; ``status`` is what its sender is told."""

    def __init__(self, status: str):
        super().__init__(status)
        self.status = status


class Bodies:
    """Requests with a body may arrive ``places`` at a time in this process, and those of
    ``strangers`` beside them.

    ``when_stuck`` is called once, when somebody is refused because all others take longer than
    ``patience_seconds`` and what their length adds to it.
    """

    def __init__(self, places: int, strangers: int, *, patience_seconds: float = PATIENCE_SECONDS):
        self._known = _Places(places, LARGEST_BYTES)
        self._strangers = _Places(strangers, STRANGERS_BYTES)
        self._patience_seconds = patience_seconds
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
        places = self._known if is_known() else self._strangers
        most = places.largest_bytes + 1 if is_chunked else int(length)
        if most > places.largest_bytes and not is_chunked:
            raise Refused("413 Content Too Large")
        with places.one(self._patience_seconds + most / SLOWEST_BYTES_PER_SECOND) as is_free:
            if not is_free:
                self._refuse(places)
            body = _read(environ["wsgi.input"], most)
        if len(body) > places.largest_bytes:
            raise Refused("413 Content Too Large")
        if len(body) < most and not is_chunked:  # they went away: half a text is none
            raise Refused("400 Bad Request")
        environ["wsgi.input"], environ["CONTENT_LENGTH"] = BytesIO(body), str(len(body))
        environ.pop("HTTP_TRANSFER_ENCODING", None)

    def _refuse(self, places):
        if places.are_stuck():
            tell, self.when_stuck = self.when_stuck, lambda: None
            tell()
        raise Refused("503 Service Unavailable")


class _Places:
    def __init__(self, number, largest_bytes):
        self.largest_bytes = largest_bytes
        self._number, self._guard, self._deadlines = number, threading.Lock(), []

    @contextmanager
    def one(self, seconds):
        """Yields whether there is a place, which is kept meanwhile; it should take so long."""
        deadline = time.monotonic() + seconds
        with self._guard:
            is_free = len(self._deadlines) < self._number
            if is_free:
                self._deadlines.append(deadline)
        try:
            yield is_free
        finally:
            if is_free:
                with self._guard:
                    self._deadlines.remove(deadline)

    def are_stuck(self):
        with self._guard:
            return all(deadline < time.monotonic() for deadline in self._deadlines)


def drop(environ) -> None:
    """Forget the body of a request that means nothing by it (RFC 9110, 9.3.1)."""
    environ["wsgi.input"], environ["CONTENT_LENGTH"] = BytesIO(), "0"


def _read(source, most):
    body = bytearray()
    while len(body) < most and (part := source.read(min(65_536, most - len(body)))):
        body += part
    return body
