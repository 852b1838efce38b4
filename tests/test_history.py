"""The public history of a story: what readers saw of it, and nothing else."""

import re

import pytest
from django.utils import timezone

from articles import publishing
from articles.public import history as history_module

from .builders import change_article, interesting, make_article, make_live
from .surfaces import address_of

pytestmark = pytest.mark.django_db


def change(article, *, quiet=False, **changes):
    publishing.publish(change_article(article, **changes), quiet=quiet)


def history_of(client, article, number=""):
    return client.get(f"{address_of(article)}history/{number}")


def marked(response, kind):
    """What is said to be added (``ins``) or removed (``del``)."""
    found = re.findall(rf"<{kind}>(.*?)</{kind}>", response.text)
    return [re.sub(r"<span.*?</span>", "", text) for text in found]


def numbers(response):
    """The versions that can be compared with the ones before them."""
    return re.findall(r'history/(?:(\d+)/)?"', response.text)


def test_readers_see_what_changed_word_by_word(client):
    story = make_live(headline="Bridge has two lanes", body="<p>It has two lanes.</p><p>End.</p>")
    change(story, headline="Bridge has four lanes", body="<p>It has four lanes.</p><p>End.</p>")

    response = history_of(client, story)

    assert marked(response, "del") == ["two", "two"]
    assert marked(response, "ins") == ["four", "four"]
    assert "1 paragraph unchanged" in response.text
    assert '<meta name="robots" content="noindex">' in response.text
    assert f'href="{address_of(story)}history/"' in client.get(address_of(story)).text


def test_a_story_that_was_always_the_same_has_no_history(client, live, draft):
    change(live, body="<p>A slip of the pen.</p>", quiet=True)

    assert history_of(client, live).status_code == 404
    assert "history/" not in client.get(address_of(live)).text
    assert history_of(client, draft).status_code == 404


def test_each_version_is_compared_with_the_one_before_it(client):
    story = make_live(headline="Story", standfirst="One man came.")
    change(story, standfirst="Two men came.")
    change(story, standfirst="Two men left.")

    assert marked(history_of(client, story), "ins") == ["left"]
    assert marked(history_of(client, story, "2/"), "ins") == ["Two men"]
    assert numbers(history_of(client, story)) == ["", "2"]
    for number in ("1/", "4/", "0/", "02/", "x/"):
        assert history_of(client, story, number).status_code == 404


def test_what_happened_to_other_stories_is_no_part_of_a_history(client):
    story = make_live(headline="Story", standfirst="One man came.")
    other = make_live(headline="Other", standfirst="Nobody came.")
    change(story, standfirst="Two men came.")
    change(other, standfirst="Everybody came.")
    change(story, standfirst="Two men left.")

    assert marked(history_of(client, story), "ins") == ["left"]
    assert numbers(history_of(client, story)) == ["", "2"]
    assert marked(history_of(client, other), "ins") == ["Everybody"]


def test_a_quiet_edition_is_no_version_and_what_it_took_out_is_not_read(client):
    story = make_live(headline="Story", body="<p>The mayor, Ada Quill of 3 Quay Street, left.</p>")
    change(story, body="<p>The mayor, Ada Quill, left.</p>", quiet=True)
    change(story, body="<p>The mayor, Ada Quill, left at noon.</p>")
    change(story, body="<p>The mayor, Ada Quill, left at eleven.</p>", quiet=True)

    response = history_of(client, story)

    assert marked(response, "ins") == ["at eleven"]
    assert numbers(response) == [""]
    assert "Quay Street" not in response.text and "noon" not in response.text


def test_nothing_that_readers_never_saw_is_in_a_history(client):
    target = make_article(headline="A secret headline")
    story = make_live(headline="Story", body=f"<p>One.</p>{interesting(target)}<p>Two.</p>")
    change(story, body=f"<p>One.</p>{interesting('Another secret')}<p>Three.</p>")
    later = timezone.now() + timezone.timedelta(hours=1)
    publishing.publish(change_article(story, headline="Planned and secret"), at=later)
    change_article(story, headline="Unpublished and secret")

    response = history_of(client, story)

    assert marked(response, "ins") == ["Three"]
    assert "secret" not in response.text
    assert "max-age=35" in response["CDN-Cache-Control"]


def test_a_change_called_off_before_it_began_leaves_no_trace(client, live):
    later = timezone.now() + timezone.timedelta(hours=1)
    publishing.publish(change_article(live, headline="Called off"), at=later)
    change(live, headline="Published instead")

    assert "Called off" not in history_of(client, live).text


def test_a_withdrawn_story_has_no_history_and_one_that_came_back_a_new_one(client, live):
    change(live, headline="A claim that did not hold")
    publishing.withdraw(live, reason="Wrong")
    assert history_of(client, live).status_code == 410
    assert history_of(client, live, "2/").status_code == 410

    change(live, headline="A claim put right")
    assert history_of(client, live).status_code == 404
    assert "history/" not in client.get(address_of(live)).text

    change(live, headline="A claim put quite right")
    assert marked(history_of(client, live), "ins") == ["quite"]
    assert "did not hold" not in history_of(client, live).text


def test_a_correction_stands_beside_what_it_changed(client, live):
    change_article(live, body="<p>It has four lanes.</p>")
    publishing.correct(live, kind="correction", text="Four, not two.", with_changes=True)
    publishing.correct(live, kind="retraction", text="There is no bridge.")

    last, first = history_of(client, live), history_of(client, live, "2/")

    assert "There is no bridge." in last.text and "Four, not two." not in last.text
    assert "The words of the story did not change." in last.text
    assert "Four, not two." in first.text and "There is no bridge." not in first.text
    assert "Retraction" in first.text  # in the list of versions


def test_the_history_of_a_moved_story_leads_to_where_it_is(client, live):
    old = address_of(live)
    change(live, slug="elsewhere")

    response = client.get(f"{old}history/2/")

    assert (response.status_code, response["Location"]) == (301, f"{address_of(live)}history/2/")


def test_a_history_says_what_it_shows_and_costs_seven_queries(
    client, live, django_assert_num_queries
):
    change(live, headline="Another headline")
    publishing.correct(live, kind="correction", text="Two lanes.")
    path = f"{address_of(live)}history/"
    client.get(path)

    # publication, sections; edition, byline; corrections, editions, texts
    with django_assert_num_queries(7):
        response = client.get(path)

    assert set(response["Surrogate-Key"].split()) == {
        "publication",
        f"article-{live.pk}",
        f"section-{live.section_id}",
        f"author-{live.authors.get().pk}",
    }


def test_a_history_without_end_is_told_from_where_it_is_known_whole(client, live, monkeypatch):
    for n in range(3):
        change(live, headline=f"Headline {n}")
    monkeypatch.setattr(history_module, "_LOOKED_AT", 3)
    history_module._editions._statements.clear()

    try:
        assert numbers(history_of(client, live)) == ["", "3"]
    finally:
        history_module._editions._statements.clear()
