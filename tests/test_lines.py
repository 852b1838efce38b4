"""The Interesting line: what it leads to, in whose words, and what a change of it spoils."""

import re
import threading
import time
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles import body, cache, headlines, links, publishing, rendering
from articles.admin.fields import LabelsField
from articles.importers import Record, keep
from articles.links.labels import LATEST
from articles.models import (
    Article,
    Edition,
    FollowUp,
    FormerTag,
    InterestingLink,
    Publication,
    Spoil,
)

from .builders import (
    change_article,
    interesting,
    linked,
    make_article,
    make_image,
    make_live,
    make_page,
    make_section,
)
from .surfaces import address_of
from .test_metadata import facts_of
from .test_public import held

pytestmark = pytest.mark.django_db

LINE = re.compile(r'<section class="interesting"[^>]*>.*?</section>')


def line_to(target, words="Words", **said):
    said = "".join(f' data-{name}="{value}"' for name, value in said.items())
    return f'<aside data-interesting="{target}"{said}>{words}</aside>'


def pointing(*lines, headline="The story that points", **changes):
    """A live story with these lines, each a story or the line itself."""
    lines = [line if isinstance(line, str) else interesting(line) for line in lines]
    text = "".join(f"<p>Before.</p>{line}" for line in lines)
    return make_live(headline=headline, body=f"{text}<p>After.</p>", **changes)


def shown(client, article):
    """Label and headline of each line on the page."""
    html = client.get(address_of(article)).text
    lines = LINE.findall(html)
    assert html.count('class="interesting') == 2 * len(
        lines
    )  # the line and its label; no empty box
    return [
        (re.search(r'label"[^>]*>([^<]*):<', line)[1], re.search(r"<a [^>]*>([^<]*)<", line)[1])
        for line in lines
    ]


def spoiled_by(act):
    last = Spoil.objects.order_by("pk").last()
    act()
    return set(Spoil.objects.filter(pk__gt=last.pk).values_list("key", flat=True))


def keys(client, path):
    return set(client.get(path)["Surrogate-Key"].split())


# What it says


def test_a_line_has_its_own_label_and_its_own_words(client):
    target = make_live(headline="Tides")
    article = pointing(line_to(target.pk, "How the sea moves", label="Background", pinned=""))

    change_article(target, headline="Tides and moons")
    publishing.publish(target)

    assert shown(client, article) == [("Background", "How the sea moves")]


def test_what_is_not_pinned_is_called_what_its_story_is_called_today(client):
    target = make_live(headline="Tides")
    article = pointing(target)

    change_article(target, headline="Tides and moons", slug="moons")
    publishing.publish(target)

    assert shown(client, article) == [("Interesting", "Tides and moons")]
    assert f'href="{address_of(target)}"' in client.get(address_of(article)).text


def test_a_story_says_interesting_in_its_own_language(client):
    target = make_live(headline="Tides")
    publishing.change(Publication(interesting_label="Also", labels={"fr": "Voir"}))

    stories = {
        code: pointing(target, headline=code, language=code) for code in "en fr ur xx".split()
    }

    said = {code: shown(client, article)[0][0] for code, article in stories.items()}
    assert said == {"en": "Also", "fr": "Voir", "ur": "دلچسپ", "xx": "Also"}
    html = client.get(address_of(stories["xx"])).text
    assert '<span class="interesting-label" lang="en">' in html


@pytest.mark.parametrize(
    ("language", "label"),
    [("en-GB", "Interesting"), ("ur-PK", "دلچسپ"), ("ps-AF", "په زړه پورې"), ("xx", "Interesting")],
)
def test_a_label_is_found_by_the_base_of_a_language(language, label):
    assert links.Labels("Interesting", "en").of(language).text == label


def test_a_paper_that_chose_no_word_says_it_in_its_own_language():
    assert links.Labels("Interesting", "ur").of("ur").text == "دلچسپ"
    assert links.Labels("Interesting", "ar").of("xx").text == "مثير للاهتمام"
    assert links.Labels("Also", "ur").of("ur").text == "Also"


