"""This machine's page store: made from the settings, true to the outbox."""

import hashlib
import sys
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from newsroom import outbox
from newsroom.pagestore import Store

POLL_SECONDS = 0.4  # between two looks at the outbox
TURN_SECONDS = 1  # that whoever reads the outbox leaves it to another who does


@lru_cache
def store_in(folder: Path) -> Store:
    return Store(folder, release=release(), largest_bytes=settings.PAGE_STORE_BYTES)


def follow(keeper: outbox.Keeper, store: Store) -> tuple[list, list]:
    """As ``outbox.drain``, by one process at a time: the others leave it to that one for a second.

    Then they do it too, which does no harm.
    """
    with store.turns.take("outbox", seconds=TURN_SECONDS):
        return outbox.drain(keeper)


@lru_cache
def release() -> str:
    """Names the code, templates and settings that pages are made with."""
    digest = hashlib.blake2b(digest_size=16)
    digest.update(
        repr((sys.version, settings.SITE_URL, settings.STATIC_URL, settings.MEDIA_URL)).encode()
    )
    digest.update(repr((settings.LANGUAGE_CODE, settings.SECURE_CSP, settings.DEBUG)).encode())
    digest.update(repr(settings.COUNT_FOLLOWS).encode())
    base = settings.BASE_DIR
    files = [base / "requirements.txt", Path(settings.STATIC_ROOT) / "staticfiles.json"]
    for folder in (base / "articles", base / "newsroom", base / "templates" / "public"):
        files += [path for path in folder.rglob("*") if path.suffix in (".py", ".html", ".mo")]
    for path in sorted(files):
        with suppress(OSError):
            digest.update(str(path.relative_to(path.anchor)).encode() + path.read_bytes())
    return digest.hexdigest()
