"""The front page: which stories stand where, and the strip of breaking news above them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from articles import cache
from articles.body import legible
from articles.models import FOREVER, Article, BreakingNews, FrontSlot, Section


class StaleFront(Exception):
    """Somebody arranged the front page in the meantime."""

    def __init__(self):
        super().__init__("Somebody else arranged the front page in the meantime.")


@dataclass(frozen=True)
class Placed:
    """A story in a slot, ``until`` a moment at which the slot fills itself again."""

    article: Article
    until: datetime = FOREVER


def arrangement() -> str:
    """Names how the front page is arranged now, for those who are about to change it."""
    slots = FrontSlot.objects.values_list("position", "article_id", "ends_at")
    off = Section.objects.filter(is_on_front=False).order_by("pk").values_list("pk", flat=True)
    shown = [f"{position}:{article}:{ends_at.timestamp()}" for position, article, ends_at in slots]
    return " ".join(["slots", *shown, *(f"-{pk}" for pk in off)])


@transaction.atomic
def arrange_front(
    placed: Mapping[int, Placed], *, sections: Iterable[Section] | None = None, base: str = ""
) -> bool:
    """Put stories into the slots of the front page (by position, 0 leads); other slots are empty.

    ``sections`` are those that have a block below, None for as it is. ``base`` is the
    ``arrangement`` that was changed; raises StaleFront if there is another one now, and
    ValidationError if a story stands twice. Returns whether anything is different now.
    """
    articles = [place.article.pk for place in placed.values()]
    if len(articles) != len(set(articles)):
        raise ValidationError("A story stands in two slots. Empty one of them.")
    _take_turns()
    before = arrangement()
    if base and base != before:
        raise StaleFront
    FrontSlot.objects.all().delete()
    FrontSlot.objects.bulk_create(
        FrontSlot(position=position, article=place.article, ends_at=place.until)
        for position, place in sorted(placed.items())
    )
    if sections is not None:
        on = [section.pk for section in sections]
        Section.objects.filter(pk__in=on).update(is_on_front=True)
        Section.objects.exclude(pk__in=on).update(is_on_front=False)
    differs = arrangement() != before
    if differs:
        cache.spoil({cache.SLOTS})
    return differs


@transaction.atomic
def break_news(text, *, article=None, until=None, by=None):
    """Show ``text`` at the head of the front page, leading to ``article``, in place of what was.

    It goes by itself at ``until`` (aware). Raises ValidationError by field.
    """
    _take_turns()
    now = timezone.now()  # after all that others did
    news = BreakingNews(
        text=" ".join(legible(text).split()),
        article=article,
        begins_at=now,
        ends_at=until or FOREVER,
        begun_by=by,
    )
    news.clean_fields(exclude=["article", "begun_by"])
    if news.ends_at <= now:
        raise ValidationError({"until": "This moment is over. Choose a later one, or none."})
    BreakingNews.objects.on(at=now).update(ends_at=now)
    news.save()
    cache.spoil({cache.BREAKING})
    return news


@transaction.atomic
def end_breaking_news():
    """Take the strip off the front page. Returns whether there was one."""
    _take_turns()
    now = timezone.now()
    ended = BreakingNews.objects.on(at=now).update(ends_at=now)
    if ended:
        cache.spoil({cache.BREAKING}, final={cache.BREAKING})
    return bool(ended)


def _take_turns():
    """Until the transaction ends nobody else changes the front page; an empty one has no rows that
    could be locked."""
    if connection.vendor == "postgresql":  # on SQLite there is one writer at a time anyway
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('articles_front'))")
