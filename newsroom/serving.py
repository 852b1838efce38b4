"""The page store of this site: made from the settings, told by the outbox, warmed.

``application`` is what the server runs. A thread beside it reads the outbox twice a second: so a
spoil that its author did not live to deliver is delivered, and so it is known whether the database
answers.
"""

import hashlib
import logging
import queue
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

from django.conf import settings
from django.core.handlers.wsgi import get_path_info
from django.db import Error as DatabaseError
from django.db import connection
from django.http.request import split_domain_port, validate_host
from django.urls import Resolver404, resolve

from articles import publishing
from articles.links.following import prune_follows
from articles.models import Author, Edition, Section, Series, StandingPage, Tag
from newsroom import counting, health, outbox, unavailable
from newsroom.pagestore import Name, PageStore, Pulse, Route, Spoiled, Store, Unwritable

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.4
NOTE_SECONDS = 5
PRUNE_SECONDS = 3600
FIRST_LOOK_SECONDS = 2  # that a process which starts waits for its first look at the outbox
THREADS = 8  # of each process for the application
REWARMED = 100  # pages at most after one change
QUERY_PARAMETERS = ("before", "page")
NEED_NO_DATABASE = {"articles:rendition"}
FOR_MACHINES = (
    "/sitemap.xml",
    "/sitemap-pages.xml",
    "/sitemap-news.xml",
    "/robots.txt",
    "/manifest.webmanifest",
    "/opensearch.xml",
    "/offline/",
)
FEEDS = ("feed/", "feed/atom/", "feed/json/")


@lru_cache
def store_in(folder: Path) -> Store:
    return Store(folder, release=release(), largest_bytes=settings.PAGE_STORE_BYTES)


def deliver(sender, rows, **kwargs):
    """After commit, before the editor is answered: the pages that changed are fresh nowhere."""
    if not settings.PAGE_STORE_DIR.exists():
        return
    store = store_in(settings.PAGE_STORE_DIR)
    try:
        pages, told = outbox.drain(store)
    except DatabaseError:  # it went down a moment after the commit
        with suppress(Unwritable):
            store.spoil([Spoiled(row.key, row.is_final) for row in rows])
    except Unwritable as error:  # then nobody reads the store until the thread below succeeds
        logger.error("The page store is closed: %s", error.__cause__)
    else:
        if site := Site.current:
            site.rewarm(pages, told or rows)


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
            threads=THREADS,
        )
        self._begun = False
        self._looked = threading.Event()
        self._to_warm = queue.SimpleQueue()
        self._noted_at = time.monotonic()

    def start(self) -> None:
        Site.current = self
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
        return Route(
            getattr(match.func, "stored_parameters", None),
            needs_database=match.view_name not in NEED_NO_DATABASE,
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
            pages, told = outbox.drain(self.store)
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
                    self.application.refresh(name)
            except DatabaseError:
                logger.warning("The pages of a change could not be warmed.")
            except Exception:  # readers have them rendered
                logger.exception("The pages of a change could not be warmed.")
            finally:
                connection.close()


def tend() -> None:
    """Beside the background worker: tell of what has begun, and keep the outbox short.

    This machine's store learns of changes here too, so it is true even while no process answers
    readers.
    """
    store, pruned_at = store_in(settings.PAGE_STORE_DIR), float("-inf")
    while True:
        try:
            while Edition.objects.due().exists() and publishing.announce():
                pass
            if settings.PAGE_STORE_DIR.exists():
                outbox.drain(store)
            if time.monotonic() - pruned_at > PRUNE_SECONDS:
                pruned_at = time.monotonic()
                outbox.prune()
                prune_follows()
        except (DatabaseError, Unwritable):  # the processes that answer readers say it
            connection.close()
        except Exception:
            logger.exception("The outbox could not be tended.")
        if connection.vendor == "sqlite":
            connection.close()
        time.sleep(POLL_SECONDS)


def is_our_host(host: str) -> bool:
    allowed = settings.ALLOWED_HOSTS
    if settings.DEBUG and not allowed:
        allowed = [".localhost", "127.0.0.1", "[::1]"]
    return validate_host(split_domain_port(host)[0], allowed)


def name_at(path: str) -> Name:
    """The page at ``path``, escaped or not."""
    return Name(unquote(path).encode().decode("latin-1"))


def names_of_stories(keys) -> Iterator[Name]:
    """The pages of the stories of these keys, and all lists and feeds that they stand in."""
    articles = [int(key[8:]) for key in keys if key.startswith("article-")]
    editions = Edition.objects.live().filter(article__in=articles).defer("body")
    rows = editions.select_related("section", "series").prefetch_related(
        "tag_rows__tag", "author_rows__author"
    )
    for edition in rows:
        yield name_at(edition.path)
        tags = [row.tag for row in edition.tag_rows.all()]
        authors = [row.author for row in edition.author_rows.all()]
        series = [edition.series] if edition.series else []
        yield from names_of_lists([edition.section, *series, *tags, *authors])


def names_of_lists(things) -> Iterator[Name]:
    for home in ("/", *(thing.get_absolute_url() for thing in things)):
        yield from map(name_at, (home, *(home + feed for feed in FEEDS)))


def names_of_all() -> Iterator[Name]:
    """Every page that readers can come by from the front page, older pages of lists left out."""
    live = Edition.objects.live()
    yield from names_of_lists(Section.objects.all())
    yield from names_of_lists(Tag.objects.filter(edition_rows__edition__in=live).distinct())
    yield from names_of_lists(Author.objects.filter(edition_rows__edition__in=live).distinct())
    yield from names_of_lists(Series.objects.filter(pk__in=live.values("series")))
    yield from (
        name_at(page.get_absolute_url()) for page in StandingPage.objects.filter(is_live=True)
    )
    yield from map(Name, FOR_MACHINES)
    months = set()
    for path in live.order_by("-pk").values_list("path", flat=True).iterator(chunk_size=2_000):
        yield name_at(path)
        months.add(f"/sitemap-{path[1:5]}-{path[6:8]}.xml")
    yield from map(Name, sorted(months))


@lru_cache
def release() -> str:
    """Names the code, templates and settings that pages are made with."""
    digest = hashlib.blake2b(digest_size=16)
    digest.update(
        repr((sys.version, settings.SITE_URL, settings.STATIC_URL, settings.MEDIA_URL)).encode()
    )
    digest.update(repr((settings.LANGUAGE_CODE, settings.SECURE_CSP, settings.DEBUG)).encode())
    digest.update(repr(settings.COUNT_FOLLOWS).encode())
    base = settings.BASE_DIR
    files = [base / "requirements.txt", Path(settings.STATIC_ROOT) / "staticfiles.json"]
    for folder in (base / "articles", base / "newsroom", base / "templates" / "public"):
        files += [path for path in folder.rglob("*") if path.suffix in (".py", ".html", ".mo")]
    for path in sorted(files):
        with suppress(OSError):
            digest.update(str(path.relative_to(path.anchor)).encode() + path.read_bytes())
    return digest.hexdigest()
