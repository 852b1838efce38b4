"""Answers that the application gives in pieces: files.

Whoever reads slowly would keep the thread that gives the pieces. So what is no longer than a
picture of a page is taken whole, and the server sends it without us; and of what is longer only a
few may be on their way at a time.
"""

import threading
from collections.abc import Iterable, Iterator

WHOLE_BYTES = 1024 * 1024  # at which a file may be in memory for each who reads it slowly
LONG_ONES = 6  # at a time in one process; each keeps a thread


class TooMany(Exception):
    """As many long answers as there may be are on their way."""


class Pieces:
    def __init__(self, long_ones: int = LONG_ONES):
        self._free = threading.Semaphore(long_ones)

    def of(self, chunks: Iterable[bytes], headers: list[tuple[str, str]]) -> Iterable[bytes]:
        """``chunks`` as they may be given to whoever reads. Raises TooMany, and closes them."""
        if isinstance(chunks, list) or not getattr(chunks, "streaming", True):
            return chunks
        length = next((value for name, value in headers if name.lower() == "content-length"), "")
        if length.isdecimal() and int(length) <= WHOLE_BYTES:
            try:
                return [b"".join(chunks)]
            finally:
                close(chunks)
        if not self._free.acquire(blocking=False):
            close(chunks)
            raise TooMany
        return _Long(chunks, self._free.release)


class _Long:
    """``chunks`` that say when they were read, or that nobody goes on reading."""

    def __init__(self, chunks, ended):
        self._chunks, self._ended = chunks, ended
        self._guard = threading.Lock()

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._chunks)

    def close(self):
        if self._guard.acquire(blocking=False):  # once
            try:
                close(self._chunks)
            finally:
                self._ended()


def close(chunks) -> None:
    getattr(chunks, "close", lambda: None)()
