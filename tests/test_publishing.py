"""The verbs: what they write, what they refuse, what they spoil."""

from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from articles import cache, publishing
from articles.body import TooDeep
from articles.models import Article, Edition, Revision, Spoil

from .builders import change_article, interesting, make_article, make_author, make_live
from .keeping import spoiled_by

pytestmark = pytest.mark.django_db


def state(article, at=None):
    return Article.objects.with_state(at=at).get(pk=article.pk).state


# Saving


def test_each_save_makes_a_revision_that_says_who_and_why(editor):
    article = make_article(headline="First words")

    publishing.save(article, base_version=1, by=editor, headline="Better words")

    latest, first = article.revisions.all()
    assert (latest.version, latest.saved_by, latest.reason) == (2, editor, "save")
    assert (first.content["headline"], latest.content["headline"]) == (
        "First words",
        "Better words",
    )


def test_saving_without_a_change_makes_no_revision(draft):
    publishing.save(draft, base_version=1, headline=draft.headline, tags=("Floods",))

    assert Article.objects.get(pk=draft.pk).version == 1
    assert draft.revisions.count() == 1


def test_a_stale_save_is_refused_and_writes_nothing(draft):
    stale = Article.objects.get(pk=draft.pk)
    change_article(draft, headline="Saved by a colleague")

    with pytest.raises(publishing.StaleVersion) as refusal:
        publishing.save(stale, base_version=1, headline="Saved too late")

    assert refusal.value.current.headline == "Saved by a colleague"
    assert Article.objects.get(pk=draft.pk).headline == "Saved by a colleague"
    assert draft.revisions.count() == 2


def test_a_refused_text_leaves_the_article_as_it_was(draft):
    too_deep = "<blockquote>" * 500 + "x"

    with pytest.raises(TooDeep):
        change_article(draft, body=too_deep)

    assert Article.objects.get(pk=draft.pk).body == draft.body
    assert draft.revisions.count() == 1


def test_a_headline_that_does_not_fit_is_refused_by_field():
    with pytest.raises(ValidationError) as refusal:
        make_article(headline="x" * 201)

    assert set(refusal.value.message_dict) == {"headline"}
    assert not Article.objects.exists()


def test_a_byline_keeps_its_order(draft):
    first, second = make_author("Zoe Last"), make_author("Abel First")

    article = change_article(draft, authors=(first, second))

    assert [row.author for row in article.bylines.all()] == [first, second]


def test_restoring_a_revision_is_a_new_revision(draft):
    change_article(draft, headline="A mistake", tags=("Mistakes",))
    first = draft.revisions.get(version=1)

    article = publishing.restore(Article.objects.get(pk=draft.pk), revision=first, base_version=2)

    assert (article.version, article.headline) == (3, draft.headline)
    assert list(article.tags.names()) == ["Floods"]
    assert article.revisions.get(version=3).reason == Revision.Reason.RESTORE


def test_characters_that_break_feeds_are_not_kept():
    article = make_article(
        headline="A\x0bcapital\x00 idea\ufffe",
        body="<p>One\x0btwo\x00\ud800</p>",
        tags=("Flo\x00ods",),
    )

    assert article.headline == "A capital idea"
    assert article.body == "<p>One\ntwo</p>"
    assert list(article.tags.names()) == ["Floods"]


# Publishing


def test_publishing_makes_an_edition_of_all_that_readers_see(draft, editor):
    edition = publishing.publish(draft, by=editor)

    assert (edition.number, edition.version, edition.headline) == (1, 1, draft.headline)
    assert [row.author.name for row in edition.author_rows.all()] == ["Ada Quill"]
    assert [row.tag.name for row in edition.tag_rows.all()] == ["Floods"]
    assert edition.path == f"{edition.live_from:/%Y/%m/}a-ferry-nobody-has-announced/"
    assert (edition.word_count, edition.published_by) == (13, editor)


def test_a_change_is_not_seen_before_it_is_published(live):
    change_article(live, headline="A bridge opened and closed")
    assert Edition.objects.live().get(article=live).headline == "A bridge opened to the public"
    assert state(live) == Article.State.CHANGED

    publishing.publish(live)

    assert Edition.objects.live().get(article=live).headline == "A bridge opened and closed"
    assert state(live) == Article.State.LIVE


def test_a_later_edition_keeps_the_date_and_the_address_of_the_first(live):
    first = live.editions.get()
    change_article(live, headline="Another headline")

    second = publishing.publish(live)

    assert (second.published_at, second.path) == (first.published_at, first.path)
    assert second.revised_at == second.live_from
    first.refresh_from_db()
    assert first.live_until == second.live_from


def test_a_quiet_edition_leaves_the_date_of_the_last_change(live):
    change_article(live, standfirst="A comma less")

    assert publishing.publish(live, quiet=True).revised_at is None


