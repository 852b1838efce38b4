"""Suggestions and proposals in a real browser, by keyboard alone."""

from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from django.urls import reverse

from articles import publishing
from articles.models import AcceptedLines, Edition, FollowUp, InterestingLink, Publication

from .builders import BODY, interesting, make_article, make_live
from .conftest import CHROMIUM
from .test_desk_in_browser import (  # noqa: F401  (fixtures)
    DJANGOS,
    LINE,
    TEXT,
    complaints,
    open_form,
    page,
    settle,
    stored,
)
from .test_lines_of_older_stories import LONG, older_stories

pytest.importorskip("playwright.sync_api")

PANEL = "#desk-suggestions"

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="needs Chromium"),
]


def tab_to(page, selector):  # noqa: F811
    """Press Tab until the element of ``selector`` has the focus."""
    for _ in range(120):
        if page.locator(f"{selector}:focus").count():
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {selector}")


def lines_on(page, stories):  # noqa: F811
    """The headlines that readers see in lines of each of ``stories``."""
    found = []
    for story in stories:
        page.goto(Edition.objects.live().get(article=story).path)
        found.append(page.locator("article .interesting a").all_inner_texts())
    return found


def test_a_suggestion_is_accepted_and_published_by_keyboard_alone(page, complaints):  # noqa: F811
    older = make_live(headline="The Indus rose in the night", tags=("Indus", "Floods"))
    draft = make_article(headline="Water again", tags=(), body=LONG)
    open_form(page, draft)
    page.wait_for_selector(f"{PANEL} [role=status] >> text=No story to suggest yet")

    page.locator("[name=tags]").focus()
    page.keyboard.type("Indus")
    page.wait_for_selector(f"{PANEL} .desk-suggestion >> text=shares Indus · just now")
    page.wait_for_selector(f"{PANEL} [role=status] >> text=1 story to lead to")
    tab_to(page, f"{PANEL} .desk-suggestion-best")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"{LINE} >> text=The Indus rose in the night")
    page.wait_for_selector(f"{PANEL} .desk-suggestion", state="detached")
    tab_to(page, "[name=_publish]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".messagelist .success")

    edition = Edition.objects.live().get(headline="Water again")
    row = InterestingLink.objects.get(edition=edition)
    assert (row.target_id, row.origin, row.reason) == (older.pk, "suggestion", "shares Indus")
    line = f'<aside data-interesting="{older.pk}" data-origin="suggestion" data-reason='
    before, _, after = edition.body.partition(line)
    assert (before.count("<p>"), after.count("<p>")) == (2, 2)
    assert page.locator(".messagelist .warning").count() == 0
    page.goto(edition.path)
    shown = page.locator("article .interesting a")
    assert (shown.inner_text(), shown.get_attribute("href")) == (
        older.headline,
        Edition.objects.live().get(article=older).path,
    )
    assert complaints == []


def test_a_shortcut_puts_a_suggestion_at_the_cursor_and_the_guard_warns(page, complaints):  # noqa: F811
    make_live(headline="The Indus rose in the night", tags=("Indus",))
    draft = make_article(headline="Water again", tags=("Indus",), body="<p>One.</p><p>Two.</p>")
    open_form(page, draft)
    page.wait_for_selector(f"{PANEL} .desk-suggestion")

    page.locator(TEXT).focus()
    settle(page)
    page.keyboard.press("Control+Home")
    settle(page)
    page.keyboard.press("Alt+1")
    page.wait_for_selector(f"{LINE} >> text=The Indus rose in the night")
    page.wait_for_selector(f"{PANEL} [data-part=warns] >> text=1 line in 2 words")
    page.keyboard.press("Control+s")
    page.wait_for_selector(".messagelist .warning >> text=1 line in 2 words")

    assert stored(draft).body.index("<aside") == len("<p>One.</p>")
    assert complaints == []


def test_three_proposals_are_accepted_and_taken_back_by_keyboard_alone(page, complaints):  # noqa: F811
    older = older_stories(4)
    before = [Edition.objects.live().get(article=story).body for story in older]
    new = make_live(headline="The Indus again", tags=("Floods", "Indus"))
    page.goto(reverse("admin:articles_article_proposals", args=[new.pk]))

    for story in older[:3]:
        tab_to(page, f"[id=story-{story.pk}]")
        page.keyboard.press("Space")
    tab_to(page, ".desk-proposals button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".messagelist:focus .success >> text=3 stories lead to")
    accepted = [Edition.objects.live().get(article=story) for story in older]
    desk = page.url
    led = lines_on(page, older)
    page.goto(desk)
    tab_to(page, ".desk-accepted button")
    page.keyboard.press("Enter")
    page.wait_for_selector(".messagelist .success >> text=Taken back: 3 stories are as before")

    leading = [f'data-interesting="{new.pk}"' in edition.body for edition in accepted]
    assert leading == [True, True, True, False]
    assert led == [[new.headline], [new.headline], [new.headline], []]
    assert lines_on(page, older) == [[], [], [], []]
    assert [Edition.objects.live().get(article=story).body for story in older] == before
    assert AcceptedLines.objects.get().taken_back_at is not None
    assert complaints == []


BY_SIZE_AND_COLOUR = ["color-contrast", "target-size", "scrollable-region-focusable"]


def test_axe_finds_nothing_where_lines_are_made_at_any_width_in_any_colours(page):  # noqa: F811
    publishing.change(Publication(automatic_lines=2))
    older = older_stories(3)
    new = make_live(headline="The Indus again", tags=("Floods", "Indus"))
    place = {p.source: p.place.before for p in publishing.proposals(new)}
    publishing.accept(new, chosen={older[0].pk: place[older[0].pk]})
    publishing.declare_follow_up(older[1], follows=older[2])
    wide = make_article(headline="Water again", tags=("Floods", "Indus"), body=LONG)
    urdu = make_article(
        headline="دریائے سندھ", language="ur", tags=("Indus",), body=interesting(new) + BODY
    )

    def address(story, name="change"):
        return reverse(f"admin:articles_article_{name}", args=[story.pk])

    names = ("proposals", "links", "move_lines", "withdraw", "follow_up")
    screens = [address(new, name) for name in names]
    screens += [address(older[1], "follow_up"), address(wide), address(urdu)]
    found = []
    for screen in screens:
        page.goto(screen)
        page.wait_for_load_state("networkidle")
        page.evaluate(Path(AXE_FILE_PATH).read_text())
        if page.locator("[name=lines][value=move]").count():
            page.locator("[name=lines][value=move]").check()  # then the stories are offered
        rules = None
        for width, colours in ((1440, "light"), (390, "light"), (390, "dark"), (1440, "dark")):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=colours)
            page.wait_for_timeout(250)  # Django's links take 150 ms to change their colour
            options = {"resultTypes": ["violations"], "iframes": False}
            options |= {"runOnly": rules} if rules else {}
            answer = page.evaluate("options => axe.run(document, options)", options)
            rules = BY_SIZE_AND_COLOUR
            found += [
                (screen, width, colours, rule["id"], node["html"][:160])
                for rule in answer["violations"]
                for node in rule["nodes"]
                if node["target"] not in DJANGOS
            ]
            if page.evaluate("document.documentElement.scrollWidth") > width:
                found.append((screen, width, "scrolls sideways"))

    assert found == []
    assert page.locator(f"{PANEL} [data-part=warns] li").count()


def test_a_story_is_withdrawn_and_its_lines_moved_by_keyboard_alone(page, live, complaints):  # noqa: F811
    better = make_live(headline="The bridge, told again", tags=("Floods",))
    leads = make_live(headline="Leads to it", body=BODY + interesting(live) + BODY, tags=())
    page.goto(reverse("admin:articles_article_withdraw", args=[live.pk]))

    page.keyboard.type("The source took it back")
    tab_to(page, "[name=lines]")
    page.keyboard.press("ArrowDown")
    tab_to(page, "[name=to]")
    page.keyboard.press("Space")
    while not page.locator(f"[name=to][value='{better.pk}']:checked").count():
        page.keyboard.press("ArrowDown")
    tab_to(page, ".desk-danger")
    page.keyboard.press("Enter")
    page.wait_for_selector(".messagelist:focus .success >> text=is off the site")

    assert not Edition.objects.live().filter(article=live).exists()
    assert lines_on(page, [leads]) == [[better.headline]]
    assert complaints == []


def test_a_follow_up_is_declared_and_taken_back_by_keyboard_alone(page, live, complaints):  # noqa: F811
    later = make_live(headline="What came of it", tags=("Floods",))
    page.goto(reverse("admin:articles_article_follow_up", args=[later.pk]))

    tab_to(page, "button[name=follows]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".messagelist:focus .success >> text=from now on")
    declared = FollowUp.objects.values_list("story", "follow_up").get()
    tab_to(page, "button[name=undo]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".messagelist:focus .success >> text=lead there again")

    assert declared == (live.pk, later.pk)
    assert not FollowUp.objects.exists()
    assert complaints == []
