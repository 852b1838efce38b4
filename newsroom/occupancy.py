"""As what a folder of data is being served: a lock that each server's process keeps on a file.

Pages are rendered for one address. Two servers with the same data and different addresses would
throw away each other's pages for ever, and show readers of the one links to the other.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class ServedOtherwise(Exception):
    """The folder is being served at another address, which is the message."""


@contextmanager
def serving(path: Path, site_url: str) -> Iterator[None]:
    """Keep the lock at ``path``, which others may have too if they serve at ``site_url``."""
    with path.open("a+") as file:
        if _is_free(file):
            file.truncate(0)
            file.write(site_url)
            file.flush()
        elif (other := _read(file)) != site_url:
            raise ServedOtherwise(other)
        fcntl.flock(file, fcntl.LOCK_SH)
        yield


def served_at(path: Path) -> str:
    """The address at which somebody serves now, or nothing."""
    try:
        with path.open() as file:
            return "" if _is_free(file) else _read(file)
    except FileNotFoundError:
        return ""


def _is_free(file):
    """Whether nobody else has the lock, which then is ours alone."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read(file):
    file.seek(0)
    return file.read()
