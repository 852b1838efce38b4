"""What is suggested while somebody types, and what becomes of the words when the desk is away."""

import json
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse

from articles import publishing

from .builders import interesting, make_article, make_live
from .conftest import CHROMIUM
from .test_desk_in_browser import (
    LINE,
    PICKER,
    TEXT,
    complaints,
    open_form,
    page,
    settle,
    stored,
    type_into_body,
)
from .test_lines_of_older_stories import LONG
from .test_suggestions_in_browser import PANEL

__all__ = ["complaints", "page"]  # fixtures

pytest.importorskip("playwright.sync_api")

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="needs Chromium"),
]

STATUS = f"{PANEL} [role=status]"
BEST = f"{PANEL} .desk-suggestion-best"
WAIT_MS = 700  # as in static/desk/suggestions.js


@pytest.fixture
def asked(page):
    """What the form asked of the desk, as it was sent, each time."""
    asked = []

    def note(request):
        if request.url.endswith(reverse("admin:articles_article_suggestions")):
            asked.append(request.post_data)

    page.on("request", note)
    return asked


def stop_the_clock(page):
    """Of the page: no timer ends by itself from now on. ``page.clock`` was installed before."""
    page.clock.pause_at(page.evaluate("Date.now() + 1000"))


def test_fast_typing_asks_once_and_what_was_asked_is_not_asked_again(page, draft, asked):
    page.clock.install()
    open_form(page, draft)
    page.wait_for_selector(STATUS)
    page.wait_for_function(
        "() => document.querySelector('#desk-suggestions [role=status]').textContent"
    )
    stop_the_clock(page)
    at_first = len(asked)

    page.locator("[name=standfirst]").focus()
    for _ in range(3):
        page.keyboard.type("Water stands in the fields of Sindh. ")
        page.clock.run_for(WAIT_MS - 1)
    while_typing = len(asked) - at_first
    with page.expect_response("**/suggestions/"):
        page.clock.run_for(1)
    page.keyboard.press("Tab")  # a change was made, says the field that is left
    page.keyboard.press("Shift+Tab")
    page.keyboard.type("!")
    page.keyboard.press("Backspace")
    page.clock.run_for(10 * WAIT_MS)

    assert (at_first, while_typing, len(asked)) == (1, 0, 2)
    assert "fields of Sindh. Water stands" in asked[1]


def test_a_late_answer_never_replaces_a_newer_one(page, draft):
    open_form(page, draft)
    page.wait_for_function(
        "() => document.querySelector('#desk-suggestions [role=status]').textContent"
    )
    held = []
    page.route("**/suggestions/", lambda route: held.append(route))

    def answer(route, headline):
        one = {"id": 1, "headline": headline, "path": "/", "language": "en", "direction": "ltr"}
        one |= {"reason": "", "kept": "", "place": None, "after": ""}
        route.fulfill(body=json.dumps({"found": [one], "warns": [], "automatic": []}))

    page.locator("[name=tags]").focus()
    for number, word in enumerate(("Indus", ", Floods"), 1):
        page.keyboard.type(word)
        while len(held) < number:
            page.wait_for_timeout(20)
    older, newer = held
    answer(newer, "Of what is typed now")
    page.wait_for_selector(f"{PANEL} .desk-suggestion >> text=Of what is typed now")
    answer(older, "Of what was typed before")
    page.wait_for_timeout(100)

    shown = page.locator(f"{PANEL} .desk-line-headline").all_inner_texts()
    assert shown == ["Of what is typed now"]


def test_the_best_place_is_found_again_in_a_text_that_has_changed_since(page):
    make_live(headline="The Indus rose in the night", tags=("Indus",))
    draft = make_article(headline="Water again", tags=("Indus",), body=LONG)
    page.clock.install()
    open_form(page, draft)
    page.wait_for_selector(BEST)
    after = page.locator(BEST).get_attribute("title").removeprefix("After: ")
    stop_the_clock(page)

    page.locator(TEXT).focus()
    page.clock.run_for(60)
    page.keyboard.press("Control+Home")
    page.clock.run_for(60)
    page.keyboard.type("A paragraph more.\n")
    page.locator(BEST).click()
    page.clock.run_for(60)

    above = page.locator(LINE).evaluate(
        "line => line.closest('[role=textbox] > *').previousElementSibling.textContent"
    )
    assert above.startswith(after)


