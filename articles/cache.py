"""The keys a page is cached under, beside the changes that spoil them.

A page names, in ``Surrogate-Key``, all that it shows. A change names the same keys when it makes
those pages out of date: ``spoiling`` writes them as Spoil rows in the transaction of the change.

=================  ==================================================================
``article-42``     the page shows this story: its headline at least
``address-42``     the page leads to this story, or would if it were live, whatever it is called
``called-42-5f…``  the page calls this story by words of its own, told apart by a digest, and in
                   which language they are depends on whether it is called so
``lines-42``       a line on the page leads to this story, or to what follows it
``section-3`` …    the page shows the name or address of this section, tag, author, series
``image-9``        the page shows this picture
``image-9-list``   whether readers may see this picture, which is while anything shows it
``front-list``     which stories there are: the main feed, and what fills the front page
``front-slots``    what editors put on the front page, and which sections have a block there
``breaking``       the strip of breaking news
``section-3-list`` which stories stand in this section (likewise ``tag-``, ``author-``)
``series-5-list``  the same, and in which order
``original-42-list`` which translations there are of this story
``standingpage-2`` the page shows this page of the desk
``all-series``     which series there are
``month-2018-08``  the page names the stories first published in this month (of UTC)
``day-2018-08-23`` which stories were first published on this day (of UTC)
``publication``    the page shows the publication's name, its sections, its foot: every page
=================  ==================================================================
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from django.db import connection, models, transaction
from django.dispatch import Signal
from django.utils import timezone

from .models import Article, Edition, Publication, Section, Series, Spoil
from .models.spoil import in_turn

FRONT = "front-list"
SLOTS = "front-slots"
BREAKING = "breaking"
ALL_SERIES = "all-series"
PUBLICATION = "publication"
DAYS_AT_MOST = timedelta(days=10)  # of which a page bears one key each
MONTHS_AT_MOST = timedelta(days=750)

_CALLED = "called-"
_FINAL = ("article-", "address-", "image-", "month-")  # what shows a story by itself
_ROWS = ("tag_rows", "author_rows", "picture_uses")  # of an edition, which say where it stands

spoiled = Signal()
"""Sent after commit: the outbox has more rows than before, ``rows`` among them."""


def key_of(thing: models.Model) -> str:
    """The key of pages that show ``thing``."""
    if isinstance(thing, Publication):
        return PUBLICATION
    return f"{thing._meta.model_name}-{thing.pk}"


def article_key(pk: int) -> str:
    return f"article-{pk}"


def address_key(pk: int) -> str:
    """The key of pages that show where the story of this id stands, and not what it is called."""
    return f"address-{pk}"


def called_key(pk: int, words: str) -> str:
    """The key of pages that look otherwise when the story of this id begins or ceases to be called
    ``words``. They bear its ``address_key`` too."""
    return f"{_CALLED}{pk}-{blake2b(words.encode(), digest_size=8).hexdigest()}"


def lines_key(pk: int) -> str:
    """The key of pages with a line to the story of this id, whatever was declared to follow it."""
    return f"lines-{pk}"


def month_key(moment: datetime) -> str:
    """The key of pages that name all stories first published in the month of ``moment``, in UTC."""
    return f"month-{moment.astimezone(UTC):%Y-%m}"


def day_key(moment: datetime) -> str:
    """The key of pages that depend on which stories were first published on a day of UTC."""
    return f"day-{moment.astimezone(UTC):%Y-%m-%d}"


def keys_between(begin: datetime | None, end: datetime | None) -> set[str]:
    """The keys of a page that depends on which stories were first published between two moments.

    Of the days, or the months if it is a longer time, so that they are 26 at most; where one side
    is open or years lie between, the one that every story spoils.
    """
    if begin is None or end is None or end - begin > MONTHS_AT_MOST:
        return {FRONT}
    key, step = (day_key, 1) if end - begin <= DAYS_AT_MOST else (month_key, 27)
    steps = range(0, (end - begin).days + 1, step)  # none of them passes by a whole one
    return {key(moment) for moment in (*(begin + timedelta(days=n) for n in steps), end)}


def list_key(thing: models.Model) -> str:
    """The key of pages that list the stories of ``thing``, a section, tag, author or series."""
    return f"{key_of(thing)}-list"


def image_list_key(pk: int) -> str:
    """The key of what says that readers may see the picture of this id."""
    return f"image-{pk}-list"


def translations_key(original: int) -> str:
    """The key of pages that lead to the translations of the story of this id, itself included."""
    return f"original-{original}-list"


def keys_spoiled_by(thing: models.Model) -> set[str]:
    """What is out of date when ``thing``, which is no article, changes its own columns."""
    keys = {key_of(thing)}
    if isinstance(thing, Section):  # all sections stand in the navigation of every page
        keys.add(PUBLICATION)
    if isinstance(thing, Series):
        keys.add(ALL_SERIES)
    return keys


def keys_of(editions: list[Edition]) -> set[str]:
    """What the beginning of these editions makes out of date. Three queries."""
    models.prefetch_related_objects(editions, *_ROWS)
    keys = {key for edition in editions for key, _ in _lists_of(edition)}
    for edition in editions:
        keys |= {article_key(edition.article_id), address_key(edition.article_id)}
    return keys | {month_key(edition.published_at) for edition in editions}


@contextmanager
def spoiling(
    article: Article, *, at: datetime | None = None, is_final: bool = False
) -> Iterator[set[str]]:
    """Around a change to ``article``'s editions: what it makes out of date is written with it.

    Which lists the article stands in, and when, is compared before and after, from ``at`` on; a
    list is spoiled where that differs, because its stories or the moment it holds until do. Yields
    a set to which the change may add keys that only it knows of. With ``is_final`` no page that
    shows the article may be seen again, even while there is nothing newer. Must run in a
    transaction.
    """
    at = at or timezone.now()
    before, keys = _standing(article, at), set()
    yield keys
    after = _standing(article, at)
    differing = {key for key in before | after if before.get(key) != after.get(key)}
    if article.pk and address_key(article.pk) in differing:  # which those pages bear as well
        differing = {key for key in differing if not key.startswith(_CALLED)}
    final = {key for key in differing if key.startswith(_FINAL)}
    spoil(keys | differing, final=final if is_final else ())


def spoil(keys: Iterable[str], *, final: Iterable[str] = ()) -> None:
    """Write ``keys`` to the outbox, in the transaction that makes their pages out of date.

    Keepers of copies may still show those pages while there is nothing newer to be had, save the
    ones whose key is among the ``final``.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("Spoil in the transaction of the change.")
    now = timezone.now()
    in_turn()
    rows = [Spoil(key=key, spoiled_at=now, is_final=key in final) for key in sorted(keys)]
    if rows:
        Spoil.objects.bulk_create(rows)
        transaction.on_commit(lambda: spoiled.send(sender=Spoil, rows=rows))


