"""The links of a section or tag as a picture."""

from math import hypot

import pytest
from django.urls import reverse
from django.utils import timezone

from articles import publishing
from articles.links import graph, layout
from articles.models import (
    InterestingLink,
    Tag,
)

from .builders import (
    desk_page,
    make_live,
    make_section,
    pointing,
)

pytestmark = pytest.mark.django_db


def test_the_picture_shows_the_stories_that_lines_join_and_no_others(live, draft):
    outside = make_live(headline="Elsewhere", section=make_section("Sport"))
    source = pointing(live, outside, draft, "Waits", headline="A source")
    make_live(headline="Alone")

    found = graph.graph_of(live.section, at=timezone.now())

    assert {node.article for node in found.nodes} == {live.pk, outside.pk, source.pk}
    assert {node.article for node in found.nodes if not node.is_within} == {outside.pk}
    assert {(line.source.article, line.target.article) for line in found.lines} == {
        (source.pk, live.pk),
        (source.pk, outside.pk),
    }


def test_the_picture_leads_where_readers_are_led(live, withdrawn):
    source = pointing(live, withdrawn, headline="A source")
    later = make_live(headline="A year later", section=make_section("Sport"))
    last = pointing(withdrawn, headline="What came of it")
    publishing.declare_follow_up(later, follows=live)
    publishing.declare_follow_up(last, follows=withdrawn)

    found = graph.graph_of(live.section, at=timezone.now())

    assert {(line.source.article, line.target.article) for line in found.lines} == {
        (source.pk, later.pk),
        (source.pk, last.pk),
    }
    assert {node.article: node.is_within for node in found.nodes} == {
        source.pk: True,
        later.pk: False,
        last.pk: True,
    }


def test_where_there_is_room_every_circle_has_its_headline_within_the_frame():
    headlines = ["A headline that is rather long for a circle at the rim"] * 4
    places = [(60, 60), (1140, 60), (60, 300), (1140, 300)]

    labels = graph._labels(headlines, places, [20] * 4, 360)

    for label in labels:
        half = len(label.text) * graph.LETTER_WIDTH / 2
        assert half <= label.x <= graph.WIDTH - half
        assert graph.LINE_HEIGHT / 2 <= label.y <= 360
    assert graph._labels(headlines[:2], places[:1] * 2, [20] * 2, 360)[1].y < 60  # above it


@pytest.mark.parametrize(
    ("headline", "label"),
    [
        ("Short", "Short"),
        ("Exactly twenty letter", "Exactly twenty…"),
        ("The treaty, a failure after all", "The treaty, a…"),
        ("The ferry treaty, lost again", "The ferry treaty…"),
        ("Donaudampfschifffahrtsgesellschaft", "Donaudampfschifffah…"),
    ],
)
def test_a_headline_too_long_for_its_circle_ends_after_a_word(headline, label):
    assert graph._beginning(headline, 20) == label


def test_lines_of_the_picture_go_from_rim_to_rim_and_stand_in_the_table(live):
    source = pointing(live, headline="A source")
    pointing(live, source, headline="Another source")

    found = graph.graph_of(live.section, at=timezone.now())

    assert [node.number for node in found.nodes] == [1, 2, 3]
    assert len(found.lines) == 3
    for line in found.lines:
        assert line.target.number in line.source.leads_to
        assert line.source.number in line.target.led_to_by
        begins = hypot(line.x1 - line.source.x, line.y1 - line.source.y)
        ends = hypot(line.x2 - line.target.x, line.y2 - line.target.y)
        assert begins == pytest.approx(line.source.radius, abs=0.2)
        assert ends == pytest.approx(line.target.radius + 7, abs=0.2)  # the head of the arrow
    assert sum(len(node.leads_to) for node in found.nodes) == 3


def test_the_picture_of_a_tag_is_asked_for_by_its_name(desk, live):
    pointing(live, headline="A source", tags=("Indus",))
    address = reverse("admin:articles_interestinglink_graph")

    page = desk.get(address, {"tag": "indus"}).text

    assert page.count("<circle") == 2
    assert page.count(desk_page("links", live)) == 2  # in the picture and in the table
    assert "There is no tag of this name" in desk.get(address, {"tag": "Nil"}).text


def test_no_more_than_the_most_linked_are_drawn(monkeypatch, live):
    monkeypatch.setattr(graph, "MOST", 3)
    for n in range(5):
        pointing(live, headline=f"Source {n}")

    found = graph.graph_of(live.section, at=timezone.now())

    assert len(found.nodes) == 3
    assert found.nodes[0].article == live.pk
    assert found.linked == 6


def test_the_same_graph_is_drawn_the_same_and_within_its_frame():
    edges = [(n, n * 7 % 60) for n in range(60)]
    frame = {"width": 1200, "height": 800, "margin": 60}

    places = layout.layout(60, edges, **frame)

    assert places == layout.layout(60, edges[::-1], **frame)
    assert all(60 <= x <= 1140 and 60 <= y <= 740 for x, y in places)
    assert len(set(places)) == 60
    assert layout.layout(1, [], **frame) == [(600, 400)]


def test_joined_circles_stand_closer_than_others():
    edges = [(a, b) for group in (range(5), range(5, 10)) for a in group for b in group if a < b]
    places = layout.layout(10, edges, width=1000, height=1000, margin=0)

    def mean(pairs):
        lengths = [
            ((places[a][0] - places[b][0]) ** 2 + (places[a][1] - places[b][1]) ** 2) ** 0.5
            for a, b in pairs
        ]
        return sum(lengths) / len(lengths)

    assert mean(edges) < mean([(a, b) for a in range(5) for b in range(5, 10)]) / 2


def test_tags_have_their_picture_too(live):
    source = pointing(live, tags=("Floods",))

    found = graph.graph_of(Tag.objects.get(name="Floods"), at=timezone.now())

    assert {node.article for node in found.nodes} == {live.pk, source.pk}
    assert InterestingLink.objects.filter(source=source, edition__isnull=False).count() == 1
