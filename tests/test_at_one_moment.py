"""What several editors do to stories that lead to each other, at one moment."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from articles import links, publishing
from articles.body import find_references
from articles.models import Article, Author, Edition, Section, StandingPage, Tag
from articles.publishing import editions, front, lines, nouns

from .builders import change_article, interesting, make_live, make_page, make_section
from .test_lines_of_older_stories import NEW, older_stories, seen, stored


def rounds():
    """SQLite has one writer at a time, so that once is as good as often."""
    return range(1 if connection.vendor == "sqlite" else 3)


@pytest.fixture
def meeting(monkeypatch):
    """Whoever fills in lines waits a little for somebody else who does, each holding a story."""
    gate, attach = threading.Barrier(2), links.attach

    def attach_together(article):
        try:
            gate.wait(0.2)
        except threading.BrokenBarrierError:
            gate.reset()
        return attach(article)

    monkeypatch.setattr(editions.links, "attach", attach_together)


def slowly(holder, name, monkeypatch):
    """Let what is called so take long enough for somebody else to come in between."""
    act = getattr(holder, name)

    def then_rest(*args, **kwargs):
        done = act(*args, **kwargs)
        time.sleep(0.2)
        return done

    monkeypatch.setattr(holder, name, then_rest)


def two_that_wait_for_each_other(number):
    """Live stories with a line to what the other will be called, and their new headlines."""
    names = [f"The {which} of {number}" for which in ("first", "second")]
    stories = [
        make_live(headline=f"Not yet {name}", body=f"<p>x</p>{interesting(other)}<p>y</p>")
        for name, other in zip(names, names[::-1], strict=True)
    ]
    return stories, names


def renamed_and_published(story, name):
    with transaction.atomic():  # as the desk does it
        return publishing.publish(change_article(story, headline=name))


def test_two_stories_that_wait_for_each_other_are_published_at_one_moment(meeting, at_one_moment):
    for number in rounds():
        (one, other), (first, second) = two_that_wait_for_each_other(number)

        published = at_one_moment(
            lambda one=one, name=first: renamed_and_published(one, name),
            lambda other=other, name=second: renamed_and_published(other, name),
        )

        assert len(published) == 2
        for story, leads_to in ((one, other), (other, one)):
            for text in (seen(story), stored(story)):
                assert [line.target for line in find_references(text.body).lines] == [leads_to.pk]


def test_a_story_is_published_while_lines_to_it_and_from_it_are_moved(meeting, at_one_moment):
    for number in rounds():
        (one, other), (first, second) = two_that_wait_for_each_other(number)
        target, to = make_live(headline=f"T {number}"), make_live(headline=f"To {number}")
        for story in (one, other):
            body = stored(story).body + interesting(target) + "<p>z</p>"
            change_article(story, body=body)
            publishing.publish(stored(story))
        change_article(one, headline=first)
        change_article(other, headline=second)

        done = at_one_moment(
            lambda one=one: publishing.publish(one),
            lambda target=target, to=to: publishing.move_lines(target, to=to),
        )

        assert len(done) == 2
        assert [line.target for line in find_references(seen(other).body).lines] == [one.pk, to.pk]
        assert find_references(seen(one).body).lines[-1].target == to.pk


def test_lines_come_into_a_story_that_somebody_publishes_at_that_moment(monkeypatch, at_one_moment):
    older = older_stories(2)
    new = make_live(**NEW)
    chosen = {p.source: p.place.before for p in publishing.proposals(new)}
    one_is_in = threading.Event()
    rewrite = lines.rewrite

    def rewrite_slowly(*texts, **how):
        editions = rewrite(*texts, **how)
        one_is_in.set()
        time.sleep(0.3)  # so that the other meets what is half done
        return editions

    def publish():
        one_is_in.wait(10)
        publishing.publish(older[1])

    monkeypatch.setattr(lines, "rewrite", rewrite_slowly)
    at_one_moment(publish, lambda: publishing.accept(new, chosen=chosen))

    assert [len(find_references(seen(story).body).lines) for story in older] == [1, 1]


@pytest.mark.parametrize("act", ["accept", "take back", "refuse", "move", "correct", "withdraw"])
def test_an_act_that_waits_for_a_publication_changes_what_that_left(act, at_one_moment):
    (older,) = older_stories(1)
    new, other = make_live(**NEW), make_live(headline="Else", tags=())
    chosen = {p.source: p.place.before for p in publishing.proposals(new)}
    accepted = None
    if act not in ("accept", "correct", "withdraw"):
        accepted = publishing.accept(new, chosen=chosen).act
    if act == "refuse":
        automatic = stored(older).body.replace('"suggestion"', '"automatic"')
        Edition.objects.live().filter(article=older).update(body=automatic)
        Article.objects.filter(pk=older.pk).update(body=automatic)
    is_saved = threading.Event()
    acts = {
        "accept": lambda: publishing.accept(new, chosen=chosen),
        "take back": lambda: publishing.take_back(accepted),
        "refuse": lambda: publishing.refuse_lines(older, targets=[new.pk]),
        "move": lambda: publishing.move_lines(new, to=other),
        "correct": lambda: publishing.correct(older, kind="correction", text="It was Monday."),
        "withdraw": lambda: publishing.withdraw(older),
    }

    def save_and_publish():
        with transaction.atomic():
            changed = change_article(older, standfirst="Said since.")
            is_saved.set()
            time.sleep(0.3)  # in which the other begins
            publishing.publish(changed)

    def wait_and_act():
        is_saved.wait(10)
        return acts[act]()

    at_one_moment(wait_and_act, save_and_publish)

    if act == "withdraw":
        assert not Edition.objects.not_ended().filter(article=older).exists()
        return
    (edition,) = Edition.objects.not_ended().filter(article=older)
    assert edition.standfirst == "Said since."
    lines = {"accept": [new.pk], "move": [other.pk]}.get(act, [])
    assert [line.target for line in find_references(edition.body).lines] == lines
    assert edition.has_corrections == (act == "correct")


def test_a_page_that_is_saved_while_lines_on_it_move_has_both(at_one_moment):
    target, to = make_live(headline="Target"), make_live(headline="To")
    page = make_page(body=f"<p>x</p>{interesting(target)}<p>y</p>")
    make_live(headline="Source", body=f"<p>x</p>{interesting(target)}<p>y</p>")
    is_saving, change_page = threading.Event(), publishing.change_page

    def save():
        with transaction.atomic():
            page.title = "About us"
            change_page(page, base_version=1)
            is_saving.set()
            time.sleep(0.3)

    def move():
        is_saving.wait(10)
        return publishing.move_lines(target, to=to)

    at_one_moment(move, save)

    page = StandingPage.objects.get()
    assert page.title == "About us"
    assert find_references(page.body).lines[0].target == to.pk


def test_what_begins_while_it_gets_a_line_is_told_of_with_the_line(at_one_moment):
    (older,) = older_stories(1)
    new = make_live(**NEW)
    chosen = {p.source: p.place.before for p in publishing.proposals(new)}
    begins_at = timezone.now() + timedelta(seconds=0.6)
    publishing.publish(change_article(older, standfirst="Said later."), at=begins_at)
    is_accepted, done = threading.Event(), []

    def accept():
        with transaction.atomic():
            publishing.accept(new, chosen=chosen)
            is_accepted.set()
            while timezone.now() < begins_at + timedelta(seconds=0.3):
                time.sleep(0.05)
        done.append("accepted")

    def announce():
        is_accepted.wait(10)
        while timezone.now() < begins_at:
            time.sleep(0.05)
        told = publishing.announce()
        done.append([edition.article_id for edition in told])

    at_one_moment(announce, accept)

    assert done == ["accepted", [older.pk]]
    assert seen(older).standfirst == "Said later."
    assert [line.target for line in find_references(seen(older).body).lines] == [new.pk]


def test_no_two_threads_of_a_site_ask_the_database_through_one_connection(live_server):
    assert live_server.thread.connections_override == {}


@pytest.mark.parametrize("kind", [Section, Author, Tag])
def test_what_one_editor_deletes_while_another_changes_it_stops_neither(
    kind, at_one_moment, monkeypatch
):
    thing = publishing.change(kind(name="Harbours"))
    mine, theirs = kind.objects.get(pk=thing.pk), kind.objects.get(pk=thing.pk)
    mine.name = "Ports"
    slowly(kind, "delete", monkeypatch)

    done = at_one_moment(
        lambda: publishing.remove(theirs), lambda: publishing.change(mine) and "changed"
    )

    assert set(done) == {None, "changed"}


def test_a_section_is_renamed_while_the_front_page_is_arranged(at_one_moment, monkeypatch):
    section = make_section("World")
    slowly(front, "arrangement", monkeypatch)
    slowly(nouns, "free_slug", monkeypatch)
    slowly(nouns, "_pictures_let_go_or_taken", monkeypatch)
    section.name = "Abroad"

    done = at_one_moment(
        lambda: publishing.arrange_front({}, sections=()), lambda: publishing.change(section).name
    )

    assert set(done) == {True, "Abroad"}


def test_two_authors_of_one_name_get_an_address_each(at_one_moment, monkeypatch):
    slowly(nouns, "free_slug", monkeypatch)

    at_one_moment(*[lambda: publishing.change(Author(name="Ada Quill"))] * 2)

    assert set(Author.objects.values_list("slug", flat=True)) == {"ada-quill", "ada-quill-2"}
