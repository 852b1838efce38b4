from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from articles.body import Target
from articles.languages import direction_of
from articles.models import FOREVER, Edition
from articles.prepared import prepared


@dataclass(frozen=True)
class Resolved:
    """``targets`` by article id, and the moment when this answer is no longer true."""

    targets: dict[int, Target]
    ends_at: datetime


def resolve(articles: Iterable[int], *, at: datetime) -> Resolved:
    """Which of these articles (ids) readers can open at ``at``, and where. One query at most."""
    targets, ends_at, articles = {}, FOREVER, set(articles)
    if not articles:
        return Resolved(targets, ends_at)
    for edition in _not_ended(at=at, articles=articles):
        if edition.is_live(at=at):
            ends_at = min(ends_at, edition.live_until)
            targets[edition.article_id] = Target(
                article=edition.article_id,
                path=edition.path,
                headline=edition.headline,
                language=edition.language,
                direction=direction_of(edition.language),
            )
        else:
            ends_at = min(ends_at, edition.live_from)
    return Resolved(targets, ends_at)


@prepared
def _not_ended(*, at, articles):
    editions = Edition.objects.not_ended(at=at).filter(article__in=articles)
    return editions.only("article", "path", "headline", "language", "live_from", "live_until")
