"""``manage.py index_search``: all that readers see or will see, into the search index."""

import time

from django.core.management.base import BaseCommand

from articles import search


class Command(BaseCommand):
    help = (
        "Index what is missing from the search and drop what is over. "
        "Run again after it was cut short, it goes on where it stopped."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--from-nothing",
            action="store_true",
            help="empty the index first; until it is done, readers find less",
        )

    def handle(self, *, from_nothing, **options):
        if from_nothing:
            search.forget_all()
        began, done, whole = time.monotonic(), 0, search.missing()
        for rows in search.catch_up():
            done += rows
            self._progress(done, max(done, whole))
        rate = done / max(time.monotonic() - began, 0.001)
        if done:
            self.stdout.write(f"{done:,} rows indexed or dropped, {rate:,.0f} a second.")
        else:
            self.stdout.write("The index is complete, nothing was to be done.")

    def _progress(self, done, whole):
        is_last = done >= whole
        ending = "\r" if self.stderr.isatty() and not is_last else "\n"
        self.stderr.write(f"{done:,} of {whole:,} rows", ending=ending)
        self.stderr.flush()
