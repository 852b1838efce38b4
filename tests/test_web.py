"""The web of stories: who points at whom, moved lines, the report, the picture."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles import publishing
from articles.links import graph, layout, report, web
from articles.models import (
    Article,
    Correction,
    Edition,
    ExternalLink,
    ExternalReference,
    Follow,
    InterestingLink,
    MovedLines,
    Revision,
    Spoil,
    Tag,
    TextLink,
)

from .builders import (
    BODY,
    change_article,
    interesting,
    make_article,
    make_live,
    make_section,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


def pointing(*targets, text="", **changes):
    """A live story with a line to each of ``targets``."""
    lines = "".join(f"<p>And more.</p>{interesting(target)}" for target in targets)
    body = f"<p>At first.</p>{text}{lines}<p>At last.</p>"
    return make_live(body=body, **{"tags": ()} | changes)  # nothing else leads on from it


def linked(target):
    return f'<p>As <a data-article="{target.pk}">we wrote</a>.</p>'


def page_of(name, article, *more):
    return reverse(f"admin:articles_article_{name}", args=[article.pk, *more])


def read(client, article):
    """What readers get of the story's page."""
    return client.get(Edition.objects.live().get(article=article).path).text


def window(**more):
    return report.Window(at=timezone.now(), **more)


def states(article):
    """The state of each reference of ``article``, by the words of its target."""
    from articles.admin.links import said_of

    return {
        str(line.target or line.latest_of or line.row.headline): said_of(line)[0]
        for line in web.lines_out(article)
    }


# One story


def test_the_desk_says_of_each_line_whether_readers_see_it(live, draft, withdrawn):
    source = pointing(live, draft, withdrawn, "A dam nobody described")

    assert states(source) == {
        live.headline: "live",
        draft.headline: "scheduled",
        withdrawn.headline: "gone",
        "A dam nobody described": "waiting",
    }


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
    assert web.count_of_live_in(live) == (1, 1)


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
    assert web.count_of_live_in(live) == (0, 0)


def test_lines_to_what_a_story_follows_up_lead_to_it(live):
    source, later = pointing(live), make_live(headline="The bridge a year later")
    publishing.declare_follow_up(later, follows=live)

    assert [line.source for line in web.lines_in(later)[0]] == [source]
    assert web.follow_up_of(live) == later.headline


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
            assert desk.get(page_of("links", live)).status_code == 200
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
    assert client.get(page_of("links", live)).status_code == 403

    user.user_permissions.add(Permission.objects.get(codename="view_article"))

    answer = client.get(page_of("links", live))
    assert answer.status_code == 200
    assert client.post(page_of("move_lines", live)).status_code == 403


def test_a_headline_that_looks_like_html_is_shown_as_words(desk, live):
    pointing(live, headline="<script>alert(1)</script> & more")

    for address in (
        page_of("links", live),
        page_of("withdraw", live),
        reverse("admin:articles_interestinglink_graph") + f"?section={live.section_id}",
    ):
        page = desk.get(address).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


# Moving lines


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

    assert publishing.move_lines_back(moved) == 2

    assert {s.pk: Article.objects.get(pk=s.pk).body for s in (plain, special)} == bodies
    row = Edition.objects.live().get(article=special).lines.get()
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

    page = desk.get(page_of("withdraw", live)).text

    assert "1 live story has a line to it" in page
    assert "1 link to it within the text" in page
    assert "A story with a line" in page
    assert "By text" in page


def test_lines_find_another_story_in_the_act_of_withdrawing(desk, live):
    for n in range(8):  # beside which the tag that both have is rare
        make_article(headline=f"Of something else, {n}", tags=("Elsewhere",))
    source = pointing(live)
    words = "<p>Under the strait trains run now, every quarter of an hour.</p>"
    other = make_live(headline="A tunnel opened too", body=words)
    typed = {"reason": "The source took it back", "lines": "move", "to": other.pk}
    assert f'value="{other.pk}"' in desk.get(page_of("withdraw", live)).text  # it is offered

    answer = desk.post(page_of("withdraw", live), typed, follow=True)

    assert "1 story leads to “A tunnel opened too” now" in answer.text
    assert not Edition.objects.live().filter(article=live).exists()
    assert other.headline in read(desk, source)

    act = MovedLines.objects.get()
    answer = desk.post(page_of("move_lines_back", live, act.pk), follow=True)
    assert "1 story leads here again" in answer.text
    assert other.headline not in read(desk, source)


def test_lines_lead_to_a_follow_up_declared_while_withdrawing(desk, live):
    source, other = pointing(live), make_live(headline="A tunnel opened too")
    typed = {"reason": "Old", "lines": "follow", "to": "other", "story": other.pk}

    desk.post(page_of("withdraw", live), typed)

    assert other.headline in read(desk, source)
    assert Article.objects.get(pk=source.pk).version == source.version


def test_left_alone_the_lines_vanish_with_the_story(desk, live):
    source = pointing(live)

    desk.post(page_of("withdraw", live), {"reason": "Old", "lines": "leave"})

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

    answer = desk.post(page_of("withdraw", live), {"reason": "Old", **typed})

    assert says in answer.text
    assert Edition.objects.live().filter(article=live).exists()


