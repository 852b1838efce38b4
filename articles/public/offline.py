"""The publication as something to keep on a phone: its manifest, and the page without a network.

``static/root/worker.js`` keeps what was read; it is the same for every publication.
"""

import json

from django.templatetags.static import static
from django.views.decorators.http import require_safe

from articles.addresses import address
from articles.languages import direction_of

from .page import Page, stored

ICONS = (
    {"src": "img/favicon.svg", "sizes": "any", "type": "image/svg+xml"},
    {"src": "img/icon-192.png", "sizes": "192x192", "type": "image/png"},
    {"src": "img/icon-512.png", "sizes": "512x512", "type": "image/png"},
    {"src": "img/icon-512.png", "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
)


@stored()
@require_safe
def manifest(request):
    """https://www.w3.org/TR/appmanifest/"""
    page = Page(request)
    publication = page.publication
    content = {
        "id": "/",
        "name": publication.name,
        "short_name": publication.name,
        "description": publication.tagline,
        "lang": publication.language,
        "dir": direction_of(publication.language),
        "start_url": address("front"),
        "scope": "/",
        "display": "minimal-ui",
        "background_color": "#fdfdfc",
        "theme_color": "#fdfdfc",
        "icons": [icon | {"src": static(icon["src"])} for icon in ICONS],
    }
    return page.answer(json.dumps(content, ensure_ascii=False), "application/manifest+json")


@stored()
@require_safe
def page(request):
    return Page(request).render("offline.html", {})
