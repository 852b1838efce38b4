"""The desk in a real browser, by keyboard, under the content security policy."""

import io
import re
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from django.core.files.base import ContentFile
from django.urls import reverse
from PIL import Image as PillowImage

from articles import media, publishing
from articles.models import Article, Edition, FrontSlot, Publication

from .builders import BODY, change_article, interesting, make_article, make_author, make_live
from .conftest import CHROMIUM

pytest.importorskip("playwright.sync_api")

TEXT = "[role=textbox][contenteditable=true]"
LINE = f"{TEXT} .desk-line"
PICKER = "dialog.desk-picker"

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="needs Chromium"),
]


@pytest.fixture
def complaints():
    """What the browser's console said."""
    return []


@pytest.fixture
def page(chromium, live_server, client, editor, complaints):
    """A page on which the editor is signed in."""
    client.force_login(editor)
    context = chromium.new_context(base_url=live_server.url)
    context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("response", lambda answer: _complain_about(answer, complaints))
    page.on("dialog", lambda dialog: dialog.accept())
    yield page
    page.goto("about:blank")  # what is still asked for is answered before the tables are emptied
    context.close()


def _complain_about(response, complaints):
    if response.status >= 400:
        complaints.append(f"{response.status} {response.url}")


def open_form(page, article=None):
    if article is None:
        page.goto(reverse("admin:articles_article_add"))
    else:
        page.goto(reverse("admin:articles_article_change", args=[article.pk]))
    page.wait_for_selector(f".prose-menubar + {TEXT}")


def settle(page):
    """ProseMirror puts its own selection back 20 ms after the focus; no hand is faster."""
    page.wait_for_timeout(60)


def type_into_body(page, text):
    page.locator(TEXT).focus()
    settle(page)
    page.keyboard.press("Control+End")
    settle(page)
    page.keyboard.type(text)


def stored(article):
    return Article.objects.get(pk=article.pk)


def test_a_story_is_written_linked_and_published_by_keyboard_alone(page, section, complaints):
    target = make_live(headline="Council delays vote on dredging")
    open_form(page)

    page.locator("[name=headline]").focus()
    page.keyboard.type("What the vote means")
    page.locator(TEXT).focus()
    settle(page)
    page.keyboard.type("First words.")
    page.keyboard.press("Enter")
    page.keyboard.type("Interesting:")
    page.wait_for_selector(PICKER)
    page.keyboard.type("vote on dr")
    page.wait_for_selector(f"{PICKER} [role=option][aria-selected=true] >> text=Council delays")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"{LINE} >> text=Council delays vote on dredging")
    page.keyboard.type("Last words.")
    page.locator("[name=section]").focus()
    page.keyboard.type(section.name)
    page.locator("[name=_publish]").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".messagelist .success")

    edition = Edition.objects.live().get(headline="What the vote means")
    assert edition.body == (
        f'<p>First words.</p><aside data-interesting="{target.pk}">{target.headline}</aside>'
        "<p>Last words.</p>"
    )
    page.goto(edition.path)
    line = page.locator("article .interesting, main .interesting").first
    assert "Council delays vote on dredging" in line.inner_text()
    assert complaints == []


def test_the_publications_own_label_opens_the_picker_too(page, db):
    publishing.change(Publication(interesting_label="دلچسپ"))
    open_form(page)

    type_into_body(page, "دلچسپ:")

    page.wait_for_selector(PICKER)


def test_escape_leaves_what_was_typed_and_the_cursor_after_it(page, db):
    open_form(page)
    type_into_body(page, "Interesting:")
    page.wait_for_selector(PICKER)

    page.keyboard.press("Escape")
    page.wait_for_selector(PICKER, state="detached")
    page.keyboard.type(" that nobody asked")

    assert page.locator(TEXT).inner_text().strip() == "Interesting: that nobody asked"


def test_the_word_within_a_paragraph_opens_nothing(page, db):
    open_form(page)

    type_into_body(page, "How Interesting: very")

    assert page.locator(PICKER).count() == 0


def test_a_line_can_wait_for_a_story_that_is_not_written(page, draft):
    open_form(page, draft)
    type_into_body(page, "\nInteresting:")
    page.wait_for_selector(PICKER)
    page.keyboard.type("A verdict to come")
    page.wait_for_selector(f"{PICKER} .desk-picker-last >> text=“A verdict to come”")

    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"{LINE} >> text=waiting")
    page.keyboard.press("Control+s")
    page.wait_for_selector(".messagelist .success")

    assert stored(draft).body == f"{BODY}{interesting('A verdict to come')}"


