from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from articles import links, media
from articles.headlines import headline_key
from articles.models import Article, Byline, Revision, TaggedArticle

from . import translations
from .content import COLUMNS, Content
from .holding import one_writer
from .nouns import tags_named
from .series import in_series


class StaleVersion(Exception):
    """Somebody saved the article in the meantime. ``current`` is what they left."""

    def __init__(self, current: Article):
        self.current = current
        super().__init__(
            f"“{current.headline}” was saved by someone else in the meantime "
            f"(it is at version {current.version} now)."
        )


@transaction.atomic
def save(article, *, base_version, by=None, reason=Revision.Reason.SAVE, **changes):
    """Write ``changes`` (fields of Content) to the working copy, and a revision of it.

    ``base_version`` is the version the changes were made on, 0 for a new article. When nothing
    changes, no revision is made. Raises StaleVersion, body.BodyRefused, or ValidationError by
    field; then nothing is written.
    """
    one_writer()  # the story may be published in the same transaction
    before = None
    if article.pk:
        current = Article.objects.get(pk=article.pk)
        if current.version != base_version:
            raise StaleVersion(current)
        before = Content.of(current)
    content = replace(before or Content.of(article), **changes).cleaned()
    tags = tags_named(content.tags)
    content = in_series(article, translations.settled(article, content))
    content = replace(
        content,
        tags=tuple(tag.name for tag in tags),
        body=links.identify(content.body, source=article),
    )
    if content == before:
        return article

    for name in COLUMNS:
        setattr(article, name, getattr(content, name))
    article.headline_key = headline_key(content.headline)
    article.version = base_version + 1
    article.clean_fields(exclude=["body"])
    _write(article, base_version)
    if before is None or before.authors != content.authors:
        article.bylines.all().delete()
        Byline.objects.bulk_create(
            Byline(article=article, author=author, position=position)
            for position, author in enumerate(content.authors)
        )
    if before is None or before.tags != content.tags:
        article.tagged.all().delete()
        TaggedArticle.objects.bulk_create(
            TaggedArticle(content_object=article, tag=tag) for tag in tags
        )
    links.record(article, content.body)
    media.record_uses(article, content.body, article.lead_image_id)
    Revision.objects.create(
        article=article,
        version=article.version,
        content=content.as_json(),
        reason=reason,
        saved_at=timezone.now(),
        saved_by=by,
    )
    return article


def _write(article, base_version):
    """Compare and set: of two who save the same version, one succeeds, on every database."""
    if article.pk is None:
        article.save()
        return
    article.updated_at = timezone.now()
    columns = (*COLUMNS, "headline_key", "version", "updated_at")
    same = Article.objects.filter(pk=article.pk, version=base_version)
    if not same.update(**{name: getattr(article, name) for name in columns}):
        raise StaleVersion(Article.objects.get(pk=article.pk))


def restore(article, *, revision, base_version, by=None):
    """Make ``revision`` the working copy again, as a new revision. Raises what ``save`` raises."""
    content = Content.from_json(revision.content)
    if content.section is None:  # deleted since; an article always stands in one
        content = replace(content, section=article.section)
    return save(
        article,
        base_version=base_version,
        by=by,
        reason=Revision.Reason.RESTORE,
        **vars(content),
    )
