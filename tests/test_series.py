"""Series, translations, notes, standing pages and merged tags: the verbs and what readers see."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from articles import publishing
from articles.models import Article, FormerTag, Publication, Section, Spoil, StandingPage, Tag
from articles.public.companions import Companions, companions_of
from articles.public.page import Page

from .builders import (
    change_article,
    make_article,
    make_image,
    make_live,
    make_page,
    make_section,
    make_series,
)
from .keeping import held, keys, spoiled_by
from .surfaces import address_of

pytestmark = pytest.mark.django_db


def text_of(page):
    return " ".join(re.sub(r"<[^>]*>", " ", page.text).split())


# Series


def test_parts_follow_each_other_in_the_order_of_writing_unless_said_otherwise():
    series = make_series()

    parts = [make_article(headline=f"Part {n}", series=series).part for n in range(3)]

    assert parts == [1, 2, 3]
    assert make_article(headline="Tenth", series=series, part=10).part == 10
    assert make_article(headline="Alone", part=4).part is None


def test_a_part_that_another_story_is_already_is_refused_with_the_next_free_one():
    series = make_series()
    make_article(headline="The first", series=series)

    with pytest.raises(ValidationError) as refusal:
        make_article(headline="Another first", series=series, part=1)

    (message,) = refusal.value.message_dict["part"]
    assert "“The first”" in message and "free part is 2" in message


@pytest.mark.parametrize("part", [0, 201])
def test_a_part_is_a_number_that_readers_can_follow(part):
    with pytest.raises(ValidationError):
        make_article(series=make_series(), part=part)


def test_a_series_is_read_in_its_order(client):
    series = make_series("The river")
    now = timezone.now()
    for part in (3, 1, 2):
        at = now - timedelta(hours=part)
        make_live(headline=f"Chapter {part}", series=series, part=part, at=at)
    make_article(headline="Chapter 4", series=series)

    page = client.get("/series/the-river/")

    assert re.findall(r"Chapter \d", text_of(page)) == ["Chapter 1", "Chapter 2", "Chapter 3"]
    assert re.findall(r"Part \d", text_of(page)) == ["Part 1", "Part 2", "Part 3"]


def test_a_series_without_a_live_part_is_not_found(client, draft):
    assert client.get(draft.series.get_absolute_url()).status_code == 404
    assert client.get("/series/none/").status_code == 404


def test_a_part_leads_to_the_live_ones_before_and_after_it(client):
    series = make_series("The river")
    chapters = range(1, 6)
    parts = [make_live(headline=f"Chapter {n}", series=series, tags=()) for n in chapters]
    publishing.withdraw(parts[1])

    page = client.get(address_of(parts[2]))

    assert "Part 3 of the series The river" in text_of(page)
    assert f'rel="prev" href="{address_of(parts[0])}"' in page.text
    assert f'rel="next" href="{address_of(parts[3])}"' in page.text
    assert address_of(parts[1]) not in page.text and address_of(parts[4]) not in page.text


def test_a_part_says_all_that_it_shows_and_costs_one_query_more(client, django_assert_num_queries):
    series = make_series()
    parts = (make_live(headline=f"Part {n}", series=series, tags=()) for n in range(4))
    one, two, three, _four = parts
    alone = make_live(headline="Alone", tags=())
    client.get(address_of(one)), client.get(address_of(alone))

    with django_assert_num_queries(6):  # as one that costs nine, less corrections, images and more
        client.get(address_of(alone))
    with django_assert_num_queries(7):
        page = client.get(address_of(two))

    assert keys(page) - keys(client.get(address_of(alone))) == {
        *(f"article-{story.pk}" for story in (one, two, three)),
        *(f"series-{series.pk}", f"series-{series.pk}-list"),
    }


def test_a_part_to_come_ends_the_pages_that_will_lead_to_it(client):
    series = make_series()
    one = make_live(headline="One", series=series, tags=())
    publishing.publish(
        make_article(headline="Two", series=series, tags=()),
        at=timezone.now() + timedelta(hours=1),
    )

    assert 3590 <= held(client.get(address_of(one))) <= 3600
    assert 3590 <= held(client.get(series.get_absolute_url())) <= 3600


def test_a_part_to_come_does_not_make_the_ones_before_it_wrong(client):
    series = make_series()
    one = make_live(headline="One", series=series)
    publishing.publish(
        make_article(headline="Two", series=series), at=timezone.now() + timedelta(hours=1)
    )

    page = client.get(address_of(one))

    assert held(page, "stale-if-error") == 24 * 3600  # while the database is down


@pytest.mark.parametrize("beside", ["part", "translation"])
def test_what_stands_beside_a_story_goes_from_its_page_when_it_ends(client, beside):
    story = make_live(headline="One", series=make_series(), tags=())
    joins = {"series": story.series}
    if beside == "translation":
        joins = {"translation_of": story, "language": "ur"}
    make_live(headline="Two", tags=(), until=timezone.now() + timedelta(hours=1), **joins)

    page = client.get(address_of(story))

    assert 3590 <= held(page) <= 3600
    assert held(page, "stale-if-error") <= 1


def test_a_part_withdrawn_while_it_is_read_breaks_nothing(rf, live):
    series = make_series()
    story = make_live(headline="One", series=series)
    edition = story.editions.get()
    page = Page(rf.get(edition.path))
    story.editions.update(live_until=page.at)

    assert companions_of(page, edition) == Companions()


def test_a_part_that_changes_its_place_spoils_the_series():
    series = make_series()
    story = make_live(headline="One", series=series)
    other = change_article(story, headline="Otherwise")
    without = spoiled_by(lambda: publishing.publish(other))
    moved = change_article(story, part=7)

    with_move = spoiled_by(lambda: publishing.publish(moved))

    assert f"series-{series.pk}-list" not in without
    assert with_move - without == {f"series-{series.pk}-list"}


def test_a_new_series_is_named_in_the_sitemap_once_it_can_be_read(client):
    spoiled = spoiled_by(lambda: make_series("Tides"))
    assert spoiled == {f"series-{make_series('Tides').pk}", "all-series"}
    assert "/series/tides/" not in client.get("/sitemap-pages.xml").text

    make_live(headline="One", series=make_series("Tides"))

    assert "/series/tides/" in client.get("/sitemap-pages.xml").text


# Translations


def english_and_urdu():
    english = make_live(headline="The library shelf")
    urdu = make_live(headline="کتابیں", language="ur", translation_of=english)
    return english, urdu


def test_translations_know_each_other(client):
    english, urdu = english_and_urdu()
    arabic = make_live(headline="كتب", language="ar", translation_of=urdu)

    assert arabic.translation_of == english
    shown = {
        story.language: re.findall(r'<a [^>]*hreflang="(\w+)"', client.get(address_of(story)).text)
        for story in (english, urdu, arabic)
    }
    assert shown == {"en": ["ar", "ur"], "ur": ["ar", "en"], "ar": ["en", "ur"]}
    page = client.get(address_of(english))
    assert "Also in: العربيّة , اردو" in text_of(page)
    named = {f"address-{urdu.pk}", f"address-{arabic.pk}", f"original-{english.pk}-list"}
    assert named <= keys(page)


def test_a_first_translation_spoils_the_original_and_its_withdrawal_all_of_them():
    english = make_live(headline="The library shelf")
    urdu = make_article(headline="کتابیں", language="ur", translation_of=english)

    published = spoiled_by(lambda: publishing.publish(urdu))
    withdrawn = spoiled_by(lambda: publishing.withdraw(urdu))

    assert f"article-{english.pk}" in published
    together = f"original-{english.pk}-list"
    assert together in published and together in withdrawn
    assert f"article-{english.pk}" not in withdrawn


def test_a_translation_to_come_ends_the_page_of_the_original(client):
    english = make_live(headline="The library shelf", tags=())
    urdu = make_article(headline="کتابیں", language="ur", translation_of=english, tags=())
    publishing.publish(urdu, at=timezone.now() + timedelta(hours=1))

    page = client.get(address_of(english))

    assert 3590 <= held(page) <= 3600
    assert "hreflang" not in page.text


def test_an_original_published_again_still_knows_its_translations(client):
    english, urdu = english_and_urdu()
    publishing.publish(change_article(english, headline="The library shelves"))

    assert address_of(urdu).split("/")[1] in client.get(address_of(english)).text
    assert 'hreflang="ur"' in client.get(address_of(english)).text


def test_a_story_that_was_translated_by_mistake_leads_there_no_more(client):
    english, urdu = english_and_urdu()
    publishing.publish(change_article(urdu, translation_of=None))

    for story in (english, urdu):
        assert "hreflang" not in client.get(address_of(story)).text


def test_a_part_of_a_series_with_translations_asks_once(client, django_assert_num_queries):
    english, _urdu = english_and_urdu()
    publishing.publish(change_article(english, series=make_series()))
    client.get(address_of(english))

    with django_assert_num_queries(8):
        page = client.get(address_of(english))

    assert 'hreflang="ur"' in page.text and "Part 1" in page.text


def test_an_original_is_not_in_the_language_of_its_translation():
    english, urdu = make_live(headline="Books"), "ur"
    make_live(headline="کتابیں", language=urdu, translation_of=english)

    with pytest.raises(ValidationError) as refusal:
        change_article(english, language=urdu)

    assert "“کتابیں” is the version in this language" in refusal.value.messages[0]
    assert set(refusal.value.message_dict) == {"language"}
    assert change_article(english, language="en-GB").language == "en-GB"


def test_what_is_no_translation_is_refused():
    english, _urdu = english_and_urdu()

    refused = [
        (english, {"translation_of": english}),
        (english, {"translation_of": make_live(headline="Autre", language="fr")}),
        (make_article(headline="Again"), {"translation_of": english}),
        (make_article(headline="پھر", language="ur"), {"translation_of": english}),
    ]
    for article, changes in refused:
        with pytest.raises(ValidationError) as refusal:
            change_article(article, **changes)
        assert set(refusal.value.message_dict) == {"translation_of"}


# Notes


def test_a_note_stands_at_the_end_of_its_story(client):
    story = make_live(headline="Told", note="Reported with\nthe readers of this paper.")

    page = client.get(address_of(story))

    assert "About this story Reported with the readers of this paper." in text_of(page)
    assert "About this story" not in client.get("/").text


def test_revisions_from_before_there_were_notes_can_be_restored(draft):
    revision = draft.revisions.get()
    for name in ("note", "series", "part", "translation_of"):
        del revision.content[name]
    revision.save()
    article = change_article(draft, note="New", headline="Otherwise")

    article = publishing.restore(article, revision=revision, base_version=2)

    assert (article.headline, article.note, article.series) == (draft.headline, "", None)


# Standing pages


def test_a_page_of_the_desk_stands_at_the_root_and_at_the_foot_of_every_page(client, live):
    make_page("About us", slug="about", position=2)
    make_page("رابطہ", slug="contact", position=1, language="ur")
    make_page("Not yet", is_live=False)

    page = client.get("/about/")

    assert "A paper for the harbour." in page.text
    assert keys(page) == {
        "publication",
        f"standingpage-{StandingPage.objects.get(slug='about').pk}",
    }
    for path in ("/", address_of(live), "/about/"):
        text = client.get(path).text
        assert text.index('href="/contact/" lang="ur" dir="rtl"') < text.index('href="/about/"')
        assert "Not yet" not in text
    assert client.get("/not-yet/").status_code == 404
    sitemap = client.get("/sitemap-pages.xml").text
    assert "/about/</loc>" in sitemap and "not-yet" not in sitemap


def test_a_page_costs_three_queries_and_the_foot_none(client, django_assert_num_queries, live):
    make_page("About")
    client.get("/about/"), client.get(address_of(live))

    with django_assert_num_queries(3):  # publication, sections, the page
        client.get("/about/")


def test_only_what_the_foot_shows_spoils_every_page():
    page = make_page("About")
    own = f"standingpage-{page.pk}"

    def change(**columns):
        page = StandingPage.objects.get()
        for name, value in columns.items():
            setattr(page, name, value)
        return spoiled_by(lambda: publishing.change_page(page, base_version=page.version))

    assert change(body="<p>Other words.</p>") == {own}
    assert change(title="About us") == {own, "publication"}
    assert change(is_live=False) == {own, "publication"}
    assert change(title="Draft of it") == {own}
    assert spoiled_by(lambda: publishing.remove_page(StandingPage.objects.get())) == {own}


@pytest.mark.parametrize("taken_off", ["hidden", "removed"])
def test_a_page_taken_off_the_site_is_not_shown_on_bad_days_either(taken_off):
    image = make_image()
    page = make_page("About", body=f'<p>Here.</p><figure data-image="{image.pk}">A quay</figure>')
    publishing.change_page(page, base_version=1)
    assert not Spoil.objects.filter(is_final=True).exists()
    key = f"standingpage-{page.pk}"

    if taken_off == "hidden":
        page.is_live = False
        publishing.change_page(page, base_version=2)
    else:
        publishing.remove_page(page)

    final = set(Spoil.objects.filter(is_final=True).values_list("key", flat=True))
    assert final == {key, f"image-{image.pk}-list"}


def test_a_page_saved_by_somebody_else_meanwhile_is_not_overwritten():
    page = make_page("About")
    publishing.change_page(StandingPage.objects.get(), base_version=1)

    with pytest.raises(publishing.StalePage):
        publishing.change_page(page, base_version=1)


@pytest.mark.parametrize(
    "slug", ["admin", "tag", "series", "section", "media", "static", "2026", "metrics"]
)
def test_a_page_cannot_stand_where_the_site_has_an_address(slug):
    with pytest.raises(ValidationError):
        make_page("A page", slug=slug)

    assert not StandingPage.objects.exists()


def test_the_publication_keeps_its_foot_when_its_settings_are_saved():
    make_page("About")
    stale = Publication(name="The Post")

    publishing.change(stale)

    assert [item["slug"] for item in Publication.current().footer] == ["about"]


def renamed(slug):
    page = StandingPage.objects.get(title="About")
    page.slug = slug
    return publishing.change_page(page, base_version=page.version)


def test_the_old_address_of_a_page_leads_to_the_new_one(client, django_assert_num_queries):
    page = make_page("About")
    renamed("who-we-are")
    renamed("über-uns")

    for old in ("/about/", "/who-we-are/"):
        with django_assert_num_queries(4):  # publication, sections, the page, where it went
            moved = client.get(old)
        assert (moved.status_code, moved["Location"]) == (301, "/%C3%BCber-uns/")
        assert keys(moved) == {"publication", f"standingpage-{page.pk}"}
    renamed("about")
    assert client.get("/about/").status_code == 200
    assert client.get("/%C3%BCber-uns/")["Location"] == "/about/"


def test_a_page_that_is_not_on_the_site_has_no_old_address_either(client):
    make_page("About")
    page = renamed("who-we-are")

    page.is_live = False
    publishing.change_page(page, base_version=page.version)

    assert client.get("/about/").status_code == 404
    publishing.remove_page(page)
    assert client.get("/about/").status_code == 404


def test_another_page_at_the_old_address_is_found_there(client):
    moved = make_page("About")
    renamed("who-we-are")

    spoiled = spoiled_by(lambda: make_page("Another", slug="about"))

    assert spoiled == {
        f"standingpage-{moved.pk}",
        f"standingpage-{StandingPage.objects.get(title='Another').pk}",
        "publication",
    }
    assert client.get("/about/").status_code == 200
    StandingPage.objects.filter(title="Another").delete()
    assert client.get("/about/").status_code == 404


# Tags


def test_a_merged_tag_leads_to_the_other_with_its_feeds(client):
    story = make_live(headline="One", tags=("Flood",))
    both = make_live(headline="Two", tags=("Flood", "Floods"))
    old, new = Tag.objects.get(name="Flood"), Tag.objects.get(name="Floods")
    draft = make_article(headline="Three", tags=("Flood",))
    old_pk = old.pk

    spoiled = spoiled_by(lambda: publishing.merge_tags(old, into=new))

    assert spoiled == {f"tag-{old_pk}", f"tag-{old_pk}-list", f"tag-{new.pk}-list"}
    for article in (story, both, draft):
        assert list(article.tags.names()) == ["Floods"]
    for rest in ("", "feed/", "feed/atom/", "feed/json/"):
        response = client.get(f"/tag/flood/{rest}")
        assert (response.status_code, response["Location"]) == (301, f"/tag/floods/{rest}")
        assert keys(response) == {"publication", f"tag-{new.pk}"}
    page = client.get("/tag/floods/").text
    assert "One" in page and "Two" in page
    assert 'href="/tag/floods/"' in client.get(address_of(story)).text


def test_readers_cannot_fill_the_store_with_pages_of_a_merged_tag(client):
    make_live(headline="One", tags=("Flood", "Floods"))
    publishing.merge_tags(Tag.objects.get(name="Flood"), into=Tag.objects.get(name="Floods"))

    assert held(client.get("/tag/flood/")) > 0
    assert held(client.get("/tag/flood/?before=1-1")) == 0


def test_a_merge_that_brings_no_reader_a_story_leaves_the_other_list_alone():
    make_live(headline="Two", tags=("Flood", "Floods"))
    make_article(headline="Three", tags=("Flood",))
    old, new = Tag.objects.get(name="Flood"), Tag.objects.get(name="Floods")
    keys_of_old = {f"tag-{old.pk}", f"tag-{old.pk}-list"}

    assert spoiled_by(lambda: publishing.merge_tags(old, into=new)) == keys_of_old


def test_the_name_of_a_merged_tag_means_the_other_from_then_on():
    make_live(headline="One", tags=("Flood", "Floods", "Tide"))
    publishing.merge_tags(Tag.objects.get(name="Flood"), into=Tag.objects.get(name="Floods"))
    publishing.merge_tags(Tag.objects.get(name="Floods"), into=Tag.objects.get(name="Tide"))

    article = make_article(headline="Two", tags=("flood", "Floods"))

    assert list(article.tags.names()) == ["Tide"]
    assert set(FormerTag.objects.values_list("name", "tag__name")) == {
        ("Flood", "Tide"),
        ("Floods", "Tide"),
    }


def test_an_address_that_led_elsewhere_can_be_a_tag_of_its_own_again(client):
    make_live(headline="One", tags=("Flood", "Floods"))
    new = Tag.objects.get(name="Floods")
    publishing.merge_tags(Tag.objects.get(name="Flood"), into=new)

    spoiled = spoiled_by(lambda: publishing.change(Tag(name="Flood")))

    assert spoiled == {f"tag-{new.pk}"}
    assert client.get("/tag/flood/").status_code == 404  # it has no story yet
    assert not FormerTag.objects.exists()


def test_a_tag_is_not_merged_into_itself(live):
    with pytest.raises(ValueError, match="itself"):
        publishing.merge_tags(live.tags.get(), into=live.tags.get())


def test_of_two_who_merge_a_tag_at_one_moment_the_second_is_told(live):
    first, second = make_live(tags=("First",)).tags.get(), make_live(tags=("Second",)).tags.get()
    tag = live.tags.get(name="Floods")
    mine, theirs = (Tag.objects.get(pk=tag.pk) for _ in range(2))
    publishing.merge_tags(theirs, into=first)

    with pytest.raises(publishing.TagGone):
        publishing.merge_tags(mine, into=second)
    first_as_i_know_it = Tag.objects.get(pk=first.pk)
    publishing.merge_tags(first, into=second)
    with pytest.raises(publishing.TagGone):
        publishing.merge_tags(second, into=first_as_i_know_it)

    assert set(FormerTag.objects.values_list("name", "tag")) == {
        ("Floods", second.pk),
        ("First", second.pk),
    }


def test_the_navigation_needs_no_block(client):
    section = make_section("Sport")
    make_live(headline="One", section=section)
    publishing.arrange_front({}, sections=())

    assert not Section.objects.filter(is_on_front=True).exists()
    assert 'href="/section/sport/"' in client.get("/").text
    assert Article.objects.count() == 1
