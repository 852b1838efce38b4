"""Lists page by key: ``?before=`` names the last story seen, so page 1,000 costs as page 1."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import BigIntegerField, Exists, OuterRef, Q
from django.db.models.functions import Cast
from django.db.models.lookups import Exact
from django.http import Http404

from articles import cache
from articles.models import Author, Edition, EditionAuthor, EditionTag, Section, Series, Tag
from articles.models.edition import EditionQuerySet
from articles.prepared import prepared

from .page import Page

PER_PAGE = 20
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_KEY = re.compile(r"(0|[1-9]\d{0,17})-(0|[1-9]\d{0,17})", re.ASCII)  # one spelling for each


@dataclass(frozen=True)
class Stream:
    """The stories that a list and its feeds are made of.

    ``members`` and ``belongs`` say it of the id of what is ``shown``; they are functions of this
    module, so that their queries are prepared.
    """

    shown: Section | Tag | Author | Series | None  # None for the front page
    members: Callable[[int | None], EditionQuerySet]
    belongs: Callable[[int | None], Q]  # the same, asked of one edition, not of the list's index
    key: str  # spoiled when the stream gains or loses a story

    @property
    def may_be_empty(self) -> bool:
        """Else it is not found without a live story: a name of which readers never heard, as that
        of a draft's tag, is no business of theirs."""
        return self.shown is None or isinstance(self.shown, Section)

    @property
    def of(self) -> dict[str, int]:
        """What ``members`` and ``belongs`` are to be given."""
        return {"of": self.shown.pk} if self.shown else {}


def front_stream() -> Stream:
    return Stream(None, _all, _always, cache.FRONT)


def section_stream(slug: str) -> Stream:
    return stream_of(_named(Section, slug))


def stream_of(section: Section) -> Stream:
    return Stream(section, _in_section, _is_in_section, cache.list_key(section))


def tag_stream(slug: str) -> Stream:
    tag = _named(Tag, slug)
    return Stream(tag, _tagged, _bears_tag, cache.list_key(tag))


def author_stream(slug: str) -> Stream:
    author = _named(Author, slug)
    return Stream(author, _by, _is_by, cache.list_key(author))


def series_stream(slug: str) -> Stream:
    series = _named(Series, slug)
    return Stream(series, _in_series, _is_in_series, cache.list_key(series))


def _all(of=None):
    return Edition.objects.all()


def _always(of=None):
    return Q()


def _in_section(of):
    return Edition.objects.in_section(of)


def _is_in_section(of):
    # A cast, for SQLite takes a plain comparison as advice to read the whole section (44 ms of
    # 100,000 stories) instead of the few that are to come.
    return Q(Exact(Cast("section", BigIntegerField()), of))


def _tagged(of):
    return Edition.objects.tagged(of)


def _bears_tag(of):
    return Q(Exists(EditionTag.objects.filter(edition=OuterRef("pk"), tag=of)))


def _by(of):
    return Edition.objects.by(of)


def _is_by(of):
    return Q(Exists(EditionAuthor.objects.filter(edition=OuterRef("pk"), author=of)))


def _in_series(of):
    return Edition.objects.in_series(of)


def _is_in_series(of):
    return Q(series=of)


def _named(model, slug):
    for thing in _with_slug(model, slug=slug):
        return thing
    raise Http404(f"There is no such {model._meta.verbose_name}.")


@prepared
def _with_slug(model, *, slug):
    things = model.objects.filter(slug=slug)
    return things.select_related("portrait") if model is Author else things


@dataclass(frozen=True)
class Listing:
    editions: list[Edition]
    older: str = ""  # the ``before`` of the next page, or empty
    is_first: bool = True


def listing(page: Page, stream: Stream, *, before: str = "", with_text: bool = False) -> Listing:
    """``PER_PAGE`` stories of ``stream``, the newest first, noted on ``page``.

    ``before`` is the ``older`` of the page before; ``with_text`` adds bodies and tags, for feeds.
    Three queries, one more with text and with ``before``. Raises Http404 for a ``before`` that is
    malformed or beyond the end, and where there is no story and may not be none.
    """
    after = after_the_story(page, before) if before else {}
    editions = _stories(stream.members, with_text, at=page.at, **stream.of, **after)
    if before and not editions:
        raise Http404("There are no older stories.")
    if not editions and not stream.may_be_empty:
        raise Http404("No story here yet.")
    page.shows(stream.key)
    if stream.shown:
        page.shows(cache.key_of(stream.shown))
    hold_until_the_next(page, stream)
    return shown_on(page, editions, is_first=not before)


def after_the_story(page: Page, before: str) -> dict[str, datetime | int]:
    """What a list behind the story of the key ``before`` asks by. One query."""
    published_at, article = _read_key(before)
    after = {"published_at": published_at, "article": article}
    if not _is_a_story(**after):
        # Readers can think of any number of keys; only those that lists led to make a page.
        page.holds_until(page.at)
    return after


def shown_on(page: Page, editions: list[Edition], *, is_first: bool) -> Listing:
    """The first ``PER_PAGE`` of ``editions``, which may be one more, noted on ``page``."""
    older, editions = older_than(page, editions)
    for edition in editions:
        page.shows_edition(edition)
    return Listing(editions, older, is_first)


def older_than(page: Page, editions: list[Edition]) -> tuple[str, list[Edition]]:
    """The ``before`` of the stories after the first ``PER_PAGE``, or empty; and these.

    Of those it is only shown that there are some, which is so while the first of them is live.
    """
    if len(editions) <= PER_PAGE:
        return "", editions
    page.holds_until(editions[PER_PAGE].live_until)
    return key_of(editions[PER_PAGE - 1]), editions[:PER_PAGE]


@prepared
def _stories(members, with_text, *, at, of=None, published_at=None, article=None):
    editions = members(of).live(at=at).newest_first().for_listing()
    if with_text:
        editions = editions.with_text()
    if article:
        editions = editions.older_than(published_at, article)
    return editions[: PER_PAGE + 1]


@prepared
def _is_a_story(*, published_at, article):
    editions = Edition.objects.filter(published_at=published_at, article=article)
    return editions.values_list("pk", flat=True)[:1]


def hold_until_the_next(page: Page, stream: Stream) -> None:
    """``page`` is out of date when a story of ``stream`` begins. One query."""
    for begins in _beginnings(stream.belongs, at=page.at, **stream.of):
        page.holds_until(begins)


@prepared
def _beginnings(belongs, *, at, of=None):
    """The next one; stories to come are few, so their index leads to it, however long the list."""
    upcoming = Edition.objects.upcoming(at=at).filter(belongs(of)).order_by("live_from")
    return upcoming.values_list("live_from", flat=True)[:1]


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
