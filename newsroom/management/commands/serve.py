"""``manage.py serve``: the production server and the background worker, until Ctrl+C."""

import os
from argparse import ArgumentTypeError

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from newsroom import occupancy
from newsroom.listening import AddressUnusable
from newsroom.server import serve


def between(low, high):
    def number(text):
        if not text.isdecimal() or not low <= int(text) <= high:
            raise ArgumentTypeError(f"{text} is not a number from {low} to {high}")
        return int(text)

    return number


def is_unprepared():
    """Whether migrations wait. A database that is down is no reason not to start."""
    try:
        executor = MigrationExecutor(connection)
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except OperationalError:
        return False
    finally:
        connection.close()


class Command(BaseCommand):
    help = "Serve the site and the desk, and run the background worker beside them."

    def add_arguments(self, parser):
        parser.add_argument("--host", default=settings.HOST, help="address (default: %(default)s)")
        parser.add_argument(
            "--port",
            type=between(1, 65535),
            default=str(settings.PORT),
            help="port (default: %(default)s)",
        )
        parser.add_argument(
            "--workers",
            type=between(1, 512),
            default=2,
            help="processes that answer readers (default: %(default)s)",
        )
        parser.add_argument("--access-log", action="store_true", help="print every request")

    def handle(self, *, host, port, workers, access_log, **options):
        if is_unprepared():
            raise CommandError("The database is not ready for this version: manage.py prepare")
        if (host, port) != (settings.HOST, settings.PORT) and "SITE_URL" not in os.environ:
            name = f"[{host}]" if ":" in host else host
            settings.SITE_URL = f"http://{name}:{port}"
        os.environ.update(HOST=host, PORT=str(port))  # the children read their settings from here
        how = {"workers": workers, "access_log": access_log, "announce": self.announce}
        try:
            with occupancy.serving(settings.DATA_DIR / "served", settings.SITE_URL):
                serve(host=host, port=port, **how)
        except AddressUnusable as error:
            raise CommandError(error)
        except occupancy.ServedOtherwise as other:
            raise CommandError(
                f"{settings.DATA_DIR} is being served already, as {other}. "
                "Stop that, set SITE_URL to the same, or choose another folder: DATA_DIR=…"
            )
        except KeyboardInterrupt:  # before the server took over Ctrl+C
            pass

    def announce(self, line):
        self.stdout.write(self.style.SUCCESS(line))
        self.stdout.flush()
