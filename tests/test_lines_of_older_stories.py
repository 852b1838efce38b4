"""Lines that nobody typed: in older stories, and in stories that have none."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles import publishing
from articles.body import BodyRefused, find_references
from articles.body.placement import warnings
from articles.links.suggest import suggest
from articles.models import Article, Edition, InterestingLink, Publication, Spoil

from .builders import change_article, make_author, make_live, make_section
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


def test_a_story_that_speaks_of_the_new_one_already_is_not_proposed(db):
    (older,) = older_stories(1)
    new = make_live(**NEW)
    assert publishing.proposals(new)
    spoken = f'<p>See <a data-article="{new.pk}">this</a>.</p>{LONG}'

    publishing.publish(change_article(older, body=spoken))

    assert publishing.proposals(new) == []


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


def test_accepting_costs_as_many_queries_for_many_stories_as_for_two(db):
    older, new = older_stories(5), make_live(**NEW)
    chosen = {p.source: p.place.before for p in publishing.proposals(new)}
    costs = []
    for some in (older[:2], older[2:]):
        with CaptureQueriesContext(connection) as asked:
            publishing.accept(new, chosen={story.pk: chosen[story.pk] for story in some})
        costs.append(len(asked))

    assert costs[0] == costs[1]


def test_proposals_cost_one_query_more_for_what_follows_however_much_does(db):
    older, new = older_stories(5), make_live(**NEW)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            publishing.proposals(new)
        return [query["sql"] for query in queries if "followup" in query["sql"]], len(queries)

    before = asked()
    for earlier, later in pairwise(older):
        publishing.declare_follow_up(earlier, follows=later)

    assert len(before[0]) == 1
    assert [len(asked()[0]), asked()[1]] == [1, before[1]]


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


@pytest.mark.parametrize("refused", [{"language": "no such"}, {"body": "<div>" * 500}])
def test_what_no_rule_of_today_lets_into_a_working_copy_stays_in_it(db, refused):
    (older,) = older_stories(1)
    Article.objects.filter(pk=older.pk).update(**refused)

    accept_all(make_live(**NEW))

    (name,) = refused
    assert getattr(stored(older), name) == refused[name]
    assert seen(older).version == stored(older).version
    assert find_references(seen(older).body).lines[0].target


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


def from_the_form(article, new, *, why="", text=LONG):
    """``article``'s working copy with a line to ``new`` that an editor accepts in the form."""
    said = f'data-origin="suggestion" data-reason="{why}"'
    line = f'<aside data-interesting="{new.pk}" {said}>{new.headline}</aside>'
    return change_article(article, body=text.replace("</p><p>", f"</p>{line}<p>", 1))


def leads(html):
    return [line.target for line in find_references(html).lines]


def test_a_line_accepted_anew_after_that_of_the_act_was_gone_stays(db):
    (older,) = older_stories(1)
    new = make_live(**NEW)
    act = accept_all(new).act
    change_article(older, body=LONG)
    publishing.publish(older)
    from_the_form(older, new)
    publishing.publish(older)

    assert publishing.take_back(act) == 0

    assert leads(seen(older).body) == leads(stored(older).body) == [new.pk]
    assert state(older) == Article.State.LIVE


def test_a_line_taken_out_and_accepted_anew_before_anything_was_published_stays(db):
    (older,) = older_stories(1)
    new = make_live(**NEW)
    act = accept_all(new).act
    change_article(older, body=LONG)
    from_the_form(older, new)

    assert publishing.take_back(act) == 1

    assert (leads(seen(older).body), leads(stored(older).body)) == ([], [new.pk])
    publishing.publish(stored(older))
    assert leads(seen(older).body) == [new.pk]


def test_a_line_from_the_form_stays_where_the_act_found_no_room_in_the_working_copy(db):
    (older,) = older_stories(1)
    change_article(older, body="<p>Now it is short.</p>")
    new = make_live(**NEW)
    act = accept_all(new).act
    from_the_form(older, new)

    assert publishing.take_back(act) == 1
    assert (leads(seen(older).body), leads(stored(older).body)) == ([], [new.pk])


def test_of_two_acts_each_takes_back_its_own_line(db):
    (older,) = older_stories(1)
    new = make_live(**NEW)
    first = accept_all(new).act
    change_article(older, body=LONG)
    publishing.publish(older)
    second = accept_all(new).act

    assert publishing.take_back(first) == 0
    assert leads(seen(older).body) == leads(stored(older).body) == [new.pk]
    assert publishing.take_back(second) == 1
    assert leads(seen(older).body) == leads(stored(older).body) == []


