"""Clients that send slowly or too much keep nobody else waiting."""

import http.client
import socket
import threading
import time
from contextlib import closing, contextmanager
from io import BytesIO

import pytest

from newsroom.pagestore import bodies

from .processes import eventually, manage, needs_proc, read
from .test_serving_processes import editor, site

__all__ = ["editor", "site"]  # fixtures

SLOW = 60  # clients, more than the site has threads


def request(length=None, body=b"", **environ):
    environ = {"wsgi.input": BytesIO(body), **environ}
    return environ if length is None else environ | {"CONTENT_LENGTH": length}


def take(environ, *, is_known=True, places=None):
    (places or bodies.Bodies(1, 1)).take(environ, is_known=lambda: is_known)


class Slow:
    """A client that has sent nothing yet."""

    def __init__(self):
        self.goes_on, self.waits = threading.Event(), threading.Event()

    def read(self, size):
        self.waits.set()
        self.goes_on.wait(SLOW)
        return b""


def test_a_body_is_at_hand_whole():
    environ = request("5", b"abcdefgh")

    take(environ)

    assert environ["wsgi.input"].read() == b"abcde"
    assert environ["CONTENT_LENGTH"] == "5"


def test_a_body_in_chunks_has_a_length_afterwards():
    environ = request(None, b"abc" * 1000, HTTP_TRANSFER_ENCODING="chunked")

    take(environ)

    assert environ["CONTENT_LENGTH"] == "3000"
    assert "HTTP_TRANSFER_ENCODING" not in environ


@pytest.mark.parametrize(
    ("length", "status"), [("33554433", "413"), ("x", "400"), ("-1", "400"), ("٣", "400")]
)
def test_what_is_too_large_or_nonsense_is_refused_before_it_is_read(length, status):
    with pytest.raises(bodies.Refused, match=status):
        take(request(length))


def test_a_text_that_was_cut_short_on_its_way_is_not_taken_for_the_whole():
    with pytest.raises(bodies.Refused, match="400"):
        take(request("1000", b"headline=A+bridge&body=The+cou"))


def test_one_who_sends_beyond_the_places_is_told_to_come_again():
    places = bodies.Bodies(1, 1)

    class Other:
        def read(self, size):
            with pytest.raises(bodies.Refused, match="503"):
                take(request("3", b"abc"), places=places)
            return b"abc"

    take(request("3") | {"wsgi.input": Other()}, places=places)

    take(request("3", b"abc"), places=places)  # the place is free again


LONG = str(bodies.FORM_BYTES + 1)  # of a text that is no form to sign in with


@contextmanager
def sending(places, *, count=1, length=LONG, **environ):
    """So many strangers have begun to send."""
    slow = [Slow() for _ in range(count)]

    def send(one):
        with pytest.raises(bodies.Refused, match="400"):
            take(request(length, **environ) | {"wsgi.input": one}, is_known=False, places=places)

    threads = [threading.Thread(target=send, args=(one,)) for one in slow]
    for thread, one in zip(threads, slow, strict=True):
        thread.start()
        one.waits.wait(SLOW)
    yield
    for thread, one in zip(threads, slow, strict=True):
        one.goes_on.set()
        thread.join(SLOW)


def test_who_signs_in_waits_for_no_stranger_who_sends_much():
    places = bodies.Bodies(1, 1)

    with sending(places):
        with pytest.raises(bodies.Refused, match="503"):
            take(request(LONG, b"a"), is_known=False, places=places)
        take(request("3", b"abc"), is_known=False, places=places)


