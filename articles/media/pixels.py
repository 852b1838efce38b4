"""Bytes in, pixels out: opens hostile files; gives a picture upright, in sRGB, not too large.

Memory is the danger here: 500 kB of PNG can unpack to 700 MB. ``opened`` reads the header only, so
that its caller can refuse a size; ``shrunk`` lets a JPEG be decoded small, and takes the others
apart in strips, so that what is decoded is never copied as a whole.
"""

import io
import math
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO

from PIL import ExifTags, Image, ImageCms

# What Pillow calls a format, and how the name of such a file ends. Others are not even tried: each
# decoder is attack surface. MPO is what many telephones write: a JPEG with a second one behind it.
SUFFIXES = {"JPEG": "jpg", "MPO": "jpg", "PNG": "png", "WEBP": "webp", "GIF": "gif"}

MAX_PIXELS = 50_000_000
# Pillow decodes WebP as an animation, at 16 bytes a pixel where the others take 3 to 7 (measured on
# 23 Nov 2026: 50 megapixels as WebP took 764 MB, as transparent PNG 361, as JPEG 143 to 332).
MAX_PIXELS_WEBP = 25_000_000
# Of an animation: what comes in is decoded frame by frame, what goes out is held in memory.
MAX_FRAMES = 300
MAX_PIXELS_OF_FRAMES = 200_000_000
MAX_MOVING_PIXELS = 25_000_000
_COLOURS = 6  # among which the one that fills most of the picture is looked for

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


class TooManyFrames(ValueError):
    """An animation that is too long to be made into anything."""


@dataclass(frozen=True)
class Measured:
    """What a file turned out to hold."""

    suffix: str  # how a file of this kind ends
    width_px: int  # of the picture as shown
    height_px: int
    frames: int
    colour: str  # that fills most of it, as rrggbb; empty where it is transparent


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


def measured(file: BinaryIO) -> Measured:
    """What is in ``file``.

    Decodes every byte, because a file cut off half way has a perfect header. Raises TooManyFrames,
    and as ``opened``.
    """
    with opened(file) as picture:
        width, height = picture.size
        frames = _frames(picture)
        if frames > MAX_FRAMES or frames * width * height > max(
            MAX_PIXELS_OF_FRAMES, width * height
        ):
            raise TooManyFrames
        profile = picture.info.get("icc_profile")
        picture.draft(None, (1, 1))  # a JPEG at an eighth: all bytes are read, few pixels kept
        picture.load()
        turn, suffix = _turn(picture), SUFFIXES[picture.format]
        colour = _main_colour(picture, profile)
        for frame in range(1, frames):
            picture.seek(frame)
            picture.load()
        if turn in _SIDEWAYS:
            width, height = height, width
        return Measured(suffix, width, height, frames, colour)


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


def moving(
    file: BinaryIO, box: tuple[float, ...], size: tuple[int, int]
) -> tuple[list[Image.Image], dict]:
    """All frames of the part inside ``box`` (left, top, right, bottom) at ``size``, and when.

    What is held in memory is the frames at that size. Raises as ``opened``.
    """
    frames, milliseconds = [], []
    with opened(file) as picture:
        loop, profile = picture.info.get("loop"), picture.info.get("icc_profile")
        turn = _turn(picture)
        for place in range(_frames(picture)):
            picture.seek(place)
            mode = "RGBA" if picture.has_transparency_data else "RGB"
            frame = picture.convert(mode)
            if turn is not None:
                frame = frame.transpose(turn)
            frame = frame.resize(size, Image.Resampling.BILINEAR, box=box)
            frame = _in_srgb(frame, profile)
            frame.info = {}
            frames.append(frame)
            # Browsers show frames of a GIF that are shorter than this for a tenth of a second.
            shown = picture.info.get("duration", 0)
            milliseconds.append(int(shown) if shown >= 20 else 100)
        if picture.format == "GIF":  # without a number it is shown once, with 1 twice
            loop = 0 if loop == 0 else (loop or 0) + 1
    return frames, {"duration": milliseconds, "loop": loop or 0}


def cut(picture: Image.Image, box: tuple[float, ...], size: tuple[int, int]) -> Image.Image:
    """The part of ``picture`` inside ``box`` (left, top, right, bottom) at ``size``."""
    return picture.resize(size, Image.Resampling.LANCZOS, box=box)


# What an encoder takes for 1,600 × 1,067 pixels on one core, measured on 25 Nov 2026: AVIF at
# speed 8 160 ms for 92 kB (at 6: 480 ms for 90), WebP 107 ms for 104 kB, JPEG 17 ms for 200 kB.
# That AVIF was at quality 58; at 52 it is 18 % less, and the eye sees no change.
_ENCODERS = {
    "avif": {"format": "AVIF", "quality": 52, "speed": 8, "max_threads": 1},
    "webp": {"format": "WEBP", "quality": 80, "method": 4},
    "jpg": {"format": "JPEG", "quality": 80, "progressive": True, "optimize": True},
}


def encoded(picture: Image.Image, form: str) -> bytes:
    """``picture``, RGB or RGBA and with nothing in it but pixels, as a file of ``form``."""
    if form == "jpg" and picture.mode == "RGBA":  # on paper
        paper = Image.new("RGB", picture.size, "white")
        paper.paste(picture, mask=picture)
        picture = paper
    out = io.BytesIO()
    picture.save(out, **_ENCODERS[form])
    return out.getvalue()


def encoded_moving(frames: list[Image.Image], timing: dict) -> bytes:
    """``frames`` as one animated WebP; ``timing`` as ``moving`` says it."""
    out = io.BytesIO()
    frames[0].save(
        out, "WEBP", save_all=True, append_images=frames[1:], quality=70, method=1, **timing
    )
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


def _frames(picture):
    """How many there are; the second picture that telephones hide in a JPEG is no frame."""
    return getattr(picture, "n_frames", 1) if picture.format in ("GIF", "WEBP", "PNG") else 1


def _main_colour(picture, profile):
    if picture.has_transparency_data:
        return ""
    small = _in_strips(picture, max(1, max(picture.size) // 100))
    small = _in_srgb(small, profile).resize((40, 40), Image.Resampling.BOX)
    found = small.quantize(_COLOURS)
    _, most = max(found.getcolors())
    return bytes(found.getpalette()[3 * most : 3 * most + 3]).hex()


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
