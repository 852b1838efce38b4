"""What the public scripts do in a reader's browser, and what is asked of whom before they do it."""

import json
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.conf import settings
from django.test import Client

from articles import publishing
from articles.models import Publication

from .builders import change_article, interesting, make_live
from .conftest import CHROMIUM
from .test_pictures import make_picture

sync_api = pytest.importorskip("playwright.sync_api")

FILM = "https://www.youtube.com/watch?v=abcdefghijk"
EMBED = f'<p>Before.</p><figure data-embed="{FILM}">The dredger at work</figure><p>After.</p>'
PAPER = "getComputedStyle(document.documentElement).backgroundColor"
LIGHT, DARK = "rgb(253, 253, 252)", "rgb(19, 21, 24)"
DRAWN = "() => document.querySelector('.illustration img')?.naturalWidth > 0"
CACHED = (
    "async name => (await (await caches.open(name)).keys()).map(({url}) => new URL(url).pathname)"
)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="needs Chromium"),
]


@pytest.fixture
def reader(chromium, live_server):
    """``reader(**preferences)`` is a browser of one's own: a context with an open page."""
    contexts = []

    def reader(**preferences):
        context = chromium.new_context(base_url=live_server.url, **preferences)
        context.set_default_timeout(10_000)
        contexts.append(context)
        return context.new_page()

    yield reader
    for context in contexts:
        context.set_offline(False)
        for page in context.pages:
            page.goto("about:blank")
        context.close()


@pytest.fixture
def paper(db):
    return publishing.change(Publication(name="The Quay"))


def address_of(article):
    return article.editions.live().get().path


def until(page, promised, argument=None):
    """Wait for the promise of something true; Playwright's own waiting takes any promise for it."""
    for _ in range(200):
        if page.evaluate(promised, argument):
            return
        page.wait_for_timeout(25)
    raise AssertionError(promised)


def elsewhere(page, site):
    """The addresses of other sites that ``page`` asks for from now on; none of them is reached."""
    asked = []

    def refuse(route):
        asked.append(route.request.url)
        route.fulfill(body="<p>A film</p>", content_type="text/html")

    page.context.route(lambda address: not address.startswith(site), refuse)
    return asked


def test_nothing_is_asked_of_another_site_before_the_reader_wants_it(reader, live_server, paper):
    story = make_live(headline="With a film", body=EMBED)
    page = reader(service_workers="block")
    asked = elsewhere(page, live_server.url)

    page.goto(address_of(story), wait_until="networkidle")
    before = list(asked)
    page.get_by_role("button", name="Show it here").click()
    frame = page.locator(".embed iframe")
    frame.content_frame.get_by_text("A film").wait_for()

    assert before == []
    assert asked == ["https://www.youtube-nocookie.com/embed/abcdefghijk"]
    assert frame.get_attribute("title") == "The dredger at work"
    assert "allow-top-navigation" not in frame.get_attribute("sandbox")
    assert page.evaluate("document.activeElement.tagName") == "IFRAME"


def test_without_a_script_an_embed_is_a_link_and_no_button_stands_idle(reader, paper):
    story = make_live(headline="With a film", body=EMBED)
    page = reader(java_script_enabled=False)

    page.goto(address_of(story))

    assert page.get_by_role("link", name="The dredger at work").get_attribute("href") == FILM
    assert page.get_by_role("main").get_by_role("button").count() == 0
    assert page.get_by_role("combobox").count() == 0
    assert page.get_by_role("link", name="Send by mail").is_visible()


def test_a_frame_that_no_provider_of_ours_has_is_refused_by_the_policy(reader, paper):
    story = make_live(headline="With a film", body=EMBED)
    page = reader(service_workers="block")
    asked = elsewhere(page, "http://localhost")
    refused = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(address_of(story))

    page.evaluate(
        """() => {
          const frame = document.createElement('iframe');
          frame.src = 'https://elsewhere.example/';
          document.body.append(frame);
        }"""
    )
    page.wait_for_timeout(200)

    assert asked == []
    assert any("frame-src" in words for words in refused)


