"""What a page says of a picture: addresses, sizes and words, worked out from its row alone."""

from dataclasses import replace
from functools import lru_cache

from markupsafe import Markup

from articles.body import Figure, picture_html
from articles.models import Image

from .specs import RENDITIONS, TYPES, cut_of


def picture(image: Image, spec: str) -> Figure:
    """``image`` at ``spec``, a key of RENDITIONS; its ``url`` is a JPEG of the largest width.

    Worked out from the row's columns: no query, no look at a file.
    """
    sources, url, srcset, width, height, sizes, still = _addresses(
        image.pk, spec, image.frames > 1, *cut_of(image, spec)
    )
    return Figure(
        url=url,
        srcset=srcset,
        sizes=sizes,
        width_px=width,
        height_px=height,
        alt=image.alt,
        caption=image.caption,
        credit=image.credit,
        sources=sources,
        still=still,
        tint=_tint(image.colour),
    )


def shown(
    image: Image, spec: str, sizes: str = "", *, first: bool = False, alt: str | None = None
) -> Markup:
    """``picture`` as HTML, with ``sizes`` and ``alt`` in place of its own.

    ``first`` is for the one picture that a reader sees at once.
    """
    figure = picture(image, spec)
    if alt is not None:
        figure = replace(figure, alt=alt)
    return Markup(picture_html(figure, sizes=sizes, first=first))  # noqa: S704


@lru_cache(maxsize=10_000)
def _addresses(pk, spec_name, is_animated, cut, box, ladder):
    spec = RENDITIONS[spec_name]

    def srcset(form):
        return ", ".join(f"/media/{pk}/{spec_name}-{w}-{cut}.{form} {w}w" for w, _ in ladder)

    width, height = ladder[-1]
    largest = f"/media/{pk}/{spec_name}-{width}-{cut}."
    if spec.moves and is_animated:
        return (), f"{largest}webp", srcset("webp"), width, height, spec.sizes, srcset("jpg")
    better = [form for form in spec.formats if form != "jpg"]
    sources = tuple((TYPES[form], srcset(form)) for form in better)
    return sources, f"{largest}jpg", srcset("jpg"), width, height, spec.sizes, ""


@lru_cache(maxsize=10_000)
def _tint(colour: str) -> str:
    """The classes of the colour that is nearest to ``colour`` (rrggbb) in newsroom.css."""
    if not colour:
        return ""
    steps = (round(int(colour[place : place + 2], 16) / 51) for place in (0, 2, 4))
    return "tint r{} g{} b{}".format(*steps)