def test_every_language_that_knows_the_label_can_say_what_is_latest():
    assert LATEST.keys() == links.INTERESTING.keys()
    assert all(words.count("%s") == 1 for words in LATEST.values())


def test_the_target_brings_its_language_direction_and_picture(client):
    arabic = make_live(headline="الميناء", language="ar", lead_image=make_image())

    html = client.get(address_of(pointing(arabic))).text

    line = LINE.search(html)[0]
    assert '<a href="' in line and ' lang="ar" dir="rtl">الميناء</a>' in line
    assert re.search(r'<img src="[^"]*/card-[^"]*" [^>]*alt=""', line)
    assert line.count("<a ") == 1


@pytest.mark.parametrize(
    ("words", "is_arabic"),
    [
        ("«الميناء»: أرصفة", True),  # the headline as it is
        ("«الميناء»: رصيفان", True),  # as it was once
        ("What the port of Basra says", False),
        ("2026", False),
    ],
)
def test_pinned_words_are_in_the_language_that_they_are_written_in(client, words, is_arabic):
    arabic = make_live(headline="«الميناء»: أرصفة", language="ar")

    line = LINE.search(client.get(address_of(pointing(line_to(arabic.pk, words, pinned="")))).text)

    assert (' lang="ar" dir="rtl"' in line[0]) == is_arabic


def test_a_label_that_runs_the_other_way_says_so(client):
    publishing.change(Publication(language="ur"))
    target = make_live(headline="Tides", language="xx")

    html = client.get(address_of(pointing(target, language="xx"))).text

    assert '<span class="interesting-label" lang="ur" dir="rtl">دلچسپ:</span>' in html


def test_the_picture_beside_a_line_is_small_without_a_stylesheet_too(client):
    target = make_live(headline="Tides", lead_image=make_image())

    line = LINE.search(client.get(address_of(pointing(target))).text)[0]

    assert 'sizes="8rem" width="128" height="85"' in line


def test_a_reader_mode_keeps_the_line(client):
    """What Mozilla's Readability takes for no part of a story is not among what it is made of."""
    target = make_live(headline="Tides", lead_image=make_image())

    line = LINE.search(client.get(address_of(pointing(target))).text)[0]

    thrown_away = {"aside", "footer", "form", "nav", "object", "button"}
    where_links_are_most = {"div", "ul", "table", "fieldset"}
    unlikely = r'role="|class="[^"]*(related|promo|sidebar|share|widget|menu|sponsor|header|hidden)'
    tags = set(re.findall(r"<([a-z]+)", line))
    assert not tags & (thrown_away | where_links_are_most)
    assert not re.search(unlikely, line)


def test_feeds_have_lines_without_pictures_origins_and_reasons(client):
    arabic = make_live(headline="الميناء", language="ar", lead_image=make_image())
    line = line_to(arabic.pk, origin="suggestion", reason="shares Floods")
    pointing(line, tags=("Quay",))

    response = client.get("/tag/quay/feed/json/")

    (item,) = response.json()["items"]
    path = address_of(arabic)
    assert item["content_html"] == (
        "<p>Before.</p><p><strong>Interesting:</strong> "
        f'<a href="http://127.0.0.1:8000{path}" lang="ar" dir="rtl">الميناء</a></p><p>After.</p>'
    )
    assert not [key for key in response["Surrogate-Key"].split() if key.startswith("image-")]


def test_readers_get_neither_origin_nor_reason(client):
    target = make_live(headline="Tides")

    page = client.get(address_of(pointing(line_to(target.pk, origin="automatic", reason="x y z"))))

    assert "automatic" not in page.text and "x y z" not in page.text


