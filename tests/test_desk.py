"""The desk's form of a story: every button, every refusal, every side door."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from articles import links, publishing
from articles.admin.standing import moment
from articles.body import EXTENSIONS
from articles.models import (
    Article,
    Correction,
    Edition,
    Publication,
    Spoil,
    Tag,
)

from .builders import (
    BODY,
    change_article,
    desk_page,
    interesting,
    make_article,
    make_author,
    make_image,
)
from .desk import form_of, said, stored, typed

pytestmark = pytest.mark.django_db

LIST = "admin:articles_article_changelist"


# Saving


def test_a_new_article_is_saved_as_a_draft(desk, editor):
    ada, bea = make_author("Ada Quill"), make_author("Bea Rowe")

    response = desk.post(
        reverse("admin:articles_article_add"),
        typed(byline=[bea.pk, ada.pk], tags="Floods, climate change", _save="1"),
        follow=True,
    )

    article = Article.objects.get()
    assert "Saved as version 1" in said(response)
    assert response.redirect_chain[0][0] == form_of(article)
    assert [row.author for row in article.bylines.all()] == [bea, ada]
    assert set(article.tags.names()) == {"Floods", "climate change"}
    assert article.revisions.get().saved_by == editor
    assert not Edition.objects.exists()


def test_saving_an_untouched_form_makes_no_revision(desk, draft):
    response = desk.post(form_of(draft), typed(draft, _save="1"), follow=True)

    assert "Nothing had changed" in said(response)
    assert draft.revisions.count() == 1


def test_the_form_shows_what_is_stored(desk):
    article = make_article(tags=("Smith, John", "C++"), body='<p>A "quote" &amp; more</p>')

    response = desk.get(form_of(article))

    form = response.context["adminform"].form
    assert form["tags"].value() == '"Smith, John", C++' or form["tags"].value() == (
        'C++, "Smith, John"'
    )
    assert form["body"].value() == article.body
    assert escape(article.body) in response.text


def test_a_tag_with_a_comma_in_its_name_survives_a_save(desk):
    article = make_article(tags=("Smith, John",))

    desk.post(form_of(article), typed(article, tags='"Smith, John", New', _save="1"))

    assert set(stored(article).tags.names()) == {"Smith, John", "New"}


def test_too_long_a_tag_is_refused_beside_its_field(desk, draft):
    response = desk.post(form_of(draft), typed(draft, tags=f"Short, {'x' * 101}"))

    assert "at most 100 characters" in said(response)


@pytest.mark.parametrize(
    ("pasted", "words"),
    [
        ("floods and more " * 10_000, "separated by commas, no text"),
        (", ".join(f"word {n}" for n in range(500)), "These are 500 tags"),
    ],
    ids=["without commas", "with commas"],
)
def test_a_whole_text_pasted_among_the_tags_is_refused(desk, draft, pasted, words):
    response = desk.post(form_of(draft), typed(draft, tags=pasted))

    assert words in said(response)
    assert Tag.objects.count() == 1


def test_an_empty_headline_is_refused_and_the_text_comes_back(desk, draft):
    response = desk.post(form_of(draft), typed(draft, headline="", body="<p>New words</p>"))

    assert "This field is required" in said(response)
    assert escape("<p>New words</p>") in response.text
    assert stored(draft).version == 1


def test_a_headline_that_nobody_can_see_is_none(desk, draft):
    response = desk.post(form_of(draft), typed(draft, headline="\u200b\u2060", tags="A, \u200b"))

    assert "cannot be blank" in said(response)
    assert stored(draft).headline == draft.headline
    assert list(Tag.objects.values_list("name", flat=True)) == ["Floods"]


def test_a_text_that_cannot_be_kept_is_refused_with_the_reason(desk, draft):
    response = desk.post(form_of(draft), typed(draft, body="<div>" * 200 + "Deep"))

    assert "elements inside each other" in said(response)
    assert stored(draft).body == BODY


def test_what_the_editor_offers_is_what_the_sanitiser_lets_through(desk, draft):
    response = desk.get(form_of(draft))

    offered = response.context["adminform"].form.fields["body"].widget.config["extensions"]
    assert set(offered) - {"Exact", "NoSpellCheck"} == set(EXTENSIONS)


def test_the_editor_is_told_the_papers_own_label(desk, draft):
    publishing.change(Publication(interesting_label="دلچسپ"))

    config = desk.get(form_of(draft)).context["adminform"].form.fields["body"].widget.config

    assert config["extensions"]["Interesting"] == {
        "search": reverse("admin:articles_article_stories"),
        "article": draft.pk,
        "label": "دلچسپ",
        "direction": "ltr",
        "words": sorted({*links.INTERESTING.values()}),
    }


def test_a_form_without_its_version_is_refused(desk, draft):
    response = desk.post(form_of(draft), typed(draft, headline="New", base_version=None))

    assert "has lost its version" in said(response)
    assert stored(draft).headline == draft.headline


# Two people


def test_a_stale_save_shows_both_texts_and_keeps_what_was_typed(desk, draft, editor):
    form = typed(draft, headline="Mine", body="<p>My words</p>", _save="1")
    publishing.save(draft, base_version=1, by=editor, headline="Theirs", body="<p>Their words</p>")

    response = desk.post(form_of(draft), form)

    conflict, shown = response.context["conflict"], response.context["adminform"].form
    assert (conflict.revision.saved_by, conflict.revision.version) == (editor, 2)
    assert [field.name for field in conflict.differences] == ["headline", "body"]
    assert shown["headline"].value() == "Mine"
    assert shown["body"].value() == "<p>My words</p>"
    assert "Their words" in response.text
    assert "Save my version over it" in response.text
    assert stored(draft).headline == "Theirs"


def test_saving_again_after_a_conflict_takes_ones_own_version(desk, draft):
    form = typed(draft, headline="Mine", _save="1")
    change_article(draft, headline="Theirs")
    conflict = desk.post(form_of(draft), form).context["adminform"].form

    response = desk.post(form_of(draft), conflict.data, follow=True)

    assert "Saved as version 3" in said(response)
    assert stored(draft).headline == "Mine"


def test_what_only_the_other_changed_is_not_undone(desk, draft):
    zoe = make_author("Zoe Last")
    form = typed(draft, headline="Mine", _save="1")
    change_article(draft, standfirst="Theirs", authors=(zoe,), tags=("Theirs",), is_in_review=True)

    response = desk.post(form_of(draft), form)
    desk.post(form_of(draft), response.context["adminform"].form.data)

    after = stored(draft)
    assert response.context["conflict"].taken_over == [
        "Standfirst",
        "Byline",
        "Tags",
        "Ready for review",
    ]
    assert (after.headline, after.standfirst, after.is_in_review) == ("Mine", "Theirs", True)
    assert [row.author for row in after.bylines.all()] == [zoe]
    assert list(after.tags.names()) == ["Theirs"]


def test_a_stale_publication_publishes_nothing(desk, draft):
    form = typed(draft, headline="Mine", _publish="1")
    change_article(draft, headline="Theirs")

    response = desk.post(form_of(draft), form)

    assert response.context["conflict"]
    assert not Edition.objects.exists()


# Publishing


def test_publish_saves_and_publishes(desk, draft, editor):
    response = desk.post(form_of(draft), typed(draft, headline="New", _publish="1"), follow=True)

    edition = Edition.objects.live().get()
    assert (edition.headline, edition.version, edition.published_by) == ("New", 2, editor)
    assert edition.path in said(response)
    assert Spoil.objects.filter(key="front-list").exists()


def test_a_refused_publication_does_not_say_that_it_was_saved(desk, live):
    response = desk.post(
        form_of(live), typed(live, headline="Changed", live_from="2020-01-01T10:00", _publish="1")
    )

    assert "cannot be changed in the past" in response.text
    assert ">\nChanged</textarea>" in response.text
    assert "unpublished" not in response.text
    assert stored(live).version == 1


def test_an_article_is_published_from_and_until_the_moments_given(desk, draft):
    publishing.change(Publication(time_zone="Asia/Karachi"))
    day = timezone.now().date() + timedelta(days=3)

    response = desk.post(
        form_of(draft),
        typed(draft, live_from=f"{day}T09:00", live_until=f"{day}T21:30", _publish="1"),
        follow=True,
    )

    edition = Edition.objects.get()
    assert edition.live_from.isoformat() == f"{day}T04:00:00+00:00"  # Karachi is at +05:00
    assert edition.live_until.isoformat() == f"{day}T16:30:00+00:00"
    assert "09:00" in said(response)
    assert "Planned" in said(response)


def test_an_empty_story_is_not_published_and_not_saved_either(desk, draft):
    response = desk.post(form_of(draft), typed(draft, headline="New", body="", _publish="1"))

    assert "has no text yet" in said(response)
    assert response.context["adminform"].form["headline"].value() == "New"
    assert stored(draft).version == 1


def test_a_new_story_that_is_refused_leaves_nothing_behind(desk, section):
    add = reverse("admin:articles_article_add")

    response = desk.post(add, typed(headline="New", body="", _publish="1"))

    assert "has no text yet" in said(response)
    assert not Article.objects.exists()
    assert response.context["original"] is None


def test_an_end_before_the_beginning_is_refused(desk, draft):
    form = typed(draft, live_until="2020-01-01T00:00", _publish="1")

    response = desk.post(form_of(draft), form)

    assert "The end must come after the beginning" in said(response)
    assert "2020-01-01T00:00" in response.text
    assert not Edition.objects.exists()


@pytest.mark.parametrize("zone", ["Asia/Karachi", "America/New_York"])
@pytest.mark.parametrize(
    ("name", "moment"),
    [
        ("live_from", "0026-12-31T09:00"),
        ("live_from", "0001-01-01T00:00"),
        ("live_until", "9999-12-31T23:59"),
    ],
)
def test_a_year_that_nobody_can_mean_is_refused_beside_its_field(desk, draft, name, moment, zone):
    publishing.change(Publication(time_zone=zone))

    response = desk.post(form_of(draft), typed(draft, _publish="1", **{name: moment}))

    assert "Look at the year" in str(response.context["adminform"].form.errors[name])
    assert not Edition.objects.exists()


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("draft", "No reader has seen it."),
        ("in_review", "No reader has seen it."),
        ("embargoed", "Version 1 is planned from"),
        ("live", "Readers have seen this story since"),
        ("withdrawn", "The source took it back"),
        ("expired", "It went off the site on"),
    ],
)
def test_the_form_says_where_the_story_stands(desk, request, state, words):
    article = request.getfixturevalue(state)

    response = desk.get(form_of(article))

    assert words in response.context["standing"].now


def test_the_form_of_a_live_story_says_what_is_not_published(desk, live):
    change_article(live, headline="Newer")

    response = desk.get(form_of(live))

    assert "They see version 1; version 2 is unpublished." in response.context["standing"].now
    assert live.editions.get().path in response.text


def test_a_story_that_came_back_and_ended_as_planned_is_not_called_withdrawn(
    desk, withdrawn, monkeypatch
):
    now = timezone.now()
    publishing.publish(withdrawn, until=now + timedelta(hours=1))
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(hours=2))

    response = desk.get(form_of(withdrawn))

    assert "It went off the site on" in response.context["standing"].now
    assert 'data-state="expired"' in response.text


def test_the_form_knows_how_it_stands_however_often_it_was_published_or_planned(
    desk, live, monkeypatch
):
    began = live.editions.get().live_from
    for hour in range(1, 25):
        now = began + timedelta(hours=hour)
        monkeypatch.setattr(timezone, "now", lambda now=now: now)
        publishing.publish(live)
    for _ in range(25):
        publishing.publish(live, at=now + timedelta(days=3))

    standing = desk.get(form_of(live)).context["standing"]

    assert f"since {moment(began)}" in standing.now
    assert standing.is_live


@pytest.mark.parametrize(
    ("state", "buttons"),
    [
        ("draft", set()),
        ("embargoed", {"Withdraw…"}),
        ("live", {"Withdraw…", "Correct…"}),
        ("withdrawn", set()),
        ("expired", set()),
    ],
)
def test_buttons_are_there_when_they_can_do_something(desk, request, state, buttons):
    article = request.getfixturevalue(state)

    text = desk.get(form_of(article)).text

    assert {button for button in ("Withdraw…", "Correct…") if button in text} == buttons
    assert "Save draft" in text
    assert "_publish" in text


# Withdrawing and correcting


def test_withdrawing_asks_for_a_reason_and_keeps_it(desk, live, editor):
    refused = desk.post(desk_page("withdraw", live), {"reason": " "})
    still_live = Edition.objects.live().exists()
    desk.post(desk_page("withdraw", live), {"reason": "Not true"})

    assert "This field is required" in said(refused)
    assert still_live
    edition = live.editions.get()
    assert (edition.withdrawal_reason, edition.withdrawn_by) == ("Not true", editor)
    assert not Edition.objects.live().exists()


def test_looking_at_the_page_that_withdraws_changes_nothing(desk, live):
    response = desk.get(desk_page("withdraw", live))

    assert response.status_code == 200
    assert Edition.objects.live().exists()


def test_a_draft_cannot_be_withdrawn(desk, draft):
    looked = desk.get(desk_page("withdraw", draft), follow=True)
    tried = desk.post(desk_page("withdraw", draft), {"reason": "Typed with care"})

    assert "is not on the site" in said(looked)
    assert "is not on the site" in said(tried)
    assert "Typed with care" in tried.text


@pytest.mark.parametrize(("verb", "first"), [("correct", "kind"), ("withdraw", "reason")])
def test_the_keyboard_begins_in_the_first_field_of_a_page_that_asks(desk, live, verb, first):
    page = desk.get(desk_page(verb, live)).text

    assert re.findall(r'name="(\w+)"[^>]*\sautofocus', page) == [first]


def test_a_correction_is_published_with_its_note(desk, live, editor):
    desk.post(desk_page("correct", live), {"kind": "clarification", "text": "It was Monday."})

    correction = Correction.objects.get()
    assert (correction.kind, correction.text) == ("clarification", "It was Monday.")
    assert correction.corrected_by == editor
    assert Edition.objects.live().get().number == 2


def test_a_correction_takes_unpublished_changes_along_only_when_told(desk, live):
    change_article(live, headline="Put right")
    form = {"kind": "correction", "text": "The headline was wrong."}

    desk.post(desk_page("correct", live), form)
    without = Edition.objects.live().get().headline
    desk.post(desk_page("correct", live), form | {"with_changes": "on"})

    assert without == live.headline
    assert Edition.objects.live().get().headline == "Put right"


def test_a_correction_that_would_empty_the_page_comes_back_with_the_reason(desk, live):
    change_article(live, body="")
    form = {"kind": "correction", "text": "Typed with care", "with_changes": "on"}

    response = desk.post(desk_page("correct", live), form)

    assert "has no text yet" in said(response)
    assert "Typed with care" in response.text


def test_an_empty_correction_is_refused(desk, live):
    response = desk.post(desk_page("correct", live), {"kind": "correction", "text": "  "})

    assert "This field is required" in said(response)
    assert not Correction.objects.exists()


def test_a_correction_typed_while_the_story_was_withdrawn_comes_back(desk, live):
    publishing.withdraw(live, reason="In the meantime")

    response = desk.post(
        desk_page("correct", live), {"kind": "correction", "text": "Typed with care"}
    )

    assert "is not live" in said(response)
    assert "Typed with care" in response.text


# History


def test_the_history_says_who_when_why_and_what_readers_saw(desk, live, editor):
    publishing.save(live, base_version=1, by=editor, headline="Second thoughts")
    publishing.withdraw(live, by=editor, reason="Not true")

    text = desk.get(desk_page("history", live)).text

    assert text.index("Version 2") < text.index("Version 1")
    assert "withdrawn by editor: Not true" in text


def test_a_revision_is_shown_beside_the_present_text(desk, draft):
    change_article(draft, body="<p>The council met on Tuesday.</p><p>New end.</p>")

    response = desk.get(desk_page("revision", draft, 1))

    assert "<mark>It agreed on nothing new.</mark>" in response.text
    assert "<mark>New end.</mark>" in response.text
    assert "<mark>The council met on Tuesday.</mark>" not in response.text


def test_a_revision_is_restored_as_a_new_one(desk, draft):
    change_article(draft, headline="Second thoughts")

    response = desk.post(desk_page("restore", draft, 1), {"base_version": 2}, follow=True)

    after = stored(draft)
    assert (after.headline, after.version) == (draft.headline, 3)
    assert "This is version 1 again" in said(response)


def test_restoring_over_a_newer_save_is_refused(desk, draft):
    change_article(draft, headline="Second thoughts")
    change_article(draft, headline="Third thoughts")

    response = desk.post(desk_page("restore", draft, 1), {"base_version": 2}, follow=True)

    assert "saved by someone else" in said(response)
    assert stored(draft).headline == "Third thoughts"


def test_a_link_cannot_restore(desk, draft):
    assert desk.get(desk_page("restore", draft, 1)).status_code == 405


# Side doors


def doors(article):
    """Every address of the desk that shows or changes a story: name, method, permissions."""
    see, change, publish = "view_article", "change_article", "publish_article"
    return [
        (reverse(LIST), "get", {see}),
        (form_of(article), "get", {see}),
        (form_of(article), "post", {see, change}),
        (desk_page("history", article), "get", {see}),
        (desk_page("revision", article, 1), "get", {see}),
        (desk_page("restore", article, 1), "post", {see, change}),
        (desk_page("withdraw", article), "get", {see, change, publish}),
        (desk_page("withdraw", article), "post", {see, change, publish}),
        (desk_page("follow_up", article), "get", {see, change, publish}),
        (desk_page("follow_up", article), "post", {see, change, publish}),
        (desk_page("correct", article), "get", {see, change, publish}),
        (desk_page("correct", article), "post", {see, change, publish}),
        (desk_page("delete", article), "get", {"delete_article"}),
        (desk_page("delete", article), "post", {"delete_article"}),
        (reverse("admin:articles_article_add"), "get", {"add_article"}),
        (reverse("admin:articles_article_stories"), "get", {see}),
        (reverse("admin:articles_article_pictures"), "get", {"view_image"}),
        (reverse("admin:articles_article_tag_names"), "get", {"view_tag"}),
    ]


EVERY = ["view_article", "change_article", "delete_article", "publish_article", "add_article"]
EVERY += ["view_image", "view_tag"]


@pytest.mark.parametrize("door", range(16))
def test_every_door_asks_for_its_permissions(as_user, client, live, door):
    address, method, needed = doors(live)[door]
    before = Edition.objects.live().count(), stored(live).version

    outside = getattr(client, method)(address)
    for missing in needed:
        others = set(EVERY) - {missing}
        if missing == "view_article":
            others -= {"change_article"}  # who may change may see
        inside = getattr(as_user(*others), method)(address)
        assert inside.status_code == 403, missing
        get_user_model().objects.filter(username="reporter").delete()
    allowed = getattr(as_user(*needed), method)(address)

    assert outside.status_code == 302
    assert "/login/" in outside.url
    assert allowed.status_code in (200, 302)
    assert (Edition.objects.live().count(), stored(live).version) == before


def test_without_permission_to_publish_there_are_no_such_buttons(as_user, live):
    text = as_user("view_article", "change_article").get(form_of(live)).text

    assert "Save draft" in text
    assert "_publish" not in text
    assert "Withdraw…" not in text
    assert "Correct…" not in text


def test_without_permission_a_forged_publish_is_refused_and_saves_nothing(as_user, draft):
    browser = as_user("view_article", "change_article")

    response = browser.post(form_of(draft), typed(draft, headline="New", _publish="1"))

    assert response.status_code == 403
    assert stored(draft).version == 1
    assert not Edition.objects.exists()


def test_who_may_only_look_sees_the_text_and_no_button(as_user):
    article = make_article(body=f"<p>Plain words.</p>{interesting('A story to come')}")

    response = as_user("view_article").get(form_of(article))

    assert "Plain words." in response.text
    assert "Interesting: A story to come" in response.text
    assert 'type="submit" name=' not in response.text
    assert "<textarea" not in response.text


def test_no_page_of_the_desk_has_inline_scripts_or_styles_without_nonce(desk, live):
    make_image()
    for address in (reverse(LIST), form_of(live), desk_page("history", live)):
        text = desk.get(address).text
        assert " style=" not in text
        assert not re.search(r"<style", text)
        for tag in re.findall(r"<script[^>]*>", text):
            assert "nonce=" in tag or "application/json" in tag, tag
