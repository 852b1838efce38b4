from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils import timezone

from articles import cache, links, media, search
from articles.body import legible, word_count
from articles.models import (
    FOREVER,
    Correction,
    Edition,
    EditionAuthor,
    EditionTag,
    Publication,
)
from articles.models.spoil import in_turn
from articles.slugs import free_slug

from . import translations
from .automatic import with_automatic_lines
from .content import Content
from .holding import locked, one_writer
from .quiet import repeat
from .tags import telling_tag

EARLIEST = datetime(1000, 1, 2, tzinfo=UTC)  # an address has four digits for the year


class NotReady(ValueError):
    """The article lacks something that a published story must have."""


class BadMoment(ValueError):
    """A story cannot begin or end then."""


class NotLive(ValueError):
    """Readers cannot see the story, now or later."""


@transaction.atomic
def publish(article, *, by=None, at=None, until=None, quiet=False):
    """Make the working copy an edition: what readers see from ``at`` (default now) ``until`` then.

    What was planned from ``at`` on is called off; the edition before it ends at that moment. The
    first edition of a story may begin in the past, for imported stories. ``quiet`` leaves the date
    of the last change that readers see as it is. Raises NotReady or BadMoment.
    """
    article, now = locked(article), timezone.now()
    content = _ready(article)
    at, until = _moments(article, now, at, until)
    # Pages of before it had this end would show it beyond that, while there is nothing newer.
    is_final = article.editions.not_ended(at=now).filter(live_until__gt=until).exists()
    with cache.spoiling(article, at=min(now, at), is_final=is_final) as spoiled:
        predecessor = _make_room(article, at)
        first = article.editions.once_live(at=at).order_by("live_from").first()
        published_at = first.published_at if first else at
        revised_at = predecessor and predecessor.revised_at
        if first and not quiet:
            revised_at = at
        has_history = bool(predecessor) and (predecessor.has_history or not quiet)
        edition, keys = _made(
            article,
            with_automatic_lines(article, content, at=at, before=predecessor),
            live_from=at,
            live_until=until,
            published_at=published_at,
            revised_at=revised_at,
            has_corrections=article.corrections.filter(corrected_at__lte=at).exists(),
            has_history=has_history,
            announced_at=now if at <= now else None,  # what it spoils tells of it
            published_by=by,
        )
        spoiled |= keys
    search.index([article.pk], at=now)
    return edition


@transaction.atomic
def correct(article, *, kind, text, by=None, at=None, with_changes=False):
    """Say to readers what was wrong: a Correction, and an edition that shows it from now on.

    The edition repeats what readers see now; ``with_changes`` takes the working copy's text
    instead. What is planned for later stays planned. ``at`` may lie before now, for imported
    stories, but not before what readers see began. Raises NotLive, NotReady or BadMoment;
    ValidationError for an empty text.
    """
    article, now = locked(article), timezone.now()
    live = article.editions.live(at=now).first()
    if live is None:
        raise NotLive(f"“{article.headline}” is not live, so nothing can be corrected.")
    at = at or now
    if not live.live_from < at <= now:
        raise BadMoment("A correction follows what it corrects, and is not announced ahead.")
    correction = Correction(
        article=article, kind=kind, text=legible(text).strip(), corrected_at=at, corrected_by=by
    )
    correction.full_clean(exclude=["article", "corrected_by"])
    with cache.spoiling(article, at=at) as spoiled:
        said = {
            "revised_at": at,
            "has_corrections": True,
            "has_history": True,
            "announced_at": now,
        }
        if with_changes:
            content = with_automatic_lines(article, _ready(article), at=at, before=live)
            until = live.live_until
            _end(live, at)
            said |= {"live_from": at, "live_until": until, "published_at": live.published_at}
            _, keys = _made(article, content, published_by=by, **said)
            spoiled |= keys
        else:
            repeat([live], at=at, by=by, **said)
        article.editions.upcoming(at=now).update(has_corrections=True)  # they will show it too
        correction.save()
    search.index([article.pk], at=now)
    return correction


@transaction.atomic
def withdraw(article, *, by=None, reason=""):
    """Take ``article`` off the site, ``reason`` kept in its history.

    What was planned is called off. Raises NotLive if no reader can see it now or later.
    """
    article, now = locked(article), timezone.now()
    with cache.spoiling(article, at=now, is_final=True):
        editions = list(article.editions.not_ended(at=now))
        if not editions:
            raise NotLive(f"“{article.headline}” is not on the site.")
        for edition in editions:
            if edition.is_live(at=now):
                edition.withdrawn_at, edition.withdrawn_by = now, by
                edition.withdrawal_reason = reason
            _end(edition, max(now, edition.live_from))
    search.index([article.pk], at=now)
    return article


