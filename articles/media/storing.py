"""Puts files into the storage whole or not at all, and lets one picture be decoded at a time."""

import os
import secrets
import threading
from contextlib import contextmanager
from pathlib import Path

from django.core.files import locks
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage

_one_thread = threading.Lock()


def keep(name: str, content: bytes) -> None:
    """Keep ``content`` under ``name``, where nobody ever sees half of it; what stands there stays.

    For names that follow from their content, so that it does not matter who of two writers wins.
    """
    if default_storage.exists(name):
        return
    path = _path(name)
    if path is None:  # an object store: a file is there once it is complete
        saved_as = default_storage.save(name, ContentFile(content))
        if saved_as != name:  # another came first, and the storage would not overwrite it
            default_storage.delete(saved_as)
        return
    part = Path(
        default_storage.path(
            default_storage.save(f"{name}.{secrets.token_hex(8)}.part", ContentFile(content))
        )
    )
    try:
        with part.open("rb+") as file:
            os.fsync(file.fileno())  # or a power cut could leave the name without the content
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


@contextmanager
def one_at_a_time():
    """Hold the only turn to decode pictures, among all threads and, on a local disk, all processes.

    Memory is why: one picture of 50 megapixels can take 400 MB. Run no query inside, so that
    whoever holds the turn never waits for somebody who waits for it.
    """
    with _one_thread:
        path = _path("renditions/.turn")
        if path is None:
            yield
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as turn:
            locks.lock(turn, locks.LOCK_EX)  # let go when the file is closed
            yield


def _path(name: str) -> Path | None:
    """Where ``name`` is on this machine's disk, or None when the storage is elsewhere."""
    if isinstance(default_storage, FileSystemStorage):
        return Path(default_storage.path(name))
    return None
