"""Questions of readers to the whole search page, with no page store, and how long each waits.

``python -m newsroom.bench.search ROUNDS`` asks the database of its process and prints JSON.
"""

import json
import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlencode

from .archives import folder_of
from .processes import environment, python, said_by
from .report import Bar, Say, table

LIMIT_MS = 30
ADDRESS = {"suggest": "/search/suggest/"}  # all others ask /search/


def measure(sizes: list[int], *, rounds: int, judged: int, say: Say) -> list[Bar]:
    """On each archive; and on PostgreSQL as it stands, if the site's DATABASE_URL is of one."""
    found = {f"{size:,}": _asked(rounds, DATA_DIR=str(folder_of(size))) for size in sizes}
    bars = [_bar(found[f"{judged:,}"], f"at {judged:,} stories")]
    if (url := os.environ.get("DATABASE_URL", "")).startswith("postgres"):
        data = {"DATA_DIR": str(folder_of(sizes[0])), "DATABASE_URL": url}
        found["PostgreSQL"] = _asked(rounds, **data)
        stories = found["PostgreSQL"]["stories"]
        bars.append(_bar(found["PostgreSQL"], f"at {stories:,} stories on PostgreSQL"))
    say("\nSearch: the whole page, no page store, in ms: until it is there, and processor time")
    say("(mean; the database's own is in it). Bars hold processor time, which neighbours spare.\n")
    kinds = [kind for kind in next(iter(found.values())) if kind != "stories"]
    head = [f"{where} {part}" for where in found for part in ("p50", "p95", "busy")]
    rows = [
        [kind, *(f"{value:.1f}" for one in found.values() for value in one[kind])] for kind in kinds
    ]
    say(table(["question", *head], rows))
    return bars


def _bar(found, where):
    kinds = {kind: value for kind, value in found.items() if kind != "stories"}
    worst = max(kinds, key=lambda kind: kinds[kind][-1])
    claim = "search, processor time of the slowest kind, ms"
    return Bar(claim, kinds[worst][-1], LIMIT_MS, f"{worst} {where}")


def _asked(rounds, **env):
    command = python("-m", "newsroom.bench.search", str(rounds))
    return json.loads(said_by(command, env=environment(**env)).splitlines()[-1])


def questions() -> dict[str, dict[str, str]]:
    """What is asked, by kind: words as rare and as common as this database has them."""
    from articles.models import SearchWord
    from articles.search.words import FACET

    words = SearchWord.objects.exclude(word__startswith=FACET).filter(stories__gt=1)
    words = list(words.order_by("stories", "word").values_list("word", flat=True))
    long = [word for word in words if len(word) > 5 and word.isalpha()]
    rare, some, usual = long[0], long[len(long) // 2], long[-1]
    first, second = words[-1], words[-2]
    return {
        "rare word": {"q": rare},
        "usual word": {"q": some},
        "most common word": {"q": first},
        "two common words": {"q": f"{first} {second}"},
        "common and rare": {"q": f"{first} {some}"},
        "phrase": {"q": f'"{first} {usual}"'},
        "excluded word": {"q": f"{usual} -{some}"},
        "typing error": {"q": some[:-2] + some[-1] + some[-2]},
        "section": {"q": first, "section": "world"},
        "one month": {"q": first, "since": "2020-03-01", "until": "2020-03-31"},
        "nothing": {"q": "xqzzqx"},
        "suggest": {"q": some[:4]},
    }


def ask(rounds: int) -> dict:
    """{kind: [p50, p95, busy] in ms, …}, and the number of ``stories`` in the index."""
    import django
    from django.conf import settings

    static = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES["staticfiles"] = {"BACKEND": static}
    django.setup()
    from django.core.management import call_command
    from django.test import Client

    from articles.models import SearchRow

    call_command("index_search", stdout=sys.stderr)
    reader, found = Client(headers={"host": "localhost"}), {}
    for kind, asked in questions().items():
        address = f"{ADDRESS.get(kind, '/search/')}?{urlencode(asked)}"
        reader.get(address)
        waited, busy = [], _busy_ms()
        for _ in range(rounds):
            began = time.perf_counter()
            reader.get(address)
            waited.append((time.perf_counter() - began) * 1000)
        cuts = quantiles(waited, n=20, method="inclusive")
        found[kind] = cuts[9], cuts[18], (_busy_ms() - busy) / rounds
    return found | {"stories": SearchRow.objects.count()}


def _busy_ms():
    """Processor time of this process so far, and of the database's if that is another here."""
    from django.db import connection

    spent = time.process_time() * 1000
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor, suppress(OSError):
            cursor.execute("SELECT pg_backend_pid()")
            stat = Path(f"/proc/{cursor.fetchone()[0]}/stat").read_text().rpartition(")")[2]
            ticks = sum(map(int, stat.split()[11:13]))  # in user and in system mode: proc(5)
            spent += ticks * 1000 / os.sysconf("SC_CLK_TCK")
    return spent


if __name__ == "__main__":
    print(json.dumps(ask(int(sys.argv[1]))))
