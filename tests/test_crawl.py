"""The demo newspaper from end to end: what its pages lead to, and what its machines say is live."""

import json
import re
from html import unescape
from unittest import mock
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import transaction
from django.test import Client, override_settings
from PIL import Image as Picture

from articles import demo, media
from articles.models import Author, Edition, PictureUse
from newsroom import serving

HERE = settings.SITE_URL
STORY = re.compile(r"/\d{4}/\d{2}/[^/]+/")


@pytest.fixture(scope="module")
def db(django_db_setup, django_db_blocker):
    """pytest-django's, for the whole module: the newspaper is made and crawled once."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("newspaper")
    (made / "static").mkdir()
    return made


@pytest.fixture(scope="module")
def crawl(db, folder):
    """Every page that can be come by from the front page: {path with query: response}."""
    storages = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }

    def draw(scene, *, seed):
        return Picture.new("RGB", (640, 427), (seed % 256, len(scene) * 9 % 256, 120))

    with (
        override_settings(
            STORAGES=storages, MEDIA_ROOT=folder / "media", STATIC_ROOT=folder / "static"
        ),
        mock.patch("articles.demo.newspaper.draw", draw),
    ):
        list(demo.make())
        yield crawled(Client())


def crawled(client):
    """{path with query: response} of all that leads on from the front page and the sitemaps."""
    found, wanted = {}, {"/", "/sitemap.xml", "/sitemap-news.xml"}
    while wanted:
        path = wanted.pop()
        found[path] = client.get(path)
        wanted |= {
            other
            for other in (unescape(link) for link in links_of(found[path]))
            if not other.startswith(("/static/", "/media/")) and other not in found
        }
    return found


def stories_in(crawl):
    """The paths of all stories among these pages."""
    return {unquote(path) for path in crawl if STORY.fullmatch(unquote(path))}


def stories_in_sitemaps(crawl):
    found = set()
    for path, response in crawl.items():
        if re.fullmatch(r"/sitemap-\d{4}-\d{2}\.xml", path):
            root = ElementTree.fromstring(response.content)
            found |= {unquote(n.text.removeprefix(HERE)) for n in root.findall(".//{*}loc")}
    return found


def links_of(response):
    """The addresses of this site that a response leads to, those for machines among them."""
    kind, text = response["Content-Type"], response.text
    if "html" in kind:
        links = re.findall(r'(?:href|src)="([^"#]*)', text)
        links += re.findall(r'<meta property="(?:og:url|article:author)" content="([^"]*)"', text)
        links += [url for url in addresses_in(facts_of(text)) if "#" not in url]
    elif "xml" in kind and "<loc>" in text:
        links = re.findall(r"<loc>([^<]*)</loc>", text)
    elif "feed+json" in kind:
        links = [item["url"] for item in json.loads(text)["items"]]
    else:
        links = []
    whole = (link.removeprefix(HERE) if link.startswith(f"{HERE}/") else link for link in links)
    return {link for link in whole if link.startswith("/")}


def pictures_in(crawl):
    """The files that pages and feeds name, by the number of their picture."""
    found = {}
    for response in crawl.values():
        for image, name in re.findall(r"/media/(\d+)/([\w.-]+)", response.text):
            found.setdefault(int(image), set()).add(name)
    return found


def shared_picture_of(response):
    """The path of the picture that stands for a page elsewhere, where it is not the site's icon."""
    found = re.search(rf'property="og:image" content="{HERE}(/media/[^"]*)"', response.text)
    return found and found[1]


def facts_of(text):
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    return json.loads(found[1]) if found else {}


def addresses_in(facts):
    if isinstance(facts, dict):
        facts = facts.values()
    elif isinstance(facts, str):
        yield from [facts] if facts.startswith(f"{HERE}/") else []
        return
    elif not isinstance(facts, list):
        return
    for fact in facts:
        yield from addresses_in(fact)


def live_paths():
    return set(Edition.objects.live().values_list("path", flat=True))


def test_every_link_answers_without_a_redirect(crawl):
    answers = {path: response.status_code for path, response in crawl.items()}

    assert {path: status for path, status in answers.items() if status != 200} == {}
    assert len(answers) > 200


def test_readers_can_come_by_every_live_story_and_by_no_other(crawl):
    assert stories_in(crawl) == live_paths()


