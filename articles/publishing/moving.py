"""All lines that point at one story are made to point at another, in one act that can be undone.

It may concern a thousand stories, so rows are read and written together: some thirty statements,
and one more for each two hundred stories.
"""

from collections import defaultdict

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from articles import cache, search
from articles.body import find_references, move_line, replace_lines
from articles.headlines import MAX_LENGTH, headline_key
from articles.models import (
    Article,
    Edition,
    EditionAuthor,
    EditionTag,
    InterestingLink,
    MovedLines,
    PictureUse,
    Revision,
    TextLink,
)

from .editions import hold

TOGETHER = 200
_ROWS = {
    "author_rows": EditionAuthor,
    "tag_rows": EditionTag,
    "lines": InterestingLink,
    "text_links": TextLink,
    "picture_uses": PictureUse,
}


class NothingToMove(ValueError):
    """No line can be moved from the one story to the other."""


@transaction.atomic
def move_lines(article: Article, *, to: Article, by=None) -> MovedLines:
    """Let all lines to ``article`` point at ``to``, in working copies and in what readers see.

    Readers get quiet editions: dates, addresses and places in lists stay. A story that points at
    ``to`` already, or is ``to``, keeps its lines as they are, for one line to a story is enough.
    Raises NothingToMove.
    """
    if to.pk == article.pk:
        raise NothingToMove("Choose another story: these lines point at this one already.")
    sources = _sources_of(article) - _sources_of(to) - {to.pk}
    if not sources:
        raise NothingToMove(f"No line to “{article.headline}” can be moved to “{to.headline}”.")
    were = defaultdict(list)

    def moved(source, number, line):
        if number == len(were[source]):
            were[source].append(line)
        return move_line(line, target=to.pk, headline=to.headline)

    _replace(sources, article, moved, by=by)
    return MovedLines.objects.create(
        article=article, to=to, lines=were, moved_at=timezone.now(), moved_by=by
    )


@transaction.atomic
def move_lines_back(moved: MovedLines, *, by=None) -> int:
    """Undo ``moved``: its lines are what they were before. Returns in how many stories.

    Where somebody took the line out meanwhile, it stays out. Raises NothingToMove if all of this
    was done before.
    """
    moved = MovedLines.objects.select_for_update(of=("self",)).get(pk=moved.pk)
    if moved.taken_back_at:
        raise NothingToMove("These lines were taken back already.")
    were = {int(source): lines for source, lines in moved.lines.items()}

    def as_before(source, number, line):
        return were[source][number] if number < len(were[source]) else line

    sources = _sources_of(moved.to) & were.keys()
    _replace(sources, moved.to, as_before, by=by)
    moved.taken_back_at = timezone.now()
    moved.save(update_fields=["taken_back_at"])
    return len(sources)


def _sources_of(target):
    """Stories with a line to ``target`` in their working copy, or in what readers see or will."""
    copies = InterestingLink.objects.filter(target=target, edition=None)
    editions = Edition.objects.not_ended().filter(lines__target=target)
    return {*copies.values_list("source", flat=True), *editions.values_list("article", flat=True)}


def _replace(sources, target, replacement, *, by):
    """``replacement(source, number, line)`` says what stands in place of each line to ``target``.

    ``number`` counts the lines to it in one text, from 0.
    """
    now = timezone.now()
    articles = {held.pk: held for held in hold({*sources, target.pk})}
    rows = InterestingLink.objects.filter(source__in=sources, target=target).order_by("place")
    in_copies, in_editions = defaultdict(list), defaultdict(list)
    for row in rows.filter(edition=None):
        in_copies[row.source_id].append(row)
    editions = Edition.objects.not_ended(at=now).filter(article__in=sources)
    editions = editions.filter(lines__target=target).distinct().order_by("pk")
    editions = list(editions.prefetch_related(*_ROWS))
    for edition in editions:
        in_editions[edition.pk] = [row for row in edition.lines.all() if row.target_id == target.pk]

    def replaced(holder, source, rows):
        """Whether the text of ``holder`` became another; its ``rows`` follow it."""
        before = holder.body
        holder.body = replace_lines(
            before, target.pk, lambda number, line: replacement(source, number, line)
        )
        lines = find_references(holder.body).lines
        for row in rows:
            _follow(row, lines[row.place])
        return holder.body != before

    copies = [articles[pk] for pk, rows in in_copies.items() if replaced(articles[pk], pk, rows)]
    versions = {article.pk: article.version for article in copies}
    _save_copies(copies, [row for rows in in_copies.values() for row in rows], now=now, by=by)
    changed = [e for e in editions if replaced(e, e.article_id, in_editions[e.pk])]
    for edition in changed:
        if versions.get(edition.article_id) == edition.version:  # it is the working copy, still
            edition.version = articles[edition.article_id].version
    live = [edition for edition in changed if edition.live_from <= now]
    to_come = [edition for edition in changed if edition.live_from > now]
    Edition.objects.bulk_update(
        to_come, ["body", "version"], batch_size=TOGETHER
    )  # nobody has seen them
    _update_rows([row for edition in to_come for row in in_editions[edition.pk]])
    _repeat(live, now=now, by=by)
    search.index([edition.article_id for edition in live], at=now)
    cache.spoil({cache.article_key(edition.article_id) for edition in live})


def _follow(row, line):
    row.target_id, row.headline = line.target, line.headline[:MAX_LENGTH]
    row.headline_key = headline_key(line.headline)
    row.label, row.is_pinned = line.label, line.is_pinned
    row.origin, row.reason = line.origin or InterestingLink.Origin.BY_HAND, line.reason


def _update_rows(rows):
    columns = ["target", "headline", "headline_key", "label", "is_pinned", "origin", "reason"]
    InterestingLink.objects.bulk_update(rows, columns, batch_size=TOGETHER)


def _save_copies(articles, rows, *, now, by):
    """The working copies, each with a revision, as after any save."""
    newest = Revision.objects.filter(article__in=articles, version=F("article__version"))
    contents = dict(newest.values_list("article", "content"))
    revisions = []
    for article in articles:
        article.version, article.updated_at = article.version + 1, now
        revisions.append(
            Revision(
                article=article,
                version=article.version,
                content=contents[article.pk] | {"body": article.body},
                saved_at=now,
                saved_by=by,
            )
        )
    Article.objects.bulk_update(articles, ["body", "version", "updated_at"], batch_size=TOGETHER)
    Revision.objects.bulk_create(revisions, batch_size=TOGETHER)
    _update_rows(rows)


def _repeat(editions, *, now, by):
    """What readers see of each story once more, with the text and lines that it has got here."""
    pks = [edition.pk for edition in editions]
    articles = [edition.article_id for edition in editions]
    numbers = Edition.objects.filter(article__in=articles).values("article")
    numbers = dict(numbers.annotate(last=Max("number")).values_list("article", "last"))
    # Taken while the editions have their ids: what is stored of them stays as readers saw it.
    parts = [[list(getattr(edition, name).all()) for name in _ROWS] for edition in editions]
    Edition.objects.filter(pk__in=pks).update(live_until=now)
    for edition in editions:
        edition.pk, edition._state.adding = None, True
        edition.number = numbers[edition.article_id] + 1
        edition.live_from = edition.announced_at = now
        edition.published_by = by
    Edition.objects.bulk_create(editions, batch_size=TOGETHER)
    for place, model in enumerate(_ROWS.values()):
        rows = []
        for edition, kinds in zip(editions, parts, strict=True):
            for row in kinds[place]:
                row.pk, row.edition = None, edition
                rows.append(row)
        model.objects.bulk_create(rows, batch_size=TOGETHER)
