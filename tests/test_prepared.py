"""A prepared query gives what its queryset gives, on every database, whatever it is asked."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.core.exceptions import FieldFetchBlocked
from django.db.models import Prefetch
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles import publishing, rendering
from articles.models import Article, Author, Edition, Publication, Section, Tag, publication
from articles.prepared import prepared
from articles.public import archive as archive_pages
from articles.public import front, history, lists, more, page, sitemaps, views

from .builders import change_article, interesting, make_article, make_author, make_image, make_live

pytestmark = pytest.mark.django_db


resolve = import_module("articles.links.resolve")  # the function of that name hides it


@prepared
def headlined(*, headlines):
    return Edition.objects.filter(headline__in=headlines).order_by("headline").for_listing()


@prepared
def numbered(*, articles):
    return Edition.objects.filter(article__in=articles).values_list("article", flat=True)


@pytest.fixture
def archive():
    """Stories of all states, with and without a picture, a byline and tags."""
    now = timezone.now()
    picture = make_image()
    target = make_live(headline="Tides", lead_image=picture)
    make_live(
        headline="Harbours",
        authors=(make_author("B"), make_author("A")),
        tags=("Two", "One"),
        body=f"<p>One.</p>{interesting(target)}<p>Two.</p>",
    )
    make_live(headline="100 % of it", authors=(), tags=(), at=now - timedelta(days=40))
    to_come = make_article(headline="To come", authors=(make_author("A"),), tags=("Two",))
    publishing.publish(to_come, at=now + timedelta(hours=1))
    publishing.withdraw(make_live(headline="Gone"))
    publishing.correct(target, kind="correction", text="Two lanes.")
    change_article(target, headline="Tides again")
    publishing.publish(target)


def everything(thing):
    """A row with all that is loaded with it; what stays unloaded is not among it."""
    if not hasattr(thing, "_meta"):
        return thing
    loaded = {
        name: [everything(one) for one in value] if isinstance(value, list) else value
        for name, value in vars(thing).items()
        if not name.startswith("_")
    }
    beside = {name: everything(one) for name, one in thing._state.fields_cache.items()}
    mode = thing._state.fetch_mode
    return type(thing), loaded, beside, mode, thing._state.adding, thing._state.db


def questions():
    """Every query that pages prepare, with values that find something: (query, shape, values)."""
    now = timezone.now()
    tides = Edition.objects.filter(headline="Tides again").first()
    last = {"published_at": now, "article": 10**9}
    month = {"at": now, "begin": now - timedelta(days=60), "end": now}
    articles = set(Edition.objects.values_list("article", flat=True))
    streams = [
        lists.front_stream(),
        lists.section_stream(Section.objects.first().slug),
        lists.tag_stream(Tag.objects.get(name="Two").slug),
        lists.author_stream(Author.objects.get(name="A").slug),
    ]
    for stream in streams:
        for with_text in (False, True):
            for after in ({}, last):
                shape = (stream.members, with_text)
                yield lists._stories, shape, {"at": now, **stream.of, **after}
        yield lists._beginnings, (stream.belongs,), {"at": now, **stream.of}
    for model in (Section, Tag, Author):
        yield lists._with_slug, (model,), {"slug": model.objects.first().slug}
    place = {"published_at": tides.published_at, "article": tides.article_id}
    yield lists._is_a_story, (), place
    for with_text in (False, True):
        yield views._last_at, (with_text,), {"at": now, "path": tides.path}
    yield views._newest_in, (), {"at": now, "section": tides.section_id}
    yield views.corrections, (), {"article": tides.article_id, "until": now}
    yield history._editions, (), {"article": tides.article_id, "until": now}
    yield history._texts, (), {"pks": {tides.pk}}
    tag = Tag.objects.get(name="Two").pk
    yield more._newest_of, (), {"at": now, "tag": tag, "besides": {tides.article_id}}
    for after in ({}, last):
        yield archive_pages._stories, (), month | after
    yield archive_pages._last_before, (), {"at": now, "moment": now}
    yield archive_pages._first_since, (), {"at": now, "moment": month["begin"]}
    yield archive_pages._upcoming, (), {"at": now}
    yield resolve._not_ended, (), {"at": now, "articles": articles}
    yield rendering._images, (), {"pks": {tides.lead_image_id}}
    yield page._sections, (), {}
    yield publication._rows, (), {"pk": 1}
    yield front._held, (), {"at": now}
    yield front._stories, (), {"at": now}
    yield front._stories, (), {"at": now, "held": articles}
    yield front._signatures, (), {"editions": {edition.pk for edition in Edition.objects.all()}}
    sections = {f"section_{n}": section.pk for n, section in enumerate(Section.objects.all())}
    yield front._newest_of_each, (), {"at": now, "standing": {0}, **sections}
    yield front._breaking, (), {"at": now}
    yield sitemaps._first_published, (), month
    yield sitemaps._recent, (), {"at": now, "after": now - timedelta(days=2)}


def test_every_prepared_query_of_a_page_gives_what_its_queryset_gives(archive):
    Publication(name="The Paper").save()
    publishing.arrange_front({0: publishing.Placed(Article.objects.get(headline="Tides again"))})
    publishing.break_news("The harbour is closed")

    for query, shape, values in questions():
        for _ in range(2):  # put into SQL, then kept
            found = query(*shape, **values)
            expected = list(query.queryset(*shape, **values))
            assert [*map(everything, found)] == [*map(everything, expected)]
            assert found, query.__name__


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sets(st.sampled_from(["Tides", "Harbours", "100 % of it", "None", "%s", "'"])))
def test_a_prepared_query_is_asked_about_any_number_of_values(archive, headlines):
    found = headlined(headlines=headlines)

    expected = list(headlined.queryset(headlines=headlines))
    assert [*map(everything, found)] == [*map(everything, expected)]


def test_a_prepared_query_sees_each_change_at_once(live):
    def names():
        return [edition.headline for edition in headlined(headlines=["Otherwise", live.headline])]

    assert names() == ["A bridge opened to the public"]

    Edition.objects.update(headline="Otherwise")

    assert names() == ["Otherwise"]


def test_what_a_prepared_query_did_not_load_raises(live):
    (edition,) = headlined(headlines=[live.headline])

    with pytest.raises(FieldFetchBlocked):
        _ = edition.body
    with pytest.raises(FieldFetchBlocked):
        _ = edition.section


def test_a_value_that_is_none_is_refused(live):
    with pytest.raises(ValueError, match="NULL"):
        views._last_at(True, at=timezone.now(), path=None)


def test_a_moment_that_no_call_gives_is_refused(live):
    with pytest.raises(ValueError, match="fixed"):
        prepared(lambda: Edition.objects.live())()


def test_what_cannot_be_prepared_says_so(live):
    with pytest.raises(TypeError, match="ValuesIterable"):
        prepared(lambda: Edition.objects.values("pk"))()
    with pytest.raises(TypeError, match="lines"):
        prepared(lambda: Edition.objects.prefetch_related(Prefetch("lines", to_attr="x")))()
    with pytest.raises(TypeError, match="tags"):
        prepared(lambda: Edition.objects.prefetch_related("tags"))()


def test_threads_prepare_for_themselves(at_one_moment):
    articles = [make_live(headline=f"Story {n}").pk for n in range(8)]

    def ask():
        return sorted(numbered(articles=articles)), next(iter(numbered._statements.values()))

    done = at_one_moment(*[ask] * 4)

    assert [found for found, _ in done] == [articles] * 4
    assert len({id(statement) for _, statement in done}) == 4