def test_a_suggestion_put_in_leaves_the_list_and_the_keyboard_is_at_the_next(page, complaints):
    for name in ("rose", "fell"):
        make_live(headline=f"The Indus {name} in the night", tags=("Indus",))
    draft = make_article(headline="Water again", tags=("Indus",), body=LONG * 4)
    open_form(page, draft)
    page.wait_for_selector(f"{PANEL} .desk-suggestion >> nth=1")

    page.locator(BEST).first.focus()
    page.keyboard.press("Enter")
    at_once = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    page.wait_for_function(f"() => document.querySelectorAll('{LINE}').length === 2")
    page.wait_for_selector(f"{STATUS} >> text=/Put in: .The Indus (rose|fell)/")

    lines = page.locator(f"{LINE} .desk-line-headline").all_inner_texts()
    assert at_once == "Where there is room"
    assert sorted(lines) == ["The Indus fell in the night", "The Indus rose in the night"]
    assert page.evaluate("document.activeElement.textContent") == "Stories to lead to"
    assert complaints == []


def test_a_story_withdrawn_between_suggestion_and_press_is_said_not_to_be_live(page):
    older = make_live(headline="The Indus rose in the night", tags=("Indus",))
    draft = make_article(headline="Water again", tags=("Indus",), body=LONG)
    open_form(page, draft)
    page.wait_for_selector(BEST)
    publishing.withdraw(older, reason="The gauge was broken")

    page.locator(BEST).click()
    page.wait_for_selector(f"{LINE} >> text=not live: withdrawn")
    page.wait_for_selector(f"{PANEL} .desk-suggestion", state="detached")
    page.keyboard.press("Control+s")
    page.wait_for_selector(".messagelist .success")

    assert f'data-interesting="{older.pk}"' in stored(draft).body


def test_whoever_saves_while_writing_goes_on_where_the_cursor_was(page):
    draft = make_article(headline="Water again", body="<p>First words.</p><p>Last words.</p>")
    open_form(page, draft)

    page.locator(TEXT).focus()
    settle(page)
    page.keyboard.press("Control+Home")
    settle(page)
    page.keyboard.type("The ")
    page.keyboard.press("Control+s")
    page.wait_for_selector(".messagelist .success")
    page.wait_for_selector(f"{TEXT}:focus")
    settle(page)
    page.keyboard.type("very ")
    page.keyboard.press("Control+s")
    page.wait_for_selector(".desk-standing >> text=No reader has seen it")
    page.wait_for_function("() => document.querySelector('[name=base_version]').value === '3'")

    assert stored(draft).body == "<p>The very First words.</p><p>Last words.</p>"


def test_a_preview_opens_beside_the_form_which_stays_as_it_is(page, live):
    draft = make_article(headline="Water again", body=f"<p>First.</p>{interesting(live)}")
    open_form(page, draft)
    type_into_body(page, "Last.")

    page.locator("[name=_preview]").focus()
    with page.context.expect_page() as opened:
        page.keyboard.press("Enter")
    preview = opened.value
    preview.wait_for_selector("text=Preview: no reader sees this")
    shown = preview.locator("article").inner_text()
    preview.close()
    page.keyboard.press("Control+s")
    page.wait_for_selector(".messagelist .success >> text=Saved as version 2")

    assert "Last." in shown and live.headline in shown
    assert stored(draft).body.endswith("<p>Last.</p>")