def test_a_scheduled_change_follows_the_live_edition_without_anything_running(live):
    change_article(live, headline="Tomorrow's headline")
    tomorrow = timezone.now() + timedelta(days=1)

    publishing.publish(live, at=tomorrow)

    seen = [Edition.objects.live(at=at).get(article=live).headline for at in (None, tomorrow)]
    assert seen == ["A bridge opened to the public", "Tomorrow's headline"]


def test_publishing_now_calls_off_what_was_planned(embargoed):
    planned = embargoed.editions.get()

    edition = publishing.publish(embargoed)

    planned.refresh_from_db()
    assert planned.live_from == planned.live_until
    assert list(embargoed.editions.not_ended()) == [edition]
    assert edition.published_at == edition.live_from


def test_a_story_ends_when_its_time_is_over(draft):
    now = timezone.now()

    publishing.publish(draft, until=now + timedelta(hours=1))

    assert state(draft) == Article.State.LIVE
    assert state(draft, at=now + timedelta(hours=2)) == Article.State.EXPIRED


@pytest.mark.parametrize(("at", "until"), [(-2, None), (None, -1), (5, 4), (None, 0)], ids=str)
def test_impossible_moments_are_refused(live, at, until):
    now = timezone.now()
    moments = {
        name: now + timedelta(hours=hours)
        for name, hours in (("at", at), ("until", until))
        if hours is not None
    }

    with pytest.raises(publishing.BadMoment):
        publishing.publish(live, **moments)

    assert live.editions.count() == 1


def test_a_first_edition_may_lie_in_the_past_because_archives_are_imported(draft):
    then = timezone.now() - timedelta(days=900)

    edition = publishing.publish(draft, at=then)

    assert edition.published_at == then
    assert edition.path.startswith(f"{then:/%Y/%m/}")


@pytest.mark.parametrize(
    "moments",
    [
        {"at": datetime(26, 8, 12, tzinfo=UTC)},
        {"at": datetime(1, 1, 1, tzinfo=ZoneInfo("Asia/Karachi"))},
        {"until": datetime(9999, 12, 31, 23, tzinfo=ZoneInfo("America/New_York"))},
    ],
    ids=str,
)
def test_no_story_stands_at_an_address_that_its_year_breaks(draft, moments):
    with pytest.raises(publishing.BadMoment, match="four digits"):
        publishing.publish(draft, **moments)


def test_a_story_without_a_text_is_not_published():
    article = make_article(body="<p> </p>")

    with pytest.raises(publishing.NotReady):
        publishing.publish(article)


def test_two_stories_never_share_an_address():
    paths = [make_live(headline="Weekly review").editions.get().path for _ in range(3)]

    assert [path.split("/")[3] for path in paths] == [
        "weekly-review",
        "weekly-review-2",
        "weekly-review-3",
    ]


def test_the_database_itself_refuses_two_editions_at_one_moment(live):
    edition = live.editions.get()
    edition.pk, edition.number = None, 2
    edition.live_from += timedelta(seconds=1)

    with pytest.raises(IntegrityError), transaction.atomic():
        edition.save(force_insert=True)

    edition.live_from = edition.live_until  # called off: it overlaps nothing
    edition.save(force_insert=True)
    edition.live_from = live.editions.get(number=1).live_from
    with pytest.raises(IntegrityError), transaction.atomic():
        edition.save()


# Withdrawing and correcting


def test_withdrawing_takes_a_story_off_and_keeps_the_reason(live, editor):
    publishing.withdraw(live, by=editor, reason="Not confirmed")

    edition = live.editions.get()
    assert not Edition.objects.live().exists()
    assert (edition.withdrawn_by, edition.withdrawal_reason) == (editor, "Not confirmed")
    assert state(live) == Article.State.WITHDRAWN


def test_withdrawing_calls_off_what_is_planned(embargoed):
    publishing.withdraw(embargoed)

    assert not embargoed.editions.not_ended().exists()
    assert state(embargoed) == Article.State.DRAFT


def test_what_is_not_on_the_site_cannot_be_withdrawn_or_corrected(draft):
    with pytest.raises(publishing.NotLive):
        publishing.withdraw(draft)
    with pytest.raises(publishing.NotLive):
        publishing.correct(draft, kind="correction", text="It was blue.")


def test_a_story_that_comes_back_keeps_its_first_date(withdrawn):
    first = withdrawn.editions.get()

    again = publishing.publish(withdrawn)

    assert (again.published_at, again.path) == (first.published_at, first.path)