def test_how_a_line_came_to_be_is_recorded_with_it():
    target = make_live(headline="Tides")
    line = line_to(
        target.pk, origin="suggestion", reason="shares “Floods”", label="Also", pinned=""
    )

    article = pointing(line)

    for row in article.lines_out.all():
        assert (row.origin, row.reason) == ("suggestion", "shares “Floods”")
        assert (row.label, row.is_pinned, row.headline) == ("Also", True, "Words")


def test_an_origin_that_the_text_does_not_say_is_remembered():
    target = make_live(headline="Tides")
    article = pointing(target)
    article.lines_out.update(origin="automatic", reason="because")

    change_article(article, standfirst="Other words")

    assert list(article.lines_out.values_list("origin", "reason").distinct()) == [
        ("automatic", "because")
    ]


def test_a_line_leads_one_way_only(live):
    tag = live.tags.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        InterestingLink.objects.create(
            source=live, place=0, target=live, target_tag=tag, headline="", headline_key=""
        )


# The latest of a tag or section


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
    assert f"tag-{tag}" in keys(client, address_of(article))
    assert f"tag-{tag}" not in keys(client, address_of(other))


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
    carried = keys(client, path)

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

    assert keys(client, path) & spoiled_by(lambda: publishing.remove(sea))

    make_live(headline="Words")
    assert shown(client, article) == []


def test_no_more_of_a_list_is_read_than_is_asked_for():
    stories = [make_live(headline=f"Story {n}", tags=("Sea",)) for n in range(5)]
    lists = {("tag", stories[0].tags.get().pk): 2, ("section", stories[0].section_id): 1}

    newest = links.newest_of(lists, at=timezone.now())

    deepest = [stories[4].pk, stories[3].pk]
    found = [[story.article for story in found] for found in newest.stories.values()]
    assert found == [deepest, deepest]  # all as deep as the deepest


# What follows


def test_lines_lead_to_what_follows_until_that_is_taken_back(client):
    first, second = make_live(headline="First"), make_live(headline="Second")
    article = pointing(first)

    publishing.declare_follow_up(second, follows=first)
    assert shown(client, article) == [("Interesting", "Second")]

    publishing.undo_follow_up(second, follows=first)
    assert shown(client, article) == [("Interesting", "First")]
    assert not FollowUp.objects.exists()


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_a_chain_leads_to_the_last_that_is_live_however_it_was_tied(client, order):
    stories = [make_live(headline=f"Part {number}") for number in range(4)]
    article = pointing(stories[0])
    for number in order:
        publishing.declare_follow_up(stories[number + 1], follows=stories[number])
    assert shown(client, article)[0][1] == "Part 3"

    publishing.withdraw(stories[3])
    assert shown(client, article)[0][1] == "Part 2"

    publishing.undo_follow_up(stories[1 + 1], follows=stories[1])
    assert shown(client, article)[0][1] == "Part 1"
    assert set(FollowUp.objects.values_list("story", "follow_up", "distance")) == {
        (stories[0].pk, stories[1].pk, 1),
        (stories[2].pk, stories[3].pk, 1),
    }


def test_while_what_follows_is_not_live_the_line_stays_and_its_page_hears_of_it(client):
    first, draft = make_live(headline="First"), make_article(headline="Second")
    article = pointing(first)
    publishing.declare_follow_up(draft, follows=first)
    carried = keys(client, address_of(article))

    assert shown(client, article)[0][1] == "First"
    assert carried & spoiled_by(lambda: publishing.publish(draft))
    assert shown(client, article)[0][1] == "Second"


def test_a_line_leads_on_though_the_first_story_was_withdrawn(client):
    first, second = make_live(headline="First"), make_live(headline="Second")
    article = pointing(first)
    publishing.declare_follow_up(second, follows=first)

    publishing.withdraw(first)

    assert shown(client, article) == [("Interesting", "Second")]


