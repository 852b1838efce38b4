"""The front page: what editors put there, what fills itself, and the strip of breaking news."""

import re
import threading
import time
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles import publishing
from articles.models import Article, BreakingNews, FrontSlot, Section
from articles.public import front
from articles.publishing import Placed
from articles.publishing import front as front_verbs

from .builders import change_article, make_article, make_image, make_live, make_section
from .keeping import held, keys, spoiled_by

pytestmark = pytest.mark.django_db


def stories(count, *, pictures=True, **changes):
    """So many live stories, the newest first."""
    image, now = make_image() if pictures else None, timezone.now()
    return [
        make_live(
            headline=f"Story {n:02}", at=now - timedelta(minutes=n), lead_image=image, **changes
        )
        for n in range(count)
    ]


def arranged(client):
    """What the front page is made of, by name."""
    response = client.get("/")
    page = re.sub(r"<(?!h[123])[^>]*>", "", response.text)
    return response, re.findall(r"<h[123][^>]*>\s*(.*?)\s*(?=<|$)", page, re.MULTILINE)


class Asked:
    """A front page as its view arranges it."""

    def __init__(self, rf):
        self.page = front.Page(rf.get("/"))
        self.front = front.arranged(self.page)

    @property
    def slots(self):
        return [self.front.lead, *self.front.beside, *self.front.below]

    @property
    def everything(self):
        blocks = [edition for _, editions in self.front.blocks for edition in editions]
        return [
            edition.headline for edition in (*self.slots, *self.front.latest, *blocks) if edition
        ]


def test_a_front_page_without_editors_fills_itself(rf):
    stories(30)

    made = Asked(rf).front

    assert made.lead.headline == "Story 00"
    assert [edition.headline for edition in made.beside] == ["Story 01", "Story 02"]
    assert [edition.headline for edition in made.below] == [f"Story {n:02}" for n in range(3, 7)]
    assert [edition.headline for edition in made.latest] == [f"Story {n:02}" for n in range(7, 20)]
    assert [(s.name, [e.headline for e in made]) for s, made in made.blocks] == [
        ("World", ["Story 20", "Story 21", "Story 22"])
    ]


def test_beside_and_below_the_lead_stand_stories_with_pictures(rf):
    now = timezone.now()
    for n in range(12):
        image = make_image(f"{n:064}") if n % 2 else None
        make_live(headline=f"Story {n:02}", at=now - timedelta(minutes=n), lead_image=image)

    made = Asked(rf).front

    assert made.lead.headline == "Story 00"
    pictured = [edition.headline for edition in (*made.beside, *made.below)]
    assert pictured == [f"Story {n:02}" for n in (1, 3, 5, 7, 9, 11)]


def test_the_row_below_is_whole_or_not_there(rf):
    placed = stories(5)

    assert Asked(rf).front.below == []

    publishing.arrange_front({4: Placed(placed[4])})
    below = [edition.headline for edition in Asked(rf).front.below]
    assert below == ["Story 03", "Story 04"]  # begun by an editor, so with what there is


def test_what_an_editor_placed_stands_there_until_its_moment(rf, client):
    found = stories(12)
    until = timezone.now() + timedelta(hours=2)
    publishing.arrange_front({0: Placed(found[9]), 2: Placed(found[11], until)})

    made = Asked(rf)

    assert made.front.lead.headline == "Story 09"
    assert [e.headline for e in made.front.beside] == ["Story 00", "Story 11"]
    assert 7190 <= held(client.get("/")) <= 7200
    FrontSlot.objects.filter(position=2).update(ends_at=timezone.now())
    assert [e.headline for e in Asked(rf).front.beside] == ["Story 00", "Story 01"]


