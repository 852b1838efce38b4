"""Lists page by key: ``?before=`` names the last story seen, so page 1,000 costs as page 1."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import BigIntegerField, Exists, OuterRef, Q
from django.db.models.functions import Cast
from django.db.models.lookups import Exact
from django.http import Http404
from django.shortcuts import get_object_or_404

from articles import cache
from articles.models import Author, Edition, EditionAuthor, EditionTag, Section, Series, Tag
from articles.models.edition import EditionQuerySet

from .page import Page

PER_PAGE = 20
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_KEY = re.compile(r"(0|[1-9]\d{0,17})-(0|[1-9]\d{0,17})", re.ASCII)  # one spelling for each


@dataclass(frozen=True)
class Stream:
    """The stories that a list and its feeds are made of."""

    shown: Section | Tag | Author | Series | None  # None for the front page
    members: EditionQuerySet
    belongs: Q  # the same rule, asked of one edition rather than of the list's index
    key: str  # spoiled when the stream gains or loses a story


def front_stream() -> Stream:
    return Stream(None, Edition.objects.all(), Q(), cache.FRONT)


def section_stream(slug: str) -> Stream:
    section = get_object_or_404(Section, slug=slug)
    members = Edition.objects.in_section(section)
    # A cast, for SQLite takes a plain comparison as advice to read the whole section (44 ms of
    # 100,000 stories) instead of the few that are to come.
    belongs = Q(Exact(Cast("section", BigIntegerField()), section.pk))
    return Stream(section, members, belongs, cache.list_key(section))


def tag_stream(slug: str) -> Stream:
    tag = get_object_or_404(Tag, slug=slug)
    rows = EditionTag.objects.filter(edition=OuterRef("pk"), tag=tag)
    return Stream(tag, Edition.objects.tagged(tag), Q(Exists(rows)), cache.list_key(tag))


def author_stream(slug: str) -> Stream:
    author = get_object_or_404(Author.objects.select_related("portrait"), slug=slug)
    rows = EditionAuthor.objects.filter(edition=OuterRef("pk"), author=author)
    return Stream(author, Edition.objects.by(author), Q(Exists(rows)), cache.list_key(author))


def series_stream(slug: str) -> Stream:
    series = get_object_or_404(Series, slug=slug)
    members = Edition.objects.in_series(series)
    return Stream(series, members, Q(series=series), cache.list_key(series))


@dataclass(frozen=True)
class Listing:
    editions: list[Edition]
    older: str = ""  # the ``before`` of the next page, or empty
    is_first: bool = True


def listing(page: Page, stream: Stream, *, before: str = "", with_text: bool = False) -> Listing:
    """``PER_PAGE`` stories of ``stream``, the newest first, noted on ``page``.

    ``before`` is the ``older`` of the page before; ``with_text`` adds bodies and tags, for feeds.
    Three queries, one more with text and with ``before``. Raises Http404 for a ``before`` that is
    malformed or beyond the end.
    """
    editions = stream.members.live(at=page.at).newest_first().for_listing()
    if with_text:
        editions = editions.with_text()
    if before:
        last = _read_key(before)
        editions = editions.older_than(*last)
        _keep_only_behind_a_story(page, *last)
    editions = list(editions[: PER_PAGE + 1])
    if before and not editions:
        raise Http404("There are no older stories.")
    older = key_of(editions[PER_PAGE - 1]) if len(editions) > PER_PAGE else ""
    editions = editions[:PER_PAGE]
    page.shows(stream.key)
    if stream.shown:
        page.shows(cache.key_of(stream.shown))
    for edition in editions:
        page.shows_edition(edition)
    hold_until_the_next(page, stream)
    return Listing(editions, older, is_first=not before)


def _keep_only_behind_a_story(page, published_at, article):
    """Readers can think of any number of keys; only those that lists have led to make a page."""
    if not Edition.objects.filter(published_at=published_at, article=article).exists():
        page.holds_until(page.at)


def hold_until_the_next(page, stream):
    """Stories to come are few, so their index leads to the next one, however long the list is."""
    upcoming = Edition.objects.upcoming(at=page.at).filter(stream.belongs).order_by("live_from")
    begins = upcoming.values_list("live_from", flat=True).first()
    if begins:
        page.holds_until(begins)


def key_of(edition):
    microseconds = (edition.published_at - _EPOCH) // timedelta(microseconds=1)
    return f"{microseconds}-{edition.article_id}"


def _read_key(before):
    match = _KEY.fullmatch(before)
    if not match:
        raise Http404("No such page.")
    try:
        moment = _EPOCH + timedelta(microseconds=int(match[1]))
    except OverflowError:
        raise Http404("No such page.")
    return moment, int(match[2])
