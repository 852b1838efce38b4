"""What search engines fetch: a sitemap of each month, one of the last two days, and robots.txt.

https://www.sitemaps.org/protocol.html; a sitemap has 50,000 addresses at most. A month's names
thousands of stories, so it bears the key of the month and not of each story.
"""

from datetime import UTC, datetime, timedelta
from io import StringIO

from django.db.models import OuterRef, Subquery
from django.http import Http404
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe

from articles import cache
from articles.addresses import address, whole
from articles.models import Edition, Series
from articles.prepared import prepared

from . import archive, lists
from .page import Page, stored

LARGEST = 50_000
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
IS_NEWS_FOR = timedelta(days=2)
MOST_NEWS = 1_000


@stored()
@require_safe
def index(request):
    """The sitemaps there are: the news, and every month in which a live story first appeared."""
    page = Page(request)
    page.shows(cache.FRONT)
    lists.hold_until_the_next(page, lists.front_stream())
    paths = [address("news_sitemap"), address("pages_sitemap")]
    for month, until in Edition.objects.live(at=page.at).months():
        page.holds_until(until)
        paths.append(address("month_sitemap", f"{month:%Y}", f"{month:%m}"))
    entries = [{"loc": whole(path)} for path in paths]
    return _answer(page, "sitemapindex", "sitemap", entries)


@stored()
@require_safe
def month(request, year, month):
    """The live stories first published in a month (of UTC). Raises Http404 if there is none."""
    page = Page(request)
    try:
        begin = datetime(int(year), int(month), 1, tzinfo=UTC)
        end = _next_month(begin)
    except (ValueError, OverflowError):
        raise Http404("No such month.")
    page.shows(cache.month_key(begin))
    entries = []
    for path, published_at, revised_at, live_until in _first_published(
        at=page.at, begin=begin, end=end
    ):
        page.holds_until(live_until, is_end=True)
        entries.append(
            {"loc": whole(path), "lastmod": (revised_at or published_at).isoformat("T", "seconds")}
        )
    if not entries:
        raise Http404("No story was published in this month.")
    lists.hold_until_the_next(page, lists.front_stream())
    return _answer(page, "urlset", "url", entries)


@prepared
def _first_published(*, at, begin, end):
    stories = Edition.objects.live(at=at).filter(published_at__gte=begin, published_at__lt=end)
    rows = stories.newest_first().values_list("path", "published_at", "revised_at", "live_until")
    return rows[:LARGEST]


@stored()
@require_safe
def pages(request):
    """What is no story: the front page, pages written in the desk, the archive, and series.

    Eight queries. Days of the archive are left to their months.
    """
    page = Page(request)
    page.shows(cache.ALL_SERIES, cache.FRONT)
    live = Edition.objects.live(at=page.at).filter(series=OuterRef("pk"))
    until = Subquery(live.order_by("-live_until").values("live_until")[:1])
    paths = [address("front")]
    paths += [address("standing_page", standing["slug"]) for standing in page.publication.footer]
    paths.append(address("archive"))
    for year in archive.years_of(page):
        paths += [year.whole.path, *(month.path for month in year.months)]
    for series in Series.objects.annotate(live_until=until):
        page.shows(cache.list_key(series))
        if series.live_until:
            page.holds_until(series.live_until, is_end=True)
            paths.append(series.get_absolute_url())
    lists.hold_until_the_next(page, lists.front_stream())
    return _answer(page, "urlset", "url", [{"loc": whole(path)} for path in paths])


@stored()
@require_safe
def news(request):
    """Stories of the last two days, as news search engines want them."""
    page = Page(request)
    page.shows(cache.FRONT)
    entries = []
    for edition in _recent(at=page.at, after=page.at - IS_NEWS_FOR):
        page.shows_edition(edition)
        page.holds_until(edition.published_at + IS_NEWS_FOR)
        entries.append(
            {
                "loc": whole(edition.path),
                "news:news": {
                    "news:publication": {
                        "news:name": page.publication.name,
                        "news:language": _without_region(edition.language),
                    },
                    "news:publication_date": edition.published_at.isoformat("T", "seconds"),
                    "news:title": edition.headline,
                },
            }
        )
    lists.hold_until_the_next(page, lists.front_stream())
    return _answer(page, "urlset", "url", entries, {"xmlns:news": NEWS})


def _without_region(language):
    """As news search engines want it: ISO 639, but for two ways of writing Chinese.

    https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap
    """
    language = language.lower()
    return language if language in ("zh-cn", "zh-tw") else language.partition("-")[0]


@prepared
def _recent(*, at, after):
    recent = Edition.objects.live(at=at).filter(published_at__gt=after)
    return recent.newest_first().for_listing()[:MOST_NEWS]


@stored()
@require_safe
def robots(request):
    lines = ("User-agent: *", "Disallow: /admin/", "", f"Sitemap: {whole(address('sitemap'))}", "")
    return Page(request).answer("\n".join(lines), "text/plain; charset=utf-8")


def _next_month(moment):
    begin = moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (begin + timedelta(days=32)).replace(day=1)


def _answer(page, root, item, entries, namespaces=None):
    out = StringIO()
    xml = SimplerXMLGenerator(out, "utf-8")
    xml.startDocument()
    xml.startElement(root, {"xmlns": SITEMAP} | (namespaces or {}))
    for entry in entries:
        _write(xml, item, entry)
    xml.endElement(root)
    return page.answer(out.getvalue(), "application/xml; charset=utf-8")


def _write(xml, name, content):
    if isinstance(content, str):
        xml.addQuickElement(name, content)
        return
    xml.startElement(name, {})
    for inner, value in content.items():
        _write(xml, inner, value)
    xml.endElement(name)
