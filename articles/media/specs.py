"""The renditions of a picture: which there are, how each is cut, and what it is called.

All of it follows from the picture's row and ``settings.RENDITIONS``: no query, no look at a file. A
name holds a hash of all that decides what is seen, so it always shows the same pixels.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings

from articles.models import Image

from .pixels import MAX_MOVING_PIXELS

_RECIPE = "2"  # part of every name: count it up when the same row would give other pixels
_WEBP_MAX_PX = 16_383  # a side; RFC 9649, section 2.6. AVIF and JPEG allow more.
_MOVING_MAX_PX = 800

TYPES = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg"}  # the best first


@dataclass(frozen=True)
class Spec:
    """One use of pictures: its shape, its widths in pixels, and the space it has in the layout."""

    ratio: tuple[int, int] | None  # width to height; None shows the whole picture
    widths_px: tuple[int, ...]  # ascending
    sizes: str
    formats: tuple[str, ...] = tuple(TYPES)
    moves: bool = False  # an animation stays one
    ahead: bool = True  # made soon after the upload

    def of(self, image: Image) -> tuple[str, ...]:
        """The formats of ``image``: an animation is a WebP, with a JPEG that stands still."""
        return ("webp", "jpg") if self.moves and image.frames > 1 else self.formats


RENDITIONS = {name: Spec(**columns) for name, columns in settings.RENDITIONS.items()}

_NAME = re.compile(
    rf"(?P<spec>{'|'.join(RENDITIONS)})-(?P<width>[1-9][0-9]{{0,4}})-(?P<cut>[0-9a-f]{{8}})"
    rf"\.(?P<format>{'|'.join(TYPES)})"
)


@dataclass(frozen=True)
class Rendition:
    """One file: the part ``box`` (left, top, right, bottom) of the picture as shown, at a size."""

    name: str  # the last part of its address
    format: str
    box: tuple[int, int, int, int]
    width_px: int
    height_px: int
    moves: bool


def renditions(image: Image, spec_name: str) -> Iterator[Rendition]:
    """Those of ``image`` at one spec, format by format, smallest first."""
    spec = RENDITIONS[spec_name]
    cut, box, ladder = cut_of(image, spec_name)
    for form in spec.of(image):
        for width, height in ladder:
            name = f"{spec_name}-{width}-{cut}.{form}"
            moves = form == "webp" and spec.moves and image.frames > 1
            yield Rendition(name, form, box, width, height, moves)


def all_renditions(image: Image) -> Iterator[Rendition]:
    for spec in RENDITIONS:
        yield from renditions(image, spec)


def made_ahead(image: Image) -> Iterator[Rendition]:
    for name, spec in RENDITIONS.items():
        if spec.ahead:
            yield from renditions(image, name)


def named(image: Image, name: str) -> Rendition | None:
    """The rendition of ``image`` that is called ``name`` today."""
    asked = _NAME.fullmatch(name)
    if asked is None:
        return None
    return next((r for r in renditions(image, asked["spec"]) if r.name == name), None)


def is_name(name: str) -> bool:
    """Whether some picture could have a rendition of this name."""
    asked = _NAME.fullmatch(name)
    return asked is not None and asked["format"] in RENDITIONS[asked["spec"]].formats


def format_of(name: str) -> str:
    return name.rpartition(".")[2]


def cut_of(image: Image, spec_name: str) -> tuple[str, tuple, tuple]:
    """What names hold of the cut, the part that is shown, and (width, height) of each size."""
    return _cut(
        spec_name,
        image.digest,
        image.width_px,
        image.height_px,
        image.focal_x,
        image.focal_y,
        image.frames,
    )


@lru_cache(maxsize=10_000)  # the same pictures stand on many pages
def _cut(spec_name, digest, width_px, height_px, focal_x, focal_y, frames):
    spec = RENDITIONS[spec_name]
    left, top, right, bottom = box = _box(spec.ratio, width_px, height_px, focal_x, focal_y)
    how = f"{_RECIPE} {digest} {spec.ratio}"
    if spec.ratio:
        how += f" {focal_x:.4f} {focal_y:.4f}"
    hashed = hashlib.sha256(how.encode()).hexdigest()[:8]
    return hashed, box, tuple(_ladder(spec, right - left, bottom - top, frames))


def _ladder(spec, box_width, box_height, frames):
    """The sizes, smallest first, none larger than what it shows."""
    widest = max(1, min(box_width, box_width * _WEBP_MAX_PX // box_height))
    if spec.moves and frames > 1:
        most = (MAX_MOVING_PIXELS / frames * box_width / box_height) ** 0.5
        widest = max(1, min(widest, int(most), _MOVING_MAX_PX))
    for width in [w for w in spec.widths_px if w <= widest] or [widest]:
        ratio = spec.ratio or (box_width, box_height)
        yield width, max(1, round(width * ratio[1] / ratio[0]))


def _box(ratio, width, height, focal_x, focal_y):
    """The largest part of the picture with this shape whose middle is as near the focal point."""
    width, height = max(1, width), max(1, height)
    if ratio is None:
        return 0, 0, width, height
    across, down = ratio
    box_width = max(1, min(width, round(height * across / down)))
    box_height = max(1, min(height, round(width * down / across)))
    left = min(max(0, round(focal_x * width - box_width / 2)), width - box_width)
    top = min(max(0, round(focal_y * height - box_height / 2)), height - box_height)
    return left, top, left + box_width, top + box_height
