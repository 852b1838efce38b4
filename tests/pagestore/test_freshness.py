"""When pages of the store end: in time, by a spoil, and not while there is no database."""

import os
import threading
import time

from newsroom.pagestore import Spoiled

from ..pages import BODY, KEPT, Site

SLOW_RENDERS = int(os.environ.get("SLOW_RENDERS", "200"))


def clock(monkeypatch, seconds):
    now = time.time() + seconds
    monkeypatch.setattr(time, "time", lambda: now)


# Time


def test_a_page_ends_when_it_says(site, monkeypatch):
    site.get()
    clock(monkeypatch, 3590)
    assert (site.get().label, site.get()["Age"] in ("3590", "3591")) == ("HIT", True)

    clock(monkeypatch, 20)
    assert site.get().label == "MISS"


def test_a_clock_that_was_set_back_makes_no_page_younger_than_new(site, monkeypatch):
    site.get()
    clock(monkeypatch, -100)

    assert (site.get().label, site.get()["Age"]) == ("HIT", "0")


def test_a_page_of_a_time_that_is_still_to_come_is_rendered_again(site, monkeypatch):
    clock(monkeypatch, 7200)  # as a machine may have it before it has asked what time it is
    site.says(body=b"A story under embargo")
    site.get()
    assert site.get().label == "HIT"

    clock(monkeypatch, -7200)
    site.says(body=b"A front page without it")

    replies = [site.get() for _ in range(3)]
    assert [reply.label for reply in replies] == ["MISS", "HIT", "HIT"]
    assert {reply.body for reply in replies} == {b"A front page without it"}


def test_while_an_expired_page_is_rendered_others_get_the_old_one_for_a_second(site, monkeypatch):
    site.get()
    clock(monkeypatch, 3600.5)
    begun, go_on = threading.Event(), threading.Event()
    site.newspaper.before = lambda environ: (begun.set(), go_on.wait(10))
    rendering = threading.Thread(target=site.get)
    rendering.start()
    begun.wait(10)

    assert site.get().label == "STALE"
    clock(monkeypatch, 1)
    late = []
    waiting = threading.Thread(target=lambda: late.append(site.get().label))
    waiting.start()
    time.sleep(0.2)
    go_on.set()
    rendering.join(10), waiting.join(10)
    assert late == ["HIT"]


def test_a_page_that_must_go_is_not_shown_a_moment_longer(site, monkeypatch):
    site.says(headers=[("CDN-Cache-Control", "max-age=3600"), KEPT[1]])
    site.get()
    clock(monkeypatch, 3600.5)
    begun, go_on, got = threading.Event(), threading.Event(), []
    site.newspaper.before = lambda environ: (begun.set(), go_on.wait(10))
    readers = [threading.Thread(target=lambda: got.append(site.get().label)) for _ in range(2)]
    readers[0].start()
    begun.wait(10)
    readers[1].start()
    time.sleep(0.2)
    go_on.set()
    for reader in readers:
        reader.join(10)

    assert sorted(got) == ["HIT", "MISS"]


# Spoils


def test_a_spoil_takes_the_pages_of_its_keys_and_no_others(site):
    site.says("/b/", headers=[KEPT[0], ("Surrogate-Key", "b c")])
    site.says("/ab/", headers=[KEPT[0], ("Surrogate-Key", "ab")])
    for path in ("/", "/b/", "/ab/"):
        site.get(path)

    assert {name.path for name in site.spoil("b")} == {"/", "/b/"}
    assert [site.get(path).label for path in ("/", "/b/", "/ab/")] == ["MISS", "MISS", "HIT"]


def test_a_reader_in_another_process_sees_a_spoil_at_once(site, tmp_path):
    other = Site(tmp_path / "pages")
    other.says(body=b"old" * 100)
    assert other.get().body == other.get().body == b"old" * 100

    site.says(body=b"new" * 100)
    site.spoil("a")

    assert (site.get().body, other.get().body) == (b"new" * 100, b"new" * 100)
    other.close()


def test_a_page_spoiled_while_it_was_rendered_is_not_kept(site):
    text = [b"old" * 100]
    site.newspaper.says["/"] = lambda: (200, KEPT, text[0])
    stale = 0

    for number in range(SLOW_RENDERS):
        text[0] = b"old %d" % number * 100
        began, go_on = threading.Event(), threading.Event()

        def slow(began=began, go_on=go_on):
            said = text[0]
            began.set()
            go_on.wait(10)
            return 200, KEPT, said

        site.newspaper.says["/"] = slow
        reader = threading.Thread(target=site.get)
        reader.start()
        began.wait(10)
        text[0] = b"new %d" % number * 100
        site.spoil("a")
        go_on.set()
        reader.join(10)
        stale += site.get().body != text[0]
        site.newspaper.says["/"] = lambda: (200, KEPT, text[0])
        stale += site.get().body != text[0]
        site.spoil("b")

    assert stale == 0


def test_a_page_whose_other_neighbours_were_spoiled_meanwhile_is_kept(site):
    site.newspaper.before = lambda environ: site.spoil("elsewhere")
    site.get()

    assert site.get().label == "HIT"


