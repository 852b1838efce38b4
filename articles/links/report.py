"""What is wrong, or worth knowing, in the web of stories: for the desk's report.

Each question looks at a **window** of live stories, from the newest backwards, and no further than
WINDOW editions at once: so it is answered as soon with 300,000 stories as with 10,000, and says
where it stopped. All conditions ask the database anew; nothing is counted ahead.

Standing pages stand in no section and have no date: what they lead to comes first, on the first
page of a report that is kept to nothing.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Sum, When

from articles.models import (
    Article,
    Correction,
    Edition,
    EditionTag,
    ExternalLink,
    ExternalReference,
    Follow,
    FollowUp,
    InterestingLink,
    PageFollow,
    Section,
    StandingPage,
    Tag,
    TextLink,
)

from . import outside, pages
from .latest import list_of, with_nothing_to_show
from .lines import followed, shown_by
from .resolve import find
from .web import FOLLOWS_DAYS, GRAVE, WAITING, stands_live, sum_of_follows

WINDOW = 10_000  # editions looked at for one page of the report
SHOWN = 50
BROAD_SHARE, BROAD_LEAST = 0.05, 50  # a tag on more stories than both says little of any of them

Key = tuple[datetime, int]  # date of first publication and id of a story


@dataclass(frozen=True)
class Window:
    """Live stories of a section or of all, published in a span of time, the newest first."""

    at: datetime  # aware
    section: Section | None = None
    since: datetime | None = None
    until: datetime | None = None  # not included
    before: Key | None = None  # where the page before ended

    @property
    def has_pages(self) -> bool:
        """Whether standing pages are among what is looked at."""
        return not (self.section or self.since or self.until or self.before)

    def editions(self) -> QuerySet[Edition]:
        return self._within(Edition.objects.live(at=self.at))

    def _within(self, found):
        if self.section:
            found = found.in_section(self.section)
        if self.since:
            found = found.filter(published_at__gte=self.since)
        if self.until:
            found = found.filter(published_at__lt=self.until)
        if self.before:
            found = found.older_than(*self.before)
        return found

    def bounded(self) -> tuple[QuerySet[Edition], Key | None]:
        """These stories among WINDOW editions, and where it ends, if it does. One query.

        Editions are counted whether they are live or not, for that is read from an index alone.
        """
        found, all_there_are = self.editions(), self._within(Edition.objects.all())
        ends = all_there_are.newest_first().values_list("published_at", "article")
        ends = ends[WINDOW - 1 : WINDOW]
        # Bounds on both sides lead SQLite to the index by date, which has no statistics to go by.
        found = found.filter(published_at__lte=self.at)
        for moment, article in ends:
            found = found.filter(
                Q(published_at__gte=moment), Q(published_at__gt=moment) | Q(article__gte=article)
            )
            return found, (moment, article)
        return found.filter(published_at__gte=datetime(1, 1, 2, tzinfo=UTC)), None

    def ids(self) -> tuple[list[int], Key | None]:
        """The ids of the ``bounded`` editions, the newest first. Two queries."""
        found, end = self.bounded()
        return list(found.newest_first().values_list("pk", flat=True)), end


@dataclass
class Found:
    """One page of a report: ``rows``, and where to go on, if there is more to look at."""

    rows: list
    following: Key | None = None
    looked_back_to: datetime | None = None  # when the window was too long to be looked through
    looked_at: int = 0  # stories, where the report counts among them


def waiting(window: Window) -> Found:
    """Lines of live stories and pages that wait for a headline nobody has written."""
    on_pages = pages.waiting() if window.has_pages else []
    return _wanted(window, WAITING, on_pages)


def hidden(window: Window) -> Found:
    """Lines of live stories and pages that readers do not see, because their target is not live,
    or no story of the tag or section is to whose latest they lead.
    """
    editions, end = window.ids()
    rows = list(_lines_of(editions).values_list(*_LEADS, named=True))
    targets = {row.target for row in rows} - {None}
    live = Edition.objects.live(at=window.at).filter(article__in=targets).order_by()
    gone = targets.difference(live.values_list("article", flat=True))
    stories = find(gone, lines=gone, at=window.at)  # what follows them may be shown in their place
    lists = {row.pk: (list_of(row.target_tag, row.target_section), row.source) for row in rows}
    lists = {pk: asked for pk, asked in lists.items() if asked[0]}
    empty = with_nothing_to_show(lists.values(), at=window.at)
    dark = [row for row in rows if lists.get(row.pk) in empty or _is_dark(row, gone, stories)]
    place = {edition: n for n, edition in enumerate(editions)}
    dark.sort(key=lambda row: (place[row.edition], row.place))
    found = InterestingLink.objects.filter(pk__in=[row.pk for row in dark[: SHOWN + 1]])
    return _found(found, end, window, pages.hidden(at=window.at) if window.has_pages else [])


_LEADS = (
    *("pk", "edition", "place", "source"),
    *("target", "target_tag", "target_section", "headline_key"),
)


def _is_dark(row, gone, stories):
    if row.target:
        return row.target in gone and followed(row.target, row.source, stories)[0] is None
    return not (row.target_tag or row.target_section or row.headline_key)


def corrected(window: Window) -> Found:
    """Lines of live stories and pages whose target was corrected or retracted since."""
    later = Correction.objects.filter(
        article=OuterRef("target"),
        kind__in=GRAVE,
        corrected_at__gt=OuterRef("edition__live_from"),
        corrected_at__lte=window.at,
    )
    on_pages = pages.corrected(at=window.at) if window.has_pages else []
    return _wanted(window, Q(Exists(later)), on_pages)


def _lines_of(editions: list[int]) -> QuerySet[InterestingLink]:
    """Of these alone: told what else is wanted, SQLite would look through all lines for that."""
    return InterestingLink.objects.filter(edition__in=editions).order_by()


def _wanted(window: Window, wanted: Q, on_pages: list[pages.LineOnPage]) -> Found:
    editions, end = window.ids()
    is_wanted = Case(When(wanted, then=1), default=0, output_field=IntegerField())
    rows = _lines_of(editions).alias(is_wanted=is_wanted).filter(is_wanted=1)
    return _found(rows, end, window, on_pages)


def _found(rows, end: Key | None, window: Window, on_pages: list[pages.LineOnPage]) -> Found:
    """Rows of lines, each with its ``edition`` (of the source), its target with state as ``to``,
    and that of which it leads to the latest as ``latest``; before them those ``on_pages``.
    """
    rows = rows.select_related("edition", "edition__section", "target_tag", "target_section")
    rows = rows.defer("edition__body")
    rows = rows.order_by("-edition__published_at", "-edition__article", "place")
    rows = list(rows[: SHOWN + 1])
    found = _page(rows, end, key=lambda row: (row.edition.published_at, row.edition.article_id))
    ids = {row.target_id for row in found.rows} - {None}
    targets = Article.objects.with_state(at=window.at).defer("body").in_bulk(ids) if ids else {}
    for row in found.rows:
        row.to = targets.get(row.target_id)
        row.latest = row.target_tag or row.target_section
    found.rows = [*on_pages, *found.rows]
    return found


def orphans(window: Window) -> Found:
    """Live stories to which no other live story or page leads, neither by a line nor by a link.

    A line leads to what it shows: of stories that follow each other, to the last that is live.
    One to the latest of a tag or section leads to none, for it moves on.
    """
    editions, end = window.bounded()
    within = editions.order_by().values("article")
    chains = FollowUp.objects.filter(Q(story__in=within) | Q(follow_up__in=within)).order_by()
    chained = {pk for pair in chains.values_list("story", "follow_up") for pk in pair}
    lines = InterestingLink.objects.filter(stands_live(window.at)).order_by()
    pairs = set(lines.filter(target__in=chained).values_list("source", "target").distinct())
    shown = shown_by(pairs, at=window.at) | pages.led_to(at=window.at)
    by_line = lines.filter(target=OuterRef("article")).exclude(source=OuterRef("article"))
    by_text = TextLink.objects.filter(stands_live(window.at), target=OuterRef("article"))
    editions = editions.filter(
        ~Exists(by_line) | Q(article__in=chained),  # there only ``shown`` tells
        ~Exists(by_text.exclude(source=OuterRef("article"))),
    ).exclude(article__in=shown)
    found = editions.newest_first().defer("body").select_related("section")[: SHOWN + 1]
    return _page(list(found), end, key=lambda e: (e.published_at, e.article_id))


def most_pointed_at(window: Window) -> Found:
    """The stories to which most of the window's stories lead by a line; ``.stories`` says how many,
    ``.pages`` how many standing pages do, ``.followed`` how many readers followed lines to it in
    the last FOLLOWS_DAYS days.
    """
    editions, end = window.ids()
    on_pages = pages.count_of_lines() if window.has_pages else Counter()
    pairs = set(_lines_of(editions).values_list("target", "source"))
    stories = Counter(target for target, _ in pairs if target)
    counts = stories + on_pages
    most = sorted(counts, key=lambda pk: (-counts[pk], -pk))[:SHOWN]
    articles = Article.objects.with_state(at=window.at).defer("body").in_bulk(most)
    follows = Counter()
    for model in (Follow, PageFollow):
        follows.update(sum_of_follows(model.objects.filter(target__in=most), "target", window.at))
    for pk, article in articles.items():
        article.stories, article.pages = stories[pk], on_pages[pk]
        article.followed = follows[pk]
    found = [articles[pk] for pk in most if pk in articles]  # a page may name one that was deleted
    return Found(found, looked_back_to=end and end[0])


def most_followed(window: Window) -> Found:
    """The lines that readers followed most, from a ``source`` or a ``page`` to a ``target``: on the
    days of the window, or in the last FOLLOWS_DAYS if it has neither beginning nor end.
    """
    rows = _most_followed(Follow, "source", window)
    if not window.section:
        rows = [*rows, *_most_followed(PageFollow, "page", window)]
    rows = sorted(rows, key=lambda row: -row["follows"])[:SHOWN]
    ids = {row[end] for row in rows for end in ("source", "target") if end in row}
    things = {
        "source": Article.objects.with_state(at=window.at).defer("body").in_bulk(ids),
        "page": StandingPage.objects.in_bulk({row["page"] for row in rows if "page" in row}),
    }
    things["target"] = things["source"]
    return Found(
        [
            {name: things[name][pk] if name in things else pk for name, pk in row.items()}
            for row in rows
        ]
    )


def _most_followed(model, source, window):
    rows = model.objects.all()
    if window.since:
        rows = rows.filter(day__gte=window.since.date())
    elif not window.until:
        rows = rows.filter(day__gt=window.at.date() - timedelta(days=FOLLOWS_DAYS))
    if window.until:
        rows = rows.filter(day__lt=window.until.date())
    if window.section:
        rows = rows.filter(source__section=window.section)
    rows = rows.values(source, "target").annotate(follows=Sum("count"))
    return rows.order_by("-follows", f"-{source}", "-target")[:SHOWN]


def broad_tags(window: Window) -> Found:
    """Tags that stand on so many of the window's stories that they tell them apart no more."""
    editions, end = window.ids()
    total = len(editions)
    # Counted here: to count them tag by tag SQLite would read the rows of all editions.
    rows = EditionTag.objects.filter(edition__in=editions).order_by()
    counts = Counter(rows.values_list("tag", flat=True))
    least = max(BROAD_LEAST, int(total * BROAD_SHARE))
    broad = sorted((pk for pk in counts if counts[pk] > least), key=lambda pk: (-counts[pk], pk))
    tags = Tag.objects.in_bulk(broad[:SHOWN])
    for pk, tag in tags.items():
        tag.stories, tag.share = counts[pk], round(100 * counts[pk] / total)
    found = [tags[pk] for pk in broad if pk in tags]
    return Found(found, looked_back_to=end and end[0], looked_at=total)


