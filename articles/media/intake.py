"""A picture's way in: what the newsroom accepts, and keeping it once."""

import hashlib
import io
from functools import partial

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import IntegrityError, transaction
from PIL import UnidentifiedImageError

from articles.models import Image

from . import pixels
from .renditions import make_renditions
from .storing import keep, one_at_a_time

MAX_BYTES = 25_000_000


class PictureRefused(ValidationError):
    """An upload that cannot be used. The text says what is wrong with it and what to do."""

    def __init__(self, message):
        super().__init__(message, code="picture_refused")

    def __str__(self):
        return self.message


def validate_picture(file: File) -> None:
    """Raise PictureRefused unless ``take_in`` would accept ``file``. Fits among form validators."""
    _measured(_content(file))


def take_in(
    file: File,
    *,
    alt: str = "",
    caption: str = "",
    credit: str = "",
    focal: tuple[float, float] = (0.5, 0.5),
) -> Image:
    """Check an upload and keep it; the row of the same bytes, unchanged, if they came in before.

    ``focal`` is what a cut must keep: from the left (0 to 1) and from the top, as shown. The file
    is stored before the row: named by its content, it is harmless without one. Renditions are made
    after commit, because the second that takes would hold up every other writer on SQLite, and a
    row that is rolled back needs none; a failure is logged, and ``open_rendition`` tries again.

    Raises PictureRefused, ValidationError for too long a text, ValueError for a focal point outside
    the picture.
    """
    if not all(0 <= part <= 1 for part in focal):
        raise ValueError(f"a focal point lies between (0, 0) and (1, 1), not at {focal}")
    content = _content(file)
    digest = hashlib.sha256(content).hexdigest()
    if known := Image.objects.filter(digest=digest).first():
        keep(known.file.name, content)  # brings back an original that was lost
        return known

    suffix, width_px, height_px = _measured(content)
    image = Image(
        # A name and not a file: Django would measure a file itself, without its orientation.
        file=Image._meta.get_field("file").generate_filename(Image(digest=digest), f"a.{suffix}"),
        digest=digest,
        width_px=width_px,
        height_px=height_px,
        alt=alt,
        caption=caption,
        credit=credit,
        focal_x=focal[0],
        focal_y=focal[1],
    )
    image.clean_fields(exclude={"file"})
    keep(image.file.name, content)
    try:
        with transaction.atomic():
            image.save(force_insert=True)
    except IntegrityError:
        # The same picture came in twice at one moment; only one row has this digest.
        return Image.objects.get(digest=digest)
    transaction.on_commit(partial(make_renditions, image), robust=True)
    return image


def _content(file: File) -> bytes:
    """All bytes of ``file``, which is left at its beginning."""
    file.seek(0)
    content = file.read(MAX_BYTES + 1)
    file.seek(0)
    if not content:
        raise PictureRefused("This file is empty. Choose the picture again.")
    if len(content) > MAX_BYTES:
        raise PictureRefused(
            f"This file is larger than {MAX_BYTES // 1_000_000} MB. "
            "Export the picture as a JPEG, 4,000 pixels wide at most, and choose that."
        )
    return content


def _measured(content: bytes) -> tuple[str, int, int]:
    try:
        with one_at_a_time():
            return pixels.measured(io.BytesIO(content))
    except UnidentifiedImageError:
        raise PictureRefused(
            "This file is not a JPEG, PNG, WebP or GIF picture, whatever its name says. "
            "Export the picture as a JPEG and choose that."
        )
    except pixels.TooManyPixels as found:
        raise PictureRefused(
            f"This picture has more than {found.most // 1_000_000} megapixels. "
            "Make it smaller, 4,000 pixels wide is plenty, and choose it again."
        )
    except MemoryError:
        raise  # our fault, not the picture's
    except Exception as broken:  # decoders raise anything at all on hostile bytes
        raise PictureRefused(
            "This picture is damaged or incomplete. "
            "Copy it again from where it came from, or export it as a new JPEG."
        ) from broken
