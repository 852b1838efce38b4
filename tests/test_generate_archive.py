"""An invented archive: always the same, and made of the rows that publishing makes."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from articles import publishing
from articles.importers import archive as generator
from articles.importers.archive import UNTIL, Archive, generate, invention
from articles.models import (
    FOREVER,
    Article,
    Author,
    Byline,
    Edition,
    EditionAuthor,
    EditionTag,
    InterestingLink,
    Revision,
    Section,
    Source,
    Spoil,
    Tag,
    TaggedArticle,
)
from articles.publishing import Content

from .builders import make_live

SMALL = Archive(60, seed=7)
NULLABLE = [field.name for field in Edition._meta.concrete_fields if field.null]
LINE = re.compile(r'(?<=<aside data-interesting=")\d+')
OWNER = {  # what a row calls its article
    Article: "pk",
    TaggedArticle: "content_object_id",
    InterestingLink: "source_id",
}
MODELS = (
    Article, Byline, TaggedArticle, Source, Revision, Edition, EditionAuthor, EditionTag,
    InterestingLink,
)  # fmt: skip


def numbers_of(archive):
    """The number of each story by its article's id."""
    rows = Source.objects.filter(location__startswith=f"{archive}:")
    return {
        article: int(location.rpartition(":")[2])
        for article, location in rows.values_list("article_id", "location")
    }


def article_of(archive, number):
    return Article.objects.get(source__location=f"{archive}:{number}")


def rows_of(numbers, *, articles=None, models=MODELS):
    """All rows of these articles, sorted, with names and numbers where there are ids."""
    articles = numbers if articles is None else articles
    editions = Edition.objects.filter(article__in=numbers)
    names = {
        model: dict(model.objects.values_list("pk", "name")) for model in (Section, Author, Tag)
    }
    names[Article] = numbers
    names[Edition] = {e.pk: (numbers[e.article_id], e.number) for e in editions}

    def portable(field, value):
        if field.is_relation and value is not None:
            return names[field.related_model][value]
        if field.name == "content":
            section = names[Section][value["section"]]
            authors = [names[Author][pk] for pk in value["authors"]]
            return value | {"section": section, "authors": authors, "body": body(value["body"])}
        return body(value) if field.name == "body" else value

    def body(html):
        return LINE.sub(lambda found: str(numbers[int(found[0])]), html)

    def columns(row):
        fields = [field for field in row._meta.concrete_fields if not field.primary_key]
        return {f.name: portable(f, getattr(row, f.attname)) for f in fields if f.name != "digest"}

    rows = {}
    for model in models:
        owner = OWNER.get(model, "article_id")
        found = model.objects.filter(**{f"{owner}__in": articles})
        rows[model] = sorted(
            ((numbers[getattr(row, owner)], columns(row)) for row in found), key=repr
        )
    return rows


def rows_made(archive):
    """The rows of ``archive`` as it is generated from the beginning; then they are gone again."""
    with transaction.atomic():
        generate(archive)
        rows = rows_of(numbers_of(archive))
        transaction.set_rollback(True)
    return rows


def interrupt_at(monkeypatch, call):
    """Let the next run end while it writes the rows of the ``call``-th kind."""
    calls = iter(range(call))
    write = generator.insert

    def insert(*arguments):
        if next(calls, None) is None:
            raise KeyboardInterrupt
        write(*arguments)

    monkeypatch.setattr(generator, "insert", insert)


@pytest.mark.django_db
def test_the_same_numbers_make_the_same_archive():
    first = rows_made(SMALL)

    make_live(headline="A story that takes the first ids", tags=())
    second = rows_made(SMALL)

    assert second == first
    assert len(first[Article]) == 60


@pytest.mark.django_db
def test_another_seed_adds_another_archive_to_the_same_sections_authors_and_tags():
    generate(SMALL)
    counts = [model.objects.count() for model in (Section, Author, Tag)]

    added = generate(Archive(30, seed=8))

    assert added == 30
    assert Article.objects.count() == 90
    assert [model.objects.count() for model in (Section, Author, Tag)] == counts
    assert counts == [10, 50, 1500]


@pytest.mark.django_db
def test_an_archive_that_is_there_is_not_made_twice():
    generate(SMALL)

    assert generate(SMALL) == 0

    assert Article.objects.count() == 60


@pytest.mark.django_db
def test_a_run_cut_short_is_finished_by_the_next_as_if_nothing_had_happened(monkeypatch):
    undisturbed = rows_made(SMALL)
    monkeypatch.setattr(generator, "BATCH", 20)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        interrupt_at(patch, call=2 * len(MODELS) + 6)  # two batches, and a part of the third
        generate(SMALL)
    there = Article.objects.count(), Edition.objects.count(), Spoil.objects.count()
    added = generate(SMALL)

    assert there[:2] == (40, 48)
    assert added == 20
    assert rows_of(numbers_of(SMALL)) == undisturbed


@pytest.mark.django_db
def test_every_tenth_story_has_three_editions_that_follow_each_other():
    generate(SMALL)

    for pk, number in numbers_of(SMALL).items():
        editions = list(Edition.objects.filter(article=pk).order_by("number"))
        begins = [edition.live_from for edition in editions]
        assert len(editions) == (3 if number % 10 == 9 else 1)
        assert [edition.version for edition in editions] == [1, 2, 3][: len(editions)]
        assert [edition.live_until for edition in editions] == [*begins[1:], FOREVER]
        assert [edition.revised_at for edition in editions] == [None, *begins[1:]]
        assert begins == sorted(set(begins))
        assert begins[-1] < UNTIL


