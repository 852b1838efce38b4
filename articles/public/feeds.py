"""Feeds: whole stories as RSS, Atom and JSON, for the front page, a section, a tag and an author.

Django's feed generators write the formats; ``Page`` says, as for every page, what is shown and how
long that holds. There is no ``Last-Modified``: a story that is withdrawn from a feed makes nothing
in it newer, so only the ``ETag`` can tell a reader that it has changed.
"""

import json
from datetime import UTC, datetime

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from articles import rendering
from articles.addresses import address, whole
from articles.languages import direction_of

from . import lists
from .former import or_where_it_went
from .page import Page, stored


class Dated:
    """A feed whose date comes from its stories; Django gives one without any the present moment."""

    def latest_post_date(self):
        return super().latest_post_date() if self.items else datetime(1970, 1, 1, tzinfo=UTC)


class Rss(Dated, Rss201rev2Feed):
    """RSS 2.0 with whole texts (content:encoded) and bylines (dc:creator)."""

    def rss_attributes(self):
        return super().rss_attributes() | {
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
            "xmlns:dc": "http://purl.org/dc/elements/1.1/",
        }

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        for author in item["authors"]:
            handler.addQuickElement("dc:creator", author)
        handler.addQuickElement("content:encoded", item["content"])


class Atom(Dated, Atom1Feed):
    """Atom (RFC 4287) with whole texts."""

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        for author in item["authors"]:
            handler.startElement("author", {})
            handler.addQuickElement("name", author)
            handler.endElement("author")
        handler.addQuickElement("content", item["content"], {"type": "html"})


class Json(SyndicationFeed):
    """JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

    content_type = "application/feed+json; charset=utf-8"

    def write(self, outfile, encoding):
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.feed["title"],
            "home_page_url": self.feed["link"],
            "feed_url": self.feed["feed_url"],
            "description": self.feed["description"],
            "language": self.feed["language"],
            "authors": [{"name": self.feed["author_name"]}],
            "items": [
                {
                    "id": item["unique_id"],
                    "url": item["link"],
                    "title": item["title"],
                    "summary": item["description"],
                    "content_html": item["content"],
                    "date_published": item["pubdate"].isoformat(),
                    "date_modified": item["updateddate"].isoformat(),
                    "authors": [{"name": name} for name in item["authors"]],
                    "tags": list(item["categories"]),
                    "language": item["language"],
                }
                for item in self.items
            ],
        }
        outfile.write(json.dumps(feed, ensure_ascii=False, indent=1))


FORMS = {"rss": Rss, "atom": Atom, "json": Json}


@stored()
@require_safe
def front(request, form="rss"):
    return _feed(request, form, lists.front_stream(), address("front"))


@stored()
@require_safe
def section(request, slug, form="rss"):
    return _feed(request, form, lists.section_stream(slug))


@or_where_it_went
@stored()
@require_safe
def tag(request, slug, form="rss"):
    return _feed(request, form, lists.tag_stream(slug))


@stored()
@require_safe
def series(request, slug, form="rss"):
    return _feed(request, form, lists.series_stream(slug))


@stored()
@require_safe
def author(request, slug, form="rss"):
    return _feed(request, form, lists.author_stream(slug))


def _feed(request, form, stream, home=None):
    page, shown = Page(request), stream.shown
    publication = page.publication
    stories = lists.listing(page, stream, with_text=True)
    bodies = rendering.render_bodies(
        stories.editions,
        at=page.at,
        label=page.label,
        origin=settings.SITE_URL,
    )
    feed = FORMS[form](
        title=f"{shown} – {publication.name}" if shown else publication.name,
        link=whole(home or shown.get_absolute_url()),
        description=getattr(shown, "description", "") or publication.tagline,
        language=publication.language,
        feed_url=whole(request.path),
        author_name=publication.name,  # of stories without a byline; Atom wants one for each
    )
    for edition in stories.editions:
        body = bodies[edition.pk]
        page.shows(*body.keys, *(f"tag-{tag.pk}" for tag in edition.tag_list))
        page.holds_until(body.ends_at)
        page.holds_until(body.gone_at, is_end=True)
        feed.add_item(
            title=edition.headline,
            link=whole(edition.path),
            description=edition.standfirst,
            content=_as_it_runs(body.html, edition, publication),
            unique_id=_identity(edition),
            unique_id_is_permalink=False,
            pubdate=edition.published_at,
            updateddate=edition.revised_at or edition.published_at,
            authors=[author.name for author in edition.byline],
            categories=[tag.name for tag in edition.tag_list],
            language=edition.language,
        )
    return page.answer(feed.writeString("utf-8"), feed.content_type)


def _as_it_runs(html, edition, publication):
    """A whole text, in its language and direction: feed readers set all as their own menus are."""
    runs = direction_of(edition.language)
    if runs == "ltr" and edition.language == publication.language:
        return html
    return format_html('<div lang="{}" dir="{}">{}</div>', edition.language, runs, html)


def _identity(edition):
    """A name that stays when the address changes (a tag URI, RFC 4151)."""
    return f"tag:{settings.SITE_HOST},{edition.published_at.year}:article-{edition.article_id}"
