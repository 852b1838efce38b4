from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from articles import cache, rendering
from articles.models import StandingPage

from .page import Page, stored


@stored()
@require_safe
def standing_page(request, slug):
    """What was written at the desk about the paper itself. Three queries, and the body's."""
    page = Page(request)
    standing = get_object_or_404(StandingPage, slug=slug, is_live=True)
    body = rendering.render_bodies([standing], at=page.at, label=page.label)[standing.pk]
    page.shows(cache.key_of(standing), *body.keys)
    page.holds_until(body.ends_at)
    page.holds_until(body.gone_at, is_end=True)
    return page.render("standing_page.html", {"standing": standing, "body": body.html})
