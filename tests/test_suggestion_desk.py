"""Suggestions and proposals at the desk, and who may ask for them."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.urls import reverse

from articles import publishing
from articles.body import placement
from articles.models import AcceptedLines, Article, Edition, Publication

from .builders import desk_page, make_article, make_live
from .test_lines_of_older_stories import LONG, older_stories

QUERIES_OF_SUGGESTIONS = 10
ASKED = {"headline": "Water again", "tags": "Floods, Indus", "language": "en", "body": LONG}


def user(*permissions, name="someone"):
    found = get_user_model().objects.create_user(name, password="x", is_staff=True)
    found.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return found


def ask(client, **changes):
    return client.post(reverse("admin:articles_article_suggestions"), ASKED | changes)


def post_form(client, article, button, **changes):
    """The page after ``button`` of the story's form was pressed."""
    address = reverse("admin:articles_article_change", args=[article.pk])
    posted = client.get(address).context["adminform"].form.initial
    posted = {name: value for name, value in posted.items() if value is not None}
    posted |= {"tags": "Floods", "byline": [], "base_version": article.version, button: ""}
    return client.post(address, posted | changes, follow=True)


def test_the_form_is_answered_with_stories_reasons_and_places(client, editor):
    older = make_live(headline="The Indus rose", tags=("Indus", "Floods"))
    client.force_login(editor)

    answer = ask(client).json()

    (found,) = answer["found"]
    assert found["id"] == older.pk
    assert found["headline"] == "The Indus rose"
    assert found["reason"] == "shares Floods, Indus · just now · not yet linked from anywhere"
    assert found["kept"] == "shares Floods, Indus"
    assert found["place"] == 2
    assert answer["warns"] == []
    assert answer["automatic"] == []


@pytest.mark.parametrize("stories", [1, 7])
def test_a_text_is_read_for_places_once_however_many_stories_are_suggested(
    client, editor, monkeypatch, django_assert_num_queries, stories
):
    for number in range(stories):
        make_live(headline=f"The Indus rose {number} m", tags=("Indus", f"Flood {number}"))
    read = []
    parse = placement.blocks_of
    monkeypatch.setattr(placement, "blocks_of", lambda html: read.append(html) or parse(html))
    client.force_login(editor)

    # session, user, zone; three for tags, what they lead to and details, one and one of the search
    # index; the publication for automatic lines
    with django_assert_num_queries(QUERIES_OF_SUGGESTIONS):
        found = ask(client).json()["found"]

    assert len(found) == stories
    assert all(one["place"] == 2 for one in found)
    assert len(read) == 2  # once for free places, once for warnings


def test_lines_that_come_by_themselves_cost_what_readers_see_and_no_second_look(
    client, editor, django_assert_num_queries
):
    publishing.change(Publication(automatic_lines=2))
    followed, refused = (
        make_live(headline=f"Of {river}", tags=("Indus", "Floods")) for river in ("Ravi", "Swat")
    )
    publishing.declare_follow_up(
        make_live(headline="The Swat a year later", tags=("Indus",)), follows=refused
    )
    story = make_live(headline="Water again", tags=("Floods", "Indus"), body=LONG)
    publishing.refuse_lines(story, targets=[refused.pk])
    client.force_login(editor)
    ask(client, article=story.pk)

    # More than without: the story, what readers see of it, what it refused, what follows all that
    with django_assert_num_queries(QUERIES_OF_SUGGESTIONS + 4):
        answer = ask(client, article=story.pk).json()

    assert [one["id"] for one in answer["automatic"]] == [followed.pk]
    assert "The Swat a year later" in {one["headline"] for one in answer["found"]}


def test_whatever_is_typed_is_answered(client, editor):
    client.force_login(editor)

    for changes in (
        {"body": "<div>" * 5000, "section": "x" * 40, "tags": '"'},
        {"headline": "x" * 3000, "article": "", "language": "", "tags": ", ,"},
        {"section": "9" * 30, "translation_of": "99", "body": "", "headline": ""},
    ):
        assert ask(client, **changes).status_code == 200