def test_the_chosen_colours_hold_on_every_page_and_without_a_cookie(reader, paper, live):
    page = reader(color_scheme="light", service_workers="block")
    page.goto("/")
    assert page.evaluate(PAPER) == LIGHT

    page.get_by_label("Colours").select_option("dark")
    at_once = page.evaluate(PAPER)
    page.goto(address_of(live))
    first_seen = page.evaluate(PAPER)
    chosen = page.get_by_label("Colours").input_value()
    page.get_by_label("Colours").select_option("auto")

    assert (at_once, first_seen, chosen) == (DARK, DARK, "dark")
    assert page.evaluate(PAPER) == LIGHT
    assert page.context.cookies() == []


def test_the_chosen_colours_hold_before_the_page_is_drawn_and_around_it(reader, paper):
    page = reader(color_scheme="light", service_workers="block")
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto("/")
    page.get_by_label("Colours").select_option("dark")
    page.add_init_script(
        """new MutationObserver(() => {
          if (document.body) window.seen ??= document.documentElement.dataset.theme ?? "none"
        }).observe(document, {childList: true, subtree: true})"""
    )

    page.reload()
    around = page.locator("meta[name=theme-color]").evaluate_all(
        "metas => metas.filter(({media}) => matchMedia(media).matches).map(meta => meta.content)"
    )

    assert page.evaluate("window.seen") == "dark", "known before there is anything to draw"
    assert around == ["#131518"]
    assert not any("Policy" in words for words in complaints), (
        "the policy knows the script within the page"
    )


def test_the_link_of_a_story_is_copied(reader, paper, live):
    page = reader(permissions=["clipboard-read", "clipboard-write"], service_workers="block")
    page.goto(address_of(live))

    page.get_by_role("button", name="Copy the link").click()
    page.wait_for_selector("[role=status] >> text=Copied")

    assert page.evaluate("navigator.clipboard.readText()") == (settings.SITE_URL + address_of(live))


