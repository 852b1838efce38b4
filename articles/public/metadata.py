"""What a page says of itself to machines: search engines, and whoever shows a link as a card.

In: what the page shows, already loaded. Out: ``Metadata`` for ``_metadata.html``, with schema.org's
facts as JSON-LD (https://schema.org/NewsArticle). No query. Facts are made as Python and escaped
once, in ``_script``.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from textwrap import shorten

from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from articles import media
from articles.addresses import address, whole
from articles.body import plain_text
from articles.languages import in_digits_of
from articles.models import Author, Correction, Edition, Publication, Section, StandingPage, Tag
from articles.periods import Period

from .companions import Companion, Companions
from .lists import Listing
from .page import Page

_ICON = "img/icon-512.png"
_ICON_PX = 512
_LONGEST = 300  # characters of a description
# What would end the element, begin a comment in it, or end a line of a script in older browsers.
_ESCAPES = {sign: f"\\u{ord(sign):04X}" for sign in "<>&\u2028\u2029"}


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


def of_article(
    page: Page,
    edition: Edition,
    *,
    companions: Companions,
    corrections: Iterable[Correction],
    lines: Iterable[str] = (),
) -> Metadata:
    """Of a story that its page has loaded with text, tags and byline; ``lines`` are the paths that
    the lines of its text show.
    """
    publication = page.publication
    description = edition.standfirst or _lede(edition)
    picture = share_picture(edition, publication)
    published, revised = (
        moment and moment.astimezone(page.zone).isoformat(timespec="seconds")
        for moment in (edition.published_at, edition.revised_at)
    )
    publisher = _publisher(publication)
    facts = {
        "@type": "NewsArticle",
        "@id": whole(edition.path),
        "url": whole(edition.path),
        "mainEntityOfPage": _page_of(edition.path, lines),
        "headline": edition.headline,
        "description": description,
        "datePublished": published,
        "dateModified": revised or published,
        "author": [_person(author) for author in edition.byline] or publisher,
        "publisher": publisher,
        "articleSection": edition.section.name,
        "keywords": [tag.name for tag in edition.tag_list],
        "wordCount": edition.word_count,
        "inLanguage": edition.language,
        "isAccessibleForFree": True,
        "image": [picture.url],
    }
    if corrections:
        facts["correction"] = [
            {
                "@type": "CorrectionComment",
                "text": correction.text,
                "datePublished": correction.corrected_at.astimezone(page.zone).isoformat(
                    timespec="seconds"
                ),
            }
            for correction in corrections
        ]
    if companions.series:
        facts["isPartOf"] = {
            "@type": "CreativeWorkSeries",
            "name": companions.series,
            "url": whole(companions.series_path),
        }
        facts["position"] = edition.part
    original = _original(edition, companions)
    if companions.translations and original is None:
        facts["workTranslation"] = [_translation(one) for one in companions.translations]
    elif original:
        facts["translationOfWork"] = _translation(original)
    trail = [(edition.section.name, edition.section.get_absolute_url())]
    properties = [
        ("article:published_time", published),
        ("article:modified_time", revised or published),
        ("article:section", edition.section.name),
        *(("article:author", whole(author.get_absolute_url())) for author in edition.byline),
        *(("article:tag", tag.name) for tag in edition.tag_list),
    ]
    return Metadata(
        path=edition.path,
        title=edition.headline,
        description=description,
        picture=picture,
        facts=_script(facts, _trail(publication, [*trail, (edition.headline, edition.path)])),
        kind="article",
        properties=tuple(properties),
        alternates=_alternates(edition, companions),
    )


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
        picture=_sign(publication),
        facts=_script(site, _publisher(publication)),
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
        person = _person(thing) | ({"description": thing.biography} if thing.biography else {})
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


def of_standing_page(page: Page, standing: StandingPage, *, lines: Iterable[str] = ()) -> Metadata:
    """Of what was written at the desk about the paper itself; ``lines`` as of an article."""
    path = standing.get_absolute_url()
    description = _lede(standing) or page.publication.tagline
    facts = _page_of(path, lines) | {
        "url": whole(path),
        "name": standing.title,
        "description": description,
        "inLanguage": standing.language,
        "isPartOf": {"@id": whole("/#site")},
    }
    return Metadata(
        path=path,
        title=standing.title,
        description=description,
        picture=_sign(page.publication),
        facts=_script(facts, _trail(page.publication, [(standing.title, path)])),
    )


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


def share_picture(edition: Edition, publication: Publication) -> Shared:
    """The picture of a story where its link is shown as a card."""
    shown = media.share_picture(edition, publication)
    return Shared(whole_file(shown.url), shown.width_px, shown.height_px, shown.alt)


def whole_file(url: str) -> str:
    """The address of a file, which may be at another host already."""
    return whole(url) if url.startswith("/") else url


def _of_list(page, name, path, description, listing, *, about=None, trail=()):
    publication = page.publication
    description = shorten(description, _LONGEST, placeholder="…")
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
        picture=_sign(publication),
        facts=_script(*facts, _trail(publication, [*trail, (name, path)])),
        kind="profile" if about else "website",
    )


def _script(*facts):
    text = json.dumps(
        {"@context": "https://schema.org", "@graph": facts},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    for sign, escaped in _ESCAPES.items():  # 50 times as fast as translating
        text = text.replace(sign, escaped)
    return SafeString(text)


def _trail(publication, steps):
    steps = [(publication.name, address("front")), *steps]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": whole(path)}
            for place, (name, path) in enumerate(steps, 1)
        ],
    }


def _page_of(path, lines):
    """The page at ``path`` and where its lines lead.

    ``relatedLink`` is a property of pages, not of articles: https://schema.org/relatedLink
    """
    page = {"@type": "WebPage", "@id": whole(path)}
    related = [whole(line) for line in lines]
    return page | ({"relatedLink": related} if related else {})


def _publisher(publication):
    sign = _sign(publication)
    return {
        "@type": "NewsMediaOrganization",
        "@id": whole("/#publisher"),
        "name": publication.name,
        "url": whole("/"),
        "logo": {
            "@type": "ImageObject",
            "url": sign.url,
            "width": sign.width_px,
            "height": sign.height_px,
        },
    }


def _sign(publication):
    """The publication's logo, or the icon of the site."""
    if publication.logo:
        shown = media.picture(publication.logo, "body")
        url = whole_file(shown.url)
        return Shared(url, shown.width_px, shown.height_px, publication.name, is_wide=False)
    url = whole_file(staticfiles_storage.url(_ICON))
    return Shared(url, _ICON_PX, _ICON_PX, publication.name, is_wide=False)


def _person(author):
    person = {
        "@type": "Person",
        "name": author.name,
        "url": whole(author.get_absolute_url()),
    }
    return person | ({"jobTitle": author.role} if author.role else {})


def _translation(companion: Companion):
    return {
        "@type": "NewsArticle",
        "@id": whole(companion.path),
        "url": whole(companion.path),
        "inLanguage": companion.language,
    }


def _original(edition, companions):
    """The story that this is a translation of, if readers can open it."""
    found = (one for one in companions.translations if one.article == edition.original_id)
    return next(found, None)


def _alternates(edition, companions):
    """All translations name all, themselves too, and the same one for readers of any other."""
    if not companions.translations:
        return ()
    ways = [(one.language, one.path) for one in companions.translations]
    ways = sorted([*ways, (edition.language, edition.path)])
    original = _original(edition, companions)
    if edition.article_id == edition.original_id:
        first = edition.path
    else:
        first = original.path if original else ways[0][1]
    return (*ways, ("x-default", first))


def _lede(thing):
    """The first paragraph of a text, for those who gave it no other description."""
    first = next(iter(plain_text(thing.body).split("\n")), "")
    return shorten(first, _LONGEST, placeholder="…")
