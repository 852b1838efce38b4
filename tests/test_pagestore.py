"""The page store with an application of its own: HTTP's rules, exactness, damage, one render."""

import gzip
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path
from queue import SimpleQueue

import brotli
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsroom.pagestore import Spoiled, http, pool

from .pages import BODY, KEPT, Site

ROOT = Path(__file__).resolve().parent.parent
KILLS = int(os.environ.get("KILLS", "10"))
SLOW_RENDERS = int(os.environ.get("SLOW_RENDERS", "200"))


@pytest.fixture
def site(tmp_path):
    site = Site(tmp_path / "pages")
    site.says()
    yield site
    site.close()


# Codings


@pytest.mark.parametrize(
    ("accept", "coding"),
    [
        (None, "identity"),
        ("", "identity"),
        ("gzip", "gzip"),
        ("x-gzip", "gzip"),
        ("br", "br"),
        ("gzip, deflate, br, zstd", "br"),
        ("GZIP, BR;Q=0.5", "gzip"),
        ("br;q=0.1, gzip;q=0.2", "gzip"),
        ("br;q=0, gzip;q=0", "identity"),
        ("gzip;q=0, *", "br"),
        ("*", "br"),
        ("*;q=0", "identity"),
        ("identity;q=0", "identity"),
        ("identity;q=0, gzip;q=0.1", "gzip"),
        ("identity, gzip;q=0.5", "identity"),
        ("br;q=high, gzip", "gzip"),
        ("deflate", "identity"),
        (",;,gzip;;", "gzip"),
    ],
)
def test_the_reader_chooses_the_coding(accept, coding):
    assert http.coding_for(accept) == coding


def test_each_coding_has_the_same_text_and_a_strong_etag_of_its_own(site):
    plain, packed, best = (site.get(accept_encoding=c) for c in ("identity", "gzip", "gzip, br"))
    again = [site.get(accept_encoding=c) for c in ("identity", "gzip", "gzip, br")]

    assert plain.body == gzip.decompress(packed.body) == brotli.decompress(best.body) == BODY
    assert "content-encoding" not in plain.headers
    assert (packed["Content-Encoding"], best["Content-Encoding"]) == ("gzip", "br")
    assert len({plain["ETag"], packed["ETag"], best["ETag"]}) == 3
    assert [reply.label for reply in (plain, *again)] == ["MISS", "HIT", "HIT", "HIT"]
    for first, second in zip((plain, packed, best), again, strict=True):
        assert (first.body, first["ETag"]) == (second.body, second["ETag"])
        assert second["Vary"] == "Accept-Encoding"
        assert second["Content-Length"] == str(len(second.body))
        assert 0 <= int(second["Age"]) <= 5


def test_head_is_get_without_the_body(site):
    got = site.get(accept_encoding="gzip")
    head = site.get(accept_encoding="gzip", method="HEAD")

    assert head.body == b""
    assert {**got.headers, "x-cache": "HIT"} == head.headers


def test_a_range_is_ignored(site):
    assert (site.get(range="bytes=0-9").status, site.get(range="bytes=0-9").body) == (200, BODY)


def test_whoever_keeps_copies_is_told_how_long_and_readers_are_not(tmp_path):
    inside, outside = Site(tmp_path / "a"), Site(tmp_path / "b", has_cdn=True)
    for site in (inside, outside):
        site.says()
        site.get()

    assert not {"cdn-cache-control", "surrogate-key"} & inside.get().headers.keys()
    assert outside.get()["Surrogate-Key"] == "a b"
    inside.close(), outside.close()


# Conditions


