"""The site as ``manage.py serve`` runs it: several processes, killed, stopped and cut off."""

import http.client
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

from newsroom.listening import SharedServer, listen
from newsroom.server import THREADS
from newsroom.serving.store import POLL_SECONDS

from .conftest import CHROMIUM
from .places import Editor
from .processes import (
    ROOT,
    SECONDS,
    children,
    environment,
    eventually,
    needs_proc,
    read,
    running,
)

SO_LOCK_FILTER = 44  # Linux, include/uapi/asm-generic/socket.h: as if nobody might set one
KILLS = int(os.environ.get("KILLS", "4"))
DUE = int(os.environ.get("DUE", "60"))  # stories that begin at the same moment
PATHS = ["/", "/feed/", "/section/world/", "/section/world/feed/atom/", "/tag/floods/"]

pytestmark = needs_proc


@pytest.fixture
def editor(place):
    with closing(Editor(place)) as editor:
        yield editor


@pytest.fixture
def site(place, editor, tmp_path):
    with running(tmp_path, **place.variables) as site:
        yield site


def test_no_process_shows_an_old_page_after_the_editor_was_answered(site, editor):
    old = []
    for number in range(1, 9):
        assert editor.does(f"publish Story {number}") == "done"
        for path in [*PATHS, editor.path] * 4:
            status, _, text = read(site, path)
            if status != 200 or f"Story {number}" not in text:
                old.append((number, path, status))

    assert old == []
    assert read(site, editor.path)[1] == "HIT"


def test_a_spoil_whose_author_died_after_the_commit_is_delivered_at_the_next_look(site, editor):
    for path in [*PATHS, editor.path] * 4:
        read(site, path)

    assert editor.does("die Story 99") == ""
    assert editor.process.wait(SECONDS) == 9
    eventually(lambda: "newsroom_queue 0\n" in read(site, "/metrics")[2])

    for path in [*PATHS, editor.path] * 4:
        assert "Story 99" in read(site, path)[2], path
    assert POLL_SECONDS < 0.5  # so that it is within a second where nothing else runs


def test_without_a_database_readers_notice_nothing_and_the_desk_says_so(site, editor, place):
    paths, stale = [*PATHS, editor.path] * 4, {(200, "STALE")}
    for path in paths:
        read(site, path)
    place.take_database_away()
    seen = []

    def is_noticed():
        seen.append({read(site, path)[:2] for path in paths})
        by = site.printed.read_text().count("The database does not answer")
        return by == 2 and seen[-1] == stale

    eventually(is_noticed)
    assert {status for answers in seen for status, _ in answers} == {200}  # until both noticed it

    assert {read(site, path)[:2] for path in paths * 5} == stale  # and nobody waited for a render
    assert read(site, "/2020/01/unknown/")[0] == 503
    status, _, text = read(site, "/admin/articles/article/add/", method="POST", data=b"headline=A")
    assert (status, "was not saved" in text) == (503, True)

    place.bring_database_back()
    eventually(lambda: read(site, "/")[1] == "HIT", seconds=10)
    assert editor.does("publish Back again") == "done"
    assert {"Back again" in read(site)[2] for _ in range(8)} == {True}


def test_processes_killed_at_any_moment_leave_no_old_page(site, editor):
    ended = threading.Event()

    def load():
        while not ended.is_set():
            with suppress(OSError, http.client.HTTPException):
                read(site, random.choice(PATHS))

    readers = [threading.Thread(target=load) for _ in range(3)]
    for reader in readers:
        reader.start()
    try:
        for number in range(KILLS):
            victims = children(site.pid, "spawn_main") | site.background()
            editor.process.stdin.write(f"publish Killed {number}\n")
            editor.process.stdin.flush()
            time.sleep(random.uniform(0, 0.1))
            with suppress(ProcessLookupError):
                os.kill(random.choice(sorted(victims)), signal.SIGKILL)
            assert editor.process.stdout.readline() == "done\n"
            eventually(lambda: len(children(site.pid, "spawn_main")) == 2)
            eventually(lambda: answers(site))
            for path in [*PATHS, editor.path] * 2:
                assert f"Killed {number}" in read(site, path)[2]
    finally:
        ended.set()
        for reader in readers:
            reader.join(SECONDS)


def answers(site):
    with suppress(OSError, http.client.HTTPException):
        return all(read(site, "/healthz")[0] == 200 for _ in range(6))


