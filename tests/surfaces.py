"""Every address at which a reader could meet a story. New kinds of page join this list."""

from articles.models import Article, Edition

SURFACES = {
    "front": lambda article: "/",
    "front feed": lambda article: "/feed/",
    "front feed, Atom": lambda article: "/feed/atom/",
    "front feed, JSON": lambda article: "/feed/json/",
    "section": lambda article: article.section.get_absolute_url(),
    "section feed": lambda article: article.section.get_absolute_url() + "feed/",
    "tag": lambda article: article.tags.first().get_absolute_url(),
    "tag feed": lambda article: article.tags.first().get_absolute_url() + "feed/",
    "author": lambda article: article.authors.first().get_absolute_url(),
    "author feed": lambda article: article.authors.first().get_absolute_url() + "feed/",
    "series": lambda article: article.series.get_absolute_url(),
    "series feed": lambda article: article.series.get_absolute_url() + "feed/",
    "series feed, Atom": lambda article: article.series.get_absolute_url() + "feed/atom/",
    "sitemap of the month": lambda article: month_sitemap(article),
    "news sitemap": lambda article: "/sitemap-news.xml",
    "archive of the year": lambda article: day_of(article)[:14],
    "archive of the month": lambda article: day_of(article)[:17],
    "archive of the day": lambda article: day_of(article),
    "article": lambda article: address_of(article),
    "what its share picture is drawn from": lambda article: f"/media/share/{article.pk}/",
    "a story that points at it": lambda article: (
        Edition.objects.live().get(headline="The story that points").path
    ),
}


def month_sitemap(article):
    edition = article.editions.order_by("number").first()
    return f"/sitemap-{edition.published_at if edition else article.created_at:%Y-%m}.xml"


def day_of(article):
    edition = article.editions.order_by("number").first()
    return f"/archive/{edition.published_at if edition else article.created_at:%Y/%m/%d}/"


def address_of(article):
    """Where the article stands, stood, will stand or would stand."""
    edition = article.editions.order_by("-number").first()
    if edition:
        return edition.path
    return f"{article.created_at:/%Y/%m/}{article.slug}/"


def unpublished(article):
    """Words of the working copy that readers may not see."""
    article = Article.objects.get(pk=article.pk)
    seen = set(Edition.objects.live().filter(article=article).values_list("headline", flat=True))
    revisions = article.revisions.all()
    written = {article.headline, *(revision.content["headline"] for revision in revisions)}
    return written - seen
