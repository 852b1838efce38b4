"""Where the page of a tag went when that was merged into another."""

from functools import wraps

from django.http import Http404
from django.utils.encoding import iri_to_uri

from articles import cache
from articles.addresses import address
from articles.models import FormerTag, Tag

from .page import Page


def or_where_it_went(view):
    """A view of a tag that answers 301 where there is none any more, to the same of its heir.

    One query more for what would not be found, two and those of a page if it leads somewhere.
    """

    @wraps(view)
    def found(request, slug, **kwargs):
        try:
            return view(request, slug, **kwargs)
        except Http404:
            former = FormerTag.objects.filter(slug=slug).select_related("tag").first()
            if former is None or Tag.objects.filter(slug=slug).exists():
                raise
        page = Page(request)
        page.shows(cache.key_of(former.tag))
        if request.GET.get("before"):  # of which readers can think of any number
            page.holds_until(page.at)
        name = request.resolver_match.url_name
        return page.answer("", status=301, location=iri_to_uri(address(name, former.tag.slug)))

    return found
