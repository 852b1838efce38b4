"""How long the desk waits for the web of stories: each page of the links report, the links of a
story with many lines, and the picture of a section and of a tag.

Whole pages, through Django's whole handler, by an editor who is signed in; archives and databases
take turns. An invented archive has no withdrawn target, no correction and no reader, so all of that
is added to its newest stories in a transaction that is never committed.
"""

import time
from contextlib import ExitStack
from datetime import timedelta
from urllib.parse import urlencode

from . import archives
from .processes import Probe
from .report import Bar, Say, table
from .suggest import database

LIMIT_MS = 1_000
GROWTH = 2
STORIES = 2_000  # the newest ones: to these is added what the archive lacks
EVERY = 20  # of their lines, one in so many waits, and as many lead to a withdrawn story
MANY = 1_000  # lines to one story
FOLLOWED, DAYS = 500, 365  # lines that readers follow each day
ADDRESSES = 3_000  # of other sites; each story of the archive links to one
BROKEN = 30  # one address in so many


def measure(sizes: list[int], *, rounds: int, postgres: str, say: Say) -> list[Bar]:
    """``postgres`` is the address of a server, empty for none. Raises processes.DidNotStart."""
    first, judged = sizes[0], sizes[-1]
    engines = ["SQLite", *(["PostgreSQL"] if postgres else [])]
    with ExitStack() as stack:
        probes = {}
        for size in sizes:
            folder = archives.made(size)
            probes["SQLite", size] = stack.enter_context(Probe(folder))
            if postgres:
                address = {"DATABASE_URL": database(postgres, size)}
                archives.fill(folder, size, **address)
                probes["PostgreSQL", size] = stack.enter_context(Probe(folder, **address))
        found = {key: probe.does("web") for key, probe in probes.items()}
        for _ in range(rounds):
            for key, probe in probes.items():
                again = probe.does("web")
                for name, page in found[key].items():
                    page["ms"] = min(page["ms"], again[name]["ms"])
    say("\nThe web of stories: whole pages of the desk, in ms")
    say(f"Best of {rounds} rounds. Beside it, the rows shown in the largest archive, and how much")
    say("longer one of the editions takes there that the page looks at.\n")
    rows, bars = [], []
    head = [f"{engine} {size:,}" for engine in engines for size in sizes]
    growth = {
        engine: {
            name: _each(found[engine, judged][name]) / _each(found[engine, first][name])
            for name in found[engine, first]
        }
        for engine in engines
    }
    for name, page in found["SQLite", judged].items():
        took = [f"{found[engine, size][name]['ms']:.0f}" for engine in engines for size in sizes]
        rows.append([name, *took, page["rows"], *(f"{growth[e][name]:.2f}" for e in engines)])
    say(table(["page", *head, "rows", *(f"growth, {engine}" for engine in engines)], rows))
    for engine in engines:
        took = {name: page["ms"] for name, page in found[engine, judged].items()}
        worst = max(took, key=took.get)
        claim = f"the slowest page on the web of stories at {judged:,} stories, ms"
        bars.append(Bar(claim, took[worst], LIMIT_MS, f"{worst}, {engine}"))
        worst = max(growth[engine], key=growth[engine].get)
        claim = f"its growth from {first:,} to {judged:,} stories, for each edition looked at"
        bars.append(Bar(claim, growth[engine][worst], GROWTH, f"{worst}, {engine}"))
    return bars


def _each(page):
    return page["ms"] / page["looked_at"]


