"""The head of a page: its title, address, description, and the picture of a card."""

from dataclasses import dataclass
from textwrap import shorten

from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.safestring import SafeString

from articles import media
from articles.addresses import whole
from articles.body import plain_text
from articles.models import Edition, Publication, StandingPage

LONGEST = 300  # characters of a description
_ICON = "img/icon-512.png"
_ICON_PX = 512


@dataclass(frozen=True)
class Shared:
    """The picture of a card; ``url`` is whole."""

    url: str
    width_px: int
    height_px: int
    alt: str
    is_wide: bool = True


@dataclass(frozen=True)
class Metadata:
    path: str  # of this page and no other that shows the same
    title: str  # without the publication's name
    description: str
    picture: Shared
    facts: SafeString  # JSON-LD, for the inside of a script element
    kind: str = "website"  # of Open Graph
    properties: tuple[tuple[str, str], ...] = ()  # of Open Graph, beside those that all pages have
    alternates: tuple[tuple[str, str], ...] = ()  # language and path of each translation, and this


def share_picture(edition: Edition, publication: Publication) -> Shared:
    """The picture of a story where its link is shown as a card."""
    shown = media.share_picture(edition, publication)
    return Shared(whole_file(shown.url), shown.width_px, shown.height_px, shown.alt)


def sign_of(publication: Publication) -> Shared:
    """The publication's logo, or the icon of the site."""
    if publication.logo:
        shown = media.picture(publication.logo, "body")
        url = whole_file(shown.url)
        return Shared(url, shown.width_px, shown.height_px, publication.name, is_wide=False)
    url = whole_file(staticfiles_storage.url(_ICON))
    return Shared(url, _ICON_PX, _ICON_PX, publication.name, is_wide=False)


def whole_file(url: str) -> str:
    """The address of a file, which may be at another host already."""
    return whole(url) if url.startswith("/") else url


def lede(thing: Edition | StandingPage) -> str:
    """The first paragraph of a text, for those who gave it no other description."""
    first = next(iter(plain_text(thing.body).split("\n")), "")
    return shorten(first, LONGEST, placeholder="…")
