"""The preview: the story as Publish would make it, of which nothing stays."""

import re

import pytest
from django.urls import reverse

from articles import publishing
from articles.models import Article, Edition, Publication, Revision, Spoil

from .builders import change_article, make_article, make_live, make_section
from .test_lines_of_older_stories import LONG
from .test_suggestion_desk import user


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


def typed(story=None, **changes):
    """The form as a browser sends it."""
    section = story.section if story else make_section("World")
    posted = {"headline": "Typed just now", "section": section.pk, "language": "en", "slug": ""}
    posted |= {"base_version": story.version if story else 0, "body": "<p>Typed text.</p>"}
    return posted | changes


def address(story=None):
    if story:
        return reverse("admin:articles_article_preview", args=[story.pk])
    return reverse("admin:articles_article_preview_new")


def all_there_is():
    kinds = (Article, Revision, Edition, Spoil)
    return [list(kind.objects.order_by("pk").values()) for kind in kinds]


@pytest.mark.parametrize("state", [None, "draft", "in_review", "embargoed", "changed", "withdrawn"])
def test_a_preview_is_the_page_that_readers_would_get_and_leaves_nothing(desk, state, request):
    story = state and request.getfixturevalue(state)
    posted = typed(story)
    before = all_there_is()

    page = desk.post(address(story), posted)

    assert page.status_code == 200
    assert "<p>Typed text.</p>" in page.text
    assert "Preview: no reader sees this." in page.text
    assert all_there_is() == before
    assert not page.has_header("Surrogate-Key") and not page.has_header("CDN-Cache-Control")
    assert "no-store" in page["Cache-Control"] and "public" not in page["Cache-Control"]
    assert "connect-src 'none'" in page["Content-Security-Policy"]


def test_a_preview_differs_from_the_published_page_by_its_note_alone(desk, client):
    older = make_live(headline="The Indus rose", tags=("Indus", "Floods"))
    publishing.change(Publication(automatic_lines=1))
    story = make_article(headline="Water again", tags=("Indus", "Floods"), body=LONG)
    posted = typed(story, headline="Water again", body=LONG, tags="Indus, Floods", slug=story.slug)
    posted |= {"standfirst": story.standfirst, "byline": [a.pk for a in story.authors.all()]}

    preview = desk.post(address(story), posted).text
    page = client.get(publishing.publish(story).path).text

    assert older.headline in preview

    def without(pattern, html):
        return re.sub(pattern, "", html)

    note = r'\s*<p class="offline" lang="en".*?</p>|(?<=<title>)Preview: '
    second = r"\d\d:\d\d(:\d\d(\.\d+)?)?"  # it was published a moment later
    assert without(second, without(note, preview)).split() == without(second, page).split()


def test_readers_and_two_editors_are_not_disturbed_by_a_preview(desk, client, live):
    change_article(live, headline="Saved by somebody else")

    page = desk.post(address(live), typed(live, base_version=1))

    assert "Typed just now" in page.text
    assert Article.objects.get(pk=live.pk).headline == "Saved by somebody else"
    seen = client.get(Edition.objects.live().get(article=live).path)
    assert live.headline in seen.text and "Typed just now" not in seen.text


def test_what_could_not_be_published_is_said_and_what_was_typed_is_kept(desk, draft):
    without_text = desk.post(address(draft), typed(draft, body=""))
    without_headline = desk.post(address(draft), typed(draft, headline=""))

    assert (without_text.status_code, without_headline.status_code) == (400, 400)
    assert "has no text yet" in without_text.text
    assert "<strong>Headline</strong>: This field is required." in without_headline.text
    assert "in the tab that you came from" in without_text.text


def test_a_preview_is_for_those_who_may_write_the_story(client, live):
    posted = typed(live)
    client.force_login(user("view_article"))
    assert client.post(address(live), posted).status_code == 403
    assert client.post(address(), posted).status_code == 403
    assert client.get(address(live)).status_code == 405

    live_again = Edition.objects.live().get(article=live)
    someone = user("change_article", "view_article", name="contributor")
    client.force_login(someone)
    assert client.post(address(live), posted).status_code == 200
    assert client.post(address(), posted).status_code == 403
    assert Edition.objects.live().get(article=live) == live_again
    client.logout()
    assert client.post(address(live), posted).status_code == 302
