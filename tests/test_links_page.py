"""One story in the web of stories: what it leads to, who leads to it, and the page that says so."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles import publishing
from articles.admin.links import said_of
from articles.links import web
from articles.models import (
    Correction,
    Edition,
    Follow,
    Tag,
    TextLink,
)

from .builders import (
    BODY,
    change_article,
    desk_page,
    interesting,
    linked,
    make_article,
    make_live,
    pointing,
)

pytestmark = pytest.mark.django_db


def states(article):
    """The state of each reference of ``article``, by the words of its target."""
    return {
        str(line.target or line.latest_of or line.row.headline): said_of(line)[0]
        for line in web.lines_out(article)
    }


def test_the_desk_says_of_each_line_whether_readers_see_it(live, draft, withdrawn):
    source = pointing(live, draft, withdrawn, "A dam nobody described")

    assert states(source) == {
        live.headline: "live",
        draft.headline: "scheduled",
        withdrawn.headline: "gone",
        "A dam nobody described": "waiting",
    }


def test_the_desk_says_how_often_lines_were_followed_in_thirty_days(live):
    source, other = pointing(live, headline="A source"), pointing(live, headline="Another")
    now = timezone.now()
    for story, days, count in ((source, 0, 1), (source, 29, 20), (source, 30, 300), (other, 1, 5)):
        day = now.date() - timedelta(days=days)
        Follow.objects.create(source=story, target=live, day=day, count=count)

    (line,) = web.lines_out(source, at=now)
    incoming = {line.source: line.follows for line in web.lines_in(live, at=now)[0]}

    assert line.follows == 21
    assert incoming == {source: 21, other: 5}


def test_a_line_that_is_not_published_yet_is_told_from_one_that_is(live):
    source = make_live(headline="A source")
    change_article(source, body=f"<p>One.</p>{interesting(live)}<p>Two.</p>")

    assert states(source) == {live.headline: "draft"}
    assert [(line.source, line.is_live) for line in web.lines_in(live)[0]] == [(source, False)]


def test_a_line_to_a_story_corrected_since_is_marked(live):
    before = pointing(live, headline="Before")
    publishing.correct(live, kind=Correction.Kind.CORRECTION, text="It was a Monday.")
    after = pointing(live, headline="After")

    assert [line.is_corrected for line in web.lines_out(before)] == [True]
    assert [line.is_corrected for line in web.lines_out(after)] == [False]


def test_links_in_the_text_count_among_those_who_point_here(live):
    by_line, by_link = pointing(live, headline="L"), pointing(text=linked(live), headline="T")

    found, _ = web.lines_in(live)

    assert {(f.source, f.is_line, f.is_link) for f in found} == {
        (by_line, True, False),
        (by_link, False, True),
    }
    assert web.count_of_live_in(live) == (1, 1, 0)


def test_a_link_taken_out_of_the_text_is_forgotten_at_the_next_save(live):
    source = make_article(body=f"{BODY}{linked(live)}")
    assert TextLink.objects.get(source=source).target == live

    change_article(source, body=BODY)

    assert not TextLink.objects.exists()


def test_an_ended_edition_points_at_nothing(live):
    source = pointing(live)
    change_article(source, body=BODY)
    publishing.publish(source)

    assert web.lines_in(live) == ([], None)
    assert web.count_of_live_in(live) == (0, 0, 0)


def test_a_line_that_only_an_earlier_edition_had_is_none_of_the_story(live):
    source = pointing(live)
    assert list(map(said_of, web.lines_out(source))) == [("live", "Readers see it")]
    change_article(source, body=BODY)
    (line,) = web.lines_out(source)
    assert (line.is_live, line.is_at_desk) == (True, False)
    assert said_of(line) == ("live", "Readers see it; it is gone from your text")

    publishing.publish(source)

    assert web.lines_out(source) == []


def test_lines_to_the_latest_say_of_what_it_is(desk, live):
    tag, section = live.tags.get(), live.section
    to = [f"tag-{tag.pk}", f"section-{section.pk}"]
    lines = "".join(f'<aside data-interesting="{one}">x</aside><p>And.</p>' for one in to)

    source = make_live(headline="A source", body=f"<p>One.</p>{lines}", tags=())

    assert [line.latest_of for line in web.lines_out(source)] == [tag, section]
    assert desk.get(desk_page("links", source)).text.count("Follows the newest one") == 2


def test_a_line_to_the_latest_of_what_has_no_other_story_is_said_to_show_nothing(desk):
    tag, source = Tag.objects.create(name="Tides"), make_article(tags=("Tides",))
    line = f'<aside data-interesting="tag-{tag.pk}">Tides</aside>'
    publishing.publish(change_article(source, body=f"<p>One.</p>{line}<p>Two.</p>"))
    assert "Not shown: no other story of it is live" in desk.get(desk_page("links", source)).text

    make_live(headline="Of tides", tags=("Tides",))

    assert "Follows the newest one" in desk.get(desk_page("links", source)).text


def test_lines_to_what_a_story_follows_up_lead_to_it(live):
    source, later = pointing(live), make_live(headline="The bridge a year later")
    publishing.declare_follow_up(later, follows=live)

    assert [line.source for line in web.lines_in(later)[0]] == [source]
    assert web.follow_up_of(live) == later.headline


def test_a_line_of_a_follow_up_leads_back_and_is_said_to(client, live):
    second, source = make_live(headline="A year later"), make_live(headline="What came of it")
    for article in (second, source):
        body = f"<p>One.</p>{interesting(live)}<p>Two.</p>"
        publishing.publish(change_article(article, body=body))
    publishing.declare_follow_up(second, follows=live)
    publishing.declare_follow_up(source, follows=second)

    def shown(article):
        (line,) = web.lines_out(article)
        page = client.get(Edition.objects.live().get(article=article).path).text
        assert line.leads_to in page
        return line.leads_to, line.follow_up

    assert shown(second) == (live.headline, "")
    assert shown(source) == ("A year later", "A year later")
    assert [line.source for line in web.lines_in(live)[0]] == [source, second]
    assert [line.source for line in web.lines_in(second)[0]] == [source]
    assert web.lines_in(source)[0] == []


def test_pages_of_who_points_here_follow_each_other_without_a_gap(live):
    sources = {pointing(live, headline=f"Source {n}") for n in range(7)}

    first, before = web.lines_in(live, most=4)
    second, end = web.lines_in(live, before=before, most=4)

    assert [len(first), len(second), end] == [4, 3, None]
    assert {line.source for line in [*first, *second]} == sources


def test_the_links_page_costs_the_same_however_many_point_here(desk, live):
    def cost():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert desk.get(desk_page("links", live)).status_code == 200
        return len(queries)

    pointing(live, text=linked(live))
    change_article(live, body=f"{BODY}{interesting(pointing(live, headline='Two'))}{BODY}")
    few = cost()
    for n in range(8):
        pointing(live, text=linked(live), headline=f"More {n}")

    assert cost() == few <= 32


def test_the_links_page_is_for_who_may_see_stories(client, live, django_user_model):
    user = django_user_model.objects.create_user("nobody", is_staff=True)
    client.force_login(user)
    assert client.get(desk_page("links", live)).status_code == 403

    user.user_permissions.add(Permission.objects.get(codename="view_article"))

    answer = client.get(desk_page("links", live))
    assert answer.status_code == 200
    assert client.post(desk_page("move_lines", live)).status_code == 403


def test_a_headline_that_looks_like_html_is_shown_as_words(desk, live):
    pointing(live, headline="<script>alert(1)</script> & more")

    for address in (
        desk_page("links", live),
        desk_page("withdraw", live),
        reverse("admin:articles_interestinglink_graph") + f"?section={live.section_id}",
    ):
        page = desk.get(address).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page
