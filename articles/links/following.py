"""Numbers of follows, written down where there is a line that could have been followed."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.db import connection, transaction
from django.utils import timezone

from articles.body import find_references
from articles.models import (
    Edition,
    EditionTag,
    Follow,
    FollowUp,
    InterestingLink,
    PageFollow,
    StandingPage,
)

KEPT_FOR = timedelta(days=400)  # long enough to compare a month with the same of the year before


@transaction.atomic
def record_follows(counts: Mapping[tuple[int | str, int, date], int]) -> int:
    """Add ``counts``, by source, target and day, to what is stored.

    A source is the id of a story, or ``page-3``; a target is a story's. Where readers never had
    such a line nothing is written, so nobody can fill the table by asking. Four queries for stories
    and four for pages, and one for each row written; returns how many were.
    """
    of_stories = {key: number for key, number in counts.items() if isinstance(key[0], int)}
    of_pages = {
        (int(source.removeprefix("page-")), target, day): number
        for (source, target, day), number in counts.items()
        if isinstance(source, str)
    }
    return _add(Follow, "source", of_stories, _of_stories) + _add(
        PageFollow, "page", of_pages, _of_pages
    )


def _add(model, source, counts, lines_of):
    if not counts:
        return 0
    lines = {(source, target) for source, target, _ in counts}
    known = _known(lines, lines_of({source for source, _ in lines}))
    rows = [
        (source, target, day, number)
        for (source, target, day), number in sorted(counts.items())
        if (source, target) in known
    ]
    quote = connection.ops.quote_name
    table, column = quote(model._meta.db_table), quote(f"{source}_id")
    day_at = connection.ops.adapt_datefield_value
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({column}, target_id, day, count) VALUES (%s, %s, %s, %s) "  # noqa: S608
            f"ON CONFLICT ({column}, target_id, day) "
            f"DO UPDATE SET count = {table}.count + excluded.count",
            [(source, target, day_at(day), number) for source, target, day, number in rows],
        )
    return len(rows)


def prune_follows() -> int:
    """Delete numbers of long ago; how many."""
    until = timezone.now().date() - KEPT_FOR
    return sum(model.objects.filter(day__lt=until).delete()[0] for model in (Follow, PageFollow))


def _of_stories(sources):
    """What the lines of editions lead to: source, and the ids of a target, a tag, a section."""
    rows = InterestingLink.objects.filter(source__in=sources, edition__isnull=False).order_by()
    return set(rows.values_list("source", "target", "target_tag", "target_section"))


def _of_pages(sources):
    """The same of pages on the site, which have no rows."""
    pages = StandingPage.objects.filter(pk__in=sources, is_live=True).values_list("pk", "body")
    return {
        (pk, line.target, line.tag, line.section)
        for pk, html in pages
        for line in find_references(html).lines
    }


def _known(lines, rows):
    """Those of ``lines``, pairs of ids, that one of ``rows`` is, in whichever way it names them."""
    targets = {target for _, target in lines}
    named = {target for _, target, _, _ in rows}
    follow_ups = FollowUp.objects.filter(story__in=named, follow_up__in=targets).order_by()
    follow_ups = set(follow_ups.values_list("story", "follow_up"))
    tags, sections = {row[2] for row in rows} - {None}, {row[3] for row in rows} - {None}
    tagged = EditionTag.objects.filter(tag__in=tags, article__in=targets).order_by()
    tagged = set(tagged.values_list("tag", "article")) if tags else set()
    within = Edition.objects.filter(section__in=sections, article__in=targets).order_by()
    within = set(within.values_list("section", "article")) if sections else set()
    by_source = {}
    for source, *how in rows:
        by_source.setdefault(source, []).append(how)
    return {
        (source, to)
        for source, to in lines
        if any(
            to == target
            or (target, to) in follow_ups
            or (tag, to) in tagged
            or (section, to) in within
            for target, tag, section in by_source.get(source, ())
        )
    }
