"""The links report: what is wrong, or worth knowing, in the web of stories."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles import publishing
from articles.links import report
from articles.models import (
    Article,
    Correction,
    Edition,
    ExternalLink,
    ExternalReference,
    Follow,
    Tag,
)

from .builders import (
    BODY,
    change_article,
    desk_page,
    interesting,
    linked,
    make_article,
    make_live,
    make_section,
    pointing,
)

pytestmark = pytest.mark.django_db


def window(**more):
    return report.Window(at=timezone.now(), **more)


def test_waiting_lines_are_reported_with_a_way_to_write_the_story(desk):
    pointing("A dam nobody described", headline="It waits")

    page = desk.get(reverse("admin:articles_interestinglink_changelist")).text

    assert "A dam nobody described" in page
    (address,) = re.findall(r'href="(/admin/articles/article/add/[^"]+)"', page)
    assert ">\nA dam nobody described</textarea>" in desk.get(address).text


def test_hidden_lines_are_reported_until_their_story_or_its_follow_up_is_live(draft, withdrawn):
    pointing(draft, withdrawn, headline="Both are hidden")
    assert {row.to for row in report.hidden(window()).rows} == {draft, withdrawn}

    publishing.publish(draft)
    publishing.declare_follow_up(make_live(headline="What came of it"), follows=withdrawn)

    assert report.hidden(window()).rows == []


def test_a_line_to_the_latest_of_a_deleted_tag_waits_for_no_headline(desk):
    tag = Tag.objects.create(name="Tides")
    line = f'<aside data-interesting="tag-{tag.pk}">Tides</aside>'
    source = make_live(body=f"<p>At first.</p>{line}<p>At last.</p>")
    make_live(headline="It flows", tags=("Tides",))
    assert report.hidden(window()).rows == []

    publishing.remove(tag)

    assert report.waiting(window()).rows == []
    assert [row.source for row in report.hidden(window()).rows] == [source]
    page = desk.get(reverse("admin:articles_interestinglink_changelist"), {"report": "hidden"}).text
    assert "The latest of <bdi>Tides</bdi>" in page and "Deleted tag or section" in page
    assert "that tag or section was deleted" in desk.get(desk_page("links", source)).text


@pytest.mark.parametrize("kind", ["tag", "section"])
def test_a_line_to_the_latest_of_what_has_no_other_live_story_is_reported(desk, client, kind):
    sport = {"tag": {"tags": ("Sport",)}, "section": {"section": make_section("Sport")}}[kind]
    make_article(headline="A draft", **sport)
    of = Tag.objects.get(name="Sport") if kind == "tag" else sport["section"]
    line = f'<aside data-interesting="{kind}-{of.pk}">Before it was renamed</aside>'
    body = f"<p>At first.</p>{line}<p>At last.</p>"
    elsewhere = make_live(headline="Elsewhere", tags=("Far",), body=body)
    within = make_live(headline="Within", body=body, **{"tags": ("Far",)} | sport)

    def hidden():
        found = {row.source for row in report.hidden(window()).rows}
        for article in (elsewhere, within):
            page = client.get(Edition.objects.live().get(article=article).path).text
            assert ('class="interesting"' not in page) == (article in found)
        return found

    assert hidden() == {within}  # which is the only one itself
    page = desk.get(reverse("admin:articles_interestinglink_changelist"), {"report": "hidden"}).text
    assert "<bdi>Sport</bdi>" in page and "No other story of it is live" in page
    publishing.publish(change_article(within, tags=("Far",), section=make_section("World")))
    assert hidden() == {elsewhere, within}
    publishing.publish(Article.objects.get(headline="A draft"))
    assert hidden() == set()


def test_a_line_of_a_follow_up_to_what_it_follows_is_not_shown_in_place_of_it(client, withdrawn):
    source = pointing(withdrawn, headline="A year later")
    last = make_live(headline="What came of it")
    publishing.declare_follow_up(source, follows=withdrawn)
    publishing.declare_follow_up(last, follows=source)
    other = pointing(withdrawn, headline="Elsewhere")

    assert [row.source for row in report.hidden(window()).rows] == [source]
    for article, is_shown in ((source, False), (other, True)):
        page = client.get(Edition.objects.live().get(article=article).path).text
        assert ('class="interesting"' in page) == is_shown


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


def test_a_follow_up_that_only_it_leads_to_what_it_follows_is_an_orphan(live):
    later = pointing(live, headline="A year later")
    publishing.declare_follow_up(later, follows=live)

    assert {edition.article for edition in report.orphans(window()).rows} == {later}


def test_only_the_last_live_story_of_a_chain_is_led_to_by_lines_to_it(live):
    middle, last = make_live(headline="A month later"), make_live(headline="A year later")
    source = pointing(live, middle, headline="Elsewhere")
    publishing.declare_follow_up(middle, follows=live)
    publishing.declare_follow_up(last, follows=middle)

    def orphans():
        return {edition.article for edition in report.orphans(window()).rows} - {source}

    assert orphans() == {live, middle}
    publishing.publish(change_article(source, body=f"{BODY}{linked(live)}{interesting(live)}"))
    assert orphans() == {middle}
    publishing.withdraw(last)
    assert orphans() == set()


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


def test_what_was_followed_most_can_be_kept_to_a_section_and_to_days(desk, live):
    sport, today = make_section("Sport"), timezone.now().date()
    here = pointing(live, headline="Here")
    there = pointing(live, headline="There", section=sport)
    for source, days, count in ((here, 1, 5), (here, 40, 9), (there, 1, 3), (there, 50, 20)):
        day = today - timedelta(days=days)
        Follow.objects.create(source=source, target=live, day=day, count=count)

    def followed(**typed):
        typed = {name: today - timedelta(days=days) for name, days in typed.items()}
        page = desk.get(
            reverse("admin:articles_interestinglink_changelist"),
            {"report": "followed", "section": sport.pk if only_sport else ""} | typed,
        ).text
        return re.findall(r"<bdi>(Here|There)</bdi>.*?desk-number\">(\d+)<", page, re.DOTALL)

    only_sport = False
    assert followed() == [("Here", "5"), ("There", "3")]
    assert followed(since=45) == [("Here", "14"), ("There", "3")]
    assert followed(until=2) == [("There", "20"), ("Here", "9")]
    assert followed(since=45, until=40) == [("Here", "9")]
    only_sport = True
    assert followed() == [("There", "3")]
    assert followed(since=60) == [("There", "23")]


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


def test_the_report_of_other_sites_goes_on_where_its_page_ended(monkeypatch, live):
    monkeypatch.setattr(report, "SHOWN", 2)
    now = timezone.now()
    for n in range(5):
        link = ExternalLink(url=f"https://example.com/{n}", host="example.com", next_check_at=now)
        link.is_reported = n != 3
        link.save()
        ExternalReference.objects.create(article=live, link=link)

    seen, before = [], None
    while before or not seen:
        found = report.broken(window(before=before))
        seen += [row.link.url[-1] for row in found.rows]
        before = found.following

    assert seen == ["4", "2", "1", "0"]


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