def test_what_follows_is_not_led_to_itself_but_to_what_came_before(client):
    first = make_live(headline="First")
    second = pointing(first, headline="Second")
    third = pointing(first, headline="Third")

    publishing.declare_follow_up(second, follows=first)
    publishing.declare_follow_up(third, follows=second)

    assert shown(client, second) == [("Interesting", "First")]
    assert shown(client, third) == [("Interesting", "Second")]


def test_words_that_lead_to_a_story_lead_to_that_one_whatever_follows(client):
    first, second = make_live(headline="First"), make_live(headline="Second")
    text = f'<p>See <a data-article="{first.pk}">this</a>.</p>'
    article = make_live(headline="A story with a link", body=text)

    publishing.declare_follow_up(second, follows=first)

    assert f'<a href="{address_of(first)}">this</a>' in client.get(address_of(article)).text


def test_circles_and_second_follow_ups_are_refused():
    a, b, c = (make_live(headline=headline) for headline in "ABC")
    publishing.declare_follow_up(b, follows=a)
    publishing.declare_follow_up(c, follows=b)

    for article, follows in [(a, a), (a, b), (a, c), (b, c), (c, a), (b, a)]:
        with pytest.raises(publishing.NotAFollowUp):
            publishing.declare_follow_up(article, follows=follows)
    with pytest.raises(publishing.NotAFollowUp):
        publishing.undo_follow_up(c, follows=a)
    assert FollowUp.objects.count() == 3


def test_follow_ups_declared_at_one_moment_make_one_chain(at_one_moment):
    first, second, third = (make_live(headline=f"Part {n}") for n in range(3))
    is_declared = threading.Event()

    def declare_slowly():
        with transaction.atomic():
            publishing.declare_follow_up(second, follows=first)
            is_declared.set()
            time.sleep(0.3)  # in which the other begins

    def declare():
        is_declared.wait(10)
        publishing.declare_follow_up(third, follows=second)

    at_one_moment(declare, declare_slowly)

    assert set(FollowUp.objects.values_list("story", "follow_up", "distance")) == {
        (first.pk, second.pk, 1),
        (second.pk, third.pk, 1),
        (first.pk, third.pk, 2),
    }


def test_a_story_that_follows_is_kept():
    first, draft = make_live(headline="First"), make_article(headline="Second")
    publishing.declare_follow_up(draft, follows=first)

    with pytest.raises(ProtectedError):
        draft.delete()


# What machines are told


def test_facts_name_what_lines_show_and_nothing_else(client, live, draft):
    article = pointing(live, draft, line_to("", "Nobody wrote this"))
    page = make_page("About", body=f"<p>A.</p>{interesting(live)}")

    def related(path, kind):
        fact = facts_of(client.get(path))[kind]
        return fact.get("mainEntityOfPage", fact).get("relatedLink")

    def told():
        about = related(page.get_absolute_url(), "WebPage")
        return related(address_of(article), "NewsArticle"), about

    url = f"http://127.0.0.1:8000{address_of(live)}"
    assert told() == ([url], [url])
    publishing.withdraw(live)
    assert told() == (None, None)


# In-text links


def test_words_keep_and_lose_their_link_with_their_story(client):
    target = make_live(headline="Tides")
    text = f'<p>See <a data-article="{target.pk}">these words</a>.</p>'
    article = make_live(headline="A story with a link", body=text)

    change_article(target, slug="elsewhere")
    publishing.publish(target)
    page = client.get(address_of(article)).text
    assert f'<a href="{address_of(target)}">these words</a>' in page
    assert client.get(address_of(target)).status_code == 200

    publishing.withdraw(target)
    assert "<p>See these words.</p>" in client.get(address_of(article)).text


# What a change makes out of date