@pytest.mark.django_db
def test_all_constraints_hold():
    generate(SMALL)

    connection.check_constraints()
    for article in Article.objects.all():
        article.clean_fields()
    for edition in Edition.objects.all():
        edition.clean_fields(exclude=NULLABLE)
        edition.validate_constraints()


@pytest.mark.django_db
def test_a_new_story_is_saved_after_an_archive_was_generated():
    generate(SMALL)

    article = make_live(headline="A story by hand")

    assert article.editions.count() == 1
    assert Article.objects.count() == 61


def copy_by_the_verbs(article):
    """The story of ``article`` saved and published once more, version by version."""
    twin = Article()
    for revision in Revision.objects.filter(article=article).order_by("version"):
        twin = publishing.save(
            twin,
            base_version=revision.version - 1,
            reason=Revision.Reason.IMPORT,
            **vars(Content.from_json(revision.content)),
        )
        publishing.publish(twin)
    return Article.objects.get(pk=twin.pk)


def without_dates(rows):
    """``rows`` with their moments numbered in their order, and the month taken off the paths."""
    moments = {
        value
        for model in rows
        for _, columns in rows[model]
        for name, value in columns.items()
        if isinstance(value, datetime) and name != "saved_at"
    }
    rank = {moment: place for place, moment in enumerate(sorted(moments))} | {None: None}

    def neutral(name, value):
        if name == "path":
            return value.split("/")[3]
        if name == "saved_at":
            return None
        if name == "telling_tag":  # publishing also looks at the stories that there are
            return value is not None
        return rank[value] if isinstance(value, datetime) else value

    return {
        model: [
            {name: neutral(name, value) for name, value in row.items()} for _, row in rows[model]
        ]
        for model in rows
    }


@pytest.mark.django_db
@pytest.mark.parametrize("number", [8, 9, 19, 29, 58, 59])
def test_a_generated_story_is_what_publishing_would_make(number):
    generate(SMALL)
    article = article_of(SMALL, number)
    numbers = numbers_of(SMALL)

    twin = copy_by_the_verbs(article)

    numbers |= {twin.pk: number}
    models = [model for model in MODELS if model not in (Article, Source)]
    story, copy = (rows_of(numbers, articles=[a.pk], models=models) for a in (article, twin))
    assert without_dates(copy) == without_dates(story)
    assert Content.of(twin) == Content.of(article)
    assert (twin.version, twin.headline_key) == (article.version, article.headline_key)


@pytest.mark.django_db
def test_what_is_stored_is_what_cleaning_leaves():
    generate(SMALL)

    for article in Article.objects.all():
        content = Content.of(article)
        assert content.cleaned() == content
    assert all(250 <= edition.word_count <= 500 for edition in Edition.objects.all())


@pytest.mark.django_db
def test_a_path_already_taken_gets_a_number_as_on_publishing():
    first = invention.story(SMALL, 0).drafts[0]
    make_live(headline=first.headline, at=first.at)

    generate(SMALL)

    paths = Edition.objects.filter(headline=first.headline).order_by("pk")
    taken, given = paths.values_list("path", flat=True)
    assert given == f"{taken.removesuffix('/')}-2/"


@pytest.mark.django_db
def test_the_pages_of_the_site_are_spoiled_once_and_not_one_by_one():
    generate(SMALL)
    Spoil.objects.all().delete()

    generate(Archive(30, seed=8))

    assert [spoil.key for spoil in Spoil.objects.all()] == ["publication"]


@pytest.mark.django_db
def test_the_command_says_in_one_line_what_it_did(capsys):
    asked = {"articles": 10, "seed": 3, "until": "2020-02-01T00:00Z", "without_search": True}
    call_command("generate_archive", **asked)
    call_command("generate_archive", **asked)

    said, there = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"10 articles added, [\d,]+ a second \(archive:3:10:2020-\S+\)\.", said)
    assert there.startswith("This archive is here already")
    assert Edition.objects.latest("live_from").live_from < datetime(2020, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize("wrong", [{"articles": 0}, {"until": "soon"}, {"until": "2020-13-01"}])
def test_the_command_refuses_what_makes_no_archive(wrong):
    with pytest.raises(CommandError, match="--"):
        call_command("generate_archive", **{"articles": 1, "seed": 1} | wrong)


def test_tags_are_long_tailed():
    stories = [invention.story(Archive(3000, seed=1), number) for number in range(3000)]

    uses = Counter(tag for story in stories for tag in story.tags)

    most = [count for _, count in uses.most_common()]
    assert 0.07 < most[0] / len(stories) < 0.11
    assert sum(most[:150]) > sum(most) / 2
    assert len(uses) > 1000
    assert {len(story.tags) for story in stories} == {3, 4, 5}


def test_three_stories_of_five_point_at_an_earlier_one():
    archive = Archive(3000, seed=1)

    lines = {n: invention.story(archive, n).line_to for n in range(archive.articles)}

    pointing = {number: target for number, target in lines.items() if target is not None}
    assert 0.55 < len(pointing) / len(lines) < 0.65
    assert all(0 <= target < number for number, target in pointing.items())


def test_stories_are_spread_over_ten_years_and_mostly_in_order():
    archive = Archive(3000, seed=1)

    dates = [invention.story(archive, n).drafts[0].at for n in range(archive.articles)]

    in_order = sum(earlier < later for earlier, later in pairwise(dates))
    assert UNTIL - min(dates) > timedelta(days=3640)
    assert UNTIL - timedelta(days=10) < max(dates) < UNTIL
    assert 0.5 < in_order / len(dates) < 1


def test_headlines_seldom_repeat():
    archive = Archive(100_000, seed=1)

    headlines = {invention.headline(archive, number) for number in range(5000)}

    assert len(headlines) > 4980
    assert max(map(len, headlines)) <= 200
