"""The desk: every button, every refusal, every side door."""

import io
import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from PIL import Image as PillowImage

from articles import links, publishing
from articles.body import EXTENSIONS
from articles.models import (
    Article,
    Correction,
    Edition,
    Image,
    Publication,
    Section,
    Spoil,
    Tag,
)

from .builders import (
    BODY,
    change_article,
    interesting,
    make_article,
    make_author,
    make_image,
    make_live,
    make_section,
)

pytestmark = pytest.mark.django_db

LIST = "admin:articles_article_changelist"


@pytest.fixture
def as_user(client, django_user_model):
    """A browser of somebody who has these permissions of the desk, and no others."""

    def login(*permissions):
        user = django_user_model.objects.create_user("reporter", is_staff=True)
        ours = Permission.objects.filter(content_type__app_label="articles")
        user.user_permissions.set(ours.filter(codename__in=permissions))
        assert user.user_permissions.count() == len(permissions)
        client.force_login(user)
        return client

    return login


def form_of(article):
    return reverse("admin:articles_article_change", args=[article.pk])


def page_of(name, article, *more):
    return reverse(f"admin:articles_article_{name}", args=[article.pk, *more])


def typed(article=None, **changes):
    """What the form of ``article`` posts when only ``changes`` were typed."""
    if article is None:
        fields = {
            "headline": "The council met",
            "section": make_section().pk,
            "language": "en",
            "body": BODY,
            "base_version": 0,
        }
    else:
        article = Article.objects.get(pk=article.pk)
        fields = {
            "headline": article.headline,
            "standfirst": article.standfirst,
            "section": article.section_id,
            "slug": article.slug,
            "language": article.language,
            "body": article.body,
            "byline": [row.author_id for row in article.bylines.all()],
            "tags": ", ".join(article.tags.names()),
            "note": article.note,
            "series": article.series_id,
            "part": article.part,
            "translation_of": article.translation_of_id,
            "base_version": article.version,
        }
        if article.is_in_review:
            fields["is_in_review"] = "on"
    return {name: value for name, value in (fields | changes).items() if value is not None}


def said(response):
    """The messages and errors of a page, as one text."""
    return " ".join(
        re.findall(r'<li class="(?:success|error|warning)">(.*?)</li>', response.text, re.DOTALL)
        + re.findall(r'<ul class="errorlist[^>]*>(.*?)</ul>', response.text, re.DOTALL)
    )


def stored(article):
    return Article.objects.get(pk=article.pk)


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


def test_an_empty_headline_is_refused_and_the_text_comes_back(desk, draft):
    response = desk.post(form_of(draft), typed(draft, headline="", body="<p>New words</p>"))

    assert "This field is required" in said(response)
    assert escape("<p>New words</p>") in response.text
    assert stored(draft).version == 1


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
    assert 'value="Changed"' in response.text
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
    refused = desk.post(page_of("withdraw", live), {"reason": " "})
    still_live = Edition.objects.live().exists()
    desk.post(page_of("withdraw", live), {"reason": "Not true"})

    assert "This field is required" in said(refused)
    assert still_live
    edition = live.editions.get()
    assert (edition.withdrawal_reason, edition.withdrawn_by) == ("Not true", editor)
    assert not Edition.objects.live().exists()


def test_looking_at_the_page_that_withdraws_changes_nothing(desk, live):
    response = desk.get(page_of("withdraw", live))

    assert response.status_code == 200
    assert Edition.objects.live().exists()


def test_a_draft_cannot_be_withdrawn(desk, draft):
    looked = desk.get(page_of("withdraw", draft), follow=True)
    tried = desk.post(page_of("withdraw", draft), {"reason": "Typed with care"})

    assert "is not on the site" in said(looked)
    assert "is not on the site" in said(tried)
    assert "Typed with care" in tried.text


def test_a_correction_is_published_with_its_note(desk, live, editor):
    desk.post(page_of("correct", live), {"kind": "clarification", "text": "It was Monday."})

    correction = Correction.objects.get()
    assert (correction.kind, correction.text) == ("clarification", "It was Monday.")
    assert correction.corrected_by == editor
    assert Edition.objects.live().get().number == 2


