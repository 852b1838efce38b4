"""A picture's way out: its renditions, their names, and the files.

A rendition's name follows from the row: digest, spec, width, and a hash of how it is cut. So a name
always shows the same pixels and may be cached for ever; when the focal point moves, the name
changes, and the old file stays for pages that were stored before.
"""

import hashlib
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction

from articles.models import Image

from . import pixels
from .storing import keep, one_at_a_time

_RECIPE = "1"  # part of every name: count it up when the same row would give other pixels
_WEBP_MAX_PX = 16_383  # a side; RFC 9649, section 2.6


@dataclass(frozen=True)
class Spec:
    """One use of pictures: its shape, its widths in pixels, and the space it has in the layout."""

    ratio: tuple[int, int] | None  # width to height; None shows the whole picture
    widths_px: tuple[int, ...]  # ascending
    sizes: str


RENDITIONS = {
    "card": Spec((3, 2), (320, 640), "(min-width: 60em) 20rem, (min-width: 40em) 33vw, 100vw"),
    "lead": Spec((3, 2), (480, 960, 1600), "(min-width: 60em) 50rem, 100vw"),
    "body": Spec(None, (480, 960), "(min-width: 48em) 40rem, 100vw"),
    "portrait": Spec((1, 1), (96, 192), "6rem"),
}

_NAME = re.compile(
    r"(?P<shelf>[0-9a-f]{2})/(?P<digest>(?P=shelf)[0-9a-f]{62})/"
    rf"(?:{'|'.join(RENDITIONS)})-[1-9][0-9]{{0,4}}-[0-9a-f]{{8}}\.webp"
)


@dataclass(frozen=True)
class Picture:
    """All that a template needs to show an image; ``width_px`` and ``height_px`` are of ``url``."""

    url: str
    srcset: str
    width_px: int
    height_px: int
    alt: str
    caption: str
    credit: str
    sizes: str


@dataclass(frozen=True)
class _Rendition:
    name: str  # in the storage
    box: tuple[int, int, int, int]  # left, top, right, bottom in the picture as shown
    width_px: int
    height_px: int


def picture(image: Image, spec: str) -> Picture:
    """``image`` at ``spec``, a key of RENDITIONS; the largest width is its ``url``.

    Worked out from the row's columns: no query, no look at a file.
    """
    renditions = list(_renditions(image, spec))
    addresses = [(default_storage.url(rendition.name), rendition) for rendition in renditions]
    url, largest = addresses[-1]
    return Picture(
        url=url,
        srcset=", ".join(f"{url} {rendition.width_px}w" for url, rendition in addresses),
        width_px=largest.width_px,
        height_px=largest.height_px,
        alt=image.alt,
        caption=image.caption,
        credit=image.credit,
        sizes=RENDITIONS[spec].sizes,
    )


def make_renditions(image: Image) -> list[str]:
    """Make the files of ``image`` that are not there yet; their names in the storage.

    Safe to call at any time, twice, and from several processes: each file is made once and appears
    whole. No query. Raises FileNotFoundError when the original is gone.
    """
    if not _missing(image):
        return []
    with one_at_a_time():
        missing = _missing(image)  # somebody may have made them while we waited
        if not missing:
            return []
        scale = max(r.width_px / (r.box[2] - r.box[0]) for r in missing)
        with default_storage.open(image.file.name) as original:
            small, factor = pixels.shrunk(original, scale)
        for rendition in missing:
            box = tuple(edge / factor for edge in rendition.box)
            size = (rendition.width_px, rendition.height_px)
            keep(rendition.name, pixels.webp(small, box, size))
    return [rendition.name for rendition in missing]


def open_rendition(name: str) -> File:
    """The file of the rendition ``name``, as the address has it after ``renditions/``.

    A file that is missing is made, if ``name`` is what ``picture`` would say today. One query then,
    else none. Raises FileNotFoundError for everything that is not a rendition.
    """
    asked = _NAME.fullmatch(name)
    if not asked:
        raise FileNotFoundError(name)
    path = f"renditions/{name}"
    try:
        return default_storage.open(path)
    except FileNotFoundError:
        image = Image.objects.filter(digest=asked["digest"]).first()
        if image is None or path not in {rendition.name for rendition in _all(image)}:
            raise
    make_renditions(image)
    return default_storage.open(path)


def forget(image: Image) -> None:
    """Remove the files of a deleted ``image`` after commit, unless the same picture came back.

    What cannot be removed stays: nothing leads to it.
    """
    transaction.on_commit(partial(_remove_files, image.digest, image.file.name), robust=True)


def _remove_files(digest: str, original: str) -> None:
    if Image.objects.filter(digest=digest).exists():
        return
    default_storage.delete(original)
    folder = _folder(digest)
    with suppress(FileNotFoundError):  # none was ever made
        for name in default_storage.listdir(folder)[1]:
            default_storage.delete(f"{folder}/{name}")
        default_storage.delete(folder)


def _folder(digest: str) -> str:
    return f"renditions/{digest[:2]}/{digest}"


def _all(image: Image) -> Iterator[_Rendition]:
    for spec in RENDITIONS:
        yield from _renditions(image, spec)


def _missing(image: Image) -> list[_Rendition]:
    return [r for r in _all(image) if not default_storage.exists(r.name)]


def _renditions(image: Image, spec_name: str) -> Iterator[_Rendition]:
    """The renditions of ``image`` at one spec, smallest first, never wider than what they show."""
    spec = RENDITIONS[spec_name]
    left, top, right, bottom = box = _box(image, spec.ratio)
    box_width, box_height = right - left, bottom - top
    widest = max(1, min(box_width, box_width * _WEBP_MAX_PX // box_height))
    how = f"{_RECIPE} {spec.ratio}"
    if spec.ratio:
        how += f" {image.focal_x:.4f} {image.focal_y:.4f}"
    cut = hashlib.sha256(how.encode()).hexdigest()[:8]
    for width in [w for w in spec.widths_px if w <= widest] or [widest]:
        if spec.ratio:
            height = round(width * spec.ratio[1] / spec.ratio[0])
        else:
            height = round(width * box_height / box_width)
        name = f"{_folder(image.digest)}/{spec_name}-{width}-{cut}.webp"
        yield _Rendition(name, box, width, max(1, height))


def _box(image: Image, ratio: tuple[int, int] | None) -> tuple[int, int, int, int]:
    """The largest part of the picture with this shape whose middle is as near the focal point."""
    width, height = max(1, image.width_px), max(1, image.height_px)
    if ratio is None:
        return 0, 0, width, height
    across, down = ratio
    box_width = max(1, min(width, round(height * across / down)))
    box_height = max(1, min(height, round(width * down / across)))
    left = min(max(0, round(image.focal_x * width - box_width / 2)), width - box_width)
    top = min(max(0, round(image.focal_y * height - box_height / 2)), height - box_height)
    return left, top, left + box_width, top + box_height
