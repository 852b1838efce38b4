"""What a reader's browser makes of the pages: Chromium, at the width of a phone and of a desk."""

import gzip
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import iri_to_uri

from articles import publishing
from articles.models import Article, Publication

from .builders import (
    change_article,
    interesting,
    make_author,
    make_image,
    make_live,
    make_page,
    make_section,
    make_series,
)

HERE = "http://newsroom.test"
PHONE, DESK = {"width": 320, "height": 640}, {"width": 1440, "height": 900}
NARROW = {"width": 390, "height": 800}
READABLE = 4.5  # WCAG 2.2, success criterion 1.4.3, for text of ordinary size

CONTRAST = """selector => {
  const luminance = colour => {
    const linear = colour.match(/[\\d.]+/g).slice(0, 3).map(part => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const paper = luminance(getComputedStyle(document.documentElement).backgroundColor);
  const words = [...document.querySelectorAll(selector)];
  const inks = words.map(word => luminance(getComputedStyle(word).color));
  const contrasts = inks.map(ink => (Math.max(ink, paper) + .05) / (Math.min(ink, paper) + .05));
  return {paper, contrasts};
}"""


# Words of up to nine letters that stand on two lines, or that what holds them cuts off.
CUT = """() => [...document.querySelectorAll("main :is(h1, h2, h3, .signed, time)")].flatMap(at => {
  const box = (at.closest("li") ?? document.body).getBoundingClientRect();
  const walk = document.createTreeWalker(at, NodeFilter.SHOW_TEXT), cut = [];
  for (let text; (text = walk.nextNode());) {
    for (const {0: word, index} of text.data.matchAll(/\\b\\w{1,9}\\b/g)) {
      const range = document.createRange();
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      const rects = [...range.getClientRects()];
      const within = rects.every(({left, right}) => left >= box.left - 1 && right <= box.right + 1);
      if (rects.length > 1 || !within) cut.push(word);
    }
  }
  return cut;
})"""


