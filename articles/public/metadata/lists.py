"""Of pages that list stories: the front page, sections, tags, authors, series, the archive."""

from collections.abc import Iterable
from textwrap import shorten

from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from articles import media
from articles.addresses import address, whole
from articles.languages import in_digits_of
from articles.models import Author, Section, Tag
from articles.periods import Period

from ..lists import Listing
from ..page import Page
from .facts import person_of, publisher_of, script_of, trail_to
from .head import LONGEST, Metadata, sign_of, whole_file


def of_front(page: Page) -> Metadata:
    """Of the front page, which is also where the publication says who it is."""
    publication = page.publication
    description = publication.tagline or publication.name
    site = {
        "@type": "WebSite",
        "@id": whole("/#site"),
        "url": whole("/"),
        "name": publication.name,
        "description": description,
        "inLanguage": publication.language,
        "publisher": {"@id": whole("/#publisher")},
        "potentialAction": {
            "@type": "SearchAction",
            "target": {
                "@type": "EntryPoint",
                "urlTemplate": f"{whole(address('search'))}?q={{words}}",
            },
            "query-input": "required name=words",
        },
    }
    return Metadata(
        path=address("front"),
        title=publication.name,
        description=description,
        picture=sign_of(publication),
        facts=script_of(site, publisher_of(publication)),
    )


def of_list(page: Page, thing, listing: Listing) -> Metadata:
    """Of one page of a section, tag, author or series; ``None`` is the front page's older ones."""
    publication = page.publication
    if thing is None:
        with page.speaking():
            name = _("Older stories")
        return _of_list(page, name, address("front"), publication.tagline, listing)
    given = thing.biography if isinstance(thing, Author) else thing.description
    with page.speaking():
        if isinstance(thing, Section):
            words = _("The newest stories of %(name)s in %(publication)s.")
        elif isinstance(thing, Tag):
            words = _("All stories about %(name)s in %(publication)s.")
        elif isinstance(thing, Author):
            words = _("All stories by %(name)s in %(publication)s.")
        else:
            words = _("All parts of %(name)s in %(publication)s.")
    description = given or words % {"name": thing, "publication": publication}
    about = {}
    if isinstance(thing, Author):
        person = person_of(thing) | ({"description": thing.biography} if thing.biography else {})
        if thing.portrait:
            shown = media.picture(thing.portrait, "portrait")
            person["image"] = whole_file(shown.url)
        about = {"@type": "ProfilePage", "mainEntity": person}
    return _of_list(page, str(thing), thing.get_absolute_url(), description, listing, about=about)


def of_archive(
    page: Page, shown: Period | None = None, above: Iterable[Period] = (), listing=None
) -> Metadata:
    """Of a time in the archive, or without one of its first page."""
    listing = listing or Listing([])
    with page.speaking():
        archive = _("Archive")
        if shown is None:
            words = _("Every story by year and month.")
            return _of_list(page, archive, address("archive"), words, listing)
        names = {one: named(one) for one in (*above, shown)}
        words = _("All stories of %(period)s.") % {"period": names[shown]}
    trail = [(archive, address("archive")), *((names[one], one.path) for one in above)]
    return _of_list(page, names[shown], shown.path, words, listing, trail=trail)


def named(period: Period, within: str = "") -> str:
    """``23 August 2018``, ``August 2018`` or ``2018``; among others of its year ``23 August`` or
    ``August``, and of its month ``23``. In the language and the digits of the page.
    """
    forms = {
        "day": pgettext("a date, in Django’s letters for it", "j F Y"),
        "month": pgettext("a month, in Django’s letters for it", "F Y"),
        "year": pgettext("a year, in Django’s letters for it", "Y"),
        "day within year": pgettext("a date without its year, in Django’s letters for it", "j F"),
        "month within year": pgettext("a month without its year, in Django’s letters for it", "F"),
        "day within month": pgettext("a day of a month, in Django’s letters for it", "j"),
    }
    form = forms[f"{period.kind} within {within}" if within else period.kind]
    return in_digits_of(get_language(), date_format(period.first, form))


def _of_list(page, name, path, description, listing, *, about=None, trail=()):
    publication = page.publication
    description = shorten(description, LONGEST, placeholder="…")
    if not listing.is_first:
        path = f"{path}?before={page.request.GET['before']}"
    first = {
        "@type": "CollectionPage",
        "@id": whole(path),
        "url": whole(path),
        "name": name,
        "description": description,
        "inLanguage": publication.language,
        "isPartOf": {"@id": whole("/#site")},
    }
    stories = {
        "@type": "ItemList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "url": whole(edition.path)}
            for place, edition in enumerate(listing.editions, 1)
        ],
    }
    facts = [first | about, stories] if about else [first | {"mainEntity": stories}]
    return Metadata(
        path=path,
        title=name,
        description=description,
        picture=sign_of(publication),
        facts=script_of(*facts, trail_to(publication, [*trail, (name, path)])),
        kind="profile" if about else "website",
    )