def test_lines_move_to_no_story_that_readers_cannot_open(desk, live, draft):
    pointing(live)
    typed = {"reason": "Old", "lines": "move", "to": "other", "story": draft.pk}

    answer = desk.post(page_of("withdraw", live), typed)

    assert "Readers cannot open that story" in answer.text
    assert Edition.objects.live().filter(article=live).exists()


# The report


def test_waiting_lines_are_reported_with_a_way_to_write_the_story(desk):
    pointing("A dam nobody described", headline="It waits")

    page = desk.get(reverse("admin:articles_interestinglink_changelist")).text

    assert "A dam nobody described" in page
    (address,) = re.findall(r'href="(/admin/articles/article/add/[^"]+)"', page)
    assert 'value="A dam nobody described"' in desk.get(address).text


def test_hidden_lines_are_reported_until_their_story_or_its_follow_up_is_live(draft, withdrawn):
    pointing(draft, withdrawn, headline="Both are hidden")
    assert {row.to for row in report.hidden(window()).rows} == {draft, withdrawn}

    publishing.publish(draft)
    publishing.declare_follow_up(make_live(headline="What came of it"), follows=withdrawn)

    assert report.hidden(window()).rows == []


def test_lines_to_corrected_stories_are_reported_until_published_again(live):
    source = pointing(live)
    publishing.correct(live, kind=Correction.Kind.UPDATE, text="More is known.")
    assert report.corrected(window()).rows == []
    publishing.correct(live, kind=Correction.Kind.RETRACTION, text="It did not happen.")
    assert [row.source for row in report.corrected(window()).rows] == [source]

    publishing.publish(source, quiet=True)

    assert report.corrected(window()).rows == []


def test_orphans_are_live_stories_that_nothing_live_leads_to(live):
    by_line, by_text = make_live(headline="By line"), make_live(headline="By text")
    source = pointing(by_line, text=linked(by_text), headline="A source")
    make_article(headline="A draft")

    found = {edition.headline for edition in report.orphans(window()).rows}

    assert found == {live.headline, "A source"}
    publishing.withdraw(source)
    found = {edition.headline for edition in report.orphans(window()).rows}
    assert found == {live.headline, "By line", "By text"}


def test_a_line_to_itself_saves_no_story_from_being_an_orphan():
    alone = make_live(headline="Alone")
    change_article(alone, body=f"{BODY}{interesting(alone)}{BODY}")
    publishing.publish(alone)

    assert [edition.article for edition in report.orphans(window()).rows] == [alone]


def test_the_most_led_to_come_first(live, withdrawn):
    for n in range(3):
        pointing(live, *([withdrawn] if n else []), headline=f"Source {n}")
    Follow.objects.create(
        source=Article.objects.last(), target=live, day=timezone.now().date(), count=7
    )

    rows = report.most_pointed_at(window()).rows

    assert [(row, row.stories, row.followed) for row in rows] == [(live, 3, 7), (withdrawn, 2, 0)]


def test_broad_tags_are_measured_against_the_stories_looked_at(monkeypatch):
    monkeypatch.setattr(report, "BROAD_LEAST", 2)
    monkeypatch.setattr(report, "BROAD_SHARE", 0.5)
    for n in range(4):
        make_live(headline=f"Story {n}", tags=("News", "Rare" if n else "Rarer"))
    publishing.withdraw(Article.objects.get(headline="Story 3"))

    found = report.broad_tags(window())

    assert [(tag.name, tag.stories, tag.share) for tag in found.rows] == [("News", 3, 100)]


def test_the_report_can_be_kept_to_a_section_and_to_days(desk):
    sport, now = make_section("Sport"), timezone.now()
    pointing("In sport", section=sport, headline="S")
    pointing("Long ago", headline="L", at=now - timedelta(days=400))
    pointing("Lately", headline="N", at=now - timedelta(days=3))
    address = reverse("admin:articles_interestinglink_changelist")
    since = (now - timedelta(days=10)).date()

    assert {r.headline for r in report.waiting(window(section=sport)).rows} == {"In sport"}
    page = desk.get(address, {"since": since, "report": "waiting"}).text
    assert ("Lately" in page, "Long ago" in page) == (True, False)
    page = desk.get(address, {"until": since, "report": "waiting"}).text
    assert ("Lately" in page, "Long ago" in page) == (False, True)


def test_bad_dates_and_pages_get_a_clear_answer(desk):
    address = reverse("admin:articles_interestinglink_changelist")

    assert "Enter a valid date" in desk.get(address, {"since": "yesterday"}).text
    page = desk.get(address, {"since": "2026-02-01", "until": "2026-01-01"}).text
    assert "The end comes before the beginning" in page
    assert desk.get(address, {"before": "yesterday"}).status_code == 404
    assert desk.get(address, {"report": "nothing"}).status_code == 404


