"""Standing pages in the web of stories: what About leads to is known as well as what stories do."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles import publishing
from articles.links import outside, pages, report
from articles.links.following import record_follows
from articles.models import (
    Correction,
    Edition,
    ExternalLink,
    ExternalReference,
    Follow,
    PageFollow,
    StandingPage,
    Tag,
)
from newsroom import counting
from newsroom.outside import Rounds

from .builders import (
    BODY,
    desk_page,
    interesting,
    linked,
    make_article,
    make_live,
    make_page,
    make_section,
    pointing,
)

pytestmark = pytest.mark.django_db
REPORT = "admin:articles_interestinglink_changelist"


def window(**more):
    return report.Window(at=timezone.now(), **more)


def page_leading_to(*targets, title="About", text="", **columns):
    lines = "".join(f"{interesting(target)}<p>And more.</p>" for target in targets)
    return make_page(title, body=f"<p>Us.</p>{lines}{text}", **columns)


def latest(kind, thing):
    return f'<aside data-interesting="{kind}-{thing.pk}">{thing}</aside><p>So far.</p>'


def on_pages(name, **more):
    """What a report has of pages: the page, and the headline or address that it leads to."""
    rows = report.REPORTS[name](window(**more)).rows
    if name == "external":
        return [(row["page"], row["link"].url) for row in rows if isinstance(row, dict)]
    return [(row.page, row.headline) for row in rows if isinstance(row, pages.LineOnPage)]


def leads_to_change_form(desk, name, page):
    address = reverse("admin:articles_standingpage_change", args=[page.pk])
    return f'href="{address}"' in desk.get(reverse(REPORT), {"report": name}).text


# The report


def test_a_line_of_a_page_that_waits_is_reported_with_the_way_to_the_page(desk, live):
    page = page_leading_to("A dam nobody described", live)
    page_leading_to("A plan for nobody", title="Not on the site", is_live=False)

    assert on_pages("waiting") == [(page, "A dam nobody described")]
    assert leads_to_change_form(desk, "waiting", page)
    publishing.publish(make_article(headline="A dam nobody described"))
    assert on_pages("waiting") == []


def test_a_line_of_a_page_whose_story_was_deleted_waits_for_it_again(client, draft):
    headline = draft.headline
    page = page_leading_to(draft)
    assert on_pages("waiting") == []

    draft.delete()

    assert on_pages("waiting") == [(page, headline)]
    make_live(headline=headline)
    assert on_pages("waiting") == []
    assert headline in client.get(page.get_absolute_url()).text


def test_a_line_of_a_page_that_readers_do_not_see_is_reported(desk, live, draft, withdrawn):
    tag, section = Tag.objects.create(name="Tides"), make_section("Sport")
    other = Tag.objects.create(name="Ebbs")
    lists = latest("tag", tag) + latest("section", section) + latest("tag", other)
    page = page_leading_to(live, draft, withdrawn, text=lists)

    assert on_pages("hidden") == [
        *((page, story.headline) for story in (draft, withdrawn)),
        *((page, thing.name) for thing in (tag, section, other)),
    ]
    make_live(headline="It flows", tags=("Tides", "Ebbs"), section=section)
    assert on_pages("hidden") == [(page, draft.headline), (page, withdrawn.headline)]
    assert leads_to_change_form(desk, "hidden", page)
    publishing.publish(draft)
    publishing.declare_follow_up(make_live(headline="What came of it"), follows=withdrawn)
    publishing.remove(tag)
    assert on_pages("hidden") == [(page, "Tides")]
    assert "Deleted tag or section" in desk.get(reverse(REPORT), {"report": "hidden"}).text


def test_a_page_that_leads_to_a_story_corrected_since_is_reported_until_it_is_saved(desk, live):
    page = page_leading_to(live)
    publishing.correct(live, kind=Correction.Kind.UPDATE, text="More is known.")
    assert on_pages("corrected") == []
    publishing.correct(live, kind=Correction.Kind.RETRACTION, text="It did not happen.")
    assert on_pages("corrected") == [(page, live.headline)]
    assert leads_to_change_form(desk, "corrected", page)

    publishing.change_page(page, base_version=1)

    assert on_pages("corrected") == []


def test_a_story_that_a_live_page_leads_to_is_no_orphan(live):
    by_text, chain = make_live(headline="By text"), make_live(headline="What came of it")
    alone, unseen = make_live(headline="Alone"), make_live(headline="Of a page nobody sees")
    publishing.declare_follow_up(chain, follows=live)
    page_leading_to(live, text=linked(by_text))
    page_leading_to(unseen, title="Plans", is_live=False)

    found = {row.article for row in report.orphans(window()).rows}
    assert found == {live, alone, unseen}  # for the line shows what came of it
    StandingPage.objects.update(is_live=False)
    assert len(report.orphans(window()).rows) == 5


def test_pages_count_among_those_who_lead_to_a_story(desk, live):
    other, third = make_live(headline="Led to by pages alone"), make_live(headline="By one story")
    pointing(live, third, headline="Source 1"), pointing(live, headline="Source 2")
    for n in range(4):
        page_leading_to(other, other, *([live] if n else []), title=f"Page {n}")

    rows = report.most_pointed_at(window()).rows

    assert [(row, row.stories, row.pages) for row in rows] == [
        (live, 2, 3),
        (other, 0, 4),
        (third, 1, 0),
    ]
    said = desk.get(reverse(REPORT), {"report": "pointed"}).text
    assert "<small>and 3 pages" in said and "<small>and 4 pages" in said


def test_the_stories_of_one_that_pages_bring_among_the_most_led_to_are_counted(monkeypatch, live):
    monkeypatch.setattr(report, "SHOWN", 1)
    other = make_live(headline="Led to by one story and two pages")
    pointing(live, headline="Source 1"), pointing(live, other, headline="Source 2")
    for n in range(2):
        page_leading_to(other, title=f"Page {n}")

    rows = report.most_pointed_at(window()).rows

    assert [(row, row.stories, row.pages) for row in rows] == [(other, 1, 2)]


@pytest.mark.parametrize("name", ["waiting", "hidden", "corrected", "external"])
def test_a_report_kept_to_a_section_or_to_days_has_no_pages_and_its_next_page_neither(name, draft):
    now = timezone.now()
    other = make_live(headline="Corrected")
    page_leading_to(
        "Nobody wrote it", draft, other, text='<p><a href="https://a.example/">x</a></p>'
    )
    publishing.correct(other, kind=Correction.Kind.CORRECTION, text="It was a Monday.")
    outside.note_external_of_pages()
    ExternalLink.objects.update(is_reported=True)

    assert len(on_pages(name)) == 1
    for kept in (
        {"section": draft.section},
        {"since": now - timedelta(days=9)},
        {"until": now + timedelta(days=1)},
        {"before": (now, 10**9)},
    ):
        assert on_pages(name, **kept) == []


def test_what_pages_lead_to_costs_the_same_however_many_lines_they_have(desk, live, draft):
    page_leading_to(live, draft, "Waits", text=linked(live))

    def costs():
        found = {}
        for name in report.REPORTS:
            with CaptureQueriesContext(connection) as queries:
                assert desk.get(reverse(REPORT), {"report": name}).status_code == 200
            found[name] = len(queries)
        return found

    few = costs()
    more = [make_live(headline=f"Story {n}") for n in range(3)]
    page_leading_to(*more, make_article(headline="A draft"), "Waits too", live, title="Contact")

    assert costs() == few
    assert max(few.values()) <= 16


# One story


def test_a_story_tells_of_the_pages_that_lead_to_it_by_line_or_by_link(desk, live):
    by_line = page_leading_to(live)
    by_text = page_leading_to(title="Contact", text=linked(live))
    unseen = page_leading_to(live, title="Plans", text=linked(live), is_live=False)
    page_leading_to(make_live(headline="Elsewhere"), title="Jobs")

    found = {(row.page, row.is_line, row.is_link) for row in pages.pages_in(live)}

    assert found == {(by_line, True, False), (by_text, False, True), (unseen, True, True)}
    for name in ("links", "withdraw"):
        said = desk.get(desk_page(name, live)).text
        assert "<bdi>About</bdi></a> (a line)" in said
        assert "<bdi>Contact</bdi></a> (a link in the text)" in said
        assert "<bdi>Plans</bdi></a> (a line and a link in the text; not on the site)" in said


def test_a_page_that_leads_to_what_a_story_follows_up_leads_to_it(live):
    page = page_leading_to(live, text=linked(live))
    later = make_live(headline="What came of it")
    publishing.declare_follow_up(later, follows=live)

    assert [(row.page, row.is_line, row.is_link) for row in pages.pages_in(later)] == [
        (page, True, False)
    ]


def test_a_link_in_the_text_of_a_page_is_no_line_that_could_be_moved(desk, live):
    page_leading_to(text=linked(live))

    assert "Lead its lines elsewhere" not in desk.get(desk_page("links", live)).text
    answer = desk.post(desk_page("withdraw", live), {"reason": "Old"}, follow=True)
    assert "is off the site" in answer.text
    assert not Edition.objects.live().filter(article=live).exists()


# Other sites


def test_what_a_live_page_links_to_is_asked_and_reported(desk):
    page = make_page(body='<p><a href="https://a.example/">x</a></p>')
    make_page("Plans", body='<p><a href="https://b.example/">x</a></p>', is_live=False)
    rounds = Rounds()
    assert [rounds.look(), rounds.look()] == [1, 0]
    link = ExternalLink.objects.get()

    assert outside.claim(per_hour=10, most=9) == [link]

    for _ in range(outside.BROKEN_AFTER):
        outside.settle(link, is_there=False, status=404, problem="It answers 404.")
    assert on_pages("external") == [(page, "https://a.example/")]
    assert leads_to_change_form(desk, "external", page)
    assert not ExternalReference.objects.exists()


def test_what_no_page_links_to_any_more_is_neither_asked_nor_reported():
    page = make_page(body='<p><a href="https://a.example/">x</a></p>')
    Rounds().look()
    ExternalLink.objects.update(is_reported=True)
    page.body = BODY
    publishing.change_page(page, base_version=1)

    assert outside.claim(per_hour=10) == []
    assert ExternalLink.objects.get().next_check_at > timezone.now() + timedelta(days=29)
    assert on_pages("external") == []


# Following


def test_follows_of_a_line_on_a_page_are_counted_and_reported(client, desk, live):
    page, other = page_leading_to(live), page_leading_to(live, title="Plans", is_live=False)
    source, today = pointing(live), timezone.now().date()
    html = client.get(page.get_absolute_url()).text
    said = re.findall(r'ping="[^"]*/follow/([^/]+)/([^/]+)/"', html)
    assert said == [(f"page-{page.pk}", str(live.pk))]

    follows = counting.Follows()
    for n in range(3):
        follows.told(f"{' '.join(said[0])} 192.0.2.{n} B".encode(), day=today)
    follows.told(f"page-{other.pk} {live.pk} 192.0.2.9 B".encode(), day=today)
    follows.told(f"page-{page.pk} {source.pk} 192.0.2.9 B".encode(), day=today)
    follows.told(f"{source.pk} {live.pk} 192.0.2.9 B".encode(), day=today)
    follows.write()
    follows.told(f"page-{page.pk} {live.pk} 192.0.2.9 B".encode(), day=today)
    follows.write()

    (row,) = PageFollow.objects.all()
    assert (row.page, row.target, row.day, row.count) == (page, live, today, 4)
    assert [(row.source, row.count) for row in Follow.objects.all()] == [(source, 1)]
    assert [
        (row.get("page") or row["source"], row["target"], row["follows"])
        for row in report.most_followed(window()).rows
    ] == [(page, live, 4), (source, live, 1)]
    assert [row.followed for row in report.most_pointed_at(window()).rows] == [5]
    assert leads_to_change_form(desk, "followed", page)
    assert "a line; followed 4 times" in desk.get(desk_page("links", live)).text
    assert report.most_followed(window(section=live.section)).rows == [
        {"source": source, "target": live, "follows": 1}
    ]


def test_a_line_of_a_page_in_any_of_its_ways_is_one_of_ours(live):
    later, tagged, match, stranger = (
        make_live(headline=words, tags=(words,), section=make_section(words))
        for words in ("A year later", "Tides", "Sport", "A stranger")
    )
    publishing.declare_follow_up(later, follows=live)
    lists = latest("tag", tagged.tags.get()) + latest("section", match.section)
    page, day = page_leading_to(live, text=lists), timezone.now().date()
    targets, source = (live, later, tagged, match, stranger), f"page-{page.pk}"

    record_follows({(source, target.pk, day): 1 for target in targets})

    assert {row.target for row in PageFollow.objects.all()} == {live, later, tagged, match}
    publishing.remove_page(page)
    assert not PageFollow.objects.exists()
    assert record_follows({(source, live.pk, day): 1}) == 0
