"""What publishing costs, and how soon readers see it."""

import random
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from statistics import median

from .archives import folder_of
from .processes import Probe
from .report import Bar, Say, table
from .warm import site

GROWTH = 1.2
READERS = 4
EACH_PAGE = 2  # fetches over connections of their own, so that any process may answer
PATIENCE_SECONDS = 10


def measure(
    sizes: list[int], *, stories: int, changes: int, judged: int, folder: Path, say: Say
) -> list[Bar]:
    bars = [_cost(sizes, stories, judged, say)]
    return [*bars, _visible(judged, changes, folder, say)]


def _cost(sizes, stories, judged, say):
    with ExitStack() as stack:
        probes = {}
        for size in sizes:
            shutil.rmtree(folder_of(size) / "pages", ignore_errors=True)
            stack.callback(shutil.rmtree, folder_of(size) / "pages", ignore_errors=True)
            probes[size] = stack.enter_context(Probe(folder_of(size)))
            probes[size].does("publish")  # the first opens files and fills caches
        measured = {size: [] for size in sizes}
        for _ in range(stories):
            for size, probe in probes.items():
                measured[size].append(probe.does("publish"))
    cpu, wall = (
        {size: median(one[n] for one in found) for size, found in measured.items()} for n in (0, 1)
    )
    say("\nPublish: a new story of 4 tags and one line, saved and published, in ms")
    say(f"Median of {stories}, each with its two commits to disk.\n")
    rows = [
        [name, *(f"{found[size]:.1f}" for size in sizes), f"{found[judged] / found[sizes[0]]:.2f}"]
        for name, found in (("processor", cpu), ("wall", wall))
    ]
    say(table(["time", *(f"{size:,}" for size in sizes), "growth"], rows))
    growth = cpu[judged] / cpu[sizes[0]]
    return Bar(f"growth of publishing from {sizes[0]:,} to {judged:,} stories", growth, GROWTH)


def _visible(size, changes, folder, say):
    """Old pages that readers got after the editor, in a process of its own, was answered."""
    old, waits = 0, []
    with (
        site(folder_of(size), folder) as server,
        Probe(folder_of(size)) as editor,
        ThreadPoolExecutor(READERS) as readers,
    ):
        paths = editor.does("change", headline="Words number 0 stand here")
        for number in range(1, changes + 1):
            list(readers.map(partial(_fetch, server), paths * EACH_PAGE))
            words = f"Words number {number} stand here"
            editor.does("change", headline=words)
            answered_at = time.perf_counter()
            asked = random.sample(paths, len(paths)) * EACH_PAGE
            for fetches, seen_at in readers.map(partial(_see, server, words), asked):
                old += fetches - 1
                waits.append((seen_at - answered_at) * 1000)
    say("\nPublish to visible: a new headline, published beside a server of two processes")
    say(
        f"{changes} changes, each on {len(paths)} pages and feeds, fetched {EACH_PAGE} times each "
        f"by {READERS} readers\nfrom the moment of the editor's answer, {size:,} stories.\n"
    )
    say(f"old pages after the answer: {old} of {len(waits)}")
    say(
        "from the answer until a reader had the new page: "
        f"median {median(waits):.0f} ms, last of all pages {max(waits):.0f} ms"
    )
    return Bar("old pages after the editor's answer", old, 0, is_count=True)


def _see(server, words, path):
    """(fetches until the page had ``words``, when it had)."""
    fetches, deadline = 0, time.perf_counter() + PATIENCE_SECONDS
    while True:
        fetches += 1
        is_new = words in _fetch(server, path)
        now = time.perf_counter()
        if is_new or now > deadline:
            return fetches, now


def _fetch(server, path):
    answer = server.get(path)
    return answer.content.decode() if answer.status == 200 else ""