def test_a_slot_whose_story_is_not_live_fills_itself(rf):
    found = stories(9)
    publishing.arrange_front({0: Placed(found[8]), 1: Placed(make_article(headline="A draft"))})
    publishing.withdraw(found[8])

    made = Asked(rf)

    assert made.front.lead.headline == "Story 00"
    assert made.front.beside[0].headline == "Story 01"
    assert "A draft" not in made.everything


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    placed=st.dictionaries(st.integers(0, 6), st.integers(0, 29), max_size=7),
    off=st.booleans(),
)
def test_no_story_ever_stands_twice_and_none_of_the_newest_is_missing(rf, placed, off):
    if not Article.objects.exists():
        for n, story in enumerate(stories(30)):
            change_article(story, section=make_section(["World", "Sport", "Far"][n % 3]))
            publishing.publish(story)
    found = list(Article.objects.order_by("pk"))
    placed = {slot: found[n] for slot, n in {n: s for s, n in placed.items()}.items()}
    placed = {n: story for story, n in {story: n for n, story in placed.items()}.items()}
    places = {position: Placed(story) for position, story in enumerate(placed.values())}

    publishing.arrange_front(places, sections=Section.objects.all()[: 1 if off else 3])
    shown = Asked(rf).everything

    assert len(shown) == len(set(shown))
    assert {f"Story {n:02}" for n in range(20)} <= set(shown)


def test_older_stories_go_on_where_the_front_page_ends(client):
    stories(45, pictures=False)

    first = client.get("/").text
    older = re.search(r'rel="next" href="([^"]+)"', first)[1]
    second = client.get(older).text

    shown = [re.findall(r"Story \d\d", re.sub(r"<[^>]*>", " ", page)) for page in (first, second)]
    assert set(shown[0]) >= {f"Story {n:02}" for n in range(20)}
    assert sorted(set(shown[1])) == [f"Story {n:02}" for n in range(20, 40)]


def test_sections_have_blocks_in_the_order_of_the_navigation_unless_switched_off(rf):
    stories(20)
    now = timezone.now() - timedelta(hours=1)
    for position, name in enumerate(["Sport", "Arts", "Law"]):
        section = make_section(name)
        section.position = 9 - position
        publishing.change(section)
        for n in range(5):
            make_live(headline=f"{name} {n}", section=section, at=now - timedelta(minutes=n))

    blocks = Asked(rf).front.blocks
    assert [section.name for section, _ in blocks] == ["Law", "Arts", "Sport"]
    assert {len(editions) for _, editions in blocks} == {3}

    publishing.arrange_front({}, sections=Section.objects.exclude(name="Arts"))
    assert [section.name for section, _ in Asked(rf).front.blocks] == ["Law", "Sport"]


def test_the_front_page_costs_the_same_with_everything_on_it(client, django_assert_num_queries):
    found = stories(30)
    publishing.arrange_front({n: Placed(story) for n, story in enumerate(found[10:17])})
    client.get("/")

    # publication, sections; slots, stories, bylines, blocks; next beginning; strip
    with django_assert_num_queries(8):
        client.get("/")
    publishing.break_news("The bridge is open", article=found[0])
    with django_assert_num_queries(9):  # and where the story of the strip stands
        client.get("/")


def test_the_front_page_says_all_that_it_shows(client):
    found = stories(9)

    named = keys(client.get("/"))

    section, author = found[0].section_id, found[0].authors.get().pk
    assert named == {
        *("publication", "front-list", "front-slots", "breaking"),
        *(f"article-{story.pk}" for story in found),
        *(f"section-{section}", f"section-{section}-list", f"author-{author}"),
        f"image-{found[0].lead_image_id}",
    }


def test_the_front_page_says_what_its_blocks_show_and_until_when(client):
    stories(20)
    sport, before = make_section("Sport"), timezone.now() - timedelta(days=1)
    ends = timezone.now() + timedelta(hours=1)
    shown = [
        make_live(
            headline=f"Match {n}",
            section=sport,
            at=before - timedelta(hours=n),
            until=ends if n else None,
            lead_image=make_image(f"{n + 1:064}"),
        )
        for n in range(2)
    ]

    response = client.get("/")

    assert {f"article-{story.pk}" for story in shown} | {f"section-{sport.pk}-list"} <= keys(
        response
    )
    pictures = [f"image-{story.lead_image_id}" in keys(response) for story in shown]
    assert pictures == [True, False]  # only the first is shown with its picture
    assert 3590 <= held(response) <= 3600
    assert held(response, "stale-if-error") <= 1


