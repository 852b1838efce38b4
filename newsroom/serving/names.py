"""The names of pages that are worth having in the store before a reader asks."""

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from articles.body import find_references
from articles.models import (
    Author,
    Edition,
    PictureUse,
    Publication,
    Section,
    Series,
    StandingPage,
    Tag,
)
from articles.periods import period_with
from newsroom.pagestore import Name

FOR_MACHINES = (
    "/sitemap.xml",
    "/sitemap-pages.xml",
    "/sitemap-news.xml",
    "/robots.txt",
    "/manifest.webmanifest",
    "/opensearch.xml",
    "/offline/",
    "/archive/",
)
FEEDS = ("feed/", "feed/atom/", "feed/json/")


def name_at(path: str) -> Name:
    """The page at ``path``, escaped or not."""
    return Name(unquote(path).encode().decode("latin-1"))


def names_of_stories(keys) -> Iterator[Name]:
    """The pages of the stories of these keys, and all lists and feeds that they stand in."""
    articles = [int(key[8:]) for key in keys if key.startswith("article-")]
    editions = Edition.objects.live().filter(article__in=articles).defer("body")
    rows = editions.select_related("section", "series").prefetch_related(
        "tag_rows__tag", "author_rows__author", "picture_uses"
    )
    for edition in rows:
        yield name_at(edition.path)
        if edition.has_history:
            yield name_at(f"{edition.path}history/")
        yield from names_of_pictures(use.image_id for use in edition.picture_uses.all())
        yield Name(f"/media/share/{edition.article_id}/")
        tags = [row.tag for row in edition.tag_rows.all()]
        authors = [row.author for row in edition.author_rows.all()]
        series = [edition.series] if edition.series else []
        yield from names_of_lists([edition.section, *series, *tags, *authors])


def names_of_lists(things) -> Iterator[Name]:
    for home in ("/", *(thing.get_absolute_url() for thing in things)):
        yield from map(name_at, (home, *(home + feed for feed in FEEDS)))


def names_of_pictures(pks) -> Iterator[Name]:
    """What lets readers in to these pictures; with it they are shown without a database too."""
    return (Name(f"/media/{pk}/") for pk in pks if pk)


def names_of_all() -> Iterator[Name]:
    """Every page that readers can come by from the front page, older pages of lists left out."""
    live = Edition.objects.live()
    yield from names_of_lists(Section.objects.all())
    yield from names_of_lists(Tag.objects.filter(edition_rows__edition__in=live).distinct())
    yield from names_of_lists(Author.objects.filter(edition_rows__edition__in=live).distinct())
    yield from names_of_lists(Series.objects.filter(pk__in=live.values("series")))
    for page in StandingPage.objects.filter(is_live=True):
        yield name_at(page.get_absolute_url())
        yield from names_of_pictures(find_references(page.body).images)
    uses = PictureUse.objects.filter(edition__in=live)
    yield from names_of_pictures(uses.values_list("image", flat=True).distinct())
    yield from names_of_pictures(Author.objects.values_list("portrait", flat=True))
    yield from names_of_pictures(Publication.objects.values_list("logo", flat=True))
    yield from map(Name, FOR_MACHINES)
    months, zone = set(), ZoneInfo(Publication.current().time_zone)
    stories = live.order_by("-pk").values_list("path", "published_at", "has_history")
    for path, published_at, has_history in stories.iterator(chunk_size=2_000):
        yield name_at(path)
        if has_history:
            yield name_at(f"{path}history/")
        months.add(f"/sitemap-{published_at:%Y-%m}.xml")
        months |= paths_in_archive(published_at, zone)
    yield from map(Name, sorted(months))


def paths_in_archive(published_at: datetime, zone: ZoneInfo) -> set[str]:
    """The pages of the archive that list a story first published then."""
    return {period_with(published_at, kind, zone).path for kind in ("year", "month", "day")}
