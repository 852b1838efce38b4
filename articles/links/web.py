"""Where one story stands in the web of stories: what it points at, and what points at it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone

from articles.models import (
    Article,
    Correction,
    Edition,
    ExternalReference,
    Follow,
    FollowUp,
    InterestingLink,
    PageFollow,
    Section,
    Tag,
    TextLink,
)

from .latest import list_of, with_nothing_to_show
from .lines import followed
from .resolve import find

FOLLOWS_DAYS = 30
# Without a key it led to the latest of what was deleted.
WAITING = Q(target=None, target_tag=None, target_section=None) & ~Q(headline_key="")
GRAVE = (Correction.Kind.CORRECTION, Correction.Kind.RETRACTION)


@dataclass(frozen=True)
class Out:
    """A reference of one story to another. ``target`` comes from ``with_state``, or is None where a
    line waits or leads to the latest of a tag or section."""

    row: InterestingLink | TextLink
    target: Article | None
    is_live: bool  # it stands in what readers see
    is_at_desk: bool  # it stands in the working copy
    leads_to: str  # headline of the story that it shows, or would if it were live; "" for none
    follow_up: str  # the same, where that is not its target
    is_empty: bool  # of the tag or section to whose latest it leads no other story is live
    is_corrected: bool  # its target was corrected after readers got what they see
    follows: int  # in FOLLOWS_DAYS

    @property
    def is_line(self) -> bool:
        return isinstance(self.row, InterestingLink)

    @property
    def latest_of(self) -> Tag | Section | None:
        return (self.is_line and (self.row.target_tag or self.row.target_section)) or None

    @property
    def is_of_nothing(self) -> bool:
        """It leads to the latest of a tag or section that was deleted."""
        return self.is_line and not (self.target or self.latest_of or self.row.headline_key)

    @property
    def is_shown(self) -> bool:
        """Whether readers see it, as a line or as a link. Not said of the latest of something."""
        return self.is_live and bool(self.leads_to)


@dataclass(frozen=True)
class In:
    """A story that points at another, from ``with_state``."""

    source: Article
    is_line: bool
    is_link: bool
    is_live: bool  # it stands in what readers see
    follows: int  # in FOLLOWS_DAYS


def lines_out(article: Article, *, at: datetime | None = None) -> list[Out]:
    """Lines in the order of the text, then links. Eight queries at most."""
    at = at or timezone.now()
    live = Edition.objects.live(at=at).filter(article=article).only("live_from").first()
    here = Q(edition=None) | Q(edition=live) if live else Q(edition=None)
    rows = [
        *InterestingLink.objects.filter(here, source=article)
        .select_related("target_tag", "target_section")
        .order_by("place"),
        *TextLink.objects.filter(here, source=article).order_by("pk"),
    ]
    ids = {row.target_id for row in rows} - {None}
    targets = Article.objects.with_state(at=at).defer("body").in_bulk(ids) if ids else {}
    follows = sum_of_follows(Follow.objects.filter(source=article), "target", at) if ids else {}
    corrected = set()
    if live and ids:
        later = Correction.objects.filter(corrected_at__gt=live.live_from, kind__in=GRAVE)
        corrected = set(later.filter(article__in=ids).values_list("article", flat=True))
    lines = {row.target_id for row in rows if isinstance(row, InterestingLink)} - {None}
    stories = find(ids, lines=lines, at=at)
    lists = {asked for row in rows if (asked := _list_of(row))}
    empty = with_nothing_to_show(((asked, article.pk) for asked in lists), at=at)
    standing = {}  # the same reference of both texts once
    for row in rows:
        key = (type(row), row.target_id, *_else(row))
        standing.setdefault(key, (row, set()))[1].add(row.edition_id is not None)
    found = []
    for row, where in standing.values():
        to = stories.live.get(row.target_id)
        if isinstance(row, InterestingLink):
            to, *_ = followed(row.target_id, article.pk, stories)
        found.append(
            Out(
                row,
                targets.get(row.target_id),
                is_live=True in where,
                is_at_desk=False in where,
                leads_to=to.headline if to else "",
                follow_up=to.headline if to and to.article != row.target_id else "",
                is_empty=(_list_of(row), article.pk) in empty,
                is_corrected=row.target_id in corrected,
                follows=follows.get(row.target_id, 0),
            )
        )
    return found


def _list_of(row):
    is_line = isinstance(row, InterestingLink)
    return list_of(row.target_tag_id, row.target_section_id) if is_line else None


def _else(row):
    """What a line without a target is told apart by."""
    if row.target_id or isinstance(row, TextLink):
        return ()
    return row.target_tag_id, row.target_section_id, row.headline_key or row.headline


def follow_ups(ids: Iterable[int], *, at: datetime) -> dict[int, str]:
    """For each of these stories the headline of its last live follow-up, if any. One query."""
    live = Edition.objects.live(at=at).filter(article=OuterRef("follow_up")).values("headline")
    rows = FollowUp.objects.filter(story__in=ids).order_by("distance")
    rows = rows.annotate(live_headline=Subquery(live[:1])).filter(live_headline__isnull=False)
    return dict(rows.values_list("story", "live_headline"))  # the last one stays


def lines_in(
    article: Article, *, before: int | None = None, most: int = 50, at: datetime | None = None
) -> tuple[list[In], int | None]:
    """The stories that point at ``article``, the newest first, and the ``before`` of the next page.

    Lines to a story that ``article`` follows up point here too. Six queries at most.
    """
    at = at or timezone.now()
    models, pointed = (InterestingLink, TextLink), _pointed_at(article)
    older = {"source__lt": before} if before else {}
    first, second = (
        _pointing(model, pointed, at=at).filter(**older).order_by().values("source").distinct()
        for model in models
    )
    found = first.union(second).order_by("-source").values_list("source", flat=True)
    ids = list(found[: most + 1])
    following = ids[most - 1] if len(ids) > most else None
    ids = ids[:most]
    if not ids:
        return [], None
    where = {}
    for model in models:
        rows = _pointing(model, pointed, at=at).filter(source__in=ids)
        for source, edition in rows.values_list("source", "edition"):
            where.setdefault(source, set()).add((model, edition is not None))
    sources = Article.objects.with_state(at=at).defer("body").in_bulk(ids)
    follows = sum_of_follows(Follow.objects.filter(target=article, source__in=ids), "source", at)
    return [
        In(
            sources[pk],
            is_line=any(model is InterestingLink for model, _ in where[pk]),
            is_link=any(model is TextLink for model, _ in where[pk]),
            is_live=any(is_live for _, is_live in where[pk]),
            follows=follows.get(pk, 0),
        )
        for pk in ids
    ], following


class LiveIn(NamedTuple):
    """In how many stories that readers see stands a line, and a link, to a story."""

    lines: int
    links: int
    through: int  # of ``lines``: those to what it follows up, which lead back there without it


def count_of_live_in(article: Article, *, at: datetime | None = None) -> LiveIn:
    """Three queries. They are shown as long as ``article`` itself is live."""
    at, pointed = at or timezone.now(), _pointed_at(article)
    number, own = Count("source", distinct=True), Q(target=article)
    lines, links = (
        _pointing(model, pointed, at=at)
        .filter(edition__isnull=False)
        .aggregate(number=number, own=Count("source", distinct=True, filter=own))
        for model in (InterestingLink, TextLink)
    )
    return LiveIn(lines["number"], links["number"], lines["number"] - lines["own"])


def external_of(article: Article) -> QuerySet[ExternalReference]:
    """The addresses outside that ``article`` links to, with what they answered. One query."""
    return article.external.select_related("link").order_by("pk")


def stands_live(at: datetime) -> Exists:
    """A condition on rows of editions: the edition is what readers see at ``at``."""
    return Exists(Edition.objects.live(at=at).filter(pk=OuterRef("edition")))


def follow_up_of(article: Article, *, at: datetime | None = None) -> str:
    """The headline of the story that lines to ``article`` lead to in its place. One query."""
    return follow_ups([article.pk], at=at or timezone.now()).get(article.pk, "")


def _pointed_at(article):
    """``article``, and what it follows up: lines to any of these lead to it."""
    followed = FollowUp.objects.filter(follow_up=article).values_list("story", flat=True)
    return {InterestingLink: [article.pk, *followed], TextLink: [article.pk]}


def _pointing(model, pointed, *, at):
    """Rows of working copies and of what readers see that point there, but not from there."""
    to, *followed_up = pointed[model]
    rows = model.objects.filter(Q(edition=None) | stands_live(at), target__in=pointed[model])
    rows = rows.exclude(source=to)
    if followed_up:
        # A story that itself follows up what its line names is led back, to the last before it.
        behind = FollowUp.objects.filter(follow_up=OuterRef("source"))
        is_led_back = Exists(behind.filter(story=OuterRef("target")))
        rows = rows.exclude(is_led_back, ~Exists(behind.filter(story=to)))
    return rows


def sum_of_follows(rows: QuerySet[Follow | PageFollow], by: str, at: datetime) -> dict[int, int]:
    """How many ``rows`` count in the last FOLLOWS_DAYS days, by one of their columns. One query."""
    since = at.date() - timedelta(days=FOLLOWS_DAYS - 1)
    rows = rows.filter(day__gte=since).values(by).annotate(total=Sum("count"))
    return dict(rows.values_list(by, "total"))