def test_the_picker_offers_every_story_but_the_one_being_written(page, draft, live):
    open_form(page, draft)
    type_into_body(page, "\nInteresting:")
    page.wait_for_selector(f"{PICKER} [role=option]")

    offered = page.locator(f"{PICKER} [role=option]").all_inner_texts()

    assert len(offered) == 1
    assert live.headline in offered[0]
    assert "Live" in offered[0]


def test_the_picker_tells_a_screen_reader_what_is_chosen(page, draft, live, embargoed):
    open_form(page, draft)
    page.get_by_role("button", name="Interesting: another story").click()
    page.wait_for_selector(f"{PICKER} [role=option]")

    box = page.get_by_role("combobox", name="Words of its headline")
    first = box.get_attribute("aria-activedescendant")
    page.keyboard.press("ArrowDown")
    second = box.get_attribute("aria-activedescendant")

    assert page.get_by_role("dialog", name="Interesting: which story?").is_visible()
    assert page.locator(f"[id={second}]").get_attribute("aria-selected") == "true"
    assert page.locator(f"[id={first}]").get_attribute("aria-selected") == "false"


def test_a_line_is_opened_again_with_enter_and_leads_elsewhere(page, live, embargoed):
    article = make_article(headline="With a line", body=f"{interesting(live)}<p>After.</p>")
    open_form(page, article)
    page.wait_for_selector(f"{LINE} >> text=live")

    page.locator(f"{LINE} .desk-line-label").click()
    settle(page)
    page.keyboard.press("Enter")
    page.wait_for_selector(PICKER)
    page.keyboard.type("verdict held")
    page.wait_for_selector(f"{PICKER} [aria-selected=true] >> text=verdict held back")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"{LINE} >> text=not live: scheduled")
    page.keyboard.press("Control+s")
    page.wait_for_selector(".messagelist .success")

    assert stored(article).body == f"{interesting(embargoed)}<p>After.</p>"


def test_backspace_takes_a_line_away(page, live):
    article = make_article(headline="With a line", body=f"<p>A.</p>{interesting(live)}<p>B.</p>")
    open_form(page, article)

    page.locator(f"{LINE} .desk-line-label").click()
    settle(page)
    page.keyboard.press("Backspace")
    page.keyboard.press("Control+s")
    page.wait_for_selector(".messagelist .success")

    assert stored(article).body == "<p>A.</p><p>B.</p>"


@pytest.fixture
def image(db):
    """A real picture, because the browser asks for its file."""
    file = io.BytesIO()
    PillowImage.new("RGB", (640, 427), "#357").save(file, "JPEG")
    return media.take_in(ContentFile(file.getvalue(), "quay.jpg"), caption="The quay at dawn")


AS_IT_IS = (
    "<p>Two  spaces,  a\nline break, a\u00a0hard space &amp; “quotes”. </p>"
    "<h2>A  subheading</h2>"
    "<p><strong>Bold</strong>\n<em>italic</em> <sub>1</sub><br>next</p>"
    '<aside data-interesting="">A story to come</aside>'
    '<p>Words <a data-article="{live}">to a story</a>, '
    '<a href="https://example.org/?a=1&amp;b=2" title="There">elsewhere</a>.</p>'
    "<ul><li><p>One</p></li><li><p>Two</p><ol><li><p>Deep</p></li></ol></li></ul>"
    "<blockquote><p>Said  so</p></blockquote><hr>"
    '<figure data-image="{image}">Its own caption</figure>'
    '<section data-gallery="Two of “them”"><figure data-image="{image}"></figure>'
    '<figure data-image="{image}">Again</figure></section>'
    '<p>Known<span data-footnote="">See https://x.example/?a=1&amp;b=2.</span> since <em>long</em>'
    "</p>"
    "<table><caption>Levels &amp; times</caption><tbody><tr><th><p>Place</p></th>"
    "<th><p>Metres</p></th></tr><tr><th><p>Skelby</p></th><td><p>5.61</p><p>Two  more</p></td></tr>"
    '<tr><td></td><td colspan="2"><p><strong>x</strong><br>y</p></td></tr></tbody></table>'
    '<aside data-quote="Wanda &amp; sons">The wall was dry</aside>'
    '<figure data-embed="https://www.youtube.com/watch?v=abcdefghijk">A dredger</figure>'
    '<aside data-interesting="{live}">A bridge opened to the public</aside>'
)


