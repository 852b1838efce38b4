"""``manage.py backup``: what cannot be made again, into a folder."""

import time
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError

from newsroom import backups


class Command(BaseCommand):
    help = (
        "Write the database and all pictures into a folder, also while the site is served. "
        "Over an earlier backup it writes the database anew, and the pictures that are missing."
    )

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, metavar="FOLDER", help="which may be new")

    def handle(self, *, folder, **options):
        began = time.monotonic()
        try:
            said = backups.back_up(folder)
        except (backups.Refused, OSError, DatabaseError) as error:
            raise CommandError(f"There is no new backup: {error}")
        self.stdout.write(
            f"{said['stories']:,} stories and {said['pictures']:,} pictures are in {folder}: "
            f"{said['bytes'] / 1e6:,.1f} MB of database, {time.monotonic() - began:.1f} s."
        )
