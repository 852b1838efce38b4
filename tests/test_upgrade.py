"""A newsroom of the first version, full of stories, on its way to this one."""

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, migrations
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from articles import publishing, search
from articles.links.following import record_follows
from articles.models import (
    Article,
    Edition,
    Follow,
    Image,
    MovedLines,
    PageFollow,
    PictureUse,
    Revision,
    SearchName,
    SearchRow,
    SearchWord,
    TextLink,
)
from articles.publishing import Placed

from .builders import (
    change_article,
    interesting,
    make_article,
    make_image,
    make_live,
    make_page,
    make_series,
)
from .surfaces import SURFACES, address_of

FIRST = "0002_front_series_pages"  # as it was before the public site was made
SEARCH = (SearchName, SearchRow, SearchWord)  # made by the background worker once it starts
WITHOUT = (*SEARCH, TextLink)  # of what is over no links within texts are written down

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def newsroom(transactional_db):
    """Stories in every state, with all that could be referred to in the first version."""
    quay, pier = make_image("a" * 64, alt="A quay"), make_image("b" * 64, alt="A pier")
    figure = f'<figure data-image="{pier.pk}">The pier</figure>'
    tides = make_live(headline="Tides", tags=("Sea", "Rare"), lead_image=quay, body="<p>Two.</p>")
    ports = make_live(headline="Ports", tags=("Sea", "Rare"), body=f"<p>One.</p>{figure}")
    told = make_live(
        headline="Harbours",
        tags=("Sea", "Rare", "Only here"),
        lead_image=quay,
        series=make_series(),
        body=f'<p>One.</p>{interesting(tides)}<p>As <a data-article="{ports.pk}">told</a>.</p>'
        f"{interesting('Not yet written')}{figure}<p>Three.</p>",
    )
    publishing.correct(told, kind="correction", text="Two lanes.")
    publishing.publish(change_article(told, headline="Harbours freeze", lead_image=pier))
    publishing.publish(
        change_article(told, standfirst="To come."), at=timezone.now() + timedelta(days=1)
    )
    change_article(told, headline="Harbours, and a secret", lead_image=quay)
    make_live(headline="دریا", language="ur", translation_of=told, tags=())
    publishing.withdraw(make_live(headline="A claim", lead_image=quay), reason="Wrong")
    make_article(headline="A draft", lead_image=pier, body=f"<p>{'x ' * 50}</p>{figure}")
    make_page(body=f"<p>We.</p>{figure}")
    publishing.arrange_front({0: Placed(ports)})
    list(search.catch_up(most=100))
    yield
    call_command("migrate", verbosity=0)  # whatever became of the test


def rows(*, without=()):
    """All that the newsroom keeps: {model: rows as sets of (column, value)}."""
    found = {}
    for model in apps.get_app_config("articles").get_models(include_auto_created=True):
        if model in without or not model._meta.managed:
            continue
        columns = [f.attname for f in model._meta.concrete_fields]
        if model == PictureUse:
            columns.remove("id")  # which nobody names
        listed = model.objects.values_list(*columns)
        found[model._meta.label] = sorted(
            (dict(zip(columns, row, strict=True)) for row in listed), key=str
        )
    return found


def schema():
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        described = {
            table: {c.name for c in connection.introspection.get_table_description(cursor, table)}
            for table in tables
            if table.startswith("articles_") and not re.match("articles_searchtext_", table)
        }
        cursor.execute("SELECT name FROM django_migrations WHERE app = 'articles' ORDER BY name")
        return described, cursor.fetchall()


def back_to_the_first():
    call_command("migrate", "articles", FIRST, verbosity=0)


def test_no_row_is_lost_and_what_is_new_is_known_of_the_old_stories(newsroom):
    before, links = rows(without=WITHOUT), text_links()

    back_to_the_first()
    call_command("migrate", verbosity=0)

    assert len(links) == 3 and len(before["articles.PictureUse"]) == 15
    assert text_links() == links
    after = rows(without=WITHOUT)
    editions, others = after.pop("articles.Edition"), before.pop("articles.Edition")
    assert after == before
    assert [told_of(edition) for edition in editions] == [told_of(other) for other in others]
    assert sum(edition["has_history"] for edition in editions) == 3
    assert any(edition["telling_tag_id"] for edition in editions)


def told_of(edition):
    """All of it; what is over has nothing at its foot."""
    if edition["live_until"] > timezone.now():
        return edition
    return edition | {"telling_tag_id": None}


def text_links():
    """Of working copies, and of what readers see or will see."""
    over = Edition.objects.filter(live_until__lte=timezone.now())
    links = TextLink.objects.exclude(edition__in=over)
    return set(links.values_list("source", "edition", "target"))