@pytest.fixture
def full(live, image):
    body = AS_IT_IS.format(live=live.pk, image=image.pk)
    return make_article(headline="A text with everything", body=body)


def test_saving_an_untouched_text_changes_nothing(page, full):
    open_form(page, full)
    before = stored(full).body

    page.keyboard.press("Control+s")
    page.wait_for_selector(".messagelist >> text=Nothing had changed")

    assert stored(full).body == before
    assert full.revisions.count() == 1


def test_a_touched_text_keeps_every_other_letter(page, full):
    open_form(page, full)
    before = stored(full).body

    page.locator(f"{TEXT} p").first.click()
    settle(page)
    page.keyboard.press("Home")
    settle(page)
    page.keyboard.type("Now ")
    page.keyboard.press("Control+s")
    page.wait_for_selector(".messagelist >> text=Saved as version 2")

    one_line = before.replace("\n", " ")  # a line break of the source is a space to readers
    assert stored(full).body == one_line.replace("<p>Two", "<p>Now Two", 1)


def test_words_are_linked_to_a_story_and_not_to_an_address(page, live):
    article = make_article(headline="Words", body="<p>See the bridge</p>")
    open_form(page, article)

    page.locator(f"{TEXT} p").first.dblclick(position={"x": 8, "y": 8})
    settle(page)
    page.get_by_role("button", name="link these words to a story").click()
    page.wait_for_selector(PICKER)
    page.keyboard.type("bridge opened")
    page.wait_for_selector(f"{PICKER} [aria-selected=true] >> text=A bridge opened")
    page.keyboard.press("Enter")
    page.wait_for_selector(PICKER, state="detached")
    page.keyboard.press("Control+s")
    page.wait_for_selector(".messagelist .success")

    assert re.sub(r"\s*</a>\s*", "</a> ", stored(article).body) == (
        f'<p><a data-article="{live.pk}">See</a> the bridge</p>'
    )


def test_a_picture_is_placed_and_given_a_caption(page, image, complaints):
    article = make_article(headline="With a picture", body="<p>Text.</p>")
    open_form(page, article)

    type_into_body(page, "")
    page.get_by_role("button", name="picture", exact=True).click()
    page.wait_for_selector(f"{PICKER} [aria-selected=true] >> text=The quay at dawn")
    page.keyboard.press("Enter")
    page.get_by_label("Caption of this picture in this story").fill("A caption of its own")
    page.keyboard.press("Control+s")
    page.wait_for_selector(".messagelist .success")

    assert stored(article).body == (
        f'<p>Text.</p><figure data-image="{image.pk}">A caption of its own</figure>'
    )
    assert complaints == []


def in_dialog(page, answers, button="Put it in"):
    dialog = page.locator("dialog.prose-editor-dialog[open]")
    for label, words in answers.items():
        dialog.get_by_label(label).fill(words)
    dialog.get_by_role("button", name=button).click()


def save(page):
    page.keyboard.press("Control+s")
    page.wait_for_selector(".messagelist .success")


def test_a_footnote_and_a_pull_quote_are_written_in_a_dialog(page, db, complaints):
    article = make_article(headline="Noted", body="<p>A word</p>")
    open_form(page, article)
    type_into_body(page, "")

    page.get_by_role("button", name="footnote", exact=True).click()
    in_dialog(page, {"The note": "See  the\nregister"})
    page.get_by_role("button", name="Change the footnote “See the register”").wait_for()
    page.get_by_role("button", name="pull quote").click()
    in_dialog(page, {"The words": "A word", "Who said them": "Ada"})
    page.wait_for_selector(f"{LINE} >> text=Pull quote:")
    save(page)

    assert stored(article).body == (
        '<p>A word<span data-footnote="">See the register</span></p>'
        '<aside data-quote="Ada">A word</aside>'
    )
    assert complaints == []


def test_an_embed_of_a_provider_that_is_not_allowed_is_asked_for_again(page, db):
    article = make_article(headline="With a film", body="<p>Text.</p>")
    open_form(page, article)
    type_into_body(page, "")

    page.get_by_role("button", name="video, sound or chart").click()
    in_dialog(page, {"Address": "https://nobody.example/film", "What it shows": "A dredger"})
    page.wait_for_selector("dialog[open] >> text=This is no address of YouTube")
    in_dialog(page, {"Address": "https://youtu.be/abcdefghijk"})
    page.wait_for_selector(f"{LINE} >> text=A dredger")
    save(page)

    assert stored(article).body == (
        '<p>Text.</p><figure data-embed="https://www.youtube.com/watch?v=abcdefghijk">'
        "A dredger</figure>"
    )


