"""Slugs: distinct, never empty, and they lead back to what they name."""

from urllib.parse import unquote

import pytest
from django.urls import resolve, reverse
from hypothesis import given
from hypothesis import strategies as st

from articles.headlines import headline_key
from articles.models import Tag
from articles.publishing.nouns import tags_named
from articles.slugs import MAX_LENGTH, RESERVED, free_slug, slug_for

NAMES = [
    "Урду",
    "اردو",
    "日本",
    "हिन्दी",
    "C++",
    "C",
    "C#",
    "R&D",
    "Ärger",
    "!!!",
    "???",
    "feed",
    "🌊",
]


def test_names_of_any_script_stay_distinct_and_none_is_empty():
    slugs = [slug_for(name) for name in NAMES]

    assert all(slugs)
    assert len(set(slugs)) == len(NAMES)
    assert slugs[:6] == ["урду", "اردو", "日本", "हिन्दी", "c-plus-plus", "c"]


@given(st.text(min_size=1, max_size=300))
def test_a_slug_leads_back_to_the_route_it_was_made_for(name):
    slug = slug_for(name)

    assert 0 < len(slug) <= MAX_LENGTH + 10
    assert slug not in RESERVED
    for route in ("section", "tag", "author"):
        path = unquote(reverse(f"articles:{route}", args=[slug]))
        match = resolve(path)
        assert (match.view_name, match.kwargs) == (f"articles:{route}", {"slug": slug})


@given(st.text(max_size=300))
def test_making_a_slug_of_a_slug_changes_nothing(name):
    assert slug_for(slug_for(name)) == slug_for(name)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("\ufeffHar\u00adbours\u200e", "harbours"),
        ("ශ්\u200dරී ලංකා", "ශ්රී-ලංකා"),
        ("می\u200cشود", "می-شود"),
    ],
)
def test_what_nobody_sees_does_not_take_an_address_apart(name, slug):
    assert slug_for(name) == slug


def test_a_taken_slug_gets_a_number():
    taken = {"review", "review-2"}

    assert free_slug("review", taken.__contains__) == "review-3"
    assert free_slug("other", taken.__contains__) == "other"


@pytest.mark.django_db
def test_the_same_tag_written_differently_is_one_tag():
    first = tags_named(["Flood relief", "C++", "C", "ФЛУД"])
    again = tags_named(["flood  relief", "c", "C++", "флуд", "Flood-Relief"])

    assert Tag.objects.count() == 4
    assert again == [first[0], first[2], first[1], first[3]]


@pytest.mark.django_db
def test_a_renamed_tag_is_found_by_its_new_name():
    (tag,) = tags_named(["Floods"])
    tag.name = "High water"
    tag.save()

    assert tags_named(["High water"]) == [tag]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("‘Multi’ – or “many”", "'multi' - or \"MANY\""),
        ("A  story", " A story "),
        ("It is over.", "It is over"),
        ("ﷺ", "صلى الله عليه وسلم"),
        ("\u202bپل\u202c کھل گیا\u200f", "پل کھل گیا"),
        ("\ufeffThe har\u00adbour\u200b opens\u2060", "The harbour opens"),
    ],
)
def test_two_spellings_of_one_headline_are_the_same(one, other):
    assert headline_key(one) == headline_key(other)
