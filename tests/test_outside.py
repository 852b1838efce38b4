"""Links to other sites: found, asked within a budget, and never led where they should not go."""

import socket
import threading
import time
from contextlib import closing
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import timezone

from articles import body, publishing
from articles.links import outside, report
from articles.models import Edition, ExternalLink, ExternalReference
from newsroom import asking
from newsroom.outside import Rounds, check

from .builders import BODY, change_article, make_article, make_live

AGENT = "newsroom-links (+http://paper.example)"


def anywhere(address):
    return True


class Other:
    """A site of somebody else: ``says`` by path what it answers, ``asked`` is what it was asked."""

    def __init__(self):
        self.says, self.asked = {}, []
        other = self

        class Handler(BaseHTTPRequestHandler):
            def do_HEAD(self):
                other.asked.append((self.command, self.path))
                said = other.says.get(self.path, 404)
                if callable(said):
                    said(self)
                    return
                status, location = said if isinstance(said, tuple) else (said, "")
                self.send_response(status)
                if location:
                    self.send_header("Location", location)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_HEAD

            def log_message(self, *words):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=[0.01], daemon=True).start()

    def __getitem__(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def other():
    with closing(Other()) as site:
        yield site


def ask(url, may_ask=anywhere):
    return asking.ask(url, agent=AGENT, may_ask=may_ask)


def linking(*urls, **changes):
    links = "".join(f'<p>See <a href="{url}">there</a>.</p>' for url in urls)
    return make_live(body=f"{BODY}{links}", **changes)


def note():
    return outside.note_external(Edition.objects.live())


# Asking


def test_a_page_that_is_there_is_asked_once_for_its_head(other):
    other.says["/"] = 200

    assert ask(other["/"]) == asking.Answer(True, 200)
    assert other.asked == [("HEAD", "/")]


@pytest.mark.parametrize("status", [405, 403, 404, 500])
def test_what_dislikes_head_is_asked_with_get(other, status):
    def only_get(handler):
        handler.send_response(200 if handler.command == "GET" else status)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    other.says["/"] = only_get

    assert ask(other["/"]).is_there
    assert [method for method, _ in other.asked] == ["HEAD", "GET"]


def test_what_breaks_off_at_head_is_asked_with_get(other):
    def hang_up(handler):
        if handler.command == "HEAD":
            handler.close_connection = True
            return
        handler.send_response(200)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    other.says["/"] = hang_up

    assert ask(other["/"]).is_there


@pytest.mark.parametrize("status", [404, 410, 500, 503])
def test_what_is_gone_or_ill_is_not_there(other, status):
    other.says["/"] = status

    answer = ask(other["/"])

    assert (answer.is_there, answer.status) == (False, status)
    assert str(status) in answer.problem


@pytest.mark.parametrize("status", [401, 403, 429, 451])
def test_what_lets_no_machine_in_is_there_for_all_we_know(other, status):
    other.says["/"] = status

    assert ask(other["/"]).is_there


def test_only_permanent_redirects_say_that_a_page_has_moved(other):
    other.says |= {"/old": (301, "/older"), "/older": (308, "/new"), "/new": (302, "/today")}
    other.says["/today"] = 200

    answer = ask(other["/old"])

    assert (answer.is_there, answer.moved_to) == (True, other["/new"])
    assert ask(other["/new"]).moved_to == ""


def test_a_circle_of_redirects_ends(other):
    other.says |= {"/a": (301, "/b"), "/b": (301, "/a")}

    answer = ask(other["/a"])

    assert not answer.is_there
    assert len(other.asked) == asking.MOST_REDIRECTS + 1


def test_a_site_that_is_not_there_is_said_in_words(other):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    assert ask(f"http://127.0.0.1:{port}/").problem == "It refused the connection."
    assert ask("http://no-such-site.invalid/").problem == "There is no site of this name."


def test_one_that_never_ends_its_answer_is_left(other, monkeypatch):
    monkeypatch.setattr(asking, "WHOLE_SECONDS", 0.3)

    def drip(handler):
        for byte in b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000:
            try:
                handler.wfile.write(bytes([byte]))
            except OSError:
                return
            time.sleep(0.05)

    other.says["/"] = drip

    assert not ask(other["/"]).is_there


# Where nobody is led


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "0.0.0.0"),
        *("100.64.0.1", "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1"),
        *("::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "2002:7f00:1::", "2001::1"),
        "::127.0.0.1",
    ],
)
def test_addresses_that_are_not_on_the_internet_at_large(address):
    assert not asking.is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.215.14", "2606:2800:21f:cb07::1"])