def _standing(article, at):
    """Where ``article`` stands from ``at`` on: key → [(place in the list, from, until), …].

    Under the key of its own page stands each edition by itself, so that any new one makes a
    difference. Under that of its address stands what a link takes from it, path, picture and
    language: a new headline makes none there. Four queries.
    """
    if article.pk is None:
        return {}
    standing = defaultdict(list)
    editions = (
        Edition.objects.not_ended(at=at)
        .filter(article=article)
        .order_by("live_from")
        .prefetch_related(*_ROWS)
        .defer("body")
    )
    for edition in editions:
        begins = max(edition.live_from, at)
        standing[article_key(article.pk)].append((edition.pk, begins, edition.live_until))
        leads = edition.path, edition.lead_image_id, edition.language
        dated = edition.path, edition.revised_at or edition.published_at  # what its month says
        by_itself = [
            (address_key(article.pk), leads),
            (called_key(article.pk, edition.headline), True),
            (month_key(edition.published_at), dated),
        ]
        for key, place in [*by_itself, *_lists_of(edition)]:
            stays = standing[key]
            if stays and stays[-1][0] == place and stays[-1][2] == begins:
                begun = stays.pop()[1]  # the successor stands where its predecessor stood
                stays.append((place, begun, edition.live_until))
            else:
                stays.append((place, begins, edition.live_until))
    return dict(standing)


def _lists_of(edition):
    """The keys of the lists that the edition stands in while it is live, and its place in each."""
    by_date = [
        FRONT,
        day_key(edition.published_at),
        f"section-{edition.section_id}-list",
        *(f"tag-{row.tag_id}-list" for row in edition.tag_rows.all()),
        *(f"author-{row.author_id}-list" for row in edition.author_rows.all()),
    ]
    lists = [(key, edition.published_at) for key in by_date]
    lists += [(image_list_key(use.image_id), True) for use in edition.picture_uses.all()]
    if edition.series_id:
        lists.append((f"series-{edition.series_id}-list", (edition.part, edition.published_at)))
    if edition.original_id:
        lists.append((translations_key(edition.original_id), edition.language))
    return lists
