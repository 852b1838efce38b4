"""What has been of use and is no more: taken away by the background worker, a little each hour."""

import time
from datetime import timedelta

from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from articles import media

HOUR_SECONDS = 3600
FOLDERS_AN_HOUR = media.FOLDERS // 20  # of share pictures: all of them within a day
TASKS_AT_ONCE, TASKS_AN_HOUR = 500, 10_000
DONE_FOR, FAILED_FOR = timedelta(days=7), timedelta(days=30)  # that what was done can be looked up


def prune_tasks() -> int:
    """Delete rows of tasks that ended long ago; how many. A query or two for each 500 rows."""
    now, deleted = timezone.now(), 0
    results = DBTaskResult.objects
    old = results.successful().filter(finished_at__lt=now - DONE_FOR)
    old |= results.failed().filter(finished_at__lt=now - FAILED_FOR)
    while deleted < TASKS_AN_HOUR:
        some = list(old.values_list("pk", flat=True)[:TASKS_AT_ONCE])
        deleted += results.filter(pk__in=some).delete()[0]
        if len(some) < TASKS_AT_ONCE:
            break
    return deleted


def prune_share_pictures(now: float | None = None) -> int:
    """Remove the share pictures that were replaced, of the folders whose turn it is; how many.

    The hour says whose turn it is, so nothing is forgotten however often the worker starts anew.
    """
    hour = int((time.time() if now is None else now) // HOUR_SECONDS)
    first = hour * FOLDERS_AN_HOUR
    folders = {number % media.FOLDERS for number in range(first, first + FOLDERS_AN_HOUR)}
    return sum(map(media.prune_share_pictures, sorted(folders)))
