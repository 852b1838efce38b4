from django.http import FileResponse, Http404
from django.utils.encoding import iri_to_uri
from django.views.decorators.http import require_safe

from articles import cache, media, rendering
from articles.models import Correction, Edition, Section
from articles.prepared import prepared

from . import lists
from .companions import companions_of
from .former import or_where_it_went
from .page import Page, stored


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
    """The page of a section, tag or author. A tag or author that readers never met is not found."""
    page, kind = Page(request), stream.shown._meta.model_name
    stories = lists.listing(page, stream, before=request.GET.get("before", ""))
    if not stories.editions and not isinstance(stream.shown, Section):
        raise Http404("No story here yet.")
    feed = (f"{kind}_feed", stream.shown.slug)
    context = {kind: stream.shown, "listing": stories, "feed_address": feed}
    return page.render(f"{kind}.html", context)


@stored()
@require_safe
def article(request, year, month, slug):
    page = Page(request)
    edition = _found(page, f"/{year}/{month}/{slug}/")
    if not edition.is_live(at=page.at):
        return _gone_or_moved(page, edition)
    corrections = []
    if edition.has_corrections:
        corrections = _corrections(article=edition.article_id, until=edition.live_from)
    body = rendering.render_bodies([edition], at=page.at, label=page.label)[edition.pk]
    page.shows_edition(edition)
    page.shows(*body.keys, *(f"tag-{tag.pk}" for tag in edition.tag_list))
    page.holds_until(body.ends_at)
    page.holds_until(body.gone_at, is_end=True)
    context = {"edition": edition, "body": body.html, "corrections": corrections}
    return page.render("article.html", context | {"companions": companions_of(page, edition)})


def _found(page, path):
    """The edition that stands, or stood last, at ``path``; 404 if readers never saw one there."""
    for edition in _last_at(at=page.at, path=path):
        return edition
    raise Http404("There is no story at this address.")


@prepared
def _last_at(*, at, path):
    editions = Edition.objects.once_live(at=at).filter(path=path).order_by("-live_from")
    return editions.for_listing().with_text()[:1]


@prepared
def _corrections(*, article, until):
    return Correction.objects.filter(article=article, corrected_at__lte=until)


def _gone_or_moved(page, edition):
    """301 to where the story stands now, or 410 if readers can no longer see it."""
    page.shows(cache.article_key(edition.article_id))
    editions = Edition.objects.not_ended(at=page.at).filter(article=edition.article_id)
    for other in editions.order_by("live_from"):
        if other.is_live(at=page.at):
            page.holds_until(other.live_until, is_end=True)
            return page.answer("", status=301, location=iri_to_uri(other.path))
        page.holds_until(other.live_from)
    return page.render("gone.html", {}, status=410)


@require_safe
def rendition(request, name):
    """A picture as pages show it; its name changes with its content, so it is kept for ever."""
    try:
        file = media.open_rendition(name)
    except FileNotFoundError:
        raise Http404("No such picture.")
    response = FileResponse(file, content_type="image/webp")
    response["Cache-Control"] = f"public, max-age={365 * 24 * 3600}, immutable"
    return response
