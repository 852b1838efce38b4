"""The wrapper: answers from the store, and asks the application for what is not there."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from . import http
from .bodies import PATIENCE_SECONDS, Bodies, Refused, drop
from .page import Name
from .pages import HIT, STALE, Pages
from .pieces import Pieces, TooMany, close
from .pool import Abandoned, NotBegun, Pool
from .pulse import Pulse
from .store import ANY_AGE, Store

MEMO_SIZE = 500
BYPASS = ("X-Cache", "BYPASS")


@dataclass(frozen=True)
class Route:
    """What is known of a path before anything is rendered."""

    parameters: tuple[str, ...] | None = None  # of the query that its pages read; None: not stored
    needs_database: bool = True
    let_in_by: Name | None = None  # the stored page that must be 200 for this to be shown to all
    answer: Callable | None = None  # a WSGI application of its own, before all else


class PageStore:
    """A WSGI application around another.

    ``site_url`` is the one address under which pages are rendered, whatever name of ours a reader
    typed; ``parameters`` are all that any route reads. ``unavailable`` is the WSGI application that
    answers while the database is down; it finds in ``pagestore.abandoned`` whether the request had
    been begun. ``secure`` is the entry of the environment that a request over HTTPS has, where only
    those are answered. ``has_cdn`` leaves on what only a keeper of copies needs. ``threads`` run
    the application. ``senders`` may send a body at a time, and so may as many ``strangers``;
    ``is_known`` tells of an environment that it is none of theirs; ``patience_seconds`` see Bodies.
    """

    def __init__(
        self,
        application: Callable,
        store: Store,
        *,
        site_url: str,
        route: Callable[[str], Route],
        is_our_host: Callable[[str], bool],
        parameters: tuple[str, ...] = (),
        unavailable: Callable,
        pulse: Pulse,
        secure: tuple[str, str] | None = None,
        has_cdn: bool = False,
        threads: int = 8,
        is_known: Callable[[dict], bool] = lambda environ: True,
        senders: int = 4,
        strangers: int = 2,
        patience_seconds: float = PATIENCE_SECONDS,
    ):
        self.application, self.store, self.pulse = application, store, pulse
        self.counts = Counter()
        self._route, self._is_our_host = route, is_our_host
        self._parameters, self._unavailable = frozenset(parameters), unavailable
        self._secure, self._has_cdn = secure, has_cdn
        self._is_alone = True  # without the database
        self._pool = Pool(threads, "application")
        self._pieces = Pieces()
        self.bodies = Bodies(senders, strangers, patience_seconds=patience_seconds)
        self._is_known = is_known
        self._hosts, self._codings = set(), {None: "identity"}
        self.pages = Pages(
            application,
            store,
            site_url=site_url,
            pulse=pulse,
            pool=self._pool,
            counts=self.counts,
            secure=secure,
            has_cdn=has_cdn,
        )

    def __call__(self, environ, start_response):
        method = environ["REQUEST_METHOD"]
        if (method != "GET" and method != "HEAD") or not self._is_public(environ):
            return self._pass(environ, start_response)
        path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
        if query:
            try:
                query = http.parameters_of(query, self._parameters)
            except ValueError:
                return self._pass(environ, start_response)
        coding = self._coding(environ.get("HTTP_ACCEPT_ENCODING"))
        now = time.time()
        is_gone = self.pulse.is_gone()
        if is_gone and self.pulse.last_spoil is not None:
            last_spoil = self.store.last_spoil()
            if last_spoil != self.pulse.last_spoil:  # what was spoiled since was committed first
                self.pulse.beat(last_spoil)
                is_gone = False
        if is_gone != self._is_alone:
            self._is_alone = is_gone
            self.store.cool()  # from here on what is hot need not be fresh, but the latest there is
        page = self.store.find((path, query), coding, ANY_AGE if is_gone else now)
        if page is not None and (page.stale_until > now if is_gone else page.is_fresh(now)):
            label = STALE if is_gone else HIT  # without the database nobody knows of a spoil
        else:
            route = self._route(path)
            if route.parameters is None:
                return self._pass(environ, start_response, route)
            name = Name(path, http.parameters_of(query, route.parameters))
            page, label = self.pages.find(name, coding)
            if page is None:
                self.counts["unavailable"] += 1
                return self._unavailable(environ, start_response)
            now = time.time()
        self.counts[label[1]] += 1
        return _send(page, label, now, environ, start_response)

    def _is_public(self, environ):
        """Whether this is a request that everyone could have made in the same words."""
        if "HTTP_AUTHORIZATION" in environ:
            return False
        if not self._is_secure(environ):
            return False
        host = environ.get("HTTP_HOST")
        if host in self._hosts:
            return True
        if not host or not self._is_our_host(host):
            return False
        if len(self._hosts) < MEMO_SIZE:
            self._hosts.add(host)
        return True

    def _is_secure(self, environ):
        """As Django sees it: each proxy of a chain may have added what it saw."""
        if not self._secure:
            return True
        name, value = self._secure
        said = environ.get(name, "")
        return said == value or said.partition(",")[0].strip() == value

    def _coding(self, accept):
        coding = self._codings.get(accept)
        if coding is None:
            coding = http.coding_for(accept)
            if len(self._codings) < MEMO_SIZE:
                self._codings[accept] = coding
        return coding

    # Everything else

    def _pass(self, environ, start_response, route=None):
        """The application's own answer to this very request."""
        route = route or self._route(environ["PATH_INFO"])
        try:
            if environ["REQUEST_METHOD"] in ("GET", "HEAD"):
                drop(environ)
            else:
                self.bodies.take(environ, is_known=lambda: self._knows(environ))
        except Refused as refusal:
            return _refuse(refusal.status, start_response)
        if route.answer:
            return route.answer(environ, start_response)
        self.counts["BYPASS"] += 1
        if not self._is_secure(environ):  # and so is led to where it is, whatever it asks for
            return self._passed(environ, start_response)
        if route.let_in_by and environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            page, _ = self.pages.find(route.let_in_by, "identity")
            if page is None:
                return self._unavailable(environ, start_response)
            if page.status.startswith("200"):
                environ["pagestore.let_in_by"] = page.body
                return self._passed(environ, start_response)
        if not route.needs_database:
            return self._passed(environ, start_response)
        if route.parameters is not None and environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            start_response(
                "405 Method Not Allowed", [("Allow", "GET, HEAD"), ("Content-Length", "0")]
            )
            return []
        if self.pulse.is_gone():
            return self._unavailable(environ, start_response)
        said = []
        try:
            chunks = self._pool.run(
                self._begin, environ, lambda *said_: said.append(said_), give_up=self.pulse.is_gone
            )
        except Abandoned as reason:
            environ["pagestore.abandoned"] = not isinstance(reason, NotBegun)
            return self._unavailable(environ, start_response)
        return self._given(chunks, environ, start_response, *said[-1])

    def _knows(self, environ):
        try:
            return self._pool.run(self._is_known, environ, give_up=self.pulse.is_gone)
        except Abandoned:  # without the database nobody is asked in, and all are told why
            return True

    def _begin(self, environ, start_response):
        """The answer, whole unless it is a stream: whoever reads that needs no database."""
        chunks = self.application(environ, start_response)
        if getattr(chunks, "streaming", True):
            return chunks
        try:
            return [b"".join(chunks)]
        finally:
            close(chunks)

    def _passed(self, environ, start_response):
        """An answer that needs no database, unless there is none: then who knows."""
        is_gone = self.pulse.is_gone()
        said = []
        chunks = self.application(environ, lambda *words: said.append(words))
        if is_gone and said[-1][0].startswith("404"):
            close(chunks)
            return self._unavailable(environ, start_response)
        return self._given(chunks, environ, start_response, *said[-1])

    def _given(self, chunks, environ, start_response, status, headers, *error):
        if environ["REQUEST_METHOD"] == "HEAD":  # no file has to be read for that
            close(chunks)
            chunks = []
        else:
            try:
                chunks = self._pieces.of(chunks, headers)
            except TooMany:
                return _refuse("503 Service Unavailable", start_response)
        start_response(status, self._for_readers(headers), *error)
        return chunks

    def _for_readers(self, headers):
        """What is for keepers of copies stays with what such a keeper may have."""
        dropped = frozenset() if self._has_cdn else http.FOR_KEEPERS
        return [*(pair for pair in headers if pair[0].lower() not in dropped), BYPASS]


def _refuse(status, start_response):
    headers = [("Content-Length", "0"), ("Connection", "close"), ("Retry-After", "10")]
    start_response(status, headers)
    return []


def _send(page, label, now, environ, start_response):
    age = ("Age", str(max(0, int(now - page.stored_at))))  # a clock may be set back
    wanted, since = environ.get("HTTP_IF_NONE_MATCH"), environ.get("HTTP_IF_MODIFIED_SINCE")
    if (
        (wanted is not None or since is not None)
        and page.conditions
        and page.conditions.are_met(wanted, since)
    ):
        start_response("304 Not Modified", [*page.conditions.headers, age, label])
        return []
    start_response(page.status, [*page.headers, age, label])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [page.body]
