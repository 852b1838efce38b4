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
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.handlers.wsgi import get_path_info
from django.db import Error as DatabaseError
from django.db import connection
from django.http import parse_cookie
from django.http.request import split_domain_port, validate_host
from django.urls import Resolver404, resolve
from django.utils import timezone

from articles import publishing, search
from articles.body import find_references
from articles.links.following import prune_follows
from articles.models import (
    Author,
    Edition,
    PictureUse,
    Publication,
    Section,
    Series,
    StandingPage,
    Tag,
)
from articles.periods import period_with
from newsroom import counting, health, outbox, tidying, unavailable
from newsroom.pagestore import Name, PageStore, Pulse, Route, Spoiled, Store, Unwritable

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.4
NOTE_SECONDS = 5
PRUNE_SECONDS = 3600
NAME_SECONDS = 60  # between two looks at what the publication is called
FIRST_LOOK_SECONDS = 2  # that a process which starts waits for its first look at the outbox
SWITCH_SECONDS = 0.0005  # after which a render lets others have the interpreter
THREADS = 8  # of each process for the application
INDEXED = 100  # editions at once, beside everything else
REWARMED = 100  # pages at most after one change
RENEWED_SECONDS = 0.5  # for which a change is held back until the pages it concerns are there
IN_USE_SECONDS = 60  # since somebody read a page, so that it is worth that
TURN_SECONDS = 1  # that whoever reads the outbox leaves it to another who does
QUERY_PARAMETERS = ("before", "page")
FOR_MACHINES = (
    "/sitemap.xml",
    "/sitemap-pages.xml",
    "/sitemap-news.xml",
    "/robots.txt",
    "/manifest.webmanifest",
    "/opensearch.xml",
    "/offline/",
    "/archive/",
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


def follow(keeper: outbox.Keeper, store: Store) -> tuple[list, list]:
    """As ``outbox.drain``, by one process at a time: the others leave it to that one for a second.

    Then they do it too, which does no harm.
    """
    with store.turns.take("outbox", seconds=TURN_SECONDS):
        return outbox.drain(keeper)


class Renewal:
    """The store as a keeper that has the new pages ready when it lets go of the old ones.

    At full load a hundred readers ask for a page in the moment that it is spoiled, and would all
    wait for it. So what is read most is rendered first; readers have the old pages meanwhile, since
    the editor is not answered yet; then all change at once. A withdrawal waits for nothing.
    """

    def __init__(self, application: PageStore):
        self._application, self._store = application, application.store
        self.position, self.spoil_all = self._store.position, self._store.spoil_all

    def spoil(self, spoils, *, since, position):
        spoils, renewed = list(spoils), []
        if not any(spoil.is_final for spoil in spoils):
            try:
                renewed += self._renewed([spoil.key for spoil in spoils])
            except Exception:  # readers have them rendered
                logger.exception("The pages of a change could not be made anew.")
        return self._store.spoil(spoils, since=since, position=position, renewed=renewed)

    def _renewed(self, keys):
        until = time.monotonic() + RENEWED_SECONDS
        used_since = time.time() - IN_USE_SECONDS
        for name in self._store.shown(keys, used_since=used_since, most=REWARMED):
            if page := self._application.renew(name, until=until):
                yield page
            elif time.monotonic() > until:
                return


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
                    self.application.refresh(name)
            except DatabaseError:
                logger.warning("The pages of a change could not be warmed.")
            except Exception:  # readers have them rendered
                logger.exception("The pages of a change could not be warmed.")
            finally:
                connection.close()


def tend() -> None:
    """Beside the background worker: tell of what has begun, and take away what is of no use more.

    At its start it indexes what is not, as after an upgrade or a bulk import.

    This machine's store learns of changes here too, so it is true even while no process answers
    readers.
    """
    store, pruned_at = store_in(settings.PAGE_STORE_DIR), float("-inf")
    indexing = search.catch_up(most=INDEXED)
    while True:
        try:
            while Edition.objects.due().exists() and publishing.announce():
                pass
            if settings.PAGE_STORE_DIR.exists():
                follow(store, store)
            if time.monotonic() - pruned_at > PRUNE_SECONDS:
                pruned_at = time.monotonic()
                outbox.prune()
                prune_follows()
                tidying.prune_tasks()
                tidying.prune_share_pictures()
            # Last: whatever it meets, all else has been done.
            if indexing and next(indexing, None) is None:
                indexing = None
        except (DatabaseError, Unwritable):  # the processes that answer readers say it
            connection.close()
            indexing = indexing and search.catch_up(most=INDEXED)
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


def has_signed_in(environ: dict) -> bool:
    """Whether the request is from somebody at the desk. One query, if it has their cookie."""
    key = parse_cookie(environ.get("HTTP_COOKIE", "")).get(settings.SESSION_COOKIE_NAME)
    try:
        sessions = Session.objects.filter(expire_date__gt=timezone.now())
        return bool(key) and sessions.filter(pk=key).exists()
    except DatabaseError:  # they are told that it is gone
        return True


def name_at(path: str) -> Name:
    """The page at ``path``, escaped or not."""
    return Name(unquote(path).encode().decode("latin-1"))


def names_of_stories(keys) -> Iterator[Name]:
    """The pages of the stories of these keys, and all lists and feeds that they stand in."""
    articles = [int(key[8:]) for key in keys if key.startswith("article-")]
    editions = Edition.objects.live().filter(article__in=articles).defer("body")
    rows = editions.select_related("section", "series").prefetch_related(
        "tag_rows__tag", "author_rows__author", "picture_uses"
    )
    for edition in rows:
        yield name_at(edition.path)
        if edition.has_history:
            yield name_at(f"{edition.path}history/")
        yield from names_of_pictures(use.image_id for use in edition.picture_uses.all())
        yield Name(f"/media/share/{edition.article_id}/")
        tags = [row.tag for row in edition.tag_rows.all()]
        authors = [row.author for row in edition.author_rows.all()]
        series = [edition.series] if edition.series else []
        yield from names_of_lists([edition.section, *series, *tags, *authors])


def names_of_lists(things) -> Iterator[Name]:
    for home in ("/", *(thing.get_absolute_url() for thing in things)):
        yield from map(name_at, (home, *(home + feed for feed in FEEDS)))


def names_of_pictures(pks) -> Iterator[Name]:
    """What lets readers in to these pictures; with it they are shown without a database too."""
    return (Name(f"/media/{pk}/") for pk in pks if pk)


def names_of_all() -> Iterator[Name]:
    """Every page that readers can come by from the front page, older pages of lists left out."""
    live = Edition.objects.live()
    yield from names_of_lists(Section.objects.all())
    yield from names_of_lists(Tag.objects.filter(edition_rows__edition__in=live).distinct())
    yield from names_of_lists(Author.objects.filter(edition_rows__edition__in=live).distinct())
    yield from names_of_lists(Series.objects.filter(pk__in=live.values("series")))
    for page in StandingPage.objects.filter(is_live=True):
        yield name_at(page.get_absolute_url())
        yield from names_of_pictures(find_references(page.body).images)
    uses = PictureUse.objects.filter(edition__in=live)
    yield from names_of_pictures(uses.values_list("image", flat=True).distinct())
    yield from names_of_pictures(Author.objects.values_list("portrait", flat=True))
    yield from names_of_pictures(Publication.objects.values_list("logo", flat=True))
    yield from map(Name, FOR_MACHINES)
    months, zone = set(), ZoneInfo(Publication.current().time_zone)
    stories = live.order_by("-pk").values_list("path", "published_at", "has_history")
    for path, published_at, has_history in stories.iterator(chunk_size=2_000):
        yield name_at(path)
        if has_history:
            yield name_at(f"{path}history/")
        months.add(f"/sitemap-{published_at:%Y-%m}.xml")
        months |= paths_in_archive(published_at, zone)
    yield from map(Name, sorted(months))


def paths_in_archive(published_at: datetime, zone: ZoneInfo) -> set[str]:
    """The pages of the archive that list a story first published then."""
    return {period_with(published_at, kind, zone).path for kind in ("year", "month", "day")}


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
