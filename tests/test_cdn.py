"""Caches in front of the site are one more follower of the outbox."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.error import HTTPError

import pytest
from django.utils import timezone

from articles import publishing
from articles.models import Spoil
from newsroom import cdn, outbox
from newsroom.cdn import Caches

pytestmark = pytest.mark.django_db


@pytest.fixture
def purger():
    """A server that notes what it is asked to purge; ``status`` is what it answers."""

    class Handler(BaseHTTPRequestHandler):
        def do_PURGE(self):
            if server.status == 200:
                server.purged.append(self.headers["Surrogate-Key"])
                assert self.headers["xkey-purge"] == self.headers["Surrogate-Key"]  # Varnish’s name
            self.send_response(server.status)
            self.end_headers()

        def log_message(self, *words):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.purged, server.status = [], 200
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def caches(purger, tmp_path):
    return Caches(f"http://127.0.0.1:{purger.server_port}/", tmp_path / "position")


def test_new_caches_are_emptied_and_then_told_key_by_key(live, caches, purger):
    outbox.drain(caches)
    assert purger.purged == ["*"]

    publishing.withdraw(live)
    outbox.drain(caches)
    outbox.drain(caches)

    assert len(purger.purged) == 2
    assert f"article-{live.pk}" in purger.purged[1].split()


def test_what_the_caches_did_not_take_is_told_again(live, caches, purger):
    outbox.drain(caches)
    publishing.withdraw(live)
    purger.status = 503
    with pytest.raises(HTTPError) as refusal:
        outbox.drain(caches)
    refusal.value.close()

    purger.status = 200
    outbox.drain(caches)

    assert f"article-{live.pk}" in purger.purged[-1].split()


def test_a_change_of_more_than_a_header_holds_is_told_in_several_requests(caches, purger, db):
    outbox.drain(caches)
    keys = {f"article-{n}" for n in range(450)}
    Spoil.objects.bulk_create(Spoil(key=key, spoiled_at=timezone.now()) for key in keys)

    outbox.drain(caches)

    told = [words.split() for words in purger.purged[1:]]
    assert [len(words) for words in told] == [200, 200, 50]
    assert sorted(key for words in told for key in words) == sorted(keys)


def test_a_change_of_which_half_was_taken_is_told_again_whole(caches, purger, db, monkeypatch):
    outbox.drain(caches)
    monkeypatch.setattr(cdn, "KEYS_AT_ONCE", 1)
    for key in ("article-1", "article-2"):
        Spoil.objects.create(key=key, spoiled_at=timezone.now())
    purge = caches._purge

    def purge_and_go_down(keys):
        purge(keys)
        purger.status = 503

    monkeypatch.setattr(caches, "_purge", purge_and_go_down)
    with pytest.raises(HTTPError) as refusal:
        outbox.drain(caches)
    refusal.value.close()
    monkeypatch.undo()
    purger.status = 200

    outbox.drain(caches)

    assert purger.purged[1:] == ["article-1", "article-1 article-2"]


class Enough(Exception):
    """The follower, which never ends, was watched for long enough."""


@pytest.mark.django_db(transaction=True)
def test_caches_that_fail_are_asked_later_and_later_until_they_answer(
    purger, settings, tmp_path, monkeypatch, caplog
):
    settings.CDN_PURGE_URL = f"http://127.0.0.1:{purger.server_port}/"
    settings.DATA_DIR = tmp_path
    pauses, purger.status = [], 503

    def sleep(seconds):
        pauses.append(seconds)
        if len(pauses) == 8:
            purger.status = 200
        if len(pauses) == 10:
            raise Enough

    monkeypatch.setattr(cdn.time, "sleep", sleep)
    with pytest.raises(Enough):
        cdn.follow()

    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 0.5, 0.5]
    assert purger.purged == ["*"]
    assert (tmp_path / "cdn-position").read_text() == "0"
    assert caplog.text.count("were not told of a change") == 8


def test_a_place_that_cannot_be_read_means_that_nothing_is_known(caches, purger, db):
    for place in (b"", b"no place", b"\xff\xfe"):
        caches.place.write_bytes(place)
        purger.purged.clear()

        outbox.drain(caches)

        assert purger.purged == ["*"]
        assert caches.position() == "0"


def test_without_caches_nobody_is_told(settings):
    settings.CDN_PURGE_URL = ""

    assert cdn.follow() is None
