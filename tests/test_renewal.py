"""New pages are ready when old ones go: what a change does to the pages that are read."""

import time
from unittest import mock

import pytest

from articles import publishing
from newsroom import serving
from newsroom.pagestore import Name, Spoiled
from newsroom.pagestore.http import Answer
from newsroom.pagestore.pool import Pool

from .builders import change_article

pytestmark = pytest.mark.django_db


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
