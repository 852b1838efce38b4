"""``manage.py bench``: how long readers and editors wait, beside others on this machine."""

import signal
import sys
from argparse import ArgumentTypeError
from dataclasses import replace

from django.core.management.base import BaseCommand, CommandError

from newsroom.bench.processes import DidNotStart
from newsroom.bench.run import LOAD, PARTS, QUICK, Plan, run

LONGEST_MINUTES = 25  # servers of the bench end after half an hour


def sizes(text):
    numbers = text.split(",")
    if not all(number.isdecimal() and int(number) >= 100 for number in numbers):
        raise ArgumentTypeError(f"{text}: write sizes of 100 and more, like 1000,10000")
    return tuple(map(int, numbers))


class Command(BaseCommand):
    help = (
        "Measure warm pages, cold pages and publishing, and say which bars are met; with --only "
        "load, minutes of readers at full rate while editors publish. "
        "Archives are made under DATA_DIR/bench and kept (100,000 stories: 1.5 GB)."
    )
    requires_system_checks = []  # the site's own database is not touched

    def add_arguments(self, parser):
        parser.add_argument(
            "--quick", action="store_true", help="see that it works; the figures say little"
        )
        parser.add_argument("--sizes", type=sizes, help="of archives (default: 1000,10000,100000)")
        parser.add_argument(
            "--million", action="store_true", help="also 1,000,000 stories (16 GB, ten minutes)"
        )
        parser.add_argument("--seconds", type=int, help="of load for each figure (default: 5)")
        parser.add_argument("--minutes", type=float, help="of --only load (default: 5)")
        parser.add_argument("--only", choices=(*PARTS, LOAD))
        parser.add_argument(
            "--postgres",
            default="",
            metavar="ADDRESS",
            help="of a server: lines, suggesting and the links report are measured there too, in "
            "databases newsroom_bench_N that are made and kept; like postgres://user@host:5432",
        )

    def handle(self, *, quick, sizes, million, seconds, minutes, only, postgres, **options):
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that all children are ended
        plan = replace(QUICK if quick else Plan(), has_million=million, postgres=postgres)
        if sizes:
            plan = replace(plan, sizes=sizes, suggest_sizes=sizes)
        if seconds is not None:
            if seconds < 1:
                raise CommandError("--seconds: at least 1.")
            plan = replace(plan, seconds=seconds)
        if minutes is not None:
            if not 0 < minutes <= LONGEST_MINUTES:
                raise CommandError(f"--minutes: more than 0, at most {LONGEST_MINUTES}.")
            plan = replace(plan, minutes=minutes)
        if only:
            plan = replace(plan, parts=(only,))
        try:
            run(plan, self.say)
        except DidNotStart as error:
            raise CommandError(error)
        except KeyboardInterrupt:
            self.stderr.write("Stopped; nothing is left running.")
            sys.exit(130)

    def say(self, line):
        self.stdout.write(line)
        self.stdout.flush()
