"""A share picture drawn: words in lines, on a photograph or on paper."""

import io

from PIL import Image, ImageDraw

from .lettering import set_in

SIZE = WIDTH_PX, HEIGHT_PX = 1200, 630  # of Open Graph, and of the large card of others
_MARGIN = 64
_PAPER, _INK, _QUIET, _ACCENT = "#fdfdfc", "#16181b", "#5a5e65", "#c9280e"
_LIGHT, _SOFT = "#ffffff", "#e4e4e2"
_RULE = (72, 10)
_NAME_PX, _NAME_GAP = 30, 34


def share_jpeg(
    headline: str, language: str, name: str, name_language: str, photograph: Image.Image | None
) -> bytes:
    """A JPEG of SIZE: ``headline`` on ``photograph`` (RGB, of SIZE) or on paper, signed ``name``.

    Words that no font of this machine has are left out rather than drawn wrong.
    """
    width = WIDTH_PX - 2 * _MARGIN
    signature = set_in(
        name, name_language, width=width, height=80, most_lines=1, largest_px=_NAME_PX
    )
    signed = signature.height + _NAME_GAP if signature else 0
    title = set_in(
        headline,
        language,
        width=width,
        height=HEIGHT_PX - signed - 2 * _MARGIN - _NAME_GAP - _RULE[1],
        most_lines=4,
        largest_px=80 if photograph else 96,
    )
    if photograph is None:
        picture = _on_paper(title, signature)
    else:
        picture = _on_photograph(photograph, title, signature, signed + _MARGIN)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=88, subsampling=0, progressive=True, optimize=True)
    return out.getvalue()


def _on_photograph(photograph, title, signature, below):
    picture = photograph.copy()
    bottom = HEIGHT_PX - below
    top = bottom - title.height if title else bottom
    if title or signature:
        _darken(picture, top - _NAME_GAP - _RULE[1])
    canvas = ImageDraw.Draw(picture)
    if title:
        _rule(canvas, top - _NAME_GAP, title.is_rtl)
        title.draw(canvas, _MARGIN, WIDTH_PX - _MARGIN, top, _LIGHT)
    if signature:
        _sign(canvas, HEIGHT_PX - _MARGIN - signature.height, signature, title, _SOFT)
    return picture


def _on_paper(title, signature):
    picture = Image.new("RGB", SIZE, _PAPER)
    canvas = ImageDraw.Draw(picture)
    canvas.rectangle((0, 0, WIDTH_PX, 14), fill=_ACCENT)
    if title:
        top = HEIGHT_PX - _MARGIN - title.height
        title.draw(canvas, _MARGIN, WIDTH_PX - _MARGIN, top, _INK)
    if signature:
        _sign(canvas, _MARGIN, signature, title, _QUIET)
    return picture


def _sign(canvas, top, signature, title, colour):
    """The name stands on the side where the headline begins."""
    is_right = title.is_rtl if title else signature.is_rtl
    left, right = _MARGIN, WIDTH_PX - _MARGIN
    if is_right:
        left = right - signature.widths[0]
    else:
        right = left + signature.widths[0]
    signature.draw(canvas, left, right, top, colour)


def _rule(canvas, bottom, is_rtl):
    width, height = _RULE
    left = WIDTH_PX - _MARGIN - width if is_rtl else _MARGIN
    canvas.rectangle((left, bottom - height, left + width, bottom), fill=_ACCENT)


def _darken(picture, top):
    """Below ``top`` dark enough for white words on any picture, and towards it from above."""
    shade, begins = Image.new("L", (1, HEIGHT_PX)), top - 190
    for y in range(HEIGHT_PX):
        into = min(1, max(0, (y - begins) / (top - begins)))
        shade.putpixel((0, y), round(255 * (0.06 + 0.68 * into * into * (3 - 2 * into))))
    picture.paste(Image.new("RGB", SIZE, "#0b0c0e"), mask=shade.resize(SIZE))


def cover(picture: Image.Image, box: tuple[float, ...]) -> Image.Image:
    """The part of ``picture`` inside ``box``, which has the shape of SIZE, as RGB of SIZE."""
    whole = Image.new("RGB", picture.size, "white")
    whole.paste(picture, mask=picture if picture.mode == "RGBA" else None)
    return whole.resize(SIZE, Image.Resampling.LANCZOS, box=box)
