"""What the index proposes is shown only if ``live`` says so."""

import json
from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.db.models.expressions import RawSQL

from articles.models import Edition, SearchRow

from .expression import Match


def live_among(matches: Iterable[Match], *, at: datetime) -> dict[int, tuple[int, float]]:
    """The editions live at ``at`` among ``matches``, in their order: id → article and rank.

    Two queries.
    """
    ranks = {match.place: match.rank for match in matches}
    rows = SearchRow.objects.filter(pk__in=_all_of(ranks)).values_list("pk", "edition_id")
    edition_at = dict(rows)
    live = Edition.objects.live(at=at).filter(pk__in=_all_of(edition_at.values()))
    articles = dict(live.values_list("pk", "article_id"))
    return {
        edition_at[place]: (articles[edition_at[place]], rank)
        for place, rank in ranks.items()
        if edition_at.get(place) in articles
    }


def _all_of(numbers):
    """``numbers`` as one value of a query: to put in 400 costs more than to look them up."""
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", [list(numbers)])
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(list(numbers))])
