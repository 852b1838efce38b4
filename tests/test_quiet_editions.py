"""What changes lines quietly changes nothing else that readers and search engines are told."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from articles import cache, publishing, search
from articles.body import find_references
from articles.models import Article, Edition, Publication, SearchRow, Tag
from articles.search.indexing import SLOTS

from .builders import change_article, interesting, make_image, make_live
from .surfaces import address_of
from .test_lines_of_older_stories import LONG, NEW

pytestmark = pytest.mark.django_db

LEAD, IN_TEXT = "a" * 64, "b" * 64


def old_story(line="", **changes):
    """Of ten days ago, with two pictures, changed and corrected since."""
    lead, picture = make_image(LEAD), make_image(IN_TEXT)
    body = f'{LONG}<figure data-image="{picture.pk}">Water</figure><p>Then.</p>{line}<p>Last.</p>'
    now = timezone.now()
    story = make_live(
        at=now - timedelta(days=10),
        **{
            "headline": "Flood report first chapter",
            "tags": ("Floods", "Indus"),
            "lead_image": lead,
            "body": body,
        }
        | changes,
    )
    for n in range(2):  # so that the rarer tag leads on
        make_live(headline=f"Of {n} boats", tags=("Indus",), at=now - timedelta(days=20 + n))
    publishing.correct(story, kind="correction", text="It was a Monday.")
    change_article(story, standfirst="It was a Monday, and wet.")
    publishing.publish(story)
    return story


def told(client, story):
    """All that is told of ``story`` beside its text."""
    edition, path = Edition.objects.live().get(article=story), address_of(story)
    json_feed = json.loads(client.get("/feed/json/").text)["items"]
    atom = client.get("/feed/atom/").text
    words = search.parse(story.headline)
    row = SearchRow.objects.get(article=story)
    kept = (
        *("path", "published_at", "revised_at", "has_history", "has_corrections", "word_count"),
        *("telling_tag_id", "lead_image_id", "section_id", "standfirst", "live_until"),
    )
    return {
        "columns": [getattr(edition, name) for name in kept],
        "tags": list(edition.tag_rows.values_list("tag", "position", "published_at")),
        "authors": list(edition.author_rows.values_list("author", "position", "published_at")),
        "pictures": sorted(edition.picture_uses.values_list("image__digest", flat=True)),
        "history": client.get(f"{path}history/").text,
        "feeds": [
            [
                [item[n] for n in ("id", "url", "date_published", "date_modified")]
                for item in json_feed
            ],
            re.findall(r"<(id|updated|published)>(.*?)</", atom),
            re.findall(r"<(guid[^>]*|pubDate|lastBuildDate)>(.*?)</", client.get("/feed/").text),
        ],
        "sitemaps": [
            client.get(f"/sitemap-{edition.published_at:%Y-%m}.xml").text,
            client.get("/sitemap-news.xml").text,
            client.get("/sitemap.xml").text,
        ],
        "found": [
            e.article_id for e in search.find(words, search.Filters(), at=timezone.now()).editions
        ],
        "indexed": row.edition_id == edition.pk,
        "place": row.place // SLOTS,
    }


def accepted(story, target):
    found = {p.source: p.place.before for p in publishing.proposals(target)}
    return publishing.accept(target, chosen={story.pk: found[story.pk]}).act


def lines_of(story):
    return [
        line.target
        for line in find_references(Edition.objects.live().get(article=story).body).lines
    ]


def test_accepting_a_line_and_taking_it_back_is_told_to_nobody(client):
    story = old_story()
    new = make_live(**NEW)
    before, leads = told(client, story), []

    act = accepted(story, new)
    leads.append(lines_of(story))
    assert told(client, story) == before
    publishing.take_back(act)
    leads.append(lines_of(story))

    assert told(client, story) == before
    assert leads == [[new.pk], []]


def test_moving_lines_and_moving_them_back_is_told_to_nobody(client):
    first = make_live(headline="What they led to", tags=())
    other = make_live(headline="What they lead to now", tags=())
    story = old_story(interesting(first))
    before, leads = told(client, story), []

    moved = publishing.move_lines(first, to=other)
    leads.append(lines_of(story))
    assert told(client, story) == before
    publishing.move_lines_back(moved)
    leads.append(lines_of(story))

    assert told(client, story) == before
    assert leads == [[other.pk], [first.pk]]


def test_refusing_an_automatic_line_is_told_to_nobody(client):
    publishing.change(Publication(automatic_lines=1))
    story = old_story(headline="Flood report at last")
    (target,) = lines_of(story)
    before = told(client, story)

    publishing.refuse_lines(story, targets=[target])

    assert told(client, story) == before
    assert lines_of(story) == []


def test_a_follow_up_and_its_end_is_told_to_nobody(client):
    first = make_live(headline="What they led to", tags=())
    later = make_live(headline="What came of it", tags=())
    story = old_story(interesting(first))
    before = told(client, story)

    publishing.declare_follow_up(later, follows=first)
    assert "What came of it" in client.get(address_of(story)).text
    assert told(client, story) == before
    publishing.undo_follow_up(later, follows=first)

    assert told(client, story) == before


def test_a_line_that_finds_its_story_is_told_to_nobody(client):
    story = old_story(interesting("What nobody wrote yet"))
    before = told(client, story)

    target = make_live(headline="What nobody wrote yet", tags=(), at=timezone.now())

    after = told(client, story)
    for name in ("feeds", "sitemaps"):  # which tell of the other story
        before.pop(name), after.pop(name)
    assert after == before
    assert lines_of(story) == [target.pk]
    assert "What nobody wrote yet" in client.get(address_of(story)).text


def test_merging_tags_changes_the_tag_and_nothing_else(client):
    story, sea = old_story(), make_live(headline="The sea rose", tags=("Sea",)).tags.get()
    indus = Tag.objects.get(name="Indus")
    pk = indus.pk
    assert Edition.objects.live().get(article=story).telling_tag == indus
    before = told(client, story)

    publishing.merge_tags(indus, into=sea)

    after = told(client, story)
    telling = before["columns"].index(pk)
    assert (after["columns"][telling], before["columns"][telling]) == (sea.pk, pk)
    after["columns"][telling] = pk
    assert after["tags"] == [
        (sea.pk if tag == pk else tag, *place) for tag, *place in before["tags"]
    ]
    before.pop("tags"), after.pop("tags")
    assert after == before


def test_the_history_compares_words_and_says_nothing_of_lines(client):
    first = make_live(headline="What they led to", tags=())
    story = old_story(interesting(first))
    history = client.get(f"{address_of(story)}history/").text
    publishing.move_lines(first, to=make_live(headline="What they lead to now", tags=()))
    change_article(story, standfirst="It was a Monday, and very wet.")

    publishing.publish(Article.objects.get(pk=story.pk))

    now = client.get(f"{address_of(story)}history/").text
    assert now.count("/history/") == history.count("/history/") + 1
    assert "What they lead to now" not in now.partition("</main>")[0].partition("<main")[2]
    assert "very" in now


def test_quiet_acts_spoil_the_page_of_the_story_and_what_knows_its_text(client):
    story, new = old_story(), make_live(**NEW)
    path = address_of(story)
    history, page = (set(client.get(p)["Surrogate-Key"].split()) for p in (f"{path}history/", path))

    accepted(story, new)

    assert cache.article_key(story.pk) in history & page
