"""A picture's way in: what the newsroom accepts, and keeping it once."""

import hashlib
import io

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from PIL import UnidentifiedImageError

from articles.models import Image

from . import pixels
from .renditions import forget
from .storing import keep, turn_to_decode
from .tasks import make_later

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
    by the background worker after commit; what is asked for earlier, ``open_rendition`` makes.

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

    image = Image(alt=alt, caption=caption, credit=credit, focal_x=focal[0], focal_y=focal[1])
    _hold(image, digest, _measured(content))
    image.clean_fields(exclude={"file"})
    keep(image.file.name, content)
    try:
        with transaction.atomic():
            image.save(force_insert=True)
    except IntegrityError:
        # The same picture came in twice at one moment; only one row has this digest.
        return Image.objects.get(digest=digest)
    make_later(image)
    return image


def replace(image: Image, file: File) -> Image:
    """Put ``file`` in the place of what ``image`` shows; its words and focal point stay.

    The row is changed and not saved; the files of before are gone once it is committed. Raises
    PictureRefused as ``validate_replacement`` does.
    """
    content, digest = _content_and_digest(file, instead_of=image)
    if digest != image.digest:
        before = Image(digest=image.digest, file=image.file.name)
        _hold(image, digest, _measured(content))
        keep(image.file.name, content)
        forget(before)
    return image


def validate_replacement(image: Image, file: File) -> None:
    """Raise PictureRefused unless ``file`` can take the place of what ``image`` shows."""
    content, _ = _content_and_digest(file, instead_of=image)
    _measured(content)


def refresh(image: Image) -> bool:
    """Look at the original of ``image`` again, for what is known of pictures today.

    The row is changed and not saved; whether anything differs. Raises FileNotFoundError, and
    PictureRefused for what would not be taken in today.
    """
    with default_storage.open(image.file.name) as original:
        measured = _measured(original.read())
    before = [getattr(image, name) for name in _MEASURED]
    for name in _MEASURED:
        setattr(image, name, getattr(measured, name))
    return before != [getattr(image, name) for name in _MEASURED]


_MEASURED = ("width_px", "height_px", "frames", "colour")


def _content_and_digest(file, *, instead_of):
    """Two rows never have the same picture, or it would be stored, and credited, twice."""
    content = _content(file)
    digest = hashlib.sha256(content).hexdigest()
    if other := Image.objects.filter(digest=digest).exclude(pk=instead_of.pk).first():
        raise PictureRefused(
            f"This picture is here already, as “{other}”. Choose that one in the stories."
        )
    return content, digest


def _hold(image, digest, measured):
    image.digest = digest
    # A name and not a file: Django would measure a file itself, without its orientation.
    field = Image._meta.get_field("file")
    image.file = field.generate_filename(Image(digest=digest), f"a.{measured.suffix}")
    for name in _MEASURED:
        setattr(image, name, getattr(measured, name))


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


def _measured(content: bytes) -> pixels.Measured:
    try:
        with turn_to_decode():
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
    except pixels.TooManyFrames:
        raise PictureRefused(
            f"This animation is too long: {pixels.MAX_FRAMES} frames at most, and fewer if it is "
            "large. Make it shorter or smaller, or show it as a video of another site."
        )
    except MemoryError:
        raise  # our fault, not the picture's
    except Exception as broken:  # decoders raise anything at all on hostile bytes
        raise PictureRefused(
            "This picture is damaged or incomplete. "
            "Copy it again from where it came from, or export it as a new JPEG."
        ) from broken