def test_a_headline_spoils_the_pages_that_show_it_and_no_others(client):
    first, second = make_live(headline="First"), make_live(headline="Second")
    alone = {"tags": (), "authors": ()}
    pages = {
        "to the first": pointing(first, headline="A", section=make_section("One"), **alone),
        "to the second": pointing(second, headline="B", section=make_section("Two"), **alone),
        "to none": make_live(headline="C", section=make_section("Three"), **alone),
    }
    publishing.declare_follow_up(second, follows=first)

    def out_of_date(act):
        carried = {name: keys(client, address_of(article)) for name, article in pages.items()}
        spoiled = spoiled_by(act)
        return {name for name in pages if carried[name] & spoiled}

    def headline(article, words):
        change_article(article, headline=words)
        publishing.publish(article)

    assert out_of_date(lambda: headline(first, "Unseen")) == set()
    assert out_of_date(lambda: headline(second, "Seen")) == {"to the first", "to the second"}
    assert out_of_date(lambda: publishing.undo_follow_up(second, follows=first)) == {"to the first"}
    assert out_of_date(lambda: headline(first, "Seen again")) == {"to the first"}
    assert out_of_date(lambda: headline(second, "Once more")) == {"to the second"}
    assert out_of_date(lambda: publishing.withdraw(first)) == {"to the first"}


def test_a_headline_drops_from_the_store_exactly_the_pages_that_look_otherwise_then(reader):
    first, earlier, other = (
        make_live(headline=words, section=make_section(words), tags=(words,), authors=())
        for words in ("A", "B", "C")
    )
    publishing.declare_follow_up(first, follows=earlier)
    pinned = interesting(first).replace(">A<", ' data-pinned="">As it was called<')
    list_of_tag = f'<aside data-interesting="tag-{first.tags.get().pk}"></aside>'
    list_of_section = f'<aside data-interesting="section-{first.section_id}"></aside>'
    ways = {
        "by a line": interesting(first),
        "as what follows": interesting(earlier),
        "as the latest of a tag": list_of_tag,
        "as the latest of a section": list_of_section,
        "by a line and pinned words": interesting(first) + pinned,
        "by pinned words": pinned,
        "by pinned words and a line": pinned + interesting(first),  # one is enough
        "within the text": f'<p>See <a data-article="{first.pk}">it</a>.</p>',
        "to another": interesting(other),
        "in French by its headline": pinned.replace("As it was called", "A"),
        "in French by its next headline": pinned.replace("As it was called", "A bridge"),
        "in French by pinned words": pinned,
        "in Urdu by its headline": pinned.replace("As it was called", "A"),  # Latin letters tell
    }
    its_old_address = address_of(first)
    change_article(first, slug="bridge")
    publishing.publish(first)
    paths = {its_old_address: its_old_address}
    for n, (way, line) in enumerate(ways.items()):
        text = f"<p>One.</p>{line}<p>Two.</p>"
        far = {"section": make_section(f"Far {n}"), "tags": (), "authors": ()}
        said = {"body": text, "language": {"in F": "fr", "in U": "ur"}.get(way[:4], "en")}
        paths[way] = address_of(make_live(headline=f"Far {n}", **said, **far))
        paths[f"{way}, in a feed"] = f"/section/far-{n}/feed/{('', 'atom/', 'json/')[n % 3]}"
        paths[f"{way}, on a page"] = make_page(f"Page {n}", **said).get_absolute_url()
    for path in ("/", "/feed/", "/sitemap.xml", "/sitemap-news.xml", "/archive/", "/tag/a/"):
        paths[path] = path
    paths |= {story.headline: address_of(story) for story in (first, earlier, other)}
    reader.drain()
    before = {name: reader.get(path).body for name, path in paths.items()}
    kept = {name.path for name in reader.store.names()}
    assert set(paths.values()) <= kept

    change_article(first, headline="A bridge")
    publishing.publish(first, quiet=True)
    reader.drain()

    kept = {name.path for name in reader.store.names()}
    dropped = {name for name, path in paths.items() if path not in kept}
    otherwise = {name for name, path in paths.items() if reader.get(path).body != before[name]}
    assert dropped == otherwise
    shown = [*list(ways)[:5], "in French by its headline", "in French by its next headline"]
    places = {f"{way}{where}" for way in shown for where in ("", ", in a feed", ", on a page")}
    assert dropped == places | {"A", "/", "/feed/", "/sitemap-news.xml", "/tag/a/"}


