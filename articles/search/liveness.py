"""What the index proposes is shown only if ``live`` says so."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef

from articles.models import Edition, SearchRow
from articles.prepared import prepared

from .expression import Match


def live_among(matches: Iterable[Match], *, at: datetime) -> dict[int, tuple[int, float]]:
    """The editions live at ``at`` among ``matches``, in their order: id → article and rank.

    One query.
    """
    ranks = {match.place: match.rank for match in matches}
    stories = {place: story for place, *story in _live(at=at, places=list(ranks))}
    found = {}
    for place, rank in ranks.items():
        if story := stories.get(place):
            edition, article = story
            found[edition] = article, rank
    return found


@prepared
def _live(*, at, places):
    # Correlated: either database would first gather all that is live for ``edition__in``.
    live = Edition.objects.live(at=at).filter(pk=OuterRef("edition_id"))
    rows = SearchRow.objects.filter(Exists(live), pk__in=places)
    return rows.values_list("pk", "edition_id", "article_id")
