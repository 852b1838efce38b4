"""Links within a text to stories of ours are references, however they were typed."""

import pytest

from articles import publishing
from articles.links import web
from articles.models import Article, Edition, StandingPage, TextLink

from .builders import change_article, make_article, make_live, make_page

pytestmark = pytest.mark.django_db

SITE = "http://127.0.0.1:8000"


def path_of(article):
    return Edition.objects.live().get(article=article).path


def typed(address, words="these <em>words</em>"):
    return f'<p>See <a href="{address}">{words}</a>.</p>'


def referring(article, words="these <em>words</em>"):
    return f'<p>See <a data-article="{article.pk}">{words}</a>.</p>'


@pytest.mark.parametrize(
    "form",
    [
        "{0}{1}",
        "{1}",
        "{0}{1}?utm_source=mail&amp;x=1",
        "{0}{1}#notes",
        "https://127.0.0.1:8000{1}",
    ],
)
def test_a_pasted_address_of_ours_becomes_a_reference(live, form):
    address = form.format(SITE, path_of(live))

    article = make_article(body=typed(address))

    assert article.body == referring(live)
    assert TextLink.objects.get().target == live


def test_an_address_without_its_last_stroke_or_in_percent_signs_is_the_same():
    arabic = make_live(headline="الميناء", language="ar")
    escaped = Edition.objects.live().get().path.encode().hex("%").upper()

    article = make_article(body=typed(f"{SITE}/%{escaped.removeprefix('2F%').removesuffix('%2F')}"))

    assert article.body == referring(arabic)


@pytest.mark.parametrize(
    "form",
    [
        "https://elsewhere.example{1}",
        "//127.0.0.1:8000{1}",
        "http://127.0.0.1{1}",
        "mailto:{1}",
        "{0}/2026/01/nobody-wrote-it/",
        "{0}/section/world/",
        "{0}/media/1/",
        "http://[{1}",
    ],
)
def test_other_addresses_stay_what_they_are(live, form):
    body = typed(form.format(SITE, path_of(live)))

    article = make_article(body=body)

    assert "data-article" not in article.body
    assert not TextLink.objects.exists()


def test_an_address_that_a_story_had_once_refers_to_it(client, live):
    before = path_of(live)
    change_article(live, slug="another-bridge")
    publishing.publish(live)

    source = make_live(headline="A source", body=typed(SITE + before))

    assert f'<a href="{path_of(live)}">these <em>words</em></a>' in client.get(path_of(source)).text


def test_a_pasted_address_follows_its_story_and_keeps_its_words_without_it(client, live):
    source = make_live(headline="A source", body=typed(SITE + path_of(live)))
    assert web.count_of_live_in(live) == (0, 1, 0)

    change_article(live, slug="another-bridge")
    publishing.publish(live)
    page = client.get(path_of(source)).text
    assert f'<a href="{path_of(live)}">these <em>words</em></a>' in page

    publishing.withdraw(Article.objects.get(pk=live.pk), reason="Wrong")
    assert "<p>See these <em>words</em>.</p>" in client.get(path_of(source)).text


def test_a_text_that_is_saved_again_stays_as_it_is(live):
    article = make_article(body=typed(path_of(live)) + referring(live))

    again = change_article(article, body=article.body)

    assert again.body == article.body == referring(live) * 2


def test_links_on_pages_such_as_about_are_references_too(live):
    page = make_page("About", body=typed(SITE + path_of(live)))

    assert StandingPage.objects.get(pk=page.pk).body == referring(live)


def test_a_text_without_links_to_stories_asks_no_question_for_them(django_assert_num_queries):
    from articles.links import identify

    with django_assert_num_queries(0):
        identify(typed("https://elsewhere.example/2026/01/x/") + typed("/about/"))


def test_an_address_that_no_story_can_have_is_kept_as_it_was_typed():
    address = "/2026/11/a%00b/"

    story = make_article(body=f'<p>As <a href="{address}">told</a>.</p>')

    assert story.body == f'<p>As <a href="{address}">told</a>.</p>'