def test_arranging_spoils_the_front_page_alone_and_only_if_something_changed():
    _one, two = stories(2)

    assert spoiled_by(lambda: publishing.arrange_front({0: Placed(two)})) == {"front-slots"}
    assert spoiled_by(lambda: publishing.arrange_front({0: Placed(two)})) == set()
    off = spoiled_by(lambda: publishing.arrange_front({0: Placed(two)}, sections=()))
    assert off == {"front-slots"}


def test_an_arrangement_that_somebody_changed_meanwhile_is_refused():
    one, two = stories(2)
    base = publishing.arrangement()
    publishing.arrange_front({0: Placed(two)}, base=base)

    with pytest.raises(publishing.StaleFront):
        publishing.arrange_front({1: Placed(one)}, base=base)

    assert FrontSlot.objects.get().article == two


def test_a_story_in_two_slots_is_refused(live):
    with pytest.raises(ValidationError):
        publishing.arrange_front({0: Placed(live), 1: Placed(live)})


# Breaking news


def test_breaking_news_stand_on_the_front_page_and_lead_to_their_story(client, live):
    spoiled = spoiled_by(lambda: publishing.break_news(" The  bridge\nis open ", article=live))

    page = client.get("/")
    assert spoiled == {"breaking"}
    assert f'<a href="{live.editions.get().path}" dir="auto">The bridge is open</a>' in page.text
    assert "breaking" in keys(page)
    assert "breaking" not in keys(client.get("/feed/"))


def test_breaking_news_lead_nowhere_while_their_story_is_not_live(client, embargoed):
    publishing.break_news("A verdict soon", article=embargoed)

    page = client.get("/")

    assert '<span dir="auto">A verdict soon</span>' in page.text
    assert embargoed.headline not in page.text


def test_breaking_news_go_by_themselves(client, live):
    publishing.break_news("Soon over", until=timezone.now() + timedelta(minutes=10))

    page = client.get("/")
    assert 590 <= held(page) <= 600
    assert held(page, "stale-if-error") <= 1

    BreakingNews.objects.update(ends_at=timezone.now())
    assert "Soon over" not in client.get("/").text


def test_newer_news_take_the_place_of_older_and_can_be_ended(client, live):
    publishing.break_news("First")
    publishing.break_news("Second")

    assert "Second" in client.get("/").text and "First" not in client.get("/").text
    assert spoiled_by(publishing.end_breaking_news) == {"breaking"}
    assert spoiled_by(publishing.end_breaking_news) == set()
    assert "Second" not in client.get("/").text
    assert BreakingNews.objects.count() == 2


def test_the_strip_says_one_thing_though_two_editors_wrote_it_at_once(db, monkeypatch):
    def wait():  # while somebody else, who is faster, breaks news
        monkeypatch.undo()
        publishing.break_news("Faster")

    monkeypatch.setattr(front_verbs, "_take_turns", wait)
    publishing.break_news("Slower", until=timezone.now() + timedelta(hours=1))

    assert [news.text for news in BreakingNews.objects.on()] == ["Slower"]

    monkeypatch.setattr(front_verbs, "_take_turns", wait)
    publishing.end_breaking_news()

    assert not BreakingNews.objects.on().exists()


@pytest.mark.parametrize("changes", [{"text": " "}, {"text": "x" * 161}, {"until": 1}])
def test_news_that_say_nothing_or_are_over_are_refused(changes):
    if "until" in changes:
        changes = {"until": timezone.now() - timedelta(seconds=1)}

    with pytest.raises(ValidationError):
        publishing.break_news(**{"text": "News"} | changes)

    assert not BreakingNews.objects.exists()


def test_two_editors_who_arrange_an_empty_front_at_once_do_not_meet_an_error(at_one_moment):
    stories = [make_live(headline=f"Story {n}") for n in range(2)]
    base, both_began, said = publishing.arrangement(), threading.Barrier(2), []

    def arrange():
        with transaction.atomic():
            publishing.arrange_front({0: Placed(stories[len(said)])}, base=base)
            said.append("arranged")
            time.sleep(0.3)  # so that the other meets what is not committed

    def edit():
        both_began.wait()
        try:
            arrange()
        except publishing.StaleFront:
            said.append("told to look again")

    at_one_moment(edit, edit)

    assert said == ["arranged", "told to look again"]
    assert FrontSlot.objects.get().article == stories[0]
