"""The lines of a text in the editor, by keyboard, in a real browser."""

from pathlib import Path

import pytest

from articles import publishing
from articles.models import Edition

from .builders import BODY, interesting, make_article, make_image, make_live
from .conftest import CHROMIUM
from .surfaces import address_of
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

__all__ = ["complaints", "page"]  # fixtures

pytest.importorskip("playwright.sync_api")

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="needs Chromium"),
]

INSERT = """(text, detail) => text.dispatchEvent(
  new CustomEvent("newsroom:insert-line", { cancelable: true, detail })
)"""


def save(page):
    page.keyboard.press("Control+s")
    page.wait_for_selector(".messagelist .success")


def test_a_line_to_the_latest_of_a_tag_is_written_by_keyboard_alone(page, draft, live, complaints):
    tag = live.tags.get()
    open_form(page, draft)
    type_into_body(page, "\nInteresting:")
    page.wait_for_selector(PICKER)
    page.keyboard.type("floo")
    page.wait_for_selector(f"{PICKER} [role=option][aria-selected=true] >> text=Latest on Floods")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"{LINE} >> text=now “{live.headline}”")
    save(page)

    assert stored(draft).body == (
        f'{BODY}<aside data-interesting="tag-{tag.pk}">Latest on Floods</aside>'
    )
    assert complaints == []


def test_a_line_gets_its_own_label_and_keeps_its_words_by_keyboard_alone(page, live, complaints):
    article = make_article(headline="With a line", body=f"{interesting(live)}<p>After.</p>")
    open_form(page, article)
    page.wait_for_selector(f"{LINE} >> text=live")

    page.get_by_role("button", name=f"Words of the line “{live.headline}”").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog.prose-editor-dialog")
    page.keyboard.type("Background:")
    page.keyboard.press("Tab")
    page.keyboard.type("How the bridge came to be")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"{LINE} >> text=its words stay as they are")
    settle(page)
    page.keyboard.press("Control+Enter")  # the line is selected
    page.wait_for_selector("dialog.prose-editor-dialog")
    page.keyboard.press("Escape")
    save(page)

    assert stored(article).body == (
        f'<aside data-interesting="{live.pk}" data-label="Background" data-pinned="">'
        "How the bridge came to be</aside><p>After.</p>"
    )
    assert complaints == []


def test_the_editor_says_which_follow_up_readers_are_led_to(page, live):
    later = make_live(headline="What came of it")
    publishing.declare_follow_up(later, follows=live)
    article = make_article(headline="With a line", body=f"{interesting(live)}<p>After.</p>")

    open_form(page, article)

    line = page.locator(LINE)
    page.wait_for_selector(f"{LINE} >> text=live: the follow-up of “{live.headline}”")
    assert line.locator(".desk-line-headline").inner_text() == "What came of it"


def test_other_parts_of_the_desk_put_lines_in_and_take_them_back_in_one_step(
    page, live, complaints
):
    article = make_article(headline="Plain", body="<p>One.</p><p>Two.</p><p>Three.</p>")
    open_form(page, article)
    detail = {"target": live.pk, "headline": live.headline, "origin": "suggestion"}
    detail |= {"reason": "shares “Floods”", "place": 2}

    was_refused = page.locator(TEXT).evaluate(INSERT, detail)

    assert was_refused is False
    page.wait_for_selector(f"{LINE} >> text=suggested · shares “Floods”")
    page.locator("[name=headline]").focus()
    save(page)
    line = (
        f'<aside data-interesting="{live.pk}" data-origin="suggestion" '
        f'data-reason="shares “Floods”">{live.headline}</aside>'
    )
    assert stored(article).body == f"<p>One.</p><p>Two.</p>{line}<p>Three.</p>"
    page.wait_for_selector(LINE)
    page.locator(TEXT).evaluate(INSERT, detail | {"place": 0})
    assert page.locator(LINE).count() == 2
    page.locator(TEXT).focus()
    page.keyboard.press("Control+z")
    assert page.locator(LINE).count() == 1
    assert complaints == []


def test_what_a_line_says_of_itself_survives_the_editor(page, live):
    line = (
        f'<aside data-interesting="{live.pk}" data-label="Also" data-pinned="" '
        'data-origin="automatic" data-reason="newest on &quot;Sea&quot; &amp; so">Words</aside>'
    )
    article = make_article(headline="With a line", body=f"<p>One.</p>{line}<p>Two.</p>")
    publishing.publish(article)
    open_form(page, article)

    type_into_body(page, " More.")
    save(page)

    assert stored(article).body == f"<p>One.</p>{line}<p>Two. More.</p>"
    assert Edition.objects.get(article=article).body == f"<p>One.</p>{line}<p>Two.</p>"


def test_the_word_of_another_language_opens_the_picker_too(page, draft):
    open_form(page, draft)

    type_into_body(page, "\nدلچسپ:")

    page.wait_for_selector(PICKER)


@pytest.mark.parametrize("language", ["en", "ur"])
def test_the_picture_stands_beside_the_headline_at_the_end_of_the_line(page, db, language):
    target = make_live(headline="الميناء القديم", language="ar", lead_image=make_image())
    text = f"<p>One.</p>{interesting(target)}<p>Two.</p>"
    page.set_viewport_size({"width": 1100, "height": 900})

    page.goto(address_of(make_live(headline="With a line", body=text, language=language)))

    link = page.locator(".interesting a").bounding_box()
    picture = page.locator(".interesting img").bounding_box()
    assert abs(picture["y"] - link["y"]) < 2
    is_after = picture["x"] >= link["x"] + link["width"]
    is_before = picture["x"] + picture["width"] <= link["x"]
    assert (is_after, is_before) == ((True, False) if language == "en" else (False, True))
