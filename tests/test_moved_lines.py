"""All lines to a story are led elsewhere in one act, also before it is withdrawn."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import publishing
from articles.links import web
from articles.links.web import stands_live
from articles.models import (
    Article,
    Edition,
    MovedLines,
    Revision,
    Spoil,
    StandingPage,
)

from .builders import (
    BODY,
    change_article,
    desk_page,
    interesting,
    linked,
    make_article,
    make_live,
    make_page,
    pointing,
)

pytestmark = pytest.mark.django_db


def read(client, article):
    """What readers get of the story's page."""
    return client.get(Edition.objects.live().get(article=article).path).text


def test_lines_move_to_another_story_at_the_desk_and_on_the_site(client, live):
    source, other = pointing(live), make_live(headline="A tunnel opened too")

    publishing.move_lines(live, to=other)

    page = read(client, source)
    assert other.headline in page
    assert live.headline not in page
    stored = Article.objects.with_state().get(pk=source.pk)
    assert f'data-interesting="{other.pk}"' in stored.body
    assert stored.state == Article.State.LIVE
    assert Revision.objects.get(article=source, version=stored.version).content["body"] == (
        stored.body
    )
    assert set(source.lines_out.filter(edition=None).values_list("target", flat=True)) == {other.pk}


def test_the_revision_of_a_moved_line_says_all_that_the_working_copy_says(live):
    source = pointing(live)
    change_article(source, standfirst="Told in other words")

    publishing.move_lines(live, to=make_live(headline="A tunnel opened too"))

    stored = Article.objects.get(pk=source.pk)
    revision = Revision.objects.get(article=source, version=stored.version)
    assert revision.content == publishing.Content.of(stored).as_json()
    assert revision.content["standfirst"] == "Told in other words"


def test_a_moved_line_changes_no_date_that_readers_see(live):
    source, other = pointing(live), make_live(headline="A tunnel opened too")
    before = Edition.objects.live().get(article=source)

    publishing.move_lines(live, to=other)

    after = Edition.objects.live().get(article=source)
    assert after.pk != before.pk
    for name in ("path", "published_at", "revised_at", "section_id", "headline", "word_count"):
        assert getattr(after, name) == getattr(before, name)
    assert list(after.tags.all()) == list(before.tags.all())
    assert list(after.authors.all()) == list(before.authors.all())
    assert before.lines.get().target == live  # what readers saw then


def test_moving_spoils_the_stories_whose_lines_moved_and_nothing_else(live):
    sources = [pointing(live, headline=f"Source {n}") for n in range(2)]
    unpublished = make_article(body=f"{BODY}{interesting(live)}{BODY}", headline="A draft")
    pointing(make_live(headline="Elsewhere"), headline="Not concerned")
    other = make_live(headline="A tunnel opened too")
    last = Spoil.objects.last().pk

    publishing.move_lines(live, to=other)

    keys = set(Spoil.objects.filter(pk__gt=last).values_list("key", flat=True))
    assert keys == {f"article-{source.pk}" for source in sources}
    assert f'data-interesting="{other.pk}"' in Article.objects.get(pk=unpublished.pk).body


def test_moved_lines_are_taken_back_in_one_act(client, live):
    other = make_live(headline="A tunnel opened too")
    pinned = (
        f'<aside data-interesting="{live.pk}" data-label="Also" data-pinned="" '
        'data-origin="suggestion" data-reason="shares Floods">The bridge &amp; its name</aside>'
    )
    plain = pointing(live, headline="Plain")
    special = make_live(body=f"{BODY}{pinned}{BODY}", headline="Special")
    bodies = {s.pk: Article.objects.get(pk=s.pk).body for s in (plain, special)}
    moved = publishing.move_lines(live, to=other)
    assert (
        'data-label="Also">A tunnel opened too</aside>' in Article.objects.get(pk=special.pk).body
    )

    (row,) = special.lines_out.filter(edition=None)
    assert (row.target, row.origin, row.reason, row.is_pinned) == (other, "by_hand", "", False)

    assert publishing.move_lines_back(moved) == 2

    assert {s.pk: Article.objects.get(pk=s.pk).body for s in (plain, special)} == bodies
    for row in special.lines_out.filter(Q(edition=None) | stands_live(timezone.now())):
        assert (row.target, row.is_pinned, row.origin, row.reason, row.label) == (
            live,
            True,
            "suggestion",
            "shares Floods",
            "Also",
        )
    assert "The bridge &amp; its name" in read(client, special)
    with pytest.raises(publishing.NothingToMove, match="already"):
        publishing.move_lines_back(moved)


