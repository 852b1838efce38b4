"""Stories that follow each other up, and what lines to them show."""

import threading
import time

import pytest
from django.db import transaction
from django.db.models import ProtectedError

from articles import publishing
from articles.models import FollowUp

from .builders import make_article, make_live
from .keeping import keys, spoiled_by
from .lines import pointing, shown
from .surfaces import address_of

pytestmark = pytest.mark.django_db


def test_lines_lead_to_what_follows_until_that_is_taken_back(client):
    first, second = make_live(headline="First"), make_live(headline="Second")
    article = pointing(first)

    publishing.declare_follow_up(second, follows=first)
    assert shown(client, article) == [("Interesting", "Second")]

    publishing.undo_follow_up(second, follows=first)
    assert shown(client, article) == [("Interesting", "First")]
    assert not FollowUp.objects.exists()


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_a_chain_leads_to_the_last_that_is_live_however_it_was_tied(client, order):
    stories = [make_live(headline=f"Part {number}") for number in range(4)]
    article = pointing(stories[0])
    for number in order:
        publishing.declare_follow_up(stories[number + 1], follows=stories[number])
    assert shown(client, article)[0][1] == "Part 3"

    publishing.withdraw(stories[3])
    assert shown(client, article)[0][1] == "Part 2"

    publishing.undo_follow_up(stories[1 + 1], follows=stories[1])
    assert shown(client, article)[0][1] == "Part 1"
    assert set(FollowUp.objects.values_list("story", "follow_up", "distance")) == {
        (stories[0].pk, stories[1].pk, 1),
        (stories[2].pk, stories[3].pk, 1),
    }


def test_while_what_follows_is_not_live_the_line_stays_and_its_page_hears_of_it(client):
    first, draft = make_live(headline="First"), make_article(headline="Second")
    article = pointing(first)
    publishing.declare_follow_up(draft, follows=first)
    carried = keys(client.get(address_of(article)))

    assert shown(client, article)[0][1] == "First"
    assert carried & spoiled_by(lambda: publishing.publish(draft))
    assert shown(client, article)[0][1] == "Second"


def test_a_line_leads_on_though_the_first_story_was_withdrawn(client):
    first, second = make_live(headline="First"), make_live(headline="Second")
    article = pointing(first)
    publishing.declare_follow_up(second, follows=first)

    publishing.withdraw(first)

    assert shown(client, article) == [("Interesting", "Second")]


def test_what_follows_is_not_led_to_itself_but_to_what_came_before(client):
    first = make_live(headline="First")
    second = pointing(first, headline="Second")
    third = pointing(first, headline="Third")

    publishing.declare_follow_up(second, follows=first)
    publishing.declare_follow_up(third, follows=second)

    assert shown(client, second) == [("Interesting", "First")]
    assert shown(client, third) == [("Interesting", "Second")]


def test_words_that_lead_to_a_story_lead_to_that_one_whatever_follows(client):
    first, second = make_live(headline="First"), make_live(headline="Second")
    text = f'<p>See <a data-article="{first.pk}">this</a>.</p>'
    article = make_live(headline="A story with a link", body=text)

    publishing.declare_follow_up(second, follows=first)

    assert f'<a href="{address_of(first)}">this</a>' in client.get(address_of(article)).text


def test_circles_and_second_follow_ups_are_refused():
    a, b, c = (make_live(headline=headline) for headline in "ABC")
    publishing.declare_follow_up(b, follows=a)
    publishing.declare_follow_up(c, follows=b)

    for article, follows in [(a, a), (a, b), (a, c), (b, c), (c, a), (b, a)]:
        with pytest.raises(publishing.NotAFollowUp):
            publishing.declare_follow_up(article, follows=follows)
    with pytest.raises(publishing.NotAFollowUp):
        publishing.undo_follow_up(c, follows=a)
    assert FollowUp.objects.count() == 3


def test_follow_ups_declared_at_one_moment_make_one_chain(at_one_moment):
    first, second, third = (make_live(headline=f"Part {n}") for n in range(3))
    is_declared = threading.Event()

    def declare_slowly():
        with transaction.atomic():
            publishing.declare_follow_up(second, follows=first)
            is_declared.set()
            time.sleep(0.3)  # in which the other begins

    def declare():
        is_declared.wait(10)
        publishing.declare_follow_up(third, follows=second)

    at_one_moment(declare, declare_slowly)

    assert set(FollowUp.objects.values_list("story", "follow_up", "distance")) == {
        (first.pk, second.pk, 1),
        (second.pk, third.pk, 1),
        (first.pk, third.pk, 2),
    }


def test_a_story_that_follows_is_kept():
    first, draft = make_live(headline="First"), make_article(headline="Second")
    publishing.declare_follow_up(draft, follows=first)

    with pytest.raises(ProtectedError):
        draft.delete()