@pytest.mark.parametrize(
    ("wanted", "status"),
    [
        ("{etag}", 304),
        ("W/{etag}", 304),
        ('"other", {etag}', 304),
        ('W/"a,b" ,W/{etag},"c"', 304),
        ("*", 304),
        ('"other"', 200),
        ("{bare}", 200),
        ("", 200),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_who_has_the_page_already_is_told_so(site, wanted, status, method):
    etag = site.get(accept_encoding="gzip")["ETag"]
    wanted = wanted.format(etag=etag, bare=etag.strip('"'))

    reply = site.get(accept_encoding="gzip", if_none_match=wanted, method=method)

    assert reply.status == status
    assert reply["ETag"] == etag
    if status == 304:
        assert (reply.body, "content-length" in reply.headers) == (b"", False)
        assert reply["Vary"] == "Accept-Encoding"


def test_the_etag_of_another_coding_is_no_match(site):
    etag = site.get(accept_encoding="gzip")["ETag"]

    assert site.get(accept_encoding="br", if_none_match=etag).status == 200


@pytest.mark.parametrize(
    ("changed", "since", "status"),
    [
        ("Tue, 17 Nov 2026 10:00:00 GMT", "Tue, 17 Nov 2026 10:00:00 GMT", 304),
        ("Tue, 17 Nov 2026 10:00:00 GMT", "Tue, 17 Nov 2026 09:59:59 GMT", 200),
        ("Tue, 17 Nov 2026 10:00:00 GMT", "yesterday", 200),
        (None, "Thu, 01 Jan 2099 00:00:00 GMT", 200),
    ],
)
def test_a_date_counts_only_where_the_page_has_one(site, changed, since, status):
    site.says(headers=[*KEPT, *([("Last-Modified", changed)] if changed else [])])
    site.get()

    assert site.get(if_modified_since=since).status == status
    assert site.get(if_modified_since=since, if_none_match='"other"').status == 200


def test_whoever_keeps_copies_learns_from_a_304_how_long_the_page_holds_now(tmp_path):
    site = Site(tmp_path, has_cdn=True)
    site.says()
    etag = site.get()["ETag"]
    site.spoil("a")
    site.says(headers=[("CDN-Cache-Control", "max-age=60"), ("Surrogate-Key", "a c")])

    for label in ("MISS", "HIT"):
        reply = site.get(if_none_match=etag)
        assert (reply.status, reply.label, reply["ETag"]) == (304, label, etag)
        assert (reply["CDN-Cache-Control"], reply["Surrogate-Key"]) == ("max-age=60", "a c")
    site.close()


def test_a_redirect_is_kept_and_has_no_conditions(site):
    site.says("/old/", 301, [*KEPT, ("Location", "/new/")], b"")

    assert site.get("/old/").label == "MISS"
    reply = site.get("/old/", if_none_match="*")
    assert (reply.status, reply.label, reply["Location"]) == (301, "HIT", "/new/")


# What is kept


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (404, KEPT),
        (500, KEPT),
        (302, KEPT),
        (206, KEPT),
        (200, []),
        (200, KEPT[:1]),
        (200, KEPT[1:]),
        (200, [("CDN-Cache-Control", "max-age=0"), KEPT[1]]),
        (200, [("CDN-Cache-Control", "max-age=-5"), KEPT[1]]),
        (200, [("CDN-Cache-Control", "max-age=ten"), KEPT[1]]),
        (200, [("CDN-Cache-Control", "max-age=10, no-store"), KEPT[1]]),
        (200, [("Surrogate-Key", " "), KEPT[0]]),
        (200, [*KEPT, ("Set-Cookie", "a=b")]),
        (200, [*KEPT, ("set-cookie", "a=b")]),
        (200, [*KEPT, ("Cache-Control", "private")]),
        (200, [*KEPT, ("cache-control", "PRIVATE, max-age=3")]),
        (200, [*KEPT, ("Cache-Control", 'max-age=3,private="Set-Cookie, X"')]),
        (200, [*KEPT, ("Cache-Control", "public;private")]),
        (200, [*KEPT, ("Cache-Control", "public"), ("Cache-Control", "\tNo-Store ")]),
        (200, [*KEPT, ("Cache-Control", "no-cache")]),
        (200, [*KEPT, ("Vary", "Cookie")]),
        (200, [*KEPT, ("Vary", "Accept-Encoding, accept-language")]),
        (200, [*KEPT, ("Vary", "*")]),
        (200, [*KEPT, ("Content-Encoding", "gzip")]),
    ],
)
def test_nothing_is_kept_that_does_not_ask_for_it_or_is_not_for_everyone(site, status, headers):
    site.says("/page/", status, headers)

    assert {site.get("/page/").label for _ in range(3)} == {"MISS"}
    assert site.store.names() == []