def test_a_correction_takes_unpublished_changes_along_only_when_told(desk, live):
    change_article(live, headline="Put right")
    form = {"kind": "correction", "text": "The headline was wrong."}

    desk.post(page_of("correct", live), form)
    without = Edition.objects.live().get().headline
    desk.post(page_of("correct", live), form | {"with_changes": "on"})

    assert without == live.headline
    assert Edition.objects.live().get().headline == "Put right"


def test_an_empty_correction_is_refused(desk, live):
    response = desk.post(page_of("correct", live), {"kind": "correction", "text": "  "})

    assert "This field is required" in said(response)
    assert not Correction.objects.exists()


def test_a_correction_typed_while_the_story_was_withdrawn_comes_back(desk, live):
    publishing.withdraw(live, reason="In the meantime")

    response = desk.post(
        page_of("correct", live), {"kind": "correction", "text": "Typed with care"}
    )

    assert "is not live" in said(response)
    assert "Typed with care" in response.text


# History


def test_the_history_says_who_when_why_and_what_readers_saw(desk, live, editor):
    publishing.save(live, base_version=1, by=editor, headline="Second thoughts")
    publishing.withdraw(live, by=editor, reason="Not true")

    text = desk.get(page_of("history", live)).text

    assert text.index("Version 2") < text.index("Version 1")
    assert "withdrawn by editor: Not true" in text


def test_a_revision_is_shown_beside_the_present_text(desk, draft):
    change_article(draft, body="<p>The council met on Tuesday.</p><p>New end.</p>")

    response = desk.get(page_of("revision", draft, 1))

    assert "<mark>It agreed on nothing new.</mark>" in response.text
    assert "<mark>New end.</mark>" in response.text
    assert "<mark>The council met on Tuesday.</mark>" not in response.text


def test_a_revision_is_restored_as_a_new_one(desk, draft):
    change_article(draft, headline="Second thoughts")

    response = desk.post(page_of("restore", draft, 1), {"base_version": 2}, follow=True)

    after = stored(draft)
    assert (after.headline, after.version) == (draft.headline, 3)
    assert "This is version 1 again" in said(response)


def test_restoring_over_a_newer_save_is_refused(desk, draft):
    change_article(draft, headline="Second thoughts")
    change_article(draft, headline="Third thoughts")

    response = desk.post(page_of("restore", draft, 1), {"base_version": 2}, follow=True)

    assert "saved by someone else" in said(response)
    assert stored(draft).headline == "Third thoughts"


def test_a_link_cannot_restore(desk, draft):
    assert desk.get(page_of("restore", draft, 1)).status_code == 405


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


# Nouns


def test_a_section_is_saved_through_the_verb(desk):
    section = make_section("World")
    Spoil.objects.all().delete()

    desk.post(
        reverse("admin:articles_section_change", args=[section.pk]),
        {"name": "The world", "position": 3, "slug": ""},
    )

    section.refresh_from_db()
    assert (section.name, section.slug) == ("The world", "the-world")
    assert set(Spoil.objects.values_list("key", flat=True)) == {
        f"section-{section.pk}",
        "publication",
    }


def test_an_author_without_a_slug_gets_one(desk):
    desk.post(reverse("admin:articles_author_add"), {"name": "Zoë Last"})

    assert make_author("Zoë Last").slug == "zoë-last"


def test_the_publication_is_one_row_that_is_always_there(desk):
    response = desk.get(reverse("admin:articles_publication_changelist"), follow=True)
    form = response.context["adminform"].form.initial
    desk.post(
        response.redirect_chain[0][0],
        {name: value or "" for name, value in form.items()} | {"name": "The Tide"},
    )

    assert Publication.objects.get().name == "The Tide"
    assert desk.get(reverse("admin:articles_publication_add")).status_code == 403
    assert desk.get(reverse("admin:articles_publication_delete", args=[1])).status_code == 403


def test_an_unknown_time_zone_is_refused(desk):
    response = desk.post(
        reverse("admin:articles_publication_change", args=[1]),
        {"name": "X", "language": "en", "time_zone": "Mars/Olympus", "interesting_label": "See"},
    )

    assert "Mars/Olympus is not one of the available choices" in said(response)


