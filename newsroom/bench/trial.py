"""Readers at full rate for minutes on end, while editors publish at the desk.

The site is ``manage.py serve``. Readers keep 32 connections open and ask for one address after
another as fast as they are answered; editors sign in, and every ten seconds each opens a story,
changes it and publishes it, over HTTP like anyone. From the moment of the answer they look at every
page and feed that shows the story.
"""

import os
import random
import threading
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from .archives import folder_of
from .browser import Browser
from .load import Load, has_wrk, load
from .processes import Probe, Server
from .report import Bar, Say, table
from .warm import GZIP, site

EDITORS = 5
PUBLISHES_SECONDS = 10  # from one story of an editor to the next
CONNECTIONS = 32
EACH_PAGE = 2  # fetches over connections of their own, so that any process may answer
WARM_UP_SECONDS = 60  # with all that comes later, so that each thread has done each kind of work
P99_MS, GROWTH_PERCENT = 50, 5


@dataclass
class Editor:
    """Somebody at the desk with a story of their own; tells what the site said."""

    browser: Browser
    name: str
    form: str  # the address of the story's form
    shown_on: list[str]
    answers_ms: list[float] = field(default_factory=list)
    looks: int = 0
    old: Counter = field(default_factory=Counter)  # pages by path
    refused: list[str] = field(default_factory=list)
    published: int = 0

    def publish(self) -> None:
        self.published += 1
        headline = f"Edition {self.published} of the story of {self.name}"
        began = time.perf_counter()
        said = self.browser.submit(self.form, headline=headline, _publish="1")
        self.answers_ms.append((time.perf_counter() - began) * 1000)
        if said.status != 302:
            self.refused.append(f"{self.form} answers {said.status}")
            return
        for path in random.sample(self.shown_on, len(self.shown_on)) * EACH_PAGE:
            page = self.browser.stranger(path)
            self.looks += 1
            if page.status != 200:
                self.refused.append(f"{path} answers {page.status}")
            elif headline not in page.text:
                self.old[path] += 1


def measure(size: int, *, minutes: float, folder: Path, say: Say) -> list[Bar]:
    with ExitStack() as stack:
        probe = stack.enter_context(Probe(folder_of(size)))
        desk = probe.does("staff", number=EDITORS)
        server = stack.enter_context(site(folder_of(size), folder))
        editors = [_signed_in(server, desk, story) for story in desk["stories"]]
        addresses = _addresses(server, desk)
        _under_load(addresses, editors, seconds=WARM_UP_SECONDS, pause=PUBLISHES_SECONDS / 2)
        for editor in editors:
            editor.answers_ms.clear()
        at_start = server.memory_mib()
        found = _under_load(addresses, editors, seconds=round(minutes * 60))
        at_end = server.memory_mib()
    return _told(found, editors, at_start, at_end, minutes, size, say)


def _signed_in(server, desk, story):
    browser = Browser(server.port)
    browser.sign_in(story["editor"], desk["password"])
    return Editor(browser, story["editor"], story["form"], story["shown_on"])


def _addresses(server: Server, desk):
    """What readers ask for: old stories, and all that editors change."""
    changed = {path for story in desk["stories"] for path in story["shown_on"]}
    paths = [*desk["others"], *changed]
    random.Random(1).shuffle(paths)
    return [f"http://127.0.0.1:{server.port}{path}" for path in paths]


def _under_load(addresses, editors, *, seconds, pause=PUBLISHES_SECONDS) -> Load:
    ended = threading.Event()

    def work(editor, place):
        due = time.monotonic() + place * pause / EDITORS
        while not ended.wait(max(0, due - time.monotonic())):
            due += pause
            try:
                editor.publish()
            except (OSError, ValueError) as error:
                editor.refused.append(repr(error))

    desks = [threading.Thread(target=work, args=(e, n)) for n, e in enumerate(editors)]
    for desk in desks:
        desk.start()
    try:
        return load(addresses, GZIP, connections=CONNECTIONS, seconds=seconds)
    finally:
        ended.set()
        for desk in desks:
            desk.join()


def _told(found, editors, at_start, at_end, minutes, size, say):
    answers = [ms for editor in editors for ms in editor.answers_ms]
    refused = [words for editor in editors for words in editor.refused]
    old = sum((editor.old for editor in editors), Counter())
    looks = sum(editor.looks for editor in editors)
    say(f"\nLoad: {minutes:g} minutes of readers at full rate while {EDITORS} editors publish")
    say(
        f"{CONNECTIONS} connections, {size:,} stories, each editor every {PUBLISHES_SECONDS} s. "
        f"Load by {'wrk' if has_wrk() else 'our own client, for wrk is not installed'}.\n"
    )
    rows = [
        ("requests", f"{found.requests:,}"),
        ("requests a second", f"{found.per_second:,.0f}"),
        ("failed requests of readers", found.failed),
        ("failed requests of editors", len(refused)),
        ("readers wait, median, ms", f"{found.p50_ms:.2f}"),
        ("readers wait, p99, ms", f"{found.p99_ms:.1f}"),
        ("readers wait, p99.9, ms", f"{found.p999_ms:.1f}"),
        ("readers wait, longest, ms", f"{found.longest_ms:.0f}"),
        ("published", len(answers)),
        ("editors wait, median, ms", f"{median(answers):.0f}" if answers else ""),
        ("editors wait, longest, ms", f"{max(answers):.0f}" if answers else ""),
        ("pages looked at after the editor's answer", f"{looks:,}"),
        ("old ones among them", old.total()),
        ("load average of the last minute", f"{os.getloadavg()[0]:.1f}"),
    ]
    if at_start:
        rows.append(("memory of all processes, MiB", f"{at_start:.0f} → {at_end:.0f}"))
    say(table(["", ""], rows))
    for words in refused[:5]:
        say(words)
    for path, count in old.most_common(5):
        say(f"old: {path} ({count} times)")
    bars = [
        Bar("failed requests under load", found.failed + len(refused), 0, is_count=True),
        Bar("readers' p99 under load, ms", found.p99_ms, P99_MS),
        Bar("old pages after the editor's answer, under load", old.total(), 0, is_count=True),
    ]
    if at_start:
        growth = (at_end / at_start - 1) * 100
        bars.append(Bar("growth of memory under load, percent", growth, GROWTH_PERCENT))
    return bars
