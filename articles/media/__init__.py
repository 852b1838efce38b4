"""Pictures: an upload goes in, an ``Image`` row and the addresses of its renditions come out.

``take_in`` checks an upload and keeps it, once for the same bytes; ``picture`` says what a
template needs to show an image at one of the ``RENDITIONS``, from the row alone; ``shown_until``
says whether readers may see it; ``open_rendition`` hands the public view the file, which is made on
the spot where the background worker has not made it yet. An original is never shown to a reader: it
may hold the place where the picture was taken.

``share_picture`` is the same for the picture that stands beside a story where it is shared.

``PictureRefused`` is a ``ValidationError`` whose text speaks to the journalist, so
``validate_picture`` can stand among a form field's validators.
"""

from .intake import (
    PictureRefused,
    refresh,
    replace,
    take_in,
    validate_picture,
    validate_replacement,
)
from .pictures import picture, shown
from .renditions import (
    Busy,
    forget,
    make_renditions,
    open_rendition,
    open_similar,
    remove_old,
)
from .share import (
    FOLDERS,
    SharePicture,
    open_share_picture,
    prune_share_pictures,
    share_facts,
    share_name,
    share_picture,
)
from .showing import record_uses, shown_until, standing_pages_with
from .specs import RENDITIONS, TYPES, format_of, is_name
from .tasks import make_later

__all__ = [
    "FOLDERS",
    "RENDITIONS",
    "TYPES",
    "Busy",
    "PictureRefused",
    "SharePicture",
    "forget",
    "format_of",
    "is_name",
    "make_later",
    "make_renditions",
    "open_rendition",
    "open_share_picture",
    "open_similar",
    "picture",
    "prune_share_pictures",
    "record_uses",
    "refresh",
    "remove_old",
    "replace",
    "share_facts",
    "share_name",
    "share_picture",
    "shown",
    "shown_until",
    "standing_pages_with",
    "take_in",
    "validate_picture",
    "validate_replacement",
]