@pytest.mark.parametrize("vary", ["Accept-Encoding", "accept-encoding , "])
def test_what_varies_by_coding_alone_is_kept(site, vary):
    site.says("/", headers=[*KEPT, ("Vary", vary)])
    site.get()

    assert site.get().label == "HIT"


def test_only_routes_that_opt_in_are_kept_and_those_get_the_request_as_it_is(site):
    site.says("/admin/")

    replies = [site.get("/admin/", "a=b", cookie="c=d") for _ in range(2)]

    assert {reply.label for reply in replies} == {"BYPASS"}
    assert {e["HTTP_COOKIE"] + e["QUERY_STRING"] for e in site.newspaper.asked} == {"c=da=b"}


@pytest.mark.parametrize(
    "request_",
    [{"authorization": "Basic eDp5"}, {"host": "evil.example"}, {"host": "evil.example:80"}],
)
def test_what_not_everyone_would_have_asked_in_these_words_passes_by(site, request_):
    assert site.get(**request_).label == "BYPASS"
    site.get()
    assert site.get(**request_).label == "BYPASS"


def test_over_plain_http_a_site_of_https_gives_nothing_away(tmp_path):
    site = Site(tmp_path, secure=("HTTP_X_FORWARDED_PROTO", "https"))
    site.says()
    site.get(x_forwarded_proto="https")

    assert site.get(x_forwarded_proto="https").label == "HIT"
    assert site.get().label == "BYPASS"
    assert site.newspaper.asked[0]["HTTP_X_FORWARDED_PROTO"] == "https"
    site.close()


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PURGE"])
def test_no_other_method_reaches_a_page(site, method):
    site.get()
    asked = len(site.newspaper.asked)

    assert site.get(method=method).status == 405
    assert len(site.newspaper.asked) == asked
    assert site.get().label == "HIT"


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("", ""),
        ("utm_source=x", ""),
        ("page=3", ""),
        ("before=", ""),
        ("before=1", "before=1"),
        ("utm=1&before=1&page=2", "before=1"),
        ("before=0&before=1", "before=1"),
        ("%62efore=%31", "before=1"),
        ("before=a%26page%3D9", "before=a%26page%3D9"),
    ],
)
def test_a_page_is_named_by_the_parameters_that_its_route_reads(site, query, name):
    site.get("/", query)

    assert site.store.names() == [("/", name)]
    assert site.newspaper.asked[0]["QUERY_STRING"] == name
    assert site.get("/", query).label == "HIT"


def test_a_question_mark_in_a_path_is_no_query(site):
    site.get("/", "before=1")

    assert site.get("/?before=1").status == 404


HEADERS = st.dictionaries(
    st.sampled_from(
        "accept accept_language cookie user_agent x_forwarded_for x_forwarded_host x_original_url "
        "x_http_method_override referer cache_control pragma range if_none_match if_match "
        "if_modified_since te forwarded content_length authorization".split()
    ),
    st.one_of(
        st.text(max_size=20), st.sampled_from(["*", "no-cache", "evil.example", "bytes=0-1"])
    ),
    max_size=4,
)
PATHS = st.sampled_from(["/", "//", "/./", "/a/", "/A/", "/a", "/a//", "/%61/", "/a/../", "/a/?x"])


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    path=PATHS,
    query=st.one_of(st.text(max_size=20), st.sampled_from(["before=1", "x=1", "a=%00&before=%ff"])),
    method=st.sampled_from(["GET", "HEAD", "POST", "OPTIONS"]),
    host=st.sampled_from(["paper.example", "www.paper.example", "evil.example", "paper.example:1"]),
    headers=HEADERS,
)
def test_no_request_changes_what_another_reader_gets(
    tmp_path_factory, path, query, method, host, headers
):
    site = Site(tmp_path_factory.mktemp("pages"))

    def echo():
        asked = site.newspaper.asked[-1]
        said = {n: v for n, v in asked.items() if n.isupper() and n != "PATH_INFO"}
        return 200, KEPT, repr(sorted(said.items())).encode()

    site.newspaper.says = {"/": echo, "/a/": echo}

    site.get(path, query, method=method, host=host, **headers)
    after = {p: site.get(p) for p in ("/", "/a/")}

    assert after["/"].body == after["/a/"].body == Site.get(site, "/").body
    assert b"evil" not in after["/"].body and b"COOKIE" not in after["/"].body
    assert {name.path for name in site.store.names()} <= {"/", "/a/"}
    assert len(site.store.names()) <= 3
    site.close()


