"""What the index proposes is shown only if ``live`` says so."""

from collections.abc import Iterable
from datetime import datetime

from articles.models import Edition, SearchRow

from .expression import Match


def live_among(matches: Iterable[Match], *, at: datetime) -> dict[int, tuple[int, float]]:
    """The editions live at ``at`` among ``matches``, in their order: id → article and rank.

    Two queries.
    """
    ranks = {match.place: match.rank for match in matches}
    rows = SearchRow.objects.filter(pk__in=ranks).values_list("pk", "edition_id")
    edition_at = dict(rows)
    live = Edition.objects.live(at=at).filter(pk__in=edition_at.values())
    articles = dict(live.values_list("pk", "article_id"))
    return {
        edition_at[place]: (articles[edition_at[place]], rank)
        for place, rank in ranks.items()
        if edition_at.get(place) in articles
    }