def test_notes_lead_there_and_back_by_keyboard(reader, paper):
    note = '<span data-footnote="">The first one.</span>'
    story = make_live(headline="Noted", body=f"<p>Word{note}.</p>" + "<p>More.</p>" * 40)
    page = reader(service_workers="block")
    page.goto(address_of(story))

    page.get_by_role("link", name="Note 1", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => location.hash.startsWith('#fn-')")
    back = page.get_by_role("link", name="Back to note 1 in the text")
    assert back.bounding_box()["y"] < page.viewport_size["height"]
    page.keyboard.press("Tab")
    assert back.evaluate("element => element === document.activeElement")
    page.keyboard.press("Enter")

    page.wait_for_function("() => location.hash.startsWith('#fnref-')")
    assert page.get_by_role("link", name="Note 1", exact=True).bounding_box()["y"] >= 0


def test_a_footnote_and_the_note_about_its_story_look_nothing_alike(reader, paper):
    body = '<p>Word<span data-footnote="">The first one.</span>.</p>'
    story = make_live(headline="Noted twice", body=body, note="How it was reported.")
    page = reader(service_workers="block")
    page.goto(address_of(story))

    number = page.get_by_role("link", name="Note 1", exact=True).locator("..")
    boxed = page.get_by_text("How it was reported.").locator("..")
    look = "element => [getComputedStyle(element).backgroundColor, element.offsetHeight]"

    assert number.evaluate(look)[0] == "rgba(0, 0, 0, 0)"
    assert boxed.evaluate(look)[0] != "rgba(0, 0, 0, 0)"
    line_height = page.locator(".body p").first.evaluate("element => element.offsetHeight")
    assert number.evaluate(look)[1] < line_height < boxed.evaluate(look)[1]


def test_a_wide_table_scrolls_by_keyboard_within_a_narrow_page(reader, paper):
    heads = "".join(f"<th>Column of figures {number}</th>" for number in range(9))
    cells = "<td>1,000,000</td>" * 9
    table = f"<table><caption>Wide</caption><tr>{heads}</tr><tr>{cells}</tr></table>"
    story = make_live(headline="In figures", body=f"<p>So.</p>{table}")
    page = reader(viewport={"width": 320, "height": 640}, service_workers="block")
    page.goto(address_of(story))

    region = page.get_by_role("region", name="Wide")
    region.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.querySelector('.table').scrollLeft > 0")

    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_on_paper_a_story_stands_alone_and_says_where_its_links_lead(reader, paper):
    tides = make_live(headline="Tides of the harbour")
    body = (
        f'<p>One, <a href="https://tides.example/table">says</a> the office.</p>'
        f'{interesting(tides)}<p>As <a data-article="{tides.pk}">told</a>.</p>'
    )
    story = make_live(headline="On paper", body=body, tags=("Sea",))
    make_live(headline="More of the sea", tags=("Sea",))
    page = reader(service_workers="block")
    page.goto(address_of(story))
    page.emulate_media(media="print")
    after = "link => getComputedStyle(link, '::after').content"

    seen = [page.get_by_role("heading", level=1), page.locator(".body p").first]
    seen.append(page.locator(".interesting"))
    unseen = [".sections", ".share", ".tags", ".more", ".colophon", ".find", ".theme"]

    assert all(part.is_visible() for part in seen)
    assert [name for name in unseen if page.locator(name).first.is_visible()] == []
    assert "https://tides.example/table" in page.get_by_role("link", name="says").evaluate(after)
    assert address_of(tides) in page.get_by_role("link", name="told").evaluate(after)
    assert page.get_by_text(settings.SITE_URL + address_of(story)).is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.fixture
def offline_reader(reader, paper):
    """A reader whose browser has the worker, and answers nothing when told to."""
    page = reader()
    page.goto("/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    return page


def read(page, path):
    """Read the story at ``path`` until the worker has kept it."""
    page.goto(path)
    page.wait_for_function("() => navigator.serviceWorker.controller?.state === 'activated'")
    until(page, f"async path => (await ({CACHED})('stories')).includes(path)", path)


def go_offline(page):
    """Pull the plug, and wait until the worker has noticed and answers by itself."""
    page.context.set_offline(True)
    until(page, "async () => (await fetch('/1999/01/nothing/')).status === 200")


def test_a_story_that_was_read_is_readable_offline_and_says_so(offline_reader, live):
    page, path = offline_reader, address_of(live)
    read(page, path)
    styled = page.evaluate(PAPER)

    go_offline(page)
    page.goto(path)

    assert page.get_by_role("heading", name=live.headline).is_visible()
    assert page.get_by_text("You are offline.").is_visible()
    assert page.evaluate(PAPER) == styled
    page.context.set_offline(False)
    page.goto(path)
    assert page.get_by_text("You are offline.").is_hidden()


def test_the_picture_of_a_story_that_was_read_is_seen_offline(offline_reader):
    page, image = offline_reader, make_picture("navy", size=(900, 600))
    path = address_of(make_live(headline="Seen", lead_image=image))
    read(page, path)
    until(page, DRAWN)
    until(page, f"async () => (await ({CACHED})('assets')).some(p => p.startsWith('/media/'))")

    go_offline(page)
    # Nothing comes from the browser's own store either.
    page.context.new_cdp_session(page).send("Network.clearBrowserCache")
    page.goto(path)

    assert page.get_by_text("You are offline.").is_visible()
    until(page, DRAWN)


def test_a_search_without_a_network_says_that_it_needs_one(offline_reader, live):
    page = offline_reader
    read(page, address_of(live))

    go_offline(page)
    page.goto("/search/?q=bridge")

    assert page.get_by_role("heading", name="You are offline").is_visible()
    assert page.get_by_text("This page needs a network").is_visible()
    assert page.get_by_role("link", name=live.headline).is_visible()


def test_the_very_first_page_of_a_reader_is_kept_too(reader, paper, live):
    page, path = reader(), address_of(live)

    read(page, path)
    until(page, f"async () => (await ({CACHED})('assets')).some(p => p.includes('newsroom'))")
    go_offline(page)
    page.goto(path)

    assert page.get_by_text("You are offline.").is_visible()


def test_the_network_is_believed_before_what_was_kept(offline_reader, live):
    page, path = offline_reader, address_of(live)
    read(page, path)

    publishing.publish(change_article(live, headline="A bridge closed again"))
    page.goto(path)

    assert page.get_by_role("heading", name="A bridge closed again").is_visible()


def test_a_withdrawn_story_is_forgotten_by_the_browser(offline_reader, live):
    page, path = offline_reader, address_of(live)
    read(page, path)

    publishing.withdraw(live)
    page.goto(path)
    until(page, f"async path => !(await ({CACHED})('stories')).includes(path)", path)
    go_offline(page)
    page.goto(path)

    assert page.get_by_role("heading", name="You are offline").is_visible()
    assert page.get_by_text(live.headline).count() == 0


def test_what_was_not_read_is_not_there_and_what_was_is_listed(offline_reader, live):
    page = offline_reader
    read(page, address_of(live))
    other = make_live(headline="Never opened")

    go_offline(page)
    page.goto(address_of(other))

    assert page.get_by_role("heading", name="You are offline").is_visible()
    page.get_by_role("link", name=live.headline).click()
    page.wait_for_selector(f"h1 >> text={live.headline}")


def test_no_more_than_forty_stories_are_kept_and_only_their_assets(offline_reader, live):
    page, path = offline_reader, address_of(live)
    page.evaluate(
        """async () => {
          const stories = await caches.open('stories');
          for (let n = 0; n < 45; n++) await stories.put(`/2026/01/story-${n}/`, new Response('x'));
          await (await caches.open('assets')).put('/static/css/old.css', new Response('x'));
        }"""
    )

    read(page, path)
    until(page, f"async () => (await ({CACHED})('stories')).length === 40")
    until(page, f"async () => !(await ({CACHED})('assets')).includes('/static/css/old.css')")

    kept = page.evaluate(f"({CACHED})('stories')")
    assert kept == [*(f"/2026/01/story-{n}/" for n in range(6, 45)), path]


def test_the_worker_leaves_the_desk_alone(offline_reader):
    page = offline_reader

    go_offline(page)
    with pytest.raises(sync_api.Error, match="ERR_INTERNET_DISCONNECTED"):
        page.goto("/admin/")


def test_the_manifest_names_icons_that_are_there(paper):
    manifest = json.loads(Client().get("/manifest.webmanifest").content)

    assert manifest["name"] == "The Quay"
    assert {icon["sizes"] for icon in manifest["icons"]} == {"any", "192x192", "512x512"}
    for icon in manifest["icons"]:
        assert (settings.BASE_DIR / icon["src"].lstrip("/")).is_file()


# Suggestions


def test_suggestions_are_chosen_by_keyboard_and_fetched_only_when_wanted(reader, paper):
    story = make_live(headline="A bridge opened to the public", tags=("Bridges",))
    page, asked = reader(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/")
    field, options = page.locator(".find [name=q]"), page.get_by_role("option")
    assert not [url for url in asked if "search" in url]

    field.focus()
    page.wait_for_selector("[role=combobox]")
    field.press_sequentially("bridg")
    options.nth(1).wait_for()
    field.press("Escape")
    assert options.nth(1).is_hidden()
    assert (field.input_value(), field.get_attribute("aria-expanded")) == ("bridg", "false")
    field.press_sequentially("e")
    options.nth(1).wait_for()
    field.press("ArrowUp")
    chosen = page.locator(f"#{field.get_attribute('aria-activedescendant')}")
    assert chosen.get_attribute("aria-selected") == "true"
    assert chosen.inner_text() == "A bridge opened to the public"
    field.press("Enter")

    page.wait_for_url(f"**{address_of(story)}")


def test_a_reader_without_scripts_walks_through_the_whole_site(reader, paper):
    tides = make_live(headline="Tides of the harbour")
    body = f"<p>The council met.</p>{interesting(tides)}<p>It agreed.</p>"
    bridge = make_live(headline="A bridge opened to the public", body=body)
    page = reader(java_script_enabled=False, color_scheme="dark")

    def follow(name, path):
        page.get_by_role("main").get_by_role("link", name=name, exact=True).first.click()
        assert unquote(page.url.removeprefix(site)) == path

    page.goto("/")
    site = page.url.rstrip("/")
    assert page.evaluate(PAPER) == DARK, "as the system says, for nobody can choose here"
    page.get_by_role("navigation").get_by_role("link", name="World").first.click()
    assert page.get_by_role("heading", level=1).inner_text() == "World"
    follow(bridge.headline, address_of(bridge))
    follow(tides.headline, address_of(tides))
    page.get_by_role("link", name="Search").or_(
        page.get_by_role("button", name="Search")
    ).first.click()
    page.get_by_role("searchbox").fill("brigde")
    page.get_by_role("searchbox").press("Enter")
    follow(bridge.headline, address_of(bridge))


def test_without_a_script_the_search_is_a_form(reader, paper):
    make_live(headline="A bridge opened to the public")
    page = reader(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page.goto("/")

    page.get_by_role("button", name="Search").click()
    page.get_by_role("searchbox").fill("bridge")
    page.get_by_role("searchbox").press("Enter")

    assert page.get_by_role("link", name="A bridge opened to the public").is_visible()
    assert page.url.endswith("q=bridge&section=&tag=&author=&since=&until=")