def test_a_thousand_lines_to_one_story_are_gone_with_it(django_assert_max_num_queries):
    target, model = make_live(headline="The target"), pointing(make_live(headline="T"))
    edition = model.editions.get()
    lines = "<p>Before.</p>" + interesting(target)
    columns = {
        field.attname: getattr(edition, field.attname)
        for field in Edition._meta.concrete_fields
        if field.name not in ("id", "article", "path", "body")
    }
    articles = [
        Article(headline=f"S{n}", headline_key=f"s{n}", section_id=model.section_id, body=lines)
        for n in range(1000)
    ]
    Article.objects.bulk_create(articles)
    articles = list(Article.objects.filter(headline_key__startswith="s", body=lines).order_by("pk"))
    Edition.objects.bulk_create(
        Edition(article=article, path=f"/2026/01/s{n}/", body=lines, **columns)
        for n, article in enumerate(articles)
    )
    editions = list(Edition.objects.filter(article__in=articles))
    labels = links.Labels("Interesting", "en")

    def count():
        bodies = rendering.render_bodies(editions, at=timezone.now(), label=labels)
        keyed = sum(cache.address_key(target.pk) in body.keys for body in bodies.values())
        return sum(body.html.count('class="interesting"') for body in bodies.values()), keyed

    assert count() == (1000, 1000)

    with django_assert_max_num_queries(30):  # as many as for one
        publishing.withdraw(target)

    assert count() == (0, 1000)
    final = Spoil.objects.filter(is_final=True).values_list("key", flat=True)
    assert cache.address_key(target.pk) in final


# The desk


def test_the_picker_offers_the_latest_of_tags_and_sections(desk, live):
    address = reverse("admin:articles_article_stories")

    found = desk.get(address, {"q": "flo", "lists": "1"}).json()["found"]
    by_id = desk.get(address, {"id": [f"tag-{live.tags.get().pk}", "tag-9", "x-1"]}).json()["found"]

    assert [(thing["id"], thing["headline"]) for thing in found] == [
        (f"tag-{live.tags.get().pk}", "Latest on Floods")
    ]
    assert by_id == found
    assert (found[0]["is_live"], found[0]["when"]) == (True, f"now “{live.headline}”")
    assert desk.get(address, {"q": "flo"}).json()["found"] == []


def test_the_latest_of_a_list_is_told_as_the_story_being_written_will_show_it(desk, live):
    newer = make_live(headline="The newest of all", tags=("Floods",))
    tag, address = f"tag-{live.tags.get().pk}", reverse("admin:articles_article_stories")

    def told(**asked):
        (found,) = desk.get(address, asked).json()["found"]
        return found["when"]

    assert told(id=tag) == "now “The newest of all”"
    assert told(id=tag, **{"not": newer.pk}) == f"now “{live.headline}”"
    assert told(q="flo", lists=1, **{"not": newer.pk}).endswith(f"“{live.headline}”")


def test_the_editor_says_the_word_before_a_line_as_readers_of_the_story_see_it(desk):
    publishing.change(Publication(interesting_label="See", labels={"fi": "Kiinnostavaa"}))

    def told(language):
        story = make_article(headline=f"In {language}", language=language)
        form = desk.get(reverse("admin:articles_article_change", args=[story.pk]))
        config = form.context["adminform"].form.fields["body"].widget.config
        return config["extensions"]["Interesting"]

    assert [(told(code)["label"], told(code)["direction"]) for code in ("en", "ur", "fi")] == [
        ("See", "ltr"), ("دلچسپ", "rtl"), ("Kiinnostavaa", "ltr")
    ]  # fmt: skip
    assert {"See", "Kiinnostavaa", "دلچسپ", "Interesting"} <= set(told("en")["words"])


