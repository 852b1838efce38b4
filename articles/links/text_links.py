"""Links within a text to stories of ours: by identity, however typed, and with a row each."""

import re
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from django.conf import settings

from articles.body import find_addresses, refer
from articles.models import Article, Edition, TextLink

_STORY = re.compile(r"/[0-9]{4}/[0-9]{2}/[^/\0]+/")  # PostgreSQL refuses a NUL


def refer_to_own(html: str) -> str:
    """``html`` with each link to an address that a story of ours has, or had, referring to it.

    So it follows a new address, and is gone while readers cannot open the story. One query if there
    are such links.
    """
    paths = {address: _path_of(address) for address in find_addresses(html)}
    rows = Edition.objects.filter(path__in={*paths.values()} - {None}).order_by("live_from")
    articles = dict(rows.values_list("path", "article"))
    return refer(html, {a: articles[path] for a, path in paths.items() if path in articles})


def _path_of(address):
    """The path of a story that ``address`` could be, as editions have it; None for all others."""
    site = urlsplit(settings.SITE_URL)
    try:
        parts = urlsplit(address)
        place = parts.hostname, parts.port
    except ValueError:
        return None
    is_ours = parts.scheme in ("http", "https") and place == (site.hostname, site.port)
    if not is_ours and (parts.scheme or parts.netloc):  # what has neither begins at our own root
        return None
    path = unquote(parts.path).rstrip("/") + "/"
    return path if _STORY.fullmatch(path) else None


def record_text_links(
    source: Article, targets: Iterable[int], *, edition: Edition | None = None
) -> None:
    """Write a row for each of the ``targets`` that a text links to, in place of those there were.

    ``edition`` None means the working copy. One query, two more where there are targets.
    """
    source.links_out.filter(edition=edition).delete()
    targets = set(targets) - {source.pk}
    if targets:
        known = Article.objects.filter(pk__in=targets).order_by("pk").values_list("pk", flat=True)
        TextLink.objects.bulk_create(
            TextLink(source=source, edition=edition, target_id=target) for target in known
        )
