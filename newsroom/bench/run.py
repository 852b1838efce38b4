"""One run: the archives, then what was asked for, then the bars."""

import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from . import archives, cold, lines, publish, search, suggest, trial, warm, web
from .report import Bar, Say

MILLION = 1_000_000
PARTS = ("warm", "cold", "publish", "lines", "search", "suggest", "report")
LOAD = "load"  # takes minutes, so it is measured when it is asked for


@dataclass(frozen=True)
class Plan:
    """How much is measured: the defaults take some eight minutes once the archives are there."""

    sizes: tuple[int, ...] = (1_000, 10_000, 100_000)
    has_million: bool = False
    seconds: int = 5
    parts: tuple[str, ...] = PARTS
    kinds: tuple[str, ...] = ("article", "front", "feed", "304")
    connections: tuple[int, ...] = (1, 32)
    rounds: int = 40  # of cold pages
    stories: int = 30
    changes: int = 10
    lines: int = 1_000  # to one story
    minutes: float = 5  # of load while editors publish
    suggest_sizes: tuple[int, ...] = (3_000, 300_000)  # of the links report too
    postgres: str = ""  # the address of a server, where these and lines are measured too


QUICK = Plan(
    sizes=(200, 400),
    seconds=1,
    kinds=("article",),
    connections=(32,),
    rounds=3,
    stories=5,
    changes=2,
    lines=20,
    minutes=0.1,
    suggest_sizes=(200, 400),
)


def run(plan: Plan, say: Say) -> list[Bar]:
    """Measure and print. Raises processes.DidNotStart if something needed does not run."""
    began = time.monotonic()
    sizes = sorted(set(plan.sizes))
    judged = sizes[-1]
    every = sorted({*sizes, MILLION}) if plan.has_million else sizes
    say(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} at the start")
    for size in every if set(plan.parts) - {"suggest", "report"} else ():
        began_at = time.monotonic()
        folder = archives.made(size)
        seconds = time.monotonic() - began_at
        say(f"{size:,} stories are in {_short(folder)} ({seconds:.0f} s)")
    bars = []
    with tempfile.TemporaryDirectory(prefix="newsroom-bench-") as name:
        folder = Path(name)
        if "warm" in plan.parts:
            bars += warm.measure(
                judged,
                kinds=plan.kinds,
                connections=plan.connections,
                seconds=plan.seconds,
                rounds=plan.seconds,
                folder=folder,
                say=say,
            )
        if "cold" in plan.parts:
            bars += cold.measure(every, rounds=plan.rounds, judged=judged, say=say)
        if "publish" in plan.parts:
            bars += publish.measure(
                every,
                stories=plan.stories,
                changes=plan.changes,
                judged=judged,
                folder=folder,
                say=say,
            )
        if "lines" in plan.parts:
            databases = {"SQLite": ""}
            if plan.postgres:
                databases["PostgreSQL"] = suggest.database(plan.postgres, judged)
            bars += lines.measure(
                judged, number=plan.lines, databases=databases, folder=folder, say=say
            )
        if "search" in plan.parts:
            bars += search.measure(every, rounds=plan.rounds, judged=judged, say=say)
        if "suggest" in plan.parts:
            bars += suggest.measure(
                sorted(set(plan.suggest_sizes)),
                rounds=min(plan.rounds, 10),
                postgres=plan.postgres,
                say=say,
            )
        if "report" in plan.parts:
            bars += web.measure(
                sorted(set(plan.suggest_sizes)),
                rounds=min(plan.rounds, 5),
                postgres=plan.postgres,
                say=say,
            )
        if LOAD in plan.parts:
            bars += trial.measure(judged, minutes=plan.minutes, folder=folder, say=say)
    say("\nBars\n")
    for bar in bars:
        say(str(bar))
    say(f"\n{time.monotonic() - began:.0f} s in all, load {os.getloadavg()[0]:.1f} at the end")
    return bars


def _short(folder):
    base = settings.BASE_DIR
    return folder.relative_to(base) if folder.is_relative_to(base) else folder
