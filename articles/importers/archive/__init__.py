"""An invented archive for trying things at scale: in bulk, but the same rows that publishing makes.

In: how many stories, and a seed. Out: their articles, revisions, editions and lines. The same
numbers always make the same archive (``invention``); what differs is only the ids, and what
follows from stories that were there before: a path already taken gets ``-2``, as on publishing.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from html import escape
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import Q

from articles import cache, publishing
from articles.headlines import headline_key
from articles.models import (
    FOREVER,
    Article,
    Author,
    Byline,
    Edition,
    EditionAuthor,
    EditionTag,
    InterestingLink,
    Publication,
    Revision,
    Section,
    Source,
    Tag,
    TaggedArticle,
)
from articles.publishing.content import COLUMNS, Content
from articles.publishing.editions import edition_of, path_of
from articles.slugs import free_slug, slug_for

from . import invention
from .bulk import columns_of, insert, reserve
from .invention import UNTIL, Archive

__all__ = ["UNTIL", "Archive", "generate"]

BATCH = 2_000  # stories in a transaction
SQLITE_CACHE_KIB = 128 * 1024  # a batch changes more pages than SQLite's own 2 MB hold


def generate(archive: Archive, *, progress: Callable[[int], None] = lambda done: None) -> int:
    """Write what is missing of ``archive``, and return how many stories that was.

    Each batch is one transaction; a run after one that was cut short goes on where that stopped.
    ``progress`` is told after each how many stories there are. All pages of the site are spoiled
    once, with the last batch: lists of everything, and years of days.
    """
    written = _written(archive)
    start = max(written, default=-1) + 1
    if start == archive.articles:
        return 0
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA cache_size = -{SQLITE_CACHE_KIB}")
    cast = _Cast()
    for first in range(start, archive.articles, BATCH):
        last = min(first + BATCH, archive.articles)
        with transaction.atomic():
            _write(archive, range(first, last), cast, written)
            if last == archive.articles:
                cache.spoil({cache.PUBLICATION})
        progress(last)
    return archive.articles - start


def _written(archive):
    """The ids of the articles of this archive that are there, by their numbers."""
    rows = Source.objects.filter(location__startswith=f"{archive.name}:")
    return {
        int(location.rpartition(":")[2]): article
        for location, article in rows.values_list("location", "article_id")
    }


class _Cast:
    """The sections, authors and tags that all archives share, made where they are missing."""

    def __init__(self):
        self.zone = ZoneInfo(Publication.current().time_zone)
        self.sections = [
            _found_or_made(Section(name=name, position=place))
            for place, name in enumerate(invention.SECTIONS, 1)
        ]
        self.authors = [_found_or_made(Author(name=name)) for name in invention.AUTHORS]
        self.tags = _tags(invention.TAGS)


def _found_or_made(thing):
    found = type(thing).objects.filter(name=thing.name).first()
    return found or publishing.change(thing)


def _tags(names):
    """What ``publishing.save`` finds or makes for these names, in a few queries for all of them."""
    slugs = {name: slug_for(name) for name in names}
    there = Tag.objects.filter(Q(name__in=slugs) | Q(slug__in=slugs.values()))
    by_name = {tag.name: tag for tag in there}
    by_slug = {tag.slug: tag for tag in there}
    missing = [
        Tag(name=name, slug=slug)
        for name, slug in slugs.items()
        if name not in by_name and slug not in by_slug
    ]
    by_name |= {tag.name: tag for tag in Tag.objects.bulk_create(missing)}
    return [by_name.get(name) or by_slug[slug] for name, slug in slugs.items()]


def _write(archive, numbers, cast, written):
    """All rows of the stories of these ``numbers``, whose ids are added to ``written``.

    Working copies and editions are objects, made as publishing makes them. Of the small rows there
    are fifteen to a story, and an object for each would halve the speed.
    """
    stories = [invention.story(archive, number) for number in numbers]
    ids = dict(zip(numbers, reserve(Article, len(numbers)), strict=True))
    known = written | ids
    edition_ids = iter(reserve(Edition, sum(len(story.drafts) for story in stories)))
    slugs = [slug_for(story.drafts[0].headline) for story in stories]
    paths = _free_paths(stories, slugs, cast.zone)

    rows = defaultdict(list)
    for number, story, slug, path in zip(numbers, stories, slugs, paths, strict=True):
        pk = ids[number]
        line = None
        if story.line_to in known:  # not where somebody has deleted that story
            line = known[story.line_to], invention.headline(archive, story.line_to)
        # Two of our names may be one tag of this site, which was given another name since.
        tag_rows = dict.fromkeys([cast.tags[n] for n in story.tags])
        contents = [_content(story, draft, slug, tag_rows, line, cast) for draft in story.drafts]
        article = _article(pk, story, contents)
        tags = [tag.pk for tag in tag_rows]
        authors = [author.pk for author in contents[0].authors]

        rows[Article].append(columns_of(article))
        rows[Byline] += ([pk, author, position] for position, author in enumerate(authors))
        rows[TaggedArticle] += ([tag, pk] for tag in tags)
        digest = hashlib.sha256(article.body.encode()).hexdigest()
        rows[Source].append([pk, f"{archive.name}:{number}", digest, article.version])
        if line:
            rows[InterestingLink].append(_line_row(pk, None, line))
        telling = cast.tags[max(story.tags)]  # their shares fall with their numbers
        for edition, content in _editions(article, story, contents, path, telling):
            edition.pk = next(edition_ids)
            rows[Revision].append(
                [pk, edition.version, content.as_json(), _IMPORTED, edition.live_from]
            )
            rows[Edition].append(columns_of(edition))
            shared = edition.published_at, pk
            rows[EditionAuthor] += ([edition.pk, a, n, *shared] for n, a in enumerate(authors))
            rows[EditionTag] += ([edition.pk, t, n, *shared] for n, t in enumerate(tags))
            if line:
                rows[InterestingLink].append(_line_row(pk, edition.pk, line))
    for model, columns in _COLUMNS.items():
        insert(model, columns, rows[model])
    written |= ids


_IMPORTED = Revision.Reason.IMPORT.value
_COLUMNS = {  # in the order of writing; None for all of them
    Article: None,
    Byline: ("article", "author", "position"),
    TaggedArticle: ("tag", "content_object"),
    Source: ("article", "location", "digest", "version"),
    Revision: ("article", "version", "content", "reason", "saved_at"),
    Edition: None,
    EditionAuthor: ("edition", "author", "position", "published_at", "article"),
    EditionTag: ("edition", "tag", "position", "published_at", "article"),
    InterestingLink: (
        "source", "edition", "place", "target", "headline", "headline_key", "origin",
    ),
}  # fmt: skip


def _content(story, draft, slug, tags, line, cast):
    """As ``Content.cleaned`` leaves it."""
    aside = ""
    if line:
        target, words = line
        aside = f'<aside data-interesting="{target}">{escape(words, quote=False)}</aside>'
    return Content(
        headline=draft.headline,
        standfirst=draft.standfirst,
        slug=slug,
        language="en",
        section=cast.sections[story.section],
        authors=tuple([cast.authors[n] for n in story.authors]),
        tags=tuple([tag.name for tag in tags]),
        body=draft.opening + aside + draft.rest,
    )


def _article(pk, story, contents):
    return Article(
        pk=pk,
        headline_key=headline_key(contents[-1].headline),
        version=len(contents),
        created_at=story.drafts[0].at,
        updated_at=story.drafts[-1].at,
        **{name: getattr(contents[-1], name) for name in COLUMNS},
    )


def _editions(article, story, contents, path, telling):
    """An edition of each version with its content, as publishing each at its moment makes them.

    ``telling`` is its telling tag.
    """
    moments = [draft.at for draft in story.drafts]
    ends = [*moments[1:], FOREVER]
    for number, (content, begins, until) in enumerate(zip(contents, moments, ends, strict=True), 1):
        edition, _, _ = edition_of(
            article,
            replace(content, authors=()),  # whose rows, like the tags', are small ones
            tags=(),
            number=number,
            path=path,
            live_from=begins,
            live_until=until,
            published_at=moments[0],
            revised_at=begins if number > 1 else None,
            has_history=number > 1,
            telling_tag=telling,
            announced_at=begins,
        )
        edition.version = number
        yield edition, content


def _line_row(source, edition, line):
    target, words = line
    origin = InterestingLink.Origin.BY_HAND.value
    return [source, edition, 0, target, words, headline_key(words), origin]


def _free_paths(stories, slugs, zone):
    """The path that publishing would find free, for each. One query, and one for each taken."""
    moments = [story.drafts[0].at for story in stories]
    wanted = [path_of(at, slug, zone) for at, slug in zip(moments, slugs, strict=True)]
    taken = set(Edition.objects.filter(path__in=wanted).values_list("path", flat=True))
    for at, slug, path in zip(moments, slugs, wanted, strict=True):
        if path in taken:

            def is_taken(slug, at=at):
                path = path_of(at, slug, zone)
                return path in taken or Edition.objects.filter(path=path).exists()

            path = path_of(at, free_slug(slug, is_taken), zone)
        taken.add(path)
        yield path