def a_picture(colour="#357", name="quay.jpg"):
    file = io.BytesIO()
    PillowImage.new("RGB", (64, 48), colour).save(file, "JPEG")
    return SimpleUploadedFile(name, file.getvalue(), "image/jpeg")


def test_a_picture_is_taken_in_with_its_words_and_focal_point(desk):
    desk.post(
        reverse("admin:articles_image_add"),
        {
            "upload": a_picture(),
            "alt": "A quay",
            "caption": "At dawn",
            "focal_x": 0.2,
            "focal_y": 1,
        },
    )

    image = Image.objects.get()
    assert (image.alt, image.caption, image.width_px) == ("A quay", "At dawn", 64)
    assert (image.focal_x, image.focal_y) == (0.2, 1)
    listed = desk.get(reverse("admin:articles_image_changelist")).text
    shown = re.search(rf'src="(/media/{image.pk}/[^"]*)"', listed)[1]
    answer = desk.get(shown)  # though no story shows it
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
    answer.getvalue()  # at the end of which the file is closed


def test_a_file_that_is_no_picture_is_refused_beside_its_field(desk):
    file = SimpleUploadedFile("quay.jpg", b"no picture at all", "image/jpeg")

    response = desk.post(
        reverse("admin:articles_image_add"),
        {"upload": file, "alt": "A quay", "focal_x": 0.5, "focal_y": 0.5},
    )

    assert "is not a JPEG, PNG, WebP or GIF picture" in said(response)
    assert 'value="A quay"' in response.text
    assert not Image.objects.exists()


def test_the_same_picture_again_leads_to_the_one_there_is(desk):
    words = {"alt": "First", "focal_x": 0.5, "focal_y": 0.5}
    desk.post(reverse("admin:articles_image_add"), {"upload": a_picture(), **words})

    response = desk.post(
        reverse("admin:articles_image_add"),
        {"upload": a_picture(), **words, "alt": "Second"},
        follow=True,
    )

    assert "was here already" in said(response)
    assert Image.objects.get().alt == "First"


def test_changing_a_caption_spoils_the_pages_that_show_the_picture(desk):
    image = make_image()

    desk.post(
        reverse("admin:articles_image_change", args=[image.pk]),
        {"alt": "A quay", "caption": "At dusk", "focal_x": 0.5, "focal_y": 0.5},
    )

    assert Image.objects.get().caption == "At dusk"
    assert Spoil.objects.filter(key=f"image-{image.pk}").exists()


def test_a_picture_on_a_story_is_kept(desk):
    image = make_image()
    make_article(lead_image=image)

    response = desk.post(
        reverse("admin:articles_image_delete", args=[image.pk]), {"post": "yes"}, follow=True
    )

    assert "it stands in 1 article" in said(response)
    assert Image.objects.exists()


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


# Side doors


def doors(article):
    """Every address of the desk that shows or changes a story: name, method, permissions."""
    see, change, publish = "view_article", "change_article", "publish_article"
    return [
        (reverse(LIST), "get", {see}),
        (form_of(article), "get", {see}),
        (form_of(article), "post", {see, change}),
        (page_of("history", article), "get", {see}),
        (page_of("revision", article, 1), "get", {see}),
        (page_of("restore", article, 1), "post", {see, change}),
        (page_of("withdraw", article), "get", {see, change, publish}),
        (page_of("withdraw", article), "post", {see, change, publish}),
        (page_of("follow_up", article), "get", {see, change, publish}),
        (page_of("follow_up", article), "post", {see, change, publish}),
        (page_of("correct", article), "get", {see, change, publish}),
        (page_of("correct", article), "post", {see, change, publish}),
        (page_of("delete", article), "get", {"delete_article"}),
        (page_of("delete", article), "post", {"delete_article"}),
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
    for address in (reverse(LIST), form_of(live), page_of("history", live)):
        text = desk.get(address).text
        assert " style=" not in text
        assert not re.search(r"<style", text)
        for tag in re.findall(r"<script[^>]*>", text):
            assert "nonce=" in tag or "application/json" in tag, tag