@pytest.mark.parametrize(
    ("slow", "other"), [("203.0.113.9", "203.0.113.10"), ("2001:db8::1", "2001:db8:0:1::1")]
)
def test_an_address_that_sends_slowly_keeps_nobody_else_from_signing_in(slow, other):
    places, form = bodies.Bodies(1, 1), request("3", b"abc")

    with sending(places, count=bodies.FORMS // 2, length="3", REMOTE_ADDR=slow):
        with pytest.raises(bodies.Refused, match="503"):
            take(form | {"REMOTE_ADDR": slow}, is_known=False, places=places)
        take(form | {"REMOTE_ADDR": other}, is_known=False, places=places)


def test_all_of_one_network_count_as_one():
    places = bodies.Bodies(1, 1)

    with sending(places, count=bodies.FORMS // 2, length="3", REMOTE_ADDR="2001:db8::1"):
        form = request("3", b"abc", REMOTE_ADDR="2001:db8::ffff")
        with pytest.raises(bodies.Refused, match="503"):
            take(form, is_known=False, places=places)


def test_nobody_keeps_the_site_at_replacing_its_processes():
    places, said = bodies.Bodies(1, 1, patience_seconds=0), []
    places.when_stuck = lambda: said.append("replace me")
    places._rests_until = float("inf")

    with sending(places), pytest.raises(bodies.Refused, match="503"):
        take(request(LONG, b"a"), is_known=False, places=places)

    assert said == []


def test_strangers_never_stand_in_the_way_of_those_who_have_signed_in():
    places = bodies.Bodies(1, 1)

    with sending(places):
        take(request(LONG, b"a" * int(LONG)), places=places)


def test_a_stranger_sends_no_more_than_a_form():
    with pytest.raises(bodies.Refused, match="413"):
        take(request("1048577"), is_known=False)


@pytest.mark.parametrize(("patience_seconds", "told"), [(0, ["replace me"]), (60, [])])
def test_a_process_whose_places_are_all_kept_too_long_is_replaced(patience_seconds, told):
    places = bodies.Bodies(1, 1, patience_seconds=patience_seconds)
    slow, said = Slow(), []
    places.when_stuck = lambda: said.append("replace me")

    def send():
        with pytest.raises(bodies.Refused):
            take(request("3") | {"wsgi.input": slow}, places=places)

    sender = threading.Thread(target=send)
    sender.start()
    slow.waits.wait(SLOW)
    time.sleep(0.01)
    for _ in range(2):
        with pytest.raises(bodies.Refused, match="503"):
            take(request("3", b"abc"), places=places)
    slow.goes_on.set()
    sender.join(SLOW)

    assert said == told
    take(request("3", b"abc"), places=places)


@pytest.fixture
def hurried(monkeypatch):
    """A site that is started after this soon loses its patience."""
    monkeypatch.setenv("UPLOAD_SECONDS", "3")


def begun(site):
    """A connection to the site on which a form was begun."""
    connection = socket.create_connection(("127.0.0.1", site.port), timeout=30)
    connection.sendall(
        f"POST /admin/login/ HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\n"
        "username=".encode()
    )
    return connection


def sends(site, **headers):
    """The status of a form of the desk that is sent without its token: 403 once it was read."""
    return read(site, "/admin/login/", method="POST", data=b"username=ada", headers=headers)[0]


def sends_from(address, site):
    """As ``sends``, from another address."""
    source = (address, 0)
    asked = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30, source_address=source)
    with closing(asked):
        asked.request("POST", "/admin/login/", b"username=ada")
        return asked.getresponse().status


@needs_proc
def test_slow_clients_hold_up_neither_readers_nor_editors(hurried, site, place):
    signed_in = "from django.contrib.sessions.backends.db import SessionStore\n"
    signed_in += "session = SessionStore(); session.create(); print(session.session_key)"
    key = manage("shell", "--no-imports", "--command", signed_in, **place.variables).stdout.strip()

    slow = [begun(site) for _ in range(SLOW)]
    try:
        time.sleep(1)
        for path in ("/", "/section/world/", "/tag/floods/feed/", "/admin/login/") * 2:
            assert read(site, path)[0] == 200
        assert {sends(site, Cookie=f"sessionid={key}") for _ in range(6)} == {403}
        assert {sends_from("127.0.0.2", site) for _ in range(6)} == {403}  # they sign in at once

        eventually(lambda: sends(site) == 403)  # strangers get in again, while none of these went
        assert {read(site, "/")[0] for _ in range(6)} == {200}
    finally:
        for client in slow:
            client.close()
