"""The site as the server runs it, and somebody who reads it: what tests of serving share."""

from contextlib import ExitStack
from io import BytesIO
from unittest import mock

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import OperationalError, close_old_connections

from newsroom import outbox, serving

from .pages import Reply
from .surfaces import SURFACES


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
        pages = self.application.pages
        self.application._pool = pages._pool = pages._renewals = Inline()
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


def addresses(article):
    """Of all surfaces, asked while there is a database."""
    return {name: at(article) for name, at in SURFACES.items() if "points" not in name}
