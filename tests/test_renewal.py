"""New pages are ready when old ones go: what a change does to the pages that are read."""

import os
import random
import subprocess
import sys
import threading
import time
from unittest import mock

import pytest

from articles import publishing
from newsroom.pagestore import Name, Spoiled
from newsroom.pagestore.http import Answer
from newsroom.pagestore.pool import Pool
from newsroom.serving import renewal, store

from .builders import change_article
from .pages import KEPT
from .pages import Site as Paper
from .processes import ROOT, environment

RENEWALS = int(os.environ.get("RENEWALS", "50"))  # that each of two editors publishes

pytestmark = pytest.mark.django_db


def test_readers_find_the_new_page_there_when_the_editor_is_answered(reader, live):
    reader.drain()
    before = reader.get("/").body
    asked = []
    render = reader.application.pages.render

    def rendered(name):
        asked.append((name.path, reader.get("/").body == before))  # by a reader meanwhile
        return render(name)

    change_article(live, headline="A bridge closed again")
    publishing.publish(live)
    with mock.patch.object(reader.application.pages, "render", rendered):
        reader.renew()

    assert asked == [("/", True)]
    reply = reader.get("/")
    assert (reply.label, b"A bridge closed again" in reply.body) == ("HIT", True)


def test_what_is_withdrawn_is_gone_before_anything_is_rendered(reader, live):
    reader.drain()
    reader.get("/")
    publishing.withdraw(live)

    with mock.patch.object(reader.application.pages, "renew", side_effect=AssertionError):
        reader.renew()

    assert reader.store.find(Name("/"), "gzip", 0) is None


def test_a_page_that_nobody_reads_keeps_no_editor_waiting(reader, live):
    reader.drain()
    reader.get("/")
    change_article(live, headline="A bridge closed again")
    publishing.publish(live)

    with (
        mock.patch.object(renewal, "IN_USE_SECONDS", -1),
        mock.patch.object(reader.application.pages, "renew", side_effect=AssertionError),
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

    with mock.patch.object(renewal, "RENEWED_SECONDS", -1):
        reader.application.pages._renewals = Pool(1, "renewal")
        with mock.patch.object(reader.application.pages, "render", lambda name: time.sleep(0.5)):
            reader.renew()

    assert reader.store.names() == []


def test_a_change_while_pages_are_made_anew_is_not_missed(reader, live):
    reader.drain()
    reader.get("/")
    render = reader.application.pages.render

    def rendered(name):
        answer = render(name)
        reader.store.spoil([Spoiled("front-list", False)])  # by whom the database does not answer
        return answer

    change_article(live, headline="A bridge closed again")
    publishing.publish(live)
    with mock.patch.object(reader.application.pages, "render", rendered):
        reader.renew()

    assert reader.store.names() == []


def test_an_error_takes_the_place_of_no_page(reader, live):
    reader.drain()
    reader.get("/")
    change_article(live, headline="A bridge closed again")
    publishing.publish(live)

    broken = Answer(500, [], b"broken")
    with mock.patch.object(reader.application.pages, "render", lambda name: broken):
        reader.renew()

    assert reader.store.names() == []


# Several who publish at once: an outbox in memory, and processes that share the store


class Desk:
    """What was committed, and processes that are told of it as ``outbox.drain`` tells them.

    Every page says how many changes there had been when its render began.
    """

    def __init__(self, folder, *, slow):
        self.rows, self.guard, self.slow = [], threading.Lock(), slow
        self.sites = [Paper(folder) for _ in range(2)]
        for site in self.sites:
            for path in PATHS:
                site.newspaper.says[path] = self.render

    def render(self):
        changes = len(self.rows)
        time.sleep(self.slow())
        return 200, KEPT, b"%08d" % changes * 100

    def publish(self, site, *, is_final=False):
        """The number of the change, when its author is answered."""
        with self.guard:
            self.rows.append(Spoiled("a", is_final))
            number = len(self.rows)
        self.drain(renewal.Renewal(site.wsgi))
        return number

    def drain(self, keeper):
        with keeper._store.turns.take("outbox", seconds=store.TURN_SECONDS):
            while (since := int(keeper.position())) < (until := len(self.rows)):
                keeper.spoil(self.rows[since:until], since=str(since), position=str(until))

    def old(self, number):
        """What any process still shows of the time before this change."""
        shown = [(site.get(path), path) for site in self.sites for path in PATHS]
        return [(number, path) for reply, path in shown if int(reply.body[:8]) < number]

    def close(self):
        for site in self.sites:
            site.close()


PATHS = ["/", "/feed/"]


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "TURN_SECONDS", 0.001)  # nobody waits for the other: that is worse
    desk = Desk(tmp_path / "pages", slow=lambda: random.choice([0, 0.002, 0.01]))
    yield desk
    desk.close()