def test_a_gallery_is_put_together_and_put_in_order(page, image, complaints):
    article = make_article(headline="With pictures", body="<p>Text.</p>")
    open_form(page, article)
    type_into_body(page, "")

    page.get_by_role("button", name="gallery: several pictures").click()
    page.wait_for_selector(f"{PICKER} [aria-selected=true] >> text=The quay at dawn")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Add a picture…").click()
    page.wait_for_selector(f"{PICKER} [aria-selected=true] >> text=The quay at dawn")
    page.keyboard.press("Enter")
    page.get_by_label("Title of this gallery").fill("Two mornings")
    page.locator(".desk-gallery-pictures input").nth(1).fill("The second")
    page.get_by_role("button", name="Move earlier").nth(1).click()
    save(page)

    assert stored(article).body == (
        f'<p>Text.</p><section data-gallery="Two mornings"><figure data-image="{image.pk}">'
        f'The second</figure><figure data-image="{image.pk}"></figure></section>'
    )
    assert complaints == []


def test_a_table_gets_its_heads_and_its_caption(page, db, complaints):
    article = make_article(headline="In figures", body="<p>Text.</p>")
    open_form(page, article)
    type_into_body(page, "\n")

    page.get_by_role("button", name="Insert table").click()
    dialog = page.locator("dialog.prose-editor-dialog[open]")
    dialog.get_by_label("Rows").fill("2")
    dialog.get_by_label("Columns").fill("2")
    dialog.get_by_label("Include header row").select_option("Yes")
    dialog.get_by_role("button", name="Insert Table").click()
    settle(page)
    for words in ("Place", "Metres", "Millbrae", "5.61"):
        page.keyboard.type(words)
        if words != "5.61":
            page.keyboard.press("Tab")
    page.get_by_label("Caption of this table").fill("Levels")
    save(page)

    assert stored(article).body == (
        "<p>Text.</p><table><caption>Levels</caption><tbody><tr><th><p>Place</p></th>"
        "<th><p>Metres</p></th></tr><tr><td><p>Millbrae</p></td><td><p>5.61</p></td></tr>"
        "</tbody></table>"
    )
    assert complaints == []


def test_the_byline_keeps_the_order_in_which_authors_were_chosen(page, author):
    make_author("Zoe Last")
    article = make_article(headline="Signed", authors=(author,))
    open_form(page, article)

    page.locator(".field-byline .select2-selection__choice__remove").click()
    for name in ("Zoe", "Ada"):
        page.locator(".field-byline .select2-search__field").press_sequentially(name)
        page.wait_for_selector(f".select2-results__option--highlighted >> text={name}")
        page.keyboard.press("Enter")
    page.locator("[name=_save]").click()
    page.wait_for_selector(".messagelist .success")

    names = [row.author.name for row in article.bylines.select_related("author")]
    assert names == ["Zoe Last", "Ada Quill"]


def test_whoever_saves_second_sees_both_texts_and_loses_none(page, draft, editor):
    open_form(page, draft)
    type_into_body(page, " And mine.")
    change_article(draft, body=f"{BODY}<p>And theirs.</p>")

    page.keyboard.press("Control+s")
    page.wait_for_selector(".desk-conflict")

    assert "And theirs." in page.locator(".desk-conflict").inner_text()
    page.wait_for_selector(f"{TEXT} >> text=And mine.")
    page.get_by_role("button", name="Save my version over it").click()
    page.wait_for_selector(".messagelist .success")
    assert stored(draft).body.endswith("<p>It meets again. And mine.</p>")


def test_nothing_that_the_desk_shows_breaks_its_own_policy(page, live, image, complaints):
    for address in (
        reverse("admin:index"),
        reverse("admin:articles_article_changelist"),
        reverse("admin:articles_article_change", args=[live.pk]),
        reverse("admin:articles_article_history", args=[live.pk]),
        reverse("admin:articles_article_revision", args=[live.pk, 1]),
        reverse("admin:articles_article_withdraw", args=[live.pk]),
        reverse("admin:articles_article_correct", args=[live.pk]),
        reverse("admin:articles_author_add"),
        reverse("admin:articles_image_add"),
        reverse("admin:articles_image_change", args=[image.pk]),
        reverse("admin:articles_publication_change", args=[1]),
    ):
        page.goto(address)
        page.wait_for_load_state("networkidle")

    assert complaints == []