def test_a_line_in_a_bad_place_is_warned_of_in_the_form_and_on_saving(client, editor, live):
    client.force_login(editor)
    body = f'<aside data-interesting="{live.pk}">{live.headline}</aside><p>Short.</p>'

    said = ask(client, body=body).json()["warns"]
    article = make_article(headline="With a line too many")
    page = post_form(client, article, "_save", body=body)

    assert said[0].startswith("The line stands at the beginning")
    assert said[0] in page.text
    assert Article.objects.get(pk=article.pk).body == body


def test_older_stories_are_offered_once_readers_can_open_the_story(client, editor):
    client.force_login(editor)
    article = make_article(headline="The Indus again")
    offer = f'<a href="{reverse("admin:articles_article_proposals", args=[article.pk])}">Older'

    saved = post_form(client, article, "_save", standfirst="In its bed")
    article.refresh_from_db()
    published = post_form(client, article, "_publish")

    said = [
        page.text.partition("messagelist")[2].partition("</ul>")[0] for page in (saved, published)
    ]
    assert [offer in words for words in said] == [False, True]


def test_suggestions_are_for_those_who_may_write_the_story(client, live):
    reader = user("view_article")
    client.force_login(reader)
    assert ask(client).status_code == 403
    assert ask(client, article=live.pk).status_code == 403
    assert client.get(reverse("admin:articles_article_suggestions")).status_code == 405

    reader.user_permissions.set(Permission.objects.filter(codename="change_article"))
    client.force_login(get_user_model().objects.get(pk=reader.pk))
    assert ask(client).status_code == 403
    assert ask(client, article=live.pk).status_code == 200
    client.logout()
    assert ask(client).status_code == 302


def test_three_older_stories_are_accepted_and_taken_back_at_the_desk(client, editor, db):
    older = older_stories(4)
    new = make_live(headline="The Indus again", tags=("Floods", "Indus"))
    client.force_login(editor)
    address = reverse("admin:articles_article_proposals", args=[new.pk])

    page = client.get(address)
    offered = {p.source: p.place.before for p, _ in page.context["proposals"]}
    chosen = [story.pk for story in older[:3]]
    posted = {"story": chosen} | {f"paragraph-{pk}": offered[pk] for pk in chosen}
    said = client.post(address, posted, follow=True).text
    act = AcceptedLines.objects.get()

    assert set(offered) == {story.pk for story in older}
    assert "3 stories lead to “The Indus again” now." in said
    assert f'data-interesting="{new.pk}"' in Edition.objects.live().get(article=older[0]).body
    undo = reverse("admin:articles_article_proposals_undo", args=[new.pk, act.pk])
    assert client.get(undo).status_code == 405
    assert "3 stories are as before" in client.post(undo, follow=True).text
    assert Edition.objects.live().filter(body__contains="data-interesting").count() == 0


def test_all_that_is_proposed_is_accepted_by_one_button(client, editor, db):
    older = older_stories(3)
    new = make_live(headline="The Indus & again", tags=("Floods", "Indus"))
    client.force_login(editor)
    address = reverse("admin:articles_article_proposals", args=[new.pk])

    page = client.get(address)
    posted = {f"paragraph-{p.source}": p.place.before for p, _ in page.context["proposals"]}
    said = client.post(address, posted | {"all": "1", "paragraph-x": "", "": ""}, follow=True).text

    assert "Into all 3" in page.text
    assert "<strong>Interesting:</strong> The Indus &amp; again" in page.text
    assert "3 stories lead to “The Indus &amp; again” now." in said
    assert {line.source for line in AcceptedLines.objects.get().lines.all()} == set(older)


def test_a_line_follows_a_paragraph_of_several_lines_too(client, editor):
    client.force_login(editor)
    verse = LONG.replace("bridge bridge", "bridge<br>bridge")
    (older,) = older_stories(1, body=verse)
    new = make_live(headline="The Indus again", tags=("Floods", "Indus"))
    address = reverse("admin:articles_article_proposals", args=[new.pk])

    said = dict(re.findall(r'name="(paragraph-[0-9]+)" value="([^"]*)"', client.get(address).text))
    as_browsers_do = {name: words.replace("\n", "\r\n") for name, words in said.items()}
    client.post(address, {"story": older.pk} | as_browsers_do)

    assert Edition.objects.live().get(article=older).lines.get().target == new