def test_a_correction_repeats_what_readers_see_and_leaves_the_draft_alone(live, editor):
    change_article(live, headline="An unfinished rewrite", tags=("Bridges",))

    correction = publishing.correct(live, kind="correction", text="It has two lanes.", by=editor)

    edition = Edition.objects.live().get(article=live)
    assert edition.headline == "A bridge opened to the public"
    assert [row.tag.name for row in edition.tag_rows.all()] == ["Floods"]
    assert edition.revised_at == correction.corrected_at == edition.live_from
    assert state(live) == Article.State.CHANGED


def test_a_correction_can_carry_the_corrected_text(live):
    change_article(live, body="<p>It has two lanes.</p>")

    publishing.correct(live, kind="correction", text="Two lanes, not four.", with_changes=True)

    assert Edition.objects.live().get(article=live).body == "<p>It has two lanes.</p>"
    assert state(live) == Article.State.LIVE


def test_a_correction_does_not_empty_the_page_because_the_draft_is_empty(live):
    change_article(live, body="")

    with pytest.raises(publishing.NotReady):
        publishing.correct(live, kind="correction", text="All of it.", with_changes=True)

    assert Edition.objects.live().get(article=live).body == live.body
    assert not live.corrections.exists()


def test_lines_that_wait_for_a_corrected_headline_find_it(live, client):
    waiting = make_live(body=f"<p>One.</p>{interesting('The bridge has two lanes')}<p>Two.</p>")
    change_article(live, headline="The bridge has two lanes")

    correct = partial(publishing.correct, live, kind="correction", text="Two.", with_changes=True)
    keys = spoiled_by(correct)

    assert cache.article_key(waiting.pk) in keys
    line = waiting.editions.live().get().lines.get()
    assert line.target == live


def test_a_correction_leaves_what_is_planned(live):
    tomorrow = timezone.now() + timedelta(days=1)
    change_article(live, headline="Tomorrow's headline")
    publishing.publish(live, at=tomorrow)

    publishing.correct(live, kind="update", text="The mayor has answered.")

    assert Edition.objects.live(at=tomorrow).get(article=live).headline == "Tomorrow's headline"


def test_a_correction_is_still_read_when_what_was_planned_before_it_begins(
    live, client, monkeypatch
):
    tomorrow = timezone.now() + timedelta(days=1)
    change_article(live, headline="A headline of tomorrow")
    publishing.publish(live, at=tomorrow)
    publishing.correct(live, kind="correction", text="Two lanes, not four.")

    monkeypatch.setattr(timezone, "now", lambda: tomorrow)

    page = client.get(live.editions.live().get().path).text
    assert "A headline of tomorrow" in page
    assert "Two lanes, not four." in page


def test_a_correction_pasted_from_a_word_processor_has_lines_and_no_strange_signs(live):
    text = "Two lanes.\x0bNot four.\x00\ufffe"

    correction = publishing.correct(live, kind="correction", text=text)

    assert correction.text == "Two lanes.\nNot four."


def test_an_empty_correction_is_refused(live):
    with pytest.raises(ValidationError):
        publishing.correct(live, kind="correction", text="  ")

    assert live.editions.count() == 1


# What is spoiled, to the key


def lists_of(article, *tags):
    author = article.bylines.get().author_id
    names = [f"tag-{tag.pk}-list" for tag in tags or article.tags.all()]
    section = f"section-{article.section_id}-list"
    names += [f"series-{article.series_id}-list"] if article.series_id else []
    author = f"author-{author}-list"
    address = f"address-{article.pk}"  # where its own page stands
    return {"front-list", day_of(article), section, author, month_of(article), address, *names}


def day_of(article):
    return f"day-{article.editions.first().published_at:%Y-%m-%d}"


def month_of(article):
    return f"month-{article.editions.first().published_at:%Y-%m}"


def called(article, headline):
    """The keys of what looks otherwise when ``article``, as it was, is called so."""
    return {cache.called_key(article.pk, words) for words in (article.headline, headline)}


def test_publishing_spoils_the_story_and_the_lists_it_enters(draft):
    keys = spoiled_by(lambda: publishing.publish(draft))

    assert keys == {f"article-{draft.pk}"} | lists_of(draft)


def test_a_new_headline_spoils_the_story_and_no_list(live):
    change_article(live, headline="Another headline")

    keys = spoiled_by(lambda: publishing.publish(live))

    assert keys == {f"article-{live.pk}", month_of(live)} | called(live, "Another headline")


def test_another_address_spoils_also_what_leads_to_the_story_by_words_of_its_own(live):
    change_article(live, slug="elsewhere")

    keys = spoiled_by(lambda: publishing.publish(live))

    assert keys == {f"article-{live.pk}", f"address-{live.pk}", month_of(live)}


