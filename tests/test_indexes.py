"""What readers wait for is found by an index, in its order, however many stories there are.

The queries are those that the public code runs; each is explained by the database it ran on.
"""

import re
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test import RequestFactory
from django.utils import timezone

from articles import links
from articles.importers.archive import Archive, generate
from articles.models import (
    Article,
    Author,
    Edition,
    FrontSlot,
    InterestingLink,
    Section,
    Series,
    Tag,
)
from articles.periods import period_with
from articles.public import archive as archive_pages
from articles.public import companions, front, history, lists, more, views
from articles.public.page import Page

pytestmark = pytest.mark.django_db

IS_SQLITE = connection.vendor == "sqlite"
STREAMS = {
    "edition_by_date": lists.front_stream,
    "edition_by_section": lambda: lists.section_stream(Section.objects.get(name="Health").slug),
    "edition_by_tag": lambda: lists.tag_stream(Tag.objects.get(name="council").slug),
    "edition_by_author": lambda: lists.author_stream(Author.objects.first().slug),
}


@pytest.fixture(scope="module", params=["measured", "unmeasured"], autouse=True)
def archive(request, django_db_setup, django_db_blocker):
    """Stories enough for an index to matter, before and after the database has counted them.

    One archive for all tests of this file, in a transaction around theirs.
    """
    with django_db_blocker.unblock(), transaction.atomic(), connection.cursor() as cursor:
        if not IS_SQLITE:
            # Autovacuum may have counted no row in the pages that other tests left behind. Then
            # PostgreSQL expects none here either, and all plans cost the same. An emptied table is
            # one that was never counted, and its lock keeps autovacuum away meanwhile.
            cursor.execute("TRUNCATE articles_article, articles_edition CASCADE")
        generate(Archive(300, seed=1))
        if request.param == "measured":
            cursor.execute("ANALYZE")
        if not IS_SQLITE:  # with few rows PostgreSQL rightly reads and sorts them all, so forbid it
            for way in ("seqscan", "bitmapscan", "sort"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
        yield
        transaction.set_rollback(True)


def plans_of(ask):
    """How the database answers each query for editions that ``ask`` makes, as lines of text."""
    queries = []

    def note(execute, sql, params, many, context):
        if 'FROM "articles_edition"' in sql:
            queries.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        ask()
    explain = "EXPLAIN QUERY PLAN" if IS_SQLITE else "EXPLAIN"
    plans = []
    with connection.cursor() as cursor:
        for sql, params in queries:
            cursor.execute(f"{explain} {sql}", params)
            plans.append("\n".join(row[-1] for row in cursor.fetchall()))
    return plans


def reads_or_sorts_all(plan):
    if IS_SQLITE:
        return re.search(r"USE TEMP B-TREE|SCAN articles_edition\w*(?! USING)\b", plan)
    return re.search(r"Sort|Seq Scan on articles_edition", plan)


def page():
    return Page(RequestFactory().get("/"))


def middle_of(stream):
    """The ``before`` of a page in the middle of the list."""
    editions = list(stream.members(**stream.of).live(at=timezone.now()).newest_first())
    return lists.key_of(editions[len(editions) // 2])


@pytest.mark.parametrize("index", STREAMS)
def test_the_first_page_of_a_list_is_read_from_its_index(index):
    stream = STREAMS[index]()

    plans = plans_of(lambda: lists.listing(page(), stream))

    assert any(index in plan for plan in plans)
    assert not any(map(reads_or_sorts_all, plans))


@pytest.mark.parametrize("index", STREAMS)
def test_a_page_in_the_middle_begins_in_the_middle_of_the_index(index):
    stream = STREAMS[index]()
    before = middle_of(stream)

    plans = plans_of(lambda: lists.listing(page(), stream, before=before))

    begins = r"SEARCH .*published_at<" if IS_SQLITE else r"Index Cond: .*published_at <="
    assert any(index in plan and re.search(begins, plan) for plan in plans)
    assert not any(map(reads_or_sorts_all, plans))


@pytest.mark.parametrize("index", STREAMS)
def test_the_next_story_of_a_list_is_found_among_those_to_come(index):
    stream = STREAMS[index]()

    plans = plans_of(lambda: lists.listing(page(), stream))

    assert any("edition_by_start" in plan for plan in plans)
    assert not any(map(reads_or_sorts_all, plans))


def test_the_front_page_reads_no_more_than_it_shows():
    for position, article in enumerate(Article.objects.order_by("pk")[:7]):
        FrontSlot.objects.create(position=position, article=article)

    plans = plans_of(lambda: front.arranged(page()))

    newest, blocks, following = plans
    scans = r"SCAN articles_edition\w*\b(?! USING)" if IS_SQLITE else "Seq Scan on articles_edition"
    assert not any(re.search(scans, plan) for plan in plans)
    assert "edition_by_date" in newest
    assert "edition_by_section" in blocks
    assert "edition_by_start" in following


def test_parts_and_translations_are_found_by_their_indexes():
    story, series = Edition.objects.live().first(), Series.objects.create(title="W", slug="w")
    story.series, story.part, story.original_id = series, 1, story.article_id
    story.save()

    (plan,) = plans_of(lambda: companions.companions_of(page(), story))

    assert "edition_by_series" in plan and "edition_by_original" in plan
    assert not re.search(r"SCAN articles_edition\b|Seq Scan on articles_edition", plan)


def test_a_story_is_found_by_its_address():
    path = Edition.objects.first().path

    (plan,) = plans_of(lambda: views.found(page(), path))

    assert "edition_by_path" in plan
    assert not reads_or_sorts_all(plan)


def test_what_lines_point_at_is_found_by_article():
    targets = list(InterestingLink.objects.values_list("target", flat=True)[:5])

    (plan,) = plans_of(lambda: links.resolve(targets, at=timezone.now()))

    assert re.search(r"edition_by_article|articles_edition_article_id|edition_number_once", plan)
    assert not reads_or_sorts_all(plan)


def test_what_follows_is_found_by_its_story_and_article():
    targets = list(InterestingLink.objects.values_list("target", flat=True)[:5])

    (plan,) = plans_of(lambda: links.find(targets, lines=targets, at=timezone.now()))

    assert re.search(r"edition_by_article|edition_number_once", plan)
    assert not re.search(r"SCAN articles_(?:edition|article|followup)\b|Seq Scan on", plan)


def test_the_latest_of_tags_and_sections_are_short_walks_along_their_lists():
    tag, section = Tag.objects.get(name="council"), Section.objects.get(name="Health")
    asked = {("tag", tag.pk): 2, ("section", section.pk): 2}

    (plan,) = plans_of(lambda: links.newest_of(asked, at=timezone.now()))

    assert {"edition_by_tag", "edition_by_section", "edition_by_start"} <= set(plan.split())
    assert not re.search(r"SCAN articles_edition\w*\b(?! USING)|Seq Scan on articles_edition", plan)


def test_months_are_found_by_steps_in_the_index_of_dates():
    (plan,) = plans_of(lambda: Edition.objects.live().months())

    # PostgreSQL does not tell how it takes the steps of a recursion, only how it begins and ends.
    assert plan.count("edition_by_date") == (3 if IS_SQLITE else 2)
    assert not reads_or_sorts_all(plan)


def test_months_are_those_of_the_live_stories():
    moments = Edition.objects.live().order_by("published_at")
    first = {}
    for moment, until in moments.values_list("published_at", "live_until"):
        first.setdefault((moment.year, moment.month), (moment, until))

    assert Edition.objects.live().months() == list(first.values())


@pytest.mark.parametrize("kind", ["day", "month", "year"])
def test_the_archive_is_read_along_the_index_of_dates(kind):
    path = period_with(Edition.objects.first().published_at, kind, ZoneInfo("UTC")).path
    parts = path.strip("/").split("/")[1:]
    request = RequestFactory().get(path)

    plans = plans_of(lambda: archive_pages.stories(request, *parts))

    listed, before, after, upcoming, *within = plans
    for plan in (listed, before, after, *within):
        assert "edition_by_date" in plan
    assert "edition_by_start" in upcoming
    assert len(within) == (kind != "day")
    assert not any(map(reads_or_sorts_all, plans))


def test_years_and_months_are_found_by_steps_in_the_index_of_dates():
    request = RequestFactory().get("/archive/")

    plans = plans_of(lambda: archive_pages.index(request))

    assert sum("edition_by_date" in plan for plan in plans) == 4
    assert not any(map(reads_or_sorts_all, plans))


def test_more_on_a_story_is_found_by_its_tag():
    story = Edition.objects.live().first()
    story.telling_tag = Tag.objects.get(name="council")

    (plan,) = plans_of(lambda: more.more_on(page(), story, besides={1, 2}))

    assert "edition_by_tag" in plan
    assert not reads_or_sorts_all(plan)


def test_the_versions_of_a_story_are_found_by_the_story():
    story = Edition.objects.live().filter(has_history=True).first()

    plan, *_ = plans_of(lambda: history._versions(story))

    assert "edition_by_article" in plan
    assert not reads_or_sorts_all(plan)


@pytest.mark.parametrize("index", STREAMS)
def test_pages_follow_each_other_without_a_gap_or_a_repetition(index):
    stream, before, seen = STREAMS[index](), "", []
    members = stream.members(**stream.of).live().newest_first()
    whole = list(members.values_list("article", flat=True))

    while before or not seen:
        found = lists.listing(page(), stream, before=before)
        seen += [edition.article_id for edition in found.editions]
        before = found.older

    assert seen == whole
    assert len(seen) == len(set(seen))
