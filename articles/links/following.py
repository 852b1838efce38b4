"""Numbers of follows, written down where there is a line that could have been followed."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.db import connection, transaction
from django.utils import timezone

from articles.models import Edition, EditionTag, Follow, FollowUp, InterestingLink

KEPT_FOR = timedelta(days=400)  # long enough to compare a month with the same of the year before


@transaction.atomic
def record_follows(counts: Mapping[tuple[int, int, date], int]) -> int:
    """Add ``counts``, by source, target (ids of articles) and day, to what is stored.

    Where readers never had such a line nothing is written, so nobody can fill the table by asking.
    Four queries and one for each row written; returns how many were.
    """
    lines = {(source, target) for source, target, _ in counts}
    known = _known(lines)
    rows = [
        (source, target, day, number)
        for (source, target, day), number in sorted(counts.items())
        if (source, target) in known
    ]
    quote = connection.ops.quote_name
    table, day_at = quote(Follow._meta.db_table), connection.ops.adapt_datefield_value
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} (source_id, target_id, day, count) VALUES (%s, %s, %s, %s) "  # noqa: S608
            "ON CONFLICT (source_id, target_id, day) "
            f"DO UPDATE SET count = {table}.count + excluded.count",
            [(source, target, day_at(day), number) for source, target, day, number in rows],
        )
    return len(rows)


def prune_follows() -> int:
    """Delete numbers of long ago; how many."""
    return Follow.objects.filter(day__lt=timezone.now().date() - KEPT_FOR).delete()[0]


def _known(lines):
    """Those of ``lines``, pairs of ids, that some edition had, in whichever way it named them."""
    sources, targets = ({line[end] for line in lines} for end in (0, 1))
    rows = InterestingLink.objects.filter(source__in=sources, edition__isnull=False).order_by()
    rows = set(rows.values_list("source", "target", "target_tag", "target_section"))
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
