"""The list of stories at the desk, what is deleted there, and what the pickers ask."""

import re

import pytest
from django.urls import reverse

from articles.admin import deleting
from articles.models import (
    Article,
    Section,
    Spoil,
    Tag,
)

from .builders import (
    make_article,
    make_author,
    make_image,
    make_live,
    make_section,
)
from .desk import said

pytestmark = pytest.mark.django_db

LIST = "admin:articles_article_changelist"


# The list


def test_the_list_asks_the_same_few_questions_for_any_number(desk, django_assert_num_queries):
    for number in range(3):
        make_article(headline=f"Story {number}", authors=(make_author("A"), make_author("B")))
    with django_assert_num_queries(7):  # session, user, zone, keys, sections, page, bylines
        desk.get(reverse(LIST))
    for number in range(20):
        make_live(headline=f"Live {number}", authors=(make_author("B"),))

    with django_assert_num_queries(7):
        response = desk.get(reverse(LIST))

    assert response.text.count('data-state="live"') == 20


def test_the_list_never_counts_beyond_what_anybody_reads(desk, monkeypatch):
    monkeypatch.setattr("articles.admin.article.UpTo.most", 2)
    for number in range(4):
        make_article(headline=f"Story {number}")

    assert desk.get(reverse(LIST)).context["cl"].result_count == 2


def test_articles_are_found_by_words_of_the_headline_whatever_their_quotes(desk, draft):
    make_article(headline="“Never again”, says mayor")

    found = desk.get(reverse(LIST), {"q": '"never AGAIN"'}).context["cl"].result_list

    assert [article.headline for article in found] == ["“Never again”, says mayor"]


@pytest.mark.parametrize(
    ("state", "value"),
    [
        ("draft", "draft"),
        ("in_review", "in_review"),
        ("embargoed", "scheduled"),
        ("live", "live"),
        ("withdrawn", "withdrawn"),
        ("expired", "expired"),
    ],
)
def test_articles_are_found_by_state(desk, request, state, value):
    article = request.getfixturevalue(state)
    make_live(headline="Another") if state != "live" else make_article(headline="Another")

    response = desk.get(reverse(LIST), {"state": value})

    assert [found.pk for found in response.context["cl"].result_list] == [article.pk]
    assert f'data-state="{value}"' in response.text


def test_articles_are_found_by_section(desk, draft):
    other = make_article(headline="Elsewhere", section=make_section("Harbour"))

    response = desk.get(reverse(LIST), {"section__id__exact": other.section_id})

    assert [found.pk for found in response.context["cl"].result_list] == [other.pk]


# Deleting


def test_a_draft_can_be_deleted(desk, draft):
    desk.post(reverse("admin:articles_article_delete", args=[draft.pk]), {"post": "yes"})

    assert not Article.objects.exists()


def test_a_published_article_is_kept_and_the_desk_says_so(desk, withdrawn):
    address = reverse("admin:articles_article_delete", args=[withdrawn.pk])

    response = desk.post(address, {"post": "yes"}, follow=True)

    assert "has been published, so it is kept for ever" in said(response)
    assert Article.objects.exists()


def test_a_selection_with_a_published_article_is_not_deleted(desk, draft, live):
    response = desk.post(
        reverse(LIST),
        {"action": "delete_selected", "_selected_action": [draft.pk, live.pk], "post": "yes"},
        follow=True,
    )

    assert "Nothing was deleted" in said(response)
    assert Article.objects.count() == 2


def test_a_section_with_stories_is_kept_and_the_desk_says_why(desk, live):
    address = reverse("admin:articles_section_delete", args=[live.section_id])

    response = desk.post(address, {"post": "yes"}, follow=True)

    assert "cannot be deleted: it stands in 1 edition and 1 article" in said(response)
    assert Section.objects.exists()


def test_an_empty_section_is_deleted_through_the_verb(desk):
    section = make_section("Empty")

    desk.post(reverse("admin:articles_section_delete", args=[section.pk]), {"post": "yes"})

    assert not Section.objects.filter(pk=section.pk).exists()
    assert Spoil.objects.filter(key=f"section-{section.pk}-list").exists()


def test_selected_tags_are_deleted_through_the_verb(desk, live):
    tag = Tag.objects.get()

    desk.post(
        reverse("admin:articles_tag_changelist"),
        {"action": "delete_selected", "_selected_action": [tag.pk], "post": "yes"},
    )

    assert not Tag.objects.exists()
    assert Spoil.objects.filter(key=f"tag-{tag.pk}").exists()


