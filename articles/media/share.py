"""The picture that stands beside a story where somebody shares it: its headline on its picture."""

import hashlib
from dataclasses import dataclass

from articles.models import Edition, Publication

WIDTH_PX, HEIGHT_PX = 1200, 630  # what Open Graph and the large Twitter card are shown at
_RECIPE = "1"  # part of every name: count it up when the same words would be drawn otherwise


@dataclass(frozen=True)
class SharePicture:
    """``url`` is an absolute path on this site; a JPEG of exactly this size stands there."""

    url: str
    width_px: int
    height_px: int
    alt: str


def share_picture(edition: Edition, publication: Publication) -> SharePicture:
    """The share picture of ``edition``, whose lead picture is loaded.

    No query, no look at a file. The address changes with all that is drawn.
    """
    return SharePicture(
        url=f"/media/share/{edition.article_id}-{_digest(edition, publication)}.jpg",
        width_px=WIDTH_PX,
        height_px=HEIGHT_PX,
        alt=edition.headline,
    )


def _digest(edition, publication):
    image = edition.lead_image
    drawn = (_RECIPE, edition.headline, edition.language, publication.name)
    if image:
        drawn += (image.digest, round(image.focal_x, 4), round(image.focal_y, 4))
    return hashlib.sha256(repr(drawn).encode()).hexdigest()[:16]