def test_lines_are_told_what_they_show_in_place_of_their_story(desk, live, embargoed):
    address = reverse("admin:articles_article_stories")
    later = make_live(headline="What came of it")
    publishing.declare_follow_up(later, follows=live)

    found = desk.get(address, {"id": [live.pk, embargoed.pk]}).json()["found"]
    (in_the_later,) = desk.get(address, {"id": live.pk, "not": later.pk}).json()["found"]

    assert in_the_later["shown"] == ""
    told = {story["id"]: (story["shown"], bool(story["from"])) for story in found}
    assert told == {live.pk: ("What came of it", False), embargoed.pk: ("", True)}


def test_a_follow_up_is_declared_and_taken_back_at_the_desk(desk, live):
    later = make_live(headline="What came of it")
    pointing(live, headline="To the first"), pointing(later, headline="To the second")
    pages = {
        story: reverse("admin:articles_article_follow_up", args=[story.pk])
        for story in (live, later)
    }

    declared = desk.post(pages[later], {"follows": live.pk}, follow=True)
    assert "lead to “What came of it” from now on" in declared.text
    followed = desk.get(pages[live]).text
    assert "This story is followed by" in followed and "1 line to it leads there" in followed
    assert "lead here, as editor declared" in desk.get(pages[later]).text
    refused = desk.post(pages[live], {"follows": later.pk})
    assert "cannot come before it" in refused.text

    undone = desk.post(pages[live], {"undo": live.pk}, follow=True)
    assert "lead there again" in undone.text
    assert not FollowUp.objects.exists()
    assert desk.post(pages[live], {"undo": "nonsense"}).status_code == 404


def test_earlier_stories_are_offered_to_be_followed_at_the_press_of_a_button(desk, live):
    other = make_live(headline="Quite another matter", tags=("Football",), body="<p>Goal.</p>")
    new = make_live(headline="What came of it", tags=("Floods",))
    later = make_live(headline="Later still", tags=("Floods",))
    page = reverse("admin:articles_article_follow_up", args=[new.pk])

    offered = [one.article_id for one, _ in desk.get(page).context["offered"]]
    declared = desk.post(page, {"follows": live.pk}, follow=True)

    assert offered[0] == live.pk
    assert not {other.pk, new.pk, later.pk} & set(offered)
    assert live.pk not in [one.article_id for one, _ in declared.context["offered"]]


def test_whoever_declares_a_follow_up_is_shown_all_lines_that_it_moves(desk, live):
    leading = [
        make_live(headline=f"Leads there {n}", body=f"<p>A.</p>{interesting(live)}<p>B.</p>")
        for n in range(2)
    ]
    make_article(headline="At the desk only", body=f"<p>A.</p>{interesting(live)}<p>B.</p>")
    new = make_live(headline="What came of it")
    page = reverse("admin:articles_article_follow_up", args=[new.pk])

    before = desk.get(page).text
    declared = desk.post(page, {"follows": live.pk}, follow=True)
    undone = desk.post(page, {"undo": live.pk}, follow=True)

    assert "Lines that lead here" not in before
    assert declared.redirect_chain[-1][0] == page
    assert set(declared.context["pointing"]) == set(leading)
    assert "In 2 live stories stands a line that leads here, in 2 of them by" in declared.text
    assert "lead there again" in undone.text


def test_the_publication_says_its_word_in_other_languages(desk):
    address = reverse("admin:articles_publication_change", args=[1])
    typed = {"name": "X", "language": "en", "time_zone": "UTC", "interesting_label": "See"}

    response = desk.post(address, typed | {"labels": "ur: مزید\r\n\r\nfr:  À lire "})
    assert response.status_code == 302
    assert Publication.current().labels == {"ur": "مزید", "fr": "À lire"}
    assert "fr: À lire\nur: مزید" in desk.get(address).text

    refused = desk.post(address, typed | {"labels": "Urdu"})
    assert "“Urdu”: write a language code" in refused.text


