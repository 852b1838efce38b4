"""Keeping the index: rows for the editions that readers see or will see, none for others."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from articles.models import Edition, SearchName, SearchRow, SearchWord
from articles.models.spoil import in_turn

from .documents import Document, tally
from .engine import engine
from .names import remember_names
from .words import RULES

SLOTS = 16  # places in a second
TOGETHER = 500  # rows in a transaction, when there are many


@transaction.atomic
def index(articles: Iterable[int], *, at: datetime | None = None) -> None:
    """Make the index true for the articles of these ids, as of ``at`` (aware, default now).

    Editions that have ended or were called off leave it, others enter it, also those to come: who
    may see them is asked when they are found. Doing it again changes nothing. Call it in the
    transaction that changes the editions. Seven queries and one for each hundred words.
    """
    in_turn()
    articles = list(articles)
    wanted = Edition.objects.not_ended(at=at).filter(article__in=articles)
    rows = SearchRow.objects.filter(article__in=articles)
    kept = rows.filter(rules=RULES, edition__in=wanted)
    _forget(rows.exclude(pk__in=kept.values("pk")))
    _remember(wanted.exclude(pk__in=rows.values("edition")))


@transaction.atomic
def succeed(successors: Mapping[int, int]) -> None:
    """Give the rows of editions to their successors (ids), in whose text only lines differ.

    Lines are no words of a story, so nothing is indexed again; what had no row has none. Two
    queries, and one for each 200 editions.
    """
    in_turn()
    rows = list(SearchRow.objects.filter(edition__in=successors.keys()).only("edition"))
    for row in rows:
        row.edition_id = successors[row.edition_id]
    SearchRow.objects.bulk_update(rows, ["edition"], batch_size=200)


def catch_up(*, most: int = TOGETHER) -> Iterator[int]:
    """Forget what is over and index what is missing; yields how many rows that was, each time.

    Each step is one transaction of at most ``most`` rows. It needs no memory of the last run: what
    was indexed has a row, so after a crash the next run goes on where that one stopped.
    """
    while gone := _forget_some(most):
        yield gone
    last = 0
    while True:
        with transaction.atomic():
            in_turn()
            editions = list(_missing().filter(pk__gt=last).order_by("pk").defer("body")[:most])
            if not editions:
                return
            last = editions[-1].pk
            found = _remember(Edition.objects.filter(pk__in=[edition.pk for edition in editions]))
        yield found


@transaction.atomic
def _forget_some(most):
    in_turn()
    over = Q(edition__live_until__lte=timezone.now())
    over |= Q(edition__live_until__lte=F("edition__live_from"))
    return _forget(SearchRow.objects.filter(~Q(rules=RULES) | over).order_by("edition")[:most])


def missing() -> int:
    """How many editions that readers see or will see are not in the index. Reads all editions."""
    return _missing().count()


@transaction.atomic
def forget_all() -> None:
    """Empty the index, to be made anew."""
    in_turn()
    engine().erase_all()
    for model in (SearchRow, SearchWord, SearchName):
        model.objects.all().delete()


def _missing():
    indexed = SearchRow.objects.filter(edition=OuterRef("pk"), rules=RULES)
    return Edition.objects.not_ended().filter(~Exists(indexed))


def _forget(rows):
    places = list(rows.values_list("pk", flat=True))
    if places:
        lost = tally(engine().erase(places))
        engine().count({word: -stories for word, stories in lost.items()})
        SearchRow.objects.filter(pk__in=places).delete()
    return len(places)


def _remember(editions):
    editions = list(editions.prefetch_related("tag_rows__tag", "author_rows__author"))
    if not editions:
        return 0
    documents = [Document.of(edition) for edition in editions]
    places = _free_places([edition.published_at for edition in editions])
    SearchRow.objects.bulk_create(
        SearchRow(
            place=place,
            edition=edition,
            article_id=edition.article_id,
            rules=RULES,
            **engine().columns(document),
        )
        for place, edition, document in zip(places, editions, documents, strict=True)
    )
    engine().write(zip(places, documents, strict=True))
    engine().count(tally(document.counted for document in documents))
    remember_names(_named_in(editions))
    return len(editions)


def _named_in(editions):
    things = set()
    for edition in editions:
        things |= {row.tag for row in edition.tag_rows.all()}
        things |= {row.author for row in edition.author_rows.all()}
    return things


def place_of(moment: datetime) -> int:
    """The first place of the second of ``moment``; later moments have greater places."""
    moment = moment.astimezone(UTC)
    seconds = (moment.toordinal() - 1) * 86_400
    return SLOTS * (seconds + moment.hour * 3600 + moment.minute * 60 + moment.second)


def _free_places(moments):
    """A free place for each, in its second or, where that is full, in one soon after."""
    places, taken = [], set()
    last = Counter()
    for moment in moments:
        first = last[place_of(moment)] or place_of(moment)
        width = SLOTS
        while True:
            there = SearchRow.objects.filter(pk__gte=first, pk__lt=first + width)
            there = taken.union(there.values_list("pk", flat=True))
            free = next((p for p in range(first, first + width) if p not in there), None)
            if free is not None:
                break
            first, width = first + width, min(2 * width, 4096)
        places.append(free)
        taken.add(free)
        last[place_of(moment)] = free
    return places