def test_addresses_that_are(address):
    assert asking.is_public(address)


def test_a_machine_of_our_own_is_never_connected_to(other):
    other.says["/"] = 200

    for url in (other["/"], f"http://localhost:{other.port}/", f"http://[::1]:{other.port}/"):
        answer = ask(url, asking.is_public)
        assert not answer.is_there
        assert "not on the internet at large" in answer.problem
    assert other.asked == []


def test_a_redirect_leads_nobody_inside(other):
    other.says |= {"/": (302, f"http://localhost:{other.port}/inside"), "/inside": 200}

    def only_by_number(address):
        return address == "127.0.0.1" and not other.asked

    answer = ask(other["/"], only_by_number)

    assert not answer.is_there
    assert other.asked == [("HEAD", "/")]


def test_a_name_that_changes_its_mind_changes_nothing(other, monkeypatch):
    other.says["/"] = 200
    real, answers = socket.getaddrinfo, []

    def resolve(host, port, *rest, **how):
        if host == "rebinding.example":
            answers.append(host)
            address = "127.0.0.1" if len(answers) == 1 else "127.0.0.9"
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]
        return real(host, port, *rest, **how)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)

    answer = ask(f"http://rebinding.example:{other.port}/", lambda a: a == "127.0.0.1")

    assert answer.is_there  # it went where it had looked, and asked the name no second time
    assert answers == ["rebinding.example"]


def test_a_name_with_one_address_inside_is_not_asked_at_all(other, monkeypatch):
    both = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, other.port))
        for address in ("8.8.8.8", "127.0.0.1")
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)

    assert "not on the internet" in ask("http://both.example/", asking.is_public).problem


@pytest.mark.parametrize(
    "url",
    ["ftp://example.com/", "file:///etc/passwd", "http://user:secret@example.com/", "http:///x"],
)
def test_what_is_no_page_of_the_web_is_not_asked(url):
    assert "no address of a web page" in ask(url).problem


@pytest.mark.parametrize(
    "to", ["javascript:alert(1)", "file:///etc/passwd", "gopher://x/", "http://[broken/"]
)
def test_a_redirect_to_what_is_no_page_is_no_answer(other, to):
    other.says["/"] = (301, to)

    answer = ask(other["/"])

    assert (answer.is_there, answer.moved_to) == (False, "")


# What there is to ask


def test_addresses_in_a_text():
    html = (
        '<p><a href="https://a.example/x?y=1&amp;z=2#part">a</a> '
        '<a href="https://a.example/x?y=1&amp;z=2">again</a> '
        '<a href="http://müller.example/straße">b</a> <a href="mailto:a@b.example">c</a> '
        '<a href="https://paper.example/2026/01/own/">d</a> <a data-article="3">e</a> '
        '<a href="https://u:p@c.example/">f</a> <a href="https://d.example:x/">g</a> '
        f'<a href="https://long.example/{"x" * 2000}">h</a></p>'
    )

    found = body.external_links(html, own_host="paper.example", longest=2000)

    assert found == ["https://a.example/x?y=1&z=2", "http://xn--mller-kva.example/stra%C3%9Fe"]


@pytest.mark.django_db
def test_live_stories_are_looked_through_and_followed():
    story = linking("https://a.example/", "https://b.example/")
    make_article(body='<p><a href="https://draft.example/">x</a></p>')
    assert note() == 2
    assert note() == 0
    change_article(story, body=f'{BODY}<p><a href="https://b.example/">x</a></p>')
    publishing.publish(story)

    assert note() == 0

    assert [r.link.url for r in ExternalReference.objects.all()] == ["https://b.example/"]


