"""Lines that nobody typed: in older stories, and in stories that have none."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles import publishing
from articles.body import find_references
from articles.body.placement import warnings
from articles.models import Article, Edition, InterestingLink, Publication, Spoil
from articles.publishing import lines

from .builders import change_article, make_author, make_live, make_section
from .pages import at_once
from .test_search import found

LONG = "".join(f"<p>{' '.join([word] * 90)}</p>" for word in ("water", "bridge", "council", "boat"))
NEW = {"headline": "The Indus again", "tags": ("Floods", "Indus")}


def older_stories(count, **changes):
    published_at = timezone.now() - timedelta(days=9)
    return [
        make_live(
            headline=f"Flood report {'first second third fourth fifth'.split()[n]} chapter {n}",
            **{"at": published_at - timedelta(days=n), "tags": ("Floods", "Indus"), "body": LONG}
            | changes,
        )
        for n in range(count)
    ]


def seen(article):
    return Edition.objects.live().get(article=article)


def stored(article):
    return Article.objects.get(pk=article.pk)


def state(article):
    return Article.objects.with_state().get(pk=article.pk).state


def accept_all(new):
    found = publishing.proposals(new)
    return publishing.accept(new, chosen={p.source: p.place.before for p in found})


def spoiled(act):
    before = Spoil.objects.count()
    act()
    return sorted(row.key for row in Spoil.objects.order_by("pk")[before:])


def test_older_stories_with_rare_tags_and_room_are_proposed(db):
    (older,) = older_stories(1)
    make_live(headline="Short and full", tags=("Floods", "Indus"), body="<p>Too short.</p>")
    make_live(headline="About something else", tags=("Money",), body=LONG)
    linking = make_live(headline="Later than that", tags=("Indus",), body=LONG)
    new = make_live(**NEW, at=timezone.now() - timedelta(days=1))

    (proposal,) = publishing.proposals(new)

    assert proposal.source == older.pk != linking.pk
    assert proposal.place.before == " ".join(["bridge"] * 90)
    assert proposal.reason.why() == "shares Floods, Indus"


def test_an_accepted_line_changes_nothing_but_the_text(db):
    (older,) = older_stories(1)
    change_article(older, headline=older.headline + " revised")
    publishing.publish(older)
    before = seen(older)
    new = make_live(**NEW)

    accept_all(new)

    after, row = seen(older), InterestingLink.objects.get(source=older, edition=seen(older))
    kept = ("path", "published_at", "revised_at", "headline", "live_until", "word_count", "note")
    assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]
    assert after.number == before.number + 1
    assert find_references(after.body).lines[0].target == new.pk
    assert list(after.tags.all()) == list(before.tags.all())
    assert list(after.authors.all()) == list(before.authors.all())
    assert (row.target_id, row.origin, row.reason) == (new.pk, "suggestion", "shares Floods, Indus")
    assert stored(older).body == after.body
    assert state(older) == Article.State.LIVE
    assert warnings(after.body) == []


def test_a_story_that_got_a_line_is_found_as_before(db):
    (older,) = older_stories(1)
    new = make_live(**NEW)

    act = accept_all(new).act

    assert found("chapter") == [older.pk]
    publishing.take_back(act)
    assert found("chapter") == [older.pk]


@pytest.mark.django_db(transaction=True)
def test_lines_come_into_a_story_that_somebody_publishes_at_that_moment(monkeypatch):
    older = older_stories(2)
    new = make_live(**NEW)
    chosen = {p.source: p.place.before for p in publishing.proposals(new)}
    one_is_in = threading.Event()
    put_in = lines._put_in

    def put_in_slowly(pk, *rest, **how):
        edition = put_in(pk, *rest, **how)
        one_is_in.set()
        time.sleep(0.3)  # so that the other meets what is half done
        return edition

    def accept():
        publishing.accept(new, chosen=chosen)

    def publish():
        one_is_in.wait(10)
        publishing.publish(older[1])

    monkeypatch.setattr(lines, "_put_in", put_in_slowly)
    acts = [accept, publish]
    at_once(2, lambda: in_its_turn(acts.pop()))

    assert [len(find_references(seen(story).body).lines) for story in older] == [1, 1]


def in_its_turn(act):
    """``act`` in a thread; SQLite in memory does not let anyone wait."""
    try:
        while True:
            try:
                return act()
            except OperationalError:
                if connection.vendor != "sqlite":
                    raise
                time.sleep(0.01)
    finally:
        BaseDatabaseWrapper.close(connection)  # SQLite keeps one in memory open otherwise


def test_accepting_spoils_the_story_and_none_of_the_lists_it_stands_in(db):
    older = older_stories(3)
    new = make_live(**NEW)
    acts = []

    accepting = spoiled(lambda: acts.append(accept_all(new).act))
    taking_back = spoiled(lambda: publishing.take_back(acts[0]))

    keys = sorted(f"article-{story.pk}" for story in older)
    assert accepting == keys
    assert taking_back == keys


def test_nothing_unpublished_comes_with_an_accepted_line(db):
    (older,) = older_stories(1)
    secret = LONG.replace("council", "secret") + "<p>Not yet.</p>"
    change_article(older, headline="What nobody may know", body=secret, tags=("Indus",))
    new = make_live(**NEW)

    act = accept_all(new).act

    assert "secret" not in seen(older).body
    assert seen(older).headline == "Flood report first chapter 0"
    assert find_references(stored(older).body).lines[0].target == new.pk
    assert "secret" in stored(older).body
    assert state(older) == Article.State.CHANGED
    publishing.take_back(act)
    assert stored(older).body == secret
    assert state(older) == Article.State.CHANGED


def test_a_working_copy_without_room_stays_as_it_is(db):
    (older,) = older_stories(1)
    change_article(older, body="<p>Now it is short.</p>")
    new = make_live(**NEW)

    accept_all(new)

    assert stored(older).body == "<p>Now it is short.</p>"
    assert find_references(seen(older).body).lines[0].target == new.pk


def test_taking_back_shows_readers_what_they_saw_before_in_all_stories(db):
    older = older_stories(3)
    before = [seen(story).body for story in older]
    new = make_live(**NEW)
    act = accept_all(new).act

    assert [seen(story).body for story in older] != before
    assert publishing.take_back(act) == 3
    assert [seen(story).body for story in older] == before
    assert [stored(story).body for story in older] == before
    assert {state(story) for story in older} == {Article.State.LIVE}
    assert publishing.take_back(act) == 0


def test_taking_back_keeps_what_was_published_since_and_leaves_withdrawn_stories_withdrawn(db):
    kept, gone = older_stories(2)
    new = make_live(**NEW)
    act = accept_all(new).act
    change_article(kept, headline="A better headline")
    publishing.publish(kept)
    publishing.withdraw(gone)

    assert publishing.take_back(act) == 1

    assert seen(kept).headline == "A better headline"
    assert seen(kept).body == LONG == stored(gone).body
    assert not Edition.objects.live().filter(article=gone).exists()


def test_a_story_that_changed_meanwhile_is_left_alone(db):
    one, other = older_stories(2)
    new = make_live(**NEW)
    chosen = {p.source: p.place.before for p in publishing.proposals(new)}
    change_article(other, body="<p>All new.</p>")
    publishing.publish(other)

    accepted = publishing.accept(new, chosen=chosen)

    assert [line.source_id for line in accepted.act.lines.all()] == [one.pk]
    assert accepted.skipped == (other.headline,)
    with pytest.raises(publishing.NothingFits):
        publishing.accept(new, chosen=chosen)
    assert new.accepted_lines.count() == 1


def test_no_line_leads_to_a_story_that_is_not_live(draft, withdrawn):
    older_stories(1, tags=("Floods",))

    for story in (draft, withdrawn):
        with pytest.raises(publishing.NotLive):
            publishing.proposals(story)
        with pytest.raises(publishing.NotLive):
            publishing.accept(story, chosen={1: ""})


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    acts=st.lists(st.sampled_from(["accept", "undo", "change", "publish", "withdraw"]), max_size=6)
)
def test_whatever_was_done_between_no_line_of_an_act_taken_back_is_left(db, acts):
    (older,) = older_stories(1)
    new = make_live(**NEW)
    made = []
    for act in acts:
        if act == "accept" and publishing.proposals(new):
            made.append(accept_all(new).act)
        elif act == "undo" and made:
            publishing.take_back(made[-1])
        elif act == "change":
            change_article(older, standfirst=f"Words {len(stored(older).standfirst)}")
        elif act == "publish":
            publishing.publish(older)
        elif act == "withdraw" and Edition.objects.live().filter(article=older).exists():
            publishing.withdraw(older)

    for act in made:
        publishing.take_back(act)

    bodies = {
        stored(older).body,
        *Edition.objects.live().filter(article=older).values_list("body", flat=True),
    }
    assert bodies == {LONG}
    Edition.objects.all().delete()
    Article.objects.all().delete()


# Automatic lines


@pytest.fixture
def automatic(db):
    publishing.change(Publication(automatic_lines=1))


def test_without_the_setting_no_line_comes_by_itself(db):
    older_stories(1)

    new = make_live(**NEW, body=LONG)

    assert seen(new).body == LONG


def test_a_story_without_a_line_gets_one_that_is_frozen_in_its_edition(automatic):
    (older,) = older_stories(1)

    new = make_live(**NEW, body=LONG)

    row = InterestingLink.objects.get(source=new)
    assert (row.edition, row.target_id, row.origin) == (seen(new), older.pk, "automatic")
    assert row.reason == "shares Floods, Indus"
    assert 'data-origin="automatic"' in seen(new).body
    assert stored(new).body == LONG
    assert state(new) == Article.State.LIVE
    assert warnings(seen(new).body) == []


def test_a_story_with_a_line_of_its_own_gets_no_other(automatic):
    one, _ = older_stories(2)
    body = LONG.replace("</p><p>", f'</p><aside data-interesting="{one.pk}">x</aside><p>', 1)

    new = make_live(**NEW, body=body)

    assert seen(new).body == body


def test_no_line_is_better_than_one_that_does_not_fit(automatic):
    make_live(headline="About something else", tags=("Money",), section=make_section("Money"))
    older_stories(1, language="ur")

    assert find_references(seen(make_live(**NEW, body=LONG)).body).lines == ()
    assert find_references(seen(make_live(**NEW | {"headline": "Brief"})).body).lines == ()


def test_a_second_edition_leads_where_the_first_did(automatic):
    (older,) = older_stories(1)
    new = make_live(**NEW, body=LONG)
    make_live(headline="Newer and as good", tags=("Floods", "Indus"))
    change_article(new, standfirst="One word more.")

    publishing.publish(new)
    assert find_references(seen(new).body).lines[0].target == older.pk
    publishing.correct(new, kind="correction", text="It was Monday.")
    assert find_references(seen(new).body).lines[0].target == older.pk


def test_a_refused_line_goes_quietly_and_never_comes_back(automatic, author):
    older = older_stories(2)
    new = make_live(**NEW, body=LONG)
    first = find_references(seen(new).body).lines[0].target
    dates = seen(new).revised_at, seen(new).published_at

    keys = spoiled(lambda: publishing.refuse_lines(new, targets=[first]))

    assert keys == [f"article-{new.pk}"]
    assert seen(new).body == LONG
    assert (seen(new).revised_at, seen(new).published_at) == dates
    publishing.publish(new)
    second = find_references(seen(new).body).lines[0].target
    assert {first, second} == {story.pk for story in older}
    publishing.refuse_lines(new, targets=[first, second])
    publishing.publish(new)
    assert seen(new).body == LONG
    make_author()
