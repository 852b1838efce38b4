"""Puts files into the storage whole or not at all; those who make them take turns."""

import os
import secrets
import zlib
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.files import locks
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.utils import timezone

LEFT_OVER_AFTER = timedelta(days=1)


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


def is_left_over(path: str) -> bool:
    """Whether the file at ``path`` is half of one, whose maker was killed a day ago or more."""
    if not path.endswith(".part"):
        return False
    with suppress(FileNotFoundError):  # it was renamed a moment ago
        return timezone.now() - default_storage.get_modified_time(path) > LEFT_OVER_AFTER
    return False


@contextmanager
def turn(name: str):
    """Hold the only turn of this ``name`` among all threads and processes of this machine.

    Run no query inside, so that whoever holds a turn never waits for somebody who waits for it.
    """
    path = Path(settings.MEDIA_ROOT) / ".turns" / name  # on a disk of ours, wherever the files are
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        locks.lock(file, locks.LOCK_EX)  # let go when the file is closed
        yield


def turn_to_decode():
    """Memory is why: one picture of 50 megapixels can take 400 MB."""
    return turn("decode")


def turn_to_make(name: str):
    """The turn to make the file ``name``. Some names share one: they are many, and files stay."""
    return turn(f"make-{zlib.crc32(name.encode()) % 64:02}")


def _path(name: str) -> Path | None:
    """Where ``name`` is on this machine's disk, or None when the storage is elsewhere."""
    if isinstance(default_storage, FileSystemStorage):
        return Path(default_storage.path(name))
    return None