def test_proposals_are_for_those_who_may_publish(client, db):
    (older,) = older_stories(1)
    new = make_live(headline="The Indus again", tags=("Floods", "Indus"))
    act = publishing.accept(new, chosen={older.pk: publishing.proposals(new)[0].place.before}).act
    client.force_login(user("change_article", "view_article"))

    address = reverse("admin:articles_article_proposals", args=[new.pk])
    undo = reverse("admin:articles_article_proposals_undo", args=[new.pk, act.pk])

    assert client.get(address).status_code == 403
    assert client.post(address, {"story": [older.pk]}).status_code == 403
    assert client.post(undo).status_code == 403


def test_a_story_that_is_not_live_is_proposed_to_none(client, editor, draft):
    client.force_login(editor)

    page = client.get(reverse("admin:articles_article_proposals", args=[draft.pk]), follow=True)

    assert "is not live, so no line can lead to it" in page.text


def test_what_publishing_will_add_is_shown_and_can_be_refused_for_ever(client, editor, db):
    publishing.change(Publication(automatic_lines=2))
    older = make_live(headline="The Indus rose", tags=("Indus", "Floods"))
    story = make_article(headline="Water again", tags=("Floods", "Indus"), body=LONG)
    client.force_login(editor)

    shown = ask(client, article=story.pk).json()["automatic"]
    refuse = reverse("admin:articles_article_refuse", args=[story.pk])
    bad = [client.post(refuse, typed).status_code for typed in ({"story": "x"}, {})]
    client.post(refuse, {"story": older.pk})

    assert shown == [{"id": older.pk, "headline": "The Indus rose"}]
    assert bad == [400, 400]
    assert ask(client, article=story.pk).json()["automatic"] == []


def test_what_was_refused_is_seen_on_the_story_and_allowed_again_by_one_press(client, editor):
    publishing.change(Publication(automatic_lines=2))
    older = make_live(headline="The Indus rose", tags=("Indus", "Floods"))
    story = make_live(headline="Water again", tags=("Floods", "Indus"), body=LONG)
    client.force_login(editor)
    form = reverse("admin:articles_article_change", args=[story.pk])
    assert "Never by itself" not in client.get(desk_page("links", story)).text
    assert 'data-part="refused" hidden' in client.get(form).text

    client.post(desk_page("refuse", story), {"story": older.pk})
    page = client.get(desk_page("links", story)).text
    (way_back,) = re.findall(r'<form method="post" action="([^"]+/allow/)">', page)
    assert 'data-part="refused">' in client.get(form).text
    assert ask(client, article=story.pk).json()["automatic"] == []
    said = client.post(way_back, {"story": older.pk}, follow=True).text

    assert "Never by itself" in page and f'value="{older.pk}"' in page
    assert "Automatic lines may lead to “The Indus rose” again." in said
    assert "Never by itself" not in said
    assert [one["id"] for one in ask(client, article=story.pk).json()["automatic"]] == [older.pk]
    publishing.publish(story)
    assert story.editions.live().get().lines.get().target == older
    assert [entry.change_message for entry in LogEntry.objects.order_by("pk")] == [
        "No automatic line to “The Indus rose” any more.",
        "Automatic lines may lead to “The Indus rose” again.",
    ]
    again = client.post(way_back, {"story": older.pk}, follow=True).text
    assert "That was allowed already." in again
    assert client.get(way_back).status_code == 405


def test_what_publishing_again_will_add_is_what_readers_see_now(client, editor):
    publishing.change(Publication(automatic_lines=1))
    older = make_live(headline="The Indus rose", tags=("Indus", "Floods"))
    story = make_live(headline="Water again", tags=("Floods", "Indus"), body=LONG)
    for n in range(3):
        make_live(headline=f"Newer and nobody leads there {n}", tags=("Indus", "Floods"))
    client.force_login(editor)

    answer = ask(client, article=story.pk).json()

    assert answer["found"][0]["id"] != older.pk
    assert [one["id"] for one in answer["automatic"]] == [older.pk]


def test_what_publishing_will_add_is_shown_before_a_story_is_first_saved(client, editor):
    publishing.change(Publication(automatic_lines=2))
    older = make_live(headline="The Indus rose", tags=("Indus", "Floods"))
    client.force_login(editor)

    assert ask(client).json()["automatic"] == [{"id": older.pk, "headline": "The Indus rose"}]