@pytest.fixture(scope="module")
def db(django_db_setup, django_db_blocker):
    """pytest-django's, for the whole module instead of for each test."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def answers(db, tmp_path_factory):
    """What Django answers for each page of a small newspaper: {name: (path, response)}.

    All of it is asked before the browser starts, because Playwright keeps an event loop running in
    this thread, and Django does not talk to a database beside one.
    """
    storages = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    with override_settings(STORAGES=storages, STATIC_ROOT=tmp_path_factory.mktemp("static")):
        client = Client()
        return {name: (path, client.get(path)) for name, path in small_newspaper().items()}


def small_newspaper():
    """The address of each kind of page, by a name for it."""
    publishing.change(Publication(name="The Quay", tagline="News from the harbour"))
    author = make_author("Ada Quill")
    author.portrait = make_image("1" * 64)
    publishing.change(author)
    for number in range(8):
        make_live(
            headline=f"Tide table {number}",
            lead_image=make_image(f"{number + 2:064x}"),
            series=make_series("Tides") if number < 3 else None,
            note="Measured by the harbour master." if number == 1 else "",
        )
    part = Article.objects.get(headline="Tide table 1")
    make_page("About", body="<p>A paper for the harbour.</p><h2>Who we are</h2><p>Few.</p>")
    make_page("رابطہ", slug="contact", body="<p>پہلا دن</p>", language="ur")
    publishing.break_news("The quay is closed", article=part)
    urdu = make_live(headline="بندرگاہ کا نیا گوشہ کھل گیا", language="ur", translation_of=part)
    english = make_live(
        headline="Donaudampfschifffahrtsgesellschaft to sail again, its chairwoman says",
        lead_image=make_image(caption="The quay at noon", credit="Photo: The Quay"),
        body=f"<p>It agreed.</p>{interesting(urdu)}<h2>Later</h2><p>It met again.</p>",
    )
    publishing.correct(english, kind="correction", text="The chairwoman is not a chairman.")
    urdu = change_article(urdu, body=f"<p>پہلا دن</p>{interesting(english)}<p>دوسرا دن</p>")
    publishing.publish(urdu)
    line, earlier = interesting(english), timezone.now() - timedelta(hours=1)
    hasty = make_live(
        headline="In haste",
        body=f"{line}<p>A few words.</p>",
        authors=(author, make_author("Bartholomew Featherstonehaugh")),
        at=earlier,
    )
    urgent = make_live(headline="جلدی", language="ur", body=f"{line}<p>ایک لفظ</p>", at=earlier)
    gone = make_live(headline="A claim that did not hold")
    path_of_gone = gone.editions.get().path
    publishing.withdraw(gone)
    return {
        "front": "/",
        "article": english.editions.live().get().path,
        "urdu": urdu.editions.live().get().path,
        "hasty": hasty.editions.get().path,
        "urgent": urgent.editions.get().path,
        "section": make_section().get_absolute_url(),
        "tag": reverse("articles:tag", args=["floods"]),
        "author": author.get_absolute_url(),
        "part": part.editions.live().get().path,
        "series": part.series.get_absolute_url(),
        "about": "/about/",
        "contact": "/contact/",
        "gone": path_of_gone,
        "archive": "/archive/",
        "month": f"/archive/{path_of_gone[1:9]}",
        "history": f"{english.editions.live().get().path}history/",
        "nowhere": "/nowhere/",
        "search": "/search/?q=tide+tables&tag=floods",
        "search for nothing": "/search/?q=xylophone",
    }


@pytest.fixture(scope="module")
def visit(chromium, answers):
    """``visit("front", viewport=PHONE)`` opens a page, as a reader who may have preferences.

    There is no server: what the browser asks for is handed to it. Pictures are not.
    ``visit.asked`` are all its requests. A reader has one tab, and the next visit is made in it.
    """
    pages = {iri_to_uri(path): response for path, response in answers.values()}
    tabs = {}

    def answer(route):
        visit.asked.append(route.request)
        path = route.request.url.removeprefix(HERE)
        if path.startswith("/static/"):
            route.fulfill(path=finders.find(path.removeprefix("/static/")))
        elif path in pages:
            response = pages[path]
            headers = {name: text for name, text in response.items() if name != "Content-Length"}
            route.fulfill(status=response.status_code, headers=headers, body=response.content)
        else:
            route.abort()

    def visit(name, **reader):
        if repr(reader) not in tabs:
            tabs[repr(reader)] = chromium.new_page(**reader)
            tabs[repr(reader)].route("**/*", answer)
        tab = tabs[repr(reader)]
        tab.goto(HERE + answers[name][0])
        return tab

    visit.asked = []
    return visit


def test_no_page_scrolls_sideways_on_the_narrowest_phone(visit, answers):
    wide = {}

    for name in answers:
        tab = visit(name, viewport=PHONE)
        width = tab.evaluate("document.documentElement.scrollWidth")
        if width > PHONE["width"]:
            wide[name] = width

    assert wide == {}


def test_every_page_has_one_first_heading_and_one_main(visit, answers):
    counted = {}

    for name in answers:
        tab = visit(name)
        counted[name] = tab.locator("h1").count(), tab.locator("main").count()

    assert set(counted.values()) == {(1, 1)}, counted


def test_every_picture_has_an_alt_text_and_keeps_its_place(visit, answers):
    for name in answers:
        tab = visit(name)

        for image in tab.locator("img").all():
            assert image.get_attribute("alt") is not None
            assert int(image.get_attribute("width")) > 0
            assert int(image.get_attribute("height")) > 0


def test_the_first_picture_comes_at_once_and_all_others_when_they_are_near(visit):
    tab = visit("front")

    first, *others = tab.locator("img").all()

    assert first.get_attribute("fetchpriority") == "high"
    assert first.get_attribute("loading") is None
    assert {image.get_attribute("loading") for image in others} == {"lazy"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("page", ["part", "front"])
def test_what_is_set_on_a_shade_is_readable_too(visit, page, scheme):
    tab = visit(page, color_scheme=scheme)

    measured = tab.evaluate(CONTRAST, "main :is(p, h2, h3, a, time, strong)")

    assert len(measured["contrasts"]) > 10
    assert min(measured["contrasts"]) >= READABLE


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_are_readable_in_light_and_in_dark(visit, scheme):
    tab = visit("article", color_scheme=scheme)

    measured = tab.evaluate(CONTRAST, "main :is(p, h1, h2, a, time, figcaption, .role)")

    assert (measured["paper"] < 0.05) == (scheme == "dark")
    assert len(measured["contrasts"]) > 15
    assert min(measured["contrasts"]) >= READABLE


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_readers_who_want_more_contrast_get_more(visit, scheme):
    tab = visit("part", color_scheme=scheme, contrast="more")

    measured = tab.evaluate(CONTRAST, "main :is(p, h1, h2, a, time, .role)")

    assert min(measured["contrasts"]) >= 7  # WCAG 2.2, success criterion 1.4.6


def test_in_colours_forced_by_the_system_lines_and_the_focus_are_still_seen(visit):
    tab = visit("article", forced_colors="active")

    line = tab.locator(".interesting-label").evaluate(
        "label => getComputedStyle(label, '::before').borderTopColor"
    )
    tab.keyboard.press("Tab")
    skips = tab.locator(":focus").evaluate("link => getComputedStyle(link).outlineStyle")

    paper = tab.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert line != paper
    assert skips == "solid"


def test_in_colours_forced_by_the_system_what_can_be_pressed_has_an_edge(visit):
    tab = visit("nowhere", forced_colors="active")

    edges = tab.locator("button:visible").evaluate_all(
        "all => all.map(button => getComputedStyle(button).borderTopWidth)"
    )

    assert set(edges) == {"1px"}


def test_nothing_on_the_site_moves_by_itself():
    css = Path(finders.find("css/newsroom.css")).read_text()

    assert not re.search(r"\b(transition|animation|scroll-behavior)\b", css)


def test_the_layout_has_no_left_and_no_right():
    """Sides are the start and the end of a line, so that a page from right to left is mirrored."""
    css = Path(finders.find("css/newsroom.css")).read_text()

    rules = re.sub(r"/\*.*?\*/|@[a-z]+[^{;]*", "", css, flags=re.DOTALL)
    sides = r"[\s-](?:left|right)\b|\b(?:margin|padding|border)-(?:top|bottom)\b"
    sizes = r"(?<![\w-])(?:(?:min|max)-)?(?:width|height)\s*:"
    of_four = r"(?:padding|margin|inset):\s*(?:[^;\s]+ ){3}[^;\s]+;"  # top, right, bottom, left
    assert re.findall(f"{sides}|{sizes}|{of_four}", rules) == []


def test_the_keyboard_reaches_the_content_in_two_strokes(visit):
    tab = visit("front")

    tab.keyboard.press("Tab")
    skips = tab.locator(":focus")
    assert skips.bounding_box()["y"] >= 0, "the link is seen once it has the focus"
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")

    assert tab.locator("main :focus").count() == 1


def test_a_story_from_right_to_left_mirrors_the_page_around_it(visit):
    begins = {}

    for name in ("article", "urdu"):
        tab = visit(name, viewport=DESK)
        begins[name] = [tab.locator(part).bounding_box()["x"] for part in (".facts", ".body")]

    assert begins["article"] == sorted(begins["article"])
    assert begins["urdu"] == sorted(begins["urdu"], reverse=True)


def test_the_first_headline_of_the_front_page_is_in_sight_at_once_above_its_picture(visit):
    tab = visit("front", viewport=DESK)

    headline = tab.locator(".lead .headline").bounding_box()
    picture = tab.locator(".lead .card-picture").bounding_box()

    assert headline["y"] + headline["height"] <= picture["y"] < DESK["height"] * 2 / 3
    assert tab.locator(".lead .standfirst").bounding_box()["y"] > picture["y"]


@pytest.mark.parametrize("viewport", [NARROW, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("name", ["article", "front", "section"])
def test_in_letters_of_twice_the_size_no_word_of_a_list_is_cut_off_or_in_two(visit, name, viewport):
    tab = visit(name, viewport=viewport)

    tab.evaluate("document.documentElement.style.fontSize = '32px'")
    cut = tab.evaluate(CUT)

    assert cut == []


def test_on_a_large_screen_the_whole_page_grows_and_its_lines_keep_their_length(visit):
    measured = []
    for viewport in (DESK, {"width": 2560, "height": 1440}):
        text = visit("article", viewport=viewport).locator(".body > p:first-child")
        size = text.evaluate("text => parseFloat(getComputedStyle(text).fontSize)")
        measured.append((size, text.bounding_box()["width"] / size))

    (small, line), (large, same) = measured
    assert large == pytest.approx(small * 1.125)
    assert same == pytest.approx(line, rel=0.01)


@pytest.mark.parametrize(("name", "part"), [("article", ".illustration"), ("front", ".lead")])
def test_on_a_phone_the_first_picture_goes_from_edge_to_edge_and_its_words_do_not(
    visit, name, part
):
    tab = visit(name, viewport=PHONE)

    picture = tab.locator(f"{part} img").bounding_box()
    assert (picture["x"], picture["width"]) == (0, PHONE["width"])
    words = tab.locator(f"{part} :is(figcaption, .headline)").evaluate(
        "at => at.getBoundingClientRect().x + parseFloat(getComputedStyle(at).paddingInlineStart)"
    )
    assert words == tab.locator(".nameplate .name").bounding_box()["x"] > 0
    assert tab.locator(f"{part} img").get_attribute("sizes").endswith(" 100vw")


def test_what_was_wrong_is_said_right_below_the_text_and_before_the_story_is_passed_on(visit):
    tab = visit("article", viewport=PHONE)

    text, corrections, share = (
        tab.locator(part).bounding_box()["y"] for part in (".body", ".corrections", ".share")
    )

    assert text < corrections < share


def test_the_picture_beside_an_interesting_line_begins_where_its_headline_does(visit):
    tab = visit("urdu", viewport=DESK)

    headline, picture = (
        tab.locator(f".interesting {part}").bounding_box() for part in ("a", "img")
    )

    assert picture["y"] == pytest.approx(headline["y"], abs=1)


def test_urdu_words_are_set_in_nastaliq_wherever_they_stand(visit):
    tab = visit("article")

    fonts = {
        part: tab.locator(part).evaluate("element => getComputedStyle(element).fontFamily")
        for part in (".interesting a", ".body > p:first-child")
    }

    assert ["Nastaliq" in font for font in fonts.values()] == [True, False]


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_the_interesting_line_comes_in_from_the_edge_of_the_page(visit, viewport):
    tab = visit("article", viewport=viewport)

    label = tab.locator(".interesting-label")
    line = label.evaluate(
        """label => {
          const style = getComputedStyle(label, '::before');
          const end = label.getBoundingClientRect().right - parseFloat(style.right);
          return {begins: end - parseFloat(style.width), ends: end};
        }"""
    )

    assert line["begins"] <= 0 < line["ends"] < viewport["width"]
    assert tab.locator(".interesting a").get_attribute("lang") == "ur"


@pytest.mark.parametrize("name", ["hasty", "urgent"])
def test_the_line_keeps_clear_of_who_wrote_the_story(visit, name):
    tab = visit(name, viewport=DESK)

    facts, line, body = (
        tab.locator(part).bounding_box() for part in (".facts", ".interesting", ".body")
    )

    assert facts["y"] + facts["height"] <= line["y"]
    assert facts["x"] + facts["width"] <= body["x"] or body["x"] + body["width"] <= facts["x"]


def test_no_word_of_a_line_is_cut_off_on_the_narrowest_phone(visit):
    tab = visit("hasty", viewport=PHONE)

    words = tab.locator(".interesting a").evaluate("a => [a.scrollWidth, a.clientWidth]")

    assert words[0] <= words[1] <= PHONE["width"]


def test_on_a_phone_stories_without_a_picture_begin_where_all_others_do(visit):
    tab = visit("section", viewport=PHONE)

    cards = tab.locator(".river .card:not([lang])")
    begins = {card.locator(".headline").bounding_box()["x"] for card in cards.all()}

    assert cards.locator(".card-picture").count() < cards.count()
    assert len(begins) == 1


@pytest.mark.parametrize("language", ["en", "ur"])
def test_in_a_list_who_wrote_a_story_and_when_stands_in_its_own_row(visit, language):
    tab = visit("tag", viewport=DESK)
    tab.evaluate("language => { document.documentElement.lang = language }", language)

    below = tab.locator(".river .signed").evaluate_all(
        """all => all.map(signed => signed.closest("li").getBoundingClientRect().bottom
                                   - signed.getBoundingClientRect().bottom)"""
    )

    assert len(below) > 5
    assert min(below) >= 8


def test_the_label_of_a_line_is_no_table_to_those_who_hear_it(visit):
    tab = visit("article", viewport=PHONE)

    tree = tab.context.new_cdp_session(tab).send("Accessibility.getFullAXTree")["nodes"]

    told = [(node["role"]["value"], node.get("name", {}).get("value")) for node in tree]
    headline = "بندرگاہ کا نیا گوشہ کھل گیا"
    assert ("region", f"Interesting: {headline}") in told
    assert told.count(("link", headline)) >= 1
    assert "LayoutTable" not in {role for role, _ in told}


def test_what_is_copied_with_a_line_in_it_reads_as_it_stands(visit):
    tab = visit("article", viewport=PHONE)

    text = tab.evaluate(
        "getSelection().selectAllChildren(document.querySelector('.body')); `${getSelection()}`"
    )

    assert "It agreed.\n\nInteresting:\nبندرگاہ کا نیا گوشہ کھل گیا\n\nLater" in text


def test_a_corrected_story_says_so_before_its_text(visit):
    tab = visit("article", viewport=PHONE)

    notice = tab.get_by_role("link", name="This story has been corrected.")

    assert notice.bounding_box()["y"] < tab.locator(".body").bounding_box()["y"]
    notice.click()
    assert tab.locator("#corrections").bounding_box()["y"] < PHONE["height"]


def test_pages_load_nothing_from_elsewhere_and_no_font(visit, answers):
    for name in answers:
        visit(name)

    assert {request.url.startswith(HERE) for request in visit.asked} == {True}
    kinds = {request.resource_type for request in visit.asked}
    assert {"document", "stylesheet"} <= kinds
    assert not kinds & {"font", "fetch", "xhr"}


def test_a_phone_that_knows_no_layers_has_a_page_that_can_be_read(visit):
    """What stands before the layers, as browsers from before 2022 follow it, and no script."""
    css = Path(finders.find("css/newsroom.css")).read_text()
    condition, rest = css.split("@supports not ")[1].split("{", 1)
    rules = rest.split("\n}\n")[0]
    tab = visit("hasty", viewport=PHONE, java_script_enabled=False)

    knows_layers = tab.evaluate("condition => CSS.supports(condition)", condition.strip())
    tab.route("**/newsroom.css", lambda route: route.fulfill(body=rules, content_type="text/css"))
    tab.reload()
    tab.unroute("**/newsroom.css")

    assert knows_layers
    assert len(rules) < 1_000
    assert tab.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    text = tab.locator(".body > p").evaluate(
        "p => { const s = getComputedStyle(p); return [p.offsetLeft, parseFloat(s.fontSize)]; }"
    )
    assert text[0] >= 12 and text[1] >= 16
    assert min(tab.evaluate(CONTRAST, "main :is(p, h1, a, time)")["contrasts"]) >= READABLE


def test_an_article_page_weighs_little(answers):
    """Page, stylesheet and scripts, as they come over the wire: 30 kB at most."""
    names = ("css/newsroom.css", "js/reader.js")
    files = [Path(finders.find(name)).read_bytes() for name in names]

    sizes = [len(gzip.compress(file)) for file in (answers["article"][1].content, *files)]

    assert sum(sizes) <= 30_000