def test_other_tags_spoil_the_lists_left_and_entered(live):
    (floods,) = live.tags.all()
    change_article(live, tags=("Bridges",))
    (bridges,) = live.tags.all()

    keys = spoiled_by(lambda: publishing.publish(live))

    tags = {f"tag-{floods.pk}-list", f"tag-{bridges.pk}-list"}
    assert keys == {f"article-{live.pk}", month_of(live)} | tags


def test_withdrawing_spoils_the_story_and_the_lists_it_leaves(live):
    keys = spoiled_by(lambda: publishing.withdraw(live))

    assert keys == {f"article-{live.pk}"} | lists_of(live)


def test_only_what_shows_a_withdrawn_story_may_not_be_seen_on_bad_days(live):
    def final():
        return set(Spoil.objects.filter(is_final=True).values_list("key", flat=True))

    publishing.publish(change_article(live, headline="Another headline", slug="elsewhere"))
    assert final() == set()

    publishing.withdraw(live)
    assert final() == {f"article-{live.pk}", f"address-{live.pk}", month_of(live)}


def test_only_an_earlier_end_takes_pages_away_that_may_be_seen_on_bad_days(live):
    def final(hours):
        Spoil.objects.all().delete()
        publishing.publish(live, until=today + timedelta(hours=hours))
        return Spoil.objects.filter(is_final=True).exists()

    today = timezone.now()

    assert [final(hours) for hours in (8, 8, 9, 7)] == [True, False, False, True]


def test_scheduling_spoils_the_lists_because_they_now_hold_until_then(draft):
    later = timezone.now() + timedelta(hours=1)

    keys = spoiled_by(lambda: publishing.publish(draft, at=later))

    assert keys == {f"article-{draft.pk}"} | lists_of(draft)


def test_a_planned_change_spoils_the_story_alone_and_a_withdrawal_then_its_lists(live):
    later = timezone.now() + timedelta(hours=1)
    change_article(live, headline="Another headline")

    planned = spoiled_by(lambda: publishing.publish(live, at=later))
    withdrawn = spoiled_by(lambda: publishing.withdraw(live))

    assert planned == {f"article-{live.pk}", month_of(live)} | called(live, "Another headline")
    assert withdrawn == {f"article-{live.pk}"} | lists_of(live)


def test_a_planned_address_spoils_what_leads_there_and_no_list(live):
    change_article(live, slug="elsewhere")
    later = timezone.now() + timedelta(hours=1)

    keys = spoiled_by(lambda: publishing.publish(live, at=later))

    assert keys == {f"article-{live.pk}", f"address-{live.pk}", month_of(live)}


def test_a_correction_spoils_the_story_alone(live):
    keys = spoiled_by(lambda: publishing.correct(live, kind="update", text="More is known."))

    assert keys == {f"article-{live.pk}", month_of(live)}


def test_saving_a_draft_spoils_nothing(live):
    assert spoiled_by(lambda: change_article(live, headline="Not yet")) == set()


def test_a_story_that_others_wait_for_spoils_their_pages(live):
    waiting = make_live(
        headline="Waiting", body="<p>One.</p>" + interesting("The awaited story") + "<p>Two.</p>"
    )
    awaited = make_article(headline="The awaited story")

    keys = spoiled_by(lambda: publishing.publish(awaited))

    assert keys == {f"article-{awaited.pk}", f"article-{waiting.pk}"} | lists_of(awaited)


def test_what_begins_by_itself_is_told_once(embargoed):
    begins = embargoed.editions.get().live_from
    assert publishing.announce(at=begins - timedelta(seconds=1)) == []

    keys = spoiled_by(lambda: publishing.announce(at=begins))

    assert keys == {f"article-{embargoed.pk}"} | lists_of(embargoed)
    assert publishing.announce(at=begins) == []


def test_what_was_published_at_once_or_called_off_needs_no_telling(live, embargoed):
    begins = embargoed.editions.get().live_from
    publishing.withdraw(embargoed)

    assert publishing.announce(at=begins) == []


def test_a_renamed_section_spoils_its_pages_and_the_navigation(section):
    section.name = "Abroad"

    keys = spoiled_by(lambda: publishing.change(section))

    assert keys == {f"section-{section.pk}", "publication"}


def test_a_removed_tag_spoils_the_pages_that_showed_it(live):
    (tag,) = live.tags.all()
    expected = {f"tag-{tag.pk}", f"tag-{tag.pk}-list"}

    assert spoiled_by(lambda: publishing.remove(tag)) == expected


def test_what_is_spoiled_is_rolled_back_with_its_cause(draft):
    with pytest.raises(RuntimeError), transaction.atomic():
        publishing.publish(draft)
        raise RuntimeError("the machine stopped")

    assert not Spoil.objects.filter(key=f"article-{draft.pk}").exists()
    assert not draft.editions.exists()
