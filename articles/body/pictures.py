"""A picture as a page shows it: three formats, sizes for every screen, room for it at once."""

from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Figure:
    """A picture ready to be shown; ``width_px`` and ``height_px`` are of ``url``.

    Addresses may be relative to the site. ``sources`` are (type, srcset) of what is better than
    ``url``, the best first; ``still`` is the srcset of what stands still where ``url`` moves.
    """

    url: str
    srcset: str
    sizes: str
    width_px: int
    height_px: int
    alt: str
    caption: str
    credit: str
    sources: tuple[tuple[str, str], ...] = ()
    still: str = ""
    tint: str = ""  # classes of the colour that fills its place until it is there


def picture_html(figure: Figure, *, sizes: str = "", first: bool = False) -> str:
    """``figure`` as HTML; ``sizes`` in place of its own. The ``first`` of a page comes at once."""
    sizes = f' sizes="{escape(sizes or figure.sizes)}"'
    html = "".join(
        f'<source type="{kind}" srcset="{escape(srcset)}"{sizes}>'
        for kind, srcset in figure.sources
    )
    if figure.still:
        html = (
            f'<source media="(prefers-reduced-motion: reduce)" type="image/jpeg" '
            f'srcset="{escape(figure.still)}"{sizes}>'
        )
    image = _image(figure, sizes, 'fetchpriority="high"' if first else 'loading="lazy"')
    return f"<picture>{html}{image}</picture>" if html else image


def plain_picture_html(figure: Figure, *, origin: str) -> str:
    """The same for those who know neither our stylesheet nor ``<picture>``: feeds and mail."""
    srcset = ", ".join(origin + part for part in figure.srcset.split(", ") if part)
    return (
        f'<img src="{escape(origin + figure.url)}" srcset="{escape(srcset)}" '
        f'sizes="{escape(figure.sizes)}" width="{figure.width_px}" height="{figure.height_px}" '
        f'alt="{escape(figure.alt)}" loading="lazy" decoding="async">'
    )


def _image(figure, sizes, when):
    tint = f' class="{figure.tint}"' if figure.tint else ""
    srcset = f' srcset="{escape(figure.srcset)}"{sizes}' if figure.srcset else ""
    return (
        f'<img{tint} src="{escape(figure.url)}"{srcset} width="{figure.width_px}" '
        f'height="{figure.height_px}" alt="{escape(figure.alt)}" {when} decoding="async">'
    )
