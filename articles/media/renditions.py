"""The files of renditions: made once, ahead or on the spot, and forgotten with their picture.

Whoever makes a file holds its turn, so that it is made once. Files that readers ask for are made
one at a time on the whole machine, and each process has only so many of them waiting: the threads
that wait here are the ones that answer everybody else.
"""

import threading
from collections import Counter
from collections.abc import Iterable
from contextlib import contextmanager, suppress
from functools import partial

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction

from articles.models import Image

from . import pixels
from .specs import Rendition, all_renditions, is_name, made_ahead, named, renditions
from .storing import is_left_over, keep, turn, turn_to_decode, turn_to_make

MOST_WAITED_FOR = 8  # files, in each process, which has 16 threads; a browser asks for six at once

_waited_for = Counter()  # path → how many threads wait for the file
_guard = threading.Lock()


class Busy(Exception):
    """Too many files are being waited for already."""


@contextmanager
def turn_of_a_reader(path: str):
    """Hold the turn to make what a reader asks for, the file at ``path``. Raises Busy."""
    with _guard:
        if path not in _waited_for and len(_waited_for) >= MOST_WAITED_FOR:
            raise Busy
        _waited_for[path] += 1
    try:
        with turn("reader"):
            yield
    finally:
        with _guard:
            _waited_for[path] -= 1
            if not _waited_for[path]:
                del _waited_for[path]


def make_renditions(image: Image, wanted: Iterable[Rendition] | None = None) -> list[str]:
    """Make the files of ``wanted`` (default: all that are made ahead) that are not there yet.

    Returns their names. Safe to call at any time, twice, and from several processes: each file is
    made once and appears whole. No query. Raises FileNotFoundError when the original is gone.
    """
    missing = [r for r in wanted or made_ahead(image) if not default_storage.exists(_at(image, r))]
    small = None
    for rendition in missing:
        if not rendition.moves and small is None:
            small = _decoded(image, [r for r in missing if not r.moves])
        _make(image, rendition, small)
    return [rendition.name for rendition in missing]


def open_rendition(image: Image, name: str) -> File:
    """The file of the rendition ``name`` of ``image``, made on the spot if it is missing.

    A file that was made for an earlier focal point is still there for pages that were stored
    before. No query. Raises FileNotFoundError for everything that is not a rendition, Busy.
    """
    if not is_name(name):
        raise FileNotFoundError(name)
    path = f"{_folder(image.digest)}/{name}"
    with suppress(FileNotFoundError):
        return default_storage.open(path)
    rendition = named(image, name)
    if rendition is None:
        raise FileNotFoundError(name)
    with turn_of_a_reader(path):
        make_renditions(image, [rendition])
    return default_storage.open(path)


def open_similar(image: Image, name: str) -> tuple[File, str]:
    """Another rendition that shows the same, and its name: what there is while ``name`` is not.

    Raises FileNotFoundError if there is none.
    """
    wanted = named(image, name)
    if wanted is None:
        raise FileNotFoundError(name)
    for other in sorted(
        renditions(image, name.partition("-")[0]),
        key=lambda r: (r.moves != wanted.moves, abs(r.width_px - wanted.width_px)),
    ):
        with suppress(FileNotFoundError):
            return default_storage.open(_at(image, other)), other.name
    raise FileNotFoundError(name)


def forget(image: Image) -> None:
    """Remove the files of a deleted ``image`` after commit, unless the same picture came back.

    What cannot be removed stays: nothing leads to it.
    """
    transaction.on_commit(partial(_remove_files, image.digest, image.file.name), robust=True)


def remove_old(image: Image) -> int:
    """Remove the files of ``image`` that no page names any more; how many there were."""
    current = {rendition.name for rendition in all_renditions(image)}
    paths = (f"{_folder(image.digest)}/{n}" for n in _files(image.digest) if n not in current)
    # What somebody is making at this moment is no name of a rendition, but will be one.
    old = [path for path in paths if not path.endswith(".part") or is_left_over(path)]
    for path in old:
        default_storage.delete(path)
    return len(old)


def _remove_files(digest, original):
    if Image.objects.filter(digest=digest).exists():
        return
    default_storage.delete(original)
    folder = _folder(digest)
    for name in _files(digest):
        default_storage.delete(f"{folder}/{name}")
    with suppress(FileNotFoundError):  # none was ever made
        default_storage.delete(folder)


def _files(digest):
    with suppress(FileNotFoundError):
        return default_storage.listdir(_folder(digest))[1]
    return []


def _folder(digest):
    return f"renditions/{digest[:2]}/{digest}"


def _at(image, rendition):
    return f"{_folder(image.digest)}/{rendition.name}"


def _decoded(image, wanted):
    """The picture large enough for all ``wanted``, and the factor that it shrank by."""
    scale = max(r.width_px / (r.box[2] - r.box[0]) for r in wanted)
    with turn_to_decode(), default_storage.open(image.file.name) as original:
        return pixels.shrunk(original, scale)


def _make(image, rendition, decoded):
    path = _at(image, rendition)
    with turn_to_make(path):
        if default_storage.exists(path):  # somebody made it while we waited
            return
        size = rendition.width_px, rendition.height_px
        if rendition.moves:
            with turn_to_decode(), default_storage.open(image.file.name) as original:
                content = pixels.encoded_moving(*pixels.moving(original, rendition.box, size))
        else:
            small, factor = decoded
            box = tuple(edge / factor for edge in rendition.box)
            content = pixels.encoded(pixels.cut(small, box, size), rendition.format)
        keep(path, content)
