"""The page store of the site: told by the outbox, warm, and counted."""

import re
from datetime import timedelta
from unittest import mock

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.handlers.wsgi import WSGIHandler
from django.db import Error as DatabaseError
from django.utils import timezone

from articles import publishing
from articles.models import Spoil
from newsroom import health, outbox, serving
from newsroom.pagestore import Name, Store, Unwritable
from newsroom.serving.store import release

from .builders import change_article, interesting, make_live
from .reader import addresses
from .surfaces import SURFACES, address_of

pytestmark = pytest.mark.django_db


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
        fresh = reader.application.pages.render(serving.name_at(path)).body
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


def test_the_outbox_keeps_what_a_follower_may_not_have_read(live):
    rows = list(Spoil.objects.values_list("pk", flat=True))

    assert outbox.prune() == 0
    assert list(Spoil.objects.values_list("pk", flat=True)) == rows

    Spoil.objects.all().delete()
    assert outbox.prune() == 0


def test_a_follower_says_what_it_was_told_however_much_that_is(reader, live, monkeypatch):
    reader.drain()
    reader.get("/")
    monkeypatch.setattr(outbox, "BATCH", 3)
    last = Spoil.objects.last()
    publishing.withdraw(live)
    new = list(Spoil.objects.filter(pk__gt=last.pk).order_by("pk"))

    pages, told = reader.drain()

    assert len(new) > 3
    assert told == new
    assert [name.path for name in pages] == ["/"]
    assert outbox.waiting(reader.store) == 0


def test_a_follower_that_another_process_overtook_was_told_nothing(reader, live):
    reader.drain()
    reader.get("/")
    publishing.withdraw(live)
    spoil, other = reader.store.spoil, Store(reader.store.folder, release=release())

    def overtaken(*spoils, **places):
        assert outbox.drain(other)[1]
        return spoil(*spoils, **places)

    with mock.patch.object(reader.store, "spoil", overtaken):
        assert reader.drain() == ([], [])
    other.disconnect()


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


def test_a_story_that_gets_an_end_is_not_kept_without_it_for_bad_days(reader, live):
    reader.drain()
    path = live.section.get_absolute_url()
    reader.get(path)
    publishing.publish(live, until=timezone.now() + timedelta(minutes=2))
    reader.drain()
    without_end = reader.store.find(serving.name_at(path), "identity", 0)

    reader.get(path)
    with_end = reader.store.find(serving.name_at(path), "identity", 0)

    assert without_end is None
    assert with_end.stale_until <= live.editions.last().live_until.timestamp()


def test_an_editor_is_answered_though_the_store_cannot_be_written(reader, live):
    with mock.patch.object(outbox, "drain", side_effect=Unwritable("disk full")):
        serving.deliver(None, rows=list(Spoil.objects.all()))


def test_after_a_change_its_pages_are_warm_before_anyone_asks(reader, live):
    for name in serving.names_of_stories([f"article-{live.pk}", "front-list"]):
        assert reader.application.pages.refresh(name).startswith("200")
    for surface, path in addresses(live).items():
        if not re.search("sitemap|archive", surface):  # warmed again where they were kept
            assert reader.get(path).label == "HIT", surface


# Who sends


@pytest.mark.parametrize("key", ["", "nonsense", r'"\000"', r'"a\000b"', "x" * 5000])
def test_a_cookie_that_is_none_of_the_desks_makes_nobody_known(key):
    assert not serving.site.has_signed_in({"HTTP_COOKIE": f"sessionid={key}"})


def test_who_has_signed_in_is_known_until_that_ends():
    session = SessionStore()
    session.create()
    environ = {"HTTP_COOKIE": f"sessionid={session.session_key}"}

    assert serving.site.has_signed_in(environ)
    Session.objects.update(expire_date=timezone.now())
    assert not serving.site.has_signed_in(environ)


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
    assert reader.get("/metrics", x_forwarded_proto="https").status == 403  # all that some say
    settings.METRICS_TOKEN = "let me in"
    for token, status in (("let me in", 200), ("let me", 403)):
        asked = {"x_forwarded_for": "203.0.113.9", "authorization": f"Bearer {token}"}
        assert reader.get("/metrics", **asked).status == status
    assert set(health.STATES.values()) == {"hit", "miss", "stale", "bypass"}
