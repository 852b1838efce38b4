"""Lines to the latest of a tag or section."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import links, publishing
from articles.models import Article, FormerTag

from .builders import interesting, linked, make_article, make_live, make_page, make_section
from .keeping import held, keys, spoiled_by
from .lines import line_to, pointing, shown
from .surfaces import address_of

pytestmark = pytest.mark.django_db


def test_a_line_leads_to_the_latest_of_a_tag(client):
    article = pointing(line_to(f"tag-{make_live(tags=('Sea',)).tags.get().pk}"), tags=("Land",))

    newer = make_live(headline="The sea rose", tags=("Sea",))
    assert shown(client, article) == [("Latest on Sea", "The sea rose")]

    publishing.withdraw(newer)
    assert shown(client, article) == [("Latest on Sea", "The council met")]


def test_a_line_leads_to_the_latest_of_a_section_though_others_have_newer_stories(client):
    sport = make_live(headline="A match", section=make_section("Sport"), tags=())
    article = pointing(line_to(f"section-{sport.section_id}"), tags=())
    for n in range(3):
        make_live(headline=f"Newer {n}", tags=())

    assert shown(client, article) == [("Latest on Sport", "A match")]


def test_the_latest_is_another_story_and_one_that_no_line_shows_yet(client):
    older, newer = (make_live(headline=headline) for headline in ("Older", "Newer"))
    latest = line_to(f"section-{older.section_id}")

    article = pointing(latest, newer, latest, latest)

    assert shown(client, article) == [("Latest on World", "Newer"), ("Latest on World", "Older")]


def test_the_latest_is_said_in_the_language_of_the_story_and_may_be_relabelled(client, live):
    tag = live.tags.get().pk
    article = pointing(line_to(f"tag-{tag}"), language="ur", tags=())
    other = pointing(line_to(f"tag-{tag}", label="Also"), headline="Other", tags=())

    assert shown(client, article) == [("\u2068Floods\u2069 پر تازہ ترین", live.headline)]
    assert shown(client, other) == [("Also", live.headline)]
    assert f"tag-{tag}" in keys(client.get(address_of(article)))
    assert f"tag-{tag}" not in keys(client.get(address_of(other)))


def test_a_page_with_a_latest_story_ends_when_the_next_begins(client, live):
    tag = live.tags.get()
    article = pointing(line_to(f"tag-{tag.pk}"), tags=())
    publishing.publish(make_article(headline="Next"), at=timezone.now() + timedelta(minutes=30))

    response = client.get(address_of(article))

    assert 1700 < int(re.search(r"max-age=(\d+)", response["CDN-Cache-Control"])[1]) <= 1800
    assert f"tag-{tag.pk}-list" in response["Surrogate-Key"].split()


@pytest.mark.parametrize("kind", ["tag", "section"])
def test_a_page_ends_when_the_first_story_of_a_list_begins_that_its_line_leads_to(client, kind):
    section, at = make_section("Empty"), timezone.now() + timedelta(minutes=30)
    planned = make_article(headline="First", section=section, tags=("Unheard",))
    publishing.publish(planned, at=at)
    pk = {"tag": planned.tags.get().pk, "section": section.pk}[kind]
    article = pointing(line_to(f"{kind}-{pk}"), tags=(), section=make_section("Another"))

    response = client.get(address_of(article))

    assert shown(client, article) == []
    assert 1700 < int(re.search(r"max-age=(\d+)", response["CDN-Cache-Control"])[1]) <= 1800


@pytest.mark.parametrize(
    ("begins", "minutes"),
    [({"tags": ("Sea",)}, 30), ({"section": "Sport"}, 30), ({"tags": ("Land",)}, None)],
)
def test_a_page_ends_when_a_story_begins_in_one_of_its_lists_and_not_for_any_other(
    client, begins, minutes
):
    sea = make_live(headline="The sea rose", tags=("Sea",), section=make_section("World"))
    sport = make_section("Sport")
    lists = line_to(f"tag-{sea.tags.get().pk}"), line_to(f"section-{sport.pk}")
    article = pointing(*lists, tags=(), section=make_section("Alone"))
    to_come = {"tags": ()} | begins | {"section": make_section(begins.get("section", "Elsewhere"))}
    for n, later in enumerate((40, 30)):
        planned = make_article(headline=f"Next {n}", **to_come)
        publishing.publish(planned, at=timezone.now() + timedelta(minutes=later))

    seconds = held(client.get(address_of(article)))

    assert (minutes is None and seconds > 2400) or 1700 < seconds <= 60 * minutes


@pytest.mark.parametrize("as_line", [True, False])
def test_a_page_ends_when_a_story_begins_that_it_leads_to(client, as_line):
    live, now = [make_live(headline="Tides")], timezone.now()
    planned = make_article(headline="Next")
    live.append(make_live(headline="Waves"))
    to_all = "".join(interesting(s) if as_line else linked(s) for s in (planned, *live))
    article = make_live(
        headline="It leads on",
        body=f"<p>A.</p>{to_all}<p>B.</p>",
        tags=(),
        section=make_section("Alone"),
    )
    publishing.publish(planned, at=now + timedelta(minutes=30), until=now + timedelta(minutes=40))
    publishing.publish(planned, at=now + timedelta(minutes=50))

    seconds = held(client.get(address_of(article)))

    assert 1700 < seconds <= 1800


def test_a_page_may_be_shown_without_a_database_after_the_next_has_begun(client, live):
    article = pointing(line_to(f"tag-{live.tags.get().pk}"), tags=())
    publishing.publish(make_article(headline="Next"), at=timezone.now() + timedelta(minutes=30))

    response = client.get(address_of(article))

    assert "stale-if-error=86400" in response["CDN-Cache-Control"]


def test_the_latest_costs_one_query_more_and_only_where_it_stands(client, live):
    tag, section = live.tags.get(), live.section
    plain = pointing(live, headline="Plain")
    both = pointing(
        live, line_to(f"tag-{tag.pk}"), line_to(f"section-{section.pk}"), headline="Both"
    )

    def cost(article):
        client.get(address_of(article))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(address_of(article))
        return len(queries)

    assert cost(both) == cost(plain) + 1


def test_the_newest_story_of_a_list_leads_to_the_one_before(client):
    older = make_live(headline="Older")

    article = pointing(line_to(f"section-{older.section_id}"))

    assert shown(client, article) == [("Latest on World", "Older")]


def test_each_story_of_a_feed_leads_as_deep_into_a_list_as_it_needs(client):
    older = [make_live(headline=f"Older {n}", tags=("Quay",)) for n in range(4)]
    latest = line_to(f"tag-{older[0].tags.get().pk}")
    pointing(latest, headline="One", tags=("Sea",))
    pointing(latest, latest, latest, headline="Three", tags=("Sea",))
    pointing(latest, headline="Another", tags=("Sea",))

    items = client.get("/tag/sea/feed/json/").json()["items"]

    lines = {item["title"]: item["content_html"].count("Latest on Quay") for item in items}
    assert lines == {"Another": 1, "Three": 3, "One": 1}


@pytest.mark.parametrize("as_line", [True, False])
def test_nothing_shows_the_way_to_a_story_that_has_ended_even_without_a_database(client, as_line):
    ends = timezone.now() + timedelta(minutes=30)
    lasting, ending = make_live(headline="Lasting"), make_live(headline="Ending", until=ends)
    both = [lasting, ending, make_live(headline="Lasting too")]
    body = "".join(interesting(s) if as_line else linked(s) for s in both)
    alone = {"tags": ("Quay",), "section": make_section("Alone")}
    article = make_live(headline="It leads on", body=f"<p>A.</p>{body}<p>B.</p>", **alone)
    page = make_page("About", body=f"<p>A.</p>{body}")

    for path in (address_of(article), page.get_absolute_url(), "/tag/quay/feed/"):
        response = client.get(path)
        assert 1700 < held(response, "max-age") <= 1800
        assert held(response, "stale-if-error") == 0


def test_lines_to_a_merged_tag_lead_to_its_heir(client):
    sea = make_live(headline="The sea rose", tags=("Sea",)).tags.get()
    land = make_live(headline="The land sank", tags=("Land",)).tags.get()
    article = pointing(line_to(f"tag-{sea.pk}"), tags=())
    page = make_page("About", body=f"<p>A.</p>{line_to(f'tag-{sea.pk}')}")
    was, path = sea.pk, address_of(article)
    carried = keys(client.get(path))

    spoiled = spoiled_by(lambda: publishing.merge_tags(sea, into=land))

    assert carried & spoiled
    assert shown(client, article) == [("Latest on Land", "The land sank")]
    assert "The land sank" in client.get(page.get_absolute_url()).text
    assert set(article.lines_out.values_list("target_tag", flat=True)) == {land.pk}
    old = article.revisions.get()
    publishing.save(article, base_version=1, body="<p>None.</p>")
    publishing.restore(article, revision=old, base_version=2)
    assert f'data-interesting="tag-{land.pk}"' in Article.objects.get(pk=article.pk).body
    assert FormerTag.objects.get().was == was


def test_a_line_to_a_tag_that_was_deleted_is_gone_and_waits_for_nothing(client):
    sea = make_live(headline="The sea rose", tags=("Sea",)).tags.get()
    article = pointing(line_to(f"tag-{sea.pk}", "Words"), tags=())
    path = address_of(article)

    assert keys(client.get(path)) & spoiled_by(lambda: publishing.remove(sea))

    make_live(headline="Words")
    assert shown(client, article) == []


def test_no_more_of_a_list_is_read_than_is_asked_for():
    stories = [make_live(headline=f"Story {n}", tags=("Sea",)) for n in range(5)]
    lists = {("tag", stories[0].tags.get().pk): 2, ("section", stories[0].section_id): 1}

    newest = links.newest_of(lists, at=timezone.now())

    deepest = [stories[4].pk, stories[3].pk]
    found = [[story.article for story in found] for found in newest.stories.values()]
    assert found == [deepest, deepest]  # all as deep as the deepest
