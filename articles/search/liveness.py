"""What the index proposes is shown only if ``live`` says so."""

from collections.abc import Iterable
from datetime import datetime

from articles.models import Edition, SearchRow
from articles.prepared import prepared

from .expression import Match


def live_among(matches: Iterable[Match], *, at: datetime) -> dict[int, tuple[int, float]]:
    """The editions live at ``at`` among ``matches``, in their order: id → article and rank.

    Two queries.
    """
    ranks = {match.place: match.rank for match in matches}
    edition_at = dict(_editions(places=list(ranks)))
    articles = dict(_live(at=at, pks=list(edition_at.values())))
    return {
        edition_at[place]: (articles[edition_at[place]], rank)
        for place, rank in ranks.items()
        if edition_at.get(place) in articles
    }


@prepared
def _editions(*, places):
    return SearchRow.objects.filter(pk__in=places).values_list("pk", "edition_id")


@prepared
def _live(*, at, pks):
    return Edition.objects.live(at=at).filter(pk__in=pks).values_list("pk", "article_id")