# Time


def clock(monkeypatch, seconds):
    now = time.time() + seconds
    monkeypatch.setattr(time, "time", lambda: now)


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
    site.wsgi._erred_at.clear()
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


# Damage


def garbage(path):
    size = path.stat().st_size
    with path.open("r+b") as file:
        for _ in range(60):
            file.seek(random.randrange(size))
            file.write(os.urandom(64))


DAMAGE = {
    "deleted": lambda path: path.unlink(),
    "emptied": lambda path: os.truncate(path, 0),
    "cut short": lambda path: os.truncate(path, path.stat().st_size // 2),
    "cut in its header": lambda path: os.truncate(path, 50),
    "overwritten here and there": garbage,
    "no database": lambda path: path.write_bytes(b"not a database " * 1000),
    "a journal of nothing": lambda path: Path(f"{path}-journal").write_bytes(os.urandom(5000)),
}


@pytest.mark.parametrize("is_open", [True, False], ids=["while it is open", "before a start"])
@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_to_the_file_is_an_empty_store(tmp_path, damage, is_open):
    site = Site(tmp_path)
    paths = [f"/{n}/" for n in range(20)]
    for path in paths:
        site.says(path, body=path.encode() * 500)
        site.get(path)
    site.store.disconnect() if is_open else None

    DAMAGE[damage](site.store.path)
    if not is_open:
        site.close()
        before, site = site, Site(tmp_path)
        site.newspaper = site.wsgi.application = before.newspaper

    for _ in range(2):
        for path in paths:
            reply = site.get(path)
            assert (reply.status, reply.body) == (200, path.encode() * 500)
    if site.store.position() is None:
        site.store.spoil_all(position="1")
    site.get("/1/")
    assert site.get("/1/").label == "HIT"
    site.close()


def test_where_nothing_can_be_written_pages_are_rendered(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("in the way of a folder")
    from newsroom.pagestore import Store

    store = Store(blocked / "pages")
    assert store.find(("/", ""), "gzip", 0) is None
    assert store.number() is None
    assert store.position() is None


def test_a_spoil_that_cannot_be_written_closes_the_store_for_all(site, tmp_path, monkeypatch):
    from newsroom.pagestore import store as module

    other = Site(tmp_path / "pages")
    other.newspaper = other.wsgi.application = site.newspaper
    site.get()
    assert other.get().label == "HIT"

    def full(*args, **values):
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(module, "set_state", full)
        with pytest.raises(module.Unwritable):
            site.store.spoil([module.Spoiled("a", False)])
    site.says(body=b"new" * 100)

    assert (site.get().body, other.get().body) == (b"new" * 100, b"new" * 100)
    site.store.spoil_all(position="1")
    assert [other.get().label for _ in range(2)] == ["MISS", "HIT"]
    other.close()


def test_a_closed_store_is_not_opened_by_what_somebody_else_spoils(site, tmp_path):
    other = Site(tmp_path / "pages")
    site.get()
    other.store.close()  # for it could not write that "a" is spoiled

    site.spoil("b")

    assert {site.get().label for _ in range(3)} == {"MISS"}
    assert site.store.position() is None, "whoever follows the outbox begins anew"
    site.store.spoil_all(position="1")
    assert [site.get().label for _ in range(2)] == ["MISS", "HIT"]
    other.close()


def test_a_store_that_is_closed_while_another_begins_anew_stays_closed(site, monkeypatch):
    from newsroom.pagestore import store as module

    def closed_meanwhile(connection, **values):
        site.store.close()

    with monkeypatch.context() as patch:
        patch.setattr(module, "set_state", closed_meanwhile)
        site.store.spoil_all(position="1")

    assert {site.get().label for _ in range(2)} == {"MISS"}


@pytest.mark.parametrize("name", ["generation", "pages.sqlite3", "*"])
def test_files_deleted_under_a_running_site_are_made_again(site, tmp_path, name):
    other = Site(tmp_path / "pages")
    other.newspaper = other.wsgi.application = site.newspaper
    for reader in (site, other):
        reader.get(), reader.get()

    for path in (tmp_path / "pages").glob(name):
        path.unlink()
    if site.store.position() is None:
        site.store.spoil_all(position="1")
    site.says(body=b"new" * 100)
    site.spoil("a")

    assert (site.get().body, other.get().body) == (b"new" * 100, b"new" * 100)
    assert other.store.position() == "1"
    assert (site.get().label, other.get().label) == ("HIT", "HIT")
    other.close()


def test_a_release_that_cannot_begin_yet_shows_nothing_of_the_one_before(site, monkeypatch):
    from newsroom.pagestore import Store, file

    monkeypatch.setattr(file, "WAIT_SECONDS", 0)
    site.get()
    newer = Store(site.store.folder, release="newer")

    writer = sqlite3.connect(site.store.path, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    assert not newer.begin()
    assert newer.find(("/", ""), "gzip", 0) is None
    writer.close()

    assert newer.begin()
    newer.spoil_all(position="1")
    assert newer.number() is not None
    newer.disconnect()


def test_a_page_begun_before_the_file_was_lost_is_not_kept_though_a_clock_was_set_back(
    site, monkeypatch
):
    def lose(environ):
        site.newspaper.before = lambda environ: None
        site.store.path.unlink()
        monkeypatch.setattr(time, "time_ns", lambda: 7)
        site.store.spoil_all(position="1")

    site.newspaper.before = lose

    assert [site.get().label for _ in range(3)] == ["MISS", "MISS", "HIT"]


def test_a_page_that_shows_half_an_archive_is_kept_and_the_others_stay(site):
    keys = " ".join(f"article-{number}" for number in range(40_000))
    site.says("/all/", headers=[KEPT[0], ("Surrogate-Key", keys)])
    site.get()

    assert [site.get("/all/").label for _ in range(2)] == ["MISS", "HIT"]
    assert site.get().label == "HIT"
    site.spoil("article-39999")
    assert (site.get("/all/").label, site.get().label) == ("MISS", "HIT")


def test_who_follows_every_old_address_does_not_fill_the_memory(site, monkeypatch):
    from newsroom.pagestore import memory

    monkeypatch.setattr(memory, "LARGEST_BYTES", 50 * memory.PAGE_BYTES)
    for number in range(60):
        site.says(f"/{number}/", 301, [*KEPT, ("Location", "/")], b"")
        site.get(f"/{number}/")
        assert site.get(f"/{number}/").label == "HIT"

    assert len(site.store._memory._pages) == 10


def test_the_file_has_a_limit_and_what_is_read_stays(tmp_path):
    from newsroom.pagestore import Store

    site = Site(tmp_path)
    site.close()
    site.store = site.wsgi.store = Store(tmp_path, largest_bytes=4 * 1024 * 1024)
    site.says("/front/")
    for n in range(400):
        site.says(f"/{n}/", body=os.urandom(30_000))
        site.get(f"/{n}/")
        if n % 20 == 0:
            site.get("/front/")
            site.store.note({})
    site.store.cool()

    assert site.store.path.stat().st_size < 6 * 1024 * 1024
    assert 50 < len(site.store.names()) < 400
    assert ("/front/", "") in site.store.names()
    site.store.disconnect()


# One render, over processes

SERVER = """
import sys, time, threading, os
sys.path.insert(0, sys.argv[1])
from tests.pages import Site, KEPT, at_once
site = Site(sys.argv[2])
count, log = int(sys.argv[3]), sys.argv[4]

def slow():
    with open(log, "a") as file:
        file.write(f"{os.getpid()}\\n")
    time.sleep(0.3)
    return 200, KEPT, b"page" * 100

site.newspaper.says["/"] = slow
print("ready", flush=True)
sys.stdin.readline()
replies = at_once(count, site.get)
print(len(replies), {reply.status for reply in replies}, flush=True)
site.close()
os._exit(0)
"""


def processes(folder, count, readers):
    command = [sys.executable, "-c", SERVER, ROOT, folder / "pages", str(readers), folder / "log"]
    started = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(count)
    ]
    for process in started:
        assert process.stdout.readline() == "ready\n"
    return started


def go(process):
    process.stdin.write("\n")
    process.stdin.flush()


def test_a_hundred_misses_at_once_over_two_processes_are_one_render(tmp_path):
    started = processes(tmp_path, 2, 50)
    for process in started:
        go(process)

    for process in started:
        assert process.communicate(timeout=60)[0] == "50 {200}\n"
    assert len((tmp_path / "log").read_text().split()) == 1


def test_when_the_one_that_renders_is_killed_another_does_it(tmp_path):
    first, second = processes(tmp_path, 2, 5)
    go(first)
    while not (tmp_path / "log").exists():
        time.sleep(0.01)
    go(second)
    time.sleep(0.1)
    began = time.monotonic()
    first.send_signal(signal.SIGKILL)

    assert second.communicate(timeout=60)[0] == "5 {200}\n"
    assert time.monotonic() - began < 3
    first.communicate()
    assert len((tmp_path / "log").read_text().split()) == 2


WRITER = """
import sys, os, itertools
sys.path.insert(0, sys.argv[1])
from tests.pages import Site, KEPT
site = Site(sys.argv[2])
for n in itertools.count():
    site.says(f"/{n % 50}/", headers=[KEPT[0], ("Surrogate-Key", f"k{n % 50} all")],
              body=os.urandom(3000))
    site.get(f"/{n % 50}/")
    site.spoil(f"k{n % 7}", final=n % 2 == 0)
    if n == 20:
        print("busy", flush=True)
"""


def test_a_process_killed_at_any_moment_leaves_a_whole_file(tmp_path):
    site = Site(tmp_path / "pages")
    for _ in range(KILLS):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, ROOT, tmp_path / "pages"],
            stdout=subprocess.PIPE,
        )
        writer.stdout.readline()
        time.sleep(random.uniform(0, 0.05))
        writer.kill()
        writer.communicate()

        site.spoil("all")
        site.says("/1/", body=b"after" * 100)
        assert site.get("/1/").body == b"after" * 100
        assert site.get("/1/").label == "HIT"
        with site.store._file.connected() as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    site.close()


