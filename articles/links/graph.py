"""The links of a section or tag as a graph: which stories and lines are shown, and where."""

from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import datetime
from math import hypot, sqrt

from articles.models import Edition, InterestingLink, Section, Tag

from .layout import layout
from .lines import followed
from .resolve import find

NEWEST = 2_000  # stories looked at
MOST = 60  # circles drawn
WIDTH, MARGIN = 1200, 60
HEIGHTS = ((8, 360), (24, 560), (MOST, 800))  # for up to so many circles
LETTERS = (48, 26)  # of a headline at its circle, as there is room
LETTER_WIDTH, LINE_HEIGHT = 7.0, 18  # of the label, about


@dataclass(frozen=True)
class Label:
    """The beginning of a headline, its middle at ``x`` and its foot at ``y``."""

    text: str
    x: float
    y: float


@dataclass(frozen=True)
class Node:
    number: int  # from 1; it stands in the circle and in the table
    article: int
    headline: str
    language: str
    is_within: bool  # of the section or tag itself; others are led to from there
    leads_to: tuple[int, ...]  # numbers
    led_to_by: tuple[int, ...]
    x: float
    y: float
    radius: float
    label: Label | None  # None where there is no room; then the number must do


@dataclass(frozen=True)
class Line:
    source: Node
    target: Node
    x1: float  # from rim to rim
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class Graph:
    nodes: list[Node]  # those with most links first
    lines: list[Line]
    looked_at: int  # stories of the section or tag, the newest ones
    has_more: bool  # stories of it than were looked at
    linked: int  # stories that a line joins, drawn or not
    height: int
    width: int = WIDTH


def graph_of(thing: Section | Tag, *, at: datetime) -> Graph:
    """The newest stories of ``thing`` and what readers are led to there by lines: MOST of them.

    Three queries. The same stories give the same picture.
    """
    live = Edition.objects.live(at=at)
    found = live.in_section(thing) if isinstance(thing, Section) else live.tagged(thing)
    newest = found.newest_first().values_list("pk", "article", "headline", "language")
    newest = list(newest[: NEWEST + 1])
    has_more, newest = len(newest) > NEWEST, newest[:NEWEST]
    within = {article: (headline, language) for _, article, headline, language in newest}
    rows = InterestingLink.objects.filter(edition__in=[row[0] for row in newest])
    rows = rows.filter(target__isnull=False).order_by()
    rows = set(rows.values_list("source", "target").distinct())
    targets = {target for _, target in rows}
    stories, pairs, shown = find(targets, lines=targets, at=at), set(), {}
    for source, target in rows:
        to, *_ = followed(target, source, stories)
        if to:
            pairs.add((source, to.article))
            shown |= {source: within[source], to.article: (to.headline, to.language)}
    neighbours = defaultdict(set)
    for a, b in pairs:
        neighbours[a].add(b)
        neighbours[b].add(a)
    chosen, linked = _chosen(neighbours), len(neighbours)
    number = {article: n for n, article in enumerate(chosen)}
    edges = sorted((number[a], number[b]) for a, b in pairs if a in number and b in number)
    return _drawn(chosen, edges, shown, within, len(newest), has_more, linked)


def _chosen(neighbours):
    """MOST of these stories, so that they hang together: the one with most links, those it is
    joined to, those these are joined to; then the next that is joined to none of them.
    """

    def by_links(articles):
        return sorted(articles, key=lambda article: (-len(neighbours[article]), -article))

    chosen = {}
    for first in by_links(neighbours):
        waiting = deque([first])
        while waiting and len(chosen) < MOST:
            article = waiting.popleft()
            if article not in chosen:
                chosen[article] = None
                waiting.extend(by_links(neighbours[article]))
    joined = [article for article in chosen if neighbours[article] & chosen.keys()]
    return by_links(joined)


def _drawn(chosen, edges, shown, within, looked_at, has_more, linked):
    height = next((high for most, high in HEIGHTS if len(chosen) <= most), HEIGHTS[-1][1])
    places = layout(len(chosen), edges, width=WIDTH, height=height, margin=MARGIN)
    leads = [[] for _ in chosen]
    led = [[] for _ in chosen]
    for a, b in edges:
        leads[a].append(b + 1)
        led[b].append(a + 1)
    radii = [min(11 + 2.5 * sqrt(len(led[n])), 26) for n in range(len(chosen))]
    labels = _labels([shown[article][0] for article in chosen], places, radii, height)
    nodes = [
        Node(
            n + 1,
            article,
            *shown[article],
            article in within,
            tuple(leads[n]),
            tuple(led[n]),
            *places[n],
            round(radii[n], 1),
            labels[n],
        )
        for n, article in enumerate(chosen)
    ]
    lines = [_line(nodes[a], nodes[b]) for a, b in edges]
    return Graph(nodes, lines, looked_at, has_more, linked, height)


def _line(source, target):
    """From rim to rim, with room for the head of the arrow."""
    x, y = target.x - source.x, target.y - source.y
    length = hypot(x, y) or 1
    x, y = x / length, y / length
    ends = (
        source.x + x * source.radius,
        source.y + y * source.radius,
        target.x - x * (target.radius + 7),
        target.y - y * (target.radius + 7),
    )
    return Line(source, target, *(round(end, 1) for end in ends))


def _labels(headlines, places, radii, height):
    """At each circle the beginning of its headline, where it covers no other circle or label."""
    taken = [
        (x - radius, y - radius, x + radius, y + radius)
        for (x, y), radius in zip(places, radii, strict=True)
    ]
    labels = [None] * len(headlines)
    for n, (headline, (x, y), radius) in enumerate(zip(headlines, places, radii, strict=True)):
        for text, box in _boxes(headline, x, y, radius):
            is_within = box[1] >= 0 and box[3] <= height
            if is_within and not any(_overlap(box, other) for other in taken):
                taken.append(box)
                labels[n] = Label(text, round((box[0] + box[2]) / 2, 1), round(box[3] - 5, 1))
                break
    return labels


def _boxes(headline, x, y, radius):
    """Where its label may stand, the best place first: below or above the circle, pushed inwards
    at the rim of the picture."""
    for most in LETTERS:
        text = _beginning(headline, most)
        half = len(text) * LETTER_WIDTH / 2
        middle = min(max(x, half), WIDTH - half)
        for top in (y + radius + 1, y - radius - 1 - LINE_HEIGHT):
            yield text, (middle - half, top, middle + half, top + LINE_HEIGHT)


def _beginning(headline, most):
    """As many whole words of it as ``most`` letters hold, with the sign that there are more."""
    if len(headline) <= most:
        return headline
    words = headline[:most].rpartition(" ")[0] or headline[: most - 1]
    return words.rstrip(" ,;:–—-") + "…"


def _overlap(a, b):
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