def of_all_pages(desk, name, action):
    """What the desk answers to ``action`` on all rows of a list, those of other pages too."""
    listed = reverse(f"admin:articles_{name}_changelist")
    one = Tag.objects.first() if name == "tag" else Article.objects.first()
    posted = {"action": action, "_selected_action": [one.pk], "select_across": "1"}
    return desk.post(listed, posted, follow=True)


def test_what_can_be_chosen_can_be_confirmed(desk):
    number = deleting.MOST_AT_ONCE
    Tag.objects.bulk_create(Tag(name=f"Tag {n}", slug=f"tag-{n}") for n in range(number + 1))

    too_many = [of_all_pages(desk, "tag", action) for action in ("delete_selected", "merge")]
    Tag.objects.first().delete()
    asked = of_all_pages(desk, "tag", "delete_selected")
    chosen = re.findall(r'name="_selected_action" value="(\d+)"', asked.text)
    done = {"action": "delete_selected", "_selected_action": chosen, "post": "yes"}
    desk.post(reverse("admin:articles_tag_changelist"), done)

    assert ["choose 500 at most at once" in said(response) for response in too_many] == [True] * 2
    assert len(chosen) == number
    assert not Tag.objects.exists()


def test_why_a_whole_list_is_kept_is_asked_of_a_few(desk, django_assert_max_num_queries):
    for number in range(30):
        make_live(headline=f"Story {number}")

    with django_assert_max_num_queries(30):
        response = of_all_pages(desk, "article", "delete_selected")

    assert said(response).count("is kept for ever") == 5
    assert Article.objects.count() == 30


# What the pickers ask


def test_the_picker_finds_stories_by_headline_with_their_state(desk, live, draft):
    found = desk.get(reverse("admin:articles_article_stories"), {"q": "BRIDGE"}).json()["found"]

    assert [story["id"] for story in found] == [live.pk]
    assert (found[0]["state"], found[0]["is_live"]) == ("live", True)
    assert found[0]["when"].startswith("published ")


def test_the_picker_leaves_out_the_story_being_written(desk, live, draft):
    address = reverse("admin:articles_article_stories")

    found = desk.get(address, {"q": "", "not": draft.pk}).json()["found"]

    assert [story["id"] for story in found] == [live.pk]


def test_lines_ask_for_their_stories_by_id(desk, live, draft, django_assert_num_queries):
    address = reverse("admin:articles_article_stories")

    # session, user, zone; what lines to them show, stories, publication dates
    with django_assert_num_queries(6):
        found = desk.get(address, {"id": [live.pk, draft.pk, "nonsense", "9" * 40]}).json()["found"]

    assert {story["id"]: story["is_live"] for story in found} == {live.pk: True, draft.pk: False}


def test_a_line_at_the_desk_has_the_headline_that_readers_see(desk, changed):
    address = reverse("admin:articles_article_stories")

    (line,) = desk.get(address, {"id": changed.pk}).json()["found"]
    (found,) = desk.get(address, {"q": "and a secret"}).json()["found"]

    assert line["headline"] == "A bridge with two lanes"
    assert found["headline"] == "A bridge with two lanes and a secret"
    assert found["when"].endswith(", as “A bridge with two lanes”")


def test_the_picker_finds_pictures_by_any_of_their_words(desk):
    image = make_image(alt="A pier", caption="The quay at dawn", credit="Ada")
    make_image(digest="1" * 64, alt="A tower")
    address = reverse("admin:articles_article_pictures")

    for words in ("pier", "dawn", "ada", "ada quay pier"):
        found = desk.get(address, {"q": words}).json()["found"]

        assert [picture["id"] for picture in found] == [image.pk]
        assert "card-" in found[0]["url"]


@pytest.mark.parametrize("asked", ["stories", "pictures", "tag_names"])
def test_a_sign_that_no_database_takes_is_no_word_of_what_a_picker_asks(desk, live, asked):
    address = reverse(f"admin:articles_article_{asked}")

    with_it = desk.get(address, {"q": "\0bridge\0"})

    assert with_it.json() == desk.get(address, {"q": "bridge"}).json()


def test_names_of_tags_are_offered_by_their_beginning(desk, draft):
    address = reverse("admin:articles_article_tag_names")

    assert desk.get(address, {"q": "flo"}).json() == {"found": ["Floods"]}
