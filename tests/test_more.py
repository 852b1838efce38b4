"""More on the same, at the foot of a story: what stands there, what it costs, what it spoils."""

import importlib
import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.utils import timezone

from articles import publishing
from articles.models import Edition, Tag
from articles.publishing import tags as tags_module

from .builders import (
    change_article,
    interesting,
    make_article,
    make_image,
    make_live,
    make_section,
    make_series,
)
from .surfaces import address_of

pytestmark = pytest.mark.django_db


def more_on(client, article):
    """The headlines at the foot of a story."""
    page = client.get(address_of(article)).text
    foot = re.search(r'<section class="more".*?</section>', page, re.DOTALL)
    return re.findall(r'<h3 class="headline"><a[^>]*>([^<]*)', foot[0]) if foot else []


def told(client, article):
    return set(client.get(address_of(article))["Surrogate-Key"].split())


def list_of(name):
    return f"tag-{Tag.objects.get(name=name).pk}-list"


def test_the_newest_on_the_same_stand_at_the_foot_of_a_story(client):
    now = timezone.now()
    stories = [
        make_live(headline=f"Story {n}", tags=("Bridge",), at=now - timedelta(hours=9 - n))
        for n in range(6)
    ]
    make_live(headline="Elsewhere", tags=("Rowing",))

    assert more_on(client, stories[0]) == ["Story 5", "Story 4", "Story 3", "Story 2"]
    assert more_on(client, stories[5]) == ["Story 4", "Story 3", "Story 2", "Story 1"]


def test_what_a_story_leads_to_already_is_not_more_on_it(client):
    shared = {"tags": ("Bridge",)}
    series = make_series()
    before = make_live(headline="Part before", series=series, **shared)
    line, link = make_live(headline="Line", **shared), make_live(headline="Link", **shared)
    body = f'<p>One.</p>{interesting(line)}<p><a data-article="{link.pk}">as told</a></p>'
    story = make_live(headline="Story", series=series, body=body, **shared)
    make_live(headline="Part after", series=series, **shared)
    make_live(headline="کہانی", language="ur", translation_of=story, **shared)
    other = make_live(headline="Other", **shared)

    assert more_on(client, story) == ["Other"]
    assert set(more_on(client, other)) == {"کہانی", "Part after", "Story", "Link"}
    assert before.headline not in more_on(client, other)  # the fifth


def test_nothing_that_readers_cannot_see_is_more_on_a_story(client, withdrawn, embargoed, expired):
    story = make_live(headline="Story", tags=("Floods",))
    make_article(headline="A draft", tags=("Floods",))

    assert more_on(client, story) == []


def test_the_rarest_tag_that_leads_on_tells_most():
    for n in range(5):
        make_live(headline=f"Politics {n}", tags=("Politics",))
    for n in range(2):
        make_live(headline=f"Bridge {n}", tags=("Bridge", "Politics"))

    def telling(*tags):
        return make_live(headline="Story", tags=tags).editions.get().telling_tag

    assert telling("Politics", "Bridge", "Only here").name == "Bridge"
    assert telling("Never before").name == "Never before"  # its follow-ups will bear it
    assert telling() is None


def test_a_tag_that_too_many_stories_bear_tells_nothing(monkeypatch):
    monkeypatch.setattr(tags_module, "COMMON", 3)
    stories = [make_live(headline=f"Story {n}", tags=("Politics",)) for n in range(5)]

    named = [story.editions.get().telling_tag is not None for story in stories]
    assert named == [True, True, True, True, False]


def test_a_story_bears_one_list_more_and_not_that_of_each_tag(client):
    story = make_live(headline="Story", tags=("Bridge", "Lorries"))
    make_live(headline="Other", tags=("Bridge",))
    publishing.publish(change_article(story, note="Again."))

    keys = told(client, story)

    assert list_of("Bridge") in keys
    assert list_of("Lorries") not in keys


def test_a_story_to_come_ends_the_pages_that_will_lead_to_it(client):
    story = make_live(headline="Story", tags=("Bridge",))
    later = timezone.now() + timedelta(hours=1)
    publishing.publish(make_article(headline="To come", tags=("Bridge",)), at=later)

    response = client.get(address_of(story))

    assert 3590 <= int(re.search(r"max-age=(\d+)", response["CDN-Cache-Control"])[1]) <= 3600


def test_a_story_says_what_stands_at_its_foot_and_until_when(client):
    story = make_live(headline="Story", tags=("Bridge",), section=make_section("Sport"))
    ends = timezone.now() + timedelta(hours=1)
    image = make_image()
    other = make_live(headline="Other", tags=("Bridge",), lead_image=image, until=ends)

    response = client.get(address_of(story))

    assert {f"article-{other.pk}", f"image-{image.pk}"} <= told(client, story)
    seconds, beyond = map(int, re.findall(r"=(\d+)", response["CDN-Cache-Control"]))
    assert 3590 <= seconds <= 3600
    assert beyond <= 1  # what readers may not see from then on, they do not see on a bad day


def test_stories_of_a_merged_tag_are_more_on_those_of_the_other(client):
    story = make_live(headline="Story", tags=("Flood",))
    make_live(headline="Other", tags=("Floods",))

    publishing.merge_tags(Tag.objects.get(name="Flood"), into=Tag.objects.get(name="Floods"))

    assert more_on(client, story) == ["Other"]
    assert list_of("Floods") in told(client, story)


def test_stories_of_before_the_upgrade_get_their_tag_and_their_history(client):
    stories = [make_live(headline=f"Story {n}", tags=("Bridge", "All")) for n in range(3)]
    for n in range(4):
        make_live(headline=f"Other {n}", tags=("All",))
    publishing.publish(change_article(stories[0], headline="Story, changed"))
    publishing.publish(change_article(stories[1], headline="Story, better"), quiet=True)
    publishing.withdraw(stories[2])
    publishing.publish(change_article(stories[2], headline="Story, back"))
    expected = dict(Edition.objects.live().values_list("pk", "has_history"))
    Edition.objects.update(telling_tag=None, has_history=False)

    migration = importlib.import_module("articles.migrations.0004_pages")
    migration.know_history(apps, None)
    migration.find_telling_tags(apps, None)

    live = Edition.objects.live()
    assert dict(live.values_list("pk", "has_history")) == expected
    assert list(expected.values()).count(True) == 1
    names = dict(live.values_list("headline", "telling_tag__name"))
    assert names["Story, changed"] == names["Story, better"] == "Bridge"
    assert names["Other 1"] == "All"
