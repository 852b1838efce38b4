"""Stories get other lines, and readers are told of nothing else.

A story keeps its dates, address and place in lists; only its own page is out of date. It may
concern a thousand stories, so rows are read and written together: some thirty statements, and one
more for each two hundred stories.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Max, prefetch_related_objects

from articles import cache, links, search
from articles.models import (
    Article,
    Edition,
    EditionAuthor,
    EditionTag,
    InterestingLink,
    PictureUse,
    Revision,
    TextLink,
)

TOGETHER = 200
_ROWS = {  # of an edition, which are the same whatever lines it has
    "author_rows": EditionAuthor,
    "tag_rows": EditionTag,
    "text_links": TextLink,
    "picture_uses": PictureUse,
}
_COLUMNS = [field.attname for field in Edition._meta.concrete_fields if not field.primary_key]


@dataclass(frozen=True)
class Texts:
    """Of one story, held: its working copy, what readers see of it, and what they will."""

    copy: Article
    live: Edition | None
    to_come: tuple[Edition, ...]

    def __iter__(self) -> Iterator[Article | Edition]:
        yield self.copy
        if self.live:
            yield self.live
        yield from self.to_come


def texts_of(articles: Iterable[Article], *, at: datetime) -> list[Texts]:
    """The texts of these articles, which are held, in their order. One query."""
    articles, editions = list(articles), defaultdict(list)
    not_ended = Edition.objects.not_ended(at=at).filter(article__in=articles)
    for edition in not_ended.order_by("live_from"):
        editions[edition.article_id].append(edition)
    found = []
    for article in articles:
        live = next((e for e in editions[article.pk] if e.is_live(at=at)), None)
        to_come = tuple(e for e in editions[article.pk] if e is not live)
        found.append(Texts(article, live, to_come))
    return found


def rewrite(
    texts: Iterable[Texts], bodies: Mapping[Article | Edition, str], *, at: datetime, by=None
) -> dict[int, Edition]:
    """Let texts have these ``bodies``, in which only lines differ from their own.

    A working copy gets a revision, dated ``at``. What readers see is repeated, and what they will
    see changes where it stands, for nobody has seen it. Where they had what was last saved, they
    have it again; what was unpublished stays so. Returns what readers see from now on, by the id
    of the story.
    """
    copies, live, to_come = [], [], []
    for story in texts:
        saved = story.copy.version
        for text in story:
            if bodies.get(text, text.body) == text.body:
                continue
            text.body = bodies[text]
            if text is story.copy:
                text.version += 1
                copies.append(text)
                continue
            if text.version == saved:  # it is the working copy, still
                text.version = story.copy.version
            (live if text is story.live else to_come).append(text)
    _save(copies, at=at, by=by)
    Edition.objects.bulk_update(to_come, ["body", "version"], batch_size=TOGETHER)
    _record_anew(copies, to_come)
    again = repeat(live, at=at, by=by)
    cache.spoil({cache.article_key(edition.article_id) for edition in again})
    return {edition.article_id: edition for edition in again}


def repeat(editions: list[Edition], *, at: datetime, by=None, **columns) -> list[Edition]:
    """What readers see of each story once more from ``at`` on, as it is given here: the same dates
    and rows, and the lines of its body. ``columns`` are what differs in all of them.

    What is stored of the given ones stays as readers saw it, and ends ``at`` that moment.
    """
    if not editions:
        return []
    prefetch_related_objects(editions, *_ROWS, "lines")
    last = Edition.objects.filter(article__in=[edition.article_id for edition in editions])
    last = dict(last.values("article").annotate(last=Max("number")).values_list("article", "last"))
    columns = {"live_from": at, "announced_at": at, "published_by": by} | columns
    successors = [
        Edition(
            **{name: getattr(edition, name) for name in _COLUMNS if name != "published_by_id"}
            | {"number": last[edition.article_id] + 1}
            | columns
        )
        for edition in editions
    ]
    pks = [edition.pk for edition in editions]
    Edition.objects.filter(pk__in=pks).update(live_until=at)
    Edition.objects.bulk_create(successors, batch_size=TOGETHER)
    pairs = list(zip(editions, successors, strict=True))
    for name, model in _ROWS.items():
        rows = []
        for edition, successor in pairs:
            for row in getattr(edition, name).all():
                row.pk, row.edition = None, successor
                rows.append(row)
        model.objects.bulk_create(rows, batch_size=TOGETHER)
    _write_lines((again, again.body, edition.lines.all()) for edition, again in pairs)
    search.succeed(dict(zip(pks, (again.pk for again in successors), strict=True)))
    return successors


def _save(articles, *, at, by):
    """The working copies, each with a revision, as after any save."""
    newest = Revision.objects.filter(article__in=articles, version=F("article__version"))
    contents = dict(newest.values_list("article", "content"))
    revisions = []
    for article in articles:
        article.updated_at = at
        revisions.append(
            Revision(
                article=article,
                version=article.version,
                content=contents[article.pk] | {"body": article.body},
                saved_at=at,
                saved_by=by,
            )
        )
    Article.objects.bulk_update(articles, ["body", "version", "updated_at"], batch_size=TOGETHER)
    Revision.objects.bulk_create(revisions, batch_size=TOGETHER)


def _record_anew(copies, editions):
    """Let the rows of these texts say which lines they have now."""
    before = defaultdict(list)
    of_copies = InterestingLink.objects.filter(source__in=copies, edition=None)
    for row in of_copies if copies else ():
        before[Article, row.source_id].append(row)
    for row in InterestingLink.objects.filter(edition__in=editions) if editions else ():
        before[Edition, row.edition_id].append(row)
    pks = [row.pk for rows in before.values() for row in rows]
    InterestingLink.objects.filter(pk__in=pks).delete()
    _write_lines((text, text.body, before[type(text), text.pk]) for text in (*copies, *editions))


def _write_lines(texts):
    rows = links.line_rows(texts)
    InterestingLink.objects.bulk_create(rows, batch_size=TOGETHER)
