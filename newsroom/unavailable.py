"""What is said while the database does not answer. Nothing here asks it."""

import sys
from functools import lru_cache
from http import HTTPStatus

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.csp import ContentSecurityPolicyMiddleware
from django.middleware.security import SecurityMiddleware
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from articles.models import Publication

RETRY_SECONDS = 10
GUARDS = (ContentSecurityPolicyMiddleware, XFrameOptionsMiddleware, SecurityMiddleware)


def application(environ, start_response):
    """A WSGI application that answers 503; ``pagestore.abandoned`` tells of work that had begun."""
    response = answer(
        environ["PATH_INFO"],
        environ["REQUEST_METHOD"],
        is_unsure=environ.get("pagestore.abandoned", False),
    )
    request = WSGIRequest(environ)
    for guard in GUARDS:  # before which this is answered
        guard(lambda request: response).process_response(request, response)
    status = HTTPStatus.SERVICE_UNAVAILABLE
    start_response(f"{status.value} {status.phrase}", list(response.items()))
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [response.content]


def handler500(request):
    """A fault of ours; or of the database, where that is what failed."""
    if isinstance(sys.exception(), OperationalError | InterfaceError):
        return answer(request.path_info, request.method, is_unsure=True)
    return HttpResponse(_page("500.html", *_last_seen()), status=500)


def answer(path, method, *, is_unsure):
    """For a reader, or for somebody at the desk whose text is at stake (``is_unsure``: perhaps)."""
    template, is_desk = "503.html", path.startswith(reverse("admin:index"))
    if is_desk and method not in ("GET", "HEAD"):
        template = "503_unsure.html" if is_unsure else "503_unsaved.html"
    elif path.startswith(reverse("articles:search")):
        template = "503_search.html"
    language, name = _last_seen()
    language = settings.LANGUAGE_CODE if is_desk else language
    response = HttpResponse(_page(template, language, name), status=503)
    response["Retry-After"] = str(RETRY_SECONDS)
    response["Cache-Control"] = "no-store"
    response["Content-Length"] = str(len(response.content))
    return response


def _last_seen():
    """The language and the name of the publication, as far as this process knows."""
    return Publication.last_language, Publication.last_name


@lru_cache(maxsize=32)
def _page(template, language, name):
    """The page, which asks for the name by itself; once for each."""
    with translation.override(language):
        return render_to_string(template, using="public")
