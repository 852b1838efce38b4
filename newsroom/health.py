"""What machines ask: whether this process lives, whether it can serve, what it has counted.

Answered before Django, so neither a host name nor a redirect to HTTPS is in the way of a probe.
"""

import hmac
import time

from django.conf import settings
from django.db import Error as DatabaseError

from newsroom import outbox

LOOPBACK = ("127.0.0.1", "::1")
FORWARDED = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_REAL_IP",
    "HTTP_FORWARDED",
    "HTTP_VIA",
)
KINDS = {
    "requests": "counter",
    "renders": "counter",
    "render_seconds": "counter",
    "unavailable": "counter",
    "spoils": "counter",
    "spoil_seconds": "counter",
    "pages": "gauge",
    "pages_fresh": "gauge",
    "bytes": "gauge",
    "queue": "gauge",
    "database_up": "gauge",
}
STATES = {"HIT": "hit", "MISS": "miss", "STALE": "stale", "BYPASS": "bypass"}


def at(site, path):
    """The WSGI application at ``path``, if one of these stands there."""
    views = {"/healthz": _healthz, "/readyz": _readyz, "/metrics": _metrics}
    view = views.get(path)
    return view and (lambda environ, start_response: view(site, environ, start_response))


def _healthz(site, environ, start_response):
    return _say(start_response, "200 OK", "alive\n")


def _readyz(site, environ, start_response):
    if not site.pulse.is_gone():
        return _say(start_response, "200 OK", "ready\n")
    if site.store.is_open() and site.store.counted().get("pages"):
        return _say(start_response, "200 OK", "ready, from the page store: no database\n")
    return _say(start_response, "503 Service Unavailable", "no database, and no stored pages\n")


def _metrics(site, environ, start_response):
    if not _may_see_metrics(environ):
        return _say(start_response, "403 Forbidden", "For this machine, or with a token.\n")
    site.note()
    counted = site.store.counted()
    counted["database_up"] = int(not site.pulse.is_gone())
    if counted["database_up"]:
        try:
            counted["queue"] = outbox.waiting(site.store)
        except DatabaseError:
            counted["database_up"] = 0
    lines = []
    for name, kind in KINDS.items():
        full = f"newsroom_{name}{'_total' if kind == 'counter' else ''}"
        lines.append(f"# TYPE {full} {kind}")
        if name == "requests":
            lines += [
                f'{full}{{cache="{label}"}} {counted.get(state, 0)}'
                for state, label in STATES.items()
            ]
        elif kind == "counter" or name in counted:
            lines.append(f"{full} {counted.get(name, 0)}")
    lines.append(f"# EOF of {time.time():.0f}")
    return _say(start_response, "200 OK", "\n".join(lines) + "\n", "text/plain; version=0.0.4")


def _may_see_metrics(environ):
    """This machine itself, not a proxy on it that speaks for others; or whoever has the token."""
    if environ.get("REMOTE_ADDR") in LOOPBACK and not any(map(environ.get, FORWARDED)):
        return True
    token = settings.METRICS_TOKEN
    said = environ.get("HTTP_AUTHORIZATION", "")
    return bool(token) and hmac.compare_digest(said.encode(), f"Bearer {token}".encode())


def _say(start_response, status, text, content_type="text/plain; charset=utf-8"):
    body = text.encode()
    headers = [("Content-Type", content_type), ("Content-Length", str(len(body)))]
    start_response(status, [*headers, ("Cache-Control", "no-store")])
    return [body]