@pytest.mark.parametrize("text", ["ur", "ur:", "ur: " + "x" * 41, "Urdu: word"])
def test_labels_that_cannot_be_read_are_refused(text):
    with pytest.raises(ValidationError):
        LabelsField().clean(text)


# Text


def test_a_line_on_a_page_of_the_desk_finds_its_story_when_that_is_published(client):
    page = make_page("About", body=f"<p>Us.</p>{interesting('How we began')}")
    path = page.get_absolute_url()
    draft = make_article(headline="How we began")
    assert 'class="interesting"' not in client.get(path).text

    spoiled = spoiled_by(lambda: publishing.publish(draft))

    assert cache.key_of(page) in spoiled
    assert f'<a href="{address_of(draft)}"' in client.get(path).text
    change_article(draft, headline="How we really began")
    publishing.publish(draft)
    assert ">How we really began<" in client.get(path).text


def test_a_line_of_the_same_words_that_leads_elsewhere_stays_when_another_finds_its_story(client):
    other = make_live(headline="Moons")
    page = make_page("About", body=f"<p>A.</p>{interesting('Tides')}{line_to(other.pk, 'Tides')}")

    target = make_live(headline="Tides")

    page.refresh_from_db()
    assert [line.target for line in body.find_references(page.body).lines] == [target.pk, other.pk]


def test_illegible_characters_are_not_let_in_by_their_numbers():
    assert body.clean("<p>a&#1;b&#11;c</p>") == "<p>ab\nc</p>"


def test_an_imported_line_finds_its_story(client):
    target = make_live(headline="Council delays vote")
    text = body.paragraphs_to_html("One.\n\nInteresting: Council delays vote\n\nTwo.")
    record = Record(location="/a", digest="1" * 64, headline="Imported", body=text)

    _, article = keep(record, section=make_section(), publish=True)

    assert shown(client, article) == [("Interesting", target.headline)]


def test_a_line_may_wait_for_a_headline_that_is_too_long_for_any_story():
    article = make_article(body=f"<p>A.</p>{interesting('Tides ' * 50)}<p>B.</p>")

    assert article.lines_out.get().headline == ("Tides " * 50)[: headlines.MAX_LENGTH]


def test_a_line_of_the_storys_own_headline_waits_for_another_story():
    article = make_article(headline="Tides", body=f"<p>A.</p>{interesting('Tides')}<p>B.</p>")

    publishing.publish(article)
    change_article(article, standfirst="Of the sea")

    assert not article.lines_out.exclude(target=None).exists()


def test_a_line_finds_a_headline_with_signs_that_html_writes_otherwise():
    target = make_live(headline='Tea & milk < "both"')

    article = make_article(headline="Waves", body=f"<p>A.</p>{interesting(target.headline)}")

    assert article.lines_out.get().target == target


def test_of_stories_with_one_headline_a_line_finds_the_live_one_and_the_newest_of_these():
    live = [make_live(headline="Tides", slug=f"tides-{n}") for n in range(2)]
    publishing.publish(change_article(live[0], standfirst="In its second version"))
    make_article(headline="Tides")

    article = make_article(headline="Waves", body=f"<p>A.</p>{interesting('Tides')}<p>B.</p>")

    assert article.lines_out.get().target == live[1]


def test_a_restored_line_leads_where_it_led_though_its_story_is_called_otherwise_now():
    article = make_article(
        headline="Waves", body=f"<p>A.</p>{interesting('Tides')}<p>B.</p>{interesting('Sea')}"
    )
    target = make_live(headline="Tides")
    make_live(headline="Sea")
    change_article(target, headline="Tides and moons")
    publishing.publish(target)

    first = article.revisions.get(version=1)
    publishing.restore(change_article(article, standfirst="x"), revision=first, base_version=2)

    assert article.lines_out.get(place=0).target == target
