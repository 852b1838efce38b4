from datetime import datetime
from enum import Enum
from pathlib import Path

from django.db import transaction

from articles import publishing
from articles.headlines import headline_key
from articles.models import Article, Author, Revision, Section, Source

from .record import Record


class Outcome(Enum):
    """What became of a record."""

    NEW = "imported"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    EDITED = "left alone: edited at the desk since it was imported (--overwrite takes the file's)"
    HELD = "changed, not published: the desk took it off the site, or planned what readers get"


@transaction.atomic
def keep(
    record: Record,
    *,
    section: Section,
    tags: tuple[str, ...] = (),
    author: Author | None = None,
    publish: bool = False,
    at: datetime | None = None,
    overwrite: bool = False,
) -> tuple[Outcome, Article]:
    """Make or change the article of ``record``; ``publish`` publishes what is new or changed.

    The same record twice changes nothing. An article edited at the desk since is left alone unless
    ``overwrite``, and never published with what was typed there; nor is one that the desk has taken
    off the site, or has plans for. ``section``, ``tags`` and ``author`` are those of a new article;
    those of one that is there belong to the desk. Raises what ``publishing.save`` and ``publish``
    raise.
    """
    source = _source_of(record)
    article = source.article if source else Article()
    is_edited = bool(source) and article.version != source.version
    if source and source.digest == record.digest:
        outcome = Outcome.UNCHANGED
    elif is_edited and not overwrite:
        return Outcome.EDITED, article
    else:
        outcome = Outcome.CHANGED if source else Outcome.NEW
        content = {"headline": record.headline, "body": record.body}
        if not source:
            content |= {"section": section, "tags": tags, "authors": (author,) if author else ()}
        article = publishing.save(
            article, base_version=article.version, reason=Revision.Reason.IMPORT, **content
        )
        Source.objects.update_or_create(
            article=article,
            defaults={
                "location": record.location,
                "digest": record.digest,
                "version": article.version,
            },
        )
    if not publish:
        return outcome, article
    if not article.editions.exists():
        if outcome == Outcome.UNCHANGED and is_edited:
            return Outcome.EDITED, article
        publishing.publish(article, at=at)
    elif outcome == Outcome.CHANGED:
        if article.editions.upcoming().exists() or not article.editions.live().exists():
            return Outcome.HELD, article
        publishing.publish(article)
    return outcome, article


def _source_of(record):
    """Where this record was imported before: from the same place, or from one that has moved.

    A file that is no longer where it was, but has the same headline, is the same article elsewhere.
    """
    sources = Source.objects.select_related("article")
    source = sources.filter(location=record.location).order_by("pk").first()
    if source:
        return source
    for source in sources.filter(article__headline_key=headline_key(record.headline)):
        if source.digest == record.digest or not Path(source.location).exists():
            return source
    return None