def test_readers_and_writers_of_many_threads_agree(site):
    version, wrong = [0], []
    guard = threading.Lock()

    def said():
        with guard:
            return 200, KEPT, b"%08d" % version[0] * 100

    site.newspaper.says["/"] = said
    is_over = threading.Event()

    def read():
        while not is_over.is_set():
            least = version[0] if published.is_set() else 0
            if int(site.get().body[:8]) < least:
                wrong.append(least)

    published = threading.Event()

    def write():
        for _ in range(40):
            published.clear()
            with guard:
                version[0] += 1
            site.spoil("a")
            published.set()
            time.sleep(0.01)
        is_over.set()

    threads = [threading.Thread(target=work) for work in (read, read, read, write)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert version[0] == 40
    assert wrong == []


# Threads for the application


def test_no_request_waits_behind_another_while_a_thread_may_be_had(monkeypatch):
    taken, go_on = threading.Event(), threading.Event()

    class Queue(SimpleQueue):
        def get(self):
            job = super().get()
            if job.arguments == ("slow",):  # its thread is held up before it can say that it works
                taken.set()
                go_on.wait(10)
            return job

    monkeypatch.setattr(pool, "SimpleQueue", Queue)
    threads = pool.Pool(2, "test")
    threads.run(str, "first", give_up=bool)  # so that one thread waits for work
    slow = threading.Thread(target=threads.run, args=(str, "slow"), kwargs={"give_up": bool})
    slow.start()
    taken.wait(10)
    patience = iter([False] * 20)

    assert threads.run(str, "quick", give_up=lambda: next(patience, True)) == "quick"
    go_on.set()
    slow.join(10)
