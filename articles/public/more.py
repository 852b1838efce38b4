"""More on the same, at the foot of a story: the newest of its telling tag.

One list alone, so that a story which comes or goes makes out of date the pages of those that share
its telling tag, and not of all that share any (docs/architecture.md).
"""

from collections.abc import Iterable

from articles import cache
from articles.models import Edition
from articles.prepared import prepared

from .page import Page

MOST = 4
_LOOKED_AT = 12  # editions, of which some may be to come


def more_on(page: Page, edition: Edition, *, besides: Iterable[int]) -> list[Edition]:
    """Up to four live stories, noted on ``page``; neither ``edition``'s own nor any of ``besides``
    (article ids). One query, none for a story without a telling tag.
    """
    if not edition.telling_tag_id:
        return []
    page.shows(f"tag-{edition.telling_tag_id}-list")
    besides = {edition.article_id, *besides}
    found = []
    for other in _newest_of(at=page.at, tag=edition.telling_tag_id, besides=besides):
        if other.live_from > page.at:
            page.holds_until(other.live_from)  # it will stand before those that follow
            continue
        page.holds_until(other.live_until, is_end=True)
        page.shows(cache.article_key(other.article_id))
        if other.lead_image_id:
            page.shows(f"image-{other.lead_image_id}")
        found.append(other)
        if len(found) == MOST:
            break
    return found


@prepared
def _newest_of(*, at, tag, besides):
    editions = Edition.objects.not_ended(at=at).tagged(tag).exclude(article__in=besides)
    editions = editions.newest_first().for_front()
    return editions[:_LOOKED_AT]
