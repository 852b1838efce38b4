"""A story as readers would see it, were it published this moment."""

from copy import copy

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.response import TemplateResponse
from django.urls import path, resolve
from django.utils.csp import CSP
from django.utils.decorators import method_decorator
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_POST

from articles import publishing
from articles.body import BodyRefused
from articles.models import Article

# A line followed from here, by ping or by script, is followed by no reader.
_COUNTS_NOTHING = settings.SECURE_CSP | {"connect-src": [CSP.NONE]}
_SAID = {
    "title": "Preview",
    "note": "Preview: no reader sees this. It is the story as Publish would make it now.",
}
_REFUSED = publishing.NotReady, publishing.BadMoment, publishing.StaleVersion
_REFUSED += BodyRefused, ValidationError
_KEPT_BY_NOBODY = "Surrogate-Key", "CDN-Cache-Control", "Cache-Control", "ETag"


class Preview(admin.ModelAdmin):
    """Beside ``Verbs``, for whoever may write the story; the form is sent as it stands."""

    def get_urls(self):
        view = require_POST(self.admin_site.admin_view(self.preview_view))
        return [
            path("add/preview/", view, name="articles_article_preview_new"),
            path("<int:pk>/preview/", view, name="articles_article_preview"),
            *super().get_urls(),
        ]

    @method_decorator(csp_override(_COUNTS_NOTHING))
    def preview_view(self, request, pk=None):
        article = self._for_writers(request, pk)
        version = article.version if article else 0
        form = self._form(request, article, request.POST, may_save=True)
        if form.is_valid():
            try:
                return _as_published(request, form, article, version)
            except _REFUSED as why:
                form.refuse(why)
        context = {**self.admin_site.each_context(request), "title": "No preview", "form": form}
        name = "admin/articles/article/no_preview.html"
        return TemplateResponse(request, name, context, status=400)


def _as_published(request, form, article, version):
    """What the public page of the story answers within a publication that is taken back at once.

    So nothing is left out and nothing is like it only almost: automatic lines, address and all
    else are those that Publish would make. No reader and no page store ever sees any of it.
    """
    with transaction.atomic():
        story = form.instance if article else Article()
        saved = publishing.save(story, base_version=version, by=request.user, **form.content())
        edition = publishing.publish(saved, by=request.user)
        reader = copy(request)
        reader.method, reader.preview = "GET", _SAID
        page = resolve(edition.path)
        response = page.func(reader, *page.args, **page.kwargs)
        transaction.set_rollback(True)
    for header in _KEPT_BY_NOBODY:
        del response[header]
    return response
