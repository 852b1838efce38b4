"""What readers find, and that the index never knows better than the editions."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles import publishing, search
from articles.models import SearchRow, SearchWord

from .builders import change_article, make_article, make_live

pytestmark = pytest.mark.django_db


# Stories like another


def test_stories_that_share_telling_words_are_similar():
    flood = make_live(headline="Flood in Lenn", body="<p>The dredger Kestrel cleared the weir.</p>")
    like = make_live(headline="Afterwards", body="<p>Kestrel came back to the weir at noon.</p>")
    other = make_live(headline="Budget", body="<p>The ministers agreed on a tax.</p>")

    found = search.similar("Who paid for the Kestrel at the weir?", at=timezone.now())

    assert set(found) == {flood.pk, like.pk}
    assert all(0 < score <= 1 for score in found.values())
    assert other.pk not in found


def test_nothing_that_is_not_live_is_similar():
    words = "<p>The dredger Kestrel cleared the weir.</p>"
    live, gone = make_live(headline="One", body=words), make_live(headline="Two", body=words)
    make_live(headline="Other", body="<p>Nothing of that.</p>")
    later = make_article(headline="Three", body=words)
    publishing.publish(later, at=timezone.now() + timedelta(hours=1))
    publishing.withdraw(gone)

    assert set(search.similar("Kestrel weir", at=timezone.now())) == {live.pk}
    after = timezone.now() + timedelta(hours=2)
    assert set(search.similar("Kestrel weir", at=after)) == {live.pk, later.pk}


def test_a_text_of_no_words_is_like_nothing(live):
    assert search.similar("", at=timezone.now()) == {}
    assert search.similar("!?", at=timezone.now()) == {}


def test_only_as_many_similar_stories_as_asked_for():
    for number in range(4):
        make_live(headline=f"Number {number}", body="<p>The dredger Kestrel.</p>")
    for number in range(6):
        make_live(headline=f"Other {number}", body="<p>Nothing of that.</p>")

    assert len(search.similar("dredger kestrel", at=timezone.now(), most=3)) == 3


# The index


def counted():
    return {row.word: row.stories for row in SearchWord.objects.filter(stories__gt=0)}


def test_the_index_has_a_row_for_each_edition_that_is_live_or_to_come(live):
    change_article(live, headline="A bridge with two lanes")
    publishing.publish(live)
    publishing.publish(live, at=timezone.now() + timedelta(hours=1))

    rows = SearchRow.objects.values_list("edition__number", flat=True)
    assert sorted(rows) == [2, 3]

    publishing.withdraw(live)
    assert not SearchRow.objects.exists()
    assert counted() == {}
