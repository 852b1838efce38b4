"""What it takes to suggest stories for a text, and how good they are.

For each of ``ASKED`` stories of all parts of an archive the best of some rounds counts; archives
and databases take turns. On PostgreSQL too when a server is given, in databases that are kept.
"""

import os
import re
import sys
import time
from contextlib import ExitStack
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings

from . import archives
from .processes import DidNotStart, Probe, environment, python, said_by
from .report import Bar, Say, table

ASKED = 100  # stories
P95_MS = 10
GROWTH = 1.5
GOOD = 0.85  # of the first three suggestions, as tests/test_golden.py holds
_FIGURE = re.compile(r"good among the first three: ([\d.]+); by shared tags alone: ([\d.]+)")
_WITHOUT = re.compile(r"^without (\w+) +([\d.]+)", re.MULTILINE)


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
                address = database(postgres, size)
                archives.fill(folder, size, DATABASE_URL=address)
                probes["PostgreSQL", size] = stack.enter_context(
                    Probe(folder, DATABASE_URL=address)
                )
        best = {key: [float("inf")] * ASKED for key in probes}
        for probe in probes.values():
            probe.does("suggest")  # the first opens files and fills caches
        for _ in range(rounds):
            for key, probe in probes.items():
                took = probe.does("suggest")
                best[key] = list(map(min, best[key], took))
    say("\nSuggest: eight stories for a text of an archive, in ms")
    say(f"{ASKED} stories, for each the best of {rounds} rounds.\n")
    rows = []
    for engine in engines:
        for name, part in (("p50", 0.5), ("p95", 0.95)):
            found = [_part(best[engine, size], part) for size in sizes]
            growth = found[-1] / found[0]
            rows.append([f"{engine} {name}", *(f"{ms:.2f}" for ms in found), f"{growth:.2f}"])
    say(table(["time", *(f"{size:,}" for size in sizes), "growth"], rows))
    p95 = {key: _part(took, 0.95) for key, took in best.items()}
    bars = [_golden(say)]
    for engine in engines:
        growth = p95[engine, judged] / p95[engine, first]
        what = f"suggesting, p95 in ms at {judged:,} stories"
        bars.append(Bar(what, p95[engine, judged], P95_MS, engine))
        what = f"growth of suggesting from {first:,} to {judged:,} stories"
        bars.append(Bar(what, growth, GROWTH, engine))
    return [bar for bar in bars if bar]


def asked() -> list[float]:
    """Milliseconds that each of ``ASKED`` stories takes; called in a process with one archive."""
    from articles.links.suggest import suggest

    at = _last().live_from
    took = []
    for story in _stories(at):
        began = time.perf_counter()
        suggest(story, at=at)
        took.append((time.perf_counter() - began) * 1000)
    return took


_kept = []


def _stories(at):
    """Live stories from all parts of the archive, in whose search index all have to stand first."""
    from django.core.management import call_command
    from django.db import connection

    from articles.links.suggest import Story
    from articles.models import Edition

    if not _kept:
        call_command("index_search", stdout=sys.stderr)
        if connection.vendor == "postgresql":  # it does so by itself, some minutes later
            with connection.cursor() as cursor:
                cursor.execute("VACUUM (ANALYZE)")
        last = _last().pk
        for part in range(ASKED):
            some = Edition.objects.live(at=at).filter(pk__gte=max(1, last * part // ASKED))
            edition = some.order_by("pk").first() or Edition.objects.live(at=at).first()
            _kept.append(Story.of(edition))
    return _kept


def _last():
    from articles.models import Edition

    return Edition.objects.order_by("pk").last()


def _part(took, part):
    return sorted(took)[min(int(len(took) * part), len(took) - 1)]


def database(server: str, size: int) -> str:
    """The address of a database for ``size`` stories on ``server``, made if it is not there."""
    import psycopg

    name = f"newsroom_bench_{size}"
    parts = urlsplit(server)
    try:
        with psycopg.connect(
            urlunsplit(parts._replace(scheme="postgresql", path="/postgres")), autocommit=True
        ) as connection:
            there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if not there.fetchone():
                connection.execute(f"CREATE DATABASE {name}")
    except psycopg.Error as error:
        raise DidNotStart(f"PostgreSQL at {parts.hostname}: {error}")
    return urlunsplit(parts._replace(path=f"/{name}"))


def _golden(say):
    """What tests/test_golden.py prints, where tests can be run."""
    test = settings.BASE_DIR / "tests" / "test_golden.py"
    try:
        printed = said_by(
            python("-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", str(test)),
            env=environment(DATA_DIR=os.fspath(settings.DATA_DIR)),
            seconds=120,
        )
        figure, usual = map(float, _FIGURE.search(printed).groups())
    except (DidNotStart, AttributeError):
        say("\nThe golden set was not measured: it needs tests/ and what runs them.")
        return None
    say("\nGolden set: good suggestions among the first three\n")
    rows = [["all signals", f"{figure:.3f}"]]
    rows += [[f"without {name}", share] for name, share in _WITHOUT.findall(printed)]
    rows.append(["shared tags, newest first", f"{usual:.3f}"])
    say(table(["ranking", "share"], rows))
    return Bar("good suggestions among the first three", figure, GOOD, is_ceiling=False)
