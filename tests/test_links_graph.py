"""The links of a section or tag as a picture."""

import pytest
from django.urls import reverse
from django.utils import timezone

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
