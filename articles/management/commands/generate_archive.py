import time
from datetime import UTC

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.dateparse import parse_datetime

from articles.importers.archive import UNTIL, Archive, generate


class Command(BaseCommand):
    help = "Make an invented archive, for trying things at scale; it can be run again."

    def add_arguments(self, parser):
        parser.add_argument("--articles", type=int, required=True, metavar="N", help="how many")
        parser.add_argument("--seed", type=int, required=True, metavar="S", help="any number")
        parser.add_argument(
            "--without-search", action="store_true", help="leave the search index to index_search"
        )
        parser.add_argument(
            "--until",
            metavar="MOMENT",
            help=f"the stories are of the ten years before this (default: {UNTIL:%Y-%m-%dT%H:%MZ})",
        )

    def handle(self, *, articles, seed, until, without_search, **options):
        if articles < 1:
            raise CommandError(f"--articles {articles}: an archive has at least one.")
        archive = Archive(articles, seed, _moment(until))
        began = time.monotonic()
        added = generate(archive, progress=lambda done: self._progress(done, articles))
        rate = added / max(time.monotonic() - began, 0.001)
        if added:
            self.stdout.write(f"{added:,} articles added, {rate:,.0f} a second ({archive}).")
        else:
            self.stdout.write(f"This archive is here already, nothing was added ({archive}).")
        if not without_search:
            call_command("index_search", stdout=self.stdout, stderr=self.stderr)

    def _progress(self, done, articles):
        is_terminal = self.stderr.isatty()
        last = done == articles
        self.stderr.write(
            f"{done:,} of {articles:,} articles", ending="\r" if is_terminal and not last else "\n"
        )
        self.stderr.flush()


def _moment(until):
    if until is None:
        return UNTIL
    try:
        moment = parse_datetime(until)
    except ValueError:
        moment = None
    if moment is None:
        raise CommandError(f"--until {until}: not a moment; write it like 2026-01-01T00:00Z.")
    if not 1980 <= moment.year <= 2100:
        raise CommandError(f"--until {until}: must lie between 1980 and 2100.")
    moment = moment.replace(tzinfo=moment.tzinfo or UTC, second=0, microsecond=0)
    return moment.astimezone(UTC)
