"""What subscribers follow."""

import json
import re
from datetime import timedelta
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from articles import publishing
from articles.models import Publication

from .builders import change_article, interesting, make_author, make_live
from .surfaces import address_of

pytestmark = pytest.mark.django_db


def test_a_feed_carries_whole_stories_in_every_form(client):
    target = make_live(headline="Tides & moons")
    article = make_live(
        headline="Harbours <& quays>",
        tags=("Floods", "Sea"),
        body=f"<p>One & only.</p>{interesting(target)}<p>Two.</p>",
    )
    url = f"http://127.0.0.1:8000{address_of(article)}"
    line = f'<a href="http://127.0.0.1:8000{address_of(target)}">Tides &amp; moons</a>'

    rss = ElementTree.fromstring(client.get("/feed/").content)
    item = rss.find("channel/item")
    content = "{http://purl.org/rss/1.0/modules/content/}encoded"
    assert (item.findtext("title"), item.findtext("link")) == (article.headline, url)
    assert item.findtext(content).startswith("<p>One &amp; only.</p><p><strong>Interesting:")
    assert line in item.findtext(content)
    assert [node.text for node in item.findall("category")] == ["Floods", "Sea"]
    guid = item.findtext("guid")

    atom = ElementTree.fromstring(client.get("/feed/atom/").content)
    entry = atom.find("{*}entry")
    assert line in entry.findtext("{*}content")
    assert entry.findtext("{*}id") == guid
    assert entry.findtext("{*}author/{*}name") == "Ada Quill"

    first = json.loads(client.get("/feed/json/").content)["items"][0]
    assert (first["id"], first["url"], first["tags"]) == (guid, url, ["Floods", "Sea"])
    assert line in first["content_html"]


def test_a_feed_says_by_whom_when_and_in_which_language(client):
    publishing.change(Publication(name="The Quay", tagline="News from the harbour"))
    authors = make_author("Ada Quill"), make_author("Ben Reed")
    two_days_ago = timezone.now() - timedelta(days=2)
    story = make_live(
        headline="لہریں", slug="tides", language="ur", authors=authors, at=two_days_ago
    )
    publishing.publish(change_article(story, standfirst="More is known."))
    edition = story.editions.live().get()
    here = "http://127.0.0.1:8000"

    feed = client.get("/section/world/feed/json/").json()

    (item,) = feed.pop("items")
    assert feed == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "World – The Quay",
        "home_page_url": f"{here}/section/world/",
        "feed_url": f"{here}/section/world/feed/json/",
        "description": "News from the harbour",
        "language": "en",
        "authors": [{"name": "The Quay"}],
    }
    assert item.pop("content_html").startswith('<div lang="ur" dir="rtl"><p>')
    assert item == {
        "id": f"tag:127.0.0.1,{two_days_ago.year}:article-{story.pk}",
        "url": here + edition.path,
        "title": "لہریں",
        "summary": "More is known.",
        "date_published": two_days_ago.isoformat(),
        "date_modified": edition.revised_at.isoformat(),
        "authors": [{"name": "Ada Quill"}, {"name": "Ben Reed"}],
        "tags": ["Floods"],
        "language": "ur",
    }

    channel = ElementTree.fromstring(client.get("/section/world/feed/").content).find("channel")
    creator = "item/{http://purl.org/dc/elements/1.1/}creator"
    assert [node.text for node in channel.findall(creator)] == ["Ada Quill", "Ben Reed"]
    assert (channel.findtext("title"), channel.findtext("link")) == (
        "World – The Quay",
        f"{here}/section/world/",
    )
    assert parsedate_to_datetime(channel.findtext("lastBuildDate")) == edition.revised_at.replace(
        microsecond=0
    )
    front = ElementTree.fromstring(client.get("/feed/").content).find("channel")
    assert (front.findtext("title"), front.findtext("link")) == ("The Quay", f"{here}/")


@pytest.mark.parametrize("form", ["", "atom/", "json/"])
def test_a_feed_without_stories_is_the_same_at_every_moment(client, db, form):
    first = client.get(f"/feed/{form}")

    assert first.status_code == 200
    assert form == "json/" or "1970" in first.text
    assert client.get(f"/feed/{form}").content == first.content


def test_a_story_that_nobody_signed_is_the_papers_own_in_feeds(client):
    make_live(headline="From our own desk", authors=())

    atom = ElementTree.fromstring(client.get("/feed/atom/").content)
    feed = json.loads(client.get("/feed/json/").content)

    name = Publication.current().name
    assert atom.find("{*}entry/{*}author") is None
    assert atom.findtext("{*}author/{*}name") == name  # RFC 4287, 4.1.1: there must be one
    assert feed["authors"] == [{"name": name}]


def test_a_story_keeps_its_identity_in_feeds_when_its_address_changes(client, live):
    def guids():
        return re.findall(r"<guid[^>]*>([^<]+)<", client.get("/feed/").text)

    before = guids()
    change_article(live, slug="elsewhere", headline="Otherwise")
    publishing.publish(live)

    assert guids() == before


def test_a_feed_with_everything_in_it_has_whole_addresses_only(client, db):
    note = '<span data-footnote="">See https://x.example/</span>'
    film = '<figure data-embed="https://vimeo.com/1">A film</figure>'
    table = "<table><tr><td>1</td></tr></table>"
    make_live(headline="One", body=f"<p>One{note}</p>{film}{table}")
    make_live(headline="Two", body=f"<p>Two{note}</p>")

    content = [item["content_html"] for item in client.get("/feed/json/").json()["items"]]

    text = "".join(content)
    assert all(
        link.startswith(("http://", "https://")) for link in re.findall(r'href="([^"]*)', text)
    )
    ids = re.findall(r' id="([^"]*)', text)
    assert len(ids) == len(set(ids)) == 4
    assert not re.search(r"<(?:button|iframe|div|section)|data-|tabindex", text)


@pytest.mark.parametrize(
    ("paper", "story", "begins"),
    [
        ("en", "en", "<p>"),
        ("en", "ur", '<div lang="ur" dir="rtl"><p>'),
        ("ur", "ur", '<div lang="ur" dir="rtl"><p>'),
        ("ur", "en", '<div lang="en" dir="ltr"><p>'),
    ],
)
def test_a_whole_text_in_a_feed_says_in_which_direction_it_runs(client, paper, story, begins):
    publishing.change(Publication(language=paper))
    make_live(language=story)

    (item,) = client.get("/feed/json/").json()["items"]

    assert item["content_html"].startswith(begins)
    assert item["content_html"].endswith("</div>") == begins.startswith("<div")
