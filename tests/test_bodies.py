"""Clients that send slowly or too much keep nobody else waiting."""

import http.client
import socket
import time
from io import BytesIO

import pytest

from newsroom.pagestore import bodies

from .test_serving_processes import data, editor, needs_proc, prepared_data, read, site

__all__ = ["data", "editor", "prepared_data", "site"]  # fixtures

SLOW = 60  # clients, more than the site has threads


def request(length=None, body=b"", **environ):
    environ = {"wsgi.input": BytesIO(body), **environ}
    return environ if length is None else environ | {"CONTENT_LENGTH": length}


def test_a_body_is_at_hand_whole():
    environ = request("5", b"abcdefgh")

    bodies.Bodies(1).take(environ)

    assert environ["wsgi.input"].read() == b"abcde"
    assert environ["CONTENT_LENGTH"] == "5"


def test_a_body_in_chunks_has_a_length_afterwards():
    environ = request(None, b"abc" * 1000, HTTP_TRANSFER_ENCODING="chunked")

    bodies.Bodies(1).take(environ)

    assert environ["CONTENT_LENGTH"] == "3000"
    assert "HTTP_TRANSFER_ENCODING" not in environ


@pytest.mark.parametrize(
    ("length", "status"), [("33554433", "413"), ("x", "400"), ("-1", "400"), ("٣", "400")]
)
def test_what_is_too_large_or_nonsense_is_refused_before_it_is_read(length, status):
    with pytest.raises(bodies.Refused, match=status):
        bodies.Bodies(1).take(request(length))


def test_a_text_that_was_cut_short_on_its_way_is_not_taken_for_the_whole():
    with pytest.raises(bodies.Refused, match="400"):
        bodies.Bodies(1).take(request("1000", b"headline=A+bridge&body=The+cou"))


def test_one_who_sends_beyond_the_places_is_told_to_come_again():
    places = bodies.Bodies(1)

    class Other:
        def read(self, size):
            with pytest.raises(bodies.Refused, match="503"):
                places.take(request("3", b"abc"))
            return b"abc"

    places.take(request("3") | {"wsgi.input": Other()})

    places.take(request("3", b"abc"))  # the place is free again


@needs_proc
def test_slow_clients_do_not_hold_readers_up(site):
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
    connection.request("GET", "/admin/login/")
    response = connection.getresponse()
    response.read()
    cookie = response.getheader("Set-Cookie").split(";")[0]
    connection.close()

    head = (
        f"POST /admin/login/ HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\nCookie: {cookie}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nusername="
    )
    slow = [socket.create_connection(("127.0.0.1", site.port)) for _ in range(SLOW)]
    try:
        for client in slow:
            client.sendall(head.encode())
        time.sleep(1)

        for path in ("/", "/section/world/", "/tag/floods/feed/", "/admin/login/") * 2:
            assert read(site, path)[0] == 200
    finally:
        for client in slow:
            client.close()