@pytest.mark.django_db
def test_rounds_come_to_every_story_and_to_new_ones_first(monkeypatch):
    monkeypatch.setattr("newsroom.outside.STORIES", 2)
    now = timezone.now()
    for n in range(5):
        linking(f"https://{n}.example/", headline=f"S {n}", at=now - timedelta(days=n + 1))
    rounds = Rounds()

    def known():
        return set(ExternalLink.objects.values_list("host", flat=True))

    rounds.look()
    assert known() == {"4.example", "3.example"}
    linking("https://new.example/", headline="New")
    rounds.look()
    assert known() == {"4.example", "3.example", "new.example", "2.example", "1.example"}
    rounds.look()
    rounds.look()
    rounds.look()
    assert "0.example" in known()


@pytest.mark.django_db
def test_no_more_is_asked_in_an_hour_than_the_budget_allows():
    linking(*(f"https://{n}.example/" for n in range(5)))
    note()

    assert len(outside.claim(per_hour=3, most=2)) == 2
    assert len(outside.claim(per_hour=3, most=2)) == 1
    assert outside.claim(per_hour=3, most=2) == []
    ExternalLink.objects.update(claimed_at=timezone.now() - timedelta(hours=2))
    assert len(outside.claim(per_hour=3, most=9)) == 2


@pytest.mark.django_db
def test_a_host_gets_one_question_at_a_time():
    linking(*(f"https://one.example/{n}" for n in range(3)), "https://two.example/")
    note()

    hosts = [link.host for link in outside.claim(per_hour=100, most=9)]

    assert sorted(hosts) == ["one.example", "two.example"]
    assert outside.claim(per_hour=100, most=9) == []
    ExternalLink.objects.update(claimed_at=timezone.now() - outside.HOST_RESTS)
    assert len(outside.claim(per_hour=100, most=9)) == 1


@pytest.mark.django_db
def test_what_no_live_story_links_to_is_not_asked():
    story = linking("https://a.example/")
    note()
    publishing.withdraw(story)

    assert outside.claim(per_hour=100) == []
    assert ExternalLink.objects.get().next_check_at > timezone.now() + timedelta(days=29)


@pytest.mark.django_db
def test_once_is_no_proof_that_a_link_is_broken():
    linking("https://a.example/")
    note()
    link = ExternalLink.objects.get()

    def fails(after):
        outside.settle(link, is_there=False, status=404, problem="It answers 404.")
        assert link.next_check_at - link.checked_at == after
        return bool(ExternalLink.objects.get().broken_since)

    assert [fails(timedelta(hours=1)), fails(timedelta(days=1))] == [False, False]
    assert fails(timedelta(days=2))
    assert fails(timedelta(days=7))
    assert link.failed_since < link.broken_since
    outside.settle(link, is_there=True, status=200)
    link = ExternalLink.objects.get()
    assert (link.failures, link.failed_since, link.broken_since) == (0, None, None)
    assert (link.is_reported, link.next_check_at - link.checked_at) == (False, timedelta(days=30))


@pytest.mark.django_db
def test_the_report_has_what_is_broken_or_moved_in_live_stories(other, settings, monkeypatch):
    monkeypatch.setattr(outside, "HOST_RESTS", timedelta(0))
    monkeypatch.setattr(outside, "BROKEN_AFTER", 1)
    settings.LINK_CHECKS_PER_HOUR, settings.SITE_HOST = 10, "paper.example"
    other.says |= {"/fine": 200, "/old": (301, "/fine")}
    story = linking(other["/fine"], other["/gone"], other["/old"])
    Rounds().look()

    assert check(may_ask=anywhere) == 3

    window = report.Window(at=timezone.now())
    found = {row.link.url: row.link for row in report.broken(window).rows}
    assert found.keys() == {other["/gone"], other["/old"]}
    assert found[other["/gone"]].broken_since
    assert found[other["/old"]].moved_to == other["/fine"]
    publishing.withdraw(story)
    assert report.broken(report.Window(at=timezone.now())).rows == []


@pytest.mark.django_db
def test_it_is_off_unless_it_is_switched_on(settings):
    assert settings.LINK_CHECKS_PER_HOUR == 0
    linking("https://a.example/")
    note()

    assert check() == 0
