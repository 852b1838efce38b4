"""The archive: every story by the day, month and year of its first publication.

Days are those of the publication's time zone; keys name days and months of UTC. A page bears the
keys of all the time from the story before its own period to the one after it, for a story that
appears there is either its own, or the new neighbour to which it leads.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.http import Http404
from django.views.decorators.http import require_safe

from articles import cache
from articles.models import FOREVER, Edition
from articles.periods import Period, parts_of, period, period_with, years_between
from articles.prepared import prepared

from . import lists, metadata
from .page import Page, stored

_EVER = datetime(1, 1, 2, tzinfo=UTC)
_UPCOMING = 200  # stories to come that one page looks at


@dataclass(frozen=True)
class Year:
    whole: Period
    months: list[Period]  # those with stories


@stored()
@require_safe
def index(request):
    """The years and months that have stories. Seven queries."""
    page = Page(request)
    page.shows(cache.FRONT)
    lists.hold_until_the_next(page, lists.front_stream())
    context = {"years": years_of(page)[::-1], "meta": metadata.of_archive(page)}
    return page.render("archive.html", context)


@stored("before")
@require_safe
def stories(request, year, month=None, day=None):
    """The stories of a year, month or day, the newest first, and which of its parts have some.

    Eight queries, one less for a day and one more with ``before``. 404 if there are none.
    """
    page, before = Page(request), request.GET.get("before", "")
    try:
        shown = period(page.zone, int(year), month and int(month), day and int(day))
    except ValueError:
        raise Http404("There is no such day.")
    after = lists.after_the_story(page, before) if before else {}
    if after and not shown.begin <= after["published_at"] < shown.end:
        raise Http404("No such page.")
    editions = _stories(at=page.at, begin=shown.begin, end=shown.end, **after)
    if not editions:
        raise Http404("No story was published then.")
    listing = lists.shown_on(page, editions, is_first=not before)
    previous, following = _neighbours(page, shown)
    kinds = {"year": (), "month": ("year",), "day": ("year", "month")}[shown.kind]
    above = [period_with(shown.begin, kind, page.zone) for kind in kinds]
    context = {
        "stretch": shown,
        "above": above,
        "meta": metadata.of_archive(page, shown, above, listing),
        "parts": _with_stories(page, parts_of(shown, page.zone)),
        "listing": listing,
        "previous": previous,
        "following": following,
    }
    return page.render("archive.html", context)


def years_of(page: Page) -> list[Year]:
    """All years with stories, in order. Four queries; the caller notes what they depend on."""
    oldest = _first_since(at=page.at, moment=_EVER)
    newest = _last_before(at=page.at, moment=FOREVER)
    if not oldest or not newest:
        return []
    years = _with_stories(page, years_between(oldest[0][0], newest[0][0], page.zone))
    months = [month for year in years for month in parts_of(year, page.zone)]
    of_year = {}
    for month in _with_stories(page, months):
        of_year.setdefault(month.first.year, []).append(month)
    return [Year(year, of_year.get(year.first.year, [])) for year in years]


def _with_stories(page, periods: Iterable[Period]):
    """Those in which a live story was first published. One query, none for no period."""
    stretches = [(one.begin, one.end) for one in periods]
    ends = Edition.objects.live(at=page.at).first_in_each(stretches)
    found = [(one, until) for one, until in zip(periods, ends, strict=True) if until]
    for _, until in found:
        page.holds_until(until)
    return [one for one, _ in found]


def _neighbours(page, shown):
    """The periods before and after it that have stories, or None. Three queries.

    Their keys, and those of all days between, are noted on ``page``.
    """
    before = _last_before(at=page.at, moment=shown.begin)
    after = _first_since(at=page.at, moment=shown.end)
    begin, end = (found[0][0] if found else None for found in (before, after))
    page.shows(*cache.keys_between(begin, end))
    _hold_until_one_begins(page, begin or _EVER, end or FOREVER)
    for _, until in (*before, *after):
        page.holds_until(until)
    return [moment and period_with(moment, shown.kind, page.zone) for moment in (begin, end)]


def _hold_until_one_begins(page, begin, end):
    """``page`` is out of date when a story of this time is seen first, or again."""
    upcoming = _upcoming(at=page.at)
    for live_from, published_at in upcoming:
        if begin <= published_at <= end:
            page.holds_until(live_from)
            return
    if len(upcoming) == _UPCOMING:
        page.holds_until(upcoming[-1][0])


@prepared
def _stories(*, at, begin, end, published_at=None, article=None):
    editions = Edition.objects.live(at=at).filter(published_at__gte=begin, published_at__lt=end)
    editions = editions.newest_first().for_listing()
    if article:
        editions = editions.older_than(published_at, article)
    return editions[: lists.PER_PAGE + 1]


@prepared
def _last_before(*, at, moment):
    editions = Edition.objects.live(at=at).filter(published_at__lt=moment)
    return editions.order_by("-published_at").values_list("published_at", "live_until")[:1]


@prepared
def _first_since(*, at, moment):
    editions = Edition.objects.live(at=at).filter(published_at__gte=moment)
    return editions.order_by("published_at").values_list("published_at", "live_until")[:1]


@prepared
def _upcoming(*, at):
    editions = Edition.objects.upcoming(at=at).order_by("live_from")
    return editions.values_list("live_from", "published_at")[:_UPCOMING]
