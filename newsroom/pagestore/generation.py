"""Eight bytes that all processes share: as long as they stay, what each has in memory is true."""

import logging
import mmap
import os
from pathlib import Path

logger = logging.getLogger(__name__)

CLOSED = bytes(8)


class Generation:
    """The bytes, mapped from a file, so that a look at them costs no system call.

    ``shared`` is the map, and None where there is no folder to write to.
    """

    def __init__(self, path: Path):
        self._path = path
        self.shared = self._identity = None
        self.map()

    def map(self) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                if os.fstat(file).st_size != 8:
                    os.ftruncate(file, 8)
                self.shared, self._identity = mmap.mmap(file, 8), identity(os.fstat(file))
            finally:
                os.close(file)
        except OSError as error:
            logger.warning("The page store has no folder to write to: %s", error)

    def is_lost(self) -> bool:
        """Whether others may share another file by now, for this one was deleted."""
        return self.shared is None or not is_same_file(self._identity, self._path)

    def is_open(self) -> bool:
        return self.shared is not None and self.shared[:8] != CLOSED

    def change(self) -> None:
        """Nothing in any memory is true any longer."""
        self._say(os.urandom(8))

    def close(self) -> None:
        """No process uses the store until the next change."""
        self._say(CLOSED)

    def _say(self, generation):
        if self.shared is not None:
            self.shared[:8] = generation


def identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def is_same_file(known: tuple[int, int], path: Path) -> bool:
    try:
        return known == identity(os.stat(path))  # noqa: PTH116  once a look-up: half the time
    except FileNotFoundError:
        return False