class Load:
    """Readers that ask all the time: two over one connection each, two over a new one each time.

    A connection that nobody took (refused: nobody listens any longer) was no request. Any other
    that ends without a whole answer is a failure.
    """

    def __init__(self, site):
        self.site, self.failed, self.answered, self.ended = site, [], 0, threading.Event()
        self.threads = [
            threading.Thread(target=self.run, args=(is_steady,))
            for is_steady in (True, True, False, False)
        ]
        for thread in self.threads:
            thread.start()

    def run(self, is_steady):
        while not self.ended.is_set():
            connection = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=20)
            try:
                connection.connect()
            except ConnectionRefusedError:
                time.sleep(0.01)
                continue
            with closing(connection):
                try:
                    while not self.ended.is_set() and connection.sock:
                        connection.request("GET", "/")
                        answer = connection.getresponse()
                        text = answer.read()
                        assert (answer.status, text[-7:]) == (200, b"</html>")
                        self.answered += 1
                        if not is_steady:
                            break
                except (OSError, http.client.HTTPException, AssertionError) as error:
                    self.failed.append(error)

    def stop(self):
        self.ended.set()
        for thread in self.threads:
            thread.join(SECONDS)


@pytest.mark.parametrize(
    "name", ["django_prose_editor/editor.js", "django_prose_editor/editor.js.map"]
)
def test_readers_of_files_that_take_their_time_hold_up_nobody(site, place, name):
    files = json.loads(place.folder.joinpath("static", "staticfiles.json").read_text())["paths"]
    slow = [socket.socket() for _ in range(3 * THREADS)]
    try:
        for reader in slow:
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            reader.connect(("127.0.0.1", site.port))
            reader.sendall(
                f"GET /static/{files[name]} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
            )
        for reader in slow:  # each is answered in some way, and reads no more of it
            reader.settimeout(SECONDS)
            assert reader.recv(12) in (b"HTTP/1.1 200", b"HTTP/1.1 503")

        assert {read(site, "/")[0] for _ in range(20)} == {200}
    finally:
        for reader in slow:
            reader.close()

    path = f"/static/{files['django_prose_editor/editor.js.map']}"
    eventually(lambda: read(site, path)[0] == 200)  # they are seen to be gone, and one may have it
    assert json.loads(read(site, path)[2])["version"] == 3


def test_a_site_that_is_stopped_answers_every_reader_that_reached_it(site):
    read(site)
    load = Load(site)
    eventually(lambda: load.answered > 50)

    site.process.terminate()
    assert site.process.wait(SECONDS) == 0
    load.stop()

    assert load.failed == []


def test_a_site_whose_processes_are_all_asked_to_end_at_once_answers_every_reader(site):
    read(site)
    load = Load(site)
    eventually(lambda: load.answered > 50)

    for pid in [*children(site.pid), site.pid]:  # as systemd does, unless it is told otherwise
        os.kill(pid, signal.SIGTERM)
    assert site.process.wait(SECONDS) == 0
    load.stop()

    assert load.failed == []
    assert site.printed.read_text().count("\n") == 1


def test_a_process_that_alone_is_asked_to_end_makes_room_for_another(site):
    read(site)
    first = min(children(site.pid, "spawn_main"))
    load = Load(site)
    eventually(lambda: load.answered > 50)

    os.kill(first, signal.SIGTERM)
    eventually(lambda: len(children(site.pid, "spawn_main") - {first}) == 2)
    answered = load.answered
    eventually(lambda: load.answered > answered + 50)
    load.stop()

    assert load.failed == []


def test_a_site_that_is_reloaded_answers_every_reader(site):
    read(site)
    before = children(site.pid, "spawn_main")
    load = Load(site)
    eventually(lambda: load.answered > 50)

    site.process.send_signal(signal.SIGUSR2)
    eventually(lambda: len(children(site.pid, "spawn_main") - before) == 2)
    eventually(lambda: not children(site.pid, "spawn_main") & before)
    load.stop()

    assert load.failed == []


def test_a_site_ends_also_where_the_system_lets_it_turn_nobody_away():
    listener = listen("127.0.0.1", 0)
    listener.setsockopt(socket.SOL_SOCKET, SO_LOCK_FILTER, 1)
    server = SharedServer("newsroom.wsgi:application", listener=listener)

    server._drop_shared_socket()

    assert listener.fileno() == -1


PLANNER = """
import sys, django
from datetime import timedelta
sys.path.insert(0, sys.argv[1])
django.setup()
from django.utils import timezone
from articles import publishing
from tests.builders import make_article
began = timezone.now()
count, name, seconds = int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
stories = [make_article(headline=f"{name} {n:03}") for n in range(count)]
took = timezone.now() - began
begin = timezone.now() + timedelta(seconds=seconds) + 4 * took  # to plan them in
for story in stories:
    publishing.publish(story, at=begin)
print(begin.timestamp(), flush=True)
"""