def test_the_sitemaps_name_every_live_story_and_no_other(crawl):
    assert stories_in_sitemaps(crawl) == live_paths()


def test_every_story_of_a_feed_is_live_and_of_the_list_beside_it(crawl):
    feeds = {p: json.loads(r.text) for p, r in crawl.items() if p.endswith("/feed/json/")}
    live = live_paths()

    assert len(feeds) > 20
    for path, feed in feeds.items():
        named = [unquote(item["url"].removeprefix(HERE)) for item in feed["items"]]
        assert set(named) <= live
        shown = {unquote(link) for link in links_of(crawl[path.removesuffix("feed/json/")])}
        assert set(named) <= shown, path
        forms = (
            ("", r"<link>([^<]*)</link>"),
            ("atom/", r'<link href="([^"]*)" rel="alternate"'),
        )
        for form, pattern in forms:
            text = crawl[f"{path.removesuffix('json/')}{form}"].text
            same = [unquote(url.removeprefix(HERE)) for url in re.findall(pattern, text)]
            assert [url for url in same if STORY.fullmatch(url)] == named


def test_every_page_that_is_kept_warm_answers(crawl):
    client = Client()
    warmed = {name.path.encode("latin-1").decode() for name in serving.names_of_all()}

    missing = warmed - {unquote(path) for path in crawl}
    assert {path for path in missing if client.get(path).status_code != 200} == set()
    pictures = {f"/media/{image}/" for image in pictures_in(crawl)}
    assert pictures <= warmed, "or none would be seen while there is no database"
    archive = {unquote(path) for path in crawl if path.startswith("/archive/") and "?" not in path}
    assert archive <= warmed


def test_the_first_picture_of_every_page_comes_at_once_and_no_other(crawl):
    pictured = 0
    for path, response in crawl.items():
        if "html" not in response["Content-Type"]:
            continue
        pictures = re.findall("<img [^>]*>", response.text)
        # Those of other stories stand within a story or at its foot, and may never be looked at.
        own = [p for p in pictures if not STORY.fullmatch(unquote(path)) or "/card-" not in p]
        first, others = (own or [None])[0], [p for p in pictures if p not in own[:1]]
        if first:
            pictured += 1
            assert 'fetchpriority="high"' in first and "loading" not in first, path
        assert all('loading="lazy"' in picture for picture in others), path

    assert pictured > 50


def test_every_picture_that_pages_and_feeds_show_is_there(crawl, folder, settings):
    settings.MEDIA_ROOT = folder / "media"
    named = pictures_in(crawl)
    shown, client = set(named), Client()

    assert len(shown) > 20
    assert shown == set(
        PictureUse.objects.filter(edition__in=Edition.objects.live()).values_list(
            "image", flat=True
        )
    ) | set(Author.objects.exclude(portrait=None).values_list("portrait", flat=True))
    assert {image for image in shown if client.get(f"/media/{image}/").status_code != 200} == set()
    assert [name for names in named.values() for name in names if not media.is_name(name)] == []


def test_every_page_names_itself(crawl):
    for path, response in crawl.items():
        canonical = re.findall(r'<link rel="canonical" href="([^"]*)"', response.text)
        if canonical:
            assert unquote(canonical[0]) == HERE + unquote(path)
            assert facts_of(response.text)["@graph"][0]["@type"]


def test_every_translation_is_named_by_its_translations(crawl):
    ways = {}
    for path, response in crawl.items():
        found = re.findall(r'rel="alternate" hreflang="([^"]*)" href="([^"]*)"', response.text)
        if found:
            ways[unquote(HERE + path)] = {name: unquote(url) for name, url in found}

    assert len(ways) >= 2
    for url, named in ways.items():
        assert url in named.values()
        assert all(ways[other] == named for other in named.values())


def test_every_file_that_pages_name_is_there(crawl, folder, settings):
    settings.MEDIA_ROOT = folder / "media"
    picture = next(filter(None, map(shared_picture_of, crawl.values())))
    files = {path for response in crawl.values() for path in links_of(response)}
    static = {path.removeprefix("/static/") for path in files if path.startswith("/static/")}

    assert static and all(finders.find(path) for path in static)
    assert b"".join(Client().get(picture)).startswith(b"\xff\xd8")
