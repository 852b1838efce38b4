from django.http import Http404
from django.utils.encoding import iri_to_uri
from django.views.decorators.http import require_safe

from articles import cache, rendering
from articles.models import FormerPage, StandingPage

from . import metadata
from .page import Page, stored


@stored()
@require_safe
def standing_page(request, slug):
    """What was written at the desk about the paper itself. Three queries, and the body's.

    An address that it had once answers 301, for one query more.
    """
    page = Page(request)
    standing = StandingPage.objects.filter(slug=slug, is_live=True).first()
    if standing is None:
        return _moved(page, slug)
    body = rendering.render_bodies([standing], at=page.at, label=page.label)[standing.pk]
    page.shows(cache.key_of(standing), *body.keys)
    page.holds_until(body.ends_at)
    page.holds_until(body.gone_at, is_end=True)
    context = {
        "standing": standing,
        "body": body.html,
        "meta": metadata.of_standing_page(page, standing, lines=body.lines),
    }
    return page.render("standing_page.html", context)


def _moved(page, slug):
    former = FormerPage.objects.filter(slug=slug, page__is_live=True).select_related("page").first()
    if former is None:
        raise Http404("There is no such page.")
    page.shows(cache.key_of(former.page))
    return page.answer("", status=301, location=iri_to_uri(former.page.get_absolute_url()))
