"""Every public address on one screen."""

from django.urls import path, register_converter

from .public import archive, feeds, offline, pictures, search, sitemaps, views
from .public.front import front
from .public.history import history
from .public.series import series
from .public.standing_pages import standing_page


class Slug:
    """A slug in any script; what it may hold is decided in ``slugs``."""

    regex = r"[^/\0]{1,160}"  # PostgreSQL refuses to be asked about a NUL

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


class Word(Slug):
    """A slug where a file could stand: no slug has a dot, and most names of files do."""

    regex = r"[^/.\0]{1,160}"


class Year:
    regex = r"[0-9]{4}"
    to_python = to_url = staticmethod(str)


class Month:
    regex = r"0[1-9]|1[0-2]"
    to_python = to_url = staticmethod(str)


class Day:
    regex = r"0[1-9]|[12][0-9]|3[01]"
    to_python = to_url = staticmethod(str)


class Key:
    """Of a row; no longer than the database takes."""

    regex = r"[1-9][0-9]{0,17}"
    to_python = to_url = staticmethod(str)


register_converter(Slug, "any_slug")
register_converter(Word, "word")
register_converter(Key, "key")
register_converter(Year, "year")
register_converter(Month, "month")
register_converter(Day, "day")

app_name = "articles"


def with_feeds(address, name, view, feed):
    """A list, and the three feeds under it at the addresses that WordPress gives them."""
    return [
        path(address, view, name=name),
        path(f"{address}feed/", feed, name=f"{name}_feed"),
        path(f"{address}feed/atom/", feed, {"form": "atom"}, name=f"{name}_feed_atom"),
        path(f"{address}feed/json/", feed, {"form": "json"}, name=f"{name}_feed_json"),
    ]


urlpatterns = [
    *with_feeds("", "front", front, feeds.front),
    *with_feeds("section/<any_slug:slug>/", "section", views.section, feeds.section),
    *with_feeds("tag/<any_slug:slug>/", "tag", views.tag, feeds.tag),
    *with_feeds("author/<any_slug:slug>/", "author", views.author, feeds.author),
    *with_feeds("series/<any_slug:slug>/", "series", series, feeds.series),
    path("<year:year>/<month:month>/<any_slug:slug>/", views.article, name="article"),
    path("<year:year>/<month:month>/<any_slug:slug>/history/", history, name="history"),
    path(
        "<year:year>/<month:month>/<any_slug:slug>/history/<key:number>/", history, name="version"
    ),
    path("archive/", archive.index, name="archive"),
    path("archive/<year:year>/", archive.stories, name="archive_year"),
    path("archive/<year:year>/<month:month>/", archive.stories, name="archive_month"),
    path("archive/<year:year>/<month:month>/<day:day>/", archive.stories, name="archive_day"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-<year:year>-<month:month>.xml", sitemaps.month, name="month_sitemap"),
    path("sitemap-pages.xml", sitemaps.pages, name="pages_sitemap"),
    path("sitemap-news.xml", sitemaps.news, name="news_sitemap"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("manifest.webmanifest", offline.manifest, name="manifest"),
    path("offline/", offline.page, name="offline"),
    path("media/<key:image>/", pictures.picture, name="picture"),
    path("media/<key:image>/<str:name>", pictures.rendition, name="rendition"),
    path("media/share/<key:article>/", pictures.shared_story, name="shared_story"),
    path(
        "media/share/<key:article>-<slug:digest>.jpg",
        pictures.share_picture,
        name="share_picture",
    ),
    path("search/", search.results, name="search"),
    path("search/suggest/", search.suggestions, name="suggestions"),
    path("opensearch.xml", search.description, name="opensearch"),
    path("<word:slug>/", standing_page, name="standing_page"),  # last: it takes any word
]
