"""``manage.py prepare``: everything between a fresh checkout and ``serve``, safe to repeat."""

import hashlib
import os
import secrets
import shlex
import sys
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

FIRST_USER = "editor"
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is mistaken for another


class Command(BaseCommand):
    help = "Make the site ready to serve: tables, static files, a first user, a demo when empty."
    requires_system_checks = []  # they may ask for tables that this command makes

    def handle(self, **options):
        try:
            self.migrate()
            self.collect_static_files()
            self.welcome_first_user()  # before the demo, which may want somebody to have written it
            call_command("demo", if_empty=True, stdout=self.stdout, stderr=self.stderr)
        except KeyboardInterrupt:
            self.stderr.write("Stopped before the site was ready; run it again to go on.")
            sys.exit(130)

    def migrate(self):
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        call_command("migrate", verbosity=0, interactive=False)
        self.say(f"Database: {len(plan)} migrations applied" if plan else "Database: up to date")

    def collect_static_files(self):
        """Collect and compress only when a file or its storage changed: it takes seconds."""
        digest, count = static_digest()
        kept = settings.DATA_DIR / "static-digest"
        manifest = settings.STATIC_ROOT / "staticfiles.json"
        if manifest.exists() and kept.exists() and kept.read_text() == digest:
            return self.say("Static files: up to date")
        call_command("collectstatic", verbosity=0, interactive=False)
        kept.write_text(digest)  # last, so that a run killed before this line is made good
        return self.say(f"Static files: {count} collected")

    def welcome_first_user(self):
        desk = f"{settings.SITE_URL}/admin/"
        password = create_first_user()
        if password:
            self.say(
                f"\n  The desk:  {desk}\n  Name:      {FIRST_USER}\n  Password:  {password}\n"
                "  This password is shown only now; write it down.\n"
            )
            return
        superusers = get_user_model().objects.filter(is_superuser=True, is_active=True)
        first = superusers.order_by("pk").first()
        if first:
            command = manage("changepassword", first.get_username())
            self.say(f"The desk: {desk} (password forgotten? {command})")
        else:
            self.say(
                f"The desk: {desk} (nobody may do everything there; {manage('createsuperuser')})"
            )

    def say(self, line):
        self.stdout.write(line)
        self.stdout.flush()


def static_digest():
    """What ``collectstatic`` would read, as one digest, and the number of files."""
    digest = hashlib.sha256(repr(settings.STORAGES["staticfiles"]).encode())
    found = {}
    for finder in get_finders():
        for name, storage in finder.list([]):
            found.setdefault(name, storage)  # the first finder wins, as it does when collecting
    for name in sorted(found):
        digest.update(name.encode() + b"\0")
        with found[name].open(name) as file:
            digest.update(hashlib.sha256(file.read()).digest())
    return digest.hexdigest(), len(found)


def create_first_user():
    """Create the first superuser if there is no user at all; returns the password, else None."""
    users = get_user_model().objects
    if users.exists():
        return None
    groups = ("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(4))
    password = "-".join(groups)
    try:
        with transaction.atomic():
            users.create_superuser(FIRST_USER, password=password)
    except IntegrityError:  # another run was faster, and shows its own
        return None
    return password


def manage(*arguments):
    """A ``manage.py`` command as it must be typed in the project's folder."""
    python = Path(sys.executable)
    if python.is_relative_to(settings.BASE_DIR):
        python = python.relative_to(settings.BASE_DIR)
    words = [str(python), "manage.py", *arguments]
    if "DATA_DIR" in os.environ:
        words = ["env", f"DATA_DIR={settings.DATA_DIR}", *words]
    return shlex.join(words)