def test_stories_of_the_first_version_are_read_found_and_changed_after_it(newsroom, client):
    made = set(SearchRow.objects.values_list("edition", flat=True))
    counted = {word: n for word, n in SearchWord.objects.values_list("word", "stories") if n}
    back_to_the_first()
    call_command("migrate", verbosity=0)

    assert client.get("/search/?q=harbour").status_code == 200, "before the worker has begun"
    list(search.catch_up(most=2))
    told = Article.objects.get(headline="Harbours, and a secret")
    make_live(headline="The story that points", body=f"<p>One.</p>{interesting(told)}<p>Two.</p>")
    publishing.publish(change_article(Article.objects.get(headline="Ports"), headline="Ports open"))

    assert made <= set(SearchRow.objects.values_list("edition", flat=True)) | ended()
    words = dict(SearchWord.objects.values_list("word", "stories"))
    assert all(words[word] for word in counted)
    for name, surface in SURFACES.items():
        assert client.get(surface(told)).status_code == 200, name
    assert "Harbours" in client.get("/search/?q=harbours+freeze").text
    assert client.get(address_of(told) + "history/").status_code == 200
    for image in Image.objects.all():
        assert client.get(f"/media/{image.pk}/").status_code == 200


def ended():
    over = Edition.objects.filter(live_until__lte=timezone.now())
    return set(over.values_list("pk", flat=True))


def test_an_upgrade_that_is_cut_short_leaves_the_database_as_it_was(newsroom, monkeypatch):
    class Killed(BaseException):
        pass

    before = {label: len(kept) for label, kept in rows(without=WITHOUT).items()}
    back_to_the_first()
    applied = migrations.Migration.apply
    names = sorted(name for app, name in MigrationLoader(None).graph.nodes if app == "articles")

    for name in names[names.index(FIRST) + 1 :]:

        def killed(migration, *of, name=name, **how):
            applied(migration, *of, **how)
            if (migration.app_label, migration.name) == ("articles", name):
                raise Killed

        found = schema()
        with monkeypatch.context() as patch, pytest.raises(Killed):
            patch.setattr(migrations.Migration, "apply", killed)
            call_command("migrate", "articles", name, verbosity=0)
        assert schema() == found, name
        call_command("migrate", "articles", name, verbosity=0)

    after = rows(without=WITHOUT)
    assert {label: len(kept) for label, kept in after.items()} == before


def test_acts_of_an_earlier_version_are_still_taken_back(newsroom):
    old = make_live(
        headline="Old gauges",
        body=f"<p>{'On gauges. ' * 200}</p>" * 4,
        tags=("Gauges",),
        at=timezone.now() - timedelta(days=2),
    )
    new = make_live(headline="New gauges", tags=("Gauges",))
    (proposal,) = [p for p in publishing.proposals(new) if p.source == old.pk]
    accepted = publishing.accept(new, chosen={old.pk: proposal.place.before}).act
    tides, ports = Article.objects.get(headline="Tides"), Article.objects.get(headline="Ports")
    told = Article.objects.get(headline="Harbours, and a secret")
    moved = publishing.move_lines(tides, to=ports)
    before = told.body

    call_command("migrate", "articles", "0009_follows", verbosity=0)
    old_form = MovedLines.objects.get(pk=moved.pk).lines[str(told.pk)]
    later = accepted.accepted_at + timedelta(milliseconds=7)  # as each save had its own moment
    Revision.objects.filter(saved_at=accepted.accepted_at).update(saved_at=later)
    call_command("migrate", verbosity=0)
    publishing.take_back(accepted)
    publishing.move_lines_back(MovedLines.objects.get(pk=moved.pk))

    assert old_form == [interesting(tides)]
    assert f'data-interesting="{new.pk}"' not in Article.objects.get(pk=old.pk).body
    assert Article.objects.get(pk=told.pk).body == before


def test_what_was_counted_of_stories_is_kept_when_pages_are_counted_too(newsroom):
    tides, ports = Article.objects.get(headline="Tides"), Article.objects.get(headline="Ports")
    day = timezone.now().date()
    Follow.objects.create(source=ports, target=tides, day=day, count=7)

    for name in ("0010_acts_on_lines", "0011_page_follows"):
        call_command("migrate", "articles", name, verbosity=0)
    page = make_page("Contact", body=f"<p>We.</p>{interesting(tides)}")
    counts = {(f"page-{page.pk}", tides.pk, day): 2, (ports.pk, tides.pk, day): 1}

    assert record_follows(counts) == 1  # no line ever led from the one story to the other
    assert [(row.source, row.count) for row in Follow.objects.all()] == [(ports, 7)]
    assert [(row.page, row.count) for row in PageFollow.objects.all()] == [(page, 2)]