def test_whoever_was_signed_out_loses_nothing_and_saves_once_signed_in_again(page, client, editor):
    draft = make_article(headline="Water again", body="<p>First.</p>")
    open_form(page, draft)
    page.wait_for_function(
        "() => document.querySelector('#desk-suggestions [role=status]').textContent"
    )
    Session.objects.all().delete()

    type_into_body(page, " Last.")
    page.wait_for_selector(f"{STATUS} >> text=You are signed out")
    page.keyboard.press("Control+s")
    page.wait_for_selector(".desk-refused >> text=nothing that you typed is lost")
    kept = page.locator(TEXT).inner_text()
    client.force_login(editor)
    cookies = {"sessionid": client.cookies["sessionid"].value, "csrftoken": "n" * 32}
    here = page.evaluate("location.origin")
    page.context.add_cookies([{"name": k, "value": v, "url": here} for k, v in cookies.items()])
    page.keyboard.press("Control+s")
    page.wait_for_selector(".messagelist .success")

    assert kept.strip() == "First. Last."
    assert stored(draft).body == "<p>First. Last.</p>"


def test_a_picker_that_cannot_ask_offers_nothing_and_says_so(page, live):
    draft = make_article(headline="Water again", body="<p>First.</p>")
    open_form(page, draft)
    page.wait_for_function(
        "() => document.querySelector('#desk-suggestions [role=status]').textContent"
    )

    page.context.set_offline(True)
    type_into_body(page, "\nInteresting:")
    page.wait_for_selector(f"{PICKER} [role=status] >> text=The desk cannot be reached")
    page.keyboard.type("bridg")
    page.wait_for_selector(
        f"{PICKER} ul:not([aria-busy]) + [role=status] >> text=cannot be reached"
    )
    offered = page.locator(f"{PICKER} [role=option]").count()
    page.keyboard.press("Enter")
    page.context.set_offline(False)
    page.keyboard.type("e")
    page.wait_for_selector(f"{PICKER} [role=option][aria-selected=true] >> text={live.headline}")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"{LINE} >> text={live.headline}")

    assert offered == 0


def test_while_the_desk_cannot_be_reached_one_goes_on_writing(page, live):
    draft = make_article(
        headline="Water again", tags=("Floods",), body=f"<p>A</p>{interesting(live)}"
    )
    open_form(page, draft)
    page.wait_for_function(
        "() => document.querySelector('#desk-suggestions [role=status]').textContent"
    )

    page.context.set_offline(True)
    type_into_body(page, "More.")
    page.wait_for_selector(f"{STATUS} >> text=The desk cannot be reached")
    page.keyboard.press("Control+s")
    page.wait_for_selector(".desk-refused >> text=Nothing is saved yet")
    page.context.set_offline(False)
    page.wait_for_selector(f"{STATUS}:not([data-failed])")
    page.keyboard.press("Control+s")
    page.wait_for_selector(".messagelist .success")

    assert stored(draft).body.endswith("<p>More.</p>")


@pytest.mark.parametrize("width", [390, 1440])
def test_a_long_headline_is_seen_whole_and_stays_one_line_of_words(page, db, complaints, width):
    words = "Half of the bridges over the Indus are older than the cars that cross them " * 2
    draft = make_article(headline=words.strip())
    page.set_viewport_size({"width": width, "height": 800})
    open_form(page, draft)
    headline = page.locator("[name=headline]")

    def is_cut_off():
        box = "e => e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1"
        return headline.evaluate(box)

    assert not is_cut_off()
    headline.fill("")
    headline.press_sequentially("One")
    one_line = headline.bounding_box()["height"]
    headline.press("Enter")
    headline.press("Shift+Enter")
    page.keyboard.insert_text(" two\nthree")
    assert headline.input_value() == "One two three"
    assert headline.bounding_box()["height"] == one_line
    page.keyboard.insert_text(" and more" * 30)
    assert len(headline.input_value()) == 200
    assert headline.bounding_box()["height"] > one_line and not is_cut_off()
    headline.fill("One two three")
    page.keyboard.press("Control+s")
    page.wait_for_selector(".messagelist .success")
    draft.refresh_from_db()

    assert draft.headline == "One two three"
    assert complaints == []
