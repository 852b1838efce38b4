"""Which older stories could lead to a story, and at which of their paragraphs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from articles.body import find_references
from articles.body.placement import Place, best_place
from articles.headlines import headline_key
from articles.links.follow_ups import FollowUps, follow_ups_of
from articles.models import Edition
from articles.prepared import prepared

from . import weigh
from .ranking import Story, candidates
from .reasons import Reason

RARE = 0.3  # of a tag, from 0 to 1: one that every fifth of 300 stories bears is not rare
LOOKED_AT = 40  # older stories whose texts are read
OWN_WORDS = 5  # letters of a word of the headline that tells where a text speaks of it


@dataclass(frozen=True)
class Proposal:
    """A line that ``source`` could have, after the paragraph that ``place.before`` is."""

    source: int
    edition: int
    headline: str
    path: str
    place: Place
    reason: Reason


def inbound(story: Story, *, older_than: datetime, at: datetime, most: int = 20) -> list[Proposal]:
    """Live stories first published before that moment which share a rare tag with ``story``, have a
    free place and do not lead to it yet; the best first. Five queries, and the search index's."""
    fitting = [
        suggestion
        for suggestion in candidates(story, at=at)
        if suggestion.reason.rarest >= RARE
        and suggestion.reason.published_at < older_than
        and weigh.same_language(suggestion.language, story.language)
    ][:LOOKED_AT]
    bodies = dict(_bodies(pks=[suggestion.edition_id for suggestion in fitting]))
    follow_ups = follow_ups_of(named(story, bodies.values()), at=at)
    proposals = []
    for suggestion in fitting:
        source, html = suggestion.article_id, bodies[suggestion.edition_id]
        place = place_in(html, story, follow_ups, source=source, about=suggestion.reason.tags)
        if place:
            proposals.append(
                Proposal(
                    source,
                    suggestion.edition_id,
                    suggestion.headline,
                    suggestion.path,
                    place,
                    suggestion.reason,
                )
            )
    return proposals[:most]


def named(story: Story, texts: Iterable[str]) -> set[int]:
    """The stories (ids) whose follow-ups say which of ``texts`` lead to ``story`` already."""
    return {story.article}.union(*(find_references(html).targets for html in texts))


def place_in(
    html: str, story: Story, follow_ups: FollowUps, *, source: int, about: tuple[str, ...] = ()
) -> Place | None:
    """Where ``html``, a text of ``source``, could lead to ``story``; nowhere if it does already.

    It does so too by a line to another story that shows the same as one to ``story`` would.
    """
    found, to = find_references(html), follow_ups.shown(story.article, source=source)
    shown = {follow_ups.shown(target, source=source) for target in found.targets}
    if to in shown or {to, story.article} & found.articles:
        return None
    words = headline_key(story.headline).split()
    return best_place(html, about=(*about, *(word for word in words if len(word) >= OWN_WORDS)))


@prepared
def _bodies(*, pks):
    return Edition.objects.filter(pk__in=pks).values_list("pk", "body")