@pytest.mark.parametrize("withdrawn", [0, 5], ids=["publishing", "and withdrawing"])
def test_of_editors_who_publish_at_once_none_finds_an_old_page(desk, withdrawn):
    old, is_over = [], threading.Event()

    def publish(site):
        for number in range(1, RENEWALS + 1):
            is_final = withdrawn and number % withdrawn == 0
            old.extend(desk.old(desk.publish(site, is_final=is_final)))

    def read():
        while not is_over.is_set():
            for site in desk.sites:
                site.get("/")
            time.sleep(0.001)

    readers = [threading.Thread(target=read) for _ in range(2)]
    editors = [threading.Thread(target=publish, args=(site,)) for site in desk.sites]
    for thread in (*readers, *editors):
        thread.start()
    for thread in editors:
        thread.join(120)
    is_over.set()
    for thread in readers:
        thread.join(30)

    assert len(desk.rows) == 2 * RENEWALS
    assert old == []


def test_what_is_withdrawn_while_pages_are_made_anew_is_never_shown_again(desk):
    first, second = desk.sites
    assert desk.old(0) == []
    is_rendering, goes_on = threading.Event(), threading.Event()

    def rendered():
        changes = len(desk.rows)
        is_rendering.set()
        goes_on.wait(10)
        return 200, KEPT, b"%08d" % changes * 100

    for path in PATHS:
        first.newspaper.says[path] = rendered
    editor = threading.Thread(target=desk.publish, args=(first,))
    editor.start()
    is_rendering.wait(10)
    withdrawn = desk.publish(second, is_final=True)
    for site in desk.sites:
        site.pulse.stop()  # without the database readers get the last that there is
    shown = [site.get(path).status for site in desk.sites for path in PATHS]
    goes_on.set()
    editor.join(10)

    assert shown == [503] * 4
    assert [site.get(path).status for site in desk.sites for path in PATHS] == [503] * 4
    for site in desk.sites:
        site.pulse.beat()
    first.newspaper.says = second.newspaper.says
    assert desk.old(withdrawn) == []


RENEWING = """
import sys, time
sys.path.insert(0, sys.argv[1])
from newsroom.pagestore import Spoiled
from tests.pages import Site
site = Site(sys.argv[2])

def slow():
    print("rendering", flush=True)
    time.sleep(60)

site.newspaper.says["/"] = slow
import django
django.setup()
from newsroom.serving import renewal
renewal.RENEWED_SECONDS = 60
with site.store.turns.take("outbox", seconds=1):
    renewal.Renewal(site.wsgi).spoil([Spoiled("a", False)], since="0", position="1")
"""


def test_when_the_process_that_makes_pages_anew_is_killed_another_lets_the_old_ones_go(desk):
    assert desk.old(0) == []
    desk.rows.append(Spoiled("a", False))
    folder = desk.sites[0].store.folder
    renewing = subprocess.Popen(
        [sys.executable, "-c", RENEWING, ROOT, folder],
        env=environment(DJANGO_SETTINGS_MODULE="newsroom.settings", DATA_DIR=str(folder)),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert renewing.stdout.readline() == "rendering\n"
        assert len(desk.old(1)) == 4  # nobody was told yet that it is published
    finally:
        renewing.kill()
        renewing.communicate()

    began = time.monotonic()
    desk.drain(renewal.Renewal(desk.sites[1].wsgi))

    assert desk.old(1) == []
    assert time.monotonic() - began < 10  # the turn went with the process