@transaction.atomic
def announce(*, at=None, most=100):
    """Tell of editions that have begun by themselves, ``most`` at once; returns them in order.

    Readers see them without it. It spoils the lists they entered, so that pages are made again and
    followers of the outbox hear of it: once for each, however many workers ask at one moment.
    """
    one_writer()  # what changes a plan that begins meanwhile is told of too
    at = at or timezone.now()
    in_turn()  # before rows are held, for none is waited for here
    due = Edition.objects.due(at=at).order_by("live_from", "pk").defer("body")
    due = list(due.select_for_update(skip_locked=connection.vendor != "sqlite")[:most])
    if due:
        Edition.objects.filter(pk__in=[edition.pk for edition in due]).update(announced_at=at)
        cache.spoil(cache.keys_of(due))
        search.index({edition.article_id for edition in due}, at=at)  # without what they replaced
    return due


def edition_of(article, content, *, tags, published_at, **columns):
    """The unsaved edition of ``content``, with its byline and its tags: three values.

    ``columns`` are the edition's own: number, path, moments, who. ``tags`` are Tag rows.
    """
    edition = Edition(
        article=article,
        version=article.version,
        published_at=published_at,
        headline=content.headline,
        standfirst=content.standfirst,
        language=content.language,
        section=content.section,
        lead_image=content.lead_image,
        body=content.body,
        note=content.note,
        series=content.series,
        part=content.part,
        word_count=word_count(content.body),
        **columns,
    )
    return edition, *_rows(edition, content.authors, tags)


def path_of(published_at: datetime, slug: str, zone: ZoneInfo) -> str:
    """Year and month of first publication, in the publication's time zone."""
    return f"{published_at.astimezone(zone):/%Y/%m/}{slug}/"


def _rows(edition, authors, tags):
    shared = {
        "edition": edition,
        "article": edition.article,
        "published_at": edition.published_at,
    }
    return (
        [EditionAuthor(author=a, position=n, **shared) for n, a in enumerate(authors)],
        [EditionTag(tag=t, position=n, **shared) for n, t in enumerate(tags)],
    )


def _ready(article):
    """The content of ``article``, which can be published. Raises NotReady."""
    content = Content.of(article)
    if not content.body:
        raise NotReady(f"“{article.headline}” has no text yet.")
    return content


def _made(article, content, *, live_from, published_at, **columns):
    """The edition of ``content``, written, and the keys of other stories' pages that it spoils.

    Every line that waits for its headline finds it.
    """
    tags = list(article.tags.all())
    edition, authors, tags = edition_of(
        article,
        content,
        tags=tags,
        number=_next_number(article),
        path=_free_path(article, published_at),
        live_from=live_from,
        published_at=published_at,
        telling_tag=telling_tag(article, tags, at=live_from),
        original=translations.original_of(article),
        **columns,
    )
    edition.save(force_insert=True)
    EditionAuthor.objects.bulk_create(authors)
    EditionTag.objects.bulk_create(tags)
    links.record(edition.article, edition.body, edition=edition)
    media.record_uses(edition.article, edition.body, edition.lead_image_id, edition=edition)
    return edition, links.attach(article) | translations.make_known(edition)


def _moments(article, now, at, until):
    at, until = at or now, until or FOREVER
    if at < now and article.editions.once_live(at=now).exists():
        raise BadMoment("A story that readers have seen cannot be changed in the past.")
    if at < EARLIEST or until > FOREVER:
        raise BadMoment("Look at the year: it has four digits. A story without an end needs none.")
    if until <= max(at, now):
        raise BadMoment("The end must come after the beginning and after this moment.")
    return at, until


def _make_room(article, at):
    """End the edition that is live at ``at``, call off all later ones; the former, or None."""
    predecessor = None
    for edition in article.editions.not_ended(at=at):
        if edition.live_from < at:
            predecessor = edition
        _end(edition, max(at, edition.live_from))
    return predecessor


def _end(edition, at):
    edition.live_until = at
    edition.save(update_fields=["live_until", "withdrawn_at", "withdrawn_by", "withdrawal_reason"])


def _next_number(article):
    last = article.editions.order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1


def _free_path(article, published_at):
    zone = ZoneInfo(Publication.current().time_zone)

    def is_taken(slug):
        path = path_of(published_at, slug, zone)
        return Edition.objects.filter(path=path).exclude(article=article).exists()

    return path_of(published_at, free_slug(article.slug, is_taken), zone)
