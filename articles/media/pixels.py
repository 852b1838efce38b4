"""Bytes in, pixels out: opens hostile files; gives a picture upright, in sRGB, not too large.

Memory is the danger here: 500 kB of PNG can unpack to 700 MB. ``opened`` reads the header only, so
that its caller can refuse a size; ``shrunk`` lets a JPEG be decoded small, and takes the others
apart in strips, so that what is decoded is never copied as a whole.
"""

import io
import math
from contextlib import suppress
from typing import BinaryIO

from PIL import ExifTags, Image, ImageCms

# What Pillow calls a format, and how the name of such a file ends. Others are not even tried: each
# decoder is attack surface. MPO is what many telephones write: a JPEG with a second one behind it.
SUFFIXES = {"JPEG": "jpg", "MPO": "jpg", "PNG": "png", "WEBP": "webp", "GIF": "gif"}

MAX_PIXELS = 50_000_000
# Pillow decodes WebP as an animation, at 16 bytes a pixel where the others take 3 to 7 (measured on
# 23 Nov 2026: 50 megapixels as WebP took 764 MB, as transparent PNG 361, as JPEG 143 to 332).
MAX_PIXELS_WEBP = 25_000_000

_UPRIGHT = {  # what undoes each EXIF orientation
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_STRIP_PIXELS = 2**21


class TooManyPixels(ValueError):
    """A header announces more than ``most`` pixels."""

    def __init__(self, most: int):
        super().__init__(f"more than {most} pixels")
        self.most = most


def opened(file: BinaryIO) -> Image.Image:
    """The picture in ``file``, its header read and nothing decoded.

    Raises TooManyPixels, ``PIL.UnidentifiedImageError`` when no decoder knows the file, and
    whatever else a decoder raises on broken bytes.
    """
    try:
        picture = Image.open(file, formats=("JPEG", "PNG", "WEBP", "GIF"))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise TooManyPixels(MAX_PIXELS)  # Pillow has a limit of its own, well above ours
    most = MAX_PIXELS_WEBP if picture.format == "WEBP" else MAX_PIXELS
    width, height = picture.size
    if width * height > most:
        picture.close()
        raise TooManyPixels(most)
    return picture


def measured(file: BinaryIO) -> tuple[str, int, int]:
    """How a file of this kind ends, and the width and height of the picture as shown, in pixels.

    Decodes every byte, because a file cut off half way has a perfect header. Raises as ``opened``.
    """
    with opened(file) as picture:
        width, height = picture.size
        picture.draft(None, (1, 1))  # a JPEG at an eighth: all bytes are read, few pixels kept
        picture.load()
        if _turn(picture) in _SIDEWAYS:
            width, height = height, width
        return SUFFIXES[picture.format], width, height


def shrunk(file: BinaryIO, scale: float) -> tuple[Image.Image, int]:
    """The picture upright and in sRGB, with nothing in it but pixels, and the factor it shrank by.

    A point (x, y) of the original as shown is at (x / factor, y / factor). The factor is a whole
    number and the result at least twice as large as ``scale`` (over 0, at most 1) asks, or as large
    as the original, so that the final resampling has something to work on. Raises as ``opened``.
    """
    factor = max(1, math.floor(1 / (2 * scale)))
    with opened(file) as picture:
        width, height = picture.size
        profile = picture.info.get("icc_profile")
        draft = picture.draft(None, (math.ceil(width / factor), math.ceil(height / factor)))
        drafted = round(width / draft[1][2]) if draft else 1  # 1, 2, 4 or 8
        picture.load()
        turn = _turn(picture)
        small = _in_strips(picture, factor // drafted)
    small = _in_srgb(small, profile)
    if turn is not None:
        small = small.transpose(turn)
    small.info = {}  # Pillow hands EXIF, GPS and comments on from picture to picture
    return small, drafted * (factor // drafted)


def webp(picture: Image.Image, box: tuple[float, ...], size: tuple[int, int]) -> bytes:
    """The part of ``picture`` inside ``box`` (left, top, right, bottom), as WebP of ``size``."""
    cut = picture.resize(size, Image.Resampling.LANCZOS, box=box)
    out = io.BytesIO()
    cut.save(out, "WEBP", quality=80, method=4)
    return out.getvalue()


_SIDEWAYS = {
    Image.Transpose.TRANSPOSE,
    Image.Transpose.ROTATE_270,
    Image.Transpose.TRANSVERSE,
    Image.Transpose.ROTATE_90,
}


def _turn(picture: Image.Image) -> Image.Transpose | None:
    """What brings a decoded picture upright; a picture whose EXIF cannot be read stays as it is."""
    try:
        return _UPRIGHT.get(picture.getexif().get(ExifTags.Base.Orientation))
    except Exception:  # EXIF is a file format of its own, and cameras write it badly
        return None


def _in_strips(picture: Image.Image, factor: int) -> Image.Image:
    """``picture`` in a mode that can be resampled, each side divided by ``factor``, rounded up.

    Palettes and transparency take four bytes a pixel, and Pillow makes two such copies to reduce
    them: in strips, these copies are small.
    """
    if picture.has_transparency_data:
        mode = "RGBA"
    elif picture.mode in ("1", "L", "I", "I;16", "I;16B"):
        mode = "L"
    else:
        mode = "CMYK" if picture.mode == "CMYK" else "RGB"
    width, height = picture.size
    small = Image.new(mode, (math.ceil(width / factor), math.ceil(height / factor)))
    rows = max(1, _STRIP_PIXELS // (width * factor)) * factor
    for top in range(0, height, rows):
        strip = picture.crop((0, top, width, min(top + rows, height)))
        if strip.mode.startswith("I"):  # 16 bits of grey, which ``convert`` would cut off at 255
            strip = strip.point(lambda grey: grey * (1 / 256))
        small.paste(strip.convert(mode).reduce(factor), (0, top // factor))
    return small


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """``picture`` as RGB or RGBA whose colours need no profile."""
    alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
    colours = picture if alpha is None else picture.convert("RGB")
    if profile:
        # A profile that is broken, or made for another kind of picture, is as good as none.
        with suppress(ImageCms.PyCMSError, OSError):
            colours = ImageCms.profileToProfile(
                colours, io.BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
    colours = colours.convert("RGB")
    if alpha is not None:
        colours.putalpha(alpha)
    return colours
