"""The page store speaks HTTP: codings, conditions, what it keeps and what passes by."""

import gzip

import brotli
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsroom.pagestore import http

from ..pages import BODY, KEPT, Site

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


@pytest.mark.parametrize("said", ["https, http", "https,https", " https ,http"])
def test_behind_several_proxies_it_is_the_first_that_knows(tmp_path, said):
    site = Site(tmp_path, secure=("HTTP_X_FORWARDED_PROTO", "https"))
    site.says()
    site.get(x_forwarded_proto=said)

    assert site.get(x_forwarded_proto=said).label == "HIT"
    assert site.get(x_forwarded_proto="http, https").label == "BYPASS"
    site.close()


def test_who_comes_over_plain_http_is_led_on_without_a_database_too(tmp_path):
    site = Site(tmp_path, secure=("HTTP_X_FORWARDED_PROTO", "https"))
    site.says("/", 301, [("Location", "https://paper.example/")], b"")
    site.pulse.stop()

    assert site.get()["Location"] == "https://paper.example/"
    assert site.get(method="POST")["Location"] == "https://paper.example/"
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
