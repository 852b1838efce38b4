"""The archive: every story by the days of the publication's own time zone."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from articles import cache, publishing
from articles.models import Publication
from articles.periods import parts_of, period_with
from articles.public import archive

from .builders import make_article, make_live
from .keeping import held, keys
from .surfaces import address_of

ZONES = ["UTC", "Asia/Karachi", "America/Los_Angeles", "Pacific/Kiritimati", "Asia/Beirut"]


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# Periods


@given(
    st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(ZONES),
    st.sampled_from(["day", "month", "year"]),
)
def test_every_moment_lies_in_one_period_of_each_kind(moment, zone, kind):
    zone = ZoneInfo(zone)

    found = period_with(moment, kind, zone)

    assert found.begin <= moment < found.end
    parts = parts_of(found, zone)
    assert all(one.end == other.begin for one, other in pairwise(parts))
    if parts:
        assert (parts[0].begin, parts[-1].end) == (found.begin, found.end)


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    st.timedeltas(timedelta(0), timedelta(days=1200)),
    st.floats(0, 1),
)
def test_a_story_between_two_moments_spoils_one_of_the_keys_between_them(begin, length, share):
    published_at = begin + length * share

    keys = cache.keys_between(begin, begin + length)

    spoiled = {cache.FRONT, cache.day_key(published_at), cache.month_key(published_at)}
    assert keys & spoiled
    assert len(keys) <= 27


# Pages

pytestmark = pytest.mark.django_db


@pytest.fixture
def karachi():
    return publishing.change(Publication(name="The Quay", time_zone="Asia/Karachi"))


def test_a_story_stands_on_the_day_that_the_publication_had(client, karachi):
    night = make_live(headline="By night", at=at("2018-08-31T20:00"))  # 1 September there
    make_live(headline="By day", at=at("2018-08-31T08:00"))

    assert address_of(night).startswith("/2018/09/")
    assert "By night" in client.get("/archive/2018/09/01/").text
    assert "By night" not in client.get("/archive/2018/08/").text
    assert "By day" in client.get("/archive/2018/08/31/").text
    for path in ("/archive/2018/", "/archive/2018/09/"):
        assert "By night" in client.get(path).text


@pytest.mark.parametrize(
    "path",
    [
        "/archive/2017/",
        "/archive/2018/07/",
        "/archive/2018/08/22/",
        "/archive/2018/02/30/",
        "/archive/0000/",
        "/archive/9999/12/31/",
        "/archive/2018/8/",
        "/archive/2018/08/23/?before=x",
        "/archive/2018/08/23/?before=0-1",
    ],
)
def test_a_day_without_stories_is_not_found(client, path):
    make_live(headline="The only one", at=at("2018-08-23T08:00"))

    assert client.get(path).status_code == 404


def test_the_archive_leads_to_the_years_months_and_days_that_have_stories(client):
    make_live(headline="One", at=at("2016-02-29T08:00"))
    make_live(headline="Two", at=at("2018-08-23T08:00"))
    make_live(headline="Three", at=at("2018-08-25T08:00"))

    def links(path):
        return set(re.findall(r'href="(/archive/\d[^"]*)"', client.get(path).text))

    years = {"/archive/2016/", "/archive/2018/"}
    assert links("/archive/") == years | {"/archive/2016/02/", "/archive/2018/08/"}
    assert links("/archive/2018/") == {"/archive/2018/08/", "/archive/2016/"}
    days = {"/archive/2018/08/23/", "/archive/2018/08/25/"}
    assert links("/archive/2018/08/") == days | {"/archive/2018/", "/archive/2016/02/"}
    above = {"/archive/2018/", "/archive/2018/08/"}
    assert links("/archive/2018/08/23/") - above == {
        "/archive/2016/02/29/",
        "/archive/2018/08/25/",
    }


def test_an_empty_archive_says_so(client):
    assert "No story here yet" in client.get("/archive/").text


def test_every_story_of_a_month_stands_on_exactly_one_page_of_it(client):
    begin = at("2018-08-02T00:00")
    for n in range(45):
        make_live(headline=f"Story {n:02}", at=begin + timedelta(hours=n))
    make_live(headline="Story of July", at=at("2018-07-02T00:00"))
    address, seen = "/archive/2018/08/", []

    for _ in range(3):
        page = client.get(address).text
        seen += re.findall(r"Story \d\d", page)
        older = re.search(r'rel="next" href="[^"]*\?before=([^"]+)"', page)
        address = older and f"/archive/2018/08/?before={older[1]}"

    assert seen == [f"Story {n:02}" for n in reversed(range(45))]
    assert address is None


def test_a_day_bears_the_keys_of_all_days_from_its_neighbour_to_its_neighbour(client):
    make_live(headline="Before", at=at("2018-08-21T12:00"))
    shown = make_live(headline="Shown", at=at("2018-08-23T12:00"))
    make_live(headline="After", at=at("2018-08-24T12:00"))

    said = keys(client.get("/archive/2018/08/23/"))

    assert said == {
        "publication",
        *(f"day-2018-08-{day}" for day in (21, 22, 23, 24)),
        f"article-{shown.pk}",
        f"section-{shown.section_id}",
        f"author-{shown.authors.get().pk}",
    }
    assert keys(client.get("/archive/2018/08/")) >= {"front-list"}  # nothing before, nothing after


def test_a_month_among_others_is_spoiled_by_the_months_around_it_alone(client):
    for month in (7, 8, 9):
        make_live(headline=f"Month {month}", at=at(f"2018-{month:02}-15T12:00"))

    said = keys(client.get("/archive/2018/08/"))

    assert {key for key in said if key.startswith(("day", "month", "front"))} == {
        "month-2018-07",
        "month-2018-08",
        "month-2018-09",
    }


def test_an_archive_page_holds_until_a_story_on_it_or_beside_it_begins_or_ends(client):
    now = timezone.now()
    old = make_live(headline="Long ago", at=now - timedelta(days=800))
    path = f"/archive/{address_of(old)[1:5]}/"
    assert held(client.get(path)) == 7 * 24 * 3600

    publishing.publish(make_article(headline="To come"), at=now + timedelta(hours=2))
    assert 7190 <= held(client.get(path)) <= 7200

    make_live(headline="In between", at=now - timedelta(days=2), until=now + timedelta(hours=1))
    assert 3590 <= held(client.get(path)) <= 3600


def test_the_archive_holds_until_a_story_begins_or_the_first_of_a_month_ends(client):
    now = timezone.now()
    make_live(headline="Here", at=now - timedelta(hours=1))
    publishing.publish(make_article(headline="To come"), at=now + timedelta(hours=2))

    response = client.get("/archive/")
    assert "front-list" in keys(response)
    assert 7190 <= held(response) <= 7200

    ends = now + timedelta(hours=1)
    make_live(headline="Long ago", at=now - timedelta(days=800), until=ends)
    assert 3590 <= held(client.get("/archive/")) <= 3600


def test_an_archive_page_looks_at_so_many_stories_to_come_and_holds_no_longer(client, monkeypatch):
    now = timezone.now()
    old = make_live(headline="Long ago", at=now - timedelta(days=800))
    make_live(headline="After it", at=now - timedelta(days=700))
    for hours in (1, 2):
        at_last = make_article(headline=f"In {hours} hours")
        publishing.publish(at_last, at=now + timedelta(hours=hours))
    path = f"/archive/{old.editions.get().published_at:%Y/%m/%d}/"
    assert held(client.get(path)) == 7 * 24 * 3600  # they will stand elsewhere

    monkeypatch.setattr(archive, "_UPCOMING", 2)  # so others might follow
    archive._upcoming._statements.clear()
    try:
        assert 7190 <= held(client.get(path)) <= 7200
    finally:
        archive._upcoming._statements.clear()


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        # publication, sections; next beginning; oldest, newest, years, months
        ("/archive/", 7),
        # publication, sections; editions, byline; before, after, upcoming; parts
        ("/archive/2018/", 8),
        ("/archive/2018/08/", 8),
        ("/archive/2018/08/23/", 7),
    ],
)
def test_the_archive_costs_the_same_however_long_it_is(
    client, django_assert_num_queries, path, queries
):
    make_live(headline="One", at=at("2018-08-23T12:00"))
    client.get(path)
    with django_assert_num_queries(queries):
        client.get(path)

    for n in range(25):
        make_live(headline=f"Story {n}", at=at("2018-08-23T13:00") + timedelta(days=40 * n))
        make_live(headline=f"Other {n}", at=at("2018-08-23T13:00") + timedelta(minutes=n))
    with django_assert_num_queries(queries):
        client.get(path)
