import logging
import time

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection

from articles import publishing, search
from articles.links.following import prune_follows
from articles.models import Edition
from newsroom import outbox, tidying
from newsroom.pagestore import Unwritable

from .store import POLL_SECONDS, follow, store_in

logger = logging.getLogger(__name__)

PRUNE_SECONDS = 3600
INDEXED = 100  # editions at once, beside everything else


def tend() -> None:
    """Beside the background worker: tell of what has begun, and take away what is of no use more.

    At its start it indexes what is not, as after an upgrade or a bulk import.

    This machine's store learns of changes here too, so it is true even while no process answers
    readers.
    """
    store, pruned_at = store_in(settings.PAGE_STORE_DIR), float("-inf")
    indexing = search.catch_up(most=INDEXED)
    while True:
        try:
            while Edition.objects.due().exists() and publishing.announce():
                pass
            if settings.PAGE_STORE_DIR.exists():
                follow(store, store)
            if time.monotonic() - pruned_at > PRUNE_SECONDS:
                pruned_at = time.monotonic()
                outbox.prune()
                prune_follows()
                tidying.prune_tasks()
                tidying.prune_share_pictures()
            # Last: whatever it meets, all else has been done.
            if indexing and next(indexing, None) is None:
                indexing = None
        except (DatabaseError, Unwritable):  # the processes that answer readers say it
            connection.close()
            indexing = indexing and search.catch_up(most=INDEXED)
        except Exception:
            logger.exception("The outbox could not be tended.")
        if connection.vendor == "sqlite":
            connection.close()
        time.sleep(POLL_SECONDS)
