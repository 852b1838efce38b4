"""A thousand lines to one story: how long it takes to withdraw it, and to move them, to the page.

Readers have asked for every page before each act, so the page store is full of them; after the
editor's answer each is fetched again and its lines are counted.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from . import archives
from .processes import DidNotStart, Probe
from .report import Bar, Say, table
from .warm import site

WITHDRAW_MS = 1_000
READERS = 8
TARGET, OTHER = "Where a thousand lines lead", "Where they lead now"
# What is done, and in how many of all pages stands a line to the one story and to the other then.
ACTS = {
    "withdraw": (0, 0),
    "publish again": (1, 0),
    "move lines": (0, 1),
    "move them back": (1, 0),
}


def measure(size: int, *, number: int, databases: dict[str, str], folder: Path, say: Say):
    """``databases`` are the names of engines and their addresses, empty for the archive's own."""
    bars, rows = [], []
    for engine, address in databases.items():
        settings = {"DATABASE_URL": address} if address else {}
        if address:
            archives.fill(archives.folder_of(size), size, **settings)
        with ExitStack() as stack:
            probe = stack.enter_context(Probe(archives.folder_of(size), **settings))
            paths = probe.does("point", number=number)
            server = stack.enter_context(site(archives.folder_of(size), folder, **settings))
            readers = stack.enter_context(ThreadPoolExecutor(READERS))

            def look(server=server, readers=readers, paths=paths):
                pages = list(readers.map(lambda path: _fetch(server, path), paths))
                return [sum(words in page for page in pages) for words in (TARGET, OTHER)]

            if look() != [number, 0]:
                raise DidNotStart("Not every page shows its line.")
            wrong = {}
            for act, expected in ACTS.items():
                took = probe.does("lead", what=act)
                answered_at = time.perf_counter()
                shown = look()
                seconds = time.perf_counter() - answered_at
                wrong[act] = sum(
                    abs(found - share * number)
                    for found, share in zip(shown, expected, strict=True)
                )
                rows.append([f"{engine}: {act}", f"{took:.0f}", f"{seconds:.1f}", wrong[act]])
                if act == "withdraw":
                    claim = f"withdrawing a story with {number:,} lines to it, ms"
                    bars.append(Bar(claim, took, WITHDRAW_MS, engine))
        claim = "pages that showed a wrong line after the editor's answer"
        bars.append(Bar(claim, sum(wrong.values()), 0, engine, is_count=True))
    say(f"\nLines: {number:,} stories lead to one by a line, all pages stored, {size:,} stories\n")
    say(table(["act", "ms until the answer", "s to fetch all pages", "wrong"], rows))
    return bars


def point(desk, number: int) -> list[str]:
    """Publish so many stories with a line to one; their paths. In a process with one archive."""
    from django.db import transaction

    from articles.models import Article, Edition

    desk.other = desk.write(Article(), headline=OTHER, tags=())
    desk.story = desk.target = desk.write(Article(), headline=TARGET, tags=())
    with transaction.atomic():
        for n in range(number):
            desk.write(Article(), headline=f"One of a thousand, number {n}", tags=())
    for what in ("withdraw", "publish again"):  # what is done for the first time costs more
        lead(desk, what)
    live = Edition.objects.live().filter(lines__target=desk.story)
    return list(live.values_list("path", flat=True))


def lead(desk, what: str) -> float:
    """Milliseconds until the editor is answered, what happens on commit included."""
    from articles import publishing

    began = time.perf_counter()
    match what:
        case "withdraw":
            publishing.withdraw(desk.story, reason="Measured")
        case "publish again":
            publishing.publish(desk.story)
        case "move lines":
            desk.moved = publishing.move_lines(desk.story, to=desk.other)
        case "move them back":
            publishing.move_lines_back(desk.moved)
    return (time.perf_counter() - began) * 1000


def _fetch(server, path):
    """The lines of a page: other parts of it may name these stories too."""
    answer = server.get(path)
    if answer.status != 200:
        raise DidNotStart(f"{path} answers {answer.status}.")
    parts = answer.content.decode().split('<section class="interesting"')[1:]
    return " ".join(part.partition("</section>")[0] for part in parts)
