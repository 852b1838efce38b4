"""What clients send, taken whole before anyone works on it.

A client that sends slowly keeps one of a few places for those who send, and never a thread that
readers or the database's answers need. How long it may take is not limited here: granian cannot
answer a request while its body is being read. A proxy that buffers can.
"""

import threading
from io import BytesIO

LARGEST_BYTES = 32 * 1024 * 1024  # more than the largest picture that the desk takes; in memory


class Refused(Exception):
    """The request is not taken; ``status`` is what its sender is told."""

    def __init__(self, status: str):
        super().__init__(status)
        self.status = status


class Bodies:
    """``places`` requests with a body may arrive at a time in this process."""

    def __init__(self, places: int):
        self._places = threading.BoundedSemaphore(places)

    def take(self, environ) -> None:
        """Put the whole body in place of ``wsgi.input``; raises Refused."""
        length = environ.get("CONTENT_LENGTH") or "0"
        is_chunked = "HTTP_TRANSFER_ENCODING" in environ
        if not length.isascii() or not length.isdigit():
            raise Refused("400 Bad Request")
        if length == "0" and not is_chunked:
            return
        most = LARGEST_BYTES + 1 if is_chunked else int(length)
        if most > LARGEST_BYTES and not is_chunked:
            raise Refused("413 Content Too Large")
        if not self._places.acquire(blocking=False):
            raise Refused("503 Service Unavailable")
        try:
            body = _read(environ["wsgi.input"], most)
        finally:
            self._places.release()
        if len(body) > LARGEST_BYTES:
            raise Refused("413 Content Too Large")
        if len(body) < most and not is_chunked:  # they went away: half a text is none
            raise Refused("400 Bad Request")
        environ["wsgi.input"], environ["CONTENT_LENGTH"] = BytesIO(body), str(len(body))
        environ.pop("HTTP_TRANSFER_ENCODING", None)


def drop(environ) -> None:
    """Forget the body of a request that means nothing by it (RFC 9110, 9.3.1)."""
    environ["wsgi.input"], environ["CONTENT_LENGTH"] = BytesIO(), "0"


def _read(source, most):
    body = bytearray()
    while len(body) < most and (part := source.read(min(65_536, most - len(body)))):
        body += part
    return body
