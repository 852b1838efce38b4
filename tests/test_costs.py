"""What every public address costs in queries: a fixed number, whatever the archive holds."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import publishing
from articles.models import Publication
from articles.urls import urlpatterns

from .builders import change_article, interesting, make_author, make_live, make_page, make_series
from .surfaces import address_of, day_of, month_sitemap
from .test_pictures import address, make_picture, share_address

pytestmark = pytest.mark.django_db

LIST, FEED = 6, 9  # a feed also asks for tags, targets of lines and pictures
FILE = 2  # without a page store, which asks for the facts once and for all
SEARCH = 9 if connection.vendor == "postgresql" else 11  # which ranks by queries of its own
COSTS = {
    "front": 8,
    "front_feed": FEED - 1,  # nobody has to ask what it is of
    "front_feed_atom": FEED - 1,
    "front_feed_json": FEED - 1,
    "section": LIST,
    "section_feed": FEED,
    "section_feed_atom": FEED,
    "section_feed_json": FEED,
    "tag": LIST,
    "tag_feed": FEED,
    "tag_feed_atom": FEED,
    "tag_feed_json": FEED,
    "author": LIST,
    "author_feed": FEED,
    "author_feed_atom": FEED,
    "author_feed_json": FEED,
    "series": LIST,
    "series_feed": FEED,
    "series_feed_atom": FEED,
    "series_feed_json": FEED,
    "article": 10,  # one of a series with a line, a picture and a correction
    "history": 7,
    "version": 7,
    "archive": 7,
    "archive_year": 8,
    "archive_month": 8,
    "archive_day": 7,
    "sitemap": 4,
    "month_sitemap": 4,
    "pages_sitemap": 8,
    "news_sitemap": 5,
    "robots": 2,
    "manifest": 2,
    "offline": 2,
    "picture": FILE,
    "rendition": FILE,
    "shared_story": 2,
    "share_picture": 2,
    "search": SEARCH,
    "suggestions": 6,
    "opensearch": 2,
    "standing_page": 3,
}


@pytest.fixture
def story(db):
    publishing.change(Publication(name="The Quay"))
    make_page()
    image = make_picture("navy")
    target = make_live(headline="Tides", tags=("Sea",))
    figure = f'<figure data-image="{image.pk}"></figure>'
    story = make_live(
        headline="Harbours",
        tags=("Sea", "Quays"),
        authors=(make_author("Ada Quill"), make_author("Ben Ink")),
        series=make_series(),
        lead_image=image,
        body=f"<p>One.</p>{interesting(target)}<p>Two.</p>{figure}<p>Three.</p>",
    )
    publishing.correct(story, kind="correction", text="Two lanes.")
    publishing.publish(change_article(story, headline="Harbours freeze"))
    return story


def addresses(story):
    edition = story.editions.live().get()
    lists = {
        "front": "/",
        "section": story.section.get_absolute_url(),
        "tag": "/tag/sea/",
        "author": "/author/ada-quill/",
        "series": story.series.get_absolute_url(),
    }
    feeds = {"feed": "feed/", "feed_atom": "feed/atom/", "feed_json": "feed/json/"}
    day = day_of(story)
    return {
        **lists,
        **{f"{n}_{feed}": at + end for n, at in lists.items() for feed, end in feeds.items()},
        "article": address_of(story),
        "history": f"{edition.path}history/",
        "version": f"{edition.path}history/{edition.number}/",
        "archive": "/archive/",
        "archive_year": day[:14],
        "archive_month": day[:17],
        "archive_day": day,
        "sitemap": "/sitemap.xml",
        "month_sitemap": month_sitemap(story),
        "pages_sitemap": "/sitemap-pages.xml",
        "news_sitemap": "/sitemap-news.xml",
        "robots": "/robots.txt",
        "manifest": "/manifest.webmanifest",
        "offline": "/offline/",
        "picture": f"/media/{edition.lead_image_id}/",
        "rendition": address(edition.lead_image),
        "shared_story": f"/media/share/{story.pk}/",
        "share_picture": share_address(story),
        "search": "/search/?q=harbours",
        "suggestions": "/search/suggest/?q=harb",
        "opensearch": "/opensearch.xml",
        "standing_page": "/about/",
    }


def costs(client, paths):
    found = {}
    for name, path in paths.items():
        client.get(path).getvalue()
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(path)
            answer.getvalue()
        assert answer.status_code == 200, path
        found[name] = len(queries)
    return found


def test_every_public_address_costs_what_is_written_here(client, story):
    paths = addresses(story)

    few = costs(client, paths)
    now = timezone.now()
    for n in range(25):
        make_live(
            headline=f"Harbours {n}",
            at=now - timedelta(minutes=n),
            tags=("Sea", f"Tag {n}"),
            series=make_series(),
            authors=(make_author("Ada Quill"),),
        )
    many = costs(client, paths)

    assert set(COSTS) == {pattern.name for pattern in urlpatterns}, "new addresses join"
    assert few == COSTS
    assert many == COSTS
