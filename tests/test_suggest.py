"""Which stories the desk suggests for a text, and why."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles import links, publishing
from articles.body import find_references
from articles.links.suggest import Story, suggest, walk, weigh
from articles.models import Tag

from .builders import interesting, make_article, make_live, make_section

AT = datetime(2026, 3, 10, 12, tzinfo=UTC)
WATER = Story(headline="Water again", tags=("Floods", "Indus"))


def live(headline, *, days=1, **changes):
    return make_live(headline=headline, at=AT - timedelta(days=days), **changes)


def found(story=WATER, **how):
    return [suggestion.headline for suggestion in suggest(story, at=AT, **how)]


def test_a_story_is_suggested_with_what_it_shares_its_age_and_that_nobody_leads_to_it(db):
    live("The river rose", tags=("Indus", "Floods", "Weather"), days=3)
    live("The bank closed", tags=("Money",))

    (one,) = suggest(WATER, at=AT)

    assert one.headline == "The river rose"
    assert one.reason.text(at=AT) == (
        "shares Floods, Indus · 3 days ago · not yet linked from anywhere"
    )


def test_a_rare_tag_counts_for_more_than_several_that_many_stories_have(db):
    for number in range(20):
        live(f"Ordinary news of day {number}", tags=("Home", "Weather"), days=2)
    live("The one about eels", tags=("Eels",), days=2)

    assert found(Story(headline="x", tags=("Home", "Weather", "Eels")))[0] == "The one about eels"


def test_of_two_stories_alike_the_newer_comes_first(db):
    live("Old water", tags=("Indus",), days=400)
    live("New water", tags=("Indus",), days=2)

    assert found() == ["New water", "Old water"]


def test_the_same_section_and_language_tip_the_scale(db):
    sport = make_section("Sport")
    live("Elsewhere", tags=("Indus",))
    live("Same section", tags=("Indus",), section=sport)
    live("دریا", tags=("Indus", "Floods"), language="ur")

    assert found(Story(tags=WATER.tags, section=sport.pk)) == ["Same section", "Elsewhere", "دریا"]


def test_a_story_that_few_lead_to_gets_a_small_lift(db):
    known = live("Known water", tags=("Indus",))
    live("Unknown water", tags=("Indus",))
    for number in range(3):
        live(
            f"Other {number}", days=0, tags=("Money",), body=f"<p>x</p>{interesting(known)}<p>y</p>"
        )

    first, second = suggest(WATER, at=AT)

    assert (first.headline, second.headline) == ("Unknown water", "Known water")
    assert "not yet linked" in first.reason.text(at=AT)
    assert "not yet linked" not in second.reason.text(at=AT)


def test_only_lines_that_readers_see_count_as_leading_there(db):
    target = live("Known water", tags=("Indus",))
    gone = live("Gone", tags=("Money",), body=f"<p>x</p>{interesting(target)}<p>y</p>")
    publishing.withdraw(gone)
    make_article(headline="Draft", tags=(), body=f"<p>x</p>{interesting(target)}<p>y</p>")

    (one,) = suggest(WATER, at=datetime.now(UTC))

    assert "not yet linked from anywhere" in one.reason.text(at=AT)


def test_itself_and_what_it_leads_to_are_not_suggested(db):
    line, link, own = (live(f"Water in chapter {n}", tags=("Indus",)) for n in "abc")
    body = f'{interesting(line)}<p><a data-article="{link.pk}">see</a></p>'

    assert found(Story(headline="x", tags=("Indus",), article=own.pk)) != []
    assert found(Story(headline="x", tags=("Indus",), article=own.pk, body=body)) == []


def test_the_same_story_told_again_is_not_suggested(db):
    original = live("The river rose in the night", tags=("Indus",))
    live("Der Fluss stieg", tags=("Indus",), language="de", translation_of=original)

    assert found(
        Story(headline="The river rose in the night.", tags=("Indus",), language="de")
    ) == ["Der Fluss stieg"]
    again = Story(headline="دریا", tags=("Indus",), original=original.pk)
    assert found(again) == []
    assert found(Story(headline="x", tags=("Indus",), article=original.pk)) == []


def test_only_what_readers_can_open_is_suggested(draft, embargoed, withdrawn, expired, live):
    assert found(Story(headline="x", tags=("Floods",))) == []
    (one,) = suggest(Story(headline="x", tags=("Floods",)), at=datetime.now(UTC))
    assert one.article_id == live.pk


def test_a_tag_that_only_an_earlier_edition_had_is_no_reason(db):
    article = live("The river rose", tags=("Indus",))
    publishing.save(article, base_version=1, tags=("Money",))
    publishing.publish(article)
    now = datetime.now(UTC)

    assert suggest(WATER, at=now) == []
    assert len(suggest(Story(headline="x", tags=("Money",)), at=now)) == 1


def test_tags_are_known_by_their_addresses_and_by_names_they_had(db):
    live("The river rose", tags=("Indus river",))
    indus = Tag.objects.get()
    publishing.merge_tags(Tag.objects.create(name="Sindhu"), into=indus)

    for name in ("indus RIVER", "Indus-River", "Sindhu"):
        assert found(Story(headline="x", tags=(name, "New and unheard of"))) == ["The river rose"]
    assert found(Story(headline="x", tags=("", " ", ",", "?"))) == []


def test_a_renamed_tag_is_known_by_its_new_name(db):
    live("The river rose", tags=("Indus",))
    tag = Tag.objects.get()
    tag.name = "The lion river"
    publishing.change(tag)

    assert found(Story(headline="x", tags=("The lion river",))) == ["The river rose"]


def test_similar_words_are_enough(db):
    text = "<p>Dredger skippers mapped the kelp beds off Harrow Ledge after the dredging halt.</p>"
    live("Kelp doubles", tags=("Nature",), body=text)
    live("More on dredging and kelp", tags=("Work",), body=text.replace("mapped", "crossed"))
    for number in range(8):
        live(f"Else {number}", tags=("Else",), body=f"<p>Quite other matters, number {number}.</p>")
    typed = "<p>Kelp off Harrow Ledge: dredging skippers found new beds.</p>"

    suggestions = suggest(Story(headline="x", body=typed), at=AT)

    assert {s.headline for s in suggestions} == {"Kelp doubles", "More on dredging and kelp"}
    assert "similar words" in suggestions[0].reason.why()


def test_eight_at_most_are_suggested_with_as_many_queries_for_any_number_of_stories(db):
    live("First water", tags=("Indus", "Floods"))
    with CaptureQueriesContext(
        connection,
    ) as before:
        found()
    for number in range(30):
        live(f"Story of water number {number}", tags=("Indus", "Floods"), days=number + 2)

    with CaptureQueriesContext(connection) as after:
        assert len(found()) == 8

    assert len(after) == len(before)
    walks = [query["sql"] for query in after if "part_0" in query["sql"]]
    assert len(walks) == 1


def test_no_more_than_the_newest_of_each_tag_are_read(db, monkeypatch):
    for number in range(12):
        live(f"Story of water number {number}", tags=("Indus",), days=10 * number + 1)
    monkeypatch.setattr(walk, "PER_TAG", 5)
    walk._walk.cache_clear()
    tags, total = walk.tags_of(["Indus"])

    walked = walk.newest_tagged(tags, at=AT)
    walk._walk.cache_clear()

    assert len(walked.articles) == 5
    assert total >= 12
    (stories,) = walked.documents.values()
    assert stories == pytest.approx(12, abs=2)  # five in 40 days, the first 110 days before


def test_a_tag_that_all_stories_of_a_day_have_is_no_rare_one(db, monkeypatch):
    for number in range(6):
        live(f"Story of water number {number}", tags=("Indus",))
    monkeypatch.setattr(walk, "PER_TAG", 5)
    walk._walk.cache_clear()
    tags, _ = walk.tags_of(["Indus"])

    walked = walk.newest_tagged(tags, at=AT)
    walk._walk.cache_clear()

    assert list(walked.documents.values()) == [5]


def test_of_many_tags_fewer_stories_each_are_read(db, monkeypatch):
    for number in range(8):
        live(f"Story of water number {number}", tags=("Indus",), days=number + 1)
        live(f"Story of boats number {number}", tags=("Boats",), days=number + 1)
    monkeypatch.setattr(walk, "ROWS", 6)
    walk._walk.cache_clear()
    tags, _ = walk.tags_of(["Indus", "Boats"])

    walked = walk.newest_tagged(tags, at=AT)
    walk._walk.cache_clear()

    newest = max(walked.days.values())
    assert sorted(newest - day for day in walked.days.values()) == [0, 0, 1, 1, 2, 2]


def test_what_is_looked_at_closely_weighs_most_is_newest_or_most_alike(monkeypatch):
    for name, most in (("SHORTLIST", 3), ("BY_AGE", 1), ("MOST_ALIKE", 1)):
        monkeypatch.setattr(walk, name, most)
    articles, days = {10: 1, 20: 2, 30: 3, 40: 4}, {10: 1, 20: 5, 30: 2, 40: 9}
    weights, alike = {10: 0.9, 20: 0.1, 30: 0.8, 40: 0.05}, {7: 0.2, 8: 0.9}

    chosen = walk.shortlist(walk.Walked(articles=articles, days=days), weights, alike)

    assert chosen == {1, 3, 4, 8}


def test_the_signs_are_worth_what_the_editors_are_told():
    plain = weigh.Signals(tags=0.5, text=0, section=False, language=True, days=0, lines_in=3)

    def worth(**changes):
        return pytest.approx(weigh.score(weigh.Signals(**vars(plain) | changes)))

    assert worth() == 0.5
    assert worth(text=0.4) == 0.7
    assert worth(section=True) == 0.55
    assert worth(language=False) == 0.15
    assert worth(days=365) == 0.5 * 0.875  # half of the quarter that ages
    assert worth(lines_in=0) == 0.5 * 1.05
    assert worth(lines_in=1) == 0.5 * (1 + 0.05 * 2 / 3)
    assert worth(lines_in=5) == 0.5
    assert worth(tags=0, section=True) == 0


def test_headlines_of_nearly_the_same_words_head_one_story():
    headline = "one two three four five six seven eight nine ten"
    longer = f"{headline} eleven"
    other = f"{headline} eleven twelve thirteen".replace("one", "none")

    assert weigh.is_same(headline, longer) and weigh.is_same(longer, headline)
    assert not weigh.is_same(headline, other) and not weigh.is_same(other, headline)
    assert weigh.is_same(headline, other, text=0.95)
    assert not weigh.is_same(headline, other, text=0.9)
    assert not weigh.is_same("", "")


def test_every_signal_can_only_lower_what_it_is_left_out_of():
    strong = weigh.Signals(tags=0.6, text=0.5, section=True, language=True, days=0, lines_in=0)

    assert weigh.score(strong) == max(weigh.score(strong, without=s) for s in ("", *weigh.SIGNALS))
    assert weigh.score(weigh.Signals(0, 0, True, True, 0, 0)) == 0
    assert weigh.age(0) == 1
    assert weigh.age(10**6) == pytest.approx(weigh.LASTING)


def follow(*headlines_of, **changes):
    """Live stories of these headlines, each the follow-up of the one before."""
    stories = [live(headline, **changes) for headline in headlines_of]
    for earlier, later in pairwise(stories):
        publishing.declare_follow_up(later, follows=earlier)
    return stories


def test_what_follows_a_story_is_suggested_in_its_place_as_readers_would_see_it(db):
    old = live("The river rose", tags=("Indus",), days=30)
    new = live("The river fell", tags=("Money",), days=2, language="en-GB")
    live("Known", days=1, tags=("Else",), body=f"<p>x</p>{interesting(old)}<p>y</p>")
    publishing.declare_follow_up(new, follows=old)

    (one,) = suggest(WATER, at=AT)

    edition = new.editions.get()
    assert (one.article_id, one.edition_id) == (new.pk, edition.pk)
    assert (one.headline, one.path, one.language) == ("The river fell", edition.path, "en-GB")
    why = one.reason.text(at=AT)
    assert why.startswith("shares Indus") and why.endswith("2 days ago")  # lines to both show it


def test_of_a_story_and_what_follows_it_the_last_is_suggested_once(db):
    follow("Rising", "Falling", "Mended", tags=("Indus",))
    live("Apart", tags=("Indus",), days=300)

    assert found() == ["Mended", "Apart"]


def test_what_a_line_shows_already_is_not_suggested_whichever_story_it_names(db):
    stories = follow("Rising", "Falling", "Mended", tags=("Indus",))
    joined = live("Another beginning", tags=("Indus",))
    publishing.declare_follow_up(stories[1], follows=live("Yet another", tags=("Indus",)))

    for story in (*stories, stories[0]):
        body = f"<p>x</p>{interesting(story)}<p>y</p>"
        assert found(Story(headline="x", tags=("Indus",), body=body)) == [joined.headline]


def test_words_that_lead_to_a_story_leave_room_for_a_line_to_what_follows(db):
    old, new = follow("Rising", "Falling", tags=("Indus",))

    def linked(story):
        return Story(
            headline="x", tags=("Indus",), body=f'<p><a data-article="{story.pk}">w</a></p>'
        )

    assert found(linked(old)) == ["Falling"]
    assert found(linked(new)) == []


def test_while_what_follows_cannot_be_read_the_story_itself_is_suggested(db):
    old, middle, new = follow("Rising", "Falling", "Mended", tags=("Indus",))
    publishing.withdraw(new)
    at = datetime.now(UTC)
    assert [s.headline for s in suggest(WATER, at=at)] == ["Falling"]
    publishing.withdraw(middle)
    at = datetime.now(UTC)

    assert [s.headline for s in suggest(WATER, at=at)] == ["Rising"]
    publishing.withdraw(old)
    assert suggest(WATER, at=datetime.now(UTC)) == []


def test_a_story_that_follows_is_led_to_what_came_before(db):
    old, middle, new = follow("Rising", "Falling", "Mended", tags=("Indus",))

    assert found(Story(headline="x", tags=("Indus",), article=new.pk)) == ["Falling"]
    assert sorted(found(Story(headline="x", tags=("Indus",), article=middle.pk))) == [
        "Mended",
        "Rising",
    ]
    assert found(Story(headline="x", tags=("Indus",), article=old.pk)) == ["Mended"]


def test_a_translation_that_follows_another_story_is_not_suggested_for_it(db):
    own = live("The river rose in the night", tags=("Money",))
    told = live("Der Fluss stieg", tags=("Geld",), language="de", translation_of=own)
    publishing.declare_follow_up(told, follows=live("Rising", tags=("Indus",)))

    assert found(Story(headline="x", tags=("Indus",), article=own.pk)) == []
    assert found() == ["Der Fluss stieg"]


def test_suggesting_costs_as_many_queries_whatever_follows(db, django_assert_num_queries):
    live("Alone", tags=("Indus",))
    with django_assert_num_queries(4) as without_text:  # tags, walk, what follows, details
        assert found(Story(tags=("Indus",))) == ["Alone"]
    follow("Rising", "Falling", "Mended", tags=("Indus",))
    follow("Burning", "Burnt", tags=("Floods",))
    line = interesting(live("Else", tags=("Money",)))

    with django_assert_num_queries(4) as asked:
        assert len(found(Story(tags=("Indus", "Floods"), body=line))) == 3

    assert len(asked) == len(without_text)


@pytest.fixture
def chapters(db):
    return [live(f"Chapter {name}", tags=("Indus",)) for name in "abcdef"]


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    follows=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=6),
    lines=st.sets(st.integers(1, 5), max_size=2),
    gone=st.sets(st.integers(1, 5), max_size=2),
)
def test_every_suggestion_put_in_as_a_line_is_what_readers_see(chapters, follows, lines, gone):
    stories = chapters
    with transaction.atomic():
        for earlier, later in follows:
            with suppress(publishing.NotAFollowUp):
                publishing.declare_follow_up(stories[later], follows=stories[earlier])
        for number in gone:
            publishing.withdraw(stories[number])
        own, at = stories[0], datetime.now(UTC)
        body = "".join(f"<p>x</p>{interesting(stories[n])}" for n in sorted(lines))

        def shown(html):
            text = links.Body(own.pk, "en", find_references(html))
            (told,) = links.tell(
                [text], at=at, labels=links.Labels("Interesting", "en"), figure_of=None
            )
            return [target.article for _, target in sorted(told.lines.items())]

        story = Story(headline="x", tags=("Indus",), body=body, article=own.pk)
        suggested = suggest(story, at=at)
        for one in suggested:
            line = f'<aside data-interesting="{one.article_id}">{one.headline}</aside>'
            assert shown(body + line) == [*shown(body), one.article_id]
        # And whatever a line could show is suggested.
        every = {
            target
            for other in stories[1:]
            if other.editions.live(at=at).exists()
            for target in shown(body + interesting(other))
        }
        assert {one.article_id for one in suggested} == every - set(shown(body))
        transaction.set_rollback(True)


def test_a_draft_is_asked_for_without_being_saved(db):
    live("The river rose", tags=("Indus",))
    before = make_article(headline="Not yet", tags=("Money",))

    content = publishing.Content(headline="Typed now", tags=("Indus",))
    story = publishing.story_of(before, content)

    assert found(story) == ["The river rose"]
    assert story.article == before.pk
