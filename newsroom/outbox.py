"""Followers of the outbox: each keeps copies of pages somewhere, and its own place in the outbox.

In: the rows of Spoil, in their order. Out: their keys, told once to each keeper of copies. The
outbox is the only way by which a keeper learns of a change, so it may be told late, by any process,
or after a crash. A page store on this machine is one keeper; the caches of a CDN are another.
"""

import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import Protocol

from django.utils import timezone

from articles.models import Spoil
from newsroom.pagestore import Spoiled

logger = logging.getLogger(__name__)

BATCH = 5_000
KEPT_FOR = timedelta(days=7)


class Keeper(Protocol):
    def position(self) -> str | None:
        """What was last given as ``position``; None if it knows nothing yet."""

    def spoil(self, spoils: Iterable[Spoiled], *, since: str, position: str) -> list | None:
        """Let go of what shows these keys; None, and nothing done, if it is not at ``since``."""

    def spoil_all(self, *, position: str) -> None: ...


def drain(keeper: Keeper) -> tuple[list, list[Spoil]]:
    """Tell ``keeper`` all that it was not told: the pages it gave up, and the rows. One query.

    A keeper that is new, or that was left behind or led astray (its place is pruned, or the
    database is another one than before), starts with nothing.
    """
    pages, told = [], []
    while True:
        position = keeper.position()
        if position is None:
            keeper.spoil_all(position=_position(Spoil.objects.order_by("pk").last()))
            return pages, told
        number = int(position.partition(" ")[0])
        rows = list(Spoil.objects.filter(pk__gte=number).order_by("pk")[:BATCH])
        if number and (not rows or _position(rows[0]) != position):
            logger.warning("The outbox does not go on where its follower left it; all pages go.")
            keeper.spoil_all(position=_position(Spoil.objects.order_by("pk").last()))
            return pages, told
        news = rows[1:] if number else rows
        if not news:
            return pages, told
        spoils = {row.key: False for row in news} | {row.key: True for row in news if row.is_final}
        gone = keeper.spoil(
            [Spoiled(*spoil) for spoil in spoils.items()],
            since=position,
            position=_position(news[-1]),
        )
        if gone is not None:  # else another process was faster, and may not have come as far
            pages += gone
            told += news


def waiting(keeper: Keeper) -> int:
    """How many rows ``keeper`` was not told of."""
    position = keeper.position()
    return Spoil.objects.filter(pk__gt=int((position or "0").partition(" ")[0])).count()


def prune() -> int:
    """Delete rows that every follower has had time to read; the last one stays, as their place."""
    last = Spoil.objects.order_by("pk").last()
    if last is None:
        return 0
    old = Spoil.objects.filter(spoiled_at__lt=timezone.now() - KEPT_FOR, pk__lt=last.pk)
    return old.delete()[0]


def _position(row):
    """The row's place, and enough of the row to tell it from one of another database."""
    return f"{row.pk} {row.spoiled_at.timestamp()} {row.key}" if row else "0"
