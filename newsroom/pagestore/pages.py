"""The pages that can be had, from the store or the application: fresh, or the best there is."""

import sys
import time
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from urllib.parse import urlsplit

from . import http
from .page import Name, Page, Rendered
from .pieces import close
from .pool import Abandoned, Pool
from .pulse import Pulse
from .store import Store

TURN_SECONDS = 3  # to wait for somebody else's render
RENDER_SECONDS = 20
OLD_SECONDS = 1  # for which an expired page is shown while it is rendered again
REST_SECONDS = 1  # after an error, while there is an older page to show
MOST_ERRORS = 500  # that are remembered

HIT, MISS, STALE = (("X-Cache", word) for word in ("HIT", "MISS", "STALE"))


class Pages:
    """What PageStore answers with; ``pool`` runs the application, ``counts`` are its own."""

    def __init__(
        self,
        application: Callable,
        store: Store,
        *,
        site_url: str,
        pulse: Pulse,
        pool: Pool,
        counts: Counter,
        secure: tuple[str, str] | None,
        has_cdn: bool,
    ):
        self.application, self.store, self.pulse = application, store, pulse
        self.counts = counts
        self._site, self._secure, self._has_cdn = urlsplit(site_url), secure, has_cdn
        self._pool, self._renewals = pool, Pool(1, "renewal")
        self._erred_at = {}

    def find(self, name: Name, coding: str) -> tuple[Page | None, tuple[str, str]]:
        """The page, fresh or the best there is, and its label; no page if there is nothing."""
        now = time.time()
        page = self.store.find(name, coding, now)
        if page and page.is_fresh(now):
            return page, HIT
        is_resting = time.monotonic() - self._erred_at.get(name, float("-inf")) < REST_SECONDS
        if self.pulse.is_gone() or (is_resting and page and now < page.stale_until):
            return _last_resort(page, now)
        # Time made it old, not somebody who was told that it is gone: then it may serve a moment.
        old = None
        if page and page.fresh_until <= now < min(page.fresh_until + OLD_SECONDS, page.stale_until):
            old = page
        with self.store.turns.take(
            name, seconds=0 if old else TURN_SECONDS, give_up=self.pulse.is_gone
        ) as is_ours:
            if not is_ours and old:
                return old, STALE
            now = time.time()
            page = self.store.find(name, coding, now)
            if page and page.is_fresh(now):
                return page, HIT
            if self.pulse.is_gone():
                return _last_resort(page, now)
            return self._rendered(name, coding, page)

    def refresh(self, name: Name) -> str:
        """Have ``name`` rendered into the store if it is not fresh there; the status line."""
        page, _ = self.find(name, "identity")
        return page.status if page else "503 Service Unavailable"

    def _rendered(self, name, coding, before):
        number, began_at = self.store.number(), time.time()
        try:
            answer = self._pool.run(self.render, name, give_up=self._patience(RENDER_SECONDS))
        except Abandoned:
            return _last_resort(before, time.time())
        self._count_render(began_at)
        if answer.status >= 500 and before and time.time() < before.stale_until:
            if len(self._erred_at) >= MOST_ERRORS:
                self._erred_at.clear()
            self._erred_at[name] = time.monotonic()
            return before, STALE
        encoded = http.Encoded.of(answer, for_keepers=self._has_cdn)
        if to_keep := _worth_keeping(name, answer, encoded, began_at, number):
            self.store.keep(to_keep)
        if coding not in encoded.bodies:
            coding = "identity"
        body = encoded.bodies[coding]
        headers = http.headers_in(coding, encoded.headers, encoded.etag, len(body))
        return Page(0, encoded.status, headers, body, began_at, began_at, began_at), MISS

    def renew(self, name: Name, *, until: float) -> Rendered | None:
        """``name`` as it is now, though the store has it; None if it may not be kept or took longer
        than ``until`` (of time.monotonic)."""
        number, began_at = self.store.number(), time.time()
        try:
            answer = self._renewals.run(self.render, name, give_up=lambda: time.monotonic() > until)
        except Abandoned:
            return None
        self._count_render(began_at)
        encoded = http.Encoded.of(answer, for_keepers=self._has_cdn)
        return _worth_keeping(name, answer, encoded, began_at, number)

    def _count_render(self, began_at):
        self.counts["renders"] += 1
        self.counts["render_seconds"] += time.time() - began_at

    def _patience(self, seconds):
        deadline = time.monotonic() + seconds
        return lambda: self.pulse.is_gone() or time.monotonic() > deadline

    def render(self, name: Name) -> http.Answer:
        """What the application says to a request that has a name and nothing else."""
        environ = {
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            "PATH_INFO": name.path,
            "QUERY_STRING": name.query,
            "SERVER_NAME": self._site.hostname,
            "SERVER_PORT": str(self._site.port or {"https": 443}.get(self._site.scheme, 80)),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": self._site.netloc,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": self._site.scheme,
            "wsgi.input": BytesIO(),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        if self._secure:
            environ[self._secure[0]] = self._secure[1]
        return _whole(self.application, environ)


def _worth_keeping(name, answer, encoded, began_at, number):
    lifetime = http.lifetime(answer)
    if lifetime and number is not None:
        return Rendered(name, encoded, lifetime, began_at, number)
    return None


def _last_resort(page, now):
    return (page, STALE) if page and now < page.stale_until else (None, STALE)


def _whole(application, environ):
    said = []
    chunks = application(environ, lambda *words: said.append(words))
    try:
        body = b"".join(chunks)
    finally:
        close(chunks)
    return http.Answer(int(said[-1][0].split(" ", 1)[0]), list(said[-1][1]), body)
