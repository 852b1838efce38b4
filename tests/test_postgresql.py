"""What only PostgreSQL has, and is collected for it alone: a server that is there and silent."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from django.db import OperationalError, connection

from newsroom import silence
from newsroom.postgresql import base

from .places import Editor
from .processes import eventually, read, running
from .proxy import Proxy


@pytest.fixture
def proxy():
    settings = connection.settings_dict
    proxy = Proxy((settings["HOST"], int(settings["PORT"] or 5432)))
    yield proxy
    proxy.close()


@pytest.fixture
def through(proxy, db):
    """A connection of its own to the tests' database, through the proxy."""
    wrapper = connection.copy()
    wrapper.settings_dict |= {"HOST": "127.0.0.1", "PORT": str(proxy.port)}
    yield wrapper
    wrapper.close()


@pytest.fixture(autouse=True)
def a_command(db):
    """The tests' own process is one at first, and again when all else of a test is over."""
    silence.give_up_when(None)
    yield
    silence.give_up_when(None)


@pytest.fixture
def soon():
    """This process serves, and gives up after a short silence."""
    silence.give_up_when(lambda since: time.monotonic() - since > 0.3)


def ask(wrapper, sql="SELECT 1"):
    with wrapper.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def test_who_serves_waits_no_longer_for_a_server_that_is_silent(proxy, through, soon):
    assert ask(through) == 1
    proxy.fall_silent()
    with pytest.raises(OperationalError, match="does not answer"):
        ask(through)
    with pytest.raises(OperationalError, match="closed"):
        ask(through)  # an answer that came now would be to another question

    through.close()
    proxy.recover()

    assert ask(through) == 1


def test_a_question_that_takes_its_time_is_answered_where_nobody_gives_up(through):
    silence.give_up_when(lambda since: False)

    assert ask(through, "SELECT 1 FROM pg_sleep(0.5)") == 1


def test_a_command_waits_as_long_as_it_takes(through, monkeypatch):
    monkeypatch.setattr(silence, "LONGEST_SECONDS", 0.1)
    assert ask(through, "SELECT 1 FROM pg_sleep(0.5)") == 1

    silence.give_up_when(silence.is_too_long)
    with pytest.raises(OperationalError, match="does not answer"):
        ask(through, "SELECT 1 FROM pg_sleep(60)")


def test_an_idle_connection_whose_other_end_fell_silent_is_made_anew(proxy, through, monkeypatch):
    monkeypatch.setattr(base, "CHECK_SECONDS", 0.3)
    assert ask(through) == 1
    proxy.fall_silent()
    proxy.recover()  # for those who connect now

    through.close_if_unusable_or_obsolete()  # as before each request

    assert ask(through) == 1


def test_who_was_cut_off_while_writing_keeps_no_other_writer_waiting(
    proxy, through, soon, monkeypatch
):
    monkeypatch.setattr(silence, "IDLE_SECONDS", 1)
    holds = "SELECT 1 FROM pg_advisory_xact_lock(42)"
    through.connect()
    through.set_autocommit(False)
    assert ask(through, holds) == 1
    proxy.fall_silent()
    with pytest.raises(OperationalError):
        ask(through)
    through.close()  # of which the server does not hear
    silence.give_up_when(None)

    with connection.cursor() as other:
        other.execute("SET statement_timeout = '30s'")
        other.execute(holds)


# The whole site, whose way to the server falls silent


@pytest.fixture
def editor(place):
    """Whose own way to the server stays open."""
    with closing(Editor(place)) as editor:
        yield editor


def test_a_site_whose_database_fell_silent_serves_on_and_returns_by_itself(
    proxy, place, editor, tmp_path
):
    url = place.url_by_way_of(proxy.port)
    with running(tmp_path, **place.variables | {"DATABASE_URL": url}) as site:
        stored = ["/", "/feed/", "/section/world/", editor.path]
        for path in stored * 4:
            read(site, path)

        proxy.fall_silent()
        with ThreadPoolExecutor(60) as readers:
            unknown = [
                readers.submit(read, site, f"/2020/01/unknown-{number}/") for number in range(48)
            ]
            assert {read(site, path)[0] for path in stored * 4} == {200}
            assert {miss.result()[0] for miss in unknown} == {503}
        assert {read(site, path)[:2] for path in stored * 4} == {(200, "STALE")}
        assert "from the page store" in read(site, "/readyz")[2]
        status, _, text = read(site, "/admin/articles/article/add/", method="POST", data=b"a=b")
        assert (status, "was not saved" in text) == (503, True)

        proxy.recover()
        eventually(lambda: {read(site, "/")[1] for _ in range(8)} == {"HIT"}, seconds=15)
        assert {read(site, f"/2020/01/new-{number}/")[0] for number in range(24)} == {404}
        assert editor.does("publish Back again") == "done"
        assert {"Back again" in read(site, path)[2] for path in stored * 4} == {True}
        # The background worker, which nobody waits for, gives up later.
        assert editor.does("plan Begun since") == "done"
        announced = "SELECT announced_at FROM articles_edition ORDER BY id DESC LIMIT 1"
        assert place.rows(announced) == [(None,)]
        eventually(lambda: place.rows(announced) != [(None,)])
