"""Beside the background worker: links to other sites are found, and asked whether they are there.

Off unless ``LINK_CHECKS_PER_HOUR`` is set. Live stories are looked through round and round, the
newest first, a few at a time; standing pages, and what was published since the last look, come
before that.
"""

import logging
import time
from datetime import timedelta

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.utils import timezone

from articles.links.outside import claim, note_external, note_external_of_pages, settle
from articles.models import Edition
from newsroom import asking

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 5
TOGETHER = 20  # addresses asked before stories are looked through again
STORIES = 100  # looked through at once: 300,000 in four hours
OVERLAP = timedelta(minutes=10)  # an edition may be seen long after the moment it bears
AGENT = "newsroom-links (+{})"


class Rounds:
    """Where the looking through stands. Kept in memory: it begins anew with the process."""

    def __init__(self):
        self.looked_at, self.below = timezone.now(), None

    def look(self) -> int:
        """Note the links of some stories and of all pages; how many addresses are new."""
        now = timezone.now()
        live = Edition.objects.live(at=now).only("pk", "article", "body")
        fresh = live.filter(live_from__gt=self.looked_at - OVERLAP).order_by("live_from")
        some = live.order_by("-pk")
        if self.below:
            some = some.filter(pk__lt=self.below)
        some = list(some[:STORIES])
        new = note_external_of_pages() + note_external([*fresh[:STORIES], *some])
        self.looked_at, self.below = now, some[-1].pk if some else None
        return new


def check(*, may_ask=asking.is_public) -> int:
    """Ask as many addresses as may be asked now, one after the other. Returns how many."""
    agent, asked = AGENT.format(settings.SITE_URL), 0
    while asked < TOGETHER and (links := claim(per_hour=settings.LINK_CHECKS_PER_HOUR)):
        for link in links:
            settle(link, **vars(asking.ask(link.url, agent=agent, may_ask=may_ask)))
            asked += 1
    return asked


def follow() -> None:
    """For ever; nothing if it is switched off."""
    if not settings.LINK_CHECKS_PER_HOUR:
        return
    rounds = Rounds()
    while True:
        try:
            rounds.look()
            check()
        except DatabaseError:  # the processes that answer readers say it
            connection.close()
        except Exception:
            logger.exception("Links to other sites could not be checked.")
        if connection.vendor == "sqlite":
            connection.close()
        time.sleep(PAUSE_SECONDS)