WORKER = """
import sys, time, django
sys.path.insert(0, sys.argv[1])
django.setup()
from articles import publishing
from articles.models import Edition
told, end = [], float(sys.argv[2]) + 3
while time.time() < end or Edition.objects.due().exists():
    told += publishing.announce(most=7)
    time.sleep(0.02)
print(*(edition.article_id for edition in told), flush=True)
"""


def script(source, place, *arguments):
    return subprocess.Popen(
        [sys.executable, "-c", source, ROOT, *map(str, arguments)],
        env=environment(**place.variables, DJANGO_SETTINGS_MODULE="newsroom.settings"),
        stdout=subprocess.PIPE,
        text=True,
    )


def planned(site, place):
    """The name of stories that begin at one moment, and the moment, which is still to come."""
    for seconds in (10, 60, 300):  # that a busy machine may take longer than it seemed to need
        name = f"Due{seconds}"
        planner = script(PLANNER, place, DUE, name, seconds)
        begin = float(planner.communicate(timeout=SECONDS + DUE)[0])
        shown = read(site)[2]
        if time.time() < begin:
            assert name not in shown
            return name, begin
    raise AssertionError("The stories began before they were planned.")


def test_stories_due_at_one_moment_are_seen_at_once_and_told_once_by_four_workers(site, place):
    name, begin = planned(site, place)
    workers = [script(WORKER, place, begin) for _ in range(4)]

    time.sleep(max(0, begin + 1 - time.time()))
    seen, path = [], "/section/world/"
    while path:
        text = read(site, path)[2]
        seen += re.findall(rf"{name} \d{{3}}", re.sub("<[^>]*>", " ", text))
        older = re.search(r'rel="next" href="([^"]+)"', text)
        path = older and older[1]

    told = [pk for worker in workers for pk in worker.communicate(timeout=SECONDS)[0].split()]
    assert len(seen) == len(set(seen)) == DUE
    assert len(told) == len(set(told)) <= DUE  # the site's own worker tells of the others
    assert name in read(site)[2]
    left = script(
        "import sys, django; sys.path.insert(0, sys.argv[1]); django.setup()\n"
        "from articles.models import Edition, Spoil\n"
        "keys = [f'article-{e.article_id}' for e in Edition.objects.filter("
        f"headline__startswith='{name} ')]\n"
        "print(Edition.objects.due().count(), *(Spoil.objects.filter(key=key).count()"
        " for key in keys))",
        place,
    )
    counts = [int(count) for count in left.communicate(timeout=SECONDS)[0].split()]
    assert counts == [0] + [2] * DUE  # once when it was planned, once when it began


# A story that leads to another: their ids, and the path of the first.
LINE = """
import sys, django
sys.path.insert(0, sys.argv[1])
django.setup()
from articles.models import Edition
from tests.builders import interesting, make_live
target = make_live(headline="A bridge opened")
source = make_live(headline="A source", body=f"<p>One.</p>{interesting(target)}<p>Two.</p>")
print(source.pk, target.pk, Edition.objects.get(article=source).path)
"""
TELL_AGAIN = "async path => { for (let n = 0; n < 20; n++) await fetch(path, { method: 'POST' }) }"


@pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="needs Chromium")
def test_a_reader_who_follows_a_line_again_and_again_is_counted_once(chromium, site, place):
    made = subprocess.run(
        [sys.executable, "-c", LINE, ROOT],
        env=environment(**place.variables, DJANGO_SETTINGS_MODULE="newsroom.settings"),
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stderr
    *line, path = made.stdout.split()
    source, target = map(int, line)

    def counted():
        return place.rows("SELECT source_id, target_id, count FROM articles_follow")

    def follow(page):
        page.goto(f"{site.address}{path[1:]}")
        with page.expect_request(lambda request: "/follow/" in request.url):
            page.click("article .interesting a")
        page.wait_for_selector("h1 >> text=A bridge opened")

    readers = [chromium.new_context(user_agent=f"Browser/{n}") for n in range(2)]
    first, second = (reader.new_page() for reader in readers)
    for _ in range(4):
        follow(first)
        first.reload()
    first.evaluate(TELL_AGAIN, f"/follow/{source}/{target}/")
    eventually(lambda: counted() == [(source, target, 1)])
    follow(second)

    eventually(lambda: counted() == [(source, target, 2)])
    for reader in readers:
        assert reader.cookies() == []
        reader.close()
