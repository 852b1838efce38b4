from django.http import Http404
from django.views.decorators.http import require_safe

from articles.models import MOST_PARTS

from . import lists, metadata
from .page import Page, stored


@stored()
@require_safe
def series(request, slug):
    """All live parts in their order. Six queries; a series that readers never met is not found."""
    page, stream = Page(request), lists.series_stream(slug)
    parts = stream.members(**stream.of).live(at=page.at).order_by("part", "published_at", "article")
    found = list(parts.for_listing()[:MOST_PARTS])
    if not found:
        raise Http404("No part of it can be read yet.")
    page.shows(stream.key, f"series-{stream.shown.pk}")
    for edition in found:
        page.shows_edition(edition)
    lists.hold_until_the_next(page, stream)
    listing = lists.Listing(found)
    context = {
        "series": stream.shown,
        "listing": listing,
        "meta": metadata.of_list(page, stream.shown, listing),
        "feed_address": ("series_feed", slug),
    }
    return page.render("series.html", context)
