"""A paper far from Greenwich: where a month ends for its readers, every list agrees."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from articles import publishing
from articles.models import Publication
from newsroom import serving

from .builders import make_live, make_section
from .test_crawl import HERE, STORY, crawled, links_of, live_paths, stories_in, stories_in_sitemaps

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("zone", ["Asia/Karachi", "America/St_Johns"])
def test_at_the_edge_of_a_month_sitemaps_feeds_archive_and_crawl_agree(zone):
    publishing.change(Publication(name="The Quay", time_zone=zone))
    local, edges = ZoneInfo(zone), []
    for year, month in ((2025, 1), (2026, 3), (2026, 10)):
        for edge in (datetime(year, month, 1, tzinfo=UTC), datetime(year, month, 1, tzinfo=local)):
            edges += [edge - SECOND, edge, edge + SECOND]
    for number, at in enumerate(edges):
        section = make_section(("World", "Sport")[number % 2])
        make_live(headline=f"Story {number:02}", at=at, section=section)

    crawl = crawled(Client())

    assert {path: r.status_code for path, r in crawl.items() if r.status_code != 200} == {}
    live = live_paths()
    assert len(live) == len(edges)
    assert stories_in(crawl) == stories_in_sitemaps(crawl) == live
    for number, at in enumerate(edges):
        assert f"{at.astimezone(local):/%Y/%m/}story-{number:02}/" in live
    on_days = [
        {unquote(link) for link in links_of(crawl[path]) if STORY.fullmatch(unquote(link))}
        for path in crawl
        if path.startswith("/archive/") and path.count("/") == 5
    ]
    assert set().union(*on_days) == live and sum(map(len, on_days)) == len(live), "each on one day"
    feed = json.loads(crawl["/feed/json/"].text)
    assert {unquote(item["url"].removeprefix(HERE)) for item in feed["items"]} == live
    warmed = {unquote(name.path) for name in serving.names_of_all()}
    assert live | {path for path in crawl if path.startswith(("/archive/", "/sitemap"))} <= warmed
