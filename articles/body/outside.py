"""Addresses outside the site that a text links to. Works on what ``clean`` returns."""

import re
from html import unescape
from urllib.parse import urlsplit

from django.utils.encoding import iri_to_uri

_HREF = re.compile(r'<a (?:[^>]*? )?href="(https?://[^"]+)"', re.IGNORECASE)


def external_links(html: str, *, own_host: str, longest: int) -> list[str]:
    """Each address once, in the order of the text: ASCII, without a fragment.

    Those of ``own_host``, of nothing that can be asked, and of more than ``longest`` characters are
    left out.
    """
    found = {}
    for href in _HREF.findall(html):
        try:
            parts = urlsplit(unescape(href))
            host, port = (parts.hostname or "").encode("idna").decode(), parts.port
        except ValueError:  # it is no address, and a browser would not find it either
            continue
        named = f"[{host}]" if ":" in host else host
        place = f"{named}:{port}" if port else named
        url = iri_to_uri(parts._replace(netloc=place, fragment="").geturl())
        if host and host != own_host and not parts.username and len(url) <= longest:
            found[url] = None
    return list(found)
