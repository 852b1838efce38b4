"""One more follower of the outbox: the caches of a CDN, or a Varnish, in front of this site.

In: the outbox. Out: a request to ``CDN_PURGE_URL`` with the spoiled keys in ``Surrogate-Key``, as
Fastly and Varnish’s xkey take it, or with ``*`` where all pages are out of date. How far it has
come stands in a file, written after the other side has said yes; so it may be told twice.
"""

import logging
import re
import time
import urllib.request
from collections.abc import Iterable
from http.client import HTTPException
from pathlib import Path

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection

from newsroom import outbox
from newsroom.pagestore import Spoiled

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 60
ANSWER_SECONDS = 10
KEYS_AT_ONCE = 200  # keeps the header under the 8 kB that servers take

_PLACE = re.compile(r"[0-9]+( |$)")  # as the outbox writes it, its number first


class Caches:
    """The keeper of copies at ``url``."""

    def __init__(self, url: str, place: Path):
        self.url, self.place = url, place

    def position(self) -> str | None:
        """None too where the file says anything but a place, as after the machine stopped."""
        try:
            said = self.place.read_text(errors="replace")
        except FileNotFoundError:
            return None
        return said if _PLACE.match(said) else None

    def spoil(self, spoils: Iterable[Spoiled], *, since: str, position: str) -> list:
        keys = sorted(spoil.key for spoil in spoils)
        for first in range(0, len(keys), KEYS_AT_ONCE):
            self._purge(" ".join(keys[first : first + KEYS_AT_ONCE]))
        self.place.write_text(position)
        return []

    def spoil_all(self, *, position: str) -> None:
        self._purge("*")
        self.place.write_text(position)

    def _purge(self, keys):
        request = urllib.request.Request(  # noqa: S310  the operator's own setting
            self.url, method="PURGE", headers={"Surrogate-Key": keys, "xkey-purge": keys}
        )
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:  # noqa: S310
            answer.read()


def follow() -> None:
    """Beside the background worker: tell the caches, for ever; later and later while they fail."""
    if not settings.CDN_PURGE_URL:
        return
    caches, pause = Caches(settings.CDN_PURGE_URL, settings.DATA_DIR / "cdn-position"), POLL_SECONDS
    while True:
        try:
            outbox.drain(caches)
            pause = POLL_SECONDS
        except DatabaseError:
            connection.close()
        except (OSError, HTTPException) as error:
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
            logger.error("The caches at CDN_PURGE_URL were not told of a change: %s", error)
        if connection.vendor == "sqlite":
            connection.close()
        time.sleep(pause)
