"""Turns: one of many does the work, the others wait for it; over threads and processes.

Between processes it is a lock on one byte of a file, which the kernel lets go of when its owner
dies, however it dies. Two names that share a byte merely wait for each other.
"""

import fcntl
import os
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PAUSE_SECONDS = 0.004  # between two looks at a lock that another process holds
SLICE_SECONDS = 0.1  # between two looks at whether waiting makes sense


class Turns:
    def __init__(self, path: Path):
        self._path = path
        self._file = None  # opened once: closing any descriptor of a file frees all of its locks
        self._guard = threading.Lock()
        self._locks = {}  # name → [lock, how many threads know it]

    @contextmanager
    def take(
        self, name, *, seconds: float, give_up: Callable[[], bool] = lambda: False
    ) -> Iterator[bool]:
        """Yields whether it is our turn. Waits at most ``seconds``, or until ``give_up()``."""
        deadline = time.monotonic() + seconds
        with self._guard:
            lock = self._locks.setdefault(name, [threading.Lock(), 0])
            lock[1] += 1
        is_ours = is_alone = False
        try:
            is_ours = self._wait(lock[0], deadline, give_up)
            is_alone = is_ours and self._lock_byte(name, deadline, give_up)
            yield is_alone
        finally:
            if is_alone:
                self._unlock_byte(name)
            if is_ours:
                lock[0].release()
            with self._guard:
                lock[1] -= 1
                if not lock[1]:
                    del self._locks[name]

    def _wait(self, lock, deadline, give_up):
        while True:
            left = deadline - time.monotonic()
            if lock.acquire(timeout=min(max(left, 0), SLICE_SECONDS)):
                return True
            if left <= 0 or give_up():
                return False

    def _lock_byte(self, name, deadline, give_up):
        while True:
            try:
                fcntl.lockf(self._descriptor(), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _byte(name))
            except (BlockingIOError, PermissionError):  # another process has it
                if time.monotonic() >= deadline or give_up():
                    return False
                time.sleep(PAUSE_SECONDS)
            except OSError:  # no such file can be made: then only threads take turns
                return True
            else:
                return True

    def _unlock_byte(self, name):
        with suppress(OSError):
            fcntl.lockf(self._descriptor(), fcntl.LOCK_UN, 1, _byte(name))

    def _descriptor(self):
        with self._guard:
            if self._file is None:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            return self._file


def _byte(name):
    return zlib.crc32(repr(name).encode())