@pytest.mark.parametrize("name", ["waiting", "hidden", "corrected", "orphans"])
def test_a_report_goes_on_where_its_page_and_its_window_ended(monkeypatch, name, live):
    monkeypatch.setattr(report, "WINDOW", 3)
    monkeypatch.setattr(report, "SHOWN", 2)
    now, gone = timezone.now(), make_live(headline="Gone", at=timezone.now() - timedelta(days=90))
    sources = [
        pointing("Nobody wrote it", gone, live, headline=f"S {n}", at=now - timedelta(days=n + 1))
        for n in range(5)
    ]
    publishing.withdraw(gone)
    publishing.correct(live, kind=Correction.Kind.CORRECTION, text="It was a Monday.")

    seen, before, pages = [], None, 0
    while before or not pages:
        found = report.REPORTS[name](window(before=before))
        seen += [getattr(row, "source_id", None) or row.article_id for row in found.rows]
        before, pages = found.following, pages + 1

    assert seen == [source.pk for source in sources]
    assert pages > 2


def test_each_report_is_a_page_at_a_fixed_cost(desk, live, withdrawn):
    address = reverse("admin:articles_interestinglink_changelist")

    def costs():
        found = {}
        for name in report.REPORTS:
            with CaptureQueriesContext(connection) as queries:
                assert desk.get(address, {"report": name}).status_code == 200
            found[name] = len(queries)
        return found

    def more(number):
        source = pointing("Waits", live, withdrawn, headline=f"Source {number}")
        link = ExternalLink.objects.create(
            url=f"https://example.com/{number}",
            host="example.com",
            next_check_at=timezone.now(),
            broken_since=timezone.now(),
            is_reported=True,
        )
        ExternalReference.objects.create(article=source, link=link)
        Follow.objects.create(source=source, target=live, day=timezone.now().date(), count=1)

    more(0)
    few = costs()
    for n in range(1, 5):
        more(n)
    assert costs() == few
    assert max(few.values()) <= 12


def test_the_report_is_for_who_may_see_stories(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("nobody", is_staff=True))

    for name in ("changelist", "graph"):
        address = reverse(f"admin:articles_interestinglink_{name}")
        assert client.get(address).status_code == 403


# The picture


def test_the_picture_shows_the_stories_that_lines_join_and_no_others(live, draft):
    outside = make_live(headline="Elsewhere", section=make_section("Sport"))
    source = pointing(live, outside, draft, "Waits", headline="A source")
    make_live(headline="Alone")

    found = graph.graph_of(live.section, at=timezone.now())

    assert {node.article for node in found.nodes} == {live.pk, outside.pk, source.pk}
    assert {node.article for node in found.nodes if not node.is_within} == {outside.pk}
    assert {(line.source.article, line.target.article) for line in found.lines} == {
        (source.pk, live.pk),
        (source.pk, outside.pk),
    }


def test_the_picture_of_a_tag_is_asked_for_by_its_name(desk, live):
    pointing(live, headline="A source", tags=("Indus",))
    address = reverse("admin:articles_interestinglink_graph")

    page = desk.get(address, {"tag": "indus"}).text

    assert page.count("<circle") == 2
    assert page.count(page_of("links", live)) == 2  # in the picture and in the table
    assert "There is no tag of this name" in desk.get(address, {"tag": "Nil"}).text


def test_no_more_than_the_most_linked_are_drawn(monkeypatch, live):
    monkeypatch.setattr(graph, "MOST", 3)
    for n in range(5):
        pointing(live, headline=f"Source {n}")

    found = graph.graph_of(live.section, at=timezone.now())

    assert len(found.nodes) == 3
    assert found.nodes[0].article == live.pk
    assert found.linked == 6


def test_the_same_graph_is_drawn_the_same_and_within_its_frame():
    edges = [(n, n * 7 % 60) for n in range(60)]
    frame = {"width": 1200, "height": 800, "margin": 60}

    places = layout.layout(60, edges, **frame)

    assert places == layout.layout(60, edges[::-1], **frame)
    assert all(60 <= x <= 1140 and 60 <= y <= 740 for x, y in places)
    assert len(set(places)) == 60
    assert layout.layout(1, [], **frame) == [(600, 400)]


def test_joined_circles_stand_closer_than_others():
    edges = [(a, b) for group in (range(5), range(5, 10)) for a in group for b in group if a < b]
    places = layout.layout(10, edges, width=1000, height=1000, margin=0)

    def mean(pairs):
        lengths = [
            ((places[a][0] - places[b][0]) ** 2 + (places[a][1] - places[b][1]) ** 2) ** 0.5
            for a, b in pairs
        ]
        return sum(lengths) / len(lengths)

    assert mean(edges) < mean([(a, b) for a in range(5) for b in range(5, 10)]) / 2


def test_tags_have_their_picture_too(live):
    source = pointing(live, tags=("Floods",))

    found = graph.graph_of(Tag.objects.get(name="Floods"), at=timezone.now())

    assert {node.article for node in found.nodes} == {live.pk, source.pk}
    assert InterestingLink.objects.filter(source=source, edition__isnull=False).count() == 1