def test_a_line_that_was_moved_and_moved_back_is_taken_back(db):
    (older,) = older_stories(1)
    new, other = make_live(**NEW), make_live(headline="Elsewhere", tags=())
    act = accept_all(new).act
    moved = publishing.move_lines(new, to=other)
    change_article(older, standfirst="Said otherwise.")
    publishing.publish(older)
    publishing.move_lines_back(moved)
    assert leads(seen(older).body) == [new.pk]

    assert publishing.take_back(act) == 1
    assert seen(older).body == stored(older).body == LONG


def test_lines_moved_and_moved_back_are_in_each_text_what_they_were(db):
    (older,) = older_stories(1)
    new, other = make_live(**NEW), make_live(headline="Elsewhere", tags=())
    from_the_form(older, new, why="unpublished")
    accept_all(new)
    before = seen(older).body, stored(older).body
    assert before[0] != before[1]

    publishing.move_lines_back(publishing.move_lines(new, to=other))

    assert (seen(older).body, stored(older).body) == before
    moved = publishing.move_lines(new, to=other)
    publishing.publish(stored(older))
    publishing.move_lines_back(moved)
    assert seen(older).body == stored(older).body == before[1]


def test_moving_lines_back_leaves_one_that_was_put_in_after_the_moved_one_was_gone(db):
    one, other = older_stories(2)
    new, elsewhere = make_live(**NEW), make_live(headline="Elsewhere", tags=())
    accept_all(new)
    moved = publishing.move_lines(new, to=elsewhere)
    change_article(other, body=LONG)
    publishing.publish(other)
    from_the_form(other, elsewhere)
    publishing.publish(other)

    publishing.move_lines_back(moved)

    assert leads(seen(one).body) == leads(stored(one).body) == [new.pk]
    assert leads(seen(other).body) == leads(stored(other).body) == [elsewhere.pk]


def test_a_line_goes_from_a_working_copy_that_could_not_be_saved_today(db):
    one, other = older_stories(2)
    new = make_live(**NEW)
    act = accept_all(new).act
    too_deep = "<blockquote>" * 200 + "<p>Quoted.</p>" + "</blockquote>" * 200
    for story in (one, other):  # of older rules
        Article.objects.filter(pk=story.pk).update(body=stored(story).body + too_deep)
        with pytest.raises(BodyRefused):
            change_article(story, standfirst="x")
    publishing.withdraw(other)

    assert publishing.take_back(act) == 1

    assert seen(one).body == LONG
    assert stored(one).body == stored(other).body == LONG + too_deep


def planned(article, **changes):
    """What is planned of ``article`` for tomorrow: its working copy with ``changes``."""
    article = change_article(article, **changes)
    return publishing.publish(article, at=timezone.now() + timedelta(days=1))


def all_of(edition):
    """Its columns and rows, but for what says which lines it has."""
    edition = Edition.objects.get(pk=edition.pk)
    kept = {
        field.attname: getattr(edition, field.attname)
        for field in Edition._meta.concrete_fields
        if field.name not in ("body", "version")
    }
    names = ("tag_rows", "author_rows", "picture_uses", "text_links")
    return kept | {name: list(getattr(edition, name).order_by("pk").values()) for name in names}


def test_an_accepted_line_stands_in_what_is_planned_and_is_taken_back_there(db):
    (older,) = older_stories(1)
    text = LONG.replace("council", "harbour")
    tomorrow = planned(older, headline="Flood report tomorrow", body=text)
    new, before = make_live(**NEW), all_of(tomorrow)

    act = accept_all(new).act

    tomorrow.refresh_from_db()
    assert leads(seen(older).body) == leads(tomorrow.body) == leads(stored(older).body) == [new.pk]
    assert tomorrow.body == stored(older).body
    assert "harbour" not in seen(older).body
    assert all_of(tomorrow) == before
    assert tomorrow.version == stored(older).version  # so that it is live without changes
    (row,) = InterestingLink.objects.filter(edition=tomorrow)
    assert (row.target_id, row.place, row.origin) == (new.pk, 0, "suggestion")
    publishing.take_back(act)
    tomorrow.refresh_from_db()
    assert tomorrow.body == stored(older).body == text
    assert seen(older).body == LONG
    assert all_of(tomorrow) == before
    assert not InterestingLink.objects.filter(source=older, edition=tomorrow).exists()


