from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import get_resolver, reverse
from django.utils.encoding import iri_to_uri


@lru_cache(maxsize=10_000)
def address(name: str, *args: str) -> str:
    """The path of one of ``urls.py``'s names, escaped.

    Kept, because a page has twenty of them and ``reverse`` takes 30 µs for each (measured
    2026-11-23); what a name and its arguments lead to never changes while the process runs.
    """
    return reverse(f"articles:{name}", args=args)


@lru_cache(maxsize=1)
def _own() -> frozenset[str]:
    """The first words of all addresses of the site."""
    patterns = [str(pattern.pattern) for pattern in get_resolver().url_patterns]
    patterns += [str(pattern.pattern) for pattern in get_resolver("articles.urls").url_patterns]
    first = {pattern.partition("/")[0] for pattern in patterns}
    static = urlsplit(settings.STATIC_URL).path.strip("/").partition("/")[0]
    return frozenset((first - {""}) | {static, "healthz", "readyz", "metrics", "follow", "archive"})


def is_reserved(slug: str) -> bool:
    """Whether a page at ``/slug/`` would stand in the way of the site's own addresses.

    Four digits are a year.
    """
    return slug in _own() or (len(slug) == 4 and slug.isascii() and slug.isdigit())


def whole(path: str) -> str:
    """``path`` with the site's scheme and host, escaped: for feeds, canonical links and mail."""
    return _escaped(settings.SITE_URL + path)


_escaped = lru_cache(maxsize=10_000)(iri_to_uri)  # a page names some of its addresses ten times
