"""A few bytes that all processes share: as long as they stay, what each has in memory is true."""

import logging
import mmap
import os
import struct
from pathlib import Path

logger = logging.getLogger(__name__)

NEVER = bytes(8)
TOKEN, NUMBER, OPENED = slice(0, 8), slice(8, 16), slice(16, 24)


class Generation:
    """The bytes, mapped from a file, so that a look at them costs no system call.

    A token, another for each spoil, under which pages are remembered; the number of the spoil that
    it follows; and what is zero while the store is closed. ``shared`` is the map, and None where
    there is no folder to write to.
    """

    def __init__(self, path: Path):
        self._path = path
        self.shared = self._identity = None
        self.map()

    def map(self) -> None:
        """Share the file that is there now. One that is made here is closed."""
        if self.shared is not None:
            if is_same_file(self._identity, self._path):
                return
            self.close()  # for those who share the old one still
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                if os.fstat(file).st_size != OPENED.stop:
                    os.ftruncate(file, OPENED.stop)
                shared, self._identity = mmap.mmap(file, OPENED.stop), identity(os.fstat(file))
                self.shared = shared
            finally:
                os.close(file)
        except OSError as error:
            logger.warning("The page store has no folder to write to: %s", error)

    def number(self) -> int | None:
        """Of the last spoil that every memory knows of."""
        return self.shared and struct.unpack("<q", self.shared[NUMBER])[0]

    def change(self, number: int) -> None:
        """Nothing in any memory is true any longer, for the spoil with ``number`` is written."""
        if self.shared is not None:
            self.shared[TOKEN] = os.urandom(8)
            self.shared[NUMBER] = struct.pack("<q", number)  # last: whoever reads it relies on it

    def opened(self) -> bytes:
        """Which opening of the store this is; NEVER while it is closed."""
        return NEVER if self.shared is None else self.shared[OPENED]

    def open(self, before: bytes) -> None:
        """Let every process use the store, unless one closed it since ``opened`` was ``before``."""
        if self.shared is not None and self.shared[OPENED] == before:
            self.shared[OPENED] = os.urandom(8)

    def close(self) -> None:
        if self.shared is not None:
            self.shared[OPENED] = self.shared[TOKEN] = NEVER


def identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def is_same_file(known: tuple[int, int], path: Path) -> bool:
    try:
        return known == identity(os.stat(path))  # noqa: PTH116  once a look-up: half the time
    except FileNotFoundError:
        return False