def test_the_front_page_is_arranged_by_keyboard_alone(page, complaints):
    lead, other = make_live(headline="The lead of today"), make_live(headline="Another story")
    publishing.arrange_front({0: publishing.Placed(lead), 1: publishing.Placed(other)})
    page.goto(reverse("admin:articles_frontslot_changelist"))
    page.wait_for_selector(".desk-slot-moves:not([hidden])")

    page.locator(".desk-slot").nth(1).locator(".select2-selection").focus()
    page.keyboard.press("Alt+ArrowUp")
    page.wait_for_selector(".desk-slots-said >> text=is now in “Lead”")
    page.locator(".desk-slot").nth(4).locator(".select2-selection").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("lead of")
    page.wait_for_selector(".select2-results__option >> text=The lead of today")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+s")
    page.wait_for_selector(".messagelist .success")

    slots = dict(FrontSlot.objects.values_list("position", "article"))
    assert slots == {0: other.pk, 1: lead.pk}
    assert complaints == []


COVERED = """() => {
  const bar = document.querySelector(".desk-buttons");
  const focused = document.activeElement;
  const range = getSelection().getRangeAt(0);
  const at = focused.isContentEditable ? range : focused;
  const [{ bottom }, { top }] = [at, bar].map((one) => one.getBoundingClientRect());
  return !bar.contains(focused) && bottom > top;
}"""


def test_what_is_said_of_a_story_stands_beside_its_text_and_above_the_suggestions(page, draft):
    page.set_viewport_size({"width": 1440, "height": 900})
    open_form(page, draft)
    page.wait_for_selector("#desk-suggestions:visible")

    text, section, tags, suggested = (
        page.locator(part).bounding_box()
        for part in (TEXT, "#id_section", "#id_tags", "#desk-suggestions")
    )

    assert text["x"] + text["width"] < section["x"]
    assert section["y"] < tags["y"] < suggested["y"] < 900
    assert page.evaluate("document.documentElement.scrollWidth") == 1440


def test_two_strokes_lead_from_the_standfirst_to_the_text_and_one_to_the_buttons(page, draft):
    open_form(page, draft)
    page.locator(TEXT).wait_for()
    page.focus("#id_standfirst")
    name = "() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.name"

    def after(*keys):
        for key in keys:
            page.keyboard.press(key)
        return page.evaluate(name)

    assert after("Tab") == "paragraph"
    assert after("ArrowRight") == "unordered list"
    assert after("End", "ArrowRight", "ArrowLeft", "ArrowLeft") == "undo"
    assert after("Tab") == "Text"
    assert after("Shift+Tab") == "undo", "the menu keeps its place"
    assert after("Tab", "Alt+0") == "_save"
    assert [after("Tab"), after("Tab")] == ["_preview", "_publish"]


def test_the_menu_keeps_a_stop_when_the_button_that_was_it_is_gone(page, draft):
    open_form(page, draft)
    page.locator(TEXT).wait_for()
    page.evaluate(
        "() => document.querySelector('.prose-menubar [tabindex=\"0\"]').classList.add('hidden')"
    )
    page.focus("#id_standfirst")

    page.keyboard.press("Tab")

    assert page.locator(":focus").get_attribute("data-name") == "bulletList"


def test_every_button_of_the_menu_has_a_sign_that_the_font_knows(page, draft):
    open_form(page, draft)
    page.locator(TEXT).wait_for()
    page.evaluate("document.fonts.ready")

    signs = page.locator(".prose-menubar__button.material-icons:visible")
    wide = signs.evaluate_all(
        "all => all.filter(one => one.offsetWidth > 40).map(one => one.textContent)"
    )

    assert signs.count() > 10
    assert wide == [], "the word is there in place of its sign, in white"


def test_nothing_that_has_the_keyboard_is_under_the_buttons(page, draft):
    page.set_viewport_size({"width": 1280, "height": 800})
    open_form(page, draft)
    type_into_body(page, "")

    for _ in range(16):
        page.keyboard.type("Another line")
        page.keyboard.press("Enter")
    page.keyboard.type("The last")
    assert not page.evaluate(COVERED)

    for _ in range(30):
        page.keyboard.press("Tab")
        settle(page)
        name = page.evaluate("document.activeElement.outerHTML")[:200]
        assert not page.evaluate(COVERED), name