def test_a_plan_without_room_or_with_a_line_there_stays_as_it_is(db):
    full, leading = older_stories(2)
    new = make_live(**NEW)
    short = planned(full, body="<p>Nothing more to say.</p>")
    from_the_form(leading, new)
    own = planned(leading)
    change_article(leading, body=LONG)  # neither live nor in the working copy

    act = accept_all(new).act

    def bodies():
        return [Edition.objects.get(pk=edition.pk).body for edition in (short, own)]

    assert act.lines.count() == 2
    assert bodies() == [short.body, own.body]
    assert publishing.take_back(act) == 2
    assert bodies() == [short.body, own.body]


@pytest.mark.parametrize("is_changed", [False, True])
def test_a_line_is_taken_back_from_a_plan_that_has_come_true(db, monkeypatch, is_changed):
    (older,) = older_stories(1)
    tomorrow = planned(older, headline="Flood report tomorrow")
    if is_changed:
        change_article(older, headline="Flood report next week")
    act = accept_all(make_live(**NEW)).act
    after = timezone.now() + timedelta(days=2)
    monkeypatch.setattr(timezone, "now", lambda: after)
    assert seen(older) == tomorrow

    assert publishing.take_back(act) == 1

    assert seen(older).headline == "Flood report tomorrow"
    assert seen(older).body == stored(older).body == LONG


def test_what_lines_say_of_themselves_is_kept_when_another_comes_and_goes(db):
    other = make_live(headline="Else", tags=())
    line = (
        f'<aside data-interesting="{other.pk}" data-label="Also" data-pinned="">As it was</aside>'
    )
    (older,) = older_stories(1, body=f"{LONG * 2}{line}<p>End.</p>")
    InterestingLink.objects.filter(source=older).update(origin="suggestion", reason="remembered")

    def rows():
        found = InterestingLink.objects.filter(source=older, edition__in=[None, seen(older).pk])
        found = InterestingLink.objects.filter(source=older, edition=None) | found
        return sorted(
            (r.edition_id is None, r.place, r.target_id, r.label, r.is_pinned, r.origin, r.reason)
            for r in found
        )

    before, new = rows(), make_live(**NEW)
    act = accept_all(new).act

    said = ("Also", True, "suggestion", "remembered")
    why = ("", False, "suggestion", "shares Floods, Indus")
    assert rows() == sorted(
        (is_copy, place, target, *more)
        for is_copy in (False, True)
        for place, target, more in ((0, new.pk, why), (1, other.pk, said))
    )
    publishing.take_back(act)
    assert rows() == before


@pytest.fixture
def three(db):
    """An older story, a new one that it could lead to, and another."""
    (older,) = older_stories(1)
    return older, make_live(**NEW), make_live(headline="Elsewhere", tags=())


def reasons_in(body):
    """The reasons of the lines of a text."""
    return [line.reason for line in find_references(body).lines]


ACTS = ("accept", "undo", "type", "clear", "change", "publish", "correct", "withdraw", "move")


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=st.lists(st.sampled_from(ACTS), max_size=8))
def test_undo_takes_out_the_lines_of_its_act_and_no_other(three, acts):
    (older, new, other), made = three, []
    with transaction.atomic():
        for number, act in enumerate(acts):
            _do(act, older, new, other, made, number)

        def texts():
            live = Edition.objects.live().filter(article=older).values_list("body", flat=True)
            return [reasons_in(body) for body in (stored(older).body, *live)]

        before = texts()
        for act in made:
            publishing.take_back(act)

        assert texts() == [[why for why in reasons if why == "typed"] for reasons in before]
        transaction.set_rollback(True)


def _do(act, older, new, other, made, number):
    is_live = Edition.objects.live().filter(article=older).exists()
    match act:
        case "accept" if publishing.proposals(new):
            made.append(accept_all(new).act)
        case "undo" if made:
            publishing.take_back(made.pop())
        case "type" if not leads(stored(older).body):
            from_the_form(older, new, why="typed")
        case "clear":
            change_article(older, body=LONG)
        case "change":
            change_article(older, standfirst=f"Words of {number}")
        case "publish":
            publishing.publish(stored(older))
        case "correct" if is_live:
            publishing.correct(stored(older), kind="correction", text="It was Monday.")
        case "withdraw" if is_live:
            publishing.withdraw(older)
        case "move" if leads(stored(older).body):
            publishing.move_lines_back(publishing.move_lines(new, to=other))


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


