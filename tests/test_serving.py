"""The page store of the site: told by the outbox, true after every act, there with no database."""

import os
import re
import time
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from io import BytesIO
from types import SimpleNamespace
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import Error as DatabaseError
from django.db import OperationalError, close_old_connections, connection, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from hypothesis.stateful import run_state_machine_as_test as run

from articles import importers, publishing
from articles.body import find_references
from articles.models import (
    Article,
    Author,
    Edition,
    MovedLines,
    Publication,
    Section,
    Series,
    Spoil,
    StandingPage,
    Tag,
)
from articles.public import front as front_module
from articles.public import lists
from newsroom import health, outbox, serving
from newsroom.pagestore import Name, Spoiled, Unwritable
from newsroom.pagestore import store as store_module
from newsroom.pagestore import wsgi as wsgi_module
from newsroom.pagestore.http import Answer
from newsroom.pagestore.pool import Pool

from .builders import (
    change_article,
    interesting,
    make_article,
    make_author,
    make_image,
    make_live,
    make_page,
    make_section,
    make_series,
)
from .pages import Reply
from .surfaces import SURFACES, address_of

EXAMPLES = int(os.environ.get("STATE_EXAMPLES", "3"))
STEPS = int(os.environ.get("STATE_STEPS", "14"))

pytestmark = pytest.mark.django_db


class Inline:
    """In place of the pool of threads: tests have one connection, and one transaction."""

    def run(self, work, *arguments, give_up):
        return work(*arguments)


