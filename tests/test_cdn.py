"""Caches in front of the site are one more follower of the outbox."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.error import HTTPError

import pytest

from articles import publishing
from newsroom import outbox
from newsroom.cdn import Caches

pytestmark = pytest.mark.django_db


@pytest.fixture
def purger():
    """A server that notes what it is asked to purge; ``status`` is what it answers."""

    class Handler(BaseHTTPRequestHandler):
        def do_PURGE(self):
            if server.status == 200:
                server.purged.append(self.headers["Surrogate-Key"])
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