def test_one_can_type_behind_a_line_that_ends_a_story(page, live):
    article = make_article(headline="Ends in a line", body=f"<p>A.</p>{interesting(live)}")
    open_form(page, article)

    type_into_body(page, "Behind it.")
    page.keyboard.press("Control+s")
    page.wait_for_selector(".messagelist .success")

    assert stored(article).body == f"<p>A.</p>{interesting(live)}<p>Behind it.</p>"


def test_the_picture_of_links_is_zoomed_and_walked_through_by_keyboard(page, section, complaints):
    first = make_live(headline="First", section=section)
    for n in range(6):
        make_live(headline=f"Leads to it {n}", section=section, body=BODY + interesting(first))
    page.goto(f"{reverse('admin:articles_interestinglink_graph')}?section={section.pk}")
    picture = page.locator(".desk-graph svg")
    whole = picture.get_attribute("viewBox")

    page.get_by_role("button", name="Closer").focus()
    page.keyboard.press("Enter")
    for _ in range(3):
        page.keyboard.press("+")
    assert float(picture.get_attribute("viewBox").split()[2]) < float(whole.split()[2]) / 4
    page.locator(".desk-graph a").first.focus()
    for _ in range(7):
        x, y, width, height = map(float, picture.get_attribute("viewBox").split())
        circle = page.locator(".desk-graph a:focus circle")
        assert x <= float(circle.get_attribute("cx")) <= x + width
        assert y <= float(circle.get_attribute("cy")) <= y + height
        page.keyboard.press("Tab")
    page.locator(".desk-graph a").first.focus()
    page.keyboard.press("0")

    assert picture.get_attribute("viewBox") == whole
    assert complaints == []


def test_the_picture_of_links_is_zoomed_with_two_fingers_and_moved_with_one(
    page, section, complaints
):
    first = make_live(headline="First", section=section)
    make_live(headline="Leads to it", section=section, body=BODY + interesting(first))
    page.goto(f"{reverse('admin:articles_interestinglink_graph')}?section={section.pk}")
    picture = page.locator(".desk-graph svg")
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch = page.context.new_cdp_session(page)

    def fingers(kind, *places):
        points = [{"x": x + dx, "y": y + dy, "id": n} for n, (dx, dy) in enumerate(places)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def view():
        return list(map(float, picture.get_attribute("viewBox").split()))

    whole = view()
    fingers("touchStart", (-20, 0), (20, 0))
    for apart in range(20, 61, 10):
        fingers("touchMove", (-apart, 0), (apart, 0))
    fingers("touchEnd")
    near = view()
    assert 0.25 * whole[2] < near[2] < 0.45 * whole[2]
    assert abs(near[0] + near[2] / 2 - whole[2] / 2) < 20  # what was between them is there still
    fingers("touchStart", (0, 0))
    for far in range(0, 81, 20):
        fingers("touchMove", (-far, 0))
    fingers("touchEnd")
    assert near[0] + 20 < view()[0]
    assert view()[2] == near[2]

    picture.press("0")
    page.locator(".desk-graph a").first.click()

    page.wait_for_url("**/links/")
    assert complaints == []


DJANGOS = [[".select2-selection--multiple > ul"]]


def test_axe_finds_nothing_of_ours_at_the_desk(page, live, image):
    """What it finds in Django's own parts (``DJANGOS``) is left to Django."""
    leads = make_live(headline="Leads to it", body=BODY + interesting(live), tags=("Floods",))
    ours = [
        reverse(f"admin:articles_{name}_changelist") for name in ("frontslot", "interestinglink")
    ]
    ours += [f"{reverse('admin:articles_interestinglink_graph')}?tag=Floods"]
    ours += [reverse("admin:articles_image_change", args=[image.pk])]
    ours += [reverse("admin:articles_publication_change", args=[1])]
    for name in ("change", "links", "move_lines", "proposals", "follow_up", "withdraw", "history"):
        ours.append(reverse(f"admin:articles_article_{name}", args=[live.pk]))
    ours.append(reverse("admin:articles_article_change", args=[leads.pk]))

    found = []
    for address in ours:
        page.goto(address)
        page.wait_for_load_state("networkidle")
        page.evaluate(Path(AXE_FILE_PATH).read_text())
        answer = page.evaluate("axe.run(document, {resultTypes: ['violations'], iframes: false})")
        found += [
            (address, rule["id"], node["html"][:200])
            for rule in answer["violations"]
            for node in rule["nodes"]
            if node["target"] not in DJANGOS
        ]

    assert found == []