def test_lines_that_only_readers_see_come_back_each_as_it_was(live):
    named = [f'<aside data-interesting="{live.pk}" data-pinned="">{name}</aside>' for name in "AB"]
    source = make_live(headline="A source", body=f"<p>1.</p>{named[0]}<p>2.</p>{named[1]}<p>3.</p>")
    before = Edition.objects.live().get(article=source).body
    change_article(source, body=f"<p>1.</p>{named[0]}<p>2.</p>")
    other = make_live(headline="A tunnel opened too")

    publishing.move_lines_back(publishing.move_lines(live, to=other))

    assert Edition.objects.live().get(article=source).body == before
    assert Article.objects.get(pk=source.pk).body == f"<p>1.</p>{named[0]}<p>2.</p>"


def test_a_line_taken_out_after_it_moved_stays_out(live):
    source, other = pointing(live), make_live(headline="A tunnel opened too")
    moved = publishing.move_lines(live, to=other)
    change_article(source, body=BODY)
    publishing.publish(Article.objects.get(pk=source.pk))

    assert publishing.move_lines_back(moved) == 0

    assert web.lines_in(live) == ([], None)


def test_a_story_that_leads_there_already_keeps_its_lines(live):
    other = make_live(headline="A tunnel opened too")
    both = pointing(live, other, headline="Both")
    one = pointing(live, headline="One")

    moved = publishing.move_lines(live, to=other)

    assert set(moved.lines) == {one.pk}
    assert {line.target for line in web.lines_out(both)} == {live, other}


def test_lines_to_a_story_do_not_move_to_itself_or_into_it(live):
    source = pointing(live)
    with pytest.raises(publishing.NothingToMove):
        publishing.move_lines(live, to=live)
    with pytest.raises(publishing.NothingToMove):
        publishing.move_lines(live, to=source)

    assert not MovedLines.objects.exists()


def test_unpublished_changes_stay_unpublished_when_a_line_moves(client, live):
    source, other = pointing(live), make_live(headline="A tunnel opened too")
    stored = Article.objects.get(pk=source.pk)
    change_article(source, body=f"{stored.body}<p>A secret paragraph.</p>")

    publishing.move_lines(live, to=other)

    assert "secret" not in read(client, source)
    assert other.headline in read(client, source)
    stored = Article.objects.with_state().get(pk=source.pk)
    assert (stored.state, "secret" in stored.body) == (Article.State.CHANGED, True)


def test_a_planned_edition_has_the_moved_line_too(live):
    source, other = pointing(live), make_live(headline="A tunnel opened too")
    change_article(source, headline="Tomorrow's headline")
    publishing.publish(source, at=timezone.now() + timedelta(days=1))

    publishing.move_lines(live, to=other)

    (planned,) = Edition.objects.upcoming().filter(article=source)
    assert f'data-interesting="{other.pk}"' in planned.body
    assert planned.lines.get().target == other
    assert planned.version == Article.objects.get(pk=source.pk).version


def test_lines_on_pages_of_the_desk_move_too_and_come_back(desk, live):
    page = make_page("About", body=f"<p>Us.</p>{interesting(live)}{linked(live)}")
    already = make_page("Contact", body=f"<p>Call.</p>{interesting(live)}")
    other, body = make_live(headline="A tunnel opened too"), page.body
    publishing.change_page(already, base_version=1)
    already.body += interesting(other)
    publishing.change_page(already, base_version=2)
    for name in ("links", "withdraw"):
        said = desk.get(desk_page(name, live)).text
        assert "<bdi>About</bdi></a> (a line and a link in the text), <a" in said
        assert "<bdi>Contact</bdi></a> (a line)." in said

    moved = publishing.move_lines(live, to=other)
    after = StandingPage.objects.get(pk=page.pk).body
    assert publishing.move_lines_back(moved) == 1

    assert f'data-interesting="{other.pk}"' in after and f'data-article="{live.pk}"' in after
    assert list(moved.lines) == [f"page-{page.pk}"]
    assert StandingPage.objects.get(pk=page.pk).body == body
    assert StandingPage.objects.get(pk=already.pk).version == 3


def test_moving_lines_of_many_stories_is_no_act_for_each_of_them(live):
    other = make_live(headline="A tunnel opened too")

    def cost(number):
        target = make_live(headline=f"Target {number}")
        for n in range(number):
            pointing(target, headline=f"{number}, {n}")
        with CaptureQueriesContext(connection) as queries:
            publishing.move_lines(target, to=other)
        return len(queries)

    assert cost(9) - cost(3) <= 3 * 6  # what the search index asks for each


# Withdrawing


def test_the_withdraw_page_says_who_points_there(desk, live):
    pointing(live, headline="A story with a line"), pointing(text=linked(live), headline="By text")

    page = desk.get(desk_page("withdraw", live)).text

    assert "1 live story has a line to it" in page
    assert "1 link to it within the text" in page
    assert "A story with a line" in page
    assert "By text" in page


