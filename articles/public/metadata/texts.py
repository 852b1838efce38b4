"""Of pages that show one text: a story, a standing page."""

from collections.abc import Iterable

from articles.addresses import whole
from articles.models import Correction, Edition, StandingPage

from ..companions import Companions
from ..page import Page
from .facts import page_of, person_of, publisher_of, script_of, trail_to, translation_of
from .head import Metadata, lede, share_picture, sign_of


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
    description = edition.standfirst or lede(edition)
    picture = share_picture(edition, publication)
    published, revised = (
        moment and moment.astimezone(page.zone).isoformat(timespec="seconds")
        for moment in (edition.published_at, edition.revised_at)
    )
    publisher = publisher_of(publication)
    facts = {
        "@type": "NewsArticle",
        "@id": whole(edition.path),
        "url": whole(edition.path),
        "mainEntityOfPage": page_of(edition.path, lines),
        "headline": edition.headline,
        "description": description,
        "datePublished": published,
        "dateModified": revised or published,
        "author": [person_of(author) for author in edition.byline] or publisher,
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
        facts["workTranslation"] = [translation_of(one) for one in companions.translations]
    elif original:
        facts["translationOfWork"] = translation_of(original)
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
        facts=script_of(facts, trail_to(publication, [*trail, (edition.headline, edition.path)])),
        kind="article",
        properties=tuple(properties),
        alternates=_alternates(edition, companions),
    )


def of_standing_page(page: Page, standing: StandingPage, *, lines: Iterable[str] = ()) -> Metadata:
    """Of what was written at the desk about the paper itself; ``lines`` as of an article."""
    path = standing.get_absolute_url()
    description = lede(standing) or page.publication.tagline
    facts = page_of(path, lines) | {
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
        picture=sign_of(page.publication),
        facts=script_of(facts, trail_to(page.publication, [(standing.title, path)])),
    )


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