class Web:
    """An editor in a process with one archive, which has more than it had until ``close``."""

    def __init__(self):
        from django.contrib.auth import get_user_model
        from django.db import transaction
        from django.test import Client

        self._added = ExitStack()
        self._added.enter_context(transaction.atomic())
        self.editor = Client(headers={"host": "localhost"})
        self.editor.force_login(get_user_model().objects.create_superuser("bench-web"))
        self.story = _add()
        self.pages = dict(self._pages())

    def close(self) -> None:
        from django.db import transaction

        transaction.set_rollback(True)
        self._added.close()

    def round(self) -> dict[str, dict]:
        """Of each page the milliseconds, the rows that it shows and the editions it looks at."""
        found = {}
        for name, (address, looked_at) in self.pages.items():
            began = time.perf_counter()
            answer = self.editor.get(address)
            took = (time.perf_counter() - began) * 1000
            if answer.status_code != 200:
                raise ValueError(f"{address} answers {answer.status_code}")
            found[name] = {"ms": took, "rows": _rows(answer.context_data), "looked_at": looked_at}
        return found

    def _pages(self):
        """Addresses by name, and among how many editions each looks; 1 where it is none of many."""
        from django.urls import reverse
        from django.utils import timezone

        from articles.links.graph import NEWEST
        from articles.links.report import REPORTS, WINDOW
        from articles.models import Edition, Section, Tag

        here = reverse("admin:articles_interestinglink_changelist")
        graph = reverse("admin:articles_interestinglink_graph")
        story = [self.story]
        section, tag = Section.objects.get(position=1), Tag.objects.get(name="council")
        editions = Edition.objects.order_by()

        def report(name, looked_at=1, **more):
            return f"{here}?{urlencode({'report': name} | more)}", looked_at

        def among(found, most=WINDOW):
            return max(found.values("pk")[:most].count(), 1)

        whole, today = among(editions), timezone.now().date()
        for name in REPORTS:
            yield name, report(name, 1 if name in ("followed", "external") else whole)
        of_section = editions.in_section(section)
        yield "orphans, section", report("orphans", among(of_section), section=section.pk)
        old = editions.order_by("published_at")[: WINDOW + 1].values_list("published_at", flat=True)
        old = list(old)[-1]  # behind it lies one window, or the whole archive
        yield "orphans, oldest", report("orphans", whole, until=old.date())
        yield "hidden, oldest", report("hidden", whole, until=old.date())
        year = {"since": today - timedelta(days=DAYS), "until": today}
        yield "followed, a year", report("followed", **year)
        yield "links of a story", (reverse("admin:articles_article_links", args=story), 1)
        yield "before withdrawing", (reverse("admin:articles_article_withdraw", args=story), 1)
        drawn = among(editions.in_section(section), NEWEST), among(editions.tagged(tag), NEWEST)
        yield "picture, section", (f"{graph}?section={section.pk}", drawn[0])
        yield "picture, tag", (f"{graph}?tag={tag}", drawn[1])


def _rows(context):
    """How many things the page shows."""
    if "graph" in context:
        return len(context["graph"].nodes)
    found = context.get("found") or context.get("pointing")
    return len(getattr(found, "rows", found))


def _add():
    """What the archive lacks; the id of a story with ``MANY`` lines to it."""
    from django.db import connection
    from django.db.models import F
    from django.utils import timezone

    from articles.headlines import headline_key
    from articles.models import (
        Correction,
        Edition,
        ExternalLink,
        ExternalReference,
        Follow,
        InterestingLink,
        StandingPage,
    )

    now = timezone.now()
    newest = Edition.objects.live(at=now).newest_first().values_list("pk", "article")
    newest = list(newest[:STORIES])
    lines = InterestingLink.objects.filter(edition__in=[pk for pk, _ in newest])
    lines = list(lines.filter(target__isnull=False).order_by("-pk"))
    for n, line in enumerate(lines[::EVERY]):
        line.target, line.headline = None, f"A headline that no story has, number {n}"
        line.headline_key = headline_key(line.headline)
    InterestingLink.objects.bulk_update(lines[::EVERY], ["target", "headline", "headline_key"])
    withdrawn = {line.target_id for line in lines[1::EVERY]}
    Edition.objects.live(at=now).filter(article__in=withdrawn).update(live_until=now)
    Correction.objects.bulk_create(
        Correction(article_id=target, text="It was a Monday.", corrected_at=now)
        for target in {line.target_id for line in lines[2::EVERY]}
    )
    pairs = sorted({(line.source_id, line.target_id) for line in lines if line.target_id})
    Follow.objects.bulk_create(
        Follow(source_id=source, target_id=target, count=1 + n % 9, day=now.date() - timedelta(d))
        for d in range(DAYS)
        for n, (source, target) in enumerate(pairs[:FOLLOWED])
    )
    links = ExternalLink.objects.bulk_create(
        ExternalLink(
            url=f"https://{n % 300}.example/{n}",
            host=f"{n % 300}.example",
            next_check_at=now,
            is_reported=n % BROKEN == 0,
        )
        for n in range(ADDRESSES)
    )
    live = Edition.objects.live(at=now).order_by().annotate(link=F("article") % ADDRESSES)
    _insert(ExternalReference, live.annotate(link=F("link") + links[0].pk), "article", "link")
    (_, story), *others = (row for row in newest if row[1] not in withdrawn)
    InterestingLink.objects.bulk_create(
        InterestingLink(
            source_id=article, edition_id=edition, place=9, target_id=story, headline="Measured"
        )
        for pk, article in others[:MANY]
        for edition in (pk, None)
    )
    asides = (f'<aside data-interesting="{a}">Measured</aside><p>And.</p>' for _, a in newest[:20])
    StandingPage.objects.create(title="About", slug="about", body="".join(asides), is_live=True)
    if connection.vendor == "postgresql":  # which counts by itself what is committed
        with connection.cursor() as cursor:
            for model in (Correction, ExternalLink, ExternalReference, Follow):
                cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")
    return story


def _insert(model, queryset, *columns):
    """Rows of what ``queryset`` gives for these columns; in bulk, for there are many."""
    from django.db import connection

    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(model._meta.get_field(name).column for name in columns)
    sql, params = queryset.values_list(*columns).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({names}) {sql}", params)
