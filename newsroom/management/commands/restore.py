"""``manage.py restore``: a newsroom from the folder of a backup."""

import time
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError

from newsroom import backups


class Command(BaseCommand):
    help = "Put a backup into the database that DATABASE_URL names, and its pictures beside it."
    requires_system_checks = []  # they may ask for tables that this command makes

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, metavar="FOLDER", help="of manage.py backup")
        parser.add_argument(
            "--replace", action="store_true", help="also where there are stories or pictures"
        )

    def handle(self, *, folder, replace, **options):
        began = time.monotonic()
        try:
            said = backups.restore(folder, replaces=replace)
        except (backups.Refused, OSError, DatabaseError) as error:
            raise CommandError(f"The database is as it was: {error}")
        self.stdout.write(
            f"{said['stories']:,} stories and {said['pictures']:,} pictures of {said['made_at']} "
            f"are back, {time.monotonic() - began:.1f} s. Run manage.py prepare before serving."
        )
