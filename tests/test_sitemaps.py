"""What search engines are told to look at."""

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from articles import publishing
from articles.models import Publication

from .builders import change_article, make_article, make_live, make_series
from .keeping import held, keys
from .surfaces import address_of

pytestmark = pytest.mark.django_db


def test_the_sitemap_leads_to_every_live_story_and_to_no_other(client, live, withdrawn, embargoed):
    old = make_live(headline="An old story", at=timezone.now() - timedelta(days=900))

    found, wanted = set(), ["/sitemap.xml"]
    while wanted:
        response = client.get(wanted.pop())
        assert response.status_code == 200
        root = ElementTree.fromstring(response.content)
        paths = [
            node.text.removeprefix("http://127.0.0.1:8000") for node in root.findall(".//{*}loc")
        ]
        found.update(paths)
        if root.tag.endswith("sitemapindex"):
            wanted += paths

    stories = {path for path in found if re.match(r"/\d{4}/", path)}
    assert stories == {address_of(live), address_of(old)}
    assert f"/sitemap-{old.editions.get().published_at:%Y-%m}.xml" in found


def test_a_month_leaves_the_sitemap_with_its_last_story(client, live):
    ends = timezone.now() + timedelta(hours=1)
    old = make_live(headline="An old story", at=timezone.now() - timedelta(days=900), until=ends)

    response = client.get("/sitemap.xml")

    assert f"/sitemap-{old.editions.get().published_at:%Y-%m}.xml" in response.text
    assert keys(response) == {"publication", "front-list"}
    assert 3590 <= held(response) <= 3600


def test_sitemaps_say_when_stories_last_changed_and_hold_until_the_next(client, live):
    publishing.publish(change_article(live, standfirst="Two lanes, and no more."))
    edition = live.editions.live().get()
    path = f"/sitemap-{edition.published_at:%Y-%m}.xml"

    response = client.get(path)

    assert f"<lastmod>{edition.revised_at:%Y-%m-%dT%H:%M:%S}+00:00</lastmod>" in response.text
    assert keys(response) == {"publication", f"month-{edition.published_at:%Y-%m}"}

    publishing.publish(make_article(headline="To come"), at=timezone.now() + timedelta(hours=2))
    for sitemap in (path, "/sitemap.xml", "/sitemap-pages.xml", "/sitemap-news.xml"):
        response = client.get(sitemap)
        assert 7190 <= held(response) <= 7200
        assert held(response, "stale-if-error") == 24 * 3600  # nothing on it must go

    make_live(headline="Short", until=timezone.now() + timedelta(hours=1))
    for sitemap in (path, "/sitemap-news.xml"):  # they name it
        response = client.get(sitemap)
        assert 3590 <= held(response) <= 3600
        assert held(response, "stale-if-error") <= 1


def test_the_sitemap_of_pages_names_series_while_readers_can_open_them(client):
    series, ends = make_series(), timezone.now() + timedelta(hours=2)
    make_live(headline="One", series=series, until=ends - timedelta(hours=1))
    make_live(headline="Two", series=series, until=ends)
    never = make_series("Never begun")

    response = client.get("/sitemap-pages.xml")

    assert f"{series.get_absolute_url()}</loc>" in response.text
    assert f"{never.get_absolute_url()}</loc>" not in response.text
    assert {"all-series", "front-list", f"series-{never.pk}-list"} <= keys(response)
    assert {f"{series.get_absolute_url()}", "/archive/", "/"} <= set(
        re.findall(r"<loc>http://127.0.0.1:8000(.*?)</loc>", response.text)
    )


def test_news_are_named_as_news_search_engines_want_them(client):
    publishing.change(Publication(name="The Quay"))
    story = make_live(headline="لہریں", language="ur")

    response = client.get("/sitemap-news.xml")

    news = {"n": "http://www.google.com/schemas/sitemap-news/0.9"}
    entry = ElementTree.fromstring(response.content).find(".//n:news", news)
    assert [(node.tag.partition("}")[2], (node.text or "").strip()) for node in entry.iter()] == [
        ("news", ""),
        ("publication", ""),
        ("name", "The Quay"),
        ("language", "ur"),
        ("publication_date", story.editions.get().published_at.isoformat("T", "seconds")),
        ("title", "لہریں"),
    ]
    assert {"front-list", f"article-{story.pk}"} <= keys(response)


@pytest.mark.parametrize(
    ("language", "said"), [("pt-BR", "pt"), ("zh-TW", "zh-tw"), ("zh-Hant", "zh"), ("ckb", "ckb")]
)
def test_the_language_of_news_has_no_region(client, language, said):
    make_live(headline="Tides", language=language)

    assert f"<news:language>{said}</news:language>" in client.get("/sitemap-news.xml").text


def test_news_leave_the_news_sitemap_after_two_days(client):
    make_live(headline="Yesterday", at=timezone.now() - timedelta(days=1))
    make_live(headline="Last week", at=timezone.now() - timedelta(days=7))

    response = client.get("/sitemap-news.xml")

    held = int(re.match(r"max-age=(\d+)", response["CDN-Cache-Control"])[1])
    assert "Yesterday" in response.text and "Last week" not in response.text
    assert 24 * 3600 - 10 <= held <= 24 * 3600


@pytest.mark.parametrize("path", ["/sitemap-2018-01.xml", "/sitemap-0000-01.xml"])
def test_a_month_without_stories_has_no_sitemap(client, live, path):
    assert client.get(path).status_code == 404


def test_robots_are_told_where_the_sitemap_is_and_what_to_leave_alone(client):
    text = client.get("/robots.txt").text

    assert "Disallow: /admin/" in text
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in text
