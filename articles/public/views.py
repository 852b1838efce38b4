from django.http import Http404, HttpResponse
from django.utils.encoding import iri_to_uri
from django.views.decorators.http import require_safe

from articles import cache, rendering
from articles.models import Correction, Edition
from articles.prepared import prepared

from . import lists, metadata
from .companions import companions_of
from .former import or_where_it_went
from .more import more_on
from .page import Page, stored

_ONWARD = 6  # stories to which one leads that is gone


@stored("before")
@require_safe
def section(request, slug):
    return _list(request, lists.section_stream(slug))


@or_where_it_went
@stored("before")
@require_safe
def tag(request, slug):
    return _list(request, lists.tag_stream(slug))


@stored("before")
@require_safe
def author(request, slug):
    return _list(request, lists.author_stream(slug))


def _list(request, stream):
    """The page of a section, tag or author."""
    page, kind = Page(request), stream.shown._meta.model_name
    stories = lists.listing(page, stream, before=request.GET.get("before", ""))
    if portrait := getattr(stream.shown, "portrait_id", None):
        page.shows(f"image-{portrait}")
    feed = (f"{kind}_feed", stream.shown.slug)
    meta = metadata.of_list(page, stream.shown, stories)
    context = {kind: stream.shown, "listing": stories, "meta": meta, "feed_address": feed}
    return page.render(f"{kind}.html", context)


@stored()
@require_safe
def article(request, year, month, slug):
    page = Page(request)
    edition = found(page, f"/{year}/{month}/{slug}/")
    if not edition.is_live(at=page.at):
        return gone_or_moved(page, edition)
    told = []
    if edition.has_corrections:
        told = corrections(article=edition.article_id, until=edition.live_from)
    leads = not edition.lead_image_id  # then the first picture of the text is that of the page
    body = rendering.render_bodies([edition], at=page.at, label=page.label, leads=leads)[edition.pk]
    page.shows_edition(edition)
    page.shows(*body.keys, *(f"tag-{tag.pk}" for tag in edition.tag_list))
    page.holds_until(body.ends_at)
    page.holds_until(body.gone_at, is_end=True)
    companions = companions_of(page, edition)
    context = {
        "edition": edition,
        "body": body.html,
        "corrections": told,
        "companions": companions,
        "meta": metadata.of_article(
            page, edition, companions=companions, corrections=told, lines=body.lines
        ),
        "more": more_on(page, edition, besides=companions.articles | body.leads_to),
    }
    return page.render("article.html", context)


def found(page: Page, path: str, *, with_text: bool = True) -> Edition:
    """The edition that stands, or stood last, at ``path``; 404 if readers never saw one there.

    Two queries, one more with the text and the tags.
    """
    for edition in _last_at(with_text, at=page.at, path=path):
        return edition
    raise Http404("There is no story at this address.")


@prepared
def _last_at(with_text, *, at, path):
    editions = Edition.objects.once_live(at=at).filter(path=path).order_by("-live_from")
    editions = editions.for_listing()
    return (editions.with_text() if with_text else editions)[:1]


@prepared
def corrections(*, article, until):
    """What was said to readers by ``until`` of the story (its id) having been wrong, in order."""
    return Correction.objects.filter(article=article, corrected_at__lte=until)


def gone_or_moved(page: Page, edition: Edition, *, rest: str = "") -> HttpResponse:
    """301 to where the story stands now, with ``rest`` behind it, or 410 if readers can no longer
    see it."""
    page.shows(cache.address_key(edition.article_id))
    editions = Edition.objects.not_ended(at=page.at).filter(article=edition.article_id)
    for other in editions.order_by("live_from"):
        if other.is_live(at=page.at):
            page.holds_until(other.live_until, is_end=True)
            return page.answer("", status=301, location=iri_to_uri(other.path + rest))
        page.holds_until(other.live_from)
    return page.render("gone.html", _onward(page, edition), status=410)


def _onward(page, edition):
    """Where a story that is gone leads: its section, and the newest there. Two queries."""
    section = next(one for one in page.sections if one.pk == edition.section_id)
    stream = lists.stream_of(section)
    latest = _newest_in(at=page.at, section=section.pk)
    page.shows(stream.key, *(cache.article_key(other.article_id) for other in latest))
    for other in latest:
        page.holds_until(other.live_until, is_end=True)
    lists.hold_until_the_next(page, stream)
    return {"gone_from": section, "latest": latest}


@prepared
def _newest_in(*, at, section):
    return Edition.objects.in_section(section).live(at=at).newest_first().for_front()[:_ONWARD]