def test_lines_to_what_a_follow_up_follows_are_said_to_lead_back_there(desk, live):
    source, later = pointing(live), make_live(headline="A year later")
    make_page("About", body=f"<p>Us.</p>{interesting(live)}")
    publishing.declare_follow_up(later, follows=live)
    assert web.count_of_live_in(later) == (1, 0, 1)

    for name in ("links", "withdraw"):
        page = desk.get(desk_page(name, later)).text
        assert source.headline in page and "<bdi>About</bdi>" in page
        assert "what it follows up, and" in page
        assert "The lines to it" not in page and "Lead its lines elsewhere" not in page
    desk.post(desk_page("withdraw", later), {"reason": "Old"})
    assert live.headline in read(desk, source)

    pointing(later, headline="A line of its own")
    assert web.count_of_live_in(later) == (2, 0, 1)
    assert "Lead its lines elsewhere" in desk.get(desk_page("links", later)).text


def test_lines_find_another_story_in_the_act_of_withdrawing(desk, live):
    for n in range(8):  # beside which the tag that both have is rare
        make_article(headline=f"Of something else, {n}", tags=("Elsewhere",))
    source = pointing(live)
    words = "<p>Under the strait trains run now, every quarter of an hour.</p>"
    other = make_live(headline="A tunnel opened too", body=words)
    typed = {"reason": "The source took it back", "lines": "move", "to": other.pk}
    assert f'value="{other.pk}"' in desk.get(desk_page("withdraw", live)).text  # it is offered

    answer = desk.post(desk_page("withdraw", live), typed, follow=True)

    assert "1 story leads to “A tunnel opened too” now" in answer.text
    assert not Edition.objects.live().filter(article=live).exists()
    assert other.headline in read(desk, source)

    act = MovedLines.objects.get()
    answer = desk.post(desk_page("move_lines_back", live, act.pk), follow=True)
    assert "1 story leads here again" in answer.text
    assert other.headline not in read(desk, source)


def test_in_place_of_a_story_is_offered_what_a_line_would_show_then(desk, live):
    for n in range(8):
        make_article(headline=f"Of something else, {n}", tags=("Elsewhere",))
    source = pointing(live)
    words = "<p>Under the strait trains run now, every quarter of an hour.</p>"
    first, second = (make_live(headline=said, body=words) for said in ("A tunnel", "It opened"))
    before = make_live(headline="What it all began with", body=words)
    publishing.declare_follow_up(second, follows=first)
    publishing.declare_follow_up(live, follows=before)

    def offered(name):
        page = desk.get(desk_page(name, live)).text
        return {int(pk) for pk in re.findall(r'name="to" value="(\d+)"', page)} - {source.pk}

    assert offered("withdraw") == {second.pk, before.pk}
    assert offered("move_lines") == {second.pk}  # a line to the other leads back here
    publishing.withdraw(second)
    assert offered("move_lines") == {first.pk}


def test_lines_lead_to_a_follow_up_declared_while_withdrawing(desk, live):
    source, other = pointing(live), make_live(headline="A tunnel opened too")
    typed = {"reason": "Old", "lines": "follow", "to": "other", "story": other.pk}

    desk.post(desk_page("withdraw", live), typed)

    assert other.headline in read(desk, source)
    assert Article.objects.get(pk=source.pk).version == source.version


def test_left_alone_the_lines_vanish_with_the_story(desk, live):
    source = pointing(live)

    desk.post(desk_page("withdraw", live), {"reason": "Old", "lines": "leave"})

    assert 'class="interesting"' not in read(desk, source)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"lines": "move"}, "Choose the story"),
        ({"lines": "move", "to": "other"}, "Find the story"),
        ({}, "This field is required"),
    ],
)
def test_nothing_is_withdrawn_while_the_choice_is_incomplete(desk, live, typed, says):
    pointing(live)

    answer = desk.post(desk_page("withdraw", live), {"reason": "Old", **typed})

    assert says in answer.text
    assert Edition.objects.live().filter(article=live).exists()


def test_a_story_that_was_found_by_words_need_not_be_chosen_again(desk, live):
    sources = [pointing(live, headline=f"Source {n}") for n in range(2)]
    other = make_live(headline="A tunnel opened too")
    typed = {"reason": "Old", "lines": "move", "story": other.pk}

    answer = desk.post(desk_page("withdraw", live), typed, follow=True)

    assert "2 stories lead to “A tunnel opened too” now" in answer.text
    assert all(other.headline in read(desk, source) for source in sources)


def test_lines_move_to_no_story_that_readers_cannot_open(desk, live, draft):
    pointing(live)
    typed = {"reason": "Old", "lines": "move", "to": "other", "story": draft.pk}

    answer = desk.post(desk_page("withdraw", live), typed)

    assert "Readers cannot open that story" in answer.text
    assert Edition.objects.live().filter(article=live).exists()