def test_a_story_whose_line_shows_the_same_already_is_not_proposed(db):
    to_the_old, to_the_new, without = older_stories(3)
    days = timezone.now() - timedelta(days=2)
    old = make_live(headline="How it began", tags=("Floods", "Indus"), at=days)
    new = make_live(**NEW)
    for story, target in ((to_the_old, old), (to_the_new, new)):
        from_the_form(story, target, text=LONG * 2)
        publishing.publish(story)
    assert {p.source for p in publishing.proposals(new)} == {to_the_old.pk, without.pk}
    publishing.declare_follow_up(new, follows=old)

    assert [p.source for p in publishing.proposals(old)] == [without.pk]
    assert {p.source for p in publishing.proposals(new)} == {without.pk}
    chosen = {to_the_old.pk: " ".join(["boat"] * 90)}
    with pytest.raises(publishing.NothingFits):
        publishing.accept(new, chosen=chosen)


def test_an_accepted_line_comes_into_no_text_that_shows_the_same_already(db):
    (older,) = older_stories(1)
    old = make_live(headline="How it began", tags=(), at=timezone.now() - timedelta(days=2))
    new = make_live(**NEW)
    publishing.declare_follow_up(new, follows=old)
    from_the_form(older, old, text=LONG * 2)
    tomorrow = planned(older)
    change_article(older, standfirst="Said otherwise.")

    act = accept_all(new).act

    tomorrow.refresh_from_db()
    assert leads(seen(older).body) == [new.pk]
    assert leads(tomorrow.body) == leads(stored(older).body) == [old.pk]
    publishing.take_back(act)
    tomorrow.refresh_from_db()
    assert leads(tomorrow.body) == leads(stored(older).body) == [old.pk]


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
    newer = make_live(headline="Newer and as good", tags=("Floods", "Indus"), body=LONG)
    first, *_ = suggest(publishing.story_of(new, publishing.Content.of(new)), at=timezone.now())
    assert first.article_id == newer.pk
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


def test_a_refused_line_does_not_return_with_what_is_planned(automatic):
    (older,) = older_stories(1)
    new = make_live(**NEW, body=LONG)
    tomorrow = planned(new, headline="The Indus tomorrow")
    only_planned = change_article(make_live(**NEW | {"headline": "Another"}), body=LONG * 2)
    publishing.withdraw(only_planned)
    next_week = publishing.publish(only_planned, at=timezone.now() + timedelta(days=7))
    assert leads(tomorrow.body) == [older.pk]
    assert leads(next_week.body) == [new.pk]
    before = all_of(tomorrow)

    assert publishing.refuse_lines(new, targets=[older.pk]) == 1
    assert publishing.refuse_lines(only_planned, targets=[new.pk]) == 0  # that readers saw

    tomorrow.refresh_from_db(), next_week.refresh_from_db()
    assert tomorrow.body == LONG
    assert next_week.body == LONG * 2
    assert all_of(tomorrow) == before
    assert not InterestingLink.objects.filter(edition__in=[tomorrow, next_week]).exists()


def test_a_line_to_what_follows_is_the_same_line_when_it_is_refused(automatic):
    (older,) = older_stories(1)
    new = make_live(**NEW, body=LONG)
    later = make_live(headline="What came of it", tags=("Floods", "Indus"))
    publishing.declare_follow_up(later, follows=older)
    assert leads(seen(new).body) == [older.pk]  # and shows the later one

    assert publishing.refuse_lines(new, targets=[later.pk]) == 1

    assert leads(seen(new).body) == []
    publishing.publish(new)
    assert leads(seen(new).body) == []


def test_a_second_edition_leads_on_to_what_follows(automatic):
    (older,) = older_stories(1)
    new = make_live(**NEW, body=LONG)
    make_live(headline="Newer and as good", tags=("Floods", "Indus"))
    later = make_live(headline="What came of it", tags=("Money",))
    publishing.declare_follow_up(later, follows=older)

    publishing.publish(new)

    assert leads(seen(new).body) == [later.pk]