def test_a_follower_that_was_overtaken_changes_nothing(site):
    site.get()

    assert site.store.spoil([("a", False)], since="7", position="9") is None
    assert site.get().label == "HIT"
    assert site.store.spoil([("a", False)], since="0", position="9") is not None
    assert (site.get().label, site.store.position()) == ("MISS", "9")


def test_a_follower_that_was_overtaken_takes_nothing_out_of_memory(site):
    before = bytes(site.store._generation.shared)

    site.store.spoil([("a", False)], since="7", position="9")

    assert bytes(site.store._generation.shared) == before


def test_an_old_page_goes_though_whoever_spoiled_it_was_held_up(site, tmp_path, monkeypatch):
    other, third = Site(tmp_path / "pages"), Site(tmp_path / "pages")
    other.says(body=b"old" * 100)
    assert [other.get().label for _ in range(2)] == ["MISS", "HIT"]

    with monkeypatch.context() as patch:  # between its commit and what it says to all
        patch.setattr(site.store._generation, "change", lambda number: None)
        site.store.spoil([Spoiled("a", False)], since="0", position="1")
    other.says(body=b"new" * 100)

    assert third.store.position() == "1", "its editor is told that nothing is left to be done"
    assert other.get().body == b"new" * 100
    other.close(), third.close()


def test_a_new_store_keeps_nothing_before_it_knows_where_the_outbox_ends(tmp_path):
    site = Site(tmp_path)
    site.says()
    site.store.path.unlink()

    assert {site.get().label for _ in range(3)} == {"MISS"}
    site.store.spoil_all(position="5")
    assert [site.get().label for _ in range(2)] == ["MISS", "HIT"]
    site.close()


def test_pages_of_another_release_are_out_of_date(tmp_path):
    from newsroom.pagestore import Store

    site = Site(tmp_path)
    site.says()
    site.get()
    site.store.begin()
    assert site.get().label == "HIT"

    newer = Store(tmp_path, release="newer")
    newer.begin()

    assert {site.get().label for _ in range(2)} == {"MISS"}, (
        "the old code renders, and keeps nothing"
    )
    newer.disconnect(), site.close()


# Without the database


def test_what_was_asked_before_the_database_was_gone_is_hopeless_also_when_it_is_back(site):
    pulse, since = site.pulse, time.monotonic() - 10
    pulse.beat()
    assert not pulse.is_hopeless(since)  # it takes its time, as an editor's great act may

    pulse.stop()
    assert pulse.is_hopeless(since)
    assert not pulse.is_hopeless(time.monotonic())  # which asks whether it is back
    pulse.beat()
    assert pulse.is_hopeless(since)
    assert not pulse.is_hopeless(time.monotonic())


def test_what_is_out_of_date_is_shown_while_there_is_no_database(site, monkeypatch):
    site.get()
    site.spoil("a")
    site.pulse.stop()

    asked = len(site.newspaper.asked)
    assert (site.get().status, site.get().label, site.get().body) == (200, "STALE", BODY)
    clock(monkeypatch, 24 * 3600)
    assert site.get().label == "STALE"
    assert len(site.newspaper.asked) == asked
    assert site.get("/unknown/").status == 503

    clock(monkeypatch, 26 * 3600)
    assert site.get().status == 503


def test_a_process_that_is_told_of_a_change_knows_that_the_database_is_back(site):
    site.get()
    site.pulse.stop(site.store.last_spoil())
    assert (site.get().label, site.get().body) == ("STALE", BODY)

    site.says(body=b"Of now")
    site.spoil("a")

    assert (site.get().label, site.get().body) == ("MISS", b"Of now")


def test_what_was_spoiled_for_good_is_not_shown_again(site):
    site.get()
    site.spoil("a", final=True)
    site.pulse.stop()

    assert (site.get().status, site.get()["Retry-After"]) == (503, "10")


def test_what_was_out_of_date_already_goes_for_good_too(site):
    site.get()
    site.spoil("b")
    site.spoil("a", final=True)
    site.pulse.stop()

    assert site.get().status == 503


def test_an_error_is_answered_by_the_page_of_before(site):
    site.get()
    site.spoil("a")
    site.says(status=500, headers=[], body=b"Broken")

    asked = len(site.newspaper.asked)
    assert {(site.get().status, site.get().label) for _ in range(5)} == {(200, "STALE")}
    assert len(site.newspaper.asked) == asked + 1, "what is broken is not tried by every reader"
    site.says()
    site.wsgi.pages._erred_at.clear()
    assert site.get().label == "MISS"


def test_a_database_that_hangs_holds_up_no_reader(site):
    for path in ("/", "/b/"):
        site.says(path)
        site.get(path)
    site.spoil("a")
    hung = threading.Event()
    site.newspaper.before = lambda environ: hung.wait(30)
    site.says("/admin/")
    readers = [threading.Thread(target=site.get, args=(path,)) for path in ["/", "/admin/"] * 15]
    for reader in readers:
        reader.start()
    time.sleep(0.2)

    site.pulse.stop()
    for reader in readers:
        reader.join(10)

    assert not any(reader.is_alive() for reader in readers)
    assert {site.get(path).label for path in ("/", "/b/")} == {"STALE"}
    assert site.get("/admin/").status == 503
    hung.set()
    site.pulse.seen_at = float("inf")
    time.sleep(0.2)
    assert (site.get().label, site.get("/admin/").status) == ("MISS", 200)