def test_who_may_not_publish_refuses_and_allows_lines_of_drafts_only(client, draft, live):
    client.force_login(user("change_article", "view_article"))

    def refuse(article):
        return client.post(
            reverse("admin:articles_article_refuse", args=[article.pk]), {"story": live.pk}
        )

    assert refuse(live).status_code == 403
    assert refuse(draft).status_code == 200

    publishing.refuse_lines(live, targets=[draft.pk])
    for article, target, is_allowed in ((live, draft, False), (draft, live, True)):
        page = client.get(desk_page("links", article)).text
        assert "Never by itself" in page
        assert ("Allow it again" in page) == is_allowed
        answer = client.post(desk_page("allow", article), {"story": target.pk})
        assert answer.status_code == (302 if is_allowed else 403)
        assert article.refused_lines.exists() != is_allowed


@pytest.mark.parametrize("state", ["draft", "live"])
def test_the_form_has_the_panel_only_for_who_may_write(client, state, request):
    article = request.getfixturevalue(state)
    address = reverse("admin:articles_article_change", args=[article.pk])
    someone = user("view_article")
    client.force_login(someone)
    reading = client.get(address).text
    someone.user_permissions.set(Permission.objects.filter(codename__endswith="_article"))
    client.force_login(get_user_model().objects.get(pk=someone.pk))

    assert "desk-suggestions" not in reading
    assert 'id="desk-suggestions"' in client.get(address).text


def test_the_keyboard_goes_from_the_text_to_section_tags_and_picture_before_suggestions(
    client, editor, draft
):
    client.force_login(editor)

    form = client.get(reverse("admin:articles_article_change", args=[draft.pk])).text

    stops = ("body", "section", "byline", "tags", "lead_image")
    places = [form.index(f'name="{field}"') for field in stops]
    assert places == sorted(places)
    assert places[-1] < form.index('id="desk-suggestions"') < form.index('name="note"')


NAUGHTY = (
    "x" * 10_000,
    "a\0b",
    "a\rb\nc\x0bd",
    "👩🏽‍🚀" * 50,
    "‮سیلاب‬ Floods \u2066",
    'say "Floods", "Indus',
    "\ufffe\uffff",
    "1e999",
    "'; DROP TABLE--",
    "%s %(x)s {}",
)


def test_signs_that_no_database_takes_are_no_part_of_a_tag(client, editor, draft):
    client.force_login(editor)
    address = reverse("admin:articles_article_change", args=[draft.pk])
    typed = {"headline": draft.headline, "section": draft.section_id, "language": "en"}
    typed |= {"slug": draft.slug, "body": draft.body, "base_version": 1, "_save": ""}

    client.post(address, typed | {"tags": 'Flo\0ods, "Sindh,\rlower", In\x0bdus'})

    assert set(draft.tags.names()) == {"Floods", "Sindh, lower", "In dus"}


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r", "\u2028"])
def test_line_breaks_of_a_headline_are_spaces(client, editor, draft, line_break):
    client.force_login(editor)

    post_form(client, draft, "_save", headline=f"A{line_break}{'b' * 198}")

    draft.refresh_from_db()
    assert draft.headline == f"A {'b' * 198}"


@pytest.mark.parametrize("text", NAUGHTY)
def test_no_words_break_the_suggestions_or_the_pickers(client, editor, text):
    make_live(headline="The Indus rose", tags=("Indus", "Floods"))
    client.force_login(editor)
    fields = ("headline", "standfirst", "tags", "body", "language", "section", "translation_of")

    answers = [ask(client, **{name: text}) for name in (*fields, "article")]
    everywhere = client.post(
        reverse("admin:articles_article_suggestions"), dict.fromkeys((*fields, "article"), text)
    )
    asked = {"q": text, "lists": "1"}
    pickers = [
        client.get(reverse(f"admin:articles_article_{name}"), asked)
        for name in ("stories", "pictures", "tag_names")
    ]

    assert {answer.status_code for answer in [*answers, everywhere, *pickers]} == {200}
    assert all(set(answer.json()) == {"found", "warns", "automatic"} for answer in answers)
