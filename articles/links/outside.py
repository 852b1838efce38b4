"""Links to other sites: which there are, which are to be asked next, and what they answered.

Asking is done elsewhere, by a worker; here are its rows. Any number of workers share one budget.
Standing pages are a handful: their texts are read, and no rows say what they link to.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from articles.body import external_links
from articles.models import Edition, ExternalLink, ExternalReference, StandingPage

GOOD_FOR = timedelta(days=30)  # an address that answered is asked again then
AGAIN_AFTER = (timedelta(hours=1), timedelta(days=1), timedelta(days=2))  # one that did not
BROKEN_AFTER = 3  # failures in a row, which are a day apart or more
BROKEN_FOR = timedelta(days=7)  # then it is asked once a week
HOST_RESTS = timedelta(seconds=30)  # between two questions to one host
LOOKED_AT = 200  # addresses, to find those of hosts that may be asked


def note_external(editions: Iterable[Edition]) -> int:
    """Write down what these live editions link to, and forget what their stories did before.

    Six queries at most for any number of editions. Returns how many addresses are new.
    """
    urls = {edition.article_id: _links(edition.body) for edition in editions}
    there = {}
    for pk, article, url in ExternalReference.objects.filter(article__in=urls).values_list(
        "pk", "article", "link__url"
    ):
        there[article, url] = pk
    wanted = {(article, url) for article, found in urls.items() for url in found}
    gone = [pk for pair, pk in there.items() if pair not in wanted]
    new = sorted(wanted - there.keys())
    if gone:
        ExternalReference.objects.filter(pk__in=gone).delete()
    if not new:
        return 0
    addresses = {url for _, url in new}
    unknown = _note(addresses)
    pks = dict(ExternalLink.objects.filter(url__in=addresses).values_list("url", "pk"))
    ExternalReference.objects.bulk_create(
        [ExternalReference(article_id=article, link_id=pks[url]) for article, url in new],
        ignore_conflicts=True,
    )
    return unknown


def note_external_of_pages() -> int:
    """Write down what standing pages link to. Three queries at most; how many addresses are new."""
    return _note(on_pages())


def on_pages() -> dict[str, list[StandingPage]]:
    """The pages that readers can open, by the addresses that they link to. One query."""
    pages = defaultdict(list)
    for page in StandingPage.objects.filter(is_live=True):
        for url in _links(page.body):
            pages[url].append(page)
    return dict(pages)


def _links(html):
    return external_links(html, own_host=settings.SITE_HOST, longest=ExternalLink.LONGEST)


def _note(addresses: Iterable[str]) -> int:
    addresses, now = set(addresses), timezone.now()
    if not addresses:
        return 0
    known = set(ExternalLink.objects.filter(url__in=addresses).values_list("url", flat=True))
    ExternalLink.objects.bulk_create(
        [
            ExternalLink(url=url, host=urlsplit(url).hostname[:255], next_check_at=now)
            for url in sorted(addresses - known)
        ],
        ignore_conflicts=True,
    )
    return len(addresses - known)


@transaction.atomic
def claim(*, per_hour: int, most: int = 1) -> list[ExternalLink]:
    """Addresses to ask now, each of another host: at most ``most``, and all workers together no
    more than ``per_hour`` within any hour.

    Whoever claims one asks it; it is nobody else's meanwhile. Those that no live story or page
    links to any more are put off unasked.
    """
    now = timezone.now()
    if connection.vendor == "postgresql":  # one at a time; SQLite has one writer anyway
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('articles_externallink'))")
    claimed = ExternalLink.objects.filter(claimed_at__gt=now - timedelta(hours=1)).count()
    most = min(most, per_hour - claimed)
    if most <= 0:
        return []
    due = ExternalLink.objects.filter(next_check_at__lte=now).order_by("next_check_at")
    due = list(due[:LOOKED_AT])
    recent = ExternalLink.objects.filter(claimed_at__gt=now - HOST_RESTS)
    resting = set(
        recent.filter(host__in={link.host for link in due}).values_list("host", flat=True)
    )
    live = Edition.objects.live(at=now).filter(article__external__link__in=due)
    wanted = set(live.values_list("article__external__link", flat=True))
    of_pages = on_pages() if due else {}
    wanted |= {link.pk for link in due if link.url in of_pages}
    taken, unwanted = [], []
    for link in due:
        if link.pk not in wanted:
            unwanted.append(link.pk)
        elif len(taken) < most and link.host not in resting:
            resting.add(link.host)
            taken.append(link)
    ExternalLink.objects.filter(pk__in=unwanted).update(next_check_at=now + GOOD_FOR)
    ExternalLink.objects.filter(pk__in=[link.pk for link in taken]).update(
        claimed_at=now, next_check_at=now + AGAIN_AFTER[0]
    )
    return taken


def settle(
    link: ExternalLink, *, is_there: bool, status: int | None, problem: str = "", moved_to: str = ""
) -> None:
    """Write down what ``link`` answered, whether it is broken, and when to ask again. One query.

    Once is no proof: it is called broken when it failed BROKEN_AFTER times in a row.
    """
    now = timezone.now()
    link.status, link.problem, link.moved_to = status, problem[:200], moved_to
    link.checked_at = now
    if is_there:
        link.failures, link.failed_since, link.broken_since = 0, None, None
        link.next_check_at = now + GOOD_FOR
    else:
        link.failures = min(link.failures + 1, 1000)
        link.failed_since = link.failed_since or now
        if link.failures >= BROKEN_AFTER:
            link.broken_since = link.broken_since or now
        again = AGAIN_AFTER[link.failures - 1 : link.failures]
        link.next_check_at = now + (again[0] if again else BROKEN_FOR)
    link.is_reported = bool(link.broken_since or link.moved_to)
    link.save(
        update_fields=[
            *("status", "problem", "moved_to", "checked_at", "next_check_at"),
            *("failures", "failed_since", "broken_since", "is_reported"),
        ]
    )