class Reader:
    """The site as the server runs it, and somebody who reads it."""

    def __init__(self):
        for signal in (request_started, request_finished):  # as Django's own test client does
            signal.disconnect(close_old_connections)
        serving.store_in.cache_clear()
        self.site = serving.Site(WSGIHandler())
        self.site.pulse.seen_at = float("inf")
        self.application, self.store = self.site.application, self.site.store
        self.application._pool = self.application._renewals = Inline()
        self.store.begin()
        self.drain()

    def get(self, path, query="", *, method="GET", **headers):
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": serving.name_at(path).path,
            "QUERY_STRING": query,
            "HTTP_HOST": "127.0.0.1:8000",
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "8000",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(),
        } | {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        said = []
        chunks = self.application(environ, lambda *words: said.append(words))
        body = b"".join(chunks)
        getattr(chunks, "close", lambda: None)()
        return Reply(int(said[-1][0][:3]), {n.lower(): v for n, v in said[-1][1]}, body)

    def drain(self):
        return outbox.drain(self.store)

    def renew(self):
        """As the server does it: the new pages are ready when the old ones go."""
        return serving.follow(self.site.renewal, self.store)

    def close(self):
        self.store.disconnect()
        serving.store_in.cache_clear()
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


@pytest.fixture
def reader(_plain_storage):
    reader = Reader()
    yield reader
    reader.close()


@pytest.fixture
def no_database(reader):
    """Call it, and there is none."""
    with ExitStack() as stack:

        def stop(is_noticed=True):
            def fail(*args, **kwargs):
                raise OperationalError("server closed the connection unexpectedly")

            stack.enter_context(
                mock.patch("django.db.backends.utils.CursorWrapper._execute_with_wrappers", fail)
            )
            if is_noticed:
                reader.site.pulse.stop()

        yield stop


# The outbox


def test_a_change_is_visible_on_every_surface_when_its_author_is_told(reader, live):
    make_live(headline="The story that points", body=f"<p>One.</p>{interesting(live)}<p>Two.</p>")
    reader.drain()
    paths = {surface: address(live) for surface, address in SURFACES.items()}
    for path in paths.values():
        reader.get(path)
        assert reader.get(path).label == "HIT"

    change_article(live, headline="A bridge closed again")
    publishing.publish(live)
    serving.deliver(None, rows=[])

    for surface, path in paths.items():
        fresh = reader.application._render(serving.name_at(path)).body
        assert reader.get(path).body == reader.get(path).body == fresh, surface
        assert reader.get(path).label == "HIT"
        assert "sitemap" in surface or b"A bridge closed again" in fresh, surface


def test_delivery_follows_the_commit(reader, live, django_capture_on_commit_callbacks):
    reader.drain()
    reader.get("/")

    with django_capture_on_commit_callbacks(execute=True):
        change_article(live, headline="Otherwise")
        publishing.publish(live)

    assert reader.store.find(Name("/"), "gzip", 0).fresh_until == 0


def test_where_no_store_was_made_nothing_is_delivered(settings, live):
    serving.deliver(None, rows=list(Spoil.objects.all()))

    assert not settings.PAGE_STORE_DIR.exists()


def test_a_follower_that_is_told_twice_or_late_does_no_harm(reader, live):
    reader.drain()
    reader.get("/")
    publishing.withdraw(live)

    assert [name.path for name in reader.drain()[0]] == ["/"]
    assert reader.drain() == ([], [])


def test_a_store_whose_place_was_pruned_starts_with_nothing(reader, live):
    reader.drain()
    reader.get("/")
    publishing.withdraw(live)
    Spoil.objects.filter(pk__lt=Spoil.objects.last().pk).delete()

    reader.drain()

    assert reader.store.names() == []
    assert reader.store.number() is not None


def test_a_store_of_another_database_starts_with_nothing(reader, live):
    reader.drain()
    reader.get("/")
    Spoil.objects.update(spoiled_at=timezone.now() + timedelta(seconds=1))

    reader.drain()

    assert reader.store.names() == []


def test_the_outbox_is_pruned_but_for_the_place_where_all_followers_stand(reader, live):
    reader.drain()
    reader.get("/")
    Spoil.objects.update(spoiled_at=timezone.now() - timedelta(days=8))
    Spoil.objects.create(key="x", spoiled_at=timezone.now() - timedelta(days=8))
    reader.drain()
    reader.get("/")

    outbox.prune()

    assert Spoil.objects.count() == 1
    assert reader.drain() == ([], [])
    assert reader.get("/").label == "HIT"


def test_the_queue_is_what_a_follower_was_not_told(reader, live):
    reader.drain()
    assert outbox.waiting(reader.store) == 0

    before = Spoil.objects.count()
    publishing.withdraw(live)

    assert outbox.waiting(reader.store) == Spoil.objects.count() - before > 0


def test_a_spoil_that_the_database_could_not_be_asked_for_is_delivered(reader, live):
    reader.drain()
    last = Spoil.objects.last()
    reader.get(address_of(live))
    publishing.withdraw(live)
    rows = list(Spoil.objects.filter(pk__gt=last.pk))

    with mock.patch.object(outbox, "drain", side_effect=DatabaseError):
        serving.deliver(None, rows=rows)

    assert reader.store.find(serving.name_at(address_of(live)), "gzip", 0) is None


def test_an_editor_is_answered_though_the_store_cannot_be_written(reader, live):
    with mock.patch.object(outbox, "drain", side_effect=Unwritable("disk full")):
        serving.deliver(None, rows=list(Spoil.objects.all()))


def test_after_a_change_its_pages_are_warm_before_anyone_asks(reader, live):
    for name in serving.names_of_stories([f"article-{live.pk}", "front-list"]):
        assert reader.application.refresh(name).startswith("200")
    for surface, path in addresses(live).items():
        if not re.search("sitemap|archive", surface):  # warmed again where they were kept
            assert reader.get(path).label == "HIT", surface


# New pages are ready when old ones go


def test_readers_find_the_new_page_there_when_the_editor_is_answered(reader, live):
    reader.drain()
    before = reader.get("/").body
    asked = []
    render = reader.application._render

    def rendered(name):
        asked.append((name.path, reader.get("/").body == before))  # by a reader meanwhile
        return render(name)

    change_article(live, headline="A bridge closed again")
    publishing.publish(live)
    with mock.patch.object(reader.application, "_render", rendered):
        reader.renew()

    assert asked == [("/", True)]
    reply = reader.get("/")
    assert (reply.label, b"A bridge closed again" in reply.body) == ("HIT", True)


def test_what_is_withdrawn_is_gone_before_anything_is_rendered(reader, live):
    reader.drain()
    reader.get("/")
    publishing.withdraw(live)

    with mock.patch.object(reader.application, "renew", side_effect=AssertionError):
        reader.renew()

    assert reader.store.find(Name("/"), "gzip", 0) is None


def test_a_page_that_nobody_reads_keeps_no_editor_waiting(reader, live):
    reader.drain()
    reader.get("/")
    change_article(live, headline="A bridge closed again")
    publishing.publish(live)

    with (
        mock.patch.object(serving, "IN_USE_SECONDS", -1),
        mock.patch.object(reader.application, "renew", side_effect=AssertionError),
    ):
        gone, _ = reader.renew()

    assert [name.path for name in gone] == ["/"]
    assert reader.store.find(Name("/"), "gzip", 0).fresh_until == 0


def test_pages_that_take_too_long_go_all_the_same(reader, live):
    reader.drain()
    for path in ("/", "/feed/"):
        reader.get(path)
    change_article(live, headline="A bridge closed again")
    publishing.publish(live)

    with mock.patch.object(serving, "RENEWED_SECONDS", -1):
        reader.application._renewals = Pool(1, "renewal")
        with mock.patch.object(reader.application, "_render", lambda name: time.sleep(0.5)):
            reader.renew()

    assert reader.store.names() == []


def test_a_change_while_pages_are_made_anew_is_not_missed(reader, live):
    reader.drain()
    reader.get("/")
    render = reader.application._render

    def rendered(name):
        answer = render(name)
        reader.store.spoil([Spoiled("front-list", False)])  # by whom the database does not answer
        return answer

    change_article(live, headline="A bridge closed again")
    publishing.publish(live)
    with mock.patch.object(reader.application, "_render", rendered):
        reader.renew()

    assert reader.store.names() == []


def test_an_error_takes_the_place_of_no_page(reader, live):
    reader.drain()
    reader.get("/")
    change_article(live, headline="A bridge closed again")
    publishing.publish(live)

    broken = Answer(500, [], b"broken")
    with mock.patch.object(reader.application, "_render", lambda name: broken):
        reader.renew()

    assert reader.store.names() == []


# Without the database


def addresses(article):
    """Of all surfaces, asked while there is a database."""
    return {name: at(article) for name, at in SURFACES.items() if "points" not in name}


def test_without_a_database_every_page_of_before_is_there(reader, live, no_database):
    paths = addresses(live)
    for path in paths.values():
        reader.get(path)
    publishing.change(Publication(name="The Post"))
    reader.drain()

    no_database()

    for surface, path in paths.items():
        reply = reader.get(path)
        assert (reply.status, reply.label) == (200, "STALE"), surface


def test_without_a_database_what_was_withdrawn_stays_withdrawn(reader, live, no_database):
    paths = addresses(live)
    for path in paths.values():
        reader.get(path)
    publishing.withdraw(live)
    reader.drain()

    no_database()

    for surface, path in paths.items():
        reply = reader.get(path)
        assert reply.status == 503, surface
        assert live.headline.encode() not in reply.body


@pytest.mark.parametrize(
    ("path", "is_noticed"),
    [
        ("/2026/11/unknown/", True),
        ("/2026/11/unknown/", False),
        ("/tag/unknown/", True),
        ("/tag/unknown/", False),
        ("/unknown/", True),  # unnoticed it is a 404, for no route asks the database
    ],
)
def test_without_a_database_unknown_addresses_say_when_to_come_back(
    reader, no_database, path, is_noticed
):
    no_database(is_noticed)

    reply = reader.get(path)

    assert (reply.status, reply["Retry-After"]) == (503, "10")
    assert b"<h1" in reply.body
    assert reply["Cache-Control"] == "no-store"


def test_a_process_that_rendered_nothing_yet_knows_whose_site_it_is(
    reader, no_database, monkeypatch
):
    monkeypatch.setattr(Publication, "last_name", "")
    publishing.change(Publication(name="The Post"))
    reader.site.look()

    no_database()

    assert b"The Post</a>" in reader.get("/2026/11/unknown/").body


@pytest.mark.parametrize("is_noticed", [True, False])
def test_without_a_database_the_desk_says_what_became_of_the_text(reader, no_database, is_noticed):
    no_database(is_noticed)

    reply = reader.get("/admin/articles/article/add/", method="POST", cookie="sessionid=x" * 32)

    if is_noticed:
        assert reply.status == 503
        assert b"was not saved" in reply.body and b"Go back" in reply.body
    else:
        assert reply.status in (403, 503)


def test_without_a_database_static_files_and_pictures_are_served(reader, no_database):
    no_database()

    assert reader.get("/media/9/nothing.webp").status in (404, 503)
    assert reader.get("/healthz").status == 200


def test_what_the_database_breaks_is_answered_by_the_page_of_before(reader, live, no_database):
    reader.get("/")
    publishing.change(Publication(name="The Post"))
    reader.drain()

    no_database(is_noticed=False)

    assert (reader.get("/").status, reader.get("/").label) == (200, "STALE")


# What machines ask


def test_health_says_what_is_served_from(reader, live, no_database):
    assert reader.get("/readyz").status == 200
    reader.get("/")
    no_database()
    assert b"from the page store" in reader.get("/readyz").body
    reader.store.close()
    assert reader.get("/readyz").status == 503
    assert reader.get("/healthz").status == 200


def test_metrics_count_over_all_processes_and_are_not_for_everyone(reader, live, settings):
    reader.drain()
    reader.get("/")
    reader.get("/")
    reader.get("/")
    other = serving.Site(WSGIHandler())
    other.application.counts["HIT"] += 40
    other.note()

    seen = reader.get("/metrics").body.decode()
    assert 'newsroom_requests_total{cache="hit"} 42\n' in seen
    assert "newsroom_pages 1\n" in seen
    assert "newsroom_queue 0\n" in seen

    assert reader.get("/metrics", x_forwarded_for="203.0.113.9").status == 403
    settings.METRICS_TOKEN = "let me in"
    for token, status in (("let me in", 200), ("let me", 403)):
        asked = {"x_forwarded_for": "203.0.113.9", "authorization": f"Bearer {token}"}
        assert reader.get("/metrics", **asked).status == status
    assert set(health.STATES.values()) == {"hit", "miss", "stale", "bypass"}


# Every act, every page


class Everything(RuleBasedStateMachine):
    """After each act every page that is kept is what a fresh render would be, and no page that has
    nothing to do with the act is gone.

    A new kind of act is one more ``@rule``; if every page shows what it changes, it says so in
    ``is_site_wide``. A new kind of page is one more address from ``pages``. All are read after each
    act, with the older pages that they lead to, and looked at after the next. STATE_STEPS
    and STATE_EXAMPLES set how long this goes on.
    """

    def __init__(self):
        super().__init__()
        self.stack = ExitStack()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.moment = timezone.now().replace(microsecond=300_000)
        self.began = self.moment
        self.stack.enter_context(mock.patch("django.utils.timezone.now", lambda: self.moment))
        clock = SimpleNamespace(
            time=lambda: self.moment.timestamp(), monotonic=wsgi_module.time.monotonic
        )
        for module in (wsgi_module, store_module, serving):
            self.stack.enter_context(mock.patch.object(module, "time", self.clock(clock)))
        self.stack.enter_context(short_lists())
        self.reader = Reader()
        self.paths, self.elsewhere, self.count, self.count_of_acts = set(), set(), 0, 0
        self.pages_of_the_desk = set()
        self.is_site_wide = False

    @staticmethod
    def clock(clock):
        return SimpleNamespace(
            time=clock.time, monotonic=clock.monotonic, time_ns=time.time_ns, sleep=time.sleep
        )

    def teardown(self):
        self.reader.close()
        self.stack.close()
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    # The newsroom

    @initialize()
    def a_newspaper(self):
        self.sections = [make_section(name) for name in ("World", "Sport")]
        self.authors = [make_author(name) for name in ("Ada Quill", "Ben Reed")]
        self.images = [make_image(digest * 64) for digest in "01"]
        self.series = [make_series(title) for title in ("Water", "Stone")]
        make_page("About", body="<p>About us.</p>")
        far = {"section": make_section("Far"), "tags": ("Far",), "authors": (make_author("Far"),)}
        alone = make_live(headline="Far away", **far)
        self.elsewhere = {address_of(alone)}
        for thing in (far["section"], far["authors"][0], alone.tags.get()):
            home = thing.get_absolute_url()
            self.elsewhere |= {home, f"{home}feed/", f"{home}feed/atom/", f"{home}feed/json/"}
        self.publish_new(0, 0, "Floods", "")
        self.publish_new(1, 1, "Tides", "Story 1")
        self.publish_new(0, 1, "Floods", "Story 7")

    def article(self, number):
        articles = Article.objects.exclude(headline="Far away").order_by("pk")
        return articles[number % articles.count()]

    def later(self, minutes):
        return self.moment + timedelta(minutes=minutes)

    @rule(
        section=st.integers(0, 1),
        author=st.integers(0, 1),
        tag=st.sampled_from(["Floods", "Tides", "Sea"]),
        points_at=st.sampled_from(["", "Story 1", "Story 2", "Story 7"]),
    )
    def publish_new(self, section, author, tag, points_at):
        self.count += 1
        found = Article.objects.filter(headline=points_at).first() or points_at
        line = interesting(found) if points_at else ""
        link = f'<p>See <a data-article="{found.pk}">it</a>.</p>' if hasattr(found, "pk") else ""
        image = self.images[self.count % 2]
        figure = f'<figure data-image="{image.pk}"></figure>' if self.count % 3 else ""
        make_live(
            headline=f"Story {self.count}",
            section=self.sections[section],
            authors=(self.authors[author],),
            tags=(tag,),
            lead_image=image if self.count % 4 == 0 else None,
            body=f"<p>One.</p>{line}<p>Two.</p>{link}{figure}<p>End.</p>",
        )

    @rule(
        number=st.integers(0, 9), what=st.sampled_from(["headline", "standfirst", "slug", "body"])
    )
    def change_and_publish(self, number, what):
        self.count += 1
        value = {"body": f"<p>Text {self.count}.</p><p>More.</p>", "slug": f"slug-{self.count}"}
        article = change_article(
            self.article(number), **{what: value.get(what, f"Story {self.count} {what}")}
        )
        publishing.publish(article)

    @rule(number=st.integers(0, 9), section=st.integers(0, 1), author=st.integers(0, 1))
    def move_to_another_section_and_byline(self, number, section, author):
        article = change_article(
            self.article(number),
            section=self.sections[section],
            authors=(self.authors[author],),
            tags=("Sea", "Tides")[: author + 1],
        )
        publishing.publish(article)

    @rule(number=st.integers(0, 9), minutes=st.integers(1, 90), length=st.integers(0, 60))
    def schedule(self, number, minutes, length):
        article = self.article(number)
        if article.editions.once_live(at=self.moment).exists():
            article = change_article(article, standfirst=f"From minute {minutes} on")
        publishing.publish(
            article, at=self.later(minutes), until=self.later(minutes + length) if length else None
        )

    @rule(number=st.integers(0, 9), to=st.integers(0, 9))
    def move_lines(self, number, to):
        with suppress(publishing.NothingToMove):
            publishing.move_lines(self.article(number), to=self.article(to))

    @rule()
    def take_back_what_moved(self):
        if moved := MovedLines.objects.filter(taken_back_at=None).first():
            publishing.move_lines_back(moved)

    @rule(number=st.integers(0, 9), series=st.sampled_from([0, 1, None]), part=st.integers(1, 9))
    def change_its_part_of_a_series(self, number, series, part):
        article = self.article(number)
        series = None if series is None else self.series[series]
        with suppress(ValidationError):  # another story is that part
            publishing.publish(change_article(article, series=series, part=part, note=f"{part}"))

    @rule(
        number=st.integers(0, 9),
        original=st.integers(0, 9),
        language=st.sampled_from("en ur ar".split()),
    )
    def translate(self, number, original, language):
        article, original = self.article(number), self.article(original)
        with suppress(ValidationError):  # that is no translation
            changes = {"translation_of": original, "language": language}
            publishing.publish(change_article(article, **changes))

    @rule(
        numbers=st.dictionaries(st.integers(0, 6), st.integers(0, 9), max_size=4),
        minutes=st.sampled_from([0, 5, 90]),
        sections=st.integers(0, 3),
    )
    def arrange_the_front_page(self, numbers, minutes, sections):
        until = {"until": self.later(minutes)} if minutes else {}
        stories = {self.article(number): position for position, number in numbers.items()}
        publishing.arrange_front(
            {position: publishing.Placed(story, **until) for story, position in stories.items()},
            sections=[*self.sections, *Section.objects.filter(name="Far")][:sections],
        )

    @rule(number=st.sampled_from([None, 0, 3]), minutes=st.sampled_from([0, 1, 60]))
    def break_news(self, number, minutes):
        self.count += 1
        story = None if number is None else self.article(number)
        until = self.later(minutes) if minutes else None
        publishing.break_news(f"News {self.count}", article=story, until=until)

    @rule()
    def end_breaking_news(self):
        publishing.end_breaking_news()

    @rule(number=st.integers(0, 9), image=st.sampled_from([0, 1, None]))
    def replace_the_picture(self, number, image):
        self.count += 1
        image = None if image is None else self.images[image]
        publishing.publish(
            change_article(self.article(number), lead_image=image, note=f"Picture {self.count}")
        )

    @rule(
        number=st.integers(0, 2),
        what=st.sampled_from(["title", "body", "is_live", "slug"]),
        points_at=st.integers(0, 9),
    )
    def change_a_page_of_the_desk(self, number, what, points_at):
        self.count += 1
        pages = StandingPage.objects.order_by("pk")
        if not pages:
            return
        page = pages[number % len(pages)]
        changes = {
            "title": f"About {self.count}",
            "body": f"<p>{self.count}</p>{interesting(self.article(points_at))}<p>More.</p>"
            + f'<figure data-image="{self.images[0].pk}"></figure>' * (points_at % 2),
            "is_live": not page.is_live,
            "slug": f"about-{self.count % 4}",  # so that addresses go from one to another
        }
        setattr(page, what, changes[what])
        publishing.change_page(page, base_version=page.version)
        self.is_site_wide = what != "body"

    @rule()
    def write_a_page_at_the_desk(self):
        self.count += 1
        make_page(f"Page {self.count}", slug=f"about-{self.count % 4}")
        self.is_site_wide = True

    @rule()
    def remove_a_page_of_the_desk(self):
        if page := StandingPage.objects.order_by("-pk").first():
            publishing.remove_page(page)
            self.is_site_wide = True

    @rule(numbers=st.tuples(st.integers(0, 2), st.integers(0, 2)))
    def merge_tags(self, numbers):
        tags = list(Tag.objects.exclude(name="Far").order_by("pk"))
        one, other = (tags[number % len(tags)] for number in numbers)
        if one != other and len(tags) > 1:
            publishing.merge_tags(one, into=other)

    @rule(minutes=st.integers(1, 90))
    def schedule_new(self, minutes):
        self.count += 1
        article = make_article(headline=f"Story {self.count}", section=self.sections[0])
        publishing.publish(article, at=self.later(minutes))

    @rule(number=st.integers(0, 9))
    def withdraw(self, number):
        article = self.article(number)
        if article.editions.not_ended(at=self.moment).exists():
            publishing.withdraw(article)

    @rule(number=st.integers(0, 9), other=st.integers(0, 9), is_taken_back=st.booleans())
    def let_an_older_story_lead_to_it(self, number, other, is_taken_back):
        article, older = self.article(number), self.article(other)
        if article.editions.live(at=self.moment).exists() and article != older:
            words = "".join(f"<p>{' '.join(['word'] * 130)}</p>" for _ in range(3))
            change_article(older, body=words, tags=tuple(article.tags.names()))
            publishing.publish(older)
            found = publishing.proposals(article)
            if found:
                chosen = {proposal.source: proposal.place.before for proposal in found}
                act = publishing.accept(article, chosen=chosen).act
                if is_taken_back:
                    publishing.take_back(act)

    @rule(number=st.integers(0, 9), with_changes=st.booleans())
    def correct(self, number, with_changes):
        article = self.article(number)
        live = article.editions.live(at=self.moment).first()
        if live and live.live_from < self.moment:
            publishing.correct(
                article, kind="correction", text="It was Tuesday.", with_changes=with_changes
            )

    @rule(
        kind=st.sampled_from([Section, Author, Tag, Series]),
        number=st.integers(0, 3),
        what=st.sampled_from(["name", "slug", "more"]),
    )
    def change_a_noun(self, kind, number, what):
        self.count += 1
        name = "title" if kind is Series else "name"
        things = kind.objects.exclude(**{name: "Far"}).order_by("pk")
        thing = things[number % things.count()]
        what = name if what == "name" else what
        if what == "more":
            what = "role" if kind is Author else "description"
        setattr(thing, what, f"changed-{self.count}")
        publishing.change(thing)
        self.is_site_wide = kind is Section

    @rule(kind=st.sampled_from([Section, Author, Tag, Series]))
    def add_a_noun(self, kind):
        self.count += 1
        publishing.change(kind(**{"title" if kind is Series else "name": f"New {self.count}"}))
        self.is_site_wide = kind is Section

    @rule(kind=st.sampled_from([Section, Author, Tag, Series]), number=st.integers(0, 3))
    def remove_a_noun(self, kind, number):
        needed = [*self.sections, *self.authors, *self.series]
        needed = [thing.pk for thing in needed if isinstance(thing, kind)]
        name = "title" if kind is Series else "name"
        things = kind.objects.exclude(pk__in=needed).exclude(**{name: "Far"}).order_by("pk")
        if things:
            with suppress(ProtectedError):
                publishing.remove(things[number % len(things)])
                self.is_site_wide = kind is Section

    @rule(number=st.integers(0, 1))
    def move_a_section_in_the_navigation(self, number):
        self.count += 1
        section = Section.objects.get(pk=self.sections[number].pk)
        section.position = self.count
        publishing.change(section)
        self.is_site_wide = True

    @rule(
        number=st.integers(0, 1),
        what=st.sampled_from(["alt", "caption", "credit", "focal_x", "digest"]),
    )
    def change_a_picture(self, number, what):
        self.count += 1
        image = self.images[number]
        image.refresh_from_db()
        values = {"focal_x": self.count % 10 / 10, "digest": f"{self.count:064}"}
        setattr(image, what, values.get(what, f"{what} {self.count}"))
        publishing.change(image)
        self.is_site_wide = Publication.current().logo_id == image.pk

    @rule(number=st.integers(0, 1), image=st.sampled_from([0, 1, None]))
    def change_a_portrait(self, number, image):
        author = Author.objects.get(pk=self.authors[number].pk)
        author.portrait = None if image is None else self.images[image]
        publishing.change(author)

    @rule(image=st.sampled_from([0, 1, None]))
    def change_the_logo(self, image):
        publication = Publication.current()
        publication.logo = None if image is None else self.images[image]
        publishing.change(publication)
        self.is_site_wide = True

    @rule(
        change=st.sampled_from(
            [
                {"name": "The Post"},
                {"tagline": "Daily"},
                {"automatic_lines": 2},
                {"interesting_label": "See also"},
                {"time_zone": "Asia/Karachi"},
                {"language": "de"},
            ]
        )
    )
    def change_the_publication(self, change):
        publication = Publication.current()
        for name, value in change.items():
            setattr(publication, name, value)
        publishing.change(publication)
        self.is_site_wide = True

    @rule(number=st.integers(1, 8))
    def import_a_story(self, number):
        self.count += 1
        record = importers.Record(
            location=f"/archive/{number}",
            digest=f"{self.count:064}",
            headline=f"Story {number}",
            body=f"<p>From the archive, {self.count}.</p>",
        )
        importers.keep(
            record, section=self.sections[0], author=self.authors[0], tags=("Sea",), publish=True
        )

    @rule(seconds=st.sampled_from([1, 20, 61, 600, 3600, 5400]))
    def time_passes(self, seconds):
        self.moment += timedelta(seconds=seconds)

    # What readers get

    def pages(self):
        kinds = (Section, Tag, Author, Series)
        for thing in (thing for kind in kinds for thing in kind.objects.all()):
            self.paths.add(thing.get_absolute_url())
        self.pages_of_the_desk |= {page.get_absolute_url() for page in StandingPage.objects.all()}
        yield from self.pages_of_the_desk
        homes = {"/", *self.paths}
        for home in homes:
            yield from (home, f"{home}feed/", f"{home}feed/atom/", f"{home}feed/json/")
        yield from serving.FOR_MACHINES
        zone = ZoneInfo(Publication.current().time_zone)
        for path, at in Edition.objects.values_list("path", "published_at").distinct():
            yield from (path, f"{path}history/", f"/sitemap-{at:%Y-%m}.xml")
            yield from serving.paths_in_archive(at, zone)
        yield from (f"/media/{image.pk}/" for image in self.images)
        for article in Article.objects.values_list("pk", flat=True):
            yield f"/media/share/{article}/"

    @invariant()
    def every_picture_of_a_live_story_is_written_down(self):
        for edition in Edition.objects.live().prefetch_related("picture_uses"):
            shown = {*find_references(edition.body).images, edition.lead_image_id} - {None}
            assert {use.image_id for use in edition.picture_uses.all()} == shown

    @invariant()
    def every_page_is_what_a_fresh_render_would_be(self):
        if not self.elsewhere:
            return
        self.count_of_acts += 1
        gone, _ = self.reader.renew() if self.count_of_acts % 2 else self.reader.drain()
        kept = self.reader.store.names()
        for name in kept:
            page = self.reader.store.find(name, "identity", self.moment.timestamp())
            fresh = self.reader.application._render(name)
            assert int(page.status[:3]) == fresh.status, name
            assert page.body == fresh.body, name
            location = dict(page.headers).get("Location", "")
            assert location == "".join(fresh.all("location")), name
        self.what_has_nothing_to_do_with_it_is_still_there(kept, gone)
        for path in self.pages():
            self.read(path)
        self.moment += timedelta(milliseconds=7)

    def read(self, path):
        """The page, and the older ones that it leads to."""
        query, pages = "", 0
        while query is not None and pages < 4:
            said = self.reader.get(path, query)
            older = re.search(rb'rel="next" href="[^"?]*\?([^"]+)"', said.body)
            query, pages = older and older[1].decode(), pages + 1

    def what_has_nothing_to_do_with_it_is_still_there(self, kept, gone):
        elsewhere = {serving.name_at(path) for path in self.elsewhere}
        within_reach = self.moment - self.began < timedelta(days=6)
        if (
            not self.is_site_wide
            and self.reader.site.application.counts["renders"]
            and within_reach
        ):
            assert elsewhere <= set(kept)
            assert not elsewhere & set(gone)  # nor was it rendered again
        self.is_site_wide = False


@contextmanager
def short_lists():
    """Lists of three stories, so that those of a few pages have older ones."""
    queries = (lists._stories, front_module._stories)

    def forget():  # the SQL that has the number in it
        for query in queries:
            query._statements.clear()

    forget()
    with mock.patch.object(lists, "PER_PAGE", 3):
        yield
    forget()


def test_after_every_act_every_page_is_what_a_fresh_render_would_be(_plain_storage):
    assert connection.in_atomic_block
    run(
        Everything,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize="STATE_EXAMPLES" not in os.environ,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
