import logging
import queue
import sys
import threading
import time
from contextlib import suppress

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.handlers.wsgi import get_path_info
from django.db import Error as DatabaseError
from django.db import InterfaceError, OperationalError, connection
from django.http import parse_cookie
from django.http.request import split_domain_port, validate_host
from django.urls import Resolver404, resolve
from django.utils import timezone

from articles.models import Publication
from newsroom import counting, health, outbox, silence, unavailable
from newsroom.pagestore import PageStore, Pulse, Route, Spoiled, Unwritable

from .names import name_at, names_of_stories
from .renewal import REWARMED, Renewal
from .store import POLL_SECONDS, follow, store_in

logger = logging.getLogger(__name__)

NOTE_SECONDS = 5
NAME_SECONDS = 60  # between two looks at what the publication is called
FIRST_LOOK_SECONDS = 2  # that a process which starts waits for its first look at the outbox
SWITCH_SECONDS = 0.0005  # after which a render lets others have the interpreter
THREADS = 8  # of each process for the application
QUERY_PARAMETERS = ("before", "page")


class Site:
    """What the processes of the server run: ``application``, and the threads beside it."""

    current = None

    def __init__(self, application):
        self.store = store_in(settings.PAGE_STORE_DIR)
        self.pulse = Pulse()
        self.application = PageStore(
            application,
            self.store,
            site_url=settings.SITE_URL,
            route=self.route,
            is_our_host=is_our_host,
            parameters=QUERY_PARAMETERS,
            unavailable=unavailable.application,
            pulse=self.pulse,
            secure=settings.SECURE_PROXY_SSL_HEADER,
            has_cdn=bool(settings.CDN_PURGE_URL),
            is_known=has_signed_in,
            patience_seconds=settings.UPLOAD_SECONDS,
            threads=THREADS,
        )
        self.renewal = Renewal(self.application)
        self._begun = False
        self._looked = threading.Event()
        self._to_warm = queue.SimpleQueue()
        self._noted_at = time.monotonic()
        self._asked_at = float("-inf")

    def start(self) -> None:
        Site.current = self
        sys.setswitchinterval(SWITCH_SECONDS)
        silence.give_up_when(
            lambda since: silence.is_too_long(since) or self.pulse.is_hopeless(since)
        )
        self._begun = self.store.begin()
        for work in (self._follow, self._warm):
            threading.Thread(target=work, name=work.__name__, daemon=True).start()
        self._looked.wait(FIRST_LOOK_SECONDS)

    def route(self, path: str) -> Route:
        answer = health.at(self, path) or counting.at(path)
        if answer:
            return Route(answer=answer)
        try:
            match = resolve(get_path_info({"PATH_INFO": path}))
        except Resolver404:  # a file, or nothing
            return Route(needs_database=False)
        door = getattr(match.func, "let_in_by", None)
        return Route(
            getattr(match.func, "stored_parameters", None),
            let_in_by=door and name_at(door(**match.kwargs)),
        )

    # Told by the outbox

    def _follow(self):
        while True:
            try:
                self.look()
            except Exception:  # whatever it is, the next look may succeed
                logger.exception("The outbox could not be followed.")
            self._looked.set()
            time.sleep(POLL_SECONDS)

    def look(self) -> None:
        """Do what the outbox says, and take the database's pulse by that."""
        self._begun = self._begun or self.store.begin()
        last_spoil = self.store.last_spoil()
        try:
            if not self.pulse.is_gone():  # if it was, all that happened meanwhile is done first
                outbox.waiting(self.store)  # soon said, however long the rest takes
                self.pulse.beat(last_spoil)
            pages, told = follow(self.renewal, self.store)
            if time.monotonic() - self._asked_at > NAME_SECONDS:
                self._asked_at = time.monotonic()
                Publication.current()  # so that its name is known while there is no database
        except DatabaseError as error:
            if not self.pulse.is_gone():
                logger.error("The database does not answer: %s", error)
            self.pulse.stop(last_spoil)
            connection.close()
            pages = told = ()
        except Unwritable as error:
            logger.error("The page store is closed: %s", error.__cause__)
            self.pulse.beat(self.store.last_spoil())
            pages = told = ()
        else:
            self.pulse.beat(self.store.last_spoil())
        if connection.vendor == "sqlite":  # an open file would hide that it was moved away
            connection.close()
        for row in told:
            self.application.counts["spoils"] += 1
            self.application.counts["spoil_seconds"] += max(
                0, time.time() - row.spoiled_at.timestamp()
            )
        if told:
            self.rewarm(pages, told)
        if time.monotonic() - self._noted_at > NOTE_SECONDS:
            self.note()

    def note(self) -> None:
        """Add what this process counted to what all did."""
        self._noted_at = time.monotonic()
        counts, self.application.counts = self.application.counts, type(self.application.counts)()
        self.store.note(counts)

    # Warmed

    def rewarm(self, pages, rows) -> None:
        """Render what a change concerns again, in the background."""
        self._to_warm.put((pages, [row.key for row in rows]))

    def _warm(self):
        while True:
            pages, keys = self._to_warm.get()
            try:
                for name in list(dict.fromkeys([*names_of_stories(keys), *pages]))[:REWARMED]:
                    self.application.pages.refresh(name)
            except DatabaseError:
                logger.warning("The pages of a change could not be warmed.")
            except Exception:  # readers have them rendered
                logger.exception("The pages of a change could not be warmed.")
            finally:
                connection.close()


def deliver(sender, rows, **kwargs):
    """After commit, before the editor is answered: the pages that changed are fresh nowhere."""
    if not settings.PAGE_STORE_DIR.exists():
        return
    store = store_in(settings.PAGE_STORE_DIR)
    site = Site.current
    try:
        pages, told = follow(site.renewal if site else store, store)
    except DatabaseError:  # it went down a moment after the commit
        with suppress(Unwritable):
            store.spoil([Spoiled(row.key, row.is_final) for row in rows])
    except Unwritable as error:  # then nobody reads the store until the thread below succeeds
        logger.error("The page store is closed: %s", error.__cause__)
    else:
        if site:
            site.rewarm(pages, told or rows)


def is_our_host(host: str) -> bool:
    allowed = settings.ALLOWED_HOSTS
    if settings.DEBUG and not allowed:
        allowed = [".localhost", "127.0.0.1", "[::1]"]
    return validate_host(split_domain_port(host)[0], allowed)


def has_signed_in(environ: dict) -> bool:
    """Whether the request is from somebody at the desk. One query, if it has their cookie."""
    key = parse_cookie(environ.get("HTTP_COOKIE", "")).get(settings.SESSION_COOKIE_NAME)
    sessions = Session.objects.filter(pk=key, expire_date__gt=timezone.now())
    try:
        return bool(key) and sessions.exists()
    except (OperationalError, InterfaceError):  # they are told that it is gone
        return True
    except DatabaseError:  # PostgreSQL takes no NUL
        return False
