"""Which story a line shows when others follow the one it names."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from articles.models import Edition, FollowUp
from articles.prepared import prepared


def may_show(target: int, source: int | None, later: Mapping[int, Sequence[int]]) -> list[int]:
    """What a line of ``source`` to ``target`` may show, of which it shows the last that is live.

    That story and all that follow it; in a story that is one of these, only what came before it.
    """
    stands = [target, *later.get(target, ())]
    return stands[: stands.index(source)] if source in stands else stands


@dataclass(frozen=True)
class FollowUps:
    """Of some stories: ``later`` are the follow-ups of each in their order, ``live`` those of them
    that readers can open."""

    later: Mapping[int, Sequence[int]]
    live: frozenset[int]

    def shown(self, target: int, *, source: int | None, gone: int | None = None) -> int:
        """The story that a line of ``source`` to ``target`` shows, once readers can open any.

        ``gone`` is one that they cannot open any more.
        """
        following = may_show(target, source, self.later)[1:]
        return next((pk for pk in reversed(following) if pk in self.live - {gone}), target)


def follow_ups_of(stories: Iterable[int], *, at: datetime) -> FollowUps:
    """What follows these stories (ids) at that moment. One query."""
    later, live = defaultdict(list), set()
    for story, follow_up, is_live in _follow_ups(at=at, stories=sorted(stories)):
        later[story].append(follow_up)
        if is_live:
            live.add(follow_up)
    return FollowUps(later, frozenset(live))


@prepared
def _follow_ups(*, at, stories):
    live = Edition.objects.live(at=at).filter(article=OuterRef("follow_up"))
    rows = FollowUp.objects.filter(story__in=stories).order_by("story", "distance")
    return rows.values_list("story_id", "follow_up_id", Exists(live))