def broken(window: Window) -> Found:
    """Links of live stories and pages to addresses outside that do not answer any more, or have
    moved: rows with a ``link``, and an ``article`` or a ``page``.

    They are few among all, so no window ends the page; the key of the next one is a reference's.
    """
    editions = replace(window, before=None).editions().filter(article=OuterRef("article"))
    rows = ExternalReference.objects.filter(Exists(editions), link__is_reported=True)
    if window.before:
        rows = rows.filter(pk__lt=window.before[1])
    rows = rows.select_related("link", "article__section").defer("article__body")
    rows = list(rows.order_by("-pk")[: SHOWN + 1])
    found = _page(rows, None, key=lambda row: (window.at, row.pk))
    if window.has_pages:
        found.rows = [*_broken_on_pages(), *found.rows]
    return found


def _broken_on_pages():
    of_pages = outside.on_pages()
    links = ExternalLink.objects.filter(url__in=of_pages, is_reported=True) if of_pages else ()
    return [{"link": link, "page": page} for link in links for page in of_pages[link.url]]


REPORTS: dict[str, Callable[[Window], Found]] = {
    "waiting": waiting,
    "hidden": hidden,
    "corrected": corrected,
    "orphans": orphans,
    "pointed": most_pointed_at,
    "followed": most_followed,
    "tags": broad_tags,
    "external": broken,
}


def _page(rows, end, *, key) -> Found:
    """The first SHOWN of ``rows``; after them, what follows the last one or the window.

    Rows of one key stay together, as long as they fit on a page.
    """
    if len(rows) > SHOWN:
        last = key(rows[SHOWN])
        shown = [row for row in rows[:SHOWN] if key(row) != last] or rows[:SHOWN]
        return Found(shown, following=key(shown[-1]))
    return Found(rows, following=end, looked_back_to=end and end[0])
