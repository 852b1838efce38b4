"""The screens of the front page, series, standing pages and merged tags, and their side doors."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from articles import publishing
from articles.models import (
    BreakingNews,
    FormerTag,
    FrontSlot,
    Publication,
    Section,
    StandingPage,
    Tag,
)
from articles.publishing import Placed

from .builders import make_article, make_live, make_page, make_section, make_series
from .desk import form_of, said, stored, typed

pytestmark = pytest.mark.django_db

FRONT = reverse("admin:articles_frontslot_changelist")
TAGS = reverse("admin:articles_tag_changelist")


def chosen(stories=(), **more):
    """What the form of the front page posts with these stories in its first slots."""
    places = {f"story_{n}": story.pk for n, story in enumerate(stories) if story}
    sections = [section.pk for section in Section.objects.all()]
    base = publishing.arrangement()
    return places | {"sections": sections, "base": base, "_arrange": "1"} | more


def page_form(page):
    return reverse("admin:articles_standingpage_change", args=[page.pk])


def words_of(page, **changes):
    columns = {
        name: getattr(page, name) for name in ("title", "body", "position", "language", "slug")
    }
    return columns | {"is_live": "on", "base_version": page.version} | changes


# The front page


def test_an_editor_arranges_the_front_page(desk, client):
    publishing.change(Publication(name="The Post"))
    one, two = make_live(headline="One"), make_live(headline="Two")
    until = f"{timezone.now() + timedelta(days=1):%Y-%m-%dT%H:%M}"

    response = desk.post(FRONT, chosen([one, None, two], until_2=until), follow=True)

    assert "Readers see the front page like this now." in said(response)
    slots = FrontSlot.objects.values_list("position", "article")
    assert list(slots) == [(0, one.pk), (2, two.pk)]
    assert f"{FrontSlot.objects.get(position=2).ends_at:%Y-%m-%dT%H:%M}" == until
    assert "Arranged the front page" in LogEntry.objects.first().change_message


def test_the_screen_says_what_stands_where_and_why_not(desk):
    publishing.arrange_front({0: Placed(make_article(headline="A draft of a lead"))})

    page = desk.get(FRONT).text

    assert "A draft of a lead" in page
    assert "Until readers can open it, the newest story stands here." in " ".join(page.split())
    assert "Fills itself: the newest with a picture." in page


@pytest.mark.parametrize(
    ("slots", "more", "words"),
    [
        ([0, 0], {}, "It stands in “Lead” too. Empty one of them."),
        ([], {"until_3": "2999-01-01T10:00"}, "Choose a story for this slot, or no moment."),
        ([0], {"until_0": "2001-01-01T10:00"}, "This moment is over. Choose a later one."),
        ([0], {"until_0": "9999-12-31T23:59"}, "Look at the year"),
        ([], {"story_0": "999999"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_arranged_is_refused_beside_its_slot(desk, live, slots, more, words):
    response = desk.post(FRONT, chosen([live for _ in slots], **more))

    assert words in said(response)
    assert not FrontSlot.objects.exists()


def test_of_two_editors_the_second_sees_what_the_first_arranged(desk):
    one, two = make_live(headline="One"), make_live(headline="Two")
    publishing.arrange_front({3: Placed(one)})
    mine = chosen([two])
    publishing.arrange_front({0: Placed(one)})

    response = desk.post(FRONT, mine)

    assert "Nothing that you chose is lost" in said(response)
    assert "Lead: “One”" in said(response)
    assert response.context["form"]["story_0"].value() == str(two.pk)
    assert FrontSlot.objects.get().article == one
    mine["base"] = response.context["form"]["base"].value()
    desk.post(FRONT, mine)
    assert FrontSlot.objects.get().article == two


def test_of_two_editors_of_an_empty_front_page_the_second_is_told_too(desk):
    one, two = make_live(headline="One"), make_live(headline="Two")
    mine = chosen([two])
    publishing.arrange_front({0: Placed(one)})

    response = desk.post(FRONT, mine)

    assert "Nothing that you chose is lost" in said(response)
    assert FrontSlot.objects.get().article == one


def test_a_section_is_switched_off_the_front(desk, live):
    sport = make_section("Sport")

    desk.post(FRONT, chosen(sections=[live.section_id]), follow=True)

    assert not Section.objects.get(pk=sport.pk).is_on_front


def test_breaking_news_are_switched_on_and_off(desk, live, editor):
    news = {"text": "The quay is closed", "article": live.pk, "_break": "1"}

    response = desk.post(FRONT, news, follow=True)
    assert "The strip is on the front page." in said(response)
    assert (BreakingNews.objects.get().begun_by, BreakingNews.objects.get().article) == (
        editor,
        live,
    )
    assert "The strip is off" in said(desk.post(FRONT, {"_end": "1"}, follow=True))
    assert "no strip any more" in said(desk.post(FRONT, {"_end": "1"}, follow=True))
    over = desk.post(FRONT, news | {"until": "2001-01-01T10:00"})
    assert "This moment is over." in said(over)
    assert "This field is required." in said(desk.post(FRONT, {"text": " ", "_break": "1"}))


def test_the_front_page_is_arranged_only_by_those_who_may(as_user, live):
    client = as_user("view_frontslot", "change_article", "publish_article")

    assert client.get(FRONT).status_code == 200
    assert "_arrange" not in client.get(FRONT).text
    for button in ("_arrange", "_break", "_end"):
        assert client.post(FRONT, {button: "1", "text": "x"}).status_code == 403
    assert not BreakingNews.objects.exists()


@pytest.mark.parametrize("name", ["add", "delete", "change", "history"])
def test_a_slot_has_no_side_door(as_user, live, name):
    publishing.arrange_front({0: Placed(live)})
    slot = FrontSlot.objects.get()
    client = as_user("change_article", "view_article")

    address = reverse(f"admin:articles_frontslot_{name}", args=[] if name == "add" else [slot.pk])
    answers = {
        client.get(address, follow=True).status_code,
        client.post(address, follow=True).status_code,
    }

    assert answers == {403}
    assert FrontSlot.objects.get() == slot


def test_stories_are_offered_to_slots_only_to_those_who_may_see_them(as_user, live):
    client = as_user("change_frontslot")
    asked = {"app_label": "articles", "model_name": "frontslot", "field_name": "article"}

    assert client.get(reverse("admin:autocomplete"), asked).status_code == 403


# Stories


def test_a_story_gets_its_note_series_and_original_at_the_desk(desk, draft):
    urdu = make_article(headline="سمندر", language="ur")
    series = make_series("Tides")

    desk.post(
        form_of(draft),
        typed(draft, note="How", series=series.pk, part="", translation_of=urdu.pk, _save="1"),
    )

    article = stored(draft)
    assert (article.note, article.series, article.part) == ("How", series, 1)
    assert article.translation_of == urdu


def test_a_taken_part_is_refused_beside_its_field_and_what_was_typed_comes_back(desk, draft):
    other = make_article(headline="Other", series=make_series("Tides"))

    response = desk.post(
        form_of(draft), typed(draft, headline="Mine", series=other.series_id, part=1, _save="1")
    )

    assert "next free part is 2" in said(response)
    assert ">\nMine</textarea>" in response.text
    assert stored(draft).series != other.series


def test_a_series_in_use_is_kept_and_lists_its_parts(desk, draft):
    page = reverse("admin:articles_series_change", args=[draft.series_id])
    address = reverse("admin:articles_series_delete", args=[draft.series_id])

    assert draft.headline in desk.get(page).text
    assert "cannot be deleted" in said(desk.post(address, {"post": "yes"}, follow=True))


# Standing pages


def test_a_page_is_written_at_the_desk(desk, client):
    add = reverse("admin:articles_standingpage_add")
    typed = {"title": "About us", "body": "<p>Us.</p><script>x</script>", "is_live": "on"}

    response = desk.post(
        add, typed | {"position": 1, "language": "en", "slug": "", "base_version": 0}, follow=True
    )
    assert "Choose another word." not in said(response)

    assert "<p>Us.</p>" in client.get("/about-us/").text
    assert StandingPage.objects.get().body == "<p>Us.</p>"


def test_a_page_saved_meanwhile_is_not_overwritten_and_nothing_is_lost(desk):
    page = make_page("About")
    mine = words_of(page, body="<p>Mine.</p>")
    theirs = StandingPage.objects.get()
    theirs.body = "<p>Theirs.</p>"
    publishing.change_page(theirs, base_version=1)

    response = desk.post(page_form(page), mine)

    assert "Nothing that you typed is lost" in said(response)
    assert "Mine." in response.text
    assert StandingPage.objects.get().body == "<p>Theirs.</p>"
    again = mine | {"base_version": response.context["adminform"].form["base_version"].value()}
    desk.post(page_form(page), again)
    assert StandingPage.objects.get().body == "<p>Mine.</p>"


def test_a_page_at_an_address_of_the_site_is_refused_beside_its_slug(desk):
    page = make_page("About")

    assert "Choose another word." in said(desk.post(page_form(page), words_of(page, slug="tag")))
    typed = words_of(page, slug="", title="Series")
    assert "Choose another word." in said(desk.post(page_form(page), typed))


def test_a_deleted_page_is_gone_from_the_foot(desk, client, live):
    page = make_page("About")

    desk.post(reverse("admin:articles_standingpage_delete", args=[page.pk]), {"post": "yes"})

    assert client.get("/about/").status_code == 404
    assert "/about/" not in client.get("/").text


@pytest.mark.parametrize("name", ["change", "delete", "history"])
def test_a_page_of_the_desk_has_no_side_door(as_user, name):
    page = make_page("About")
    client = as_user("change_article")

    address = reverse(f"admin:articles_standingpage_{name}", args=[page.pk])

    assert client.get(address).status_code == 403
    assert client.post(address, words_of(page, title="Mine") | {"post": "yes"}).status_code == 403
    assert StandingPage.objects.get().title == "About"


def test_a_page_can_be_looked_at_by_those_who_may_not_change_it(as_user):
    page = make_page("About")

    response = as_user("view_standingpage").get(page_form(page))

    assert response.status_code == 200
    assert "A paper for the harbour." in response.text


# Tags


def merged(browser, tags, **more):
    posted = {"action": "merge", "_selected_action": [tag.pk for tag in tags]} | more
    return browser.post(TAGS, posted, follow=True)


def test_tags_are_merged_from_their_list(desk):
    make_live(headline="One", tags=("Flood", "Floodings", "Floods"))
    tags = Tag.objects.in_bulk(["flood", "floodings", "floods"], field_name="slug")

    asked = merged(desk, [tags["flood"], tags["floodings"]])
    assert "Every story of" in asked.text

    done = merged(desk, [tags["flood"], tags["floodings"]], into=tags["floods"].pk)
    assert "Old addresses lead there." in said(done)
    assert set(FormerTag.objects.values_list("slug", flat=True)) == {"flood", "floodings"}
    assert list(Tag.objects.values_list("slug", flat=True)) == ["floods"]


def test_a_tag_is_not_merged_into_itself_at_the_desk(desk, live):
    tag = live.tags.get()

    assert "Choose another tag." in said(merged(desk, [tag], into=tag.pk))
    assert Tag.objects.count() == 1


def test_a_tag_that_another_editor_merged_first_stays_where_that_one_put_it(desk):
    make_live(headline="One", tags=("Flood", "Floods", "Rivers"))
    flood, floods, rivers = Tag.objects.order_by("slug")
    publishing.merge_tags(Tag.objects.get(pk=flood.pk), into=floods)

    done = merged(desk, [flood], into=rivers.pk)

    assert "merged or deleted in the meantime" in said(done)
    assert "Old addresses" not in said(done)
    assert FormerTag.objects.get(name="Flood").tag == floods


def test_tags_are_merged_only_by_those_who_may_delete_them(as_user):
    make_live(headline="One", tags=("Flood", "Floods"))
    one, other = Tag.objects.order_by("slug")

    merged(as_user("change_tag", "view_tag"), [one], into=other.pk)

    assert Tag.objects.count() == 2
