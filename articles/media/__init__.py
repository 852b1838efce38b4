"""Pictures: an upload goes in, an ``Image`` row and the addresses of its renditions come out.

``take_in`` checks an upload and keeps it, once for the same bytes; ``picture`` says what a
template needs to show an image at one of the ``RENDITIONS``, from the row alone; ``open_rendition``
hands the public view the file, which is made on the spot if it is missing. An original is never
shown to a reader: it may hold the place where the picture was taken.

``PictureRefused`` is a ``ValidationError`` whose text speaks to the journalist, so
``validate_picture`` can stand among a form field's validators.
"""

from .intake import PictureRefused, take_in, validate_picture
from .renditions import RENDITIONS, Picture, forget, make_renditions, open_rendition, picture
from .share import SharePicture, share_picture

__all__ = [
    "RENDITIONS",
    "Picture",
    "PictureRefused",
    "SharePicture",
    "forget",
    "make_renditions",
    "open_rendition",
    "picture",
    "share_picture",
    "take_in",
    "validate_picture",
]
